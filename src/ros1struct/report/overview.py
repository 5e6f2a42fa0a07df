"""What the report's first page says, made from its tables."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ros1struct.kinome import literature
from ros1struct.report import columns
from ros1struct.report.figures import Figures
from ros1struct.report.frames import Series
from ros1struct.report.html_tables import PageTable, page_table
from ros1struct.report.results import Results
from ros1struct.report.scenes import PageScene, Scenes
from ros1struct.resistance.summary import POSE_DEPENDENT, called
from ros1struct.resistance.verdict import VERDICTS
from ros1struct.sidechains.ensembles import FEWEST_SEEN

# Least occupancy of a row on the page; the file has all.
SHOWN = 0.1
_UNJUDGED = ("no claim", "no call", "no clear call", "no verdict")


def overview(found: Results, figures: Figures, scenes: Scenes) -> dict[str, Any]:
    """Gather what the template of ``index.html`` shows.

    Parameters
    ----------
    found : Results
    figures : Figures
    scenes : Scenes

    Returns
    -------
    dict
        By the names that the template uses.
    """
    summary = found.tables["summary"]
    return {
        "headline": _headline(found),
        "agreement": _agreement(found),
        "matrix": figures.matrix(),
        "pairs": page_table(
            summary, columns.ALL_PAIRS, caption="All pairs of mutation and inhibitor",
            source="summary", links=found.links,
        ),
        "mutations": _mutations(found),
        "focus": _focus(found, figures, scenes),
        "literature": _literature(found),
        "series": [_series(found, one, figures) for one in found.series],
        "contacts": figures.contacts(),
        "saturation": figures.saturation(),
        "background": figures.background(),
        "structures": _structures(found),
        "scope": list(literature.SCOPE.items()),
        "tables": [(name, len(table)) for name, table in found.tables.items()],
    }  # fmt: skip


def plural(count: int, one: str) -> str:
    """Count things in words.

    Examples
    --------
    >>> plural(1, "pair"), plural(2, "pair")
    ('1 pair', '2 pairs')
    """
    return f"{count} {one if count == 1 else one + 's'}"


def _headline(found: Results) -> list[str]:
    summary = found.tables["summary"]
    kinds = found.tables["structures"]["provenance"].value_counts()
    return [
        f"{plural(summary['mutation'].nunique(), 'mutation')} against "
        f"{plural(summary['inhibitor'].nunique(), 'inhibitor')}: "
        f"{plural(len(summary), 'pair')}, from "
        f"{plural(found.tables['scan']['structure'].nunique(), 'structure')}.",
        "Verdicts: " + ", ".join(f"{name} {n}" for name, n in _counts(summary)) + ".",
        *_agreement(found),
        "Structures: " + ", ".join(f"{n} {kind}" for kind, n in kinds.items()) + ".",
    ]


def _counts(summary: pd.DataFrame) -> list[tuple[str, int]]:
    kinds = summary["verdict"].map(lambda v: POSE_DEPENDENT if v.startswith(POSE_DEPENDENT) else v)
    counts = kinds.value_counts()
    known = [v for v in (*VERDICTS, POSE_DEPENDENT, "no model") if v in counts]
    return [(v, int(counts[v])) for v in known]


def _agreement(found: Results) -> list[str]:
    summary, scores = found.tables["summary"], found.tables["agreement"]
    counts = summary["outcome"].value_counts()
    judged = int(counts.get("agree", 0) + counts.get("disagree", 0))
    rest = [f"{name} {int(counts[name])}" for name in _UNJUDGED if name in counts]
    lines = [
        f"Beside the literature: agree {int(counts.get('agree', 0))}, "
        f"disagree {int(counts.get('disagree', 0))}" + "".join(f", {r}" for r in rest) + "."
    ]
    if judged:
        for rows, said in (("all", ""), ("steric", " whose mechanism the literature calls steric")):
            part = scores[scores["rows"] == rows]
            right = part["hits"] + part["correct_rejections"]
            total = int((right + part["false_alarms"] + part["missed"]).iloc[0])
            pairs = zip(part["predictor"], right, strict=True)
            each = ", ".join(f"{predictor} {count}" for predictor, count in pairs)
            lines.append(f"Correct calls among {plural(total, 'pair')}{said}: {each}.")
    return lines


def _mutations(found: Results) -> PageTable:
    """One line per mutation, with a link to its page and to its first row of the scan."""
    rows, places = [], []
    for subject in found.subjects:
        counts = subject.rows["verdict"].value_counts(sort=False)
        one = len(counts) == 1
        places.append(subject.rows.index[0])
        rows.append(
            {
                "mutation": subject.mutation,
                "kinase": subject.kinase,
                "klifs": next((k for k in subject.rows["klifs"] if k), ""),
                "mechanism": subject.rows["mechanism"].iloc[0],
                "verdict": ", ".join(str(v) if one else f"{v} {n}" for v, n in counts.items()),
            }
        )
    return page_table(
        pd.DataFrame(rows, index=places), caption="Mutations, each with its page", source="scan",
        links=found.links,
    )  # fmt: skip


def _focus(found: Results, figures: Figures, scenes: Scenes) -> dict[str, Any]:
    """Gather what is shown of the mutation in focus."""
    rows, source = found.focus_rows, f"focus_{found.focus}"
    own = rows[rows["structure"].isin([c.name for c in found.complexes])]
    other = rows[~rows.index.isin(own.index)]
    few = rows[rows["low_count"].astype(bool)]
    mutated = dict(zip(rows["structure"], rows["mutation"], strict=True))
    drawn = [
        figures.rotamers(name, mutation)
        for name, mutation in found.rotamers
        if mutated.get(name) == mutation
    ]
    return {
        "own": page_table(
            own, columns.FOCUS_OWN, caption=f"{found.focus} in the structures of this report",
            source=source, links=found.links,
        ),
        "other": page_table(
            other, columns.FOCUS_OTHER, caption="The equivalent residue in other kinases",
            source=source,
        ),
        "scene": _focus_scene(found, scenes),
        "sensitivity": figures.sensitivity(found.focus),
        "rotamers": drawn,
        "fewest": FEWEST_SEEN,
        "few": [
            f"{n} {count}" for n, count in zip(few["structure"], few["library_count"], strict=True)
        ],
        "carried": page_table(
            _carried(found), columns.CARRIED, caption="Residues that differ from UniProt",
            source="pocket",
        ),
    }  # fmt: skip


def _focus_scene(found: Results, scenes: Scenes) -> PageScene | None:
    rows = found.focus_rows
    beside = ~rows["verdict"].isin(("not in model", "out of scope")) & rows["min_distance"].notna()
    seen = rows[rows["structure"].isin([c.name for c in found.every]) & beside]
    if seen.empty or not found.has_interactions:
        return None
    return scenes.of(str(seen["structure"].iloc[0]), str(seen["mutation"].iloc[0]))


def _carried(found: Results) -> pd.DataFrame:
    """Pocket rows of the residues in which a structure differs from UniProt."""
    places = found.tables["pocket"]
    made = []
    for complex in found.every:
        for change in complex.kinase.variant.split("/"):
            if change == "WT":
                continue
            residue = f"{change[-1]}{change[1:-1]}"
            hit = (places["structure"] == complex.name) & (places["residue"] == residue)
            made.append(places[hit])
    return pd.concat(made) if made else places.iloc[:0]


def _counted(agreement: pd.DataFrame) -> pd.DataFrame:
    """Rows that count some pair; all where none does."""
    counts = ["hits", "false_alarms", "missed", "correct_rejections"]
    some = agreement[counts].sum(axis=1) > 0
    return agreement[some] if some.any() else agreement


def _series(found: Results, one: Series, figures: Figures) -> dict[str, Any]:
    """Gather what is shown of a trajectory or of poses."""
    shown = {
        "occupancy": (columns.OCCUPANCY, f"Contacts of {one.name} over the frames"),
        "poses": (columns.POSES, f"Poses of {one.name} by rank"),
        "pose_scores": (columns.POSE_SCORES, "What the pose file says of them"),
    }
    tables = []
    for name, (chosen, caption) in shown.items():
        if name in one.tables:
            every = found.tables[name]
            own = every[every["structure"] == one.name]
            if name == "occupancy":
                own = own[own["occupancy"] >= SHOWN].sort_values(
                    "occupancy", ascending=False, kind="stable"
                )
            tables.append(page_table(own, chosen, caption=caption, source=name))
    return {
        "name": one.name,
        "kind": one.kind,
        "sentences": one.sentences,
        "figures": figures.series(one),
        "tables": tables,
    }


def _literature(found: Results) -> dict[str, Any]:
    summary = found.tables["summary"]
    wrong = summary[summary["outcome"] == "disagree"]
    resistant = wrong["verdict"].map(called).astype(bool)
    alarms, missed = wrong[resistant], wrong[~resistant]
    claims = literature.mutations().set_index("mutation")["geometric_claim"]
    steric = missed["mutation"].map(claims) == "steric"
    calls = found.tables["calls"]
    pairs = set(zip(wrong["mutation"], wrong["inhibitor"], strict=True))
    behind = [pair in pairs for pair in zip(calls["mutation"], calls["inhibitor"], strict=True)]
    shown = (
        (alarms, "Called resistant, reported sensitive"),
        (missed[steric], "Reported resistant by a steric mechanism, not called so"),
        (
            missed[~steric],
            "Reported resistant by another or no established mechanism, not called so",
        ),
    )
    return {
        "scores": page_table(
            _counted(found.tables["agreement"]), caption="Correct and wrong calls",
            source="agreement",
        ),
        "disagreements": [
            page_table(
                rows, columns.PAIRS, caption=f"{said}: {len(rows)}", source="summary",
                links=found.links,
            )
            for rows, said in shown
        ],
        "evidence": page_table(
            calls[behind], columns.EVIDENCE_OF_CALLS, caption="Evidence behind these calls",
            source="calls",
        ),
    }  # fmt: skip


def _structures(found: Results) -> dict[str, Any]:
    structures, quality = found.tables["structures"], found.tables["quality"]
    return {
        "table": page_table(
            structures, columns.STRUCTURES, caption="Structures", source="structures"
        ),
        "quality": [
            page_table(
                quality[quality["structure"] == name],
                columns.QUALITY,
                caption=f"{name}: what the file says of itself",
                source="quality",
            )
            for name in structures["structure"]
            if (quality["structure"] == name).any()
        ],
    }
