"""Energies of side chains: the sum over pairs written out by hand, and what is left out of it."""

import numpy as np
import pytest

import ros1struct as rs
from ros1struct.energy import lennard_jones
from ros1struct.errors import InputError
from ros1struct.sidechains.build import RT, build, library, measure_chi, prior_energy
from ros1struct.sidechains.candidates import bonded, candidates, native, pair_energies, score
from ros1struct.sidechains.field import CUTOFF, field_of
from ros1struct.sidechains.rotamers import rotamers
from ros1struct.sidechains.sites import backbone_torsions, neighbours
from ros1struct.structure.residues import residue_type


@pytest.fixture(scope="module")
def met():
    return rs.load("2WGJ")


def by_hand(c, residue, kind, xyz, *, holo=True, without=()):
    """The Lennard-Jones energy of one side chain, pair by pair."""
    sigma, epsilon = lennard_jones.parameters(c)
    table = lennard_jones.residue_parameters(kind)
    total = 0.0
    for name, place in zip(kind.sidechain, xyz, strict=True):
        near = bonded(c, residue, kind, name)
        others = [*c.protein_heavy, *(c.inhibitor_heavy if holo else ())]
        for i in others:
            if c.atoms.residue[i] == residue or i in near or i in without:
                continue
            gap = float(np.linalg.norm(c.xyz[0, i].astype(float) - place))
            if gap < CUTOFF:
                s = np.sqrt(sigma[i] * table[name][0])
                e = np.sqrt(epsilon[i] * table[name][1])
                total += min(4 * e * ((s / gap) ** 12 - (s / gap) ** 6), 10.0)
    return total


