"""Write ``native_strain.csv``: the strain of the inhibitor in each deposited kinase complex.

Energies only; the coordinates stay where they are. Takes deposited files, e.g.

    python curation/make_native_strain.py FOLDER/*.pdb
"""

from __future__ import annotations

import sys
from pathlib import Path

import ros1struct as rs
from ros1struct.clashes.strain import strain

FILE = Path(__file__).parents[1] / "src" / "ros1struct" / "data" / "native_strain.csv"


def main(paths: list[str]) -> None:
    """Measure every file that is a deposited protein kinase with an inhibitor."""
    rows = {}
    for path in sorted(paths):
        try:
            complex = rs.load(path)
            if complex.provenance.kind != "deposited" or complex.bonded_to_protein():
                print(f"left out: {complex.name} is {complex.provenance.kind} or covalent")
                continue
            energy = float(strain(complex)["strain"].iloc[0])
        except rs.Ros1structError as error:
            print(f"left out: {error}")
            continue
        rows[complex.provenance.entry] = f"{complex.inhibitor_name},{energy:.1f}"
    lines = ["entry,inhibitor,strain", *(f"{entry},{rows[entry]}" for entry in sorted(rows))]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(rows)} rows")


if __name__ == "__main__":
    main(sys.argv[1:])
