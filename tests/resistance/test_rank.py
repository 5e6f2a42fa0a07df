"""Which inhibitor still fits: geometry and literature side by side, and which of them leads."""

import pandas as pd
import pytest

import ros1struct as rs
from ros1struct import tables
from ros1struct.cli.main import main
from ros1struct.errors import InputError
from ros1struct.io.catalog import entries
from ros1struct.kinome import literature
from ros1struct.resistance.rank import NOTICE, _basis, rank
from ros1struct.resistance.scan import scan
from ros1struct.resistance.verdict import NOT_GEOMETRIC

MODELLED = {"crizotinib", "lorlatinib", "repotrectinib", "zidesamtinib"}


@pytest.fixture(scope="module")
def g2032r():
    return rank("G2032R")


@pytest.fixture(scope="module")
def d2033n():
    return rank("D2033N")


def test_every_bundled_inhibitor_has_one_row(g2032r):
    tables.check(g2032r)
    assert not g2032r["inhibitor"].duplicated().any()
    modelled = g2032r[g2032r["score"].notna()]
    assert set(modelled["inhibitor"]) >= MODELLED
    assert modelled["p_resistant"].is_monotonic_increasing
    assert (modelled["score_low"] <= modelled["score"]).all()
    assert (modelled["score"] <= modelled["score_high"]).all()
    assert modelled["provenance"].str.startswith("model").all()
    assert (modelled["model_confidence"].str.len() > 0).all()


def test_an_inhibitor_without_a_model_stands_with_its_call_and_says_so(g2032r):
    rows = g2032r.set_index("inhibitor")
    without = rows[rows["score"].isna()]
    assert (without["verdict"] == "no model").all()
    assert not without["firm"].any()
    assert (without["reason"].str.len() > 0).all()
    assert rows.loc["cabozantinib", "literature_call"] == "S"
    assert "erlotinib" not in rows.index


def test_scores_are_those_of_a_scan(g2032r):
    row = g2032r.set_index("inhibitor").loc["crizotinib"]
    one = scan("crizotinib", "G2032R").iloc[0]
    for column in ("score", "score_low", "score_high", "p_resistant", "verdict", "firm"):
        assert row[column] == one[column]


def test_poses_and_the_mutants_own_backbone_are_brought_together(g2032r):
    rows = g2032r.set_index("inhibitor")
    assert rows.loc["repotrectinib", "structure"] == "repotrectinib; repotrectinib#2"
    both = scan(["zidesamtinib", "zidesamtinib-g2032r"], "G2032R")
    row = rows.loc["zidesamtinib"]
    assert row["score"] == pytest.approx(both["score"].mean())
    assert row["score_low"] == both["score_low"].min()
    assert row["score_high"] == both["score_high"].max()
    assert not row["firm"]
    # A backbone with another mutation is no evidence for this one.
    assert rank("L2026M").set_index("inhibitor").loc["zidesamtinib", "structure"] == "zidesamtinib"


def test_the_clinic_stands_beside_geometry(g2032r):
    rows = g2032r.set_index("inhibitor")
    assert rows.loc["repotrectinib", "clinical_rate"].startswith("59 % 10 of 17")
    assert rows.loc["lorlatinib", "clinical_rate"].startswith("0 % 0 of 6")
    assert rows.loc["crizotinib", "clinical_rate"] == ""
    assert rows.loc["zidesamtinib", "clinical_rate"].count("%") == 2
    assert rows.loc["repotrectinib", "approval"].startswith("FDA 2023-11-15")
    assert rows.loc["cabozantinib", "approval"] == "none for ROS1 in the sources read"
    assert "64 % 7 of 11 (TKI-naive)" in rows.loc["lorlatinib", "cns"]
    assert "first and sole site of progression: 47 %" in rows.loc["crizotinib", "cns"]
    # Response rates are those of the mutation that was asked for.
    assert (rank("L2026M")["clinical_rate"] == "").all()


def test_the_literature_leads_where_the_mechanism_is_not_geometric(d2033n):
    known = d2033n[d2033n["literature_call"] != ""]
    assert (known["basis"] == f"literature: {NOT_GEOMETRIC['electrostatic']}").all()
    unknown = d2033n[d2033n["literature_call"] == ""]
    assert unknown["basis"].str.endswith("and no call is known").all()
    calls = list(d2033n["literature_call"])
    assert calls == sorted(calls, key=["S", "I", "", "R"].index)
    steric = d2033n["verdict"].isin(("clash", "contact loss", "possible"))
    assert not steric.any()


