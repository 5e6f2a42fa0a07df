"""The steric tolerance: how much of a mutant's side chain still fits beside the inhibitor.

A description of shape, printed with its range over clash thresholds. It no longer decides the
verdict: a side chain of which one conformer in fifty fits, and fits well, is no clash.
"""

from __future__ import annotations

from typing import Protocol

# Steric tolerances at which a mutant keeps a tenth, and half, of what the wild type keeps.
CLASH = 0.1
PARTIAL_CLASH = 0.5
# A side chain that is free with less probability does not fit its place as it stands.
STRAINED = 0.02
# Å; overlaps from which a sample could be called a clash: MolProbity's 0.4 to its severe 0.9.
THRESHOLDS = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


class Sampled(Protocol):
    """What has free probabilities: one side chain or several together."""

    def free(self, threshold: float | None = None) -> tuple[float, float]:
        """Free probabilities without and with the inhibitor."""

    @property
    def tolerance(self) -> float:
        """The second over the first."""


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


def depends_on_threshold(low: float, high: float) -> bool:
    """Whether a tolerance lies on both sides of a limit within a range of thresholds.

    Examples
    --------
    >>> depends_on_threshold(0.0, 0.4), depends_on_threshold(0.6, 0.9)
    (True, False)
    """
    return any(low <= limit < high for limit in (CLASH, PARTIAL_CLASH))
