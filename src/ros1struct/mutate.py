"""Where a mutation sits in a complex, and whether a side chain can be built there."""

from __future__ import annotations

import numpy as np

from ros1struct.complexes import Complex
from ros1struct.errors import InputError
from ros1struct.geometry import torsion
from ros1struct.mutation import Substitution
from ros1struct.residues import BACKBONE, residue_type

# A backbone bond is 1.33 Å; anything longer than this is a chain break.
PEPTIDE_BOND = 2.0
# A disulphide bond is 2.05 Å.
DISULPHIDE = 2.5


def locate(complex: Complex, substitution: Substitution) -> int | None:
    """Index of the residue that a substitution means, in the complex's numbering.

    Parameters
    ----------
    complex : Complex
    substitution : Substitution

    Returns
    -------
    int or None
        None where the residue is not in the structure.

    Raises
    ------
    InputError
        If the residue there is neither the substitution's wild type nor its mutant: a structure
        that carries the mutation answers for it too, on the backbone of the mutant.
    """
    residue = complex.find_residue(substitution.position)
    if residue is None:
        return None
    letter = str(complex.residues.letter[residue])
    if letter not in (substitution.wild_type, substitution.mutant):
        name = residue_type(str(complex.residues.name[residue]))
        raise InputError(
            f"{substitution}: residue {substitution.position} of {complex.name} is "
            f"{name.name.capitalize() if name else complex.residues.name[residue]}, not "
            f"{substitution.wild_type}; check the letter and the numbering "
            f"({complex.kinase.numbering}, {complex.kinase.name})"
        )
    return residue


def backbone_torsions(complex: Complex, residue: int) -> tuple[float, float, float]:
    """Measure φ, ψ and the ω before a residue.

    Parameters
    ----------
    complex : Complex
        Its first frame.
    residue : int
        Index.

    Returns
    -------
    phi, psi, omega : float
        Degrees; NaN where a neighbour is missing or not bonded.
    """
    own = complex.atoms_of(residue)
    before, after = neighbours(complex, residue)
    xyz = complex.xyz[0].astype(np.float64)

    def angle(*atoms: int | None) -> float:
        if any(a is None for a in atoms):
            return float("nan")
        return float(torsion(*(xyz[a] for a in atoms)))

    n, ca, c = (own.get(name) for name in ("N", "CA", "C"))
    return (
        angle(before.get("C"), n, ca, c),
        angle(n, ca, c, after.get("N")),
        angle(before.get("CA"), before.get("C"), n, ca),
    )


def neighbours(complex: Complex, residue: int) -> tuple[dict[str, int], dict[str, int]]:
    """Find the residues that are peptide-bonded before and after one.

    Parameters
    ----------
    complex : Complex
        Its first frame.
    residue : int
        Index.

    Returns
    -------
    before, after : dict of str to int
        Indices of their heavy atoms by name; empty where there is none.
    """
    own = complex.atoms_of(residue)
    xyz = complex.xyz[0]
    result: list[dict[str, int]] = []
    for step, mine, theirs in ((-1, "N", "C"), (1, "C", "N")):
        index = residue + step
        inside = 0 <= index < len(complex.residues)
        other = complex.atoms_of(index) if inside else {}
        bonded = (
            mine in own
            and theirs in other
            and complex.residues.role[index] == "protein"
            and np.linalg.norm(xyz[own[mine]] - xyz[other[theirs]]) < PEPTIDE_BOND
        )
        result.append(other if bonded else {})
    return result[0], result[1]


def obstacle(complex: Complex, residue: int) -> str:
    """Say why no side chain can be built at a residue.

    Returns
    -------
    str
        The reason, or ``""`` where one can be built.
    """
    own = complex.atoms_of(residue)
    missing = [name for name in BACKBONE if name not in own]
    if missing:
        return f"backbone atoms missing: {', '.join(missing)}"
    phi, psi, _ = backbone_torsions(complex, residue)
    if not (np.isfinite(phi) and np.isfinite(psi)):
        side = "before" if not np.isfinite(phi) else "after"
        return f"the residue {side} it is missing, so its backbone torsions are unknown"
    xyz = complex.xyz[0]
    tips = [i for name, i in own.items() if name not in BACKBONE]
    others = complex.protein_heavy[complex.atoms.residue[complex.protein_heavy] != residue]
    for tip in tips:
        gap = np.linalg.norm(xyz[others] - xyz[tip], axis=1)
        partner = int(others[int(np.argmin(gap))])
        both_sulphur = complex.atoms.element[tip] == complex.atoms.element[partner] == "S"
        if both_sulphur and gap.min() < DISULPHIDE:
            return (
                f"in a disulphide with {complex.residue_label(int(complex.atoms.residue[partner]))}"
            )
    for _, atom in complex.bonded_to_protein():
        if complex.atoms.residue[atom] == residue:
            return "covalently bonded to the inhibitor"
    return ""
