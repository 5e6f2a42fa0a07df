"""Contacts from coordinates: made-up pairs on both sides of every cut-off, and real complexes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdkit import Chem
from scipy.spatial.transform import Rotation

import ros1struct as rs
from ros1struct.contacts.arrays import angle_at
from ros1struct.contacts.atom_types import prepare
from ros1struct.contacts.definitions import CONTACT_DEFINITIONS, KINDS
from ros1struct.contacts.engine import measure
from ros1struct.contacts.interactions import COLUMNS, doubtful_bonds, interactions
from ros1struct.errors import InputError
from synthetic import ASN, ASP, HEXAGON, LYS, PHE, SER, carbonyl, direction, polar, scene

DATA = Path(__file__).parents[1] / "data"
OURS = CONTACT_DEFINITIONS["ros1struct"]


def kinds(complex, definition=OURS):
    table = interactions(complex, definition)
    return {(k, r) for k, r in zip(table["kind"], table["role"], strict=True)}


@pytest.mark.parametrize(("distance", "bonded"), [(2.9, True), (3.49, True), (3.51, False)])
def test_hydrogen_bond_reaches_to_its_cutoff(distance, bonded):
    # Hydrogens of a planar NH2 stand at 60 degrees to the axis.
    complex = scene([("ASN", ASN)], *carbonyl(distance * direction(60), direction(60)))
    assert (("hydrogen bond", "acceptor") in kinds(complex)) is bonded


def straightness(distance, beta, bond=1.01):
    """Angle D-H-A where D-H and D-A enclose beta."""
    h, a = bond * direction(0), distance * direction(beta)
    u, v = -h, a - h
    return np.degrees(np.arccos(u @ v / np.linalg.norm(u) / np.linalg.norm(v)))


@pytest.mark.parametrize(("angle", "bonded"), [(101, True), (99, False)])
def test_hydrogen_bond_needs_its_angle(angle, bonded):
    betas = np.linspace(0, 90, 9001)
    beta = betas[np.argmin([abs(straightness(2.9, b) - angle) for b in betas])]
    # Turned away from the other hydrogen, out of the plane.
    at = 60.0
    place = 2.9 * (
        np.cos(np.radians(beta)) * direction(at) + np.sin(np.radians(beta)) * polar(0, 0, 1)
    )
    complex = scene([("ASN", ASN)], *carbonyl(place, direction(at)))
    found = interactions(complex)
    found = found[found["kind"] == "hydrogen bond"]
    assert (len(found) == 1) is bonded
    if bonded:
        assert found["angle"].iloc[0] == pytest.approx(angle, abs=0.2)


def test_roles_of_a_hydrogen_bond_follow_the_inhibitor():
    gives = scene([("ASP", ASP)], "NC=O", [polar(2.4, -1.5), polar(3.7, -1.4), polar(4.4, -2.4)])
    assert ("hydrogen bond", "donor") in kinds(gives)
    assert ("hydrogen bond", "acceptor") not in kinds(gives)
    takes = scene([("ASN", ASN)], *carbonyl(2.9 * direction(60), direction(60)))
    assert ("hydrogen bond", "acceptor") in kinds(takes)
    assert ("hydrogen bond", "donor") not in kinds(takes)


@pytest.mark.parametrize(
    ("residue", "smiles", "xyz"),
    [
        (("ASP", ASP), "O=C", [polar(2.4, -1.5), polar(3.5, -2.0)]),  # two acceptors
        (("LYS", LYS), "C[NH3+]", [polar(3.5, -2.0), polar(2.4, -1.5)]),  # two donors
        (("PHE", PHE), "O=C", [polar(0, 0, 3.0), polar(0, 0, 4.2)]),  # a ring does not give
    ],
)
def test_what_makes_no_hydrogen_bond(residue, smiles, xyz):
    assert not {k for k, _ in kinds(scene([residue], smiles, xyz))} & {"hydrogen bond"}


@pytest.mark.parametrize(("torsion"), range(0, 360, 45))
def test_a_hydroxyl_points_at_its_acceptor(torsion):
    t = np.radians(torsion)
    cone = np.radians(180 - 109.5)
    place = 2.8 * np.array([np.cos(cone), np.sin(cone) * np.cos(t), np.sin(cone) * np.sin(t)])
    found = interactions(scene([("SER", SER)], *carbonyl(place, place)))
    bond = found[(found["kind"] == "hydrogen bond") & (found["role"] == "acceptor")]
    assert bond["angle"].tolist() == pytest.approx([180.0], abs=1e-3)


def test_a_hydroxyl_cannot_point_behind_itself():
    place = 2.8 * direction(140)
    found = interactions(scene([("SER", SER)], *carbonyl(place, polar(0, 1, 1))))
    assert not ((found["kind"] == "hydrogen bond") & (found["role"] == "acceptor")).any()


@pytest.mark.parametrize(("distance", "bonded"), [(3.6, True), (3.99, True), (4.01, False)])
def test_sulphur_takes_hydrogen_bonds_from_farther(distance, bonded):
    place = distance * direction(60)
    sulphur = [place, place + polar(1.0, 1.4), place + polar(1.0, 0.2, 1.5)]
    complex = scene([("ASN", ASN)], "S(C)C", sulphur)
    assert (("hydrogen bond", "acceptor") in kinds(complex)) is bonded


ACETATE = "[O-]C(=O)C"


def acetate(x):
    return [polar(x), polar(x + 1.25), polar(x + 1.9, 1.1), polar(x + 2.0, -1.3)]


@pytest.mark.parametrize(("distance", "bridge"), [(2.8, True), (4.45, True), (4.55, False)])
def test_salt_bridge(distance, bridge):
    assert (
        ("salt bridge", "anion") in kinds(scene([("LYS", LYS)], ACETATE, acetate(distance)))
    ) is (bridge)
    cation = [polar(distance), polar(distance + 1.49)]
    assert (("salt bridge", "cation") in kinds(scene([("ASP", ASP)], "[NH3+]C", cation))) is bridge


def test_equal_charges_and_no_charge_make_no_salt_bridge():
    assert "salt bridge" not in {k for k, _ in kinds(scene([("ASP", ASP)], ACETATE, acetate(3.0)))}
    neutral = scene([("ASP", ASP)], "NC", [polar(3.0), polar(4.4)])
    assert "salt bridge" not in {k for k, _ in kinds(neutral)}


@pytest.mark.parametrize(("distance", "touch"), [(3.9, True), (4.49, True), (4.51, False)])
def test_hydrophobic(distance, touch):
    ala = {"CB": polar(0.0)}
    complex = scene([("ALA", ala)], "CC", [polar(distance), polar(distance + 1.5)])
    assert (("hydrophobic", "") in kinds(complex)) is touch
    polar_carbon = scene([("ALA", ala)], "CO", [polar(3.9), polar(5.3)])
    assert ("hydrophobic", "") not in kinds(polar_carbon)


def benzene(centre, rotation=None):
    ring = np.array(HEXAGON)
    if rotation is not None:
        ring = rotation.apply(ring)
    return "c1ccccc1", list(ring + centre)


@pytest.mark.parametrize(
    ("centre", "tilt", "kind"),
    [
        (polar(0, 0, 3.6), 0, "pi stacking face"),
        (polar(1.5, 0, 3.6), 0, "pi stacking face"),
        (polar(0, 0, 5.45), 0, "pi stacking face"),
        (polar(0, 0, 5.55), 0, None),
        (polar(0, 0, 4.5), 34, "pi stacking face"),
        (polar(0, 0, 4.5), 36, None),
        (polar(3.9, 0, 3.6), 0, None),  # shifted beyond the tilt
        (polar(0, 0, 5.0), 90, "pi stacking edge"),
        (polar(0, 0, 6.45), 90, "pi stacking edge"),
        (polar(0, 0, 6.55), 90, None),
        (polar(0, 2.42, 4.37), 51, "pi stacking edge"),
        (polar(0, 2.42, 4.37), 49, None),
        (polar(6.0, 0, 0), 0, None),  # side by side
    ],
)
def test_stacking(centre, tilt, kind):
    rotation = Rotation.from_euler("x", tilt, degrees=True)
    complex = scene([("PHE", PHE)], *benzene(centre, rotation))
    found = {k for k, _ in kinds(complex) if k.startswith("pi stacking")}
    assert found == ({kind} if kind else set())


@pytest.mark.parametrize(
    ("place", "meets"),
    [
        (polar(0, 0, 3.5), True), (polar(0, 0, 4.45), True), (polar(0, 0, 4.55), False),
        (4.0 * direction(90 - 29)[[0, 2, 1]], True), (4.0 * direction(90 - 31)[[0, 2, 1]], False),
    ],
)  # fmt: skip
def test_cation_and_ring(place, meets):
    ammonium = scene([("PHE", PHE)], "[NH3+]C", [place, place * 1.4])
    assert (("cation-pi", "") in kinds(ammonium)) is meets
    lysine = {"CE": place * 1.4, "NZ": place}
    swapped = scene([("LYS", lysine)], *benzene(polar(0.0)))
    assert (("pi-cation", "") in kinds(swapped)) is meets
    amine = scene([("PHE", PHE)], "NC", [place, place * 1.4])
    assert ("cation-pi", "") not in kinds(amine)


@pytest.mark.parametrize(
    ("distance", "at_halogen", "bonded"),
    [(3.2, 170, True), (3.45, 170, True), (3.55, 170, False), (3.2, 131, True), (3.2, 129, False)],
)
def test_halogen_bond(distance, at_halogen, bonded):
    # Chlorine at the origin, its carbon to the left, the oxygen at the angle.
    oxygen = distance * direction(180 - at_halogen)
    carbon = oxygen + 1.23 * Rotation.from_euler("z", 60, degrees=True).apply(oxygen / distance)
    backbone = {"C": carbon, "O": oxygen, "CA": carbon + polar(1.2, 0.9)}
    chlorine = [polar(0.0), polar(-1.74), polar(-2.4, 1.2), polar(-2.4, -1.2)]
    complex = scene([("ALA", backbone)], "ClC(C)C", chlorine)
    assert (("halogen bond", "donor") in kinds(complex)) is bonded
    fluorine = scene([("ALA", backbone)], "FC(C)C", chlorine)
    assert ("halogen bond", "donor") not in kinds(fluorine)


@pytest.mark.parametrize(("distance", "bound"), [(2.1, True), (2.75, True), (2.85, False)])
def test_metal(distance, bound):
    metals = [("Mg", polar(0.0))]
    complex = scene([("ALA", {"CB": polar(-9.0)})], ACETATE, acetate(distance), metals=metals)
    found = interactions(complex)
    assert ("metal" in found["kind"].tolist()) is bound
    if bound:
        assert found.loc[found["kind"] == "metal", "residue"].tolist() == ["MG3"]


@pytest.mark.parametrize(("distance", "touch"), [(3.75, True), (3.77, False)])
def test_van_der_waals_contact_by_united_atoms(distance, touch):
    complex = scene([("ALA", {"CB": polar(0.0)})], "CC", [polar(distance), polar(distance + 1.5)])
    assert (("van der Waals", "") in kinds(complex)) is touch


@pytest.mark.parametrize(("distance", "meets"), [(5.95, True), (6.05, False)])
def test_sulphur_and_ring(distance, meets):
    met = {"CG": polar(1.0, 1.3, distance), "SD": polar(0, 0, distance),
           "CE": polar(-1.0, 1.3, distance)}  # fmt: skip
    assert (("sulphur-pi", "") in kinds(scene([("MET", met)], *benzene(polar(0.0))))) is meets
    sulphide = scene(
        [("PHE", PHE)], "CSC",
        [polar(1.0, 1.3, distance), polar(0, 0, distance), polar(-1.0, 1.3, distance)],
    )  # fmt: skip
    assert (("sulphur-pi", "") in kinds(sulphide)) is meets


@pytest.mark.parametrize(("distance", "bonded"), [(3.3, True), (3.55, True), (3.65, False)])
def test_weak_hydrogen_bond(distance, bonded):
    place = HEXAGON[1] * (1 + distance / 1.39)
    complex = scene([("PHE", PHE)], *carbonyl(place, place))
    assert (("weak hydrogen bond", "acceptor") in kinds(complex)) is bonded
    above = polar(1.39, 0, 3.2)  # the hydrogen does not point there
    assert ("weak hydrogen bond", "acceptor") not in kinds(
        scene([("PHE", PHE)], *carbonyl(above, above))
    )


def bridge(first, second):
    """An amide, a water on its hydrogen, an acceptor beyond the water."""
    water = first * direction(60)
    place = water + second * direction(0)
    return scene([("ASN", ASN)], *carbonyl(place, polar(1, 0, 0)), waters=[water])


@pytest.mark.parametrize(
    ("first", "second", "found"), [(2.9, 2.8, 1), (3.55, 2.8, 0), (2.9, 3.55, 0)]
)
def test_water_bridge(first, second, found):
    table = interactions(bridge(first, second))
    table = table[table["kind"] == "water bridge"]
    assert len(table) == found
    if found:
        row = table.iloc[0]
        assert (row["role"], row["atom"], row["water"]) == ("acceptor", "ND2", "HOH3")
        assert row["distance"] == pytest.approx(second, abs=1e-5)
        assert row["water_distance"] == pytest.approx(first, abs=1e-5)


def test_no_waters_no_bridges():
    complex = scene([("ASN", ASN)], *carbonyl(2.9 * direction(60), direction(60)))
    for definition in CONTACT_DEFINITIONS:
        table = interactions(complex, definition)
        assert "water bridge" not in table["kind"].tolist()


def test_an_amide_that_would_bond_better_turned_is_reported():
    # An acceptor where the oxygen of the amide is: as it stands nothing bonds.
    turned = {**ASN, "OD1": ASN["ND2"], "ND2": ASN["OD1"]}
    table = interactions(scene([("ASN", turned)], *carbonyl(2.9 * direction(60), direction(60))))
    bonds = table[table["kind"] == "hydrogen bond"]
    assert bonds[["atom", "ambiguous"]].values.tolist() == [["OD1", "flip"]]
    right = interactions(scene([("ASN", ASN)], *carbonyl(2.9 * direction(60), direction(60))))
    assert right.loc[right["kind"] == "hydrogen bond", "ambiguous"].tolist() == [""]
    by_prolif = interactions(
        scene([("ASN", turned)], *carbonyl(2.9 * direction(60), direction(60))), "prolif"
    )
    assert "hydrogen bond" not in by_prolif["kind"].tolist()


def test_a_glutamine_and_a_histidine_are_turned_too():
    gln = {"CG": ASN["CB"], "CD": ASN["CG"], "OE1": ASN["ND2"], "NE2": ASN["OD1"]}
    table = interactions(scene([("GLN", gln)], *carbonyl(2.9 * direction(60), direction(60))))
    bonds = table[table["kind"] == "hydrogen bond"]
    assert bonds[["atom", "ambiguous"]].values.tolist() == [["OE1", "flip"]]
    ring = [1.15 * direction(72 * k) for k in range(5)]
    his = dict(zip(("CD2", "NE2", "CE1", "ND1", "CG"), ring, strict=True))
    his["CB"] = 2.6 * direction(72 * 4)
    # A donor at the carbon: turned round, the free nitrogen of this form is there.
    amine = [polar(1.15 + 2.9), polar(1.15 + 4.35)]
    table = interactions(scene([("HIE", his)], "[NH3+]C", amine))
    bonds = table[table["kind"] == "hydrogen bond"]
    assert bonds[["atom", "role", "ambiguous"]].values.tolist() == [["CD2", "donor", "flip"]]


def test_a_histidine_of_unknown_form_is_marked():
    ring = [1.15 * direction(72 * k) for k in range(5)]
    his = dict(zip(("NE2", "CE1", "ND1", "CG", "CD2"), ring, strict=True))
    his["CB"] = 2.6 * direction(72 * 3)
    place = polar(1.15 + 2.8)
    for name, doubt in (("HIS", ["tautomer"]), ("HIE", [""]), ("HID", []), ("HIP", [""])):
        table = interactions(scene([(name, his)], *carbonyl(place, place)))
        mine = table[(table["kind"] == "hydrogen bond") & (table["atom"] == "NE2")]
        assert mine["ambiguous"].tolist() == doubt, name


def test_what_a_flip_or_a_form_decides_is_said():
    turned = {**ASN, "OD1": ASN["ND2"], "ND2": ASN["OD1"]}
    bond = carbonyl(2.9 * direction(60), direction(60))
    (said,) = doubtful_bonds(interactions(scene([("ASN", turned)], *bond)))
    assert " OD1 holds or not as the group is turned by 180°" in said
    assert doubtful_bonds(interactions(scene([("ASN", ASN)], *bond))) == ()
    ring = [1.15 * direction(72 * k) for k in range(5)]
    his = dict(zip(("NE2", "CE1", "ND1", "CG", "CD2"), ring, strict=True))
    his["CB"] = 2.6 * direction(72 * 3)
    place = polar(1.15 + 2.8)
    (said,) = doubtful_bonds(interactions(scene([("HIS", his)], *carbonyl(place, place))))
    assert " NE2 depends on which nitrogen of the histidine has the hydrogen" in said


def test_a_user_changes_a_cutoff_in_one_line():
    complex = scene([("ASN", ASN)], *carbonyl(3.8 * direction(60), direction(60)))
    loose = replace(OURS, name="loose", hydrogen_bond=3.9)
    assert ("hydrogen bond", "acceptor") not in kinds(complex)
    table = interactions(complex, loose)
    assert ("hydrogen bond", "acceptor") in kinds(complex, loose)
    assert set(table["definition"]) == {"loose"}


def test_plip_reaches_farther_and_keeps_one_bond_per_donor():
    complex = scene([("ASN", ASN)], *carbonyl(4.0 * direction(60), direction(60)))
    assert ("hydrogen bond", "acceptor") in kinds(complex, "plip")
    assert ("hydrogen bond", "acceptor") not in kinds(complex, "prolif")
    two = scene(
        [("ASN", ASN)], "O=CC=O",
        [2.9 * direction(60), polar(2.2, 3.4), polar(3.0, 2.4), 2.9 * direction(-40)],
    )  # fmt: skip
    plain = replace(CONTACT_DEFINITIONS["plip"], name="all", reduce=False)
    bonds = interactions(two, plain)
    assert (bonds["kind"] == "hydrogen bond").sum() == 2
    assert (interactions(two, "plip")["kind"] == "hydrogen bond").sum() == 1


def test_atoms_on_top_of_each_other_break_nothing():
    complex = scene([("ASN", ASN), ("PHE", PHE)], "O=C", [polar(0.0), polar(0.0)])
    table = interactions(complex)
    assert set(table.columns) == set(COLUMNS)
    assert np.isfinite(table["distance"]).all()
    assert (table["distance"] >= 0).all()


def test_coordinates_that_are_no_numbers_are_refused():
    complex = rs.load("2WGJ")
    typed = prepare(complex, OURS)
    bad = np.repeat(complex.xyz, 3, axis=0)
    bad[1, 7, 2] = np.nan
    with pytest.raises(InputError, match="frame 1: atom 7 has a coordinate that is not a number"):
        measure(typed, bad)
    with pytest.raises(InputError, match=r"shape \(frames, 612, 3\), found \(1, 600, 3\)"):
        measure(typed, complex.xyz[:, :600])
    with pytest.raises(InputError, match=r"2WGJ has 1 frame\(s\); cannot take \[5\]"):
        interactions(complex, frames=[5])
    with pytest.raises(InputError, match="no contact definition 'arpegio'; known are ros1struct"):
        interactions(complex, "arpegio")


def test_frames_together_are_frames_apart():
    complex = rs.load("2WGJ")
    rng = np.random.default_rng(3)
    many = np.repeat(complex.xyz, 5, axis=0)
    many = many + rng.normal(0, 0.2, many.shape).astype(np.float32)
    typed = prepare(complex, OURS)
    whole = measure(typed, many)
    small = measure(typed, many, chunk=1)
    apart = [measure(typed, frame[None]) for frame in many]
    for field in ("kind", "protein", "inhibitor", "role", "water"):
        mine = sorted(zip(whole.frame, getattr(whole, field), strict=True))
        assert mine == sorted(zip(small.frame, getattr(small, field), strict=True))
        each = [(k, v) for k, c in enumerate(apart) for v in getattr(c, field)]
        assert mine == sorted(each)
    table = interactions(complex.with_coordinates(many), frames=[1, 3])
    assert set(table["frame"]) == {1, 3}


@settings(max_examples=15, deadline=None)
@given(
    st.tuples(*[st.floats(-180, 180)] * 3),
    st.tuples(*[st.floats(-200, 200)] * 3),
    st.sampled_from(sorted(CONTACT_DEFINITIONS)),
)
def test_contacts_do_not_depend_on_the_frame_of_reference(angles, shift, definition):
    complex = rs.load("2WGJ")
    turned = Rotation.from_euler("xyz", angles, degrees=True).apply(complex.xyz[0]) + shift
    one = interactions(complex, definition)
    other = interactions(complex.with_coordinates(turned), definition)
    keys = ["residue", "kind", "role", "atom", "inhibitor_atom"]
    assert sorted(one[keys].values.tolist()) == sorted(other[keys].values.tolist())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("2WGJ", {("P1158", "O", "donor"), ("M1160", "N", "acceptor")}),
        ("3LQ8", {("M1160", "N", "acceptor"), ("D1222", "N", "acceptor")}),
        ("crizotinib", {("E2027", "O", "donor"), ("M2029", "N", "acceptor")}),
        ("lorlatinib", {("E2027", "O", "donor"), ("M2029", "N", "acceptor")}),
        ("repotrectinib", {("M2029", "N", "acceptor")}),
        ("zidesamtinib", {("E2027", "O", "donor"), ("M2029", "N", "acceptor")}),
    ],
)
def test_hinge_hydrogen_bonds_are_not_missed(name, expected):
    table = interactions(rs.load(name))
    bonds = table[table["kind"] == "hydrogen bond"]
    found = set(zip(bonds["residue"], bonds["atom"], bonds["role"], strict=True))
    assert expected <= found


def agreement(dressed):
    """Share of hydrogen bonds that a file with and one without hydrogens have in common."""
    heavy = np.flatnonzero(dressed.heavy)
    bare = dressed.with_changes(atoms=dressed.atoms[heavy], xyz=dressed.xyz[:, heavy])
    keys = ["residue", "atom", "inhibitor_atom", "role", "water"]
    sets = []
    for complex in (dressed, bare):
        table = interactions(complex)
        table = table[table["kind"].isin(["hydrogen bond", "water bridge"])]
        sets.append({tuple(row) for row in table[keys].values.tolist()})
    return len(sets[0] & sets[1]), len(sets[0] | sets[1]), dressed, bare


def protonated(name):
    smiles = Chem.MolToSmiles(rs.load(name).inhibitor)
    path = DATA / "parity" / f"{name}.pdb.gz"
    return rs.load(path, ligand="UNL", smiles=smiles, provenance="processed")


def test_with_and_without_hydrogens():
    both = either = 0
    for path in sorted((DATA / "parity").glob("*.pdb.gz")):
        same, union, dressed, bare = agreement(protonated(path.name.removesuffix(".pdb.gz")))
        both, either = both + same, either + union
        assert rs.overlaps(dressed).equals(rs.overlaps(bare))
    assert either > 15
    assert both / either >= 0.95


def test_every_kind_has_a_place_in_the_table():
    found = set()
    for name in ("2WGJ", "3LQ8", "crizotinib"):
        table = interactions(rs.load(name))
        assert list(table.columns) == list(COLUMNS)
        assert not table["distance"].isna().any()
        found |= set(table["kind"])
    assert found <= set(KINDS)
    assert {"hydrogen bond", "hydrophobic", "van der Waals"} <= found


def test_an_amino_acid_with_a_name_of_its_own_has_a_backbone():
    complex = rs.load("2WGJ")
    names = complex.residues.name.astype("U4").copy()
    names[complex.find_residue(1160)] = "MEU"
    odd = complex.with_changes(residues=replace(complex.residues, name=names))
    table = interactions(odd)
    bonds = table[table["kind"] == "hydrogen bond"]
    assert ("M1160", "N") in set(zip(bonds["residue"], bonds["atom"], strict=True))


def test_straight_and_folded_angles_are_numbers():
    rng = np.random.default_rng(0)
    v = rng.normal(size=(20_000, 3))
    zero = np.zeros_like(v)
    for scale, wanted in ((3.0, 0.0), (-0.7, 180.0)):
        found = angle_at(zero, v, scale * v)
        assert np.abs(found - wanted).max() < 1e-4  # a cosine of 1 + 2e-16 is one


@pytest.mark.parametrize("height", [2.6, 2.9, 3.2])
@pytest.mark.parametrize("turn", [0, 60, 120, 180, 240, 300])
def test_an_amide_gives_nothing_straight_above_its_plane(height, turn):
    for lean in (0.0, 0.3):
        place = height * polar(0, 0, 1) + lean * direction(turn)
        for side in (1, -1):
            complex = scene([("ASN", ASN)], *carbonyl(side * place, polar(0, 0, side)))
            assert ("hydrogen bond", "acceptor") not in kinds(complex)


@pytest.mark.parametrize("definition", list(CONTACT_DEFINITIONS))
def test_contacts_count_atoms_that_have_a_radius(definition):
    complex = rs.load("2WGJ")
    prepared = prepare(complex, CONTACT_DEFINITIONS[definition])
    counted = np.concatenate([prepared.contact_protein, prepared.contact_inhibitor])
    assert np.isfinite(prepared.radius[counted]).all()
    if CONTACT_DEFINITIONS[definition].radii is None:
        assert len(counted) == 0
    else:
        role = complex.residues.role[complex.atoms.residue]
        assert {*counted} >= {*np.flatnonzero(complex.heavy & (role == "protein"))}


def test_a_water_of_plip_s_bridges_takes_from_one_and_gives_to_the_other():
    table = interactions(bridge(2.9, 2.8), "plip")
    assert table["kind"].tolist().count("water bridge") == 1
    # Between two acceptors it would have to give twice, which plip does not count.
    water = polar(2.9, 0.0)
    asp = scene([("ASP", ASP)], *carbonyl(water + 2.8 * direction(0), polar(1, 0)), waters=[water])
    assert "water bridge" not in interactions(asp, "plip")["kind"].tolist()
