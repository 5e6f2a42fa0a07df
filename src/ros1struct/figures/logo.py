"""The sequence logo: which residues the pocket of human kinases has, position by position."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D
from scipy.special import entr
from scipy.stats import binom

from ros1struct.arguments import checked
from ros1struct.errors import InputError, did_you_mean
from ros1struct.figures.layout.cell import Cell, room, scales
from ros1struct.figures.layout.sheet import axes_level
from ros1struct.figures.sequence import (
    CELL,
    LONGEST,
    MUTANT,
    NUMBER_EVERY,
    name_regions,
    strips_of,
)
from ros1struct.figures.style import (
    BOLD,
    GREY,
    INK,
    LINE,
    MARGIN,
    SINGLE_COLUMN,
    need,
    plain,
    text_width,
    wrap,
)
from ros1struct.kinome import literature
from ros1struct.kinome.kinases import POSITIONS, Domain, domains, find_kinase, klifs_label

LETTERS = "ACDEFGHIKLMNPQRSTVWY"
MOST = float(np.log2(len(LETTERS)))
#: Classes of amino acids and their colours, apart for readers without red, green or blue cones too.
CLASSES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "aliphatic": ("AVLIM", "#222222"),
        "aromatic": ("FWY", "#aa4499"),
        "polar": ("STNQ", "#2a9d57"),
        "basic": ("KRH", "#1f4fd1"),
        "acidic": ("DE", "#d55e00"),
        "Gly, Pro, Cys": ("GPC", "#999999"),
    }
)
# mm: a bit, the row of a kinase and above it, beside the strips; bits at which ticks stand.
BIT, ROW, GAP, LEFT = 3.4, 3.0, 1.0, 7.0
TICKS = (0, 2, 4)
# Bits: letters lower than a hairline are not drawn.
HAIRLINE = 0.02


@checked
def information(kinases: str | Iterable[str] | None = None) -> pd.DataFrame:
    """Information content of the pocket's positions over human kinases.

    Parameters
    ----------
    kinases : str or iterable of str, optional
        A group of the kinome's tree (``"TYR"``), or names of kinases; by default all domains.

    Returns
    -------
    DataFrame
        One row per KLIFS position: klifs_index, klifs_label, region, kinases (how many have a
        residue there), share (of them in all), bits, and the frequency of each letter among
        those that have one.

    Raises
    ------
    InputError
        If a name is neither a group nor a kinase, or none is given.

    Notes
    -----
    Bits are ``log2(20) - (H + e)``, with the entropy H of the frequencies and the correction e of
    :func:`small_sample`, 0 at the least (Schneider TD, Stephens RM. Nucleic Acids Res 1990,
    18:6097-6100). Related kinases count as much as others: the kinome is no sample of independent
    sequences.

    Examples
    --------
    >>> table = information("TYR").set_index("klifs_label")
    >>> round(float(table.loc["xDFG:81", "D"]), 3), round(float(table.loc["xDFG:81", "bits"]), 2)
    (0.957, 3.85)
    """
    chosen = _chosen(kinases)
    letters = np.array([[d.residue_at(k)[:1] for k in range(1, POSITIONS + 1)] for d in chosen])
    counts = np.array([(letters == letter).sum(axis=0) for letter in LETTERS]).T
    there = counts.sum(axis=1)
    share = counts / np.maximum(there, 1)[:, None]
    lost = np.array([small_sample(int(n)) for n in there])
    bits = np.clip(MOST - entr(share).sum(axis=1) / np.log(2) - lost, 0.0, None)
    labels = [klifs_label(k) for k in range(1, POSITIONS + 1)]
    told = {
        "klifs_index": np.arange(1, POSITIONS + 1),
        "klifs_label": labels,
        "region": [label.partition(":")[0] for label in labels],
        "kinases": there,
        "share": there / len(chosen),
        "bits": bits,
    }
    return pd.DataFrame({**told, **dict(zip(LETTERS, share.T, strict=True))})


def small_sample(count: int) -> float:
    """Bits by which a sample of sequences looks more conserved than it is.

    Parameters
    ----------
    count : int
        Of sequences.

    Returns
    -------
    float
        ``log2(20)`` less the entropy expected of so many residues drawn with equal probability,
        exactly (Schneider TD et al. J Mol Biol 1986, 188:415-431); for many, 19 / (2 n ln 2).

    Examples
    --------
    >>> round(small_sample(496), 3), round(small_sample(1) - MOST, 9)
    (0.028, 0.0)
    """
    if count == 0:
        return MOST
    k = np.arange(count + 1)
    expected = float(binom.pmf(k, count, 1 / len(LETTERS)) @ entr(k / count)) * len(LETTERS)
    return MOST - expected / float(np.log(2))


@axes_level
def plot_logo(
    kinases: str | Iterable[str] | None = None,
    mutations: pd.DataFrame | None = None,
    *,
    row: str = "ROS1",
    legend: str | None = None,
    caption: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the sequence logo of the pocket, over the human kinome or a part of it.

    Parameters
    ----------
    kinases : str or iterable of str, optional
        A group of the kinome's tree (``"TYR"``), or names of kinases; by default all domains.
    mutations : DataFrame, optional
        Positions to mark, with mutation, wild_type, position, mutant and klifs_label; by default
        the ``reported`` ones of :func:`ros1struct.kinome.literature.mutations`, of ROS1.
    row : str
        A kinase whose residues stand below; ``""`` for none.
    legend : str, optional
        Heading of the key of colours; ``""`` leaves the key out.
    caption : str, optional
        Lines below, by default how to read it; ``""`` for none.
    ax : Axes, optional
        Everything stands inside it, in as few strips as its width allows; by default that of a
        sheet 86 mm wide.

    Returns
    -------
    Axes
        At each of the 85 KLIFS positions a stack of letters as high as its information (bits, see
        :func:`information`), each letter as high as it is frequent, in the colour of its class;
        stacks are narrower where kinases lack the residue. Above are regions and KLIFS numbers,
        below the kinase `row`. Marked positions are shaded, with the mutations below.

    Raises
    ------
    InputError
        If a kinase or group is unknown, or the table lacks a column.
    FigureSizeError
        If the Axes is too small.

    References
    ----------
    Schneider TD, Stephens RM. Nucleic Acids Res 1990, 18:6097-6100.

    Examples
    --------
    >>> ax = plot_logo("TYR")
    >>> [text.get_text() for text in ax.texts if text.get_gid() == "mutation"][:2]
    ['L1951R', 'G1957A']
    """
    table = information(kinases)
    if mutations is None:
        mutations = literature.mutations()
        mutations = mutations[mutations["reported"]]
    need(mutations, "wild_type position mutant klifs_label")
    marked = _marked(mutations)
    own = _residues(row)
    left = max(LEFT, text_width(row) * BOLD + 1.2)
    told = _told(len(_chosen(kinases)), row, bool(marked)) if caption is None else caption
    for scale in scales():
        wide, high = room(ax, scale)
        wide = max(wide, left + CELL * LONGEST) if ax is None else wide
        at_once = max(LONGEST, int((wide - left) / CELL))
        strips = strips_of(table, at_once)
        broad = left + CELL * max(map(len, strips))
        heights = [_height(strip, row, marked) for strip in strips]
        key = [] if legend == "" else _key(broad, legend)
        text = wrap(told, broad)
        total = sum(heights) + LINE * len(key) + (1.0 if key else 0.0)
        total += LINE * (text.count("\n") + 1) + 1.0 if text else 0.0
        if high >= total and wide >= broad:
            break
    size = (left + CELL * LONGEST, total)
    cell = Cell(ax, "a logo", size, width=max(SINGLE_COLUMN, size[0] + 2 * MARGIN), scale=scale)
    ax, top = cell.ax, 0.0
    for strip, height in zip(strips, heights, strict=True):
        _strip(ax, strip, own, marked, row, left, top, cell.type)
        top += height
    top += 1.0 if key else 0.0
    for line in key:
        for x, words, colour in line:
            middle = top + LINE / 2
            if colour:
                ax.add_patch(Rectangle((x, middle - 1.0), 2.0, 2.0, fc=colour, ec="none"))
            ax.text(
                x + (3.0 if colour else 0.0), middle, plain(words), va="center_baseline",
                color=INK, fontsize=cell.type,
            )  # fmt: skip
        top += LINE
    ax.text(0, top + 1.0, plain(text), va="top", color=INK, fontsize=cell.type, gid="caption")
    return ax


