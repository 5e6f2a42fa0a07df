"""One row per mutation and complex: what happens to the side chain beside the drug."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from ros1struct.clashes.definitions import ClashDefinition, clash_definition
from ros1struct.contacts.pocket import kinase_state
from ros1struct.errors import InputError
from ros1struct.io.border import takes_complexes
from ros1struct.kinome import literature
from ros1struct.kinome.calls import literature_call
from ros1struct.kinome.numbering import equivalent, klifs_label
from ros1struct.resistance.sampler import Place, Sampler, contact_columns
from ros1struct.resistance.verdict import (
    THRESHOLDS,
    Evidence,
    Sampled,
    depends_on_threshold,
    steric_tolerance,
    verdict,
)
from ros1struct.sidechains.ensembles import FEWEST_SEEN, Ensemble
from ros1struct.sidechains.joint import JointEnsemble, joint_ensemble
from ros1struct.sidechains.sites import absent, locate, obstacle, proline_obstacle
from ros1struct.structure.complex import Complex
from ros1struct.structure.mutation import Mutation, Substitution, parse_mutation

if TYPE_CHECKING:
    import pandas as pd


@takes_complexes
def scan(
    complexes: list[Complex],
    mutations: str | Mutation | Iterable[str | Mutation] = "catalog",
    *,
    definition: str | ClashDefinition = "chimerax",
    energies: bool = True,
    repack: bool = False,
    progress: Callable[[int, int], None] | None = None,
    frame: int | None = None,
) -> pd.DataFrame:
    """Ask of every mutation and every complex whether the mutant side chain fits beside the drug.

    Parameters
    ----------
    complexes : Complex, str, or iterable of them
        A text is loaded by :func:`ros1struct.load`.
    mutations : str, Mutation, or iterable of them
        ``"catalog"`` for the literature's ROS1 mutations. A mutation that names a gene
        (``"ROS1 G2032R"``) or comes from the catalogue is carried over to the equivalent residue
        of another kinase; one that names none is read in each complex's own numbering.
    definition : str or ClashDefinition
        What counts as a clash.
    energies : bool
        Whether to compute the scores in kcal/mol and what sampling adds to them and to the
        tolerance: some 30 ms a row, Arg and Lys half a second.
    repack : bool
        Whether the neighbours may move where a single substitution is ``undefined (strained)``;
        seconds a row.
    progress : callable, optional
        Called with (rows done, rows in all).
    frame : int, optional
        Which frame, from 0; needed where the complex has several.

    Returns
    -------
    DataFrame
        One row per mutation and complex: structure, kinase, inhibitor, provenance, mutation,
        residue, klifs, state, phi, psi (degrees), library_count, low_count, min_distance (Å),
        worst_overlap (Å, of the least bad free-apo conformer with the inhibitor), free_apo,
        free_holo, free_apo_wt, free_holo_wt, steric_tolerance, steric_tolerance_low and
        steric_tolerance_high (over clash thresholds of 0.4 to 0.9 Å); steric_penalty and
        interaction_ddg (kcal/mol, where one or two substitutions are in scope; see
        :mod:`ros1struct.resistance.score`); for single substitutions in scope contacts_lost and
        contacts_gained (kinds), contact_loss and contact_gain (expected number of kinds) with
        their ``_low`` and ``_high`` over thresholds; ``_sampling`` of a column, its difference to
        another grid of torsions; repacked_tolerance and
        repack_cost (kcal/mol; strained rows, if asked), verdict, reason, literature_call,
        mechanism, definition.

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
    import pandas as pd

    rule = clash_definition(definition)
    chosen = _mutations(mutations)
    rows = []
    sampler = Sampler(rule)
    lenient = isinstance(mutations, str) and mutations == "catalog"
    for mutation in chosen:
        for complex in complexes:
            row, places = _row(complex, mutation, rule, sampler, lenient=lenient)
            if energies and row["verdict"] != "out of scope":
                row |= _scored(complex, places, sampler)
            if repack and row["verdict"] == "undefined (strained)" and len(places) == 1:
                row |= _repacked(complex, places[0], rule)
            rows.append(row)
            if progress is not None:
                progress(len(rows), len(chosen) * len(complexes))
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
                for m in literature.mutations()["mutation"]
            ]
        return [parse_mutation(given)]
    complexes = list(given) if isinstance(given, Iterable) else [given]
    if wrong := [m for m in complexes if not isinstance(m, (str, Mutation))]:
        raise InputError(f"expected mutations such as 'G2032R', found {wrong[0]!r}")
    return [parse_mutation(m) if isinstance(m, str) else m for m in complexes]


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
    "library_count": None,
    "low_count": False,
    "min_distance": np.nan,
    "worst_overlap": np.nan,
    "free_apo": np.nan,
    "free_holo": np.nan,
    "free_apo_wt": np.nan,
    "free_holo_wt": np.nan,
    "steric_tolerance": np.nan,
    "steric_tolerance_low": np.nan,
    "steric_tolerance_high": np.nan,
    "steric_tolerance_sampling": np.nan,
    "steric_penalty": np.nan,
    "steric_penalty_sampling": np.nan,
    "interaction_ddg": np.nan,
    "interaction_ddg_sampling": np.nan,
    "contacts_lost": "",
    "contacts_gained": "",
    "contact_loss": np.nan,
    "contact_loss_low": np.nan,
    "contact_loss_high": np.nan,
    "contact_gain": np.nan,
    "contact_gain_low": np.nan,
    "contact_gain_high": np.nan,
    "repacked_tolerance": np.nan,
    "repack_cost": np.nan,
    "verdict": "",
    "reason": "",
    "literature_call": "",
    "mechanism": "",
    "definition": "",
}


