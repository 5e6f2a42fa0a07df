from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

import ros1struct as rs
from ros1struct.clashes.definitions import CLASH_DEFINITIONS, ClashDefinition, clash_definition
from ros1struct.errors import InputError, StructureError
from synthetic import atom, complex_of

# Definitions that take heavy atoms only.
HEAVY = [name for name, rule in CLASH_DEFINITIONS.items() if not rule.hydrogens]

# What ChimeraX documents for atoms without explicit hydrogens, in Å.
RADII = {
    "C3H0": 1.61, "C3H1": 1.76, "C4": 1.88, "N": 1.64, "O": 1.42, "OH": 1.46, "S": 1.77,
    "F": 1.56, "Cl": 1.735, "Br": 1.978, "I": 2.094, "P": 1.871,
}  # fmt: skip


def overlap(united, other, distance, *, give=(), take=(), definition="chimerax"):
    """Overlap of a protein and an inhibitor atom; ``give`` and ``take`` name donors, acceptors."""
    complex = complex_of(
        [atom(united, (0, 0, 0), donor="protein" in give, acceptor="protein" in take)],
        [atom(other, (distance, 0, 0), donor="drug" in give, acceptor="drug" in take)],
    )
    table = rs.overlaps(complex, definition, at_least=-9)
    assert len(table) == 1
    return table.iloc[0]


@pytest.mark.parametrize("united", RADII)
@pytest.mark.parametrize("other", RADII)
def test_overlap_is_the_sum_of_the_radii_less_the_distance(united, other):
    found = overlap(united, other, 3.0)
    assert found["overlap"] == pytest.approx(RADII[united] + RADII[other] - 3.0, abs=1e-12)
    assert (found["distance"], found["allowance"]) == (3.0, 0.0)


@pytest.mark.parametrize(
    ("give", "take", "allowed"),
    [
        (("protein",), ("drug",), 0.4),
        (("drug",), ("protein",), 0.4),
        (("protein", "drug"), ("drug",), 0.4),
        (("protein", "drug"), ("protein", "drug"), 0.4),
        (("protein", "drug"), (), 0.0),  # two donors
        ((), ("protein", "drug"), 0.0),  # two acceptors
        (("protein",), ("protein",), 0.0),  # both are the same atom
        (("protein",), (), 0.0),
        ((), ("drug",), 0.0),
        ((), (), 0.0),
    ],
)
def test_hydrogen_bonds_are_allowed_their_overlap(give, take, allowed):
    found = overlap("N", "O", 2.8, give=give, take=take)
    assert found["allowance"] == allowed
    assert found["overlap"] == pytest.approx(1.64 + 1.42 - 2.8 - allowed)


# Distances that binary numbers hold exactly, so that the threshold is met to the last bit.
@pytest.mark.parametrize(("distance", "clash"), [(2.875, True), (2.625, True), (3.125, False)])
def test_the_threshold_is_inclusive(distance, clash):
    rule = ClashDefinition("halves", {"C": 1.75}, 0.4, 0.625, 4, "this test", "1")
    complex = complex_of([atom("C4", (0, 0, 0))], [atom("C4", (distance, 0, 0))])
    assert bool(len(rs.clashes(complex, rule))) is clash


@pytest.mark.parametrize(
    ("united", "other", "distance", "clash"),
    [
        ("C4", "C4", 3.15, True), ("C4", "C4", 3.17, False),
        ("C3H0", "C3H0", 2.61, True), ("C3H0", "C3H0", 2.63, False),
        ("C4", "O", 2.69, True), ("C4", "O", 2.71, False),
        ("S", "C3H1", 2.92, True), ("S", "C3H1", 2.94, False),
        ("N", "N", 2.67, True), ("N", "N", 2.69, False),
    ],
)  # fmt: skip
def test_clashes_of_two_atoms(united, other, distance, clash):
    complex = complex_of([atom(united, (0, 0, 0))], [atom(other, (0, distance, 0))])
    assert bool(len(rs.clashes(complex))) is clash


def test_a_hydrogen_bond_of_ordinary_length_is_no_clash_and_without_its_hydrogen_it_is_one():
    bond = overlap("N", "O", 2.45, give=["protein"], take=["drug"])["overlap"]
    assert bond < 0.6 < overlap("N", "O", 2.45)["overlap"]


@pytest.mark.parametrize("name", ["2WGJ", "3LQ8"])
def test_bundled_crystal_structures_have_no_clash_with_their_inhibitor(name):
    assert rs.clashes(rs.load(name)).empty
    assert not rs.overlaps(rs.load(name)).empty  # contacts there are


