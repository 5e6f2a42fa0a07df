"""How well side chains that a file has only to their Cβ are rebuilt around the inhibitor.

Run from the repository: ``python tests/benchmarks/rebuild.py [FILE ...]``.

In deposited complexes each side chain whose backbone or Cβ lies within 8 Å of the inhibitor is cut
at Cβ, one at a time, and rebuilt by :func:`ros1struct.rebuild`. Residues and what is right are
those of ``recovery.py``: whole, B < 40 Å², no alternate location, no crystallographic neighbour
within 4 Å; torsions within 40° of the deposited ones. Beside it the first rotamer of the library.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import pandas as pd
from crystals import Crystal, chi_of
from recovery import right

import ros1struct as rs
from ros1struct.sidechains.build import library, side_chain_rmsd
from ros1struct.sidechains.rebuild import unresolved
from ros1struct.structure.complex import Complex
from ros1struct.structure.residue_types import BACKBONE
from ros1struct.structure.residues import residue_type

# Of each protein of recovery.py those with such residues, of ALK three, of EGFR four.
FILES = (
    "2WGJ", "2XP2", "2YFX", "5AAA", "1XKK", "3W2Q", "4I22", "4WKQ", "2HYY", "3WZD", "5P9I",
)  # fmt: skip


def cut(c: Complex, residue: int) -> Complex:
    """Leave out the side chain of a residue from Cγ on."""
    keep = (c.atoms.residue != residue) | np.isin(c.atoms.name, [*BACKBONE, "OXT", "CB"])
    return c.with_changes(
        atoms=c.atoms[keep], xyz=c.xyz[:, keep], occupancy=c.occupancy[keep],
        b_factor=c.b_factor[keep], confidence=c.confidence[keep],
    )  # fmt: skip


def main(files: tuple[str, ...]) -> None:
    """Print the rates of all residues and of each file."""
    rows, start = [], time.process_time()
    for file in files:
        crystal = Crystal.read(file)
        c = crystal.complex
        for residue in crystal.sound():
            short = cut(c, residue)
            if residue not in unresolved(short):
                continue
            letter = str(c.residues.letter[residue])
            kind = residue_type(letter)
            built = rs.rebuild(short)
            one, both = right(letter, chi_of(built, residue), chi_of(c, residue))
            first, _ = right(letter, library(c, residue, letter).chi[0], chi_of(c, residue))
            places = [
                x.xyz[0, [x.atoms_of(residue)[n] for n in kind.sidechain]] for x in (built, c)
            ]
            off = side_chain_rmsd(letter, *places)
            rows.append((file, c.residue_label(residue), one, both, first, off))
    columns = ["file", "residue", "chi1 %", "chi1+2 %", "first rotamer chi1 %", "rmsd"]
    table = pd.DataFrame(rows, columns=columns)
    rates = [*columns[2:5]]
    table[rates] = 100 * table[rates].astype(float)
    by = table.groupby("file")[rates].mean().round(1)
    by["median rmsd"] = table.groupby("file")["rmsd"].median().round(2)
    by.insert(0, "n", table.groupby("file").size())
    print(by.to_string())
    print("all", len(table), table[rates].mean().round(1).to_dict(), end=" ")
    print(f"median rmsd {table['rmsd'].median():.2f} Å")
    print(
        "wrong:",
        ", ".join(f"{r.file} {r.residue}" for r in table[table["chi1 %"] == 0].itertuples()),
    )
    print(f"{(time.process_time() - start) / len(table):.2f} s processor time each")


if __name__ == "__main__":
    main(tuple(sys.argv[1:]) or FILES)
