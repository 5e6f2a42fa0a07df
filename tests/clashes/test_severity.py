"""Severity of clashes, where they sit, strain, and the definitions that came with them."""

import time
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from rdkit import Chem

import ros1struct as rs
from ros1struct.clashes.definitions import CLASH_DEFINITIONS, clash_definition
from ros1struct.clashes.severity import (
    inhibitor_fragments,
    locations,
    native_percentile,
    severity,
    soft_repulsion,
    volume_share,
)
from ros1struct.clashes.strain import internal_clashes, strain
from ros1struct.energy import lennard_jones
from ros1struct.errors import InputError
from synthetic import atom, rebonded
from synthetic import complex_of as bare_complex_of


def complex_of(protein, inhibitor):
    """As in synthetic, with hydrogens counted: energies ask for them."""
    complex = bare_complex_of(protein, inhibitor)
    complex.inhibitor.UpdatePropertyCache(strict=False)
    return complex


def pair(distance, one="C4", other="C4", **flags):
    return complex_of([atom(one, (0, 0, 0), **flags)], [atom(other, (distance, 0, 0))])


def lens(r, s, d):
    """Volume in which two spheres meet, in closed form."""
    if d >= r + s:
        return 0.0
    return np.pi * (r + s - d) ** 2 * (d * d + 2 * d * (r + s) - 3 * (r - s) ** 2) / (12 * d)


@pytest.mark.parametrize("distance", [3.0, 2.5, 2.0, 1.0])
def test_overlap_volume_is_that_of_the_lens(distance):
    # Cubes of 0.1 Å: two per cent of these volumes, more of the smallest.
    found = severity(pair(distance)).loc[0, "overlap_volume"]
    assert found == pytest.approx(lens(1.88, 1.88, distance), rel=0.03)


def test_lenses_that_share_space_count_once():
    one = [atom("C4", (0, 0, 0)), atom("C4", (0.001, 0, 0))]
    twice = complex_of(one, [atom("C4", (2.5, 0, 0))])
    single = severity(pair(2.5)).loc[0, "overlap_volume"]
    assert severity(twice).loc[0, "overlap_volume"] == pytest.approx(single, rel=0.02)


def test_the_numbers_of_a_made_clash():
    complex = complex_of(
        [atom("C4", (0, 0, 0)), atom("C4", (0, 9, 0)), atom("C4", (0, 18, 0))],
        [atom("C4", (3.0, 0, 0)), atom("C4", (2.5, 9, 0)), atom("C4", (3.5, 18, 0))],
    )
    row = severity(complex).iloc[0]
    assert row["clashes"] == 2  # overlaps 0.76 and 1.26; 0.26 is none
    assert row["worst_overlap"] == pytest.approx(1.26, abs=1e-6)
    assert row["summed_overlap"] == pytest.approx(0.76 + 1.26, abs=1e-6)
    assert row["per_1000_atoms"] == pytest.approx(1000 * 2 / 6)
    assert row["percentile"] == 100.0
    assert row["definition"] == "chimerax"


def test_no_pair_no_severity():
    row = severity(pair(30.0)).iloc[0]
    assert (row["clashes"], row["summed_overlap"], row["overlap_volume"]) == (0, 0.0, 0.0)
    assert row["soft_repulsion"] == 0.0
    assert np.isnan(row["worst_overlap"])
    assert np.isnan(row["percentile"])


def test_atoms_on_top_of_each_other():
    row = severity(pair(0.0)).iloc[0]
    assert row["worst_overlap"] == pytest.approx(2 * 1.88)
    assert row["soft_repulsion"] == 10.0
    assert row["overlap_volume"] == pytest.approx(4 / 3 * np.pi * 1.88**3, rel=0.02)


def test_soft_repulsion_is_the_repulsive_branch():
    # CB of alanine and a lone carbon are two kinds of methyl group to OPLS.
    s, e, d = np.sqrt(3.910 * 3.905), np.sqrt(0.160 * 0.175), 3.4
    expected = 4 * e * ((s / d) ** 12 - (s / d) ** 6) + e
    assert soft_repulsion(pair(d)) == pytest.approx(expected, rel=1e-4)
    assert soft_repulsion(pair(4.5)) == 0.0
    # It falls with distance and never exceeds its cap.
    ladder = [soft_repulsion(pair(x)) for x in np.arange(0.0, 4.6, 0.2)]
    assert ladder == sorted(ladder, reverse=True)
    assert max(ladder) == 10.0


