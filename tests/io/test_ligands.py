"""Chemistry of inhibitors: what atoms can do, and bond orders on bare coordinates."""

from __future__ import annotations

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem
from scipy.spatial.transform import Rotation

import ros1struct as rs
from ros1struct.errors import InputError, StructureError
from ros1struct.io.chemistry.bond_orders import build_mol
from ros1struct.io.chemistry.ligands import (
    chemistry_from_smiles,
    known_chemistry,
    recognise,
)
from ros1struct.io.chemistry.pose_files import read_poses
from ros1struct.kinome import literature
from ros1struct.structure.drug_atoms import atom_types

COMPONENTS = [
    tuple(row) for row in literature.components()[["component", "name", "smiles_ph74"]].to_numpy()
]
CRIZOTINIB = known_chemistry("VGH").smiles


def types_by_label(smiles: str) -> list[str]:
    """Heavy atoms as symbol, D and A for donor and acceptor, sign of the charge."""
    mol = Chem.MolFromSmiles(smiles)
    types = atom_types(mol)
    return [
        f"{atom.GetSymbol()}{'D' if d else ''}{'A' if a else ''}{'+' * c if c > 0 else '-' * -c}"
        for atom, d, a, c in zip(
            mol.GetAtoms(),
            types.donor,
            types.acceptor,
            types.charge.astype(int).tolist(),
            strict=True,
        )
    ]


@pytest.mark.parametrize(
    ("what", "smiles", "expected"),
    [
        ("amide N is no acceptor", "CNC=O", "C ND C OA"),
        ("tertiary amide N is neither", "CN(C)C=O", "C N C C OA"),
        ("aniline N is no acceptor", "Nc1ccccc1", "ND C C C C C C"),
        ("aryl piperazine: only the alkyl N", "CN1CCN(c2ccccc2)CC1", "C NA C C N" + " C" * 8),
        ("pyrrole NH", "c1cc[nH]c1", "C C C ND C"),
        ("N-methylimidazole", "Cn1ccnc1", "C N C C NA C"),
        ("pyrazole: one of each", "c1cn[nH]c1", "C C NA ND C"),
        ("pyridine", "c1ccncc1", "C C C NA C C"),
        ("pyridinium", "c1cc[nH+]cc1", "C C C ND+ C C"),
        ("ester: only the carbonyl O", "CC(=O)OC", "C C OA O C"),
        ("carbamate", "COC(=O)NC", "C O C OA ND C"),
        ("acid: the OH gives and takes", "CC(=O)O", "C C OA ODA"),
        ("carboxylate: both O, not the C", "CC(=O)[O-]", "C C OA- OA-"),
        ("nitrile", "CC#N", "C C NA"),
        ("imine", "CC(C)=NC", "C C C NA C"),
        ("protonated piperidine", "C1CC[NH2+]CC1", "C C C ND+ C C"),
        ("piperidine", "C1CCNCC1", "C C C NDA C C"),
        ("quaternary N", "C[N+](C)(C)C", "C N+ C C C"),
        ("amidinium: both N", "CC(N)=[NH2+]", "C C ND+ ND+"),
        ("guanidinium: all three N", "CNC(N)=[NH2+]", "C ND+ C ND+ ND+"),
        ("imidazolium: both N", "c1c[nH+]c[nH]1", "C C ND+ C ND+"),
        ("sulfone O", "CS(C)(=O)=O", "C S C OA OA"),
        ("sulfonamide N", "CS(=O)(=O)NC", "C S OA OA ND C"),
        ("phosphine oxide", "CP(C)(C)=O", "C P C C OA"),
        ("phosphate ester: both charged O", "COP(=O)([O-])OC", "C OA P OA- OA- OA C"),
        ("thioether", "CSC", "C SA C"),
        ("thiol", "CS", "C SDA"),
        ("thioamide", "CC(N)=S", "C C ND SA"),
        ("nitro: charges cancel", "C[N+](=O)[O-]", "C N OA OA"),
        ("N-oxide: charges cancel", "[O-][n+]1ccccc1", "OA N C C C C C"),
        ("ether, methoxy aryl", "COc1ccccc1", "C OA C C C C C C"),
        ("diaryl ether", "c1ccc(Oc2ccccc2)cc1", "C C C C O" + " C" * 8),
        ("alcohol", "CO", "C ODA"),
        ("phenol", "Oc1ccccc1", "ODA C C C C C C"),
        ("halogens", "FC(Cl)Br", "F C Cl Br"),
        ("urea", "CNC(=O)NC", "C ND C OA ND C"),
    ],
)
def test_donors_acceptors_and_charges(what, smiles, expected):
    assert types_by_label(smiles) == expected.split(), what


