"""Contacts lost and gained, and how far the numbers hang on grid and threshold."""

from dataclasses import replace

import numpy as np
import pytest

import ros1struct as rs
from ros1struct.clashes.definitions import clash_definition
from ros1struct.contacts.nearby import KINDS, sidechain_kinds
from ros1struct.resistance.sampler import Sampler, contact_change, contact_columns
from ros1struct.resistance.tolerance import THRESHOLDS, steric_tolerance
from ros1struct.sidechains.ensembles import FINER, build_ensemble, converged_ensemble, next_grid


@pytest.fixture(scope="module")
def met():
    return rs.load("2WGJ")


@pytest.fixture(scope="module")
def ensembles(met):
    residue = met.find_residue(1157)
    return {x: build_ensemble(met, residue, x) for x in "LMAGKD"}


def with_kinds(ensemble, **chance):
    """The ensemble with kinds of contact made by so many of its samples."""
    count = len(ensemble.weight)
    flat = np.full(count, 1 / count)
    clear = np.full(count, -1.0)
    made = {k: np.arange(count) < round(chance.get(k, 0.0) * count) for k in KINDS}
    return replace(ensemble, weight=flat, apo=clear, inhibitor=clear, kinds=made)


@pytest.mark.parametrize(
    ("wild", "mutant", "expected"),
    [
        ({}, {}, (0, 0)),
        ({"hydrophobic": 1.0}, {"hydrophobic": 1.0}, (0, 0)),
        ({"hydrophobic": 1.0}, {}, (1, 0)),
        ({}, {"hydrophobic": 1.0}, (0, 1)),
        # One kind for another is a loss and a gain, not nothing.
        ({"hydrophobic": 1.0}, {"hydrogen bond": 1.0}, (1, 1)),
        ({"hydrophobic": 1.0, "hydrogen bond": 1.0}, {}, (2, 0)),
    ],
)
def test_kinds_lost_and_gained(ensembles, wild, mutant, expected):
    a, b = with_kinds(ensembles["L"], **wild), with_kinds(ensembles["M"], **mutant)
    assert contact_change(a, b) == pytest.approx(expected)
    assert contact_change(b, a) == pytest.approx(expected[::-1])


def test_a_residue_that_is_never_free_has_no_change(ensembles):
    blocked = replace(ensembles["M"], inhibitor=np.full(len(ensembles["M"].weight), 5.0))
    assert np.isnan(contact_change(ensembles["L"], blocked)).all()


def test_glycine_loses_what_leucine_had(ensembles):
    loss, gain = contact_change(ensembles["L"], ensembles["G"])
    assert gain == 0
    assert loss == pytest.approx(sum(ensembles["L"].contact_probability(k) for k in KINDS))
    assert loss > 0.5  # the gatekeeper touches crizotinib


def test_the_range_over_thresholds_holds_the_value(met):
    place = Sampler(clash_definition("chimerax")).place(met, met.find_residue(1157), "L", "M")
    row = contact_columns(place)
    for name in ("contact_loss", "contact_gain"):
        assert row[f"{name}_low"] <= row[name] <= row[f"{name}_high"]
    assert THRESHOLDS[0] == 0.4
    assert THRESHOLDS[-1] == 0.9


def test_the_grid_beside_is_finer_or_the_one_before():
    assert [next_grid(points) for points in FINER] == [5, 3, 5]


@pytest.mark.parametrize("mutation", ["L1157M", "N1167R", "L1157V"])
def test_the_error_of_sampling_is_the_difference_of_two_grids(met, mutation):
    residue, letter = met.find_residue(int(mutation[1:-1])), mutation[-1]
    sampler = Sampler(clash_definition("chimerax"))
    place = sampler.place(met, residue, mutation[0], letter)
    used = [converged_ensemble(met, residue, x) for x in (mutation[0], letter)]
    beside = [build_ensemble(met, residue, e.letter, points=next_grid(e.points)) for e in used]
    expected = abs(steric_tolerance(*used) - steric_tolerance(*beside))
    assert 0 < expected < 0.2
    assert sampler.tolerance_error(met, place) == pytest.approx(expected)
    row = rs.scan(met, mutation, details=True, energies=True).iloc[0]
    assert row["steric_tolerance_sampling"] == pytest.approx(expected)


def test_wild_types_are_built_once(met, monkeypatch):
    import ros1struct.resistance.sampler as module

    built = []
    whole = module.converged_ensemble
    monkeypatch.setattr(
        module, "converged_ensemble", lambda *a, **k: built.append(a[2]) or whole(*a, **k)
    )
    rs.scan(met, ["L1157M", "L1157V", "L1157I"], details=True, energies=True)
    assert sorted(built) == ["I", "L", "M", "V"]


def test_what_is_kept_of_one_complex_is_not_used_for_another(met):
    # The same residues and letters, another place for the inhibitor.
    xyz = met.xyz[0].copy()
    xyz[met.inhibitor_heavy] += 0.7
    moved = met.with_coordinates(xyz, name="moved")
    together = rs.scan([met, moved], "L1157A", details=True, energies=True)
    alone = [rs.scan(c, "L1157A", details=True, energies=True) for c in (met, moved)]
    for k, row in enumerate(alone):
        for column in ("steric_tolerance", "steric_tolerance_sampling", "interaction_ddg"):
            assert together[column][k] == pytest.approx(row[column][0])
    assert together["steric_tolerance_sampling"].nunique() == 2


