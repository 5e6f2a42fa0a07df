"""The saturation map shows every substitution in scope once, and names the positions left out."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

import ros1struct as rs
from printed import caption, check_printable
from ros1struct.errors import InputError
from ros1struct.figures import plot_saturation, save
from ros1struct.figures.layout.resistance import resistance_map
from ros1struct.figures.saturation import GROUPS
from ros1struct.figures.style import FILLS
from ros1struct.kinome import literature
from ros1struct.kinome.calls import literature_call
from ros1struct.resistance.saturation import one_nucleotide_away
from ros1struct.structure.mutation import AMINO_ACIDS

VERDICTS = (
    ("clash", 0.03),
    ("possible", 0.6),
    ("contact loss", 1.0),
    ("no structural reason found", 0.9),
    ("undefined", np.nan),
    ("out of scope", np.nan),
    ("not in model", np.nan),
)


@pytest.fixture(scope="module")
def table():
    """The whole pocket of ROS1: some positions in scope, L1950 not in the model, the rest far."""
    rows = []
    for k, (residue, klifs) in enumerate(
        literature.klifs_pocket()[["ROS1", "klifs_label"]].itertuples(index=False)
    ):
        for j, mutant in enumerate(x for x in AMINO_ACIDS if x != residue[0]):
            verdict, tolerance = VERDICTS[(k + j) % len(VERDICTS)]
            if k % 2 and residue != "D2033":
                verdict, tolerance = "out of scope", np.nan
            if mutant == "P":
                verdict, tolerance = "undefined", np.nan
            if residue == "L1950":
                verdict, tolerance = "not in model", np.nan
            mutation = f"{residue}{mutant}"
            call = literature_call(mutation, "crizotinib")
            rows.append(
                {
                    "structure": "crizotinib",
                    "kinase": "ROS1",
                    "inhibitor": "crizotinib",
                    "provenance": "model, backbone from G2032R",
                    "one_nucleotide": one_nucleotide_away(residue[0], mutant),
                    "mutation": mutation,
                    "klifs": klifs,
                    "min_distance": np.nan if mutant == "P" or verdict == "not in model" else 4.0,
                    "score": 4 * (1 - tolerance),
                    "score_low": 3 * (1 - tolerance),
                    "score_high": 5 * (1 - tolerance),
                    "p_resistant": 1 - tolerance,
                    "firm": verdict != "possible",
                    "verdict": verdict,
                    "literature_call": call,
                    "definition": "chimerax",
                }
            )
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def drawn(table):
    return plot_saturation(table)


def cells(ax):
    """Cells by mutation."""
    found = [p for p in ax.patches if p.get_gid() and p.get_gid() != "reported"]
    assert len({p.get_gid() for p in found}) == len(found)
    return {p.get_gid(): p for p in found}


def places(labels, ticks):
    """Where on an axis each label stands."""
    return {label.get_text(): tick for label, tick in zip(labels, ticks, strict=True)}


def inside(table, drawn):
    rows = [label.get_text() for label in drawn.get_yticklabels()]
    return table[table["mutation"].str[:-1].isin(rows)]


def test_it_fits_a_printed_column(drawn):
    check_printable(drawn)


def test_a_map_of_a_real_scan_fits_too(few):
    check_printable(plot_saturation(rs.saturation(few)))


def test_columns_are_the_amino_acids_in_groups(drawn):
    letters = [label.get_text() for label in drawn.get_xticklabels()]
    assert sorted(letters) == sorted(AMINO_ACIDS)
    assert "".join(letters) == "".join(GROUPS.values())
    assert set(GROUPS) <= {t.get_text() for t in drawn.texts}


def test_rows_are_the_positions_in_scope_along_the_pocket(table, drawn):
    rows = [label.get_text() for label in drawn.get_yticklabels()]
    measured = table[table["min_distance"].notna() & (table["verdict"] != "out of scope")]
    places = measured["mutation"].str[:-1].unique().tolist()
    assert rows == places
    # A proline that was never built puts no position in scope.
    assert "L1950" not in rows
    assert "G1952" not in rows
    assert 30 < len(rows) < 60
    regions = [t.get_text() for t in drawn.texts]
    assert {"αC", "g.l", "hinge", "xDFG"} <= set(regions)


def test_every_substitution_is_one_cell_of_its_colour(table, drawn):
    found, shown = cells(drawn), inside(table, drawn)
    assert sorted(found) == sorted(shown["mutation"])
    for _, row in shown.iterrows():
        face = found[row["mutation"]].get_facecolor()
        if row["verdict"] in FILLS:
            assert face[3] == 0.0  # drawn below, with its hatch
        else:
            assert face == resistance_map()(row["p_resistant"])
    hatches = [p.get_hatch() for p in drawn.patches if p.get_hatch()]
    for verdict in ("out of scope", "undefined"):
        assert hatches.count(FILLS[verdict][1]) == (shown["verdict"] == verdict).sum() > 10


def test_the_wild_type_is_a_letter_in_every_row(drawn):
    rows = [label.get_text() for label in drawn.get_yticklabels()]
    columns = places(drawn.get_xticklabels(), drawn.get_xticks())
    # Names of regions stand left of the map.
    inside = [t for t in drawn.texts if t.get_text() in AMINO_ACIDS and t.get_position()[0] > 0]
    at = {round(t.get_position()[1], 6): t for t in inside}
    for row, y in zip(rows, drawn.get_yticks(), strict=True):
        letter = at[round(y, 6)]
        assert letter.get_text() == row[0]
        assert letter.get_position()[0] == pytest.approx(columns[row[0]])


def test_dots_triangles_and_outlines_are_those_of_the_table(table, drawn):
    shown = inside(table, drawn)
    marks = {c.get_gid(): len(c.get_offsets()) for c in drawn.collections}
    reached = shown["one_nucleotide"] & (shown["verdict"] != "out of scope")
    assert marks == {"o": reached.sum(), "v": (shown["verdict"] == "contact loss").sum()}
    listed = literature.mutations().query("reported")["mutation"]
    reported = shown[shown["mutation"].isin(listed)]
    outlines = [p for p in drawn.patches if p.get_gid() == "reported"]
    assert len(outlines) == len(reported) > 5
    solid = [p for p in outlines if p.get_linestyle() in ("-", "solid")]
    assert len(solid) == reported["literature_call"].str.startswith("R").sum()
    x = places(drawn.get_xticklabels(), drawn.get_xticks())["R"]
    y = places(drawn.get_yticklabels(), drawn.get_yticks())["G2032"]
    centres = [np.add(p.get_xy(), (p.get_width() / 2, p.get_height() / 2)) for p in solid]
    assert any(np.allclose(c, (x, y)) for c in centres)


def test_marks_are_pale_on_dark_cells(table):
    one = table[table["mutation"] == "G2032R"].assign(p_resistant=1.0, verdict="clash")
    for p, colour in ((1.0, "white"), (0.0, "#222222")):
        ax = plot_saturation(one.assign(p_resistant=p))
        dots = next(c for c in ax.collections if c.get_gid() == "o")
        assert tuple(dots.get_facecolors()[0]) == to_rgba(colour)


def test_the_key_explains_every_mark_and_the_caption_what_is_missing(table, drawn):
    assert [t.get_text() for t in drawn.get_legend().get_texts()] == [
        "out of scope (beyond 6 Å)", "undefined (proline)", "not in model", "contact loss",
        "one nucleotide away", "reported: resistant", "reported: other or no call",
    ]  # fmt: skip
    said = caption(drawn)
    assert "Positions out of scope: G1952" in said
    assert "Not in the model: L1950." in said
    assert "model, backbone from G2032R" in said
    assert "Clashes by chimerax" in said
    single = literature.mutations().query("reported and '/' not in mutation")
    left = single.query("klifs_label != ''")["mutation"]
    for name in set(left) - set(cells(drawn)):
        assert name in said.split("Reported, but not in the map:")[1]
    bar = drawn.child_axes[0]
    assert bar.get_xlabel() == "probability of a ten-fold loss, by structure"


def test_mutations_of_ros1_are_not_outlined_on_another_kinase(table):
    ax = plot_saturation(table.assign(kinase="ALK"))
    assert not [p for p in ax.patches if p.get_gid() == "reported"]
    assert "Reported" not in caption(ax)


def test_a_whole_pocket_in_scope_stays_legible(table):
    near = table.assign(verdict="no structural reason found", p_resistant=0.1, min_distance=4.0)
    ax = plot_saturation(near)
    assert len(ax.get_yticklabels()) == 85
    y = np.diff([t.get_window_extent().y1 for t in ax.get_yticklabels()])
    assert (np.abs(y) / 150 * 25.4 > 2.7).all()


def test_what_was_measured_is_the_upper_half_of_its_cell(table):
    shown = inside(table, plot_saturation(table))
    scored = shown[shown["p_resistant"].notna()]
    values = scored.set_index("mutation")["p_resistant"] * 2 - 1
    ax = plot_saturation(table, measured=values.iloc[:-5], measured_label="fitness")
    halves = {a.get_gid(): a for a in ax.get_children() if isinstance(a, Polygon) and a.get_gid()}
    assert {*halves} == {f"measured {m}" for m in shown["mutation"]}
    for mutation in (values.idxmax(), values.idxmin()):
        half, column = halves[f"measured {mutation}"], places(ax.get_xticklabels(), ax.get_xticks())
        row = places(ax.get_yticklabels(), ax.get_yticks())[mutation[:-1]]
        # The corner at the upper right; y runs downwards.
        corner = (column[mutation[-1]] + 0.5, row - 0.5)
        assert any(np.allclose(corner, xy) for xy in half.get_xy())
        dark = resistance_map()(1.0 if values[mutation] > 0 else 0.0)
        assert half.get_facecolor() == dark
    absent = halves[f"measured {values.index[-1]}"]
    assert absent.get_facecolor() == (1.0, 1.0, 1.0, 1.0)
    said = caption(ax)
    assert f"upper right: fitness, {len(values) - 5} values" in said
    # What was given is the probability itself.
    assert f"Spearman's ρ over {len(values) - 5} cells: 1.00." in said
    opposite = caption(plot_saturation(table, measured=(-values).to_dict()))
    assert f"ρ over {len(values)} cells: −1.00." in opposite
    with pytest.raises(InputError, match=r"expected numbers by mutation, such as .*, found none"):
        plot_saturation(table, measured={"X1Y": 1.0})


def test_names_from_files_are_not_read_as_mathematics(table, tmp_path):
    odd = table.head(40).assign(structure=r"$\frac$", inhibitor=r"$\frac$", definition="a$b$")
    ax = plot_saturation(odd)
    svg, _, _ = save(ax, tmp_path / "odd")
    assert "$\\frac$" in svg.read_text(encoding="utf-8")


def test_an_axes_that_is_given_is_drawn_on(table):
    ax = Figure(figsize=(5, 9)).add_axes((0.02, 0.02, 0.96, 0.96))
    assert plot_saturation(table, ax=ax) is ax
    assert [p for p in ax.patches if isinstance(p, Rectangle)]


def test_bad_input_is_refused(table):
    with pytest.raises(InputError, match="expected a column 'one_nucleotide'"):
        plot_saturation(table.drop(columns="one_nucleotide"))
    with pytest.raises(InputError, match="the table has no rows"):
        plot_saturation(table.iloc[:0])
    two = pd.concat([table, table.assign(structure="lorlatinib")])
    with pytest.raises(InputError, match="expected one structure, found crizotinib, lorlatinib"):
        plot_saturation(two)
    with pytest.raises(InputError, match="of crizotinib: no position has a substitution in scope"):
        plot_saturation(table.assign(verdict="out of scope"))
    with pytest.raises(InputError, match="expected single substitutions, found S1986F/L2000V"):
        plot_saturation(table.assign(mutation="S1986F/L2000V"))
