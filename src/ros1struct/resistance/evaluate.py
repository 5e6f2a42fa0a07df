"""The score beside measurements: a user's own, or those that it was made with."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ros1struct.arguments import checked
from ros1struct.errors import InputError, Ros1structError
from ros1struct.io.checks.limits import read_limited, unpacked
from ros1struct.io.files import user_path
from ros1struct.resistance.measures import baselines, measures
from ros1struct.resistance.scan import scan
from ros1struct.resistance.score import SCOPE
from ros1struct.resistance.summary import CALLED_RESISTANT, CALLED_SENSITIVE
from ros1struct.sidechains.build import RT
from ros1struct.structure.mutation import parse_mutation
from ros1struct.structure.progress import Progress, Report, reporter

if TYPE_CHECKING:
    import pandas as pd

# A loss of this and more is resistance.
RESISTANT_FOLD = 10.0
# The limit of a table's size.
TABLE = "TABLE_MEGABYTES"
# What `evaluate` names its two tables by.
ALL, NEAR = "all pairs", f"within {SCOPE:g} Å"


@checked
def evaluate(
    measurements: pd.DataFrame | str | os.PathLike[str],
    *,
    complexes: Mapping[str, Any] | None = None,
    by: str = "kinase",
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
        (loss against the wild type; resistant from 10 on, kcal/mol by RT ln fold). Other columns
        are carried along. A table of :func:`scored` is taken as it is.
    complexes : mapping of str to Complex, name, entry or path, optional
        What names in ``structure`` stand for that :func:`ros1struct.load` does not know.
    by : str
        Column whose groups are measured beside all pairs.
    energies : bool
        Whether to add the energies of a rigid pocket (``interaction_ddg``) to the predictors;
        half a second for Arg and Lys.
    workers : int
        Processes.
    draws : int
        Of the bootstrap over mutations.
    progress : bool or callable, optional
        True for a progress bar; a function is called with (pairs scored, pairs in all).

    Returns
    -------
    DataFrame
        One row per scope, group and predictor (see
        :func:`ros1struct.resistance.measures.measures`); scope is ``all pairs``, or those whose
        side chain comes within 6 Å of the inhibitor. Predictors: score, interaction_ddg (with
        `energies`), steric tolerance, nearness, volume change, BLOSUM62.

    Raises
    ------
    InputError
        If a column is missing, a call is none of R, I, S, or no pair can be scored.

    Examples
    --------
    >>> import pandas as pd
    >>> pairs = pd.DataFrame({"structure": "2WGJ", "mutation": ["G1163R", "L1157M"]})
    >>> table = evaluate(pairs.assign(resistant=[1, 0]))
    >>> table[["scope", "group", "predictor", "pairs"]].values.tolist()[0]
    ['all pairs', 'all', 'score', 2]
    """
    import pandas as pd

    if isinstance(measurements, pd.DataFrame) and {"verdict", "resistant"} <= set(measurements):
        table = measurements
    else:
        table = scored(
            measurements, complexes=complexes, energies=energies, workers=workers, progress=progress
        )
    table = table[table["score"].notna() | (table["verdict"] == "out of scope")]
    if table.empty:
        raise InputError("no pair of the measurements could be scored; see `scored` for reasons")
    beside = baselines(table)
    table = table.assign(**{"steric tolerance": -table["steric_tolerance"], **beside})
    energy = ["interaction_ddg"] if table["interaction_ddg"].notna().any() else []
    predictors = ["score", *energy, "steric tolerance", *beside.columns]
    parts = []
    for scope, some in ((ALL, table), (NEAR, table[table["verdict"] != "out of scope"])):
        if len(some):
            parts.append(measures(some, predictors, by=by, draws=draws))
            parts[-1].insert(0, "scope", scope)
    return pd.concat(parts, ignore_index=True)