def _chosen(kinases: str | Iterable[str] | None) -> tuple[Domain, ...]:
    """Domains of a group, of names, or all."""
    if kinases is None:
        return domains()
    if isinstance(kinases, str):
        groups = sorted({d.group for d in domains()})
        if kinases.upper() not in groups:
            hint = did_you_mean(kinases.upper(), groups)
            raise InputError(
                f"expected a group of kinases, {', '.join(groups)}, or a list of names, found "
                f"{kinases!r}.{hint}"
            )
        return tuple(d for d in domains() if d.group == kinases.upper())
    found = {d.domain: d for name in kinases for d in find_kinase(name)}
    if not found:
        raise InputError("expected names of kinases, found none")
    return tuple(found.values())


def _residues(kinase: str) -> list[str]:
    """Residue of a kinase at each KLIFS position; of two domains, the one that is active."""
    if not kinase:
        return [""] * POSITIONS
    found = sorted(find_kinase(kinase), key=lambda d: not d.is_active)
    return [found[0].residue_at(k) for k in range(1, POSITIONS + 1)]


def _marked(mutations: pd.DataFrame) -> dict[str, str]:
    """Mutations by KLIFS label, ``G2032K/R``."""
    single = mutations[mutations["klifs_label"].fillna("") != ""]
    return {
        str(label): f"{rows['wild_type'].iloc[0]}{rows['position'].iloc[0]}"
        f"{'/'.join(sorted(set(rows['mutant'])))}"
        for label, rows in single.groupby("klifs_label", sort=False)
    }


