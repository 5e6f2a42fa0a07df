"""HDF5 trajectories are read by another process: what damage or a pickle does, it does there."""

import pickle
import sys
from pathlib import Path

import numpy as np
import pytest

import ros1struct as rs
from ros1struct.errors import StructureError
from ros1struct.io.frames import hdf5
from ros1struct.io.frames.read import count_frames, read_frames
from trajectories_data import write_run

tables = pytest.importorskip("tables")
sys.path.append(str(Path(__file__).parents[1] / "fuzz"))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    top, path, many = write_run(tmp_path_factory.mktemp("run"), 12, suffix=".h5")
    return top, path, many


def read(path, atoms, *how):
    return list(read_frames(path, atoms, *(how or (0, None, 1)), 2, "it"))


@pytest.mark.parametrize(("start", "stop", "step"), [(0, None, 1), (1, 11, 3), (0, None, 5)])
def test_steps_go_on_over_blocks(run, start, stop, step):
    """mdtraj, two frames at a time, begins every block where the one before has ended."""
    _, path, many = run
    atoms = many.xyz.shape[1]
    parts = read(path, atoms, start, stop, step)
    wanted = np.arange(12)[start:stop:step]
    assert np.concatenate([p.frame for p in parts]).tolist() == wanted.tolist()
    assert np.concatenate([p.time for p in parts]).tolist() == (2.0 * wanted).tolist()
    xyz = np.concatenate([p.xyz for p in parts])
    assert np.abs(xyz - many.xyz[wanted]).max() < 1e-4
    assert count_frames(path, atoms) == 12


def changed(run, tmp_path, change):
    path = tmp_path / "a.h5"
    path.write_bytes(run[1].read_bytes())
    with tables.open_file(path, "a") as file:
        change(file)
    return path, run[2].xyz.shape[1]


class Touch:
    """What a pickle may do: make a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (Path.touch, (self.path,))


def test_attributes_are_not_unpickled(run, tmp_path):
    mark = tmp_path / "ran"

    def change(file):
        data = np.bytes_(pickle.dumps(Touch(mark), 0))
        file.root.coordinates.attrs._g_setattr(file.root.coordinates, "units", data)

    path, atoms = changed(run, tmp_path, change)
    assert not mark.exists()
    with pytest.raises(StructureError, match=r"a\.h5: frame 0 "):
        read(path, atoms)
    assert not mark.exists()
    with tables.open_file(path) as file:  # whereas PyTables runs it
        _ = file.root.coordinates.attrs.units
    assert mark.exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda f: f.remove_node("/", "coordinates"), "no coordinates of frames, atoms and three"),
        (lambda f: f.root.coordinates.set_attr("units", "feet"), "in units of 'feet', expected"),
        (lambda f: f.create_array("/", "cell_lengths", np.ones((12, 2)))
         and f.create_array("/", "cell_angles", np.ones((12, 3))), "cell_lengths have the shape"),
    ],
)  # fmt: skip
def test_what_is_no_trajectory_is_an_error(run, tmp_path, change, said):
    path, atoms = changed(run, tmp_path, change)
    with pytest.raises(StructureError, match=said):
        read(path, atoms)


def test_angstroms_are_read_as_such(run, tmp_path):
    path, atoms = changed(
        run, tmp_path, lambda f: f.root.coordinates.set_attr("units", "angstroms")
    )
    assert np.allclose(10 * read(path, atoms)[0].xyz, read(run[1], atoms)[0].xyz)


def test_other_numbers_of_atoms_are_named(run):
    with pytest.raises(StructureError, match="atoms a frame and the topology it has 7; give"):
        read(run[1], 7)


def other_reader(tmp_path, monkeypatch, old, new):
    """Read by a changed program."""
    program = Path(hdf5.hdf5_reader.__file__).read_text("utf-8")
    text = program.replace(old, new)
    assert old in program
    (tmp_path / "reader.py").write_text(text, "utf-8")
    monkeypatch.setattr(hdf5.hdf5_reader, "__file__", str(tmp_path / "reader.py"))


@pytest.mark.parametrize("does", ["import os; os.abort()", "while 1: pass"])
def test_a_reader_that_dies_or_hangs_is_an_error(run, tmp_path, monkeypatch, does):
    soon = "signal.setitimer(signal.ITIMER_PROF, 0.2)"
    last = "            arrays = []\n"
    other_reader(tmp_path, monkeypatch, last, f"            {soon}\n            {does}\n")
    with pytest.raises(StructureError, match="died or was too slow"):
        read(run[1], run[2].xyz.shape[1])


@pytest.mark.skipif(sys.platform != "linux", reason="memory has no end elsewhere")
def test_a_block_that_unpacks_to_more_than_the_memory_is_an_error(tmp_path, monkeypatch):
    atoms = 500_000
    with tables.open_file(tmp_path / "a.h5", "w") as file:
        how = {"chunkshape": (50, atoms, 3), "filters": tables.Filters(1)}
        made = file.create_carray("/", "coordinates", tables.Float32Atom(), (50, atoms, 3), **how)
        made[0] = 0
        made.attrs.units = "nanometers"
    assert (tmp_path / "a.h5").stat().st_size < 5_000_000
    other_reader(tmp_path, monkeypatch, "1 << 30", "200 << 20")
    with pytest.raises(StructureError, match=r"a\.h5: frame 0 "):
        list(read_frames(tmp_path / "a.h5", atoms, 0, 1, 1, 1, "it"))


def test_many_damaged_files_leave_this_process_alive(tmp_path):
    from mutators import case, pocket

    (tmp_path / "top.pdb").write_bytes(pocket("2WGJ"))
    atoms = rs.load(tmp_path / "top.pdb").xyz.shape[1]
    path = tmp_path / "a.h5"
    answers = 0
    for number in range(12):
        path.write_bytes(case("h5", number, 3))
        try:
            parts = read(path, atoms)
        except StructureError as error:
            assert str(error).isprintable()  # noqa: PT017
        else:
            answers += 1
            assert all(np.isfinite(part.xyz).all() for part in parts)
    assert 0 < answers < 12


def test_netcdf_4_is_hdf5(run, tmp_path):
    netcdf = pytest.importorskip("netCDF4")
    many = run[2].xyz[:3]
    with netcdf.Dataset(tmp_path / "a.nc", "w", format="NETCDF4") as file:
        for name, size in (("frame", None), ("atom", many.shape[1]), ("spatial", 3)):
            file.createDimension(name, size)
        xyz = file.createVariable("coordinates", "f4", ("frame", "atom", "spatial"))
        xyz.units = "angstrom"
        xyz[:] = many
    found = np.concatenate([p.xyz for p in read(tmp_path / "a.nc", many.shape[1])])
    assert np.array_equal(found, many)