@pytest.mark.parametrize(
    ("smiles", "expected"),
    [
        ("CC=CC#N", "C4 C3H1 C3H1 C3H0 N"),
        ("Cc1ccccc1", "C4 C3H0 C3H1 C3H1 C3H1 C3H1 C3H1"),
        ("CC(=O)O", "C4 C3H0 O OH"),
        ("CC(=O)[O-]", "C4 C3H0 O O"),
        ("COC", "C4 O C4"),
        ("FCCl", "F C4 Cl"),
        ("CSC", "C4 S C4"),
    ],
)
def test_united_atom_classes(smiles, expected):
    assert atom_types(Chem.MolFromSmiles(smiles)).united.tolist() == expected.split()


def test_crizotinib_atom_by_atom():
    # Donors: piperidinium and the amine; acceptors: ether, pyridine and the pyrazole's free N.
    found = types_by_label(CRIZOTINIB)
    assert " ".join(a for a in found if a != "C") == "OA NA N ND+ NA ND Cl F Cl"


def embedded(smiles: str) -> tuple[Chem.Mol, np.ndarray]:
    """Heavy atoms of an RDKit conformer."""
    mol = Chem.AddHs(Chem.MolFromSmiles(smiles))
    if AllChem.EmbedMolecule(mol, randomSeed=7) != 0:
        assert AllChem.EmbedMolecule(mol, randomSeed=7, useRandomCoords=True) == 0
    AllChem.MMFFOptimizeMolecule(mol, maxIters=50)
    mol = Chem.RemoveAllHs(mol)
    return mol, mol.GetConformer().GetPositions()


def symbols(mol: Chem.Mol) -> np.ndarray:
    return np.array([a.GetSymbol() for a in mol.GetAtoms()])


@pytest.fixture(scope="module")
def conformers() -> dict[str, tuple[Chem.Mol, np.ndarray]]:
    return {component: embedded(smiles) for component, _, smiles in COMPONENTS}


@pytest.mark.parametrize(("component", "name", "smiles"), COMPONENTS)
def test_chemistry_is_found_whatever_the_order_and_place(component, name, smiles, conformers):
    mol, xyz = conformers[component]
    rng = np.random.default_rng(sum(map(ord, component)))
    order = rng.permutation(len(xyz))
    moved = Rotation.random(random_state=rng).apply(xyz) + rng.uniform(-50, 50, 3)
    built, notes = build_mol(symbols(mol)[order], moved[order], known_chemistry(component))
    assert notes == ()
    assert Chem.MolToSmiles(built) == Chem.CanonSmiles(smiles)
    # Atom by atom: bond orders sit where they belong, not only somewhere.
    same = [built.GetAtomWithIdx(int(i)).GetDegree() for i in np.argsort(order)]
    assert same == [a.GetDegree() for a in mol.GetAtoms()]
    assert [a.GetSymbol() for a in built.GetAtoms()] == symbols(mol)[order].tolist()
    np.testing.assert_allclose(built.GetConformer().GetPositions(), moved[order])


@pytest.mark.parametrize(("component", "name", "smiles"), COMPONENTS)
def test_graph_alone_recognises_the_inhibitor(component, name, smiles, conformers):
    mol, xyz = conformers[component]
    found = recognise(symbols(mol), xyz)
    assert (found.name, found.smiles) == (name, smiles)


def test_recognise_knows_nothing_of_other_molecules():
    mol, xyz = embedded("CC(=O)Nc1ccc(O)cc1")
    assert recognise(symbols(mol), xyz) is None


