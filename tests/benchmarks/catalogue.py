"""The catalogue of ROS1 mutations beside the literature's calls, agreeing or not, as Markdown.

Run from the repository: ``python tests/benchmarks/catalogue.py``. The bundled models of ROS1 are
scanned; every pair of a mutation in scope and an inhibitor with a model is a row, and every other
pair is counted.
"""

from __future__ import annotations

import pandas as pd

import ros1struct as rs
from ros1struct.io.catalog import entries
from ros1struct.resistance.summary import agreement, called, outcomes, reported, summarise


def number(value: float, digits: int = 2) -> str:
    return "" if pd.isna(value) else f"{value:.{digits}f}"


def spread(low: float, high: float) -> str:
    return "" if pd.isna(low) else f"{low:.2f}–{high:.2f}"


def with_error(value: float, error: float) -> str:
    return (
        "" if pd.isna(value) else number(value, 1) + ("" if pd.isna(error) else f" ± {error:.1f}")
    )


def judgement(verdict: str, call: str) -> str:
    geometry, literature = called(verdict), reported(call)
    if geometry is None or literature is None:
        return ""
    return "agrees" if geometry == literature else "**disagrees**"


def main() -> None:
    models = [
        e.name for e in entries() if e.kinase == "ROS1" and e.provenance == "model" and e.path
    ]
    scan = rs.scan(models)
    wild = [name for name in models if rs.load(name).kinase.variant == "WT"]
    seen = scan[~scan["verdict"].isin(["out of scope", "not in model"])]
    head = (
        "mutation", "structure", "tolerance", "over thresholds", "sampling", "steric penalty",
        "interaction ΔΔG", "verdict", "literature", "",
    )  # fmt: skip
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for row in seen.itertuples():
        cells = (
            row.mutation, row.structure, number(row.steric_tolerance),
            spread(row.steric_tolerance_low, row.steric_tolerance_high),
            number(row.steric_tolerance_sampling),
            with_error(row.steric_penalty, row.steric_penalty_sampling),
            with_error(row.interaction_ddg, row.interaction_ddg_sampling),
            row.verdict, row.literature_call, judgement(row.verdict, row.literature_call),
        )  # fmt: skip
        print("| " + " | ".join(cells) + " |")
    summary = summarise(scan[scan["structure"].isin(wild)])
    outside = summary[summary["verdict"] == "out of scope"]
    names = ", ".join(dict.fromkeys(outside["mutation"]))
    print(f"\n{len(outside)} pairs out of scope, no claim: {names}.")
    print(
        "\nOutcomes: " + ", ".join(f"{k} {n}" for k, n in outcomes(summary).value_counts().items())
    )
    table = agreement(summary)
    table["right"] = table["hits"] + table["correct_rejections"]
    table["pairs"] = table[["hits", "false_alarms", "missed", "correct_rejections"]].sum(axis=1)
    columns = ["rows", "predictor", "right", "pairs", "hits", "false_alarms", "missed"]
    print("\n| " + " | ".join(columns) + " |")
    print("|" + "---|" * len(columns))
    for row in table[columns].itertuples(index=False):
        print("| " + " | ".join(str(x) for x in row) + " |")


if __name__ == "__main__":
    main()
