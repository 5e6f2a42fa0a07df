"""Waters and ions of a topology file, in the file's order, to be joined to a complex as they come.

A box has more waters than a PDB file has residue numbers, so they are told apart by their place in
the file. The numbers that tables show are the file's own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ros1struct.io.checks.limits import unpacked
from ros1struct.io.parse import parse, read_bytes
from ros1struct.io.records import METALS
from ros1struct.structure.complex import Complex
from ros1struct.structure.topology import DRY, Atoms, Residues

Ints = npt.NDArray[np.intp]
Strings = npt.NDArray[np.str_]

# Names of water in the topologies of GROMACS, AMBER, CHARMM and OpenMM.
WATER = frozenset(
    {
        "HOH", "WAT", "DOD", "H2O", "TIP", "TIP2", "TIP3", "TIP4", "TIP5", "TP3", "TP4", "T3P",
        "T4P", "SOL", "SPC", "SPCE", "OPC",
    }
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class FileTable:
    """Atoms of the first model of a file, in its order; coordinates in Å."""

    name: Strings
    element: Strings
    residue_name: Strings
    chain: Strings
    number: Ints
    xyz: npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Solvent:
    """Waters and ions: where their atoms stand in a frame, oxygen or ion first.

    Attributes
    ----------
    place : ndarray of int, shape (molecules, 3)
        -1 fills.
    name : ndarray of str, shape (molecules, 3)
    element : ndarray of str, shape (molecules, 3)
    residue_name, chain : ndarray of str, shape (molecules,)
    number : ndarray of int, shape (molecules,)
    """

    place: Ints
    name: Strings
    element: Strings
    residue_name: Strings
    chain: Strings
    number: Ints

    def __len__(self) -> int:
        return len(self.place)

    @property
    def first(self) -> Ints:
        """Oxygens and ions."""
        return self.place[:, 0]

    def members(self, rows: Ints) -> tuple[Ints, Ints]:
        """Atoms of some molecules one after the other, and the first atom of each one's own."""
        place = self.place[rows]
        there = place >= 0
        return place[there], np.repeat(place[:, 0], there.sum(axis=1))

    def only(self, rows: Ints) -> Solvent:
        """Return some of the molecules."""
        return Solvent(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))

    def rows_of(self, complex: Complex) -> Ints:
        """Which molecules a complex has."""
        r = complex.residues
        mine = np.isin(r.role, ("water", "metal"))
        keys = {
            key: k for k, key in enumerate(zip(self.chain, self.number, strict=True))
        }  # fmt: skip
        return np.array(
            [keys[c, n] for c, n in zip(r.chain[mine], r.number[mine], strict=True)], dtype=np.intp
        )


def file_table(path: Path) -> FileTable:
    """Read the atoms of a PDB or mmCIF file's first model as they stand.

    Parameters
    ----------
    path : Path

    Returns
    -------
    FileTable

    Raises
    ------
    StructureError
        If the file is no structure.
    """
    raw = read_bytes(path)
    text = unpacked(raw, path).decode("utf-8", errors="replace")
    if "_atom_site." in text:
        return structure_table(parse(raw, path)[0])
    rows = []
    for line in text.splitlines():
        if line.startswith(("ATOM  ", "HETATM")):
            rows.append(line)
        elif line.startswith("ENDMDL"):
            break
    return FileTable(
        name=np.array([x[12:16].strip() for x in rows]),
        element=np.array([x[76:78].strip().capitalize() for x in rows]),
        residue_name=np.array([x[17:21].strip() for x in rows]),
        chain=np.array([x[21:22].strip() for x in rows]),
        number=np.array([_number(x[22:26]) for x in rows], dtype=np.intp),
        xyz=np.array([[float(x[k : k + 8]) for k in (30, 38, 46)] for x in rows]),
    )


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:  # hexadecimal or hybrid-36, in a box of many waters
        return -1


def structure_table(structure: Any) -> FileTable:
    """Take the atoms of a gemmi.Structure's first model as they stand."""
    rows = [
        (a.name, a.element.name.capitalize(), r.name, c.name, int(r.seqid.num or 0), a.pos.tolist())
        for c in structure[0]
        for r in c
        for a in r
    ]
    name, element, residue, chain, number, xyz = zip(*rows, strict=True)
    return FileTable(
        np.array(name), np.array(element), np.array(residue), np.array(chain),
        np.array(number, dtype=np.intp), np.array(xyz),
    )  # fmt: skip


