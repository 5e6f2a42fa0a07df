"""Complexes side by side: contacts kept, lost and gained of two, how similar those of several."""

from __future__ import annotations

from functools import partial
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, Normalize
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from ros1struct.contacts.definitions import KINDS
from ros1struct.errors import InputError
from ros1struct.figures.layout.cell import Box, room, scales
from ros1struct.figures.layout.field import LABEL, TICKS, Field
from ros1struct.figures.layout.key import Bar, Key, shade
from ros1struct.figures.layout.sheet import axes_level
from ros1struct.figures.layout.symbols import BOLD, greek, kind_words, resistance_positions
from ros1struct.figures.style import (
    DOUBLE_COLUMN,
    EDGE,
    GREY,
    INK,
    LINE,
    MARGIN,
    SINGLE_COLUMN,
    TYPE,
    lightness,
    need,
    plain,
    shorten,
    text_width,
)

# mm: the narrowest column in which an upright residue name has room, the widest, and a row.
_NARROW, _WIDE, _ROW = 2.9, 6.5, 3.7
_FLATTEST, _TALLEST = 3.0, 8.0
# mm: the bars, and what their axis takes to the left.
_BARS, _BARS_LEFT = 15.0, TICKS + 5.5 + LABEL + LINE
# How much wider bold type is.
_BOLDER = 1.12
_GAINED, _LOST = "#0072b2", "#d55e00"
# How each change is drawn: marker, face, edge, size in points.
_CHANGES: dict[str, tuple[str, str, str, float]] = {
    "kept": ("o", EDGE, EDGE, 3.0),
    "lost": ("v", "white", _LOST, 4.6),
    "gained": ("^", _GAINED, _GAINED, 4.6),
    "not in both": ("x", GREY, GREY, 3.4),
}
_WORDS = {"not in both": "residue in one structure only"}


