"""The chemistry of the inhibitor: bond orders, protonation state, and what its atoms can do.

A structure file says where the atoms are, not how they are bonded or charged. Here the heavy atoms
of a pose are matched to a SMILES, from the built-in table of components or from the user, and the
result is an RDKit molecule in the file's atom order. Hydrogens of a file never decide the
protonation state: it is stated (see :func:`components`), so that a file with and without hydrogens
gives the same answer.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from ros1struct.errors import InputError
from ros1struct.io.checks.matching import Budget, placements
from ros1struct.io.chemistry.bond_orders import (
    Chemistry,
    build_mol,
    parse_smiles,
    skeleton,
    skeleton_of_pose,
)

PROTONATIONS = ("ph74", "written", "neutral")


@lru_cache(maxsize=1)
def _components() -> dict[str, dict[str, str]]:
    """Rows of the built-in table, as :func:`ros1struct.kinome.literature.components` has them.

    Read without pandas, which takes longer to import than a structure to load.
    """
    path = files("ros1struct") / "data" / "components.csv"
    with path.open(encoding="utf-8") as handle:
        return {row["component"]: row for row in csv.DictReader(handle)}


def known_chemistry(component: str, protonation: str = "ph74") -> Chemistry | None:
    """Look a component up in the built-in table.

    Parameters
    ----------
    component : str
        PDB component code.
    protonation : {"ph74", "written", "neutral"}
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
    row = _components().get(component.upper())
    return None if row is None else _chemistry(row, protonation)


def unknown_protonation(word: str) -> str:
    """Say what is wrong with a protonation state that is none of :data:`PROTONATIONS`."""
    return (
        f"protonation must be one of {', '.join(PROTONATIONS)}, found {word!r}; "
        "for another state give smiles= with its charges"
    )


def _chemistry(row: dict[str, str], protonation: str) -> Chemistry:
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
    protonation : {"ph74", "written", "neutral"}

    Returns
    -------
    Chemistry or None
        None where no inhibitor of the table, or more than one, fits. Of those with the same bonds
        (crizotinib and its enantiomer) the one counts whose stereo the coordinates have.
    """
    pose = skeleton_of_pose(elements, xyz)
    found: dict[str, Chemistry] = {}
    composition = sorted(str(e).capitalize() for e in elements)
    for row in _components().values():
        symbols, bonds = _size(row["smiles"])
        if symbols != composition or bonds != pose.GetNumBonds():
            continue
        template = skeleton(parse_smiles(row["smiles"]))
        if len(placements(pose, template, Budget("inhibitor"))):
            found.setdefault(row["name"], _chemistry(row, protonation))
    if len(found) > 1:
        found = {n: c for n, c in found.items() if not build_mol(elements, xyz, c)[1]}
    return next(iter(found.values())) if len(found) == 1 else None


@lru_cache(maxsize=512)
def _size(smiles: str) -> tuple[list[str], int]:
    """Sorted elements and the number of bonds of a molecule."""
    mol = parse_smiles(smiles)
    return sorted(a.GetSymbol() for a in mol.GetAtoms()), mol.GetNumBonds()


def chemistry_from_smiles(smiles: str, name: str = "") -> Chemistry:
    """Take the inhibitor's chemistry from a SMILES, in the state in which it is written.

    Raises
    ------
    InputError
        If RDKit cannot read the SMILES.
    """
    parse_smiles(smiles)
    return Chemistry("", name, smiles, "as written in the SMILES given")
