"""Which atom of a molecule each atom of a pose is: by the graph first, then by the geometry."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ros1struct.errors import StructureError
from ros1struct.io.checks.limits import above, limit

if TYPE_CHECKING:
    from rdkit.Chem import Mol

Ints = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]

# Ways to lay a molecule on itself that are tried; a tert-butyl group alone has six.
MOST_MATCHES = 2000
# Å per bond between two atoms, at most: C–I is 2.14 Å.
LONGEST_STEP = 2.2


class Budget:
    """Time for one search; says so when it ends.

    Parameters
    ----------
    what : str
        For the message.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        self.end = time.monotonic() + limit("SECONDS")

    def check(self, *_: Any) -> bool:
        """Return True, or raise a StructureError when the time is over."""
        if time.monotonic() > self.end:
            raise above(
                self.what,
                "no match of its atoms to its chemistry was found in time",
                "SECONDS",
                "seconds of search",
            )
        return True


def placements(pose: Mol, whole: Mol, budget: Budget) -> Ints:
    """Lay the graph of a pose on that of its molecule.

    Parameters
    ----------
    pose, whole : rdkit.Chem.Mol
        Atoms and single bonds.
    budget : Budget

    Returns
    -------
    ndarray of int, shape (matches, atoms of the pose)
        Atoms of the molecule. All bonds between atoms that are there are there.

    Raises
    ------
    StructureError
        If the time is over.
    """
    from rdkit import Chem

    asked: Any = Chem.SubstructMatchParameters()
    asked.uniquify, asked.maxMatches = False, MOST_MATCHES
    if hasattr(asked, "setExtraAtomCheckFunc"):  # before RDKit 2025.9 no search can be stopped
        asked.setExtraAtomCheckFunc(budget.check)
    found = whole.GetSubstructMatches(pose, asked)
    matches = np.array(found, dtype=np.intp).reshape(-1, pose.GetNumAtoms())
    bonded = np.asarray(Chem.GetAdjacencyMatrix(whole)) > 0
    kept = [bonded[np.ix_(m, m)].sum() == 2 * pose.GetNumBonds() for m in matches]
    fits: Ints = matches[np.array(kept, dtype=bool)]
    return fits


def within_reach(matches: Ints, whole: Mol, xyz: Floats) -> Ints:
    """Keep the matches in which no atoms are farther apart than the bonds between them reach."""
    from rdkit import Chem

    apart = np.linalg.norm(xyz[:, None] - xyz[None], axis=2)
    steps = np.asarray(Chem.GetDistanceMatrix(whole))
    kept = [bool((apart <= LONGEST_STEP * steps[np.ix_(m, m)]).all()) for m in matches]
    near: Ints = matches[np.array(kept, dtype=bool)]
    return near


def length_misfit(template: Mol, matches: Ints, xyz: Floats) -> Floats:
    """Squared misfit of bond lengths to bond orders, summed (Å²), for each match."""
    from rdkit import Chem

    table = Chem.GetPeriodicTable()
    place = np.full((len(matches), template.GetNumAtoms()), -1)  # pose atom of every template atom
    np.put_along_axis(place, matches, np.arange(matches.shape[1])[None], axis=1)
    radius = [table.GetRcovalent(a.GetAtomicNum()) for a in template.GetAtoms()]
    bonds = template.GetBonds()
    begin, end = [b.GetBeginAtomIdx() for b in bonds], [b.GetEndAtomIdx() for b in bonds]
    order = np.array([b.GetBondTypeAsDouble() for b in bonds])
    # C-C 1.52, C:C 1.42, C=C 1.32 Å
    ideal = np.array(radius)[begin] + np.array(radius)[end] - 0.2 * (order - 1)
    i, j = place[:, begin], place[:, end]
    length = np.linalg.norm(xyz[i] - xyz[j], axis=2)
    misfit: Floats = np.where((i >= 0) & (j >= 0), (length - ideal) ** 2, 0.0).sum(axis=1)
    return misfit


def best(
    template: Mol,
    pose: Mol,
    whole: Mol,
    xyz: Floats,
    agrees: Callable[[tuple[int, ...]], bool],
    what: str,
) -> tuple[int, ...] | None:
    """Find the template atom of every pose atom: the match whose bond lengths fit best.

    Parameters
    ----------
    template : rdkit.Chem.Mol
        With bond orders.
    pose, whole : rdkit.Chem.Mol
        Atoms and single bonds of the pose and of the template.
    xyz : ndarray, shape (atoms of the pose, 3)
        Å.
    agrees : callable
        Whether a match of all atoms has the stereo that the coordinates have; of matches, those
        that do come first.
    what : str
        For messages.

    Returns
    -------
    tuple of int or None
        None where the graph does not fit, or an atom is farther from another than bonds reach.

    Raises
    ------
    StructureError
        If the search takes too long.
    """
    complete = pose.GetNumAtoms() == whole.GetNumAtoms()
    if pose.GetNumAtoms() > whole.GetNumAtoms():
        return None
    if complete and pose.GetNumBonds() != whole.GetNumBonds():
        return None
    budget = Budget(what)
    matches = within_reach(placements(pose, whole, budget), whole, xyz)
    if len(matches) == 0:
        return None
    # Bonds alone do not tell a cyclohexene's two sides apart: lengths do.
    misfit = length_misfit(template, matches, xyz) if len(matches) > 1 else np.zeros(1)
    ranked = [
        tuple(int(k) for k in matches[row]) for row in np.argsort(misfit.round(3), kind="stable")
    ]
    if complete and len(ranked) > 1:
        for match in ranked:
            if budget.check() and agrees(match):
                return match
    return ranked[0]


def check_bonds(pose: Mol, xyz: Floats, shortest: float, what: str) -> None:
    """Refuse bonds that are too short for any molecule.

    Parameters
    ----------
    pose : rdkit.Chem.Mol
    xyz : ndarray, shape (n, 3)
        Å.
    shortest : float
        Part of the sum of two covalent radii.
    what : str
        For messages.

    Raises
    ------
    StructureError
    """
    from rdkit import Chem

    table = Chem.GetPeriodicTable()
    radius = np.array([table.GetRcovalent(a.GetAtomicNum()) for a in pose.GetAtoms()])
    bonds = [(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in pose.GetBonds()]
    i, j = np.array(bonds, dtype=np.intp).reshape(-1, 2).T
    least, length = shortest * (radius[i] + radius[j]), np.linalg.norm(xyz[i] - xyz[j], axis=1)
    for k in np.flatnonzero(length < least)[:1]:
        a, b = (pose.GetAtomWithIdx(int(end[k])) for end in (i, j))
        raise StructureError(
            f"{what}: its atoms {a.GetIdx() + 1} ({a.GetSymbol()}) and {b.GetIdx() + 1} "
            f"({b.GetSymbol()}) are {length[k]:.2f} Å apart, expected {least[k]:.2f} Å or more; no "
            "molecule has this geometry. Look at its coordinates"
        )
