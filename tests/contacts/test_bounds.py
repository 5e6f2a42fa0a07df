"""Contacts at their exact bounds, of the first atom of a file, and of atoms that a file lacks."""

from dataclasses import replace

import numpy as np
import pytest

import ros1struct as rs
from ros1struct.contacts.arrays import KIND
from ros1struct.contacts.atom_types import prepare
from ros1struct.contacts.definitions import CONTACT_DEFINITIONS
from ros1struct.contacts.engine import measure
from ros1struct.contacts.interactions import interactions
from synthetic import (
    ASN,
    ASP,
    HEXAGON,
    LYS,
    PHE,
    SER,
    carbonyl,
    direction,
    first,
    polar,
    scene,
)

OURS = CONTACT_DEFINITIONS["ros1struct"]
RING = [c + polar(0, 0, 3.6) for c in HEXAGON]
EDGE = [polar(0, 0, 4.9) + polar(c[0], 0, c[1]) for c in HEXAGON]
MET = {"CG": polar(1.8, 0, 3.6), "SD": polar(0, 0, 3.6), "CE": polar(-1.8, 0, 3.6)}
CHLORIDE = [2.9 * direction(60) + k * 1.75 * direction(60) for k in (0, 1)]
SCENES = {
    "hydrogen bond": scene([("ASN", ASN)], *carbonyl(2.9 * direction(60), direction(60))),
    "turned amide": scene(
        [("ASN", {**ASN, "OD1": ASN["ND2"], "ND2": ASN["OD1"]})],
        *carbonyl(2.9 * direction(60), direction(60)),
    ),
    "hydroxyl": scene([("SER", SER)], *carbonyl(2.8 * direction(50), direction(50))),
    "salt bridge": scene([("LYS", LYS)], "[O-]C", [polar(3.0), polar(4.2, 0.7)]),
    "face": scene([("PHE", PHE)], "c1ccccc1", RING),
    "edge": scene([("PHE", PHE)], "c1ccccc1", EDGE),
    "cation on ring": scene([("PHE", PHE)], "[NH3+]C", [polar(0, 0, 3.8), polar(0, 0, 5.3)]),
    "ring on cation": scene(
        [("LYS", {"CE": polar(0, 0, 5.3), "NZ": polar(0, 0, 3.8)})], "c1ccccc1", HEXAGON
    ),
    "halogen": scene([("ASP", ASP)], "ClC", [3.1 * direction(60), 4.85 * direction(60)]),
    "sulphur on ring": scene([("PHE", PHE)], "CSC", list(MET.values())),
    "ring on sulphur": scene([("MET", MET)], "c1ccccc1", HEXAGON),
    "weak": scene([("PHE", PHE)], *carbonyl(HEXAGON[1] * 3.4, HEXAGON[1])),
    "water": scene(
        [("ASN", ASN)], *carbonyl(2.9 * direction(60) + 2.8 * direction(0), polar(1)),
        waters=[2.9 * direction(60)],
    ),
    "metal": scene([], "[O-]C", [polar(2.2), polar(3.3, 0.7)], metals=[("Zn", polar(0))]),
}  # fmt: skip


def found(complex, definition=OURS):
    """Contacts as names: kind, role, atoms, distance and angles."""
    table = interactions(complex, definition)
    columns = [c for c in table.columns if c not in ("structure", "water")]
    texts = table[columns].round(3).astype(str).to_numpy().tolist()
    # A ring is named by its atoms in the order of the file.
    return sorted(" ".join("".join(sorted(str(cell))) for cell in row) for row in texts)


@pytest.mark.parametrize("definition", list(CONTACT_DEFINITIONS))
@pytest.mark.parametrize("name", list(SCENES))
def test_the_first_atom_of_a_file_is_an_atom(name, definition):
    complex = SCENES[name]
    wanted = found(complex, definition)
    assert definition != "ros1struct" or wanted
    for atom in range(len(complex.atoms)):
        moved = first(complex, atom)
        assert moved.atoms.name[0] == complex.atoms.name[atom] or atom in complex.inhibitor_heavy
        assert found(moved, definition) == wanted, complex.atoms.name[atom]


