"""The rotamer fan: what keeps each rotamer of a mutant out, the protein or the inhibitor."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, Normalize
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from ros1struct.figures.layout.field import LABEL, TICKS, Field
from ros1struct.figures.layout.key import Bar, Key, shade
from ros1struct.figures.layout.sheet import axes_level
from ros1struct.figures.style import (
    EDGE,
    GREY,
    INK,
    LINE,
    POINT,
    TYPE,
    need,
    plain,
    text_width,
    tolerance_map,
)

Floats = npt.NDArray[np.float64]
Box = tuple[float, float, float, float]

# Å; the scale is the same for every mutant and inhibitor, and what lies beyond stands at its edge.
LEAST, MOST = -1.0, 3.0
# Rotamers less likely than this are drawn without a name, and no more than so many have one.
NAMED, MOST_NAMED = 0.02, 8
_SHADE = "#efefef"
# mm: within the field above and below what is measured; around the field.
_WORDS_ABOVE, _WORDS_BELOW = 6.5, 4.5
_EDGES = (TICKS + 6.8 + LABEL, 5.0, 2.0, TICKS + LINE + LABEL)
# Probabilities of the discs in the key.
_SHOWN = (0.02, 0.1, 0.3)


@axes_level
def plot_rotamers(
    rotamers: pd.DataFrame,
    *,
    legend: str | None = None,
    caption: str | None = None,
    cmap: str | Colormap | None = None,
    norm: Normalize | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the rotamer fan of one mutant: what each rotamer meets, and how likely it is.

    Parameters
    ----------
    rotamers : DataFrame
        Of ``Ensemble.table()``.
    legend : str, optional
        Heading of the key; ``""`` leaves key and colour bar out.
    caption : str, optional
        Line below; by default the structure and its provenance, where the table has them; ``""``
        for none.
    cmap, norm : optional
        Colours of the part of a rotamer's samples that is free beside the inhibitor, 0 to 1.
    ax : Axes, optional
        Everything stands inside it; by default that of a sheet 86 mm wide.

    Returns
    -------
    Axes
        One disc per rotamer, placed by the overlaps of its best sample with protein and inhibitor
        (Å; below -1 and above 3 at the edge): it lies on the white field exactly if the rotamer
        has a sample free of both. Area by probability, fill by the part of its samples that is
        free beside the inhibitor. The percentages are probabilities over all samples: free of
        both, free of the protein alone, and not free of the protein.

    Raises
    ------
    InputError
        If the table is empty or no table of rotamers.
    FigureSizeError
        If the Axes is too small.

    Examples
    --------
    >>> import ros1struct as rs
    >>> from ros1struct.sidechains.ensembles import ensemble
    >>> plot_rotamers(ensemble(rs.load("2WGJ"), "G1163R").table()).get_title()
    'G1163R'
    """
    need(
        rotamers,
        "residue mutant name probability free_apo free_holo apo_overlap inhibitor_overlap "
        "threshold",
    )
    shown = rotamers.sort_values("probability", ascending=False, kind="stable")
    limit = float(shown["threshold"].iloc[0])
    colours = tolerance_map() if cmap is None else mpl.colormaps.get_cmap(cmap)
    scale = ScalarMappable(Normalize(0, 1) if norm is None else norm, colours)
    labels = [f"overlap with the {what} (Å)" for what in ("protein", "inhibitor")]
    long = max(map(text_width, labels)) + 1.0
    key = Key(
        _handles(shown, limit),
        Bar(scale, "part of its samples that is free beside the inhibitor", [0, 0.5, 1]),
        legend,
        _source(rotamers) if caption is None else caption,
        2,
    )
    cell = Field(
        ax, "a rotamer fan", _EDGES, wish=(1e3, 64.0), least=(long, long), key=key
    )  # fmt: skip
    ax = cell.ax
    across = shown["apo_overlap"].clip(LEAST, MOST).to_numpy(dtype="float64")
    up = shown["inhibitor_overlap"].clip(LEAST, MOST).to_numpy(dtype="float64")
    area = _area(shown["probability"].to_numpy(dtype="float64"))
    _fields(cell, limit)
    cell.label(ax, *labels)
    ax.scatter(
        across, up, s=area * cell.scale**2, c=list(shade(scale, shown["free_holo"])),
        edgecolors=INK, linewidths=0.4, alpha=0.9, zorder=3,
    )  # fmt: skip
    first = shown.iloc[0]
    title = plain(f"{first['residue']}{first['mutant']}")
    ax.set_title(title, fontsize=8 / TYPE * cell.type, pad=cell.points(1.0))
    taken = _shares(cell, shown, limit)
    _names(cell, shown, np.column_stack([across, up]), np.sqrt(area / np.pi) * POINT, taken)
    ax.spines[:].set_color(EDGE)
    return ax


