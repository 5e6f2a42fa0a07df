"""What each command of the command line does with its arguments."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ros1struct.cli.output import emit, progress_bar
from ros1struct.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from ros1struct.io.trajectory import Trajectory
    from ros1struct.structure.complex import Complex
    from ros1struct.structure.mutation import Mutation


def _load(options: argparse.Namespace, source: str) -> Complex:
    from ros1struct.io.load import load
    from ros1struct.kinome.residue_numbers import numbered_by

    complex = load(source, ligand=options.ligand, chain=options.chain, smiles=options.smiles)
    for note in complex.notes:
        print(f"ros1struct: {complex.name}: {note}", file=sys.stderr)
    return numbered_by(complex, "author") if options.numbering == "author" else complex


def _mutations(text: str) -> str | tuple[Mutation, ...]:
    from ros1struct.structure.mutation import parse_mutations

    if text in ("catalog", "all"):
        return text
    return parse_mutations(_source(text))


def _source(text: str) -> str | Path:
    # Unlike Path.is_file, this is also False for a list too long to be a file name.
    return Path(text) if os.path.isfile(text) else text


def _listed(text: str) -> dict[str, str]:
    """Texts of mutations, each to be read for each complex, and where it stands."""
    from ros1struct.structure.mutation import split_mutations

    if text in ("catalog", "all"):
        return {text: ""}
    found: dict[str, str] = {}
    for where, mutation in split_mutations(_source(text)):
        if mutation in found:
            raise InputError(f"{where}: {mutation} was already given ({found[mutation]})")
        found[mutation] = where
    return found


def _report(options: argparse.Namespace) -> None:
    from ros1struct.io.load import load
    from ros1struct.report.build import report

    mutations = _mutations(options.mutations)
    index = report(
        options.out,
        complexes=[_load(options, source) for source in options.complexes] or None,
        mutations=mutations,
        definition=options.definition,
        comparisons=[load(source) for source in options.compare],
        focus=options.focus,
        formats=options.formats.split(","),
        saturation=options.saturation,
        progress=progress_bar("report"),
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

    complex = _load(options, options.complex)
    print(f"ros1struct: {complex!r}; {kinase_state(complex).label}", file=sys.stderr)
    emit(pocket(complex), options)


def _contacts(options: argparse.Namespace) -> None:
    from ros1struct.contacts.nearby import contacts

    emit(contacts(_load(options, options.complex), cutoff=options.cutoff), options)


def _clashes(options: argparse.Namespace) -> None:
    from ros1struct.clashes.overlaps import clashes

    complex = _load(options, options.complex)
    emit(clashes(complex, options.definition, threshold=options.threshold), options)


def _interactions(options: argparse.Namespace) -> None:
    from ros1struct.contacts.interactions import interactions

    table = interactions(_load(options, options.complex), options.definition)
    if options.format == "table":
        table = table[[*table.columns[2:9], "angle", "water", "ambiguous"]]
    emit(table, options)


def _severity(options: argparse.Namespace) -> None:
    from ros1struct.clashes.severity import severity

    emit(severity(_load(options, options.complex), options.definition), options)


def _compare(options: argparse.Namespace) -> None:
    from ros1struct.contacts.compare import compare
    from ros1struct.io.load import load

    one, other = (load(source) for source in options.complexes)
    table = compare(one, other, options.definition)
    if options.format == "table":
        told = ["structure_a", "structure_b", "provenance_a", "provenance_b", "definition"]
        table = table.drop(columns=told)
    emit(table, options)


def _mutate(options: argparse.Namespace) -> None:
    from ros1struct.io.write import write
    from ros1struct.sidechains.mutants import mutants
    from ros1struct.sidechains.repack import repack
    from ros1struct.structure.mutation import parse_mutation

    mutation = parse_mutation(options.mutation)
    complex = _load(options, options.complex)
    said: Sequence[str] = ()
    if options.repack or options.relax:
        found = repack(complex, mutation, around="mutation", relax=options.relax)
        model, moved = found.complex, ", ".join(found.moved) or "none"
        said = (f"cost {found.cost:.1f} kcal/mol; moved: {moved}",)
    elif mutation.is_compound:
        model = repack(complex, mutation, around="mutation", radius=0.0).complex
    else:
        (model,) = mutants(complex, mutation, count=1)
        said = model.notes[len(complex.notes) :]
    print(write(model, options.out))
    for note in said:
        print(f"ros1struct: {note}", file=sys.stderr)


def _export(options: argparse.Namespace) -> None:
    from ros1struct.scene.scripts import export

    complex = _load(options, options.complex)
    written = export(
        complex,
        options.out,
        options.mutation,
        definition=options.definition,
        clash=options.clash,
    )
    print(*written, sep="\n")


def _scan(options: argparse.Namespace) -> None:
    from ros1struct.resistance.scan import scan

    where = _listed(options.mutations)
    mutations = [*where] if len(where) > 1 else next(iter(where))
    chosen: list[Complex] | Trajectory
    if options.trajectory:
        chosen = _frames_of(options)
    else:
        chosen = [_load(options, source) for source in options.complexes]
    table = scan(
        chosen,
        mutations,
        details=options.details,
        base_rate=options.base_rate,
        definition=options.definition,
        workers=options.workers,
        progress=progress_bar("scan"),
        frames=_slice(options.frames) if options.trajectory else None,
        pool=options.pool,
    )
    emit(_judged(table, options), options)
    if len(unread := table[table["verdict"] == "not read"]):
        row = unread.iloc[0]
        place = where.get(str(row["mutation"]), "")
        raise InputError(
            f"{len(unread)} of {len(table)} rows could not be read, the first: "
            f"{f'{place}: ' if place else ''}{row['reason']}"
        )


def _rank(options: argparse.Namespace) -> None:
    from ros1struct.resistance.rank import NOTICE, rank

    table = rank(options.mutations, base_rate=options.base_rate, workers=options.workers)
    print(f"ros1struct: {NOTICE}", file=sys.stderr)
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

    table = scored(options.measurements, energies=options.energies, workers=options.workers)
    if options.pairs or options.disagreements:
        table = table if options.pairs else disagreements(table)
        if options.format == "table":
            shown = ["structure", "inhibitor", "mutation", "resistant", "firm", "verdict", "score"]
            table = table[[*shown, "score_low", "score_high", "p_resistant", "reason"]]
        emit(table, options)
        return
    table = evaluate(table, by=options.by)
    if table["auc"].isna().any():
        print(
            f"ros1struct: an AUC needs {FEWEST} resistant and {FEWEST} other pairs",
            file=sys.stderr,
        )
    if options.format == "table":
        table = table.drop(columns=[c for c in table if table[c].isna().all()])
    emit(table, options)


def _saturation(options: argparse.Namespace) -> None:
    from ros1struct.resistance.saturation import saturation

    table = saturation(
        _load(options, options.complex),
        definition=options.definition,
        workers=options.workers,
        progress=progress_bar("saturation"),
    )
    emit(_judged(table, options), options)


def _judged(table: pd.DataFrame, options: argparse.Namespace) -> pd.DataFrame:
    """Columns of a scan that a screen has room for; all of them for a file of data."""
    if options.format != "table":
        return table
    shown = ["structure", "inhibitor", "mutation", "klifs", "firm", "verdict", "score"]
    return table[[*shown, "score_low", "score_high", "p_resistant", "literature_call", "reason"]]
