"""Soft, solvated energies of one atom at many places, with what stands around it.

The energy of a pair is the Lennard-Jones energy of OPLS united atoms
(:mod:`ros1struct.energy.lennard_jones`) with its repulsion capped, and the mutual desolvation of
EEF1 (:mod:`ros1struct.energy.solvation`). One distance matrix serves every cap, so that an interval
over parameters costs no more than one value.
"""

from __future__ import annotations

from dataclasses import dataclass
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
    atom = np.concatenate([complex.protein_heavy, complex.inhibitor_heavy])
    lj, eef1 = complex.topology.derived("soft parameters", lambda: _parameters(complex, atom))
    protein = len(complex.protein_heavy)
    return Surroundings(complex, atom, complex.xyz[frame, atom], lj, eef1, protein)


def _parameters(complex: Complex, atom: Ints) -> tuple[Singles, Singles]:
    """Parameters of heavy atoms: of Lennard-Jones and of EEF1."""
    sigma, epsilon = lennard_jones.parameters(complex)
    types = [protein_type(complex, int(i)) for i in complex.protein_heavy]
    types += solvation.inhibitor_types(complex.inhibitor)
    lj = np.stack([sigma[atom], np.sqrt(epsilon[atom])], axis=1)
    return lj.astype(np.float32), _eef1_rows(types)


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
    count, atoms = len(places), len(index)
    values = np.empty((2, 2 + len(CAPS), count), dtype=np.float32)
    # |p - x|² as one product: (-2p, |p|², 1) · (x, 1, |x|²).
    left, right = np.ones((count, 5), np.float32), np.ones((5, atoms), np.float32)
    left[:, :3], left[:, 3] = -2.0 * places, (places * places).sum(1)
    right[:3], right[4] = xyz.T, (xyz * xyz).sum(1)
    square = left @ right
    # Nearer than 1 Å every cap is reached, and the square of EEF1's distance diverges.
    np.maximum(square, np.float32(1.0), out=square)
    gap, inverse = np.sqrt(square), np.reciprocal(square)
    nearest = gap[:, drug:].min(1, initial=np.float32(REACH[1]))
    sides = np.zeros((atoms, 2), np.float32)
    sides[:drug, 0] = sides[drug:, 1] = 1.0

    lj = around.lj[index]
    depth = 4.0 * own[1] * lj[:, 1]
    ratio = inverse * (own[0] * lj[:, 0])
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
    values[:, 0] = (energy @ (depth[:, None] * sides)).T
    slot = row + count * (column >= drug)
    for k, cap in enumerate(CAPS):
        # Two sums at once: rows of the protein, then rows of the inhibitor.
        both = np.bincount(slot, np.minimum(above, cap), minlength=2 * count)
        values[:, 2 + k] = both.reshape(2, count)

    # exp(-((r - R)/λ)²) is exp(-(R/λ)²), a weight, times exp((2 R r - r²)/λ²).
    inverse *= square < np.float32(REACH[1] ** 2)
    their = around.eef1[index]
    narrow = mine[2] * mine[2]
    shape = np.multiply(gap, 2 * mine[3] * narrow, out=energy)
    shape -= np.multiply(square, narrow, out=sixth)
    np.exp(shape, out=shape)
    shape *= inverse
    weight = mine[1] * np.exp(-narrow * mine[3] ** 2) * their[:, 0]
    lost = shape @ (weight[:, None] * sides)
    narrow = their[:, 2] * their[:, 2]
    gap *= 2 * their[:, 3] * narrow
    square *= narrow
    gap -= square
    np.exp(gap, out=gap)
    gap *= inverse
    weight = mine[0] * np.exp(-narrow * their[:, 3] ** 2) * their[:, 1]
    lost += gap @ (weight[:, None] * sides)
    values[:, 1] = -lost.T
    return values, nearest
