"""The cell of a plot: the Axes that it is given, inside which everything stands.

A plot makes its field smaller than its Axes by what stands around it (labels above, key and caption
below), and does so again at every drawing: tight and constrained layouts, subfigures, other sizes
and resolutions keep it inside. Lengths are mm at the paper style's type of 7 points; smaller type
makes them shorter. The type is that in force, or as much smaller as the Axes asks for, down to 5
points.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.transforms import (
    Affine2D,
    Bbox,
    BboxTransformTo,
    ScaledTranslation,
    Transform,
    TransformedBbox,
    blended_transform_factory,
)

from ros1struct.errors import FigureSizeError
from ros1struct.figures.layout.key import BAR, BAR_BLOCK, GAP, Bar, Key
from ros1struct.figures.layout.sheet import sheet
from ros1struct.figures.style import (
    DOUBLE_COLUMN,
    INK,
    LINE,
    MARGIN,
    MM,
    POINT,
    SINGLE_COLUMN,
    TYPE,
    plain,
    text_width,
    wrap,
)

Box = tuple[float, float, float, float]

# mm: what ticks and the distance of their labels take, and an axis label of one line.
TICKS = 1.8
LABEL = 0.8 + LINE

# mm: what a journal's page takes; no caption is broken narrower.
PAGE, _NARROWEST = 229.0, 30.0
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


class Field(Cell):
    """An Axes with a field for data, and what stands around it.

    Parameters
    ----------
    ax : Axes or None
        None makes a sheet.
    what : str
        The plot, for the error.
    edges : tuple of float
        What stands left of the field, above, right and below.
    wish : tuple of float
        Width and height of the field on a sheet; the width at most as far as there is room.
    least, most : tuple of float
        Between which the field may be.
    key : Key, optional
    square : bool
        Whether the field is.
    width : float
        mm of a sheet; it is wider where the field would be narrower than its least.

    Raises
    ------
    FigureSizeError
        If it does not fit into the Axes.
    """

    def __init__(
        self,
        ax: Axes | None,
        what: str,
        edges: Box,
        *,
        wish: tuple[float, float],
        least: tuple[float, float],
        most: tuple[float, float] = (1e9, 1e9),
        key: Key | None = None,
        width: float = SINGLE_COLUMN,
        square: bool = False,
    ) -> None:
        self.what, self.edges = what, edges
        self.square = square
        self.least, self.most, self.key = least, most, key or Key()
        scale = 1.0 if ax is None else None
        if ax is None:
            if (across := edges[0] + least[0] + edges[2] + 2 * MARGIN) > width:
                width = max(DOUBLE_COLUMN, across)
            wide = width - 2 * MARGIN
            most_wide = wide - edges[0] - edges[2]
            self.most = (min(most[0], max(min(wish[0], most_wide), least[0])), most[1])
            around = edges[1] + edges[3] + self.key.below(wide)
            high = around + max(min(wish[1], PAGE - 2 * MARGIN - around), least[1])
            ax = sheet(width, high + 2 * MARGIN)
        self.ax = ax
        self.place: Box = (0.0, 0.0, 1.0, 1.0)
        self._fitted = (-1.0, -1.0)
        self._legend: Legend | None = None
        self.caption = ax.text(0, 0, "", va="top", color=INK, clip_on=False, gid="caption")
        self._take(scale)
        self.caption.set(transform=self.mm, fontsize=self.type)
        self.ticks(ax)
        if self.key.bar is not None:
            self._draw_bar(self.key.bar)

    def at(self, x: float, y: float) -> Transform:
        """Coordinates in mm from a point of the field, given in its fractions."""
        return self._mm(x, y, self.ax.transAxes)

    @property
    def beside(self) -> Transform:
        """Coordinates: x in mm from the field's left edge, y as the data."""
        return blended_transform_factory(self.at(0, 0), self.ax.transData)

    @property
    def beyond(self) -> Transform:
        """Coordinates: x in mm from the field's right edge, y as the data."""
        return blended_transform_factory(self.at(1, 0), self.ax.transData)

    def along(self, y: float) -> Transform:
        """Coordinates: x as the data, y in mm from a height of the field, 0 or 1."""
        return blended_transform_factory(self.ax.transData, self.at(0, y))

    def points(self, mm: float) -> float:
        """Points of a length."""
        return mm * self.scale / POINT

    def ticks(self, ax: Axes) -> None:
        """Give the ticks of an Axes the type of the cell."""
        ax.tick_params(labelsize=self.type, length=self.points(0.7), pad=self.points(0.8))

    def label(self, ax: Axes, x: str = "", y: str = "") -> None:
        """Name the axes of an Axes."""
        for name, words in (("x", x), ("y", y)):
            if words:
                set_label = getattr(ax, f"set_{name}label")
                set_label(words, fontsize=self.type, labelpad=self.points(0.8))

    def inset(self, place: Callable[[], Box], **options: Any) -> Axes:
        """Add an Axes at a place: left and top from the cell's corner, width and height."""
        part = self.ax.get_figure()
        assert part is not None
        made = self.ax.inset_axes((0, 0, 1, 1), **options)

        def locate(ax: Any, renderer: Any) -> Bbox:
            left, top, wide, high = place()
            box = Bbox.from_extents(left, -top - high, left + wide, -top)
            # An inverse does not follow its transform: made anew at every drawing.
            return TransformedBbox(box, self.mm + part.transSubfigure.inverted()).frozen()

        made.set_axes_locator(locate)
        made.apply_aspect(locate(made, None))
        self.ticks(made)
        return made

    def __call__(self, ax: Any, renderer: Any) -> Bbox:
        """Tell matplotlib where the field stands, and put what is below it there."""
        self.box.set(self.ax.get_position(original=True))
        wide, high = self.size
        left, top, right, bottom = self.edges
        across = max(min(wide - left - right, self.most[0]), 1.0)
        up = max(min(high - top - bottom - self.key.below(wide), self.most[1]), 1.0)
        if self.square:
            across = up = min(across, up)
        self.place = (left, top, across, up)
        if max(abs(wide - self._fitted[0]), abs(high - self._fitted[1])) > 0.05:
            self._fitted = (wide, high)
            self._put_below(wide, top + up + bottom)
        x, y = self.box.x0, self.box.y1
        w, h = self.box.width / wide, self.box.height / high
        return Bbox.from_extents(
            x + left * w, y - (top + up) * h, x + (left + across) * w, y - top * h
        )

    def needed(self) -> tuple[float, float]:
        """Width and height without which it does not fit."""
        left, top, right, bottom = self.edges
        wide = left + self.least[0] + right
        if self.key.bar is not None:
            wide = max(wide, text_width(self.key.bar.label))
        if self.key.caption or self.key.handles:
            wide = max(wide, _NARROWEST)
        high = top + self.least[1] + bottom + self.key.below(max(wide, self.size[0]))
        return wide, high

    def _put_below(self, wide: float, top: float) -> None:
        self._bar_at = top + GAP
        if self.key.bar is not None:
            top += GAP + BAR_BLOCK
        if self.key.handles:
            top += GAP
            self._draw_key(wide, top)
            top += self.key.height(wide)
        self.caption.set_text(plain(wrap(self.key.caption, wide)) if self.key.caption else "")
        self.caption.set_position((0, -top - GAP))

    def _draw_key(self, wide: float, top: float) -> None:
        count, words = self.key.arranged(wide)
        if self._legend is None or self._legend._ncols != count:  # type: ignore[attr-defined]
            self._legend = self.ax.legend(
                handles=self.key.handles, labels=words, loc="upper left", ncols=count,
                borderaxespad=0, borderpad=0, handlelength=2.2, handleheight=0.9, frameon=False,
                handletextpad=0.6, columnspacing=1.2, labelspacing=0.4, alignment="left",
                fontsize=self.type, title=self.key.heading or None,
                title_fontsize=self.type, handler_map=self.key.handlers,
            )  # fmt: skip
        self._legend.set_bbox_to_anchor((0, -top), transform=self.mm)

    def _draw_bar(self, bar: Bar) -> None:
        figure = self.ax.get_figure(root=True)
        assert figure is not None
        made = self.inset(lambda: (1.0, self._bar_at, min(BAR[0], self.size[0] - 4.0), BAR[1]))
        drawn = figure.colorbar(
            bar.scale, cax=made, orientation="horizontal", ticks=list(bar.ticks), extend=bar.extend
        )
        drawn.ax.set_xticks(list(bar.ticks), [f"{tick:g}" for tick in bar.ticks])
        drawn.ax.set_xlabel(bar.label, fontsize=self.type, ha="left", va="top")
        place = blended_transform_factory(self.mm, self._mm(0, 0, made.transAxes))
        drawn.ax.xaxis.set_label_coords(0, -TICKS - LINE, transform=place)
        self.ticks(drawn.ax)


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