def solvent_of(table: FileTable, used: Ints) -> Solvent:
    """Waters and ions of a file.

    Parameters
    ----------
    table : FileTable
    used : ndarray of int
        Atoms that belong to the complex already.

    Returns
    -------
    Solvent
    """
    free = np.ones(len(table.name), dtype=bool)
    free[used] = False
    water = free & np.isin(table.residue_name, list(WATER))
    ion = free & np.isin(table.element, list(METALS)) & ~water
    oxygen = np.flatnonzero(water & (table.element == "O"))
    place = np.full((len(oxygen), 3), -1, dtype=np.intp)
    place[:, 0] = oxygen
    # Hydrogens follow their oxygen; virtual sites, which have no element, may stand between.
    hydrogen = np.flatnonzero(water & (table.element == "H"))
    owner = np.searchsorted(oxygen, hydrogen, side="right") - 1
    slot = np.arange(len(owner)) - np.searchsorted(owner, owner, side="left") + 1
    fits = (owner >= 0) & (slot < 3)
    place[owner[fits], slot[fits]] = hydrogen[fits]
    ions = np.flatnonzero(ion)
    alone = np.full((len(ions), 3), -1, dtype=np.intp)
    alone[:, 0] = ions
    place = np.concatenate([place, alone])
    place = place[np.argsort(place[:, 0])]
    first = place[:, 0]
    number = table.number[first]
    keys = list(zip(table.chain[first].tolist(), number.tolist(), strict=True))
    if len(set(keys)) < len(keys):  # numbers that began again
        number = np.arange(1, len(first) + 1)
    return Solvent(
        place, table.name[place], table.element[place], table.residue_name[first],
        table.chain[first], number,
    )  # fmt: skip


def with_solvent(complex: Complex, solvent: Solvent, rows: Ints) -> Complex:
    """Join waters and ions to a complex of protein and inhibitor.

    Parameters
    ----------
    complex : Complex
    solvent : Solvent
    rows : ndarray of int
        Which of its molecules.

    Returns
    -------
    Complex
        With no coordinates for the new atoms yet: they are zero.
    """
    chosen = solvent.only(rows)
    t = complex.topology
    a, r = t.atoms, t.residues
    there = chosen.place >= 0
    count = there.sum(axis=1)
    element = chosen.element[there]
    owner = np.repeat(np.arange(len(rows)), count)
    oxygen = (element == "O") & (np.isin(chosen.residue_name, list(WATER))[owner])
    n = len(element)
    atoms = Atoms(
        name=np.concatenate([a.name, chosen.name[there]]),
        element=np.concatenate([a.element, element]),
        residue=np.concatenate([a.residue, len(r) + owner]),
        united=np.concatenate(
            [a.united, np.where(element == "H", "H", np.where(oxygen, "OH", element))]
        ),
        donor=np.concatenate([a.donor, oxygen]),
        acceptor=np.concatenate([a.acceptor, oxygen]),
        charge=np.concatenate([a.charge, np.zeros(n, dtype=np.int8)]),
    )
    k = len(rows)
    water = np.isin(chosen.residue_name, list(WATER))
    residues = Residues(
        chain=np.concatenate([r.chain, chosen.chain]),
        number=np.concatenate([r.number, chosen.number]),
        insertion=np.concatenate([r.insertion, np.full(k, "")]),
        name=np.concatenate([r.name, chosen.residue_name]),
        letter=np.concatenate([r.letter, np.full(k, "X")]),
        role=np.concatenate([r.role, np.where(water, "water", "metal")]),
        uniprot=np.concatenate([r.uniprot, np.zeros(k, dtype=np.intp)]),
        klifs=np.concatenate([r.klifs, np.zeros(k, dtype=np.intp)]),
    )
    start = len(a) + np.cumsum(count) - count
    within = np.arange(n) - np.repeat(np.cumsum(count) - count, count)
    own = np.stack([np.repeat(start, count), len(a) + np.arange(n)], axis=1)[within > 0]
    topology = replace(t, atoms=atoms, residues=residues, bonds=np.concatenate([t.bonds, own]))
    topology.derived(DRY, lambda: t)
    xyz = np.concatenate([complex.xyz[:1], np.zeros((1, n, 3), dtype=np.float32)], axis=1)
    return complex.with_changes(
        topology=topology, xyz=xyz, occupancy=None, b_factor=None, confidence=None
    )
