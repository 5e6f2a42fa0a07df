"""Make one protonated file per complex, which every program of the parity gets.

Heavy atoms come from the complex as ``ros1struct.load`` reads it; hydrogens of the file are dropped
and placed anew by hydride (amino-acid charges at pH 7.4, the inhibitor in its stated protonation
state), then relaxed by hydride. Waters have hydrogens too. Output goes to a temporary folder and is
never committed: the coordinates belong to the archive's files.

    python tests/peers/protonate.py 2WGJ /some/file.pdb --to FOLDER
"""

from __future__ import annotations

import argparse
import tempfile
import warnings
from pathlib import Path

import numpy as np

import ros1struct as rs
from ros1struct.structure.complex import Complex

LIGAND = "UNL"
FORMS = {"HID": "HIS", "HIE": "HIS", "HIP": "HIS", "CYX": "CYS", "CYM": "CYS", "ASH": "ASP",
         "GLH": "GLU", "LYN": "LYS"}  # fmt: skip


def default_folder() -> Path:
    """Where protonated files are kept between the steps of the parity."""
    folder = Path(tempfile.gettempdir()) / "ros1struct-parity"
    folder.mkdir(exist_ok=True)
    return folder


def protonate(complex: Complex, folder: Path) -> tuple[Path, Path]:
    """Write ``NAME.pdb`` (all), ``NAME.sdf`` (the inhibitor), ``NAME.bonds``; return two paths."""
    import biotite.structure as struc
    import hydride
    from biotite.structure.io import pdb
    from rdkit import Chem

    a, r = complex.atoms, complex.residues
    heavy = np.flatnonzero(complex.heavy & (r.role[a.residue] != "inhibitor"))
    mol = complex.to_rdkit()
    mol = Chem.AddHs(Chem.Mol(mol, confId=0), addCoords=True)
    n, m = len(heavy), mol.GetNumAtoms()
    ligand = np.arange(n, n + m)

    array = struc.AtomArray(n + m)
    residue = a.residue[heavy]
    protein = r.role[residue] == "protein"
    array.coord = np.vstack([complex.xyz[0, heavy], mol.GetConformer().GetPositions()])
    array.chain_id = np.r_[np.where(protein, "A", "W"), np.full(m, "L")]
    array.res_id = np.r_[np.where(protein, complex.numbers[residue], residue), np.ones(m, int)]
    array.ins_code[:n] = np.where(protein, r.insertion[residue], "")
    array.res_name[:n] = np.where(r.role[residue] == "water", "HOH", r.name[residue])
    # Names of force fields are not names of components.
    array.res_name[:n] = [FORMS.get(name, name) for name in array.res_name[:n]]
    array.res_name[n:] = LIGAND
    array.atom_name[:n] = a.name[heavy]
    array.atom_name[n:] = [*a.name[complex.inhibitor_heavy], *(f"H{k}" for k in range(1, m))][:m]
    array.element[:n] = np.char.upper(a.element[heavy])
    array.element[n:] = [atom.GetSymbol().upper() for atom in mol.GetAtoms()]
    array.hetero = np.r_[~protein, np.ones(m, bool)]

    bonds = struc.connect_via_residue_names(array)
    kinds = {1.0: struc.BondType.SINGLE, 2.0: struc.BondType.DOUBLE, 3.0: struc.BondType.TRIPLE}
    flat = Chem.Mol(mol)
    Chem.Kekulize(flat, clearAromaticFlags=True)
    for bond in flat.GetBonds():
        i, j = int(ligand[bond.GetBeginAtomIdx()]), int(ligand[bond.GetEndAtomIdx()])
        bonds.add_bond(i, j, kinds[bond.GetBondTypeAsDouble()])
    array.bonds = bonds
    charge = hydride.estimate_amino_acid_charges(array, ph=7.4)
    charge[ligand] = [atom.GetFormalCharge() for atom in flat.GetAtoms()]
    array.set_annotation("charge", charge)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        array, _ = hydride.add_hydrogen(array, mask=array.res_name != LIGAND)
        array.coord = hydride.relax_hydrogen(array, iterations=200)

    mine = array.res_name == LIGAND
    assert mine.sum() == m
    mol.GetConformer().SetPositions(array.coord[mine].astype(np.float64))
    pdb_path, sdf_path = folder / f"{complex.name}.pdb", folder / f"{complex.name}.sdf"
    file = pdb.PDBFile()
    np.savetxt(folder / f"{complex.name}.bonds", array.bonds.as_array()[:, :2], fmt="%d")
    array.bonds = None
    file.set_structure(array)
    file.write(str(pdb_path))
    with Chem.SDWriter(str(sdf_path)) as writer:
        writer.write(mol)
    return pdb_path, sdf_path


def reload(complex: Complex, folder: Path) -> Complex:
    """Load a protonated file as ros1struct's side of the parity."""
    from rdkit import Chem

    smiles = Chem.MolToSmiles(complex.inhibitor)
    path = folder / f"{complex.name}.pdb"
    return rs.load(path, ligand=LIGAND, smiles=smiles, provenance="processed")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("structures", nargs="+")
    parser.add_argument("--to", type=Path, default=default_folder())
    arguments = parser.parse_args()
    for source in arguments.structures:
        print(*protonate(rs.load(source), arguments.to))
