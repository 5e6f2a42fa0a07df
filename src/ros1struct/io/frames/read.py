"""Frames from files and from mdtraj: chunks of coordinates, times and cells, in nm and ps."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ros1struct.errors import InputError, StructureError
from ros1struct.structure.complex import FARTHEST

Singles = npt.NDArray[np.float32]

FORMATS = {
    ".xtc": "XTC", ".trr": "TRR", ".dcd": "DCD", ".nc": "NetCDF", ".netcdf": "NetCDF",
    ".ncdf": "NetCDF", ".h5": "HDF5", ".hdf5": "HDF5", ".pdb": "PDB", ".gz": "PDB",
}  # fmt: skip


# nm
_FARTHEST = FARTHEST / 10


class RawFrames(NamedTuple):
    """Some frames as they are stored; `cell` is None where there is none."""

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
    if path.suffix.lower() in (".pdb", ".gz"):
        return int(mdtraj.load(str(path)).n_frames)
    with mdtraj.open(str(path)) as handle:
        return len(handle)


def read_frames(
    source: Any, atoms: int, start: int, stop: int | None, step: int, chunk: int, name: str
) -> Iterator[RawFrames]:
    """Read frames a chunk at a time.

    Parameters
    ----------
    source : path, mdtraj.Trajectory or iterable of mdtraj.Trajectory
    atoms : int
        Of the topology.
    start, stop, step : int, int or None, int
    chunk : int
        Frames read together.
    name : str
        Of the topology, for messages.

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
        fast = path.suffix.lower() in (".xtc", ".trr")
        parts = (
            _xdr(path, start, stop, step, chunk)
            if fast
            else _other(path, atoms, start, stop, step, chunk)
        )
        if path.suffix.lower() == ".xtc":
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
        except (OSError, RuntimeError, ValueError, EOFError, MemoryError) as error:
            raise StructureError(
                f"{what}: frame {at} or one soon after cannot be read ({error}); the file is "
                f"truncated or damaged. Frames before {at} are good: stop={at}"
            ) from error
        if part is None:
            return
        xyz, time, cell = part
        _check_size(xyz.shape[1], atoms, what, name)
        frame = at + step * np.arange(len(xyz))
        if len(xyz) and not (xyz.min() > -_FARTHEST and xyz.max() < _FARTHEST):
            bad = np.argwhere(~(np.abs(xyz) < _FARTHEST))[0]
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


def _cells(vectors: Any) -> Singles | None:
    """Cells of frames; none where one has no volume."""
    if vectors is None:
        return None
    cell = np.asarray(vectors, dtype=np.float32)
    if not (np.abs(cell) < _FARTHEST).all():
        raise StructureError(
            "a frame has a unit cell that is not nine numbers; the file is damaged, write it again"
        )
    return cell if (np.abs(np.linalg.det(cell)) > 1e-6).all() else None


def _xdr(
    path: Path, start: int, stop: int | None, step: int, chunk: int
) -> Iterator[tuple[Singles, Any, Singles | None]]:
    import mdtraj

    with mdtraj.open(str(path)) as handle:
        if start or step > 1:
            count = len(handle)
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
                wanted = range(at, min(count, at + chunk * step, stop or count), step)
                one = []
                for k in wanted:
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
            yield np.ascontiguousarray(xyz, dtype=np.float32), time, _cells(box)


def _other(
    path: Path, atoms: int, start: int, stop: int | None, step: int, chunk: int
) -> Iterator[tuple[Singles, Any, Singles | None]]:
    import mdtraj

    own = path.suffix.lower() in (".pdb", ".gz", ".h5", ".hdf5")
    top = {} if own else {"top": _bare_topology(atoms)}
    done = 0
    for part in mdtraj.iterload(str(path), chunk=chunk, skip=start, stride=step, **top):
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
    xyz = np.array(part.xyz, dtype=np.float32, order="C")
    return xyz, part.time, _cells(part.unitcell_vectors)


def _bare_topology(atoms: int) -> Any:
    """Topology of nameless atoms: formats without one of their own only need the number."""
    import mdtraj
    from mdtraj.core.element import carbon

    top = mdtraj.Topology()
    residue = top.add_residue("UNK", top.add_chain())
    for _ in range(atoms):
        top.add_atom("C", carbon, residue)
    return top
