"""Poses of a carried-over inhibitor: its torsions searched from the hinge outwards, then settled.

The part that meets the hinge stays where the superposition puts it; beyond it one rotatable bond
after the other takes the states that its ends allow, and the poses of least energy go on. They then
settle by small random steps of place, turn and torsions. The energy is soft, so that one bad pair
does not decide before the side chains of the new pocket have moved: Lennard-Jones (OPLS united
atoms) with at most 1 kcal/mol a pair, and a hydrogen-bond term by distance and direction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ros1struct.energy import hydrogen_bonds, lennard_jones
from ros1struct.sidechains.field import CUTOFF, Field, field_of
from ros1struct.structure.complex import Complex
from ros1struct.structure.drug_atoms import beyond, rotatable_pairs, symmetric_orders
from ros1struct.transplants.prior import Prior

if TYPE_CHECKING:
    from rdkit.Chem import Mol

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
Pose = npt.NDArray[np.float64]

# kcal/mol that a pair of atoms costs at most, and how deep a hydrogen bond counts: what is left of
# one in water (Fersht A et al. Nature 1985, 314:235-238: 0.5 to 1.5, more beside a charge).
SOFT, BOND = 1.0, 1.5
# States of a bond by how its two ends are: flat on flat, one flat, none (degrees).
FLAT = (0.0, 180.0)
MIXED = (0.0, 60.0, 120.0, 180.0, 240.0, 300.0)
STAGGERED = (0.0, 120.0, 240.0)
# Poses that go on at each bond, that settle, and that are told apart (Å).
WIDTH, SETTLED, APART = 48, 16, 0.75
# Steps of settling: at most so far (Å, degrees, degrees), tries a round, spread of each round.
SHIFT, TURN, TORSION = 1.0, 20.0, 30.0
TRIES = 24
ROUNDS = (0.6, 0.5, 0.4, 0.35, 0.3, 0.25, 0.2, 0.17, 0.14, 0.12, 0.1, 0.08, 0.06, 0.05, 0.04, 0.03)


@dataclass(frozen=True, eq=False)
class Bond:
    """A rotatable bond: its atoms, those that turn with it, and its states in degrees."""

    start: int
    end: int
    turning: Ints
    states: tuple[float, ...]


def rotatable_bonds(mol: Mol, anchor: int) -> tuple[Bond, ...]:
    """Rotatable bonds of a molecule, those nearest to an atom first.

    Parameters
    ----------
    mol : rdkit.Chem.Mol
    anchor : int
        Atom that stays.

    Returns
    -------
    tuple of Bond
    """
    from rdkit import Chem

    away = Chem.GetDistanceMatrix(mol)[anchor]
    amides = Chem.MolFromSmarts("[CX3](=[O,S,N])-!@[NX3]")
    stiff = {frozenset(match[::2]) for match in mol.GetSubstructMatches(amides)}
    found = []
    for pair in rotatable_pairs(mol):
        start, end = sorted(pair, key=lambda k: away[k])
        conjugated = mol.GetBondBetweenAtoms(start, end).GetIsConjugated()
        if conjugated and frozenset(pair) in stiff:
            continue
        turning = beyond(mol, start, end)
        if len(turning) == 1:
            continue
        flat = sum(str(mol.GetAtomWithIdx(k).GetHybridization()) == "SP2" for k in pair)
        states = (STAGGERED, MIXED, FLAT)[flat]
        found.append((away[start], Bond(start, end, turning, states)))
    return tuple(bond for _, bond in sorted(found, key=lambda x: (x[0], x[1].start, x[1].end)))


def turned(poses: Floats, bond: Bond, degrees: Floats) -> Floats:
    """Turn a bond of many poses, each by its own angle.

    Parameters
    ----------
    poses : ndarray, shape (poses, atoms, 3)
        Å.
    bond : Bond
    degrees : ndarray, shape (poses,)

    Returns
    -------
    ndarray, shape (poses, atoms, 3)
    """
    axis = poses[:, bond.end] - poses[:, bond.start]
    axis = axis / np.linalg.norm(axis, axis=1, keepdims=True)
    made = poses.copy()
    place = poses[:, bond.end][:, None]
    made[:, bond.turning] = _rotated(poses[:, bond.turning] - place, axis, degrees) + place
    return made


def _rotated(points: Floats, axis: Floats, degrees: Floats) -> Floats:
    """Rodrigues' formula for many sets of points, each about its own axis."""
    angle = np.radians(degrees)[:, None, None]
    along = axis[:, None]
    dot = np.sum(points * along, axis=2, keepdims=True)
    cross = np.cross(np.broadcast_to(along, points.shape), points)
    return np.asarray(
        points * np.cos(angle) + cross * np.sin(angle) + along * dot * (1 - np.cos(angle))
    )


