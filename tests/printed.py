"""What a printed column asks of every figure."""

import itertools

import pytest
from matplotlib.text import Text


def texts(ax):
    """Every text that is seen, with its box in pixels."""
    figure = ax.figure
    figure.draw_without_rendering()
    found = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
    boxes = [(t.get_text(), t.get_window_extent()) for t in found]
    return [(text, box) for text, box in boxes if box.width > 0]


def caption(ax):
    """The lines below a figure, as one."""
    return " ".join(next(t for t in ax.texts if t.get_gid() == "caption").get_text().split())


def check_printable(ax, width=86.0):
    """So wide (mm), no higher than a page, 7 to 8 points, no text over another or outside."""
    assert ax.figure.get_figwidth() * 25.4 == pytest.approx(width)
    assert ax.figure.get_figheight() * 25.4 < 230.0  # the height of a journal page
    sizes = {t.get_fontsize() for t in ax.figure.findobj(Text) if t.get_text().strip()}
    assert sizes <= {7.0, 8.0}
    whole = ax.figure.bbox
    shown = texts(ax)
    for text, box in shown:
        inside = box.x0 >= -1 and box.y0 >= -1 and box.x1 <= whole.x1 + 1 and box.y1 <= whole.y1 + 1
        assert inside, text
    for (one, a), (two, b) in itertools.combinations(shown, 2):
        wide = min(a.x1, b.x1) - max(a.x0, b.x0)
        high = min(a.y1, b.y1) - max(a.y0, b.y0)
        # A line's box includes its leading: half a point may be shared.
        assert not (wide > 0.5 and high > 1.0), (one, two)
