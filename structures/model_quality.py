"""Quality lines of a model: overlaps, PoseBusters, agreement with known structures.

Functions that read ``test_only/`` are the ones below "Known structures"; they are called after the
poses are ranked and never give anything back to the choice.
"""

import csv
import tempfile
from pathlib import Path

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdMolAlign
from scipy.spatial.distance import cdist

# ChimeraX united-atom radii (Å).
RADII = {"C3H0": 1.61, "C3H1": 1.76, "C4": 1.88, "N": 1.64, "O": 1.42, "OH": 1.46, "S": 1.77}
RADII |= {"F": 1.56, "Cl": 1.735}
HBOND_ALLOWANCE = 0.4
BARE_SP2 = {"ASN": "CG", "ASP": "CG", "GLN": "CD", "GLU": "CD", "ARG": "CZ", "PHE": "CG"}
BARE_SP2 |= {"TYR": "CG CZ", "TRP": "CG CD2 CE2", "HIS": "CG"}
SP2_WITH_H = {"PHE": "CD1 CD2 CE1 CE2 CZ", "TYR": "CD1 CD2 CE1 CE2", "HIS": "CD2 CE1"}
SP2_WITH_H |= {"TRP": "CD1 CE3 CZ2 CZ3 CH2"}
DONORS = {"ARG": "NE NH1 NH2", "LYS": "NZ", "HIS": "ND1 NE2", "TRP": "NE1", "ASN": "ND2"}
DONORS |= {"GLN": "NE2", "SER": "OG", "THR": "OG1", "TYR": "OH"}
ACCEPTORS = {"ASP": "OD1 OD2", "GLU": "OE1 OE2", "ASN": "OD1", "GLN": "OE1", "SER": "OG"}
ACCEPTORS |= {"THR": "OG1", "TYR": "OH", "HIS": "ND1 NE2"}
HYDROXYLS = {("SER", "OG"), ("THR", "OG1"), ("TYR", "OH")}


def protein_atom(residue, name):
    """Return (radius in Å, donor, acceptor) of a protein heavy atom."""
    element = name[0]
    if element == "C":
        bare = name == "C" or name in BARE_SP2.get(residue, "").split()
        with_h = name in SP2_WITH_H.get(residue, "").split()
        radius = RADII["C3H0" if bare else "C3H1" if with_h else "C4"]
    elif element == "O":
        radius = RADII["OH" if (residue, name) in HYDROXYLS else "O"]
    else:
        radius = RADII[element]
    donor = (name == "N" and residue != "PRO") or name in DONORS.get(residue, "").split()
    acceptor = name in ("O", "OXT") or name in ACCEPTORS.get(residue, "").split()
    return radius, donor, acceptor


def inhibitor_atom(atom):
    """Return (radius in Å, donor, acceptor) of an RDKit heavy atom."""
    symbol, hydrogens = atom.GetSymbol(), atom.GetTotalNumHs(includeNeighbors=True)
    if symbol == "C":
        sp3 = atom.GetHybridization() == Chem.HybridizationType.SP3
        radius = RADII["C4" if sp3 else "C3H1" if hydrogens else "C3H0"]
    elif symbol == "O":
        radius = RADII["OH" if hydrogens else "O"]
    else:
        radius = RADII[symbol]
    donor = symbol in ("N", "O") and hydrogens > 0
    lone_pair = symbol == "N" and atom.GetDegree() == 2 and not hydrogens
    nitrile = symbol == "N" and atom.GetDegree() == 1
    acceptor = symbol == "O" or lone_pair or nitrile
    return radius, donor, acceptor


def overlaps(one, two, types_one, types_two):
    """Return the overlap (Å) of every pair, less 0.4 where a hydrogen bond is possible."""
    (r1, d1, a1), (r2, d2, a2) = (np.array(types).T for types in (types_one, types_two))
    hbond = np.outer(d1, a2) + np.outer(a1, d2) > 0
    return r1[:, None] + r2[None, :] - cdist(one, two) - HBOND_ALLOWANCE * hbond


