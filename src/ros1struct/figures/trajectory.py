"""Contacts and distances over many frames: barcode, occupancies, sketch, traces, and poses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import ListedColormap
from matplotlib.lines import Line2D

from ros1struct.clashes.overlaps import overlaps
from ros1struct.colours import CONTACT_COLOURS
from ros1struct.errors import InputError
from ros1struct.figures.interactions import plot_interactions
from ros1struct.figures.layout.contact_lines import STROKES
from ros1struct.figures.style import GREY, INK, SINGLE_COLUMN, need, sheet, style, text_width
from ros1struct.io.border import takes_complex
from ros1struct.structure.complex import Complex
from ros1struct.trajectories.mean_contacts import mean_contacts

# mm
ROW, TOP, BOTTOM, RIGHT = 3.4, 3.0, 9.0, 3.0
ROLES = ("donor", "acceptor", "cation", "anion")
SHADES = ("#0b5fa5", "#b35a00", "#11744f", "#8e2a7e", "#857000", "#444444")


def base_kind(kind: str) -> str:
    """Kind of contact without the inhibitor's role.

    Examples
    --------
    >>> base_kind("hydrogen bond donor")
    'hydrogen bond'
    """
    head, _, last = kind.rpartition(" ")
    return head if last in ROLES else kind


def plot_barcode(presence: pd.DataFrame, *, at_least: float = 0.1, ax: Axes | None = None) -> Axes:
    """Draw which contacts stand when: a row for each residue and kind, a bar where it stands.

    Parameters
    ----------
    presence : DataFrame
        As :func:`ros1struct.trajectories.presence` returns it.
    at_least : float
        Least occupancy of a row, 0 to 1.
    ax : Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        If the table is not one of presence, or no row is left.

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
    if ax is None:
        with style():
            names = [f"{residue} {_short(kind)}" for residue, _, kind in table.columns]
            return plot_barcode(presence, at_least=at_least, ax=_sheet(names))
    time = table.index.get_level_values("time").to_numpy(dtype=np.float64)
    step = float(np.median(np.diff(time))) if len(time) > 1 else 1.0
    for row, (residue, _, kind) in enumerate(table.columns):
        bits = np.r_[False, table.iloc[:, row].to_numpy(), False].astype(np.int8)
        start, stop = np.flatnonzero(np.diff(bits) == 1), np.flatnonzero(np.diff(bits) == -1)
        spans = [(time[a] - step / 2, time[b - 1] - time[a] + step)
                 for a, b in zip(start, stop, strict=True)]  # fmt: skip
        colour = CONTACT_COLOURS[base_kind(kind)]
        ax.broken_barh(spans, (row - 0.36, 0.72), facecolors=colour, gid=f"{residue} {kind}")
    _rows(ax, [f"{residue} {_short(kind)}" for residue, _, kind in table.columns])
    ax.set_xlim(time[0] - step / 2, time[-1] + step / 2)
    ax.set_xlabel("time (ps)")
    return ax


