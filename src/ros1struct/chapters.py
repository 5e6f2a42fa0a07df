"""The chapters of the report's page, made from its tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ros1struct import knowledge
from ros1struct.contacts import CUTOFF
from ros1struct.ensembles import FEWEST_SEEN
from ros1struct.folder import safe_name
from ros1struct.methods import reference_list, versions
from ros1struct.page import (
    bullets,
    details,
    figure,
    paragraph,
    preformatted,
    references,
    section,
    table,
)
from ros1struct.summary import POSE_DEPENDENT, called
from ros1struct.verdicts import VERDICTS

if TYPE_CHECKING:
    from ros1struct.report import Results

_FOCUS = (
    "structure", "kinase", "inhibitor", "mutation", "free_apo", "free_holo", "free_apo_wt",
    "free_holo_wt", "steric_tolerance", "verdict", "literature_call",
)  # fmt: skip
_PAIR = (
    "mutation", "klifs", "inhibitor", "steric_tolerance_min", "steric_tolerance_max",
    "verdict", "literature_call", "mechanism", "reason",
)  # fmt: skip
_STRUCTURES = (
    "structure", "kinase", "variant", "inhibitor", "component", "provenance", "entry",
    "resolution", "state", "residues", "clashes", "worst_overlap", "notes",
)  # fmt: skip


def chapters(found: Results, methods: str, figures: Path) -> list[str]:
    """Write all chapters of the page.

    Parameters
    ----------
    found : Results
    methods : str
        The Methods paragraph.
    figures : Path
        Folder with the figures that were saved.

    Returns
    -------
    list of str
        HTML.
    """
    return [
        _headline(found),
        _matrix(found, figures),
        _focus(found, figures),
        _literature(found),
        _contacts(figures),
        _structures(found),
        section(
            "Scope",
            paragraph(
                "What a clash score may say depends on how a mutation acts. The literature's "
                "proposed mechanisms, and what they allow:"
            ),
            bullets([f"{name}: {meaning}." for name, meaning in knowledge.SCOPE.items()]),
        ),
        section(
            "Methods",
            preformatted(methods),
            references(reference_list(found.every)),
        ),
        section("Versions", bullets([f"{name} {number}" for name, number in versions().items()])),
    ]


def _plural(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def _headline(found: Results) -> str:
    summary = found.tables["summary"]
    lines = [
        f"{_plural(summary['mutation'].nunique(), 'mutation')} against "
        f"{_plural(summary['inhibitor'].nunique(), 'inhibitor')}: "
        f"{_plural(len(summary), 'pair')}, from "
        f"{_plural(found.tables['scan']['structure'].nunique(), 'structure')}.",
        "Verdicts: " + ", ".join(f"{name} {n}" for name, n in _counts(summary)) + ".",
    ]
    lines += _agreement_lines(found)
    models = found.tables["structures"]
    kinds = models["provenance"].value_counts()
    lines.append("Structures: " + ", ".join(f"{n} {kind}" for kind, n in kinds.items()) + ".")
    return section(
        "What this answers",
        paragraph(
            "Does the mutant side chain still fit beside the inhibitor, with the backbone and the "
            "inhibitor held where they are, and how does that compare with the wild type?"
        ),
        bullets(lines),
        paragraph(
            "What it does not answer: how potent an inhibitor is, and mutations that act by "
            "charge, by the balance of active and inactive states or by the fold. 'No steric "
            "reason found' and 'out of scope' do not mean harmless; a clash does not mean "
            "resistant, because backbone and inhibitor may move. It is no basis for treatment."
        ),
    )


def _counts(summary: pd.DataFrame) -> list[tuple[str, int]]:
    kinds = summary["verdict"].map(lambda v: POSE_DEPENDENT if v.startswith(POSE_DEPENDENT) else v)
    counts = kinds.value_counts()
    known = [v for v in (*VERDICTS, POSE_DEPENDENT, "no model") if v in counts]
    return [(v, int(counts[v])) for v in known]


def _agreement_lines(found: Results) -> list[str]:
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
            lines.append(f"Correct calls among {_plural(total, 'pair')}{said}: {each}.")
    return lines


_UNJUDGED = ("no claim", "no call", "no clear call", "no verdict")


def _matrix(found: Results, figures: Path) -> str:
    summary = found.tables["summary"]
    columns = [*_PAIR[:-1], "poses", "outcome"]
    return section(
        "Resistance matrix",
        figure(
            figures / "matrix.svg",
            "Mutation by inhibitor: steric tolerance as colour, reported response as letter.",
        ),
        details("All pairs as a table", table(summary, columns)),
    )


def _focus(found: Results, figures: Path) -> str:
    rows = found.tables[f"focus_{found.focus}"]
    few = rows[rows["low_count"]]
    counts = [
        f"{n} {count}" for n, count in zip(few["structure"], few["library_count"], strict=True)
    ]
    low = (
        f"Observations behind the rotamer library at this backbone, if below {FEWEST_SEEN}: "
        f"{', '.join(counts)}. There its probabilities are extrapolated from neighbouring bins."
    )
    carried = _carried(found)
    fans = [
        details(
            f"{name}: {_plural(len(fan), 'rotamer')}, "
            f"{int((fan['free_holo'] > 0).sum())} with a free sample beside the inhibitor",
            *_fan(found.focus, name, fan, figures),
        )
        for name, fan in found.rotamers.items()
    ]
    own = rows[rows["structure"].isin([c.name for c in found.complexes])]
    other = rows[~rows.index.isin(own.index)]
    return section(
        f"{found.focus}, rotamer by rotamer",
        table(own, [c for c in _FOCUS if c != "kinase"]),
        "<h3>The equivalent residue in other kinases</h3>" if len(other) else "",
        table(other, _FOCUS[:-1]) if len(other) else "",
        *([paragraph(low)] if counts else []),
        *fans,
        "<h3>Structures that carry a mutation: its residue beside the inhibitor</h3>"
        if len(carried)
        else "",
        table(carried) if len(carried) else "",
    )


def _fan(focus: str, name: str, fan: pd.DataFrame, figures: Path) -> tuple[str, str]:
    return (
        figure(
            figures / f"rotamers_{focus}_{safe_name(name)}.svg",
            f"{name}: every rotamer of {fan['mutant'].iloc[0]} at {fan['residue'].iloc[0][1:]}, by "
            "the overlaps of its best sample with protein and inhibitor; area is probability.",
        ),
        table(fan),
    )


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
    columns = ["structure", "residue", "klifs", "min_distance", "sidechain_distance"]
    return pd.concat(made)[columns] if made else places.iloc[:0][columns]


def _literature(found: Results) -> str:
    summary, scores = found.tables["summary"], found.tables["agreement"]
    wrong = summary[summary["outcome"] == "disagree"]
    resistant = wrong["verdict"].map(called).astype(bool)
    alarms, missed = wrong[resistant], wrong[~resistant]
    claims = knowledge.mutations().set_index("mutation")["geometric_claim"]
    steric = missed["mutation"].map(claims) == "steric"
    evidence = knowledge.calls().merge(wrong[["mutation", "inhibitor"]].drop_duplicates())
    shown = ["mutation", "inhibitor", "call", "evidence_calls", "folds", "source", "source_id"]
    return section(
        "Beside the literature",
        paragraph(
            "Clash and partial clash read as resistant; contact loss and no steric reason as not; "
            "out of scope makes no claim and is not counted. The two other predictors need no side "
            "chain: what they get right on the same pairs is what the verdict must beat. Compound "
            "mutations that share a residue are not independent of each other."
        ),
        table(scores),
        bullets(_agreement_lines(found)),
        f"<h3>Called a clash, reported sensitive: {len(alarms)}</h3>",
        table(alarms, _PAIR),
        f"<h3>Reported resistant by a steric mechanism, no clash found: {int(steric.sum())}</h3>",
        table(missed[steric], _PAIR),
        "<h3>Reported resistant by another or no established mechanism, no clash found: "
        f"{int((~steric).sum())}</h3>",
        table(missed[~steric], _PAIR),
        details("Evidence behind these calls", table(evidence, shown)) if len(evidence) else "",
    )


def _contacts(figures: Path) -> str:
    if not (figures / "contacts.svg").is_file():
        return ""
    return section(
        "Contacts",
        figure(
            figures / "contacts.svg",
            f"Shortest heavy-atom distance within {CUTOFF:g} Å of the inhibitor, by KLIFS "
            "position and structure, with the kinds of contact.",
        ),
    )


def _structures(found: Results) -> str:
    structures, quality = found.tables["structures"], found.tables["quality"]
    items = [
        details(
            f"{name}: what the file says of itself",
            table(quality[quality["structure"] == name], ["item", "value"]),
        )
        for name in structures["structure"]
        if (quality["structure"] == name).any()
    ]
    return section("Structures", table(structures, _STRUCTURES), *items)
