"""The rank of inhibitors for one mutant: scores with intervals, verdicts, and what was reported."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, Normalize
from matplotlib.lines import Line2D

from ros1struct.figures.layout.field import LABEL, TICKS, Field
from ros1struct.figures.layout.key import Key, shade
from ros1struct.figures.layout.resistance import (
    doubt_handle,
    resistance_bar,
    resistance_map,
)
from ros1struct.figures.layout.sheet import axes_level
from ros1struct.figures.matrix import glyph
from ros1struct.figures.style import GREY, INK, LINE, need, plain, shorten, text_width
from ros1struct.resistance.calibration import RANGE
from ros1struct.resistance.summary import POSE_DEPENDENT, called, reported
from ros1struct.resistance.verdict import CALIBRATION, LIKELY, POSSIBLE

# mm, of rows, and above them.
ROW, FLATTEST, TALLEST, TOP = 4.2, 3.4, 7.0, LINE + 1.5
# Scores are drawn up to here: beyond the calibration's range they say no more.
MOST = RANGE[1] + 3.0


@axes_level
def plot_rank(
    ranks: pd.DataFrame,
    *,
    legend: str | None = None,
    caption: str | None = None,
    cmap: str | Colormap | None = None,
    norm: Normalize | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw inhibitors by how well they should hold against a mutant.

    Parameters
    ----------
    ranks : DataFrame
        Of :func:`ros1struct.rank`: one row per inhibitor, in the order in which they are drawn,
        with inhibitor, score, score_low and score_high, p_resistant, firm, verdict and
        literature_call.
    legend : str, optional
        Heading of the key; ``""`` leaves key and colour bar out.
    caption : str, optional
        Line below, by default how to read the marks; ``""`` for none.
    cmap, norm : optional
        Colours of the probability of resistance, 0 to 1; by default dark is resistant.
    ax : Axes, optional
        Everything stands inside it; by default that of a sheet 86 mm wide.

    Returns
    -------
    Axes
        A disc at the score of each inhibitor, in the colour of its probability, on a line over its
        interval; an open ring beside the verdict where it is not firm. The letter at the right is
        the literature's call, framed where it disagrees. Scores beyond 6 stand at the edge.

    Raises
    ------
    InputError
        If the table is empty or lacks a column.
    FigureSizeError
        If the Axes is too small.

    Examples
    --------
    >>> row = {"inhibitor": "crizotinib", "score": 2.7, "score_low": 2.0, "score_high": 4.0}
    >>> row |= {"p_resistant": 0.7, "firm": True, "verdict": "clash", "literature_call": "R"}
    >>> [label.get_text() for label in plot_rank(pd.DataFrame([row])).get_yticklabels()]
    ['crizotinib']
    """
    need(ranks, "inhibitor score score_low score_high p_resistant firm verdict literature_call")
    names = [shorten(str(name)) for name in ranks["inhibitor"]]
    verdicts = [_short(str(verdict)) for verdict in ranks["verdict"]]
    colours = resistance_map() if cmap is None else mpl.colormaps.get_cmap(cmap)
    scale = ScalarMappable(Normalize(0, 1) if norm is None else norm, colours)
    scored = ranks["score"].notna().to_numpy()
    doubtful = ~ranks["firm"].astype(bool).to_numpy() & scored
    calls = [glyph(str(call)) for call in ranks["literature_call"]]
    frames = [
        {called(str(v)), reported(str(c))} == {True, False}
        for v, c in zip(ranks["verdict"], ranks["literature_call"], strict=True)
    ]
    handles: list[Any] = [
        Line2D([], [], color=INK, lw=0.8, marker="o", ms=4, mfc="white", label="score, interval")
    ]
    handles += [doubt_handle()] if doubtful.any() else []
    words = "Right: verdict, and the reported response (R resistant, I intermediate, S sensitive"
    words += ", ? sources conflict" if "?" in "".join(calls) else ""
    words += "; framed where it disagrees with the verdict)." if any(frames) else ")."
    words += " Verdicts by pose stand side by side." if "|" in "".join(verdicts) else ""
    words += f" Scores beyond {MOST:g} stand at the edge." if _beyond(ranks) else ""
    words += f" {notice}" if (notice := str(ranks.attrs.get("notice", ""))) else ""
    letter = max(map(text_width, [*calls, "R?"])) + 1.5
    ring = 3.5
    right = max(map(text_width, verdicts)) + ring + letter + 2.0
    rows = len(ranks)
    cell = Field(
        ax, "a rank of inhibitors",
        (max(map(text_width, names)) + 2.0, TOP, right, TICKS + LINE + LABEL),
        wish=(1e3, ROW * rows), least=(24.0, FLATTEST * rows), most=(1e9, TALLEST * rows),
        key=Key(
            handles, resistance_bar(scale), legend, words if caption is None else caption, 2
        ),
    )  # fmt: skip
    ax = cell.ax
    values = ranks[["score", "score_low", "score_high"]].to_numpy(dtype="float64")
    low = min(-0.5, float(np.nanmin(values, initial=0.0)) - 0.3)
    high = min(MOST, max(3.0, float(np.nanmax(values, initial=0.0)))) + 0.3
    ax.set(xlim=(low, high), ylim=(rows, 0))
    _limits(cell)
    text: dict[str, Any] = {"va": "center_baseline", "fontsize": cell.type}
    side = cell.beyond
    for k, (_, row) in enumerate(ranks.iterrows()):
        if scored[k]:
            at, *ends = np.clip(values[k], None, MOST)
            ax.plot(ends, [k + 0.5] * 2, color=INK, lw=0.9, solid_capstyle="butt", zorder=2)
            ax.plot(
                at, k + 0.5, marker="o", ms=5.0 * cell.scale, mec=INK, mew=0.7, zorder=3,
                mfc=shade(scale, float(row["p_resistant"])), gid="score",
            )  # fmt: skip
        if doubtful[k]:
            ax.plot(
                1.8, k + 0.5, marker="o", ms=2.8 * cell.scale, mfc="none", mec=INK, mew=0.6,
                transform=side, clip_on=False, gid="not firm",
            )  # fmt: skip
        ax.text(ring, k + 0.5, plain(verdicts[k]), transform=side, color=INK, **text)
        if calls[k]:
            box: dict[str, Any] = {"boxstyle": "square,pad=0.12", "fc": "none", "lw": 0.7}
            ax.text(
                right - letter / 2, k + 0.5, calls[k], transform=side, ha="center",
                bbox=box | {"ec": INK if frames[k] else "none"}, **text,
            )  # fmt: skip
    ax.set_yticks(np.arange(rows) + 0.5, [plain(name) for name in names])
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "right", "left"]].set_visible(False)
    cell.label(ax, "score")
    return ax


def _short(verdict: str) -> str:
    """Say a verdict in the width of a column.

    Examples
    --------
    >>> _short("pose-dependent: clash | no structural reason found")
    'clash | no reason found'
    """
    own = verdict.removeprefix(f"{POSE_DEPENDENT}: ")
    return own.replace("no structural reason found", "no reason found")


def _beyond(ranks: pd.DataFrame) -> bool:
    return bool((ranks[["score", "score_high"]] > MOST).any(axis=None))


def _limits(cell: Field) -> None:
    """Lines at the scores from which a verdict is possible and likely."""
    found = [
        (float(np.log(p / (1 - p))) - CALIBRATION.offset) / CALIBRATION.slope
        for p in (POSSIBLE, LIKELY)
    ]
    for x in found:
        cell.ax.axvline(x, color=GREY, lw=0.6, ls="--", zorder=0)
    style: dict[str, Any] = {"va": "bottom", "color": GREY, "fontsize": cell.type}
    cell.ax.text(found[0] - 0.05, 0.6, "possible", transform=cell.along(1), ha="right", **style)
    cell.ax.text(found[1] + 0.05, 0.6, "likely", transform=cell.along(1), ha="left", **style)
