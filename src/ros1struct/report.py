"""The resistance report: from structures to a page, tables and figures.

Every sentence about a result is made from the tables.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ros1struct import knowledge
from ros1struct.catalog import entries
from ros1struct.clashes import ClashDefinition, clash_definition, clashes, overlaps
from ros1struct.complexes import Complex
from ros1struct.contacts import contacts
from ros1struct.ensembles import ensemble
from ros1struct.errors import InputError
from ros1struct.folder import replacing, safe_name, writable
from ros1struct.interactions import interactions
from ros1struct.methods import methods
from ros1struct.mutation import Mutation, parse_mutation
from ros1struct.pocket import kinase_state, pocket
from ros1struct.scan import scan
from ros1struct.structures import load
from ros1struct.summary import agreement, outcomes, summarise
from ros1struct.tables import check, describe

FOCUS = "G2032R"


@dataclass(frozen=True)
class Results:
    """Tables of a report, and what they were made from.

    Attributes
    ----------
    complexes, comparisons : tuple of Complex
        Scanned for all mutations, and for the one in focus.
    rule : ClashDefinition
    focus : str
        The ROS1 mutation shown rotamer by rotamer.
    tables : dict of str to DataFrame
        By file name without suffix.
    rotamers : dict of str to DataFrame
        Of the mutation in focus, by structure.
    """

    complexes: tuple[Complex, ...]
    comparisons: tuple[Complex, ...]
    rule: ClashDefinition
    focus: str
    tables: dict[str, pd.DataFrame]
    rotamers: dict[str, pd.DataFrame]

    @property
    def every(self) -> tuple[Complex, ...]:
        """Complexes and comparisons."""
        return (*self.complexes, *self.comparisons)


def report(
    folder: str | os.PathLike[str],
    *,
    complexes: Iterable[Complex | str] | None = None,
    mutations: str | Mutation | Iterable[str | Mutation] = "catalog",
    definition: str | ClashDefinition = "chimerax",
    comparisons: Iterable[Complex | str] = (),
    focus: str = FOCUS,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Run the main job and write the report: a page, tables and figures.

    Parameters
    ----------
    folder : path
        Made, or replaced if it is an earlier report; never anything else.
    complexes : iterable of Complex or str, optional
        By default the bundled structures of ROS1.
    mutations : str, Mutation, or iterable of them
        As for :func:`ros1struct.scan`.
    definition : str or ClashDefinition
        What counts as a clash.
    comparisons : iterable of Complex or str
        Complexes of other kinases in which the mutation in focus is set beside; the bundled ones
        are added where `complexes` is not given.
    focus : str
        The ROS1 mutation that is shown rotamer by rotamer.
    progress : callable, optional
        Called with (steps done, steps in all).

    Returns
    -------
    Path
        ``index.html``, self-contained; beside it ``tables/*.csv``, ``figures/*.{svg,pdf,png}``
        and ``methods.txt``.

    Raises
    ------
    InputError
        If the folder may not be written, no complex is given, or an argument is wrong; nothing
        is written then.

    Examples
    --------
    >>> import ros1struct as rs
    >>> report("report", complexes=["2WGJ"], mutations=["ROS1 G2032R"])  # doctest: +SKIP
    PosixPath('report/index.html')
    """
    place = writable(folder)
    rule = clash_definition(definition)
    if not isinstance(mutations, (str, Mutation)):
        mutations = list(mutations)
        if not mutations:
            raise InputError("no mutations to report on; give some, or 'catalog'")
    chosen, missing = _bundled() if complexes is None else (_loaded(complexes), [])
    beside = _loaded(comparisons)
    if complexes is None:
        beside = (*_loaded(e.name for e in entries() if e.kinase != "ROS1" and e.path), *beside)
    if not chosen:
        raise InputError("no complexes to report on: none is bundled, give complexes=")
    _no_doubles((*chosen, *beside))
    step = _Steps(progress, extra=2 * (len(chosen) + len(beside)) + 4)
    found = results(chosen, beside, mutations, rule, focus, step, missing)
    with replacing(place) as made:
        _write(found, made, step)
    step.done()
    return place / "index.html"