def test_two_places_of_one_type_are_kept_apart(met):
    listed = ["L1157M", "L1140M", "L1157V", "L1140V"]
    together = rs.scan(met, listed, details=True, energies=True).set_index("mutation")
    for mutation in listed:
        alone = rs.scan(met, mutation, details=True, energies=True).iloc[0]
        for column in ("steric_tolerance", "steric_tolerance_sampling", "steric_penalty"):
            assert together.loc[mutation, column] == pytest.approx(alone[column], nan_ok=True)


@pytest.mark.parametrize(
    ("mutation", "lost", "gained"),
    [
        ("L1157G", "hydrophobic", ""),
        ("L1157M", "", ""),  # hydrophobic before and after: neither
        ("P1158D", "hydrophobic", "hydrogen bond"),
    ],
)
def test_kinds_are_lost_or_gained_against_the_file(met, mutation, lost, gained):
    residue = met.find_residue(int(mutation[1:-1]))
    place = Sampler(clash_definition("chimerax")).place(met, residue, mutation[0], mutation[-1])
    made = {k: place.mutant.contact_probability(k) for k in KINDS}
    seen = sidechain_kinds(met, residue)
    assert ", ".join(place.lost) == ", ".join(k for k in seen if made[k] < 0.1)
    assert ", ".join(place.gained) == ", ".join(
        k for k in KINDS if made[k] >= 0.5 and k not in seen
    )
    row = rs.scan(met, mutation, details=True, energies=True).iloc[0]
    assert (row["contacts_lost"], row["contacts_gained"]) == (
        ", ".join(place.lost), ", ".join(place.gained),
    )  # fmt: skip


def test_contacts_count_among_what_is_free_beside_the_inhibitor(ensembles):
    one = with_kinds(ensembles["L"], hydrophobic=0.5)
    half = np.arange(len(one.weight)) < len(one.weight) // 2
    # The half that makes the contact is inside the inhibitor.
    blocked = replace(one, inhibitor=np.where(half, 3.0, -1.0))
    assert blocked.contact_probability("hydrophobic") < 0.05
    assert blocked.contact_probability("hydrophobic", threshold=4.0) == pytest.approx(0.5, abs=0.02)


def test_rows_out_of_scope_make_no_claim_on_contacts(met):
    xyz = met.xyz[0].copy()
    xyz[met.inhibitor_heavy] += 60
    row = rs.scan(met.with_coordinates(xyz), "L1157M", details=True, energies=True).iloc[0]
    assert row["verdict"] == "out of scope"
    for name in ("contact_loss", "contact_gain", "steric_penalty", "steric_tolerance_sampling"):
        assert np.isnan(row[name])
    assert row["contacts_lost"] == ""


def test_what_is_kept_is_kept_for_each_wild_type(met):
    # A structure that carries the mutation answers for it and for the way back.
    carrier = rs.mutants(met, "L1157M", count=1)[0]
    residue = met.find_residue(1157)
    sampler = Sampler(clash_definition("chimerax"))
    ways = [("L", "M"), ("M", "L")]
    for way in ways:
        fresh = Sampler(clash_definition("chimerax"))
        alone, kept = (s.place(carrier, residue, *way) for s in (fresh, sampler))
        expected = fresh.tolerance_error(carrier, alone)
        assert sampler.tolerance_error(carrier, kept) == pytest.approx(expected, nan_ok=True)
        assert sampler.scores(carrier, [kept]) == fresh.scores(carrier, [alone])


@pytest.mark.parametrize(
    ("seen", "chance", "lost", "gained"),
    [
        (("hydrogen bond",), 0.09, ("hydrogen bond",), ()),
        (("hydrogen bond",), 0.11, (), ()),
        (("hydrogen bond",), 1.0, (), ()),  # what the wild type made is kept, not gained
        ((), 0.51, (), ("hydrogen bond",)),
        ((), 0.49, (), ()),
        (("hydrophobic",), 0.51, ("hydrophobic",), ("hydrogen bond",)),
    ],
)
def test_a_kind_is_lost_below_a_tenth_and_gained_from_a_half(
    met, ensembles, monkeypatch, seen, chance, lost, gained
):
    made = with_kinds(ensembles["M"], **{"hydrogen bond": chance})
    monkeypatch.setattr("ros1struct.resistance.sampler.sidechain_kinds", lambda *_: seen)
    monkeypatch.setattr("ros1struct.resistance.sampler.converged_ensemble", lambda *_, **__: made)
    sampler = Sampler(clash_definition("chimerax"))
    residue = met.find_residue(1157)
    place = sampler.place(met, residue, "L", "M")
    assert (place.lost, place.gained, place.carried) == (lost, gained, False)
    # Where the structure has the mutant, nobody saw what the wild type touches.
    place = sampler.place(met, residue, "M", "L")
    assert (place.lost, place.gained, place.carried) == ((), (), True)