def fit(mobile, target):
    """Return rotation and shift (Å) that superpose mobile on target by least squares."""
    m, t = mobile.mean(0), target.mean(0)
    u, _, v = np.linalg.svd((mobile - m).T @ (target - t))
    d = np.diag([1, 1, np.sign(np.linalg.det(u @ v))])
    rotation = u @ d @ v
    return rotation, t - m @ rotation


def iterative_fit(mobile, target, cutoff=1.2):
    """Return rotation, shift, RMSD (Å) and number kept, dropping pairs beyond the cut-off."""
    keep = np.ones(len(mobile), bool)
    for _ in range(50):
        rotation, shift = fit(mobile[keep], target[keep])
        away = np.linalg.norm(mobile @ rotation + shift - target, axis=1)
        worst = np.where(keep, away, 0).argmax()
        if away[worst] <= cutoff:
            break
        keep[worst] = False
    return rotation, shift, float(np.sqrt((away[keep] ** 2).mean())), int(keep.sum())


def posebusters(mol, coordinates, protein_pdb, shift=None):
    """Return the failed PoseBusters ``dock`` checks, None where it is not installed."""
    try:
        from posebusters import PoseBusters
    except ImportError:
        return None
    pose = placed(mol, coordinates if shift is None else coordinates + shift)
    pose = Chem.AddHs(Chem.RemoveHs(pose), addCoords=True)
    with tempfile.TemporaryDirectory() as folder:
        pdb, sdf = Path(folder) / "protein.pdb", Path(folder) / "pose.sdf"
        pdb.write_text(protein_pdb)
        Chem.MolToMolFile(pose, str(sdf))
        row = PoseBusters(config="dock").bust([sdf], None, pdb).iloc[0]
    return [str(name) for name, passed in row.items() if not bool(passed)]


def placed(mol, coordinates):
    """Return a copy of a molecule with one conformer at the coordinates (Å) of its first atoms."""
    mol = Chem.Mol(mol)
    if len(coordinates) < mol.GetNumAtoms():
        mol = Chem.RemoveHs(mol)
    mol.RemoveAllConformers()
    conformer = Chem.Conformer(mol.GetNumAtoms())
    for i, xyz in enumerate(np.asarray(coordinates, float)[: mol.GetNumAtoms()]):
        conformer.SetAtomPosition(i, xyz.tolist())
    mol.AddConformer(conformer)
    return mol


def pose_rmsd(mol, one, two):
    """Return the symmetry-aware heavy-atom RMSD (Å) of two placements, without superposition."""
    heavy = Chem.RemoveHs(Chem.Mol(mol))
    n = heavy.GetNumAtoms()
    return rdMolAlign.CalcRMS(placed(heavy, one[:n]), placed(heavy, two[:n]))


# ---- Known structures: read after the choice is made ------------------------------------------


def pocket_ca(shared, entry):
    """Return {residue number: CA position} of a deposited ROS1 pocket."""
    path = shared / f"structures/test_only/ros1/{entry}_pocket_ca.csv"
    with open(path) as handle:
        return {
            int(row["uniprot_resnum"]): np.array([float(row[k]) for k in "xyz"])
            for row in csv.DictReader(handle)
            if row["x"]
        }


def pocket_rmsd(ca, shared, entry):
    """Return RMSD (Å), pairs kept and pairs compared of a model's pocket CA to an entry's."""
    known = pocket_ca(shared, entry)
    common = [number for number in known if number in ca]
    one, two = (np.array([table[n] for n in common]) for table in (ca, known))
    *_, rmsd, kept = iterative_fit(one, two)
    return rmsd, kept, len(common)


