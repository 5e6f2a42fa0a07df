"""How good predictors are: AUC, average precision, rank correlation, with bootstrap intervals.

Intervals are bootstrap percentiles over mutations: pairs of one mutation and several inhibitors
stand or fall together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ros1struct.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]
Measure = Callable[[Floats, Floats], float]

# Residue volumes in Å³ (Zamyatnin AA. Prog Biophys Mol Biol 1972, 24:107-123).
VOLUME = MappingProxyType(
    {
        "G": 60.1, "A": 88.6, "S": 89.0, "C": 108.5, "D": 111.1, "P": 112.7, "N": 114.1,
        "T": 116.1, "E": 138.4, "V": 140.0, "Q": 143.8, "H": 153.2, "M": 162.9, "I": 166.7,
        "L": 166.7, "K": 168.6, "R": 173.4, "F": 189.9, "Y": 193.6, "W": 227.8,
    }
)  # fmt: skip
# Fewest resistant and other pairs for which an AUC is given, and fewest folds for a correlation.
FEWEST = 5
# Predictors in kcal/mol, whose error is one.
IN_KCAL = ("interaction_ddg",)


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


def spearman(ddg: npt.ArrayLike, score: npt.ArrayLike) -> float:
    """Spearman's rank correlation over the pairs whose ΔΔG is known; NaN for fewer than five.

    Examples
    --------
    >>> spearman([0.1, 0.5, float("nan"), 1.0, 2.0, 3.0], [1, 2, 9, 3, 4, 5])
    1.0
    """
    from scipy.stats import rankdata

    a, b = np.asarray(ddg, dtype=np.float64), np.asarray(score, dtype=np.float64)
    known = np.isfinite(a) & np.isfinite(b)
    if known.sum() < FEWEST or not np.ptp(a[known]) or not np.ptp(b[known]):
        return float("nan")
    return float(np.corrcoef(rankdata(a[known]), rankdata(b[known]))[0, 1].round(12))


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


def bootstrap(
    measure: Measure,
    truth: npt.ArrayLike,
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
        Of (truth, score).
    truth, score : array-like, shape (pairs,)
    group : array-like, shape (pairs,)
        What is drawn: the mutation of each pair.
    draws, seed : int

    Returns
    -------
    low, high : float
        NaN where no draw has a value.
    """
    y, s = np.asarray(truth, dtype=np.float64), np.asarray(score, dtype=np.float64)
    found = np.array([measure(y[rows], s[rows]) for rows in _draws(group, draws, seed)])
    known = found[np.isfinite(found)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.percentile(known, (2.5, 97.5))
    return float(low), float(high)


def _draws(
    group: Sequence[object] | npt.ArrayLike, draws: int, seed: int
) -> Iterator[npt.NDArray[np.intp]]:
    """Rows of each draw of as many groups as there are."""
    names, index = np.unique(np.asarray(group, dtype=str), return_inverse=True)
    members = [np.flatnonzero(index == k) for k in range(len(names))]
    rng = np.random.default_rng(seed)
    for _ in range(draws):
        yield np.concatenate([members[k] for k in rng.integers(len(names), size=len(names))])


def baselines(table: pd.DataFrame) -> pd.DataFrame:
    """Predictors that need no energy: what any score must beat.

    Parameters
    ----------
    table : DataFrame
        With columns wild_type and mutant (one-letter codes, of a compound mutation joined by
        ``/``) and distance (Å).

    Returns
    -------
    DataFrame
        Columns nearness (−Å), volume change (Å³, absolute) and BLOSUM62 (negated), higher for
        what should be resistant; of a compound mutation the largest.

    Examples
    --------
    >>> import pandas as pd
    >>> row = pd.DataFrame({"wild_type": ["G"], "mutant": ["R"], "distance": [3.5]})
    >>> baselines(row).round(1).to_dict("records")
    [{'nearness': -3.5, 'volume change': 113.3, 'BLOSUM62': 2.0}]
    """
    import pandas as pd
    from Bio.Align import substitution_matrices

    matrix = substitution_matrices.load("BLOSUM62")  # type: ignore[no-untyped-call]
    pairs = [
        list(zip(a.split("/"), b.split("/"), strict=True))
        for a, b in zip(table["wild_type"], table["mutant"], strict=True)
    ]
    return pd.DataFrame(
        {
            "nearness": -table["distance"].to_numpy(dtype=np.float64),
            "volume change": [max(abs(VOLUME[b] - VOLUME[a]) for a, b in p) for p in pairs],
            "BLOSUM62": [max(-float(matrix[a][b]) for a, b in p) for p in pairs],
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
        One row per group and predictor: group, predictor, pairs, resistant; auc,
        average_precision and, with ``ddg``, spearman, each with its 95 % interval (``_low``,
        ``_high``); rmse in kcal/mol of what claims to be an energy. Groups with fewer than five
        of either class have no AUC and no average precision.

    Raises
    ------
    InputError
        If a column is missing.
    """
    import pandas as pd

    needed = ["resistant", "mutation", by, *predictors]
    if missing := [name for name in needed if name not in table]:
        raise InputError(f"evaluation needs the columns {needed}, missing: {', '.join(missing)}")
    groups = [("all", table), *((str(k), g) for k, g in table.groupby(by))]
    rows = []
    for name, group in groups:
        y = np.asarray(group["resistant"], dtype=np.float64)
        ddg: Floats = np.full(len(y), np.nan)
        if "ddg" in group:
            ddg = np.asarray(group["ddg"], dtype=np.float64)
        enough = min(y.sum(), len(y) - y.sum()) >= FEWEST
        for predictor in predictors:
            whole = table[predictor].astype(np.float64)
            s = np.asarray(group[predictor].astype(np.float64).fillna(whole.min()))
            row: dict[str, Any] = {
                "group": name, "predictor": predictor, "pairs": len(y), "resistant": int(y.sum()),
            }  # fmt: skip
            asked: list[tuple[str, Measure, Floats]] = [
                ("auc", auc, y if enough else y[:0]),
                ("average_precision", average_precision, y if enough else y[:0]),
                ("spearman", spearman, ddg if np.isfinite(ddg).sum() >= FEWEST else ddg[:0]),
            ]
            for column, measure, truth in asked:
                value, low, high = np.nan, np.nan, np.nan
                if len(truth):
                    value = measure(truth, s)
                    low, high = bootstrap(
                        measure, truth, s, group["mutation"].to_numpy(), draws=draws
                    )
                row |= {column: value, f"{column}_low": low, f"{column}_high": high}
            row["rmse"] = rmse(ddg, s) if predictor in IN_KCAL else np.nan
            rows.append(row)
    return pd.DataFrame(rows)
