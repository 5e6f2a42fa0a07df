"""The command line: ``ros1struct COMMAND --help``.

Exit codes: 0 done, 2 bad input (one clear line on stderr), 1 a fault of the program. A list in
which some mutations cannot be read, or can be measured in none of the structures, gives the table
of all, and 2; the catalogue, which has more than any structure, does not.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from ros1struct.cli.commands import (
    _check,
    _clashes,
    _compare,
    _contacts,
    _evaluate,
    _export,
    _fetch,
    _interactions,
    _literature,
    _mutate,
    _pocket,
    _rank,
    _report,
    _saturation,
    _scan,
    _severity,
    _structures,
    _transplant,
)
from ros1struct.cli.completion import SHELLS, completion
from ros1struct.cli.output import dropped, settle_format, write
from ros1struct.cli.trajectory import add_commands
from ros1struct.errors import Ros1structError, Ros1structWarning
from ros1struct.kinome.literature import TABLES

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
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # whoever started this has closed it
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
    options = parser().parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        # Å and α must not stop a terminal that has no letters for them.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore" if options.quiet else "always", Ros1structWarning)
            warnings.showwarning = _notes()
            if "format" in options:
                settle_format(options)
            options.run(options)
        write("", None)
    except Ros1structError as error:
        print(f"ros1struct: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader has seen enough
        dropped()
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


def _notes() -> Callable[..., None]:
    """Make a printer of what the package wants known: one line each, and each once."""
    said: set[str] = set()

    def show(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
        if not issubclass(category, Ros1structWarning):
            print(warnings.formatwarning(message, category, *place[:2]), file=sys.stderr, end="")
        elif str(message) not in said:
            said.add(str(message))
            print(f"ros1struct: {message}", file=sys.stderr)

    return show


def parser() -> _Parser:
    """Make the parser of the command line."""
    from ros1struct import __version__

    made = _Parser(
        prog="ros1struct",
        description="Which inhibitor still fits which ROS1 mutant.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--version", action="version", version=f"ros1struct {__version__}")
    made.add_argument("--traceback", action="store_true", help="show where a fault happened")
    made.set_defaults(quiet=False)
    commands = made.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def add(name: str, **more: Any) -> argparse.ArgumentParser:
        command: argparse.ArgumentParser = commands.add_parser(name, epilog=_CODES, **more)
        command.add_argument("-q", "--quiet", action="store_true", help="no notes, no progress")
        return command

    table = _Parser(add_help=False)
    table.add_argument(
        "--format", choices=FORMATS, help="of the table (default: that of --out, else table)"
    )
    table.add_argument("--out", type=Path, metavar="FILE", help=".csv, .json or .txt")

    which = _Parser(add_help=False)
    which.add_argument(
        "--ligand", metavar="RES", help="component, RES:CHAIN:NUMBER, or a pose file"
    )
    which.add_argument("--smiles", help="chemistry of the inhibitor, charges as at pH 7.4")
    which.add_argument("--chain", help="author chain of the kinase")
    which.add_argument(
        "--numbering", choices=NUMBERINGS, default="uniprot", help="of residues (default: uniprot)"
    )

    one = _Parser(add_help=False)
    one.add_argument("complex", metavar="COMPLEX", help=_COMPLEX)
    clash = _Parser(add_help=False)
    clash.add_argument("--definition", default="chimerax", metavar="NAME", help=_CLASH)
    contact = _Parser(add_help=False)
    contact.add_argument("--definition", default="ros1struct", metavar="NAME", help=_CONTACT)
    many = _Parser(add_help=False)
    many.add_argument("--workers", type=int, default=1, metavar="N", help="processes (default: 1)")

    report = add(
        "report", parents=[which, clash], help="the resistance report: HTML, tables and figures"
    )
    report.add_argument(
        "complexes",
        nargs="*",
        metavar="COMPLEX",
        help="by default the bundled ones of ROS1; TOPOLOGY+TRAJECTORY, PROTEIN+POSES.sdf",
    )
    report.add_argument("--out", type=Path, default=Path("report"), help="folder (default: report)")
    report.add_argument("--mutations", default="catalog", metavar="LIST", help=_MUTATIONS)
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

    structures = add("structures", parents=[table], help="the structures known by name")
    structures.set_defaults(run=_structures)
    facts = add("literature", parents=[table], help="what the literature says, row by row")
    facts.add_argument("table", metavar="TABLE", choices=TABLES, help=", ".join(TABLES))
    facts.set_defaults(run=_literature)
    fetch = add("fetch", help="download PDB entries into the cache")
    fetch.add_argument("entries", nargs="+", metavar="ENTRY", help="such as 3ZBF")
    fetch.add_argument("--offline", action="store_true", help="only check what is in the cache")
    fetch.add_argument(
        "--timeout", type=float, default=30.0, metavar="SECONDS", help="for each (default: 30)"
    )
    fetch.set_defaults(run=_fetch)
    pocket = add(
        "pocket",
        parents=[one, which, table],
        help="the KLIFS pocket and its distances to the inhibitor",
    )
    pocket.set_defaults(run=_pocket)
    near = add(
        "contacts", parents=[one, which, table], help="the residues that touch the inhibitor"
    )
    near.add_argument(
        "--cutoff", type=float, default=4.5, metavar="Å", help="between heavy atoms (default: 4.5)"
    )
    near.set_defaults(run=_contacts)
    clashes = add(
        "clashes",
        parents=[one, which, clash, table],
        help="atom pairs of protein and inhibitor that overlap",
    )
    clashes.add_argument("--threshold", type=float, metavar="Å", help="least overlap")
    clashes.set_defaults(run=_clashes)
    between = add(
        "interactions", parents=[one, which, contact, table], help="typed contacts atom by atom"
    )
    between.set_defaults(run=_interactions)
    severe = add(
        "severity", parents=[one, which, clash, table], help="how bad the overlaps are in sum"
    )
    severe.set_defaults(run=_severity)
    sound = add(
        "check", parents=[one, which, clash, table], help="what is wrong with a pose or a model"
    )
    sound.add_argument("--no-energy", action="store_true", help="leave out the strain; faster")
    sound.set_defaults(run=_check)
    pair = add(
        "compare", parents=[contact, table], help="contacts kept, lost and gained between two"
    )
    pair.add_argument("complexes", nargs=2, metavar="COMPLEX", help=_COMPLEX)
    pair.set_defaults(run=_compare)
    mutant = add("mutate", parents=[one, which], help="models of mutants, as mmCIF or PDB")
    mutant.add_argument("mutation", nargs="?", metavar="MUTATION", help="G2032R, or G2032R/L2086F")
    mutant.add_argument("--mutations", metavar="LIST", help=f"several: {_LIST}")
    mutant.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FILE",
        help="model.cif, .cif.gz or .pdb; {} becomes the mutation",
    )
    mutant.add_argument("--repack", action="store_true", help="let the neighbours move")
    mutant.add_argument("--relax", action="store_true", help="and relax them and the inhibitor")
    mutant.set_defaults(run=_mutate)
    carried = add(
        "transplant", parents=[table], help="the inhibitor of one complex in another kinase"
    )
    carried.add_argument("source", metavar="FROM", help=f"with the inhibitor: {_COMPLEX}")
    carried.add_argument("target", metavar="INTO", help=f"with the protein: {_COMPLEX}")
    carried.add_argument("--model", type=Path, metavar="FILE", help="best pose: .cif or .pdb")
    carried.add_argument("--count", type=int, default=5, metavar="N", help="poses (default: 5)")
    carried.set_defaults(run=_transplant)
    scene = add("export", parents=[one, which, contact], help="a scene for PyMOL, ChimeraX or Mol*")
    scene.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help=".pml, .cxc or .mvsj"
    )
    scene.add_argument(
        "--mutations", metavar="G2032R", help="one: draw its side chains as rotamers"
    )
    # The name until 0.1.0.
    scene.add_argument("--mutation", dest="mutations", help=argparse.SUPPRESS)
    scene.add_argument("--clash", default="chimerax", metavar="NAME", help=_CLASH)
    scene.set_defaults(run=_export)
    scan = add(
        "scan",
        parents=[which, clash, many, table],
        help="does the mutant side chain fit beside the drug",
    )
    scan.add_argument("complexes", nargs="+", metavar="COMPLEX", help=_COMPLEX)
    scan.add_argument("--mutations", default="catalog", metavar="LIST", help=_MUTATIONS)
    scan.add_argument("--details", action="store_true", help="the parts of the score and the shape")
    scan.add_argument("--base-rate", type=float, metavar="SHARE", help="resistant ones expected")
    scan.add_argument(
        "--trajectory", metavar="FILE", help="pool its frames; the one COMPLEX is its topology"
    )
    scan.add_argument("--frames", default=":", metavar="FIRST:LAST:STEP", help="of these frames")
    scan.add_argument(
        "--pool", action="store_true", help="pool the complexes of one kinase and one inhibitor"
    )
    scan.set_defaults(run=_scan)
    ranked = add("rank", parents=[many, table], help="which inhibitor still fits a ROS1 mutant")
    ranked.add_argument(
        "mutations", nargs="+", metavar="MUTATION", help="of ROS1; several are carried together"
    )
    ranked.add_argument("--base-rate", type=float, metavar="SHARE", help="resistant ones expected")
    ranked.set_defaults(run=_rank)
    measured = add(
        "evaluate", parents=[many, table], help="the score beside measurements of your own"
    )
    measured.add_argument("measurements", metavar="CSV", help=_MEASUREMENTS)
    measured.add_argument(
        "--by", default="kinase", metavar="COLUMN", help="groups beside all pairs"
    )
    measured.add_argument("--energies", action="store_true", help="interaction_ddg too; slow")
    chosen = measured.add_mutually_exclusive_group()
    chosen.add_argument("--pairs", action="store_true", help="the scored pairs instead")
    chosen.add_argument(
        "--disagreements", action="store_true", help="those that contradict instead"
    )
    measured.set_defaults(run=_evaluate)
    every = add(
        "saturation",
        parents=[one, which, clash, many, table],
        help="all 19 substitutions along the pocket",
    )
    every.set_defaults(run=_saturation)
    add_commands(add, which, table)
    shell = add("completion", help="a script that completes commands and options in a shell")
    shell.add_argument("shell", choices=SHELLS, help="which one")
    shell.set_defaults(run=lambda options: write(completion(parser(), options.shell), None))
    return made


_EPILOG = """\
A COMPLEX is a name (`ros1struct structures` lists them), a PDB entry, a path, or - for standard
input. Exit codes: 0 done, 2 bad input (one line on stderr), 1 a fault of the program.
Completion: eval "$(ros1struct completion bash)"
"""
_CODES = "Exit codes: 0 done, 2 bad input, 1 a fault of the program."
_COMPLEX = "name, PDB entry, path, or - for standard input"
_CLASH = "of clashes: chimerax, molprobity, posebusters or bondi (default: chimerax)"
_CONTACT = "of contacts: ros1struct, prolif or plip (default: ros1struct)"
_LIST = "G2032R,L2026M, a file with one per line, or - for standard input"
_MEASUREMENTS = (
    "table with columns structure (name, entry or path), mutation, and resistant (0 or 1), call "
    "(R, I or S) or fold; - for standard input"
)
_MUTATIONS = (
    f"{_LIST}, `catalog` (reported) or `all` (first readings too); of another kinase: 'ROS1 "
    "G2032R'; by KLIFS position: GK:45M (default: catalog)"
)


if __name__ == "__main__":
    sys.exit(main())
