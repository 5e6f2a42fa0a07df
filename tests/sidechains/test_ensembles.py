from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from rdkit import Chem
from scipy.spatial.transform import Rotation

import ros1struct as rs
from ros1struct.clashes.definitions import CLASH_DEFINITIONS
from ros1struct.errors import InputError, StructureError
from ros1struct.sidechains.ensembles import SETTLED, build_ensemble, converged_ensemble
from ros1struct.sidechains.measure import surroundings
from ros1struct.sidechains.rotamers import grid, rotamers
from ros1struct.sidechains.sites import (
    backbone_torsions,
    locate,
    neighbours,
    obstacle,
    proline_obstacle,
)
from ros1struct.structure.geometry import place
from ros1struct.structure.mutation import Substitution
from ros1struct.structure.residues import residue_type
from synthetic import rebonded

LETTERS = "ACDEFGHIKLMNPQRSTVWY"


@pytest.fixture(scope="module")
def met():
    return rs.load("2WGJ")


@pytest.fixture(scope="module")
def whole():
    return rs.load("3LQ8")


def at(complex, number):
    return complex.find_residue(number)


def bonds_apart(complex, residue, letter):
    """Bonds between atoms of the new side chain and of the neighbours, in RDKit's tripeptide.

    {(side-chain atom, residue index, atom): bonds}
    """
    before, after = (str(complex.residues.letter[residue + k]) for k in (-1, 1))
    mol = Chem.MolFromSequence(before + letter + after)
    paths = Chem.GetDistanceMatrix(mol)
    label = []
    for atom in mol.GetAtoms():
        info = atom.GetPDBResidueInfo()
        name, number = info.GetName().strip(), info.GetResidueNumber()
        if (before + letter + after)[number - 1] == "I":  # RDKit swaps isoleucine's names
            name = {"CG1": "CG2", "CG2": "CG1"}.get(name, name)
        label.append((residue + number - 2, name))
    return {
        (a[1], *b): int(paths[i, j])
        for i, a in enumerate(label)
        for j, b in enumerate(label)
        if a[0] == residue != b[0]
    }


def brute_force(complex, residue, letter, rule, points=3):
    """Weights and worst overlaps of every sample, one by one, from the definitions alone."""
    a, xyz = complex.atoms, complex.xyz[0].astype(float)
    own, kind = complex.atoms_of(residue), residue_type(letter)
    phi, psi, _ = backbone_torsions(complex, residue)
    found = rotamers(letter, phi, psi)
    offsets, weights = grid(points)
    apart = bonds_apart(complex, residue, letter)
    around = [
        i
        for i in range(len(a))
        if a.element[i] != "H"
        and complex.residues.role[a.residue[i]] in ("protein", "inhibitor")
        and a.residue[i] != residue
        and np.linalg.norm(xyz[i] - xyz[own["CA"]]) < 15
    ]
    for r, p in enumerate(found.probability):
        for choice in np.ndindex(*[points] * found.chi.shape[1]):
            w = p * np.prod([weights[c] for c in choice])
            chi = [found.chi[r, k] + found.sigma[r, k] * offsets[c] for k, c in enumerate(choice)]
            atoms = {n: xyz[own[n]] for n in ("N", "CA", "C")}
            worst = {"protein": -np.inf, "inhibitor": -np.inf}
            for step in kind.places:
                angle = step.torsion + (chi[step.chi - 1] if step.chi else 0)
                parents = (atoms[x] for x in step.parents)
                here = atoms[step.atom] = place(*parents, step.bond, step.angle, angle)
                for i in around:
                    if apart.get((step.atom, int(a.residue[i]), str(a.name[i])), 99) <= 4:
                        continue
                    bond = (step.atom in kind.donors and a.acceptor[i]) or (
                        step.atom in kind.acceptors and a.donor[i]
                    )
                    reach = rule.radius(kind.classes[step.atom]) + rule.radius(str(a.united[i]))
                    overlap = reach - 0.4 * bool(bond) - np.linalg.norm(here - xyz[i])
                    role = str(complex.residues.role[a.residue[i]])
                    worst[role] = max(worst[role], overlap)
            yield w, worst["protein"], worst["inhibitor"]


