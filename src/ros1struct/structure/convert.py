"""A complex as an object of mdtraj, RDKit or Biopython."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import mdtraj
    from Bio.PDB.Structure import Structure
    from rdkit.Chem import Mol

    from ros1struct.structure.complex import Complex


def to_mdtraj(complex: Complex) -> mdtraj.Trajectory:
    """Return an mdtraj trajectory (nm) with the same atoms, frames and author numbers."""
    import mdtraj

    topology = mdtraj.Topology()
    chains: dict[str, Any] = {}
    made = []
    r, a = complex.residues, complex.atoms
    for index in range(len(r)):
        key = str(r.chain[index])
        if key not in chains:
            chains[key] = topology.add_chain(chain_id=key)
        made.append(
            topology.add_residue(str(r.name[index]), chains[key], resSeq=int(r.number[index]))
        )
    # mdtraj keeps atoms in residue order, which is the order here.
    for i in range(len(a)):
        element = mdtraj.element.get_by_symbol(str(a.element[i]).capitalize())
        topology.add_atom(str(a.name[i]), element, made[int(a.residue[i])])
    topology.create_standard_bonds()
    return mdtraj.Trajectory(complex.xyz / 10.0, topology)


def to_rdkit(complex: Complex) -> Mol:
    """Return a copy of the inhibitor as an RDKit molecule, one conformer per frame."""
    from rdkit import Chem

    mol = Chem.Mol(complex.inhibitor)
    mol.RemoveAllConformers()
    for frame in complex.xyz[:, complex.inhibitor_heavy]:
        conformer = Chem.Conformer(mol.GetNumAtoms())
        conformer.SetPositions(frame.astype(np.float64))
        mol.AddConformer(conformer, assignId=True)
    return mol


def to_biopython(complex: Complex) -> Structure:
    """Return a Biopython structure, one model per frame, with author numbers."""
    from Bio.PDB.StructureBuilder import StructureBuilder

    builder: Any = StructureBuilder()  # type: ignore[no-untyped-call]
    builder.init_structure(complex.name)
    r, a = complex.residues, complex.atoms
    b_factor, occupancy = np.nan_to_num(complex.b_factor), complex.occupancy
    for number, frame in enumerate(complex.xyz):
        builder.init_model(number)
        chain, residue = None, -1
        builder.init_seg(" ")
        for i in range(len(a)):
            index = int(a.residue[i])
            if str(r.chain[index]) != chain:
                chain = str(r.chain[index])
                builder.init_chain(chain)
            if index != residue:
                residue = index
                flag = {"protein": " ", "water": "W"}.get(str(r.role[index]), f"H_{r.name[index]}")
                builder.init_residue(
                    str(r.name[index]),
                    flag,
                    int(r.number[index]),
                    str(r.insertion[index]) or " ",
                )
            builder.init_atom(
                str(a.name[i]), frame[i], float(b_factor[i]), float(occupancy[i]), " ",
                f"{a.name[i]:^4}", i + 1, str(a.element[i]).upper(),
            )  # fmt: skip
    structure: Structure = builder.get_structure()
    return structure
