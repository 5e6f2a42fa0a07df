"""Loading: the odd files people have, and what is said about files that cannot be used.

Every file is made here from the bundled MET–crizotinib pocket (PDB 2WGJ) or from nothing.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from pathlib import Path

import gemmi
import numpy as np
import pytest
from rdkit import Chem

from ros1struct.errors import InputError, Ros1structError, StructureError
from ros1struct.io.catalog import bundled_folder
from ros1struct.io.chemistry.ligands import known_chemistry
from ros1struct.io.find import find
from ros1struct.io.load import load
from ros1struct.kinome import literature
from ros1struct.structure.complex import Complex

CRIZOTINIB = 2346  # its residue number in the entry
Edit = Callable[[gemmi.Structure], None]


def met() -> gemmi.Structure:
    path = bundled_folder() / "experimental" / "met_crizotinib_2wgj.cif"
    return gemmi.read_structure(str(path))


def write(structure: gemmi.Structure, path: Path) -> Path:
    structure.setup_entities()
    if ".cif" in path.name:
        text = structure.make_mmcif_document().as_string()
    else:
        text = structure.make_pdb_string()
    raw = text.encode()
    path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)
    return path


def made(folder: Path, edit: Edit = lambda s: None, name: str = "made.pdb") -> Path:
    structure = met()
    edit(structure)
    return write(structure, folder / name)


def residue(structure: gemmi.Structure, number: int, chain: str = "A") -> gemmi.Residue:
    return next(r for r in structure[0][chain] if r.seqid.num == number)


def drug(structure: gemmi.Structure) -> gemmi.Residue:
    return residue(structure, CRIZOTINIB)


def add_residue(
    structure: gemmi.Structure,
    like: gemmi.Residue,
    *,
    number: int,
    name: str = "",
    chain: str = "A",
) -> gemmi.Residue:
    copy = like.clone()
    copy.name = name or like.name
    copy.seqid = gemmi.SeqId(number, " ")
    if chain not in [c.name for c in structure[0]]:
        structure[0].add_chain(gemmi.Chain(chain))
    structure[0][chain].add_residue(copy)
    return structure[0][chain][-1]


def move(residue: gemmi.Residue, x: float, y: float = 0.0, z: float = 0.0) -> None:
    for atom in residue:
        atom.pos += gemmi.Position(x, y, z)


def lone_atom(structure: gemmi.Structure, name: str, element: str, at: gemmi.Position, number: int):
    made = gemmi.Residue()
    made.name, made.seqid, made.het_flag = name, gemmi.SeqId(number, " "), "H"
    atom = gemmi.Atom()
    atom.name, atom.element, atom.pos, atom.occ = name, gemmi.Element(element), at, 1.0
    made.add_atom(atom)
    structure[0]["A"].add_residue(made)


@pytest.fixture(scope="module")
def plain() -> Complex:
    return load("2WGJ")


def assert_same(a: Complex, b: Complex, atol: float = 1e-3) -> None:
    """Same kinase, residues, atoms and places; PDB files have three decimals."""
    assert (a.kinase.name, a.kinase.variant) == (b.kinase.name, b.kinase.variant)
    assert a.inhibitor_name == b.inhibitor_name
    assert a.residues.klifs.tolist() == b.residues.klifs.tolist()
    assert a.residues.uniprot.tolist() == b.residues.uniprot.tolist()
    assert a.residues.name.tolist() == b.residues.name.tolist()
    assert a.atoms.name.tolist() == b.atoms.name.tolist()
    assert a.atoms.united.tolist() == b.atoms.united.tolist()
    assert Chem.MolToSmiles(a.inhibitor) == Chem.MolToSmiles(b.inhibitor)
    np.testing.assert_allclose(a.xyz, b.xyz, atol=atol)


# Formats


@pytest.mark.parametrize(
    "name", ["a.pdb", "a.ent", "a.cif", "a.mmcif.cif", "a.pdb.gz", "a.cif.gz", "2wgj.PDB", "noext"]
)
def test_pdb_and_mmcif_plain_and_gzipped_are_the_same(tmp_path, plain, name):
    assert_same(load(made(tmp_path, name=name)), plain)


def test_gzip_is_told_by_content_not_by_name(tmp_path, plain):
    path = made(tmp_path)
    path.write_bytes(gzip.compress(path.read_bytes()))
    assert_same(load(path), plain)


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_line_ends_of_other_systems(tmp_path, plain, ends):
    for name in ("a.pdb", "a.cif"):
        path = made(tmp_path, name=name)
        path.write_bytes(path.read_text().replace("\n", ends).encode())
        assert_same(load(path), plain)


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig"])
def test_remarks_in_other_alphabets(tmp_path, plain, encoding):
    path = made(tmp_path)
    text = "REMARK   1 GRÖSSE IN ÅNGSTRÖM, µ\n" + path.read_text()
    path.write_bytes(text.encode(encoding))
    assert_same(load(path), plain)


def test_missing_ter_and_end(tmp_path, plain):
    path = made(tmp_path)
    kept = [x for x in path.read_text().splitlines() if x.startswith(("ATOM", "HETATM"))]
    path.write_text("\n".join(kept))
    assert_same(load(path), plain)


def test_other_blocks_and_a_byte_order_mark_in_mmcif(tmp_path, plain):
    path = made(tmp_path, name="a.cif")
    path.write_text("\ufeffdata_comp\n_chem_comp.id VGH\n" + path.read_text(), encoding="utf-8")
    assert_same(load(path), plain)


# Names and numbers


def test_blank_chain(tmp_path, plain):
    path = made(tmp_path)
    lines = [
        x[:21] + " " + x[22:] if x.startswith(("ATOM", "HETATM", "TER")) else x
        for x in path.read_text().splitlines()
    ]
    path.write_text("\n".join(lines))
    complex = load(path)
    assert_same(complex, plain)
    assert set(complex.residues.chain) == {""}
    assert_same(load(path, chain=" "), plain)


@pytest.mark.parametrize("shift", [-1300, -1053, 4, 5000])
def test_numbers_off_by_a_constant_become_uniprot_numbers(tmp_path, plain, shift):
    def edit(structure: gemmi.Structure) -> None:
        for r in structure[0]["A"]:
            r.seqid.num += shift

    for name in ("a.pdb", "a.cif"):
        complex = load(made(tmp_path, edit, name))
        assert_same(complex, plain)
        assert (complex.residues.number - plain.residues.number).tolist() == [shift] * len(
            plain.residues
        )


def test_hybrid_36_numbers_and_serials(tmp_path, plain):
    def edit(structure: gemmi.Structure) -> None:
        for r in structure[0]["A"]:
            r.seqid.num += 10000

    path = made(tmp_path, edit)
    text = path.read_text()
    lines = [
        x[:6] + "A" + x[7:] if x.startswith(("ATOM", "HETATM")) else x for x in text.splitlines()
    ]
    assert any(x[22:26].startswith("A") for x in lines if x.startswith("ATOM"))
    path.write_text("\n".join(lines))
    complex = load(path)
    assert_same(complex, plain)
    assert complex.residues.number[0] == plain.residues.number[0] + 10000


def test_an_inserted_residue_gets_no_uniprot_number(tmp_path, plain):
    def edit(structure: gemmi.Structure) -> None:
        chain = structure[0]["A"]
        at = next(i for i, r in enumerate(chain) if r.seqid.num == 1092)
        extra = chain[at].clone()
        extra.seqid = gemmi.SeqId(1092, "A")
        move(extra, 0, 0, 12)
        chain.add_residue(extra, at + 1)

    for name in ("a.pdb", "a.cif"):
        complex = load(made(tmp_path, edit, name))
        r = complex.residues
        (extra,) = np.flatnonzero(r.insertion == "A")
        assert (r.number[extra], r.uniprot[extra], r.klifs[extra]) == (1092, 0, 0)
        assert complex.kinase.variant == "WT"
        assert np.delete(r.uniprot, extra).tolist() == plain.residues.uniprot.tolist()


def test_author_numbers_and_chains_count_in_mmcif(tmp_path, plain):
    path = made(tmp_path, name="a.cif")
    complex = load(path)
    block = gemmi.cif.read(str(path)).sole_block()
    labels = {
        int(row[0]) for row in block.find("_atom_site.", ["label_seq_id"]) if row[0].isdigit()
    }
    assert labels.isdisjoint(complex.residues.number.tolist())
    assert complex.residues.number.tolist() == plain.residues.number.tolist()
    table = block.find("_atom_site.", ["auth_asym_id", "label_asym_id"])
    for row in table:
        row[0] = "K"
    path.write_text(block.as_string())
    assert set(load(path).residues.chain) == {"K"}
    assert_same(load(path, chain="K"), plain)


def test_five_letter_component(tmp_path):
    # The ideal chemistry of zidesamtinib (A1I6Z) on an RDKit conformer in crizotinib's place.
    from rdkit.Chem import AllChem

    mol = Chem.AddHs(Chem.MolFromSmiles(known_chemistry("A1I6Z").smiles))
    assert AllChem.EmbedMolecule(mol, randomSeed=1) == 0
    mol = Chem.RemoveAllHs(mol)

    def edit(structure: gemmi.Structure) -> None:
        old = drug(structure)
        centre = np.mean([a.pos.tolist() for a in old], axis=0)
        xyz = mol.GetConformer().GetPositions()
        template = old[0].clone()
        old.name = "A1I6Z"
        for name in [a.name for a in old]:
            old.remove_atom(name, "\0")
        for i, (atom, place) in enumerate(zip(mol.GetAtoms(), xyz, strict=True)):
            new = template.clone()
            new.name = f"{atom.GetSymbol()}{i + 1}"
            new.element = gemmi.Element(atom.GetSymbol())
            new.pos = gemmi.Position(*(place - xyz.mean(axis=0) + centre))
            old.add_atom(new)

    complex = load(made(tmp_path, edit, "long.cif"))
    assert (complex.component, complex.inhibitor_name) == ("A1I6Z", "zidesamtinib")
    assert "A1I6Z" in complex.residues.name
    assert load(tmp_path / "long.cif", ligand="A1I6Z").component == "A1I6Z"


# Alternate locations, occupancies, models


def split(residue: gemmi.Residue, marks: str, occupancies: list[float]) -> None:
    """Give a residue alternate locations, each 0.5 Å further along x."""
    atoms = [a.clone() for a in residue]
    for atom in atoms:
        residue.remove_atom(atom.name, "\0")
    for step, (mark, occupancy) in enumerate(zip(marks, occupancies, strict=True)):
        for atom in atoms:
            copy = atom.clone()
            copy.altloc, copy.occ = mark, occupancy
            copy.pos += gemmi.Position(0.5 * step, 0, 0)
            residue.add_atom(copy)


@pytest.mark.parametrize(
    ("marks", "occupancies", "best"),
    [
        ("AB", [0.3, 0.7], 1),
        ("AB", [0.7, 0.3], 0),
        ("AB", [0.5, 0.5], 0),
        ("A1", [0.4, 0.6], 1),
        ("BA", [0.5, 0.5], 1),  # a tie goes to the first letter, not to the first in the file
        ("ABC", [0.2, 0.3, 0.5], 2),
    ],
)
@pytest.mark.parametrize("number", [1160, CRIZOTINIB])
def test_best_occupied_location_is_taken(tmp_path, plain, marks, occupancies, best, number):
    for name in ("a.pdb", "a.cif"):
        path = made(tmp_path, lambda s: split(residue(s, number), marks, occupancies), name)
        complex = load(path)
        which, before = (c.residues.number[c.atoms.residue] == number for c in (complex, plain))
        shift = complex.xyz[0, which] - plain.xyz[0, before]
        np.testing.assert_allclose(shift, np.tile([0.5 * best, 0, 0], (len(shift), 1)), atol=2e-3)
        assert set(complex.occupancy[which]) == {np.float32(occupancies[best])}
        assert any(n.startswith("alternate locations: ") for n in complex.notes)


def test_atoms_outside_the_alternate_locations_stay(tmp_path, plain):
    def edit(structure: gemmi.Structure) -> None:
        met1160 = residue(structure, 1160)
        for name in ("SD", "CE"):
            atom = met1160[name][0]
            atom.altloc, atom.occ = "A", 0.4
            other = atom.clone()
            other.altloc, other.occ = "B", 0.6
            other.pos += gemmi.Position(1, 0, 0)
            met1160.add_atom(other)

    complex = load(made(tmp_path, edit))
    index = complex.atoms_of(complex.find_residue(1160))
    assert sorted(index) == sorted(plain.atoms_of(plain.find_residue(1160)))
    before = plain.xyz[0, plain.atoms_of(plain.find_residue(1160))["SD"]]
    np.testing.assert_allclose(complex.xyz[0, index["SD"]] - before, [1, 0, 0], atol=2e-3)
    np.testing.assert_allclose(
        complex.xyz[0, index["N"]],
        plain.xyz[0, plain.atoms_of(plain.find_residue(1160))["N"]],
        atol=1e-3,
    )


@pytest.mark.parametrize(
    ("occupancy", "name", "variant"), [(0.6, "LEU", "M1160L"), (0.4, "MET", "WT")]
)
def test_two_residue_types_at_one_place(tmp_path, occupancy, name, variant):
    def edit(structure: gemmi.Structure) -> None:
        chain = structure[0]["A"]
        at = next(i for i, r in enumerate(chain) if r.seqid.num == 1160)
        other = chain[at].clone()
        for atom in chain[at]:
            atom.altloc, atom.occ = "A", 1 - occupancy
        other.name = "LEU"
        for atom in other:
            atom.altloc, atom.occ = "B", occupancy
        other["SD"][0].element = gemmi.Element("C")
        other["SD"][0].name, other["CE"][0].name = "CD1", "CD2"
        chain.add_residue(other, at + 1)

    for file in ("a.pdb", "a.cif"):
        complex = load(made(tmp_path, edit, file))
        index = complex.find_residue(1160)
        assert complex.residues.name[index] == name
        assert (complex.residues.uniprot == 1160).sum() == 1
        assert complex.kinase.variant == variant
        assert any("alternate locations" in n for n in complex.notes)


def test_zero_occupancy_is_kept_and_said(tmp_path, plain):
    def edit(structure: gemmi.Structure) -> None:
        for atom in residue(structure, 1160):
            atom.occ = 0.0

    complex = load(made(tmp_path, edit))
    assert_same(complex, plain)
    assert "atoms of zero occupancy kept: MET A/1160" in complex.notes


def test_zero_occupancy_of_all_atoms_says_nothing(tmp_path, plain):
    def edit(structure: gemmi.Structure) -> None:
        for cra in structure[0].all():
            cra.atom.occ = 0.0

    complex = load(made(tmp_path, edit))
    assert_same(complex, plain)
    assert not any("occupancy" in n for n in complex.notes)


def test_first_of_several_models(tmp_path, plain):
    def edit(structure: gemmi.Structure) -> None:
        second = structure[0].clone()
        second.num = 2
        for r in second["A"]:
            move(r, 30)
        structure.add_model(second)

    for name in ("a.pdb", "a.cif"):
        complex = load(made(tmp_path, edit, name))
        assert_same(complex, plain)
        assert "first of 2 models" in complex.notes
        assert complex.xyz.shape[0] == 1


def test_hydrogens_come_last_and_change_nothing_else(tmp_path, plain):
    def edit(structure: gemmi.Structure) -> None:
        for number in (1160, CRIZOTINIB):
            target = residue(structure, number)
            atoms = [a.clone() for a in target]
            for atom in atoms:
                target.remove_atom(atom.name, "\0")
            for i, atom in enumerate(atoms):  # every hydrogen before its heavy atom
                for element, step in (("H", 1.0), ("D", -1.0)):
                    extra = atom.clone()
                    extra.name, extra.element = f"{element}{i}", gemmi.Element(element)
                    extra.pos += gemmi.Position(0, 0, step)
                    target.add_atom(extra)
                target.add_atom(atom)

    complex = load(made(tmp_path, edit))
    assert complex.xyz.shape[1] > plain.xyz.shape[1]
    for ours, theirs in (
        (complex.inhibitor_heavy, plain.inhibitor_heavy),
        (complex.protein_heavy, plain.protein_heavy),
    ):
        assert complex.atoms.name[ours].tolist() == plain.atoms.name[theirs].tolist()
        for column in ("united", "donor", "acceptor", "charge"):
            mine, reference = getattr(complex.atoms, column), getattr(plain.atoms, column)
            assert mine[ours].tolist() == reference[theirs].tolist()
        np.testing.assert_allclose(complex.xyz[0, ours], plain.xyz[0, theirs], atol=1e-3)
    assert complex.inhibitor.GetNumAtoms() == plain.inhibitor.GetNumAtoms()
    assert Chem.MolToSmiles(complex.inhibitor) == Chem.MolToSmiles(plain.inhibitor)
    assert set(complex.atoms.united[~complex.heavy]) == {"H"}


# Modified residues


def test_selenomethionine_is_methionine(tmp_path):
    def edit(structure: gemmi.Structure) -> None:
        target = residue(structure, 1160)
        target.name = "MSE"
        target["SD"][0].element = gemmi.Element("Se")
        target["SD"][0].name = "SE"
        target.het_flag = "H"

    complex = load(made(tmp_path, edit))
    index = complex.find_residue(1160)
    assert (complex.residues.name[index], complex.residues.letter[index]) == ("MSE", "M")
    assert complex.kinase.variant == "WT"
    selenium = complex.atoms_of(index)["SE"]
    assert complex.atoms.united[selenium] == "Se"
    assert complex.atoms.acceptor[selenium]


def test_phosphotyrosine(tmp_path):
    def edit(structure: gemmi.Structure) -> None:
        target = residue(structure, 1159)
        assert target.name == "TYR"
        target.name, target.het_flag = "PTR", "H"
        at = target["OH"][0]
        for label, element, step in (
            ("P", "P", (1.6, 0, 0)),
            ("O1P", "O", (2.1, 1.4, 0)),
            ("O2P", "O", (2.1, -1.4, 0)),
            ("O3P", "O", (2.1, 0, 1.4)),
        ):
            atom = at.clone()
            atom.name, atom.element = label, gemmi.Element(element)
            atom.pos += gemmi.Position(*step)
            target.add_atom(atom)

    complex = load(made(tmp_path, edit))
    index = complex.find_residue(1159)
    assert (complex.residues.letter[index], complex.kinase.variant) == ("Y", "WT")
    atoms = complex.atoms_of(index)
    # The ester oxygen has lost its hydrogen; the others carry the charge.
    assert complex.atoms.united[atoms["OH"]] == "O"
    assert not complex.atoms.donor[atoms["OH"]]
    assert complex.atoms.charge[[atoms[a] for a in ("O1P", "O2P", "O3P")]].tolist() == [-1, -1, -1]
    assert complex.atoms.united[atoms["P"]] == "P"


# Several inhibitors, none, odd ones


def second_drug(structure: gemmi.Structure) -> None:
    """Beside crizotinib something else of the table: (S)-crizotinib's code, 6 Å away."""
    move(add_residue(structure, drug(structure), number=3000, name="VHS"), 0, 0, 6)


