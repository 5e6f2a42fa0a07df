"""Where a mutation sits in a complex, and whether a side chain can be built there."""

from __future__ import annotations

import numpy as np

from ros1struct.errors import InputError, StructureError
from ros1struct.kinome.kinases import same_kinase
from ros1struct.kinome.residue_numbers import misfit, read_mutation, wild_type_at
from ros1struct.structure.complex import Complex
from ros1struct.structure.geometry import place, torsion
from ros1struct.structure.mutation import Mutation, Substitution
from ros1struct.structure.residue_types import BACKBONE, ResidueType
from ros1struct.structure.residues import residue_type

# φ of trans proline, mean and twice the standard deviation in degrees (MacArthur MW, Thornton JM.
# J Mol Biol 1991, 218:397-412).
PROLINE_PHI, PROLINE_SPREAD = -63.0, 30.0
# Cδ of a proline comes no nearer than this to the N before it: 2.73 Å is the least at 221 prolines
# of deposited kinase structures, where 55 % of all other places, the helical ones, have less.
PROLINE_GAP = 2.7
# An N–H and an acceptor within this distance and angle are a hydrogen bond, which proline cannot
# make (Å and degrees between N–H and N···acceptor).
HYDROGEN_BOND, POINTING = 3.5, 50.0
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
    # UniProt's own letter may be the mutant's: then the number is of another numbering.
    carried = letter == substitution.mutant and wild_type_at(complex, residue) in (
        "", substitution.wild_type
    )  # fmt: skip
    if letter != substitution.wild_type and not carried:
        name = residue_type(str(complex.residues.name[residue]))
        raise InputError(
            f"{substitution}: residue {substitution.position} of {complex.name} is "
            f"{name.name.capitalize() if name else complex.residues.name[residue]}, not "
            f"{substitution.wild_type}{misfit(complex, substitution)}; check the letter and the "
            f"numbering ({complex.kinase.numbering}, {complex.kinase.name})"
        )
    return residue


def absent(complex: Complex, position: int) -> str:
    """Say that a position is not in a structure, and what else there is under its number.

    Parameters
    ----------
    complex : Complex
    position : int

    Returns
    -------
    str
    """
    said = f"residue {position} is not in the structure"
    r = complex.residues
    hit = (complex.numbers == position) & (r.role == "protein") & (r.insertion != "")
    if complex.kinase.numbering == "author" and hit.any():
        found = ", ".join(complex.residue_label(int(i)) for i in np.flatnonzero(hit))
        said += f" but for {found}: a mutation cannot name a residue with an insertion code"
    return said


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
    return complex.derived(
        ("backbone torsions", residue), lambda: _backbone_torsions(complex, residue)
    )


