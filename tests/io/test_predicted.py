"""Predicted complexes: the B column is pLDDT on one of two scales; ligands have any name."""

import gemmi
import numpy as np
import pytest
from rdkit import Chem

import ros1struct as rs


@pytest.fixture(scope="module")
def met():
    return rs.load("2WGJ")


def predicted(met, folder, suffix, *, scale=1.0, name="LIG1", title="", per_atom=False, step=0.1):
    """2WGJ as a co-folding program writes it: no experiment, pLDDT in the B column."""
    structure = gemmi.read_pdb(str(rs.write(met, folder / "met.pdb")))
    structure.info = gemmi.InfoMap({"_struct.title": title} if title else {})
    structure.raw_remarks = []
    for chain in structure[0]:
        for k, residue in enumerate(chain):
            if residue.name == "VGH":
                residue.name = name
            for j, atom in enumerate(residue):
                atom.b_iso = scale * (40 + (k % 55) + (step * j if per_atom else 0.0))
    path = folder / f"model{suffix}"
    if suffix == ".pdb":
        text = structure.make_minimal_pdb()
        if len(name) > 3:  # four letters take the column before the chain
            rows = text.splitlines()
            rows = [f"{x[:17]}{name}{x[21:]}" if x[17:20] == name[:3] else x for x in rows]
            text = "\n".join(rows) + "\n"
        path.write_text(text)
    else:
        structure.setup_entities()
        structure.make_mmcif_document().write_file(str(path))
    return path


@pytest.mark.parametrize("suffix", [".pdb", ".cif"])
@pytest.mark.parametrize("scale", [1.0, 0.01])
def test_plddt_is_confidence_and_no_b_factor(met, tmp_path, suffix, scale):
    found = rs.load(predicted(met, tmp_path, suffix, scale=scale))
    assert found.provenance.kind == "predicted"
    assert np.isnan(found.b_factor).all()
    assert 40 <= found.confidence.min() < found.confidence.max() <= 95
    assert found.inhibitor_name == "crizotinib"  # by its graph, whatever it is called
    assert any("read as pLDDT of a prediction" in n for n in found.notes)
    assert np.isnan(met.confidence).all()


@pytest.mark.parametrize("name", ["LIG", "LIG1", "UNL", "DRG", "MOL"])
def test_names_that_programs_give(met, tmp_path, name):
    found = rs.load(predicted(met, tmp_path, ".pdb", name=name))
    assert found.residues.name[found.residues.role == "inhibitor"].tolist() == [name]
    assert found.inhibitor_name == "crizotinib"


@pytest.mark.parametrize("title", ["AlphaFold 3 model", "Boltz-2 prediction", "Chai-1 model 0"])
def test_a_file_that_names_its_program_is_predicted(met, tmp_path, title):
    # AlphaFold 3 gives every atom its own pLDDT: the numbers alone do not tell.
    found = rs.load(predicted(met, tmp_path, ".cif", title=title, per_atom=True))
    assert found.provenance.kind == "predicted"
    assert np.isfinite(found.confidence).all()
    silent = rs.load(predicted(met, tmp_path, ".cif", per_atom=True))
    assert silent.provenance.kind == "processed"
    assert np.isnan(silent.confidence).all()
    told = rs.load(predicted(met, tmp_path, ".cif", per_atom=True), provenance="predicted")
    np.testing.assert_allclose(told.confidence, found.confidence)


@pytest.mark.parametrize("suffix", [".pdb", ".cif"])
@pytest.mark.parametrize(("step", "said"), [(-0.5, True), (0.5, False)])
def test_plddt_of_every_atom_is_pointed_out(met, tmp_path, suffix, step, said):
    # pLDDT falls from backbone to the ends of side chains, where B factors rise.
    found = rs.load(predicted(met, tmp_path, suffix, per_atom=True, step=step))
    assert found.provenance.kind == "processed"
    assert any("provenance='predicted' reads it so" in n for n in found.notes) == said
    low = rs.load(predicted(met, tmp_path, suffix, per_atom=True, step=step, scale=0.3))
    assert not any("reads it so" in n for n in low.notes)  # too low for a prediction


@pytest.mark.parametrize("suffix", [".pdb", ".cif"])
def test_confidence_comes_back_from_a_file(met, tmp_path, suffix):
    found = rs.load(predicted(met, tmp_path, ".cif", name="LIG"))
    again = rs.load(rs.write(found, tmp_path / f"again{suffix}"))
    assert again.provenance.kind == "predicted"
    np.testing.assert_allclose(again.confidence, found.confidence, atol=0.01)
    assert np.isnan(again.b_factor).all()


UNKNOWN = "c1ccc(-c2ccncc2)cc1CN"


def test_bond_orders_that_the_file_states(met, tmp_path):
    from rdkit.Chem import AllChem

    mol = Chem.AddHs(Chem.MolFromSmiles(UNKNOWN))
    assert AllChem.EmbedMolecule(mol, randomSeed=7) == 0
    mol = Chem.RemoveHs(mol)
    xyz = mol.GetConformer().GetPositions()
    xyz += met.xyz[0, met.inhibitor_heavy].mean(0) - xyz.mean(0)
    structure = gemmi.read_pdb(str(rs.write(met, tmp_path / "met.pdb")))
    structure.raw_remarks = []
    for chain in structure[0]:
        for residue in chain:
            if residue.name == "VGH":
                residue.name = "LIG"
                while len(residue):
                    del residue[0]
                for k, a in enumerate(mol.GetAtoms()):
                    atom = gemmi.Atom()
                    atom.name, atom.element = f"{a.GetSymbol()}{k}", gemmi.Element(a.GetSymbol())
                    atom.pos = gemmi.Position(*xyz[k])
                    residue.add_atom(atom)
    structure.setup_entities()
    document = structure.make_mmcif_document()
    path = tmp_path / "own.cif"
    document.write_file(str(path))
    with pytest.raises(rs.StructureError, match=r"give its SMILES|do not match its chemistry"):
        rs.load(path)
    block = document.sole_block()
    Chem.Kekulize(mol, clearAromaticFlags=True)
    names = [f"{a.GetSymbol()}{k}" for k, a in enumerate(mol.GetAtoms())]
    atoms = block.init_loop("_chem_comp_atom.", ["comp_id", "atom_id", "type_symbol"])
    for a, name in zip(mol.GetAtoms(), names, strict=True):
        atoms.add_row(["LIG", name, a.GetSymbol()])
    bonds = block.init_loop(
        "_chem_comp_bond.", ["comp_id", "atom_id_1", "atom_id_2", "value_order"]
    )
    for b in mol.GetBonds():
        order = {1.0: "sing", 2.0: "doub"}[b.GetBondTypeAsDouble()]
        bonds.add_row(["LIG", names[b.GetBeginAtomIdx()], names[b.GetEndAtomIdx()], order])
    document.write_file(str(path))
    found = rs.load(path)
    assert Chem.MolToSmiles(found.inhibitor) == Chem.CanonSmiles("c1ccc(-c2ccncc2)cc1C[NH3+]")
    assert "bonds of the file" in found.protonation
    neutral = rs.load(path, protonation="neutral")
    assert Chem.MolToSmiles(neutral.inhibitor) == Chem.CanonSmiles(UNKNOWN)
