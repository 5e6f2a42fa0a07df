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
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from ros1struct.errors import StructureError
from ros1struct.kinome.alignment import (
    NOWHERE,
    Placement,
    align,
    codes,
    find_joints,
    fits,
    place,
)
from ros1struct.kinome.annotations import Stated
from ros1struct.kinome.kinases import LANDMARKS, POSITIONS, Domain, other_kinases
from ros1struct.kinome.profile import find_pocket, kinome_profile
from ros1struct.kinome.words import nearest_pocket, rank_domains, shared_words
from ros1struct.structure.complex import Complex
from ros1struct.structure.topology import Kinase

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.intp]
Booleans = npt.NDArray[np.bool_]

#: A chain is a kinase of the table when this much of what can be compared is identical.
SAME_KINASE = 0.9
FEWEST_RESIDUES = 20
# Nats of the residues at KLIFS positions against the profile. Of 336 domains left out of it 334
# have 72 or more, HASPIN 54 and STK35 52 (which are known by name); 991 of 992 shuffled and reversed
# domains have 28 or less, one 44, and 37 proteins that are no kinases 19 or less.
LEAST_POCKET_SCORE = 48.0
# Words of a pocket of a lipid or atypical kinase that a chain must share to be called that.
_LIPID_WORDS = 8
# A jump of the author's numbers that is negative or longer is a renumbered part, not a loop.
_LONGEST_GAP = 60
# Identical residues that a part of the chain needs to tell its own offset.
_TELLING = 8
_LONGEST_DELETION = 20
# Identical part of a chain laid on a kinase in whole pieces below which no indel explains the rest.
_WORTH_ALIGNING = 0.3
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


@dataclass(frozen=True, eq=False)
class _Chain:
    """A chain as it is compared."""

    letters: str
    numbers: Ints
    joints: npt.NDArray[np.int8]
    stated: Stated | None

    @cached_property
    def steps(self) -> Ints:
        return np.diff(self.numbers, prepend=self.numbers[:1] - 1)

    @cached_property
    def starts(self) -> Booleans:
        """First residues of pieces: after a break, or where numbers jump and atoms do not tell."""
        return (self.joints < 0) | ((self.joints == 0) & (self.steps != 1))

    @cached_property
    def parts(self) -> Ints:
        """Parts within which the author's numbers count missing residues."""
        silent = (self.joints < 0) & (self.steps == 1)
        jumped = (self.joints > 0) & (self.steps != 1)
        far = (self.steps < 0) | (self.steps > _LONGEST_GAP)
        first = np.arange(len(self.steps)) == 0
        return np.cumsum((silent | jumped | far) & ~first)


@dataclass(frozen=True, eq=False)
class _Match:
    """A chain laid on a domain."""

    domain: Domain
    placement: Placement
    identical: int
    compared: int

    @property
    def identity(self) -> float:
        return self.identical / self.compared if self.compared >= FEWEST_RESIDUES else 0.0


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
    chain = _Chain(letters, numbers, joints, stated)
    found: list[Numbering] = []
    left = chain
    while len(left.letters) - left.letters.count("X") >= FEWEST_RESIDUES:
        match = _best_match(left)
        if match is None:
            break
        found.append(_named(chain, left, match[0], match[1]))
        index = match[0].placement.index
        inside = (index >= 0) & (index < len(match[0].domain.letters))
        rest = np.where(inside, ord("X"), codes(left.letters)).astype(np.uint8)
        left = replace(left, letters=rest.tobytes().decode("ascii"))
    if not found:
        return (_unnamed(chain, what),)
    return tuple(_joined(found))


def _best_match(chain: _Chain) -> tuple[_Match, list[Domain]] | None:
    """Find the domain that a chain is, and others that fit as well; None where none fits."""
    matches = [_match(chain, domain) for domain in rank_domains(chain.letters)]
    matches = [m for m in matches if m.identity >= SAME_KINASE]
    if not matches:
        return None
    most = max(m.identical for m in matches)
    best = [m for m in matches if m.identical == most]
    told = {chain.stated.accession} if chain.stated else set()
    best.sort(key=lambda m: (-m.identity, m.domain.accession not in told))
    equal = [m for m in best if m.identity == best[0].identity]
    return best[0], [m.domain for m in equal[1:]]


def _match(chain: _Chain, domain: Domain) -> _Match:
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


def _counted(chain: _Chain, domain: Domain, placement: Placement) -> _Match:
    letters, reference = codes(chain.letters), codes(domain.letters)
    index = placement.index
    compared = (index >= 0) & (index < len(reference)) & (letters != ord("X"))
    same = letters[compared] == reference[index[compared]]
    return _Match(domain, placement, int(same.sum()), int(compared.sum()))


def _hint(chain: _Chain, domain: Domain) -> Ints:
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


def _extended(chain: _Chain, placement: Placement, domain: Domain, hint: Ints) -> Placement:
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


def _named(whole: _Chain, chain: _Chain, match: _Match, equal: list[Domain]) -> Numbering:
    domain, index = match.domain, match.placement.index
    size = len(domain.letters)
    inside = (index >= 0) & (index < size)
    uniprot = np.where(index > NOWHERE // 2, index + domain.first, 0)
    tags = whole.stated.tags if whole.stated is not None else None
    if tags is not None:
        uniprot[tags & ~inside] = 0
    uniprot = np.maximum(uniprot, 0)
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


def _label(chain: _Chain, index: int) -> str:
    return f"{chain.letters[index]}{chain.numbers[index]}"


def _about_numbers(chain: _Chain, domain: Domain, uniprot: Ints, inside: Booleans) -> list[str]:
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


def _changes(chain: _Chain, domain: Domain, index: Ints) -> tuple[list[str], list[str]]:
    """Substitutions and short deletions, in order, and all deletions and insertions."""
    size = len(domain.letters)
    there = [i for i, at in enumerate(index.tolist()) if 0 <= at < size]
    changes, gaps = [], []
    for one, i in enumerate(there):
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
                inside = other.klifs > 0
                uniprot[inside] = other.uniprot[inside]
        merged.append(replace(one, uniprot=uniprot))
    return merged


def _unnamed(chain: _Chain, what: str) -> Numbering:
    """Number a protein kinase that is not of the table, or say that it is none."""
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


def _padded(chain: _Chain) -> tuple[str, Ints, Booleans]:
    """Fill residues that the numbers say are missing with X; return places and other breaks."""
    steps = chain.steps.copy()
    if len(steps):
        steps[0] = 1
    told = (steps >= 1) & (steps <= _LONGEST_GAP) & (chain.joints <= 0)
    silent = (chain.joints < 0) & ~(told & (steps > 1))
    steps = np.where(told, steps, 1)
    where = np.cumsum(steps) - steps[0]
    padded = np.full(int(where[-1]) + 1, "X")
    padded[where] = list(chain.letters)
    breaks = np.zeros(len(padded), dtype=bool)
    breaks[where] = silent
    breaks[0] = False
    return "".join(padded), where, breaks


def by_author(complex: Complex) -> Complex:
    """Return the complex with tables and mutations in the author's numbers.

    Examples
    --------
    >>> import ros1struct as rs
    >>> by_author(rs.load("2WGJ")).kinase.numbering
    'author'
    """
    return complex.with_changes(kinase=replace(complex.kinase, numbering="author"))
