"""Ensembles: one free energy over crystals, poses or frames, and its spread."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import ros1struct as rs
from ros1struct.energy import soft as energies
from ros1struct.errors import InputError
from ros1struct.io.border import ensembles
from ros1struct.resistance import pooling as pl
from ros1struct.resistance import score as sc
from ros1struct.resistance.scan import scan
from ros1struct.sidechains import conformers as soft

RUNS = Path(__file__).parents[1] / "data" / "trajectories"


@pytest.fixture(scope="module")
def met():
    c = rs.load("2WGJ")
    return c, energies.surroundings(c)


@pytest.fixture(scope="module")
def moved(met):
    """MET with crizotinib in four frames: as it is, and three with atoms moved by 0.1 Å."""
    c, _ = met
    rng = np.random.default_rng(4)
    xyz = c.xyz[0] + 0.1 * rng.normal(size=(3, *c.xyz[0].shape))
    return c.with_coordinates(np.concatenate([c.xyz, xyz]))


def member(around, residue, wild, mutant, distance=3.5):
    return pl.Member(
        sc.side(around, residue, wild), sc.side(around, residue, mutant), distance=distance
    )


def test_one_member_scores_as_it_does_alone(met):
    c, around = met
    residue = c.find_residue(1163)
    alone = sc.resistance_score(around, residue, "G", "R")
    found = pl.pooled([member(around, residue, "G", "R")], klifs=int(c.residues.klifs[residue]))
    assert found.score == alone.score
    assert (found.low, found.high, found.structures) == (alone.low, alone.high, 1)
    assert np.isnan(found.spread)


def test_copies_of_one_structure_change_no_score_and_have_no_spread(met):
    c, around = met
    residue = c.find_residue(1211)
    one = member(around, residue, "M", "R")
    alone, five = pl.pooled([one]), pl.pooled([one] * 5)
    assert five.score == pytest.approx(alone.score)
    assert (five.low, five.high) == pytest.approx((alone.low, alone.high))
    assert five.spread == pytest.approx(0, abs=1e-6)
    assert five.structures == 5


def test_the_pool_is_a_free_energy_and_no_mean(met, moved):
    """Z of the pool is the mean of the members' Z, computed here from each alone."""
    c, _ = met
    residue = c.find_residue(1163)
    members = [
        member(energies.surroundings(moved.frame(i)), residue, "G", "R")
        for i in range(len(moved.xyz))
    ]
    found = pl.pooled(members)

    def mean_free_energy(sampled, setting, attraction, side):
        k = energies.CAPS.index(setting.cap)
        total = sampled.prior + sampled.attraction[0] + sampled.repulsion[0, k]
        total = total + setting.solvent * sampled.solvation[0]
        if side == "holo":
            total = total + attraction * sampled.attraction[1] + sampled.repulsion[1, k]
            total = total + setting.solvent * sampled.solvation[1]
        return np.exp(-total / sc.RT).sum()

    def pooled_cost(sides, attraction):
        z = {
            s: np.mean([mean_free_energy(x.sampled, sc.Setting(), attraction, s) for x in sides])
            for s in ("apo", "holo")
        }
        return -sc.RT * np.log(z["holo"] / z["apo"])

    by_hand = pooled_cost([m.mutant for m in members], 0.5) - pooled_cost(
        [m.wild for m in members], 1.0
    )
    transfer = sc.parts(members[0].wild, members[0].mutant, sc.Setting(), 0).transfer
    assert found.score == pytest.approx(by_hand + transfer, abs=1e-6)
    singles = [pl.pooled([m]).score for m in members]
    assert min(singles) <= found.score <= max(singles)
    assert found.score != pytest.approx(np.mean(singles), abs=1e-3)
    assert 0 < found.spread < np.ptp(singles)


def rigid(repulsion, letter="A"):
    """A side chain of one conformer that the inhibitor repels by so much at every cap."""
    beside = np.zeros((2, len(energies.CAPS), 1))
    beside[1] = repulsion
    none = np.zeros((2, 1))
    return sc.Side(letter, soft.Conformers(np.zeros(1), none, beside, none, np.full(1, 3.0)))


