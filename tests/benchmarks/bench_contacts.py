"""Time contacts and clashes against PLIP, ProLIF and PoseBusters on one complex, in one run.

    python tests/benchmarks/bench_contacts.py [PDB SDF] [--repeats 5]

needs the ``peers`` extra. Work of each program, after import, files in the page cache:

- ros1struct: load the protonated PDB file (numbering included), all contacts (table), clashes
- PLIP: load_pdb, analyze (hydrogens of the file)
- ProLIF: file to molecules (MDAnalysis, RDKit), run with all kinds but water bridges
- PoseBusters: bust with the configuration dock_fast from files

Programs take turns within each repeat; medians are compared. The engine is timed apart: arrays
prepared, one frame, and frames of a batch of 500 with noise of 0.1 Å.
"""

from __future__ import annotations

import argparse
import logging
import os
import platform
import resource
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

import ros1struct as rs
from ros1struct.contacts.atom_types import prepare
from ros1struct.contacts.definitions import CONTACT_DEFINITIONS
from ros1struct.contacts.engine import measure
from ros1struct.contacts.interactions import interactions

FRAMES = 500


def ours(pdb: Path, smiles: str) -> int:
    """Load, contacts, clashes; nothing is kept from the run before."""
    complex = rs.load(pdb, ligand="UNL", smiles=smiles, provenance="processed")
    return len(interactions(complex)) + len(rs.clashes(complex))


def plip(pdb: Path) -> None:
    """Load and analyze."""
    from plip.basic import config
    from plip.structure.preparation import PDBComplex

    config.NOHYDRO = config.NOFIXFILE = True
    molecule = PDBComplex()
    molecule.load_pdb(str(pdb))
    molecule.analyze()


def prolif(pdb: Path, sdf: Path) -> None:
    """Load and run."""
    import MDAnalysis as mda
    import prolif as plf

    universe = mda.Universe(str(pdb))
    bonds = np.loadtxt(pdb.with_suffix(".bonds"), dtype=int)
    universe.add_TopologyAttr("bonds", [tuple(pair) for pair in bonds])
    protein = plf.Molecule.from_mda(universe.select_atoms("protein"))
    ligand = plf.sdf_supplier(str(sdf))[0]
    names = [n for n in plf.Fingerprint.list_available() if not n.startswith("Implicit")]
    plf.Fingerprint(names).run_from_iterable([ligand], protein, progress=False, n_jobs=1)


def posebusters(pdb: Path, sdf: Path) -> None:
    """Bust from files."""
    from posebusters import PoseBusters

    PoseBusters(config="dock_fast").bust([sdf], None, pdb)


def clock(work: Callable[[], object]) -> float:
    """Milliseconds of one run."""
    start = time.perf_counter()
    work()
    return 1e3 * (time.perf_counter() - start)


def main() -> None:
    """Run and print."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "peers"))
    from protonate import default_folder, protonate
    from rdkit import Chem

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    if arguments.files:
        pdb, sdf = arguments.files
    else:
        pdb, sdf = protonate(rs.load("3LQ8"), default_folder())
    smiles = Chem.MolToSmiles(Chem.MolFromMolFile(str(sdf)))
    work: dict[str, Callable[[], object]] = {
        "ros1struct": lambda: ours(pdb, smiles),
        "plip": lambda: plip(pdb),
        "prolif": lambda: prolif(pdb, sdf),
        "posebusters": lambda: posebusters(pdb, sdf),
    }
    times: dict[str, list[float]] = {name: [] for name in work}
    for name in work:
        work[name]()  # imports and first-time tables
    for _ in range(arguments.repeats):
        for name, run in work.items():
            times[name].append(clock(run))

    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores, "
          f"load {os.getloadavg()[0]:.1f}")  # fmt: skip
    for name in ("ros1struct", "plip", "prolif", "posebusters", "rdkit", "numpy"):
        try:
            print(f"  {name} {version(name)}", end="")
        except PackageNotFoundError:
            print(f"  {name} missing", end="")
    print()
    complex = rs.load(pdb, ligand="UNL", smiles=smiles, provenance="processed")
    print(f"{pdb.name}: {len(complex.atoms)} atoms, {len(complex.inhibitor_heavy)} heavy atoms of "
          f"the inhibitor; medians of {arguments.repeats}")  # fmt: skip
    base = statistics.median(times["ros1struct"])
    for name, values in times.items():
        median = statistics.median(values)
        spread = f"{min(values):.0f}-{max(values):.0f}"
        print(f"{name:12s} {median:8.1f} ms ({spread})  {median / base:5.1f} x")

    rng = np.random.default_rng(0)
    many = np.repeat(complex.xyz, FRAMES, axis=0)
    many += rng.normal(0, 0.1, many.shape).astype(np.float32)
    for name, rule in CONTACT_DEFINITIONS.items():
        prepared = prepare(complex, rule)
        measure(prepared, complex.xyz)
        one = statistics.median(
            clock(lambda p=prepared: measure(p, complex.xyz)) for _ in range(20)
        )
        batch = min(clock(lambda p=prepared: measure(p, many)) for _ in range(3)) / FRAMES
        print(f"engine {name:12s} one frame {one:6.2f} ms, batch {batch:6.3f} ms per frame")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of the process {peak:.0f} MB (batch itself {many.nbytes / 1e6:.0f} MB)")


if __name__ == "__main__":
    main()
