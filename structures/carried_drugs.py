"""Inhibitors of `build_carried`: chemistry, known hinge bonds, shape."""

import csv
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rdkit import Chem

DATA = Path(__file__).resolve().parents[1] / "src" / "ros1struct" / "data"
HINGE_N = "N1"  # of zidesamtinib: the pyridine nitrogen that accepts from M2029 N
E2027_O, M2029_N, M2029_O = (2027, "O"), (2029, "N"), (2029, "O")
# Which atoms of the pattern meet which of the hinge, as crystals of the same inhibitor (or of its
# scaffold) with ALK or TRKA show it; the paper.
PATTERNS = {
    "entrectinib": (
        "[nH]1nc(NC=O)c2ccccc12", {0: E2027_O, 1: M2029_N, 3: M2029_O},
        "Menichincheri 2016 J Med Chem 59:3392 (ALK)",
    ),
    "ceritinib": (
        "[NH](c)c1nc(N)c(Cl)cn1", {9: M2029_N, 0: M2029_O},
        "Friboulet 2014 Cancer Discov 4:662 (ALK)",
    ),
    "brigatinib": (
        "[NH](c)c1nc(N)c(Cl)cn1", {9: M2029_N, 0: M2029_O},
        "Huang 2016 J Med Chem 59:4948 (ALK)",
    ),
    "alectinib": (
        "O=C1c2ccccc2C(C)(C)c2[nH]c3ccccc3c21", {0: M2029_N},
        "Sakamoto 2011 Cancer Cell 19:679 (ALK)",
    ),
}  # fmt: skip
# Type II: the same on the backbone of MET 3LQ8, whose D1222 N is D2102 N here.
D2102_N = (2102, "N")
QUINOLINE = "n1ccc(Oc2ccc(NC(=O)C3(C(=O)Nc4ccc(F)cc4)CC3)cc2)c2cc(O)c(O)cc12"
QIAN = "Qian 2009 Cancer Res 69:8009 (MET)"
TYPE_TWO = {
    "foretinib": (QUINOLINE, {0: M2029_N, 14: D2102_N}, QIAN),
    "cabozantinib": (QUINOLINE, {0: M2029_N, 14: D2102_N}, f"{QIAN}, of foretinib"),
}
COMPONENTS = {"entrectinib": "YMX", "ceritinib": "4MK", "brigatinib": "6GY", "alectinib": "EMH"}
# Cabozantinib has no component: it is a part of foretinib, but for the end of a chain and one F.
COMPONENTS |= {"foretinib": "88Z", "cabozantinib": "88Z"}
RESIDUES = {"cabozantinib": "LIG"}
TYPE_TWO_REASON = (
    "type II: needs the DFG-out state, and no structure of ROS1 in it is known; on the backbone of "
    "MET 3LQ8 it keeps its bonds, but 3 of the 4 single mutations that cabozantinib is reported to "
    "inhibit and that the model has come out as clash or contact loss (docs/transplants.md)"
)
# Inhibitors of the review that are not built, and why.
NONE = {
    "foretinib": TYPE_TWO_REASON,
    "cabozantinib": f"{TYPE_TWO_REASON}; no component",
    "ensartinib": (
        "no component and no crystal of it with a kinase was found: neither its shape nor "
        "its hinge bonds are known"
    ),
    "taletrectinib": (
        "no component and no crystal of it with a kinase was found: neither its shape nor "
        "its hinge bonds are known"
    ),
    "iruplinalkib": "structure not confirmed by a second source; no component",
    "unecritinib": "acts as crizotinib, into which it is hydrolysed: rs.load('crizotinib')",
}


class Drug(NamedTuple):
    """An inhibitor in its state at pH 7.4, heavy atoms alone."""

    name: str
    component: str  # its residue's name
    mol: Chem.Mol
    names: tuple
    shape: np.ndarray  # (atoms, 3) in Å, the component's model coordinates
    hinge: tuple  # atoms that meet the hinge
    ends: tuple  # (residue, atom) that they meet
    source: str
    protonation: str

    @property
    def acceptor(self):
        """Atom that accepts from M2029 N."""
        return self.hinge[self.ends.index(M2029_N)]


