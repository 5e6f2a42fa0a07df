"""The residue of another kinase at the same place, and hints where a letter does not fit."""

from __future__ import annotations

import numpy as np
import pytest

from ros1struct.errors import InputError
from ros1struct.kinome import literature
from ros1struct.kinome.equivalents import check_wild_type, equivalent
from ros1struct.kinome.kinases import ALIGNED, find_kinase, kinase_name, klifs_label
from ros1struct.kinome.numbering import number_chain
from ros1struct.structure.mutation import parse_mutation


def test_the_solvent_front_of_the_six():
    for name, residue in (
        ("ALK", "G1202R"),
        ("NTRK1", "G595R"),
        ("NTRK3", "G623R"),
        ("MET", "G1163R"),
    ):
        assert str(equivalent("G2032R", name)) == f"{name} {residue}"
        assert str(equivalent(f"{name} {residue}", "ROS1")) == "ROS1 G2032R"


def test_round_trips_over_the_pocket():
    table = literature.klifs_pocket()
    for source in ALIGNED:
        for target in ALIGNED:
            for a, b in zip(table[source], table[target], strict=True):
                mutant = next(x for x in "AVLG" if x not in (a[:1], b[:1]))
                if not (a and b):
                    continue
                there = equivalent(f"{a}{mutant}", target, source=source)
                assert str(there) == f"{target} {b}{mutant}"
                assert str(equivalent(there, source)) == f"{source} {a}{mutant}"


def test_compound_mutations_and_aliases():
    assert str(equivalent("G2032R/L2026M", "TRKA")) == "NTRK1 G595R/F589M"
    assert kinase_name("trkb") == "NTRK2"


@pytest.mark.parametrize(
    ("mutation", "target", "message"),
    [
        ("L2026T", "EGFR", "the equivalent EGFR T790 already is T"),
        ("L2032R", "ALK", "residue 2032 is G in UniProt P08922, not L"),
        ("L2026F", "TRKA", "the equivalent NTRK1 F589 already is F"),
        ("A1500V", "ALK", "residue 1500 has no equivalent in ALK"),
        ("EGRF T790M", "ROS1", "'EGRF' is no human protein kinase of the table. Did you mean EGFR"),
        ("ABL1 S229A", "EGFR", "residue 229 has no equivalent in EGFR"),
        ("K1110A", "RPS6KA1", "residue 1110 has no equivalent"),
    ],
)
def test_equivalent_refuses(mutation, target, message):
    with pytest.raises(InputError, match=message):
        equivalent(mutation, target)


def test_a_near_name_is_suggested():
    with pytest.raises(InputError, match=r"Did you mean .*NTRK1"):
        kinase_name("NTRK11")


def test_trkb_isoform_trap():
    # G639R of papers is G623R of UniProt Q16620 (822 residues).
    with pytest.raises(InputError, match=r"16 higher than UniProt Q16620: write G623R"):
        equivalent("NTRK2 G639R", "ROS1")
    assert str(equivalent("NTRK2 G623R", "ROS1")) == "ROS1 G2032R"
    # A chain numbered by the longer isoform is put right by itself.
    (trkb,) = find_kinase("TRKB")
    uniprot = np.arange(trkb.first, trkb.last + 1)
    assert number_chain(trkb.letters, uniprot + 16).uniprot.tolist() == uniprot.tolist()


def test_wild_types():
    from ros1struct.structure.mutation import parse_mutation

    for text in ("ROS1 G2032R", "ALK L1196M", "MET Y1230C"):
        mutation = parse_mutation(text)
        check_wild_type(mutation.gene, mutation.substitutions[0])
    # Outside the alignment nothing can be said.
    check_wild_type("ROS1", parse_mutation("A5V").substitutions[0])


def test_labels():
    assert [klifs_label(k) for k in (0, 1, 17, 24, 45, 46, 48, 51, 81)] == [
        "", "I:1", "III:17", "alphaC:24", "GK:45", "hinge:46", "hinge:48", "linker:51", "xDFG:81",
    ]  # fmt: skip
    assert literature.klifs_pocket().klifs_index.tolist() == list(range(1, 86))


# Over the kinome


@pytest.mark.parametrize(
    ("mutation", "kinase", "expected"),
    [
        # Gatekeepers, solvent fronts and DFG as the papers on their inhibitors name them.
        ("ABL1 T315I", "EGFR", "EGFR T790I"),
        ("EGFR T790M", "ABL1", "ABL1 T315M"),
        ("EGFR T790M", "ERBB2", "ERBB2 T798M"),
        ("ROS1 G2032R", "RET", "RET G810R"),
        ("ROS1 L2026M", "KIT", "KIT T670M"),
        ("KIT D816V", "PDGFRA", "PDGFRA D842V"),
        ("ROS1 L2026M", "BRAF", "BRAF T529M"),
        ("ROS1 L2026T", "JAK2", "JAK2 M929T"),
    ],
)
def test_equivalents_of_any_two_kinases(mutation, kinase, expected):
    if mutation == "KIT D816V":  # beyond the 85 positions: not claimed
        with pytest.raises(InputError, match="outside the 85 KLIFS positions of KIT"):
            equivalent(mutation, kinase)
        return
    assert str(equivalent(mutation, kinase)) == expected


