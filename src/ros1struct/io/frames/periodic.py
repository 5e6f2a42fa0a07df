"""Periodic images: molecules made whole, the inhibitor beside its kinase, waters near it.

Coordinates and cells are in Å. A cell is three vectors in rows, of which
the first lies along x and the second in the xy plane, as in every format that mdtraj reads; images
are found from the last vector to the first, which gives the nearest image of every point that is
nearer than half the cell's height.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ros1struct.errors import StructureError
from ros1struct.structure.complex import Complex

Ints = npt.NDArray[np.intp]
Singles = npt.NDArray[np.float32]

# Å; longer than any covalent bond, shorter than any cell.
LONGEST_BOND = 3.0
# Å; the lightest sign that a molecule is broken where no cell tells how to mend it.
BROKEN = 5.0


def shift(vector: Singles, cell: Singles) -> Singles:
    """Whole cell vectors that bring vectors to their nearest image, to be taken off.

    Parameters
    ----------
    vector : ndarray, shape (frames, n, 3)
    cell : ndarray, shape (frames, 3, 3)

    Returns
    -------
    ndarray, shape (frames, n, 3)
    """
    total = np.zeros_like(vector)
    for axis in (2, 1, 0):
        edge = cell[:, None, axis]
        count = np.rint((vector[..., axis] - total[..., axis]) / edge[..., axis])
        if count.any():
            total += count[..., None] * edge
    return total


def whole(complex: Complex, xyz: Singles, cell: Singles | None, frame: Ints) -> None:
    """Make protein and inhibitor whole, and put the inhibitor beside its pocket, in place.

    Parameters
    ----------
    complex : Complex
        Of the same atoms, whole.
    xyz : ndarray, shape (frames, atoms, 3)
        Å; changed.
    cell : ndarray, shape (frames, 3, 3), or None
    frame : ndarray of int
        Names of the frames.

    Raises
    ------
    StructureError
        If there is no cell and a molecule is broken.
    """
    topology = complex.topology
    chain = topology.derived("whole: chain", lambda: _chain(complex))
    order, parent, root = topology.derived("whole: bonds", lambda: _tree(complex))
    if cell is None:
        flat = xyz.reshape(len(xyz), -1)
        delta = flat.take(chain[0], axis=1)
        delta -= flat.take(chain[1], axis=1)
        if max(delta.max(initial=0.0), -delta.min(initial=0.0)) > BROKEN:
            f, k = np.argwhere(np.abs(delta) > BROKEN)[0]
            a = int(chain[0][k]) // 3
            raise StructureError(
                f"{complex.name}: frame {frame[f]} has a bond of more than {BROKEN:.0f} Å at "
                f"{complex.atoms.name[a]} of {complex.residue_label(int(complex.atoms.residue[a]))}"
                " and the trajectory has no unit cell to make the molecule whole with; write it "
                "with the cell, or with whole molecules (gmx trjconv -pbc whole)"
            )
        return
    # A molecule that is broken across a face spans the whole cell.
    flat = xyz.reshape(len(xyz), -1)
    most, least = (f(axis=0).reshape(-1, 3) for f in (flat.max, flat.min))
    spans = most.max(axis=0) - least.min(axis=0)
    smallest = np.diagonal(cell, axis1=1, axis2=2).min(axis=0)
    if (spans < smallest - LONGEST_BOND).all():
        return
    broken = _broken(xyz, order, parent, cell)
    if broken.any():
        some = xyz[broken]
        move = shift(some[:, order] - some[:, parent], cell[broken])
        # An atom moves with all atoms between it and the root of its molecule.
        total = np.zeros_like(some)
        for k in np.argsort(_depth(order, parent, len(root)), kind="stable"):
            total[:, order[k]] = total[:, parent[k]] + move[:, k]
        xyz[broken] = some - total
    _beside(complex, xyz, cell, root)


def _broken(xyz: Singles, order: Ints, parent: Ints, cell: Singles) -> npt.NDArray[np.bool_]:
    """Frames in which some bond is longer than a bond is."""
    half = np.diagonal(cell, axis1=1, axis2=2).min(axis=1) / 2
    delta = np.abs(xyz[:, order] - xyz[:, parent]).max(axis=(1, 2))
    return np.asarray(delta > half)


def _depth(order: Ints, parent: Ints, size: int) -> Ints:
    depth = np.zeros(size, dtype=np.intp)
    for own, above in zip(order.tolist(), parent.tolist(), strict=True):
        depth[own] = depth[above] + 1
    return depth[order]


def _beside(complex: Complex, xyz: Singles, cell: Singles, root: Ints) -> None:
    """Move molecules, the inhibitor last, to the image nearest to where the topology has them."""
    start = complex.xyz[0]
    drug = complex.inhibitor_heavy
    near = complex.topology.derived("whole: pocket", lambda: _pocket(complex))
    pieces = [np.flatnonzero(root == r) for r in np.unique(root)]
    home = root[near[0]]
    wanted = start[drug].mean(axis=0) - start[near].mean(axis=0)
    centre = xyz[:, near].mean(axis=1)
    for piece in pieces:
        if root[piece[0]] == home:
            continue
        own = xyz[:, piece].mean(axis=1)
        aim = wanted if np.isin(drug[0], piece) else start[piece].mean(0) - start[near].mean(0)
        move = shift((own - centre - aim)[:, None].astype(np.float32), cell)
        if move.any():
            xyz[:, piece] -= move


def _pocket(complex: Complex) -> Ints:
    """CA atoms of the pocket in the piece of the chain that has most of them."""
    root = complex.topology.derived("whole: bonds", lambda: _tree(complex))[2]
    a = complex.atoms
    ca = np.flatnonzero((a.name == "CA") & (complex.residues.klifs[a.residue] > 0))
    if len(ca) == 0:
        ca = np.flatnonzero(complex.residues.role[a.residue] == "protein")
    values, counts = np.unique(root[ca], return_counts=True)
    return np.asarray(ca[root[ca] == values[counts.argmax()]])


def _chain(complex: Complex) -> Ints:
    """Bonds between residues and those of the inhibitor: places of either end's coordinates."""
    bonds, owner = complex.topology.bonds, complex.atoms.residue
    drug = complex.residues.role[owner[bonds[:, 0]]] == "inhibitor"
    chosen = bonds[(owner[bonds[:, 0]] != owner[bonds[:, 1]]) | drug]
    return np.asarray((3 * chosen.T[:, :, None] + np.arange(3)).reshape(2, -1))


