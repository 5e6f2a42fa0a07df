"""Scores written out from their formula, sample by sample, and what must not change them."""

import numpy as np
import pytest

import ros1struct as rs
from ros1struct import lennard_jones
from ros1struct.errors import InputError, StructureError
from ros1struct.packing import CUTOFF, bonded, candidates, field_of
from ros1struct.scores import energies, score_difference, scores
from ros1struct.sidechains import RT


@pytest.fixture(scope="module")
def met():
    return rs.load("2WGJ")


def away(c, shift=60.0):
    xyz = c.xyz[0].copy()
    xyz[c.inhibitor_heavy] += shift
    return c.with_coordinates(xyz)


def by_hand(c, residue, made, *, holo, repulsive):
    """−RT ln Z from pairs of atoms, one at a time."""
    sigma, epsilon = lennard_jones.parameters(c)
    table = lennard_jones.residue_parameters(made.kind)
    others = [*c.protein_heavy, *(c.inhibitor_heavy if holo else ())]
    others = np.array([i for i in others if c.atoms.residue[i] != residue])
    xyz = c.xyz[0].astype(float)
    z = 0.0
    for k in range(len(made)):
        total = made.prior[k]
        for name, place in zip(made.kind.sidechain, made.xyz[k], strict=True):
            seen = others[~np.isin(others, bonded(c, residue, made.kind, name))]
            gap = np.linalg.norm(xyz[seen] - place, axis=1)
            seen, gap = seen[gap < CUTOFF], gap[gap < CUTOFF]
            six = (np.sqrt(sigma[seen] * table[name][0]) / gap) ** 6
            e = np.minimum(4 * np.sqrt(epsilon[seen] * table[name][1]) * (six**2 - six), 10.0)
            total += (np.maximum(e, 0) if repulsive else e).sum()
        z += np.exp(-total / RT)
    return -RT * np.log(z)


# Types without hydrogen bonds, so that the formula is short.
@pytest.mark.parametrize(("number", "letter"), [(1157, "V"), (1163, "A"), (1160, "L")])
def test_costs_are_the_formula(met, number, letter):
    residue = met.find_residue(number)
    made = candidates(field_of(met, [residue]), residue, letter)
    found = energies(met, residue, letter)
    for repulsive, cost in ((True, found.repulsion_cost), (False, found.cost)):
        holo, apo = (by_hand(met, residue, made, holo=h, repulsive=repulsive) for h in (1, 0))
        assert cost == pytest.approx(holo - apo, abs=1e-6)


@pytest.mark.parametrize("letter", "RNSFWY")
def test_parts_add_up_to_the_energy_of_packing(met, letter):
    residue = met.find_residue(1163)
    found = energies(met, residue, letter)
    for holo in (True, False):
        packed = candidates(field_of(met, [residue], holo=holo), residue, letter).energy
        mine = found.prior + found.protein + (found.inhibitor if holo else 0.0)
        assert np.allclose(mine, packed, atol=1e-9)
    assert (found.protein_repulsion >= 0).all()
    assert (found.inhibitor_repulsion >= 0).all()


@pytest.mark.parametrize(("wild", "mutant"), [("G", "R"), ("L", "M"), ("D", "N")])
def test_an_inhibitor_far_away_costs_nothing(met, wild, mutant):
    far = scores(away(met), met.find_residue(1163), wild, mutant)
    assert (far.steric_penalty, far.interaction_ddg) == pytest.approx((0, 0), abs=1e-9)


def test_a_residue_against_itself_and_glycine(met):
    residue = met.find_residue(1157)
    own = energies(met, residue, "L")
    same = score_difference(own, own)
    assert (same.steric_penalty, same.interaction_ddg) == (0.0, 0.0)
    nothing = energies(met, residue, "G")
    assert (nothing.cost, nothing.repulsion_cost) == (0.0, 0.0)


def test_repulsion_never_gains_and_the_way_back_costs_the_opposite(met):
    residue = met.find_residue(1163)
    there, back = scores(met, residue, "G", "R"), scores(met, residue, "R", "G")
    assert there.steric_penalty == pytest.approx(-back.steric_penalty)
    assert there.interaction_ddg == pytest.approx(-back.interaction_ddg)
    for letter in "ASVLFWR":
        assert energies(met, residue, letter).repulsion_cost >= -1e-9


def test_a_finer_grid_tells_the_error_of_sampling(met):
    row = rs.scan(met, "L1157M").iloc[0]
    coarse, fine = (scores(met, met.find_residue(1157), "L", "M", points=p) for p in (3, 5))
    for name in ("steric_penalty", "interaction_ddg"):
        assert row[name] == pytest.approx(getattr(coarse, name))
        change = abs(getattr(fine, name) - getattr(coarse, name))
        assert row[f"{name}_sampling"] == pytest.approx(change)
        assert 0 < change < 1.0


def test_places_without_a_side_chain_are_refused(met):
    with pytest.raises(InputError, match="no amino acid 'X'"):
        energies(met, met.find_residue(1157), "X")
    first = int(np.flatnonzero(met.residues.role == "protein")[0])
    with pytest.raises(StructureError, match="no side chain can be built"):
        energies(met, first, "A")