def test_two_different_inhibitors_are_listed_and_ligand_picks(tmp_path):
    path = made(tmp_path, second_drug)
    with pytest.raises(
        StructureError, match=r"several inhibitors: VHS A/3000, VGH A/2346; name one with ligand="
    ):
        load(path)
    assert load(path, ligand="VGH").component == "VGH"
    # The copy has the shape of crizotinib, so its stereo is not that of its code.
    other = load(path, ligand="vhs")
    assert other.component == "VHS"
    assert any("stereo of 1" in n for n in other.notes)


def test_the_same_inhibitor_in_two_chains(tmp_path, plain):
    def edit(structure: gemmi.Structure) -> None:
        second = structure[0]["A"].clone()
        second.name = "B"
        for r in second:
            move(r, 60)
        structure[0].add_chain(second)

    for name in ("a.pdb", "a.cif"):
        path = made(tmp_path, edit, name)
        first, second = load(path), load(path, chain="B")
        assert_same(first, plain)
        assert set(first.residues.chain) == {"A"}
        assert any("also there: VGH B/2346" in n for n in first.notes)
        assert set(second.residues.chain) == {"B"}
        np.testing.assert_allclose(
            second.xyz - first.xyz, np.tile([60, 0, 0], (1, *second.xyz.shape[1:2], 1)), atol=3e-3
        )
        assert set(load(path, ligand="VGH:B").residues.chain) == {"B"}
        assert set(load(path, ligand="VGH:B:2346").residues.chain) == {"B"}


