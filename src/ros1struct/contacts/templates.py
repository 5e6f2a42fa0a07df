"""Templates of residues and molecules: what each atom can do, and where its hydrogens stand.

A residue's chemistry is a SMILES with atom names, capped as in a chain; the SMARTS of a contact
definition type it, as they type the inhibitor's molecule.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ros1struct.contacts.definitions import FEATURES, ContactDefinition
from ros1struct.errors import InputError

if TYPE_CHECKING:
    from rdkit.Chem import Atom, Mol

Ints = npt.NDArray[np.intp]

# One bit per feature, in the order of FEATURES, and one for metals.
BIT = {name: 1 << k for k, name in enumerate((*FEATURES, "metal"))}

# How the hydrogens of a donor stand (see `mode` of Prepared).
NONE, AWAY, PLANAR, TETRAHEDRAL, CONE, FREE = range(6)

# Bond lengths to hydrogen in Å and, for one-armed donors, the angle at the donor in degrees
# (nuclear positions: Allen FH, Bruno IJ. Acta Crystallogr B 2010, 66:380-386; S-H of thiols 1.34).
BOND = {"N": 1.01, "O": 0.98, "S": 1.34, "C": 1.09}
CONE_ANGLE = {"S": 96.5}
TETRAHEDRAL_ANGLE = 109.5

# Side chain from CB on as SMILES, and the names of its atoms in that order.
SIDE_CHAINS = {
    "GLY": ("", ""),
    "ALA": ("C", "CB"),
    "VAL": ("C(C)C", "CB CG1 CG2"),
    "LEU": ("CC(C)C", "CB CG CD1 CD2"),
    "ILE": ("C(CC)C", "CB CG1 CD1 CG2"),
    "MET": ("CCSC", "CB CG SD CE"),
    "MSE": ("CC[Se]C", "CB CG SE CE"),
    "CYS": ("CS", "CB SG"),
    "CYX": ("CSSC", "CB SG - -"),
    "CYM": ("C[S-]", "CB SG"),
    "SER": ("CO", "CB OG"),
    "SEP": ("COP(=O)([O-])[O-]", "CB OG P O1P O2P O3P"),
    "THR": ("C(O)C", "CB OG1 CG2"),
    "TPO": ("C(OP(=O)([O-])[O-])C", "CB OG1 P O1P O2P O3P CG2"),
    "ASP": ("CC(=O)[O-]", "CB CG OD1 OD2"),
    "ASH": ("CC(=O)O", "CB CG OD1 OD2"),
    "ASN": ("CC(=O)N", "CB CG OD1 ND2"),
    "GLU": ("CCC(=O)[O-]", "CB CG CD OE1 OE2"),
    "GLH": ("CCC(=O)O", "CB CG CD OE1 OE2"),
    "GLN": ("CCC(=O)N", "CB CG CD OE1 NE2"),
    "LYS": ("CCCC[NH3+]", "CB CG CD CE NZ"),
    "LYN": ("CCCCN", "CB CG CD CE NZ"),
    "ARG": ("CCCNC(=[NH2+])N", "CB CG CD NE CZ NH1 NH2"),
    "HID": ("Cc1cnc[nH]1", "CB CG CD2 NE2 CE1 ND1"),
    "HIE": ("Cc1c[nH]cn1", "CB CG CD2 NE2 CE1 ND1"),
    "HIP": ("Cc1c[nH]c[nH+]1", "CB CG CD2 NE2 CE1 ND1"),
    "PHE": ("Cc1ccccc1", "CB CG CD1 CE1 CZ CE2 CD2"),
    "TYR": ("Cc1ccc(O)cc1", "CB CG CD1 CE1 CZ OH CE2 CD2"),
    "PTR": ("Cc1ccc(OP(=O)([O-])[O-])cc1", "CB CG CD1 CE1 CZ OH P O1P O2P O3P CE2 CD2"),
    "TRP": ("Cc1c[nH]c2ccccc12", "CB CG CD1 NE1 CE2 CZ2 CH2 CZ3 CE3 CD2"),
}
_PREVIOUS, _NEXT = "previous C", "next N"


@dataclass(frozen=True, eq=False)
class Template:
    """Features and hydrogen geometry of one molecule; negative indices as in `_typed`."""

    names: tuple[str, ...]
    bits: npt.NDArray[np.uint16]
    mode: npt.NDArray[np.int8]
    antecedents: Ints
    neighbours: Ints
    rings: tuple[tuple[int, ...], ...]


@lru_cache(maxsize=1024)
def residue_template(
    form: str, definition: ContactDefinition, *, start: bool = False, end: bool = False
) -> Template | None:
    """Type a residue as it stands in a chain.

    Parameters
    ----------
    form : str
        Residue name; ``HIS`` is a histidine of unknown form, ``HID``, ``HIE``, ``HIP`` known ones.
    definition : ContactDefinition
    start, end : bool
        Charged ends of the chain: ammonium, carboxylate (atom ``OXT``).

    Returns
    -------
    Template or None
        None for what is not an amino acid known here. Index -1 means none, -2 the C of the
        residue before, -3 the N of the residue after.

    Examples
    --------
    >>> from ros1struct.contacts.definitions import CONTACT_DEFINITIONS
    >>> asn = residue_template("ASN", CONTACT_DEFINITIONS["ros1struct"])
    >>> [n for n, b in zip(asn.names, asn.bits) if b & BIT["donor"]]
    ['N', 'ND2']
    """
    if form == "HIS":
        one = residue_template("HID", definition, start=start, end=end)
        two = residue_template("HIE", definition, start=start, end=end)
        assert one is not None
        assert two is not None
        mode = np.maximum(one.mode, two.mode)
        use = (two.mode > one.mode)[:, None]
        antecedents = np.where(use, two.antecedents, one.antecedents)
        return Template(
            one.names, one.bits | two.bits, mode, antecedents, one.neighbours, one.rings
        )
    right, right_names = ("C(=O)[O-]", "C O OXT") if end else ("C(=O)N", f"C O {_NEXT}")
    if form == "PRO":
        n, left = ("[NH2+]", "") if start else ("N", "O=C")
        smiles = f"{left}{n}1CCCC1{right}"
        names = f"{'' if start else f'- {_PREVIOUS} '}N CD CG CB CA {right_names}"
    elif form in SIDE_CHAINS:
        n, left = ("[NH3+]", "") if start else ("N", "O=C")
        side, side_names = SIDE_CHAINS[form]
        smiles = f"{left}{n}C{f'({side})' if side else ''}{right}"
        names = f"{'' if start else f'- {_PREVIOUS} '}N CA {side_names} {right_names}"
    else:
        return None
    words = names.replace(_PREVIOUS, "<").replace(_NEXT, ">").split()
    return _named(_typed(smiles, definition), tuple(words))


def _named(whole: Template, words: tuple[str, ...]) -> Template:
    """Keep the atoms with names; neighbours in the residues before and after become -2 and -3."""
    code = {"-": -1, "<": -2, ">": -3}
    kept = [k for k, w in enumerate(words) if w not in code]
    renumber = np.array([code.get(w, 0) for w in words] + [-1], dtype=np.intp)
    renumber[kept] = np.arange(len(kept))
    return Template(
        tuple(words[k] for k in kept),
        whole.bits[kept],
        whole.mode[kept],
        renumber[whole.antecedents[kept]],
        renumber[whole.neighbours[kept]],
        tuple(tuple(int(renumber[i]) for i in ring) for ring in whole.rings),
    )


@lru_cache(maxsize=1024)
def _typed(smiles: str, definition: ContactDefinition) -> Template:
    from rdkit import Chem

    return type_molecule(Chem.MolFromSmiles(smiles), definition)


@lru_cache(maxsize=256)
def smarts(pattern: str, what: str) -> Mol:
    """Read a SMARTS pattern of a contact definition, once for each.

    Raises
    ------
    InputError
        If RDKit cannot read it; `what` names it.
    """
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        query = Chem.MolFromSmarts(pattern)
    if query is None:
        raise InputError(f"contact definition: the pattern of {what} is no SMARTS: {pattern!r}")
    return query


def type_molecule(mol: Mol, definition: ContactDefinition) -> Template:
    """Type the heavy atoms of a molecule.

    Parameters
    ----------
    mol : rdkit.Chem.Mol
        Heavy atoms, hydrogens implicit, sanitised.
    definition : ContactDefinition

    Returns
    -------
    Template
        Names are empty; rings are the aromatic ones of five and six atoms.
    """
    n = mol.GetNumAtoms()
    bits = np.zeros(n, dtype=np.uint16)
    for feature, pattern in definition.patterns.items():
        for match in mol.GetSubstructMatches(smarts(pattern, feature), maxMatches=100_000):
            bits[match[0]] |= BIT[feature]
    mode = np.zeros(n, dtype=np.int8)
    antecedents = np.full((n, 3), -1, dtype=np.intp)
    neighbours = np.full((n, 4), -1, dtype=np.intp)
    for k, atom in enumerate(mol.GetAtoms()):
        near = [b.GetIdx() for b in atom.GetNeighbors()][:4]
        neighbours[k, : len(near)] = near
        mode[k], placed = _hydrogen_mode(atom, near)
        antecedents[k, : len(placed)] = placed
    rings = tuple(
        tuple(ring)
        for ring in mol.GetRingInfo().AtomRings()
        if len(ring) in (5, 6) and all(mol.GetAtomWithIdx(i).GetIsAromatic() for i in ring)
    )
    return Template((), bits, mode, antecedents, neighbours, rings)


def _hydrogen_mode(atom: Atom, near: list[int]) -> tuple[int, list[int]]:
    """How the hydrogens of an atom stand, and which atoms place them."""
    from rdkit.Chem import HybridizationType

    if atom.GetTotalNumHs() == 0:
        return NONE, []
    if not near:
        return FREE, []
    trigonal = atom.GetHybridization() == HybridizationType.SP2
    if len(near) == 1:
        if atom.GetHybridization() == HybridizationType.SP:
            return AWAY, near
        (only,) = atom.GetNeighbors()
        beyond = [b.GetIdx() for b in only.GetNeighbors() if b.GetIdx() != atom.GetIdx()]
        if trigonal and beyond and atom.GetSymbol() in ("N", "C"):
            return PLANAR, [*near, beyond[0]]
        return CONE, near
    if len(near) == 2 and not trigonal:
        return TETRAHEDRAL, near
    return AWAY, near[:3]


def water_template(definition: ContactDefinition) -> Template:
    """Type the oxygen of a water."""
    return _typed("O", definition)
