"""Three figures beside their stored images (tests/figures/baseline), drawn from made-up tables."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.legend import Legend
from matplotlib.text import Text

from ros1struct.figures import plot_difference, plot_matrix, plot_rotamers

# Root mean square of the pixels, 0 to 255. One mark that is another gives 2.0, a disc that moves by
# a quarter of an Å 6.5; between matplotlib 3.10.0 and 3.11.2 nothing differs.
TOLERANCE = 0.7

compare = pytest.mark.mpl_image_compare(
    baseline_dir="baseline", tolerance=TOLERANCE, style="default", savefig_kwargs={"dpi": 100}
)


def bare(ax):
    """Figure without type and key.

    Hinting differs between builds of FreeType and moves every letter (an RMS of 32 to 42 between
    the two releases); what is written, and where, is tested in test_figures.
    """
    for artist in (*ax.figure.findobj(Text), *ax.figure.findobj(Legend)):
        artist.set_visible(False)
    return ax.figure


@compare
def test_matrix():
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
    return bare(plot_matrix(pd.DataFrame(rows)))


@compare
def test_rotamer_fan():
    rows = [
        ("mtt180", 0.40, 1.0, 0.9, -0.4, -0.2),
        ("mtt-90", 0.25, 0.8, 0.3, 0.2, 0.4),
        ("mmt-90", 0.20, 0.6, 0.0, 0.1, 1.6),
        ("ttt180", 0.10, 0.0, 0.0, 1.5, -2.5),
        ("ptt90", 0.05, 0.0, 0.0, 4.0, 2.0),
    ]
    names = "name probability free_apo free_holo apo_overlap inhibitor_overlap"
    fan = pd.DataFrame(rows, columns=names.split())
    fan = fan.assign(residue="G2032", mutant="R", threshold=0.6)
    return bare(plot_rotamers(fan, caption="Made up."))


@compare
def test_difference():
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
    table = table.assign(structure_a="wild type", structure_b="G2032R")
    return bare(plot_difference(table, caption="Made up."))
