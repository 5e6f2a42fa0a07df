"""The command line: ``ros1struct COMMAND --help``.

Exit codes: 0 done, 2 bad input (one clear line on stderr), 1 a fault of the program.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ros1struct.errors import Ros1structError

if TYPE_CHECKING:
    import pandas as pd

    from ros1struct.structure.complex import Complex
    from ros1struct.structure.mutation import Mutation

FORMATS = ("table", "csv", "json")
NUMBERINGS = ("uniprot", "author")


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments without the program's name; by default those of the process.

    Returns
    -------
    int
        Exit code.

    Examples
    --------
    >>> main(["pocket", "2WGJ", "--format", "csv", "--out", "pocket.csv"])  # doctest: +SKIP
    0
    """
    options = _parser().parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        # Å and α must not stop a terminal that has no letters for them.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        options.run(options)
        sys.stdout.flush()
    except Ros1structError as error:
        print(f"ros1struct: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader has seen enough; what is still buffered must not fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("ros1struct: interrupted", file=sys.stderr)
        return 1
    except Exception as error:
        fault = f"{type(error).__name__}: {error}"
        print(f"ros1struct: a fault of the program, please report it: {fault}", file=sys.stderr)
        if options.traceback:
            raise
        return 1
    return 0


def _parser() -> _Parser:
    from ros1struct import __version__

    parser = _Parser(
        prog="ros1struct",
        description="Which inhibitor still fits which ROS1 mutant.",
        epilog="A COMPLEX is a name (`ros1struct structures` lists them), a PDB entry or a path.",
    )
    parser.add_argument("--version", action="version", version=f"ros1struct {__version__}")
    parser.add_argument("--traceback", action="store_true", help="show where a fault happened")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    report = commands.add_parser("report", help="the resistance report: HTML, tables and figures")
    report.add_argument("--out", type=Path, default=Path("report"), help="folder (default: report)")
    report.add_argument("--mutations", default="catalog", help=_MUTATIONS)
    report.add_argument("--definition", default="chimerax", help="what counts as a clash")
    report.add_argument(
        "--compare", nargs="*", default=[], metavar="COMPLEX", help="other complexes to set beside"
    )
    report.add_argument(
        "--saturation", action="store_true", help="every substitution in the pocket too; minutes"
    )
    report.set_defaults(run=_report)

    table = _Parser(add_help=False)
    table.add_argument("--format", choices=FORMATS, default="table")
    table.add_argument("--out", type=Path, help="write to this file instead of the screen")

    which = _Parser(add_help=False)
    which.add_argument(
        "--ligand", metavar="RES", help="component, RES:CHAIN:NUMBER, or a pose file"
    )
    which.add_argument("--smiles", help="chemistry of the inhibitor, charges as at pH 7.4")
    which.add_argument("--chain", help="author chain of the kinase")
    which.add_argument("--numbering", choices=NUMBERINGS, default="uniprot")

    one = _Parser(add_help=False)
    one.add_argument("complex", metavar="COMPLEX")

    add = commands.add_parser
    structures = add("structures", parents=[table], help="the structures known by name")
    structures.set_defaults(run=_structures)
    fetch = add("fetch", help="download PDB entries into the cache")
    fetch.add_argument("entries", nargs="+", metavar="ENTRY")
    fetch.add_argument("--offline", action="store_true", help="only check what is in the cache")
    fetch.add_argument("--timeout", type=float, default=30.0, metavar="SECONDS")
    fetch.set_defaults(run=_fetch)
    for name, made, text in (
        ("pocket", _pocket, "the KLIFS pocket and its distances to the inhibitor"),
        ("contacts", _contacts, "the residues that touch the inhibitor"),
        ("clashes", _clashes, "atom pairs of protein and inhibitor that overlap"),
    ):
        command = add(name, parents=[one, which, table], help=text)
        command.set_defaults(run=made)
        if name == "contacts":
            command.add_argument("--cutoff", type=float, default=4.5, metavar="Å")
        if name == "clashes":
            command.add_argument("--definition", default="chimerax")
            command.add_argument("--threshold", type=float, metavar="Å", help="least overlap")
    between = add("interactions", parents=[one, which, table], help="typed contacts atom by atom")
    between.add_argument("--definition", default="ros1struct", help="ros1struct, prolif or plip")
    between.set_defaults(run=_interactions)
    severe = add("severity", parents=[one, which, table], help="how bad the overlaps are in sum")
    severe.add_argument("--definition", default="chimerax")
    severe.set_defaults(run=_severity)
    pair = add("compare", parents=[table], help="contacts kept, lost and gained between two")
    pair.add_argument("complexes", nargs=2, metavar="COMPLEX")
    pair.add_argument("--definition", default="ros1struct", help="ros1struct, prolif or plip")
    pair.set_defaults(run=_compare)
    mutant = add("mutate", parents=[one, which], help="a model of a mutant, as mmCIF or PDB")
    mutant.add_argument("mutation", metavar="MUTATION", help="G2032R, or G2032R/L2086F")
    mutant.add_argument("--out", type=Path, required=True, help="model.cif, .cif.gz or .pdb")
    mutant.add_argument("--repack", action="store_true", help="let the neighbours move")
    mutant.add_argument("--relax", action="store_true", help="and relax them and the inhibitor")
    mutant.set_defaults(run=_mutate)
    scene = add("export", parents=[one, which], help="a scene for PyMOL or ChimeraX")
    scene.add_argument("--out", type=Path, required=True, metavar="FILE", help=".pml or .cxc")
    scene.add_argument("--mutation", metavar="G2032R", help="draw its side chains as rotamers")
    scene.add_argument("--definition", default="ros1struct", help="ros1struct, prolif or plip")
    scene.add_argument("--clash", default="chimerax", help="what counts as a clash")
    scene.set_defaults(run=_export)
    scan = add(
        "scan", parents=[which, table], help="does the mutant side chain fit beside the drug"
    )
    scan.add_argument("complexes", nargs="+", metavar="COMPLEX")
    scan.add_argument("--mutations", default="catalog", help=_MUTATIONS)
    scan.add_argument("--definition", default="chimerax")
    scan.add_argument("--repack", action="store_true", help="let neighbours of strained rows move")
    scan.set_defaults(run=_scan)
    every = add(
        "saturation", parents=[one, which, table], help="all 19 substitutions along the pocket"
    )
    every.add_argument("--definition", default="chimerax")
    every.set_defaults(run=_saturation)
    return parser


_MUTATIONS = (
    "G2032R,L2026M (of another kinase, by the equivalent residue: 'ROS1 G2032R'), `catalog`, or a "
    "file with one per line (default: catalog)"
)


def _load(options: argparse.Namespace, source: str) -> Complex:
    from ros1struct.io.load import load
    from ros1struct.kinome.numbering import by_author

    complex = load(source, ligand=options.ligand, chain=options.chain, smiles=options.smiles)
    for note in complex.notes:
        print(f"ros1struct: {complex.name}: {note}", file=sys.stderr)
    if complex.kinase.name == "other" and options.numbering == "uniprot":
        print(
            f"ros1struct: {complex.name}: kinase outside the built-in alignment; residue numbers "
            "are the file's own, not UniProt's",
            file=sys.stderr,
        )
    return by_author(complex) if options.numbering == "author" else complex


def _mutations(text: str) -> str | tuple[Mutation, ...]:
    from ros1struct.structure.mutation import parse_mutations

    if text == "catalog":
        return text
    # Unlike Path.is_file, this is also False for a list too long to be a file name.
    return parse_mutations(Path(text) if os.path.isfile(text) else text)


def _emit(table: pd.DataFrame, options: argparse.Namespace) -> None:
    if options.format == "csv":
        text = table.to_csv(index=False, float_format="%.4g", lineterminator="\n")
    elif options.format == "json":
        text = (
            table.to_json(orient="records", indent=1, force_ascii=False, double_precision=4) + "\n"
        )
    elif table.empty:
        text = "nothing found\n"
    else:
        shown = table.map(lambda v: f"{v:.2f}" if isinstance(v, float) and v == v else v)
        text = shown.fillna("").to_string(index=False) + "\n"
    write(text, options.out)


def write(text: str, path: Path | None) -> None:
    """Write text to the screen, or to a file in one step.

    Raises
    ------
    InputError
        If the file cannot be written; nothing is left half written.
    """
    if path is None:
        sys.stdout.write(text)
        return
    from ros1struct.io.files import write_file

    write_file(path, text.encode("utf-8"))


def _progress(label: str) -> Callable[[int, int], None]:
    """Draw a progress bar on stderr, only where somebody is looking."""

    def show(done: int, total: int) -> None:
        if not sys.stderr.isatty():
            return
        width = 30
        filled = round(width * done / max(total, 1))
        end = "\n" if done == total else ""
        print(f"\r{label} [{'#' * filled:<{width}}] {done}/{total}", end=end, file=sys.stderr)

    return show


def _report(options: argparse.Namespace) -> None:
    from ros1struct.io.load import load
    from ros1struct.report.build import report

    index = report(
        options.out,
        mutations=_mutations(options.mutations),
        definition=options.definition,
        comparisons=[load(source) for source in options.compare],
        saturation=options.saturation,
        progress=_progress("report"),
    )
    print(index)


def _structures(options: argparse.Namespace) -> None:
    from ros1struct.io.catalog import catalog, entries
    from ros1struct.io.fetch import cached

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
    _emit(table, options)


def _fetch(options: argparse.Namespace) -> None:
    from ros1struct.io.fetch import fetch

    for entry in options.entries:
        print(fetch(entry, offline=options.offline, timeout=options.timeout))


def _pocket(options: argparse.Namespace) -> None:
    from ros1struct.contacts.pocket import kinase_state, pocket

    complex = _load(options, options.complex)
    print(f"ros1struct: {complex!r}; {kinase_state(complex).label}", file=sys.stderr)
    _emit(pocket(complex), options)


def _contacts(options: argparse.Namespace) -> None:
    from ros1struct.contacts.nearby import contacts

    _emit(contacts(_load(options, options.complex), cutoff=options.cutoff), options)


def _clashes(options: argparse.Namespace) -> None:
    from ros1struct.clashes.overlaps import clashes

    complex = _load(options, options.complex)
    _emit(clashes(complex, options.definition, threshold=options.threshold), options)


def _interactions(options: argparse.Namespace) -> None:
    from ros1struct.contacts.interactions import interactions

    table = interactions(_load(options, options.complex), options.definition)
    if options.format == "table":
        table = table[[*table.columns[2:9], "angle", "water", "ambiguous"]]
    _emit(table, options)


def _severity(options: argparse.Namespace) -> None:
    from ros1struct.clashes.severity import severity

    _emit(severity(_load(options, options.complex), options.definition), options)


def _compare(options: argparse.Namespace) -> None:
    from ros1struct.contacts.compare import compare
    from ros1struct.io.load import load

    one, other = (load(source) for source in options.complexes)
    table = compare(one, other, options.definition)
    if options.format == "table":
        told = ["structure_a", "structure_b", "provenance_a", "provenance_b", "definition"]
        table = table.drop(columns=told)
    _emit(table, options)


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

    mutations = _mutations(options.mutations)
    complexes = [_load(options, source) for source in options.complexes]
    table = scan(
        complexes,
        mutations,
        definition=options.definition,
        repack=options.repack,
        progress=_progress("scan"),
    )
    _emit(_judged(table, options), options)


def _saturation(options: argparse.Namespace) -> None:
    from ros1struct.resistance.saturation import saturation

    table = saturation(
        _load(options, options.complex),
        definition=options.definition,
        progress=_progress("saturation"),
    )
    _emit(_judged(table, options), options)


def _judged(table: pd.DataFrame, options: argparse.Namespace) -> pd.DataFrame:
    """Columns of a scan that a screen has room for; all of them for a file of data."""
    if options.format != "table":
        return table
    shown = ["structure", "inhibitor", "mutation", "klifs", "min_distance", "free_apo", "free_holo"]
    return table[[*shown, "steric_tolerance", "verdict", "literature_call", "reason"]]


if __name__ == "__main__":
    sys.exit(main())
