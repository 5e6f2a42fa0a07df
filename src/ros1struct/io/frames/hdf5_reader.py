"""The process that reads HDF5 files; nothing imports it, :mod:`ros1struct.io.frames.hdf5` runs it.

The HDF5 library trusts a file: what is damaged may end the process, and PyTables takes attributes
for pickles, which may do anything. Here none is unpickled, and what ends, hangs or fills the memory
is this process. It takes requests, each of first, last and step, and writes a line of JSON with
the numbers of each array behind it.
"""

from __future__ import annotations

import json
import signal
import struct
import sys
from contextlib import suppress
from typing import Any

# Seconds of processor time and bytes that the file and each request may take.
PATIENCE, MEMORY = 20, 1 << 30
REQUEST = struct.Struct("=3q")
# Å in the unit of lengths.
UNITS = {"nanometers": 10.0, "nanometer": 10.0, "angstroms": 1.0, "angstrom": 1.0}
FIELDS = (("coordinates", "float32"), ("time", "float64"), ("cell_lengths", "float64"),
          ("cell_angles", "float64"))  # fmt: skip


def bounded() -> None:
    """Hold this process to its memory, where the system counts what is written to."""
    if sys.platform == "linux":
        import resource

        with suppress(OSError, ValueError):  # less is allowed already
            resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


def hurried() -> None:
    """Begin to count the time of a request; this process ends with it."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, PATIENCE)


def answer(told: dict[str, Any], *arrays: Any) -> None:
    """Write a line and the numbers behind it."""
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n")
    for array in arrays:
        sys.stdout.buffer.write(array.tobytes())
    sys.stdout.buffer.flush()


def nodes(file: Any) -> tuple[dict[str, Any], list[float]]:
    """Arrays of the file, and Å in the units of coordinates and cell."""
    found = {n: file.get_node("/", n) for n, _ in FIELDS if f"/{n}" in file}
    if "coordinates" not in found or found["coordinates"].ndim != 3:
        raise ValueError("it has no coordinates of frames, atoms and three axes")
    scales = []
    for name in ("coordinates", "cell_lengths"):
        unit = getattr(found[name].attrs, "units", b"nanometers") if name in found else "angstrom"
        unit = unit.decode() if isinstance(unit, bytes) else str(unit)
        if unit not in UNITS:
            raise ValueError(f"{name} in units of {unit[:20]!r}, expected nanometers or angstroms")
        scales.append(UNITS[unit])
    return found, scales


def main() -> None:
    """Open the file and answer requests until there are no more."""
    sys.path[:] = json.loads(sys.argv[2])
    try:
        hurried()
        import numpy as np
        import tables

        # Anything else that is in an attribute is a text or a number.
        tables.attributeset.pickle = tables.atom.pickle = None
        bounded()
        file = tables.open_file(sys.argv[1], "r")
        found, scales = nodes(file)
        frames, atoms, axes = map(int, found["coordinates"].shape)
        if axes != 3:
            raise ValueError(f"its coordinates have {axes} axes")
        told = {"frames": frames, "atoms": atoms, "scales": scales, "has": list(found)}
        answer(told)
        while head := sys.stdin.buffer.read(REQUEST.size):
            hurried()
            chosen = slice(*REQUEST.unpack(head))
            count = len(range(*chosen.indices(frames)))
            arrays = []
            for name, dtype in FIELDS:
                if name not in found:
                    continue
                array = np.ascontiguousarray(found[name][chosen], dtype=dtype)
                width = {"coordinates": (atoms, 3), "time": ()}.get(name, (3,))
                if array.shape != (count, *width):
                    raise ValueError(f"its {name} have the shape {array.shape}")
                arrays.append(array)
            answer({"frames": count}, *arrays)
    except BaseException as error:
        said = " ".join(str(error).split())[-200:]
        answer({"error": f"{type(error).__name__}: {said}"})


if __name__ == "__main__":
    main()
