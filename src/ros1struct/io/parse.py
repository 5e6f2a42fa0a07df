"""From the bytes of a PDB or mmCIF file to plain residues: one model, one location per atom.

gemmi reads both formats: it understands hybrid-36 numbers, insertion codes, long component ids and
both chain namings, and reads a kinase in 2 ms. What a file cannot be trusted with is checked here:
elements are never guessed, coordinates must be numbers.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ros1struct.errors import StructureError
from ros1struct.io.checks.damage import check_cif, check_pdb
from ros1struct.io.checks.limits import above, check_size, limit, read_limited, unpacked
from ros1struct.io.formats import check_elements, foreign_format, mark_missing, with_elements
from ros1struct.io.frames.names import with_pdb_names
from ros1struct.io.ligands import known_chemistry
from ros1struct.io.records import AtomKey, FileAtom, FileResidue
from ros1struct.kinome.annotations import Annotations, read_cif, read_pdb
from ros1struct.structure.complex import FARTHEST
from ros1struct.structure.residue_types import BACKBONE, ONE_TO_THREE, RESIDUE_TYPES
from ros1struct.structure.residues import PARENT

if TYPE_CHECKING:
    import gemmi

# Å; copies of an atom that lie nearer are the same molecule given twice.
COPIES = 1.0
# Begins the lines of a PDB file that carry what its format has no place for.
REMARK = "REMARK 999 ROS1STRUCT "


def stem(path: Path) -> str:
    """File name without folders and without the endings of structure files."""
    name = path.name
    for suffix in (".gz", ".cif", ".mmcif", ".pdb", ".ent"):
        if name.lower().endswith(suffix):
            name = name[: -len(suffix)]
    return name or path.name


def read_bytes(path: Path) -> bytes:
    """Read a file that must not be empty; a StructureError says why it cannot be read."""
    try:
        raw = read_limited(path)
    except OSError as error:
        raise StructureError(f"{path.name}: cannot be read ({error.strerror})") from error
    if not raw.strip():
        raise StructureError(f"{path.name}: the file is empty; expected a PDB or mmCIF structure")
    return raw


def parse(
    raw: bytes, path: Path
) -> tuple[gemmi.Structure, dict[str, str], dict[str, str], Annotations]:
    """Parse PDB or mmCIF, told apart by content.

    Parameters
    ----------
    raw : bytes
    path : Path
        For messages.

    Returns
    -------
    structure : gemmi.Structure
    details : dict of str
        What the file says of itself in ``_ros1struct`` items.
    written : dict of str
        What :func:`ros1struct.io.write.write` noted for the reader; empty in other files.
    annotations : Annotations
        What the file says of the sequences of its chains.

    Raises
    ------
    StructureError
        If the bytes are not a structure, or leave elements or coordinates to be guessed.
    """
    import gemmi

    raw = unpacked(raw, path)
    check_size(raw, path)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    cif = re.search(r"^[ \t]*_atom_site\.", text, re.MULTILINE) is not None
    if foreign := foreign_format(raw, text, path):
        raise StructureError(f"{path.name}: {foreign}")
    if not cif and not re.search(r"^(?:ATOM|HETA)", text, re.MULTILINE | re.IGNORECASE):
        raise StructureError(
            f"{path.name}: not a structure; expected PDB ATOM records or an mmCIF _atom_site "
            f"table, found a file that begins with {text.strip()[:40]!r}"
        )
    (check_elements if cif else check_pdb)(text, path)
    filled = 0
    renamed: list[str] = []
    if not cif:
        text, renamed = with_pdb_names(text)
        text, filled = with_elements(text, path)
    details, written = ({}, {}) if cif else _remarks(text, path)
    if filled:
        written["elements filled"] = str(filled)
    if renamed:
        written["names changed"] = shown(renamed)
    try:
        if not cif:
            structure = gemmi.read_pdb_string(mark_missing(text))
            structure.merge_chain_parts()
            _check_residues(structure, path)
            return structure, details, written, read_pdb(text)
        document = gemmi.cif.read_string(text)
        blocks = [b for b in document if "_atom_site." in b.get_mmcif_category_names()]
        if not blocks:
            raise StructureError(f"{path.name}: no _atom_site table in any block of the file")
        block = blocks[0]
        check_cif(block, text, path)
        details, written = _items(block, "_ros1struct."), _items(block, "_ros1struct_written.")
        if any(t.startswith("_ma_") for t in block.get_mmcif_category_names()):
            details.setdefault("provenance", "predicted")
        column = block.find_values("_atom_site.B_iso_or_equiv")
        for k, value in enumerate(column):
            if value in ("?", "."):  # gemmi reads these as zero
                column[k] = "NaN"
        structure = gemmi.make_structure_from_block(block)
        _check_residues(structure, path)
        return structure, details, written, read_cif(block, structure)
    except StructureError:
        raise
    except (RuntimeError, ValueError) as error:
        raise StructureError(f"{path.name}: cannot be parsed: {error}") from error


def _check_residues(structure: gemmi.Structure, path: Path) -> None:
    most = limit("RESIDUES")
    if len(structure) and sum(len(chain) for chain in structure[0]) > most:
        count = sum(not r.is_water() for chain in structure[0] for r in chain)
        if count > most:
            raise above(path.name, f"{count:,} residues that are no water", "RESIDUES", "residues")


def _items(block: gemmi.cif.Block, category: str) -> dict[str, str]:
    found = block.get_mmcif_category(category)
    return {name: str((values or [""])[0] or "") for name, values in found.items()}


def _remarks(text: str, path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Return what `write` put into the remarks of a PDB file."""
    pieces = [
        line.rstrip().removeprefix(REMARK).removesuffix("|")
        for line in text.splitlines()
        if line.startswith(REMARK)
    ]
    if not pieces:
        return {}, {}
    try:
        details, written = (
            {str(k): str(v) for k, v in part.items()} for part in json.loads("".join(pieces))
        )
    except (ValueError, AttributeError, TypeError) as error:
        raise StructureError(
            f"{path.name}: the lines that begin with {REMARK!r} are damaged; remove them all to "
            "read the file without them"
        ) from error
    return details, written


