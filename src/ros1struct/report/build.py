"""The resistance report: from structures and mutations to a folder of pages.

Every sentence about a result is made from the tables.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from ros1struct.arguments import checked
from ros1struct.clashes.definitions import ClashDefinition, clash_definition
from ros1struct.errors import InputError
from ros1struct.io.catalog import entries
from ros1struct.io.files import replacing, safe_name, writable
from ros1struct.io.load import load
from ros1struct.io.poses import Poses
from ros1struct.io.trajectory import Trajectory
from ros1struct.report.figures import FORMATS, KINDS
from ros1struct.report.frames import Series, opened, series
from ros1struct.report.pages import write_pages
from ros1struct.report.results import FOCUS, results
from ros1struct.structure.complex import Complex
from ros1struct.structure.mutation import Mutation

Source = Complex | Trajectory | Poses | str | os.PathLike[str]


@checked
def report(
    folder: str | os.PathLike[str],
    *,
    complexes: Iterable[Source] | None = None,
    mutations: str | Mutation | Iterable[str | Mutation] = "catalog",
    definition: str | ClashDefinition = "chimerax",
    comparisons: Iterable[Complex | str | os.PathLike[str]] = (),
    focus: str = FOCUS,
    saturation: bool = False,
    formats: Sequence[str] = FORMATS,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Run the main job and write the report: pages, tables and figures.

    Parameters
    ----------
    folder : path
        Made, or replaced if it is an earlier report; never anything else.
    complexes : iterable of Complex, Trajectory, Poses, str or path, optional
        Any complexes, names, PDB entries or files; ``"protein.pdb+poses.sdf"`` is poses,
        ``"topology.pdb+run.xtc"`` a trajectory, and their scores are pooled over up to five
        frames. By default the bundled structures of ROS1.
    mutations : str, Mutation, or iterable of them
        As for :func:`ros1struct.scan`.
    definition : str or ClashDefinition
        What counts as a clash.
    comparisons : iterable of Complex or str
        Complexes of other kinases in which the mutation in focus is set beside; the bundled ones
        are added where `complexes` is not given.
    focus : str
        The ROS1 mutation that is shown in other kinases too.
    saturation : bool
        Whether to try every substitution in the pocket too: half a minute per structure.
    formats : sequence of {"svg", "pdf", "png"}
        Files of each figure, beside the SVG that the pages show; PDF and 600 dpi PNG of all take
        as long as the rest of the report.
    progress : callable, optional
        Called with (steps done, steps in all).

    Returns
    -------
    Path
        ``index.html``; beside it a page for each mutation (``mutations/*.html``), every table as
        CSV and as a page with an address for each row (``tables/``), ``figures/``, ``methods.txt``,
        ``citations.txt`` and ``citations.bib``. The pages need the folder around them and nothing
        else: no network, and no script but the files in ``assets/``.

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
    if unknown := [kind for kind in formats if kind not in KINDS]:
        raise InputError(f"a figure is saved as {', '.join(KINDS)}, found {unknown[0]!r}")
    if not isinstance(mutations, (str, Mutation)):
        mutations = list(mutations)
        if not mutations:
            raise InputError("no mutations to report on; give some, or 'catalog'")
    missing: list[str] = []
    many: tuple[Series, ...] = ()
    if complexes is None:
        chosen, missing = _bundled()
    else:
        chosen, many = _sorted(complexes, rule)
    beside = _loaded(comparisons)
    if complexes is None:
        beside = (*_loaded(e.name for e in entries() if e.kinase != "ROS1" and e.path), *beside)
    if not chosen and not many:
        raise InputError("no complexes to report on: none is bundled, give complexes=")
    _no_doubles((*chosen, *(one.complex for one in many), *beside))
    step = _Steps(progress, extra=5 * (len(chosen) + len(many) + len(beside)) + 10)
    found = results(
        chosen,
        beside,
        mutations,
        rule,
        focus,
        many=many,
        missing=missing,
        saturated=saturation,
        scanned=step.scanned,
        step=step,
    )
    with replacing(place) as made:
        write_pages(found, made, step, formats)
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


def _loaded(given: Iterable[Complex | str | os.PathLike[str]]) -> tuple[Complex, ...]:
    found = tuple(c if isinstance(c, Complex) else load(c) for c in given)
    for complex in found:
        if (count := len(complex.xyz)) > 1:
            raise InputError(
                f"{complex.name}: a complex to compare with has one frame, found {count}; give "
                "complex.frame(i)"
            )
    return found


def _sorted(
    given: Iterable[Source], rule: ClashDefinition
) -> tuple[tuple[Complex, ...], tuple[Series, ...]]:
    """Complexes of one frame; and trajectories and poses, with what is computed of them."""
    single: list[Complex] = []
    many: list[Series] = []
    for source in given:
        thing = (opened(source) if isinstance(source, str) else None) or source
        if isinstance(thing, Poses):
            many += [series(c, rule, thing.table) for c in thing.complexes]
        elif isinstance(thing, Trajectory):
            many.append(series(thing, rule))
        else:
            complex = thing if isinstance(thing, Complex) else load(thing)
            if len(complex.xyz) > 1:
                many.append(series(complex, rule))
            else:
                single.append(complex)
    return tuple(single), tuple(many)


def _no_doubles(complexes: Sequence[Complex]) -> None:
    names = [safe_name(c.name) for c in complexes]
    if twice := sorted({n for n in names if names.count(n) > 1}):
        raise InputError(f"structure {', '.join(twice)} is given more than once; rename the file")


def _bundled() -> tuple[tuple[Complex, ...], list[str]]:
    """Bundled ROS1 complexes, and inhibitors of the catalogue whose model is not bundled."""
    models = [e for e in entries() if e.kinase == "ROS1" and e.provenance == "model"]
    there = tuple(load(e.name) for e in models if e.path)
    return there, [e.inhibitor for e in models if not e.path and e.variant == "WT"]
