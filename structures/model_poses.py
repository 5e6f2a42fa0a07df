"""Inhibitors of the models: chemistry, component names, starting poses.

Conformers come from RDKit (ETKDGv3, fixed seeds). Only zidesamtinib starts from its component's
model coordinates: they stand in the protein's own frame.
"""

import csv
from typing import NamedTuple

import gemmi
import numpy as np
from model_quality import inhibitor_atom, placed, pose_rmsd, protein_atom
from rdkit import Chem
from rdkit.Chem import AllChem, rdMolAlign, rdMolTransforms
from scipy.optimize import minimize
from scipy.spatial.distance import cdist
from scipy.spatial.transform import Rotation

SEED = 2032
CODES = {"crizotinib": "VGH", "lorlatinib": "5P8", "repotrectinib": "7GI", "zidesamtinib": "A1I6Z"}
CHARGED = {"crizotinib": "C[C@@H](Oc1cc(-c2cnn(C3CC[NH2+]CC3)c2)cnc1N)c1c(Cl)ccc(F)c1Cl"}
# The 2-aminopyridine, ether and fluorophenyl that three of the inhibitors share.
CORE = Chem.MolFromSmarts("[NH2]c1ncccc1O[CH]([CH3])c1cc(F)ccc1")
# Repotrectinib's only exposed aromatic acceptor, the pyrazole N of the fused ring system.
HINGE_N = {"repotrectinib": Chem.MolFromSmarts("[nX2]1cc(C(=O)N)c2n1ccc(N)n2")}
VINA_RADII = {"C": 1.9, "N": 1.8, "O": 1.7, "S": 2.0, "F": 1.5, "Cl": 1.8}
SHAPE_WEIGHT = 4.0  # kcal/mol for a full shape Tanimoto, used to keep poses, never to rank models


class Inhibitor(NamedTuple):
    """An inhibitor in its state at pH 7.4: heavy atoms first, then hydrogens."""

    name: str
    code: str
    mol: Chem.Mol
    names: tuple  # component atom names of the heavy atoms
    model: np.ndarray  # component model coordinates of the heavy atoms, Å


class Pocket(NamedTuple):
    """Heavy atoms of the protein near the inhibitor, for the docking score."""

    xyz: np.ndarray
    types: np.ndarray  # vina radius, hydrophobic, donor, acceptor


def inhibitor(name, shared):
    """Return an inhibitor from its SMILES, with component names by substructure match."""
    folder = shared / "structures/inputs/ligands_ccd"
    with open(folder / "SMILES.tsv") as handle:
        smiles = {row["drug"]: row["smiles"] for row in csv.DictReader(handle, delimiter="\t")}
    mol = Chem.MolFromSmiles(CHARGED.get(name, smiles[name]))
    block = gemmi.cif.read(str(folder / f"{CODES[name]}.cif")).sole_block()
    columns = ["atom_id", "type_symbol", *(f"model_Cartn_{k}" for k in "xyz")]
    atoms = [row for row in block.find("_chem_comp_atom.", columns) if row[1] != "H"]
    atoms = [(row[0].strip('"'), row[1], [float(x) for x in list(row)[2:]]) for row in atoms]
    graph, index = Chem.RWMol(), {}
    for label, symbol, _ in atoms:
        index[label] = graph.AddAtom(Chem.Atom(symbol.capitalize()))
    for one, two in block.find("_chem_comp_bond.", ["atom_id_1", "atom_id_2"]):
        if one in index and two in index:
            graph.AddBond(index[one], index[two], Chem.BondType.SINGLE)
    plain = Chem.RWMol()
    for atom in mol.GetAtoms():
        plain.AddAtom(Chem.Atom(atom.GetSymbol()))
    for bond in mol.GetBonds():
        plain.AddBond(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx(), Chem.BondType.SINGLE)
    match = graph.GetSubstructMatch(plain)
    if len(match) != len(atoms):
        raise ValueError(f"{name}: the SMILES does not match component {CODES[name]}")
    labels = tuple(atoms[i][0] for i in match)
    model = np.array([atoms[i][2] for i in match])
    return Inhibitor(name, CODES[name], Chem.AddHs(mol), labels, model)


def heavy_count(drug):
    """Return the number of heavy atoms of an inhibitor."""
    return len(drug.names)


def hinge_atoms(drug):
    """Return (donor towards E2027 O, acceptor towards M2029 N) atom indices; None where absent."""
    if drug.mol.HasSubstructMatch(CORE):
        match = drug.mol.GetSubstructMatch(CORE)
        return match[0], match[2]
    return None, drug.mol.GetSubstructMatch(HINGE_N[drug.name])[0]


