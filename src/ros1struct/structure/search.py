"""Which atoms, rings and charges come within reach of each other in a chunk of frames.

Two bounds spare most of the work. Over the chunk every atom stays in a box, taken from the centre
of the inhibitor; boxes that are farther apart than a contact reaches are never looked at again.
What is left is measured with the frames as the last axis, in single precision, so that one
instruction serves many frames; the distance in double precision decides.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]

# Frames whose boxes are taken together: some 32 x 60 kB stay in a core's own cache.
BLOCK = 32
# Pairs x frames measured together, likewise.
CELLS = 1 << 15
# Å² by which a square in single precision may be wrong.
SLACK = 0.01


class Search:
    """Coordinates of a chunk of frames, ready to be asked who is near whom.

    Parameters
    ----------
    xyz : ndarray of float32, shape (frames, atoms, 3)
        Å.
    inhibitor : ndarray of int
        Atoms whose centre is the origin of every frame.
    around : ndarray of int
        Atoms to which `lower` is measured.
    far : ndarray, shape (atoms,)
        Å to which each atom will be asked about; negative for never.

    Attributes
    ----------
    lower : ndarray, shape (atoms,)
        Distance in Å below which an atom comes to none of `around` in any frame; infinite where
        it is farther than `far`.
    finite : bool
        Whether every coordinate is a number.
    """

    def __init__(self, xyz: npt.NDArray[Any], inhibitor: Ints, around: Ints, far: Singles) -> None:
        self.xyz = xyz
        self.centre = xyz[:, inhibitor].mean(axis=1, dtype=np.float32)
        self.lower = np.full(xyz.shape[1], np.inf)
        self._place = np.full(xyz.shape[1], -1)
        low, high = self._rough_boxes()
        self.finite = bool(np.isfinite(low.sum() + high.sum()))
        if not self.finite:
            return
        all_low, all_high = low[around].min(axis=0), high[around].max(axis=0)
        wanted = np.flatnonzero(far >= 0)
        low, high = low[wanted], high[wanted]
        gap = np.maximum(np.maximum(low - all_high, all_low - high), 0.0)
        close = wanted[(gap * gap).sum(axis=1) <= far[wanted] ** 2]
        self._columns = self._taken(close)
        self._place[close] = np.arange(len(close))
        # A hair more, as they are rounded.
        self._low = self._columns.min(axis=2) - np.float32(0.001)
        self._high = self._columns.max(axis=2) + np.float32(0.001)
        self.lower[close] = np.sqrt(self._gaps(close, around).min(axis=1))

    def _rough_boxes(self) -> tuple[Singles, Singles]:
        """Lowest and highest coordinates of every atom from the origin or beyond, (atoms, 3)."""
        frames, atoms = self.xyz.shape[:2]
        flat = self.xyz.reshape(frames, -1)
        low = np.full((atoms, 3), np.inf, dtype=np.float32)
        high = -low
        for start in range(0, frames, BLOCK):
            some = slice(start, start + BLOCK)
            origin = self.centre[some]
            least, most = flat[some].min(axis=0), flat[some].max(axis=0)
            np.minimum(low, least.reshape(atoms, 3) - origin.max(axis=0), out=low)
            np.maximum(high, most.reshape(atoms, 3) - origin.min(axis=0), out=high)
        return low, high

    def _taken(self, atoms: Ints) -> Singles:
        """Coordinates from the origin, shape (3, atoms, frames)."""
        own = np.empty((3, len(atoms), len(self.xyz)), dtype=np.float32)
        flat = self.xyz.reshape(len(self.xyz), -1)
        # Numbers are taken faster one by one than three by three.
        places = 3 * atoms
        for start in range(0, len(flat), BLOCK):
            frames = slice(start, start + BLOCK)
            for axis in range(3):
                some = flat[frames].take(places + axis, axis=1)
                np.subtract(some.T, self.centre[frames, axis], out=own[axis, :, frames])
        return own

    def columns(self, atoms: Ints) -> Singles:
        """Coordinates from the origin, shape (3, atoms, frames)."""
        place = self._place[atoms]
        return self._taken(atoms) if (place < 0).any() else self._columns[:, place]

    def _gaps(self, one: Ints, other: Ints) -> Singles:
        """Squared distances between boxes of atoms that are close, shape (one, other)."""
        i, j = self._place[one], self._place[other]
        total = np.zeros((len(i), len(j)), dtype=np.float32)
        for low, high in zip(self._low, self._high, strict=True):
            gap = np.maximum(low[i, None] - high[None, j], low[None, j] - high[i, None])
            np.maximum(gap, 0.0, out=gap)
            total += gap * gap
        return total

    def centroids(self, members: Ints) -> Singles:
        """Mean coordinates of groups of atoms, shape (3, groups, frames); -1 is no atom."""
        atoms, where = np.unique(np.maximum(members, 0), return_inverse=True)
        own = self.columns(atoms)
        where = where.reshape(members.shape)
        there = (members >= 0).astype(np.float32)
        total = np.zeros((3, len(members), len(self.xyz)), dtype=np.float32)
        for slot in range(members.shape[1]):
            total += own[:, where[:, slot]] * there[:, slot, None]
        total /= there.sum(axis=1)[:, None]
        return total

    def pairs(
        self, one: Ints, other: Ints, reach: float | Floats
    ) -> tuple[Ints, Ints, Ints, Floats]:
        """Pairs of atoms within reach in each frame, by frame, with exact distances.

        Parameters
        ----------
        one, other : ndarray of int
            Atoms.
        reach : float or ndarray, shape (one, other)
            Å; negative where a pair does not count.

        Returns
        -------
        frame, one, other : ndarray of int
        distance : ndarray of float64
        """
        none = np.empty(0, dtype=np.intp)
        if len(one) == 0 or len(other) == 0:
            return none, none, none, np.empty(0)
        limit = np.broadcast_to(np.asarray(reach, dtype=np.float64), (len(one), len(other)))
        near = (self._gaps(one, other) <= limit**2 + SLACK) & (limit >= 0)
        k, m = np.nonzero(near)
        f, hit = self._within(self.columns(one), self.columns(other), k, m, limit[k, m])
        i, j, limits = one[k[hit]], other[m[hit]], limit[k[hit], m[hit]]
        delta = self.xyz[f, i].astype(np.float64) - self.xyz[f, j]
        distance = np.sqrt(np.einsum("ni,ni->n", delta, delta))
        keep = distance <= limits
        return f[keep], i[keep], j[keep], distance[keep]

    def meetings(self, one: Singles, other: Singles, reach: float) -> tuple[Ints, Ints, Ints]:
        """Pairs of centroids that may be within reach in each frame, by frame."""
        k, m = (g.ravel() for g in np.indices((one.shape[1], other.shape[1])))
        f, hit = self._within(one, other, k, m, np.full(len(k), reach))
        return f, k[hit], m[hit]

    def _within(
        self, one: Singles, other: Singles, k: Ints, m: Ints, reach: Floats
    ) -> tuple[Ints, Ints]:
        """Frames and pairs (indices into k and m) that may be within reach, by frame."""
        frames = len(self.xyz)
        limit = (reach**2 + SLACK).astype(np.float32)
        step = max(1, CELLS // max(1, frames))
        f_parts, hits = [], []
        for start in range(0, len(k), step):
            some = slice(start, start + step)
            total = one[0, k[some]] - other[0, m[some]]
            total *= total
            for axis in (1, 2):
                delta = one[axis, k[some]] - other[axis, m[some]]
                delta *= delta
                total += delta
            flat = np.flatnonzero(total <= limit[some, None])
            hit, f = np.divmod(flat, frames)
            hits.append(hit + start)
            f_parts.append(f)
        if not hits:
            return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
        f, hit = np.concatenate(f_parts), np.concatenate(hits)
        order = np.argsort(f, kind="stable")
        return f[order], hit[order]
