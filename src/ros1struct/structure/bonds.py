"""Which atoms of a complex are bonded, found once from its first frame.

Inside residues that are known the bonds are those of the residue type; between residues, to
hydrogens, and between protein and inhibitor the distance tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ros1struct.structure.geometry import close_pairs
from ros1struct.structure.residues import residue_type

if TYPE_CHECKING:
    from rdkit.Chem import Mol

    from ros1struct.structure.topology import Atoms, Residues

Ints = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]

# Å. A backbone bond is 1.33 Å; anything longer than this is a chain break.
PEPTIDE_BOND = 2.0
# Å; a hydrogen belongs to the nearest heavy atom of its residue, no farther than this.
ATTACHED = 1.5
# Å; no bond of an inhibitor to a protein is longer (Se–C is 1.95).
LONGEST_BOND = 2.6
# Å; how much a bond to the protein may differ from the sum of the covalent radii.
BOND_TOLERANCE = 0.25
# Å; bonds inside a residue whose type is not known, and inside other molecules.
INSIDE = 2.1

_BACKBONE = (("N", "CA"), ("CA", "C"), ("C", "O"), ("C", "OXT"))
# Ring bonds that the building order of a side chain does not hold.
RING_CLOSURES = {"HIS": (("CE1", "NE2"),), "TRP": (("NE1", "CE2"),), "PRO": (("CD", "N"),)}


def find_bonds(atoms: Atoms, residues: Residues, inhibitor: Mol, xyz: npt.NDArray[Any]) -> Ints:
    """Find the covalent bonds of a complex.

    Parameters
    ----------
    atoms : Atoms
    residues : Residues
    inhibitor : rdkit.Chem.Mol
        Its heavy atoms, in the order of the complex.
    xyz : ndarray, shape (atoms, 3)
        Å.

    Returns
    -------
    ndarray of int, shape (bonds, 2)
        Pairs of atoms, the smaller index first, sorted. A bond of the inhibitor to the protein
        needs a nucleophile of the protein (N, O, S or Se) at the sum of the two covalent radii,
        within 0.25 Å: anything nearer is a clash, anything farther a contact.
    """
    xyz = np.asarray(xyz, dtype=np.float64)
    heavy = ~np.isin(atoms.element, ("H", "D"))
    role = residues.role[atoms.residue]
    protein = np.flatnonzero(heavy & (role == "protein"))
    protein = protein[np.argsort(atoms.residue[protein], kind="stable")]
    parts = [
        *_along_chains(atoms, residues, protein, xyz),
        _to_hydrogens(atoms, heavy, xyz),
    ]
    ligand = np.flatnonzero(heavy & (role == "inhibitor"))
    if inhibitor.GetNumAtoms() == len(ligand):
        own = [(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in inhibitor.GetBonds()]
        parts.append(ligand[np.array(own, dtype=np.intp).reshape(-1, 2)])
    other = np.flatnonzero(heavy & (role == "hetero"))
    i, j, _ = close_pairs(xyz[other], xyz[other], INSIDE)
    mine = (i < j) & (atoms.residue[other[i]] == atoms.residue[other[j]])
    parts.append(np.stack([other[i[mine]], other[j[mine]]], axis=1))
    parts.append(_to_protein(atoms, ligand, np.sort(protein), xyz))
    found = np.concatenate(parts)
    # A pair as one number, which sorts in a tenth of the time of np.unique of rows.
    code = np.sort(found.min(axis=1) * len(xyz) + found.max(axis=1))
    code = code[np.diff(code, prepend=-1) > 0]
    return np.stack(np.divmod(code, len(xyz)), axis=1)


@dataclass(frozen=True, eq=False)
class _Template:
    """Bonds in a residue with certain atoms, and the turns of its C and N; -1 for none.

    ``bonds`` is None where the residue's type is not known.
    """

    bonds: Ints | None
    c: int
    n: int


# Residues of one name with the same atoms are alike; a chain has some fifty kinds.
@lru_cache(maxsize=1024)
def _template(name: str, names: tuple[str, ...]) -> _Template:
    own = {atom: k for k, atom in enumerate(names)}
    kind = residue_type(name)
    bonds = None
    if kind is not None:
        side = [(p.parents[2], p.atom) for p in kind.places]
        every = [*_BACKBONE, *side, *RING_CLOSURES.get(kind.name, ())]
        found = [(own[a], own[b]) for a, b in every if a in own and b in own]
        bonds = np.array(found, dtype=np.intp).reshape(-1, 2)
    return _Template(bonds, own.get("C", -1), own.get("N", -1))


def _along_chains(atoms: Atoms, residues: Residues, protein: Ints, xyz: Floats) -> list[Ints]:
    """Bonds inside residues, and of C and N of residues that follow each other in the file."""
    owner = atoms.residue[protein]
    starts = np.searchsorted(owner, np.arange(len(residues) + 1)).tolist()
    names, kinds = atoms.name[protein].tolist(), residues.name.tolist()
    c = np.full(len(residues), -1, dtype=np.intp)
    n = c.copy()
    parts: list[Ints] = [np.empty((0, 2), dtype=np.intp)]
    for k, (start, end) in enumerate(pairwise(starts)):
        if start == end:
            continue
        found = _template(kinds[k], tuple(names[start:end]))
        if found.bonds is None:
            # Of atoms that share a name the last counts.
            last = [*{name: start + at for at, name in enumerate(names[start:end])}.values()]
            own = xyz[protein[last]]
            i, j, _ = close_pairs(own, own, INSIDE)
            parts.append(np.array(last)[np.stack([i, j], axis=1)[i < j]])
        else:
            parts.append(found.bonds + start)
        c[k] = protein[start + found.c] if found.c >= 0 else -1
        n[k] = protein[start + found.n] if found.n >= 0 else -1
    c, n = c[:-1], n[1:]
    near = np.linalg.norm(xyz[n] - xyz[c], axis=1) < PEPTIDE_BOND
    both = near & (n >= 0) & (c >= 0)
    return [protein[np.concatenate(parts)], np.stack([c[both], n[both]], axis=1)]


def _to_hydrogens(atoms: Atoms, heavy: npt.NDArray[np.bool_], xyz: Floats) -> Ints:
    light = np.flatnonzero(~heavy)
    if not len(light):
        return np.empty((0, 2), dtype=np.intp)
    from scipy.spatial import cKDTree

    solid = np.flatnonzero(heavy)
    distance, which = cKDTree(xyz[solid]).query(xyz[light])
    parent = solid[which]
    good = (distance <= ATTACHED) & (atoms.residue[light] == atoms.residue[parent])
    return np.stack([parent[good], light[good]], axis=1).astype(np.intp)


def _to_protein(atoms: Atoms, ligand: Ints, protein: Ints, xyz: Floats) -> Ints:
    i, j = adduct_bonds(atoms.element[ligand], xyz[ligand], atoms.element[protein], xyz[protein])
    return np.stack([ligand[i], protein[j]], axis=1)


def adduct_bonds(
    elements: npt.NDArray[np.str_],
    xyz: npt.NDArray[Any],
    protein_elements: npt.NDArray[np.str_],
    protein_xyz: npt.NDArray[Any],
) -> tuple[Ints, Ints]:
    """Find the bonds of an inhibitor to a protein by distance (see :func:`find_bonds`).

    Parameters
    ----------
    elements, protein_elements : ndarray of str
        Of heavy atoms.
    xyz, protein_xyz : ndarray, shape (n, 3) and (m, 3)
        Å.

    Returns
    -------
    i, j : ndarray of int
        Atoms of the inhibitor, and of the protein.
    """
    heads = np.flatnonzero(np.isin(protein_elements, ("N", "O", "S", "Se")))
    own = np.flatnonzero(elements != "X")  # what is in no periodic table has no radius
    i, j, distance = close_pairs(xyz[own], protein_xyz[heads], LONGEST_BOND)
    i = own[i]
    if not len(i):
        return i, j
    from rdkit.Chem import GetPeriodicTable

    radius = GetPeriodicTable().GetRcovalent
    j = heads[j]
    length = [
        radius(str(a)) + radius(str(b))
        for a, b in zip(elements[i], protein_elements[j], strict=True)
    ]
    bonded = np.abs(distance - length) <= BOND_TOLERANCE
    return i[bonded], j[bonded]
