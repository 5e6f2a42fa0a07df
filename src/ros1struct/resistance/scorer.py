"""The scores of a scan: what a complex and its wild types need is built once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ros1struct.energy.soft import surroundings
from ros1struct.resistance.pooling import Member, pooled
from ros1struct.resistance.score import SCOPE, Parts, Score, Side, side
from ros1struct.sidechains.conformers import may_reach
from ros1struct.structure.complex import Complex
from ros1struct.structure.geometry import nearest


def score_at(sites: Sequence[tuple[Complex, int]], wild_type: str, mutant: str) -> Score:
    """Score one substitution; the wild type is sampled once in the life of a complex.

    Parameters
    ----------
    sites : sequence of (Complex, int)
        Complexes of one frame and the index of the residue in each; several are pooled.
    wild_type, mutant : str
        One-letter codes.

    Returns
    -------
    Score
        Of one structure whose residue is out of scope and whose mutant no conformer of the
        library brings into it, without parts: NaN.

    Raises
    ------
    StructureError
        If no side chain can be built there.

    Examples
    --------
    >>> import ros1struct as rs
    >>> c = rs.load("2WGJ")
    >>> score_at([(c, c.find_residue(1163))], "G", "R").score > 2
    True
    """
    complex, residue = sites[0]
    if len(sites) == 1:
        gap = distance(complex, residue)
        if gap > SCOPE and not may_reach(surroundings(complex), residue, mutant, SCOPE):
            nothing = Parts(*[float("nan")] * 5)
            return Score(nothing, float("nan"), float("nan"), gap)
    members = [
        Member(_wild(c, r, wild_type), side(surroundings(c), r, mutant), distance(c, r))
        for c, r in sites
    ]
    return pooled(members, klifs=int(complex.residues.klifs[residue]))


def _wild(complex: Complex, residue: int, letter: str) -> Side:
    return complex.derived(
        ("wild type", residue, letter), lambda: side(surroundings(complex), residue, letter)
    )


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
