"""Files and folders that are written whole or not at all.

A report is built in a temporary folder beside its place and then renamed. Only a folder that
carries the marker, and nothing that the marker does not list, is ever replaced.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ros1struct.errors import InputError

MARKER = ".ros1struct-report"
# What file managers leave behind without being asked.
_LITTER = (".DS_Store", "Thumbs.db", "desktop.ini")


def writable(folder: str | os.PathLike[str]) -> Path:
    """Check that a report may be written at a place.

    Parameters
    ----------
    folder : path
        Need not exist; its parent must.

    Returns
    -------
    Path
        The place, with links resolved.

    Raises
    ------
    InputError
        If the parent is missing, or something is there that is not a report of this package, or
        a report to which other files were added.
    """
    place = Path(folder).expanduser().resolve()
    if not place.parent.is_dir():
        raise InputError(f"{folder}: the folder it should be in does not exist; make it first")
    if not place.exists():
        return place
    if not place.is_dir():
        raise InputError(f"{folder}: expected a folder, found a file; name another place")
    found = _files(place)
    marker = place / MARKER
    if not found and not any(place.iterdir()):
        return place
    if not marker.is_file():
        raise InputError(
            f"{folder}: there is a folder that is not a report of ros1struct; it is left as it "
            "is, name another place"
        )
    ours = set(marker.read_text(encoding="utf-8").splitlines()) | {MARKER}
    if added := sorted(found - ours):
        raise InputError(
            f"{folder}: the report there holds files that ros1struct did not write "
            f"({', '.join(added[:3])}{', ...' if len(added) > 3 else ''}); move them away first"
        )
    return place


@contextmanager
def replacing(place: Path) -> Iterator[Path]:
    """Give a temporary folder that takes a place when the block ends without an error.

    Parameters
    ----------
    place : Path
        As :func:`writable` returned it.

    Yields
    ------
    Path
        The folder to write into.

    Raises
    ------
    InputError
        If the place cannot be written to, or is no longer fit to be replaced.
    """
    try:
        made = Path(tempfile.mkdtemp(dir=place.parent, prefix=f".{place.name}."))
    except OSError as error:
        raise InputError(f"{place}: cannot be written ({error.strerror})") from error
    old = made.with_name(f"{made.name}.old")
    try:
        yield made
        (made / MARKER).write_text("".join(f"{f}\n" for f in sorted(_files(made))), "utf-8")
        made.chmod(0o755)
        writable(place)
        if place.exists():
            place.rename(old)
        try:
            made.rename(place)
        except BaseException:
            if old.exists():
                old.rename(place)
            raise
    finally:
        shutil.rmtree(made, ignore_errors=True)
        if place.exists():
            shutil.rmtree(old, ignore_errors=True)


def write_file(path: Path, data: bytes) -> None:
    """Write a file in one step: the old one stays until the new one is complete.

    Parameters
    ----------
    path : Path
        A device or pipe stays what it is and is written to.
    data : bytes

    Raises
    ------
    InputError
        If the file cannot be written; nothing is left half written.
    """
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            path.write_bytes(data)
            return
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            os.chmod(temporary, 0o644)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror})") from error


def safe_name(name: str) -> str:
    """Make a file name of a structure's name.

    Examples
    --------
    >>> safe_name("crizotinib#2"), safe_name("../a b")
    ('crizotinib_2', 'a_b')
    """
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("._") or "structure"


def _files(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if not path.is_dir() and path.name not in _LITTER
    }
