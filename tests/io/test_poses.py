"""Docked poses: one protein, molecules of SDF, MOL2 and PDBQT files."""

import gzip

import numpy as np
import pytest
from rdkit import Chem

import ros1struct as rs
from ros1struct.errors import InputError, StructureError
from ros1struct.io.chemistry.pose_files import read_poses
from ros1struct.trajectories.poses import poses as judged

CRIZOTINIB = "C[C@@H](Oc1cc(cnc1N)-c1cnn(c1)C1CC[NH2+]CC1)c1c(Cl)ccc(F)c1Cl"


@pytest.fixture(scope="module")
def met():
    return rs.load("2WGJ")


def shifted(met, step, order=None):
    """Crizotinib of 2WGJ moved along x, its atoms in another order."""
    mol = met.to_rdkit()
    conformer = mol.GetConformer()
    conformer.SetPositions(np.asarray(conformer.GetPositions()) + np.array([step, 0, 0]))
    return mol if order is None else Chem.RenumberAtoms(mol, order)


def write_sdf(path, mols, scores=()):
    with Chem.SDWriter(str(path)) as writer:
        for k, mol in enumerate(mols):
            for key, value in (scores[k] if scores else {}).items():
                mol.SetProp(key, str(value))
            writer.write(mol)
    return path


def without_fluorine(met):
    """Another molecule: crizotinib with hydrogen in the place of fluorine."""
    mol = Chem.RWMol(met.to_rdkit())
    mol.RemoveAtom(next(a.GetIdx() for a in mol.GetAtoms() if a.GetSymbol() == "F"))
    made = mol.GetMol()
    Chem.SanitizeMol(made)
    return made


def test_poses_of_one_molecule_are_frames_of_one_complex(met, tmp_path):
    order = [*range(met.inhibitor.GetNumAtoms())][::-1]
    mols = [shifted(met, 0.0), shifted(met, 0.5, order), shifted(met, 1.0)]
    scores = [{"docking_score": -9.5}, {"docking_score": -8.0}, {"docking_score": -7.25}]
    found = rs.load_poses("2WGJ", write_sdf(tmp_path / "docked.sdf", mols, scores))
    (complex,) = found.complexes
    assert complex.xyz.shape[0] == 3
    assert complex.provenance.kind == "docked"
    # Whatever the order of a pose's atoms, each is where that atom is.
    start = complex.xyz[0, complex.inhibitor_heavy]
    for frame, step in enumerate((0.0, 0.5, 1.0)):
        moved = complex.xyz[frame, complex.inhibitor_heavy] - start
        np.testing.assert_allclose(moved, np.tile([step, 0, 0], (len(start), 1)), atol=1e-3)
    protein = complex.xyz[:, complex.protein_heavy]
    assert (protein == protein[0]).all()
    assert found.table["docking_score"].tolist() == [-9.5, -8.0, -7.25]
    assert found.table["frame"].tolist() == [0, 1, 2]
    table = found.table.merge(judged(complex, met), on=["structure", "frame"])
    assert table["similarity"].iloc[0] == 1.0
    assert (table["similarity"].iloc[1:] < 1.0).all()


def test_molecules_that_differ_are_complexes_of_their_own(met, tmp_path):
    path = write_sdf(tmp_path / "library.sdf", [shifted(met, 0.0), without_fluorine(met)])
    found = rs.load_poses("2WGJ", path)
    assert [len(c.xyz) for c in found.complexes] == [1, 1]
    assert len({c.name for c in found.complexes}) == 2
    assert [c.inhibitor.GetNumAtoms() for c in found.complexes] == [30, 29]
    assert found.table["structure"].tolist() == [c.name for c in found.complexes]


def test_a_molecule_that_cannot_be_read_is_named_and_the_rest_done(met, tmp_path):
    path = write_sdf(tmp_path / "docked.sdf", [shifted(met, 0.0), shifted(met, 0.5)])
    good = path.read_text()
    bad = "wrong\n\n\n  1  0  0  0  0  0  0  0  0  0999 V2000\n not an atom\nM  END\n$$$$\n"
    path.write_text(bad + good)
    found = rs.load_poses("2WGJ", path)
    assert len(found.complexes[0].xyz) == 2
    assert found.table["reason"].ne("").tolist() == [True, False, False]
    assert found.table["frame"].isna().tolist() == [True, False, False]
    assert any("1 molecules of the file left out: 1 (wrong)" in n for n in found.complexes[0].notes)
    path.write_text(bad)
    with pytest.raises(StructureError, match=r"docked.sdf: no molecule can be used"):
        rs.load_poses("2WGJ", path)


def test_load_says_that_a_pose_file_has_several(met, tmp_path):
    path = write_sdf(tmp_path / "docked.sdf", [shifted(met, 0.0), shifted(met, 0.5)])
    notes = rs.load("2WGJ", ligand=path).notes
    assert any("the first readable of 2 molecules in docked.sdf; load_poses takes all" in n
               for n in notes)  # fmt: skip
    one = rs.load("2WGJ", ligand=write_sdf(tmp_path / "one.sdf", [shifted(met, 0.0)]))
    assert not any("molecules in" in n for n in one.notes)
    assert any("inhibitor from one.sdf" in n for n in one.notes)