class _Steps:
    """Count the scan's rows and the steps after it as one."""

    def __init__(self, progress: Callable[[int, int], None] | None, extra: int) -> None:
        self._call, self._extra = progress, extra
        self._at, self._total = 0, extra

    def scanned(self, done: int, total: int) -> None:
        self._at, self._total = done, total + self._extra
        self._show()

    def __call__(self) -> None:
        self._at = min(self._at + 1, self._total - 1)
        self._show()

    def done(self) -> None:
        self._at = self._total
        self._show()

    def _show(self) -> None:
        if self._call is not None:
            self._call(self._at, self._total)


def _loaded(given: Iterable[Complex | str]) -> tuple[Complex, ...]:
    return tuple(c if isinstance(c, Complex) else load(c) for c in given)


def _no_doubles(complexes: Sequence[Complex]) -> None:
    names = [safe_name(c.name) for c in complexes]
    if twice := sorted({n for n in names if names.count(n) > 1}):
        raise InputError(f"structure {', '.join(twice)} is given more than once; rename the file")


def _bundled() -> tuple[tuple[Complex, ...], list[str]]:
    """Bundled ROS1 complexes, and inhibitors of the catalogue whose model is not bundled."""
    models = [e for e in entries() if e.kinase == "ROS1" and e.provenance == "model"]
    there = tuple(load(e.name) for e in models if e.path)
    return there, [e.inhibitor for e in models if not e.path and e.variant == "WT"]


def results(
    complexes: Sequence[Complex],
    comparisons: Sequence[Complex],
    mutations: str | Mutation | Iterable[str | Mutation],
    rule: ClashDefinition,
    focus: str,
    step: _Steps,
    missing: Sequence[str] = (),
) -> Results:
    """Compute all tables of a report."""
    plain = [c for c in complexes if c.kinase.variant == "WT"] or list(complexes)
    every = [*complexes, *comparisons]
    table = scan(plain, mutations, definition=rule, progress=step.scanned)
    summary = pd.concat([summarise(table), _no_model(table, missing)], ignore_index=True)
    summary["outcome"] = outcomes(summary)
    rows, rotamers = [], {}
    for complex in every:
        row, fan = _focus(complex, focus, rule)
        step()
        if row is not None:
            rows.append(row)
        if fan is not None:
            rotamers[complex.name] = fan
    if focus == FOCUS and rule == clash_definition("chimerax"):
        rows.append(_alk_reference([c.name for c in every]))
    structures = pd.DataFrame([_structure(c, rule) for c in every])
    items = [
        {"structure": c.name, "item": item, "value": value}
        for c in every
        for item, value in c.provenance.details
    ]
    tables = {
        "scan": table,
        "summary": summary,
        "agreement": agreement(summary),
        "contacts": _stack(contacts(c) for c in every),
        **_typed(every),
        "clashes": _stack(clashes(c, rule) for c in every),
        "pocket": _stack(pocket(c) for c in every),
        f"focus_{focus}": pd.concat(rows, ignore_index=True) if rows else table.iloc[:0],
        "structures": structures,
        "quality": pd.DataFrame(items, columns=["structure", "item", "value"]),
    }
    return Results(tuple(complexes), tuple(comparisons), rule, focus, tables, rotamers)


def _alk_reference(present: Sequence[str]) -> pd.DataFrame:
    """Rows of deposited ALK complexes, scored beforehand because they are not bundled."""
    with (files("ros1struct") / "data" / "alk_reference.csv").open(encoding="utf-8") as handle:
        table = pd.read_csv(handle)
    empty = ["literature_call", "mechanism"]
    table[empty] = table[empty].astype(object).fillna("")
    table = table[~table["structure"].isin(present)]
    return table.assign(definition="chimerax", provenance=table["provenance"] + ", not bundled")


def _typed(complexes: Sequence[Complex]) -> dict[str, pd.DataFrame]:
    """Table of typed contacts; none where the chemistry of an inhibitor is not understood."""
    try:
        return {"interactions": _stack(interactions(c, frames=[0]) for c in complexes)}
    except InputError:  # a peptide, or a broken valence
        return {}


