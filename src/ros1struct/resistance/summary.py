"""From a scan to one row per mutation and inhibitor, and beside the literature.

Alternate poses of one complex are structures whose names differ only by ``#n``. Their spread is
carried into the verdict: where they disagree, it is ``pose-dependent`` and names what they say.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from ros1struct.arguments import checked
from ros1struct.contacts.nearby import CUTOFF
from ros1struct.errors import InputError
from ros1struct.kinome import literature

if TYPE_CHECKING:
    import pandas as pd

POSE_DEPENDENT = "pose-dependent"
CALLED_RESISTANT = ("clash", "contact loss")
CALLED_SENSITIVE = ("no structural reason found",)

_NEEDED = (
    "structure", "kinase", "inhibitor", "provenance", "mutation", "klifs", "min_distance", "score",
    "score_low", "score_high", "p_resistant", "verdict", "firm", "reason", "literature_call",
)  # fmt: skip
_POSE = re.compile(r"#\d+\Z")


def base_name(structure: str) -> str:
    """Name of a structure without the number of its pose.

    Examples
    --------
    >>> base_name("crizotinib#2"), base_name("2WGJ")
    ('crizotinib', '2WGJ')
    """
    return _POSE.sub("", structure)


@checked
def summarise(scan: pd.DataFrame) -> pd.DataFrame:
    """Bring the alternate poses of every complex together.

    Parameters
    ----------
    scan : DataFrame
        Of :func:`ros1struct.scan`.

    Returns
    -------
    DataFrame
        One row per mutation and complex, in the order of the scan: structure (without the number
        of the pose), kinase, inhibitor, provenance, mutation, residue, klifs, group, poses,
        min_distance (Å, the nearest pose), score and p_resistant (means over the poses),
        score_low and score_high (over all of them), verdict (the common one, else
        ``pose-dependent:`` with those of all poses), firm, reason, literature_call, mechanism;
        where the scan has details, steric_tolerance_min and steric_tolerance_max.

    Raises
    ------
    InputError
        If the table is not a scan.

    Examples
    --------
    >>> import ros1struct as rs
    >>> summarise(rs.scan(rs.load("2WGJ"), "G1163R"))[["structure", "poses"]].values.tolist()
    [['2WGJ', 1]]
    """
    import pandas as pd

    if missing := [name for name in _NEEDED if name not in scan.columns]:
        raise InputError(
            f"not a table of scan(): expected a column {missing[0]!r}, "
            f"found {', '.join(map(str, scan.columns))}"
        )
    keys = [scan["mutation"], scan["structure"].map(base_name).rename("structure")]
    rows = [_one(str(name), poses) for (_, name), poses in scan.groupby(keys, sort=False)]
    shape = ["steric_tolerance_min", "steric_tolerance_max"]
    more = shape if "steric_tolerance" in scan.columns else []
    table = pd.DataFrame(rows, columns=[*_COLUMNS, *more])
    known = table[table["klifs"] != ""].groupby("mutation")["klifs"].first()
    table["klifs"] = table["klifs"].where(table["klifs"] != "", table["mutation"].map(known))
    table["klifs"] = table["klifs"].fillna("")
    table["group"] = [_group(m, k) for m, k in zip(table["mutation"], table["klifs"], strict=True)]
    return table


_COLUMNS = [
    "structure", "kinase", "inhibitor", "provenance", "mutation", "residue", "klifs", "group",
    "poses", "min_distance", "score", "score_low", "score_high", "p_resistant", "verdict", "firm",
    "reason", "literature_call", "mechanism",
]  # fmt: skip


def _one(name: str, poses: pd.DataFrame) -> dict[str, Any]:
    verdicts = list(dict.fromkeys(poses["verdict"]))
    reasons = list(dict.fromkeys(poses["reason"]))
    if len(reasons) > 1:
        pairs = zip(poses["structure"], poses["reason"], strict=True)
        reasons = [f"{structure}: {reason}" for structure, reason in pairs]
    kept = {c: poses[c].iloc[0] for c in _COLUMNS if c in poses.columns}
    if "steric_tolerance" in poses.columns:
        tolerance = poses["steric_tolerance"].astype("float64")
        kept |= {"steric_tolerance_min": tolerance.min(), "steric_tolerance_max": tolerance.max()}
    return kept | {
        "structure": name,
        "provenance": "; ".join(dict.fromkeys(poses["provenance"])),
        "poses": len(poses),
        "min_distance": poses["min_distance"].min(),
        "score": poses["score"].mean(),
        "score_low": poses["score_low"].min(),
        "score_high": poses["score_high"].max(),
        "p_resistant": poses["p_resistant"].mean(),
        "firm": len(verdicts) == 1 and bool(poses["firm"].all()),
        "verdict": verdicts[0]
        if len(verdicts) == 1
        else f"{POSE_DEPENDENT}: {' | '.join(verdicts)}",
        "reason": "; ".join(reasons),
    }


def _group(mutation: str, klifs: str) -> str:
    if "/" in mutation:
        return "compound"
    return "pocket" if klifs else "outside the pocket"


def called(verdict: str) -> bool | None:
    """Say whether a verdict reads as resistant; None where it says neither.

    Examples
    --------
    >>> called("clash"), called("no structural reason found"), called("possible") is None
    (True, False, True)
    >>> called("pose-dependent: clash | contact loss")
    True
    """
    parts = verdict.removeprefix(f"{POSE_DEPENDENT}: ").split(" | ")
    if all(part in CALLED_RESISTANT for part in parts):
        return True
    return False if all(part in CALLED_SENSITIVE for part in parts) else None


def reported(call: str) -> bool | None:
    """Say whether a literature call is resistant (R) or sensitive (S); None for anything else.

    Examples
    --------
    >>> reported("R (conflicting report)"), reported("S"), reported("S/I")
    (True, False, None)
    """
    if call == "R" or call.startswith("R ("):
        return True
    return False if call == "S" else None


@checked
def outcomes(summary: pd.DataFrame) -> pd.Series[str]:
    """Set each verdict beside the literature's call.

    Parameters
    ----------
    summary : DataFrame
        Of :func:`summarise`.

    Returns
    -------
    Series of str
        ``agree``, ``disagree``, ``no call`` (none known), ``no clear call`` (intermediate, or
        sources conflict), ``no claim`` (out of scope) or ``no verdict`` (possible, not in the
        model, undefined, or poses that contradict each other). Clash and contact loss read as
        resistant, no structural reason as not.

    Examples
    --------
    >>> import pandas as pd
    >>> pairs = pd.DataFrame({"verdict": ["clash", "clash"], "literature_call": ["R", "S"]})
    >>> outcomes(pairs).tolist()
    ['agree', 'disagree']
    """
    import pandas as pd

    made = []
    for verdict, call in zip(summary["verdict"], summary["literature_call"], strict=True):
        geometry, response = called(verdict), reported(call)
        if not call:
            made.append("no call")
        elif response is None:
            made.append("no clear call")
        elif geometry is None:
            made.append("no claim" if verdict == "out of scope" else "no verdict")
        else:
            made.append("agree" if geometry == response else "disagree")
    return pd.Series(made, index=summary.index, name="outcome", dtype="str")


@checked
def agreement(summary: pd.DataFrame) -> pd.DataFrame:
    """Count agreement with the literature, beside two predictors that need no side chain at all.

    Parameters
    ----------
    summary : DataFrame
        Of :func:`summarise`.

    Returns
    -------
    DataFrame
        One row per predictor and set of rows: predictor, rows (all pairs with a verdict and a
        clear call; single mutations whose mechanism the literature calls steric; compound ones;
        the others), hits,
        false_alarms, missed, correct_rejections.

    Examples
    --------
    >>> import pandas as pd
    >>> pairs = pd.DataFrame({"mutation": ["G2032R"], "verdict": "clash", "min_distance": 3.5})
    >>> pairs["literature_call"] = "S"
    >>> agreement(pairs)[["predictor", "rows", "hits", "false_alarms"]].values.tolist()[0]
    ['verdict', 'all', 0, 1]
    """
    import pandas as pd

    judged = summary[outcomes(summary).isin(("agree", "disagree"))]
    resistant = np.array([bool(reported(c)) for c in judged["literature_call"]], dtype=bool)
    claims = literature.mutations().set_index("mutation")["geometric_claim"]
    claim = judged["mutation"].map(claims)
    predictors = {
        "verdict": np.array([bool(called(v)) for v in judged["verdict"]], dtype=bool),
        f"wild type within {CUTOFF:g} Å of the inhibitor": (
            judged["min_distance"].to_numpy(dtype="float64") <= CUTOFF
        ),
        "everything is resistant": np.ones(len(judged), dtype=bool),
    }
    subsets = {
        "all": np.ones(len(judged), dtype=bool),
        "steric": (claim == "steric").to_numpy(dtype=bool),
        "compound": (claim == "compound").to_numpy(dtype=bool),
        "other": (~claim.isin(("steric", "compound"))).to_numpy(dtype=bool),
    }
    return pd.DataFrame(
        {
            "predictor": predictor,
            "rows": subset,
            "hits": int((said & resistant & part).sum()),
            "false_alarms": int((said & ~resistant & part).sum()),
            "missed": int((~said & resistant & part).sum()),
            "correct_rejections": int((~said & ~resistant & part).sum()),
        }
        for subset, part in subsets.items()
        for predictor, said in predictors.items()
    )
