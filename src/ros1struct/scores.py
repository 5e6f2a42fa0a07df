"""ΔΔG-like scores: what the inhibitor costs a mutant side chain more than the wild type's.

``score = −RT ln(Z_holo / Z_apo)`` of the mutant less that of the wild type, treated identically,
with ``Z = Σ p_s exp(−E_s / RT)`` over the rotamer samples s of probability p_s, at 298.15 K. E_s is
the energy of the sample with what stands: the protein alone (apo), or with the inhibitor (holo).

- ``steric_penalty``: E is the repulsive part of the Lennard-Jones energy alone.
- ``interaction_ddg``: attraction and hydrogen bonds too, without any fitted weight. Water, the
  backbone's and the inhibitor's own strain are not in it: it ranks, it does not predict affinities.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ros1struct.complexes import Complex
from ros1struct.packing import candidates, field_of
from ros1struct.rotamers import POINTS
from ros1struct.sidechains import RT


@dataclass(frozen=True)
class Scores:
    """Scores of a substitution in kcal/mol; above 0 the inhibitor costs the mutant more.

    Attributes
    ----------
    steric_penalty : float
    interaction_ddg : float
    """

    steric_penalty: float
    interaction_ddg: float


def free_energy(
    complex: Complex,
    residue: int,
    letter: str,
    *,
    repulsive: bool,
    points: int = POINTS,
) -> float:
    """Cost of the inhibitor to a side chain: −RT ln(Z_holo / Z_apo).

    Parameters
    ----------
    complex : Complex
        Its first frame.
    residue : int
        Index.
    letter : str
        Residue type; Gly, which has no side chain, costs 0.
    repulsive : bool
        Whether only the repulsive part of the Lennard-Jones energy counts, and no hydrogen bond.
    points : int
        Samples per torsion.

    Returns
    -------
    float
        kcal/mol.

    Raises
    ------
    StructureError
        If no side chain can be built there.
    """
    logs = []
    for holo in (False, True):
        field = field_of(complex, {residue}, holo=holo, bonds=not repulsive, repulsive=repulsive)
        energy = candidates(field, residue, letter, points=points).energy / RT
        # Energies hold −RT ln p of their sample already.
        lowest = energy.min()
        logs.append(float(lowest - np.log(np.exp(lowest - energy).sum())))
    return RT * (logs[1] - logs[0])


def scores(
    complex: Complex, residue: int, wild_type: str, mutant: str, *, points: int = POINTS
) -> Scores:
    """Score a substitution.

    Parameters
    ----------
    complex : Complex
        Its first frame.
    residue : int
        Index.
    wild_type, mutant : str
        One-letter codes.
    points : int
        Samples per torsion; 3 and 5 differ by the error of sampling.

    Returns
    -------
    Scores

    Examples
    --------
    >>> import ros1struct as rs
    >>> c = rs.load("2WGJ")
    >>> scores(c, c.find_residue(1163), "G", "R").steric_penalty > 2
    True
    """
    penalty, interaction = (
        free_energy(complex, residue, mutant, repulsive=repulsive, points=points)
        - free_energy(complex, residue, wild_type, repulsive=repulsive, points=points)
        for repulsive in (True, False)
    )
    return Scores(penalty, interaction)
