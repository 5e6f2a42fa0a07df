"""An atom and a residue as a file has them, before anything is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    pass

# Chain, number, insertion code, atom name.
AtomKey = tuple[str, int, str, str]


METALS = frozenset(["Li", "Na", "Mg", "K", "Ca", "Mn", "Fe", "Co", "Ni", "Cu", "Zn", "Cd"])


@dataclass(frozen=True, eq=False)
class FileAtom:
    """An atom as the file has it; Å and Å²."""

    name: str
    element: str
    xyz: tuple[float, float, float]
    occupancy: float
    b: float


@dataclass(frozen=True, eq=False)
class FileResidue:
    """A residue as the file has it, in one location.

    ``location`` is the mark of its alternate location, empty where it has none; ``parent`` the
    amino acid that a modified residue comes from, where file or component dictionary say so.
    """

    chain: str
    number: int
    insertion: str
    name: str
    atoms: tuple[FileAtom, ...]
    location: str = ""
    parent: str = ""

    @property
    def standard(self) -> str:
        """Name of the amino acid that it is a modification of, or its own."""
        return self.parent or self.name

    @property
    def is_water(self) -> bool:
        """Whether it has one oxygen and at most two hydrogens, whatever it is called."""
        heavy = self.heavy
        alone = len(heavy) == 1 and heavy[0].element == "O"
        return alone and len(self.atoms) <= 3

    @property
    def heavy(self) -> list[FileAtom]:
        """Atoms that are not hydrogen."""
        return [a for a in self.atoms if a.element not in ("H", "D")]

    @property
    def where(self) -> str:
        """Name, chain and number, for messages."""
        return f"{self.name} {self.chain}/{self.number}{self.insertion}"

    def heavy_xyz(self) -> np.ndarray:
        """Coordinates of the heavy atoms, shape (n, 3)."""
        return np.array([a.xyz for a in self.heavy]).reshape(-1, 3)
