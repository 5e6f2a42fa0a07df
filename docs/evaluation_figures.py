"""Figures of evaluation.md."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from PIL import Image

from ros1struct.figures.layout.resistance import resistance_map
from ros1struct.figures.style import EDGE, GREY, INK, MM, style

DPI = 220
ACIDS = "GAVLIMCFYWHKRQNEDSTP"
# Gain in growth with the drug that is drawn as no loss and as a full one.
GAIN = (0.0, 3.0)


def write(figure: Figure, path: Path) -> None:
    """Write a small PNG, with a palette of its own."""
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", dpi=DPI, facecolor="white")
    picture = Image.open(drawn).convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE)
    picture.save(path, format="png", optimize=True, dpi=(DPI, DPI))


def sheet(width: float, height: float, **grid: Any) -> tuple[Figure, Any]:
    """Make a figure of a size in mm without pyplot."""
    figure = Figure(figsize=(width * MM, height * MM), layout="constrained")
    return figure, figure.subplots(**grid)


def forest(table: pd.DataFrame, path: Path) -> None:
    """AUC of every predictor with its interval, a panel per group."""
    table = table[table["auc"].notna()]
    groups = list(dict.fromkeys(table["group"]))
    names = list(dict.fromkeys(table["predictor"]))
    with style():
        figure, axes = sheet(178, 52, ncols=len(groups), sharey=True)
        for ax, group in zip(axes, groups, strict=True):
            some = table[table["group"] == group].set_index("predictor").loc[names]
            y = np.arange(len(names))
            ax.axvline(0.5, color=EDGE, lw=0.6, zorder=0)
            ax.hlines(y, some["auc_low"], some["auc_high"], color=GREY, lw=1)
            shade = ["#b4141e" if n == "score" else INK for n in names]
            ax.scatter(some["auc"], y, s=12, c=shade, zorder=3)
            ax.set(xlim=(0.2, 1.02), xlabel="AUC", yticks=y, yticklabels=names)
            n, k = some["pairs"].iloc[0], some["resistant"].iloc[0]
            ax.set_title(f"{group}\n{n} pairs, {k} resistant", fontsize=7)
        axes[0].invert_yaxis()
        write(figure, path)


def reliability_diagram(probability: pd.Series, resistant: pd.Series, path: Path) -> None:
    """Predicted share by a scale fitted to the other kinases, and the share that is resistant."""
    p, y = probability.to_numpy(float), resistant.to_numpy(float)
    with style():
        figure, ax = sheet(70, 66)
        ax.plot([0, 1], [0, 1], color=EDGE, lw=0.6)
        for part in np.array_split(np.argsort(p, kind="stable"), 6):
            n, seen = len(part), y[part].mean()
            # Wilson's interval of a share.
            z2 = 1.96**2
            centre = (seen + z2 / (2 * n)) / (1 + z2 / n)
            half = 1.96 * np.sqrt(seen * (1 - seen) / n + z2 / (4 * n * n)) / (1 + z2 / n)
            ax.vlines(p[part].mean(), centre - half, centre + half, color=GREY, lw=1)
            ax.scatter(p[part].mean(), seen, s=14, color="#b4141e", zorder=3)
        ax.set(
            xlim=(0, 1), ylim=(0, 1), aspect="equal",
            xlabel="predicted share of resistant pairs", ylabel="seen",
        )  # fmt: skip
        write(figure, path)


def growth_map(grid: pd.DataFrame, path: Path) -> None:
    """Draw the map of MET–crizotinib above the deep mutational scan, place by place."""
    near = grid.groupby("residue")["score"].transform(lambda s: s.notna().any())
    some = grid[near & (grid["residue"] != "")]
    places = list(dict.fromkeys(some["residue"]))
    column = {name: i for i, name in enumerate(places)}
    shape = (len(ACIDS), len(places))
    panels: list[tuple[str, np.ndarray, Normalize, str]] = []
    for title, name, norm, label in (
        ("score: probability of resistance", "p_resistant", Normalize(0, 1), "probability"),
        ("measured: gain in growth with crizotinib", "gain", Normalize(*GAIN), "gain in growth"),
    ):
        image = np.full(shape, np.nan)
        for r in some.itertuples():
            dead = name == "gain" and (pd.isna(r.call) or r.call == "")
            if not dead:
                image[ACIDS.index(r.mutant), column[r.residue]] = getattr(r, name)
        panels.append((title, image, norm, label))
    colours = resistance_map().with_extremes(bad="#e6e6e6")
    with style():
        figure, axes = sheet(178, 176, nrows=2, sharex=True)
        for ax, (title, image, norm, label) in zip(axes, panels, strict=True):
            drawn = ax.imshow(image, cmap=colours, norm=norm, aspect="auto")
            own = [(column[p], ACIDS.index(p[0])) for p in places]
            ax.scatter(*zip(*own, strict=True), s=4, color=INK)
            ax.set(yticks=range(len(ACIDS)), yticklabels=list(ACIDS))
            ax.set_title(title, fontsize=8, loc="left")
            figure.colorbar(drawn, ax=ax, label=label, shrink=0.6, pad=0.01)
            outline(ax, some, column)
        axes[1].set_xticks(range(len(places)), places, rotation=90)
        write(figure, path)


def outline(ax: Axes, some: pd.DataFrame, column: dict[str, int]) -> None:
    """Put a ring where the scan calls a mutant resistant."""
    hit = some[some["call"] == "R"]
    x, y = [column[r] for r in hit["residue"]], [ACIDS.index(m) for m in hit["mutant"]]
    ax.scatter(x, y, s=16, facecolors="none", edgecolors="white", linewidths=1.4)
    ax.scatter(x, y, s=16, facecolors="none", edgecolors=INK, linewidths=0.6)