def _backbone_torsions(complex: Complex, residue: int) -> tuple[float, float, float]:
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
    residue : int
        Index.

    Returns
    -------
    before, after : dict of str to int
        Indices of their heavy atoms by name; empty where there is none.
    """
    joined = complex.topology.joined
    before = complex.atoms_of(residue - 1) if joined[residue] else {}
    last = residue + 1 == len(joined)
    return before, complex.atoms_of(residue + 1) if not last and joined[residue + 1] else {}


def obstacle(complex: Complex, residue: int) -> str:
    """Say why no side chain can be built at a residue.

    Returns
    -------
    str
        The reason, or ``""`` where one can be built.
    """
    return complex.derived(("obstacle", residue), lambda: _obstacle(complex, residue))


def _obstacle(complex: Complex, residue: int) -> str:
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


def proline_obstacle(complex: Complex, residue: int) -> str:
    """Say why a proline cannot take a residue's place on the backbone as it stands.

    Parameters
    ----------
    complex : Complex
        Its first frame.
    residue : int
        Index of a residue at which a side chain can be built.

    Returns
    -------
    str
        φ outside proline's range, a residue before it without Cα or that the ring would run into,
        or an N–H that bonds to something; ``""`` where none applies.

    References
    ----------
    MacArthur MW, Thornton JM. J Mol Biol 1991, 218:397-412.
    """
    phi, _, _ = backbone_torsions(complex, residue)
    if abs(phi - PROLINE_PHI) > PROLINE_SPREAD:
        return f"φ is {phi:.0f}°, a proline needs {PROLINE_PHI:.0f} ± {PROLINE_SPREAD:.0f}°"
    own = complex.atoms_of(residue)
    before, _ = neighbours(complex, residue)
    xyz = complex.xyz[0].astype(np.float64)
    if "CA" not in before:
        return "the residue before it lacks CA, so that the ring has no plane"
    n, ca = xyz[own["N"]], xyz[own["CA"]]
    # Cδ completes the plane of the peptide bond, where the hydrogen was.
    delta = place(xyz[before["CA"]], xyz[before["C"]], n, 1.473, 125.0, 0.0)
    gap = float(np.linalg.norm(delta - xyz[before["N"]])) if "N" in before else np.inf
    if gap < PROLINE_GAP:
        label = complex.residue_label(residue - 1)
        return f"the ring would come within {gap:.1f} Å of N of {label}, which is helical"
    direction = (n - xyz[before["C"]]) / np.linalg.norm(n - xyz[before["C"]])
    direction = direction + (n - ca) / np.linalg.norm(n - ca)
    direction = direction / np.linalg.norm(direction)
    a = complex.atoms
    takers = np.flatnonzero(a.acceptor & complex.heavy & (abs(a.residue - residue) > 1))
    reach = xyz[takers] - n
    distance = np.linalg.norm(reach, axis=1)
    angle = np.degrees(np.arccos(np.clip(reach @ direction / distance, -1.0, 1.0)))
    bonded = np.flatnonzero((distance <= HYDROGEN_BOND) & (angle <= POINTING))
    if len(bonded):
        taker = int(takers[bonded[np.argmin(distance[bonded])]])
        label = complex.residue_label(int(a.residue[taker]))
        return f"its N–H is bonded to {label} {a.name[taker]} ({distance[bonded].min():.1f} Å)"
    return ""


def changes_of(
    complex: Complex, mutation: str | Mutation | Substitution | None
) -> dict[int, Substitution]:
    """Read a mutation as substitutions by residue index, each of which can be built.

    Raises
    ------
    InputError
        If the mutation names another wild type, or a gene that is not the complex's.
    StructureError
        If a residue is not in the structure or no side chain can be built there.
    """
    if mutation is None:
        return {}
    if isinstance(mutation, str):
        mutation = read_mutation(complex, mutation)
    gene = None if isinstance(mutation, Substitution) else mutation.gene
    if gene is not None and not same_kinase(gene, complex.kinase.name):
        raise InputError(
            f"{mutation}: {complex.name} is {complex.kinase.name}, not {gene}; scan() carries a "
            "mutation over to the equivalent residue of another kinase"
        )
    listed = (mutation,) if isinstance(mutation, Substitution) else mutation.in_order
    found = {}
    for change in listed:
        residue = locate(complex, change)
        if residue is None:
            raise StructureError(f"{complex.name}: {change}: {absent(complex, change.position)}")
        if reason := obstacle(complex, residue):
            raise StructureError(f"{change}: no side chain can be built: {reason}")
        found[residue] = change
    return found


def single_change(
    complex: Complex, mutation: str | Mutation | Substitution, *, instead: str = ""
) -> tuple[int, Substitution]:
    """Read a mutation of one residue as its index and the substitution.

    Parameters
    ----------
    complex : Complex
    mutation : str, Mutation or Substitution
    instead : str
        What to do with a compound mutation, for the message.

    Raises
    ------
    InputError
        If the mutation is compound, or names another wild type or gene.
    StructureError
        If the residue is not in the structure or no side chain can be built there.
    """
    changes = changes_of(complex, mutation)
    if len(changes) != 1:
        more = f"; {instead}" if instead else ""
        raise InputError(f"{mutation}: one substitution expected, found {len(changes)}{more}")
    return next(iter(changes.items()))


def buildable(complex: Complex, residue: int, letter: str) -> ResidueType:
    """Return a residue type if its side chain can be built at a residue.

    Raises
    ------
    InputError
        If there is no such type.
    StructureError
        If no side chain can be built there; the message says why.
    """
    label = complex.residue_label(residue)
    kind = residue_type(letter)
    if kind is None:
        raise InputError(f"{complex.name} {label}: no amino acid {letter!r}")
    if reason := obstacle(complex, residue):
        raise StructureError(f"{complex.name} {label}: no side chain can be built: {reason}")
    return kind
