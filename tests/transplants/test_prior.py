"""The donor's shape as an observation: what it costs to leave it."""

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem

import ros1struct as rs
from ros1struct.transplants.prior import PLACE, TORSION, Prior
from ros1struct.transplants.search import rotatable_bonds, turned


@pytest.fixture(scope="module")
def crizotinib():
    met = rs.load("2WGJ")
    anchor = met.atoms.name[met.inhibitor_heavy].tolist().index("N23")
    start = met.xyz[0, met.inhibitor_heavy].astype(float)
    bonds = rotatable_bonds(met.inhibitor, anchor)
    return start, bonds, Prior.of(met.inhibitor, bonds, start)


def test_the_pose_as_carried_costs_nothing(crizotinib):
    start, bonds, prior = crizotinib
    assert prior.energies(start[None]) == pytest.approx([0.0], abs=1e-9)
    assert prior.turns(start[None]).shape == (1, len(bonds))


def test_a_torsion_costs_by_how_far_it_is_turned(crizotinib):
    start, bonds, prior = crizotinib
    angles = np.array([0.0, 60.0, 90.0, 180.0])
    poses = turned(np.repeat(start[None], 4, axis=0), bonds[0], angles)
    assert prior.turns(poses)[:, 0] == pytest.approx(angles, abs=1e-6)
    assert prior.turns(poses)[:, 1:] == pytest.approx(0.0, abs=1e-6)
    assert prior.energies(poses) == pytest.approx(TORSION * np.array([0.0, 0.25, 0.5, 1.0]))


def test_a_shift_costs_by_its_square(crizotinib):
    start, _, prior = crizotinib
    poses = start + np.array([[[1.0, 0.0, 0.0]], [[0.0, 2.0, 0.0]]])
    assert prior.energies(poses) == pytest.approx(PLACE * np.array([1.0, 4.0]))


def test_the_flip_of_a_ring_that_looks_the_same_is_no_turn():
    mol = Chem.AddHs(Chem.MolFromSmiles("c1ccccc1-c1cccnc1"))
    AllChem.EmbedMolecule(mol, randomSeed=1)
    mol = Chem.RemoveHs(mol)
    start = mol.GetConformer().GetPositions()
    for anchor, flipped in ((10, 0.0), (0, 180.0)):  # phenyl turns; pyridine turns
        bonds = rotatable_bonds(mol, anchor)
        prior = Prior.of(mol, bonds, start)
        poses = turned(start[None], bonds[0], np.array([180.0]))
        assert prior.turns(poses)[0, 0] == pytest.approx(flipped, abs=8.0)
