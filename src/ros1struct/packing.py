"""Candidate side chains of a residue and their energies.

The energy of a side chain is the Lennard-Jones energy with everything that stands
(:mod:`ros1struct.lennard_jones`), hydrogen bonds where asked, and −RT ln p of its library sample.
Pairs inside a residue are left out, the library holds them; so are pairs of up to three bonds:
between residues those are Cβ and the atoms of the peptide bonds beside it, which depend on φ and ψ
alone (OPLS united-atom divides 1-4 pairs by eight). Waters and additives are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ros1struct import hydrogen_bonds, lennard_jones
from ros1struct.complexes import Complex
from ros1struct.mutate import backbone_torsions, neighbours
from ros1struct.residues import ResidueType
from ros1struct.rotamers import POINTS, Rotamers, grid, grow, rotamers, sample_weights

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

RT = 0.0019872 * 298.15
# Å; Lennard-Jones energies beyond are left out (OPLS: < 0.01 kcal/mol per pair).
CUTOFF = 8.0
# Rotamers less likely than this are left out of packing.
LEAST_LIKELY = 1e-3
"""Part of the 10 kcal/mol cap... """


@dataclass(frozen=True, eq=False)
class Candidates:
    """Places for one side chain.

    Attributes
    ----------
    residue : int
        Index in the complex.
    kind : ResidueType
    xyz : ndarray, shape (samples, atoms, 3)
        Å, in the order of ``kind.sidechain``.
    chi : ndarray, shape (samples, torsions)
        Degrees.
    rotamer : ndarray of int, shape (samples,)
        Index of the library's rotamer, most likely 0.
    prior : ndarray, shape (samples,)
        −RT ln p in kcal/mol.
    energy : ndarray, shape (samples,)
        kcal/mol with what stands, the prior included.
    """

    residue: int
    kind: ResidueType
    xyz: Floats
    chi: Floats
    rotamer: Ints
    prior: Floats
    energy: Floats
