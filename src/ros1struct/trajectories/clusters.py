"""Frames of like contacts, and the frame that stands for each group of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ros1struct.arguments import checked
from ros1struct.contacts.definitions import ContactDefinition
from ros1struct.errors import InputError
from ros1struct.io.trajectory import Trajectory
from ros1struct.structure.complex import Complex
from ros1struct.trajectories.presence import presence

# Frames that are compared all with all; more are thinned evenly and the rest assigned.
MOST = 3000


@checked
def clusters(
    run: Trajectory | Complex | pd.DataFrame,
    definition: str | ContactDefinition = "ros1struct",
    *,
    similarity: float = 0.7,
    **parallel: Any,
) -> pd.DataFrame:
    """Group frames by the contacts that they share.

    Parameters
    ----------
    run : Trajectory, Complex or DataFrame
        A DataFrame as :func:`presence` returns it.
    definition : str or ContactDefinition
    similarity : float
        Tanimoto similarity to a cluster's representative, at least.
    **parallel
        ``workers``, ``client``, ``folder``, ``progress`` of :func:`map_frames`.

    Returns
    -------
    DataFrame
        One row per frame: frame, time, cluster (0 is the largest), representative (the frame that
        stands for the cluster), similarity (to it).

    Raises
    ------
    InputError
        If `similarity` is not from 0 to 1.

    Notes
    -----
    The frame with most neighbours represents the first cluster, its neighbours leave with it, and
    so on (Daura X et al. Angew Chem Int Ed 1999, 38:236-240), with Tanimoto similarity of the
    contacts in the place of RMSD. Of more than 3,000 frames an even selection is clustered; each
    of the others joins the representative it is most like, if it is like enough, and is a cluster
    of its own with others like it if not.
    """
    if not 0 <= similarity <= 1:
        raise InputError(f"the similarity must be from 0 to 1, found {similarity}")
    bits = run if isinstance(run, pd.DataFrame) else presence(run, definition, **parallel)
    x = bits.to_numpy(dtype=np.float32)
    label = np.full(len(x), -1)
    centres: list[int] = []
    left = np.arange(len(x))
    while len(left):
        some = left[np.linspace(0, len(left) - 1, min(MOST, len(left))).round().astype(int)]
        new = _representatives(x, some, similarity)
        centres.extend(new)
        near = tanimoto(x[left], x[new])
        best = near.argmax(axis=1)
        fits = near[np.arange(len(left)), best] >= similarity
        label[left[fits]] = len(centres) - len(new) + best[fits]
        left = left[~fits]
    size = np.bincount(label, minlength=len(centres))
    order = np.argsort(-size, kind="stable")
    rank = np.empty(len(centres), dtype=np.intp)
    rank[order] = np.arange(len(order))
    centre = np.array(centres)[label]
    frame = bits.index.get_level_values("frame").to_numpy()
    return pd.DataFrame(
        {
            "frame": frame,
            "time": bits.index.get_level_values("time").to_numpy(dtype=np.float64),
            "cluster": rank[label],
            "representative": frame[centre],
            "similarity": _pairwise(x, x[centre]),
        }
    )


def _representatives(x: npt.NDArray[np.float32], some: Any, similarity: float) -> list[int]:
    near = tanimoto(x[some], x[some]) >= similarity
    found = []
    free = np.ones(len(some), dtype=bool)
    while free.any():
        count = np.where(free, near[:, free].sum(axis=1), -1)
        best = int(count.argmax())
        found.append(int(some[best]))
        free &= ~near[best]
    return found


def tanimoto(a: npt.NDArray[np.float32], b: npt.NDArray[np.float32]) -> Any:
    """Similarity of every row of bits of one table to every row of another; 1 for two empty."""
    both = a @ b.T
    either = a.sum(axis=1)[:, None] + b.sum(axis=1) - both
    return np.where(either > 0, both / np.maximum(either, 1.0), 1.0)


def _pairwise(a: npt.NDArray[np.float32], b: npt.NDArray[np.float32]) -> Any:
    both = (a * b).sum(axis=1)
    either = a.sum(axis=1) + b.sum(axis=1) - both
    return np.where(either > 0, both / np.maximum(either, 1.0), 1.0)
