"""What loading costs, beside programs that read the same files: run alone on a quiet machine.

    OMP_NUM_THREADS=1 python tests/benchmarks/bench_load.py

The files are the deposited kinases of ``../shared/structures/test_only/xray``. Each program takes
each file five times in turn; the median of a file, then over files, of processor time. Loading
numbers the chain, finds the inhibitor and its chemistry; the others give atoms. Cold times are of a
fresh interpreter, imports included, wall time.
"""

import os
import platform
import statistics
import subprocess
import sys
import time
import warnings

import gemmi
import mdtraj
from crystals import FILES, XRAY

import ros1struct as rs

REPEATS = 5


def spent(work):
    """Milliseconds of processor time, and what the call gave."""
    start = time.process_time()
    made = work()
    return 1e3 * (time.process_time() - start), made


def cold(code):
    """Seconds of a fresh interpreter on the clock, the least of three."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-W", "ignore", *code], check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    return min(times)


def main():
    """Print medians and ratios."""
    warnings.simplefilter("ignore")
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, load "
          f"{os.getloadavg()[0]:.1f}; {len(FILES)} files")  # fmt: skip
    columns = {"gemmi.read_structure": [], "mdtraj.load": [], "load": [], "load and contacts": []}
    for name in FILES:
        path = str(XRAY / f"{name}.pdb")
        rs.contacts(rs.load(path))
        runs = {column: [] for column in columns}
        for _ in range(REPEATS):
            runs["gemmi.read_structure"].append(spent(lambda p=path: gemmi.read_structure(p))[0])
            runs["mdtraj.load"].append(spent(lambda p=path: mdtraj.load(p))[0])
            load, complex = spent(lambda p=path: rs.load(p))
            runs["load"].append(load)
            more = spent(lambda c=complex: rs.contacts(c))[0]
            runs["load and contacts"].append(load + more)
        for column, times in runs.items():
            columns[column].append(statistics.median(times))
    own = statistics.median(columns["load"])
    for column, times in columns.items():
        middle = statistics.median(times)
        print(f"{column:>20}: {middle:5.1f} ms median, {max(times):5.1f} at most; "
              f"of load {middle / own:.2f}")  # fmt: skip
    path = str(XRAY / "2ITY.pdb")
    for label, code in {
        "import and load": ["-c", f"import ros1struct as rs; rs.load({path!r})"],
        "mdtraj": ["-c", f"import mdtraj; mdtraj.load({path!r})"],
        "ros1struct --help": ["-m", "ros1struct", "--help"],
    }.items():
        print(f"{label:>20}: {cold(code):.2f} s, cold")


if __name__ == "__main__":
    main()