@pytest.mark.parametrize("component", ["VGH", "5P8", "7GI", "A1I6Z", "1E8", "40L", "STU"])
def test_mirror_image_is_noted(component, conformers):
    mol, xyz = conformers[component]
    built, notes = build_mol(symbols(mol), xyz * [1, 1, -1], known_chemistry(component))
    assert len(notes) == 1
    assert "stereo of" in notes[0]
    # What is returned is what the coordinates show, not what the table says.
    assert Chem.MolToSmiles(built) != Chem.CanonSmiles(known_chemistry(component).smiles)


def test_mirror_image_of_crizotinib_is_its_enantiomer(conformers):
    mol, xyz = conformers["VGH"]
    assert recognise(symbols(mol), xyz * [1, 1, -1]).name == "(S)-crizotinib"


def test_wrong_double_bond_geometry_is_noted():
    mol, xyz = embedded("C/C=C/c1ccccc1")
    z_form = chemistry_from_smiles("C/C=C\\c1ccccc1")
    assert "stereo of 1" in build_mol(symbols(mol), xyz, z_form)[1][0]
    assert build_mol(symbols(mol), xyz, chemistry_from_smiles("C/C=C/c1ccccc1"))[1] == ()


def test_double_bond_of_a_cyclohexene_lies_where_it_is_short():
    mol, xyz = embedded("C1(c2ccccc2)=CCCCC1")
    for order in (np.arange(12), np.arange(12)[::-1]):
        built, _ = build_mol(
            symbols(mol)[order], xyz[order], chemistry_from_smiles(Chem.MolToSmiles(mol))
        )
        double = next(b for b in built.GetBonds() if b.GetBondType() == Chem.BondType.DOUBLE)
        i, j = double.GetBeginAtomIdx(), double.GetEndAtomIdx()
        # Neither a single bond (1.50 Å) nor one of the phenyl ring, which has the same skeleton.
        assert np.linalg.norm(xyz[order][i] - xyz[order][j]) < 1.37


@pytest.mark.parametrize("gone", [1, 3, 8])
def test_missing_atoms_are_noted_and_the_rest_keeps_its_chemistry(gone, conformers):
    mol, xyz = conformers["5P8"]
    whole, _ = build_mol(symbols(mol), xyz, known_chemistry("5P8"))
    keep = np.arange(len(xyz) - gone)
    part, notes = build_mol(symbols(mol)[keep], xyz[keep], known_chemistry("5P8"))
    lost = {1: "C1", 3: "C2 F1", 8: "C6 F1 O1"}[gone]
    assert notes[0].startswith(f"inhibitor lacks {gone} of 30 heavy atoms: {lost}, bonded to atom")
    assert len(notes) == 1
    assert part.GetNumAtoms() == 30 - gone
    hydrogens = [a.GetTotalNumHs() for a in whole.GetAtoms()][: 30 - gone]
    assert [a.GetTotalNumHs() for a in part.GetAtoms()] == hydrogens


def test_an_atom_missing_from_an_aromatic_ring_is_no_error():
    mol, xyz = embedded("Cc1ccncc1")
    part, notes = build_mol(symbols(mol)[:-1], xyz[:-1], chemistry_from_smiles("Cc1ccncc1"))
    assert notes == ("inhibitor lacks 1 of 7 heavy atoms: C1, bonded to atom(s) 2, 6",)
    assert part.GetNumAtoms() == 6


def test_atoms_that_do_not_fit_are_refused(conformers):
    mol, xyz = conformers["VGH"]
    with pytest.raises(StructureError, match=r"lorlatinib|5P8") as error:
        build_mol(symbols(mol), xyz, known_chemistry("5P8"))
    assert "Expected C21 F1 N6 O2 (heavy atoms)" in str(error.value)
    assert "found C21 Cl2 F1 N5 O1" in str(error.value)
    with pytest.raises(StructureError, match="unknown element among"):
        build_mol(np.array(["C", "Qq"]), np.zeros((2, 3)), chemistry_from_smiles("CC"))
    with pytest.raises(StructureError, match="overlapping atoms"):
        build_mol(
            np.array(["C", "C"]), np.array([[0, 0, 0], [0.1, 0, 0]]), chemistry_from_smiles("CC")
        )


