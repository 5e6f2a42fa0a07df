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
from matplotlib.colors import Colormap, ListedColormap, Normalize
from matplotlib.patches import Circle

from ros1struct.clashes.definitions import ClashDefinition
from ros1struct.clashes.definitions import clash_definition as rule_of
from ros1struct.clashes.overlaps import clashes as list_clashes
from ros1struct.contacts.definitions import ContactDefinition, contact_definition
from ros1struct.contacts.interactions import interactions as list_interactions
from ros1struct.errors import InputError
from ros1struct.figures.layout.cell import Cell, room, scales
from ros1struct.figures.layout.contact_lines import (
    CLASH,
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
from ros1struct.figures.layout.key import shade
from ros1struct.figures.layout.labels import Tie, note_box, strand
from ros1struct.figures.layout.residue_places import RIM, ROW, Line, Plan, make_plan
from ros1struct.figures.layout.sheet import axes_level
from ros1struct.figures.layout.symbols import kind_words
from ros1struct.figures.style import (
    EDGE,
    GREY,
    INK,
    LINE,
    MARGIN,
    need,
    plain,
    print_width,
    shorten,
    wrap,
)
from ros1struct.io.border import takes_complex
from ros1struct.structure.complex import Complex

# Å: overlaps from a clash by ChimeraX' rule to one that no side chain escapes by a small move.
USUAL = (0.6, 1.6)
# mm: the narrowest drawing, and the height of the colour bar with its numbers.
NARROWEST = 57.0
BAR = 8.5
# So many sizes of type are tried on a small Axes; to place the labels takes a second.
_TRIES = 3


@axes_level
@takes_complex("one")
def plot_interactions(
    complex: Complex,
    interactions: pd.DataFrame | None = None,
    clashes: pd.DataFrame | None = None,
    *,
    definition: str | ContactDefinition = "ros1struct",
    clash_definition: str | ClashDefinition = "chimerax",
    legend: str | None = None,
    caption: str | None = None,
    cmap: str | Colormap | None = None,
    norm: Normalize | None = None,
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
    legend : str, optional
        Heading of the key; ``""`` leaves key and colour bar out.
    caption : str, optional
        Line below; by default structure, kinase, inhibitor, provenance and definitions; ``""`` for
        none.
    cmap, norm : optional
        Colours of the depth of clashes (Å).
    ax : Axes, optional
        Everything stands inside it, in mm; by default that of a sheet 86 mm wide.
    frame : int, optional
        Which frame, from 0; needed where the complex has several.

    Returns
    -------
    Axes
        A line per hydrogen bond, salt bridge and the like with its distance (Å), a spoked arc per
        residue with hydrophobic contacts, a grey label for other contact. Discs under atoms are as
        dark as the deepest overlap (Å) of the atom with the protein. Shaded
        residues are those, or align with those, of which ROS1 resistance mutations are reported.

    Raises
    ------
    InputError
        If a table lacks a column, is of several frames or of another inhibitor, if nothing
        touches the inhibitor.
    FigureSizeError
        If the Axes is too small.

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
    tables = {"contacts": interactions, "clashes": clashes}
    for scale in _tried() if ax is not None else (1.0,):
        found, height = room(ax, scale)
        # Whole mm: a hair's breadth would place the labels anew.
        width = max(np.floor(found), NARROWEST)
        plan = make_plan(complex, interactions, clashes, width + 2 * MARGIN)
        said = _caption(complex, {w: (tables[w], used[w]) for w in used}, plan)
        text = wrap(said if caption is None else caption, width)
        words = {} if legend == "" else _key(complex, plan, clashes, used["clashes"])
        key = key_rows(words, width)
        low, high = plan.extent()
        bar = BAR if plan.depth and legend != "" else 0.0
        below = KEY_ROW * (len(key) + bool(legend)) + bar + (MARGIN if key or bar else 0.0)
        below += LINE * (text.count("\n") + 1) + MARGIN if text else 0.0
        if found >= width and high - low + below <= height:
            break
    top = high
    cell = Cell(
        ax, "contacts", (width, high - low + below), origin=(-width / 2, top), scale=scale
    )  # fmt: skip
    colours = ListedColormap(colormaps["YlOrRd"](np.linspace(0.1, 0.62, 256)), "depth")
    shades = ScalarMappable(_depths(plan) if norm is None else norm, cmap or colours)
    _draw(cell, plan, shades)
    y = low - MARGIN
    if legend:
        cell.ax.text(
            -width / 2, y - KEY_ROW / 2, plain(legend), va="center_baseline", fontsize=cell.type
        )  # fmt: skip
        y -= KEY_ROW
    draw_key(cell.ax, key, -width / 2, y, cell.type)
    y -= KEY_ROW * len(key)
    if bar:
        _bar(cell, shades, -width / 2, y)
    if text:
        y -= bar + (MARGIN if key or bar else 0.0)
        cell.ax.text(
            -width / 2, y, plain(text), va="top", color=INK, fontsize=cell.type, gid="caption"
        )  # fmt: skip
    return cell.ax


def _tried() -> list[float]:
    """Sizes of the type to try on an Axes."""
    every = list(scales())
    return [every[round(k)] for k in np.unique(np.linspace(0, len(every) - 1, _TRIES).round())]


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


def _key(complex: Complex, plan: Plan, clashes: pd.DataFrame, rule: str) -> dict[str, str]:
    """Kinds that are drawn, and their words."""
    drawn = {kind for line in plan.lines for kind in line.kinds}
    words = {kind: kind_words(kind) for kind in STROKES if kind in drawn}
    if CLASH in words:
        names = ", ".join(clashes["definition"].unique()) if "definition" in clashes else rule
        words[CLASH] = f"clash by {names}" if names else "clash"
    if plan.greasy:
        words[HYDROPHOBIC] = "hydrophobic"
    if plan.reported:
        own = complex.kinase.name == "ROS1"
        words[REPORTED] = (
            "resistance mutation reported" if own else "aligns with a ROS1 resistance residue"
        )
    return words


def _draw(cell: Cell, plan: Plan, shades: ScalarMappable) -> None:
    """Draw a plan; the Axes' unit is the mm."""
    ax = cell.ax
    for atom, value in plan.depth.items():
        disc = Circle(plan.formula.xy[atom], 0.42 * plan.formula.bond, ec="none", zorder=1)
        disc.set(facecolor=shade(shades, value), gid=f"overlap: {atom}")
        ax.add_patch(disc)
    draw_formula(ax, plan.formula, cell.type)
    for line, tie in zip(plan.lines, plan.ties, strict=True):
        _line(cell, plan, line, tie)
    for k, name in enumerate([*plan.klifs, *plan.waters]):
        _label(cell, plan, k, name)


def _line(cell: Cell, plan: Plan, line: Line, tie: Tie) -> None:
    """Draw the contacts of a pair side by side, with their distance."""
    ax = cell.ax
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
            x, y, line.note, ha="center", va="center_baseline", color=colour, fontsize=cell.type,
            zorder=6, bbox={"boxstyle": "square,pad=0.06", "fc": "white", "ec": "none"},
        )  # fmt: skip


def _label(cell: Cell, plan: Plan, k: int, name: str) -> None:
    """Draw a residue with its KLIFS position, or a water."""
    ax = cell.ax
    (x, y), size = plan.centres[k], plan.sizes[k]
    wet = name in plan.waters
    texts = [name] if wet or not plan.klifs[name] else [name, plan.klifs[name]]
    half = max(print_width(text) for text in texts) / 2 + RIM, ROW * len(texts) / 2 + 0.3
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
            x, y + ROW * ((len(texts) - 1) / 2 - row), plain(text), ha="center", fontsize=cell.type,
            va="center_baseline", color=colour if row == 0 else GREY, zorder=6,
        )  # fmt: skip


def _depths(plan: Plan) -> Normalize:
    """Return the same scale for every complex whose clashes lie within it."""
    depths = [*plan.depth.values(), *USUAL]
    return Normalize(np.floor(10 * min(depths)) / 10, np.ceil(10 * max(depths)) / 10)


def _bar(cell: Cell, shades: ScalarMappable, x: float, top: float) -> None:
    """Draw the colours of the depth of clashes."""
    ax, y = cell.ax, top - 3.4
    figure = ax.get_figure(root=True)
    assert figure is not None
    bar = ax.inset_axes((x + 2.5, y, 28.0, 2.2), transform=ax.transData)
    ends = [float(end) for end in shades.get_clim() if end is not None]
    made = figure.colorbar(shades, cax=bar, orientation="horizontal", ticks=ends)
    made.outline.set_linewidth(0.4)
    bar.set_xticks(ends, [f"{end:g}" for end in ends])
    bar.tick_params(labelsize=cell.type, width=0.4, length=1.5, pad=1.5, labelcolor=INK)
    ax.text(
        x + 33.0, y + 1.1, "deepest overlap of the atom (Å)", va="center_baseline",
        fontsize=cell.type, color=INK,
    )  # fmt: skip
