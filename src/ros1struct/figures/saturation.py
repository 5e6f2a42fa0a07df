"""The saturation map: every substitution along the pocket, geometry as colour."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, Normalize
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Polygon, Rectangle

from ros1struct.errors import InputError
from ros1struct.figures.layout.field import Field
from ros1struct.figures.layout.key import Key, shade
from ros1struct.figures.layout.resistance import resistance_bar, resistance_map, verdict_handles
from ros1struct.figures.layout.sheet import axes_level
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
    lightness,
    need,
    plain,
    provenance_line,
    shorten,
    text_width,
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
ROW, TALLEST = 3.0, 5.5
FLATTEST = 2.75
NARROWEST = 2.6
TOP = 8.0 + LINE
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


@axes_level
def plot_saturation(
    table: pd.DataFrame,
    *,
    measured: Mapping[str, float] | pd.Series[float] | None = None,
    measured_label: str = "measured",
    legend: str | None = None,
    caption: str | None = None,
    cmap: str | Colormap | None = None,
    norm: Normalize | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw which substitution at which pocket position could break an inhibitor.

    Parameters
    ----------
    table : DataFrame
        Of :func:`ros1struct.saturation`, of one structure.
    measured : mapping or Series, optional
        A number for each mutation, higher for what is more resistant, such as those of a deep
        mutational scan. Every cell then has two halves: what the structure says at the lower left,
        what was measured at the upper right, in the same colours; a cell of one colour is
        agreement. Colours run from the 5th to the 95th percentile of what is drawn.
    measured_label : str
        What the numbers are, with their unit.
    legend : str, optional
        Heading of the key; ``""`` leaves key and colour bar out.
    caption : str, optional
        Lines below, by default what is left out and the structure; ``""`` for none.
    cmap, norm : optional
        Colours of the probability of resistance, 0 to 1; by default dark is resistant.
    ax : Axes, optional
        Everything stands inside it; by default that of a sheet 86 mm wide.

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
        If the table is empty, no saturation, of several structures, or all out of scope;
        if `measured` has none of its mutations.
    FigureSizeError
        If the Axes is too small.

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
    colours = resistance_map() if cmap is None else mpl.colormaps.get_cmap(cmap)
    scale = ScalarMappable(Normalize(0, 1) if norm is None else norm, colours)
    shown = shown.assign(face=_faces(shown, scale))
    if measured is not None:
        shown, told = _beside(shown, measured, scale, measured_label)
    rows, regions, height = _rows(shown)
    words = _below(table, shown) if caption is None else caption
    if measured is not None and caption is None:
        words = f"{told} {words}"
    key = Key(_handles(shown), resistance_bar(scale), legend, words, 2)
    wide = SINGLE_COLUMN - 2 * MARGIN
    place_wide = max(map(text_width, rows)) + 1.5
    left = place_wide + 1.5 + max(text_width(name) for name, _, _ in regions)
    cell = Field(
        ax, "a saturation map", (left, TOP, 0.0, 0.5), key=key,
        wish=(wide - left, ROW * height),
        least=(NARROWEST * _WIDE, FLATTEST * height), most=(1e9, TALLEST * height),
    )  # fmt: skip
    ax = cell.ax
    ax.set(xlim=(0, _WIDE), ylim=(height, 0))
    for _, one in shown.iterrows():
        _cell(ax, _COLUMNS[one["mutant"]], rows[one["place"]], one)
    for place, y in rows.items():
        x = _COLUMNS[place[0]]
        ax.add_patch(Rectangle((x, y), 1, 1, fc="white", ec=EDGE, lw=0.6, zorder=6))
        ax.text(
            x + 0.5, y + 0.5, place[0], ha="center", va="center_baseline", zorder=7,
            fontsize=cell.type,
        )  # fmt: skip
    _marks(cell, shown, rows)
    ax.set_xticks([x + 0.5 for x in _COLUMNS.values()], list(_COLUMNS))
    ax.xaxis.tick_top()
    ax.set_yticks([y + 0.5 for y in rows.values()], [plain(p) for p in rows])
    ax.tick_params(length=0, pad=cell.points(0.5))
    ax.spines[:].set_visible(False)
    grey: dict[str, Any] = {"color": GREY, "fontsize": cell.type}
    for name, letters in GROUPS.items():
        middle = (_COLUMNS[letters[0]] + _COLUMNS[letters[-1]] + 1) / 2
        ax.text(middle, 4.0, name, transform=cell.along(1), ha="center", va="bottom", **grey)
    for name, first, last in regions:
        ax.plot(
            [-place_wide] * 2, [first + 0.1, last + 0.9], color=GREY, lw=0.8, clip_on=False,
            solid_capstyle="butt", transform=cell.beside,
        )  # fmt: skip
        ax.text(
            -place_wide - 0.8, (first + last + 1) / 2, plain(name), ha="right",
            va="center_baseline", transform=cell.beside, **grey,
        )  # fmt: skip
    first_row = table.iloc[0]
    title = f"{first_row['kinase']} with {shorten(first_row['inhibitor'])}"
    ax.text(
        -left, 8.0, plain(title), transform=cell.at(0, 1), va="bottom", fontweight="bold",
        fontsize=cell.type,
    )  # fmt: skip
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


def _faces(shown: pd.DataFrame, scale: ScalarMappable) -> list[Any]:
    """Colour of every cell."""
    colours = shade(scale, shown["p_resistant"].astype("float64").fillna(0.0))
    return [
        FILLS[verdict][0] if verdict in FILLS else tuple(colour)
        for verdict, colour in zip(shown["verdict"], colours, strict=True)
    ]


def _beside(
    shown: pd.DataFrame,
    measured: Mapping[str, float] | pd.Series[float],
    scale: ScalarMappable,
    label: str,
) -> tuple[pd.DataFrame, str]:
    """Add what was measured and its colours; say what they mean, and how far the ranks agree."""
    value = shown["mutation"].map(dict(measured.items())).astype("float64")
    known = value.notna()
    if not known.any():
        raise InputError(
            "cannot draw what was measured: expected numbers by mutation, such as "
            f"{shown['mutation'].iloc[0]}, found none of the map's {len(shown)}"
        )
    low, high = np.percentile(value[known], (5, 95))
    colours = scale.get_cmap()(np.clip((value - low) / max(high - low, 1e-9), 0, 1))
    other = [tuple(c) if k else (1.0,) * 4 for c, k in zip(colours, known, strict=True)]
    told = (
        f"Lower left: by structure; upper right: {label}, {known.sum()} values, pale up to "
        f"{low:.2g}, dark from {high:.2g}, white where there is none."
    ).replace(" -", " −")
    both = known & shown["p_resistant"].notna()
    if both.sum() > 2:
        rank = value[both].rank().corr(shown.loc[both, "p_resistant"].astype("float64").rank())
        told += f" Spearman's ρ over {both.sum()} cells: {rank:.2f}.".replace("-", "−")
    return shown.assign(measured=value, other=pd.Series(other, index=shown.index)), told


def _cell(ax: Axes, x: float, y: float, cell: pd.Series[Any]) -> None:
    # Unlike add_patch, add_artist does not look for new limits at every cell.
    face, blank = cell["face"], str(cell["verdict"])
    if blank in FILLS:
        hatch = FILLS[blank][1]
        ax.add_artist(Rectangle((x, y), 1, 1, fc=face, ec=HATCH, hatch=hatch, lw=0))
        face = "none"
    ax.add_artist(Rectangle((x, y), 1, 1, fc=face, ec="white", lw=0.5, gid=cell["mutation"]))
    if "measured" in cell:
        half = [(x, y), (x + 1, y), (x + 1, y + 1)]
        name = f"measured {cell['mutation']}"
        ax.add_artist(Polygon(half, fc=cell["other"], ec="white", lw=0.5, gid=name))
    if blank == "not in model":
        ax.add_artist(Rectangle((x + 0.1, y + 0.1), 0.8, 0.8, fill=False, ec=EDGE, ls=":"))


def _reported(shown: pd.DataFrame) -> pd.DataFrame:
    """Rows of mutations that the literature reports, with whether this inhibitor's call is R."""
    table = literature.mutations()
    listed = table.loc[table["reported"], "mutation"]
    known = (shown["kinase"] == "ROS1") & shown["mutation"].isin(listed)
    found = shown[known]
    return found.assign(resistant=found["literature_call"].str.startswith("R"))


def _marks(field: Field, shown: pd.DataFrame, rows: dict[str, float]) -> None:
    """Dots and triangles, pale on dark cells, where something is in scope; outlines."""
    ax = field.ax
    reached = shown["one_nucleotide"].astype(bool) & (shown["verdict"] != "out of scope")
    x = shown["mutant"].map(_COLUMNS).to_numpy(dtype="float64")
    y = shown["place"].map(rows).to_numpy(dtype="float64")
    dark = np.array([lightness(face) < 0.55 for face in shown["face"]])
    halves = "measured" in shown
    for marker, which, (right, down), area in (
        ("o", reached.to_numpy(), (0.2, 0.5) if halves else (0.5, 0.36), 2.6),
        ("v", (shown["verdict"] == "contact loss").to_numpy(), (0.4 if halves else 0.5, 0.75), 5.0),
    ):
        colours = np.where(dark[which], "white", INK)
        ax.scatter(
            x[which] + right, y[which] + down, s=area * field.scale**2, marker=marker,
            c=list(colours), linewidths=0, zorder=3, gid=marker,
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
    """Say what is left out and of what structure."""
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
    return " ".join(texts)
