"""What a file says of its chains, and what becomes of it when the sequence says otherwise."""

import gemmi
import numpy as np
import pytest

from benchmarks.numbering import line
from ros1struct.kinome.annotations import Stated, read_cif, read_pdb
from ros1struct.kinome.kinases import find_kinase
from ros1struct.kinome.numbering import number_chain

# 1M17 as deposited; a chain of 4O7N style with a long accession; a tag and a mutation.
DBREF = "DBREF  1M17 A  671   998  UNP    P00533   EGFR_HUMAN     695   1022\n"
LONG = (
    "DBREF1 5XXX B    1   300  UNP                  A0A024R7T2_HUMAN\n"
    "DBREF2 5XXX B     A0A024R7T2                        701        1000\n"
)
SEQADV = (
    "SEQADV 5XXX MET A   -1  UNP  P00533              INITIATING METHIONINE\n"
    "SEQADV 5XXX HIS A    0A UNP  P00533              EXPRESSION TAG\n"
    "SEQADV 5XXX MET A  766  UNP  P00533    THR   790 ENGINEERED MUTATION\n"
)
ATOM = "ATOM      1  N   GLY A   1       0.000   0.000   0.000  1.00  0.00           N\n"


def test_ranges_of_a_pdb_file():
    stated = read_pdb(DBREF + ATOM).of("A", np.array([670, 671, 766, 998]), [""] * 4)
    assert stated.accession == "P00533"
    assert stated.label == "P00533 (EGFR_HUMAN)"
    assert stated.uniprot.tolist() == [0, 695, 790, 1022]


def test_long_accessions_have_two_lines():
    stated = read_pdb(LONG).of("B", np.array([1, 300]), ["", ""])
    assert (stated.accession, stated.uniprot.tolist()) == ("A0A024R7T2", [701, 1000])


@pytest.mark.parametrize("old", ["   1   300", "   1", " 300"])
def test_a_range_without_two_numbers_is_none(old):
    assert old in LONG
    broken = LONG.replace(old, " " * len(old), 1)
    assert read_pdb(broken).of("B", np.array([1, 300]), ["", ""]) is None
    assert read_pdb(broken + DBREF).of("A", np.array([671]), [""]).uniprot.tolist() == [695]


@pytest.mark.parametrize("end", [ATOM, "MODEL        1\n" + ATOM, "HETATM" + ATOM[6:], ""])
def test_a_header_ends_where_atoms_or_the_text_do(end):
    assert read_pdb(DBREF + end).of("A", np.array([671]), [""]).uniprot.tolist() == [695]
    assert not end or read_pdb(end + DBREF).of("A", np.array([671]), [""]) is None


def test_tags_are_marked_and_mutations_are_not():
    stated = read_pdb(DBREF + SEQADV).of("A", np.array([0, 766]), ["A", ""])
    assert stated.tags.tolist() == [True, False]


def test_numbers_of_tags_have_four_digits_and_a_letter():
    wide = SEQADV.replace("A   -1 ", "A 1042 ").replace("A    0A", "A -104B")
    assert read_pdb(wide).of("A", np.array([1042]), [""]) is None
    assert read_pdb(DBREF + wide).tags == {("A", -104, "B")}
    more = wide.replace("INITIATING METHIONINE", "EXPRESSION TAG       ")
    assert read_pdb(DBREF + more).tags == {("A", 1042, ""), ("A", -104, "B")}


def test_other_chains_data_bases_and_lines_after_the_header_do_not_count():
    assert read_pdb(DBREF).of("B", np.array([700]), [""]) is None
    assert read_pdb(DBREF.replace("UNP ", "PDB ")).of("A", np.array([700]), [""]) is None
    assert read_pdb(ATOM + DBREF + ATOM).of("A", np.array([700]), [""]) is None
    assert read_pdb(DBREF.replace("P00533  ", "P00533-2")).of("A", np.array([700]), [""]) is None


CIF = """\
data_X
loop_
_struct_ref.id
_struct_ref.entity_id
_struct_ref.db_name
_struct_ref.db_code
_struct_ref.pdbx_db_accession
1 1 UNP EGFR_HUMAN P00533
loop_
_struct_ref_seq.align_id
_struct_ref_seq.ref_id
_struct_ref_seq.pdbx_strand_id
_struct_ref_seq.pdbx_auth_seq_align_beg
_struct_ref_seq.pdbx_auth_seq_align_end
_struct_ref_seq.pdbx_db_accession
_struct_ref_seq.db_align_beg
1 1 A 671 998 P00533 695
loop_
_struct_ref_seq_dif.align_id
_struct_ref_seq_dif.pdbx_pdb_strand_id
_struct_ref_seq_dif.pdbx_auth_seq_num
_struct_ref_seq_dif.pdbx_pdb_ins_code
_struct_ref_seq_dif.details
1 A 670 ? 'expression tag'
1 A 766 ? 'engineered mutation'
"""
SIFTS = """\
loop_
_pdbx_sifts_xref_db.asym_id
_pdbx_sifts_xref_db.seq_id
_pdbx_sifts_xref_db.unp_acc
_pdbx_sifts_xref_db.unp_num
A 1 P00533 791
A 2 ? ?
"""
ATOMS = """\
loop_
_atom_site.group_PDB
_atom_site.id
_atom_site.type_symbol
_atom_site.label_atom_id
_atom_site.label_alt_id
_atom_site.label_comp_id
_atom_site.label_asym_id
_atom_site.label_entity_id
_atom_site.label_seq_id
_atom_site.Cartn_x
_atom_site.Cartn_y
_atom_site.Cartn_z
_atom_site.occupancy
_atom_site.B_iso_or_equiv
_atom_site.auth_seq_id
_atom_site.auth_asym_id
_atom_site.pdbx_PDB_model_num
ATOM 1 N N . GLY A 1 1 0.0 0.0 0.0 1.0 0.0 766 A 1
ATOM 2 N N . GLY A 1 2 3.0 0.0 0.0 1.0 0.0 767 A 1
"""


