"""Write the tables of ROS1's story: incidence, mechanisms, approvals, trials, options.

Run by ``python curation/make_story.py`` with the curated facts beside the repository (see
``make_tables.py``). The rows are those of ``curation/reading``; this script gives every row the
identifiers of its sources, refuses a row without one, and checks that no row of the facts' first
reading (``facts/new``, ``facts/clinical_g2032r.csv``) was lost or changed on the way.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
from make_tables import DATA, after, read, sources

READING = Path(__file__).parent / "reading"
READ = ("primary source read", "first reading")
CATEGORIES = ("on target", "bypass", "signalling", "transformation", "loss of fusion", "CNS")


def curated(name: str) -> pd.DataFrame:
    """Read one table of rows as they were curated, every cell as text."""
    table = pd.read_csv(READING / f"{name}.csv", dtype=str, keep_default_na=False)
    return table.apply(lambda column: column.str.strip())


def identified(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Add the identifiers of each row's sources; a row without a known source is refused."""
    known = dict(zip(sources()["citation"], sources()["id"], strict=True))
    ids = []
    for line, text in enumerate(table["source"], start=2):
        parts = text.split(" | ")
        if missing := [part for part in parts if part not in known]:
            raise ValueError(f"{name}.csv line {line}: no source {missing[0]!r} in sources.csv")
        ids.append(" | ".join(known[part] for part in parts))
    if wrong := set(table["reading"]) - {*READ}:
        raise ValueError(f"{name}.csv: expected reading to be one of {READ}, found {wrong}")
    table.insert(after(table, "source"), "source_id", ids)
    return table


def with_frequency(table: pd.DataFrame) -> pd.DataFrame:
    """Split a share into text that may be a range, and a number where it is one."""
    told = table["percent"].map(lambda text: f"{text} %" if text else "")
    table.insert(list(table.columns).index("percent"), "frequency", told)
    number = pd.to_numeric(table["percent"], errors="coerce")
    table["percent"] = table["percent"].where(number.notna(), "")
    return table


def lost(name: str, row: object) -> ValueError:
    """Say that a row of the facts is missing."""
    return ValueError(f"{name}.csv lacks what the facts say: {row}")


def incidence() -> pd.DataFrame:
    """How common ROS1 fusions are."""
    return with_frequency(identified(curated("incidence"), "incidence"))


def mechanisms() -> pd.DataFrame:
    """Mechanisms of resistance, and after which inhibitor how often."""
    table = curated("mechanisms")
    if wrong := set(table["category"]) - {*CATEGORIES}:
        raise ValueError(f"mechanisms.csv: expected a category of {CATEGORIES}, found {wrong}")
    for row in read("new/resistance_mechanisms.csv").itertuples():
        drug = row.context.partition(",")[0].removeprefix("post-")
        if row.context.startswith("post-"):
            same = table[(table["inhibitor"] == drug) & (table["mechanism"] == row.mechanism)]
            if same["percent"].tolist() != [row.frequency_percent]:
                raise lost("mechanisms", row)
    return with_frequency(identified(table, "mechanisms"))


def approvals() -> pd.DataFrame:
    """Approvals for ROS1, and where there is none."""
    table = curated("approvals")
    keys = ["inhibitor", "date", "brand", "application"]
    made = set(table[keys].itertuples(index=False, name=None))
    for row in read("new/approvals.csv").itertuples():
        drug = row.tki.partition(" ")[0]
        date = "2026-11-27" if drug == "neladalkib" else row.date
        if (drug, date, row.brand, row.application) not in made:
            raise lost("approvals", row)
    return identified(table, "approvals")


def trials() -> pd.DataFrame:
    """Responses, progression-free survival and intracranial responses, one row per cohort."""
    table = curated("trials")
    rates = pd.concat([read("new/clinical.csv"), read("clinical_g2032r.csv")])
    for row in rates.itertuples():
        of = table[table["inhibitor"] == row.tki]
        overall = of[["orr_percent", "n"]].itertuples(index=False, name=None)
        inside = of[["intracranial_orr_percent", "intracranial_n"]].itertuples(
            index=False, name=None
        )
        # The n that belongs to a rate may be known now where the first reading had none.
        found = [n for rate, n in [*overall, *inside] if rate == row.orr_percent]
        if not found or (row.n and row.n not in found):
            raise lost("trials", row)
    return identified(table, "trials")


def options() -> pd.DataFrame:
    """List what was tried after what, and how good the evidence is."""
    return identified(curated("options"), "options")


MADE = (incidence, mechanisms, approvals, trials, options)
TABLES = {f"{make.__name__}.csv": make for make in MADE}


def main(out: Path = DATA) -> None:
    """Write every table into a folder."""
    for name, make in TABLES.items():
        (out / name).write_text(make().to_csv(index=False, lineterminator="\n"), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
