"""Covalent inhibitors: on deposited files."""

import numpy as np
import pytest
from rdkit import Chem

import ros1struct as rs

ADDUCTS = [("4G5J", "C797", "C30"), ("4G5P", "C797", "C30"), ("2JIV", "C797", "CBT")]


@pytest.mark.shared
@pytest.mark.parametrize(("entry", "residue", "atom"), ADDUCTS)
def test_adducts_of_deposited_files(shared, entry, residue, atom):
    found = rs.load(shared / "structures" / "test_only" / "xray" / f"{entry}.pdb")
    ((own, other),) = found.bonded_to_protein()
    assert found.residue_label(int(found.atoms.residue[other])) == residue
    assert str(found.atoms.name[own]) == atom
    assert any(f"covalently bonded to {residue} SG ({atom}, 1.8" in n for n in found.notes)
    bonded = found.inhibitor.GetAtomWithIdx(int(np.flatnonzero(found.inhibitor_heavy == own)[0]))
    assert bonded.GetHybridization() == Chem.HybridizationType.SP3
    assert found.atoms.united[own] == "C4"
    assert not found.inhibitor.HasSubstructMatch(Chem.MolFromSmarts("C=C-C(=O)N"))
    assert not found.atoms.donor[other]
    near = {(str(found.atoms.name[other]), atom), ("CB", atom)}
    for definition in ("ros1struct", "prolif", "plip"):
        table = rs.interactions(found, definition)
        table = table[table["residue"] == residue]
        assert not near & {*zip(table["atom"], table["inhibitor_atom"], strict=True)}
        assert not table["atom"].eq("SG").any()
    clashes = rs.clashes(found)
    assert not clashes["residue"].eq(residue).any()
    row = rs.contacts(found).set_index("residue").loc[residue]
    assert row["min_distance"] > 2.5


@pytest.mark.shared
@pytest.mark.parametrize(("entry", "where"), [("5P9I", "CYS A/481"), ("4ZAU", "CYS A/797")])
def test_a_warhead_that_is_not_bonded_is_said(shared, entry, where):
    found = rs.load(shared / "structures" / "test_only" / "xray" / f"{entry}.pdb")
    assert not found.bonded_to_protein()
    assert any("not covalent in this file" in n and f"{where} SG" in n for n in found.notes)
    assert found.inhibitor.HasSubstructMatch(Chem.MolFromSmarts("C=C-C(=O)N"))
    assert rs.interactions(found)["residue"].str.startswith("C").any()
