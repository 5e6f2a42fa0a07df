"""How good a score is: against measurements, beside simple baselines, with its uncertainty.

Intervals are bootstrap percentiles over mutations: pairs of one mutation and several inhibitors
stand or fall together.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ros1struct.errors import InputError
from ros1struct.io.files import user_path
from ros1struct.resistance.progress import Progress, Report, reporter
from ros1struct.resistance.scan import scan
from ros1struct.sidechains.build import RT
from ros1struct.structure.mutation import parse_mutation

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]

# Residue volumes in Å³ (Zamyatnin AA. Prog Biophys Mol Biol 1972, 24:107-123).
VOLUME = MappingProxyType(
    {
        "G": 60.1, "A": 88.6, "S": 89.0, "C": 108.5, "D": 111.1, "P": 112.7, "N": 114.1,
        "T": 116.1, "E": 138.4, "V": 140.0, "Q": 143.8, "H": 153.2, "M": 162.9, "I": 166.7,
        "L": 166.7, "K": 168.6, "R": 173.4, "F": 189.9, "Y": 193.6, "W": 227.8,
    }
)  # fmt: skip
# A loss of this and more is resistance.
RESISTANT_FOLD = 10.0
# Fewest resistant and other pairs for which an AUC is given.
FEWEST = 5


def evaluate(
    measurements: pd.DataFrame | str | os.PathLike[str],
    *,
    in_scope: bool = True,
    energies: bool = False,
    workers: int = 1,
    draws: int = 1000,
    progress: Progress = None,
) -> pd.DataFrame:
    """Set the score beside measurements, and beside baselines that need no energy.

    Parameters
    ----------
    measurements : DataFrame, or path of a CSV file
        One row per measured pair: ``structure`` (a name, entry or path), ``mutation`` (in the
        structure's numbering), and one of ``resistant`` (0 or 1), ``call`` (R, I or S) or ``fold``
        (loss against the wild type; resistant from 10 on, kcal/mol by RT ln fold).
    in_scope : bool
        Whether pairs whose side chain does not come within 6 Å of the inhibitor are left out.
    energies : bool
        Whether to add the energies of a rigid pocket to the predictors; slow.
    workers : int
        Processes.
    draws : int
        Of the bootstrap over mutations.
    progress : bool or callable, optional
        True for a progress bar; a function is called with (pairs scored, pairs in all).

    Returns
    -------
    DataFrame
        One row per kinase, and all of them, and predictor: group, predictor, pairs, resistant,
        auc with auc_low and auc_high (95 %), average_precision, spearman (where folds are given).

    Raises
    ------
    InputError
        If a column is missing, a call is none of R, I, S, or no pair can be scored.

    Examples
    --------
    >>> import pandas as pd
    >>> pairs = pd.DataFrame({"structure": "2WGJ", "mutation": ["G1163R", "L1157M"]})
    >>> evaluate(pairs.assign(resistant=[1, 0]))[["group", "predictor", "pairs"]].values.tolist()[0]
    ['all', 'score', 2]
    """
    table = scored(measurements, energies=energies, workers=workers, progress=progress)
    if in_scope:
        table = table[table["verdict"] != "out of scope"]
    table = table[table["score"].notna() | (table["verdict"] == "out of scope")]
    if table.empty:
        raise InputError("no pair of the measurements could be scored; see `scored` for reasons")
    predictors = ["score", "steric tolerance", *baselines(table).columns]
    table = table.assign(**{"steric tolerance": -table["steric_tolerance"], **baselines(table)})
    if energies:
        predictors.insert(1, "interaction_ddg")
    return measures(table, predictors, draws=draws)


def scored(
    measurements: pd.DataFrame | str | os.PathLike[str],
    *,
    energies: bool = False,
    workers: int = 1,
    progress: Progress = None,
) -> pd.DataFrame:
    """Score every pair of a table of measurements.

    Parameters
    ----------
    measurements : DataFrame, or path of a CSV file
        See :func:`evaluate`.
    energies : bool
    workers : int
    progress : bool or callable, optional

    Returns
    -------
    DataFrame
        The rows of :func:`ros1struct.scan` with details, with ``resistant`` (0 or 1; missing for
        an intermediate call), wild_type, mutant, distance, and ``ddg`` (kcal/mol) where there are
        folds. Rows that could not be scored say why.

    Raises
    ------
    InputError
        If a column is missing, or a call is none of R, I, S.
    """
    import pandas as pd

    given = measurements if isinstance(measurements, pd.DataFrame) else _read(measurements)
    if missing := [c for c in ("structure", "mutation") if c not in given]:
        raise InputError(
            f"measurements need a column {missing[0]!r}, found {', '.join(map(str, given))}"
        )
    resistant = _resistant(given)
    parts: list[pd.DataFrame] = []
    show = reporter(progress, "evaluate")
    for structure, rows in given.groupby("structure", sort=False):
        made = scan(
            str(structure),
            rows["mutation"].astype(str).tolist(),
            details=True,
            energies=energies,
            workers=workers,
            progress=None if show is None else _after(sum(map(len, parts)), len(given), show),
        )
        parts.append(made.set_index(rows.index))
    table = pd.concat(parts).loc[given.index]
    single = [parse_mutation(str(m)).substitutions for m in given["mutation"]]
    table = table.assign(
        resistant=resistant,
        wild_type=[s[0].wild_type for s in single],
        mutant=[s[0].mutant for s in single],
        distance=table["min_distance"],
    )
    if "fold" in given:
        table["ddg"] = RT * np.log(given["fold"].astype(float))
    return table[table["resistant"].notna()]


def _after(before: int, total: int, show: Report) -> Report:
    """Count rows of one structure on from those of the structures before it."""
    return lambda done, _: show(before + done, total)


def _read(path: str | os.PathLike[str]) -> pd.DataFrame:
    import pandas as pd

    place = user_path(path)
    try:
        return pd.read_csv(place)
    except (OSError, ValueError) as error:
        raise InputError(f"{place}: cannot be read as a CSV table ({error})") from error


def _resistant(given: pd.DataFrame) -> pd.Series[float]:
    """1 where a pair is resistant, 0 where not, missing in between."""
    if "resistant" in given:
        return given["resistant"].astype(float)
    if "call" in given:
        known = {"R": 1.0, "S": 0.0, "I": np.nan}
        if wrong := sorted({str(c) for c in given["call"]} - {*known}):
            raise InputError(f"a call must be R, I or S, found {wrong[0]!r}")
        return given["call"].map(known)
    if "fold" in given:
        return (given["fold"].astype(float) >= RESISTANT_FOLD).astype(float)
    raise InputError("measurements need a column 'resistant', 'call' or 'fold'")


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
    >>> import pandas as pd
    >>> row = pd.DataFrame({"wild_type": ["G"], "mutant": ["R"], "distance": [3.5]})
    >>> baselines(row).round(1).to_dict("records")
    [{'nearness': -3.5, 'volume change': 113.3, 'BLOSUM62': 2.0}]
    """
    import pandas as pd
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
    import pandas as pd

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
