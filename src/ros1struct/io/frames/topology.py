"""The topology of a trajectory: which atoms its frames have, and the complex that they are.

PDB and mmCIF files carry coordinates and are loaded as any structure. Topologies of AMBER and
CHARMM have none: they take those of the first frame, made whole; what they say is then loaded as a
file of the protein and its molecules would be.
"""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt

from ros1struct.errors import InputError, Ros1structWarning, StructureError
from ros1struct.io.any_protein import load_any_protein
from ros1struct.io.assemble import GUESSED
from ros1struct.io.find import find
from ros1struct.io.frames.names import KNOWN, pdb_names
from ros1struct.io.frames.read import check_source, read_frames
from ros1struct.io.frames.solvent import WATER, FileTable, file_table, structure_table
from ros1struct.io.load import load
from ros1struct.io.reading.source import read_source
from ros1struct.io.records import METALS
from ros1struct.structure.complex import Complex

Ints = npt.NDArray[np.intp]

PROGRAMS = {
    ".prmtop": "AMBER", ".parm7": "AMBER", ".prm7": "AMBER", ".psf": "CHARMM", ".gro": "GROMACS",
}  # fmt: skip
SIMULATED = "frames of a simulation; the topology names no experiment: taken as a model"
# Fewest residues of a chain that the other molecules are put beside.
CHAIN = 20
# Ions by the names that simulation programs give them.
_IONS = {
    "SOD": "Na", "NA": "Na", "NA+": "Na", "CLA": "Cl", "CL": "Cl", "CL-": "Cl", "POT": "K",
    "K": "K", "K+": "K", "CAL": "Ca", "CA": "Ca", "MG": "Mg", "ZN": "Zn",
}  # fmt: skip
_COLUMNS = (
    "group_PDB", "id", "type_symbol", "label_atom_id", "label_alt_id", "label_comp_id",
    "label_asym_id", "label_entity_id", "label_seq_id", "pdbx_PDB_ins_code", "Cartn_x", "Cartn_y",
    "Cartn_z", "occupancy", "B_iso_or_equiv", "auth_seq_id", "auth_asym_id", "pdbx_PDB_model_num",
)  # fmt: skip


def open_topology(
    topology: Any, frames: Any, *, kinase: bool, loading: dict[str, Any]
) -> tuple[Complex, FileTable, Ints]:
    """Load the complex of a trajectory, without waters and ions.

    Parameters
    ----------
    topology : str, path or object
    frames : path, mdtraj.Trajectory or iterable of mdtraj.Trajectory
        Where a topology without coordinates takes those of the first frame.
    kinase : bool
        False takes any protein.
    loading : dict
        Arguments of :func:`ros1struct.load`.

    Returns
    -------
    complex : Complex
    table : FileTable
        All atoms of a frame.
    places : ndarray of int
        Where the complex's atoms stand in a frame.

    Raises
    ------
    InputError
        If the file is missing, or has no coordinates and the frames come from an iterator.
    StructureError
        If it cannot be read, or is no complex.
    """
    opened = _silent(load if kinase else load_any_protein)
    if not isinstance(topology, str | os.PathLike):
        # An mdtraj.Trajectory of many frames is a topology by its first.
        many = hasattr(topology, "unitcell_vectors") and len(topology) > 1
        first = topology[0] if many else topology
        read = read_source(first)
        table, path = structure_table(read.parsed.structure), Path(read.name)
        complex = opened(first, **loading)
    elif (path := find(topology)[0]).suffix.lower() in PROGRAMS:
        table = _of_program(path, frames)
        with TemporaryDirectory() as folder:
            copy = Path(folder) / f"{path.stem}.cif"
            copy.write_text(_cif(table), encoding="utf-8")
            complex = opened(copy, **loading)
        source = hashlib.sha256(path.read_bytes()).hexdigest()
        told = replace(complex.provenance, file=path.name, sha256=source)
        complex = replace(complex, provenance=told)
    else:
        complex = opened(path, **loading)  # which refuses a damaged file by its line
        table = file_table(path)
    if GUESSED in complex.notes:
        told = replace(complex.provenance, kind="model")
        notes = tuple(SIMULATED if n == GUESSED else n for n in complex.notes)
        complex = replace(complex, provenance=told, notes=notes)
    own = complex.residues.role[complex.atoms.residue]
    solute = _without(complex, np.isin(own, ("protein", "inhibitor")))
    return solute, table, _places(solute, table, path)


