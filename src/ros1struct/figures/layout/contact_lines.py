"""How a kind of contact is drawn, in a picture and in its key. The unit of the Axes is the mm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch

from ros1struct.colours import CLASH_COLOUR, CONTACT_COLOURS
from ros1struct.figures.style import EDGE, INK, TYPE, plain, print_width

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Stroke:
    """How a kind of contact is drawn.

    Attributes
    ----------
    colour : str
    dashes : tuple of float
        Points on and off; empty for a solid line.
    width : float
        Points.
    measured : bool
        The distance stands in the line.
    ring : bool
        A ring takes part: of several, the nearest is drawn.
    """

    colour: str
    dashes: tuple[float, ...] = ()
    width: float = 1.0
    measured: bool = False
    ring: bool = False


CLASH, HYDROPHOBIC, REPORTED = "clash", "hydrophobic", "resistance"
# Points on and off, width, whether the distance stands in the line, whether a ring takes part.
_LINES: dict[str, tuple[tuple[float, ...], float, bool, bool]] = {
    "hydrogen bond": ((3.5, 1.8), 1.1, True, False),
    "water bridge": ((5, 1.5, 1, 1.5), 1.1, True, False),
    "salt bridge": ((), 1.4, True, False),
    "halogen bond": ((7, 1.5), 1.1, True, False),
    "metal": ((), 0.7, True, False),
    "pi stacking face": ((1, 1), 2.0, False, True),
    "pi stacking edge": ((2.6, 1, 0.8, 1), 1.5, False, True),
    "cation-pi": ((6, 1.4, 1, 1.4, 1, 1.4), 1.2, False, True),
    "pi-cation": ((6, 1.4, 1, 1.4, 1, 1.4), 1.2, False, True),
    "sulphur-pi": ((5, 3), 0.9, False, True),
    "weak hydrogen bond": ((0.9, 1.8), 1.0, False, False),
}
STROKES = {kind: Stroke(CONTACT_COLOURS[kind], *line) for kind, line in _LINES.items()}
STROKES[CLASH] = Stroke(CLASH_COLOUR, (), 0.9)
GREASE = CONTACT_COLOURS[HYDROPHOBIC]
SHADE = "#fdf0c8"
# mm: a spoke, the space between spokes, a tooth of a zigzag, between parallel lines.
SPOKE = 0.9
SPACING = 1.3
TOOTH = 0.5
PARALLEL = 0.9
# mm: a sample in the key, and the space around its words.
SAMPLE = 6.5
SPACE = 1.2
BETWEEN = 3.0
KEY_ROW = 3.7


def draw_line(ax: Axes, kind: str, line: Floats, shift: float = 0.0, name: str = "") -> None:
    """Draw a contact.

    Parameters
    ----------
    ax : Axes
    kind : str
    line : ndarray of float64, shape (4,)
        x0, y0, x1, y1.
    shift : float
        mm to the side, for contacts of one pair.
    name : str
        The artist's, by which an editor of the SVG finds it.
    """
    stroke = STROKES[kind]
    start, end = line[:2], line[2:]
    length = max(float(np.linalg.norm(end - start)), 1e-9)
    along = (end - start) / length
    side = np.array([-along[1], along[0]])
    points = np.array([start, end])
    if kind == CLASH:
        teeth = max(2 * round(length / (4 * TOOTH)), 2)
        points = np.linspace(start, end, 2 * teeth + 1)
        points[1::2] += TOOTH * side * np.where(np.arange(teeth) % 2, -1, 1)[:, None]
    points = points + shift * side
    made = Line2D(
        points[:, 0], points[:, 1], color=stroke.colour, lw=stroke.width, zorder=2,
        dash_capstyle="butt", solid_capstyle="round", gid=name or None,
    )  # fmt: skip
    # Dashes are points, whatever the width of the line.
    if stroke.dashes:
        made.set_linestyle((0, tuple(d / stroke.width for d in stroke.dashes)))
    ax.add_line(made)


def draw_arc(ax: Axes, centre: Floats, size: Floats, towards: Floats, name: str = "") -> None:
    """Draw the spoked arc of a hydrophobic contact on one side of a label.

    Parameters
    ----------
    ax : Axes
    centre, size : ndarray of float64, shape (2,)
        Of the label's box, the spokes included.
    towards : ndarray of float64, shape (2,)
        The side.
    name : str
    """
    half = np.asarray(size) / 2 - SPOKE
    way = np.asarray(towards - centre) / half
    angle = np.arctan2(way[1], way[0]) + np.linspace(-1.15, 1.15, 200)
    # A rounded box: the ellipse of the fourth power.
    ray = np.stack([np.cos(angle), np.sin(angle)], axis=1) * half
    ray /= (np.abs(ray / half) ** 4).sum(axis=1, keepdims=True) ** 0.25
    curve = centre + ray
    path = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(curve, axis=0), axis=1))])
    stops = np.linspace(0, path[-1], max(round(path[-1] / SPACING), 3) + 1)
    at = np.searchsorted(path, stops).clip(1, len(path) - 1)
    normal = np.stack([curve[at, 1] - curve[at - 1, 1], curve[at - 1, 0] - curve[at, 0]], axis=1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    spokes = [np.array([p, p + SPOKE * n]) for p, n in zip(curve[at], normal, strict=True)]
    made = LineCollection(
        [curve, *spokes], colors=GREASE, linewidths=0.8, capstyle="round", zorder=2
    )
    made.set_gid(name or None)
    ax.add_collection(made)


def frame(
    ax: Axes, box: tuple[float, float, float, float], edge: str, face: str, name: str = ""
) -> None:
    """Draw a rounded frame (left, bottom, right, top) under a label."""
    left, bottom, right, top = box
    made = FancyBboxPatch(
        (left, bottom), right - left, top - bottom, boxstyle="round,pad=0,rounding_size=0.8",
        fc=face, ec=edge, lw=0.5, zorder=3,
    )  # fmt: skip
    made.set_gid(name or None)
    ax.add_patch(made)


def key_rows(entries: dict[str, str], width: float) -> list[list[tuple[str, str, float]]]:
    """Break a key into rows.

    Parameters
    ----------
    entries : dict
        Kind and its words.
    width : float
        mm.

    Returns
    -------
    list of list of tuple
        Kind, words and left edge in mm, by row.
    """
    rows: list[list[tuple[str, str, float]]] = []
    x = np.inf
    for kind, words in entries.items():
        wide = SAMPLE + SPACE + print_width(words)
        if x + wide > width:
            rows.append([])
            x = 0.0
        rows[-1].append((kind, words, x))
        x += wide + BETWEEN
    return rows


def draw_key(
    ax: Axes, rows: list[list[tuple[str, str, float]]], left: float, top: float, size: float = TYPE
) -> None:
    """Draw the rows of a key from its upper left corner down, in type of so many points."""
    for k, row in enumerate(rows):
        y = top - (k + 0.5) * KEY_ROW
        for kind, words, x in row:
            x += left
            if kind == HYDROPHOBIC:
                middle = np.array([x + SAMPLE / 2, y - 1.6])
                draw_arc(ax, middle, np.array([SAMPLE, 4.6]), np.array([middle[0], y + 9]))
            elif kind == REPORTED:
                frame(ax, (x, y - 1.3, x + SAMPLE, y + 1.3), EDGE, SHADE)
            else:
                draw_line(ax, kind, np.array([x, y, x + SAMPLE, y]))
            ax.text(
                x + SAMPLE + SPACE, y, plain(words), va="center_baseline", fontsize=size, color=INK
            )
