"""Candidate side chains of a residue, and their energies with the surroundings and each other.

The energy of a side chain is the Lennard-Jones energy with its surroundings
(:mod:`ros1struct.energy.lennard_jones`), hydrogen bonds where asked
(:mod:`ros1struct.energy.hydrogen_bonds`), and −RT ln p of its library sample. Pairs inside a
residue are left out, the library holds them; so are pairs of up to three bonds. Between residues
those are Cβ with the peptide bonds beside it, which hang on φ and ψ alone (OPLS united-atom divides
1-4 pairs by eight). Waters and additives are left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ros1struct.energy import hydrogen_bonds, lennard_jones
from ros1struct.energy.hydrogen_bonds import Sites
from ros1struct.sidechains.build import RT, library, measure_chi, prior_energy
from ros1struct.sidechains.field import CUTOFF, Field
from ros1struct.sidechains.rotamers import POINTS, blocks, grid, grow, sample_weights
from ros1struct.sidechains.sites import buildable, neighbours
from ros1struct.structure.complex import Complex
from ros1struct.structure.residue_types import ResidueType
from ros1struct.structure.residues import residue_type

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Candidates:
    """Places for the side chain of one residue.

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
        Of the library, 0 for the most likely; -1 for the side chain of the file.
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

    def __len__(self) -> int:
        return len(self.energy)

    def pick(self, index: Any) -> Candidates:
        """Return some of the candidates."""
        columns = ("xyz", "chi", "rotamer", "prior", "energy")
        return replace(self, **{c: getattr(self, c)[index] for c in columns})

    def join(self, other: Candidates) -> Candidates:
        """Return these candidates and more of the same residue and type."""
        columns = ("xyz", "chi", "rotamer", "prior", "energy")
        both: dict[str, Any] = {
            c: np.concatenate([getattr(self, c), getattr(other, c)]) for c in columns
        }
        return replace(self, **both)

    def prune(self, keep: int, window: float) -> Candidates:
        """Keep the best few of each rotamer, and of those what lies in a window of energy.

        Parameters
        ----------
        keep : int
            Samples per rotamer.
        window : float
            kcal/mol above the best candidate.
        """
        order = np.lexsort((self.energy, self.rotamer))
        starts = np.flatnonzero(np.diff(self.rotamer[order], prepend=-2))
        rank = np.arange(len(order)) - np.repeat(starts, np.diff(starts, append=len(order)))
        within = self.energy[order] <= self.energy.min() + window
        return self.pick(np.sort(order[(rank < keep) & within]))

    def sites(self) -> Sites:
        """Polar atoms of all candidates, ``samples`` rows for each atom."""
        return hydrogen_bonds.sidechain_sites(
            self.kind, {name: self.xyz[:, k] for k, name in enumerate(self.kind.sidechain)}
        )


def candidates(
    field: Field, residue: int, letter: str, *, points: int = POINTS, least: float = 0.0
) -> Candidates:
    """Build every library sample of a side chain and score it with what stands.

    Parameters
    ----------
    field : Field
    residue : int
        Index.
    letter : str
        Residue type to build.
    points : int
        Samples per torsion.
    least : float
        Rotamers less likely than this are left out.

    Returns
    -------
    Candidates
        All samples, rotamer by rotamer.

    Raises
    ------
    InputError
        If there is no such residue type.
    StructureError
        If no side chain can be built there.
    """
    complex = field.complex
    kind = buildable(complex, residue, letter)
    found = library(complex, residue, letter)
    likely = found.probability >= least
    found = replace(
        found,
        probability=found.probability[likely],
        chi=found.chi[likely],
        sigma=found.sigma[likely],
    )
    own = complex.atoms_of(residue)
    backbone = {n: complex.xyz[0, own[n]].astype(np.float64) for n in ("N", "CA", "C")}
    weight = sample_weights(found, points)
    count, torsions = len(weight), found.chi.shape[1]
    energy, xyz = np.zeros(count), np.empty((count, len(kind.sidechain), 3))
    for k, (name, places) in enumerate(grow(kind, backbone, found, points)):
        each = count // len(places)
        energy += np.repeat(_stand(field, residue, kind, name, places), each)
        xyz[:, k] = np.repeat(places, each, axis=0)
    each = points**torsions
    steps = np.indices((points,) * torsions).reshape(torsions, each).T
    chi = found.chi[:, None] + found.sigma[:, None] * grid(points)[0][steps]
    made = Candidates(
        residue,
        kind,
        xyz,
        chi.reshape(count, torsions),
        np.repeat(np.arange(len(found.probability)), each),
        -RT * np.log(np.maximum(weight, 1e-300)),
        energy,
    )
    return replace(made, energy=energy + made.prior + _bonds_with_field(field, made))


def native(field: Field, residue: int) -> Candidates:
    """Score the side chain of the file, its prior read off the library.

    Parameters
    ----------
    field : Field
    residue : int
        Index of a residue with a whole side chain.

    Returns
    -------
    Candidates
        Of one sample.
    """
    complex = field.complex
    kind = residue_type(str(complex.residues.letter[residue]))
    assert kind is not None
    own = complex.atoms_of(residue)
    xyz = complex.xyz[0, [own[name] for name in kind.sidechain]].astype(np.float64)[None]
    chi = measure_chi(kind, complex.xyz[0].astype(np.float64), own)
    found = library(complex, residue, kind.letter)
    prior = prior_energy(found, chi)
    return score(field, residue, kind, xyz, chi[None], np.full(1, -1), np.full(1, prior))


