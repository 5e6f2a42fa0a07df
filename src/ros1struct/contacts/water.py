"""Water bridges: two hydrogen bonds, to the inhibitor and to the protein, that meet in a water."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ros1struct.contacts.arrays import Contacts, angle_at, bond_angle, empty, make
from ros1struct.contacts.atom_types import Prepared
from ros1struct.contacts.templates import BIT
from ros1struct.structure.search import Search

Ints = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]


def water_bridges(p: Prepared, x: Floats, search: Search) -> Contacts:
    """Find waters that bond to the inhibitor and to the protein; arguments as of the rings."""
    rule = p.definition.water
    if rule is None or len(p.water) == 0:
        return empty()
    polar = BIT["donor"] | BIT["acceptor"]
    lower = search.lower
    water = p.water[lower[p.water] <= rule.farthest]
    atoms = p.protein[(p.bits[p.protein] & polar) > 0]
    atoms = atoms[lower[atoms] <= 2 * rule.farthest]
    mine = p.inhibitor[(p.bits[p.inhibitor] & polar) > 0]
    f1, w1, l1, d1 = search.pairs(water, mine, rule.farthest)
    f2, w2, p2, d2 = search.pairs(np.unique(w1), atoms, rule.farthest)
    legs1 = _legs(p, x, f1, w1, l1, d1)
    legs2 = _legs(p, x, f2, w2, p2, d2)
    one, other = _meet(legs1[0] * len(p.bits) + legs1[1], legs2[0] * len(p.bits) + legs2[1])
    f, w, ligand, d, gives, angle, hydrogen = (c[one] for c in legs1)
    _, _, protein, far, theirs, angle2, hydrogen2 = (c[other] for c in legs2)
    ok = np.ones(len(f), dtype=bool)
    second = angle2
    if rule.one_of_each:
        ok &= gives != theirs
        angle = np.where(gives, angle, angle2)
    if rule.omega is not None and len(f):
        taker = np.where(gives, protein, ligand)
        omega = angle_at(x[f, w], x[f, taker], np.where(gives[:, None], hydrogen, hydrogen2))
        ok &= (rule.omega[0] <= omega) & (omega <= rule.omega[1])
        second = omega
    role = np.where(gives, 1, 2)
    return make(
        "water bridge", f[ok], protein[ok], ligand[ok], d[ok], role=role[ok], angle=angle[ok],
        angle2=second[ok], water=w[ok], water_distance=far[ok],
    )  # fmt: skip


def _legs(p: Prepared, x: Floats, f: Ints, water: Ints, atom: Ints, d: Floats) -> tuple[Any, ...]:
    """Hydrogen bonds between waters and atoms, twice where an atom can both give and take."""
    rule = p.definition.water
    assert rule is not None
    keep = d >= rule.nearest
    f, water, atom, d = f[keep], water[keep], atom[keep], d[keep]
    rows = []
    for gives in (True, False):
        can = (p.bits[atom] & BIT["donor" if gives else "acceptor"]) > 0
        ff, w, a = f[can], water[can], atom[can]
        angle, hydrogen = bond_angle(p, x, ff, a if gives else w, w if gives else a)
        good = angle >= rule.angle
        if not gives and rule.one_of_each:
            # The water's own hydrogens do not count there.
            good = np.ones(len(ff), dtype=bool)
        rows.append(
            (ff[good], w[good], a[good], d[can][good], np.full(int(good.sum()), gives),
             angle[good], hydrogen[good])
        )  # fmt: skip
    return tuple(np.concatenate(column) for column in zip(*rows, strict=True))


def _meet(one: Ints, other: Ints) -> tuple[Ints, Ints]:
    """All pairs of places with equal keys."""
    order = np.argsort(other, kind="stable")
    ordered = other[order]
    first = np.searchsorted(ordered, one, side="left")
    count = np.searchsorted(ordered, one, side="right") - first
    left = np.repeat(np.arange(len(one)), count)
    within = np.arange(len(left)) - np.repeat(np.cumsum(count) - count, count)
    return left, order[np.repeat(first, count) + within]
