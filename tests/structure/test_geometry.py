import gemmi
import numpy as np
import pytest
from Bio.SVDSuperimposer import SVDSuperimposer
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from rdkit import Chem
from rdkit.Chem import AllChem
from scipy.spatial.transform import Rotation

from ros1struct.structure.geometry import close_pairs, place, superpose, torsion

coordinates = st.floats(-20, 20, width=32)
# Whole numbers make equal points and pairs exactly at the cut-off likely.
lattice = st.integers(-3, 3).map(float)


def points(elements, least=0, most=12):
    return st.integers(least, most).flatmap(lambda n: arrays(np.float64, (n, 3), elements=elements))


def brute(a, b, cutoff):
    return [
        (i, j)
        for i, p in enumerate(a)
        for j, q in enumerate(b)
        if np.linalg.norm(np.subtract(p, q)) <= cutoff
    ]


@given(points(coordinates), points(coordinates), st.floats(0.1, 30))
def test_close_pairs_are_those_of_a_double_loop(a, b, cutoff):
    i, j, d = close_pairs(a, b, cutoff)
    assert list(zip(i.tolist(), j.tolist(), strict=True)) == brute(a, b, cutoff)
    assert np.allclose(d, np.linalg.norm(a[i] - b[j], axis=1), rtol=0, atol=1e-12)


@given(points(lattice), points(lattice), st.integers(1, 6).map(float))
def test_pairs_exactly_at_the_cut_off_and_equal_points_count(a, b, cutoff):
    i, j, _ = close_pairs(a, b, cutoff)
    assert list(zip(i.tolist(), j.tolist(), strict=True)) == brute(a, b, cutoff)


@given(points(coordinates), points(coordinates), st.floats(0.1, 30))
def test_close_pairs_do_not_depend_on_which_set_comes_first(a, b, cutoff):
    i, j, _ = close_pairs(a, b, cutoff)
    k, m, _ = close_pairs(b, a, cutoff)
    assert sorted(zip(i, j, strict=True)) == sorted(zip(m, k, strict=True))


def test_the_double_just_beyond_the_cut_off_is_left_out():
    origin = np.zeros((1, 3))
    beyond = np.array([[np.nextafter(4.5, 5), 0, 0]])
    assert len(close_pairs(origin, np.array([[4.5, 0, 0]]), 4.5)[0]) == 1
    assert len(close_pairs(origin, beyond, 4.5)[0]) == 0


@pytest.mark.parametrize(("n", "m"), [(0, 0), (0, 3), (3, 0)])
def test_an_empty_set_has_no_close_pairs(n, m):
    i, j, d = close_pairs(np.zeros((n, 3)), np.zeros((m, 3)), 5.0)
    assert (len(i), len(j), len(d)) == (0, 0, 0)
    assert i.dtype == j.dtype == np.intp
    assert d.dtype == np.float64


def test_float32_points_are_measured_in_double_precision():
    a = np.array([[0.1, 0.2, 0.3]], dtype=np.float32)
    b = np.array([[3.7, 0.2, 0.3]], dtype=np.float32)
    expected = float(b[0, 0]) - float(a[0, 0])
    assert close_pairs(a, b, 5.0)[2].tolist() == [expected]


four_points = arrays(np.float64, (4, 3), elements=st.floats(-5, 5)).filter(
    lambda p: (
        min(
            np.linalg.norm(np.cross(p[1] - p[0], p[2] - p[1])),
            np.linalg.norm(np.cross(p[2] - p[1], p[3] - p[2])),
        )
        > 1e-2
    )
)


def wrapped(angle):
    return (np.asarray(angle) + 180) % 360 - 180


@given(four_points)
def test_torsion_is_gemmis(p):
    expected = np.degrees(gemmi.calculate_dihedral(*(gemmi.Position(*q) for q in p)))
    assert abs(wrapped(torsion(*p) - expected)) < 1e-6


@given(four_points)
def test_a_mirror_image_has_the_opposite_torsion_and_the_reverse_order_the_same(p):
    mirror = p * [1, 1, -1]
    assert abs(wrapped(torsion(*mirror) + torsion(*p))) < 1e-6
    assert abs(wrapped(torsion(*p[::-1]) - torsion(*p))) < 1e-6


def test_torsion_has_the_iupac_sign():
    # Looking from b to c, a clockwise turn from a to d is positive: +60 is gauche plus.
    b, c = np.array([0.0, 0, 0]), np.array([0.0, 0, 1.5])
    a = np.array([1.0, 0, -0.5])
    turn = np.radians(60)
    # Seen along +z, x turned towards y goes clockwise for an observer who looks in that direction.
    d = np.array([np.cos(turn), np.sin(turn), 2.0])
    assert torsion(a, b, c, d) == pytest.approx(60)
    assert torsion(a, b, c, d * [1, -1, 1]) == pytest.approx(-60)
    assert abs(torsion(a, b, c, d * [-1, 0, 1] / [np.cos(turn), 1, 1])) == pytest.approx(180)


