"""Mutant models: what changed, what stayed, in which order, and that they are complexes."""

from dataclasses import replace

import numpy as np
import pytest

import ros1struct as rs
from ros1struct.errors import InputError, StructureError
from ros1struct.sidechains.build import RT, library, measure_chi
from ros1struct.sidechains.candidates import candidates, native
from ros1struct.sidechains.field import field_of
from ros1struct.sidechains.mutants import mutants, rotamer_populations
from ros1struct.sidechains.relax import CHI, settle
from ros1struct.structure.geometry import torsion
from ros1struct.structure.residues import residue_type


@pytest.fixture(scope="module")
def met():
    return rs.load("2WGJ")


@pytest.fixture(scope="module")
def models(met):
    return mutants(met, "L1157M", count=4)


def test_only_the_side_chain_changes(met, models):
    residue = met.find_residue(1157)
    for model in models:
        assert model.kinase.variant == "L1157M"
        assert model.provenance.kind == "model"
        assert model.residues.letter[residue] == "M"
        assert set(model.atoms_of(residue)) == {"N", "CA", "C", "O", "CB", "CG", "SD", "CE"}
        kept = model.atoms.residue != residue
        assert np.array_equal(model.xyz[0, kept], met.xyz[0, met.atoms.residue != residue])


def test_bonds_and_chirality_are_ideal(met, models):
    residue = met.find_residue(1157)
    kind = residue_type("M")
    for model in models:
        own = model.atoms_of(residue)
        xyz = {name: model.xyz[0, i].astype(float) for name, i in own.items()}
        for place in kind.places:
            bond = np.linalg.norm(xyz[place.atom] - xyz[place.parents[2]])
            assert bond == pytest.approx(place.bond, abs=1e-3)
        # An L residue: C and Cβ on the same sides of N-CA as every protein's.
        assert torsion(*(xyz[n] for n in ("C", "N", "CA", "CB"))) == pytest.approx(-122.6, abs=0.2)


def test_models_are_different_rotamers_in_order_of_population(met, models):
    said = [dict(m.provenance.details)["side_chain"] for m in models]
    population = [float(x.split("population ")[1].split(",")[0]) for x in said]
    assert population == sorted(population, reverse=True)
    assert 0.5 < sum(population) <= 1.001
    assert len({m.name for m in models}) == len(models) == 4
    residue = met.find_residue(1157)
    chi1 = [
        float(torsion(*(m.xyz[0, m.atoms_of(residue)[n]].astype(float)
                        for n in ("N", "CA", "CB", "CG")))) for m in models
    ]  # fmt: skip
    assert all(abs(x) <= 180 for x in chi1)


def test_populations_are_boltzmann(met):
    residue = met.find_residue(1157)
    made = candidates(field_of(met, [residue]), residue, "M")
    population = rotamer_populations(made)
    assert population.sum() == pytest.approx(1)
    assert len(population) == made.rotamer.max() + 1
    z = np.array([np.exp(-made.energy[made.rotamer == r] / RT).sum() for r in (0, 1)])
    assert population[0] / population[1] == pytest.approx(z[0] / z[1])


def test_the_inhibitor_is_seen(met):
    beside, without = (mutants(met, "G1163R", count=1, holo=h)[0] for h in (True, False))

    def overlap(model):
        table = rs.overlaps(model)
        return table.loc[table["residue"] == "R1163", "overlap"].max()

    assert overlap(beside) < overlap(without)
    assert "beside the inhibitor" in dict(beside.provenance.details)["side_chain"]
    assert "without the inhibitor" in dict(without.provenance.details)["side_chain"]
    assert any("R1163 overlaps with the inhibitor by up to" in note for note in without.notes)


def test_types_without_rotamers_have_one_model(met):
    assert len(mutants(met, "L1157A")) == len(mutants(met, "L1157G")) == 1


def test_models_are_measured_like_any_complex(models):
    table = rs.contacts(models[0])
    assert "M1157" in set(table["residue"])
    assert rs.interactions(models[0])["structure"].iloc[0] == models[0].name


def test_two_runs_give_the_same(met, models):
    again = mutants(met, "L1157M", count=4)
    assert all(np.array_equal(a.xyz, b.xyz) for a, b in zip(again, models, strict=True))


