"""Two pockets laid on each other by the backbone of their KLIFS positions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ros1struct.errors import StructureError
from ros1struct.kinome.kinases import klifs_label
from ros1struct.structure.complex import Complex
from ros1struct.structure.geometry import superpose

Floats = npt.NDArray[np.floating]

BACKBONE = "N", "CA", "C"
# Å between backbones after the fit beyond which a position moved and is left out of it: the rule
# of iterated superposition (Gerstein and Altman, J Mol Biol 1995, 251:161), at the spread that
# crystals of one kinase show in their pockets.
MOVED = 1.2
# Positions below which a fit says nothing about a pocket.
FEWEST = 30


@dataclass(frozen=True)
class Superposition:
    """How one pocket lies on another.

    Attributes
    ----------
    rotation : ndarray, shape (3, 3)
    translation : ndarray, shape (3,)
        ``xyz @ rotation.T + translation`` carries coordinates over (Å).
    rmsd : float
        Å, of the backbone of the positions used.
    used : int
        Positions that carried the fit.
    moved : tuple of str
        KLIFS positions left out because their backbones lie farther apart than 1.2 Å.
    """

    rotation: Floats
    translation: Floats
    rmsd: float
    used: int
    moved: tuple[str, ...]

    def apply(self, xyz: npt.NDArray[np.floating]) -> Floats:
        """Carry coordinates over."""
        return np.asarray(xyz, dtype=np.float64) @ self.rotation.T + self.translation


def superpose_pockets(mobile: Complex, target: Complex) -> Superposition:
    """Lay one pocket on another by the backbone of their KLIFS positions.

    The position that lies farthest off is left out and the fit repeated, until all that are left
    lie within 1.2 Å.

    Parameters
    ----------
    mobile, target : Complex
        Their first frames.

    Returns
    -------
    Superposition

    Raises
    ------
    StructureError
        If fewer than 30 positions are in both, or agree.

    References
    ----------
    Gerstein M, Altman RB. J Mol Biol 1995, 251:161-175 (iterated superposition).

    Examples
    --------
    >>> import ros1struct as rs
    >>> found = superpose_pockets(rs.load("2WGJ"), rs.load("crizotinib"))
    >>> found.used > 40, bool(found.rmsd < 1.0)
    (True, True)
    """
    one, other = _backbones(mobile), _backbones(target)
    kept = sorted({*one} & {*other})
    moved: list[int] = []
    while True:
        if len(kept) < FEWEST:
            raise StructureError(
                f"{mobile.name} and {target.name}: only {len(kept)} KLIFS positions lie on each "
                f"other (within {MOVED} Å), {FEWEST} or more are needed: the pockets differ"
            )
        a, b = (np.concatenate([x[k] for k in kept]) for x in (one, other))
        rotation, translation, rmsd = superpose(a, b)
        off = np.linalg.norm(a @ rotation.T + translation - b, axis=1).reshape(len(kept), -1)
        worst = off.mean(axis=1)
        if worst.max() <= MOVED:
            break
        moved.append(kept.pop(int(worst.argmax())))
    names = tuple(klifs_label(k) for k in sorted(moved))
    return Superposition(rotation, translation, rmsd, len(kept), names)


def _backbones(complex: Complex) -> dict[int, Floats]:
    """Backbone coordinates by KLIFS position."""
    found: dict[int, Floats] = {}
    for residue in np.flatnonzero(complex.residues.klifs):
        own = complex.atoms_of(int(residue))
        if all(name in own for name in BACKBONE):
            atoms = [own[name] for name in BACKBONE]
            found[int(complex.residues.klifs[residue])] = complex.xyz[0, atoms].astype(np.float64)
    return found
