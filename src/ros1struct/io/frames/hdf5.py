"""HDF5 frames, of mdtraj and of AMBER's NetCDF 4, read by another process.

The library that reads them is ended by damage, and PyTables runs what an attribute says; see
:mod:`ros1struct.io.frames.hdf5_reader`, which works for this side of the pipe.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from ros1struct.errors import InputError, StructureError
from ros1struct.io.frames import hdf5_reader
from ros1struct.io.frames.hdf5_reader import FIELDS, REQUEST
from ros1struct.io.frames.stored import Numbers, Singles, cell_of

# Bytes of an answer's first line.
LONGEST = 10_000
MARK = b"\x89HDF\r\n\x1a\n"


class Hdf5:
    """A file of frames; a StructureError where it cannot be read.

    Parameters
    ----------
    path : Path

    Attributes
    ----------
    frames, atoms : int
    """

    def __init__(self, path: Path) -> None:
        if find_spec("tables") is None:
            raise InputError("HDF5 trajectories are read with PyTables: pip install tables")
        command = [sys.executable, "-I", "-S", hdf5_reader.__file__, str(path.absolute())]
        self.process = subprocess.Popen(
            [*command, json.dumps(sys.path)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            told = self._told()
        except BaseException:
            self.close()
            raise
        self.frames, self.atoms = int(told["frames"]), int(told["atoms"])
        self.scales, self.has = told["scales"], told["has"]

    def __enter__(self) -> Hdf5:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the other process."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                if stream:
                    stream.close()

    def _told(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline(LONGEST)
        if not line.endswith(b"\n"):
            raise StructureError("the process that read it died or was too slow")
        told: dict[str, Any] = json.loads(line)
        if "error" in told:
            raise StructureError(told["error"])
        return told

    def blocks(
        self, start: int, stop: int | None, step: int, size: int
    ) -> Iterator[tuple[Singles, Numbers, Singles | None]]:
        """Read so many frames at a time: coordinates, times and cells."""
        end = self.frames if stop is None else min(stop, self.frames)
        for first in range(start, end, size * step):
            yield self.read(first, min(end, first + size * step), step)

    def read(self, first: int, last: int, step: int) -> tuple[Singles, Numbers, Singles | None]:
        """Return coordinates, times and cells of frames, in Å and ps."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with suppress(BrokenPipeError):  # that it died is seen when it does not answer
            self.process.stdin.write(REQUEST.pack(first, last, step))
            self.process.stdin.flush()
        count = int(self._told()["frames"])
        found: dict[str, Numbers] = {}
        for name, dtype in FIELDS:
            if name in self.has:
                shape = {"coordinates": (count, self.atoms, 3), "time": (count,)}
                array = np.empty(shape.get(name, (count, 3)), dtype)
                if self.process.stdout.readinto(array.data.cast("B")) != array.nbytes:  # type: ignore[attr-defined]
                    raise StructureError("the process that read it died or was too slow")
                found[name] = array
        xyz = found["coordinates"]
        xyz *= np.float32(self.scales[0])
        time = found.get("time", np.arange(first, last, step, dtype=np.float64))
        if "cell_lengths" not in found or "cell_angles" not in found:
            return xyz, time, None
        lengths = found["cell_lengths"] * self.scales[1]
        cells = [cell_of(a, b) for a, b in zip(lengths, found["cell_angles"], strict=True)]
        return xyz, time, np.array(cells, dtype=np.float32).reshape(-1, 3, 3)
