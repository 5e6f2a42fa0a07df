"""What a person writes for a residue or a mutation of a complex: by number, or by KLIFS position.

Numbers are UniProt's wherever the kinase is known, the author's where it is not or where they are
asked for. ``GK:45`` is the gatekeeper of any kinase, ``GK:45M`` its mutation to methionine.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from ros1struct.errors import InputError
from ros1struct.kinome.equivalents import check_wild_type, equivalent, numbering_hint
from ros1struct.kinome.kinases import POSITIONS, find_kinase, klifs_label
from ros1struct.structure.complex import Complex
from ros1struct.structure.mutation import Mutation, Substitution, parse_mutation

_POSITION = re.compile(r"(?:([A-Za-z.]+):)?([1-9]\d?)")
_CHANGE = re.compile(r"([A-Za-z.]+:[1-9]\d?)([A-Z])")


def numbered_by(complex: Complex, numbering: str | None) -> Complex:
    """Return the complex with tables and mutations in UniProt's or in the author's numbers.

    Parameters
    ----------
    complex : Complex
    numbering : {"uniprot", "author"} or None
        None for the complex as it is.

    Raises
    ------
    InputError
        If there is no such numbering, or UniProt's is asked of a kinase that is not human.

    Examples
    --------
    >>> import ros1struct as rs
    >>> numbered_by(rs.load("2WGJ"), "author").kinase.numbering
    'author'
    """
    if numbering is None or numbering == complex.kinase.numbering:
        return complex
    if numbering not in ("uniprot", "author"):
        raise InputError(f"numbering must be 'uniprot' or 'author', found {numbering!r}")
    if numbering == "uniprot" and not complex.kinase.accession:
        raise InputError(
            f"{complex.name}: residue numbers of UniProt were asked for, and the chain is no human "
            "kinase; leave numbering out for the file's own"
        )
    return complex.with_changes(kinase=replace(complex.kinase, numbering=numbering))


def find_position(text: str) -> int:
    """Read a KLIFS position: ``"hinge:48"`` or ``"48"``.

    Returns
    -------
    int
        1 to 85; 0 where the text is none.

    Raises
    ------
    InputError
        If the position is not of the region that is named.

    Examples
    --------
    >>> find_position("hinge:48"), find_position("45"), find_position("G2032")
    (48, 45, 0)
    """
    match = _POSITION.fullmatch(text.strip())
    position = int(match[2]) if match else 0
    if match is None or position > POSITIONS:
        return 0
    label = klifs_label(position)
    if match[1] and match[1].casefold() != label.partition(":")[0].casefold():
        raise InputError(f"{text}: KLIFS position {position} is {label}")
    return position


def read_residue(complex: Complex, text: str) -> int:
    """Return the index of the residue that a text names.

    Parameters
    ----------
    complex : Complex
    text : str
        A residue as tables print it (``"G2032"``), or a KLIFS position (``"hinge:48"``, ``"48"``).

    Raises
    ------
    InputError
        If the structure has no such residue.

    Examples
    --------
    >>> import ros1struct as rs
    >>> met = rs.load("2WGJ")
    >>> met.residue_label(read_residue(met, "GK:45"))
    'L1157'
    """
    r = complex.residues
    protein = np.flatnonzero(r.role == "protein")
    if position := find_position(text):
        hit = protein[r.klifs[protein] == position]
        said = f"KLIFS position {klifs_label(position)}"
    else:
        hit = np.array([i for i in protein if complex.residue_label(int(i)) == text], dtype=int)
        said = f"residue {text!r}"
    if not len(hit):
        some = complex.residue_label(int(protein[len(protein) // 2]))
        raise InputError(
            f"{complex.name}: no {said} in the structure; expected one such as {some!r}, or a "
            "KLIFS position such as 'GK:45'; ros1struct.pocket lists those of the pocket"
        )
    return int(hit[0])


def read_mutation(complex: Complex, text: str) -> Mutation:
    """Read a mutation in the numbers of a complex.

    Parameters
    ----------
    complex : Complex
    text : str
        As for :func:`ros1struct.parse_mutation`, or by KLIFS position: ``"GK:45M"``.

    Raises
    ------
    InputError
        If it is not understood, or the structure lacks a KLIFS position.

    Examples
    --------
    >>> import ros1struct as rs
    >>> str(read_mutation(rs.load("2WGJ"), "GK:45M"))
    'L1157M'
    """
    parts = [_CHANGE.fullmatch(part) for part in text.split("/")]
    if not all(parts):
        return parse_mutation(text)
    changes = []
    for part in parts:
        assert part is not None
        residue = read_residue(complex, part[1])
        changes.append(_change_at(complex, residue, part[2], text))
    return Mutation(tuple(changes))


def is_by_position(text: str) -> bool:
    """Whether a text names a mutation by KLIFS positions, so that it needs a complex to be read."""
    return all(_CHANGE.fullmatch(part) for part in text.split("/"))


def carry_over(complex: Complex, mutation: Mutation) -> Mutation:
    """Translate a mutation that names another kinase to the residues and numbers of a complex.

    Parameters
    ----------
    complex : Complex
    mutation : Mutation

    Returns
    -------
    Mutation
        Without a gene where the kinase of the complex has none; itself where it names no gene, or
        the complex's.

    Raises
    ------
    InputError
        If a residue has no equivalent, or the wild-type letter is wrong.

    Examples
    --------
    >>> import ros1struct as rs
    >>> str(carry_over(rs.load("2WGJ"), rs.parse_mutation("ABL1 T315I")))
    'MET L1157I'
    """
    if not mutation.gene:
        return mutation
    source, own = find_kinase(mutation.gene)[0].name, complex.kinase.name
    if source == own:
        return Mutation(mutation.substitutions, own)
    if complex.kinase.accession and len(find_kinase(own)) == 1:
        there = equivalent(mutation, own)
        if complex.kinase.numbering == "uniprot":
            return there
        return Mutation(tuple(_by_author(complex, s) for s in there), own)
    # Of the complex's own domain where a kinase has two, or where it is not of the table.
    changes = []
    for sub in mutation.substitutions:
        check_wild_type(source, sub)
        at = max(d.position(sub.position) for d in find_kinase(source))
        hit = np.flatnonzero(complex.residues.klifs == at) if at else np.zeros(0, dtype=int)
        if not len(hit):
            raise InputError(
                f"{source} {sub}: residue {sub.position} has no equivalent in {complex.name} by "
                "KLIFS position"
            )
        changes.append(_change_at(complex, int(hit[0]), sub.mutant, f"{source} {sub}"))
    return Mutation(tuple(changes), own if complex.kinase.accession else None)


def wild_type_at(complex: Complex, residue: int) -> str:
    """Return the letter that the kinase has at a residue by UniProt, ``""`` where unknown."""
    number, kinase = int(complex.residues.uniprot[residue]), complex.kinase
    if not (number and kinase.accession):
        return ""
    return next((d.letter(number) for d in find_kinase(kinase.name) if d.letter(number)), "")


def misfit(complex: Complex, substitution: Substitution) -> str:
    """Say in which numbering a substitution whose letter is wrong in a complex would fit.

    Returns
    -------
    str
        Begins with ``"; "``, or is empty.
    """
    r, kinase = complex.residues, complex.kinase
    said = ""
    other = "author" if kinase.numbering == "uniprot" else "uniprot"
    numbers = r.number if other == "author" else r.uniprot
    hit = np.flatnonzero((numbers == substitution.position) & (r.role == "protein"))
    for i in hit[:1].tolist():
        label = complex.residue_label(i)
        if r.letter[i] == substitution.wild_type and complex.numbers[i] != substitution.position:
            whose = "the file's author" if other == "author" else f"UniProt {kinase.accession}"
            said = f"; by the numbers of {whose} it is {label}: write {label}{substitution.mutant}"
    return said or numbering_hint(kinase.name, substitution)


def _by_author(complex: Complex, sub: Substitution) -> Substitution:
    hit = np.flatnonzero(complex.residues.uniprot == sub.position)
    if not len(hit):
        raise InputError(f"{sub}: residue {sub.position} of UniProt is not in {complex.name}")
    return Substitution(sub.wild_type, int(complex.residues.number[hit[0]]), sub.mutant)


def _change_at(complex: Complex, residue: int, mutant: str, text: str) -> Substitution:
    letter, number = str(complex.residues.letter[residue]), int(complex.numbers[residue])
    if letter == mutant:
        label = complex.residue_label(residue)
        raise InputError(f"{text}: {label} of {complex.name} already is {mutant}")
    return Substitution(letter, number, mutant)