def test_settling_goes_downhill_and_leaves_the_file_alone(met):
    residue = met.find_residue(1157)
    field = field_of(met, [residue])
    made = candidates(field, residue, "M")
    start = made.pick([int(made.energy.argmin())])
    settled = settle(field, [start], 0)
    assert settled.energy < start.energy[0] - 0.1
    assert np.abs(settled.picked[0].chi - start.chi).max() <= CHI + 1e-9
    kept = native(field, residue)
    assert np.array_equal(settle(field, [kept], 0).picked[0].xyz, kept.xyz)


def test_settling_stops_at_its_bound(met):
    residue = met.find_residue(1157)
    field = field_of(met, [residue])
    made = candidates(field, residue, "M")
    for k in (0, len(made) // 2, len(made) - 1):
        start = made.pick([k])
        moved = settle(field, [start], 0).picked[0].chi - start.chi
        assert np.abs(moved).max() <= CHI + 1e-9


def test_each_model_is_the_best_of_its_rotamer_and_says_which(met, models):
    residue = met.find_residue(1157)
    field = field_of(met, [residue])
    made = candidates(field, residue, "M")
    for model in models:
        said = dict(model.provenance.details)["side_chain"]
        number = int(said.split()[1])
        mine = made.pick(made.rotamer == number - 1)
        assert f"of {made.rotamer.max() + 1}," in said
        chance = float(said.split("probability ")[1].split()[0])
        assert chance == pytest.approx(np.exp(-mine.prior / RT).sum(), abs=6e-4)
        own = model.atoms_of(residue)
        kind = residue_type("M")
        chi = measure_chi(kind, model.xyz[0].astype(float), own)
        best = mine.chi[mine.energy.argmin()]
        assert np.abs((chi - best + 180) % 360 - 180).max() <= CHI + 0.1
        energy = float(said.split("energy ")[1].split()[0])
        assert energy <= mine.energy.min() + 0.01


def test_bad_input_is_refused(met):
    with pytest.raises(InputError, match=r"one substitution expected, found 2; repack\(\)"):
        mutants(met, "L1157M/G1163R")
    with pytest.raises(InputError, match="count must be 1 or more, found 0"):
        mutants(met, "L1157M", count=0)
    with pytest.raises(InputError, match="is Leu, not A"):
        mutants(met, "A1157M")
    with pytest.raises(StructureError, match="residue 9999 is not in the structure"):
        mutants(met, "G9999R")


def test_the_energy_is_that_of_the_model(met, models):
    residue = met.find_residue(1157)
    for model in models:
        said = dict(model.provenance.details)["side_chain"]
        energy = float(said.split("energy ")[1].split(" kcal")[0])
        stands = native(field_of(model, [residue]), residue).energy[0]
        assert energy == pytest.approx(stands, abs=0.03)  # two decimals, and float32


def test_a_model_says_which_rotamer_of_the_library_it_is(met, models):
    residue = met.find_residue(1157)
    found = library(met, residue, "M")
    for model in models:
        said = dict(model.provenance.details)["side_chain"]
        number = int(said.split("rotamer ")[1].split(" of")[0])
        chance = float(said.split("probability ")[1].split(" in")[0])
        assert chance == pytest.approx(found.probability[number - 1], abs=6e-4)
        assert model.name.endswith(f"rotamer {number}")
        own = model.atoms_of(residue)
        chi = measure_chi(residue_type("M"), model.xyz[0].astype(float), own)
        away = np.abs((chi - found.chi[number - 1] + 180) % 360 - 180)
        # One standard deviation on the grid, and downhill from there.
        assert (away <= found.sigma[number - 1] + CHI).all()


@pytest.mark.parametrize("build", [mutants, rs.ensemble, rs.repack])
def test_a_mutation_of_another_gene_is_refused(met, build):
    with pytest.raises(InputError, match="ALK L1157M: 2WGJ is MET, not ALK"):
        build(met, "ALK L1157M")


def test_a_gene_may_go_by_another_name(met):
    trka = met.with_changes(kinase=replace(met.kinase, name="NTRK1"))
    assert rs.ensemble(trka, "TRKA L1157M").letter == "M"
    assert rs.ensemble(met, "MET L1157M").letter == "M"
