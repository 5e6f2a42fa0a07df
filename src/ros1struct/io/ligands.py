"""The chemistry of the inhibitor: bond orders, protonation state, and what its atoms can do.

A structure file says where the atoms are, not how they are bonded or charged. Here the heavy atoms
of a pose are matched to a SMILES, from the built-in table of components or from the user, and the
result is an RDKit molecule in the file's atom order. Hydrogens of a file never decide the
protonation state: it is stated (see :func:`components`), so that a file with and without hydrogens
gives the same answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ros1struct.errors import InputError, StructureError
from ros1struct.kinome import literature

if TYPE_CHECKING:
    from rdkit.Chem import Mol

# Two atoms are bonded when no farther apart than the sum of their covalent radii plus this many Å
# (the rule of Open Babel; O'Boyle NM et al. J Cheminform 2011, 3:33).
BOND_TOLERANCE = 0.45
OVERLAPPING = 0.4
# Ways to lay a molecule on itself that are tried; a tert-butyl group alone has six.
MOST_MATCHES = 2000

PROTONATIONS = ("ph74", "neutral")


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


@dataclass(frozen=True, eq=False)
class AtomTypes:
    """Per-atom chemistry of a molecule's heavy atoms, arrays of one length."""

    united: npt.NDArray[np.str_]
    donor: npt.NDArray[np.bool_]
    acceptor: npt.NDArray[np.bool_]
    charge: npt.NDArray[np.int8]


# Read once; the function of :mod:`ros1struct.kinome.literature` makes a copy at every call.
_components = lru_cache(maxsize=1)(literature.components)


def known_chemistry(component: str, protonation: str = "ph74") -> Chemistry | None:
    """Look a component up in the built-in table.

    Parameters
    ----------
    component : str
        PDB component code.
    protonation : {"ph74", "neutral"}
        The dominant state at pH 7.4, or the neutral molecule.

    Returns
    -------
    Chemistry or None
        None where the table does not have the component.

    Raises
    ------
    InputError
        If the protonation state is neither of the two.

    Examples
    --------
    >>> known_chemistry("VGH").name
    'crizotinib'
    >>> known_chemistry("XXX") is None
    True
    """
    if protonation not in PROTONATIONS:
        raise InputError(unknown_protonation(protonation))
    table = _components()
    rows = table[table["component"] == component.upper()]
    return None if rows.empty else _chemistry(rows.iloc[0], protonation)


def unknown_protonation(word: str) -> str:
    """Say what is wrong with a protonation state that is none of :data:`PROTONATIONS`."""
    return (
        f"protonation must be one of {', '.join(PROTONATIONS)}, found {word!r}; "
        "for another state give smiles= with its charges"
    )


def _chemistry(row: pd.Series[Any], protonation: str) -> Chemistry:
    if protonation == "neutral":
        return Chemistry(row["component"], row["name"], row["smiles"], "neutral, as asked")
    return Chemistry(row["component"], row["name"], row["smiles_ph74"], row["protonation_basis"])


def recognise(
    elements: npt.NDArray[np.str_], xyz: npt.NDArray[Any], protonation: str = "ph74"
) -> Chemistry | None:
    """Find the built-in inhibitor whose bond graph a pose has, whatever the file calls it.

    Parameters
    ----------
    elements : ndarray of str, shape (n,)
        Of the heavy atoms.
    xyz : ndarray, shape (n, 3)
        Å.
    protonation : {"ph74", "neutral"}

    Returns
    -------
    Chemistry or None
        None where no inhibitor of the table, or more than one, fits. Of those with the same bonds
        (crizotinib and its enantiomer) the one counts whose stereo the coordinates have.
    """
    pose = _skeleton_of_pose(elements, xyz)
    found: dict[str, Chemistry] = {}
    for _, row in _components().iterrows():
        template = _skeleton(_parse_smiles(row["smiles"]))
        if template.GetNumAtoms() != pose.GetNumAtoms():
            continue
        if template.GetNumBonds() == pose.GetNumBonds() and pose.HasSubstructMatch(template):
            found.setdefault(row["name"], _chemistry(row, protonation))
    if len(found) > 1:
        found = {n: c for n, c in found.items() if not build_mol(elements, xyz, c)[1]}
    return next(iter(found.values())) if len(found) == 1 else None


