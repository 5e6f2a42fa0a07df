"""Saturation is a scan of every substitution along the pocket; here of two positions, for speed."""

import sys

import numpy as np
import pytest

import ros1struct as rs
from ros1struct import tables
from ros1struct.errors import InputError
from ros1struct.resistance.saturation import CODONS, nucleotides, one_nucleotide_away
from ros1struct.structure.mutation import AMINO_ACIDS


@pytest.fixture(scope="module")
def table(few):
    return rs.saturation(few)


def test_every_other_amino_acid_at_every_klifs_position(table):
    assert table["mutation"].tolist() == [
        f"{place}{letter}"
        for place in ("L1157", "G1163")
        for letter in AMINO_ACIDS
        if letter != place[0]
    ]
    position = table["mutation"].str[1:-1]
    assert (table["mutation"] == table["wild_type"] + position + table["mutant"]).all()
    tables.check(table)


def test_rows_are_those_of_a_scan(table, few):
    one = rs.scan(few, "G1163R").iloc[0]
    row = table.set_index("mutation").loc["G1163R"]
    assert row["verdict"] == one["verdict"]
    assert row["score"] == pytest.approx(one["score"])


def test_every_row_has_its_klifs_position(table):
    # Also a proline that cannot be built without moving the backbone.
    assert table["min_distance"].isna().any()
    assert table["klifs"].tolist() == ["GK:45"] * 19 + ["linker:51"] * 19


def test_a_name_is_loaded(few, monkeypatch):
    monkeypatch.setattr(sys.modules["ros1struct.io.border"], "load", {"small": few}.__getitem__)
    assert len(rs.saturation("small")) == 38


def test_an_unknown_name_is_refused():
    with pytest.raises(InputError, match="Did you mean crizotinib"):
        rs.saturation("crizotnib")


def test_some_residues_give_their_rows_alone(table, few):
    some = rs.saturation(few, iter(["G1163"]))
    assert some["mutation"].tolist() == table["mutation"].tolist()[19:]
    assert rs.saturation(few, [])["mutation"].tolist() == []


@pytest.mark.parametrize("name", ["L1163", "G9999", "A1157"])
def test_a_residue_that_is_not_in_the_pocket_is_refused(few, name):
    with pytest.raises(InputError, match=f"residues of its pocket such as 'L1157', found '{name}'"):
        rs.saturation(few, ["G1163", name])


def test_progress_counts_to_the_end(few):
    seen = []
    rs.saturation(few, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (38, 38)


def test_one_nucleotide_from_every_some_or_no_codon():
    assert nucleotides("D", "N") == "every"  # GAT, GAC -> AAT, AAC
    assert nucleotides("G", "R") == "every"  # GGN -> CGN
    assert nucleotides("G", "W") == "some"  # GGG alone
    assert nucleotides("L", "F") == "some"  # CTT, CTC, TTA, TTG; not CTA, CTG
    assert nucleotides("G", "K") == "no"
    codes = {aa for aa in CODONS.values() if aa != "*"}
    for a in codes:
        for b in codes - {a}:
            found = nucleotides(a, b)
            # A way there is a way back, from one codon at least.
            assert (found == "no") == (nucleotides(b, a) == "no")
            assert one_nucleotide_away(a, b) == (found != "no")


def test_the_map_says_which_substitution_can_come_next(table):
    for row in table.itertuples():
        assert row.nucleotides == nucleotides(row.wild_type, row.mutant)
        assert row.one_nucleotide == (row.nucleotides != "no")
    places = list(table.columns)
    assert places.index("one_nucleotide") == places.index("nucleotides") + 1


def test_the_pocket_is_of_klifs_1_to_85():
    complex = rs.load("2WGJ")
    ends = [int(np.flatnonzero(complex.residues.klifs == k)[0]) for k in (1, 85)]
    labels = [complex.residue_label(i) for i in ends]
    table = rs.saturation(complex, labels)
    assert table["klifs"].unique().tolist() == ["I:1", "a.l:85"]
    assert len(table) == 38
