"""Models of inhibitors that no crystal shows in ROS1, from their bonds with the hinge.

    python structures/build_carried.py            # all, a quarter of an hour on one core
    python structures/build_carried.py --check    # measure the committed models again

Inputs: the bundled wild-type model of zidesamtinib (the protein) and the chemical components (the
inhibitor's shape). Deposited coordinates of a protein with these inhibitors are
read for the comparison alone, after the choice. Needs posebusters for its checks; one thread, and
two runs give the same bytes.
"""

import argparse
import csv
import tempfile
import time
import warnings
from pathlib import Path
from typing import NamedTuple

import carried_check as check
import carried_drugs as drugs
import gemmi
import numpy as np
from rdkit import Chem
from scipy.spatial.transform import Rotation

import ros1struct as rs
from ros1struct.clashes import clash_definition, overlaps, strain
from ros1struct.io.poses import load_poses
from ros1struct.sidechains.repack import movable, pack
from ros1struct.structure.drug_atoms import symmetric_orders
from ros1struct.transplants.prior import Prior
from ros1struct.transplants.search import Surroundings, distinct, rmsd, rotatable_bonds, search

HERE = Path(__file__).resolve().parent
MODELS = HERE / "models" / "carried"
PROTEIN = "zidesamtinib"
SEED, TURNS = 2032, 4000
REACH, HELD = 4.0, 3.5  # Å: a hinge bond before and after relaxation
STARTS, PACKED = 5, 6  # places that are searched, poses that are packed
LIKE = 3.0  # kcal/mol within which the energy does not tell poses apart
START = time.process_time()

SELECTION_RULE = """\
1. The inhibitor's shape (the component's model coordinates) is turned 4,000 times about the atom
   that accepts the hinge bond of M2029 N, which stands where zidesamtinib's does. Turns that leave
   every known hinge bond within 4 A are scored in the ROS1 pocket; the best five that lie 1 A apart
   go on.
2. From each the torsions are searched, as a transplant does (`rs.transplant`); the best six poses
   are packed: side chains within 5 A and the pose relax with the package's energy.
3. Score = energy of packing + strain + the prior of a transplant.
4. Eligible is a pose whose hinge bonds are all <= 3.5 A, without a clash. The eligible pose of
   lowest score is the model; none, no model.
5. A model whose hinge part lies more than 1.5 A from the crystal of the same inhibitor with ALK or
   TRKA, laid on by the pocket CA, is rejected. Confidence is moderate where the whole inhibitor
   lies within 2.0 A of it and eligible poses within 3 kcal/mol within 1.5 A of the best; else low.
"""


class Pose(NamedTuple):
    """A packed pose."""

    complex: rs.Complex
    score: float
    strain: float
    hinge: dict  # label: (atom, Å)
    overlap: float


def say(text):
    """Print a line of progress."""
    print(f"[{time.process_time() - START:5.0f} s] {text}", flush=True)


def in_pocket(drug, xyz):
    """Return the complex of ROS1 with an inhibitor at given coordinates of its heavy atoms."""
    mol = Chem.Mol(drug.mol)
    mol.RemoveAllConformers()
    conformer = Chem.Conformer(mol.GetNumAtoms())
    for k, place in enumerate(xyz):
        conformer.SetAtomPosition(k, [float(x) for x in place])
    mol.AddConformer(conformer)
    with tempfile.TemporaryDirectory() as folder:
        protein, path = Path(folder) / "ros1.pdb", Path(folder) / f"{drug.name}.sdf"
        structure = gemmi.read_structure(str(HERE / "models" / f"ros1_{PROTEIN}.cif"))
        structure.remove_ligands_and_waters()
        structure.write_pdb(str(protein))
        path.write_text(Chem.MolToMolBlock(mol) + "$$$$\n")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", rs.Ros1structWarning)
            return load_poses(protein, path).complexes[0]


def places(drug, home):
    """Return a complex, and the best places of the shape turned about the hinge atom."""
    number = {int(n): r for r, n in enumerate(home.residues.number)}
    ends = [home.xyz[0, home.atoms_of(number[n])[name]] for n, name in drug.ends]
    names = home.atoms.name[home.inhibitor_heavy].tolist()
    goal = home.xyz[0, home.inhibitor_heavy[names.index(drugs.HINGE_N)]].astype(float)
    turns = Rotation.random(TURNS, random_state=np.random.default_rng(SEED))
    arms = drug.shape[list(drug.hinge)] - drug.shape[drug.acceptor]
    away = [
        np.linalg.norm(turns.apply(arm) + goal - end, axis=1)
        for arm, end in zip(arms, ends, strict=True)
    ]
    within = np.flatnonzero((np.array(away) < REACH).all(axis=0))
    around = drug.shape - drug.shape[drug.acceptor]
    poses = np.array([turns[int(k)].apply(around) + goal for k in within])
    complex = in_pocket(drug, poses[0])
    energies = Surroundings.of(complex, reach=25.0).energies(poses)
    order = np.argsort(energies, kind="stable")
    return complex, distinct(complex, [(float(energies[k]), poses[k]) for k in order], STARTS, 1.0)


