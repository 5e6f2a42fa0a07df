"""The sequence strip: the pocket's residues in several kinases, resistance positions marked."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from ros1struct.errors import InputError
from ros1struct.figures.layout.cell import Cell
from ros1struct.figures.layout.sheet import axes_level
from ros1struct.figures.layout.symbols import greek
from ros1struct.figures.style import (
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
from ros1struct.kinome.kinases import ALIGNED, find_kinase

KINASES = ALIGNED
# A strip holds as many positions; regions are not broken.
LONGEST = 30
LEFT = 9.5
CELL = (SINGLE_COLUMN - 2 * MARGIN - LEFT) / LONGEST
ROW = 3.0
NUMBER_EVERY = 5
IDENTICAL = "#9ecae1"
MUTANT = "#b2182b"
_COMMON = {"NTRK1": "TRKA", "NTRK2": "TRKB", "NTRK3": "TRKC"}


@axes_level
def plot_sequence(
    pocket: pd.DataFrame,
    mutations: pd.DataFrame | None = None,
    *,
    legend: str | None = None,
    caption: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the pocket's sequence in six kinases, and where resistance of ROS1 arises.

    Parameters
    ----------
    pocket : DataFrame
        Of :func:`ros1struct.kinome.literature.klifs_pocket`.
    mutations : DataFrame, optional
        Of :func:`ros1struct.kinome.literature.mutations`; by default those ``reported``.
    legend : str, optional
        ``""`` leaves out the table of equivalent residues and identities.
    caption : str, optional
        Lines below, by default what the marks mean; ``""`` for none.
    ax : Axes, optional
        Everything stands inside it; by default that of a sheet 86 mm wide.

    Returns
    -------
    Axes
        Strips of up to 30 positions, a letter per residue, shaded where it is that of ROS1, with
        the KLIFS regions and ROS1 numbers above. The mutants that are reported stand above the
        framed column; the table below names the equivalent residues and, for each kinase, how
        much of the pocket is identical to ROS1 (%).

    Raises
    ------
    InputError
        If a table is empty or lacks a column, or ROS1 has a gap.
    FigureSizeError
        If the Axes is too small.

    Examples
    --------
    >>> from ros1struct.kinome import literature
    >>> ax = plot_sequence(literature.klifs_pocket())
    >>> "70.6 %" in [text.get_text() for text in ax.texts]
    True
    """
    need(pocket, f"klifs_index klifs_label region {' '.join(KINASES)}")
    if mutations is None:
        mutations = literature.mutations()
        mutations = mutations[mutations["reported"]]
    need(mutations, "mutation position wild_type mutant")
    pocket = pocket.sort_values("klifs_index")
    if (pocket["ROS1"] == "").any():
        where = ", ".join(pocket.loc[pocket["ROS1"] == "", "klifs_label"])
        raise InputError(f"cannot draw a sequence: expected a residue of ROS1 at {where}, found ''")
    found = _mutants(pocket, mutations)
    strips = strips_of(pocket)
    heights = [2 * LINE + ROW * (_tallest(strip, found) + len(KINASES)) + 3.0 for strip in strips]
    wide = SINGLE_COLUMN - 2 * MARGIN
    text = _below(pocket, len(found) > 0) if caption is None else wrap(caption, wide)
    total = sum(heights) + (LINE * (len(found) + 2) + 3 if legend != "" else 0.0)
    total += LINE * (text.count("\n") + 1) if text else 0.0
    cell = Cell(ax, "a sequence", (wide, total))
    ax, size = cell.ax, cell.type
    top = 0.0
    for strip, height in zip(strips, heights, strict=True):
        _strip(ax, strip, found, top, size)
        top += height
    if legend != "":
        _equivalents(ax, pocket, found, top, size)
    top = total - LINE * (text.count("\n") + 1)
    ax.text(0, top, plain(text), va="top", color=INK, fontsize=size, gid="caption")
    return ax


def identity(pocket: pd.DataFrame, kinase: str) -> float:
    """Part of the pocket positions at which a kinase has the residue of ROS1.

    Parameters
    ----------
    pocket : DataFrame
        Of :func:`ros1struct.kinome.literature.klifs_pocket`.
    kinase : str
        A column of it.

    Returns
    -------
    float
        0 to 1; a gap is no identity.

    Examples
    --------
    >>> from ros1struct.kinome import literature
    >>> round(identity(literature.klifs_pocket(), "ALK"), 3)
    0.706
    """
    return float((pocket[kinase].str[:1] == pocket["ROS1"].str[:1]).mean())


def _mutants(pocket: pd.DataFrame, mutations: pd.DataFrame) -> dict[str, list[str]]:
    """Mutant letters by ROS1 residue, along the pocket; compound mutations have no position."""
    single = mutations[mutations["position"].notna()]
    by_place: dict[str, list[str]] = {}
    for _, row in single.iterrows():
        by_place.setdefault(f"{row['wild_type']}{row['position']}", []).append(row["mutant"])
    return {r: sorted(set(by_place[r])) for r in pocket["ROS1"] if r in by_place}


def strips_of(pocket: pd.DataFrame, longest: int = LONGEST) -> list[pd.DataFrame]:
    """Rows of the pocket in strips that end with a region."""
    strips: list[list[pd.DataFrame]] = [[]]
    for _, part in pocket.groupby("region", sort=False):
        if strips[-1] and sum(map(len, strips[-1])) + len(part) > longest:
            strips.append([])
        strips[-1].append(part)
    return [pd.concat(parts, ignore_index=True) for parts in strips]


