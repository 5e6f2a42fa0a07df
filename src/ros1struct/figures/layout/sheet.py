"""Figures in mm: a sheet for one plot, or for several by a mosaic; both show in a notebook."""

from __future__ import annotations

import inspect
import io
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ros1struct.arguments import refuse
from ros1struct.errors import InputError
from ros1struct.figures.style import MARGIN, MM, plain, style

P = ParamSpec("P")

# mm: between panels, and above each for its letter; points, of the letter.
_GAP, _HEAD, _LETTER = 4.0, 4.5, 8.0


class Sheet(Figure):
    """A figure that a notebook shows where it ends a cell."""

    def _repr_png_(self) -> bytes:
        made = io.BytesIO()
        self.savefig(made, format="png", dpi=self.dpi)
        return made.getvalue()


class SheetAxes(Axes):
    """The Axes of a sheet: shown in a notebook with all of its figure."""

    def _repr_png_(self) -> bytes:
        figure = self.get_figure(root=True)
        assert isinstance(figure, Sheet)
        return figure._repr_png_()


def axes_level(plot: Callable[P, Axes]) -> Callable[P, Axes]:
    """Draw on a sheet in the paper style, on any other Axes in the style that is in force."""
    signature = inspect.signature(plot)
    elsewhere = "ax", next(iter(signature.parameters))  # each plot says what its table is

    @wraps(plot)
    def in_style(*args: P.args, **given: P.kwargs) -> Axes:
        refuse(plot, signature.bind(*args, **given).arguments, elsewhere)
        ax = given.get("ax")
        if ax is not None and not isinstance(ax, Axes):
            raise InputError(f"cannot draw: expected ax= to be an Axes, found {type(ax).__name__}")
        if ax is not None and not isinstance(ax, SheetAxes):
            return plot(*args, **given)
        with style("paper"):
            return plot(*args, **given)

    return in_style


def sheet(width: float, height: float) -> Axes:
    """Make a figure (mm) with one Axes that leaves a margin."""
    made = Sheet(figsize=(width * MM, height * MM))
    x, y = MARGIN / width, MARGIN / height
    return made.add_axes((x, y, 1 - 2 * x, 1 - 2 * y), axes_class=SheetAxes)


def panel(
    mosaic: str | list[Any],
    *,
    width: float = 178.0,
    height: float = 120.0,
    letters: bool = True,
    **options: Any,
) -> dict[str, Axes]:
    """Make a figure with several panels, in mm and in the paper style.

    Parameters
    ----------
    mosaic : str or list
        As of :meth:`matplotlib.figure.Figure.subplot_mosaic`: ``"ab;cc"`` is two panels above one.
    width, height : float
        mm of the figure; 86 and 178 are one and two columns.
    letters : bool
        Whether the names of the panels stand above them.
    **options
        Of ``subplot_mosaic``, such as ``width_ratios`` and ``height_ratios``.

    Returns
    -------
    dict of str to Axes
        By the names of the mosaic. What is drawn on them is in the paper style.

    Examples
    --------
    >>> axes = panel("ab", height=80.0)
    >>> figure = axes["b"].figure
    >>> [text.get_text() for text in figure.texts], round(figure.get_figwidth() * 25.4)
    (['a', 'b'], 178)
    """
    with style("paper"):
        made = Sheet(figsize=(width * MM, height * MM))
        head = _HEAD if letters else 0.0
        rows, columns = _shape(mosaic)
        options["gridspec_kw"] = {
            "left": MARGIN / width,
            "right": 1 - MARGIN / width,
            "bottom": MARGIN / height,
            "top": 1 - (MARGIN + head) / height,
            "wspace": _share(_GAP, width - 2 * MARGIN, columns),
            "hspace": _share(_GAP + head, height - 2 * MARGIN - head, rows),
            **options.get("gridspec_kw", {}),
        }
        options["subplot_kw"] = {"axes_class": SheetAxes, **options.get("subplot_kw", {})}
        axes: dict[str, Axes] = made.subplot_mosaic(mosaic, **options)
        for name, ax in axes.items() if letters else ():
            box = ax.get_position()
            made.text(
                box.x0, box.y1 + 1.0 / height, plain(str(name)), fontsize=_LETTER,
                fontweight="bold", va="bottom",
            )  # fmt: skip
    return axes


def _shape(mosaic: str | list[Any]) -> tuple[int, int]:
    """Rows and columns of a mosaic."""
    if isinstance(mosaic, str):
        lines = [line.strip() for line in mosaic.replace(";", "\n").split("\n") if line.strip()]
        return len(lines), len(lines[0])
    return len(mosaic), len(mosaic[0])


def _share(gap: float, whole: float, parts: int) -> float:
    """Give a gap as matplotlib counts it, in mean sizes of what stands beside it."""
    return gap / max((whole - (parts - 1) * gap) / parts, 1.0)