# Gatekeepers as the papers on their inhibitors name them; SRC's is T338 by chicken SRC's numbers.
GATEKEEPERS = (
    "ABL1 T315", "EGFR T790", "KIT T670", "ALK L1196", "ROS1 L2026", "NTRK1 F589", "RET V804",
    "MET L1157", "FGFR1 V561", "BTK T474", "BRAF T529", "SRC T341",
)  # fmt: skip
SOLVENT_FRONTS = ("ALK G1202", "ROS1 G2032", "NTRK1 G595", "NTRK2 G623", "NTRK3 G623", "RET G810")


@pytest.mark.parametrize(
    ("group", "position", "mutant"), [(GATEKEEPERS, 45, "W"), (SOLVENT_FRONTS, 51, "R")]
)
def test_known_equivalents_are_each_other_s(group, position, mutant):
    for one in group:
        kinase, residue = one.split()
        (domain,) = find_kinase(kinase)
        assert domain.basis == "KLIFS"
        assert domain.position(int(residue[1:])) == position
        for other in group:
            if other != one:
                found = equivalent(f"{one}{mutant}", other.split()[0])
                assert str(found) == f"{other}{mutant}"


def test_numbers_of_papers_that_are_not_uniprot_s_are_named():
    with pytest.raises(InputError, match="chicken SRC, too, 3 lower than UniProt P12931: write T3"):
        equivalent("SRC T338I", "ABL1")
    # Residue 1158 of MET is the hinge's proline, not the gatekeeper.
    with pytest.raises(InputError, match="residue 1158 is P in UniProt P08581, not L"):
        equivalent("MET L1158M", "ROS1")


def test_every_pocket_residue_comes_back():
    names = ["ROS1", "ABL1", "EGFR", "BRAF", "CDK2", "AURKA", "JAK1_2", "PRKACA"]
    for source in names:
        for target in names:
            a, b = find_kinase(source)[-1], find_kinase(target)[-1]
            for k in (4, 17, 45, 48, 51, 70, 81):
                here, there = a.residue_at(k), b.residue_at(k)
                mutant = next(x for x in "AVLG" if x not in (here[:1], there[:1]))
                if not (here and there):
                    continue
                found = equivalent(f"{a.name} {here}{mutant}", target)
                if a.name == b.name:
                    assert str(found) == f"{a.name} {here}{mutant}"
                else:
                    assert str(found) == f"{b.name} {there}{mutant}"


def test_a_kinase_with_two_active_domains_must_be_named():
    with pytest.raises(InputError, match="two kinase domains; say RPS6KA1_1 or RPS6KA1_2"):
        equivalent("L2026M", "RPS6KA1")
    one = equivalent("L2026A", "RPS6KA1_1")
    assert str(one) == f"RPS6KA1 {find_kinase('RPS6KA1')[0].residue_at(45)}A"


# Hints


@pytest.mark.parametrize(
    ("mutation", "hint"),
    [
        ("ABL1 T334I", "papers number ABL1 by isoform 1b, too, 19 higher .* P00519: write T315I"),
        ("EGFR T766M", "by the mature chain, too, 24 lower .* P00533: write T790M"),
        ("NTRK2 G639R", "by the 838-residue isoform, too, 16 higher .* Q16620: write G623R"),
        ("SRC T338I", "by chicken SRC, too, 3 lower .* P12931: write T341I"),
        ("MET D1246N", "by the 1,408-residue isoform, too, 18 higher .* P08581: write D1228N"),
        ("INSR K1030A", "by the mature chain, too, 27 lower .* P06213: write K1057A"),
        ("ALK L2026M", "X"),
    ],
)
def test_a_letter_that_does_not_fit_is_explained(mutation, hint):
    parsed = parse_mutation(mutation)
    if hint == "X":  # outside the domain: nothing can be said of the letter
        check_wild_type(parsed.gene, parsed.substitutions[0])
        return
    with pytest.raises(InputError, match=hint):
        check_wild_type(parsed.gene, parsed.substitutions[0])


def test_a_kinase_that_has_the_residue_is_named():
    with pytest.raises(
        InputError, match=r"T790 is a residue of the pocket of EGFR; .*'EGFR T790M'"
    ):
        check_wild_type("RET", parse_mutation("RET T790M").substitutions[0])
