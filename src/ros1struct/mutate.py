"""Mutant side chains as rotamer ensembles that see the inhibitor.

An ensemble is every rotamer of a residue type at a position, sampled over its torsions, with the
largest overlap of each sample with the protein (apo) and with the inhibitor. Free probabilities
follow at any clash threshold. Waters and additives can be displaced and are left out; so are pairs
inside the mutated residue, which the library already holds, and pairs within four bonds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ros1struct.clashes import ClashDefinition, clash_definition, reach
from ros1struct.complexes import Complex
from ros1struct.contacts import KINDS, kind_reach
from ros1struct.errors import InputError, StructureError
from ros1struct.geometry import torsion
from ros1struct.mutation import Substitution
from ros1struct.residues import BACKBONE, ResidueType, residue_type
from ros1struct.rotamers import POINTS, Rotamers, grow, rotamers, sample_weights

Floats = npt.NDArray[np.float64]

# A backbone bond is 1.33 Å; anything longer than this is a chain break.
PEPTIDE_BOND = 2.0
# Grids tried for the residues with four torsions until free probabilities move by less than SETTLED.
FINER = (3, 5, 7)
SETTLED = 0.02
FEWEST_SEEN = 10


@dataclass(frozen=True, eq=False)
class Ensemble:
    """The sampled side chain of one residue type at one position of a complex.

    Attributes
    ----------
    residue : str
        Position as tables name it, e.g. ``"G2032"``.
    letter : str
        Residue type that was built.
    phi, psi : float
        Degrees; NaN where a neighbour is missing.
    found : Rotamers
    points : int
        Samples per torsion.
    weight : ndarray, shape (samples,)
        Sums to 1.
    apo, inhibitor : ndarray, shape (samples,)
        Largest overlap in Å of any side-chain atom with the protein and with the inhibitor;
        -inf where nothing is near.
    distance : ndarray, shape (samples,)
        Nearest approach to the inhibitor in Å.
    kinds : mapping of str to ndarray of bool, shape (samples,)
        Which samples make which kind of contact with the inhibitor.
    threshold : float
        Overlap in Å from which a sample is not free.
    definition : str
    """

    residue: str
    letter: str
    phi: float
    psi: float
    found: Rotamers
    points: int
    weight: Floats
    apo: Floats
    inhibitor: Floats
    distance: Floats
    kinds: Mapping[str, npt.NDArray[np.bool_]]
    threshold: float
    definition: str

    def free(self, threshold: float | None = None) -> tuple[float, float]:
        """Free probabilities without and with the inhibitor.

        Parameters
        ----------
        threshold : float, optional
            Overlap in Å; by default the ensemble's.

        Returns
        -------
        apo, holo : float
        """
        limit = self.threshold if threshold is None else threshold
        apo = self.apo < limit
        holo = apo & (self.inhibitor < limit)
        return float(self.weight[apo].sum()), float(self.weight[holo].sum())

    @property
    def tolerance(self) -> float:
        """Part of what is free without the inhibitor that stays free with it; NaN if nothing is."""
        apo, holo = self.free()
        return holo / apo if apo > 0 else float("nan")

    def contact_probability(self, kind: str) -> float:
        """Probability of a kind of contact among the samples that are free beside the inhibitor."""
        free = (self.apo < self.threshold) & (self.inhibitor < self.threshold)
        total = self.weight[free].sum()
        return float(self.weight[free & self.kinds[kind]].sum() / total) if total > 0 else 0.0

    def table(self) -> pd.DataFrame:
        """Summarise the ensemble rotamer by rotamer.

        Returns
        -------
        DataFrame
            One row per rotamer, most likely first: residue, mutant, rotamer (1-based),
            probability, chi1.. (degrees), free_apo and free_holo (of the rotamer's samples),
            apo_overlap and inhibitor_overlap (Å, the least over its samples), min_distance (Å).
        """
        count = len(self.found.probability)

        def per(x: npt.NDArray[np.floating]) -> Floats:
            return np.asarray(x, dtype=np.float64).reshape(count, -1)

        apo = self.apo < self.threshold
        holo = apo & (self.inhibitor < self.threshold)
        weight = per(self.weight) / per(self.weight).sum(1, keepdims=True)
        chi = {f"chi{k + 1}": self.found.chi[:, k] for k in range(self.found.chi.shape[1])}
        return pd.DataFrame(
            {
                "residue": self.residue,
                "mutant": self.letter,
                "rotamer": np.arange(1, count + 1),
                "probability": self.found.probability,
                **chi,
                "free_apo": (weight * per(apo)).sum(1),
                "free_holo": (weight * per(holo)).sum(1),
                "apo_overlap": per(self.apo).min(1),
                "inhibitor_overlap": per(self.inhibitor).min(1),
                "min_distance": per(self.distance).min(1),
            }
        )


@dataclass(frozen=True, eq=False)
class _Surroundings:
    """Heavy atoms around a residue, with bonds from its Cα where they are few (99 otherwise)."""

    xyz: Floats
    united: npt.NDArray[np.str_]
    donor: npt.NDArray[np.bool_]
    acceptor: npt.NDArray[np.bool_]
    charge: npt.NDArray[np.int8]
    bonds: npt.NDArray[np.intp]
    ligand: npt.NDArray[np.bool_]


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
    before, after = _neighbours(complex, residue)
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


def _neighbours(complex: Complex, residue: int) -> tuple[dict[str, int], dict[str, int]]:
    """Heavy atoms of the residues that are peptide-bonded before and after, empty where none is."""
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


def _surroundings(complex: Complex, residue: int, centre: Floats, radius: float) -> _Surroundings:
    a = complex.atoms
    keep = np.concatenate([complex.protein_heavy, complex.inhibitor_heavy])
    keep = keep[a.residue[keep] != residue]
    xyz = complex.xyz[0, keep].astype(np.float64)
    near = np.linalg.norm(xyz - centre, axis=1) <= radius
    keep, xyz = keep[near], xyz[near]
    bonds = np.full(len(a), 99, dtype=np.intp)
    before, after = _neighbours(complex, residue)
    for atoms, steps in (
        (before, {"C": 2, "O": 3, "CA": 3, "N": 4, "CB": 4}),
        (after, {"N": 2, "CA": 3, "C": 4, "CB": 4}),
    ):
        for name, count in steps.items():
            if name in atoms:
                bonds[atoms[name]] = count
    if after and complex.residues.letter[residue + 1] == "P" and "CD" in after:
        bonds[after["CD"]], bonds[after.get("CG", after["CD"])] = 3, min(4, 3 + ("CG" in after))
        bonds[after["CD"]] = 3
    ligand = complex.residues.role[a.residue[keep]] == "inhibitor"
    return _Surroundings(
        xyz, a.united[keep], a.donor[keep], a.acceptor[keep], a.charge[keep], bonds[keep], ligand
    )


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
        if both_sulphur and gap.min() < 2.5:
            return (
                f"in a disulphide with {complex.residue_label(int(complex.atoms.residue[partner]))}"
            )
    for _, atom in complex.bonded_to_protein():
        if complex.atoms.residue[atom] == residue:
            return "covalently bonded to the inhibitor"
    return ""


def build_ensemble(
    complex: Complex,
    residue: int,
    letter: str,
    *,
    definition: str | ClashDefinition = "chimerax",
    points: int = POINTS,
) -> Ensemble:
    """Sample a side chain at a position and measure its overlaps.

    Parameters
    ----------
    complex : Complex
        Its first frame.
    residue : int
        Index.
    letter : str
        Residue type to build; the wild type is treated like any other.
    definition : str or ClashDefinition
    points : int
        Samples per torsion.

    Returns
    -------
    Ensemble

    Raises
    ------
    StructureError
        If the backbone is incomplete, a neighbour is missing, or the residue is bonded to
        something else.
    """
    rule = clash_definition(definition)
    label = complex.residue_label(residue)
    kind = residue_type(letter)
    if kind is None:
        raise InputError(f"{label}: no amino acid {letter!r}")
    if reason := obstacle(complex, residue):
        raise StructureError(f"{complex.name} {label}: no side chain can be built: {reason}")
    phi, psi, omega = backbone_torsions(complex, residue)
    found = rotamers(letter, phi, psi, cis=abs(omega) < 90.0)
    own = complex.atoms_of(residue)
    backbone = {n: complex.xyz[0, own[n]].astype(np.float64) for n in ("N", "CA", "C")}
    longest = sum(p.bond for p in kind.places) + 2 * max(rule.radii.values())
    around = _surroundings(complex, residue, backbone["CA"], max(longest, 12.0))
    measured = _measure(kind, backbone, found, points, around, rule)
    return Ensemble(
        residue=label,
        letter=letter,
        phi=phi,
        psi=psi,
        found=found,
        points=points,
        weight=sample_weights(found, points),
        threshold=rule.threshold,
        definition=rule.name,
        **measured,
    )


def _measure(
    kind: ResidueType,
    backbone: dict[str, Floats],
    found: Rotamers,
    points: int,
    around: _Surroundings,
    rule: ClashDefinition,
) -> dict[str, object]:
    """Largest overlaps, nearest approach and kinds of contact of every sample."""
    samples = len(found.probability) * points ** found.chi.shape[1]
    apo, inhibitor = np.full(samples, -np.inf), np.full(samples, -np.inf)
    distance = np.full(samples, np.inf)
    kinds = {name: np.zeros(samples, dtype=bool) for name in KINDS}
    depth = kind.bonds_from_ca()
    for name, xyz in grow(kind, backbone, found, points):
        each = samples // len(xyz)
        united, donor = kind.classes[name], name in kind.donors
        acceptor, charge = name in kind.acceptors, kind.charges.get(name, 0)
        zero = reach(
            rule, np.array([united]), np.array([donor]), np.array([acceptor]),
            around.united, around.donor, around.acceptor,
        )  # fmt: skip
        zero[around.bonds + depth[name] <= rule.bonds] = -np.inf
        gap = _distances(xyz, around.xyz)
        overlap = zero - gap
        protein, drug = ~around.ligand, around.ligand
        for target, part in ((apo, protein), (inhibitor, drug)):
            if part.any():
                np.maximum(target, np.repeat(overlap[:, part].max(1), each), out=target)
        if drug.any():
            np.minimum(distance, np.repeat(gap[:, drug].min(1), each), out=distance)
            for key, made in kinds.items():
                limit = kind_reach(
                    key, united, donor, acceptor, charge, around.united[drug],
                    around.donor[drug], around.acceptor[drug], around.charge[drug],
                )  # fmt: skip
                made |= np.repeat((gap[:, drug] <= limit).any(1), each)
    return {"apo": apo, "inhibitor": inhibitor, "distance": distance, "kinds": kinds}


def _distances(a: Floats, b: Floats) -> Floats:
    from scipy.spatial.distance import cdist

    return np.asarray(cdist(a, b))


def converged_ensemble(
    complex: Complex, residue: int, letter: str, *, definition: str | ClashDefinition = "chimerax"
) -> Ensemble:
    """Build an ensemble, on finer grids for Arg and Lys until its free probabilities settle.

    Parameters
    ----------
    complex : Complex
    residue : int
        Index.
    letter : str
    definition : str or ClashDefinition

    Returns
    -------
    Ensemble
        Of 3 samples per torsion; for Arg and Lys of 5 or 7, where the step before moved a free
        probability by 0.02 or more.
    """
    best = build_ensemble(complex, residue, letter, definition=definition)
    if letter not in "RK":
        return best
    for points in FINER[1:]:
        finer = build_ensemble(complex, residue, letter, definition=definition, points=points)
        change = max(abs(a - b) for a, b in zip(best.free(), finer.free(), strict=True))
        best = finer
        if change < SETTLED:
            break
    return best


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
        If the residue there is another than the substitution's wild type.
    """
    residue = complex.find_residue(substitution.position)
    if residue is None:
        return None
    letter = str(complex.residues.letter[residue])
    if letter != substitution.wild_type:
        name = residue_type(str(complex.residues.name[residue]))
        raise InputError(
            f"{substitution}: residue {substitution.position} of {complex.name} is "
            f"{name.name.capitalize() if name else complex.residues.name[residue]}, not "
            f"{substitution.wild_type}; check the letter and the numbering "
            f"({complex.kinase.numbering}, {complex.kinase.name})"
        )
    return residue
