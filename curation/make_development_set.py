"""Bring the measured pairs together that the score was made with, and those it could not use.

    python curation/make_development_set.py ../shared curation/development_set.csv

SHARED is the folder with ``facts/`` and ``structures/``. One row per measured pair of mutation and
inhibitor: kinase, mutation (UniProt numbers), inhibitor, structure (entry; empty where none is at
hand), measure, value and reference (nM, or growth with and without the drug), fold, call, resistant
(of the pairs that were used), mechanism, conflict, source, note. ABL1 and ROS1 are not among them.

Calls: of a fold, R from 10 on, I from 5 on, S below (a bound that does not decide has none); of a
scan of growth, R where the drug's effect is 1.2 and more above that without and 0.3 and more in
itself, S up to 0.6 above, I in between, none where the mutant is dead without a drug (below -1.8).

The mechanism is what a reader should expect, not what the score says: from the source where it
says so (activating mutations, ALK's αC), else by rule, in this order: to proline, fold; at Lys 17,
Glu 24, Asp 70, Asn 75, Asp 81 of KLIFS, catalytic; larger by 25 Å³ and more, steric; smaller by as
much, contact; of another charge, electrostatic; else none.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from development import OF_DRUG, structures

from ros1struct.errors import InputError
from ros1struct.resistance.measures import VOLUME
from ros1struct.structure.mutation import parse_mutation

LIN = "Lin 2017, doi:10.1158/2159-8290.CD-16-1123, table 2"
DAVIS = "Davis 2011, doi:10.1038/nbt.1990, suppl. table 4"
ESTEVAM = "Estevam 2025, doi:10.7554/eLife.101882"
DEAD, HELD, RESISTANT, SENSITIVE = -1.8, 0.3, 1.2, 0.6
LARGER = 25.0
CATALYTIC = {17, 24, 70, 75, 81}
CHARGE = {"D": -1, "E": -1, "K": 1, "R": 1}
# Mutations whose sources say that they act on the balance of states: activating ones (Davis 2011
# chose them as such), and αC and its surroundings in ALK (Lin 2017).
STATES = {
    "ALK": ("L1152", "C1156", "I1171", "F1174", "F1245", "R1275"),
    "EGFR": ("G719", "L858R", "L861Q"),
    "KIT": ("V559D", "L576P", "D816", "A829P"),
    "FLT3": ("K663Q", "R834Q", "D835", "N841I"),
    "RET": ("M918T",),
    "MET": ("Y1235D", "M1250T"),
    "BRAF": ("V600E",),
    "FGFR3": ("G697C",),
    "LRRK2": ("G2019S",),
}
LIPID = ("PIK3CA",)


def mechanism(kinase: str, mutation: str, klifs: int = 0) -> str:
    """Say what is expected to cause a loss, if there is one."""
    # Of a double mutant the one that the single does not have: what is measured against it.
    text = mutation.split("/")[-1]
    if any(text.startswith(known) for known in STATES.get(kinase, ())):
        return "conformational"
    wild, mutant = text[0], text[-1]
    if mutant == "P":
        return "fold"
    if klifs in CATALYTIC:
        return "catalytic"
    change = VOLUME[mutant] - VOLUME[wild]
    if abs(change) >= LARGER:
        return "steric" if change > 0 else "contact"
    return "electrostatic" if CHARGE.get(wild, 0) != CHARGE.get(mutant, 0) else "none"


def of_fold(fold: float, relation: str = "=") -> str:
    """Call of a fold; a bound decides only on its side."""
    if not np.isfinite(fold):
        return ""
    if fold >= 10:
        return "R" if relation != "<" else ""
    if relation == ">":
        return ""
    return "S" if fold < 5 else ("I" if relation == "=" else "")


def of_growth(effect: float, without: float) -> str:
    """Call of a growth effect with a drug beside that without."""
    if not np.isfinite(effect) or not np.isfinite(without) or without < DEAD:
        return ""
    gain = effect - without
    if gain >= RESISTANT and effect >= HELD:
        return "R"
    return "S" if gain <= SENSITIVE else "I"


def alk(facts: Path) -> pd.DataFrame:
    """Return the calls of the literature on ALK."""
    table = pd.read_csv(facts / "alk_calls.csv", keep_default_na=False)
    return pd.DataFrame(
        {
            "kinase": "ALK", "mutation": table["mutation"], "inhibitor": table["inhibitor"],
            "measure": "reported", "call": table["call"], "source": LIN, "note": table["note"],
        }
    )  # fmt: skip


def davis(facts: Path) -> pd.DataFrame:
    """Dissociation constants of mutants beside those of what they were made from."""
    table = pd.read_csv(facts / "kd_davis2011_mutants.csv")
    table = table[~table["kinase"].isin(LIPID)]
    name = table["alternative_name"].fillna(table["compound"]).str.lower()
    calls = [of_fold(f, r) for f, r in zip(table["fold"], table["relation"], strict=True)]
    return pd.DataFrame(
        {
            "kinase": table["kinase"], "mutation": table["mutation"], "inhibitor": name,
            "measure": "Kd (nM)", "value": table["kd_mutant_nM"],
            "reference": table["kd_wild_type_nM"], "fold": table["fold"], "call": calls,
            "source": DAVIS,
            "note": np.where(table["relation"] == "=", "", table["relation"] + " of the fold"),
        }
    )  # fmt: skip


def met(facts: Path, pocket: dict[str, set[int]]) -> pd.DataFrame:
    """Growth of MET mutants at the pocket, for the inhibitors with a structure."""
    table = pd.read_csv(facts / "met_dms_2024.csv")
    parts = []
    for drug, numbers in pocket.items():
        some = table[table["residue"].isin(numbers)]
        calls = [of_growth(e, w) for e, w in zip(some[drug], some["dmso"], strict=True)]
        dead = some["dmso"] < DEAD
        parts.append(
            pd.DataFrame(
                {
                    "kinase": "MET",
                    "mutation": some["wildtype"] + some["residue"].astype(str) + some["mutation"],
                    "inhibitor": drug, "measure": "growth", "value": some[drug],
                    "reference": some["dmso"], "call": calls, "source": ESTEVAM,
                    "note": np.where(dead, "dead without a drug", ""),
                }
            )
        )  # fmt: skip
    return pd.concat(parts)


def used(facts: Path) -> pd.DataFrame:
    """Pairs that the score was made with: within 6 Å of the drug in a structure at hand."""
    table = pd.read_csv(facts / "resistance_pairs.csv")
    table = table[table["structure"].isin(set(OF_DRUG.values()))]
    growth = table["note"].str.contains("growth", na=False)
    against = table["note"].str.extract(r"against (\w+)", expand=False)
    note = against.map(lambda x: f"against {x}" if isinstance(x, str) else "")
    crystal = table["structure"] == "2JIV"
    return pd.DataFrame(
        {
            "kinase": table["kinase"], "mutation": table["mutation"], "inhibitor": table["drug"],
            "structure": table["structure"],
            "measure": np.select(
                [growth, table["fold"].notna()], ["growth", "Kd (nM)"], "reported"
            ),
            "fold": table["fold"], "call": np.where(table["resistant"] == 1, "R", "S"),
            "resistant": table["resistant"],
            "source": np.where(growth, ESTEVAM, table["source"]),
            "note": np.where(crystal, note + "; the crystal is one of T790M", note),
        }
    )  # fmt: skip


def main(arguments: list[str]) -> None:
    """Write the table and print what is in it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args(arguments)
    facts = given.shared / "facts"
    known = structures(given.shared)
    klifs: dict[tuple[str, int], int] = {}
    pocket: dict[str, set[int]] = {}
    for (kinase, drug), name in OF_DRUG.items():
        c = known[name]
        for i in np.flatnonzero(c.residues.klifs > 0):
            klifs.setdefault((kinase, int(c.numbers[i])), int(c.residues.klifs[i]))
        if kinase == "MET":
            pocket[drug] = {int(n) for n in c.numbers[c.residues.klifs > 0]}
    chosen = used(facts)
    for drug, numbers in pocket.items():
        mine = chosen[(chosen["kinase"] == "MET") & (chosen["inhibitor"] == drug)]
        numbers |= {int(m[1:-1]) for m in mine["mutation"]}
    rest = pd.concat([alk(facts), davis(facts), met(facts, pocket)])
    table = pd.concat([chosen, rest], ignore_index=True)
    # A pair stands once per source and reference: the used rows first, with the values of the rest.
    plain = ~table["note"].fillna("").str.contains("against")
    key = ["kinase", "mutation", "inhibitor", "source"]
    values = rest.drop_duplicates(key).set_index(key)
    for column in ("value", "reference"):
        found = pd.MultiIndex.from_frame(table[key]).map(values[column])
        table[column] = table[column].where(table[column].notna() | ~plain, found)
    table = pd.concat([table[plain].drop_duplicates(key), table[~plain]])
    wrong = table["resistant"].notna() & (table["measure"] == "growth")
    calls = [of_growth(v, r) for v, r in zip(table["value"], table["reference"], strict=True)]
    assert (pd.Series(calls, table.index)[wrong] == table["call"][wrong]).all()
    table = table[table["mutation"].map(_substitutions)]
    entry = pd.MultiIndex.from_frame(table[["kinase", "inhibitor"]]).map(OF_DRUG)
    table["structure"] = table["structure"].fillna(pd.Series(entry, table.index)).fillna("")
    table["mechanism"] = [
        mechanism(k, m, klifs.get((k, int(m.split("/")[-1][1:-1])), 0))
        for k, m in zip(table["kinase"], table["mutation"], strict=True)
    ]
    called = table[table["call"].isin(["R", "S", "conflict"])]
    several = called.groupby(key[:3])["call"].nunique()
    clash = set(several[several > 1].index) | {
        tuple(x) for x in called.loc[called["call"] == "conflict", key[:3]].to_numpy()
    }
    table["conflict"] = [tuple(x) in clash for x in table[key[:3]].to_numpy()]
    table["conflict"] = table["conflict"].astype(int)
    columns = (
        "kinase", "mutation", "inhibitor", "structure", "measure", "value", "reference", "fold",
        "call", "resistant", "mechanism", "conflict", "source", "note",
    )  # fmt: skip
    table = table[[*columns]].astype({"resistant": "Int64"})
    table = table.sort_values(["kinase", "inhibitor"], kind="stable")
    table.to_csv(given.out, index=False, lineterminator="\n")
    assert not set(table["kinase"]) & {"ABL1", "ROS1"}
    print(f"{len(table)} pairs, {int(table['resistant'].notna().sum())} used, of them resistant:")
    print(table.groupby("kinase")["resistant"].agg(["size", "count", "sum"]).to_string())
    print(table.loc[table["resistant"].notna(), "mechanism"].value_counts().to_string())
    print("conflicts:", *sorted("{} {} {}".format(*x) for x in clash), sep="\n  ")


def _substitutions(text: str) -> bool:
    """Whether a text names substitutions only."""
    try:
        parse_mutation(text)
    except InputError:
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1:])
