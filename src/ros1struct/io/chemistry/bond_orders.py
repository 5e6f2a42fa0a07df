"""Bond orders: the heavy atoms of a pose matched to the SMILES of its molecule.

The result is an RDKit molecule in the file's atom order, its stereo as the coordinates have it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ros1struct.errors import InputError, StructureError
from ros1struct.io.checks.limits import above, limit
from ros1struct.io.checks.matching import best, check_bonds
from ros1struct.io.checks.molfile import ambiguous

if TYPE_CHECKING:
    from rdkit.Chem import Mol

# Two atoms are bonded when no farther apart than the sum of their covalent radii plus this many Å
# (the rule of Open Babel; O'Boyle NM et al. J Cheminform 2011, 3:33).
BOND_TOLERANCE = 0.45


OVERLAPPING = 0.4


# Part of the sum of two covalent radii that no bond is shorter than (C≡N is 0.79 of it).
SHORTEST_BOND = 0.7


LONGEST_SMILES = 10_000


@dataclass(frozen=True)
class Chemistry:
    """What is known of one inhibitor before its pose is seen.

    Attributes
    ----------
    component : str
        Chemical component code of the PDB, or ``""``.
    name : str
    smiles : str
        In the protonation state to be used.
    basis : str
        Why this protonation state: a pKa with its source, or the rule.
    """

    component: str
    name: str
    smiles: str
    basis: str


def build_mol(
    elements: npt.NDArray[np.str_],
    xyz: npt.NDArray[Any],
    chemistry: Chemistry,
    bonded: Sequence[int] = (),
) -> tuple[Mol, tuple[str, ...]]:
    """Give a pose its bond orders and charges.

    Parameters
    ----------
    elements : ndarray of str, shape (n,)
        Of the heavy atoms, e.g. ``"C"``, ``"Cl"``.
    xyz : ndarray, shape (n, 3)
        Å.
    chemistry : Chemistry
    bonded : sequence of int
        Atoms that are bonded to the protein: the chemistry is that after the reaction.

    Returns
    -------
    mol : rdkit.Chem.Mol
        n heavy atoms in the order given, with one conformer; stereo as the coordinates have it.
    notes : tuple of str
        What a user should know: atoms that the file lacks, stereo centres that disagree.

    Raises
    ------
    StructureError
        If the atoms do not fit the SMILES.

    Examples
    --------
    >>> from ros1struct.io.chemistry.ligands import chemistry_from_smiles
    >>> xyz = np.array([[0.0, 0, 0], [1.5, 0, 0], [2.2, 1.2, 0]])
    >>> mol, notes = build_mol(np.array(["C", "C", "O"]), xyz, chemistry_from_smiles("OCC"))
    >>> [a.GetSymbol() for a in mol.GetAtoms()], notes
    (['C', 'C', 'O'], ())
    """
    from rdkit import Chem

    template = parse_smiles(chemistry.smiles)
    what = f"inhibitor {chemistry.component or chemistry.name or '(from SMILES)'}"
    places = np.asarray(xyz, dtype=np.float64)
    pose = skeleton_of_pose(elements, places)
    check_bonds(pose, places, SHORTEST_BOND, what)

    def agrees(match: tuple[int, ...]) -> bool:
        ordered = Chem.RenumberAtoms(template, list(match))
        return not _stereo_differences(ordered, _with_conformer(ordered, places))

    match = best(template, pose, _skeleton_of(chemistry.smiles), places, agrees, what)
    if match is None:
        raise StructureError(
            f"{what}: the atoms in "
            f"the file do not match its chemistry. Expected {_formula(template)} "
            f"({template.GetNumBonds()} bonds, {chemistry.smiles}), found {_formula(pose)} "
            f"({pose.GetNumBonds()} bonds). Give smiles= for the molecule that is in the file"
        )
    missing = sorted(set(range(template.GetNumAtoms())) - set(match))
    whole = part_of(template, match)
    notes = []
    if bonded:
        from ros1struct.io.chemistry.covalent import reacted

        whole, changes = reacted(whole, list(bonded))
        if changes:
            notes.append(f"inhibitor as it is after the reaction: {', '.join(changes)}")
    if missing:
        notes.append(
            f"inhibitor lacks {len(missing)} of {template.GetNumAtoms()} heavy atoms: "
            f"{_missing(template, match, missing)}"
        )
    mol = _with_conformer(whole, xyz)
    flipped = _stereo_differences(whole, mol)
    if flipped and not missing:
        notes.append(
            f"stereo of {len(flipped)} centre(s) or double bond(s) of the inhibitor differs from "
            f"{chemistry.name or chemistry.component or 'the SMILES'}: atom(s) "
            + ", ".join(str(i + 1) for i in flipped)
        )
    return mol, tuple(notes)


def part_of(template: Mol, match: Sequence[int]) -> Mol:
    """Take some atoms of a molecule, in an order; each stays what it is in the whole.

    Parameters
    ----------
    template : rdkit.Chem.Mol
    match : sequence of int
        Atoms of the template.

    Returns
    -------
    rdkit.Chem.Mol
    """
    from rdkit import Chem

    missing = sorted(set(range(template.GetNumAtoms())) - set(match))
    whole = Chem.RenumberAtoms(template, [*match, *missing])
    if not missing:
        return whole
    # Bond orders without aromaticity survive a broken ring, and a cut bond is not filled with
    # hydrogen.
    editable = Chem.RWMol(whole)
    Chem.Kekulize(editable, clearAromaticFlags=True)
    for atom in editable.GetAtoms():
        atom.SetNumExplicitHs(atom.GetTotalNumHs())
        atom.SetNoImplicit(True)
    for index in range(whole.GetNumAtoms() - 1, len(match) - 1, -1):
        editable.RemoveAtom(index)
    whole = editable.GetMol()
    Chem.SanitizeMol(whole)
    return whole


@lru_cache(maxsize=512)
def parse_smiles(smiles: str) -> Mol:
    """Read a SMILES, once for each.

    Raises
    ------
    InputError
        If RDKit cannot read it.
    """
    from rdkit import Chem, rdBase

    if not isinstance(smiles, str) or len(smiles) > LONGEST_SMILES or "\0" in smiles:
        raise InputError(f"expected a SMILES of at most {LONGEST_SMILES} letters, found {smiles!r}")
    with rdBase.BlockLogs():
        mol = Chem.MolFromSmiles(smiles)
        if mol is not None and any(a.GetAtomicNum() == 1 for a in mol.GetAtoms()):
            mol = Chem.RemoveAllHs(mol)  # isotopes of hydrogen are hydrogens, too
    if mol is None or mol.GetNumAtoms() == 0:
        raise InputError(f"SMILES {smiles!r} cannot be read; check brackets, rings and valences")
    if unclear := ambiguous(mol):
        raise InputError(f"SMILES {smiles!r}: expected elements and bonds, found {unclear}")
    if mol.GetNumAtoms() > limit("INHIBITOR"):
        raise above("SMILES", f"{mol.GetNumAtoms():,} heavy atoms", "INHIBITOR", "heavy atoms")
    return mol


def _bare(symbols: list[str], bonds: list[tuple[int, int]]) -> Mol:
    from rdkit import Chem

    editable = Chem.RWMol()
    for symbol in symbols:
        atom = Chem.Atom(symbol)
        atom.SetNoImplicit(True)
        editable.AddAtom(atom)
    for i, j in bonds:
        editable.AddBond(i, j, Chem.BondType.SINGLE)
    return editable.GetMol()


@lru_cache(maxsize=512)
def _skeleton_of(smiles: str) -> Mol:
    return skeleton(parse_smiles(smiles))


def skeleton(mol: Mol) -> Mol:
    """Atoms and single bonds of a molecule, without charges and hydrogens."""
    return _bare(
        [a.GetSymbol() for a in mol.GetAtoms()],
        [(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in mol.GetBonds()],
    )


def skeleton_of_pose(elements: npt.NDArray[np.str_], xyz: npt.NDArray[Any]) -> Mol:
    """Atoms and single bonds of a pose, as the distances of its atoms show them.

    Parameters
    ----------
    elements : ndarray of str, shape (n,)
    xyz : ndarray, shape (n, 3)
        Å.

    Raises
    ------
    StructureError
        If an element is unknown or two atoms overlap.
    """
    from rdkit import Chem, rdBase

    if len(elements) > limit("INHIBITOR"):
        raise above("inhibitor", f"{len(elements):,} heavy atoms", "INHIBITOR", "heavy atoms")
    table = Chem.GetPeriodicTable()
    try:
        with rdBase.BlockLogs():
            radii = np.array([table.GetRcovalent(str(e).capitalize()) for e in elements])
    except RuntimeError as error:
        listed = ", ".join(sorted({str(e) for e in elements}))
        raise StructureError(f"inhibitor: unknown element among {listed}") from error
    place = np.asarray(xyz, dtype=np.float64)
    distance = np.linalg.norm(place[:, None] - place, axis=2)
    i, j = np.nonzero(np.triu(distance <= radii[:, None] + radii + BOND_TOLERANCE, 1))
    if len(i) and distance[i, j].min() < OVERLAPPING:
        raise StructureError(
            f"inhibitor: two of its atoms are {distance[i, j].min():.2f} Å apart; expected one "
            "pose, found overlapping atoms. Keep one copy or alternate location in the file"
        )
    return _bare(
        [str(e).capitalize() for e in elements], list(zip(i.tolist(), j.tolist(), strict=True))
    )


def _with_conformer(mol: Mol, xyz: npt.NDArray[Any]) -> Mol:
    from rdkit import Chem

    posed = Chem.Mol(mol)
    posed.RemoveAllConformers()
    conformer = Chem.Conformer(posed.GetNumAtoms())
    conformer.SetPositions(np.asarray(xyz, dtype=np.float64))
    posed.AddConformer(conformer)
    Chem.AssignStereochemistryFrom3D(posed)
    # An ammonium nitrogen inverts by giving up its proton: it has no lasting handedness.
    labile = [a for a in posed.GetAtoms() if a.GetSymbol() == "N" and a.GetTotalNumHs()]
    if any(a.GetChiralTag() != Chem.ChiralType.CHI_UNSPECIFIED for a in labile):
        for atom in labile:
            atom.SetChiralTag(Chem.ChiralType.CHI_UNSPECIFIED)
        Chem.AssignStereochemistry(posed, cleanIt=True, force=True)
    return posed


def _stereo_differences(expected: Mol, found: Mol) -> list[int]:
    from rdkit import Chem

    def double_bonds(mol: Mol) -> dict[int, str]:
        return {
            b.GetBeginAtomIdx(): str(b.GetStereo())
            for b in mol.GetBonds()
            if b.GetStereo() in (Chem.BondStereo.STEREOE, Chem.BondStereo.STEREOZ)
        }

    if not _has_stereo(expected):
        return []
    want, have = centres_of(expected, found)
    centres = [i for i, label in want.items() if label in "RS" and have.get(i, label) != label]
    sides, seen = double_bonds(expected), double_bonds(found)
    return centres + [i for i, side in sides.items() if seen.get(i, side) != side]


def _has_stereo(mol: Mol) -> bool:
    from rdkit import Chem

    none = Chem.ChiralType.CHI_UNSPECIFIED, Chem.BondStereo.STEREONONE
    return any(a.GetChiralTag() != none[0] for a in mol.GetAtoms()) or any(
        b.GetStereo() != none[1] for b in mol.GetBonds()
    )


def centres_of(*mols: Mol) -> list[dict[int, str]]:
    """R or S of the stereo centres of molecules, by their index.

    Where neighbours are told apart only after a way without end around rings (cucurbiturils), the
    older rules of RDKit are taken for all of them.
    """
    from rdkit import Chem

    def by(legacy: bool) -> list[dict[int, str]]:
        find: Any = Chem.FindMolChiralCenters  # it rewrites the stereo of double bonds
        return [dict(find(Chem.Mol(mol), useLegacyImplementation=legacy)) for mol in mols]

    try:
        return by(legacy=False)
    except RuntimeError:
        return by(legacy=True)


def _missing(template: Mol, match: tuple[int, ...], missing: list[int]) -> str:
    """Say which atoms a pose lacks, and which of its own are bonded to them."""
    atoms = [template.GetAtomWithIdx(k) for k in missing]
    own = {k: i for i, k in enumerate(match, start=1)}
    beside = sorted({own[n.GetIdx()] for a in atoms for n in a.GetNeighbors() if n.GetIdx() in own})
    which = f", bonded to atom(s) {', '.join(map(str, beside))}" if beside else ""
    return _counted(atoms) + which


def _formula(mol: Mol) -> str:
    return _counted(mol.GetAtoms()) + " (heavy atoms)"


def _counted(atoms: Iterable[Any]) -> str:
    counts = Counter(atom.GetSymbol() for atom in atoms)
    return " ".join(f"{e}{n}" for e, n in sorted(counts.items()))
