"""Write ``alk_reference.csv``: G1202R, the equivalent of ROS1 G2032R, in deposited ALK complexes.

The coordinates are not part of the package, so that its scores are computed here once::

    python curation/make_alk_reference.py ../shared/structures/test_only
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd

import ros1struct as rs

FILE = Path(__file__).parents[1] / "src" / "ros1struct" / "data" / "alk_reference.csv"
SOURCES = {
    "xray/2XP2.pdb": ("2XP2", "deposited"),
    "alk_lorlatinib/2xp2_protein_4cli_lorlatinib.pdb": ("2XP2 + lorlatinib of 4CLI", "processed"),
}


def reference(folder: Path) -> pd.DataFrame:
    """Scan G1202R in every source; the same columns as :func:`ros1struct.scan`."""
    complexes = []
    for file, (name, kind) in SOURCES.items():
        complexes.append(replace(rs.load(folder / file, provenance=kind), name=name))
    return rs.scan(complexes, "ROS1 G2032R", details=True).drop(columns="definition")


if __name__ == "__main__":
    table = reference(Path(sys.argv[1]))
    table.to_csv(FILE, index=False, float_format="%.4f", lineterminator="\n")
    print(f"{FILE.name}: {len(table)} rows")
