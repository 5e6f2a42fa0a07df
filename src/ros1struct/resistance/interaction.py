"""ΔΔG-like scores: what the inhibitor costs a mutant side chain more than the wild type's.

``score = −RT ln(Z_holo / Z_apo)`` of the mutant less that of the wild type, treated identically,
with ``Z = Σ p_s exp(−E_s / RT)`` over the rotamer samples s of probability p_s, at 298.15 K. E_s is
the energy of the sample with what stands: the protein alone (apo), or with the inhibitor (holo).

- ``steric_penalty``: E is the repulsive part of the Lennard-Jones energy alone.
- ``interaction_ddg``: attraction and hydrogen bonds too, without any fitted weight. Water, the
  backbone's and the inhibitor's own strain are not in it: it ranks, it does not predict affinities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ros1struct.energy.hydrogen_bonds import sidechain_sites
from ros1struct.errors import InputError
from ros1struct.sidechains.build import RT, library
from ros1struct.sidechains.candidates import (
    candidates,
    pair_energies,
    standing_bonds,
    standing_pairs,
)
from ros1struct.sidechains.field import field_of
from ros1struct.sidechains.rotamers import POINTS, blocks, grow, sample_weights
from ros1struct.sidechains.sites import buildable
from ros1struct.structure.complex import Complex

Floats = npt.NDArray[np.float64]


# Most pairs of samples of two residues that are summed.
MOST_PAIRS = 1_000_000


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

    def __sub__(self, other: Scores) -> Scores:
        return Scores(
            self.steric_penalty - other.steric_penalty, self.interaction_ddg - other.interaction_ddg
        )


@dataclass(frozen=True, eq=False)
class Energies:
    """Energies of every sample of a side chain, in kcal/mol.

    Attributes
    ----------
    prior : ndarray, shape (samples,)
        −RT ln p.
    protein, inhibitor : ndarray, shape (samples,)
        Lennard-Jones energy and hydrogen bonds with each.
    protein_repulsion, inhibitor_repulsion : ndarray, shape (samples,)
        The part of the Lennard-Jones energy above zero, pair by pair.
    """

    prior: Floats
    protein: Floats
    inhibitor: Floats
    protein_repulsion: Floats
    inhibitor_repulsion: Floats

    def __len__(self) -> int:
        return len(self.prior)

    @property
    def costs(self) -> Scores:
        """−RT ln(Z_holo / Z_apo) by repulsion alone, and with attraction and hydrogen bonds."""
        apo = self.prior + self.protein_repulsion, self.prior + self.protein
        repulsion = _free_energy(apo[0] + self.inhibitor_repulsion) - _free_energy(apo[0])
        return Scores(repulsion, _free_energy(apo[1] + self.inhibitor) - _free_energy(apo[1]))


def _free_energy(energy: Floats) -> float:
    least = energy.min()
    return float(least - RT * np.log(np.exp((least - energy) / RT).sum()))


def energies(
    complex: Complex,
    residue: int,
    letter: str,
    *,
    points: int = POINTS,
    without: Sequence[int] = (),
) -> Energies:
    """Measure what every sample of a side chain has to do with protein and inhibitor.

    Parameters
    ----------
    complex : Complex
        Its first frame.
    residue : int
        Index.
    letter : str
        Residue type; Gly, which has no side chain, has one sample of no energy.
    points : int
        Samples per torsion.
    without : sequence of int
        Indices of residues whose side chains are left out of the surroundings.

    Returns
    -------
    Energies

    Raises
    ------
    InputError
        If there is no such residue type.
    StructureError
        If no side chain can be built there.

    Examples
    --------
    >>> import ros1struct as rs
    >>> c = rs.load("2WGJ")
    >>> energies(c, c.find_residue(1163), "R").costs.steric_penalty > 2
    True
    """
    kind = buildable(complex, residue, letter)
    found = library(complex, residue, letter)
    own = complex.atoms_of(residue)
    backbone = {n: complex.xyz[0, own[n]].astype(np.float64) for n in ("N", "CA", "C")}
    field = field_of(complex, {residue, *without})
    drug = complex.residues.role[complex.atoms.residue] == "inhibitor"
    weight = sample_weights(found, points)
    count = len(weight)
    total = np.zeros((4, count))  # protein and inhibitor, then their repulsive parts
    xyz = {}
    for name, places in grow(kind, backbone, found, points):
        each = count // len(places)
        part = np.zeros((4, len(places)))
        for block in blocks(len(places)):
            near, energy = standing_pairs(field, residue, kind, name, places[block])
            theirs = drug[field.atom[near]]
            for k, kept in enumerate((energy, np.maximum(energy, 0.0))):
                part[2 * k, block] = kept[:, ~theirs].sum(1)
                part[2 * k + 1, block] = kept[:, theirs].sum(1)
        total += np.repeat(part, each, axis=1)
        xyz[name] = np.repeat(places, each, axis=0)
    i, atom, bond = standing_bonds(field, residue, sidechain_sites(kind, xyz))
    np.add.at(total, (drug[atom].astype(int), i % count), bond)
    return Energies(-RT * np.log(np.maximum(weight, 1e-300)), *total)


def scores(
    complex: Complex,
    residues: int | Sequence[int],
    wild_type: str,
    mutant: str,
    *,
    points: int = POINTS,
) -> Scores:
    """Score a substitution, or two together.

    Parameters
    ----------
    complex : Complex
        Its first frame.
    residues : int or sequence of int
        Index, or two.
    wild_type, mutant : str
        One letter for each.
    points : int
        Samples per torsion; 3 and 5 differ by the error of sampling.

    Returns
    -------
    Scores
        NaN where two residues have more than a million pairs of samples.

    Raises
    ------
    InputError
        If there is no such residue type, or more than two residues are given.
    StructureError
        If no side chain can be built there.

    Examples
    --------
    >>> import ros1struct as rs
    >>> c = rs.load("2WGJ")
    >>> scores(c, c.find_residue(1163), "G", "R").steric_penalty > 2
    True
    """
    places = [int(r) for r in np.atleast_1d(residues)]
    if len(places) == 1:
        wild, made = (
            energies(complex, places[0], x, points=points).costs for x in (wild_type, mutant)
        )
        return made - wild
    if len(places) != 2 or {len(wild_type), len(mutant)} != {2}:
        raise InputError("scores need one residue or two, with one letter for each")
    return joint_costs(complex, places, mutant, points=points) - joint_costs(
        complex, places, wild_type, points=points
    )


def joint_costs(
    complex: Complex, residues: Sequence[int], letters: str, *, points: int = POINTS
) -> Scores:
    """−RT ln(Z_holo / Z_apo) of two side chains that see each other, over all pairs of samples.

    Parameters
    ----------
    complex : Complex
        Its first frame.
    residues : sequence of int
        Two indices.
    letters : str
        Residue types.
    points : int
        Samples per torsion.

    Returns
    -------
    Scores
        NaN where there are more than a million pairs.
    """
    a, b = (
        energies(complex, r, letter, points=points, without=residues)
        for r, letter in zip(residues, letters, strict=True)
    )
    if len(a) * len(b) > MOST_PAIRS:
        return Scores(float("nan"), float("nan"))
    field = field_of(complex, residues, holo=False)
    one, two = (
        candidates(field, r, letter, points=points)
        for r, letter in zip(residues, letters, strict=True)
    )
    prior = a.prior[:, None] + b.prior
    costs = []
    for repulsive in (True, False):
        name = "_repulsion" if repulsive else ""
        apo, drug = (
            getattr(a, part + name)[:, None] + getattr(b, part + name)
            for part in ("protein", "inhibitor")
        )
        between = pair_energies(field, one, two, repulsive=repulsive)
        apo += prior if between is None else prior + between
        costs.append(_free_energy(apo + drug) - _free_energy(apo))
    return Scores(*costs)
