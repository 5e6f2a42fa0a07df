"""Tautomers: on deposited files."""

import pytest
from rdkit import Chem

import ros1struct as rs
from ros1struct.io.chemistry.bond_orders import build_mol
from ros1struct.io.chemistry.ligands import chemistry_from_smiles, known_chemistry
from ros1struct.io.chemistry.polar import polar_atoms
from ros1struct.io.chemistry.tautomers import facing_state, mobile_groups
from ros1struct.io.reading.model import model_of
from ros1struct.io.reading.source import read_source
from ros1struct.io.records import is_amino_acid

pytestmark = pytest.mark.shared

# Idelalisib in PI3Kδ: the purine's N9-H (N31) bonds E826 O, its N3 takes V828 N-H (Somoza 2015).
# The dictionary writes the hydrogen on N7 (N29), which a water faces.
N9H = "CC[C@H](Nc1ncnc2[nH]cnc12)c1nc2cccc(F)c2c(=O)n1-c1ccccc1"


@pytest.mark.parametrize(("smiles", "changed"), [(known_chemistry("40L").smiles, 1), (N9H, 0)])
def test_the_purine_of_idelalisib(shared, smiles, changed):
    found = read_source(shared / "structures" / "test_only" / "xray" / "4XE0.pdb")
    model = model_of(found.parsed.structure, found.name, [])
    protein = [r for r in model.residues if is_amino_acid(r)]
    drug = next(r for r in model.residues if r.name == "40L")
    mol, _ = build_mol(drug.heavy.element, drug.heavy_xyz(), chemistry_from_smiles(smiles))
    partners = polar_atoms(protein, model, drug, [0] * len(protein))
    result, notes = facing_state(mol, drug.heavy.name.tolist(), partners)
    assert Chem.MolToSmiles(result) == Chem.CanonSmiles(N9H)
    assert len(notes) == changed
    assert all("N31 faces E826 O (acceptor, 2.8 Å)" in note for note in notes)


@pytest.mark.parametrize("name", ["3AOX", "1XKK", "5P9I", "5L2T", "4ZAU", "2ITY"])
def test_nothing_moves_where_nothing_can(shared, name):
    found = rs.load(shared / "structures" / "test_only" / "xray" / f"{name}.pdb")
    assert mobile_groups(found.inhibitor) == []
    assert not any("hydrogen of the inhibitor" in note for note in found.notes)
