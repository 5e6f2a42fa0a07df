"""Evaluations and ranks are drawn as their tables say."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection

import figure_cases
from printed import caption, check_printable
from ros1struct.errors import InputError
from ros1struct.figures import plot_calibration, plot_evaluation, plot_rank, plot_roc
from ros1struct.resistance.calibration import reliability
from ros1struct.resistance.measures import auc, bootstrap
from ros1struct.resistance.verdict import CALIBRATION


@pytest.mark.parametrize("name", ["plot_evaluation", "plot_roc", "plot_calibration", "plot_rank"])
def test_they_fit_a_printed_column(name):
    check_printable(figure_cases.cases()[name]())


def test_every_auc_is_a_mark_on_its_interval():
    table = figure_cases.evaluation()
    ax = plot_evaluation(table)
    known = table[table["auc"].notna()]
    marks = [line for line in ax.lines if line.get_marker() == "o"]
    assert sorted(m.get_xdata()[0] for m in marks) == pytest.approx(sorted(known["auc"]))
    bars = {tuple(m.get_xdata()) for m in ax.lines if len(m.get_xdata()) == 2} - {(0.5, 0.5)}
    low_high = zip(known["auc_low"], known["auc_high"], strict=True)
    assert {tuple(np.round(b, 9)) for b in bars} >= {tuple(np.round(p, 9)) for p in low_high}
    # Filled is the score, open what stands beside it.
    filled = {m.get_xdata()[0] for m in marks if m.get_markerfacecolor() != "white"}
    assert filled == set(known.loc[known["predictor"] == "score", "auc"])
    assert [t.get_text() for t in ax.get_yticklabels()] == table["predictor"].tolist()
    said = {t.get_text() for t in ax.texts}
    assert {"all: 126 pairs, 45 resistant", "few: 6 pairs, 3 resistant"} <= said
    assert "too few of either class" in caption(ax)
    full = table[table["group"] != "few"]
    assert "too few" not in caption(plot_evaluation(full))


def test_the_area_under_the_curve_is_the_auc():
    pairs = figure_cases.pairs()
    ax = plot_roc(pairs, ["score", "nearness"], draws=50)
    curves = [line for line in ax.lines if line.get_linewidth() > 1]
    for line, name in zip(curves, ("score", "nearness"), strict=True):
        x, y = line.get_data()
        assert np.trapezoid(y, x) == pytest.approx(auc(pairs["resistant"], pairs[name]))
        assert (np.diff(x) >= 0).all()
        assert (x[0], y[0], x[-1], y[-1]) == (0, 0, 1, 1)
    low, high = bootstrap(auc, pairs["resistant"], pairs["score"], pairs["mutation"], draws=50)
    found = auc(pairs["resistant"], pairs["score"])
    label = ax.get_legend().get_texts()[0].get_text()
    assert label == f"score: {found:.2f} ({low:.2f}–{high:.2f})"
    assert len({str(line.get_linestyle()) + str(line._dash_pattern) for line in curves}) == 2
    assert "120 pairs, 42 resistant" in caption(ax)


def test_ties_and_missing_values_are_one_step():
    pairs = pd.DataFrame({"mutation": list("abcd"), "resistant": [1, 0, 1, 0], "score": 1.0})
    (curve,) = [m for m in plot_roc(pairs, draws=5).lines if m.get_linewidth() > 1]
    np.testing.assert_allclose(curve.get_xydata(), [[0, 0], [1, 1]])
    # What a method does not call, it calls not resistant.
    missing = pairs.assign(score=[2.0, 1.0, np.nan, np.nan])
    (curve,) = [m for m in plot_roc(missing, draws=5).lines if m.get_linewidth() > 1]
    np.testing.assert_allclose(curve.get_xydata(), [[0, 0], [0, 0.5], [1, 1]])


def test_bins_are_those_of_the_reliability():
    pairs = figure_cases.pairs()
    ax = plot_calibration(pairs, bins=4, draws=50)
    expected = reliability(pairs["p_resistant"], pairs["resistant"], bins=4)
    np.testing.assert_allclose(ax.lines[-1].get_xydata(), np.array(expected)[:, :2], atol=1e-6)
    (bars,) = [c for c in ax.collections if isinstance(c, LineCollection)]
    assert len(bars.get_segments()) == 4
    for segment, (_, seen, _) in zip(bars.get_segments(), expected, strict=True):
        assert segment[0, 1] <= seen <= segment[1, 1]
        assert segment[0, 1] < segment[1, 1]


def test_a_rank_is_drawn_in_its_order_with_its_doubt():
    table = figure_cases.ranks()
    ax = plot_rank(table)
    assert [t.get_text() for t in ax.get_yticklabels()] == table["inhibitor"].tolist()
    discs = [m for m in ax.lines if m.get_gid() == "score"]
    scored = table[table["score"].notna()]
    np.testing.assert_allclose([m.get_xdata()[0] for m in discs], scored["score"])
    assert [m.get_ydata()[0] for m in discs] == [0.5, 1.5, 2.5, 3.5]
    rings = [m for m in ax.lines if m.get_gid() == "not firm"]
    assert [m.get_ydata()[0] for m in rings] == [1.5]
    letters = {t.get_position()[1]: t for t in ax.texts if t.get_text() in ("R", "S", "?")}
    assert {y: t.get_text() for y, t in letters.items()} == {0.5: "S", 1.5: "?", 2.5: "S", 3.5: "R"}
    framed = [y for y, t in letters.items() if t.get_bbox_patch().get_edgecolor()[3] > 0]
    assert framed == [2.5]
    # The interval of the last ends at the edge, where its score of 14 stands.
    assert max(max(m.get_xdata()) for m in ax.lines if len(m.get_xdata()) == 2) == 6.0
    assert "Scores beyond 6 stand at the edge." in caption(ax)
    limits = sorted(
        m.get_xdata()[0] for m in ax.lines if m.get_linestyle() == "--" and m.get_gid() is None
    )
    np.testing.assert_allclose(CALIBRATION.probability(limits), [0.25, 0.5])


def test_bad_input_is_refused():
    pairs = figure_cases.pairs()
    with pytest.raises(InputError, match="expected a column 'auc'"):
        plot_evaluation(figure_cases.evaluation().drop(columns="auc"))
    with pytest.raises(InputError, match="expected a column 'love'"):
        plot_roc(pairs, ["love"])
    with pytest.raises(InputError, match="predictors must be several: text, found 'score'"):
        plot_roc(pairs, "score")
    with pytest.raises(InputError, match=r"with resistant 0 and 1, found \[1.0\]"):
        plot_roc(pairs.assign(resistant=1))
    with pytest.raises(InputError, match="expected 2 to 120 bins, found 1"):
        plot_calibration(pairs, bins=1)
    with pytest.raises(InputError, match="expected a column 'firm'"):
        plot_rank(figure_cases.ranks().drop(columns="firm"))
