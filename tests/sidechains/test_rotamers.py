from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ros1struct.errors import InputError
from ros1struct.sidechains.rotamers import grid, grow, rotamer_name, rotamers, sample_weights
from ros1struct.structure.geometry import place, torsion
from ros1struct.structure.residues import residue_type

WITH_ROTAMERS = "CDEFHIKLMNPQRSTVWY"
REFERENCE = Path(__file__).parents[1] / "data" / "rotamer_reference.csv"
NAMES = {"CYH": "CYS", "TPR": "PRO", "CPR": "PRO"}

# Lines of ALL.bbdep.rotamers.lib, blanks apart (T phi psi count r1-r4 p chi1-4 sigma1-4).
QUOTED = """\
ARG 60 30 31 3 2 2 2 0.171213 -60.4 -176.8 -179.7 176.2 7.7 9.9 11.6 16.4
ARG 60 30 31 3 2 1 1 0.113926 -60.3 -177.7 66.9 82.2 7.2 11.6 9.6 11.2
ARG 60 30 31 3 2 3 3 0.097319 -58.7 -176.3 -62.2 -81.9 6.3 10.2 10.7 7.6
"""

# The packed form rounds probabilities to 1e-4 and angles to 0.5 degrees; what is left out is
# below 5e-5 for each of up to 81 rotamers, so the sum moves by less than 0.004.
P_ROUNDING, ANGLE_ROUNDING = 5e-4, 0.2501


def turn(a, b):
    return np.abs((np.asarray(a) - b + 180) % 360 - 180)


def matching(line, found):
    """Rotamers that have the count, probability, means and deviations of a line."""
    n = found.chi.shape[1]
    assert found.count == line["count"]
    chi = np.array([line[f"chi{k}"] for k in range(1, n + 1)])
    sigma = np.array([line[f"sig{k}"] for k in range(1, n + 1)])
    return np.flatnonzero(
        (turn(found.chi, chi) <= ANGLE_ROUNDING).all(1)
        & (np.abs(found.sigma - sigma) <= ANGLE_ROUNDING).all(1)
        & (np.abs(found.probability - line["p"]) <= P_ROUNDING)
    ).tolist()


def test_arginine_at_60_30_is_the_library_s():
    found = rotamers("R", 60, 30)
    names = pd.read_csv(REFERENCE, nrows=0).columns
    for rank, text in enumerate(QUOTED.splitlines()):
        line = dict(
            zip(names, text.split()[:1] + [float(x) for x in text.split()[1:]], strict=True)
        )
        assert matching(line, found) == [rank]


def reference():
    rows = pd.read_csv(REFERENCE, keep_default_na=False)
    return [(key, part) for key, part in rows.groupby(["residue", "phi", "psi"], sort=False)]


@pytest.mark.parametrize(("key", "lines"), [pytest.param(*r, id=str(r[0])) for r in reference()])
def test_random_lines_of_the_original_library(key, lines):
    name, phi, psi = key
    found = rotamers(NAMES.get(name, name), phi, psi, cis=name == "CPR")
    for _, line in lines.iterrows():
        assert len(matching(line, found)) == 1, line.to_dict()


def test_the_reference_holds_every_type_and_the_border_of_the_grid():
    rows = pd.read_csv(REFERENCE)
    types = {NAMES.get(n, n) for n in rows["residue"]}
    assert types == {residue_type(x).name for x in WITH_ROTAMERS}
    border = rows[(rows.phi == 180) | (rows.psi == 180)]
    assert border["residue"].nunique() == rows["residue"].nunique()


angles = st.floats(-180, 180)


@given(st.sampled_from(WITH_ROTAMERS), angles, angles)
def test_probabilities_sum_to_one_and_fall(letter, phi, psi):
    found = rotamers(letter, phi, psi)
    assert found.probability.sum() == pytest.approx(1, abs=1e-12)
    assert (np.diff(found.probability) <= 0).all()
    assert (found.probability > 0).all()
    assert found.chi.shape == found.sigma.shape == (len(found.probability), _n_chi(letter))
    assert (found.sigma > 0).all()
    assert (np.abs(found.chi) <= 180).all()


