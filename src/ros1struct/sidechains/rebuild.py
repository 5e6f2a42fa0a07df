"""Side chains that a file has in part, built to their ends around the inhibitor.

Atoms that the file has stay; the torsions that they leave open take the arrangement of least energy
among library rotamers, all side chains together, by the search of :mod:`~.repack`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ros1struct.errors import InputError
from ros1struct.io.border import takes_complex
from ros1struct.sidechains.build import build
from ros1struct.sidechains.candidates import Candidates, candidates, score
from ros1struct.sidechains.field import Field, field_of
from ros1struct.sidechains.repack import KEEP, LEAST_LIKELY, WINDOW, solve
from ros1struct.sidechains.sites import obstacle
from ros1struct.structure.complex import Complex
from ros1struct.structure.geometry import place, torsion
from ros1struct.structure.residue_types import BACKBONE, ResidueType
from ros1struct.structure.residues import lacking_atoms, residue_type
from ros1struct.structure.substitute import substitute

Floats = npt.NDArray[np.float64]

# Å from the inhibitor to the nearest atom of the residue: as far as loading names them.
RADIUS = 8.0
# Degrees; a library sample stands for a torsion of the file that is no farther.
_SAME = 60.0
# Begins the note of loading that names these side chains.
_LACKS = "side chains near the inhibitor that the file lacks in part"


@takes_complex("one")
def rebuild(
    complex: Complex,
    *,
    radius: float = RADIUS,
    seed: int = 0,
    frame: int | None = None,
) -> Complex:
    """Build the side chains near the inhibitor that the file has only in part.

    Parameters
    ----------
    complex : Complex or str
        A text is loaded by :func:`ros1struct.load`.
    radius : float
        Å from the inhibitor to the nearest atom of the residue that the file has.
    seed : int
        Of the annealing that bounds the search.
    frame : int, optional
        Which frame, from 0; needed where the complex has several.

    Returns
    -------
    Complex
        With whole side chains; the same where none is lacking. Atoms of the file stay, built ones
        have occupancy 0 and no B factor. A note says which were built and which could not be, and
        the provenance, as tables and captions show it, how many; ``deposited`` becomes
        ``processed``.

    Raises
    ------
    InputError
        If the radius is not a length.
    StructureError
        If the complex has several frames.

    Examples
    --------
    >>> import ros1struct as rs
    >>> complex = rs.load("2WGJ")
    >>> rebuild(complex) is complex  # nothing is lacking
    True
    """
    if not (np.isfinite(radius) and radius > 0):
        raise InputError(f"radius must be a length in Å, found {radius}")
    lacking = unresolved(complex, radius)
    why = {r: _obstacle(complex, r) for r in lacking}
    able = [r for r in lacking if not why[r]]
    if not able:
        return complex
    field = field_of(complex, set(able))
    choices = [_choices(field, r) for r in able]
    picked = solve(field, choices, seed)
    model = complex
    for found in picked:
        model = substitute(
            model, found.residue, found.kind.letter, _placed(complex, found), how="rebuilt"
        )
    return _told(complex, model, lacking, why)


def unresolved(complex: Complex, radius: float = RADIUS) -> dict[int, tuple[str, ...]]:
    """Residues near the inhibitor whose side chain lacks atoms.

    Parameters
    ----------
    complex : Complex
        Its first frame.
    radius : float
        Å.

    Returns
    -------
    dict of int to tuple of str
        Names of the atoms that are missing, by residue.
    """
    drug = complex.xyz[0, complex.inhibitor_heavy]
    found = {}
    for residue in np.flatnonzero(complex.residues.role == "protein").tolist():
        own = complex.atoms_of(residue)
        lacks = lacking_atoms(str(complex.residues.name[residue]), tuple(own))
        if not lacks:
            continue
        xyz = complex.xyz[0, [*own.values()]]
        if np.linalg.norm(xyz[:, None] - drug, axis=2).min() <= radius:
            found[residue] = lacks
    return found


def _obstacle(complex: Complex, residue: int) -> str:
    kind = residue_type(str(complex.residues.name[residue]))
    assert kind is not None
    if not {*complex.atoms_of(residue)} <= {*BACKBONE, "OXT", *kind.sidechain}:
        return "modified"
    if kind.letter == "P":
        return "a proline"
    return obstacle(complex, residue)


def _known(kind: ResidueType, own: dict[str, int], xyz: Floats) -> Floats:
    """Torsions, from the first on, whose four atoms the file has; degrees."""
    found: list[float] = []
    for step in kind.places:
        four = (*step.parents, step.atom)
        if step.chi == len(found) + 1 and {*four} <= {*own}:
            found.append(float(torsion(*(xyz[own[n]] for n in four))) - step.torsion)
    return np.array(found)


def _choices(field: Field, residue: int) -> Candidates:
    complex = field.complex
    made = candidates(field, residue, str(complex.residues.letter[residue]), least=LEAST_LIKELY)
    known = _known(made.kind, complex.atoms_of(residue), complex.xyz[0].astype(np.float64))
    n = min(len(known), made.chi.shape[1])
    if not n:
        return made.prune(KEEP, WINDOW)
    away = np.abs((made.chi[:, :n] - known[:n] + 180.0) % 360.0 - 180.0).max(axis=1)
    kept = made.pick(np.flatnonzero(away <= max(_SAME, float(away.min()))))
    chi = kept.chi.copy()
    chi[:, :n] = known[:n]
    xyz = build(complex, residue, made.kind, chi)
    fixed = score(field, residue, made.kind, xyz, chi, kept.rotamer, kept.prior)
    fixed = fixed.prune(KEEP, WINDOW)
    # Marked as the file's: what is known is not stepped off its place afterwards.
    return replace(fixed, rotamer=np.full(len(fixed), -1))


def _placed(complex: Complex, found: Candidates) -> dict[str, Floats]:
    """Atoms of a side chain: those of the file, and the others on them by the torsions found."""
    own = complex.atoms_of(found.residue)
    at = {name: complex.xyz[0, i].astype(np.float64) for name, i in own.items()}
    chi = np.pad(found.chi[0], (0, max(0, found.kind.n_chi - found.chi.shape[1])))
    for step in found.kind.places:
        if step.atom not in at:
            turn = step.torsion + (chi[step.chi - 1] if step.chi else 0.0)
            a, b, c = (at[p] for p in step.parents)
            at[step.atom] = np.asarray(place(a, b, c, step.bond, step.angle, turn))
    return {name: at[name] for name in found.kind.sidechain}


def _told(
    complex: Complex, model: Complex, lacking: dict[int, tuple[str, ...]], why: dict[int, str]
) -> Complex:
    """Say what was built, and give what the file has its own B factors and occupancies."""
    old = {key: k for k, key in enumerate(zip(*(x.tolist() for x in _keys(complex)), strict=True))}
    origin = np.array(
        [old.get(key, -1) for key in zip(*(x.tolist() for x in _keys(model)), strict=True)]
    )
    columns = {
        name: np.where(origin >= 0, getattr(complex, name)[origin], fill)
        for name, fill in (("occupancy", 0.0), ("b_factor", np.nan), ("confidence", np.nan))
    }
    built = [r for r in lacking if not why[r]]
    said = [f"{complex.residue_label(r)} ({' '.join(lacking[r])})" for r in built]
    notes = [n for n in complex.notes if not n.startswith(_LACKS)]
    notes.append(
        f"side chains not resolved to their ends, rebuilt (occupancy 0): {', '.join(said)}"
    )
    if left := [f"{complex.residue_label(r)} ({text})" for r, text in why.items() if text]:
        notes.append(f"{_LACKS} and that cannot be built: {', '.join(left)}")
    p = complex.provenance
    labels = " ".join(complex.residue_label(r) for r in built)
    details = {**dict(p.details)}
    details["rebuilt"] = f"{details['rebuilt']} {labels}" if "rebuilt" in details else labels
    kind = "processed" if p.kind == "deposited" else p.kind
    return model.with_changes(
        name=complex.name,
        notes=tuple(notes),
        provenance=replace(p, kind=kind, details=tuple(details.items())),
        **columns,
    )


def _keys(complex: Complex) -> tuple[npt.NDArray[np.generic], ...]:
    return complex.atoms.residue, complex.atoms.name
