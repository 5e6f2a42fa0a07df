"""Soft, solvated energies of every conformer of a side chain, with the protein and the inhibitor.

The energy of a pair is the Lennard-Jones energy of OPLS united atoms
(:mod:`ros1struct.energy.lennard_jones`) with its repulsion capped, and the mutual desolvation of
EEF1 (:mod:`ros1struct.energy.solvation`). One distance matrix serves every cap, so that an interval
over parameters costs no more than one value. Pairs inside the residue are left out, the rotamer
library holds them; so are pairs of up to three bonds, waters and additives.

Side chains grow atom by atom; a branch that has fallen far behind both the best without and the
best beside the inhibitor is dropped (:data:`WINDOW`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ros1struct.energy import lennard_jones, solvation
from ros1struct.sidechains.build import RT, library, measure_chi, prior_energy
from ros1struct.sidechains.candidates import bonded
from ros1struct.sidechains.rotamers import POINTS, grid
from ros1struct.sidechains.sites import buildable
from ros1struct.structure.geometry import place
from ros1struct.structure.residues import residue_type

if TYPE_CHECKING:
    from ros1struct.structure.complex import Complex
    from ros1struct.structure.residue_types import ResidueType

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Ints = npt.NDArray[np.intp]

# kcal/mol; what one pair may cost. The first is the score's, all are its interval's.
CAPS = (0.5, 1.0, 2.0)
# Å; Lennard-Jones and EEF1.
REACH = (8.0, solvation.CUTOFF)
# kcal/mol behind the best at which a growing side chain is dropped: scores move by 0.05 at most.
WINDOW = 7.0
# Share of EEF1 that counts while a side chain grows.
_GROWING = 0.5
# Places measured at a time: of one cell of space (Å), few enough for the cache.
_CELL, _BLOCK = 5.0, 128


@dataclass(frozen=True, eq=False)
class Surroundings:
    """Heavy atoms of a complex as a side chain sees them: the protein, then the inhibitor.

    Attributes
    ----------
    complex : Complex
    atom : ndarray of int, shape (n,)
        Index in the complex.
    xyz : ndarray of float32, shape (n, 3)
        Å.
    lj : ndarray of float32, shape (n, 2)
        σ (Å) and the square root of ε (kcal/mol).
    eef1 : ndarray of float32, shape (n, 4)
        Volume (Å³), ΔG_free / (2 π^1.5 λ), 1/λ and R.
    protein : int
        How many atoms are of the protein.
    """

    complex: Complex
    atom: Ints
    xyz: Singles
    lj: Singles
    eef1: Singles
    protein: int


def _eef1_rows(types: list[str]) -> Singles:
    rows = np.array([solvation.PARAMETERS[t] for t in types], dtype=np.float64).reshape(-1, 5)
    volume, free, width, radius = rows[:, 0], rows[:, 2], rows[:, 3], rows[:, 4]
    made = np.stack([volume, free / (2 * np.pi**1.5 * width), 1 / width, radius], axis=1)
    return made.astype(np.float32)


def surroundings(complex: Complex, *, frame: int = 0) -> Surroundings:
    """Collect what stands in a complex, once for all its side chains.

    Parameters
    ----------
    complex : Complex
    frame : int

    Returns
    -------
    Surroundings

    Examples
    --------
    >>> import ros1struct as rs
    >>> around = surroundings(rs.load("2WGJ"))
    >>> len(around.atom) - around.protein
    30
    """
    a = complex.atoms
    atom = np.concatenate([complex.protein_heavy, complex.inhibitor_heavy])
    sigma, epsilon = lennard_jones.parameters(complex)
    types = [_protein_type(complex, int(i)) for i in complex.protein_heavy]
    types += solvation.inhibitor_types(complex.inhibitor)
    lj = np.stack([sigma[atom], np.sqrt(epsilon[atom])], axis=1).astype(np.float32)
    assert len(a) > atom.max()
    return Surroundings(
        complex, atom, complex.xyz[frame, atom], lj, _eef1_rows(types), len(complex.protein_heavy)
    )


def _protein_type(complex: Complex, atom: int) -> str:
    kind = residue_type(str(complex.residues.name[complex.atoms.residue[atom]]))
    found = solvation.residue_types(kind).get(str(complex.atoms.name[atom])) if kind else None
    if found:
        return found
    # Atoms of modified residues: by element.
    by_element = {"C": "CH2E", "N": "NH1", "O": "O", "S": "S", "Se": "S"}
    return by_element.get(str(complex.atoms.element[atom]).capitalize(), "C")


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
    for step in kind.places:
        while level < step.chi:
            # Every branch splits over the samples of the next torsion.
            copies = np.repeat(np.arange(len(rotamer)), points)
            sample = np.tile(np.arange(points), len(rotamer))
            rotamer = rotamer[copies]
            xyz = {name: x[copies] for name, x in xyz.items()}
            sums.pick(copies)
            angle = found.chi[rotamer, level] + found.sigma[rotamer, level] * offsets[sample]
            turn = np.column_stack([turn[copies], angle])
            prior = prior[copies] - RT * np.log(weights[sample])
            level += 1
        chi = turn[:, step.chi - 1] if step.chi else 0.0
        a, b, c = (xyz[p] for p in step.parents)
        made = place(a, b, c, step.bond, step.angle, step.torsion + chi)
        xyz[step.atom] = np.asarray(made, dtype=np.float64)
        sums.add(*_pair_sums(around, near, residue, kind, step.atom, xyz[step.atom]))
        if drop:
            kept = _alive(prior, sums)
            if len(kept) < len(rotamer):
                rotamer, prior, turn = rotamer[kept], prior[kept], turn[kept]
                xyz = {name: x[kept] for name, x in xyz.items()}
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
        sums.add(*_pair_sums(around, near, residue, kind, name, whole[own[name]][None]))
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


def _pair_sums(
    around: Surroundings,
    near: Ints,
    residue: int,
    kind: ResidueType,
    name: str,
    places: Floats,
) -> tuple[Singles, Singles]:
    """Sum the pairs of one side-chain atom at each of its places.

    Returns
    -------
    values : ndarray, shape (2, 2 + caps, places)
        With protein and inhibitor: attraction, desolvation, and repulsion at each cap.
    distance : ndarray, shape (places,)
        To the inhibitor, Å.
    """
    near = near[~np.isin(around.atom[near], bonded(around.complex, residue, kind, name))]
    sigma, epsilon = lennard_jones.residue_parameters(kind)[name]
    own = (np.float32(sigma), np.float32(np.sqrt(epsilon)))
    mine = _eef1_rows([solvation.residue_types(kind)[name]])[0]
    values = np.zeros((2, 2 + len(CAPS), len(places)), dtype=np.float32)
    distance = np.full(len(places), REACH[1], dtype=np.float32)
    for block in _cells(places):
        some = places[block].astype(np.float32)
        centre = some.mean(0)
        some -= centre
        reach = np.sqrt((some * some).sum(1).max()) + REACH[1]
        xyz = around.xyz[near] - centre
        inside = (xyz * xyz).sum(1) < reach * reach
        index, xyz = near[inside], xyz[inside]
        if len(index):
            drug = int(np.searchsorted(index, around.protein))
            sums = _block(around, index, xyz, drug, some, own, mine)
            values[:, :, block], distance[block] = sums
    return values, distance


def _cells(places: Floats) -> list[Ints]:
    """Cut places into runs that lie near one another in space."""
    if len(places) <= 2 * _BLOCK:
        return [np.arange(len(places))]
    cell = np.floor((places - places.min(0)) / _CELL).astype(np.intp) @ (10_000, 100, 1)
    order = np.argsort(cell, kind="stable")
    cuts = np.flatnonzero(np.diff(cell[order])) + 1
    runs = np.split(order, cuts)
    return [run[k : k + _BLOCK] for run in runs for k in range(0, len(run), _BLOCK)]


def _block(
    around: Surroundings,
    index: Ints,
    xyz: Singles,
    drug: int,
    places: Singles,
    own: tuple[np.float32, np.float32],
    mine: Singles,
) -> tuple[Singles, Singles]:
    """Sum one block of places; columns from `drug` on are the inhibitor's."""
    count = len(places)
    values = np.empty((2, 2 + len(CAPS), count), dtype=np.float32)
    square = places @ (-2.0 * xyz.T)
    square += (places * places).sum(1)[:, None]
    square += (xyz * xyz).sum(1)
    np.maximum(square, np.float32(0.01), out=square)
    gap, inverse = np.sqrt(square), 1.0 / square
    nearest = gap[:, drug:].min(1, initial=np.float32(REACH[1]))
    parts = (slice(0, drug), slice(drug, None))

    sixth = inverse * (own[0] * around.lj[index, 0])
    sixth = sixth * sixth * sixth
    energy = (sixth * sixth - sixth) * (4.0 * own[1] * around.lj[index, 1])
    energy[gap >= REACH[0]] = 0.0
    flat = energy.ravel()
    positive = np.flatnonzero(flat > 0.0)
    above = flat[positive]
    flat[positive] = 0.0
    row, column = np.divmod(positive, len(index))
    slot = row + count * (column >= drug)
    for k, cap in enumerate(CAPS):
        # Two sums at once: rows of the protein, then rows of the inhibitor.
        both = np.bincount(slot, np.minimum(above, cap), minlength=2 * count)
        values[:, 2 + k] = both.reshape(2, count)

    # EEF1 has no meaning where atoms coincide; the square of its distance diverges there.
    gap = np.maximum(gap, np.float32(1.0))
    np.minimum(inverse, np.float32(1.0), out=inverse)
    their = around.eef1[index]
    lost = np.exp(-np.square((gap - mine[3]) * mine[2])) * (mine[1] * their[:, 0])
    lost += np.exp(-np.square((gap - their[:, 3]) * their[:, 2])) * (mine[0] * their[:, 1])
    lost *= inverse
    lost[gap >= REACH[1]] = 0.0
    for side, part in enumerate(parts):
        values[side, 0] = energy[:, part].sum(1)
        values[side, 1] = -lost[:, part].sum(1)
    return values, nearest
