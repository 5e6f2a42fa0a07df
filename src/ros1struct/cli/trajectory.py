"""The commands for many frames: ``trajectory`` and ``poses``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ros1struct.cli.output import emit, say

TABLES = ("occupancy", "measures", "interactions", "clashes", "contacts", "clusters")


def add_commands(add: Any, which: argparse.ArgumentParser, table: argparse.ArgumentParser) -> None:
    """Add the two commands to the command line's parser."""
    many = argparse.ArgumentParser(add_help=False)
    many.add_argument("--workers", type=int, default=1, help="processes (default: 1)")
    many.add_argument("--dask", metavar="ADDRESS", help="of a dask scheduler, tcp://host:8786")
    many.add_argument("--parts", type=Path, metavar="FOLDER", help="keep parts here and resume")
    run = add("trajectory", parents=[which, table, many], help="contacts over a trajectory")
    run.add_argument("topology", metavar="TOPOLOGY", help="PDB, mmCIF, gro, prmtop or psf")
    run.add_argument("trajectory", metavar="TRAJECTORY", help="XTC, TRR, DCD, NetCDF, HDF5 or PDB")
    run.add_argument("--table", choices=TABLES, default="occupancy", help="what to compute")
    run.add_argument("--definition", help="of contacts or clashes")
    run.add_argument("--start", type=int, default=0, metavar="N", help="first frame (default: 0)")
    run.add_argument("--stop", type=int, metavar="N", help="frame before which to stop")
    run.add_argument("--step", type=int, default=1, metavar="N", help="every so many (default: 1)")
    run.add_argument("--at-least", type=float, default=0.0, help="least occupancy, 0 to 1")
    run.add_argument(
        "--pair", nargs=2, action="append", default=[], metavar="ATOM",
        help="distance for --table measures, e.g. M2029:N N2",
    )  # fmt: skip
    run.set_defaults(run=_trajectory)
    docked = add("poses", parents=[which, table, many], help="docked poses of one protein")
    docked.add_argument("protein", metavar="PROTEIN", help="topology with protein and inhibitor")
    docked.add_argument(
        "poses", metavar="POSES", help="SDF, MOL2 or PDBQT; or a frame per pose: PDB, XTC, ..."
    )
    docked.add_argument("--reference", metavar="COMPLEX", help="a known pose to compare with")
    docked.add_argument("--definition", default="ros1struct", help="ros1struct, prolif or plip")
    docked.add_argument("--clash", default="chimerax", help="what counts as a clash")
    docked.add_argument("--similarity", type=float, default=0.0, help="least, for a pose to pass")
    docked.set_defaults(run=_poses)


def _opened(options: argparse.Namespace, topology: str, frames: str, **more: Any) -> Any:
    from ros1struct.io.trajectory import trajectory

    run = trajectory(
        topology, frames, ligand=options.ligand, chain=options.chain, smiles=options.smiles, **more
    )
    return run


def _parallel(options: argparse.Namespace) -> dict[str, Any]:
    client = None
    if options.dask:
        from ros1struct.errors import InputError

        try:
            from dask.distributed import Client
        except ImportError as error:
            raise InputError("--dask needs dask: pip install 'ros1struct[dask]'") from error
        try:
            client = Client(options.dask, timeout="10s")
        except (OSError, ValueError) as error:
            raise InputError(f"no dask scheduler answers at {options.dask}: {error}") from error
    return {
        "workers": options.workers, "client": client, "folder": options.parts,
        "progress": sys.stderr.isatty() and not options.quiet,
    }  # fmt: skip


def _trajectory(options: argparse.Namespace) -> None:
    import ros1struct as rs
    from ros1struct import trajectories as many
    from ros1struct.kinome.residue_numbers import numbered_by

    run = _opened(
        options, options.topology, options.trajectory, start=options.start, stop=options.stop,
        step=options.step,
    )  # fmt: skip
    if options.numbering == "author":
        from dataclasses import replace

        run = replace(run, complex=numbered_by(run.complex, "author"))
    told = {} if options.definition is None else {"definition": options.definition}
    parallel = _parallel(options)
    if options.table == "occupancy":
        table = many.occupancy(run, at_least=options.at_least, **told, **parallel)
        _say_if_lost(run, parallel, options)
    elif options.table == "measures":
        table = many.measures(run, [tuple(p) for p in options.pair], **parallel)
    elif options.table == "clusters":
        table = many.clusters(run, **told, **parallel)
    else:
        functions: dict[str, Callable[..., Any]] = {
            "interactions": rs.interactions, "clashes": rs.clashes, "contacts": rs.contacts
        }  # fmt: skip
        table = many.map_frames(functions[options.table], run, **told, **parallel)
    emit(table, options)


def _say_if_lost(run: Any, parallel: dict[str, Any], options: argparse.Namespace) -> None:
    """Say when the inhibitor is out of the pocket: its occupancies then mean something else."""
    from ros1struct import trajectories as many

    told = {**parallel, "folder": None, "progress": False}
    bound = many.measures(run, **told)["in_pocket"]
    if not bound.all():
        lost = int((~bound).sum())
        say(
            f"{run.name}: the inhibitor is out of the pocket in {lost} of {len(bound)} frames, "
            f"first in frame {run.start + int(bound.argmin()) * run.step}",
            options,
        )


def _poses(options: argparse.Namespace) -> None:
    import pandas as pd

    from ros1struct import trajectories as many
    from ros1struct.io.load import load
    from ros1struct.io.poses import Poses
    from ros1struct.report.frames import open_pair

    reference = None if options.reference is None else load(options.reference)
    asked = {"ligand": options.ligand, "chain": options.chain, "smiles": options.smiles}
    opened = open_pair(options.protein, options.poses, **asked)
    runs = [*opened.complexes] if isinstance(opened, Poses) else [opened]
    tables = [
        many.poses(
            run, reference, options.definition, clash=options.clash,
            similarity=options.similarity, **_parallel(options),
        )
        for run in runs
    ]  # fmt: skip
    table = pd.concat(tables, ignore_index=True)
    if isinstance(opened, Poses):
        # Names and scores of the file, where it has any.
        told = opened.table.drop(columns="reason").astype({"frame": "int64"}, errors="ignore")
        table = table.merge(told, on=["structure", "frame"], how="left", suffixes=("", "_file"))
    emit(table, options)
