"""Score the development set, choose what is chosen leaving one kinase out, fit the calibration.

    python curation/fit_score.py ../shared src/ros1struct/data/development_scores.csv

SHARED is the folder with ``structures/``; the pairs are those of ``curation/development_set.csv``
that are marked. OUT.csv gets one row per pair: kinase, inhibitor, structure, mutation, resistant,
score with its parts and interval. ABL1 and ROS1 are not among the pairs.
"""

from __future__ import annotations

import argparse
import sys
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from development import place, structures

from ros1struct.energy.soft import surroundings
from ros1struct.resistance import calibration, score
from ros1struct.resistance.measures import auc
from ros1struct.sidechains.build import RT

PAIRS = Path(__file__).with_name("development_set.csv")
# Settings tried: what repulsion at the glycine-rich loop counts, and the transfer term.
LOOPS = (1.0, 0.75, 0.5, 0.25, 0.0)
TRANSFERS = (0.0, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5)


def scored(shared: Path) -> pd.DataFrame:
    """Score every pair that is marked."""
    pairs = pd.read_csv(PAIRS)
    known = structures(shared)
    around = {name: surroundings(c) for name, c in known.items()}
    rows = []
    for pair in pairs[pairs["resistant"].notna()].itertuples():
        c = known[pair.structure]
        residue = place(c, pair.mutation)
        wild, mutant = pair.mutation[0], pair.mutation[-1]
        found = score.resistance_score(around[pair.structure], residue, wild, mutant)
        parts = {n: getattr(found.parts, n) for n in score.Parts.__dataclass_fields__}
        rows.append(
            {
                "kinase": pair.kinase, "inhibitor": pair.inhibitor, "structure": c.name,
                "mutation": pair.mutation, "klifs": int(c.residues.klifs[residue]),
                "resistant": int(pair.resistant), "ddg": RT * np.log(pair.fold),
                "distance": found.distance, "score": found.score, "low": found.low,
                "high": found.high, **parts,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def rescored(table: pd.DataFrame, loop: float, transfer: float) -> pd.Series:
    """Scores at another loop factor and transfer share, from the parts."""
    repels = table[["steric", "solvent", "strain"]].sum(axis=1)
    moved = table["klifs"].isin(score.LOOP_POSITIONS) & (repels > 0)
    repels = repels.where(~moved, repels / score.LOOP * loop)
    return repels + table["contacts"] + table["transfer"] / score.TRANSFER * transfer


def mean_auc(table: pd.DataFrame, values: pd.Series) -> dict[str, float]:
    """AUC of each kinase, the mean over its inhibitors for the scan of MET."""
    found = {}
    for kinase, group in table.groupby("kinase"):
        parts = [group] if kinase != "MET" else [g for _, g in group.groupby("inhibitor")]
        found[kinase] = float(np.mean([auc(g["resistant"], values[g.index]) for g in parts]))
    return found


def main(arguments: list[str]) -> None:
    """Write the table; print the choice, the AUCs and the calibration."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args(arguments)
    table = scored(given.shared)
    table.to_csv(given.out, index=False, float_format="%.3f", lineterminator="\n")
    print("as used:", mean_auc(table, table["score"]))
    tried = {s: mean_auc(table, rescored(table, *s)) for s in product(LOOPS, TRANSFERS)}
    for left in sorted(table["kinase"].unique()):
        best = max(tried, key=lambda s: np.mean([a for k, a in tried[s].items() if k != left]))
        print(f"{left} left out: loop {best[0]}, transfer {best[1]}: AUC {tried[best][left]:.3f}")
    print(calibration.fit(table["score"], table["resistant"], table["kinase"]))
    probability = np.full(len(table), np.nan)
    for left in table["kinase"].unique():
        out = (table["kinase"] == left).to_numpy()
        rest = table[~out]
        made = calibration.fit(rest["score"], rest["resistant"], rest["kinase"])
        probability[out] = made.probability(table["score"][out].to_numpy())
    print("reliability, leaving one kinase out:")
    for predicted, seen, pairs in calibration.reliability(probability, table["resistant"]):
        print(f"  {predicted:.2f} predicted, {seen:.2f} seen, {pairs} pairs")


if __name__ == "__main__":
    main(sys.argv[1:])