def chemistry_from_smiles(smiles: str, name: str = "") -> Chemistry:
    """Take the inhibitor's chemistry from a SMILES, in the state in which it is written.

    Raises
    ------
    InputError
        If RDKit cannot read the SMILES.
    """
    _parse_smiles(smiles)
    return Chemistry("", name, smiles, "as written in the SMILES given")


def build_mol(
    elements: npt.NDArray[np.str_], xyz: npt.NDArray[Any], chemistry: Chemistry
) -> tuple[Mol, tuple[str, ...]]:
    """Give a pose its bond orders and charges.

    Parameters
    ----------
    elements : ndarray of str, shape (n,)
        Of the heavy atoms, e.g. ``"C"``, ``"Cl"``.
    xyz : ndarray, shape (n, 3)
        Å.
    chemistry : Chemistry

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
    >>> xyz = np.array([[0.0, 0, 0], [1.5, 0, 0], [2.2, 1.2, 0]])
    >>> mol, notes = build_mol(np.array(["C", "C", "O"]), xyz, chemistry_from_smiles("OCC"))
    >>> [a.GetSymbol() for a in mol.GetAtoms()], notes
    (['C', 'C', 'O'], ())
    """
    from rdkit import Chem

    template = _parse_smiles(chemistry.smiles)
    pose = _skeleton_of_pose(elements, xyz)
    match = _match(pose, template, xyz)
    if match is None:
        raise StructureError(
            f"inhibitor {chemistry.component or chemistry.name or '(from SMILES)'}: the atoms in "
            f"the file do not match its chemistry. Expected {_formula(template)} "
            f"({template.GetNumBonds()} bonds, {chemistry.smiles}), found {_formula(pose)} "
            f"({pose.GetNumBonds()} bonds). Give smiles= for the molecule that is in the file"
        )
    missing = sorted(set(range(template.GetNumAtoms())) - set(match))
    whole = Chem.RenumberAtoms(template, [*match, *missing])
    if missing:
        # The atoms that are there stay what they are in the whole molecule: bond orders without
        # aromaticity survive a broken ring, and a cut bond is not filled with hydrogen.
        editable = Chem.RWMol(whole)
        Chem.Kekulize(editable, clearAromaticFlags=True)
        for atom in editable.GetAtoms():
            atom.SetNumExplicitHs(atom.GetTotalNumHs())
            atom.SetNoImplicit(True)
        for index in range(whole.GetNumAtoms() - 1, len(match) - 1, -1):
            editable.RemoveAtom(index)
        whole = editable.GetMol()
        Chem.SanitizeMol(whole)
    notes = []
    if missing:
        notes.append(f"inhibitor lacks {len(missing)} of {template.GetNumAtoms()} heavy atoms")
    mol = _with_conformer(whole, xyz)
    flipped = _stereo_differences(whole, mol)
    if flipped and not missing:
        notes.append(
            f"stereo of {len(flipped)} centre(s) or double bond(s) of the inhibitor differs from "
            f"{chemistry.name or chemistry.component or 'the SMILES'}: atom(s) "
            + ", ".join(str(i + 1) for i in flipped)
        )
    return mol, tuple(notes)


def read_pose(path: Path) -> tuple[Mol, npt.NDArray[np.str_], npt.NDArray[np.float64]]:
    """Read the first molecule of an SDF or MOL file.

    Returns
    -------
    mol : rdkit.Chem.Mol
        Heavy atoms, with the bond orders and charges of the file.
    elements : ndarray of str, shape (n,)
    xyz : ndarray of float64, shape (n, 3)
        Å.

    Raises
    ------
    StructureError
        If there is no readable molecule with three-dimensional coordinates.
    """
    from rdkit import Chem, rdBase

    mol: Mol | None
    try:
        with rdBase.BlockLogs():
            if path.suffix.lower() == ".mol":
                mol = Chem.MolFromMolFile(str(path))
            else:
                with Chem.SDMolSupplier(str(path)) as supplier:
                    mol = next((m for m in supplier if m is not None), None)
    except OSError as error:
        raise StructureError(f"{path.name}: cannot be read as an SDF file ({error})") from error
    if mol is None or mol.GetNumConformers() == 0 or not mol.GetConformer().Is3D():
        raise StructureError(
            f"{path.name}: expected a molecule with 3D coordinates, found none that RDKit can read"
        )
    mol = Chem.RemoveAllHs(mol)
    elements = np.array([a.GetSymbol() for a in mol.GetAtoms()])
    return mol, elements, np.asarray(mol.GetConformer().GetPositions())


