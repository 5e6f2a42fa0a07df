"""The human protein kinases: names, UniProt accessions, domains and their KLIFS positions.

References
----------
Modi V, Dunbrack RL. Sci Rep 2019, 9:19790 (the domains and their sequences).
Kanev GK et al. Nucleic Acids Res 2021, 49:D562-D569 (the KLIFS positions).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from ros1struct.arguments import checked
from ros1struct.errors import InputError, did_you_mean

Ints = npt.NDArray[np.intp]

#: KLIFS positions of a pocket.
POSITIONS = 85
#: The six of the built-in alignment over the whole domain, with ROS1 first.
ALIGNED = ("ROS1", "ALK", "NTRK1", "NTRK2", "NTRK3", "MET")

#: The regions of the pocket and the first position of each.
REGIONS = {
    "I": 1, "g.l": 4, "II": 10, "III": 14, "alphaC": 20, "b.l": 31, "IV": 38, "V": 42, "GK": 45,
    "hinge": 46, "linker": 49, "alphaD": 53, "alphaE": 60, "VI": 65, "c.l": 68, "VII": 76,
    "VIII": 79, "xDFG": 80, "a.l": 84,
}  # fmt: skip

# What an active kinase shows at these positions: β3 Lys, catalytic Asp, DFG Asp and Gly.
LANDMARKS = {17: "K", 70: "D", 81: "D", 83: "G"}
_GREEK = str.maketrans({"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "-": "", " ": ""})


@dataclass(frozen=True, eq=False)
class Domain:
    """A kinase domain of the human genome, in UniProt numbers.

    Attributes
    ----------
    name : str
        Gene symbol, ``"JAK2"``.
    domain : str
        The same, or with the domain's place in the chain where there are two: ``"JAK2_2"``.
    group : str
        Of the kinome's tree: ``"TYR"``, ``"AGC"``, ...
    accession : str
        UniProt.
    first : int
        Number of the first letter.
    letters : str
        One-letter codes.
    basis : {"KLIFS", "profile"}
        Where the KLIFS positions come from: KLIFS' own pocket, or the profile of all of them.
    runs : str
        KLIFS positions and residues from which on both count up: ``"1:246 14:268 20:"``.
    """

    name: str
    domain: str
    group: str
    accession: str
    first: int
    letters: str
    basis: str
    runs: str

    @property
    def last(self) -> int:
        """Number of the last letter."""
        return self.first + len(self.letters) - 1

    @cached_property
    def pocket(self) -> Ints:
        """UniProt number at each of the 85 KLIFS positions, 0 where there is none."""
        return read_runs(self.runs)

    @cached_property
    def klifs(self) -> Ints:
        """KLIFS position of each letter, 0 for none."""
        found = np.zeros(len(self.letters), dtype=np.intp)
        there = np.flatnonzero(self.pocket)
        found[self.pocket[there] - self.first] = there + 1
        return found

    @property
    def is_active(self) -> bool:
        """Whether it has the residues of catalysis, which pseudokinases lack."""
        return all(self.residue_at(k)[:1] == letter for k, letter in LANDMARKS.items())

    def letter(self, number: int) -> str:
        """One-letter code at a UniProt number, or ``""`` outside the domain."""
        at = number - self.first
        return self.letters[at] if 0 <= at < len(self.letters) else ""

    def position(self, number: int) -> int:
        """KLIFS position of a UniProt number, 0 for none."""
        return int(self.klifs[number - self.first]) if self.letter(number) else 0

    def residue_at(self, position: int) -> str:
        """Residue at a KLIFS position as letter and number, or ``""``."""
        number = int(self.pocket[position - 1])
        return f"{self.letter(number)}{number}" if number else ""


def read_runs(text: str) -> Ints:
    """Read the numbers at the 85 KLIFS positions from runs that both count up.

    Examples
    --------
    >>> read_runs("1:246 14:")[[0, 12, 13]].tolist()
    [246, 258, 0]
    """
    numbers = np.zeros(POSITIONS, dtype=np.intp)
    for run in text.split():
        start, _, number = run.partition(":")
        at = int(start) - 1
        numbers[at:] = np.arange(POSITIONS - at) + int(number) if number else 0
    return numbers


@lru_cache(maxsize=1)
def domains() -> tuple[Domain, ...]:
    """Return the human kinase domains, in the order of the kinome's groups."""
    return tuple(
        Domain(
            row["name"],
            row["domain"],
            row["group"],
            row["accession"],
            int(row["first"]),
            row["sequence"],
            row["basis"],
            row["klifs"],
        )
        for row in _rows("human_kinases")
    )


@lru_cache(maxsize=1)
def other_kinases() -> tuple[tuple[str, str, str], ...]:
    """Return name, kind and pocket of kinases that are no protein kinases by sequence."""
    return tuple((r["name"], r["kind"], r["pocket"]) for r in _rows("other_kinases"))


@checked
def find_kinase(text: str) -> tuple[Domain, ...]:
    """Return the domains of a kinase.

    Parameters
    ----------
    text : str
        Gene symbol, common name, UniProt accession, or domain; case, blanks and hyphens do not
        count.

    Returns
    -------
    tuple of Domain
        Mostly one; two for the JAK and RSK families and a few others.

    Raises
    ------
    InputError
        If there is no such human kinase; near names are suggested.

    Examples
    --------
    >>> [d.domain for d in find_kinase("HER2")], [d.domain for d in find_kinase("JAK2")]
    (['ERBB2'], ['JAK2_1', 'JAK2_2'])
    """
    found = _names().get(_plain(text))
    if found is None:
        near = did_you_mean(text.upper(), [d.name for d in domains()] + [*_spelled()])
        raise InputError(f"{text!r} is no human protein kinase of the table.{near}")
    return found


def kinase_name(text: str) -> str:
    """Return the gene symbol of a kinase (see :func:`find_kinase`).

    Examples
    --------
    >>> kinase_name("TrkA"), kinase_name("P00519"), kinase_name("p38α")
    ('NTRK1', 'ABL1', 'MAPK14')
    """
    return find_kinase(text)[0].name


def same_kinase(one: str, other: str) -> bool:
    """Whether two names are of one kinase; unknown names are compared as they are."""
    a, b = (_names().get(_plain(text)) for text in (one, other))
    return _plain(one) == _plain(other) if a is None or b is None else a[0].name == b[0].name


@lru_cache(maxsize=128)
def klifs_label(index: int) -> str:
    """Name a KLIFS position: ``"hinge:48"``; ``""`` for 0.

    Examples
    --------
    >>> klifs_label(51)
    'linker:51'
    """
    region = [name for name, first in REGIONS.items() if first <= index]
    return f"{region[-1]}:{index}" if region else ""


def _plain(text: str) -> str:
    return text.translate(_GREEK).upper()


def _rows(table: str) -> list[dict[str, str]]:
    text = (files("ros1struct") / "data" / f"{table}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@lru_cache(maxsize=1)
def _spelled() -> dict[str, str]:
    """Gene symbols by common name."""
    return {
        alias: row["name"] for row in _rows("human_kinases") for alias in row["aliases"].split()
    }


@lru_cache(maxsize=1)
def _names() -> dict[str, tuple[Domain, ...]]:
    found: dict[str, tuple[Domain, ...]] = {}
    for domain in domains():
        for name in {domain.name, domain.accession}:
            found[_plain(name)] = (*found.get(_plain(name), ()), domain)
    for domain in domains():
        found.setdefault(_plain(domain.domain), (domain,))
    for alias, name in _spelled().items():
        found.setdefault(_plain(alias), found[_plain(name)])
    return found
