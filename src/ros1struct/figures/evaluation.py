"""How good a score is: AUCs with their intervals, the ROC curve, and whether probabilities hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from ros1struct.errors import InputError
from ros1struct.figures.layout.field import LABEL, TICKS, Field
from ros1struct.figures.layout.key import Key
from ros1struct.figures.layout.sheet import axes_level
from ros1struct.figures.style import GREY, INK, LINE, SINGLE_COLUMN, need, plain, text_width
from ros1struct.resistance.measures import auc, bootstrap
from ros1struct.resistance.verdict import LIKELY, POSSIBLE

Floats = npt.NDArray[np.float64]

# mm, of rows, and below a field.
ROW, FLATTEST, TALLEST = 3.6, 3.0, 6.0
BELOW = TICKS + LINE + LABEL
_SIDE, _LEAST = 60.0, 32.0
# Colour, dashes and mark of each curve: any one of them tells them apart.
_LOOKS: tuple[tuple[str, Any, str], ...] = (
    ("#08519c", "-", "o"),
    ("#d95f0e", (0, (5, 1.5)), "s"),
    ("#41ab5d", (0, (1, 1)), "^"),
    ("#6a51a3", (0, (5, 1.5, 1, 1.5)), "D"),
    ("#252525", (0, (3, 3)), "v"),
)
_GRID = np.linspace(0.0, 1.0, 101)


@axes_level
def plot_evaluation(
    evaluation: pd.DataFrame,
    *,
    legend: str | None = None,
    caption: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the areas under the ROC curves of an evaluation, with their intervals.

    Parameters
    ----------
    evaluation : DataFrame
        Of :func:`ros1struct.evaluate`.
    legend : str, optional
        Heading of the key; ``""`` leaves it out.
    caption : str, optional
        Line below, by default what the intervals are; ``""`` for none.
    ax : Axes, optional
        Everything stands inside it; by default that of a sheet 86 mm wide.

    Returns
    -------
    Axes
        One row per scope, group and predictor, with the number of pairs and of resistant ones
        behind the group; bars are 95 % intervals. Groups with too few of either class have no
        mark. Filled is the score, open what stands beside it.

    Raises
    ------
    InputError
        If the table is empty or no evaluation.
    FigureSizeError
        If the Axes is too small.

    Examples
    --------
    >>> row = {"group": "all", "predictor": "score", "pairs": 40, "resistant": 12}
    >>> table = pd.DataFrame([row | {"auc": 0.8, "auc_low": 0.7, "auc_high": 0.9}])
    >>> [label.get_text() for label in plot_evaluation(table).get_yticklabels()]
    ['score']
    """
    need(evaluation, "group predictor pairs resistant auc auc_low auc_high")
    rows: list[tuple[float, pd.Series[Any]]] = []
    headings: dict[str, float] = {}
    y = 0.0
    parts = [name for name in ("scope", "group") if name in evaluation]
    for names_of, found in evaluation.groupby(parts, sort=False):
        first = found.iloc[0]
        # In the table of evaluate, every group comes for two scopes.
        who = ", ".join(dict.fromkeys(map(str, names_of[::-1]))).replace("all, all", "all")
        headings[f"{who}: {first['pairs']} pairs, {first['resistant']} resistant"] = y
        for _, row in found.iterrows():
            y += 1.0
            rows.append((y, row))
        y += 1.3
    names = [str(row["predictor"]) for _, row in rows]
    missing = evaluation["auc"].isna().any()
    words = "Bars: 95 % by bootstrap over mutations. Dashed: chance."
    words += " Without a mark: too few of either class." if missing else ""
    handles = [_mark("score", True), _mark("other predictor", False)]
    left = max(map(text_width, names)) + 4.0
    least = max(28.0, max(map(text_width, headings)) * 1.08 - left)
    cell = Field(
        ax, "an evaluation", (left, 0.5, 2.5, BELOW), wish=(1e3, ROW * (y - 0.3)),
        least=(least, FLATTEST * y), most=(1e9, TALLEST * y),
        key=Key(handles, None, legend, words if caption is None else caption),
    )  # fmt: skip
    ax = cell.ax
    low = min(0.4, float(np.nanmin(evaluation["auc_low"].fillna(0.5))) - 0.02)
    ax.set(xlim=(low, 1.0), ylim=(y - 0.3, 0))
    ax.axvline(0.5, color=GREY, lw=0.7, ls="--", zorder=0)
    for y, row in rows:
        if pd.notna(row["auc"]):
            ends = [row["auc_low"], row["auc_high"]]
            ax.plot(ends, [y + 0.5] * 2, color=INK, lw=0.9, solid_capstyle="butt", zorder=2)
            mark = _mark("", row["predictor"] == "score")
            mark.set_data([row["auc"]], [y + 0.5])
            mark.set(zorder=3, markersize=4.4 * cell.scale)
            ax.add_line(mark)
    for heading, top in headings.items():
        ax.text(
            -left, top + 0.5, plain(heading), transform=cell.beside, fontweight="bold",
            va="center_baseline", fontsize=cell.type,
            bbox={"boxstyle": "square,pad=0.1", "fc": "white", "ec": "none"},
        )  # fmt: skip
    ax.set_yticks([y + 0.5 for y, _ in rows], [plain(name) for name in names])
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "right", "left"]].set_visible(False)
    cell.label(ax, "area under the ROC curve")
    return ax


