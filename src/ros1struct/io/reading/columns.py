"""The atoms of a model as columns, taken from gemmi's structure all at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ros1struct.errors import StructureError
from ros1struct.io.records import FileAtoms, Ints, Strings

if TYPE_CHECKING:
    import gemmi

# gemmi's mark of a residue without a number.
_NO_NUMBER = -999


@dataclass(frozen=True, eq=False)
class Columns:
    """Atoms of a model as they stand, their locations and residues, and the residues' labels.

    ``code`` is the atom's name as a number; the last four columns are per residue.
    """

    atoms: FileAtoms
    code: npt.NDArray[np.uint64]
    altloc: npt.NDArray[np.int8]
    residue: Ints
    chain: Strings
    number: Ints
    insertion: Strings
    name: Strings


def columns_of(structure: gemmi.Structure) -> Columns:
    """Take the first model of a structure apart into columns.

    Parameters
    ----------
    structure : gemmi.Structure
        Of one model at least.
    """
    import gemmi

    if len(structure) > 1:
        only = gemmi.Structure()
        only.add_model(structure[0])
        structure = only
    try:
        flat = gemmi.FlatStructure(structure)
    except RuntimeError:  # names of chains that are too long for it; they are taken from elsewhere
        short = structure.clone()
        for k, unnamed in enumerate(short[0]):
            unnamed.name = str(k)
            for residue in unnamed:
                residue.subchain = ""
        try:
            flat = gemmi.FlatStructure(short)
        except RuntimeError as error:
            raise StructureError(f"a name in the table of atoms is too long: {error}") from error
    flat.strings_as_numbers = False
    chains = [c.name for c in structure[0]]
    chain = np.repeat(np.arange(len(chains)), [c.count_atom_sites() for c in structure[0]])
    number, icode = np.array(flat.resnums), np.array(flat.icodes)
    name = np.array(flat.residue_names)
    new = np.ones(len(chain), dtype=bool)
    new[1:] = (np.diff(chain) != 0) | (np.diff(number) != 0)
    new[1:] |= (icode[1:] != icode[:-1]) | (name[1:] != name[:-1])
    first = np.flatnonzero(new)
    names = np.ascontiguousarray(flat.atom_names)
    letters = np.array([chr(k).strip() for k in range(128)])
    atoms = FileAtoms(
        name=names.astype(str),
        element=np.array(flat.element_names).astype(str),
        xyz=np.array(flat.pos),
        occupancy=np.array(flat.occ, dtype=np.float64),
        b=np.array(flat.b_iso, dtype=np.float64),
    )
    return Columns(
        atoms=atoms,
        code=names.view(np.uint64),
        altloc=np.array(flat.altlocs),
        residue=np.cumsum(new) - 1,
        chain=np.array(chains)[chain[first]],
        number=np.where(number == _NO_NUMBER, 0, number)[first].astype(np.intp),
        insertion=letters[icode[first]],
        name=name[first].astype(str),
    )
