"""The kernel: from typed atoms and coordinates ``(frames, atoms, 3)`` to contacts, in one pass.

Nothing here knows names or tables. Frames are taken in chunks, so that memory stays bounded; within
a chunk every step runs over all frames at once.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from ros1struct.chemistry import AWAY, BIT, CONE, FREE, NONE, PLANAR, TETRAHEDRAL, Prepared
from ros1struct.definitions import KINDS, Stacking
from ros1struct.errors import InputError

Ints = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

KIND = {name: k for k, name in enumerate(KINDS)}
# What the inhibitor does in the contact, and why a contact is uncertain.
ROLES = ("", "donor", "acceptor", "cation", "anion")
DOUBTS = ("", "flip", "tautomer")
FLIP, TAUTOMER = 1, 2

# Å; no definition reaches farther from the inhibitor (a water bridge spans two legs).
FAR = 15.0

# Distances (frame x near atom x inhibitor atom) held at once; 4 bytes each.
CHUNK = 4_000_000


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


# What an index of `protein` or `inhibitor` points to.
ATOM, RING, GROUP = 0, 1, 2


def _contacts(
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


def _join(parts: list[Contacts]) -> Contacts:
    return Contacts(
        **{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Contacts)}
    )


def measure(prepared: Prepared, xyz: npt.NDArray[Any], *, chunk: int = CHUNK) -> Contacts:
    """Find all contacts in all frames.

    Parameters
    ----------
    prepared : Prepared
    xyz : ndarray, shape (frames, atoms, 3)
        Å.
    chunk : int
        Distances held in memory at once: bounds the frames taken together.

    Returns
    -------
    Contacts
        Sorted by frame, then kind.

    Raises
    ------
    InputError
        If the shape is wrong or a coordinate is not a number.

    Examples
    --------
    >>> import ros1struct as rs
    >>> from ros1struct.chemistry import prepare
    >>> from ros1struct.definitions import CONTACT_DEFINITIONS
    >>> complex = rs.load("2WGJ")
    >>> found = measure(prepare(complex, CONTACT_DEFINITIONS["prolif"]), complex.xyz)
    >>> int((found.kind == KIND["hydrogen bond"]).sum())
    2
    """
    if xyz.ndim != 3 or xyz.shape[1:] != (len(prepared.bits), 3):
        raise InputError(
            f"coordinates must have shape (frames, {len(prepared.bits)}, 3), found {xyz.shape}"
        )
    step = max(1, chunk // max(1, len(prepared.bits) * max(3, len(prepared.inhibitor) // 4)))
    parts = []
    for start in range(0, len(xyz), step):
        frames = xyz[start : start + step]
        # One sum tells: infinities and NaN survive it.
        if not np.isfinite(frames.sum(dtype=np.float64)):
            where = np.argwhere(~np.isfinite(frames))[0]
            raise InputError(
                f"frame {start + int(where[0])}: atom {int(where[1])} has a coordinate that is "
                "not a number"
            )
        found = _chunk(prepared, frames)
        parts.append(found.take(slice(None)) if start == 0 else _shifted(found, start))
    everything = _join(parts) if parts else _join([_empty()])
    order = np.lexsort((everything.kind, everything.frame))
    return everything.take(order)


def _shifted(found: Contacts, start: int) -> Contacts:
    values = {f.name: getattr(found, f.name) for f in fields(found)}
    return Contacts(**{**values, "frame": found.frame + start})


def _empty() -> Contacts:
    none = np.empty(0, dtype=np.intp)
    return _contacts("metal", none, none, none, np.empty(0))


class _Positions:
    """Coordinates that are in double precision where they are taken, not before."""

    def __init__(self, xyz: npt.NDArray[Any]) -> None:
        self.xyz = xyz

    def __getitem__(self, index: Any) -> Floats:
        return np.asarray(self.xyz[index], dtype=np.float64)


def _chunk(p: Prepared, frames: npt.NDArray[Any]) -> Contacts:
    rule = p.definition
    centre = frames[:, p.inhibitor].mean(axis=1, keepdims=True)
    xyz = np.asarray(frames - centre, dtype=np.float32)
    lower = _lower_bounds(xyz, p.inhibitor)

    reach = max(rule.hydrogen_bond_sulphur, rule.hydrogen_bond, rule.hydrophobic, rule.halogen)
    reach = max(reach, rule.metal, rule.weak_hydrogen_bond or 0.0)
    if not rule.charge_centres:
        reach = max(reach, rule.salt_bridge)
    near = p.protein[lower[p.protein] <= reach]
    f, i, j, d = _pairs(xyz, near, p.inhibitor, reach)
    pb, lb = p.bits[i], p.bits[j]
    x: Any = _Positions(frames)
    parts = [
        _hydrogen_bonds(p, x, f, i, j, d),
        _weak_bonds(p, x, f, i, j, d),
        _salt_bridges(p, x, f, i, j, d),
        _halogens(p, x, f, i, j, d),
        _stacks(p, x, lower, "pi stacking face", rule.face),
        _stacks(p, x, lower, "pi stacking edge", rule.edge),
        _charge_and_ring(p, x, lower, inhibitor_charged=True),
        _charge_and_ring(p, x, lower, inhibitor_charged=False),
        _sulphur_and_ring(p, x, lower),
        _bridges(p, x, xyz, lower),
        _van_der_waals(p, xyz, lower),
    ]
    both = ((pb & lb & BIT["hydrophobic"]) > 0) & (d <= rule.hydrophobic)
    parts.append(_contacts("hydrophobic", f[both], i[both], j[both], d[both]))
    chelated = ((pb & BIT["metal"]) > 0) & ((lb & BIT["chelator"]) > 0) & (d <= rule.metal)
    parts.append(_contacts("metal", f[chelated], i[chelated], j[chelated], d[chelated], role=2))
    return _join(parts)


def _lower_bounds(xyz: npt.NDArray[np.float32], inhibitor: Ints) -> Floats:
    """Distance in Å below which no atom comes to a heavy atom of the inhibitor in any frame.

    The better of two bounds: the distance in the first frame less the way that atom and inhibitor
    go, and the distance from the inhibitor's centre (the origin) less the inhibitor's radius.
    """
    ligand = xyz[:, inhibitor]
    size = np.sqrt(np.einsum("fli,fli->fl", ligand, ligand).max())
    outside = np.sqrt(np.einsum("fni,fni->fn", xyz, xyz).min(axis=0)) - size
    if len(xyz) > 1:
        # Farther ones are out of every reach already.
        close = np.flatnonzero(outside <= FAR)
        there, start = xyz[:, close], ligand[0]
        first = there[0]
        way, drift = there - first, ligand - start
        moved = np.sqrt(np.einsum("fni,fni->fn", way, way).max(axis=0))
        moved += np.sqrt(np.einsum("fli,fli->fl", drift, drift).max())
        bound = np.sqrt(_squares(first[None], start[None])[0].min(axis=1)) - moved
        outside[close] = np.maximum(outside[close], bound)
    # Single precision: a hair less.
    return np.asarray(outside - 0.01, dtype=np.float64)


def _squares(a: npt.NDArray[np.float32], b: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Squared distances of all pairs in each frame; axis by axis, as threads of BLAS only wait."""
    total = np.zeros((a.shape[0], a.shape[1], b.shape[1]), dtype=np.float32)
    step = np.empty_like(total)
    for one, other in zip(np.moveaxis(a, 2, 0).copy(), np.moveaxis(b, 2, 0).copy(), strict=True):
        np.subtract(one[:, :, None], other[:, None, :], out=step)
        step *= step
        total += step
    return total


