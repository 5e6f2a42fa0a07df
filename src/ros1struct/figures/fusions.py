"""The fusion figure: which exons of partner and ROS1 stay, by the order of the exons."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from ros1struct.errors import InputError
from ros1struct.figures.layout.cell import Cell
from ros1struct.figures.layout.sheet import axes_level
from ros1struct.figures.style import (
    BOLD,
    EDGE,
    GREY,
    INK,
    LINE,
    MARGIN,
    SINGLE_COLUMN,
    need,
    plain,
    shorten,
    text_width,
    wrap,
)

BAR = 4.0
PARTNER = "#c7c7c7"
KEPT = "#9ecae1"
KINASE = "#08519c"
_WIDE = SINGLE_COLUMN - 2 * MARGIN
# An exon number that stands alone: not the 33 of "C6:R33" nor the 1273 of a name.
_EXON = re.compile(r"(?<![\w:])\d{1,2}(?!\w)")
_KINASE_EXONS = re.compile(r"exons (\d+)-(\d+)(?:, (NM_\d+))?")


@dataclass(frozen=True)
class _Fusion:
    """What is drawn of one row; exons are empty where the sources give none."""

    name: str
    partner: list[int]
    ros1: list[int]
    kinase: tuple[int, int]
    transcript: str
    kept: bool
    told: str


@axes_level
def plot_fusions(
    fusions: pd.DataFrame,
    *,
    legend: str | None = None,
    caption: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw fusions as bars of exons, aligned at the exons of ROS1.

    Parameters
    ----------
    fusions : DataFrame
        Of :func:`ros1struct.kinome.literature.fusions`.
    legend : str, optional
        Heading in place of "exons of ROS1"; ``""`` leaves it and the words beside it out.
    caption : str, optional
        Lines below, by default how to read the bars; ``""`` for none.
    ax : Axes, optional
        Everything stands inside it; by default that of a sheet 86 mm wide.

    Returns
    -------
    Axes
        One bar per fusion, not to scale: the partner up to its last exon, ROS1 from its first,
        every exon of ROS1 of the same width, those of the kinase domain dark. Exons that only
        some sources or transcripts keep are hatched, unknown ones have a question mark; the
        reported frequency stands below the bar.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, or does not say which exons the kinase domain has.

    Examples
    --------
    >>> from ros1struct.kinome import literature
    >>> ax = plot_fusions(literature.fusions())
    >>> "CD74-ROS1" in [text.get_text() for text in ax.texts]
    True
    """
    need(fusions, "fusion partner partner_exon ros1_exon domains_kept kinase_domain_kept frequency")
    given = fusions["domains_kept"] != "not given"
    drawn = [_read(row) for _, row in fusions[given].iterrows()]
    if not drawn:
        raise InputError("cannot draw fusions: the table gives the exons of none")
    first = min([n for f in drawn for n in f.ros1] + [f.kinase[0] for f in drawn])
    last = max(f.kinase[1] for f in drawn)
    left = BOLD * max(text_width(f.name) for f in drawn) + 2.0
    texts = [wrap(f.told, _WIDE - left) for f in drawn]
    heights = [BAR + 0.6 + LINE * (text.count("\n") + 1) + 1.6 for text in texts]
    missing = list(fusions.loc[~given, "partner"])
    words = _below(drawn, missing) if caption is None else wrap(caption, _WIDE)
    head = 2 * LINE + 1.0
    total = head + sum(heights) + (LINE * (words.count("\n") + 1) if words else 0.0)
    cell = Cell(ax, "fusions", (_WIDE, total))
    ax, size = cell.ax, cell.type
    partner = max(text_width(_last_exon(f)) for f in drawn) + 2.0
    exon = (_WIDE - left - partner) / (last - first + 1)
    start = {n: left + partner + exon * (n - first) for n in range(first, last + 2)}
    middle: dict[str, Any] = {"ha": "center", "va": "center_baseline", "fontsize": size}
    domain = [min(f.kinase[0] for f in drawn), last]
    ends = [start[domain[0]] + 0.3, start[domain[1] + 1] - 0.3]
    if legend != "":
        ax.text(left + partner / 2, 1.6 * LINE, "partner", color=GREY, **middle)
        side: dict[str, Any] = middle | {"ha": "right"}
        ax.text(ends[0] - 1.5, LINE / 2, legend or "exons of ROS1", color=GREY, **side)
        ax.text(sum(ends) / 2, LINE / 2, "kinase domain", color=KINASE, **middle)
    ax.plot(ends, [LINE] * 2, color=KINASE, lw=0.8, solid_capstyle="butt")
    for n in range(first, last + 1):
        ax.text(start[n] + exon / 2, 1.6 * LINE, str(n), color=INK, **middle)
    y = head
    for fusion, text, height in zip(drawn, texts, heights, strict=True):
        name = middle | {"ha": "left", "fontweight": "bold"}
        ax.text(0, y + BAR / 2, plain(fusion.name), **name)
        _bar(ax, fusion, partner, start, y, size)
        ax.text(left, y + BAR + 0.6, plain(text), va="top", color=GREY, fontsize=size)
        y += height
    ax.text(0, y, plain(words), va="top", color=INK, fontsize=size, gid="caption")
    return ax


