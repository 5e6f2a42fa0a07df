"""Make the tables and figures of evaluation.md.

    python docs/make_evaluation.py ../shared

SHARED is the folder with the deposited structures. Tables take the place of what stands between
``<!-- NAME -->`` and ``<!-- end -->`` on the page; figures and the scored pairs go to
``docs/evaluation/``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "curation"))

from development import CRYSTALS, in_file, load, place, structures  # noqa: E402
from evaluation_figures import forest, growth_map, reliability_diagram  # noqa: E402

import ros1struct as rs  # noqa: E402
from ros1struct.energy.soft import surroundings  # noqa: E402
from ros1struct.resistance import calibration  # noqa: E402
from ros1struct.resistance.changes import distance  # noqa: E402
from ros1struct.resistance.evaluate import NEAR, disagreements, evaluate, scored  # noqa: E402
from ros1struct.resistance.measures import auc, spearman  # noqa: E402
from ros1struct.resistance.pooling import Member, pooled  # noqa: E402
from ros1struct.resistance.score import side  # noqa: E402
from ros1struct.resistance.verdict import verdict  # noqa: E402

PAGE, OUT = HERE / "evaluation.md", HERE / "evaluation"
PAIRS = HERE.parent / "curation" / "development_set.csv"
# Mutants that crystals show beside the inhibitor, and those crystals.
SHOWN = {
    ("ALK", "crizotinib"): {
        "L1196M": ("2YFX", "4ANS"), "G1269A": ("4ANQ", "4ANS"),
        "L1198F": ("5AAA", "5AAB"), "C1156Y": ("5AAC", "5AAB"),
    },
    ("EGFR", "gefitinib"): {
        "G719S": ("2ITO", "3UG2"), "L858R": ("2ITZ", "4I22"), "T790M": ("3UG2", "4I22"),
    },
    ("EGFR", "neratinib"): {"T790M": ("2JIV", "3W2Q"), "L858R": ("3W2Q",)},
}  # fmt: skip


def markdown(table: pd.DataFrame) -> str:
    """Write a table as Markdown."""
    head = "| " + " | ".join(map(str, table.columns)) + " |"
    rule = "|" + "---|" * table.shape[1]
    rows = ["| " + " | ".join(map(str, row)) + " |" for row in table.itertuples(index=False)]
    return "\n".join([head, rule, *rows])


def span(score: float, low: float, high: float) -> str:
    """Write a score with its interval."""
    return f"{score:.1f} ({low:.1f} to {high:.1f})"


def put(blocks: dict[str, str]) -> None:
    """Put each block in its place on the page."""
    text = PAGE.read_text(encoding="utf-8")
    for name, block in blocks.items():
        start, end = f"<!-- {name} -->\n", "<!-- end -->"
        before, _, rest = text.partition(start)
        if not rest:
            raise LookupError(f"{PAGE.name} has no place {start.strip()!r}")
        text = before + start + block + "\n" + end + rest.partition(end)[2]
    PAGE.write_text(text, encoding="utf-8")


def of_file(pairs: pd.DataFrame, known: dict[str, rs.Complex]) -> pd.DataFrame:
    """Pairs with their mutations in the numbers of the structure's file, kinase by group."""
    shown = [
        "/".join(in_file(known[s], m) for m in text.split("/"))
        for s, text in zip(pairs["structure"], pairs["mutation"], strict=True)
    ]
    group = pairs["kinase"].where(pairs["kinase"] != "MET", "MET " + pairs["inhibitor"])
    kept = ["structure", "fold", "resistant", "mechanism", "conflict", "kinase", "inhibitor"]
    return pairs[kept].assign(mutation=shown, group=group, uniprot=pairs["mutation"])


def auc_table(table: pd.DataFrame) -> pd.DataFrame:
    """AUC with its interval, a row per group and a column per predictor."""
    shown = table[table["auc"].notna()]
    cell = [
        f"{r.auc:.2f} ({r.auc_low:.2f}–{r.auc_high:.2f})" for r in shown.itertuples(index=False)
    ]
    wide = shown.assign(cell=cell).pivot(
        index=["group", "pairs", "resistant"], columns="predictor", values="cell"
    )
    return wide[list(dict.fromkeys(shown["predictor"]))].reset_index()


