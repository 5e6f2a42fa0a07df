"""The chemistry of the inhibitor: bond orders, protonation state, and what its atoms can do.

A structure file says where the atoms are, not how they are bonded or charged. Here the heavy atoms
of a pose are matched to a SMILES, from the built-in table of components or from the user, and the
result is an RDKit molecule in the file's atom order. Hydrogens of a file never decide the
protonation state: it is stated (see :func:`components`), so that a file with and without hydrogens
gives the same answer.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ros1struct.errors import InputError, StructureError
from ros1struct.io.bond_orders import Chemistry, build_mol, parse_smiles, skeleton, skeleton_of_pose
from ros1struct.io.checks.limits import read_limited, unpacked
from ros1struct.io.checks.matching import Budget, placements
from ros1struct.kinome import literature
from ros1struct.structure.complex import FARTHEST

if TYPE_CHECKING:
    import pandas as pd
    from rdkit.Chem import Mol


PROTONATIONS = ("ph74", "neutral")


# Read once; the function of :mod:`ros1struct.kinome.literature` makes a copy at every call.
_components = lru_cache(maxsize=1)(literature.components)


def known_chemistry(component: str, protonation: str = "ph74") -> Chemistry | None:
    """Look a component up in the built-in table.

    Parameters
    ----------
    component : str
        PDB component code.
    protonation : {"ph74", "neutral"}
        The dominant state at pH 7.4, or the neutral molecule.

    Returns
    -------
    Chemistry or None
        None where the table does not have the component.

    Raises
    ------
    InputError
        If the protonation state is neither of the two.

    Examples
    --------
    >>> known_chemistry("VGH").name
    'crizotinib'
    >>> known_chemistry("XXX") is None
    True
    """
    if protonation not in PROTONATIONS:
        raise InputError(unknown_protonation(protonation))
    table = _components()
    rows = table[table["component"] == component.upper()]
    return None if rows.empty else _chemistry(rows.iloc[0], protonation)


def unknown_protonation(word: str) -> str:
    """Say what is wrong with a protonation state that is none of :data:`PROTONATIONS`."""
    return (
        f"protonation must be one of {', '.join(PROTONATIONS)}, found {word!r}; "
        "for another state give smiles= with its charges"
    )


def _chemistry(row: pd.Series[Any], protonation: str) -> Chemistry:
    if protonation == "neutral":
        return Chemistry(row["component"], row["name"], row["smiles"], "neutral, as asked")
    return Chemistry(row["component"], row["name"], row["smiles_ph74"], row["protonation_basis"])


def recognise(
    elements: npt.NDArray[np.str_], xyz: npt.NDArray[Any], protonation: str = "ph74"
) -> Chemistry | None:
    """Find the built-in inhibitor whose bond graph a pose has, whatever the file calls it.

    Parameters
    ----------
    elements : ndarray of str, shape (n,)
        Of the heavy atoms.
    xyz : ndarray, shape (n, 3)
        Å.
    protonation : {"ph74", "neutral"}

    Returns
    -------
    Chemistry or None
        None where no inhibitor of the table, or more than one, fits. Of those with the same bonds
        (crizotinib and its enantiomer) the one counts whose stereo the coordinates have.
    """
    pose = skeleton_of_pose(elements, xyz)
    formula = _formula(pose)
    found: dict[str, Chemistry] = {}
    for _, row in _components().iterrows():
        template = skeleton(parse_smiles(row["smiles"]))
        if template.GetNumAtoms() != pose.GetNumAtoms():
            continue
        if template.GetNumBonds() != pose.GetNumBonds() or _formula(template) != formula:
            continue
        if len(placements(pose, template, Budget("inhibitor"))):
            found.setdefault(row["name"], _chemistry(row, protonation))
    if len(found) > 1:
        found = {n: c for n, c in found.items() if not build_mol(elements, xyz, c)[1]}
    return next(iter(found.values())) if len(found) == 1 else None


def _formula(mol: Mol) -> Counter[str]:
    return Counter(a.GetSymbol() for a in mol.GetAtoms())


def chemistry_from_smiles(smiles: str, name: str = "") -> Chemistry:
    """Take the inhibitor's chemistry from a SMILES, in the state in which it is written.

    Raises
    ------
    InputError
        If RDKit cannot read the SMILES.
    """
    parse_smiles(smiles)
    return Chemistry("", name, smiles, "as written in the SMILES given")


def read_pose(path: Path) -> tuple[Mol, npt.NDArray[np.str_], npt.NDArray[np.float64]]:
    """Read the first molecule of an SDF or MOL file.

    Returns
    -------
    mol : rdkit.Chem.Mol
        Heavy atoms, with the bond orders and charges of the file.
    elements : ndarray of str, shape (n,)
    xyz : ndarray of float64, shape (n, 3)
        Å.

    Raises
    ------
    StructureError
        If the first molecule cannot be read or has no three-dimensional coordinates, or what
        follows it is no data and no other molecule.
    """
    from rdkit import Chem, rdBase

    text = first_molecule(path)
    title = text.partition("\n")[0].strip()
    what = f"{path.name}: molecule 1 ({title!r})" if title else f"{path.name}: molecule 1"
    with rdBase.BlockLogs():
        try:
            mol: Mol | None = Chem.MolFromMolBlock(text)
            mol = None if mol is None else Chem.RemoveAllHs(mol)
        except (RuntimeError, ValueError):
            mol = None
        if mol is None or mol.GetNumConformers() == 0 or not mol.GetConformer().Is3D():
            raise StructureError(
                f"{what}: expected a molecule with 3D coordinates, found none that RDKit can read"
            )
    elements = np.array([a.GetSymbol() for a in mol.GetAtoms()])
    xyz = np.asarray(mol.GetConformer().GetPositions())
    if len(elements) == 0:
        raise StructureError(f"{what}: expected a molecule, found no atom but hydrogen")
    if any(a.HasQuery() or a.GetAtomicNum() == 0 for a in mol.GetAtoms()):
        raise StructureError(f"{what}: expected elements, found an atom that may be several")
    if not (np.abs(xyz) < FARTHEST).all():
        raise StructureError(
            f"{what}: expected coordinates below {FARTHEST:,.0f} Å, found one that is not"
        )
    return mol, elements, xyz


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

    if _COUNTS.fullmatch(lines[3]):
        atoms = int(lines[3][:3])
        for k in range(4, 4 + atoms):
            if k >= end or not (_ATOM_LINE.match(lines[k]) and _aligned(lines[k])):
                raise refuse(
                    min(k, end),
                    f"atom {k - 3} of {atoms}: three numbers of ten columns with four decimals, "
                    "and an element",
                )
    elif "V3000" not in lines[3]:
        raise refuse(3, "the counts line of a molecule, which ends in V2000 or V3000")
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


def _aligned(line: str) -> bool:
    return all(line[k + 5 : k + 6] == "." and line[k + 9].isdigit() for k in (0, 10, 20))
