"""Score the development set, choose what is chosen leaving one kinase out, fit the calibration.

    python curation/fit_score.py ../shared src/ros1struct/data/development_scores.csv

SHARED is the folder with ``facts/`` and ``structures/``; OUT.csv gets one row per pair: kinase,
inhibitor, structure, mutation, resistant, score with its parts and interval. ABL1 and ROS1 are not
among the pairs. Cabozantinib is foretinib's pose of 3LQ8 cut to the atoms that the two share.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

import ros1struct as rs
from ros1struct.resistance import calibration, evaluate, score
from ros1struct.sidechains.conformers import surroundings

CABOZANTINIB = "COc1cc2c(Oc3ccc(NC(=O)C4(C(=O)Nc5ccc(F)cc5)CC4)cc3)ccnc2cc1OC"
# Charges as at pH 7.4; the acrylamide has reacted.
NERATINIB = "CCOc1cc2ncc(C#N)c(Nc3ccc(OCc4ccccn4)c(Cl)c3)c2cc1NC(=O)CCC[NH+](C)C"
# Settings tried: what repulsion at the glycine-rich loop counts, and the transfer term.
LOOPS = (1.0, 0.75, 0.5, 0.25, 0.0)
TRANSFERS = (0.0, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5)


def cabozantinib_pose(folder: Path) -> rs.Complex:
    """Cut foretinib of the bundled 3LQ8 down to cabozantinib."""
    import gemmi
    from rdkit import Chem

    whole = rs.load("3LQ8")
    wanted = Chem.MolFromSmiles(CABOZANTINIB)
    shared = whole.inhibitor.GetSubstructMatch(wanted)
    kept = {str(whole.atoms.name[whole.inhibitor_heavy[i]]) for i in shared}
    rs.write(whole, folder / "whole.pdb")
    structure = gemmi.read_structure(str(folder / "whole.pdb"))
    structure.raw_remarks = []  # They name the inhibitor that was.
    for chain in structure[0]:
        for residue in chain:
            if residue.name == whole.component:
                for i in reversed(range(len(residue))):
                    if residue[i].name not in kept:
                        del residue[i]
                residue.name = "CBZ"
    structure.write_pdb(str(folder / "3LQ8-cabozantinib.pdb"))
    return rs.load(folder / "3LQ8-cabozantinib.pdb", smiles=CABOZANTINIB, provenance="model")


def structures(shared: Path) -> dict[str, rs.Complex]:
    """Load every structure of the set by the name that the pairs use."""
    xray = shared / "structures/test_only/xray"
    lorlatinib = shared / "structures/test_only/alk_lorlatinib/2xp2_protein_4cli_lorlatinib.pdb"
    names = ("2XP2", "3AOX", "4MKC", "5J7H", "1M17", "4WKQ", "1XKK", "2WGJ")
    found = {name: rs.load(xray / f"{name}.pdb") for name in names}
    found["2JIV"] = rs.load(xray / "2JIV.pdb", smiles=NERATINIB)
    found["4CLI"] = rs.load(lorlatinib)
    with tempfile.TemporaryDirectory() as folder:
        found["3LQ8 (foretinib pose)"] = cabozantinib_pose(Path(folder))
    return found


def scored(shared: Path) -> pd.DataFrame:
    """Score every pair whose structure is at hand."""
    pairs = pd.read_csv(shared / "facts/resistance_pairs.csv")
    known = structures(shared)
    around = {name: surroundings(c) for name, c in known.items()}
    rows = []
    for pair in pairs[pairs["structure"].isin(list(known))].itertuples():
        c = known[pair.structure]
        wild, number, mutant = pair.mutation[0], int(pair.mutation[1:-1]), pair.mutation[-1]
        residue = c.find_residue(number - pair.numbering_offset)
        found = score.resistance_score(around[pair.structure], residue, wild, mutant)
        parts = {n: getattr(found.parts, n) for n in score.Parts.__dataclass_fields__}
        rows.append(
            {
                "kinase": pair.kinase, "inhibitor": pair.drug, "structure": c.name,
                "mutation": pair.mutation, "klifs": int(c.residues.klifs[residue]),
                "resistant": pair.resistant, "ddg": pair.ddg_kcal, "distance": found.distance,
                "score": found.score, "low": found.low, "high": found.high, **parts,
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
        found[kinase] = float(
            np.mean([evaluate.auc(g["resistant"], values[g.index]) for g in parts])
        )
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
