"""What loading costs, beside programs that read the same files: run alone on a quiet machine.

    OMP_NUM_THREADS=1 python tests/benchmarks/bench_load.py

The files are the deposited kinases of ``../shared/structures/test_only/xray``. Each program takes
each file five times in turn; the median of a file, then over files, of processor time. Loading
numbers the chain, finds the inhibitor and its chemistry; the others give atoms. Cold times are of a
fresh interpreter, imports included, wall time. Last, files of 300 models and of a box of 100,000
atoms that are made here: processor time in a fresh process after a small load, and by how much its
peak memory rises.
"""

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import gemmi
import mdtraj
import numpy as np
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


def many_models(folder, count=300):
    """Write a bundled complex as many models, PDB and mmCIF."""
    own = rs.load("crizotinib")
    xyz = own.xyz + 0.1 * np.random.default_rng(0).normal(size=(count, 1, 3)).astype(np.float32)
    structure = gemmi.read_structure(str(rs.write(own, folder / "one.cif")))
    for k in range(1, count):
        more = structure[0].clone()
        more.num = k + 1
        for cra, place in zip(more.all(), xyz[k], strict=False):
            cra.atom.pos = gemmi.Position(*map(float, place))
        structure.add_model(more)
    structure.make_mmcif_document().write_file(str(folder / "models.cif"))
    structure.write_pdb(str(folder / "models.pdb"))


def box(folder, waters=32_500):
    """Write a bundled complex among waters on a grid, PDB and mmCIF."""
    structure = gemmi.read_structure(str(rs.write(rs.load("crizotinib"), folder / "one.cif")))
    chain = structure[0].add_chain(gemmi.Chain("W"))
    side = int(np.ceil(waters ** (1 / 3)))
    grid = np.stack(np.meshgrid(*[np.arange(side) * 3.1 + 60.0] * 3), -1).reshape(-1, 3)[:waters]
    for k, place in enumerate(grid):
        water = gemmi.Residue()
        water.name, water.seqid = "HOH", gemmi.SeqId(k % 9999 + 1, " ")
        water.het_flag = "H"
        for name, element, shift in (("O", "O", 0), ("H1", "H", 0.7), ("H2", "H", -0.7)):
            atom = gemmi.Atom()
            atom.name, atom.element, atom.occ = name, gemmi.Element(element), 1.0
            atom.pos = gemmi.Position(*(place + shift))
            water.add_atom(atom)
        chain.add_residue(water)
    structure.make_mmcif_document().write_file(str(folder / "box.cif"))
    structure.write_pdb(str(folder / "box.pdb"))


FRESH = """
import sys, time, warnings; warnings.simplefilter("ignore")
import ros1struct as rs
peak = lambda: int(next(x.split()[1] for x in open("/proc/self/status") if x.startswith("VmHWM")))
rs.load("crizotinib"); before, start = peak(), time.process_time()
rs.load(sys.argv[1])
print(f"{time.process_time() - start:.2f} s, +{(peak() - before) / 1024:.0f} MB")
"""


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
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        many_models(folder)
        box(folder)
        for file in ("models.cif", "models.pdb", "box.cif", "box.pdb"):
            done = subprocess.run(
                [sys.executable, "-c", FRESH, str(folder / file)],
                check=True, capture_output=True, text=True,
            )  # fmt: skip
            size = (folder / file).stat().st_size / 1e6
            print(f"{file:>20} ({size:.0f} MB): {done.stdout.strip()}")


if __name__ == "__main__":
    main()
