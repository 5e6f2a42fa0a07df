"""Chemistry of molecules other than the inhibitor: known where table, file or archive know it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from ros1struct.errors import StructureError
from ros1struct.io.archive.dictionary import component_atoms, component_chemistry
from ros1struct.io.chemistry.bond_orders import Chemistry, build_mol, part_of, skeleton_of_pose
from ros1struct.io.chemistry.file_bonds import chemistry_of_file
from ros1struct.io.chemistry.ligands import known_chemistry
from ros1struct.io.records import FileResidue

if TYPE_CHECKING:
    import gemmi
    from rdkit.Chem import Mol


#: What crystals are grown and frozen in, at pH 7.4: known without the dictionary, which takes
#: seconds and most of a gigabyte to open.
COMMON = MappingProxyType(
    {
        "SO4": "[O-]S(=O)(=O)[O-]", "PO4": "[O-]P(=O)([O-])O", "NO3": "[O-][N+](=O)[O-]",
        "ACT": "CC(=O)[O-]", "ACY": "CC(=O)[O-]", "FMT": "C(=O)[O-]", "DMS": "CS(C)=O",
        "GOL": "OCC(O)CO", "EDO": "OCCO", "PGO": "CC(O)CO", "IPA": "CC(C)O", "EOH": "CCO",
        "MPD": "CC(O)CC(C)(C)O", "MRD": "CC(O)CC(C)(C)O", "PEG": "OCCOCCO", "PGE": "OCCOCCOCCO",
        "PG4": "OCCOCCOCCOCCO", "BME": "OCCS", "TRS": "[NH3+]C(CO)(CO)CO",
        "EPE": "OCC[NH+]1CCN(CCS(=O)(=O)[O-])CC1", "MES": "[O-]S(=O)(=O)CC[NH+]1CCOCC1",
        "CIT": "OC(CC(=O)[O-])(CC(=O)[O-])C(=O)[O-]", "MLI": "[O-]C(=O)CC(=O)[O-]",
        "CL": "[Cl-]", "BR": "[Br-]", "IOD": "[I-]",
    }
)  # fmt: skip


def hetero_mol(
    residue: FileResidue, block: gemmi.cif.Block | None = None, *, dictionary: bool = True
) -> Mol | None:
    """Bond orders and charges of a molecule that is not the inhibitor.

    Parameters
    ----------
    residue : FileResidue
    block : gemmi.cif.Block, optional
        Of its mmCIF file, whose own bonds are asked for too.
    dictionary : bool
        Whether the archive's dictionary is asked, too.

    Returns
    -------
    rdkit.Chem.Mol or None
        Its heavy atoms in their order, charged as at pH 7.4; None where its name is not known or
        its atoms are not those of its name.
    """
    if smiles := COMMON.get(residue.name):
        common = _built(residue, Chemistry(residue.name, "", smiles, "charged as at pH 7.4"))
        if common is not None:
            return common
    if dictionary and (named := _by_name(residue)) is not None:
        return named
    chemistry = known_chemistry(residue.name) or chemistry_of_file(block, residue.name, "ph74")
    if chemistry is None and dictionary:
        chemistry = component_chemistry(residue.name)
    return _built(residue, chemistry) if chemistry is not None else None


def _built(residue: FileResidue, chemistry: Chemistry) -> Mol | None:
    try:
        mol, _ = build_mol(residue.heavy.element, residue.heavy_xyz(), chemistry)
    except StructureError:
        return None
    mol.RemoveAllConformers()
    return mol


# Å; longer bonds show that names do not mean the atoms that the dictionary calls so, and so do
# atoms at the distance of a bond that it does not have.
_LONGEST = 2.6


def _by_name(residue: FileResidue) -> Mol | None:
    """Chemistry of a component whose atoms have the names of the dictionary, however few."""
    found = component_atoms(residue.name)
    names = residue.heavy.name.tolist()
    if found is None or len({*names}) < len(names) or not {*names} <= {*found[1]}:
        return None
    mol = part_of(found[0], [found[1].index(name) for name in names])
    if [a.GetSymbol() for a in mol.GetAtoms()] != residue.heavy.element.tolist():
        return None
    xyz = residue.heavy_xyz()
    try:
        seen = _ends(skeleton_of_pose(residue.heavy.element, xyz))
    except StructureError:
        return None
    known = _ends(mol)
    far = any(np.linalg.norm(xyz[i] - xyz[j]) > _LONGEST for i, j in known)
    return mol if not far and seen <= known else None


def _ends(mol: Mol) -> set[tuple[int, int]]:
    """Pairs of atoms that are bonded, the lower one first."""
    ends = ((b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in mol.GetBonds())
    return {(min(pair), max(pair)) for pair in ends}
