"""Structures are compared by what they hold, stay frozen, and keep nothing alive."""

import gc
import pickle
import weakref
from dataclasses import replace

import numpy as np
import pytest

import ros1struct as rs
from ros1struct.clashes.definitions import CLASH_DEFINITIONS
from ros1struct.contacts.atom_types import prepare
from ros1struct.contacts.definitions import CONTACT_DEFINITIONS
from ros1struct.energy.lennard_jones import parameters
from ros1struct.structure.content import Content, frozen

OURS = CONTACT_DEFINITIONS["ros1struct"]


def arrays(thing, path=""):
    """Every array inside an object, by where it stands."""
    if isinstance(thing, np.ndarray):
        yield path, thing
    elif isinstance(thing, Content):
        for name in thing.__dataclass_fields__:
            yield from arrays(getattr(thing, name), f"{path}.{name}")


@pytest.mark.parametrize("name", ["2WGJ", "3LQ8", "crizotinib"])
def test_equal_files_give_equal_complexes(name):
    one, other = rs.load(name), rs.load(name)
    assert one is not other
    assert one.topology == other.topology
    assert hash(one.topology) == hash(other.topology)
    assert one == other
    assert hash(one) == hash(other)


def test_each_difference_makes_them_unequal():
    one = rs.load("2WGJ")
    a, r, t = one.atoms, one.residues, one.topology
    name, klifs = a.name.copy(), r.klifs.copy()
    name[0], klifs[0] = "X", 85
    others = [
        one.with_changes(atoms=replace(a, name=name)),
        one.with_changes(residues=replace(r, klifs=klifs)),
        one.with_changes(bonds=t.bonds[1:]),
        one.with_changes(inhibitor=rs.load("2WGJ", protonation="neutral").inhibitor),
        one.with_changes(kinase=replace(one.kinase, variant="D1228N")),
    ]
    assert len({t, *(other.topology for other in others)}) == 6
    moved = one.with_coordinates(one.xyz + np.float32(0.001))
    assert moved.topology == t
    assert moved != one
    assert one.with_changes(notes=("other",)) != one
    assert one != "2WGJ"


def test_the_width_of_text_columns_is_not_content():
    one = rs.load("2WGJ")
    wide = one.with_changes(atoms=replace(one.atoms, name=one.atoms.name.astype("U40")))
    assert wide.topology == one.topology


def things():
    complex = rs.load("2WGJ")
    return {
        "complex": complex,
        "topology": complex.topology,
        "mutation": rs.parse_mutation("ROS1 G2032R/L2026M"),
        "contact definition": OURS,
        "clash definition": CLASH_DEFINITIONS["molprobity"],
        "ensemble": rs.ensemble(complex, "L1157M"),
    }


@pytest.mark.parametrize("name", list(things()))
def test_a_pickle_comes_back_equal_and_frozen(name):
    thing = things()[name]
    again = pickle.loads(pickle.dumps(thing))
    assert again == thing
    assert hash(again) == hash(thing)
    for path, array in arrays(again):
        assert not array.flags.writeable, path
    field = next(iter(type(thing).__dataclass_fields__))
    with pytest.raises(AttributeError):
        setattr(again, field, None)


def test_arrays_are_read_only_copies():
    given = np.arange(3)
    kept = frozen(given)
    given[0] = 9
    assert kept.tolist() == [0, 1, 2]
    with pytest.raises(ValueError, match="read-only"):
        kept[0] = 9
    with pytest.raises(TypeError):
        OURS.patterns["donor"] = "N"


def test_what_does_not_hang_on_coordinates_is_computed_once_for_a_topology():
    one = rs.load("2WGJ")
    moved = one.with_coordinates(one.xyz + 1)
    assert prepare(one, OURS) is prepare(moved, OURS)
    assert prepare(one, replace(OURS)) is prepare(one, OURS)
    assert prepare(one, replace(OURS, hydrophobic=4.0)) is not prepare(one, OURS)
    assert parameters(one)[0] is parameters(moved)[0]


def test_an_inhibitor_that_is_another_has_another_chemistry():
    # Both molecules have an address that the other may have had before.
    charged, neutral = (rs.load("2WGJ", protonation=p) for p in ("ph74", "neutral"))
    expected = [prepare(c, OURS).bits[c.inhibitor_heavy].tolist() for c in (charged, neutral)]
    assert expected[0] != expected[1]
    for step in range(30):
        c = rs.load("2WGJ", protonation=("ph74", "neutral")[step % 2])
        assert prepare(c, OURS).bits[c.inhibitor_heavy].tolist() == expected[step % 2]
        del c


def test_a_complex_that_nobody_holds_is_gone():
    complex = rs.load("2WGJ")
    rs.interactions(complex)
    rs.clashes(complex)
    rs.scan(complex, "L1157M")
    rs.mutants(complex, "L1157M", count=1)
    gone = weakref.ref(complex), weakref.ref(complex.topology), weakref.ref(complex.atoms)
    del complex
    gc.collect()
    assert [r() for r in gone] == [None, None, None]


def test_bonds_are_those_of_the_molecules():
    c = rs.load("2WGJ")
    t, names = c.topology, c.atoms.name
    one = int(c.find_residue(1160))
    own = set(c.atoms_of(one).values())
    inside = {frozenset(names[list(b)]) for b in t.bonds.tolist() if set(b) <= own}
    expected = "N-CA CA-C C-O CA-CB CB-CG CG-SD SD-CE"
    assert inside == {frozenset(b.split("-")) for b in expected.split()}
    assert t.joined[one]
    assert t.links == ()
    drug = np.isin(t.bonds, c.inhibitor_heavy).all(axis=1).sum()
    assert drug == c.inhibitor.GetNumBonds()


def test_a_gap_in_the_chain_is_not_joined():
    c = rs.load("2WGJ")
    r, xyz = c.residues, c.xyz[0]
    for residue in np.flatnonzero(r.role == "protein")[1:]:
        before, own = c.atoms_of(int(residue) - 1), c.atoms_of(int(residue))
        near = np.linalg.norm(xyz[before["C"]] - xyz[own["N"]]) < 2.0
        assert c.topology.joined[residue] == near
    assert not c.topology.joined.all()
