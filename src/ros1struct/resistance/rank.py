"""Which inhibitor still fits a ROS1 mutant: geometry and literature side by side.

Geometry says what a pocket can show; where the mechanism lies elsewhere (charge, the inactive
state, the fold) or the mutation is out of its reach, the literature leads. Neither replaces the
other: what they contradict each other about is said.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from ros1struct.arguments import checked
from ros1struct.errors import InputError
from ros1struct.io.catalog import CatalogEntry, bundled_folder, entries
from ros1struct.io.load import load
from ros1struct.kinome import literature
from ros1struct.kinome.calls import literature_call
from ros1struct.resistance.details import catalogue_rows
from ros1struct.resistance.scan import scan
from ros1struct.resistance.summary import POSE_DEPENDENT, called, reported
from ros1struct.resistance.verdict import NOT_GEOMETRIC
from ros1struct.structure.mutation import Mutation, parse_mutation

if TYPE_CHECKING:
    import pandas as pd

    from ros1struct.structure.complex import Complex

#: What stands beside every ranking.
NOTICE = "For research only: this is no advice on the treatment of a patient."

# Verdicts that rest on a score, so that geometry has spoken.
_SILENT = ("not in model", "out of scope", "undefined", "no model")
# Where the literature leads: works, works less well, unclear, unknown, fails.
_ORDER = {"S": 0, "S/I": 1, "I": 2, "conflict": 3, "": 4}

_COLUMNS = (
    "inhibitor", "mutation", "score", "score_low", "score_high", "p_resistant", "firm", "verdict",
    "literature_call", "basis", "mechanism", "clinical_rate", "cns", "approval", "structure",
    "provenance", "model_confidence", "reason",
)  # fmt: skip


@checked
def rank(
    mutation: str | Mutation | Iterable[str | Mutation],
    *,
    base_rate: float | None = None,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Rank the inhibitors of ROS1 for a mutant, by geometry and by the literature.

    For research only: this is no advice on the treatment of a patient.

    Parameters
    ----------
    mutation : str, Mutation, or iterable of them
        Of ROS1. Several are carried together: ``["S1986F", "L2000V"]`` is ``S1986F/L2000V``.
    base_rate : float, optional
        Share of resistant mutations that is expected where the table is used (see
        :func:`ros1struct.scan`).
    workers : int
        Processes; the table is the same for any number.
    progress : callable, optional
        Called with (rows done, rows in all).

    Returns
    -------
    DataFrame
        One row per inhibitor: every one with a bundled ROS1 complex, and those without one of
        which the literature knows a call for the mutation or an approval. ``score`` and
        ``p_resistant`` are means over its structures and poses, ``score_low`` and ``score_high``
        span them, ``firm`` says whether the verdict is the same over all. Beside them
        ``literature_call``, ``basis`` (which of the two leads, and whether they disagree),
        ``mechanism``, ``clinical_rate`` (responses of patients with this mutation), ``cns``
        (responses of brain metastases, whatever the mutation), ``approval``, ``structure``,
        ``provenance``, ``model_confidence`` and ``reason``. Sorted by ``p_resistant``; where the
        literature leads for the mutation, by its calls. ``attrs["notice"]`` is :data:`NOTICE`.

    Raises
    ------
    InputError
        If a text is no mutation, a gene other than ROS1 is named, the wild type is not ROS1's, or
        a position is given twice.

    Examples
    --------
    >>> table = rank("G2032R").dropna(subset=["score"])
    >>> table[["inhibitor", "verdict", "literature_call"]].values.tolist()[0]
    ['repotrectinib', 'no structural reason found', 'S']
    """
    import pandas as pd

    asked = _of_ros1(mutation)
    used = _usable(asked)
    complexes = [load(entry.name) for entry in used]
    scanned = scan(complexes, [asked], base_rate=base_rate, workers=workers, progress=progress)
    claim = _claim(asked)
    rows = []
    for name in dict.fromkeys([*(e.inhibitor for e in used), *_known(asked)]):
        own = scanned[scanned["inhibitor"] == name]
        of = [c for c in complexes if c.inhibitor_name == name]
        row = _pooled(own, of) if len(own) else _WITHOUT | {"reason": _rejected(name)}
        row |= {
            "inhibitor": name,
            "mutation": asked.change,
            "literature_call": _call(asked, name),
            "mechanism": _mechanism(asked),
            "clinical_rate": _clinical(asked, name),
            "cns": _cns(name),
            "approval": _approval(name),
        }
        rows.append(row | {"basis": _basis(row, claim)})
    table = pd.DataFrame(rows, columns=_COLUMNS).astype({"firm": bool})
    led = claim in NOT_GEOMETRIC or table["score"].isna().all()
    called_first = table["literature_call"].map(lambda call: _ORDER.get(call, 5))
    keys = table.assign(_call=called_first)
    by = ["_call", "p_resistant"] if led else ["p_resistant", "_call"]
    table = keys.sort_values([*by, "inhibitor"], ignore_index=True, na_position="last")
    table = table.drop(columns="_call")
    table.attrs["notice"] = NOTICE
    return table


