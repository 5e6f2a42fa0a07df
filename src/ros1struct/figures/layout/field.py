"""The field of a plot inside its cell, with what stands around it: labels, bar, key and caption.

Lengths are mm at the paper style's type of 7 points.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matplotlib.axes import Axes
from matplotlib.legend import Legend
from matplotlib.transforms import (
    Bbox,
    Transform,
    TransformedBbox,
    blended_transform_factory,
)

from ros1struct.figures.layout.cell import Box, Cell
from ros1struct.figures.layout.key import BAR, BAR_BLOCK, GAP, Bar, Key
from ros1struct.figures.layout.sheet import sheet
from ros1struct.figures.style import (
    DOUBLE_COLUMN,
    INK,
    LINE,
    MARGIN,
    POINT,
    SINGLE_COLUMN,
    plain,
    text_width,
    wrap,
)

# mm: what ticks and the distance of their labels take, and an axis label of one line.
TICKS = 1.8
LABEL = 0.8 + LINE

# mm: what a journal's page takes; no caption is broken narrower.
PAGE, _NARROWEST = 229.0, 30.0


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
        made = self.ax.inset_axes((0, 0, 1, 1), **options)
        locate = _Place(self, place)
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

    def _bar_place(self) -> Box:
        return 1.0, self._bar_at, min(BAR[0], self.size[0] - 4.0), BAR[1]

    def _draw_bar(self, bar: Bar) -> None:
        figure = self.ax.get_figure(root=True)
        assert figure is not None
        made = self.inset(self._bar_place)
        drawn = figure.colorbar(
            bar.scale, cax=made, orientation="horizontal", ticks=list(bar.ticks), extend=bar.extend
        )
        drawn.ax.set_xticks(list(bar.ticks), [f"{tick:g}" for tick in bar.ticks])
        drawn.ax.set_xlabel(bar.label, fontsize=self.type, ha="left", va="top")
        place = blended_transform_factory(self.mm, self._mm(0, 0, made.transAxes))
        drawn.ax.xaxis.set_label_coords(0, -TICKS - LINE, transform=place)
        self.ticks(drawn.ax)


class _Place:
    """Tells matplotlib where an Axes inside a cell stands."""

    def __init__(self, field: Field, place: Callable[[], Box]) -> None:
        self._field, self._place = field, place

    def __call__(self, ax: Any, renderer: Any) -> Bbox:
        left, top, wide, high = self._place()
        box = Bbox.from_extents(left, -top - high, left + wide, -top)
        part = self._field.ax.get_figure()
        assert part is not None
        # An inverse does not follow its transform: made anew at every drawing.
        to_part = self._field.mm + part.transSubfigure.inverted()
        return TransformedBbox(box, to_part).frozen()