def conformers(drug, count, seed=SEED, core=None):
    """Return conformers (n, atoms, 3) in Å, MMFF-relaxed, lowest energy first, duplicates out."""
    mol = Chem.Mol(drug.mol)
    settings = AllChem.ETKDGv3()
    settings.randomSeed, settings.numThreads, settings.pruneRmsThresh = seed, 1, 0.3
    if core is not None:
        settings.SetCoordMap(core)
    AllChem.EmbedMultipleConfs(mol, count, settings)
    done = AllChem.MMFFOptimizeMoleculeConfs(mol, numThreads=1, maxIters=500)
    order = np.argsort([energy for _, energy in done], kind="stable")
    sets = [mol.GetConformer(int(i)).GetPositions() for i in order]
    energy = [done[int(i)][1] for i in order]
    kept = []
    for xyz, value in zip(sets, energy, strict=True):
        if value > energy[0] + 15:
            break
        if all(best_rmsd(drug, xyz, other) > 0.3 for other in kept):
            kept.append(xyz)
    return np.array(kept)


def best_rmsd(drug, one, two):
    """Return the heavy-atom RMSD (Å) of two conformers after superposition."""
    heavy = Chem.RemoveHs(Chem.Mol(drug.mol))
    n = heavy.GetNumAtoms()
    return rdMolAlign.GetBestRMS(placed(heavy, one[:n]), placed(heavy, two[:n]))


def superposed(xyz, atoms, target):
    """Return coordinates moved so that chosen atoms lie on the target, and the RMSD (Å) there."""
    centre, goal = xyz[atoms].mean(0), target.mean(0)
    rotation, _ = Rotation.align_vectors(target - goal, xyz[atoms] - centre)
    moved = rotation.apply(xyz - centre) + goal
    return moved, float(np.sqrt(((moved[atoms] - target) ** 2).sum(1).mean()))


# ---- Docking score ----------------------------------------------------------------------------


def make_pocket(atoms, around, reach=12.0):
    """Return the pocket of [(residue, number, atom, xyz)] within reach (Å) of points."""
    xyz = np.array([row[3] for row in atoms])
    near = cdist(xyz, around).min(1) < reach
    types = []
    for residue, _, name, _ in (row for row, keep in zip(atoms, near, strict=True) if keep):
        _, donor, acceptor = protein_atom(residue, name)
        polar = {"C", "CA", "CZ"} if residue == "ARG" else {"C", "CA"}
        types.append((VINA_RADII[name[0]], name[0] == "C" and name not in polar, donor, acceptor))
    return Pocket(xyz[near], np.array(types, float))


def drug_types(drug):
    """Return (vina radius, hydrophobic, donor, acceptor) of the heavy atoms."""
    rows = []
    for atom in list(drug.mol.GetAtoms())[: heavy_count(drug)]:
        _, donor, acceptor = inhibitor_atom(atom)
        bare = all(n.GetSymbol() in ("C", "H") for n in atom.GetNeighbors())
        hydrophobic = atom.GetSymbol() in ("F", "Cl") or (atom.GetSymbol() == "C" and bare)
        rows.append((VINA_RADII[atom.GetSymbol()], hydrophobic, donor, acceptor))
    return np.array(rows, float)


def vina(xyz, types, pocket):
    """Return the Vina intermolecular score (kcal/mol; Trott and Olson 2010) of heavy atoms."""
    distance = cdist(xyz, pocket.xyz)
    d = distance - types[:, None, 0] - pocket.types[None, :, 0]
    near = distance < 8
    hydrophobic = types[:, None, 1] * pocket.types[None, :, 1]
    hbond = types[:, None, 2] * pocket.types[None, :, 3] + types[:, None, 3] * pocket.types[:, 2]
    terms = -0.035579 * np.exp(-((d / 0.5) ** 2)) - 0.005156 * np.exp(-(((d - 3) / 2) ** 2))
    terms += 0.840245 * np.minimum(d, 0) ** 2
    terms -= 0.035069 * hydrophobic * np.clip(1.5 - d, 0, 1)
    terms -= 0.587439 * (hbond > 0) * np.clip(-d / 0.7, 0, 1)
    return float(terms[near].sum())


def shape_tanimoto(one, two):
    """Return the Gaussian shape Tanimoto of two sets of atoms (one width for all, 1.7 Å)."""
    width = 2.42 / 1.7**2 / 2

    def volume(a, b):
        return np.exp(-width * cdist(a, b, "sqeuclidean")).sum()

    common = volume(one, two)
    return common / (volume(one, one) + volume(two, two) - common)


