"""Figures for papers, one function each on the package's tables.

Every ``plot_x(data, *, ax=None)`` draws on the Axes given, in the style in force, or makes a figure
86 mm wide in the paper style (``ax.figure``). Colours are sequential maps whose lightness goes one
way, so that grey prints stay readable; the provenance of the structures stands in a caption line.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.patches import Rectangle

from ros1struct.contacts import CUTOFF
from ros1struct.drawing import (
    EDGE,
    GREY,
    INK,
    LINE,
    MARGIN,
    SINGLE_COLUMN,
    lightness,
    need,
    plain,
    save,
    sheet,
    shorten,
    size_of,
    style,
    text_width,
    tolerance_map,
    wrap,
)
from ros1struct.matrix import plot_matrix
from ros1struct.sketch import plot_interactions

# Overlaps far below zero only say "nothing near": drawn at the axis' edge.
FAR = -2.0
NEAREST = 2.5


def plot_rotamers(
    rotamers: pd.DataFrame, *, threshold: float = 0.6, caption: str = "", ax: Axes | None = None
) -> Axes:
    """Draw the rotamer fan of one mutant: where each rotamer clashes, and how likely it is.

    Parameters
    ----------
    rotamers : DataFrame
        Of ``Ensemble.table()``.
    threshold : float
        Å of overlap from which the clash definition calls a clash.
    caption : str
        Line below: the structure and its provenance.
    ax : Axes, optional

    Returns
    -------
    Axes
        One disc per rotamer: area by probability, fill by the part of its samples that is free
        beside the inhibitor, placed by its least overlap with protein and inhibitor (Å; less
        than -2 at the edge). The shaded side is where the mutant does not fit.

    Raises
    ------
    InputError
        If the table is empty or no table of rotamers.

    Examples
    --------
    >>> import ros1struct as rs
    >>> from ros1struct.ensembles import ensemble
    >>> plot_rotamers(ensemble(rs.load("2WGJ"), "G1163R").table()).get_title()
    'G1163R'
    """
    need(rotamers, "residue mutant probability free_holo apo_overlap inhibitor_overlap")
    if ax is None:
        text = wrap(caption, SINGLE_COLUMN - 2 * MARGIN)
        lines = LINE * (text.count("\n") + 1) if text else 0.0
        with style("paper"):
            made = sheet(SINGLE_COLUMN, 74.0 + lines + MARGIN, (13.0, 7.0, 54.0, 54.0))
            return plot_rotamers(rotamers, threshold=threshold, caption=text, ax=made)

    shown = rotamers.sort_values("probability", ascending=False)
    across = shown["apo_overlap"].clip(lower=FAR).to_numpy(dtype="float64")
    up = shown["inhibitor_overlap"].clip(lower=FAR).to_numpy(dtype="float64")
    low = max(FAR, np.floor(min(across.min(), up.min(), -0.5))) - 0.2
    high = max(1.4, float(across.max()), float(up.max())) + 0.2
    ax.set(xlim=(low, high), ylim=(low, high))
    for corner, size in (
        ((low, threshold), (high - low, high - threshold)),
        ((threshold, low), (high - threshold, threshold - low)),
    ):
        ax.add_patch(Rectangle(corner, *size, fc="#efefef", ec="none", zorder=0))
    ax.axhline(threshold, color=GREY, lw=0.6, ls="--", zorder=1)
    ax.axvline(threshold, color=GREY, lw=0.6, ls="--", zorder=1)
    area = 4.0 + 220.0 * shown["probability"].to_numpy(dtype="float64")
    dots = ax.scatter(
        across, up, s=area, c=shown["free_holo"], cmap=tolerance_map(), vmin=0, vmax=1,
        edgecolors=INK, linewidths=0.4, alpha=0.9, zorder=2,
    )  # fmt: skip
    first = rotamers.iloc[0]
    ax.set_title(plain(f"{first['residue']}{first['mutant']}"))
    ax.set_xlabel(f"least overlap with the protein (Å; clash ≥ {threshold:g})")
    ax.set_ylabel(f"least overlap with the inhibitor (Å; clash ≥ {threshold:g})")
    ticks = np.arange(np.ceil(low), high, 1.0)
    labels = [f"{t:.0f}".replace("-", "−") for t in ticks]
    if ticks[0] == FAR:
        labels[0] = f"≤ {labels[0]}"
    ax.set_xticks(ticks, labels)
    ax.set_yticks(ticks, labels)
    figure, (wide, tall) = ax.get_figure(root=True), size_of(ax)
    assert figure is not None
    bar = ax.inset_axes((1 + 2.0 / wide, 0, 2.6 / wide, 0.5))
    made_bar = figure.colorbar(dots, cax=bar, ticks=[0, 0.5, 1])
    made_bar.ax.set_yticklabels(["0", "0.5", "1"])
    made_bar.set_label("free beside the inhibitor", labelpad=3)
    for k, share in enumerate((0.02, 0.1, 0.3)):
        y = 1 - (6.5 + 5.0 * k) / tall
        ax.scatter(
            1 + 4.0 / wide, y, s=4.0 + 220.0 * share, fc="white", ec=INK, lw=0.4,
            transform=ax.transAxes, clip_on=False,
        )  # fmt: skip
        ax.text(1 + 7.5 / wide, y, f"{share:.0%}", transform=ax.transAxes, va="center")
    ax.text(1 + 2.0 / wide, 1, "probability", transform=ax.transAxes, va="top")
    ax.text(-11.5 / wide, -11.0 / tall, plain(caption), transform=ax.transAxes, va="top", color=INK)
    return ax


def plot_contacts(contacts: pd.DataFrame, *, caption: str = "", ax: Axes | None = None) -> Axes:
    """Draw how near each inhibitor comes to each KLIFS position.

    Parameters
    ----------
    contacts : DataFrame
        Of :func:`ros1struct.contacts.contacts`; several of them, one below the other.
    caption : str
        Line below: the structures and their provenance.
    ax : Axes, optional

    Returns
    -------
    Axes
        Colour by the shortest heavy-atom distance, white beyond 4.5 Å; ``+`` salt bridge, ``•``
        polar contact.

    Raises
    ------
    InputError
        If the table is empty or no table of contacts.

    Examples
    --------
    >>> import ros1struct as rs
    >>> ax = plot_contacts(rs.contacts(rs.load("2WGJ")))
    >>> ax.get_xticklabels()[0].get_text()
    '2WGJ'
    """
    need(contacts, "structure residue klifs min_distance kinds")
    inside = contacts[contacts["klifs"] != ""]
    need(inside, "klifs")
    index = inside["klifs"].str.rpartition(":")[2].astype(int)
    names = list(dict.fromkeys(inside.assign(index=index).sort_values("index")["klifs"]))
    columns = list(dict.fromkeys(contacts["structure"]))
    residues = inside.groupby("klifs")["residue"].agg(_some)
    if ax is None:
        text = wrap(f"{caption} {_KINDS_KEY}".strip(), SINGLE_COLUMN - 2 * MARGIN)
        left = max(text_width(residues[n]) for n in names) + 19.0
        top = max(text_width(shorten(c)) for c in columns) + 2.0
        wide = min(SINGLE_COLUMN - left - 2 * MARGIN, 14.0 * len(columns))
        high = 3.5 * len(names)
        below = 15.0 + LINE * (text.count("\n") + 1) + MARGIN
        box = (MARGIN + left, MARGIN + top, wide, high)
        with style("paper"):
            made = sheet(SINGLE_COLUMN, MARGIN + top + high + below, box)
            return plot_contacts(contacts, caption=text, ax=made)

    colours = _distance_map()
    scale = Normalize(NEAREST, CUTOFF)
    ax.set(xlim=(0, len(columns)), ylim=(len(names), 0))
    for _, row in inside.iterrows():
        x, y = columns.index(row["structure"]), names.index(row["klifs"])
        face = colours(scale(row["min_distance"]))
        ax.add_patch(Rectangle((x, y), 1, 1, fc=face, ec="white", lw=0.6))
        mark = "".join(m for kind, m in _MARKS.items() if kind in str(row["kinds"]).split(", "))
        ax.text(
            x + 0.5, y + 0.5, mark, ha="center", va="center_baseline",
            color="white" if lightness(face) < 0.55 else INK,
        )  # fmt: skip
    ax.set_xticks(np.arange(len(columns)) + 0.5, [plain(shorten(c)) for c in columns], rotation=90)
    ax.xaxis.tick_top()
    ax.set_yticks(np.arange(len(names)) + 0.5, [plain(n) for n in names])
    ax.tick_params(length=0)
    ax.tick_params(axis="y", labelcolor=GREY)
    for spine in ax.spines.values():
        spine.set(color=EDGE)
    wide_mm, tall = size_of(ax)
    for name, y in zip(names, range(len(names)), strict=True):
        ax.annotate(
            plain(residues[name]), (0, y + 0.5), (-17.5 * 72 / 25.4, 0), ha="right",
            xycoords=ax.get_yaxis_transform(), textcoords="offset points", va="center_baseline",
        )  # fmt: skip
    figure = ax.get_figure(root=True)
    assert figure is not None
    start = ax.get_position().x0 * figure.get_figwidth() * 25.4 - MARGIN
    bar = ax.inset_axes((-start / wide_mm, -5.0 / tall, 50.0 / wide_mm, 2.6 / tall))
    made_bar = figure.colorbar(
        ScalarMappable(scale, colours), cax=bar, orientation="horizontal", extend="min",
        ticks=[2.5, 3, 3.5, 4, 4.5],
    )  # fmt: skip
    made_bar.ax.set_xlabel("shortest heavy-atom distance (Å)", labelpad=1, loc="left")
    ax.text(
        -start / wide_mm, -14.5 / tall, plain(caption), transform=ax.transAxes, va="top", color=INK
    )
    return ax


def _some(residues: pd.Series[str]) -> str:
    """Name a position's residues; the first alone where there are more than two."""
    names = list(dict.fromkeys(residues))
    return "/".join(names) if len(names) < 3 else f"{names[0]}/…"


_MARKS = {"salt bridge": "+", "polar": "•"}
_KINDS_KEY = f"Marks: + salt bridge, • polar contact; white: beyond {CUTOFF:g} Å."


def _distance_map() -> ListedColormap:
    """Colours of distances, lightness rising all the way: dark is near."""
    return ListedColormap(colormaps["YlGnBu_r"](np.linspace(0.05, 0.9, 256)), "distance")


__all__ = ["plot_contacts", "plot_interactions", "plot_matrix", "plot_rotamers", "save", "style"]
