"""Scores of several structures, poses or frames as one, and of several substitutions as one.

A free energy is pooled, not a mean of verdicts: the conformers of all members stand in one sum of
states, each member with the same weight,

``score = G_mutant − G_wild type``, ``G = −RT ln(Z_holo / Z_apo)``,
``Z = Σ_member Σ_conformer exp(−E / RT)``,

so that a member in which a side chain fits counts for it, and one in which it does not costs no
more than its share. The side chain that a crystal shows is among its type's conformers, wherever
the others come from.

What hangs on the choice of members is the standard error of the score by the jackknife: members
are cut into up to ten runs in their order (frames of a trajectory are not independent), and the
score is pooled without each. The interval is that over the parameters, and at least two such errors
wide to either side.

References
----------
Zwanzig RW. J Chem Phys 1954, 22:1420-1426 (free energies over the configurations of a reference).
Tukey JW. Ann Math Stat 1958, 29:614 (jackknife).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import NamedTuple

import numpy as np

from ros1struct.errors import InputError
from ros1struct.resistance.score import Parts, Score, Setting, Side, compare, nearest_likely, parts
from ros1struct.sidechains.conformers import Conformers

# Most runs of members that the jackknife leaves out in turn.
RUNS = 10


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
    >>> from ros1struct.sidechains.conformers import surroundings
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
    without = []
    for run in runs:
        rest = [m for i, m in enumerate(members) if i not in set(run.tolist())]
        without.append(parts(*_joined(rest), Setting(), klifs).total)
    # Delete-one jackknife: (n - 1) / n times the sum of squares.
    error = float(np.sqrt((len(runs) - 1) * np.var(without)))
    return replace(
        whole,
        low=min(whole.low, whole.score - 2 * error),
        high=max(whole.high, whole.score + 2 * error),
        distance=distance,
        structures=len(members),
        spread=error,
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
