"""Which file a name stands for."""

from __future__ import annotations

import os
from pathlib import Path

from ros1struct.errors import InputError, did_you_mean
from ros1struct.io.archive.fetch import cached
from ros1struct.io.catalog import CatalogEntry, entries, user_folder
from ros1struct.io.files import user_path
from ros1struct.io.parse import stem


def find(source: str | os.PathLike[str]) -> tuple[Path, CatalogEntry | None]:
    """Find the file that a name stands for.

    Parameters
    ----------
    source : str or path
        As in :func:`ros1struct.load`.

    Returns
    -------
    path : Path
    entry : CatalogEntry or None
        The catalogue's row when the name is in the catalogue, or that of the deposited entry
        which is preferred to a model.

    Raises
    ------
    InputError
        If there is no such path and no such name; near names are suggested.
    """
    path = user_path(source)
    text = os.fspath(source)
    try:
        is_file, is_folder = path.is_file(), path.is_dir()
    except OSError as error:  # too long for a name
        raise InputError(
            f"{text[:40]!r} cannot be a file name ({error}); expected a path, not a file's content"
        ) from error
    if is_file:
        return path, None
    if path.suffix or os.sep in text or is_folder:
        raise InputError(
            f"{text or repr(text)}: {'is a folder' if is_folder else 'no such file'}; expected a "
            "PDB or mmCIF file, an entry such as 3ZBF, or the name of a bundled structure such as "
            "crizotinib"
        )
    folder = user_folder()
    for candidate in sorted(folder.iterdir()) if folder else ():
        if candidate.is_file() and stem(candidate).lower() == text.lower():
            return candidate, None
    entry = _catalog_entry(text)
    if entry is None:
        if (copy := _cached(text)) is not None:
            return copy, None
        names = [e.name for e in entries()]
        raise InputError(
            f"{text!r} is neither a file nor a known structure.{did_you_mean(text, names)} "
            "`ros1struct structures` lists the known ones; `ros1struct fetch` downloads PDB entries"
        )
    for deposited in _deposited_of(entry):
        if (copy := _cached(deposited.entry)) is not None:
            return copy, deposited
    if entry.path is not None:
        return entry.path, entry
    same = [
        e.name
        for e in entries()
        if e.path
        and (e.kinase, e.variant, e.inhibitor) == (entry.kinase, entry.variant, entry.inhibitor)
    ]
    instead = f"; the bundled {same[0]!r} is a model of the same complex" if same else ""
    raise InputError(
        f"{entry.name} is not on this computer. `ros1struct fetch {entry.name}` downloads it "
        f"from the PDB{instead}"
    )


def _catalog_entry(text: str) -> CatalogEntry | None:
    return next((e for e in entries() if e.name.lower() == text.lower()), None)


def _deposited_of(entry: CatalogEntry) -> list[CatalogEntry]:
    """Return the entry itself, or for the first model of a complex the deposited entries of it."""
    if entry.provenance == "model":
        key = (entry.kinase, entry.variant, entry.inhibitor)
        return [
            e
            for e in entries()
            if e.provenance == "deposited" and (e.kinase, e.variant, e.inhibitor) == key
        ]
    return [entry]


def _cached(entry: str) -> Path | None:
    try:
        return cached(entry)
    except InputError:
        return None