def _stack(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    made = list(tables)
    filled = [t for t in made if len(t)]
    return pd.concat(filled, ignore_index=True) if filled else made[0]


def _no_model(table: pd.DataFrame, missing: Sequence[str]) -> pd.DataFrame:
    """Rows that say "no model" for inhibitors without a structure."""
    ros1 = summarise(table[table["kinase"] == "ROS1"].drop_duplicates("mutation"))
    made = []
    for inhibitor in dict.fromkeys(missing):
        rows = ros1.assign(
            structure=inhibitor, inhibitor=inhibitor, provenance="no model", verdict="no model",
            reason="no model of this complex passed its quality checks", poses=0,
            steric_tolerance_min=np.nan, steric_tolerance_max=np.nan, min_distance=np.nan,
        )  # fmt: skip
        rows["literature_call"] = [
            knowledge.literature_call(m, inhibitor) for m in rows["mutation"]
        ]
        made.append(rows)
    return pd.concat(made, ignore_index=True) if made else ros1.iloc[:0]


def _focus(
    complex: Complex, focus: str, rule: ClashDefinition
) -> tuple[pd.DataFrame | None, pd.DataFrame | None]:
    """Scan row and rotamers of the mutation in focus; None where the complex cannot have it."""
    if complex.kinase.numbering != "uniprot" or complex.kinase.name == "other":
        return None, None
    try:
        row = scan(complex, Mutation(parse_mutation(focus).substitutions, "ROS1"), definition=rule)
    except InputError:  # it carries the mutation already, or another residue
        return None, None
    if row["verdict"].item() == "not in model" or "/" in row["mutation"].item():
        return row, None
    made = ensemble(complex, row["mutation"].item(), definition=rule)
    return row, made.table()


def _structure(complex: Complex, rule: ClashDefinition) -> dict[str, Any]:
    kind, close = complex.provenance, overlaps(complex, rule)
    return {
        "structure": complex.name,
        "kinase": complex.kinase.name,
        "variant": complex.kinase.variant,
        "inhibitor": complex.inhibitor_name,
        "component": complex.component,
        "provenance": kind.label,
        "entry": kind.entry,
        "method": kind.method,
        "resolution": np.nan if kind.resolution is None else kind.resolution,
        "state": kinase_state(complex).label,
        "residues": int((complex.residues.role == "protein").sum()),
        "clashes": int((close["overlap"] >= rule.threshold).sum()),
        "worst_overlap": float(close["overlap"].max()) if len(close) else np.nan,
        "protonation": complex.protonation,
        "notes": "; ".join(complex.notes),
        "file": kind.file,
        "sha256": kind.sha256,
    }


def _write(found: Results, folder: Path, step: _Steps) -> None:
    from ros1struct.chapters import chapters
    from ros1struct.drawing import provenance_line
    from ros1struct.figures import plot_contacts, plot_matrix, plot_rotamers, save
    from ros1struct.page import document

    (folder / "tables").mkdir()
    (folder / "figures").mkdir()
    written: dict[str, pd.DataFrame] = {
        **found.tables,
        **{f"rotamers_{found.focus}_{safe_name(n)}": t for n, t in found.rotamers.items()},
    }
    glossary = pd.concat(
        [describe(t).assign(table=name)[["table", "column", "meaning", "unit"]]
         for name, t in written.items()],
        ignore_index=True,
    )  # fmt: skip
    for name, table in {**written, "columns": glossary}.items():
        check(table).to_csv(
            folder / "tables" / f"{name}.csv",
            index=False, float_format="%.6g", lineterminator="\n", encoding="utf-8",
        )  # fmt: skip
    step()
    figures = folder / "figures"
    save(plot_matrix(found.tables["summary"]), figures / "matrix")
    step()
    structures = found.tables["structures"].set_index("structure", drop=False)
    touched = found.tables["contacts"]
    touched = touched[touched["structure"].isin([c.name for c in found.complexes])]
    if (touched["klifs"] != "").any():
        line = provenance_line(structures.loc[[c.name for c in found.complexes]])
        typed = found.tables.get("interactions")
        save(plot_contacts(touched, typed, caption=line), figures / "contacts")
    step()
    mutated = found.tables[f"focus_{found.focus}"].set_index("structure")["mutation"]
    for name, fan in found.rotamers.items():
        row = structures.loc[name]
        line = f"{row['kinase']} with {row['inhibitor']}, {name}: {row['provenance']}. "
        line += f"Clashes by {found.rule.name}."
        drawn = plot_rotamers(fan, caption=line)
        # Where the structure carries the mutation, the table's residue is the mutant's own.
        drawn.title.set_text(str(mutated[name]))
        save(drawn, figures / f"rotamers_{found.focus}_{safe_name(name)}")
        step()
    text = methods(found.every, found.rule)
    (folder / "methods.txt").write_text(f"{text}\n", encoding="utf-8")
    title = "Steric resistance report"
    page = document(title, chapters(found, text, figures))
    (folder / "index.html").write_text(page, encoding="utf-8")
