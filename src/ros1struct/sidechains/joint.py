"""Compound mutations: several side chains sampled together, so that they also avoid each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from ros1struct.clashes.definitions import ClashDefinition, clash_definition
from ros1struct.clashes.overlaps import reach
from ros1struct.errors import InputError
from ros1struct.sidechains.ensembles import Ensemble, build_ensemble
from ros1struct.sidechains.rotamers import POINTS, grow
from ros1struct.structure.complex import Complex
from ros1struct.structure.residues import residue_type

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class JointEnsemble:
    """Side chains at several positions of a complex, sampled together.

    Attributes
    ----------
    members : tuple of Ensemble
        One per position, each in surroundings without the other members' side chains.
    blocked : mapping of (int, int) to ndarray of bool, shape (samples, samples)
        Which samples of two members overlap; only for members that can reach each other.
    """

    members: tuple[Ensemble, ...]
    blocked: dict[tuple[int, int], Booleans]

    def free(self, threshold: float | None = None) -> tuple[float, float]:
        """Probability that all are free, of the protein, of the inhibitor and of each other.

        Parameters
        ----------
        threshold : float, optional
            Overlap in Å of each member with its surroundings; by default the definition's. The
            members among each other always count by the definition's.

        Returns
        -------
        apo, holo : float
        """
        apo, holo = [], []
        for m in self.members:
            limit = m.threshold if threshold is None else threshold
            open_apo = m.apo < limit
            apo.append(m.weight * open_apo)
            holo.append(m.weight * (open_apo & (m.inhibitor < limit)))
        everyone = tuple(range(len(self.members)))
        return self._total(everyone, apo), self._total(everyone, holo)

    def _total(self, members: tuple[int, ...], vectors: list[Floats]) -> float:
        """Sum the products of the members' weights over samples that do not block each other."""
        if not members:
            return 1.0
        pivot = min(members, key=lambda m: np.count_nonzero(vectors[m]))
        rest = tuple(m for m in members if m != pivot)
        near = [m for m in rest if self._between(pivot, m) is not None]
        if not near:
            return float(vectors[pivot].sum()) * self._total(rest, vectors)
        if len(rest) == 1:
            (other,) = rest
            open_pairs = ~self._need(pivot, other)
            return float(vectors[pivot] @ open_pairs @ vectors[other])
        total = 0.0
        for sample in np.flatnonzero(vectors[pivot]):
            left = list(vectors)
            for m in near:
                left[m] = vectors[m] * ~self._need(pivot, m)[sample]
            total += float(vectors[pivot][sample]) * self._total(rest, left)
        return total

    def _between(self, a: int, b: int) -> Booleans | None:
        if (a, b) in self.blocked:
            return self.blocked[a, b]
        found = self.blocked.get((b, a))
        return None if found is None else found.T

    def _need(self, a: int, b: int) -> Booleans:
        found = self._between(a, b)
        assert found is not None
        return found

    @property
    def tolerance(self) -> float:
        """Part of what is free without the inhibitor that stays free with it; NaN if nothing is."""
        apo, holo = self.free()
        return holo / apo if apo > 0 else float("nan")


def joint_ensemble(
    complex: Complex,
    residues: Sequence[int],
    letters: str,
    *,
    definition: str | ClashDefinition = "chimerax",
) -> JointEnsemble:
    """Sample several side chains together.

    Parameters
    ----------
    complex : Complex
        Its first frame.
    residues : sequence of int
        Indices of different residues.
    letters : str
        Residue types to build, in the same order.
    definition : str or ClashDefinition

    Returns
    -------
    JointEnsemble
        With 3 samples per torsion.

    Raises
    ------
    InputError
        If a residue occurs twice or the numbers of residues and letters differ.
    StructureError
        If a side chain cannot be built at one of them.

    Examples
    --------
    >>> import ros1struct as rs
    >>> c = rs.load("2WGJ")
    >>> pair = [c.find_residue(n) for n in (1163, 1211)]
    >>> apo, holo = joint_ensemble(c, pair, "RF").free()
    >>> holo <= apo <= 1
    True
    """
    if len(set(residues)) != len(residues) or len(residues) != len(letters):
        raise InputError("a joint ensemble needs different residues and one letter for each")
    rule = clash_definition(definition)
    members = tuple(
        build_ensemble(complex, r, letter, definition=rule, without=[o for o in residues if o != r])
        for r, letter in zip(residues, letters, strict=True)
    )
    blocked = {}
    for i, j in combinations(range(len(members)), 2):
        found = _blocked(complex, (residues[i], members[i]), (residues[j], members[j]), rule)
        if found is not None:
            blocked[i, j] = found
    return JointEnsemble(members, blocked)


def _blocked(
    complex: Complex, a: tuple[int, Ensemble], b: tuple[int, Ensemble], rule: ClashDefinition
) -> Booleans | None:
    """Which pairs of samples overlap by the definition's threshold; None if none can."""
    from scipy.spatial.distance import cdist

    sides = [_atoms(complex, *side) for side in (a, b)]
    matrix = np.zeros((len(a[1].weight), len(b[1].weight)), dtype=bool)
    for first in sides[0]:
        for second in sides[1]:
            zero = reach(rule, *first[1], *second[1])
            gap = cdist(first[0], second[0])
            if gap.min() > zero - rule.threshold:
                continue
            # A place of an atom stands for several samples in a row.
            shape = (len(first[0]), len(matrix) // len(first[0]), len(second[0]), -1)
            view = matrix.reshape(shape)
            view |= (zero - gap >= rule.threshold)[:, None, :, None]
    return matrix if matrix.any() else None


_Typed = tuple[npt.NDArray[np.str_], Booleans, Booleans]


def _atoms(complex: Complex, residue: int, made: Ensemble) -> list[tuple[Floats, _Typed]]:
    """Places and types of every side-chain atom of an ensemble."""
    kind = residue_type(made.letter)
    assert kind is not None
    own = complex.atoms_of(residue)
    backbone = {n: complex.xyz[0, own[n]].astype(np.float64) for n in ("N", "CA", "C")}
    return [
        (
            xyz,
            (
                np.array([kind.classes[name]]),
                np.array([name in kind.donors]),
                np.array([name in kind.acceptors]),
            ),
        )
        for name, xyz in grow(kind, backbone, made.found, POINTS)
    ]
