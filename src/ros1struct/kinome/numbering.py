"""UniProt numbers and KLIFS pocket positions for a chain; equivalent residues between kinases.

The six kinases of the built-in alignment (ROS1, ALK, TRKA, TRKB, TRKC, MET) get UniProt numbers.
Any other protein kinase keeps its author numbers and gets KLIFS positions by sequence alignment
to a profile: the six averaged, the residues that all protein kinases share weighted up, gaps dear
within strands and helices and cheap between them. KLIFS itself aligns by structure, so a position
in a loop of variable length (glycine-rich loop, αC–β4 loop, linker) may differ there; the β3
lysine, the catalytic aspartate and DFG are checked.

References
----------
van Linden OPJ et al. J Med Chem 2014, 57:249-277; Kanev GK et al. Nucleic Acids Res 2021,
49:D562-D569 (the 85 KLIFS positions).
Henikoff S, Henikoff JG. PNAS 1992, 89:10915-10919 (BLOSUM62).
Hanks SK, Hunter T. FASEB J 1995, 9:576-596 (the residues that protein kinases share).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from ros1struct.errors import InputError, StructureError, did_you_mean
from ros1struct.kinome import literature
from ros1struct.kinome.alignment import Profile, align
from ros1struct.structure.complex import Complex
from ros1struct.structure.mutation import Mutation, Substitution, parse_mutation
from ros1struct.structure.residue_types import ONE_TO_THREE
from ros1struct.structure.topology import Kinase

Ints = npt.NDArray[np.intp]

ACCESSIONS = {
    "ROS1": "P08922",
    "ALK": "Q9UM73",
    "NTRK1": "P04629",
    "NTRK2": "Q16620",
    "NTRK3": "Q16288",
    "MET": "P08581",
}
ALIASES = {"TRKA": "NTRK1", "TRKB": "NTRK2", "TRKC": "NTRK3"}

# A chain is one of the six when this much of what can be compared is identical: point mutants of
# a kinase stay far above, the closest pair of the six (TRKB and TRKC) is told apart by taking the
# best, and any other human kinase stays below 0.7.
SAME_KINASE = 0.85
FEWEST_RESIDUES = 20
# Summed profile score of the residues at KLIFS positions. Kinase domains (26 kinases) have 202 to
# 340, random 70% of their pockets 139 or more; 37 proteins that are no kinases 108 or less.
LEAST_POCKET_SCORE = 130.0

# Signatures of the lipid kinases, which share the DFG and an HRD-like motif with protein kinases:
# PROSITE PS00915 and PS00916 (phosphatidylinositol 3- and 4-kinases).
_LIPID_KINASE = (
    re.compile("[LIVMFAC]K.{1,3}[DEA][DE][LIVMC]RQ[DE].{4}Q"),
    re.compile("[GS].[AV].{3}[LIVM].{2}[FYH][LIVM]{2}.[LIVMF].DRH.{2}N"),
)
# Positions that any active protein kinase shows: β3 Lys, catalytic Asp, DFG Asp and Gly.
_LANDMARKS = {17: "K", 70: "D", 81: "D", 83: "G"}
# What nearly all protein kinases share (Hanks & Hunter), by KLIFS position.
_SHARED = {
    4: "G", 6: "G", 11: "V", 15: "A", 17: "K", 24: "E", 68: "H", 69: "R", 70: "D", 72: "K", 75: "N",
    81: "D", 82: "F", 83: "G",
}  # fmt: skip
# KLIFS positions between which insertions and deletions are rare: strands, helices, the hinge, the
# catalytic loop and DFG. The turns between them are where kinases differ in length.
_BLOCKS = ((1, 13), (14, 19), (20, 30), (33, 41), (42, 49), (52, 58), (60, 62), (63, 78), (79, 85))
# In units of BLOSUM62; the landmarks of 27 chains do not move for a bonus of 6 to 9 and a gap
# within a block of -12 to -20.
_SHARED_BONUS = 6.0
_GAP_WITHIN, _GAP_BETWEEN = (-15.0, -2.0), (-4.0, -0.1)

REGIONS = (
    "I", "g.l", "II", "III", "alphaC", "b.l", "IV", "V", "GK", "hinge", "linker",
    "alphaD", "alphaE", "VI", "c.l", "VII", "VIII", "xDFG", "a.l",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Reference:
    """A kinase of the built-in alignment."""

    name: str
    first: int
    letters: str
    klifs: Ints

    def letter(self, number: int) -> str:
        """One-letter code at a UniProt number, or ``""`` outside the alignment."""
        at = number - self.first
        return self.letters[at] if 0 <= at < len(self.letters) else ""


# Read once; the functions of :mod:`ros1struct.kinome.literature` make a copy at every call.
_pocket = lru_cache(maxsize=1)(literature.klifs_pocket)
_alignment = lru_cache(maxsize=1)(literature.kinase_alignment)


@lru_cache(maxsize=128)
def klifs_label(index: int) -> str:
    """Name a KLIFS position: ``"hinge:48"``; ``""`` for 0.

    Examples
    --------
    >>> klifs_label(51)
    'linker:51'
    """
    return str(_pocket()["klifs_label"].iloc[index - 1]) if index else ""


@lru_cache(maxsize=1)
def references() -> tuple[Reference, ...]:
    """Return the kinases of the built-in alignment, each over its kinase domain."""
    found = []
    for name in ACCESSIONS:
        cells = [c for c in _alignment()[name] if c]
        numbers = [int(c[1:]) for c in cells]
        first, last = min(numbers), max(numbers)
        letters = ["X"] * (last - first + 1)
        klifs = np.zeros(last - first + 1, dtype=np.intp)
        for cell, number in zip(cells, numbers, strict=True):
            letters[number - first] = cell[0]
        for index, cell in enumerate(_pocket()[name], start=1):
            if cell:
                klifs[int(cell[1:]) - first] = index
        found.append(Reference(name, first, "".join(letters), klifs))
    return tuple(found)


def kinase_name(text: str) -> str:
    """Return the name used here for a kinase of the alignment.

    Raises
    ------
    InputError
        If it is not one of the six.

    Examples
    --------
    >>> kinase_name("TrkA")
    'NTRK1'
    """
    name = ALIASES.get(text.upper(), text.upper())
    if name not in ACCESSIONS:
        raise InputError(
            f"kinase {text!r} is not in the built-in alignment; known are "
            f"{', '.join([*ACCESSIONS, *ALIASES])}.{did_you_mean(text, [*ACCESSIONS, *ALIASES])}"
        )
    return name


@dataclass(frozen=True, eq=False)
class Numbering:
    """What :func:`number_chain` finds: a kinase, and per residue UniProt and KLIFS (0 for none)."""

    kinase: Kinase
    uniprot: Ints
    klifs: Ints


def number_chain(letters: str, numbers: Ints, *, what: str = "chain") -> Numbering:
    """Put UniProt numbers and KLIFS positions on a chain.

    Parameters
    ----------
    letters : str
        One-letter codes of the residues that the file has, ``X`` for unknown.
    numbers : ndarray of int, shape (residues,)
        Author numbers, which show where residues are missing.
    what : str
        File and chain, for messages.

    Returns
    -------
    Numbering

    Raises
    ------
    StructureError
        If the chain is not a protein kinase.
    """
    numbers = np.asarray(numbers, dtype=np.intp)
    by_offset = max(
        (_try_offset(ref, letters, numbers) for ref in references()), key=lambda n: n[0]
    )
    padded, where = _pad(letters, numbers)
    if by_offset[0] >= SAME_KINASE:
        identity, ref, uniprot = by_offset
        if identity < 1:
            # Mutants stay; but where part of the file counts differently, an alignment finds more.
            aligned = _extend(_align(ref, padded)[where], numbers)
            if _identical(ref, letters, aligned) > _identical(ref, letters, uniprot):
                uniprot = aligned
        return _named(ref, letters, uniprot, _identity(ref, letters, uniprot))
    for pattern in _LIPID_KINASE:
        if hit := pattern.search(letters):
            raise StructureError(
                f"{what}: a lipid kinase (PI3/PI4-kinase signature {hit.group()} found), not a "
                "protein kinase; KLIFS positions do not exist for it"
            )
    ref = max(references(), key=lambda r: float(_aligner().score(r.letters, padded)))
    uniprot = _align(ref, padded)[where]
    identity = _identity(ref, letters, uniprot)
    if identity >= SAME_KINASE:
        return _named(ref, letters, _extend(uniprot, numbers), identity)
    columns = align(_profile(), padded)[0][where]
    klifs = np.where(columns >= 0, _columns()[columns], 0)
    in_pocket = np.flatnonzero(klifs)
    score = _profile().scores[columns[in_pocket], [ord(letters[i]) - ord("A") for i in in_pocket]]
    if score.sum() < LEAST_POCKET_SCORE:
        raise StructureError(
            f"{what}: not recognised as a protein kinase (the KLIFS pocket scores "
            f"{score.sum():.0f} against the profile of kinases, expected {LEAST_POCKET_SCORE:.0f} "
            "or more). Name the chain with chain= if the file has another"
        )
    return _other(ref, letters, klifs, identity, what)


def _try_offset(ref: Reference, letters: str, numbers: Ints) -> tuple[float, Reference, Ints]:
    """Compare author numbers, all moved by the best constant, with a reference."""
    chain, domain = np.frombuffer(letters.encode(), "S1"), np.frombuffer(ref.letters.encode(), "S1")
    i, j = np.nonzero(chain[:, None] == domain)
    if not len(i):
        return 0.0, ref, numbers
    offset, _ = Counter((j + ref.first - numbers[i]).tolist()).most_common(1)[0]
    moved = numbers + offset
    # A number that comes again is an insertion (100, 100A): no residue of the reference.
    moved[np.setdiff1d(np.arange(len(moved)), np.unique(moved, return_index=True)[1])] = 0
    return _identity(ref, letters, moved), ref, moved


def _pad(letters: str, numbers: Ints) -> tuple[str, Ints]:
    """Fill residues that the numbering says are missing with X; return each residue's place."""
    steps = np.diff(numbers)
    # A jump that is negative or very long is a renumbered part, not a missing loop.
    steps = np.where((steps < 1) | (steps > 60), 1, steps)
    where = np.concatenate([[0], np.cumsum(steps)]).astype(np.intp)
    padded = np.full(where[-1] + 1, "X")
    padded[where] = list(letters)
    return "".join(padded), where