def _pairs(
    xyz: npt.NDArray[np.float32], one: Ints, other: Ints, reach: float
) -> tuple[Ints, Ints, Ints, Floats]:
    """Pairs of atoms within reach in each frame, with exact distances."""
    none = np.empty(0, dtype=np.intp)
    if len(one) == 0 or len(other) == 0:
        return none, none, none, np.empty(0)
    a, b = xyz[:, one], xyz[:, other]
    square = _squares(a, b)
    # Single precision finds them; the distance in double precision decides.
    flat = np.flatnonzero(square <= reach**2 + 0.01)
    f, rest = np.divmod(flat, square.shape[1] * square.shape[2])
    k, m = np.divmod(rest, square.shape[2])
    delta = a[f, k].astype(np.float64) - b[f, m]
    distance = np.sqrt(np.einsum("ni,ni->n", delta, delta))
    keep = distance <= reach
    return f[keep], one[k[keep]], other[m[keep]], distance[keep]


def _unit(v: Floats) -> Floats:
    length = np.sqrt(np.einsum("...i,...i->...", v, v))[..., None]
    return np.asarray(v / np.where(length > 1e-9, length, 1.0))


def _angle(at: Floats, one: Floats, other: Floats) -> Floats:
    cosine = np.einsum("...i,...i->...", _unit(one - at), _unit(other - at))
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


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
        angle = _angle(hydrogen, d[index], a[index])
        better = angle > best[index]
        best[index[better]] = angle[better]
        place[index[better]] = hydrogen[better]

    movable = (mode == CONE) | (mode == FREE)
    listed = p.hydrogens[donor]
    from_file = (listed[:, 0] >= 0) & ~turned
    if p.definition.rotatable == "point":
        from_file &= ~movable
    for k in range(4):
        there = np.flatnonzero(from_file & (listed[:, k] >= 0))
        if len(there):
            offer(there, x[f[there], listed[there, k]])
    implied = ~from_file & (mode != NONE)
    toward = _unit(a - d)

    free = np.flatnonzero(implied & (mode == FREE))
    if len(free):
        offer(free, d[free] + bond[free, None] * toward[free])
    cone = np.flatnonzero(implied & (mode == CONE))
    if len(cone):
        w = _unit(x[f[cone], before[cone, 0]] - d[cone])
        u = toward[cone]
        across = _unit(u - np.einsum("ni,ni->n", u, w)[:, None] * w)
        theta = np.radians(p.cone[donor[cone]])[:, None]
        offer(cone, d[cone] + bond[cone, None] * (np.cos(theta) * w + np.sin(theta) * across))
    away = np.flatnonzero(implied & (mode == AWAY))
    if len(away):
        near = before[away]
        w = _unit(x[f[away][:, None], np.maximum(near, 0)] - d[away][:, None])
        total = np.where((near >= 0)[:, :, None], w, 0.0).sum(axis=1)
        offer(away, d[away] - bond[away, None] * _unit(total))
    planar = np.flatnonzero(implied & (mode == PLANAR))
    if len(planar):
        n1, n2 = x[f[planar], before[planar, 0]], x[f[planar], before[planar, 1]]
        along = _unit(d[planar] - n1)
        aside = n2 - n1
        aside = _unit(aside - np.einsum("ni,ni->n", aside, along)[:, None] * along)
        for sign in (1.0, -1.0):
            v = 0.5 * along + sign * np.sqrt(0.75) * aside
            offer(planar, d[planar] + bond[planar, None] * v)
    pair = np.flatnonzero(implied & (mode == TETRAHEDRAL))
    if len(pair):
        w1 = _unit(x[f[pair], before[pair, 0]] - d[pair])
        w2 = _unit(x[f[pair], before[pair, 1]] - d[pair])
        middle, normal = -_unit(w1 + w2), _unit(np.cross(w1, w2))
        half = np.radians(109.5 / 2)
        for sign in (1.0, -1.0):
            v = np.cos(half) * middle + sign * np.sin(half) * normal
            offer(pair, d[pair] + bond[pair, None] * v)
    return best, place