# Beside a glycine, beside prolines, the gatekeeper; types with few samples.
@pytest.mark.parametrize(
    ("number", "letter"),
    [(1163, "S"), (1163, "T"), (1157, "V"), (1157, "C"), (1159, "L"), (1158, "P"), (1157, "P"),
     (1160, "F"), (1092, "I")],
)  # fmt: skip
def test_free_probabilities_are_those_of_samples_built_one_by_one(met, number, letter):
    residue = at(met, number)
    rule = CLASH_DEFINITIONS["chimerax"]
    weight, apo, inhibitor = np.array(list(brute_force(met, residue, letter, rule))).T
    found = build_ensemble(met, residue, letter)
    assert np.allclose(found.weight, weight, rtol=1e-9)
    # Overlaps below 0 are not looked for beyond the nearest atoms; those above 0 must agree.
    for mine, theirs in ((found.apo, apo), (found.inhibitor, inhibitor)):
        seen = theirs > 0
        assert np.allclose(mine[seen], theirs[seen], atol=1e-6)
        assert (mine[~seen] <= 1e-6).all()
    for threshold in (0.2, 0.4, 0.6, 1.0):
        free = apo < threshold
        both = free & (inhibitor < threshold)
        assert found.free(threshold) == pytest.approx((weight[free].sum(), weight[both].sum()))


@pytest.mark.parametrize("letter", LETTERS)
def test_free_probabilities_are_ordered_and_weights_sum_to_one(met, letter):
    found = build_ensemble(met, at(met, 1157), letter)
    assert found.weight.sum() == pytest.approx(1)
    apo, holo = found.free()
    assert 0 <= holo <= apo <= 1 + 1e-12


@pytest.mark.parametrize("letter", list("RMFYLV"))
def test_free_probabilities_rise_with_the_threshold(met, letter):
    found = build_ensemble(met, at(met, 1157), letter)
    values = np.array([found.free(t) for t in [*np.linspace(0, 3, 31), 9.0]])
    assert (np.diff(values, axis=0) >= -1e-12).all()
    assert values[-1] == pytest.approx((1, 1))


def test_a_threshold_below_what_was_measured_is_refused(met):
    found = build_ensemble(met, at(met, 1157), "V")
    with pytest.raises(InputError, match=r"threshold must be 0 Å or more .* found -0\.4"):
        found.free(-0.4)
    with pytest.raises(InputError, match="found nan"):
        found.free(float("nan"))


@pytest.mark.parametrize("number", [1157, 1163, 1160])
def test_a_definition_with_a_negative_threshold_measures_that_far(met, number):
    residue = at(met, number)
    for threshold in (-0.4, -1.0, -1.5):
        rule = replace(CLASH_DEFINITIONS["chimerax"], name="contact", threshold=threshold)
        ((weight, apo, inhibitor),) = brute_force(met, residue, "A", rule)
        free = float(apo < threshold), float(apo < threshold and inhibitor < threshold)
        found = build_ensemble(met, residue, "A", definition=rule)
        assert (weight, found.free()) == (1, free)
        assert (found.apo[0] >= threshold) == (apo >= threshold)


@pytest.mark.parametrize(("number", "letter"), [(1157, "P"), (1157, "V"), (1159, "K"), (1158, "P")])
def test_bonds_to_the_neighbours_are_rdkits(met, number, letter):
    residue = at(met, number)
    apart = bonds_apart(met, residue, letter)
    own = met.atoms_of(residue)
    around = surroundings(met, residue, (), met.xyz[0, own["CA"]].astype(float), 12.0)
    name = {met.xyz[0, i].astype(float).tobytes(): i for i in met.protein_heavy}
    for side, (to_n, to_c) in residue_type(letter).bonds_to_backbone().items():
        total = np.minimum(around.from_n + to_n, around.from_c + to_c)
        for xyz, bonds in zip(around.xyz, total, strict=True):
            i = name.get(xyz.tobytes())
            if i is None:
                continue
            expected = apart.get((side, int(met.atoms.residue[i]), str(met.atoms.name[i])), 99)
            assert (bonds if bonds <= 4 else 99) == (expected if expected <= 4 else 99)


