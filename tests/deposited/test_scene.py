"""scene: on deposited files."""

from dataclasses import replace

import numpy as np
import pytest

import ros1struct as rs
from ros1struct.scene.elements import METAL, WATER
from ros1struct.scene.scene import scene


def test_a_bridge_goes_over_its_water(shared):
    complex = rs.load(shared / "structures" / "test_only" / "xray" / "2YFX.pdb")
    table = rs.interactions(complex)
    bridges = table[table["kind"] == "water bridge"]
    found = scene(complex)
    lines = [line for line in found.contacts if line.kind == "water bridge"]
    assert len(lines) == len(bridges) > 0
    for line, row in zip(lines, bridges.itertuples(), strict=True):
        one, two = np.diff(line.points, axis=0)
        assert np.linalg.norm(one) == pytest.approx(row.distance, abs=2e-3)
        assert np.linalg.norm(two) == pytest.approx(row.water_distance, abs=2e-3)
    waters = {complex.residue_label(k) for k in found.spheres}
    assert waters == set(bridges["water"])
    assert found.as_dict()["protein"].count("HETATM") >= len(waters)


def test_a_metal_is_shown_in_its_own_colour(shared):
    complex = rs.load(shared / "structures" / "test_only" / "xray" / "2YFX.pdb")
    role = complex.residues.role.astype("U9")
    metal = int(np.flatnonzero(role == "water")[-1])
    role[metal] = "metal"
    found = scene(complex.with_changes(residues=replace(complex.residues, role=role)))
    assert metal in found.spheres
    colours = {dot["index"] - 1: dot["colour"] for dot in found.as_dict()["spheres"]}
    assert colours[metal] == METAL
    assert {colours[k] for k in found.spheres if k != metal} == {WATER}
