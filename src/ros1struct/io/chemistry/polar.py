"""Polar atoms of the protein and of waters beside the inhibitor: what each of them can do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ros1struct.io.chemistry.bond_orders import Chemistry
from ros1struct.io.chemistry.tautomers import BOND, Partner, facing_state, has_mobile_hydrogen
from ros1struct.io.records import HYDROGENS, FileModel, FileResidue
from ros1struct.structure.geometry import close_pairs
from ros1struct.structure.residues import one_letter

if TYPE_CHECKING:
    from rdkit.Chem import Mol

    from ros1struct.kinome.numbering import Numbering

# A bond between heavy atoms of the protein is shorter than this many Å (the longest, C–S, is 1.8).
_BONDED = 1.95
_HYDROGEN = 1.25
_DONORS = {
    "LYS": ("NZ",), "ARG": ("NE", "NH1", "NH2"), "TRP": ("NE1",),
}  # fmt: skip
_ACCEPTORS = {"ASP": ("OD1", "OD2"), "GLU": ("OE1", "OE2")}
# Hydroxyls donate and accept; which way round the others stand, a structure does not show.
_EITHER = {
    "SER": ("OG",), "THR": ("OG1",), "TYR": ("OH",), "CYS": ("SG",), "HIS": ("ND1", "NE2"),
    "ASN": ("OD1", "ND2"), "GLN": ("OE1", "NE2"),
}  # fmt: skip


def choose_tautomer(
    mol: Mol,
    chemistry: Chemistry,
    placed: FileResidue,
    model: FileModel,
    protein: list[FileResidue],
    numbering: Numbering,
    *,
    change: bool,
) -> tuple[Mol, Chemistry, tuple[str, ...]]:
    """Take the inhibitor's tautomer that the protein around it shows (:mod:`.tautomers`).

    Parameters
    ----------
    mol : rdkit.Chem.Mol
        The inhibitor's heavy atoms, with one conformer.
    chemistry : Chemistry
        What it was made of; a molecule without a mobile hydrogen costs only a look at it.
    placed : FileResidue
        The inhibitor.
    model : FileModel
    protein : list of FileResidue
    numbering : Numbering
        Of the protein.
    change : bool
        Whether to take it, or only to say it.

    Returns
    -------
    mol : rdkit.Chem.Mol
    chemistry : Chemistry
        Its basis says so where the tautomer is not the written one.
    notes : tuple of str
    """
    if not has_mobile_hydrogen(chemistry.smiles):
        return mol, chemistry, ()
    partners = polar_atoms(protein, model, placed, numbering.uniprot.tolist())
    result, notes = facing_state(mol, placed.heavy.name.tolist(), partners, change=change)
    if result is not mol:
        basis = f"{chemistry.basis}; tautomer by the protein's donors and acceptors"
        chemistry = replace(chemistry, basis=basis)
    return result, chemistry, notes


def polar_atoms(
    protein: list[FileResidue], model: FileModel, placed: FileResidue, uniprot: list[int]
) -> list[Partner]:
    """Say what the polar atoms within 3.5 Å of a molecule can do.

    Parameters
    ----------
    protein : list of FileResidue
    model : FileModel
    placed : FileResidue
    uniprot : list of int
        Number of every residue, 0 where it has none.

    Returns
    -------
    list of Partner
    """
    mine = placed.heavy_xyz()
    lengths = [len(r.atoms) for r in protein]
    owner = np.repeat(np.arange(len(protein)), lengths)
    inside = np.concatenate([np.arange(n) for n in lengths])
    everything = np.concatenate([r.atoms.xyz for r in protein])
    element = np.concatenate([r.atoms.element for r in protein])
    found = []
    for k in np.unique(close_pairs(everything, mine, BOND)[0]).tolist():
        residue, name = protein[owner[k]], str(protein[owner[k]].atoms.name[inside[k]])
        kind = residue.standard
        donates = (name == "N" and kind != "PRO") or name in _DONORS.get(kind, ())
        accepts = name in ("O", "OXT") or name in _ACCEPTORS.get(kind, ())
        if not (donates or accepts) and name not in _EITHER.get(kind, ()):
            continue
        gap = np.linalg.norm(everything - everything[k], axis=1)
        light = np.isin(element, HYDROGENS)
        either = name in _EITHER.get(kind, ())
        # A protonated acid of the file may be either.
        either = either or (accepts and bool((light & (gap < _HYDROGEN)).any()))
        near = everything[~light & (gap > 0) & (gap < _BONDED)]
        number = uniprot[owner[k]] or f"{residue.number}{residue.insertion}"
        label = f"{one_letter(kind)}{number} {name}"
        found.append(Partner(label, donates or either, accepts or either, everything[k], near))
    for water in model.waters_near(mine, BOND):
        place = water.heavy_xyz()[0]
        label = f"{water.name}{water.number}"
        found.append(Partner(label, True, True, place, np.empty((0, 3))))
    return found