def without_inhibitor_near(complex, shift=50.0):
    xyz = complex.xyz[0].copy()
    xyz[complex.inhibitor_heavy] += shift
    return complex.with_coordinates(xyz)


@pytest.mark.parametrize("letter", list("RMFW"))
def test_an_inhibitor_far_away_takes_nothing(met, letter):
    residue = at(met, 1157)
    found = build_ensemble(without_inhibitor_near(met), residue, letter)
    apo, holo = found.free()
    assert apo == holo == build_ensemble(met, residue, letter).free()[0]
    assert np.isinf(found.distance).all() or found.distance.min() > 30


def caged(complex, residue):
    """Move the inhibitor's atoms onto a sphere around Cβ, clear of the protein's."""
    xyz = complex.xyz[0].copy()
    own = complex.atoms_of(residue)
    n, ca, c = (xyz[own[x]].astype(float) for x in ("N", "CA", "C"))
    k = np.arange(400) + 0.5
    polar, turn = np.arccos(1 - 2 * k / len(k)), np.pi * (1 + 5**0.5) * k
    sphere = np.c_[np.cos(turn) * np.sin(polar), np.sin(turn) * np.sin(polar), np.cos(polar)]
    places = place(c, n, ca, 1.53, 110.5, -122.6) + 2.4 * sphere
    protein = xyz[complex.protein_heavy]
    clear = np.linalg.norm(places[:, None] - protein, axis=2).min(1) > 2.3
    places = places[clear]
    count = len(complex.inhibitor_heavy)
    xyz[complex.inhibitor_heavy] = places[np.linspace(0, len(places) - 1, count).astype(int)]
    return complex.with_coordinates(xyz)


@pytest.mark.parametrize("letter", [x for x in LETTERS if x != "G"])
def test_nothing_fits_in_a_cage(met, letter):
    residue = at(met, 1163)
    found = build_ensemble(caged(met, residue), residue, letter)
    assert found.free()[1] == 0
    assert found.inhibitor.min() > 0.6


def test_glycine_fits_everywhere(met):
    residue = at(met, 1163)
    assert build_ensemble(caged(met, residue), residue, "G").free() == (1, 1)


def test_a_side_chain_atom_on_top_of_an_inhibitor_atom_has_a_finite_overlap(met):
    residue = at(met, 1163)
    # Where serine's Oγ would be in its most likely rotamer: 2.4 Å from Cα.
    best = rotamers("S", *backbone_torsions(met, residue)[:2])
    own = met.atoms_of(residue)
    atoms = {x: met.xyz[0, own[x]].astype(float) for x in ("N", "CA", "C")}
    for step in residue_type("S").places:
        turn = step.torsion + (best.chi[0, 0] if step.chi else 0)
        atoms[step.atom] = place(*(atoms[x] for x in step.parents), step.bond, step.angle, turn)
    xyz = met.xyz[0].copy()
    first = met.inhibitor_heavy[0]
    xyz[first] = atoms["OG"]
    found = build_ensemble(met.with_coordinates(xyz), residue, "S")
    reach = 1.46 + CLASH_DEFINITIONS["chimerax"].radius(str(met.atoms.united[first]))
    allowed = 0.4 * bool(met.atoms.donor[first] or met.atoms.acceptor[first])
    assert found.inhibitor[1] == pytest.approx(reach - allowed, abs=1e-3)


def test_waters_do_not_matter(met):
    residue = at(met, 1157)
    keep = met.residues.role[met.atoms.residue] != "water"
    assert not keep.all()
    dry = met.with_changes(
        atoms=met.atoms[keep], xyz=met.xyz[:, keep],
        residues=met.residues[: int(met.atoms.residue[keep].max()) + 1],
    )  # fmt: skip
    flooded = met.xyz[0].copy()
    flooded[~keep] = flooded[met.atoms_of(residue)["CB"]] + 1.5
    for letter in "MR":
        expected = build_ensemble(dry, residue, letter)
        equal(expected, build_ensemble(met, residue, letter))
        equal(expected, build_ensemble(met.with_coordinates(flooded), residue, letter))