def test_the_improper_torsion_of_l_alanine():
    mol = Chem.AddHs(Chem.MolFromSmiles("N[C@@H](C)C(=O)O"))
    assert Chem.FindMolChiralCenters(mol) == [(1, "S")]  # L is S
    AllChem.EmbedMolecule(mol, randomSeed=7)
    AllChem.MMFFOptimizeMolecule(mol)
    n, ca, cb, c = mol.GetConformer().GetPositions()[:4]
    # 120 if the four bonds were regular; Engh and Huber's angles give -122.6.
    assert torsion(c, n, ca, cb) == pytest.approx(-122.6, abs=4)


bond = st.floats(0.9, 2.2)
angle = st.floats(60, 150)
turn = st.floats(-179, 179)


@given(four_points, bond, angle, turn)
def test_placed_atoms_have_the_bond_angle_and_torsion_asked_for(p, bond, angle, turn):
    a, b, c, _ = p
    x = place(a, b, c, bond, angle, turn)
    u, v = b - c, x - c
    measured = np.degrees(np.arccos(u @ v / np.linalg.norm(u) / np.linalg.norm(v)))
    assert np.linalg.norm(v) == pytest.approx(bond, abs=1e-9)
    assert measured == pytest.approx(angle, abs=1e-6)
    assert abs(wrapped(torsion(a, b, c, x) - turn)) < 1e-6


def test_many_atoms_are_placed_at_once():
    p = np.random.default_rng(1).normal(size=(3, 5, 3))
    turns = np.array([-170.0, -60, 0, 60, 180])
    together = place(*p, 1.5, 110, turns)
    apart = [place(*p[:, k], 1.5, 110, t) for k, t in enumerate(turns)]
    assert np.allclose(together, apart, rtol=0, atol=1e-12)


@given(points(st.floats(-10, 10), least=4, most=9), st.integers(0, 2**32 - 1))
def test_superposing_agrees_with_biopython(mobile, seed):
    random = np.random.default_rng(seed)
    mobile = mobile + random.normal(size=mobile.shape)  # equal points have no best rotation
    target = mobile + random.normal(scale=2, size=mobile.shape)
    rotation, translation, rmsd = superpose(mobile, target)
    peer = SVDSuperimposer()
    peer.set(target, mobile)
    peer.run()
    assert rmsd == pytest.approx(peer.get_rms(), abs=1e-5)
    assert np.linalg.det(rotation) == pytest.approx(1)
    placed = mobile @ rotation.T + translation
    assert np.sqrt(((placed - target) ** 2).sum(1).mean()) == pytest.approx(rmsd, abs=1e-6)


def motions():
    unit = arrays(np.float64, 4, elements=st.floats(-1, 1)).filter(lambda q: q @ q > 0.01)
    shift = arrays(np.float64, 3, elements=st.floats(-50, 50))
    return st.tuples(unit.map(Rotation.from_quat), shift)


@given(motions(), st.integers(0, 1000))
def test_superposing_finds_a_known_motion(motion, seed):
    turn, shift = motion
    mobile = np.random.default_rng(seed).normal(scale=5, size=(6, 3))
    rotation, translation, rmsd = superpose(mobile, turn.apply(mobile) + shift)
    assert np.allclose(rotation, turn.as_matrix(), atol=1e-7)
    assert np.allclose(translation, shift, atol=1e-6)
    assert rmsd < 1e-6


def test_superposing_never_mirrors():
    points = np.random.default_rng(2).normal(size=(8, 3))
    rotation, _, rmsd = superpose(points, points * [1, 1, -1])
    assert np.linalg.det(rotation) == pytest.approx(1)
    assert rmsd > 0.1


@given(four_points, motions(), st.floats(1, 8))
def test_distances_and_torsions_survive_a_rigid_motion(p, motion, cutoff):
    turn, shift = motion
    q = turn.apply(p) + shift
    assert abs(wrapped(torsion(*q) - torsion(*p))) < 1e-5
    i, j, d = close_pairs(p, p, 100.0)
    k, m, e = close_pairs(q, q, 100.0)
    assert np.array_equal([i, j], [k, m])
    assert np.allclose(d, e, atol=1e-9)


@pytest.mark.parametrize(("n", "m"), [(2, 2), (3, 4), (0, 0)])
def test_too_few_or_unequal_points_cannot_be_superposed(n, m):
    with pytest.raises(ValueError, match=r"two equal sets of 3\+ points"):
        superpose(np.zeros((n, 3)), np.zeros((m, 3)))
