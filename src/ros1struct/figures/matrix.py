"""The resistance matrix: mutation by inhibitor, geometry as colour, literature as letter."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, Normalize
from matplotlib.legend_handler import HandlerPatch
from matplotlib.patches import Patch, Polygon, Rectangle

from ros1struct.figures.layout.field import Field
from ros1struct.figures.layout.key import Key, shade
from ros1struct.figures.layout.resistance import (
    doubt_handle,
    interval,
    interval_handle,
    resistance_bar,
    resistance_map,
    verdict_handles,
)
from ros1struct.figures.layout.sheet import axes_level
from ros1struct.figures.layout.symbols import greek
from ros1struct.figures.style import (
    BOLD,
    EDGE,
    FILLS,
    GREY,
    HATCH,
    INK,
    LINE,
    lightness,
    need,
    plain,
    provenance_line,
    shorten,
    text_width,
)
from ros1struct.resistance.summary import POSE_DEPENDENT, called, reported, summarise

# mm, of rows and columns.
ROW, FLATTEST, TALLEST = 3.8, 3.1, 8.0
COLUMN, NARROWEST = 14.0, 6.5
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


@axes_level
def plot_matrix(
    summary: pd.DataFrame,
    *,
    legend: str | None = None,
    caption: str | None = None,
    cmap: str | Colormap | None = None,
    norm: Normalize | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the resistance matrix: mutation by inhibitor.

    Parameters
    ----------
    summary : DataFrame
        Of :func:`ros1struct.resistance.summary.summarise`, or of :func:`ros1struct.scan`, which is
        then summarised; rows with the verdict ``no model`` make a column
        for an inhibitor without a structure.
    legend : str, optional
        Heading of the key; ``""`` leaves key and colour bar out.
    caption : str, optional
        Line below, by default the letters and the structures with their provenance; ``""`` for
        none.
    cmap, norm : optional
        Colours of the probability of resistance, 0 to 1; by default dark is resistant.
    ax : Axes, optional
        Everything stands inside it; by default that of a sheet 86 mm wide.

    Returns
    -------
    Axes
        Cells are coloured by the probability of resistance and carry the literature's call as a
        letter, framed where verdict and literature disagree. The line at the foot of a cell is
        the probability's interval, from 0 at the cell's left to 1 at its right, the dot on it the
        probability. A ring marks a verdict that is not firm, a triangle lost contacts.

    Raises
    ------
    InputError
        If the table is empty or not a summary.
    FigureSizeError
        If the Axes is too small.

    Examples
    --------
    >>> import ros1struct as rs
    >>> from ros1struct.resistance.summary import called, reported, summarise
    >>> ax = plot_matrix(summarise(rs.scan(rs.load("2WGJ"), ["G1163R", "D1164N"])))
    >>> [label.get_text() for label in ax.get_xticklabels()]
    ['crizotinib']
    """
    if isinstance(summary, pd.DataFrame) and "group" not in summary and "score" in summary:
        summary = summarise(summary)
    need(summary, "structure inhibitor mutation klifs group p_resistant verdict firm")
    columns = summary.drop_duplicates("structure")
    rows, headings, height = _rows(summary)
    names = [str(m) for m in rows]
    klifs = dict(zip(summary["mutation"], summary["klifs"], strict=True))
    labels = {m: greek(klifs[m]) if "/" not in m else "" for m in names}
    place_wide = max(map(text_width, labels.values()))
    left = max(text_width(m) + (text_width(labels[m]) and place_wide + 2.0) for m in names) + 2.8
    left = max(left, *(BOLD * text_width(heading) for heading in headings))
    heads = _column_names(columns)
    top = max(text_width(line) for head in heads for line in head.split("\n")) + 2.0
    lines = max(head.count("\n") + 1 for head in heads)
    colours = resistance_map() if cmap is None else mpl.colormaps.get_cmap(cmap)
    scale = ScalarMappable(Normalize(0, 1) if norm is None else norm, colours)
    key = Key(
        _handles(summary), resistance_bar(scale), legend,
        _below(summary) if caption is None else caption, 2, {_Framed: _FramedHandler()},
    )  # fmt: skip
    cell = Field(
        ax, "a resistance matrix", (left, max(top, LINE), 0.0, 0.5), key=key,
        wish=(COLUMN * len(columns), ROW * height),
        least=(max(NARROWEST, LINE * lines) * len(columns), FLATTEST * height),
        most=(COLUMN * len(columns), TALLEST * height),
    )  # fmt: skip
    ax = cell.ax
    ax.set(xlim=(0, len(columns)), ylim=(height, 0))
    place = {name: k for k, name in enumerate(columns["structure"])}
    spans = interval(summary)
    for (_, one), span in zip(summary.iterrows(), spans, strict=True):
        _cell(cell, place[one["structure"]], rows[one["mutation"]], one, scale, span)
    ax.set_xticks(np.arange(len(columns)) + 0.5, [plain(h) for h in heads], rotation=90)
    ax.xaxis.tick_top()
    ax.set_yticks([y + 0.5 for y in rows.values()], [plain(m) for m in names], ha="left")
    ax.tick_params(length=0, pad=cell.points(1.0))
    ax.tick_params(axis="y", pad=cell.points(left))
    ax.spines[:].set_visible(False)
    near: dict[str, Any] = {
        "transform": cell.beside,
        "va": "center_baseline",
        "fontsize": cell.type,
    }
    for name, y in rows.items():
        if labels[name]:
            ax.text(-1.2, y + 0.5, plain(labels[name]), ha="right", color=GREY, **near)
    for heading, y in headings.items():
        ax.text(-left, y, heading, ha="left", fontweight="bold", **near)
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


