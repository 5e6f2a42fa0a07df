"""Damaged XTC files are errors that name the frame; what is damaged never ends this process."""

import struct
import sys
from pathlib import Path

import numpy as np
import pytest

import ros1struct as rs
from ros1struct.errors import StructureError
from ros1struct.io.frames import xtc
from ros1struct.io.frames.read import count_frames, read_frames
from trajectories_data import write_run

sys.path.append(str(Path(__file__).parents[1] / "fuzz"))

NAN = struct.pack(">f", float("nan"))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    _, path, frames = write_run(tmp_path_factory.mktemp("run"), 5)
    return path, frames


def damaged(run, tmp_path, frame, at, new):
    """Overwrite bytes of a frame; return the path and the number of atoms."""
    path, frames = run
    places = [one.place for one in xtc.headers(path, frames.xyz.shape[1])]
    data = bytearray(path.read_bytes())
    data[places[frame] + at : places[frame] + at + len(new)] = new
    made = tmp_path / "damaged.xtc"
    made.write_bytes(data)
    return made, frames.xyz.shape[1]


def read(path, atoms):
    """Frames of a file until it ends or is damaged, and what was said."""
    seen = []
    try:
        for part in read_frames(path, atoms, 0, None, 1, 4, "it"):
            seen += part.frame.tolist()
    except StructureError as error:
        return seen, str(error)
    return seen, ""


@pytest.mark.parametrize(
    ("at", "new", "said"),
    [
        (0, b"\0\0\0\0", "expected 1995, with which a frame begins, found 0"),
        (0, struct.pack(">i", 2023), "298 million atoms"),
        (4, struct.pack(">i", 7), "7 atoms in its header"),
        (4, struct.pack(">i", -1), "-1 atoms in its header"),
        (12, NAN, "its time or its unit cell is not a number"),
        (28, NAN, "its time or its unit cell is not a number"),
        (52, struct.pack(">i", 2**30), "1073741824 atoms in its header"),
        (56, NAN, "its precision is nan"),
        (56, struct.pack(">f", 0.0), "its precision is 0.0"),
        (60, struct.pack(">i", 2**31 - 1), "lowest coordinates are above its highest"),
        (84, struct.pack(">i", 8), "its index of sizes is 8, expected 9 to 72"),
        (84, struct.pack(">i", 73), "its index of sizes is 73, expected 9 to 72"),
        (88, struct.pack(">i", -4), "-4 bytes cannot be the coordinates"),
        (88, struct.pack(">i", 2**31 - 1), "2147483647 bytes cannot be the coordinates"),
    ],
)
def test_a_header_is_held_against_the_file(run, tmp_path, at, new, said):
    path, atoms = damaged(run, tmp_path, 3, at, new)
    seen, found = read(path, atoms)
    assert seen == [0, 1, 2]
    assert found.startswith("damaged.xtc: frame 3 ")
    assert said in found
    assert "stop=3" in found
    with pytest.raises(StructureError, match=r"damaged\.xtc"):
        count_frames(path, atoms)


def test_a_header_that_says_other_coordinates_is_refused(run, tmp_path):
    low = struct.unpack(">i", run[0].read_bytes()[60:64])[0]
    path, atoms = damaged(run, tmp_path, 0, 60, struct.pack(">i", low - 1))
    seen, found = read(path, atoms)
    assert seen == []
    assert "its header has" in found or "cannot be decoded" in found


def test_coordinates_outside_what_the_header_says_are_refused():
    xyz = np.tile(np.array([0.5, -2.0, 1.0], dtype=np.float32), (3, 1))
    fine = xtc.Header(0, -2.0, 1.0)
    assert xtc._within(xyz, [fine] * 3) == 3
    assert xtc._within(xyz, [xtc.Header(0, -np.inf, np.inf)] * 3) == 3
    assert xtc._within(xyz[:0], []) == 0
    for other in ((-2.001, 1.0), (-2.0, 1.001), (-1.999, 1.0), (-2.0, 0.999)):
        assert xtc._within(xyz, [fine, fine, xtc.Header(0, *other)]) == 2
        assert xtc._within(xyz, [xtc.Header(0, *other), fine, fine]) == 0
    xyz[1, 0] = np.nan
    assert xtc._within(xyz, [fine] * 3) == 1


@pytest.mark.parametrize("byte", [0x00, 0xFF, 0x55, 0x6D])
def test_compressed_coordinates_overwritten_are_refused(run, tmp_path, byte):
    path, atoms = damaged(run, tmp_path, 2, 92, bytes([byte]) * 1000)
    seen, found = read(path, atoms)
    assert seen == [0, 1]
    assert found.startswith("damaged.xtc: frame 2 ")


def test_frames_from_one_on_are_those_of_the_whole_walk(run):
    path, frames = run
    atoms = frames.xyz.shape[1]
    every = list(xtc.headers(path, atoms))
    assert len(every) == xtc.count_headers(path, atoms) > 3
    for start in (1, 2, len(every) - 1, len(every), len(every) + 5):
        assert list(xtc.headers(path, atoms, start)) == every[start:]


def test_a_damaged_header_before_the_first_frame_asked_for_is_an_error(run, tmp_path):
    path, atoms = damaged(run, tmp_path, 1, 0, b"\xff" * 4)
    with pytest.raises(StructureError, match="expected 1995"):
        list(xtc.headers(path, atoms, 3))
    with pytest.raises(StructureError, match="expected 1995"):
        xtc.count_headers(path, atoms)


def test_a_decoder_that_dies_is_an_error_and_frames_before_are_good(run, monkeypatch):
    path, frames = run
    program = xtc.decoder.__file__
    dying = path.with_name("dying.py")
    text = Path(program).read_text("utf-8")
    dying.write_text(text.replace(
        "        for place in places:\n",
        "        for place in places:\n            if done == 2: os.abort()\n",
    ))  # fmt: skip
    monkeypatch.setattr(xtc.decoder, "__file__", str(dying))
    seen, found = read(path, frames.xyz.shape[1])
    assert seen == [0, 1]
    assert "the decoder died of them" in found


@pytest.mark.parametrize("kind", ["xtc"])
def test_many_damaged_files_leave_this_process_alive(kind, tmp_path):
    from mutators import case, seeds

    atoms = int.from_bytes(seeds(kind)[0][4:8], "big")
    path = tmp_path / "a.xtc"
    answers = 0
    for number in range(60):
        path.write_bytes(case(kind, number, 3))
        try:
            parts = list(read_frames(path, atoms, 0, None, 1, 200, "it"))
        except StructureError as error:
            assert str(error).isprintable()  # noqa: PT017
        else:
            answers += 1
            assert all(np.isfinite(part.xyz).all() for part in parts)
    assert 0 < answers < 60


def test_frames_of_nine_atoms_are_not_compressed(tmp_path):
    from mdtraj.formats import XTCTrajectoryFile

    xyz = np.random.default_rng(0).normal(size=(3, 9, 3)).astype(np.float32)
    path = tmp_path / "small.xtc"
    with XTCTrajectoryFile(str(path), "w") as stream:
        stream.write(xyz)
    parts = list(read_frames(path, 9, 0, None, 1, 2, "it"))
    assert np.allclose(np.concatenate([part.xyz for part in parts]), 10 * xyz, atol=1e-5)


def test_an_empty_file_has_no_frames(run, tmp_path):
    (tmp_path / "none.xtc").write_bytes(b"")
    top = run[0].with_name("top.pdb")
    with pytest.raises(StructureError, match=r"none\.xtc: no frames"):
        rs.trajectory(top, tmp_path / "none.xtc")