def test_a_copy_far_from_the_pocket_is_not_taken(tmp_path, plain):
    def edit(structure: gemmi.Structure) -> None:
        chain = structure[0]["A"]
        copy = drug(structure).clone()
        copy.seqid = gemmi.SeqId(3000, " ")
        move(copy, 40)
        at = next(i for i, r in enumerate(chain) if r.seqid.num == CRIZOTINIB)
        chain.add_residue(copy, at)

    complex = load(made(tmp_path, edit))
    assert_same(complex, plain)


@pytest.mark.parametrize("step", [0.0, 0.2, 1.0])
def test_a_ligand_given_twice_under_one_residue(tmp_path, plain, step):
    def edit(structure: gemmi.Structure) -> None:
        target = drug(structure)
        for atom in [a.clone() for a in target]:
            atom.pos += gemmi.Position(step, 0, 0)
            target.add_atom(atom)

    complex = load(made(tmp_path, edit))
    assert_same(complex, plain)
    assert "given twice under one number, first copy taken: VGH A/2346" in complex.notes


def test_coincident_copies_as_two_residues(tmp_path, plain):
    path = made(tmp_path, lambda s: add_residue(s, drug(s), number=3000) and None)
    complex = load(path)
    assert_same(complex, plain)
    assert any("also there: VGH A/3000" in n for n in complex.notes)


