"""Progress of what takes a while: a bar of tqdm, or a function of the caller's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Report: TypeAlias = Callable[[int, int], None]
#: True for a bar, or a function called with (done, in all).
Progress: TypeAlias = bool | Report | None


def reporter(progress: Progress, label: str) -> Report | None:
    """Turn what a caller gave as ``progress=`` into a function, or None.

    Parameters
    ----------
    progress : bool or callable, optional
    label : str
        Stands before the bar.

    Returns
    -------
    callable or None
        To be called with (rows done, rows in all).

    Examples
    --------
    >>> reporter(False, "scan") is None, reporter(print, "scan") is print
    (True, True)
    """
    if progress is None or progress is False:
        return None
    if progress is not True:
        return progress
    from tqdm.auto import tqdm

    bar = tqdm(desc=label, unit="row")

    def show(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)
        if done >= total:
            bar.close()

    return show