def _n_chi(letter):
    return residue_type(letter).n_chi


@given(st.sampled_from(WITH_ROTAMERS), angles, angles, st.integers(-2, 2), st.integers(-2, 2))
def test_whole_turns_of_phi_and_psi_change_nothing(letter, phi, psi, m, n):
    # Whole degrees: adding 360 to any double rounds, and the nearest bin may then be another.
    phi, psi = round(phi), round(psi)
    near_border = phi % 10 == 5 or psi % 10 == 5  # ties are rounded to even
    if near_border:
        phi, psi = phi + 1, psi + 1
    same(rotamers(letter, phi, psi), rotamers(letter, phi + 360 * m, psi + 360 * n))


def same(a, b):
    assert a.count == b.count
    for name in ("probability", "chi", "sigma"):
        assert np.array_equal(getattr(a, name), getattr(b, name)), name


@pytest.mark.parametrize("letter", list(WITH_ROTAMERS))
def test_plus_180_is_minus_180(letter):
    same(rotamers(letter, 180, -30), rotamers(letter, -180, -30))
    same(rotamers(letter, -60, 180), rotamers(letter, -60, -180))
    same(rotamers(letter, 178, 177), rotamers(letter, -180, -180))


@given(st.integers(-18, 17), st.integers(-18, 17), st.floats(-4.9, 4.9), st.floats(-4.9, 4.9))
def test_the_nearest_bin_counts(i, j, a, b):
    same(rotamers("L", 10 * i + a, 10 * j + b), rotamers("L", 10 * i, 10 * j))


def test_neighbouring_bins_differ():
    a, b = rotamers("V", -60, -40), rotamers("V", -60, -50)
    assert a.count != b.count


@pytest.mark.parametrize(
    ("letter", "chi", "name"),
    [
        ("K", [-67, 180, 179, -178], "mttt"),
        ("R", [62, -179, 65, 85], "ptp80"),
        ("R", [-67, 180, -176, -86], "mtt-90"),
        ("R", [-67, 180, -180, -177], "mtt180"),
        ("M", [-65, 299, 60], "mmp"),
        ("N", [-64, -18], "m-20"),
        ("V", [175], "t"),
        ("P", [27, -35], "Cγ-endo"),
        ("P", [-25, 36], "Cγ-exo"),
        ("A", [], ""),
    ],
)
def test_rotamers_are_named_as_in_the_penultimate_library(letter, chi, name):
    assert rotamer_name(letter, chi) == name


@pytest.mark.parametrize("letter", WITH_ROTAMERS)
def test_no_two_rotamers_share_a_name(letter):
    for phi, psi in ((-60, -40), (-120, 130), (60, 40), (70, -157)):
        names = [rotamer_name(letter, chi) for chi in rotamers(letter, phi, psi).chi]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("letter", ["G", "A"])
def test_glycine_and_alanine_have_one_rotamer_without_torsions(letter):
    found = rotamers(letter, float("nan"), 0)
    assert found.probability.tolist() == [1]
    assert found.chi.shape == found.sigma.shape == (1, 0)
    assert found.count == 0
    assert sample_weights(found, 3).tolist() == [1]


def test_cis_proline_is_another_and_cis_matters_for_proline_alone():
    cis, trans = rotamers("P", -70, 150, cis=True), rotamers("P", -70, 150)
    assert cis.count != trans.count
    same(rotamers("L", -70, 150, cis=True), rotamers("L", -70, 150))


def test_left_handed_arginine_without_observations_is_counted_as_such():
    assert rotamers("R", 70, -170).count == 0


@given(st.integers(0, 5).map(lambda k: 2 * k + 1))
def test_grid_is_symmetric_gaussian_and_sums_to_one(points):
    offsets, weights = grid(points)
    assert len(offsets) == points
    assert weights.sum() == pytest.approx(1)
    assert np.allclose(offsets, -offsets[::-1])
    middle = points // 2
    assert offsets[middle] == 0
    assert np.allclose(weights / weights[middle], np.exp(-(offsets**2) / 2))
    if points > 1:
        assert (offsets[0], offsets[-1]) == (-1, 1)


