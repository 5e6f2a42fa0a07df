"""What the heavy atoms of a molecule can do: united-atom class, donor, acceptor, charge."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from rdkit.Chem import Mol


@dataclass(frozen=True, eq=False)
class AtomTypes:
    """Per-atom chemistry of a molecule's heavy atoms, arrays of one length."""

    united: npt.NDArray[np.str_]
    donor: npt.NDArray[np.bool_]
    acceptor: npt.NDArray[np.bool_]
    charge: npt.NDArray[np.int8]


def atom_types(mol: Mol) -> AtomTypes:
    """Say what every heavy atom of a molecule can do, from its bonds and stated charges.

    Parameters
    ----------
    mol : rdkit.Chem.Mol
        Heavy atoms, hydrogens implicit.

    Returns
    -------
    AtomTypes
        ``united`` as in :mod:`ros1struct.structure.residues`. Donors are N, O and S that carry
        hydrogen.
        Acceptors have a free lone pair: oxygen but the single-bonded one of an ester and that
        between two aromatic rings, nitrogen that is neither charged, aromatic with hydrogen, nor
        conjugated as in amides and anilines, and two-valent sulphur. A charge is on every atom
        over which the group spreads it; charges that cancel across a bond (nitro, N-oxide) are
        none.

    Examples
    --------
    >>> from rdkit import Chem
    >>> types = atom_types(Chem.MolFromSmiles("CC(=O)[O-]"))
    >>> types.united.tolist(), types.charge.tolist()
    (['C4', 'C3H0', 'O', 'O'], [0, 0, -1, -1])
    """
    from rdkit import Chem

    acceptors = {
        i for m in mol.GetSubstructMatches(_pattern(_ACCEPTOR), maxMatches=9999) for i in m
    }
    united, donor, charge = [], [], []
    for atom in mol.GetAtoms():
        symbol, hydrogens = atom.GetSymbol(), atom.GetTotalNumHs()
        if symbol == "C":
            tetrahedral = atom.GetHybridization() == Chem.HybridizationType.SP3
            united.append("C4" if tetrahedral else ("C3H1" if hydrogens else "C3H0"))
        else:
            united.append("OH" if symbol == "O" and hydrogens else symbol)
        donor.append(symbol in ("N", "O", "S") and hydrogens > 0)
        own = atom.GetFormalCharge()
        cancelled = own and any(own * n.GetFormalCharge() < 0 for n in atom.GetNeighbors())
        charge.append(0 if cancelled else own)
    for smarts in _SPREAD:
        for match in mol.GetSubstructMatches(_pattern(smarts)):
            charge[match[-1]] = charge[match[0]]
    return AtomTypes(
        np.array(united),
        np.array(donor, dtype=bool),
        np.array([i in acceptors for i in range(mol.GetNumAtoms())]),
        np.array(charge, dtype=np.int8),
    )


_ACCEPTOR = (
    "[$([O;!$(O(~a)~a);!$([OX2;H0]C=[O,S,N])]),$([o]),"
    "$([nX2;+0,-]),$([NX2;+0,-]),$([NX1;+0,-]),"
    "$([NX3;+0;!$(N-[a]);!$(N-*=[O,N,S,P,C]);!$(N-C#N);!$(N-S(=O)=O)]),"
    "$([#16X2;+0]),$([SX1])]"
)


# First atom holds the formal charge, the last shares it: carboxylate, amidinium and guanidinium,
# imidazolium.
_SPREAD = ("[O-;X1]-[C,P,S]=O", "[N+;$([N+]=C)]=C-[N;X3]", "[n+;r5;H]:c:[n;X3;r5;+0]")


@lru_cache(maxsize=16)
def _pattern(smarts: str) -> Mol:
    from rdkit import Chem

    return Chem.MolFromSmarts(smarts)


# Orders kept of a very symmetric molecule.
_MOST_ORDERS = 1000


def symmetric_orders(mol: Mol) -> npt.NDArray[np.intp]:
    """Orders of a molecule's heavy atoms that leave it as it is.

    Charges and double bonds of a conjugated group may change places.

    Parameters
    ----------
    mol : rdkit.Chem.Mol
        Heavy atoms.

    Returns
    -------
    ndarray of int, shape (orders, atoms)
        At least the order as it stands.

    Examples
    --------
    >>> from rdkit import Chem
    >>> [len(symmetric_orders(Chem.MolFromSmiles(smiles))) for smiles in ("c1ccccc1", "CO")]
    [12, 1]
    """
    from rdkit import Chem

    bare = Chem.Mol(mol)
    for bond in bare.GetBonds():
        if bond.GetIsConjugated():
            bond.SetBondType(Chem.BondType.AROMATIC)
    for atom in bare.GetAtoms():
        atom.SetFormalCharge(0)
        atom.SetNoImplicit(True)
        atom.SetNumExplicitHs(0)
    found = bare.GetSubstructMatches(bare, uniquify=False, maxMatches=_MOST_ORDERS)
    return np.array(found or [range(mol.GetNumAtoms())], dtype=np.intp)


# Single bonds outside rings whose ends have other bonds, none of them beside a triple bond.
_ROTATABLE = "[!$(*#*)&!D1]-&!@[!$(*#*)&!D1]"


def rotatable_pairs(mol: Mol) -> tuple[tuple[int, int], ...]:
    """Pairs of atoms with a bond between them that can turn.

    Parameters
    ----------
    mol : rdkit.Chem.Mol
        Heavy atoms.

    Returns
    -------
    tuple of (int, int)

    Examples
    --------
    >>> from rdkit import Chem
    >>> rotatable_pairs(Chem.MolFromSmiles("CCCC"))
    ((1, 2),)
    """
    from rdkit import Chem

    return tuple(
        (int(a), int(b)) for a, b in mol.GetSubstructMatches(Chem.MolFromSmarts(_ROTATABLE))
    )


def beyond(mol: Mol, start: int, end: int) -> npt.NDArray[np.intp]:
    """Atoms on the far side of a bond that is in no ring.

    Parameters
    ----------
    mol : rdkit.Chem.Mol
    start, end : int
        Atoms of the bond.

    Returns
    -------
    ndarray of int
        `end` and all that is joined to it but through `start`, ascending.

    Examples
    --------
    >>> from rdkit import Chem
    >>> beyond(Chem.MolFromSmiles("CCOC"), 1, 2).tolist()
    [2, 3]
    """
    from rdkit import Chem

    adjacent = Chem.GetAdjacencyMatrix(mol).copy()
    adjacent[start, end] = adjacent[end, start] = 0
    seen, edge = {end}, [end]
    while edge:
        fresh = {*np.flatnonzero(adjacent[edge.pop()]).tolist()} - seen
        seen |= fresh
        edge += sorted(fresh)
    return np.array(sorted(seen), dtype=np.intp)
