"""The 85 KLIFS positions of a chain by what protein kinases have there, and how far apart.

Pairwise aligners charge every gap alike. In a protein kinase the strands and helices of the pocket
are of one length and the loops between them of many: here an insertion between two positions costs
what its length is worth among the kinases of KLIFS, and a residue what it is worth at its position.

References
----------
Gribskov M et al. PNAS 1987, 84:4355-4358 (profiles with gap prices per position).
Henikoff S, Henikoff JG. J Mol Biol 1994, 243:574-578 (weights of the sequences).
van Linden OPJ et al. J Med Chem 2014, 57:249-277; Kanev GK et al. Nucleic Acids Res 2021,
49:D562-D569 (the 85 positions).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from ros1struct.kinome.kinases import POSITIONS, Domain, domains

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.intp]
Booleans = npt.NDArray[np.bool_]

# Amino acids of the human proteome (UniProt release statistics, Swiss-Prot), per cent.
_BACKGROUND = {
    "A": 7.0, "C": 2.3, "D": 4.7, "E": 7.1, "F": 3.7, "G": 6.6, "H": 2.6, "I": 4.3, "K": 5.7,
    "L": 10.0, "M": 2.1, "N": 3.6, "P": 6.3, "Q": 4.8, "R": 5.6, "S": 8.3, "T": 5.4, "V": 6.0,
    "W": 1.2, "Y": 2.7,
}  # fmt: skip
# Sequences that the background counts for at each position.
_PSEUDOCOUNT = 5.0
# Kinases that lengths never seen count for, and over how many lengths they are spread.
_UNSEEN, _SPREAD = 1.0, 100.0
_LONGEST = 40
# Weight of a length at lengths one and two away from it.
_NEARBY = (0.05, 0.1, 0.7, 0.1, 0.05)
# Price of a jump over a chain break of unknown length, and of each letter beside it (nats).
_JUMP, _LOOSE = 4.0, 0.02
_NEVER = -1e9


@dataclass(frozen=True, eq=False)
class Profile:
    """What a residue is worth at each position, and an insertion before it, in nats.

    Attributes
    ----------
    scores : ndarray of float, shape (85, 26)
    lengths : tuple of ndarray of float
        By the number of letters inserted before a position.
    longer : ndarray of float, shape (85,)
        Of any number of letters.
    missing : ndarray of float, shape (85,)
        Of having no residue at a position.
    """

    scores: Floats
    lengths: tuple[Floats, ...]
    longer: Floats
    missing: Floats


def make_profile(kinases: list[tuple[str, Ints]]) -> Profile:
    """Make a profile of pockets.

    Parameters
    ----------
    kinases : list of (str, ndarray of int)
        The letters at the 85 positions, ``-`` for none, and their residue numbers, 0 for none.
    """
    letters = np.array([list(pocket.encode("ascii")) for pocket, _ in kinases]) - ord("A")
    numbers = np.array([n for _, n in kinases])
    there = numbers > 0
    weight = np.zeros(len(kinases))
    for column, has in zip(letters.T, there.T, strict=True):
        kinds, kind, count = np.unique(column[has], return_inverse=True, return_counts=True)
        weight[has] += 1.0 / (len(kinds) * count[kind])
    weight *= len(kinases) / weight.sum()
    background = np.zeros(26)
    for letter, percent in _BACKGROUND.items():
        background[ord(letter) - ord("A")] = percent / 100.0
    counts = np.zeros((POSITIONS, 26))
    for position in range(POSITIONS):
        has = there[:, position]
        np.add.at(counts[position], letters[has, position], weight[has])
    share = (counts + _PSEUDOCOUNT * background) / (
        counts.sum(1, keepdims=True) + _PSEUDOCOUNT * background.sum()
    )
    known = background > 0
    scores = np.zeros((POSITIONS, 26))
    scores[:, known] = np.log(share[:, known] / background[known])
    total = weight.sum() + _UNSEEN
    lengths = [np.zeros(1)]
    for position in range(1, POSITIONS):
        has = there[:, position] & there[:, position - 1]
        gaps = numbers[has, position] - numbers[has, position - 1] - 1
        seen = np.bincount(np.minimum(gaps, _LONGEST), weights=weight[has])
        wide = np.concatenate([seen, np.zeros(4)])
        # Lengths beside those seen are likelier than far ones.
        near = np.convolve(wide, _NEARBY, mode="same") if len(seen) > 3 else wide
        lengths.append(np.log((near + _UNSEEN / _SPREAD) / total))
    gone = ((~there) * weight[:, None]).sum(0)
    return Profile(
        scores,
        tuple(lengths),
        np.full(POSITIONS, np.log(_UNSEEN / _SPREAD / total) - 1.0),
        np.log((gone + 0.2) / total),
    )


@lru_cache(maxsize=1)
def kinome_profile() -> Profile:
    """Return the profile of all human kinases that KLIFS has."""
    return make_profile([pocket_of(d) for d in domains() if d.basis == "KLIFS"])


def pocket_of(domain: Domain) -> tuple[str, Ints]:
    """Letters at the 85 positions of a domain, ``-`` for none, and their numbers."""
    numbers = domain.pocket
    return "".join(domain.letter(int(n)) if n else "-" for n in numbers), numbers


def find_pocket(profile: Profile, letters: str, breaks: Booleans) -> tuple[Ints, float]:
    """Find the 85 positions in a sequence.

    Parameters
    ----------
    profile : Profile
    letters : str
        Capitals; ``X`` for residues that are unknown or missing.
    breaks : ndarray of bool, shape (letters,)
        True where an unknown number of residues is missing before a letter.

    Returns
    -------
    index : ndarray of int, shape (85,)
        Index of the letter at each position, -1 for none.
    score : float
        Of the residues, less the price of jumps over breaks, in nats above those of any protein.
    """
    count = len(letters)
    code = np.frombuffer(letters.encode("ascii"), dtype=np.uint8).astype(np.intp) - ord("A")
    emit = profile.scores[:, code]
    best = np.zeros(count + 1)  # of alignments that have used this many letters
    jumps = _Jumps(breaks)
    size = (POSITIONS, count + 1)
    # Whether a position has the letter before a place, from which place and position it came.
    taken = np.zeros(size, dtype=bool)
    origin, column = np.zeros(size, dtype=np.intp), np.zeros(size, dtype=np.intp)
    jumped = np.zeros(size, dtype=bool)
    for position in range(POSITIONS):
        value, start = _inserted(best, profile, position)
        before = np.full(count + 1, position - 1)
        if position:
            jumps.note(best, position - 1)
            value, start, before, over = jumps.over(value, start, before)
            jumped[position, 1:] = over[:-1]
        match = np.full(count + 1, _NEVER)
        match[1:] = value[:-1] + emit[position]
        origin[position, 1:], column[position, 1:] = start[:-1], before[:-1]
        skip = best + profile.missing[position]
        taken[position] = match > skip
        best = np.maximum(match, skip)
    index = np.full(POSITIONS, -1, dtype=np.intp)
    at, last = int(np.argmax(best)), POSITIONS - 1
    score = 0.0
    while last >= 0:
        if not taken[last, at]:
            last -= 1
            continue
        index[last] = at - 1
        score += float(emit[last, at - 1])
        score -= _JUMP * bool(jumped[last, at])
        at, last = int(origin[last, at]), int(column[last, at])
    return index, score


def _inserted(best: Floats, profile: Profile, position: int) -> tuple[Floats, Ints]:
    """Best value at each place after an insertion before a position, and where that began."""
    place = np.arange(len(best))
    if position == 0:
        return np.zeros(len(best)), place
    price = profile.lengths[position]
    width = len(price)
    padded = np.concatenate([np.full(width - 1, _NEVER), best])
    window = np.lib.stride_tricks.sliding_window_view(padded, width) + price[::-1]
    pick = window.argmax(1)
    value = window[place, pick]
    running, start = _running(best)
    far = running + profile.longer[position]
    return np.maximum(value, far), np.where(far > value, start, place - (width - 1 - pick))


class _Jumps:
    """The best way over a chain break behind which any number of positions may be missing."""

    def __init__(self, breaks: Booleans) -> None:
        self.broken = np.append(breaks, False)
        self.broken[0] = False
        self.any = bool(self.broken.any())
        self.place = np.arange(len(self.broken))
        self.value = np.full(len(self.broken), _NEVER)
        self.start = np.zeros(len(self.broken), dtype=np.intp)
        self.column = np.zeros(len(self.broken), dtype=np.intp)

    def note(self, best: Floats, column: int) -> None:
        """Take the alignments that end with a column as beginnings of jumps."""
        if not self.any:
            return
        running, start = _running(best + _LOOSE * self.place)
        reach, mark = _running(np.where(self.broken, running, _NEVER))
        better = reach > self.value
        self.value = np.where(better, reach, self.value)
        self.start = np.where(better, start[mark], self.start)
        self.column = np.where(better, column, self.column)

    def over(self, value: Floats, start: Ints, column: Ints) -> tuple[Floats, Ints, Ints, Booleans]:
        """Use a jump where it is worth more, and say where."""
        if not self.any:
            return value, start, column, np.zeros(len(value), dtype=bool)
        jumped = self.value - _LOOSE * self.place - _JUMP
        better = jumped > value
        return (
            np.where(better, jumped, value),
            np.where(better, self.start, start),
            np.where(better, self.column, column),
            better,
        )


def _running(values: Floats) -> tuple[Floats, Ints]:
    """Largest value so far, and where it stands."""
    running = np.maximum.accumulate(values)
    place = np.arange(len(values))
    return running, np.maximum.accumulate(np.where(values == running, place, 0))
