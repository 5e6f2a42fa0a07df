"""Scores written out from their formula, sample by sample, and what must not change them."""

import numpy as np
import pytest

import ros1struct as rs
from ros1struct.energy import lennard_jones
from ros1struct.errors import InputError, StructureError
from ros1struct.resistance.interaction import Scores, energies, joint_costs, scores
from ros1struct.sidechains.build import RT
from ros1struct.sidechains.candidates import bonded, candidates, pair_energies
from ros1struct.sidechains.field import CUTOFF, field_of
from ros1struct.sidechains.sites import obstacle


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
    for repulsive, cost in (
        (True, found.costs.steric_penalty),
        (False, found.costs.interaction_ddg),
    ):
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
    assert scores(met, residue, "L", "L") == Scores(0.0, 0.0)
    assert energies(met, residue, "G").costs == Scores(0.0, 0.0)


def test_repulsion_never_gains_and_the_way_back_costs_the_opposite(met):
    residue = met.find_residue(1163)
    there, back = scores(met, residue, "G", "R"), scores(met, residue, "R", "G")
    assert there.steric_penalty == pytest.approx(-back.steric_penalty)
    assert there.interaction_ddg == pytest.approx(-back.interaction_ddg)
    for letter in "ASVLFWR":
        assert energies(met, residue, letter).costs.steric_penalty >= -1e-9


def test_a_finer_grid_tells_the_error_of_sampling(met):
    row = rs.scan(met, "L1157M", details=True, energies=True).iloc[0]
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


@pytest.fixture(scope="module")
def pair(met):
    """Two residues whose side chains meet."""
    return [met.find_residue(n) for n in (1157, 1108)]


@pytest.mark.parametrize("letters", ["VL", "AS", "GG", "LN"])
def test_two_side_chains_are_summed_over_all_pairs(met, pair, letters):
    kept = field_of(met, pair), field_of(met, pair, holo=False)
    z = []
    for field in kept:
        a, b = (candidates(field, r, x) for r, x in zip(pair, letters, strict=True))
        between = pair_energies(field, a, b)
        total = a.energy[:, None] + b.energy + (0.0 if between is None else between)
        z.append(np.exp(-(total - total.min()) / RT).sum() * np.exp(-total.min() / RT))
    expected = -RT * np.log(z[0] / z[1])
    assert joint_costs(met, pair, letters).interaction_ddg == pytest.approx(expected, abs=1e-6)


def test_the_order_of_two_substitutions_does_not_matter(met, pair):
    one = scores(met, pair, "LL", "MV")
    other = scores(met, pair[::-1], "LL", "VM")
    assert one.steric_penalty == pytest.approx(other.steric_penalty)
    assert one.interaction_ddg == pytest.approx(other.interaction_ddg)


def test_two_that_never_meet_add_up(met):
    buildable = [
        int(r) for r in np.flatnonzero(met.residues.role == "protein") if not obstacle(met, int(r))
    ]
    ca = np.array([met.xyz[0, met.atoms_of(r)["CA"]] for r in buildable])
    i, j = np.unravel_index(np.linalg.norm(ca[:, None] - ca, axis=2).argmax(), (len(ca), len(ca)))
    far = [buildable[i], buildable[j]]
    field = field_of(met, far)
    assert pair_energies(field, *(candidates(field, r, "V") for r in far)) is None
    wild = "".join(str(met.residues.letter[r]) for r in far)
    both = scores(met, far, wild, "VV")
    each = [scores(met, r, w, "V") for r, w in zip(far, wild, strict=True)]
    assert both.interaction_ddg == pytest.approx(sum(x.interaction_ddg for x in each), abs=1e-6)


def test_compound_rows_are_scored(met):
    row = rs.scan(met, "L1157M/M1211L", details=True, energies=True).iloc[0]
    residues = [met.find_residue(1157), met.find_residue(1211)]
    expected = scores(met, residues, "LM", "ML")
    assert row["interaction_ddg"] == pytest.approx(expected.interaction_ddg)
    assert row["steric_penalty_sampling"] >= 0


