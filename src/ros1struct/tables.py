"""Tables: checked against their columns, typed without rows, explained, written as text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ros1struct.arguments import checked
from ros1struct.columns import COLUMNS, Column
from ros1struct.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Hashable

    import pandas as pd
    from pandas.io.formats.style import Styler

__all__ = [
    "COLUMNS",
    "Column",
    "as_text",
    "check",
    "describe",
    "headed",
    "inert",
    "style",
    "typed",
]


def check(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table unchanged if all its columns are declared.

    Parameters
    ----------
    table : DataFrame

    Returns
    -------
    DataFrame
        The same object.

    Raises
    ------
    InputError
        If a column is not in COLUMNS, or stands twice; the message names it.

    Examples
    --------
    >>> import ros1struct as rs
    >>> check(rs.pocket(rs.load("2WGJ"))).columns[0]
    'structure'
    """
    names = [str(name) for name in table.columns]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise InputError(f"column {', '.join(twice)} stands more than once in the table")
    for name in names:
        if name not in COLUMNS:
            hint = did_you_mean(name, COLUMNS) or f" The table has {', '.join(names)}."
            raise InputError(f"column {name!r} is not declared in tables.COLUMNS.{hint}")
    return table


# Columns without a unit that are no text.
_COUNTS = frozenset(
    {
        "atom_pairs", "author_number", "clashes", "count_a", "count_b", "frame", "internal_clashes",
        "klifs_index", "n_rows", "pooled", "poses", "position", "responders", "rotamer",
        "sidechain_pairs",
    }
)  # fmt: skip
_FLAGS = frozenset(
    {"firm", "low_count", "one_nucleotide", "macrocyclic", "kinase_domain_kept", "reported"}
)
_NUMBERS = frozenset(
    {
        "score", "score_low", "score_high", "steric", "contacts", "solvent", "strain", "transfer",
        "per_1000_atoms", "score_spread",
    }
)  # fmt: skip


def typed(table: pd.DataFrame) -> pd.DataFrame:
    """Give a table without rows the column types that it has with rows.

    Parameters
    ----------
    table : DataFrame

    Returns
    -------
    DataFrame
        The same where it has rows.

    Examples
    --------
    >>> import pandas as pd
    >>> empty = typed(pd.DataFrame(columns=["residue", "overlap"]))
    >>> empty["residue"].str.startswith("G").tolist(), str(empty["overlap"].dtype)
    ([], 'float64')
    """
    if len(table):
        return table
    kinds = {}
    for name in table.columns:
        column = COLUMNS.get(str(name))
        if name == "library_count":
            kinds[name] = "Int64"
        elif name in _COUNTS:
            kinds[name] = "int64"
        elif name in _FLAGS:
            kinds[name] = "bool"
        elif name in _NUMBERS or (column is not None and column.unit):
            kinds[name] = "float64"
        else:
            kinds[name] = "str"
    return table.astype(kinds)


def describe(table: pd.DataFrame) -> pd.DataFrame:
    """Explain the columns of a table.

    Parameters
    ----------
    table : DataFrame
        Any public table.

    Returns
    -------
    DataFrame
        One row per column: column, meaning, unit.

    Raises
    ------
    InputError
        If a column is not declared.

    Examples
    --------
    >>> import ros1struct as rs
    >>> describe(rs.clashes(rs.load("2WGJ"))).set_index("column").loc["overlap", "unit"]
    'Å'
    """
    import pandas as pd

    rows = [(str(n), COLUMNS[str(n)].meaning, COLUMNS[str(n)].unit) for n in check(table).columns]
    return pd.DataFrame(rows, columns=["column", "meaning", "unit"])


def headed(name: str) -> str:
    """Name of a column with its unit, for the head of a table that people read.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
        The name alone where the column has no unit, or is not declared.

    Examples
    --------
    >>> headed("distance"), headed("free_apo"), headed("verdict")
    ('distance (Å)', 'free_apo', 'verdict')
    """
    unit = COLUMNS[name].unit if name in COLUMNS else ""
    return f"{name} ({unit})" if unit not in ("", "1") else name


@checked
def style(table: pd.DataFrame, *, precision: int = 2) -> Styler:
    """Style a table for a notebook: units in the head, two decimals, text to the left.

    Parameters
    ----------
    table : DataFrame
        Any table of the package; columns of yours are left as they are.
    precision : int
        Decimals.

    Returns
    -------
    pandas.io.formats.style.Styler
        Jupyter shows it; ``.to_html()`` and ``.to_latex()`` write it.

    Examples
    --------
    >>> import ros1struct as rs
    >>> html = style(rs.contacts("2WGJ")[["residue", "min_distance"]]).to_html()
    >>> "min_distance (Å)" in html
    True
    """
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    text: list[Hashable] = [
        name
        for name in table.columns
        if is_bool_dtype(table[name]) or not is_numeric_dtype(table[name])
    ]
    styled = table.style.format(precision=precision, na_rep="").hide(axis="index")
    styled = styled.relabel_index([headed(str(name)) for name in table.columns], axis="columns")
    return styled.set_properties(subset=text, **{"text-align": "left"}).set_table_styles(
        [{"selector": "th", "props": "text-align: left; font-weight: 600"}]
    )


# A spreadsheet would run such a text as a formula.
_FORMULA = re.compile(r"[=@\t\r].|[+-](?!\d*\.?\d+(e[+-]?\d+)?$).", re.DOTALL | re.IGNORECASE)


def inert(table: pd.DataFrame) -> pd.DataFrame:
    """Put an apostrophe before every text that a spreadsheet would run as a formula.

    Parameters
    ----------
    table : DataFrame

    Returns
    -------
    DataFrame

    Examples
    --------
    >>> import pandas as pd
    >>> inert(pd.DataFrame({"structure": ["=HYPERLINK(1)", "2WGJ"], "relation": ["=", "<="]}))
            structure relation
    0  '=HYPERLINK(1)        =
    1            2WGJ       <=
    """
    return table.map(lambda v: f"'{v}" if isinstance(v, str) and _FORMULA.match(v) else v)


# What moves a terminal's cursor, or ends a line of a table.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def as_text(table: pd.DataFrame, form: str = "table") -> str:
    """Write a table as text.

    Parameters
    ----------
    table : DataFrame
    form : {"table", "csv", "json"}
        Aligned columns with two decimals; CSV or JSON records with four digits. In CSV, text that
        a spreadsheet would run has an apostrophe before it (:func:`inert`).

    Returns
    -------
    str
        Ends with a new line.

    Examples
    --------
    >>> import pandas as pd
    >>> print(as_text(pd.DataFrame({"distance": [2.8423], "atom": ["N"]}), "csv"), end="")
    distance,atom
    2.842,N
    """
    if form == "csv":
        return inert(table).to_csv(index=False, float_format="%.4g", lineterminator="\n")
    if form == "json":
        records = table.to_json(orient="records", indent=1, force_ascii=False, double_precision=4)
        return f"{records}\n"
    if table.empty:
        return "nothing found\n"

    def shown_as(value: Any) -> Any:
        if isinstance(value, str):
            return _CONTROL.sub(" ", value)
        return f"{value:.2f}" if isinstance(value, float) and value == value else value

    # Counts that may be missing take no text, objects do.
    return table.map(shown_as).astype(object).fillna("").to_string(index=False) + "\n"
