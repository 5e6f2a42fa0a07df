"""Conformers and their soft energies: against a plain reference, and invariants."""

import numpy as np
import pytest

import ros1struct as rs
from ros1struct.energy import lennard_jones, solvation
from ros1struct.energy import soft as energies
from ros1struct.sidechains import conformers as soft
from ros1struct.sidechains.candidates import bonded
from ros1struct.structure.residues import residue_type


@pytest.fixture(scope="module")
def met():
    return rs.load("2WGJ")


@pytest.fixture(scope="module")
def around(met):
    return energies.surroundings(met)


def reference(complex, residue, kind, xyz):
    """Energies of one conformer by loops over pairs, without cells, caps or dropping."""
    sigma, epsilon = lennard_jones.parameters(complex)
    types = dict(
        zip(complex.inhibitor_heavy, solvation.inhibitor_types(complex.inhibitor), strict=True)
    )
    total = np.zeros((2, 2 + len(energies.CAPS)))
    for name, place in xyz.items():
        own = lennard_jones.residue_parameters(kind)[name]
        mine = np.array(solvation.PARAMETERS[solvation.residue_types(kind)[name]])
        banned = bonded(complex, residue, kind, name)
        for side, atoms in enumerate((complex.protein_heavy, complex.inhibitor_heavy)):
            for atom in atoms:
                if complex.atoms.residue[atom] == residue or atom in banned:
                    continue
                gap = float(np.linalg.norm(complex.xyz[0, atom] - place))
                if gap >= 9.0:
                    continue
                their = types.get(atom) or energies.protein_type(complex, int(atom))
                s, e = lennard_jones.mixed(*own, sigma[atom], epsilon[atom])
                one = lennard_jones.pair_energy(*map(np.atleast_1d, (s, e, gap)), cap=np.inf)
                energy = float(one[0])
                energy = energy if gap < 8.0 else 0.0
                total[side, 0] += min(energy, 0.0)
                pair = solvation.exclusion(
                    mine, np.array(solvation.PARAMETERS[their]), np.array(gap)
                )
                total[side, 1] += sum(map(float, pair))
                for k, cap in enumerate(energies.CAPS):
                    total[side, 2 + k] += min(max(energy, 0.0), cap)
    return total


@pytest.mark.parametrize("number", [1157, 1160, 1230])
def test_the_file_s_own_side_chain_agrees_with_a_plain_sum_over_pairs(met, around, number):
    residue = met.find_residue(number)
    kind = residue_type(str(met.residues.letter[residue]))
    own = met.atoms_of(residue)
    found = soft.native(around, residue)
    expected = reference(met, residue, kind, {n: met.xyz[0, own[n]] for n in kind.sidechain})
    assert found.attraction[:, 0] == pytest.approx(expected[:, 0], abs=2e-3)
    assert found.solvation[:, 0] == pytest.approx(expected[:, 1], abs=2e-3)
    assert found.repulsion[:, :, 0] == pytest.approx(expected[:, 2:], abs=2e-3)


@pytest.mark.parametrize("letter", "AVMFK")
def test_dropping_branches_changes_no_free_energy(met, around, letter):
    from ros1struct.resistance.score import INTERVAL, Setting, costs

    residue = met.find_residue(1108)
    whole = soft.conformers(around, residue, letter, drop=False)
    fast = soft.conformers(around, residue, letter)
    assert len(fast) <= len(whole)
    for setting in (Setting(), *INTERVAL):
        a, b = (costs(x, setting, attraction=setting.new_attraction).sum() for x in (whole, fast))
        assert a == pytest.approx(b, abs=0.05)


def test_a_looser_cap_never_repels_less(met, around):
    found = soft.conformers(around, met.find_residue(1163), "W")
    assert (np.diff(found.repulsion, axis=1) >= -1e-4).all()
    assert (found.attraction <= 1e-6).all()


def test_glycine_has_one_conformer_without_energy(met, around):
    found = soft.conformers(around, met.find_residue(1163), "G")
    assert len(found) == 1
    assert not found.attraction.any()
    assert not found.repulsion.any()


def test_moving_everything_changes_no_energy(met):
    from scipy.spatial.transform import Rotation

    turn = Rotation.from_euler("xyz", (20, -35, 71), degrees=True).as_matrix()
    moved = met.with_coordinates(met.xyz[0] @ turn.T + np.array([12.0, -7.0, 30.0]))
    residue = met.find_residue(1157)
    a, b = (
        soft.conformers(energies.surroundings(c), residue, "Q", drop=False) for c in (met, moved)
    )
    # Coordinates are single precision; the soft energy of a pair has slopes of up to 10 a Å.
    assert np.abs(a.attraction - b.attraction).max() < 0.02
    assert np.abs(a.solvation - b.solvation).max() < 0.05


def test_an_incomplete_side_chain_is_no_conformer(met, around):
    residue = met.find_residue(1157)
    own = met.atoms_of(residue)
    keep = np.arange(len(met.atoms)) != own["CD1"]

    cut = met.with_changes(xyz=met.xyz[:, keep], atoms=met.atoms[keep])
    assert soft.native(energies.surroundings(cut), residue) is None


def test_places_measured_together_and_one_by_one_agree(met, around):
    residue = met.find_residue(1157)
    kind = residue_type("L")
    near = soft._near(around, residue)
    centre = met.xyz[0, met.atoms_of(residue)["CG"]].astype(np.float64)
    places = centre + np.random.default_rng(0).normal(0.0, 2.0, (400, 3))
    together, gaps = energies.energies_at(around, near, kind, "CD1", places)
    for k in range(0, 400, 37):
        alone, gap = energies.energies_at(around, near, kind, "CD1", places[k : k + 1])
        assert together[:, :, k] == pytest.approx(alone[:, :, 0], rel=1e-3, abs=5e-3)
        assert gaps[k] == pytest.approx(gap[0], abs=1e-3)


def test_what_no_conformer_of_the_library_brings_near_is_out_of_scope_without_its_energies(
    met, around
):
    # Measured by building every conformer that is dropped for no energy.
    for residue in range(len(met.residues)):
        if met.residues.klifs[residue] not in (4, 22, 37, 60, 81):
            continue
        for letter in "AKW":
            whole = soft.conformers(around, residue, letter, drop=False)
            near = bool((whole.distance <= 6.0).any())
            assert soft.may_reach(around, residue, letter, 6.0) == near, (residue, letter)
