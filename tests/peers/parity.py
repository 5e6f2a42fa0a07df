"""Regenerate the reference tables of the peers and print how far ros1struct agrees.

    python tests/peers/parity.py [--shared ../shared] [--dockstring WHEEL]

needs the ``peers`` extra (prolif, plip with Open Babel, posebusters, MDAnalysis, biotite,
hydride). Protonated files go to a temporary folder; those of bundled structures also to
``tests/data/parity``, where the tests take them from. Of the others, only tables of (residue, kind)
and scores are written.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from assembled import PAIRS, assemble
from plip_reference import plip_pairs
from posebusters_reference import posebusters_values
from prolif_reference import prolif_pairs, write
from protonate import default_folder, protonate, reload

import ros1struct as rs
from ros1struct.clashes.definitions import clash_definition
from ros1struct.clashes.overlaps import overlap_pairs
from ros1struct.clashes.severity import volume_share
from ros1struct.contacts.interactions import interactions
from ros1struct.structure.complex import Complex

DATA = Path(__file__).parents[1] / "data"
BUNDLED = ("2WGJ", "3LQ8", "crizotinib", "lorlatinib", "repotrectinib", "zidesamtinib",
           "zidesamtinib-g2032r")  # fmt: skip
PEERS = {"prolif": prolif_pairs, "plip": plip_pairs}
NO_ROLE = {"metal"}

OPEN_BABEL = "Open Babel reads bond orders of the inhibitor from coordinates: "
AMINE = OPEN_BABEL + "it takes an amine beside a double bond for tetrahedral, hence for an acceptor"
REASONS = {
    ("plip", "5P9I", 474): AMINE,
    ("plip", "MAP2K1_5BM", 209): AMINE,
    ("plip", "SRC_PD5", 81): AMINE,
    ("plip", "5P9I", 540): OPEN_BABEL + "it misses two of the four aromatic rings, so that no "
    "stacking replaces the hydrophobic contact",
}


def our_pairs(complex: Complex, definition: str) -> set[tuple[int, str, str]]:
    """(residue number, kind, role) of every contact by one of our definitions."""
    table = interactions(complex, definition)
    r = complex.residues
    number = {complex.residue_label(k): int(r.number[k]) for k in range(len(r))}
    return {
        (number[residue], kind, "" if kind in NO_ROLE else role)
        for residue, kind, role in zip(table["residue"], table["kind"], table["role"], strict=True)
    }


def our_posebusters(complex: Complex) -> tuple[float, float, float]:
    """Our values for what PoseBusters gives."""
    rule = replace(clash_definition("posebusters"), scale=1.0)
    _, _, distance, overlap, _ = overlap_pairs(complex, rule, at_least=-3.0)
    relative = distance / (distance + overlap)
    return float(distance.min()), float(relative.min()), volume_share(complex, hydrogens=True)


def sources(shared: Path | None, wheel: Path | None, folder: Path) -> list[Complex]:
    """All complexes of the parity, under names that do not collide."""
    found = [rs.load(name) for name in BUNDLED]
    if shared is not None:
        base = shared / "structures" / "test_only"
        for path in sorted([*base.glob("xray/*.pdb"), *base.glob("alk_lorlatinib/*.pdb"),
                            *base.glob("trk/*.pdb")]):  # fmt: skip
            try:
                complex = rs.load(path)
            except rs.StructureError as error:
                print(f"left out: {error}")
                continue
            taken = {c.name for c in found}
            name = f"{complex.name}-whole" if complex.name in taken else complex.name
            found.append(complex.with_changes(name=name))
    try:
        found += [rs.load(assemble(k, c, folder, wheel)) for k, c in PAIRS.items()]
    except ModuleNotFoundError as error:
        print(f"assembled complexes left out: {error}")
    return found


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(os.environ.get("ROS1STRUCT_SHARED", DATA.parents[2] / "shared"))
    parser.add_argument("--shared", type=Path, default=default if default.is_dir() else None)
    parser.add_argument("--dockstring", type=Path)
    arguments = parser.parse_args()
    folder = default_folder()
    kept = DATA / "parity"
    kept.mkdir(parents=True, exist_ok=True)
    rows: dict[str, list[tuple[str, int, str, str]]] = {name: [] for name in PEERS}
    differences, scores = [], []
    same, union = dict.fromkeys(PEERS, 0), dict.fromkeys(PEERS, 0)
    for complex in sources(arguments.shared, arguments.dockstring, folder):
        start = time.perf_counter()
        pdb, _ = protonate(complex, folder)
        if complex.name in BUNDLED:
            with (kept / f"{complex.name}.pdb.gz").open("wb") as handle:
                handle.write(gzip.compress(pdb.read_bytes(), mtime=0))
        ours = reload(complex, folder)
        words = []
        for peer, pairs in PEERS.items():
            try:
                theirs = pairs(pdb)
            except Exception as error:  # a peer that cannot read a file has no row there
                print(f"{complex.name}: {peer} fails: {type(error).__name__}: {str(error)[:120]}")
                continue
            mine = our_pairs(ours, peer)
            rows[peer] += [(complex.name, *pair) for pair in theirs]
            same[peer] += len(mine & theirs)
            union[peer] += len(mine | theirs)
            words.append(f"{peer} {len(mine & theirs)}/{len(mine | theirs)}")
            for pair in sorted(mine ^ theirs):
                reason = REASONS.get((peer, complex.name, pair[0]), "")
                who = "ros1struct" if pair in mine else peer
                differences.append((complex.name, *pair, peer, who, reason))
        scores.append((complex.name, *posebusters_values(pdb)))
        error = [
            abs(a / b - 1) if b else abs(a)
            for a, b in zip(our_posebusters(ours), scores[-1][1:], strict=True)
        ]
        words.append(f"posebusters off by {100 * max(error):.3f} %")
        print(
            f"{complex.name}: {', '.join(words)} ({time.perf_counter() - start:.1f} s)", flush=True
        )
    for peer in PEERS:
        write(rows[peer], DATA / f"parity_{peer}.csv")
        print(f"{peer}: {same[peer]} of {union[peer]} pairs identical "
              f"({100 * same[peer] / max(union[peer], 1):.2f} %)")  # fmt: skip
    with (DATA / "parity_posebusters.csv").open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(("structure", "smallest_distance", "relative_distance", "volume_overlap"))
        writer.writerows((n, *(np.format_float_positional(v, 5) for v in x)) for n, *x in scores)
    with (DATA / "parity_differences.csv").open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(("structure", "residue", "kind", "role", "peer", "only_in", "reason"))
        writer.writerows(differences)
    for row in differences:
        print(*row, sep=" | ")


if __name__ == "__main__":
    main()
