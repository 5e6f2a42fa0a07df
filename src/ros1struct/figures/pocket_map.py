"""The pocket map: how near each inhibitor comes to each KLIFS position, and by what contacts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.patches import Rectangle

from ros1struct.contacts.nearby import CUTOFF
from ros1struct.figures.layout.symbols import (
    BOLD,
    glyph_order,
    greek,
    kind_mark,
    resistance_positions,
)
from ros1struct.figures.style import (
    EDGE,
    GREY,
    INK,
    LINE,
    MARGIN,
    POINT,
    SINGLE_COLUMN,
    left_of,
    lightness,
    need,
    plain,
    sheet,
    shorten,
    size_of,
    style,
    text_width,
    wrap,
)

ROW = 3.5
NEAREST = 2.5
# mm between the middles of two glyphs in a cell.
_PITCH = 2.2


def plot_contacts(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame | None = None,
    *,
    caption: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw the pocket map: KLIFS position by inhibitor, distance as colour, contacts as glyphs.

    Parameters
    ----------
    contacts : DataFrame
        Of :func:`ros1struct.contacts.nearby.contacts`; several of them, one below the other.
    interactions : DataFrame, optional
        Of :func:`ros1struct.interactions`, of the same structures: one glyph for each
        kind. Without it the salt bridges and polar contacts of ``contacts`` are marked.
    caption : str
        Line below: the structures and their provenance.
    ax : Axes, optional
        The key and the caption are drawn below it.

    Returns
    -------
    Axes
        Colour by the shortest heavy-atom distance, white beyond 4.5 Å; bold residues are positions
        of reported resistance mutations.

    Raises
    ------
    InputError
        If a table is empty or lacks a column.

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
    kinds = glyph_order(typed["kind"])
    if ax is None:
        words = f"{caption} White: beyond {CUTOFF:g}\N{NO-BREAK SPACE}Å."
        if resistance_positions() & set(names):
            words += f" {BOLD}"
        text = wrap(words.strip(), SINGLE_COLUMN - 2 * MARGIN)
        left = max(text_width(residues[n]) for n in names) + 19.0
        top = max(text_width(shorten(c)) for c in columns) + 2.0
        wide = min(SINGLE_COLUMN - left - 2 * MARGIN, 14.0 * len(columns))
        high = ROW * len(names)
        below = 16.0 + _key_height(kinds) + LINE * (text.count("\n") + 1) + MARGIN
        box = (MARGIN + left, MARGIN + top, wide, high)
        with style("paper"):
            made = sheet(SINGLE_COLUMN, MARGIN + top + high + below, box)
            return plot_contacts(contacts, interactions, caption=text, ax=made)

    colours = _distance_map()
    scale = Normalize(NEAREST, CUTOFF)
    ax.set(xlim=(0, len(columns)), ylim=(len(names), 0))
    ink: dict[Any, str] = {}
    for _, row in inside.iterrows():
        face = colours(scale(row["min_distance"]))
        ink[row["structure"], row["klifs"]] = "white" if lightness(face) < 0.5 else INK
        corner = columns.index(row["structure"]), names.index(row["klifs"])
        ax.add_patch(Rectangle(corner, 1, 1, fc=face, ec="white", lw=0.6))
    wide_mm, _ = size_of(ax)
    cell = wide_mm / len(columns)
    for key, found in typed.groupby(["structure", "klifs"], sort=False)["kind"]:
        shown = glyph_order(found)
        pitch = min(_PITCH, 0.95 * cell / max(len(shown), 1)) / cell
        x = columns.index(key[0]) + 0.5 - pitch * (len(shown) - 1) / 2
        for k, kind in enumerate(shown):
            mark = kind_mark(kind, ink.get(key, INK), x + k * pitch, names.index(key[1]) + 0.5)
            ax.add_line(mark)
    ax.set_xticks(np.arange(len(columns)) + 0.5, [plain(shorten(c)) for c in columns], rotation=90)
    ax.xaxis.tick_top()
    ax.set_yticks(np.arange(len(names)) + 0.5, [plain(greek(n)) for n in names])
    ax.tick_params(length=0)
    ax.tick_params(axis="y", labelcolor=GREY)
    for spine in ax.spines.values():
        spine.set(color=EDGE)
    for y, name in enumerate(names):
        ax.annotate(
            plain(residues[name]), (0, y + 0.5), (-17.5 / POINT, 0), ha="right",
            xycoords=ax.get_yaxis_transform(), textcoords="offset points", va="center_baseline",
            fontweight="bold" if name in resistance_positions() else "normal",
        )  # fmt: skip
    _keys(ax, kinds, ScalarMappable(scale, colours), caption)
    return ax


def _coarse(contacts: pd.DataFrame) -> pd.DataFrame:
    """Kinds of a table of contacts, one a row."""
    kinds = contacts["kinds"].str.split(", ")
    return contacts[["structure", "residue", "klifs"]].assign(kind=kinds).explode("kind")


def _some(residues: pd.Series[str]) -> str:
    """Name a position's residues; the first alone where there are more than two."""
    names = list(dict.fromkeys(residues))
    return "/".join(names) if len(names) < 3 else f"{names[0]}/…"


def _key_height(kinds: list[str]) -> float:
    return 3.7 * -(-len(kinds) // 3) + 1.0 if kinds else 0.0


def _keys(ax: Axes, kinds: list[str], scale: ScalarMappable, caption: str) -> None:
    """Draw colour bar, key and caption below the map, from the figure's left edge."""
    figure, (wide, tall) = ax.get_figure(root=True), size_of(ax)
    assert figure is not None
    start = left_of(ax) - MARGIN
    bar = ax.inset_axes((-start / wide, -5.0 / tall, 50.0 / wide, 2.6 / tall))
    made = figure.colorbar(
        scale, cax=bar, orientation="horizontal", extend="min", ticks=[2.5, 3, 3.5, 4, 4.5]
    )
    made.ax.set_xlabel("shortest heavy-atom distance (Å)", labelpad=1, loc="left")
    if kinds:
        ax.legend(
            handles=[kind_mark(kind, INK) for kind in kinds], loc="upper left", ncols=3,
            borderaxespad=0, borderpad=0, bbox_to_anchor=(-start / wide, -14.5 / tall),
            handlelength=1.2, handletextpad=0.5, columnspacing=1.0, labelspacing=0.4,
        )  # fmt: skip
    down = -(15.5 + _key_height(kinds)) / tall
    ax.text(-start / wide, down, plain(caption), transform=ax.transAxes, va="top", color=INK)


def _distance_map() -> ListedColormap:
    """Colours of distances, lightness rising all the way: dark is near."""
    return ListedColormap(colormaps["YlGnBu_r"](np.linspace(0.05, 0.9, 256)), "distance")
