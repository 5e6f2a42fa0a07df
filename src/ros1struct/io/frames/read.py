"""Frames from files and from mdtraj: chunks of coordinates, times and cells, in Å and ps."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ros1struct.errors import InputError, StructureError
from ros1struct.io.frames.hdf5 import MARK, Hdf5
from ros1struct.io.frames.netcdf import NetCdf
from ros1struct.io.frames.stored import Bytes, Dcd, Trr, blocks
from ros1struct.io.frames.xtc import TEN, XtcFile, ahead, count_headers, library
from ros1struct.structure.complex import FARTHEST

Singles = npt.NDArray[np.float32]

# Numbers of an XTC file that may lie decoded while those before are worked on: what the contacts of
# a chunk take is time in which the next one is read.
AHEAD = 6_000_000

FORMATS = {
    ".xtc": "XTC", ".trr": "TRR", ".dcd": "DCD", ".nc": "NetCDF", ".netcdf": "NetCDF",
    ".ncdf": "NetCDF", ".h5": "HDF5", ".hdf5": "HDF5", ".pdb": "PDB", ".gz": "PDB",
}  # fmt: skip


# What mdtraj's readers raise of damaged files; that of PDB asserts what it expects, and falls over.
_UNREADABLE = (
    OSError, RuntimeError, ValueError, EOFError, MemoryError, AssertionError, LookupError,
    AttributeError, TypeError,
)  # fmt: skip


class RawFrames(NamedTuple):
    """Some frames in Å and ps; `cell` is None where there is none."""

    xyz: Singles
    time: npt.NDArray[np.float64]
    cell: Singles | None
    frame: npt.NDArray[np.intp]


def check_source(source: Any, atoms: int, name: str) -> None:
    """Refuse a source that cannot be read, or whose first frame has another number of atoms.

    Parameters
    ----------
    source : path, mdtraj.Trajectory or iterable of mdtraj.Trajectory
    atoms : int
        Of the topology.
    name : str
        Of the topology, for messages.

    Raises
    ------
    InputError
        If the file is missing or of an unknown format, or the object is none of these.
    StructureError
        If the numbers of atoms differ, or there is no frame.
    """
    if isinstance(source, str | os.PathLike):
        path = Path(source).expanduser()
        if not path.is_file():
            raise InputError(f"{path}: no such file; expected a trajectory")
        if path.suffix.lower() not in FORMATS:
            known = ", ".join(dict.fromkeys(FORMATS.values()))
            raise InputError(
                f"{path.name}: unknown format {path.suffix!r}; known are {known} (by the ending: "
                f"{' '.join(FORMATS)})"
            )
        if next(read_frames(path, atoms, 0, 1, 1, 1, name), None) is None:
            raise StructureError(f"{path.name}: no frames in the file")
    elif _is_mdtraj(source):
        _check_size(source.n_atoms, atoms, "the mdtraj.Trajectory", name)
    elif not isinstance(source, Iterable):
        raise InputError(
            "frames must be a file, an mdtraj.Trajectory or an iterable of them, found "
            f"{type(source).__name__}"
        )


def count_frames(source: Any, atoms: int) -> int:
    """Return the number of frames of a source; an iterator cannot be counted."""
    import mdtraj

    if _is_mdtraj(source):
        return int(source.n_frames)
    if not isinstance(source, str | os.PathLike):
        if isinstance(source, list | tuple):
            return sum(t.n_frames for t in source)
        raise InputError(
            "the frames come from an iterator and cannot be counted; give the file or a list"
        )
    path = Path(source).expanduser()
    try:
        if path.suffix.lower() in (".pdb", ".gz"):
            return int(mdtraj.load(str(path)).n_frames)
        if path.suffix.lower() == ".xtc":
            return count_headers(path, atoms)
        with _opened(path) as file:
            return file.frames if isinstance(file, Hdf5) else sum(1 for _ in file.places())
    except (StructureError, *_UNREADABLE) as error:
        raise StructureError(f"{path.name}: a frame cannot be read: {error}") from error


def read_frames(
    source: Any,
    atoms: int,
    start: int,
    stop: int | None,
    step: int,
    chunk: int,
    name: str,
    *,
    together: int = 1,
) -> Iterator[RawFrames]:
    """Read frames a block at a time.

    Parameters
    ----------
    source : path, mdtraj.Trajectory or iterable of mdtraj.Trajectory
    atoms : int
        Of the topology.
    start, stop, step : int, int or None, int
    chunk : int
        Frames of a block.
    name : str
        Of the topology, for messages.
    together : int
        Blocks that follow each other in one array, where the format lets them.

    Yields
    ------
    RawFrames
        Arrays that belong to the caller.

    Raises
    ------
    StructureError
        If a frame cannot be read, has another number of atoms, or a coordinate that is not a
        number.
    """
    if isinstance(source, str | os.PathLike):
        path = Path(source).expanduser()
        what = path.name
        suffix = path.suffix.lower()
        if suffix == ".xtc" and library() is not None:
            parts = _xtc(path, atoms, start, stop, step, chunk, together)
        elif suffix == ".xtc":
            count_frames(path, atoms)  # the decoder is in this process, which damage may end
            parts = _xdr(path, start, stop, step, chunk)
        elif FORMATS[suffix] == "PDB":
            parts = _models(path, start, stop, step, chunk)
        else:
            parts = _binary(path, atoms, start, stop, step, chunk, together)
        if suffix == ".xtc":
            _check_header(path, atoms, name)
    else:
        what = "the mdtraj.Trajectory"
        parts = _sliced([source] if _is_mdtraj(source) else source, start, stop, step, chunk)
    at = start
    while True:
        try:
            part = next(parts, None)
        except (StructureError, InputError) as error:
            raise type(error)(f"{what}: frame {at} or one soon after: {error}") from error
        except _UNREADABLE as error:
            good = f". Frames before {at} are good: stop={at}" if at > start else ""
            raise StructureError(
                f"{what}: frame {at} or one soon after cannot be read ({error}); the file is "
                f"truncated or damaged{good}"
            ) from error
        if part is None:
            return
        xyz, time, cell = part
        _check_size(xyz.shape[1], atoms, what, name)
        frame = at + step * np.arange(len(xyz))
        if len(xyz) and not (xyz.min() > -FARTHEST and xyz.max() < FARTHEST):
            bad = np.argwhere(~(np.abs(xyz) < FARTHEST))[0]
            raise StructureError(
                f"{what}: frame {frame[bad[0]]}, atom {bad[1]} has a coordinate that is not a "
                f"number below {FARTHEST:,.0f} Å; the simulation has failed there, or the file is "
                "damaged"
            )
        at += step * len(xyz)
        yield RawFrames(xyz, np.asarray(time, dtype=np.float64), cell, frame)


def _check_header(path: Path, atoms: int, name: str) -> None:
    """Look at the number of atoms before the reader makes room for as many."""
    with path.open("rb") as stream:
        head = stream.read(8)
    if len(head) == 8:
        _check_size(int.from_bytes(head[4:], "big", signed=True), atoms, path.name, name)


def _check_size(found: int, wanted: int, what: str, name: str) -> None:
    if found != wanted:
        raise StructureError(
            f"{what} has {found} atoms a frame and the topology {name} has {wanted}; give the "
            "topology of the same system, with all its waters and hydrogens"
        )


def _is_mdtraj(source: Any) -> bool:
    return hasattr(source, "xyz") and hasattr(source, "unitcell_vectors")


def _cells(vectors: Singles | None) -> Singles | None:
    """Cells of frames; none where one has no volume."""
    if vectors is None:
        return None
    if not (np.abs(vectors) < FARTHEST).all():
        raise StructureError(
            "a frame has a unit cell that is not nine numbers; the file is damaged, write it again"
        )
    return vectors if (np.abs(np.linalg.det(vectors)) > 1e-3).all() else None


def _rooms(atoms: int, chunk: int, together: int) -> Iterator[Singles]:
    """Blocks to read into, so many in one array."""
    for at in cycle(range(0, chunk * together, chunk)):
        if at == 0:
            room = np.empty((chunk * together, atoms, 3), dtype=np.float32)
        yield room[at : at + chunk]


def _xtc(
    path: Path, atoms: int, start: int, stop: int | None, step: int, chunk: int, together: int
) -> Iterator[tuple[Singles, Any, Singles | None]]:
    """Read an XTC file, the next blocks on another thread while one is worked on."""
    # Made here, not by the thread that reads, whose memory would go back to the system at once.
    rooms = _rooms(atoms, chunk, together)
    with XtcFile(path, atoms, start, stop, step) as file:
        parts = ahead(file.read, rooms, calls=max(1, AHEAD // (3 * atoms * chunk)))
        try:
            for xyz, time, box in parts:
                if len(xyz) == 0:
                    return
                yield xyz, time, _cells(box)
        except StructureError as error:
            raise OSError(str(error)) from error
        finally:  # the thread stops before the file is closed
            parts.close()


def _xdr(
    path: Path, start: int, stop: int | None, step: int, chunk: int
) -> Iterator[tuple[Singles, Any, Singles | None]]:
    """Read an XTC file where the decoder's functions are hidden."""
    import mdtraj

    with mdtraj.open(str(path)) as handle:
        count = len(handle) if start or step > 1 else start + 1
        if start >= count:
            return
        if start:
            handle.seek(start)
        at = start
        while stop is None or at < stop:
            if step == 1:
                size = chunk if stop is None else min(chunk, stop - at)
                xyz, time, _, box = handle.read(size)[:4]
            else:
                one = []
                for k in range(at, min(count, at + chunk * step, stop or count), step):
                    handle.seek(k)
                    one.append(handle.read(1)[:4])
                if not one:
                    return
                xyz, time = (np.concatenate([f[k] for f in one]) for k in (0, 1))
                boxes = [f[3] for f in one]
                box = None if any(b is None for b in boxes) else np.concatenate(boxes)
            if len(xyz) == 0:
                return
            at += step * len(xyz)
            yield _scaled(xyz), time, _cells(None if box is None else _scaled(box))


