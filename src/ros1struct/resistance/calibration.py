"""From a score to the probability of resistance, at a stated base rate.

``logit p = SLOPE · clip(score, 0, 3) + OFFSET``, fitted by weighted logistic regression, every
kinase of the development set with the same weight. Below 0 and above 3 a score says no more: rigid
clashes of 4 and of 15 are both clashes, and one mutation in ten is resistant in a way that no
pocket shows (of the MET residues farther than 12 Å from crizotinib the same rule calls 11 %).

The base rate moves the offset alone (Saerens 2002): ``logit p' = logit p + logit π' − logit π``.

References
----------
Saerens M, Latinne P, Decaestecker C. Neural Comput 2002, 14:21-41.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ros1struct.errors import InputError

Floats = npt.NDArray[np.float64]

# Scores beyond these carry no more weight.
RANGE = (0.0, 3.0)


@dataclass(frozen=True)
class Calibration:
    """A fitted scale.

    Attributes
    ----------
    slope, offset : float
        Of the logit.
    base_rate : float
        Share of resistant pairs it was trained at, kinases weighted equally.
    pairs, resistant, kinases : int
        What it was trained on.
    """

    slope: float
    offset: float
    base_rate: float
    pairs: int
    resistant: int
    kinases: int

    def probability(self, score: npt.ArrayLike, *, base_rate: float | None = None) -> Any:
        """Probability of a ten-fold loss or more.

        Parameters
        ----------
        score : float or array-like
        base_rate : float, optional
            Share of resistant mutations that is expected where the score is used, between 0 and
            1; by default that of training.

        Returns
        -------
        float or ndarray
            NaN for a score that is NaN.

        Raises
        ------
        InputError
            If the base rate is not between 0 and 1.

        Examples
        --------
        >>> found = Calibration(1.0, -2.2, 0.37, 276, 88, 3).probability([0.0, 3.0])
        >>> found.round(2).tolist()
        [0.1, 0.69]
        """
        prior = self.base_rate if base_rate is None else base_rate
        if not 0.0 < prior < 1.0:
            raise InputError(f"base_rate must lie between 0 and 1, found {base_rate}")
        logit = self.slope * np.clip(np.asarray(score, dtype=np.float64), *RANGE) + self.offset
        logit = logit + _logit(prior) - _logit(self.base_rate)
        p = 1.0 / (1.0 + np.exp(-logit))
        return float(p) if p.ndim == 0 else p


def _logit(p: float) -> float:
    return float(np.log(p / (1.0 - p)))


def fit(score: npt.ArrayLike, resistant: npt.ArrayLike, kinase: npt.ArrayLike) -> Calibration:
    """Fit the scale, every kinase with the same weight.

    Parameters
    ----------
    score : array-like of float, shape (pairs,)
    resistant : array-like of bool, shape (pairs,)
    kinase : array-like of str, shape (pairs,)

    Returns
    -------
    Calibration

    Raises
    ------
    InputError
        If a score is not a number, or all pairs are of one class.

    Examples
    --------
    >>> made = fit([0, 1, 3, 4, 0, 4], [0, 0, 1, 1, 1, 0], ["A"] * 6)
    >>> made.pairs, made.slope > 0
    (6, True)
    """
    from scipy.optimize import minimize

    x = np.clip(np.asarray(score, dtype=np.float64), *RANGE)
    y = np.asarray(resistant, dtype=np.float64)
    names, index, counts = np.unique(np.asarray(kinase), return_inverse=True, return_counts=True)
    if not np.isfinite(x).all():
        raise InputError("a calibration needs a score for every pair, found NaN; drop those pairs")
    if y.min() == y.max():
        raise InputError("a calibration needs resistant and other pairs, found one class only")
    weight = 1.0 / counts[index] / len(names)

    def loss(b: Floats) -> tuple[float, Floats]:
        z = b[0] * x + b[1]
        wrong = weight * (1.0 / (1.0 + np.exp(-z)) - y)
        value = float((weight * (np.logaddexp(0.0, z) - y * z)).sum())
        return value, np.array([wrong @ x, wrong.sum()])

    slope, offset = minimize(loss, np.array([0.5, -1.0]), jac=True, method="L-BFGS-B").x
    return Calibration(
        float(slope), float(offset), float(weight @ y), len(x), int(y.sum()), len(names)
    )


def reliability(
    probability: npt.ArrayLike, resistant: npt.ArrayLike, *, bins: int = 5
) -> list[tuple[float, float, int]]:
    """Compare predicted with observed shares, in bins of equal size.

    Parameters
    ----------
    probability : array-like of float, shape (pairs,)
    resistant : array-like of bool, shape (pairs,)
    bins : int

    Returns
    -------
    list of (float, float, int)
        Mean predicted and observed share, and how many pairs, from low to high.

    Examples
    --------
    >>> reliability([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1], bins=2)
    [(0.15, 0.0, 2), (0.85, 1.0, 2)]
    """
    p, y = np.asarray(probability, dtype=np.float64), np.asarray(resistant, dtype=np.float64)
    parts = np.array_split(np.argsort(p, kind="stable"), bins)
    return [(round(float(p[i].mean()), 6), float(y[i].mean()), len(i)) for i in parts if len(i)]
