"""The saturation map: every substitution along the pocket, geometry as colour."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from ros1struct.errors import InputError
from ros1struct.figures.layout.symbols import greek
from ros1struct.figures.style import (
    EDGE,
    FILLS,
    GREY,
    HATCH,
    INK,
    LINE,
    MARGIN,
    SINGLE_COLUMN,
    left_of,
    lightness,
    need,
    plain,
    provenance_line,
    resistance_bar,
    resistance_map,
    sheet,
    shorten,
    size_of,
    style,
    verdict_handles,
    wrap,
)
from ros1struct.kinome import literature
from ros1struct.structure.mutation import AMINO_ACIDS

#: Amino acids of the columns, by what their side chains are.
GROUPS = {
    "small": "GAP",
    "aliphatic": "VILMC",
    "aromatic": "FYW",
    "polar": "STNQ",
    "+": "HKR",
    "−": "DE",
}
# Between groups of columns, and between regions of rows, in cells.
GAP = 0.25
ROW = 3.0
# Rows become flatter where the figure would be higher than a journal's page, to what type needs.
PAGE = 229.0
FLATTEST = 2.75
LEFT = 21.0
TOP = 13.0
_COLUMNS = {
    letter: k + GAP * g
    for g, group in enumerate(GROUPS.values())
    for k, letter in enumerate("".join(GROUPS.values()))
    if letter in group
}
_WIDE = max(_COLUMNS.values()) + 1
_SINGLE = re.compile(f"[{AMINO_ACIDS}][0-9]+[{AMINO_ACIDS}]")
_NEEDED = (
    "structure kinase inhibitor provenance one_nucleotide mutation klifs "
    "min_distance p_resistant verdict literature_call"
)


def plot_saturation(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw which substitution at which pocket position could break an inhibitor.

    Parameters
    ----------
    table : DataFrame
        Of :func:`ros1struct.saturation`, of one structure.
    ax : Axes, optional
        The key and the caption are drawn below it.

    Returns
    -------
    Axes
        One row per position with a substitution in scope, one column per amino acid, coloured by
        the probability of resistance; the wild type is a letter. Marked are lost contacts,
        substitutions one nucleotide away, and those that the literature reports for ROS1. The
        positions left out are named below.

    Raises
    ------
    InputError
        If the table is empty, no saturation, of several structures, or all out of scope.

    Examples
    --------
    >>> import ros1struct as rs
    >>> scanned = rs.scan(rs.load("2WGJ"), ["G1163R", "G1163A"])
    >>> ax = plot_saturation(scanned.assign(one_nucleotide=True))
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['G1163']
    """
    need(table, _NEEDED)
    names = table["structure"].unique()
    if len(names) > 1:
        raise InputError(
            f"cannot draw a saturation map: expected one structure, found {', '.join(names)}; "
            "draw one figure for each"
        )
    single = table["mutation"].map(lambda text: _SINGLE.fullmatch(text) is not None)
    odd = table.loc[~single, "mutation"]
    if len(odd):
        raise InputError(
            f"cannot draw a saturation map: expected single substitutions, found {odd.iloc[0]}"
        )
    table = table.assign(place=table["mutation"].str[:-1], mutant=table["mutation"].str[-1])
    shown = table[table["place"].isin(table.loc[_in_scope(table), "place"])]
    if shown.empty:
        raise InputError(
            f"cannot draw a saturation map of {names[0]}: no position has a substitution in scope"
        )
    shown = shown.assign(face=_faces(shown))
    rows, regions, height = _rows(shown)
    if ax is None:
        with style("paper"):
            wide = SINGLE_COLUMN - LEFT - 2 * MARGIN
            lines = _below(table, shown).count("\n") + 1
            below = 15.0 + _key_height(shown) + LINE * lines + MARGIN
            high = max(min(ROW * height, PAGE - TOP - below), FLATTEST * height)
            made = sheet(SINGLE_COLUMN, TOP + high + below, (MARGIN + LEFT, TOP, wide, high))
            return plot_saturation(table, ax=made)

    ax.set(xlim=(0, _WIDE), ylim=(height, 0))
    for _, cell in shown.iterrows():
        _cell(ax, _COLUMNS[cell["mutant"]], rows[cell["place"]], cell)
    for place, y in rows.items():
        x = _COLUMNS[place[0]]
        ax.add_patch(Rectangle((x, y), 1, 1, fc="white", ec=EDGE, lw=0.6, zorder=6))
        ax.text(x + 0.5, y + 0.5, place[0], ha="center", va="center_baseline", zorder=7)
    _marks(ax, shown, rows)
    ax.set_xticks([x + 0.5 for x in _COLUMNS.values()], list(_COLUMNS))
    ax.xaxis.tick_top()
    ax.set_yticks([y + 0.5 for y in rows.values()], [plain(p) for p in rows])
    ax.tick_params(length=0, pad=1.5)
    for spine in ax.spines.values():
        spine.set_visible(False)
    wide_mm, tall = size_of(ax)
    for name, letters in GROUPS.items():
        middle = (_COLUMNS[letters[0]] + _COLUMNS[letters[-1]] + 1) / 2 / _WIDE
        ax.text(
            middle, 1 + 4.0 / tall, name, transform=ax.transAxes, ha="center", va="bottom",
            color=GREY,
        )  # fmt: skip
    for name, first, last in regions:
        across = -12.3 / wide_mm
        ax.plot(
            [across, across], [first + 0.1, last + 0.9], color=GREY, lw=0.8, clip_on=False,
            solid_capstyle="butt", transform=ax.get_yaxis_transform(),
        )  # fmt: skip
        ax.text(
            across - 0.8 / wide_mm, (first + last + 1) / 2, plain(name), ha="right",
            va="center_baseline", color=GREY, transform=ax.get_yaxis_transform(),
        )  # fmt: skip
    first_row = table.iloc[0]
    title = f"{first_row['kinase']} with {shorten(first_row['inhibitor'])}"
    start = left_of(ax) - MARGIN
    ax.text(
        -start / wide_mm, 1 + 8.0 / tall, plain(title), transform=ax.transAxes, va="bottom",
        fontweight="bold",
    )  # fmt: skip
    _keys(ax, start, table, shown)
    return ax