def _height(strip: pd.DataFrame, row: str, marked: dict[str, str]) -> float:
    """Height of a strip with all that stands above and below its letters."""
    names = [text_width(marked[label]) for label in strip["klifs_label"] if label in marked]
    return 2 * LINE + BIT * MOST + (GAP + ROW if row else 0.0) + max(names, default=0.0) + 2.5


def _strip(
    ax: Axes, strip: pd.DataFrame, own: list[str], marked: dict[str, str], row: str,
    left: float, top: float, size: float,
) -> None:  # fmt: skip
    """Draw regions, numbers, stacks, the row of a kinase and the mutations."""
    middle: dict[str, Any] = {"ha": "center", "va": "center_baseline", "fontsize": size}
    name_regions(ax, strip, left, top, size)
    foot = top + 2 * LINE + BIT * MOST
    for bits in TICKS:
        y = foot - BIT * bits
        ax.plot([left - 0.9, left - 0.2], [y, y], color=INK, lw=0.6)
        ax.text(left - 1.3, y, f"{bits}", **middle | {"ha": "right"})
    ax.plot([left - 0.2] * 2, [foot, foot - BIT * MOST], color=INK, lw=0.6)
    ax.text(
        0, foot - BIT * MOST / 2, "bits", rotation=90, **middle | {"ha": "left", "va": "center"}
    )
    if row:
        side = middle | {"ha": "left", "fontweight": "bold"}
        ax.text(0, foot + GAP + ROW / 2, plain(row), **side)
    for k, (_, place) in enumerate(strip.iterrows()):
        x = left + CELL * (k + 0.5)
        if k % NUMBER_EVERY == 0:
            ax.text(x, top + 1.6 * LINE, f"{place['klifs_index']}", color=GREY, **middle)
        _stack(ax, place, x, foot)
        base = foot + (GAP + ROW if row else 0.0)
        if name := marked.get(place["klifs_label"]):
            corner = (x - CELL / 2, foot - BIT * MOST)
            ax.add_patch(
                Rectangle(
                    corner, CELL, base - corner[1], fc=MUTANT, alpha=0.12, ec="none", zorder=0,
                    gid=f"marked {place['klifs_label']}",
                )
            )  # fmt: skip
            ax.text(
                x, base + 0.5, plain(name), rotation=90, color=MUTANT, ha="center", va="top",
                fontsize=size, gid="mutation",
            )  # fmt: skip
        if row:
            letter = own[place["klifs_index"] - 1][:1] or "–"
            ax.text(x, foot + GAP + ROW / 2, letter, gid="row", **middle)


def _stack(ax: Axes, place: pd.Series, x: float, foot: float) -> None:
    """Draw the letters of a position, the most frequent one on top."""
    shares = place[list(LETTERS)].astype("float64").sort_values()
    for letter, share in shares[shares > 0].items():
        high = BIT * place["bits"] * share
        if high < BIT * HAIRLINE:
            foot -= high
            continue
        wide = (CELL - 0.2) * place["share"]
        path = Affine2D().scale(wide, -high).translate(x, foot).transform_path(_glyph(str(letter)))
        ax.add_patch(PathPatch(path, fc=_colour(str(letter)), ec="none", lw=0, gid=str(letter)))
        foot -= high


@lru_cache(maxsize=32)
def _glyph(letter: str) -> Path:
    """Outline of a letter, 1 high and as wide at most, its foot in the middle at 0."""
    bold = FontProperties(family="DejaVu Sans", weight="bold")
    path, broad = TextPath((0, 0), letter, prop=bold), TextPath((0, 0), "E", prop=bold)
    box, least = path.get_extents(), broad.get_extents().width
    to_unit = Affine2D().translate(-(box.x0 + box.x1) / 2, -box.y0)
    return to_unit.scale(1 / max(box.width, least), 1 / box.height).transform_path(path)


def _colour(letter: str) -> str:
    return next(colour for letters, colour in CLASSES.values() if letter in letters)


def _key(wide: float, heading: str | None) -> list[list[tuple[float, str, str]]]:
    """Lines of the key: where each of its words begins, and its colour."""
    lines: list[list[tuple[float, str, str]]] = [[(0.0, heading, "")], []] if heading else [[]]
    x = 0.0
    for name, (_, colour) in CLASSES.items():
        step = 3.0 + text_width(name) + 2.5
        if x and x + step - 2.5 > wide:
            lines.append([])
            x = 0.0
        lines[-1].append((x, name, colour))
        x += step
    return lines


def _told(count: int, row: str, marked: bool) -> str:
    """Say how to read the figure."""
    text = (
        f"{count} human kinase domain{'s' * (count != 1)}, 85 pocket positions (numbers and "
        "regions: KLIFS). Height: information against equally frequent residues, corrected for the "
        "number of sequences; width: share of domains that have a residue."
    )
    text += f" Row below: {row}." if row else ""
    return text + (" Red: reported resistance mutations of ROS1." if marked else "")
