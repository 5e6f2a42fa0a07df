"""Which chain of a file is the kinase, and which molecule the inhibitor."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ros1struct.errors import InputError, StructureError
from ros1struct.io.checks.damage import check_pieces
from ros1struct.io.chemistry.ligands import known_chemistry
from ros1struct.io.records import FileAtoms, FileResidue, is_amino_acid
from ros1struct.kinome.annotations import Annotations
from ros1struct.kinome.numbering import Numbering, number_domains
from ros1struct.structure.bonds import PEPTIDE_BOND
from ros1struct.structure.geometry import close_pairs
from ros1struct.structure.residues import one_letter

CONTACT = 4.5
# Smaller molecules are fragments, solvents or buffers; the smallest approved kinase inhibitor
# (fasudil) has 20 heavy atoms.
SMALLEST_INHIBITOR = 10
# Side-chain atoms that inhibitors bond to, and how far a bond to one reaches (C–S is 1.82 Å).
NUCLEOPHILES = ("SG", "NZ", "OG", "OG1", "OH")
BONDED = 2.1
SHORTEST_CHAIN = 30
# Atoms that show where a chain breaks.
_TRACE = ("N", "CA", "C")

ADDITIVES = frozenset(
    """
    ACE ACN ACT ACY BCT BEN BEZ BGC BMA BME BOG BTB BU3 CAC CIT CO3 CPS CXS DIO DMF DMS DMU
    DOD DTD DTT DTV EDO EGL EOH EPE ETA FLC FMT FUC GAL GLC GOL HED HEZ IMD IPA LDA LMT MAE
    MAL MAN MES MG8 MLA MLI MLT MOH MPD MPO MRD MXE MYR NAG NDG NH2 NH4 NME NO3 OLC P33 P4G
    P6G PDO PE4 PEG PEU PG0 PG4 PGE PGO PIN PLM PO4 POP PYR SCN SIN SO3 SO4 SPD SPM STE SUC
    TAM TAR TBU TCE TFA TLA TMO TRS UNX VO4 1PE 2PE 7PE 12P 15P XPE
    """.split()  # noqa: SIM905 (a list of this length reads worse)
)

COFACTORS = frozenset(
    """
    ATP ADP AMP ANP ACP AGS APC ADN ADX TPS GTP GDP GNP GSP NAD NAI NAP FAD FMN SAM SAH COA
    HEM
    """.split()  # noqa: SIM905 (a list of this length reads worse)
)

NUCLEOTIDES = frozenset(["A", "C", "G", "U", "I", "DA", "DC", "DG", "DT", "DU", "DI"])

KinaseChain = tuple[str, list[FileResidue], Numbering]


class Pair(NamedTuple):
    """A molecule and the kinase chain that it sits in."""

    molecule: FileResidue
    chain: str
    protein: list[FileResidue]
    numbering: Numbering


def kinase_chains(
    residues: list[FileResidue],
    wanted: str | None,
    name: str,
    annotations: Annotations | None = None,
) -> list[KinaseChain]:
    """Find the protein kinase chains of a file, numbered; one with two domains comes twice.

    Parameters
    ----------
    residues : list of FileResidue
    wanted : str or None
        Author chain, if the user named one.
    name : str
        Of the structure, for messages.
    annotations : Annotations, optional
        What the file says of its chains.

    Raises
    ------
    InputError
        If there is no such chain.
    StructureError
        If no chain is a protein kinase; every chain's reason is named.
    """
    chains: dict[str, list[FileResidue]] = {}
    for residue in residues:
        if is_amino_acid(residue):
            chains.setdefault(residue.chain, []).append(residue)
    if not chains:
        raise StructureError(f"{name}: no protein in the file; expected a kinase chain")
    if wanted is not None:
        wanted = wanted if wanted in chains else str(wanted).strip()
        if wanted not in chains:
            raise InputError(
                f"{name}: no protein chain {wanted!r}; the file has "
                f"{', '.join(repr(c) for c in chains)}"
            )
        chains = {wanted: chains[wanted]}
    found: list[KinaseChain] = []
    reasons = []
    for key, members in chains.items():
        if len(members) < SHORTEST_CHAIN:
            reasons.append(f"chain {key!r} has only {len(members)} amino acids")
            continue
        whole = sum(r.whole_backbone for r in members)
        if whole < len(members) / 2:
            reasons.append(
                f"chain {key!r} has a whole backbone in only {whole} of {len(members)} residues "
                "(a Cα trace?)"
            )
            continue
        check_pieces(members, name)
        members = _in_order(members)
        try:
            numberings = _numbered(key, members, f"{name}, chain {key!r}", annotations)
        except StructureError as error:
            reasons.append(str(error))
            continue
        found += [(key, members, numbering) for numbering in numberings]
    if not found:
        raise StructureError(f"{name}: no protein kinase chain. " + "; ".join(reasons))
    return found


def _in_order(members: list[FileResidue]) -> list[FileResidue]:
    """Residues along the chain: as the file has them, unless their numbers join more of them."""
    by_number = sorted(members, key=lambda r: (r.number, r.insertion))
    if all(a is b for a, b in zip(members, by_number, strict=True)):
        return members
    return by_number if _joined(by_number) > _joined(members) else members


def _joined(members: list[FileResidue]) -> int:
    """Count residues whose N is bonded to C of the one before."""
    c, n = _places(members, "C")[:-1], _places(members, "N")[1:]
    return int((np.linalg.norm(c - n, axis=1) < PEPTIDE_BOND).sum())


def _places(members: list[FileResidue], name: str) -> npt.NDArray[np.float64]:
    """Places of an atom in each residue, NaN where it is not there; shape (residues, 3)."""
    there = [(k, r.atoms.xyz[r.names.index(name)]) for k, r in enumerate(members)
             if name in r.names]  # fmt: skip
    found = np.full((len(members), 3), np.nan)
    if there:
        found[[k for k, _ in there]] = np.array([place for _, place in there])
    return found


def _numbered(
    chain: str, members: list[FileResidue], what: str, annotations: Annotations | None
) -> tuple[Numbering, ...]:
    letters = "".join(one_letter(r.standard) for r in members)
    numbers = np.array([r.number for r in members], dtype=np.intp)
    n, ca, c = (_places(members, name) for name in _TRACE)
    stated = None
    if annotations is not None:
        stated = annotations.of(chain, numbers, [r.insertion for r in members])
    return number_domains(letters, numbers, what=what, n=n, c=c, ca=ca, stated=stated)


def _contacts(chain: KinaseChain, molecule: FileResidue) -> int:
    """Count the inhibitor's atoms within reach of the chain's KLIFS pocket."""
    _, members, numbering = chain
    pocket = [members[k].heavy_xyz() for k in np.flatnonzero(numbering.klifs)]
    if not pocket:
        return 0
    _, j, _ = close_pairs(np.concatenate(pocket), molecule.heavy_xyz(), CONTACT)
    return len(set(j.tolist()))


def chains_around(chains: list[KinaseChain], molecules: list[FileResidue]) -> list[Pair]:
    """Pairs of a molecule and the kinase chain it sits in, most contacts first."""
    scored = [
        (_contacts(c, m), -ci, -mi, Pair(m, *c))
        for ci, c in enumerate(chains)
        for mi, m in enumerate(molecules)
    ]
    scored.sort(key=lambda s: s[:3], reverse=True)
    return [s[3] for s in scored if s[0] > 0] or [scored[0][3]]


def pick_inhibitor(
    residues: list[FileResidue],
    chains: list[KinaseChain],
    wanted: str | None,
    name: str,
    notes: list[str],
) -> Pair:
    """Choose the inhibitor and the chain it sits in.

    Parameters
    ----------
    residues : list of FileResidue
    chains : list of KinaseChain
    wanted : str or None
        ``RES``, ``RES:CHAIN`` or ``RES:CHAIN:NUMBER``, if the user named one.
    name : str
        Of the structure, for messages.
    notes : list of str
        What was decided is appended.

    Returns
    -------
    Pair

    Raises
    ------
    InputError
        If the one named is an amino acid.
    StructureError
        If there is none, several, or none in a pocket; what is there is listed.
    """
    if wanted is not None:
        candidates = [r for r in residues if _answers_to(r, wanted)]
        if not candidates:
            raise StructureError(
                f"{name}: no residue {wanted!r}; the file has these hetero residues: "
                f"{_listed(residues)}"
            )
        if is_amino_acid(candidates[0]):
            raise InputError(
                f"{name}: {candidates[0].where} is an amino acid; peptides are not handled as "
                f"inhibitors. Hetero residues in the file: {_listed(residues)}"
            )
    else:
        candidates = _candidates(residues, name)
    paired = chains_around(chains, candidates)
    check_in_pocket(chains, paired[0].molecule, name)
    why = "it has the most contacts with the pocket"
    if wanted is None:
        paired, why = _most_likely(paired, name)
    chosen = paired[0]
    if left := dict.fromkeys(p.molecule.where for p in paired if p.molecule is not chosen.molecule):
        where = chosen.molecule.where
        notes.append(f"inhibitor {where}; also there: {', '.join(left)}; taken because {why}")
    if len(chains) > 1:
        keys = ", ".join(repr(c[0]) for c in chains)
        notes.append(f"kinase chain {chosen.chain!r} of {keys}, the inhibitor's")
    return chosen


def all_pairs(residues: list[FileResidue], chains: list[KinaseChain], name: str) -> list[Pair]:
    """Every molecule that may be an inhibitor, with the chain whose pocket it is in.

    Parameters
    ----------
    residues : list of FileResidue
    chains : list of KinaseChain
    name : str
        Of the structure, for messages.

    Returns
    -------
    list of Pair
        In the order of the chains; at least one.

    Raises
    ------
    StructureError
        If there is no candidate, or none in a pocket.
    """
    candidates = _candidates(residues, name)
    best: dict[int, tuple[int, int]] = {}
    for k, molecule in enumerate(candidates):
        counts = [_contacts(chain, molecule) for chain in chains]
        best[k] = max(counts), counts.index(max(counts))
    pairs = []
    for at, chain in enumerate(chains):
        own = {k: count for k, (count, c) in best.items() if c == at and count > 0}
        most = max(own.values(), default=0)
        pairs += [Pair(candidates[k], *chain) for k, count in own.items() if count >= most / 2]
    if not pairs:
        check_in_pocket(chains, candidates[0], name)
    return pairs


def _candidates(residues: list[FileResidue], name: str) -> list[FileResidue]:
    """Molecules of some size that are no solvent, buffer or cofactor; at least one."""
    found = [
        r
        for r in _others(residues)
        if r.name not in ADDITIVES | COFACTORS and len(r.heavy) >= SMALLEST_INHIBITOR
    ]
    if not found:
        raise StructureError(
            f"{name}: no inhibitor found (hetero residues: {_listed(residues)}"
            f"{_peptides(residues)}); expected a molecule of {SMALLEST_INHIBITOR} or more heavy "
            "atoms that is no solvent, buffer or cofactor. Name one with ligand=, or give a pose "
            "file"
        )
    return found


def _others(residues: list[FileResidue]) -> list[FileResidue]:
    return [r for r in residues if not (is_amino_acid(r) or r.name in NUCLEOTIDES)]


def _listed(residues: list[FileResidue]) -> str:
    return ", ".join(dict.fromkeys(r.where for r in _others(residues))) or "none"


def check_in_pocket(chains: list[KinaseChain], molecule: FileResidue, name: str) -> None:
    """Refuse a molecule that touches the pocket of no chain.

    Raises
    ------
    StructureError
        Naming the molecule and the chains.
    """
    if not any(_contacts(chain, molecule) for chain in chains):
        raise StructureError(
            f"{name}: {molecule.where} touches no pocket residue of "
            f"{', '.join(f'chain {c[0]!r}' for c in chains)} within {CONTACT} Å; name another "
            "with ligand= or chain="
        )


def _peptides(residues: list[FileResidue]) -> str:
    length = Counter(r.chain for r in residues if is_amino_acid(r))
    short = [f"{c!r} ({n} amino acids)" for c, n in length.items() if n < SHORTEST_CHAIN]
    return f"; peptide chains, not handled as inhibitors: {', '.join(short)}" if short else ""


def _most_likely(paired: list[Pair], name: str) -> tuple[list[Pair], str]:
    """Prefer the first chain; in it the bonded molecule, then one in the pocket, then known ones.

    Returns
    -------
    paired : list of Pair
        The chosen one first.
    why : str
        What decided.

    Raises
    ------
    StructureError
        If two different molecules are left.
    """
    first = min(p.chain for p in paired)
    here = [p for p in paired if p.chain == first]
    why = f"chain {first!r} is the first with an inhibitor"
    # A molecule that is bonded to the chain beats free ones, one in the pocket those outside it.
    if len(here) > 1 and (bonded := [p for p in here if _is_bonded(p.molecule, p.protein)]):
        if len(bonded) < len(here):
            why = "it is bonded to the protein"
        here = bonded
    if len(here) > 1:
        count = {id(p): _contacts(p[1:], p.molecule) for p in here}
        most = max(count.values())
        inside = [p for p in here if count[id(p)] >= most / 2]
        if len(inside) < len(here):
            rest = max(n for n in count.values() if n < most / 2)
            why = f"{most} of its atoms touch the pocket, of another {rest} at most"
        here = inside
    known = [p for p in here if known_chemistry(p.molecule.name) is not None]
    if known and len(known) < len(here):
        why = "it is a known drug"
    pool = known or here
    if not known:
        largest = max(len(p.molecule.heavy) for p in here)
        pool = [p for p in here if len(p.molecule.heavy) == largest]
        if len(pool) < len(here):
            why = "it is the largest"
    if len({p.molecule.name for p in pool}) > 1:
        raise StructureError(
            f"{name}: several inhibitors: {', '.join(p.molecule.where for p in pool)}; name one "
            f"with ligand=, e.g. ligand={pool[0].molecule.name!r}"
        )
    chosen = pool[0]
    rest_of = sorted((p for p in paired if p is not chosen), key=lambda p: p.chain != first)
    return [chosen, *rest_of], why


def _is_bonded(molecule: FileResidue, members: list[FileResidue]) -> bool:
    """Whether a carbon, boron or sulphur of a molecule is bonded to a side chain."""
    heads = FileAtoms.join([r.atoms for r in members])
    heads = heads[np.isin(heads.name, NUCLEOPHILES)]
    own = molecule.heavy[np.isin(molecule.heavy.element, ("C", "B", "S"))]
    return len(close_pairs(heads.xyz, own.xyz, BONDED)[0]) > 0


def _answers_to(residue: FileResidue, wanted: str) -> bool:
    parts = wanted.split(":")
    mine = (residue.name, residue.chain, f"{residue.number}{residue.insertion}")
    return len(parts) <= 3 and all(
        a.upper() == b.upper() if i == 0 else a == b
        for i, (a, b) in enumerate(zip(parts, mine, strict=False))
    )
