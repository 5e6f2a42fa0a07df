"""XTC frames: their headers looked at here, their coordinates decoded by another process.

A header tells how many atoms a frame has, between which numbers their coordinates lie and how many
bytes they take; it is held against the frames before and the file. The decoder trusts the bytes
that follow, and what is damaged there would end the process: :mod:`ros1struct.io.frames.decoder`
has processes of its own, which work ahead while earlier frames are used.
"""

from __future__ import annotations

import mmap
import os
import struct
import subprocess
import sys
import tempfile
from array import array
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from functools import cache, lru_cache
from itertools import chain, count, islice
from math import isfinite
from pathlib import Path
from typing import IO, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from ros1struct.errors import StructureError
from ros1struct.io.frames import decoder
from ros1struct.io.frames.decoder import COUNTS, DONE, HEAD, TAIL

Singles = npt.NDArray[np.float32]
Given = TypeVar("Given")
Made = TypeVar("Made")

TEN = np.float32(10.0)  # Å in a nm
MAGIC, MAGIC_OF_LARGE = 1995, 2023
# Up to so many atoms are not compressed.
PLAIN = 9
# Magic number, atoms, step, time, cell, atoms again.
BEGIN = struct.Struct(">iii10fi")
# Precision, lowest and highest integer of each axis, an index of sizes, bytes.
PACKED = struct.Struct(">f8i")
# What xdrfile's table of sizes holds.
SMALLEST, LARGEST = 9, 72
# Bytes of an atom in the decoder's buffer, three of whose numbers are not for atoms.
BYTES, RESERVED = 14.4, 12
# Processes, each of which has a share of the numbers that wait decoded: what a core's cache holds.
DECODERS, WAITING = 2, 250_000


class Header(NamedTuple):
    """Where a frame begins, in bytes, and between which numbers (nm) its coordinates lie."""

    place: int
    lowest: float
    highest: float


def ahead(function: Callable[[Given], Made], given: Iterable[Given], calls: int) -> Generator[Made]:
    """Map a function in order, some calls ahead of the consumer, on one other thread."""
    rest = iter(given)
    pool = ThreadPoolExecutor(1)
    try:
        waiting = deque(pool.submit(function, one) for one in islice(rest, calls))
        while waiting:
            made = waiting.popleft().result()
            waiting.extend(pool.submit(function, one) for one in islice(rest, 1))
            yield made
    finally:
        pool.shutdown(cancel_futures=True)


@cache
def library() -> str | None:
    """Return the file of xdrfile; None where the platform hides its functions, as Windows does."""
    import mdtraj.formats.xtc

    path = str(mdtraj.formats.xtc.__file__)
    try:
        decoder.library(path)
    except (OSError, AttributeError):
        return None
    return path


def count_headers(path: Path, atoms: int) -> int:
    """Count the frames of a file, whose headers must be good."""
    stat = path.stat()
    places, failed = _places(path, stat.st_size, stat.st_mtime_ns, atoms)
    if failed:
        raise StructureError(failed)
    return len(places)


def headers(path: Path, atoms: int, start: int = 0) -> Iterator[Header]:
    """Walk through the headers of a file.

    Parameters
    ----------
    path : Path
    atoms : int
        Of every frame.
    start : int
        Frame to begin with; those before are looked at once for all walks of this process.

    Raises
    ------
    StructureError
        If a header cannot be that of such a frame.
    """
    stat = path.stat()
    size, at = stat.st_size, 0
    if start:
        places, _ = _places(path, size, stat.st_mtime_ns, atoms)
        # Where one before is damaged, the walk from the first frame says so.
        if start < len(places):
            at, start = places[start], 0
    yield from islice(_walk(path, size, atoms, at), start, None)


# Of the file that was asked for last: parts of a trajectory follow each other.
@lru_cache(maxsize=1)
def _places(path: Path, size: int, changed: int, atoms: int) -> tuple[array[int], str]:
    """Where frames begin, in bytes, and what is wrong with the first that is damaged."""
    found = array("q")
    try:
        for one in _walk(path, size, atoms, 0):
            found.append(one.place)
    except StructureError as error:
        return found, str(error)
    return found, ""