def measured(drug, complex):
    """Return the hinge bonds {label: (atom, Å)} and the worst overlap (Å) of a pose."""
    number = {int(n): r for r, n in enumerate(complex.residues.number)}
    own = complex.xyz[0, complex.inhibitor_heavy].astype(float)
    hinge = {}
    for atom, (n, name) in zip(drug.hinge, drug.ends, strict=True):
        residue = number[n]
        far = np.linalg.norm(own[atom] - complex.xyz[0, complex.atoms_of(residue)[name]])
        label = f"{complex.residues.letter[residue]}{n}_{name}"
        hinge[label] = (drug.names[atom], float(far))
    worst = overlaps(complex, at_least=0.0)["overlap"]
    return hinge, float(worst.max()) if len(worst) else 0.0


def packed_poses(drug):
    """Return packed poses of an inhibitor, best score first."""
    home = rs.load(PROTEIN)
    complex, starts = places(drug, home)
    bonds = rotatable_bonds(complex.inhibitor, drug.acceptor)
    found = []
    for _, start in starts:
        xyz = complex.xyz[0].astype(float)
        xyz[complex.inhibitor_heavy] = start
        prior = Prior.of(complex.inhibitor, bonds, start)
        poses = search(complex.with_coordinates(xyz), drug.acceptor, 4, seed=SEED, prior=prior)
        found += [(energy, pose, prior) for energy, pose in poses]
    found.sort(key=lambda row: row[0])
    apart = distinct(complex, [(e, pose) for e, pose, _ in found], PACKED, 0.75)
    priors = {id(pose): prior for _, pose, prior in found}
    say(f"{drug.name}: {len(starts)} places, {len(found)} poses, {len(apart)} packed")
    loose = movable(complex, np.concatenate([pose for _, pose in apart]), 5.0)
    made = []
    for _, pose in apart:
        xyz = complex.xyz[0].astype(float)
        xyz[complex.inhibitor_heavy] = pose
        done, energy = pack(complex.with_coordinates(xyz), loose, seed=SEED)
        own = float(strain(done)["strain"].iloc[0])
        end = done.xyz[:1, done.inhibitor_heavy].astype(float)
        score = energy + own + float(priors[id(pose)].energies(end)[0])
        made.append(Pose(done, score, own, *measured(drug, done)))
    return sorted(made, key=lambda pose: pose.score)


def eligible(pose):
    """Return whether a pose keeps its hinge bonds and clashes nowhere."""
    held = all(far <= HELD for _, far in pose.hinge.values())
    return held and pose.overlap < clash_definition("chimerax").threshold


def build(name):
    """Compute, check and write one model; return why there is none, or an empty text."""
    drug = drugs.drug(name)
    poses = packed_poses(drug)
    fit = [pose for pose in poses if eligible(pose)]
    for pose in poses:
        held = " ".join(f"{label} {far:.2f}" for label, (_, far) in pose.hinge.items())
        say(f"  {pose.score - poses[0].score:5.1f} {held} overlap {pose.overlap:.2f}")
    if not fit:
        return f"none of {len(poses)} poses keeps the hinge bonds without a clash"
    best = fit[0]
    ways = symmetric_orders(best.complex.inhibitor)
    where = [p.complex.xyz[0, p.complex.inhibitor_heavy].astype(float) for p in fit]
    near = [p.score <= best.score + LIKE for p in fit]
    spread = max(rmsd(w, where[0], ways) for w, ok in zip(where, near, strict=True) if ok)
    # Only from here on is a deposited structure opened.
    details = check.details(drug, best, spread)
    if "rejected" in details:
        return details["rejected"]
    MODELS.mkdir(parents=True, exist_ok=True)
    rs.write(drugs.named(drug, best.complex, details), MODELS / f"ros1_{name}.cif")
    say(f"{name}: {details['confidence']}")
    return ""


def main():
    """Build the models, or check those there are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=list(drugs.PATTERNS))
    parser.add_argument("--check", action="store_true", help="measure the committed models")
    options = parser.parse_args()
    if options.check:
        for name in options.names:
            if (path := MODELS / f"ros1_{name}.cif").is_file():
                found = check.measured(drugs.drug(name), rs.load(path))
                print(name, *(f"\n  {item:28s} {value}" for item, value in found.items()))
        return
    reasons = dict(drugs.NONE)
    for name in options.names:
        if reason := build(name):
            reasons[name] = reason
            say(f"{name}: no model, {reason}")
    if list(options.names) == list(drugs.PATTERNS):
        with (MODELS / "rejected.csv").open("w", newline="") as handle:
            writer = csv.writer(handle, lineterminator="\n")
            writer.writerows([("model", "reason"), *((f"ros1_{n}", r) for n, r in reasons.items())])


if __name__ == "__main__":
    main()