def residues_of(
    structure: gemmi.Structure, name: str, notes: list[str], *, location: str = ""
) -> Iterator[FileResidue]:
    """Yield the residues of the first model, one alternate location each.

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
    """
    if len(structure) == 0:
        return
    alternates, twice, modified = [], [], []
    parents = _parents(structure)
    for chain in structure[0]:
        groups: dict[tuple[int, str], list[gemmi.Residue]] = {}
        for residue in chain:
            key = (int(residue.seqid.num or 0), residue.seqid.icode.strip())
            groups.setdefault(key, []).append(residue)
        for (number, insertion), members in groups.items():
            for residue, rivals in _one_amino_acid(members):
                molecules, choice, copies = _best_location(residue, location)
                parent = parents.get((chain.name, number, insertion, residue.name), "")
                for atoms in molecules:
                    made = FileResidue(
                        chain.name, number, insertion, residue.name, atoms, choice, parent
                    )
                    _check_finite(made, name)
                    yield made
                if choice or rivals == "alternate":
                    alternates.append(f"{residue.name}{number}{insertion}:{choice}")
                if copies or rivals == "twice":
                    twice.append(made.where)
                if parent:
                    modified.append(f"{made.where} ({parent.capitalize()})")
    if alternates:
        how = f"{location} where there is one, else best-occupied" if location else "best-occupied"
        notes.append(f"alternate locations: {how} taken ({shown(alternates)})")
    if twice:
        notes.append(f"given twice under one number, first copy taken: {shown(twice)}")
    if modified:
        notes.append(f"modified residues, read as their parents: {shown(modified)}")


def _parents(structure: gemmi.Structure) -> dict[tuple[str, int, str, str], str]:
    """Parents of modified residues: MODRES, pdbx_struct_mod_residue, or gemmi's own table."""
    import gemmi

    told = {
        (m.chain_name, int(m.res_id.seqid.num or 0), m.res_id.seqid.icode.strip(), m.res_id.name):
        m.parent_comp_id
        for m in structure.mod_residues
    }  # fmt: skip
    found = {}
    for chain in structure[0]:
        for residue in chain:
            if residue.name in RESIDUE_TYPES or residue.name in PARENT:
                continue
            key = (
                chain.name, int(residue.seqid.num or 0), residue.seqid.icode.strip(), residue.name
            )  # fmt: skip
            parent = told.get(key, "")
            if not parent:
                letter = gemmi.find_tabulated_residue(residue.name).one_letter_code
                amino = gemmi.find_tabulated_residue(residue.name).is_amino_acid()
                parent = ONE_TO_THREE.get(letter.upper(), "") if amino else ""
            if parent in RESIDUE_TYPES and {"N", "CA", "C"} <= {a.name for a in residue}:
                found[key] = parent
    return found


def frames_of(structure: gemmi.Structure, keys: list[AtomKey], name: str) -> np.ndarray:
    """Coordinates of every model, its atoms in the order of their keys.

    Parameters
    ----------
    structure : gemmi.Structure
    keys : list of (chain, number, insertion, atom name)
        Where several atoms have one key, they are taken in the order of the file.
    name : str
        Of the structure, for messages.

    Returns
    -------
    ndarray of float64, shape (models, atoms, 3)
        Å.

    Raises
    ------
    StructureError
        If a model lacks an atom.
    """
    wanted = _counted(keys)
    frames = []
    for number, model in enumerate(structure, start=1):
        found = [
            ((c.name, int(r.seqid.num or 0), r.seqid.icode.strip(), a.name), a.pos.tolist())
            for c in model
            for r in c
            for a in r
        ]
        xyz = dict(zip(_counted([key for key, _ in found]), (p for _, p in found), strict=True))
        missing = next((key for key in wanted if key not in xyz), None)
        if missing is not None:
            (chain, seq, insertion, atom), _ = missing
            raise StructureError(
                f"{name}: model {number} lacks atom {atom} of {chain}/{seq}{insertion} of model 1; "
                "frames must have the same atoms"
            )
        frames.append([xyz[key] for key in wanted])
    return np.array(frames)


