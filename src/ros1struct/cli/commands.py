"""What each command of the command line does with its arguments."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ros1struct.cli.output import emit, progress_bar, say
from ros1struct.cli.sources import (
    ALL,
    complex_of,
    listed,
    loaded,
    mutations_of,
    one_mutation,
    source_of,
    table_of,
)
from ros1struct.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from ros1struct.io.trajectory import Trajectory
    from ros1struct.structure.complex import Complex
    from ros1struct.structure.mutation import Mutation


# Columns of typed contacts that a screen has room for.
INTERACTIONS = (
    "residue", "author_residue", "klifs", "kind", "role", "atom", "inhibitor_atom", "distance",
    "angle", "water", "ambiguous",
)  # fmt: skip


def _report(options: argparse.Namespace) -> None:
    from ros1struct.report.build import report

    mutations = mutations_of(options.mutations)
    index = report(
        options.out,
        complexes=[source_of(source, options) for source in options.complexes] or None,
        mutations=mutations,
        definition=options.definition,
        comparisons=[loaded(source) for source in options.compare],
        focus=options.focus,
        formats=options.formats.split(","),
        saturation=options.saturation,
        progress=progress_bar("report", options),
    )
    print(index)


def _structures(options: argparse.Namespace) -> None:
    from ros1struct.io.archive.fetch import cached
    from ros1struct.io.catalog import catalog, entries

    table = catalog()
    where = []
    for entry in entries():
        if entry.entry and cached(entry.entry) is not None:
            where.append("cache")
        else:
            where.append("bundled" if entry.path else "fetch")
    table.insert(1, "available", where)
    if options.format == "table":
        shown = [
            "name",
            "available",
            "kinase",
            "variant",
            "inhibitor",
            "component",
            "resolution",
            "provenance",
        ]
        table = table[shown]
    emit(table, options)


def _fetch(options: argparse.Namespace) -> None:
    from ros1struct.io.archive.fetch import fetch

    for entry in options.entries:
        print(fetch(entry, offline=options.offline, timeout=options.timeout))


def _literature(options: argparse.Namespace) -> None:
    from ros1struct.kinome import literature

    table = getattr(literature, options.table)()
    if options.format == "table":
        # Identifiers are for files: the citation stands beside them.
        table = table.drop(columns=["source_id"], errors="ignore")
    emit(table, options)


def _pocket(options: argparse.Namespace) -> None:
    from ros1struct.contacts.pocket import kinase_state, pocket

    complex = complex_of(options.complex, options)
    say(f"{complex!r}; {kinase_state(complex).label}", options)
    emit(pocket(complex), options)


def _contacts(options: argparse.Namespace) -> None:
    from ros1struct.contacts.nearby import contacts

    emit(contacts(complex_of(options.complex, options), cutoff=options.cutoff), options)


def _clashes(options: argparse.Namespace) -> None:
    from ros1struct.clashes.overlaps import clashes

    complex = complex_of(options.complex, options)
    emit(clashes(complex, options.definition, threshold=options.threshold), options)


def _check(options: argparse.Namespace) -> None:
    from ros1struct.trajectories.check import check

    complex = complex_of(options.complex, options)
    emit(check(complex, definition=options.definition, energy=not options.no_energy), options)


def _interactions(options: argparse.Namespace) -> None:
    from ros1struct.contacts.interactions import interactions

    table = interactions(complex_of(options.complex, options), options.definition)
    if options.format == "table":
        table = table[[c for c in INTERACTIONS if c in table.columns]]
    emit(table, options)


def _severity(options: argparse.Namespace) -> None:
    from ros1struct.clashes.severity import severity

    emit(severity(complex_of(options.complex, options), options.definition), options)


def _compare(options: argparse.Namespace) -> None:
    from ros1struct.contacts.compare import compare

    one, other = (loaded(source) for source in options.complexes)
    table = compare(one, other, options.definition)
    if options.format == "table":
        told = ["structure_a", "structure_b", "provenance_a", "provenance_b", "definition"]
        table = table.drop(columns=told)
    emit(table, options)


def _mutate(options: argparse.Namespace) -> None:
    from ros1struct.io.files import safe_name
    from ros1struct.io.write import write

    if (options.mutation is None) == (options.mutations is None):
        raise InputError("mutate takes MUTATION or --mutations; found both or neither")
    chosen = mutations_of(options.mutation or options.mutations)
    if isinstance(chosen, str):
        raise InputError("mutate takes mutations such as G2032R; found catalog")
    if len(chosen) > 1 and "{}" not in str(options.out):
        raise InputError(
            f"--out {options.out}: {len(chosen)} mutations need a name with {{}}, which becomes "
            "the mutation: models/{}.cif"
        )
    complex = complex_of(options.complex, options)
    for mutation in chosen:
        model, said = _mutant(complex, mutation, options)
        print(write(model, Path(str(options.out).replace("{}", safe_name(str(mutation))))))
        for note in said:
            say(note, options)


def _mutant(
    complex: Complex, mutation: Mutation, options: argparse.Namespace
) -> tuple[Complex, tuple[str, ...]]:
    """Make a model, and what to say of it."""
    from ros1struct.sidechains.mutants import mutants
    from ros1struct.sidechains.repack import repack

    if options.repack or options.relax:
        found = repack(complex, mutation, around="mutation", relax=options.relax)
        moved = ", ".join(found.moved) or "none"
        return found.complex, (f"cost {found.cost:.1f} kcal/mol; moved: {moved}",)
    if mutation.is_compound:
        return repack(complex, mutation, around="mutation", radius=0.0).complex, ()
    (model,) = mutants(complex, mutation, count=1)
    return model, model.notes[len(complex.notes) :]


def _transplant(options: argparse.Namespace) -> None:
    from ros1struct.io.write import write
    from ros1struct.transplants.transplant import transplant

    found = transplant(options.source, options.target, count=options.count)
    for flag in found.flags:
        say(f"{found.best.name}: {flag}", options)
    if options.model:
        say(f"{found.best.name} written to {write(found.best, options.model)}", options)
    emit(found.table, options)


def _export(options: argparse.Namespace) -> None:
    from ros1struct.scene.scripts import export

    complex = complex_of(options.complex, options)
    written = export(
        complex,
        options.out,
        one_mutation(options.mutations, "export"),
        definition=options.definition,
        clash=options.clash,
    )
    print(*written, sep="\n")


def _scan(options: argparse.Namespace) -> None:
    from ros1struct.resistance.scan import scan

    where = listed(options.mutations)
    mutations = [*where] if len(where) > 1 else next(iter(where))
    frames = _slice(options.frames) if options.trajectory else None
    chosen: list[Complex] | Trajectory
    if options.trajectory:
        chosen = _frames_of(options)
    else:
        chosen = [complex_of(source, options) for source in options.complexes]
    table = scan(
        chosen,
        mutations,
        details=options.details,
        base_rate=options.base_rate,
        definition=options.definition,
        workers=options.workers,
        progress=progress_bar("scan", options),
        frames=frames,
        pool=options.pool,
    )
    emit(_judged(table, options), options)
    if options.mutations not in ALL:
        _answered(table, [*where.values()])


def _answered(table: pd.DataFrame, places: list[str]) -> None:
    """Refuse a table, already written, in which something that was asked for has no answer.

    Raises
    ------
    InputError
        If a row could not be read, or a mutation is not in the model of any structure.
    """
    verdicts = table["verdict"].tolist()
    each = len(verdicts) // len(places)  # rows of a mutation, one for each structure
    silent = {"not read", "not in model"}
    unread = [k for k, verdict in enumerate(verdicts) if verdict == "not read"]
    absent = [k for k in range(0, len(verdicts), each) if {*verdicts[k : k + each]} <= silent]
    if unread:
        first, said = unread[0], f"{len(unread)} of {len(verdicts)} rows could not be read"
    elif absent:
        first = absent[0]
        said = f"{len(absent)} of {len(places)} mutations could be measured in no structure"
    else:
        return
    place = places[first // each]
    where = f", {place}" if place else ""
    raise InputError(f"{said}, the first{where}: {table['reason'].iloc[first]}")


def _rank(options: argparse.Namespace) -> None:
    from ros1struct.resistance.rank import NOTICE, rank

    table = rank(options.mutations, base_rate=options.base_rate, workers=options.workers)
    say(NOTICE, options)
    if options.format == "table":
        # The reasons and how a model was made are for files.
        table = table.drop(columns=["reason", "structure", "model_confidence", "mutation"])
    emit(table, options)


def _frames_of(options: argparse.Namespace) -> Trajectory:
    from ros1struct.io.trajectory import trajectory

    if len(options.complexes) != 1:
        raise InputError(
            f"--trajectory needs one COMPLEX, its topology, found {len(options.complexes)}"
        )
    return trajectory(
        options.complexes[0], options.trajectory,
        ligand=options.ligand, chain=options.chain, smiles=options.smiles,
    )  # fmt: skip


def _slice(text: str) -> slice:
    """Read ``FIRST:LAST:STEP``, any of them empty."""
    parts = text.split(":")
    try:
        numbers = [int(p) if p else None for p in parts]
    except ValueError:
        numbers = []
    if len(numbers) not in (2, 3):
        raise InputError(f"--frames must be FIRST:LAST:STEP, such as 100::10, found {text!r}")
    return slice(*numbers)


def _evaluate(options: argparse.Namespace) -> None:
    from ros1struct.resistance.evaluate import disagreements, evaluate, scored
    from ros1struct.resistance.measures import FEWEST

    table = scored(
        table_of(options.measurements),
        energies=options.energies,
        workers=options.workers,
        progress=progress_bar("evaluate", options),
    )
    if options.pairs or options.disagreements:
        table = table if options.pairs else disagreements(table)
        if options.format == "table":
            shown = ["structure", "inhibitor", "mutation", "resistant", "firm", "verdict", "score"]
            table = table[[*shown, "score_low", "score_high", "p_resistant", "reason"]]
        emit(table, options)
        return
    table = evaluate(table, by=options.by)
    if table["auc"].isna().any():
        say(f"an AUC needs {FEWEST} resistant and {FEWEST} other pairs", options)
    if options.format == "table":
        table = table.drop(columns=[c for c in table if table[c].isna().all()])
    emit(table, options)


def _saturation(options: argparse.Namespace) -> None:
    from ros1struct.resistance.saturation import saturation

    table = saturation(
        complex_of(options.complex, options),
        definition=options.definition,
        workers=options.workers,
        progress=progress_bar("saturation", options),
    )
    emit(_judged(table, options), options)


def _judged(table: pd.DataFrame, options: argparse.Namespace) -> pd.DataFrame:
    """Columns of a scan that a screen has room for; all of them for a file of data."""
    if options.format != "table":
        return table
    shown = ["structure", "inhibitor", "mutation", "klifs", "firm", "verdict", "score"]
    return table[[*shown, "score_low", "score_high", "p_resistant", "literature_call", "reason"]]