def test_atom_names_of_a_ligand_need_not_be_unique(tmp_path, plain):
    def edit(structure: gemmi.Structure) -> None:
        drug(structure).name = "LIG"
        for atom in drug(structure):
            atom.name = atom.element.name.upper()

    complex = load(made(tmp_path, edit))
    assert complex.inhibitor_name == "crizotinib"
    assert len(complex.inhibitor_heavy) == 30
    assert not any("twice" in n for n in complex.notes)


def test_a_chain_given_twice_under_one_name(tmp_path, plain):
    def edit(structure: gemmi.Structure) -> None:
        for r in [r.clone() for r in structure[0]["A"] if r.name in ("MET", "PRO", "GLY")]:
            move(r, 50)
            structure[0]["A"].add_residue(r)

    complex = load(made(tmp_path, edit))
    assert_same(complex, plain)
    assert any(n.startswith("given twice under one number") for n in complex.notes)


def test_covalent_ligand_is_noted(tmp_path):
    def edit(structure: gemmi.Structure) -> None:
        # Bring the sulphur of Met1211 to 1.8 Å of an inhibitor atom.
        target, ligand = residue(structure, 1211)["SD"][0], drug(structure)
        atom = min(ligand, key=lambda a: a.pos.dist(target.pos))
        away = np.array(target.pos.tolist()) - atom.pos.tolist()
        target.pos = gemmi.Position(
            *(np.array(atom.pos.tolist()) + 1.8 * away / np.linalg.norm(away))
        )

    complex = load(made(tmp_path, edit))
    assert any("inhibitor is covalently bonded to M1211 SD (" in n for n in complex.notes)
    assert complex.inhibitor.GetNumAtoms() == 30


def test_no_covalent_bond_where_there_is_none(plain):
    assert not plain.bonded_to_protein()
    assert not any("covalent" in n for n in plain.notes)


def without_drug(structure: gemmi.Structure) -> None:
    chain = structure[0]["A"]
    del chain[next(i for i, r in enumerate(chain) if r.seqid.num == CRIZOTINIB)]


def test_peptide_ligand_is_refused_by_name(tmp_path):
    def edit(structure: gemmi.Structure) -> None:
        without_drug(structure)
        for i, r in enumerate([r.clone() for r in structure[0]["A"]][:6]):
            move(add_residue(structure, r, number=i + 1, chain="P"), 3)

    path = made(tmp_path, edit)
    with pytest.raises(StructureError, match=r"peptide chains, not handled.*'P' \(6 amino acids\)"):
        load(path)
    with pytest.raises(InputError, match="is an amino acid; peptides are not handled"):
        load(path, ligand=f"{load('2WGJ').residues.name[0]}:P")


