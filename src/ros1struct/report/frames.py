"""What a report takes of many frames: contacts of a trajectory over time, checks of poses.

One frame of each stands for it where a page shows a structure; scores are pooled over several.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ros1struct.clashes.definitions import ClashDefinition
from ros1struct.io.chemistry.pose_files import POSES
from ros1struct.io.poses import Poses, load_poses
from ros1struct.io.trajectory import Trajectory, trajectory
from ros1struct.structure.complex import Complex
from ros1struct.trajectories.measures import measures
from ros1struct.trajectories.occupancy import occupancy
from ros1struct.trajectories.poses import poses
from ros1struct.trajectories.presence import presence

#: Frames or poses over which a score is pooled, at most: a second each for the catalogue.
POOLED = 5
CHECKS = ("no_clash", "no_overlap", "in_pocket")


@dataclass(frozen=True, eq=False)
class Series:
    """A trajectory, or the poses of one molecule.

    Attributes
    ----------
    run : Trajectory or Complex
    kind : {"trajectory", "poses"}
    frame : int
        The one that stands for it: of poses the best ranked, of a trajectory the one whose
        contacts are most like their mean.
    frames : tuple of int
        Over which scores are pooled: of poses the best ranked, of a trajectory evenly spaced.
    complex : Complex
        That frame.
    presence : DataFrame
        Of contacts, see :func:`ros1struct.trajectories.presence`.
    tables : dict of str to DataFrame
        ``occupancy`` and ``measures`` of a trajectory, ``poses`` of poses.
    """

    run: Trajectory | Complex
    kind: str
    frame: int
    frames: tuple[int, ...]
    complex: Complex
    presence: pd.DataFrame
    tables: dict[str, pd.DataFrame]

    @property
    def name(self) -> str:
        """What tables call it."""
        return self.complex.name

    @property
    def sentences(self) -> list[str]:
        """What is to be said of it."""
        said = _of_poses(self) if self.kind == "poses" else _of_trajectory(self)
        one = "pose" if self.kind == "poses" else "frame"
        pages = f"Figures, 3D views and rotamers of the other pages show {one} {self.frame}"
        if self.kind == "poses":
            return [*said, f"{pages} (counted from 0), the best ranked."]
        return [*said, f"{pages}, whose contacts are most like the mean."]


def opened(text: str, **asked: Any) -> Poses | Trajectory | None:
    """Open ``PROTEIN+POSES`` or ``TOPOLOGY+TRAJECTORY``.

    Parameters
    ----------
    text : str
        Two paths with a plus between them; the ending of the second decides which it is.
    **asked
        As for :func:`ros1struct.load`: ligand, chain, smiles.

    Returns
    -------
    Poses, Trajectory or None
        None where the text is no such pair.

    Raises
    ------
    InputError
        If a file is missing or its format unknown.
    """
    first, plus, second = text.rpartition("+")
    if not plus or not first or os.path.exists(text):
        return None
    return open_pair(first, second, **asked)


def open_pair(first: str, second: str, **asked: Any) -> Poses | Trajectory:
    """Open poses of a protein, or a trajectory of a topology, by the ending of the second file.

    Parameters
    ----------
    first, second : str
        Paths.
    **asked
        As for :func:`opened`.

    Raises
    ------
    InputError
        If a file is missing or its format unknown.
    """
    suffixes = [s.lower() for s in Path(second).suffixes if s.lower() != ".gz"]
    if suffixes[-1:] and suffixes[-1] in POSES:
        told = {name: asked[name] for name in ("chain", "smiles") if name in asked}
        return load_poses(first, second, **told)
    return trajectory(first, second, **asked)


def series(
    run: Trajectory | Complex, rule: ClashDefinition, file: pd.DataFrame | None = None
) -> Series:
    """Compute what a report shows of many frames.

    Parameters
    ----------
    run : Trajectory or Complex
        A Complex of several frames is poses where its provenance is ``docked``.
    rule : ClashDefinition
    file : DataFrame, optional
        The table of :class:`ros1struct.io.poses.Poses`: names and scores in the file.

    Returns
    -------
    Series
    """
    docked = isinstance(run, Complex) and run.provenance.kind == "docked"
    stands = presence(run)
    if docked:
        table = ranked(poses(run, clash=rule))
        best = tuple(int(k) for k in table["frame"])
        passing = int(table["passes"].sum()) or len(table)
        chosen = tuple(sorted(best[: min(passing, POOLED)]))
        tables = {"poses": table, **_told_by_file(table, file)}
        return Series(run, "poses", best[0], chosen, run.frame(best[0]), stands, tables)
    count = len(stands)
    chosen = tuple(dict.fromkeys(np.linspace(0, count - 1, POOLED).round().astype(int).tolist()))
    middle = _most_usual(stands)
    complex = run.frame(middle)
    tables = {
        "occupancy": occupancy(stands).assign(structure=complex.name),
        "measures": measures(run),
    }
    first = tables["occupancy"].columns[:-1]
    tables["occupancy"] = tables["occupancy"][["structure", *first]]
    return Series(run, "trajectory", middle, chosen, complex, stands, tables)


def ranked(table: pd.DataFrame) -> pd.DataFrame:
    """Put poses in an order: fewest failed checks first, then as the file has them.

    Parameters
    ----------
    table : DataFrame
        Of :func:`ros1struct.trajectories.poses`.

    Returns
    -------
    DataFrame
        With a column ``rank`` behind ``frame``.

    Examples
    --------
    >>> made = {"frame": [0, 1], "no_clash": [False, True], "no_overlap": True, "in_pocket": True}
    >>> ranked(pd.DataFrame(made))[["frame", "rank"]].to_numpy().tolist()
    [[1, 1], [0, 2]]
    """
    failed = (~table[list(CHECKS)].astype(bool)).sum(axis=1)
    order = np.lexsort([table["frame"], failed])
    made = table.iloc[order].reset_index(drop=True)
    made.insert(list(made.columns).index("frame") + 1, "rank", np.arange(1, len(made) + 1))
    return made


def _told_by_file(table: pd.DataFrame, file: pd.DataFrame | None) -> dict[str, pd.DataFrame]:
    """Scores that a pose file gives, a row for each pose and score, in the order of the ranks."""
    place = ["structure", "frame"]
    known = [*place, "pose", "molecule", "reason"]
    if file is None or not (scores := [name for name in file if name not in known]):
        return {}
    own = table[place].merge(file.astype({"frame": "Int64"}), on=place)
    long = own.melt([*place, "pose", "molecule"], scores, "item", "value")
    made = long[long["value"].notna()].sort_values(place, kind="stable")
    return {"pose_scores": made.astype({"value": str})} if len(made) else {}


def _most_usual(stands: pd.DataFrame) -> int:
    """Turn of the frame whose contacts are most like their mean."""
    bits = stands.to_numpy(dtype=np.float32)
    return int(((bits - bits.mean(axis=0)) ** 2).sum(axis=1).argmin()) if bits.size else 0


def _of_trajectory(one: Series) -> list[str]:
    table, often = one.tables["measures"], one.tables["occupancy"]
    time = table["time"].to_numpy(dtype=np.float64)
    inside = int(table["in_pocket"].sum())
    out = table.loc[~table["in_pocket"].astype(bool), "frame"]
    lost = f", first outside in frame {out.iloc[0]}" if len(out) else ""
    medians = table[["pocket_rmsd", "inhibitor_rmsd"]].median()
    said = [
        f"{len(table)} frames, {time.min():g} to {time.max():g} ps. The inhibitor is in the pocket "
        f"(nearest heavy atoms within 4.5 Å) in {inside} of {len(table)}"
        f"{lost}.",
        f"Median deviation from the topology's frame: pocket {medians.iloc[0]:.2f} Å, inhibitor "
        f"{medians.iloc[1]:.2f} Å.",
    ]
    if (unsure := int((~often["converged"].astype(bool)).sum())) and len(often):
        said.append(
            f"Of {len(often)} contacts {unsure} have an occupancy whose error has not converged."
        )
    pool = ", ".join(map(str, one.frames))
    said.append(f"Scores are pooled over frames {pool}, evenly spaced, as one free energy.")
    return said


def _of_poses(one: Series) -> list[str]:
    table = one.tables["poses"]
    passing = int(table["passes"].sum())
    pool = ", ".join(map(str, one.frames))
    return [
        f"{len(table)} poses, of which {passing} pass all checks. Ranks: fewest failed checks "
        "first, then as the file has them.",
        f"Scores are pooled over poses {pool} as one free energy"
        f"{'' if passing else ', though none passes'}.",
    ]


def stacked(many: Sequence[Series]) -> dict[str, pd.DataFrame]:
    """Tables of several series, by file name."""
    names = dict.fromkeys(name for one in many for name in one.tables)
    return {
        name: pd.concat([one.tables[name] for one in many if name in one.tables], ignore_index=True)
        for name in names
    }
