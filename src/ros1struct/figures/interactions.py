"""The inhibitor in two dimensions with the residues around it: contacts as lines, clashes as discs.

Residues stand on their side of the pocket as far as the sheet lets them; no line crosses another
and no text overlaps. One line stands for the shortest contact of a kind between a residue and an
atom of the inhibitor; where rings take part, for the nearest of the residue.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.patches import Circle

from ros1struct.clashes.definitions import ClashDefinition
from ros1struct.clashes.definitions import clash_definition as rule_of
from ros1struct.clashes.overlaps import clashes as list_clashes
from ros1struct.contacts.definitions import ContactDefinition, contact_definition
from ros1struct.contacts.interactions import interactions as list_interactions
from ros1struct.errors import InputError
from ros1struct.figures.layout.contact_lines import (
    HYDROPHOBIC,
    KEY_ROW,
    PARALLEL,
    REPORTED,
    SHADE,
    STROKES,
    draw_arc,
    draw_key,
    draw_line,
    frame,
    key_rows,
)
from ros1struct.figures.layout.formula import draw_formula
from ros1struct.figures.layout.labels import Tie, note_box, strand
from ros1struct.figures.layout.residue_places import RIM, ROW, Line, Plan, make_plan
from ros1struct.figures.layout.symbols import kind_words
from ros1struct.figures.style import (
    EDGE,
    GREY,
    INK,
    LINE,
    MARGIN,
    SINGLE_COLUMN,
    TYPE,
    need,
    plain,
    sheet,
    shorten,
    size_of,
    style,
    text_width,
    wrap,
)
from ros1struct.io.border import takes_complex
from ros1struct.structure.complex import Complex

# Å: overlaps from a clash by ChimeraX' rule to one that no side chain escapes by a small move.
USUAL = (0.6, 1.6)
# mm: the narrowest sheet, and the height of the colour bar with its numbers.
NARROWEST = 60.0
BAR = 8.5


@takes_complex("one")
def plot_interactions(
    complex: Complex,
    interactions: pd.DataFrame | None = None,
    clashes: pd.DataFrame | None = None,
    *,
    definition: str | ContactDefinition = "ros1struct",
    clash_definition: str | ClashDefinition = "chimerax",
    caption: str | None = None,
    ax: Axes | None = None,
    frame: int | None = None,
) -> Axes:
    """Draw the inhibitor as a formula with the residues that touch it.

    Parameters
    ----------
    complex : Complex or str
        A crystal, a model or a mutant model; a text is loaded by :func:`ros1struct.load`.
    interactions : DataFrame, optional
        Of :func:`ros1struct.interactions`, one frame; by default of the first frame.
    clashes : DataFrame, optional
        Of :func:`ros1struct.clashes.overlaps.clashes`; by default of the first frame.
    definition : str or ContactDefinition
    clash_definition : str or ClashDefinition
        What makes the tables that are not given.
    caption : str, optional
        Line below; by default structure, kinase, inhibitor, provenance and definitions.
    ax : Axes, optional
        At least 60 mm wide and as high as the drawing needs; its unit becomes the mm.
    frame : int, optional
        Which frame, from 0; needed where the complex has several.

    Returns
    -------
    Axes
        A line per polar contact with its distance (Å), a spoked arc per residue with hydrophobic
        contacts, a grey label for other contact. Discs under atoms are as dark as the deepest
        overlap (Å) of the atom with the protein. Shaded residues are those, or align with those,
        of which ROS1 resistance mutations are reported.

    Raises
    ------
    InputError
        If a table lacks a column, is of several frames or of another inhibitor, if nothing
        touches the inhibitor, or if the Axes is too small.

    Examples
    --------
    >>> import ros1struct as rs
    >>> ax = plot_interactions(rs.load("2WGJ"))
    >>> [text.get_text() for text in ax.texts if text.get_text().startswith("hinge")]
    ['hinge:48', 'hinge:46', 'hinge:47']
    """
    used = {"contacts": "", "clashes": ""}
    if interactions is None:
        interactions = list_interactions(complex, definition, frames=[0])
        used["contacts"] = contact_definition(definition).name
    if clashes is None:
        clashes = list_clashes(complex, clash_definition)
        used["clashes"] = rule_of(clash_definition).name
    _check(complex, interactions, clashes)
    interactions, clashes = _worded(interactions), _worded(clashes)
    if ax is None:
        width = SINGLE_COLUMN
    else:
        width, height = size_of(ax)
        if width < NARROWEST:
            raise InputError(
                f"cannot draw contacts: expected an Axes {NARROWEST:g} mm wide, "
                f"found {width:.0f} mm"
            )
    plan = make_plan(complex, interactions, clashes, width)
    if caption is None:
        tables = {"contacts": interactions, "clashes": clashes}
        caption = _caption(complex, {w: (tables[w], used[w]) for w in used}, plan)
    text = wrap(caption, width - 2 * MARGIN)
    key = key_rows(_key(complex, plan), width - 2 * MARGIN)
    low, high = plan.extent()
    below = KEY_ROW * len(key) + (BAR if plan.depth else 0.0) + 2 * MARGIN
    below += LINE * (text.count("\n") + 1) + MARGIN if text else 0.0
    total = high - low + MARGIN + below
    if ax is None:
        with style("paper"):
            ax = sheet(width, total, (0.0, 0.0, width, total))
            height = total
            return _draw(ax, plan, key, text, height)
    if height < total - 0.1:
        raise InputError(
            f"cannot draw contacts: expected an Axes {total:.0f} mm high, found {height:.0f} mm"
        )
    return _draw(ax, plan, key, text, height)


def _check(complex: Complex, interactions: pd.DataFrame, clashes: pd.DataFrame) -> None:
    """Refuse tables that cannot be drawn."""
    if interactions.empty and clashes.empty:
        raise InputError(f"cannot draw {complex.name}: nothing touches the inhibitor")
    if len(interactions):
        need(interactions, "residue klifs kind inhibitor_atom distance water water_distance")
    if len(clashes):
        need(clashes, "residue klifs inhibitor_atom overlap")
    if "frame" in interactions and interactions["frame"].nunique() > 1:
        raise InputError(
            f"cannot draw {complex.name}: expected contacts of one frame, found "
            f"{interactions['frame'].nunique()}; list them with frames=[0]"
        )


def _worded(table: pd.DataFrame) -> pd.DataFrame:
    """Give empty words back to a table that was a file."""
    blank = [name for name in ("water", "klifs") if name in table]
    words = table[blank].astype(object)
    return table.assign(**words.where(words.notna(), ""))


def _caption(complex: Complex, tables: dict[str, tuple[pd.DataFrame, str]], plan: Plan) -> str:
    """Say what is drawn, where it is from and by which definitions."""
    kinase, drug = complex.kinase, shorten(complex.inhibitor_name)
    who = "Kinase" if kinase.name == "other" else f"{kinase.name} {kinase.variant}"
    text = f"{who} with {drug}"
    if complex.name != complex.inhibitor_name:
        text += f" ({shorten(complex.name, 40)})"
    text += f": {complex.provenance.label}."
    for what, (table, name) in tables.items():
        found = ", ".join(table["definition"].unique()) if "definition" in table else ""
        if len(table):
            text += f" {what.capitalize()} by {found or name}." if found or name else ""
        elif name:
            text += f" No {what} by {name}."
    if any(line.note for line in plan.lines):
        text += " Distances in Å."
    return text + (" Grey: van der Waals contact only." if plan.bare else "")


def _key(complex: Complex, plan: Plan) -> dict[str, str]:
    """Kinds that are drawn, and their words."""
    drawn = {kind for line in plan.lines for kind in line.kinds}
    words = {kind: kind_words(kind) for kind in STROKES if kind in drawn}
    if plan.greasy:
        words[HYDROPHOBIC] = "hydrophobic"
    if plan.reported:
        own = complex.kinase.name == "ROS1"
        words[REPORTED] = (
            "resistance mutation reported" if own else "aligns with a ROS1 resistance residue"
        )
    return words


def _draw(
    ax: Axes, plan: Plan, key: list[list[tuple[str, str, float]]], text: str, height: float
) -> Axes:
    """Draw a plan; the Axes' unit becomes the mm."""
    low, high = plan.extent()
    width = size_of(ax)[0]
    left, top = -width / 2, high + MARGIN
    ax.set(xlim=(left, left + width), ylim=(top - height, top))
    ax.set_axis_off()
    _discs(ax, plan, low - MARGIN - KEY_ROW * len(key))
    draw_formula(ax, plan.formula)
    for line, tie in zip(plan.lines, plan.ties, strict=True):
        _line(ax, plan, line, tie)
    for k, name in enumerate([*plan.klifs, *plan.waters]):
        _label(ax, plan, k, name)
    left += MARGIN
    draw_key(ax, key, left, low - MARGIN)
    below = low - 2 * MARGIN - KEY_ROW * len(key) - (BAR if plan.depth else 0.0)
    if text:
        ax.text(left, below, plain(text), va="top", color=INK, fontsize=TYPE)
    return ax


