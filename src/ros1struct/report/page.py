"""Pieces of a self-contained HTML page; everything that comes from data is escaped here."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from ros1struct.tables import COLUMNS, check

_STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; color: #222; max-width: 72rem; margin: 0 auto;
  padding: 1rem; overflow-wrap: break-word; }
h1 { font-size: 1.6rem; margin: .5rem 0; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; } h3 { font-size: 1rem; margin: 1.5rem 0 .3rem; }
p, li, dd { max-width: 48rem; }
a { color: #0b5394; }
nav { position: sticky; top: 0; z-index: 9; background: white; border-bottom: 1px solid #ccc;
  font-size: .85rem; padding: .4rem 0; }
nav a { margin-right: 1rem; white-space: nowrap; text-decoration: none; }
nav a:hover { text-decoration: underline; }
section { scroll-margin-top: 2.5rem; }
.scroll { overflow-x: auto; margin: .8rem 0; position: relative; }
table { border-collapse: collapse; font-size: .8rem; line-height: 1.4; }
th, td { padding: .2rem .5rem; text-align: left; vertical-align: top; overflow-wrap: normal; }
td.long { min-width: 11rem; }
thead th { border-bottom: 1px solid #222; vertical-align: bottom; }
tbody tr { border-bottom: 1px solid #ddd; }
tbody tr.noted { border-bottom: 0; }
tr.note td { color: #555; padding-left: 1.5rem; }
td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
th small, td small { font-weight: normal; color: #666; }
table.upright td { min-width: 8rem; max-width: 15rem; }
table.upright tbody th { position: sticky; left: 0; background: white; font-weight: normal;
  min-width: 7rem; max-width: 11rem; }
dl { display: grid; grid-template-columns: minmax(7rem, 14rem) 1fr; gap: .3rem 1rem; }
dt { color: #555; } dd { margin: 0; }
.plates { display: grid; gap: 1rem 2rem; align-items: start;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
figure { margin: 1rem 0; max-width: 36rem; } figcaption { font-size: .8rem; color: #555; }
figure.wide { max-width: 60rem; }
img { width: 100%; background: white; display: block; }
details { margin: .5rem 0; } summary { cursor: pointer; }
pre { white-space: pre-wrap; font: inherit; font-size: .9rem; background: #f5f5f5; padding: .8rem; }
footer { margin-top: 3rem; border-top: 1px solid #ccc; font-size: .8rem; color: #555; }
footer p { max-width: none; }
@media (max-width: 40rem) {
  nav { position: static; } nav a { display: inline-block; padding: .2rem 0; }
  dl { display: block; } dd { margin: 0 0 .5rem 1rem; }
  table.upright tbody th { max-width: 7rem; min-width: 5.5rem; }
}
@media print {
  @page { margin: 14mm; }
  body { font-size: 10pt; max-width: none; padding: 0; }
  nav, .back { display: none; }
  h2, h3, summary, figcaption { break-after: avoid; }
  figure, tr, .ros1struct-scene { break-inside: avoid; }
  figcaption { break-before: avoid; }
  figure { max-width: 105mm; } figure.wide { max-width: 100%; }
  .plates { display: block; }
  .plates figure { display: inline-block; width: 48%; margin: 0 1% 1rem 0; vertical-align: top; }
  .plates figure.wide { width: 100%; }
  .scroll { overflow: visible; } table { font-size: 6.5pt; } th, td { padding: 1pt 2.5pt; }
  td.long, table.upright td, table.upright tbody th { min-width: 0; }
  table.upright tbody th { position: static; }
  details > * { display: block; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
"""

# Nothing is requested from anywhere when a page is opened.
_POLICY = "default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'"
_LONG = 40
# Figures of more mm than this are two columns wide.
_WIDE = 120.0


@dataclass(frozen=True)
class Section:
    """A part of a page.

    Attributes
    ----------
    heading : str
        Text.
    body : str
        HTML.
    short : str
        What the list of contents says; by default the heading.
    """

    heading: str
    body: str
    short: str = ""

    @property
    def anchor(self) -> str:
        """Name within the page."""
        return re.sub(r"[^a-z0-9]+", "-", (self.short or self.heading).lower()).strip("-")


