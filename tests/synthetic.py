"""Small complexes made of a few atoms, for tests that need exact distances."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
from rdkit import Chem

from ros1struct.structure.complex import Provenance, assemble
from ros1struct.structure.drug_atoms import atom_types
from ros1struct.structure.residues import residue_type
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


def scene(residues, smiles, xyz, *, waters=(), metals=()):
    """A Complex of residues ``(name, {atom: place})``, an inhibitor, waters and metals."""
    rows = []  # residue, name, element, united, place
    names, roles = [], []
    for name, atoms in residues:
        kind = residue_type(name)
        for atom, place in atoms.items():
            element = (
                kind.classes.get(atom, "H") if len(kind.classes.get(atom, "H")) == 1 else atom[0]
            )
            rows.append((len(names), atom, element, kind.classes.get(atom, "H"), place))
        names.append(name)
        roles.append("protein")
    mol = Chem.MolFromSmiles(smiles)
    united = atom_types(mol).united
    for k, place in enumerate(xyz):
        element = mol.GetAtomWithIdx(k).GetSymbol()
        rows.append((len(names), f"{element.upper()}{k}", element, str(united[k]), place))
    names.append("LIG")
    roles.append("inhibitor")
    for place in waters:
        rows.append((len(names), "O", "O", "OH", place))
        names.append("HOH")
        roles.append("water")
    for element, place in metals:
        rows.append((len(names), element.upper(), element, element, place))
        names.append(element.upper())
        roles.append("metal")
    n, k = len(rows), len(names)
    no = np.zeros(n, dtype=bool)
    return assemble(
        name="scene",
        xyz=np.array([[r[4] for r in rows]], dtype=np.float32),
        atoms=Atoms(
            name=np.array([r[1] for r in rows]), element=np.array([r[2] for r in rows]),
            residue=np.array([r[0] for r in rows]), united=np.array([r[3] for r in rows]),
            donor=no, acceptor=no, charge=np.zeros(n, dtype=np.int8),
        ),
        residues=Residues(
            chain=np.array(["A"] * k), number=np.arange(1, k + 1), insertion=np.array([""] * k),
            name=np.array(names), letter=np.array(["X"] * k), role=np.array(roles),
            uniprot=np.zeros(k, dtype=int), klifs=np.zeros(k, dtype=int),
        ),
        inhibitor=mol, inhibitor_name="made", component="LIG", protonation="as written",
        kinase=Kinase("other", "", 0.0, "not compared", "author"), provenance=Provenance("model"),
    )  # fmt: skip


def polar(x, y=0.0, z=0.0):
    return np.array([x, y, z], dtype=float)


def direction(degrees):
    """Unit vector in the plane of x and y."""
    t = np.radians(degrees)
    return polar(np.cos(t), np.sin(t))


# An amide group in the plane z = 0: nitrogen at the origin, carbon to the left.
ASN = {
    "CB": polar(-2.0, 1.35), "CG": polar(-1.33, 0.0), "OD1": polar(-1.95, -1.07),
    "ND2": polar(0.0),
}  # fmt: skip
SER = {"CA": polar(-1.95, 1.45), "CB": polar(-1.43, 0.0), "OG": polar(0.0)}
LYS = {"CE": polar(-1.49, 0.0), "NZ": polar(0.0)}
ASP = {
    "CB": polar(-2.0, 1.4), "CG": polar(-1.25, 0.0), "OD1": polar(0.0), "OD2": polar(-1.9, -1.05),
}  # fmt: skip
HEXAGON = [1.39 * direction(60 * k) for k in range(6)]
PHE = dict(zip(("CG", "CD1", "CE1", "CZ", "CE2", "CD2"), HEXAGON, strict=True))


def carbonyl(place, away):
    """Formaldehyde with its oxygen at a place."""
    return "O=C", [place, place + 1.22 * away / np.linalg.norm(away)]


def first(complex, atom):
    """The same complex with an atom, of its residue and of all, the first."""
    a, r = complex.atoms, complex.residues
    own = int(a.residue[atom])
    residues = [own, *np.delete(np.arange(len(r.name)), own).tolist()]
    order = [atom] if r.role[own] != "inhibitor" else []
    for k in residues:
        order += [i for i in np.flatnonzero(a.residue == k).tolist() if i not in order[:1]]
    place = np.argsort(residues)
    moved = {f.name: getattr(a, f.name)[order] for f in fields(a)}
    return complex.with_changes(
        atoms=replace(a, **{**moved, "residue": place[moved["residue"]]}),
        residues=replace(r, **{f.name: getattr(r, f.name)[residues] for f in fields(r)}),
        xyz=complex.xyz[:, order],
    )
