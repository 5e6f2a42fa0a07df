"""Structures of mdtraj, gemmi and Biopython in memory, as gemmi's structure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ros1struct.errors import InputError
from ros1struct.io.frames.names import pdb_names

if TYPE_CHECKING:
    import gemmi

# Å; no bond of a halogen heavier than fluorine to carbon is shorter, none of carbon longer.
HALOGEN_BOND = 1.63
# Packages whose objects are taken.
OBJECTS = ("gemmi", "mdtraj", "Bio")


def structure_of(source: Any) -> tuple[gemmi.Structure, int, tuple[str, ...]]:
    """Take a structure of another program.

    Parameters
    ----------
    source : gemmi.Structure, mdtraj.Trajectory, or Bio.PDB Structure or Model

    Returns
    -------
    structure : gemmi.Structure
        Of the first model or frame.
    models : int
        How many there are.
    notes : tuple of str
        What was done.

    Raises
    ------
    InputError
        If it is another object of these packages.

    Examples
    --------
    >>> import ros1struct as rs
    >>> structure, models, _ = structure_of(rs.load("2WGJ").to_mdtraj())
    >>> len(structure[0]), models
    (1, 1)
    """
    kind = type(source).__module__.partition(".")[0]
    if kind == "gemmi" and hasattr(source, "make_mmcif_document"):
        return source, len(source), ()
    if kind == "mdtraj" and hasattr(source, "unitcell_vectors"):
        return _of_mdtraj(source)
    if kind == "Bio" and getattr(source, "level", "") in ("S", "M"):
        return _of_biopython(source)
    raise InputError(
        "expected a gemmi.Structure, an mdtraj.Trajectory, or a structure or model of Bio.PDB, "
        f"found {type(source).__module__}.{type(source).__name__}"
    )


def _of_mdtraj(source: Any) -> tuple[gemmi.Structure, int, tuple[str, ...]]:
    import gemmi

    structure = gemmi.Structure()
    model = gemmi.Model(1)
    xyz = source.xyz[0] * 10.0  # nm
    virtual, halogens = 0, 0
    for chain in source.topology.chains:
        made = gemmi.Chain(_chain_name(chain))
        for residue in chain.residues:
            group = gemmi.Residue()
            group.name, _ = pdb_names(residue.name, "")
            group.seqid = gemmi.SeqId(int(residue.resSeq), " ")
            own = [a.index for a in residue.atoms]
            for atom in residue.atoms:
                if atom.element is None or atom.element.atomic_number == 0:
                    virtual += 1
                    continue
                x, y, z = xyz[atom.index].tolist()
                element = atom.element.symbol
                if _is_halogen(atom.name, element, xyz[atom.index], xyz[own]):
                    element = atom.name[:2].capitalize()
                    halogens += 1
                group.add_atom(_atom(pdb_names(residue.name, atom.name)[1], element, x, y, z))
            if len(group):
                made.add_residue(group)
        model.add_chain(made)
    structure.add_model(model)
    notes = ["from an mdtraj.Trajectory: elements as mdtraj has them"]
    if halogens:
        notes.append(f"{halogens} atoms named CL or BR are halogens by the length of their bond")
    if virtual:
        notes.append(f"{virtual} sites that are no atoms left out")
    return structure, 1, tuple(notes)


def _is_halogen(name: str, element: str, place: Any, others: Any) -> bool:
    """Whether mdtraj, which reads GRO by first letters, took chlorine or bromine for C or B.

    A carbon bonded to carbon is 1.54 Å away at most, chlorine 1.72 Å at least.
    """
    if element not in ("C", "B") or name[:2].upper() not in ("CL", "BR") or len(others) < 2:
        return False
    if any(letter.isalpha() for letter in name[2:]):
        return False
    return bool(np.sort(np.linalg.norm(others - place, axis=1))[1] > HALOGEN_BOND)


def _chain_name(chain: Any) -> str:
    name = getattr(chain, "chain_id", None)
    return str(name) if name else chr(ord("A") + chain.index % 26)


def _atom(name: str, element: str, x: float, y: float, z: float) -> gemmi.Atom:
    import gemmi

    atom = gemmi.Atom()
    atom.name, atom.element = name, gemmi.Element(element)
    atom.pos = gemmi.Position(x, y, z)
    atom.occ, atom.b_iso = 1.0, float("nan")
    return atom


def _of_biopython(source: Any) -> tuple[gemmi.Structure, int, tuple[str, ...]]:
    import gemmi

    models = list(source) if source.level == "S" else [source]
    structure = gemmi.Structure()
    made = gemmi.Model(1)
    if source.level == "S":
        structure.name = str(source.id)
        for key, item in (("idcode", "_entry.id"), ("structure_method", "_exptl.method")):
            if value := str((getattr(source, "header", None) or {}).get(key) or ""):
                structure.info[item] = value.upper()
        structure.resolution = float((source.header or {}).get("resolution") or 0.0)
    for chain in models[0] if models else ():
        own = gemmi.Chain(str(chain.id))
        for residue in chain.get_unpacked_list():
            group = gemmi.Residue()
            group.name = residue.resname.strip()
            group.seqid = gemmi.SeqId(int(residue.id[1]), residue.id[2])
            for atom in residue.get_unpacked_list():
                x, y, z = (float(v) for v in atom.coord)
                one = _atom(atom.name, atom.element.capitalize(), x, y, z)
                one.altloc = "\0" if atom.altloc == " " else atom.altloc
                one.occ = 1.0 if atom.occupancy is None else float(atom.occupancy)
                one.b_iso = float(atom.bfactor)
                group.add_atom(one)
            own.add_residue(group)
        made.add_chain(own)
    structure.add_model(made)
    return structure, len(models), ("from a Bio.PDB structure: elements as Bio.PDB has them",)
