"""The page of one mutation: what it is, what geometry finds, what the literature reports."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ros1struct.errors import InputError, StructureError
from ros1struct.kinome import literature
from ros1struct.kinome.numbering import equivalent
from ros1struct.report.figures import Plate, Plates
from ros1struct.report.methods import versions
from ros1struct.report.page import (
    Section,
    details,
    document,
    facts,
    figure,
    heading,
    link,
    paragraph,
    references,
    section,
    table,
    upright,
)
from ros1struct.report.results import Results, Subject
from ros1struct.resistance.tolerance import THRESHOLDS
from ros1struct.scene.browser import scene_html
from ros1struct.scene.scene import scene
from ros1struct.structure.mutation import Mutation, parse_mutation
from ros1struct.structure.residues import residue_type

_KINASES = ("ROS1", "ALK", "NTRK1", "NTRK2", "NTRK3", "MET")
_NUMBERS = (
    "inhibitor", "provenance", "firm", "verdict", "score", "score_low", "score_high",
    "p_resistant", "reason", "literature_call", "steric", "contacts", "solvent", "strain",
    "transfer", "steric_tolerance", "free_apo", "free_holo", "free_apo_wt", "free_holo_wt",
    "worst_overlap", "min_distance", "contacts_lost", "contacts_gained", "contact_loss",
    "contact_gain", "phi", "psi", "library_count", "low_count", "state",
)  # fmt: skip
_FAN_FILE = (
    f"<p>The numbers of every rotamer: {link('../tables/rotamers.csv', 'rotamers.csv')}.</p>"
)
_CALLS = ("inhibitor", "call", "evidence_calls", "folds", "ic50s_nM", "source")
_EVIDENCE = (
    "inhibitor", "relation", "ic50_nM", "sd_nM", "fold_vs_wt", "qualitative", "cell_system",
    "confidence", "source", "source_id",
)  # fmt: skip
_RATES = ("inhibitor", "setting", "responders", "n", "orr_percent", "confidence", "source")


def dossier(found: Results, subject: Subject, plates: Plates, viewer: str) -> str:
    """Write the page of a mutation.

    Parameters
    ----------
    found : Results
    subject : Subject
    plates : Plates
        Draws the figures.
    viewer : str
        Script element that draws 3D scenes; '' where there is none.

    Returns
    -------
    str
        HTML.
    """
    pictures = _pictures(found, subject, plates, viewer)
    return document(
        subject.title,
        [
            _identity(subject, found.links),
            _geometry(subject),
            *pictures,
            *_literature(subject, plates),
        ],
        back=("../index.html", "← All mutations"),
        foot=foot(found, "../"),
        script=viewer if any("ros1struct-scene" in s.body for s in pictures) else "",
    )


def plate_html(plates: list[Plate]) -> str:
    """Show figures side by side where there is room."""
    made = [
        paragraph(f"Not drawn: {p.problem}") if p.problem else figure(p.svg, p.caption)
        for p in plates
    ]
    return '<div class="plates">\n' + "\n".join(made) + "\n</div>" if made else ""


def scene_part(found: Results, structure: str, mutation: str, viewer: str) -> str:
    """Show a mutation in 3D; says why where it cannot be."""
    if not viewer:
        return paragraph(
            "The 3D view is left out: 3Dmol.js is not installed (pip install 'ros1struct[view]')."
        )
    try:
        laid = scene(found.named(structure), mutation, clash=found.rule)
    except (InputError, StructureError) as error:
        return paragraph(f"No 3D view: {error}")
    return scene_html(laid, name="scene")


def foot(found: Results, up: str = "") -> str:
    """End of every page: structures, definition of a clash, versions, and where to read on."""
    structures = found.tables["structures"]
    said = "; ".join(
        f"{row.structure} ({row.kinase} {row.variant} with {row.inhibitor}, {row.provenance}"
        f"{f', PDB {row.entry!s}' if row.entry else ''})"
        for row in structures.itertuples()
    )
    numbers = ", ".join(f"{name} {number}" for name, number in versions().items())
    return "\n".join(
        [
            paragraph(f"Structures: {said}."),
            paragraph(f"Clashes by {found.rule.name}. Made with {numbers}."),
            f"<p>{link(f'{up}index.html#methods', 'Methods and references')} · "
            f"{link(f'{up}methods.txt', 'as text')} · "
            f"{link(f'{up}tables/columns.csv', 'what the columns of the tables mean')}</p>",
        ]
    )


def ros1_name(subject: Subject) -> str:
    """Name of the mutation in ROS1; '' where it has none."""
    if subject.kinase == "ROS1":
        return subject.mutation
    if subject.kinase not in _KINASES:
        return ""
    try:
        return equivalent(subject.mutation, "ROS1", source=subject.kinase).change
    except InputError:
        return ""


def _reported(data: pd.DataFrame, name: str) -> pd.DataFrame:
    """Rows of a table of the literature about a ROS1 mutation, whatever the order it is in."""
    wanted = frozenset(name.split("/"))
    return data[data["mutation"].map(lambda text: frozenset(text.split("/")) == wanted)]


def _identity(subject: Subject, links: Mapping[str, str]) -> Section:
    mutation = parse_mutation(subject.mutation)
    name = ros1_name(subject)
    known = _reported(literature.mutations(), name) if name else literature.mutations().iloc[:0]
    pairs = [
        ("Change", "; ".join(_change(s.wild_type, s.position, s.mutant) for s in mutation)),
        ("Pocket", _pocket(subject)),
        ("Equivalents", _equivalents(subject)),
    ]
    sources = []
    if len(known):
        row = known.iloc[0]
        claim = str(row["geometric_claim"])
        pairs += [
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
    parts = [
        link(f"{links[str(s)].split('/')[-1]}", str(s))
        for s in mutation
        if mutation.is_compound and str(s) in links
    ]
    return section(
        "What it is",
        facts(pairs),
        f"<p>Its substitutions alone: {', '.join(parts)}.</p>" if parts else "",
        details("Sources", references(sources)) if sources else "",
    )


def _change(wild_type: str, position: int, mutant: str) -> str:
    names = [residue_type(letter) for letter in (wild_type, mutant)]
    one, other = (n.name.capitalize() if n else "?" for n in names)
    return f"{one} {position} → {other}"


def _pocket(subject: Subject) -> str:
    """KLIFS position, region and role of each substitution."""
    if subject.kinase not in _KINASES:
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
    if subject.kinase not in _KINASES:
        return ""
    own = Mutation(parse_mutation(subject.mutation).substitutions, subject.kinase)
    there, absent = [], []
    for kinase in _KINASES:
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


def _geometry(subject: Subject) -> Section:
    rows = subject.rows
    if len(subject.seen):
        return section(
            "What geometry finds",
            upright(rows, "structure", _NUMBERS),
            paragraph(
                f"In brackets the range over clash thresholds of {THRESHOLDS[0]:g} to "
                f"{THRESHOLDS[-1]:g} Å; after ± the difference to another grid of torsions. Point "
                "at a name for its meaning."
            ),
            short="Geometry",
        )
    alike = len(rows.drop_duplicates(["verdict", "reason"])) == 1
    columns = (
        "structure", "inhibitor", "provenance", "verdict", "literature_call", "min_distance",
    )  # fmt: skip
    return section(
        "What geometry finds",
        paragraph(f"{_sentence(rows['verdict'].iloc[0])} {_sentence(rows['reason'].iloc[0])}")
        if alike
        else "",
        table(rows, columns, note="" if alike else "reason"),
        paragraph("No figures: there is no side chain beside an inhibitor to show."),
        short="Geometry",
    )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _pictures(found: Results, subject: Subject, plates: Plates, viewer: str) -> list[Section]:
    seen = subject.seen
    if seen.empty:
        return []
    first = str(seen["structure"].iloc[0])
    fans = [
        plates.fan(str(name), subject.mutation)
        for name in seen["structure"]
        if (name, subject.mutation) in found.fans
    ]
    model = plates.model(subject, first)
    return [
        section(
            f"{subject.mutation} in 3D",
            scene_part(found, first, subject.mutation, viewer) if found.understood else "",
            short="3D",
        ),
        *([section("Rotamers", plate_html(fans), _FAN_FILE)] if fans else []),
        *([section("Contacts of the mutant", plate_html(model), short="Contacts")]
          if model else []),
    ]  # fmt: skip


def _literature(subject: Subject, plates: Plates) -> list[Section]:
    name = ros1_name(subject)
    if not name:
        return []
    calls = _reported(literature.calls(), name)
    evidence = _reported(literature.sensitivity(), name)
    rates = _reported(literature.clinical_rates(), name)
    drawn = [] if subject.seen.empty else plates.sensitivity(name)
    if calls.empty and evidence.empty and rates.empty:
        return [section("Literature", paragraph(f"Nothing is recorded of ROS1 {name}."))]
    # literature_evidence() asks the same rows inhibitor by inhibitor.
    return [
        section(
            f"What the literature reports of ROS1 {name}",
            table(calls, _CALLS) if len(calls) else "",
            paragraph(
                "R: fold of 10 or more, or stated resistant; I: 5 to 10; S: below 5, or stated "
                "active. Folds are compared within one source only."
            ),
            plate_html(drawn),
            heading("Response of patients") if len(rates) else "",
            table(rates, _RATES) if len(rates) else "",
            details(
                f"Measurements and statements: {len(evidence)}",
                table(evidence, _EVIDENCE, note="note"),
            )
            if len(evidence)
            else "",
            short="Literature",
        )
    ]
