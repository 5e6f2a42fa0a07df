"""Inhibitors carried into kinases where the answer is known, as Markdown.

Run from the repository, with the folder of deposited structures beside it:
``python tests/benchmarks/transplants.py`` prints the table of docs/transplants.md, with ``--prior``
what the prior's weights do and how they are chosen without the inhibitor tested. Deviations are of
heavy atoms, least over the molecule's symmetries, in the frame of the protein the inhibitor was
carried into: that protein's crystal holds the answer, and its own inhibitor is taken out before.
"""

from __future__ import annotations

import csv
import os
import sys
import time
from pathlib import Path

import numpy as np

import ros1struct as rs
from ros1struct.structure.complex import Complex
from ros1struct.structure.drug_atoms import symmetric_orders
from ros1struct.transplants import prior, superpose_pockets
from ros1struct.transplants.search import rmsd

SHARED = Path(os.environ.get("ROS1STRUCT_SHARED", Path(__file__).parents[3] / "shared"))
TEST = SHARED / "structures" / "test_only"
# Å, the usual bound of a pose that is right but for details.
RIGHT = 1.5
# kcal/mol that a turned torsion costs in the ranking (LIKE of the module).
COST = 3.0
# Files of the folder that are not deposited ones.
SPECIAL = {
    "4CLI": TEST / "alk_lorlatinib" / "2xp2_protein_4cli_lorlatinib.pdb",
}
# The bundled pocket of 2WGJ, in a file of that name a fragment of 72 residues.
FRAGMENT = "2WGJ, bundled pocket"
CASES = [
    ("2XP2", "2WGJ"), ("2WGJ", "2XP2"), ("2XP2", "crizotinib"), ("2WGJ", "crizotinib"),
    ("2ITY", "2ITZ"), ("2ITY", "2ITO"), ("2ITY", "3UG2"), ("2ITZ", "2ITY"), ("4WKQ", "4I22"),
    ("4I22", "4WKQ"), ("1M17", "4HJO"), ("4HJO", "1M17"),
]  # fmt: skip
# Not counted: a fragment, and a model instead of a crystal as the answer.
MORE = [(FRAGMENT, "crizotinib"), ("4CLI", "lorlatinib")]
# What the prior's two costs are multiplied by, and what a turned torsion costs in the ranking.
SCALES, TURNED = (0.0, 1.0, 2.0), (0.0, 1.5, 3.0, 6.0)


def crystal(complex: Complex) -> dict[str, np.ndarray]:
    """Atom names and coordinates of the inhibitor of a complex."""
    mine = complex.inhibitor_heavy
    names = complex.atoms.name[mine].tolist()
    return dict(zip(names, complex.xyz[0, mine].astype(float), strict=True))


def ros1_crizotinib() -> dict[str, np.ndarray]:
    """Crizotinib of the deposited ROS1 entry, in the frame of the bundled models."""
    with (TEST / "ros1" / "3zbf_crizotinib_atoms.csv").open() as handle:
        return {
            row["atom"]: np.array([float(row[f"{k}_9qek"]) for k in "xyz"])
            for row in csv.DictReader(handle)
            if row["source"] == "3zbf"
        }


def off(pose: Complex, answer: dict[str, np.ndarray]) -> float:
    """Deviation (Å) of a pose from the answer, over the atoms that the answer has."""
    mine = pose.inhibitor_heavy
    names = pose.atoms.name[mine].tolist()
    known = [k for k, name in enumerate(names) if name in answer]
    target = np.full((len(names), 3), np.nan)
    target[known] = [answer[names[k]] for k in known]
    xyz = pose.xyz[0, mine].astype(float)
    if len(known) == len(names):
        return rmsd(xyz, target, symmetric_orders(pose.inhibitor))
    gaps = [((xyz[way] - target)[known] ** 2).sum(1) for way in symmetric_orders(pose.inhibitor)]
    return float(np.sqrt(min(gap.mean() for gap in gaps)))


