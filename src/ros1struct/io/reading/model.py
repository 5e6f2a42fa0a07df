"""The first model of a structure, one location per atom: residues one by one, waters in columns.

All atoms are handled together, as columns; what is singular (alternate locations, residues that
are there twice, modified residues) is looked at residue by residue.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ros1struct.errors import StructureError
from ros1struct.io.parse import shown
from ros1struct.io.reading.columns import Columns, columns_of
from ros1struct.io.records import (
    HYDROGENS,
    FileAtoms,
    FileModel,
    FileResidue,
    Ints,
    Strings,
    Waters,
)
from ros1struct.structure.complex import FARTHEST
from ros1struct.structure.geometry import Floats, close_pairs
from ros1struct.structure.residue_types import ONE_TO_THREE, RESIDUE_TYPES
from ros1struct.structure.residues import PARENT

if TYPE_CHECKING:
    import gemmi

# Å; copies of an atom that lie nearer are the same molecule given twice.
COPIES = 1.0
# Molecules of one number that are held against each other one by one.
_FEW = 64


def model_of(
    structure: gemmi.Structure, name: str, notes: list[str], *, location: str = ""
) -> FileModel:
    """Take the first model, one alternate location of each residue.

    Parameters
    ----------
    structure : gemmi.Structure
    name : str
        Of the structure, for messages.
    notes : list of str
        What was chosen is appended.
    location : str
        Mark of the alternate location that is taken where a residue has it; elsewhere, and by
        default, the best-occupied one.

    Returns
    -------
    FileModel

    Raises
    ------
    StructureError
        If a coordinate is not a number, or there are no atoms.
    """
    if len(structure) == 0 or structure[0].count_atom_sites() == 0:
        raise StructureError(f"{name}: no atoms in the file")
    # Here, not where the file is parsed: frames of a trajectory follow the order of the file.
    structure.merge_chain_parts()
    c = _whole_residues(columns_of(structure))
    parents = _parents(structure, c)
    keep = np.ones(len(c.atoms), dtype=bool)
    chosen, shares = _one_location(c, location, keep)
    told = _one_amino_acid(c, keep)
    turn, copied = _turns(c, np.flatnonzero(keep))
    rows = np.flatnonzero(keep)[turn >= 0]
    turn = turn[turn >= 0]
    order = np.lexsort((turn, c.residue[rows]))
    rows, turn = rows[order], turn[order]
    owner = c.residue[rows]
    new = np.ones(len(rows), dtype=bool)
    new[1:] = (owner[1:] != owner[:-1]) | (turn[1:] != turn[:-1])
    first = np.append(np.flatnonzero(new), len(rows))
    in_order = np.array_equal(rows, np.arange(len(c.atoms)))
    atoms, owner = c.atoms if in_order else c.atoms[rows], owner[new]
    _check_finite(c, atoms, owner, first, name)
    water = _are_water(atoms, first) & ~_amino(c)[owner]
    dry = np.flatnonzero(~water)
    own = owner[dry]
    columns = (
        dry, first[dry], first[dry + 1], own, c.chain[own], c.number[own], c.insertion[own],
        c.name[own],
    )  # fmt: skip
    residues = [
        FileResidue(
            chain,
            number,
            code,
            called,
            atoms[start:end],
            chosen.get(r, ""),
            parents.get(r, ""),
            k,
            shares.get(r, ""),
        )
        for k, start, end, r, chain, number, code, called in zip(
            *(x.tolist() for x in columns), strict=True
        )
    ]
    there = {*owner.tolist()}
    marks = {r: chosen.get(r, "") for r in sorted(there & {*chosen, *told["alternate"]})}
    if marks:
        how = f"{location} where there is one, else best-occupied" if location else "best-occupied"
        said = [f"{c.name[r]}{c.number[r]}{c.insertion[r]}:{m}" for r, m in marks.items()]
        notes.append(f"alternate locations: {how} taken ({shown(said)})")
    if twice := sorted(there & {*copied, *told["twice"]}):
        notes.append(f"given twice under one number, first copy taken: {_shown(c, twice)}")
    if parents:
        said = [f"{_where(c, r)} ({p.capitalize()})" for r, p in parents.items() if r in there]
        notes.append(f"modified residues, read as their parents: {shown(said)}")
    waters = np.flatnonzero(water)
    marked = np.array([chosen.get(r, "") for r in owner[waters].tolist()], dtype="<U1")
    return FileModel(residues, _waters(c, atoms, first, owner, waters, marked))


def _where(c: Columns, residue: int) -> str:
    return f"{c.name[residue]} {c.chain[residue]}/{c.number[residue]}{c.insertion[residue]}"


def _shown(c: Columns, residues: list[int]) -> str:
    return shown([_where(c, r) for r in residues])


def _amino(c: Columns) -> npt.NDArray[np.bool_]:
    """Which residues have the name of an amino acid."""
    names, which = np.unique(c.name, return_inverse=True)
    return np.array([n in RESIDUE_TYPES or n in PARENT for n in names.tolist()])[which]


def _parents(structure: gemmi.Structure, c: Columns) -> dict[int, str]:
    """Parents of modified residues: MODRES, pdbx_struct_mod_residue, or gemmi's own table."""
    import gemmi

    told = {
        (
            m.chain_name, int(m.res_id.seqid.num or 0), m.res_id.seqid.icode.strip(),
            m.res_id.name,
        ): m.parent_comp_id
        for m in structure.mod_residues
    }  # fmt: skip
    known = {}
    for name in {*c.name.tolist()} - {*RESIDUE_TYPES} - {*PARENT}:
        found = gemmi.find_tabulated_residue(name)
        letter = found.one_letter_code.upper() if found.is_amino_acid() else ""
        known[name] = ONE_TO_THREE.get(letter, "")
    if not told and not any(known.values()):
        return {}
    parents = {}
    for r in np.flatnonzero(np.isin(c.name, [*known])).tolist():
        key = str(c.chain[r]), int(c.number[r]), str(c.insertion[r]), str(c.name[r])
        parent = told.get(key, "") or known[key[3]]
        if parent in RESIDUE_TYPES:
            names = {*c.atoms.name[c.residue == r].tolist()}
            if {"N", "CA", "C"} <= names:
                parents[r] = parent
    return parents


