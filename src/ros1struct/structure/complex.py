"""The Complex: one kinase chain, one inhibitor, the waters near it, in one frame or many.

A Complex is a :class:`~ros1struct.structure.topology.Topology`, coordinates, and the provenance of
both. Everything is frozen; functions elsewhere take a Complex and return tables or new Complexes.
Coordinates are Å, shape ``(frames, atoms, 3)``; a crystal is one frame.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ros1struct.errors import InputError, StructureError
from ros1struct.structure.bonds import find_bonds
from ros1struct.structure.content import Content
from ros1struct.structure.topology import Atoms, Booleans, Ints, Kinase, Residues, Topology

if TYPE_CHECKING:
    from collections.abc import Sequence

    import mdtraj
    import pandas as pd
    from Bio.PDB.Structure import Structure
    from rdkit.Chem import Mol

Singles = npt.NDArray[np.float32]

# Å; nothing reaches so far, and programs write 9999.000 for atoms that they could not place.
FARTHEST = 9999.0

PROVENANCE_KINDS = ("deposited", "processed", "predicted", "docked", "model")


@dataclass(frozen=True)
class Provenance:
    """Where a structure comes from.

    Attributes
    ----------
    kind : {"deposited", "processed", "predicted", "docked", "model"}
        As in the archive; rebuilt or minimised by somebody; predicted by a network (its B column
        is pLDDT); a pose of a docking program; computed by this project.
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
        label = f"{self.kind}, backbone from {note}" if note else self.kind
        rebuilt = len(dict(self.details).get("rebuilt", "").split())
        chains = "side chain" if rebuilt == 1 else "side chains"
        return f"{label}, {rebuilt} {chains} rebuilt" if rebuilt else label


