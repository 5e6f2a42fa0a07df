"""Soft, solvated energies of every conformer of a side chain, with the protein and the inhibitor.

Energies of pairs are those of :mod:`ros1struct.energy.soft`. Pairs inside the residue are left out,
the rotamer library holds them; so are pairs of up to three bonds, waters and additives.

Side chains grow atom by atom; a branch that has fallen far behind both the best without and the
best beside the inhibitor is dropped (:data:`WINDOW`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ros1struct.energy.soft import CAPS, REACH, Surroundings, energies_at
from ros1struct.sidechains.build import RT, library, measure_chi, prior_energy
from ros1struct.sidechains.candidates import bonded
from ros1struct.sidechains.rotamers import POINTS, grid, grow
from ros1struct.sidechains.sites import buildable
from ros1struct.structure.geometry import nearest, place
from ros1struct.structure.residues import residue_type

if TYPE_CHECKING:
    from ros1struct.structure.residue_types import ResidueType

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Ints = npt.NDArray[np.intp]

# kcal/mol behind the best at which a growing side chain is dropped: scores move by 0.05 at most.
WINDOW = 7.0
# Share of EEF1 that counts while a side chain grows.
_GROWING = 0.5


@dataclass(frozen=True, eq=False)
class Conformers:
    """Energies of the conformers of a side chain, in kcal/mol.

    Attributes
    ----------
    prior : ndarray, shape (n,)
        −RT ln p of the rotamer library.
    attraction, solvation : ndarray, shape (2, n)
        With the protein and with the inhibitor.
    repulsion : ndarray, shape (2, caps, n)
        With the protein and with the inhibitor, at each of :data:`CAPS`.
    distance : ndarray, shape (n,)
        Nearest approach to the inhibitor in Å, at most 9.
    """

    prior: Floats
    attraction: Floats
    repulsion: Floats
    solvation: Floats
    distance: Floats

    def __len__(self) -> int:
        return len(self.prior)

    @classmethod
    def joined(cls, parts: Sequence[Conformers]) -> Conformers:
        """Return the conformers of several of the same side chain."""
        return cls(
            *(np.concatenate([getattr(p, f.name) for p in parts], axis=-1) for f in fields(cls))
        )


class _Sums:
    """Running sums of the branches of a growing side chain."""

    def __init__(self, count: int) -> None:
        self.values = np.zeros((2, 2 + len(CAPS), count), dtype=np.float32)
        self.distance = np.full(count, REACH[1], dtype=np.float32)

    def pick(self, index: npt.NDArray[np.intp]) -> None:
        self.values, self.distance = self.values[:, :, index], self.distance[index]

    def add(self, values: Singles, distance: Singles) -> None:
        self.values += values
        np.minimum(self.distance, distance, out=self.distance)


def conformers(
    around: Surroundings, residue: int, letter: str, *, points: int = POINTS, drop: bool = True
) -> Conformers:
    """Build every library conformer of a side chain and measure its energies.

    Parameters
    ----------
    around : Surroundings
    residue : int
        Index.
    letter : str
        Residue type; Gly, which has no side chain, has one conformer of no energy.
    points : int
        Samples per torsion, over plus and minus one standard deviation.
    drop : bool
        Whether branches far behind the best are dropped.

    Returns
    -------
    Conformers

    Raises
    ------
    InputError
        If there is no such residue type.
    StructureError
        If no side chain can be built there.

    Examples
    --------
    >>> import ros1struct as rs
    >>> from ros1struct.energy.soft import surroundings
    >>> c = rs.load("2WGJ")
    >>> around = surroundings(c)
    >>> len(conformers(around, c.find_residue(1157), "M", drop=False))
    702
    """
    complex = around.complex
    kind = buildable(complex, residue, letter)
    found = library(complex, residue, letter)
    near = _near(around, residue)
    offsets, weights = grid(points)
    backbone = complex.atoms_of(residue)
    start = around.xyz[np.searchsorted(around.atom, [backbone[n] for n in ("N", "CA", "C")])]
    rotamer = np.arange(len(found.probability))
    prior = -RT * np.log(np.maximum(found.probability, 1e-300))
    xyz = {n: np.broadcast_to(start[k], (len(rotamer), 3)) for k, n in enumerate(("N", "CA", "C"))}
    sums, level = _Sums(len(rotamer)), 0
    turn = np.zeros((len(rotamer), 0))
    for k, step in enumerate(kind.places):
        while level < step.chi:
            # Every branch splits over the samples of the next torsion.
            copies = np.repeat(np.arange(len(rotamer)), points)
            sample = np.tile(np.arange(points), len(rotamer))
            rotamer = rotamer[copies]
            xyz = {name: x.take(copies, 0) for name, x in xyz.items()}
            sums.pick(copies)
            angle = found.chi[rotamer, level] + found.sigma[rotamer, level] * offsets[sample]
            turn = np.column_stack([turn[copies], angle])
            prior = prior[copies] - RT * np.log(weights[sample])
            level += 1
        chi = turn[:, step.chi - 1] if step.chi else 0.0
        a, b, c = (xyz[p] for p in step.parents)
        at: Floats = np.asarray(
            place(a, b, c, step.bond, step.angle, step.torsion + chi), dtype=np.float64
        )
        others = _apart(around, near, residue, kind, step.atom)
        sums.add(*energies_at(around, others, kind, step.atom, at))
        parents = {p for later in kind.places[k + 1 :] for p in later.parents}
        xyz = {name: x for name, x in (xyz | {step.atom: at}).items() if name in parents}
        if drop:
            kept = _alive(prior, sums)
            if len(kept) < len(rotamer):
                rotamer, prior, turn = rotamer[kept], prior[kept], turn[kept]
                xyz = {name: x.take(kept, 0) for name, x in xyz.items()}
                sums.pick(kept)
    return _collect(prior, sums)


def native(around: Surroundings, residue: int) -> Conformers | None:
    """Measure the side chain of the file, its prior read off the library.

    Parameters
    ----------
    around : Surroundings
    residue : int
        Index.

    Returns
    -------
    Conformers or None
        Of one conformer; None where the side chain is incomplete.
    """
    complex = around.complex
    kind = residue_type(str(complex.residues.letter[residue]))
    own = complex.atoms_of(residue)
    if kind is None or not set(kind.sidechain) <= set(own):
        return None
    order = np.searchsorted(around.atom, list(own.values()))
    whole = np.zeros((len(complex.atoms), 3))
    whole[list(own.values())] = around.xyz[order]
    chi = measure_chi(kind, whole, own)
    prior = prior_energy(library(complex, residue, kind.letter), chi)
    near, sums = _near(around, residue), _Sums(1)
    for name in kind.sidechain:
        others = _apart(around, near, residue, kind, name)
        sums.add(*energies_at(around, others, kind, name, whole[own[name]][None]))
    return _collect(np.array([prior]), sums)


def _collect(prior: Floats, sums: _Sums) -> Conformers:
    values = sums.values.astype(np.float64)
    return Conformers(
        prior, values[:, 0], values[:, 2:], values[:, 1], sums.distance.astype(np.float64)
    )


def _alive(prior: Floats, sums: _Sums) -> Ints:
    """Return branches within the window of the best without or beside the inhibitor."""
    apo = prior + (sums.values[0, 0] + sums.values[0, 2] + _GROWING * sums.values[0, 1])
    holo = apo + (sums.values[1, 0] + sums.values[1, 2] + _GROWING * sums.values[1, 1])
    return np.flatnonzero((apo <= apo.min() + WINDOW) | (holo <= holo.min() + WINDOW))


def _near(around: Surroundings, residue: int) -> Ints:
    """Atoms that any conformer of a side chain at a residue could reach, but for its own."""
    own = around.complex.atoms_of(residue)
    centre = around.xyz[np.searchsorted(around.atom, own["CA"])]
    # The tip of an arginine comes 7.5 Å from its Cα.
    near = np.linalg.norm(around.xyz - centre, axis=1) < 7.5 + REACH[1]
    return np.flatnonzero(near & (around.complex.atoms.residue[around.atom] != residue))


def _apart(around: Surroundings, near: Ints, residue: int, kind: ResidueType, name: str) -> Ints:
    """Of the atoms near a residue, those more than three bonds from one of its side chain's."""
    return near[~np.isin(around.atom[near], bonded(around.complex, residue, kind, name))]


