"""Scores: identities, facts of crystals, pooling."""

import numpy as np
import pytest

import ros1struct as rs
from ros1struct.errors import InputError
from ros1struct.resistance import score as sc
from ros1struct.resistance.verdict import verdict
from ros1struct.sidechains import conformers as soft
from ros1struct.sidechains.sites import obstacle


@pytest.fixture(scope="module")
def met():
    c = rs.load("2WGJ")
    return c, soft.surroundings(c)


def test_the_parts_add_up_to_the_score_and_lie_within_the_interval(met):
    c, around = met
    for number, wild, mutant in ((1163, "G", "R"), (1230, "Y", "H"), (1157, "L", "M")):
        found = sc.resistance_score(around, c.find_residue(number), wild, mutant)
        p = found.parts
        total = p.steric + p.contacts + p.solvent + p.strain + p.transfer
        assert found.score == pytest.approx(total)
        assert found.low <= found.score <= found.high


def test_a_mutation_to_itself_costs_only_the_attraction_that_counts_half(met):
    c, around = met
    same = sc.side(around, c.find_residue(1157), "L")
    found = sc.compare(same, same, distance=3.7)
    whole, half = (sc.costs(same.sampled, sc.Setting(), attraction=w).sum() for w in (1.0, 0.5))
    assert found.score == pytest.approx(half - whole)
    assert found.parts.transfer == 0.0


def test_strain_is_never_negative_for_one_side_chain(met):
    # −RT ln(Z_holo/Z_apo) is at least the mean energy beside the inhibitor (Gibbs–Bogoliubov).
    c, around = met
    for number, letter in ((1163, "R"), (1157, "K"), (1211, "M"), (1160, "W")):
        sampled = soft.conformers(around, c.find_residue(number), letter)
        for setting in (sc.Setting(), *sc.INTERVAL):
            assert sc.costs(sampled, setting, attraction=0.5)[3] >= -1e-9


def test_far_from_the_inhibitor_only_the_transfer_term_is_left_and_it_is_out_of_scope(met):
    c, around = met
    gaps = {}
    for residue in np.flatnonzero(c.residues.role == "protein"):
        own = c.atoms_of(int(residue))
        if "CA" in own and not obstacle(c, int(residue)):
            reach = c.xyz[0, c.inhibitor_heavy] - c.xyz[0, own["CA"]]
            gaps[int(residue)] = np.linalg.norm(reach, axis=1).min()
    residue = max(gaps, key=gaps.get)
    found = sc.resistance_score(around, residue, str(c.residues.letter[residue]), "S")
    assert abs(found.score - found.parts.transfer) < 0.3
    assert not found.in_scope


def test_the_interval_goes_over_every_parameter(met):
    c, around = met
    residue = c.find_residue(1163)
    wild, mutant = (sc.side(around, residue, letter) for letter in "GR")
    found = sc.compare(wild, mutant, distance=3.7)
    bare = found.parts.transfer
    totals = [
        sc.costs(mutant.sampled, s, attraction=s.new_attraction).sum() + bare
        for s in (sc.Setting(), *sc.INTERVAL)
    ]
    assert (found.low, found.high) == pytest.approx((min(totals), max(totals)))
    assert found.low < found.score


def test_a_cap_that_was_not_measured_is_refused():
    with pytest.raises(InputError, match="cap must be one of"):
        sc.Setting(cap=0.7)


# Mutants that crystals show beside the inhibitor, with those crystals; the files of each drug.
CRIZOTINIB = "2XP2 2YFX 4ANQ 4ANS 5AAA 5AAB 5AAC"
GEFITINIB = "4WKQ 2ITY 2ITO 2ITZ 3UG2 4I22"
NERATINIB = "2JIV 3W2Q"
SHOWN = {
    CRIZOTINIB: {"L1196M": "2YFX 4ANS", "G1269A": "4ANQ 4ANS", "L1198F": "5AAA 5AAB"},
    GEFITINIB: {"G719S": "2ITO 3UG2", "L858R": "2ITZ 4I22", "T790M": "3UG2 4I22"},
    NERATINIB: {"T790M": "2JIV 3W2Q", "L858R": "3W2Q"},
}
# Charges as at pH 7.4; the acrylamide has reacted.
SMILES = "CCOc1cc2ncc(C#N)c(Nc3ccc(OCc4ccccn4)c(Cl)c3)c2cc1NC(=O)CCC[NH+](C)C"


def crystal(shared, file):
    more = {"smiles": SMILES} if file in NERATINIB else {}
    return rs.load(shared / "structures/test_only/xray" / f"{file}.pdb", **more)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "mutants"), [(file, SHOWN[drug]) for drug in SHOWN for file in drug.split()]
)
def test_what_crystals_show_beside_the_inhibitor_is_no_clash(shared, file, mutants):
    c = crystal(shared, file)
    around = soft.surroundings(c)
    overlapping = rs.clashes(c)
    overlapping = set(overlapping["residue"][overlapping["part"] == "sidechain"])
    for mutation, own in mutants.items():
        residue = c.find_residue(int(mutation[1:-1]))
        found = verdict(sc.resistance_score(around, residue, mutation[0], mutation[-1]))
        assert found.verdict != "clash", f"{file} {mutation}: {found}"
        if file in own.split():
            # In its own crystal the native side chain is no clash either.
            assert str(c.residues.letter[residue]) == mutation[-1]
            assert c.residue_label(residue) not in overlapping


@pytest.mark.shared
def test_a_mutant_whose_crystal_moves_the_backbone_far_from_the_drug_is_no_claim(shared):
    for file in ("2XP2", "5AAC"):
        c = crystal(shared, file)
        found = sc.resistance_score(soft.surroundings(c), c.find_residue(1156), "C", "Y")
        assert verdict(found).verdict == "out of scope"


@pytest.mark.shared
def test_a_solvent_front_arginine_is_a_clash_with_crizotinib(shared):
    c = crystal(shared, "2XP2")
    found = verdict(sc.resistance_score(soft.surroundings(c), c.find_residue(1202), "G", "R"))
    assert (found.verdict, found.firm) == ("clash", True)
