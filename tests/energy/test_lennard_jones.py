"""Lennard-Jones energies: the published values, the shape of the well, and what must not matter."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

import ros1struct as rs
from ros1struct.energy.lennard_jones import (
    CAP,
    PARAMETERS,
    mixed,
    pair_energy,
    parameters,
    residue_parameters,
)
from ros1struct.errors import InputError
from ros1struct.structure.residue_types import RESIDUE_TYPES
from ros1struct.structure.residues import residue_type
from ros1struct.structure.topology import Atoms

# σ (Å) and ε (kcal/mol) as the OPLS united-atom set of TINKER's oplsua.prm has them, a
# transcription of the cited papers by others than us (file of 2023, vdw numbers in brackets).
PUBLISHED = {
    "C3H0": (3.750, 0.105),  # C peptide amide (1), carboxylate (17)
    "O": (2.960, 0.210),  # O peptide amide (2), carboxylate (18)
    "N": (3.250, 0.170),  # peptide (3), ammonium (20), guanidinium (51), histidine (40, 42)
    "OH": (3.070, 0.170),  # Ser, Thr (23), Tyr (76)
    "S": (3.550, 0.250),  # Cys (32), Met (35)
    "CH1": (3.850, 0.080),  # beta of Val, Leu, Ile (8), isobutane (88)
    "CH2": (3.905, 0.118),  # generic (9), Lys, Asp, Glu (16, 19), n-butane (86)
    "CH3": (3.905, 0.175),  # delta of Ile (10), n-butane (83)
    "CH0": (3.800, 0.050),  # neopentane (90)
    "C3H1": (3.750, 0.110),  # CH of pyridine and pyrimidine (179, 185)
    "Cl": (3.400, 0.300),  # dichloromethane (172), chlorobenzene in OPLS-AA
}


@pytest.mark.parametrize("kind", PUBLISHED)
def test_values_are_the_published_ones(kind):
    assert PARAMETERS[kind] == PUBLISHED[kind]


@pytest.mark.parametrize("kind", PARAMETERS)
def test_the_minimum_is_where_and_as_deep_as_the_law_says(kind):
    sigma, epsilon = PARAMETERS[kind]
    r = np.linspace(0.9 * sigma, 2 * sigma, 20_001)
    e = pair_energy(np.full(len(r), sigma), np.full(len(r), epsilon), r)
    assert r[e.argmin()] == pytest.approx(sigma * 2 ** (1 / 6), abs=1e-3)
    assert e.min() == pytest.approx(-epsilon, rel=1e-6)
    assert pair_energy(np.array([sigma]), np.array([epsilon]), np.array([sigma]))[0] == (
        pytest.approx(0.0, abs=1e-12)
    )


@pytest.mark.parametrize("distance", [0.0, 1e-200, 1e-3, 0.5, 1.0])
def test_no_pair_costs_more_than_the_cap(distance):
    one = np.array([3.8]), np.array([0.1])
    assert pair_energy(*one, np.array([distance]))[0] == CAP == 10.0
    assert pair_energy(*one, np.array([distance]), cap=3.0)[0] == 3.0


@given(st.floats(0.01, 50.0), st.floats(0.01, 50.0))
def test_energy_falls_up_to_the_minimum_and_rises_after_it(a, b):
    near, far = sorted((a, b))
    e = pair_energy(np.full(2, 3.0), np.full(2, 0.2), np.array([near, far]))
    bottom = 3.0 * 2 ** (1 / 6)
    if far <= bottom:
        assert e[0] >= e[1]
    if near >= bottom:
        assert e[0] <= e[1] <= 0


def test_mixing_is_by_geometric_means():
    sigma, epsilon = mixed(3.0, 0.1, np.array([4.0]), np.array([0.4]))
    assert sigma[0] == pytest.approx(np.sqrt(12.0))
    assert epsilon[0] == pytest.approx(0.2)


def test_hydrogens_and_metals_take_no_part():
    c = rs.load("crizotinib")
    sigma, epsilon = parameters(c)
    silent = np.isin(c.atoms.element, ("H", "D")) | (c.residues.role[c.atoms.residue] == "metal")
    assert np.isnan(sigma[silent]).all()
    assert np.isnan(epsilon[silent]).all()
    assert np.isfinite(sigma[~silent]).all()


def test_an_unknown_element_is_named():
    c = rs.load("2WGJ")
    united = c.atoms.united.astype("<U4")
    united[c.inhibitor_heavy[0]] = "Te"
    columns = {n: getattr(c.atoms, n) for n in Atoms.__dataclass_fields__}
    odd = c.with_changes(atoms=Atoms(**(columns | {"united": united})))
    with pytest.raises(InputError, match="no Lennard-Jones parameters for element Te"):
        parameters(odd)


# Hydrogens on each tetrahedral carbon of the side chains, from the chemical structures.
HYDROGENS = {
    "A": {"CB": 3}, "C": {"CB": 2}, "D": {"CB": 2}, "E": {"CB": 2, "CG": 2}, "F": {"CB": 2},
    "G": {}, "H": {"CB": 2}, "I": {"CB": 1, "CG1": 2, "CG2": 3, "CD1": 3},
    "K": {"CB": 2, "CG": 2, "CD": 2, "CE": 2}, "L": {"CB": 2, "CG": 1, "CD1": 3, "CD2": 3},
    "M": {"CB": 2, "CG": 2, "CE": 3}, "N": {"CB": 2}, "P": {"CB": 2, "CG": 2, "CD": 2},
    "Q": {"CB": 2, "CG": 2}, "R": {"CB": 2, "CG": 2, "CD": 2}, "S": {"CB": 2},
    "T": {"CB": 1, "CG2": 3}, "V": {"CB": 1, "CG1": 3, "CG2": 3}, "W": {"CB": 2}, "Y": {"CB": 2},
}  # fmt: skip


# The four shapes by ε, which tells CH1, CH2 and CH3 apart whatever refinement a type has.
LEAST = {1: (0.05, 0.10), 2: (0.10, 0.15), 3: (0.15, 0.25)}


@pytest.mark.parametrize("letter", HYDROGENS)
def test_united_carbons_follow_their_hydrogens(letter):
    kind = residue_type(letter)
    found = residue_parameters(kind)
    tetrahedral = {a for a in kind.sidechain if kind.classes[a] == "C4"}
    assert tetrahedral == set(HYDROGENS[letter])
    for atom, count in HYDROGENS[letter].items():
        low, high = LEAST[count]
        assert low < found[atom][1] < high, (letter, atom)
    assert set(found) == set(kind.classes)


def test_every_residue_type_has_parameters_for_every_atom():
    for kind in RESIDUE_TYPES.values():
        for sigma, epsilon in residue_parameters(kind).values():
            assert 2.0 < sigma < 4.0
            assert 0.0 < epsilon < 0.35


def test_inhibitor_carbons_follow_their_hydrogens():
    # Crizotinib: CH and CH3 of the ethoxy, CH2 of the piperidine, CH of the pyridine.
    c = rs.load("2WGJ")
    sigma, epsilon = parameters(c)
    for atom in c.inhibitor.GetAtoms():
        i = c.inhibitor_heavy[atom.GetIdx()]
        if atom.GetSymbol() == "C" and c.atoms.united[i] == "C4":
            low, high = LEAST[atom.GetTotalNumHs()]
            assert low < epsilon[i] < high
        if atom.GetSymbol() == "Cl":
            assert (sigma[i], epsilon[i]) == (3.40, 0.30)


def energy_with_protein(c):
    sigma, epsilon = parameters(c)
    a, b = c.inhibitor_heavy, c.protein_heavy
    gap = np.linalg.norm(c.xyz[0, a].astype(float)[:, None] - c.xyz[0, b].astype(float), axis=2)
    s, e = mixed(sigma[a][:, None], epsilon[a][:, None], sigma[b], epsilon[b])
    return pair_energy(s, e, gap).sum()


def test_a_crystal_structure_is_attractive():
    assert -90 < energy_with_protein(rs.load("2WGJ")) < -30


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000))
def test_energy_does_not_change_under_rigid_motion(seed):
    c = rs.load("2WGJ")
    turn = Rotation.random(random_state=seed).as_matrix()
    moved = c.with_coordinates(c.xyz[0] @ turn.T + np.array([5.0, 1.0, -9.0]))
    # float32 coordinates: 1e-5 Å.
    assert energy_with_protein(moved) == pytest.approx(energy_with_protein(c), abs=1e-2)
