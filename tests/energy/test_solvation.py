"""EEF1: types, pair energies, invariants."""

import numpy as np
import pytest
from scipy.integrate import trapezoid

from ros1struct.energy import solvation
from ros1struct.errors import InputError
from ros1struct.structure.residues import residue_type

LETTERS = "ACDEFGHIKLMNPQRSTVWY"


@pytest.mark.parametrize("letter", LETTERS)
def test_every_heavy_atom_of_every_residue_type_has_a_type(letter):
    kind = residue_type(letter)
    types = solvation.residue_types(kind)
    assert set(kind.classes) <= set(types)
    assert set(types.values()) <= set(solvation.PARAMETERS)


@pytest.mark.parametrize(
    ("letter", "atom", "expected"),
    [
        ("V", "CB", "CH1E"), ("L", "CD1", "CH3E"), ("M", "SD", "S"), ("C", "SG", "SH1E"),
        ("K", "NZ", "NH3"), ("R", "NH1", "NC2"), ("D", "OD1", "OC"), ("N", "OD1", "O"),
        ("N", "ND2", "NH2"), ("Y", "OH", "OH1"), ("W", "CD2", "CR"), ("W", "CZ2", "CR1E"),
        ("P", "N", "N"), ("P", "CD", "CH2E"), ("G", "CA", "CH2E"), ("A", "C", "C"),
    ],
)  # fmt: skip
def test_types_of_the_paper(letter, atom, expected):
    assert solvation.residue_types(residue_type(letter))[atom] == expected


@pytest.mark.parametrize(
    ("smiles", "expected"),
    [
        ("CCO", ["CH3E", "CH2E", "OH1"]),
        ("C[NH3+]", ["CH3E", "NH3"]),
        ("CC(=O)[O-]", ["CH3E", "C", "O", "OC"]),
        ("CC#N", ["CH3E", "C", "NR"]),
        ("Clc1ccccc1", ["Cl", "CR", *["CR1E"] * 5]),
        ("CN(C)C=O", ["CH3E", "N", "CH3E", "CR1E", "O"]),
        ("CC(C)(C)C", ["CH3E", "CH1E", "CH3E", "CH3E", "CH3E"]),
    ],
)
def test_types_of_molecules(smiles, expected):
    from rdkit import Chem

    assert solvation.inhibitor_types(Chem.MolFromSmiles(smiles)) == expected


def test_an_element_without_a_type_is_named():
    from rdkit import Chem

    with pytest.raises(InputError, match="no EEF1 type for element Te"):
        solvation.inhibitor_types(Chem.MolFromSmiles("[TeH2]"))


def test_the_exclusion_function_takes_the_whole_free_energy_when_integrated():
    # f integrates over all space outside R to ΔG_free where the density is one.
    free, width, radius = -8.9, 3.5, 1.6
    own = np.array([0.0, 0.0, free, width, radius])
    other = np.array([1.0, 0.0, 0.0, 3.5, 2.0])
    r = np.linspace(radius, radius + 40, 400_001)
    shape = np.exp(-(((r - radius) / width) ** 2)) / (2 * np.pi**1.5 * width * r**2)
    whole = trapezoid(free * shape * 4 * np.pi * r**2, r)
    assert whole == pytest.approx(free, rel=1e-4)
    near = r[(r < solvation.CUTOFF)]
    lost, _ = solvation.exclusion(own, other, near)
    assert np.allclose(lost, -(free * shape)[: len(near)])


def test_burying_polar_atoms_costs_and_burying_apolar_ones_gains():
    table = {k: np.array(v) for k, v in solvation.PARAMETERS.items()}
    for name in ("NH1", "O", "OH1", "OC", "NH3"):
        assert solvation.exclusion(table[name], table["CH3E"], np.array([3.5]))[0] > 0
    for name in ("CH2E", "CH3E"):
        assert solvation.exclusion(table[name], table["CH3E"], np.array([3.8]))[0] < 0


def test_no_pair_counts_beyond_the_cut_off():
    a = np.array(solvation.PARAMETERS["NH3"])
    assert not np.any(solvation.exclusion(a, a, np.array([9.0, 9.1, 30.0])))
