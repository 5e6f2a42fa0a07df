"""Contacts of many frames as one table that figures of a single structure can draw."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ros1struct.arguments import checked
from ros1struct.contacts.arrays import FLIP
from ros1struct.contacts.definitions import ContactDefinition, contact_definition
from ros1struct.contacts.interactions import COLUMNS, measured, to_table
from ros1struct.errors import InputError
from ros1struct.io.trajectory import Trajectory
from ros1struct.structure.complex import Complex
from ros1struct.trajectories.parallel import chunks, map_frames

# What tells one contact from another within a frame, and by name.
NUMBERS = ["kind", "role", "protein", "protein_form", "inhibitor", "inhibitor_form"]
NAMES = ["structure", "residue", "klifs", "kind", "role", "atom", "inhibitor_atom"]


@checked
def mean_contacts(
    run: Trajectory | Complex,
    definition: str | ContactDefinition = "ros1struct",
    *,
    at_least: float = 0.3,
    **parallel: Any,
) -> pd.DataFrame:
    """List the contacts between atoms that many frames share, with their occupancy.

    Parameters
    ----------
    run : Trajectory or Complex
    definition : str or ContactDefinition
    at_least : float
        Least occupancy of a row, 0 to 1.
    **parallel
        ``workers``, ``client``, ``folder``, ``progress`` of
        :func:`ros1struct.trajectories.map_frames`.

    Returns
    -------
    DataFrame
        One row per pair of atoms and kind, most frequent first, with the columns of
        :func:`ros1struct.interactions`, of which `distance` (Å) is the mean over the frames that
        have the contact and `frame` is 0, and two more: frames (that have it) and occupancy
        (share of all). Contacts marked ``flip`` do not count; angles and waters are left out.

    Raises
    ------
    InputError
        If `at_least` is not from 0 to 1.

    Notes
    -----
    The table takes the place of one of a single frame: ``plot_interactions(run.frame(0), table)``.

    Examples
    --------
    >>> import ros1struct as rs
    >>> table = mean_contacts(rs.load("2WGJ"))
    >>> bond = table[table["kind"] == "hydrogen bond"].iloc[0]
    >>> bond["residue"], float(bond["occupancy"])
    ('M1160', 1.0)
    """
    if not 0 <= at_least <= 1:
        raise InputError(f"the least occupancy must be from 0 to 1, found {at_least}")
    rule = contact_definition(definition)
    rows = map_frames(_counted, run, rule, **parallel)
    total = rows.loc[rows["residue"] == "", "frames"].sum()
    rows = rows[rows["residue"] != ""]
    table = rows.groupby(NAMES, sort=False, as_index=False)[["frames", "distance"]].sum()
    table["distance"] /= table["frames"]
    table["occupancy"] = table["frames"] / total
    table = table[table["occupancy"] >= at_least]
    table = table.sort_values("frames", ascending=False, kind="stable", ignore_index=True)
    missing: dict[str, Any] = {"frame": 0, "water": "", "ambiguous": "", "definition": rule.name}
    table = table.assign(**missing).reindex(columns=[*COLUMNS, "frames", "occupancy"])
    numbers = ["angle", "angle2", "water_distance"]
    return table.astype(dict.fromkeys(numbers, "float64"))


def _counted(run: Trajectory | Complex, rule: ContactDefinition) -> pd.DataFrame:
    """Count frames and add up distances, contact by contact; a row without residue counts all."""
    parts = []
    for part in chunks(run):
        prepared, found, _ = measured(part.complex, rule)
        found = found.take(found.doubt != FLIP)
        rows = pd.DataFrame(
            {name: getattr(found, name) for name in ("frame", "distance", *NUMBERS)}
        )
        # A water bridge stands once, through however many waters.
        rows = rows.drop_duplicates(["frame", *NUMBERS])
        grouped = rows.groupby(NUMBERS, sort=False)
        first = rows.index[~rows.duplicated(NUMBERS)].to_numpy()
        named = to_table(part.complex, prepared, found.take(first))[NAMES]
        sums = grouped["distance"].agg(["size", "sum"])
        named["frames"], named["distance"] = sums["size"].to_numpy(), sums["sum"].to_numpy()
        every = pd.DataFrame(
            {**dict.fromkeys(NAMES, ""), "frames": [len(part.frame)], "distance": [0.0]}
        )
        parts += [every, named] if len(named) else [every]
    return pd.concat(parts, ignore_index=True)