def test_of_two_members_the_interval_holds_both():
    fits, clashes = (pl.Member(rigid(0.0), rigid(e), distance=3.0) for e in (0.0, 5.0))
    assert [pl.pooled([m]).score for m in (fits, clashes)] == pytest.approx([0.0, 5.0])
    both = pl.pooled([fits, clashes])
    # Half of the states are left.
    assert both.score == pytest.approx(sc.RT * np.log(2), abs=1e-3)
    # Each is drawn twice in a quarter of the draws, both in half of them.
    assert (both.low, both.high) == pytest.approx((0.0, 5.0))
    expected = np.std([0.0, 5.0, both.score, both.score])
    assert both.spread == pytest.approx(expected, rel=0.15)


def test_none_cannot_be_pooled():
    with pytest.raises(InputError, match="found none"):
        pl.pooled([])
    with pytest.raises(InputError, match="found none"):
        pl.summed([])


def test_substitutions_in_scope_add_and_spreads_add_in_squares():
    parts = sc.Parts(1.0, 0.0, 0.0, 0.0, 0.0)
    near = sc.Score(parts, 0.5, 2.0, 3.5, 3, 0.3)
    far = replace(near, distance=7.0)
    both = pl.summed([near, replace(near, spread=0.4), far])
    assert (both.score, both.low, both.high) == (2.0, 1.0, 4.0)
    assert both.spread == pytest.approx(0.5)
    assert pl.summed([far, replace(far, distance=8.0)]).distance == 7.0


def test_a_scan_of_frames_is_one_row_with_its_spread(moved):
    table = scan(moved, ["G1163R", "L1157M"], frames="all")
    assert table["structure"].tolist() == ["2WGJ", "2WGJ"]
    assert table["pooled"].tolist() == [4, 4]
    assert (table["score_spread"] > 0).all()
    assert table["verdict"].tolist()[0] == "clash"
    some = scan(moved, ["G1163R"], frames=slice(0, None, 2))
    assert some["pooled"].tolist() == [2]
    first = scan(moved, ["G1163R"], frames=[0])
    alone = scan(moved.frame(0), ["G1163R"])
    assert first["score"].tolist() == alone["score"].tolist()
    assert "pooled" not in alone


def test_frames_that_were_not_chosen_are_asked_for(moved):
    with pytest.raises(InputError, match="has 4 frames"):
        scan(moved, ["G1163R"])
    with pytest.raises(InputError, match="frame= or frames="):
        scan(moved, ["G1163R"], frame=1, frames="all")
    with pytest.raises(InputError, match="found frame 9"):
        ensembles(moved, "scan", frames=[0, 9])
    with pytest.raises(InputError, match="chooses none"):
        ensembles(moved, "scan", frames=slice(9, None))
    with pytest.raises(InputError, match="found 'some'"):
        ensembles(moved, "scan", frames="some")


def test_poses_of_one_inhibitor_are_pooled_and_other_inhibitors_are_not():
    names = ["repotrectinib", "repotrectinib#2", "crizotinib"]
    table = scan(names, ["G2032R"], pool=True)
    assert table["structure"].tolist() == ["repotrectinib + repotrectinib#2", "crizotinib"]
    assert table["pooled"].tolist() == [2, 1]
    assert table["score_spread"].isna().tolist() == [False, True]
    each = scan(names[:2], ["G2032R"])["score"]
    assert each.min() <= table["score"].iloc[0] <= each.max()
    # The table is the same from other processes.
    assert scan(names, ["G2032R", "L2086F"], pool=True, workers=2).equals(
        scan(names, ["G2032R", "L2086F"], pool=True)
    )


def test_a_trajectory_is_an_ensemble_of_frames():
    name = "ros1_repotrectinib_obc2"
    run = rs.trajectory(RUNS / f"{name}.pdb.gz", RUNS / f"{name}.xtc")
    table = scan(run, ["G2032R"], frames=slice(0, 30, 10))
    assert table["pooled"].tolist() == [3]
    frames = np.concatenate([run.frame(i).xyz for i in (0, 10, 20)])
    by_hand = scan(run.frame(0).with_coordinates(frames), ["G2032R"], frames="all")
    assert table["score"].iloc[0] == pytest.approx(by_hand["score"].iloc[0], abs=1e-5)
