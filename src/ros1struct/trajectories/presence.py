"""Which residue makes which kind of contact in which frame: bits, not rows of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ros1struct.arguments import checked
from ros1struct.contacts.arrays import FLIP, GROUP, KIND, RING, ROLES
from ros1struct.contacts.definitions import KINDS, ContactDefinition, contact_definition
from ros1struct.contacts.interactions import measured
from ros1struct.io.trajectory import Trajectory
from ros1struct.kinome.kinases import klifs_label
from ros1struct.structure.complex import Complex

if TYPE_CHECKING:
    from ros1struct.contacts.arrays import Contacts
    from ros1struct.contacts.atom_types import Prepared

Ints = npt.NDArray[np.intp]

LEVELS = ["residue", "klifs", "kind"]


@checked
def presence(
    complex: Complex | Trajectory,
    definition: str | ContactDefinition = "ros1struct",
    **parallel: Any,
) -> pd.DataFrame:
    """Say for every frame which residues make which kinds of contact.

    Parameters
    ----------
    complex : Trajectory or Complex
    definition : str or ContactDefinition
    **parallel
        ``workers``, ``client``, ``folder``, ``progress`` of :func:`map_frames`.

    Returns
    -------
    DataFrame of bool
        One row per frame, index (frame, time in ps); columns (residue, klifs, kind), a kind with
        the inhibitor's role. Contacts marked ``flip`` do not count.

    Examples
    --------
    >>> import ros1struct as rs
    >>> table = presence(rs.load("2WGJ"))
    >>> bool(table["M1160", "hinge:48", "hydrogen bond acceptor"].iloc[0])
    True
    """
    from ros1struct.trajectories.parallel import map_frames

    rule = contact_definition(definition)
    rows = map_frames(present_rows, complex, rule, **parallel)
    topology = complex.complex if isinstance(complex, Trajectory) else complex
    marks = rows[rows["key"] < 0]
    rows = rows[rows["key"] >= 0]
    keys, column = np.unique(rows["key"].to_numpy(), return_inverse=True)
    frame = marks["frame"].to_numpy()
    found = np.zeros((len(frame), len(keys)), dtype=bool)
    found[np.searchsorted(frame, rows["frame"].to_numpy()), column] = True
    residue, kind = np.divmod(keys, len(KINDS) * len(ROLES))
    klifs = topology.residues.klifs
    columns = pd.MultiIndex.from_tuples(
        [
            (topology.residue_label(int(r)), klifs_label(int(klifs[r])), _kind(int(k)))
            for r, k in zip(residue, kind, strict=True)
        ],
        names=LEVELS,
    )
    index = pd.MultiIndex.from_arrays([frame, marks["time"]], names=["frame", "time"])
    return pd.DataFrame(found, index=index, columns=columns)


def _kind(code: int) -> str:
    kind, role = divmod(code, len(ROLES))
    return f"{KINDS[kind]} {ROLES[role]}".strip()


def present_rows(run: Trajectory | Complex, rule: ContactDefinition) -> pd.DataFrame:
    """Residues and kinds of contact by frame, as numbers.

    Returns
    -------
    DataFrame
        frame, time, key; one row of key -1 for every frame.
    """
    from ros1struct.trajectories.parallel import chunks

    parts = []
    for part in chunks(run):
        prepared, found, _ = measured(part.complex, rule)
        residue = residues_of(prepared, found)
        key = (residue * len(KINDS) + found.kind) * len(ROLES) + found.role
        # A solute has far fewer residues than a trajectory frames: one number holds both.
        width = (len(part.complex.residues) + 1) * len(KINDS) * len(ROLES)
        counts = found.doubt != FLIP
        unique = np.unique(found.frame[counts] * width + key[counts])
        at, key = np.divmod(unique, width)
        at = np.concatenate([np.arange(len(part.frame)), at])
        key = np.concatenate([np.full(len(part.frame), -1), key])
        parts.append(pd.DataFrame({"frame": part.frame[at], "time": part.time[at], "key": key}))
    return pd.concat(parts, ignore_index=True)


def residues_of(p: Prepared, found: Contacts) -> Ints:
    """Residue of the protein in each contact."""
    first = found.protein.copy()
    for form, members in ((RING, p.rings), (GROUP, p.groups)):
        mine = found.protein_form == form
        if mine.any() and len(members):
            first[mine] = members[found.protein[mine], 0]
    return np.asarray(p.residue[first])


def bridging_waters(run: Trajectory | Complex, rule: ContactDefinition) -> pd.DataFrame:
    """Waters that bridge, by frame: frame, time, residue, kind, water.

    Parameters
    ----------
    run : Trajectory or Complex
    rule : ContactDefinition

    Returns
    -------
    DataFrame
    """
    from ros1struct.trajectories.parallel import chunks

    parts = []
    for part in chunks(run):
        complex = part.complex
        prepared, found, _ = measured(complex, rule)
        found = found.take(found.kind == KIND["water bridge"])
        residue = residues_of(prepared, found)
        owner = complex.atoms.residue[found.water]
        parts.append(
            pd.DataFrame(
                {
                    "frame": part.frame[found.frame],
                    "time": part.time[found.frame],
                    "residue": [complex.residue_label(int(r)) for r in residue],
                    "kind": [f"water bridge {ROLES[k]}" for k in found.role],
                    "water": [complex.residue_label(int(r)) for r in owner],
                }
            )
        )
    return pd.concat(parts, ignore_index=True).drop_duplicates(ignore_index=True)