@dataclass(frozen=True, eq=False)
class Surroundings:
    """What poses are scored against: the protein that stands, and the molecule within itself."""

    xyz: Floats
    sigma: Floats
    epsilon: Floats
    inner: tuple[Ints, Ints, Floats, Floats]
    sites: hydrogen_bonds.Sites
    polar: Ints
    neighbours: tuple[Ints, ...]
    donor: npt.NDArray[np.bool_]
    acceptor: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, complex: Complex, reach: float = 14.0) -> Surroundings:
        """Collect what stands within a reach (Å) of the inhibitor's centre and beyond its size."""
        from rdkit import Chem

        field: Field = field_of(complex)
        mine = np.isin(field.atom, complex.inhibitor_heavy)
        drug = field.xyz[mine]
        gap = np.linalg.norm(field.xyz[:, None] - drug, axis=2).min(axis=1)
        near = ~mine & (gap < reach)
        sigma, epsilon = field.sigma[mine], field.epsilon[mine]
        pair = lennard_jones.mixed(
            sigma[:, None], epsilon[:, None], field.sigma[near], field.epsilon[near]
        )
        i, j = np.nonzero(np.triu(Chem.GetDistanceMatrix(complex.inhibitor) > 3))
        inner = lennard_jones.mixed(sigma[i], epsilon[i], sigma[j], epsilon[j])
        own = np.isin(field.site_atom, complex.inhibitor_heavy)
        sites, atom = field.sites[own], field.site_atom[own]
        polar = np.searchsorted(complex.inhibitor_heavy, atom)
        adjacent = Chem.GetAdjacencyMatrix(complex.inhibitor)
        return cls(
            field.xyz[near], *pair, (i, j, *inner), field.sites[~own], polar,
            tuple(np.flatnonzero(adjacent[k]) for k in polar), sites.donor, sites.acceptor,
        )  # fmt: skip

    def energies(self, poses: Floats) -> Floats:
        """Energies of poses, kcal/mol: shape (poses,)."""
        total = np.empty(len(poses))
        for k in range(0, len(poses), 32):
            total[k : k + 32] = self._some(poses[k : k + 32])
        return total

    def _some(self, poses: Floats) -> Floats:
        square = (
            (poses**2).sum(2)[:, :, None]
            + (self.xyz**2).sum(1)
            - 2 * poses @ self.xyz.T
        )  # fmt: skip
        gap = np.sqrt(np.maximum(square, 1e-6))
        near = gap < CUTOFF
        p, i, j = np.nonzero(near)
        energy = lennard_jones.pair_energy(
            self.sigma[i, j], self.epsilon[i, j], gap[near], cap=SOFT
        )
        total = np.bincount(p, energy, minlength=len(poses))
        i, j, sigma, epsilon = self.inner
        inside = np.linalg.norm(poses[:, i] - poses[:, j], axis=2)
        total += lennard_jones.pair_energy(
            np.broadcast_to(sigma, inside.shape),
            np.broadcast_to(epsilon, inside.shape),
            inside,
            cap=SOFT,
        ).sum(axis=1)
        return np.asarray(total + self._bonds(poses))

    def _bonds(self, poses: Floats) -> Floats:
        """Hydrogen bonds: best at 2.8 Å along the axes of both sites, none beyond 3.5 Å."""
        total = np.zeros(len(poses))
        for k, around, donor, acceptor in zip(
            self.polar, self.neighbours, self.donor, self.acceptor, strict=True
        ):
            axis = poses[:, k] - poses[:, around].mean(axis=1)
            axis /= np.maximum(np.linalg.norm(axis, axis=1, keepdims=True), 1e-6)
            line = self.sites.xyz - poses[:, k][:, None]
            gap = np.linalg.norm(line, axis=2)
            line /= np.maximum(gap, 1e-6)[..., None]
            can = (donor & self.sites.acceptor) | (acceptor & self.sites.donor)
            mine = np.clip(np.einsum("psx,px->ps", line, axis), 0, 1) ** 2
            theirs = np.clip(-np.einsum("psx,sx->ps", line, self.sites.axis), 0, 1)
            shape = np.exp(-(((np.maximum(gap, 2.8) - 2.8) / 0.35) ** 2)) * (gap < 3.5)
            total -= BOND * np.max(can * mine * theirs * shape, axis=1, initial=0.0)
        return total


