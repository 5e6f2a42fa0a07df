"""Side-chain rotamers: the Dunbrack 2010 library, and side chains built on a real backbone.

Torsions are sampled on a fixed grid over plus and minus one standard deviation with Gaussian
weights. The samples of a rotamer form a tree: an atom that depends on the first k torsions has
``points ** k`` places, not ``points ** n``, and :func:`grow` builds each place once.

References
----------
Shapovalov MV, Dunbrack RL. Structure 2011, 19:844-858 (the library, CC-BY-4.0).
Lovell SC et al. Proteins 2000, 40:389-408 (how rotamers are named).
"""

from __future__ import annotations

import io
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from ros1struct.errors import InputError
from ros1struct.structure.content import Content
from ros1struct.structure.geometry import place
from ros1struct.structure.residue_types import ResidueType
from ros1struct.structure.residues import residue_type

Floats = npt.NDArray[np.float64]

POINTS = 3
# Places of an atom that are measured at a time: few enough for the cache, and with few neighbours.
BLOCK = 512
_STEP = 10
_NAMES = {"CYS": "CYH", "PRO": "TPR"}
# Types whose last torsion is about a planar group: it has no three staggered places.
_PLANAR_END = "DEFHNQRWY"


@dataclass(frozen=True, eq=False)
class Rotamers(Content):
    """Rotamers of one residue type at one backbone conformation.

    Attributes
    ----------
    probability : ndarray, shape (rotamers,)
        Sums to 1, most likely first.
    chi, sigma : ndarray, shape (rotamers, torsions)
        Means and standard deviations in degrees.
    count : int
        Residues that the library saw at this (φ, ψ); 0 for types without rotamers.
    """

    probability: Floats
    chi: Floats
    sigma: Floats
    count: int


@lru_cache(maxsize=1)
def _library() -> dict[str, npt.NDArray[Any]]:
    packed = (files("ros1struct") / "data" / "dunbrack2010.npz.xz").read_bytes()
    with np.load(io.BytesIO(lzma.decompress(packed))) as arrays:
        return dict(arrays)


@lru_cache(maxsize=64)
def _angles(name: str) -> tuple[Floats, Floats]:
    """Means and standard deviations in degrees, shape (torsions, rotamers, 36, 36)."""
    arrays = _library()
    chi = np.cumsum(arrays[f"{name}.chi"], axis=-1, dtype=np.int32) / 2.0
    sigma = np.cumsum(arrays[f"{name}.sigma"], axis=-1, dtype=np.int32) / 2.0
    return chi, sigma


def rotamers(residue: str, phi: float, psi: float, *, cis: bool = False) -> Rotamers:
    """Look up the rotamers of a residue type at a backbone conformation.

    Parameters
    ----------
    residue : str
        One- or three-letter name.
    phi, psi : float
        Degrees; the nearest bin of the library's 10-degree grid counts.
    cis : bool
        Whether the peptide bond before a proline is cis.

    Returns
    -------
    Rotamers
        Gly and Ala have one rotamer without torsions.

    Raises
    ------
    InputError
        If the residue is unknown or an angle is not a number.

    Examples
    --------
    >>> found = rotamers("V", -60, -40)
    >>> found.probability.round(2).tolist(), found.chi[0].round().tolist()
    ([0.94, 0.04, 0.02], [172.0])
    """
    kind = residue_type(residue)
    if kind is None:
        raise InputError(f"no amino acid {residue!r}; expected a one- or three-letter name")
    if kind.n_chi == 0:
        empty = np.zeros((1, 0))
        return Rotamers(np.ones(1), empty, empty, 0)
    if not (np.isfinite(phi) and np.isfinite(psi)):
        raise InputError(f"rotamers of {kind.name} need φ and ψ, found {phi}, {psi}")
    name = "CPR" if cis and kind.name == "PRO" else _NAMES.get(kind.name, kind.name)
    i, j = (round((angle + 180) / _STEP) % 36 for angle in (phi, psi))
    arrays = _library()
    chi, sigma = _angles(name)
    probability = arrays[f"{name}.probability"][:, i, j].astype(np.float64)
    order = np.argsort(-probability, kind="stable")
    order = order[probability[order] > 0]
    total = probability[order].sum()
    n = min(kind.n_chi, chi.shape[0])
    return Rotamers(
        probability[order] / total,
        chi[:n, order, i, j].T,
        sigma[:n, order, i, j].T,
        int(arrays[f"{name}.count"][i, j]),
    )