@lru_cache(maxsize=1)
def _aligner() -> Any:
    from Bio.Align import PairwiseAligner, substitution_matrices

    aligner = PairwiseAligner(mode="global")  # type: ignore[no-untyped-call]
    aligner.substitution_matrix = substitution_matrices.load("BLOSUM62")  # type: ignore[no-untyped-call]
    aligner.open_gap_score, aligner.extend_gap_score = -11.0, -1.0
    aligner.end_gap_score = 0.0
    return aligner


def _align(ref: Reference, padded: str) -> Ints:
    """UniProt number in the reference of each letter, 0 where unaligned."""
    alignment = _aligner().align(ref.letters, padded)[0]
    target = np.zeros(len(padded), dtype=np.intp)
    for (t0, t1), (q0, q1) in zip(*alignment.aligned, strict=True):
        target[q0:q1] = np.arange(t0, t1) + ref.first
    return target


@lru_cache(maxsize=1)
def _columns() -> Ints:
    """KLIFS position of each column of the alignment, 0 for none."""
    return np.array([int(c.split(":")[1]) if c else 0 for c in _alignment()["klifs_label"]])


@lru_cache(maxsize=1)
def _profile() -> Profile:
    """Make one profile of the six kinases (see the head of this module)."""
    from Bio.Align import substitution_matrices

    matrix = substitution_matrices.load("BLOSUM62")  # type: ignore[no-untyped-call]
    klifs = _columns()
    scores = np.zeros((len(klifs), 26))
    for row, cells in enumerate(_alignment()[list(ACCESSIONS)].to_numpy()):
        for letter in ONE_TO_THREE:
            there = [matrix[letter][cell[0]] for cell in cells if cell]
            scores[row, ord(letter) - ord("A")] = np.mean(there)
        if shared := _SHARED.get(int(klifs[row])):
            scores[row, ord(shared) - ord("A")] += _SHARED_BONUS
    # The block of each column: its own, or that of the KLIFS positions on both sides of it.
    before = np.maximum.accumulate(klifs)
    after = np.minimum.accumulate(np.where(klifs > 0, klifs, 99)[::-1])[::-1]
    block = np.full(len(klifs), -1)
    for index, (first, last) in enumerate(_BLOCKS):
        block[(first <= before) & (after <= last)] = index
    starts = np.diff(block, prepend=-1) != 0
    inside, joined = block >= 0, (block >= 0) & ~starts
    (dear, dear_next), (cheap, cheap_next) = _GAP_WITHIN, _GAP_BETWEEN
    return Profile(
        scores,
        insert_open=np.where(joined, dear, cheap),
        insert_extend=np.where(joined, dear_next, cheap_next),
        delete_open=np.where(inside, dear, cheap),
        # A deletion that runs on into a block pays for it as one that begins there.
        delete_extend=np.where(joined, dear_next, np.where(inside, dear, cheap_next)),
    )


