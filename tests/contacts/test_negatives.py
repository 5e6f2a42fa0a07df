"""What is no contact, which of several PLIP keeps, and what atoms are bonded to."""

from dataclasses import replace
from itertools import permutations
from types import SimpleNamespace

import numpy as np
import pytest

import ros1struct as rs
from ros1struct.contacts.arrays import GROUP, KIND, RING, join, make
from ros1struct.contacts.atom_types import prepare
from ros1struct.contacts.definitions import CONTACT_DEFINITIONS
from ros1struct.contacts.engine import measure
from ros1struct.contacts.interactions import interactions
from ros1struct.contacts.plip_rules import reduce_contacts
from ros1struct.contacts.residue_forms import residue_form
from synthetic import ASN, ASP, HEXAGON, LYS, PHE, SER, carbonyl, direction, polar, scene

OURS = CONTACT_DEFINITIONS["ros1struct"]
ALL = list(CONTACT_DEFINITIONS)
LEU = {"CB": polar(-2.5, 0.0), "CG": polar(-1.0, 0.3), "CD1": polar(0.0)}


def kinds(complex, definition="ros1struct"):
    return set(interactions(complex, definition)["kind"])


@pytest.mark.parametrize("definition", ALL)
@pytest.mark.parametrize(
    ("residue", "smiles", "absent"),
    [
        (("LEU", LEU), "C", set()),
        (("LEU", LEU), "O", {"hydrophobic", "hydrogen bond", "water bridge", "metal"}),
        (("SER", SER), "C", {"hydrophobic", "hydrogen bond"}),
        (("SER", SER), "O", {"hydrophobic", "salt bridge", "metal"}),
        (("LYS", LYS), "[NH4+]", {"hydrophobic", "salt bridge", "hydrogen bond"}),
        (("ASP", ASP), "[OH-]", {"hydrophobic", "salt bridge", "metal"}),
        (("LEU", LEU), "FC", {"halogen bond", "hydrogen bond"}),
    ],
)
def test_atoms_near_each_other_make_no_contact_that_their_chemistry_does_not(
    residue, smiles, absent, definition
):
    places = [polar(3.2), polar(4.6)][: 1 + (smiles == "FC")]
    assert not kinds(scene([residue], smiles, places), definition) & absent


@pytest.mark.parametrize(
    ("residue", "bonded"), [(("ASP", ASP), True), (("LEU", LEU), False), (("PHE", PHE), False)]
)
def test_halogens_bond_to_oxygen_and_not_to_carbon(residue, bonded):
    """C-Cl straight at the atom, 120° from what that is bonded to."""
    start = polar(1.39) if residue[0] == "PHE" else polar(0.0)
    places = [start + 3.1 * direction(60), start + 4.85 * direction(60)]
    assert ("halogen bond" in kinds(scene([residue], "ClC", places))) is bonded


def test_a_metal_is_bound_by_the_inhibitor():
    complex = scene([], "[O-]C", [polar(2.2), polar(3.3, 0.7)], metals=[("Zn", polar(0))])
    table = interactions(complex)
    assert table.loc[table["kind"] == "metal", "role"].tolist() == ["acceptor"]


@pytest.mark.parametrize("definition", ALL)
def test_rings_of_five_have_their_own_centre(definition):
    """Beside rings of six, over whose centre they stand at 3.6 Å."""
    five = [1.15 * direction(72 * k) + polar(0, 0, 3.6) for k in range(5)]
    complex = scene([("PHE", PHE)], "c1cc[nH]c1", five)
    c = measure(prepare(complex, CONTACT_DEFINITIONS[definition]), complex.xyz)
    assert c.distance[c.kind == KIND["pi stacking face"]] == pytest.approx([3.6], abs=1e-4)


@pytest.mark.parametrize("side", [1, -1])
def test_both_hydrogens_of_an_amine_between_two_carbons_are_there(side):
    """Half a tetrahedral angle above and below the plane of nitrogen and carbons."""
    amine = [polar(0.0), polar(-0.85, 1.2), polar(-0.85, -1.2)]
    half = np.radians(109.5 / 2)
    way = polar(np.cos(half), 0, side * np.sin(half))
    ring = scene([("ASN", {"CG": 2.9 * way + 1.23 * way, "OD1": 2.9 * way})], "[NH2+](C)C", amine)
    c = measure(prepare(ring, OURS), ring.xyz)
    assert c.angle[c.kind == KIND["hydrogen bond"]] == pytest.approx([180.0], abs=0.5)


