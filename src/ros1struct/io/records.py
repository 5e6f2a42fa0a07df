"""Atoms and residues as a file has them, before anything is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from ros1struct.structure.geometry import close_pairs
from ros1struct.structure.residue_types import BACKBONE, RESIDUE_TYPES
from ros1struct.structure.residues import PARENT

# Chain, number, insertion code, atom name.
AtomKey = tuple[str, int, str, str]
Strings = npt.NDArray[np.str_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

METALS = frozenset(["Li", "Na", "Mg", "K", "Ca", "Mn", "Fe", "Co", "Ni", "Cu", "Zn", "Cd"])
HYDROGENS = ("H", "D")
# As nearly all files begin a residue.
_FIRST = ("N", "CA", "C", "O")


# Not frozen, as it is made hundreds of times a file and freezing doubles what that takes.
@dataclass(eq=False, slots=True)
class FileAtoms:
    """Columns of atoms as the file has them; Å and Å²."""

    name: Strings
    element: Strings
    xyz: Floats
    occupancy: Floats
    b: Floats

    def __len__(self) -> int:
        return len(self.name)

    def __getitem__(self, rows: Any) -> FileAtoms:
        return FileAtoms(
            self.name[rows], self.element[rows], self.xyz[rows], self.occupancy[rows], self.b[rows]
        )

    @staticmethod
    def join(parts: list[FileAtoms]) -> FileAtoms:
        """Put columns one after the other; at least one part."""
        return FileAtoms(
            np.concatenate([p.name for p in parts]),
            np.concatenate([p.element for p in parts]),
            np.concatenate([p.xyz for p in parts]),
            np.concatenate([p.occupancy for p in parts]),
            np.concatenate([p.b for p in parts]),
        )


@dataclass(eq=False)
class FileResidue:
    """A residue as the file has it, in one location.

    ``location`` is the mark of its alternate location, empty where it has none, ``locations`` all
    of them in words; ``parent`` the amino acid that a modified residue comes from, where file or
    component dictionary say so; ``place`` its turn in the file.
    """

    chain: str
    number: int
    insertion: str
    name: str
    atoms: FileAtoms
    location: str = ""
    parent: str = ""
    place: int = 0
    locations: str = ""

    @property
    def standard(self) -> str:
        """Name of the amino acid that it is a modification of, or its own."""
        return self.parent or self.name

    @property
    def is_water(self) -> bool:
        """Whether it has one oxygen and at most two hydrogens, whatever it is called."""
        if len(self.atoms) > 3:
            return False
        heavy = self.heavy
        return len(heavy) == 1 and heavy.element[0] == "O"

    @cached_property
    def elements(self) -> tuple[str, ...]:
        """Elements of the atoms."""
        return tuple(self.atoms.element.tolist())

    @cached_property
    def heavy(self) -> FileAtoms:
        """Atoms that are not hydrogen."""
        if "H" not in self.elements and "D" not in self.elements:
            return self.atoms
        return self.atoms[~np.isin(self.atoms.element, HYDROGENS)]

    @property
    def where(self) -> str:
        """Name, chain and number, for messages."""
        return f"{self.name} {self.chain}/{self.number}{self.insertion}"

    def heavy_xyz(self) -> Floats:
        """Coordinates of the heavy atoms, shape (n, 3)."""
        return self.heavy.xyz

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the atoms."""
        return tuple(self.atoms.name.tolist())

    @property
    def whole_backbone(self) -> bool:
        """Whether N, CA, C and O are there."""
        return self.names[:4] == _FIRST or {*BACKBONE} <= {*self.names}


def is_amino_acid(residue: FileResidue) -> bool:
    """Whether a residue is part of a protein: by its name, or by a bonded N-CA-C-O."""
    if residue.name in RESIDUE_TYPES or residue.name in PARENT or residue.parent:
        return True
    if len(residue.atoms) < len(BACKBONE) or not residue.whole_backbone:
        return False
    from ros1struct.io.chemistry.ligands import known_chemistry

    if known_chemistry(residue.name) is not None:
        return False
    # Ligands use these names too: only in an amino acid are the atoms bonded N-CA-C-O.
    chain = residue.atoms.xyz[[residue.names.index(name) for name in BACKBONE]]
    return bool((np.linalg.norm(np.diff(chain, axis=0), axis=1) < 1.8).all())


@dataclass(frozen=True, eq=False)
class Waters:
    """Waters of a file: where their atoms begin and end among all, and which is the oxygen."""

    atoms: FileAtoms
    start: Ints
    end: Ints
    oxygen: Ints
    chain: Strings
    number: Ints
    insertion: Strings
    name: Strings
    location: Strings
    place: Ints

    def __len__(self) -> int:
        return len(self.place)

    def residue(self, k: int) -> FileResidue:
        """One of them as a residue."""
        return FileResidue(
            str(self.chain[k]), int(self.number[k]), str(self.insertion[k]), str(self.name[k]),
            self.atoms[self.start[k] : self.end[k]], str(self.location[k]),
            place=int(self.place[k]),
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class FileModel:
    """What the first model of a file holds: waters, which may be many, and everything else."""

    residues: list[FileResidue]
    waters: Waters

    def waters_near(self, xyz: Floats, cutoff: float) -> list[FileResidue]:
        """Waters whose oxygen is within some Å of some points, in the order of the file."""
        w = self.waters
        i, _, _ = close_pairs(w.atoms.xyz[w.oxygen], xyz, cutoff)
        return [w.residue(k) for k in np.unique(i).tolist()]