def score(
    field: Field,
    residue: int,
    kind: ResidueType,
    xyz: Floats,
    chi: Floats,
    rotamer: Ints,
    prior: Floats,
) -> Candidates:
    """Score places of a side chain, one by one, with what stands.

    Parameters
    ----------
    field : Field
    residue : int
        Index.
    kind, xyz, chi, rotamer, prior
        Of the :class:`Candidates` to make.

    Returns
    -------
    Candidates
    """
    energy = np.array(prior, dtype=np.float64)
    for k, name in enumerate(kind.sidechain):
        energy += _stand(field, residue, kind, name, xyz[:, k])
    made = Candidates(residue, kind, xyz, chi, rotamer, prior, energy)
    return replace(made, energy=energy + _bonds_with_field(field, made))


def pair_energies(
    field: Field, a: Candidates, b: Candidates, *, repulsive: bool = False
) -> Floats | None:
    """Energies of every candidate of one residue with every candidate of another.

    Parameters
    ----------
    field : Field
    a, b : Candidates
    repulsive : bool
        Whether only the part of each pair's Lennard-Jones energy above zero counts, and no
        hydrogen bond.

    Returns
    -------
    ndarray, shape (len(a), len(b)), or None
        kcal/mol; None where the two never come near.
    """
    from scipy.spatial.distance import cdist

    if not a.xyz.size or not b.xyz.size:
        return None
    low = np.maximum(a.xyz.min((0, 1)), b.xyz.min((0, 1)))
    high = np.minimum(a.xyz.max((0, 1)), b.xyz.max((0, 1)))
    if np.linalg.norm(np.maximum(low - high, 0.0)) > CUTOFF:
        return None
    total = np.zeros((len(a), len(b)))
    own, other = (lennard_jones.residue_parameters(c.kind) for c in (a, b))
    for k, name in enumerate(a.kind.sidechain):
        for m, second in enumerate(b.kind.sidechain):
            gap = cdist(a.xyz[:, k], b.xyz[:, m])
            if gap.min() > CUTOFF:
                continue
            sigma, epsilon = lennard_jones.mixed(*own[name], *map(np.asarray, other[second]))
            energy = lennard_jones.pair_energy(sigma, epsilon, gap)
            energy[gap >= CUTOFF] = 0.0
            total += np.maximum(energy, 0.0) if repulsive else energy
    if field.bonds and not repulsive:
        i, j, energy = hydrogen_bonds.pair_energy(a.sites(), b.sites())
        np.add.at(total, (i % len(a), j % len(b)), energy)
    return total


def standing_pairs(
    field: Field, residue: int, kind: ResidueType, name: str, places: Floats
) -> tuple[Ints, Floats]:
    """Lennard-Jones energies of a side-chain atom at each of its places with each atom that stands.

    Parameters
    ----------
    field : Field
    residue : int
        Index.
    kind : ResidueType
    name : str
        Of the atom.
    places : ndarray, shape (places, 3)
        Å.

    Returns
    -------
    near : ndarray of int, shape (n,)
        Positions in ``field.atom`` of the atoms in reach of any place.
    energy : ndarray, shape (places, n)
        kcal/mol, 0 beyond :data:`CUTOFF`.
    """
    from scipy.spatial.distance import cdist

    centre = places.mean(0)
    reach = np.linalg.norm(places - centre, axis=1).max() + CUTOFF
    around = np.linalg.norm(field.xyz - centre, axis=1) < reach
    around &= field.complex.atoms.residue[field.atom] != residue
    around &= ~np.isin(field.atom, bonded(field.complex, residue, kind, name))
    near = np.flatnonzero(around)
    own = lennard_jones.residue_parameters(kind)[name]
    sigma, epsilon = lennard_jones.mixed(*own, field.sigma[near], field.epsilon[near])
    gap = cdist(places, field.xyz[near])
    energy = lennard_jones.pair_energy(sigma, epsilon, gap)
    energy[gap >= CUTOFF] = 0.0
    return near, energy


def _stand(field: Field, residue: int, kind: ResidueType, name: str, places: Floats) -> Floats:
    each = (
        standing_pairs(field, residue, kind, name, places[b])[1].sum(1) for b in blocks(len(places))
    )
    return np.concatenate([*each])


def bonded(complex: Complex, residue: int, kind: ResidueType, name: str) -> list[int]:
    """Atoms of the residues before and after that are up to three bonds from a side chain's."""
    before, after = neighbours(complex, residue)
    to_n, to_c = kind.bonds_to_backbone()[name]
    # No side-chain atom is nearer to C than two bonds, so that only the next N can be in reach.
    ways = ((before, to_n, {"C": 1, "O": 2, "CA": 2}), (after, to_c, {"N": 1}))
    return [
        atoms[far]
        for atoms, start, steps in ways
        for far, count in steps.items()
        if far in atoms and start + count <= 3
    ]


def _bonds_with_field(field: Field, made: Candidates) -> Floats:
    energy = np.zeros(len(made))
    if field.bonds:
        i, _, each = standing_bonds(field, made.residue, made.sites())
        np.add.at(energy, i % len(made), each)
    return energy


def standing_bonds(field: Field, residue: int, sites: Sites) -> tuple[Ints, Ints, Floats]:
    """Hydrogen bonds of a residue's polar atoms with those that stand.

    Parameters
    ----------
    field : Field
    residue : int
        Index; its own atoms take no part.
    sites : Sites

    Returns
    -------
    i, atom : ndarray of int, shape (pairs,)
        Index into `sites`, and of the complex's atom.
    energy : ndarray, shape (pairs,)
        kcal/mol.
    """
    near = np.flatnonzero(field.complex.atoms.residue[field.site_atom] != residue)
    i, j, each = hydrogen_bonds.pair_energy(sites, field.sites[near])
    return i, field.site_atom[near[j]], each
