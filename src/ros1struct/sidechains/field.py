"""The field: atoms that stand around candidate side chains, and their energy parameters."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ros1struct.energy import hydrogen_bonds, lennard_jones
from ros1struct.energy.hydrogen_bonds import Sites
from ros1struct.structure.complex import Complex
from ros1struct.structure.residue_types import BACKBONE

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

# Å beyond which Lennard-Jones energies are left out: no pair of the set has 0.03 kcal/mol there.
CUTOFF = 8.0


@dataclass(frozen=True, eq=False)
class Field:
    """What stands around side chains that move: all else of a complex.

    Attributes
    ----------
    complex : Complex
    atom : ndarray of int
        Indices of the atoms that stand.
    xyz, sigma, epsilon : ndarray
        Of these, in Å and kcal/mol.
    sites : Sites
    site_atom : ndarray of int
        Index of each site's atom.
    moving : frozenset of int
        Residues whose side chains are not part of it.
    holo : bool
        Whether the inhibitor is part of it.
    bonds : bool
        Whether hydrogen bonds count.
    """

    complex: Complex
    atom: Ints
    xyz: Floats
    sigma: Floats
    epsilon: Floats
    sites: Sites
    site_atom: Ints
    moving: frozenset[int]
    holo: bool
    bonds: bool


def field_of(
    complex: Complex,
    moving: Collection[int] = (),
    *,
    holo: bool = True,
    bonds: bool = True,
) -> Field:
    """Collect what stands while the side chains of some residues move.

    Parameters
    ----------
    complex : Complex
        Its first frame.
    moving : collection of int
        Residues whose side chains, Cβ included, are not part of the field.
    holo : bool
        Whether the inhibitor is.
    bonds : bool
        Whether hydrogen bonds count.

    Returns
    -------
    Field
    """
    a = complex.atoms
    atom = complex.protein_heavy
    loose = np.isin(a.residue[atom], list(moving)) & ~np.isin(a.name[atom], [*BACKBONE, "OXT"])
    atom = atom[~loose]
    if holo:
        atom = np.concatenate([atom, complex.inhibitor_heavy])
    sigma, epsilon = lennard_jones.parameters(complex)
    sites, site_atom = hydrogen_bonds.complex_sites(complex)
    kept = np.isin(site_atom, atom)
    return Field(
        complex, atom, complex.xyz[0, atom].astype(np.float64), sigma[atom], epsilon[atom],
        sites[kept], site_atom[kept], frozenset(moving), holo, bonds,
    )  # fmt: skip