@contextmanager
def _opened(path: Path) -> Iterator[Trr | Dcd | NetCdf | Hdf5]:
    """Open a binary file that is no XTC file."""
    with ExitStack() as stack:
        data = stack.enter_context(Bytes(path))
        kind = FORMATS[path.suffix.lower()]
        if kind == "HDF5" or (kind == "NetCDF" and data.get(0, min(8, data.size)) == MARK):
            yield stack.enter_context(Hdf5(path))
        else:
            yield Trr(data) if kind == "TRR" else Dcd(data) if kind == "DCD" else NetCdf(data)


def _binary(
    path: Path, atoms: int, start: int, stop: int | None, step: int, chunk: int, together: int
) -> Iterator[tuple[Singles, Any, Singles | None]]:
    try:
        with _opened(path) as file:
            if file.atoms != atoms:  # is said by who asked
                yield np.empty((0, file.atoms, 3), dtype=np.float32), [], None
            parts = (
                file.blocks(start, stop, step, chunk)
                if isinstance(file, Hdf5)
                else blocks(file, start, stop, step, _rooms(atoms, chunk, together))
            )
            for xyz, time, cell in parts:
                yield xyz, time, _cells(cell)
    except StructureError as error:
        raise OSError(str(error)) from error


def _models(
    path: Path, start: int, stop: int | None, step: int, chunk: int
) -> Iterator[tuple[Singles, Any, Singles | None]]:
    import mdtraj

    done = 0
    for part in mdtraj.iterload(str(path), chunk=chunk, skip=start, stride=step):
        left = None if stop is None else -(-(stop - start) // step) - done
        if left is not None and left <= 0:
            return
        some = part[:left] if left is not None and left < len(part) else part
        done += len(some)
        yield _taken(some)


def _sliced(
    parts: Iterable[Any], start: int, stop: int | None, step: int, chunk: int
) -> Iterator[tuple[Singles, Any, Singles | None]]:
    seen = 0
    for part in parts:
        if not _is_mdtraj(part):
            raise InputError(f"expected mdtraj.Trajectory objects, found {type(part).__name__}")
        index = np.arange(seen, seen + part.n_frames)
        keep = (index >= start) & ((index - start) % step == 0)
        if stop is not None:
            keep &= index < stop
        chosen = np.flatnonzero(keep)
        for first in range(0, len(chosen), chunk):
            yield _taken(part[chosen[first : first + chunk]])
        seen += part.n_frames
        if stop is not None and seen >= stop:
            return


def _taken(part: Any) -> tuple[Singles, Any, Singles | None]:
    cell = part.unitcell_vectors
    return _scaled(part.xyz), part.time, _cells(None if cell is None else _scaled(cell))


def _scaled(nm: Any) -> Singles:
    """Å of nm, in memory of its own."""
    return np.asarray(np.multiply(nm, TEN, dtype=np.float32, order="C"))
