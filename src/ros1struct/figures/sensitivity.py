"""The sensitivity figure: how much more of an inhibitor a mutant takes, by source."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from ros1struct.errors import InputError, did_you_mean
from ros1struct.figures.layout.field import LABEL, TICKS, Field
from ros1struct.figures.layout.key import Key
from ros1struct.figures.layout.sheet import axes_level
from ros1struct.figures.style import (
    BOLD,
    GREY,
    LINE,
    need,
    plain,
    shorten,
    text_width,
)
from ros1struct.kinome import literature
from ros1struct.structure.mutation import Mutation, parse_mutation

#: Folds from which the calls of the literature tables are I and R.
INTERMEDIATE, RESISTANT = 5.0, 10.0
# mm, of rows, and above them.
ROW, FLATTEST, TALLEST = 3.6, 3.0, 6.0
TOP = 4.0
# What is drawn, by measure: its column and the label of its axis.
_MEASURES = {
    "fold": ("fold_vs_wt", "IC₅₀, mutant / wild type (fold, log scale)"),
    "ic50": ("ic50_nM", "IC₅₀ (nM, log scale)"),
}
# By source, in this order: form and, so that neighbours are told apart at a glance, lightness.
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "h", "<", ">")
_COLOURS = ("#08519c", "#d95f0e", "#41ab5d", "#6a51a3", "#252525")


@axes_level
def plot_sensitivity(
    table: pd.DataFrame,
    mutations: str | Mutation | Iterable[str | Mutation] | None = None,
    *,
    measure: str = "fold",
    legend: str | None = None,
    caption: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the measured sensitivity of mutants, one mark per measurement.

    Parameters
    ----------
    table : DataFrame
        Of :func:`ros1struct.kinome.literature.sensitivity`, or rows of it.
    mutations : str, Mutation, or iterable of them, optional
        Those to draw; by default all of the table.
    measure : {"fold", "ic50"}
        IC50 over that of the wild type in the same source, or the IC50 itself (nM), which also
        shows the wild type and what has no wild type beside it.
    legend : str, optional
        Heading of the key; ``""`` leaves it out.
    caption : str, optional
        Lines below, by default how to read the marks and what is not drawn; ``""`` for none.
    ax : Axes, optional
        Everything stands inside it; by default that of a sheet 86 mm wide.

    Returns
    -------
    Axes
        One row per inhibitor and mutant on a logarithmic axis. The form of a mark is its source;
        it is filled where the number comes from IC50s, open where the source states a fold. An
        arrow points to where the value lies that is only known to be beyond. Lines stand at the
        folds of 5 and 10 from which the calls are intermediate and resistant.

    Raises
    ------
    InputError
        If the table is empty or lacks a column, a mutation is not in it, the measure is unknown
        or nothing has a number.
    FigureSizeError
        If the Axes is too small.

    Examples
    --------
    >>> from ros1struct.kinome import literature
    >>> ax = plot_sensitivity(literature.sensitivity(), "G2032R")
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['G2032R', 'G2032R', 'G2032R', 'G2032R']
    """
    need(table, "mutation inhibitor relation ic50_nM sd_nM fold_vs_wt fold_origin source access")
    if measure not in _MEASURES:
        hint = did_you_mean(measure, _MEASURES)
        raise InputError(f"no measure {measure!r}; known are {', '.join(_MEASURES)}.{hint}")
    column, label = _MEASURES[measure]
    chosen = _chosen(table, mutations, wild_type=measure == "ic50")
    shown = chosen[chosen[column] > 0]
    if shown.empty:
        raise InputError(
            f"cannot draw sensitivity: expected a number in {column!r}, found none in "
            f"{len(chosen)} rows"
        )
    rows, headings, height = _rows(shown)
    sources = list(dict.fromkeys(shown["source"]))
    left = max(text_width(shorten(m)) for _, m in rows) + 3.0
    left = max(left, *(BOLD * text_width(shorten(d)) + 1.5 for d in headings))
    words = _below(chosen, shown, measure) if caption is None else caption
    cell = Field(
        ax, "sensitivity", (left, TOP, 4.0, TICKS + LINE + LABEL), wish=(1e3, ROW * height),
        least=(text_width(label) + 1.0, FLATTEST * height), most=(1e9, TALLEST * height),
        key=Key(_handles(sources, shown), None, legend, words, 1),
    )  # fmt: skip
    ax = cell.ax
    values = shown[column].astype("float64")
    low = 10 ** np.floor(np.log10(values.min() / 1.5))
    high = 10 ** np.ceil(np.log10(values.max() * 1.5))
    ax.set_xscale("log")
    ax.set(xlim=(low, high), ylim=(height, 0))
    ax.minorticks_off()
    ticks = 10.0 ** np.arange(np.log10(low), np.log10(high) + 0.5)
    ax.set_xticks(ticks, [f"{t:,g}" for t in ticks])
    cell.label(ax, label)
    ax.set_yticks([y + 0.5 for y in rows.values()], [plain(shorten(m)) for _, m in rows])
    ax.tick_params(axis="y", length=0, pad=cell.points(1.0))
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    for y in rows.values():
        ax.axhline(y + 0.5, color="#e6e6e6", lw=0.6, zorder=0)
    if measure == "fold":
        _thresholds(cell)
    for drug, y in headings.items():
        ax.text(
            -left, y + 0.5, plain(shorten(drug)), fontweight="bold", fontsize=cell.type,
            va="center_baseline", transform=cell.beside,
        )  # fmt: skip
    for (drug, mutation), top in rows.items():
        group = shown[(shown["inhibitor"] == drug) & (shown["mutation"] == mutation)]
        for k, (_, row) in enumerate(group.iterrows(), start=1):
            y = top + k / (len(group) + 1)
            _mark(ax, row[column], y, row, sources.index(row["source"]), measure)
    return ax


