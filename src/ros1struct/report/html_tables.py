"""Tables as a page shows them: headings with meaning and unit, cells, and the row of the CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ros1struct.tables import COLUMNS, check

# Letters from which a cell is given room to break its lines in.
_LONG = 40
# Line of the first row in a CSV file, whose first line names the columns.
_FIRST_LINE = 2


@dataclass(frozen=True)
class Heading:
    """Name of a column with its meaning and unit; `number` where it holds numbers."""

    name: str
    meaning: str
    unit: str
    number: bool = False

    @property
    def label(self) -> str:
        """The name in words, without the unit that stands beside it."""
        return self.name.removesuffix(f"_{self.unit}").replace("_", " ")


@dataclass(frozen=True)
class Cell:
    """A value as text, what stands small beside it, and an address within the report."""

    text: str
    number: bool = False
    beside: str = ""
    link: str = ""

    @property
    def long(self) -> bool:
        """Whether it may break its lines."""
        return len(self.text) > _LONG


@dataclass(frozen=True)
class Row:
    """Cells, and the line of the CSV file that they are from; None where they are from none."""

    cells: tuple[Cell, ...]
    line: int | None = None


@dataclass(frozen=True)
class PageTable:
    """A table of a page.

    Attributes
    ----------
    caption : str
    source : str
        CSV file, without its suffix, of which it shows rows; '' for none.
    headings : tuple of Heading
    rows : tuple of Row
    """

    caption: str
    source: str
    headings: tuple[Heading, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class SideBySide:
    """Rows of a CSV file as columns of a page; the attributes are those of a table.

    Attributes
    ----------
    caption, source : str
    heads : tuple of Cell
        Of the columns.
    lines : tuple of (Heading, tuple of Cell)
    places : tuple of int
        Lines of the CSV file, one per column.
    """

    caption: str
    source: str
    heads: tuple[Cell, ...]
    lines: tuple[tuple[Heading, tuple[Cell, ...]], ...]
    places: tuple[int, ...]


def page_table(
    data: pd.DataFrame,
    columns: Sequence[str] | None = None,
    *,
    caption: str,
    source: str = "",
    links: Mapping[str, str] | None = None,
) -> PageTable:
    """Prepare rows of a table for a page.

    Parameters
    ----------
    data : DataFrame
        With declared columns, and the index of the table that is written as `source`.
    columns : sequence of str, optional
        Which to show, as far as they are there.
    caption : str
    source : str
        CSV file of which these are rows.
    links : mapping of str to str, optional
        Addresses of the mutations that have a page.

    Raises
    ------
    InputError
        If a column is not declared.

    Examples
    --------
    >>> data = pd.DataFrame({"residue": ["G2032"], "min_distance": [3.14159]})
    >>> made = page_table(data, caption="Distances", source="contacts")
    >>> [cell.text for cell in made.rows[0].cells], made.rows[0].line
    (['G2032', '3.14'], 2)
    """
    names = [n for n in columns if n in data.columns] if columns is not None else data.columns
    shown = check(data[list(names)])
    rows = tuple(
        Row(
            tuple(cell(str(name), value, links) for name, value in row.items()),
            line_of(index) if source else None,
        )
        for index, row in zip(shown.index, shown.to_dict("records"), strict=True)
    )
    headings = tuple(heading(str(n), _numeric(shown[n])) for n in shown.columns)
    return PageTable(caption, source, headings, rows)


def side_by_side(
    data: pd.DataFrame, head: str, columns: Sequence[str], *, caption: str, source: str
) -> SideBySide:
    """Prepare the rows of a table to stand side by side, one line per column.

    A column's range over clash thresholds (``_low``, ``_high``) and its error of sampling
    (``_sampling``) stand beside it; columns without any value are left out.

    Parameters
    ----------
    data : DataFrame
        With declared columns, and the index of the table that is written as `source`.
    head : str
        Column whose values head the columns of the page.
    columns : sequence of str
    caption, source : str

    Raises
    ------
    InputError
        If a column is not declared.
    """
    check(data)
    rows = data.to_dict("records")
    lines = []
    for name in columns:
        if name not in data.columns or not any(as_text(row[name]) for row in rows):
            continue
        cells = tuple(cell(name, row[name], beside=_spread(row, name)) for row in rows)
        lines.append((heading(name, _numeric(data[name])), cells))
    return SideBySide(
        caption,
        source,
        tuple(cell(head, row[head]) for row in rows),
        tuple(lines),
        tuple(line_of(index) for index in data.index),
    )


def heading(name: str, number: bool = False) -> Heading:
    """Heading of a declared column."""
    column = COLUMNS[name]
    return Heading(name, column.meaning, "" if column.unit == "1" else column.unit, number)


def as_text(value: Any) -> str:
    """Write a value as a page shows it: two decimals, "yes" for True, nothing where it is missing.

    Examples
    --------
    >>> as_text(0.126), as_text(True), as_text(float("nan")), as_text(3)
    ('0.13', 'yes', '', '3')
    """
    if isinstance(value, str):
        return value
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, (bool, type(pd.array([True])[0]))):
        return "yes" if value else ""
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def cell(
    name: str, value: Any, links: Mapping[str, str] | None = None, *, beside: str = ""
) -> Cell:
    """Prepare a value of a column; a mutation with a page is linked to it."""
    text = as_text(value)
    if isinstance(value, str) or text in ("", "yes"):
        return Cell(text, link=(links or {}).get(text, "") if name == "mutation" else "")
    return Cell(text, number=True, beside=beside)


def line_of(index: Any) -> int:
    """Line of a CSV file on which the row of this index stands."""
    return int(index) + _FIRST_LINE


def _numeric(values: pd.Series[Any]) -> bool:
    return bool(pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values))


def _spread(row: Mapping[Any, Any], name: str) -> str:
    """Range and error of sampling of a value, as far as they are known."""
    low, high, error = (
        as_text(row.get(f"{name}_{kind}", "")) for kind in ("low", "high", "sampling")
    )
    said = f" ({low} to {high})" if low and high else ""
    return said + (f" ± {error}" if error else "")
