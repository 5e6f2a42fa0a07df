"""How well side chains are rebuilt on deposited kinase-inhibitor complexes.

Run from the repository: ``python tests/benchmarks/recovery.py [--faspr PATH] [--points 3]``.
The structures are those of ``../shared/structures/test_only/xray`` (or ``ROS1STRUCT_SHARED``).

1.  One residue at a time in its crystal surroundings: the best rotamer by free energy over its
    samples, against the deposited torsions; the most likely library rotamer and FASPR beside it.
2.  Whole pocket: all side chains within 6 Å of the inhibitor at once, none kept from the file.
3.  Real mutants of ALK, built from the wild type 2XP2.
4.  The ligand-blind failure: ABL1 T315I beside imatinib.
5.  Time of one ensemble.

Residues: whole side chain, every atom of the residue with B < 40 Å² and full occupancy, no
alternate location, no side-chain atom within 4 Å of a crystallographic copy or of another chain
(waters not counted), a side chain that can be rebuilt (``mutate.obstacle``); not Gly, Ala, Pro.
Waters are left out of the surroundings. Right: within 40°; the symmetric ends of Phe, Tyr, Asp and
Glu may be turned by 180°, Asn, Gln and His count as they are named. A residue of ALK counts once,
with its mean over the ALK files that have it.

FASPR (Huang X, Pearce R, Zhang Y. Bioinformatics 2020, 36:3758-3765) packs the whole chain at once
and does not see the inhibitor: a harder task without what is easiest here, given for comparison.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import gemmi
import numpy as np
import pandas as pd

import ros1struct as rs
from ros1struct.clashes import clashes
from ros1struct.complexes import Complex
from ros1struct.ensembles import build_ensemble
from ros1struct.geometry import superpose
from ros1struct.mutate import obstacle
from ros1struct.packing import candidates, field_of, native
from ros1struct.repack import repack
from ros1struct.residues import ONE_TO_THREE, residue_type
from ros1struct.sidechains import RT, measure_chi, side_chain_rmsd

REPOSITORY = Path(__file__).parents[2]
XRAY = (
    Path(os.environ.get("ROS1STRUCT_SHARED", REPOSITORY.parent / "shared"))
    / "structures/test_only/xray"
)
FILES = (
    "2WGJ", "1M17", "2HYY", "3UE4", "3WZD", "5L2T", "5P9I",
    "2XP2", "2YFX", "4ANQ", "5AAA", "5AAC", "5J7H",
)  # fmt: skip
MUTANTS = (("L1196M", "2YFX"), ("L1198F", "5AAA"), ("C1156Y", "5AAC"), ("G1269A", "4ANQ"))
B_MOST, CONTACT, RIGHT = 40.0, 4.0, 40.0


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
            if not (c.atoms.b_factor[index] < B_MOST).all() or self.key(residue) in self.altloc:
                continue
            if (c.atoms.occupancy[index] < 1).any() or obstacle(c, int(residue)):
                continue
            if self.lattice_contact(int(residue)) >= CONTACT:
                found.append(int(residue))
        return found

    def chi(self, residue: int) -> np.ndarray:
        kind = residue_type(str(self.complex.residues.letter[residue]))
        xyz = self.complex.xyz[0].astype(np.float64)
        return measure_chi(kind, xyz, self.complex.atoms_of(residue))


def right(letter: str, chi: np.ndarray, native: np.ndarray) -> tuple[bool, bool | None]:
    """Whether χ1 is right, and whether χ1 and χ2 are (None where there is no χ2)."""
    n = min(len(chi), len(native), 2)
    off = np.abs((chi[:n] - native[:n] + 180.0) % 360.0 - 180.0)
    turned = {"F": 1, "Y": 1, "D": 1}.get(letter)
    if turned is not None:
        off[turned] = min(off[turned], 180.0 - off[turned])
    return bool(off[0] <= RIGHT), bool((off <= RIGHT).all()) if n == 2 else None


def best_rotamer(field, residue: int, letter: str) -> np.ndarray:
    """Torsions of the best sample of the rotamer of least free energy."""
    made = candidates(field, residue, letter)
    energy = made.energy.reshape(made.rotamer.max() + 1, -1)
    least = energy.min(1)
    free = least - RT * np.log(np.exp(-(energy - least[:, None]) / RT).sum(1))
    rotamer = int(free.argmin())
    return made.chi.reshape(*energy.shape, -1)[rotamer, energy[rotamer].argmin()]


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


def recovery(crystals: dict[str, Crystal], binary: Path | None) -> pd.DataFrame:
    """One row per residue and method."""
    rows = []
    for name, crystal in crystals.items():
        c = crystal.complex
        fields = {
            "ours": field_of(c),
            "no H bonds": field_of(c, bonds=False),
        }
        packed = faspr(binary, c)
        pocket = repack(c, keep_file=False)
        built = {str(x.residue): x for x in pocket.table.itertuples()}
        for residue in crystal.sound():
            letter = str(c.residues.letter[residue])
            native = crystal.chi(residue)
            label = c.residue_label(residue)
            chi = {key: best_rotamer(f, residue, letter) for key, f in fields.items()}
            chi["most likely"] = candidates_first(fields["no H bonds"], residue, letter)
            if residue in packed:
                chi["FASPR"] = packed[residue][0]
            if label in built:
                x = built[label]
                chi["pocket"] = np.array([x.chi1, x.chi2])[: len(native)]
            for method, found in chi.items():
                one, both = right(letter, found, native)
                rows.append((name, c.kinase.name, label, letter, method, one, both, label in built))
    columns = ["file", "kinase", "residue", "letter", "method", "chi1", "chi12", "in_pocket"]
    return pd.DataFrame(rows, columns=columns)


def candidates_first(field, residue: int, letter: str) -> np.ndarray:
    """Torsions of the most likely rotamer."""
    return candidates(field, residue, letter, points=1).chi[0]


def summary(table: pd.DataFrame) -> pd.Series:
    """Recovery with every residue of ALK counted once, at its mean over files."""
    protein = np.where(table["kinase"] == "ALK", "ALK", table["file"])
    each = table.assign(protein=protein, chi12=table["chi12"].astype(float))
    each = each.groupby(["protein", "residue"])[["chi1", "chi12"]].mean()
    n2 = int(each["chi12"].notna().sum())
    return pd.Series(
        {
            "n": len(each),
            "chi1 %": 100 * each["chi1"].mean(),
            "n chi2": n2,
            "chi1+2 %": 100 * each["chi12"].mean(),
        }
    )


def report_recovery(table: pd.DataFrame) -> None:
    def show(title: str, part: pd.DataFrame, methods: list[str], by: str | None) -> None:
        print(f"\n{title}")
        rows = {}
        for method in methods:
            mine = part[part["method"] == method]
            groups = mine.groupby(by, sort=False) if by else []
            for key, group in groups:
                rows[str(key), method] = summary(group)
            rows["all", method] = summary(mine)
        print(pd.DataFrame(rows).T.round(1).to_string())

    single = ["ours", "no H bonds", "most likely", "FASPR"]
    single = [m for m in single if (table["method"] == m).any()]
    show("1. One residue at a time, per file (all: ALK once)", table, ["ours"], "file")
    show("1. The same residues by other methods", table, single, None)
    show("1. By residue type, ours", table, ["ours"], "letter")
    pocket = table[table["in_pocket"]]
    methods = ["pocket", *single]
    show("2. Residues of the pocket (6 Å): packed together, one at a time, FASPR", pocket, methods,
         None)  # fmt: skip
    show("2. Packed together, per file", pocket, ["pocket"], "file")


def report_overlaps(crystals: dict[str, Crystal]) -> None:
    print("\n2. Side-chain-inhibitor clashes (chimerax, >= 0.6 Å) of the repacked pocket")

    def side(c: Complex) -> pd.DataFrame:
        table = clashes(c)
        return table[table["part"] == "sidechain"]

    for name, crystal in crystals.items():
        old = set(side(crystal.complex)["residue"])
        for relax in (False, True):
            start = time.perf_counter()
            found = repack(crystal.complex, keep_file=False, relax=relax)
            seconds = time.perf_counter() - start
            has = side(found.complex)
            new = has[~has["residue"].isin(old)]
            shown = "; ".join(f"{r.residue} {r.overlap:.2f} Å" for r in new.itertuples())
            print(
                f"  {name}{', relaxed' if relax else ''}: crystal {len(old)}, new: "
                f"{shown or 'none'}; {len(found.table)} side chains, exact {found.exact}, "
                f"{seconds:.1f} s"
            )
            if new.empty:
                break


def report_mutants(crystals: dict[str, Crystal], binary: Path | None) -> None:
    print("\n3. ALK mutants built from 2XP2; side-chain RMSD (Å) to the deposited mutant")
    wild = crystals["2XP2"].complex
    for text, name in MUTANTS:
        crystal = crystals[name]
        target = crystal.complex
        position = int(text[1:-1])
        there = target.find_residue(position)
        here = wild.find_residue(position)
        kind = residue_type(text[-1])
        own = target.atoms_of(there)
        b = target.atoms.b_factor[[own[a] for a in kind.sidechain]]
        pairs = pocket_backbone(wild, target)
        rotation, shift, rmsd = superpose(wild.xyz[0, pairs[0]], target.xyz[0, pairs[1]])
        deposited = target.xyz[0, [own[a] for a in kind.sidechain]]
        ca = wild.atoms_of(here)["CA"]
        moved = np.linalg.norm(wild.xyz[0, ca] @ rotation.T + shift - target.xyz[0, own["CA"]])
        result = {}
        for label, options in (
            ("rigid", {"radius": 0.0}),
            ("repacked", {"around": "mutation"}),
            ("relaxed", {"around": "mutation", "relax": True}),
        ):
            model = repack(wild, text, **options).complex
            index = model.atoms_of(model.find_residue(position))
            xyz = model.xyz[0, [index[a] for a in kind.sidechain]] @ rotation.T + shift
            result[label] = side_chain_rmsd(kind.letter, xyz, deposited)
        alone = candidates(field_of(target, [there]), there, kind.letter)
        result["on its own backbone"] = side_chain_rmsd(
            kind.letter, alone.xyz[int(alone.energy.argmin())], deposited
        )
        gap = float(native(field_of(target, [there]), there).energy[0] - alone.energy.min())
        packed = faspr(binary, wild, {here: kind.letter})
        if here in packed:
            xyz = np.array([packed[here][1][a] for a in kind.sidechain]) @ rotation.T + shift
            result["FASPR"] = side_chain_rmsd(kind.letter, xyz, deposited)
        shown = ", ".join(f"{k} {v:.2f}" for k, v in result.items())
        contact = crystal.lattice_contact(there)
        print(
            f"  {text} ({name}): {shown}; backbone RMSD of {len(pairs[0])} pocket atoms "
            f"{rmsd:.2f}, CA moved {moved:.2f}; B {b.min():.0f}-{b.max():.0f} Å², lattice contact "
            f"{'none' if np.isinf(contact) else f'{contact:.1f} Å'}, altloc "
            f"{crystal.key(there) in crystal.altloc}; in its own crystal the deposited "
            f"conformer scores {gap:+.1f} kcal/mol from the best sample"
        )


def pocket_backbone(a: Complex, b: Complex) -> tuple[list[int], list[int]]:
    first, second = [], []
    for residue in np.flatnonzero(a.residues.klifs > 0):
        other = np.flatnonzero(b.residues.klifs == a.residues.klifs[residue])
        if len(other):
            one, two = a.atoms_of(int(residue)), b.atoms_of(int(other[0]))
            for name in ("N", "CA", "C", "O"):
                if name in one and name in two:
                    first.append(one[name])
                    second.append(two[name])
    return first, second


def report_gatekeeper(crystal: Crystal, binary: Path | None) -> None:
    print("\n4. ABL1 T315I beside imatinib (2HYY): nearest approach of Ile315 to the inhibitor")
    c = crystal.complex
    here = next(
        i for i in np.flatnonzero(c.residues.role == "protein")
        if c.residues.number[i] == 315 and c.residues.letter[i] == "T"
    )  # fmt: skip
    label = c.residue_label(int(here))
    drug = c.xyz[0, c.inhibitor_heavy]

    def nearest(xyz: np.ndarray) -> float:
        return float(np.linalg.norm(np.asarray(xyz)[:, None] - drug, axis=2).min())

    packed = faspr(binary, c, {int(here): "I"})
    if int(here) in packed:
        names = residue_type("I").sidechain
        print(f"  FASPR: {nearest([packed[int(here)][1][a] for a in names]):.2f} Å")
    for text, options in (
        ("rigid", {"radius": 0.0}),
        ("repacked", {"around": "mutation"}),
        ("relaxed", {"around": "mutation", "relax": True}),
    ):
        found = repack(c, f"{label}I", **options)
        own = found.complex.atoms_of(int(here))
        xyz = found.complex.xyz[0, [own[a] for a in residue_type("I").sidechain]]
        now = found.complex.xyz[0, found.complex.inhibitor_heavy]
        gap = float(np.linalg.norm(xyz[:, None] - now, axis=2).min())
        worst = clashes(found.complex)
        worst = worst[worst["residue"] == f"I{label[1:]}"]["overlap"].max()
        free = build_ensemble(found.surroundings, int(here), "I").free()
        print(
            f"  ours, {text}: {gap:.2f} Å, worst overlap "
            f"{'below 0.6' if np.isnan(worst) else f'{worst:.2f}'} Å, cost {found.cost:.1f} "
            f"kcal/mol; free apo {free[0]:.2f}, holo {free[1]:.2f}"
        )


def report_time(crystal: Crystal) -> None:
    c = crystal.complex
    near = np.linalg.norm(
        c.xyz[0][:, None] - c.xyz[0, c.inhibitor_heavy], axis=2
    ).min(1)  # fmt: skip
    distance = {
        int(r): near[c.atoms.residue == r].min()
        for r in np.flatnonzero(c.residues.role == "protein")
        if not obstacle(c, int(r))
    }
    positions = sorted(distance, key=distance.__getitem__)[:20]
    build_ensemble(c, positions[0], "A")
    spent = defaultdict(list)
    for residue in positions:
        for letter in "ACDEFGHIKLMNPQRSTVWY":
            if letter == c.residues.letter[residue]:
                continue
            start = time.perf_counter()
            build_ensemble(c, residue, letter)
            spent[letter].append(1000 * (time.perf_counter() - start))
    every = np.concatenate(list(spent.values()))
    slow = sorted(spent, key=lambda x: -np.median(spent[x]))[:3]
    print(
        f"\n5. One ensemble, {len(every)} of {c.name}, one core: median {np.median(every):.1f} ms, "
        f"mean {every.mean():.1f} ms, largest {every.max():.1f} ms; slowest types (median): "
        + ", ".join(f"{x} {np.median(spent[x]):.0f} ms" for x in slow)
    )


def _find_faspr(given: str | None) -> Path | None:
    if given:
        return Path(given)
    spec = importlib.util.find_spec("pyfaspr")
    return Path(spec.submodule_search_locations[0], "bin", "FASPR") if spec else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--faspr", help="the FASPR program, by default that of pyfaspr")
    arguments = parser.parse_args()
    binary = _find_faspr(arguments.faspr)
    start = time.perf_counter()
    print(f"FASPR: {'pyfaspr' if binary else 'not installed, left out'}")
    crystals = {name: Crystal.read(name) for name in FILES}
    report_recovery(recovery(crystals, binary))
    report_overlaps(crystals)
    report_mutants(crystals, binary)
    report_gatekeeper(crystals["2HYY"], binary)
    report_time(crystals["2XP2"])
    print(f"\n{time.perf_counter() - start:.0f} s in all")


if __name__ == "__main__":
    main()
