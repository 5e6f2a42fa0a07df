"""The literature's call for a mutation and an inhibitor: resistant, sensitive, in between."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from ros1struct.arguments import checked
from ros1struct.errors import InputError, did_you_mean
from ros1struct.kinome.literature import _read, _table, components, inhibitors
from ros1struct.structure.mutation import Mutation, parse_mutation

if TYPE_CHECKING:
    import pandas as pd


def canonical_inhibitor(name: str) -> str:
    """Resolve a name, synonym, brand name or component code, in any letter case.

    Parameters
    ----------
    name : str
        Such as ``Xalkori``, ``PF-02341066`` or ``VGH``.

    Returns
    -------
    str
        The name that the tables use. A component without a common name keeps its code.

    Raises
    ------
    InputError
        If no inhibitor is known by that name.

    Examples
    --------
    >>> canonical_inhibitor("xalkori"), canonical_inhibitor("5P8")
    ('crizotinib', 'lorlatinib')
    """
    known = _inhibitor_names()
    try:
        return known[name.casefold()]
    except KeyError:
        raise InputError(
            f"inhibitor {name!r}: expected a name, brand name or component code of "
            f"literature.inhibitors() or literature.components(), found none that matches."
            f"{did_you_mean(name, known)}"
        ) from None


@checked
def literature_call(mutation: str | Mutation, inhibitor: str) -> str:
    """Look up the call of the literature, exactly as recorded.

    Parameters
    ----------
    mutation : str or Mutation
        Of ROS1; the order of a compound's substitutions does not matter.
    inhibitor : str
        Any name that `canonical_inhibitor` resolves.

    Returns
    -------
    str
        Such as ``R``, ``I``, ``S``, ``S/I``, ``conflict``, ``R (conflicting report)``; '' where
        nothing is known. See `literature_evidence` for what it rests on.

    Raises
    ------
    InputError
        If the mutation or the inhibitor is not understood.

    Examples
    --------
    >>> literature_call("G2032R", "crizotinib"), literature_call("L2026M", "lorlatinib")
    ('R', 'conflict')
    >>> literature_call("G2032R", "erlotinib")
    ''
    """
    return _calls().get((_ros1_changes(mutation), canonical_inhibitor(inhibitor)), "")


@checked
def literature_evidence(mutation: str | Mutation, inhibitor: str) -> pd.DataFrame:
    """Return the measurements and statements behind a call, conflicting ones included.

    Parameters
    ----------
    mutation : str or Mutation
        Of ROS1; the order of a compound's substitutions does not matter.
    inhibitor : str
        Any name that `canonical_inhibitor` resolves.

    Returns
    -------
    pandas.DataFrame
        Rows of `sensitivity` (same columns and units); empty where nothing is known.

    Raises
    ------
    InputError
        If the mutation or the inhibitor is not understood.

    Examples
    --------
    >>> literature_evidence("L2026M", "lorlatinib").qualitative.tolist()
    ['inhibited', 'inactive']
    """
    rows = _table("sensitivity")
    changes = _ros1_changes(mutation)
    about = rows["inhibitor"] == canonical_inhibitor(inhibitor)
    about &= rows["mutation"].map(lambda text: frozenset(text.split("/")) == changes)
    return rows[about].reset_index(drop=True)


def _ros1_changes(mutation: str | Mutation) -> frozenset[str]:
    """Substitutions of a mutation in any order; none where it is of another gene."""
    wanted = parse_mutation(mutation) if isinstance(mutation, str) else mutation
    return frozenset() if wanted.gene not in (None, "ROS1") else frozenset(map(str, wanted))


@cache
def _calls() -> dict[tuple[frozenset[str], str], str]:
    """Call by substitutions and inhibitor."""
    table = _read("calls")
    return {
        (frozenset(mutation.split("/")), inhibitor): call
        for mutation, inhibitor, call in zip(
            table["mutation"], table["inhibitor"], table["call"], strict=True
        )
    }


@cache
def _inhibitor_names() -> dict[str, str]:
    """Case-folded name, synonym or component code -> canonical name."""
    names: dict[str, str] = {}
    for _, row in inhibitors().iterrows():
        for word in (row["name"], row["component"], *row["synonyms"].split("; ")):
            names[word.casefold()] = row["name"]
    for _, row in components().iterrows():
        for word in (row["component"], row["name"]):
            names.setdefault(word.casefold(), row["name"])
    names.pop("", None)
    return names
