"""Soft, solvated energies of one atom at many places, with what stands around it.

The energy of a pair is the Lennard-Jones energy of OPLS united atoms
(:mod:`ros1struct.energy.lennard_jones`) with its repulsion capped, and the mutual desolvation of
EEF1 (:mod:`ros1struct.energy.solvation`). One distance matrix serves every cap, so that an interval
over parameters costs no more than one value.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ros1struct.energy import lennard_jones, solvation
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
    lj : ndarray of float32, shape (2, n)
        σ (Å) and the square root of ε (kcal/mol).
    eef1 : ndarray of float32, shape (5, n)
        Volume (Å³), ΔG_free / (2 π^1.5 λ), 1/λ², 2 R/λ² and exp(-(R/λ)²).
    protein : int
        How many atoms are of the protein.
    """

    complex: Complex
    atom: Ints
    xyz: Singles
    lj: Singles
    eef1: Singles
    protein: int


def _eef1_columns(types: list[str]) -> Singles:
    rows = np.array([solvation.PARAMETERS[t] for t in types], dtype=np.float64).reshape(-1, 5)
    volume, _, free, width, radius = rows.T
    made = np.stack([volume, free / (2 * np.pi**1.5 * width), 1 / width, radius])
    volume, free, inverse, radius = made.astype(np.float32)
    narrow = inverse * inverse
    return np.stack([volume, free, narrow, 2 * radius * narrow, np.exp(-narrow * radius**2)])


@lru_cache(maxsize=256)
def _own(kind: ResidueType, name: str) -> tuple[Singles, Singles]:
    """Parameters of a side-chain atom, as those of :class:`Surroundings`."""
    sigma, epsilon = lennard_jones.residue_parameters(kind)[name]
    lj = np.array([sigma, np.sqrt(epsilon)], dtype=np.float32)
    return lj, _eef1_columns([solvation.residue_types(kind)[name]])[:, 0]


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
    atom = np.concatenate([complex.protein_heavy, complex.inhibitor_heavy])
    lj, eef1 = complex.topology.derived("soft parameters", lambda: _parameters(complex, atom))
    protein = len(complex.protein_heavy)
    return Surroundings(complex, atom, complex.xyz[frame, atom], lj, eef1, protein)


def _parameters(complex: Complex, atom: Ints) -> tuple[Singles, Singles]:
    """Parameters of heavy atoms: of Lennard-Jones and of EEF1."""
    sigma, epsilon = lennard_jones.parameters(complex)
    types = [protein_type(complex, int(i)) for i in complex.protein_heavy]
    types += solvation.inhibitor_types(complex.inhibitor)
    lj = np.stack([sigma[atom], np.sqrt(epsilon[atom])])
    return lj.astype(np.float32), _eef1_columns(types)


def protein_type(complex: Complex, atom: int) -> str:
    """EEF1 type of a heavy atom of the protein; of modified residues by its element."""
    kind = residue_type(str(complex.residues.name[complex.atoms.residue[atom]]))
    found = solvation.residue_types(kind).get(str(complex.atoms.name[atom])) if kind else None
    if found:
        return found
    by_element = {"C": "CH2E", "N": "NH1", "O": "O", "S": "S", "Se": "S"}
    return by_element.get(str(complex.atoms.element[atom]).capitalize(), "C")