def brute(complex, rule, at_least):
    """Every pair in two loops, as {(protein atom, inhibitor atom): overlap}."""
    a = complex.atoms
    found = {}
    for p in complex.protein_heavy:
        for q in complex.inhibitor_heavy:
            x, y = complex.xyz[0, [p, q]].astype(float)
            bond = (a.donor[p] and a.acceptor[q]) or (a.acceptor[p] and a.donor[q])
            value = rule.radius(str(a.united[p])) + rule.radius(str(a.united[q]))
            value *= rule.scale
            value -= np.sqrt(((x - y) ** 2).sum()) + (rule.allowance if bond else 0)
            if value >= at_least:
                key = complex.residue_label(int(a.residue[p])), str(a.name[p]), str(a.name[q])
                found[key] = value
    return found


@pytest.mark.parametrize("definition", HEAVY)
@pytest.mark.parametrize("at_least", [-5.0, -0.4, 0.2])
def test_the_search_misses_no_pair(definition, at_least):
    complex = rs.load("2WGJ")
    expected = brute(complex, CLASH_DEFINITIONS[definition], at_least)
    table = rs.overlaps(complex, definition, at_least=at_least)
    keys = zip(table["residue"], table["atom"], table["inhibitor_atom"], strict=True)
    found = dict(zip(keys, table["overlap"], strict=True))
    assert found.keys() == expected.keys()
    assert all(found[k] == pytest.approx(expected[k], abs=1e-9) for k in found)
    assert table["overlap"].is_monotonic_decreasing


def test_the_search_is_wide_enough_for_a_definition_with_a_huge_radius():
    rule = replace(CLASH_DEFINITIONS["bondi"], name="huge", radii={"C": 1.7, "Cl": 9.0})
    complex = complex_of([atom("Cl", (0, 0, 0))], [atom("Cl", (17.0, 0, 0))])
    assert len(rs.clashes(complex, rule)) == 1


@pytest.mark.parametrize("at_least", [-4.0, -50.0, float("-inf")])
def test_a_threshold_far_below_zero_lists_pairs_far_apart(at_least):
    complex = complex_of([atom("C4", (0, 0, 0))], [atom("C4", (7.0, 0, 0))])
    assert len(rs.overlaps(complex, at_least=at_least)) == 1


def test_a_threshold_above_any_overlap_finds_nothing_and_keeps_the_columns():
    table = rs.clashes(rs.load("2WGJ"), threshold=99.0)
    assert table.empty
    assert list(table.columns) == list(rs.overlaps(rs.load("2WGJ")).columns)


def test_a_threshold_that_is_no_number_is_refused():
    with pytest.raises(InputError, match=r"must be a number.*, found nan"):
        rs.clashes(rs.load("2WGJ"), threshold=float("nan"))


def moved(complex, turn, shift):
    return complex.with_coordinates(turn.apply(complex.xyz[0].astype(float)) + shift)


def test_a_rigid_motion_changes_no_overlap():
    complex = rs.load("2WGJ")
    turn = Rotation.from_euler("xyz", [40, -75, 160], degrees=True)
    before = rs.overlaps(complex)
    after = rs.overlaps(moved(complex, turn, [3.0, -8.0, 12.0]))
    keys = ["residue", "atom", "inhibitor_atom"]
    both = before.merge(after, on=keys, how="outer", indicator=True)
    # Pairs at the very limit of the list may come or go with float32 rounding.
    assert (
        both.loc[both["_merge"] != "both", ["overlap_x", "overlap_y"]].max().max() < -0.3999
        or (both["_merge"] == "both").all()
    )
    common = both[both["_merge"] == "both"]
    assert np.allclose(common["overlap_x"], common["overlap_y"], atol=2e-5)


def test_which_of_the_two_atoms_is_the_protein_s_does_not_matter():
    a, b = ("OH", "N")
    one = overlap(a, b, 2.6, give=["protein"], take=["drug"])["overlap"]
    other = overlap(b, a, 2.6, give=["drug"], take=["protein"])["overlap"]
    assert one == other