@pytest.mark.parametrize("part", [0.95, 1.0, 1.05, 1.1, 1.115, 1.13])
def test_repulsion_ends_where_the_energy_is_lowest(part):
    s, e = np.sqrt(3.910 * 3.905), np.sqrt(0.160 * 0.175)
    expected = 4 * e * (part**-12 - part**-6) + e if part < 2 ** (1 / 6) else 0.0
    assert soft_repulsion(pair(part * s)) == pytest.approx(expected, rel=1e-3, abs=1e-6)


def test_a_hydrogen_bond_is_moved_apart_by_its_allowance():
    apart = complex_of([atom("N", (0, 0, 0), donor=True)], [atom("O", (2.8, 0, 0), acceptor=True)])
    plain = complex_of([atom("N", (0, 0, 0))], [atom("O", (2.8, 0, 0))])
    assert soft_repulsion(apart) < soft_repulsion(plain)


def test_where_clashes_sit():
    complex = rs.load("2WGJ")
    table = locations(complex, at_least=0.1)
    assert set(table["part"]) <= {"backbone", "sidechain"}
    assert table["clashes"].sum() == len(rs.overlaps(complex, at_least=0.1))
    assert table["worst_overlap"].is_monotonic_decreasing
    assert set(table["fragment"]) <= set(inhibitor_fragments(complex).values())
    assert locations(complex).empty


def test_fragments_of_crizotinib():
    found = inhibitor_fragments(rs.load("2WGJ"))
    assert len(found) == 30
    assert len(set(found.values())) == 5  # two rings, an ether, a pyrazole, a piperidine
    assert {"Nc1ccccn1", "C1CC[NH2+]CC1"} <= set(found.values())


def test_a_native_inhibitor_does_not_clash_with_itself():
    for name in ("2WGJ", "3LQ8"):
        assert internal_clashes(rs.load(name)).empty


def test_a_folded_inhibitor_clashes_with_itself():
    complex = rs.load("3LQ8")
    xyz = complex.xyz.copy()
    own = complex.inhibitor_heavy
    from rdkit import Chem

    apart = Chem.GetDistanceMatrix(complex.inhibitor)
    i, j = np.unravel_index(apart.argmax(), apart.shape)
    xyz[0, own[i]] = xyz[0, own[j]] + np.float32(1.0)
    table = internal_clashes(complex.with_coordinates(xyz))
    assert len(table) >= 1
    # 1.73 Å apart.
    assert table["overlap"].iloc[0] > 1.2


def test_strain_is_no_less_than_zero_and_repeats():
    complex = rs.load("2WGJ")
    one = strain(complex, conformers=3)
    assert one["strain"].iloc[0] >= -1e-6
    assert one["strain"].iloc[0] < 15  # a crystal pose; PoseBusters' limit is an energy ratio
    assert strain(complex, conformers=3).equals(one)


def test_native_percentiles():
    assert native_percentile(-5.0) == 0.0
    assert native_percentile(5.0) == 100.0
    assert native_percentile(0.3) <= native_percentile(0.4)
    assert np.isnan(native_percentile(0.3, "mine"))
    assert np.isnan(native_percentile(float("nan")))


@pytest.mark.parametrize("name", ["2WGJ", "3LQ8"])
@pytest.mark.parametrize("definition", ["chimerax", "bondi", "posebusters"])
def test_no_false_alarm_in_bundled_crystals(name, definition):
    row = severity(rs.load(name), definition).iloc[0]
    assert row["clashes"] == 0
    assert volume_share(rs.load(name)) < 0.075


@pytest.mark.parametrize(("distance", "clash"), [(2.54, True), (2.56, False)])
def test_posebusters_clashes_below_three_quarters_of_the_radii(distance, clash):
    assert bool(len(rs.clashes(pair(distance), "posebusters"))) is clash


