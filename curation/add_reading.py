"""Bring what was read later into the tables of facts, with what contradicts it kept in sight."""

from __future__ import annotations

import pandas as pd

# R, I and S of three sources, I by hand: a conflict all the same.
DISPUTED = {("G2032R", "taletrectinib")}
SIDES = {
    "I": "reduced_inhibitors",
    "S/I": "conflicting_inhibitors",
    "conflict": "conflicting_inhibitors",
}


def sided(table: pd.DataFrame, calls: pd.DataFrame) -> pd.DataFrame:
    """Move an inhibitor that is listed as failing or working to the side that its call is on.

    Reduced activity (I) is neither, and what sources contradict each other about is neither: both
    have a column of their own.
    """
    pairs = zip(calls["mutation"], calls["inhibitor"], strict=True)
    side = {
        pair: "conflicting_inhibitors" if pair in DISPUTED else SIDES[call]
        for pair, call in zip(pairs, calls["call"], strict=True)
        if call in SIDES or pair in DISPUTED
    }
    made: dict[str, list[str]] = {"reduced_inhibitors": [], "conflicting_inhibitors": []}
    for index, row in table.iterrows():
        moved: dict[str, list[str]] = {name: [] for name in made}
        listed = set()
        for column in ("resistant_inhibitors", "active_inhibitors"):
            kept = []
            for text in filter(None, row[column].split(";")):
                inhibitor = text.partition(" ")[0]
                listed.add(inhibitor)
                moved.get(side.get((row["mutation"], inhibitor), ""), kept).append(text)
            table.loc[index, column] = ";".join(kept)
        for (mutation, inhibitor), name in side.items():
            if mutation == row["mutation"] and inhibitor not in listed:
                moved[name].append(inhibitor)
        for name, texts in moved.items():
            made[name].append(";".join(texts))
    place = list(table.columns).index("active_inhibitors") + 1
    for name, texts in reversed(made.items()):
        table.insert(place, name, texts)
    return table


def with_new_fusions(table: pd.DataFrame, first: pd.DataFrame, since: pd.DataFrame) -> pd.DataFrame:
    """Add frequencies beside the older ones, what a partner means for the drug, new partners."""
    since = since.set_index("partner")
    for row in first[first["fusion"] != "all"].itertuples():
        if row.partner not in since.index or since.at[row.partner, "frequency"] != row.frequency:
            raise ValueError(f"reading/fusions.csv lacks what the facts say: {row}")
    for partner in since.index.intersection(table["partner"]):
        row = table["partner"] == partner
        for column in ("frequency", "source"):
            parts = [table.loc[row, column].item(), since.at[partner, column]]
            told = [text for text in parts if text and not text.startswith("not given")]
            table.loc[row, column] = "; ".join(told)
        table.loc[row, "consequence"] = since.at[partner, "consequence"]
    new = since.loc[since.index.difference(table["partner"], sort=False)].reset_index()
    new["fusion"], new["kinase_domain_kept"] = new["partner"] + "-ROS1", ""
    return pd.concat([table, new[table.columns]], ignore_index=True)