@checked
def scored(
    measurements: pd.DataFrame | str | os.PathLike[str],
    *,
    complexes: Mapping[str, Any] | None = None,
    energies: bool = False,
    workers: int = 1,
    progress: Progress = None,
) -> pd.DataFrame:
    """Score every pair of a table of measurements.

    Parameters
    ----------
    measurements : DataFrame, or path of a CSV file
        See :func:`evaluate`.
    complexes : mapping, optional
    energies : bool
    workers : int
    progress : bool or callable, optional

    Returns
    -------
    DataFrame
        The rows of :func:`ros1struct.scan` with details, with ``resistant`` (0 or 1; pairs of an
        intermediate call are left out), wild_type, mutant, distance, ``ddg`` (kcal/mol) where
        there are folds, and what the measurements hold besides; their kinase and
        inhibitor stand before the structure's. Rows that could not be scored say why.

    Raises
    ------
    InputError
        If a column is missing, a call is none of R, I, S, or none is R or S.
    """
    import pandas as pd

    given = measurements if isinstance(measurements, pd.DataFrame) else _read(measurements)
    if missing := [c for c in ("structure", "mutation") if c not in given]:
        raise InputError(
            f"measurements need a column {missing[0]!r}, found {', '.join(map(str, given))}"
        )
    if given.empty:
        raise InputError("measurements expected one row or more, found none")
    for column in ("structure", "mutation"):
        if (empty := np.flatnonzero(given[column].isna())).size:
            raise InputError(f"measurements, row {empty[0] + 1}: {column} expected a name, found "
                             "an empty cell")  # fmt: skip
    resistant = _resistant(given)
    given = given[resistant.notna()].reset_index(drop=True)
    if given.empty:
        raise InputError("no pair of the measurements is called resistant or not")
    known = complexes or {}
    parts: list[pd.DataFrame] = []
    show = reporter(progress, "evaluate")
    for structure, rows in given.groupby("structure", sort=False):
        made = scan(
            known.get(str(structure), str(structure)),
            rows["mutation"].astype(str).tolist(),
            details=True,
            energies=energies,
            workers=workers,
            progress=None if show is None else _after(sum(map(len, parts)), len(given), show),
        )
        parts.append(made.set_index(rows.index))
    table = pd.concat(parts).loc[given.index]
    of_each = [parse_mutation(str(m)).substitutions for m in given["mutation"]]
    table = table.assign(
        resistant=resistant[resistant.notna()].to_numpy(),
        wild_type=["/".join(s.wild_type for s in subs) for subs in of_each],
        mutant=["/".join(s.mutant for s in subs) for subs in of_each],
        distance=table["min_distance"],
    )
    if "fold" in given:
        table["ddg"] = RT * np.log(given["fold"].astype(float))
    for column in ("kinase", "inhibitor"):
        if column in given:
            table[column] = given[column]
    more = [c for c in given if c not in table and c not in ("call", "fold")]
    return table.join(given[more])


@checked
def disagreements(table: pd.DataFrame) -> pd.DataFrame:
    """Pairs whose verdict and measurement contradict each other, with the verdict's reason.

    *Clash* and *contact loss* say resistant, *no structural reason found* says not; *possible* and
    pairs that are out of scope say neither.

    Parameters
    ----------
    table : DataFrame
        Of :func:`scored`.

    Returns
    -------
    DataFrame
        ``missed`` (whether a resistant pair was not called) and the rows of `table`, the surest
        mistakes first.

    Examples
    --------
    >>> import pandas as pd
    >>> pairs = pd.DataFrame({"structure": "2WGJ", "mutation": ["G1163R", "L1157M"]})
    >>> disagreements(scored(pairs.assign(resistant=0)))[["mutation", "verdict"]].values.tolist()
    [['G1163R', 'clash']]
    """
    y, verdict = table["resistant"].astype(bool), table["verdict"]
    missed = y & verdict.isin(CALLED_SENSITIVE)
    alarm = ~y & verdict.isin(CALLED_RESISTANT)
    found = table[missed | alarm].copy()
    found.insert(0, "missed", missed[found.index])
    wrong = (found["p_resistant"] - found["resistant"].astype(float)).abs()
    order = wrong.sort_values(ascending=False, kind="stable").index
    return found.loc[order].reset_index(drop=True)


def _after(before: int, total: int, show: Report) -> Report:
    """Count rows of one structure on from those of the structures before it."""
    return lambda done, _: show(before + done, total)


def _read(path: str | os.PathLike[str]) -> pd.DataFrame:
    import pandas as pd

    place = user_path(path)
    try:
        raw = unpacked(read_limited(place, TABLE), place, TABLE)
        return pd.read_csv(io.BytesIO(raw))
    except Ros1structError:
        raise
    except (OSError, ValueError) as error:
        raise InputError(f"{place}: cannot be read as a CSV table ({error})") from error


def _resistant(given: pd.DataFrame) -> pd.Series[float]:
    """1 where a pair is resistant, 0 where not, missing in between."""
    if "resistant" in given:
        return _numbers(given, "resistant", "0 or 1", lambda x: (x == 0) | (x == 1))
    if "call" in given:
        known = {"R": 1.0, "S": 0.0, "I": np.nan}
        if wrong := sorted({str(c) for c in given["call"]} - {*known}):
            raise InputError(f"a call must be R, I or S, found {wrong[0]!r}")
        return given["call"].map(known)
    if "fold" in given:
        fold = _numbers(given, "fold", "a number above 0", lambda x: (x > 0) & (x < np.inf))
        return (fold >= RESISTANT_FOLD).astype(float)
    raise InputError("measurements need a column 'resistant', 'call' or 'fold'")


def _numbers(
    given: pd.DataFrame, column: str, expected: str, fits: Callable[[Any], Any]
) -> pd.Series[float]:
    """Numbers of a column, each of which has to fit."""
    import pandas as pd

    numbers = pd.to_numeric(given[column], errors="coerce")
    if (wrong := np.flatnonzero(~fits(numbers))).size:
        row = int(wrong[0])
        raise InputError(
            f"measurements, row {row + 1}: {column} expected {expected}, found "
            f"{given[column].iloc[row]!r}"
        )
    return numbers.astype(float)
