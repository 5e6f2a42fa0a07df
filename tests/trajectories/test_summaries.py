"""Summaries of frames agree with the long tables that they stand for."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import ros1struct as rs
from interrupted import overlaps_until_told
from ros1struct.errors import InputError
from ros1struct.structure.geometry import superpose
from ros1struct.trajectories import (
    clusters,
    convergence,
    map_frames,
    measures,
    occupancy,
    poses,
    presence,
)
from trajectories_data import moved, write_run

FRAMES = 24


@pytest.fixture(scope="module")
def many():
    return moved(FRAMES, size=0.25)[1]


@pytest.fixture(scope="module")
def bits(many):
    return presence(many)


@pytest.mark.parametrize("definition", ["ros1struct", "prolif", "plip"])
def test_presence_is_the_long_table_counted(many, definition):
    table = rs.interactions(many, definition)
    table = table[table["ambiguous"] != "flip"]
    wanted = {
        (f, r, k, f"{kind} {role}".strip())
        for f, r, k, kind, role in table[["frame", "residue", "klifs", "kind", "role"]].values
    }
    found = presence(many, definition)
    stood = found.stack(list(range(3)), future_stack=True)
    stood = stood[stood]
    assert {(f, *rest) for f, _, *rest in stood.index} == wanted
    assert len(found) == FRAMES


def test_occupancy_counts_and_bounds(many, bits):
    table = occupancy(many)
    assert table["frames"].tolist() == bits.to_numpy().sum(axis=0).tolist()
    assert np.allclose(table["occupancy"], table["frames"] / FRAMES)
    halves = (table["first_half"] + table["second_half"]) / 2
    assert np.allclose(halves, table["occupancy"])
    assert (table["interval"] <= table["longest"]).all()
    assert set(occupancy(bits, at_least=0.5)["occupancy"] >= 0.5) == {True}
    with pytest.raises(InputError, match="from 0 to 1"):
        occupancy(bits, at_least=2)
    with pytest.raises(InputError, match="presence"):
        occupancy(rs.interactions(many))


def test_convergence_ends_at_the_occupancy(bits):
    table = convergence(bits, points=4)
    last = table[table["frames"] == FRAMES]
    assert np.allclose(last["occupancy"], bits.mean().to_numpy())
    assert sorted(table["frames"].unique()) == [6, 12, 18, 24]


def test_clusters_of_two_kinds_of_frames():
    complex = rs.load("crizotinib")
    away = complex.xyz.copy()
    away[:, complex.inhibitor_heavy] += np.float32(1.5)
    xyz = np.concatenate([complex.xyz] * 5 + [away] * 3)
    table = clusters(complex.with_coordinates(xyz), similarity=0.9)
    assert table["cluster"].tolist() == [0] * 5 + [1] * 3
    assert table["similarity"].tolist() == [1.0] * 8
    assert set(table["representative"]) == {0, 5}


def test_measures_are_those_of_one_frame(many):
    table = measures(many, {"pair": ("M2029:N", _first_atom(many))})
    assert table["pocket_rmsd"].iloc[0] < 1e-4
    k = 7
    fit = np.isin(many.atoms.name, ("N", "CA", "C", "O"))
    fit &= many.residues.klifs[many.atoms.residue] > 0
    rotation, shift, rmsd = superpose(many.xyz[k, fit], many.xyz[0, fit])
    assert np.isclose(table["pocket_rmsd"].iloc[k], rmsd, atol=1e-4)
    drug = many.inhibitor_heavy
    carried = many.xyz[k, drug] @ rotation.T + shift
    plain = np.sqrt(((carried - many.xyz[0, drug]) ** 2).sum(axis=1).mean())
    assert table["inhibitor_rmsd"].iloc[k] <= plain + 1e-4
    gap = np.linalg.norm(many.xyz[k][many.protein_heavy][:, None] - many.xyz[k][drug], axis=2)
    assert np.isclose(table["min_distance"].iloc[k], gap.min(), atol=1e-4)
    state = rs.kinase_state(many, frame=k)
    assert (table["dfg"].iloc[k], table["alpha_c"].iloc[k]) == (state.dfg, state.alpha_c)
    with pytest.raises(InputError, match="no residue 'X1'"):
        measures(many, [("X1:N", "N1")])
    with pytest.raises(InputError, match="column of its own"):
        measures(many, {"time": ("M2029:N", _first_atom(many))})


def _first_atom(complex):
    return str(complex.atoms.name[complex.inhibitor_heavy[0]])


def test_a_ring_that_turns_by_a_symmetry_has_no_rmsd():
    complex = rs.load("3LQ8")  # foretinib: a para-fluorophenyl group
    mol, drug = complex.inhibitor, complex.inhibitor_heavy
    turned = next(w for w in mol.GetSubstructMatches(mol, uniquify=False) if list(w) != sorted(w))
    xyz = np.repeat(complex.xyz, 2, axis=0)
    xyz[1, drug] = xyz[0, drug[list(turned)]]
    assert measures(complex.with_coordinates(xyz))["inhibitor_rmsd"].max() < 1e-3


def test_an_inhibitor_that_has_left_is_said_and_is_no_error(many):
    xyz = many.xyz.copy()
    xyz[3, many.inhibitor_heavy] += np.float32(40.0)
    gone = many.with_coordinates(xyz)
    table = measures(gone)
    assert np.isnan(table["min_distance"].iloc[3])
    assert table["in_pocket"].tolist() == [k != 3 for k in range(FRAMES)]
    assert not presence(gone).iloc[3].any()


def test_poses_pass_and_fail_for_their_own_reasons():
    complex = rs.load("crizotinib")
    drug = complex.inhibitor_heavy
    inside, outside = complex.xyz.copy(), complex.xyz.copy()
    inside[:, drug] += np.float32(1.2)
    outside[:, drug] += np.float32(60.0)
    many = complex.with_coordinates(np.concatenate([complex.xyz, inside, outside]))
    table = poses(many, complex, similarity=0.5)
    assert table["passes"].tolist() == [True, False, False]
    assert table["similarity"].iloc[0] == 1.0
    assert not table["no_clash"].iloc[1]
    assert not table["in_pocket"].iloc[2]
    assert table["similarity"].iloc[2] == 0.0
    one = rs.severity(many, frame=1)
    assert one["clashes"].iloc[0] == table["clashes"].iloc[1]
    assert np.isclose(one["worst_overlap"].iloc[0], table["worst_overlap"].iloc[1])


def test_workers_and_parts_give_the_same_table(tmp_path):
    pytest.importorskip("pyarrow")
    top, run, _ = write_run(tmp_path, 20)
    opened = rs.trajectory(top, run, chunk=3)
    alone = map_frames(rs.overlaps, opened, at_least=-0.2)
    two = map_frames(rs.overlaps, opened, at_least=-0.2, workers=2, part=4)
    assert alone.equals(two)
    folder = tmp_path / "parts"
    kept = map_frames(rs.overlaps, opened, at_least=-0.2, folder=folder, part=4)
    assert kept.astype(str).equals(alone.astype(str))
    parts = sorted(folder.glob("part-*.parquet"))
    assert len(parts) == 5
    parts[2].unlink()
    before = parts[0].stat().st_mtime_ns
    again = map_frames(rs.overlaps, opened, at_least=-0.2, folder=folder, part=4)
    assert again.astype(str).equals(alone.astype(str))
    assert parts[0].stat().st_mtime_ns == before  # not done again
    with pytest.raises(InputError, match="parts of other work"):
        map_frames(rs.overlaps, opened, at_least=0.0, folder=folder, part=4)
    with pytest.raises(InputError, match="cannot be shared"):
        map_frames(rs.overlaps, replace(opened, source=[]), workers=2)


def test_a_killed_worker_costs_its_part_only(tmp_path):
    from killed import overlaps_with_a_death

    top, run, _ = write_run(tmp_path, 20)
    opened = rs.trajectory(top, run, chunk=4)
    alone = map_frames(rs.overlaps, opened)
    mark = tmp_path / "died"
    found = map_frames(overlaps_with_a_death, opened, str(mark), workers=2, part=4)
    assert mark.exists()
    assert found.equals(alone)


def test_dask_gives_the_same_table(tmp_path):
    distributed = pytest.importorskip("distributed")
    top, run, _ = write_run(tmp_path, 12)
    opened = rs.trajectory(top, run, chunk=3)
    alone = map_frames(rs.overlaps, opened)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, memory_limit=0
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        found = map_frames(rs.overlaps, opened, client=client, part=3)
    assert found.equals(alone)


def test_a_full_disk_keeps_the_parts_that_are_done(tmp_path, monkeypatch):
    pytest.importorskip("pyarrow")
    import pandas as pd

    from ros1struct.errors import Ros1structError

    top, run, _ = write_run(tmp_path, 8)
    opened = rs.trajectory(top, run, chunk=2)
    whole, count = pd.DataFrame.to_parquet, []

    def full(self, path, **more):
        count.append(path)
        if len(count) == 3:
            raise OSError(28, "No space left on device")
        return whole(self, path, **more)

    monkeypatch.setattr(pd.DataFrame, "to_parquet", full)
    with pytest.raises(Ros1structError, match="No space left on device"):
        map_frames(rs.overlaps, opened, folder=tmp_path / "parts", part=2)
    assert len(list((tmp_path / "parts").glob("part-*.parquet"))) == 2
    monkeypatch.undo()
    found = map_frames(rs.overlaps, opened, folder=tmp_path / "parts", part=2)
    assert found.astype(str).equals(map_frames(rs.overlaps, opened).astype(str))


def test_an_interrupt_keeps_the_parts_that_are_done(tmp_path):
    pytest.importorskip("pyarrow")
    top, run, _ = write_run(tmp_path, 12)
    folder = tmp_path / "parts"
    where = [str(Path(__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
    done = subprocess.run(
        [sys.executable, "-m", "interrupted", str(top), str(run), str(folder)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(where)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "KeyboardInterrupt" in done.stderr
    assert done.returncode != 0
    parts = sorted(folder.glob("part-*.parquet"))
    assert 1 <= len(parts) < 6
    assert not list(folder.glob(".part-*"))
    before = parts[0].stat().st_mtime_ns
    opened = rs.trajectory(top, run, chunk=2)
    found = map_frames(overlaps_until_told, opened, str(tmp_path), folder=folder, part=2)
    assert parts[0].stat().st_mtime_ns == before
    assert found.astype(str).equals(map_frames(rs.overlaps, opened).astype(str))


def test_progress_counts_frames_of_a_file_and_in_memory(tmp_path, capsys):
    top, run, many = write_run(tmp_path, 6)
    for source in (run, many.to_mdtraj()):
        opened = rs.trajectory(top, source, chunk=2)
        found = poses(opened, progress=True)
        assert "6/6" in capsys.readouterr().err
        assert found.equals(poses(opened))
        assert capsys.readouterr().err == ""
    once = rs.trajectory(top, iter([many.to_mdtraj()]), chunk=2)
    assert len(poses(once, progress=True)) == 6