def may_reach(around: Surroundings, residue: int, letter: str, gap: float) -> bool:
    """Whether any conformer of the library comes within a distance of the inhibitor.

    Parameters
    ----------
    around : Surroundings
    residue : int
        Index.
    letter : str
        Residue type.
    gap : float
        Å.

    Returns
    -------
    bool
        Of every conformer, however bad its energy.

    Raises
    ------
    InputError
        If there is no such residue type.
    StructureError
        If no side chain can be built there.

    Examples
    --------
    >>> import ros1struct as rs
    >>> from ros1struct.energy.soft import surroundings
    >>> c = rs.load("2WGJ")
    >>> [may_reach(surroundings(c), c.find_residue(1163), x, 6.0) for x in "AR"]
    [True, True]
    """
    kind = buildable(around.complex, residue, letter)
    backbone = around.complex.atoms_of(residue)
    start = {n: around.xyz[np.searchsorted(around.atom, backbone[n])] for n in ("N", "CA", "C")}
    inhibitor = around.xyz[around.protein :]
    farthest = sum(step.bond for step in kind.places)
    if nearest(start["CA"][None], inhibitor) > gap + farthest:
        return False
    found = library(around.complex, residue, letter)
    return any(nearest(xyz, inhibitor) <= gap for _, xyz in grow(kind, start, found, POINTS))
