"""What else there is at the inhibitor: waters, metals, other molecules, other chains, gaps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ros1struct.io.parse import shown
from ros1struct.io.records import METALS, FileModel, FileResidue, is_amino_acid
from ros1struct.io.select import ADDITIVES, COFACTORS, NUCLEOTIDES, SMALLEST_INHIBITOR
from ros1struct.structure.geometry import Floats, close_pairs
from ros1struct.structure.residues import lacking_atoms

if TYPE_CHECKING:
    import gemmi

# Å from the inhibitor: waters, metals and other molecules that are kept; contacts that are told;
# side chains whose missing atoms could have touched it.
WATERS_WITHIN = 5.0
CONTACT = 4.0
UNRESOLVED_WITHIN = 8.0
# Contacts of another molecule that a note lists.
_LISTED = 3
# Å; the file's coordinates have been rounded.
_TOUCHING = CONTACT + 0.01
# Shifts by cells of which so many are tried: more have only files whose cell is none.
_SHIFTS = 1000
# Å; what comes nearer is bonded to the inhibitor or stands in its place.
_BONDED = 2.1


def surroundings(
    model: FileModel,
    molecule: FileResidue,
    protein: list[FileResidue],
    notes: list[str],
) -> list[tuple[str, FileResidue]]:
    """Find waters, metals and other molecules around the inhibitor, and say what else is there.

    Parameters
    ----------
    model : FileModel
        The whole file.
    molecule : FileResidue
        The inhibitor.
    protein : list of FileResidue
        The kinase.
    notes : list of str
        Other molecules and residues of other chains in contact with the inhibitor are appended,
        with their distance, and side chains near it that the file does not have to their end.

    Returns
    -------
    list of (str, FileResidue)
        Role, ``hetero``, ``water`` or ``metal``, and residue; other molecules first.
    """
    own = {id(r) for r in (molecule, *protein)}
    others = [r for r in model.residues if id(r) not in own]
    found = [("water", r) for r in model.waters_near(molecule.heavy_xyz(), WATERS_WITHIN)]
    touching: list[tuple[float, FileResidue]] = []
    strangers: list[tuple[float, FileResidue]] = []
    inside: list[tuple[float, FileResidue]] = []
    for residue, distance in _nearest(others, molecule):
        if len(residue.heavy) == 1 and residue.heavy.element[0] in METALS:
            found.append(("metal", residue))
        elif is_amino_acid(residue):
            if distance <= CONTACT:
                strangers.append((distance, residue))
        elif distance > _BONDED:
            found.append(("hetero", residue))
            if distance <= CONTACT:
                touching.append((distance, residue))
        else:
            inside.append((distance, residue))
    # Waters and metals stand last: those of a trajectory take their place.
    found.sort(key=lambda one: (one[0] != "hetero", one[1].place))
    for told, where in ((touching, "are in the contacts"), (inside, "are in no table")):
        if told:
            said = "; ".join(_contacts(r, molecule) for _, r in sorted(told, key=_first))
            notes.append(f"other molecules touch the inhibitor and {where}: {said}")
    if strangers:
        said = "; ".join(_contacts(r, molecule) for _, r in sorted(strangers, key=_first))
        notes.append(f"residues of another chain touch the inhibitor and are in no table: {said}")
    if short := _unresolved(protein, molecule):
        notes.append(
            f"side chains near the inhibitor that the file lacks in part, whose contacts are "
            f"missing: {shown(short)}"
        )
    return found


def without_inhibitors(model: FileModel) -> FileModel:
    """Leave out molecules that may be the file's own inhibitor, in whose place a pose stands."""
    other = ADDITIVES | COFACTORS | NUCLEOTIDES
    kept = [
        r
        for r in model.residues
        if is_amino_acid(r) or r.name in other or len(r.heavy) < SMALLEST_INHIBITOR
    ]
    return replace(model, residues=kept)


def symmetry_mates(structure: gemmi.Structure, molecule: FileResidue) -> str:
    """Name what touches a molecule from another asymmetric unit; empty where nothing does.

    Parameters
    ----------
    structure : gemmi.Structure
        With its unit cell, where the file gives it.
    molecule : FileResidue

    Returns
    -------
    str
        Residues with their nearest contacts, for a note.
    """
    cell = structure.cell
    # A length of 0 (a letter for a digit) leaves a cell without a volume.
    if (
        len(structure) == 0
        or not cell.is_crystal()
        or not np.isfinite(cell.frac.mat.tolist()).all()
    ):
        return ""
    import gemmi

    structure.setup_cell_images()
    if not _image_near(structure, molecule.heavy.xyz):
        return ""
    search = gemmi.NeighborSearch(structure[0], cell, 5.0)
    search.populate(include_h=False)
    near: dict[str, tuple[float, str]] = {}
    heavy = molecule.heavy
    for name, place in zip(heavy.name.tolist(), heavy.xyz.tolist(), strict=True):
        position = gemmi.Position(*place)
        for mark in search.find_atoms(position, "\0", radius=CONTACT):
            found = mark.to_cra(structure[0])
            # A mere shift by a cell is no image of its own.
            if mark.image_idx == 0 and found.atom.pos.dist(position) <= CONTACT + 0.01:
                continue
            heavy_there = [a.element.name for a in found.residue if not a.is_hydrogen()]
            if heavy_there == ["O"]:  # water, whatever it is called
                continue
            where = f"{found.residue.name} {found.chain.name}/{found.residue.seqid}"
            gap = search.dist(position, mark.pos)
            told = (gap, f"{where} ({found.atom.name} to {name} {gap:.1f} Å)")
            near[where] = min(told, near.get(where, told))
    return "; ".join(text for _, text in sorted(near.values())[:6])


