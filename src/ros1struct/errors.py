"""The errors a user can meet.

::

    Ros1structError (ValueError)
    ├── StructureError   a file or complex is not what was expected
    ├── InputError       an argument, name or mutation is wrong
    │   └── FigureSizeError  an Axes is too small for what is drawn on it
    └── FetchError       a download failed or brought the wrong thing

Every message says which file or residue, what was expected, what was found, and what to do. It is
one line, whatever the texts that it quotes.
What is no error but should be known is a :class:`Ros1structWarning`.
"""

from __future__ import annotations

import difflib
import math
import re
import sys
import warnings
from collections.abc import Iterable, Mapping
from typing import TypeVar

_T = TypeVar("_T")

# Characters of a message; of one that quotes more, the middle is left out.
LONGEST = 2000


class Ros1structError(ValueError):
    """Base of all errors that wrong input can cause.

    Parameters
    ----------
    message : str
        Line ends and other characters that steer a terminal become blanks.
    """

    def __init__(self, message: object = "") -> None:
        line = re.sub(r"\s*[\x00-\x1f\x7f-\x9f\u2028\u2029]+\s*", " ", str(message)).strip()
        if len(line) > LONGEST:
            line = f"{line[: LONGEST * 3 // 4]} ... {line[-LONGEST // 5 :]}"
        super().__init__(line)


class StructureError(Ros1structError):
    """A structure file, or the complex in it, is not what was expected."""


class InputError(Ros1structError):
    """An argument, a name or a mutation is wrong."""


class FigureSizeError(InputError):
    """An Axes is too small for what is to be drawn on it.

    Parameters
    ----------
    what : str
        The plot.
    needed, found : tuple of float
        Width and height in mm.

    Attributes
    ----------
    needed, found : tuple of float

    Examples
    --------
    >>> error = FigureSizeError("a matrix", (60.0, 120.0), (50.0, 60.0))
    >>> str(error).split(";")[0]
    'cannot draw a matrix: expected an Axes of 60 × 120 mm (2.37 × 4.73 inches), found 50 × 60 mm'
    """

    def __init__(self, what: str, needed: tuple[float, float], found: tuple[float, float]) -> None:
        self.what, self.needed, self.found = what, needed, found
        (wide, high), (w, h) = needed, found
        # Rounded up: what is asked for is enough.
        inches = [math.ceil(side / 25.4 * 100) / 100 for side in needed]
        super().__init__(
            f"cannot draw {what}: expected an Axes of {math.ceil(wide)} × {math.ceil(high)} mm "
            f"({inches[0]:.2f} × {inches[1]:.2f} inches), found {w:.0f} × {h:.0f} mm; give it more "
            "room or smaller type, or leave out legend='' or caption=''"
        )

    def __reduce__(self) -> tuple[type[FigureSizeError], tuple[object, ...]]:
        return type(self), (self.what, self.needed, self.found)


class FetchError(Ros1structError):
    """A download failed, or what it brought is not what the catalogue says."""


class Ros1structWarning(UserWarning):
    """What a user should know about a structure: a choice that was made, or something left out.

    Examples
    --------
    To hear nothing of the kind, or to stop at it:

    >>> import warnings
    >>> warnings.filterwarnings("ignore", category=Ros1structWarning)
    >>> warnings.filterwarnings("error", category=Ros1structWarning)
    """


def warn(message: str) -> None:
    """Warn at the line outside the package that called it, once for each such line.

    Parameters
    ----------
    message : str
    """
    level, frame = 1, sys._getframe(0)
    while frame.f_back and frame.f_globals.get("__name__", "").split(".")[0] == __package__:
        level, frame = level + 1, frame.f_back
    # One line, as errors are, whatever the message quotes.
    warnings.warn(str(Ros1structError(message)), Ros1structWarning, stacklevel=level)


def did_you_mean(word: str, known: Iterable[str], *, limit: int = 3) -> str:
    """Suggest near matches of a mistyped name.

    Parameters
    ----------
    word : str
        What the user wrote.
    known : iterable of str
        The names that exist.
    limit : int
        At most this many suggestions.

    Returns
    -------
    str
        ``" Did you mean a, b?"`` with a leading blank, or an empty string.

    Examples
    --------
    >>> did_you_mean("crizotnib", ["crizotinib", "lorlatinib"])
    ' Did you mean crizotinib?'
    """
    by_lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), by_lower, n=limit, cutoff=0.6)
    return f" Did you mean {', '.join(by_lower[n] for n in near)}?" if near else ""


def look_up(name: str, known: Mapping[str, _T], what: str) -> _T:
    """Find something by name.

    Parameters
    ----------
    name : str
    known : mapping of str
    what : str
        What the names stand for, for the message.

    Raises
    ------
    InputError
        If there is no such name; the known ones are listed, near ones suggested.

    Examples
    --------
    >>> look_up("b", {"a": 1, "b": 2}, "letter")
    2
    """
    if name not in known:
        listed = ", ".join(known)
        raise InputError(f"no {what} {name!r}; known are {listed}.{did_you_mean(str(name), known)}")
    return known[name]
