"""Compute the bundled ROS1 models from ``../shared/structures/inputs/`` alone.

    python structures/build_models.py            # all five, ten minutes on two cores
    python structures/build_models.py --check    # measure the committed models again

Needs openmm, rdkit, gemmi, numpy, scipy, and posebusters for its checks. ``ROS1STRUCT_SHARED``
names the folder with the inputs where it is not beside the repository. Two runs on one machine give
the same bytes.

The selection rule is `SELECTION_RULE`. It was written before any file of ``test_only/`` was
compared with a pose, and nothing in that folder is read before `select` has returned.
"""

import argparse
import math
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import model_files as files
import model_physics as physics
import model_poses as chemistry
import model_quality as quality
import numpy as np
from rdkit import Chem

HERE = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("ROS1STRUCT_SHARED", HERE.parents[1] / "shared"))
JOBS = int(os.environ.get("ROS1STRUCT_JOBS", min(2, os.cpu_count() or 1)))
TABLE = "structures/inputs/ros1_9qek_processed.csv"
ROTAMERS = 8
TIE = 1.0  # kcal/mol
LISTED = 3.0  # kcal/mol
FIRST_WITHIN = 10.0  # kcal/mol from the best after the first relaxation, to go on
APART = 0.5  # Å
HINGE_LIMIT, OVERLAP_LIMIT = 3.4, 0.4  # Å
CA_LIMIT, CA_KEPT = 1.0, 0.8  # Å, and the part of the pocket CA that must be kept

SELECTION_RULE = """\
1. Every starting pose is relaxed alike: hinge bonds pulled first, then released, backbone held;
   those within 10 kcal/mol of the best after the first hundred steps in solvent to the minimum.
2. Score = E(complex) - E(protein alone, relaxed alike) - E(inhibitor alone, minimised from its
   lowest-energy RDKit conformers), force field, OBC2 solvent and backbone restraints together. The
   strain of inhibitor and pocket is inside it; entropy is not.
3. Poses within 0.5 A of a better one are that pose. Eligible is a pose with worst overlap < 0.4 A
   and, for an aminopyridine, both hinge distances <= 3.4 A (repotrectinib: M2029 N alone).
4. The eligible pose of lowest score is the model. Eligible poses within 1 kcal/mol of it are
   bundled as alternates. One kcal/mol is the chemical accuracy that end-point force-field scores
   do not reach: below it they do not rank.
"""

TARGETS = (
    ("ros1_crizotinib", "WT", "crizotinib"),
    ("ros1_lorlatinib", "WT", "lorlatinib"),
    ("ros1_repotrectinib", "WT", "repotrectinib"),
    ("ros1_zidesamtinib", "WT", "zidesamtinib"),
    ("ros1_g2032r_zidesamtinib", "G2032R", "zidesamtinib"),
)
REFERENCES = {
    "crizotinib": "3ZBF atoms in the 9QEK frame",
    "lorlatinib": "ALK 4CLI, pocket CA superposed",
    "repotrectinib": "TRKA docked model of a third party, pocket CA superposed",
    "zidesamtinib": "movement in relaxation from the A1I6Z model coordinates; not a test",
}
START = time.monotonic()


class Pose(NamedTuple):
    """A relaxed pose: the whole complex' heavy atoms, and its measures."""

    origin: str
    score: float
    strain: float
    protein: physics.Heavy
    inhibitor: np.ndarray  # heavy atoms, Å
    measures: dict


def say(text):
    """Print a line of progress."""
    print(f"[{time.monotonic() - START:5.0f} s] {text}", flush=True)


# ---- Poses of one target ----------------------------------------------------------------------


def measured(drug, protein, xyz):
    """Return the geometric quality lines of a pose that need no known structure."""
    at = physics.positions(protein)
    donor, acceptor = chemistry.hinge_atoms(drug)
    names = drug.names
    result = {"hinge_E2027_O_atom": "?", "hinge_E2027_O_distance": math.nan}
    if donor is not None:
        length = np.linalg.norm(xyz[donor] - protein.xyz[at[2027, "O"]])
        result = {"hinge_E2027_O_atom": names[donor], "hinge_E2027_O_distance": float(length)}
    length = np.linalg.norm(xyz[acceptor] - protein.xyz[at[2029, "N"]])
    result |= {"hinge_M2029_N_atom": names[acceptor], "hinge_M2029_N_distance": float(length)}
    mine = [quality.inhibitor_atom(drug.mol.GetAtomWithIdx(i)) for i in range(len(names))]
    theirs = [quality.protein_atom(row[0], row[2]) for row in protein.rows]
    pairs = quality.overlaps(xyz, protein.xyz, mine, theirs)
    i, j = np.unravel_index(pairs.argmax(), pairs.shape)
    residue, number, name = protein.rows[j]
    result["worst_overlap"] = float(pairs.max())
    result["worst_overlap_pair"] = f"{names[i]} {residue}{number}.{name}"
    return result


