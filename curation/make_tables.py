"""Write the tables of facts in the project's own form.

Run by ``python curation/make_tables.py`` in a checkout with the curated facts beside it
(``../shared``, or the folder that the environment variable ROS1STRUCT_SHARED names). The package
itself does not need this script.

Facts that were read second-hand, in a curated database, cite the primary paper and say so in
``access``; none of the database's wording is carried.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pandas as pd
from add_reading import sided, with_new_fusions
from make_components import inchikey, state_at_ph
from rdkit import Chem

REPOSITORY = Path(__file__).parents[1]
DATA = REPOSITORY / "src" / "ros1struct" / "data"
READING = Path(__file__).parent / "reading"
SHARED = Path(os.environ.get("ROS1STRUCT_SHARED", REPOSITORY.parent / "shared"))
SECOND_HAND = "second-hand (curated database)"
KINASES = {
    "ROS1_P08922": "ROS1",
    "ALK_Q9UM73": "ALK",
    "NTRK1_P04629": "NTRK1",
    "NTRK2_Q16620": "NTRK2",
    "NTRK3_Q16288": "NTRK3",
    "MET_P08581": "MET",
}
ACCESS = {
    "full text read": "full text",
    "full text read (32 of 38 kB)": "full text (most of it)",
    "supplementary xls parsed (choderalab/missense-kinase-toolkit data/)": "supplementary table",
    "via OncoKB; Desilets 2025": f"{SECOND_HAND}; Desilets 2025",
    "introduction + Desilets 2025": "introduction; Desilets 2025",
    "abstract + OncoKB": f"abstract; {SECOND_HAND}",
    "abstract + CIViC": f"abstract; {SECOND_HAND}",
    "abstract + CIViC/OncoKB": f"abstract; {SECOND_HAND}",
    "abstract via CIViC": f"abstract; {SECOND_HAND}",
    "via OncoKB": SECOND_HAND,
    "via OncoKB variant summary": SECOND_HAND,
    "via CIViC evidence (griffithlab/civic-server nightly TSV, 2021-02-25)": SECOND_HAND,
}
OUTCOME = {
    "mild loss": "reduced",
    "slightly reduced": "reduced",
    "sensitive (slightly reduced)": "reduced",
    "sensitive (as WT)": "sensitive",
    "resistant (reduced)": "resistant",
    "resistant (increased)": "resistant",
    "dramatic response": "responded",
    "sub-nanomolar class": "sub-nanomolar",
}
TESTED = {
    "transforming (foci, nude mice)": "transforms cells in culture; tumours in nude mice",
    "transforming": "transforms cells",
    "transforming; HCC78 cell line": "transforms cells; carried by the HCC78 cell line",
    "Ba/F3 and astrocyte transformation; TKI-sensitive, lorlatinib most potent": (
        "transforms Ba/F3 cells and astrocytes; inhibitor-sensitive, lorlatinib most potent"
    ),
    "Ba/F3, NIH3T3, astrocytes": "in Ba/F3, NIH3T3 and astrocytes",
    "not tested": "no",
    "patient response to crizotinib": "one patient responded to crizotinib",
    "patient treated with crizotinib": "one patient was given crizotinib",
}
# What mutations.csv says of a conflict and the tables of measurements did not yet show.
CONFLICTS = (
    {
        "mutation": "L2026M",
        "inhibitor": "lorlatinib",
        "qualitative": "inactive",
        "source": "Desilets 2025 Cancer 131(S1):e35784 (review)",
        "note": "conflicts with Zou 2015",
    },
    {
        "mutation": "F2004V",
        "inhibitor": "cabozantinib",
        "qualitative": "resistant (said of type II inhibitors as a class)",
        "source": "F2004C/V MD study, abstract (title/DOI not visible in the stored copy)",
        "note": "conflicts with Desilets 2025",
    },
    {
        "mutation": "F2004V",
        "inhibitor": "cabozantinib",
        "qualitative": "active (listed as promising)",
        "source": "Desilets 2025 Cancer 131(S1):e35784 (review)",
        "note": "conflicts with the F2004C/V MD study",
    },
)
PANEL = "ROS1 molecular dynamics panel, Hanze/Groningen"
GEOMETRIC_CLAIM = {
    "steric": "steric",
    "electrostatic": "electrostatic",
    "conformational": "inactive state",
    "fold stability": "fold",
    "not established": "not established",
}
RESTATED = {
    "OncoKB": None,  # approvals are in fda_ros1; the list they were checked in is not cited
    "CIViC": None,
    "NMPA notice": "NMPA notice (read second-hand)",
    "NCI-MATCH": "NCI-MATCH panel list",
    "PDB CCD": "wwPDB Chemical Component Dictionary",
}
IDENTIFIED = {
    "Desilets 2025": "Desilets 2025 10.1002/cncr.35784",
    "Desilets 2024": "Desilets 2024 10.1002/ctm2.70017",
    "Niho 2024": "Niho 2024 10.1016/j.esmoop.2024.103642",
}


def read(name: str) -> pd.DataFrame:
    """Read one table of facts, every cell as text."""
    return pd.read_csv(SHARED / "facts" / name, dtype=str, keep_default_na=False)


def after(table: pd.DataFrame, column: str) -> int:
    """Find the place behind a column."""
    return list(table.columns).index(column) + 1


def replaced(text: str, changes: dict[str, str]) -> str:
    """Replace pieces of a text, each of which must be found."""
    for old, new in changes.items():
        if old not in text:
            raise ValueError(f"expected {old!r} in {text!r}")
        text = text.replace(old, new)
    return text


def cited(text: str) -> str:
    """List the sources of a row without databases, each PMID on its own."""
    parts: list[str] = []
    for part in re.sub(r"^OncoKB variant summary: ", "", text).split("; "):
        known = [new for old, new in RESTATED.items() if old in part]
        if known:
            parts += [known[0]] if known[0] else []
        elif re.fullmatch(r"PMID \d+(, \d+)*", part):
            parts += [f"PMID {number}" for number in re.findall(r"\d+", part)]
        else:
            parts.append(IDENTIFIED.get(part, part))
    return "; ".join(parts)


def added(name: str) -> pd.DataFrame:
    """Read rows that were curated since (``curation/reading``), every cell as text."""
    return pd.read_csv(READING / f"{name}.csv", dtype=str, keep_default_na=False)


def sources() -> pd.DataFrame:
    """Bibliography."""
    table = read("sources.csv").rename(columns={"what_was_read": "access"})
    table["access"] = table["access"].replace(ACCESS)
    return pd.concat([table, added("sources")], ignore_index=True)


def mutations() -> pd.DataFrame:
    """Resistance mutations, with what geometry may say about each."""
    names = {
        "wt": "wild_type",
        "mut": "mutant",
        "alk_equivalent": "ALK",
        "trka_equivalent": "NTRK1",
        "resistant_tkis": "resistant_inhibitors",
        "active_tkis": "active_inhibitors",
    }
    first = read("new/mutations.csv")
    first["source"] = first["source"].replace(r"^Hanze/Groningen .*", PANEL, regex=True)
    known = sources().set_index("citation")["id"]
    first["source_id"] = first["source"].map(known)
    first["confidence"] += " (first reading)"
    table = pd.concat(
        [read("mutations.csv").rename(columns=names), first.rename(columns=names)],
        ignore_index=True,
    )
    table = pd.concat([table, added("mutations")], ignore_index=True)
    changes = {
        ("G2032R", "note"): {"Zou 2015/CIViC report inhibition": "Zou 2015 reports inhibition"},
        ("D2033N", "resistant_inhibitors"): {
            "lorlatinib (lorlatinib loss per OncoKB)": "lorlatinib (read second-hand)"
        },
        ("L2026M", "note"): {
            "Zou 2015 (abstract, CIViC) says inhibited": "Zou 2015 says inhibited"
        },
    }
    for (mutation, column), change in changes.items():
        row = table["mutation"] == mutation
        table.loc[row, column] = [replaced(text, change) for text in table.loc[row, column]]
    claim = table["proposed_mechanism"].map(GEOMETRIC_CLAIM)
    claim[table["mutation"].str.contains("/")] = "compound"
    table.insert(after(table, "proposed_mechanism"), "geometric_claim", claim)
    reported = ~table["confidence"].str.contains("first reading")
    table.insert(after(table, "source_id"), "reported", reported.map(str))
    return sided(table, calls())


def sensitivity() -> pd.DataFrame:
    """One row per measurement or statement."""
    table = read("sensitivity.csv").rename(
        columns={"variant": "mutation", "tki": "inhibitor", "IC50_nM": "ic50_nM"}
    )
    table["access"] = table["access"].replace(ACCESS)
    table["locator"] = table["locator"].replace(
        {"abstract/CIViC": "abstract", r".*(CIViC|OncoKB).*": ""}, regex=True
    )
    table["qualitative"] = table["qualitative"].replace(OUTCOME)
    table["note"] = table["note"].replace(
        "unit not printed by CIViC; nM assumed", "unit not printed where it was read; nM assumed"
    )
    # A concentration at which a band disappears is no IC50: into words, out of the numbers.
    western = table["note"].str.contains("NOT an IC50")
    at = table["qualitative"] + " at " + table["relation"] + " " + table["ic50_nM"] + " nM"
    table.loc[western, "qualitative"] = at[western]
    table.loc[western, ["relation", "ic50_nM"]] = ""
    # One statement about two variants becomes a row for each.
    table["mutation"] = table["mutation"].str.split(";")
    table = table.explode("mutation", ignore_index=True)
    both = table["qualitative"].str.startswith("active; G2032R comparable")
    table.loc[both, "qualitative"] = "active"
    table.loc[both & (table["mutation"] == "G2032R"), "note"] = (
        "comparable to lorlatinib, better than crizotinib"
    )
    known = sources().set_index("citation")
    added = pd.DataFrame(CONFLICTS).assign(
        source_id=lambda rows: rows["source"].map(known["id"]),
        access=lambda rows: rows["source"].map(known["access"]),
        confidence="medium",
    )
    return pd.concat([table, added], ignore_index=True)[table.columns].fillna("")


def calls() -> pd.DataFrame:
    """One row per mutation and inhibitor: the call, and the calls that it merges."""
    table = read("calls.csv").rename(
        columns={"variant": "mutation", "tki": "inhibitor", "sources": "source"}
    )
    western = (table["mutation"] == "L2086F") & (table["inhibitor"] == "cabozantinib")
    table.loc[western, "ic50s_nM"] = ""  # see sensitivity()
    conflict = (table["mutation"] == "L2026M") & (table["inhibitor"] == "lorlatinib")
    table.loc[conflict, "evidence_calls"] = "S?;R?"
    table.loc[conflict, "source"] += f" | {CONFLICTS[0]['source']}"
    table.loc[conflict, "n_rows"] = "2"
    added = {
        "mutation": "F2004V",
        "inhibitor": "cabozantinib",
        "call": "conflict",
        "evidence_calls": "R?;S?",
        "folds": "",
        "ic50s_nM": "",
        "source": f"{CONFLICTS[1]['source']} | {CONFLICTS[2]['source']}",
        "n_rows": "2",
    }
    table = pd.concat([table, pd.DataFrame([added])], ignore_index=True)
    known = dict(zip(sources()["citation"], sources()["id"], strict=True))
    ids = [" | ".join(known[part] for part in text.split(" | ")) for text in table["source"]]
    table.insert(after(table, "source"), "source_id", ids)
    return table.sort_values(["mutation", "inhibitor"], ignore_index=True)


def clinical_rates() -> pd.DataFrame:
    """Response rates of patients."""
    table = read("clinical_g2032r.csv").rename(columns={"tki": "inhibitor"})
    table.insert(0, "mutation", "G2032R")
    return table


def affinities() -> pd.DataFrame:
    """Dissociation constants of wild-type kinases."""
    table = read("kd_davis2011.csv").rename(columns={"compound": "inhibitor", "Kd_nM": "kd_nM"})
    table["inhibitor"] = table["inhibitor"].replace("lestaurtinib_CEP701", "lestaurtinib")
    table["note"] = table["note"].str.replace(
        "foretinib column is EXEL-2880/GSK-1363089", "foretinib is listed as EXEL-2880/GSK-1363089"
    )
    foretinib = table["inhibitor"] == "foretinib"
    table.loc[~foretinib, "note"] = table["note"].str.split(";").str[0]
    return table


def inhibitors() -> pd.DataFrame:
    """Inhibitors, with their charge state at pH 7.4."""
    facts = read("tkis.csv").rename(columns={"pdb_ccd": "component"})
    facts["source"] = facts["source"].map(cited)
    facts["fda_ros1"] = facts["fda_ros1"].replace(
        r"2026 \(listed by OncoKB.*", "2026 (read second-hand; date not verified)", regex=True
    )
    facts["nmpa_ros1"] = facts["nmpa_ros1"].str.replace(
        ", per Wu 2018 summary in CIViC", "; Wu 2018, read second-hand"
    )
    mols = [Chem.MolFromSmiles(smiles) for smiles in facts["smiles"]]
    for name, mol, key in zip(facts["name"], mols, facts["inchikey"], strict=True):
        if inchikey(mol) != key:
            raise ValueError(f"{name}: the InChIKey of its SMILES is not {key}")
    facts["smiles"] = [Chem.MolToSmiles(mol) for mol in mols]
    states = [state_at_ph(*pair) for pair in zip(facts["name"], mols, strict=True)]
    columns = ["smiles_ph74", "charge_ph74", "pka", "protonation_basis"]
    facts[columns] = pd.DataFrame(states, index=facts.index)
    facts = facts.rename(columns={"smiles_origin": "smiles_source"})
    return facts[
        [
            "name",
            "synonyms",
            "generation",
            "binding_type",
            "macrocyclic",
            "fda_ros1",
            "nmpa_ros1",
            "smiles",
            "smiles_ph74",
            "charge_ph74",
            "pka",
            "protonation_basis",
            "component",
            "formula",
            "inchikey",
            "smiles_source",
            "source",
            "note",
        ]
    ]


def fusions() -> pd.DataFrame:
    """Fusion partners, exons and what is kept."""
    facts = read("fusions.csv")
    kept = facts["domains_kept"].str.replace(
        "ROS1 tyrosine kinase domain (exons 36-42 of NM_002944)",
        "ROS1 kinase domain (exons 36-42, NM_002944)",
        regex=False,
    )
    table = pd.DataFrame(
        {
            "fusion": facts["fusion"],
            "partner": facts["partner"],
            "partner_exon": facts["partner_last_exon"].str.replace(" (OncoKB)", "", regex=False),
            "ros1_exon": facts["ros1_first_exon"].str.replace(" (OncoKB wording)", "", regex=False),
            "domains_kept": kept,
            "kinase_domain_kept": kept.str.startswith("ROS1 kinase domain").map(str),
            "frequency": facts["frequency"],
            "tested": facts["functional_evidence"].map(TESTED),
            "consequence": "",
            "source": facts["source"].map(cited),
            "confidence": facts["confidence"],
            "note": facts["note"],
        }
    )
    return with_new_fusions(table, read("new/fusions.csv"), added("fusions"))


def klifs_pocket() -> pd.DataFrame:
    """Pocket positions in six kinases."""
    table = read("pocket.csv").rename(columns=KINASES)
    table.insert(2, "region", table["klifs_label"].str.split(":").str[0])
    return table


def kinase_alignment() -> pd.DataFrame:
    """Columns of the alignment of six kinase domains."""
    table = read("kinase_domain_alignment.csv").rename(columns=KINASES)
    table["ROS1"] = table["ROS1_aa"] + table["ROS1_pos"]
    return table[[*KINASES.values(), "klifs_label"]]


TABLES = {
    f"{make.__name__}.csv": make
    for make in (
        mutations,
        sensitivity,
        calls,
        inhibitors,
        fusions,
        clinical_rates,
        affinities,
        sources,
        klifs_pocket,
        kinase_alignment,
    )
}
SEQUENCE = "uniprot_P08922.fasta"


def main(out: Path = DATA) -> None:
    """Write every table into a folder."""
    for name, make in TABLES.items():
        text = make().to_csv(index=False, lineterminator="\n")
        if re.search("oncokb|civic", text, flags=re.IGNORECASE):
            raise ValueError(f"{name}: carries the name or the wording of a database")
        (out / name).write_text(text, encoding="utf-8")
    (out / SEQUENCE).write_text((SHARED / "facts" / SEQUENCE).read_text(), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
