"""Pieces of a self-contained HTML page; everything that comes from data is escaped here."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from ros1struct.tables import COLUMNS, check

_STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, sans-serif; color: #222; max-width: 70rem; margin: 2rem auto;
  padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; margin-top: 2.5rem; } h3 { font-size: 1rem; }
.scroll { overflow-x: auto; margin: .8rem 0; }
table { border-collapse: collapse; font-size: .8rem; }
th, td { padding: .2rem .5rem; text-align: left; vertical-align: top; white-space: nowrap; }
td.long { white-space: normal; min-width: 18rem; }
thead th { border-bottom: 1px solid #222; vertical-align: bottom; }
tbody tr { border-bottom: 1px solid #ddd; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
th small { font-weight: normal; color: #666; }
figure { margin: 1rem 0; } figcaption { font-size: .8rem; color: #555; }
img { width: 34rem; max-width: 100%; background: white; }
details { margin: .5rem 0; } summary { cursor: pointer; }
pre { white-space: pre-wrap; font: inherit; background: #f5f5f5; padding: .8rem; }
@media print { details > * { display: block; } .scroll { overflow: visible; } }
"""

# Nothing is requested from anywhere when the page is opened.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


_LONG = 40


def document(title: str, parts: Iterable[str]) -> str:
    """Put parts of a page together.

    Parameters
    ----------
    title : str
        Text, not HTML.
    parts : iterable of str
        HTML.

    Examples
    --------
    >>> "<title>a &lt; b</title>" in document("a < b", [])
    True
    """
    body = "\n".join(parts)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{escape(title)}</h1>\n{body}\n</body>\n</html>\n"
    )


def section(heading: str, *parts: str) -> str:
    """Make a section with a heading (text) and parts (HTML)."""
    body = "\n".join(part for part in parts if part)
    return f"<section>\n<h2>{escape(heading)}</h2>\n{body}\n</section>"


def paragraph(text: str) -> str:
    """Make a paragraph of text."""
    return f"<p>{escape(text)}</p>"


def bullets(lines: Sequence[str]) -> str:
    """Make a list of lines of text; nothing where there are none."""
    items = "\n".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<ul>\n{items}\n</ul>" if lines else ""


def preformatted(text: str) -> str:
    """Show text with its line breaks."""
    return f"<pre>{escape(text)}</pre>"


def details(heading: str, *parts: str) -> str:
    """Hide parts (HTML) behind a heading (text)."""
    body = "\n".join(part for part in parts if part)
    return f"<details>\n<summary>{escape(heading)}</summary>\n{body}\n</details>"


def table(data: pd.DataFrame, columns: Sequence[str] | None = None) -> str:
    """Show a table; headings carry the meaning of their column.

    Parameters
    ----------
    data : DataFrame
        With declared columns.
    columns : sequence of str, optional
        Which to show.

    Examples
    --------
    >>> print(table(pd.DataFrame({"residue": ["<b>"], "min_distance": [3.14159]})))
    ... # doctest: +ELLIPSIS
    <div class="scroll"><table>...<td>&lt;b&gt;</td><td class="number">3.14</td>...
    """
    shown = check(data[list(columns)] if columns is not None else data)
    if shown.empty:
        return paragraph("None.")
    head = "".join(_heading(str(name)) for name in shown.columns)
    rows = "\n".join(
        "<tr>" + "".join(_cell(value) for value in row) + "</tr>"
        for row in shown.itertuples(index=False, name=None)
    )
    return (
        f'<div class="scroll"><table>\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{rows}\n</tbody>\n</table></div>"
    )


def _heading(name: str) -> str:
    column = COLUMNS[name]
    unit = f" <small>{escape(column.unit)}</small>" if column.unit not in ("", "1") else ""
    words = escape(name.replace("_", " "))
    return f'<th scope="col" title="{escape(column.meaning)}">{words}{unit}</th>'


def _cell(value: Any) -> str:
    if isinstance(value, str):
        kind = ' class="long"' if len(value) > _LONG else ""
        return f"<td{kind}>{escape(value)}</td>"
    if value is None or pd.isna(value):
        return "<td></td>"
    if isinstance(value, (bool, type(pd.array([True])[0]))):
        return f"<td>{'yes' if value else ''}</td>"
    number = f"{value:.2f}" if isinstance(value, float) else str(value)
    return f'<td class="number">{escape(number)}</td>'


def figure(svg: Path, caption: str) -> str:
    """Inline an SVG file as an image with a caption (text), which is its alternative text too."""
    data = base64.b64encode(svg.read_bytes()).decode("ascii")
    return (
        f'<figure>\n<img alt="{escape(caption)}" src="data:image/svg+xml;base64,{data}">\n'
        f"<figcaption>{escape(caption)}</figcaption>\n</figure>"
    )


def references(lines: Sequence[str]) -> str:
    """List references (text); a DOI at the end of a line becomes a link."""
    made = []
    for line in lines:
        found = re.fullmatch(r"(.*?)\s*doi:(10\.\d{4,9}/[^\s\"'<>]+)", line)
        if found:
            said, doi = escape(found[1]), escape(found[2])
            made.append(f'<li>{said} <a href="https://doi.org/{doi}">doi:{doi}</a></li>')
        else:
            made.append(f"<li>{escape(line)}</li>")
    return "<ol>\n" + "\n".join(made) + "\n</ol>"
