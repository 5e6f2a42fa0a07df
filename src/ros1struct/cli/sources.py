"""What the command line reads: structures and mutations, from files, names or standard input."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ros1struct.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from ros1struct.io.poses import Poses
    from ros1struct.io.trajectory import Trajectory
    from ros1struct.structure.complex import Complex
    from ros1struct.structure.mutation import Mutation

_T = TypeVar("_T")
STDIN, STDIN_FILE = "-", "standard input"
#: Words that stand for mutations of the literature.
ALL = ("catalog", "all")


def stdin(what: str, most: str = "MEGABYTES") -> bytes:
    """Read standard input, once.

    Raises
    ------
    InputError
        If there is nothing, or nothing any more.
    StructureError
        If it is larger than a file may be, or damaged gzip.
    """
    from ros1struct.io.checks.limits import read_at_most, unpacked

    source: Any = sys.stdin
    if hasattr(source, "buffer"):
        data = read_at_most(source.buffer, "standard input", most)
    else:
        data = source.read().encode()
    if not data.strip():
        raise InputError(f"{what} was to come from standard input (-), which is empty")
    return unpacked(data, Path("standard input"), most)


def loaded(source: str, options: argparse.Namespace | None = None) -> Complex:
    """Load a complex by name, entry, path or from standard input."""
    from ros1struct.io.load import load

    asked: dict[str, Any] = {}
    if options is not None:
        asked = {"ligand": options.ligand, "chain": options.chain, "smiles": options.smiles}
    if source != STDIN:
        return load(source, **asked)
    data = stdin("a structure")
    ending = "cif" if data.lstrip()[:5].lower() == b"data_" else "pdb"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"stdin.{ending}")
        path.write_bytes(data)
        return load(path, **asked)


def complex_of(source: str, options: argparse.Namespace) -> Complex:
    """Load a complex with the options of the command, in the numbering asked for."""
    from ros1struct.kinome.residue_numbers import numbered_by

    complex = loaded(source, options)
    return numbered_by(complex, "author") if options.numbering == "author" else complex


def source_of(source: str, options: argparse.Namespace) -> Complex | Trajectory | Poses:
    """Load a complex, or open ``PROTEIN+POSES`` or ``TOPOLOGY+TRAJECTORY``."""
    from ros1struct.report.frames import opened

    asked = {"ligand": options.ligand, "chain": options.chain, "smiles": options.smiles}
    return opened(source, **asked) or complex_of(source, options)


def mutations_of(text: str) -> str | tuple[Mutation, ...]:
    """Read mutations from a list, a file, standard input, or the word ``catalog``."""
    from ros1struct.structure.mutation import parse_mutations

    return text if text in ALL else _read(text, parse_mutations)


def listed(text: str) -> dict[str, str]:
    """Texts of mutations, each to be read for each complex, and where it stands."""
    from ros1struct.structure.mutation import split_mutations

    if text in ALL:
        return {text: ""}
    found: dict[str, str] = {}
    for place, mutation in _read(text, split_mutations):
        where = place.rsplit(os.sep, 1)[-1]
        if mutation in found:
            raise InputError(f"{where}: {mutation} was already given ({found[mutation]})")
        found[mutation] = where
    return found


def _read(text: str, read: Callable[[str | Path], _T]) -> _T:
    if text != STDIN:
        # Unlike Path.is_file, this is also False for a list too long to be a file name.
        return read(Path(text) if os.path.isfile(text) else text)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, STDIN_FILE)
        path.write_bytes(stdin("a list of mutations"))
        try:
            return read(path)
        except InputError as error:
            raise InputError(str(error).replace(str(path), "standard input")) from error


def one_mutation(text: str | None, command: str) -> Mutation | None:
    """Read the single mutation that a command draws or builds.

    Raises
    ------
    InputError
        If there are several.
    """
    if text is None:
        return None
    found = mutations_of(text)
    if isinstance(found, str) or len(found) != 1:
        count = "the catalogue" if isinstance(found, str) else f"{len(found)} mutations"
        raise InputError(f"{command} takes one mutation, such as G2032R; found {count}")
    return found[0]


def table_of(source: str) -> pd.DataFrame | Path:
    """Path of a table, or the table that standard input holds as CSV."""
    if source != STDIN:
        return Path(source)
    import io

    import pandas as pd

    data = stdin("a table", "TABLE_MEGABYTES")
    try:
        return pd.read_csv(io.BytesIO(data))
    except ValueError as error:
        raise InputError(f"{STDIN_FILE}: cannot be read as a CSV table ({error})") from error