def _row(
    complex: Complex,
    mutation: Mutation,
    rule: ClashDefinition,
    sampler: Sampler,
    *,
    lenient: bool,
) -> tuple[dict[str, Any], list[Place]]:
    """One row, and the places it was measured at (none where it could not be)."""
    row = _BLANK | {
        "structure": complex.name,
        "kinase": complex.kinase.name,
        "inhibitor": complex.inhibitor_name,
        "provenance": complex.provenance.label,
        "mutation": mutation.change,
        "state": kinase_state(complex).label,
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
            return row | {"verdict": "not in model", "reason": reason}, []
        try:
            own = equivalent(mutation, complex.kinase.name)
        except InputError as error:
            return row | {"verdict": "not in model", "reason": str(error)}, []
        row["mutation"] = own.change
    if named and complex.kinase.name == "ROS1":
        row["literature_call"] = _literature_call(own.change, complex.inhibitor_name)
        row["mechanism"] = _mechanism(own.change)
    places = []
    for sub in own.substitutions:
        try:
            residue = locate(complex, sub)
        except InputError as error:
            if not lenient:
                raise
            return row | {"verdict": "not in model", "reason": str(error)}, []
        name = f"{sub.wild_type}{sub.position}"
        reason = absent(complex, sub.position) if residue is None else obstacle(complex, residue)
        if residue is None or reason:
            if own.is_compound:
                reason = f"{name}: {reason}"
            if residue is None and not mutation.gene and named and _of_ros1(sub, complex):
                reason += f"; for the residue that is equivalent to ROS1's say 'ROS1 {own.change}'"
            return row | {"residue": name, "verdict": "not in model", "reason": reason}, []
        place = sampler.place(complex, residue, sub.wild_type, sub.mutant)
        if sub.mutant == "P" and place.near and (reason := proline_obstacle(complex, residue)):
            reason = f"backbone must move: {reason}"
            return row | {"residue": name, "verdict": "undefined (strained)", "reason": reason}, []
        places.append(place)
    row |= {
        "residue": "/".join(complex.residue_label(p.residue) for p in places),
        "klifs": _klifs(complex, places),
        "min_distance": min(p.distance for p in places),
    }
    row |= _judge(complex, places, rule)
    if row["mechanism"] == "conformational":
        row["reason"] += "; state not modelled: its reported effect is on the inactive state"
    return row, places


def _of_ros1(substitution: Substitution, complex: Complex) -> bool:
    """Whether a substitution that another kinase cannot have would fit ROS1."""
    sequence, at = literature.ros1_sequence(), substitution.position - 1
    return complex.kinase.name != "ROS1" and sequence[at : at + 1] == substitution.wild_type


def _klifs(complex: Complex, places: list[Place]) -> str:
    """KLIFS positions of the substitutions, ``-`` for one without; empty if none has one."""
    labels = [klifs_label(int(complex.residues.klifs[p.residue])) for p in places]
    return "/".join(label or "-" for label in labels) if any(labels) else ""


def _judge(complex: Complex, places: list[Place], rule: ClashDefinition) -> dict[str, Any]:
    """Columns of a row that come from the side chains: one alone, or those near together."""
    inside = [p for p in places if p.near] or places
    rigid = len(inside) == 1 and not inside[0].mutant.found.chi.shape[1]
    wild: Sampled = inside[0].wild_type
    made: Sampled = inside[0].mutant
    if len(inside) > 1:
        wild, made = (_joint(complex, inside, which, rule) for which in ("wild_type", "mutant"))
    judged, reason = verdict(
        Evidence(
            "".join(p.wild_type.letter for p in inside),
            "".join(p.mutant.letter for p in inside),
            wild,
            made,
            any(p.near for p in places),
            tuple(dict.fromkeys(kind for p in inside for kind in p.lost)),
        )
    )
    if rigid and judged != "out of scope":
        reason += f"; {inside[0].mutant.letter} has a single conformer, so it fits or it does not"
    if any(p.carried for p in inside):
        reason += "; the structure carries the mutation, so the backbone is the mutant's"
    if judged != "out of scope" and len(inside) < len(places):
        left = ", ".join(complex.residue_label(p.residue) for p in places if p not in inside)
        reason += f"; out of scope and left as it is: {left}"
    free_apo, free_holo = made.free()
    free_apo_wt, free_holo_wt = wild.free()
    columns: dict[str, Any] = {
        "free_apo": free_apo,
        "free_holo": free_holo,
        "free_apo_wt": free_apo_wt,
        "free_holo_wt": free_holo_wt,
        "steric_tolerance": steric_tolerance(wild, made),
        "verdict": judged,
        "reason": reason,
    }
    if judged != "out of scope":
        over = [steric_tolerance(wild, made, threshold=t) for t in THRESHOLDS]
        known = [t for t in over if not np.isnan(t)]
        columns["steric_tolerance_low"] = min(known, default=np.nan)
        columns["steric_tolerance_high"] = max(known, default=np.nan)
        if known and depends_on_threshold(min(known), max(known)):
            columns["reason"] += (
                f"; depends on what counts as a clash: tolerance {min(known):.2f} to "
                f"{max(known):.2f} for overlaps of {THRESHOLDS[0]:g} to {THRESHOLDS[-1]:g} Å"
            )
    if len(places) == 1:
        (place,) = places
        columns |= _single(place.mutant)
        if judged != "out of scope":
            columns |= contact_columns(place)
    return columns


def _scored(complex: Complex, places: list[Place], sampler: Sampler) -> dict[str, float]:
    """Scores in kcal/mol of what is in scope, and what sampling adds to the numbers."""
    inside = [p for p in places if p.near]
    columns = {}
    if len(places) == 1:
        columns["steric_tolerance_sampling"] = sampler.tolerance_error(complex, places[0])
    if len(inside) in (1, 2):
        columns |= sampler.scores(complex, inside)
    return columns


def _repacked(complex: Complex, place: Place, rule: ClashDefinition) -> dict[str, Any]:
    """Columns of a strained row when the neighbours have moved out of the way."""
    from ros1struct.sidechains.flexible import respond

    number = int(complex.numbers[place.residue])
    wanted = Substitution(place.wild_type.letter, number, place.mutant.letter)
    found = respond(complex, wanted, definition=rule)
    tolerance = steric_tolerance(found.wild_type, found.mutant)
    return {"repacked_tolerance": tolerance, "repack_cost": found.cost}


def _joint(
    complex: Complex, places: list[Place], which: str, rule: ClashDefinition
) -> JointEnsemble:
    letters = "".join(getattr(p, which).letter for p in places)
    return joint_ensemble(complex, [p.residue for p in places], letters, definition=rule)


def _single(made: Ensemble) -> dict[str, Any]:
    """Columns that only a single substitution has."""
    free = made.apo < made.threshold
    least = float(made.inhibitor[free].min()) if free.any() else np.nan
    flexible = bool(made.found.chi.shape[1])
    return {
        "phi": made.phi,
        "psi": made.psi,
        "library_count": made.found.count if flexible else None,
        "low_count": flexible and made.found.count < FEWEST_SEEN,
        "worst_overlap": least if np.isfinite(least) else np.nan,
    }


def _literature_call(change: str, inhibitor: str) -> str:
    try:
        return literature_call(change, inhibitor)
    except InputError:  # a molecule that the literature tables do not know
        return ""


def _mechanism(change: str) -> str:
    table = literature.mutations()
    found = table.loc[table["mutation"] == change, "proposed_mechanism"]
    return str(found.iloc[0]) if len(found) else ""
