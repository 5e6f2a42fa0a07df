"""PLIP's rules that leave one contact of several, on the arrays of the engine.

References
----------
Salentin S et al. Nucleic Acids Res 2015, 43:W443-W447; Schake P et al. 2025, 53:W463 (version
3.0.1), whose behaviour is followed also where it drops more than its description says.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import numpy.typing as npt

from ros1struct.contacts.arrays import KIND, Contacts
from ros1struct.contacts.atom_types import Prepared

Booleans = npt.NDArray[np.bool_]

BEST_WATER_ANGLE = 110.0
BRIDGES_PER_WATER = 2


def reduce_contacts(p: Prepared, c: Contacts) -> Contacts:
    """Leave out what PLIP leaves out.

    Parameters
    ----------
    p : Prepared
    c : Contacts

    Returns
    -------
    Contacts
        A hydrogen bond gives way to a salt bridge of the same groups, and a donor keeps its
        straightest bond; a water bridge gives way to a direct bond of its donor, and a water keeps
        two; a charged histidine stacks rather than meets a cation; of hydrophobic contacts an
        inhibitor atom keeps the nearest per residue, a protein atom the nearest per patch.
    """
    keep = np.ones(len(c), dtype=bool)
    for frame in np.unique(c.frame):
        mine = c.frame == frame
        _bonds(p, c, mine, keep)
        _waters(c, mine, keep)
        _histidines(p, c, mine, keep)
        _hydrophobic(p, c, mine, keep)
    return c.take(keep)


def _of(c: Contacts, mine: Booleans, keep: Booleans, kind: str) -> list[int]:
    return [int(k) for k in np.flatnonzero(mine & keep & (c.kind == KIND[kind]))]


def _members(p: Prepared, group: int) -> set[int]:
    return {int(a) for a in p.groups[group] if a >= 0}


def _bonds(p: Prepared, c: Contacts, mine: Booleans, keep: Booleans) -> None:
    bridges = [
        (_members(p, int(c.protein[k])), _members(p, int(c.inhibitor[k])))
        for k in _of(c, mine, keep, "salt bridge")
    ]
    best: dict[tuple[int, int], int] = {}
    for k in _of(c, mine, keep, "hydrogen bond"):
        one, other = int(c.protein[k]), int(c.inhibitor[k])
        if any(one in a and other in b for a, b in bridges):
            keep[k] = False
            continue
        donor = (int(c.role[k]), other if c.role[k] == 1 else one)
        rival = best.setdefault(donor, k)
        if rival != k:
            loser = rival if c.angle[k] > c.angle[rival] else k
            keep[loser] = False
            best[donor] = k if loser == rival else rival


def _donor(c: Contacts, k: int) -> int:
    return int(c.inhibitor[k] if c.role[k] == 1 else c.protein[k])


def _waters(c: Contacts, mine: Booleans, keep: Booleans) -> None:
    used = {_donor(c, k) for k in _of(c, mine, keep, "hydrogen bond")}
    off = np.abs(c.angle2 - BEST_WATER_ANGLE)
    best: dict[tuple[int, int], int] = {}
    for k in _of(c, mine, keep, "water bridge"):
        keep[k] = False
        if _donor(c, k) in used:
            continue
        acceptor = int(c.protein[k] if c.role[k] == 1 else c.inhibitor[k])
        key = (int(c.water[k]), acceptor)
        if key not in best or off[k] < off[best[key]]:
            best[key] = k
    per_water: dict[int, list[int]] = defaultdict(list)
    for (water, _), k in best.items():
        per_water[water].append(k)
    for found in per_water.values():
        for k in sorted(found, key=lambda k: off[k])[:BRIDGES_PER_WATER]:
            keep[k] = True


def _histidines(p: Prepared, c: Contacts, mine: Booleans, keep: Booleans) -> None:
    stacked = {
        (int(p.residue[p.rings[c.protein[k], 0]]), int(c.inhibitor[k]))
        for kind in ("pi stacking face", "pi stacking edge")
        for k in _of(c, mine, keep, kind)
    }
    for k in _of(c, mine, keep, "pi-cation"):
        residue = int(p.residue[p.groups[c.protein[k], 0]])
        if (residue, int(c.inhibitor[k])) in stacked:
            keep[k] = False


def _hydrophobic(p: Prepared, c: Contacts, mine: Booleans, keep: Booleans) -> None:
    rings = [
        (set(p.rings[c.protein[k]].tolist()), set(p.rings[c.inhibitor[k]].tolist()))
        for kind in ("pi stacking face", "pi stacking edge")
        for k in _of(c, mine, keep, kind)
    ]
    nearest: dict[tuple[int, int], int] = {}
    for k in _of(c, mine, keep, "hydrophobic"):
        keep[k] = False
        one, other = int(c.protein[k]), int(c.inhibitor[k])
        if any(one in a and other in b for a, b in rings):
            continue
        key = (other, int(p.residue[one]))
        if key not in nearest or c.distance[k] < c.distance[nearest[key]]:
            nearest[key] = k
    by_atom: dict[int, list[int]] = defaultdict(list)
    for k in nearest.values():
        by_atom[int(c.protein[k])].append(k)
    for found in by_atom.values():
        for patch in _patches(p, c, found):
            # Of several contacts of a protein atom, one alone on its patch is dropped there.
            if len(patch) > 1 or len(found) == 1:
                keep[min(patch, key=lambda k: c.distance[k])] = True


def _patches(p: Prepared, c: Contacts, found: list[int]) -> list[list[int]]:
    """Group contacts whose inhibitor atoms are bonded to each other."""
    left = {int(c.inhibitor[k]): k for k in found}
    patches = []
    while left:
        atom, k = left.popitem()
        patch, stack = [k], [atom]
        while stack:
            for beside in p.neighbours[stack.pop()].tolist():
                if beside in left:
                    patch.append(left.pop(beside))
                    stack.append(beside)
        patches.append(patch)
    return patches
