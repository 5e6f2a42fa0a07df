"""A chain laid on the kinase domains that it may be.

The words of a chain choose a few domains; on each it is laid in its bonded pieces. What the file
says of its numbers decides only between places, and between domains, that fit alike.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ros1struct.kinome.alignment import NOWHERE, Placement, align, codes, fits, place
from ros1struct.kinome.annotations import Stated
from ros1struct.kinome.kinases import Domain
from ros1struct.kinome.words import rank_domains

Ints = npt.NDArray[np.intp]
Booleans = npt.NDArray[np.bool_]

#: A chain is a kinase of the table when this much of what can be compared is identical.
SAME_KINASE = 0.9
FEWEST_RESIDUES = 20
#: A jump of the author's numbers that is negative or longer is a renumbered part, not a loop.
LONGEST_GAP = 60
# Identical residues that a part of the chain needs to tell its own offset.
_TELLING = 8
# Identical part of a chain laid on a kinase in whole pieces below which no indel explains the rest.
_WORTH_ALIGNING = 0.3


@dataclass(frozen=True, eq=False)
class Chain:
    """A chain as it is compared.

    Attributes
    ----------
    letters : str
    numbers : ndarray of int, shape (residues,)
        The author's.
    joints : ndarray of int8, shape (residues,)
        Whether a residue is bonded to the one before (:func:`find_joints`).
    stated : Stated or None
        What the file says of the chain.
    """

    letters: str
    numbers: Ints
    joints: npt.NDArray[np.int8]
    stated: Stated | None

    @cached_property
    def steps(self) -> Ints:
        """How much the author's number grows from the residue before."""
        return np.diff(self.numbers, prepend=self.numbers[:1] - 1)

    @cached_property
    def starts(self) -> Booleans:
        """First residues of pieces: after a break, or where numbers jump and atoms do not tell."""
        unclear = (self.joints == 0) & ~np.isin(self.steps, (0, 1))
        return np.asarray((self.joints < 0) | unclear, dtype=np.bool_)

    @cached_property
    def parts(self) -> Ints:
        """Parts within which the author's numbers count missing residues."""
        silent = (self.joints < 0) & (self.steps == 1)
        jumped = (self.joints > 0) & (self.steps != 1)
        far = (self.steps < 0) | (self.steps > LONGEST_GAP)
        first = np.arange(len(self.steps)) == 0
        return np.asarray(np.cumsum((silent | jumped | far) & ~first), dtype=np.intp)


@dataclass(frozen=True, eq=False)
class Match:
    """A chain laid on a domain."""

    domain: Domain
    placement: Placement
    identical: int
    compared: int
    as_numbered: int

    @property
    def identity(self) -> float:
        """Identical part of what can be compared; 0 where this is too little to tell."""
        return self.identical / self.compared if self.compared >= FEWEST_RESIDUES else 0.0


def best_match(chain: Chain) -> tuple[Match, list[Domain]] | None:
    """Find the domain that a chain is, and others that fit as well; None where none fits."""
    matches = [_match(chain, domain) for domain in rank_domains(chain.letters)]
    matches = [m for m in matches if m.identity >= SAME_KINASE]
    if not matches:
        return None
    most = max(m.identical for m in matches)
    best = [m for m in matches if m.identical == most]
    told = {chain.stated.accession} if chain.stated else set()
    best.sort(key=lambda m: (-m.identity, m.domain.accession not in told, -m.as_numbered))
    equal = [m for m in best if m.identity == best[0].identity]
    return best[0], [m.domain for m in equal[1:]]


def _match(chain: Chain, domain: Domain) -> Match:
    letters, reference = codes(chain.letters), codes(domain.letters)
    hint = _hint(chain, domain)
    placement = place(letters, reference, chain.starts, hint)
    match = _counted(chain, domain, placement)
    if match.identity > _WORTH_ALIGNING and not fits(placement, letters, reference):
        aligned = _counted(chain, domain, align(letters, reference, chain.starts, hint))
        # A deletion or insertion must win more than chance gives.
        if aligned.identical > match.identical + 2 or aligned.identity > match.identity + 0.01:
            return replace(aligned, placement=_extended(chain, aligned.placement, domain, hint))
    return match


def _counted(chain: Chain, domain: Domain, placement: Placement) -> Match:
    letters, reference = codes(chain.letters), codes(domain.letters)
    index = placement.index
    compared = (index >= 0) & (index < len(reference)) & (letters != ord("X"))
    same = letters[compared] == reference[index[compared]]
    shift = np.unique((index - chain.numbers)[compared], return_counts=True)[1]
    told = int(shift.max()) if len(shift) else 0
    return Match(domain, placement, int(same.sum()), int(compared.sum()), told)


def _hint(chain: Chain, domain: Domain) -> Ints:
    """Index in a domain of each residue as the numbers of the file say."""
    hint = np.full(len(chain.letters), NOWHERE, dtype=np.intp)
    i, j = np.nonzero(codes(chain.letters)[:, None] == codes(domain.letters))
    offset, part = j - chain.numbers[i], chain.parts
    for one in range(int(part[-1]) + 1):
        mine = offset[part[i] == one]
        if not len(mine):
            continue
        low = int(mine.min())
        votes = np.bincount(mine - low)
        if votes.max() >= _TELLING:
            inside = part == one
            hint[inside] = chain.numbers[inside] + int(votes.argmax()) + low
    if chain.stated is not None and chain.stated.accession == domain.accession:
        told = chain.stated.uniprot > 0
        hint[told] = chain.stated.uniprot[told] - domain.first
    return hint


def _extended(chain: Chain, placement: Placement, domain: Domain, hint: Ints) -> Placement:
    """Carry an alignment on beyond the ends of the domain, along bonds or by the numbers."""
    index = placement.index.copy()
    there = np.flatnonzero(index >= 0)
    starts, last = chain.starts, len(domain.letters) - 1
    for at in range(int(there[0]) - 1, -1, -1):
        one = index[at + 1] - 1 if not starts[at + 1] else hint[at]
        index[at] = one if NOWHERE < one < 0 else NOWHERE
    for at in range(int(there[-1]) + 1, len(index)):
        one = index[at - 1] + 1 if not starts[at] else hint[at]
        index[at] = one if one > last else NOWHERE
    return replace(placement, index=index)