@axes_level
def plot_roc(
    pairs: pd.DataFrame,
    predictors: Sequence[str] = ("score",),
    *,
    draws: int = 1000,
    legend: str | None = None,
    caption: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw ROC curves of predictors of resistance, with the interval of the first.

    Parameters
    ----------
    pairs : DataFrame
        Of :func:`ros1struct.resistance.evaluate.scored`: columns resistant (0 or 1), mutation and
        the predictors, which are higher for what should be resistant.
    predictors : sequence of str
        Up to five columns. A missing value is the least of its column.
    draws : int
        Of the bootstrap over mutations.
    legend : str, optional
        Heading of the key; ``""`` leaves it out.
    caption : str, optional
        Line below, by default how many pairs there are and what the band is; ``""`` for none.
    ax : Axes, optional
        Everything stands inside it; by default that of a sheet 86 mm wide.

    Returns
    -------
    Axes
        The share of the resistant pairs that are found against the share of the others that are
        called too. The band holds 95 % of the first predictor's curves, drawn over mutations: pairs
        of one mutation stand or fall together.

    Raises
    ------
    InputError
        If a column is missing, or the pairs are of one class only.
    FigureSizeError
        If the Axes is too small.

    Examples
    --------
    >>> pairs = pd.DataFrame({"mutation": list("abcd"), "resistant": [0, 0, 1, 1]})
    >>> ax = plot_roc(pairs.assign(score=[0.1, 0.4, 0.35, 0.8]))
    >>> ax.get_legend().get_texts()[0].get_text()
    'score: 0.75 (0.00–1.00)'
    """
    if not 0 < len(predictors) <= len(_LOOKS) or isinstance(predictors, str):
        raise InputError(
            f"cannot draw: expected a list of 1 to {len(_LOOKS)} predictors, found {predictors!r}"
        )
    need(pairs, f"resistant mutation {' '.join(predictors)}")
    y = _classes(pairs)
    group = pairs["mutation"].astype(str).to_numpy()
    handles, curves = [], []
    for name, (colour, dashes, _) in zip(predictors, _LOOKS, strict=False):
        column = pairs[name].astype("float64")
        s: Floats = np.asarray(column.fillna(column.min()), dtype=np.float64)
        ends = bootstrap(auc, y, s, group, draws=draws)
        curves.append((s, colour, dashes))
        label = f"{name}: {auc(y, s):.2f} ({ends[0]:.2f}–{ends[1]:.2f})"
        handles.append(Line2D([], [], color=colour, ls=dashes, lw=1.2, label=plain(label)))
    words = f"{len(y)} pairs, {int(y.sum())} resistant; key: area under the curve, 95 % interval. "
    words += f"Band: 95 % of {predictors[0]}, by bootstrap over mutations. Dashed: chance."
    cell = _square(
        ax, "an ROC curve", Key(handles, None, legend, words if caption is None else caption, 2)
    )  # fmt: skip
    ax = cell.ax
    ax.plot([0, 1], [0, 1], color=GREY, lw=0.7, ls="--", zorder=1)
    low, high = _band(y, curves[0][0], group, draws)
    ax.fill_between(_GRID, low, high, color=curves[0][1], alpha=0.2, lw=0, zorder=1)
    for s, colour, dashes in curves:
        ax.plot(*_roc(y, s), color=colour, ls=dashes, lw=1.2, zorder=3)
    cell.label(ax, "others called resistant (share)", "resistant pairs found (share)")
    return ax


@axes_level
def plot_calibration(
    pairs: pd.DataFrame,
    *,
    bins: int = 5,
    draws: int = 1000,
    legend: str | None = None,
    caption: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw whether a probability of resistance holds: what was predicted, and what was seen.

    Parameters
    ----------
    pairs : DataFrame
        Of :func:`ros1struct.resistance.evaluate.scored`: columns resistant (0 or 1), mutation and
        p_resistant.
    bins : int
        Of as many pairs each.
    draws : int
        Of the bootstrap over mutations.
    legend : str, optional
        Heading of the key; ``""`` leaves it out.
    caption : str, optional
        Line below, by default how many pairs there are; ``""`` for none.
    ax : Axes, optional
        Everything stands inside it; by default that of a sheet 86 mm wide.

    Returns
    -------
    Axes
        One mark per bin, with a bar for its 95 % interval; on the diagonal a probability is what
        it says. Dotted lines stand where a verdict becomes possible and likely.

    Raises
    ------
    InputError
        If a column is missing, or the pairs are of one class only.
    FigureSizeError
        If the Axes is too small.

    Examples
    --------
    >>> pairs = pd.DataFrame({"mutation": list("abcd"), "resistant": [0, 0, 1, 1]})
    >>> ax = plot_calibration(pairs.assign(p_resistant=[0.1, 0.2, 0.8, 0.9]), bins=2)
    >>> ax.lines[-1].get_xydata().round(2).tolist()
    [[0.15, 0.0], [0.85, 1.0]]
    """
    need(pairs, "resistant mutation p_resistant")
    pairs = pairs[pairs["p_resistant"].notna()]
    y, p = _classes(pairs), pairs["p_resistant"].to_numpy(dtype="float64")
    if not 1 < bins <= len(y):
        raise InputError(f"cannot draw: expected 2 to {len(y)} bins, found {bins}")
    parts = np.array_split(np.argsort(p, kind="stable"), bins)
    member = np.zeros(len(p))
    for k, part in enumerate(parts):
        member[part] = k
    ends = np.array([_share_between(y, member, k, pairs["mutation"], draws) for k in range(bins)])
    middle = np.array([p[part].mean() for part in parts])
    seen = np.array([y[part].mean() for part in parts])
    handles = [
        Line2D([], [], color=_LOOKS[0][0], marker="o", ms=4.0, lw=0.9, label="observed, 95 %"),
        Line2D([], [], color=GREY, lw=0.7, ls="--", label="as predicted"),
        Line2D([], [], color=GREY, lw=0.7, ls=":", label="verdict possible, likely"),
    ]
    words = f"{len(y)} pairs, {int(y.sum())} resistant, in {bins} bins of as many pairs. Bars: "
    words += "bootstrap over mutations."
    cell = _square(
        ax, "a calibration", Key(handles, None, legend, words if caption is None else caption)
    )  # fmt: skip
    ax = cell.ax
    ax.plot([0, 1], [0, 1], color=GREY, lw=0.7, ls="--", zorder=1)
    for limit in (POSSIBLE, LIKELY):
        ax.axvline(limit, color=GREY, lw=0.7, ls=":", zorder=1)
    known = np.isfinite(ends).all(axis=1)
    ax.vlines(middle[known], *ends[known].T, color=_LOOKS[0][0], lw=0.9, zorder=2)
    ax.plot(middle, seen, color=_LOOKS[0][0], ls="", marker="o", ms=4.0 * cell.scale, zorder=3)
    cell.label(ax, "predicted probability of resistance", "observed share of resistant pairs")
    return ax


def _mark(label: str, filled: bool) -> Line2D:
    face = _LOOKS[0][0] if filled else "white"
    colour = _LOOKS[0][0] if filled else INK
    return Line2D([], [], ls="", marker="o", ms=4.4, mfc=face, mec=colour, mew=0.9, label=label)


def _square(ax: Axes | None, what: str, key: Key) -> Field:
    """Make a field of shares, from 0 to 1 both ways."""
    left = TICKS + text_width("0.5") + LABEL + 0.5
    cell = Field(
        ax, what, (left, 1.5, 2.0, BELOW), wish=(_SIDE, _SIDE), key=key, width=SINGLE_COLUMN,
        least=(max(_LEAST, text_width("observed share of resistant pairs")),) * 2, square=True,
    )  # fmt: skip
    cell.ax.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.01))
    for axis in (cell.ax.xaxis, cell.ax.yaxis):
        axis.set_ticks([0, 0.25, 0.5, 0.75, 1], ["0", "", "0.5", "", "1"])
    cell.ax.spines[["top", "right"]].set_visible(False)
    return cell


