"""Frames from files: every format, images of a periodic cell, changing waters, and bad input."""

import threading

import numpy as np
import pytest

import ros1struct as rs
from ros1struct.errors import InputError, StructureError
from ros1struct.io.frames.periodic import shift
from trajectories_data import box_of, write_run

# Å; XTC keeps thousandths of a nm.
ROUNDED = 0.011


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return write_run(tmp_path_factory.mktemp("run"), 11)


@pytest.mark.parametrize("suffix", [".xtc", ".trr", ".dcd", ".pdb"])
def test_every_format_gives_the_frames_that_were_written(suffix, tmp_path):
    top, run, many = write_run(tmp_path, 5, suffix=suffix)
    found = rs.load(top, trajectory=run)
    assert found.xyz.shape == many.xyz.shape
    assert np.abs(found.xyz - many.xyz).max() < ROUNDED


@pytest.mark.filterwarnings("ignore:.*The 'netCDF4' Python package is not installed")
@pytest.mark.parametrize("suffix", [".nc", ".h5"])
def test_formats_of_other_packages(suffix, tmp_path):
    if suffix == ".h5":
        pytest.importorskip("tables")
    top, run, many = write_run(tmp_path, 5, suffix=suffix)
    assert np.abs(rs.load(top, trajectory=run).xyz - many.xyz).max() < ROUNDED


@pytest.mark.parametrize("chunk", [1, 3, 4, 11, 50])
def test_frames_and_times_do_not_depend_on_the_chunk(files, chunk):
    top, run, many = files
    parts = list(rs.trajectory(top, run, start=1, stop=10, step=2, chunk=chunk))
    assert np.concatenate([p.frame for p in parts]).tolist() == [1, 3, 5, 7, 9]
    assert np.concatenate([p.time for p in parts]).tolist() == [2.0, 6.0, 10.0, 14.0, 18.0]
    xyz = np.concatenate([p.complex.xyz for p in parts])
    assert np.abs(xyz - many.xyz[1:10:2]).max() < ROUNDED
    assert all(len(p.frame) <= chunk for p in parts)
    assert len({p.complex.topology.digest for p in parts}) == 1


@pytest.mark.parametrize(("start", "stop", "step"), [(0, None, 1), (2, 9, 1), (1, None, 3)])
def test_mdtraj_reads_the_same_where_the_decoder_is_hidden(files, monkeypatch, start, stop, step):
    top, run, many = files
    how = {"start": start, "stop": stop, "step": step, "chunk": 2}
    mine = list(rs.trajectory(top, run, **how))
    monkeypatch.setattr("ros1struct.io.frames.read.library", lambda: None)
    theirs = list(rs.trajectory(top, run, **how))
    for name in ("frame", "time"):
        one, other = (np.concatenate([getattr(p, name) for p in t]) for t in (mine, theirs))
        assert one.tolist() == other.tolist()
    one, other = (np.concatenate([p.complex.xyz for p in t]) for t in (mine, theirs))
    assert np.array_equal(one, other)
    assert np.abs(one - many.xyz[start:stop:step]).max() < ROUNDED


def test_a_reader_that_is_left_in_the_middle_leaves_no_thread(files):
    top, run, _ = files
    before = threading.active_count()
    chunks = iter(rs.trajectory(top, run, chunk=2))
    next(chunks)
    assert threading.active_count() == before + 1
    chunks.close()
    assert threading.active_count() == before


def test_a_trajectory_in_memory_and_an_iterator_are_sources_too(files):
    top, run, _ = files
    frames = rs.load(top, trajectory=run).to_mdtraj()
    whole = rs.load(top, trajectory=run, start=2, step=3).xyz
    for source in (frames, [frames[:5], frames[5:]], iter([frames[:5], frames[5:]])):
        found = rs.trajectory(top, source, start=2, step=3, chunk=2)
        xyz = np.concatenate([p.complex.xyz for p in found])
        assert np.allclose(xyz, whole, atol=1e-4)


def test_tables_count_frames_as_the_trajectory_does(files):
    top, run, _ = files
    opened = rs.trajectory(top, run, start=3, step=4, chunk=1)
    table = rs.interactions(opened)
    assert table["frame"].unique().tolist() == [3, 7]
    assert table.groupby("frame")["time"].first().tolist() == [6.0, 14.0]
    again = rs.interactions(rs.load(top, trajectory=run))
    mine = again[again["frame"] == 7].drop(columns="frame").reset_index(drop=True)
    theirs = table[table["frame"] == 7].drop(columns=["frame", "time"]).reset_index(drop=True)
    assert mine.astype(str).equals(theirs.astype(str))
    for function in (rs.overlaps, rs.contacts, rs.severity):
        assert function(opened)["frame"].unique().tolist() == [3, 7]
    with pytest.raises(InputError, match="say which with frame="):
        rs.kinase_state(opened)
    assert rs.kinase_state(opened, frame=1).dfg


