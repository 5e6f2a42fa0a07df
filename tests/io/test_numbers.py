"""Files whose residue numbers are not UniProt's: each a bundled structure, numbered anew."""

import gemmi
import numpy as np
import pytest

import ros1struct as rs
from ros1struct.errors import InputError
from ros1struct.io.find import find
from ros1struct.io.load import load


@pytest.fixture(scope="module")
def ros1():
    return rs.load("crizotinib")


@pytest.fixture(scope="module")
def met():
    return rs.load("2WGJ")


def structure_of(name: str) -> gemmi.Structure:
    structure = gemmi.read_structure(str(find(name)[0]))
    structure.setup_entities()
    return structure


def protein(structure: gemmi.Structure) -> list[gemmi.Residue]:
    return [r for r in structure[0][0] if r.find_atom("CA", "*")]


def numbers(complex: rs.Complex) -> list[tuple[str, int, int]]:
    r = complex.residues
    return [
        (str(a), int(u), int(k))
        for a, u, k, role in zip(r.letter, r.uniprot, r.klifs, r.role, strict=True)
        if role == "protein"
    ]


def written(structure: gemmi.Structure, path):
    structure.write_pdb(str(path))
    return path


def test_a_chain_numbered_from_1_with_a_missing_loop(ros1, tmp_path):
    structure = structure_of("crizotinib")
    chain = structure[0][0]
    # The loop before DFG, where letters alone push its Asp over the gap.
    for i in reversed(range(len(chain))):
        if 2091 <= chain[i].seqid.num <= 2100:
            del chain[i]
    for n, residue in enumerate(protein(structure), start=1):
        residue.seqid = gemmi.SeqId(n, " ")
    complex = load(written(structure, tmp_path / "serial.pdb"))
    assert numbers(complex) == [x for x in numbers(ros1) if not 2091 <= x[1] <= 2100]
    (note,) = [n for n in complex.notes if "UniProt" in n]
    assert note.startswith("residue numbers are those of UniProt P08922; the file's differ by")
    table = rs.contacts(complex)
    assert table["residue"].tolist() == rs.contacts(ros1)["residue"].tolist()
    assert (table["author_residue"] != "").all()


def test_insertion_codes_are_numbered_by_sequence(met, tmp_path):
    structure = structure_of("2WGJ")
    for residue in protein(structure):
        if 1159 <= residue.seqid.num <= 1161:
            residue.seqid = gemmi.SeqId(1158, "ABC"[residue.seqid.num - 1159])
    complex = load(written(structure, tmp_path / "codes.pdb"))
    assert numbers(complex) == numbers(met)
    table = rs.contacts(complex).set_index("residue")
    assert table.loc["M1160", ["klifs", "author_residue"]].tolist() == ["hinge:48", "M1158B"]
    assert table.loc["Y1230", "author_residue"] == ""
    assert complex.kinase.variant == "WT"


@pytest.mark.parametrize("shift", [19, -19, 24, -24, 5000])
def test_a_shift_is_undone_and_said(met, tmp_path, shift):
    structure = structure_of("2WGJ")
    for residue in structure[0][0]:
        residue.seqid.num += shift
    complex = load(written(structure, tmp_path / "shifted.pdb"))
    assert numbers(complex) == numbers(met)
    assert any(f"the file's {-shift:+d}: " in note for note in complex.notes)
    plain, moved = rs.contacts(met), rs.contacts(complex)
    assert moved["residue"].tolist() == plain["residue"].tolist()
    label = plain["residue"].iloc[0]
    assert moved["author_residue"].iloc[0] == f"{label[0]}{int(label[1:]) + shift}"
    assert "author_residue" not in plain


def test_what_the_file_says_of_another_kinase_is_said_to_be_wrong(met, tmp_path):
    path = written(structure_of("2WGJ"), tmp_path / "said.pdb")
    line = "DBREF  2WGJ A 1050  1350  UNP    P00533   EGFR_HUMAN    1050   1350             "
    path.write_text(f"{line}\n" + path.read_text())
    complex = load(path)
    assert complex.kinase.name == "MET"
    assert (
        "the file says P00533 (EGFR_HUMAN), the sequence says MET (P08581), whose numbers are used"
    ) in complex.notes


def test_the_author_numbers_are_there_for_who_asks(met, tmp_path):
    structure = structure_of("2WGJ")
    for residue in structure[0][0]:
        residue.seqid.num += 1000
    path = written(structure, tmp_path / "shifted.pdb")
    own = load(path, numbering="author")
    assert own.kinase.numbering == "author"
    assert rs.pocket(own)["residue"].iloc[0] == "E2082"
    assert rs.scan(own, "G2163A")["residue"].item() == "G2163"
    again = load(rs.write(own, tmp_path / "again.pdb"))
    assert again.kinase.numbering == "author"
    assert load(tmp_path / "again.pdb", numbering="uniprot").kinase.numbering == "uniprot"
    with pytest.raises(InputError, match="numbering must be 'uniprot' or 'author', found 'pdb'"):
        load(path, numbering="pdb")


def test_a_gatekeeper_mutant_is_the_kinase_and_says_so(met, tmp_path):
    structure = structure_of("2WGJ")
    gatekeeper = next(r for r in protein(structure) if r.seqid.num == 1157)
    gatekeeper.name = "ALA"
    for name in ("CG", "CD1", "CD2"):
        gatekeeper.remove_atom(name, "\0", gemmi.Element("C"))
    complex = load(written(structure, tmp_path / "mutant.pdb"))
    assert (complex.kinase.name, complex.kinase.variant) == ("MET", "L1157A")
    assert [x[1:] for x in numbers(complex)] == [x[1:] for x in numbers(met)]


def test_residues_are_named_by_klifs_position_too(met):
    one = rs.saturation(met, "linker:51")
    assert one.equals(rs.saturation(met, "G1163"))
    assert one.equals(rs.saturation(met, ["51"]))
    assert rs.ensemble(met, "GK:45M") == rs.ensemble(met, "L1157M")


def test_the_state_of_the_kinase_is_found_by_klifs_position():
    names = np.array([rs.kinase_state(rs.load(name)).dfg for name in ("2WGJ", "3LQ8")])
    assert names.tolist() == ["in", "out"]