def energies_at(
    around: Surroundings, near: Ints, kind: ResidueType, name: str, places: Floats
) -> tuple[Singles, Singles]:
    """Sum the pairs of one side-chain atom at each of its places.

    Parameters
    ----------
    around : Surroundings
    near : ndarray of int
        Positions in it, ascending, of the atoms that count: more than three bonds away.
    kind : ResidueType
    name : str
        Of the atom.
    places : ndarray, shape (n, 3)
        Å.

    Returns
    -------
    values : ndarray, shape (2, 2 + caps, n)
        kcal/mol, with protein and inhibitor: attraction, desolvation, and repulsion at each of
        :data:`CAPS`.
    distance : ndarray, shape (n,)
        To the inhibitor, Å, at most 9.

    Examples
    --------
    >>> import ros1struct as rs
    >>> around = surroundings(rs.load("2WGJ"))
    >>> near = np.arange(len(around.atom))
    >>> far = np.array([[500.0, 0.0, 0.0]])
    >>> values, distance = energies_at(around, near, residue_type("A"), "CB", far)
    >>> values.any(), distance.tolist()
    (np.False_, [9.0])
    """
    own = _own(kind, name)
    values = np.zeros((2, 2 + len(CAPS), len(places)), dtype=np.float32)
    distance = np.full(len(places), REACH[1], dtype=np.float32)
    columns = np.ascontiguousarray(around.xyz[near].T)
    for block in _cells(places):
        some = places[block].astype(np.float32)
        centre = some.mean(0)
        some -= centre
        size = (some * some).sum(1)
        reach = np.sqrt(size.max()) + REACH[1]
        xyz = columns - centre[:, None]
        far = (xyz * xyz).sum(0)
        inside = np.flatnonzero(far < reach * reach)
        if len(inside):
            index = near[inside]
            # |p - x|² as one product: (-2p, |p|², 1) · (x, 1, |x|²).
            left, right = np.ones((len(some), 5), np.float32), np.ones((5, len(index)), np.float32)
            left[:, :3], left[:, 3] = -2.0 * some, size
            right[:3], right[4] = xyz.take(inside, 1), far[inside]
            sums = _block(around, index, left @ right, own)
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
    around: Surroundings, index: Ints, square: Singles, own: tuple[Singles, Singles]
) -> tuple[Singles, Singles]:
    """Sum one block of places by their squared distances to some atoms, which are overwritten."""
    count, atoms = square.shape
    drug = int(np.searchsorted(index, around.protein))
    values = np.empty((2, 2 + len(CAPS), count), dtype=np.float32)
    # Nearer than 1 Å every cap is reached, and the square of EEF1's distance diverges.
    if square.min() < 1.0:
        np.maximum(square, np.float32(1.0), out=square)
    gap, inverse = np.sqrt(square), np.reciprocal(square)
    nearest = gap[:, drug:].min(1, initial=np.float32(REACH[1]))

    def summed(pairs: Singles, weight: Singles) -> Singles:
        """Sum weighted pairs with the protein and with the inhibitor."""
        sides = np.zeros((atoms, 2), np.float32)
        sides[:drug, 0], sides[drug:, 1] = weight[:drug], weight[drug:]
        return (pairs @ sides).T

    (sigma, root), (volume, free, narrow, twice, start) = own
    lj, eef1 = around.lj.take(index, 1), around.eef1.take(index, 1)
    depth = 4.0 * root * lj[1]
    ratio = inverse * (sigma * lj[0])
    sixth = ratio * ratio
    sixth *= ratio
    sixth *= square < np.float32(REACH[0] ** 2)
    energy = np.multiply(sixth, sixth, out=ratio)
    energy -= sixth
    flat = energy.ravel()
    positive = np.flatnonzero(flat > 0.0)
    row, column = np.divmod(positive, atoms)
    above = flat[positive] * depth[column]
    flat[positive] = 0.0
    values[:, 0] = summed(energy, depth)
    slot = row + count * (column >= drug)
    for k, cap in enumerate(CAPS):
        # Two sums at once: rows of the protein, then rows of the inhibitor.
        both = np.bincount(slot, np.minimum(above, cap), minlength=2 * count)
        values[:, 2 + k] = both.reshape(2, count)

    # exp(-((r - R)/λ)²) is exp(-(R/λ)²), a weight, times exp((2 R r - r²)/λ²).
    inverse *= square < np.float32(REACH[1] ** 2)
    lost = np.zeros((2, count), np.float32)
    if free:  # not the carbon of a guanidinium, say
        shape = np.multiply(gap, twice, out=energy)
        shape -= np.multiply(square, narrow, out=sixth)
        np.exp(shape, out=shape)
        shape *= inverse
        lost += summed(shape, free * start * eef1[0])
    gap *= eef1[3]
    square *= eef1[2]
    gap -= square
    np.exp(gap, out=gap)
    gap *= inverse
    lost += summed(gap, volume * eef1[4] * eef1[1])
    values[:, 1] = -lost
    return values, nearest
