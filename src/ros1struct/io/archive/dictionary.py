"""Chemistry of components that the built-in table does not know: the archive's own dictionary.

biotite carries the wwPDB Chemical Component Dictionary; it is loaded only when it is asked for. The
dictionary has most molecules in one neutral form: what is a base or an acid at pH 7.4 by a plain
rule is charged here, and the basis says so.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ros1struct.io.chemistry.bond_orders import Chemistry

if TYPE_CHECKING:
    from rdkit.Chem import Mol

# An amine whose carbons are all tetrahedral, and that has no group beside it that takes its
# basicity (amide, aniline, sulfonamide, nitrile are none of these by the first condition).
_BASE = "[NX3;H0,H1,H2;+0;!$(N~[!#6;!#1]);!$(N[#6;!X4]);!$(NC~[F])]"
# Amidines and guanidines, on the nitrogen of the double bond.
_AMIDINE = "[NX2;H1;+0;$(N=C(-[NX3;!$(N-[!#6;!#1])])-[#6X4,NX3])]"
_ACIDS = ("[OX2H;$(O-C=O);$(O-[CX3](=O)-[#6])]", "[OX2H;$(O-[P,S]=O)]")
# Bases nearer to one another than this many bonds share one proton (piperazine).
_SHARED = 4

BASIS = "component dictionary of the wwPDB; aliphatic amines protonated, acids deprotonated"


@lru_cache(maxsize=256)
def component_chemistry(component: str, protonation: str = "ph74") -> Chemistry | None:
    """Look a component up in the archive's dictionary.

    Parameters
    ----------
    component : str
        PDB component code.
    protonation : {"ph74", "written", "neutral"}
        With the charges of pH 7.4 by rule, or as the dictionary has it.

    Returns
    -------
    Chemistry or None
        None where the dictionary is not installed or does not have the component.

    Examples
    --------
    >>> component_chemistry("STI").smiles.count("+")  # imatinib
    1
    """
    mol = _molecule(component)
    if mol is None:
        return None
    from rdkit import Chem

    if protonation == "neutral":
        return Chemistry(component, "", Chem.MolToSmiles(mol), f"neutral, as asked ({component})")
    return Chemistry(component, "", Chem.MolToSmiles(charged(mol)), BASIS)


@lru_cache(maxsize=256)
def component_atoms(component: str) -> tuple[Mol, tuple[str, ...]] | None:
    """Heavy atoms of a component and their names in the archive's dictionary.

    Parameters
    ----------
    component : str
        PDB component code.

    Returns
    -------
    mol : rdkit.Chem.Mol
        With the charges of pH 7.4 by rule.
    names : tuple of str
        Of its atoms. None instead of both where the dictionary does not have the component.

    Examples
    --------
    >>> component_atoms("SO4")[1]
    ('S', 'O1', 'O2', 'O3', 'O4')
    """
    mol = _molecule(component)
    if mol is None:
        return None
    from biotite.structure.info import residue

    whole = residue(component)
    names = tuple(whole.atom_name[~np.isin(whole.element, ("H", "D"))].tolist())
    return (charged(mol), names) if len(names) == mol.GetNumAtoms() else None


def _molecule(component: str) -> Mol | None:
    from rdkit import Chem, rdBase

    try:
        from biotite.file import DeserializationError
        from biotite.interface.rdkit import to_mol
        from biotite.structure.info import residue
    except ImportError:
        return None
    try:
        with rdBase.BlockLogs():
            mol = Chem.RemoveHs(to_mol(residue(component)))
            Chem.AssignStereochemistryFrom3D(mol)
    except (KeyError, ValueError, RuntimeError, Chem.MolSanitizeException):
        return None
    except (MemoryError, DeserializationError):  # the whole dictionary does not fit into memory
        return None
    mol.RemoveAllConformers()
    return mol


def charged(mol: Mol) -> Mol:
    """Charge aliphatic amines, amidines and acids as they are at pH 7.4, by a plain rule.

    Parameters
    ----------
    mol : rdkit.Chem.Mol
        Neutral, hydrogens implicit.

    Returns
    -------
    rdkit.Chem.Mol

    Examples
    --------
    >>> from rdkit import Chem
    >>> [Chem.MolToSmiles(charged(Chem.MolFromSmiles(s))) for s in ("CCN", "CC(=O)O", "CC(=O)N")]
    ['CC[NH3+]', 'CC(=O)[O-]', 'CC(N)=O']
    """
    from rdkit import Chem

    made = Chem.RWMol(mol)
    apart = Chem.GetDistanceMatrix(mol)
    bases: list[int] = []
    for pattern in (_AMIDINE, _BASE):
        for (atom,) in mol.GetSubstructMatches(Chem.MolFromSmarts(pattern)):
            if all(apart[atom][other] >= _SHARED for other in bases):
                bases.append(atom)
    acids = {atom for p in _ACIDS for (atom,) in mol.GetSubstructMatches(Chem.MolFromSmarts(p))}
    for atom, charge in [(a, 1) for a in bases] + [(a, -1) for a in acids]:
        changed = made.GetAtomWithIdx(atom)
        changed.SetFormalCharge(charge)
        if changed.GetNoImplicit():
            changed.SetNumExplicitHs(changed.GetNumExplicitHs() + charge)
    result = made.GetMol()
    Chem.SanitizeMol(result)
    return result
