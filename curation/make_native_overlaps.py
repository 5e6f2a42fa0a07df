"""Write ``native_overlaps.csv``: the worst overlap in each deposited kinase complex.

Scores only; the coordinates stay where they are. Takes deposited files, e.g.

    python curation/make_native_overlaps.py FOLDER/*.pdb
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

import ros1struct as rs
from ros1struct.clashes.definitions import CLASH_DEFINITIONS

FILE = Path(__file__).parents[1] / "src" / "ros1struct" / "data" / "native_overlaps.csv"


def main(paths: list[str]) -> None:
    """Measure every file that is a deposited protein kinase with an inhibitor."""
    rows = []
    for path in sorted(paths):
        try:
            complex = rs.load(path)
        except rs.StructureError as error:
            print(f"left out: {error}")
            continue
        if complex.provenance.kind != "deposited":
            print(f"left out: {complex.name} is {complex.provenance.kind}")
            continue
        for rule in CLASH_DEFINITIONS.values():
            if rule.hydrogens:
                continue
            # Far below zero, so that every complex has a row.
            worst = rs.overlaps(complex, rule, at_least=-3.0)["overlap"].max()
            rows.append((complex.provenance.entry, rule.name, f"{worst:.3f}"))
    table = pd.DataFrame(rows, columns=["entry", "definition", "worst_overlap"])
    table.sort_values(["definition", "entry"]).to_csv(FILE, index=False, lineterminator="\n")
    print(f"{len(table)} rows")


if __name__ == "__main__":
    main(sys.argv[1:])
