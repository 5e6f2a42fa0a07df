"""The Topology: everything about a complex that no coordinate changes.

Atoms, residues, bonds, the inhibitor's chemistry and protonation, the kinase and its numbering. It
is frozen, equal and hashable by content, and owner of whatever is computed from it alone: typed
atoms of a contact definition, Lennard-Jones parameters (:meth:`Content.derived`).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ros1struct.errors import StructureError
from ros1struct.structure.content import Content

if TYPE_CHECKING:
    import pandas as pd
    from rdkit.Chem import Mol

Strings = npt.NDArray[np.str_]
Booleans = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.intp]

ROLES = ("protein", "inhibitor", "hetero", "water", "metal")

# Key of :meth:`Topology.derived`: the same topology without the waters and ions that stand last,
# kept where it is known, so that what is computed from it is not computed for every set of waters.
DRY = "without solvent"


@dataclass(frozen=True)
class Kinase:
    """The kinase of a chain.

    Attributes
    ----------
    name : str
        Gene symbol of a human kinase, ``"other"`` for any other protein kinase.
    accession : str
        UniProt accession, or ``""``.
    identity : float
        Of the residues that could be compared, 0 to 1; with the nearest kinase for ``"other"``.
    variant : str
        Differences from UniProt among the numbered residues, e.g. ``"G2032R"``; ``"WT"`` if none.
    numbering : str
        ``"uniprot"`` or ``"author"``: what residue numbers of tables and mutations mean.
    """

    name: str
    accession: str
    identity: float
    variant: str
    numbering: str


class _Columns(Content):
    """Arrays of one length that are indexed together."""

    def __post_init__(self) -> None:
        for f in fields(self):  # type: ignore[arg-type]
            object.__setattr__(self, f.name, np.array(getattr(self, f.name)))
        super().__post_init__()
        lengths = {len(getattr(self, f.name)) for f in fields(self)}  # type: ignore[arg-type]
        if len(lengths) > 1:
            raise StructureError(f"columns differ in length: {sorted(lengths)}")

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))  # type: ignore[arg-type]

    def __getitem__(self, index: Any) -> Any:
        return replace(self, **{f.name: getattr(self, f.name)[index] for f in fields(self)})  # type: ignore[type-var, arg-type]


@dataclass(frozen=True, eq=False)
class Atoms(_Columns):
    """Per-atom columns.

    ``residue`` indexes the residues; ``united`` is the united-atom class of
    :mod:`ros1struct.structure.residues` (``"H"`` for hydrogens); ``charge`` is on every atom over
    which a group spreads it.
    """

    name: Strings
    element: Strings
    residue: Ints
    united: Strings
    donor: Booleans
    acceptor: Booleans
    charge: npt.NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Residues(_Columns):
    """Per-residue columns.

    ``number`` and ``insertion`` are the author's; ``uniprot`` and ``klifs`` are 0 where there is
    none; ``letter`` is ``X`` for what is not an amino acid; ``role`` is one of
    ``protein``, ``inhibitor``, ``water``, ``metal``, and ``hetero`` for other molecules near the
    inhibitor (nucleotides, cofactors, buffer, halide ions).
    """

    chain: Strings
    number: Ints
    insertion: Strings
    name: Strings
    letter: Strings
    role: Strings
    uniprot: Ints
    klifs: Ints


@dataclass(frozen=True, eq=False)
class Topology(Content):
    """What a complex is made of, without coordinates.

    Attributes
    ----------
    atoms : Atoms
    residues : Residues
    bonds : ndarray of int, shape (bonds, 2)
        Pairs of bonded atoms (:func:`ros1struct.structure.bonds.find_bonds`).
    inhibitor : rdkit.Chem.Mol
        The inhibitor's heavy atoms with bond orders and stated charges, without a conformer; atom
        i is ``inhibitor_heavy[i]``. Not to be edited: :meth:`Complex.to_rdkit` returns a copy.
    inhibitor_name : str
        ``"crizotinib"``, or the component where it has no name.
    component : str
        PDB component code.
    protonation : str
        Why the inhibitor has the charges it has.
    kinase : Kinase
    hetero : tuple of rdkit.Chem.Mol or None
        Chemistry of the residues of role ``hetero``, in their order, as `inhibitor`; None where it
        is not known.

    Examples
    --------
    >>> import ros1struct as rs
    >>> one, other = rs.load("2WGJ").topology, rs.load("2WGJ").topology
    >>> one == other, one is other
    (True, False)
    """

    atoms: Atoms
    residues: Residues
    bonds: Ints
    inhibitor: Mol
    inhibitor_name: str
    component: str
    protonation: str
    kinase: Kinase
    hetero: tuple[Mol | None, ...] = ()

    def __post_init__(self) -> None:
        from rdkit import Chem

        if self.inhibitor.GetNumConformers():
            bare = Chem.Mol(self.inhibitor)
            bare.RemoveAllConformers()
            object.__setattr__(self, "inhibitor", bare)
        super().__post_init__()

    def __repr__(self) -> str:
        return (
            f"<Topology {self.kinase.name} {self.kinase.variant} + {self.inhibitor_name}: "
            f"{len(self.residues)} residues, {len(self.atoms)} atoms, {len(self.bonds)} bonds>"
        )

    @cached_property
    def heavy(self) -> Booleans:
        """True for every atom that is not hydrogen."""
        return ~np.isin(self.atoms.element, ("H", "D"))

    def heavy_of(self, role: str) -> Ints:
        """Return the indices of the heavy atoms of a role (see :class:`Residues`)."""
        return np.flatnonzero(self.heavy & (self.residues.role[self.atoms.residue] == role))

    @cached_property
    def inhibitor_heavy(self) -> Ints:
        """Indices of the inhibitor's heavy atoms, in the order of ``inhibitor``."""
        return self.heavy_of("inhibitor")

    @cached_property
    def protein_heavy(self) -> Ints:
        """Indices of the protein's heavy atoms."""
        return self.heavy_of("protein")

    @cached_property
    def numbers(self) -> Ints:
        """The number of every residue in the complex's numbering: UniProt's or the author's."""
        if self.kinase.numbering == "uniprot":
            return self.residues.uniprot
        return self.residues.number

    @cached_property
    def hydrogens(self) -> Ints:
        """Hydrogens of the file on each heavy atom: shape (atoms, 4), -1 for none."""
        found = np.full((len(self.atoms), 4), -1, dtype=np.intp)
        light = ~self.heavy[self.bonds]
        one, other = self.bonds[light[:, 1]].T, self.bonds[light[:, 0]].T[::-1]
        parent, own = np.concatenate([one, other], axis=1)
        order = np.lexsort((own, parent))
        parent, own = parent[order], own[order]
        slot = np.arange(len(parent)) - np.searchsorted(parent, parent, side="left")
        found[parent[slot < 4], slot[slot < 4]] = own[slot < 4]
        return found

    @cached_property
    def joined(self) -> Booleans:
        """True for every residue whose N is bonded to C of the residue before it."""
        a, b = self.bonds.T
        name, residue = self.atoms.name, self.atoms.residue
        peptide = (name[a] == "C") & (name[b] == "N") & (residue[b] == residue[a] + 1)
        found = np.zeros(len(self.residues), dtype=bool)
        found[residue[b[peptide]]] = True
        return found

    @cached_property
    def links(self) -> tuple[tuple[int, int], ...]:
        """Pairs of (inhibitor atom, protein atom) that are covalently bonded."""
        role = self.residues.role[self.atoms.residue]
        drug, protein = role == "inhibitor", role == "protein"
        a, b = self.bonds.T
        between = (drug[a] & protein[b]) | (protein[a] & drug[b])
        return tuple((a, b) if drug[a] else (b, a) for a, b in self.bonds[between].tolist())

    def across_link(self, protein: Ints, inhibitor: Ints, bonds: int = 4) -> Booleans:
        """Say which pairs of atoms are joined by few bonds, through a covalent inhibitor's own.

        Parameters
        ----------
        protein, inhibitor : ndarray of int, shape (pairs,)
            Atoms.
        bonds : int
            At most so many.

        Returns
        -------
        ndarray of bool, shape (pairs,)
        """
        if not self.links:
            return np.zeros(len(protein), dtype=bool)
        near = self._near_links.get(bonds)
        if near is None:
            near = self._near_links[bonds] = self._within(bonds)
        pairs = zip(protein.tolist(), inhibitor.tolist(), strict=True)
        return np.array([pair in near for pair in pairs], dtype=bool)

    @cached_property
    def _near_links(self) -> dict[int, set[tuple[int, int]]]:
        return {}

    def _within(self, bonds: int) -> set[tuple[int, int]]:
        """Pairs of an atom of the protein and one of the inhibitor with few bonds between them."""
        beside: dict[int, list[int]] = {}
        for a, b in self.bonds.tolist():
            beside.setdefault(a, []).append(b)
            beside.setdefault(b, []).append(a)
        drug = {*self.inhibitor_heavy.tolist()}
        found = set()
        for start in drug:
            seen = front = {start}
            for _ in range(bonds):
                front = {b for a in front for b in beside.get(a, ())} - seen
                seen = seen | front
            found |= {(atom, start) for atom in seen - drug}
        return found

    def residue_label(self, residue: int) -> str:
        """Name a residue as tables do: ``G2032``, ``HOH301``, ``MG502``, ``ANP:A:501``.

        Waters and metals by component and number, other molecules with their chain, as
        ``ligand=`` of :func:`ros1struct.load` takes them.

        Parameters
        ----------
        residue : int
            Index.
        """
        r = self.residues
        if r.role[residue] == "hetero":
            number = f"{r.number[residue]}{r.insertion[residue]}"
            return f"{r.name[residue]}:{r.chain[residue]}:{number}"
        if r.role[residue] != "protein":
            return f"{r.name[residue]}{r.number[residue]}"
        if self.kinase.numbering == "uniprot" and r.uniprot[residue]:
            return f"{r.letter[residue]}{r.uniprot[residue]}"
        return f"{r.letter[residue]}{r.number[residue]}{r.insertion[residue]}"

    @cached_property
    def author_labels(self) -> dict[str, str]:
        """Residues as tables name them that the file's author numbers otherwise, and how."""
        if self.kinase.numbering != "uniprot":
            return {}
        r = self.residues
        odd = (r.uniprot > 0) & ((r.uniprot != r.number) | (r.insertion != ""))
        return {
            self.residue_label(i): f"{r.letter[i]}{r.number[i]}{r.insertion[i]}"
            for i in np.flatnonzero(odd & (r.role == "protein")).tolist()
        }

    def find_residue(self, number: int, insertion: str = "") -> int | None:
        """Index of the protein residue with a number in the complex's numbering, or None."""
        r = self.residues
        hit = (self.numbers == number) & (r.role == "protein")
        if self.kinase.numbering == "author":
            hit &= r.insertion == insertion
        index = np.flatnonzero(hit)
        return int(index[0]) if len(index) else None

    def atoms_of(self, residue: int) -> dict[str, int]:
        """Atom indices of a residue's heavy atoms by name."""
        return dict(self._members[residue])

    @cached_property
    def _members(self) -> list[dict[str, int]]:
        found: list[dict[str, int]] = [{} for _ in range(len(self.residues))]
        index = np.flatnonzero(self.heavy)
        names, owners = self.atoms.name[index].tolist(), self.atoms.residue[index].tolist()
        for atom, name, owner in zip(index.tolist(), names, owners, strict=True):
            found[owner][name] = atom
        return found

    def residue_table(self) -> pd.DataFrame:
        """Return the residues with their numbers.

        Returns
        -------
        DataFrame
            One row per residue: chain, author_number, insertion, residue_name, letter, role,
            uniprot, klifs (the last two missing where there is none).
        """
        import pandas as pd

        r = self.residues
        table = pd.DataFrame(
            {
                "chain": r.chain,
                "author_number": r.number,
                "insertion": r.insertion,
                "residue_name": r.name,
                "letter": r.letter,
                "role": r.role,
                "uniprot": pd.array(r.uniprot, dtype="Int64"),
                "klifs": pd.array(r.klifs, dtype="Int64"),
            }
        )
        for column in ("uniprot", "klifs"):
            table[column] = table[column].where(table[column] > 0)
        return table