def _in_scope(table: pd.DataFrame) -> pd.Series[bool]:
    """Rows that were measured near the inhibitor; an unbuilt proline has no distance."""
    return table["min_distance"].notna() & (table["verdict"] != "out of scope")


def _rows(shown: pd.DataFrame) -> tuple[dict[str, float], list[tuple[str, float, float]], float]:
    """Top of every position's row, every region with its first and last row, and the height."""
    rows: dict[str, float] = {}
    regions: list[tuple[str, float, float]] = []
    y = 0.0
    labelled = shown[shown["klifs"] != ""].groupby("place")["klifs"].first()
    for place in shown["place"].unique():
        region = greek(str(labelled.get(place, ""))).partition(":")[0]
        if regions and regions[-1][0] == region:
            regions[-1] = (region, regions[-1][1], y)
        else:
            y += GAP if rows else 0.0
            regions.append((region, y, y))
        rows[str(place)] = y
        y += 1.0
    return rows, regions, y


def _faces(shown: pd.DataFrame) -> list[Any]:
    """Colour of every cell."""
    colours = resistance_map()(shown["p_resistant"].astype("float64").fillna(0.0))
    return [
        FILLS[verdict][0] if verdict in FILLS else tuple(colour)
        for verdict, colour in zip(shown["verdict"], colours, strict=True)
    ]


def _cell(ax: Axes, x: float, y: float, cell: pd.Series[Any]) -> None:
    # Unlike add_patch, add_artist does not look for new limits at every cell.
    face, blank = cell["face"], str(cell["verdict"])
    if blank in FILLS:
        hatch = FILLS[blank][1]
        ax.add_artist(Rectangle((x, y), 1, 1, fc=face, ec=HATCH, hatch=hatch, lw=0))
        face = "none"
    ax.add_artist(Rectangle((x, y), 1, 1, fc=face, ec="white", lw=0.5, gid=cell["mutation"]))
    if blank == "not in model":
        ax.add_artist(Rectangle((x + 0.1, y + 0.1), 0.8, 0.8, fill=False, ec=EDGE, ls=":"))


def _reported(shown: pd.DataFrame) -> pd.DataFrame:
    """Rows of mutations that the literature reports, with whether this inhibitor's call is R."""
    table = literature.mutations()
    listed = table.loc[table["reported"], "mutation"]
    known = (shown["kinase"] == "ROS1") & shown["mutation"].isin(listed)
    found = shown[known]
    return found.assign(resistant=found["literature_call"].str.startswith("R"))


