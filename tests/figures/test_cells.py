"""Every figure draws inside the Axes that it is given, in any layout, and shows in a notebook."""

import itertools
import pickle
from functools import cache

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import TransformedBbox

import figure_cases
import ros1struct as rs
from ros1struct import figures
from ros1struct.errors import FigureSizeError, InputError
from ros1struct.figures.layout.cell import SMALLEST

NAMES = sorted(figure_cases.cases())
# Pixels that hinting may add to a text.
SLACK = 1.6


def cell_of(ax):
    """The place that an Axes has in its figure, in pixels."""
    part = ax.get_figure()
    return TransformedBbox(ax.get_position(original=True), part.transSubfigure)


def written(ax):
    """Texts that are drawn, with their boxes; ticks beyond the limits of an Axes are not."""
    seen = []
    draw = Text.draw

    def recorded(text, renderer):
        seen.append(text)
        draw(text, renderer)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Text, "draw", recorded)
        ax.get_figure(root=True).draw_without_rendering()
    mine = {id(t) for t in ax.findobj(Text)}
    found = [t for t in seen if id(t) in mine and t.get_visible() and t.get_text().strip()]
    return [(t.get_text(), t.get_window_extent()) for t in dict.fromkeys(found)]


def check_cell(ax):
    """Nothing leaves the cell, no text lies over another."""
    boxes = written(ax)
    assert boxes
    cell, fitted = cell_of(ax), ax.get_tightbbox()
    for text, box in (*boxes, ("what is drawn", fitted)):
        for side, limit, sign in zip(box.extents, cell.extents, (-1, -1, 1, 1), strict=True):
            assert sign * (side - limit) < SLACK, (text, box.extents, cell.extents)
    for (one, a), (two, b) in itertools.combinations(boxes, 2):
        wide = min(a.x1, b.x1) - max(a.x0, b.x0)
        high = min(a.y1, b.y1) - max(a.y0, b.y0)
        # A line's box includes its leading.
        least = 0.25 * min(a.height, a.width, b.height, b.width)
        assert not (wide > SLACK and high > least), (one, two)


def axes_of(wide, high, margin=12.0, **options):
    """A figure with one Axes so wide and high in mm, and a margin around."""
    figure = Figure(figsize=((wide + 2 * margin) / 25.4, (high + 2 * margin) / 25.4), **options)
    w, h = wide + 2 * margin, high + 2 * margin
    return figure.add_axes((margin / w, margin / h, wide / w, high / h))


@cache
def least(name):
    """The size that a figure asks for."""
    with pytest.raises(FigureSizeError) as found:
        figure_cases.cases()[name](ax=axes_of(12.0, 12.0))
    return found.value.needed


def test_every_figure_is_a_case():
    assert set(NAMES) == {n for n in figures.__all__ if n.startswith("plot_")}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", ["least", "column", "large"])
def test_nothing_leaves_its_cell_and_no_text_overlaps(name, size):
    draw = figure_cases.cases()[name]
    if size == "least":
        wide, high = least(name)
        ax = axes_of(wide + 0.2, high + 0.2)
    elif size == "large":
        ax = axes_of(240.0, 330.0)
    else:
        ax = None
    with mpl.rc_context({"figure.dpi": 100}):
        ax = draw(ax=ax)
    check_cell(ax)
    sizes = {round(t.get_fontsize(), 2) for t in ax.findobj(Text) if t.get_text().strip()}
    if size == "least":
        assert min(sizes) == pytest.approx(SMALLEST, rel=0.01)
    elif size == "large":
        assert min(sizes) >= 9.9


@pytest.mark.parametrize("name", NAMES)
def test_a_size_that_is_too_small_is_refused_with_the_one_that_is_not(name):
    draw = figure_cases.cases()[name]
    wide, high = least(name)
    for one, other in ((wide - 1.0, high), (wide, high - 1.0)):
        with pytest.raises(FigureSizeError, match=r"expected an Axes of .* mm .* inches"):
            draw(ax=axes_of(one, other))


