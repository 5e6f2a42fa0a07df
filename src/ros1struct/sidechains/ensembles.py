"""Mutant side chains as rotamer ensembles that see the inhibitor.

An ensemble is every rotamer of a residue type at a position, sampled over its torsions, with the
largest overlap of each sample with the protein (apo) and with the inhibitor. Free probabilities
follow at any clash threshold. Waters and additives can be displaced and are left out; so are pairs
inside the mutated residue, which the library already holds, and pairs within four bonds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ros1struct.clashes.definitions import ClashDefinition, clash_definition
from ros1struct.errors import InputError
from ros1struct.io.border import takes_complex
from ros1struct.sidechains.measure import SCOPE, measure_samples, surroundings, widest
from ros1struct.sidechains.rotamers import (
    POINTS,
    Rotamers,
    rotamer_name,
    rotamers,
    sample_weights,
)
from ros1struct.sidechains.sites import backbone_torsions, buildable, single_change
from ros1struct.structure.card import card
from ros1struct.structure.complex import Complex
from ros1struct.structure.content import Content
from ros1struct.structure.mutation import Mutation, Substitution

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]

# Grids tried for residues with four torsions until free probabilities move by less than SETTLED.
FINER = (3, 5, 7)
SETTLED = 0.02
# A library bin with fewer residues than this is flagged.
FEWEST_SEEN = 10


@dataclass(frozen=True, eq=False)
class Ensemble(Content):
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

    def _repr_html_(self) -> str:
        apo, holo = self.free()
        rows = {
            "structure": f"{self.structure} ({self.provenance})",
            "kinase": self.kinase,
            "inhibitor": self.inhibitor_name,
            "backbone": f"φ {self.phi:.0f}°, ψ {self.psi:.0f}°; library saw {self.found.count}",
            "rotamers": f"{len(self.found.probability)}, {len(self.weight)} samples",
            "free without the inhibitor": f"{apo:.0%}",
            "free beside it": f"{holo:.0%}",
            "clash": f"overlap of {self.threshold:g} Å or more ({self.definition})",
        }
        return card(f"Ensemble {self.residue}{self.letter}", rows)

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
        import pandas as pd

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
    longest = sum(p.bond for p in kind.places) + max(widest(rule), SCOPE)
    around = surroundings(complex, residue, without, backbone["CA"], max(longest, 12.0))
    measured = measure_samples(kind, backbone, found, points, around, rule)
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
