"""Align a sequence to a profile whose gaps cost more in some places than in others.

Pairwise aligners charge every gap alike; in a protein kinase insertions come between the strands
and helices of the pocket and almost never within them. Gotoh's recursion with a price per column
says so.

References
----------
Gotoh O. J Mol Biol 1982, 162:705-708 (affine gaps).
Gribskov M et al. PNAS 1987, 84:4355-4358 (profiles with gap prices per position).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.intp]

_NEVER = -1e9


@dataclass(frozen=True, eq=False)
class Profile:
    """Scores of the 26 letters per column, and what gaps cost there (all negative).

    Attributes
    ----------
    scores : ndarray of float, shape (columns, 26)
    insert_open, insert_extend : ndarray of float, shape (columns,)
        First and each further letter inserted before a column.
    delete_open, delete_extend : ndarray of float, shape (columns,)
        First and each further column passed over.
    """

    scores: Floats
    insert_open: Floats
    insert_extend: Floats
    delete_open: Floats
    delete_extend: Floats


def align(profile: Profile, letters: str) -> tuple[Ints, float]:
    """Find the best alignment of a sequence to a profile; gaps at the ends are free.

    Parameters
    ----------
    profile : Profile
    letters : str
        Capitals.

    Returns
    -------
    columns : ndarray of int, shape (letters,)
        The column of each letter, -1 where it has none.
    score : float

    Examples
    --------
    >>> scores = np.zeros((3, 26))
    >>> scores[[0, 1, 2], [ord(c) - 65 for c in "DFG"]] = 5.0
    >>> gap = np.full(3, -4.0)
    >>> align(Profile(scores, gap, gap, gap, gap), "ADFGL")[0].tolist()
    [-1, 0, 1, 2, -1]
    """
    n, m = len(profile.scores), len(letters)
    letter = np.frombuffer(letters.encode("ascii"), dtype=np.uint8).astype(np.intp) - 65
    place = np.arange(m + 1)
    best = np.zeros((n + 1, m + 1))  # of alignments that end at this column and letter
    deleted = np.full(m + 1, _NEVER)
    # Where a gap that ends here began: row for deletions, letter for insertions; -1 for no gap.
    row_of = np.full((n + 1, m + 1), -1, dtype=np.intp)
    letter_of = np.full((n + 1, m + 1), -1, dtype=np.intp)
    began = np.zeros(m + 1, dtype=np.intp)
    for r in range(1, n + 1):
        opened = best[r - 1] + profile.delete_open[r - 1]
        longer = deleted + profile.delete_extend[r - 1]
        began = np.where(opened >= longer, r - 1, began)
        deleted = np.maximum(opened, longer)
        deleted[0] = _NEVER
        matched = np.zeros(m + 1)
        matched[1:] = best[r - 1, :-1] + profile.scores[r - 1, letter]
        row_of[r] = np.where(deleted > matched, began, -1)
        here = np.maximum(matched, deleted)
        if r < n:
            # An insertion of k letters that starts after letter s is worth
            # here[s] + open + (k - 1) * extend: a running maximum over s finds the best.
            extend = profile.insert_extend[r]
            level = here - extend * place
            running = np.maximum.accumulate(level)
            start = np.maximum.accumulate(np.where(level == running, place, 0))
            inserted = np.full(m + 1, _NEVER)
            inserted[1:] = running[:-1] + extend * (place[1:] - 1) + profile.insert_open[r]
            better = inserted > here
            letter_of[r, 1:] = np.where(better[1:], start[:-1], -1)
            here = np.where(better, inserted, here)
        best[r] = here
    columns = np.full(m, -1, dtype=np.intp)
    r, c = n, int(np.argmax(best[n]))
    last = int(np.argmax(best[:, m]))
    if best[last, m] > best[r, c]:
        r, c = last, m
    score = float(best[r, c])
    while r > 0 and c > 0:
        if letter_of[r, c] >= 0:
            c = int(letter_of[r, c])
        if row_of[r, c] >= 0:
            r = int(row_of[r, c])
            continue
        columns[c - 1] = r - 1
        r, c = r - 1, c - 1
    return columns, score
