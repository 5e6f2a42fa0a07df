import gzip
import json
import os
import re
from dataclasses import replace

import gemmi
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdkit import Chem

import ros1struct as rs
from ros1struct.io.catalog import entries
from ros1struct.io.write import as_mmcif, as_pdb, write
from ros1struct.kinome.residue_numbers import numbered_by
from ros1struct.sidechains.repack import repack
from ros1struct.structure.complex import Provenance

BUNDLED = [e.name for e in entries() if e.path]
# Three decimals in PDB, four in mmCIF.
HALF_DIGIT = {".pdb": 5.1e-4, ".cif": 5.1e-5, ".cif.gz": 5.1e-5}


def smiles(complex):
    return Chem.MolToSmiles(complex.inhibitor)


def same(one, other, tolerance=5.1e-4):
    """Assert that two complexes are the same but for their names and files."""
    assert one.xyz.shape == other.xyz.shape
    assert np.abs(one.xyz - other.xyz).max() <= tolerance
    for field in ("name", "element", "residue", "united", "donor", "acceptor", "charge"):
        assert np.array_equal(getattr(one.atoms, field), getattr(other.atoms, field)), field
    for field in ("occupancy", "b_factor"):
        pair = getattr(one, field), getattr(other, field)
        assert np.allclose(*pair, atol=5.1e-3, equal_nan=True), field
    for field in one.residues.__dataclass_fields__:
        pair = getattr(one.residues, field), getattr(other.residues, field)
        assert np.array_equal(*pair), field
    assert smiles(one) == smiles(other)
    bonds = [
        [(b.GetBeginAtomIdx(), b.GetEndAtomIdx(), b.GetBondType()) for b in mol.GetBonds()]
        for mol in (one.inhibitor, other.inhibitor)
    ]
    assert sorted(map(sorted_bond, bonds[0])) == sorted(map(sorted_bond, bonds[1]))
    charges = [[a.GetFormalCharge() for a in c.inhibitor.GetAtoms()] for c in (one, other)]
    assert charges[0] == charges[1]
    for field in ("inhibitor_name", "component", "protonation"):
        assert getattr(one, field) == getattr(other, field), field
    for field in ("name", "accession", "variant", "numbering"):
        assert getattr(one.kinase, field) == getattr(other.kinase, field), field
    for field in ("kind", "entry", "method", "resolution", "details"):
        assert getattr(one.provenance, field) == getattr(other.provenance, field), field


def sorted_bond(bond):
    return (*sorted(bond[:2]), str(bond[2]))


def through(complex, folder, suffix):
    return rs.load(write(complex, folder / f"again{suffix}"))


@pytest.mark.parametrize("suffix", HALF_DIGIT)
@pytest.mark.parametrize("name", BUNDLED)
def test_every_bundled_complex_reads_back_as_it_was(tmp_path, name, suffix):
    complex = rs.load(name)
    if suffix == ".pdb" and len(complex.component) > 3:
        pytest.skip("PDB format has three letters for a component")
    again = through(complex, tmp_path, suffix)
    same(complex, again, HALF_DIGIT[suffix])
    assert again.name == "again"
    assert again.kinase.identity == pytest.approx(complex.kinase.identity)


@pytest.mark.parametrize("suffix", HALF_DIGIT)
def test_a_repacked_mutant_reads_back_as_it_was(tmp_path, suffix):
    model = repack(rs.load("crizotinib"), "G2032R", around="mutation", radius=4.0).complex
    again = through(model, tmp_path, suffix)
    same(model, again, HALF_DIGIT[suffix])
    assert again.kinase.variant == "G2032R"
    assert again.provenance.kind == "model"
    assert dict(again.provenance.details)["mutation"] == "G2032R"
    assert np.isnan(again.b_factor).all()


def test_a_model_of_an_entry_keeps_the_entry(tmp_path):
    model = repack(rs.load("2WGJ"), "L1157M", around="mutation", radius=0).complex
    again = through(model, tmp_path, ".cif")
    assert (again.provenance.kind, again.provenance.entry) == ("model", "2WGJ")
    same(model, again)


@pytest.mark.parametrize("suffix", HALF_DIGIT)
def test_frames_are_models_of_the_file(tmp_path, suffix):
    complex = rs.load("2WGJ")
    moved = complex.with_coordinates(complex.xyz + np.array([[[0.0]], [[1.25]], [[-2.5]]]))
    again = through(moved, tmp_path, suffix)
    same(moved, again, HALF_DIGIT[suffix])
    assert len(again.xyz) == 3
    assert not any("models" in note for note in again.notes)


def test_models_of_another_program_are_not_frames(tmp_path):
    complex = rs.load("2WGJ")
    path = write(complex.with_coordinates(np.repeat(complex.xyz, 2, axis=0)), tmp_path / "x.cif")
    path.write_text(path.read_text().replace("_written.frames", "_written.other"))
    again = rs.load(path)
    assert len(again.xyz) == 1
    assert "first of 2 models" in again.notes


