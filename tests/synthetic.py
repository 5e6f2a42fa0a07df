"""Small complexes made of a few atoms, for tests that need exact distances."""

from __future__ import annotations

import numpy as np
from rdkit import Chem

from ros1struct.structure.complex import Provenance, assemble
from ros1struct.structure.topology import Atoms, Kinase, Residues


def atom(united, xyz, name="CB", residue="ALA", *, donor=False, acceptor=False, charge=0):
    """One protein atom in a residue of its own, or one inhibitor atom."""
    return united, xyz, name, residue, donor, acceptor, charge


def rebonded(complex, xyz):
    """The same atoms in other places, with the bonds that they have there."""
    return complex.with_changes(atoms=complex.atoms, xyz=np.asarray(xyz)[None])


def complex_of(protein, inhibitor):
    """A Complex of single-atom protein residues and an inhibitor of unconnected atoms."""
    everything = [*protein, *inhibitor]
    united = [a[0] for a in everything]
    element = [{"C3H0": "C", "C3H1": "C", "C4": "C", "OH": "O"}.get(u, u) for u in united]
    n, m = len(protein), len(inhibitor)
    mol = Chem.RWMol()
    for symbol in element[n:]:
        mol.AddAtom(Chem.Atom(symbol))
    k = n + 1
    return assemble(
        name="made",
        xyz=np.array([[a[1] for a in everything]], dtype=np.float32),
        atoms=Atoms(
            name=np.array([a[2] for a in everything]),
            element=np.array(element),
            residue=np.array([*range(n), *[n] * m]),
            united=np.array(united),
            donor=np.array([a[4] for a in everything]),
            acceptor=np.array([a[5] for a in everything]),
            charge=np.array([a[6] for a in everything], dtype=np.int8),
        ),
        residues=Residues(
            chain=np.array(["A"] * k),
            number=np.arange(1, k + 1),
            insertion=np.array([""] * k),
            name=np.array([*[a[3] for a in protein], "LIG"]),
            letter=np.array(["A"] * n + ["X"]),
            role=np.array(["protein"] * n + ["inhibitor"]),
            uniprot=np.zeros(k, dtype=int),
            klifs=np.zeros(k, dtype=int),
        ),
        inhibitor=mol.GetMol(),
        inhibitor_name="made",
        component="LIG",
        protonation="none",
        kinase=Kinase("other", "", 0.0, "not compared", "author"),
        provenance=Provenance("model"),
    )
