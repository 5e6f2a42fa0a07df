"""Solvation free energies of heavy atoms by EEF1, the Gaussian exclusion model.

An atom i has the solvation free energy ``ΔG_ref`` in a small molecule; each atom j in reach takes
away what it keeps water from:

``ΔG_i = ΔG_ref,i − Σ_j f_i(r_ij) V_j``,
``f_i(r) = ΔG_free,i / (2 π √π λ_i r²) · exp(−((r − R_i) / λ_i)²)``.

The energy of a pair is therefore ``−f_i V_j − f_j V_i``: above 0 where polar atoms are buried,
below 0 where apolar ones are. Only pairs up to :data:`CUTOFF` and more than three bonds apart count
here.

Ligands are typed by the same rules (:func:`inhibitor_types`). What the paper has no type for
follows from hydration free energies of substituted benzenes (halogens) with the van der Waals
volumes of Bondi, or is treated as the nearest type of the paper.

References
----------
Lazaridis T, Karplus M. Proteins 1999, 35:133-152 (equation 6; table I; λ 3.5 Å, of charged groups
6 Å; radii of CHARMM19, Neria E, Fischer S, Karplus M. J Chem Phys 1996, 105:1902-1921). The 17
types were compared with the table as OSPREY 3 distributes it: equal in every number.
Abraham MH et al. J Chem Soc Perkin Trans 2 1990, 291-300 (benzene −0.87, fluoro- −0.80, chloro-
−1.12, bromo- −1.46, iodobenzene −1.73 kcal/mol; the paper is the source that FreeSolv names for
such solutes, its values were not read again).
Bondi A. J Phys Chem 1964, 68:441-451 (volumes of halogens on aromatic carbon).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ros1struct.errors import InputError

if TYPE_CHECKING:
    from rdkit.Chem import Atom, Mol

    from ros1struct.structure.residue_types import ResidueType

Floats = npt.NDArray[np.float64]

# Å; EEF1 counts pairs up to 9 Å.
CUTOFF = 9.0

# Volume (Å³), ΔG_ref and ΔG_free (kcal/mol), λ and R (Å) of each type.
PARAMETERS: Mapping[str, tuple[float, float, float, float, float]] = MappingProxyType(
    {
        "C": (14.7, 0.000, 0.00, 3.5, 2.100),  # trigonal, no hydrogen
        "CR": (8.3, -0.890, -1.40, 3.5, 2.100),  # aromatic, no hydrogen
        "CH1E": (23.7, -0.187, -0.25, 3.5, 2.365),
        "CH2E": (22.4, 0.372, 0.52, 3.5, 2.235),
        "CH3E": (30.0, 1.089, 1.50, 3.5, 2.165),
        "CR1E": (18.4, 0.057, 0.08, 3.5, 2.100),  # aromatic CH
        "NH1": (4.4, -5.950, -8.90, 3.5, 1.600),
        "NR": (4.4, -3.820, -4.00, 3.5, 1.600),  # aromatic, no hydrogen
        "NH2": (11.2, -5.450, -7.80, 3.5, 1.600),
        "NH3": (11.2, -20.000, -20.00, 6.0, 1.600),
        "NC2": (11.2, -10.000, -10.00, 6.0, 1.600),  # guanidinium
        "N": (0.0, -1.000, -1.55, 3.5, 1.600),  # three heavy neighbours
        "OH1": (10.8, -5.920, -6.70, 3.5, 1.600),
        "O": (10.8, -5.330, -5.85, 3.5, 1.600),
        "OC": (10.8, -10.000, -10.00, 6.0, 1.600),  # carboxylate
        "S": (14.7, -3.240, -4.10, 3.5, 1.890),
        "SH1E": (21.4, -2.050, -2.70, 3.5, 1.890),
        # Not in the paper: ΔG_ref = ΔG(ArX) − ΔG(ArH) + CR1E − CR, ΔG_free = 1.4 ΔG_ref as of the
        # paper's apolar types, volumes and radii of Bondi.
        "F": (9.6, 1.02, 1.43, 3.5, 1.47),
        "Cl": (19.9, 0.70, 0.98, 3.5, 1.75),
        "Br": (25.1, 0.36, 0.50, 3.5, 1.85),
        "I": (32.6, 0.09, 0.13, 3.5, 1.98),
    }
)

# Types of side-chain atoms that do not follow from their class.
_SIDE: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("C", "SG"): "SH1E", ("M", "SD"): "S", ("D", "CG"): "C", ("N", "CG"): "C",
        ("E", "CD"): "C", ("Q", "CD"): "C", ("R", "CZ"): "C", ("D", "OD1"): "OC",
        ("D", "OD2"): "OC", ("E", "OE1"): "OC", ("E", "OE2"): "OC", ("N", "OD1"): "O",
        ("Q", "OE1"): "O", ("N", "ND2"): "NH2", ("Q", "NE2"): "NH2", ("K", "NZ"): "NH3",
        ("R", "NE"): "NH1", ("R", "NH1"): "NC2", ("R", "NH2"): "NC2", ("W", "NE1"): "NH1",
        ("H", "ND1"): "NH1", ("H", "NE2"): "NR",
    }
)  # fmt: skip


@lru_cache(maxsize=64)
def residue_types(kind: ResidueType) -> Mapping[str, str]:
    """Return the EEF1 type of every heavy atom of a residue type.

    Parameters
    ----------
    kind : ResidueType

    Returns
    -------
    mapping of str to str
        Atom name to type. Histidine is its Nδ–H form, the paper's neutral one.

    Examples
    --------
    >>> from ros1struct.structure.residues import residue_type
    >>> residue_types(residue_type("T"))["OG1"], residue_types(residue_type("F"))["CG"]
    ('OH1', 'CR')
    """
    bonds = {p.atom: 1 for p in kind.places}
    for place in kind.places:
        if place.parents[2] in bonds:
            bonds[place.parents[2]] += 1
    if kind.letter == "P":
        bonds["CD"] += 1
    found = {
        "N": "N" if kind.letter == "P" else "NH1",
        "CA": "CH2E" if kind.letter == "G" else "CH1E",
        "C": "C",
        "O": "O",
        "OXT": "OC",
    }
    for atom, united in kind.classes.items():
        if atom in found:
            continue
        hydrogens = 4 - bonds[atom]
        by_class = {"C4": f"CH{hydrogens}E", "C3H0": "CR", "C3H1": "CR1E", "OH": "OH1", "O": "O"}
        found[atom] = _SIDE.get((kind.letter, atom)) or by_class[united]
    return MappingProxyType(found)


def inhibitor_types(mol: Mol) -> list[str]:
    """Return the EEF1 type of every heavy atom of a molecule.

    Parameters
    ----------
    mol : rdkit.Chem.Mol
        Heavy atoms with charges as at pH 7.4; explicit hydrogens are skipped.

    Returns
    -------
    list of str
        A protonated amine is ``NH3``, an ether oxygen ``O``, a nitrile nitrogen ``NR``, sulphur
        and phosphorus of any kind ``S`` and ``C``.

    Raises
    ------
    InputError
        If an element has no type.

    Examples
    --------
    >>> from rdkit import Chem
    >>> inhibitor_types(Chem.MolFromSmiles("Fc1ccncc1"))
    ['F', 'CR', 'CR1E', 'CR1E', 'NR', 'CR1E', 'CR1E']
    """
    return [_atom_type(a) for a in mol.GetAtoms() if a.GetAtomicNum() > 1]


def _atom_type(atom: Atom) -> str:
    from rdkit import Chem

    symbol, hydrogens = atom.GetSymbol(), atom.GetTotalNumHs(includeNeighbors=True)
    flat = atom.GetHybridization() in (
        Chem.HybridizationType.SP,
        Chem.HybridizationType.SP2,
    )
    if symbol == "C":
        if not flat:
            # No type for four heavy neighbours: the one with a hydrogen comes nearest.
            return f"CH{min(max(hydrogens, 1), 3)}E"
        if hydrogens:
            return "CR1E"
        return "CR" if atom.GetIsAromatic() else "C"
    if symbol == "N":
        if atom.GetFormalCharge() > 0 and atom.GetTotalDegree() == 4:
            return "NH3"
        if hydrogens:
            return "NH1" if hydrogens == 1 else "NH2"
        return "N" if atom.GetDegree() > 2 else "NR"
    if symbol == "O":
        if hydrogens:
            return "OH1"
        return "OC" if atom.GetFormalCharge() < 0 else "O"
    known = {"S": "SH1E" if hydrogens else "S", "Se": "S", "P": "C", "B": "C", "Si": "C", "As": "C"}
    found = known.get(symbol, symbol)
    if found not in PARAMETERS:
        raise InputError(f"no EEF1 type for element {symbol}; known are C, N, O, S, P and halogens")
    return found


@lru_cache(maxsize=8)
def type_table() -> tuple[Mapping[str, int], Floats]:
    """Return the position of every type and its parameters, shape (types, 5)."""
    names = {name: k for k, name in enumerate(PARAMETERS)}
    return MappingProxyType(names), np.array(list(PARAMETERS.values()))


def exclusion(own: Floats, other: Floats, distance: Floats) -> tuple[Floats, Floats]:
    """Energy of pairs: what each of two atoms loses in water through the other.

    Parameters
    ----------
    own, other : ndarray, shape (..., 5)
        Rows of :data:`PARAMETERS`, broadcast against `distance`.
    distance : ndarray
        Å.

    Returns
    -------
    own_loses, other_loses : ndarray
        kcal/mol; 0 beyond :data:`CUTOFF`.

    Examples
    --------
    >>> a, b = np.array(PARAMETERS["O"]), np.array(PARAMETERS["CH3E"])
    >>> polar, apolar = exclusion(a, b, np.array([3.5]))
    >>> bool(polar[0] > 0.2 > 0 > apolar[0])
    True
    """
    gap = np.maximum(distance, 1.0)
    near = distance < CUTOFF
    made: list[Any] = []
    for i, j in ((own, other), (other, own)):
        free, width, radius, volume = i[..., 2], i[..., 3], i[..., 4], j[..., 0]
        shape = np.exp(-(((gap - radius) / width) ** 2)) / (gap * gap)
        made.append(np.where(near, -free, 0.0) * volume / (2 * np.pi**1.5 * width) * shape)
    return made[0], made[1]
