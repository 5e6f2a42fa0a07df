"""What the page of a mutation says: what it is, what geometry finds, what is reported."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ros1struct.errors import InputError
from ros1struct.kinome import literature
from ros1struct.kinome.equivalents import equivalent
from ros1struct.kinome.kinases import ALIGNED
from ros1struct.report import columns
from ros1struct.report.citations import split_doi
from ros1struct.report.figures import Figures
from ros1struct.report.html_tables import line_of, page_table, side_by_side
from ros1struct.report.results import Results, Subject
from ros1struct.report.scenes import Scenes
from ros1struct.resistance.tolerance import THRESHOLDS
from ros1struct.structure.mutation import Mutation, parse_mutation
from ros1struct.structure.residues import residue_type


def mutation_page(
    found: Results, subject: Subject, figures: Figures, scenes: Scenes
) -> dict[str, Any]:
    """Gather what the template of a mutation's page shows.

    Parameters
    ----------
    found : Results
    subject : Subject
    figures : Figures
    scenes : Scenes

    Returns
    -------
    dict
        By the names that the template uses.
    """
    pages = list(found.subjects)
    place = [s.stem for s in pages].index(subject.stem)
    return {
        "title": subject.title,
        "mutation": subject.mutation,
        "before": pages[place - 1] if place else None,
        "after": pages[place + 1] if place + 1 < len(pages) else None,
        **_identity(found, subject),
        **_geometry(subject),
        **_pictures(found, subject, figures, scenes),
        "literature": _literature(found, subject, figures),
    }


def ros1_name(subject: Subject) -> str:
    """Name of the mutation in ROS1; '' where it has none."""
    if subject.kinase == "ROS1":
        return subject.mutation
    if subject.kinase == "other":
        return ""
    try:
        return equivalent(subject.mutation, "ROS1", source=subject.kinase).change
    except InputError:
        return ""


def _reported(data: pd.DataFrame, name: str) -> pd.DataFrame:
    """Rows of a table of the literature about a ROS1 mutation, whatever the order it is in."""
    wanted = frozenset(name.split("/"))
    return data[data["mutation"].map(lambda text: frozenset(text.split("/")) == wanted)]


def _identity(found: Results, subject: Subject) -> dict[str, Any]:
    links, every = found.links, found.tables["mutations"]
    mutation = parse_mutation(subject.mutation)
    name = ros1_name(subject)
    known = _reported(every, name) if name else every.iloc[:0]
    facts = [
        ("Change", "; ".join(_change(s.wild_type, s.position, s.mutant) for s in mutation)),
        ("Pocket", _pocket(subject)),
        ("Equivalents", _equivalents(subject)),
    ]
    sources: list[str] = []
    if len(known):
        row = known.iloc[0]
        claim = str(row["geometric_claim"])
        facts += [
            ("Place", str(row["region"])),
            ("Proposed mechanism", str(row["proposed_mechanism"])),
            ("What geometry may claim", f"{claim}: {literature.SCOPE[claim]}"),
            ("Reported resistant to", _listed(row["resistant_inhibitors"])),
            ("Reported to respond to", _listed(row["active_inhibitors"])),
            ("Evidence", str(row["evidence"])),
            ("Confidence", str(row["confidence"])),
            ("Remark", str(row["note"])),
        ]
        sources = _sources(str(row["source"]), str(row["source_id"]))
    return {
        "facts": [(what, text) for what, text in facts if text],
        "alone": [
            (str(s), links[str(s)]) for s in mutation if mutation.is_compound and str(s) in links
        ],
        "sources": [split_doi(line) for line in sources],
        "known_line": line_of(known.index[0]) if len(known) else None,
    }


def _change(wild_type: str, position: int, mutant: str) -> str:
    names = [residue_type(letter) for letter in (wild_type, mutant)]
    one, other = (n.name.capitalize() if n else "?" for n in names)
    return f"{one} {position} → {other}"


def _pocket(subject: Subject) -> str:
    """KLIFS position, region and role of each substitution."""
    if subject.kinase not in ALIGNED:
        return ", ".join(dict.fromkeys(k for k in subject.rows["klifs"] if k))
    positions = literature.klifs_pocket().set_index(subject.kinase)
    said = []
    for sub in parse_mutation(subject.mutation):
        residue = f"{sub.wild_type}{sub.position}"
        if residue not in positions.index:
            said.append(f"{residue}: outside the 85 KLIFS positions")
            continue
        row = positions.loc[residue]
        role = f", {row['role']}" if row["role"] else ""
        said.append(f"{residue}: {row['klifs_label']}{role}")
    return "; ".join(said)


def _equivalents(subject: Subject) -> str:
    """Name the mutation in the other kinases of the alignment, or say why it has no place there."""
    if subject.kinase == "other":
        return ""
    own = Mutation(parse_mutation(subject.mutation).substitutions, subject.kinase)
    there, absent = [], []
    for kinase in ALIGNED:
        if kinase == subject.kinase:
            continue
        try:
            there.append(str(equivalent(own, kinase)))
        except InputError as error:
            absent.append(str(error).split(": ", 1)[-1])
    return "; ".join([*([", ".join(there)] if there else []), *absent])


def _listed(text: str) -> str:
    return ", ".join(part.strip() for part in str(text).split(";") if part.strip())


def _sources(names: str, ids: str) -> list[str]:
    """One line per source, its DOI last."""
    parts = [names.split(" | "), ids.split(" | ")]
    if len(parts[0]) != len(parts[1]):
        return [*parts[0], *parts[1]]
    made = []
    for name, known in zip(*parts, strict=True):
        items = [item.strip() for item in known.split(";") if item.strip()]
        doi = [f"doi:{item}" for item in items if item.startswith("10.")]
        rest = [item for item in items if not item.startswith("10.")]
        made.append(" ".join([f"{name}.", *(f"{item}." for item in rest), *doi]))
    return made


def _geometry(subject: Subject) -> dict[str, Any]:
    """Rows of the scan side by side; or as a table where there is nothing beside the inhibitor."""
    rows = subject.rows
    caption = f"{subject.title} in each structure"
    if len(subject.seen):
        made = side_by_side(rows, "structure", columns.GEOMETRY, caption=caption, source="scan")
        return {"seen": made, "thresholds": (THRESHOLDS[0], THRESHOLDS[-1])}
    alike = len(rows.drop_duplicates(["verdict", "reason"])) == 1
    shown = [name for name in columns.UNSEEN if name != "reason" or not alike]
    return {
        "seen": None,
        "alike": f"{_sentence(rows['verdict'].iloc[0])} {_sentence(rows['reason'].iloc[0])}"
        if alike
        else "",
        "unseen": page_table(rows, shown, caption=caption, source="scan"),
    }


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _pictures(found: Results, subject: Subject, figures: Figures, scenes: Scenes) -> dict[str, Any]:
    seen = subject.seen
    if seen.empty:
        return {"scene": None, "rotamers": [], "contacts": []}
    first = str(seen["structure"].iloc[0])
    return {
        "scene": scenes.of(first, subject.mutation) if found.has_interactions else None,
        "rotamers": [
            figures.rotamers(str(name), subject.mutation)
            for name in seen["structure"]
            if (name, subject.mutation) in found.rotamers
        ],
        "contacts": figures.mutant_contacts(subject, first),
    }


def _literature(found: Results, subject: Subject, figures: Figures) -> dict[str, Any] | None:
    """Gather what is reported of the mutation of ROS1; None where ROS1 has no such mutation."""
    name = ros1_name(subject)
    if not name:
        return None
    rows = {
        source: _reported(found.tables[source], name)
        for source in ("calls", "sensitivity", "clinical_rates")
    }
    evidence = rows["sensitivity"]
    return {
        "name": name,
        "any": any(len(part) for part in rows.values()),
        "calls": page_table(
            rows["calls"], columns.CALLS, caption="Response by inhibitor", source="calls"
        ),
        "rates": page_table(
            rows["clinical_rates"], columns.RATES, caption="Response of patients",
            source="clinical_rates",
        ),
        "evidence": page_table(
            evidence, columns.EVIDENCE, caption=f"Measurements and statements: {len(evidence)}",
            source="sensitivity",
        ),
        "figures": [] if subject.seen.empty else figures.sensitivity(name),
    }  # fmt: skip
