"""Replacing a side chain: every column of the new complex, and nothing else, changes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ros1struct as rs
from ros1struct.errors import InputError, StructureError
from ros1struct.structure.residue_types import BACKBONE
from ros1struct.structure.residues import residue_type
from ros1struct.structure.substitute import substitute, with_side_chains
from ros1struct.structure.topology import Atoms

LETTERS = "ACDEFGHIKLMNPQRSTVWY"


@pytest.fixture(scope="module")
def parent():
    return rs.load("2WGJ")


def places(letter):
    names = residue_type(letter).sidechain
    return {name: np.array([k, 2.0 * k, -1.0]) for k, name in enumerate(names)}


@settings(deadline=None)
@given(letter=st.sampled_from(LETTERS), pick=st.integers(0, 10_000))
def test_substitution_changes_one_residue_and_no_other(letter, pick):
    parent = rs.load("2WGJ")
    whole = [
        i
        for i in np.flatnonzero(parent.residues.role == "protein")
        if set(BACKBONE) <= set(parent.atoms_of(int(i)))
    ]
    residue = int(whole[pick % len(whole)])
    model = substitute(parent, residue, letter, places(letter))
    kind = residue_type(letter)
    own = model.atoms_of(residue)
    assert set(own) - {"OXT"} == {*BACKBONE, *kind.sidechain}
    assert model.residues.name[residue] == kind.name
    assert model.residues.letter[residue] == letter
    for name, index in own.items():
        assert model.atoms.united[index] == kind.classes[name]
        assert model.atoms.donor[index] == (name in kind.donors)
        assert model.atoms.acceptor[index] == (name in kind.acceptors)
        assert model.atoms.charge[index] == kind.charges.get(name, 0)
        assert model.atoms.element[index] == name[0]
    for name, place in places(letter).items():
        assert np.allclose(model.xyz[0, own[name]], place)
    # All the rest is as before, in the same order.
    before, after = parent.atoms.residue != residue, model.atoms.residue != residue
    for column in Atoms.__dataclass_fields__:
        old, new = getattr(parent.atoms, column)[before], getattr(model.atoms, column)[after]
        assert np.array_equal(old, new), column
    assert np.array_equal(parent.xyz[0, before], model.xyz[0, after])
    assert np.isnan(model.b_factor).all()


def test_the_inhibitor_keeps_its_atom_order(parent):
    model = substitute(parent, 0, "W", places("W"))
    assert np.array_equal(
        model.xyz[0, model.inhibitor_heavy], parent.xyz[0, parent.inhibitor_heavy]
    )
    assert len(model.inhibitor_heavy) == model.inhibitor.GetNumAtoms()


def test_provenance_says_model_and_where_from(parent):
    residue = parent.find_residue(1163)
    model = substitute(parent, residue, "R", places("R"), how="best rotamer")
    details = dict(model.provenance.details)
    assert model.provenance.kind == "model"
    assert details["computed_from"] == "2WGJ (deposited)"
    assert details["mutation"] == "G1163R"
    assert details["side_chain"] == "best rotamer"
    assert model.kinase.variant == "G1163R"
    assert model.name == "2WGJ G1163R"


def test_compound_changes_add_up_and_a_return_takes_back(parent):
    first, second = parent.find_residue(1163), parent.find_residue(1157)
    both = substitute(substitute(parent, first, "R", places("R")), second, "M", places("M"))
    assert both.kinase.variant == "G1163R/L1157M"
    assert dict(both.provenance.details)["mutation"] == "G1163R; L1157M"
    assert dict(both.provenance.details)["computed_from"] == "2WGJ (deposited)"
    again = substitute(both, first, "K", places("K"))
    assert again.kinase.variant == "L1157M/G1163K"
    back = substitute(again, first, "G", {})
    assert back.kinase.variant == "L1157M"


def test_the_model_is_measured_and_bridged_like_any_complex(parent):
    residue = parent.find_residue(1163)
    model = substitute(parent, residue, "A", {"CB": parent.xyz[0, 0]})
    assert model.to_mdtraj().n_atoms == len(model.atoms)
    assert rs.contacts(model)["residue"].str.startswith(("A", "G")).any()


@pytest.mark.parametrize(
    ("letter", "xyz", "message"),
    [
        ("X", {}, "no amino acid 'X'"),
        ("ARG", {}, "one letter expected"),
        ("A", {}, "atoms CB expected, found none"),
        ("G", {"CB": [0, 0, 0]}, "atoms none expected, found CB"),
        ("A", {"CB": [np.nan, 0, 0]}, "not a number"),
    ],
)
def test_wrong_side_chains_are_refused(parent, letter, xyz, message):
    with pytest.raises(InputError, match=message):
        substitute(parent, parent.find_residue(1163), letter, xyz)


def test_the_inhibitor_and_several_frames_are_refused(parent):
    drug = int(np.flatnonzero(parent.residues.role == "inhibitor")[0])
    with pytest.raises(StructureError, match="not a protein residue"):
        substitute(parent, drug, "G", {})
    two = parent.with_coordinates(np.repeat(parent.xyz, 2, axis=0))
    with pytest.raises(StructureError, match="one frame expected, found 2"):
        substitute(two, 0, "G", {})


def test_moved_side_chains_are_a_model(parent):
    moved = with_side_chains(parent, parent.xyz[0] + 1.0, "shifted")
    assert moved.provenance.kind == "model"
    assert dict(moved.provenance.details)["side_chains"] == "shifted"
    assert np.isnan(moved.b_factor).all()
    assert parent.provenance.kind == "deposited"
