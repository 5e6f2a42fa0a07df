from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

import ros1struct as rs
from ros1struct.contacts.pocket import KinaseState, kinase_states
from ros1struct.kinome import inhibitor_type
from ros1struct.kinome.inhibitor_type import inhibitor_types


def test_states_of_the_bundled_structures():
    assert rs.kinase_state(rs.load("2WGJ")).dfg == "in"
    assert rs.kinase_state(rs.load("3LQ8")).dfg == "out"


def moved_atoms(complex, targets):
    """A copy in which atoms (KLIFS position, name) are put elsewhere."""
    xyz = complex.xyz[0].copy()
    for (klifs, name), place in targets.items():
        residue = int(np.flatnonzero(complex.residues.klifs == klifs)[0])
        xyz[complex.atoms_of(residue)[name]] = place
    return complex.with_coordinates(xyz)


@pytest.mark.parametrize(
    ("to_glu4", "to_lys", "dfg"),
    [
        (5.0, 14.0, "in"), (11.0, 11.0, "in"), (10.9, 10.9, "inter"), (5.0, 5.0, "inter"),
        (11.1, 13.9, "out"), (13.0, 10.0, "out"), (11.1, 14.1, "other"), (20.0, 20.0, "other"),
    ],
)  # fmt: skip
def test_dfg_by_the_two_distances_of_modi_and_dunbrack(to_glu4, to_lys, dfg):
    # Lys Cα and (Glu+4) Cα on a line with the Phe Cζ between them.
    places = {(82, "CZ"): (0, 0, 0), (28, "CA"): (to_glu4, 0, 0), (17, "CA"): (-to_lys, 0, 0)}
    assert rs.kinase_state(moved_atoms(rs.load("2WGJ"), places)).dfg == dfg


@pytest.mark.parametrize(("distance", "alpha_c"), [(8, "in"), (10, "in"), (10.1, "out")])
def test_alpha_c_by_the_distance_of_the_two_c_beta(distance, alpha_c):
    places = {(17, "CB"): (0, 0, 0), (24, "CB"): (0, distance, 0)}
    assert rs.kinase_state(moved_atoms(rs.load("3LQ8"), places)).alpha_c == alpha_c


def test_the_nearer_carboxyl_oxygen_counts():
    places = {(17, "NZ"): (0, 0, 0), (24, "OE1"): (4, 0, 0), (24, "OE2"): (0, 3, 0)}
    assert rs.kinase_state(moved_atoms(rs.load("3LQ8"), places)).lys_glu == pytest.approx(3)


def test_a_state_that_cannot_be_measured_is_unknown():
    complex = rs.load("2WGJ")
    bare = complex.with_changes(
        residues=replace(complex.residues, klifs=complex.residues.klifs * 0)
    )
    state = rs.kinase_state(bare)
    assert (state.dfg, state.alpha_c, str(state.lys_glu)) == ("unknown", "unknown", "nan")
    assert state.label == "DFG-unknown, αC-unknown"


def test_the_label_holds_both_states_and_the_distance():
    assert KinaseState("in", "out", 12.345).label == "DFG-in, αC-out, Lys–Glu 12.3 Å"


def test_the_label_says_what_the_pocket_holds():
    assert KinaseState("out", "in", 3.0, "II").label.endswith("Å, type II")
    assert KinaseState("in", "in", 3.0, "I", covalent=True).label.endswith("type I, covalent")
    assert KinaseState("in", "in", 3.0, "allosteric").label.endswith("Å, allosteric")


def residue_place(complex, klifs, name="CA"):
    residue = int(np.flatnonzero(complex.residues.klifs == klifs)[0])
    return complex.xyz[0, complex.atoms_of(residue)[name]]


def test_types_by_where_the_inhibitor_is():
    met = rs.load("3LQ8")
    assert rs.kinase_state(met).inhibitor_type == "II"
    assert rs.kinase_state(rs.load("crizotinib")).inhibitor_type == "I"
    # The drug as one point: near the hinge alone, deep at αC, out of reach of both.
    hinge, deep = residue_place(met, 48, "N"), residue_place(met, 27)
    out = hinge - met.xyz[0, met.protein_heavy].mean(0)
    places = {"I": hinge + 3 * out / np.linalg.norm(out), "III": deep, "allosteric": hinge + 60}
    for held, place in places.items():
        xyz = met.xyz[0].copy()
        xyz[met.inhibitor_heavy] = place
        assert rs.kinase_state(met.with_coordinates(xyz)).inhibitor_type == held


