"""What all figures share: the paper style, sizes in mm, text that is measured, and saving.

Figures are made without pyplot, so nothing global is left behind and no window opens.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
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
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.textpath import TextPath

from ros1struct.errors import InputError, did_you_mean
from ros1struct.sidechains.measure import SCOPE

MM = 1 / 25.4
POINT = 25.4 / 72
SINGLE_COLUMN, DOUBLE_COLUMN = 86.0, 178.0
TYPE = 7.0
MARGIN = 1.5
# Height in mm of a line of a paragraph of such type.
LINE = 3.3
# Hinting makes a line up to 5 % longer on a screen than in print.
_HINTED = 1.05
# Bold type is wider by at most this.
BOLD = 1.13
INK = "#222222"
GREY = "#6b6b6b"
EDGE = "#a8a8a8"
HATCH = "#c4c4c4"
# How cells without a score are filled: face, hatch, and what the key says.
FILLS: dict[str, tuple[str, str, str]] = {
    "out of scope": ("#ececec", "////", f"out of scope (beyond {SCOPE:g} Å)"),
    "undefined": ("white", ".....", "undefined (proline)"),
    "not in model": ("white", "", "not in model"),
    "no model": ("white", "xxxxx", "no model"),
    "not read": ("white", "|||||", "not read as a mutation"),
}

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
_KINDS = ("svg", "pdf", "png")
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


def save(
    figure: Figure | Axes, stem: str | os.PathLike[str], *, kinds: Sequence[str] = _KINDS
) -> tuple[Path, ...]:
    """Write a figure as SVG, PDF and PNG in the paper style.

    Parameters
    ----------
    figure : Figure or Axes
    stem : path
        Without suffix, or with one of the three; the folder must exist.
    kinds : sequence of {"svg", "pdf", "png"}
        Which files to write.

    Returns
    -------
    tuple of Path
        In the order of `kinds`.

    Raises
    ------
    InputError
        If the folder does not exist, this is no figure, or a kind is none of the three.

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
    if not isinstance(figure, Figure):
        raise InputError(f"expected a Figure or Axes to save, found {type(figure).__name__}")
    if unknown := [kind for kind in kinds if kind not in _KINDS]:
        raise InputError(f"a figure is saved as {', '.join(_KINDS)}, found {unknown[0]!r}")
    stem = Path(stem)
    if stem.suffix[1:] in _KINDS:
        stem = stem.with_suffix("")
    if not stem.parent.is_dir():
        raise InputError(f"cannot save a figure: expected a folder at {stem.parent}, found none")
    paths = tuple(stem.with_name(f"{stem.name}.{kind}") for kind in kinds)
    with style("paper"):
        for path in paths:
            figure.savefig(path, metadata=_METADATA.get(path.suffix[1:], {}))
    return paths


def plain(text: str) -> str:
    """Escape what matplotlib would read as mathematics."""
    return text.replace("$", r"\$")


def text_width(text: str, size: float = TYPE) -> float:
    """Measure a line of text in mm, in the font in force, as long as hinting can make it.

    Examples
    --------
    >>> 8 < text_width("G2032R") < 12
    True
    """
    return _HINTED * print_width(text, size)


def print_width(text: str, size: float = TYPE) -> float:
    """Measure a line of text in mm, in the font in force, as long as it is in print."""
    return _text_width(text, size, findfont(FontProperties())) if text.strip() else 0.0


@lru_cache(maxsize=4096)
def _text_width(text: str, size: float, file: str) -> float:
    font = FontProperties(fname=file)
    # Control points, as extents of the curves themselves take 30 ms a line.
    path = TextPath((0, 0), plain(text), size=size, prop=font)
    return float(np.max(path.vertices[:, 0])) * POINT


def wrap(text: str, width: float, size: float = TYPE) -> str:
    """Break text into lines of at most a width in mm, at spaces that may be broken."""
    lines: list[str] = []
    for word in re.split(r"[ \n]+", text.strip()):
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


def tolerance_map() -> Colormap:
    """Colours of 0 to 1, lightness rising all the way: dark clashes, pale fits."""
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
    if not isinstance(table, pd.DataFrame):
        hint = "; give its table()" if hasattr(table, "table") else ""
        raise InputError(f"cannot draw: expected a table, found {type(table).__name__}{hint}")
    missing = [name for name in columns.split() if name not in table.columns]
    if missing:
        found = ", ".join(map(str, table.columns)) or "a table without columns"
        raise InputError(f"cannot draw: expected a column {missing[0]!r}, found {found}")
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
