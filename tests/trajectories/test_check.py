"""`check`: sound complexes pass, and each kind of damage is found by its own check."""

import io
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import ros1struct as rs
from ros1struct import cli
from ros1struct.clashes.strain import usual_strain
from ros1struct.trajectories import check as checked


def rows(complex, **more):
    return rs.check(complex, energy=False, **more).set_index("check")


def moved(complex, name, shift):
    """The complex with one inhibitor atom moved by some Å."""
    own = complex.inhibitor_heavy
    (atom,) = own[complex.atoms.name[own] == name]
    xyz = complex.xyz.copy()
    xyz[0, atom] += np.asarray(shift)
    return complex.with_coordinates(xyz)


@pytest.fixture(scope="module")
def met():
    return rs.load("2WGJ")


@pytest.mark.parametrize("name", ["2WGJ", "crizotinib", "lorlatinib", "repotrectinib"])
def test_bundled_complexes_pass(name):
    table = rows(name)
    assert table["passes"].all(), table[~table["passes"]]
    assert (table["detail"][table.index != "hinge bonds"] == "").all()


def test_the_table_says_what_was_found_beside_its_limit(met):
    table = rs.check(met)
    assert rs.tables.check(table) is table
    by = table.set_index("check")
    assert by.loc["hinge bonds", "detail"] == "M1160 N, P1158 O"
    assert by.loc["strain", "unit"] == "kcal/mol"
    assert 0 < by.loc["strain", "found"] < by.loc["strain", "limit"] < 20
    assert by.loc["in pocket", "found"] == pytest.approx(2.91, abs=0.01)


def test_a_pose_pushed_into_the_protein_fails_by_its_overlaps(met):
    xyz = met.xyz.copy()
    xyz[0, met.inhibitor_heavy, 0] += 2.0
    table = rows(met.with_coordinates(xyz))
    failed = {*table.index[~table["passes"]]}
    assert {"clashes", "usual overlap"} <= failed
    assert failed <= {"clashes", "usual overlap", "hinge bonds"}
    assert table.loc["usual overlap", "found"] == 100.0
    assert "Å" in table.loc["clashes", "detail"]


def test_a_pose_outside_is_not_in_the_pocket(met):
    xyz = met.xyz.copy()
    xyz[0, met.inhibitor_heavy] += 40.0
    table = rows(met.with_coordinates(xyz))
    assert not table.loc["in pocket", "passes"]
    assert not table.loc["hinge bonds", "passes"]
    assert table.loc["clashes", "passes"]


def test_a_stretched_bond_and_a_bent_ring_are_found_by_name(met):
    bonds = [a for a in met.inhibitor.GetAtoms() if a.GetDegree() == 1]
    end = met.atoms.name[met.inhibitor_heavy[bonds[0].GetIdx()]]
    away = met.xyz[0, met.inhibitor_heavy[bonds[0].GetIdx()]]
    (near,) = bonds[0].GetNeighbors()
    away = away - met.xyz[0, met.inhibitor_heavy[near.GetIdx()]]
    table = rows(moved(met, end, 0.6 * away / np.linalg.norm(away)))
    assert not table.loc["bond lengths", "passes"]
    assert end in table.loc["bond lengths", "detail"]

    mol = met.inhibitor
    ring = next(
        r for r in mol.GetRingInfo().AtomRings() if mol.GetAtomWithIdx(r[0]).GetIsAromatic()
    )
    places = met.xyz[0, met.inhibitor_heavy[list(ring)]]
    normal = np.linalg.svd(places - places.mean(axis=0))[2][2]
    name = met.atoms.name[met.inhibitor_heavy[ring[0]]]
    table = rows(moved(met, name, 1.0 * normal))
    assert not table.loc["flat rings", "passes"]
    assert name in table.loc["flat rings", "detail"]


def test_the_mirror_image_is_of_the_other_hand(met):
    mirrored = met.with_coordinates(met.xyz * np.array([1, 1, -1], dtype=np.float32))
    table = rows(mirrored)
    protein = met.residues.role == "protein"
    glycines = int((met.residues.letter[protein] == "G").sum())
    assert not table.loc["chirality", "passes"]
    assert table.loc["L residues", "found"] == protein.sum() - glycines
    assert table.loc["bond lengths", "passes"]


def test_a_twisted_peptide_bond_is_named(met):
    first = int(np.flatnonzero(met.residues.role == "protein")[3])
    atoms = met.atoms_of(first + 1)
    xyz = met.xyz.copy()
    carbonyl = xyz[0, met.atoms_of(first)["C"]].astype(float)
    nitrogen = xyz[0, atoms["N"]].astype(float)
    axis = (nitrogen - carbonyl) / np.linalg.norm(nitrogen - carbonyl)
    arm = xyz[0, atoms["CA"]] - nitrogen
    turn = np.radians(60)
    xyz[0, atoms["CA"]] = nitrogen + (
        arm * np.cos(turn) + np.cross(axis, arm) * np.sin(turn)
        + axis * (axis @ arm) * (1 - np.cos(turn))
    )  # fmt: skip
    table = rows(met.with_coordinates(xyz))
    assert not table.loc["flat peptide bonds", "passes"]
    assert met.residue_label(first + 1) in table.loc["flat peptide bonds", "detail"]


def test_strain_beyond_the_natives_fails_and_names_torsions(met, monkeypatch):
    table = pd.DataFrame({"strain": [40.0]})
    module = sys.modules["ros1struct.trajectories.check"]
    monkeypatch.setattr(module, "strain", lambda _: table)
    by = rs.check(met).set_index("check")
    assert not by.loc["strain", "passes"]


def test_the_limit_of_strain_is_that_of_the_deposited_complexes():
    assert usual_strain() == pytest.approx(12.2, abs=0.1)


def test_a_note_on_stereo_fails_chirality(met):
    noted = replace(met, notes=("stereo of 1 centre(s) or double bond(s) differs",))
    assert not rows(noted).loc["chirality", "passes"]


def test_every_frame_has_its_rows(met):
    xyz = np.repeat(met.xyz, 2, axis=0)
    xyz[1, met.inhibitor_heavy, 0] += 2.0
    table = rs.check(met.with_coordinates(xyz), energy=False)
    passes = table.groupby("frame")["passes"].all()
    assert passes.tolist() == [True, False]
    assert checked is rs.check


def test_the_command(capsys):
    assert cli.main(["check", "2WGJ", "--no-energy", "--format", "csv"]) == 0
    out = pd.read_csv(io.StringIO(capsys.readouterr().out))
    assert out["passes"].all()
    assert "strain" not in out["check"].tolist()
