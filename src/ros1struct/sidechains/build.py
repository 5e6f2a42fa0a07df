"""Side chains and their torsions: building, measuring, comparing, and how likely they are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ros1struct.sidechains.rotamers import POINTS, Rotamers, grid, grow, rotamers
from ros1struct.sidechains.sites import backbone_torsions
from ros1struct.structure.complex import Complex
from ros1struct.structure.geometry import torsion
from ros1struct.structure.residue_types import ResidueType
from ros1struct.structure.residues import residue_type

Floats = npt.NDArray[np.float64]

# kcal/mol at 298.15 K.
RT = 0.0019872 * 298.15


def library(complex: Complex, residue: int, letter: str) -> Rotamers:
    """Look up the rotamers of a type at a residue's backbone."""
    phi, psi, omega = backbone_torsions(complex, residue)
    return rotamers(letter, phi, psi, cis=abs(omega) < 90.0)


def build(complex: Complex, residue: int, kind: ResidueType, chi: Floats) -> Floats:
    """Build a side chain at any torsions.

    Parameters
    ----------
    complex : Complex
    residue : int
        Index.
    kind : ResidueType
    chi : ndarray, shape (samples, torsions)
        Degrees.

    Returns
    -------
    ndarray, shape (samples, atoms, 3)
        Å, in the order of ``kind.sidechain``.
    """
    own = complex.atoms_of(residue)
    backbone = {n: complex.xyz[0, own[n]].astype(np.float64) for n in ("N", "CA", "C")}
    whole = np.pad(chi, ((0, 0), (0, kind.n_chi - chi.shape[1])))
    found = Rotamers(np.full(len(chi), 1.0 / len(chi)), whole, np.zeros_like(whole), 0)
    return np.stack([xyz for _, xyz in grow(kind, backbone, found, 1)], axis=1)


def measure_chi(kind: ResidueType, xyz: Floats, own: dict[str, int]) -> Floats:
    """Measure the side-chain torsions that the library has, in degrees."""
    found: list[float] = []
    for place in kind.places:
        if place.chi == len(found) + 1:
            four = [xyz[own[name]] for name in (*place.parents, place.atom)]
            found.append(float(torsion(*four)) - place.torsion)
    return np.array(found)


def prior_energy(found: Rotamers, chi: Floats) -> float:
    """−RT ln p of torsions between the library's samples, in kcal/mol.

    The centre of a rotamer has the weight of the centre of the grid.
    """
    torsions = found.chi.shape[1]
    if not torsions:
        return 0.0
    away = np.abs((chi[:torsions] - found.chi + 180.0) % 360.0 - 180.0) / found.sigma
    centre = torsions * np.log(grid(POINTS)[1].max())
    return float(RT * (-np.log(found.probability) - centre + 0.5 * np.sum(away**2, axis=1)).min())


# Atoms that change names when a symmetric group turns by 180 degrees.
_FLIPS = {
    "F": (("CD1", "CD2"), ("CE1", "CE2")),
    "Y": (("CD1", "CD2"), ("CE1", "CE2")),
    "D": (("OD1", "OD2"),),
    "E": (("OE1", "OE2"),),
    "R": (("NH1", "NH2"),),
}


def side_chain_rmsd(letter: str, a: npt.ArrayLike, b: npt.ArrayLike) -> float:
    """Root mean square deviation of two side chains without superposition, flips allowed.

    Parameters
    ----------
    letter : str
    a, b : array_like, shape (atoms, 3)
        Å, in the order of :attr:`ResidueType.sidechain`.

    Returns
    -------
    float
        Å; 0 for glycine.

    Examples
    --------
    >>> side_chain_rmsd("A", [[0.0, 0, 0]], [[0.0, 3, 4]])
    5.0
    """
    kind = residue_type(letter)
    if kind is None or not kind.sidechain:
        return 0.0
    first, second = (np.asarray(x, dtype=np.float64) for x in (a, b))
    order = list(range(len(kind.sidechain)))
    for one, two in _FLIPS.get(letter, ()):
        i, j = kind.sidechain.index(one), kind.sidechain.index(two)
        order[i], order[j] = j, i
    each = [np.sqrt(((first - other) ** 2).sum(1).mean()) for other in (second, second[order])]
    return float(min(each))
