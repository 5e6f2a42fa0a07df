"""Calibration, verdicts and measures of quality."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ros1struct as rs
from ros1struct.errors import InputError
from ros1struct.resistance import calibration as cb
from ros1struct.resistance import measures as ms
from ros1struct.resistance.evaluate import disagreements, evaluate, scored
from ros1struct.resistance.score import Parts, Score
from ros1struct.resistance.verdict import CALIBRATION, verdict


@pytest.fixture(scope="module")
def met_complex():
    return rs.load("2WGJ")


@settings(deadline=None)
@given(st.floats(-20, 60), st.floats(-20, 60))
def test_a_higher_score_is_never_less_likely(a, b):
    low, high = sorted((a, b))
    assert CALIBRATION.probability(low) <= CALIBRATION.probability(high)


@settings(deadline=None)
@given(st.floats(0.01, 0.99), st.floats(-5, 20))
def test_the_base_rate_moves_the_odds_by_its_own_odds(rate, score):
    def odds(p):
        return p / (1 - p)

    here, there = CALIBRATION.probability(score), CALIBRATION.probability(score, base_rate=rate)
    ratio = odds(rate) / odds(CALIBRATION.base_rate)
    assert odds(there) == pytest.approx(odds(here) * ratio, rel=1e-6)


def test_a_base_rate_out_of_range_is_refused():
    with pytest.raises(InputError, match="between 0 and 1"):
        CALIBRATION.probability(1.0, base_rate=0.0)


def test_a_fit_returns_the_scale_that_made_the_data():
    rng = np.random.default_rng(1)
    score = rng.uniform(0, 3, 20_000)
    y = rng.random(20_000) < 1 / (1 + np.exp(-(1.2 * score - 2.0)))
    found = cb.fit(score, y, ["A"] * len(y))
    assert (found.slope, found.offset) == pytest.approx((1.2, -2.0), abs=0.08)
    parts = cb.reliability(found.probability(score), y)
    assert all(abs(p - seen) < 0.03 for p, seen, _ in parts)


def test_every_kinase_has_the_same_weight():
    score, y = [0.0, 3.0], [0, 1]
    few = cb.fit([*score, *[3.0, 0.0]], [*y, 0, 1], ["A", "A", "B", "B"])
    many = cb.fit([*score, *[3.0, 0.0] * 50], [*y, *[0, 1] * 50], ["A", "A", *["B", "B"] * 50])
    assert many.slope == pytest.approx(few.slope, abs=1e-3)


def test_a_fit_refuses_missing_scores_and_one_class():
    with pytest.raises(InputError, match="found NaN"):
        cb.fit([np.nan, 1.0], [0, 1], ["A", "A"])
    with pytest.raises(InputError, match="one class only"):
        cb.fit([0.0, 1.0], [1, 1], ["A", "A"])


def made(steric=0.0, contacts=0.0, solvent=0.0, strain=0.0, low=None, high=None, distance=3.5):
    parts = Parts(steric, contacts, solvent, strain, 0.0)
    total = parts.total
    return Score(parts, total if low is None else low, total if high is None else high, distance)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (made(steric=4.0), "clash"),
        (made(contacts=3.0), "contact loss"),
        # Nothing overlaps, so a likely score is no clash.
        (made(strain=3.0), "possible"),
        (made(steric=1.2), "possible"),
        (made(steric=0.3), "no structural reason found"),
        (made(contacts=-2.0), "no structural reason found"),
        (made(steric=4.0, distance=6.1), "out of scope"),
    ],
)
def test_verdicts(given, expected):
    assert verdict(given).verdict == expected


def test_a_verdict_that_changes_over_the_interval_is_not_firm():
    assert verdict(made(steric=4.0)).firm
    assert not verdict(made(steric=4.0, low=1.0)).firm
    assert not verdict(made(steric=0.3, high=2.5)).firm


# The first call imports scipy.
@settings(deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=2, max_size=40).filter(
        lambda rows: len({y for y, _ in rows}) == 2
    )
)
def test_auc_is_the_share_of_pairs_in_order(rows):
    y, s = (np.array(x) for x in zip(*rows, strict=True))
    pairs = [(a > b) + 0.5 * (a == b) for a in s[y] for b in s[~y]]
    assert ms.auc(y, s) == pytest.approx(np.mean(pairs))
    assert ms.auc(y, -s) == pytest.approx(1 - np.mean(pairs))


def test_average_precision_of_a_perfect_and_a_constant_predictor():
    y = [0, 1, 0, 1, 0, 0]
    assert ms.average_precision(y, y) == 1.0
    assert ms.average_precision(y, [0] * 6) == pytest.approx(2 / 6)


def test_the_bootstrap_draws_mutations_and_holds_the_value():
    rng = np.random.default_rng(0)
    y = rng.random(200) < 0.4
    s = y + rng.normal(0, 1, 200)
    low, high = ms.bootstrap(ms.auc, y, s, np.arange(200), draws=300)
    assert low < ms.auc(y, s) < high
    # Pairs of one mutation are no new evidence.
    wide = ms.bootstrap(
        ms.auc, np.repeat(y, 5), np.repeat(s, 5), np.repeat(np.arange(200), 5), draws=300
    )
    assert wide[1] - wide[0] == pytest.approx(high - low, rel=0.3)


def test_measures_name_a_missing_column_and_hide_auc_of_few_pairs():
    table = pd.DataFrame(
        {
            "kinase": ["A"] * 12 + ["B"] * 4, "mutation": [f"m{i}" for i in range(16)],
            "resistant": [0, 1] * 8, "score": range(16),
        }
    )  # fmt: skip
    with pytest.raises(InputError, match="missing: other"):
        ms.measures(table, ["other"])
    found = ms.measures(table, ["score"], draws=20).set_index("group")
    assert found.loc["A", "auc"] == pytest.approx(0.583, abs=0.001)
    assert np.isnan(found.loc["B", "auc"])


def test_the_calibration_is_what_the_development_set_gives():
    folder = Path(__file__).parents[2] / "src" / "ros1struct" / "data"
    table = pd.read_csv(folder / "development_scores.csv")
    assert not set(table["kinase"]) & {"ROS1", "ABL1"}
    made = cb.fit(table["score"], table["resistant"], table["kinase"])
    assert made.slope == pytest.approx(CALIBRATION.slope, abs=2e-3)
    assert made.offset == pytest.approx(CALIBRATION.offset, abs=2e-3)
    assert made.base_rate == pytest.approx(CALIBRATION.base_rate, abs=1e-3)
    assert (made.pairs, made.resistant, made.kinases) == (276, 88, 3)


def test_a_score_that_the_literature_explains_otherwise_is_no_reason():
    rigid = Score(Parts(2.7, -1.1, 0.9, 1.8, 0.3), low=2.6, high=10.2, distance=3.4)
    for claim in ("electrostatic", "inactive state", "fold"):
        found = verdict(rigid, claim=claim)
        assert found.verdict == "no structural reason found"
        assert "the literature says" in found.reason
    assert verdict(rigid, claim="steric").verdict == "clash"


def test_measurements_of_ones_own_are_evaluated(tmp_path):
    path = tmp_path / "mine.csv"
    rows = [("2WGJ", m, f) for m, f in (("G1163R", 100), ("L1157M", 2), ("M1211L", 1))]
    pd.DataFrame(rows, columns=["structure", "mutation", "fold"]).to_csv(path, index=False)
    rows = scored(path)
    assert rows["resistant"].tolist() == [1, 0, 0]
    assert rows["ddg"].iloc[0] == pytest.approx(0.592 * np.log(100), abs=0.01)
    table = evaluate(path, draws=10)
    assert set(table["predictor"]) == {
        "score", "steric tolerance", "nearness", "volume change", "BLOSUM62"
    }  # fmt: skip
    assert table["pairs"].eq(3).all()
    assert set(table["scope"]) == {"all pairs", "within 6 Å"}
    assert set(table["group"]) == {"all", "MET"}


def test_pairs_beyond_the_inhibitor_are_measured_apart():
    far = pd.DataFrame(
        {"structure": "2WGJ", "mutation": ["G1163R", "L1157M", "F1089A"], "resistant": [1, 0, 0]}
    )
    table = evaluate(far, draws=5).set_index(["scope", "group", "predictor"])["pairs"]
    assert table["all pairs", "all", "score"] == 3
    assert table["within 6 Å", "all", "score"] == 2


def test_measurements_keep_their_kinase_their_groups_and_their_complexes(met_complex):
    rows = pd.DataFrame(
        {
            "structure": "mine", "mutation": ["G1163R", "L1157M"], "call": ["R", "S"],
            "kinase": "HGFR", "series": ["a", "b"], "source": "a paper",
        }
    )  # fmt: skip
    found = scored(rows, complexes={"mine": met_complex})
    assert set(found["kinase"]) == {"HGFR"}
    assert found["source"].tolist() == ["a paper"] * 2
    assert set(evaluate(found, by="series", draws=5)["group"]) == {"all", "a", "b"}


def test_energies_are_a_predictor_with_an_error_in_kcal(met_complex):
    rows = pd.DataFrame({"structure": "2WGJ", "mutation": ["L1157M", "L1157A"], "fold": [1, 2]})
    found = evaluate(rows, energies=True, draws=5).set_index("predictor")["rmse"]
    assert np.isfinite(found["interaction_ddg"]).all()
    assert found.drop("interaction_ddg").isna().all()


def test_what_contradicts_has_its_reason_and_what_says_nothing_is_left_out(met_complex):
    rows = pd.DataFrame(
        {
            "structure": "2WGJ",
            "mutation": ["G1163R", "G1163K", "M1211L", "F1089A"],
            "resistant": [0, 1, 1, 1],
        }
    )
    found = disagreements(scored(rows))
    assert found["mutation"].tolist() == ["M1211L", "G1163R"]
    assert found["missed"].tolist() == [True, False]
    assert found["reason"].str.len().min() > 20


def test_pairs_without_a_clear_call_are_left_out_before_their_structure_is_asked_for():
    rows = pd.DataFrame(
        {"structure": ["2WGJ", ""], "mutation": ["L1157M", "A1A"], "call": ["S", "I"]}
    )
    assert scored(rows)["mutation"].tolist() == ["L1157M"]
    with pytest.raises(InputError, match="called resistant or not"):
        scored(rows[1:])


def test_of_a_compound_mutation_the_largest_change_counts():
    table = pd.DataFrame({"wild_type": ["L/G"], "mutant": ["M/R"], "distance": [3.0]})
    assert ms.baselines(table)["volume change"].iloc[0] == pytest.approx(113.3)


def test_spearman_is_the_correlation_of_ranks_of_what_is_known():
    ddg = [0.0, 1.0, 2.0, 3.0, 9.0, np.nan]
    assert ms.spearman(ddg, [1, 2, 3, 4, 5, 0]) == 1.0
    assert ms.spearman(ddg, [5, 4, 3, 2, 1, 9]) == -1.0
    assert np.isnan(ms.spearman(ddg[:4], [1, 2, 3, 4]))
    assert np.isnan(ms.spearman(ddg, [1] * 6))


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"mutation": ["G1163R"]}, "need a column 'structure'"),
        ({"structure": ["2WGJ"], "mutation": ["G1163R"]}, "'resistant', 'call' or 'fold'"),
        (
            {"structure": ["2WGJ"], "mutation": ["G1163R"], "call": ["yes"]},
            "a call must be R, I or S, found 'yes'",
        ),
    ],
)
def test_measurements_that_are_none_are_refused(columns, message):
    with pytest.raises(InputError, match=message):
        scored(pd.DataFrame(columns))
