"""Scores: identities, facts of crystals, pooling."""

import numpy as np
import pytest

import ros1struct as rs
from ros1struct.energy import soft as energies
from ros1struct.errors import InputError
from ros1struct.resistance import score as sc
from ros1struct.sidechains import conformers as soft
from ros1struct.sidechains.sites import obstacle


@pytest.fixture(scope="module")
def met():
    c = rs.load("2WGJ")
    return c, energies.surroundings(c)


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
