"""The resistance matrix: mutation by inhibitor, geometry as colour, literature as letter."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.legend_handler import HandlerPatch
from matplotlib.patches import Patch, Polygon, Rectangle

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
    sheet,
    shorten,
    size_of,
    style,
    text_width,
    tolerance_bar,
    tolerance_map,
    verdict_handles,
    wrap,
)
from ros1struct.resistance.summary import POSE_DEPENDENT, summarise

ROW = 3.5
GROUPS = {
    "pocket": "KLIFS pocket",
    "outside the pocket": "outside the pocket",
    "compound": "compound",
}


def glyph(call: str) -> str:
    """Letter of a literature call: R, I, S, ``?`` where sources conflict, empty where none is.

    Examples
    --------
    >>> [glyph(c) for c in ("R", "S/I", "conflict", "R (conflicting report)", "")]
    ['R', 'S/I', '?', 'R?', '']
    """
    if call == "conflict":
        return "?"
    return f"{call.split(' (')[0]}?" if "(conflict" in call else call


def plot_matrix(summary: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the resistance matrix: mutation by inhibitor.

    Parameters
    ----------
    summary : DataFrame
        Of :func:`ros1struct.resistance.summary.summarise`, or of :func:`ros1struct.scan`, which is
        then summarised; rows with the verdict ``no model`` make a column
        for an inhibitor without a structure.
    ax : Axes, optional
        The key and the caption are drawn below it.

    Returns
    -------
    Axes
        Cells are coloured by steric tolerance (two triangles, least and most, where alternate
        poses differ) and carry the literature's call as a letter.

    Raises
    ------
    InputError
        If the table is empty or not a summary.

    Examples
    --------
    >>> import ros1struct as rs
    >>> from ros1struct.resistance.summary import summarise
    >>> ax = plot_matrix(summarise(rs.scan(rs.load("2WGJ"), ["G1163R", "D1164N"])))
    >>> [label.get_text() for label in ax.get_xticklabels()]
    ['crizotinib']
    """
    if isinstance(summary, pd.DataFrame) and "steric_tolerance" in summary:
        summary = summarise(summary)
    need(summary, "structure inhibitor mutation klifs group steric_tolerance_min verdict")
    columns = summary.drop_duplicates("structure")
    rows, headings, height = _rows(summary)
    names = [str(m) for m in rows]
    left = max([text_width(m) for m in names] + [text_width("G2032R") + 15.0]) + 3.0
    heads = _column_names(columns)
    top = max(text_width(line) for head in heads for line in head.split("\n")) + 2.0
    if ax is None:
        with style("paper"):
            wide = SINGLE_COLUMN - left - 2 * MARGIN
            wide = min(wide, 14.0 * len(columns))
            lines = _below(summary).count("\n") + 1
            below = 15.0 + _key_height(summary) + LINE * lines + MARGIN
            total = MARGIN + top + ROW * height + below
            made = sheet(SINGLE_COLUMN, total, (MARGIN + left, MARGIN + top, wide, ROW * height))
            return plot_matrix(summary, ax=made)

    ax.set_xlim(0, len(columns))
    ax.set_ylim(height, 0)
    place = {name: k for k, name in enumerate(columns["structure"])}
    for _, cell in summary.iterrows():
        _cell(ax, place[cell["structure"]], rows[cell["mutation"]], cell)
    ax.set_xticks(np.arange(len(columns)) + 0.5, [plain(h) for h in heads], rotation=90)
    ax.xaxis.tick_top()
    ax.set_yticks([y + 0.5 for y in rows.values()], [plain(m) for m in names], ha="left")
    ax.tick_params(length=0)
    ax.tick_params(axis="y", pad=(left - 0.5) * 72 / 25.4)
    for spine in ax.spines.values():
        spine.set_visible(False)
    klifs = dict(zip(summary["mutation"], summary["klifs"], strict=True))
    near: dict[str, Any] = {
        "xycoords": ax.get_yaxis_transform(),
        "textcoords": "offset points",
        "va": "center_baseline",
    }
    for name, y in rows.items():
        if klifs[name] and "/" not in name:
            ax.annotate(
                plain(greek(klifs[name])), (0, y + 0.5), (-3, 0), ha="right", color=GREY, **near
            )
    for heading, y in headings.items():
        offset = (-(left - 0.5) * 72 / 25.4, 0)
        ax.annotate(heading, (0, y), offset, ha="left", fontweight="bold", **near)
    _keys(ax, summary)
    return ax