def _classes(pairs: pd.DataFrame) -> Floats:
    """Whether each pair is resistant, refused where all or none are."""
    y = pairs["resistant"].to_numpy(dtype="float64")
    if not {*y.tolist()} == {0.0, 1.0}:
        raise InputError(
            f"cannot draw: expected pairs with resistant 0 and 1, found {sorted({*y.tolist()})}"
        )
    return y


def _roc(y: Floats, s: Floats) -> tuple[Floats, Floats]:
    """Shares of the others and of the resistant at and above every level of a score."""
    levels, index = np.unique(-s, return_inverse=True)
    hits, all_of = (np.bincount(index, w, len(levels)) for w in (y, np.ones_like(y)))
    found, called = np.cumsum(hits), np.cumsum(all_of)
    return np.r_[0, (called - found) / (len(y) - y.sum())], np.r_[0, found / y.sum()]


def _band(y: Floats, s: Floats, group: npt.NDArray[Any], draws: int) -> Floats:
    """Percentiles 2.5 and 97.5 of the curve over draws of mutations, along the grid."""
    names, index = np.unique(group, return_inverse=True)
    members = [np.flatnonzero(index == k) for k in range(len(names))]
    chance = np.random.default_rng(0)
    curves = []
    for _ in range(draws):
        drawn = chance.integers(len(names), size=len(names))
        rows = np.concatenate([members[k] for k in drawn])
        if 0 < y[rows].sum() < len(rows):
            curves.append(np.interp(_GRID, *_roc(y[rows], s[rows])))
    return np.asarray(np.percentile(curves, (2.5, 97.5), axis=0))


def _share_between(
    y: Floats, member: Floats, k: int, group: pd.Series[Any], draws: int
) -> tuple[float, float]:
    """Interval of the share of resistant pairs in a bin."""

    def share(resistant: Floats, bin_of: Floats) -> float:
        inside = resistant[bin_of == k]
        return float(inside.mean()) if len(inside) else float("nan")

    low, high = bootstrap(share, y, member, group.to_numpy(), draws=draws)
    return low, high
