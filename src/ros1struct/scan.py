"""From complexes and mutations to one row per pair: what happens to the side chain beside the drug.

The verdict is read off the measured columns in one place, :func:`verdict`, and never claims more
than geometry can say: a mutation that acts by charge, by the inactive state or by the fold is
"no steric reason found" or "out of scope", not harmless.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ros1struct import knowledge
from ros1struct.clashes import ClashDefinition, clash_definition
from ros1struct.complexes import Complex
from ros1struct.contacts import KINDS, sidechain_kinds
from ros1struct.ensembles import FEWEST_SEEN, SCOPE, Ensemble, converged_ensemble
from ros1struct.errors import InputError
from ros1struct.mutate import locate, obstacle
from ros1struct.mutation import Mutation, parse_mutation
from ros1struct.numbering import equivalent, klifs_label
from ros1struct.pocket import kinase_state

CLASH = 0.1
PARTIAL_CLASH = 0.5
STRAINED = 0.02
# Side chains of the same heavy-atom skeleton. Their overlaps differ by who donates and who accepts
# a hydrogen bond, which is no steric reason: it is judged as contact loss.
ISOSTERIC = ({"D", "N"}, {"E", "Q"})

VERDICTS = (
    "not in model",
    "out of scope",
    "undefined (strained)",
    "clash",
    "partial clash",
    "contact loss",
    "no steric reason found",
    "see compound",
)


@dataclass(frozen=True)
class _Measured:
    """The numbers a verdict is read from."""

    wild_type: Ensemble
    mutant: Ensemble
    wild_type_near: bool
    kinds: tuple[str, ...]


def steric_tolerance(wild_type: Ensemble, mutant: Ensemble) -> float:
    """Tolerance of the mutant relative to the wild type's, treated identically.

    Parameters
    ----------
    wild_type, mutant : Ensemble
        At the same residue of the same complex.

    Returns
    -------
    float
        ``(holo / apo)_mutant / (holo / apo)_wild type`` of the free probabilities; NaN where one
        of them is strained (free without the inhibitor below 0.02), or where the wild type
        itself has no free sample beside the inhibitor.
    """
    if min(wild_type.free()[0], mutant.free()[0]) < STRAINED:
        return float("nan")
    base = wild_type.tolerance
    return mutant.tolerance / base if base > 0 else float("nan")


def verdict(measured: _Measured) -> tuple[str, str]:
    """Judge a substitution; return the verdict and its reason in words."""
    wild, mutant = measured.wild_type, measured.mutant
    free_apo = mutant.apo < mutant.threshold
    near = bool((mutant.distance[free_apo] <= SCOPE).any())
    if not measured.wild_type_near and not near:
        return "out of scope", (
            "no atom of the wild type and no free conformer of the mutant comes within "
            f"{SCOPE:g} Å of the inhibitor"
        )
    tolerance = steric_tolerance(wild, mutant)
    if np.isnan(tolerance):
        if mutant.free()[0] < STRAINED:
            who = f"{mutant.letter} does not fit the pocket even without the inhibitor"
        elif wild.free()[0] < STRAINED:
            who = f"the wild type {wild.letter} is itself strained on this rigid backbone"
        else:
            who = f"the wild type {wild.letter} has no free rotamer beside the inhibitor"
        return "undefined (strained)", f"{who}; neighbours would have to move"
    isosteric = {wild.letter, mutant.letter} in ISOSTERIC
    if tolerance <= PARTIAL_CLASH and not isosteric:
        kept = f"{mutant.tolerance:.0%} of the mutant's free conformers remain beside the inhibitor"
        return ("clash" if tolerance <= CLASH else "partial clash"), kept
    lost = [k for k in measured.kinds if mutant.contact_probability(k) < CLASH]
    if lost:
        return (
            "contact loss",
            f"the mutant side chain cannot make the wild type's {', '.join(lost)} contact",
        )
    if tolerance <= PARTIAL_CLASH:
        return "no steric reason found", (
            f"{mutant.letter} has the shape of {wild.letter}: the tolerance of {tolerance:.2f} comes "
            "from hydrogen-bond partners, not from size"
        )
    return "no steric reason found", "the mutant side chain fits beside the inhibitor"


def scan(
    complexes: Complex | Iterable[Complex],
    mutations: str | Mutation | Iterable[str | Mutation] = "catalog",
    *,
    definition: str | ClashDefinition = "chimerax",
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Ask of every mutation and every complex whether the mutant side chain fits beside the drug.

    Parameters
    ----------
    complexes : Complex or iterable of Complex
    mutations : str, Mutation, or iterable of them
        ``"catalog"`` for the literature's ROS1 mutations. A mutation that names a gene
        (``"ROS1 G2032R"``) or comes from the catalogue is carried over to the equivalent residue
        of another kinase; one that names none is read in each complex's own numbering.
    definition : str or ClashDefinition
        What counts as a clash.
    progress : callable, optional
        Called with (rows done, rows in all).

    Returns
    -------
    DataFrame
        One row per mutation and complex: structure, kinase, inhibitor, provenance, mutation,
        residue, klifs, state, phi, psi (degrees), library_count, low_count, min_distance (Å),
        worst_overlap (Å, of the least bad free-apo conformer with the inhibitor), free_apo,
        free_holo, free_apo_wt, free_holo_wt, steric_tolerance, verdict, reason,
        literature_call, mechanism, definition.

    Raises
    ------
    InputError
        If a mutation's wild type is not what the structure has, or a definition is unknown.

    Examples
    --------
    >>> import ros1struct as rs
    >>> rs.scan(rs.load("2WGJ"), "G1163R")["mutation"].tolist()
    ['G1163R']
    """
    listed = [complexes] if isinstance(complexes, Complex) else list(complexes)
    rule = clash_definition(definition)
    chosen = _mutations(mutations)
    rows = []
    for mutation in chosen:
        for complex in listed:
            rows.append(
                _row(
                    complex,
                    mutation,
                    rule,
                    lenient=isinstance(mutations, str) and mutations == "catalog",
                )
            )
            if progress is not None:
                progress(len(rows), len(chosen) * len(listed))
    table = pd.DataFrame(rows, columns=list(_BLANK))
    # One type whatever the rows hold: counts are missing where there is no rotamer.
    return table.astype({"library_count": "Int64", "low_count": bool})