def _marks(ax: Axes, shown: pd.DataFrame, rows: dict[str, float]) -> None:
    """Dots and triangles, pale on dark cells, where something is in scope; outlines."""
    reached = shown["one_nucleotide"].astype(bool) & (shown["verdict"] != "out of scope")
    x = shown["mutant"].map(_COLUMNS).to_numpy(dtype="float64")
    y = shown["place"].map(rows).to_numpy(dtype="float64")
    dark = np.array([lightness(face) < 0.55 for face in shown["face"]])
    for marker, which, (right, down), area in (
        ("o", reached.to_numpy(), (0.5, 0.36), 2.6),
        ("v", (shown["verdict"] == "contact loss").to_numpy(), (0.5, 0.72), 5.0),
    ):
        colours = np.where(dark[which], "white", INK)
        ax.scatter(
            x[which] + right, y[which] + down, s=area, marker=marker, c=list(colours),
            linewidths=0, zorder=3, gid=marker,
        )  # fmt: skip
    for _, cell in _reported(shown).iterrows():
        x0, y0 = _COLUMNS[cell["mutant"]] + 0.08, rows[cell["place"]] + 0.08
        ls = "-" if cell["resistant"] else _DASHES
        ax.add_patch(Rectangle((x0, y0), 0.84, 0.84, fill=False, ec="white", lw=2.2, zorder=4))
        outline: dict[str, Any] = {"ec": _OUTLINE, "lw": 1.2, "ls": ls, "gid": "reported"}
        ax.add_patch(Rectangle((x0, y0), 0.84, 0.84, fill=False, zorder=5, **outline))


# Far from every colour of the map, and darker than its light half in grey.
_OUTLINE = "#d1495b"
_DASHES = (0, (1.2, 1.0))


def _handles(shown: pd.DataFrame) -> list[Any]:
    """One handle for every mark that is in the figure."""
    made = verdict_handles(set(shown["verdict"]))
    if shown["one_nucleotide"].any():
        made.append(
            Line2D([], [], marker="o", ms=1.8, mew=0, color=INK, ls="", label="one nucleotide away")
        )
    resistant = _reported(shown)["resistant"]
    outline: dict[str, Any] = {"fc": "none", "ec": _OUTLINE, "lw": 1.2}
    if resistant.any():
        made.append(Patch(label="reported: resistant", **outline))
    if not resistant.all():
        made.append(Patch(label="reported: other or no call", ls=_DASHES, **outline))
    return made


def _key_height(shown: pd.DataFrame) -> float:
    return 3.7 * -(-len(_handles(shown)) // 2) + 1.0


def _runs(places: Iterable[str]) -> str:
    """Residues as text, neighbours in number joined: ``F1956–E1958, Y1960``.

    Examples
    --------
    >>> _runs(["F1956", "G1957", "E1958", "Y1960"])
    'F1956–E1958, Y1960'
    """
    runs: list[list[str]] = []
    for place in places:
        if runs and int(place[1:]) == int(runs[-1][-1][1:]) + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return ", ".join(r[0] if len(r) == 1 else f"{r[0]}–{r[-1]}" for r in runs)


def _below(table: pd.DataFrame, shown: pd.DataFrame) -> str:
    """Say what is left out and of what structure, broken into lines."""
    built = set(table.loc[table["verdict"] != "not in model", "place"])
    left = [place for place in table["place"].unique() if place not in set(shown["place"])]
    texts = ["Letters in the map: wild type."]
    if far := _runs(p for p in left if p in built):
        texts[0] += f" Positions out of scope: {far}."
    if absent := _runs(p for p in left if p not in built):
        texts[0] += f" Not in the model: {absent}."
    told = _reported(table[table["place"].isin(left)])
    if len(told):
        texts[0] += f" Reported, but not in the map: {', '.join(told['mutation'])}."
    texts.append(provenance_line(table))
    return "\n".join(wrap(t, SINGLE_COLUMN - 2 * MARGIN) for t in texts)


def _keys(ax: Axes, start: float, table: pd.DataFrame, shown: pd.DataFrame) -> None:
    """Draw colour bar, key and text below the map, from the figure's left edge."""
    wide, high = size_of(ax)
    resistance_bar(ax, start)
    ax.legend(
        handles=_handles(shown), loc="upper left", ncols=2, borderaxespad=0, borderpad=0,
        bbox_to_anchor=(-start / wide, -14.0 / high), handlelength=2.2, handleheight=0.9,
        handletextpad=0.6, columnspacing=1.2, labelspacing=0.4,
    )  # fmt: skip
    down = -(15.0 + _key_height(shown)) / high
    ax.text(
        -start / wide, down, plain(_below(table, shown)), transform=ax.transAxes, va="top",
        color=INK,
    )  # fmt: skip
