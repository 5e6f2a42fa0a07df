"""Files and folders that are written whole or not at all, where their names say.

A report is built in a temporary folder beside its place and then renamed. Only a folder that
carries the marker, and nothing that the marker does not list, is ever replaced.
"""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ros1struct.errors import InputError

MARKER = ".ros1struct-report"
# What file managers leave behind without being asked.
_LITTER = (".DS_Store", "Thumbs.db", "desktop.ini")


def user_path(text: str | os.PathLike[str]) -> Path:
    """Make a path of what a user wrote, ``~`` included.

    Raises
    ------
    InputError
        If ``~name`` names no user of this computer, or the text cannot be a path.

    Examples
    --------
    >>> user_path("report").as_posix()
    'report'
    """
    try:
        path = Path(text).expanduser()
    except RuntimeError as error:
        raise InputError(
            f"{text}: no user of this name here; write the folder out, or ./~name for a file"
        ) from error
    if "\0" in str(path):
        raise InputError(f"{str(text)!r} cannot be a file name: it holds a null character")
    return path


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
    place = user_path(folder).resolve()
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
        if place.exists() and _exchange(made, place):
            made.rename(old)
            return
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


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step, so that neither is ever absent.

    Returns
    -------
    bool
        False where the system has no such step.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    done: int = rename(here, os.fsencode(one), here, os.fsencode(other), exchange)
    return done == 0


def write_file(path: Path, data: bytes) -> None:
    """Write a file in one step: the old one stays until the new one is complete.

    Parameters
    ----------
    path : Path
        A link is followed and stays; a device or pipe is written to. The mode and owner of a file
        that is there are kept; a new one has those of any other file of the user.
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
        target = path.resolve()
        if target.is_dir():
            raise InputError(f"{path}: expected a file to write, found a folder; name a file in it")
        before = target.stat() if target.exists() else None
        if before is not None and not os.access(target, os.W_OK):
            raise InputError(f"{path}: cannot be written (it is read-only)")
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            _like(temporary, before)
            os.replace(temporary, target)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror})") from error


def _like(path: str, before: os.stat_result | None) -> None:
    """Give a file the mode and owner of the one it replaces, or those of a new file."""
    if before is None:
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(path, 0o666 & ~mask)
        return
    if hasattr(os, "chown") and (before.st_uid, before.st_gid) != (os.getuid(), os.getgid()):
        os.chown(path, before.st_uid, before.st_gid)
    os.chmod(path, stat.S_IMODE(before.st_mode))


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