def _identity(ref: Reference, letters: str, uniprot: Ints) -> float:
    """Identical part of the residues that both have; 0 where these are too few to tell."""
    pairs = [(a, ref.letter(int(n))) for a, n in zip(letters, uniprot, strict=True)]
    pairs = [(a, b) for a, b in pairs if a != "X" and b not in ("", "X")]
    if len(pairs) < FEWEST_RESIDUES:
        return 0.0
    return sum(a == b for a, b in pairs) / len(pairs)


def _identical(ref: Reference, letters: str, uniprot: Ints) -> int:
    """Count the residues that have the reference's letter."""
    return sum(
        a == ref.letter(int(n)) != "X" for a, n in zip(letters, uniprot, strict=True) if n > 0
    )


def _extend(uniprot: Ints, numbers: Ints) -> Ints:
    """Carry the numbers at both ends of the domain on into the flanks."""
    filled = uniprot.copy()
    known = np.flatnonzero(uniprot)
    head, tail = known[0], known[-1]
    filled[:head] = numbers[:head] + (uniprot[head] - numbers[head])
    filled[tail + 1 :] = numbers[tail + 1 :] + (uniprot[tail] - numbers[tail])
    return filled


def _named(ref: Reference, letters: str, uniprot: Ints, identity: float) -> Numbering:
    klifs = np.zeros(len(uniprot), dtype=np.intp)
    changes = []
    for i, (letter, number) in enumerate(zip(letters, uniprot, strict=True)):
        expected = ref.letter(int(number))
        if not expected:
            continue
        klifs[i] = ref.klifs[number - ref.first]
        if "X" not in (letter, expected) and letter != expected:
            changes.append(f"{expected}{number}{letter}")
    variant = "/".join(changes) or "WT"
    kinase = Kinase(ref.name, ACCESSIONS[ref.name], identity, variant, "uniprot")
    return Numbering(kinase, uniprot, klifs)