def search(
    complex: Complex, anchor: int, count: int, *, seed: int, prior: Prior | None = None
) -> list[tuple[float, Pose]]:
    """Search poses of the inhibitor from where it stands.

    Parameters
    ----------
    complex : Complex
        With the inhibitor as the superposition carries it.
    anchor : int
        Atom of the inhibitor that meets the hinge.
    count : int
        Poses at most.
    seed : int
    prior : Prior, optional
        What it costs to leave the donor's shape and place; nothing without.

    Returns
    -------
    list of (float, ndarray)
        Energy with the prior's (kcal/mol) and coordinates (Å) of poses 0.75 Å apart and more, best
        first; the pose as carried over, settled, is always among them.
    """
    rng = np.random.default_rng(seed)
    target = Target(Surroundings.of(complex), prior)
    bonds = rotatable_bonds(complex.inhibitor, anchor)
    start = complex.xyz[0, complex.inhibitor_heavy].astype(np.float64)
    poses = start[None]
    for bond in bonds:
        poses = np.concatenate(
            [turned(poses, bond, np.full(len(poses), angle)) for angle in bond.states]
        )
        poses = poses[np.argsort(target.energies(poses), kind="stable")[:WIDTH]]
    kept = distinct(complex, zip(target.energies(poses), poses, strict=True), SETTLED)
    settled = [settle(target, bonds, pose, rng) for pose in (start, *(p for _, p in kept))]
    first, *others = settled
    others.sort(key=lambda found: found[0])
    made = distinct(complex, [first, *others], count)
    return sorted(made, key=lambda found: found[0])


@dataclass(frozen=True, eq=False)
class Target:
    """What a search minimises: the energy in the pocket, and what the prior asks."""

    around: Surroundings
    prior: Prior | None

    def energies(self, poses: Floats) -> Floats:
        """Energies of poses, kcal/mol: shape (poses,)."""
        found = self.around.energies(poses)
        return found if self.prior is None else found + self.prior.energies(poses)


def settle(
    target: Target, bonds: Sequence[Bond], pose: Pose, rng: np.random.Generator
) -> tuple[float, Pose]:
    """Let a pose settle by random steps that only go down."""
    best, energy = pose, float(target.energies(pose[None])[0])
    for spread in ROUNDS:
        trials = np.repeat(best[None], TRIES, axis=0)
        for bond in bonds:
            trials = turned(trials, bond, rng.normal(0, spread * TORSION, TRIES))
        centre = trials.mean(axis=1, keepdims=True)
        axis = rng.normal(size=(TRIES, 3))
        axis /= np.linalg.norm(axis, axis=1, keepdims=True)
        trials = _rotated(trials - centre, axis, rng.normal(0, spread * TURN, TRIES)) + centre
        trials += rng.normal(0, spread * SHIFT / np.sqrt(3), (TRIES, 1, 3))
        found = target.energies(trials)
        k = int(found.argmin())
        if found[k] < energy:
            best, energy = trials[k], float(found[k])
    return energy, best


def distinct(
    complex: Complex, found: Iterable[tuple[float, Pose]], count: int, apart: float = APART
) -> list[tuple[float, Pose]]:
    """Keep the first poses that lie apart (Å) from all before them."""
    ways = symmetric_orders(complex.inhibitor)
    kept: list[tuple[float, Pose]] = []
    for energy, pose in found:
        if all(rmsd(pose, other, ways) > apart for _, other in kept):
            kept.append((float(energy), pose))
        if len(kept) == count:
            break
    return kept


def rmsd(one: Floats, other: Floats, ways: Ints) -> float:
    """Root mean square deviation (Å) of two poses, least over symmetric orders."""
    return float(np.sqrt(((one[ways] - other) ** 2).sum(2).mean(1)).min())