def _fills(cell: pd.Series[Any], scale: ScalarMappable) -> list[tuple[Any, str]]:
    """Face and hatch of a cell's lower left and upper right halves; one where they are alike."""
    parts = _verdicts(str(cell["verdict"]))
    known = pd.notna(cell["p_resistant"])
    made = [(shade(scale, float(cell["p_resistant"])), "")] if known else []
    blank = [(FILLS[part][0], FILLS[part][1]) for part in parts if part in FILLS]
    return (made[:1] + blank)[:2] or [("white", "")]


def _cell(
    field: Field,
    x: float,
    y: float,
    cell: pd.Series[Any],
    scale: ScalarMappable,
    span: tuple[float, float],
) -> None:
    ax = field.ax
    parts, fills = _verdicts(str(cell["verdict"])), _fills(cell, scale)
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
    ink = "white" if dark else INK
    if np.isfinite(span).all():
        low, p, high = (x + 0.06 + 0.88 * v for v in (span[0], cell["p_resistant"], span[1]))
        ax.plot(
            [low, high], [y + 0.93] * 2, color=ink, lw=0.8, solid_capstyle="butt", gid="interval"
        )
        ax.plot(p, y + 0.93, marker="o", ms=2.0 * field.scale, mew=0, color=ink)
    if "contact loss" in parts:
        ax.plot(x + 0.87, y + 0.45, marker="v", ms=2.6 * field.scale, mew=0, color=ink)
    if bool(cell["firm"]) is False and pd.notna(cell["p_resistant"]):
        ax.plot(x + 0.13, y + 0.45, marker="o", ms=2.8 * field.scale, mfc="none", mew=0.6,
                color=ink)  # fmt: skip
    if mark := glyph(str(cell["literature_call"])):
        patchy = len(fills) > 1 or bool(fills[0][1])
        ground = "white" if len(fills) > 1 else face
        ax.text(
            x + 0.5, y + 0.44, mark, ha="center", va="center_baseline", zorder=4, color=ink,
            fontsize=field.type, bbox=_frame(cell, patchy, ground, ink),
        )  # fmt: skip


def _frame(cell: pd.Series[Any], patchy: bool, ground: Any, ink: str) -> dict[str, Any] | None:
    """Box of a letter: a ground where cells are hatched, a frame where the verdict disagrees."""
    one, other = called(str(cell["verdict"])), reported(str(cell["literature_call"]))
    disagrees = one is not None and other is not None and one != other
    if not (patchy or disagrees):
        return None
    face = ground if patchy else "none"
    return {
        "boxstyle": "square,pad=0.12", "fc": face, "ec": ink if disagrees else "none", "lw": 0.7
    }  # fmt: skip


def _handles(summary: pd.DataFrame) -> list[Any]:
    """One handle for every mark other than colours and letters that is in the figure."""
    parts = {part for verdict in summary["verdict"] for part in _verdicts(str(verdict))}
    made = verdict_handles(parts)
    scored = summary["p_resistant"].notna()
    if (scored & ~summary["firm"].astype(bool)).any():
        made.append(doubt_handle())
    if np.isfinite(interval(summary)).all(axis=1).any():
        made.append(interval_handle())
    pairs = zip(summary["verdict"], summary["literature_call"], strict=True)
    if any({called(str(v)), reported(str(c))} == {True, False} for v, c in pairs):
        made.append(_Framed(label="literature disagrees"))
    if summary["verdict"].str.startswith(POSE_DEPENDENT).any():
        made.append(Patch(fc="white", ec=INK, lw=1.1, label="verdict depends on pose"))
    return made


class _Framed(Patch):
    """Stands in the key for a letter in a frame."""


class _FramedHandler(HandlerPatch):
    def create_artists(self, legend, handle, x, y, width, height, fontsize, trans):  # type: ignore[no-untyped-def]
        side = height * 1.1
        at = (-x + (width - side) / 2, -y + (height - side) / 2)
        return [Rectangle(at, side, side, fc="none", ec=INK, lw=0.7, transform=trans)]


def _letters(summary: pd.DataFrame) -> str:
    """Say what the letters mean that are in the figure."""
    calls = "".join(glyph(str(c)) for c in summary["literature_call"].unique())
    words = {"R": "resistant", "I": "intermediate", "S": "sensitive", "?": "sources conflict"}
    said = ", ".join(
        f"{letter}\N{NO-BREAK SPACE}{word}" for letter, word in words.items() if letter in calls
    )
    return f"Letters, reported response: {said}; none: no report." if said else ""


def _below(summary: pd.DataFrame) -> str:
    """Meaning of the letters and provenance."""
    return " ".join(t for t in (_letters(summary), provenance_line(summary)) if t)