def _line(ax: Axes, plan: Plan, line: Line, tie: Tie) -> None:
    """Draw the contacts of a pair side by side, with their distance."""
    end = plan.centres[tie.end] if isinstance(tie.end, int) else np.array(tie.end)
    way = strand(tie, plan.sizes, plan.centres[tie.label], end)
    middle = (len(line.kinds) - 1) / 2
    for k, kind in enumerate(line.kinds):
        draw_line(ax, kind, way, (k - middle) * PARALLEL, f"{kind}: {line.label} to {line.end}")
    if " " in line.end and not isinstance(tie.end, int):
        ax.add_patch(Circle(tie.end, 0.5, fc=STROKES[line.kinds[0]].colour, ec="none", zorder=3))
    if line.note:
        box = note_box(tie, way)
        x, y = (box[:2] + box[2:]) / 2
        colour = next(STROKES[kind].colour for kind in line.kinds if STROKES[kind].measured)
        ax.text(
            x, y, line.note, ha="center", va="center_baseline", color=colour, fontsize=TYPE,
            zorder=6, bbox={"boxstyle": "square,pad=0.06", "fc": "white", "ec": "none"},
        )  # fmt: skip


def _label(ax: Axes, plan: Plan, k: int, name: str) -> None:
    """Draw a residue with its KLIFS position, or a water."""
    (x, y), size = plan.centres[k], plan.sizes[k]
    wet = name in plan.waters
    texts = [name] if wet or not plan.klifs[name] else [name, plan.klifs[name]]
    half = max(text_width(text) for text in texts) / 2 + RIM, ROW * len(texts) / 2 + 0.3
    box = (x - half[0], y - half[1], x + half[0], y + half[1])
    if name in plan.greasy:
        draw_arc(ax, plan.centres[k], size, plan.sides[k], f"{HYDROPHOBIC}: {name}")
    if name in plan.reported:
        frame(ax, box, EDGE, SHADE, f"{REPORTED}: {name}")
    if wet:
        frame(ax, box, STROKES["water bridge"].colour, "white", f"water: {name}")
    colour = STROKES["water bridge"].colour if wet else GREY if name in plan.bare else INK
    for row, text in enumerate(texts):
        ax.text(
            x, y + ROW * ((len(texts) - 1) / 2 - row), plain(text), ha="center", fontsize=TYPE,
            va="center_baseline", color=colour if row == 0 else GREY, zorder=6,
        )  # fmt: skip


