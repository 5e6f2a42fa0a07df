"""What a structure file says of its chains: UniProt accession, numbers, tags and mutations.

PDB files say it in DBREF, DBREF1, DBREF2 and SEQADV, mmCIF files in ``_struct_ref_seq``,
``_struct_ref_seq_dif`` and, residue by residue, in ``_pdbx_sifts_xref_db``. It is a statement to
be checked: the sequence decides.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import gemmi

Ints = npt.NDArray[np.intp]
Booleans = npt.NDArray[np.bool_]

# Chain and number with insertion code.
_Key = tuple[str, int, str]


@dataclass(frozen=True, eq=False)
class Stated:
    """What a file says of one chain, residue by residue.

    Attributes
    ----------
    accession : str
        UniProt.
    label : str
        The same with the entry's name: ``"P08922 (ROS1_HUMAN)"``.
    uniprot : ndarray of int, shape (residues,)
        0 where the file says nothing.
    tags : ndarray of bool, shape (residues,)
        True for residues of expression tags and other additions.
    """

    accession: str
    label: str
    uniprot: Ints
    tags: Booleans


@dataclass(frozen=True)
class _Range:
    chain: str
    accession: str
    entry: str
    first: int
    last: int
    uniprot: int


@dataclass(eq=False)
class Annotations:
    """The statements of a file; :meth:`of` picks those of one chain."""

    ranges: list[_Range] = field(default_factory=list)
    tags: set[_Key] = field(default_factory=set)
    residues: dict[_Key, tuple[str, int]] = field(default_factory=dict)

    def of(self, chain: str, numbers: Ints, insertions: list[str]) -> Stated | None:
        """Return what is stated of a chain, or None.

        Parameters
        ----------
        chain : str
            Author chain.
        numbers : ndarray of int, shape (residues,)
            Author numbers.
        insertions : list of str
            Insertion codes.
        """
        mine = [r for r in self.ranges if r.chain == chain]
        uniprot = np.zeros(len(numbers), dtype=np.intp)
        accession = np.full(len(numbers), "", dtype=object)
        plain = np.array([not code for code in insertions], dtype=bool)
        for r in mine:
            inside = (numbers >= r.first) & (numbers <= r.last) & plain
            uniprot[inside] = numbers[inside] - r.first + r.uniprot
            accession[inside] = r.accession
        keys = [(chain, int(n), code) for n, code in zip(numbers, insertions, strict=True)]
        for i, key in enumerate(keys):
            if key in self.residues:
                accession[i], uniprot[i] = self.residues[key]
        named = [a for a in accession if a]
        if not named:
            return None
        # A chain may have several proteins; the kinase is mostly the longest.
        most = max(dict.fromkeys(named), key=named.count)
        entry = next((r.entry for r in mine if r.accession == most and r.entry), "")
        uniprot[accession != most] = 0
        tags = np.array([key in self.tags for key in keys], dtype=bool)
        return Stated(most, f"{most} ({entry})" if entry else most, uniprot, tags)


def read_pdb(text: str) -> Annotations:
    """Read DBREF, DBREF1, DBREF2 and SEQADV of a PDB file.

    Examples
    --------
    >>> line = "DBREF  1M17 A  671   998  UNP    P00533   EGFR_HUMAN     695   1022"
    >>> read_pdb(line).of("A", np.array([766]), [""]).uniprot.tolist()
    [790]
    """
    found = Annotations()
    split: dict[str, tuple[int, int, str]] = {}
    for line in text[: _end_of_header(text)].splitlines():
        kind, chain = line[:6], line[12:13].strip()
        if kind == "DBREF " and line[26:32].strip() in ("UNP", "SWS"):
            spans = [_number(line[a:b]) for a, b in ((14, 18), (20, 24), (55, 60))]
            _add(found, chain, line[33:41].strip(), line[42:54].strip(), spans)
        elif kind == "DBREF1" and line[26:32].strip() == "UNP":
            a, b = _number(line[14:18]), _number(line[20:24])
            if a is not None and b is not None:
                split[chain] = (a, b, line[47:67].strip())
        elif kind == "DBREF2" and chain in split:
            a, b, entry = split.pop(chain)
            _add(found, chain, line[18:40].strip(), entry, [a, b, _number(line[45:55])])
        elif kind == "SEQADV" and "TAG" in line[49:]:
            chain = line[16:17].strip()
            if (number := _number(line[18:22])) is not None:
                found.tags.add((chain, number, line[22:23].strip()))
    return found


def read_cif(block: gemmi.cif.Block, structure: gemmi.Structure) -> Annotations:
    """Read the references of an mmCIF block.

    Parameters
    ----------
    block : gemmi.cif.Block
    structure : gemmi.Structure
        Made from it; it knows the author's names of residues.
    """
    found = Annotations()
    names = {row["entity_id"]: row for row in _table(block, "_struct_ref.") if "entity_id" in row}
    codes = {row.get("id", ""): row.get("db_code", "") for row in names.values()}
    for row in _table(block, "_struct_ref_seq."):
        spans = [
            _number(row.get(key, ""))
            for key in (
                "pdbx_auth_seq_align_beg",
                "pdbx_auth_seq_align_end",
                "db_align_beg",
            )
        ]
        chain, accession = row.get("pdbx_strand_id", ""), row.get("pdbx_db_accession", "")
        _add(found, chain, accession, codes.get(row.get("ref_id", ""), ""), spans)
    for row in _table(block, "_struct_ref_seq_dif."):
        number = _number(row.get("pdbx_auth_seq_num", ""))
        if "tag" in row.get("details", "").lower() and number is not None:
            chain, code = row.get("pdbx_pdb_strand_id", ""), row.get("pdbx_pdb_ins_code", "")
            found.tags.add((chain, number, code))
    sifts = _table(block, "_pdbx_sifts_xref_db.")
    if sifts and len(structure):
        author = {
            (residue.subchain, str(residue.label_seq)): (
                chain.name,
                int(residue.seqid.num or 0),
                residue.seqid.icode.strip(),
            )
            for chain in structure[0]
            for residue in chain
        }
        for row in sifts:
            key = author.get((row.get("asym_id", ""), row.get("seq_id", "")))
            number = _number(row.get("unp_num", ""))
            if key is not None and number is not None and row.get("unp_acc", ""):
                found.residues[key] = (row["unp_acc"], number)
    return found


def _end_of_header(text: str) -> int:
    records = ("ATOM  ", "HETATM")
    if text.startswith(records):
        return 0
    ends = [text.find(f"\n{record}") for record in records]
    return min((e for e in ends if e >= 0), default=len(text))


def _add(
    found: Annotations, chain: str, accession: str, entry: str, spans: list[int | None]
) -> None:
    first, last, uniprot = spans
    # UniProt's accessions begin with a letter; other data bases' are numbers.
    if first is not None and last is not None and uniprot is not None and accession[:1].isalpha():
        # Isoforms (P00519-2) count for themselves.
        plain = accession.partition("-")[0]
        if plain == accession:
            found.ranges.append(_Range(chain, accession, entry, first, last, uniprot))


def _number(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None


def _table(block: gemmi.cif.Block, category: str) -> list[dict[str, str]]:
    """Rows of a category, names in lower case, missing values left out."""
    columns: dict[str, list[Any]] = block.get_mmcif_category(category)
    names = [name.lower() for name in columns]
    return [
        {k: str(v) for k, v in zip(names, row, strict=True) if v not in (None, False)}
        for row in zip(*columns.values(), strict=True)
    ]