def _handles(shown: pd.DataFrame, limit: float) -> list[Line2D]:
    """Key: from where on it is a clash, and by which definition; areas."""
    names = [str(n) for n in shown["definition"].unique() if n] if "definition" in shown else []
    words = f"clash{' by ' if names else ''}{', '.join(names)}: from {limit:g} Å"
    made = [Line2D([], [], color=GREY, lw=0.6, ls="--", label=words)]
    for share in _SHOWN[::-1]:
        size = 2 * float(np.sqrt(_area(np.array(share)) / np.pi))
        disc: dict[str, Any] = {"marker": "o", "ms": size, "mfc": "white", "mec": INK, "mew": 0.4}
        made.insert(0, Line2D([], [], ls="", label=f"probability {share:.0%}", **disc))
    return made


def _area(probability: Floats) -> Floats:
    """Area of a disc in square points."""
    return 4.0 + 220.0 * probability


def _fields(cell: Field, limit: float) -> None:
    """Axes of one scale for all fans; white where a sample is free."""
    ax, tall = cell.ax, cell.place[3]
    low, right = LEAST - 0.25, MOST + 0.25
    unit = (right - low) / max(tall - _WORDS_ABOVE - _WORDS_BELOW, 1.0)
    below, above = low - _WORDS_BELOW * unit, right + _WORDS_ABOVE * unit
    ax.set(xlim=(low, right), ylim=(below, above))
    ax.add_patch(Rectangle((low, limit), right - low, above - limit, fc=_SHADE, lw=0, zorder=0))
    ax.add_patch(Rectangle((limit, below), right - limit, limit - below, fc=_SHADE, lw=0, zorder=0))
    ax.axhline(limit, color=GREY, lw=0.6, ls="--", zorder=1)
    ax.axvline(limit, color=GREY, lw=0.6, ls="--", zorder=1)
    ticks = np.arange(LEAST, MOST + 0.5)
    labels = [f"{t:.0f}".replace("-", "−") for t in ticks]
    labels[0], labels[-1] = f"≤ {labels[0]}", f"≥ {labels[-1]}"
    ax.set_xticks(ticks, labels)
    ax.set_yticks(ticks, labels)


def _shares(cell: Field, shown: pd.DataFrame, limit: float) -> list[Box]:
    """Write the probability of each field into it; return the boxes in mm."""
    chance = shown["probability"].to_numpy(dtype="float64")
    apo = float(chance @ shown["free_apo"].to_numpy(dtype="float64"))
    holo = float(chance @ shown["free_holo"].to_numpy(dtype="float64"))
    ax, tall = cell.ax, cell.place[3]
    middle = float(_to_mm(cell, limit, 0.0)[0])
    boxes = []
    for text, x, y, va in (
        (f"blocked by the\ninhibitor: {_percent(apo - holo)}", 1.0, tall - 1.0, "top"),
        (f"blocked by the\nprotein: {_percent(1 - apo)}", middle + 1.0, tall - 1.0, "top"),
        (f"free: {_percent(holo)}", 1.0, 1.0, "bottom"),
    ):
        place = ax.transLimits.inverted().transform((x / cell.place[2], y / tall))
        style: dict[str, Any] = {"ha": "left", "va": va, "fontsize": cell.type, "zorder": 2}
        ax.text(place[0], place[1], text, color=INK, **style)
        lines = text.split("\n")
        high = LINE * len(lines)
        wide = max(text_width(line) for line in lines)
        bottom = y if va == "bottom" else y - high
        boxes.append((x, bottom, x + wide, bottom + high))
    return boxes


