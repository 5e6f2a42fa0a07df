"""The residues of a file and the inhibitor's chemistry, put together as a Complex."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ros1struct.errors import StructureError, warn
from ros1struct.io.chemistry.bond_orders import Chemistry
from ros1struct.io.chemistry.covalent import Link
from ros1struct.io.chemistry.hetero import hetero_mol
from ros1struct.io.parse import shown
from ros1struct.io.reading.source import Source
from ros1struct.io.records import HYDROGENS, AtomKey, FileAtoms, FileResidue
from ros1struct.io.select import COFACTORS
from ros1struct.kinome.numbering import Numbering
from ros1struct.structure.complex import Complex, Provenance, Singles, assemble
from ros1struct.structure.drug_atoms import AtomTypes, atom_types
from ros1struct.structure.residue_types import BACKBONE
from ros1struct.structure.residues import MODIFIED, one_letter, residue_type
from ros1struct.structure.topology import Atoms, Residues

if TYPE_CHECKING:
    import gemmi
    from rdkit.Chem import Mol

GUESSED = "the file names no experiment: taken as processed; say provenance= if you know better"

MAYBE_PREDICTED = (
    "the file names no experiment: taken as processed, though its B column falls from backbone to "
    "side chain as the pLDDT of every atom does (AlphaFold 3, Boltz, Chai) and B factors do not; "
    "provenance='predicted' reads it so"
)
# Residues, out of all, in which that is so.
_FALLING = 0.8


def atom_keys(complex: Complex) -> list[AtomKey]:
    """Chain, number, insertion and name of every atom, by which other frames are read."""
    r, index = complex.residues, complex.atoms.residue
    columns = r.chain[index], r.number[index], r.insertion[index], complex.atoms.name
    return list(zip(*(column.tolist() for column in columns), strict=True))


def provenance_of(
    source: Source,
    protein: list[FileResidue],
    told: str | None,
    notes: list[str],
) -> Provenance:
    """Say where a file comes from, by what was told, what it says of itself, and what it holds.

    Parameters
    ----------
    source : Source
    protein : list of FileResidue
    told : str or None
        The argument ``provenance``.
    notes : list of str
        A guess is added to them.

    Returns
    -------
    Provenance
    """
    parsed = source.parsed
    structure, details, written = parsed.structure, parsed.details, parsed.written
    info = dict(structure.info)
    method = info.get("_exptl.method", "")
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
    elif program := predictor(source):
        kind = "predicted"
        notes.append(f"the file names {program}: a prediction, its B column is pLDDT")
    elif _looks_like_plddt(protein):
        kind = "predicted"
        scale = "0-100 or 0-1"
        notes.append(f"B column is one number per residue, {scale}: read as pLDDT of a prediction")
    else:
        kind = "processed"
        notes.append(MAYBE_PREDICTED if _falls_outwards(protein) else GUESSED)
    is_entry = (len(entry) in (4, 12) and entry[:1].isdigit()) or entry.startswith("pdb_")
    keeps_entry = kind in ("deposited", "processed") or "entry" in written
    noted = written.get("resolution", "")
    try:
        resolution = float(noted or structure.resolution)
    except ValueError as error:
        raise StructureError(
            f"{source.name}: resolution expected a number in Å, found {noted!r}"
        ) from error
    return Provenance(
        kind=kind,
        entry=entry.upper() if is_entry and keeps_entry else "",
        method=written.get("method", "") or details.get("method", "") or method,
        resolution=resolution if 0 < resolution < np.inf else None,
        file=source.file,
        sha256=parsed.sha256,
        details=tuple(details.items()),
    )


# What programs that predict structures call themselves in titles, remarks and software tables.
_PREDICTORS = (
    "AlphaFold", "Boltz", "Chai-", "chai_lab", "RoseTTAFold", "ESMFold", "OpenFold", "Protenix",
    "ColabFold", "HelixFold", "predicted", "prediction",
)  # fmt: skip


def predictor(source: Source) -> str:
    """Name of the program that predicted a structure, as the file says it; empty for others."""
    parsed = source.parsed
    told = [*dict(parsed.structure.info).values(), *parsed.structure.raw_remarks]
    if parsed.block is not None:
        told.append(parsed.block.name)
        for item in ("_software.name", "_pdbx_audit_support.funding_organization"):
            told += list(parsed.block.find_values(item))
    text = " ".join(told).lower()
    return next((name.rstrip("-") for name in _PREDICTORS if name.lower() in text), "")


def percent(b: Singles) -> Singles:
    """PLDDT from 0 to 100, which some programs give from 0 to 1."""
    known = b[np.isfinite(b)]
    return b * np.float32(100) if len(known) and known.max() <= 1.0 else b


def _looks_like_plddt(protein: list[FileResidue]) -> bool:
    """Whether all atoms of a residue have one number, and residues different ones, 0 to 100."""
    values = set()
    for residue in protein:
        b = residue.heavy.b.round(2)
        if len(b) > 1:
            if (b != b[0]).any():
                return False
            values.add(float(b[0]))
    return len(values) > 5 and all(0 < v <= 100 for v in values)


def _falls_outwards(protein: list[FileResidue]) -> bool:
    """Whether a B column is more like pLDDT of every atom: high, and lower in side chains."""
    falls, middle = [], []
    for residue in protein:
        b, backbone = residue.heavy.b, np.isin(residue.heavy.name, BACKBONE)
        if len(b) > 4 and backbone.any() and not backbone.all():
            falls.append(bool(b[~backbone].mean() < b[backbone].mean()))
            middle.append(float(b[backbone].mean()))
            if not (b.min() >= 0 and b.max() <= 100):
                return False
    if len(falls) < 20:
        return False
    scale = 1.0 if max(middle) <= 1 else 100.0
    return bool(np.mean(falls) >= _FALLING and np.median(middle) >= 0.5 * scale)


def _protein_types(residue: FileResidue) -> AtomTypes:
    return _residue_types(residue.name, residue.names, residue.elements)


# Residues of one name with the same atoms are alike; a chain has some fifty kinds.
@lru_cache(maxsize=1024)
def _residue_types(name: str, names: tuple[str, ...], elements: tuple[str, ...]) -> AtomTypes:
    kind = residue_type(name)
    united: list[str] = []
    donor: list[bool] = []
    acceptor: list[bool] = []
    charge: list[int] = []
    modified = MODIFIED.get(name, {})
    for atom, element in zip(names, elements, strict=True):
        hydrogen = element in HYDROGENS
        if atom in modified:
            own = modified[atom]
            united.append(own[0])
            donor.append(own[1])
            acceptor.append(own[2])
            charge.append(own[3])
            continue
        known = kind is not None and atom in kind.classes and not hydrogen
        if known and kind is not None:
            united.append(kind.classes[atom])
            donor.append(atom in kind.donors)
            acceptor.append(atom in kind.acceptors)
            charge.append(kind.charges.get(atom, 0))
            continue
        united.append({"C": "C4", "D": "H"}.get(element, element))
        donor.append(False)
        acceptor.append(element == "O")
        charge.append(0)
    return AtomTypes(
        np.array(united, dtype=str),
        np.array(donor, dtype=bool),
        np.array(acceptor, dtype=bool),
        np.array(charge, dtype=np.int8),
    )


def _simple_types(residue: FileResidue, role: str) -> AtomTypes:
    elements = residue.atoms.element.tolist()
    water = np.array([role == "water" and e == "O" for e in elements])
    united = [
        "H" if e in HYDROGENS else ("OH" if w else e) for e, w in zip(elements, water, strict=True)
    ]
    charge = np.zeros(len(elements), dtype=np.int8)
    return AtomTypes(np.array(united, dtype=str), water, water, charge)


def _hydrogens_last(molecule: FileResidue) -> FileResidue:
    order = np.argsort(np.isin(molecule.atoms.element, HYDROGENS), kind="stable")
    return replace(molecule, atoms=molecule.atoms[order])


def _molecule_types(molecule: FileResidue, mol: Mol | None) -> AtomTypes:
    """Types of a molecule with its hydrogens last; of one that is not known by its elements."""
    if mol is None:
        return _simple_types(molecule, "hetero")
    own = atom_types(mol)
    n = len(molecule.atoms) - len(own.united)
    return AtomTypes(
        np.concatenate([own.united, np.full(n, "H")]),
        np.concatenate([own.donor, np.zeros(n, dtype=bool)]),
        np.concatenate([own.acceptor, np.zeros(n, dtype=bool)]),
        np.concatenate([own.charge, np.zeros(n, dtype=np.int8)]),
    )


def told(complex: Complex) -> Complex:
    """Warn of each note of a complex that a user loads, and return it."""
    for note in complex.notes:
        warn(f"{complex.name}: {note}")
    return complex


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
    links: Sequence[Link] = (),
    block: gemmi.cif.Block | None = None,
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
        Role and residue of other molecules, waters and metals.
    mol : rdkit.Chem.Mol
        Of the inhibitor's heavy atoms.
    chemistry : Chemistry
    provenance : Provenance
    notes : list of str
    links : sequence of Link
        Bonds of the inhibitor to the protein.
    block : gemmi.cif.Block, optional
        Of an mmCIF file, which may tell the chemistry of other molecules.

    Returns
    -------
    Complex

    Raises
    ------
    StructureError
        If an element is not in the periodic table.
    """
    around = [(role, _hydrogens_last(r) if role == "hetero" else r) for role, r in around]
    hetero = tuple(
        hetero_mol(r, block, dictionary=r.name in COFACTORS)
        for role, r in around
        if role == "hetero"
    )
    known = iter(hetero)
    ordered = _hydrogens_last(molecule)
    members = [*protein, ordered, *(r for _, r in around)]
    roles = [*["protein"] * len(protein), "inhibitor", *(role for role, _ in around)]
    types = [
        *map(_protein_types, protein),
        _molecule_types(ordered, mol),
        *(
            _molecule_types(r, next(known)) if role == "hetero" else _simple_types(r, role)
            for role, r in around
        ),
    ]
    atoms = FileAtoms.join([r.atoms for r in members])
    owner = np.repeat(np.arange(len(members)), [len(r.atoms) for r in members])
    if (unknown := atoms.element == "X").any():
        atom = int(np.argmax(unknown))
        raise StructureError(
            f"{name}: atom {atoms.name[atom]} of {members[owner[atom]].where} has an element that "
            "is not in the periodic table; elements are never guessed from atom names"
        )
    # Programs that have no occupancies (OpenMM) write mmCIF files in which all are zero.
    zero = (atoms.occupancy == 0) & ~np.isin(atoms.element, HYDROGENS)
    if zero.any() and atoms.occupancy.any():
        where = [members[k].where for k in np.unique(owner[zero])]
        notes.append(f"atoms of zero occupancy kept: {shown(where)}")
    donor = np.concatenate([t.donor for t in types])
    pairs = []
    for link in links:
        residue = next(k for k, r in enumerate(protein) if r is link.residue)
        place = np.flatnonzero((owner == residue) & (atoms.name == link.name))[0]
        donor[place] = False  # its hydrogen has left
        pairs.append((place, np.searchsorted(owner, len(protein)) + link.atom))
    b = atoms.b.astype(np.float32)
    none = np.full_like(b, np.nan)
    confidence = percent(b) if provenance.kind == "predicted" else none
    extra = [0] * (len(members) - len(protein))
    complex = assemble(
        name=name,
        xyz=atoms.xyz.astype(np.float32)[None],
        atoms=Atoms(
            name=atoms.name,
            element=atoms.element,
            residue=owner.astype(np.intp),
            united=np.concatenate([t.united for t in types]),
            donor=donor,
            acceptor=np.concatenate([t.acceptor for t in types]),
            charge=np.concatenate([t.charge for t in types]),
        ),
        occupancy=atoms.occupancy.astype(np.float32),
        b_factor=none if provenance.kind in ("predicted", "model") else b,
        confidence=confidence,
        residues=Residues(
            chain=np.array([r.chain for r in members]),
            number=np.array([r.number for r in members], dtype=np.intp),
            insertion=np.array([r.insertion for r in members]),
            name=np.array([r.name for r in members]),
            letter=np.array(
                [
                    one_letter(r.standard) if role == "protein" else "X"
                    for role, r in zip(roles, members, strict=True)
                ]
            ),
            role=np.array(roles),
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
    if hetero:
        complex = complex.with_changes(hetero=hetero)
    # Those that the file states may be longer than bonds that are found by distance.
    bonds = np.unique(np.concatenate([complex.topology.bonds, pairs]), axis=0) if pairs else None
    return complex if bonds is None else complex.with_changes(bonds=bonds.astype(np.intp))
