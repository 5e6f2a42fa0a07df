"""The process that decodes XTC frames; nothing imports it, :mod:`ros1struct.io.frames.xtc` runs it.

The decoder is the xdrfile library, which mdtraj carries in its own extension. Where compressed
coordinates are damaged it divides by zero or writes beyond its memory: what ends then is this
process. It takes requests, each a number of frames and their places in the file, and puts the
frames into memory that it shares with whoever asked.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import struct
import sys
from typing import Any

OK = 0
# Numbers before the coordinates of a frame: time, nine of the cell, and whether it is there.
HEAD, DONE = 12, 10
# Room behind a frame's coordinates, for the run of atoms that a damaged frame ends in.
TAIL = 48
COUNTS = struct.Struct("=ii")


def library(path: str) -> Any:
    """Return the functions of xdrfile.

    Raises
    ------
    OSError, AttributeError
        Where the platform hides them, as Windows does.
    """
    found = ctypes.CDLL(path)
    found.xdrfile_open.argtypes = (ctypes.c_char_p, ctypes.c_char_p)
    found.xdrfile_open.restype = ctypes.c_void_p
    found.xdr_seek.argtypes = (ctypes.c_void_p, ctypes.c_int64, ctypes.c_int)
    pointers = (ctypes.c_void_p,) * 5  # step, time, box, coordinates, precision
    found.read_xtc.argtypes = (ctypes.c_void_p, ctypes.c_int, *pointers)
    return found


def main() -> None:
    """Decode what standard input asks for, until it ends."""
    path, file = sys.argv[1:3]
    atoms, shared = map(int, sys.argv[3:])
    functions = library(path)
    room = mmap.mmap(shared, 0)
    start = ctypes.addressof(ctypes.c_char.from_buffer(room))
    stride = 4 * (HEAD + 3 * atoms + TAIL)
    step, precision = ctypes.c_int(), ctypes.c_float()
    others = ctypes.byref(step), ctypes.byref(precision)
    handle = functions.xdrfile_open(os.fsencode(file), b"r")
    seek, read = functions.xdr_seek, functions.read_xtc
    while handle and (head := sys.stdin.buffer.read(COUNTS.size)):
        slot, count = COUNTS.unpack(head)
        places = struct.unpack(f"={count}q", sys.stdin.buffer.read(8 * count))
        done = status = 0
        for place in places:
            at = start + (slot + done) * stride
            status = seek(handle, place, os.SEEK_SET) or read(
                handle, atoms, others[0], at, at + 4, at + 4 * HEAD, others[1]
            )
            if status != OK:
                break
            done += 1
            struct.pack_into("=f", room, at - start + 4 * DONE, 1.0)
        os.write(1, COUNTS.pack(done, status))


if __name__ == "__main__":
    main()