def pdbqt(met, steps, remarks=""):
    types = {"C": "C", "N": "NA", "O": "OA", "F": "F", "Cl": "Cl"}
    lines = []
    for number, step in enumerate(steps, start=1):
        lines += [f"MODEL {number}", f"REMARK VINA RESULT:   {-9.5 + number:7.1f}  0.000  0.000"]
        lines += [remarks] if remarks else []
        lines.append("ROOT")
        mol = shifted(met, step)
        for k, (atom, (x, y, z)) in enumerate(
            zip(mol.GetAtoms(), mol.GetConformer().GetPositions(), strict=True), start=1
        ):
            e = atom.GetSymbol()
            lines.append(
                f"HETATM{k:>5} {e + str(k):<4} UNL     1    {x:8.3f}{y:8.3f}{z:8.3f}"
                f"  1.00  0.00    +0.000 {types[e]:<2}"
            )
        lines += ["ENDROOT", "TORSDOF 5", "ENDMDL"]
    return "\n".join(lines) + "\n"


def test_pdbqt_takes_its_chemistry_from_a_smiles_or_meekos_remark(met, tmp_path):
    path = tmp_path / "vina.pdbqt"
    path.write_text(pdbqt(met, (0.0, 1.0)))
    with pytest.raises(StructureError, match="PDBQT has no bond orders; give smiles="):
        rs.load_poses("2WGJ", path)
    told = rs.load_poses("2WGJ", path, smiles=CRIZOTINIB)
    path.write_text(pdbqt(met, (0.0, 1.0), f"REMARK SMILES {CRIZOTINIB}\nREMARK SMILES IDX 1 1"))
    read = rs.load_poses("2WGJ", path)
    for found in (told, read):
        (complex,) = found.complexes
        assert Chem.MolToSmiles(complex.inhibitor) == Chem.CanonSmiles(CRIZOTINIB)
        assert len(complex.xyz) == 2
        assert found.table["vina_affinity"].tolist() == [-8.5, -7.5]
    assert read.complexes[0].protonation == "as in the file's remark SMILES"


def test_mol2_with_scores_of_dock(met, tmp_path):
    mol = shifted(met, 0.0)
    xyz = mol.GetConformer().GetPositions()
    orders = {1.0: "1", 2.0: "2", 1.5: "ar"}
    sybyl = {"C": "C.3", "N": "N.3", "O": "O.3", "F": "F", "Cl": "Cl"}
    rows = []
    for k, a in enumerate(mol.GetAtoms()):
        kind = a.GetSymbol()
        kind = f"{kind}.ar" if a.GetIsAromatic() else sybyl[kind]
        x, y, z = xyz[k]
        rows.append(f"{k + 1} {a.GetSymbol()}{k} {x:.4f} {y:.4f} {z:.4f} {kind} 1 UNL 0.0")
    bonds = [
        f"{k + 1} {b.GetBeginAtomIdx() + 1} {b.GetEndAtomIdx() + 1} "
        f"{orders[b.GetBondTypeAsDouble()]}"
        for k, b in enumerate(mol.GetBonds())
    ]
    text = "\n".join(
        ["##########  Grid_Score:          -61.5", "@<TRIPOS>MOLECULE", "crizo",
         f"{len(rows)} {len(bonds)} 1", "SMALL", "NO_CHARGES", "@<TRIPOS>ATOM", *rows,
         "@<TRIPOS>BOND", *bonds, ""]
    )  # fmt: skip
    path = tmp_path / "dock.mol2"
    path.write_text(text)
    # The pyrazole cannot be kekulised as it is typed there.
    with pytest.raises(StructureError, match="kekulize"):
        rs.load_poses("2WGJ", path)
    found = rs.load_poses("2WGJ", path, smiles=CRIZOTINIB)
    assert found.table["Grid_Score"].tolist() == [-61.5]
    assert found.table["molecule"].tolist() == ["crizo"]
    assert Chem.MolToSmiles(found.complexes[0].inhibitor) == Chem.CanonSmiles(CRIZOTINIB)


def test_gzipped_poses_and_unknown_endings(met, tmp_path):
    path = write_sdf(tmp_path / "docked.sdf", [shifted(met, 0.0)])
    packed = tmp_path / "docked.sdf.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert len(read_poses(packed)[0]) == 1
    other = tmp_path / "docked.xyz"
    other.write_text("1\n")
    with pytest.raises(InputError, match="poses are read from"):
        rs.load_poses("2WGJ", other)
    with pytest.raises(InputError, match="no such file"):
        rs.load_poses("2WGJ", tmp_path / "absent.sdf")


def test_waters_where_a_pose_is_are_left_out(met, tmp_path):
    water = np.flatnonzero(met.residues.role[met.atoms.residue] == "water")[0]
    step = met.xyz[0, water] - met.xyz[0, met.inhibitor_heavy[0]]
    mol = met.to_rdkit()
    conformer = mol.GetConformer()
    conformer.SetPositions(np.asarray(conformer.GetPositions()) + 0.95 * step.astype(float))
    found = rs.load_poses("2WGJ", write_sdf(tmp_path / "d.sdf", [shifted(met, 0.0), mol]))
    (complex,) = found.complexes
    oxygen = complex.xyz[0, complex.residues.role[complex.atoms.residue] == "water"]
    assert np.linalg.norm(oxygen - met.xyz[0, water], axis=1).min() > 0.1
    assert any("waters where a pose is left out" in n for n in complex.notes)


def test_poses_outside_the_pocket_are_refused(met, tmp_path):
    path = write_sdf(tmp_path / "far.sdf", [shifted(met, 80.0)])
    with pytest.raises(StructureError, match="touches no pocket residue"):
        rs.load_poses("2WGJ", path)