@pytest.mark.parametrize("name", NAMES)
def test_no_key_and_no_caption_leave_room(name):
    draw = figure_cases.cases()[name]
    with mpl.rc_context({"figure.dpi": 100}):
        bare = draw(legend="", caption="")
    check_cell(bare)
    assert bare.get_legend() is None
    whole = draw(caption="What is told. " * 12)
    assert bare.figure.get_figheight() < whole.figure.get_figheight()
    said = " ".join(" ".join(t.get_text() for t in whole.findobj(Text)).split())
    assert "What is told. What is told." in said


@pytest.mark.parametrize("dpi", [72, 300])
def test_other_resolutions_change_nothing(dpi):
    ax = figures.plot_matrix(figure_cases.summary())
    ax.figure.set_dpi(dpi)
    check_cell(ax)


def test_a_cell_that_grows_or_shrinks_is_filled_again():
    ax = figures.plot_contacts(*figure_cases.touched(), ax=axes_of(90.0, 160.0))
    before = ax.get_window_extent().height
    ax.set_position((0.05, 0.02, 0.9, 0.97))
    ax.figure.draw_without_rendering()
    assert ax.get_window_extent().height > before
    check_cell(ax)
    ax.set_position((0.4, 0.4, 0.2, 0.2))
    with pytest.raises(FigureSizeError, match="cannot draw a pocket map"):
        ax.figure.draw_without_rendering()


def test_what_the_user_says_of_colours_and_words_is_drawn():
    norm = mpl.colors.Normalize(0, 0.5)
    ax = figures.plot_matrix(
        figure_cases.summary(), legend="Key", caption="Mine.", cmap="Greys", norm=norm
    )
    assert ax.get_legend().get_title().get_text() == "Key"
    assert "Mine." in {t.get_text() for t in ax.texts}
    (bar,) = ax.child_axes
    assert bar.get_xlim() == (0, 0.5)
    faces = {p.get_facecolor() for p in ax.patches}
    assert mpl.colormaps["Greys"](1.0) in faces


def test_type_is_that_in_force():
    with mpl.rc_context({"font.size": 9.0, "font.family": "DejaVu Serif"}):
        ax = figures.plot_contacts(*figure_cases.touched(), ax=axes_of(120.0, 220.0))
        check_cell(ax)
    assert {t.get_fontsize() for t in ax.findobj(Text) if t.get_text().strip()} == {9.0}


def few():
    table = figure_cases.summary()
    return table[table["group"] == "pocket"]


COMPOSITIONS = ("subplots", "mosaic", "constrained", "tight", "subfigures", "grid")


def composed(kind):
    """Two to six plots in one figure."""
    fan = figure_cases.fan()
    if kind == "grid":
        figure, axes = plt.subplots(2, 3, figsize=(15, 12))
        for ax in axes.flat:
            figures.plot_matrix(few(), ax=ax)
        return figure, list(axes.flat)
    if kind == "mosaic":
        axes = figures.panel("ab;ac", height=130.0, width_ratios=[3, 2])
        plots = [axes["a"], axes["b"], axes["c"]]
        figures.plot_contacts(*figure_cases.touched(), ax=axes["a"])
        figures.plot_matrix(few(), ax=axes["b"], legend="")
        figures.plot_traces(figure_cases.measured(), ax=axes["c"])
        return axes["a"].figure, plots
    if kind == "subfigures":
        figure = plt.figure(figsize=(8, 4))
        left, right = figure.subfigures(1, 2)
        axes = [left.subplots(), right.subplots()]
    else:
        layout = {"subplots": None}.get(kind, kind)
        size = (7, 3) if kind == "subplots" else (8, 4)
        figure, axes = plt.subplots(1, 2, figsize=size, layout=layout)
    figures.plot_matrix(few(), ax=axes[0], caption="" if kind == "subplots" else None)
    figures.plot_rotamers(fan, ax=axes[1], legend="")
    return figure, list(axes)


