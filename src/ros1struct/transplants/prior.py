"""What the donor's crystal says of a pose elsewhere: the same inhibitor, seen in a like pocket.

The shape of the inhibitor where it comes from is an observation. A pose of another shape has to
gain more energy than the energy itself errs by: every torsion costs by how far it is from the
donor's, and the part that meets the hinge by how far it lies from where the pockets put it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from rdkit.Chem import Mol

    from ros1struct.transplants.search import Bond

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

# kcal/mol that a torsion costs when it stands opposite to the donor's, and the hinge part for the
# square of its displacement in Å: set by reasoning, not fitted (docs/transplants).
TORSION, PLACE = 3.0, 1.0
# Degrees from which a torsion counts as turned.
TURNED = 60.0


@dataclass(frozen=True, eq=False)
class Prior:
    """The donor's shape and place, and what it costs to leave them.

    Attributes
    ----------
    start : ndarray, shape (atoms, 3)
        The pose as carried over, Å.
    axes : ndarray of int, shape (bonds, 3)
        Of every rotatable bond an atom before it and its two ends.
    ends : tuple of ndarray of int
        Of every rotatable bond the atoms after it that look alike: any of them may stand where
        the first did.
    core : ndarray of int
        Atoms that no bond turns.
    """

    start: Floats
    axes: Ints
    ends: tuple[Ints, ...]
    core: Ints

    @classmethod
    def of(cls, mol: Mol, bonds: Sequence[Bond], start: Floats) -> Prior:
        """Take the donor's shape from the pose as carried over."""
        from rdkit import Chem

        alike = np.array(list(Chem.CanonicalRankAtoms(mol, breakTies=False)))
        axes, ends = [], []
        for bond in bonds:
            before, after = (
                np.array(
                    sorted(
                        n.GetIdx() for n in mol.GetAtomWithIdx(a).GetNeighbors() if n.GetIdx() != b
                    )
                )
                for a, b in ((bond.start, bond.end), (bond.end, bond.start))
            )
            axes.append((before[0], bond.start, bond.end))
            ends.append(after[alike[after] == alike[after[0]]])
        turning = [bond.turning for bond in bonds]
        still = np.setdiff1d(np.arange(len(start)), np.concatenate([*turning, np.empty(0)]))
        axis = np.array(axes, dtype=np.intp).reshape(-1, 3)
        return cls(start, axis, tuple(ends), still.astype(np.intp))

    def turns(self, poses: Floats) -> Floats:
        """How far every torsion stands from the donor's.

        Parameters
        ----------
        poses : ndarray, shape (poses, atoms, 3)
            Å.

        Returns
        -------
        ndarray, shape (poses, bonds)
            Degrees, 0 to 180.
        """
        found = np.empty((len(poses), len(self.ends)))
        for k, ((a, b, c), ends) in enumerate(zip(self.axes, self.ends, strict=True)):
            was = _torsions(self.start[None], a, b, c, int(ends[0]))
            now = np.array([_torsions(poses, a, b, c, int(d)) for d in ends])
            found[:, k] = np.abs((now - was + 180.0) % 360.0 - 180.0).min(axis=0)
        return found

    def energies(self, poses: Floats) -> Floats:
        """Say what poses cost, kcal/mol: shape (poses,)."""
        turned = 0.5 * TORSION * (1.0 - np.cos(np.radians(self.turns(poses)))).sum(axis=1)
        gone = ((poses[:, self.core] - self.start[self.core]) ** 2).sum(axis=2).mean(axis=1)
        return np.asarray(turned + PLACE * gone)


def _torsions(poses: Floats, a: int, b: int, c: int, d: int) -> Floats:
    """Torsions of four atoms in many poses, degrees."""
    one, two, three = (poses[:, j] - poses[:, i] for i, j in ((a, b), (b, c), (c, d)))
    m, n = np.cross(one, two), np.cross(two, three)
    length = np.linalg.norm(two, axis=1)
    return np.asarray(
        np.degrees(np.arctan2((np.cross(m, n) * two).sum(1) / length, (m * n).sum(1)))
    )
