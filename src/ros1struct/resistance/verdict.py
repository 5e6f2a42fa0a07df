"""From a score to a verdict, in one visible place.

In this order: not in model > out of scope > undefined > clash > contact loss > possible > no
structural reason found. A verdict is firm where it is the same over the whole interval of the
score. Mechanism comes before geometry: where the literature says that a mutation acts by charge, by
the inactive state or by the fold, no structural reason is claimed, whatever the score.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from ros1struct.resistance.calibration import Calibration
from ros1struct.resistance.score import SCOPE, Parts, Score

# The development set of ALK, EGFR and MET, refitted by ``curation/fit_score.py``.
CALIBRATION = Calibration(1.140, -2.236, 0.366, 276, 88, 3)
# Probabilities of a ten-fold loss from which a verdict is likely or possible.
LIKELY, POSSIBLE = 0.5, 0.25

VERDICTS = (
    "not in model",
    "out of scope",
    "undefined",
    "clash",
    "contact loss",
    "possible",
    "no structural reason found",
)
# What the literature proposes and a pocket cannot show (:data:`literature.SCOPE`), in words.
NOT_GEOMETRIC = MappingProxyType(
    {
        "electrostatic": "acts by a lost charge",
        "inactive state": "acts on the balance of active and inactive states",
        "fold": "acts on the fold",
    }
)


@dataclass(frozen=True)
class Verdict:
    """A verdict and what it rests on.

    Attributes
    ----------
    verdict : str
        One of :data:`VERDICTS`.
    firm : bool
        Whether it is the same over the whole interval.
    p_resistant : float
        At the calibration's base rate, or the one that was asked for.
    reason : str
        In words that a reader can check.
    """

    verdict: str
    firm: bool
    p_resistant: float
    reason: str


def verdict(
    score: Score,
    *,
    claim: str = "",
    calibration: Calibration = CALIBRATION,
    base_rate: float | None = None,
) -> Verdict:
    """Judge a score.

    Parameters
    ----------
    score : Score
    claim : str
        What the literature allows geometry to say, a key of
        :data:`ros1struct.kinome.literature.SCOPE`; empty where it says nothing.
    calibration : Calibration
    base_rate : float, optional
        See :meth:`Calibration.probability`; it moves `p_resistant`, not the verdict.

    Returns
    -------
    Verdict

    Examples
    --------
    >>> rigid = Score(Parts(2.7, -1.1, 0.9, 1.8, 0.3), low=2.6, high=10.2, distance=3.4)
    >>> found = verdict(rigid)
    >>> found.verdict, found.firm, round(found.p_resistant, 2)
    ('clash', True, 0.77)
    """
    p = float(calibration.probability(score.score, base_rate=base_rate))
    if not score.in_scope:
        words = f"{score.distance:.1f} Å from the inhibitor, farther than {SCOPE:g} Å"
        return Verdict("out of scope", True, p, words)
    named, words = _reason(score.parts)
    judged, low, high = (
        _judge(calibration, s, named) for s in (score.score, score.low, score.high)
    )
    firm = judged == low == high
    if judged == "no structural reason found":
        words = "nothing repels the mutant side chain, and no contact of weight is lost"
    elif claim in NOT_GEOMETRIC:
        return Verdict(
            "no structural reason found",
            False,
            p,
            f"the literature says that it {NOT_GEOMETRIC[claim]}: the score is no reason ({words})",
        )
    return Verdict(judged, firm, p, words)


def _judge(calibration: Calibration, score: float, named: str) -> str:
    p = calibration.probability(score)
    if p >= LIKELY:
        return named
    return "possible" if p >= POSSIBLE else "no structural reason found"


def _reason(parts: Parts) -> tuple[str, str]:
    """Say what a likely score is called, and its largest part in words."""
    repels = parts.steric + max(parts.solvent, 0.0)
    gave = parts.contacts + parts.transfer
    largest = max(repels, gave, parts.strain)
    if largest == repels:
        return "clash", f"the inhibitor repels the mutant side chain ({repels:+.1f})"
    if largest == gave:
        return "contact loss", f"the wild type's contacts are lost ({gave:+.1f})"
    # Nothing overlaps: the side chain fits, though in conformers that it would not choose.
    return "possible", (
        f"fits beside the inhibitor only in conformers it would not choose ({parts.strain:+.1f})"
    )
