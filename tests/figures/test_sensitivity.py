"""Every measurement is one mark at its number, in the form of its source."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from printed import caption, check_printable
from ros1struct.errors import InputError
from ros1struct.figures import plot_sensitivity
from ros1struct.kinome import literature


@pytest.fixture(scope="module")
def table():
    return literature.sensitivity()


@pytest.fixture(scope="module")
def folds(table):
    return plot_sensitivity(table)


@pytest.fixture(scope="module")
def doses(table):
    return plot_sensitivity(table, measure="ic50")


def marks(ax):
    return [line for line in ax.lines if line.get_marker() not in ("None", "", None)]


def arrows(ax):
    return [t for t in ax.texts if getattr(t, "arrow_patch", None) is not None]


@pytest.mark.parametrize("name", ["folds", "doses"])
def test_it_fits_a_printed_column(name, request):
    check_printable(request.getfixturevalue(name))


def test_every_fold_is_one_mark_on_a_logarithmic_axis(table, folds):
    expected = table["fold_vs_wt"].dropna()
    found = [float(m.get_xdata()[0]) for m in marks(folds)]
    np.testing.assert_allclose(sorted(found), sorted(expected))
    assert folds.get_xscale() == "log"
    assert "(fold, log scale)" in folds.get_xlabel()
    low, high = folds.get_xlim()
    assert low < min(found)
    assert max(found) < high


def test_rows_are_inhibitor_and_mutant(table, folds):
    measured = table[table["fold_vs_wt"].notna()]
    pairs = measured.groupby(["inhibitor", "mutation"]).ngroups
    assert len(folds.get_yticklabels()) == pairs
    written = {t.get_text() for t in folds.texts}
    assert set(measured["inhibitor"]) <= written


def test_the_form_is_the_source_and_open_is_stated(table, folds):
    forms = {}
    for mark in marks(folds):
        row = table[np.isclose(table["fold_vs_wt"], mark.get_xdata()[0])].iloc[0]
        forms.setdefault(row["source"], set()).add(mark.get_marker())
        stated = row["fold_origin"] != "computed"
        assert (mark.get_markerfacecolor() == "white") == stated
    assert {len(f) for f in forms.values()} == {1}
    assert len(set.union(*forms.values())) == len(forms) == 2
    assert [t.get_text() for t in folds.get_legend().get_texts()] == [
        "LIN21: Lin 2021 Clin Cancer Res 27:2899",
        "SONG15: Song 2015 Clin Cancer Res, second-hand",
    ]


def test_lines_stand_at_the_folds_of_the_calls(folds):
    vertical = {line.get_xdata()[0] for line in folds.lines if line.get_linestyle() in ("--", ":")}
    assert vertical == {1.0, 5.0, 10.0}
    assert {"S", "I", "R"} <= {t.get_text() for t in folds.texts}
    said = caption(folds)
    assert said.startswith("Compare within one source only.")
    assert "calls by folds below 5, from 5 and from 10" in said


def test_what_is_not_drawn_is_counted(table, folds):
    left = table[(table["mutation"] != "WT") & table["fold_vs_wt"].isna()]
    doses = left["ic50_nM"].notna().sum()
    assert f"{doses} IC₅₀s without a fold, {len(left) - doses} statements" in caption(folds)


def test_doses_show_the_wild_type_and_bounds(table, doses):
    drugs = set(table.loc[table["mutation"] != "WT", "inhibitor"])
    shown = table[table["ic50_nM"].notna() & table["inhibitor"].isin(drugs)]
    found = sorted(float(m.get_xdata()[0]) for m in marks(doses))
    np.testing.assert_allclose(found, sorted(shown["ic50_nM"]))
    assert doses.get_xlabel() == "IC₅₀ (nM, log scale)"
    assert len(arrows(doses)) == (shown["relation"] == "<=").sum() == 2
    assert all(a.xyann[0] < 0 for a in arrows(doses))
    assert len(doses.collections) == (shown["sd_nM"] > 0).sum() == 2
    assert not [line for line in doses.lines if line.get_linestyle() == "--"]
    assert "Arrow: a bound" in caption(doses)
    assert "standard deviation" in caption(doses)


def test_more_than_points_to_the_right(table):
    row = table[table["fold_vs_wt"].notna()].head(1).assign(relation=">")
    (arrow,) = arrows(plot_sensitivity(row))
    assert arrow.xyann[0] > 0


@pytest.mark.parametrize("chosen", ["L2000V/S1986F", ["p.Ser1986Phe/L2000V"]])
def test_mutations_are_chosen_in_any_spelling(table, chosen):
    ax = plot_sensitivity(table, chosen)
    assert {t.get_text() for t in ax.get_yticklabels()} == {"S1986F/L2000V"}
    assert len(marks(ax)) == 2


def test_two_measurements_of_a_pair_stand_apart(table):
    ax = plot_sensitivity(table, "G2032R", measure="ic50")
    heights = [float(m.get_ydata()[0]) for m in marks(ax)]
    assert len(heights) == len(set(heights))


def test_an_unknown_source_is_named_in_full_and_odd_names_are_escaped(table):
    odd = table[table["fold_vs_wt"].notna()].head(2).assign(source="$x$", inhibitor=r"$\frac$")
    ax = plot_sensitivity(odd)
    ax.figure.draw_without_rendering()
    assert [t.get_text() for t in ax.get_legend().get_texts()] == [r"\$x\$"]
    assert r"\$\frac\$" in {t.get_text() for t in ax.texts}


def test_an_axes_that_is_given_is_drawn_on(table):
    ax = Figure(figsize=(5, 6)).add_subplot()
    assert plot_sensitivity(table, ax=ax) is ax


def test_bad_input_is_refused(table):
    with pytest.raises(InputError, match="expected a column 'mutation', found x"):
        plot_sensitivity(pd.DataFrame({"x": [1]}))
    with pytest.raises(InputError, match="the table has no rows"):
        plot_sensitivity(table.iloc[:0])
    with pytest.raises(InputError, match=r"no measure 'folds'.*Did you mean fold"):
        plot_sensitivity(table, measure="folds")
    with pytest.raises(InputError, match=r"'G2032K/L2026M'.*none that matches"):
        plot_sensitivity(table, "G2032K/L2026M")
    with pytest.raises(InputError, match="expected a substitution"):
        plot_sensitivity(table, "banana")
    with pytest.raises(
        InputError, match=r"expected a number in 'fold_vs_wt', found none in 1 rows"
    ):
        plot_sensitivity(table[table["mutation"] == "L2155S"].head(1))