def _image_near(structure: gemmi.Structure, xyz: Floats) -> bool:
    """Whether an atom of another asymmetric unit may touch some points.

    Of the points' own images only those are looked at that come into the box around the structure:
    a search among all atoms' images takes ten times as long, and mostly finds nothing.
    """
    import gemmi

    cell = structure.cell
    to_cell, to_space = (np.array(t.mat.tolist()) for t in (cell.frac, cell.orth))
    origin = np.array(cell.frac.vec.tolist())
    try:
        atoms = np.array(gemmi.FlatStructure(structure).pos)
    except RuntimeError:  # names of chains that are too long for it
        return True
    atoms = atoms[np.isfinite(atoms).all(axis=1)]
    low, high = atoms.min(axis=0) - _TOUCHING, atoms.max(axis=0) + _TOUCHING
    corners = np.stack(np.meshgrid(*zip(low, high, strict=True)), axis=-1).reshape(-1, 3)
    box = corners @ to_cell.T + origin
    points = xyz @ to_cell.T + origin
    turn = np.array([np.eye(3), *(i.mat.tolist() for i in cell.images)])
    step = np.array([np.zeros(3), *(i.vec.tolist() for i in cell.images)])
    images = points @ turn.transpose(0, 2, 1) + step[:, None]
    # In cells: first to the box's middle, then by as many more as may reach into it.
    middle, centre = (box.min(axis=0) + box.max(axis=0)) / 2, images.mean(axis=1)
    reach = np.floor((np.ptp(box, axis=0) + np.ptp(images, axis=1).max(axis=0)) / 2 + 0.5)
    if np.prod(2 * reach + 1) > _SHIFTS:
        return True
    more = np.stack(np.meshgrid(*(np.arange(-r, r + 1) for r in reach)), axis=-1).reshape(-1, 3)
    shifts = np.round(middle - centre)[:, None] + more
    radius = np.linalg.norm(xyz - xyz.mean(axis=0), axis=1).max()
    place = (centre[:, None] + shifts - origin) @ to_space.T
    near = ((place > low - radius) & (place < high + radius)).all(axis=2)
    near[0] &= shifts[0].any(axis=1)  # what is not moved is no image
    for k, at in np.argwhere(near):
        moved = (images[k] + shifts[k, at] - origin) @ to_space.T
        if len(close_pairs(moved, atoms, _TOUCHING)[0]):
            return True
    return False


def _first(pair: tuple[float, FileResidue]) -> float:
    return pair[0]


def _nearest(
    others: list[FileResidue], molecule: FileResidue, cutoff: float = WATERS_WITHIN
) -> list[tuple[FileResidue, float]]:
    """Residues within reach of a molecule, in the order of the file, with their distance."""
    if not others:
        return []
    heavy = [r.heavy_xyz() for r in others]
    owner = np.repeat(np.arange(len(others)), [len(xyz) for xyz in heavy])
    i, _, distance = close_pairs(np.concatenate(heavy), molecule.heavy_xyz(), cutoff)
    least: dict[int, float] = {}
    for k, d in zip(owner[i].tolist(), distance.tolist(), strict=True):
        least[k] = min(d, least.get(k, np.inf))
    return [(others[k], least[k]) for k in sorted(least)]


def _contacts(residue: FileResidue, molecule: FileResidue) -> str:
    """Name a residue with its nearest contacts: ``ACP A/500 (PG to O6 2.7 Å)``."""
    i, j, distance = close_pairs(residue.heavy_xyz(), molecule.heavy_xyz(), CONTACT)
    order = np.argsort(distance, kind="stable")[:_LISTED]
    told = ", ".join(
        f"{residue.heavy.name[i[k]]} to {molecule.heavy.name[j[k]]} {distance[k]:.1f} Å"
        for k in order
    )
    return f"{residue.where} ({told})"


def _unresolved(protein: list[FileResidue], molecule: FileResidue) -> list[str]:
    """Residues near a molecule that lack side-chain atoms of their type."""
    told = ((residue, lacking_atoms(residue.name, residue.names)) for residue in protein)
    short = [(residue, lacks) for residue, lacks in told if lacks]
    near = {id(r) for r, _ in _nearest([r for r, _ in short], molecule, UNRESOLVED_WITHIN)}
    return [f"{r.where} lacks {' '.join(lacks)}" for r, lacks in short if id(r) in near]