def test_a_ligand_with_atom_names_of_an_amino_acid_is_a_ligand(tmp_path, plain):
    def edit(structure: gemmi.Structure) -> None:
        drug(structure).name = "UNL"
        carbons = [a for a in drug(structure) if a.element.name == "C"]
        carbons[0].name, carbons[-1].name = "CA", "C"
        next(a for a in drug(structure) if a.element.name == "N").name = "N"
        next(a for a in drug(structure) if a.element.name == "O").name = "O"

    assert load(made(tmp_path, edit)).inhibitor_name == "crizotinib"


def test_dna_beside_the_kinase_is_no_inhibitor(tmp_path, plain):
    def edit(structure: gemmi.Structure) -> None:
        for number, name in ((1, "DA"), (2, "DT")):
            move(add_residue(structure, drug(structure), number=number, name=name, chain="D"), 3)

    assert_same(load(made(tmp_path, edit)), plain)

    def bare(structure: gemmi.Structure) -> None:
        edit(structure)
        without_drug(structure)

    path = made(tmp_path, bare)
    with pytest.raises(StructureError, match=r"no inhibitor found \(hetero residues: none\)"):
        load(path)


def test_additives_and_cofactors_are_no_inhibitors(tmp_path):
    def edit(structure: gemmi.Structure) -> None:
        drug(structure).name = "ANP"
        made = add_residue(structure, structure[0]["A"][-1], number=4000, name="GOL")
        made[0].element = gemmi.Element("C")  # a lone oxygen would be water

    with pytest.raises(StructureError, match=r"no inhibitor found .*ANP A/2346.*GOL A/4000"):
        load(made(tmp_path, edit))


# Waters and metals


def test_waters_and_metals_within_five_angstrom(tmp_path, plain):
    def edit(structure: gemmi.Structure) -> None:
        chain = structure[0]["A"]
        for i in reversed([i for i, r in enumerate(chain) if r.name == "HOH"]):
            del chain[i]
        ligand = drug(structure)
        far = np.array([a.pos.tolist() for a in ligand])
        tip = int(far[:, 0].argmax())
        for number, (name, element, step) in enumerate(
            [
                ("HOH", "O", 4.9),
                ("HOH", "O", 5.1),
                ("MG", "Mg", 4.9),
                ("ZN", "Zn", 5.1),
                ("CL", "Cl", 3.0),
            ]
        ):
            lone_atom(
                structure,
                name,
                element,
                ligand[tip].pos + gemmi.Position(step, 0, 0),
                5000 + number,
            )

    complex = load(made(tmp_path, edit))
    r = complex.residues
    near = [
        (n, m, role)
        for n, m, role in zip(r.name, r.number, r.role, strict=True)
        if role in ("water", "metal")
    ]
    assert near == [("HOH", 5000, "water"), ("MG", 5002, "metal")]
    water = complex.heavy_of("water")
    assert complex.atoms.donor[water].all()
    assert complex.atoms.acceptor[water].all()
    assert complex.atoms.united[water].tolist() == ["OH"]


# Provenance


def test_a_predicted_complex(tmp_path, plain):
    def edit(structure: gemmi.Structure) -> None:
        structure.info = gemmi.InfoMap({})
        structure.name = "model_0"
        structure.raw_remarks, structure.meta = [], gemmi.Structure().meta
        structure.resolution = 0
        drug(structure).name = "LIG"
        for i, r in enumerate(structure[0]["A"]):
            for atom in r:
                atom.b_iso = 60 + i % 37

    for name in ("a.pdb", "a.cif"):
        complex = load(made(tmp_path, edit, name))
        assert complex.provenance.kind == "predicted"
        assert np.isnan(complex.b_factor).all()
        assert any("pLDDT" in n for n in complex.notes)
        assert (complex.inhibitor_name, complex.component) == ("crizotinib", "LIG")
        assert complex.provenance.entry == ""
        assert Chem.MolToSmiles(complex.inhibitor) == Chem.MolToSmiles(plain.inhibitor)
        deposited = load(tmp_path / name, provenance="deposited")
        assert deposited.provenance.kind == "deposited"
        assert not np.isnan(deposited.b_factor).any()


def test_a_file_that_says_nothing_is_processed(tmp_path):
    def edit(structure: gemmi.Structure) -> None:
        structure.info = gemmi.InfoMap({})
        structure.raw_remarks, structure.meta = [], gemmi.Structure().meta

    complex = load(made(tmp_path, edit, "mine.pdb"))
    assert complex.provenance.kind == "processed"
    assert any("names no experiment" in n for n in complex.notes)


def test_an_experiment_is_no_prediction_whatever_its_title(tmp_path):
    def edit(structure: gemmi.Structure) -> None:
        structure.info["_struct.title"] = "PREDICTING RESISTANCE WITH ALPHAFOLD"
        structure.info["_exptl.method"] = "X-RAY DIFFRACTION"

    assert load(made(tmp_path, edit)).provenance.kind == "deposited"


def test_entry_of_the_header_checksum_and_file_name(tmp_path):
    import hashlib

    def edit(structure: gemmi.Structure) -> None:
        structure.info["_entry.id"] = "2WGJ"
        structure.info["_exptl.method"] = "X-RAY DIFFRACTION"

    for name in ("made.cif", "made.pdb"):
        path = made(tmp_path, edit, name)
        assert load(path).provenance.entry == "2WGJ"
    provenance = load(path).provenance
    assert provenance.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert provenance.file == "made.pdb"


# Poses


def sdf(complex: Complex, path: Path, shift: float = 0.0) -> Path:
    mol = complex.to_rdkit()
    conformer = mol.GetConformer()
    conformer.SetPositions(conformer.GetPositions() + np.array([shift, 0, 0]))
    with Chem.SDWriter(str(path)) as writer:
        writer.write(Chem.AddHs(mol, addCoords=True))
    return path


def test_pose_from_an_sdf_file(tmp_path, plain):
    pose = sdf(plain, tmp_path / "pose.sdf", shift=0.3)
    complex = load("2WGJ", ligand=pose)
    assert complex.inhibitor_name == "crizotinib"
    assert complex.protonation == "as written in the pose file"
    np.testing.assert_allclose(
        complex.xyz[0, complex.inhibitor_heavy] - plain.xyz[0, plain.inhibitor_heavy],
        np.tile([0.3, 0, 0], (30, 1)),
        atol=1e-3,
    )
    assert Chem.MolToSmiles(complex.inhibitor) == Chem.MolToSmiles(plain.inhibitor)
    assert (complex.residues.role == "inhibitor").sum() == 1
    assert any(n.startswith("inhibitor from pose.sdf") for n in complex.notes)
    assert_same_protein(complex, plain)


