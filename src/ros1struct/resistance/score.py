"""The resistance score: what an inhibitor costs a mutant side chain more than the wild type's.

``score = G_mutant − G_wild type``, ``G = −RT ln(Z_holo / Z_apo)``, Z over the conformers of
:mod:`ros1struct.sidechains.conformers` at 298.15 K. Without weights it is a free energy of a rigid
pocket; it is printed as a score, because its scale is fitted to nothing:
:mod:`ros1struct.resistance.calibration` turns it into a probability.

What stands beside the bare energy:

- The crystal's own side chain is one of its type's conformers: real side chains fit better than any
  library sample.
- The mutant's attraction to the inhibitor counts half (:attr:`Setting.new_attraction`): pose and
  pocket were refined for the wild type, and a rigid mutant picks up contacts that it would not
  have. In a crystal of the mutant it is the wild type that lacks a refined place, and the half
  makes up for that: scores from crystals of both agree better with it than without.
- What repels at the glycine-rich loop (KLIFS 4 to 9) counts a quarter (:data:`LOOP`): the loop
  moves away; contacts that it loses count whole.
- A quarter of what the side chain loses in hydrophobicity, by its transfer from octanol to water
  (:data:`TRANSFER`): EEF1 counts pairs, and a polar side chain in a dry pocket lacks the water that
  no pair brings.

Exactly, ``score = steric + contacts + solvent + strain + transfer``: the changes of the mean
repulsion, attraction and desolvation beside the inhibitor, of what is left of G (how far the
inhibitor drives the side chain out of the conformers it would choose), and of the transfer term.

References
----------
Jorgensen WL, Tirado-Rives J. J Am Chem Soc 1988, 110:1657-1666 (Lennard-Jones).
Lazaridis T, Karplus M. Proteins 1999, 35:133-152 (EEF1).
Fauchère J-L, Pliska V. Eur J Med Chem 1983, 18:369-375 (π of side chains; 1.36 kcal/mol a unit;
read in transcriptions of the scale).
van Linden OPJ et al. J Med Chem 2014, 57:249-277 (KLIFS positions of the glycine-rich loop).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from ros1struct.energy.soft import CAPS, REACH, Surroundings
from ros1struct.errors import InputError
from ros1struct.sidechains.build import RT
from ros1struct.sidechains.conformers import Conformers, conformers, native

Floats = npt.NDArray[np.float64]

# KLIFS positions of the glycine-rich loop, and what repulsion there counts: 0 to 0.5 give the
# same AUC within 0.005, 1 loses 0.065 on EGFR and 0.02 on MET; chosen with all three kinases seen.
LOOP_POSITIONS = range(4, 10)
LOOP = 0.25
# Share of the octanol-water transfer energy; 0.1 to 0.3 move the AUC of a kinase by 0.005 to 0.05.
TRANSFER = 0.25
# kcal/mol for one unit of π: RT ln 10 at 298 K.
_PI_UNIT = 1.36
# Side-chain hydrophobicity π of Fauchère and Pliska.
HYDROPHOBICITY = MappingProxyType(
    {
        "A": 0.31, "R": -1.01, "N": -0.60, "D": -0.77, "C": 1.54, "Q": -0.22, "E": -0.64,
        "G": 0.0, "H": 0.13, "I": 1.80, "L": 1.70, "K": -0.99, "M": 1.23, "F": 1.79, "P": 0.72,
        "S": -0.04, "T": 0.26, "W": 2.25, "Y": 0.96, "V": 1.22,
    }
)  # fmt: skip
# Å; farther from the inhibitor a side chain does not concern it.
SCOPE = 6.0


@dataclass(frozen=True)
class Setting:
    """Parameters that nobody can fix, and the values that the score takes.

    Attributes
    ----------
    cap : float
        kcal/mol, one of :data:`~ros1struct.energy.soft.CAPS`: the most that one pair
        repels.
    new_attraction : float
        What the mutant's attraction to the inhibitor counts.
    solvent : float
        Share of EEF1.
    """

    cap: float = 0.5
    new_attraction: float = 0.5
    solvent: float = 0.5

    def __post_init__(self) -> None:
        if self.cap not in CAPS:
            raise InputError(f"cap must be one of {CAPS} kcal/mol, found {self.cap}")


# The interval: each parameter to either end of its range, the others as they are.
INTERVAL = (
    Setting(cap=1.0),
    Setting(cap=2.0),
    Setting(new_attraction=0.25),
    Setting(new_attraction=0.75),
    Setting(solvent=0.25),
    Setting(solvent=1.0),
)


@dataclass(frozen=True)
class Parts:
    """What a score is made of; the parts add up to it.

    Attributes
    ----------
    steric : float
        Change of the mean repulsion by the inhibitor.
    contacts : float
        Change of the mean attraction: above 0 where the mutant has less than the wild type gave.
    solvent : float
        Change of the mean mutual desolvation of side chain and inhibitor.
    strain : float
        Change of what it costs to leave the conformers that are best without the inhibitor.
    transfer : float
        Of the hydrophobicity that is lost.
    """

    steric: float
    contacts: float
    solvent: float
    strain: float
    transfer: float

    @property
    def total(self) -> float:
        """The score."""
        return self.steric + self.contacts + self.solvent + self.strain + self.transfer

    @property
    def reason(self) -> str:
        """The largest of the parts: ``"steric"``, ``"contacts"``, ``"solvent"`` ...; the first."""
        return max(fields(self), key=lambda f: getattr(self, f.name)).name


@dataclass(frozen=True)
class Score:
    """A score with its interval.

    Attributes
    ----------
    parts : Parts
    low, high : float
        Over :data:`INTERVAL`, and by the spread over structures where there are several.
    distance : float
        Å between the inhibitor and the wild type, or the mutant's nearest likely conformer.
    structures : int
        How many structures, poses or frames are pooled in it.
    spread : float
        Standard error over them (:mod:`ros1struct.resistance.pooling`); NaN for one.
    """

    parts: Parts
    low: float
    high: float
    distance: float
    structures: int = 1
    spread: float = float("nan")

    @property
    def score(self) -> float:
        """The score at the default setting."""
        return self.parts.total

    @property
    def in_scope(self) -> bool:
        """Whether the side chain comes within :data:`SCOPE` of the inhibitor."""
        return self.distance <= SCOPE


def costs(sampled: Conformers, setting: Setting, *, attraction: float) -> Floats:
    """−RT ln(Z_holo / Z_apo) of one side chain, in its parts.

    Parameters
    ----------
    sampled : Conformers
    setting : Setting
    attraction : float
        What attraction to the inhibitor counts.

    Returns
    -------
    ndarray, shape (4,)
        Mean repulsion, attraction and desolvation beside the inhibitor, and the rest (at least 0),
        in kcal/mol.
    """
    found: Floats = _costs(sampled, (setting,), (attraction,))[0]
    return found


def _costs(sampled: Conformers, settings: Sequence[Setting], attraction: Sequence[float]) -> Floats:
    """Costs at several settings at once (see :func:`costs`), shape (settings, 4)."""
    caps = [CAPS.index(s.cap) for s in settings]
    solvent = np.array([[s.solvent] for s in settings])
    apo = sampled.prior + sampled.repulsion[0, caps] + sampled.attraction[0]
    apo += solvent * sampled.solvation[0]
    inhibitor = np.stack(
        [
            sampled.repulsion[1, caps],
            np.array(attraction)[:, None] * sampled.attraction[1],
            solvent * sampled.solvation[1],
        ]
    )
    holo = apo + inhibitor.sum(0)
    (free, weight), (free_apo, _) = _boltzmann(holo), _boltzmann(apo)
    mean = np.einsum("psn,sn->sp", inhibitor, weight)
    return np.column_stack([mean, free - free_apo - mean.sum(1)])


def _boltzmann(energy: Floats) -> tuple[Floats, Floats]:
    """Free energies of rows of conformers, and what each conformer weighs."""
    least = energy.min(1, keepdims=True)
    weight = np.exp((least - energy) / RT)
    total = weight.sum(1, keepdims=True)
    return (least - RT * np.log(total))[:, 0], weight / total


@dataclass(frozen=True, eq=False)
class Side:
    """The conformers of one type at one residue."""

    letter: str
    sampled: Conformers


def side(around: Surroundings, residue: int, letter: str) -> Side:
    """Sample one side chain; the structure's own conformer is among its type's.

    Parameters
    ----------
    around : Surroundings
    residue : int
        Index.
    letter : str

    Returns
    -------
    Side
    """
    sampled = conformers(around, residue, letter)
    deposited = str(around.complex.residues.letter[residue]) == letter
    own = native(around, residue) if deposited and letter != "G" else None
    return Side(letter, Conformers.joined([sampled, own]) if own else sampled)


def compare(wild: Side, mutant: Side, *, distance: float, klifs: int = 0) -> Score:
    """Score a mutant side chain against the wild type's.

    Parameters
    ----------
    wild, mutant : Side
        At the same residue of the same structure.
    distance : float
        Å between the wild type's residue and the inhibitor.
    klifs : int
        KLIFS position; 0 for none.

    Returns
    -------
    Score
    """
    main, *others = _parts(wild, mutant, (Setting(), *INTERVAL), klifs)
    totals = [p.total for p in (main, *others)]
    return Score(main, min(totals), max(totals), min(distance, nearest_likely(mutant)))


def nearest_likely(mutant: Side) -> float:
    """Distance in Å of the nearest conformer within 2 kcal/mol of the best; inf beyond reach."""
    sampled = mutant.sampled
    likely = sampled.prior + sampled.attraction[0] + sampled.repulsion[0, 0]
    near = float(sampled.distance[likely <= likely.min() + 2.0].min())
    return near if near < REACH[1] else np.inf


def parts(wild: Side, mutant: Side, setting: Setting, klifs: int) -> Parts:
    """Parts of the score at one setting (see :func:`compare`)."""
    return _parts(wild, mutant, (setting,), klifs)[0]


def _parts(wild: Side, mutant: Side, settings: Sequence[Setting], klifs: int) -> list[Parts]:
    before = _costs(wild.sampled, settings, [1.0] * len(settings))
    after = _costs(mutant.sampled, settings, [s.new_attraction for s in settings])
    lost = HYDROPHOBICITY[wild.letter] - HYDROPHOBICITY[mutant.letter]
    repels = np.array([True, False, True, True])
    made = []
    for change in after - before:
        if klifs in LOOP_POSITIONS and change[repels].sum() > 0:
            change[repels] *= LOOP
        steric, contacts, solvent, strain = change.tolist()
        made.append(Parts(steric, contacts, solvent, strain, TRANSFER * _PI_UNIT * lost))
    return made


def resistance_score(around: Surroundings, residue: int, wild_type: str, mutant: str) -> Score:
    """Score one substitution in one structure.

    Parameters
    ----------
    around : Surroundings
    residue : int
        Index.
    wild_type, mutant : str
        One-letter codes.

    Returns
    -------
    Score

    Raises
    ------
    InputError
        If there is no such residue type.
    StructureError
        If no side chain can be built there.

    Examples
    --------
    >>> import ros1struct as rs
    >>> from ros1struct.energy.soft import surroundings
    >>> c = rs.load("2WGJ")
    >>> found = resistance_score(surroundings(c), c.find_residue(1163), "G", "R")
    >>> found.score > 2, found.low < found.score < found.high, found.parts.reason
    (True, True, 'steric')
    """
    complex = around.complex
    own = np.flatnonzero(complex.atoms.residue[around.atom] == residue)
    gap = around.xyz[own][:, None] - around.xyz[None, around.protein :]
    distance = float(np.sqrt((gap * gap).sum(-1).min()))
    wild, made = (side(around, residue, letter) for letter in (wild_type, mutant))
    return compare(wild, made, distance=distance, klifs=int(complex.residues.klifs[residue]))