@dataclass(frozen=True, eq=False, repr=False)
class Complex(Content):
    """One kinase chain with one inhibitor and the waters near it.

    What does not depend on coordinates is the topology's; its attributes (``atoms``, ``residues``,
    ``inhibitor``, ``kinase``, ...) are read from the complex too.

    Attributes
    ----------
    name : str
        What tables call it.
    topology : Topology
    xyz : ndarray of float32, shape (frames, atoms, 3)
        Å, read-only.
    provenance : Provenance
    notes : tuple of str
        What a user should know about this structure.
    occupancy : ndarray of float32, shape (atoms,)
        1 where a file has none.
    b_factor : ndarray of float32, shape (atoms,)
        Å²; NaN where a file has none, and in predictions, whose B column is no B factor.
    confidence : ndarray of float32, shape (atoms,)
        pLDDT of a prediction, 0 to 100; NaN in everything else.

    Examples
    --------
    >>> import ros1struct as rs
    >>> complex = rs.load("2WGJ")
    >>> complex
    <Complex 2WGJ: MET WT + crizotinib (VGH), deposited, 72 residues, 1 frame>
    """

    name: str
    topology: Topology
    xyz: Singles
    provenance: Provenance
    notes: tuple[str, ...] = ()
    occupancy: Singles = None  # type: ignore[assignment]
    b_factor: Singles = None  # type: ignore[assignment]
    confidence: Singles = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        size = len(self.topology.atoms)
        xyz = self.xyz
        checked = isinstance(xyz, np.ndarray) and xyz.dtype == np.float32 and xyz.base is None
        checked = checked and not xyz.flags.writeable
        if not checked:
            with np.errstate(over="ignore"):  # what is too large is refused below
                xyz = np.array(xyz, dtype=np.float32)
        if xyz.ndim != 3 or xyz.shape[1:] != (size, 3):
            raise StructureError(
                f"{self.name}: coordinates must have shape (frames, {size}, 3), found {xyz.shape}"
            )
        if not checked and not (np.abs(xyz) < FARTHEST).all():
            atom = int(np.argwhere(~(np.abs(xyz) < FARTHEST))[0][1])
            raise StructureError(
                f"{self.name}: atom {self.atoms.name[atom]} of residue "
                f"{self.residue_label(int(self.atoms.residue[atom]))} has a coordinate that is "
                f"not a number below {FARTHEST:,.0f} Å"
            )
        columns = {"xyz": xyz}
        for column, default in (("occupancy", 1.0), ("b_factor", np.nan), ("confidence", np.nan)):
            given = getattr(self, column)
            value = np.full(size, default) if given is None else np.asarray(given)
            if value.shape != (size,):
                raise StructureError(
                    f"{self.name}: {column} must have shape ({size},), found {value.shape}"
                )
            columns[column] = value.astype(np.float32)
        for column, value in columns.items():
            value.flags.writeable = False
            object.__setattr__(self, column, value)
        super().__post_init__()

    def __repr__(self) -> str:
        frames = len(self.xyz)
        return (
            f"<Complex {self.name}: {self.kinase.name} {self.kinase.variant} + "
            f"{self.inhibitor_name} ({self.component or 'no component'}), {self.provenance.kind}, "
            f"{int((self.residues.role == 'protein').sum())} residues, "
            f"{frames} frame{'s' if frames != 1 else ''}>"
        )

    def _repr_html_(self) -> str:
        from ros1struct.structure.card import complex_card

        return complex_card(self)

    @property
    def atoms(self) -> Atoms:
        """Per-atom columns of the topology."""
        return self.topology.atoms

    @property
    def residues(self) -> Residues:
        """Per-residue columns of the topology."""
        return self.topology.residues

    @property
    def inhibitor(self) -> Mol:
        """The inhibitor's chemistry (see :class:`Topology`); not to be edited."""
        return self.topology.inhibitor

    @property
    def inhibitor_name(self) -> str:
        """Name of the inhibitor, or its component."""
        return self.topology.inhibitor_name

    @property
    def component(self) -> str:
        """PDB component code of the inhibitor."""
        return self.topology.component

    @property
    def protonation(self) -> str:
        """Why the inhibitor has the charges it has."""
        return self.topology.protonation

    @property
    def kinase(self) -> Kinase:
        """The kinase of the chain."""
        return self.topology.kinase

    @property
    def heavy(self) -> Booleans:
        """True for every atom that is not hydrogen."""
        return self.topology.heavy

    @property
    def inhibitor_heavy(self) -> Ints:
        """Indices of the inhibitor's heavy atoms, in the order of ``inhibitor``."""
        return self.topology.inhibitor_heavy

    @property
    def protein_heavy(self) -> Ints:
        """Indices of the protein's heavy atoms."""
        return self.topology.protein_heavy

    @property
    def numbers(self) -> Ints:
        """The number of every residue in the complex's numbering: UniProt's or the author's."""
        return self.topology.numbers

    def heavy_of(self, role: str) -> Ints:
        """Return the indices of the heavy atoms of a role (see :class:`Residues`)."""
        return self.topology.heavy_of(role)

    def residue_label(self, residue: int) -> str:
        """Name a residue as tables do: ``G2032`` (see :meth:`Topology.residue_label`)."""
        return self.topology.residue_label(residue)

    def find_residue(self, number: int, insertion: str = "") -> int | None:
        """Index of the protein residue with a number in the complex's numbering, or None."""
        return self.topology.find_residue(number, insertion)

    def atoms_of(self, residue: int) -> dict[str, int]:
        """Atom indices of a residue's heavy atoms by name."""
        return self.topology.atoms_of(residue)

    def residue_table(self) -> pd.DataFrame:
        """Return the residues with their numbers (see :meth:`Topology.residue_table`)."""
        return self.topology.residue_table()

    def bonded_to_protein(self) -> Sequence[tuple[int, int]]:
        """Pairs of (inhibitor atom, protein atom) that are covalently bonded."""
        return self.topology.links

    def frame(self, index: int) -> Complex:
        """Return one frame as a complex of its own.

        Parameters
        ----------
        index : int
            From 0; negative counts from the end.

        Returns
        -------
        Complex
            Of one frame; itself where it has no other.

        Raises
        ------
        InputError
            If there is no such frame.
        """
        count = len(self.xyz)
        if not isinstance(index, int | np.integer) or not -count <= index < count:
            raise InputError(
                f"{self.name} has {count} frame{'s' if count != 1 else ''}, numbered from 0; "
                f"found frame {index!r}"
            )
        return self if count == 1 else replace(self, xyz=self.xyz[index][None])

    def with_coordinates(self, xyz: npt.NDArray[Any], *, name: str | None = None) -> Complex:
        """Return the same complex with other coordinates.

        Parameters
        ----------
        xyz : ndarray, shape (frames, atoms, 3) or (atoms, 3)
            Å.
        name : str, optional
        """
        xyz = np.asarray(xyz)
        return replace(self, xyz=xyz[None] if xyz.ndim == 2 else xyz, name=name or self.name)

    def with_changes(self, **changes: Any) -> Complex:
        """Return a complex in which some attributes, its own or its topology's, are others.

        Parameters
        ----------
        **changes
            As for :func:`dataclasses.replace`. Where atoms, residues or the inhibitor change,
            the bonds are found again from the first frame.

        Returns
        -------
        Complex
        """
        own = {f.name: changes.pop(f.name) for f in fields(self) if f.name in changes}
        if changes:
            topology = replace(self.topology, **changes)
            if {"atoms", "residues", "inhibitor"} & {*changes} and "bonds" not in changes:
                first = np.asarray(own.get("xyz", self.xyz))[0]
                bonds = find_bonds(topology.atoms, topology.residues, topology.inhibitor, first)
                topology = replace(topology, bonds=bonds)
            own["topology"] = topology
            if len(topology.atoms) != len(self.atoms):
                own = {"occupancy": None, "b_factor": None, "confidence": None, **own}
        return replace(self, **own)

    def to_mdtraj(self) -> mdtraj.Trajectory:
        """Return an mdtraj trajectory (nm) with the same atoms, frames and author numbers."""
        from ros1struct.structure.convert import to_mdtraj

        return to_mdtraj(self)

    def to_rdkit(self) -> Mol:
        """Return a copy of the inhibitor as an RDKit molecule, one conformer per frame."""
        from ros1struct.structure.convert import to_rdkit

        return to_rdkit(self)

    def to_biopython(self) -> Structure:
        """Return a Biopython structure, one model per frame, with author numbers."""
        from ros1struct.structure.convert import to_biopython

        return to_biopython(self)


def assemble(
    name: str,
    atoms: Atoms,
    residues: Residues,
    xyz: npt.NDArray[Any],
    inhibitor: Mol,
    *,
    inhibitor_name: str,
    component: str,
    protonation: str,
    kinase: Kinase,
    provenance: Provenance,
    **more: Any,
) -> Complex:
    """Make a complex of its parts; the bonds are found in the first frame.

    Parameters
    ----------
    name : str
    atoms : Atoms
    residues : Residues
    xyz : ndarray, shape (frames, atoms, 3)
        Å.
    inhibitor : rdkit.Chem.Mol
        Heavy atoms in the order of the atoms.
    inhibitor_name, component, protonation : str
    kinase : Kinase
    provenance : Provenance
    **more
        ``notes``, ``occupancy``, ``b_factor``, ``confidence`` of :class:`Complex`.

    Returns
    -------
    Complex
    """
    bonds = find_bonds(atoms, residues, inhibitor, xyz[0])
    topology = Topology(
        atoms, residues, bonds, inhibitor, inhibitor_name, component, protonation, kinase
    )
    return Complex(name, topology, xyz, provenance, **more)
