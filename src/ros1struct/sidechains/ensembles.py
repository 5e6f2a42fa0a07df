"""Mutant side chains as rotamer ensembles that see the inhibitor.

An ensemble is every rotamer of a residue type at a position, sampled over its torsions, with the
largest overlap of each sample with the protein (apo) and with the inhibitor. Free probabilities
follow at any clash threshold. Waters and additives can be displaced and are left out; so are pairs
inside the mutated residue, which the library already holds, and pairs within four bonds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ros1struct.clashes.definitions import ClashDefinition, clash_definition
from ros1struct.clashes.overlaps import reach
from ros1struct.contacts.nearby import KINDS, kind_reach
from ros1struct.errors import InputError
from ros1struct.io.border import takes_complex
from ros1struct.sidechains.rotamers import (
    POINTS,
    Rotamers,
    grow,
    rotamer_name,
    rotamers,
    sample_weights,
)
from ros1struct.sidechains.sites import backbone_torsions, buildable, neighbours, single_change
from ros1struct.structure.complex import Complex
from ros1struct.structure.mutation import Mutation, Substitution
from ros1struct.structure.residues import BACKBONE, ResidueType

Floats = npt.NDArray[np.float64]

# Grids tried for residues with four torsions until free probabilities move by less than SETTLED.
FINER = (3, 5, 7)
SETTLED = 0.02
# A library bin with fewer residues than this is flagged.
FEWEST_SEEN = 10
# Å; how far from the inhibitor a side chain still concerns it. Approaches are measured to here.
SCOPE = 6.0


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
    structure, kinase, inhibitor_name, provenance : str
        Of the complex.
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
    structure: str = ""
    kinase: str = ""
    inhibitor_name: str = ""
    provenance: str = ""

    def __repr__(self) -> str:
        apo, holo = self.free()
        return (
            f"<Ensemble {self.structure} {self.residue}{self.letter}: "
            f"{len(self.found.probability)} rotamers, {len(self.weight)} samples, free "
            f"{apo:.0%} without and {holo:.0%} beside {self.inhibitor_name or 'the inhibitor'}>"
        )

    def free(self, threshold: float | None = None) -> tuple[float, float]:
        """Free probabilities without and with the inhibitor.

        Parameters
        ----------
        threshold : float, optional
            Overlap in Å; by default the ensemble's.

        Returns
        -------
        apo, holo : float

        Raises
        ------
        InputError
            If the threshold lies below both 0 and the ensemble's: such pairs were not measured.
        """
        limit = self.threshold if threshold is None else threshold
        if not limit >= min(0.0, self.threshold):
            raise InputError(
                f"threshold must be {min(0.0, self.threshold):g} Å or more for this ensemble, "
                f"found {limit}; build it with a definition that has the lower threshold"
            )
        apo = self.apo < limit
        holo = apo & (self.inhibitor < limit)
        return float(self.weight[apo].sum()), float(self.weight[holo].sum())

    @property
    def tolerance(self) -> float:
        """Part of what is free without the inhibitor that stays free with it; NaN if nothing is."""
        apo, holo = self.free()
        return holo / apo if apo > 0 else float("nan")

    def contact_probability(self, kind: str, threshold: float | None = None) -> float:
        """Probability of a kind of contact among the samples that are free beside the inhibitor.

        Parameters
        ----------
        kind : str
            Of :data:`ros1struct.contacts.nearby.KINDS`.
        threshold : float, optional
            Overlap in Å from which a sample is not free; by default the ensemble's.

        Returns
        -------
        float
            0 where no sample is free.
        """
        limit = self.threshold if threshold is None else threshold
        free = (self.apo < limit) & (self.inhibitor < limit)
        total = self.weight[free].sum()
        return float(self.weight[free & self.kinds[kind]].sum() / total) if total > 0 else 0.0

    def table(self) -> pd.DataFrame:
        """Summarise the ensemble rotamer by rotamer.

        Returns
        -------
        DataFrame
            One row per rotamer, most likely first: structure, kinase, inhibitor, provenance,
            residue, mutant, rotamer (1-based), name
            (``"mtt180"``), probability, chi1.. (degrees), free_apo and free_holo (of the rotamer's
            samples), apo_overlap, inhibitor_overlap and min_distance (Å), threshold (Å),
            definition. The overlaps and the distance are those of one sample, the rotamer's best:
            of the samples free of the protein the one that overlaps least with the inhibitor; where
            none is free, the one that overlaps least with the protein. Both overlaps are thus below
            the threshold exactly where some sample of the rotamer is free.

        Examples
        --------
        >>> import ros1struct as rs
        >>> table = ensemble(rs.load("2WGJ"), "L1157M").table()
        >>> table.loc[table["free_holo"] > 0, "name"].tolist()
        ['mtm', 'ptp', 'pmt']
        """
        count = len(self.found.probability)
        each = np.arange(count)

        def per(x: npt.NDArray[Any]) -> Floats:
            return np.asarray(x, dtype=np.float64).reshape(count, -1)

        free = self.apo < self.threshold
        holo = free & (self.inhibitor < self.threshold)
        weight = per(self.weight) / per(self.weight).sum(1, keepdims=True)
        # Free of the protein first; then by the inhibitor; ties by the protein.
        blocked = np.where(free, -np.inf, self.apo)
        best = np.lexsort((per(self.apo), per(self.inhibitor), per(blocked)))[:, 0]
        chi = {f"chi{k + 1}": self.found.chi[:, k] for k in range(self.found.chi.shape[1])}
        return pd.DataFrame(
            {
                "structure": self.structure,
                "kinase": self.kinase,
                "inhibitor": self.inhibitor_name,
                "provenance": self.provenance,
                "residue": self.residue,
                "mutant": self.letter,
                "rotamer": each + 1,
                "name": [rotamer_name(self.letter, row) for row in self.found.chi],
                "probability": self.found.probability,
                **chi,
                "free_apo": (weight * per(free)).sum(1),
                "free_holo": (weight * per(holo)).sum(1),
                "apo_overlap": per(self.apo)[each, best],
                "inhibitor_overlap": per(self.inhibitor)[each, best],
                "min_distance": per(self.distance)[each, best],
                "threshold": self.threshold,
                "definition": self.definition,
            }
        )


@dataclass(frozen=True, eq=False)
class _Surroundings:
    """Heavy atoms around a residue, with bonds from its N and C where they are few (else 99)."""

    xyz: Floats
    united: npt.NDArray[np.str_]
    donor: npt.NDArray[np.bool_]
    acceptor: npt.NDArray[np.bool_]
    charge: npt.NDArray[np.int8]
    from_n: npt.NDArray[np.intp]
    from_c: npt.NDArray[np.intp]
    ligand: npt.NDArray[np.bool_]

    def only(self, index: npt.NDArray[np.bool_]) -> _Surroundings:
        return replace(self, **{f.name: getattr(self, f.name)[index] for f in fields(self)})


def _surroundings(
    complex: Complex, residue: int, without: Sequence[int], centre: Floats, radius: float
) -> _Surroundings:
    a = complex.atoms
    keep = np.concatenate([complex.protein_heavy, complex.inhibitor_heavy])
    gone = np.isin(a.residue[keep], list(without)) & ~np.isin(a.name[keep], BACKBONE)
    keep = keep[(a.residue[keep] != residue) & ~gone]
    xyz = complex.xyz[0, keep].astype(np.float64)
    near = np.linalg.norm(xyz - centre, axis=1) <= radius
    keep, xyz = keep[near], xyz[near]
    from_n, from_c = (np.full(len(a), 99, dtype=np.intp) for _ in range(2))
    before, after = neighbours(complex, residue)
    onward = {"N": 1, "CA": 2, "C": 3, "CB": 3}
    if after and complex.residues.letter[residue + 1] == "P":
        onward |= {"CD": 2, "CG": 3}  # the ring closes on N
    for bonds, atoms, steps in (
        (from_n, before, {"C": 1, "O": 2, "CA": 2, "N": 3, "CB": 3}),
        (from_c, after, onward),
    ):
        for name, count in steps.items():
            if name in atoms:
                bonds[atoms[name]] = count
    ligand = complex.residues.role[a.residue[keep]] == "inhibitor"
    return _Surroundings(
        xyz, a.united[keep], a.donor[keep], a.acceptor[keep], a.charge[keep], from_n[keep],
        from_c[keep], ligand,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Measured:
    """Per-sample columns of an :class:`Ensemble`."""

    apo: Floats
    inhibitor: Floats
    distance: Floats
    kinds: Mapping[str, npt.NDArray[np.bool_]]


def build_ensemble(
    complex: Complex,
    residue: int,
    letter: str,
    *,
    definition: str | ClashDefinition = "chimerax",
    points: int = POINTS,
    without: Sequence[int] = (),
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
    without : sequence of int
        Indices of residues whose side chains are left out of the surroundings.

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
    kind = buildable(complex, residue, letter)
    phi, psi, omega = backbone_torsions(complex, residue)
    found = rotamers(letter, phi, psi, cis=abs(omega) < 90.0)
    own = complex.atoms_of(residue)
    backbone = {n: complex.xyz[0, own[n]].astype(np.float64) for n in ("N", "CA", "C")}
    longest = sum(p.bond for p in kind.places) + max(_widest(rule), SCOPE)
    around = _surroundings(complex, residue, without, backbone["CA"], max(longest, 12.0))
    measured = _measure(kind, backbone, found, points, around, rule)
    return Ensemble(
        residue=complex.residue_label(residue),
        letter=letter,
        phi=phi,
        psi=psi,
        found=found,
        points=points,
        weight=sample_weights(found, points),
        apo=measured.apo,
        inhibitor=measured.inhibitor,
        distance=measured.distance,
        kinds=measured.kinds,
        threshold=rule.threshold,
        definition=rule.name,
        structure=complex.name,
        kinase=complex.kinase.name,
        inhibitor_name=complex.inhibitor_name,
        provenance=complex.provenance.label,
    )


def _measure(
    kind: ResidueType,
    backbone: dict[str, Floats],
    found: Rotamers,
    points: int,
    around: _Surroundings,
    rule: ClashDefinition,
) -> _Measured:
    """Largest overlaps, nearest approach and kinds of contact of every sample."""
    samples = len(found.probability) * points ** found.chi.shape[1]
    apo, inhibitor = np.full(samples, -np.inf), np.full(samples, -np.inf)
    distance = np.full(samples, np.inf)
    kinds = {name: np.zeros(samples, dtype=bool) for name in KINDS}
    bonds = kind.bonds_to_backbone()
    drug = around.only(around.ligand)
    protein = around.only(~around.ligand)
    for name, xyz in grow(kind, backbone, found, points):
        each = samples // len(xyz)
        united, donor = kind.classes[name], name in kind.donors
        acceptor, charge = name in kind.acceptors, kind.charges.get(name, 0)
        own = (united, donor, acceptor, *bonds[name])

        # Protein atoms farther than this from every place overlap less than any threshold.
        centre = xyz.mean(0)
        radius = np.linalg.norm(xyz - centre, axis=1).max() + _widest(rule)
        near = protein.only(np.linalg.norm(protein.xyz - centre, axis=1) < radius)
        np.maximum(apo, np.repeat(_worst(rule, own, near, _squares(near, xyz)), each), out=apo)
        if not len(drug.xyz):
            continue
        square = _squares(drug, xyz)
        np.maximum(inhibitor, np.repeat(_worst(rule, own, drug, square), each), out=inhibitor)
        np.minimum(distance, np.repeat(np.sqrt(square.min(0)), each), out=distance)
        for key, made in kinds.items():
            limit = kind_reach(
                key, united, donor, acceptor, charge, drug.united, drug.donor, drug.acceptor,
                drug.charge,
            )  # fmt: skip
            if limit.any():
                made |= np.repeat((square <= (limit**2)[:, None]).any(0), each)
    return _Measured(apo, inhibitor, distance, kinds)


def _widest(rule: ClashDefinition) -> float:
    """Distance in Å beyond which no pair overlaps by 0 nor by the threshold."""
    return 2 * max(rule.radii.values()) - min(rule.threshold, 0.0)


def _squares(near: _Surroundings, xyz: Floats) -> Floats:
    """Squared distances, shape (surroundings, places): a matrix product beats every other way."""
    origin = xyz.mean(0)
    a, b = near.xyz - origin, xyz - origin
    square = -2.0 * (a @ b.T)
    square += np.sum(a * a, axis=1)[:, None]
    square += np.sum(b * b, axis=1)
    np.maximum(square, 0.0, out=square)
    return np.asarray(square)


def _worst(
    rule: ClashDefinition,
    own: tuple[str, bool, bool, int, int],
    near: _Surroundings,
    square: Floats,
) -> Floats:
    """Largest overlap of one side-chain atom at each of its places with the atoms near it."""
    united, donor, acceptor, to_n, to_c = own
    zero = reach(
        rule, np.array([united]), np.array([donor]), np.array([acceptor]),
        near.united, near.donor, near.acceptor,
    )  # fmt: skip
    counts = np.minimum(near.from_n + to_n, near.from_c + to_c) > rule.bonds
    worst = np.full(square.shape[1], -np.inf)
    # Few different radii: the nearest atom of each is enough, and one root for it.
    for value in np.unique(zero[counts]):
        nearest = square[counts & (zero == value)].min(0)
        np.maximum(worst, value - np.sqrt(nearest), out=worst)
    return worst


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


def next_grid(points: int) -> int:
    """Grid to set beside one, to tell the error of sampling: the next finer, or the one before.

    Examples
    --------
    >>> [next_grid(points) for points in FINER]
    [5, 3, 5]
    """
    at = FINER.index(points)
    return FINER[at - 1] if at else FINER[1]


@takes_complex("one")
def ensemble(
    complex: Complex,
    mutation: str | Mutation | Substitution,
    *,
    definition: str | ClashDefinition = "chimerax",
    frame: int | None = None,
) -> Ensemble:
    """Build the rotamer ensemble of a mutant side chain.

    Parameters
    ----------
    complex : Complex or str
        A text is loaded by :func:`ros1struct.load`.
    mutation : str, Mutation or Substitution
        One substitution, in the complex's own numbering.
    definition : str or ClashDefinition
    frame : int, optional
        Which frame, from 0; needed where the complex has several.

    Returns
    -------
    Ensemble
        Its ``table()`` has one row per rotamer; ``free()`` the free probabilities.

    Raises
    ------
    InputError
        If the mutation is compound or names another wild type.
    StructureError
        If the residue is not in the structure or no side chain can be built there.

    Examples
    --------
    >>> import ros1struct as rs
    >>> found = ensemble(rs.load("2WGJ"), "L1157M")
    >>> found.residue, found.letter, len(found.table())
    ('L1157', 'M', 26)
    """
    residue, change = single_change(complex, mutation)
    return converged_ensemble(complex, residue, change.mutant, definition=definition)