def _mutations(given: str | Mutation | Iterable[str | Mutation]) -> list[Mutation]:
    if isinstance(given, Mutation):
        return [given]
    if isinstance(given, str):
        if given == "catalog":
            return [
                Mutation(parse_mutation(m).substitutions, "ROS1")
                for m in knowledge.mutations()["mutation"]
            ]
        return [parse_mutation(given)]
    return [parse_mutation(m) if isinstance(m, str) else m for m in given]


_BLANK: dict[str, Any] = {
    "structure": "",
    "kinase": "",
    "inhibitor": "",
    "provenance": "",
    "mutation": "",
    "residue": "",
    "klifs": "",
    "state": "",
    "phi": np.nan,
    "psi": np.nan,
    "library_count": pd.NA,
    "low_count": False,
    "min_distance": np.nan,
    "worst_overlap": np.nan,
    "free_apo": np.nan,
    "free_holo": np.nan,
    "free_apo_wt": np.nan,
    "free_holo_wt": np.nan,
    "steric_tolerance": np.nan,
    "verdict": "",
    "reason": "",
    "literature_call": "",
    "mechanism": "",
    "definition": "",
}


def _row(
    complex: Complex, mutation: Mutation, rule: ClashDefinition, *, lenient: bool
) -> dict[str, Any]:
    state = kinase_state(complex)
    row = _BLANK | {
        "structure": complex.name,
        "kinase": complex.kinase.name,
        "inhibitor": complex.inhibitor_name,
        "provenance": complex.provenance.label,
        "mutation": mutation.change,
        "state": state.label,
        "definition": rule.name,
    }
    own = mutation
    named = complex.kinase.numbering == "uniprot"
    if mutation.gene and mutation.gene != complex.kinase.name:
        if not named:
            reason = (
                f"a mutation of {mutation.gene} is carried over by UniProt numbers, and this chain "
                f"({complex.kinase.name}) has the author's"
            )
            return row | {"verdict": "not in model", "reason": reason}
        try:
            own = equivalent(mutation, complex.kinase.name)
        except InputError as error:
            return row | {"verdict": "not in model", "reason": str(error)}
        row["mutation"] = own.change
    if named and complex.kinase.name == "ROS1":
        row["literature_call"] = _literature_call(own.change, complex.inhibitor_name)
        row["mechanism"] = _mechanism(own.change)
    if own.is_compound:
        return row | {"verdict": "see compound", "reason": "several residues change at once"}
    (sub,) = own.substitutions
    try:
        residue = locate(complex, sub)
    except InputError as error:
        if not lenient:
            raise
        return row | {"verdict": "not in model", "reason": str(error)}
    if residue is None:
        reason = f"residue {sub.position} is not in the structure"
        return row | {
            "residue": f"{sub.wild_type}{sub.position}",
            "verdict": "not in model",
            "reason": reason,
        }
    row |= {
        "residue": complex.residue_label(residue),
        "klifs": klifs_label(int(complex.residues.klifs[residue])),
    }
    if reason := obstacle(complex, residue):
        return row | {"verdict": "not in model", "reason": reason}
    return row | _measure(complex, residue, sub.wild_type, sub.mutant, rule)


def _measure(
    complex: Complex, residue: int, wild_type: str, mutant: str, rule: ClashDefinition
) -> dict[str, Any]:
    wild = converged_ensemble(complex, residue, wild_type, definition=rule)
    made = converged_ensemble(complex, residue, mutant, definition=rule)
    own = list(complex.atoms_of(residue).values())
    ligand = complex.xyz[0, complex.inhibitor_heavy]
    gap = np.linalg.norm(complex.xyz[0, own][:, None] - ligand, axis=2)
    judged, reason = verdict(
        _Measured(wild, made, bool(gap.min() <= SCOPE), sidechain_kinds(complex, residue))
    )
    free_apo, free_holo = made.free()
    free_apo_wt, free_holo_wt = wild.free()
    open_apo = made.apo < made.threshold
    least = made.inhibitor[open_apo].min() if open_apo.any() else np.nan
    return {
        "phi": made.phi,
        "psi": made.psi,
        "library_count": made.found.count if made.found.chi.shape[1] else pd.NA,
        "low_count": bool(made.found.chi.shape[1]) and made.found.count < FEWEST_SEEN,
        "min_distance": float(gap.min()),
        "worst_overlap": float(least) if np.isfinite(least) else np.nan,
        "free_apo": free_apo,
        "free_holo": free_holo,
        "free_apo_wt": free_apo_wt,
        "free_holo_wt": free_holo_wt,
        "steric_tolerance": steric_tolerance(wild, made),
        "verdict": judged,
        "reason": reason,
    }


def _literature_call(change: str, inhibitor: str) -> str:
    try:
        return knowledge.literature_call(change, inhibitor)
    except InputError:  # a molecule that the literature tables do not know
        return ""


def _mechanism(change: str) -> str:
    table = knowledge.mutations()
    found = table.loc[table["mutation"] == change, "proposed_mechanism"]
    return str(found.iloc[0]) if len(found) else ""


__all__ = ["CLASH", "KINDS", "PARTIAL_CLASH", "VERDICTS", "scan", "steric_tolerance", "verdict"]