def covalent(carbons):
    """A cysteine with one or two carbons of an inhibitor on its sulphur."""
    names = ["N", "CA", "CB", "SG"]
    xyz = [(0, 0, 0), (1.46, 0, 0), (2.0, 1.43, 0), (3.8, 1.43, 0)]
    chain = [(3.8 + 1.8, 1.43, 0), (3.8 + 1.8, 2.95, 0)][:carbons]
    complex = complex_of(
        [
            atom({"SG": "S", "N": "N"}.get(name, "C4"), place, name, "CYS")
            for name, place in zip(names, xyz, strict=True)
        ],
        [atom("C4", p) for p in chain],
    )  # fmt: skip
    atoms = replace(complex.atoms, residue=np.array([0] * 4 + [1] * len(chain)))
    residues = complex.residues[[0, 4]]
    from rdkit import Chem

    mol = Chem.RWMol(complex.inhibitor)
    if len(chain) == 2:
        mol.AddBond(0, 1, Chem.BondType.SINGLE)
    return complex.with_changes(atoms=atoms, residues=residues, inhibitor=mol.GetMol())


def test_pairs_within_four_bonds_of_a_covalent_inhibitor_are_left_out():
    table = rs.overlaps(covalent(2), at_least=-20)
    # First carbon: SG 1, CB 2, CA 3, N 4 bonds; second carbon one more of each.
    left = set(zip(table["atom"], table["overlap"].round(3), strict=True))
    assert {name for name, _ in left} == {"N"}
    assert len(table) == 1


def test_a_definition_of_three_bonds_keeps_pairs_four_bonds_apart():
    rule = replace(CLASH_DEFINITIONS["chimerax"], name="three", bonds=3)
    table = rs.overlaps(covalent(2), rule, at_least=-20)
    assert sorted(table["atom"]) == ["CA", "N", "N"]


@pytest.mark.parametrize("distance", [0.0, 0.5, 1.0, 1.8])
def test_an_atom_inside_another_is_a_clash_and_not_a_bond(distance):
    # 1.80 Å is where FASPR puts Ile315 of ABL beside imatinib: carbon and carbon, no bond.
    complex = complex_of([atom("C4", (0, 0, 0))], [atom("C4", (distance, 0, 0))])
    table = rs.clashes(complex)
    assert table["overlap"].tolist() == [pytest.approx(3.76 - distance)]


def test_a_coordinate_that_is_no_number_is_refused():
    with pytest.raises(StructureError, match="atom CB of residue A1 has a coordinate"):
        complex_of([atom("C4", (np.nan, 0, 0))], [atom("C4", (3, 0, 0))])


def test_a_definition_of_ones_own_is_a_few_lines():
    mine = ClashDefinition("mine", {"C": 2.0}, 0.0, 0.1, 4, "this test", "1")
    complex = complex_of([atom("C4", (0, 0, 0))], [atom("C3H1", (3.8, 0, 0))])
    table = rs.clashes(complex, mine)
    assert table["overlap"].tolist() == [pytest.approx(0.2)]
    assert table["definition"].tolist() == ["mine"]
    assert rs.clashes(complex).empty


def test_an_unknown_definition_lists_the_known_ones():
    with pytest.raises(
        InputError, match=r"no clash definition 'chimera'; known are chimerax, .*mean chimerax"
    ):
        rs.clashes(rs.load("2WGJ"), "chimera")


def test_a_missing_radius_names_the_element():
    complex = complex_of([atom("C4", (0, 0, 0))], [atom("Te", (3, 0, 0))])
    with pytest.raises(InputError, match="'chimerax' has no radius for element Te; add one"):
        rs.clashes(complex)
    without = replace(CLASH_DEFINITIONS["bondi"], name="poor", radii={"N": 1.5})
    with pytest.raises(InputError, match="no radius for element C;"):
        without.radius("C3H1")


def test_named_definitions_say_where_they_come_from():
    for name, rule in CLASH_DEFINITIONS.items():
        assert rule.name == name
        assert rule.source
        assert rule.version
        assert clash_definition(name) is rule is clash_definition(rule)


def test_the_numbers_of_the_named_definitions():
    chimerax, bondi = CLASH_DEFINITIONS["chimerax"], CLASH_DEFINITIONS["bondi"]
    assert {k: chimerax.radii[k] for k in RADII} == RADII
    # Bondi 1964, table I.
    expected = {"C": 1.70, "N": 1.55, "O": 1.52, "S": 1.80, "F": 1.47, "Cl": 1.75}
    assert {k: bondi.radii[k] for k in expected} == expected
    for rule in (chimerax, bondi):
        assert (rule.allowance, rule.threshold, rule.bonds) == (0.4, 0.6, 4)


def test_a_missing_radius_is_an_error_even_where_no_pair_is_near():
    base = CLASH_DEFINITIONS["chimerax"]
    radii = {k: v for k, v in base.radii.items() if k != "Cl"}
    with pytest.raises(InputError, match="'chimerax' has no radius for element Cl"):
        rs.clashes(rs.load("2WGJ"), replace(base, radii=radii))