@pytest.mark.parametrize(("more", "numbers"), [("", [790, 791]), (SIFTS, [791, 791])])
def test_references_of_an_mmcif_file(more, numbers):
    block = gemmi.cif.read_string(CIF + more + ATOMS).sole_block()
    found = read_cif(block, gemmi.make_structure_from_block(block))
    stated = found.of("A", np.array([766, 767]), ["", ""])
    assert stated.label == "P00533 (EGFR_HUMAN)"
    assert stated.uniprot.tolist() == numbers
    assert found.of("A", np.array([670, 766]), ["", ""]).tags.tolist() == [True, False]


def test_an_mmcif_file_may_say_nothing():
    block = gemmi.cif.read_string("data_X\n" + ATOMS).sole_block()
    found = read_cif(block, gemmi.make_structure_from_block(block))
    assert found.of("A", np.array([766]), [""]) is None


# The sequence decides


def stated(accession: str, uniprot: np.ndarray) -> Stated:
    return Stated(accession, accession, uniprot, np.zeros(len(uniprot), dtype=bool))


def test_the_sequence_wins_over_the_accession():
    (abl1,) = find_kinase("ABL1")
    numbers = np.arange(abl1.first, abl1.last + 1)
    found = number_chain(abl1.letters, numbers, stated=stated("P00533", numbers))
    assert found.kinase.name == "ABL1"
    assert found.notes == (
        "the file says P00533, the sequence says ABL1 (P00519), whose numbers are used",
    )


def test_the_sequence_wins_over_the_numbers():
    (abl1,) = find_kinase("ABL1")
    numbers = np.arange(abl1.first, abl1.last + 1)
    found = number_chain(abl1.letters, numbers, stated=stated("P00519", numbers + 19))
    assert (found.uniprot == numbers).all()
    assert any(f"differs at {len(numbers)} residues" in note for note in found.notes)


@pytest.mark.parametrize("wrong", [0, 1, 7])
def test_only_numbers_that_the_file_states_can_differ(wrong):
    (abl1,) = find_kinase("ABL1")
    numbers = np.arange(abl1.first, abl1.last + 1)
    part = np.where(np.arange(len(numbers)) < 100, numbers, 0)  # of the others it says nothing
    part[:wrong] += 1
    found = number_chain(abl1.letters, numbers, stated=stated("P00519", part))
    told = [note for note in found.notes if "differs at" in note]
    assert [f"differs at {wrong} residues" in note for note in told] == [True] * bool(wrong)


def test_the_file_decides_between_domains_of_one_sequence():
    one, other = find_kinase("SIK1")[0], find_kinase("SIK1B")[0]
    assert one.letters == other.letters
    numbers = np.arange(one.first, one.last + 1)
    for domain in (one, other):
        found = number_chain(one.letters, numbers, stated=stated(domain.accession, numbers))
        assert found.kinase.accession == domain.accession
        rival = other if domain is one else one
        assert (
            f"as likely, with the same letters over what is modelled: {rival.domain}"
            in (found.notes[0])
        )


def test_the_file_decides_where_a_piece_fits_twice():
    # A single Gly of the loop between two breaks could be either of two.
    (ros1,) = find_kinase("ROS1")
    at = ros1.letters.index("GG")
    kept = np.ones(len(ros1.letters), dtype=bool)
    kept[at - 4 : at + 6] = False
    kept[at + 1] = True
    letters = "".join(np.array(list(ros1.letters))[kept])
    uniprot = (np.arange(len(kept)) + ros1.first)[kept]
    atoms = line(kept)
    serial = np.arange(len(letters)) + 1
    silent = number_chain(letters, serial, **atoms)
    assert any("more than one place" in note for note in silent.notes)
    told = number_chain(letters, serial, stated=stated(ros1.accession, uniprot), **atoms)
    assert (told.uniprot == uniprot).all()
    assert not any("more than one place" in note for note in told.notes)


def test_tags_have_no_number():
    (ros1,) = find_kinase("ROS1")
    letters = "GSHM" + ros1.letters
    numbers = np.arange(ros1.first - 4, ros1.last + 1)
    tags = np.arange(len(letters)) < 3
    said = Stated(ros1.accession, "", np.where(tags, 0, numbers), tags)
    found = number_chain(letters, numbers, stated=said)
    assert found.uniprot[:5].tolist() == [0, 0, 0, ros1.first - 1, ros1.first]