def test_broken_molecules_are_made_whole(files):
    top, run, _ = files
    loaded = rs.load(top, trajectory=run)
    frames = loaded.to_mdtraj()
    edge = float(np.ptp(frames.xyz, axis=1).max()) + 1.0
    wrapped = box_of(frames, edge)
    assert np.abs(wrapped.xyz * 10 - loaded.xyz).max() > 10  # broken, in truth
    found = rs.load(top, trajectory=wrapped)
    a = found.xyz - found.xyz[:, :1]
    b = loaded.xyz - loaded.xyz[:, :1]
    assert np.abs(a - b).max() < 1e-2
    without = ["structure", "distance", "angle", "angle2"]
    one, other = (rs.interactions(c).drop(columns=without) for c in (found, loaded))
    assert one.astype(str).equals(other.astype(str))


def test_an_inhibitor_in_another_cell_is_put_beside_its_kinase(files):
    top, run, _ = files
    loaded = rs.load(top, trajectory=run)
    frames = loaded.to_mdtraj()
    edge = float(np.ptp(frames.xyz, axis=1).max()) + 2.0
    moved = frames.xyz.copy()
    drug = loaded.residues.role[loaded.atoms.residue] == "inhibitor"
    moved[:, drug] += np.array([edge, -edge, 2 * edge], dtype=np.float32)
    cells = box_of(frames, edge)
    cells.xyz = moved
    found = rs.load(top, trajectory=cells)
    assert np.abs(found.xyz - loaded.xyz).max() < 1e-2


@pytest.mark.parametrize("slant", [0.0, 1.3])
def test_the_nearest_image_is_that_of_a_search_over_all(slant):
    rng = np.random.default_rng(1)
    cell = np.array([[[6.0, 0, 0], [slant, 5.0, 0], [-slant, 0.9 * slant, 7.0]]], dtype=np.float32)
    vectors = rng.uniform(-15, 15, (1, 500, 3)).astype(np.float32)
    found = vectors - shift(vectors, cell)
    n = np.stack(np.meshgrid(*[np.arange(-6, 7)] * 3, indexing="ij"), -1).reshape(-1, 3)
    every = vectors[0][:, None] - (n @ cell[0])[None]
    best = np.linalg.norm(every, axis=2).min(axis=1)
    near = best < 2.0  # nearer than half of any height of the cell
    assert near.sum() > 20
    assert np.allclose(np.linalg.norm(found[0], axis=1)[near], best[near], atol=1e-3)


def test_bad_input_is_said_in_one_line(files, tmp_path):
    top, run, many = files
    with pytest.raises(InputError, match=r"none\.xtc: no such file"):
        rs.trajectory(top, tmp_path / "none.xtc")
    odd = tmp_path / "run.foo"
    odd.write_text("x")
    with pytest.raises(InputError, match=r"unknown format '\.foo'"):
        rs.trajectory(top, odd)
    frames = many.to_mdtraj()
    short = frames.atom_slice(np.arange(100))
    with pytest.raises(StructureError, match="has 100 atoms a frame and the topology top has"):
        rs.trajectory(top, short)
    short.save_xtc(str(tmp_path / "short.xtc"))
    with pytest.raises(StructureError, match="100 atoms"):
        rs.trajectory(top, tmp_path / "short.xtc")
    for word in ("start", "step", "chunk"):
        with pytest.raises(InputError, match=f"{word} must be an integer"):
            rs.trajectory(top, run, **{word: -1})
    with pytest.raises(InputError, match="no frame between start and stop"):
        rs.interactions(rs.trajectory(top, run, start=50))


def test_a_truncated_file_says_which_frames_are_good(files, tmp_path):
    top, run, _ = files
    cut = tmp_path / "cut.xtc"
    data = run.read_bytes()
    cut.write_bytes(data[: int(len(data) * 0.75)])
    opened = rs.trajectory(top, cut, chunk=2)
    seen = []
    with pytest.raises(StructureError, match=r"cut\.xtc: frame 8 or one soon after") as raised:
        seen.extend(part.frame.tolist() for part in opened)
    assert "stop=8" in str(raised.value)
    assert [k for frames in seen for k in frames] == [*range(8)]
    assert len(rs.load(top, trajectory=cut, stop=8).xyz) == 8


