"""Make the pictures of gallery.md by running the lines that stand above each of them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from matplotlib.axes import Axes
from PIL import Image

HERE = Path(__file__).parent
PAGE = HERE / "gallery.md"
DPI, COLOURS = 220, 256

_BLOCK = re.compile(r"^```python\n(?P<code>.*?)^```\n(?:\n!\[.*?\]\((?P<path>.*?)\))?", re.S | re.M)


class Block(NamedTuple):
    """Lines of the page, and the picture of the ``ax`` that they leave; None if they draw none."""

    code: str
    picture: Path | None


def blocks(text: str) -> list[Block]:
    """Find every block of Python of the page with the picture below it."""
    return [
        Block(found["code"], HERE / found["path"] if found["path"] else None)
        for found in _BLOCK.finditer(text)
    ]


def draw(page: list[Block]) -> Iterator[tuple[Path, Axes]]:
    """Run the blocks one after the other, as a reader would in one session."""
    names: dict[str, object] = {}
    for block in page:
        exec(compile(block.code, str(PAGE), "exec"), names)
        if block.picture is not None:
            ax = names.pop("ax")
            assert isinstance(ax, Axes), f"{block.picture.name}: the lines above it leave no Axes"
            yield block.picture, ax


def png(ax: Axes) -> bytes:
    """Write a figure as a small PNG, with a palette of its own."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    drawn, small = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png", dpi=DPI, facecolor="white")
    # Of the palettes only this one keeps the colours of small areas, such as a colour bar's.
    picture = Image.open(drawn).convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE)
    picture.save(small, format="png", optimize=True, dpi=(DPI, DPI))
    return small.getvalue()


def main() -> None:
    """Make them all."""
    from ros1struct.figures import style

    for path, ax in draw(blocks(PAGE.read_text(encoding="utf-8"))):
        with style("paper"):
            data = png(ax)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        print(f"{path.name}: {len(data) / 1000:.0f} kB", flush=True)


if __name__ == "__main__":
    main()
