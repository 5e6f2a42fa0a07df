"""Coordinate arithmetic: distances, torsions, placing atoms, superposition.

Coordinates are Å with the last axis x, y, z; angles are degrees.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.intp]

# Pairs that are measured one by one in less time than a tree takes to be imported and grown.
FEW = 300_000


def close_pairs(a: Floats, b: Floats, cutoff: float) -> tuple[Ints, Ints, Floats]:
    """Find every pair of points, one of each set, that is no farther apart than a cutoff.

    Parameters
    ----------
    a, b : ndarray, shape (n, 3) and (m, 3)
        Points in Å.
    cutoff : float
        Å, inclusive.

    Returns
    -------
    i, j : ndarray of int, shape (pairs,)
        Indices into `a` and `b`, sorted by i, then j.
    distance : ndarray of float64, shape (pairs,)

    Examples
    --------
    >>> i, j, d = close_pairs(np.zeros((1, 3)), np.array([[0.0, 0, 3], [0, 0, 9]]), 4.0)
    >>> i.tolist(), j.tolist(), d.tolist()
    ([0], [0], [3.0])
    """
    if len(a) == 0 or len(b) == 0:
        empty = np.empty(0, dtype=np.intp)
        return empty, empty, np.empty(0)
    a64, b64 = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    # A hair of slack keeps pairs that lie exactly at the cut-off.
    slack = cutoff * (1 + 1e-9) + 1e-9
    # Points outside the other set's box are far from all of it.
    p, q = _inside(a64, b64, slack), _inside(b64, a64, slack)
    if len(p) * len(q) <= FEW:
        delta = a64[p, None] - b64[None, q]
        k, m = np.nonzero(np.einsum("ijk,ijk->ij", delta, delta) <= slack**2)
        i, j = p[k], q[m]
        distance = np.linalg.norm(a64[i] - b64[j], axis=1)
        near = distance <= cutoff
        return i[near], j[near], distance[near]
    from scipy.spatial import cKDTree

    pairs = cKDTree(a64).sparse_distance_matrix(cKDTree(b64), slack, output_type="coo_matrix")
    i, j = pairs.row.astype(np.intp), pairs.col.astype(np.intp)
    distance = np.linalg.norm(a64[i] - b64[j], axis=1)
    order = np.lexsort((j, i))
    order = order[distance[order] <= cutoff]
    return i[order], j[order], distance[order]


def _inside(a: Floats, b: Floats, margin: float) -> Ints:
    """Points of one set that are in the box around another, some Å wider."""
    inside = np.ones(len(a), dtype=bool)
    for x, y in zip(a.T, b.T, strict=True):
        inside &= (x >= y.min() - margin) & (x <= y.max() + margin)
    return np.flatnonzero(inside)


def nearest(a: Floats, b: Floats) -> float:
    """Measure the least distance between two sets of points.

    Parameters
    ----------
    a, b : ndarray, shape (n, 3) and (m, 3)

    Returns
    -------
    float
        NaN where one of the sets is empty.

    Examples
    --------
    >>> nearest(np.zeros((1, 3)), np.array([[0.0, 3, 4], [9, 9, 9]]))
    5.0
    """
    if not (len(a) and len(b)):
        return float("nan")
    columns = zip(np.asarray(a, dtype=np.float64).T, np.asarray(b, dtype=np.float64).T, strict=True)
    square = sum(np.square(x[:, None] - y) for x, y in columns)
    return float(np.sqrt(np.min(square)))


def torsion(a: Floats, b: Floats, c: Floats, d: Floats) -> Floats:
    """Return the torsion a-b-c-d in degrees, in (-180, 180], by the IUPAC sign.

    Parameters
    ----------
    a, b, c, d : ndarray, shape (..., 3)

    Returns
    -------
    ndarray, shape (...)

    Examples
    --------
    >>> float(torsion(*np.array([[1.0, 0, 0], [0, 0, 0], [0, 0, 1], [0, 1, 1]])).round(6))
    90.0
    """
    axis = c - b
    n1, n2 = np.cross(axis, a - b), np.cross(axis, d - c)
    x = np.sum(n1 * n2, axis=-1) * np.linalg.norm(axis, axis=-1)
    y = np.sum(axis * np.cross(n1, n2), axis=-1)
    return np.asarray(np.degrees(np.arctan2(y, x)))


def place(
    a: Floats, b: Floats, c: Floats, bond: float, angle: float, torsion_degrees: Floats | float
) -> Floats:
    """Place an atom bonded to c at a given bond length, angle b-c-x and torsion a-b-c-x.

    Parameters
    ----------
    a, b, c : ndarray, shape (..., 3)
    bond : float
        Å.
    angle : float
        Degrees.
    torsion_degrees : float or ndarray, shape (...)

    Returns
    -------
    ndarray, shape (..., 3)

    References
    ----------
    Parsons J et al. J Comput Chem 2005, 26:1063-1068 (the natural extension frame).

    Examples
    --------
    >>> a, b, c = np.array([[1.0, 0, 0], [0, 0, 0], [0, 0, 1]])
    >>> place(a, b, c, 1.5, 109.5, 60.0).round(3).tolist()
    [0.707, 1.225, 1.501]
    """
    bc = c - b
    bc = bc / np.linalg.norm(bc, axis=-1, keepdims=True)
    normal = np.cross(b - a, bc)
    normal = normal / np.linalg.norm(normal, axis=-1, keepdims=True)
    third = np.cross(normal, bc)
    theta = np.radians(angle)
    phi = np.radians(np.asarray(torsion_degrees, dtype=np.float64))[..., None]
    along = -bond * np.cos(theta)
    across = bond * np.sin(theta)
    return np.asarray(c + along * bc + across * (np.cos(phi) * third + np.sin(phi) * normal))


def superpose(mobile: Floats, target: Floats) -> tuple[Floats, Floats, float]:
    """Find the rotation and translation that lay one set of points on another.

    Parameters
    ----------
    mobile, target : ndarray, shape (n, 3)

    Returns
    -------
    rotation : ndarray, shape (3, 3)
    translation : ndarray, shape (3,)
        ``mobile @ rotation.T + translation`` lies on the target.
    rmsd : float
        Å, after the fit.

    Raises
    ------
    ValueError
        If there are fewer than three points or the shapes differ.

    Examples
    --------
    >>> points = np.eye(3)
    >>> superpose(points + 5.0, points)[1].round(6).tolist()
    [-5.0, -5.0, -5.0]
    """
    from scipy.spatial.transform import Rotation

    if mobile.shape != target.shape or len(mobile) < 3:
        raise ValueError(
            f"superpose needs two equal sets of 3+ points, got {mobile.shape} and {target.shape}"
        )
    m, t = np.asarray(mobile, dtype=np.float64), np.asarray(target, dtype=np.float64)
    rotation, rssd = Rotation.align_vectors(t - t.mean(0), m - m.mean(0))
    matrix = rotation.as_matrix()
    return matrix, t.mean(0) - matrix @ m.mean(0), float(rssd / np.sqrt(len(m)))
