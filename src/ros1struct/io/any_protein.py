"""Complexes of proteins that are no kinases: the contact engine does not ask for one."""

from __future__ import annotations

import os

import numpy as np

from ros1struct.errors import InputError, StructureError
from ros1struct.io.assemble import provenance_of, to_complex
from ros1struct.io.bond_orders import Chemistry, build_mol
from ros1struct.io.ligands import chemistry_from_smiles, known_chemistry, recognise
from ros1struct.io.load import find
from ros1struct.io.parse import (
    is_amino_acid,
    parse,
    read_bytes,
    residues_of,
    stem,
)
from ros1struct.io.records import FileResidue
from ros1struct.io.select import ADDITIVES, SMALLEST_INHIBITOR
from ros1struct.kinome.numbering import Numbering
from ros1struct.structure.complex import Complex
from ros1struct.structure.topology import Kinase


def load_any_protein(
    source: str | os.PathLike[str],
    *,
    ligand: str | None = None,
    smiles: str | None = None,
    provenance: str | None = None,
) -> Complex:
    """Load any protein with a bound molecule, all its chains, with the numbers of the file.

    Parameters
    ----------
    source : str or path
        A PDB or mmCIF file.
    ligand : str, optional
        Component of the molecule; by default the largest that is no solvent or additive.
    smiles : str, optional
        Its chemistry, with the charges to be used; needed where the built-in table lacks it.
    provenance : str, optional
        Overrules what the file says of itself.

    Returns
    -------
    Complex
        Of a kinase called ``none``: contacts, clashes and their sums have their meaning, numbers
        of UniProt and KLIFS are missing. Without waters, which a trajectory brings.

    Raises
    ------
    InputError
        If the component is not in the file.
    StructureError
        If there is no protein, no molecule, or its chemistry is unknown.
    """
    path, _ = find(source)
    raw = read_bytes(path)
    structure, details, written, _ = parse(raw, path)
    name, notes = stem(path), ["not taken as a kinase: residues have the file's own numbers"]
    residues = list(residues_of(structure, name, notes))
    protein = [r for r in residues if is_amino_acid(r)]
    others = [r for r in residues if not is_amino_acid(r) and not r.is_water]
    if not protein:
        raise StructureError(f"{name}: no protein in the file")
    placed = _molecule(others, ligand, name)
    elements = np.array([a.element for a in placed.heavy])
    chemistry = known_chemistry(placed.name) or recognise(elements, placed.heavy_xyz())
    if smiles is not None:
        given = chemistry_from_smiles(smiles, placed.name)
        chemistry = Chemistry(placed.name, given.name, given.smiles, given.basis)
    if chemistry is None:
        raise StructureError(
            f"{name}: the chemistry of {placed.where} ({len(elements)} heavy atoms) is not in the "
            "built-in table; give its SMILES with smiles=, charges as at pH 7.4"
        )
    mol, more = build_mol(elements, placed.heavy_xyz(), chemistry)
    notes.extend(more)
    kind = provenance_of(structure, details, written, protein, path, raw, provenance, notes)
    nothing = np.zeros(len(protein), dtype=np.intp)
    numbering = Numbering(Kinase("none", "", 0.0, "", "author"), nothing, nothing)
    return to_complex(name, protein, numbering, placed, [], mol, chemistry, kind, notes)


def _molecule(others: list[FileResidue], wanted: str | None, name: str) -> FileResidue:
    if wanted is not None:
        found = [r for r in others if r.name.upper() == wanted.upper()]
        if not found:
            listed = ", ".join(dict.fromkeys(r.where for r in others)) or "none"
            raise InputError(f"{name}: no molecule {wanted!r}; the file has {listed}")
        return found[0]
    large = [r for r in others if r.name not in ADDITIVES and len(r.heavy) >= SMALLEST_INHIBITOR]
    if not large:
        raise StructureError(
            f"{name}: no molecule of {SMALLEST_INHIBITOR} or more heavy atoms; name one with "
            "ligand="
        )
    return max(large, key=lambda r: len(r.heavy))
