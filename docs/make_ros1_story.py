"""Make the tables of ros1_story.md from the package's own: ``python docs/make_ros1_story.py``.

What stands between ``<!-- name -->`` and ``<!-- end -->`` is written anew by the function of that
name below; the saturation maps take some minutes. ``--quick`` leaves those blocks as they are.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

import ros1struct as rs
from ros1struct.io.catalog import entries
from ros1struct.kinome import literature

PAGE = Path(__file__).parent / "ros1_story.md"
TOP = (0.05, 0.1, 0.2, 0.5)
_BLOCK = re.compile(r"(<!-- (?P<name>\w+) -->\n).*?(<!-- end -->)", re.S)


def markdown(table: pd.DataFrame) -> str:
    """Write a table in Markdown, missing cells empty."""
    rows = [[str(name) for name in table.columns], ["---"] * len(table.columns)]
    for row in table.itertuples(index=False, name=None):
        rows.append(
            ["" if pd.isna(v) else f"{v:g}" if isinstance(v, float) else str(v) for v in row]
        )
    return "".join(f"| {' | '.join(cell.replace('|', ';') for cell in row)} |\n" for row in rows)


def contents() -> str:
    """Count the rows of the tables, and how they were read."""
    rows = []
    for name in ("incidence", "mechanisms", "approvals", "trials", "options"):
        table = getattr(literature, name)()
        read = (table["reading"] == "primary source read").sum()
        conflicts = table["note"].str.contains("CONFLICT").sum()
        rows.append((name, len(table), read, len(table) - read, conflicts))
    names = ["table", "rows", "source itself read", "first reading", "in conflict"]
    return markdown(pd.DataFrame(rows, columns=names))


def frequencies() -> str:
    """List mechanisms that were counted."""
    table = literature.mechanisms().dropna(subset=["percent"])
    shown = table[["inhibitor", "setting", "mechanism", "category", "frequency", "n", "source"]]
    return markdown(shown.rename(columns={"inhibitor": "after"}))


def g2032r() -> str:
    """List responses of patients with G2032R."""
    table = literature.trials().query("mutation == 'G2032R'")
    names = ["inhibitor", "setting", "responders", "n", "orr_percent", "orr_low", "orr_high"]
    return markdown(table[[*names, "source"]])


def ranking(mutation: str) -> str:
    """Rank the inhibitors for one mutation."""
    table = rs.rank(mutation)
    numbers = table[["score", "score_low", "score_high"]].round(1)
    table = table.assign(p_resistant=table["p_resistant"].round(2), **numbers)
    names = [
        "inhibitor", "score", "score_low", "score_high", "p_resistant", "firm", "verdict",
        "literature_call", "basis",
    ]  # fmt: skip
    return markdown(table[names])


def rank_g2032r() -> str:
    """Rank for the commonest mutation."""
    return ranking("G2032R")


def rank_s1986f_l2000v() -> str:
    """Rank for a compound that no inhibitor touches."""
    return ranking("S1986F/L2000V")


def rank_d2033n() -> str:
    """Rank for a mutation that acts by its charge."""
    return ranking("D2033N")


def maps() -> pd.DataFrame:
    """Saturation maps of the wild-type complexes of ROS1, none carried over, first poses."""
    names = [
        e.name
        for e in entries()
        if e.kinase == "ROS1" and e.path is not None and e.variant == "WT"
        if "#" not in e.name and "carried" not in e.file
    ]
    return pd.concat([rs.saturation(name, workers=2) for name in names], ignore_index=True)


def reachable(table: pd.DataFrame) -> pd.DataFrame:
    """Substitutions that one nucleotide can make and that the map scores, worst first."""
    kept = table[table["one_nucleotide"] & table["score"].notna()]
    kept = kept.sort_values(["inhibitor", "score"], ascending=[True, False], ignore_index=True)
    place = kept.groupby("inhibitor").cumcount() + 1
    size = kept.groupby("inhibitor")["score"].transform("size")
    return kept.assign(rank=place, of=size)


def known(table: pd.DataFrame) -> pd.DataFrame:
    """Those of which the literature says that they resist, or do not."""
    call = table["literature_call"]
    return table[call.str.startswith("R") | (call == "S")]


def recall(table: pd.DataFrame) -> pd.DataFrame:
    """Share of the known resistant substitutions among the top of each map, and of all maps."""
    found = known(reachable(table))
    resistant = found[found["literature_call"].str.startswith("R")]
    rows = []
    for name, part in [*resistant.groupby("inhibitor"), ("all", resistant)]:
        share = (part["rank"] / part["of"]).to_numpy()
        rows.append(
            {"inhibitor": name, "n": len(part)}
            | {f"top {100 * t:g} %": f"{np.sum(share <= t)} of {len(part)}" for t in TOP}
        )
    return pd.DataFrame(rows)


def recall_top(table: pd.DataFrame) -> str:
    """Write the recall."""
    return markdown(recall(table))


def recall_rows(table: pd.DataFrame) -> str:
    """Write where each known substitution stands."""
    found = known(reachable(table)).assign(score=lambda t: t["score"].round(1))
    names = ["inhibitor", "mutation", "nucleotides", "score", "rank", "of", "verdict"]
    return markdown(found[[*names, "literature_call", "mechanism"]])


def next_mutations(table: pd.DataFrame) -> str:
    """Write the top of each map."""
    rows = []
    for name, part in reachable(table).groupby("inhibitor"):
        top = part.head(12)
        told = [f"{r.mutation} ({r.nucleotides})" for r in top.itertuples()]
        rows.append((name, part["of"].iloc[0], ", ".join(told)))
    return markdown(pd.DataFrame(rows, columns=["inhibitor", "scored and reachable", "first 12"]))


QUICK: dict[str, Callable[[], str]] = {
    f.__name__: f
    for f in (contents, frequencies, g2032r, rank_g2032r, rank_s1986f_l2000v, rank_d2033n)
}
SLOW: dict[str, Callable[[pd.DataFrame], str]] = {
    f.__name__: f for f in (recall_top, recall_rows, next_mutations)
}


def written(page: str, blocks: dict[str, str]) -> str:
    """Put blocks into a page in the place of the old ones."""
    return _BLOCK.sub(
        lambda m: f"{m[1]}{blocks[m['name']]}{m[3]}" if m["name"] in blocks else m[0], page
    )


def main(quick: bool = False) -> None:
    """Write the page anew."""
    blocks = {name: make() for name, make in QUICK.items()}
    if not quick:
        table = maps()
        blocks |= {name: make(table) for name, make in SLOW.items()}
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), blocks), encoding="utf-8")


if __name__ == "__main__":
    main("--quick" in sys.argv[1:])
