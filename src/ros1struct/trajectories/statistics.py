"""Means and times of correlated series: what a trajectory gives instead of independent samples."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ros1struct.arguments import checked
from ros1struct.errors import InputError

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

# Fewest blocks from which an error is estimated; with fewer its own error is beyond a third.
FEWEST_BLOCKS = 8


class BlockError(NamedTuple):
    """Standard errors of means.

    Attributes
    ----------
    error : ndarray, shape (series,)
    converged : ndarray of bool, shape (series,)
        Whether the error stopped growing with the length of the blocks; where it did not, the
        series is too short and the error too small.
    """

    error: Floats
    converged: Booleans


@checked
def block_error(series: npt.ArrayLike) -> BlockError:
    """Estimate the standard error of the mean of correlated series by blocking.

    Parameters
    ----------
    series : array_like, shape (frames,) or (frames, series)

    Returns
    -------
    BlockError

    Raises
    ------
    InputError
        If there is no frame.

    Notes
    -----
    Neighbours are averaged in pairs again and again; the naive error of the block averages grows
    until blocks are longer than the correlation and then stays. The first level counts that lies
    below no longer one by more than the standard error of that one's error, of those with 8 blocks
    or more. Constant series have error 0.

    References
    ----------
    Flyvbjerg H, Petersen HG. J Chem Phys 1989, 91:461-466, doi:10.1063/1.457480.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> found = block_error(rng.normal(size=4096))
    >>> bool(abs(found.error[0] - 1 / 64) < 0.003)
    True
    """
    x = np.asarray(series, dtype=np.float64)
    x = x[:, None] if x.ndim == 1 else x
    if len(x) == 0:
        raise InputError("no frames: an error needs at least one")
    errors, doubts = [], []
    while len(x) >= 2:
        n = len(x)
        one = np.sqrt(x.var(axis=0) / (n - 1))
        errors.append(one)
        doubts.append(one / np.sqrt(2 * (n - 1)))
        if n // 2 < FEWEST_BLOCKS:
            break
        x = 0.5 * (x[0 : 2 * (n // 2) : 2] + x[1 : 2 * (n // 2) : 2])
    if not errors:
        return BlockError(np.full(x.shape[1], np.nan), np.zeros(x.shape[1], dtype=bool))
    error, doubt = np.array(errors), np.array(doubts)
    # What this level and all longer ones are surely no smaller than.
    sure = np.maximum.accumulate((error - doubt)[::-1], axis=0)[::-1]
    flat = error >= sure
    level = flat.argmax(axis=0)
    chosen = np.take_along_axis(error, level[None], axis=0)[0]
    # A plateau needs a longer level that agrees; of the longest level nothing is known.
    converged = (level < len(error) - 1) | (error.max(axis=0) == 0)
    return BlockError(chosen, converged)


class Lifetimes(NamedTuple):
    """How long states last, in units of `step`; NaN where a state never occurs.

    Attributes
    ----------
    events : ndarray of int
        Intervals in which the state stands without a break.
    interval : ndarray
        Their mean length.
    longest : ndarray
        Length of the longest.
    survival : ndarray
        Time after which a state that stands has ended, on average over its frames: the sum of the
        survival probability.
    """

    events: npt.NDArray[np.intp]
    interval: Floats
    longest: Floats
    survival: Floats


@checked
def lifetimes(present: npt.ArrayLike, step: float = 1.0) -> Lifetimes:
    """Measure how long states last.

    Parameters
    ----------
    present : array_like of bool, shape (frames,) or (frames, states)
    step : float
        Time between frames.

    Returns
    -------
    Lifetimes

    Notes
    -----
    Intervals at either end are cut short and count as they are: of a state that stands throughout
    the length of the trajectory is a lower bound. The survival probability S(τ) is the share of
    (state, frame) pairs that are followed by the state in every frame up to τ later; its sum,
    with the first frame, is the mean time that is left (continuous survival as in Rapaport DC.
    Mol Phys 1983, 50:1151-1162, doi:10.1080/00268978300102931).

    Examples
    --------
    >>> found = lifetimes([1, 1, 0, 1, 1, 1, 1, 0], step=2.0)
    >>> int(found.events[0]), float(found.interval[0]), float(found.longest[0])
    (2, 6.0, 8.0)
    """
    x = np.asarray(present, dtype=bool)
    x = x[:, None] if x.ndim == 1 else x
    padded = np.zeros((x.shape[1], len(x) + 2), dtype=np.int8)
    padded[:, 1:-1] = x.T
    change = np.diff(padded, axis=1)
    state, start = np.nonzero(change == 1)
    _, stop = np.nonzero(change == -1)
    length = (stop - start).astype(np.float64)
    count = np.bincount(state, minlength=x.shape[1])
    total = np.bincount(state, length, minlength=x.shape[1])
    longest = np.zeros(x.shape[1])
    np.maximum.at(longest, state, length)
    # Of an interval of n frames the first has n left, the next n - 1, and so on.
    left = np.bincount(state, length * (length + 1) / 2, minlength=x.shape[1])
    with np.errstate(invalid="ignore"):
        return Lifetimes(
            count, total / count * step, np.where(count > 0, longest * step, np.nan),
            left / total * step,
        )  # fmt: skip