def atom_types(mol: Mol) -> AtomTypes:
    """Say what every heavy atom of a molecule can do, from its bonds and stated charges.

    Parameters
    ----------
    mol : rdkit.Chem.Mol
        Heavy atoms, hydrogens implicit.

    Returns
    -------
    AtomTypes
        ``united`` as in :mod:`ros1struct.structure.residues`. Donors are N, O and S that carry
        hydrogen.
        Acceptors have a free lone pair: oxygen but the single-bonded one of an ester and that
        between two aromatic rings, nitrogen that is neither charged, aromatic with hydrogen, nor
        conjugated as in amides and anilines, and two-valent sulphur. A charge is on every atom
        over which the group spreads it; charges that cancel across a bond (nitro, N-oxide) are
        none.

    Examples
    --------
    >>> from rdkit import Chem
    >>> types = atom_types(Chem.MolFromSmiles("CC(=O)[O-]"))
    >>> types.united.tolist(), types.charge.tolist()
    (['C4', 'C3H0', 'O', 'O'], [0, 0, -1, -1])
    """
    from rdkit import Chem

    acceptors = {
        i for m in mol.GetSubstructMatches(_pattern(_ACCEPTOR), maxMatches=9999) for i in m
    }
    united, donor, charge = [], [], []
    for atom in mol.GetAtoms():
        symbol, hydrogens = atom.GetSymbol(), atom.GetTotalNumHs()
        if symbol == "C":
            tetrahedral = atom.GetHybridization() == Chem.HybridizationType.SP3
            united.append("C4" if tetrahedral else ("C3H1" if hydrogens else "C3H0"))
        else:
            united.append("OH" if symbol == "O" and hydrogens else symbol)
        donor.append(symbol in ("N", "O", "S") and hydrogens > 0)
        own = atom.GetFormalCharge()
        cancelled = own and any(own * n.GetFormalCharge() < 0 for n in atom.GetNeighbors())
        charge.append(0 if cancelled else own)
    for smarts in _SPREAD:
        for match in mol.GetSubstructMatches(_pattern(smarts)):
            charge[match[-1]] = charge[match[0]]
    return AtomTypes(
        np.array(united),
        np.array(donor, dtype=bool),
        np.array([i in acceptors for i in range(mol.GetNumAtoms())]),
        np.array(charge, dtype=np.int8),
    )


_ACCEPTOR = (
    "[$([O;!$(O(~a)~a);!$([OX2;H0]C=[O,S,N])]),$([o]),"
    "$([nX2;+0]),$([NX2;+0]),$([NX1;+0]),"
    "$([NX3;+0;!$(N-[a]);!$(N-*=[O,N,S,P,C]);!$(N-C#N);!$(N-S(=O)=O)]),"
    "$([#16X2;+0]),$([SX1])]"
)
# First atom holds the formal charge, the last shares it: carboxylate, amidinium and guanidinium,
# imidazolium.
_SPREAD = ("[O-;X1]-[C,P,S]=O", "[N+;$([N+]=C)]=C-[N;X3]", "[n+;r5;H]:c:[n;X3;r5;+0]")


@lru_cache(maxsize=16)
def _pattern(smarts: str) -> Mol:
    from rdkit import Chem

    return Chem.MolFromSmarts(smarts)


@lru_cache(maxsize=512)
def _parse_smiles(smiles: str) -> Mol:
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        mol = Chem.MolFromSmiles(smiles)
    if mol is None or mol.GetNumAtoms() == 0:
        raise InputError(f"SMILES {smiles!r} cannot be read; check brackets, rings and valences")
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


