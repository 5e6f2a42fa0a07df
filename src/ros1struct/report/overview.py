"""The chapters of the report's first page, made from its tables."""

from __future__ import annotations

import pandas as pd

from ros1struct.kinome import literature
from ros1struct.report.figures import Plates
from ros1struct.report.methods import reference_list
from ros1struct.report.mutation_page import plate_html, scene_part
from ros1struct.report.page import (
    Section,
    bullets,
    details,
    heading,
    link,
    paragraph,
    preformatted,
    references,
    section,
    table,
)
from ros1struct.report.results import Results
from ros1struct.resistance.summary import POSE_DEPENDENT, called
from ros1struct.resistance.verdict import VERDICTS
from ros1struct.sidechains.ensembles import FEWEST_SEEN

_FOCUS = (
    "structure", "kinase", "inhibitor", "mutation", "firm", "verdict", "score", "score_low",
    "score_high", "p_resistant", "steric_tolerance", "literature_call",
)  # fmt: skip
_PAIR = (
    "mutation", "klifs", "inhibitor", "score", "score_low", "score_high", "p_resistant", "firm",
    "verdict", "literature_call", "mechanism",
)  # fmt: skip
_STRUCTURES = (
    "structure", "kinase", "variant", "inhibitor", "component", "provenance", "entry",
    "resolution", "residues", "clashes", "worst_overlap", "state",
)  # fmt: skip


def chapters(found: Results, methods: str, plates: Plates, viewer: str) -> list[Section]:
    """Write all chapters of ``index.html``.

    Parameters
    ----------
    found : Results
    methods : str
        The Methods paragraph.
    plates : Plates
        Draws the figures.
    viewer : str
        Script element that draws 3D scenes; '' where there is none.

    Returns
    -------
    list of Section
    """
    saturated = plates.saturation()
    return [
        _headline(found),
        section(
            "Resistance matrix",
            plate_html([plates.matrix()]),
            details(
                "All pairs as a table",
                table(
                    found.tables["summary"],
                    (*_PAIR, "poses", "outcome"),
                    note="reason",
                    links=found.links,
                ),
            ),
            short="Matrix",
        ),
        _mutations(found),
        _focus(found, plates, viewer),
        _literature(found),
        section("Contacts", plate_html(plates.contacts())),
        *([section("Saturation", plate_html(saturated))] if saturated else []),
        section("Pocket and fusions of ROS1", plate_html(plates.background()), short="ROS1"),
        _structures(found),
        section(
            "Scope",
            paragraph(
                "What a clash score may say depends on how a mutation acts. The literature's "
                "proposed mechanisms, and what they allow:"
            ),
            bullets([f"{name}: {meaning}." for name, meaning in literature.SCOPE.items()]),
        ),
        section("Methods", preformatted(methods), references(reference_list(found.every))),
    ]


def _plural(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def _headline(found: Results) -> Section:
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
        short="Answer",
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


def _mutations(found: Results) -> Section:
    """One line per mutation, with a link to its page."""
    rows = []
    for subject in found.subjects:
        counts = subject.rows["verdict"].value_counts(sort=False)
        one = len(counts) == 1
        rows.append(
            {
                "mutation": subject.mutation,
                "kinase": subject.kinase,
                "klifs": next((k for k in subject.rows["klifs"] if k), ""),
                "mechanism": subject.rows["mechanism"].iloc[0],
                "verdict": ", ".join(str(v) if one else f"{v} {n}" for v, n in counts.items()),
            }
        )
    return section(
        "Mutations",
        paragraph("Each has a page; verdicts are counted over structures."),
        table(pd.DataFrame(rows), links=found.links),
    )


def _focus(found: Results, plates: Plates, viewer: str) -> Section:
    rows = found.focus_rows
    few = rows[rows["low_count"].astype(bool)]
    counts = [
        f"{n} {count}" for n, count in zip(few["structure"], few["library_count"], strict=True)
    ]
    low = (
        f"Observations behind the rotamer library at this backbone, if below {FEWEST_SEEN}: "
        f"{', '.join(counts)}. There its probabilities are extrapolated from neighbouring bins."
    )
    carried = _carried(found)
    mutated = dict(zip(rows["structure"], rows["mutation"], strict=True))
    own = rows[rows["structure"].isin([c.name for c in found.complexes])]
    other = rows[~rows.index.isin(own.index)]
    fans = [
        plates.fan(name, mutation) for name, mutation in found.fans if mutated.get(name) == mutation
    ]
    seen = rows[rows["structure"].isin([c.name for c in found.every]) & _in_scope(rows)]
    return section(
        f"{found.focus} in every structure",
        table(own, [c for c in _FOCUS if c != "kinase"], links=found.links),
        scene_part(found, seen["structure"].iloc[0], seen["mutation"].iloc[0], viewer)
        if len(seen) and found.understood
        else "",
        plate_html(plates.focus()),
        heading("The equivalent residue in other kinases") if len(other) else "",
        table(other, _FOCUS[:-1]) if len(other) else "",
        *([paragraph(low)] if counts else []),
        details(
            f"Rotamers in {_plural(len(fans), 'structure')}",
            plate_html(fans),
            f"<p>The numbers: {link('tables/rotamers.csv', 'rotamers.csv')}.</p>",
        )
        if fans
        else "",
        heading("Structures that carry a mutation: its residue beside the inhibitor")
        if len(carried)
        else "",
        table(carried) if len(carried) else "",
        short=found.focus,
    )


def _in_scope(rows: pd.DataFrame) -> pd.Series[bool]:
    return ~rows["verdict"].isin(("not in model", "out of scope")) & rows["min_distance"].notna()


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


def _literature(found: Results) -> Section:
    summary, scores = found.tables["summary"], found.tables["agreement"]
    wrong = summary[summary["outcome"] == "disagree"]
    resistant = wrong["verdict"].map(called).astype(bool)
    alarms, missed = wrong[resistant], wrong[~resistant]
    claims = literature.mutations().set_index("mutation")["geometric_claim"]
    steric = missed["mutation"].map(claims) == "steric"
    evidence = literature.calls().merge(wrong[["mutation", "inhibitor"]].drop_duplicates())
    shown = ["mutation", "inhibitor", "call", "evidence_calls", "folds", "source", "source_id"]
    return section(
        "Beside the literature",
        paragraph(
            "Clash and contact loss read as resistant, no structural reason as not; "
            "out of scope makes no claim and is not counted. The two other predictors need no side "
            "chain: what they get right on the same pairs is what the verdict must beat. Compound "
            "mutations that share a residue are not independent of each other."
        ),
        table(scores),
        bullets(_agreement_lines(found)),
        heading(f"Called a clash, reported sensitive: {len(alarms)}"),
        table(alarms, _PAIR, note="reason", links=found.links),
        heading(f"Reported resistant by a steric mechanism, no clash found: {int(steric.sum())}"),
        table(missed[steric], _PAIR, note="reason", links=found.links),
        heading(
            "Reported resistant by another or no established mechanism, no clash found: "
            f"{int((~steric).sum())}"
        ),
        table(missed[~steric], _PAIR, note="reason", links=found.links),
        details("Evidence behind these calls", table(evidence, shown)) if len(evidence) else "",
        short="Literature",
    )


def _structures(found: Results) -> Section:
    structures, quality = found.tables["structures"], found.tables["quality"]
    items = [
        details(
            f"{name}: what the file says of itself",
            table(quality[quality["structure"] == name], ["item", "value"]),
        )
        for name in structures["structure"]
        if (quality["structure"] == name).any()
    ]
    return section("Structures", table(structures, _STRUCTURES, note="notes"), *items)