def _regions(strip: pd.DataFrame) -> list[tuple[str, int, int]]:
    """Regions of a strip with their first position and the one after their last."""
    starts = strip.groupby("region", sort=False).indices
    return [(str(name), int(at[0]), int(at[-1]) + 1) for name, at in starts.items()]


def name_regions(ax: Axes, strip: pd.DataFrame, left: float, top: float, size: float) -> None:
    """Write the regions of a strip, with a line below each."""
    end = 0.0
    for name, first, after in _regions(strip):
        x0, x1 = left + CELL * first + 0.3, left + CELL * after - 0.3
        ax.plot([x0, x1], [top + LINE] * 2, color=GREY, lw=0.8, solid_capstyle="butt")
        # A name longer than its region pushes the next one on.
        half = text_width(greek(name)) / 2
        x = max((x0 + x1) / 2, end + 0.8 + half)
        end = x + half
        ax.text(
            x, top + LINE / 2, plain(greek(name)), color=GREY, ha="center",
            va="center_baseline", fontsize=size,
        )  # fmt: skip


def _tallest(strip: pd.DataFrame, found: dict[str, list[str]]) -> int:
    return max((len(found.get(r, ())) for r in strip["ROS1"]), default=0)


def _strip(
    ax: Axes, strip: pd.DataFrame, found: dict[str, list[str]], top: float, size: float
) -> None:
    """Draw regions, numbers, mutants and one line of letters per kinase."""
    middle: dict[str, Any] = {"ha": "center", "va": "center_baseline", "fontsize": size}
    name_regions(ax, strip, LEFT, top, size)
    tallest = _tallest(strip, found)
    first_row = top + 2 * LINE + ROW * tallest
    for k, residue in enumerate(strip["ROS1"]):
        x = LEFT + CELL * (k + 0.5)
        if k % NUMBER_EVERY == 0:
            ax.text(x, top + 1.6 * LINE, residue[1:], color=INK, **middle)
        for j, letter in enumerate(found.get(residue, ())):
            y = first_row - ROW * (j + 0.5)
            ax.text(x, y, letter, color=MUTANT, fontweight="bold", gid="mutant", **middle)
        if residue in found:
            corner = (x - CELL / 2, first_row)
            frame: dict[str, Any] = {"ec": MUTANT, "lw": 0.9, "zorder": 3, "gid": residue}
            ax.add_patch(Rectangle(corner, CELL, ROW * len(KINASES), fill=False, **frame))
    for row, kinase in enumerate(KINASES):
        y = first_row + ROW * row
        heavy = "bold" if kinase == "ROS1" else "normal"
        side = middle | {"ha": "left", "fontweight": heavy}
        ax.text(0, y + ROW / 2, _COMMON.get(kinase, kinase), **side)
        for k, (residue, own) in enumerate(zip(strip[kinase], strip["ROS1"], strict=True)):
            same = residue[:1] == own[:1]
            if same:
                corner = (LEFT + CELL * k, y)
                face: dict[str, Any] = {"fc": IDENTICAL, "ec": "white", "lw": 0.4, "gid": kinase}
                ax.add_patch(Rectangle(corner, CELL, ROW, **face))
            ax.text(
                LEFT + CELL * (k + 0.5), y + ROW / 2, residue[:1] or "–", fontweight=heavy,
                color=INK if same else GREY, **middle,
            )  # fmt: skip


def _equivalents(
    ax: Axes, pocket: pd.DataFrame, found: dict[str, list[str]], top: float, size: float
) -> None:
    """Draw the table of equivalent residues; the last line is the identity with ROS1."""
    left = max([text_width(_name(r, m)) for r, m in found.items()] + [text_width("identity")]) + 3.0
    step = (SINGLE_COLUMN - 2 * MARGIN - left) / (len(KINASES) - 1)
    rows = pocket.set_index("ROS1")
    y = top + LINE / 2
    line: dict[str, Any] = {"va": "center_baseline", "fontsize": size}
    ax.text(0, y, "ROS1", **line, fontweight="bold")
    for k, kinase in enumerate(KINASES[1:]):
        x = left + step * k
        ax.text(x, y, _COMMON.get(kinase, kinase), **line)
        for j, residue in enumerate(found, start=1):
            other = str(rows.loc[residue, kinase])
            ax.text(
                x, y + LINE * j, other or "–", **line,
                color=INK if other[:1] == residue[0] else GREY,
            )  # fmt: skip
        share = f"{identity(pocket, kinase):.1%}".replace("%", " %")
        ax.text(x, y + LINE * (len(found) + 1), share, **line)
    for j, (residue, mutants) in enumerate(found.items(), start=1):
        ax.text(0, y + LINE * j, _name(residue, mutants), **line, color=MUTANT)
    ax.text(0, y + LINE * (len(found) + 1), "identity", **line)
    for j in (1, len(found) + 1):
        level = top + LINE * j
        ax.plot([0, SINGLE_COLUMN - 2 * MARGIN], [level, level], color=GREY, lw=0.6)


def _name(residue: str, mutants: list[str]) -> str:
    return f"{residue}{'/'.join(mutants)}"


def _below(pocket: pd.DataFrame, marked: bool) -> str:
    """Say what the marks mean, broken into lines."""
    accession = find_kinase("ROS1")[0].accession
    text = f"Shaded: residue of ROS1. Numbers: ROS1, UniProt {accession}; regions: KLIFS."
    if marked:
        text += " Red: reported resistance mutations of ROS1, frames at the equivalent positions."
    text += f" Identity: with ROS1 over the {len(pocket)} pocket positions."
    return wrap(text, SINGLE_COLUMN - 2 * MARGIN)