def _one_location(
    c: Columns, wanted: str, keep: npt.NDArray[np.bool_]
) -> tuple[dict[int, str], dict[int, str]]:
    """Choose an alternate location for each residue that has some; its other atoms are dropped.

    Returns
    -------
    chosen : dict of str
        Mark for each residue that has some.
    shares : dict of str
        The mark with its mean occupancy, and those of the others.
    """
    marked = np.flatnonzero(c.altloc)
    chosen: dict[int, str] = {}
    shares: dict[int, str] = {}
    if not len(marked):
        return chosen, shares
    owners = c.residue[marked]
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    for rows in np.split(marked, starts[1:]):
        occupancy: dict[str, list[float]] = {}
        marks = [chr(a) for a in c.altloc[rows].tolist()]
        for mark, value in zip(marks, c.atoms.occupancy[rows].tolist(), strict=True):
            occupancy.setdefault(mark, []).append(value)
        best = min(occupancy, key=lambda a: (-float(np.mean(occupancy[a])), a))
        best = wanted if wanted in occupancy else best
        residue = int(c.residue[rows[0]])
        chosen[residue] = best
        share = {mark: f"{mark} ({np.mean(own):.2f})" for mark, own in occupancy.items()}
        others = " and ".join(text for mark, text in share.items() if mark != best)
        shares[residue] = f"location {share[best]}" + (f", not in {others}" if others else "")
        keep[rows] = [mark == best for mark in marks]
    return chosen, shares


def _one_amino_acid(c: Columns, keep: npt.NDArray[np.bool_]) -> dict[str, list[int]]:
    """Of several amino acids under one number keep one; waters and ligands may share numbers.

    Microheterogeneity has marks of alternate locations, and the best-occupied is kept; a chain
    that is there twice has none, and its first copy is kept.
    """
    told: dict[str, list[int]] = {"alternate": [], "twice": []}
    groups: dict[tuple[str, int, str], list[int]] = {}
    # What was joined to another residue has no atoms of its own.
    there = np.bincount(c.residue, minlength=len(c.name)) > 0
    for r in np.flatnonzero(_amino(c) & there).tolist():
        groups.setdefault((c.chain[r], c.number[r], c.insertion[r]), []).append(r)
    for rivals in groups.values():
        if len(rivals) < 2:
            continue
        own = [c.residue == r for r in rivals]
        marked = any(c.altloc[rows].any() for rows in own)
        share = [float(c.atoms.occupancy[rows].mean()) if marked else 0.0 for rows in own]
        best = int(np.argmax(share))
        told["alternate" if marked else "twice"].append(rivals[best])
        for k, rows in enumerate(own):
            if k != best:
                keep[rows] = False
    return told


def _whole_residues(c: Columns) -> Columns:
    """Join the parts of amino acids between which the file has other lines."""
    groups: dict[tuple[str, int, str, str], list[int]] = {}
    for r in np.flatnonzero(_amino(c)).tolist():
        groups.setdefault((c.chain[r], c.number[r], c.insertion[r], c.name[r]), []).append(r)
    owner = c.residue.copy()
    for first, *rest in groups.values():
        codes = [c.code[np.isin(c.residue, [first, *rest])]] if rest else []
        if rest and len(np.unique(codes[0])) == len(codes[0]):
            owner[np.isin(owner, rest)] = first
    if np.array_equal(owner, c.residue):
        return c
    order = np.argsort(owner, kind="stable")
    return replace(
        c, atoms=c.atoms[order], code=c.code[order], altloc=c.altloc[order], residue=owner[order]
    )