def load(name: str) -> Complex:
    """Load a deposited file, a prepared one, or what is bundled."""
    if name == FRAGMENT:
        return rs.load("2WGJ")
    path = SPECIAL.get(name, TEST / "xray" / f"{name}.pdb")
    return rs.load(path if path.is_file() else name)


def record() -> None:
    """Print a row for each case."""
    print("| inhibitor | from | into | as carried | first | nearest | spread | flags | CPU s |")
    print("|---|---|---|---|---|---|---|---|---|")
    right, worse, unflagged = 0, 0, []
    for one, other in (*CASES, *MORE):
        source, target = load(one), load(other)
        start = time.process_time()
        found = rs.transplant(source, into=target)
        spent = time.process_time() - start
        answer = ros1_crizotinib() if other == "crizotinib" else crystal(target)
        fit = superpose_pockets(source, target)
        as_carried = off(source.with_coordinates(fit.apply(source.xyz[0])), answer)
        errors = [off(pose, answer) for pose in found.poses]
        if (one, other) in CASES:
            right += errors[0] <= RIGHT
            worse += errors[0] > as_carried
        if errors[0] > RIGHT and not found.flags:
            unflagged.append(f"{one} into {other}")
        into = f"{target.kinase.name} {target.kinase.variant} ({other})"
        cells = (
            found.best.inhibitor_name, f"{source.kinase.name} ({one})", into, f"{as_carried:.2f}",
            f"{errors[0]:.2f}", f"{min(errors):.2f}", f"{found.spread:.1f}",
            "; ".join(found.flags) or "none", f"{spent:.0f}",
        )  # fmt: skip
        print("| " + " | ".join(cells) + " |", flush=True)
    print(
        f"\nThe first pose is right (within {RIGHT} Å) in {right} of {len(CASES)} cases; in "
        f"{worse} the pose as carried is nearer. Wrong without a flag: "
        f"{'; '.join(unflagged) or 'none'}."
    )


def left_out() -> None:
    """Choose the prior's weights without the inhibitor that is tested, and say how that does."""
    errors: dict[tuple[float, float], list[float]] = {}
    drugs = []
    for scale in SCALES:
        prior.TORSION, prior.PLACE = 3.0 * scale, 1.0 * scale
        for one, other in CASES:
            source, target = load(one), load(other)
            found = rs.transplant(source, into=target)
            answer = ros1_crizotinib() if other == "crizotinib" else crystal(target)
            away = [off(pose, answer) for pose in found.poses]
            for cost in TURNED:
                extra = (cost - COST) * found.table["torsions_turned"]
                best = int((found.table["energy"] + extra).to_numpy().argmin())
                errors.setdefault((scale, cost), []).append(away[best])
            if scale == SCALES[0]:
                drugs.append(found.best.inhibitor_name)
    print("| scale of the prior | a turned torsion (kcal/mol) | right | mean (Å) |")
    print("|---|---|---|---|")
    for (scale, cost), away in errors.items():
        print(f"| {scale:g} | {cost:g} | {sum(x <= RIGHT for x in away)} | {np.mean(away):.2f} |")
    print("\n| inhibitor left out | chosen on the others | right, chosen | right, as set | of |")
    print("|---|---|---|---|---|")
    # Deviations in ROS1 are tests: nothing is chosen by them.
    ros1 = [other == "crizotinib" for _, other in CASES]
    for name in sorted({*drugs}):
        train = [k for k, drug in enumerate(drugs) if drug != name and not ros1[k]]
        test = [k for k, drug in enumerate(drugs) if drug == name]
        scored = {
            rule: (sum(away[k] <= RIGHT for k in train), -np.mean([away[k] for k in train]))
            for rule, away in errors.items()
        }
        rule = max(scored, key=scored.__getitem__)
        told = [sum(errors[r][k] <= RIGHT for k in test) for r in (rule, (1.0, COST))]
        print(f"| {name} | {rule[0]:g}, {rule[1]:g} | {told[0]} | {told[1]} | {len(test)} |")


if __name__ == "__main__":
    left_out() if "--prior" in sys.argv[1:] else record()
