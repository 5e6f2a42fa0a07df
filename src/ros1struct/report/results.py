"""The tables of a report, and what they were made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd

from ros1struct.clashes.definitions import ClashDefinition, clash_definition
from ros1struct.clashes.overlaps import clashes, overlaps
from ros1struct.contacts.interactions import doubtful_bonds, interactions
from ros1struct.contacts.nearby import contacts
from ros1struct.contacts.pocket import kinase_state, pocket
from ros1struct.errors import InputError, StructureError
from ros1struct.io.files import safe_name
from ros1struct.kinome import literature
from ros1struct.kinome.calls import literature_call
from ros1struct.report.frames import Series, stacked
from ros1struct.resistance.saturation import saturation
from ros1struct.resistance.scan import scan
from ros1struct.resistance.summary import agreement, base_name, outcomes, summarise
from ros1struct.sidechains.ensembles import ensemble
from ros1struct.sidechains.mutants import mutants
from ros1struct.structure.complex import Complex
from ros1struct.structure.mutation import Mutation, parse_mutation

FOCUS = "G2032R"
# Verdicts of mutations that have no side chain beside the inhibitor to look at.
_UNSEEN = ("not in model", "out of scope")


@dataclass(frozen=True)
class Subject:
    """A mutation that was scanned, with its page.

    Attributes
    ----------
    kinase, mutation : str
        The mutation in the numbering of the kinase.
    rows : DataFrame
        Of the scan, one per structure.
    """

    kinase: str
    mutation: str
    rows: pd.DataFrame

    @property
    def title(self) -> str:
        """Kinase and mutation."""
        return f"{self.kinase} {self.mutation}"

    @property
    def stem(self) -> str:
        """File name of the page without its suffix."""
        return safe_name(self.mutation if self.kinase == "ROS1" else self.title)

    @property
    def seen(self) -> pd.DataFrame:
        """Rows in which there is a side chain beside the inhibitor to look at."""
        built = ~self.rows["verdict"].isin(_UNSEEN) & self.rows["min_distance"].notna()
        return self.rows[built]


@dataclass(frozen=True)
class Results:
    """Tables of a report, and what they were made from.

    Attributes
    ----------
    complexes, comparisons : tuple of Complex
        Scanned for all mutations, and for the one in focus.
    rule : ClashDefinition
    focus : str
        The ROS1 mutation shown in other kinases too.
    tables : dict of str to DataFrame
        By file name without suffix.
    rotamers : dict of (str, str) to DataFrame
        By structure and mutation, for single substitutions in scope and the focus.
    models : dict of (str, str) to Complex or str
        The most populated conformer of a single substitution in scope, in the first structure
        where it is; or why there is none.
    series : tuple of Series
        Trajectories and poses; the frame that stands for each is among `complexes`.
    """

    complexes: tuple[Complex, ...]
    comparisons: tuple[Complex, ...]
    rule: ClashDefinition
    focus: str
    tables: dict[str, pd.DataFrame]
    rotamers: dict[tuple[str, str], pd.DataFrame]
    models: dict[tuple[str, str], Complex | str]
    series: tuple[Series, ...] = ()

    @property
    def every(self) -> tuple[Complex, ...]:
        """Complexes and comparisons."""
        return (*self.complexes, *self.comparisons)

    @property
    def has_interactions(self) -> bool:
        """Whether the chemistry of all inhibitors is, so that typed contacts can be drawn."""
        return "interactions" in self.tables

    @property
    def focus_rows(self) -> pd.DataFrame:
        """Scan rows of the mutation in focus, in all structures."""
        return self.tables[f"focus_{self.focus}"]

    @cached_property
    def subjects(self) -> tuple[Subject, ...]:
        """Mutations that were scanned, in their order."""
        groups = self.tables["scan"].groupby(["kinase", "mutation"], sort=False)
        return tuple(Subject(str(k), str(m), rows) for (k, m), rows in groups)

    @cached_property
    def links(self) -> dict[str, str]:
        """Address of the page of each mutation, seen from ``index.html``."""
        return {s.mutation: f"mutations/{s.stem}.html" for s in self.subjects}

    def named(self, structure: str) -> Complex:
        """Return the complex of a name."""
        return next(c for c in self.every if c.name == structure)


def results(
    complexes: Sequence[Complex],
    comparisons: Sequence[Complex],
    mutations: str | Mutation | Iterable[str | Mutation],
    rule: ClashDefinition,
    focus: str = FOCUS,
    *,
    many: Sequence[Series] = (),
    missing: Sequence[str] = (),
    saturated: bool = False,
    scanned: Callable[[int, int], None] | None = None,
    step: Callable[[], None] = lambda: None,
) -> Results:
    """Compute all tables of a report.

    Parameters
    ----------
    complexes, comparisons : sequence of Complex
        To scan for all mutations, and for the one in focus.
    mutations
        As for :func:`ros1struct.scan`.
    rule : ClashDefinition
    focus : str
    many : sequence of Series
        Trajectories and poses, scanned for all mutations too.
    missing : sequence of str
        Inhibitors that are shown as having no model.
    saturated : bool
        Whether to try all substitutions in the pocket of each of `complexes`.
    scanned : callable, optional
        Called with (rows done, rows in all) of the scan.
    step : callable
        Called after each structure, and each saturation.

    Returns
    -------
    Results
    """
    complexes = [*complexes, *(one.complex for one in many)]
    plain = [c for c in complexes if c.kinase.variant == "WT"] or list(complexes)
    every = [*complexes, *comparisons]
    table = _scanned(plain, many, mutations, rule, scanned)
    summary = pd.concat([summarise(table), _no_model(table, missing)], ignore_index=True)
    summary["outcome"] = outcomes(summary)
    rows = []
    for complex in every:
        row = _focus(complex, focus, rule, table)
        step()
        if row is not None:
            rows.append(row)
    if focus == FOCUS and rule == clash_definition("chimerax"):
        rows.append(_alk_reference([c.name for c in every]))
    focused = pd.concat(rows, ignore_index=True) if rows else table.iloc[:0]
    typed = _typed(every)
    structures = pd.DataFrame([_structure(c, rule, typed.get("interactions")) for c in every])
    items = [
        {"structure": c.name, "item": item, "value": value}
        for c in every
        for item, value in c.provenance.details
    ]
    found = Results(
        tuple(complexes),
        tuple(comparisons),
        rule,
        focus,
        {
            "scan": table,
            "summary": summary,
            "agreement": agreement(summary),
            "contacts": _stack(contacts(c) for c in every),
            **typed,
            "clashes": _stack(clashes(c, rule) for c in every),
            "pocket": _stack(pocket(c) for c in every),
            f"focus_{focus}": focused,
            "structures": structures,
            "quality": pd.DataFrame(items, columns=["structure", "item", "value"]),
            "calls": literature.calls(),
            "sensitivity": literature.sensitivity(),
            "clinical_rates": literature.clinical_rates(),
            "mutations": literature.mutations(),
            "klifs_pocket": literature.klifs_pocket(),
            "fusions": literature.fusions(),
            **stacked(many),
        },
        {},
        {},
        tuple(many),
    )
    # A row's index tells its line in the file.
    for name, table in found.tables.items():
        found.tables[name] = table.reset_index(drop=True)
    found.rotamers.update(_rotamers(found))
    if found.rotamers:
        found.tables["rotamers"] = pd.concat(
            [
                table.assign(structure=structure, mutation=mutation)
                for (structure, mutation), table in found.rotamers.items()
            ],
            ignore_index=True,
        )
    if found.has_interactions:
        found.models.update(_models(found))
        built = [m for m in found.models.values() if isinstance(m, Complex)]
        if built:
            found.tables["mutant_interactions"] = _stack(interactions(m) for m in built)
            found.tables["mutant_clashes"] = _stack(clashes(m, rule) for m in built)
    if saturated:
        made = []
        for complex in first_poses(plain):
            made.append(saturation(complex, definition=rule))
            step()
        found.tables["saturation"] = pd.concat(made, ignore_index=True)
    return found


def _scanned(
    complexes: Sequence[Complex],
    many: Sequence[Series],
    mutations: str | Mutation | Iterable[str | Mutation],
    rule: ClashDefinition,
    scanned: Callable[[int, int], None] | None,
) -> pd.DataFrame:
    """Scan complexes one by one, trajectories and poses with their frames pooled."""
    runs = {one.name: one for one in many}
    single = [c for c in complexes if c.name not in runs]
    pooled = [runs[c.name] for c in complexes if c.name in runs]
    parts = len(pooled) + bool(single)

    def turn(k: int) -> Callable[[int, int], None] | None:
        return scanned and (lambda done, total: scanned(k * total + done, parts * total))

    given = mutations if isinstance(mutations, str | Mutation) else list(mutations)
    asked: dict[str, Any] = {"mutations": given, "details": True, "definition": rule}
    made = [scan(single, progress=turn(0), **asked)] if single else []
    for one in pooled:
        after = turn(len(made))
        made.append(scan(one.run, frames=one.frames, pool=True, progress=after, **asked))
    if not pooled:
        return made[0]
    table = pd.concat(made, ignore_index=True)
    return table.astype({"pooled": "Int64"})


def first_poses(complexes: Sequence[Complex]) -> list[Complex]:
    """Leave out alternate poses of a complex."""
    kept: dict[str, Complex] = {}
    for complex in complexes:
        kept.setdefault(base_name(complex.name), complex)
    return list(kept.values())


def _rotamers(found: Results) -> dict[tuple[str, str], pd.DataFrame]:
    """Rotamers of each single substitution in scope, and of the focus wherever it is."""
    seen = [s.seen for s in found.subjects]
    rows = pd.concat([*seen, found.focus_rows]) if seen else found.focus_rows
    names = [c.name for c in found.every]
    made = {}
    for row in rows.drop_duplicates(["structure", "mutation"]).itertuples():
        structure, mutation = str(row.structure), str(row.mutation)
        if structure in names and "/" not in mutation and row.verdict not in _UNSEEN[:1]:
            ready = ensemble(found.named(structure), mutation, definition=found.rule)
            made[structure, mutation] = ready.table()
    return made


def _models(found: Results) -> dict[tuple[str, str], Complex | str]:
    """Build the mutants that the pages show; single substitutions beside the inhibitor only."""
    made: dict[tuple[str, str], Complex | str] = {}
    for subject in found.subjects:
        if "/" in subject.mutation or subject.seen.empty:
            continue
        structure = str(subject.seen["structure"].iloc[0])
        try:
            model = mutants(found.named(structure), subject.mutation, count=1)[0]
        except (InputError, StructureError) as error:
            made[structure, subject.mutation] = str(error)
        else:
            made[structure, subject.mutation] = model
    return made


def _alk_reference(present: Sequence[str]) -> pd.DataFrame:
    """Rows of deposited ALK complexes, scored beforehand because they are not bundled."""
    with (files("ros1struct") / "data" / "alk_reference.csv").open(encoding="utf-8") as handle:
        table = pd.read_csv(handle)
    empty = ["literature_call", "mechanism", "contacts_lost", "contacts_gained"]
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
            score=np.nan, score_low=np.nan, score_high=np.nan, p_resistant=np.nan, firm=False,
        )  # fmt: skip
        rows["literature_call"] = [literature_call(m, inhibitor) for m in rows["mutation"]]
        made.append(rows)
    return pd.concat(made, ignore_index=True) if made else ros1.iloc[:0]


def _focus(
    complex: Complex, focus: str, rule: ClashDefinition, scanned: pd.DataFrame
) -> pd.DataFrame | None:
    """Scan row of the mutation in focus; None where the complex cannot have it."""
    if complex.kinase.numbering != "uniprot" or complex.kinase.name == "other":
        return None
    if complex.kinase.name == "ROS1":
        ready = scanned[(scanned["structure"] == complex.name) & (scanned["mutation"] == focus)]
        if len(ready):
            return ready.iloc[:1]
    try:
        change = Mutation(parse_mutation(focus).substitutions, "ROS1")
        return scan(complex, change, details=True, definition=rule)
    except InputError:  # it carries the mutation already, or another residue
        return None


def _structure(
    complex: Complex, rule: ClashDefinition, typed: pd.DataFrame | None
) -> dict[str, Any]:
    kind, close = complex.provenance, overlaps(complex, rule)
    own = None if typed is None else typed[typed["structure"] == complex.name]
    doubts = () if own is None else doubtful_bonds(own)
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
        "notes": "; ".join((*complex.notes, *doubts)),
        "file": kind.file,
        "sha256": kind.sha256,
    }
