"""Where the command line writes: the screen, a file in one step, a progress bar, notes."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ros1struct.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

#: What the ending of a file says of its format.
ENDINGS = {".csv": "csv", ".json": "json", ".txt": "table"}
# Characters that a column of text keeps, however narrow the terminal.
NARROWEST = 8


def settle_format(options: argparse.Namespace) -> None:
    """Let the ending of ``--out`` decide the format of a table.

    Raises
    ------
    InputError
        If the ending says another format than ``--format``, or none that is known.
    """
    out, asked = options.out, options.format
    ending = "" if out is None else out.suffix.lower()
    if ending and ending not in ENDINGS:
        raise InputError(
            f"--out {out}: a table is written as {', '.join(ENDINGS)}; found {ending!r}"
        )
    if ending and asked not in (None, ENDINGS[ending]):
        raise InputError(f"--out {out} is {ENDINGS[ending]}, --format says {asked}; leave one out")
    options.format = ENDINGS[ending] if ending else asked or "table"


def emit(table: pd.DataFrame, options: argparse.Namespace) -> None:
    """Write a table in the format and to the place that the arguments name."""
    from ros1struct.tables import as_text

    if options.format == "table" and options.out is None and sys.stdout.isatty():
        table, dropped = fitted(table, shutil.get_terminal_size().columns)
        if dropped:
            say(f"{', '.join(dropped)} do not fit the screen; --format csv has them", options)
    write(as_text(table, options.format), options.out)


def fitted(table: pd.DataFrame, width: int) -> tuple[pd.DataFrame, list[str]]:
    """Shorten the widest texts of a table until it fits, or leave out its last columns.

    Parameters
    ----------
    table : DataFrame
    width : int
        Characters of a line.

    Returns
    -------
    table : DataFrame
    dropped : list of str
        Columns that are left out.
    """
    from ros1struct.tables import as_text

    shown, dropped = table.astype(object), list[str]()
    while len(shown.columns) > 1:
        lines = as_text(shown).splitlines()
        excess = len(lines[0]) - width
        if excess <= 0 or table.empty:
            break
        texts = [c for c in shown.columns if shown[c].map(lambda v: isinstance(v, str)).any()]
        widths = {c: int(shown[c].astype(str).str.len().max()) for c in texts}
        widest = max(widths, key=lambda c: widths[c], default=None)
        least = max(NARROWEST, len(str(widest)))
        if widest is None or widths[widest] <= least:
            dropped.insert(0, str(shown.columns[-1]))
            shown = shown.iloc[:, :-1]
            continue
        second = max([w for c, w in widths.items() if c != widest], default=0)
        keep = max(least, min(second, widths[widest] - 1), widths[widest] - excess)
        shown[widest] = shown[widest].map(lambda v, keep=keep: _cut(v, keep))
    return shown, dropped


def _cut(value: object, length: int) -> object:
    short = isinstance(value, str) and len(value) > length
    return f"{str(value)[: length - 1]}…" if short else value


def write(text: str, path: Path | None) -> None:
    """Write text to the screen, or to a file in one step.

    Raises
    ------
    InputError
        If file or screen cannot be written; no file is left half written.
    """
    if path is None:
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            dropped()
            raise InputError(f"standard output cannot be written ({error.strerror})") from error
        return
    from ros1struct.io.files import write_file

    write_file(path, text.encode("utf-8"))


def dropped() -> None:
    """Let go of what is not yet written to standard output; it must not fail again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(text: str, options: argparse.Namespace) -> None:
    """Tell a note on stderr in one line, unless quiet."""
    if not options.quiet:
        print(f"ros1struct: {text}", file=sys.stderr)


def progress_bar(label: str, options: argparse.Namespace) -> Callable[[int, int], None] | None:
    """Draw a progress bar on stderr, only where somebody is looking."""
    if options.quiet or not sys.stderr.isatty():
        return None
    from ros1struct.structure.progress import reporter

    return reporter(True, label)
