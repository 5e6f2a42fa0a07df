import importlib.util
import io
import re
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from ros1struct import figures

DOCS = Path(__file__).parents[2] / "docs"
if not (DOCS / "gallery.md").is_file():
    pytest.skip("the gallery is part of a clone, not of the wheel", allow_module_level=True)

_SPEC = importlib.util.spec_from_file_location("make_gallery", DOCS / "make_gallery.py")
make_gallery = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(make_gallery)

TEXT = (DOCS / "gallery.md").read_text(encoding="utf-8")
BLOCKS = make_gallery.blocks(TEXT)
# Their scans last a minute; `make gallery` runs them.
SLOW = {"matrix.png", "saturation.png", "measured.png", "rank.png"}


def test_every_picture_has_its_lines_and_every_figure_its_picture():
    shown = re.findall(r"!\[.*?\]\((gallery/.*?)\)", TEXT)
    drawn = [block.picture for block in BLOCKS if block.picture]
    assert [DOCS / path for path in shown] == drawn
    assert {*drawn} == {*(DOCS / "gallery").glob("*.png")}
    assert len(BLOCKS) == TEXT.count("```python") == len(drawn) + 1
    called = {name for block in BLOCKS for name in re.findall(r"plot_\w+", block.code)}
    assert called == {name for name in figures.__all__ if name.startswith("plot_")}


def test_the_lines_run_and_leave_a_figure():
    fast = [b for b in BLOCKS if b.picture is None or b.picture.name not in SLOW]
    drawn = dict(make_gallery.draw(fast))
    assert [path.name for path in drawn] == [b.picture.name for b in fast if b.picture]
    page = next(ax for path, ax in drawn.items() if path.name == "panels.png")
    assert page.get_figure(root=True).get_figwidth() * 25.4 == pytest.approx(178)


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.picture], ids=lambda b: b.picture.stem)
def test_pictures_are_sharp_and_small(block):
    assert block.picture.stat().st_size <= 120_000
    with Image.open(block.picture) as picture:
        width = picture.width / make_gallery.DPI * 25.4
    assert min(abs(width - column) for column in (86, 178)) < 0.5


def test_lines_that_leave_no_axes_are_named():
    block = make_gallery.Block("ax = 1", Path("x.png"))
    with pytest.raises(AssertionError, match=r"x\.png: the lines above it leave no Axes"):
        next(make_gallery.draw([block]))


def test_blocks_know_their_pictures():
    text = "```python\na = 1\n```\n\nwords\n\n```python\nax = a\n```\n\n![alt](gallery/x.png)\n"
    found = [(b.code, b.picture) for b in make_gallery.blocks(text)]
    assert found == [("a = 1\n", None), ("ax = a\n", DOCS / "gallery" / "x.png")]


def test_a_palette_keeps_the_colours():
    ax = Figure().add_subplot()
    ax.imshow([[*range(256)]], aspect="auto")
    small = make_gallery.png(ax)
    plain = io.BytesIO()
    ax.figure.savefig(plain, dpi=make_gallery.DPI, facecolor="white")
    with Image.open(io.BytesIO(small)) as made, Image.open(plain) as drawn:
        assert made.mode == "P"
        pixels = [np.asarray(i.convert("RGB"), dtype=int) for i in (made, drawn)]
    assert abs(pixels[0] - pixels[1]).max() <= 8  # of 255
