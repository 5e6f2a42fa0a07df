"""Steric overlap of protein and inhibitor by named, versioned definitions.

In comes a Complex; out come tables of overlaps, clashes and their sums, of the structure as it is.
Radii are those of the definition; what a mutant side chain does is asked in ``sidechains``.
"""

from ros1struct.clashes.definitions import CLASH_DEFINITIONS, ClashDefinition, clash_definition
from ros1struct.clashes.overlaps import clashes, overlaps
from ros1struct.clashes.severity import severity
from ros1struct.clashes.strain import internal_clashes, strain

__all__ = [
    "CLASH_DEFINITIONS",
    "ClashDefinition",
    "clash_definition",
    "clashes",
    "internal_clashes",
    "overlaps",
    "severity",
    "strain",
]
