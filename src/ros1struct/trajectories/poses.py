"""Docked poses of one protein, judged by what they do in the pocket."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ros1struct.arguments import checked
from ros1struct.clashes.definitions import ClashDefinition, clash_definition
from ros1struct.clashes.overlaps import overlaps_of_frames
from ros1struct.contacts.arrays import FLIP, KIND
from ros1struct.contacts.definitions import KINDS, ContactDefinition, contact_definition
from ros1struct.contacts.interactions import measured
from ros1struct.io.trajectory import Trajectory
from ros1struct.structure.complex import Complex
from ros1struct.trajectories.clusters import tanimoto
from ros1struct.trajectories.measures import nearest
from ros1struct.trajectories.parallel import chunks, map_frames
from ros1struct.trajectories.presence import residues_of

HINGE = (46, 48)
# As PoseBusters' distance check: no pair nearer than 0.75 of the sum of the radii.
POSEBUSTERS = "posebusters"
# Å; PoseBusters 0.6's "protein-ligand maximum distance".
FARTHEST = 5.0


@checked
def poses(
    run: Complex | Trajectory,
    reference: Complex | None = None,
    definition: str | ContactDefinition = "ros1struct",
    *,
    clash: str | ClashDefinition = "chimerax",
    similarity: float = 0.0,
    **parallel: Any,
) -> pd.DataFrame:
    """Judge poses of an inhibitor in one protein.

    Parameters
    ----------
    run : Complex or Trajectory
        A frame per pose.
    reference : Complex, optional
        A known pose in a protein with the same residue names, of any inhibitor.
    definition : str or ContactDefinition
    clash : str or ClashDefinition
    similarity : float
        Least similarity to the reference's contacts for a pose to pass.
    **parallel
        ``workers``, ``client``, ``folder``, ``progress`` of :func:`map_frames`.

    Returns
    -------
    DataFrame
        One row per pose: structure, frame, contact_residues (residues with some kind of contact),
        hinge_bonds (hydrogen bonds to hinge:46 and hinge:48), hydrogen_bonds, clashes,
        worst_overlap (Å; missing where no pair is near), min_distance (Å), similarity (Tanimoto,
        of residue and kind; missing without a reference), no_clash, no_overlap, in_pocket,
        like_reference, passes.

    Notes
    -----
    no_clash: no pair at or above the definition's threshold. no_overlap: no heavy atoms nearer
    than 0.75 of the sum of their radii, and in_pocket: some protein atom within 5 Å, which are the
    checks of PoseBusters 0.6 that concern the pocket (Buttenschoen M et al. Chem Sci 2024,
    15:3130-3139). like_reference: similarity at or above the least asked for. passes: all four.

    Examples
    --------
    >>> import ros1struct as rs
    >>> complex = rs.load("2WGJ")
    >>> table = poses(complex, complex)
    >>> float(table["similarity"].iloc[0]), int(table["hinge_bonds"].iloc[0])
    (1.0, 2)
    """
    rule, wall = contact_definition(definition), clash_definition(clash)
    wanted = None if reference is None else contact_set(reference.frame(0), rule)
    return map_frames(_judged, run, rule, wall, wanted, similarity, **parallel)


def contact_set(complex: Complex, rule: ContactDefinition) -> frozenset[tuple[str, int]]:
    """Residues and kinds of contact of a complex's only frame."""
    prepared, found, _ = measured(complex, rule)
    found = found.take(found.doubt != FLIP)
    residue = residues_of(prepared, found)
    return frozenset(
        (complex.residue_label(int(r)), int(k)) for r, k in zip(residue, found.kind, strict=True)
    )


def _judged(
    run: Complex | Trajectory,
    rule: ContactDefinition,
    wall: ClashDefinition,
    wanted: frozenset[tuple[str, int]] | None,
    least: float,
) -> pd.DataFrame:
    tables = []
    for part in chunks(run):
        complex = part.complex
        n = len(part.frame)
        prepared, found, _ = measured(complex, rule)
        found = found.take(found.doubt != FLIP)
        residue = residues_of(prepared, found)
        bond = found.kind == KIND["hydrogen bond"]
        hinge = bond & np.isin(complex.residues.klifs[residue], HINGE)
        size = len(complex.residues)
        touched = np.unique(found.frame * size + residue) // size
        overlap = overlaps_of_frames(complex, wall, at_least=-2.0)
        worst = np.full(n, -np.inf)
        np.maximum.at(worst, overlap[0], overlap[4])
        bad = overlap[0][overlap[4] >= wall.threshold]
        strict = overlaps_of_frames(complex, clash_definition(POSEBUSTERS), at_least=0.0)
        near = nearest(complex)
        table = pd.DataFrame(
            {
                "structure": complex.name,
                "frame": part.frame,
                "contact_residues": np.bincount(touched, minlength=n),
                "hinge_bonds": np.bincount(found.frame[hinge], minlength=n),
                "hydrogen_bonds": np.bincount(found.frame[bond], minlength=n),
                "clashes": np.bincount(bad, minlength=n),
                "worst_overlap": np.where(np.isfinite(worst), worst, np.nan),
                "min_distance": near,
                "similarity": _similarity(complex, found.frame, residue, found.kind, n, wanted),
            }
        )
        table["no_clash"] = table["clashes"] == 0
        table["no_overlap"] = np.bincount(strict[0], minlength=n) == 0
        table["in_pocket"] = near <= FARTHEST
        table["like_reference"] = True if wanted is None else table["similarity"] >= least
        checks = ["no_clash", "no_overlap", "in_pocket", "like_reference"]
        table["passes"] = table[checks].all(axis=1)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _similarity(
    complex: Complex,
    frame: npt.NDArray[np.intp],
    residue: npt.NDArray[np.intp],
    kind: npt.NDArray[np.intp],
    count: int,
    wanted: frozenset[tuple[str, int]] | None,
) -> npt.NDArray[np.float64]:
    if wanted is None:
        return np.full(count, np.nan)
    labels = {complex.residue_label(k): k for k in range(len(complex.residues))}
    own = residue * len(KINDS) + kind
    # Contacts of the reference with residues that this protein lacks still count as missed.
    lacking = sum(label not in labels for label, _ in wanted)
    goal = [labels[label] * len(KINDS) + k for label, k in wanted if label in labels]
    keys, column = np.unique(np.r_[own, goal].astype(np.intp), return_inverse=True)
    bits = np.zeros((count, len(keys) + lacking), dtype=np.float32)
    bits[frame, column[: len(own)]] = 1.0
    target = np.zeros((1, len(keys) + lacking), dtype=np.float32)
    target[0, column[len(own) :]] = 1.0
    target[0, len(keys) :] = 1.0
    return np.asarray(tanimoto(bits, target)[:, 0], dtype=np.float64)
