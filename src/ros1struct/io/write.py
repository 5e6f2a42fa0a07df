"""From a Complex to a file that :func:`ros1struct.load` reads back.

gemmi writes both formats. What they have no place for (the inhibitor's chemistry, the provenance)
goes into ``_ros1struct`` items of mmCIF and into remarks of PDB.
"""

from __future__ import annotations

import gzip
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ros1struct.errors import InputError, StructureError
from ros1struct.io.border import takes_complex
from ros1struct.io.files import user_path, write_file
from ros1struct.io.parse import REMARK, stem
from ros1struct.structure.complex import Complex

if TYPE_CHECKING:
    import gemmi

SUFFIXES = (".cif", ".cif.gz", ".pdb")
_REMARK_WIDTH = 56
# Å; what three decimals in eight columns can hold.
_PDB_RANGE = (-999.999, 9999.999)


@takes_complex("all")
def write(complex: Complex, path: str | os.PathLike[str]) -> Path:
    """Write a complex as mmCIF or PDB.

    Parameters
    ----------
    complex : Complex or str
        Of one or many frames; each frame is a model of the file.
        A text is loaded by :func:`ros1struct.load`.
    path : path
        Ends in ``.cif``, ``.cif.gz`` or ``.pdb``. A file that is there is replaced in one step.

    Returns
    -------
    Path
        The file. :func:`ros1struct.load` makes the same complex of it: atoms, coordinates to
        0.001 Å, numbers, the inhibitor's bond orders and charges, provenance, frames; only its
        name is that of the file.

    Raises
    ------
    InputError
        If the ending is another, the file cannot be written, or PDB format cannot hold the
        complex.
    StructureError
        If the atoms of a residue are not together.

    Examples
    --------
    >>> import tempfile
    >>> import ros1struct as rs
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     again = rs.load(write(rs.load("2WGJ"), Path(folder) / "copy.cif"))
    >>> again
    <Complex copy: MET WT + crizotinib (VGH), deposited, 72 residues, 1 frame>
    """
    path = user_path(path)
    suffix = next((s for s in reversed(SUFFIXES) if path.name.lower().endswith(s)), None)
    if suffix is None:
        raise InputError(
            f"{path.name or path}: a structure is written as {', '.join(SUFFIXES)}; "
            "name a file with one of these endings"
        )
    text = as_pdb(complex) if suffix == ".pdb" else as_mmcif(complex, stem(path))
    data = text.encode("utf-8")
    # No time in the header: the same complex gives the same bytes.
    write_file(path, gzip.compress(data, mtime=0) if suffix == ".cif.gz" else data)
    return path


def as_mmcif(complex: Complex, name: str) -> str:
    """Return a complex as the text of an mmCIF file.

    Parameters
    ----------
    complex : Complex
    name : str
        Of the data block; letters that mmCIF forbids there become underscores.

    Examples
    --------
    >>> import ros1struct as rs
    >>> as_mmcif(rs.load("2WGJ"), "my copy").splitlines()[0]
    'data_my_copy'
    """
    import gemmi

    structure = _structure(complex, 4)
    structure.name = re.sub(r"[^A-Za-z0-9._-]", "_", name) or "structure"
    groups = gemmi.MmcifOutputGroups(False, entry=True, entity=True, entity_poly=True)
    groups.entity_poly_seq = groups.struct_asym = groups.chem_comp = groups.atoms = True
    groups.auth_all = groups.group_pdb = groups.block_name = True
    document = structure.make_mmcif_document(groups)
    block = document.sole_block()
    column = block.find_values("_atom_site.B_iso_or_equiv")
    for k, value in enumerate(column):
        if value == "NaN":
            column[k] = "?"
    for category, items in (
        ("_ros1struct.", dict(complex.provenance.details)),
        ("_ros1struct_written.", _written(complex)),
    ):
        for key, value in items.items():
            # A tag of a file that was read; anything else cannot be one.
            if re.fullmatch(r"[A-Za-z0-9_.-]+", key):
                block.set_pair(category + key, _quoted(value))
    return str(document.as_string())


def as_pdb(complex: Complex) -> str:
    """Return a complex as the text of a PDB file.

    Parameters
    ----------
    complex : Complex

    Raises
    ------
    InputError
        If a name is too long for PDB format, or a coordinate too large.

    Examples
    --------
    >>> import ros1struct as rs
    >>> as_pdb(rs.load("2WGJ")).splitlines()[-1]
    'END'
    """
    _check_pdb(complex)
    notes = json.dumps([dict(complex.provenance.details), _written(complex)])
    pieces = [notes[k : k + _REMARK_WIDTH] for k in range(0, len(notes), _REMARK_WIDTH)]
    # The bar keeps a blank at the end of a line.
    remarks = "".join(f"{REMARK}{piece}|\n" for piece in pieces)
    lines = _structure(complex, 3).make_pdb_string().splitlines()
    blank = re.compile(r"^((?:ATOM  |HETATM).{54})   NaN")
    body = "".join(blank.sub(r"\1      ", line).rstrip() + "\n" for line in lines)
    return remarks + body


