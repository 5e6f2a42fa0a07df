"""Steric clashes between protein and inhibitor, by named definitions.

The overlap of two atoms is the sum of their radii, less their distance, less an allowance where one
is a hydrogen-bond donor and the other an acceptor. Heavy atoms only, with united-atom radii where
the definition has them: a file with hydrogens and one without give the same table, exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from ros1struct.errors import InputError, look_up
from ros1struct.io.load import as_complex
from ros1struct.kinome.numbering import klifs_label
from ros1struct.structure.complex import Complex
from ros1struct.structure.geometry import close_pairs
from ros1struct.structure.residues import BACKBONE, residue_type

Ints = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]


# Atom classes that are not elements: united atoms, and those of a file with hydrogens.
_ELEMENTS = {
    "C3H0": "C", "C3H1": "C", "C4": "C", "OH": "O", "C carbonyl": "C", "C aromatic": "C",
    "H polar": "H", "H aromatic": "H",
}  # fmt: skip

# Hydrogens of a file belong to the nearest heavy atom of their residue, no farther than this (Å).
ATTACHED = 1.5


@dataclass(frozen=True)
class ClashDefinition:
    """What counts as a clash.

    Attributes
    ----------
    name : str
    radii : mapping of str to float
        Å, by united-atom class (:mod:`ros1struct.structure.residues`) or by element; the class
        counts first.
    allowance : float
        Å taken off the overlap of a donor and an acceptor.
    threshold : float
        Overlap in Å from which a pair is a clash.
    bonds : int
        Pairs with at most this many bonds between them are left out.
    source, version : str
    scale : float
        Factor on the radii.
    hydrogens : bool
        The definition needs the hydrogens in the file.
    charged_allowance : float
        As `allowance`, where the two also carry opposite charge.

    Examples
    --------
    A stricter definition of one's own:

    >>> from dataclasses import replace
    >>> strict = replace(CLASH_DEFINITIONS["chimerax"], name="strict", threshold=0.4)
    >>> strict.threshold
    0.4
    """

    name: str
    radii: Mapping[str, float]
    allowance: float
    threshold: float
    bonds: int
    source: str
    version: str
    scale: float = 1.0
    hydrogens: bool = False
    charged_allowance: float | None = None

    def radius(self, united: str) -> float:
        """Radius of an atom class in Å.

        Raises
        ------
        InputError
            If the definition has none; the message names the element.
        """
        element = _ELEMENTS.get(united, united)
        found = self.radii.get(united, self.radii.get(element))
        if found is None:
            raise InputError(
                f"clash definition {self.name!r} has no radius for element {element}; add one to "
                f"its radii (it has {', '.join(sorted(self.radii))})"
            )
        return found

    def radii_of(self, united: npt.NDArray[np.str_]) -> npt.NDArray[np.float64]:
        """Radii in Å of an array of atom classes, scaled."""
        classes, which = np.unique(united, return_inverse=True)
        return np.array([self.scale * self.radius(str(c)) for c in classes])[which]


_CHIMERAX = ClashDefinition(
    name="chimerax",
    radii=MappingProxyType(
        {
            "C3H0": 1.61, "C3H1": 1.76, "C4": 1.88, "N": 1.64, "O": 1.42, "OH": 1.46, "S": 1.77,
            "F": 1.56, "Cl": 1.735, "Br": 1.978, "I": 2.094, "P": 1.871, "Se": 1.90,
        }
    ),
    allowance=0.4,
    threshold=0.6,
    bonds=4,
    source=(
        "UCSF ChimeraX `clashes` (Meng EC et al. Protein Sci 2023, 32:e4792): united-atom radii of "
        "Tsai J et al. J Mol Biol 1999, 290:253-266; selenium from Bondi 1964"
    ),
    version="ChimeraX 1.9 defaults",
)  # fmt: skip
_BONDI = ClashDefinition(
    name="bondi",
    radii=MappingProxyType(
        {
            "C": 1.70, "N": 1.55, "O": 1.52, "S": 1.80, "F": 1.47, "Cl": 1.75, "Br": 1.85,
            "I": 1.98, "P": 1.80, "Se": 1.90, "Si": 2.10,
        }
    ),
    allowance=0.4,
    threshold=0.6,
    bonds=4,
    source="Bondi A. J Phys Chem 1964, 68:441-451; allowance and threshold as in `chimerax`",
    version="1964",
)  # fmt: skip
_MOLPROBITY = ClashDefinition(
    name="molprobity",
    radii=MappingProxyType(
        {
            "H": 1.22, "H polar": 1.05, "H aromatic": 1.05, "C": 1.70, "C carbonyl": 1.65,
            "C aromatic": 1.75, "N": 1.55, "O": 1.40, "S": 1.80, "P": 1.80, "F": 1.30, "Cl": 1.77,
            "Br": 1.95, "I": 2.10, "Se": 1.90,
        }
    ),
    allowance=0.6,
    charged_allowance=0.8,
    threshold=0.4,
    bonds=4,
    hydrogens=True,
    source=(
        "all-atom contacts of MolProbity's probe (Word JM et al. J Mol Biol 1999, 285:1711-1733; "
        "Williams CJ et al. Protein Sci 2018, 27:293-315), radii for nuclear hydrogen positions"
    ),
    version="probe 2.18 defaults",
)  # fmt: skip
_POSEBUSTERS = ClashDefinition(
    name="posebusters",
    radii=MappingProxyType(
        {
            "C": 1.70, "N": 1.60, "O": 1.55, "S": 1.80, "F": 1.50, "Cl": 1.80, "Br": 1.90,
            "I": 2.10, "P": 1.95, "Se": 1.90, "Si": 2.10, "B": 1.80,
        }
    ),
    allowance=0.0,
    threshold=0.0,
    bonds=0,
    scale=0.75,
    source=(
        "PoseBusters (Buttenschoen M et al. Chem Sci 2024, 15:3130-3139): a clash where the "
        "distance is below 0.75 of the sum of RDKit's van der Waals radii"
    ),
    version="0.6.5 (configuration dock_fast)",
)  # fmt: skip

CLASH_DEFINITIONS: Mapping[str, ClashDefinition] = MappingProxyType(
    {d.name: d for d in (_CHIMERAX, _MOLPROBITY, _POSEBUSTERS, _BONDI)}
)


def clash_definition(definition: str | ClashDefinition) -> ClashDefinition:
    """Return a definition by name, or the one given.

    Raises
    ------
    InputError
        If the name is unknown; the known ones are listed.

    Examples
    --------
    >>> clash_definition("chimerax").threshold
    0.6
    """
    if isinstance(definition, ClashDefinition):
        return definition
    return look_up(definition, CLASH_DEFINITIONS, "clash definition")


def reach(
    definition: ClashDefinition,
    united: npt.NDArray[np.str_],
    donor: npt.NDArray[np.bool_],
    acceptor: npt.NDArray[np.bool_],
    other_united: npt.NDArray[np.str_],
    other_donor: npt.NDArray[np.bool_],
    other_acceptor: npt.NDArray[np.bool_],
) -> npt.NDArray[np.float64]:
    """Distance at which the overlap of each pair is zero: radii less allowance.

    Parameters
    ----------
    definition : ClashDefinition
    united, donor, acceptor : ndarray, shape (n,) or (n, 1) to broadcast
    other_united, other_donor, other_acceptor : ndarray, shape (m,)

    Returns
    -------
    ndarray of float64
        Å, of the broadcast shape.
    """
    if definition.hydrogens:
        raise InputError(
            f"clash definition {definition.name!r} needs hydrogens and cannot judge side chains "
            "that are built without them; use chimerax, bondi or posebusters"
        )
    radii = definition.radii_of(united.ravel()).reshape(united.shape)
    bond = (donor & other_acceptor) | (acceptor & other_donor)
    return np.asarray(radii + definition.radii_of(other_united) - definition.allowance * bond)


def overlaps(
    complex: Complex | str,
    definition: str | ClashDefinition = "chimerax",
    *,
    at_least: float = -0.4,
) -> pd.DataFrame:
    """Measure the overlap of every close pair of a protein and an inhibitor atom.

    Parameters
    ----------
    complex : Complex or str
        Its first frame; a text is loaded by :func:`ros1struct.load`.
    definition : str or ClashDefinition
    at_least : float
        Å; pairs of less overlap are left out. ChimeraX calls -0.4 and more a contact.

    Returns
    -------
    DataFrame
        One row per pair, most overlap first: structure, residue, klifs, atom, part (backbone or
        sidechain), inhibitor_atom, distance, allowance, overlap (Å), definition.

    Raises
    ------
    InputError
        If the definition is unknown, has no radius for an element, needs hydrogens that the file
        has not, or `at_least` is not a number.

    Notes
    -----
    ``posebusters`` counts overlap from 0.75 of the radii on, so that a clash begins at 0.

    Examples
    --------
    >>> import ros1struct as rs
    >>> float(overlaps(rs.load("2WGJ"))["overlap"].max().round(2))
    0.25
    """
    complex = as_complex(complex)
    rule = clash_definition(definition)
    if np.isnan(at_least):
        raise InputError(f"the least overlap must be a number of Å, found {at_least}")
    p, q, distance, overlap, allowed = overlap_pairs(complex, rule, at_least=at_least)
    a = complex.atoms
    residue = a.residue[p]
    table = pd.DataFrame(
        {
            "structure": complex.name,
            "residue": [complex.residue_label(int(r)) for r in residue],
            "klifs": [klifs_label(int(k)) for k in complex.residues.klifs[residue]],
            "atom": a.name[p],
            "part": np.where(np.isin(a.name[p], BACKBONE), "backbone", "sidechain"),
            "inhibitor_atom": a.name[q],
            "distance": distance,
            "allowance": allowed,
            "overlap": overlap,
            "definition": rule.name,
        }
    )
    return table.sort_values("overlap", ascending=False, kind="stable", ignore_index=True)


def overlap_pairs(
    complex: Complex, rule: ClashDefinition, *, at_least: float
) -> tuple[Ints, Ints, Floats, Floats, Floats]:
    """Return the pairs of :func:`overlaps` as arrays.

    Parameters
    ----------
    complex : Complex
    rule : ClashDefinition
    at_least : float
        Å.

    Returns
    -------
    protein, inhibitor : ndarray of int
        Atoms.
    distance, overlap, allowance : ndarray of float64
        Å.

    Raises
    ------
    InputError
        If the definition needs hydrogens and the file has none, or it has no radius for an atom.
    """
    a = complex.atoms
    protein, ligand = complex.protein_heavy, complex.inhibitor_heavy
    classes, donor = a.united, a.donor
    if rule.hydrogens:
        role = complex.residues.role[a.residue]
        protein, ligand = np.flatnonzero(role == "protein"), np.flatnonzero(role == "inhibitor")
        classes, donor = _explicit_classes(complex, rule)
    rule.radii_of(classes[ligand])  # a missing radius is an error even where no pair is near
    widest = 2 * rule.scale * max(rule.radii.values()) - at_least
    i, j, found = close_pairs(complex.xyz[0, protein], complex.xyz[0, ligand], widest)
    distance = found.astype(np.float64)
    p, q = protein[i], ligand[j]
    bond = (donor[p] & a.acceptor[q]) | (a.acceptor[p] & donor[q])
    allowed = np.where(bond, rule.allowance, 0.0)
    if rule.charged_allowance is not None:
        charge = _charges(complex)
        salt = bond & (charge[p].astype(int) * charge[q] < 0)
        allowed = np.where(salt, rule.charged_allowance, allowed)
    overlap = rule.radii_of(classes[p]) + rule.radii_of(classes[q]) - allowed - distance
    keep = (overlap >= at_least) & ~_bonded(complex, p, q, rule.bonds)
    return p[keep], q[keep], distance[keep], overlap[keep], allowed[keep]


def attached_hydrogens(complex: Complex) -> Ints:
    """Find the hydrogens of the file on each heavy atom.

    Parameters
    ----------
    complex : Complex
        Its first frame.

    Returns
    -------
    ndarray of int, shape (atoms, 4)
        Atoms; -1 for none.
    """
    from scipy.spatial import cKDTree

    found = np.full((len(complex.atoms), 4), -1, dtype=np.intp)
    heavy, light = np.flatnonzero(complex.heavy), np.flatnonzero(~complex.heavy)
    if len(light) == 0:
        return found
    xyz = complex.xyz[0].astype(np.float64)
    distance, which = cKDTree(xyz[heavy]).query(xyz[light])
    parent, residue = heavy[which], complex.atoms.residue
    good = (distance <= ATTACHED) & (residue[light] == residue[parent])
    light, parent = light[good], parent[good]
    order = np.argsort(parent, kind="stable")
    light, parent = light[order], parent[order]
    first = np.searchsorted(parent, parent, side="left")
    slot = np.arange(len(parent)) - first
    found[parent[slot < 4], slot[slot < 4]] = light[slot < 4]
    return found


def _explicit_classes(
    complex: Complex, rule: ClashDefinition
) -> tuple[npt.NDArray[np.str_], npt.NDArray[np.bool_]]:
    """Classes for a file with hydrogens, and which atoms give: the polar hydrogens themselves."""
    a = complex.atoms
    hydrogens = attached_hydrogens(complex)
    for role in ("protein", "inhibitor"):
        mine = (complex.residues.role[a.residue] == role) & complex.heavy & a.donor
        if mine.any() and (hydrogens[mine, 0] >= 0).mean() < 0.5:
            raise InputError(
                f"clash definition {rule.name!r} needs explicit hydrogens, and the {role} of "
                f"{complex.name} has none or few; add them (e.g. with reduce, hydride or PDBFixer) "
                "and load that file, or use another definition"
            )
    classes = np.where(np.isin(a.united, list(_ELEMENTS)), a.element, a.united).astype("U12")
    names = list(zip(a.name.tolist(), complex.residues.name[a.residue].tolist(), strict=True))
    aromatic = np.zeros(len(a), dtype=bool)
    for k in np.flatnonzero((a.element == "C") & np.isin(a.united, ("C3H0", "C3H1"))):
        kind = residue_type(names[k][1])
        aromatic[k] = kind is not None and any(names[k][0] in ring for ring in kind.rings)
    carbonyl = (a.element == "C") & (a.united == "C3H0") & ~aromatic
    for k, atom in zip(complex.inhibitor_heavy, complex.inhibitor.GetAtoms(), strict=True):
        aromatic[k] = atom.GetIsAromatic() and atom.GetSymbol() == "C"
        carbonyl[k] = atom.GetSymbol() == "C" and any(
            b.GetBondTypeAsDouble() == 2 and b.GetOtherAtom(atom).GetSymbol() == "O"
            for b in atom.GetBonds()
        )
    classes[aromatic] = "C aromatic"
    classes[carbonyl] = "C carbonyl"
    gives = np.zeros(len(a), dtype=bool)
    for chosen, name in ((np.isin(a.element, ("N", "O", "S")), "H polar"),
                         (aromatic, "H aromatic")):  # fmt: skip
        own = hydrogens[chosen].ravel()
        classes[own[own >= 0]] = name
        if name == "H polar":
            gives[own[own >= 0]] = True
    return classes, gives


def _charges(complex: Complex) -> npt.NDArray[np.int8]:
    """Charge of every atom; a hydrogen has that of its heavy atom."""
    charge = complex.atoms.charge.copy()
    for column in attached_hydrogens(complex).T:
        there = np.flatnonzero(column >= 0)
        charge[column[there]] = complex.atoms.charge[there]
    return charge


def clashes(
    complex: Complex | str,
    definition: str | ClashDefinition = "chimerax",
    *,
    threshold: float | None = None,
) -> pd.DataFrame:
    """List the clashes between protein and inhibitor.

    Parameters
    ----------
    complex : Complex or str
        Its first frame; a text is loaded by :func:`ros1struct.load`.
    definition : str or ClashDefinition
    threshold : float, optional
        Overlap in Å from which a pair clashes; by default the definition's.

    Returns
    -------
    DataFrame
        The rows of :func:`overlaps` at or above the threshold.

    Examples
    --------
    >>> import ros1struct as rs
    >>> len(clashes(rs.load("2WGJ")))
    0
    """
    rule = clash_definition(definition)
    return overlaps(complex, rule, at_least=rule.threshold if threshold is None else threshold)


def _bonded(
    complex: Complex, p: npt.NDArray[np.intp], q: npt.NDArray[np.intp], bonds: int
) -> npt.NDArray[np.bool_]:
    """Pairs with few bonds between them, which exist only where the inhibitor is covalent."""
    links = complex.bonded_to_protein()
    if not links:
        return np.zeros(len(p), dtype=bool)
    from rdkit import Chem
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import shortest_path

    ligand = complex.inhibitor_heavy
    residues = {int(complex.atoms.residue[atom]) for _, atom in links}
    own = np.flatnonzero(np.isin(complex.atoms.residue, list(residues)) & complex.heavy)
    atoms = np.concatenate([ligand, own])
    place = {int(atom): k for k, atom in enumerate(atoms)}
    i, j, _ = close_pairs(complex.xyz[0, own], complex.xyz[0, own], 2.1)
    inside = [(place[int(own[a])], place[int(own[b])]) for a, b in zip(i, j, strict=True) if a < b]
    adjacency = Chem.GetAdjacencyMatrix(complex.inhibitor)
    inside += [(int(a), int(b)) for a, b in np.argwhere(np.triu(adjacency))]
    inside += [(place[a], place[b]) for a, b in links]
    rows, columns = np.array(inside, dtype=np.int32).T
    graph = csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(atoms), len(atoms)))
    steps = shortest_path(graph, directed=False, unweighted=True)
    return np.array(
        [
            int(a) in place and steps[place[int(b)], place[int(a)]] <= bonds
            for a, b in zip(p, q, strict=True)
        ],
        dtype=bool,
    )
