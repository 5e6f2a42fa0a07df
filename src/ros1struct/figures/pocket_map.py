"""The pocket map: how near each inhibitor comes to each KLIFS position, and by what contacts."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, ListedColormap, Normalize
from matplotlib.patches import Rectangle

from ros1struct.contacts.nearby import CUTOFF
from ros1struct.figures.layout.field import Field
from ros1struct.figures.layout.key import Bar, Key, shade
from ros1struct.figures.layout.sheet import axes_level
from ros1struct.figures.layout.symbols import (
    BOLD,
    glyph_order,
    greek,
    kind_mark,
    resistance_positions,
)
from ros1struct.figures.style import (
    BOLD as WIDER,
)
from ros1struct.figures.style import (
    EDGE,
    GREY,
    INK,
    lightness,
    need,
    plain,
    shorten,
    text_width,
)

# mm, of rows and columns.
ROW, FLATTEST, TALLEST = 3.5, 2.9, 7.0
COLUMN, NARROWEST = 14.0, 4.0
NEAREST = 2.5
# mm between the middles of two glyphs in a cell.
_PITCH = 2.2


@axes_level
def plot_contacts(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame | None = None,
    *,
    legend: str | None = None,
    caption: str | None = None,
    cmap: str | Colormap | None = None,
    norm: Normalize | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the pocket map: KLIFS position by inhibitor, distance as colour, contacts as glyphs.

    Parameters
    ----------
    contacts : DataFrame
        Of :func:`ros1struct.contacts.nearby.contacts`; several of them, one below the other.
    interactions : DataFrame, optional
        Of :func:`ros1struct.interactions`, of the same structures: one glyph for each
        kind. Without it the kinds of ``contacts`` are marked, which ask for no angle.
    legend : str, optional
        Heading of the key; ``""`` leaves key and colour bar out.
    caption : str, optional
        Line below, such as the structures and their provenance, to which is added how to read
        the map; ``""`` for none.
    cmap, norm : optional
        Colours of the distance (Å); by default dark is near, from 2.5 to 4.5 Å.
    ax : Axes, optional
        Everything stands inside it; by default that of a sheet 86 mm wide.

    Returns
    -------
    Axes
        Colour by the shortest heavy-atom distance, white beyond 4.5 Å; bold residues are positions
        of reported resistance mutations.

    Raises
    ------
    InputError
        If a table is empty or lacks a column.
    FigureSizeError
        If the Axes is too small.

    Examples
    --------
    >>> import ros1struct as rs
    >>> complex = rs.load("2WGJ")
    >>> ax = plot_contacts(rs.contacts(complex), rs.interactions(complex))
    >>> ax.get_xticklabels()[0].get_text()
    '2WGJ'
    """
    need(contacts, "structure residue klifs min_distance kinds")
    typed = _coarse(contacts) if interactions is None else interactions
    if len(typed):
        need(typed, "structure residue klifs kind")
    inside = contacts[contacts["klifs"] != ""]
    need(inside, "klifs")
    columns = list(dict.fromkeys(contacts["structure"]))
    typed = typed[(typed["klifs"] != "") & typed["structure"].isin(columns)]
    both = pd.concat([inside[["klifs", "residue"]], typed[["klifs", "residue"]]])
    index = both["klifs"].str.rpartition(":")[2].astype(int)
    names = list(dict.fromkeys(both.assign(index=index).sort_values("index")["klifs"]))
    residues = both.groupby("klifs")["residue"].agg(_some)
    marks = [kind_mark(kind, INK) for kind in glyph_order(typed["kind"])]
    for mark in marks if interactions is None else ():
        mark.set_label(str(mark.get_label()).replace("bond", "bond (any angle)"))
    colours = _distance_map() if cmap is None else mpl.colormaps.get_cmap(cmap)
    scale = ScalarMappable(Normalize(NEAREST, CUTOFF) if norm is None else norm, colours)
    words = [caption or "", f"White: beyond {CUTOFF:g}\N{NO-BREAK SPACE}Å."]
    if resistance_positions() & set(names):
        words.append(BOLD)
    place_wide = max(text_width(greek(n)) for n in names) + 2.5
    left = place_wide + WIDER * max(text_width(residues[n]) for n in names) + 1.0
    bar = Bar(scale, "shortest heavy-atom distance (Å)", [2.5, 3, 3.5, 4, 4.5], "min")
    if norm is not None:
        low, high = scale.get_clim()
        bar.ticks = np.linspace(low or 0.0, high or 1.0, 5).tolist()
    cell = Field(
        ax, "a pocket map",
        (left, max(text_width(shorten(c)) for c in columns) + 2.0, 0.0, 0.5),
        wish=(COLUMN * len(columns), ROW * len(names)),
        least=(NARROWEST * len(columns), FLATTEST * len(names)),
        most=(COLUMN * len(columns), TALLEST * len(names)),
        key=Key(
            marks, bar, legend,
            "" if caption == "" else " ".join(words).strip(),
        ),
    )  # fmt: skip
    ax = cell.ax
    ax.set(xlim=(0, len(columns)), ylim=(len(names), 0))
    ink: dict[Any, str] = {}
    for _, row in inside.iterrows():
        face = shade(scale, row["min_distance"])
        ink[row["structure"], row["klifs"]] = "white" if lightness(face) < 0.5 else INK
        corner = columns.index(row["structure"]), names.index(row["klifs"])
        ax.add_patch(Rectangle(corner, 1, 1, fc=face, ec="white", lw=0.6))
    wide = cell.place[2] / len(columns)
    for key, found in typed.groupby(["structure", "klifs"], sort=False)["kind"]:
        shown = glyph_order(found)
        pitch = min(_PITCH, 0.95 * wide / max(len(shown), 1)) / wide
        x = columns.index(key[0]) + 0.5 - pitch * (len(shown) - 1) / 2
        for k, kind in enumerate(shown):
            mark = kind_mark(kind, ink.get(key, INK), x + k * pitch, names.index(key[1]) + 0.5)
            mark.set_markersize(mark.get_markersize() * min(cell.scale, 1.0))
            ax.add_line(mark)
    ax.set_xticks(np.arange(len(columns)) + 0.5, [plain(shorten(c)) for c in columns], rotation=90)
    ax.xaxis.tick_top()
    ax.set_yticks(np.arange(len(names)) + 0.5, [plain(greek(n)) for n in names])
    ax.tick_params(length=0, pad=cell.points(1.0))
    ax.tick_params(axis="y", labelcolor=GREY)
    ax.spines[:].set(color=EDGE)
    for y, name in enumerate(names):
        ax.text(
            -place_wide, y + 0.5, plain(residues[name]), ha="right", va="center_baseline",
            transform=cell.beside, fontsize=cell.type,
            fontweight="bold" if name in resistance_positions() else "normal",
        )  # fmt: skip
    return ax


def _coarse(contacts: pd.DataFrame) -> pd.DataFrame:
    """Kinds of a table of contacts, one a row."""
    kinds = contacts["kinds"].str.split(", ")
    return contacts[["structure", "residue", "klifs"]].assign(kind=kinds).explode("kind")


def _some(residues: pd.Series[str]) -> str:
    """Name a position's residues; the first alone where there are more than two."""
    names = list(dict.fromkeys(residues))
    return "/".join(names) if len(names) < 3 else f"{names[0]}/…"


def _distance_map() -> ListedColormap:
    """Colours of distances, lightness rising all the way: dark is near."""
    return ListedColormap(colormaps["YlGnBu_r"](np.linspace(0.05, 0.9, 256)), "distance")