def _skeleton(mol: Mol) -> Mol:
    return _bare(
        [a.GetSymbol() for a in mol.GetAtoms()],
        [(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in mol.GetBonds()],
    )


def _skeleton_of_pose(elements: npt.NDArray[np.str_], xyz: npt.NDArray[Any]) -> Mol:
    from rdkit import Chem
    from scipy.spatial.distance import pdist, squareform

    table = Chem.GetPeriodicTable()
    try:
        radii = np.array([table.GetRcovalent(str(e).capitalize()) for e in elements])
    except RuntimeError as error:
        raise StructureError(f"inhibitor: unknown element among {sorted(set(elements))}") from error
    distance = squareform(pdist(np.asarray(xyz, dtype=np.float64)))
    i, j = np.nonzero(np.triu(distance <= radii[:, None] + radii + BOND_TOLERANCE, 1))
    if len(i) and distance[i, j].min() < OVERLAPPING:
        raise StructureError(
            f"inhibitor: two of its atoms are {distance[i, j].min():.2f} Å apart; expected one "
            "pose, found overlapping atoms. Keep one copy or alternate location in the file"
        )
    return _bare(
        [str(e).capitalize() for e in elements], list(zip(i.tolist(), j.tolist(), strict=True))
    )


def _match(pose: Mol, template: Mol, xyz: npt.NDArray[Any]) -> tuple[int, ...] | None:
    """Template atom of every pose atom; prefers the match whose stereo the coordinates have."""
    skeleton = _skeleton(template)
    if (
        pose.GetNumAtoms() == skeleton.GetNumAtoms()
        and pose.GetNumBonds() != skeleton.GetNumBonds()
    ):
        return None
    matches: tuple[tuple[int, ...], ...] = skeleton.GetSubstructMatches(
        pose, uniquify=False, maxMatches=MOST_MATCHES
    )
    if not matches:
        return None
    if len(matches) == 1 or pose.GetNumAtoms() < skeleton.GetNumAtoms():
        return matches[0]
    from rdkit import Chem

    # Bonds alone do not tell a cyclohexene's two sides apart: lengths do.
    misfit = _length_misfit(template, np.array(matches), np.asarray(xyz, dtype=np.float64))
    ranked = [matches[k] for k in np.argsort(misfit.round(3), kind="stable")]
    for match in ranked:
        ordered = Chem.RenumberAtoms(template, list(match))
        if not _stereo_differences(ordered, _with_conformer(ordered, xyz)):
            return match
    return ranked[0]


def _length_misfit(
    template: Mol, matches: npt.NDArray[np.intp], xyz: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Squared misfit of bond lengths to bond orders, summed (Å²), for each match."""
    from rdkit import Chem

    table = Chem.GetPeriodicTable()
    place = np.empty_like(matches)  # pose atom of every template atom
    np.put_along_axis(place, matches, np.arange(matches.shape[1])[None], axis=1)
    total = np.zeros(len(matches))
    for bond in template.GetBonds():
        a, b = bond.GetBeginAtom(), bond.GetEndAtom()
        ideal = table.GetRcovalent(a.GetAtomicNum()) + table.GetRcovalent(b.GetAtomicNum())
        ideal -= 0.2 * (bond.GetBondTypeAsDouble() - 1)  # C-C 1.52, C:C 1.42, C=C 1.32 Å
        length = np.linalg.norm(xyz[place[:, a.GetIdx()]] - xyz[place[:, b.GetIdx()]], axis=1)
        total += (length - ideal) ** 2
    return total


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

    def centres_of(mol: Mol) -> dict[int, str]:
        copy = Chem.Mol(mol)  # the search rewrites the stereo of double bonds
        return dict(Chem.FindMolChiralCenters(copy, useLegacyImplementation=False))  # type: ignore[no-untyped-call]

    want, have = centres_of(expected), centres_of(found)
    centres = [i for i, label in want.items() if label in "RS" and have.get(i, label) != label]
    sides, seen = double_bonds(expected), double_bonds(found)
    return centres + [i for i, side in sides.items() if seen.get(i, side) != side]


def _formula(mol: Mol) -> str:
    counts: dict[str, int] = {}
    for atom in mol.GetAtoms():
        counts[atom.GetSymbol()] = counts.get(atom.GetSymbol(), 0) + 1
    return " ".join(f"{e}{n}" for e, n in sorted(counts.items())) + " (heavy atoms)"
