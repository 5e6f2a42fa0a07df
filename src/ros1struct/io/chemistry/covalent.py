"""Covalent inhibitors: which atom is bonded to which residue, and the chemistry after the reaction.

A component is mostly described before it reacts: its double bond is gone, and a hydrogen is at the
other end of it, once a nucleophile of the protein is bonded (Michael addition to acrylamides and
alkynamides; addition to nitriles, aldehydes and ketones). Where nothing was added to (chlorides and
other leaving groups, components described after the reaction), the bond takes the place of a
hydrogen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ros1struct.io.records import FileAtoms, FileResidue
from ros1struct.structure.bonds import adduct_bonds

if TYPE_CHECKING:
    import gemmi
    from rdkit import Chem
    from rdkit.Chem import Mol

# Å; a bond that the file states is taken up to here: its geometry may be poor.
STATED_WITHIN = 2.6
Floats = npt.NDArray[np.float64]

# Å; no two atoms of an amino acid are farther apart.
_LONGEST_RESIDUE = 12.0
# Å from a cysteine's sulphur to which a reactive carbon without a bond is named.
UNBONDED_WITHIN = 5.0
# Carbons that a cysteine's sulphur adds to or replaces a halogen at, first atom of each pattern:
# α,β-unsaturated carbonyls and sulphones, alkynyl carbonyls, halogenated acetamides. A carbon that
# is full, that takes electrons from N or O, or that extends an aromatic ring (sunitinib) adds none.
WARHEADS = (
    "[CX3;!H0;!$(C[#7,#8,a])]=[CX3][CX3,SX4]=O",
    "[CX2]#[CX2][CX3]=O",
    "[CX4;H2]([Cl,Br,I])[CX3](=O)[#7]",
)


@dataclass(frozen=True)
class Link:
    """A bond of the inhibitor to the protein: its heavy atom, the residue and the atom there."""

    atom: int
    residue: FileResidue
    name: str
    length: float
    stated: bool

    @property
    def where(self) -> str:
        """Residue and atom, for messages."""
        return f"{self.residue.where} {self.name}"


def links_of(
    structure: gemmi.Structure, molecule: FileResidue, protein: list[FileResidue]
) -> list[Link]:
    """Find the bonds of a molecule to a protein, by what the file states and by distance.

    Parameters
    ----------
    structure : gemmi.Structure
        LINK records or ``_struct_conn``.
    molecule : FileResidue
    protein : list of FileResidue

    Returns
    -------
    list of Link
    """
    found: dict[int, Link] = {}
    heavy = molecule.heavy
    places = {(r.chain, r.number, r.insertion): r for r in protein}
    mine = (molecule.chain, molecule.number, molecule.insertion)
    names = heavy.name.tolist()
    for connection in structure.connections:
        ends = connection.partner1, connection.partner2
        for own, other in (ends, ends[::-1]):
            residue = places.get(_key(other))
            if _key(own) != mine or own.res_id.name != molecule.name or residue is None:
                continue
            if own.atom_name in names and other.atom_name in residue.names:
                atom = names.index(own.atom_name)
                there = residue.atoms.xyz[residue.names.index(other.atom_name)]
                length = float(np.linalg.norm(heavy.xyz[atom] - there))
                if length <= STATED_WITHIN:
                    found[atom] = Link(atom, residue, other.atom_name, length, True)
    protein = _around(protein, heavy.xyz)
    if not protein:
        return list(found.values())
    chain = FileAtoms.join([r.atoms for r in protein])
    owner = np.repeat(np.arange(len(protein)), [len(r.atoms) for r in protein])
    i, j = adduct_bonds(heavy.element, heavy.xyz, chain.element, chain.xyz)
    for atom, k in zip(i.tolist(), j.tolist(), strict=True):
        length = float(np.linalg.norm(heavy.xyz[atom] - chain.xyz[k]))
        link = Link(atom, protein[owner[k]], str(chain.name[k]), length, False)
        found.setdefault(atom, link)
    return list(found.values())


def _around(residues: list[FileResidue], xyz: Floats) -> list[FileResidue]:
    """Residues of which some atom may be bonded to one of those at some places."""
    if not residues:
        return []
    first = np.array([r.atoms.xyz[0] for r in residues])
    gap = np.linalg.norm(first[:, None] - xyz, axis=2).min(axis=1, initial=np.inf)
    return [residues[k] for k in np.flatnonzero(gap <= _LONGEST_RESIDUE + STATED_WITHIN)]


def _key(address: gemmi.AtomAddress) -> tuple[str, int, str]:
    seqid = address.res_id.seqid
    return address.chain_name, int(seqid.num or 0), seqid.icode.strip()


def reacted(mol: Mol, atoms: list[int]) -> tuple[Mol, list[str]]:
    """Return a molecule after atoms of it were bonded to a protein.

    Parameters
    ----------
    mol : rdkit.Chem.Mol
        Before, or already after the reaction.
    atoms : list of int
        That the protein is bonded to.

    Returns
    -------
    mol : rdkit.Chem.Mol
        With one hydrogen fewer on those atoms, and no multiple bond there.
    changes : list of str
        What became of multiple bonds, in words.

    Examples
    --------
    >>> from rdkit import Chem
    >>> mol, changes = reacted(Chem.MolFromSmiles("C=CC(=O)NC"), [0])
    >>> Chem.MolToSmiles(mol), changes
    ('[CH2]CC(=O)NC', ['C=C is single'])
    """
    from rdkit import Chem

    aromatic = {b.GetIdx() for b in mol.GetBonds() if b.GetIsAromatic()}
    made = Chem.RWMol(mol)
    Chem.Kekulize(made, clearAromaticFlags=True)
    changes = []
    for index in atoms:
        atom = made.GetAtomWithIdx(index)
        hydrogens = atom.GetTotalNumHs()
        if (bond := _electrophile(atom, aromatic)) is not None:
            other = bond.GetOtherAtom(atom)
            double = bond.GetBondType() == Chem.BondType.DOUBLE
            sign = "=" if double else "#"
            changes.append(
                f"{atom.GetSymbol()}{sign}{other.GetSymbol()} is {'single' if double else 'double'}"
            )
            bond.SetBondType(Chem.BondType.SINGLE if double else Chem.BondType.DOUBLE)
            bond.SetStereo(Chem.BondStereo.STEREONONE)
            other.SetNumExplicitHs(other.GetNumExplicitHs() + 1 if other.GetNoImplicit() else 0)
        elif hydrogens:
            hydrogens -= 1
        atom.SetNumExplicitHs(hydrogens)
        atom.SetNoImplicit(True)
    result = made.GetMol()
    Chem.SanitizeMol(result)
    Chem.AssignStereochemistry(result, cleanIt=True, force=True)
    return result, changes


def _electrophile(atom: Chem.Atom, aromatic: set[int]) -> Chem.Bond | None:
    """Return the multiple bond of an atom that a nucleophile adds to; none in aromatic rings."""
    if atom.GetSymbol() != "C":
        return None
    free = [b for b in atom.GetBonds() if b.GetIdx() not in aromatic]
    several = [b for b in free if b.GetBondTypeAsDouble() > 1]
    carbon = [b for b in several if b.GetOtherAtom(atom).GetSymbol() == "C"]
    # An acyl group or an amide keeps its C=O; aldehydes and ketones add.
    single = [b for b in free if b.GetBondTypeAsDouble() == 1]
    acyl = len(several) + len(single) > 2 and any(
        b.GetOtherAtom(atom).GetSymbol() != "C" for b in single
    )
    others = [] if acyl else [b for b in several if b.GetOtherAtom(atom).GetSymbol() in "ONS"]
    return next(iter([*carbon, *others]), None)


def electrophiles(mol: Mol) -> list[int]:
    """Carbons of a molecule that react with a cysteine (:data:`WARHEADS`), ascending.

    Examples
    --------
    >>> from rdkit import Chem
    >>> electrophiles(Chem.MolFromSmiles("C=CC(=O)N")), electrophiles(Chem.MolFromSmiles("CC=O"))
    ([0], [])
    """
    from rdkit import Chem

    patterns = map(Chem.MolFromSmarts, WARHEADS)
    return sorted({match[0] for p in patterns for match in mol.GetSubstructMatches(p)})


def unbonded_warhead(mol: Mol, molecule: FileResidue, protein: list[FileResidue]) -> str:
    """Name a reactive carbon that is near a cysteine and not bonded to it; empty for none."""
    atoms = electrophiles(mol)
    best = (UNBONDED_WITHIN, "")
    for residue in protein if atoms else ():
        if "SG" in residue.names:
            place = residue.atoms.xyz[residue.names.index("SG")]
            gap = np.linalg.norm(molecule.heavy.xyz[atoms] - place, axis=1)
            nearest = int(gap.argmin())
            said = f"{molecule.heavy.name[atoms[nearest]]} is {gap[nearest]:.1f} Å from "
            best = min(best, (float(gap[nearest]), f"{said}{residue.where} SG"))
    return best[1]
