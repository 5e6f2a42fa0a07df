"""TRR, DCD and NetCDF: what another reader finds, every variant of a format, and damage."""

import struct

import mdtraj
import numpy as np
import pytest
from mdtraj.formats import DCDTrajectoryFile, TRRTrajectoryFile

from ros1struct.errors import StructureError
from ros1struct.io.frames.read import count_frames, read_frames

ATOMS, FRAMES = 7, 5
KINDS = ("trr", "dcd", "nc")
# Å: a single of 40 Å that went through nm.
LAST_BIT = 1e-5


@pytest.fixture(scope="module")
def frames():
    top = mdtraj.Topology()
    residue = top.add_residue("UNK", top.add_chain())
    for _ in range(ATOMS):
        top.add_atom("C", mdtraj.element.carbon, residue)
    rng = np.random.default_rng(1)
    made = mdtraj.Trajectory(rng.normal(0, 2, (FRAMES, ATOMS, 3)).astype("f4"), top)
    made.time = 2.0 * np.arange(FRAMES) + 1
    made.unitcell_lengths = np.tile(np.array([8.0, 8.5, 9.0]), (FRAMES, 1))
    made.unitcell_angles = np.tile(np.array([90.0, 80.0, 109.47]), (FRAMES, 1))
    return made


@pytest.fixture(scope="module")
def written(frames, tmp_path_factory):
    folder = tmp_path_factory.mktemp("frames")
    for kind in KINDS:
        frames.save(str(folder / f"a.{kind}"))
    return {kind: (folder / f"a.{kind}").read_bytes() for kind in KINDS}


def read(path, start=0, stop=None, step=1, chunk=2):
    """Coordinates, times, cells and names of frames."""
    parts = list(read_frames(path, ATOMS, start, stop, step, chunk, "it"))
    cells = [p.cell for p in parts]
    return (
        np.concatenate([p.xyz for p in parts]),
        np.concatenate([p.time for p in parts]).tolist(),
        None if any(c is None for c in cells) else np.concatenate(cells),
        np.concatenate([p.frame for p in parts]).tolist(),
    )


def put(tmp_path, kind, data):
    path = tmp_path / f"a.{kind}"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("start", "stop", "step"), [(0, None, 1), (1, 4, 1), (0, None, 3)])
def test_frames_are_those_that_another_program_wrote(
    frames, written, tmp_path, kind, start, stop, step
):
    path = put(tmp_path, kind, written[kind])
    xyz, time, cell, names = read(path, start, stop, step)
    chosen = slice(start, stop, step)
    assert np.abs(xyz - 10 * frames.xyz[chosen]).max() < LAST_BIT
    assert np.abs(cell - 10 * frames.unitcell_vectors[chosen]).max() < LAST_BIT
    assert names == list(range(FRAMES))[chosen]
    # A DCD file has no times; its frames have their numbers.
    assert time == (names if kind == "dcd" else frames.time[chosen].tolist())
    assert count_frames(path, ATOMS) == FRAMES


@pytest.mark.parametrize("kind", KINDS)
def test_a_cut_file_has_its_whole_frames_and_then_an_error(written, tmp_path, kind):
    data = written[kind]
    whole = 0
    for size in range(0, len(data), 13):
        path = put(tmp_path, kind, data[:size])
        seen, said = [], ""
        try:
            for part in read_frames(path, ATOMS, 0, None, 1, 2, "it"):
                seen += part.frame.tolist()
        except StructureError as error:
            said = str(error)
        assert seen == list(range(len(seen)))
        assert len(seen) >= whole
        whole = len(seen)
        ends = kind != "nc" and size in (0, *_ends(kind, len(data)))
        assert ends or said.startswith(f"a.{kind}: frame {whole} "), size
        assert (f"stop={whole}" in said) == (whole > 0)
    assert whole == FRAMES - 1


def _ends(kind, size):
    """Bytes after which a frame is whole."""
    each = {"trr": 76 + 8 + 36 + 12 * ATOMS, "dcd": 56 + 3 * (4 * ATOMS + 8)}[kind]
    return [size - k * each for k in range(FRAMES + 1)]