def test_water_bridges_of_frames_are_those_of_each():
    water = 2.9 * direction(60)
    complex = scene([("ASN", ASN)], *carbonyl(water + 2.8 * direction(0), polar(1)), waters=[water])
    far = complex.xyz.copy()
    far[:, -1] += 20.0  # the water has gone
    xyz = np.concatenate([far, complex.xyz, far, complex.xyz, complex.xyz])
    c = measure(prepare(complex, OURS), xyz)
    assert c.frame[c.kind == KIND["water bridge"]].tolist() == [1, 3, 4]
    mixed = np.concatenate([complex.xyz, complex.xyz])
    mixed[0, -1] += 20.0
    mixed[1, complex.inhibitor_heavy] += 20.0  # one leg in each frame is no bridge
    found = measure(prepare(complex, OURS), mixed)
    assert not (found.kind == KIND["water bridge"]).any()


def test_neighbours_are_the_atoms_that_are_bonded():
    complex = rs.load("2WGJ")
    p = prepare(complex, OURS)
    xyz = complex.xyz[0].astype(float)
    for atom in p.protein:
        # No two atoms that are not bonded are nearer than 2.1 Å, and no bond is longer.
        gap = np.linalg.norm(xyz[p.protein] - xyz[atom], axis=1)
        bonded = {int(k) for k in p.protein[(gap < 2.1) & (gap > 0)]}
        near = {int(k) for k in p.neighbours[atom] if k >= 0}
        assert near == bonded, complex.atoms.name[atom]
        beyond = {int(k) for n in near for k in p.neighbours[n]}
        assert {int(k) for k in p.antecedents[atom]} <= {-1} | near | beyond


@pytest.mark.parametrize(
    ("name", "hydrogens", "form", "start"),
    [
        ("HIS", {"ND1": 1, "NE2": 1}, "HIP", False), ("HIS", {"ND1": 1}, "HID", False),
        ("HIS", {"NE2": 1}, "HIE", False), ("HIS", {}, "HIS", False),
        ("HIS", {"N": 1, "ND1": 1, "NE2": 1}, "HIP", False),
        ("ALA", {"N": 1}, "ALA", False), ("ALA", {"N": 2}, "ALA", True),
        ("ALA", {"N": 3}, "ALA", True), ("PRO", {"N": 1}, "PRO", True), ("PRO", {}, "PRO", False),
        ("ASP", {"OD2": 1}, "ASH", False), ("GLU", {"OE1": 1}, "GLH", False),
        ("LYS", {"NZ": 3}, "LYS", False), ("LYS", {"NZ": 2}, "LYN", False),
    ],
)  # fmt: skip
def test_the_form_of_a_residue_by_its_hydrogens(name, hydrogens, form, start):
    names = ["N", "CA", "ND1", "NE2", "OD1", "OD2", "OE1", "OE2", "NZ"]
    own = {atom: k for k, atom in enumerate(names)}
    table = np.full((len(names), 4), -1)
    for atom, count in hydrogens.items():
        table[own[atom], :count] = 50 + np.arange(count)
    found = residue_form(name, own, table, table[:, 0] >= 0)
    assert found == (form, start, False)


@pytest.mark.parametrize("lost", [(82, "CZ"), (28, "CA"), (17, "CA")])
def test_one_distance_alone_is_no_state_of_dfg(lost):
    complex = rs.load("2WGJ")
    position, name = lost
    residue = int(np.flatnonzero(complex.residues.klifs == position)[0])
    names = complex.atoms.name.copy()
    names[complex.atoms_of(residue)[name]] = "XX"
    odd = complex.with_changes(atoms=replace(complex.atoms, name=names))
    assert rs.kinase_state(complex).dfg != "unknown"
    assert rs.kinase_state(odd).dfg == "unknown"


def kept(parts, **p):
    """Which of handmade contacts PLIP keeps, whatever their order: kind, protein, inhibitor."""
    prepared = SimpleNamespace(**{"groups": np.empty((0, 1), int), "rings": None,
                                  "residue": np.arange(100), **p})  # fmt: skip
    seen = set()
    for order in permutations(parts):
        c = reduce_contacts(prepared, join(list(order)))
        columns = (c.kind, c.protein, c.inhibitor, c.water)
        seen.add(tuple(sorted(zip(*(x.tolist() for x in columns), strict=True))))
    (only,) = seen
    names = {v: k for k, v in KIND.items()}
    return [(names[kind], *rest[: 2 + (rest[2] >= 0)]) for kind, *rest in only]


