"""Where a hydrogen of the inhibitor sits, as far as what the protein shows it decides.

A component has one of its tautomers in a dictionary, and a structure without hydrogens shows only
what faces its nitrogens. Of the states that differ by one N–H (or O–H) the written one stands
unless another makes more hydrogen bonds and the written one sets a donor against a donor or an
acceptor against an acceptor. Groups that are known here:

- five-membered aromatic rings with one N–H and another bare nitrogen: pyrazole, imidazole,
  triazole, tetrazole, benzimidazole, purine. In a ring that is fused to an aromatic one the N–H
  stays beside the fusion carbon: the other forms (2H-indazole) cost the other ring its sextet.
- 2- and 4-hydroxypyridine and pyridone, pyrimidone, quinazolinone, with one hydrogen in all. Amides
  and lactams that are not aromatic have no such second state.

References
----------
Taylor R, Kennard O. Acc Chem Res 1984, 17:320-326 (N–H···O bonds are near to straight).
Word JM et al. J Mol Biol 1999, 285:1735-1747 (states of ambiguous groups by the donors and
acceptors around them).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ros1struct.io.chemistry.bond_orders import parse_smiles

if TYPE_CHECKING:
    from rdkit.Chem import Mol

Floats = npt.NDArray[np.float64]

BOND = 3.5  # Å between the heavy atoms
LEAST_ANGLE = 120.0  # degrees at the hydrogen
LEAST_AT_OXYGEN = 90.0  # degrees at an atom with one neighbour
_NH = 1.01  # Å
_AZOLES = {2: "imidazole", 3: "triazole", 4: "tetrazole"}


@dataclass(frozen=True)
class Mobile:
    """A group of a molecule whose hydrogen can be on one of several atoms.

    Attributes
    ----------
    kind : str
        Name of the group.
    sites : tuple of int
        Atoms that can have the hydrogen.
    holder : int
        The one that has it.
    """

    kind: str
    sites: tuple[int, ...]
    holder: int


@dataclass(frozen=True, eq=False)
class Partner:
    """A polar atom beside the inhibitor.

    Attributes
    ----------
    label : str
        As notes call it, e.g. ``"E1027 O"``.
    donates, accepts : bool
        Both for what can do either: hydroxyls, histidine, the amides of Asn and Gln, water.
    place : ndarray, shape (3,)
        Å.
    neighbours : ndarray, shape (n, 3)
        Of the heavy atoms bonded to it; none for water.
    """

    label: str
    donates: bool
    accepts: bool
    place: Floats
    neighbours: Floats


@lru_cache(maxsize=512)
def has_mobile_hydrogen(smiles: str) -> bool:
    """Whether a molecule has a group of :func:`mobile_groups`; remembered for each SMILES."""
    return bool(mobile_groups(parse_smiles(smiles)))


def mobile_groups(mol: Mol) -> list[Mobile]:
    """Find the groups whose hydrogen can move.

    Parameters
    ----------
    mol : rdkit.Chem.Mol
        Heavy atoms.

    Returns
    -------
    list of Mobile

    Examples
    --------
    >>> from rdkit import Chem
    >>> [g.kind for g in mobile_groups(Chem.MolFromSmiles("Nc1cc[nH]n1"))]
    ['pyrazole']
    >>> [g.kind for g in mobile_groups(Chem.MolFromSmiles("O=c1cc[nH]cc1"))]
    ['pyridone']
    >>> mobile_groups(Chem.MolFromSmiles("c1ccc2[nH]ncc2c1"))  # indazole
    []
    """
    found = []
    for ring in mol.GetRingInfo().AtomRings():
        atoms = [mol.GetAtomWithIdx(i) for i in ring]
        if all(a.GetIsAromatic() and a.GetFormalCharge() == 0 for a in atoms):
            group = _azole(mol, ring) if len(ring) == 5 else None
            group = _pyridone(mol, ring) if len(ring) == 6 else group
            if group is not None:
                found.append(group)
    return found


def _azole(mol: Mol, ring: tuple[int, ...]) -> Mobile | None:
    atoms = [mol.GetAtomWithIdx(i) for i in ring]
    nitrogens = [k for k, a in enumerate(atoms) if a.GetSymbol() == "N"]
    bare = [k for k in nitrogens if atoms[k].GetDegree() == 2]
    holders = [k for k in bare if atoms[k].GetTotalNumHs() == 1]
    if len(holders) != 1:
        return None
    fused = [
        k for k, a in enumerate(atoms)
        if sum(n.GetIsAromatic() and mol.GetBondBetweenAtoms(a.GetIdx(), n.GetIdx()).GetIsAromatic()
               for n in a.GetNeighbors()) > 2
    ]  # fmt: skip
    if fused:
        bare = [k for k in bare if {(k - 1) % 5, (k + 1) % 5} & {*fused}]
    if len(bare) < 2 or holders[0] not in bare:
        return None
    kind = _AZOLES.get(len(nitrogens), "azole")
    if len(nitrogens) == 2 and (nitrogens[1] - nitrogens[0]) in (1, 4):
        kind = "pyrazole"
    return Mobile(kind, tuple(ring[k] for k in bare), ring[holders[0]])


def _pyridone(mol: Mol, ring: tuple[int, ...]) -> Mobile | None:
    atoms = [mol.GetAtomWithIdx(i) for i in ring]
    oxygens = [
        (k, n) for k, a in enumerate(atoms) for n in a.GetNeighbors()
        if n.GetSymbol() == "O" and n.GetDegree() == 1 and n.GetFormalCharge() == 0
    ]  # fmt: skip
    if len(oxygens) != 1:
        return None
    place, oxygen = oxygens[0]
    bare = [k for k, a in enumerate(atoms) if a.GetSymbol() == "N" and a.GetDegree() == 2]
    holders = [ring[k] for k in bare if atoms[k].GetTotalNumHs()]
    holders += [oxygen.GetIdx()] if oxygen.GetTotalNumHs() else []
    # Ortho or para: beside the carbon of the oxygen, or opposite to it.
    sites = [ring[k] for k in bare if (k - place) % 6 in (1, 3, 5)]
    if len(holders) != 1 or not sites or holders[0] not in (*sites, oxygen.GetIdx()):
        return None
    return Mobile("pyridone", (*sites, oxygen.GetIdx()), holders[0])


def moved(mol: Mol, group: Mobile, site: int) -> Mol | None:
    """Move the hydrogen of a group to another of its sites.

    Parameters
    ----------
    mol : rdkit.Chem.Mol
    group : Mobile
    site : int

    Returns
    -------
    rdkit.Chem.Mol or None
        None where no molecule has such bonds.

    Examples
    --------
    >>> from rdkit import Chem
    >>> mol = Chem.MolFromSmiles("O=c1cccc[nH]1")
    >>> Chem.MolToSmiles(moved(mol, mobile_groups(mol)[0], 0))
    'Oc1ccccn1'
    """
    from rdkit import Chem, rdBase

    made = Chem.RWMol(mol)
    for index, count in ((group.holder, 0), (site, 1)):
        atom = made.GetAtomWithIdx(index)
        atom.SetNoImplicit(True)
        atom.SetNumExplicitHs(count)
        if atom.GetSymbol() == "O":
            order = Chem.BondType.SINGLE if count else Chem.BondType.DOUBLE
            atom.GetBonds()[0].SetBondType(order)
    result = made.GetMol()
    try:
        with rdBase.BlockLogs():
            Chem.SanitizeMol(result)
    except (ValueError, RuntimeError):
        return None
    return result


def facing_state(
    mol: Mol, names: list[str], partners: list[Partner], *, change: bool = True
) -> tuple[Mol, tuple[str, ...]]:
    """Take the tautomer whose donors and acceptors face those of the protein.

    Parameters
    ----------
    mol : rdkit.Chem.Mol
        The inhibitor's heavy atoms, with one conformer.
    names : list of str
        Of its atoms.
    partners : list of Partner
    change : bool
        Whether to take it, or only to say it.

    Returns
    -------
    mol : rdkit.Chem.Mol
        The same molecule where nothing speaks clearly for another state.
    notes : tuple of str
        What was chosen and why, or what speaks against the state that is kept.
    """
    xyz = np.asarray(mol.GetConformer().GetPositions())
    notes = []
    for group in mobile_groups(mol):
        faced = {site: _faced(mol, xyz, site, partners) for site in group.sites}
        count = {site: _count(mol, group, site, faced) for site in group.sites}
        bonds, against = count[group.holder]
        if not against:
            continue
        best = sorted(count, key=lambda s: (count[s][1] - count[s][0], s != group.holder))
        first = best[0]
        # Only one state may be the best: two as good are nothing to choose by.
        score = [count[s][0] - count[s][1] for s in best]
        clear = score[0] > score[1] and count[first][0] > bonds
        result = moved(mol, group, first) if clear else None
        here, there, facts = names[group.holder], names[first], _facts(group, names, faced)
        what = f"{group.kind} hydrogen of the inhibitor"
        if result is None:
            notes.append(f"{what} kept on {here}, though {facts}: no other place is clearly better")
        elif change:
            mol = result
            notes.append(
                f"{what} taken on {there}, not on {here} as written: {facts}; "
                f"protonation='written' keeps it on {here}"
            )
        else:
            notes.append(f"{what} kept on {here} as asked, though {there} is better: {facts}")
    return mol, tuple(notes)


def _facts(group: Mobile, names: list[str], faced: dict[int, tuple[Partner, float] | None]) -> str:
    """Say what faces the sites of a group."""
    told = []
    for site in group.sites:
        if (found := faced[site]) is not None:
            partner, gap = found
            roles = [w for w, does in (("donor", partner.donates), ("acceptor", partner.accepts))
                     if does]  # fmt: skip
            told.append(f"{names[site]} faces {partner.label} ({' or '.join(roles)}, {gap:.1f} Å)")
    return ", ".join(told)


def _count(
    mol: Mol, group: Mobile, holder: int, faced: dict[int, tuple[Partner, float] | None]
) -> tuple[int, int]:
    """Hydrogen bonds, and pairs of two donors or two acceptors, with the hydrogen on an atom."""
    bonds = against = 0
    for site in group.sites:
        if (found := faced[site]) is None:
            continue
        partner, _ = found
        donates = site == holder
        # A hydroxyl accepts as well.
        accepts = not donates or mol.GetAtomWithIdx(site).GetSymbol() == "O"
        if (donates and partner.accepts) or (accepts and partner.donates):
            bonds += 1
        else:
            against += 1
    return bonds, against


def _faced(
    mol: Mol, xyz: Floats, site: int, partners: list[Partner]
) -> tuple[Partner, float] | None:
    """Find the nearest polar atom that a site points at and that points at it."""
    around = [n.GetIdx() for n in mol.GetAtomWithIdx(site).GetNeighbors()]
    best: tuple[Partner, float] | None = None
    for partner in partners:
        gap = float(np.linalg.norm(partner.place - xyz[site]))
        if gap > BOND or (best is not None and gap >= best[1]):
            continue
        if _points(xyz[site], xyz[around], partner.place) and _points(
            partner.place, partner.neighbours, xyz[site]
        ):
            best = partner, gap
    return best


def _points(place: Floats, neighbours: Floats, other: Floats) -> bool:
    """Whether the hydrogen or lone pair of an atom points at another atom."""
    if len(neighbours) == 0 or len(neighbours) > 2:
        return len(neighbours) == 0
    if len(neighbours) == 1:
        return _angle(neighbours[0], place, other) >= LEAST_AT_OXYGEN
    away = sum((place - n) / np.linalg.norm(place - n) for n in neighbours)
    tip = place + _NH * away / np.linalg.norm(away)
    return _angle(place, tip, other) >= LEAST_ANGLE


def _angle(a: Floats, b: Floats, c: Floats) -> float:
    one, other = a - b, c - b
    cosine = one @ other / (np.linalg.norm(one) * np.linalg.norm(other))
    return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))
