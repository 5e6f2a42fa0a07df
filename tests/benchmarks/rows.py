"""What a row of ``scan`` costs, asked alone, and the pocket's saturation map.

    OMP_NUM_THREADS=1 python tests/benchmarks/rows.py [NAME] [--map]

All 19 substitutions of every residue that touches the inhibitor of the bundled crizotinib complex
(or another NAME), one call each after a first: processor time, so that other work on the machine
disturbs little; the median over rows, by mutant, and the slowest row. The first row of a residue
samples its wild type too. With ``--map`` also the saturation map, on one core and on two, with
details and without.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np

import ros1struct as rs
from ros1struct.structure.mutation import AMINO_ACIDS

REPEATS = 3


def spent(work: Callable[[], object]) -> float:
    """Milliseconds of processor time of a call."""
    start = time.process_time()
    work()
    return 1e3 * (time.process_time() - start)


def rows(name: str) -> dict[str, float]:
    """Milliseconds of each row, on a complex that was just loaded."""
    complex = rs.load(name)
    touching = sorted({*rs.contacts(complex)["residue"]})
    asked = [f"{r}{x}" for r in touching for x in AMINO_ACIDS if x != r[0]]
    rs.scan(complex, asked[0])
    return {change: spent(lambda m=change: rs.scan(complex, m)) for change in asked}


def maps(name: str) -> None:
    """Print what a saturation map takes on the clock; processes of their own are not counted."""
    complex = rs.load(name)
    for details in (False, True):
        for workers in (1, 2):
            start = time.perf_counter()
            count = len(rs.saturation(complex, details=details, workers=workers))
            taken = time.perf_counter() - start
            print(f"map of {count} rows, details={details}, workers={workers}: {taken:.1f} s")


def main(arguments: list[str]) -> None:
    """Print a line for all rows and one for each mutant."""
    name = next((a for a in arguments if not a.startswith("-")), "crizotinib")
    for _ in range(REPEATS):
        found = rows(name)
        times = np.array([*found.values()])
        slowest = max(found, key=lambda m: found[m])
        print(
            f"{name}, {len(times)} rows: median {np.median(times):.1f} ms, mean "
            f"{times.mean():.1f}, slowest {slowest} {times.max():.1f}"
        )
        by = {x: np.median([t for m, t in found.items() if m[-1] == x]) for x in AMINO_ACIDS}
        print("  " + " ".join(f"{x} {t:.1f}" for x, t in sorted(by.items(), key=lambda p: p[1])))
    if "--map" in arguments:
        maps(name)


if __name__ == "__main__":
    main(sys.argv[1:])