@pytest.mark.parametrize("points", [0, -1, 2, 4])
def test_an_even_grid_is_refused(points):
    with pytest.raises(InputError, match="points must be odd and positive, found"):
        grid(points)


@pytest.mark.parametrize("name", ["B", "X", "ATP", ""])
def test_an_unknown_residue_is_refused(name):
    with pytest.raises(InputError, match="no amino acid"):
        rotamers(name, -60, -40)


@pytest.mark.parametrize(("phi", "psi"), [(float("nan"), 0), (0, float("inf"))])
def test_unknown_torsions_are_refused(phi, psi):
    with pytest.raises(InputError, match="rotamers of LEU need φ and ψ, found"):
        rotamers("L", phi, psi)


BACKBONE = {
    "N": np.array([1.458, 0.0, 0.0]),
    "CA": np.zeros(3),
    "C": np.array([-0.551, 1.422, 0.0]),
}


def one_by_one(kind, found, points):
    """Every sample's weight and atoms, built separately: rotamers, then torsions, last fastest."""
    offsets, weights = grid(points)
    for r, p in enumerate(found.probability):
        for choice in product(range(points), repeat=found.chi.shape[1]):
            chi = [found.chi[r, k] + found.sigma[r, k] * offsets[c] for k, c in enumerate(choice)]
            atoms = dict(BACKBONE)
            for step in kind.places:
                a, b, c = (atoms[x] for x in step.parents)
                angle = step.torsion + (chi[step.chi - 1] if step.chi else 0)
                atoms[step.atom] = place(a, b, c, step.bond, step.angle, angle)
            yield p * np.prod([weights[c] for c in choice]), atoms, chi


@pytest.mark.parametrize("letter", ["A", "S", "V", "I", "F", "P", "E"])
def test_growing_a_tree_gives_every_sample_in_the_order_of_its_weights(letter):
    kind = residue_type(letter)
    found = rotamers(letter, -60, -40)
    expected = list(one_by_one(kind, found, 3))
    weights = sample_weights(found, 3)
    assert np.allclose(weights, [w for w, _, _ in expected], rtol=1e-12)
    assert weights.sum() == pytest.approx(1)
    grown = dict(grow(kind, BACKBONE, found, 3))
    assert tuple(grown) == kind.sidechain
    for atom, xyz in grown.items():
        each = np.repeat(xyz, len(weights) // len(xyz), axis=0)
        assert np.allclose(each, [atoms[atom] for _, atoms, _ in expected], atol=1e-9), atom


def test_long_side_chains_are_built_once_per_place():
    found = rotamers("R", -60, -40)
    sizes = {a: len(x) // len(found.probability) for a, x in grow_all("R", found)}
    assert sizes == {"CB": 1, "CG": 3, "CD": 9, "NE": 27, "CZ": 81, "NH1": 81, "NH2": 81}


def grow_all(letter, found):
    return list(grow(residue_type(letter), BACKBONE, found, 3))


@pytest.mark.parametrize("letter", list("SVTLNDKRMW"))
def test_built_samples_have_the_library_s_torsions(letter):
    kind = residue_type(letter)
    found = rotamers(letter, -60, -40)
    grown = dict(grow(kind, BACKBONE, found, 1))
    n = len(found.probability)
    atoms = {k: np.broadcast_to(v, (n, 3)) for k, v in BACKBONE.items()} | grown
    for step in kind.places:
        if step.chi and step.torsion == 0:
            measured = torsion(*(atoms[a] for a in (*step.parents, step.atom)))
            assert turn(measured, found.chi[:, step.chi - 1]).max() < 1e-6


@pytest.mark.parametrize(
    ("angle", "name"),
    [(-1e-15, "m"), (0.0, "p"), (119.9, "p"), (120.1, "t"), (-119.9, "m"), (-120.1, "t")],
)
def test_each_third_of_the_circle_has_its_letter(angle, name):
    assert rotamer_name("V", [angle]) == name