def equal(a, b):
    for name in ("weight", "apo", "inhibitor", "distance"):
        assert np.array_equal(getattr(a, name), getattr(b, name)), name
    assert all(np.array_equal(a.kinds[k], b.kinds[k]) for k in a.kinds)
    assert (a.phi, a.psi) == (b.phi, b.psi)


def test_a_rigid_motion_changes_no_overlap(met):
    turn = Rotation.from_euler("xyz", [33, -70, 140], degrees=True)
    moved = met.with_coordinates(turn.apply(met.xyz[0].astype(float)) + np.array([4.0, -9, 2]))
    for letter in "MFK":
        a = build_ensemble(met, at(met, 1157), letter)
        b = build_ensemble(moved, at(moved, 1157), letter)
        seen = np.maximum(a.apo, a.inhibitor) > 0
        assert np.allclose(a.apo[seen], b.apo[seen], atol=1e-4)
        assert a.free() == pytest.approx(b.free(), abs=0.02)  # a sample at the threshold may turn


def test_the_side_chain_that_is_there_does_not_matter(met):
    residue = at(met, 1157)
    own = met.atoms_of(residue)
    xyz = met.xyz[0].copy()
    for name, i in own.items():
        if name not in ("N", "CA", "C", "O"):
            xyz[i] += 1.7
    equal(
        build_ensemble(met.with_coordinates(xyz), residue, "M"), build_ensemble(met, residue, "M")
    )


@pytest.mark.parametrize("letter", list("PGAV"))
def test_a_residue_does_not_clash_with_its_bonded_neighbours(whole, letter):
    # On the backbone of every residue of that type in a crystal, its own ensemble has a place.
    index = np.flatnonzero(whole.residues.letter == letter)
    free = [
        build_ensemble(whole, int(i), letter).free()[0]
        for i in index
        if not obstacle(whole, int(i))
    ]
    assert len(free) >= 5
    assert np.median(free) > 0.9


def test_lysine_near_the_edge_of_the_search_still_sees_the_inhibitor(met):
    residue = at(met, 1163)
    ca = met.xyz[0, met.atoms_of(residue)["CA"]].astype(float)
    # The same, with the inhibitor one point 12.2 Å from Cα, beyond the 12 Å of small residues.
    direction = np.array([0.0, 0.0, 1.0])
    xyz = met.xyz[0].copy()
    xyz[met.inhibitor_heavy] = ca + 12.2 * direction
    far = build_ensemble(met.with_coordinates(xyz), residue, "K").distance
    assert np.isfinite(far).all()


def test_finer_grids_are_used_until_free_probabilities_settle(met):
    residue = at(met, 1157)
    assert converged_ensemble(met, residue, "M").points == 3
    found = converged_ensemble(met, residue, "R")
    assert found.points in (5, 7)
    coarser = build_ensemble(met, residue, "R", points=found.points - 2)
    change = np.abs(np.subtract(found.free(), coarser.free())).max()
    assert change < SETTLED or found.points == 7


@pytest.mark.parametrize(
    ("free", "settled"),
    [((0.5, 0.3), 5), ((0.515, 0.3), 5), ((0.515, 0.285), 5), ((0.53, 0.3), 7), ((0.5, 0.27), 7)],
)
def test_a_grid_is_fine_enough_where_the_next_changes_neither_probability(
    met, monkeypatch, free, settled
):
    first = {3: (0.5, 0.3), 5: free, 7: (0.9, 0.9)}

    def made(complex, residue, letter, *, points=3, **how):
        return SimpleNamespace(points=points, free=lambda: first[points])

    monkeypatch.setattr("ros1struct.sidechains.ensembles.build_ensemble", made)
    assert converged_ensemble(met, 0, "K").points == settled
    assert converged_ensemble(met, 0, "L").points == 3


def test_the_table_has_one_row_per_rotamer_that_adds_up(met):
    found = rs.ensemble(met, "L1157M")
    table = found.table()
    count = len(found.found.probability)
    assert len(table) == count == len(found.weight) // 27
    assert (table["probability"] * table["free_apo"]).sum() == pytest.approx(found.free()[0])
    assert (table["probability"] * table["free_holo"]).sum() == pytest.approx(found.free()[1])
    assert (table["free_holo"] <= table["free_apo"] + 1e-12).all()
    assert table["rotamer"].tolist() == list(range(1, count + 1))
    assert list(table.filter(like="chi")) == ["chi1", "chi2", "chi3"]
    assert table["name"].is_unique
    assert set(table["threshold"]) == {found.threshold}
    assert set(table["definition"]) == {"chimerax"}


