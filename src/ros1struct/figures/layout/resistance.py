"""How a probability of resistance, its interval and a verdict look, in every figure."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib import colormaps
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, ListedColormap
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ros1struct.figures.layout.key import Bar
from ros1struct.figures.style import FILLS, HATCH, INK
from ros1struct.resistance.verdict import CALIBRATION, LIKELY, POSSIBLE

Floats = npt.NDArray[np.float64]


def resistance_map() -> Colormap:
    """Colours of a probability, lightness falling all the way: pale is active, dark resistant."""
    return ListedColormap(colormaps["YlGnBu"](np.linspace(0.06, 0.95, 256)), "resistance")


def resistance_bar(scale: ScalarMappable) -> Bar:
    """Colour bar of p_resistant, with the limits of likely and possible."""
    ticks = [0, POSSIBLE, LIKELY, 1] if (scale.norm.vmin, scale.norm.vmax) == (0, 1) else []
    low, high = scale.norm.vmin, scale.norm.vmax
    assert low is not None
    assert high is not None
    label = "probability of a ten-fold loss, by structure"
    return Bar(scale, label, ticks or np.linspace(low, high, 3).tolist())


def interval(table: pd.DataFrame) -> Floats:
    """Probabilities at the ends of the score's interval, (rows, 2); NaN where there are none.

    They are moved by what `p_resistant` itself was moved by another base rate.

    Examples
    --------
    >>> row = {"score": 1.0, "score_low": 0.5, "score_high": 2.0, "p_resistant": 0.25}
    >>> interval(pd.DataFrame([row])).round(2).tolist()
    [[0.16, 0.51]]
    """
    names = ["score", "score_low", "score_high"]
    if not {*names} <= {*table.columns}:
        return np.full((len(table), 2), np.nan)
    score, low, high = (table[name].to_numpy(dtype="float64") for name in names)
    p = np.clip(table["p_resistant"].to_numpy(dtype="float64"), 1e-6, 1 - 1e-6)
    moved = _logit(p) - _logit(CALIBRATION.probability(score))
    ends = [1 / (1 + np.exp(-_logit(CALIBRATION.probability(s)) - moved)) for s in (low, high)]
    return np.column_stack([np.minimum(ends[0], p), np.maximum(ends[1], p)])


def _logit(p: Any) -> Floats:
    return np.asarray(np.log(p / (1 - p)), dtype=np.float64)


def verdict_handles(verdicts: set[str]) -> list[Any]:
    """One handle of a key for every verdict that a cell shows other than by its colour."""
    made: list[Any] = []
    for verdict, (face, hatch, meaning) in FILLS.items():
        if verdict in verdicts:
            dotted = ":" if verdict == "not in model" else "-"
            made.append(Patch(fc=face, ec=HATCH, hatch=hatch, ls=dotted, label=meaning))
    if "contact loss" in verdicts:
        made.append(Line2D([], [], marker="v", ms=3, color=INK, ls="", label="contact loss"))
    return made


def doubt_handle() -> Any:
    """Handle of a key for verdicts that are not firm."""
    return Line2D([], [], marker="o", ms=3.2, mfc="none", mec=INK, mew=0.7, ls="", label="not firm")


def interval_handle() -> Any:
    """Handle of a key for the interval of a probability."""
    return Line2D([], [], color=INK, lw=0.9, marker=".", ms=3, label="its interval (cell: 0 to 1)")