def _other(ref: Reference, letters: str, klifs: Ints, identity: float, what: str) -> Numbering:
    at = {int(k): letters[i] for i, k in enumerate(klifs) if k}
    landmarks = [at.get(k, "X") for k in _LANDMARKS]
    wrong = sum(a not in ("X", b) for a, b in zip(landmarks, _LANDMARKS.values(), strict=True))
    if wrong > 1:
        raise StructureError(
            f"{what}: not recognised as a protein kinase ({identity:.0%} identical to {ref.name}, "
            "the closest of the alignment; expected K, D, D, G for the β3 lysine, the catalytic "
            f"aspartate and DFG, found {', '.join(landmarks)}). Name the chain with chain= if the "
            "file has another"
        )
    return Numbering(
        Kinase("other", "", identity, "not compared", "author"),
        np.zeros(len(letters), dtype=np.intp),
        klifs,
    )


def equivalent(mutation: Mutation | str, kinase: str, *, source: str = "ROS1") -> Mutation:
    """Translate a mutation to the residues of another kinase of the alignment.

    Parameters
    ----------
    mutation : Mutation or str
        Its own gene counts; without one it is read as `source`'s.
    kinase : str
        ``"ALK"``, ``"TRKA"`` or ``"NTRK1"``, ...
    source : str
        Kinase of a mutation that names none.

    Returns
    -------
    Mutation
        With the target's own wild-type letters and UniProt numbers.

    Raises
    ------
    InputError
        If a residue has no equivalent, if the wild-type letter is wrong, or if the equivalent
        residue already is the mutant's.

    Examples
    --------
    >>> str(equivalent("G2032R", "ALK"))
    'ALK G1202R'
    >>> str(equivalent("NTRK2 G623R", "ROS1"))
    'ROS1 G2032R'
    """
    given = parse_mutation(mutation) if isinstance(mutation, str) else mutation
    start, target = kinase_name(given.gene or source), kinase_name(kinase)
    table = _alignment()
    cells = {int(c[1:]): i for i, c in enumerate(table[start]) if c}
    changed = []
    for sub in given.substitutions:
        check_wild_type(start, sub)
        row = cells.get(sub.position)
        cell = str(table[target].iloc[row]) if row is not None else ""
        if not cell:
            raise InputError(
                f"{start} {sub}: residue {sub.position} has no equivalent in {target} "
                "in the kinase-domain alignment"
            )
        if cell[0] == sub.mutant:
            raise InputError(
                f"{start} {sub}: the equivalent {target} {cell} already is {sub.mutant}"
            )
        changed.append(Substitution(cell[0], int(cell[1:]), sub.mutant))
    return Mutation(tuple(changed), target)