def _chosen(
    table: pd.DataFrame,
    mutations: str | Mutation | Iterable[str | Mutation] | None,
    *,
    wild_type: bool,
) -> pd.DataFrame:
    """Rows of the mutations asked for, with those of the wild type beside them if wanted."""
    mutants = table[table["mutation"] != "WT"]
    if mutations is not None:
        given = [mutations] if isinstance(mutations, (str, Mutation)) else list(mutations)
        parts = mutants["mutation"].map(lambda text: frozenset(text.split("/")))
        wanted = set()
        for one in given:
            parsed = parse_mutation(one) if isinstance(one, str) else one
            wanted.add(frozenset(map(str, parsed)))
            if frozenset(map(str, parsed)) not in set(parts):
                hint = did_you_mean(parsed.change, mutants["mutation"].unique())
                raise InputError(
                    f"mutation {parsed.change!r}: expected one of the table, "
                    f"found none that matches.{hint}"
                )
        mutants = mutants[parts.isin(wanted)]
    if not wild_type:
        return mutants
    beside = (table["mutation"] == "WT") & table["inhibitor"].isin(mutants["inhibitor"])
    return pd.concat([table[beside], mutants])


def _rows(
    shown: pd.DataFrame,
) -> tuple[dict[tuple[str, str], float], dict[str, float], float]:
    """Top of the row of every inhibitor and mutant, and of every inhibitor's name; the height."""
    rows: dict[tuple[str, str], float] = {}
    headings: dict[str, float] = {}
    y = 0.0
    for drug, group in shown.groupby("inhibitor", sort=False):
        headings[str(drug)] = y
        y += 1.0
        for mutation in sorted(group["mutation"].unique(), key=_order):
            rows[str(drug), mutation] = y
            y += 1.0
        y += 0.3
    return rows, headings, y


def _order(mutation: str) -> tuple[int, int]:
    """Wild type, then single substitutions by position, then compounds."""
    digits = "".join(c for c in mutation.split("/")[0] if c.isdigit())
    return mutation.count("/"), int(digits or 0)


def _look(k: int) -> dict[str, Any]:
    """Form and colour of a source."""
    return {"marker": _MARKERS[k % len(_MARKERS)], "color": _COLOURS[k % len(_COLOURS)]}


def _mark(ax: Axes, value: float, y: float, row: pd.Series[Any], source: int, measure: str) -> None:
    """Draw one measurement; an arrow where it is a bound."""
    look = _look(source)
    stated = measure == "fold" and row["fold_origin"] != "computed"
    ax.plot(
        value, y, ms=4.2, mew=0.9, ls="", zorder=3, mfc="white" if stated else look["color"], **look
    )
    if measure == "ic50" and row["sd_nM"] > 0:
        ax.errorbar(value, y, xerr=row["sd_nM"], ecolor=look["color"], elinewidth=0.9, fmt="none")
    towards = {"<": -13, ">": 13}.get(str(row["relation"])[:1])
    if towards is not None:
        ax.annotate(
            "", (value, y), (towards, 0), textcoords="offset points",
            arrowprops={"arrowstyle": "<-", "color": look["color"], "lw": 0.9, "shrinkA": 0},
        )  # fmt: skip


def _thresholds(cell: Field) -> None:
    """Draw the folds that part the calls, with the calls' letters above."""
    ax = cell.ax
    for fold, ls in ((1.0, ":"), (INTERMEDIATE, "--"), (RESISTANT, "--")):
        ax.axvline(fold, color=GREY, lw=0.6, ls=ls, zorder=1)
    middle = float(np.sqrt(INTERMEDIATE * RESISTANT))
    for fold, letter, ha in (
        (INTERMEDIATE * 0.85, "S", "right"),
        (middle, "I", "center"),
        (RESISTANT / 0.85, "R", "left"),
    ):
        ax.text(
            fold, 0.3, letter, transform=cell.along(1), ha=ha, va="bottom", color=GREY,
            fontsize=cell.type,
        )  # fmt: skip


def _handles(sources: list[str], shown: pd.DataFrame) -> list[Any]:
    """One handle per source: its short key, what it is, and whether it was read itself."""
    keys = literature.sources().set_index("citation")["key"]
    made = []
    for k, source in enumerate(sources):
        access = shown.loc[shown["source"] == source, "access"]
        label = f"{keys[source]}: {source}" if source in keys else source
        label = shorten(label, 52)
        if access.str.startswith("second-hand").all():
            label += ", second-hand"
        made.append(Line2D([], [], ms=4.2, mew=0.9, ls="", label=plain(label), **_look(k)))
    return made


def _below(chosen: pd.DataFrame, shown: pd.DataFrame, measure: str) -> str:
    """Say how to read the marks and what is not drawn."""
    text = "Compare within one source only."
    if measure == "fold":
        text += (
            f" S, I, R: calls by folds below {INTERMEDIATE:g}, from {INTERMEDIATE:g} and from "
            f"{RESISTANT:g}. Filled: computed from the source's IC₅₀s; open: stated as a fold."
        )
    if shown["relation"].str.startswith(("<", ">")).any():
        text += " Arrow: a bound, the value lies that way."
    if measure == "ic50" and (shown["sd_nM"] > 0).any():
        text += " Bars: standard deviation."
    left = chosen.drop(shown.index)
    measured = int(left["ic50_nM"].notna().sum())
    told = [
        f"{count} {what}"
        for count, what in (
            (measured, "IC₅₀s without a fold" if measured != 1 else "IC₅₀ without a fold"),
            (len(left) - measured, "statements without such a number"),
        )
        if count
    ]
    if told:
        text += f" Not drawn: {', '.join(told)}."
    return text
