"""Figures are held to what a printed column needs: sizes, labels, units, nothing overlapping."""

import itertools

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

import ros1struct as rs
from ros1struct import knowledge
from ros1struct.drawing import lightness, shorten, text_width, tolerance_map, wrap
from ros1struct.ensembles import ensemble
from ros1struct.errors import InputError
from ros1struct.figures import plot_contacts, plot_matrix, plot_rotamers, save, style
from ros1struct.matrix import glyph
from ros1struct.summary import summarise

MARKS = (
    ("clash", 0.02),
    ("partial clash", 0.3),
    ("no steric reason found", 1.3),
    ("contact loss", 0.8),
    ("out of scope", np.nan),
    ("undefined (strained)", np.nan),
    ("not in model", np.nan),
)


@pytest.fixture(scope="module")
def full():
    """The whole catalogue by five inhibitors, one with two poses, one without a model."""
    rows = []
    mutations = knowledge.mutations()
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
                    "steric_tolerance": tolerance,
                    "verdict": verdict,
                    "reason": "",
                    "literature_call": knowledge.literature_call(name, drug),
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
    fan = ensemble(complex_, "G1163R").table()
    return plot_rotamers(fan, caption="MET with crizotinib, 2WGJ: deposited. " * 2), fan


@pytest.fixture(scope="module")
def contacts(complex_):
    table = pd.concat([rs.contacts(complex_), rs.contacts(rs.load("3LQ8"))])
    return plot_contacts(table, caption="Structures: MET 2WGJ: deposited; 3LQ8: processed."), table


def texts(ax):
    """Every text that is seen, with its box in pixels."""
    figure = ax.figure
    figure.draw_without_rendering()
    found = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
    boxes = [(t.get_text(), t.get_window_extent()) for t in found]
    return [(text, box) for text, box in boxes if box.width > 0]


@pytest.mark.parametrize("name", ["matrix", "rotamers", "contacts"])
def test_texts_lie_inside_86_mm_and_do_not_overlap(name, request):
    made = request.getfixturevalue(name)
    ax = made[0] if isinstance(made, tuple) else made
    assert ax.figure.get_figwidth() * 25.4 == pytest.approx(86.0)
    assert ax.figure.get_figheight() * 25.4 < 230.0  # the height of a journal page
    whole = ax.figure.bbox
    shown = texts(ax)
    assert len(shown) > 10
    for text, box in shown:
        inside = box.x0 >= -1 and box.y0 >= -1 and box.x1 <= whole.x1 + 1 and box.y1 <= whole.y1 + 1
        assert inside, text
    for (one, a), (two, b) in itertools.combinations(shown, 2):
        wide = min(a.x1, b.x1) - max(a.x0, b.x0)
        high = min(a.y1, b.y1) - max(a.y0, b.y0)
        # A line's box includes its leading: half a point may be shared.
        assert not (wide > 0.5 and high > 1.0), (one, two)


@pytest.mark.parametrize("name", ["matrix", "rotamers", "contacts"])
def test_type_is_seven_to_eight_points(name, request):
    made = request.getfixturevalue(name)
    ax = made[0] if isinstance(made, tuple) else made
    sizes = {t.get_fontsize() for t in ax.figure.findobj(Text) if t.get_text().strip()}
    assert sizes <= {7.0, 8.0}


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
        "out of scope (beyond 6 Å)", "undefined (strained)",
        "not in model", "no model", "contact loss", "least | most over poses",
        "verdict depends on pose",
    }  # fmt: skip
    written = [t.get_text() for t in matrix.texts]
    calls = [glyph(c) for c in full["literature_call"] if c]
    assert sorted(t for t in written if t in set(calls)) == sorted(calls)
    below = written[-1]
    assert "R resistant, I intermediate, S sensitive, ? sources conflict" in " ".join(below.split())
    assert "model, backbone from G2032R" in " ".join(below.split())
    (bar,) = matrix.child_axes
    assert bar.get_xlabel() == "steric tolerance (≤ 0.1 clash, ≤ 0.5 partial clash)"


def test_key_leaves_out_marks_that_are_not_there(full):
    ax = plot_matrix(full[full["verdict"] == "clash"])
    assert ax.get_legend() is None


def test_a_pose_dependent_cell_has_two_halves_and_a_border(full):
    one = full[(full["mutation"] == "G2032R") & (full["structure"] == "crizotinib")]
    assert one["verdict"].item().startswith("pose-dependent")
    patches = plot_matrix(one).patches
    assert len([p for p in patches if p.get_path().vertices.shape[0] == 4]) == 2
    assert max(p.get_linewidth() for p in patches) > 1.0


def test_rotamers_are_all_there_at_their_overlaps(rotamers):
    ax, fan = rotamers
    dots = ax.collections[0]
    assert len(dots.get_offsets()) == len(fan)
    np.testing.assert_allclose(
        sorted(dots.get_offsets()[:, 1]), sorted(fan["inhibitor_overlap"].clip(lower=-2.0))
    )
    order = np.argsort(-fan["probability"].to_numpy(), kind="stable")
    assert (np.diff(dots.get_sizes()) <= 0).all()
    np.testing.assert_allclose(dots.get_array(), fan["free_holo"].to_numpy()[order])
    assert "(Å; clash ≥ 0.6)" in ax.get_xlabel()
    assert "(Å; clash ≥ 0.6)" in ax.get_ylabel()


def test_contacts_are_in_the_order_of_the_pocket(contacts):
    ax, table = contacts
    index = [int(t.get_text().split(":")[1]) for t in ax.get_yticklabels()]
    assert index == sorted(set(index))
    assert len(ax.patches) == (table["klifs"] != "").sum()
    assert ax.child_axes[0].get_xlabel() == "shortest heavy-atom distance (Å)"


def test_colours_get_lighter_all_the_way():
    grey = [lightness(c) for c in tolerance_map()(np.linspace(0, 1, 256))]
    assert (np.diff(grey) > -0.004).all()
    assert grey[-1] - grey[0] > 0.7


def test_an_axes_that_is_given_is_drawn_on(full):
    figure = Figure(figsize=(6, 9))
    ax = figure.add_subplot()
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
    with pytest.raises(InputError, match="expected a folder at"):
        save(Figure(), tmp_path / "absent" / "x")