def test_a_compound_far_from_the_inhibitors_is_ranked_by_its_calls():
    table = rank(["S1986F", "L2000V"])
    assert set(table["mutation"]) == {"S1986F/L2000V"}
    rows = table.set_index("inhibitor")
    assert rows.loc["lorlatinib", "basis"] == "literature: out of scope"
    assert table["inhibitor"].iloc[0] == "lorlatinib"
    assert table["inhibitor"].iloc[-1] == "crizotinib"
    other = rank("L2000V/S1986F")
    drop = ["mutation", "reason"]
    pd.testing.assert_frame_equal(table.drop(columns=drop), other.drop(columns=drop))


@pytest.mark.parametrize(
    ("verdict", "call", "claim", "basis"),
    [
        ("clash", "R", "steric", "geometry, literature agrees"),
        ("clash", "S", "steric", "geometry, literature disagrees"),
        ("no structural reason found", "R", "", "geometry, literature disagrees"),
        ("possible", "R", "", "geometry undecided, literature R"),
        ("contact loss", "I", "", "geometry, literature unclear (I)"),
        ("clash", "", "steric", "geometry alone"),
        ("clash", "S", "fold", "literature: acts on the fold"),
        ("no model", "S", "steric", "literature: no model"),
        ("out of scope", "", "", "none: out of scope"),
    ],
)
def test_which_of_the_two_leads(verdict, call, claim, basis):
    assert _basis({"verdict": verdict, "literature_call": call}, claim) == basis


def test_it_says_that_it_is_no_advice(g2032r, capsys):
    assert g2032r.attrs["notice"] == NOTICE
    assert "no advice" in rs.rank.__doc__
    assert main(["rank", "G2032R", "--format", "csv"]) == 0
    printed = capsys.readouterr()
    assert NOTICE in printed.err
    assert printed.out.splitlines()[0].startswith("inhibitor,mutation,score,score_low")
    assert main(["rank", "S1986F", "L2000V"]) == 0
    assert "literature: out of scope" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("A2032R", "expected A at 2032 of ROS1, found G"),
        ("ALK G1202R", "expected mutations of ROS1, found ALK G1202R"),
        (["G2032R", "G2032K"], "position"),
        ([], "found none"),
        ("g2032r", "write G2032R"),
        ("G9999R", "expected G at 9999 of ROS1, found no residue"),
    ],
)
def test_what_is_no_mutation_of_ros1_is_refused(given, message):
    with pytest.raises(InputError, match=message):
        rank(given)


# --- the whole catalogue beside the bundled structures


def test_no_mechanism_of_the_catalogue_is_contradicted_by_a_steric_verdict():
    bundled = [e for e in entries() if e.kinase == "ROS1" and e.path is not None]
    type_one = {e.name for e in bundled if e.binding_type == "I"}
    assert len(type_one) >= 6
    table = scan([e.name for e in bundled], "all")
    claims = literature.mutations().set_index("mutation")["geometric_claim"]
    claim = table["mutation"].map(claims)
    spoken = table["verdict"].isin(("clash", "contact loss", "possible"))
    assert not (spoken & claim.isin(NOT_GEOMETRIC)).any()
    # Type I inhibitors, and no steric reason: the literature's own list.
    for mutation in (
        "D2033N", "F2004C", "F2004V", "F2004I", "D2113N", "D2113G", "F2075C", "L2155S", "S1986F",
        "S1986Y",
    ):  # fmt: skip
        rows = table[(table["mutation"] == mutation) & table["structure"].isin(type_one)]
        assert set(rows["structure"]) == type_one
        assert not spoken[rows.index].any(), mutation
    # A score high enough to be called one otherwise: the rule decides, not chance.
    d2033n = table[table["mutation"] == "D2033N"]
    assert (d2033n["p_resistant"] > 0.25).any()
    assert d2033n["reason"].str.contains("acts by a lost charge").any()


def test_a_compound_of_such_mutations_is_not_claimed_either():
    rows = scan("crizotinib", ["D2033N/S1986F", "D2033N/G2032R", "D2033N"])
    assert rows["verdict"].tolist() == [
        "no structural reason found", "clash", "no structural reason found",
    ]  # fmt: skip
    assert rows["score"].iloc[0] == rows["score"].iloc[2]
