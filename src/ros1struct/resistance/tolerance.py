"""From measured free probabilities to a verdict, in one visible place.

A verdict never claims more than geometry can say: a mutation that acts by charge, by the inactive
state or by the fold ends as *no steric reason found* or *out of scope*, not as harmless.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ros1struct.sidechains.measure import SCOPE

# Steric tolerances up to which a mutation is called a clash (ten-fold or more) or a partial clash.
CLASH = 0.1
PARTIAL_CLASH = 0.5
# A side chain that is free with less probability does not fit its place as it stands.
STRAINED = 0.02
# Å; overlaps from which a sample could be called a clash: MolProbity's 0.4 to its severe 0.9.
THRESHOLDS = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
# Side chains of the same heavy-atom skeleton. Their overlaps differ by who donates and who accepts
# a hydrogen bond, which is no steric reason: it is judged as contact loss.
ISOSTERIC = ({"D", "N"}, {"E", "Q"})

VERDICTS = (
    "not in model",
    "out of scope",
    "undefined (strained)",
    "clash",
    "partial clash",
    "contact loss",
    "no steric reason found",
)


class Sampled(Protocol):
    """What has free probabilities: one side chain or several together."""

    def free(self, threshold: float | None = None) -> tuple[float, float]:
        """Free probabilities without and with the inhibitor."""

    @property
    def tolerance(self) -> float:
        """The second over the first."""


@dataclass(frozen=True)
class Evidence:
    """What a verdict is read from.

    Attributes
    ----------
    letters : str
        Wild-type residue types, and mutant ones below.
    mutants : str
    wild_type, mutant : Sampled
        Treated identically.
    near : bool
        Whether an atom of the wild type, or a conformer of the mutant that is free without the
        inhibitor, comes within :data:`~ros1struct.sidechains.measure.SCOPE` of the inhibitor.
    lost : tuple of str
        Kinds of contact that the wild type makes and the mutant's free conformers do not.
    """

    letters: str
    mutants: str
    wild_type: Sampled
    mutant: Sampled
    near: bool
    lost: tuple[str, ...]


def steric_tolerance(
    wild_type: Sampled, mutant: Sampled, *, threshold: float | None = None
) -> float:
    """Tolerance of the mutant relative to the wild type's, treated identically.

    Parameters
    ----------
    wild_type, mutant : Sampled
        At the same residues of the same complex.
    threshold : float, optional
        Overlap in Å; by default that of their definition.

    Returns
    -------
    float
        ``(holo / apo)_mutant / (holo / apo)_wild type`` of the free probabilities; NaN where one
        of them is strained (free without the inhibitor below 0.02), or where the wild type
        itself is not free beside the inhibitor (below 0.02).
    """
    apo_wt, holo_wt = wild_type.free(threshold)
    apo, holo = mutant.free(threshold)
    if min(apo_wt, holo_wt, apo) < STRAINED:
        return float("nan")
    return (holo / apo) / (holo_wt / apo_wt)


def verdict(evidence: Evidence) -> tuple[str, str]:
    """Judge a mutation.

    Parameters
    ----------
    evidence : Evidence

    Returns
    -------
    verdict : str
        One of :data:`VERDICTS`, the first that applies (``not in model`` is decided before).
    reason : str
        In words that a reader can check.
    """
    wild, mutant = evidence.wild_type, evidence.mutant
    letters, mutants = "/".join(evidence.letters), "/".join(evidence.mutants)
    if not evidence.near:
        return "out of scope", (
            "no atom of the wild type and no free conformer of the mutant comes within "
            f"{SCOPE:g} Å of the inhibitor"
        )
    tolerance = steric_tolerance(wild, mutant)
    if np.isnan(tolerance):
        if mutant.free()[0] < STRAINED:
            who = f"{mutants} does not fit the pocket even without the inhibitor"
        elif wild.free()[0] < STRAINED:
            who = f"the wild type {letters} is itself strained on this rigid backbone"
        else:
            who = f"the wild type {letters} itself is hardly free beside the inhibitor"
        return "undefined (strained)", f"{who}; neighbours would have to move"
    isosteric = {evidence.letters, evidence.mutants} in ISOSTERIC
    if tolerance <= PARTIAL_CLASH and not isosteric:
        kept = f"{mutant.tolerance:.0%} of the mutant's free conformers remain beside the inhibitor"
        return ("clash" if tolerance <= CLASH else "partial clash"), kept
    if evidence.lost:
        kinds = ", ".join(evidence.lost)
        return "contact loss", f"the mutant side chain cannot make the wild type's {kinds} contact"
    if tolerance <= PARTIAL_CLASH:
        return "no steric reason found", (
            f"{mutants} has the shape of {letters}: the tolerance of {tolerance:.2f} comes from "
            "hydrogen-bond partners, not from size"
        )
    return "no steric reason found", (
        f"{mutant.tolerance:.0%} of the mutant's free conformers remain beside the inhibitor, "
        f"{wild.tolerance:.0%} of the wild type's"
    )


def depends_on_threshold(low: float, high: float) -> bool:
    """Whether the steric part of a verdict changes within a range of tolerances.

    Examples
    --------
    >>> depends_on_threshold(0.0, 0.4), depends_on_threshold(0.6, 0.9)
    (True, False)
    """
    return any(low <= limit < high for limit in (CLASH, PARTIAL_CLASH))
