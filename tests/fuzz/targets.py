"""What is done with an input, and what its answer is held against."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import numpy as np
from mutators import TRAJECTORIES, pocket

import ros1struct as rs
from ros1struct.io.poses import load_poses
from ros1struct.structure.mutation import parse_mutations

SUFFIX = {"pdb": ".pdb", "cif": ".cif", "gz": ".pdb.gz", "mutations": ".txt"}


class WrongError(AssertionError):
    """An answer that cannot be right."""


@cache
def _met() -> Path:
    path = Path(tempfile.mkdtemp()) / "met.pdb"
    path.write_bytes(pocket("2WGJ"))
    return path


def run(kind: str, data: bytes, folder: Path, *, deep: bool) -> None:
    """Use an input as a user would; a Ros1structError is an answer.

    Parameters
    ----------
    kind : str
    data : bytes
    folder : Path
        To write into.
    deep : bool
        Whether to compute from it what takes a tenth of a second.

    Raises
    ------
    Ros1structError
    WrongError
        If an answer contradicts the input or itself.
    """
    form = kind.removeprefix("whole-")
    path = folder / f"input{SUFFIX.get(form, '.' + form)}"
    path.write_bytes(data)
    if form in ("pdb", "cif", "gz"):
        _used(rs.load(path), path, data if form == "pdb" else b"", deep=deep)
    elif form in ("sdf", "mol2"):
        _used(rs.load(_met(), ligand=path), path, b"", deep=deep)
        if deep:
            load_poses(_met(), path)
    elif form in TRAJECTORIES:
        for part in rs.trajectory(_met(), path):
            rs.overlaps(part.complex)
    elif form == "csv":
        rs.evaluate(path)
    else:
        parse_mutations(path)


def _used(complex: rs.Complex, path: Path, text: bytes, *, deep: bool) -> None:
    if not np.isfinite(complex.xyz).all():
        raise WrongError("a coordinate is no number")
    if text:
        _is_in_file(complex, text)
    for table in (rs.overlaps(complex), rs.contacts(complex)):
        distance = table["min_distance" if "min_distance" in table else "distance"]
        if not np.isfinite(distance).all():
            raise WrongError("a distance is no number")
    if not deep:
        return
    rs.interactions(complex)
    rs.pocket(complex)
    rs.scan(complex, [f"{complex.residue_label(0)}A"] if complex.residues.letter[0] in
            set("CDEFGHIKLMNPQRSTVWY") and complex.residues.number[0] > 0 else [])  # fmt: skip
    again = rs.load(rs.write(complex, path.with_name("again.cif")))
    if not np.allclose(again.xyz, complex.xyz, atol=1e-3):
        raise WrongError("written and read, other coordinates")
    same = [(complex.atoms.name, again.atoms.name), (complex.residues.name, again.residues.name)]
    if not all(np.array_equal(a, b) for a, b in same):
        raise WrongError("written and read, other names")


def _is_in_file(complex: rs.Complex, text: bytes) -> None:
    """Every atom stands in the file, with these coordinates, or the answer is made up."""
    lines = [
        line
        for line in text.decode("utf-8", "replace").replace("\r", "\n").splitlines()
        if line.startswith(("ATOM", "HETATM"))
    ]
    written = {(line[12:16].strip(), line[21:22], line[22:26], line[30:54]) for line in lines}
    there: set[tuple[object, ...]] = set()
    residues, owner = complex.residues, complex.atoms.residue.tolist()
    named = list(zip(residues.chain.tolist(), residues.number.tolist(), strict=True))
    names = complex.atoms.name.tolist()
    for name, residue, (x, y, z) in zip(names, owner, complex.xyz[0].tolist(), strict=True):
        chain, number = named[residue]
        if number > 9999 or (name, chain, f"{number:>4}", f"{x:8.3f}{y:8.3f}{z:8.3f}") in written:
            continue
        there = there or _numbers(lines)
        key = (name, chain, str(number), round(x, 3), round(y, 3), round(z, 3))
        if key not in there:
            raise WrongError(f"atom {name} of {chain} {number} at {x, y, z} is not in the file")


def _numbers(lines: list[str]) -> set[tuple[object, ...]]:
    """Atoms of lines as a reader understands them, however they are written."""
    there = set()
    for line in lines:
        try:
            place = [round(float(line[k : k + 8]), 3) for k in (30, 38, 46)]
        except ValueError:
            continue
        number = line[22:26].strip()
        number = str(int(number)) if number.lstrip("-").isdigit() else number
        there.add((line[12:16].strip(), line[20:22].strip(), number, *place))
    return there
