"""How good a score is: against measurements, beside simple baselines, with its uncertainty.

Intervals are bootstrap percentiles over mutations: pairs of one mutation and several inhibitors
stand or fall together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ros1struct.errors import InputError

Floats = npt.NDArray[np.float64]

# Residue volumes in Å³ (Zamyatnin AA. Prog Biophys Mol Biol 1972, 24:107-123).
VOLUME = MappingProxyType(
    {
        "G": 60.1, "A": 88.6, "S": 89.0, "C": 108.5, "D": 111.1, "P": 112.7, "N": 114.1,
        "T": 116.1, "E": 138.4, "V": 140.0, "Q": 143.8, "H": 153.2, "M": 162.9, "I": 166.7,
        "L": 166.7, "K": 168.6, "R": 173.4, "F": 189.9, "Y": 193.6, "W": 227.8,
    }
)  # fmt: skip
# Fewest resistant and other pairs for which an AUC is given.
FEWEST = 5


def auc(resistant: npt.ArrayLike, score: npt.ArrayLike) -> float:
    """Area under the ROC curve; ties count half, NaN where there is one class only.

    Examples
    --------
    >>> auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    """
    from scipy.stats import rankdata

    y, s = np.asarray(resistant, dtype=bool), np.asarray(score, dtype=np.float64)
    positive, negative = int(y.sum()), int((~y).sum())
    if not positive or not negative:
        return float("nan")
    ranks = rankdata(s)
    return float((ranks[y].sum() - positive * (positive + 1) / 2) / (positive * negative))


def average_precision(resistant: npt.ArrayLike, score: npt.ArrayLike) -> float:
    """Mean precision over the ranks of the resistant pairs, ties at their mean; NaN without any.

    Examples
    --------
    >>> round(average_precision([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]), 4)
    0.8333
    """
    y, s = np.asarray(resistant, dtype=bool), np.asarray(score, dtype=np.float64)
    if not y.any():
        return float("nan")
    levels, index = np.unique(-s, return_inverse=True)
    hits = np.bincount(index, y, minlength=len(levels))
    found, seen = np.cumsum(hits), np.cumsum(np.bincount(index, minlength=len(levels)))
    return float((hits * found / seen).sum() / y.sum())


def bootstrap(
    measure: Callable[[Floats, Floats], float],
    resistant: npt.ArrayLike,
    score: npt.ArrayLike,
    group: Sequence[object] | npt.ArrayLike,
    *,
    draws: int = 1000,
    seed: int = 0,
) -> tuple[float, float]:
    """Percentiles 2.5 and 97.5 of a measure over draws of whole groups with replacement.

    Parameters
    ----------
    measure : callable
        Of (resistant, score).
    resistant, score : array-like, shape (pairs,)
    group : array-like, shape (pairs,)
        What is drawn: the mutation of each pair.
    draws, seed : int

    Returns
    -------
    low, high : float
        NaN where no draw has a value.
    """
    y, s = np.asarray(resistant, dtype=np.float64), np.asarray(score, dtype=np.float64)
    names, index = np.unique(np.asarray(group, dtype=str), return_inverse=True)
    members = [np.flatnonzero(index == k) for k in range(len(names))]
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        drawn = rng.integers(len(names), size=len(names))
        rows = np.concatenate([members[k] for k in drawn])
        found.append(measure(y[rows], s[rows]))
    known = np.array(found)[np.isfinite(found)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.percentile(known, (2.5, 97.5))
    return float(low), float(high)


def baselines(table: pd.DataFrame) -> pd.DataFrame:
    """Predictors that need no energy: what any score must beat.

    Parameters
    ----------
    table : DataFrame
        With columns wild_type and mutant (one-letter codes) and distance (Å).

    Returns
    -------
    DataFrame
        Columns nearness (−Å), volume change (Å³, absolute) and BLOSUM62 (negated), higher for
        what should be resistant.

    Examples
    --------
    >>> row = pd.DataFrame({"wild_type": ["G"], "mutant": ["R"], "distance": [3.5]})
    >>> baselines(row).round(1).to_dict("records")
    [{'nearness': -3.5, 'volume change': 113.3, 'BLOSUM62': 2.0}]
    """
    from Bio.Align import substitution_matrices

    matrix = substitution_matrices.load("BLOSUM62")  # type: ignore[no-untyped-call]
    pairs = list(zip(table["wild_type"], table["mutant"], strict=True))
    return pd.DataFrame(
        {
            "nearness": -table["distance"].to_numpy(),
            "volume change": [abs(VOLUME[b] - VOLUME[a]) for a, b in pairs],
            "BLOSUM62": [-float(matrix[a][b]) for a, b in pairs],
        },
        index=table.index,
    )


def measures(
    table: pd.DataFrame, predictors: Sequence[str], *, by: str = "kinase", draws: int = 1000
) -> pd.DataFrame:
    """Measure predictors against calls, for all pairs and group by group.

    Parameters
    ----------
    table : DataFrame
        With columns resistant (0 or 1), mutation, `by` and the predictors; ``ddg`` (kcal/mol)
        where folds were measured.
    predictors : sequence of str
        Higher means more resistant. A missing value is the least of its column: what a method
        does not call, it calls not resistant.
    by : str
    draws : int
        Of the bootstrap over mutations.

    Returns
    -------
    DataFrame
        One row per group and predictor: group, predictor, pairs, resistant, auc, auc_low,
        auc_high, average_precision, spearman (with ``ddg``). Groups with fewer than five of
        either class have no AUC.

    Raises
    ------
    InputError
        If a column is missing.
    """
    needed = ["resistant", "mutation", by, *predictors]
    if missing := [name for name in needed if name not in table]:
        raise InputError(f"evaluation needs the columns {needed}, missing: {', '.join(missing)}")
    groups = [("all", table), *((str(k), g) for k, g in table.groupby(by))]
    rows = []
    for name, group in groups:
        y = group["resistant"].to_numpy(dtype=np.float64)
        enough = min(y.sum(), len(y) - y.sum()) >= FEWEST
        for predictor in predictors:
            whole = table[predictor].astype(np.float64)
            s = group[predictor].astype(np.float64).fillna(whole.min()).to_numpy()
            row = {
                "group": name, "predictor": predictor, "pairs": len(y), "resistant": int(y.sum()),
                "auc": np.nan, "auc_low": np.nan, "auc_high": np.nan, "average_precision": np.nan,
                "spearman": _spearman(group, s),
            }  # fmt: skip
            if enough:
                row["auc"] = auc(y, s)
                row["auc_low"], row["auc_high"] = bootstrap(
                    auc, y, s, group["mutation"].to_numpy(), draws=draws
                )
                row["average_precision"] = average_precision(y, s)
            rows.append(row)
    return pd.DataFrame(rows)


def _spearman(group: pd.DataFrame, score: npt.NDArray[Any]) -> float:
    from scipy.stats import spearmanr

    if "ddg" not in group:
        return float("nan")
    known = group["ddg"].notna().to_numpy()
    if known.sum() < FEWEST or np.ptp(score[known]) == 0:
        return float("nan")
    return float(spearmanr(group["ddg"].to_numpy()[known], score[known])[0])


def rmse(ddg: npt.ArrayLike, score: npt.ArrayLike) -> float:
    """Root mean square error of a score that claims to be ΔΔG, in kcal/mol, of known pairs.

    Examples
    --------
    >>> rmse([1.0, 2.0], [1.0, 4.0]).__round__(3)
    1.414
    """
    a, b = np.asarray(ddg, dtype=np.float64), np.asarray(score, dtype=np.float64)
    known = np.isfinite(a) & np.isfinite(b)
    return float(np.sqrt(np.mean((a[known] - b[known]) ** 2))) if known.any() else float("nan")