@pytest.mark.parametrize("kind", COMPOSITIONS)
def test_plots_keep_to_their_cells_in_every_layout(kind):
    figure, axes = composed(kind)
    try:
        if kind == "subplots":
            for ax in axes:
                check_cell(ax)
            figure.tight_layout()
        for ax in axes:
            check_cell(ax)
        cells = [cell_of(ax) for ax in axes]
        for one, other in itertools.combinations(cells, 2):
            assert not one.shrunk(0.99, 0.99).overlaps(other.shrunk(0.99, 0.99))
        for cell in cells:
            assert figure.bbox.x0 - 1 < cell.x0
            assert cell.x1 < figure.bbox.x1 + 1
        if kind in ("constrained", "tight"):
            # Both fill the figure: the plots leave nothing outside of their cells to make room for.
            assert sum(c.width for c in cells) > 0.93 * figure.bbox.width
    finally:
        plt.close(figure)


def test_layouts_come_to_rest():
    """Constrained layout drawn twice gives the same figure."""
    figure, axes = composed("constrained")
    figure.draw_without_rendering()
    before = [ax.get_window_extent().extents for ax in axes]
    figure.draw_without_rendering()
    after = [ax.get_window_extent().extents for ax in axes]
    plt.close(figure)
    np.testing.assert_allclose(before, after, atol=0.5)


def test_a_panel_is_a_mosaic_in_mm_with_letters():
    axes = figures.panel("ab;cc", width=178.0, height=100.0)
    figure = axes["a"].figure
    assert list(axes) == ["a", "b", "c"]
    size = [25.4 * side for side in figure.get_size_inches()]
    assert size == pytest.approx([178.0, 100.0])
    mm = figure.dpi / 25.4
    a, b, c = (axes[name].get_position(original=True).transformed(figure.transFigure) for name in
               "abc")  # fmt: skip
    assert a.x0 / mm == pytest.approx(1.5)
    assert (b.x0 - a.x1) / mm == pytest.approx(4.0)
    assert (c.x1 - c.x0) / mm == pytest.approx(175.0)
    assert [t.get_text() for t in figure.texts] == ["a", "b", "c"]
    figure.draw_without_rendering()
    for text, cell in zip(figure.texts, (a, b, c), strict=True):
        box = text.get_window_extent()
        assert cell.y1 <= box.y0 + 1
        assert box.y1 <= figure.bbox.y1 + 1
    assert not figures.panel("ab", letters=False)["a"].figure.texts


def test_a_figure_that_ends_a_cell_shows_itself():
    ax = figures.plot_fusions(figure_cases.literature.fusions())
    for one in (ax, ax.figure, figures.panel("ab")["b"]):
        assert one._repr_png_().startswith(b"\x89PNG")
    # As matplotlib's own do, an Axes of somebody else's figure leaves that to its figure.
    other = figures.plot_fusions(figure_cases.literature.fusions(), ax=axes_of(90, 230))
    assert not hasattr(other, "_repr_png_")


@pytest.mark.parametrize("name", ["plot_difference", "plot_matrix", "plot_interactions"])
def test_figures_can_be_pickled(name):
    ax = figure_cases.cases()[name]()
    copy = pickle.loads(pickle.dumps(ax.figure))
    check_cell(copy.axes[0])
    assert copy.axes[0].get_window_extent().bounds == ax.get_window_extent().bounds


def test_what_is_no_axes_is_refused():
    with pytest.raises(InputError, match="expected ax= to be an Axes, found ndarray"):
        figures.plot_matrix(figure_cases.summary(), ax=np.array([1, 2]))


def test_residues_say_what_they_give_and_take():
    """The tables name the inhibitor's role; a label's subject is the residue."""
    table = figure_cases.over_time()
    ax = figures.plot_barcode(table | True)
    labels = [t.get_text() for t in ax.get_yticklabels()]
    roles = {(residue, kind) for residue, _, kind in table.columns}
    assert ("P1158", "hydrogen bond donor") in roles
    assert "P1158 accepts H bond" in labels
    assert ("M1160", "hydrogen bond acceptor") in roles
    assert "M1160 donates H bond" in labels
    assert not [label for label in labels if "donor" in label or "acceptor" in label]


def test_clashes_name_their_definition():
    for rule in ("chimerax", "bondi"):
        fan = rs.ensemble(figure_cases.complexes()[0], "L1157M", definition=rule).table()
        said = {t.get_text() for t in figures.plot_rotamers(fan).get_legend().get_texts()}
        assert any(text.startswith(f"clash by {rule}: from ") for text in said)