def _counted(keys: list[AtomKey]) -> list[tuple[AtomKey, int]]:
    """Tell equal keys apart by counting them."""
    seen: Counter[AtomKey] = Counter()
    out = []
    for key in keys:
        out.append((key, seen[key]))
        seen[key] += 1
    return out


def _check_finite(residue: FileResidue, name: str) -> None:
    for atom in residue.atoms:
        if not all(abs(x) < FARTHEST for x in atom.xyz):
            raise StructureError(
                f"{name}: atom {atom.name} of {residue.where} has a coordinate that is not a "
                f"number; expected three finite numbers below {FARTHEST:,.0f} Å"
            )


def shown(items: list[str]) -> str:
    """Join the first few items for a note."""
    return ", ".join(items[:6]) + (", ..." if len(items) > 6 else "")


def _one_amino_acid(members: list[gemmi.Residue]) -> list[tuple[gemmi.Residue, str]]:
    """Of several amino acids under one number keep one; waters and ligands may share numbers."""
    rivals = [r for r in members if r.name in RESIDUE_TYPES or r.name in PARENT]
    if len(rivals) > 1 and len({r.name for r in rivals}) == 1:
        names = [a.name for r in rivals for a in r]
        if len(set(names)) == len(names):  # parts of one residue with another line between
            whole = rivals[0].clone()
            for atom in (a for r in rivals[1:] for a in r):
                whole.add_atom(atom)
            members = [whole, *(r for r in members if r not in rivals)]
            rivals = [whole]
    if len(rivals) < 2:
        return [(r, "") for r in members]
    # Microheterogeneity has alternate-location marks; a chain that is there twice has none.
    marked = any(a.has_altloc() for r in rivals for a in r)
    best = max(rivals, key=lambda r: float(np.mean([a.occ for a in r])) if marked else 0.0)
    kind = "alternate" if marked else "twice"
    return [(best, kind), *((r, "") for r in members if r not in rivals)]


def _best_location(
    residue: gemmi.Residue, wanted: str
) -> tuple[list[tuple[FileAtom, ...]], str, bool]:
    """Return the atoms of one location, its mark, and whether a second copy was left out.

    Several molecules under one number (waters are counted from 1 again after 9,999) come apart.
    """
    occupancy: dict[str, list[float]] = {}
    for atom in residue:
        if atom.has_altloc():
            occupancy.setdefault(atom.altloc, []).append(atom.occ)
    chosen = min(occupancy, key=lambda a: (-float(np.mean(occupancy[a])), a), default="")
    chosen = wanted if wanted in occupancy else chosen
    atoms = [a for a in residue if not a.has_altloc() or a.altloc == chosen]
    repeats = Counter(a.name for a in atoms)
    amino = residue.name in RESIDUE_TYPES or residue.name in PARENT
    most = max(repeats.values())
    # Every name equally often: copies. Otherwise the names are not meant to be unique
    # (a ligand whose carbons are all called C), and all atoms count.
    copies = len(set(repeats.values())) == 1 and most > 1
    molecules = [atoms]
    if copies or amino:
        copies = most > 1
        turns: Counter[str] = Counter()
        parts: list[list[gemmi.Atom]] = [[] for _ in range(most)]
        for atom in atoms:
            parts[turns[atom.name]].append(atom)
            turns[atom.name] += 1
        apart = [parts[0]]
        if not amino:
            for part in parts[1:]:
                if all(part[0].pos.dist(other[0].pos) > COPIES for other in apart):
                    apart.append(part)
        copies = copies and len(apart) < most
        molecules = apart
    kept = [
        tuple(
            FileAtom(a.name, a.element.name, (a.pos.x, a.pos.y, a.pos.z), a.occ, a.b_iso)
            for a in molecule
        )
        for molecule in molecules
    ]
    return kept, chosen, copies


def is_amino_acid(residue: FileResidue) -> bool:
    """Whether a residue is part of a protein: by its name, or by a bonded N-CA-C-O."""
    if residue.name in RESIDUE_TYPES or residue.name in PARENT or residue.parent:
        return True
    atoms = {a.name: a for a in residue.atoms}
    if not {*BACKBONE} <= atoms.keys() or known_chemistry(residue.name) is not None:
        return False
    # Ligands use these names too: only in an amino acid are the atoms bonded N-CA-C-O.
    chain = np.array([atoms[name].xyz for name in BACKBONE])
    return bool((np.linalg.norm(np.diff(chain, axis=0), axis=1) < 1.8).all())