def eligible(pose):
    """Return whether a pose meets the quality lines that need no known structure."""
    lengths = [pose.measures[f"hinge_{end}_distance"] for end in ("E2027_O", "M2029_N")]
    hinge = all(math.isnan(length) or length <= HINGE_LIMIT for length in lengths)
    return hinge and pose.measures["worst_overlap"] < OVERLAP_LIMIT


def hinge_pairs(drug):
    """Return (inhibitor atom, protein atom) pairs of the hinge bonds."""
    ends = zip(chemistry.hinge_atoms(drug), ((2027, "O"), (2029, "N")), strict=True)
    return [(atom, end) for atom, end in ends if atom is not None]


def relax_one(task):
    """Return energy, all coordinates, inhibitor and heavy protein of one relaxation."""
    place, hinge, start = task
    whole, xyz, energy = physics.relaxed(*place, hinge, start)
    return energy, xyz, xyz[whole.inhibitor], physics.heavy_of(whole.topology, xyz)


def relaxed_poses(drug, starts, variants, pool):
    """Return relaxed poses from [(origin, heavy protein, pose)] of one inhibitor, best first."""
    near, free = physics.region(starts[0][1], [pose[: len(drug.names)] for *_, pose in starts])
    proteins = {id(heavy): physics.with_hydrogens(heavy, variants) for _, heavy, _ in starts}
    places = [(proteins[id(heavy)], drug, pose, near, free) for _, heavy, pose in starts]
    first = []
    tasks = [(place, hinge_pairs(drug), None) for place in places]
    for (origin, *_), place, done in zip(starts, places, pool.map(relax_one, tasks), strict=True):
        first.append((origin, place, done))
        say(f"  {origin}: first {done[0]:.1f}")
    first.sort(key=lambda row: row[2][0])
    first = [row for row in first if row[2][0] < first[0][2][0] + FIRST_WITHIN]
    tasks, last = [(place, (), done[1]) for _, place, done in first], []
    for (origin, place, _), done in zip(first, pool.map(relax_one, tasks), strict=True):
        last.append((done[0], origin, place, *done[2:]))
        say(f"  {origin}: last {done[0]:.1f}")
    last.sort(key=lambda row: row[0])
    empty = last[0][2][0], None, None, near, free
    apo, *_ = relax_one((empty, (), relax_one((empty, (), None))[1]))
    sets = [*chemistry.conformers(drug, 300)[:10], *(bound for *_, bound, _ in last)]
    floor = min(physics.alone(drug, xyz, minimise=True) for xyz in sets)
    poses = []
    for energy, origin, _, bound, protein in last:
        strain = physics.alone(drug, bound, minimise=False) - floor
        heavy = bound[: len(drug.names)]
        measures = measured(drug, protein, heavy)
        poses.append(Pose(origin, energy - apo - floor, strain, protein, heavy, measures))
    return poses


def distance(drug, one, two):
    """Return how far two poses are apart in Å: the inhibitor, or the side chain of R2032."""
    apart = [chemistry.pose_rmsd(drug.mol, one.inhibitor, two.inhibitor)]
    chains = []
    for pose in (one, two):
        rows = zip(pose.protein.rows, pose.protein.xyz, strict=True)
        chains.append([xyz for row, xyz in rows if row[0] == "ARG" and row[1] == 2032])
    if chains[0]:
        apart.append(float(np.sqrt(((np.array(chains[0]) - chains[1]) ** 2).sum(1).mean())))
    return max(apart)


def select(drug, poses):
    """Return (distinct poses, those bundled) by the selection rule."""
    distinct = []
    for pose in poses:
        if all(distance(drug, pose, other) > APART for other in distinct):
            distinct.append(pose)
    fit = [pose for pose in distinct if eligible(pose)]
    return distinct, [pose for pose in fit if pose.score <= fit[0].score + TIE]


def starting_poses(variant, drug, protein, template):
    """Return [(origin, heavy protein, pose)] of a target."""
    pocket = chemistry.make_pocket(protein.atoms(), template.model)
    poses = chemistry.POSES[drug.name](drug, pocket, template)
    if variant == "WT":
        return [(f"pose {n}", protein, pose) for n, (_, pose) in enumerate(poses, 1)]
    pose = poses[0][1]
    mine = [drug.mol.GetAtomWithIdx(i) for i in range(len(drug.names))]
    around = pose[: len(mine)], [quality.inhibitor_atom(atom) for atom in mine]
    found = physics.arginine_rotamers(protein, 2032, around, ROTAMERS)
    return [
        (f"R2032 chi {' '.join(map(str, chi))} overlap {worst:.2f}", mutant, pose)
        for mutant, chi, _, worst in found
    ]


