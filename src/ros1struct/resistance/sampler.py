"""One substitution where it sits: ensembles and energies of wild type and mutant, with their error.

Everything is measured twice, on the grid of torsions in use and on the one beside it; what differs
between the two is the error of sampling.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ros1struct.clashes.definitions import ClashDefinition
from ros1struct.contacts.nearby import KINDS, sidechain_kinds
from ros1struct.resistance.interaction import Scores, energies, scores
from ros1struct.resistance.tolerance import CLASH, STRAINED, THRESHOLDS, steric_tolerance
from ros1struct.sidechains.ensembles import (
    FINER,
    Ensemble,
    build_ensemble,
    converged_ensemble,
    next_grid,
)
from ros1struct.sidechains.measure import SCOPE
from ros1struct.structure.complex import Complex
from ros1struct.structure.geometry import nearest

# A kind of contact is gained where the mutant's free conformers make it with this probability.
GAINED = 0.5


@dataclass(frozen=True, eq=False)
class Place:
    """One substitution of a mutation, measured where it sits.

    Attributes
    ----------
    residue : int
        Index.
    wild_type, mutant : Ensemble
    distance : float
        Å between the residue of the file and the inhibitor.
    carried : bool
        Whether the structure has the mutant, not the wild type.
    lost, gained : tuple of str
        Kinds of contact with the inhibitor that the wild type of the file makes and the mutant's
        free conformers do not, and the other way round.
    """

    residue: int
    wild_type: Ensemble
    mutant: Ensemble
    distance: float
    carried: bool = False
    lost: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()

    @property
    def near(self) -> bool:
        """Whether the wild type, or a conformer of the mutant free of the protein, is in scope."""
        free = self.mutant.apo < self.mutant.threshold
        return self.distance <= SCOPE or bool((self.mutant.distance[free] <= SCOPE).any())


class Sampler:
    """Ensembles and energies of a scan; those of wild types are built once.

    Parameters
    ----------
    rule : ClashDefinition
    """

    def __init__(self, rule: ClashDefinition) -> None:
        self._rule = rule
        self._kept: dict[tuple[Any, ...], Any] = {}

    def place(self, complex: Complex, residue: int, wild_type: str, mutant: str) -> Place:
        """Measure a substitution.

        Raises
        ------
        StructureError
            If no side chain can be built there.
        """
        wild = self._once(
            (complex, residue, wild_type),
            lambda: converged_ensemble(complex, residue, wild_type, definition=self._rule),
        )
        made = converged_ensemble(complex, residue, mutant, definition=self._rule)
        own = list(complex.atoms_of(residue).values())
        # What the wild type touches is only seen where the structure has the wild type.
        carried = str(complex.residues.letter[residue]) == mutant
        seen = () if carried else sidechain_kinds(complex, residue)
        chance = {kind: made.contact_probability(kind) for kind in KINDS}
        return Place(
            residue,
            wild,
            made,
            nearest(complex.xyz[0, own], complex.xyz[0, complex.inhibitor_heavy]),
            carried,
            tuple(kind for kind in seen if chance[kind] < CLASH),
            tuple(k for k, p in chance.items() if p >= GAINED and k not in seen and not carried),
        )

    def tolerance_error(self, complex: Complex, place: Place) -> float:
        """By how much the steric tolerance differs on the grids beside those in use."""
        beside = [
            self._beside(complex, place.residue, side, keep=side is place.wild_type)
            for side in (place.wild_type, place.mutant)
        ]
        return abs(steric_tolerance(place.wild_type, place.mutant) - steric_tolerance(*beside))

    def scores(self, complex: Complex, places: Sequence[Place]) -> dict[str, float]:
        """Scores in kcal/mol, and by how much they differ on a finer grid.

        Parameters
        ----------
        complex : Complex
        places : sequence of Place
            One substitution, or two that are sampled together.
        """
        used, finer = (self._score(complex, places, points) for points in FINER[:2])
        return {
            "steric_penalty": used.steric_penalty,
            "steric_penalty_sampling": abs(finer.steric_penalty - used.steric_penalty),
            "interaction_ddg": used.interaction_ddg,
            "interaction_ddg_sampling": abs(finer.interaction_ddg - used.interaction_ddg),
        }

    def _score(self, complex: Complex, places: Sequence[Place], points: int) -> Scores:
        residues = [p.residue for p in places]
        wild, made = (
            "".join(getattr(p, side).letter for p in places) for side in ("wild_type", "mutant")
        )
        if len(places) > 1:
            return scores(complex, residues, wild, made, points=points)
        (residue,) = residues
        reference: Scores = self._once(
            (complex, residue, wild, points, "energies"),
            lambda: energies(complex, residue, wild, points=points).costs,
        )
        return energies(complex, residue, made, points=points).costs - reference

    def _beside(self, complex: Complex, residue: int, used: Ensemble, *, keep: bool) -> Ensemble:
        points = next_grid(used.points)

        def make() -> Ensemble:
            return build_ensemble(
                complex, residue, used.letter, definition=self._rule, points=points
            )

        return self._once((complex, residue, used.letter, points), make) if keep else make()

    def _once(self, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]


def contact_change(
    wild_type: Ensemble, mutant: Ensemble, *, threshold: float | None = None
) -> tuple[float, float]:
    """Kinds of contact with the inhibitor that are lost and gained, expected over both ensembles.

    Parameters
    ----------
    wild_type, mutant : Ensemble
        At the same residue, treated identically.
    threshold : float, optional
        Overlap in Å from which a sample is not free; by default that of their definition.

    Returns
    -------
    loss, gain : float
        ``Σ max(0, p_wild type − p_mutant)`` over salt bridge, hydrogen bond and hydrophobic
        contact, and the same the other way round, p the probability of the kind among the
        conformers that are free beside the inhibitor: 0 to 3. NaN where one of
        the two has none (below 0.02).
    """
    if min(e.free(threshold)[1] for e in (wild_type, mutant)) < STRAINED:
        return float("nan"), float("nan")
    change = np.array(
        [
            wild_type.contact_probability(k, threshold) - mutant.contact_probability(k, threshold)
            for k in KINDS
        ]
    )
    return float(np.maximum(change, 0.0).sum()), float(np.maximum(-change, 0.0).sum())


def contact_columns(place: Place) -> dict[str, Any]:
    """Columns of a scan on the contacts of one substitution, with their range over thresholds."""
    loss, gain = contact_change(place.wild_type, place.mutant)
    over = np.array(
        [contact_change(place.wild_type, place.mutant, threshold=t) for t in THRESHOLDS]
    )
    known = over[~np.isnan(over).any(axis=1)]
    low, high = (known.min(0), known.max(0)) if len(known) else np.full((2, 2), np.nan)
    return {
        "contacts_lost": ", ".join(place.lost),
        "contacts_gained": ", ".join(place.gained),
        "contact_loss": loss,
        "contact_loss_low": low[0],
        "contact_loss_high": high[0],
        "contact_gain": gain,
        "contact_gain_low": low[1],
        "contact_gain_high": high[1],
    }
