"""Bond orders from CONECT records, where nothing better is known."""

import gemmi
import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem
from scipy.spatial.transform import Rotation

import ros1struct as rs

# No component: nothing but the records can say what it is.
UNKNOWN = "N#Cc1cc(-c2ccncc2)cnc1CCN"


def with_ligand(folder, smiles, *, twice=True):
    """MET with another molecule where crizotinib was, as a PDB file with CONECT records."""
    mol = Chem.AddHs(Chem.MolFromSmiles(smiles))
    assert AllChem.EmbedMolecule(mol, randomSeed=7) == 0
    mol = Chem.RemoveHs(mol)
    Chem.Kekulize(mol, clearAromaticFlags=True)
    met = rs.load("2WGJ")
    shape = mol.GetConformer().GetPositions()
    middle, protein = met.xyz[0, met.inhibitor_heavy].mean(0), met.xyz[0, met.protein_heavy]
    ways = Rotation.random(200, random_state=1).as_matrix()  # the one that is bonded to nothing
    poses = [(shape - shape.mean(0)) @ way + middle for way in ways]
    xyz = max(poses, key=lambda pose: np.linalg.norm(protein[:, None] - pose, axis=2).min())
    structure = gemmi.read_pdb(str(rs.write(met, folder / "met.pdb")))
    structure.raw_remarks = []
    structure.clear_conect()
    residue = next(r for chain in structure[0] for r in chain if r.name == "VGH")
    residue.name = "LIG"
    while len(residue):
        del residue[0]
    for k, atom in enumerate(mol.GetAtoms()):
        added = gemmi.Atom()
        added.name, added.element = f"{atom.GetSymbol()}{k}", gemmi.Element(atom.GetSymbol())
        added.pos = gemmi.Position(*xyz[k])
        added.serial = 9000 + k
        residue.add_atom(added)
    lines = []
    for atom in mol.GetAtoms():
        others = []
        for bond in atom.GetBonds():
            times = int(bond.GetBondTypeAsDouble()) if twice else 1
            others += [9000 + bond.GetOtherAtomIdx(atom.GetIdx())] * times
        lines.append("CONECT" + "".join(f"{n:5d}" for n in [9000 + atom.GetIdx(), *others]))
    options = gemmi.PdbWriteOptions()
    options.preserve_serial = True
    text = structure.make_pdb_string(options)
    text = text[: text.rindex("END")] + "\n".join(lines) + "\nEND\n"
    path = folder / "ligand.pdb"
    path.write_text(text)
    return path


def test_a_pair_named_twice_is_a_double_bond(tmp_path):
    found = rs.load(with_ligand(tmp_path, UNKNOWN))
    expected = Chem.CanonSmiles(UNKNOWN.replace("CCN", "CC[NH3+]"))
    assert Chem.MolToSmiles(found.inhibitor) == expected
    assert found.protonation.startswith("bond orders of the file's CONECT records")
    assert any("from CONECT records" in n and "smiles= overrides" in n for n in found.notes)
    neutral = rs.load(tmp_path / "ligand.pdb", protonation="neutral")
    assert Chem.MolToSmiles(neutral.inhibitor) == Chem.CanonSmiles(UNKNOWN)


def test_a_smiles_overrules_the_records(tmp_path):
    path = with_ligand(tmp_path, UNKNOWN)
    found = rs.load(path, smiles=UNKNOWN)
    assert Chem.MolToSmiles(found.inhibitor) == Chem.CanonSmiles(UNKNOWN)
    assert not any("CONECT" in n for n in found.notes)


def test_records_without_orders_are_not_taken(tmp_path):
    with pytest.raises(rs.StructureError, match=r"give its SMILES with smiles="):
        rs.load(with_ligand(tmp_path, UNKNOWN, twice=False))


def test_records_that_make_no_molecule_are_not_taken(tmp_path):
    path = with_ligand(tmp_path, UNKNOWN)
    text = path.read_text()
    lines = text.splitlines()
    first = next(k for k, line in enumerate(lines) if line.startswith("CONECT"))
    # Every carbon of the ring doubly bonded to both neighbours: five bonds at an atom.
    broken = [x + x[11:] if x.startswith("CONECT") and len(x) > 16 else x for x in lines[first:]]
    path.write_text("\n".join([*lines[:first], *broken]))
    with pytest.raises(rs.StructureError, match=r"give its SMILES with smiles="):
        rs.load(path)


def test_a_known_drug_needs_no_records(tmp_path):
    found = rs.load(with_ligand(tmp_path, KNOWN, twice=False))
    assert found.inhibitor_name == "gefitinib"


KNOWN = "COc1cc2ncnc(Nc3ccc(F)c(Cl)c3)c2cc1OCCCN1CCOCC1"
