"""Resistance: whether a mutation takes the drug away, which is the question users come for.

In come complexes and mutations; out come tables with tolerance, scores, a verdict in fixed words
and the literature's call beside it. The order of the verdicts and their limits are in ``verdict``.
"""

from ros1struct.resistance.saturation import saturation
from ros1struct.resistance.scan import scan
from ros1struct.resistance.summary import agreement, outcomes, summarise

__all__ = [
    "agreement",
    "outcomes",
    "saturation",
    "scan",
    "summarise",
]
