"""Every substitution at every pocket position: what could break an inhibitor next."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from ros1struct.clashes.definitions import ClashDefinition
from ros1struct.errors import InputError
from ros1struct.io.border import takes_complex
from ros1struct.kinome.kinases import klifs_label
from ros1struct.kinome.residue_numbers import read_residue
from ros1struct.resistance.scan import scan
from ros1struct.structure.complex import Complex
from ros1struct.structure.mutation import AMINO_ACIDS, Mutation, Substitution
from ros1struct.structure.progress import Progress, reporter

if TYPE_CHECKING:
    import pandas as pd

# The standard genetic code, codons in the order TTT, TTC, TTA, TTG, TCT, ... GGG (NCBI table 1).
_BASES = "TCAG"
_CODE = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
CODONS = MappingProxyType(
    dict(zip((a + b + c for a in _BASES for b in _BASES for c in _BASES), _CODE, strict=True))
)


@lru_cache(maxsize=512)
def nucleotides(wild_type: str, mutant: str) -> str:
    """From how many codons of an amino acid one nucleotide makes another amino acid.

    The coding sequence of the patient's gene is not part of the package: this is the genetic code
    alone. *every* holds whichever codon the gene uses, *no* too; *some* depends on it.

    Parameters
    ----------
    wild_type, mutant : str
        One-letter codes.

    Returns
    -------
    str
        ``every``, ``some`` or ``no`` codon of the wild type.

    Examples
    --------
    >>> nucleotides("D", "N"), nucleotides("G", "R"), nucleotides("L", "M"), nucleotides("G", "K")
    ('every', 'every', 'some', 'no')
    """
    of = {letter: [c for c, aa in CODONS.items() if aa == letter] for letter in (wild_type, mutant)}
    reached = [
        any(sum(x != y for x, y in zip(a, b, strict=True)) == 1 for b in of[mutant])
        for a in of[wild_type]
    ]
    return "every" if all(reached) else "some" if any(reached) else "no"


def one_nucleotide_away(wild_type: str, mutant: str) -> bool:
    """Whether some codon of one amino acid turns into one of another by a single nucleotide.

    Parameters
    ----------
    wild_type, mutant : str
        One-letter codes.

    Examples
    --------
    >>> one_nucleotide_away("G", "R"), one_nucleotide_away("G", "K")
    (True, False)
    """
    return nucleotides(wild_type, mutant) != "no"


@takes_complex("one")
def saturation(
    complex: Complex,
    residues: str | Iterable[str] | None = None,
    *,
    definition: str | ClashDefinition = "chimerax",
    details: bool = False,
    workers: int = 1,
    progress: Progress = None,
    frame: int | None = None,
) -> pd.DataFrame:
    """Scan all 19 substitutions at every KLIFS position of a complex, or at some.

    Parameters
    ----------
    complex : Complex or str
        A text is loaded by :func:`ros1struct.load`.
    residues : str or iterable of str, optional
        Those of the pocket to scan, such as ``G2032``, ``linker:51`` or ``51``; by default all.
        Those that touch the inhibitor are ``contacts(complex).query("klifs != ''")["residue"]``.
    definition : str or ClashDefinition
    details : bool
        Whether to add what stands behind a score (see :func:`ros1struct.scan`).
    workers : int
        Processes; the table is the same for any number.
    progress : bool or callable, optional
        True for a progress bar; a function is called with (rows done, rows in all).
    frame : int, optional
        Which frame, from 0; needed where the complex has several.

    Returns
    -------
    DataFrame
        The columns of :func:`ros1struct.scan`, by KLIFS position, with ``wild_type``, ``mutant``,
        ``nucleotides`` (whether one nucleotide makes the mutant from ``every``, ``some`` or ``no``
        codon of the wild type) and ``one_nucleotide`` (from some or every). Substitutions that
        need the backbone to move, and places where none can be built, have a row with the reason.

    Raises
    ------
    InputError
        If nothing is known by the text, a residue is not in the pocket, or a definition is
        unknown.

    Examples
    --------
    >>> table = saturation("2WGJ", ["G1163"])
    >>> len(table), table.loc[table["one_nucleotide"], "mutant"].tolist()
    (19, ['A', 'C', 'D', 'E', 'R', 'S', 'V', 'W'])
    """
    r = complex.residues
    places = sorted(np.flatnonzero(r.klifs > 0), key=lambda i: int(r.klifs[i]))
    if residues is not None:
        listed = [residues] if isinstance(residues, str) else list(residues)
        wanted, outside = set(), []
        for text in listed:
            try:
                wanted.add(read_residue(complex, text))
            except InputError:
                outside.append(text)
        outside += [complex.residue_label(i) for i in wanted if i not in places]
        if outside:
            raise InputError(
                f"{complex.name}: expected residues of its pocket such as "
                f"{complex.residue_label(int(places[0]))!r}, found "
                f"{', '.join(map(repr, outside))}; ros1struct.pocket lists them"
            )
        places = [i for i in places if i in wanted]
    subs = [
        Substitution(str(r.letter[i]), int(complex.numbers[i]), letter)
        for i in places
        if str(r.letter[i]) in AMINO_ACIDS
        for letter in AMINO_ACIDS
        if letter != r.letter[i]
    ]
    table = scan(
        complex,
        [Mutation((s,)) for s in subs],
        definition=definition,
        details=details,
        workers=workers,
        progress=reporter(progress, "saturation"),
    )
    # A row that could not be measured still has its place in the pocket.
    labels = {int(complex.numbers[i]): klifs_label(int(r.klifs[i])) for i in places}
    table["klifs"] = [labels[s.position] for s in subs]
    table.insert(5, "wild_type", [s.wild_type for s in subs])
    table.insert(6, "mutant", [s.mutant for s in subs])
    table.insert(7, "nucleotides", [nucleotides(s.wild_type, s.mutant) for s in subs])
    table.insert(8, "one_nucleotide", [one_nucleotide_away(s.wild_type, s.mutant) for s in subs])
    return table