def _bond_reach(p: Prepared, i: Ints, j: Ints) -> Floats:
    # 1.2 Å lies between the S-H bond (1.34) and all others that matter here.
    sulphur = (p.bond[i] > 1.2) | (p.bond[j] > 1.2)
    rule = p.definition
    return np.where(sulphur, rule.hydrogen_bond_sulphur, rule.hydrogen_bond)


def _hydrogen_bonds(p: Prepared, x: Floats, f: Ints, i: Ints, j: Ints, d: Floats) -> Contacts:
    near = d <= _bond_reach(p, i, j)
    f, i, j, d = f[near], i[near], j[near], d[near]
    found = []
    for turned in (False, True) if p.definition.flips else (False,):
        mine = (p.alternate_bits if turned else p.bits)[i]
        for role, gives, takes in ((1, p.bits[j], mine), (2, mine, p.bits[j])):
            can = ((gives & BIT["donor"]) > 0) & ((takes & BIT["acceptor"]) > 0)
            ff, ii, jj, dd = f[can], i[can], j[can], d[can]
            if role == 1:
                angle, _ = bond_angle(p, x, ff, jj, ii)
            else:
                angle, _ = bond_angle(p, x, ff, ii, jj, turned=turned)
            good = angle >= p.definition.hydrogen_bond_angle
            doubt = np.where(p.tautomer[ii], TAUTOMER, 0)
            found.append(
                _contacts(
                    "hydrogen bond", ff[good], ii[good], jj[good], dd[good], role=role,
                    angle=angle[good], doubt=FLIP if turned else doubt[good],
                )
            )  # fmt: skip
    if not p.definition.flips:
        return _join(found)
    return _better_flips(p, _join(found[:2]), _join(found[2:]))


