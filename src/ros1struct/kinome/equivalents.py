"""The residue of another kinase at the same place: by KLIFS position, or by the six's alignment.

Inside the pocket any two human kinases are compared by KLIFS position; outside it the six of the
built-in alignment (ROS1, ALK, TRKA, TRKB, TRKC, MET) are.
"""

from __future__ import annotations

from functools import lru_cache

from ros1struct.arguments import checked
from ros1struct.errors import InputError
from ros1struct.kinome import literature
from ros1struct.kinome.kinases import ALIGNED, Domain, domains, find_kinase, klifs_label
from ros1struct.structure.mutation import Mutation, Substitution, parse_mutation

#: Numberings that papers use beside UniProt's canonical one: how much higher, and whose.
OTHER_NUMBERINGS = {
    "ABL1": (19, "isoform 1b"),
    "EGFR": (-24, "the mature chain"),
    "IGF1R": (-30, "the mature chain"),
    "INSR": (-27, "the mature chain"),
    "MET": (18, "the 1,408-residue isoform"),
    "NTRK1": (-6, "the 790-residue isoform"),
    "NTRK2": (16, "the 838-residue isoform"),
    "SRC": (-3, "chicken SRC"),
}
# Kinases that a message names for a residue which is theirs; more would be chance.
_MOST_OWNERS = 3


@checked
def equivalent(mutation: Mutation | str, kinase: str, *, source: str = "ROS1") -> Mutation:
    """Translate a mutation to the residues of another kinase.

    Parameters
    ----------
    mutation : Mutation or str
        Its own gene counts; without one it is read as `source`'s.
    kinase : str
        Any human protein kinase: ``"ALK"``, ``"TRKA"``, ``"P00519"``, ``"JAK2_2"``, ...
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
    >>> str(equivalent("ABL1 T315I", "EGFR"))
    'EGFR T790I'
    """
    given = parse_mutation(mutation) if isinstance(mutation, str) else mutation
    start = find_kinase(given.gene or source)[0].name
    target = find_kinase(kinase)
    changed = []
    for sub in given.substitutions:
        check_wild_type(start, sub)
        cell = _equivalent_residue(start, sub, target)
        if cell[0] == sub.mutant:
            raise InputError(
                f"{start} {sub}: the equivalent {target[0].name} {cell} already is {sub.mutant}"
            )
        changed.append(Substitution(cell[0], int(cell[1:]), sub.mutant))
    return Mutation(tuple(changed), target[0].name)


def _equivalent_residue(start: str, sub: Substitution, target: tuple[Domain, ...]) -> str:
    """Return letter and number of the residue of a kinase at the place of another's."""
    own = _domain_at(start, sub.position)
    position = own.position(sub.position) if own is not None else 0
    name = target[0].name
    if start == name:
        return f"{sub.wild_type}{sub.position}"
    if start in ALIGNED and name in ALIGNED:
        row = _rows_of(start).get(sub.position, {})
        cell, how = row.get(name, ""), "in the kinase-domain alignment"
    elif position:
        cells = {d.residue_at(position) for d in _acting(target)} - {""}
        if len(cells) > 1:
            raise InputError(
                f"{start} {sub}: {name} has two kinase domains; say "
                f"{' or '.join(d.domain for d in target)}"
            )
        cell, how = next(iter(cells), ""), f"at KLIFS position {klifs_label(position)}"
    else:
        cell, how = "", f"as it lies outside the 85 KLIFS positions of {start}"
    if not cell:
        raise InputError(f"{start} {sub}: residue {sub.position} has no equivalent in {name} {how}")
    return cell


def check_wild_type(kinase: str, substitution: Substitution) -> None:
    """Refuse a substitution whose wild-type letter is not the kinase's.

    Raises
    ------
    InputError
        Naming the residue that is there, the numbering in which the letter would fit, and the
        kinases that have such a residue in their pocket.
    """
    domain = _domain_at(find_kinase(kinase)[0].name, substitution.position)
    found = domain.letter(substitution.position) if domain is not None else ""
    if domain is None or found in ("", "X", substitution.wild_type):
        return
    hint = numbering_hint(domain.name, substitution)
    raise InputError(
        f"{domain.name} {substitution}: residue {substitution.position} is {found} in UniProt "
        f"{domain.accession}, not {substitution.wild_type}{hint}"
    )


def numbering_hint(kinase: str, substitution: Substitution) -> str:
    """Say in which other numbering, or of which kinase, a substitution would make sense.

    Parameters
    ----------
    kinase : str
        Symbol of the kinase that it does not fit; ``"other"`` for none of the table.
    substitution : Substitution

    Returns
    -------
    str
        Begins with ``"; "``, or is empty.
    """
    wild_type, number, mutant = (
        substitution.wild_type, substitution.position, substitution.mutant
    )  # fmt: skip
    said = []
    if kinase in OTHER_NUMBERINGS:
        shift, whose = OTHER_NUMBERINGS[kinase]
        there = _domain_at(kinase, number - shift)
        if there is not None and there.letter(number - shift) == wild_type:
            how = f"{abs(shift)} {'higher' if shift > 0 else 'lower'} than UniProt"
            said.append(
                f"papers number {kinase} by {whose}, too, {how} {there.accession}: "
                f"write {wild_type}{number - shift}{mutant}"
            )
    owners = [
        d.name
        for d in domains()
        if d.name != kinase and d.letter(number) == wild_type and d.position(number)
    ]
    if "ROS1" in owners:
        owners = ["ROS1"]
    if not said and 0 < len(owners) <= _MOST_OWNERS:
        said.append(
            f"{wild_type}{number} is a residue of the pocket of {', '.join(owners)}; for the "
            f"equivalent one say '{owners[0]} {substitution}'"
        )
    return "".join(f"; {text}" for text in said)


def _domain_at(kinase: str, number: int) -> Domain | None:
    """Return the domain of a kinase that has a residue, or None."""
    return next((d for d in find_kinase(kinase) if d.letter(number)), None)


def _acting(target: tuple[Domain, ...]) -> tuple[Domain, ...]:
    """Domains of a kinase that can act, where it has pseudokinase domains beside them."""
    return tuple(d for d in target if d.is_active) or target


@lru_cache(maxsize=8)
def _rows_of(kinase: str) -> dict[int, dict[str, str]]:
    """Rows of the alignment of the six by the number of one of them."""
    table = _alignment()
    return {int(row[kinase][1:]): row for row in table if row[kinase]}


@lru_cache(maxsize=1)
def _alignment() -> list[dict[str, str]]:
    rows = literature.kinase_alignment().to_dict("records")
    return [{str(k): str(v) for k, v in row.items()} for row in rows]
