"""The Complex: one kinase chain, one inhibitor, the waters near it.

Everything is frozen; functions elsewhere take a Complex and return tables or new Complexes.
Coordinates are Å, shape ``(frames, atoms, 3)``; a crystal is one frame.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ros1struct.errors import InputError, StructureError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import mdtraj
    from Bio.PDB.Structure import Structure
    from rdkit.Chem import Mol

Strings = npt.NDArray[np.str_]
Booleans = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.intp]

# Å; no bond of an inhibitor to a protein is longer (Se–C is 1.95).
_LONGEST_BOND = 2.6

PROVENANCE_KINDS = ("deposited", "processed", "predicted", "model")
ROLES = ("protein", "inhibitor", "water", "metal")


@dataclass(frozen=True)
class Provenance:
    """Where a structure comes from.

    Attributes
    ----------
    kind : {"deposited", "processed", "predicted", "model"}
        As in the archive; rebuilt or minimised by somebody; predicted by a network (its B column
        is pLDDT); computed by this project.
    entry : str
        PDB entry, or ``""``.
    method : str
        Experimental method or how the model was made.
    resolution : float or None
        Å.
    file : str
        File name, without folders.
    sha256 : str
        Of the file as read.
    details : tuple of (str, str)
        What else the file says of itself.
    """

    kind: str
    entry: str = ""
    method: str = ""
    resolution: float | None = None
    file: str = ""
    sha256: str = ""
    details: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in PROVENANCE_KINDS:
            raise InputError(
                f"provenance must be one of {', '.join(PROVENANCE_KINDS)}, found {self.kind!r}"
            )

    @property
    def label(self) -> str:
        """One word for tables and captions: the kind, with the caveat a model carries."""
        note = dict(self.details).get("backbone_from", "")
        return f"{self.kind}, backbone from {note}" if note else self.kind


@dataclass(frozen=True)
class Kinase:
    """The kinase of a chain.

    Attributes
    ----------
    name : str
        ``"ROS1"``, ``"ALK"``, ...; ``"other"`` for a protein kinase outside the table.
    accession : str
        UniProt accession, or ``""``.
    identity : float
        Of the residues that could be compared, 0 to 1.
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


class _Columns:
    """Arrays of one length that are indexed together."""

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))  # type: ignore[arg-type]

    def __getitem__(self, index: Any) -> Any:
        return replace(self, **{f.name: getattr(self, f.name)[index] for f in fields(self)})  # type: ignore[type-var, arg-type]

    def _freeze(self) -> None:
        lengths = set()
        for f in fields(self):  # type: ignore[arg-type]
            column = np.array(getattr(self, f.name))
            column.flags.writeable = False
            object.__setattr__(self, f.name, column)
            lengths.add(len(column))
        if len(lengths) > 1:
            raise StructureError(f"columns differ in length: {sorted(lengths)}")


@dataclass(frozen=True, eq=False)
class Atoms(_Columns):
    """Per-atom columns, computed once per topology.

    ``residue`` indexes the residues; ``united`` is the united-atom class of
    :mod:`ros1struct.structure.residues` (``"H"`` for hydrogens); ``charge`` is on every atom over
    which a group spreads it; ``occupancy`` is 1 and ``b_factor`` NaN where a file has none.
    """

    name: Strings
    element: Strings
    residue: Ints
    united: Strings
    donor: Booleans
    acceptor: Booleans
    charge: npt.NDArray[np.int8]
    occupancy: npt.NDArray[np.float32]
    b_factor: npt.NDArray[np.float32]

    def __post_init__(self) -> None:
        self._freeze()


@dataclass(frozen=True, eq=False)
class Residues(_Columns):
    """Per-residue columns.

    ``number`` and ``insertion`` are the author's; ``uniprot`` and ``klifs`` are 0 where there is
    none; ``letter`` is ``X`` for what is not an amino acid; ``role`` is one of
    ``protein``, ``inhibitor``, ``water``, ``metal``.
    """

    chain: Strings
    number: Ints
    insertion: Strings
    name: Strings
    letter: Strings
    role: Strings
    uniprot: Ints
    klifs: Ints

    def __post_init__(self) -> None:
        self._freeze()


