"""Mutant models: a complex with the side chain of one residue replaced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ros1struct.errors import InputError, StructureError
from ros1struct.structure.complex import Complex, Provenance
from ros1struct.structure.residue_types import BACKBONE
from ros1struct.structure.residues import residue_type
from ros1struct.structure.topology import Atoms

Floats = npt.NDArray[np.float64]


def substitute(
    complex: Complex,
    residue: int,
    letter: str,
    xyz: Mapping[str, npt.ArrayLike],
    *,
    how: str = "side chain placed",
) -> Complex:
    """Return a complex with another side chain at one residue.

    Everything else stays: atoms, coordinates, numbering, the inhibitor. The residue keeps its
    backbone, hydrogens of the file included; its side chain has none, and a note says so where the
    file has hydrogens.

    Parameters
    ----------
    complex : Complex
        Of one frame.
    residue : int
        Index of a protein residue.
    letter : str
        One-letter code of the new type.
    xyz : mapping of str to array_like, shape (3,)
        Å, for every side-chain atom of the new type (:attr:`ResidueType.sidechain`).
    how : str
        How the side chain was made, for the provenance.

    Returns
    -------
    Complex
        Provenance ``model``, its details telling the parent's kind and the change; B factors are
        missing throughout, as in every model.

    Raises
    ------
    InputError
        If the type is unknown, or atoms are missing, unknown or not numbers.
    StructureError
        If the complex has several frames, or the residue is not protein or lacks its backbone.

    Examples
    --------
    >>> import ros1struct as rs
    >>> parent = rs.load("2WGJ")
    >>> model = substitute(parent, parent.find_residue(1163), "A", {"CB": [0.0, 0.0, 0.0]})
    >>> model.residue_label(model.find_residue(1163)), model.provenance.kind
    ('A1163', 'model')
    """
    kind = residue_type(letter) if len(letter) == 1 else None
    label = complex.residue_label(residue)
    if kind is None:
        raise InputError(f"{complex.name} {label}: no amino acid {letter!r}; one letter expected")
    _check(complex, residue, label)
    if set(xyz) != set(kind.sidechain):
        raise InputError(
            f"{complex.name} {label}{letter}: atoms {', '.join(kind.sidechain) or 'none'} "
            f"expected, found {', '.join(sorted(xyz)) or 'none'}"
        )
    places = np.array([xyz[name] for name in kind.sidechain], dtype=np.float64).reshape(-1, 3)
    if not np.isfinite(places).all():
        raise InputError(f"{complex.name} {label}{letter}: a coordinate is not a number")

    a = complex.atoms
    own = np.flatnonzero(a.residue == residue)
    stay = own[np.isin(a.name[own], [*BACKBONE, "OXT"]) & complex.heavy[own]]
    stay = np.concatenate([stay, _backbone_hydrogens(complex, residue, kind.letter)])
    names = np.array([*a.name[stay], *kind.sidechain])
    block = Atoms(
        name=names,
        element=np.array([*a.element[stay], *(n[0] for n in kind.sidechain)]),
        residue=np.full(len(names), residue, dtype=np.intp),
        united=np.array([kind.classes.get(str(n), "H") for n in names]),
        donor=np.array([str(n) in kind.donors for n in names]),
        acceptor=np.array([str(n) in kind.acceptors for n in names]),
        charge=np.array([kind.charges.get(str(n), 0) for n in names], dtype=np.int8),
    )
    # Atoms are in residue order, a residue's atoms together.
    cut, end = int(own.min()), int(own.max()) + 1

    def join(name: str) -> npt.NDArray[np.generic]:
        old = getattr(a, name)
        return np.concatenate([old[:cut], getattr(block, name), old[end:]])

    columns: dict[str, Any] = {name: join(name) for name in Atoms.__dataclass_fields__}
    new_xyz = np.concatenate(
        [complex.xyz[0, :cut], complex.xyz[0, stay], places, complex.xyz[0, end:]]
    )
    r = complex.residues
    change = f"{label}{letter}"
    notes = complex.notes
    if not complex.heavy.all() and kind.sidechain:
        notes = (*notes, f"the side chain of {change} is built without hydrogens")
    occupancy = np.concatenate(
        [complex.occupancy[:cut], np.ones(len(names)), complex.occupancy[end:]]
    )
    return complex.with_changes(
        name=f"{complex.name} {change}",
        xyz=np.asarray(new_xyz, dtype=np.float32)[None],
        occupancy=occupancy,
        notes=notes,
        b_factor=None,
        confidence=None,
        atoms=Atoms(**columns),
        residues=replace(
            r, name=_set(r.name, residue, kind.name), letter=_set(r.letter, residue, kind.letter)
        ),
        kinase=replace(complex.kinase, variant=_variant(complex, residue, change)),
        provenance=model_provenance(complex, {"mutation": change, "side_chain": how}),
    )


def _backbone_hydrogens(complex: Complex, residue: int, letter: str) -> npt.NDArray[np.intp]:
    """Hydrogens on N and Cα that the new residue has, too."""
    own = complex.atoms_of(residue)
    before = str(complex.residues.letter[residue])
    parents = [own["N"]] if letter != "P" and before != "P" else []
    parents += [own["CA"]] if "G" not in (letter, before) else []
    found = complex.topology.hydrogens[parents].ravel() if parents else np.empty(0, dtype=np.intp)
    return np.asarray(found[found >= 0], dtype=np.intp)


def with_side_chains(complex: Complex, xyz: npt.NDArray[np.floating], how: str) -> Complex:
    """Return a complex with the same atoms in other places, as a model.

    Parameters
    ----------
    complex : Complex
    xyz : ndarray, shape (atoms, 3)
        Å.
    how : str
        How the places were found, for the provenance.

    Returns
    -------
    Complex
        Provenance ``model``; B factors are missing, as in every model.
    """
    moved = complex.with_coordinates(xyz)
    return moved.with_changes(
        b_factor=None,
        confidence=None,
        provenance=model_provenance(complex, {"side_chains": how}),
    )


def model_provenance(complex: Complex, details: Mapping[str, str]) -> Provenance:
    """Provenance of what was computed from a complex: ``model``, and what it was computed from.

    Parameters
    ----------
    complex : Complex
        The parent.
    details : mapping of str to str
        What was done; the same key of the parent's details is kept and extended.

    Returns
    -------
    Provenance

    Examples
    --------
    >>> import ros1struct as rs
    >>> made = model_provenance(rs.load("2WGJ"), {"side_chains": "repacked"})
    >>> made.kind, dict(made.details)["computed_from"]
    ('model', '2WGJ (deposited)')
    """
    p = complex.provenance
    known = dict(p.details)
    if p.kind != "model":
        known["computed_from"] = f"{p.entry or complex.name} ({p.kind})"
    for key, value in details.items():
        known[key] = f"{known[key]}; {value}" if key in known else value
    return replace(p, kind="model", method="computed by ros1struct", details=tuple(known.items()))


def _check(complex: Complex, residue: int, label: str) -> None:
    if len(complex.xyz) != 1:
        raise StructureError(
            f"{complex.name}: one frame expected, found {len(complex.xyz)}; pick one with "
            "complex.frame(i)"
        )
    if complex.residues.role[residue] != "protein":
        raise StructureError(f"{complex.name} {label}: not a protein residue")
    missing = [name for name in BACKBONE if name not in complex.atoms_of(residue)]
    if missing:
        raise StructureError(
            f"{complex.name} {label}: backbone atoms missing: {', '.join(missing)}"
        )


def _variant(complex: Complex, residue: int, change: str) -> str:
    """Differences from UniProt after a change; the earlier change of a residue is replaced."""
    position = complex.residue_label(residue)[1:]
    old = [v for v in complex.kinase.variant.split("/") if v not in ("", "WT")]
    before = [v for v in old if v[1:-1] == position]
    first = before[0][0] if before else change[0]
    kept = [v for v in old if v not in before]
    now = f"{first}{change[1:]}"
    listed = kept if first == now[-1] else [*kept, now]
    return "/".join(listed) or "WT"


def _set(column: npt.NDArray[np.str_], index: int, value: str) -> npt.NDArray[np.str_]:
    changed = np.array([str(x) for x in column], dtype=object)
    changed[index] = value
    return changed.astype(str)
