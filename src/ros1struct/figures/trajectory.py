"""Contacts and distances over many frames: barcode, occupancies, sketch, traces, and poses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Colormap, ListedColormap, Normalize
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from ros1struct.colours import CONTACT_COLOURS
from ros1struct.errors import InputError
from ros1struct.figures.layout.field import LABEL, TICKS, Field
from ros1struct.figures.layout.key import Key, shade
from ros1struct.figures.layout.sheet import axes_level
from ros1struct.figures.layout.symbols import base_kind, contact_words
from ros1struct.figures.style import GREY, INK, LINE, need, plain, text_width

# mm: rows, and what is above, below and to the right of a field.
ROW, FLATTEST, TALLEST = 3.4, 2.9, 6.0
TOP, BOTTOM, RIGHT = 1.5, TICKS + LINE + LABEL, 3.0
_COUNTS = ("#ffffff", "#c6d8e8", "#83aed0", "#3f7fb3", "#0b4a80")
SHADES = ("#0b5fa5", "#b35a00", "#11744f", "#8e2a7e", "#857000", "#444444")


@axes_level
def plot_barcode(
    presence: pd.DataFrame,
    *,
    at_least: float = 0.1,
    legend: str | None = None,
    caption: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw which contacts stand when: a row for each residue and kind, a bar where it stands.

    Parameters
    ----------
    presence : DataFrame
        As :func:`ros1struct.trajectories.presence` returns it.
    at_least : float
        Least occupancy of a row, 0 to 1.
    legend : str, optional
        Heading of the key; ``""`` leaves it out.
    caption : str, optional
        Line below; none by default.
    ax : Axes, optional
        Everything stands inside it.

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        If the table is not one of presence, or no row is left.
    FigureSizeError
        If the Axes is too small.

    Examples
    --------
    >>> import ros1struct as rs
    >>> from ros1struct.trajectories import presence
    >>> plot_barcode(presence(rs.load("2WGJ"))).get_xlabel()
    'time (ps)'
    """
    _check(presence)
    share = presence.to_numpy().mean(axis=0)
    table = presence.loc[:, share >= at_least]
    if table.shape[1] == 0:
        raise InputError(f"cannot draw: no contact stands in {at_least:.0%} of the frames")
    names = [contact_words(residue, kind) for residue, _, kind in table.columns]
    cell = _field(ax, "a barcode of contacts", names, Key(caption=caption or "", heading=legend))
    ax = cell.ax
    time = table.index.get_level_values("time").to_numpy(dtype=np.float64)
    step = float(np.median(np.diff(time))) if len(time) > 1 else 1.0
    for row, (residue, _, kind) in enumerate(table.columns):
        bits = np.r_[False, table.iloc[:, row].to_numpy(), False].astype(np.int8)
        start, stop = np.flatnonzero(np.diff(bits) == 1), np.flatnonzero(np.diff(bits) == -1)
        spans = [(time[a] - step / 2, time[b - 1] - time[a] + step)
                 for a, b in zip(start, stop, strict=True)]  # fmt: skip
        colour = CONTACT_COLOURS[base_kind(kind)]
        ax.broken_barh(spans, (row - 0.36, 0.72), facecolors=colour, gid=f"{residue} {kind}")
    _rows(cell, names)
    ax.set_xlim(time[0] - step / 2, time[-1] + step / 2)
    cell.label(ax, "time (ps)")
    return ax


