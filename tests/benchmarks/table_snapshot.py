"""Every table of the public API over all structures, as files that can be compared byte for byte.

Run from the repository: ``python tests/benchmarks/table_snapshot.py OUT [--workers 2] [--only
PART]``, once before and once after a change that must change no number, then
``python tests/benchmarks/compare_snapshots.py BEFORE AFTER``.

Structures: the bundled ones, all files of ``../shared/structures/test_only`` (or
``ROS1STRUCT_SHARED``), some of these with arguments of :func:`ros1struct.load`, and the protonated
files of ``tests/data/parity``. Only what ``ros1struct.__all__`` names is called, so that the script
outlives every change inside the package.

``OUT/GROUP/STRUCTURE/TABLE.csv`` holds a table with its floats in full, ``dtypes.txt`` the types of
the columns of all tables of a structure, ``TABLE.error`` what was raised instead, ``written.cif``
and ``written.pdb`` what :func:`ros1struct.write` makes of a bundled structure. Of other structures
only the SHA-256 of these is kept: no coordinates of files that may not be committed.

Each structure has a process of its own, with one thread, and holds what it loaded to the end: no
answer can depend on what was measured before.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import ros1struct as rs

TESTS = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("ROS1STRUCT_SHARED", TESTS.parents[1] / "shared"))
CONTACTS = ("ros1struct", "prolif", "plip")
CLASHES = ("chimerax", "molprobity", "posebusters", "bondi")
# Both are in every comparison: a model of ROS1, and a crystal of another kinase.
REFERENCES = ("crizotinib", "2WGJ")
# Substitutions to build by KLIFS position: gatekeeper, solvent front, the residue before DFG.
BUILT = {45: "MF", 51: "RK", 80: "CA"}
# Slow tables are made for these: structure and mutation of the models, repackings and scenes.
DEEP = {"crizotinib": "G2032R", "2WGJ": "G1163R"}
SATURATED = "crizotinib"

# Loads that need or can take an argument, beside the load without.
_NERATINIB = "CCOc1cc2ncc(C#N)c(Nc3ccc(OCc4ccccn4)c(Cl)c3)c2cc1NC(=O)CCC[NH+](C)C"
_NEUTRAL_GEFITINIB = "COc1cc2ncnc(Nc3ccc(F)c(Cl)c3)c2cc1OCCCN1CCOCC1"
VARIANTS: dict[str, dict[str, str]] = {
    "2JIV": {"smiles": _NERATINIB},
    "3W2Q": {"smiles": _NERATINIB},
    "4G5J": {"ligand": "0WN"},
    "4WKQ": {"smiles": _NEUTRAL_GEFITINIB, "provenance": "processed"},
    "2XP2": {"protonation": "neutral", "chain": "A"},
}


@dataclass(frozen=True)
class Job:
    """One structure: where its tables go, and what is loaded with which arguments."""

    group: str
    name: str
    source: str
    arguments: dict[str, str] = field(default_factory=dict)

    @property
    def bundled(self) -> bool:
        """Whether its coordinates come with the package."""
        return self.group == "bundled"


class Folder:
    """Where the tables of one structure go; what a table raises is written in its place."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.types: list[str] = []
        path.mkdir(parents=True)

    def attempt(self, name: str, make: Callable[[], Any]) -> Any:
        """Return what a function makes; where it raises, write the error and return None."""
        try:
            return make()
        except Exception as error:  # of any type: it is compared like a table
            text = f"{type(error).__name__}: {error}\n"
            (self.path / f"{name}.error").write_bytes(text.encode("utf-8"))
            return None

    def text(self, name: str, make: Callable[[], str]) -> None:
        """Write a text as it is."""
        made = self.attempt(name, make)
        if made is not None:
            # Bytes: no newline is translated.
            (self.path / name).write_bytes(made.encode("utf-8"))

    def table(self, name: str, make: Callable[[], pd.DataFrame]) -> None:
        """Write a table as CSV, and keep the types of its columns."""

        def csv() -> str:
            table = make()
            types = " ".join(f"{c}={t}" for c, t in table.dtypes.items())
            self.types.append(f"{name} ({len(table)} rows): {types}\n")
            return str(table.to_csv(index=False, lineterminator="\n"))

        self.text(f"{name}.csv", csv)


