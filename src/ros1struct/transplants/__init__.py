"""Transplants: an inhibitor carried from one kinase into another whose complex nobody has solved.

In come a complex with the inhibitor and a complex with the protein; out come ranked poses as
complexes, with what speaks for and against each: overlaps, hinge bonds, buried surface, strain and
how far poses of like energy lie apart. Pockets are laid on each other by their KLIFS positions,
torsions are searched anew, side chains repacked. The record on known complexes is in the docs.
"""

from ros1struct.transplants.superposition import Superposition, superpose_pockets
from ros1struct.transplants.transplant import Transplant, transplant

__all__ = ["Superposition", "Transplant", "superpose_pockets", "transplant"]