def assert_same_protein(a: Complex, b: Complex) -> None:
    np.testing.assert_array_equal(a.xyz[:, a.protein_heavy], b.xyz[:, b.protein_heavy])


def test_pose_outside_the_pocket(tmp_path, plain):
    pose = sdf(plain, tmp_path / "pose.sdf", shift=80)
    with pytest.raises(StructureError, match=r"touches no pocket residue of chain 'A'"):
        load("2WGJ", ligand=pose)


def test_missing_pose_file(tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.sdf: no such file"):
        load("2WGJ", ligand=tmp_path / "nowhere.sdf")


# Bad input


def text_file(content: bytes) -> Callable[[Path], Path]:
    def write_it(folder: Path) -> Path:
        path = folder / "bad.pdb"
        path.write_bytes(content)
        return path

    return write_it


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"bad\.pdb: the file is empty"),
        (b"  \n\n", r"bad\.pdb: the file is empty"),
        (b"<!DOCTYPE html><html>Not found</html>", "not a structure; expected PDB ATOM records"),
        (b"dear all, here is the structure", "not a structure"),
        (bytes(range(256)) * 10, "not a structure"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "not a structure"),
        (b"data_x\n_cell.length_a 1\n", "not a structure"),
        (b"data_x\nloop_\n_atom_site.id\n_atom_site.type_symbol\n1\n", "cannot be parsed"),
        (b"\x1f\x8b\x08\x00garbage", "gzip file is damaged or truncated"),
        (b'{"ATOM": 1}', "not a structure"),
        (b"MODEL        1\nENDMDL\nMODEL        2\nATOM\nENDMDL\n", "first of its 2 models has no"),
    ],
)
def test_not_a_structure(tmp_path, content, message):
    with pytest.raises(StructureError, match=message):
        load(text_file(content)(tmp_path))


@pytest.mark.parametrize("part", [0.1, 0.5, 0.99])
def test_truncated_gzip(tmp_path, part):
    path = made(tmp_path, name="a.cif.gz")
    raw = path.read_bytes()
    path.write_bytes(raw[: int(part * len(raw))])
    with pytest.raises(StructureError, match="damaged or truncated"):
        load(path)


def test_unknown_name_suggests_near_ones():
    with pytest.raises(InputError, match=r"crizotnib.*Did you mean.*crizotinib"):
        load("crizotnib")
    with pytest.raises(InputError, match="neither a file nor a known structure"):
        load("qwertyuiop")


def test_paths_that_are_none(tmp_path):
    with pytest.raises(InputError, match=r"gone\.pdb: no such file"):
        load(tmp_path / "gone.pdb")
    with pytest.raises(InputError, match="is a folder"):
        load(tmp_path)
    with pytest.raises(InputError, match="is a folder"):
        load("")
    with pytest.raises(InputError, match="cannot be a file name"):
        load("ATOM      1  N   MET A   1      11.000  12.000  13.000\n" * 100)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the super-user may read everything"
)
def test_unreadable_file(tmp_path):
    path = made(tmp_path)
    path.chmod(0)
    with pytest.raises(StructureError, match="cannot be read"):
        load(path)


