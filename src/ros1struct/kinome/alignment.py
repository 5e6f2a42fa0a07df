"""Where a chain lies on a reference sequence: bonded segments whole, gaps where the chain breaks.

A chain of a structure is in pieces, each a run of bonded residues. A piece without insertions lies
on one diagonal of the comparison, so that all pieces are placed at once by what they have
identical. Only where that leaves a piece with a stretch that does not fit (a deletion or insertion
in the construct) are letters aligned one by one.

References
----------
Gotoh O. J Mol Biol 1982, 162:705-708 (affine gaps).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.intp]
Booleans = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.uint8]

#: What stands for a residue without a place in the reference.
NOWHERE = -(10**6)
# Å: a peptide bond has 1.33, and Cα–Cα over it 3.8 (2.9 if cis).
PEPTIDE_BOND, ALPHA_STEP = 2.0, 4.3
# Identical, different, and where the numbers say that a residue belongs (which decides ties only).
_SAME, _OTHER, _HINT = 8, -5, 1
_UNKNOWN = ord("X")
# A stretch of this many residues with this many differences does not fit.
_STRETCH, _DIFFERENT = 6, 4
# A piece that would have so many more identical elsewhere is pushed off its place.
_PUSHED = 8 * _SAME
_SHORT = 4
# Price of leaving a piece out of the chain.
_DROP, _DROPPED = 12, -1
# Price of a gap within bonded residues and at a break, first residue and each further one.
_GAP_BONDED, _GAP_BROKEN, _GAP_LONGER = -40.0, -1.0, -0.05
_INSERT, _INSERT_LONGER = -30.0, -4.0
_NEVER = -1e9


@dataclass(frozen=True, eq=False)
class Placement:
    """A chain on a reference.

    Attributes
    ----------
    index : ndarray of int, shape (residues,)
        In the reference; beyond its ends where bonds or numbers tell, and :data:`NOWHERE` for what
        has no place.
    undecided : tuple of int
        First residues of pieces that would fit elsewhere as well.
    pushed : bool
        Whether a piece lies off the place where it fits best, pushed away by the others.
    """

    index: Ints
    undecided: tuple[int, ...]
    pushed: bool = False


def codes(letters: str) -> Codes:
    """Letters as an array of numbers."""
    return np.frombuffer(letters.encode("ascii"), dtype=np.uint8)


def find_joints(n: Floats, c: Floats, ca: Floats) -> npt.NDArray[np.int8]:
    """Say of each residue whether it is bonded to the one before.

    Parameters
    ----------
    n, c, ca : ndarray of float, shape (residues, 3)
        Å; NaN where an atom is missing.

    Returns
    -------
    ndarray of int8, shape (residues,)
        1 for bonded, -1 for broken (and for the first), 0 where the atoms cannot tell.
    """
    found = np.zeros(len(n), dtype=np.int8)
    if not len(n):
        return found
    gap = np.linalg.norm(n[1:] - c[:-1], axis=1)
    step = np.linalg.norm(ca[1:] - ca[:-1], axis=1)
    known = np.isfinite(gap)
    joined = np.where(known, gap <= PEPTIDE_BOND, step <= ALPHA_STEP)
    found[1:] = np.where(known | np.isfinite(step), np.where(joined, 1, -1), 0)
    found[0] = -1
    return found


def place(chain: Codes, reference: Codes, starts: Booleans, hint: Ints) -> Placement:
    """Place the pieces of a chain on a reference, each without gaps, in order.

    Parameters
    ----------
    chain, reference : ndarray of uint8
        Letters; ``X`` in the chain fits everywhere.
    starts : ndarray of bool, shape (residues,)
        True for the first residue of each piece.
    hint : ndarray of int, shape (residues,)
        Index in the reference that the numbers say, or :data:`NOWHERE`; it decides between places
        that fit alike.

    Returns
    -------
    Placement
    """
    m, n = len(chain), len(reference)
    known = chain != _UNKNOWN
    fit = np.where(chain[:, None] == reference, _SAME, _OTHER).astype(np.int32)
    fit[~known] = 0
    # Row by row along the diagonals: column k of row t is the reference's t + k - (m - 1).
    skewed = np.zeros((m, n + m), dtype=np.int32)
    skewed[:, :n] = fit[::-1]
    skewed = skewed.ravel()[: m * (n + m - 1)].reshape(m, n + m - 1)[::-1]
    plain = np.zeros((m + 1, n + m - 1), dtype=np.int32)
    np.cumsum(skewed, axis=0, out=plain[1:])
    told = hint - np.arange(m) + m - 1
    first = np.flatnonzero(starts)
    last = np.append(first[1:], m)
    raw = plain[last] - plain[first]
    score = raw.copy()
    for k, (a, b) in enumerate(zip(first, last, strict=True)):
        here = told[a:b]
        np.add.at(score[k], here[(here >= 0) & (here < n + m - 1)], _HINT)
    diagonal = _best_diagonals(score, last - first)
    index = np.arange(m) + np.repeat(diagonal, last - first) - (m - 1)
    undecided = []
    lost = 0
    for k, (a, b) in enumerate(zip(first, last, strict=True)):
        at = diagonal[k]
        if at == _DROPPED:
            index[a:b] = NOWHERE
            continue
        lost = max(lost, int(raw[k].max() - raw[k, at]))
        inside = (index[a:b] >= 0) & (index[a:b] < n)
        if (told[a:b] == at).any():
            continue
        stray = raw[k, at] < _SAME * _SHORT and (hint[a:b] != NOWHERE).all()
        if not inside.any() or stray:
            # A short piece that the numbers have elsewhere is no witness: an insertion, mostly.
            index[a:b] = NOWHERE
            continue
        low = max((d for d in diagonal[:k].tolist() if d != _DROPPED), default=0)
        high = min((d for d in diagonal[k + 1 :].tolist() if d != _DROPPED), default=n + m - 2)
        if (raw[k, low : high + 1] >= raw[k, at]).sum() > 1:
            undecided.append(int(a))
    return Placement(index, tuple(undecided), lost > _PUSHED)


def _best_diagonals(score: npt.NDArray[Any], lengths: Ints) -> Ints:
    """Choose a diagonal for each piece, none before the one of the piece before it.

    A piece may be dropped at a price; then what follows may move up by its length.
    """
    pieces, width = score.shape
    column = np.arange(width)
    back = np.zeros((pieces, width), dtype=np.intp)
    dropped = np.zeros((pieces, width), dtype=bool)
    running, nearest = np.zeros(width, dtype=np.int64), column
    for k in range(pieces):
        moved = np.minimum(column + lengths[k], width - 1)
        without, placed = running[moved] - _DROP, running + score[k]
        dropped[k] = without > placed
        back[k] = np.where(dropped[k], nearest[moved], nearest)
        best = np.maximum(placed, without)
        running = np.maximum.accumulate(best)
        # Of places that are as good, the nearest: no more residues are missing than must be.
        nearest = np.maximum.accumulate(np.where(best == running, column, 0))
    chosen = np.full(pieces, _DROPPED, dtype=np.intp)
    at = int(np.argmax(best))
    for k in range(pieces - 1, -1, -1):
        if not dropped[k, at]:
            chosen[k] = at
        at = int(back[k, at])
    return chosen


def fits(placement: Placement, chain: Codes, reference: Codes) -> bool:
    """Whether no piece is pushed away, and no stretch differs as if residues were in or out."""
    if placement.pushed:
        return False
    inside = (placement.index >= 0) & (placement.index < len(reference)) & (chain != _UNKNOWN)
    other = chain[inside] != reference[placement.index[inside]]
    if len(other) < _STRETCH:
        return True
    total = np.concatenate([[0], np.cumsum(other)])
    return bool((total[_STRETCH:] - total[:-_STRETCH]).max() < _DIFFERENT)


def align(chain: Codes, reference: Codes, starts: Booleans, hint: Ints) -> Placement:
    """Align a chain to a reference letter by letter; gaps are dear where residues are bonded.

    Parameters and result as for :func:`place`; nothing lies beyond the ends.
    """
    m, n = len(chain), len(reference)
    fit = np.where(chain[:, None] == reference, _SAME, _OTHER).astype(float)
    fit[chain == _UNKNOWN] = 0.0
    inside = np.flatnonzero((hint >= 0) & (hint < n))
    fit[inside, hint[inside]] += _HINT
    skip_open = np.where(starts, _GAP_BROKEN, _GAP_BONDED)
    place_of = np.arange(n + 1)
    best = np.zeros((m + 1, n + 1))
    dropped = np.full(n + 1, _NEVER)  # alignments that leave out this residue of the chain
    row_of = np.full((m + 1, n + 1), -1, dtype=np.intp)
    column_of = np.full((m + 1, n + 1), -1, dtype=np.intp)
    began = np.zeros(n + 1, dtype=np.intp)
    for r in range(1, m + 1):
        opened, longer = best[r - 1] + _INSERT, dropped + _INSERT_LONGER
        began = np.where(opened >= longer, r - 1, began)
        dropped = np.maximum(opened, longer)
        dropped[0] = _NEVER
        matched = np.zeros(n + 1)
        matched[1:] = best[r - 1, :-1] + fit[r - 1]
        row_of[r] = np.where(dropped > matched, began, -1)
        here = np.maximum(matched, dropped)
        if r < m:
            level = here - _GAP_LONGER * place_of
            running = np.maximum.accumulate(level)
            start = np.maximum.accumulate(np.where(level == running, place_of, 0))
            skipped = np.full(n + 1, _NEVER)
            skipped[1:] = running[:-1] + _GAP_LONGER * (place_of[1:] - 1) + skip_open[r]
            better = skipped > here
            column_of[r, 1:] = np.where(better[1:], start[:-1], -1)
            here = np.where(better, skipped, here)
        best[r] = here
    index = np.full(m, NOWHERE, dtype=np.intp)
    r, c = m, int(np.argmax(best[m]))
    last = int(np.argmax(best[:, n]))
    if best[last, n] > best[r, c]:
        r, c = last, n
    while r > 0 and c > 0:
        if column_of[r, c] >= 0:
            c = int(column_of[r, c])
            if c == 0:  # what is left lies before the reference
                break
        if row_of[r, c] >= 0:
            r = int(row_of[r, c])
            continue
        index[r - 1] = c - 1
        r, c = r - 1, c - 1
    return Placement(index, _shifting(index, chain, reference, starts))


def _shifting(index: Ints, chain: Codes, reference: Codes, starts: Booleans) -> tuple[int, ...]:
    """Residues after a gap within bonded ones that could as well be one place further."""
    found = []
    there = np.flatnonzero(index >= 0)
    for a, b in pairwise(there.tolist()):
        gap = index[b] - index[a] - 1
        if gap <= 0 or starts[a + 1 : b + 1].any():
            continue
        left = chain[b] == reference[index[a] + 1]
        right = chain[a] == reference[index[b] - 1]
        if left or right:
            found.append(b)
    return tuple(found)
