"""Mutant models: the best conformers of a mutant side chain, each as a complex of its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ros1struct.clashes.overlaps import overlaps
from ros1struct.errors import InputError
from ros1struct.io.border import takes_complex
from ros1struct.sidechains.build import RT
from ros1struct.sidechains.candidates import Candidates, candidates
from ros1struct.sidechains.field import field_of
from ros1struct.sidechains.relax import settle
from ros1struct.sidechains.sites import single_change
from ros1struct.structure.complex import Complex
from ros1struct.structure.mutation import Mutation, Substitution
from ros1struct.structure.substitute import substitute

Floats = npt.NDArray[np.float64]

# Models of one mutation, unless told otherwise.
COUNT = 5


@takes_complex("one")
def mutants(
    complex: Complex,
    mutation: str | Mutation | Substitution,
    *,
    count: int = COUNT,
    holo: bool = True,
    frame: int | None = None,
) -> list[Complex]:
    """Build the most populated conformers of a mutant side chain on the structure as it stands.

    Rotamers are ranked by the free energy of their samples (Lennard-Jones, hydrogen bonds and
    −RT ln p of the library) with the protein and the inhibitor; the best sample of each then steps
    off the grid of torsions, downhill. Neighbours do not move: for that, and for compound
    mutations, see :func:`ros1struct.repack`.

    Parameters
    ----------
    complex : Complex or str
        A text is loaded by :func:`ros1struct.load`.
    mutation : str, Mutation or Substitution
        One substitution, in the complex's own numbering.
    count : int
        Most models; fewer where there are fewer rotamers.
    holo : bool
        Whether the side chain sees the inhibitor.
    frame : int, optional
        Which frame, from 0; needed where the complex has several.

    Returns
    -------
    list of Complex
        The most populated first; provenance ``model``, whose details have the rotamer's number
        (by probability, from 1), its probability in the library, its population and its energy,
        and a note on the worst overlap with the inhibitor.

    Raises
    ------
    InputError
        If the mutation is compound or names another wild type, or the count is not positive.
    StructureError
        If the residue is not in the structure or no side chain can be built there.

    Examples
    --------
    >>> import ros1struct as rs
    >>> best = rs.mutants(rs.load("2WGJ"), "L1157M", count=2)
    >>> [model.kinase.variant for model in best]
    ['L1157M', 'L1157M']
    """
    if count < 1:
        raise InputError(f"count must be 1 or more, found {count}")
    residue, change = single_change(complex, mutation, instead="repack() builds compound mutations")
    letter = change.mutant
    field = field_of(complex, [residue], holo=holo)
    made = candidates(field, residue, letter)
    population = rotamer_populations(made)
    models = []
    for rotamer in np.argsort(-population, kind="stable")[:count]:
        mine = made.pick(made.rotamer == rotamer)
        (best,) = settle(field, [mine.pick([int(mine.energy.argmin())])], 0).picked
        chance = float(np.exp(-mine.prior / RT).sum())
        how = (
            f"rotamer {rotamer + 1} of {len(population)}, probability {chance:.3f} in the library, "
            f"population {population[rotamer]:.3f}, energy {best.energy[0]:.2f} kcal/mol "
            f"{'beside' if holo else 'without'} the inhibitor"
        )
        xyz = dict(zip(best.kind.sidechain, best.xyz[0], strict=True))
        model = substitute(complex, residue, letter, xyz, how=how)
        models.append(
            replace(
                model,
                name=f"{model.name} rotamer {rotamer + 1}",
                notes=(*model.notes, _overlap_note(model, residue)),
            )
        )
    return models


def rotamer_populations(made: Candidates) -> Floats:
    """Boltzmann populations of the rotamers of a side chain at 298.15 K.

    Parameters
    ----------
    made : Candidates

    Returns
    -------
    ndarray, shape (rotamers,)
        In the order of the library; sums to 1.
    """
    weight = np.exp((made.energy.min() - made.energy) / RT)
    each = np.bincount(made.rotamer, weight)
    return np.asarray(each / each.sum(), dtype=np.float64)


def _overlap_note(model: Complex, residue: int) -> str:
    label = model.residue_label(residue)
    table = overlaps(model)
    mine = table[(table["residue"] == label) & (table["part"] == "sidechain")]
    if mine.empty or mine["overlap"].max() <= 0:
        return f"{label} does not overlap with the inhibitor"
    return f"{label} overlaps with the inhibitor by up to {mine['overlap'].max():.2f} Å"