def plot_occupancy(
    occupancy: pd.DataFrame, *, at_least: float = 0.1, ax: Axes | None = None
) -> Axes:
    """Draw the occupancies of contacts as bars, with their standard errors.

    Parameters
    ----------
    occupancy : DataFrame
        As :func:`ros1struct.trajectories.occupancy` returns it.
    at_least : float
        Least occupancy of a row, 0 to 1.
    ax : Axes, optional

    Returns
    -------
    Axes
        Bars whose error has not stopped growing are hatched: the trajectory is too short for them.

    Raises
    ------
    InputError
        If a column is missing or no row is left.

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
    if ax is None:
        with style():
            pairs = zip(table["residue"], table["kind"], strict=True)
            ax = _sheet([f"{residue} {_short(kind)}" for residue, kind in pairs])
            return plot_occupancy(occupancy, at_least=at_least, ax=ax)
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
    _rows(ax, [f"{r} {_short(k)}" for r, k in zip(table["residue"], table["kind"], strict=True)])
    ax.set_xlim(0, 1.05)
    ax.set_xlabel("occupancy")
    return ax


@takes_complex("one")
def plot_mean_contacts(
    complex: Complex,
    contacts: pd.DataFrame | None = None,
    *,
    caption: str | None = None,
    ax: Axes | None = None,
    frame: int | None = None,
) -> Axes:
    """Draw the inhibitor as a formula, with lines as wide as the contacts are frequent.

    Parameters
    ----------
    complex : Complex or str
        Of one frame: ``run.complex``, or a representative one.
    contacts : DataFrame, optional
        As :func:`ros1struct.trajectories.mean_contacts` returns it; by default of that frame.
    caption : str, optional
        Line below; by default structure, inhibitor and what the widths mean.
    ax : Axes, optional
    frame : int, optional
        Which frame of the complex is drawn, from 0; needed where it has several.

    Returns
    -------
    Axes
        As of :func:`ros1struct.figures.plot_interactions`; a contact of all frames is twice as wide
        as there, and a residue's hydrophobic arc is as wide as its most frequent pair.

    Raises
    ------
    InputError
        If a column is missing or there is no contact.

    Examples
    --------
    >>> import ros1struct as rs
    >>> ax = plot_mean_contacts(rs.load("2WGJ"))
    >>> [line.get_gid() for line in ax.lines if str(line.get_gid()).startswith("hydrogen bond")]
    ['hydrogen bond: M1160 to N23', 'hydrogen bond: P1158 to N22']
    """
    contacts = mean_contacts(complex) if contacts is None else contacts
    need(contacts, "residue kind occupancy")
    if caption is None:
        least = contacts["occupancy"].min()
        caption = (
            f"{complex.name}, {complex.inhibitor_name}: contacts in {least:.0%} of the frames or "
            "more. Width of a line: share of the frames. Distances: means in Å."
        )
    none = overlaps(complex, at_least=np.inf)
    ax = plot_interactions(complex, contacts, none, caption=caption, ax=ax)
    share = contacts.groupby(["kind", "residue"])["occupancy"].max().to_dict()
    artists: list[Any] = [*ax.lines, *ax.collections]
    for artist in artists:
        kind, _, rest = str(artist.get_gid()).partition(": ")
        occupancy = share.get((kind, rest.split(" ")[0]))
        if occupancy is None:
            continue
        width = 2.0 * occupancy * np.max(artist.get_linewidth())
        artist.set_linewidth(width)
        if isinstance(artist, Line2D) and STROKES[kind].dashes:
            artist.set_linestyle((0, tuple(d / width for d in STROKES[kind].dashes)))
    return ax


def plot_traces(
    measures: pd.DataFrame,
    columns: Sequence[str] = ("pocket_rmsd", "inhibitor_rmsd"),
    *,
    ax: Axes | None = None,
) -> Axes:
    """Draw distances and deviations over time.

    Parameters
    ----------
    measures : DataFrame
        As :func:`ros1struct.trajectories.measures` returns it.
    columns : sequence of str
    ax : Axes, optional

    Returns
    -------
    Axes
        Each line is named at its end.

    Raises
    ------
    InputError
        If a column is missing or there is none.

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
    if ax is None:
        with style():
            return plot_traces(
                measures, columns, ax=sheet(SINGLE_COLUMN, 48, (11, 3, SINGLE_COLUMN - 34, 35))
            )
    time = measures["time"].to_numpy(dtype=np.float64)
    ends = [float(measures[name].to_numpy()[-1]) for name in columns]
    span = max(float(measures[list(columns)].max().max()), 1.0)
    ax.set_ylim(0, 1.08 * span)
    place = _apart(ends, 0.075 * span)
    for name, colour, y in zip(columns, SHADES, place, strict=False):
        ax.plot(time, measures[name], color=colour, linewidth=0.7, gid=name)
        words = name.replace("_rmsd", " RMSD").replace("_", " ")
        ax.annotate(
            words, (1.0, y), xycoords=("axes fraction", "data"), xytext=(2, 0),
            textcoords="offset points", va="center", color=colour,
        )  # fmt: skip
    if len(time) > 1:
        ax.set_xlim(time[0], time[-1])
    ax.set_xlabel("time (ps)")
    ax.set_ylabel("Å")
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def plot_poses(presence: pd.DataFrame, *, at_least: float = 0.05, ax: Axes | None = None) -> Axes:
    """Draw which residues each pose touches: a column for each pose, a row for each residue.

    Parameters
    ----------
    presence : DataFrame
        As :func:`ros1struct.trajectories.presence` returns it, a frame per pose.
    at_least : float
        Share of the poses that touch a residue, at least, 0 to 1.
    ax : Axes, optional

    Returns
    -------
    Axes
        Shades count the kinds of contact, 1 to 4 and more.

    Raises
    ------
    InputError
        If the table is not one of presence, or no residue is left.

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
    if ax is None:
        with style():
            return plot_poses(presence, at_least=at_least, ax=_sheet([names[k] for k in kept]))
    shades = ListedColormap(["#ffffff", "#c6d8e8", "#83aed0", "#3f7fb3", "#0b4a80"])
    ax.imshow(
        np.minimum(count[kept], 4), aspect="auto", cmap=shades, vmin=-0.5, vmax=4.5,
        interpolation="nearest",
    )  # fmt: skip
    _rows(ax, [names[k] for k in kept])
    ax.set_xlabel("pose")
    return ax


def _check(presence: pd.DataFrame) -> None:
    if not isinstance(presence, pd.DataFrame) or presence.columns.nlevels != 3:
        raise InputError("cannot draw: expected a table of trajectories.presence()")
    if len(presence) == 0:
        raise InputError("cannot draw: the table has no frames")


def _sheet(labels: Sequence[str]) -> Axes:
    height = max(2, len(labels)) * ROW
    left = max(text_width(label) for label in labels) + 3.0
    box = (left, TOP, SINGLE_COLUMN - left - RIGHT, height)
    return sheet(SINGLE_COLUMN, TOP + height + BOTTOM, box)


def _rows(ax: Axes, labels: Sequence[str]) -> None:
    ax.set_yticks(range(len(labels)), labels)
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(len(labels) - 0.5, -0.5)
    ax.spines[["top", "right"]].set_visible(False)
    lines = [[(0.0, k - 0.5), (1.0, k - 0.5)] for k in range(1, len(labels))]
    grid = LineCollection(lines, colors=GREY, linewidths=0.15)
    grid.set_transform(ax.get_yaxis_transform())
    ax.add_collection(grid, autolim=False)


def _short(kind: str) -> str:
    for long, short in (("hydrogen bond", "H-bond"), ("pi stacking", "π"), ("pi", "π")):
        kind = kind.replace(long, short)
    return kind


def _apart(values: Sequence[float], gap: float) -> list[float]:
    """Move labels up until none is nearer to the one below than a gap."""
    out = [0.0] * len(values)
    last = -np.inf
    for k in np.argsort(values):
        last = max(float(values[k]), last + gap)
        out[int(k)] = last
    return out