def _quoted(value: str) -> str:
    """Return a value as mmCIF text, on one line: no value can end its own item."""
    import gemmi

    line = re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", " ", value).strip()
    return str(gemmi.cif.quote(line)) if line else "?"


def _structure(complex: Complex, decimals: int) -> gemmi.Structure:
    import gemmi

    a, r = complex.atoms, complex.residues
    if (np.diff(a.residue) < 0).any():
        raise StructureError(f"{complex.name}: the atoms of a residue must be together, in order")
    kinds = {
        "protein": gemmi.EntityType.Polymer,
        "water": gemmi.EntityType.Water,
    }
    charge = np.zeros(len(a), dtype=int)
    charge[complex.inhibitor_heavy] = [x.GetFormalCharge() for x in complex.inhibitor.GetAtoms()]
    first = np.searchsorted(a.residue, np.arange(len(r) + 1))
    # A prediction has its pLDDT there, as the program that made it wrote it.
    predicted = complex.provenance.kind == "predicted"
    column = complex.confidence if predicted else complex.b_factor
    structure = gemmi.Structure()
    for number, frame in enumerate(complex.xyz, start=1):
        model = gemmi.Model(number)
        chains: dict[str, gemmi.Chain] = {}
        for k in range(len(r)):
            residue = gemmi.Residue()
            residue.name = str(r.name[k])
            residue.seqid = gemmi.SeqId(int(r.number[k]), str(r.insertion[k]) or " ")
            role = str(r.role[k])
            residue.het_flag = "A" if role == "protein" else "H"
            residue.entity_type = kinds.get(role, gemmi.EntityType.NonPolymer)
            for i in range(first[k], first[k + 1]):
                atom = gemmi.Atom()
                atom.name = str(a.name[i])
                atom.element = gemmi.Element(str(a.element[i]))
                atom.pos = gemmi.Position(*(round(float(x), decimals) for x in frame[i]))
                atom.occ = round(float(complex.occupancy[i]), 4)
                atom.b_iso = float(column[i])
                atom.charge = int(charge[i])
                residue.add_atom(atom)
            chains.setdefault(str(r.chain[k]), gemmi.Chain(str(r.chain[k]))).add_residue(residue)
        for chain in chains.values():
            model.add_chain(chain)
        structure.add_model(model)
    structure.setup_entities()
    for entity in structure.entities:
        if entity.entity_type == gemmi.EntityType.Polymer:
            entity.full_sequence = [str(n) for n in r.name[r.role == "protein"]]
    structure.assign_label_seq_id(force=True)
    structure.assign_serial_numbers()
    return structure


def _written(complex: Complex) -> dict[str, str]:
    """Collect what the reader needs to make the same complex again."""
    from rdkit import Chem

    p = complex.provenance
    inhibitor = int(complex.atoms.residue[complex.inhibitor_heavy[0]])
    r = complex.residues
    where = f"{r.name[inhibitor]}:{r.chain[inhibitor]}:{r.number[inhibitor]}"
    where += str(r.insertion[inhibitor])
    return {
        "provenance": p.kind,
        "entry": p.entry,
        "method": p.method,
        "resolution": "" if p.resolution is None else f"{p.resolution:g}",
        "numbering": complex.kinase.numbering,
        "kinase": complex.kinase.name,
        "variant": complex.kinase.variant,
        "inhibitor": complex.inhibitor_name,
        "component": complex.component,
        "smiles": Chem.MolToSmiles(Chem.RemoveHs(complex.inhibitor)),
        "protonation": complex.protonation,
        # A name with a blank or a colon cannot be asked for.
        "ligand": where if re.fullmatch(r"[^\s:]+:[^\s:]+:-?\d+[^\s:]?", where) else "",
        "frames": str(len(complex.xyz)),
    }


def _check_pdb(complex: Complex) -> None:
    a, r = complex.atoms, complex.residues
    for what, names, most in (
        ("residue name", r.name, 3),
        ("chain", r.chain, 1),
        ("atom name", a.name, 4),
    ):
        for name in names:
            if len(name) > most:
                raise InputError(
                    f"{complex.name}: {what} {str(name)!r} is too long for PDB format (at most "
                    f"{most}); write it as .cif"
                )
    low, high = _PDB_RANGE
    if (complex.xyz < low).any() or (complex.xyz > high).any():
        raise InputError(
            f"{complex.name}: a coordinate is outside {low} to {high} Å, all that PDB format can "
            "hold; write it as .cif"
        )
