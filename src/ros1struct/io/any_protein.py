"""Complexes of proteins that are no kinases: the contact engine does not ask for one."""

from __future__ import annotations

from typing import Any

import numpy as np

from ros1struct.errors import InputError, StructureError
from ros1struct.io.assemble import provenance_of, to_complex, told
from ros1struct.io.chemistry.bond_orders import Chemistry, build_mol
from ros1struct.io.chemistry.ligands import chemistry_from_smiles, known_chemistry, recognise
from ros1struct.io.reading.model import model_of
from ros1struct.io.reading.source import read_source
from ros1struct.io.records import FileResidue, is_amino_acid
from ros1struct.io.select import ADDITIVES, SMALLEST_INHIBITOR
from ros1struct.kinome.numbering import Numbering
from ros1struct.structure.complex import Complex
from ros1struct.structure.topology import Kinase


def load_any_protein(
    source: Any,
    *,
    ligand: str | None = None,
    smiles: str | None = None,
    provenance: str | None = None,
) -> Complex:
    """Load any protein with a bound molecule, all its chains, with the numbers of the file.

    Parameters
    ----------
    source : str, path or object
        As for :func:`ros1struct.load`.
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
    found = read_source(source)
    name, notes = found.name, ["not taken as a kinase: residues have the file's own numbers"]
    residues = model_of(found.parsed.structure, name, notes).residues
    protein = [r for r in residues if is_amino_acid(r)]
    others = [r for r in residues if not is_amino_acid(r)]
    if not protein:
        raise StructureError(f"{name}: no protein in the file")
    placed = _molecule(others, ligand, name)
    elements = placed.heavy.element
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
    kind = provenance_of(found, protein, provenance, notes)
    nothing = np.zeros(len(protein), dtype=np.intp)
    numbering = Numbering(Kinase("none", "", 0.0, "", "author"), nothing, nothing)
    return told(to_complex(name, protein, numbering, placed, [], mol, chemistry, kind, notes))


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
