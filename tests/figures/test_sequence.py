"""The sequence strip shows all 85 positions in six kinases; identity is counted, not written in."""

import pandas as pd
import pytest
from matplotlib.figure import Figure

from printed import check_printable
from ros1struct.errors import InputError
from ros1struct.figures import plot_sequence
from ros1struct.figures.sequence import KINASES, identity
from ros1struct.kinome import literature


@pytest.fixture(scope="module")
def pocket():
    return literature.klifs_pocket()


@pytest.fixture(scope="module")
def drawn(pocket):
    return plot_sequence(pocket)


def said(ax):
    return [t.get_text() for t in ax.texts]


def test_it_fits_a_printed_column(drawn):
    check_printable(drawn)


def test_every_residue_is_a_letter_and_shaded_where_it_is_that_of_ros1(pocket, drawn):
    letters = [t for t in said(drawn) if len(t) == 1 and t.isalpha() and t.isupper()]
    mutants = [t for t in drawn.texts if t.get_gid() == "mutant"]
    roman = sum(t in "IV" and len(t) == 1 for t in pocket["region"].unique())
    assert len(letters) == 85 * 6 + len(mutants) + roman
    for kinase in KINASES:
        shaded = [p for p in drawn.patches if p.get_gid() == kinase]
        same = sum(a[0] == b[0] for a, b in zip(pocket[kinase], pocket["ROS1"], strict=True))
        assert len(shaded) == same


def test_regions_are_named_and_numbers_are_those_of_ros1(pocket, drawn):
    shown = said(drawn)
    names = [r.replace("alpha", "α") for r in pocket["region"].unique()]
    assert len(names) == 19
    assert set(names) <= set(shown)
    numbers = [t for t in shown if t.isdigit()]
    assert numbers[0] == "1949"
    assert {f"{int(n)}" for n in numbers} <= set(pocket["ROS1"].str[1:])
    assert len(numbers) == 18  # every fifth of strips of 30, 29 and 26


def test_resistance_positions_are_framed_in_all_kinases(pocket, drawn):
    table = literature.mutations().query("reported")
    single = table[table["position"].notna() & (table["klifs_label"] != "")]
    places = single["wild_type"] + single["position"].astype(str)
    frames = [p.get_gid() for p in drawn.patches if p.get_gid() in set(pocket["ROS1"])]
    assert sorted(frames) == sorted(places.unique())
    assert len([t for t in drawn.texts if t.get_gid() == "mutant"]) == len(single)
    shown = said(drawn)
    assert {"F2004C/I/V", "G2032K/R", "L2026M"} <= set(shown)
    rows = pocket.set_index("ROS1")
    for place in places:
        for kinase in KINASES[1:]:
            assert rows.loc[place, kinase] in shown


def test_identity_is_over_the_pocket(pocket, drawn):
    assert identity(pocket, "ALK") == pytest.approx(60 / 85)
    assert identity(pocket, "ROS1") == 1.0
    assert "70.6 %" in said(drawn)
    assert "over the 85 pocket positions" in " ".join(said(drawn)[-1].split())


def test_a_gap_is_no_identity(pocket):
    gap = pocket.assign(ALK=pocket["ALK"].mask(pocket["klifs_index"] == 51, ""))
    assert identity(gap, "ALK") == pytest.approx(59 / 85)
    ax = plot_sequence(gap)
    assert said(ax).count("–") == 2  # in the strip and in the table


def test_without_mutations_nothing_is_framed(pocket):
    none = literature.mutations().query("klifs_label == ''")
    ax = plot_sequence(pocket, none)
    assert not [p for p in ax.patches if p.get_gid() in set(pocket["ROS1"])]
    assert "Red" not in said(ax)[-1]
    check_printable(ax)


def test_an_axes_that_is_given_is_drawn_on(pocket):
    ax = Figure(figsize=(5, 9)).add_subplot()
    assert plot_sequence(pocket, ax=ax) is ax


def test_names_of_a_table_are_not_read_as_mathematics(pocket):
    odd = pocket.assign(region=pocket["region"].replace("hinge", "$a$"))
    ax = plot_sequence(odd)
    ax.figure.draw_without_rendering()
    assert r"\$a\$" in said(ax)


def test_bad_input_is_refused(pocket):
    with pytest.raises(InputError, match="expected a column 'klifs_index', found x"):
        plot_sequence(pd.DataFrame({"x": [1]}))
    with pytest.raises(InputError, match="the table has no rows"):
        plot_sequence(pocket.iloc[:0])
    with pytest.raises(InputError, match="expected a column 'mutation'"):
        plot_sequence(pocket, pd.DataFrame({"x": [1]}))
    with pytest.raises(InputError, match="expected a residue of ROS1 at hinge:48, found ''"):
        plot_sequence(pocket.assign(ROS1=pocket["ROS1"].mask(pocket["klifs_index"] == 48, "")))
