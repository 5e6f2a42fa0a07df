"""The parts that every kind of contact is made with: arrays of contacts, pairs, angles, hydrogens.

Coordinates are ``(frames, atoms, 3)`` in Å; every function works on all frames at once.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from ros1struct.contacts.atom_types import Prepared
from ros1struct.contacts.definitions import KINDS
from ros1struct.contacts.templates import AWAY, CONE, FREE, NONE, PLANAR, TETRAHEDRAL

Ints = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

KIND = {name: k for k, name in enumerate(KINDS)}
# What the inhibitor does in the contact, and why a contact is uncertain.
ROLES = ("", "donor", "acceptor", "cation", "anion")
DOUBTS = ("", "flip", "tautomer")
FLIP, TAUTOMER = 1, 2
# What an index of `protein` or `inhibitor` points to.
ATOM, RING, GROUP = 0, 1, 2


@dataclass(frozen=True, eq=False)
class Contacts:
    """Contacts as arrays of one length.

    ``protein`` and ``inhibitor`` are atoms, or rings or groups as ``ring`` and ``group`` of the
    kinds that join them; ``water`` is -1 where there is none; angles are NaN where a kind has none.
    """

    frame: Ints
    kind: Ints
    role: Ints
    protein: Ints
    inhibitor: Ints
    distance: Floats
    angle: Floats
    angle2: Floats
    water: Ints
    water_distance: Floats
    doubt: Ints
    protein_form: Ints
    inhibitor_form: Ints

    def __len__(self) -> int:
        return len(self.frame)

    def take(self, index: Any) -> Contacts:
        """Return some of the contacts."""
        return Contacts(**{f.name: getattr(self, f.name)[index] for f in fields(self)})


def make(
    kind: str,
    frame: Ints,
    protein: Ints,
    inhibitor: Ints,
    distance: Floats,
    *,
    role: Any = 0,
    angle: Any = np.nan,
    angle2: Any = np.nan,
    water: Any = -1,
    water_distance: Any = np.nan,
    doubt: Any = 0,
    forms: tuple[int, int] = (ATOM, ATOM),
) -> Contacts:
    """Build contacts of one kind; a number stands for all of them."""
    n = len(frame)

    def ints(value: Any) -> Ints:
        return value if isinstance(value, np.ndarray) else np.full(n, value, dtype=np.intp)

    def floats(value: Any) -> Floats:
        return value if isinstance(value, np.ndarray) else np.full(n, value, dtype=np.float64)

    return Contacts(
        frame, ints(KIND[kind]), ints(role), protein, inhibitor, distance, floats(angle),
        floats(angle2), ints(water), floats(water_distance), ints(doubt), ints(forms[0]),
        ints(forms[1]),
    )  # fmt: skip


def join(parts: list[Contacts]) -> Contacts:
    """Put contacts one after the other."""
    parts = [p for p in parts if len(p)] or parts[:1]
    if len(parts) == 1:
        return parts[0]
    return Contacts(
        **{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Contacts)}
    )


def empty() -> Contacts:
    """Return no contacts."""
    none = np.empty(0, dtype=np.intp)
    return make("metal", none, none, none, np.empty(0))


def unit(v: Floats) -> Floats:
    """Scale vectors to length 1; a vector of no length stays."""
    length = np.sqrt(np.einsum("...i,...i->...", v, v))[..., None]
    return np.asarray(v / np.where(length > 1e-9, length, 1.0))


def angle_at(at: Floats, one: Floats, other: Floats) -> Floats:
    """Angle one-at-other in degrees; 90 where two points coincide."""
    cosine = np.einsum("...i,...i->...", unit(one - at), unit(other - at))
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def fold(angle: Floats) -> Floats:
    """Angle between lines rather than directions: 0 to 90 degrees."""
    return np.minimum(angle, 180.0 - angle)


def degrees(cosine: Floats) -> Floats:
    """Angle of a cosine that rounding may have pushed beyond 1."""
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def centres(x: Floats, members: Ints) -> Floats:
    """Mean positions of groups of atoms; shape (frames, groups, 3)."""
    use = (members >= 0)[None, :, :, None]
    return np.asarray(
        np.where(use, x[:, np.maximum(members, 0)], 0.0).sum(axis=2) / use.sum(axis=2)
    )


def centre_at(x: Floats, f: Ints, members: Ints) -> Floats:
    """Mean positions of groups of atoms, each in a frame of its own; shape (groups, 3)."""
    use = (members >= 0)[:, :, None]
    return np.asarray(
        np.where(use, x[f[:, None], np.maximum(members, 0)], 0.0).sum(axis=1) / use.sum(axis=1)
    )


def bond_angle(
    p: Prepared, x: Floats, f: Ints, donor: Ints, acceptor: Ints, *, turned: bool = False
) -> tuple[Floats, Floats]:
    """Best angle D-H-A over the hydrogens that a donor has or can have, and where that one is.

    Parameters
    ----------
    p : Prepared
    x : ndarray, shape (frames, atoms, 3)
    f, donor, acceptor : ndarray of int, shape (pairs,)
    turned : bool
        Take the donor's geometry from the flipped group.

    Returns
    -------
    angle : ndarray, shape (pairs,)
        Degrees; 180 where the hydrogen can point at the acceptor.
    hydrogen : ndarray, shape (pairs, 3)
        Å.
    """
    mode = (p.alternate_mode if turned else p.mode)[donor]
    before = (p.alternate_antecedents if turned else p.antecedents)[donor]
    best = np.full(len(f), -1.0)
    place = np.full((len(f), 3), np.nan)
    if len(f) == 0:
        return best, place
    d, a = x[f, donor], x[f, acceptor]
    bond = p.bond[donor]

    def offer(which: Booleans | Ints, hydrogen: Floats) -> None:
        index = np.flatnonzero(which) if which.dtype == bool else which
        angle = angle_at(hydrogen, d[index], a[index])
        better = angle > best[index]
        best[index[better]] = angle[better]
        place[index[better]] = hydrogen[better]

    movable = (mode == CONE) | (mode == FREE)
    listed = p.hydrogens[donor]
    from_file = (listed[:, 0] >= 0) & (not turned)
    if p.definition.rotatable == "point":
        from_file &= ~movable
    for k in range(4):
        there = np.flatnonzero(from_file & (listed[:, k] >= 0))
        if len(there):
            offer(there, x[f[there], listed[there, k]])
    implied = ~from_file & (mode != NONE)
    toward = unit(a - d)

    free = np.flatnonzero(implied & (mode == FREE))
    if len(free):
        offer(free, d[free] + bond[free, None] * toward[free])
    cone = np.flatnonzero(implied & (mode == CONE))
    if len(cone):
        w = unit(x[f[cone], before[cone, 0]] - d[cone])
        u = toward[cone]
        across = unit(u - np.einsum("ni,ni->n", u, w)[:, None] * w)
        theta = np.radians(p.cone[donor[cone]])[:, None]
        offer(cone, d[cone] + bond[cone, None] * (np.cos(theta) * w + np.sin(theta) * across))
    away = np.flatnonzero(implied & (mode == AWAY))
    if len(away):
        near = before[away]
        w = unit(x[f[away][:, None], np.maximum(near, 0)] - d[away][:, None])
        total = np.where((near >= 0)[:, :, None], w, 0.0).sum(axis=1)
        offer(away, d[away] - bond[away, None] * unit(total))
    planar = np.flatnonzero(implied & (mode == PLANAR))
    if len(planar):
        n1, n2 = x[f[planar], before[planar, 0]], x[f[planar], before[planar, 1]]
        along = unit(d[planar] - n1)
        aside = n2 - n1
        aside = unit(aside - np.einsum("ni,ni->n", aside, along)[:, None] * along)
        for sign in (1.0, -1.0):
            v = 0.5 * along + sign * np.sqrt(0.75) * aside
            offer(planar, d[planar] + bond[planar, None] * v)
    pair = np.flatnonzero(implied & (mode == TETRAHEDRAL))
    if len(pair):
        w1 = unit(x[f[pair], before[pair, 0]] - d[pair])
        w2 = unit(x[f[pair], before[pair, 1]] - d[pair])
        middle, normal = -unit(w1 + w2), unit(np.cross(w1, w2))
        half = np.radians(109.5 / 2)
        for sign in (1.0, -1.0):
            v = np.cos(half) * middle + sign * np.sin(half) * normal
            offer(pair, d[pair] + bond[pair, None] * v)
    return best, place
