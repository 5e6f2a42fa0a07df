"""Off the grid: side-chain torsions settle; in a relaxation the inhibitor moves a little, too.

Settling steps every torsion that comes from the library in turn, by fewer and fewer degrees, as
long as the energy falls: what is left of a packing's energy is not the grid's. Side chains that
keep the conformer of the file stay as they are.

In a relaxation one side chain after the other, and the inhibitor after them, tries small random
steps from a fixed seed and takes the best: the energies of
:mod:`ros1struct.sidechains.candidates` are capped and
hydrogen bonds end at a distance, so that gradients say little, and the energy can only fall. The
backbone stands. Torsions of side chains stay within 20° of where they began, those of the inhibitor
within 15°, and the inhibitor moves by at most 0.5 Å along and 10° about each axis: it has no
torsion energies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ros1struct.energy import hydrogen_bonds, lennard_jones
from ros1struct.sidechains.build import build, library, prior_energy
from ros1struct.sidechains.candidates import Candidates, pair_energies, score
from ros1struct.sidechains.field import CUTOFF, Field
from ros1struct.structure.complex import Complex
from ros1struct.structure.drug_atoms import beyond, rotatable_pairs
from ros1struct.structure.geometry import close_pairs

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

# Largest changes: side-chain torsion, inhibitor torsion (degrees), shift (Å), turn (degrees).
CHI, TORSION, SHIFT, TURN = 20.0, 15.0, 0.5, 10.0
# Steps of settling in degrees, from the library's grid downwards.
STEPS = (8.0, 4.0, 2.0)
# Steps tried at each place in each round, and the spread of each round as part of the largest.
TRIES = 24
ROUNDS = (0.5, 0.3, 0.2, 0.1, 0.05, 0.03)


@dataclass(frozen=True, eq=False)
class Relaxed:
    """Side chains and an inhibitor after relaxation.

    Attributes
    ----------
    picked : tuple of Candidates
        Of one sample each.
    inhibitor : ndarray, shape (atoms, 3)
        Å, heavy atoms.
    energy, rest : float
        kcal/mol, of all and without the mutated residues; with what the inhibitor's own energy
        changed.
    """

    picked: tuple[Candidates, ...]
    inhibitor: Floats
    energy: float
    rest: float


def settle(field: Field, picked: Sequence[Candidates], count: int) -> Relaxed:
    """Step the torsions of side chains from the library off its grid, down in energy.

    Parameters
    ----------
    field : Field
    picked : sequence of Candidates
        One sample each; mutated residues last.
    count : int
        How many are not mutated.

    Returns
    -------
    Relaxed
        Of no more energy than at the start; the inhibitor as it stands.
    """
    now = list(picked)
    for step in STEPS:
        for k, c in enumerate(now):
            torsions = len(c.chi[0])
            if torsions and c.rotamer[0] >= 0:
                turns = np.indices((3,) * torsions).reshape(torsions, -1).T - 1.0
                now[k] = _best(field, now, k, np.vstack([c.chi, c.chi + step * turns]))
    return _total(field, field, now, count)


def relax_side_chains(
    field: Field, picked: Sequence[Candidates], count: int, *, seed: int = 0
) -> Relaxed:
    """Relax side chains and the inhibitor from where packing left them.

    Parameters
    ----------
    field : Field
    picked : sequence of Candidates
        One sample each; mutated residues last.
    count : int
        How many are not mutated.
    seed : int

    Returns
    -------
    Relaxed
        Of no more energy than at the start.
    """
    rng = np.random.default_rng(seed)
    now, start = list(picked), [c.chi[0] for c in picked]
    drug = _Drug.of(field.complex)
    pose, here = np.zeros(6 + len(drug.bonds)), field
    largest = np.array([SHIFT] * 3 + [TURN] * 3 + [TORSION] * len(drug.bonds))
    for spread in ROUNDS:
        for k, c in enumerate(now):
            if len(c.chi[0]):
                step = rng.normal(0.0, spread * CHI, (TRIES, len(start[k])))
                chi = np.clip(c.chi + step, start[k] - CHI, start[k] + CHI)
                now[k] = _best(here, now, k, np.vstack([c.chi, chi]))
        if field.holo:
            step = rng.normal(0.0, spread, (TRIES, len(pose))) * largest
            trials = [pose, *np.clip(pose + step, -largest, largest)]
            fields = [_with_pose(here, drug.build(q)) for q in trials]
            loose = _Loose.of(now)
            energy = [inhibitor_energy(f) + loose.energy(f) for f in fields]
            k = int(np.argmin(energy))
            pose, here = trials[k], fields[k]
    return _total(field, here, now, count)


def _best(field: Field, now: Sequence[Candidates], k: int, chi: Floats) -> Candidates:
    """Pick the best of some torsions of one side chain while the others stand."""
    c = now[k]
    found = library(field.complex, c.residue, c.kind.letter)
    prior = np.array([prior_energy(found, x) for x in chi])
    xyz = build(field.complex, c.residue, c.kind, chi)
    xyz[0] = c.xyz[0]  # as it is: the file's own bonds where it is the file's conformer
    made = score(field, c.residue, c.kind, xyz, chi, np.full(len(chi), c.rotamer[0]), prior)
    energy = made.energy.copy()
    for other in (*now[:k], *now[k + 1 :]):
        pair = pair_energies(field, made, other)
        if pair is not None:
            energy += pair[:, 0]
    return made.pick([int(np.argmin(energy))])


def _total(first: Field, field: Field, now: Sequence[Candidates], count: int) -> Relaxed:
    """Score side chains and inhibitor by the energies of packing."""
    made = [score(field, c.residue, c.kind, c.xyz, c.chi, c.rotamer, c.prior) for c in now]
    moved = field.holo and field is not first
    drug = inhibitor_energy(field) - inhibitor_energy(first) if moved else 0.0
    own = [float(c.energy[0]) for c in made]
    total, rest = drug + sum(own), drug + sum(own[:count])
    for j in range(len(made)):
        for i in range(j):
            pair = pair_energies(field, made[i], made[j])
            if pair is not None:
                total += float(pair[0, 0])
                rest += float(pair[0, 0]) if j < count else 0.0
    inhibitor = field.complex.xyz[0, field.complex.inhibitor_heavy].astype(np.float64)
    return Relaxed(tuple(made), inhibitor, total, rest)


def _with_pose(field: Field, pose: Floats) -> Field:
    """Return the same field with the inhibitor in another place."""
    heavy = field.complex.inhibitor_heavy
    all_xyz, xyz = field.complex.xyz[0].copy(), field.xyz.copy()
    all_xyz[heavy] = pose
    complex = field.complex.with_coordinates(all_xyz)
    xyz[np.isin(field.atom, heavy)] = pose
    sites, atom = hydrogen_bonds.inhibitor_sites(complex)
    protein = ~np.isin(field.site_atom, heavy)
    return replace(
        field,
        complex=complex,
        xyz=xyz,
        sites=field.sites[protein].join(sites),
        site_atom=np.concatenate([field.site_atom[protein], atom]),
    )


def inhibitor_energy(field: Field) -> float:
    """Measure the energy of the inhibitor with the protein that stands and within itself.

    Parameters
    ----------
    field : Field
        With the inhibitor.

    Returns
    -------
    float
        kcal/mol.
    """
    from rdkit import Chem

    mine = np.isin(field.atom, field.complex.inhibitor_heavy)
    sigma, epsilon, xyz = field.sigma[mine], field.epsilon[mine], field.xyz[mine]
    i, j, near = close_pairs(xyz, field.xyz[~mine], CUTOFF)
    gap = near.astype(np.float64)
    mixed = lennard_jones.mixed(
        sigma[i], epsilon[i], field.sigma[~mine][j], field.epsilon[~mine][j]
    )
    energy = float(lennard_jones.pair_energy(*mixed, gap).sum())
    i, j = np.nonzero(np.triu(Chem.GetDistanceMatrix(field.complex.inhibitor) > 3))
    mixed = lennard_jones.mixed(sigma[i], epsilon[i], sigma[j], epsilon[j])
    gap = np.linalg.norm(xyz[i] - xyz[j], axis=1)
    energy += float(lennard_jones.pair_energy(*mixed, gap).sum())
    if field.bonds:
        own = np.isin(field.site_atom, field.complex.inhibitor_heavy)
        energy += float(hydrogen_bonds.pair_energy(field.sites[own], field.sites[~own])[2].sum())
    return energy


@dataclass(frozen=True, eq=False)
class _Loose:
    """All side chains that move, as one."""

    xyz: Floats
    sigma: Floats
    epsilon: Floats
    sites: hydrogen_bonds.Sites

    @classmethod
    def of(cls, now: Sequence[Candidates]) -> _Loose:
        tables = [lennard_jones.residue_parameters(c.kind) for c in now]
        both = [t[name] for c, t in zip(now, tables, strict=True) for name in c.kind.sidechain]
        sigma, epsilon = np.array(both).reshape(-1, 2).T
        sites = now[0].sites()
        for c in now[1:]:
            sites = sites.join(c.sites())
        return cls(np.concatenate([c.xyz[0] for c in now]), sigma, epsilon, sites)

    def energy(self, field: Field) -> float:
        """Energy of the inhibitor with them."""
        mine = np.isin(field.atom, field.complex.inhibitor_heavy)
        i, j, near = close_pairs(self.xyz, field.xyz[mine], CUTOFF)
        gap = near.astype(np.float64)
        theirs = field.sigma[mine][j], field.epsilon[mine][j]
        mixed = lennard_jones.mixed(self.sigma[i], self.epsilon[i], *theirs)
        energy = float(lennard_jones.pair_energy(*mixed, gap).sum())
        if field.bonds:
            own = np.isin(field.site_atom, field.complex.inhibitor_heavy)
            energy += float(hydrogen_bonds.pair_energy(self.sites, field.sites[own])[2].sum())
        return energy


@dataclass(frozen=True, eq=False)
class _Drug:
    """An inhibitor that can shift, turn and twist about its rotatable bonds."""

    xyz: Floats
    bonds: tuple[tuple[int, int, Ints], ...]

    @classmethod
    def of(cls, complex: Complex) -> _Drug:
        mol, bonds = complex.inhibitor, []
        every = np.arange(mol.GetNumAtoms())
        for a, b in rotatable_pairs(mol):
            side = beyond(mol, a, b)
            if len(side) * 2 > len(every):  # the smaller side turns
                a, b, side = b, a, np.setdiff1d(every, side)
            bonds.append((a, b, side))
        return cls(complex.xyz[0, complex.inhibitor_heavy].astype(np.float64), tuple(bonds))

    def build(self, q: Floats) -> Floats:
        """Place the inhibitor: shifts (Å), turns (degrees), torsions (degrees)."""
        from scipy.spatial.transform import Rotation

        xyz = self.xyz.copy()
        for (a, b, side), angle in zip(self.bonds, q[6:], strict=True):
            axis = xyz[b] - xyz[a]
            turn = Rotation.from_rotvec(np.radians(angle) * axis / np.linalg.norm(axis))
            xyz[side] = turn.apply(xyz[side] - xyz[b]) + xyz[b]
        centre = xyz.mean(0)
        turn = Rotation.from_rotvec(np.radians(q[3:6]))
        return np.asarray(turn.apply(xyz - centre) + centre + q[:3])
