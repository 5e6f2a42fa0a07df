"""What :func:`ros1struct.load` was given, read: a file, an entry, or another program's object."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ros1struct.errors import InputError
from ros1struct.io.catalog import CatalogEntry
from ros1struct.io.find import find
from ros1struct.io.parse import Parsed, parse, read_bytes, shown, stem
from ros1struct.io.reading.objects import OBJECTS, structure_of


@dataclass(frozen=True, eq=False)
class Source:
    """A structure that was read.

    Attributes
    ----------
    name : str
        What tables call it.
    parsed : Parsed
    entry : CatalogEntry or None
        The catalogue's row, where the name is in the catalogue.
    file : str
        File name without folders; empty for an object in memory.
    notes : tuple of str
        What was done to read it.
    """

    name: str
    parsed: Parsed
    entry: CatalogEntry | None
    file: str
    notes: tuple[str, ...]


def read_source(source: Any) -> Source:
    """Read a file, an entry, a bundled structure, or an object of another program.

    Parameters
    ----------
    source : str, path, gemmi.Structure, mdtraj.Trajectory or Bio.PDB structure

    Returns
    -------
    Source

    Raises
    ------
    InputError
        If it is none of these, or a name is not known.
    StructureError
        If a file cannot be read.
    """
    if isinstance(source, (str, os.PathLike)):
        path, entry = find(source)
        parsed = parse(read_bytes(path), path)
        return Source(entry.name if entry else stem(path), parsed, entry, path.name, _said(parsed))
    if type(source).__module__.partition(".")[0] not in OBJECTS:
        raise InputError(
            "expected a name, an entry, a path, or a structure of mdtraj, gemmi or Bio.PDB, found "
            f"{source!r}"
        )
    structure, models, notes = structure_of(source)
    parsed = Parsed(structure, {}, {}, models)
    name = stem(Path(structure.name)) if structure.name.strip() else "structure"
    return Source(name, parsed, None, "", (*notes, *_said(parsed)))


def _said(parsed: Parsed) -> tuple[str, ...]:
    notes = []
    if parsed.models > 1 and "frames" not in parsed.written:
        notes.append(f"first of {parsed.models} models")
    if parsed.filled:
        notes.append(f"elements of {parsed.filled} atoms read from the columns of their names")
    if parsed.renamed:
        changed = shown(list(parsed.renamed))
        notes.append(f"names of a simulation program read as the PDB's: {changed}")
    return tuple(notes)