# Kind of contact, what measures it, and how a bound is set.
BOUNDS = [
    ("hydrogen bond", "distance", lambda r, v: replace(r, hydrogen_bond=v)),
    ("hydrogen bond", "angle", lambda r, v: replace(r, hydrogen_bond_angle=v)),
    ("salt bridge", "distance", lambda r, v: replace(r, salt_bridge=v)),
    ("hydrophobic", "distance", lambda r, v: replace(r, hydrophobic=v)),
    ("pi stacking face", "distance", lambda r, v: replace(r, face=replace(r.face, distance=v))),
    ("pi stacking face", "angle", lambda r, v: replace(r, face=replace(r.face, plane=(0.0, v)))),
    ("pi stacking face", "angle2", lambda r, v: replace(r, face=replace(r.face, tilt=v))),
    ("pi stacking edge", "distance", lambda r, v: replace(r, edge=replace(r.edge, distance=v))),
    ("pi stacking edge", "angle", lambda r, v: replace(r, edge=replace(r.edge, plane=(v, 90.0)))),
    ("cation-pi", "distance", lambda r, v: replace(r, cation_pi=v)),
    ("cation-pi", "angle", lambda r, v: replace(r, cation_pi_angle=v)),
    ("pi-cation", "distance", lambda r, v: replace(r, cation_pi=v)),
    ("halogen bond", "distance", lambda r, v: replace(r, halogen=v)),
    ("halogen bond", "angle", lambda r, v: replace(r, halogen_angle=(v, 180.0))),
    ("halogen bond", "angle", lambda r, v: replace(r, halogen_angle=(0.0, v))),
    ("halogen bond", "angle2", lambda r, v: replace(r, halogen_acceptor_angle=(v, 180.0))),
    ("halogen bond", "angle2", lambda r, v: replace(r, halogen_acceptor_angle=(0.0, v))),
    ("metal", "distance", lambda r, v: replace(r, metal=v)),
    ("sulphur-pi", "distance", lambda r, v: replace(r, sulphur_pi=v)),
    ("weak hydrogen bond", "distance", lambda r, v: replace(r, weak_hydrogen_bond=v)),
    ("weak hydrogen bond", "angle", lambda r, v: replace(r, weak_hydrogen_bond_angle=v)),
    ("water bridge", "distance", lambda r, v: replace(r, water=replace(r.water, nearest=v))),
    ("water bridge", "water_distance", lambda r, v: replace(r, water=replace(r.water, farthest=v))),
    ("water bridge", "angle2", lambda r, v: replace(r, water=replace(r.water, angle=v))),
]


@pytest.mark.parametrize(("kind", "measured", "bound"), BOUNDS)
def test_every_bound_is_inclusive(kind, measured, bound):
    tried = 0
    for complex in SCENES.values():

        def rows(rule, complex=complex):
            c = measure(prepare(complex, rule), complex.xyz)
            mine = c.kind == KIND[kind]
            names = zip(c.protein[mine], c.inhibitor[mine], c.role[mine], strict=True)
            return dict(zip(names, getattr(c, measured)[mine].tolist(), strict=True))

        for pair, value in rows(OURS).items():
            if not np.isfinite(value):
                continue
            assert pair in rows(bound(OURS, value)), (pair, value)
            beyond = [np.nextafter(value, k) for k in (-1e3, 1e3)]
            assert any(pair not in rows(bound(OURS, v)) for v in beyond), (pair, value)
            tried += 1
    assert tried


@pytest.mark.parametrize("definition", list(CONTACT_DEFINITIONS))
def test_contacts_come_by_frame_kind_and_distance(definition):
    complex = rs.load("2WGJ")
    xyz = np.concatenate([complex.xyz, complex.xyz + 0.1])
    c = measure(prepare(complex, CONTACT_DEFINITIONS[definition]), xyz)
    order = list(zip(c.frame.tolist(), c.kind.tolist(), c.distance.tolist(), strict=True))
    assert order == sorted(order)
    assert len(order) > 10