def _better_flips(p: Prepared, stands: Contacts, turned: Contacts) -> Contacts:
    """Add the bonds of a flip that bonds better, and mark those of the group as it stands."""
    if len(turned) == 0:
        return stands
    n = len(p.bits)
    moved = (p.alternate_mode > 0) | (p.alternate_bits > 0)

    def bonds(c: Contacts) -> tuple[Ints, Ints]:
        # An atom that may both give and take makes one bond.
        mine = moved[c.protein]
        pair = (c.frame * n + c.protein)[mine] * n + c.inhibitor[mine]
        first = np.unique(pair, return_index=True)[1]
        group = (c.frame * n + p.residue[c.protein])[mine][first]
        values, counts = np.unique(group, return_counts=True)
        return values, counts

    groups, count = bonds(turned)
    known, before = bonds(stands)
    there = np.zeros(len(groups), dtype=np.intp)
    _, one, other = np.intersect1d(groups, known, return_indices=True)
    there[one] = before[other]
    better = groups[count > there]
    marked = np.isin(stands.frame * n + p.residue[stands.protein], better) & moved[stands.protein]
    values = {f.name: getattr(stands, f.name) for f in fields(stands)}
    values["doubt"] = np.where(marked, FLIP, stands.doubt)
    keep = np.isin(turned.frame * n + p.residue[turned.protein], better)
    return _join([Contacts(**values), turned.take(keep)])


def _weak_bonds(p: Prepared, x: Floats, f: Ints, i: Ints, j: Ints, d: Floats) -> Contacts:
    rule = p.definition
    if rule.weak_hydrogen_bond is None:
        return _empty()
    near = d <= rule.weak_hydrogen_bond
    f, i, j, d = f[near], i[near], j[near], d[near]
    found = []
    for role, gives, takes in ((1, j, i), (2, i, j)):
        can = ((p.bits[gives] & BIT["weak_donor"]) > 0) & (
            (p.bits[takes] & BIT["weak_acceptor"]) > 0
        )
        angle, _ = bond_angle(p, x, f[can], gives[can], takes[can])
        good = angle >= rule.weak_hydrogen_bond_angle
        found.append(
            _contacts(
                "weak hydrogen bond", f[can][good], i[can][good], j[can][good], d[can][good],
                role=role, angle=angle[good],
            )
        )  # fmt: skip
    return _join(found)


def _salt_bridges(p: Prepared, x: Floats, f: Ints, i: Ints, j: Ints, d: Floats) -> Contacts:
    rule = p.definition
    if rule.charge_centres:
        return _group_bridges(p, x)
    near = d <= rule.salt_bridge
    f, i, j, d = f[near], i[near], j[near], d[near]
    found = []
    for role, mine, theirs in ((3, "cation", "anion"), (4, "anion", "cation")):
        both = ((p.bits[j] & BIT[mine]) > 0) & ((p.bits[i] & BIT[theirs]) > 0)
        found.append(_contacts("salt bridge", f[both], i[both], j[both], d[both], role=role))
    return _join(found)


