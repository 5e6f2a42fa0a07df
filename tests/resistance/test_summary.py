"""Poses are brought together, and geometry is set beside the literature."""

import numpy as np
import pandas as pd
import pytest

from ros1struct.errors import InputError
from ros1struct.resistance.summary import agreement, outcomes, summarise

CLASH, FITS, SCOPE = "clash", "no structural reason found", "out of scope"


def scanned(*rows):
    """Rows of (structure, mutation, tolerance, verdict, call)."""
    return pd.DataFrame(
        {
            "structure": structure,
            "kinase": "ROS1",
            "inhibitor": structure.split("#")[0],
            "provenance": "model",
            "mutation": mutation,
            "klifs": "linker:51" if mutation.startswith("G2032") else "",
            "min_distance": 3.5 if mutation.startswith("G2032") else 12.0,
            "steric_tolerance": tolerance,
            "score": 4.0 * (1 - tolerance),
            "score_low": 3.0 * (1 - tolerance),
            "score_high": 5.0 * (1 - tolerance),
            "p_resistant": 0.8 - 0.7 * tolerance,
            "firm": True,
            "verdict": verdict,
            "reason": f"because {structure}",
            "literature_call": call,
        }
        for structure, mutation, tolerance, verdict, call in rows
    )


def test_poses_that_agree_share_a_verdict_and_keep_their_spread():
    table = summarise(
        scanned(
            ("crizotinib", "G2032R", 0.02, CLASH, "R"),
            ("crizotinib#2", "G2032R", 0.08, CLASH, "R"),
        )
    )
    (row,) = table.to_dict("records")
    assert (row["structure"], row["poses"], row["verdict"]) == ("crizotinib", 2, CLASH)
    assert (row["steric_tolerance_min"], row["steric_tolerance_max"]) == (0.02, 0.08)
    assert row["score"] == pytest.approx(4.0 * 0.95)
    assert (row["score_low"], row["score_high"]) == pytest.approx((3.0 * 0.92, 5.0 * 0.98))
    assert row["firm"] is True


def test_poses_that_disagree_are_both_named():
    table = summarise(
        scanned(
            ("crizotinib", "G2032R", 0.02, CLASH, "R"),
            ("crizotinib#2", "G2032R", 0.9, FITS, "R"),
        )
    )
    assert table["verdict"].tolist() == [f"pose-dependent: {CLASH} | {FITS}"]
    assert (
        table["reason"].item()
        == "crizotinib: because crizotinib; crizotinib#2: because crizotinib#2"
    )
    assert outcomes(table).tolist() == ["no verdict"]
    assert table["firm"].tolist() == [False]


def test_only_a_number_after_the_hash_makes_a_pose():
    rows = [(name, "G2032R", 0.0, CLASH, "R") for name in ("a", "a#2", "a#b", "a-2")]
    assert summarise(scanned(*rows))["structure"].tolist() == ["a", "a#b", "a-2"]


def test_a_pose_without_a_tolerance_does_not_hide_the_other():
    table = summarise(
        scanned(("x", "G2032R", np.nan, "undefined", ""), ("x#2", "G2032R", 0.7, FITS, ""))
    )
    assert table["steric_tolerance_min"].item() == table["steric_tolerance_max"].item() == 0.7
    assert table["verdict"].item() == f"pose-dependent: undefined | {FITS}"


def test_groups_of_mutations():
    table = summarise(
        scanned(
            ("x", "G2032R", 0.0, CLASH, ""),
            ("x", "L2155S", 1.0, SCOPE, ""),
            ("x", "G2032R/L2086F", np.nan, "not in model", ""),
        )
    )
    assert table["group"].tolist() == ["pocket", "outside the pocket", "compound"]


@pytest.mark.parametrize(
    ("verdict", "call", "outcome"),
    [
        (CLASH, "R", "agree"),
        ("contact loss", "R (conflicting report)", "agree"),
        (FITS, "S", "agree"),
        ("contact loss", "S", "disagree"),
        ("possible", "R", "no verdict"),
        (CLASH, "S", "disagree"),
        (FITS, "R", "disagree"),
        (SCOPE, "R", "no claim"),
        (SCOPE, "S", "no claim"),
        (SCOPE, "", "no call"),
        (CLASH, "", "no call"),
        (CLASH, "I", "no clear call"),
        (CLASH, "conflict", "no clear call"),
        (CLASH, "S/I", "no clear call"),
        ("undefined", "R", "no verdict"),
        ("not in model", "R", "no verdict"),
        ("no model", "R", "no verdict"),
    ],
)
def test_outcomes(verdict, call, outcome):
    table = summarise(scanned(("x", "G2032R", 0.5, verdict, call)))
    assert outcomes(table).tolist() == [outcome]


def test_agreement_counts_what_it_says():
    table = summarise(
        scanned(
            ("x", "G2032R", 0.0, CLASH, "R"),  # near: hit for verdict and distance
            ("y", "G2032R", 0.0, CLASH, "S"),  # near: false alarm for both
            ("z", "G2032R", 0.9, FITS, "S"),  # near: only the verdict rejects it
            ("x", "L2155S", 1.0, FITS, "R"),  # far, by the fold: missed by both
            ("y", "L2155S", 1.0, FITS, ""),  # no call: not counted
            ("z", "L2155S", 1.0, SCOPE, "R"),  # no claim: not counted
        )
    )
    scores = agreement(table).set_index(["rows", "predictor"])
    verdict, distance, always = scores.loc["all"].index
    assert scores.loc[("all", verdict)].tolist() == [1, 1, 1, 1]
    assert scores.loc[("all", distance)].tolist() == [1, 2, 1, 0]
    assert scores.loc[("all", always)].tolist() == [2, 2, 0, 0]
    assert scores.loc[("steric", verdict)].tolist() == [1, 1, 0, 1]
    assert scores.loc[("other", verdict)].tolist() == [0, 0, 1, 0]


def test_another_table_is_refused():
    with pytest.raises(InputError, match=r"not a table of scan\(\): expected a column 'structure'"):
        summarise(pd.DataFrame({"mutation": ["G2032R"]}))