def read_pdb(path):
    """Return [(residue name, number, atom, element, xyz)] of the first alternates of a PDB file."""
    rows = []
    for line in Path(path).read_text().splitlines():
        if line.startswith(("ATOM", "HETATM")) and line[16] in " A":
            xyz = np.array([float(line[i : i + 8]) for i in (30, 38, 46)])
            element = line[76:78].strip() or line[12:16].strip()[0]
            rows.append((line[17:20].strip(), int(line[22:26]), line[12:16].strip(), element, xyz))
    return rows


def carried_reference(ca, shared, path, kinase, residue):
    """Return an inhibitor's heavy atoms carried over from another kinase by its pocket CA."""
    rows = read_pdb(path)
    other = {number: xyz for _, number, name, _, xyz in rows if name == "CA"}
    with open(shared / "facts/pocket.csv") as handle:
        table = list(csv.DictReader(handle))
    pairs = []
    for row in table:
        mine, theirs = (row[column][1:] for column in ("ROS1_P08922", kinase))
        if mine.isdigit() and theirs.isdigit() and int(mine) in ca and int(theirs) in other:
            pairs.append((other[int(theirs)], ca[int(mine)]))
    rotation, shift, rmsd, kept = iterative_fit(*map(np.array, zip(*pairs, strict=True)))
    atoms = [(e, xyz) for res, _, _, e, xyz in rows if res == residue and e.capitalize() != "H"]
    elements = [element.capitalize() for element, _ in atoms]
    xyz = np.array([xyz for _, xyz in atoms]) @ rotation + shift
    return elements, xyz, f"{kept} of {len(pairs)} pocket CA at {rmsd:.2f} A"


def graph_rmsd(mol, coordinates, elements, xyz):
    """Return the least heavy-atom RMSD (Å) over all matches to atoms whose bonds are guessed."""
    heavy = Chem.RemoveHs(Chem.Mol(mol))
    plain = Chem.RWMol()
    for element in elements:
        plain.AddAtom(Chem.Atom(element))
    for i, j in zip(*np.where(np.triu(cdist(xyz, xyz) < 1.95, 1)), strict=True):
        plain.AddBond(int(i), int(j), Chem.BondType.SINGLE)
    query = Chem.RWMol()
    for atom in heavy.GetAtoms():
        query.AddAtom(Chem.Atom(atom.GetSymbol()))
    for bond in heavy.GetBonds():
        query.AddBond(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx(), Chem.BondType.SINGLE)
    matches = plain.GetSubstructMatches(query, uniquify=False, maxMatches=1000)
    if not matches or len(elements) != heavy.GetNumAtoms():
        raise ValueError("the reference inhibitor does not have the expected atoms")
    n = heavy.GetNumAtoms()
    return min(
        float(np.sqrt(((coordinates[:n] - xyz[list(m)]) ** 2).sum(1).mean())) for m in matches
    )


def crizotinib_rmsd(names, coordinates, groups, shared):
    """Return {part: RMSD in Å} of crizotinib to its 3ZBF atoms; equal halves of a ring may swap.

    Every part is compared in the frame of the protein. Only the 22 atoms taken from the entry
    itself count, and the two anchors; fitted atoms are left out.
    """
    with open(shared / "structures/test_only/ros1/3zbf_crizotinib_atoms.csv") as handle:
        rows = list(csv.DictReader(handle))
    known = {
        row["atom"]: np.array([float(row[f"{k}_9qek"]) for k in "xyz"])
        for row in rows
        if not row["source"].startswith("fit")
    }
    index = {name: i for i, name in enumerate(names)}
    swap = {"C8": "C9", "C9": "C8", "C10": "C11", "C11": "C10"}
    result = {}
    for part, members in groups.items():
        found = [name for name in members if name in known]
        if not found:
            continue
        options = []
        for table in ({}, swap):
            other = [table.get(name, name) for name in found]
            if all(name in index for name in other):
                mine = np.array([coordinates[index[name]] for name in other])
                delta = mine - np.array([known[name] for name in found])
                options.append(float(np.sqrt((delta**2).sum(1).mean())))
        result[part] = (min(options), len(found))
    return result