def jobs(protonated: Path, only: str) -> list[Job]:
    """List the structures whose name or group contains a text, the slowest first."""
    catalog = rs.catalog()
    names = catalog.loc[catalog["file"] != "", "name"].tolist()
    found = [Job("bundled", name, name) for name in names]
    folder = SHARED / "structures" / "test_only"
    for path in sorted([*folder.rglob("*.pdb"), *folder.rglob("*.cif")]):
        found.append(Job(path.parent.name, path.stem, str(path)))
        if path.stem in VARIANTS:
            told = VARIANTS[path.stem]
            name = f"{path.stem}+{'+'.join(told)}"
            found.append(Job(path.parent.name, name, str(path), told))
    for path in sorted(protonated.glob("*.pdb.gz")):
        found.append(Job("protonated", path.name.split(".")[0], str(path)))
    found = [job for job in found if only in f"{job.group}/{job.name}"]
    return sorted(found, key=lambda job: not (job.bundled and job.name == SATURATED))


def load(job: Job) -> rs.Complex:
    """Load the structure of a job; a protonated file gets the chemistry of its bundled one."""
    told = dict(job.arguments)
    if job.group == "protonated":
        from rdkit import Chem

        smiles = Chem.MolToSmiles(rs.load(job.name).to_rdkit())
        told = {"ligand": "UNL", "smiles": smiles, "provenance": "processed"}
    return rs.load(job.source, **told)


def described(complex: rs.Complex) -> str:
    """Return what a structure says of itself, and a digest of its coordinates."""
    digest = hashlib.sha256(complex.xyz.tobytes()).hexdigest()
    lines = [repr(complex), f"{complex.xyz.dtype} {complex.xyz.shape} sha256 {digest}"]
    return "\n".join([*lines, complex.protonation, *complex.notes, ""])


def written(complex: rs.Complex, suffix: str) -> str:
    """Return a structure as the text of a file."""
    with tempfile.TemporaryDirectory() as folder:
        return rs.write(complex, Path(folder) / f"snapshot{suffix}").read_text(encoding="utf-8")


def exported(complex: rs.Complex, suffix: str, mutation: str) -> str:
    """Return a scene as the text of its script and of the files beside it."""
    with tempfile.TemporaryDirectory() as folder:
        files = rs.export(complex, Path(folder) / f"snapshot{suffix}", mutation)
        return "".join(f"## {file.name}\n{file.read_text(encoding='utf-8')}" for file in files)


def coordinates(complexes: list[rs.Complex]) -> pd.DataFrame:
    """Return the coordinates of complexes of one frame, one row per atom."""
    tables = [pd.DataFrame(c.xyz[0], columns=["x", "y", "z"]).assign(of=c.name) for c in complexes]
    return pd.concat(tables, ignore_index=True)


def mutations(complex: rs.Complex) -> list[str]:
    """List the substitutions of :data:`BUILT` that change a residue of the structure."""
    table = rs.pocket(complex).set_index("klifs_index")["residue"]
    return [
        f"{table[position]}{letter}"
        for position, letters in BUILT.items()
        if position in table.index
        for letter in letters
        if table[position][0] != letter
    ]


def fingerprint(complex: rs.Complex, definition: str, **told: int) -> pd.DataFrame:
    """Return a fingerprint with its index as a column: a CSV without index would lose it."""
    return rs.fingerprint(complex, definition, **told).reset_index(names="position")


def shallow(out: Folder, complex: rs.Complex, job: Job, references: dict[str, rs.Complex]) -> None:
    """Write the tables that every structure has."""
    out.text("complex.txt", lambda: described(complex))
    out.table("residues", complex.residue_table)
    for suffix in (".cif", ".pdb"):
        if job.bundled:
            out.text(f"written{suffix}", lambda s=suffix: written(complex, s))
        else:
            out.text(
                f"written{suffix}.sha256",
                lambda s=suffix: hashlib.sha256(written(complex, s).encode()).hexdigest() + "\n",
            )
    out.table("contacts", lambda: rs.contacts(complex))
    out.table("pocket", lambda: rs.pocket(complex))
    out.text("state.txt", lambda: f"{rs.kinase_state(complex)!r}\n")
    for name in CONTACTS:
        out.table(f"interactions_{name}", lambda n=name: rs.interactions(complex, n))
        out.table(f"fingerprint_{name}", lambda n=name: fingerprint(complex, n, count=True))
        for key, other in references.items():
            out.table(f"compare_{key}_{name}", lambda o=other, n=name: rs.compare(complex, o, n))
    for name in CLASHES:
        out.table(f"clashes_{name}", lambda n=name: rs.clashes(complex, n))
        out.table(f"overlaps_{name}", lambda n=name: rs.overlaps(complex, n))
        out.table(f"severity_{name}", lambda n=name: rs.severity(complex, n))
    chosen = mutations(complex)
    for name in chosen:
        out.table(f"ensemble_{name}", lambda n=name: rs.ensemble(complex, n).table())
    out.table("scan_catalog", lambda: rs.scan(complex))
    out.table("scan_own", lambda: rs.scan(complex, chosen))
    out.table("scan_bondi", lambda: rs.scan(complex, chosen, definition="bondi", energies=False))


