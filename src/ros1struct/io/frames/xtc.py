"""XTC frames, decoded on a thread of their own while the work on those before goes on.

The decoder is the xdrfile library, which mdtraj carries in its own extension and calls with
Python's lock held. Called through ctypes it runs without the lock, beside everything else.
"""

from __future__ import annotations

import ctypes
import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Singles = npt.NDArray[np.float32]
Given = TypeVar("Given")
Made = TypeVar("Made")

# What xdrfile returns.
OK, END_OF_FILE = 0, 11
TEN = np.float32(10.0)  # Å in a nm


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
def library() -> Any:
    """Return the functions of xdrfile; None where the platform hides them, as Windows does."""
    import mdtraj.formats.xtc

    try:
        found = ctypes.CDLL(mdtraj.formats.xtc.__file__)
        opened, closed, seek, read = (
            getattr(found, name)
            for name in ("xdrfile_open", "xdrfile_close", "xdr_seek", "read_xtc")
        )
    except (OSError, AttributeError):
        return None
    opened.argtypes, opened.restype = (ctypes.c_char_p, ctypes.c_char_p), ctypes.c_void_p
    closed.argtypes = (ctypes.c_void_p,)
    seek.argtypes = (ctypes.c_void_p, ctypes.c_int64, ctypes.c_int)
    pointers = (ctypes.c_void_p,) * 5  # step, time, box, coordinates, precision
    read.argtypes = (ctypes.c_void_p, ctypes.c_int, *pointers)
    return found


class XtcFile:
    """An open XTC file; :func:`library` must be there.

    Parameters
    ----------
    path : Path
    atoms : int
        Of a frame of the file.
    """

    def __init__(self, path: Path, atoms: int) -> None:
        self.atoms = atoms
        self.handle = library().xdrfile_open(os.fsencode(path), b"r")
        if not self.handle:
            raise OSError(f"{path} cannot be opened")

    def __enter__(self) -> XtcFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        library().xdrfile_close(self.handle)

    def seek(self, offset: int) -> None:
        """Go to a place in the file, in bytes."""
        if library().xdr_seek(self.handle, offset, os.SEEK_SET) != OK:
            raise OSError(f"no byte {offset}")

    def read(self, room: tuple[Singles, Sequence[int] | None]) -> tuple[Singles, Singles, Singles]:
        """Read frames, fewer where the file ends.

        Parameters
        ----------
        room : (ndarray of float32, shape (frames, atoms, 3), sequence of int or None)
            Where coordinates are put, and at which bytes their frames begin; by default the next.

        Returns
        -------
        xyz, time, cell : ndarray
            Å, ps, Å.

        Raises
        ------
        OSError
            If a frame is damaged.
        """
        xyz, places = room
        size = len(xyz)
        time = np.empty(size, dtype=np.float32)
        cell = np.empty((size, 3, 3), dtype=np.float32)
        step, precision = ctypes.c_int(), ctypes.c_float()
        others = ctypes.byref(step), ctypes.byref(precision)
        starts = [(a.ctypes.data, a.strides[0]) for a in (time, cell, xyz)]
        read, count = library().read_xtc, 0
        for k in range(size):
            if places is not None:
                self.seek(places[k])
            at_time, at_cell, at_xyz = (start + k * stride for start, stride in starts)
            status = read(self.handle, self.atoms, others[0], at_time, at_cell, at_xyz, others[1])
            if status == END_OF_FILE:
                break
            if status != OK:
                raise OSError(f"xdrfile says {status}")
            # While the frame is in the core's cache.
            with np.errstate(over="ignore"):  # what is too large is refused later
                np.multiply(xyz[k], TEN, out=xyz[k])
            count += 1
        return xyz[:count], time[:count], cell[:count] * TEN
