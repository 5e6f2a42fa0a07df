"""Run the lines of a page in a kernel of their own, and put what they gave below them.

A page is Markdown with blocks of ``python`` and ``sh``, or a notebook. What comes out is Markdown
with a place for each output, and the outputs as HTML, so that no Markdown is read into them.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import struct
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape, unescape
from itertools import groupby
from pathlib import Path
from typing import Any

import nbformat
import yaml
from nbclient import NotebookClient

REPOSITORY = Path(__file__).parents[1]
LIMIT = 120  # seconds a cell
DPI = 200
# Pixels of the page for an inch of a figure: type of 7 points reads like the page's own.
INCH = 132
PLACE = '<div class="output" data-output="{}"></div>'

_HEAD = re.compile(r"\A---\n(.*?\n)---\n", re.S)
_BLOCK = re.compile(r"^```(python|sh)\n(.*?)^```\n", re.S | re.M)
_FIGURES = (
    "%matplotlib inline\n"
    "%config InlineBackend.print_figure_kwargs = "
    f"{{'bbox_inches': 'tight', 'dpi': {DPI}, 'facecolor': 'white'}}"
)


@dataclass
class Executed:
    """A page after its lines have run.

    Attributes
    ----------
    markdown : str
    outputs : list of str
        HTML for each place in the Markdown.
    files : dict of str to bytes
        What the outputs point to, by name.
    """

    markdown: str = ""
    outputs: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)


def cells_of(path: Path) -> list[Any]:
    """Read a page or a notebook as cells."""
    if path.suffix == ".ipynb":
        notebook = nbformat.read(path, as_version=4)
        stored = [c for c in notebook.cells if c.get("outputs") or c.get("execution_count")]
        if stored:
            sys.exit(f"{path.name}: has stored outputs; strip them before committing")
        return list(notebook.cells)
    text, cells, end = _HEAD.sub("", path.read_text(encoding="utf-8")), [], 0
    for block in _BLOCK.finditer(text):
        cells.append(nbformat.v4.new_markdown_cell(text[end : block.start()]))
        made = nbformat.v4.new_code_cell(block[2])
        made.metadata["language"] = block[1]
        cells.append(made)
        end = block.end()
    return [*cells, nbformat.v4.new_markdown_cell(text[end:])]


def head(path: Path) -> dict[str, Any]:
    """Read what stands above a page: whether it is executed, and with which files."""
    found = _HEAD.match(path.read_text(encoding="utf-8"))
    return yaml.safe_load(found[1]) if found else {}


def execute(path: Path, name: str) -> Executed:
    """Run a page from a clean kernel, in a folder with nothing but the files that its head names.

    A notebook runs in its own folder.

    Parameters
    ----------
    path : Path
        Markdown or notebook.
    name : str
        Begins the names of its files.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a line fails: a page that does not run is not built.
    """
    cells = cells_of(path)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(_FIGURES)])
    for cell in cells:
        if cell.cell_type == "code":
            shell = cell.metadata.get("language") == "sh"
            source = f"%%bash\n{cell.source}" if shell else cell.source
            notebook.cells.append(nbformat.v4.new_code_cell(source))
    with tempfile.TemporaryDirectory() as folder:
        notes = path.suffix == ".ipynb"
        for file in () if notes else head(path).get("files", ()):
            shutil.copy(REPOSITORY / file, folder)
        # A notebook runs where it lies, as Jupyter runs it.
        where = {"metadata": {"path": str(path.parent) if notes else folder}}
        NotebookClient(notebook, timeout=LIMIT, kernel_name="python3", resources=where).execute()
    page, ran = Executed(), iter(notebook.cells[1:])
    for cell in cells:
        if cell.cell_type == "markdown":
            page.markdown += f"{cell.source}\n\n"
        elif cell.cell_type == "code":
            language, source = cell.metadata.get("language", "python"), cell.source.strip("\n")
            page.markdown += f"```{language}\n{source}\n```\n\n"
            if html := "".join(_html(next(ran).outputs, page, name)):
                page.markdown += f"{PLACE.format(len(page.outputs))}\n\n"
                page.outputs.append(html)
    return page


def environment() -> None:
    """Let kernels find the package's command and write tables as wide as a page."""
    source = str(REPOSITORY / "src")
    for name, first in (("PATH", str(Path(sys.executable).parent)), ("PYTHONPATH", source)):
        os.environ[name] = os.pathsep.join(filter(None, [first, os.environ.get(name)]))
    os.environ.update(COLUMNS="100", MPLBACKEND="Agg", PYTHONHASHSEED="0")
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"


def _html(outputs: list[Any], page: Executed, name: str) -> Iterator[str]:
    # A kernel sends what a program prints in pieces.
    for kind, group in groupby(outputs, lambda o: o.get("name", "")):
        pieces = list(group)
        if kind:
            yield f'<pre class="{kind}">{escape("".join(o.text for o in pieces).rstrip())}</pre>'
        else:
            yield from _shown(pieces, page, name)


def _shown(outputs: list[Any], page: Executed, name: str) -> Iterator[str]:
    for data in (output.data for output in outputs):
        if "text/html" in data:
            yield _table_or_frame(data["text/html"], page, name)
        elif "image/png" in data:
            yield _picture(base64.b64decode(data["image/png"]), page, name)
        elif "text/plain" in data:
            yield f'<pre class="result">{escape(data["text/plain"])}</pre>'


def _table_or_frame(html: str, page: Executed, name: str) -> str:
    if found := re.search(r'srcdoc="([^"]*)"', html):
        # A page of its own: the viewer's library is not repeated in the text of this one.
        file = f"{name}-{len(page.files) + 1}.html"
        page.files[file] = unescape(found[1]).encode("utf-8")
        return html.replace(found[0], f'src="{{files}}{file}" loading="lazy"')
    html = re.sub(r"<style scoped>.*?</style>", "", html, flags=re.S)
    return f'<div class="scroll">{html.replace(chr(123) + "files}", "")}</div>'


def _picture(png: bytes, page: Executed, name: str) -> str:
    file = f"{name}-{len(page.files) + 1}.png"
    page.files[file] = png
    width, height = (n * INCH // DPI for n in struct.unpack(">II", png[16:24]))
    said = f"Figure {len(page.files)} of this page"
    return (
        f'<img src="{{files}}{file}" alt="{said}" width="{width}" height="{height}" loading="lazy">'
    )
