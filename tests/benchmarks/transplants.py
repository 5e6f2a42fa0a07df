"""Inhibitors carried into kinases where the answer is known, as Markdown.

Run from the repository, with the folder of deposited structures beside it:
``python tests/benchmarks/transplants.py > docs/transplants.md``. Deviations are of heavy atoms,
least over the molecule's symmetries, in the frame of the protein the inhibitor was carried into:
that protein's crystal holds the answer, and its own inhibitor is taken out before.
"""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import ros1struct as rs
from ros1struct.structure.complex import Complex
from ros1struct.structure.drug_atoms import symmetric_orders
from ros1struct.transplants import superpose_pockets
from ros1struct.transplants.search import rmsd

SHARED = Path(os.environ.get("ROS1STRUCT_SHARED", Path(__file__).parents[3] / "shared"))
TEST = SHARED / "structures" / "test_only"
# Å, the usual bound of a pose that is right but for details.
RIGHT = 1.5
HEAD = """# Inhibitors carried into other kinases: the record

Printed by `python tests/benchmarks/transplants.py`. *As carried* is the deviation (Å) of the pose
that the superposition of the pockets alone gives; *best* that of the first pose of `rs.transplant`,
*nearest* the least among its five; *spread* how far poses within 3 kcal/mol lie apart. A flag says
that the pose is in doubt. Deviations are from the inhibitor in the crystal of the protein.
"""
FOOT = """
The prior (3 kcal/mol for a torsion that stands opposite to where the inhibitor is from, less for
smaller turns; 1 kcal/mol for the square of each Å that the hinge part moves) says that the same
inhibitor in a like pocket is an observation: leaving it has to gain about the 3 kcal/mol within
which the energy does not tell poses apart. A torsion turned by 60° or more costs those 3 kcal/mol
once more in the ranking: its gain has to exceed the error. The numbers were set by that reasoning
and not fitted; that they are the best has not been shown. ROS1 rows are tests.

## Carry one yourself
Crystals of kinases with other inhibitors are fetched, not bundled:

    ros1struct fetch 4MKC
    ros1struct transplant 4MKC crizotinib --count 3 --model ros1_ceritinib.cif

puts the ceritinib of ALK into the ROS1 of the bundled crizotinib model, prints the table of poses
and the flags, and writes the best pose, which every other command takes. In Python:

    import ros1struct as rs
    rs.fetch("4MKC")
    found = rs.transplant("4MKC", into="crizotinib")
    found.table, found.flags
    rs.scan(found.best, "G2032R")

The bundled models of entrectinib, ceritinib and brigatinib were made without such a file, from the
inhibitor's component and its hinge bonds: `structures/models/carried/README.md`.
"""


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


def main() -> None:
    """Print the page."""
    cases: list[tuple[str, str, Callable[[], dict[str, np.ndarray]] | None]] = [
        ("2XP2", "2WGJ", None), ("2WGJ", "2XP2", None),
        ("2XP2", "crizotinib", ros1_crizotinib), ("2WGJ", "crizotinib", ros1_crizotinib),
        ("2ITY", "2ITZ", None), ("2ITY", "2ITO", None), ("2ITY", "3UG2", None),
        ("2ITZ", "2ITY", None), ("4WKQ", "4I22", None), ("4I22", "4WKQ", None),
        ("1M17", "4HJO", None), ("4HJO", "1M17", None),
    ]  # fmt: skip
    print(HEAD)
    print("| inhibitor | from | into | as carried | best | nearest | spread | flags | CPU s |")
    print("|---|---|---|---|---|---|---|---|---|")
    found_right, made_worse = 0, 0
    for one, other, known in cases:
        source, target = (
            rs.load(path if (path := TEST / "xray" / f"{name}.pdb").is_file() else name)
            for name in (one, other)
        )
        start = time.process_time()
        found = rs.transplant(source, into=target)
        spent = time.process_time() - start
        answer = known() if known else crystal(target)
        fit = superpose_pockets(source, target)
        as_carried = off(source.with_coordinates(fit.apply(source.xyz[0])), answer)
        errors = [off(pose, answer) for pose in found.poses]
        found_right += errors[0] <= RIGHT
        made_worse += errors[0] > as_carried
        into = f"{target.kinase.name} {target.kinase.variant} ({other})"
        cells = (
            found.best.inhibitor_name, f"{source.kinase.name} ({one})", into, f"{as_carried:.2f}",
            f"{errors[0]:.2f}", f"{min(errors):.2f}", f"{found.spread:.1f}",
            "; ".join(found.flags) or "none", f"{spent:.0f}",
        )  # fmt: skip
        print("| " + " | ".join(cells) + " |", flush=True)
    print(
        f"\nThe best pose is right (within {RIGHT} Å) in {found_right} of {len(cases)} cases; in "
        f"{made_worse} the pose as carried is nearer."
    )
    print(FOOT)


if __name__ == "__main__":
    main()
