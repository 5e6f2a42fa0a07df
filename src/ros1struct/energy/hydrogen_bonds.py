"""Hydrogen-bond energies of heavy atoms by a published potential with angles.

``E = D₀ (5 (R₀/R)¹² − 6 (R₀/R)¹⁰) F``, R the distance of donor and acceptor, R₀ = 2.8 Å and
D₀ = 8 kcal/mol, where F falls off with the angle at the hydrogen (θ), the angle at the acceptor (φ)
and, between two flat groups, the angle of their planes (ψ):

=========  =========  ==============================
donor      acceptor   F
=========  =========  ==============================
sp3        sp3        cos²θ cos²(φ − 109.5°)
sp3        sp2        cos²θ cos²φ
sp2        sp3        cos⁴θ
sp2        sp2        cos²θ cos²(max(φ, ψ))
=========  =========  ==============================

No bond counts beyond :data:`REACH` nor with θ below 90°, and the repulsive branch is left to
:mod:`ros1struct.energy.lennard_jones`: no energy is above zero.

Hydrogens are implied by the heavy atoms, so that a file with hydrogens and one without give the
same energy: on the outer bisector where a donor has two bonds or more, at 120° in the plane of a
flat end group (amide, guanidinium), at 109.5° turned towards the acceptor where the group turns
freely (hydroxyl, ammonium). Sulphur is left out: R₀ is that of nitrogen and oxygen.

References
----------
Dahiyat BI, Gordon DB, Mayo SL. Protein Sci 1997, 6:1333-1337 (potential, R₀, D₀, angles).
Mayo SL, Olafson BD, Goddard WA. J Phys Chem 1990, 94:8897-8909 (the 12-10 form).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from ros1struct.structure.bonds import RING_CLOSURES
from ros1struct.structure.complex import Complex
from ros1struct.structure.geometry import close_pairs
from ros1struct.structure.residue_types import ResidueType
from ros1struct.structure.residues import residue_type

Floats = npt.NDArray[np.float64]

DEPTH = 8.0
BEST = 2.8
# Å. The paper evaluates 2.6 to 3.2 Å; below, the energy is cut at zero instead (2.56 Å).
REACH = 3.2
# N-H and O-H in Å; E hangs on it through angles alone.
_XH = 1.0
_TETRAHEDRAL = 109.5


@dataclass(frozen=True, eq=False)
class Sites:
    """Atoms that can give or take hydrogen bonds, and where they point.

    Attributes
    ----------
    xyz : ndarray, shape (n, 3)
        Å.
    axis : ndarray, shape (n, 3)
        Unit vector away from what the atom is bonded to.
    normal : ndarray, shape (n, 3)
        Unit normal of the plane of an sp2 group.
    donor, acceptor : ndarray of bool, shape (n,)
    flat : ndarray of bool, shape (n,)
        sp2.
    end : ndarray of bool, shape (n,)
        Bonded to one heavy atom only.
    """

    xyz: Floats
    axis: Floats
    normal: Floats
    donor: npt.NDArray[np.bool_]
    acceptor: npt.NDArray[np.bool_]
    flat: npt.NDArray[np.bool_]
    end: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.xyz)

    def __getitem__(self, index: Any) -> Sites:
        return replace(self, **{f.name: getattr(self, f.name)[index] for f in fields(self)})

    def join(self, other: Sites) -> Sites:
        """Return these sites and others after them."""
        return Sites(
            *(np.concatenate([getattr(self, f.name), getattr(other, f.name)]) for f in fields(self))
        )


@dataclass(frozen=True)
class _Template:
    """One polar atom of a residue type: its bonds, the next atom on, and what it is."""

    atom: str
    first: str
    second: str
    end: bool
    flat: bool


@lru_cache(maxsize=64)
def _templates(kind: ResidueType) -> tuple[_Template, ...]:
    """Polar side-chain atoms of a residue type (not sulphur)."""
    bonds: dict[str, list[str]] = {}
    for a, b in [(p.parents[2], p.atom) for p in kind.places] + list(
        RING_CLOSURES.get(kind.name, ())
    ):
        bonds.setdefault(a, []).append(b)
        bonds.setdefault(b, []).append(a)
    found = []
    for place in kind.places:
        atom = place.atom
        if atom[0] not in "NO" or not (atom in kind.donors or atom in kind.acceptors):
            continue
        first, *rest = bonds[atom]
        # Hydroxyls and ammonium turn freely; every other polar group of a side chain is flat.
        flat = kind.classes[atom] != "OH" and atom != "NZ"
        second = rest[0] if rest else place.parents[1] if flat else first
        found.append(_Template(atom, first, second, not rest, flat))
    return tuple(found)


def polar_atoms(kind: ResidueType) -> tuple[str, ...]:
    """Names of the side-chain atoms that :func:`sidechain_sites` describes, in its order.

    Examples
    --------
    >>> polar_atoms(residue_type("N")), polar_atoms(residue_type("M"))
    (('OD1', 'ND2'), ())
    """
    return tuple(t.atom for t in _templates(kind))


def sidechain_sites(kind: ResidueType, xyz: Mapping[str, Floats]) -> Sites:
    """Describe the polar atoms of one side chain at many places.

    Parameters
    ----------
    kind : ResidueType
    xyz : mapping of str to ndarray, shape (samples, 3)
        Å, of the side chain's atoms.

    Returns
    -------
    Sites
        ``samples`` rows for each atom of :func:`polar_atoms`, atom by atom.
    """
    templates = _templates(kind)
    if not templates:
        return _nothing()
    count = len(xyz[templates[0].atom])
    atom, first, second = (
        np.concatenate([xyz[getattr(t, which)] for t in templates])
        for which in ("atom", "first", "second")
    )

    def each(flags: list[bool]) -> npt.NDArray[np.bool_]:
        return np.repeat(np.array(flags), count)

    return _sites(
        atom,
        first,
        second,
        each([t.atom in kind.donors for t in templates]),
        each([t.atom in kind.acceptors for t in templates]),
        each([t.flat for t in templates]),
        each([t.end for t in templates]),
    )


def complex_sites(complex: Complex) -> tuple[Sites, npt.NDArray[np.intp]]:
    """Describe every polar atom of the protein and the inhibitor of a complex, once for each.

    Parameters
    ----------
    complex : Complex
        Its first frame.

    Returns
    -------
    sites : Sites
    atom : ndarray of int, shape (n,)
        Index of each site's atom. Atoms whose bonded atoms are missing are left out.

    Examples
    --------
    >>> import ros1struct as rs
    >>> sites, atom = complex_sites(rs.load("2WGJ"))
    >>> len(sites) == len(atom) > 100
    True
    """
    return complex.derived("hydrogen-bond sites", lambda: _complex_sites(complex))


def _complex_sites(complex: Complex) -> tuple[Sites, npt.NDArray[np.intp]]:
    rows: list[tuple[int, int, int, bool, bool]] = []
    before: dict[str, int] = {}
    r, joined = complex.residues, complex.topology.joined
    for residue in np.flatnonzero(r.role == "protein"):
        own = complex.atoms_of(int(residue))
        kind = residue_type(str(r.name[residue]))
        if joined[residue] and {"N", "CA"} <= set(own) and "C" in before:
            rows.append((own["N"], own["CA"], before["C"], False, True))
        if {"O", "C", "CA"} <= set(own):
            rows.append((own["O"], own["C"], own["CA"], True, True))
        for t in _templates(kind) if kind else ():
            if {t.atom, t.first, t.second} <= set(own):
                rows.append((own[t.atom], own[t.first], own[t.second], t.end, t.flat))
        before = own
    return _collect(complex, rows + _of_inhibitor(complex))


def inhibitor_sites(complex: Complex) -> tuple[Sites, npt.NDArray[np.intp]]:
    """Describe the polar atoms of the inhibitor alone, as :func:`complex_sites` does."""
    return _collect(complex, _of_inhibitor(complex))


def _collect(
    complex: Complex, rows: list[tuple[int, int, int, bool, bool]]
) -> tuple[Sites, npt.NDArray[np.intp]]:
    a = complex.atoms
    rows = [row for row in rows if a.donor[row[0]] or a.acceptor[row[0]]]
    if not rows:
        return _nothing(), np.empty(0, dtype=np.intp)
    atom, first, second, end, flat = (np.array(x) for x in zip(*rows, strict=True))
    xyz = complex.xyz[0].astype(np.float64)
    made = _sites(xyz[atom], xyz[first], xyz[second], a.donor[atom], a.acceptor[atom], flat, end)
    return made, atom


def _of_inhibitor(complex: Complex) -> list[tuple[int, int, int, bool, bool]]:
    from rdkit import Chem

    index = complex.inhibitor_heavy
    rows = []
    for atom in complex.inhibitor.GetAtoms():
        near = sorted(n.GetIdx() for n in atom.GetNeighbors())
        if atom.GetSymbol() not in ("N", "O") or not near:
            continue
        ends = len(near) == 1
        if ends:
            base = complex.inhibitor.GetAtomWithIdx(near[0])
            onward = sorted(n.GetIdx() for n in base.GetNeighbors() if n.GetIdx() != atom.GetIdx())
            if not onward:
                continue
            near += onward
        turning = atom.GetHybridization() == Chem.HybridizationType.SP3 or (
            ends and atom.GetSymbol() == "O" and atom.GetTotalNumHs() > 0
        )
        mine, first, second = (int(index[i]) for i in (atom.GetIdx(), near[0], near[1]))
        rows.append((mine, first, second, ends, not turning))
    return rows


def _unit(x: Floats) -> Floats:
    length = np.linalg.norm(x, axis=-1, keepdims=True)
    return np.asarray(x / np.where(length > 1e-9, length, 1.0))


def _sites(
    atom: Floats,
    first: Floats,
    second: Floats,
    donor: npt.NDArray[np.bool_],
    acceptor: npt.NDArray[np.bool_],
    flat: npt.NDArray[np.bool_],
    end: npt.NDArray[np.bool_],
) -> Sites:
    to_first = _unit(first - atom)
    both = _unit(to_first + _unit(second - atom))
    axis = -np.where(end[:, None], to_first, both)
    normal = _unit(np.cross(first - atom, second - first))
    return Sites(atom, axis, normal, donor, acceptor, flat, end)


def _nothing() -> Sites:
    none, no = np.empty((0, 3)), np.empty(0, dtype=bool)
    return Sites(none, none, none, no, no, no, no)


def pair_energy(
    a: Sites, b: Sites, *, reach: float = REACH
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Floats]:
    """Hydrogen-bond energies of every pair of sites that can bond.

    Parameters
    ----------
    a, b : Sites
    reach : float
        Å; pairs farther apart have no energy.

    Returns
    -------
    i, j : ndarray of int, shape (pairs,)
        Indices into `a` and `b`.
    energy : ndarray of float64, shape (pairs,)
        kcal/mol, below 0; the better way round where both can be donor and acceptor.

    Examples
    --------
    >>> import ros1struct as rs
    >>> sites, _ = complex_sites(rs.load("2WGJ"))
    >>> bool(pair_energy(sites, sites)[2].min() > -8.0)
    True
    """
    i, j, gap = close_pairs(a.xyz, b.xyz, reach)
    distance = gap.astype(np.float64)
    can = ((a.donor[i] & b.acceptor[j]) | (a.acceptor[i] & b.donor[j])) & (distance > 1.0)
    i, j, distance = i[can], j[can], distance[can]
    if not len(i):
        return i, j, distance
    ratio = (BEST / distance) ** 2
    radial = np.minimum(DEPTH * (5 * ratio**6 - 6 * ratio**5), 0.0)
    energy = radial * np.maximum(_angular(a[i], b[j], distance), _angular(b[j], a[i], distance))
    keep = energy < 0
    return i[keep], j[keep], energy[keep]


def _angular(donor: Sites, acceptor: Sites, distance: Floats) -> Floats:
    """F of pairs, 0 where the first cannot give or the second cannot take."""
    toward = (acceptor.xyz - donor.xyz) / distance[:, None]
    best = np.zeros(len(donor))
    for direction in _hydrogens(donor, toward):
        hydrogen = donor.xyz + _XH * direction
        onward = _unit(acceptor.xyz - hydrogen)
        # Cosines of the angles at the hydrogen and at the acceptor, -1 for a straight bond.
        theta = -np.sum(direction * onward, axis=1)
        phi = np.sum(onward * acceptor.axis, axis=1)
        beyond = np.degrees(np.arccos(np.clip(phi, -1, 1))) - _TETRAHEDRAL
        free = np.cos(np.radians(beyond)) ** 2 * (beyond < 90)
        away = np.where(phi < 0, phi**2, 0.0)
        # The greater angle has the greater cos²: planes that coincide count as 180°.
        twist = np.sum(donor.normal * acceptor.normal, axis=1)
        planes = np.where(phi < 0, np.maximum(phi**2, twist**2), 0.0)
        flat = np.where(acceptor.flat, planes, theta**2)
        loose = np.where(acceptor.flat, away, free)
        f = theta**2 * np.where(donor.flat, flat, loose)
        best = np.maximum(best, np.where(theta < 0, f, 0.0))
    return np.where(donor.donor & acceptor.acceptor, best, 0.0)


def _hydrogens(donor: Sites, toward: Floats) -> tuple[Floats, Floats]:
    """Return unit vectors to the two hydrogens that could serve, equal where there is one."""
    side = np.cross(donor.normal, donor.axis)
    # Turned towards the acceptor, for groups that rotate.
    across = _unit(toward - np.sum(toward * donor.axis, axis=1, keepdims=True) * donor.axis)
    lean = np.radians(180.0 - _TETRAHEDRAL)
    rotor = np.cos(lean) * donor.axis + np.sin(lean) * across
    one, two = (0.5 * donor.axis + sign * np.sqrt(0.75) * side for sign in (1.0, -1.0))
    inner = (~donor.end)[:, None]
    turns = (~donor.flat)[:, None]
    return (
        np.where(inner, donor.axis, np.where(turns, rotor, one)),
        np.where(inner, donor.axis, np.where(turns, rotor, two)),
    )