def section(heading: str, *parts: str, short: str = "") -> Section:
    """Make a section of a heading (text) and parts (HTML)."""
    return Section(heading, "\n".join(part for part in parts if part), short)


def document(
    title: str,
    sections: Iterable[Section],
    *,
    back: tuple[str, str] | None = None,
    foot: str = "",
    script: str = "",
) -> str:
    """Put a page together, with its contents.

    Parameters
    ----------
    title : str
        Text, not HTML.
    sections : iterable of Section
    back : tuple of str, optional
        Address and text of a link above the title.
    foot : str
        HTML.
    script : str
        Script element; without one, the page runs no scripts.

    Examples
    --------
    >>> "<title>a &lt; b</title>" in document("a < b", [])
    True
    """
    parts = list(sections)
    said = escape(title)
    policy = _POLICY + ("; script-src 'unsafe-inline'" if script else "")
    entries = " ".join(f'<a href="#{s.anchor}">{escape(s.short or s.heading)}</a>' for s in parts)
    body = "\n".join(
        f'<section id="{s.anchor}">\n<h2>{escape(s.heading)}</h2>\n{s.body}\n</section>'
        for s in parts
    )
    above = f'<p class="back">{link(*back)}</p>\n' if back else ""
    nav = f'<nav aria-label="Contents">{entries}</nav>\n' if len(parts) > 1 else ""
    end = f"<footer>\n{foot}\n</footer>\n" if foot else ""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{said}</title>\n<style>{_STYLE}</style>\n{script}\n</head>\n<body>\n"
        f"{above}<h1>{said}</h1>\n{nav}{body}\n{end}</body>\n</html>\n"
    )


def link(address: str, text: str) -> str:
    """Link a text to an address within the report."""
    return f'<a href="{escape(address)}">{escape(text)}</a>'


def paragraph(text: str) -> str:
    """Make a paragraph of text."""
    return f"<p>{escape(text)}</p>"


def heading(text: str) -> str:
    """Make a heading within a section."""
    return f"<h3>{escape(text)}</h3>"


def bullets(lines: Sequence[str]) -> str:
    """Make a list of lines of text; nothing where there are none."""
    items = "\n".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<ul>\n{items}\n</ul>" if lines else ""


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """List what is known: names and values, both text; empty values are left out."""
    items = "\n".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in pairs if v)
    return f"<dl>\n{items}\n</dl>"


def preformatted(text: str) -> str:
    """Show text with its line breaks."""
    return f"<pre>{escape(text)}</pre>"


def details(heading: str, *parts: str) -> str:
    """Hide parts (HTML) behind a heading (text)."""
    body = "\n".join(part for part in parts if part)
    return f"<details>\n<summary>{escape(heading)}</summary>\n{body}\n</details>"


def table(
    data: pd.DataFrame,
    columns: Sequence[str] | None = None,
    *,
    note: str = "",
    links: Mapping[str, str] | None = None,
) -> str:
    """Show a table; headings carry the meaning of their column.

    Parameters
    ----------
    data : DataFrame
        With declared columns.
    columns : sequence of str, optional
        Which to show.
    note : str
        A column of long text, shown below each row instead.
    links : mapping of str to str, optional
        Addresses of the mutations that have a page.

    Examples
    --------
    >>> print(table(pd.DataFrame({"residue": ["<b>"], "min_distance": [3.14159]})))
    ... # doctest: +ELLIPSIS
    <div class="scroll"><table>...<td>&lt;b&gt;</td><td class="number">3.14</td>...
    """
    shown = check(data[list(columns)] if columns is not None else data)
    if shown.empty:
        return paragraph("None.")
    notes = check(data[[note]])[note] if note else [""] * len(shown)
    head = "".join(f'<th scope="col"{_meaning(str(n))}' for n in shown.columns)
    rows = []
    for row, said in zip(shown.to_dict("records"), notes, strict=True):
        cells = "".join(_cell(str(name), value, links or {}) for name, value in row.items())
        kind = ' class="noted"' if said else ""
        rows.append(f"<tr{kind}>{cells}</tr>")
        if said:
            width = len(shown.columns)
            rows.append(f'<tr class="note"><td colspan="{width}">{escape(str(said))}</td></tr>')
    body = "\n".join(rows)
    return (
        f'<div class="scroll"><table>\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody>\n</table></div>"
    )


