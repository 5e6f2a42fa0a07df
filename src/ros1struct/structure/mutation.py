"""Amino-acid substitutions, parsed strictly and printed exactly.

``parse_mutation(str(m)) == m`` for every mutation, and ``str(parse_mutation(x)) == x`` for every
``x`` in one-letter notation. Nothing is guessed: what is not understood is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ros1struct.arguments import checked
from ros1struct.errors import InputError

AMINO_ACIDS = "ACDEFGHIKLMNPQRSTVWY"
# Of a list in a file: a million mutations and more.
MOST_BYTES = 10_000_000

_THREE_LETTER = {
    "Ala": "A",
    "Cys": "C",
    "Asp": "D",
    "Glu": "E",
    "Phe": "F",
    "Gly": "G",
    "His": "H",
    "Ile": "I",
    "Lys": "K",
    "Leu": "L",
    "Met": "M",
    "Asn": "N",
    "Pro": "P",
    "Gln": "Q",
    "Arg": "R",
    "Ser": "S",
    "Thr": "T",
    "Val": "V",
    "Trp": "W",
    "Tyr": "Y",
}
_SUBSTITUTION = re.compile(r"([A-Z][a-z]{2}|[A-Z])([1-9][0-9]{0,4})([A-Z][a-z]{2}|[A-Z])")
_GENE = re.compile(r"[A-Z][A-Z0-9]*")
_MUTATION = re.compile(r"(?:(?P<gene>[A-Z][A-Z0-9]*) )?(?:p\.)?(?P<changes>[^ ]+)")
_EXPECTED = "expected a substitution such as G2032R, p.Gly2032Arg or S1986F/L2000V"


@dataclass(frozen=True, slots=True)
class Substitution:
    """One amino acid in place of another.

    Parameters
    ----------
    wild_type, mutant : str
        One of the 20 amino acids, one letter, upper case.
    position : int
        Residue number, 1 or more (UniProt numbering, unless the caller says otherwise).

    Raises
    ------
    InputError
        If a letter is not an amino acid, both are the same, or the position is below 1.

    Examples
    --------
    >>> str(Substitution("G", 2032, "R"))
    'G2032R'
    """

    wild_type: str
    position: int
    mutant: str

    def __post_init__(self) -> None:
        for letter in (self.wild_type, self.mutant):
            if len(letter) != 1 or letter not in AMINO_ACIDS:
                raise InputError(
                    f"mutation {self}: {letter!r} is not one of the 20 amino acids "
                    f"{AMINO_ACIDS}; only substitutions between them are handled"
                )
        if self.wild_type == self.mutant:
            raise InputError(
                f"mutation {self}: synonymous, the amino acid stays {self.mutant}; "
                "give a mutant that differs from the wild type"
            )
        if self.position < 1:
            raise InputError(f"mutation {self}: expected a position of 1 or more")

    def __str__(self) -> str:
        return f"{self.wild_type}{self.position}{self.mutant}"


@dataclass(frozen=True, slots=True)
class Mutation:
    """One substitution or several in the same molecule (a compound mutation).

    Parameters
    ----------
    substitutions : tuple of Substitution
        At least one, each at its own position, in the order written.
    gene : str, optional
        Gene symbol such as ``ROS1``; None where the text named none.

    Raises
    ------
    InputError
        If there is no substitution, a position occurs twice, or the gene is not a symbol.

    Examples
    --------
    >>> compound = Mutation((Substitution("S", 1986, "F"), Substitution("L", 2000, "V")))
    >>> str(compound), compound.is_compound
    ('S1986F/L2000V', True)
    """

    substitutions: tuple[Substitution, ...]
    gene: str | None = None

    def __post_init__(self) -> None:
        if not self.substitutions:
            raise InputError(f"mutation: {_EXPECTED}, found none")
        seen: set[int] = set()
        for substitution in self.substitutions:
            if substitution.position in seen:
                raise InputError(
                    f"mutation {self.change}: position {substitution.position} occurs twice; "
                    "a compound mutation changes each residue once"
                )
            seen.add(substitution.position)
        if self.gene is not None and not _GENE.fullmatch(self.gene):
            raise InputError(
                f"mutation {self.change}: expected a gene symbol such as ROS1, found {self.gene!r}"
            )
        if self.gene is not None and _SUBSTITUTION.fullmatch(self.gene):
            raise InputError(
                f"mutation: expected a gene before {self.change}, found the substitution "
                f"{self.gene}; write {self.gene}/{self.change} for a compound mutation, "
                f"{self.gene},{self.change} for two mutations"
            )

    @property
    def change(self) -> str:
        """The substitutions in one-letter notation, without the gene."""
        return "/".join(map(str, self.substitutions))

    @property
    def is_compound(self) -> bool:
        """Whether more than one residue changes."""
        return len(self.substitutions) > 1

    @property
    def in_order(self) -> Mutation:
        """The same mutation, its substitutions by position: equal however it was written."""
        return Mutation(tuple(sorted(self, key=lambda s: s.position)), self.gene)

    def __iter__(self) -> Iterator[Substitution]:
        return iter(self.substitutions)

    def __len__(self) -> int:
        return len(self.substitutions)

    def __str__(self) -> str:
        return self.change if self.gene is None else f"{self.gene} {self.change}"


@checked
def parse_mutation(text: str) -> Mutation:
    """Read one mutation; refuse everything else.

    Parameters
    ----------
    text : str
        ``G2032R``, ``p.G2032R``, ``p.Gly2032Arg``, with or without a gene symbol and a blank
        before it (``ROS1 p.G2032R``), several substitutions joined by ``/``.

    Returns
    -------
    Mutation
        In the order written.

    Raises
    ------
    InputError
        If the text is anything else: empty, lower case, an unknown letter, a stop or a
        frameshift, a synonymous change, a position given twice.

    Examples
    --------
    >>> str(parse_mutation("ROS1 p.Gly2032Arg"))
    'ROS1 G2032R'
    >>> [s.position for s in parse_mutation("S1986F/L2000V")]
    [1986, 2000]
    """
    try:
        return _read(text)
    except InputError as error:
        suggestion = _suggestion(text)
        if not suggestion:
            raise
        raise InputError(f"{error}; write {suggestion}") from error


def parse_mutations(source: str | Path) -> tuple[Mutation, ...]:
    """Read several mutations, from comma-separated text or from a file with one per line.

    Parameters
    ----------
    source : str or Path
        A ``str`` is always text (``G2032R,L2026M``), a ``Path`` always a file: UTF-8, one
        mutation per line, ``#`` starts a comment, blank lines do not count.

    Returns
    -------
    tuple of Mutation
        At least one, in the order written, each once.

    Raises
    ------
    InputError
        If one of them is not a mutation (for a file, with its line number), one is given twice,
        there is none, or the file cannot be read.

    Examples
    --------
    >>> [str(m) for m in parse_mutations("G2032R, S1986F/L2000V")]
    ['G2032R', 'S1986F/L2000V']
    """
    return _each_once(split_mutations(source))


def split_mutations(source: str | Path) -> list[tuple[str, str]]:
    """Take the texts of mutations apart, from comma-separated text or from a file.

    Parameters
    ----------
    source : str or Path
        As for :func:`parse_mutations`.

    Returns
    -------
    list of (str, str)
        Where each stands, for messages, and the text, not yet read.

    Raises
    ------
    InputError
        If a file cannot be read or holds none.

    Examples
    --------
    >>> split_mutations("G2032R, GK:45M")
    [('item 1', 'G2032R'), ('item 2', 'GK:45M')]
    """
    if isinstance(source, str):
        parts = [part.strip() for part in source.split(",")]
        return [(f"item {n}", part) for n, part in enumerate(parts, 1)]
    try:
        with source.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise InputError(
                f"{source}: more than {MOST_BYTES:,} bytes; expected a list of mutations, one per "
                "line. Split it"
            )
        lines = data.decode("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{source}: expected a UTF-8 text file with one mutation per line, found {error}"
        ) from error
    entries = [(n, line.split("#", 1)[0].strip()) for n, line in enumerate(lines, 1)]
    named = [(f"{source}, line {n}", entry) for n, entry in entries if entry]
    if not named:
        raise InputError(f"{source}: expected one mutation per line, found none")
    return named


def _each_once(entries: Iterable[tuple[str, str]]) -> tuple[Mutation, ...]:
    first: dict[Mutation, str] = {}
    found = []
    for where, entry in entries:
        try:
            mutation = parse_mutation(entry)
        except InputError as error:
            raise InputError(f"{where}: {error}") from error
        if mutation.in_order in first:
            before = first[mutation.in_order]
            raise InputError(f"{where}: {mutation} was already given ({before})")
        first[mutation.in_order] = where
        found.append(mutation)
    return tuple(found)


def _read(text: str) -> Mutation:
    whole = _MUTATION.fullmatch(text)
    if whole is None:
        raise InputError(f"mutation: {_EXPECTED}, found {repr(text) if text else 'nothing'}")
    substitutions = tuple(_substitution(part, text) for part in whole["changes"].split("/"))
    return Mutation(substitutions, whole["gene"])


def _substitution(part: str, text: str) -> Substitution:
    match = _SUBSTITUTION.fullmatch(part)
    if match is None:
        found = repr(part) if part == text else f"{part!r} in {text!r}"
        unknown = re.fullmatch(r"([A-Z*])[1-9][0-9]*([A-Z*])", part)
        if unknown:  # only a stop gets here: the letters A-Z are looked at by Substitution
            found += " (a stop: only the 20 amino acids are handled)"
        raise InputError(f"mutation: {_EXPECTED}, found {found}")
    wild_type, position, mutant = match.groups()
    if len(wild_type) != len(mutant):
        raise InputError(f"mutation: {part!r} mixes one- and three-letter names; use one of them")
    return Substitution(_letter(wild_type, part), int(position), _letter(mutant, part))


def _letter(name: str, part: str) -> str:
    if len(name) == 1:
        return name
    if name not in _THREE_LETTER:
        raise InputError(
            f"mutation {part}: {name!r} is not one of the 20 amino acids "
            f"{' '.join(_THREE_LETTER)}; only substitutions between them are handled"
        )
    return _THREE_LETTER[name]


def _suggestion(text: str) -> str:
    """Say how to write it, where only letter case or blanks are wrong."""
    upper = " ".join(text.split()).upper().replace("P.", "p.")
    titled = re.sub(r"[A-Z]{3}(?=[1-9][0-9]*[A-Z]{3})|(?<=[0-9])[A-Z]{3}", _title, upper)
    try:
        return str(_read(titled))
    except InputError:
        return ""


def _title(match: re.Match[str]) -> str:
    return match[0].title()
