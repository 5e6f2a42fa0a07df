"""How often contacts stand, how sure that is, how long they last, and whether it has converged."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ros1struct.arguments import checked
from ros1struct.contacts.definitions import ContactDefinition, contact_definition
from ros1struct.errors import InputError
from ros1struct.io.trajectory import Trajectory
from ros1struct.structure.complex import Complex
from ros1struct.trajectories.parallel import map_frames
from ros1struct.trajectories.presence import LEVELS, bridging_waters, presence
from ros1struct.trajectories.statistics import block_error, lifetimes


@checked
def occupancy(
    run: Trajectory | Complex | pd.DataFrame,
    definition: str | ContactDefinition = "ros1struct",
    *,
    at_least: float = 0.0,
    waters: bool = False,
    **parallel: Any,
) -> pd.DataFrame:
    """Sum up the contacts of many frames.

    Parameters
    ----------
    run : Trajectory, Complex or DataFrame
        A DataFrame as :func:`presence` returns it.
    definition : str or ContactDefinition
    at_least : float
        Least occupancy of a row, 0 to 1.
    waters : bool
        Also count the waters that bridge, which takes the contacts a second time.
    **parallel
        ``workers``, ``client``, ``folder``, ``progress`` of :func:`map_frames`.

    Returns
    -------
    DataFrame
        One row per residue and kind, in the order of the residues: residue, klifs, kind, frames
        (in which it stands), occupancy (share of all), error (its standard error by blocking),
        converged (whether that error stopped growing), first_half, second_half (occupancies),
        events, interval, longest, survival (ps; see :func:`lifetimes`), and with `waters`
        bridging_waters (how many different ones bridge there).

    Raises
    ------
    InputError
        If a DataFrame is not one of :func:`presence`, or `at_least` is not from 0 to 1.

    Examples
    --------
    >>> import ros1struct as rs
    >>> table = occupancy(rs.load("2WGJ")).set_index(["residue", "kind"])
    >>> float(table.loc[("M1160", "hydrogen bond acceptor"), "occupancy"])
    1.0
    """
    if not 0 <= at_least <= 1:
        raise InputError(f"the least occupancy must be from 0 to 1, found {at_least}")
    bits = _bits(run, definition, parallel)
    x = bits.to_numpy()
    n = len(x)
    time = bits.index.get_level_values("time").to_numpy(dtype=np.float64)
    step = float(np.median(np.diff(time))) if n > 1 else 0.0
    share = x.mean(axis=0)
    error = block_error(x)
    last = lifetimes(x, step)
    half = n // 2
    columns = bits.columns
    table = pd.DataFrame(
        {
            **{name: columns.get_level_values(name) for name in LEVELS},
            "frames": x.sum(axis=0),
            "occupancy": share,
            "error": error.error,
            "converged": error.converged,
            "first_half": x[:half].mean(axis=0) if half else np.nan,
            "second_half": x[half:].mean(axis=0),
            "events": last.events,
            "interval": last.interval,
            "longest": last.longest,
            "survival": last.survival,
        }
    )
    if waters:
        if isinstance(run, pd.DataFrame):
            raise InputError("bridging waters are not in a table of presence; give the trajectory")
        found = map_frames(bridging_waters, run, contact_definition(definition), **parallel)
        count = found.groupby(["residue", "kind"])["water"].nunique()
        pairs = zip(table["residue"], table["kind"], strict=True)
        table["bridging_waters"] = [int(count.get(pair, 0)) for pair in pairs]
    return table[table["occupancy"] >= at_least].reset_index(drop=True)


def _bits(run: Any, definition: str | ContactDefinition, parallel: dict[str, Any]) -> pd.DataFrame:
    if isinstance(run, pd.DataFrame):
        if list(run.index.names) != ["frame", "time"]:
            raise InputError("expected a table of presence(), with frame and time as its index")
        return run
    return presence(run, definition, **parallel)


@checked
def convergence(
    run: Trajectory | Complex | pd.DataFrame,
    definition: str | ContactDefinition = "ros1struct",
    *,
    points: int = 10,
    **parallel: Any,
) -> pd.DataFrame:
    """Follow occupancies as the trajectory grows.

    Parameters
    ----------
    run : Trajectory, Complex or DataFrame
        A DataFrame as :func:`presence` returns it.
    definition : str or ContactDefinition
    points : int
        Lengths at which they are taken, evenly spaced up to all frames.
    **parallel
        As for :func:`occupancy`.

    Returns
    -------
    DataFrame
        One row per length, residue and kind: residue, klifs, kind, frames (of the length), time
        (ps, of its last frame), occupancy.

    Raises
    ------
    InputError
        If `points` is less than 1.
    """
    if points < 1:
        raise InputError(f"points must be 1 or more, found {points}")
    bits = _bits(run, definition, parallel)
    x = bits.to_numpy()
    time = bits.index.get_level_values("time").to_numpy(dtype=np.float64)
    total = np.cumsum(x, axis=0)
    lengths = np.unique(np.linspace(0, len(x), points + 1).round().astype(int)[1:])
    names = {name: bits.columns.get_level_values(name) for name in LEVELS}
    rows = [
        pd.DataFrame({**names, "frames": n, "time": time[n - 1], "occupancy": total[n - 1] / n})
        for n in lengths
        if n > 0
    ]
    return pd.concat(rows, ignore_index=True)
