"""What stands below a field: colour bar, key and caption, and how high they are.

Lengths are mm at the paper style's type of 7 points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from matplotlib.cm import ScalarMappable

from ros1struct.figures.style import LINE, text_width, wrap

# mm: above a colour bar, a key, a caption; a colour bar with its numbers and its label; its sides.
GAP, BAR_BLOCK, BAR = 1.6, 11.0, (60.0, 2.6)
# mm: of a key, its row, what stands before the words, and between columns.
KEY_ROW, _SAMPLE, _BETWEEN = 3.7, 7.0, 3.0


def shade(scale: ScalarMappable, value: Any) -> Any:
    """Colours of values."""
    return scale.cmap(scale.norm(value))


@dataclass
class Bar:
    """A colour bar: its colours, its label with the unit, and where numbers stand."""

    scale: ScalarMappable
    label: str
    ticks: Sequence[float]
    extend: str = "neither"


@dataclass
class Key:
    """What stands below a field.

    Attributes
    ----------
    handles : sequence of Artist
    bar : Bar, optional
    heading : str, optional
        Above the handles; where it is empty, there is neither handles nor bar.
    caption : str
    columns : int
        Of the handles, at most.
    handlers : dict
        Of the handles, see :class:`matplotlib.legend.Legend`.
    """

    handles: Sequence[Any] = ()
    bar: Bar | None = None
    heading: str | None = None
    caption: str = ""
    columns: int = 3
    handlers: dict[Any, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.heading == "":
            self.handles, self.bar = (), None

    def below(self, wide: float) -> float:
        """Height of all in a cell so wide."""
        high = GAP + BAR_BLOCK if self.bar is not None else 0.0
        if self.handles:
            high += GAP + self.height(wide)
        if self.caption:
            high += GAP + LINE * (wrap(self.caption, wide).count("\n") + 1)
        return high

    def arranged(self, wide: float) -> tuple[int, list[str]]:
        """Columns of a key in a cell so wide, and its words, broken where they must be."""
        words = [str(handle.get_label()) for handle in self.handles]
        for count in range(min(self.columns, len(words)), 1, -1):
            parts = columns_of(words, count)
            row = sum(max(text_width(w) for w in part) + _SAMPLE for part in parts)
            if row + _BETWEEN * (count - 1) <= wide:
                return count, words
        return 1, [wrap(word, wide - _SAMPLE) for word in words]

    def height(self, wide: float) -> float:
        """Height of the handles in a cell so wide."""
        count, words = self.arranged(wide)
        lines = max(
            sum(KEY_ROW + LINE * word.count("\n") for word in part)
            for part in columns_of(words, count)
        )
        return lines + (KEY_ROW if self.heading else 0.0)


def columns_of(words: Sequence[str], count: int) -> list[list[str]]:
    """Words by column, as a key of matplotlib has them."""
    each, more = divmod(len(words), count)
    made, start = [], 0
    for k in range(count):
        end = start + each + (k < more)
        made.append(list(words[start:end]))
        start = end
    return made