def _discs(ax: Axes, plan: Plan, top: float) -> None:
    """Draw the depth of clashes under the atoms, and their colour bar."""
    if not plan.depth:
        return
    colours = ListedColormap(colormaps["YlOrRd"](np.linspace(0.1, 0.62, 256)), "depth")
    # The same scale for every complex whose clashes lie within it.
    depths = [*plan.depth.values(), *USUAL]
    low, high = np.floor(10 * min(depths)) / 10, np.ceil(10 * max(depths)) / 10
    scale = Normalize(low, high)
    for atom, value in plan.depth.items():
        disc = Circle(plan.formula.xy[atom], 0.42 * plan.formula.bond, ec="none", zorder=1)
        disc.set(facecolor=colours(scale(value)), gid=f"overlap: {atom}")
        ax.add_patch(disc)
    figure, x, y = ax.get_figure(root=True), ax.get_xlim()[0] + MARGIN, top - 3.4
    assert figure is not None
    bar = ax.inset_axes((x + 2.5, y, 28.0, 2.2), transform=ax.transData)
    made = figure.colorbar(
        ScalarMappable(scale, colours), cax=bar, orientation="horizontal", ticks=[low, high]
    )
    made.outline.set_linewidth(0.4)
    bar.tick_params(labelsize=TYPE, width=0.4, length=1.5, pad=1.5, labelcolor=INK)
    ax.text(
        x + 33.0, y + 1.1, "deepest overlap of the atom (Å)", va="center_baseline", fontsize=TYPE,
        color=INK,
    )  # fmt: skip
