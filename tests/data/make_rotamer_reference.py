"""Draw lines of the original Dunbrack 2010 library, to compare the packed form with.

Usage: ``python make_rotamer_reference.py PATH/ALL.bbdep.rotamers.lib`` (the file is in the source
archive of chilife on PyPI; CC-BY-4.0, Shapovalov and Dunbrack 2011). Writes
``rotamer_reference.csv``: the three most likely lines of three bins per residue type, drawn with a
fixed seed, and of one bin at the border of the grid, whose +180 lines are kept as they stand.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

COLUMNS = "residue,phi,psi,count,r1,r2,r3,r4,p,chi1,chi2,chi3,chi4,sig1,sig2,sig3,sig4"


def main(source: str) -> None:
    """Write the reference beside this script."""
    bins: dict[str, dict[tuple[int, int], list[list[str]]]] = {}
    with open(source, encoding="ascii") as handle:
        for line in handle:
            if line.startswith("#") or not line.strip():
                continue
            cells = line.split()
            key = int(cells[1]), int(cells[2])
            bins.setdefault(cells[0], {}).setdefault(key, []).append(cells)
    draw = random.Random(2010)
    rows = []
    for name in sorted(set(bins) - {"CYS", "PRO", "CYD"}):
        border = [k for k in bins[name] if 180 in k]
        for key in [*draw.sample(sorted(bins[name]), 3), draw.choice(sorted(border))]:
            best = sorted(bins[name][key], key=lambda c: -float(c[8]))
            rows += best[:3]
    text = "\n".join([COLUMNS, *(",".join(row) for row in rows)])
    Path(__file__).with_name("rotamer_reference.csv").write_text(text + "\n", encoding="ascii")
    print(len(rows), "lines")


if __name__ == "__main__":
    main(*sys.argv[1:])