def test_reading_errors_are_said(tmp_path, monkeypatch):
    path = made(tmp_path)

    opened = Path.open

    def refuse(self: Path, *args, **kwargs):
        if self.name == "made.pdb":
            raise PermissionError(13, "Permission denied")
        return opened(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(StructureError, match=r"made\.pdb: cannot be read \(Permission denied\)"):
        load(path)


def test_ca_trace(tmp_path):
    def edit(structure: gemmi.Structure) -> None:
        for r in structure[0]["A"]:
            if r.seqid.num != CRIZOTINIB and r.name != "HOH":
                for name in [a.name for a in r if a.name != "CA"]:
                    r.remove_atom(name, "\0")

    with pytest.raises(StructureError, match=r"whole backbone in only 0 of 72 .*trace"):
        load(made(tmp_path, edit))


def extended(letters: str, name: str = "VGH") -> gemmi.Structure:
    """A straight chain with this sequence and crizotinib in its middle."""
    structure = gemmi.Structure()
    structure.add_model(gemmi.Model(1))
    chain = gemmi.Chain("A")
    backbone = {"N": (0, 0, 0), "CA": (1.46, 0, 0), "C": (2.0, 1.4, 0), "O": (1.3, 2.4, 0)}
    for i, letter in enumerate(letters):
        r = gemmi.Residue()
        r.name = gemmi.expand_one_letter(letter, gemmi.ResidueKind.AA)
        r.seqid = gemmi.SeqId(i + 1, " ")
        for label, (x, y, z) in backbone.items():
            atom = gemmi.Atom()
            atom.name, atom.element = label, gemmi.Element(label[0])
            atom.pos, atom.occ = gemmi.Position(x, y, z + 3.5 * i), 1.0
            r.add_atom(atom)
        chain.add_residue(r)
    ligand = drug(met()).clone()
    ligand.name = name
    centre = np.mean([a.pos.tolist() for a in ligand], axis=0)
    for atom in ligand:
        atom.pos = gemmi.Position(*(atom.pos.tolist() - centre + [3, 5, 1.75 * len(letters)]))
    chain.add_residue(ligand)
    structure[0].add_chain(chain)
    return structure


def test_no_protein_and_no_kinase(tmp_path):
    def only_drug(structure: gemmi.Structure) -> None:
        chain = structure[0]["A"]
        for i in reversed(range(len(chain))):
            if chain[i].seqid.num != CRIZOTINIB:
                del chain[i]

    with pytest.raises(StructureError, match="no protein in the file; expected a kinase chain"):
        load(made(tmp_path, only_drug))
    # Hen egg-white lysozyme (UniProt P00698).
    lysozyme = (
        "KVFGRCELAAAMKRHGLDNYRGYSLGNWVCAAKFESNFNTQATNRNTDGSTDYGILQINSRWWCNDGRTPGSRNLCNIPCSALLSSDI"
        "TASVNCAKKIVSDGNGMNAWVAWRNRCKGTDVQAWIRGCRL"
    )
    path = write(extended(lysozyme), tmp_path / "lysozyme.pdb")
    with pytest.raises(
        StructureError, match=r"no protein kinase chain.*not recognised as a protein"
    ):
        load(path)
    with pytest.raises(StructureError, match="chain 'A' has only 12 amino acids"):
        load(write(extended("MKLVINGKTLKG"), tmp_path / "short.pdb"))


@pytest.mark.parametrize(
    "signature",
    [
        "FKNGDDLRQDMLTLQ",  # PI3K delta, in PROSITE PS00915
        "SCAGYCVATFILGIGDRHNSN",  # the same, in PS00916
    ],
)
def test_lipid_kinase_is_refused_by_name(tmp_path, signature):
    letters = (
        "GSEKLIDQSAVTREWQHPLMNVYAGKTESDLIRPQ" * 2 + signature + "AKELGDTVSNRQILHEWPMYVKSAT" * 2
    )
    with pytest.raises(
        StructureError, match=r"a lipid kinase \(nearest PIK3C.\), not a protein kinase"
    ):
        load(write(extended(letters), tmp_path / "lipid.pdb"))


def test_no_inhibitor_names_what_is_there(tmp_path):
    def edit(structure: gemmi.Structure) -> None:
        at = drug(structure)[0].pos
        without_drug(structure)
        lone_atom(structure, "ZN", "Zn", at, 900)
        lone_atom(structure, "GOL", "C", at, 901)

    with pytest.raises(
        StructureError, match=r"no inhibitor found \(hetero residues: ZN A/900, GOL"
    ):
        load(made(tmp_path, edit))


def test_inhibitor_outside_the_pocket(tmp_path):
    with pytest.raises(StructureError, match=r"VGH A/2346 touches no pocket residue"):
        load(made(tmp_path, lambda s: move(drug(s), 70)))


def test_ligand_and_chain_that_are_not_there(tmp_path):
    path = made(tmp_path)
    with pytest.raises(StructureError, match=r"no residue 'XYZ'; .*VGH A/2346"):
        load(path, ligand="XYZ")
    with pytest.raises(StructureError, match="no residue 'VGH:B'"):
        load(path, ligand="VGH:B")
    with pytest.raises(InputError, match="no protein chain 'Q'; the file has 'A'"):
        load(path, chain="Q")


def test_elements_are_never_guessed(tmp_path):
    path = made(tmp_path)
    # A name that fits no column rule: neither chlorine nor carbon.
    bare = [x[:76].rstrip() for x in path.read_text().splitlines()]
    at = next(i for i, x in enumerate(bare) if x[17:20] == "VGH")
    bare[at] = bare[at][:12] + "QQ1 " + bare[at][16:]
    path.write_text("\n".join(bare))
    with pytest.raises(StructureError, match=r"made\.pdb, line \d+: atom QQ1 of .* no element"):
        load(path)
    cif = made(tmp_path, name="a.cif")
    block = gemmi.cif.read(str(cif)).sole_block()
    block.find_loop("_atom_site.type_symbol").get_loop().remove_column("_atom_site.type_symbol")
    cif.write_text(block.as_string())
    with pytest.raises(StructureError, match="no type_symbol column"):
        load(cif)


def test_an_element_that_does_not_exist(tmp_path):
    path = made(tmp_path)
    lines = path.read_text().splitlines()
    at = next(i for i, x in enumerate(lines) if x.startswith("ATOM") and x[12:16] == " CA ")
    lines[at] = lines[at][:76] + " A" + lines[at][78:]  # as AutoDock writes aromatic carbon
    path.write_text("\n".join(lines))
    with pytest.raises(
        StructureError, match=r"atom CA of .* an element that is not in the periodic"
    ):
        load(path)


@pytest.mark.parametrize("word", ["     nan", "     inf", "********", "   1.2.3"])
def test_coordinates_that_are_no_numbers(tmp_path, word):
    path = made(tmp_path)
    lines = path.read_text().splitlines()
    at = next(i for i, x in enumerate(lines) if x.startswith("ATOM"))
    lines[at] = lines[at][:30] + word + lines[at][38:]
    path.write_text("\n".join(lines))
    with pytest.raises(StructureError, match=r"made\.pdb, line 8: .*not a number"):
        load(path)


@pytest.mark.parametrize("word", ["nan", "?", "."])
def test_coordinates_that_are_no_numbers_in_mmcif(tmp_path, word):
    path = made(tmp_path, name="a.cif")
    block = gemmi.cif.read(str(path)).sole_block()
    block.find("_atom_site.", ["Cartn_y"])[5][0] = word
    path.write_text(block.as_string())
    with pytest.raises(StructureError, match=r"line 126, atom 6: .*expected a number, found"):
        load(path)


def test_chemistry_must_be_known_or_given(tmp_path, plain):
    def edit(structure: gemmi.Structure) -> None:
        drug(structure).name = "QQQ"
        drug(structure).remove_atom(
            "F01" if "F01" in [a.name for a in drug(structure)] else fluorine(structure), "\0"
        )

    def fluorine(structure: gemmi.Structure) -> str:
        return next(a.name for a in drug(structure) if a.element.name == "F")

    path = made(tmp_path, edit)
    with pytest.raises(
        StructureError, match=r"chemistry of QQQ A/2346 \(29 heavy atoms\).*smiles="
    ):
        load(path)
    smiles = "C[C@@H](Oc1cc(-c2cnn(C3CC[NH2+]CC3)c2)cnc1N)c1c(Cl)cccc1Cl"
    complex = load(path, smiles=smiles)
    assert Chem.MolToSmiles(complex.inhibitor) == Chem.CanonSmiles(smiles)
    assert complex.inhibitor_name == "QQQ"
    assert complex.protonation == "as written in the SMILES given"
    with pytest.raises(StructureError, match=r"inhibitor QQQ: the atoms in the file do not match"):
        load(path, smiles="c1ccccc1C(=O)N")
    with pytest.raises(InputError, match="SMILES 'C1CC' cannot be read"):
        load(path, smiles="C1CC")


def test_smiles_overrules_the_table(tmp_path, plain):
    neutral = literature.components().set_index("component").loc["VGH", "smiles"]
    complex = load("2WGJ", smiles=neutral)
    assert complex.inhibitor_name == "crizotinib"
    assert Chem.GetFormalCharge(complex.inhibitor) == 0
    assert Chem.GetFormalCharge(plain.inhibitor) == 1
    assert Chem.GetFormalCharge(load("2WGJ", protonation="neutral").inhibitor) == 0


def test_bad_words(tmp_path):
    with pytest.raises(
        InputError, match="protonation must be one of ph74, written, neutral, found 'pH 7'"
    ):
        load("2WGJ", protonation="pH 7")
    # Also where the state would not be used.
    with pytest.raises(InputError, match="protonation must be one of"):
        load("2WGJ", protonation="x", ligand=sdf(load("2WGJ"), tmp_path / "pose.sdf"))
    with pytest.raises(InputError, match=r"provenance must be one of deposited, .*found 'crystal'"):
        load("2WGJ", provenance="crystal")


def test_every_error_is_of_one_family_and_names_the_file(tmp_path):
    for error in (InputError, StructureError):
        assert issubclass(error, Ros1structError)
        assert issubclass(error, ValueError)


def test_residue_that_is_absent(plain):
    assert plain.find_residue(1) is None
    assert plain.find_residue(1160) is not None
    assert plain.find_residue(0) is None


def test_find_says_where_a_name_leads(tmp_path):
    path, entry = find("2WGJ")
    assert path.name == "met_crizotinib_2wgj.cif"
    assert entry.component == "VGH"
    assert find(made(tmp_path)) == (tmp_path / "made.pdb", None)


# Bridges


def test_to_mdtraj(plain):
    trajectory = plain.to_mdtraj()
    assert trajectory.n_atoms == plain.xyz.shape[1]
    np.testing.assert_allclose(trajectory.xyz * 10, plain.xyz, atol=1e-4)
    top = trajectory.topology
    assert [a.name for a in top.atoms] == plain.atoms.name.tolist()
    assert [a.element.symbol for a in top.atoms] == plain.atoms.element.tolist()
    assert [r.resSeq for r in top.residues] == plain.residues.number.tolist()
    assert [r.name for r in top.residues] == plain.residues.name.tolist()


def test_to_rdkit_has_a_conformer_per_frame(plain):
    many = plain.with_coordinates(np.concatenate([plain.xyz, plain.xyz + 1, plain.xyz + 2]))
    mol = many.to_rdkit()
    assert mol.GetNumConformers() == 3
    assert Chem.MolToSmiles(mol) == Chem.CanonSmiles(known_chemistry("VGH").smiles)
    for frame, conformer in enumerate(mol.GetConformers()):
        np.testing.assert_allclose(
            conformer.GetPositions(), many.xyz[frame, many.inhibitor_heavy], atol=1e-4
        )
    assert many.inhibitor.GetNumConformers() == 0


def test_to_biopython(plain):
    many = plain.with_coordinates(np.concatenate([plain.xyz, plain.xyz + 1]))
    structure = many.to_biopython()
    assert len(list(structure)) == 2
    for model, frame in zip(structure, many.xyz, strict=True):
        atoms = list(model.get_atoms())
        np.testing.assert_allclose([a.coord for a in atoms], frame)
        assert [a.get_name() for a in atoms] == plain.atoms.name.tolist()
        assert [r.id[1] for r in model.get_residues()] == plain.residues.number.tolist()
    flags = {r.id[0] for r in structure[0].get_residues()}
    assert flags == {" ", "W", "H_VGH"}


def test_bridges_of_awkward_complexes(tmp_path):
    def edit(structure: gemmi.Structure) -> None:
        for r in structure[0]["A"]:
            r.seqid.num -= 1200
        lone_atom(structure, "MG", "Mg", drug_at(structure), 77)

    def drug_at(structure: gemmi.Structure) -> gemmi.Position:
        ligand = next(r for r in structure[0]["A"] if r.name == "VGH")
        return ligand[0].pos + gemmi.Position(0, 0, 4)

    complex = load(made(tmp_path, edit, "neg.cif"))
    assert (complex.residues.number < 0).any()
    assert [
        r.resSeq for r in complex.to_mdtraj().topology.residues
    ] == complex.residues.number.tolist()
    assert len(list(complex.to_biopython().get_atoms())) == complex.xyz.shape[1]


# Purity


def test_loading_twice_gives_equal_arrays(plain):
    again = load("2WGJ")
    assert again is not plain
    np.testing.assert_array_equal(again.xyz, plain.xyz)
    for columns in ("atoms", "residues"):
        mine, theirs = getattr(again, columns), getattr(plain, columns)
        for field in mine.__dataclass_fields__:
            np.testing.assert_array_equal(getattr(mine, field), getattr(theirs, field))
    assert (again.kinase, again.provenance, again.notes) == (
        plain.kinase,
        plain.provenance,
        plain.notes,
    )


def test_nothing_can_be_written_to(plain):
    with pytest.raises(ValueError, match="read-only"):
        plain.xyz[0, 0, 0] = 0.0
    with pytest.raises(ValueError, match="read-only"):
        plain.atoms.charge[0] = 5
    with pytest.raises(ValueError, match="read-only"):
        plain.residues.number[0] = 5
    with pytest.raises(FrozenInstanceError, match="cannot assign"):
        plain.name = "other"


def test_new_coordinates_leave_the_original_alone(plain):
    before = plain.xyz.copy()
    mine = plain.xyz[0] + 5.0
    moved = plain.with_coordinates(mine, name="moved")
    mine[:] = 0.0  # the caller's array is no longer the complex's
    np.testing.assert_array_equal(plain.xyz, before)
    np.testing.assert_allclose(moved.xyz, before + 5.0)
    assert (moved.name, plain.name) == ("moved", "2WGJ")
    with pytest.raises(StructureError, match="coordinates must have shape"):
        plain.with_coordinates(plain.xyz[:, :-1])
    with pytest.raises(StructureError, match="not a number"):
        plain.with_coordinates(np.full_like(plain.xyz, np.nan))


@pytest.mark.parametrize("source", [None, 5, ["2WGJ"]])
def test_what_is_no_name_and_no_path_is_refused(source):
    with pytest.raises(InputError, match="expected a name, an entry, a path, or a structure"):
        load(source)