def _turns(c: Columns, rows: Ints) -> tuple[Ints, set[int]]:
    """Tell molecules apart that share a number: waters are counted from 1 again after 9,999.

    Returns
    -------
    turn : ndarray of int
        Which molecule of its residue every atom belongs to; -1 for a copy that is left out.
    copied : set of int
        Residues of which a copy was left out.
    """
    owner, code = c.residue[rows], c.code[rows]
    order = np.lexsort((code, owner))
    o, k = owner[order], code[order]
    new = np.ones(len(rows), dtype=bool)
    new[1:] = (o[1:] != o[:-1]) | (k[1:] != k[:-1])
    turn = np.empty(len(rows), dtype=np.intp)
    begin = np.flatnonzero(new)
    turn[order] = np.arange(len(rows)) - np.repeat(begin, np.diff(np.append(begin, len(rows))))
    if new.all():
        return turn, set()
    size = np.bincount(owner)
    names = np.bincount(o[new], minlength=len(size))
    most = np.zeros(len(size), dtype=np.intp)
    np.maximum.at(most, owner, turn + 1)
    amino = _amino(c)[: len(size)]
    # Every name equally often: copies. Otherwise the names are not meant to be unique (a ligand
    # whose carbons are all called C), and all atoms count.
    copies = (most > 1) & (size == names * most)
    turn[~(copies | amino)[owner]] = 0
    copied = {*np.flatnonzero(amino & (most > 1)).tolist()}
    turn[amino[owner] & (turn > 0)] = -1
    start = np.searchsorted(owner, np.arange(len(size)))
    heads = np.flatnonzero((copies & ~amino)[owner])
    heads = heads[code[heads] == code[start[owner[heads]]]]
    i, j = _same_place(owner[heads], c.atoms.xyz[rows[heads]])
    later = turn[heads[i]] < turn[heads[j]]
    left: set[tuple[int, int]] = set()
    for a, b in sorted(zip(heads[i[later]].tolist(), heads[j[later]].tolist(), strict=True)):
        mine = int(owner[a])
        if (mine, int(turn[a])) not in left:
            left.add((mine, int(turn[b])))
            copied.add(mine)
    for residue, copy in left:
        turn[(owner == residue) & (turn == copy)] = -1
    return turn, copied


def _same_place(owner: Ints, xyz: Floats) -> tuple[Ints, Ints]:
    """Pairs of points of one owner that are copies of each other, both ways round."""
    order = np.argsort(owner, kind="stable")
    own, place = owner[order], xyz[order]
    most = int(np.bincount(owner).max(initial=0))
    if most > _FEW:
        i, j, _ = close_pairs(xyz, xyz, COPIES)
        same = owner[i] == owner[j]
        return i[same], j[same]
    # Without a tree of all points, which is large: waters that share a number are few.
    pairs = [np.empty((0, 2), dtype=np.intp)]
    for step in range(1, most):
        i = np.flatnonzero(own[step:] == own[:-step])
        near = np.linalg.norm(place[i + step] - place[i], axis=1) <= COPIES
        pair = order[np.stack([i, i + step], axis=1)[near]]
        pairs += [pair, pair[:, ::-1]]
    i, j = np.concatenate(pairs).T
    return i, j


def _check_finite(c: Columns, atoms: FileAtoms, owner: Ints, first: Ints, name: str) -> None:
    finite = (np.abs(atoms.xyz) < FARTHEST).all(axis=1)
    if not finite.all():
        atom = int(np.argmin(finite))
        residue = int(owner[np.searchsorted(first, atom, side="right") - 1])
        raise StructureError(
            f"{name}: atom {atoms.name[atom]} of {_where(c, residue)} has a coordinate that is not "
            f"a number; expected three finite numbers below {FARTHEST:,.0f} Å"
        )


def _are_water(atoms: FileAtoms, first: Ints) -> npt.NDArray[np.bool_]:
    """Which molecules have one oxygen and at most two hydrogens, whatever they are called."""
    heavy = ~np.isin(atoms.element, HYDROGENS)
    count = np.add.reduceat(heavy, first[:-1], dtype=np.intp)
    oxygen = np.add.reduceat(atoms.element == "O", first[:-1], dtype=np.intp)
    return np.asarray((count == 1) & (oxygen == 1) & (np.diff(first) <= 3))


def _waters(
    c: Columns, atoms: FileAtoms, first: Ints, owner: Ints, which: Ints, location: Strings
) -> Waters:
    wet = np.repeat(np.isin(np.arange(len(owner)), which), np.diff(first))
    own = owner[which]
    return Waters(
        atoms=atoms, start=first[which], end=first[which + 1],
        oxygen=np.flatnonzero(wet & (atoms.element == "O")), chain=c.chain[own],
        number=c.number[own], insertion=c.insertion[own], name=c.name[own], location=location,
        place=which,
    )  # fmt: skip
