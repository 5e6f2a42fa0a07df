"""Resistance: whether a mutation takes the drug away, which is the question users come for.

In come complexes and mutations; out come tables with a score, its interval, the probability of
resistance, a verdict in fixed words and the literature's call beside it, and the record of the
score against measurements. The order of the verdicts and their limits are in ``verdict``.
"""

from ros1struct.resistance.calibration import Calibration
from ros1struct.resistance.evaluate import disagreements, evaluate, scored
from ros1struct.resistance.pooling import Member, pooled
from ros1struct.resistance.rank import rank
from ros1struct.resistance.saturation import saturation
from ros1struct.resistance.scan import scan
from ros1struct.resistance.score import Score, resistance_score
from ros1struct.resistance.summary import agreement, outcomes, summarise
from ros1struct.resistance.verdict import VERDICTS, verdict

__all__ = [
    "VERDICTS",
    "Calibration",
    "Member",
    "Score",
    "agreement",
    "disagreements",
    "evaluate",
    "outcomes",
    "pooled",
    "rank",
    "resistance_score",
    "saturation",
    "scan",
    "scored",
    "summarise",
    "verdict",
]
