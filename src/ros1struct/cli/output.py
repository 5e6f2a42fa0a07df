"""Where the command line writes: the screen, a file in one step, a progress bar."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def emit(table: pd.DataFrame, options: argparse.Namespace) -> None:
    """Write a table in the format and to the place that the arguments name."""
    from ros1struct.tables import as_text

    write(as_text(table, options.format), options.out)


def write(text: str, path: Path | None) -> None:
    """Write text to the screen, or to a file in one step.

    Raises
    ------
    InputError
        If the file cannot be written; nothing is left half written.
    """
    if path is None:
        sys.stdout.write(text)
        return
    from ros1struct.io.files import write_file

    write_file(path, text.encode("utf-8"))


def progress_bar(label: str) -> Callable[[int, int], None]:
    """Draw a progress bar on stderr, only where somebody is looking."""
    from tqdm import tqdm

    bar = tqdm(desc=label, disable=not sys.stderr.isatty(), file=sys.stderr)

    def show(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)
        if done >= total:
            bar.close()

    return show
