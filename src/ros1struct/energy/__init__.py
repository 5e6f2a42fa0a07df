"""Energies between atoms: Lennard-Jones and hydrogen bonds, in kcal/mol.

In come a complex or the places of atoms; out come energies and the parameters behind them, each
from a published force field. What an energy means for a mutation is decided elsewhere.
"""

from ros1struct.energy.hydrogen_bonds import Sites, complex_sites
from ros1struct.energy.lennard_jones import pair_energy, parameters

__all__ = [
    "Sites",
    "complex_sites",
    "pair_energy",
    "parameters",
]