@axes_level
def plot_difference(
    comparison: pd.DataFrame,
    *,
    legend: str | None = None,
    caption: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw what changes from one complex to another along the KLIFS positions.

    Parameters
    ----------
    comparison : DataFrame
        Of :func:`ros1struct.contacts.compare.compare`: two inhibitors, or wild type and mutant.
    legend : str, optional
        Heading of the key; ``""`` leaves it out.
    caption : str, optional
        Line below; by default the structures and their provenance, where the table has them;
        ``""`` for none.
    ax : Axes, optional
        Everything stands inside it; by default that of a sheet 86 mm wide, or 178 mm where there
        are more positions than fit.

    Returns
    -------
    Axes
        One column per position with a contact in either structure, one row per kind. Triangles up
        are gained, down lost, dots kept; the bars above are the change of the buried area in Å².
        Of a mutant model a gain may be a clash: see :func:`ros1struct.clashes.overlaps.clashes`.

    Raises
    ------
    InputError
        If the table is empty or no comparison.
    FigureSizeError
        If the Axes is too small.

    Examples
    --------
    >>> import ros1struct as rs
    >>> ax = plot_difference(rs.compare(rs.load("2WGJ"), rs.load("3LQ8")))
    >>> ax.child_axes[0].get_title()
    '2WGJ → 3LQ8'
    """
    need(
        comparison,
        "klifs residue_a residue_b kind change buried_change structure_a structure_b",
    )
    columns = _columns(comparison)
    kinds = [kind for kind in KINDS if (comparison["kind"] == kind).any()]
    left = max([_BARS_LEFT, *(text_width(kind_words(k)) + 1.5 for k in kinds)])
    names = _BOLDER * max(map(text_width, columns["name"])) + 1.5
    bold = BOLD if resistance_positions() & set(columns["klifs"]) else ""
    words = _source(comparison) if caption is None else caption
    if caption != "":
        words = f"{words} {bold}".strip()
    width = SINGLE_COLUMN
    if ax is None and (width - left - 2 * MARGIN) / len(columns) < _NARROW:
        width = DOUBLE_COLUMN
    wide = width - 2 * MARGIN if ax is None else room(ax, next(scales()))[0]
    column = min(_WIDE, max(_NARROW, (wide - left) / len(columns)))
    there = [change for change in _CHANGES if (comparison["change"] == change).any()]
    cell = Field(
        ax, "a difference of contacts",
        (left, 5.0 + _BARS + 2.0, 0.0, names + _below(columns, column)),
        wish=(_WIDE * len(columns), _ROW * len(kinds)),
        least=(_NARROW * len(columns), _FLATTEST * len(kinds)),
        most=(_WIDE * len(columns), _TALLEST * len(kinds)),
        key=Key([_mark(change) for change in there], None, legend, words, len(there)),
        width=width,
    )  # fmt: skip
    ax = cell.ax
    ax.set(xlim=(0, len(columns)), ylim=(len(kinds), 0))
    place = {key: k for k, key in enumerate(columns.index)}
    for (key, kind), found in comparison.assign(key=_keys(comparison)).groupby(
        ["key", "kind"], sort=False
    ):
        changes = list(dict.fromkeys(found["change"]))
        for k, change in enumerate(changes):
            # The inhibitor may give up one role and take another: side by side.
            x = place[key] + (k + 1) / (len(changes) + 1)
            ax.add_line(_mark(change, x, kinds.index(str(kind)) + 0.5))
    ax.set_yticks(np.arange(len(kinds)) + 0.5, [kind_words(kind) for kind in kinds])
    ax.set_xticks(np.arange(len(columns)) + 0.5, map(plain, columns["name"]), rotation=90)
    for label, klifs in zip(ax.get_xticklabels(), columns["klifs"], strict=True):
        label.set_fontweight("bold" if klifs in resistance_positions() else "normal")
    ax.tick_params(length=0, pad=cell.points(0.7))
    for edge in range(1, len(columns)):
        ax.axvline(edge, color="#e4e4e4", lw=0.4, zorder=0)
    for edge in range(1, len(kinds)):
        ax.axhline(edge, color="#e4e4e4", lw=0.4, zorder=0)
    ax.spines[:].set_color(EDGE)
    _bars(cell, comparison, columns)
    _regions(cell, columns, names, upright=_upright(columns, column))
    return ax


def _source(comparison: pd.DataFrame) -> str:
    """Structures and provenance that the table names."""
    first = comparison.iloc[0]
    said = [
        f"{first[f'structure_{side}']}: {first[f'provenance_{side}']}"
        for side in "ab"
        if first.get(f"provenance_{side}", "")
    ]
    return f"{'; '.join(said)}." if said else ""


def _keys(comparison: pd.DataFrame) -> pd.Series[str]:
    """KLIFS position of each row, or its residue outside the pocket: one column of the figure."""
    residue = comparison["residue_a"].where(comparison["residue_a"] != "", comparison["residue_b"])
    return comparison["klifs"].where(comparison["klifs"] != "", residue)


def _columns(comparison: pd.DataFrame) -> pd.DataFrame:
    """One row per column of the figure: klifs, name, region, buried_change."""
    first = comparison.assign(key=_keys(comparison)).drop_duplicates("key").set_index("key")
    one, other = first["residue_a"], first["residue_b"]
    name = [_name(a, b) for a, b in zip(one, other, strict=True)]
    region = first["klifs"].str.partition(":")[0]
    return first[["klifs", "buried_change"]].assign(name=name, region=region.map(greek))


def _name(one: str, other: str) -> str:
    """Residue at a position; both where they differ, as a mutation if the number is the same.

    Examples
    --------
    >>> _name("G2032", "R2032"), _name("L2026", "L2026"), _name("", "E1127"), _name("M1", "K2")
    ('G2032R', 'L2026', 'E1127', 'M1/K2')
    """
    if not one or not other or one == other:
        return one or other
    return f"{one}{other[0]}" if one[1:] == other[1:] else f"{one}/{other}"


def _mark(change: str, x: float | None = None, y: float | None = None) -> Line2D:
    marker, face, edge, size = _CHANGES[change]
    return Line2D(
        [] if x is None else [x], [] if y is None else [y], ls="", marker=marker, ms=size,
        mfc=face, mec=edge, mew=0.9, label=_WORDS.get(change, change),
    )  # fmt: skip


def _above(cell: Field) -> Box:
    """Place of the bars."""
    return cell.edges[0], 5.0, cell.place[2], _BARS


def _bars(cell: Field, comparison: pd.DataFrame, columns: pd.DataFrame) -> None:
    """Change of the buried area of each position, above the columns."""
    left = cell.edges[0]
    bars = cell.inset(partial(_above, cell), sharex=cell.ax)
    change = columns["buried_change"].to_numpy(dtype="float64")
    middle = np.arange(len(columns)) + 0.5
    known = ~np.isnan(change)
    bars.bar(
        middle[known], change[known], width=0.62, linewidth=0.6,
        color=[_GAINED if v > 0 else "white" for v in change[known]],
        edgecolor=[_GAINED if v > 0 else _LOST for v in change[known]],
    )  # fmt: skip
    bars.axhline(0, color=INK, lw=0.6)
    most = max(5.0, float(np.abs(change[known]).max(initial=0.0)))
    low = float(change[known].min(initial=0.0)) - 0.12 * most
    high = float(change[known].max(initial=0.0)) + 0.12 * most
    bars.set_ylim(low, high)
    bars.tick_params(axis="x", length=0, labelbottom=False)
    bars.set_yticks(
        [t for t in MaxNLocator(4, steps=[1, 2, 5, 10]).tick_values(low, high) if low <= t <= high]
    )
    cell.label(bars, y="buried area,\nchange (Å²)")
    for side in ("top", "right", "bottom"):
        bars.spines[side].set_visible(False)
    first = comparison.iloc[0]
    # Centred over the field, within the cell.
    centre = left + cell.place[2] / 2
    across = 2 * min(centre, cell.size[0] - centre)
    title = _title(str(first["structure_a"]), str(first["structure_b"]), across)
    bars.set_title(plain(title), pad=cell.points(1.0), fontsize=8 / TYPE * cell.type)


def _title(one: str, other: str, room: float) -> str:
    """Both structures, their names cut to what has room."""
    for letters in range(20, 3, -1):
        title = f"{shorten(one, letters)} → {shorten(other, letters)}"
        if text_width(title, 8.0) <= room:
            break
    return title


def _runs(columns: pd.DataFrame) -> list[tuple[str, int, int]]:
    """Regions with their first column and the one after their last."""
    runs: list[tuple[str, int, int]] = []
    for k, region in enumerate(columns["region"]):
        if runs and runs[-1][0] == region:
            runs[-1] = (region, runs[-1][1], k + 1)
        else:
            runs.append((region, k, k + 1))
    return [run for run in runs if run[0]]


def _upright(columns: pd.DataFrame, cell: float) -> bool:
    """Whether the name of some region is wider than its columns, so that all stand upright."""
    return any(text_width(name) > (end - start) * cell for name, start, end in _runs(columns))


def _below(columns: pd.DataFrame, cell: float) -> float:
    """Height in mm of the brackets and the names of the regions."""
    if not _upright(columns, cell):
        return 2.0 + LINE
    return 2.5 + max(text_width(name) for name, _, _ in _runs(columns))


def _regions(cell: Field, columns: pd.DataFrame, names: float, *, upright: bool) -> None:
    """Bracket the positions of each KLIFS region below their names."""
    place: dict[str, Any] = {"transform": cell.along(0), "clip_on": False}
    level = -(names + 0.8)
    for name, start, end in _runs(columns):
        ends = [start + 0.15, start + 0.15, end - 0.15, end - 0.15]
        up = level + 0.7
        cell.ax.plot(ends, [up, level, level, up], color=GREY, lw=0.6, **place)
        cell.ax.text(
            (start + end) / 2, level - 0.7, name, rotation=90 if upright else 0, ha="center",
            va="top", color=GREY, fontsize=cell.type, **place,
        )  # fmt: skip


@axes_level
def plot_similarity(
    similarity: pd.DataFrame,
    *,
    legend: str | None = None,
    caption: str | None = None,
    cmap: str | Colormap | None = None,
    norm: Normalize | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how similar the contacts of several complexes are.

    Parameters
    ----------
    similarity : DataFrame
        Of :func:`ros1struct.similarity`: square, 0 to 1.
    legend : str, optional
        ``""`` leaves the colour bar out.
    caption : str, optional
        Line below; by default none.
    cmap, norm : optional
        Colours of the similarity, 0 to 1; by default dark is similar.
    ax : Axes, optional
        Everything stands inside it; by default that of a sheet 86 mm wide.

    Returns
    -------
    Axes
        A cell for each pair in the order of the table, with its value in hundredths.

    Raises
    ------
    InputError
        If the table is empty or not square, or a value is not from 0 to 1.
    FigureSizeError
        If the Axes is too small.

    Examples
    --------
    >>> table = pd.DataFrame([[1, 0.25], [0.25, 1]], index=["a", "b"], columns=["a", "b"])
    >>> [text.get_text() for text in plot_similarity(table).texts if text.get_gid() == "value"]
    ['100', '25', '25', '100']
    """
    need(similarity, "")
    names = [shorten(str(name)) for name in similarity.index]
    if [*similarity.index] != [*similarity.columns]:
        raise InputError(
            "cannot draw: expected a square table with the same names in rows and columns, found "
            f"{len(similarity)} rows and {len(similarity.columns)} columns; give rs.similarity()"
        )
    values = similarity.to_numpy(dtype="float64")
    if not ((values >= 0) & (values <= 1)).all():
        raise InputError("cannot draw: expected similarities from 0 to 1, found others")
    colours = mpl.colormaps.get_cmap("Blues" if cmap is None else cmap)
    scale = ScalarMappable(Normalize(0, 1) if norm is None else norm, colours)
    longest, count = max(map(text_width, names)), len(names)
    bar = Bar(scale, "Tanimoto similarity of contacts", np.linspace(*scale.get_clim(), 3).tolist())
    cell = Field(
        ax, "a matrix of similarity", (longest + 2.0, longest + 2.0, 0.5, 0.5),
        wish=(7.0 * count, 7.0 * count), least=(5.0 * count, 3.2 * count),
        most=(12.0 * count, 12.0 * count), key=Key(bar=bar, heading=legend, caption=caption or ""),
    )  # fmt: skip
    ax = cell.ax
    ax.set(xlim=(0, count), ylim=(count, 0))
    for (row, column), value in np.ndenumerate(values):
        face = shade(scale, value)
        ax.add_patch(Rectangle((column, row), 1, 1, fc=face, ec="white", lw=0.6))
        ax.text(
            column + 0.5, row + 0.5, f"{100 * value:.0f}", ha="center", va="center_baseline",
            fontsize=cell.type, color="white" if lightness(face) < 0.5 else INK, gid="value",
        )  # fmt: skip
    middle = np.arange(count) + 0.5
    ax.set_xticks(middle, [plain(name) for name in names], rotation=90)
    ax.xaxis.tick_top()
    ax.set_yticks(middle, [plain(name) for name in names])
    ax.tick_params(length=0, pad=cell.points(1.0))
    ax.spines[:].set_visible(False)
    return ax
