"""From the bytes of a PDB or mmCIF file to gemmi's structure, checked.

gemmi reads both formats: it understands hybrid-36 numbers, insertion codes, long component ids and
both chain namings, and reads a kinase in 2 ms. What a file cannot be trusted with is checked here:
elements are never guessed, coordinates must be numbers.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ros1struct.errors import StructureError
from ros1struct.io.checks.damage import check_cif, check_pdb
from ros1struct.io.checks.limits import (
    above,
    check_chains,
    check_size,
    limit,
    read_limited,
    unpacked,
)
from ros1struct.io.frames.names import is_foreign, with_pdb_names
from ros1struct.io.reading.formats import (
    Oddities,
    check_elements,
    foreign_format,
    mark_missing,
    oddities,
    with_elements,
    with_short_names,
)
from ros1struct.io.reading.models import Cut, Frames, cut_models, frames_in, frames_of_cut, keys_of
from ros1struct.io.records import AtomKey
from ros1struct.kinome.annotations import Annotations, read_cif, read_pdb

if TYPE_CHECKING:
    import gemmi

# Begins the lines of a PDB file that carry what its format has no place for.
REMARK = "REMARK 999 ROS1STRUCT "
_NUMBER = re.compile(rb"MODEL +(\d+)")


class Parsed(NamedTuple):
    """A file as it was read.

    Attributes
    ----------
    structure : gemmi.Structure
        The first model, or all where the file says that they are frames of one complex.
    details : dict of str
        What the file says of itself in ``_ros1struct`` items.
    written : dict of str
        What :func:`ros1struct.io.write.write` noted for the reader; empty in other files.
    models : int
        How many the file has.
    filled : int
        Atoms whose element was read from the columns of their names.
    renamed : tuple of str
        Names of a simulation program that were read as the PDB's.
    annotations : Annotations or None
        What the file says of the sequences of its chains.
    sha256 : str
        Of the file.
    block : gemmi.cif.Block or None
        Of an mmCIF file.
    frames : Frames or None
        Coordinates of all models, where they were read beside the structure.
    """

    structure: gemmi.Structure
    details: dict[str, str]
    written: dict[str, str]
    models: int
    filled: int = 0
    renamed: tuple[str, ...] = ()
    annotations: Annotations | None = None
    sha256: str = ""
    block: gemmi.cif.Block | None = None
    frames: Frames | None = None


def stem(path: Path) -> str:
    """File name without folders and without the endings of structure files."""
    name = path.name
    for suffix in (".gz", ".cif", ".mmcif", ".pdb", ".ent"):
        if name.lower().endswith(suffix):
            name = name[: -len(suffix)]
    return name or path.name


def read_bytes(path: Path) -> bytes:
    """Read a file that must not be empty; a StructureError says why it cannot be read."""
    try:
        raw = read_limited(path)
    except OSError as error:
        raise StructureError(f"{path.name}: cannot be read ({error.strerror})") from error
    if not raw or raw.isspace():
        raise StructureError(f"{path.name}: the file is empty; expected a PDB or mmCIF structure")
    return raw


_ANY_CASE = re.MULTILINE | re.IGNORECASE


def parse(raw: bytes, path: Path) -> Parsed:
    """Parse PDB or mmCIF, told apart by content.

    Parameters
    ----------
    raw : bytes
    path : Path
        For messages.

    Returns
    -------
    Parsed

    Raises
    ------
    StructureError
        If the bytes are not a structure, or leave elements or coordinates to be guessed.
    """
    checksum = hashlib.sha256(raw).hexdigest()
    raw = unpacked(raw, path)
    check_size(raw, path)
    if b"\r" in raw:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    cif = (
        b"_atom_site." in raw and re.search(rb"^[ \t]*_atom_site\.", raw, re.MULTILINE) is not None
    )
    models = 1
    if not cif:
        raw, models = _first_model(raw, path)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    if foreign := foreign_format(raw, text, path):
        raise StructureError(f"{path.name}: {foreign}")
    if not (cif or "\nATOM" in text or re.search(r"^(?:ATOM|HETA)", text, _ANY_CASE)):
        if models > 1:
            raise StructureError(
                f"{path.name}: the first of its {models} models has no atoms; leave it out"
            )
        raise StructureError(
            f"{path.name}: not a structure; expected PDB ATOM records or an mmCIF _atom_site "
            f"table, found a file that begins with {text.strip()[:40]!r}. Other formats go through "
            "mdtraj: ros1struct.load(mdtraj.load(...))"
        )
    try:
        if cif:
            del raw
            found = _parse_cif(text, path)
        else:
            check_pdb(raw, path)
            odd = oddities(raw)
            del raw
            found = _parse_pdb(text, odd, path)._replace(models=models)
    except StructureError:
        raise
    except (RuntimeError, ValueError) as error:
        raise StructureError(f"{path.name}: cannot be parsed: {error}") from error
    most = limit("RESIDUES")
    if len(found.structure) and sum(map(len, found.structure[0])) > most:
        count = sum(not r.is_water() for chain in found.structure[0] for r in chain)
        if count > most:
            raise above(path.name, f"{count:,} residues that are no water", "RESIDUES", "residues")
    return found._replace(sha256=checksum)


def _parse_pdb(text: str, odd: Oddities, path: Path) -> Parsed:
    import gemmi

    details, written = _remarks(text, path)
    filled, renamed, long = 0, list[str](), dict[str, str]()
    if odd.four or any(map(is_foreign, odd.names)):
        text, renamed = with_pdb_names(text, odd.four)
    if odd.no_element:
        text, filled = with_elements(text, path)
    if odd.no_b:
        text = mark_missing(text)
    if odd.four:
        text, long = with_short_names(text)
    structure = gemmi.read_pdb_string(text)
    for short, name in long.items():
        structure.rename_residues(short, name)
    return Parsed(structure, details, written, 1, filled, tuple(renamed), read_pdb(text))


def _first_model(raw: bytes, path: Path) -> tuple[bytes, int]:
    """Cut a PDB file down to its first model, and count them; all stay where `write` wrote them."""
    several = b"\nMODEL " in raw or raw.startswith(b"MODEL ")
    numbers = _model_numbers(raw) if several else []
    models = max(1, len(numbers))
    if twice := [n for n, count in Counter(numbers).items() if count > 1]:
        raise StructureError(
            f"{path.name}: duplicate MODEL number {twice[0].decode()}; expected one for each"
        )
    if models > 1 and REMARK.encode() not in raw:
        return raw[: raw.find(b"\nENDMDL")] + raw[raw.rfind(b"\nENDMDL") :], models
    return raw, models


def _model_numbers(raw: bytes) -> list[bytes]:
    """Return what follows each MODEL that begins a line and has a number."""
    found, at = [], -1 if raw.startswith(b"MODEL ") else raw.find(b"\nMODEL ")
    while True:
        if number := _NUMBER.match(raw, at + 1):
            found.append(number[1])
        at = raw.find(b"\nMODEL ", at + 1)
        if at < 0:
            return found


def _parse_cif(text: str, path: Path) -> Parsed:
    check_elements(text, path)
    if (cut := cut_models(text)) is not None:
        found = _parse_models(text, cut, path)
        if found is not None:
            return found
    return _parse_whole(text, path)


def _parse_models(text: str, cut: Cut, path: Path) -> Parsed | None:
    """Parse the first model, and of the others the coordinates where they are frames."""
    found = _parse_whole(cut.first, path)
    models = len(cut.spans) + 1
    if len(found.structure) != 1:
        return None
    if "frames" not in found.written:
        return found._replace(models=models)
    frames = frames_of_cut(text, cut, found.structure)
    return None if frames is None else found._replace(models=models, frames=frames)


def _parse_whole(text: str, path: Path) -> Parsed:
    import gemmi

    document = gemmi.cif.read_string(text)
    blocks = [b for b in document if "_atom_site." in b.get_mmcif_category_names()]
    if not blocks:
        raise StructureError(f"{path.name}: no _atom_site table in any block of the file")
    block = blocks[0]
    check_chains(block, path)
    check_cif(block, text, path)
    details, written = _items(block, "_ros1struct."), _items(block, "_ros1struct_written.")
    if any(t.startswith("_ma_") for t in block.get_mmcif_category_names()):
        details.setdefault("provenance", "predicted")
    column = block.find_values("_atom_site.B_iso_or_equiv")
    values = list(column)
    if "?" in values or "." in values:  # gemmi reads these as zero
        for k, value in enumerate(values):
            if value in ("?", "."):
                column[k] = "NaN"
    structure = gemmi.make_structure_from_block(block)
    said = read_cif(block, structure)
    return Parsed(structure, details, written, len(structure), annotations=said, block=block)


def _items(block: gemmi.cif.Block, category: str) -> dict[str, str]:
    found = block.get_mmcif_category(category)
    return {name: str((values or [""])[0] or "") for name, values in found.items()}


def _remarks(text: str, path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Return what `write` put into the remarks of a PDB file."""
    if REMARK not in text:
        return {}, {}
    pieces = [
        line.rstrip().removeprefix(REMARK).removesuffix("|")
        for line in text.splitlines()
        if line.startswith(REMARK)
    ]
    if not pieces:
        return {}, {}
    try:
        details, written = (
            {str(k): str(v) for k, v in part.items()} for part in json.loads("".join(pieces))
        )
    except (ValueError, AttributeError, TypeError) as error:
        raise StructureError(
            f"{path.name}: the lines that begin with {REMARK!r} are damaged; remove them all to "
            "read the file without them"
        ) from error
    return details, written