def one(kind, protein, inhibitor, distance=3.0, **more):
    return make(
        kind, np.zeros(1, int), np.array([protein]), np.array([inhibitor]), np.array([distance]),
        **{k: np.array([v]) if not isinstance(v, tuple) else v for k, v in more.items()},
    )  # fmt: skip


def test_a_donor_keeps_its_straightest_bond():
    bonds = [
        one("hydrogen bond", k, 50, role=1, angle=a)
        for k, a in ((1, 150.0), (2, 170.0), (3, 160.0))
    ]
    assert kept(bonds) == [("hydrogen bond", 2, 50)]
    # An acceptor takes as many as there are donors.
    bonds = [one("hydrogen bond", k, 50, role=2, angle=150.0 + k) for k in (1, 2)]
    assert kept(bonds) == [("hydrogen bond", 1, 50), ("hydrogen bond", 2, 50)]


def test_a_hydrogen_bond_gives_way_to_the_salt_bridge_of_its_groups():
    groups = np.array([[1, 2], [50, -1]])
    bridge = one("salt bridge", 0, 1, role=3, forms=(GROUP, GROUP))
    bond, other = (one("hydrogen bond", k, 50, role=2, angle=160.0) for k in (2, 9))
    assert kept([bridge, bond, other], groups=groups) == [
        ("hydrogen bond", 9, 50),
        ("salt bridge", 0, 1),
    ]


def bridge(water, protein, inhibitor, omega):
    return one("water bridge", protein, inhibitor, role=1, angle=120.0, angle2=omega, water=water)


def test_a_water_keeps_the_two_acceptors_nearest_to_110_degrees():
    found = kept([bridge(90, 1, 50, 95.0), bridge(90, 2, 51, 115.0), bridge(90, 3, 52, 108.0)])
    assert found == [("water bridge", 2, 51, 90), ("water bridge", 3, 52, 90)]
    # Of one acceptor, the best donor.
    found = kept([bridge(90, 1, 50, 95.0), bridge(90, 1, 51, 115.0), bridge(91, 1, 52, 80.0)])
    assert found == [("water bridge", 1, 51, 90), ("water bridge", 1, 52, 91)]


def test_a_bonded_donor_makes_no_water_bridge():
    bond = one("hydrogen bond", 7, 50, role=1, angle=160.0)
    found = kept([bond, bridge(90, 1, 50, 110.0), bridge(90, 1, 51, 90.0)])
    assert found == [("hydrogen bond", 7, 50), ("water bridge", 1, 51, 90)]


def test_a_histidine_that_stacks_is_no_cation():
    p = {"rings": np.array([[1, 2, 3], [50, 51, 52]]), "groups": np.array([[1, 3], [8, -1]]),
         "residue": np.array([0, 4, 4, 4, 0, 0, 0, 0, 6, *[9] * 90])}  # fmt: skip
    stack = one("pi stacking face", 0, 1, forms=(RING, RING))
    his, lys = (one("pi-cation", k, 1, forms=(GROUP, RING)) for k in (0, 1))
    assert kept([stack, his, lys], **p) == [("pi stacking face", 0, 1), ("pi-cation", 1, 1)]
    assert kept([his, lys], **p) == [("pi-cation", 0, 1), ("pi-cation", 1, 1)]


def test_of_hydrophobic_contacts_the_nearest_of_residue_and_patch_stays():
    p = {"residue": np.array([0, 1, 1, 2, *[9] * 96]), "neighbours": np.full((100, 4), -1)}
    touches = [
        one("hydrophobic", k, drug, d)
        for k, drug, d in ((1, 50, 3.9), (2, 50, 3.6), (3, 50, 3.8), (3, 51, 3.7))
    ]
    # Of a residue the nearest; of two places on the inhibitor that are no patch, none.
    assert kept(touches, **p) == [("hydrophobic", 2, 50)]
    p["neighbours"] = p["neighbours"].copy()
    p["neighbours"][50, 0], p["neighbours"][51, 0] = 51, 50
    assert kept(touches, **p) == [("hydrophobic", 2, 50), ("hydrophobic", 3, 51)]


def test_water_between_hydrophobic_neighbours_is_nothing():
    complex = scene([("LEU", LEU)], "C", [polar(5.8)], waters=[polar(2.9)])
    assert "water bridge" not in kinds(complex)


def test_hexagons_are_rings():
    complex = scene([("PHE", PHE)], "c1ccccc1", [h + polar(0, 0, 3.6) for h in HEXAGON])
    assert len(prepare(complex, OURS).rings) == 2