@pytest.mark.parametrize("smiles", ["", "C1CC", "c1cccc1", "CC(C)(C)(C)C", "no"])
def test_bad_smiles_are_refused(smiles):
    with pytest.raises(InputError, match="cannot be read"):
        chemistry_from_smiles(smiles)


def test_protonation_is_stated_and_can_be_overridden():
    charged, neutral = known_chemistry("VGH"), known_chemistry("vgh", "neutral")
    assert Chem.GetFormalCharge(Chem.MolFromSmiles(charged.smiles)) == 1
    assert "9.4" in charged.basis
    assert Chem.GetFormalCharge(Chem.MolFromSmiles(neutral.smiles)) == 0
    assert neutral.basis == "neutral, as asked"
    with pytest.raises(InputError, match="one of ph74, written, neutral, found 'acid'"):
        known_chemistry("VGH", "acid")


@pytest.mark.parametrize(("component", "name", "smiles"), COMPONENTS)
def test_states_of_the_table_differ_in_protons_only(component, name, smiles):
    row = literature.components().set_index("component").loc[component]
    neutral, charged = (Chem.MolFromSmiles(s) for s in (row.smiles, row.smiles_ph74))
    assert Chem.GetFormalCharge(neutral) == 0
    assert Chem.GetFormalCharge(charged) == int(row.charge_ph74)
    heavy = [Chem.MolFromSmiles(s) for s in (row.smiles, row.smiles_ph74)]
    for mol in heavy:
        for atom in mol.GetAtoms():
            atom.SetFormalCharge(0)
            atom.SetNumExplicitHs(0)
            atom.SetNoImplicit(True)
    assert Chem.MolToSmiles(heavy[0]) == Chem.MolToSmiles(heavy[1])
    assert row.protonation_basis


@pytest.mark.parametrize("suffix", [".sdf", ".mol"])
def test_pose_files_keep_their_own_chemistry(tmp_path, suffix, conformers):
    mol, xyz = conformers["VGH"]
    path = tmp_path / f"pose{suffix}"
    Chem.MolToMolFile(Chem.AddHs(mol, addCoords=True), str(path))
    ((pose,), failed) = read_poses(path)
    read, elements, found = pose.mol, pose.elements, pose.xyz
    assert failed == []
    assert Chem.MolToSmiles(read) == Chem.CanonSmiles(CRIZOTINIB)
    assert elements.tolist() == symbols(mol).tolist()
    np.testing.assert_allclose(found, xyz, atol=1e-3)  # four decimals in the file


@pytest.mark.parametrize("content", ["", "not a molecule\n", "M  END\n$$$$\n"])
def test_unreadable_pose_files_are_refused(tmp_path, content):
    path = tmp_path / "pose.sdf"
    path.write_text(content)
    assert read_poses(path)[0] == []
    with pytest.raises(StructureError, match=r"pose\.sdf: expected a molecule with 3D"):
        rs.load("2WGJ", ligand=path)


def test_flat_drawings_are_no_poses(tmp_path):
    mol = Chem.MolFromSmiles(CRIZOTINIB)
    AllChem.Compute2DCoords(mol)
    path = tmp_path / "flat.mol"
    Chem.MolToMolFile(mol, str(path))
    with pytest.raises(StructureError, match="3D coordinates"):
        rs.load("2WGJ", ligand=path)


def test_deuterium_of_a_pose_is_hydrogen(tmp_path):
    mol = Chem.AddHs(Chem.MolFromSmiles("[2H]C(C)Nc1ccccc1"))
    assert AllChem.EmbedMolecule(mol, randomSeed=1) == 0
    path = tmp_path / "heavy.sdf"
    Chem.MolToMolFile(mol, str(path))
    ((pose,), _) = read_poses(path)
    read, elements = pose.mol, pose.elements
    assert elements.tolist().count("H") == 0
    assert Chem.MolToSmiles(read) == "CCNc1ccccc1"