def _tree(complex: Complex) -> tuple[Ints, Ints, Ints]:
    """Every atom but the first of each molecule with a bonded one before it, and its molecule."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order, connected_components

    n = len(complex.atoms)
    a, b = complex.topology.bonds.T
    graph = csr_array((np.ones(len(a)), (a, b)), shape=(n, n))
    count, label = connected_components(graph, directed=False)
    order, parent = [], []
    root = np.empty(n, dtype=np.intp)
    for k in range(count):
        first = int(np.flatnonzero(label == k)[0])
        root[label == k] = first
        found, before = breadth_first_order(graph, first, directed=False)
        order.append(found[1:])
        parent.append(before[found[1:]])
    return np.concatenate(order).astype(np.intp), np.concatenate(parent).astype(np.intp), root


def nearby(xyz: Singles, atoms: Ints, drug: Singles, cell: Singles | None, within: float) -> Ints:
    """Which atoms come near the inhibitor in some frame.

    Parameters
    ----------
    xyz : ndarray, shape (frames, all atoms, 3)
    atoms : ndarray of int
        Oxygens and ions.
    drug : ndarray, shape (frames, n, 3)
        Heavy atoms of the inhibitor, whole.
    cell : ndarray, shape (frames, 3, 3), or None
    within : float
        Å.

    Returns
    -------
    ndarray of int
        Indices into `atoms`.
    """
    centre = drug.mean(axis=1)
    reach = np.abs(drug - centre[:, None]).max(axis=(1, 2)) + within
    if cell is not None and (np.count_nonzero(cell, axis=(1, 2)) > 3).any():
        away = xyz[:, atoms] - centre[:, None]
        away -= shift(away, cell)
        f, w = np.nonzero(np.abs(away).max(axis=2) <= reach[:, None])
        away = away[f, w]
    else:
        x = _every(xyz, atoms)
        near = np.ones(x.shape[:2], dtype=bool)
        for axis in range(3):
            edge = None if cell is None else cell[:, axis, axis, None]
            near &= np.abs(_apart(x[..., axis], centre[:, axis, None], edge)) <= reach[:, None]
        f, w = np.divmod(np.flatnonzero(near), len(atoms))
        edges = None if cell is None else np.diagonal(cell, axis1=1, axis2=2)[f]
        away = _apart(x[f, w], centre[f], edges)
    gap = ((away[:, None] - (drug - centre[:, None])[f]) ** 2).sum(axis=2).min(axis=1, initial=9e9)
    return np.unique(w[gap <= within * within])


def _every(xyz: Singles, atoms: Ints) -> Singles:
    """Coordinates of some atoms; a view where they stand at even distances, as waters do."""
    if len(atoms) > 1 and atoms[1] > atoms[0]:
        step = int(atoms[1] - atoms[0])
        if np.array_equal(atoms, atoms[0] + step * np.arange(len(atoms))):
            return xyz[:, atoms[0] : atoms[-1] + 1 : step]
    return xyz.take(atoms, axis=1)


def _apart(x: Singles, centre: Singles, edge: Singles | None) -> Singles:
    """Differences along the axes of a rectangular cell, in the nearest image."""
    away = x - centre
    if edge is not None:
        turns = away / edge
        np.rint(turns, out=turns)
        turns *= edge
        away -= turns
    return away


def gather(
    xyz: Singles, members: tuple[Ints, Ints], centre: Singles, cell: Singles | None
) -> Singles:
    """Coordinates of waters and ions in the image nearest to the inhibitor's centre.

    Parameters
    ----------
    xyz : ndarray, shape (frames, all atoms, 3)
    members : (ndarray of int, ndarray of int)
        Atoms, and the first atom of each one's molecule.
    centre : ndarray, shape (frames, 3)
    cell : ndarray, shape (frames, 3, 3), or None

    Returns
    -------
    ndarray, shape (frames, atoms, 3)
    """
    atoms, first = members
    own = np.ascontiguousarray(xyz[:, atoms])
    if cell is None or len(atoms) == 0:
        return own
    oxygen = xyz[:, first]
    own -= shift(own - oxygen, cell)
    own -= shift(np.ascontiguousarray(oxygen - centre[:, None]), cell)
    return own