def _rows(summary: pd.DataFrame) -> tuple[dict[str, float], dict[str, float], float]:
    """Top of every mutation's row and of every group's heading, and the height, in rows."""
    first = summary.drop_duplicates("mutation")
    rows: dict[str, float] = {}
    headings: dict[str, float] = {}
    y = 0.0
    for group, heading in GROUPS.items():
        members = first[first["group"] == group]
        if members.empty:
            continue
        # The first heading stands beside the inhibitors' names.
        y += 1.3 if rows else 0.0
        headings[heading] = y - 0.5
        pairs = zip(members["mutation"], members["klifs"], strict=True)
        for name, _ in sorted(pairs, key=_order):
            rows[str(name)] = y
            y += 1.0
    return rows, headings, y


def _order(row: tuple[str, str]) -> tuple[int, int]:
    mutation, klifs = row
    digits = "".join(c for c in mutation.split("/")[0] if c.isdigit())
    index = klifs.rpartition(":")[2]
    return int(index) if index.isdigit() else 0, int(digits or 0)


def _column_names(columns: pd.DataFrame) -> list[str]:
    """Inhibitors; with the structure's name where two columns would read the same."""
    twice = columns["inhibitor"].duplicated(keep=False)
    return [
        f"{shorten(drug)}\n{shorten(structure)}" if again and drug != structure else shorten(drug)
        for drug, structure, again in zip(
            columns["inhibitor"], columns["structure"], twice, strict=True
        )
    ]


def _verdicts(verdict: str) -> list[str]:
    return verdict.removeprefix(f"{POSE_DEPENDENT}: ").split(" | ")


def _fills(cell: pd.Series[Any]) -> list[tuple[Any, str]]:
    """Face and hatch of a cell's lower left and upper right halves; one where they are alike."""
    colours = tolerance_map()
    parts = _verdicts(str(cell["verdict"]))
    measured = [part for part in parts if part not in FILLS]
    values = [cell["steric_tolerance_min"], cell["steric_tolerance_max"]] if measured else []
    made = [(colours(min(float(v), 1.0)), "") for v in values if pd.notna(v)]
    if made and made[0] == made[-1]:
        made = made[:1]
    blank = [(FILLS[part][0], FILLS[part][1]) for part in parts if part in FILLS]
    return (made[:1] + blank if blank else made)[:2]


def _cell(ax: Axes, x: float, y: float, cell: pd.Series[Any]) -> None:
    parts, fills = _verdicts(str(cell["verdict"])), _fills(cell)
    square = [(x, y), (x, y + 1), (x + 1, y + 1), (x + 1, y)]
    halves = [square[:3], [square[0], *square[2:]]] if len(fills) > 1 else [square]
    for (face, hatch), corners in zip(fills, halves, strict=True):
        ax.add_patch(Polygon(corners, closed=True, fc=face, ec=HATCH, hatch=hatch, lw=0))
    if len(fills) > 1:
        ax.plot([x, x + 1], [y, y + 1], color="white", lw=0.6, zorder=2)
    split = len(parts) > 1
    border: dict[str, Any] = (
        {"ec": INK, "lw": 1.1, "zorder": 3} if split else {"ec": "white", "lw": 0.6}
    )
    ax.add_patch(Rectangle((x, y), 1, 1, fill=False, **border))
    if parts == ["not in model"]:
        ax.add_patch(Rectangle((x + 0.04, y + 0.1), 0.92, 0.8, fill=False, ec=EDGE, ls=":"))
    face = fills[0][0]
    dark = len(fills) == 1 and lightness(face) < 0.55
    if "contact loss" in parts:
        ax.plot(x + 0.88, y + 0.66, marker="v", ms=2.6, mew=0, color="white" if dark else INK)
    if mark := glyph(str(cell["literature_call"])):
        patchy = len(fills) > 1 or bool(fills[0][1])
        ground = "white" if len(fills) > 1 else face
        ax.text(
            x + 0.5, y + 0.5, mark, ha="center", va="center_baseline", zorder=4,
            color="white" if dark else INK,
            bbox={"boxstyle": "round,pad=0.08", "fc": ground, "ec": "none"} if patchy else None,
        )  # fmt: skip


