"""The residues of a file and the inhibitor's chemistry, put together as a Complex."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ros1struct.errors import StructureError
from ros1struct.io.bond_orders import Chemistry
from ros1struct.io.parse import shown
from ros1struct.io.records import AtomKey, FileResidue
from ros1struct.kinome.numbering import Numbering
from ros1struct.structure.complex import Complex, Provenance, assemble
from ros1struct.structure.drug_atoms import AtomTypes, atom_types
from ros1struct.structure.residues import MODIFIED, one_letter, residue_type
from ros1struct.structure.topology import Atoms, Residues

if TYPE_CHECKING:
    import gemmi
    from rdkit.Chem import Mol

GUESSED = "the file names no experiment: taken as processed; say provenance= if you know better"


def atom_keys(complex: Complex) -> list[AtomKey]:
    """Chain, number, insertion and name of every atom, by which other frames are read."""
    r, index = complex.residues, complex.atoms.residue
    columns = r.chain[index], r.number[index], r.insertion[index], complex.atoms.name
    return list(zip(*(column.tolist() for column in columns), strict=True))


def provenance_of(
    structure: gemmi.Structure,
    details: dict[str, str],
    written: dict[str, str],
    protein: list[FileResidue],
    path: Path,
    raw: bytes,
    told: str | None,
    notes: list[str],
) -> Provenance:
    """Say where a file comes from, by what was told, what it says of itself, and what it holds.

    Parameters
    ----------
    structure : gemmi.Structure
    details, written : dict of str to str
        What the file says of itself, and what :func:`ros1struct.write` wrote into it.
    protein : list of FileResidue
    path : Path
    raw : bytes
        The file.
    told : str or None
        The argument ``provenance``.
    notes : list of str
        A guess is added to them.

    Returns
    -------
    Provenance
    """
    info = dict(structure.info)
    method = info.get("_exptl.method", "")
    title = info.get("_struct.title", "")
    entry = (
        written.get("entry", "")
        or details.get("entry", "")
        or info.get("_entry.id", "")
        or structure.name
    )
    said = written.get("provenance", "") or details.get("provenance", "")
    experimental = method and "THEORETICAL" not in method.upper()
    if told or said:
        kind = told or said
    elif experimental:
        kind = "deposited"
    elif "ALPHAFOLD" in title.upper() or "PREDICT" in title.upper():
        kind = "predicted"
    elif _looks_like_plddt(protein):
        kind = "predicted"
        notes.append("B column is one number per residue, 0-100: read as pLDDT of a prediction")
    else:
        kind = "processed"
        notes.append(GUESSED)
    is_entry = (len(entry) in (4, 12) and entry[:1].isdigit()) or entry.startswith("pdb_")
    keeps_entry = kind in ("deposited", "processed") or "entry" in written
    noted = written.get("resolution", "")
    try:
        resolution = float(noted or structure.resolution)
    except ValueError as error:
        raise StructureError(
            f"{path.name}: resolution expected a number in Å, found {noted!r}"
        ) from error
    return Provenance(
        kind=kind,
        entry=entry.upper() if is_entry and keeps_entry else "",
        method=written.get("method", "") or details.get("method", "") or method,
        resolution=resolution if 0 < resolution < np.inf else None,
        file=path.name,
        sha256=hashlib.sha256(raw).hexdigest(),
        details=tuple(details.items()),
    )


def _looks_like_plddt(protein: list[FileResidue]) -> bool:
    per_residue = [{round(a.b, 2) for a in r.heavy} for r in protein if len(r.heavy) > 1]
    values = {next(iter(b)) for b in per_residue if len(b) == 1}
    same = all(len(b) == 1 for b in per_residue)
    return same and len(values) > 5 and all(0 < v <= 100 for v in values)


def _protein_types(residue: FileResidue) -> AtomTypes:
    kind = residue_type(residue.name)
    united: list[str] = []
    donor: list[bool] = []
    acceptor: list[bool] = []
    charge: list[int] = []
    modified = MODIFIED.get(residue.name, {})
    for atom in residue.atoms:
        hydrogen = atom.element in ("H", "D")
        if atom.name in modified:
            own = modified[atom.name]
            united.append(own[0])
            donor.append(own[1])
            acceptor.append(own[2])
            charge.append(own[3])
            continue
        known = kind is not None and atom.name in kind.classes and not hydrogen
        if known and kind is not None:
            united.append(kind.classes[atom.name])
            donor.append(atom.name in kind.donors)
            acceptor.append(atom.name in kind.acceptors)
            charge.append(kind.charges.get(atom.name, 0))
            continue
        fallback = {"C": "C4", "D": "H"}.get(atom.element, atom.element)
        united.append(fallback)
        donor.append(False)
        acceptor.append(atom.element == "O")
        charge.append(0)
    return AtomTypes(
        np.array(united, dtype=str),
        np.array(donor, dtype=bool),
        np.array(acceptor, dtype=bool),
        np.array(charge, dtype=np.int8),
    )


def _simple_types(residue: FileResidue, role: str) -> AtomTypes:
    elements = [a.element for a in residue.atoms]
    water = np.array([role == "water" and e == "O" for e in elements])
    united = [
        "H" if e in ("H", "D") else ("OH" if w else e) for e, w in zip(elements, water, strict=True)
    ]
    charge = np.zeros(len(elements), dtype=np.int8)
    return AtomTypes(np.array(united, dtype=str), water, water, charge)


def to_complex(
    name: str,
    protein: list[FileResidue],
    numbering: Numbering,
    molecule: FileResidue,
    around: list[tuple[str, FileResidue]],
    mol: Mol,
    chemistry: Chemistry,
    provenance: Provenance,
    notes: list[str],
) -> Complex:
    """Put the parts of a file together.

    Parameters
    ----------
    name : str
    protein : list of FileResidue
    numbering : Numbering
        Of these residues.
    molecule : FileResidue
        The inhibitor.
    around : list of (str, FileResidue)
        Role and residue of waters and metals.
    mol : rdkit.Chem.Mol
        Of the inhibitor's heavy atoms.
    chemistry : Chemistry
    provenance : Provenance
    notes : list of str

    Returns
    -------
    Complex

    Raises
    ------
    StructureError
        If an element is not in the periodic table.
    """
    heavy = molecule.heavy
    hydrogens = [a for a in molecule.atoms if a.element in ("H", "D")]
    ordered = FileResidue(
        molecule.chain, molecule.number, molecule.insertion, molecule.name, (*heavy, *hydrogens)
    )
    own = atom_types(mol)
    n = len(hydrogens)
    inhibitor_types = AtomTypes(
        np.concatenate([own.united, np.full(n, "H")]),
        np.concatenate([own.donor, np.zeros(n, dtype=bool)]),
        np.concatenate([own.acceptor, np.zeros(n, dtype=bool)]),
        np.concatenate([own.charge, np.zeros(n, dtype=np.int8)]),
    )
    members: list[tuple[str, FileResidue, AtomTypes]] = [
        *(("protein", r, _protein_types(r)) for r in protein),
        ("inhibitor", ordered, inhibitor_types),
        *((role, r, _simple_types(r, role)) for role, r in around),
    ]
    unknown = [(r, a) for _, r, _ in members for a in r.atoms if a.element == "X"]
    if unknown:
        residue, atom = unknown[0]
        raise StructureError(
            f"{name}: atom {atom.name} of {residue.where} has an element that is not in the "
            "periodic table; elements are never guessed from atom names"
        )
    zero = [r.where for _, r, _ in members if any(a.occupancy == 0 for a in r.heavy)]
    if zero:
        notes.append(f"atoms of zero occupancy kept: {shown(zero)}")
    atoms = [(i, a) for i, (_, r, _) in enumerate(members) for a in r.atoms]
    b = np.array([a.b for _, a in atoms], dtype=np.float32)
    extra = [0] * (len(members) - len(protein))
    return assemble(
        name=name,
        xyz=np.array([[a.xyz for _, a in atoms]], dtype=np.float32),
        atoms=Atoms(
            name=np.array([a.name for _, a in atoms]),
            element=np.array([a.element for _, a in atoms]),
            residue=np.array([i for i, _ in atoms], dtype=np.intp),
            united=np.concatenate([t.united for _, _, t in members]),
            donor=np.concatenate([t.donor for _, _, t in members]),
            acceptor=np.concatenate([t.acceptor for _, _, t in members]),
            charge=np.concatenate([t.charge for _, _, t in members]),
        ),
        occupancy=np.array([a.occupancy for _, a in atoms], dtype=np.float32),
        b_factor=np.full_like(b, np.nan) if provenance.kind in ("predicted", "model") else b,
        residues=Residues(
            chain=np.array([r.chain for _, r, _ in members]),
            number=np.array([r.number for _, r, _ in members], dtype=np.intp),
            insertion=np.array([r.insertion for _, r, _ in members]),
            name=np.array([r.name for _, r, _ in members]),
            letter=np.array(
                [one_letter(r.standard) if role == "protein" else "X" for role, r, _ in members]
            ),
            role=np.array([role for role, _, _ in members]),
            uniprot=np.concatenate([numbering.uniprot, extra]).astype(np.intp),
            klifs=np.concatenate([numbering.klifs, extra]).astype(np.intp),
        ),
        inhibitor=mol,
        inhibitor_name=chemistry.name or chemistry.component,
        component=chemistry.component,
        protonation=chemistry.basis,
        kinase=numbering.kinase,
        provenance=provenance,
        notes=tuple(notes),
    )
