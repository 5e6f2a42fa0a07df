"""ROS1 on MET's DFG-out backbone: who stands where, and what is left out."""

import importlib
from pathlib import Path

import numpy as np
import pytest

import ros1struct as rs

STRUCTURES = Path(__file__).parents[2] / "structures"


@pytest.fixture(scope="module")
def threaded():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(STRUCTURES))
        yield importlib.import_module("threaded")


@pytest.fixture(scope="module")
def made(threaded):
    """MET and ROS1 with cabozantinib."""
    return threaded.complexes(threaded.drugs.drug("cabozantinib"))[0]


def test_known_counterparts_meet(threaded):
    pairs = {
        met: f"{letter}{n}" for met, (n, letter) in threaded.counterparts(rs.load("3LQ8")).items()
    }
    # Hinge, gatekeeper, solvent front, catalytic lysine, DFG, and the strand before the P-loop.
    known = {
        1160: "M2029",
        1157: "L2026",
        1163: "G2032",
        1110: "K1980",
        1222: "D2102",
        1081: "R1948",
    }
    assert {met: pairs[met] for met in known} == known


def test_the_chain_is_ros1_s_on_the_backbone_of_met(threaded, made):
    met, ros1 = made
    assert (ros1.kinase.name, ros1.kinase.variant) == ("ROS1", "WT")
    assert (ros1.residues.klifs > 0).sum() == 85
    here, there = threaded.protein(ros1), threaded.protein(met)
    assert len(here) == 208
    for number, (mine, letter) in threaded.counterparts(met).items():
        if mine in here:
            assert ros1.residues.letter[here[mine]] == letter
            one, other = (
                np.array([threaded.atoms_of(c, k)[n] for n in ("N", "CA", "C", "O")])
                for c, k in ((ros1, here[mine]), (met, there[number]))
            )
            assert np.abs(one - other).max() < 0.003
    # Beside what MET lacks nothing is modelled.
    assert not {1986, 2044, 2113} & {*here}


def test_cabozantinib_stands_where_its_part_of_foretinib_does(threaded, made):
    drug = threaded.drugs.drug("cabozantinib")
    own = made[1].xyz[0, made[1].inhibitor_heavy]
    hinge, dfg = (
        np.linalg.norm(own[k] - threaded.atoms_of(made[1], threaded.protein(made[1])[n])[atom])
        for k, (n, atom) in zip(drug.hinge, drug.ends, strict=True)
    )
    # M1160 N 3.05 Å and D1222 N 3.12 Å in 3LQ8.
    assert hinge == pytest.approx(3.05, abs=0.01)
    assert dfg == pytest.approx(3.12, abs=0.01)