def test_a_frame_that_lacks_an_atom_is_refused(tmp_path):
    complex = rs.load("2WGJ")
    path = write(complex.with_coordinates(np.repeat(complex.xyz, 2, axis=0)), tmp_path / "x.cif")
    lines = path.read_text().splitlines()
    last = max(k for k, line in enumerate(lines) if line.startswith("HETATM"))
    path.write_text("\n".join(lines[:last] + lines[last + 1 :]) + "\n")
    with pytest.raises(rs.StructureError, match="model 2 lacks atom"):
        rs.load(path)


@pytest.mark.parametrize("suffix", HALF_DIGIT)
def test_what_the_user_said_of_the_inhibitor_stays(tmp_path, suffix):
    neutral = rs.load("2WGJ", protonation="neutral")
    assert "+" not in smiles(neutral)
    again = through(neutral, tmp_path, suffix)
    same(neutral, again)
    # The user still has the last word.
    path = write(neutral, tmp_path / f"x{suffix}")
    charged = rs.load(path, smiles=smiles(rs.load("2WGJ")))
    assert "+" in smiles(charged)


@pytest.mark.parametrize("suffix", HALF_DIGIT)
def test_odd_numbers_and_missing_values_stay(tmp_path, suffix):
    complex = rs.load("2WGJ")
    r = complex.residues
    number, insertion = r.number.copy(), r.insertion.astype("U1")
    number[:3], insertion[1] = (-5, 7, 7), "B"
    b = complex.b_factor.copy()
    b[[0, 5]] = np.nan
    residues = replace(r, number=number, insertion=insertion)
    odd = complex.with_changes(residues=residues, b_factor=b)
    again = through(odd, tmp_path, suffix)
    assert again.residues.number[:3].tolist() == [-5, 7, 7]
    assert again.residues.insertion[:3].tolist() == ["", "B", ""]
    assert np.flatnonzero(np.isnan(again.b_factor)).tolist() == [0, 5]
    assert not re.search(r"\bNaN\b", as_mmcif(odd, "x") + as_pdb(odd))


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    details=st.dictionaries(
        st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True).filter(lambda k: k != "provenance"),
        st.text(
            st.characters(min_codepoint=32, max_codepoint=0x3B1, exclude_characters="\x7f"),
            min_size=1,
            max_size=40,
        ).filter(lambda v: v.strip() == v and v.isprintable() and v not in ".?"),
        max_size=4,
    ),
    suffix=st.sampled_from([".cif", ".pdb"]),
    kind=st.sampled_from(["deposited", "processed", "model"]),
)
def test_provenance_says_after_reading_what_it_said_before(tmp_path, details, suffix, kind):
    complex = rs.load("2WGJ")
    told = Provenance(kind, "2WGJ", "by hand; 'quoted' \"twice\"", 1.5, details=(*details.items(),))
    again = through(complex.with_changes(provenance=told), tmp_path, suffix)
    for field in ("kind", "entry", "method", "resolution"):
        assert getattr(again.provenance, field) == getattr(told, field)
    assert dict(again.provenance.details) == details


@pytest.mark.parametrize("suffix", HALF_DIGIT)
def test_chains_in_another_order_keep_their_values(tmp_path, shared, suffix):
    complex = rs.load(shared / "structures" / "test_only" / "xray" / "2YFX.pdb")
    r = complex.residues
    assert (r.role == "water").sum() > 1
    b = complex.b_factor.copy()
    b[complex.inhibitor_heavy] = np.nan
    # The file has chain A with its waters before chain L.
    chain = np.where(r.role == "inhibitor", "L", r.chain)
    odd = complex.with_changes(residues=replace(r, chain=chain), b_factor=b)
    odd = odd.with_coordinates(odd.xyz + np.array([[[0.0]], [[1.0]]]))
    same(odd, through(odd, tmp_path, suffix))


def test_author_numbers_stay_author_numbers(tmp_path):
    complex = numbered_by(rs.load("crizotinib"), "author")
    same(complex, through(complex, tmp_path, ".cif"))


def test_what_is_missing_of_an_inhibitor_stays_missing(tmp_path):
    lines = as_pdb(rs.load("2WGJ")).splitlines(keepends=True)
    kept = [x for x in lines if not x.startswith("REMARK") and x[12:20] != " C8  VGH"]
    path = tmp_path / "part.pdb"
    path.write_text("".join(kept))
    part = rs.load(path)
    assert any("inhibitor lacks 1 of 30 heavy atoms" in n for n in part.notes)
    same(part, through(part, tmp_path, ".cif"))


def test_a_pose_from_elsewhere_stays(tmp_path):
    complex = rs.load("2WGJ")
    Chem.MolToMolFile(complex.to_rdkit(), str(tmp_path / "pose.sdf"))
    posed = rs.load(write(complex, tmp_path / "x.pdb"), ligand=tmp_path / "pose.sdf")
    assert posed.component == ""
    for suffix in HALF_DIGIT:
        same(posed, through(posed, tmp_path, suffix))