def deep(out: Folder, complex: rs.Complex, mutation: str) -> None:
    """Write the tables that take long, and those of several frames."""
    models = rs.mutants(complex, mutation)
    out.table("mutants", lambda: coordinates(models))
    out.text("mutants.txt", lambda: "".join(described(m) for m in models))
    packed = rs.repack(complex, mutation, around="mutation")
    three = [packed.complex, packed.surroundings, packed.wild_type]
    out.table("repack", lambda: packed.table)
    out.table("repack_coordinates", lambda: coordinates(three))
    numbers = packed.energy, packed.wild_type_energy, packed.cost, packed.moved, packed.exact
    out.text("repack.txt", lambda: "".join(f"{n!r}\n" for n in numbers))
    answer = rs.respond(complex, mutation)
    out.text("respond.txt", lambda: f"{answer.cost!r}\n{answer.ddg!r}\n")
    out.table("respond_mutant", answer.mutant.table)
    out.table("respond_wild", answer.wild_type.table)
    out.table("scan_repack", lambda: rs.scan(complex, mutation, repack=True))
    for suffix in (".pml", ".cxc"):
        out.text(f"export{suffix}", lambda s=suffix: exported(complex, s, mutation))
    # Atoms shaken by 0.1 Å, so that no two frames have the same contacts.
    shaken = np.random.default_rng(0).normal(scale=0.1, size=(3, *complex.xyz.shape[1:]))
    frames = complex.with_coordinates(complex.xyz + shaken)
    out.text("frames.pdb", lambda: written(frames, ".pdb"))
    for name in CONTACTS:
        out.table(f"frames_interactions_{name}", lambda n=name: rs.interactions(frames, n))
        out.table(f"frames_fingerprint_{name}", lambda n=name: fingerprint(frames, n, frame=2))


def tables(out: Folder, job: Job) -> None:
    """Load the structure of a job and write all its tables."""
    references = {name: rs.load(name) for name in REFERENCES}
    complex = out.attempt("load", lambda: load(job))
    if complex is None:
        return
    shallow(out, complex, job, references)
    if job.bundled and job.name in DEEP:
        deep(out, complex, DEEP[job.name])
    if job.bundled and job.name == SATURATED:
        out.table("saturation", lambda: rs.saturation(complex))
        few = sorted({name[:-1] for name in mutations(complex)})
        out.table("saturation_scored", lambda: rs.saturation(complex, few, energies=True))


def snapshot(job: Job, root: Path) -> tuple[Job, float]:
    """Make the folder of a structure; return how many seconds it took."""
    start = time.perf_counter()
    out = Folder(root / job.group / job.name)
    out.attempt("unfinished", lambda: tables(out, job))
    out.text("dtypes.txt", lambda: "".join(out.types))
    return job, time.perf_counter() - start


def main() -> None:
    """Write the tables of all structures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path, help="folder to make; it must not be there yet")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", default="", metavar="PART", help="of GROUP/STRUCTURE")
    parser.add_argument("--protonated", type=Path, default=TESTS / "data" / "parity")
    given = parser.parse_args()
    if given.out.exists():
        parser.error(f"{given.out} exists; name a folder that does not")
    chosen = jobs(given.protonated, given.only)
    # Neither downloads nor structures of the user's may stand in for the bundled ones.
    cache = tempfile.mkdtemp()
    os.environ.pop("ROS1STRUCT_STRUCTURES", None)
    os.environ |= {"ROS1STRUCT_CACHE": cache, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    start = time.perf_counter()
    Folder(given.out).table("catalog", rs.catalog)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(given.workers, context, max_tasks_per_child=1) as pool:
        for done in as_completed([pool.submit(snapshot, job, given.out) for job in chosen]):
            job, seconds = done.result()
            print(f"{job.group}/{job.name}: {seconds:.1f} s", flush=True)
    shutil.rmtree(cache)
    files = sum(path.is_file() for path in given.out.rglob("*"))
    print(f"{len(chosen)} structures, {files} files, {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