@axes_level
def plot_occupancy(
    occupancy: pd.DataFrame,
    *,
    at_least: float = 0.1,
    legend: str | None = None,
    caption: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the occupancies of contacts as bars, with their standard errors.

    Parameters
    ----------
    occupancy : DataFrame
        As :func:`ros1struct.trajectories.occupancy` returns it.
    at_least : float
        Least occupancy of a row, 0 to 1.
    legend : str, optional
        Heading of the key; ``""`` leaves it out.
    caption : str, optional
        Line below; none by default.
    ax : Axes, optional
        Everything stands inside it.

    Returns
    -------
    Axes
        Bars whose error has not stopped growing are hatched: the trajectory is too short for them.

    Raises
    ------
    InputError
        If a column is missing or no row is left.
    FigureSizeError
        If the Axes is too small.

    Examples
    --------
    >>> import ros1struct as rs
    >>> from ros1struct.trajectories import occupancy
    >>> plot_occupancy(occupancy(rs.load("2WGJ"))).get_xlabel()
    'occupancy'
    """
    need(occupancy, "residue kind occupancy error converged")
    table = occupancy[occupancy["occupancy"] >= at_least]
    if table.empty:
        raise InputError(f"cannot draw: no contact stands in {at_least:.0%} of the frames")
    pairs = zip(table["residue"], table["kind"], strict=True)
    names = [contact_words(residue, kind) for residue, kind in pairs]
    handles: list[Any] = [Line2D([], [], color=INK, lw=0.6, label="standard error")]
    if not table["converged"].all():
        short = "too short: the error still grows"
        handles.append(Patch(fc=GREY, hatch="////", ec="white", lw=0, label=short))
    cell = _field(
        ax, "occupancies", names, Key(handles, heading=legend, caption=caption or "")
    )  # fmt: skip
    ax = cell.ax
    colours = [CONTACT_COLOURS[base_kind(kind)] for kind in table["kind"]]
    bars = ax.barh(np.arange(len(table)), table["occupancy"], height=0.72, color=colours)
    for bar, known in zip(bars, table["converged"], strict=True):
        if not known:
            bar.set(hatch="////", edgecolor="white", linewidth=0)
    error = table["error"].to_numpy()
    known = np.flatnonzero(np.isfinite(error))
    middle = table["occupancy"].to_numpy()[known]
    ax.errorbar(
        middle, known, xerr=error[known], fmt="none", ecolor=INK, elinewidth=0.6, capsize=1.5,
        capthick=0.6,
    )  # fmt: skip
    _rows(cell, names)
    ax.set_xlim(0, 1.05)
    cell.label(ax, "occupancy")
    return ax


@axes_level
def plot_traces(
    measures: pd.DataFrame,
    columns: Sequence[str] = ("pocket_rmsd", "inhibitor_rmsd"),
    *,
    legend: str | None = None,
    caption: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw distances and deviations over time.

    Parameters
    ----------
    measures : DataFrame
        As :func:`ros1struct.trajectories.measures` returns it.
    columns : sequence of str
    legend : str, optional
        ``""`` leaves the names of the lines out.
    caption : str, optional
        Line below; none by default.
    ax : Axes, optional
        Everything stands inside it.

    Returns
    -------
    Axes
        Each line is named at its end.

    Raises
    ------
    InputError
        If a column is missing or there is none.
    FigureSizeError
        If the Axes is too small.

    Examples
    --------
    >>> import ros1struct as rs
    >>> from ros1struct.trajectories import measures
    >>> plot_traces(measures(rs.load("2WGJ"))).get_ylabel()
    'Å'
    """
    if isinstance(columns, str) or len(columns) == 0 or len(columns) > len(SHADES):
        raise InputError(f"cannot draw: expected 1 to {len(SHADES)} columns, found {columns!r}")
    need(measures, "time")
    for name in columns:
        if name not in measures.columns:
            need(measures[["time"]], name.replace(" ", "_"))
    words = {name: name.replace("_rmsd", " RMSD").replace("_", " ") for name in columns}
    right = RIGHT if legend == "" else max(map(text_width, words.values())) + 1.5
    cell = Field(
        ax, "traces", (TICKS + 6.5 + LABEL, TOP, max(right, RIGHT), BOTTOM),
        wish=(1e3, 35.0), least=(20.0, 15.0),
        key=Key(caption=caption or ""),
    )  # fmt: skip
    ax = cell.ax
    time = measures["time"].to_numpy(dtype=np.float64)
    ends = [float(measures[name].to_numpy()[-1]) for name in columns]
    span = max(float(measures[list(columns)].max().max()), 1.0)
    ax.set_ylim(0, 1.08 * span)
    place = _apart(ends, 1.08 * span * LINE / cell.place[3])
    for name, colour, y in zip(columns, SHADES, place, strict=False):
        ax.plot(time, measures[name], color=colour, linewidth=0.7, gid=name)
        if legend != "":
            ax.text(
                0.8, y, plain(words[name]), transform=cell.beyond, va="center", color=colour,
                fontsize=cell.type,
            )  # fmt: skip
    if len(time) > 1:
        ax.set_xlim(time[0], time[-1])
    cell.label(ax, "time (ps)", "Å")
    ax.spines[["top", "right"]].set_visible(False)
    return ax


@axes_level
def plot_poses(
    presence: pd.DataFrame,
    *,
    at_least: float = 0.05,
    legend: str | None = None,
    caption: str | None = None,
    cmap: str | Colormap | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw which residues each pose touches: a column for each pose, a row for each residue.

    Parameters
    ----------
    presence : DataFrame
        As :func:`ros1struct.trajectories.presence` returns it, a frame per pose.
    at_least : float
        Share of the poses that touch a residue, at least, 0 to 1.
    legend : str, optional
        Heading of the key; ``""`` leaves it out.
    caption : str, optional
        Line below; none by default.
    cmap : optional
        Colours of five counts, 0 to 4.
    ax : Axes, optional
        Everything stands inside it.

    Returns
    -------
    Axes
        Shades count the kinds of contact, 1 to 4 and more.

    Raises
    ------
    InputError
        If the table is not one of presence, or no residue is left.
    FigureSizeError
        If the Axes is too small.

    Examples
    --------
    >>> import ros1struct as rs
    >>> from ros1struct.trajectories import presence
    >>> plot_poses(presence(rs.load("2WGJ"))).get_xlabel()
    'pose'
    """
    _check(presence)
    count = presence.T.groupby(level="residue", sort=False).sum().to_numpy()
    names = list(dict.fromkeys(presence.columns.get_level_values("residue")))
    kept = np.flatnonzero((count > 0).mean(axis=1) >= at_least)
    if len(kept) == 0:
        raise InputError(f"cannot draw: no residue is touched by {at_least:.0%} of the poses")
    rows = [str(names[k]) for k in kept]
    shades = ListedColormap(list(_COUNTS)) if cmap is None else mpl.colormaps.get_cmap(cmap)
    norm = Normalize(-0.5, 4.5)
    scale = ScalarMappable(norm, shades)
    handles = [
        Patch(fc=shade(scale, k), ec=GREY, lw=0.3, label=f"{k}{' or more' if k == 4 else ''}")
        for k in range(1, 5)
    ]
    key = Key(handles, heading=legend or "kinds of contact", caption=caption or "", columns=4)
    cell = _field(ax, "contacts of poses", rows, Key() if legend == "" else key)
    ax = cell.ax
    ax.imshow(
        np.minimum(count[kept], 4), aspect="auto", cmap=shades, norm=norm,
        interpolation="nearest",
    )  # fmt: skip
    _rows(cell, rows)
    cell.label(ax, "pose")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    return ax


def _check(presence: pd.DataFrame) -> None:
    if not isinstance(presence, pd.DataFrame) or presence.columns.nlevels != 3:
        raise InputError("cannot draw: expected a table of trajectories.presence()")
    if len(presence) == 0:
        raise InputError("cannot draw: the table has no frames")


def _field(ax: Axes | None, what: str, labels: Sequence[str], key: Key) -> Field:
    """Make a field with a row for each label."""
    rows = max(2, len(labels))
    left = max(text_width(label) for label in labels) + 2.0
    return Field(
        ax, what, (left, TOP, RIGHT, BOTTOM), wish=(1e3, ROW * rows),
        least=(18.0, FLATTEST * rows), most=(1e9, TALLEST * rows), key=key,
    )  # fmt: skip


def _rows(cell: Field, labels: Sequence[str]) -> None:
    ax = cell.ax
    ax.set_yticks(range(len(labels)), [plain(label) for label in labels])
    ax.tick_params(axis="y", length=0, pad=cell.points(1.0))
    ax.xaxis.set_major_locator(MaxNLocator(nbins=4))
    ax.set_ylim(len(labels) - 0.5, -0.5)
    ax.spines[["top", "right"]].set_visible(False)
    lines = [[(0.0, k - 0.5), (1.0, k - 0.5)] for k in range(1, len(labels))]
    grid = LineCollection(lines, colors=GREY, linewidths=0.15)
    grid.set_transform(ax.get_yaxis_transform())
    ax.add_collection(grid, autolim=False)


def _apart(values: Sequence[float], gap: float) -> list[float]:
    """Move labels up until none is nearer to the one below than a gap."""
    out = [0.0] * len(values)
    last = -np.inf
    for k in np.argsort(values):
        last = max(float(values[k]), last + gap)
        out[int(k)] = last
    return out
