"""Names that GROMACS, AMBER and CHARMM give to amino acids and their atoms, read as the PDB's.

Protonation forms keep the names that AMBER has for them (HID, HIE, HIP, CYX, ASH, GLH, LYN).

References
----------
GROMACS 2024, share/top: residuetypes.dat, aminoacids.r2b, xlateat.dat. AmberTools 23:
all_aminont12.lib, all_aminoct12.lib. CHARMM36: top_all36_prot.rtf.
"""

from __future__ import annotations

import re
from types import MappingProxyType

from ros1struct.structure.residue_types import RESIDUE_TYPES
from ros1struct.structure.residues import PARENT

KNOWN = frozenset({*RESIDUE_TYPES, *PARENT})
RESIDUES = MappingProxyType(
    {
        "HISA": "HID", "HISD": "HID", "HISB": "HIE", "HISE": "HIE", "HISH": "HIP", "HIS1": "HIS",
        "HIS2": "HIS", "CYS1": "CYS", "CYS2": "CYX", "CYSH": "CYS", "LYSH": "LYS", "ASPH": "ASH",
        "ASPP": "ASH", "GLUH": "GLH", "GLUP": "GLH", "ARGN": "ARG",
        # Ends of a chain in AMBER's libraries: NALA, CHIE.
        **{end + name: name for end in "NC" for name in sorted(KNOWN)},
    }
)  # fmt: skip
# Of every amino acid; the oxygens are those at a chain's end.
ATOMS = MappingProxyType(
    {"HN": "H", "OT1": "O", "OT2": "OXT", "OC1": "O", "OC2": "OXT", "O1": "O", "O2": "OXT"}
)
# What a PDB file has in it where there is anything to change.
_FOUR = re.compile(r"^(?:ATOM  |HETATM).{14}\w", re.MULTILINE)
_MARKS = (" CD  ILE ", *(f" {name:<4}" for name in ATOMS))
# The same at an amino acid, with the mark of an alternate location between.
_AMINO = re.compile(
    rf" (?:CD .ILE|(?:{'|'.join(f'{name:<3}' for name in ATOMS)}).(?:{'|'.join(sorted(KNOWN))}))"
)


def pdb_names(residue: str, atom: str) -> tuple[str, str]:
    """Return the names of a residue and an atom as the PDB has them.

    Examples
    --------
    >>> pdb_names("HISE", "CA"), pdb_names("ILE", "CD"), pdb_names("NLYS", "CD")
    (('HIE', 'CA'), ('ILE', 'CD1'), ('LYS', 'CD'))
    """
    residue = RESIDUES.get(residue, residue)
    if residue in KNOWN:
        atom = "CD1" if (residue, atom) == ("ILE", "CD") else ATOMS.get(atom, atom)
    return residue, atom


def is_foreign(columns: bytes) -> bool:
    """Whether columns 13-20 of a PDB file's atom are a name that the PDB does not have.

    Examples
    --------
    >>> is_foreign(b" CD  ILE"), is_foreign(b" OT1ALEU"), is_foreign(b" O1  LIG")
    (True, True, False)
    """
    return _AMINO.fullmatch(columns.decode("latin-1")) is not None


def with_pdb_names(text: str, four: bool = True) -> tuple[str, list[str]]:
    """Change names in a PDB file's text.

    Parameters
    ----------
    text : str
    four : bool
        Whether names of four letters may be there.

    Returns
    -------
    text : str
    changed : list of str
        ``"HISE as HIE"``, ``"ILE CD as CD1"``, each once.
    """
    marked = any(mark in text for mark in _MARKS) and _AMINO.search(text)
    if not (marked or (four and _FOUR.search(text))):
        return text, []
    changed: dict[str, None] = {}
    lines = []
    for line in text.splitlines():
        if line.startswith(("ATOM  ", "HETATM", "ANISOU")):
            residue, atom = line[17:21].strip(), line[12:16].strip()
            own, name = pdb_names(residue, atom)
            if own != residue:
                changed[f"{residue} as {own}"] = None
                line = f"{line[:17]}{own:>3} {line[21:]}"
            if name != atom:
                changed[f"{'ILE ' * (atom == 'CD')}{atom} as {name}"] = None
                line = f"{line[:12]} {name:<3}{line[16:]}"
        lines.append(line)
    return "\n".join(lines) + "\n", list(changed)
