"""What all figures share: the paper style, sizes in mm, text that is measured, and saving.

Figures are made without pyplot, so nothing global is left behind and no window opens.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, ListedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

from ros1struct.errors import InputError, did_you_mean

MM = 1 / 25.4
POINT = 25.4 / 72
SINGLE_COLUMN = 86.0
TYPE = 7.0
MARGIN = 1.5
# Height in mm of a line of a paragraph of such type.
LINE = 3.3
# Hinting makes a line up to 3 % longer on a screen than in print.
HINTED = 0.97
INK = "#222222"
GREY = "#6b6b6b"
EDGE = "#a8a8a8"

_PAPER: dict[str, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Arial", "Helvetica"],
    "font.size": TYPE,
    "axes.titlesize": 8,
    "axes.labelsize": TYPE,
    "xtick.labelsize": TYPE,
    "ytick.labelsize": TYPE,
    "legend.fontsize": TYPE,
    "legend.frameon": False,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.0,
    "ytick.major.size": 2.0,
    "lines.linewidth": 0.8,
    "patch.linewidth": 0.4,
    "hatch.linewidth": 0.4,
    "figure.dpi": 150,
    "savefig.dpi": 600,
    "savefig.facecolor": "white",
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    # Text stays text, and the same figure gives the same bytes.
    "svg.fonttype": "none",
    "svg.hashsalt": "ros1struct",
    "pdf.fonttype": 42,
    "ps.fonttype": 42,
}
_STYLES: dict[str, Any] = {"paper": _PAPER}
_METADATA: dict[str, dict[str, None]] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}


@contextmanager
def style(name: str = "paper") -> Iterator[None]:
    """Use a figure style inside a ``with`` block.

    Parameters
    ----------
    name : {"paper"}
        86 mm single column, type of 7 to 8 points, editable text in SVG and PDF, 600 dpi PNG.

    Raises
    ------
    InputError
        If there is no such style.

    Examples
    --------
    >>> import matplotlib
    >>> with style("paper"):
    ...     matplotlib.rcParams["svg.fonttype"]
    'none'
    """
    if name not in _STYLES:
        hint = did_you_mean(name, _STYLES)
        raise InputError(f"no figure style {name!r}; known are {', '.join(_STYLES)}.{hint}")
    with mpl.rc_context(_STYLES[name]):
        yield


def save(figure: Figure | Axes, stem: str | os.PathLike[str]) -> tuple[Path, Path, Path]:
    """Write a figure as SVG, PDF and PNG in the paper style.

    Parameters
    ----------
    figure : Figure or Axes
    stem : path
        Without suffix; the folder must exist.

    Returns
    -------
    svg, pdf, png : Path

    Raises
    ------
    InputError
        If the folder does not exist.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     paths = save(Figure(), Path(folder) / "empty")
    >>> [path.name for path in paths]
    ['empty.svg', 'empty.pdf', 'empty.png']
    """
    if isinstance(figure, Axes):
        owner = figure.get_figure(root=True)
        assert owner is not None
        figure = owner
    stem = Path(stem)
    if not stem.parent.is_dir():
        raise InputError(f"cannot save a figure: expected a folder at {stem.parent}, found none")
    paths = tuple(stem.with_name(f"{stem.name}.{kind}") for kind in ("svg", "pdf", "png"))
    with style("paper"):
        for path in paths:
            figure.savefig(path, metadata=_METADATA.get(path.suffix[1:], {}))
    return paths[0], paths[1], paths[2]


def plain(text: str) -> str:
    """Escape what matplotlib would read as mathematics."""
    return text.replace("$", r"\$")


@lru_cache(maxsize=4096)
def text_width(text: str, size: float = TYPE) -> float:
    """Measure a line of text in mm.

    Examples
    --------
    >>> 8 < text_width("G2032R") < 12
    True
    """
    if not text.strip():
        return 0.0
    font = FontProperties(family=["DejaVu Sans"])
    return float(TextPath((0, 0), plain(text), size=size, prop=font).get_extents().x1) * POINT


def wrap(text: str, width: float, size: float = TYPE) -> str:
    """Break text into lines of at most a width in mm."""
    width *= HINTED
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines)


def shorten(text: str, letters: int = 20) -> str:
    """Cut a long name out of a file.

    Examples
    --------
    >>> shorten("2xp2_protein_4cli_lorlatinib")
    '2xp2_protein_4cli_l…'
    """
    return text if len(text) <= letters else f"{text[: letters - 1]}…"


def sheet(width: float, height: float, box: tuple[float, float, float, float]) -> Axes:
    """Make a figure of a size in mm with one Axes.

    Parameters
    ----------
    width, height : float
    box : tuple of float
        Left, top (from the figure's top), width and height of the Axes in mm.
    """
    figure = Figure(figsize=(width * MM, height * MM))
    left, top, wide, high = box
    return figure.add_axes((left / width, 1 - (top + high) / height, wide / width, high / height))


def size_of(ax: Axes) -> tuple[float, float]:
    """Width and height of an Axes in mm."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    box = ax.get_window_extent()
    return float(box.width / figure.dpi / MM), float(box.height / figure.dpi / MM)


def tolerance_map() -> Colormap:
    """Colours of 0 to 1, lightness rising all the way: dark is a clash, pale fits."""
    return ListedColormap(colormaps["YlGnBu_r"](np.linspace(0.05, 0.94, 256)), "tolerance")


def lightness(colour: Any) -> float:
    """Grey value of a colour, 0 to 1, by the luma of Rec. 601."""
    return float(np.dot(to_rgb(colour), (0.299, 0.587, 0.114)))


def need(table: pd.DataFrame, columns: str) -> None:
    """Refuse a table that is empty or lacks a column.

    Raises
    ------
    InputError
        The message names the column and lists what is there.
    """
    missing = [name for name in columns.split() if name not in table.columns]
    if missing:
        raise InputError(
            f"cannot draw: expected a column {missing[0]!r}, "
            f"found {', '.join(map(str, table.columns))}"
        )
    if table.empty:
        raise InputError("cannot draw: the table has no rows")


def provenance_line(table: pd.DataFrame) -> str:
    """Name the structures of a table by kinase and provenance, and the clash definition."""
    said = []
    first = table.drop_duplicates("structure")
    for (kinase, kind), group in first.groupby(["kinase", "provenance"], sort=False):
        said.append(f"{kinase} {', '.join(group['structure'])}: {kind}")
    text = f"Structures: {'; '.join(said)}."
    if "definition" in table:
        text += f" Clashes by {', '.join(d for d in table['definition'].unique() if d)}."
    return text