def _centres(x: Floats, members: Ints) -> Floats:
    """Mean positions of groups of atoms; shape (frames, groups, 3)."""
    use = (members >= 0)[None, :, :, None]
    return np.asarray(
        np.where(use, x[:, np.maximum(members, 0)], 0.0).sum(axis=2) / use.sum(axis=2)
    )


def _group_bridges(p: Prepared, x: Floats) -> Contacts:
    mine, theirs = np.flatnonzero(p.group_inhibitor), np.flatnonzero(~p.group_inhibitor)
    if len(mine) == 0 or len(theirs) == 0:
        return _empty()
    one, other = _centres(x, p.groups[theirs]), _centres(x, p.groups[mine])
    distance = np.linalg.norm(one[:, :, None] - other[:, None], axis=-1)
    opposite = p.group_charge[theirs][:, None] * p.group_charge[mine] < 0
    f, k, m = np.nonzero((distance <= p.definition.salt_bridge) & opposite)
    role = np.where(p.group_charge[mine[m]] > 0, 3, 4)
    return _contacts(
        "salt bridge", f, theirs[k], mine[m], distance[f, k, m], role=role, forms=(GROUP, GROUP)
    )


def _halogens(p: Prepared, x: Floats, f: Ints, i: Ints, j: Ints, d: Floats) -> Contacts:
    rule = p.definition
    near = d <= rule.halogen
    f, i, j, d = f[near], i[near], j[near], d[near]
    found = []
    for role, gives, takes in ((1, j, i), (2, i, j)):
        can = ((p.bits[gives] & BIT["halogen"]) > 0) & (
            (p.bits[takes] & BIT["halogen_acceptor"]) > 0
        )
        ff, g, t = f[can], gives[can], takes[can]
        if len(ff) == 0:
            continue
        at_halogen = _angle(x[ff, g], x[ff, p.neighbours[g, 0]], x[ff, t])
        at_acceptor = np.full(len(ff), np.nan)
        ok = np.zeros(len(ff), dtype=bool)
        low, high = rule.halogen_acceptor_angle
        for beside in (*p.neighbours[t].T, *p.hydrogens[t].T):
            angle = _angle(x[ff, t], x[ff, np.maximum(beside, 0)], x[ff, g])
            fits = (beside >= 0) & (low <= angle) & (angle <= high) & ~ok
            at_acceptor[fits] = angle[fits]
            ok |= fits
        low, high = rule.halogen_angle
        ok &= (low <= at_halogen) & (at_halogen <= high)
        found.append(
            _contacts(
                "halogen bond", ff[ok], i[can][ok], j[can][ok], d[can][ok], role=role,
                angle=at_halogen[ok], angle2=at_acceptor[ok],
            )
        )  # fmt: skip
    return _join(found) if found else _empty()


def _near_rings(p: Prepared, lower: Floats, reach: float) -> tuple[Ints, Ints]:
    """Rings of the protein that may lie within reach, and those of the inhibitor."""
    mine = np.flatnonzero(p.ring_inhibitor)
    theirs = np.flatnonzero(~p.ring_inhibitor)
    if len(theirs):
        # An atom of an aromatic ring is at most 1.5 Å from its centroid, on either side.
        theirs = theirs[lower[p.rings[theirs, 0]] <= reach + 3.0]
    return theirs, mine


def ring_planes(p: Prepared, x: Floats, rings: Ints) -> tuple[Floats, Floats]:
    """Centroids and unit normals of rings.

    Returns
    -------
    centroid, normal : ndarray, shape (frames, rings, 3)
    """
    members = p.rings[rings]
    five = members[:, 5] < 0
    centre = _centres(x, members)
    closed = np.where(five[:, None] & (np.arange(6) == 5), members[:, :1], members)
    spokes = x[:, closed] - centre[:, :, None]
    # The area vector of the polygon: all atoms weigh alike, whatever their order starts with.
    normal = np.cross(spokes, np.roll(spokes, -1, axis=2)).sum(axis=2)
    return centre, _unit(normal)