def frames_of(parsed: Parsed, keys: list[AtomKey], name: str) -> np.ndarray:
    """Coordinates of every model, its atoms in the order of their keys.

    Parameters
    ----------
    parsed : Parsed
    keys : list of (chain, number, insertion, atom name)
        Where several atoms have one key, they are taken in the order of the file.
    name : str
        Of the structure, for messages.

    Returns
    -------
    ndarray of float64, shape (models, atoms, 3)
        Å.

    Raises
    ------
    StructureError
        If a model lacks an atom.
    """
    wanted = _counted(keys)
    read = parsed.frames or frames_in(parsed.structure)
    if read is not None:
        place = {key: k for k, key in enumerate(_counted(read.keys))}
        if all(key in place for key in wanted):
            return read.xyz[:, [place[key] for key in wanted]]
    frames = []
    for number, model in enumerate(parsed.structure, start=1):
        places = (a.pos.tolist() for c in model for r in c for a in r)
        xyz = dict(zip(_counted(keys_of(model)), places, strict=True))
        missing = next((key for key in wanted if key not in xyz), None)
        if missing is not None:
            (chain, seq, insertion, atom), _ = missing
            raise StructureError(
                f"{name}: model {number} lacks atom {atom} of {chain}/{seq}{insertion} of model 1; "
                "frames must have the same atoms"
            )
        frames.append([xyz[key] for key in wanted])
    return np.array(frames)


def _counted(keys: list[AtomKey]) -> list[tuple[AtomKey, int]]:
    """Tell equal keys apart by counting them."""
    seen: Counter[AtomKey] = Counter()
    out = []
    for key in keys:
        out.append((key, seen[key]))
        seen[key] += 1
    return out


def shown(items: list[str]) -> str:
    """Join the first few items for a note."""
    return ", ".join(items[:6]) + (", ..." if len(items) > 6 else "")
