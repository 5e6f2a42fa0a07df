"""Several side chains together are held against every combination; one against its own samples."""

from itertools import combinations, product

import numpy as np
import pytest

import ros1struct as rs
from ros1struct.energy import hydrogen_bonds, lennard_jones
from ros1struct.errors import InputError
from ros1struct.sidechains.candidates import candidates
from ros1struct.sidechains.ensembles import Ensemble, build_ensemble
from ros1struct.sidechains.field import CUTOFF, field_of
from ros1struct.sidechains.joint import JointEnsemble, joint_ensemble
from ros1struct.sidechains.relax import _Loose
from ros1struct.sidechains.rotamers import Rotamers


@pytest.fixture(scope="module")
def met():
    return rs.load("2WGJ")


def ensemble(weight, apo, inhibitor, threshold=0.6):
    """An ensemble of which weights and overlaps are told."""
    return Ensemble(
        residue="G1", letter="L", phi=-60.0, psi=-40.0,
        found=Rotamers(np.ones(1), np.zeros((1, 1)), np.ones((1, 1)), 100), points=len(weight),
        weight=np.asarray(weight), apo=np.asarray(apo), inhibitor=np.asarray(inhibitor),
        distance=np.full(len(weight), 3.0), kinds={}, threshold=threshold, definition="made",
    )  # fmt: skip


def by_every_combination(joint):
    apo = holo = 0.0
    for chosen in product(*(range(len(m.weight)) for m in joint.members)):
        if any(joint.blocked[i, j][chosen[i], chosen[j]] for i, j in joint.blocked):
            continue
        own = list(zip(joint.members, chosen, strict=True))
        weight = np.prod([m.weight[k] for m, k in own])
        if all(m.apo[k] < m.threshold for m, k in own):
            apo += weight
            holo += weight * all(m.inhibitor[k] < m.threshold for m, k in own)
    return apo, holo


@pytest.mark.parametrize("count", [1, 2, 3, 4])
@pytest.mark.parametrize("linked", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("seed", range(4))
def test_members_together_are_the_sum_over_every_combination(count, linked, seed):
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 6, size=count)
    joint = JointEnsemble(
        tuple(
            ensemble(rng.dirichlet(np.ones(n)), rng.uniform(0, 0.9, n), rng.uniform(0, 0.9, n))
            for n in sizes
        ),
        {
            (i, j): rng.random((sizes[i], sizes[j])) < 0.4
            for i, j in combinations(range(count), 2)
            if rng.random() < linked
        },
    )
    wanted = by_every_combination(joint)
    assert joint.free() == pytest.approx(wanted, abs=1e-12)
    if wanted[0]:
        assert joint.tolerance == pytest.approx(wanted[1] / wanted[0])
    else:
        assert np.isnan(joint.tolerance)


def test_the_tolerance_is_a_part_of_what_is_free():
    half = ensemble([0.5, 0.25, 0.25], [0.0, 0.0, 0.9], [0.0, 0.9, 0.0])
    assert half.free() == pytest.approx((0.75, 0.5))
    assert half.tolerance == pytest.approx(2 / 3)
    assert np.isnan(ensemble([1.0], [0.9], [0.0]).tolerance)
    assert ensemble([1.0], [0.0], [0.9]).tolerance == 0.0


def test_side_chains_that_meet_keep_each_other_out(met):
    places = [met.find_residue(n) for n in (1163, 1211)]
    ca = [met.xyz[0, met.atoms_of(r)["CA"]] for r in places]
    assert np.linalg.norm(ca[0] - ca[1]) < 9
    joint = joint_ensemble(met, places, "WW")
    assert joint.blocked[0, 1].any()
    apo, _ = joint.free()
    assert apo == pytest.approx(by_every_combination(joint)[0], abs=1e-9)
    alone = [build_ensemble(met, r, "W", without=[o]) for r, o in (places, places[::-1])]
    assert apo < alone[0].free()[0] * alone[1].free()[0]


@pytest.mark.parametrize(("numbers", "letters"), [((1163, 1163), "WW"), ((1163, 1211), "W")])
def test_a_joint_ensemble_is_of_different_residues_with_a_letter_each(met, numbers, letters):
    with pytest.raises(InputError, match="different residues and one letter for each"):
        joint_ensemble(met, [met.find_residue(n) for n in numbers], letters)


def test_what_relaxes_has_the_energy_of_its_pairs_with_the_inhibitor(met):
    """Lennard-Jones pair by pair, and the hydrogen bonds, which lower it."""
    bonded = 0
    sigma, epsilon = lennard_jones.parameters(met)
    for number, letter in ((1163, "R"), (1211, "K"), (1089, "N"), (1092, "S"), (1164, "R")):
        residue = met.find_residue(number)
        field = field_of(met, [residue], bonds=True)
        made = candidates(field, residue, letter)
        drug = field.sites[np.isin(field.site_atom, met.inhibitor_heavy)]
        for k in np.argsort(made.energy)[:40]:
            one = made.pick(np.array([k]))
            loose = _Loose.of([one])
            pairs = loose.energy(field_of(met, [residue], bonds=False))
            table = lennard_jones.residue_parameters(one.kind)
            by_hand = 0.0
            for name, place in zip(one.kind.sidechain, one.xyz[0], strict=True):
                mine = met.inhibitor_heavy
                gap = np.linalg.norm(met.xyz[0, mine].astype(float) - place, axis=1)
                mixed = lennard_jones.mixed(*table[name], sigma[mine], epsilon[mine])
                by_hand += float(lennard_jones.pair_energy(*mixed, gap)[gap < CUTOFF].sum())
            assert pairs == pytest.approx(by_hand, abs=1e-6)
            bonds = float(hydrogen_bonds.pair_energy(one.sites(), drug)[2].sum())
            assert loose.energy(field) - pairs == pytest.approx(bonds, abs=1e-9)
            assert bonds <= 0
            bonded += bonds < -0.5
    assert bonded