def _percent(share: float) -> str:
    """Whole per cent; what is more than nothing is not written as 0.

    Examples
    --------
    >>> _percent(0.0), _percent(0.002), _percent(0.514)
    ('0%', '< 1%', '51%')
    """
    return "< 1%" if 1e-9 < share < 0.01 else f"{abs(share):.0%}"


def _to_mm(cell: Field, x: npt.ArrayLike, y: npt.ArrayLike) -> Floats:
    """Places in mm from the lower left corner of the field."""
    inside = cell.ax.transLimits.transform(np.column_stack(np.broadcast_arrays(x, y)))
    return np.asarray(inside * np.array(cell.place[2:])).squeeze()


def _names(cell: Field, shown: pd.DataFrame, at: Floats, radius: Floats, taken: list[Box]) -> None:
    """Name the free rotamers, then the most likely of the others, each where its field has room."""
    ax = cell.ax
    places = np.atleast_2d(_to_mm(cell, *at.T))
    limit = float(shown["threshold"].iloc[0])
    middle, size = _to_mm(cell, limit, limit), np.array(cell.place[2:])
    free = (shown["free_holo"] > 0).to_numpy()
    likely = np.flatnonzero(shown["probability"] >= NAMED).tolist()
    names = shown["name"].tolist()
    wanted = [k for k in sorted(likely, key=lambda k: (not free[k], k)) if names[k]]
    reach = radius[:, None]
    discs = [tuple(box) for box in np.hstack([places - reach, places + reach])]
    for k in wanted[:MOST_NAMED]:
        beyond = at[k] >= limit
        field = (*np.where(beyond, middle, 0.0), *np.where(beyond, size, middle))
        apart = [disc for disc in discs if not _meet(disc, discs[k])]
        for box in _around(places[k], radius[k], (text_width(names[k]), TYPE * POINT)):
            line = _leader(places[k], radius[k], box)
            if not _within(box, field) or any(_meet(box, other) for other in (*taken, *discs)):
                continue
            if any(_meet(point, other) for point in line for other in (*taken, *apart)):
                continue
            taken += [box, *line]
            ax.annotate(
                plain(names[k]), tuple(at[k]), cell.points(1.0) * (np.array(box[:2]) - places[k]),
                textcoords="offset points", ha="left", va="baseline", zorder=4,
                fontsize=cell.type,
            )  # fmt: skip
            if line:
                ends = np.array([line[0][:2], line[-1][:2]]) / size
                ax.plot(*ends.T, transform=ax.transAxes, color=GREY, lw=0.4, zorder=3.5)
            break


def _around(place: Floats, radius: float, size: tuple[float, float]) -> Iterator[Box]:
    """Boxes for a text about a disc, the nearest first."""
    for step, angle in itertools.product(np.arange(0.7, 8.0, 1.2), np.arange(0.0, 360.0, 15.0)):
        toward = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
        corner = place + (radius + step) * toward - np.array(size) * (1 - toward) / 2
        yield (*corner, *(corner + size))


def _leader(place: Floats, radius: float, box: Box) -> list[Box]:
    """Points of the line from a disc to its name, if that stands away from it."""
    end = np.clip(place, box[:2], box[2:])
    away = float(np.hypot(*(end - place)))
    if away < radius + 2.0:
        return []
    points = place + np.linspace(radius / away, 1.0, 12)[:, None] * (end - place)
    return [(x, y, x, y) for x, y in points.tolist()]


def _within(box: Sequence[float], field: Sequence[float], gap: float = 0.5) -> bool:
    low = box[0] > field[0] + gap and box[1] > field[1] + gap
    return low and box[2] < field[2] - gap and box[3] < field[3] - gap


def _meet(one: Sequence[float], other: Sequence[float], gap: float = 0.5) -> bool:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return bool(wide > -gap and high > -gap)


def _source(rotamers: pd.DataFrame) -> str:
    """Structure, provenance and definition that the table names."""
    first = rotamers.iloc[0]
    if not first.get("provenance", ""):
        return ""
    who = f"{first['kinase']} with {first['inhibitor']}"
    if first["structure"] != first["inhibitor"]:
        who += f", {first['structure']}"
    return f"{who}: {first['provenance']}. Clashes by {first['definition']}."
