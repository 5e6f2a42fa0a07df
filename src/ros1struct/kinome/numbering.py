"""Which kinase a chain is, and the UniProt number and KLIFS position of each of its residues.

The four-letter words of a chain choose a few of the human kinase domains, and the chain is laid on
these in its bonded pieces (:mod:`ros1struct.kinome.alignment`). One that is identical to 90 % is
that kinase; what the file says of itself decides only between domains that fit alike. Any other
protein kinase keeps its author's numbers and gets KLIFS positions from the profile of the kinome
(:mod:`ros1struct.kinome.profile`). KLIFS itself aligns by structure, so a position in a loop of
variable length (glycine-rich loop, αC–β4 loop, linker) may differ there.

References
----------
van Linden OPJ et al. J Med Chem 2014, 57:249-277; Kanev GK et al. Nucleic Acids Res 2021,
49:D562-D569 (the 85 KLIFS positions).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ros1struct.errors import StructureError
from ros1struct.kinome.alignment import NOWHERE, codes, find_joints
from ros1struct.kinome.annotations import Stated
from ros1struct.kinome.kinases import LANDMARKS, POSITIONS, Domain, other_kinases
from ros1struct.kinome.matching import (
    FEWEST_RESIDUES,
    LONGEST_GAP,
    SAME_KINASE,
    Chain,
    Match,
    best_match,
)
from ros1struct.kinome.profile import find_pocket, kinome_profile
from ros1struct.kinome.words import nearest_pocket, shared_words
from ros1struct.structure.topology import Kinase

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.intp]
Booleans = npt.NDArray[np.bool_]

# Nats of the residues at KLIFS positions against the profile. Of 336 domains left out of it 334
# have 72 or more, HASPIN 54 and STK35 52 (which are known by name); 991 of 992 shuffled and
# reversed domains have 28 or less, one 44, and 37 proteins that are no kinases 19 or less.
LEAST_POCKET_SCORE = 48.0
# Words of a pocket of a lipid or atypical kinase that a chain must share to be called that.
_LIPID_WORDS = 8
_LONGEST_DELETION = 20
# Amino acids of a chain, and pieces of it that are not bonded: time and memory grow with their
# product (1 s for these), and so does what chance gives (3,000 random letters score up to 39).
LONGEST_CHAIN, MOST_PIECES = 3_000, 300
# Part of the residues, numbered one after the other, that are not bonded, from which on coordinates
# are no witness of breaks.
_BAD_GEOMETRY = 0.1
# Identical residues that a second domain of a chain needs: less is a piece of the first.
_SECOND_DOMAIN = 100
# PROSITE PS00915 and PS00916, for phosphatidylinositol kinases that the table lacks.
_LIPID_SIGNATURE = (
    re.compile("[LIVMFAC]K.{1,3}[DEA][DE][LIVMC]RQ[DE].{4}Q"),
    re.compile("[GS].[AV].{3}[LIVM].{2}[FYH][LIVM]{2}.[LIVMF].DRH.{2}N"),
)


@dataclass(frozen=True, eq=False)
class Numbering:
    """What a chain is called, and its residues.

    Attributes
    ----------
    kinase : Kinase
    uniprot, klifs : ndarray of int, shape (residues,)
        0 where there is none.
    notes : tuple of str
        What was chosen, and what could not be decided.
    """

    kinase: Kinase
    uniprot: Ints
    klifs: Ints
    notes: tuple[str, ...] = ()


def number_chain(
    letters: str,
    numbers: Ints,
    *,
    what: str = "chain",
    n: Floats | None = None,
    c: Floats | None = None,
    ca: Floats | None = None,
    stated: Stated | None = None,
) -> Numbering:
    """Put UniProt numbers and KLIFS positions on a chain.

    Parameters
    ----------
    letters : str
        One-letter codes of the residues that the file has, ``X`` for unknown.
    numbers : ndarray of int, shape (residues,)
        Author numbers. They decide where the sequence cannot.
    what : str
        File and chain, for messages.
    n, c, ca : ndarray of float, shape (residues, 3), optional
        Å; NaN where an atom is missing. They show where the chain breaks; without them a jump of
        the numbers does.
    stated : Stated, optional
        What the file says of the chain.

    Returns
    -------
    Numbering
        Of the first domain, where a chain has two (:func:`number_domains`).

    Raises
    ------
    StructureError
        If the chain is not a protein kinase.

    Examples
    --------
    >>> from ros1struct.kinome.kinases import find_kinase
    >>> (abl1,) = find_kinase("ABL1")
    >>> found = number_chain(abl1.letters, np.arange(len(abl1.letters)) + 1)
    >>> found.kinase.name, int(found.uniprot[0])
    ('ABL1', 242)
    """
    return number_domains(letters, numbers, what=what, n=n, c=c, ca=ca, stated=stated)[0]


def number_domains(
    letters: str,
    numbers: Ints,
    *,
    what: str = "chain",
    n: Floats | None = None,
    c: Floats | None = None,
    ca: Floats | None = None,
    stated: Stated | None = None,
) -> tuple[Numbering, ...]:
    """Put numbers on a chain as :func:`number_chain` does, once for each kinase domain it has.

    Parameters, Raises
        As for :func:`number_chain`.

    Returns
    -------
    tuple of Numbering
        The KLIFS positions of each are those of one domain; the best match comes first.
    """
    numbers = np.asarray(numbers, dtype=np.intp)
    if n is None or c is None or ca is None:
        joints = np.zeros(len(letters), dtype=np.int8)
        if len(joints):
            joints[0] = -1
    else:
        joints = find_joints(n, c, ca)
        silent = (joints < 0) & (np.diff(numbers, prepend=numbers[:1]) == 1)
        if silent.mean() > _BAD_GEOMETRY:
            joints = np.where(silent, 0, joints).astype(np.int8)
    if len(letters) > LONGEST_CHAIN:
        raise StructureError(
            f"{what} has {len(letters):,} amino acids; expected at most {LONGEST_CHAIN:,}. Cut the "
            "chain to its kinase domain"
        )
    chain = Chain(letters, numbers, joints, stated)
    if chain.starts.sum() > MOST_PIECES:
        raise StructureError(
            f"{what} is in {chain.starts.sum():,} pieces, not bonded to each other; expected"
            f" at most {MOST_PIECES:,}. Look at the order and the coordinates of its residues"
        )
    found: list[Numbering] = []
    left = chain
    while len(left.letters) - left.letters.count("X") >= FEWEST_RESIDUES:
        match = best_match(left)
        if match is None or (found and match[0].identical < _SECOND_DOMAIN):
            break
        found.append(_named(chain, left, match[0], match[1]))
        index = match[0].placement.index
        inside = (index >= 0) & (index < len(match[0].domain.letters))
        rest = np.where(inside, ord("X"), codes(left.letters)).astype(np.uint8)
        left = replace(left, letters=rest.tobytes().decode("ascii"))
    if not found:
        return (_unnamed(chain, what),)
    return tuple(_joined(found))


def _named(whole: Chain, chain: Chain, match: Match, equal: list[Domain]) -> Numbering:
    domain, index = match.domain, match.placement.index
    size = len(domain.letters)
    inside = (index >= 0) & (index < size)
    uniprot = np.where(index > NOWHERE // 2, index + domain.first, 0)
    tags = whole.stated.tags if whole.stated is not None else None
    if tags is not None:
        uniprot[tags & ~inside] = 0
    # Residues of another domain of the chain.
    taken = codes(whole.letters) != codes(chain.letters)
    uniprot = np.where(taken, 0, np.maximum(uniprot, 0))
    inside &= ~taken
    klifs = np.zeros(len(index), dtype=np.intp)
    klifs[inside] = domain.klifs[index[inside]]
    notes = []
    if equal:
        notes.append(
            f"taken for {domain.domain}; as likely, with the same letters over what is modelled: "
            f"{', '.join(f'{d.domain} ({d.accession})' for d in equal)}"
        )
    notes += _about_numbers(whole, domain, uniprot, inside)
    changes, gaps = _changes(chain, domain, index)
    if gaps:
        notes.append(f"residues deleted or inserted in the construct: {', '.join(gaps)}")
    if match.placement.undecided:
        told = ", ".join(_label(whole, i) for i in match.placement.undecided[:6])
        notes.append(
            f"the sequence fits {domain.name} at more than one place, and numbers and bonds do not "
            f"tell which, from {told} on: UniProt numbers there may be off"
        )
    if domain.basis == "profile":
        notes.append(
            f"KLIFS has no numbers of {domain.domain}: its positions are those of the profile of "
            "the other kinases"
        )
    variant = "/".join(changes) or "WT"
    kinase = Kinase(domain.name, domain.accession, match.identity, variant, "uniprot")
    return Numbering(kinase, uniprot, klifs, tuple(notes))


def _label(chain: Chain, index: int) -> str:
    return f"{chain.letters[index]}{chain.numbers[index]}"


def _about_numbers(chain: Chain, domain: Domain, uniprot: Ints, inside: Booleans) -> list[str]:
    """Say where the file's numbers and statements are not those of UniProt."""
    notes = []
    shift = np.unique((uniprot - chain.numbers)[inside])
    if len(shift) == 1 and shift[0]:
        first = int(np.flatnonzero(inside)[0])
        notes.append(
            f"residue numbers are those of UniProt {domain.accession}, the file's {shift[0]:+d}: "
            f"{_label(chain, first)} of the file is {chain.letters[first]}{uniprot[first]}"
        )
    elif len(shift) > 1:
        notes.append(
            f"residue numbers are those of UniProt {domain.accession}; the file's differ by "
            f"{shift.min():+d} to {shift.max():+d}"
        )
    stated = chain.stated
    if stated is None:
        return notes
    if stated.accession and stated.accession != domain.accession:
        notes.append(
            f"the file says {stated.label}, the sequence says {domain.name} "
            f"({domain.accession}), whose numbers are used"
        )
    elif off := int(((stated.uniprot > 0) & inside & (stated.uniprot != uniprot)).sum()):
        notes.append(
            f"the file's own table of UniProt numbers differs at {off} residues from the "
            "sequence, which counts"
        )
    return notes


