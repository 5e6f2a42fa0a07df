"""What stands behind a row of a scan: tolerance, contacts lost, energies of a rigid pocket."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ros1struct.clashes.definitions import ClashDefinition
from ros1struct.errors import InputError, StructureError
from ros1struct.kinome import literature
from ros1struct.kinome.calls import literature_call
from ros1struct.resistance.changes import near_warhead
from ros1struct.resistance.sampler import Place, Sampler, contact_columns
from ros1struct.resistance.score import Score
from ros1struct.resistance.tolerance import THRESHOLDS, Sampled, steric_tolerance
from ros1struct.resistance.verdict import NOT_GEOMETRIC
from ros1struct.sidechains.ensembles import FEWEST_SEEN, Ensemble
from ros1struct.sidechains.joint import joint_ensemble
from ros1struct.structure.complex import Complex
from ros1struct.structure.mutation import Substitution
from ros1struct.structure.residues import lacking_atoms

if TYPE_CHECKING:
    import pandas as pd

#: Columns of ``scan(..., details=True)`` beside those of the short table, with their blanks.
DETAILS: dict[str, Any] = {
    "steric": np.nan,
    "contacts": np.nan,
    "solvent": np.nan,
    "strain": np.nan,
    "transfer": np.nan,
    "phi": np.nan,
    "psi": np.nan,
    "library_count": None,
    "low_count": False,
    "worst_overlap": np.nan,
    "free_apo": np.nan,
    "free_holo": np.nan,
    "free_apo_wt": np.nan,
    "free_holo_wt": np.nan,
    "steric_tolerance": np.nan,
    "steric_tolerance_low": np.nan,
    "steric_tolerance_high": np.nan,
    "contacts_lost": "",
    "contacts_gained": "",
    "contact_loss": np.nan,
    "contact_loss_low": np.nan,
    "contact_loss_high": np.nan,
    "contact_gain": np.nan,
    "contact_gain_low": np.nan,
    "contact_gain_high": np.nan,
    "steric_tolerance_sampling": np.nan,
    "steric_penalty": np.nan,
    "steric_penalty_sampling": np.nan,
    "interaction_ddg": np.nan,
    "interaction_ddg_sampling": np.nan,
    "repacked_tolerance": np.nan,
    "repack_cost": np.nan,
    "definition": "",
}


def describe(
    complex: Complex,
    changes: Sequence[tuple[int, Substitution]],
    sampler: Sampler,
    rule: ClashDefinition,
    *,
    energies: bool,
    repack: bool,
) -> dict[str, Any]:
    """Measure the columns of :data:`DETAILS` but the parts of the score.

    Parameters
    ----------
    complex : Complex
    changes : sequence of (int, Substitution)
        Residue index and substitution.
    sampler : Sampler
    rule : ClashDefinition
    energies : bool
        Whether to compute the energies of a rigid pocket, and what sampling adds to the numbers.
    repack : bool
        Whether the neighbours may move where the mutant does not fit the pocket without the drug.

    Returns
    -------
    dict
    """
    places = [sampler.place(complex, r, s.wild_type, s.mutant) for r, s in changes]
    inside = [p for p in places if p.near] or places
    wild: Sampled = inside[0].wild_type
    made: Sampled = inside[0].mutant
    if len(inside) > 1:
        wild, made = (_joint(complex, inside, which, rule) for which in ("wild_type", "mutant"))
    near = any(p.near for p in places)
    free_apo, free_holo = made.free()
    free_apo_wt, free_holo_wt = wild.free()
    columns: dict[str, Any] = {
        "free_apo": free_apo,
        "free_holo": free_holo,
        "free_apo_wt": free_apo_wt,
        "free_holo_wt": free_holo_wt,
        "steric_tolerance": steric_tolerance(wild, made),
        "definition": rule.name,
    }
    if near:
        over = [steric_tolerance(wild, made, threshold=t) for t in THRESHOLDS]
        known = [t for t in over if not np.isnan(t)]
        columns["steric_tolerance_low"] = min(known, default=np.nan)
        columns["steric_tolerance_high"] = max(known, default=np.nan)
    if len(places) == 1:
        (place,) = places
        columns |= _single(place.mutant)
        if near:
            columns |= contact_columns(place)
        if repack and np.isnan(columns["steric_tolerance"]):
            columns |= _repacked(complex, place, rule)
    if energies and near:
        columns |= _energies(complex, places, sampler)
    return columns


def _energies(complex: Complex, places: list[Place], sampler: Sampler) -> dict[str, float]:
    """Energies in kcal/mol of what is in scope, and what sampling adds to the numbers."""
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
    try:
        found = respond(complex, wanted, definition=rule)
    except StructureError:
        return {}
    tolerance = steric_tolerance(found.wild_type, found.mutant)
    return {"repacked_tolerance": tolerance, "repack_cost": found.cost}


def _joint(complex: Complex, places: list[Place], which: str, rule: ClashDefinition) -> Sampled:
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


def remarks(
    complex: Complex,
    changes: Sequence[tuple[int, Substitution]],
    scores: Sequence[Score],
    mechanism: str,
) -> str:
    """Say what a reader should know of a row, to stand after its reason.

    Parameters
    ----------
    complex : Complex
    changes : sequence of (int, Substitution)
        Index of each residue, and what becomes of it.
    scores : sequence of Score
        Of each.
    mechanism : str
        That the literature proposes.

    Returns
    -------
    str
    """
    said = ""
    inside = [s.in_scope for s in scores]
    for residue, change in changes:
        own = tuple(complex.atoms_of(residue))
        if lacks := lacking_atoms(str(complex.residues.name[residue]), own):
            said += (
                f"; the file lacks {' '.join(lacks)} of {complex.residue_label(residue)}, whose "
                "distance and contacts are those of what is there (ros1struct.rebuild)"
            )
        if change.mutant != complex.residues.letter[residue] == "C":
            said += near_warhead(complex, residue)
    if any(str(complex.residues.letter[r]) == s.mutant for r, s in changes):
        said += "; the structure carries the mutation, so the backbone is the mutant's"
    if sum(inside) > 1:
        said += "; the sum of single substitutions, each beside the other's wild type"
    if any(inside) and not all(inside):
        far = zip(changes, inside, strict=True)
        left = ", ".join(complex.residue_label(r) for (r, _), near in far if not near)
        said += f"; out of scope and left as it is: {left}"
    if mechanism == "conformational":
        said += "; state not modelled: its reported effect is on the inactive state"
    return said


def reported(change: str, complex: Complex) -> tuple[str, str, str]:
    """Return what the literature says of a ROS1 mutation.

    Parameters
    ----------
    change : str
        Such as ``G2032R``.
    complex : Complex
        With the inhibitor.

    Returns
    -------
    call, mechanism, claim : str
        The call beside the inhibitor, the proposed mechanism, and what geometry may say of it;
        empty where nothing is known.
    """
    try:
        call = literature_call(change, complex.inhibitor_name)
    except InputError:  # a molecule that the literature tables do not know
        call = ""
    return call, *_claims().get(frozenset(change.split("/")), ("", ""))


@cache
def _claims() -> dict[frozenset[str], tuple[str, str]]:
    """Proposed mechanism and what geometry may say, by substitutions; the first row of each."""
    table = literature.mutations()[["mutation", "proposed_mechanism", "geometric_claim"]]
    rows = table.iloc[::-1].itertuples(index=False)
    return {frozenset(m.split("/")): (str(how), str(claim)) for m, how, claim in rows}


def catalogue_rows(change: str) -> pd.DataFrame:
    """Rows of the catalogue about a mutation, in whatever order a compound is written."""
    table, parts = literature.mutations(), {*change.split("/")}
    return table[[{*text.split("/")} == parts for text in table["mutation"]]]


def common_claim(
    complex: Complex, changes: Sequence[tuple[int, Substitution]], scores: Sequence[Any]
) -> str:
    """Say what geometry may not claim of any part of a ROS1 compound that the inhibitor touches.

    Parameters
    ----------
    complex : Complex
    changes : sequence of (int, Substitution)
        Residues and what they become.
    scores : sequence of Score
        One for each.

    Returns
    -------
    str
        Empty where geometry may claim something of one of them.
    """
    inside = zip(changes, scores, strict=True)
    claims = {reported(str(sub), complex)[2] for (_, sub), score in inside if score.in_scope}
    return min(claims) if claims and claims <= NOT_GEOMETRIC.keys() else ""
