"""The catalogue of ROS1 mutations beside the literature's calls, agreeing or not, as Markdown.

Run from the repository: ``python tests/benchmarks/catalogue.py > docs/catalogue.md``. The bundled
models of ROS1 are scanned; every pair of a mutation in scope and an inhibitor with a model is a
row, and every other pair is counted.
"""

from __future__ import annotations

import pandas as pd

import ros1struct as rs
from ros1struct.io.catalog import entries
from ros1struct.resistance.summary import agreement, called, outcomes, reported, summarise

TITLE = """# The ROS1 catalogue beside the literature

Printed by `python tests/benchmarks/catalogue.py`; no parameter was fitted to ROS1. A score ranks:
it is no affinity. In brackets its interval over the parameters that nobody can fix; *p* is the
probability of a ten-fold loss that such scores had in the development set (ALK, EGFR, MET).
Structures are the bundled models; `#2` is a second pose of similar energy, `-g2032r` has the
backbone and the pose of the G2032R complex. Nothing is said to agree where no call is clear.
"""


def judgement(verdict: str, call: str) -> str:
    """Say whether a verdict and a call that both claim something are the same."""
    geometry, literature = called(verdict), reported(call)
    if geometry is None or literature is None:
        return ""
    return "agrees" if geometry == literature else "**disagrees**"


def one_decimal(value: float) -> str:
    """Write a number without a negative zero."""
    return f"{round(value, 1) + 0.0:.1f}"


def print_table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Print a table in Markdown."""
    for cells in (head, ("---",) * len(head), *rows):
        print("| " + " | ".join(cells) + " |")


def main() -> None:
    """Print the page."""
    models = [
        e.name for e in entries() if e.kinase == "ROS1" and e.provenance == "model" and e.path
    ]
    scan = rs.scan(models, details=True)
    wild = [name for name in models if rs.load(name).kinase.variant == "WT"]
    seen = scan[~scan["verdict"].isin(["out of scope", "not in model"])]
    print(TITLE)
    print_table(
        ("mutation", "structure", "score", "p", "verdict", "firm", "steric tolerance",
         "literature", "mechanism", ""),
        [
            (
                row.mutation, row.structure,
                f"{one_decimal(row.score)} ({one_decimal(row.score_low)} to "
                f"{one_decimal(row.score_high)})",
                f"{row.p_resistant:.2f}", row.verdict, "yes" if row.firm else "no",
                "" if pd.isna(row.steric_tolerance) else f"{row.steric_tolerance:.2f}",
                row.literature_call, row.mechanism, judgement(row.verdict, row.literature_call),
            )
            for row in seen.itertuples()
        ],
    )  # fmt: skip
    summary = summarise(scan[scan["structure"].isin(wild)])
    outside = summary[summary["verdict"] == "out of scope"]
    names = ", ".join(dict.fromkeys(outside["mutation"]))
    print(f"\n{len(outside)} pairs out of scope, no claim: {names}.")
    found = summary.assign(outcome=outcomes(summary))
    print("\n## Outcomes\n")
    print(", ".join(f"{k} {n}" for k, n in found["outcome"].value_counts().items()) + ".\n")
    table = agreement(summary)
    table["right"] = table["hits"] + table["correct_rejections"]
    table["pairs"] = table[["hits", "false_alarms", "missed", "correct_rejections"]].sum(axis=1)
    columns = ("rows", "predictor", "right", "pairs", "hits", "false_alarms", "missed")
    print_table(columns, [tuple(map(str, r)) for r in table[[*columns]].itertuples(index=False)])
    print(
        "\nThe trivial predictors are often right because most reported mutations are resistant;\n"
        "compounds share their residues, so that they are not independent."
    )
    print("\n## What disagrees\n")
    for row in found[found["outcome"] == "disagree"].itertuples():
        firm = "" if row.firm else ", not firm"
        print(
            f"- **{row.mutation} with {row.inhibitor}**: reported {row.literature_call} "
            f"({row.mechanism or 'no mechanism reported'}); *{row.verdict}*{firm}, score "
            f"{row.score:.1f}: {row.reason}."
        )


if __name__ == "__main__":
    main()
