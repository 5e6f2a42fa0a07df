"""The table of human kinases: names, and positions that are those of the facts."""

import numpy as np
import pytest

from ros1struct.errors import InputError
from ros1struct.kinome import literature
from ros1struct.kinome.kinases import (
    ALIGNED,
    domains,
    find_kinase,
    kinase_name,
    klifs_label,
    other_kinases,
    read_runs,
    same_kinase,
)
from ros1struct.kinome.words import shared_words


def test_there_are_496_domains_each_named_once():
    names = [d.domain for d in domains()]
    assert len(names) == len(set(names)) == 496
    assert "RPS6KC1" not in names  # its range and its sequence do not agree
    assert sum(d.basis == "KLIFS" for d in domains()) == 337


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("EGFR", "EGFR"), ("HER2", "ERBB2"), ("trkB", "NTRK2"), ("P00519", "ABL1"),
        ("MEK1", "MAP2K1"), ("p38-alpha", "MAPK14"), ("p38α", "MAPK14"), ("VEGFR2", "KDR"),
        ("c-Met", "MET"), ("JAK2_2", "JAK2"), ("GSG2", "HASPIN"), ("Aurora A", "AURKA"),
        ("ERK2", "MAPK1"),
    ],
)  # fmt: skip
def test_kinases_go_by_many_names(text, name):
    assert kinase_name(text) == name


def test_no_name_means_two_kinases():
    for domain in domains():
        for name in (domain.name, domain.domain, domain.accession):
            assert {d.accession for d in find_kinase(name)} == {domain.accession}


def test_a_near_name_is_suggested():
    with pytest.raises(InputError, match=r"no human protein kinase .*Did you mean .*NTRK1"):
        kinase_name("NTRK11")


def test_names_of_one_kinase_are_the_same():
    assert same_kinase("TRKA", "NTRK1")
    assert not same_kinase("TRKA", "NTRK2")
    assert same_kinase("other", "other")
    assert not same_kinase("other", "ROS1")


def test_labels_are_those_of_the_table():
    table = literature.klifs_pocket()
    assert [klifs_label(k) for k in range(1, 86)] == table.klifs_label.tolist()
    assert klifs_label(0) == ""


@pytest.mark.parametrize("name", ALIGNED)
def test_the_six_agree_with_their_own_table(name):
    (domain,) = find_kinase(name)
    assert [domain.residue_at(k) for k in range(1, 86)] == literature.klifs_pocket()[name].tolist()
    for cell in literature.kinase_alignment()[name]:
        assert not cell or domain.letter(int(cell[1:])) == cell[0]


def test_domains_with_positions_of_the_profile_have_what_kinases_share():
    # CAMKK1's row of the facts is one residue off; the residues of catalysis are where they are.
    (camkk1,) = find_kinase("CAMKK1")
    assert camkk1.basis == "profile"
    assert [camkk1.residue_at(k)[:1] for k in (17, 68, 69, 70, 81, 82, 83)] == list("KHRDDFG")
    jh2, jh1 = find_kinase("JAK2")
    assert jh1.is_active
    assert not jh2.is_active
    assert jh1.residue_at(45) == "M929"


def test_positions_count_up():
    for domain in domains():
        there = domain.pocket[domain.pocket > 0]
        assert (np.diff(there) > 0).all(), domain.domain
        assert domain.letter(int(there[0])), domain.domain
        assert domain.letter(int(there[-1])), domain.domain


def test_runs_with_a_gap():
    numbers = read_runs("1:10 3: 4:12")
    assert numbers[:5].tolist() == [10, 11, 0, 12, 13]


def test_lipid_and_atypical_kinases_are_a_table_of_their_own():
    kinds = {name: kind for name, kind, _ in other_kinases()}
    assert kinds["PIK3CA"] == "lipid kinase"
    assert kinds["RIOK2"] == "atypical kinase"
    assert not {*kinds} & {d.name for d in domains()}


@pytest.mark.parametrize(
    ("letters", "pocket", "shared"),
    [
        ("ABCDEFG", "ABCDEFG", 4), ("ABCDEFG", "DEFG", 1), ("DEFG", "ABCDEFG", 1),
        ("ABCDEFG", "EFGH", 0), ("ABC", "ABC", 0), ("AB-CDE", "AB-CDE", 0),
        ("AAAAAAA", "AAAA", 1), ("XABCDX", "XABCDX", 1),
    ],
)  # fmt: skip
def test_words_of_four_letters_are_shared(letters, pocket, shared):
    assert shared_words(letters, pocket) == shared