def _changes(chain: Chain, domain: Domain, index: Ints) -> tuple[list[str], list[str]]:
    """Substitutions and short deletions, in order, and all deletions and insertions."""
    size = len(domain.letters)
    present = np.flatnonzero((index >= 0) & (index < size))
    there = present.tolist()
    changes, gaps = list[str](), list[str]()
    same = codes(chain.letters)[present] == codes(domain.letters)[index[present]]
    # Where the chain is as the domain and goes on from the residue before, nothing has changed.
    plain = same & (np.diff(present, prepend=-2) == 1)
    plain &= np.diff(index[present], prepend=-2) == 1
    for one in np.flatnonzero(~plain).tolist():
        i = there[one]
        letter, at = chain.letters[i], int(index[i])
        before = there[one - 1] if one else i
        bonded = one > 0 and not chain.starts[before + 1 : i + 1].any()
        missing = range(int(index[before]) + 1, at) if bonded else range(0)
        if missing:
            name = _range(domain, missing) + "del"
            gaps.append(name)
            if len(missing) <= _LONGEST_DELETION:
                changes.append(name)
        if bonded and i > before + 1:
            added = chain.letters[before + 1 : i].strip("X")
            if added:
                name = f"{_range(domain, range(int(index[before]), at + 1))}ins{added}"
                gaps.append(name)
                if len(added) <= _LONGEST_DELETION:
                    changes.append(name)
        expected = domain.letters[at]
        if letter not in ("X", expected):
            changes.append(f"{expected}{at + domain.first}{letter}")
    return changes, gaps