@pytest.mark.parametrize(
    ("kind", "at", "new", "said"),
    [
        ("trr", 0, struct.pack(">i", 1995), "expected 1993 and GMX_trn_file"),
        ("trr", 8, struct.pack(">i", 2**30), "expected 1993 and GMX_trn_file"),
        ("trr", 24, struct.pack(">i", 2**30), "bytes in its header are not those of 7 atoms"),
        ("trr", 52, struct.pack(">i", -84), "bytes in its header are not those of 7 atoms"),
        ("trr", 64, struct.pack(">i", -1), "-1 atoms in its header"),
        ("trr", 76, struct.pack(">f", np.nan), "its time is not a number"),
        ("trr", 84, struct.pack(">f", np.nan), "unit cell that is not nine numbers"),
        ("trr", 120, struct.pack(">f", 1e30), "frame 0, atom 0 has a coordinate that is not"),
        ("dcd", 0, struct.pack("<i", 85), "does not begin as a DCD file"),
        ("dcd", 4, b"VELD", "does not begin as a DCD file"),
        ("dcd", 40, struct.pack("<i", 7), "7 atoms, 7 of them fixed"),
        ("dcd", 88, struct.pack("<i", 1), "a record of 84 bytes does not end"),
        ("dcd", 92, struct.pack("<i", 2**31 - 1), "bytes more than the file has"),
        ("dcd", 92, struct.pack("<i", -8), "bytes more than the file has"),
        ("dcd", 268, struct.pack("<i", -1), "-1 atoms, 0 of them fixed"),
        ("dcd", 276, struct.pack("<i", 47), "a record of 48 bytes stands between 47 and 48"),
        ("nc", 3, b"\3", "does not begin as a NetCDF file"),
        ("nc", 4, struct.pack(">i", 2**30), "bytes more than the file has"),
        ("nc", 12, b"qI\xf2\xca", "a header of 1900671690 entries"),
        ("nc", 56, struct.pack(">i", 2**26), "67108864 atoms a frame and the topology"),
    ],
)
def test_headers_are_held_against_the_file(written, tmp_path, kind, at, new, said):
    data = bytearray(written[kind])
    data[at : at + len(new)] = new
    with pytest.raises(StructureError, match=said.replace("(", r"\(")):
        read(put(tmp_path, kind, data))


def test_a_trr_file_may_be_of_doubles_with_velocities(tmp_path):
    rng = np.random.default_rng(2)
    xyz, cell = rng.normal(0, 2, (2, ATOMS, 3)), 6 * np.eye(3)
    data = b""
    for k in range(2):
        sizes = (0, 0, 72, 72, 72, 0, 0, *[24 * ATOMS] * 3)
        data += struct.pack(">3i12s13i", 1993, 13, 12, b"GMX_trn_file", *sizes, ATOMS, k, 0)
        numbers = (4.5 * k, 0.0, *cell.ravel(), *[7.0] * 18, *xyz[k].ravel(), *[3.0] * 6 * ATOMS)
        data += struct.pack(f">{len(numbers)}d", *numbers)
    path = put(tmp_path, "trr", data)
    found, time, box, _ = read(path)
    assert np.abs(found - 10 * xyz).max() < LAST_BIT
    assert time == [0.0, 4.5]
    assert np.array_equal(box, np.tile((10 * cell).astype("f4"), (2, 1, 1)))
    with TRRTrajectoryFile(str(path)) as stream:
        assert np.abs(stream.read()[0] * 10 - found).max() < LAST_BIT


def test_trr_frames_without_coordinates_or_of_other_atoms_are_refused(written, tmp_path):
    sizes = (0, 0, 36, 0, 0, 0, 0, 0, 12 * ATOMS, 0)
    head = struct.pack(">3i12s13i", 1993, 13, 12, b"GMX_trn_file", *sizes, ATOMS, 0, 0)
    path = put(tmp_path, "trr", written["trr"] + head + bytes(8 + 36 + 12 * ATOMS))
    with pytest.raises(StructureError, match=f"frame {FRAMES} .*velocities or forces, but no coor"):
        read(path)
    other = written["trr"].replace(
        struct.pack(">3i", 12 * ATOMS, 0, 0), struct.pack(">3i", 24, 0, 0)
    )
    other = other.replace(struct.pack(">3i", ATOMS, 0, 0), struct.pack(">3i", 2, 0, 0))
    with pytest.raises(StructureError, match="has 2 atoms a frame and the topology it has 7"):
        read(put(tmp_path, "trr", other))


def dcd(xyz, *, mark="<i", charmm=True, cell=None, fixed=0, fourth=False):
    """A DCD file, written record by record; of `fixed` first atoms only the first frame has any."""
    order = mark[0]

    def record(data):
        size = struct.pack(mark, len(data))
        return size + data + size

    flags = [len(xyz), 0, 1, len(xyz), 0, 0, 0, 0, fixed, 0, cell is not None, fourth, *[0] * 7,
             24 * charmm]  # fmt: skip
    data = record(b"CORD" + struct.pack(f"{order}20i", *flags))
    data += record(struct.pack(f"{order}i", 1) + b"title".ljust(80))
    data += record(struct.pack(f"{order}i", len(xyz[0])))
    if fixed:
        data += record(struct.pack(f"{order}{ATOMS - fixed}i", *range(fixed + 1, ATOMS + 1)))
    for k, frame in enumerate(xyz):
        some = frame[fixed if k else 0 :]
        if cell is not None:
            data += record(struct.pack(f"{order}6d", *cell))
        columns = [*some.T, some.T[0]] if fourth else some.T
        for column in columns:
            data += record(struct.pack(f"{order}{len(some)}f", *column))
    return data