def _silent(opened: Callable[..., Complex]) -> Callable[..., Complex]:
    """Load without warnings: a trajectory says its notes itself, some in other words."""

    def quiet(*args: Any, **kwargs: Any) -> Complex:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Ros1structWarning)
            return opened(*args, **kwargs)

    return quiet


def _without(complex: Complex, keep: npt.NDArray[np.bool_]) -> Complex:
    """Leave waters and ions out: the frames say which are near."""
    if keep.all():
        return complex
    t = complex.topology
    size = int(keep.sum())  # waters and ions stand last
    residues = int(t.atoms.residue[:size].max()) + 1
    bonds = t.bonds[(t.bonds < size).all(axis=1)]
    topology = replace(
        t, atoms=t.atoms[:size], residues=t.residues[:residues], bonds=bonds, hetero=()
    )
    return replace(
        complex, topology=topology, xyz=complex.xyz[:, :size],
        occupancy=complex.occupancy[:size], b_factor=complex.b_factor[:size],
        confidence=complex.confidence[:size],
    )  # fmt: skip


def _places(complex: Complex, table: FileTable, path: Path) -> Ints:
    """Where the complex's atoms stand in the file: by their coordinates, which names are not."""
    from scipy.spatial import cKDTree

    distance, found = cKDTree(table.xyz).query(complex.xyz[0].astype(np.float64))
    place = np.asarray(found, dtype=np.intp)
    wrong = (distance > 2e-3) | (table.element[place] != complex.atoms.element)
    twice = len(np.unique(place)) < len(place)
    if wrong.any() or twice:
        raise StructureError(
            f"{path.name}: atoms of the complex cannot be told apart in the file; a topology must "
            "have one location per atom, each at a place of its own"
        )
    return place


def _of_program(path: Path, frames: Any) -> FileTable:
    """Atoms of a topology that mdtraj reads, with the coordinates of a frame."""
    import mdtraj

    program = PROGRAMS[path.suffix.lower()]
    try:
        if program == "GROMACS":
            run = mdtraj.load(str(path))
        elif program == "AMBER":
            run = mdtraj.load_prmtop(str(path), standard_names=False)
        else:
            run = mdtraj.load_topology(str(path))
    except Exception as error:  # mdtraj raises what its parsers stumble on
        raise StructureError(
            f"{path.name}: cannot be read as a topology of {program} ({error})"
        ) from error
    top = run.topology if program == "GROMACS" else run
    first = run[0] if program == "GROMACS" else _first_frame(top, frames, path)
    if first.unitcell_vectors is not None:
        first = _whole(first)
    names, elements, residues, chains, numbers = [], [], [], [], []
    for label, number, residue in _labelled(top, program):
        count = residue.n_atoms
        for atom in residue.atoms:
            residue_name, name = pdb_names(residue.name, atom.name)
            names.append(name)
            residues.append(residue_name)
            elements.append(_element(atom, count, residue_name))
            chains.append(label)
            numbers.append(number)
    xyz = np.round(first.xyz[0].astype(np.float64) * 10.0, 4)
    return FileTable(
        np.array(names), np.array(elements), np.array(residues), np.array(chains),
        np.array(numbers, dtype=np.intp), xyz,
    )  # fmt: skip