@pytest.mark.parametrize(
    "mutation", ["L1157M", "L1157A", "L1157G", "G1163R", "M1211F", "I1084M", "Y1159P"]
)
def test_a_row_is_one_sample_and_free_exactly_if_its_rotamer_is(met, mutation):
    found = rs.ensemble(met, mutation)
    table = found.table()
    count = len(table)
    apo, inhibitor, distance = (
        x.reshape(count, -1) for x in (found.apo, found.inhibitor, found.distance)
    )
    best = [table[c].to_numpy()[:, None] for c in ("apo_overlap", "inhibitor_overlap")]
    same = (apo == best[0]) & (inhibitor == best[1])
    same &= distance == table["min_distance"].to_numpy()[:, None]
    assert same.any(axis=1).all()
    shown = (table["apo_overlap"] < found.threshold) & (
        table["inhibitor_overlap"] < found.threshold
    )
    assert shown.tolist() == (table["free_holo"] > 0).tolist()
    fits = table["apo_overlap"] < found.threshold
    assert fits.tolist() == (table["free_apo"] > 0).tolist()
    # Nothing free of the protein overlaps less with the inhibitor.
    for row in np.flatnonzero(fits):
        assert inhibitor[row][apo[row] < found.threshold].min() == best[1][row, 0]
    for row in np.flatnonzero(~fits):
        assert apo[row].min() == best[0][row, 0]


def test_the_least_overlaps_of_different_samples_are_not_put_together(met):
    found = rs.ensemble(met, "I1084M")
    apo, inhibitor = (
        x.reshape(len(found.found.probability), -1) for x in (found.apo, found.inhibitor)
    )
    apart = (apo.min(1) < found.threshold) & (inhibitor.min(1) < found.threshold)
    free = found.table()["free_holo"] > 0
    assert (apart & ~free).any(), "the mutation no longer tells the two apart"
    assert (found.table()["inhibitor_overlap"][apart & ~free] >= found.threshold).all()


@pytest.mark.parametrize(
    "mutation", ["L1157M", rs.parse_mutation("L1157M"), Substitution("L", 1157, "M")]
)
def test_a_mutation_may_be_text_or_parsed(met, mutation):
    assert rs.ensemble(met, mutation).letter == "M"


def test_a_compound_mutation_is_refused(met):
    with pytest.raises(InputError, match="one substitution expected, found 2"):
        rs.ensemble(met, "L1157M/G1163R")


def test_the_wrong_wild_type_names_the_residue_that_is_there(met):
    with pytest.raises(InputError, match=r"residue 1163 of 2WGJ is Gly, not L; check the letter"):
        rs.ensemble(met, "L1163R")


def test_a_residue_that_is_absent_is_an_error(met):
    with pytest.raises(StructureError, match="2WGJ: G2032R: residue 2032 is not in the structure"):
        rs.ensemble(met, "G2032R")


@pytest.mark.parametrize("letter", ["B", "X", "?"])
def test_an_unknown_letter_is_refused(met, letter):
    with pytest.raises(InputError, match=r"L1157: no amino acid '.'"):
        build_ensemble(met, at(met, 1157), letter)


def test_the_edge_of_a_fragment_cannot_be_built(met):
    first = 0
    assert "residue before it is missing" in obstacle(met, first)
    with pytest.raises(StructureError, match="no side chain can be built: the residue before it"):
        build_ensemble(met, first, "R")


def test_a_missing_backbone_atom_is_named(met):
    residue = at(met, 1157)
    keep = np.ones(len(met.atoms), dtype=bool)
    keep[met.atoms_of(residue)["O"]] = False
    cut = met.with_changes(atoms=met.atoms[keep], xyz=met.xyz[:, keep])
    assert obstacle(cut, residue) == "backbone atoms missing: O"


