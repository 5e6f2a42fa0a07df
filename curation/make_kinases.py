"""Write ``human_kinases.csv`` and ``other_kinases.csv``: kinase domains with KLIFS positions.

Run by ``python curation/make_kinases.py`` in a checkout with the curated facts beside it
(``../shared``, or the folder that the environment variable ROS1STRUCT_SHARED names).

KLIFS positions are those of the facts, residue by residue. Where KLIFS gives a pocket but the facts
no numbers (ten domains of the RSK family), the letters are found in the sequence. Kinases that
KLIFS has not get the profile's positions, and ``basis`` says so.
"""

from __future__ import annotations

import csv
import os
from dataclasses import replace
from pathlib import Path

import numpy as np

from ros1struct.kinome.profile import Profile, find_pocket, make_profile

REPOSITORY = Path(__file__).parents[1]
DATA = REPOSITORY / "src" / "ros1struct" / "data"
SHARED = Path(os.environ.get("ROS1STRUCT_SHARED", REPOSITORY.parent / "shared"))
# The range and the sequence differ in length by three: which residues are meant is not known.
LEFT_OUT = {"RPS6KC1"}
# One residue off in the facts: M, R, A, F stand where K17, D70, D81 and G83 should.
NOT_TRUSTED = {"CAMKK1"}
# Symbols that HGNC has replaced.
RENAMED = {"GSG2": "HASPIN", "SGK223": "PRAG1"}
LIPID = {"MTOR", "PIK3CA", "PIK3CB", "PIK3CG", "PIK4CB"}
# Names of papers, beside those of KLIFS and of UniProt's entries.
COMMON = {
    "ABL1": "ABL c-ABL",
    "ALK": "CD246",
    "AURKA": "AuroraA STK6",
    "AURKB": "AuroraB",
    "AURKC": "AuroraC",
    "CDK1": "CDC2",
    "CHEK1": "CHK1",
    "CHEK2": "CHK2",
    "CSF1R": "FMS c-FMS",
    "CSNK2A1": "CK2alpha CK2",
    "EGFR": "HER1 ERBB1",
    "EPHA2": "ECK",
    "ERBB2": "HER2 NEU",
    "ERBB3": "HER3",
    "ERBB4": "HER4",
    "FLT1": "VEGFR1",
    "FLT4": "VEGFR3",
    "GSK3B": "GSK3beta",
    "INSR": "IR",
    "KDR": "FLK1",
    "KIT": "c-KIT",
    "MAPK8": "JNK1",
    "MAPKAPK2": "MK2",
    "MET": "c-MET HGFR",
    "MST1R": "RON",
    "NTRK1": "TRK-A",
    "PDPK1": "PDK1",
    "PRKACA": "PKA",
    "RAF1": "CRAF c-RAF",
    "RET": "c-RET",
    "ROS1": "c-ROS ROS",
    "RPS6KA2": "RSK3",
    "SRC": "c-SRC",
    "TNK2": "ACK1",
}


def main() -> None:
    """Write both tables."""
    with (SHARED / "facts" / "human_kinase_domains.csv").open(newline="") as file:
        found = [row for row in csv.DictReader(file) if row["gene"] not in LEFT_OUT]
    with (SHARED / "facts" / "klifs_pockets.csv").open(newline="") as file:
        pockets = list(csv.DictReader(file))
    placed = {}
    unplaced = {}
    aliases: dict[str, list[str]] = {}
    for row in pockets:
        accession, _, copy = row["uniprot"].partition("_")
        aliases.setdefault(accession, []).append(row["gene"].removesuffix("-nonphosphorylated"))
        mine = [d for d in found if d["uniprot"] == accession]
        if not row["uniprot_numbers"]:
            if copy and mine:
                unplaced[mine[int(copy) - 1]["domain"]] = row["pocket"]
            continue
        numbers = np.array([int(n) if n != "-" else 0 for n in row["uniprot_numbers"].split()])
        (domain,) = [d for d in mine if all(_letter(d, n) for n in numbers if n)]
        if row["gene"] not in NOT_TRUSTED:
            placed[domain["domain"]] = (row["pocket"], numbers)
    known = make_profile([*placed.values()])
    rows = []
    symbols = {RENAMED.get(d["gene"], d["gene"]) for d in found}
    for domain in found:
        name = RENAMED.get(domain["gene"], domain["gene"])
        label = domain["domain"]
        first = int(domain["start"])
        if label in placed:
            numbers, basis = placed[label][1], "KLIFS"
        else:
            none = np.zeros(len(domain["sequence"]), dtype=bool)
            pocket = unplaced.get(label, "")
            profile = _exactly(known, pocket) if pocket else known
            index, _ = find_pocket(profile, domain["sequence"], none)
            numbers, basis = np.where(index >= 0, index + first, 0), "profile"
            if pocket:
                letters = "".join(_letter(domain, n) or "-" for n in numbers)
                if letters != pocket:
                    raise ValueError(f"{label}: the pocket of KLIFS is not found in the sequence")
                basis = "KLIFS"
        entry = domain["uniprot_entry"].removesuffix("_HUMAN")
        names = [*COMMON.get(name, "").split(), *aliases.get(domain["uniprot"], []), entry]
        names += [old for old, new in RENAMED.items() if new == name]
        rows.append(
            {
                "name": name,
                "domain": name if label == domain["gene"] or "_" not in label else label,
                "group": domain["group"],
                "accession": domain["uniprot"],
                "aliases": " ".join(n for n in dict.fromkeys(names) if n not in symbols),
                "first": str(first),
                "basis": basis,
                "klifs": _runs(numbers),
                "sequence": domain["sequence"],
            }
        )
    _write("human_kinases", rows)
    known_names = {d["uniprot"] for d in found}
    other = [
        {
            "name": row["gene"],
            "kind": "lipid kinase" if row["gene"] in LIPID else "atypical kinase",
            "accession": row["uniprot"],
            "pocket": row["pocket"],
        }
        for row in pockets
        if row["uniprot"].partition("_")[0] not in known_names
    ]
    _write("other_kinases", other)


def _exactly(profile: Profile, pocket: str) -> Profile:
    """Return the lengths of a profile with the letters of one pocket."""
    scores = np.full_like(profile.scores, -20.0)
    for position, letter in enumerate(pocket):
        if letter != "-":
            scores[position, ord(letter) - ord("A")] = 5.0
    return replace(profile, scores=scores)


def _letter(domain: dict[str, str], number: int) -> str:
    at = number - int(domain["start"])
    return domain["sequence"][at] if 0 <= at < len(domain["sequence"]) else ""


def _runs(numbers: np.ndarray) -> str:
    """Positions from which on position and residue number both count up, or none is there."""
    parts = []
    for k, number in enumerate(numbers.tolist(), start=1):
        before = int(numbers[k - 2]) if k > 1 else -1
        if number == 0:
            if before != 0:
                parts.append(f"{k}:")
        elif before <= 0 or number != before + 1:
            parts.append(f"{k}:{number}")
    return " ".join(parts)


def _write(table: str, rows: list[dict[str, str]]) -> None:
    with (DATA / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
