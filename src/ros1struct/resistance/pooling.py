"""Scores of several structures, poses or frames as one, and of several substitutions as one.

A free energy is pooled, not a mean of verdicts: the conformers of all members stand in one sum of
states, each member with the same weight,

``score = G_mutant − G_wild type``, ``G = −RT ln(Z_holo / Z_apo)``,
``Z = Σ_member Σ_conformer exp(−E / RT)``,

so that a member in which a side chain fits counts for it, and one in which it does not costs no
more than its share. The side chain that a crystal shows is among its type's conformers, wherever
the others come from.

What hangs on the choice of members is told by the bootstrap: members are cut into up to ten runs in
their order (frames of a trajectory are not independent), and the score is pooled over runs drawn
with replacement. The standard deviation over draws is the score's standard error; the interval
spans that over the parameters and the middle 95 % of the draws, so that two crystals that disagree
lie both in it.

References
----------
Zwanzig RW. J Chem Phys 1954, 22:1420-1426 (free energies over the configurations of a reference).
Efron B. Ann Stat 1979, 7:1-26 (bootstrap); Künsch HR. Ann Stat 1989, 17:1217-1241 (of runs).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import NamedTuple

import numpy as np

from ros1struct.arguments import checked
from ros1struct.energy.soft import surroundings
from ros1struct.errors import InputError
from ros1struct.resistance.changes import distance
from ros1struct.resistance.score import (
    SCOPE,
    Parts,
    Score,
    Setting,
    Side,
    compare,
    nearest_likely,
    parts,
    side,
)
from ros1struct.sidechains.conformers import Conformers, may_reach
from ros1struct.structure.complex import Complex

# Most runs of members, and how often they are drawn; the same draws for the same number of runs.
RUNS, DRAWS, SEED = 10, 200, 0


class Member(NamedTuple):
    """One structure, pose or frame of an ensemble.

    Attributes
    ----------
    wild, mutant : Side
        At the same residue of it.
    distance : float
        Å between the residue and the inhibitor.
    """

    wild: Side
    mutant: Side
    distance: float


@checked
def pooled(members: Sequence[Member], *, klifs: int = 0) -> Score:
    """Score one substitution over several structures, poses or frames.

    Parameters
    ----------
    members : sequence of Member
        Of equal weight; frames in their order.
    klifs : int
        KLIFS position; 0 for none.

    Returns
    -------
    Score
        With the number of members and its `spread`; of one member as :func:`compare` gives it.
        The distance is the median over members.

    Raises
    ------
    InputError
        If there is none.

    Examples
    --------
    >>> import ros1struct as rs
    >>> from ros1struct.resistance.score import side
    >>> from ros1struct.energy.soft import surroundings
    >>> made = []
    >>> for name in ("repotrectinib", "repotrectinib#2"):
    ...     c = rs.load(name)
    ...     around, residue = surroundings(c), c.find_residue(2032)
    ...     made.append(Member(*(side(around, residue, x) for x in "GR"), distance=3.5))
    >>> found = pooled(made)
    >>> found.structures, found.low < found.score < found.high
    (2, True)
    """
    if not members:
        raise InputError("pooled needs one structure or more, found none")
    if len(members) == 1:
        return compare(*members[0][:2], distance=members[0].distance, klifs=klifs)
    distance = float(np.median([min(m.distance, nearest_likely(m.mutant)) for m in members]))
    whole = compare(*_joined(members), distance=distance, klifs=klifs)
    runs = np.array_split(np.arange(len(members)), min(RUNS, len(members)))
    of_run = [_joined([members[i] for i in run]) for run in runs]
    rng = np.random.default_rng(SEED)
    drawn = []
    for draw in rng.integers(len(runs), size=(DRAWS, len(runs))):
        wild, mutant = (_join([of_run[k][side] for k in draw]) for side in (0, 1))
        drawn.append(parts(wild, mutant, Setting(), klifs).total)
    low, high = np.percentile(drawn, (2.5, 97.5))
    return replace(
        whole,
        low=min(whole.low, float(low)),
        high=max(whole.high, float(high)),
        distance=distance,
        structures=len(members),
        spread=float(np.std(drawn)),
    )


def _joined(members: Sequence[Member]) -> tuple[Side, Side]:
    return _join([m.wild for m in members]), _join([m.mutant for m in members])


def _join(sides: Sequence[Side]) -> Side:
    return Side(sides[0].letter, Conformers.joined([s.sampled for s in sides]))


def summed(scores: Sequence[Score]) -> Score:
    """Add the scores of several substitutions of one structure that are in scope.

    Each is scored beside the wild type of the others: two that touch are more than their sum, or
    less, and the interval does not know.

    Parameters
    ----------
    scores : sequence of Score

    Returns
    -------
    Score
        Where none is in scope, the nearest as it is. Spreads add as those of what is independent.

    Raises
    ------
    InputError
        If there is none.
    """
    if not scores:
        raise InputError("summed needs one score or more, found none")
    inside = [s for s in scores if s.in_scope]
    if not inside:
        return min(scores, key=lambda s: s.distance)
    total = Parts(*(sum(getattr(s.parts, f.name) for s in inside) for f in fields(Parts)))
    return replace(
        inside[0],
        parts=total,
        low=sum(s.low for s in inside),
        high=sum(s.high for s in inside),
        distance=min(s.distance for s in inside),
        spread=float(np.sqrt(sum(s.spread**2 for s in inside))),
    )


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