def test_neighbours_are_bonded_ones(met):
    residue = at(met, 1158)
    before, after = neighbours(met, residue)
    assert {"C", "CA", "N", "O"} <= before.keys() & after.keys()
    xyz = met.xyz[0]
    own = met.atoms_of(residue)
    assert np.linalg.norm(xyz[before["C"]] - xyz[own["N"]]) == pytest.approx(1.33, abs=0.05)
    assert np.linalg.norm(xyz[after["N"]] - xyz[own["C"]]) == pytest.approx(1.33, abs=0.05)
    assert neighbours(met, 0)[0] == {}


def test_residues_beside_a_gap_are_no_neighbours(met):
    number = met.residues.uniprot
    ends = [
        i
        for i in range(int((met.residues.role == "protein").sum()) - 1)
        if number[i] and number[i + 1] and number[i + 1] != number[i] + 1
    ]
    assert ends
    for i in ends:
        assert neighbours(met, i)[1] == {}
        assert neighbours(met, i + 1)[0] == {}
        assert np.isnan(backbone_torsions(met, i)[1])


def test_backbone_torsions_are_mdtrajs(whole):
    import mdtraj

    trajectory = whole.to_mdtraj()
    for compute, column in ((mdtraj.compute_phi, 0), (mdtraj.compute_psi, 1)):
        index, values = compute(trajectory)
        middle = 2 if column == 0 else 1
        for atoms, value in zip(index, np.degrees(values[0]), strict=True):
            residue = int(whole.atoms.residue[atoms[middle]])
            mine = backbone_torsions(whole, residue)[column]
            if np.isnan(mine):  # mdtraj does not look for breaks of the chain
                continue
            assert abs((mine - value + 180) % 360 - 180) < 0.05


def test_locate_finds_by_number_and_knows_what_is_absent(met):
    residue = locate(met, Substitution("G", 1163, "R"))
    assert met.residue_label(residue) == "G1163"
    assert locate(met, Substitution("G", 9999, "R")) is None


def test_a_disulphide_is_an_obstacle(met):
    residue = at(met, 1157)
    other = at(met, 1163)
    element = met.atoms.element.copy()
    tip, partner = met.atoms_of(residue)["CD1"], met.atoms_of(other)["CA"]
    element[[tip, partner]] = "S"
    xyz = met.xyz[0].copy()
    xyz[partner] = xyz[tip] + [0, 0, 2.05]
    made = met.with_changes(atoms=replace(met.atoms, element=element), xyz=xyz[None])
    assert obstacle(made, residue) == "in a disulphide with G1163"


def test_a_cysteine_bonded_to_the_inhibitor_cannot_be_mutated_beside_it(whole):
    residue = next(
        int(i) for i in np.flatnonzero(whole.residues.letter == "C") if not obstacle(whole, int(i))
    )
    xyz = whole.xyz[0].copy()
    tip = xyz[whole.atoms_of(residue)["SG"]]
    others = np.delete(xyz[whole.protein_heavy], 0, axis=0)
    around = tip + 1.82 * np.vstack([np.eye(3), -np.eye(3)])
    clear = np.sort(np.linalg.norm(around[:, None] - others, axis=2), axis=1)[:, 1]
    xyz[whole.inhibitor_heavy[0]] = around[np.argmax(clear)]
    made = rebonded(whole, xyz)
    assert obstacle(made, residue) == "covalently bonded to the inhibitor"
    with pytest.raises(StructureError, match="covalently bonded to the inhibitor"):
        build_ensemble(made, residue, "S")


def test_a_proline_after_a_residue_without_its_alpha_carbon_is_no_traceback(met):
    residue = next(
        int(r)
        for r in np.flatnonzero(met.residues.role == "protein")
        if not obstacle(met, int(r)) and abs(backbone_torsions(met, int(r))[0] + 63) < 30
    )
    keep = np.ones(len(met.atoms), dtype=bool)
    keep[met.atoms_of(residue - 1)["CA"]] = False
    cut = met.with_changes(atoms=met.atoms[keep], xyz=met.xyz[:, keep])
    assert not obstacle(cut, residue)
    assert "the residue before it lacks CA" in proline_obstacle(cut, residue)
