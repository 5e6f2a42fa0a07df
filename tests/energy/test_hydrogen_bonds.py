"""Hydrogen bonds: the published potential on ideal geometries, and where hydrogens are implied."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

import ros1struct as rs
from ros1struct.energy.hydrogen_bonds import (
    BEST,
    DEPTH,
    REACH,
    Sites,
    complex_sites,
    inhibitor_sites,
    pair_energy,
    polar_atoms,
    sidechain_sites,
)
from ros1struct.sidechains.candidates import candidates
from ros1struct.sidechains.field import field_of
from ros1struct.structure.residue_types import RESIDUE_TYPES
from ros1struct.structure.residues import residue_type


def site(xyz, axis, normal=(0, 1, 0), *, gives=False, takes=False, flat=True, end=True):
    return Sites(
        np.array([xyz], dtype=float),
        np.array([axis], dtype=float),
        np.array([normal], dtype=float),
        *(np.array([x]) for x in (gives, takes, flat, end)),
    )


def peptide_bond(distance=BEST, direction=(-1.0, 0.0, 0.0)):
    """N-H along x, and C=O whose axis points back along `direction`."""
    donor = site((0, 0, 0), (1, 0, 0), gives=True, end=False)
    return donor, site((distance, 0, 0), direction, takes=True)


def energy(a, b, **options):
    found = pair_energy(a, b, **options)[2]
    return float(found[0]) if len(found) else 0.0


def test_a_straight_flat_bond_at_the_best_distance_has_the_full_depth():
    assert energy(*peptide_bond()) == pytest.approx(-DEPTH)
    assert DEPTH == 8.0
    assert BEST == 2.8


@pytest.mark.parametrize("distance", [2.6, 2.7, 2.9, 3.0, 3.19])
def test_the_distance_law_is_12_10(distance):
    x = 2.8 / distance
    assert energy(*peptide_bond(distance)) == pytest.approx(8 * (5 * x**12 - 6 * x**10))


@pytest.mark.parametrize("distance", [1.5, 2.5, REACH + 0.01])
def test_too_near_and_too_far_have_none(distance):
    assert energy(*peptide_bond(distance)) == 0.0


@pytest.mark.parametrize("tilt", [10.0, 30.0, 45.0])
@pytest.mark.parametrize("flat", [True, False])
def test_the_angle_at_the_hydrogen_counts_as_published(tilt, flat):
    # A donor with two bonds whose hydrogen points `tilt` degrees past the acceptor.
    c, s = np.cos(np.radians(tilt)), np.sin(np.radians(tilt))
    donor = site((0, 0, 0), (c, 0, s), gives=True, end=False)
    taker = site((BEST, 0, 0), (-1, 0, 0), takes=True, flat=False)
    theta = np.degrees(np.arctan2(s, BEST - c)) + tilt  # 180° less the angle D-H-A
    if flat:  # sp2 donor, sp3 acceptor
        expected = np.cos(np.radians(theta)) ** 4
    else:  # sp3 both: φ from the hydrogen to the acceptor's axis
        donor = site((0, 0, 0), (c, 0, s), gives=True, end=False, flat=False)
        phi = 180 - np.degrees(np.arctan2(s, BEST - c))
        expected = np.cos(np.radians(theta)) ** 2 * np.cos(np.radians(phi - 109.5)) ** 2
    assert energy(donor, taker) == pytest.approx(-8 * expected, rel=1e-6)


def test_a_bond_from_behind_the_acceptor_has_none():
    assert energy(*peptide_bond(direction=(1.0, 0.0, 0.0))) == 0.0


def test_a_carbonyl_takes_at_its_lone_pair_in_the_plane_and_less_out_of_it():
    lean = np.radians(60)  # φ = 120°
    inside, outside = (
        site((BEST, 0, 0), (-np.cos(lean), 0, np.sin(lean)), normal, takes=True)
        for normal in ((0, 1, 0), (np.sin(lean), 0, np.cos(lean)))
    )
    donor, _ = peptide_bond()
    assert energy(donor, inside) == pytest.approx(-8.0)
    assert energy(donor, outside) == pytest.approx(-8.0 * 0.25)


def test_a_hydroxyl_turns_towards_the_acceptor_and_an_amide_does_not():
    taker = site((BEST, 0, 0), (-1, 0, 0), takes=True)
    lean = np.radians(180 - 109.5)
    out_of_plane = site(
        (0, 0, 0), (np.cos(lean), np.sin(lean), 0), (0, 0, 1), gives=True, flat=False
    )
    assert energy(out_of_plane, taker) == pytest.approx(-8.0)
    lean = np.radians(60)
    amide = {"gives": True, "flat": True}
    axis = (np.cos(lean), np.sin(lean), 0)
    in_plane = site((0, 0, 0), axis, (0, 0, 1), **amide)
    crossed = site((0, 0, 0), axis, (np.sin(lean), -np.cos(lean), 0), **amide)
    assert energy(in_plane, taker) == pytest.approx(-8.0)
    assert energy(crossed, taker) > -8.0 * 0.5


def test_a_group_that_gives_and_takes_counts_the_better_way():
    one = site((0, 0, 0), (1, 0, 0), gives=True, takes=True, end=False)
    two = site((BEST, 0, 0), (-1, 0, 0), gives=True, takes=True)
    assert energy(one, two) == pytest.approx(energy(two, one))
    assert energy(one, two) == pytest.approx(-8.0)


@pytest.mark.parametrize("pair", [("gives", "gives"), ("takes", "takes")])
def test_two_of_a_kind_do_not_bond(pair):
    a = site((0, 0, 0), (1, 0, 0), **{pair[0]: True})
    b = site((BEST, 0, 0), (-1, 0, 0), **{pair[1]: True})
    assert energy(a, b) == 0.0


@pytest.mark.parametrize(
    ("letter", "expected"),
    [
        ("S", ("OG",)), ("T", ("OG1",)), ("Y", ("OH",)), ("N", ("OD1", "ND2")),
        ("Q", ("OE1", "NE2")), ("D", ("OD1", "OD2")), ("E", ("OE1", "OE2")), ("K", ("NZ",)),
        ("R", ("NE", "NH1", "NH2")), ("H", ("ND1", "NE2")), ("W", ("NE1",)), ("M", ()), ("C", ()),
        ("A", ()), ("G", ()), ("P", ()), ("L", ()),
    ],
)  # fmt: skip
def test_polar_atoms_of_each_type_without_sulphur(letter, expected):
    assert polar_atoms(residue_type(letter)) == expected


@pytest.mark.parametrize(
    ("letter", "inner"),
    [("W", {"NE1"}), ("H", {"ND1", "NE2"}), ("R", {"NE"}), ("N", set()), ("Y", set())],
)
def test_ring_nitrogens_have_two_bonds(letter, inner):
    c = rs.load("2WGJ")
    residue = c.find_residue(1157)
    made = candidates(field_of(c, [residue]), residue, letter, points=1, least=0.1)
    ends = made.sites().end.reshape(len(polar_atoms(made.kind)), len(made))
    found = {n for n, e in zip(polar_atoms(made.kind), ends, strict=True) if not e.any()}
    assert found == inner


def test_side_chain_and_complex_describe_the_same_atoms_alike():
    c = rs.load("2WGJ")
    sites, atom = complex_sites(c)
    seen = set()
    for residue in np.flatnonzero(c.residues.role == "protein"):
        kind = RESIDUE_TYPES.get(str(c.residues.name[residue]))
        own = c.atoms_of(int(residue))
        if kind is None or not polar_atoms(kind) or not set(kind.sidechain) <= set(own):
            continue
        xyz = {n: c.xyz[0, own[n]].astype(float)[None] for n in kind.sidechain}
        mine = sidechain_sites(kind, xyz)
        index = [int(np.flatnonzero(atom == own[n])[0]) for n in polar_atoms(kind)]
        same = sites[index]
        for column in ("xyz", "axis", "donor", "acceptor", "flat", "end"):
            assert np.allclose(getattr(mine, column), getattr(same, column)), (kind.name, column)
        flat = mine.flat
        parallel = np.abs(np.sum(mine.normal[flat] * same.normal[flat], axis=1))
        assert np.allclose(parallel, 1.0)
        seen.add(kind.letter)
    assert seen >= set("DEHKNRY")


def test_known_hinge_bonds_of_crizotinib_in_met_are_found():
    # 2WGJ: aminopyridine to P1158 O and M1160 N.
    c = rs.load("2WGJ")
    drug, drug_atom = inhibitor_sites(c)
    protein = ~np.isin(complex_sites(c)[1], c.inhibitor_heavy)
    sites, atom = (x[protein] for x in complex_sites(c))
    i, j, e = pair_energy(drug, sites)
    bonds = {
        f"{c.residue_label(int(c.atoms.residue[atom[b]]))} {c.atoms.name[atom[b]]}": x
        for b, x in zip(j, e, strict=True)
    }
    assert bonds["P1158 O"] < -3.0
    assert bonds["M1160 N"] < -3.0
    assert set(drug_atom[i]) <= set(c.inhibitor_heavy)


def test_no_energy_is_above_zero_nor_below_the_depth():
    sites, _ = complex_sites(rs.load("crizotinib"))
    e = pair_energy(sites, sites)[2]
    assert e.max() < 0
    assert e.min() >= -DEPTH


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000))
def test_the_energy_does_not_change_under_rigid_motion(seed):
    c = rs.load("2WGJ")
    turn = Rotation.random(random_state=seed).as_matrix()
    moved = c.with_coordinates(c.xyz[0] @ turn.T + np.array([3.0, -7.0, 11.0]))
    a, b = (pair_energy(*(complex_sites(x)[0],) * 2)[2].sum() for x in (c, moved))
    # float32 coordinates near the distance limit.
    assert a == pytest.approx(b, abs=1e-2)


def test_rotamers_of_a_serine_bond_in_some_places_only():
    c = rs.load("2WGJ")
    residue = c.find_residue(1157)
    with_bonds, without = (
        candidates(field_of(c, bonds=bonds), residue, "N") for bonds in (True, False)
    )
    gain = with_bonds.energy - without.energy
    assert (gain <= 0).all()
    assert 0 < (gain < -1).sum() < len(gain)


def test_an_empty_set_of_sites_has_no_pairs():
    nothing = sidechain_sites(residue_type("L"), {})
    sites, _ = complex_sites(rs.load("2WGJ"))
    assert len(nothing) == 0
    assert len(pair_energy(nothing, sites)[2]) == 0