def _fold(angle: Floats) -> Floats:
    return np.minimum(angle, 180.0 - angle)


def _degrees(cosine: Floats) -> Floats:
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def _stacks(
    p: Prepared,
    x: Floats,
    lower: Floats,
    kind: str,
    rule: Stacking,
) -> Contacts:
    theirs, mine = _near_rings(p, lower, rule.distance)
    if len(theirs) == 0 or len(mine) == 0:
        return _empty()
    c1, n1 = ring_planes(p, x, theirs)
    c2, n2 = ring_planes(p, x, mine)
    line = c2[:, None] - c1[:, :, None]
    distance = np.linalg.norm(line, axis=-1)
    f, k, m = np.nonzero(distance <= rule.distance)
    line, d = line[f, k, m], distance[f, k, m]
    a, b = n1[f, k], n2[f, m]
    plane = _fold(_degrees(np.einsum("ni,ni->n", a, b)))
    low, high = rule.plane
    ok = (low <= plane) & (plane <= high)
    along1 = np.abs(np.einsum("ni,ni->n", a, line))
    along2 = np.abs(np.einsum("ni,ni->n", b, line))
    tilt1 = _degrees(along1 / np.maximum(d, 1e-9))
    tilt2 = _degrees(along2 / np.maximum(d, 1e-9))
    tilt = np.minimum(tilt1, tilt2)
    if rule.tilt is not None:
        ok &= tilt <= rule.tilt
    if rule.offset is not None:
        highest = np.maximum(along1, along2)
        ok &= np.sqrt(np.maximum(d**2 - highest**2, 0.0)) <= rule.offset
    if rule.intersect is not None:
        ok &= _meeting(c2[f, m], b, c1[f, k], a) <= rule.intersect
    return _contacts(
        kind, f[ok], theirs[k[ok]], mine[m[ok]], d[ok], angle=plane[ok], angle2=tilt[ok],
        forms=(RING, RING),
    )  # fmt: skip


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


def _charge_and_ring(
    p: Prepared,
    x: Floats,
    lower: Floats,
    *,
    inhibitor_charged: bool,
) -> Contacts:
    rule = p.definition
    theirs, mine = _near_rings(p, lower, rule.cation_pi)
    rings = theirs if inhibitor_charged else mine
    members, index = _cations(p, lower, inhibitor=inhibitor_charged)
    if len(rings) == 0 or len(index) == 0:
        return _empty()
    where = _centres(x, members)
    centre, normal = ring_planes(p, x, rings)
    line = where[:, None] - centre[:, :, None]
    distance = np.linalg.norm(line, axis=-1)
    f, k, m = np.nonzero(distance <= rule.cation_pi)
    d = distance[f, k, m]
    along = np.abs(np.einsum("ni,ni->n", normal[f, k], line[f, k, m]))
    tilt = _degrees(along / np.maximum(d, 1e-9))
    ok = np.ones(len(f), dtype=bool)
    if rule.cation_pi_angle is not None:
        ok &= tilt <= rule.cation_pi_angle
    if rule.cation_pi_offset is not None:
        ok &= np.sqrt(np.maximum(d**2 - along**2, 0.0)) <= rule.cation_pi_offset
        if inhibitor_charged:
            ok &= _amine_faces(p, x, f, members[m, 0], normal[f, k])
    f, ring, charge, d, tilt = f[ok], rings[k[ok]], index[m[ok]], d[ok], tilt[ok]
    form = GROUP if rule.charge_centres else ATOM
    if inhibitor_charged:
        return _contacts("cation-pi", f, ring, charge, d, angle=tilt, forms=(RING, form))
    return _contacts("pi-cation", f, charge, ring, d, angle=tilt, forms=(form, RING))


def _amine_faces(p: Prepared, x: Floats, f: Ints, nitrogen: Ints, normal: Floats) -> Booleans:
    """PLIP: the plane of an amine's first three neighbours lies within 30 degrees of the ring's."""
    near = np.concatenate([p.neighbours[nitrogen], p.hydrogens[nitrogen]], axis=1)
    ok = np.ones(len(f), dtype=bool)
    for row, listed in enumerate(near):
        three = listed[listed >= 0][:3]
        if len(three) == 3:
            a, b, c = x[f[row], three]
            across = _unit(np.cross(b - a, a - c)[None])[0]
            ok[row] = _fold(_degrees(np.array([across @ normal[row]])))[0] <= 30.0
    return ok


