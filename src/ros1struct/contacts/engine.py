"""From typed atoms and coordinates ``(frames, atoms, 3)`` to contacts, in one pass.

Nothing here knows names or tables. Frames are taken in chunks, so that memory stays bounded; within
a chunk every step runs over all frames at once.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import numpy.typing as npt

from ros1struct.contacts.arrays import (
    FLIP,
    GROUP,
    TAUTOMER,
    Contacts,
    angle_at,
    bond_angle,
    centre_at,
    empty,
    join,
    make,
)
from ros1struct.contacts.atom_types import Prepared
from ros1struct.contacts.definitions import KINDS, ContactDefinition
from ros1struct.contacts.rings import charge_and_ring, stacks, sulphur_and_ring
from ros1struct.contacts.templates import BIT
from ros1struct.contacts.water import water_bridges
from ros1struct.errors import InputError
from ros1struct.structure.search import Search

Ints = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]

# Coordinates taken together; 4 bytes each.
CHUNK = 15_000_000


def measure(prepared: Prepared, xyz: npt.NDArray[Any], *, chunk: int = CHUNK) -> Contacts:
    """Find all contacts in all frames.

    Parameters
    ----------
    prepared : Prepared
    xyz : ndarray, shape (frames, atoms, 3)
        Å.
    chunk : int
        Coordinates taken together: bounds the frames held in memory at once.

    Returns
    -------
    Contacts
        Sorted by frame, kind and distance.

    Raises
    ------
    InputError
        If the shape is wrong or a coordinate is not a number.

    Examples
    --------
    >>> import ros1struct as rs
    >>> from ros1struct.contacts.atom_types import prepare
    >>> from ros1struct.contacts.definitions import CONTACT_DEFINITIONS
    >>> complex = rs.load("2WGJ")
    >>> from ros1struct.contacts.arrays import KIND
    >>> found = measure(prepare(complex, CONTACT_DEFINITIONS["prolif"]), complex.xyz)
    >>> int((found.kind == KIND["hydrogen bond"]).sum())
    2
    """
    if xyz.ndim != 3 or xyz.shape[1:] != (len(prepared.bits), 3):
        raise InputError(
            f"coordinates must have shape (frames, {len(prepared.bits)}, 3), found {xyz.shape}"
        )
    step = max(1, chunk // max(1, 3 * len(prepared.bits)))
    around = np.union1d(prepared.inhibitor, prepared.contact_inhibitor)
    far = _far(prepared, around)
    parts = []
    for start in range(0, len(xyz), step):
        frames = np.ascontiguousarray(xyz[start : start + step])
        search = Search(frames, prepared.inhibitor, around, far)
        if not search.finite:
            where = np.argwhere(~np.isfinite(search.xyz))[0]
            raise InputError(
                f"frame {start + int(where[0])}: atom {int(where[1])} has a coordinate that is "
                "not a number"
            )
        found = _chunk(prepared, search)
        parts.append(found.take(slice(None)) if start == 0 else _shifted(found, start))
    everything = join(parts) if parts else join([empty()])
    return everything.take(in_order(everything))


def in_order(found: Contacts) -> Ints:
    """Order contacts by frame, kind and distance."""
    # One number for all three, as no contact is as long as 100 Å: a third of the time of a lexsort.
    place = (found.frame * len(KINDS) + found.kind) + found.distance / 100.0
    return np.argsort(place, kind="stable")


def _shifted(found: Contacts, start: int) -> Contacts:
    values = {f.name: getattr(found, f.name) for f in fields(found)}
    return Contacts(**{**values, "frame": found.frame + start})


class _Positions:
    """Coordinates that are in double precision where they are taken, not before."""

    def __init__(self, xyz: npt.NDArray[Any]) -> None:
        self.xyz = xyz

    def __getitem__(self, index: Any) -> Floats:
        return np.asarray(self.xyz[index], dtype=np.float64)


def _chunk(p: Prepared, search: Search) -> Contacts:
    rule = p.definition
    near = p.protein[search.lower[p.protein] <= _farthest(rule)]
    f, i, j, d = search.pairs(near, p.inhibitor, _reaches(p, near))
    pb, lb = p.bits[i], p.bits[j]
    x: Any = _Positions(search.xyz)
    parts = [
        _hydrogen_bonds(p, x, f, i, j, d),
        _weak_bonds(p, x, f, i, j, d),
        _salt_bridges(p, x, search, f, i, j, d),
        _halogens(p, x, f, i, j, d),
        *stacks(p, x, search),
        charge_and_ring(p, x, search, inhibitor_charged=True),
        charge_and_ring(p, x, search, inhibitor_charged=False),
        sulphur_and_ring(p, x, search),
        water_bridges(p, x, search),
        _van_der_waals(p, search),
    ]
    both = ((pb & lb & BIT["hydrophobic"]) > 0) & (d <= rule.hydrophobic)
    parts.append(make("hydrophobic", f[both], i[both], j[both], d[both]))
    chelated = ((pb & BIT["metal"]) > 0) & ((lb & BIT["chelator"]) > 0) & (d <= rule.metal)
    parts.append(make("metal", f[chelated], i[chelated], j[chelated], d[chelated], role=2))
    return join(parts)


def _far(p: Prepared, around: Ints) -> npt.NDArray[np.float32]:
    """Å from the inhibitor to which each atom matters for any contact; -1 for not at all."""
    rule = p.definition
    far = np.full(len(p.bits), -1.0, dtype=np.float32)

    def reaches(atoms: Ints, upto: float) -> None:
        far[atoms] = np.maximum(far[atoms], upto)

    reaches(p.protein, _farthest(rule))
    if rule.radii is not None:
        reaches(p.contact_protein, 2.0 * float(np.nanmax(p.radius)))
    # Atoms of a ring or charged group are at most 1.5 Å from its centre, on either side.
    ring = max(rule.face.distance, rule.edge.distance, rule.cation_pi, rule.sulphur_pi or 0.0)
    reaches(p.rings[p.rings >= 0], ring + 3.0)
    charged = (p.bits & (BIT["cation"] | BIT["sulphur"])) > 0
    reaches(p.protein[charged[p.protein]], ring + 3.0)
    if rule.charge_centres:
        reaches(p.groups[p.groups >= 0], max(rule.salt_bridge, rule.cation_pi) + 3.0)
    if rule.water is not None and len(p.water):
        polar = (p.bits & (BIT["donor"] | BIT["acceptor"])) > 0
        reaches(p.protein[polar[p.protein]], 2 * rule.water.farthest)
        reaches(p.water, rule.water.farthest)
    reaches(around, np.inf)
    return far


def _farthest(rule: ContactDefinition) -> float:
    """Å to which a pair of atoms can make any contact of its own."""
    reach = max(rule.hydrogen_bond_sulphur, rule.hydrogen_bond, rule.hydrophobic, rule.halogen)
    reach = max(reach, rule.metal, rule.weak_hydrogen_bond or 0.0)
    return reach if rule.charge_centres else max(reach, rule.salt_bridge)


def _reaches(p: Prepared, near: Ints) -> Floats:
    """Å to which each pair of an atom and one of the inhibitor can make a contact; -1 for none."""
    rule = p.definition
    mine = p.bits[p.inhibitor][None]
    theirs = p.bits[near][:, None]
    either = theirs | p.alternate_bits[near][:, None] if rule.flips else theirs
    reach = np.full((len(near), len(p.inhibitor)), -1.0)

    def allow(one: str, other: str, upto: float | Floats, there: Any = theirs) -> None:
        for a, b in ((one, other), (other, one)):
            can = ((there & BIT[a]) > 0) & ((mine & BIT[b]) > 0)
            np.maximum(reach, np.where(can, upto, -1.0), out=reach)

    allow("donor", "acceptor", _bond_reach(p, near[:, None], p.inhibitor[None]), either)
    allow("hydrophobic", "hydrophobic", rule.hydrophobic)
    allow("halogen", "halogen_acceptor", rule.halogen)
    allow("metal", "chelator", rule.metal)
    if rule.weak_hydrogen_bond is not None:
        allow("weak_donor", "weak_acceptor", rule.weak_hydrogen_bond)
    if not rule.charge_centres:
        allow("cation", "anion", rule.salt_bridge)
    return reach


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
                make(
                    "hydrogen bond", ff[good], ii[good], jj[good], dd[good], role=role,
                    angle=angle[good], doubt=FLIP if turned else doubt[good],
                )
            )  # fmt: skip
    if not p.definition.flips:
        return join(found)
    return _better_flips(p, join(found[:2]), join(found[2:]))


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
    return join([Contacts(**values), turned.take(keep)])


def _weak_bonds(p: Prepared, x: Floats, f: Ints, i: Ints, j: Ints, d: Floats) -> Contacts:
    rule = p.definition
    if rule.weak_hydrogen_bond is None:
        return empty()
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
            make(
                "weak hydrogen bond", f[can][good], i[can][good], j[can][good], d[can][good],
                role=role, angle=angle[good],
            )
        )  # fmt: skip
    return join(found)


def _salt_bridges(
    p: Prepared, x: Floats, search: Search, f: Ints, i: Ints, j: Ints, d: Floats
) -> Contacts:
    rule = p.definition
    if rule.charge_centres:
        return _group_bridges(p, x, search)
    near = d <= rule.salt_bridge
    f, i, j, d = f[near], i[near], j[near], d[near]
    found = []
    for role, mine, theirs in ((3, "cation", "anion"), (4, "anion", "cation")):
        both = ((p.bits[j] & BIT[mine]) > 0) & ((p.bits[i] & BIT[theirs]) > 0)
        found.append(make("salt bridge", f[both], i[both], j[both], d[both], role=role))
    return join(found)


def _group_bridges(p: Prepared, x: Floats, search: Search) -> Contacts:
    mine, theirs = np.flatnonzero(p.group_inhibitor), np.flatnonzero(~p.group_inhibitor)
    reach = p.definition.salt_bridge
    # Atoms of a charged group are at most 1.5 Å from its centre.
    theirs = theirs[search.lower[p.groups[theirs, 0]] <= reach + 3.0]
    if len(mine) == 0 or len(theirs) == 0:
        return empty()
    f, k, m = search.meetings(
        search.centroids(p.groups[theirs]), search.centroids(p.groups[mine]), reach
    )
    k, m = theirs[k], mine[m]
    line = centre_at(x, f, p.groups[k]) - centre_at(x, f, p.groups[m])
    distance = np.linalg.norm(line, axis=-1)
    ok = (distance <= reach) & (p.group_charge[k] * p.group_charge[m] < 0)
    role = np.where(p.group_charge[m] > 0, 3, 4)
    return make(
        "salt bridge", f[ok], k[ok], m[ok], distance[ok], role=role[ok], forms=(GROUP, GROUP)
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
        at_halogen = angle_at(x[ff, g], x[ff, p.neighbours[g, 0]], x[ff, t])
        at_acceptor = np.full(len(ff), np.nan)
        ok = np.zeros(len(ff), dtype=bool)
        low, high = rule.halogen_acceptor_angle
        for beside in (*p.neighbours[t].T, *p.hydrogens[t].T):
            angle = angle_at(x[ff, t], x[ff, np.maximum(beside, 0)], x[ff, g])
            fits = (beside >= 0) & (low <= angle) & (angle <= high) & ~ok
            at_acceptor[fits] = angle[fits]
            ok |= fits
        low, high = rule.halogen_angle
        ok &= (low <= at_halogen) & (at_halogen <= high)
        found.append(
            make(
                "halogen bond", ff[ok], i[can][ok], j[can][ok], d[can][ok], role=role,
                angle=at_halogen[ok], angle2=at_acceptor[ok],
            )
        )  # fmt: skip
    return join(found) if found else empty()


def _van_der_waals(p: Prepared, search: Search) -> Contacts:
    if p.definition.radii is None:
        return empty()
    mine = p.contact_inhibitor
    reach = 2.0 * float(np.nanmax(p.radius[np.r_[mine, p.contact_protein]]))
    near = p.contact_protein[search.lower[p.contact_protein] <= reach]
    return make(
        "van der Waals", *search.pairs(near, mine, p.radius[near][:, None] + p.radius[mine])
    )
