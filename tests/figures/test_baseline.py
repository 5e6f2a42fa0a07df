"""Figures and compositions beside their stored images (baseline/), drawn from made-up tables."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.text import Text

from ros1struct.figures import panel, plot_difference, plot_matrix, plot_rotamers

# Root mean square of the pixels, 0 to 255. One mark that is another gives 2.0, a disc that moves by
# a quarter of an Å 6.5; between matplotlib 3.10.0 and 3.11.2 nothing differs.
TOLERANCE = 0.7

compare = pytest.mark.mpl_image_compare(
    baseline_dir="baseline", tolerance=TOLERANCE, style="default", savefig_kwargs={"dpi": 72}
)


def bare(ax):
    """Figure without type and key.

    Hinting differs between builds of FreeType and moves every letter (an RMS of 32 to 42 between
    the two releases); what is written, and where, is tested in test_figures.
    """
    return bared(ax.figure)


def bared(figure):
    """Figure without type and keys, once its layout is settled with them."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for artist in (*figure.findobj(Text), *figure.findobj(Legend)):
        artist.set_visible(False)
    return figure


@cache
def summary():
    cells = [
        ("G2032R", "linker:51", "pocket", "clash", 0.02, "R"),
        ("L2026M", "GK:45", "pocket", "contact loss", 0.8, "conflict"),
        ("D2033N", "linker:52", "pocket", "possible", 0.6, "R (conflicting report)"),
        ("S1986F", "", "outside the pocket", "out of scope", np.nan, "S"),
        ("G2032R/L2086F", "linker:51", "compound", "undefined", np.nan, ""),
    ]
    rows = []
    for k, structure in enumerate(("crizotinib", "lorlatinib")):
        for mutation, klifs, group, verdict, tolerance, call in cells:
            split = k == 1 and mutation == "L2026M"
            rows.append(
                {
                    "structure": structure,
                    "kinase": "ROS1",
                    "inhibitor": structure,
                    "provenance": "made up",
                    "mutation": mutation,
                    "klifs": klifs,
                    "group": group,
                    "poses": 1 + split,
                    "p_resistant": 1 - tolerance,
                    "firm": verdict != "possible",
                    "verdict": "pose-dependent: clash | contact loss" if split else verdict,
                    "literature_call": call,
                    "definition": "chimerax",
                }
            )
    return pd.DataFrame(rows)


@compare
def test_matrix():
    return bare(plot_matrix(summary()))


@cache
def rotamers():
    rows = [
        ("mtt180", 0.40, 1.0, 0.9, -0.4, -0.2),
        ("mtt-90", 0.25, 0.8, 0.3, 0.2, 0.4),
        ("mmt-90", 0.20, 0.6, 0.0, 0.1, 1.6),
        ("ttt180", 0.10, 0.0, 0.0, 1.5, -2.5),
        ("ptt90", 0.05, 0.0, 0.0, 4.0, 2.0),
    ]
    names = "name probability free_apo free_holo apo_overlap inhibitor_overlap"
    fan = pd.DataFrame(rows, columns=names.split())
    return fan.assign(residue="G2032", mutant="R", threshold=0.6)


@compare
def test_rotamer_fan():
    return bare(plot_rotamers(rotamers(), caption="Made up."))


@cache
def change():
    rows = [
        ("I:3", "L1951", "L1951", "hydrophobic", "kept", -4.0),
        ("alphaC:24", "", "E1997", "hydrophobic", "not in both", np.nan),
        ("hinge:46", "E2027", "E2027", "hydrogen bond", "lost", -1.0),
        ("hinge:48", "M2029", "M2029", "hydrogen bond", "kept", 0.5),
        ("linker:51", "G2032", "R2032", "van der Waals", "gained", 18.0),
        ("linker:51", "G2032", "R2032", "hydrophobic", "gained", 18.0),
        ("linker:52", "D2033", "D2033", "salt bridge", "lost", -9.0),
        ("", "Y2100", "Y2100", "pi stacking face", "gained", 6.0),
    ]
    names = "klifs residue_a residue_b kind change buried_change"
    table = pd.DataFrame(rows, columns=names.split())
    return table.assign(structure_a="wild type", structure_b="G2032R")


@compare
def test_difference():
    return bare(plot_difference(change(), caption="Made up."))


def three(axes):
    """A matrix, a fan and a difference."""
    plot_matrix(summary(), ax=axes[0], caption="Made up.")
    plot_rotamers(rotamers(), ax=axes[1], legend="", caption="Made up. " * 8)
    plot_difference(change(), ax=axes[2], caption="")


@compare
def test_plain_subplots():
    figure = Figure(figsize=(11, 4))
    three(figure.subplots(1, 3))
    return bared(figure)


@compare
def test_a_mosaic():
    axes = panel("ab;ac", height=110.0)
    three([axes[name] for name in "abc"])
    return bared(axes["a"].figure)


@compare
def test_constrained_layout():
    figure = Figure(figsize=(9, 4), layout="constrained")
    axes = figure.subplots(1, 3)
    three(axes)
    return bared(figure)


@compare
def test_subfigures():
    figure = Figure(figsize=(7, 6.5))
    left, right = figure.subfigures(1, 2)
    three([left.subplots(), *right.subplots(2, 1)])
    return bared(figure)