def settle(xyz, types, pocket, shape, steps=150):
    """Return a pose after a rigid-body search for a better docking score, and that score."""
    n, centre = len(types), xyz.mean(0)

    def move(x):
        return Rotation.from_rotvec(x[:3] / 3).apply(xyz - centre) + centre + x[3:]

    def score(x):
        heavy = move(x)[:n]
        return vina(heavy, types, pocket) - SHAPE_WEIGHT * shape_tanimoto(heavy, shape)

    options = {"maxfev": steps, "initial_simplex": np.vstack([np.zeros(6), 0.3 * np.eye(6)])}
    best = minimize(score, np.zeros(6), method="Nelder-Mead", options=options)
    return move(best.x), float(best.fun)


def keep_best(drug, poses, count, apart):
    """Return the best-scored poses (score, xyz) that lie apart from each other by an RMSD (Å)."""
    kept = []
    for score, xyz in sorted(poses, key=lambda pose: pose[0]):
        if all(pose_rmsd(drug.mol, xyz, other) > apart for _, other in kept):
            kept.append((score, xyz))
        if len(kept) == count:
            break
    return kept


# ---- Starting poses ---------------------------------------------------------------------------


def zidesamtinib_poses(drug, _pocket, _template):
    """Return the one pose of zidesamtinib: its component model coordinates, as they stand."""
    heavy = placed(Chem.RemoveHs(drug.mol), drug.model)
    mol = Chem.AddHs(heavy, addCoords=True)
    return [(0.0, mol.GetConformer().GetPositions())]


def core_target(drug, template):
    """Return the core atoms of an inhibitor and where zidesamtinib has them."""
    atoms = list(drug.mol.GetSubstructMatch(CORE))
    return atoms, template.model[list(template.mol.GetSubstructMatch(CORE))]


def crizotinib_poses(drug, pocket, template):
    """Return 16 poses: core on zidesamtinib's, pyrazole flipped or not, piperidine every 60°."""
    from rdkit.Geometry import Point3D

    atoms, target = core_target(drug, template)
    mapped = {i: Point3D(*xyz) for i, xyz in zip(atoms, target, strict=True)}
    types, poses = drug_types(drug), []
    tail = drug.mol.GetSubstructMatch(Chem.MolFromSmarts("cc(-c1cnn(C2CC[NH2+]CC2)c1)cn"))
    biaryl, turn = (tail[0], tail[1], tail[2], tail[3]), (tail[4], tail[5], tail[6], tail[7])
    for xyz in conformers(drug, 60, core=mapped):
        moved, away = superposed(xyz, atoms, target)
        if away > 0.8:
            continue
        mol = placed(drug.mol, moved)
        conformer = mol.GetConformer()
        start = [rdMolTransforms.GetDihedralDeg(conformer, *torsion) for torsion in (biaryl, turn)]
        for flip in (0, 180):
            for angle in range(0, 360, 60):
                rdMolTransforms.SetDihedralDeg(conformer, *biaryl, start[0] + flip)
                rdMolTransforms.SetDihedralDeg(conformer, *turn, start[1] + angle)
                pose, _ = superposed(conformer.GetPositions(), atoms, target)
                poses.append((vina(pose[: len(types)], types, pocket), pose))
    return keep_best(drug, poses, 16, 0.7)


def lorlatinib_poses(drug, pocket, template):
    """Return 6 poses: macrocycle conformers on zidesamtinib's core, settled as rigid bodies."""
    atoms, target = core_target(drug, template)
    types, poses = drug_types(drug), []
    for xyz in conformers(drug, 500):
        moved, away = superposed(xyz, atoms, target)
        if away < 1.5:
            moved, score = settle(moved, types, pocket, template.model)
            poses.append((score, moved))
    return keep_best(drug, poses, 6, 0.5)


def repotrectinib_poses(drug, pocket, template):
    """Return 8 poses: hinge nitrogen on zidesamtinib's, 1,500 rotations of every conformer."""
    types, acceptor = drug_types(drug), hinge_atoms(drug)[1]
    place = template.model[hinge_atoms(template)[1]]
    turns = Rotation.random(1500, random_state=np.random.default_rng(SEED))
    n, poses = len(types), []
    for xyz in conformers(drug, 500):
        best = []
        for turn in turns:
            moved = turn.apply(xyz - xyz[acceptor]) + place
            shape = shape_tanimoto(moved[:n], template.model)
            if shape > 0.4:
                best.append((vina(moved[:n], types, pocket) - SHAPE_WEIGHT * shape, moved))
        for _, moved in sorted(best, key=lambda pose: pose[0])[:20]:
            moved, score = settle(moved, types, pocket, template.model)
            poses.append((score, moved))
    return keep_best(drug, poses, 8, 1.0)


POSES = {
    "crizotinib": crizotinib_poses,
    "lorlatinib": lorlatinib_poses,
    "repotrectinib": repotrectinib_poses,
    "zidesamtinib": zidesamtinib_poses,
}
