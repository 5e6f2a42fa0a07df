"""Every figure with data that are quick to make, as functions of the keywords they all take."""

from functools import cache, partial

import numpy as np
import pandas as pd

import ros1struct as rs
from ros1struct import figures
from ros1struct.kinome import literature
from ros1struct.trajectories import mean_contacts, presence

DRUGS = ("crizotinib", "lorlatinib", "repotrectinib", "zidesamtinib")
# mutation, KLIFS, group, verdict, score and its ends, firm, call
CELLS = (
    ("L2026M", "GK:45", "pocket", "contact loss", (2.1, 1.5, 2.9), True, "conflict"),
    ("G2032R", "linker:51", "pocket", "clash", (2.7, 2.0, 4.0), True, "R"),
    ("D2033N", "linker:52", "pocket", "possible", (1.2, 0.2, 2.4), False, "R (conflicting report)"),
    ("L2086F", "VII:77", "pocket", "no structural reason found", (0.2, 0.0, 0.6), True, "R"),
    ("S1986F", "", "outside the pocket", "out of scope", (np.nan,) * 3, True, "S"),
    ("G2032R/L2086F", "linker:51", "compound", "undefined", (np.nan,) * 3, True, ""),
)


@cache
def summary():
    """A matrix with every kind of cell."""
    from ros1struct.resistance.verdict import CALIBRATION

    rows = []
    for k, drug in enumerate(DRUGS):
        for j, (mutation, klifs, group, verdict, scores, firm, call) in enumerate(CELLS):
            split = k == 1 and j == 0
            rows.append(
                {
                    "structure": drug,
                    "kinase": "ROS1",
                    "inhibitor": drug,
                    "provenance": "made up",
                    "mutation": mutation,
                    "klifs": klifs,
                    "group": group,
                    "poses": 1 + split,
                    **dict(zip(("score", "score_low", "score_high"), scores, strict=True)),
                    "p_resistant": CALIBRATION.probability(scores[0]),
                    "firm": firm and not split,
                    "verdict": "pose-dependent: clash | contact loss" if split else verdict,
                    "literature_call": ("S" if verdict == "clash" and k == 2 else call),
                    "definition": "chimerax",
                }
            )
    return pd.DataFrame(rows)


@cache
def complexes():
    return rs.load("2WGJ"), rs.load("3LQ8")


@cache
def touched():
    pair = complexes()
    return (
        pd.concat([rs.contacts(c) for c in pair]),
        pd.concat([rs.interactions(c) for c in pair]),
    )


@cache
def over_time():
    """Presence of the contacts of 2WGJ over 60 frames, drawn by chance."""
    found = presence(complexes()[0])
    chance = np.random.default_rng(0)
    shape = (60, found.shape[1])
    index = pd.MultiIndex.from_arrays(
        [range(60), np.arange(60) * 10.0], names=found.index.names[-2:]
    )
    share = chance.random(shape[1])
    return pd.DataFrame(chance.random(shape) < share, index=index, columns=found.columns)


@cache
def occupancies():
    table = over_time().mean().rename("occupancy").reset_index()
    return table.assign(error=0.05, converged=table.index % 3 > 0)


@cache
def measured():
    time = np.arange(60) * 10.0
    one, other = 1 + 0.2 * np.sin(time / 60), 1.3 + 0.3 * np.cos(time / 45)
    return pd.DataFrame({"time": time, "pocket_rmsd": one, "inhibitor_rmsd": other})


@cache
def saturated():
    return rs.saturation(complexes()[0], ["L1157", "M1160", "G1163", "D1164"])


@cache
def fan():
    return rs.ensemble(complexes()[0], "L1157M").table()


@cache
def pairs():
    """Pairs of 40 mutations and three inhibitors, drawn by chance; a third is resistant."""
    chance = np.random.default_rng(1)
    mutation = np.repeat([f"A{k}V" for k in range(40)], 3)
    score = chance.normal(1.0, 1.0, 120)
    p = 1 / (1 + np.exp(-(1.2 * score - 2.0)))
    return pd.DataFrame(
        {
            "mutation": mutation,
            "kinase": "MET",
            "resistant": (chance.random(120) < p).astype(float),
            "score": score,
            "nearness": 0.3 * score + chance.normal(0, 1, 120),
            "p_resistant": p,
        }
    )


@cache
def evaluation():
    from ros1struct.resistance.measures import measures

    table = pd.concat([pairs(), pairs().head(6).assign(kinase="few", mutation="B1C")])
    return measures(table, ["score", "nearness"], draws=100)


@cache
def ranks():
    rows = [
        ("repotrectinib", 0.1, 0.0, 0.4, "no structural reason found", True, "S"),
        ("zidesamtinib", 1.1, 0.4, 2.3, "possible", False, "conflict"),
        ("lorlatinib", 2.7, 2.0, 5.2, "clash", True, "S"),
        ("crizotinib", 3.4, 2.8, 14.0, "clash", True, "R"),
        ("entrectinib", np.nan, np.nan, np.nan, "not in model", True, ""),
    ]
    from ros1struct.resistance.verdict import CALIBRATION

    names = "inhibitor score score_low score_high verdict firm literature_call"
    table = pd.DataFrame(rows, columns=names.split())
    return table.assign(p_resistant=CALIBRATION.probability(table["score"]))


def cases():
    """Name of every figure and how it is drawn."""
    met = complexes()[0]
    return {
        "plot_matrix": lambda **k: figures.plot_matrix(summary(), **k),
        "plot_interactions": partial(figures.plot_interactions, met),
        "plot_mean_contacts": lambda **k: figures.plot_mean_contacts(met, mean_contacts(met), **k),
        "plot_contacts": lambda **k: figures.plot_contacts(*touched(), **k),
        "plot_difference": lambda **k: figures.plot_difference(rs.compare(*complexes()), **k),
        "plot_similarity": lambda **k: figures.plot_similarity(rs.similarity(complexes()), **k),
        "plot_rotamers": lambda **k: figures.plot_rotamers(fan(), **k),
        "plot_saturation": lambda **k: figures.plot_saturation(saturated(), **k),
        "plot_sequence": lambda **k: figures.plot_sequence(literature.klifs_pocket(), **k),
        "plot_logo": lambda **k: figures.plot_logo("TYR", **k),
        "plot_fusions": lambda **k: figures.plot_fusions(literature.fusions(), **k),
        "plot_sensitivity": lambda **k: figures.plot_sensitivity(
            literature.sensitivity(), ["G2032R", "L2026M"], **k
        ),
        "plot_evaluation": lambda **k: figures.plot_evaluation(evaluation(), **k),
        "plot_roc": lambda **k: figures.plot_roc(pairs(), ["score", "nearness"], draws=100, **k),
        "plot_calibration": lambda **k: figures.plot_calibration(pairs(), draws=100, **k),
        "plot_rank": lambda **k: figures.plot_rank(ranks(), **k),
        "plot_barcode": lambda **k: figures.plot_barcode(over_time(), **k),
        "plot_occupancy": lambda **k: figures.plot_occupancy(occupancies(), **k),
        "plot_traces": lambda **k: figures.plot_traces(measured(), **k),
        "plot_poses": lambda **k: figures.plot_poses(over_time().iloc[:12], **k),
    }