def dressed(distance, *, give="H", other="O", acceptor=True, charges=(0, 0)):
    """A nitrogen with its hydrogen on the way to an inhibitor atom."""
    complex = complex_of(
        [atom("N", (0, 0, 0), name="N", donor=True, charge=charges[0])],
        [atom(other, (1.0 + distance, 0, 0), acceptor=acceptor, charge=charges[1])],
    )
    a = complex.atoms
    order = [0, 0, 1]
    atoms = replace(a, **{f: getattr(a, f)[order] for f in a.__dataclass_fields__})
    element, united, name = atoms.element.copy(), atoms.united.copy(), atoms.name.copy()
    element[1], united[1], name[1] = "H", "H", "H"
    flags = atoms.donor & (element != "H")
    atoms = replace(atoms, element=element, united=united, name=name, donor=flags)
    xyz = complex.xyz[:, order].copy()
    xyz[0, 1, 0] = 1.0
    return complex.with_changes(atoms=atoms, xyz=xyz)


@pytest.mark.parametrize(
    ("charges", "acceptor", "allowance"), [((0, 0), True, 0.6), ((1, -1), True, 0.8),
                                           ((0, 0), False, 0.0)],
)  # fmt: skip
def test_molprobity_allows_hydrogen_bonds(charges, acceptor, allowance):
    complex = dressed(1.7, charges=charges, acceptor=acceptor)
    table = rs.overlaps(complex, "molprobity", at_least=-3.0)
    row = table[table["atom"] == "H"].iloc[0]
    assert row["allowance"] == allowance
    assert row["overlap"] == pytest.approx(1.05 + 1.40 - allowance - 1.7, abs=1e-6)


def test_molprobity_asks_for_hydrogens():
    with pytest.raises(InputError, match=r"'molprobity' needs explicit hydrogens, and the protein"):
        rs.clashes(rs.load("2WGJ"), "molprobity")


def test_molprobity_is_refused_where_side_chains_are_built():
    with pytest.raises(InputError, match=r"needs hydrogens and cannot judge side chains"):
        rs.scan(rs.load("2WGJ"), ["D1164N"], details=True, definition="molprobity")


def test_hydrogens_belong_to_the_nearest_atom():
    complex = dressed(1.7)
    assert complex.topology.hydrogens[0].tolist() == [1, -1, -1, -1]
    assert (rs.load("2WGJ").topology.hydrogens == -1).all()


def test_every_definition_is_complete_for_the_inhibitors():
    complex = rs.load("2WGJ")
    for name, rule in CLASH_DEFINITIONS.items():
        for united in set(complex.atoms.united):
            assert rule.radius(str(united)) > 1, name


def test_pairs_within_four_bonds_of_the_inhibitor_are_no_clash_of_its_own():
    complex = rs.load("2WGJ")
    three = replace(clash_definition("chimerax"), name="three", bonds=3, threshold=-9.0)
    four = replace(three, name="four", bonds=4)
    assert len(internal_clashes(complex, three)) == len(internal_clashes(complex, four)) > 0
    five = replace(three, name="five", bonds=5)
    assert len(internal_clashes(complex, five)) < len(internal_clashes(complex, four))


def test_an_inhibitor_far_from_the_protein_shares_no_volume():
    complex = rs.load("2WGJ")
    xyz = complex.xyz.copy()
    xyz[0, complex.inhibitor_heavy] += np.float32(200.0)
    assert volume_share(complex.with_coordinates(xyz)) == 0.0


def test_a_complex_on_one_point_is_measured_in_time():
    complex = rs.load("2WGJ")
    begun = time.process_time()
    table = severity(complex.with_coordinates(np.zeros_like(complex.xyz)))
    assert time.process_time() - begun < 20
    # The largest lens is the sphere of the smaller of two carbons with four neighbours.
    assert table["overlap_volume"].item() == pytest.approx(4 / 3 * np.pi * 1.88**3, rel=0.02)


