"""The lines of an SDF or MOL file: an error with the line, never another molecule."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from ros1struct.errors import StructureError
from ros1struct.io.checks.limits import read_limited, unpacked

if TYPE_CHECKING:
    from rdkit.Chem import Mol

# Three numbers of ten columns with four decimals, and the element (CTfile formats, V2000).
_ATOM_LINE = re.compile(r"(?=.{30} )(?: *-?\d{1,5}\.\d{4}){3} +[A-Z*][A-Za-z]?\b")
_COUNTS = re.compile(r"[ \d]{2}\d[ \d]{2}\d(?!.*V3000).*")


def first_molecule(path: Path) -> str:
    """Return the text of the first molecule of an SDF or MOL file, checked line by line.

    Raises
    ------
    StructureError
        If a line is not what it has to be; the message names it.
    """
    try:
        raw = unpacked(read_limited(path), path)
    except OSError as error:
        raise StructureError(f"{path.name}: cannot be read as an SDF file ({error})") from error
    text = raw.decode("utf-8", errors="replace").removeprefix("\ufeff")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    end = next((k for k, line in enumerate(lines) if line.startswith("M  END")), None)
    if end is None or len(lines) < 4:
        raise StructureError(
            f"{path.name}: expected a molecule with 3D coordinates, found no line 'M  END'"
        )

    def refuse(k: int, expected: str) -> StructureError:
        return StructureError(
            f"{path.name}, line {k + 1}: expected {expected}, found {lines[k][:60]!r}"
        )

    if damage := damaged_line(lines, end):
        raise refuse(*damage)
    data = False
    for k in range(end + 1, len(lines)):
        data = data or lines[k].startswith(">")
        if lines[k].startswith("$$$$"):
            rest = next((j for j in range(k + 1, len(lines)) if lines[j].strip()), None)
            if rest is not None and not any(x.startswith("M  END") for x in lines[rest:]):
                raise refuse(rest, "the next molecule or the end of the file")
            break
        if lines[k].strip() and not data:
            expected = "data (a line that begins with >), $$$$, or the end of the file"
            raise refuse(k, expected)
    return "\n".join(lines[: end + 1]) + "\n"


def damaged_line(lines: list[str], end: int) -> tuple[int, str] | None:
    """Find the first line of a molecule that is not what it has to be.

    Parameters
    ----------
    lines : list of str
        From the title on.
    end : int
        Which of them ends the molecule.

    Returns
    -------
    (int, str) or None
        Index of the line, and what was expected there.
    """
    if end < 4 or len(lines) < 4:
        return min(end, len(lines) - 1), "a molecule of a title, two lines, counts and atoms"
    if _COUNTS.fullmatch(lines[3]):
        atoms = int(lines[3][:3])
        for k in range(4, 4 + atoms):
            if k >= end or not (_ATOM_LINE.match(lines[k]) and _aligned(lines[k])):
                return min(k, end), (
                    f"atom {k - 3} of {atoms}: three numbers of ten columns with four decimals, "
                    "and an element"
                )
    elif "V3000" not in lines[3]:
        return 3, "the counts line of a molecule, which ends in V2000 or V3000"
    return None


def _aligned(line: str) -> bool:
    return all(line[k + 5 : k + 6] == "." and line[k + 9].isdigit() for k in (0, 10, 20))


def ambiguous(mol: Mol) -> str:
    """Say which part of a molecule may be several things; nothing where none may.

    Examples
    --------
    >>> from rdkit import Chem
    >>> ambiguous(Chem.MolFromSmiles("C~C")), ambiguous(Chem.MolFromSmiles("CC"))
    ('a bond that is neither single, double, triple, aromatic nor dative', '')
    """
    from rdkit import Chem

    kinds = Chem.BondType
    known = kinds.SINGLE, kinds.DOUBLE, kinds.TRIPLE, kinds.AROMATIC, kinds.DATIVE
    if any(atom.HasQuery() or atom.GetAtomicNum() == 0 for atom in mol.GetAtoms()):
        return "an atom that may be several"
    if any(bond.HasQuery() or bond.GetBondType() not in known for bond in mol.GetBonds()):
        return "a bond that is neither single, double, triple, aromatic nor dative"
    return ""
