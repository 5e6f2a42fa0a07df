"""The command line: ``ros1struct COMMAND --help``.

Exit codes: 0 done, 2 bad input (one clear line on stderr), 1 a fault of the program.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ros1struct.cli.commands import (
    _clashes,
    _compare,
    _contacts,
    _evaluate,
    _export,
    _fetch,
    _interactions,
    _mutate,
    _pocket,
    _report,
    _saturation,
    _scan,
    _severity,
    _structures,
)
from ros1struct.cli.trajectory import add_commands
from ros1struct.errors import Ros1structError

if TYPE_CHECKING:
    pass

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
    options = parser().parse_args(argv)
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


def parser() -> _Parser:
    """Make the parser of the command line."""
    from ros1struct import __version__

    parser = _Parser(
        prog="ros1struct",
        description="Which inhibitor still fits which ROS1 mutant.",
        epilog="A COMPLEX is a name (`ros1struct structures` lists them), a PDB entry or a path.",
    )
    parser.add_argument("--version", action="version", version=f"ros1struct {__version__}")
    parser.add_argument("--traceback", action="store_true", help="show where a fault happened")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

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

    report = commands.add_parser(
        "report", parents=[which], help="the resistance report: HTML, tables and figures"
    )
    report.add_argument(
        "complexes", nargs="*", metavar="COMPLEX", help="by default the bundled ones of ROS1"
    )
    report.add_argument("--out", type=Path, default=Path("report"), help="folder (default: report)")
    report.add_argument("--mutations", default="catalog", help=_MUTATIONS)
    report.add_argument("--definition", default="chimerax", help="what counts as a clash")
    report.add_argument(
        "--compare", nargs="*", default=[], metavar="COMPLEX", help="other complexes to set beside"
    )
    report.add_argument(
        "--focus", default="G2032R", help="mutation of ROS1 to show in other kinases too"
    )
    report.add_argument(
        "--formats",
        default="svg",
        metavar="svg,pdf,png",
        help="files of each figure beside SVG; PDF and PNG take as long again (default: svg)",
    )
    report.add_argument(
        "--saturation", action="store_true", help="every substitution in the pocket too; minutes"
    )
    report.set_defaults(run=_report)

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
    scan.add_argument("--details", action="store_true", help="the parts of the score and the shape")
    scan.add_argument("--base-rate", type=float, metavar="SHARE", help="resistant ones expected")
    scan.add_argument("--workers", type=int, default=1, metavar="N", help="processes")
    scan.set_defaults(run=_scan)
    check = add("evaluate", parents=[table], help="the score beside measurements of your own")
    check.add_argument("measurements", type=Path, metavar="CSV", help=_MEASUREMENTS)
    check.add_argument("--workers", type=int, default=1, metavar="N", help="processes")
    check.set_defaults(run=_evaluate)
    every = add(
        "saturation", parents=[one, which, table], help="all 19 substitutions along the pocket"
    )
    every.add_argument("--definition", default="chimerax")
    every.add_argument("--workers", type=int, default=1, metavar="N", help="processes")
    every.set_defaults(run=_saturation)
    add_commands(add, which, table)
    return parser


_MEASUREMENTS = (
    "table with columns structure (name, entry or path), mutation, and resistant (0 or 1), call "
    "(R, I or S) or fold"
)
_MUTATIONS = (
    "G2032R,L2026M (of another kinase, by the equivalent residue: 'ROS1 G2032R'), `catalog`, or a "
    "file with one per line (default: catalog)"
)


if __name__ == "__main__":
    sys.exit(main())
