"""The cell of a plot: the Axes that it is given, inside which everything stands.

A plot makes its field smaller than its Axes by what stands around it (labels above, key and caption
below), and does so again at every drawing: tight and constrained layouts, subfigures, other sizes
and resolutions keep it inside. Lengths are mm at the paper style's type of 7 points; smaller type
makes them shorter. The type is that in force, or as much smaller as the Axes asks for, down to 5
points.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import (
    Affine2D,
    Bbox,
    BboxTransformTo,
    ScaledTranslation,
    Transform,
    TransformedBbox,
)

from ros1struct.errors import FigureSizeError
from ros1struct.figures.layout.sheet import sheet
from ros1struct.figures.style import (
    MARGIN,
    MM,
    SINGLE_COLUMN,
    TYPE,
)

Box = tuple[float, float, float, float]

# Points: journals print no smaller type. Type shrinks by such steps.
SMALLEST, _STEP = 5.0, 0.96
# mm that are lost in rounding.
_SLACK = 0.15


def scales() -> Iterator[float]:
    """Sizes of the type to try, where that of the paper style is 1: that in force, and smaller."""
    scale = float(mpl.rcParams["font.size"]) / TYPE
    least = min(scale, SMALLEST / TYPE)
    while scale > least * 1.001:
        yield scale
        scale *= _STEP
    yield least


def room(ax: Axes | None, scale: float = 1.0) -> tuple[float, float]:
    """Width and height of the cell that an Axes is, or will be on a sheet of one column."""
    if ax is None:
        return SINGLE_COLUMN - 2 * MARGIN, float("inf")
    _lay_out(ax)
    return _size(ax, scale)


def _size(ax: Axes, scale: float) -> tuple[float, float]:
    part, box = ax.get_figure(), ax.get_position(original=True)
    assert part is not None
    wide, high = (float(side) / part.dpi / MM / scale for side in part.bbox.size)
    return float(box.width) * wide, float(box.height) * high


def _lay_out(ax: Axes) -> None:
    """Let a layout engine place the Axes now, as it will when the figure is drawn."""
    figure = ax.get_figure(root=True)
    if isinstance(figure, Figure) and (engine := figure.get_layout_engine()) is not None:
        with warnings.catch_warnings():
            # What does not fit is said by the plot.
            warnings.simplefilter("ignore", UserWarning)
            engine.execute(figure)


class Cell:
    """An Axes on which a plot draws in mm, from the upper left corner down.

    Parameters
    ----------
    ax : Axes or None
        None makes a sheet.
    what : str
        The plot, for the error.
    need : tuple of float
        Width and height that the drawing takes.
    width : float
        mm of a sheet.
    origin : tuple of float
        Coordinates of the upper left corner, y upwards; None lets y run downwards from 0.
    scale : float, optional
        Size of the type where that of the paper style is 1; by default the first that fits.

    Raises
    ------
    FigureSizeError
        If the drawing does not fit into the Axes.
    """

    def __init__(
        self,
        ax: Axes | None,
        what: str,
        need: tuple[float, float],
        *,
        width: float = SINGLE_COLUMN,
        origin: tuple[float, float] | None = None,
        scale: float | None = None,
    ) -> None:
        self.what, self.origin, self.least = what, origin, need
        self.ax = sheet(width, need[1] + 2 * MARGIN) if ax is None else ax
        self.ax.set_axis_off()
        self._take(scale)

    def _take(self, scale: float | None = None) -> None:
        """Take the Axes as a cell, with type of a size or of the first that fits."""
        ax = self.ax
        part = ax.get_figure()
        assert part is not None
        self.box = Bbox.unit()
        self.box.set(ax.get_position(original=True))
        self.outline = TransformedBbox(self.box, part.transSubfigure)
        _lay_out(ax)
        for self.scale in scales() if scale is None else (scale,):
            if self._fits():
                break
        self.mm = self._mm(0, 1, BboxTransformTo(self.outline))
        ax.set_axes_locator(self)
        ax.add_artist(_Extent(self)).set_clip_on(False)
        ax.apply_aspect(self(ax, None))
        if (figure := ax.get_figure(root=True)) is None or figure.get_layout_engine() is None:
            self.check()

    def _mm(self, x: float, y: float, of: Transform) -> Transform:
        """Coordinates in mm from a point of something."""
        part = self.ax.get_figure()
        assert part is not None
        mm = Affine2D().scale(self.scale * MM)
        corner = ScaledTranslation(x, y, of)  # type: ignore[arg-type]
        return mm + part.dpi_scale_trans + corner

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the cell."""
        return _size(self.ax, self.scale)

    def __call__(self, ax: Any, renderer: Any) -> Bbox:
        """Tell matplotlib where the Axes stands, and keep its unit a mm."""
        self.box.set(self.ax.get_position(original=True))
        wide, high = self.size
        x, y = self.origin or (0.0, 0.0)
        limits = (x, x + wide), ((y - high, y) if self.origin else (high, 0.0))
        if (self.ax.get_xlim(), self.ax.get_ylim()) != limits:
            self.ax.set(xlim=limits[0], ylim=limits[1])
        return self.box.frozen()

    def get_subplotspec(self) -> Any:
        """Tell a layout engine, which asks the locator, where the Axes stands in its grid."""
        return self.ax.get_subplotspec()

    def needed(self) -> tuple[float, float]:
        """Width and height without which the drawing does not fit."""
        return self.least

    @property
    def type(self) -> float:
        """Points of the type."""
        return TYPE * self.scale

    def _fits(self) -> bool:
        (wide, high), found = self.needed(), self.size
        return found[0] > wide - _SLACK and found[1] > high - _SLACK

    def check(self) -> None:
        """Refuse an Axes that is too small."""
        (wide, high), found = self.needed(), self.size
        if not self._fits():
            raise FigureSizeError(
                self.what,
                (wide * self.scale, high * self.scale),
                (found[0] * self.scale, found[1] * self.scale),
            )


class _Extent(Artist):
    """Stands for the whole cell where layouts measure, and says when it is too small."""

    def __init__(self, cell: Cell) -> None:
        super().__init__()
        self._cell = cell
        self.set_zorder(-1e3)

    def get_window_extent(self, renderer: Any = None) -> Bbox:
        return self._cell.outline.frozen()

    def get_tightbbox(self, renderer: Any = None) -> Bbox:
        return self.get_window_extent()

    def draw(self, renderer: Any) -> None:
        self._cell.check()
