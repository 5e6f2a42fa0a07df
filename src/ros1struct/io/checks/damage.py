"""Numbers of a structure file that are damaged: an error with the line, never another number.

PDB format has fixed columns (wwPDB, version 3.3). A character too many or too few moves digits
from one number into the next, so the decimal points must stand where the format has them.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ros1struct.errors import StructureError
from ros1struct.io.reading.formats import atom_lines
from ros1struct.structure.bonds import PEPTIDE_BOND
from ros1struct.structure.complex import FARTHEST

if TYPE_CHECKING:
    import gemmi

    from ros1struct.io.records import FileResidue

_INTEGER = r"(?:\d{4}| \d{3}|  \d\d|   \d|-\d{3}| -\d\d|  -\d)"
_REAL = rf"(?:{_INTEGER}\.\d{{3}}|   [- ]\.\d{{3}}|-\d{{4}}\.\d\d)"
_HYBRID_36 = "[A-Za-z][0-9A-Za-z]{3}"
_SHORT = r" *-?(?:\d+\.?\d*|\.\d+) *"
_WATERS = frozenset("HOH WAT DOD H2O TIP SOL SPC OPC T3P T4P TP3 TP4".split())  # noqa: SIM905


def is_atom(line: str) -> bool:
    """Whether a parser may take a line of a PDB file for an atom; case and blanks do not count."""
    return line[:4].upper() in ("ATOM", "HETA")


def check_pdb(data: bytes, path: Path) -> None:
    """Refuse a PDB file with a damaged number.

    Parameters
    ----------
    data : bytes
        Lines end in a line feed.
    path : Path
        For messages.

    Raises
    ------
    StructureError
        Naming the line, what was expected there and what was found.
    """
    if _regular(data):
        return
    lettered: list[int] = []
    lines = data.decode("utf-8", errors="replace").splitlines()
    for number, line in enumerate(lines, start=1):
        if not is_atom(line):
            continue
        if said := _damage(line):
            raise StructureError(f"{path.name}, line {number}: atom {_named(line)} {said}")
        if line[22:26].strip("-0123456789 "):
            lettered.append(number)
    # Numbers above 9,999 (hybrid-36) never come alone.
    if len(lettered) == 1:
        line = lines[lettered[0] - 1]
        raise StructureError(
            f"{path.name}, line {lettered[0]}: atom {_named(line)} has a residue number (columns "
            f"23-26) that is not a number, found {line[22:26]!r}"
        )


def _regular(data: bytes) -> bool:
    """Whether all atoms have their numbers where nearly all files have them, by their bytes."""
    return all((length >= 66).all() and _lines_regular(lines) for lines, length in atom_lines(data))


# In this order they stand in front of a point; anything else stands nowhere.
_KIND = np.full(256, 9, dtype=np.uint8)
_KIND[ord(" ")], _KIND[ord("-")], _KIND[ord("0") : ord("9") + 1] = 0, 1, 2
_LETTER = np.zeros(256, dtype=bool)
_LETTER[[ord(" "), *range(ord("A"), ord("Z") + 1), *range(ord("a"), ord("z") + 1)]] = True


def _lines_regular(lines: npt.NDArray[np.uint8]) -> bool:
    if not len(lines):
        return True
    record = np.ascontiguousarray(lines[:, :6]).view("S6")
    if not ((record == b"ATOM  ") | (record == b"HETATM")).all():
        return False
    # Columns of the file as rows, along which all lines are looked at together.
    column = np.ascontiguousarray(lines[:, :66].T)
    kind = _KIND[column]
    if column[6:22].min() < 32 or column[6:22].max() >= 127 or kind[27:30].any():
        return False
    if not _LETTER[column[26]].all():
        return False
    for first, point in ((22, 26), (30, 34), (38, 42), (46, 50), (54, 57), (60, 63)):
        part = kind[first:point]
        if (part[1:] < part[:-1]).any() or (part[-1] != 2).any():
            return False
        if (np.count_nonzero(part == 1, axis=0) > 1).any():
            return False
        if first >= 30:
            behind = 38 - 34 if first < 54 else 60 - 57
            if (column[point] != ord(".")).any() or (kind[point + 1 : point + behind] != 2).any():
                return False
        if 30 <= first < 54 and (column[first:point] == ord("9")).all(axis=0).any():
            return False
    return True


def _named(line: str) -> str:
    return f"{line[12:16].strip()} of {line[17:20].strip()} {line[21:27].strip()}"


def _damage(line: str) -> str:
    """Say what is wrong with an atom of a PDB file; empty where nothing is."""
    if not line.startswith(("ATOM  ", "HETATM")):
        return (
            f"begins with {line[:6]!r}; expected 'ATOM  ' or 'HETATM' and a serial number in "
            "columns 7-11. Files of more atoms than that are written as mmCIF"
        )
    if not re.fullmatch("[ -~]*", line[:66]):
        return f"has letters outside ASCII, {line[:66]!r}; the columns of the format are of ASCII"
    for k in (30, 38, 46):
        if not re.fullmatch(_REAL, line[k : k + 8]):
            return (
                "has a coordinate that is not a number; expected three in columns 31-54, each of "
                f"8 characters with 3 decimals, found {line[30:54]!r}"
            )
    if any(abs(float(line[k : k + 8])) >= FARTHEST for k in (30, 38, 46)):
        return f"lies farther out than {FARTHEST:,.0f} Å, found {line[30:54]!r}; it was not placed"
    where = line[22:26]
    hexadecimal = line[17:20] in _WATERS and re.fullmatch("[0-9a-fA-F]{4}", where)
    if not (re.fullmatch(rf"{_INTEGER}|{_HYBRID_36}", where) or hexadecimal):
        return f"has a residue number (columns 23-26) that is not a number, found {where!r}"
    if not re.fullmatch("[A-Za-z ]", line[26:27]):
        return f"has an insertion code (column 27) that is not a letter, found {line[26:27]!r}"
    share, b = line[54:60], line[60:66]
    if share.strip() and not re.fullmatch(_SHORT, share):
        return f"has an occupancy (columns 55-60) that is not a number, found {share!r}"
    if b.strip(" *") and not re.fullmatch(_SHORT, b):
        return f"has a B factor (columns 61-66) that is not a number, found {b!r}"
    return ""


_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?:\(\d+\))?")
_WHOLE = re.compile(r"[+-]?\d{1,9}")


def check_cif(block: gemmi.cif.Block, text: str, path: Path) -> None:
    """Refuse an mmCIF file with a damaged number in its table of atoms.

    Parameters
    ----------
    block : gemmi.cif.Block
    text : str
        The file, in which the line is looked up.
    path : Path
        For messages.

    Raises
    ------
    StructureError
        Naming the line, what was expected there and what was found.
    """
    ids = list(block.find_values("_atom_site.id"))

    def refuse(item: str, row: int, expected: str, found: str) -> None:
        own = ids[row] if row < len(ids) else ""
        rows = enumerate((line.split() for line in text.splitlines()), start=1)
        number = next((n for n, parts in rows if found in parts and own in parts[:3]), 0)
        where = f"line {number}, atom {own}" if number else f"atom {own or row + 1}"
        raise StructureError(
            f"{path.name}, {where}: _atom_site.{item}: expected {expected}, found {found!r}"
        )

    for item in ("auth_asym_id", "auth_comp_id", "label_comp_id", "label_atom_id", "type_symbol"):
        column = list(block.find_values(f"_atom_site.{item}"))
        for found in sorted(set(column)):
            if not found.isprintable():
                refuse(item, column.index(found), "printable letters", found)
    for item in ("Cartn_x", "Cartn_y", "Cartn_z", "occupancy", "B_iso_or_equiv"):
        column = list(block.find_values(f"_atom_site.{item}"))
        place = item.startswith("Cartn")
        try:
            values = np.array(column, dtype=np.float64) if column else np.empty(0)
        except ValueError:
            values = np.full(len(column), np.nan)
        limit = FARTHEST if place else np.inf
        for k in np.flatnonzero(~(np.abs(values) < limit)).tolist():
            found = column[k]
            if not place and found in ("?", "."):
                continue
            if not _NUMBER.fullmatch(found):
                refuse(item, k, "a number", found)
            if not abs(float(found.partition("(")[0])) < limit:
                refuse(item, k, f"less than {limit:,.0f}", found)
    for item in ("auth_seq_id", "pdbx_PDB_model_num"):
        column = list(block.find_values(f"_atom_site.{item}"))
        for found in sorted(set(column)):
            if not _WHOLE.fullmatch(found):
                refuse(item, column.index(found), "a whole number", found)


def check_pieces(members: list[FileResidue], name: str) -> None:
    """Refuse a residue whose atoms stand under two numbers: one of them is damaged.

    Parameters
    ----------
    members : list of FileResidue
        Of a chain, in the order of the file.
    name : str
        Of the structure, for messages.

    Raises
    ------
    StructureError
    """
    for a, b in pairwise(members):
        if a.name != b.name or ("CA" in a.names) == ("CA" in b.names) or {*a.names} & {*b.names}:
            continue
        apart = np.linalg.norm(a.atoms.xyz[:, None] - b.atoms.xyz, axis=-1).min()
        if apart < PEPTIDE_BOND:
            raise StructureError(
                f"{name}: {a.name} {a.chain}/{a.number}{a.insertion} and {b.number}{b.insertion} "
                f"have the atoms of one residue ({' '.join(a.names)}; {' '.join(b.names)}), "
                f"{apart:.2f} Å apart; expected one number. Correct the other"
            )
