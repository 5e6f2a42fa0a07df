"""What a substitution does when its neighbours may move: ensembles among them, and the cost.

For sites where no side chain of the mutant, or not even the wild type's, is free of clashes on the
structure as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass

from ros1struct.clashes.definitions import ClashDefinition
from ros1struct.io.border import takes_complex
from ros1struct.sidechains.ensembles import Ensemble, converged_ensemble
from ros1struct.sidechains.repack import RADIUS, Repacked, repack
from ros1struct.sidechains.sites import single_change
from ros1struct.structure.complex import Complex
from ros1struct.structure.mutation import Mutation, Substitution


@dataclass(frozen=True, eq=False)
class Response:
    """What a substitution does when the neighbours may move.

    Attributes
    ----------
    wild_type, mutant : Ensemble
        Each on the neighbours as its own repacking beside the inhibitor has them: free
        probabilities, tolerance and verdict follow as on the rigid structure.
    cost : float
        kcal/mol that the neighbours pay for the mutant, less what they pay for the wild type
        (:attr:`Repacked.cost`).
    ddg : float
        ``(E_holo − E_apo)`` of the mutant less the same of the wild type, in kcal/mol, E the
        energy of the best arrangement with and without the inhibitor. Above 0: the inhibitor
        disturbs the mutant more. It is a number even where no sample is free of clashes: every
        pair is capped at 10 kcal/mol.
    holo, apo : Repacked
        The two repackings.
    """

    wild_type: Ensemble
    mutant: Ensemble
    cost: float
    ddg: float
    holo: Repacked
    apo: Repacked

    def __repr__(self) -> str:
        return (
            f"<Response {self.holo.complex.name}: tolerance {self.mutant.tolerance:.2f} (wild type "
            f"{self.wild_type.tolerance:.2f}), cost {self.cost:.1f}, ddg {self.ddg:.1f} kcal/mol>"
        )


@takes_complex("one")
def respond(
    complex: Complex,
    mutation: str | Mutation | Substitution,
    *,
    definition: str | ClashDefinition = "chimerax",
    radius: float = RADIUS,
    seed: int = 0,
    relax: bool = False,
    frame: int | None = None,
) -> Response:
    """Let the neighbours of a substitution move, and build its ensembles among them.

    Parameters
    ----------
    complex : Complex or str
        A text is loaded by :func:`ros1struct.load`.
    mutation : str, Mutation or Substitution
        One substitution, in the complex's own numbering.
    definition : str or ClashDefinition
        What counts as a clash.
    radius, seed, relax
        As for :func:`repack`, around the mutation.
    frame : int, optional
        Which frame, from 0; needed where the complex has several.

    Returns
    -------
    Response

    Raises
    ------
    InputError
        If the mutation is compound or names another wild type.
    StructureError
        If the residue is not in the structure or no side chain can be built there.

    Examples
    --------
    >>> import ros1struct as rs
    >>> found = respond(rs.load("2WGJ"), "L1157M", radius=4.0)
    >>> found.wild_type.letter, found.mutant.letter, found.cost < 5
    ('L', 'M', True)
    """
    residue, change = single_change(complex, mutation)
    holo, apo = (
        repack(complex, mutation, around="mutation", radius=radius, seed=seed, relax=relax, holo=h)
        for h in (True, False)
    )
    return Response(
        wild_type=converged_ensemble(
            holo.wild_type, residue, change.wild_type, definition=definition
        ),
        mutant=converged_ensemble(holo.surroundings, residue, change.mutant, definition=definition),
        cost=holo.cost,
        ddg=(holo.energy - apo.energy) - (holo.wild_type_energy - apo.wild_type_energy),
        holo=holo,
        apo=apo,
    )
