"""Neighbours that move: side chains repacked around the inhibitor or around a mutation.

The side chains near the place take the arrangement of least energy among library rotamers and, but
for the mutated residue, the conformers of the file. The wild type is built and repacked in the same
way, so that differences are fair; the energies are those of
:mod:`ros1struct.sidechains.candidates`, the search
that of :mod:`ros1struct.sidechains.search`. The backbone stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ros1struct.errors import InputError, StructureError
from ros1struct.io.border import takes_complex
from ros1struct.kinome.kinases import klifs_label
from ros1struct.sidechains.build import side_chain_rmsd
from ros1struct.sidechains.candidates import Candidates, candidates, native, pair_energies
from ros1struct.sidechains.field import Field, field_of
from ros1struct.sidechains.relax import inhibitor_energy, relax_side_chains, settle
from ros1struct.sidechains.search import assign
from ros1struct.sidechains.sites import changes_of, obstacle
from ros1struct.structure.complex import Complex
from ros1struct.structure.geometry import close_pairs
from ros1struct.structure.mutation import Mutation, Substitution
from ros1struct.structure.residue_types import BACKBONE
from ros1struct.structure.residues import residue_type
from ros1struct.structure.substitute import substitute, with_side_chains

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]

# Å; side chains with an atom this near the place may move.
RADIUS = 6.0
# Samples kept of each rotamer, kcal/mol kept above the best candidate with what stands, and the
# least probability of a rotamer.
KEEP, WINDOW, LEAST_LIKELY = 3, 25.0, 1e-3
# Å of root mean square deviation from which a side chain counts as moved.
MOVED = 0.5


@dataclass(frozen=True, eq=False)
class Repacked:
    """Side chains that took the arrangement of least energy.

    Attributes
    ----------
    complex : Complex
        With the mutant side chain and its neighbours in place; provenance ``model``.
    surroundings : Complex
        The complex as given, but for the neighbours, which stand where the mutant wants them: an
        ensemble of the mutated residue can be built on it.
    wild_type : Complex
        The same for the wild type, built and repacked in the same way; without a mutation the
        same as `surroundings`.
    energy, wild_type_energy : float
        Of all side chains that could move, in kcal/mol. Their difference holds the different
        atoms of the two residues: use `cost`.
    cost : float
        What the neighbours (and with ``relax=True`` the inhibitor) pay, in kcal/mol: their energy
        among themselves and with what stands, the mutated residue left out, in the mutant's
        arrangement less the same in the wild type's. 0 without a mutation.
    moved : tuple of str
        Residues that moved by 0.5 Å or more from the file, other than the mutated one.
    table : DataFrame
        One row per residue that could move: residue, klifs, mutant (letter built), chi1..chi4
        (degrees), moved and moved_wt (Å of root mean square deviation from the file for the
        mutant and for the wild type; missing for the mutated residue), candidates (before
        elimination).
    exact : bool
        Whether both searches are proven.
    """

    complex: Complex
    surroundings: Complex
    wild_type: Complex
    energy: float
    wild_type_energy: float
    cost: float
    moved: tuple[str, ...]
    table: pd.DataFrame
    exact: bool

    def __repr__(self) -> str:
        return (
            f"<Repacked {self.complex.name}: {len(self.table)} side chains, moved "
            f"{', '.join(self.moved) or 'none'}, cost {self.cost:.1f} kcal/mol>"
        )


@dataclass(frozen=True, eq=False)
class _Packed:
    """One arrangement: what was picked at each position, and its energies."""

    picked: tuple[Candidates, ...]
    inhibitor: Floats
    energy: float
    rest: float
    exact: bool
    sizes: tuple[int, ...]


@takes_complex("one")
def repack(
    complex: Complex,
    mutation: str | Mutation | Substitution | None = None,
    *,
    around: str = "inhibitor",
    radius: float = RADIUS,
    seed: int = 0,
    relax: bool = False,
    holo: bool = True,
    bonds: bool = True,
    keep_file: bool = True,
    frame: int | None = None,
) -> Repacked:
    """Find the best arrangement of the side chains around the inhibitor or around a mutation.

    Parameters
    ----------
    complex : Complex or str
        A text is loaded by :func:`ros1struct.load`.
    mutation : str, Mutation or Substitution, optional
        In the complex's own numbering; compound mutations are built together.
    around : {"inhibitor", "mutation"}
        Which neighbours may move: those near the inhibitor, or those near any atom that the
        wild-type or the mutant side chain can have.
    radius : float
        Å; 0 to let none but the mutated residue move.
    seed : int
        Of the annealing that bounds the search, and decides it where it is too large.
    relax : bool
        Whether to relax torsions continuously afterwards, the inhibitor's pose with them.
    holo : bool
        Whether the side chains see the inhibitor.
    bonds : bool
        Whether hydrogen bonds count.
    keep_file : bool
        Whether neighbours may stay as they are in the file.
    frame : int, optional
        Which frame, from 0; needed where the complex has several.

    Returns
    -------
    Repacked

    Raises
    ------
    InputError
        If an argument is wrong, or the mutation names another wild type.
    StructureError
        If the residue is not in the structure or no side chain can be built there.

    Examples
    --------
    >>> import ros1struct as rs
    >>> found = repack(rs.load("2WGJ"), "L1157M", around="mutation", radius=4.0)
    >>> found.complex.kinase.variant, found.exact
    ('L1157M', True)
    """
    if around not in ("inhibitor", "mutation"):
        raise InputError(f"around must be 'inhibitor' or 'mutation', found {around!r}")
    if around == "mutation" and mutation is None:
        raise InputError("around='mutation' needs a mutation")
    if not (np.isfinite(radius) and radius >= 0):
        raise InputError(f"radius must be a length in Å, found {radius}")
    if len(complex.xyz) != 1:
        raise StructureError(f"{complex.name}: one frame expected, found {len(complex.xyz)}")
    changes = changes_of(complex, mutation)
    neighbours = movable(complex, _place(complex, changes, around), radius) if radius else []
    neighbours = [r for r in neighbours if r not in changes]
    field = field_of(complex, {*neighbours, *changes}, holo=holo, bonds=bonds)
    fixed = [_choices(field, r, str(complex.residues.letter[r]), keep_file) for r in neighbours]
    links = _links(field, fixed)
    packs = []
    for side in ("wild_type", "mutant"):
        made = [_choices(field, r, getattr(c, side), False) for r, c in changes.items()]
        packs.append(_solve(field, fixed, made, links, seed, relax))
    wild, mutant = packs[0], packs[-1]
    how = f"repacked within {radius:g} Å of the {around}" + (", relaxed" if relax else "")
    surroundings = _standing(complex, mutant, len(fixed), how)
    model = surroundings
    for found in mutant.picked[len(fixed) :]:
        xyz = dict(zip(found.kind.sidechain, found.xyz[0], strict=True))
        model = substitute(model, found.residue, found.kind.letter, xyz, how=how)
    table = _table(complex, mutant, wild, len(fixed))
    far = table["moved"] >= MOVED
    return Repacked(
        complex=model,
        surroundings=surroundings,
        wild_type=_standing(complex, wild, len(fixed), how),
        energy=mutant.energy,
        wild_type_energy=wild.energy,
        cost=mutant.rest - wild.rest,
        moved=tuple(table.loc[far, "residue"]),
        table=table,
        exact=mutant.exact and wild.exact,
    )


def pack(
    complex: Complex, residues: Sequence[int], *, seed: int = 0, relax: bool = True
) -> tuple[Complex, float]:
    """Arrange chosen side chains around the inhibitor, and let its pose settle with them.

    Parameters
    ----------
    complex : Complex
        Of one frame.
    residues : sequence of int
        Whose side chains move; the same for all poses that are compared.
    seed : int
    relax : bool
        Whether torsions and the pose settle afterwards.

    Returns
    -------
    Complex
        Provenance ``model``.
    float
        kcal/mol: of the inhibitor and of the side chains that move, with all that stands.
    """
    field = field_of(complex, set(residues))
    fixed = [_choices(field, r, str(complex.residues.letter[r]), True) for r in residues]
    found = _solve(field, fixed, [], _links(field, fixed), seed, relax)
    how = "repacked around the inhibitor" + (", relaxed" if relax else "")
    return _standing(complex, found, len(fixed), how), found.energy + inhibitor_energy(field)


def solve(field: Field, choices: list[Candidates], seed: int = 0) -> tuple[Candidates, ...]:
    """Find the best arrangement of side chains among their candidates.

    Parameters
    ----------
    field : Field
        Without these side chains.
    choices : list of Candidates
        Of each.
    seed : int

    Returns
    -------
    tuple of Candidates
        One sample each; torsions of library rotamers are stepped off their grid.
    """
    return _solve(field, choices, [], _links(field, choices), seed, relax=False).picked


def movable(complex: Complex, place: npt.NDArray[np.floating], radius: float) -> list[int]:
    """Residues whose side chains can move and have an atom near a place.

    Glycine, alanine and proline cannot, nor can modified residues, those with atoms missing, in
    disulphides, bonded to the inhibitor or at chain ends.

    Parameters
    ----------
    complex : Complex
    place : ndarray, shape (n, 3)
        Å.
    radius : float
        Å.

    Returns
    -------
    list of int
        Residue indices, ascending.
    """
    heavy = complex.protein_heavy
    side = heavy[~np.isin(complex.atoms.name[heavy], BACKBONE)]
    near, _, _ = close_pairs(complex.xyz[0, side], place, radius)
    found = []
    for residue in np.unique(complex.atoms.residue[side[near]]):
        kind = residue_type(str(complex.residues.letter[residue]))
        own = set(complex.atoms_of(int(residue))) - {"OXT"}
        if kind is None or kind.letter in "GAP" or own != {*BACKBONE, *kind.sidechain}:
            continue
        if not obstacle(complex, int(residue)):
            found.append(int(residue))
    return found


def _place(complex: Complex, changes: Mapping[int, Substitution], around: str) -> Floats:
    """Points near which side chains may move."""
    if around == "inhibitor":
        return np.asarray(complex.xyz[0, complex.inhibitor_heavy], dtype=np.float64)
    alone = field_of(complex, list(changes), bonds=False)
    xyz = complex.xyz[0].astype(np.float64)
    points = [xyz[list(complex.atoms_of(r).values())] for r in changes]
    for residue, change in changes.items():
        for letter in (change.wild_type, change.mutant):
            built = candidates(alone, residue, letter, points=1, least=0.01)
            points.append(built.xyz.reshape(-1, 3))
    return np.concatenate(points)


def _choices(field: Field, residue: int, letter: str, keep_file: bool) -> Candidates:
    made = candidates(field, residue, letter, least=LEAST_LIKELY).prune(KEEP, WINDOW)
    return made.join(native(field, residue)) if keep_file else made


Links = dict[tuple[int, int], Floats]


def _links(field: Field, all_: list[Candidates], first: int = 0) -> Links:
    """Pair energies of positions, those from `first` on with all before them."""
    found = {}
    for j in range(first, len(all_)):
        for i in range(j):
            energy = pair_energies(field, all_[i], all_[j])
            if energy is not None:
                found[i, j] = energy
    return found


def _solve(
    field: Field,
    fixed: list[Candidates],
    made: list[Candidates],
    links: Links,
    seed: int,
    relax: bool,
) -> _Packed:
    positions = [*fixed, *made]
    pairs = links | _links(field, positions, len(fixed))
    found = assign([c.energy for c in positions], pairs, seed=seed)
    sizes = tuple(len(c) for c in positions)
    picked = tuple(c.pick([k]) for c, k in zip(positions, found.choice, strict=True))
    settled = settle(field, picked, len(fixed))
    if relax and picked:
        settled = relax_side_chains(field, settled.picked, len(fixed), seed=seed)
    return _Packed(
        settled.picked, settled.inhibitor, settled.energy, settled.rest, found.exact, sizes
    )


def _standing(complex: Complex, packed: _Packed, count: int, how: str) -> Complex:
    """Return the complex with its neighbours where a packing has them."""
    xyz = complex.xyz[0].astype(np.float64)
    for found in packed.picked[:count]:
        own = complex.atoms_of(found.residue)
        xyz[[own[name] for name in found.kind.sidechain]] = found.xyz[0]
    xyz[complex.inhibitor_heavy] = packed.inhibitor
    return with_side_chains(complex, xyz, how)


def _table(complex: Complex, mutant: _Packed, wild: _Packed, count: int) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for k, found in enumerate(mutant.picked):
        chi = {f"chi{n + 1}": float(x) for n, x in enumerate(found.chi[0])}
        row = {
            "residue": complex.residue_label(found.residue),
            "klifs": klifs_label(int(complex.residues.klifs[found.residue])),
            "mutant": found.kind.letter,
            **{f"chi{n}": np.nan for n in (1, 2, 3, 4)},
            **chi,
            "moved": np.nan,
            "moved_wt": np.nan,
            "candidates": mutant.sizes[k],
        }
        if k < count:
            own = complex.atoms_of(found.residue)
            file = complex.xyz[0, [own[name] for name in found.kind.sidechain]]
            for name, packed in (("moved", mutant), ("moved_wt", wild)):
                row[name] = side_chain_rmsd(found.kind.letter, packed.picked[k].xyz[0], file)
        rows.append(row)
    columns = ["residue", "klifs", "mutant", "chi1", "chi2", "chi3", "chi4", "moved", "moved_wt"]
    return pd.DataFrame(rows, columns=[*columns, "candidates"])