def other_measures(table: pd.DataFrame) -> pd.DataFrame:
    """Average precision for every group, rank correlation and error where folds are."""
    shown = table[table["auc"].notna()]
    rows = []
    for r in shown.itertuples(index=False):
        rho = f"{r.spearman:.2f} ({r.spearman_low:.2f}–{r.spearman_high:.2f})"
        rows.append(
            {
                "group": r.group, "predictor": r.predictor,
                "average precision": f"{r.average_precision:.2f} "
                f"({r.average_precision_low:.2f}–{r.average_precision_high:.2f})",
                "Spearman": rho if np.isfinite(r.spearman) else "",
                "RMSE, kcal/mol": f"{r.rmse:.1f}" if np.isfinite(r.rmse) else "",
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def left_out(table: pd.DataFrame) -> np.ndarray:
    """Probability of each pair by the scale fitted to the other kinases."""
    probability = np.full(len(table), np.nan)
    for kinase in table["kinase"].unique():
        out = (table["kinase"] == kinase).to_numpy()
        rest = table[~out]
        made = calibration.fit(rest["score"], rest["resistant"], rest["kinase"])
        probability[out] = made.probability(table["score"][out].to_numpy())
    return probability


def mistakes(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every disagreement, and how many there are by expected mechanism."""
    found = disagreements(table)
    shown = pd.DataFrame(
        {
            "pair": found["kinase"] + " " + found["uniprot"] + ", " + found["inhibitor"],
            "measured": np.where(found["missed"], "resistant", "not"),
            "verdict": found["verdict"] + np.where(found["firm"], "", " (not firm)"),
            "score": [span(r.score, r.score_low, r.score_high) for r in found.itertuples()],
            "expected": found["mechanism_expected"],
            "reason": found["reason"],
        }
    )
    said = table["verdict"].isin(["clash", "contact loss"])
    silent = table["verdict"] == "no structural reason found"
    y = table["resistant"].astype(bool)
    rows = []
    for name, some in table.groupby("mechanism_expected"):
        i = some.index
        rows.append(
            {
                "expected mechanism": name, "pairs": len(some), "resistant": int(y[i].sum()),
                "called, and resistant": int((said & y)[i].sum()),
                "called, and not": int((said & ~y)[i].sum()),
                "possible": int((~said & ~silent)[i].sum()),
                "silent, and resistant": int((silent & y)[i].sum()),
                "silent, and not": int((silent & ~y)[i].sum()),
                "AUC": f"{auc(y[i], some['score']):.2f}" if y[i].sum() >= 5 else "",
            }
        )  # fmt: skip
    return shown, pd.DataFrame(rows)


def by_firmness(table: pd.DataFrame) -> pd.DataFrame:
    """Whether firm verdicts are right more often."""
    rows = []
    for firm, some in table.groupby("firm"):
        y = some["resistant"].astype(bool)
        said = some["verdict"].isin(["clash", "contact loss"])
        silent = some["verdict"] == "no structural reason found"
        rows.append(
            {
                "firm": "yes" if firm else "no", "pairs": len(some), "resistant": int(y.sum()),
                "AUC": f"{auc(y, some['score']):.2f}",
                "right of what is called": f"{(y & said).sum()} of {said.sum()}",
                "right of what is not": f"{(~y & silent).sum()} of {silent.sum()}",
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def crystals(shared: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Score what crystals show beside the inhibitor, from each crystal and pooled over them."""
    rows, together = [], []
    for (kinase, drug), mutants in SHOWN.items():
        known = {}
        for name in CRYSTALS[kinase, drug]:
            c = load(shared, name)
            native = rs.clashes(c)
            known[name] = c, surroundings(c), set(native["residue"][native["part"] == "sidechain"])
        for mutation, own in mutants.items():
            wild, mutant = mutation[0], mutation[-1]
            members, singles = [], {}
            for name, (c, around, native) in known.items():
                residue = place(c, mutation)
                klifs = int(c.residues.klifs[residue])
                made = Member(
                    side(around, residue, wild), side(around, residue, mutant), distance(c, residue)
                )
                members.append(made)
                singles[name] = pooled([made], klifs=klifs), c.residue_label(residue) in native
            whole = pooled(members, klifs=klifs)
            for name, (found, clashes) in singles.items():
                judged = verdict(found)
                rows.append(
                    {
                        "kinase, inhibitor": f"{kinase} {drug}", "mutation": mutation,
                        "from": name + (" (its own)" if name in own else ""),
                        "score": span(found.score, found.low, found.high)
                        if found.in_scope else "",
                        "verdict": judged.verdict + ("" if judged.firm else " (not firm)"),
                        "native side chain": ("clash" if clashes else "no clash")
                        if name in own else "",
                    }
                )  # fmt: skip
            judged = verdict(whole)
            values = [s.score for s, _ in singles.values()]
            if not whole.in_scope:
                continue
            together.append(
                {
                    "kinase, inhibitor": f"{kinase} {drug}", "mutation": mutation,
                    "crystals": len(members), "each": f"{min(values):.1f} to {max(values):.1f}",
                    "pooled": f"{whole.score:.1f} ± {whole.spread:.1f}",
                    "interval": f"{whole.low:.1f} to {whole.high:.1f}",
                    "verdict": judged.verdict + ("" if judged.firm else " (not firm)"),
                }
            )  # fmt: skip
    return pd.DataFrame(rows), pd.DataFrame(together)


def main(arguments: list[str]) -> None:
    """Write the page's tables and figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args(arguments)
    OUT.mkdir(exist_ok=True)
    pairs = pd.read_csv(PAIRS)
    known = structures(given.shared)

    used = of_file(pairs[pairs["resistant"].notna()], known)
    used = used.rename(columns={"mechanism": "mechanism_expected"})
    table = scored(used, complexes=known, energies=True, workers=given.workers)
    undefined = table["score"].isna()
    assert (table["verdict"][undefined] == "undefined").all()
    table = table[~undefined]
    measured = evaluate(table, by="group")
    measured = measured[measured["scope"] == NEAR]
    table["p_left_out"] = left_out(table)
    kept = [
        "kinase", "inhibitor", "structure", "uniprot", "resistant", "ddg", "mechanism_expected",
        "score", "score_low", "score_high", "p_resistant", "p_left_out", "verdict", "firm",
        "reason", "interaction_ddg", "steric_tolerance", "distance",
    ]  # fmt: skip
    table[kept].round(3).to_csv(OUT / "pairs.csv", index=False, lineterminator="\n")
    wrong, mechanisms = mistakes(table)

    pocket = pairs[(pairs["measure"] == "growth") & (pairs["inhibitor"] == "crizotinib")]
    pocket = pocket[pocket["structure"] != ""].drop_duplicates("mutation")
    called = pocket[pocket["call"].isin(["R", "S"])]
    called = of_file(called.assign(resistant=(called["call"] == "R").astype(int)), known)
    whole = evaluate(
        scored(called.drop(columns="mechanism"), complexes=known, workers=given.workers)
    )
    whole = whole[whole["group"] == "all"].assign(group=lambda t: t["scope"])
    grid = rs.saturation("2WGJ", workers=given.workers)
    grid = grid.merge(pocket[["mutation", "value", "reference", "call"]], on="mutation", how="left")
    grid["gain"] = grid["value"] - grid["reference"]
    alive = grid["call"].isin(["R", "S", "I"]) & grid["score"].notna()
    rho = spearman(grid.loc[alive, "gain"], grid.loc[alive, "score"])

    each, together = crystals(given.shared)
    bins = calibration.reliability(table["p_left_out"], table["resistant"])
    reliability = pd.DataFrame(bins, columns=["predicted", "seen", "pairs"]).round(2)
    forest(measured, OUT / "auc.png")
    reliability_diagram(table["p_left_out"], table["resistant"], OUT / "reliability.png")
    growth_map(grid, OUT / "met_crizotinib.png")
    put(
        {
            "prolines": f"{int(undefined.sum())} substitutions to proline do not fit the backbone: "
            "they have no score and are left out here.",
            "auc": markdown(auc_table(measured)),
            "other": markdown(other_measures(measured)),
            "pocket": f"{markdown(auc_table(whole))}\n\nSpearman of score and gain in growth over "
            f"the {int(alive.sum())} living mutants within 6 Å: {rho:.2f}.",
            "reliability": markdown(reliability),
            "firm": markdown(by_firmness(table)),
            "mechanisms": markdown(mechanisms),
            "disagreements": markdown(wrong),
            "crystals": markdown(each),
            "pooled": markdown(together),
        }
    )
    print(measured.to_string())


if __name__ == "__main__":
    main(sys.argv[1:])