def _range(domain: Domain, index: range) -> str:
    """Name residues as HGVS does: ``E746_A750``."""
    ends = dict.fromkeys((index[0], index[-1]))
    return "_".join(f"{domain.letters[i]}{i + domain.first}" for i in ends)


def _joined(found: list[Numbering]) -> list[Numbering]:
    """Give all domains of a protein the numbers that each has found."""
    if len(found) < 2:
        return found
    merged = []
    for one in found:
        uniprot = one.uniprot.copy()
        for other in found:
            if other.kinase.accession == one.kinase.accession:
                pocket = np.flatnonzero(other.klifs)
                own = np.zeros(len(uniprot), dtype=bool)
                own[pocket[0] : pocket[-1] + 1] = True
                better = (other.uniprot > 0) & (own | (uniprot == 0))
                uniprot[better] = other.uniprot[better]
        merged.append(replace(one, uniprot=uniprot))
    return merged


def _unnamed(chain: Chain, what: str) -> Numbering:
    """Give KLIFS positions to a protein kinase that is not of the table, or refuse the chain."""
    letters = chain.letters
    shared = [(shared_words(letters, pocket), name, kind) for name, kind, pocket in other_kinases()]
    words, name, kind = max(shared)
    if words >= _LIPID_WORDS:
        raise StructureError(
            f"{what}: {'an' if kind[0] == 'a' else 'a'} {kind} (nearest {name}), not a protein "
            "kinase by sequence; KLIFS positions do not exist for it here"
        )
    for pattern in _LIPID_SIGNATURE:
        if hit := pattern.search(letters):
            raise StructureError(
                f"{what}: a lipid kinase (PI3/PI4-kinase signature {hit.group()} found), not a "
                "protein kinase; KLIFS positions do not exist for it"
            )
    padded, where, breaks = _padded(chain)
    index, score = find_pocket(kinome_profile(), padded, breaks)
    klifs = np.zeros(len(padded), dtype=np.intp)
    klifs[index[index >= 0]] = np.flatnonzero(index >= 0) + 1
    klifs = klifs[where]
    if score < LEAST_POCKET_SCORE:
        raise StructureError(
            f"{what}: not recognised as a protein kinase (the KLIFS pocket scores {score:.0f} "
            f"against the profile of kinases, expected {LEAST_POCKET_SCORE:.0f} or more). Name the "
            "chain with chain= if the file has another"
        )
    pocket = ["X"] * POSITIONS
    for i in np.flatnonzero(klifs):
        pocket[klifs[i] - 1] = letters[i]
    domain, identity = nearest_pocket("".join(pocket))
    landmarks = [pocket[k - 1] for k in LANDMARKS]
    wrong = sum(a not in ("X", b) for a, b in zip(landmarks, LANDMARKS.values(), strict=True))
    if wrong > 1 and identity < SAME_KINASE:
        raise StructureError(
            f"{what}: not recognised as a protein kinase ({identity:.0%} identical to {domain.name}"
            " in the pocket, the nearest; expected K, D, D, G for the β3 lysine, the catalytic "
            f"aspartate and DFG, found {', '.join(landmarks)}). Name the chain with chain= if the "
            "file has another"
        )
    note = (
        f"no human kinase; nearest: {domain.name}, {identity:.0%} identical in the pocket. Residue "
        "numbers are the file's, KLIFS positions those of the profile of kinases"
    )
    return Numbering(
        Kinase("other", "", identity, "not compared", "author"),
        np.zeros(len(letters), dtype=np.intp),
        klifs,
        (note,),
    )


def _padded(chain: Chain) -> tuple[str, Ints, Booleans]:
    """Fill residues that the numbers say are missing with X; return places and other breaks."""
    steps = chain.steps.copy()
    if len(steps):
        steps[0] = 1
    told = (steps >= 1) & (steps <= LONGEST_GAP) & (chain.joints <= 0)
    silent = (chain.joints < 0) & ~(told & (steps > 1))
    steps = np.where(told, steps, 1)
    where = np.cumsum(steps) - steps[0]
    padded = np.full(int(where[-1]) + 1, "X")
    padded[where] = list(chain.letters)
    breaks = np.zeros(len(padded), dtype=bool)
    breaks[where] = silent
    breaks[0] = False
    return "".join(padded), where, breaks
