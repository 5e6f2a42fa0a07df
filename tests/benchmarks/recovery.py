"""How well side chains are rebuilt on deposited kinase-inhibitor complexes.

Run from the repository: ``python tests/benchmarks/recovery.py [--faspr PATH]``.
The structures are those of ``../shared/structures/test_only/xray`` (or ``ROS1STRUCT_SHARED``).

1.  One residue at a time in its crystal surroundings: the best rotamer by free energy over its
    samples, against the deposited torsions; the most likely library rotamer and FASPR beside it.
2.  Whole pocket: all side chains within 6 Å of the inhibitor at once, none kept from the file.
3.  Real mutants of ALK, built from the wild type 2XP2.
4.  The ligand-blind failure: ABL1 T315I beside imatinib.
5.  Complexes assembled from packages (``tests/peers/assembled.py``; left out where dockstring and
    biotite are not installed): dockstring rebuilt their side chains, so nothing is to be reached.
6.  Time of one ensemble.

Residues: whole side chain, every atom of the residue with B < 40 Å² and full occupancy, no
alternate location, no side-chain atom within 4 Å of a crystallographic copy or of another chain
(waters not counted), a side chain that can be rebuilt (``mutate.obstacle``); not Gly, Ala, Pro.
Waters are left out of the surroundings. Right: within 40°; the symmetric ends of Phe, Tyr, Asp and
Glu may be turned by 180°, Asn, Gln and His count as they are named. A residue that several files
of one protein have counts once, with its mean over them. *Without the drug* the inhibitor is no
part of the surroundings: what FASPR and other packers do.

FASPR (Huang X, Pearce R, Zhang Y. Bioinformatics 2020, 36:3758-3765) packs the whole chain at once
and does not see the inhibitor: a harder task without what is easiest here, given for comparison.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from crystals import FILES, SEEN, Crystal, chi_of, faspr, find_faspr, protein_of

import ros1struct as rs
from ros1struct.clashes.overlaps import clashes
from ros1struct.sidechains.build import side_chain_rmsd
from ros1struct.sidechains.candidates import candidates, native
from ros1struct.sidechains.ensembles import build_ensemble
from ros1struct.sidechains.field import field_of
from ros1struct.sidechains.mutants import rotamer_populations
from ros1struct.sidechains.repack import RADIUS, movable, repack
from ros1struct.sidechains.sites import obstacle
from ros1struct.structure.complex import Complex
from ros1struct.structure.geometry import superpose
from ros1struct.structure.residues import residue_type

MUTANTS = (("L1196M", "2YFX"), ("L1198F", "5AAA"), ("C1156Y", "5AAC"), ("G1269A", "4ANQ"))
RIGHT = 40.0


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
    mine = made.pick(made.rotamer == rotamer_populations(made).argmax())
    return mine.chi[mine.energy.argmin()]


def recovery(crystals: dict[str, Crystal], binary: Path | None) -> pd.DataFrame:
    """One row per residue and method."""
    rows = []
    for name, crystal in crystals.items():
        rows += recovered(name, crystal.complex, crystal.sound(), binary)
    return pd.DataFrame(rows, columns=COLUMNS)


COLUMNS = ["file", "protein", "residue", "letter", "method", "chi1", "chi12", "in_pocket"]


def recovered(name: str, c: Complex, residues: list[int], binary: Path | None) -> list[tuple]:
    """Rows of one complex, one per residue and method."""
    rows = []
    fields = {
        "ours": field_of(c),
        "without the drug": field_of(c, holo=False),
        "no H bonds": field_of(c, bonds=False),
    }
    packed = faspr(binary, c)
    pocket = repack(c, keep_file=False)
    built = {str(x.residue): x for x in pocket.table.itertuples()}
    for residue in residues:
        letter = str(c.residues.letter[residue])
        native = chi_of(c, residue)
        label = c.residue_label(residue)
        counted = c.residue_label(residue)
        chi = {key: best_rotamer(f, residue, letter) for key, f in fields.items()}
        chi["most likely"] = candidates_first(fields["no H bonds"], residue, letter)
        if residue in packed:
            chi["FASPR"] = packed[residue][0]
        if label in built:
            x = built[label]
            chi["pocket"] = np.array([x.chi1, x.chi2])[: len(native)]
        for method, found in chi.items():
            one, both = right(letter, found, native)
            near = label in built
            rows.append((name, protein_of(name), counted, letter, method, one, both, near))
    return rows


def candidates_first(field, residue: int, letter: str) -> np.ndarray:
    """Torsions of the most likely rotamer."""
    return candidates(field, residue, letter, points=1).chi[0]


def summary(table: pd.DataFrame) -> pd.Series:
    """Recovery with every residue of a protein counted once, at its mean over files."""
    each = table.assign(chi12=table["chi12"].astype(float))
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


def show(title: str, part: pd.DataFrame, methods: list[str], by: str | None) -> None:
    print(f"\n{title}")
    rows = {}
    for method in methods:
        mine = part[part["method"] == method]
        if mine.empty:
            continue
        groups = mine.groupby(by, sort=False) if by else []
        for key, group in groups:
            rows[str(key), method] = summary(group)
        rows["all", method] = summary(mine)
    print(pd.DataFrame(rows).T.round(1).to_string())


METHODS = ("pocket", "ours", "without the drug", "no H bonds", "most likely", "FASPR")


def report_recovery(table: pd.DataFrame) -> None:
    single = [m for m in METHODS[1:] if (table["method"] == m).any()]
    title = "1. One residue at a time, per file (all: a residue of a protein once)"
    show(title, table, ["ours"], "file")
    unseen = table[~table["file"].isin(SEEN)]
    show("1. Files that were added after the method was chosen", unseen, single, None)
    show("1. The same residues by other methods", table, single, None)
    by_type = [m for m in ("ours", "without the drug", "FASPR") if m in single]
    show("1. The same residues by type", table, by_type, "letter")
    pocket = table[table["in_pocket"]]
    title = "2. Residues of the pocket (6 Å): packed together, one at a time, FASPR"
    show(title, pocket, ["pocket", *single], None)
    show("2. Residues of the pocket by type", pocket, ["pocket", *by_type], "letter")
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
    for text, name in MUTANTS:
        line = mutant_line(crystals["2XP2"].complex, crystals[name], text, binary)
        print(f"  {text} ({name}): {line}")


def mutant_line(wild: Complex, crystal: Crystal, text: str, binary: Path | None) -> str:
    """Everything to be said of one mutant built from the wild type and of its own crystal."""
    target, position = crystal.complex, int(text[1:-1])
    there, here = target.find_residue(position), wild.find_residue(position)
    kind = residue_type(text[-1])
    own = target.atoms_of(there)
    deposited = target.xyz[0, [own[a] for a in kind.sidechain]]
    pairs = pocket_backbone(wild, target)
    rotation, shift, rmsd = superpose(wild.xyz[0, pairs[0]], target.xyz[0, pairs[1]])

    def off(model: Complex) -> float:
        index = model.atoms_of(model.find_residue(position))
        xyz = model.xyz[0, [index[a] for a in kind.sidechain]] @ rotation.T + shift
        return side_chain_rmsd(kind.letter, xyz, deposited)

    ranked = rs.mutants(wild, text)
    each = [off(model) for model in ranked]
    nearest = int(np.argmin(each))
    result = {
        "rigid": each[0],
        "repacked": off(repack(wild, text, around="mutation").complex),
        "relaxed": off(repack(wild, text, around="mutation", relax=True).complex),
    }
    alone = candidates(field_of(target, [there]), there, kind.letter)
    result["on its own backbone"] = side_chain_rmsd(
        kind.letter, alone.xyz[int(alone.energy.argmin())], deposited
    )
    gap = float(native(field_of(target, [there]), there).energy[0] - alone.energy.min())
    packed = faspr(binary, wild, {here: kind.letter})
    if here in packed:
        xyz = np.array([packed[here][1][a] for a in kind.sidechain]) @ rotation.T + shift
        result["FASPR"] = side_chain_rmsd(kind.letter, xyz, deposited)
    ca = wild.atoms_of(here)["CA"]
    moved = np.linalg.norm(wild.xyz[0, ca] @ rotation.T + shift - target.xyz[0, own["CA"]])
    b = target.b_factor[[own[a] for a in kind.sidechain]]
    contact = crystal.lattice_contact(there)
    return "; ".join(
        (
            ", ".join(f"{k} {v:.2f}" for k, v in result.items()),
            f"of {len(ranked)} rigid models no. {nearest + 1} is nearest with {each[nearest]:.2f} "
            f"({dict(ranked[nearest].provenance.details)['side_chain']})",
            f"backbone RMSD of {len(pairs[0])} pocket atoms {rmsd:.2f}, CA moved {moved:.2f}",
            f"B {b.min():.0f}-{b.max():.0f} Å²",
            f"lattice contact {'none' if np.isinf(contact) else f'{contact:.1f} Å'}",
            f"altloc {crystal.key(there) in crystal.altloc}",
            f"in its own crystal the deposited conformer scores {gap:+.1f} kcal/mol from the best "
            "sample",
        )
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


def report_assembled(binary: Path | None) -> None:
    print("\n5. Complexes assembled from packages, side chains rebuilt by dockstring: no target")
    sys.path.insert(0, str(Path(__file__).parents[1] / "peers"))
    try:
        import biotite  # noqa: F401
        import dockstring  # noqa: F401
        from assembled import PAIRS, assemble
    except ImportError as error:
        print(f"  left out: {error}")
        return
    print(f"  biotite {version('biotite')}, dockstring {version('dockstring')}")
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for kinase, component in PAIRS.items():
            c = rs.load(assemble(kinase, component, Path(folder), None))
            near = movable(c, c.xyz[0, c.inhibitor_heavy], RADIUS)
            rows += recovered(kinase, c, near, binary)
    table = pd.DataFrame(rows, columns=COLUMNS)
    show("Side chains within 6 Å of the inhibitor", table, list(METHODS), None)
    show("Packed together, per complex", table, ["pocket"], "file")


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
        f"\n6. One ensemble, {len(every)} of {c.name}, one core: median {np.median(every):.1f} ms, "
        f"mean {every.mean():.1f} ms, largest {every.max():.1f} ms; slowest types (median): "
        + ", ".join(f"{x} {np.median(spent[x]):.0f} ms" for x in slow)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--faspr", help="the FASPR program, by default that of pyfaspr")
    arguments = parser.parse_args()
    binary = find_faspr(arguments.faspr)
    start = time.perf_counter()
    print(f"FASPR: {'pyfaspr' if binary else 'not installed, left out'}")
    crystals = {name: Crystal.read(name) for name in FILES}
    report_recovery(recovery(crystals, binary))
    report_overlaps(crystals)
    report_mutants(crystals, binary)
    report_gatekeeper(crystals["2HYY"], binary)
    report_assembled(binary)
    report_time(crystals["2XP2"])
    print(f"\n{time.perf_counter() - start:.0f} s in all")


if __name__ == "__main__":
    main()
