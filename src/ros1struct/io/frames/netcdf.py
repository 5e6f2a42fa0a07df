"""Frames of AMBER's NetCDF files: a header that names variables, and where their numbers stand.

References
----------
NetCDF classic format specification, Unidata; AMBER NetCDF trajectory convention 1.0, revision C.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

import numpy as np

from ros1struct.errors import StructureError
from ros1struct.io.frames.stored import Bytes, Numbers, Singles, cell_of

# What begins each list of a header.
DIMENSIONS, VARIABLES, ATTRIBUTES = 10, 11, 12
TYPES = {1: ">i1", 2: ">S1", 3: ">i2", 4: ">i4", 5: ">f4", 6: ">f8",
         7: ">u1", 8: ">u2", 9: ">u4", 10: ">i8", 11: ">u8"}  # fmt: skip
# A header has tens of entries, and a variable three dimensions.
MOST = 1000


@dataclass
class Variable:
    """Numbers of each frame, `stride` bytes from those of the frame before."""

    dtype: str
    shape: tuple[int, ...]
    begin: int
    stride: int
    scale: float

    @property
    def size(self) -> int:
        """Bytes of a frame."""
        return int(self.dtype[2]) * prod(self.shape)


class NetCdf:
    """Frames of a file of the classic format: Å, degrees and ps."""

    def __init__(self, data: Bytes) -> None:
        self.data, self.at = data, 4
        magic = data.get(0, 4)
        if magic[:3] != b"CDF" or magic[3] not in (1, 2, 5):
            raise StructureError("it does not begin as a NetCDF file of the classic format does")
        self.long = 8 if magic[3] == 5 else 4
        self.place = 4 if magic[3] == 1 else 8
        records = self._integer(self.long)
        dimensions = [(self._text(), self._integer(self.long))[1] for _ in self._list(DIMENSIONS)]
        self._attributes()
        self.variables: dict[str, Variable] = {}
        fixed = set[int]()  # lengths of first dimensions that are not that of records
        repeated = []
        for _ in self._list(VARIABLES):
            name = self._text()
            sizes = [dimensions[self._index(len(dimensions))] for _ in range(self._few(self.long))]
            scale = self._attributes()
            dtype = self._type()
            self._integer(self.long)  # its size, which follows from its dimensions
            begin = self._integer(self.place)
            if not sizes:
                continue
            made = Variable(dtype, tuple(sizes[1:]), begin, 0, scale)
            self.variables[name] = made
            if sizes[0] == 0:
                repeated.append(made)
            else:
                made.stride = made.size
                if name == "coordinates":
                    fixed.add(sizes[0])
        # Alone, a variable is not filled up to four bytes.
        alone = len(repeated) == 1
        for one in repeated:
            one.stride = sum(v.size if alone else -(-v.size // 4) * 4 for v in repeated)
        xyz = self.variables.get("coordinates")
        if xyz is None or xyz.dtype not in (">f4", ">f8") or xyz.shape[1:] != (3,) or not xyz.size:
            raise StructureError("it has no coordinates of frames, atoms and three axes")
        self.xyz, self.atoms = xyz, xyz.shape[0]
        for name, shape in (("time", ()), ("cell_lengths", (3,)), ("cell_angles", (3,))):
            found = self.variables.get(name, xyz)
            if found is not xyz and (found.shape != shape or found.dtype[1] not in "fiu"):
                raise StructureError(f"its {name} are not {prod(shape)} numbers a frame")
        self.frames = fixed.pop() if fixed else records
        if self.frames == 2 ** (8 * self.long) - 1:  # written as a stream
            self.frames = max(0, data.size - xyz.begin) // xyz.stride

    def places(self) -> Iterator[int]:
        """Yield the numbers of the frames."""
        used = [self.variables[n] for n in ("coordinates", "time", "cell_lengths", "cell_angles")
                if n in self.variables]  # fmt: skip
        for k in range(self.frames):
            end = max(v.begin + k * v.stride + v.size for v in used)
            if end > self.data.size:
                missing = end - self.data.size
                raise StructureError(f"it needs {missing} bytes more than the file has")
            yield k

    def read(self, place: int, out: Singles) -> tuple[float, Numbers | None]:
        """Read a frame; where it has no time, that is its number."""
        time = self._numbers("time", place)
        lengths, angles = (self._numbers(f"cell_{n}", place) for n in ("lengths", "angles"))
        out[:] = self._numbers("coordinates", place)
        cell = None if lengths is None or angles is None else cell_of(lengths, angles)
        return float(place if time is None else time), cell

    def _numbers(self, name: str, place: int) -> Numbers | None:
        if (v := self.variables.get(name)) is None:
            return None
        found = self.data.numbers(v.begin + place * v.stride, prod(v.shape), v.dtype)
        found = found.reshape(v.shape)
        return found if v.scale == 1 else found * v.scale

    def _take(self, size: int) -> bytes:
        data = self.data.get(self.at, size)
        self.at += -(-size // 4) * 4
        return data

    def _integer(self, width: int) -> int:
        return int.from_bytes(self._take(width), "big")

    def _few(self, width: int) -> int:
        if (number := self._integer(width)) > MOST:
            raise StructureError(f"a header of {number} entries is not that of a trajectory")
        return number

    def _index(self, count: int) -> int:
        if (number := self._integer(self.long)) >= count:
            raise StructureError(f"dimension {number} in its header, which has {count}")
        return number

    def _type(self) -> str:
        if (number := self._integer(4)) not in TYPES:
            raise StructureError(f"type {number} in its header, which is none of NetCDF")
        return TYPES[number]

    def _text(self) -> str:
        return self._take(self._few(self.long)).decode("utf-8", "replace")

    def _list(self, mark: int) -> range:
        found, number = self._integer(4), self._few(self.long)
        if found != mark and (found or number):
            raise StructureError(
                f"expected {mark} where a list of its header begins, found {found}"
            )
        return range(number)

    def _attributes(self) -> float:
        """Go past attributes; return the factor of numbers among them."""
        factor = 1.0
        for _ in self._list(ATTRIBUTES):
            name, dtype = self._text(), self._type()
            data = self._take(int(dtype[2]) * self._integer(self.long))
            if name == "scale_factor" and dtype[1] != "S" and len(data) >= int(dtype[2]):
                factor = float(np.frombuffer(data, dtype, 1)[0])
        return factor