def test_a_frame_that_is_not_a_number_is_named(files):
    top, _, many = files
    frames = many.to_mdtraj()
    xyz = frames.xyz.copy()
    xyz[4, 17, 1] = np.nan
    frames.xyz = xyz
    with pytest.raises(StructureError, match="frame 4, atom 17 has a coordinate that is not"):
        rs.load(top, trajectory=frames)


def test_a_broken_molecule_without_a_cell_is_an_error(files):
    top, _, many = files
    frames = many.to_mdtraj()
    xyz = frames.xyz.copy()
    xyz[3, 1000:] += 5.0
    frames.xyz = xyz
    with pytest.raises(StructureError, match="frame 3 has a bond of more than 5 Å"):
        rs.load(top, trajectory=frames)


@pytest.fixture(scope="module")
def wet(tmp_path_factory):
    """Three frames in which another water each stands beside the inhibitor, in another image."""
    folder = tmp_path_factory.mktemp("wet")
    top, _, _ = write_run(folder, 3)
    complex = rs.load(top)
    lines = [x for x in top.read_text().splitlines() if x.startswith(("ATOM", "HETATM", "TER"))]
    drug = complex.xyz[0, complex.inhibitor_heavy]
    spot = drug[0] + (drug[0] - drug.mean(axis=0)) / np.linalg.norm(drug[0] - drug.mean(0)) * 3.0
    serial = len(complex.atoms)
    waters = np.array([[30.0, 0, 0], [0, 30.0, 0], [0, 0, 30.0]]) + complex.xyz[0].mean(axis=0)
    for k, place in enumerate(waters):
        for name, delta in (("O", 0.0), ("H1", 0.9), ("H2", -0.9)):
            serial += 1
            x, y, z = place + np.array([delta, 0, 0])
            lines.append(
                f"HETATM{serial:>5}  {name:<3} TIP W{k + 1:>4}    {x:8.3f}{y:8.3f}{z:8.3f}"
                f"  1.00  0.00          {name[0]:>2}"
            )
    path = folder / "wet.pdb"
    path.write_text("\n".join([*lines, "END", ""]))
    edge = 100.0
    size = len(complex.atoms)
    xyz = np.repeat(np.concatenate([complex.xyz[0], np.repeat(waters, 3, axis=0)])[None], 3, 0)
    for k in range(3):
        first = size + 3 * k
        three = np.array([[0, 0, 0], [0.9, 0, 0], [-0.9, 0, 0]])
        xyz[k, first : first + 3] = spot + three + np.array([edge, 0, -edge])
    import mdtraj

    topology = mdtraj.load_topology(str(path))
    frames = mdtraj.Trajectory(
        (xyz / 10).astype(np.float32), topology,
        unitcell_lengths=np.full((3, 3), edge / 10), unitcell_angles=np.full((3, 3), 90.0),
    )  # fmt: skip
    return path, frames, spot


def test_waters_change_from_frame_to_frame_and_come_in_the_nearest_image(wet):
    path, frames, spot = wet
    run = rs.trajectory(path, frames, chunk=1)
    names = []
    for part in run:
        complex = part.complex
        water = np.flatnonzero(complex.residues.role == "water")
        names.append([int(complex.residues.number[w]) for w in water])
        oxygen = complex.atoms_of(int(water[0]))["O"]
        assert np.abs(complex.xyz[0, oxygen] - spot).max() < 0.01
    assert names == [[1], [2], [3]]
    joined = run.join()
    assert (joined.residues.role == "water").sum() == 3
    assert len(joined.xyz) == 3
    assert len(rs.trajectory(path, frames[0]).complex.xyz) == 1


def test_solvent_typed_apart_is_typed_the_same(wet):
    from dataclasses import fields

    from ros1struct.contacts.atom_types import _prepare, prepare
    from ros1struct.contacts.definitions import CONTACT_DEFINITIONS

    path, frames, _ = wet
    complex = next(iter(rs.trajectory(path, frames))).complex
    for rule in CONTACT_DEFINITIONS.values():
        one, other = prepare(complex, rule), _prepare(complex.topology, "x", rule)
        for f in fields(one):
            a, b = getattr(one, f.name), getattr(other, f.name)
            if isinstance(a, np.ndarray):
                assert np.array_equal(a, b, equal_nan=a.dtype.kind == "f"), f.name