HYDROXYL_BEHIND = {**SER, "HG": polar(-0.32, -0.91)}


def test_a_hydroxyl_points_or_stands_as_the_definition_says():
    """A hydroxyl's hydrogen of the file is turned away from the acceptor."""
    complex = scene([("SER", HYDROXYL_BEHIND)], *carbonyl(2.8 * direction(50), direction(50)))
    assert complex.topology.hydrogens[complex.atoms.name == "OG"].max() >= 0
    assert ("hydrogen bond", "acceptor") in _kinds(complex, OURS)
    stands = replace(OURS, rotatable="file")
    assert ("hydrogen bond", "acceptor") not in _kinds(complex, stands)
    bare = scene([("SER", SER)], *carbonyl(2.8 * direction(50), direction(50)))
    assert ("hydrogen bond", "acceptor") in _kinds(bare, stands)


@pytest.mark.parametrize("rotatable", ["point", "file"])
@pytest.mark.parametrize("bend", [0, 25])
def test_the_one_hydrogen_of_a_backbone_is_taken_from_the_file(rotatable, bend):
    """Of N-H the hydrogen is where the file has it, bent or not, and measured there."""
    amide = {"N": polar(0.0), "CA": polar(-0.73, 1.26), "H": 1.01 * direction(bend)}
    before = {"C": polar(-0.67, -1.15), "O": polar(0.0, -2.17)}
    complex = scene([("GLY", before), ("ALA", amide)], *carbonyl(2.9 * direction(0), direction(0)))
    c = measure(prepare(complex, replace(OURS, rotatable=rotatable)), complex.xyz)
    bond = c.kind == KIND["hydrogen bond"]
    h, o = amide["H"], 2.9 * direction(0)
    cosine = -h @ (o - h) / np.linalg.norm(h) / np.linalg.norm(o - h)
    assert c.angle[bond] == pytest.approx([np.degrees(np.arccos(cosine))], abs=0.01)


def _kinds(complex, definition):
    table = interactions(complex, definition)
    return {(k, r) for k, r in zip(table["kind"], table["role"], strict=True)}


def test_a_methionine_on_the_inhibitor_s_ring():
    table = interactions(SCENES["ring on sulphur"])
    row = table[table["kind"] == "sulphur-pi"].iloc[0]
    assert row["atom"] == "SD"
    assert row["distance"] == pytest.approx(3.6, abs=1e-5)
    other = interactions(SCENES["sulphur on ring"])
    row = other[other["kind"] == "sulphur-pi"].iloc[0]
    assert row["inhibitor_atom"] == "S1"
    assert row["distance"] == pytest.approx(3.6, abs=1e-5)


def test_a_water_between_two_acceptors_is_no_bridge_of_one_that_gives():
    """A water that gives twice bridges by our rule, and does not where one side must give."""
    water = 2.9 * direction(60)
    acids = scene([("ASP", ASP)], *carbonyl(water + 2.8 * direction(0), polar(1)), waters=[water])
    rule = replace(OURS, water=replace(OURS.water, one_of_each=True))
    assert "water bridge" in {k for k, _ in _kinds(acids, OURS)}
    assert "water bridge" not in {k for k, _ in _kinds(acids, rule)}
    assert "water bridge" in {k for k, _ in _kinds(SCENES["water"], rule)}


@pytest.mark.parametrize("lost", ["CB", "CG"])
def test_a_turned_amide_without_its_neighbours_asks_no_other_atom(lost):
    """What a file lacks is not replaced by whichever atom comes last."""
    amide = {**ASN, "OD1": ASN["ND2"], "ND2": ASN["OD1"]}
    del amide[lost]
    bond = carbonyl(2.9 * direction(60), direction(60))
    made = set()
    for far in ((30.0, 0.0, 0.0), (0.0, 30.0, 0.0), (0.0, 0.0, 30.0)):
        before = {"CA": np.array(far), "CB": 1.05 * np.array(far)}
        complex = scene([("ALA", before), ("ASN", amide)], *bond, waters=[np.array(far) + 5])
        made.add(tuple(found(complex)))
    assert len(made) == 1
