"""ROS1 DFG-out on the backbone of MET 3LQ8 with type II inhibitors: what is measured, as Markdown.

Run from the repository: ``python tests/benchmarks/type_two.py`` (five minutes on one core). Kd of
other kinases is from ``../shared/facts``. Nothing is written: the models are not bundled.
"""

from __future__ import annotations

import csv
import os
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np

import ros1struct as rs
from ros1struct.clashes import overlaps, strain
from ros1struct.contacts.compare import buried_area
from ros1struct.io.write import as_pdb
from ros1struct.kinome import literature
from ros1struct.sidechains.repack import movable, pack
from ros1struct.structure.complex import Complex

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "structures"), str(ROOT / "curation")]
import carried_drugs as drugs  # noqa: E402
import model_quality as quality  # noqa: E402
import threaded  # noqa: E402
from development import cabozantinib_pose  # noqa: E402

SHARED = Path(os.environ.get("ROS1STRUCT_SHARED", ROOT.parent / "shared"))
FORETINIB = "EXEL-2880/GSK-1363089"
CLASH = 0.6  # Å, as ChimeraX


def kd_of_foretinib() -> dict[str, float]:
    """Kd (nM) of wild-type kinases, Davis 2011."""
    found = {}
    table = literature.affinities()
    own = table[(table["inhibitor"] == "foretinib") & (table["construct"] == "wild type")]
    found |= dict(zip(own["kinase"], own["kd_nM"].astype(float), strict=True))
    with (SHARED / "facts" / "kd_davis2011_mutants.csv").open(encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            if row["compound"] == FORETINIB and row["kd_wild_type_nM"]:
                found[row["kinase"]] = float(row["kd_wild_type_nM"])
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def pocket(kinase: str) -> dict[int, str]:
    """Letters of a human kinase by KLIFS position."""
    with (ROOT / "src/ros1struct/data/human_kinases.csv").open(encoding="utf-8") as handle:
        row = next(row for row in csv.DictReader(handle) if row["name"] == kinase)
    runs = [tuple(map(int, run.split(":"))) for run in row["klifs"].split()]
    place = {}
    for (start, residue), (end, _) in zip(runs, [*runs[1:], (86, 0)], strict=True):
        place |= {k: residue + k - start - int(row["first"]) for k in range(start, end)}
    return {k: row["sequence"][i] for k, i in place.items() if 0 <= i < len(row["sequence"])}


def figures(complex: Complex) -> tuple[float, int, float, float]:
    """Worst overlap (Å), clashes, strain (kcal/mol) and the inhibitor's buried area (Å²)."""
    worst = overlaps(complex, at_least=0.0)["overlap"]
    drug = int(complex.atoms.residue[complex.inhibitor_heavy[0]])
    own = float(strain(complex)["strain"].iloc[0])
    return float(worst.max()), int((worst >= CLASH).sum()), own, float(buried_area(complex)[drug])


def row(*cells: object) -> None:
    """Print a row of a table."""
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def models() -> dict[str, Complex]:
    """Print what is measured of the two models; return them."""
    print("| inhibitor | M2029 N (Å) | D2102 N (Å) | worst overlap (Å) | ", end="")
    print("strain (kcal/mol) | buried (Å²) | from MET's pose (Å) | spread (Å) | ", end="")
    print("PoseBusters `dock` | flags |")
    print("|---" * 10 + "|")
    made = {}
    for name in drugs.TYPE_TWO:
        drug, (found, met, fit) = drugs.drug(name), threaded.transplanted(name)
        best = found.best
        numbers = threaded.protein(best)
        own = best.xyz[0, best.inhibitor_heavy].astype(float)
        bonds = [
            np.linalg.norm(own[k] - threaded.atoms_of(best, numbers[n])[atom])
            for k, (n, atom) in zip(drug.hinge, drug.ends, strict=True)
        ]
        lines = [line for line in as_pdb(best).splitlines() if line.startswith("ATOM")]
        failed = quality.posebusters(drug.mol, own, "\n".join([*lines, "END", ""]))
        worst, _, bent, buried = figures(best)
        row(
            name, *(f"{far:.2f}" for far in bonds), f"{worst:.2f}", f"{bent:.0f}", f"{buried:.0f}",
            f"{found.table['moved_inhibitor'].iloc[0]:.2f}", f"{found.spread:.1f}",
            "not run" if failed is None else ", ".join(failed) or "all pass",
            "; ".join(found.flags) or "none",
        )  # fmt: skip
        made[name] = drugs.named(drug, best, {})
    print(
        f"\n{len(numbers)} residues ({threaded.ranges(best)}); {fit.used} of 85 pocket positions "
        f"lie on ROS1's within 1.2 Å ({fit.rmsd:.2f} Å). Worst overlap of side chains within the "
        f"protein {threaded.protein_overlap(best):.2f} Å, in MET as prepared "
        f"{threaded.protein_overlap(met):.2f} Å.\n"
    )
    return made


def controls() -> None:
    """Print foretinib in MET with the pockets of kinases whose Kd is known."""
    print("| pocket of | Kd (nM) | side chains changed | worst overlap (Å) | clashes | ", end="")
    print("strain (kcal/mol) | buried (Å²) |")
    print("|---" * 7 + "|")
    met, drug = rs.load(threaded.TEMPLATE), drugs.drug("foretinib")
    klifs = {
        n: int(met.residues.klifs[k])
        for n, k in threaded.protein(met).items()
        if met.residues.klifs[k]
    }
    for kinase, kd in kd_of_foretinib().items():
        letters = pocket(kinase)
        wanted = {n: letters[k] for n, k in klifs.items() if k in letters}
        there = {n: str(met.residues.letter[k]) for n, k in threaded.protein(met).items()}
        changed = sum(there[n] != letter for n, letter in wanted.items())
        made = threaded.rebuilt(met, wanted, drug)
        made, _ = pack(made, movable(made, drug.shape, 5.0), seed=threaded.SEED)
        worst, clashes, bent, buried = figures(made)
        row(kinase, f"{kd:g}", changed, f"{worst:.2f}", clashes, f"{bent:.0f}", f"{buried:.0f}")


def verdicts(made: dict[str, Complex]) -> None:
    """Print verdicts beside the literature's calls."""
    print("\n| mutation | inhibitor | literature | score | verdict | reason |")
    print("|---" * 6 + "|")
    calls = literature.calls()
    for name, complex in made.items():
        own = calls[calls["inhibitor"] == name]
        scanned = rs.scan(complex, own["mutation"].tolist())
        for call, (_, one) in zip(own["call"], scanned.iterrows(), strict=True):
            score = f"{one['score']:.1f}" if one["score"] == one["score"] else ""
            row(one["mutation"], name, call, score, one["verdict"], one["reason"])


def crystal() -> None:
    """Print verdicts on the same mutations of MET, whose crystal is the template."""
    print("\n| ROS1 | MET | score | verdict | growth without and with cabozantinib |")
    print("|---" * 5 + "|")
    with (SHARED / "facts" / "met_dms_2024.csv").open(encoding="utf-8") as handle:
        growth = {
            f"{row['wildtype']}{row['residue']}{row['mutation']}": row
            for row in csv.DictReader(handle)
        }
    own = ("L1951R", "G2032R", "D2033N", "L2086F")
    with tempfile.TemporaryDirectory() as folder:
        met = cabozantinib_pose(Path(folder))
    for mutation in own:
        there = str(rs.equivalent(mutation, "MET")).removeprefix("MET ")
        one, grown = rs.scan(met, there).iloc[0], growth[there]
        cells = f"{one['score']:.1f}", one["verdict"], f"{grown['dmso']}, {grown['cabozantinib']}"
        row(mutation, there, *cells)


def main() -> None:
    """Print all."""
    warnings.simplefilter("ignore", rs.Ros1structWarning)
    made = models()
    controls()
    verdicts(made)
    crystal()


if __name__ == "__main__":
    main()