def upright(data: pd.DataFrame, head: str, columns: Sequence[str]) -> str:
    """Show the rows of a table side by side, one line per column.

    A column's range over clash thresholds (``_low``, ``_high``) and its error of sampling
    (``_sampling``) stand beside it; columns without any value are left out.

    Parameters
    ----------
    data : DataFrame
        With declared columns.
    head : str
        The column that names the rows.
    columns : sequence of str

    Examples
    --------
    >>> data = pd.DataFrame({"structure": ["a"], "free_apo": [0.5], "reason": [""]})
    >>> print(upright(data, "structure", ["free_apo", "reason"]))  # doctest: +ELLIPSIS
    <div class="scroll"><table class="upright">...<td class="number">0.50</td></tr>
    </tbody>
    </table></div>
    """
    check(data)
    top = "".join(f'<th scope="col">{escape(_text(v))}</th>' for v in data[head])
    lines = []
    for name in columns:
        if not any(_text(value) for value in data[name]):
            continue
        cells = "".join(_cell(name, row[name], {}, _spread(row, name))
                        for row in data.to_dict("records"))  # fmt: skip
        lines.append(f'<tr><th scope="row"{_meaning(name)}{cells}</tr>')
    body = "\n".join(lines)
    return (
        f'<div class="scroll"><table class="upright">\n<thead><tr><th scope="col"{_meaning(head)}'
        f"{top}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table></div>"
    )


def _spread(row: Mapping[Any, Any], name: str) -> str:
    """Range and error of sampling of a value, as far as they are known."""
    low, high, error = (
        _text(row.get(f"{name}_{kind}", "")) for kind in ("low", "high", "sampling")
    )
    said = f" ({low} to {high})" if low and high else ""
    return said + (f" ± {error}" if error else "")


def _meaning(name: str) -> str:
    """Rest of a heading: the meaning of a column, its name and unit."""
    column = COLUMNS[name]
    unit = f" <small>{escape(column.unit)}</small>" if column.unit not in ("", "1") else ""
    return f' title="{escape(column.meaning)}">{escape(name.replace("_", " "))}{unit}</th>'


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, (bool, type(pd.array([True])[0]))):
        return "yes" if value else ""
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _cell(name: str, value: Any, links: Mapping[str, str], beside: str = "") -> str:
    text = _text(value)
    if isinstance(value, str) or text in ("", "yes"):
        kind = ' class="long"' if len(text) > _LONG else ""
        shown = link(links[text], text) if name == "mutation" and text in links else escape(text)
        return f"<td{kind}>{shown}</td>"
    more = f"<small>{escape(beside)}</small>" if beside else ""
    return f'<td class="number">{escape(text)}{more}</td>'


def figure(svg: Path, caption: str, *, alt: str = "") -> str:
    """Inline an SVG file as an image.

    Parameters
    ----------
    svg : Path
    caption : str
        Text.
    alt : str
        What stands for the image where it is not seen; by default the caption.
    """
    text = svg.read_text(encoding="utf-8")
    size = re.search(r'<svg[^>]*?width="([\d.]+)pt"', text)
    wide = ' class="wide"' if size and float(size[1]) * 25.4 / 72 > _WIDE else ""
    data = base64.b64encode(text.encode("utf-8")).decode("ascii")
    return (
        f'<figure{wide}>\n<img alt="{escape(alt or caption)}" '
        f'src="data:image/svg+xml;base64,{data}">\n'
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