def test_other_programs_read_the_file(tmp_path):
    complex = rs.load("crizotinib")
    for suffix in (".cif", ".pdb"):
        structure = gemmi.read_structure(str(write(complex, tmp_path / f"x{suffix}")))
        assert structure[0].count_atom_sites() == len(complex.atoms)
        polymer = structure[0]["A"].get_polymer()
        assert len(polymer) == (complex.residues.role == "protein").sum()
        assert [r.name for r in structure[0]["A"].get_ligands()] == ["VGH"]
    block = gemmi.cif.read(str(tmp_path / "x.cif")).sole_block()
    assert block.name == "x"
    charges = {row[0] for row in block.find("_atom_site.", ["pdbx_formal_charge"])}
    assert charges == {"?", "1"}


def test_the_same_complex_gives_the_same_bytes(tmp_path):
    complex = rs.load("2WGJ")
    for suffix in HALF_DIGIT:
        one = write(complex, tmp_path / f"a{suffix}").read_bytes()
        assert one == write(complex, tmp_path / f"a{suffix}").read_bytes()
    assert gzip.decompress((tmp_path / "a.cif.gz").read_bytes()).startswith(b"data_a\n")


@pytest.mark.parametrize("name", ["x.sdf", "x", "x.pdb.gz", ".cif.txt"])
def test_another_ending_is_refused(tmp_path, name):
    with pytest.raises(rs.InputError, match=r"written as \.cif, \.cif\.gz, \.pdb"):
        write(rs.load("2WGJ"), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_what_pdb_format_cannot_hold_is_refused(tmp_path):
    path = tmp_path / "x.pdb"
    with pytest.raises(rs.InputError, match="'A1I6Z' is too long for PDB format"):
        write(rs.load("zidesamtinib"), path)
    complex = rs.load("2WGJ")
    with pytest.raises(rs.InputError, match="coordinate is outside"):
        write(complex.with_coordinates(complex.xyz - 2000), path)
    chain = np.full(len(complex.residues), "AB")
    with pytest.raises(rs.InputError, match="chain 'AB' is too long"):
        write(complex.with_changes(residues=replace(complex.residues, chain=chain)), path)
    assert not path.exists()


def test_the_old_file_stays_where_the_new_one_fails(tmp_path):
    path = tmp_path / "x.pdb"
    path.write_text("old")
    with pytest.raises(rs.InputError):
        write(rs.load("zidesamtinib"), path)
    assert path.read_text() == "old"
    with pytest.raises(rs.InputError, match="cannot be written"):
        write(rs.load("2WGJ"), tmp_path / "missing" / "x.cif")
    assert [p.name for p in tmp_path.iterdir()] == ["x.pdb"]
    write(rs.load("2WGJ"), path)
    assert path.read_text().startswith("REMARK 999 ROS1STRUCT ")


def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch):
    path = write(rs.load("2WGJ"), tmp_path / "x.cif")
    old = path.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(rs.InputError, match=r"cannot be written \(No space left on device\)"):
        write(rs.load("crizotinib"), path)
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]


def test_frames_of_atoms_that_share_a_name(tmp_path):
    complex = rs.load("2WGJ")
    name = complex.atoms.name.copy()
    name[complex.inhibitor_heavy[[0, 3, 7]]] = "C1"
    twins = complex.with_changes(atoms=replace(complex.atoms, name=name))
    twins = twins.with_coordinates(twins.xyz + np.array([[[0.0]], [[1.0]]]))
    same(twins, through(twins, tmp_path, ".cif"))


def test_damaged_remarks_are_refused_and_lines_stay_short(tmp_path):
    text = as_pdb(rs.load("2WGJ"))
    assert max(map(len, text.splitlines())) <= 80
    path = tmp_path / "x.pdb"
    path.write_text(text.replace("|", "", 1).replace("{", "[", 1))
    with pytest.raises(rs.StructureError, match="are damaged"):
        rs.load(path)
    path.write_text("".join(x for x in text.splitlines(True) if not x.startswith("REMARK 999")))
    assert rs.load(path).inhibitor_name == "crizotinib"


def test_a_hostile_name_cannot_leave_its_item(tmp_path):
    complex = rs.load("2WGJ")
    bad = "x\n_ros1struct.provenance deposited\n;\nloop_ ' \" #"
    told = replace(complex.provenance, kind="model", details=(("seed", bad), ("a b\n_c d", "x")))
    hostile = complex.with_changes(provenance=told, inhibitor_name=bad, component=bad)
    for suffix in (".cif", ".pdb"):
        again = through(hostile, tmp_path, suffix)
        assert again.provenance.kind == "model"
        assert " ".join(again.inhibitor_name.split()) == " ".join(bad.split())
        seed = dict(again.provenance.details)["seed"]
        assert " ".join(seed.split()) == " ".join(bad.split())
    name = as_mmcif(complex, bad).splitlines()[0]
    assert name.startswith("data_x_")
    assert " " not in name


def test_the_remarks_are_json(tmp_path):
    lines = as_pdb(rs.load("crizotinib")).splitlines()
    pieces = [x[len("REMARK 999 ROS1STRUCT ") : -1] for x in lines if x.startswith("REMARK 999")]
    details, written = json.loads("".join(pieces))
    assert details["backbone_from"] == "G2032R"
    assert written["component"] == "VGH"
