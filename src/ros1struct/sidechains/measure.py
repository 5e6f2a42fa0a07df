"""Overlaps, nearest approach and kinds of contact of every sample of a side chain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from ros1struct.clashes.definitions import ClashDefinition
from ros1struct.clashes.overlaps import reach
from ros1struct.contacts.nearby import KINDS, kind_reach
from ros1struct.sidechains.rotamers import (
    Rotamers,
    grow,
)
from ros1struct.sidechains.sites import neighbours
from ros1struct.structure.complex import Complex
from ros1struct.structure.residue_types import BACKBONE, ResidueType

Floats = npt.NDArray[np.float64]

# Å; how far from the inhibitor a side chain still concerns it. Approaches are measured to here.
SCOPE = 6.0


@dataclass(frozen=True, eq=False)
class Surroundings:
    """Heavy atoms around a residue, with bonds from its N and C where they are few (else 99)."""

    xyz: Floats
    united: npt.NDArray[np.str_]
    donor: npt.NDArray[np.bool_]
    acceptor: npt.NDArray[np.bool_]
    charge: npt.NDArray[np.int8]
    from_n: npt.NDArray[np.intp]
    from_c: npt.NDArray[np.intp]
    ligand: npt.NDArray[np.bool_]

    def only(self, index: npt.NDArray[np.bool_]) -> Surroundings:
        """Return some of the atoms."""
        return replace(self, **{f.name: getattr(self, f.name)[index] for f in fields(self)})


def surroundings(
    complex: Complex, residue: int, without: Sequence[int], centre: Floats, radius: float
) -> Surroundings:
    """Collect the protein and inhibitor atoms around a residue.

    Parameters
    ----------
    complex : Complex
    residue : int
        Index; its own atoms are left out.
    without : sequence of int
        Residues whose side chains are left out.
    centre : ndarray, shape (3,)
        Å.
    radius : float
        Å around it.

    Returns
    -------
    Surroundings
    """
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
    return Surroundings(
        xyz, a.united[keep], a.donor[keep], a.acceptor[keep], a.charge[keep], from_n[keep],
        from_c[keep], ligand,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Measured:
    """Per-sample columns of an :class:`Ensemble`."""

    apo: Floats
    inhibitor: Floats
    distance: Floats
    kinds: Mapping[str, npt.NDArray[np.bool_]]


def measure_samples(
    kind: ResidueType,
    backbone: dict[str, Floats],
    found: Rotamers,
    points: int,
    around: Surroundings,
    rule: ClashDefinition,
) -> Measured:
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
        radius = np.linalg.norm(xyz - centre, axis=1).max() + widest(rule)
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
    return Measured(apo, inhibitor, distance, kinds)


def widest(rule: ClashDefinition) -> float:
    """Distance in Å beyond which no pair overlaps by 0 nor by the threshold."""
    return 2 * max(rule.radii.values()) - min(rule.threshold, 0.0)


def _squares(near: Surroundings, xyz: Floats) -> Floats:
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
    near: Surroundings,
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