_WITHOUT: dict[str, Any] = {
    "score": np.nan,
    "score_low": np.nan,
    "score_high": np.nan,
    "p_resistant": np.nan,
    "firm": False,
    "verdict": "no model",
    "structure": "",
    "provenance": "",
    "model_confidence": "",
}


def _of_ros1(given: str | Mutation | Iterable[str | Mutation]) -> Mutation:
    """Bring what was given into one mutation of ROS1, with its letters checked."""
    listed = [given] if isinstance(given, (str, Mutation)) else list(given)
    if not listed:
        raise InputError("expected a mutation such as 'G2032R', found none")
    read = [parse_mutation(m) if isinstance(m, str) else m for m in listed]
    if wrong := [m for m in read if m.gene not in (None, "", "ROS1")]:
        raise InputError(f"expected mutations of ROS1, found {wrong[0]}")
    substitutions = tuple(s for m in read for s in m)
    asked = Mutation(substitutions) if len(read) > 1 else read[0]
    positions = [s.position for s in substitutions]
    if twice := sorted({p for p in positions if positions.count(p) > 1}):
        raise InputError(f"{asked.change}: expected every position once, found {twice[0]} twice")
    sequence = literature.ros1_sequence()
    for s in substitutions:
        found = sequence[s.position - 1 : s.position] or "no residue"
        if found != s.wild_type:
            raise InputError(f"{s}: expected {s.wild_type} at {s.position} of ROS1, found {found}")
    return Mutation(asked.substitutions, "ROS1")


def _usable(asked: Mutation) -> list[CatalogEntry]:
    """Bundled complexes of ROS1 whose own variant is the wild type or part of what is asked."""
    parts = {str(s) for s in asked}
    return [
        entry
        for entry in entries()
        if entry.kinase == "ROS1"
        and entry.path is not None
        and (entry.variant == "WT" or set(entry.variant.split("/")) <= parts)
    ]