@pytest.mark.parametrize("mark", ["<i", ">i"])
@pytest.mark.parametrize(
    "how",
    [
        {"charmm": False},
        {},
        {"cell": (50.0, 90.0, 60.0, 90.0, 90.0, 70.0)},
        {"cell": (50.0, 0.0, 60.0, 0.5, 0.0, 70.0)},
        {"fixed": 3},
        {"fixed": 3, "cell": (50.0, 90.0, 60.0, 90.0, 90.0, 70.0)},
        {"fourth": True},
    ],
)
def test_dcd_files_of_every_program(frames, tmp_path, mark, how):
    xyz = (10 * frames.xyz).astype("f4")
    fixed = how.get("fixed", 0)
    xyz[1:, :fixed] = xyz[0, :fixed]
    path = put(tmp_path, "dcd", dcd(xyz, mark=mark, **how))
    found, time, cell, _ = read(path)
    assert np.array_equal(found, xyz)
    assert time == list(range(FRAMES))
    assert np.array_equal(read(path, 2, None, 2)[0], xyz[2::2])
    if "cell" in how:
        beta = 60.0 if how["cell"][3] == 0.5 else 90.0
        tilt = [70 * np.cos(np.radians(beta)), 0, 70 * np.sin(np.radians(beta))]
        assert np.allclose(cell[0], [[50, 0, 0], [0, 60, 0], tilt], atol=1e-4)
    else:
        assert cell is None
    if "fourth" not in how:  # which VMD's plugin, carried by mdtraj, does not count
        with DCDTrajectoryFile(str(path)) as stream:
            assert np.array_equal(stream.read()[0], found)


def test_a_dcd_list_of_moving_atoms_names_atoms_of_the_file(frames, tmp_path):
    data = dcd(10 * frames.xyz, fixed=3)
    bad = data.replace(struct.pack("<4i", 4, 5, 6, 7), struct.pack("<4i", 4, 5, 6, 8))
    assert bad != data
    with pytest.raises(StructureError, match="list of atoms that move"):
        read(put(tmp_path, "dcd", bad))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("counted", [None, FRAMES])
def test_netcdf_files_of_another_writer(frames, tmp_path, version, counted):
    from scipy.io import netcdf_file

    path = tmp_path / "a.nc"
    with netcdf_file(path, "w", version=version) as stream:
        for name, size in (("frame", counted), ("atom", ATOMS), ("spatial", 3)):
            stream.createDimension(name, size)
        stream.history = "made for a test"
        xyz = stream.createVariable("coordinates", "f4", ("frame", "atom", "spatial"))
        xyz.units, xyz.scale_factor = "angstrom", 0.5
        xyz[:] = 20 * frames.xyz
        flag = stream.createVariable("flag", "i1", ("frame",))
        flag[:] = np.arange(FRAMES)
        time = stream.createVariable("time", "f8", ("frame",))
        time[:] = frames.time
    found, times, cell, _ = read(path)
    assert np.abs(found - 10 * frames.xyz).max() < LAST_BIT
    assert times == frames.time.tolist()
    assert cell is None


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_netcdf_frames_of_one_variable_are_not_filled_up(tmp_path):
    from scipy.io import netcdf_file

    with netcdf_file(tmp_path / "a.nc", "w") as stream:
        for name, size in (("frame", None), ("atom", ATOMS), ("spatial", 3)):
            stream.createDimension(name, size)
        xyz = stream.createVariable("coordinates", "f8", ("frame", "atom", "spatial"))
        xyz[:] = np.arange(FRAMES * ATOMS * 3).reshape(FRAMES, ATOMS, 3)
    found, times, _, _ = read(tmp_path / "a.nc")
    assert found.ravel().tolist() == list(range(FRAMES * ATOMS * 3))
    assert times == list(range(FRAMES))


@pytest.mark.parametrize(("kind", "order"), [("nc", ">"), ("dcd", "<")])
@pytest.mark.parametrize("edge", [1e300, np.nan, np.inf, -1e40])
def test_cells_that_no_single_holds_are_refused(written, tmp_path, kind, order, edge):
    """Found by fuzzing: a warning of NumPy, which this package's tests take for an error."""
    edges = struct.pack(f"{order}d", 80.0)
    assert edges in written[kind]
    data = written[kind].replace(edges, struct.pack(f"{order}d", edge), 1)
    with pytest.raises(StructureError, match="unit cell that is not nine numbers"):
        read(put(tmp_path, kind, data))


def test_a_netcdf_restart_has_no_frames_of_atoms(tmp_path, frames):
    from mdtraj.formats import AmberNetCDFRestartFile

    with AmberNetCDFRestartFile(str(tmp_path / "a.nc"), "w") as stream:
        stream.write(10 * frames.xyz[:1])
    with pytest.raises(StructureError, match="no coordinates of frames, atoms and three axes"):
        read(tmp_path / "a.nc")
