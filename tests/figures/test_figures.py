"""Figures are held to what a printed column needs: sizes, labels, units, nothing overlapping."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

import ros1struct as rs
from printed import caption, check_printable, texts
from ros1struct.contacts.nearby import KINDS as BY_DISTANCE
from ros1struct.errors import InputError
from ros1struct.figures import (
    plot_contacts,
    plot_difference,
    plot_matrix,
    plot_rotamers,
    save,
    style,
)
from ros1struct.figures.layout.resistance import interval, resistance_map
from ros1struct.figures.layout.symbols import (
    glyph_order,
    kind_mark,
    kind_words,
    resistance_positions,
)
from ros1struct.figures.matrix import glyph
from ros1struct.figures.rotamers import LEAST, MOST
from ros1struct.figures.style import lightness, shorten, text_width, tolerance_map, wrap
from ros1struct.kinome import literature
from ros1struct.kinome.calls import literature_call
from ros1struct.resistance.summary import summarise
from ros1struct.sidechains.ensembles import ensemble

MARKS = (
    ("clash", 0.02),
    ("possible", 0.6),
    ("no structural reason found", 0.9),
    ("contact loss", 0.8),
    ("out of scope", np.nan),
    ("undefined", np.nan),
    ("not in model", np.nan),
)


@pytest.fixture(scope="module")
def full():
    """The whole catalogue by five inhibitors, one with two poses, one without a model."""
    rows = []
    mutations = literature.mutations().query("reported")
    for k, name in enumerate(mutations["mutation"]):
        drugs = ("crizotinib", "crizotinib#2", "lorlatinib", "repotrectinib", "zidesamtinib")
        for j, structure in enumerate((*drugs, "entrectinib")):
            verdict, tolerance = MARKS[(k + 2 * j) % len(MARKS)]
            if "/" in name and structure == "lorlatinib":
                verdict, tolerance = "clash", 0.0
            if structure == "entrectinib":
                verdict, tolerance = "no model", np.nan
            drug = structure.split("#")[0]
            rows.append(
                {
                    "structure": structure,
                    "kinase": "ROS1",
                    "inhibitor": drug,
                    "provenance": "model, backbone from G2032R",
                    "mutation": name,
                    "klifs": mutations["klifs_label"][k],
                    "min_distance": 3.0,
                    "score": 4 * (1 - tolerance),
                    "score_low": 3 * (1 - tolerance),
                    "score_high": 5 * (1 - tolerance),
                    "p_resistant": 1 - tolerance,
                    "firm": verdict != "possible",
                    "verdict": verdict,
                    "reason": "",
                    "literature_call": literature_call(name, drug),
                    "definition": "chimerax",
                }
            )
    return summarise(pd.DataFrame(rows))


@pytest.fixture(scope="module")
def matrix(full):
    return plot_matrix(full)


@pytest.fixture(scope="module")
def complex_():
    return rs.load("2WGJ")


@pytest.fixture(scope="module")
def rotamers(complex_):
    fan = ensemble(complex_, "L1157M").table()
    return plot_rotamers(fan, caption="MET with crizotinib, 2WGJ: deposited. " * 2), fan


@pytest.fixture(scope="module")
def contacts(complex_):
    pair = complex_, rs.load("3LQ8")
    table = pd.concat([rs.contacts(c) for c in pair])
    typed = pd.concat([rs.interactions(c) for c in pair])
    caption = "Structures: MET 2WGJ: deposited; 3LQ8: processed."
    return plot_contacts(table, typed, caption=caption), table, typed


@pytest.fixture(scope="module")
def six_inhibitors():
    """Pocket map of as many structures as a column takes."""
    names = ("crizotinib", "lorlatinib", "repotrectinib", "zidesamtinib", "2WGJ", "3LQ8")
    each = [rs.load(name) for name in names]
    table = pd.concat([rs.contacts(c) for c in each])
    return plot_contacts(table, pd.concat([rs.interactions(c) for c in each]), caption="x " * 80)


@pytest.fixture(scope="module")
def difference():
    table = rs.compare(rs.load("crizotinib"), rs.load("repotrectinib"))
    return plot_difference(table, caption="Structures: ROS1: model, backbone from G2032R."), table


@pytest.fixture(scope="module")
def wide_difference(complex_):
    table = rs.compare(complex_, rs.load("3LQ8"))
    return plot_difference(table, caption="Structures: MET 2WGJ, 3LQ8."), table


FIGURES = (
    ("matrix", 86.0),
    ("rotamers", 86.0),
    ("contacts", 86.0),
    ("six_inhibitors", 86.0),
    ("difference", 86.0),
    ("wide_difference", 178.0),
)


@pytest.mark.parametrize(("name", "width"), FIGURES)
def test_figures_are_fit_to_print(name, width, request):
    made = request.getfixturevalue(name)
    ax = made[0] if isinstance(made, tuple) else made
    assert len(texts(ax)) > 10
    check_printable(ax, width)


def test_matrix_shows_every_pair_and_explains_every_mark(matrix, full):
    labels = [t.get_text() for t in matrix.get_yticklabels()]
    assert len(labels) == full["mutation"].nunique() == 29
    assert [t.get_text() for t in matrix.get_xticklabels()] == [
        "crizotinib", "lorlatinib", "repotrectinib", "zidesamtinib", "entrectinib",
    ]  # fmt: skip
    # The pocket comes first, along the KLIFS positions.
    assert labels[:2] == ["L1951R", "G1957A"]
    assert labels.index("L2026M") < labels.index("G2032R") < labels.index("L2086F")
    said = {t.get_text() for t in matrix.get_legend().get_texts()}
    assert said == {
        "out of scope (beyond 6 Å)", "undefined (proline)",
        "not in model", "no model", "contact loss", "not firm", "its interval (cell: 0 to 1)",
        "literature disagrees", "verdict depends on pose",
    }  # fmt: skip
    written = [t.get_text() for t in matrix.texts]
    calls = [glyph(c) for c in full["literature_call"] if c]
    assert sorted(t for t in written if t in set(calls)) == sorted(calls)
    below = caption(matrix)
    assert "R resistant, I intermediate, S sensitive, ? sources conflict" in below
    assert "model, backbone from G2032R" in below
    (bar,) = matrix.child_axes
    assert bar.get_xlabel() == "probability of a ten-fold loss, by structure"


def test_key_leaves_out_marks_that_are_not_there(full):
    plain = full[full["verdict"] == "clash"].assign(literature_call="R", firm=True)
    plain = plain.drop(columns=["score_low", "score_high"])
    assert plot_matrix(plain).get_legend() is None


def test_a_pose_dependent_cell_has_a_border(full):
    one = full[(full["mutation"] == "G2032R") & (full["structure"] == "crizotinib")]
    assert one["verdict"].item().startswith("pose-dependent")
    assert max(p.get_linewidth() for p in plot_matrix(one).patches) > 1.0


def test_doubt_and_disagreement_have_marks_of_their_own(full):
    one = full[full["verdict"] == "clash"].iloc[:1]
    for firm, call, rings, frames in (
        (True, "R", 0, 0), (False, "R", 1, 0), (True, "S", 0, 1), (False, "S", 1, 1),
    ):  # fmt: skip
        ax = plot_matrix(one.assign(firm=firm, literature_call=call))
        rings_drawn = [m for m in ax.lines if m.get_marker() == "o" and m.get_mfc() == "none"]
        assert len(rings_drawn) == rings
        boxes = [t.get_bbox_patch() for t in ax.texts if t.get_text() == call]
        framed = [b for b in boxes if b is not None and b.get_edgecolor()[3] > 0]
        assert len(framed) == frames


def test_rotamers_are_all_there_at_their_overlaps(rotamers):
    ax, fan = rotamers
    dots = ax.collections[0]
    order = fan.sort_values("probability", ascending=False, kind="stable")
    for k, column in enumerate(("apo_overlap", "inhibitor_overlap")):
        np.testing.assert_allclose(dots.get_offsets()[:, k], order[column].clip(LEAST, MOST))
    assert (np.diff(dots.get_sizes()) <= 0).all()
    fill = tolerance_map()(order["free_holo"])
    np.testing.assert_allclose(dots.get_facecolors()[:, :3], fill[:, :3])
    assert ax.get_xlabel() == "overlap with the protein (Å)"
    assert ax.get_ylabel() == "overlap with the inhibitor (Å)"
    assert "clash by chimerax: from 0.6 Å" in [t.get_text() for t in ax.get_legend().get_texts()]


@pytest.mark.parametrize("mutation", ["L1157M", "L1157A", "L1157G", "G1163R", "I1084M"])
def test_a_disc_lies_on_the_white_field_exactly_if_its_rotamer_has_a_free_sample(
    complex_, mutation
):
    found = ensemble(complex_, mutation)
    ax = plot_rotamers(found.table())
    free = (found.apo < found.threshold) & (found.inhibitor < found.threshold)
    free = free.reshape(len(found.found.probability), -1).any(axis=1)
    at = ax.collections[0].get_offsets()
    white = ~np.any([p.get_path().contains_points(p.get_transform().inverted().transform(
        ax.transData.transform(at))) for p in ax.patches], axis=0)  # fmt: skip
    assert white.tolist() == free.tolist()


def test_a_fan_of_another_shape_still_shows_the_whole_scale(rotamers):
    _, fan = rotamers
    ax = plot_rotamers(fan, ax=Figure(figsize=(9, 4)).add_axes((0.1, 0.1, 0.8, 0.8)))
    for low, high in (ax.get_xlim(), ax.get_ylim()):
        assert low < LEAST < MOST < high


def test_words_of_the_fan_keep_off_its_discs(rotamers):
    ax, _ = rotamers
    ax.figure.draw_without_rendering()
    low, high = (ax.transData.transform((0, y))[1] for y in (LEAST, MOST))
    for text in (t for t in ax.texts if t.get_text().endswith("%") and ":" in t.get_text()):
        box = text.get_window_extent()
        assert box.y1 < low or box.y0 > high, text.get_text()


def test_shares_of_the_fan_are_those_of_the_ensemble(complex_):
    found = ensemble(complex_, "L1157M")
    apo, holo = found.free()
    said = [t.get_text() for t in plot_rotamers(found.table()).texts]
    assert f"free: {holo:.0%}" in said
    assert f"blocked by the\ninhibitor: {apo - holo:.0%}" in said
    assert f"blocked by the\nprotein: {1 - apo:.0%}" in said


def test_named_rotamers_are_the_free_and_the_likely_ones(rotamers):
    ax, fan = rotamers
    named = {t.get_text() for t in ax.texts} & set(fan["name"])
    free = set(fan["name"][(fan["free_holo"] > 0) & (fan["probability"] >= 0.02)])
    assert free <= named
    assert named <= set(fan["name"][fan["probability"] >= 0.02])


def test_names_of_rotamers_keep_off_the_discs_and_the_lines(rotamers):
    ax, fan = rotamers
    ax.figure.draw_without_rendering()
    dots = ax.collections[0]
    centres = ax.transData.transform(dots.get_offsets())
    radii = np.sqrt(dots.get_sizes() / np.pi) * ax.figure.dpi / 72
    line = ax.transData.transform((0.6, 0.6))
    for text in (t for t in ax.texts if t.get_text() in set(fan["name"])):
        box = text.get_window_extent()
        near = np.clip(centres, (box.x0, box.y0), (box.x1, box.y1))
        # A line's box includes its leading: a point.
        gap = np.hypot(*(near - centres).T) - radii
        assert gap.min() > -ax.figure.dpi / 72, text.get_text()
        assert not box.x0 < line[0] < box.x1, text.get_text()


@pytest.mark.parametrize("structure", ["crizotinib", "repotrectinib", "zidesamtinib"])
def test_a_line_to_a_name_crosses_no_other_text(structure):
    fan = ensemble(rs.load(structure), "G2032R").table()
    ax = plot_rotamers(fan)
    shown = texts(ax)
    leaders = [line for line in ax.lines if line.get_transform() == ax.transAxes]
    assert leaders or structure != "crizotinib"
    for line in leaders:
        start, end = ax.transAxes.transform(line.get_xydata())
        path = np.linspace(start, end, 50)
        for text, box in shown:
            if box.padded(2.0).contains(*end):
                continue  # the name itself
            # The leading of a line is no ink.
            low, high = box.y0 + 0.2 * box.height, box.y1 - 0.2 * box.height
            inside = (path > (box.x0, low)) & (path < (box.x1, high))
            assert not inside.all(axis=1).any(), (structure, text)


@pytest.mark.parametrize("letter", "AG")
def test_a_mutant_without_torsions_is_one_disc_without_a_name(complex_, letter):
    ax = plot_rotamers(ensemble(complex_, f"L1157{letter}").table())
    ax.figure.draw_without_rendering()
    (place,) = ax.collections[0].get_offsets()
    assert np.isfinite(place).all()
    assert "free: 100%" in [t.get_text() for t in ax.texts]


def test_contacts_are_in_the_order_of_the_pocket(contacts):
    ax, table, _ = contacts
    index = [int(t.get_text().split(":")[1]) for t in ax.get_yticklabels()]
    assert index == sorted(set(index))
    assert len(ax.patches) == (table["klifs"] != "").sum()
    assert ax.child_axes[0].get_xlabel() == "shortest heavy-atom distance (Å)"


def test_every_kind_of_contact_is_a_glyph_in_its_cell(contacts):
    ax, _, typed = contacts
    typed = typed[typed["klifs"] != ""]
    rows = [t.get_text().replace("α", "alpha") for t in ax.get_yticklabels()]
    columns = [t.get_text() for t in ax.get_xticklabels()]
    drawn = sorted(
        (columns[int(x)], rows[int(y)], line.get_label())
        for line in ax.lines
        for x, y in [line.get_xydata()[0]]
    )
    kinds = typed[["structure", "klifs", "kind"]].drop_duplicates()
    kinds["kind"] = kinds["kind"].map(kind_words)
    assert drawn == sorted(kinds.itertuples(index=False, name=None))
    said = [t.get_text() for t in ax.get_legend().get_texts()]
    assert said == [kind_words(kind) for kind in glyph_order(typed["kind"])]


def test_without_typed_contacts_the_kinds_by_distance_are_marked(complex_):
    table = rs.contacts(complex_)
    ax = plot_contacts(table)
    inside = table[table["klifs"] != ""]["kinds"]
    assert len(ax.lines) == inside.str.split(", ").explode().isin(BY_DISTANCE).sum() > 5
    said = [t.get_text() for t in ax.get_legend().get_texts()]
    assert said == ["hydrogen bond (any angle)", "hydrophobic"]


def test_no_typed_contacts_are_no_marks_and_no_key(complex_):
    ax = plot_contacts(rs.contacts(complex_), rs.interactions(complex_).iloc[:0])
    assert len(ax.lines) == 0
    assert ax.get_legend() is None


def test_a_contact_beyond_the_cut_off_has_a_row_of_its_own(complex_):
    near, typed = rs.contacts(complex_, cutoff=3.2), rs.interactions(complex_)
    rows = {t.get_text() for t in plot_contacts(near, typed).get_yticklabels()}
    assert rows == {k.replace("alpha", "α") for k in typed["klifs"] if k}
    assert rows > set(near["klifs"])


def test_glyphs_differ_by_shape_and_fill_alone():
    from ros1struct.contacts.definitions import KINDS

    assert set(glyph_order(KINDS)) == set(KINDS)
    marks = [kind_mark(kind, "k") for kind in KINDS]
    assert len({(m.get_marker(), m.get_fillstyle()) for m in marks}) == len(KINDS)
    assert len({m.get_label() for m in marks}) == len(KINDS)


def test_positions_of_resistance_are_bold(contacts, difference):
    ax, *_ = contacts
    rows = [t.get_text().replace("α", "alpha") for t in ax.get_yticklabels()]
    names = [t for t in ax.texts if t.get_fontweight() == "bold"]
    assert len(names) == len(resistance_positions() & set(rows))
    ax, _ = difference
    heavy = {t.get_text() for t in ax.get_xticklabels() if t.get_fontweight() == "bold"}
    assert heavy == {"L1951", "L2010", "L2026", "G2032", "D2033", "L2086"}
    assert "Bold: position of a reported ROS1 resistance mutation." in caption(ax)


def test_every_change_is_a_mark_at_its_position_and_kind(wide_difference):
    ax, table = wide_difference
    kinds = [t.get_text() for t in ax.get_yticklabels()]
    names = [t.get_text() for t in ax.get_xticklabels()]
    words = {"residue in one structure only": "not in both"}
    drawn = {
        (names[int(x)], kinds[int(y)], words.get(line.get_label(), line.get_label()))
        for line in ax.lines
        if len(line.get_xdata()) == 1
        for x, y in [line.get_xydata()[0]]
    }
    residue = table["residue_a"].where(table["residue_a"] != "", table["residue_b"])
    assert drawn == set(zip(residue, table["kind"].map(kind_words), table["change"], strict=True))
    said = {t.get_text() for t in ax.get_legend().get_texts()}
    assert said == {"kept", "lost", "gained", "residue in one structure only"}
    marks = {line.get_label(): line.get_marker() for line in ax.get_legend().get_lines()}
    assert len(set(marks.values())) == 4


def test_bars_are_the_change_of_the_buried_area(difference, wide_difference):
    for ax, table in (difference, wide_difference):
        (bars,) = ax.child_axes
        first = table.drop_duplicates(["klifs", "residue_a", "residue_b"])
        known = first["buried_change"].dropna()
        np.testing.assert_allclose([p.get_height() for p in bars.patches], known)
        assert "Å²" in bars.get_ylabel()
    assert difference[0].child_axes[0].get_title() == "crizotinib → repotrectinib"


def test_regions_are_bracketed_in_the_order_of_the_pocket(difference):
    ax, table = difference
    regions = list(dict.fromkeys(k.partition(":")[0] for k in table["klifs"]))
    said = [t.get_text() for t in ax.texts if t.get_gid() != "caption"]
    assert said[: len(regions)] == [r.replace("alpha", "α") for r in regions]
    brackets = [line for line in ax.lines if len(line.get_xdata()) == 4]
    assert len(brackets) == len(regions)


def test_a_mutant_stands_under_its_mutation():
    table = rs.compare(rs.load("crizotinib"), rs.load("lorlatinib"))
    table = table.assign(residue_b=table["residue_b"].replace("D2033", "N2033"))
    names = [t.get_text() for t in plot_difference(table).get_xticklabels()]
    assert "D2033N" in names


def test_long_names_and_mathematics_in_names_stay_inside():
    table = rs.compare(rs.load("crizotinib"), rs.load("lorlatinib"))
    odd = table.assign(structure_a=r"$\frac$_protein_4cli_lorlatinib", structure_b="W" * 40)
    ax = plot_difference(odd)
    shown = dict(texts(ax))
    title = ax.child_axes[0].get_title()
    assert title.startswith(r"\$\frac\$")
    assert shown[title].x1 <= ax.figure.bbox.x1


def test_two_changes_of_one_kind_stand_side_by_side():
    table = rs.compare(rs.load("crizotinib"), rs.load("lorlatinib"))
    bond = table[table["kind"] == "hydrogen bond"].head(1)
    both = pd.concat([bond.assign(change="lost"), bond.assign(role="acceptor", change="gained")])
    marks = [line for line in plot_difference(both).lines if len(line.get_xdata()) == 1]
    assert sorted(float(m.get_xdata()[0]) for m in marks) == pytest.approx([1 / 3, 2 / 3])
    assert {m.get_label() for m in marks} == {"lost", "gained"}


def test_colours_get_lighter_all_the_way():
    grey = [lightness(c) for c in resistance_map()(np.linspace(1, 0, 256))]
    assert (np.diff(grey) > -0.004).all()
    assert grey[-1] - grey[0] > 0.7


def test_an_axes_that_is_given_is_drawn_on(full):
    ax = Figure(figsize=(6, 9)).add_axes((0.02, 0.02, 0.96, 0.96))
    assert plot_matrix(full.head(5), ax=ax) is ax


def test_nothing_global_is_left_behind(full):
    before, open_figures = dict(mpl.rcParams), plt.get_fignums()
    plot_matrix(full.head(3))
    with style("paper"):
        assert mpl.rcParams["font.size"] == 7.0
        assert mpl.rcParams["savefig.dpi"] == 600
    assert dict(mpl.rcParams) == before
    assert plt.get_fignums() == open_figures


def test_saved_text_stays_text_and_bytes_repeat(full, tmp_path):
    ax = plot_matrix(full.head(4))
    svg, pdf, png = save(ax, tmp_path / "one")
    assert ">G2032R</text>" in svg.read_text(encoding="utf-8")
    assert b"/Type3" not in pdf.read_bytes()
    assert b"/FontFile2" in pdf.read_bytes()
    assert plt.imread(png).shape[1] == pytest.approx(86 / 25.4 * 600, abs=1)
    again = save(plot_matrix(full.head(4)), tmp_path / "two")
    for one, two in zip((svg, pdf, png), again, strict=True):
        assert one.read_bytes() == two.read_bytes()


def test_names_from_files_are_not_read_as_mathematics(full):
    odd = full.head(2).assign(structure=r"$\frac$", inhibitor=r"$\frac$")
    ax = plot_matrix(odd)
    ax.figure.draw_without_rendering()
    assert ax.get_xticklabels()[0].get_text() == r"\$\frac\$"


def test_words():
    assert text_width("mm") == pytest.approx(2 * text_width("m"), rel=0.1)
    assert wrap("aa bb cc", 1.05 * text_width("aa bb")) == "aa bb\ncc"
    assert shorten("short") == "short"
    assert len(shorten("x" * 99)) == 20


def test_bad_input_is_refused(full, tmp_path):
    with (
        pytest.raises(InputError, match=r"no figure style 'papr'.*Did you mean paper"),
        style("papr"),
    ):
        pass
    with pytest.raises(InputError, match="expected a column 'structure', found x"):
        plot_matrix(pd.DataFrame({"x": [1]}))
    with pytest.raises(InputError, match="the table has no rows"):
        plot_matrix(full.iloc[:0])
    with pytest.raises(InputError, match="expected a column 'residue'"):
        plot_rotamers(full.drop(columns="residue"))
    with pytest.raises(InputError, match="expected a column 'residue'"):
        plot_contacts(pd.DataFrame({"structure": ["x"]}))
    with pytest.raises(InputError, match="expected a column 'klifs'"):
        plot_difference(full.drop(columns="klifs"))
    with pytest.raises(InputError, match="expected a folder at"):
        save(Figure(), tmp_path / "absent" / "x")


def test_a_scan_is_summarised_for_the_matrix(complex_):
    table = rs.scan(complex_, ["G1163R", "D1164N"], energies=False)
    labels = [
        [t.get_text() for t in plot_matrix(data).get_yticklabels()]
        for data in (table, summarise(table))
    ]
    assert labels[0] == labels[1] == ["G1163R", "D1164N"]


def test_captions_tell_the_provenance_that_tables_have(complex_):
    fan = plot_rotamers(rs.ensemble(complex_, "G1163R").table())
    assert "MET with crizotinib, 2WGJ: deposited. Clashes by chimerax." in _said(fan)
    pair = plot_difference(rs.compare(complex_, "3LQ8"))
    assert "2WGJ: deposited; 3LQ8: processed." in _said(pair)
    assert "mine" in _said(plot_rotamers(rs.ensemble(complex_, "L1157M").table(), caption="mine"))


def _said(ax):
    return " ".join(" ".join(t.get_text() for t in ax.figure.findobj(Text)).split())


def test_what_is_no_table_and_no_figure_is_refused(complex_, tmp_path):
    with pytest.raises(InputError, match=r"expected a table, found Ensemble; give its table\(\)"):
        plot_rotamers(rs.ensemble(complex_, "G1163R"))
    with pytest.raises(InputError, match="expected a table, found str"):
        plot_matrix("G2032R")
    with pytest.raises(InputError, match="found a table without columns"):
        plot_contacts(pd.DataFrame())
    with pytest.raises(InputError, match="expected a Figure or Axes to save, found NoneType"):
        save(None, tmp_path / "x")
    with pytest.raises(InputError, match="saved as svg, pdf, png, found 'bmp'"):
        save(Figure(), tmp_path / "x", kinds=("bmp",))
    assert list(tmp_path.iterdir()) == []


def test_a_suffix_that_is_written_anyway_is_no_part_of_the_name(tmp_path):
    paths = save(Figure(), tmp_path / "one.png", kinds=("svg", "png"))
    assert [p.name for p in paths] == ["one.svg", "one.png"]
    assert save(Figure(), tmp_path / "v1.2", kinds=("svg",))[0].name == "v1.2.svg"


def test_the_interval_of_a_probability_is_a_line_across_its_cell(full):
    from ros1struct.resistance.verdict import CALIBRATION

    one = full[(full["verdict"] == "clash") & (full["structure"] == "lorlatinib")].iloc[:1]
    one = one.assign(score=1.0, score_low=0.5, score_high=2.5)
    one = one.assign(p_resistant=CALIBRATION.probability(1.0))
    expected = CALIBRATION.probability([0.5, 2.5])
    np.testing.assert_allclose(interval(one)[0], expected)
    (line,) = [m for m in plot_matrix(one).lines if m.get_gid() == "interval"]
    np.testing.assert_allclose(line.get_xdata(), 0.06 + 0.88 * expected)
    # Another base rate moves the ends as it moves the probability.
    moved = CALIBRATION.probability([1.0, 0.5, 2.5], base_rate=0.1)
    np.testing.assert_allclose(interval(one.assign(p_resistant=moved[0]))[0], moved[1:])
    assert not [m for m in plot_matrix(one.assign(score_low=np.nan)).lines if m.get_gid()]


def test_every_verdict_without_a_score_has_a_fill_and_a_word(full):
    one = full[full["verdict"] == "clash"].iloc[:1].assign(p_resistant=np.nan, score=np.nan)
    looks = set()
    for verdict in ("not in model", "out of scope", "undefined", "no model", "not read"):
        ax = plot_matrix(one.assign(verdict=verdict, literature_call=""))
        (said,) = [t.get_text() for t in ax.get_legend().get_texts()]
        assert said.startswith(verdict)
        looks.add((said, ax.patches[0].get_hatch(), ax.patches[0].get_facecolor()))
    assert len(looks) == 5
    # A verdict of a later version is a white cell, no error.
    assert plot_matrix(one.assign(verdict="new")).get_legend() is None
