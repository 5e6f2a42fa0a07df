"""Steric clashes between protein and inhibitor, by named definitions.

The overlap of two atoms is the sum of their radii, less their distance, less an allowance where one
is a hydrogen-bond donor and the other an acceptor. Heavy atoms only, with united-atom radii where
the definition has them: a file with hydrogens and one without give the same table, exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ros1struct.clashes.definitions import ELEMENT_OF_CLASS, ClashDefinition, clash_definition
from ros1struct.errors import InputError
from ros1struct.io.border import takes_complex
from ros1struct.kinome.kinases import klifs_label
from ros1struct.structure.complex import Complex
from ros1struct.structure.geometry import close_pairs
from ros1struct.structure.residue_types import BACKBONE
from ros1struct.structure.residues import residue_type
from ros1struct.structure.search import Search

if TYPE_CHECKING:
    import pandas as pd

Ints = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]


def reach(
    definition: ClashDefinition,
    united: npt.NDArray[np.str_],
    donor: npt.NDArray[np.bool_],
    acceptor: npt.NDArray[np.bool_],
    other_united: npt.NDArray[np.str_],
    other_donor: npt.NDArray[np.bool_],
    other_acceptor: npt.NDArray[np.bool_],
) -> npt.NDArray[np.float64]:
    """Distance at which the overlap of each pair is zero: radii less allowance.

    Parameters
    ----------
    definition : ClashDefinition
    united, donor, acceptor : ndarray, shape (n,) or (n, 1) to broadcast
    other_united, other_donor, other_acceptor : ndarray, shape (m,)

    Returns
    -------
    ndarray of float64
        Å, of the broadcast shape.
    """
    if definition.hydrogens:
        raise InputError(
            f"clash definition {definition.name!r} needs hydrogens and cannot judge side chains "
            "that are built without them; use chimerax, bondi or posebusters"
        )
    radii = definition.radii_of(united.ravel()).reshape(united.shape)
    bond = (donor & other_acceptor) | (acceptor & other_donor)
    return np.asarray(radii + definition.radii_of(other_united) - definition.allowance * bond)


@takes_complex("all")
def overlaps(
    complex: Complex,
    definition: str | ClashDefinition = "chimerax",
    *,
    at_least: float = -0.4,
    frame: int | None = None,
) -> pd.DataFrame:
    """Measure the overlap of every close pair of a protein and an inhibitor atom.

    Parameters
    ----------
    complex : Complex or str
        A text is loaded by :func:`ros1struct.load`.
    definition : str or ClashDefinition
    at_least : float
        Å; pairs of less overlap are left out. ChimeraX calls -0.4 and more a contact.
    frame : int, optional
        One frame, from 0; by default every one, and a complex of several has a column ``frame``.

    Returns
    -------
    DataFrame
        One row per pair, most overlap first: structure, residue, klifs, atom, part (backbone or
        sidechain), inhibitor_atom, distance, allowance, overlap (Å), definition.

    Raises
    ------
    InputError
        If the definition is unknown, has no radius for an element, needs hydrogens that the file
        has not, or `at_least` is not a number.

    Notes
    -----
    ``posebusters`` counts overlap from 0.75 of the radii on, so that a clash begins at 0.

    Examples
    --------
    >>> import ros1struct as rs
    >>> float(overlaps(rs.load("2WGJ"))["overlap"].max().round(2))
    0.25
    """
    import pandas as pd

    rule = clash_definition(definition)
    if np.isnan(at_least):
        raise InputError(f"the least overlap must be a number of Å, found {at_least}")
    f, p, q, distance, overlap, allowed = overlaps_of_frames(complex, rule, at_least=at_least)
    order = np.lexsort((-overlap, f))
    f, p, q = f[order], p[order], q[order]
    distance, overlap, allowed = distance[order], overlap[order], allowed[order]
    a = complex.atoms
    unique, which = np.unique(a.residue[p], return_inverse=True)
    labels = np.array([complex.residue_label(int(r)) for r in unique], dtype=object)
    klifs = np.array([klifs_label(int(complex.residues.klifs[r])) for r in unique], dtype=object)
    return pd.DataFrame(
        {
            "structure": complex.name,
            **({"frame": f} if len(complex.xyz) > 1 else {}),
            "residue": labels[which] if len(p) else [],
            "klifs": klifs[which] if len(p) else [],
            "atom": a.name[p],
            "part": np.where(np.isin(a.name[p], BACKBONE), "backbone", "sidechain"),
            "inhibitor_atom": a.name[q],
            "distance": distance,
            "allowance": allowed,
            "overlap": overlap,
            "definition": rule.name,
        }
    )


def overlap_pairs(
    complex: Complex, rule: ClashDefinition, *, at_least: float
) -> tuple[Ints, Ints, Floats, Floats, Floats]:
    """Return the pairs of :func:`overlaps` in the first frame as arrays.

    Parameters
    ----------
    complex : Complex
    rule : ClashDefinition
    at_least : float
        Å.

    Returns
    -------
    protein, inhibitor : ndarray of int
        Atoms.
    distance, overlap, allowance : ndarray of float64
        Å.
    """
    return overlaps_of_frames(complex.frame(0), rule, at_least=at_least)[1:]


def overlaps_of_frames(
    complex: Complex, rule: ClashDefinition, *, at_least: float
) -> tuple[Ints, Ints, Ints, Floats, Floats, Floats]:
    """Return the pairs of :func:`overlaps` in every frame as arrays, by frame.

    Parameters
    ----------
    complex : Complex
    rule : ClashDefinition
    at_least : float
        Å.

    Returns
    -------
    frame, protein, inhibitor : ndarray of int
        Frame from 0, atoms.
    distance, overlap, allowance : ndarray of float64
        Å.

    Raises
    ------
    InputError
        If the definition needs hydrogens and the file has none, or it has no radius for an atom.
    """
    a, topology = complex.atoms, complex.topology
    protein, ligand = complex.protein_heavy, complex.inhibitor_heavy
    classes, donor = a.united, a.donor
    if rule.hydrogens:
        role = complex.residues.role[a.residue]
        protein, ligand = np.flatnonzero(role == "protein"), np.flatnonzero(role == "inhibitor")
        classes, donor = topology.derived(
            ("explicit classes", rule), lambda: _explicit_classes(complex, rule)
        )
    rule.radii_of(classes[ligand])  # a missing radius is an error even where no pair is near
    farthest = 2 * rule.scale * max(rule.radii.values()) - at_least
    if len(complex.xyz) == 1:
        i, j, gap = close_pairs(complex.xyz[0, protein], complex.xyz[0, ligand], farthest)
        distance = gap.astype(np.float64)
        f, p, q = np.zeros(len(i), dtype=np.intp), protein[i], ligand[j]
    else:
        f, p, q, distance = _close_in_frames(complex.xyz, protein, ligand, farthest)
    # Chemistry is looked up once for each pair of atoms, however many frames it is close in.
    pair, which = np.unique(p * len(a) + q, return_inverse=True)
    one, other = np.divmod(pair, len(a))
    bond = (donor[one] & a.acceptor[other]) | (a.acceptor[one] & donor[other])
    allowed = np.where(bond, rule.allowance, 0.0)
    if rule.charged_allowance is not None:
        charge = _charges(complex)
        salt = bond & (charge[one].astype(int) * charge[other] < 0)
        allowed = np.where(salt, rule.charged_allowance, allowed)
    radii = rule.radii_of(classes[one]) + rule.radii_of(classes[other])
    bonded = complex.topology.across_link(one, other, rule.bonds)
    allowed = allowed[which]
    overlap = radii[which] - allowed - distance
    keep = (overlap >= at_least) & ~bonded[which]
    return f[keep], p[keep], q[keep], distance[keep], overlap[keep], allowed[keep]


# Coordinates taken together; 4 bytes each.
_CHUNK = 15_000_000


def _close_in_frames(
    xyz: npt.NDArray[np.float32], protein: Ints, ligand: Ints, farthest: float
) -> tuple[Ints, Ints, Ints, Floats]:
    far = np.full(xyz.shape[1], -1.0, dtype=np.float32)
    far[protein] = farthest
    far[ligand] = np.inf
    step = max(1, _CHUNK // (3 * xyz.shape[1]))
    parts = []
    for start in range(0, len(xyz), step):
        search = Search(np.ascontiguousarray(xyz[start : start + step]), ligand, ligand, far)
        if not search.finite:
            raise InputError("a coordinate is not a number; expected finite coordinates in Å")
        near = protein[search.lower[protein] <= farthest]
        f, p, q, d = search.pairs(near, ligand, farthest)
        parts.append((f + start, p, q, d))
    f, p, q, d = (np.concatenate(column) for column in zip(*parts, strict=True))
    return f, p, q, d


def _explicit_classes(
    complex: Complex, rule: ClashDefinition
) -> tuple[npt.NDArray[np.str_], npt.NDArray[np.bool_]]:
    """Classes for a file with hydrogens, and which atoms give: the polar hydrogens themselves."""
    a = complex.atoms
    hydrogens = complex.topology.hydrogens
    for role in ("protein", "inhibitor"):
        mine = (complex.residues.role[a.residue] == role) & complex.heavy & a.donor
        if mine.any() and (hydrogens[mine, 0] >= 0).mean() < 0.5:
            raise InputError(
                f"clash definition {rule.name!r} needs explicit hydrogens, and the {role} of "
                f"{complex.name} has none or few; add them (e.g. with reduce, hydride or PDBFixer) "
                "and load that file, or use another definition"
            )
    classes = np.where(np.isin(a.united, list(ELEMENT_OF_CLASS)), a.element, a.united).astype("U12")
    names = list(zip(a.name.tolist(), complex.residues.name[a.residue].tolist(), strict=True))
    aromatic = np.zeros(len(a), dtype=bool)
    for k in np.flatnonzero((a.element == "C") & np.isin(a.united, ("C3H0", "C3H1"))):
        kind = residue_type(names[k][1])
        aromatic[k] = kind is not None and any(names[k][0] in ring for ring in kind.rings)
    carbonyl = (a.element == "C") & (a.united == "C3H0") & ~aromatic
    for k, atom in zip(complex.inhibitor_heavy, complex.inhibitor.GetAtoms(), strict=True):
        aromatic[k] = atom.GetIsAromatic() and atom.GetSymbol() == "C"
        carbonyl[k] = atom.GetSymbol() == "C" and any(
            b.GetBondTypeAsDouble() == 2 and b.GetOtherAtom(atom).GetSymbol() == "O"
            for b in atom.GetBonds()
        )
    classes[aromatic] = "C aromatic"
    classes[carbonyl] = "C carbonyl"
    gives = np.zeros(len(a), dtype=bool)
    for chosen, name in ((np.isin(a.element, ("N", "O", "S")), "H polar"),
                         (aromatic, "H aromatic")):  # fmt: skip
        own = hydrogens[chosen].ravel()
        classes[own[own >= 0]] = name
        if name == "H polar":
            gives[own[own >= 0]] = True
    return classes, gives


def _charges(complex: Complex) -> npt.NDArray[np.int8]:
    """Charge of every atom; a hydrogen has that of its heavy atom."""
    charge = complex.atoms.charge.copy()
    for column in complex.topology.hydrogens.T:
        there = np.flatnonzero(column >= 0)
        charge[column[there]] = complex.atoms.charge[there]
    return charge


@takes_complex("all")
def clashes(
    complex: Complex,
    definition: str | ClashDefinition = "chimerax",
    *,
    threshold: float | None = None,
    frame: int | None = None,
) -> pd.DataFrame:
    """List the clashes between protein and inhibitor.

    Parameters
    ----------
    complex : Complex or str
        A text is loaded by :func:`ros1struct.load`.
    definition : str or ClashDefinition
    threshold : float, optional
        Overlap in Å from which a pair clashes; by default the definition's.
    frame : int, optional
        One frame, from 0; by default every one, and a complex of several has a column ``frame``.

    Returns
    -------
    DataFrame
        The rows of :func:`overlaps` at or above the threshold.

    Examples
    --------
    >>> import ros1struct as rs
    >>> len(clashes(rs.load("2WGJ")))
    0
    """
    rule = clash_definition(definition)
    return overlaps(complex, rule, at_least=rule.threshold if threshold is None else threshold)