@dataclass(frozen=True, eq=False)
class Complex:
    """One kinase chain with one inhibitor and the waters near it.

    Attributes
    ----------
    name : str
        What tables call it.
    xyz : ndarray of float32, shape (frames, atoms, 3)
        Å, read-only.
    atoms : Atoms
    residues : Residues
    inhibitor : rdkit.Chem.Mol
        The inhibitor's heavy atoms with bond orders and stated charges; atom i is
        ``inhibitor_heavy[i]``.
    inhibitor_name : str
        ``"crizotinib"``, or the component where it has no name.
    component : str
        PDB component code.
    protonation : str
        Why the inhibitor has the charges it has.
    kinase : Kinase
    provenance : Provenance
    notes : tuple of str
        What a user should know about this structure.

    Examples
    --------
    >>> import ros1struct as rs
    >>> complex = rs.load("2WGJ")
    >>> complex
    <Complex 2WGJ: MET WT + crizotinib (VGH), deposited, 72 residues, 1 frame>
    """

    name: str
    xyz: npt.NDArray[np.float32]
    atoms: Atoms
    residues: Residues
    inhibitor: Mol
    inhibitor_name: str
    component: str
    protonation: str
    kinase: Kinase
    provenance: Provenance
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        xyz = np.array(self.xyz, dtype=np.float32)
        if xyz.ndim != 3 or xyz.shape[1:] != (len(self.atoms), 3):
            raise StructureError(
                f"{self.name}: coordinates must have shape (frames, {len(self.atoms)}, 3), "
                f"found {xyz.shape}"
            )
        if not np.isfinite(xyz).all():
            atom = int(np.argwhere(~np.isfinite(xyz))[0][1])
            raise StructureError(
                f"{self.name}: atom {self.atoms.name[atom]} of residue "
                f"{self.residue_label(int(self.atoms.residue[atom]))} has a coordinate that is "
                "not a number"
            )
        xyz.flags.writeable = False
        object.__setattr__(self, "xyz", xyz)

    def __repr__(self) -> str:
        frames = len(self.xyz)
        return (
            f"<Complex {self.name}: {self.kinase.name} {self.kinase.variant} + "
            f"{self.inhibitor_name} ({self.component or 'no component'}), {self.provenance.kind}, "
            f"{int((self.residues.role == 'protein').sum())} residues, "
            f"{frames} frame{'s' if frames != 1 else ''}>"
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

    def residue_label(self, residue: int) -> str:
        """Name a residue as tables do: ``G2032``; with the chain where numbering is the author's.

        Parameters
        ----------
        residue : int
            Index.
        """
        r = self.residues
        if r.role[residue] != "protein":
            return f"{r.name[residue]}{r.number[residue]}"
        if self.kinase.numbering == "uniprot" and r.uniprot[residue]:
            return f"{r.letter[residue]}{r.uniprot[residue]}"
        return f"{r.letter[residue]}{r.number[residue]}{r.insertion[residue]}"

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
        index = np.flatnonzero((self.atoms.residue == residue) & self.heavy)
        return {str(self.atoms.name[i]): int(i) for i in index}

    def with_coordinates(self, xyz: npt.NDArray[Any], *, name: str | None = None) -> Complex:
        """Return the same complex with other coordinates.

        Parameters
        ----------
        xyz : ndarray, shape (frames, atoms, 3) or (atoms, 3)
            Å.
        name : str, optional
        """
        xyz = np.asarray(xyz, dtype=np.float32)
        return replace(self, xyz=xyz[None] if xyz.ndim == 2 else xyz, name=name or self.name)

    def residue_table(self) -> pd.DataFrame:
        """Return the residues with their numbers.

        Returns
        -------
        DataFrame
            One row per residue: chain, author_number, insertion, residue_name, letter, role,
            uniprot, klifs (the last two missing where there is none).
        """
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

    def bonded_to_protein(self) -> Sequence[tuple[int, int]]:
        """Pairs of (inhibitor atom, protein atom) that are covalently bonded.

        A bond needs a nucleophile of the protein (N, O, S or Se) at the sum of the two covalent
        radii, within 0.25 Å: anything nearer is a clash, anything farther a contact.
        """
        from rdkit.Chem import GetPeriodicTable

        from ros1struct.structure.geometry import close_pairs

        element = self.atoms.element
        ligand = self.inhibitor_heavy
        protein = self.protein_heavy
        protein = protein[np.isin(element[protein], ("N", "O", "S", "Se"))]
        i, j, distance = close_pairs(self.xyz[0, ligand], self.xyz[0, protein], _LONGEST_BOND)
        radius = GetPeriodicTable().GetRcovalent
        return [
            (int(ligand[a]), int(protein[b]))
            for a, b, d in zip(i, j, distance, strict=True)
            if abs(d - radius(str(element[ligand[a]])) - radius(str(element[protein[b]]))) <= 0.25
        ]

    def to_mdtraj(self) -> mdtraj.Trajectory:
        """Return an mdtraj trajectory (nm) with the same atoms, frames and author numbers."""
        import mdtraj

        topology = mdtraj.Topology()
        chains: dict[str, Any] = {}
        made = []
        r, a = self.residues, self.atoms
        for index in range(len(r)):
            key = str(r.chain[index])
            if key not in chains:
                chains[key] = topology.add_chain(chain_id=key)
            made.append(
                topology.add_residue(str(r.name[index]), chains[key], resSeq=int(r.number[index]))
            )
        # mdtraj keeps atoms in residue order, which is the order here.
        for i in range(len(a)):
            element = mdtraj.element.get_by_symbol(str(a.element[i]).capitalize())
            topology.add_atom(str(a.name[i]), element, made[int(a.residue[i])])
        topology.create_standard_bonds()
        return mdtraj.Trajectory(self.xyz / 10.0, topology)

    def to_rdkit(self) -> Mol:
        """Return a copy of the inhibitor as an RDKit molecule, one conformer per frame."""
        from rdkit import Chem

        mol = Chem.Mol(self.inhibitor)
        mol.RemoveAllConformers()
        for frame in self.xyz[:, self.inhibitor_heavy]:
            conformer = Chem.Conformer(mol.GetNumAtoms())
            conformer.SetPositions(frame.astype(np.float64))
            mol.AddConformer(conformer, assignId=True)
        return mol

    def to_biopython(self) -> Structure:
        """Return a Biopython structure, one model per frame, with author numbers."""
        from Bio.PDB.StructureBuilder import StructureBuilder

        builder: Any = StructureBuilder()  # type: ignore[no-untyped-call]
        builder.init_structure(self.name)
        r, a = self.residues, self.atoms
        for number, frame in enumerate(self.xyz):
            builder.init_model(number)
            chain, residue = None, -1
            builder.init_seg(" ")
            for i in range(len(a)):
                index = int(a.residue[i])
                if str(r.chain[index]) != chain:
                    chain = str(r.chain[index])
                    builder.init_chain(chain)
                if index != residue:
                    residue = index
                    flag = {"protein": " ", "water": "W"}.get(
                        str(r.role[index]), f"H_{r.name[index]}"
                    )
                    builder.init_residue(
                        str(r.name[index]),
                        flag,
                        int(r.number[index]),
                        str(r.insertion[index]) or " ",
                    )
                builder.init_atom(
                    str(a.name[i]), frame[i], float(np.nan_to_num(a.b_factor[i])),
                    float(a.occupancy[i]), " ", f"{a.name[i]:^4}", i + 1, str(a.element[i]).upper(),
                )  # fmt: skip
        structure: Structure = builder.get_structure()
        return structure