def test_what_a_covalent_bond_joins_does_not_repel():
    """Pairs with the sulphur or the carbon that it is bonded to are left out, and no other."""
    c = rs.load("crizotinib")
    sulphur = np.flatnonzero((c.atoms.name == "SG") & (c.atoms.element == "S"))
    carbon = c.inhibitor_heavy[c.atoms.element[c.inhibitor_heavy] == "C"]
    gap = np.linalg.norm(c.xyz[0, sulphur][:, None] - c.xyz[0, carbon], axis=2)
    i, j = np.unravel_index(gap.argmin(), gap.shape)
    toward = c.xyz[0, sulphur[i]] - c.xyz[0, carbon[j]]
    xyz = c.xyz[0].copy()
    xyz[carbon[j]] += toward * (1 - 1.81 / np.linalg.norm(toward))
    bonded = rebonded(c, xyz)
    assert bonded.bonded_to_protein()
    sigma, epsilon = lennard_jones.parameters(bonded)
    a, total = bonded.atoms, 0.0
    for p in bonded.protein_heavy:
        for q in bonded.inhibitor_heavy:
            if p == sulphur[i] or q == carbon[j]:
                continue
            s, e = lennard_jones.mixed(sigma[p], epsilon[p], sigma[q], epsilon[q])
            d = float(np.linalg.norm(xyz[p].astype(float) - xyz[q]))
            d += 0.4 * bool((a.donor[p] and a.acceptor[q]) or (a.acceptor[p] and a.donor[q]))
            if d < s * 2 ** (1 / 6):
                total += min(4 * e * ((s / d) ** 12 - (s / d) ** 6) + e, 10.0)
    assert total > 0
    assert soft_repulsion(bonded) == pytest.approx(total, rel=1e-4)


@pytest.mark.parametrize("name", ["2WGJ", "3LQ8", "lorlatinib"])
@pytest.mark.parametrize("definition", ["chimerax", "bondi"])
@pytest.mark.parametrize("part", [0.9, 0.75, 0.6])
def test_internal_clashes_are_those_of_a_loop_over_pairs(name, definition, part):
    """Of an inhibitor drawn together; pairs of a donor and an acceptor have their allowance."""
    c, rule = rs.load(name), clash_definition(definition)
    own, a = c.inhibitor_heavy, c.atoms
    xyz = c.xyz.copy()
    xyz[0, own] = part * xyz[0, own]
    small = c.with_coordinates(xyz)
    apart = Chem.GetDistanceMatrix(c.inhibitor)
    wanted = {}
    for i, j in combinations(range(len(own)), 2):
        if apart[i, j] <= max(rule.bonds, 4):
            continue
        p, q = own[i], own[j]
        gap = float(np.linalg.norm(xyz[0, p].astype(float) - xyz[0, q]))
        bond = (a.donor[p] and a.acceptor[q]) or (a.acceptor[p] and a.donor[q])
        radii = rule.scale * (rule.radius(str(a.united[p])) + rule.radius(str(a.united[q])))
        overlap = radii - rule.allowance * bool(bond) - gap
        if overlap >= rule.threshold:
            wanted[str(a.name[p]), str(a.name[q])] = overlap
    table = internal_clashes(small, rule)
    pairs = zip(table["inhibitor_atom"], table["other_atom"], strict=True)
    found = dict(zip(pairs, table["overlap"], strict=True))
    assert found == pytest.approx(wanted, abs=1e-5)
    assert table["overlap"].is_monotonic_decreasing
    assert part > 0.7 or wanted


def test_a_donor_and_an_acceptor_of_an_inhibitor_may_come_as_near_as_a_hydrogen_bond():
    def folded(**flags):
        """Two atoms 2.9 Å apart with five bonds between them."""
        places = [(0, 0, 0), (0, 1.5, 0), (0, 3, 0), (1.2, 4, 0), (2.4, 3, 0), (2.9, 0, 0)]
        ends = [atom("OH", p, **(flags if k in (0, 5) else {})) for k, p in enumerate(places)]
        complex = bare_complex_of([atom("C4", (0, 0, 30.0))], ends)
        mol = Chem.RWMol(complex.inhibitor)
        for k in range(5):
            mol.AddBond(k, k + 1, Chem.BondType.SINGLE)
        return complex.with_changes(inhibitor=mol.GetMol())

    tight = replace(clash_definition("chimerax"), threshold=-0.1, allowance=0.6)
    assert len(internal_clashes(folded(), tight)) == 1
    assert len(internal_clashes(folded(donor=True), tight)) == 1
    assert len(internal_clashes(folded(acceptor=True), tight)) == 1
    assert internal_clashes(folded(donor=True, acceptor=True), tight).empty