def rotamer_name(letter: str, chi: npt.ArrayLike) -> str:
    """Name a rotamer in the manner of the penultimate rotamer library (Lovell 2000).

    Parameters
    ----------
    letter : str
        One-letter code.
    chi : array-like of float, shape (torsions,)
        Degrees.

    Returns
    -------
    str
        ``p``, ``t`` or ``m`` (plus 60, trans, minus 60 degrees) for each staggered torsion and, for
        a last torsion about a planar group, the angle to the nearest 10 degrees; of proline the
        pucker; empty without torsions.

    Examples
    --------
    >>> rotamer_name("R", [-67.5, 179.5, -179.5, 176.5]), rotamer_name("F", [178, 80])
    ('mtt180', 't80')
    """
    angles = [float(angle) for angle in np.atleast_1d(chi)]
    if letter == "P" and angles:
        return "Cγ-endo" if angles[0] > 0 else "Cγ-exo"
    end = ""
    if letter in _PLANAR_END and angles:
        last = 10 * round(((angles.pop() + 180) % 360 - 180) / 10)
        end = "180" if last == -180 else str(last)
    return "".join("ptm"[int(angle // 120) % 3] for angle in angles) + end


def grid(points: int = POINTS) -> tuple[Floats, Floats]:
    """Offsets in standard deviations between -1 and 1, and their Gaussian weights.

    Parameters
    ----------
    points : int
        Odd, so that the mean is sampled.

    Returns
    -------
    offsets, weights : ndarray, shape (points,)
        The weights sum to 1.

    Examples
    --------
    >>> offsets, weights = grid(3)
    >>> offsets.tolist(), weights.round(3).tolist()
    ([-1.0, 0.0, 1.0], [0.274, 0.452, 0.274])
    """
    if points < 1 or points % 2 == 0:
        raise InputError(f"points must be odd and positive, found {points}")
    offsets = np.linspace(-1.0, 1.0, points) if points > 1 else np.zeros(1)
    weights = np.exp(-0.5 * offsets**2)
    return offsets, weights / weights.sum()


def sample_weights(found: Rotamers, points: int) -> Floats:
    """Probability of every sample, rotamer by rotamer, last torsion fastest; sums to 1.

    Returns
    -------
    ndarray, shape (rotamers * points ** torsions,)
    """
    weights = np.ones(1)
    for _ in range(found.chi.shape[1]):
        weights = np.multiply.outer(weights, grid(points)[1]).ravel()
    return np.multiply.outer(found.probability, weights).ravel()


def blocks(places: int, size: int = BLOCK) -> Iterator[slice]:
    """Cut places of one atom into runs that lie near together, rotamer by rotamer.

    Examples
    --------
    >>> list(blocks(5, 2))
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    return (slice(start, min(start + size, places)) for start in range(0, places, size))


def grow(
    kind: ResidueType, backbone: dict[str, Floats], found: Rotamers, points: int
) -> Iterator[tuple[str, Floats]]:
    """Build the side chain of every sample on a backbone, atom by atom.

    Parameters
    ----------
    kind : ResidueType
    backbone : dict of str to ndarray, shape (3,)
        N, CA and C in Å.
    found : Rotamers
    points : int
        Samples per torsion.

    Yields
    ------
    atom : str
    xyz : ndarray, shape (rotamers * points ** k, 3)
        Places of an atom that depends on the first k torsions; each stands for
        ``points ** (torsions - k)`` samples in a row (the order of :func:`sample_weights`).

    Examples
    --------
    >>> n, ca, c = np.array([[1.46, 0, 0], [0, 0, 0], [-0.55, 1.42, 0]])
    >>> found = rotamers("S", -60, -40)
    >>> [(a, len(x)) for a, x in grow(residue_type("S"), {"N": n, "CA": ca, "C": c}, found, 3)]
    [('CB', 3), ('OG', 9)]
    """
    offsets, _ = grid(points)
    count = len(found.probability)
    # Torsions of level k, repeated over the samples of the torsions before it.
    chi = [
        np.broadcast_to(
            (found.chi[:, k, None] + found.sigma[:, k, None] * offsets)[:, None, :],
            (count, points**k, points),
        ).reshape(-1)
        for k in range(found.chi.shape[1])
    ]
    built: dict[str, tuple[int, Floats]] = {
        name: (0, np.broadcast_to(np.asarray(xyz, dtype=np.float64), (count, 3)))
        for name, xyz in backbone.items()
    }
    for step in kind.places:
        level = max(step.chi, *(built[p][0] for p in step.parents))
        a, b, c = (
            np.repeat(built[p][1], points ** (level - built[p][0]), axis=0) for p in step.parents
        )
        angle: Floats | float = step.torsion + (chi[step.chi - 1] if step.chi else 0.0)
        xyz: Floats = np.asarray(place(a, b, c, step.bond, step.angle, angle), dtype=np.float64)
        built[step.atom] = (level, xyz)
        yield step.atom, xyz
