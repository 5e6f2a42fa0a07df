"""Where the substitutions of a mutation sit in a complex, or why they have no score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ros1struct.errors import InputError
from ros1struct.io.chemistry.covalent import UNBONDED_WITHIN, electrophiles
from ros1struct.kinome import literature
from ros1struct.kinome.kinases import klifs_label
from ros1struct.kinome.residue_numbers import misfit
from ros1struct.sidechains.sites import absent, locate, obstacle
from ros1struct.structure.complex import Complex
from ros1struct.structure.geometry import nearest
from ros1struct.structure.mutation import Mutation, Substitution


def find_changes(
    complex: Complex, own: Mutation, given: Mutation, *, alone: bool
) -> tuple[list[tuple[int, Substitution]], dict[str, Any]]:
    """Find the residue of each substitution.

    Parameters
    ----------
    complex : Complex
    own : Mutation
        In its numbering.
    given : Mutation
        As it was asked for, perhaps of another kinase.
    alone : bool
        Whether a residue of another type is an error, not a row.

    Returns
    -------
    changes : list of (int, Substitution)
        Empty where there is no score.
    columns : dict
        Of a row that has no score: verdict and reason.

    Raises
    ------
    InputError
        If the structure has another residue there and the mutation stands alone.
    """
    found = []
    for sub in own.substitutions:
        try:
            residue = locate(complex, sub)
        except InputError as error:
            if alone:
                raise
            verdict = "not in model" if given.gene else "not read"
            return [], {"verdict": verdict, "reason": str(error)}
        name = f"{sub.wild_type}{sub.position}"
        if residue is not None and loses_bond(complex, residue, sub):
            words = f"the inhibitor's covalent bond to {name} is lost, which no score measures"
            return [], {
                "residue": name,
                "klifs": klifs_of(complex, [residue]),
                "min_distance": distance(complex, residue),
                "verdict": "contact loss",
                "firm": True,
                "reason": words,
            }
        reason = absent(complex, sub.position) if residue is None else obstacle(complex, residue)
        if residue is None or reason:
            if own.is_compound:
                reason = f"{name}: {reason}"
            named = complex.kinase.numbering == "uniprot"
            if residue is None and not given.gene and named and _of_ros1(sub, complex):
                reason += f"; for the residue that is equivalent to ROS1's say 'ROS1 {own.change}'"
            elif residue is None and not given.gene:
                reason += misfit(complex, sub)
            return [], {"residue": name, "verdict": "not in model", "reason": reason}
        found.append((residue, sub))
    return found, {}


def _of_ros1(substitution: Substitution, complex: Complex) -> bool:
    """Whether a substitution that another kinase cannot have would fit ROS1."""
    sequence, at = literature.ros1_sequence(), substitution.position - 1
    return complex.kinase.name != "ROS1" and sequence[at : at + 1] == substitution.wild_type


def klifs_of(complex: Complex, residues: Sequence[int]) -> str:
    """KLIFS positions of the substitutions, ``-`` for one without; empty if none has one."""
    labels = [klifs_label(int(complex.residues.klifs[r])) for r in residues]
    return "/".join(label or "-" for label in labels) if any(labels) else ""


def distance(complex: Complex, residue: int) -> float:
    """Measure the distance of a residue's heavy atoms to the inhibitor.

    Parameters
    ----------
    complex : Complex
        Of one frame.
    residue : int
        Index.

    Returns
    -------
    float
        Å.
    """
    own = np.array(list(complex.atoms_of(residue).values()))
    return nearest(complex.xyz[0, own], complex.xyz[0, complex.inhibitor_heavy])


def loses_bond(complex: Complex, residue: int, change: Substitution) -> bool:
    """Whether a substitution takes a covalent bond with the inhibitor away."""
    bonded = any(complex.atoms.residue[atom] == residue for _, atom in complex.bonded_to_protein())
    return bonded and change.mutant != complex.residues.letter[residue]


def near_warhead(complex: Complex, residue: int) -> str:
    """Say where an unbonded inhibitor's reactive group stands near the sulphur of a cysteine."""
    sulphur = complex.atoms_of(residue).get("SG")
    if sulphur is None or complex.topology.links:
        return ""
    carbons = complex.topology.derived("electrophiles", lambda: electrophiles(complex.inhibitor))
    places = complex.xyz[0, complex.inhibitor_heavy[carbons]]
    gap = nearest(complex.xyz[0, [sulphur]], places)
    if not gap <= UNBONDED_WITHIN:
        return ""
    return (
        f"; a reactive carbon of the inhibitor stands {gap:.1f} Å from the sulphur of "
        f"{complex.residue_label(residue)}: the bond that it may form is lost too, and not scored"
    )
