"""How large a file may be, and how long a search may take, before this package says no.

Each limit is a variable of the environment with a default: ``ROS1STRUCT_MOST_ATOMS=3000000``.
"""

from __future__ import annotations

import os
import zlib
from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ros1struct.errors import InputError, StructureError

if TYPE_CHECKING:
    import gemmi

LIMITS = {
    "ATOMS": 1_000_000,  # of all models
    "RESIDUES": 100_000,  # of the first model, without waters
    "CHAIN": 50_000,  # residues of a chain of an mmCIF file, waters too
    "MEGABYTES": 200,  # of a structure or pose file, unpacked
    "TABLE_MEGABYTES": 20,  # of a table of measurements, unpacked
    "LINE": 1_000_000,  # characters
    "INHIBITOR": 300,  # heavy atoms
    "SECONDS": 10,  # of matching a molecule to its chemistry
}
_PREFIX = "ROS1STRUCT_MOST_"
_BLOCK = 1 << 20


def limit(name: str) -> int:
    """Return a limit: what the environment says, else the default.

    Parameters
    ----------
    name : str
        One of :data:`LIMITS`.

    Raises
    ------
    InputError
        If the environment says something that is no positive number.

    Examples
    --------
    >>> limit("ATOMS")
    1000000
    """
    told = os.environ.get(_PREFIX + name, "")
    if not told:
        return LIMITS[name]
    if not (told.isascii() and told.isdigit() and int(told) > 0):
        raise InputError(f"{_PREFIX}{name}: expected a whole number above 0, found {told!r}")
    return int(told)


def above(what: str, found: str, name: str, unit: str) -> StructureError:
    """Make the error that says which limit was passed, and how it is raised.

    Parameters
    ----------
    what : str
        File or structure.
    found : str
        Its size, in words.
    name : str
        One of :data:`LIMITS`.
    unit : str
    """
    return StructureError(
        f"{what}: {found}; expected at most {limit(name):,} {unit}. Cut the file down, or raise "
        f"the limit with the environment variable {_PREFIX}{name}"
    )


def read_limited(path: Path, name: str = "MEGABYTES") -> bytes:
    """Read a file that is not too large.

    Raises
    ------
    OSError
        If it cannot be read.
    StructureError
        If it is larger than the limit.
    """
    with path.open("rb") as stream:
        return read_at_most(stream, path.name, name)


def read_at_most(stream: IO[bytes], what: str, name: str = "MEGABYTES") -> bytes:
    """Read a stream that is not too large; raises as :func:`read_limited`."""
    most = limit(name) * 1_000_000
    raw = stream.read(most + 1)
    if len(raw) > most:
        raise above(what, "too large", name, "MB")
    return raw


def unpacked(raw: bytes, path: Path, name: str = "MEGABYTES") -> bytes:
    """Unpack gzip members, if it is such a file, as far as the limit.

    Raises
    ------
    StructureError
        If the file is damaged, or larger unpacked than the limit.
    """
    if raw[:2] != b"\x1f\x8b":
        return raw
    most = limit(name) * 1_000_000
    parts: list[bytes] = []
    size, rest = 0, raw
    try:
        while rest.strip(b"\0"):
            member = zlib.decompressobj(wbits=31)
            while not member.eof:
                if not rest:
                    raise EOFError("it ends too early")
                part = member.decompress(rest, _BLOCK)
                rest = member.unconsumed_tail
                parts.append(part)
                size += len(part)
                if size > most:
                    raise above(path.name, "too large when unpacked", name, "MB")
            rest = member.unused_data
    except (EOFError, zlib.error) as error:
        raise StructureError(
            f"{path.name}: the gzip file is damaged or truncated ({error}); download it again"
        ) from error
    return b"".join(parts)


def check_size(data: bytes, path: Path) -> None:
    """Refuse a structure file with too many atoms, or a line that none has.

    Raises
    ------
    StructureError
    """
    ends = (b"\n", b"\r") if b"\r" in data else (b"\n",)
    starts = (end + word for end in ends for word in (b"ATOM", b"HETATM"))
    atoms = sum(map(data.count, starts)) + data.startswith((b"ATOM", b"HETATM"))
    if atoms > limit("ATOMS"):
        raise above(path.name, f"{atoms:,} atoms", "ATOMS", "atoms")
    most = limit("LINE")
    start = 0
    while start + most < len(data):
        end = max(data.rfind(b"\n", start, start + most), data.rfind(b"\r", start, start + most))
        if end < 0:
            raise above(
                path.name, f"a line at byte {start:,} that does not end", "LINE", "characters"
            )
        start = end + 1


def check_chains(block: gemmi.cif.Block, path: Path) -> None:
    """Refuse an mmCIF file with a chain of more residues than can be put together in time.

    Raises
    ------
    StructureError
    """
    most = limit("CHAIN")
    chains, numbers = (
        list(block.find_values(f"_atom_site.auth_{of}"))
        or list(block.find_values(f"_atom_site.label_{of}"))
        for of in ("asym_id", "seq_id")
    )
    if len(chains) <= most:
        return
    # Whatever has no number stands for itself.
    pairs = zip(chains, numbers or map(str, range(len(chains))), strict=False)
    counts = Counter(chain for (chain, _), _ in groupby(pairs))
    chain, count = counts.most_common(1)[0]
    if count > most:
        raise above(path.name, f"{count:,} residues in chain {chain!r}", "CHAIN", "in a chain")