def state(name):
    """Return the SMILES of an inhibitor at pH 7.4, and what that state rests on."""
    for table in ("inhibitors", "components"):
        with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                if row["name"] == name:
                    return row["smiles_ph74"], row["protonation_basis"]
    raise ValueError(f"{name}: in no table of the package")


def component(code):
    """Return names, elements, model coordinates (Å) and bonds of a component's heavy atoms.

    From the component dictionary (wwPDB, CC0) that biotite 1.6.0 carries.
    """
    from biotite.structure.info import get_from_ccd

    table = get_from_ccd("chem_comp_atom", code)
    column = {
        n: table[n].as_array(str)
        for n in ("atom_id", "type_symbol", *(f"model_Cartn_{k}" for k in "xyz"))
    }
    heavy = column["type_symbol"] != "H"
    names = [str(n) for n in column["atom_id"][heavy]]
    elements = [str(e).capitalize() for e in column["type_symbol"][heavy]]
    xyz = np.array([column[f"model_Cartn_{k}"][heavy].astype(float) for k in "xyz"]).T
    table = get_from_ccd("chem_comp_bond", code)
    ends = zip(*(table[f"atom_id_{k}"].as_array(str) for k in (1, 2)), strict=True)
    bonds = [(str(a), str(b)) for a, b in ends if a in names and b in names]
    return names, elements, xyz, bonds


def bare(elements, bonds):
    """Return a molecule of single bonds without charges."""
    mol = Chem.RWMol()
    for element in elements:
        mol.AddAtom(Chem.Atom(element))
    for a, b in bonds:
        mol.AddBond(a, b, Chem.BondType.SINGLE)
    return mol


def drug(name):
    """Return an inhibitor ready to be placed."""
    smiles, basis = state(name)
    mol = Chem.MolFromSmiles(smiles)
    code = COMPONENTS[name]
    names, elements, xyz, bonds = component(code)
    graph = bare(elements, [(names.index(a), names.index(b)) for a, b in bonds])
    pairs = [(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in mol.GetBonds()]
    match = graph.GetSubstructMatch(bare([a.GetSymbol() for a in mol.GetAtoms()], pairs))
    if len(match) != len(names) and name not in RESIDUES:
        raise ValueError(f"{name}: the SMILES does not match component {code}")
    labels = tuple(names[k] for k in match)
    pattern, ends, source = (PATTERNS | TYPE_TWO)[name]
    found = mol.GetSubstructMatch(Chem.MolFromSmarts(pattern))
    if not found:
        raise ValueError(f"{name}: the hinge pattern {pattern} is not in it")
    hinge = tuple(found[k] for k in ends)
    ends = tuple(ends.values())
    code = RESIDUES.get(name, code)
    return Drug(name, code, mol, labels, xyz[list(match)], hinge, ends, source, basis)


def named(drug, complex, details):
    """Return a complex with the component's names, and with where it comes from."""
    own = complex.inhibitor_heavy
    names, residue = complex.atoms.name.copy().astype(object), complex.atoms.residue[own[0]]
    names[own] = drug.names
    labels, numbers = complex.residues.name.astype(object), complex.residues.number.copy()
    labels[residue], numbers[residue] = drug.component, 2301
    chains = complex.residues.chain.copy()
    chains[residue] = "A"
    provenance = replace(
        complex.provenance, kind="model", entry="", method="computed by ros1struct",
        file="", sha256="", details=tuple(({"backbone_from": "G2032R"} | details).items()),
    )  # fmt: skip
    return complex.with_changes(
        atoms=replace(complex.atoms, name=names.astype(str)),
        residues=replace(complex.residues, name=labels.astype(str), number=numbers, chain=chains),
        inhibitor_name=drug.name, component=drug.component, protonation=drug.protonation,
        provenance=provenance,
        notes=(),
    )  # fmt: skip