# ---- Checks against known structures, after the choice -----------------------------------------


def known_measures(drug, protein, xyz):
    """Return the measures that read known structures; empty where their folder is absent."""
    if not (SHARED / "structures/test_only").is_dir():
        return {}
    ca = {n: p for (_, n, a), p in zip(protein.rows, protein.xyz, strict=True) if a == "CA"}
    result = {"inhibitor_rmsd_reference": REFERENCES[drug.name]}
    for entry in ("3zbf", "4uxl"):
        rmsd, kept, total = quality.pocket_rmsd(ca, SHARED, entry)
        result[f"pocket_ca_rmsd_{entry}"] = rmsd
        result[f"pocket_ca_n_{entry}"] = f"{kept} of {total}"
    if drug.name == "crizotinib":
        ring = drug.mol.GetSubstructMatch(Chem.MolFromSmarts("c1cnnc1"))
        tail = drug.mol.GetSubstructMatch(Chem.MolFromSmarts("C1CC[NH2+]CC1"))
        groups = {"pyrazole": [drug.names[i] for i in ring]}
        groups["piperidine"] = [drug.names[i] for i in tail]
        rest = {name for part in groups.values() for name in part}
        groups = {"core": [name for name in drug.names if name not in rest]} | groups
        groups = {"all": list(drug.names)} | groups
        parts = quality.crizotinib_rmsd(drug.names, xyz, groups, SHARED)
        result["inhibitor_rmsd"] = parts["all"][0]
        result["inhibitor_rmsd_reference"] += f" ({parts['all'][1]} atoms of the entry)"
        for part in groups.keys() & parts.keys() - {"all"}:
            result[f"inhibitor_rmsd_{part}"] = parts[part][0]
    elif drug.name == "zidesamtinib":
        result["inhibitor_rmsd"] = chemistry.pose_rmsd(drug.mol, xyz, drug.model)
    else:
        path, kinase, residue = {
            "lorlatinib": ("alk_lorlatinib/2xp2_protein_4cli_lorlatinib.pdb", "ALK_Q9UM73", "5P8"),
            "repotrectinib": ("trk/ntrk1_repotrectinib_model.pdb", "NTRK1_P04629", "UNL"),
        }[drug.name]
        path = SHARED / "structures/test_only" / path
        elements, known, fit = quality.carried_reference(ca, SHARED, path, kinase, residue)
        result["inhibitor_rmsd"] = quality.graph_rmsd(drug.mol, xyz, elements, known)
        result["inhibitor_rmsd_reference"] += f" ({fit})"
    return result


def pdb_text(protein):
    """Return a protein's heavy atoms as PDB lines."""
    lines = []
    for n, ((residue, number, name), xyz) in enumerate(
        zip(protein.rows, protein.xyz, strict=True), 1
    ):
        place = "".join(f"{x:8.3f}" for x in xyz)
        lines.append(
            f"ATOM  {n:5d}  {name:<3s} {residue} A{number:4d}    {place}  1.00  0.00"
            f"          {name[0]:>2s}"
        )
    return "\n".join([*lines, "END", ""])


def posebusters_lines(drug, protein, xyz):
    """Return PoseBusters' verdict on a pose, and on the same pose pushed 2 Å into the protein."""
    push = np.random.default_rng(physics.SEED).normal(size=3)
    push *= 2 / np.linalg.norm(push)
    push *= np.sign(push @ (protein.xyz.mean(0) - xyz.mean(0)))
    text = pdb_text(protein)
    failed = quality.posebusters(drug.mol, xyz, text)
    if failed is None:
        return {}
    moved = quality.posebusters(drug.mol, xyz, text, push)
    return {
        "posebusters_dock": "all pass" if not failed else "fail: " + ", ".join(failed),
        "posebusters_moved_2A": "fails: " + ", ".join(moved) if moved else "all pass",
    }


def faults(measures, stereo):
    """Return the quality lines a model fails, in words."""
    found = [f"stereochemistry {stereo}"] if any(stereo) else []
    for end in ("E2027_O", "M2029_N"):
        if measures[f"hinge_{end}_distance"] > HINGE_LIMIT:
            found.append(f"hinge {end} {measures[f'hinge_{end}_distance']:.2f} A")
    if measures["worst_overlap"] >= OVERLAP_LIMIT:
        found.append(f"overlap {measures['worst_overlap']:.2f} A")
    if measures.get("posebusters_dock", "all pass") != "all pass":
        found.append(f"PoseBusters {measures['posebusters_dock']}")
    if measures.get("posebusters_moved_2A") == "all pass":
        found.append("PoseBusters passes the moved pose")
    for entry in ("3zbf", "4uxl"):
        if f"pocket_ca_rmsd_{entry}" in measures:
            kept, total = map(int, measures[f"pocket_ca_n_{entry}"].split(" of "))
            if measures[f"pocket_ca_rmsd_{entry}"] > CA_LIMIT or kept < CA_KEPT * total:
                found.append(f"pocket CA against {entry.upper()}")
    return found