def _first_frame(top: Any, frames: Any, path: Path) -> Any:
    import mdtraj

    if isinstance(frames, Iterator):
        raise InputError(
            f"{path.name} has no coordinates, and frames that come from an iterator cannot be "
            "looked at beforehand; give the file or a list, or a PDB file as the topology"
        )
    check_source(frames, top.n_atoms, path.stem)
    raw = next(read_frames(frames, top.n_atoms, 0, 1, 1, 1, path.name), None)
    if raw is None:
        raise StructureError(f"{path.name} has no coordinates, and the trajectory has no frame")
    one = mdtraj.Trajectory(raw.xyz / 10.0, top)
    if raw.cell is not None:
        one.unitcell_vectors = raw.cell / 10.0
    return one


def _whole(first: Any) -> Any:
    """Molecules whole, and those of no protein in the image nearest to it."""
    top = first.topology.copy()
    bonded = {k for bond in top.bonds for k in (bond[0].index, bond[1].index)}
    for residue in top.residues:
        atoms = list(residue.atoms)
        if len(atoms) > 1 and not any(a.index in bonded for a in atoms):
            # A molecule without bonds, as GROMACS coordinates have: its atoms' order holds it.
            for one, other in pairwise(atoms):
                top.add_bond(one, other)
    import mdtraj

    again = mdtraj.Trajectory(
        first.xyz, top, unitcell_lengths=first.unitcell_lengths,
        unitcell_angles=first.unitcell_angles,
    )  # fmt: skip
    molecules = top.find_molecules()
    chains = [m for m in molecules if len({a.residue for a in m if a.name == "CA"}) >= CHAIN]
    anchors = chains or [max(molecules, key=len)]
    others = [m for m in molecules if m not in anchors]
    return again.image_molecules(anchor_molecules=anchors, other_molecules=others)


def _labelled(top: Any, program: str) -> Iterator[tuple[str, int, Any]]:
    """Chain, number and residue; a new chain where numbers begin again."""
    label, last, before = -1, -1, None
    for residue in top.residues:
        number = residue.index + 1 if program == "AMBER" else residue.resSeq
        if residue.chain.index != before or number < last:
            label += 1
        before, last = residue.chain.index, number
        yield _letters(label), number, residue


def _letters(index: int) -> str:
    text = ""
    while index >= 0:
        text = chr(ord("A") + index % 26) + text
        index = index // 26 - 1
    return text


def _element(atom: Any, count: int, residue: str) -> str:
    """Element of an atom; GROMACS coordinates have none, and mdtraj knows those of few names."""
    if count == 1 and atom.name.upper() in _IONS:
        return _IONS[atom.name.upper()]
    if residue not in KNOWN and residue not in WATER:
        for two in ("Cl", "Br"):
            if atom.element.symbol in ("C", "B", "VS") and atom.name.upper().startswith(
                two.upper()
            ):
                return two
    return "" if atom.element.mass == 0 else str(atom.element.symbol)


def _cif(table: FileTable) -> str:
    """Write what is not solvent as mmCIF, which has room for all names and numbers."""
    alone = np.isin(table.element, [*METALS, "Cl"]) & (table.residue_name != "")
    keys = [*zip(table.chain.tolist(), table.number.tolist(), strict=True)]
    sizes: dict[Any, int] = {}
    for key in keys:
        sizes[key] = sizes.get(key, 0) + 1
    ion = alone & np.array([sizes[key] == 1 for key in keys])
    keep = ~np.isin(table.residue_name, list(WATER)) & ~ion & (table.element != "")
    lines = ["data_topology", "loop_", *(f"_atom_site.{name}" for name in _COLUMNS)]
    for k in np.flatnonzero(keep):
        x, y, z = table.xyz[k]
        group = "ATOM" if table.residue_name[k] in KNOWN else "HETATM"
        name = f'"{table.name[k]}"'
        lines.append(
            f"{group} {k + 1} {table.element[k]} {name} . {table.residue_name[k]} {table.chain[k]} "
            f". . ? {x:.4f} {y:.4f} {z:.4f} 1.0 ? {table.number[k]} {table.chain[k]} 1"
        )
    return "\n".join([*lines, "#", ""])