def _cations(p: Prepared, lower: Floats, *, inhibitor: bool) -> tuple[Ints, Ints]:
    """Members and index of positive charges of one side: atoms, or groups where centres count."""
    if p.definition.charge_centres:
        index = np.flatnonzero((p.group_charge > 0) & (p.group_inhibitor == inhibitor))
        return p.groups[index], index
    atoms = p.inhibitor if inhibitor else p.protein
    atoms = atoms[(p.bits[atoms] & BIT["cation"]) > 0]
    if not inhibitor:
        atoms = atoms[lower[atoms] <= p.definition.cation_pi + 3.0]
    return atoms[:, None], atoms


def _sulphur_and_ring(p: Prepared, x: Floats, lower: Floats) -> Contacts:
    reach = p.definition.sulphur_pi
    if reach is None:
        return _empty()
    theirs, mine = _near_rings(p, lower, reach)
    found = []
    for rings, atoms, mine_is_ring in ((theirs, p.inhibitor, False), (mine, p.protein, True)):
        atoms = atoms[(p.bits[atoms] & BIT["sulphur"]) > 0]
        if mine_is_ring:
            atoms = atoms[lower[atoms] <= reach + 1.5]
        if len(rings) == 0 or len(atoms) == 0:
            continue
        centre, normal = ring_planes(p, x, rings)
        line = x[:, atoms][:, None] - centre[:, :, None]
        distance = np.linalg.norm(line, axis=-1)
        f, k, m = np.nonzero(distance <= reach)
        d = distance[f, k, m]
        along = np.abs(np.einsum("ni,ni->n", normal[f, k], line[f, k, m]))
        tilt = _degrees(along / np.maximum(d, 1e-9))
        one, other = (atoms[m], rings[k]) if mine_is_ring else (rings[k], atoms[m])
        forms = (ATOM, RING) if mine_is_ring else (RING, ATOM)
        found.append(_contacts("sulphur-pi", f, one, other, d, angle=tilt, forms=forms))
    return _join(found) if found else _empty()


def _van_der_waals(p: Prepared, xyz: npt.NDArray[np.float32], lower: Floats) -> Contacts:
    if p.definition.radii is None:
        return _empty()
    reach = 2.0 * float(np.nanmax(p.radius[np.r_[p.contact_inhibitor, p.contact_protein]]))
    # Hydrogens of the inhibitor reach 1.5 Å beyond its heavy atoms at most.
    near = p.contact_protein[lower[p.contact_protein] <= reach + 1.5]
    f, i, j, d = _pairs(xyz, near, p.contact_inhibitor, reach)
    touch = d <= p.radius[i] + p.radius[j]
    return _contacts("van der Waals", f[touch], i[touch], j[touch], d[touch])


def _bridges(
    p: Prepared,
    x: Floats,
    xyz: npt.NDArray[np.float32],
    lower: Floats,
) -> Contacts:
    rule = p.definition.water
    if rule is None or len(p.water) == 0:
        return _empty()
    polar = BIT["donor"] | BIT["acceptor"]
    water = p.water[lower[p.water] <= rule.farthest]
    atoms = p.protein[(p.bits[p.protein] & polar) > 0]
    atoms = atoms[lower[atoms] <= 2 * rule.farthest]
    mine = p.inhibitor[(p.bits[p.inhibitor] & polar) > 0]
    f1, w1, l1, d1 = _pairs(xyz, water, mine, rule.farthest)
    f2, w2, p2, d2 = _pairs(xyz, np.unique(w1), atoms, rule.farthest)
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
        omega = _angle(x[f, w], x[f, taker], np.where(gives[:, None], hydrogen, hydrogen2))
        ok &= (rule.omega[0] <= omega) & (omega <= rule.omega[1])
        second = omega
    role = np.where(gives, 1, 2)
    return _contacts(
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
