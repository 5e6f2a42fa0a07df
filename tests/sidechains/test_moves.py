"""How an inhibitor moves when it relaxes, how often it is touched, and residues of no kind."""

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import rdMolTransforms

import ros1struct as rs
from ros1struct.sidechains.build import side_chain_rmsd
from ros1struct.sidechains.ensembles import Ensemble
from ros1struct.sidechains.relax import _Drug
from ros1struct.sidechains.rotamers import Rotamers


@pytest.fixture(scope="module")
def met():
    return rs.load("2WGJ")


def test_the_smaller_side_of_a_bond_turns(met):
    drug = _Drug.of(met)
    count = len(met.inhibitor_heavy)
    assert len(drug.bonds) >= 2
    for a, b, side in drug.bonds:
        assert 0 < 2 * len(side) <= count
        assert a not in side
        assert b in side


def test_a_torsion_turns_by_the_angle_asked_and_nothing_else_changes(met):
    drug = _Drug.of(met)
    still = drug.build(np.zeros(6 + len(drug.bonds)))
    assert np.allclose(still, drug.xyz)
    for k, (a, b, side) in enumerate(drug.bonds):
        q = np.zeros(6 + len(drug.bonds))
        q[6 + k] = 35.0
        moved = drug.build(q)
        mol = met.inhibitor
        i = next(n.GetIdx() for n in mol.GetAtomWithIdx(int(a)).GetNeighbors() if n.GetIdx() != b)
        j = next(n.GetIdx() for n in mol.GetAtomWithIdx(int(b)).GetNeighbors() if n.GetIdx() != a)
        angles = []
        for xyz in (still, moved):
            conformer = Chem.Conformer(len(xyz))
            for index, place in enumerate(xyz):
                conformer.SetAtomPosition(index, place.tolist())
            mol = Chem.Mol(mol)
            mol.RemoveAllConformers()
            mol.AddConformer(conformer)
            conformer = mol.GetConformer()
            angles.append(rdMolTransforms.GetDihedralDeg(conformer, i, int(a), int(b), j))
        assert (angles[1] - angles[0] + 180) % 360 - 180 == pytest.approx(35.0, abs=1e-6)
        rest = np.setdiff1d(np.arange(len(still)), side)
        for part in (side, rest):
            one, other = (
                np.linalg.norm(x[part][:, None] - x[part], axis=-1) for x in (still, moved)
            )
            assert np.allclose(one, other)


def test_shifts_are_in_angstrom_and_turns_in_degrees(met):
    drug = _Drug.of(met)
    q = np.zeros(6 + len(drug.bonds))
    q[:3] = 1.0, -2.0, 0.5
    assert np.allclose(drug.build(q) - drug.xyz, q[:3])
    q[:3], q[5] = 0.0, 90.0
    turned, before = (x - drug.xyz.mean(0) for x in (drug.build(q), drug.xyz))
    assert np.allclose(turned, before[:, [1, 0, 2]] * [-1, 1, 1])


def test_a_residue_of_no_kind_has_no_side_chain_to_differ():
    for letter in ("X", "G", "?"):
        assert side_chain_rmsd(letter, [], []) == 0.0
    assert side_chain_rmsd("A", [[0.0, 0.0, 0.0]], [[0.0, 3.0, 4.0]]) == 5.0


@pytest.mark.parametrize("mutation", ["L1157M", "G1163R", "Y1230H"])
def test_the_part_of_a_kind_is_that_of_the_free_samples(met, mutation):
    made = rs.ensemble(met, mutation)
    free = (made.apo < made.threshold) & (made.inhibitor < made.threshold)
    total = made.weight[free].sum()
    for kind, mine in made.kinds.items():
        expected = made.weight[free & mine].sum() / total if total else 0.0
        assert made.contact_probability(kind) == pytest.approx(expected)
        assert 0.0 <= made.contact_probability(kind) <= 1.0


def test_an_overlap_at_the_threshold_is_no_free_sample():
    # Of three samples one is free, one overlaps with the protein and one with the inhibitor by
    # exactly the threshold.
    ensemble = Ensemble(
        residue="G1", letter="L", phi=-60.0, psi=-40.0,
        found=Rotamers(np.ones(1), np.zeros((1, 1)), np.ones((1, 1)), 100),
        points=3, weight=np.full(3, 1 / 3),
        apo=np.array([0.0, 0.6, 0.0]), inhibitor=np.array([0.0, 0.0, 0.6]),
        distance=np.full(3, 3.0), kinds={"hydrophobic": np.array([False, True, True])},
        threshold=0.6, definition="made",
    )  # fmt: skip
    assert ensemble.contact_probability("hydrophobic") == 0.0
    assert ensemble.contact_probability("hydrophobic", 0.7) == pytest.approx(2 / 3)
