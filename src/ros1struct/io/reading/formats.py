"""What can be told from a structure file before it is parsed: its format, elements, coordinates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ros1struct.errors import StructureError
from ros1struct.structure.residue_types import RESIDUE_TYPES
from ros1struct.structure.residues import PARENT

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.intp]

# Sites of water models that are no atoms.
VIRTUAL = frozenset(["EP", "EPW", "EP1", "EP2", "M", "MW", "LP", "LP1", "LP2", "OM", "XX"])


def foreign_format(raw: bytes, text: str, path: Path) -> str:
    """Say how to come from a format that is not read to one that is; empty for others."""
    suffix = path.name.lower().removesuffix(".gz").rpartition(".")[2]
    if b"dataBlocks" in raw[:200]:
        return (
            "BinaryCIF is not read; take the .cif file of the same entry, or convert it, e.g. with "
            "biotite (structure.io.pdbx.BinaryCIFFile)"
        )
    if b"mmtfVersion" in raw[:4000]:
        return "MMTF is not read, and the archive has given it up; take the .cif file of the entry"
    if "@<TRIPOS>MOLECULE" in text[:20_000]:
        return (
            "a MOL2 file; expected a protein in PDB or mmCIF. For a pose, write the molecule as "
            "SDF and give it with ligand="
        )
    if text.startswith("ROOT") or "\nROOT" in text or "\nTORSDOF" in text or suffix == "pdbqt":
        return (
            "PDBQT has AutoDock types instead of elements; convert the protein to PDB and the "
            "poses to SDF (e.g. with meeko), and give the pose with ligand="
        )
    if suffix == "gro":
        return (
            "GRO has neither elements nor chains; give it as mdtraj reads it: "
            f"ros1struct.load(mdtraj.load({path.name!r}))"
        )
    return ""


# Bytes that are looked at together, and what is left of their line.
_TOGETHER = 500_000
# Four letters as one number, and what makes them capitals.
_ATOM, _HETATM, _CAPITAL = np.frombuffer(b"ATOMHETA\xdf\xdf\xdf\xdf", dtype=np.uint32)


def atom_lines(data: bytes) -> Iterator[tuple[Bytes, Ints]]:
    """Cut a PDB file into the lines of its atoms, some thousand at a time.

    Parameters
    ----------
    data : bytes
        Lines end in a line feed.

    Yields
    ------
    lines : ndarray of uint8, shape (n, 80)
        Blank where a line ends before.
    length : ndarray of int, shape (n,)
        Of the lines.
    """
    whole = np.frombuffer(data, dtype=np.uint8)
    at = 0
    while at < len(whole):
        stop = data.find(b"\n", at + _TOGETHER)
        buffer = whole[at : stop + 1 if stop >= 0 else len(whole)]
        at += len(buffer)
        ends = np.flatnonzero(buffer == ord("\n"))
        if not len(ends) or ends[-1] < len(buffer) - 1:
            ends = np.append(ends, len(buffer))
        start = np.append(0, ends[:-1] + 1)
        length = ends - start
        even = (length == 80).all() and len(buffer) == 81 * len(ends)  # as the archive writes them
        if even:
            grid = buffer.reshape(-1, 81)[:, :80]
            head = grid[:, :4]
        else:
            head = buffer[np.minimum(start[:, None] + np.arange(4), len(buffer) - 1)]
        word = np.ascontiguousarray(head).view(np.uint32).ravel() & _CAPITAL
        atoms = (word == _ATOM) | (word == _HETATM)
        if even:
            yield grid[atoms], length[atoms]
        else:
            place = start[atoms][:, None] + np.arange(80)
            inside = place < ends[atoms][:, None]
            found = buffer[np.minimum(place, len(buffer) - 1)]
            yield np.where(inside, found, ord(" ")).astype(np.uint8), length[atoms]


class Oddities(NamedTuple):
    """What some atom of a PDB file has or lacks.

    Attributes
    ----------
    no_element, no_b : bool
        Whether an element or a B factor is missing.
    four : bool
        Whether a residue's name has four letters.
    names : frozenset of bytes
        Columns 13-20, of atoms and residues, each once.
    """

    no_element: bool
    no_b: bool
    four: bool
    names: frozenset[bytes]


def oddities(data: bytes) -> Oddities:
    """See by the bytes of a PDB file what its atoms have and lack."""
    elements = b = four = False
    names: set[bytes] = set()
    for lines, _ in atom_lines(data):
        elements |= bool((_words(lines, 76, 78) == b"  ").any())
        factor = lines[:, 60:66].T.copy()
        b |= bool(((factor == ord(" ")) | (factor == ord("*"))).all(axis=0).any())
        four |= bool((lines[:, 20] != ord(" ")).any())
        names.update(_words(lines, 12, 20).tolist())
    return Oddities(elements, b, four, frozenset(names))


def _words(lines: Bytes, first: int, last: int) -> npt.NDArray[np.bytes_]:
    """Return some columns as one text a line."""
    return lines[:, first:last].copy().view(f"S{last - first}").ravel()


def mark_missing(text: str) -> str:
    """Say that a B factor is missing where its columns are blank or stars, read as 0 else."""
    missing = r"^((?:ATOM  |HETATM).{54})(?: {6}|\*{6})"
    return re.sub(missing, r"\1   NaN", text, flags=re.MULTILINE)


_FOUR = re.compile(r"^((?:ATOM  |HETATM|ANISOU).{11})(\w{4})(?=\w)", re.MULTILINE)


def with_short_names(text: str) -> tuple[str, dict[str, str]]:
    """Give residues of four letters (LIG1), which gemmi reads as three and a chain, three letters.

    Files whose chains have two letters have them at amino acids, too, and stay as they are.

    Returns
    -------
    text : str
    long : dict of str
        Name of the file for each short one.
    """
    names = {found[1] for found in _FOUR.findall(text)}
    if not names or any(n[:3] in RESIDUE_TYPES or n[:3] in PARENT or n[:3] == "HOH" for n in names):
        return text, {}
    short = {name: f"{k:02}~" for k, name in enumerate(sorted(names))}
    text = _FOUR.sub(lambda m: f"{m[1]}{short[m[2]]} ", text)
    return text, {code: name for name, code in short.items()}


def check_elements(text: str, path: Path) -> None:
    """Refuse mmCIF files without elements."""
    if "_atom_site.type_symbol" not in text:
        raise StructureError(
            f"{path.name}: the _atom_site table has no type_symbol column; elements are never "
            "guessed from atom names. Export the file again with elements"
        )


def with_elements(text: str, path: Path) -> tuple[str, int]:
    """Fill in elements that a PDB file lacks by the columns of the atom name, where they tell.

    The format has the element right-justified in columns 13-14 (wwPDB, version 3.3): ``CA`` there
    is calcium, `` CA`` an α carbon. Sites of water models that are no atoms are left out.

    Returns
    -------
    text : str
    filled : int
        How many elements were filled in.
    """
    lines, filled = [], 0
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith(("ATOM  ", "HETATM")) or line[76:78].strip():
            lines.append(line)
            continue
        name, residue = line[12:16], line[17:20].strip()
        if name.strip() in VIRTUAL and residue not in RESIDUE_TYPES:
            continue
        element = _element(name, residue)
        if not element:
            raise StructureError(
                f"{path.name}, line {number}: atom {name.strip()} of {residue} "
                f"{line[22:27].strip()} has no element (columns 77-78), and its name does not tell "
                "one. Export the file again with elements"
            )
        lines.append(f"{line[:76]:<76}{element.upper():>2}{line[78:]}")
        filled += 1
    return "\n".join(lines) + "\n", filled


_ONE = frozenset("HDCNOSPFIKBVWUY")


_TWO = frozenset(
    "Cl Br Se Si As Na Mg Zn Fe Ca Mn Co Ni Cu Cd Hg Li Al Pt Au Ag Cs Rb Sr Ba".split()  # noqa: SIM905
)


def _element(name: str, residue: str) -> str:
    """Element of an atom by its four columns of name; empty where they do not tell."""
    bare = name.strip()
    if residue in RESIDUE_TYPES or residue in PARENT:
        first = bare.lstrip("0123456789")[:1]
        special = {"SE": "Se"}.get(bare, "")
        return special or (first if first in "HDCNOSP" else "")
    if name[:1] in " 0123456789":
        first = name[1:2].upper()
        return first if first in _ONE else ""
    two = name[:2].capitalize()
    if two in _TWO:
        return two
    # Four characters leave no blank in front: hydrogens, and long names of organic molecules.
    return name[0] if len(bare) == 4 and name[0] in "HD" else ""