def _rejected(inhibitor: str) -> str:
    """Say why there is no complex of an inhibitor with ROS1."""
    for path in sorted((bundled_folder() / "models").rglob("rejected.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                if row["model"] == f"ros1_{inhibitor}":
                    return row["reason"]
    return "no complex with ROS1 comes with the package"


def _known(asked: Mutation) -> list[str]:
    """Inhibitors that the literature has a call on, or that are approved for ROS1."""
    approved = literature.approvals()
    names = list(approved.loc[approved["status"] == "approved", "inhibitor"].unique())
    return [n for n in literature.inhibitors()["name"] if n in names or _call(asked, n)]


def _pooled(rows: pd.DataFrame, complexes: list[Complex]) -> dict[str, Any]:
    """Bring the structures and poses of one inhibitor together."""
    verdicts = list(dict.fromkeys(rows["verdict"]))
    reasons = list(dict.fromkeys(rows["reason"]))
    if len(reasons) > 1:
        pairs = zip(rows["structure"], rows["reason"], strict=True)
        reasons = [f"{structure}: {reason}" for structure, reason in pairs]
    one = verdicts[0] if len(verdicts) == 1 else f"{POSE_DEPENDENT}: {' | '.join(verdicts)}"
    return {
        "score": rows["score"].mean(),
        "score_low": rows["score_low"].min(),
        "score_high": rows["score_high"].max(),
        "p_resistant": rows["p_resistant"].mean(),
        "firm": len(verdicts) == 1 and bool(rows["firm"].all()),
        "verdict": one,
        "structure": "; ".join(rows["structure"]),
        "provenance": "; ".join(dict.fromkeys(rows["provenance"])),
        "model_confidence": "; ".join(dict.fromkeys(map(_confidence, complexes))),
        "reason": "; ".join(reasons),
    }


def _confidence(complex: Complex) -> str:
    """Say what the file says of how far the pose can be trusted."""
    told = dict(complex.provenance.details)
    if given := told.get("confidence", ""):
        return given
    said = []
    if rmsd := told.get("inhibitor_rmsd", ""):
        said.append(f"inhibitor {rmsd} Å from {told.get('inhibitor_rmsd_reference', 'reference')}")
    if checks := told.get("posebusters_dock", ""):
        said.append(f"PoseBusters: {checks}")
    return ", ".join(said) or "not stated"


def _call(asked: Mutation, inhibitor: str) -> str:
    try:
        return literature_call(asked, inhibitor)
    except InputError:  # a molecule that the literature tables do not know
        return ""


def _mechanism(asked: Mutation) -> str:
    found = catalogue_rows(asked.change)
    return "" if found.empty else str(found["proposed_mechanism"].iloc[0])


def _claim(asked: Mutation) -> str:
    """Say what geometry may claim; of a compound, what it may not of any of its parts."""
    found = catalogue_rows(asked.change)
    claim = "" if found.empty else str(found["geometric_claim"].iloc[0])
    if asked.is_compound:
        table = literature.mutations().set_index("mutation")["geometric_claim"]
        parts = [str(table.get(str(s), "")) for s in asked]
        if all(part in NOT_GEOMETRIC for part in parts):
            return parts[0]
    return claim


def _basis(row: dict[str, Any], claim: str) -> str:
    """Say which of the two leads, and whether they contradict each other."""
    call = row["literature_call"]
    if claim in NOT_GEOMETRIC:
        why = NOT_GEOMETRIC[claim]
        return f"literature: {why}" if call else f"none: {why}, and no call is known"
    if row["verdict"].startswith(_SILENT):
        return f"literature: {row['verdict']}" if call else f"none: {row['verdict']}"
    if not call:
        return "geometry alone"
    geometry, response = called(row["verdict"]), reported(call)
    if geometry is None:
        return f"geometry undecided, literature {call}"
    if response is None:
        return f"geometry, literature unclear ({call})"
    return f"geometry, literature {'agrees' if geometry == response else 'disagrees'}"


def _clinical(asked: Mutation, inhibitor: str) -> str:
    """Response rates of patients with this mutation."""
    table = literature.trials()
    parts = {str(s) for s in asked}
    own = table[(table["inhibitor"] == inhibitor) & (table["mutation"] != "")]
    own = own[own["mutation"].map(lambda text: set(text.split("/")) == parts)]
    return "; ".join(
        f"{r.orr_percent:g} % {_count(r.responders, r.n)}({r.setting})" for r in own.itertuples()
    )


def _count(responders: Any, n: Any) -> str:
    import pandas as pd

    if pd.isna(n):
        return ""
    return f"n = {n} " if pd.isna(responders) else f"{responders} of {n} "


def _cns(inhibitor: str) -> str:
    """Response rates of brain metastases, and progression there, whatever the mutation."""
    table, found = literature.trials(), literature.mechanisms()
    own = table[(table["inhibitor"] == inhibitor) & table["intracranial_orr_percent"].notna()]
    failed = found[(found["inhibitor"] == inhibitor) & (found["category"] == "CNS")]
    told = [
        f"{r.intracranial_orr_percent:g} % "
        f"{_count(r.intracranial_responders, r.intracranial_n)}({r.line})"
        for r in own.itertuples()
    ]
    return "; ".join([*told, *(f"{r.mechanism}: {r.frequency}" for r in failed.itertuples())])


def _approval(inhibitor: str) -> str:
    """Agencies that approved it for ROS1, with dates as far as known."""
    table = literature.approvals()
    own = table[
        (table["inhibitor"] == inhibitor) & table["status"].isin(("approved", "conditional"))
    ]
    told = [f"{r.agency} {r.date}".strip() for r in own.itertuples()]
    return "; ".join(told) or "none for ROS1 in the sources read"
