"""Frames of TRR and DCD files, whose numbers stand in the file as they are.

Where they stand follows from headers, which are held against the size of the file before anything
is read: no damage asks for memory that the file does not fill, and no library of another language
comes by it. :mod:`ros1struct.io.frames.netcdf` does the same for NetCDF.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import count, islice
from math import isfinite
from pathlib import Path
from typing import IO, Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from ros1struct.errors import StructureError

Singles = npt.NDArray[np.float32]
Numbers = npt.NDArray[Any]

TEN = np.float32(10.0)  # Å in a nm

TRR_MAGIC = 1993
# Magic number, lengths of the name, the name, ten sizes, atoms, step, energies.
TRR_BEGIN = struct.Struct(">3i12s13i")
TRR_NAME = b"GMX_trn_file"
# Bytes of the first record of a DCD file, and of its cell: six numbers of double precision.
DCD_RECORD, DCD_CELL = 84, 48


class Stored(Protocol):
    """A file of frames whose numbers are not compressed."""

    atoms: int

    def places(self) -> Iterator[Any]:
        """Yield where frames stand; a StructureError names the first that is damaged."""
        ...

    def read(self, place: Any, out: Singles) -> tuple[float, Numbers | None]:
        """Put the coordinates of a frame (Å) into an array; return time (ps) and cell (Å)."""
        ...


class Bytes:
    """A file that gives what is asked for, or a StructureError where it ends before."""

    def __init__(self, path: Path) -> None:
        self.stream: IO[bytes] = path.open("rb")
        self.size = path.stat().st_size

    def __enter__(self) -> Bytes:
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()

    def get(self, at: int, size: int) -> bytes:
        """Return so many bytes from a place on."""
        if not 0 <= at <= at + size <= self.size:
            missing = max(0, at + size - self.size)
            raise StructureError(f"it needs {missing} bytes more than the file has")
        self.stream.seek(at)
        data = self.stream.read(size)
        if len(data) < size:
            raise StructureError(f"the file ended {size - len(data)} bytes early while it was read")
        return data

    def numbers(self, at: int, count: int, dtype: str) -> Numbers:
        """Return so many numbers from a place on."""
        return np.frombuffer(self.get(at, count * np.dtype(dtype).itemsize), dtype)


def blocks(
    file: Stored, start: int, stop: int | None, step: int, rooms: Iterator[Singles]
) -> Iterator[tuple[Singles, list[float], Singles | None]]:
    """Read frames into one array after another: coordinates, times and cells, if all have one."""
    places = islice(file.places(), start, stop, step)
    failed: StructureError | None = None
    for room in rooms:
        times: list[float] = []
        cells: list[Numbers | None] = []
        try:
            with np.errstate(all="ignore"):  # what is no number is refused later
                for out, place in zip(room, places, strict=False):
                    time, cell = file.read(place, out)
                    if not isfinite(time):
                        raise StructureError("its time is not a number")
                    times.append(time)
                    cells.append(cell)
        except StructureError as error:
            failed = error
        if times:
            count = len(times)
            full = [c for c in cells if c is not None]
            with np.errstate(all="ignore"):
                cell = np.array(full, dtype=np.float32) if len(full) == count else None
            yield room if count == len(room) else room[:count], times, cell
        if failed:
            raise failed
        if len(times) < len(room):
            return


def cell_of(lengths: Numbers, angles: Numbers) -> Numbers:
    """Vectors of a cell in rows, the first along x and the second in the xy plane.

    Parameters
    ----------
    lengths, angles : ndarray, shape (3,)
        a, b, c; α, β, γ in degrees.

    Returns
    -------
    ndarray, shape (3, 3)

    Examples
    --------
    >>> cell_of(np.array([5.0, 6.0, 7.0]), np.array([90.0, 90.0, 120.0])).round(3).tolist()
    [[5.0, 0.0, 0.0], [-3.0, 5.196, 0.0], [0.0, 0.0, 7.0]]
    """
    a, b, c = lengths
    alpha, beta, gamma = np.cos(np.radians(angles))
    with np.errstate(all="ignore"):  # what is no cell is not finite, and refused by who reads
        sine = np.sqrt(1 - gamma**2)
        x, y = beta, (alpha - beta * gamma) / sine
        rows = [(a, 0, 0), (b * gamma, b * sine, 0), (c * x, c * y, c * np.sqrt(1 - x**2 - y**2))]
        cell: Numbers = np.array(rows)
    cell[np.abs(cell) < 1e-6 * np.abs(lengths).max()] = 0  # as of 90°
    return cell


class TrrPlace(NamedTuple):
    """Where numbers of a TRR frame stand; no `box` is 0."""

    time: int
    box: int
    xyz: int
    width: int


class Trr:
    """Frames of GROMACS at full precision: coordinates and cells in nm, big-endian.

    References
    ----------
    GROMACS 2024, src/gromacs/fileio/trrio.cpp.
    """

    def __init__(self, data: Bytes) -> None:
        self.data = data
        self.atoms = self._header(0)[2] if data.size else 0

    def _header(self, at: int) -> tuple[tuple[int, ...], int, int]:
        """Sizes of the parts of a frame, bytes of a number, and atoms."""
        magic, length, again, name, *numbers = TRR_BEGIN.unpack(self.data.get(at, TRR_BEGIN.size))
        if (magic, length, again, name) != (TRR_MAGIC, 13, 12, TRR_NAME):
            raise StructureError(
                f"expected {TRR_MAGIC} and {TRR_NAME.decode()}, with which a frame begins, found "
                f"{magic} and {name!r}"
            )
        sizes, atoms = tuple(numbers[:10]), numbers[10]
        if atoms <= 0:
            raise StructureError(f"{atoms} atoms in its header")
        width = next((w for w in (4, 8) if 3 * atoms * w in sizes[7:]), 0)
        full = (0, 0, 9, 9, 9, 0, 0, *[3 * atoms] * 3)
        if not width or any(s not in (0, width * f) for s, f in zip(sizes, full, strict=True)):
            raise StructureError(
                f"sizes of {', '.join(map(str, sizes))} bytes in its header are not those of "
                f"{atoms} atoms"
            )
        return sizes, width, atoms

    def places(self) -> Iterator[TrrPlace]:
        """Walk through the headers."""
        at = 0
        while at < self.data.size:
            sizes, width, atoms = self._header(at)
            if atoms != self.atoms:
                raise StructureError(f"{atoms} atoms in its header, {self.atoms} in the first")
            time = at + TRR_BEGIN.size
            begin = time + 2 * width  # behind the time and lambda
            end = begin + sum(sizes)
            if end > self.data.size:
                missing = end - self.data.size
                raise StructureError(f"it needs {missing} bytes more than the file has")
            if not sizes[7]:
                raise StructureError(
                    "it has velocities or forces, but no coordinates; write those that have "
                    "(gmx trjconv)"
                )
            yield TrrPlace(time, begin if sizes[2] else 0, begin + sum(sizes[2:7]), width)
            at = end

    def read(self, place: TrrPlace, out: Singles) -> tuple[float, Numbers | None]:
        """Read a frame."""
        dtype = f">f{place.width}"
        time = float(self.data.numbers(place.time, 1, dtype)[0])
        cell = None
        if place.box:
            cell = self.data.numbers(place.box, 9, dtype).reshape(3, 3).astype(np.float32) * TEN
        nm = self.data.numbers(place.xyz, out.size, dtype).reshape(out.shape)
        np.multiply(nm, TEN, out=out, casting="same_kind")
        return time, cell


class Dcd:
    """Frames of CHARMM, NAMD, X-PLOR and OpenMM: records between two numbers that are their size.

    A frame may have a cell before its coordinates, and a fourth number of each atom behind them.
    Fixed atoms stand in the first frame only.

    References
    ----------
    VMD 1.9.4, molfile plugin dcdplugin.c.
    """

    def __init__(self, data: Bytes) -> None:
        self.data = data
        head = data.get(0, 8)
        self.order = "<" if head[0] else ">"
        if head != struct.pack(f"{self.order}i4s", DCD_RECORD, b"CORD"):
            raise StructureError("it does not begin as a DCD file of coordinates does")
        control, at = self._record(0)
        flags = np.frombuffer(control, f"{self.order}i4", 20, 4)
        charmm = flags[19] != 0
        self.has_cell = bool(charmm and flags[10])
        self.columns = 4 if charmm and flags[11] == 1 else 3
        _, at = self._record(at)
        number, at = self._record(at)
        self.atoms = int(np.frombuffer(number.ljust(4, b"\0"), f"{self.order}i4", 1)[0])
        self.free: npt.NDArray[np.intp] | None = None
        if self.atoms <= 0 or not 0 <= flags[8] < self.atoms:
            raise StructureError(f"{self.atoms} atoms, {flags[8]} of them fixed, in its header")
        if flags[8]:
            free, at = self._record(at)
            listed = np.frombuffer(free, f"{self.order}i4", len(free) // 4)
            self.free = listed.astype(np.intp) - 1
            if len(free) != 4 * (self.atoms - flags[8]) or not (
                self.free.min() >= 0 and self.free.max() < self.atoms
            ):
                raise StructureError("the list of atoms that move is not one of this file's atoms")
        self.begin = at
        self.fixed: Singles | None = None

    def _record(self, at: int) -> tuple[bytes, int]:
        """Return a record and where the next begins."""
        size = int(self.data.numbers(at, 1, f"{self.order}i4")[0])
        inner = self.data.get(at + 4, size)
        at += 4 + size
        if int(self.data.numbers(at, 1, f"{self.order}i4")[0]) != size:
            raise StructureError(f"a record of {size} bytes does not end with that number")
        return inner, at + 4

    def _length(self, atoms: int) -> int:
        return (DCD_CELL + 8) * self.has_cell + self.columns * (4 * atoms + 8)

    def places(self) -> Iterator[tuple[int, int]]:
        """Yield where frames begin, and their numbers."""
        at, atoms = self.begin, self.atoms
        for k in count():
            if at == self.data.size:
                return
            end = at + self._length(atoms)
            if end > self.data.size:
                missing = end - self.data.size
                raise StructureError(f"it needs {missing} bytes more than the file has")
            yield at, k
            at = end
            if self.free is not None:
                atoms = len(self.free)

    def read(self, place: tuple[int, int], out: Singles) -> tuple[float, Numbers | None]:
        """Read a frame; its time is its number, as the file has none that programs agree on."""
        at, k = place
        if k and self.free is not None:
            if self.fixed is None:
                self.fixed = np.empty_like(out)
                self.read((self.begin, 0), self.fixed)
            moving = np.empty((len(self.free), 3), dtype=np.float32)
            cell = self._parts(at, moving)
            out[:] = self.fixed
            out[self.free] = moving
        else:
            cell = self._parts(at, out)
        return float(k), cell

    def _parts(self, at: int, out: Singles) -> Numbers | None:
        data = self.data.get(at, self._length(len(out)))
        parts, at = [], 0
        for size in [DCD_CELL] * self.has_cell + [4 * len(out)] * self.columns:
            end = at + 4 + size
            marks = [int(np.frombuffer(data, f"{self.order}i4", 1, k)[0]) for k in (at, end)]
            if marks != [size, size]:
                raise StructureError(
                    f"a record of {size} bytes stands between {marks[0]} and {marks[1]}"
                )
            parts.append(at + 4)
            at = end + 4
        cell = None
        if self.has_cell:
            a, gamma, b, beta, alpha, c = np.frombuffer(data, f"{self.order}f8", 6, parts.pop(0))
            angles = np.array([alpha, beta, gamma])
            if np.abs(angles).max() <= 1:  # NAMD has cosines
                angles = np.degrees(np.arccos(angles))
            cell = cell_of(np.array([a, b, c]), angles)
        for axis in range(3):
            out[:, axis] = np.frombuffer(data, f"{self.order}f4", len(out), parts[axis])
        return cell
