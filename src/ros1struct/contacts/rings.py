"""Contacts in which an aromatic ring takes part: stacked rings, charges and sulphur on a ring."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ros1struct.contacts.arrays import (
    ATOM,
    GROUP,
    RING,
    Contacts,
    centre_at,
    degrees,
    empty,
    fold,
    join,
    make,
    unit,
)
from ros1struct.contacts.atom_types import Prepared
from ros1struct.contacts.geometry_rules import Stacking
from ros1struct.contacts.templates import BIT
from ros1struct.structure.search import Search

Ints = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]


def _near_rings(p: Prepared, search: Search, reach: float) -> tuple[Ints, Ints]:
    """Rings of the protein that may lie within reach, and those of the inhibitor."""
    mine = np.flatnonzero(p.ring_inhibitor)
    theirs = np.flatnonzero(~p.ring_inhibitor)
    if len(theirs):
        # An atom of an aromatic ring is at most 1.5 Å from its centroid, on either side.
        theirs = theirs[search.lower[p.rings[theirs, 0]] <= reach + 3.0]
    return theirs, mine


def ring_planes(p: Prepared, x: Floats, f: Ints, rings: Ints) -> tuple[Floats, Floats]:
    """Centroids and unit normals of rings, each in a frame of its own.

    Returns
    -------
    centroid, normal : ndarray, shape (rings, 3)
    """
    members = p.rings[rings]
    five = members[:, 5] < 0
    centre = centre_at(x, f, members)
    if p.definition.ring_normal == "two":
        first, second = (x[f, members[:, k]] - centre for k in (0, 1))
        return centre, unit(np.cross(first, second))
    closed = np.where(five[:, None] & (np.arange(6) == 5), members[:, :1], members)
    spokes = x[f[:, None], closed] - centre[:, None]
    # The area vector of the polygon: all atoms weigh alike, whatever their order starts with.
    normal = np.cross(spokes, np.roll(spokes, -1, axis=1)).sum(axis=1)
    return centre, unit(normal)


def stacks(p: Prepared, x: Floats, search: Search) -> tuple[Contacts, Contacts]:
    """Find stacked rings, face to face and edge to face.

    Parameters
    ----------
    p : Prepared
    x : ndarray, shape (frames, atoms, 3)
        Å.
    search : Search
        Of the same frames.

    Returns
    -------
    face, edge : Contacts
    """
    rules = (("pi stacking face", p.definition.face), ("pi stacking edge", p.definition.edge))
    reach = max(rule.distance for _, rule in rules)
    theirs, mine = _near_rings(p, search, reach)
    if len(theirs) == 0 or len(mine) == 0:
        return empty(), empty()
    f, k, m = search.meetings(
        search.centroids(p.rings[theirs]), search.centroids(p.rings[mine]), reach
    )
    k, m = theirs[k], mine[m]
    c1, a = ring_planes(p, x, f, k)
    c2, b = ring_planes(p, x, f, m)
    line = c2 - c1
    d = np.linalg.norm(line, axis=-1)
    plane = fold(degrees(np.einsum("ni,ni->n", a, b)))
    along1 = np.abs(np.einsum("ni,ni->n", a, line))
    along2 = np.abs(np.einsum("ni,ni->n", b, line))
    tilt1 = degrees(along1 / np.maximum(d, 1e-9))
    tilt2 = degrees(along2 / np.maximum(d, 1e-9))
    tilt = np.minimum(tilt1, tilt2)

    def of(kind: str, rule: Stacking) -> Contacts:
        low, high = rule.plane
        ok = (d <= rule.distance) & (low <= plane) & (plane <= high)
        if rule.tilt is not None:
            ok &= tilt <= rule.tilt
        if rule.offset is not None:
            highest = np.maximum(along1, along2)
            ok &= np.sqrt(np.maximum(d**2 - highest**2, 0.0)) <= rule.offset
        if rule.intersect is not None:
            ok[ok] = _meeting(c2[ok], b[ok], c1[ok], a[ok]) <= rule.intersect
        return make(
            kind, f[ok], k[ok], m[ok], d[ok], angle=plane[ok], angle2=tilt[ok], forms=(RING, RING)
        )

    return of(*rules[0]), of(*rules[1])


def _meeting(c1: Floats, n1: Floats, c2: Floats, n2: Floats) -> Floats:
    """Distance of the nearer centre from the point where the line of two planes passes the first.

    The point is that of the line nearest the first centre (the inhibitor's ring, as in ProLIF).
    """
    direction = np.cross(n1, n2)
    sine = np.linalg.norm(direction, axis=-1)
    sine = np.where(sine > 1e-6, sine, np.nan)
    # In the first plane, at right angles to the line.
    inward = np.cross(direction, n1) / sine[:, None]
    height = np.einsum("ni,ni->n", c2 - c1, n2)
    step = height / np.einsum("ni,ni->n", inward, n2)
    point = c1 + step[:, None] * inward
    one = np.linalg.norm(point - c1, axis=-1)
    other = np.linalg.norm(point - c2, axis=-1)
    return np.asarray(np.nan_to_num(np.minimum(one, other), nan=np.inf), dtype=np.float64)


def _from_rings(
    p: Prepared, x: Floats, search: Search, members: Ints, rings: Ints, reach: float
) -> tuple[Ints, Ints, Ints, Floats, Floats, Floats]:
    """Find groups of atoms within reach of a ring's centroid.

    Returns
    -------
    frame, ring, place : ndarray of int
        Of each; `place` indexes `members`.
    distance, along, normal : ndarray
        From the centroid; along the ring's axis; the axis.
    """
    f, k, m = search.meetings(search.centroids(p.rings[rings]), search.centroids(members), reach)
    k = rings[k]
    centre, normal = ring_planes(p, x, f, k)
    line = centre_at(x, f, members[m]) - centre
    d = np.linalg.norm(line, axis=-1)
    ok = d <= reach
    along = np.abs(np.einsum("ni,ni->n", normal, line))
    return f[ok], k[ok], m[ok], d[ok], along[ok], normal[ok]


def charge_and_ring(
    p: Prepared,
    x: Floats,
    search: Search,
    *,
    inhibitor_charged: bool,
) -> Contacts:
    """Find positive charges on rings: the inhibitor's on the protein's, or the other way round."""
    rule = p.definition
    theirs, mine = _near_rings(p, search, rule.cation_pi)
    rings = theirs if inhibitor_charged else mine
    members, index = _cations(p, search, inhibitor=inhibitor_charged)
    if len(rings) == 0 or len(index) == 0:
        return empty()
    f, ring, m, d, along, normal = _from_rings(p, x, search, members, rings, rule.cation_pi)
    tilt = degrees(along / np.maximum(d, 1e-9))
    ok = np.ones(len(f), dtype=bool)
    if rule.cation_pi_angle is not None:
        ok &= tilt <= rule.cation_pi_angle
    if rule.cation_pi_offset is not None:
        ok &= np.sqrt(np.maximum(d**2 - along**2, 0.0)) <= rule.cation_pi_offset
        if inhibitor_charged:
            ok &= _amine_faces(p, x, f, members[m, 0], normal)
    f, ring, charge, d, tilt = f[ok], ring[ok], index[m[ok]], d[ok], tilt[ok]
    form = GROUP if rule.charge_centres else ATOM
    if inhibitor_charged:
        return make("cation-pi", f, ring, charge, d, angle=tilt, forms=(RING, form))
    return make("pi-cation", f, charge, ring, d, angle=tilt, forms=(form, RING))


def _amine_faces(p: Prepared, x: Floats, f: Ints, nitrogen: Ints, normal: Floats) -> Booleans:
    """PLIP: the plane of an amine's first three neighbours lies within 30 degrees of the ring's."""
    near = np.concatenate([p.neighbours[nitrogen], p.hydrogens[nitrogen]], axis=1)
    ok = np.ones(len(f), dtype=bool)
    for row, listed in enumerate(near):
        three = listed[listed >= 0][:3]
        if len(three) == 3:
            a, b, c = x[f[row], three]
            across = unit(np.cross(b - a, a - c)[None])[0]
            ok[row] = fold(degrees(np.array([across @ normal[row]])))[0] <= 30.0
    return ok


def _cations(p: Prepared, search: Search, *, inhibitor: bool) -> tuple[Ints, Ints]:
    """Members and index of positive charges of one side: atoms, or groups where centres count."""
    if p.definition.charge_centres:
        index = np.flatnonzero((p.group_charge > 0) & (p.group_inhibitor == inhibitor))
        return p.groups[index], index
    atoms = p.inhibitor if inhibitor else p.protein
    atoms = atoms[(p.bits[atoms] & BIT["cation"]) > 0]
    if not inhibitor:
        atoms = atoms[search.lower[atoms] <= p.definition.cation_pi + 3.0]
    return atoms[:, None], atoms


def sulphur_and_ring(p: Prepared, x: Floats, search: Search) -> Contacts:
    """Find sulphur near aromatic rings, on either side; arguments as of :func:`stacks`."""
    reach = p.definition.sulphur_pi
    if reach is None:
        return empty()
    theirs, mine = _near_rings(p, search, reach)
    found = []
    for rings, atoms, mine_is_ring in ((theirs, p.inhibitor, False), (mine, p.protein, True)):
        atoms = atoms[(p.bits[atoms] & BIT["sulphur"]) > 0]
        if mine_is_ring:
            atoms = atoms[search.lower[atoms] <= reach + 1.5]
        if len(rings) == 0 or len(atoms) == 0:
            continue
        f, k, m, d, along, _ = _from_rings(p, x, search, atoms[:, None], rings, reach)
        tilt = degrees(along / np.maximum(d, 1e-9))
        one, other = (atoms[m], k) if mine_is_ring else (k, atoms[m])
        forms = (ATOM, RING) if mine_is_ring else (RING, ATOM)
        found.append(make("sulphur-pi", f, one, other, d, angle=tilt, forms=forms))
    return join(found) if found else empty()