def test_hydrogen_bonds_between_two_count(met):
    # Asp and Arg within reach of each other, on neighbouring strands or turns of a helix.
    places = [met.find_residue(n) for n in (1157, 1108)]
    field = field_of(met, places, holo=False)
    plain = field_of(met, places, holo=False, bonds=False)
    made = [candidates(field, r, x) for r, x in zip(places, "KD", strict=True)]
    gained = pair_energies(plain, *made) - pair_energies(field, *made)
    assert gained.max() > 1.0
    total = made[0].energy[:, None] + made[1].energy + pair_energies(field, *made)
    z = [np.exp(-(total - total.min()) / RT).sum(), total.min()]
    beside = field_of(met, places)
    other = [candidates(beside, r, x) for r, x in zip(places, "KD", strict=True)]
    all_ = other[0].energy[:, None] + other[1].energy + pair_energies(beside, *other)
    expected = (
        all_.min() - RT * np.log(np.exp(-(all_ - all_.min()) / RT).sum()) - z[1] + RT * np.log(z[0])
    )
    assert joint_costs(met, places, "KD").interaction_ddg == pytest.approx(expected, abs=1e-6)


def test_a_compound_is_scored_by_what_is_in_scope():
    c = rs.load("crizotinib")
    alone, both = (
        rs.scan(c, m, details=True, energies=True).iloc[0] for m in ("L2026M", "L2026M/S1986F")
    )  # S1986 is far from the inhibitor
    assert rs.scan(c, "S1986F", details=True, energies=True)["verdict"].item() == "out of scope"
    for name in ("steric_penalty", "interaction_ddg", "steric_penalty_sampling"):
        assert both[name] == pytest.approx(alone[name])


def test_repulsion_between_two_is_the_part_above_zero(met, pair):
    field = field_of(met, pair)
    a, b = candidates(field, pair[0], "V"), candidates(field, pair[1], "L")
    whole, part = pair_energies(field, a, b), pair_energies(field, a, b, repulsive=True)
    assert (part >= 0).all()
    assert (part >= whole - 1e-12).all()
    assert part.max() > 0


def test_more_pairs_than_can_be_summed_have_no_score(met, pair, monkeypatch):
    monkeypatch.setattr("ros1struct.resistance.interaction.MOST_PAIRS", 100)
    assert np.isnan(scores(met, pair, "LL", "MM").steric_penalty)


def test_three_residues_are_refused(met, pair):
    with pytest.raises(InputError, match="one residue or two"):
        scores(met, [*pair, pair[0]], "LLL", "VVV")


def test_two_that_meet_pay_by_repulsion_alone(met, pair):
    letters, z = "FL", []
    field = field_of(met, pair)
    a, b = (energies(met, r, x, without=pair) for r, x in zip(pair, letters, strict=True))
    made = [candidates(field, r, x) for r, x in zip(pair, letters, strict=True)]
    whole = pair_energies(field, *made)
    between = pair_energies(field, *made, repulsive=True)
    assert (whole < 0).any()  # so that attraction between the two would be seen
    for drug in (1, 0):
        one, two = (e.prior + e.protein_repulsion + drug * e.inhibitor_repulsion for e in (a, b))
        total = one[:, None] + two + between
        z.append(np.exp(-(total - total.min()) / RT).sum() * np.exp(-total.min() / RT))
    expected = -RT * np.log(z[0] / z[1])
    assert joint_costs(met, pair, letters).steric_penalty == pytest.approx(expected, abs=1e-9)


def test_as_many_pairs_as_are_summed_have_a_score(met, pair, monkeypatch):
    count = np.prod([len(energies(met, r, "V")) for r in pair])
    monkeypatch.setattr("ros1struct.resistance.interaction.MOST_PAIRS", count)
    assert np.isfinite(joint_costs(met, pair, "VV").steric_penalty)
    monkeypatch.setattr("ros1struct.resistance.interaction.MOST_PAIRS", count - 1)
    assert np.isnan(joint_costs(met, pair, "VV").steric_penalty)


def test_an_index_out_of_an_array_is_an_index(met):
    residue = met.find_residue(1157)
    assert scores(met, np.intp(residue), "L", "M") == scores(met, residue, "L", "M")
    pair = np.array([residue, met.find_residue(1108)])
    assert scores(met, pair, "LL", "MV") == scores(met, pair.tolist(), "LL", "MV")
