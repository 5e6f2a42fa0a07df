"""Deposited complexes with what their files say of each residue, and FASPR to compare with.

The structures are those of ``../shared/structures/test_only/xray`` (or ``ROS1STRUCT_SHARED``).

FASPR (Huang X, Pearce R, Zhang Y. Bioinformatics 2020, 36:3758-3765) packs a whole chain at once
and does not see the inhibitor.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import gemmi
import numpy as np

import ros1struct as rs
from ros1struct.sidechains.build import measure_chi
from ros1struct.sidechains.sites import obstacle
from ros1struct.structure.complex import Complex
from ros1struct.structure.residue_types import ONE_TO_THREE
from ros1struct.structure.residues import residue_type

REPOSITORY = Path(__file__).parents[2]
XRAY = (
    Path(os.environ.get("ROS1STRUCT_SHARED", REPOSITORY.parent / "shared"))
    / "structures/test_only/xray"
)
# Files of one protein: a residue that several have counts once.
PROTEINS = {
    "ALK": ("2XP2", "2YFX", "4ANQ", "4ANS", "5AAA", "5AAB", "5AAC", "5J7H", "3AOX", "4MKC"),
    "EGFR": (
        "1M17", "1XKK", "2ITO", "2ITY", "2ITZ", "2JIV", "3UG2", "3W2Q",
        "4G5J", "4G5P", "4HJO", "4I22", "4WKQ", "4ZAU",
    ),
    "ABL1": ("2HYY", "3UE4"),
    "MET": ("2WGJ",),
    "VEGFR2": ("3WZD",),
    "CDK6": ("5L2T",),
    "BTK": ("5P9I",),
}  # fmt: skip
# The files that definitions and parameters were chosen with.
SEEN = (
    "2WGJ", "1M17", "2HYY", "3UE4", "3WZD", "5L2T", "5P9I",
    "2XP2", "2YFX", "4ANQ", "5AAA", "5AAC", "5J7H",
)  # fmt: skip
FILES = tuple(name for names in PROTEINS.values() for name in names)
B_MOST, CONTACT = 40.0, 4.0


def protein_of(file: str) -> str:
    """Protein of a file; its own name where none is known."""
    return next((p for p, names in PROTEINS.items() if file in names), file)


@dataclass(frozen=True)
class Crystal:
    """A deposited complex with what its file says of each residue."""

    complex: Complex
    structure: gemmi.Structure
    search: gemmi.NeighborSearch
    altloc: frozenset[tuple[str, int, str]]

    @classmethod
    def read(cls, name: str) -> Crystal:
        path = XRAY / f"{name}.pdb"
        structure = gemmi.read_structure(str(path))
        structure.setup_entities()
        search = gemmi.NeighborSearch(structure[0], structure.cell, 5).populate(include_h=False)
        split = {
            (chain.name, residue.seqid.num, residue.seqid.icode.strip())
            for chain in structure[0]
            for residue in chain
            if any(atom.altloc != "\0" for atom in residue)
        }
        return cls(rs.load(path), structure, search, frozenset(split))

    def key(self, residue: int) -> tuple[str, int, str]:
        r = self.complex.residues
        return str(r.chain[residue]), int(r.number[residue]), str(r.insertion[residue])

    def lattice_contact(self, residue: int) -> float:
        """Least distance in Å of a side chain to another copy or chain; inf beyond 5 Å."""
        c, least = self.complex, np.inf
        own = c.atoms_of(residue)
        for name in own:
            if name in ("N", "C", "O"):
                continue
            place = gemmi.Position(*c.xyz[0, own[name]].astype(float))
            for mark in self.search.find_atoms(place, "\0", radius=5.0):
                cra = mark.to_cra(self.structure[0])
                foreign = mark.image_idx != 0 or (
                    cra.chain.name != self.key(residue)[0]
                    and cra.residue.entity_type == gemmi.EntityType.Polymer
                )
                if foreign and not cra.residue.is_water():
                    least = min(least, self.search.dist(place, mark.pos))
        return least

    def sound(self) -> list[int]:
        """Residues fit to be judged on."""
        c, found = self.complex, []
        for residue in np.flatnonzero(c.residues.role == "protein"):
            kind = residue_type(str(c.residues.name[residue]))
            if kind is None or kind.letter in "GAP" or kind.name != c.residues.name[residue]:
                continue
            own = c.atoms_of(int(residue))
            index = list(own.values())
            if not {"N", "CA", "C", "O", *kind.sidechain} <= set(own):
                continue
            if not (c.b_factor[index] < B_MOST).all() or self.key(residue) in self.altloc:
                continue
            if (c.occupancy[index] < 1).any() or obstacle(c, int(residue)):
                continue
            if self.lattice_contact(int(residue)) >= CONTACT:
                found.append(int(residue))
        return found


def chi_of(complex: Complex, residue: int) -> np.ndarray:
    """Torsions of a residue's side chain as the file has it, in degrees."""
    kind = residue_type(str(complex.residues.letter[residue]))
    return measure_chi(kind, complex.xyz[0].astype(np.float64), complex.atoms_of(residue))


def faspr(binary: Path | None, complex: Complex, change: dict[int, str] | None = None):
    """χ and coordinates of every residue as FASPR packs the chain, by residue index."""
    if binary is None:
        return {}
    r, lines, order, sequence = complex.residues, [], [], []
    for residue in np.flatnonzero(r.role == "protein"):
        own, letter = complex.atoms_of(int(residue)), str(r.letter[residue])
        if letter == "X" or not {"N", "CA", "C", "O"} <= set(own):
            continue
        order.append(int(residue))
        sequence.append((change or {}).get(int(residue), letter))
        for name in ("N", "CA", "C", "O"):
            x, y, z = complex.xyz[0, own[name]]
            lines.append(
                f"ATOM  {len(lines) + 1:5d}  {name:<3s} {ONE_TO_THREE[letter]} A{len(order):4d}    "
                f"{x:8.3f}{y:8.3f}{z:8.3f}  1.00  0.00           {name[0]}"
            )
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.pdb"), Path(folder, "out.pdb")
        source.write_text("\n".join([*lines, "TER", "END", ""]))
        Path(folder, "seq.txt").write_text("".join(sequence) + "\n")
        subprocess.run(
            [binary, "-i", source, "-o", target, "-s", Path(folder, "seq.txt")],
            check=True, capture_output=True,
        )  # fmt: skip
        packed = gemmi.read_structure(str(target))
    found = {}
    for residue in packed[0][0]:
        xyz = {a.name: np.array(a.pos.tolist()) for a in residue}
        names = dict(zip(xyz, range(len(xyz)), strict=True))
        kind = residue_type(residue.name)
        chi = measure_chi(kind, np.array(list(xyz.values())), names)
        found[order[residue.seqid.num - 1]] = (chi, xyz)
    return found


def find_faspr(given: str | None) -> Path | None:
    if given:
        return Path(given)
    spec = importlib.util.find_spec("pyfaspr")
    return Path(spec.submodule_search_locations[0], "bin", "FASPR") if spec else None