def exons(text: str) -> list[int]:
    """Exon numbers that a text of the table names, in its order.

    Examples
    --------
    >>> exons("34 (33 also reported: C6:R33)"), exons("8 (T7:R35 = Oncomine COSF1273)")
    ([34, 33], [8])
    >>> exons("not given")
    []
    """
    return list(dict.fromkeys(int(n) for n in _EXON.findall(text)))


def _read(row: pd.Series[Any]) -> _Fusion:
    """Read one row; numbers come from its text, none is made up."""
    found = _KINASE_EXONS.search(row["domains_kept"])
    if found is None:
        raise InputError(
            f"cannot draw {row['fusion']}: expected the exons of the kinase domain in "
            f"domains_kept, such as 'exons 36-42', found {row['domains_kept']!r}"
        )
    told = [row["frequency"]] if row["frequency"] else []
    told += [f"keeps the {domain}" for domain in row["domains_kept"].split(" + ")[1:]]
    for who, column in ((shorten(row["partner"], 12), "partner_exon"), ("ROS1", "ros1_exon")):
        if exons(row[column]) and not row[column].isdigit():
            told.append(f"{who} exon {row[column]}")
    return _Fusion(
        shorten(row["fusion"], 16),
        exons(row["partner_exon"]),
        exons(row["ros1_exon"]),
        (int(found[1]), int(found[2])),
        found[3] or "",
        bool(row["kinase_domain_kept"]),
        "; ".join(told),
    )


def _last_exon(fusion: _Fusion) -> str:
    """Say where the partner ends."""
    if not fusion.partner:
        return "exon not given"
    return f"to exon {' or '.join(map(str, fusion.partner))}"


def _bar(
    ax: Axes, fusion: _Fusion, partner: float, start: dict[int, float], y: float, size: float
) -> None:
    """Draw the partner's bar and, from the break, one box per exon of ROS1."""
    first, last = min(start), max(start) - 1
    sure = max(fusion.ros1, default=fusion.kinase[0])
    begin = min(fusion.ros1, default=first)
    left = start[begin] - partner
    ax.add_patch(Rectangle((left, y), partner, BAR, fc=PARTNER, ec="white", lw=0.6, gid="partner"))
    ax.text(
        left + partner / 2, y + BAR / 2, _last_exon(fusion), ha="center", va="center_baseline",
        color=INK, fontsize=size,
    )  # fmt: skip
    middle: dict[str, Any] = {"ha": "center", "va": "center_baseline", "fontsize": size}
    for n in range(begin, last + 1):
        inside = fusion.kinase[0] <= n <= fusion.kinase[1]
        if n < sure:
            box: dict[str, Any] = {
                "fc": "white",
                "ec": EDGE,
                "hatch": "/////" if fusion.ros1 else "",
            }
        elif inside and not fusion.kept:
            box = {"fc": "white", "ec": EDGE}
        else:
            box = {"fc": KINASE if inside else KEPT, "ec": "white"}
        wide = start[n + 1] - start[n]
        ax.add_patch(Rectangle((start[n], y), wide, BAR, lw=0.6, gid=f"{fusion.name} {n}", **box))
        if n < sure and not fusion.ros1:
            ax.text(start[n] + wide / 2, y + BAR / 2, "?", **middle)


def _below(drawn: list[_Fusion], others: list[str]) -> str:
    """Say what the bars mean and what is not known, broken into lines."""
    last = max(f.kinase[1] for f in drawn)
    transcripts = ", ".join(dict.fromkeys(f.transcript for f in drawn if f.transcript))
    text = "Below each bar: reported frequency. By the order of exons, not to scale. Exons of ROS1"
    text += f" ({transcripts})" if transcripts else ""
    text += f" are drawn up to {last}, the last of the kinase domain."
    if any(len(f.ros1) > 1 for f in drawn):
        text += " Hatched: kept by some sources or transcripts."
    if not all(f.ros1 for f in drawn):
        text += " ?: not given."
    if others:
        text += f" Exons not given in the sources read: {', '.join(others)}."
    return wrap(text, _WIDE)
