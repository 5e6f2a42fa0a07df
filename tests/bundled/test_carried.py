"""The carried-over models: what their files state, measured again from the coordinates."""

import csv
from pathlib import Path

import numpy as np
import pytest

import ros1struct as rs
from ros1struct.io.catalog import entries

MODELS = Path(__file__).parents[2] / "structures/models/carried"
NAMES = [path.stem.removeprefix("ros1_") for path in sorted(MODELS.glob("*.cif"))]


@pytest.fixture(scope="module", params=NAMES)
def model(request):
    return rs.load(request.param)


def test_every_file_is_in_the_catalogue_and_says_what_it_is(model):
    told = dict(model.provenance.details)
    assert model.provenance.kind == "model"
    assert model.provenance.label == "model, backbone from G2032R"
    assert "zidesamtinib" in told["inputs"]
    assert told["license"] == "CC0-1.0"
    assert told["confidence"].startswith(("moderate: ", "low: "))
    assert told["posebusters_dock"] == "all pass"
    assert told["posebusters_moved_2A"].startswith("fails: ")
    assert str(model.kinase.name) == "ROS1"
    assert model.kinase.variant == "WT"


def test_hinge_bonds_are_as_long_as_the_file_says_and_hold(model):
    told = dict(model.provenance.details)
    number = {int(n): k for k, n in enumerate(model.residues.number)}
    names = model.atoms.name[model.inhibitor_heavy].tolist()
    labels = [k for k in told if k.startswith("hinge_") and k.endswith("_distance")]
    assert labels
    for label in labels:
        _, residue, atom, _ = label.split("_")
        mine = model.inhibitor_heavy[names.index(told[label.replace("distance", "atom")])]
        other = model.atoms_of(number[int(residue[1:])])[atom]
        far = float(np.linalg.norm(model.xyz[0, mine] - model.xyz[0, other]))
        assert far == pytest.approx(float(told[label]), abs=0.005)
        assert far <= 3.5


def test_nothing_clashes(model):
    worst = float(rs.severity(model)["worst_overlap"].iloc[0])
    assert worst < 0.6
    told = float(dict(model.provenance.details)["worst_overlap"])
    assert worst == pytest.approx(told, abs=0.01)


def test_the_backbone_is_that_of_the_model_it_was_built_in(model):
    home = rs.load("zidesamtinib")
    for complex in (home, model):
        assert complex.residues.number[0] == 1934
    one, other = (
        np.array([c.xyz[0, i] for i in c.protein_heavy if c.atoms.name[i] in ("N", "CA", "C", "O")])
        for c in (home, model)
    )
    assert np.abs(one - other).max() < 0.002


def test_an_inhibitor_has_a_model_or_a_reason_never_both():
    with (MODELS / "rejected.csv").open(encoding="utf-8", newline="") as handle:
        rows = {r["model"].removeprefix("ros1_"): r["reason"] for r in csv.DictReader(handle)}
    assert not {*rows} & {*NAMES}
    assert {"cabozantinib", "foretinib"} <= {*rows}
    assert all(len(reason) > 20 for reason in rows.values())
    assert "DFG-out" in rows["foretinib"]
    assert "3 of the 4" in rows["cabozantinib"]
    known = {e.name for e in entries() if "carried" in e.file}
    assert known == {*NAMES}