@pytest.mark.parametrize(
    ("dfg", "held"), [("out", "II"), ("in", "I½"), ("inter", "I½"), ("unknown", "unknown")]
)
def test_the_type_ii_pocket_counts_only_with_dfg_out(dfg, held):
    met = rs.load("3LQ8")
    assert inhibitor_types(met, np.array([dfg], dtype=object)).tolist() == [held]


def test_the_phenylalanine_counts_only_where_dfg_is_in(monkeypatch):
    # At the number of contacts that foretinib just misses with DFG out, its F1223 makes up for it.
    met = rs.load("3LQ8")
    for count in range(1, 30):
        monkeypatch.setattr(inhibitor_type, "BACK_CONTACTS", count)
        held = {d: inhibitor_types(met, np.array([d], dtype=object))[0] for d in ("out", "in")}
        if held["out"] != "II":
            break
    assert held == {"out": "I", "in": "I½"}


def test_a_type_needs_hinge_and_helix():
    met = rs.load("3LQ8")
    for gone in ((17,), (24,), (28,), (46, 47, 48)):
        klifs = np.where(np.isin(met.residues.klifs, gone), 0, met.residues.klifs)
        bare = met.with_changes(residues=replace(met.residues, klifs=klifs))
        assert rs.kinase_state(bare).inhibitor_type == "unknown"


def test_states_of_frames_can_leave_the_type_out():
    met = rs.load("3LQ8")
    two = met.with_coordinates(np.repeat(met.xyz, 2, axis=0))
    assert kinase_states(two)["inhibitor_type"].tolist() == ["II", "II"]
    assert "inhibitor_type" not in kinase_states(two, types=False)


def test_the_pocket_table_lists_every_klifs_position_once_in_order():
    table = rs.pocket(rs.load("3LQ8"))
    assert table["klifs_index"].is_monotonic_increasing
    assert table["klifs_index"].is_unique
    assert table["klifs_index"].between(1, 85).all()
    assert (table["klifs"] == table["region"] + ":" + table["klifs_index"].astype(str)).all()


def test_landmarks_of_the_met_pocket():
    # Catalytic machinery of MET (UniProt P08581): β3 Lys, αC Glu, gatekeeper, hinge, HRD, DFG.
    table = rs.pocket(rs.load("3LQ8")).set_index("klifs_index")["residue"]
    expected = {17: "K1110", 24: "E1127", 45: "L1157", 48: "M1160", 70: "D1204", 81: "D1222"}
    assert {k: table[k] for k in expected} == expected
    assert [table[k] for k in (82, 83)] == ["F1223", "G1224"]


def test_distances_are_the_shortest_of_heavy_atoms():
    complex = rs.load("2WGJ")
    ligand = complex.xyz[0, complex.inhibitor_heavy].astype(float)
    for _, row in rs.pocket(complex).iterrows():
        residue = complex.find_residue(int(row["residue"][1:]))
        own = complex.atoms_of(residue)
        gap = {n: np.linalg.norm(complex.xyz[0, i] - ligand, axis=1).min() for n, i in own.items()}
        assert row["min_distance"] == pytest.approx(min(gap.values()), abs=1e-5)
        side = [g for n, g in gap.items() if n not in ("N", "CA", "C", "O")]
        if side:
            assert row["sidechain_distance"] == pytest.approx(min(side), abs=1e-5)
        else:
            assert row["residue"].startswith("G")
            assert np.isnan(row["sidechain_distance"])


def test_the_pocket_of_an_inhibitor_far_away_is_still_a_table():
    complex = rs.load("2WGJ")
    xyz = complex.xyz[0].copy()
    xyz[complex.inhibitor_heavy] += 3000
    assert rs.pocket(complex.with_coordinates(xyz))["min_distance"].min() > 1000


def test_a_rigid_motion_changes_neither_state_nor_pocket():
    complex = rs.load("2WGJ")
    turn = Rotation.from_euler("xyz", [10, 120, -60], degrees=True)
    xyz = turn.apply(complex.xyz[0].astype(float)) + np.array([5.0, -20, 9])
    moved = complex.with_coordinates(xyz)
    before, after = rs.pocket(complex), rs.pocket(moved)
    assert np.allclose(before["min_distance"], after["min_distance"], atol=2e-5)
    assert rs.kinase_state(moved).label == rs.kinase_state(complex).label
