"""The scores of a scan: what a complex and its wild types need is built once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ros1struct.resistance.pooling import Member, pooled
from ros1struct.resistance.score import Score, Side, side
from ros1struct.sidechains.conformers import Surroundings, surroundings
from ros1struct.structure.complex import Complex
from ros1struct.structure.geometry import nearest


class Scorer:
    """Scores of one complex after the other; those of wild types are sampled once.

    Examples
    --------
    >>> import ros1struct as rs
    >>> c = rs.load("2WGJ")
    >>> Scorer().score([(c, c.find_residue(1163))], "G", "R").score > 2
    True
    """

    def __init__(self) -> None:
        self._around: dict[Complex, Surroundings] = {}
        self._sides: dict[tuple[Complex, int, str], Side] = {}

    def score(self, sites: Sequence[tuple[Complex, int]], wild_type: str, mutant: str) -> Score:
        """Score one substitution.

        Parameters
        ----------
        sites : sequence of (Complex, int)
            Complexes of one frame and the index of the residue in each; several are pooled.
        wild_type, mutant : str
            One-letter codes.

        Returns
        -------
        Score

        Raises
        ------
        StructureError
            If no side chain can be built there.
        """
        members = []
        for complex, residue in sites:
            if complex not in self._around:
                self._around[complex] = surroundings(complex)
            around = self._around[complex]
            key = complex, residue, wild_type
            if key not in self._sides:
                self._sides[key] = side(around, residue, wild_type)
            made = side(around, residue, mutant)
            members.append(Member(self._sides[key], made, distance(complex, residue)))
        complex, residue = sites[0]
        return pooled(members, klifs=int(complex.residues.klifs[residue]))


def distance(complex: Complex, residue: int) -> float:
    """Measure the distance of a residue's heavy atoms to the inhibitor.

    Parameters
    ----------
    complex : Complex
        Of one frame.
    residue : int
        Index.

    Returns
    -------
    float
        Å.
    """
    own = np.array(list(complex.atoms_of(residue).values()))
    return nearest(complex.xyz[0, own], complex.xyz[0, complex.inhibitor_heavy])
