"""Deposited entries from the wwPDB, checked and kept in the cache.

The cache has one folder per entry, ``3ZBF/``, with ``3ZBF.cif`` and ``SHA256``. The folder appears
complete or not at all, so that two processes may fetch the same entry at once.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ros1struct.arguments import checked
from ros1struct.errors import FetchError, InputError, did_you_mean
from ros1struct.io.catalog import cache_folder, entries

_ENTRY = re.compile(r"(?:pdb_0000)?([0-9][a-z0-9]{3})", re.IGNORECASE | re.ASCII)


def entry_id(text: str) -> str:
    """Read a wwPDB entry id, classic or extended.

    Parameters
    ----------
    text : str
        ``3zbf`` or ``pdb_00003zbf``; case does not matter.

    Returns
    -------
    str
        The four characters, upper case.

    Raises
    ------
    InputError
        Anything else.

    Examples
    --------
    >>> entry_id("3zbf"), entry_id("pdb_00003zbf")
    ('3ZBF', '3ZBF')
    >>> entry_id("../3zbf")
    Traceback (most recent call last):
    ros1struct.errors.InputError: '../3zbf' is no wwPDB entry id: expected four characters such \
as 3ZBF, or pdb_00003zbf. Did you mean 3ZBF?
    """
    found = _ENTRY.fullmatch(text)
    if found is None:
        near = did_you_mean(text, [entry.entry for entry in entries() if entry.entry], limit=1)
        raise InputError(
            f"{text!r} is no wwPDB entry id: expected four characters such as 3ZBF, "
            f"or pdb_00003zbf.{near}"
        )
    return found[1].upper()


def cached(entry: str, *, cache: Path | None = None) -> Path | None:
    """Hand out an entry from the cache, after comparing its checksum.

    Parameters
    ----------
    entry : str
        wwPDB entry id.
    cache : Path, optional
        Another cache than `ros1struct.io.catalog.cache_folder`.

    Returns
    -------
    Path or None
        The mmCIF file; None where the entry has not been fetched.

    Raises
    ------
    FetchError
        The file is not the one that was fetched.

    Examples
    --------
    >>> from pathlib import Path
    >>> cached("3ZBF", cache=Path("no/such/folder")) is None
    True
    """
    entry = entry_id(entry)
    folder = (cache or cache_folder()) / entry
    path = folder / f"{entry}.cif"
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FetchError(f"{path}: cannot be read ({error})") from error
    try:
        expected = (folder / "SHA256").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        expected = "none recorded"
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        raise FetchError(
            f"{path}: the file is not the one that was fetched: expected SHA-256 {expected}, "
            f"found {found}. Delete the folder {folder} and fetch {entry} again."
        )
    return path


@checked
def fetch(
    entry: str,
    *,
    offline: bool = False,
    timeout: float = 30.0,
    max_bytes: int = 50_000_000,
    cache: Path | None = None,
) -> Path:
    """Bring a deposited entry into the cache, unless it is there.

    Mirrors are asked in turn (``MIRRORS``, or the blank-separated addresses in the variable
    ``ROS1STRUCT_MIRRORS``, with ``{entry}`` or ``{ENTRY}`` in each). What comes must be mmCIF with
    atoms of that very entry, with the chain and component that the catalogue names. Its SHA-256 is
    recorded and verified each time the file is handed out.

    Parameters
    ----------
    entry : str
        wwPDB entry id.
    offline : bool
        Do not use the network: the cached file or an error.
    timeout : float
        Seconds for the whole file from one mirror, connecting and redirects included.
    max_bytes : int
        Largest file, both as sent and decompressed.
    cache : Path, optional
        Another cache than `ros1struct.io.catalog.cache_folder`.

    Returns
    -------
    Path
        The mmCIF file in the cache.

    Raises
    ------
    InputError
        No entry id, an address that is neither https nor loopback, or a limit that is none.
    FetchError
        No mirror brought the entry (each one's reason is named), the cache cannot be written, the
        cached file was changed, or `offline` and not there.

    Examples
    --------
    >>> from pathlib import Path
    >>> fetch("3ZBF", offline=True, cache=Path("empty"))
    Traceback (most recent call last):
    ros1struct.errors.FetchError: 3ZBF is not in the cache empty. With a network: \
ros1struct fetch 3ZBF
    """
    entry = entry_id(entry)
    cache = cache or cache_folder()
    path = cached(entry, cache=cache)
    if path is not None:
        return path
    if not max_bytes > 0:
        raise InputError(f"max_bytes must be positive, found {max_bytes!r}")
    if offline:
        raise FetchError(
            f"{entry} is not in the cache {cache}. With a network: ros1struct fetch {entry}"
        )
    from ros1struct.io.archive.download import (  # the network is loaded only where it is used
        addresses,
        download,
    )

    urls = addresses(entry)
    reasons = []
    with _alone(entry, cache):
        # Another process may have brought it while this one waited.
        path = cached(entry, cache=cache)
        if path is not None:
            return path
        for url in urls:
            try:
                data = download(url, timeout, max_bytes)
                _check(data, entry)
            except FetchError as error:
                reasons.append(f"{url}: {error}")
            else:
                return _store(data, entry, cache)
    raise FetchError(
        f"{entry} could not be fetched. " + "; ".join(reasons) + ". Nothing was stored."
    )


@contextmanager
def _alone(entry: str, cache: Path) -> Iterator[None]:
    """Keep other processes and threads from fetching the same entry meanwhile."""
    from filelock import FileLock

    # Beside the cache, which holds entries only and may be read-only.
    place = hashlib.sha256(f"{cache.resolve()}/{entry}".encode()).hexdigest()[:16]
    with FileLock(Path(tempfile.gettempdir()) / f"ros1struct-{entry}-{place}.lock"):
        yield


def _not_stored(entry: str, folder: Path, error: OSError) -> FetchError:
    return FetchError(
        f"{entry}: cannot be stored at {folder} ({error.strerror or error}). Remove what is there, "
        "make the folder writable, free space, or set ROS1STRUCT_CACHE to another one."
    )


def _check(data: bytes, entry: str) -> None:
    """Refuse what is not the entry, or lacks what the catalogue names."""
    import gemmi

    try:
        document = gemmi.cif.read_string(data.decode("utf-8"))
        block = document[0]
        structure = gemmi.make_structure_from_block(block)
        found = entry_id(gemmi.cif.as_string(block.find_value("_entry.id") or ""))
    except (ValueError, RuntimeError, IndexError) as error:
        first = str(error).strip().split("\n")[0]
        raise FetchError(f"not mmCIF of an entry ({first or type(error).__name__})") from error
    if found != entry:
        raise FetchError(f"wrong entry: expected {entry}, found {found}")
    if len(structure) == 0:
        raise FetchError("no atoms")
    for row in (known for known in entries() if known.entry == entry):
        chains = {
            chain.name: {residue.name for residue in chain}
            for chain in structure[0]
            if not row.chain or chain.name == row.chain
        }
        if not chains:
            names = sorted({chain.name for chain in structure[0]})
            raise FetchError(f"no chain {row.chain}, found {', '.join(names)}")
        if row.component and not any(row.component in names for names in chains.values()):
            where = f" in chain {row.chain}" if row.chain else ""
            raise FetchError(f"no component {row.component}{where}")


def _store(data: bytes, entry: str, cache: Path) -> Path:
    """Put a checked file and its checksum into the cache, both or neither."""
    temporary = cache / f".{entry}-{uuid.uuid4().hex}"
    folder = cache / entry
    try:
        temporary.mkdir(parents=True)
        (temporary / f"{entry}.cif").write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        (temporary / "SHA256").write_text(f"{digest}\n", encoding="ascii")
        try:
            os.replace(temporary, folder)
        except OSError:
            # Another process was first: its file has passed the same checks.
            if cached(entry, cache=cache) is None:
                raise
    except OSError as error:
        raise _not_stored(entry, folder, error) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return folder / f"{entry}.cif"