def check_wild_type(kinase: str, substitution: Substitution) -> None:
    """Refuse a substitution whose wild-type letter is not the kinase's.

    Raises
    ------
    InputError
        Naming the residue that is there; for TRKB also the isoform whose numbers are 16 higher.
    """
    ref = next(r for r in references() if r.name == kinase_name(kinase))
    found = ref.letter(substitution.position)
    if found in ("", "X", substitution.wild_type):
        return
    hint = ""
    if ref.name == "NTRK2" and ref.letter(substitution.position - 16) == substitution.wild_type:
        right = f"{substitution.wild_type}{substitution.position - 16}{substitution.mutant}"
        hint = (
            f"; papers number TRKB by the 838-residue isoform, 16 higher than UniProt Q16620: "
            f"write {right}"
        )
    raise InputError(
        f"{ref.name} {substitution}: residue {substitution.position} is {found} in UniProt "
        f"{ACCESSIONS[ref.name]}, not {substitution.wild_type}{hint}"
    )


def by_author(complex: Complex) -> Complex:
    """Return the complex with tables and mutations in the author's numbers.

    Examples
    --------
    >>> import ros1struct as rs
    >>> by_author(rs.load("2WGJ")).kinase.numbering
    'author'
    """
    return complex.with_changes(kinase=replace(complex.kinase, numbering="author"))