# ---- Commands ---------------------------------------------------------------------------------


def build(pool):
    """Compute, check and write all models; return how many were rejected."""
    files.MODELS.mkdir(exist_ok=True)
    drugs = {name: chemistry.inhibitor(name, SHARED) for name in chemistry.CODES}
    template = drugs["zidesamtinib"]
    table, rebuilt = physics.read_table(SHARED / TABLE)
    pose = chemistry.zidesamtinib_poses(template, None, None)[0][1]
    protein, variants = physics.prepared(table, rebuilt, template, pose, say)
    chosen = []
    for target, variant, name in TARGETS:
        say(f"{target}: starting poses")
        starts = starting_poses(variant, drugs[name], protein, template)
        say(f"{target}: relaxing {len(starts)}")
        poses = relaxed_poses(drugs[name], starts, variants, pool)
        distinct, bundled = select(drugs[name], poses)
        chosen.append((target, variant, drugs[name], distinct, bundled))
    say("poses chosen; checks")  # only from here on is anything in test_only/ opened
    models, poses, rejected = [], [], []
    for old in files.MODELS.glob("*.cif"):
        old.unlink()
    for target, variant, drug, distinct, bundled in chosen:
        best = bundled[0] if bundled else distinct[0]
        labels = {}
        for rank, pose in enumerate(bundled, 1):
            name = target if rank == 1 else f"{target}-{rank}"
            measures = pose.measures | known_measures(drug, pose.protein, pose.inhibitor)
            measures |= posebusters_lines(drug, pose.protein, pose.inhibitor)
            wrong = faults(measures, physics.stereo_faults(pose.protein))
            if wrong:
                rejected.append({"model": name, "reason": "; ".join(wrong)})
                say(f"{name} rejected: {'; '.join(wrong)}")
                continue
            labels[id(pose)] = name
            files.write_model(name, variant, drug, pose, measures, rank)
            row = {"model": name, "energy_kcal_mol": pose.score, "strain_kcal_mol": pose.strain}
            models.append(row | measures)
        if not bundled:
            rejected.append({"model": target, "reason": "no pose meets hinge and overlap lines"})
        listed = [pose for pose in distinct if pose.score <= best.score + LISTED]
        for rank, pose in enumerate(listed, 1):
            row = {"target": target, "rank": rank, "bundled_as": labels.get(id(pose), "")}
            row |= {"eligible": "yes" if eligible(pose) else "no", "energy_kcal_mol": pose.score}
            row |= {"above_best_kcal_mol": pose.score - best.score, "origin": pose.origin}
            row |= {"strain_kcal_mol": pose.strain}
            row |= {"distance_from_best": distance(drug, pose, best)}
            poses.append(row | pose.measures | known_measures(drug, pose.protein, pose.inhibitor))
    files.write_csv(files.MODELS / "poses.csv", files.POSE_COLUMNS, poses)
    files.write_csv(files.MODELS / "rejected.csv", ["model", "reason"], rejected)
    files.write_readme(models, poses, rejected, SELECTION_RULE, ROTAMERS)
    say(f"{len(models)} models written, {len(rejected)} rejected")
    return len(rejected)


def check():
    """Measure the committed models again and print; return how many fail."""
    failing = 0
    for path in sorted(files.MODELS.glob("*.cif")):
        target = path.stem.split("-")[0]
        name = next(name for label, _, name in TARGETS if label == target)
        drug = chemistry.inhibitor(name, SHARED)
        protein, xyz, _ = files.read_model(path, drug)
        measures = measured(drug, protein, xyz) | known_measures(drug, protein, xyz)
        measures |= posebusters_lines(drug, protein, xyz)
        wrong = faults(measures, physics.stereo_faults(protein))
        failing += bool(wrong)
        print(path.name, "FAILS " + "; ".join(wrong) if wrong else "passes")
        for item in files.ITEMS:
            print(f"  {item:28s} {files.shown(measures.get(item))}")
    return failing


def main():
    """Build the models, or check those there are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="measure the committed models")
    if parser.parse_args().check:
        failing = check()
    else:
        # Every relaxation runs alone on one thread, so the number of workers changes no number.
        with ProcessPoolExecutor(JOBS, mp_context=get_context("spawn")) as pool:
            failing = build(pool)
    sys.exit(1 if failing else 0)


if __name__ == "__main__":
    main()
