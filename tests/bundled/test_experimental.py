"""The bundled MET complexes: facts of the crystals, and that the script makes the same bytes."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import gemmi
import numpy as np
import pytest

from ros1struct.io.catalog import bundled_folder

ROOT = Path(__file__).parents[2]
CRIZOTINIB = "met_crizotinib_2wgj.cif"
FORETINIB = "met_foretinib_3lq8.cif"


def read(name: str) -> gemmi.Structure:
    return gemmi.read_structure(str(bundled_folder() / "experimental" / name))


def chain_of(name: str) -> gemmi.Chain:
    return read(name)[0]["A"]


def residues(chain: gemmi.Chain, kind: gemmi.EntityType) -> list[gemmi.Residue]:
    return [residue for residue in chain if residue.entity_type == kind]


def inhibitor(chain: gemmi.Chain) -> gemmi.Residue:
    (only,) = residues(chain, gemmi.EntityType.NonPolymer)
    return only


def positions(atoms: list[gemmi.Atom]) -> np.ndarray:
    return np.array([atom.pos.tolist() for atom in atoms])


def nearest(chain: gemmi.Chain, number: int, atom: str, partner: str) -> float:
    mine = chain[str(number)][0][atom][0]
    return float(mine.pos.dist(inhibitor(chain)[partner][0].pos))


@pytest.mark.parametrize(
    ("name", "number", "atom", "partner", "distance"),
    [
        # Aminopyridine of crizotinib on the hinge: N22 gives to Pro1158 O, N23 takes from Met1160.
        (CRIZOTINIB, 1158, "O", "N22", 3.05),
        (CRIZOTINIB, 1160, "N", "N23", 2.91),
        # Foretinib, type II: quinoline on the hinge, amide on the DFG aspartate.
        (FORETINIB, 1160, "N", "N7", 3.05),
        (FORETINIB, 1222, "N", "O37", 3.12),
    ],
)
def test_inhibitor_has_its_hydrogen_bonds(name, number, atom, partner, distance):
    # 0.05 Å: the references are given with two decimals, and frames that do not match are Å off.
    assert nearest(chain_of(name), number, atom, partner) == pytest.approx(distance, abs=0.05)


@pytest.mark.parametrize(
    ("name", "component", "heavy", "near"),
    [(CRIZOTINIB, "VGH", 30, 27), (FORETINIB, "88Z", 46, 42)],
)
def test_inhibitor_lies_in_the_pocket(name, component, heavy, near):
    chain = chain_of(name)
    drug = inhibitor(chain)
    ligand = positions(list(drug))
    protein = positions([a for r in residues(chain, gemmi.EntityType.Polymer) for a in r])
    distance = np.linalg.norm(ligand[:, None] - protein[None], axis=-1).min(axis=1)
    assert drug.name == component
    assert len(ligand) == heavy
    assert (distance <= 4.5).sum() == near
    assert distance.min() > 2.5


@pytest.mark.parametrize("name", [CRIZOTINIB, FORETINIB])
def test_numbers_are_those_of_uniprot_by_the_motifs(name):
    found = {r.seqid.num: r.name for r in chain_of(name)}
    motif = {1110: "LYS", 1158: "PRO", 1160: "MET", 1222: "ASP", 1223: "PHE", 1224: "GLY"}
    assert {number: found[number] for number in motif} == motif


@pytest.mark.parametrize(
    ("name", "elements", "waters", "occupied"),
    [(CRIZOTINIB, {"C", "N", "O", "S", "F", "Cl"}, 11, True), (FORETINIB, {*"CNOSF"}, 0, False)],
)
def test_atoms_are_heavy_and_complete(name, elements, waters, occupied):
    chain = chain_of(name)
    atoms = [atom for residue in chain for atom in residue]
    assert {atom.element.name for atom in atoms} == elements
    assert len(residues(chain, gemmi.EntityType.Water)) == waters
    assert all(atom.occ == 1.0 for atom in atoms)
    # Deposited B factors are there; the processed file has placeholders and says so.
    assert all((atom.b_iso > 0) == occupied for atom in atoms)


@pytest.mark.parametrize("name", [CRIZOTINIB, FORETINIB])
def test_side_chains_have_the_elements_their_names_say(name):
    # An AutoDock "A" read as an element, or "CA" as calcium, would show here.
    for residue in residues(chain_of(name), gemmi.EntityType.Polymer):
        for atom in residue:
            assert atom.name.startswith(atom.element.name), (residue, atom)


@pytest.mark.parametrize(
    ("name", "entry", "provenance", "resolution"),
    [(CRIZOTINIB, "2WGJ", "deposited", 2.0), (FORETINIB, "3LQ8", "processed", 0.0)],
)
def test_file_says_what_it_is(name, entry, provenance, resolution):
    path = bundled_folder() / "experimental" / name
    block = gemmi.cif.read(str(path)).sole_block()
    assert block.find_value("_entry.id") == entry
    assert block.find_value("_ros1struct.provenance") == provenance
    for item in ("kinase", "variant", "inhibitor", "component", "inputs", "method", "licence"):
        assert block.find_value(f"_ros1struct.{item}"), item
    assert gemmi.make_structure_from_block(block).resolution == resolution
    assert b"\r" not in path.read_bytes()


def build_script():
    path = ROOT / "structures" / "build_experimental.py"
    if not path.is_file():
        pytest.skip("not a source checkout")
    spec = importlib.util.spec_from_file_location("build_experimental", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_wrong_numbers_stop_the_build():
    script = build_script()
    atom = script.Atom("GLY", 1158, "CA", "C", 0.0, 0.0, 0.0, "1.00", "0.00")
    with pytest.raises(SystemExit, match="not numbered as UniProt P08581"):
        script.check_numbers([atom])


def test_hydrogens_of_a_pdbqt_are_dropped_and_aromatic_carbon_is_carbon():
    script = build_script()
    lines = [
        "ATOM      2  HN2 ILE  1053      13.323   4.107  48.000  1.00  0.00     0.151 HD",
        "ATOM    101  CG  PHE  1064      23.057  14.148  36.558  1.00  0.00     0.042 A ",
    ]
    (atom,) = script.read_pdbqt("\n".join(lines))
    assert (atom.name, atom.element, atom.number, atom.z) == ("CG", "C", 1064, 36.558)