def _walk(path: Path, size: int, atoms: int, at: int) -> Iterator[Header]:
    # Not by a map of the file, whose pages would count as memory of this process.
    with path.open("rb", buffering=0) as stream:
        while at < size:
            stream.seek(at)
            head = stream.read(BEGIN.size + PACKED.size)
            length, lowest, highest = _header(head, at, size, atoms)
            yield Header(at, lowest, highest)
            at += length


def _header(head: bytes, at: int, size: int, atoms: int) -> tuple[int, float, float]:
    """Length of a frame in bytes, and between which numbers its coordinates lie."""
    if len(head) < BEGIN.size:
        raise StructureError("the file ends inside the header of the frame")
    magic, count, _, time, *cell, again = BEGIN.unpack_from(head)
    if magic != MAGIC:
        much = " (frames of more than 298 million atoms)" if magic == MAGIC_OF_LARGE else ""
        raise StructureError(f"expected {MAGIC}, with which a frame begins, found {magic}{much}")
    if count != atoms or again != atoms:
        raise StructureError(
            f"{count if count != atoms else again} atoms in its header, {atoms} in the topology"
        )
    if not (isfinite(time) and all(map(isfinite, cell))):
        raise StructureError("its time or its unit cell is not a number")
    begin = at + BEGIN.size
    if atoms <= PLAIN:
        end = begin + 12 * atoms
        lowest, highest = -np.inf, np.inf
    else:
        if len(head) < BEGIN.size + PACKED.size:
            raise StructureError("the file ends inside the header of the frame")
        precision, a, b, c, x, y, z, index, length = PACKED.unpack_from(head, BEGIN.size)
        if not (isfinite(precision) and precision > 0):
            raise StructureError(f"its precision is {precision}, which is no number above 0")
        if a > x or b > y or c > z:
            raise StructureError("its lowest coordinates are above its highest")
        if not SMALLEST <= index <= LARGEST:
            raise StructureError(f"its index of sizes is {index}, expected {SMALLEST} to {LARGEST}")
        if not 0 < length <= BYTES * atoms - RESERVED:
            raise StructureError(f"{length} bytes cannot be the coordinates of {atoms} atoms")
        end = begin + PACKED.size + -(-length // 4) * 4
        lowest, highest = min(a, b, c) / precision, max(x, y, z) / precision
    if end > size:
        raise StructureError(f"it needs {end - size} bytes more than the file has")
    return end - at, lowest, highest


class XtcFile:
    """Frames of an XTC file, decoded in order; :func:`library` must be there.

    Parameters
    ----------
    path : Path
    atoms : int
        Of a frame of the file.
    start, stop, step : int, int or None, int
        Which frames.
    """

    def __init__(self, path: Path, atoms: int, start: int, stop: int | None, step: int) -> None:
        count = None if stop is None else max(0, stop - start)
        self.blocks = _decoded(path, atoms, islice(headers(path, atoms, start), 0, count, step))
        self.left: Singles = np.empty((0, 0), dtype=np.float32)
        self.failed: StructureError | None = None

    def __enter__(self) -> XtcFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.blocks.close()

    def read(self, xyz: Singles) -> tuple[Singles, Singles, Singles]:
        """Read frames, fewer where the file ends or a damaged one follows.

        Parameters
        ----------
        xyz : ndarray of float32, shape (frames, atoms, 3)
            Where coordinates are put.

        Returns
        -------
        xyz, time, cell : ndarray
            Å, ps, Å.

        Raises
        ------
        StructureError
            If the next frame is damaged.
        """
        if self.failed:
            raise self.failed
        size, done = len(xyz), 0
        time = np.empty(size, dtype=np.float32)
        cell = np.empty((size, 3, 3), dtype=np.float32)
        try:
            while done < size:
                if len(self.left) == 0:
                    self.left = next(self.blocks, self.left)
                    if len(self.left) == 0:
                        break
                part = self.left[: size - done]
                self.left = self.left[len(part) :]
                here = slice(done, done + len(part))
                time[here] = part[:, 0]
                nm = part[:, HEAD:-TAIL].reshape(len(part), -1, 3)
                with np.errstate(over="ignore"):  # what is too large is refused later
                    np.multiply(nm, TEN, out=xyz[here])
                    np.multiply(part[:, 1:10].reshape(-1, 3, 3), TEN, out=cell[here])
                done += len(part)
        except StructureError as error:
            if done == 0:
                raise
            self.failed = error
        return xyz[:done], time[:done], cell[:done]


def _decoded(path: Path, atoms: int, found: Iterator[Header]) -> Generator[Singles]:
    """Yield some frames at a time as the decoders leave them, until the next are asked for."""
    if (first := next(found, None)) is None:
        return
    width = HEAD + 3 * atoms + TAIL
    size = max(1, min(32, WAITING // width // DECODERS))
    batches = _batches(chain([first], found), size)
    with ExitStack() as stack:
        shared = stack.enter_context(_shared(DECODERS * size * width * 4))
        room = np.frombuffer(mmap.mmap(shared.fileno(), 0), dtype=np.float32)
        rooms = room.reshape(DECODERS, size, width)
        processes = [stack.enter_context(_started(path, atoms, shared)) for _ in range(DECODERS)]
        yield from _answers(processes, rooms, batches)


@contextmanager
def _started(path: Path, atoms: int, shared: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """Start a decoder, and end it when it is no longer needed."""
    where = library()
    assert where is not None
    command = [sys.executable, "-I", "-S", decoder.__file__, where, str(path.absolute())]
    with subprocess.Popen(
        [*command, str(atoms), str(shared.fileno())], pass_fds=[shared.fileno()], bufsize=0,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def _answers(
    processes: list[subprocess.Popen[bytes]], rooms: Singles, batches: Iterator[list[Header]]
) -> Iterator[Singles]:
    """Ask the decoders in turn, each of which has a room of its own."""
    asked: deque[list[Header]] = deque()
    failed: StructureError | None = None
    for turn in count():
        process, room = processes[turn % len(processes)], rooms[turn % len(processes)]
        assert process.stdin is not None
        assert process.stdout is not None
        if turn >= len(processes):
            if not asked:
                break
            batch = asked.popleft()
            frames = room[: len(batch)]
            answer = process.stdout.read(COUNTS.size)
            dead = len(answer) < COUNTS.size
            done, status = (int(frames[:, DONE].sum()), 0) if dead else COUNTS.unpack(answer)
            good = _within(frames[:done, HEAD:-TAIL], batch)
            if good:
                yield frames[:good]
            if good < done:
                raise StructureError("its coordinates are not those that its header has")
            if done < len(batch):
                said = "the decoder died of them" if dead else f"xdrfile says {status}"
                raise StructureError(f"its coordinates cannot be decoded ({said})")
        try:
            more = [] if failed else next(batches, [])
        except StructureError as error:
            failed, more = error, []
        if more:
            room[: len(more), DONE] = 0
            first = turn % len(processes) * len(room)
            request = COUNTS.pack(first, len(more)), *(struct.pack("=q", one[0]) for one in more)
            with suppress(BrokenPipeError):  # that it died is seen when it does not answer
                process.stdin.write(b"".join(request))
            asked.append(more)
    if failed:
        raise failed


def _batches(found: Iterator[Header], size: int) -> Iterator[list[Header]]:
    """So many at a time; those before a damaged one come first."""
    batch = []
    try:
        for one in found:
            batch.append(one)
            if len(batch) == size:
                yield batch
                batch = []
    except StructureError:
        if batch:
            yield batch
        raise
    if batch:
        yield batch


def _within(xyz: Singles, batch: list[Header]) -> int:
    """Count the frames before the first whose coordinates do not reach as far as its header says.

    Parameters
    ----------
    xyz : ndarray, shape (frames, 3 * atoms)
    batch : list of Header
        Of these frames, and perhaps more.
    """
    if len(xyz) == 0:
        return 0
    told = np.array([(one.lowest, one.highest) for one in batch[: len(xyz)]])
    near = 1e-6 + 1e-5 * np.abs(told).max(axis=1)
    fits = np.abs(xyz.min(axis=1) - told[:, 0]) <= near
    fits &= np.abs(xyz.max(axis=1) - told[:, 1]) <= near
    fits |= np.isinf(told[:, 0])
    return len(xyz) if fits.all() else int(fits.argmin())


def _shared(size: int) -> IO[bytes]:
    """Open a file without a name, in memory where the system can; the caller closes it."""
    file: IO[bytes]
    if sys.platform == "linux":
        file = open(os.memfd_create("frames"), "w+b", buffering=0)  # noqa: SIM115
    else:
        file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
    file.truncate(size)
    return file
