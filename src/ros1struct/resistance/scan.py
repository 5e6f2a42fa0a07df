"""The scan: every mutation beside every inhibitor, with a score, its interval and a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ros1struct.arguments import checked
from ros1struct.clashes.definitions import ClashDefinition, clash_definition
from ros1struct.contacts.pocket import kinase_state
from ros1struct.errors import InputError
from ros1struct.io.border import AnyComplex, ensembles, with_author
from ros1struct.kinome import literature
from ros1struct.kinome.residue_numbers import (
    carry_over,
    is_by_position,
    read_mutation,
)
from ros1struct.resistance.changes import distance, find_changes, klifs_of
from ros1struct.resistance.details import (
    DETAILS,
    common_claim,
    describe,
    remarks,
    reported,
)
from ros1struct.resistance.pooling import score_at, summed
from ros1struct.resistance.sampler import Sampler
from ros1struct.resistance.score import Parts
from ros1struct.resistance.verdict import verdict
from ros1struct.sidechains.sites import proline_obstacle
from ros1struct.structure.complex import Complex
from ros1struct.structure.mutation import Mutation, parse_mutation
from ros1struct.structure.progress import Progress, reporter
from ros1struct.tables import typed

if TYPE_CHECKING:
    import pandas as pd

#: Columns of the short table, with their blanks.
COLUMNS: dict[str, Any] = {
    "structure": "",
    "kinase": "",
    "inhibitor": "",
    "provenance": "",
    "mutation": "",
    "residue": "",
    "klifs": "",
    "state": "",
    "min_distance": np.nan,
    "score": np.nan,
    "score_low": np.nan,
    "score_high": np.nan,
    "p_resistant": np.nan,
    "verdict": "",
    "firm": False,
    "reason": "",
    "literature_call": "",
    "mechanism": "",
}
#: What a scan of ensembles has besides.
POOLED: dict[str, Any] = {"pooled": 0, "score_spread": np.nan}


@checked
def scan(
    complexes: AnyComplex | Iterable[AnyComplex],
    mutations: str | Mutation | Iterable[str | Mutation] = "catalog",
    *,
    details: bool = False,
    base_rate: float | None = None,
    definition: str | ClashDefinition = "chimerax",
    energies: bool = False,
    repack: bool = False,
    workers: int = 1,
    progress: Progress = None,
    frame: int | None = None,
    frames: Literal["all"] | slice | Iterable[int] | None = None,
    pool: bool = False,
) -> pd.DataFrame:
    """Ask of every mutation and every complex whether it takes the drug away.

    Parameters
    ----------
    complexes : Complex, Trajectory, str, or iterable of them
        A text is loaded by :func:`ros1struct.load`.
    mutations : str, Mutation, or iterable of them
        ``"catalog"`` for the ROS1 mutations of which resistance is reported, ``"all"`` for every
        one of :func:`ros1struct.literature.mutations`. A mutation that names a gene
        (``"ROS1 G2032R"``) or comes from the catalogue is carried over to the equivalent residue
        of another kinase; one that names none is read in each complex's own numbering: UniProt's
        where the kinase is known. ``"GK:45M"`` names a KLIFS position. In a list, what cannot be
        read has a row that says why, with the verdict *not read*.
    details : bool
        Whether to add the parts of the score and the columns of shape: steric tolerance over
        clash thresholds, contacts lost and gained, rotamer library.
    base_rate : float, optional
        Share of resistant mutations that is expected where the scan is used; by default that of
        the development set, a third. It moves ``p_resistant``, not the verdict.
    definition : str or ClashDefinition
        What counts as a clash, for the tolerance.
    energies : bool
        Whether to add, with `details`, the energies of a rigid pocket in kcal/mol: half a second
        for Arg and Lys.
    repack : bool
        Whether, with `details`, the neighbours may move where a single mutant does not fit the
        pocket even without the inhibitor; seconds a row.
    workers : int
        Processes; the table is the same for any number.
    progress : bool or callable, optional
        True for a progress bar; a function is called with (rows done, rows in all).
    frame : int, optional
        Which frame, from 0; needed where the complex has several and they are not pooled.
    frames : "all", slice or iterable of int, optional
        Frames of a trajectory or of a complex of several whose conformers are pooled: one free
        energy over all (:mod:`ros1struct.resistance.pooling`), not a mean of verdicts.
    pool : bool
        Whether complexes of one kinase and one inhibitor are pooled in the same way: crystals,
        poses, models, with all their chosen frames. A chain of no known kinase stands alone.

    Returns
    -------
    DataFrame
        One row per mutation and complex, or ensemble: structure, kinase, inhibitor, provenance,
        mutation, residue, klifs, state, min_distance (Å); score with score_low and score_high over
        the parameters that nobody can fix (:mod:`ros1struct.resistance.score`), p_resistant
        (probability of a ten-fold loss or more), verdict, firm (whether it is the same over the
        interval), reason, literature_call, mechanism. Rows that are not in the model or undefined
        have no score. With `frames` or `pool` also pooled (structures or frames) and
        score_spread, the standard error over them; the columns of shape are then empty.

    Raises
    ------
    InputError
        If the one mutation is not understood or its wild type is not what the structure has (in
        an ensemble such a member is left out), or a definition is unknown.

    Examples
    --------
    >>> import ros1struct as rs
    >>> rs.scan("crizotinib", ["G2032R", "D2033N"])[["verdict", "firm"]].values.tolist()
    [['clash', True], ['no structural reason found', False]]
    """
    import pandas as pd

    show = reporter(progress, "scan")
    rule = clash_definition(definition)
    groups = ensembles(complexes, "scan", frame=frame, frames=frames)
    if pool:
        groups = _together(groups)
    chosen = _mutations(mutations)
    several = pool or frames is not None
    options = _Options(
        alone=isinstance(mutations, Mutation)
        or (isinstance(mutations, str) and mutations not in ("catalog", "all")),
        details=details,
        base_rate=base_rate,
        rule=rule,
        energies=energies,
        repack=repack,
        several=several,
    )
    pairs = [(m, c) for m in range(len(chosen)) for c in range(len(groups))]
    if workers < 1:
        raise InputError(f"workers must be 1 or more, found {workers}")
    rows: list[dict[str, Any]] = []
    if workers == 1 or len(pairs) < 2:
        made = _rows(groups, chosen, pairs, options)
        for row in made:
            rows.append(row)
            if show is not None:
                show(len(rows), len(pairs))
    else:
        # Wild types are sampled once in each part: keep the mutations of a residue together.
        parts = [p for p in np.array_split(pairs, min(4 * workers, len(pairs))) if len(p)]
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as executor:
            jobs = [
                executor.submit(_part, groups, chosen, [(int(m), int(c)) for m, c in part], options)
                for part in parts
            ]
            for job in jobs:
                rows += job.result()
                if show is not None:
                    show(len(rows), len(pairs))
    names = [*COLUMNS, *(POOLED if several else ()), *(DETAILS if details else ())]
    table = typed(pd.DataFrame({name: [row[name] for row in rows] for name in names}))
    if details:  # one type whatever the rows hold: counts are missing where there is no rotamer
        table["library_count"] = table["library_count"].astype("Int64")
    found: pd.DataFrame = with_author(table, (c for group in groups for c in group))
    return found


@dataclass(frozen=True)
class _Options:
    alone: bool
    details: bool
    base_rate: float | None
    rule: ClashDefinition
    energies: bool
    repack: bool
    several: bool


def _together(groups: Sequence[list[Complex]]) -> list[list[Complex]]:
    """Bring together what has one kinase and one inhibitor, in the order of the first."""
    made: dict[tuple[str, ...], list[Complex]] = {}
    for k, group in enumerate(groups):
        c = group[0]
        known = c.kinase.numbering == "uniprot"
        made.setdefault(
            (c.kinase.name, c.inhibitor_name, c.component, "" if known else str(k)), []
        ).extend(group)
    return list(made.values())


def _part(
    groups: Sequence[list[Complex]],
    mutations: Sequence[Mutation | str],
    pairs: Sequence[tuple[int, int]],
    options: _Options,
) -> list[dict[str, Any]]:
    return list(_rows(groups, mutations, pairs, options))


def _rows(
    groups: Sequence[list[Complex]],
    mutations: Sequence[Mutation | str],
    pairs: Sequence[tuple[int, int]],
    options: _Options,
) -> Iterable[dict[str, Any]]:
    sampler = Sampler(options.rule)
    for m, c in pairs:
        yield _row(groups[c], mutations[m], sampler, options)


def _mutations(given: str | Mutation | Iterable[str | Mutation]) -> list[Mutation | str]:
    """Read mutations; what needs a complex, or cannot be read, stays as it is."""
    if isinstance(given, Mutation):
        return [given]
    if isinstance(given, str):
        if given in ("catalog", "all"):
            table = literature.mutations()
            names = table["mutation"] if given == "all" else table["mutation"][table["reported"]]
            return [Mutation(parse_mutation(m).substitutions, "ROS1") for m in names]
        return [given if is_by_position(given) else parse_mutation(given)]
    listed = list(given) if isinstance(given, Iterable) else [given]
    if wrong := [m for m in listed if not isinstance(m, (str, Mutation))]:
        raise InputError(f"expected mutations such as 'G2032R', found {wrong[0]!r}")
    read: list[Mutation | str] = []
    for m in listed:
        try:
            read.append(parse_mutation(m) if isinstance(m, str) else m)
        except InputError:
            read.append(m)
    return read


def _row(
    group: list[Complex],
    mutation: Mutation | str,
    sampler: Sampler,
    options: _Options,
) -> dict[str, Any]:
    complex = group[0]
    row = COLUMNS | (POOLED if options.several else {}) | (DETAILS if options.details else {})
    row |= {
        "structure": _names(group),
        "kinase": complex.kinase.name,
        "inhibitor": complex.inhibitor_name,
        "provenance": complex.provenance.label,
        "mutation": mutation if isinstance(mutation, str) else mutation.change,
        "state": complex.derived("state label", lambda: kinase_state(complex).label),
    }
    if options.details:
        row["definition"] = options.rule.name
    try:
        if isinstance(mutation, str):
            mutation = read_mutation(complex, mutation)
    except InputError as error:
        if options.alone:
            raise
        return row | {"verdict": "not read", "reason": str(error)}
    try:
        own = carry_over(complex, mutation)
    except InputError as error:
        return row | {"verdict": "not in model", "reason": str(error)}
    row["mutation"] = own.change
    claim = ""
    of_ros1 = complex.kinase.numbering == "uniprot" and complex.kinase.name == "ROS1"
    if of_ros1:
        row["literature_call"], row["mechanism"], claim = reported(own.change, complex)
    # What is computed and said is the same in whatever order a compound is written.
    # A member that lacks a residue, or has another mutation there, does not answer for it.
    alone = options.alone and len(group) == 1
    found = [find_changes(c, own.in_order, mutation, alone=alone) for c in group]
    members = [(c, made) for c, (made, missing) in zip(group, found, strict=True) if not missing]
    if not members:
        return row | found[0][1]
    complex, changes = members[0]
    scores = [
        score_at([(c, made[k][0]) for c, made in members], sub.wild_type, sub.mutant)
        for k, (_, sub) in enumerate(changes)
    ]
    whole = summed(scores)
    if options.several:
        row |= {"pooled": len(members), "score_spread": whole.spread}
    if whole.in_scope:
        for residue, sub in changes:
            if sub.mutant == "P" and (reason := proline_obstacle(complex, residue)):
                reason = f"backbone must move: {reason}"
                name = complex.residue_label(residue)
                return row | {"residue": name, "verdict": "undefined", "reason": reason}
    if of_ros1 and own.is_compound and not claim:
        claim = common_claim(complex, changes, scores)
    judged = verdict(whole, claim=claim, base_rate=options.base_rate)
    written = sorted(changes, key=lambda change: own.substitutions.index(change[1]))
    row |= {
        "residue": "/".join(complex.residue_label(r) for r, _ in written),
        "klifs": klifs_of(complex, [r for r, _ in written]),
        "min_distance": min(distance(c, r) for c, made in members for r, _ in made),
        "verdict": judged.verdict,
        "firm": judged.firm,
        "reason": judged.reason + remarks(complex, changes, scores, row["mechanism"]),
    }
    if whole.in_scope:
        row |= {
            "score": whole.score,
            "score_low": whole.low,
            "score_high": whole.high,
            "p_resistant": judged.p_resistant,
        }
    if options.details:
        if whole.in_scope:
            row |= {name: getattr(whole.parts, name) for name in Parts.__dataclass_fields__}
        if not options.several:
            row |= describe(
                complex,
                changes,
                sampler,
                options.rule,
                energies=options.energies,
                repack=options.repack,
            )
    return row


def _names(group: Sequence[Complex]) -> str:
    """Name an ensemble: each structure once, as they come."""
    return " + ".join(dict.fromkeys(c.name for c in group))