def _handles(summary: pd.DataFrame) -> list[Any]:
    """One handle for every mark other than colours and letters that is in the figure."""
    parts = {part for verdict in summary["verdict"] for part in _verdicts(str(verdict))}
    made = verdict_handles(parts)
    if (summary["poses"] > 1).any():
        made.append(_Halves(label="least | most over poses"))
    if summary["verdict"].str.startswith(POSE_DEPENDENT).any():
        made.append(Patch(fc="white", ec=INK, lw=1.1, label="verdict depends on pose"))
    return made


class _Halves(Patch):
    """Stands in the key for a cell of two halves."""


class _HalvesHandler(HandlerPatch):
    def create_artists(self, legend, handle, x, y, width, height, fontsize, trans):  # type: ignore[no-untyped-def]
        corners = [(-x, -y), (-x, height - y), (width - x, -y), (width - x, height - y)]
        low, high = tolerance_map()(0.05), tolerance_map()(0.75)
        return [
            Polygon([corners[k] for k in which], closed=True, fc=face, lw=0, transform=trans)
            for which, face in (((0, 1, 2), low), ((1, 3, 2), high))
        ]


def _letters(summary: pd.DataFrame) -> str:
    """Say what the letters mean that are in the figure."""
    calls = "".join(glyph(str(c)) for c in summary["literature_call"].unique())
    words = {"R": "resistant", "I": "intermediate", "S": "sensitive", "?": "sources conflict"}
    said = ", ".join(
        f"{letter}\N{NO-BREAK SPACE}{word}" for letter, word in words.items() if letter in calls
    )
    return f"Letters, reported response: {said}; none: no report." if said else ""


def _key_height(summary: pd.DataFrame) -> float:
    return 3.7 * -(-len(_handles(summary)) // 2) + 1.0


def _keys(ax: Axes, summary: pd.DataFrame) -> None:
    """Draw colour bar, key and text below the matrix, from the figure's left edge."""
    wide, high = size_of(ax)
    start = left_of(ax) - MARGIN
    tolerance_bar(ax, start)
    handles = _handles(summary)
    if handles:
        ax.legend(
            handles=handles, loc="upper left", ncols=2, borderaxespad=0, borderpad=0,
            bbox_to_anchor=(-start / wide, -14.0 / high), handlelength=2.2, handleheight=0.9,
            handletextpad=0.6, columnspacing=1.2, labelspacing=0.4,
            handler_map={_Halves: _HalvesHandler()},
        )  # fmt: skip
    text = _below(summary)
    down = -(15.0 + _key_height(summary)) / high
    ax.text(-start / wide, down, plain(text), transform=ax.transAxes, va="top", color=INK)


def _below(summary: pd.DataFrame) -> str:
    """Meaning of the letters and provenance, broken into lines."""
    texts = (_letters(summary), provenance_line(summary))
    return "\n".join(wrap(t, SINGLE_COLUMN - 2 * MARGIN) for t in texts if t)
