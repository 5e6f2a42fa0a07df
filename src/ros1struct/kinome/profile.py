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
_BACKGROUND = dict(
    A=7.0, C=2.3, D=4.7, E=7.1, F=3.7, G=6.6, H=2.6, I=4.3, K=5.7, L=10.0,
    M=2.1, N=3.6, P=6.3, Q=4.8, R=5.6, S=8.3, T=5.4, V=6.0, W=1.2, Y=2.7,
)  # fmt: skip
# Sequences that the background counts for at each position.
_PSEUDOCOUNT = 5.0
# Kinases that lengths never seen count for, and over how many lengths they are spread.
_UNSEEN, _SPREAD = 1.0, 100.0
_LONGEST = 40
# Price of a jump over a chain break of unknown length, and of each letter beside it (nats).
_JUMP, _LOOSE = 2.0, 0.02
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
        near = np.convolve(wide, [0.05, 0.1, 0.7, 0.1, 0.05], mode="same") if len(seen) > 3 else wide
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
        Of the residues alone, in nats above those of any protein.
    """
    count = len(letters)
    code = np.frombuffer(letters.encode("ascii"), dtype=np.uint8).astype(np.intp) - ord("A")
    emit = profile.scores[:, code]
    place = np.arange(count + 1)
    # Before letter i + 1 stands place i; a break is at the place before its letter.
    broken = np.zeros(count + 1, dtype=bool)
    broken[:count] = breaks
    broken[0] = False
    any_broken = bool(broken.any())
    best = np.zeros(count + 1)  # of alignments whose last letter so far is this one
    source = np.zeros((POSITIONS, count + 1), dtype=np.intp)
    taken = np.zeros((POSITIONS, count + 1), dtype=bool)
    jumped, jumped_from = np.full(count + 1, _NEVER), np.zeros(count + 1, dtype=np.intp)
    jump_column = np.zeros(count + 1, dtype=np.intp)
    jumps: list[tuple[Floats, Ints, Ints] | None] = []
    used_jump = np.zeros((POSITIONS, count + 1), dtype=bool)
    for position in range(POSITIONS):
        if position:
            price = profile.lengths[position]
            width = len(price)
            padded = np.concatenate([np.full(width - 1, _NEVER), best])
            window = np.lib.stride_tricks.sliding_window_view(padded, width) + price[::-1]
            pick = window.argmax(1)
            value = window[place, pick]
            origin = place - (width - 1 - pick)
            running = np.maximum.accumulate(best)
            far = running + profile.longer[position]
            start = np.maximum.accumulate(np.where(best == running, place, 0))
            origin = np.where(far > value, start, origin)
            value = np.maximum(value, far)
        else:
            value, origin = np.zeros(count + 1), place.copy()
        jump = np.zeros(count + 1, dtype=bool)
        if any_broken and position:
            level = best + _LOOSE * place
            running = np.maximum.accumulate(level)
            start = np.maximum.accumulate(np.where(level == running, place, 0))
            at = np.where(broken, running, _NEVER)
            reach = np.maximum.accumulate(at)
            mark = np.maximum.accumulate(np.where(at == reach, place, 0))
            fresh = reach > jumped
            jumped = np.where(fresh, reach, jumped)
            jumped_from = np.where(fresh, start[mark], jumped_from)
            jump_column = np.where(fresh, position - 1, jump_column)
            over = jumped - _LOOSE * place - _JUMP
            jump = over > value
            value = np.where(jump, over, value)
            origin = np.where(jump, jumped_from, origin)
        jumps.append((jumped, jumped_from, jump_column.copy()) if any_broken else None)
        match = np.full(count + 1, _NEVER)
        match[1:] = value[:-1] + emit[position]
        source[position, 1:] = origin[:-1]
        used_jump[position, 1:] = jump[:-1]
        skip = best + profile.missing[position]
        taken[position] = match > skip
        best = np.maximum(match, skip)
    index = np.full(POSITIONS, -1, dtype=np.intp)
    at, position = int(np.argmax(best)), POSITIONS - 1
    score = 0.0
    while position >= 0:
        if not taken[position, at]:
            position -= 1
            continue
        index[position] = at - 1
        score += float(emit[position, at - 1])
        came = int(source[position, at])
        if used_jump[position, at]:
            state = jumps[position]
            assert state is not None
            position = int(state[2][at - 1])
        else:
            position -= 1
        at = came
    return index, score