@pytest.mark.parametrize("letter", ["A", "V", "M", "F", "P"])
@pytest.mark.parametrize("holo", [True, False])
def test_energy_is_the_sum_over_pairs_and_the_prior(met, letter, holo):
    residue = met.find_residue(1157)
    kind = residue_type(letter)
    field = field_of(met, [residue], holo=holo, bonds=False)
    made = candidates(field, residue, letter)
    for k in (0, len(made) // 2, len(made) - 1):
        expected = by_hand(met, residue, kind, made.xyz[k], holo=holo) + made.prior[k]
        assert made.energy[k] == pytest.approx(expected, abs=1e-6)


def test_the_prior_is_the_probability_of_the_sample(met):
    residue = met.find_residue(1157)
    made = candidates(field_of(met, [residue]), residue, "L")
    assert np.exp(-made.prior / RT).sum() == pytest.approx(1.0)
    found = rotamers("L", *backbone_torsions(met, residue)[:2])
    middle = made.pick(made.rotamer == 0).prior.min()
    assert prior_energy(found, found.chi[0]) == pytest.approx(middle, abs=1e-9)
    assert prior_energy(found, found.chi[0] + 360.0) == pytest.approx(middle, abs=1e-9)
    assert prior_energy(found, found.chi[0] + found.sigma[0]) > middle


def test_pairs_of_up_to_three_bonds_are_left_out(met):
    residue = met.find_residue(1157)
    before, after = neighbours(met, residue)
    leucine, proline = residue_type("L"), residue_type("P")
    assert set(bonded(met, residue, leucine, "CB")) == {before["C"], after["N"]}
    assert bonded(met, residue, leucine, "CG") == []
    assert set(bonded(met, residue, proline, "CD")) == {before["C"], before["O"], before["CA"]}
    assert set(bonded(met, residue, proline, "CG")) == {before["C"]}


def test_cb_and_the_ring_of_a_following_proline_count(met):
    residue = met.find_residue(1157)
    assert met.residues.letter[residue + 1] == "P"
    _, after = neighbours(met, residue)
    assert after["CD"] not in bonded(met, residue, residue_type("L"), "CB")  # four bonds


def test_built_side_chains_are_those_of_the_library(met):
    residue = met.find_residue(1157)
    made = candidates(field_of(met, [residue]), residue, "M")
    assert np.allclose(build(met, residue, residue_type("M"), made.chi), made.xyz, atol=1e-9)
    own = met.atoms_of(residue)
    xyz = {n: met.xyz[0, own[n]].astype(float) for n in ("N", "CA", "C")}
    names = {**{n: k for k, n in enumerate(xyz)}}
    whole = np.array([*xyz.values(), *made.xyz[7]])
    names |= {n: k + 3 for k, n in enumerate(residue_type("M").sidechain)}
    chi = measure_chi(residue_type("M"), whole, names)
    assert np.allclose((chi - made.chi[7] + 180) % 360 - 180, 0, atol=1e-6)


def test_native_scores_the_side_chain_of_the_file(met):
    residue = met.find_residue(1157)
    field = field_of(met, [residue], bonds=False)
    made = native(field, residue)
    expected = by_hand(met, residue, made.kind, made.xyz[0]) + made.prior[0]
    assert made.energy[0] == pytest.approx(expected, abs=1e-6)
    again = score(field, residue, made.kind, made.xyz, made.chi, made.rotamer, made.prior)
    assert again.energy[0] == made.energy[0]


def test_pair_energies_are_those_of_single_atoms(met):
    one, two = met.find_residue(1157), met.find_residue(1108)
    field = field_of(met, [one, two], bonds=False)
    a, b = candidates(field, one, "F"), candidates(field, two, "L")
    table = pair_energies(field, a, b)
    pa, pb = (lennard_jones.residue_parameters(x.kind) for x in (a, b))
    for i, j in ((0, 0), (5, 11), (len(a) - 1, len(b) - 1)):
        expected = 0.0
        for k, first in enumerate(a.kind.sidechain):
            for m, second in enumerate(b.kind.sidechain):
                gap = np.linalg.norm(a.xyz[i, k] - b.xyz[j, m])
                s, e = (np.sqrt(x * y) for x, y in zip(pa[first], pb[second], strict=True))
                if gap < CUTOFF:
                    expected += min(4 * e * ((s / gap) ** 12 - (s / gap) ** 6), 10.0)
        assert table[i, j] == pytest.approx(expected, abs=1e-9)
    assert np.allclose(pair_energies(field, b, a), table.T)


def test_far_residues_and_glycine_have_no_pair_energies(met):
    near, far = met.find_residue(1157), None
    field = field_of(met)
    ca = {r: met.atoms_of(int(r)).get("CA") for r in np.flatnonzero(met.residues.role == "protein")}
    reach = np.linalg.norm(met.xyz[0, list(ca.values())] - met.xyz[0, ca[near]], axis=1)
    from ros1struct.sidechains.sites import obstacle

    far = next(
        int(r) for r, d in sorted(zip(ca, reach, strict=True), key=lambda x: -x[1])
        if not obstacle(met, int(r))
    )  # fmt: skip
    a = candidates(field, near, "A")
    assert pair_energies(field, a, candidates(field, far, "A")) is None
    assert pair_energies(field, a, candidates(field, far, "G")) is None


def test_what_moves_is_not_part_of_what_stands(met):
    residue = met.find_residue(1157)
    own = met.atoms_of(residue)
    field = field_of(met, [residue])
    assert set(own.values()) & set(field.atom) == {own[n] for n in ("N", "CA", "C", "O")}
    assert not set(field_of(met, holo=False).atom) & set(met.inhibitor_heavy)


def test_pruning_keeps_the_best_of_each_rotamer(met):
    residue = met.find_residue(1157)
    made = candidates(field_of(met, [residue]), residue, "M")
    kept = made.prune(2, np.inf)
    assert (np.bincount(kept.rotamer) == 2).all()
    for r in range(made.rotamer.max() + 1):
        mine = np.sort(made.energy[made.rotamer == r])[:2]
        assert np.array_equal(np.sort(kept.energy[kept.rotamer == r]), mine)
    narrow = made.prune(2, 5.0)
    assert narrow.energy.max() <= made.energy.min() + 5.0
    assert narrow.energy.min() == made.energy.min()


@pytest.mark.parametrize(("letter", "message"), [("X", "no amino acid 'X'"), ("B", "no amino")])
def test_unknown_types_are_refused(met, letter, message):
    with pytest.raises(InputError, match=message):
        candidates(field_of(met), met.find_residue(1157), letter)


def test_rotamers_are_left_out_below_the_least_probability_alone(met):
    residue = met.find_residue(1163)
    chance = library(met, residue, "R").probability
    made = candidates(field_of(met, [residue]), residue, "R", points=1, least=chance[3])
    assert len(made) == (chance >= chance[3]).sum() >= 4
