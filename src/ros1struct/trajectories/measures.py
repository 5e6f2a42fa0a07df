"""Distances and deviations in every frame: where the inhibitor is, and what the pocket does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ros1struct.arguments import checked
from ros1struct.contacts.nearby import CUTOFF
from ros1struct.contacts.pocket import kinase_states
from ros1struct.errors import InputError
from ros1struct.io.trajectory import Trajectory
from ros1struct.structure.complex import Complex
from ros1struct.structure.drug_atoms import symmetric_orders
from ros1struct.structure.search import Search
from ros1struct.trajectories.parallel import chunks, map_frames

Ints = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]
Pairs = Mapping[str, tuple[str, str]]

BACKBONE = ("N", "CA", "C", "O")
# Å from the inhibitor in the reference, of what is the pocket where there are no KLIFS numbers.
AROUND = 8.0
# Å to which the nearest protein atom is looked for.
NEARBY = 8.0


@checked
def measures(
    run: Trajectory | Complex,
    pairs: Pairs | Sequence[tuple[str, str]] = (),
    *,
    reference: Complex | None = None,
    **parallel: Any,
) -> pd.DataFrame:
    """Measure pocket and inhibitor in every frame.

    Parameters
    ----------
    run : Trajectory or Complex
    pairs : mapping of name to (atom, atom), or sequence of (atom, atom)
        Distances: an atom is ``"M2029:N"``, residue as tables name it and atom, or the name of an
        atom of the inhibitor.
    reference : Complex, optional
        Of one frame and the same protein and inhibitor atoms; by default the topology's frame, of
        a Complex the first.
    **parallel
        ``workers``, ``client``, ``folder``, ``progress`` of :func:`map_frames`.

    Returns
    -------
    DataFrame
        One row per frame: structure, frame, time (ps), pocket_rmsd (backbone of the KLIFS pocket
        after superposition on it, Å), inhibitor_rmsd (heavy atoms after the same superposition,
        least over the molecule's symmetries, Å), min_distance (heavy atoms, Å; missing beyond 8),
        in_pocket (whether it is 4.5 Å or less), dfg, alpha_c, lys_glu (see
        :func:`ros1struct.contacts.kinase_state`), and a column for each pair, Å.

    Raises
    ------
    InputError
        If an atom is unknown, a name is that of another column, or the reference differs.

    Examples
    --------
    >>> import ros1struct as rs
    >>> table = measures(rs.load("2WGJ"), {"hinge": ("M1160:N", "N23")})
    >>> table[["hinge", "inhibitor_rmsd"]].round(1).values.tolist()
    [[2.9, 0.0]]
    """
    base = run.complex if isinstance(run, Trajectory) else run
    named = pairs if isinstance(pairs, Mapping) else {f"{a} {b}": (a, b) for a, b in pairs}
    places = {name: _pair(base, name, pair) for name, pair in named.items()}
    target = base.frame(0) if reference is None else reference
    if not _alike(target, base):
        raise InputError(
            f"{target.name}: the reference has other protein or inhibitor atoms than {base.name}; "
            "load it from a file with the same atoms"
        )
    return map_frames(_measured, run, places, target.xyz[0], **parallel)


COLUMNS = (
    "structure", "frame", "time", "pocket_rmsd", "inhibitor_rmsd", "min_distance", "in_pocket",
    "dfg", "alpha_c", "lys_glu",
)  # fmt: skip


def _pair(complex: Complex, name: str, pair: tuple[str, str]) -> tuple[int, int]:
    if name in COLUMNS:
        raise InputError(f"a pair cannot be called {name!r}, which is a column of its own")
    if isinstance(pair, str) or len(pair) != 2:
        raise InputError(f"pair {name!r}: expected two atoms, found {pair!r}")
    one, other = (atom_of(complex, text) for text in pair)
    return one, other


def atom_of(complex: Complex, text: str) -> int:
    """Find an atom by ``M2029:N``, or an atom of the inhibitor by its name.

    Raises
    ------
    InputError
        If there is none; those that there are, are listed.
    """
    where, _, atom = text.rpartition(":")
    if where:
        labels = [complex.residue_label(k) for k in range(len(complex.residues))]
        if where not in labels:
            raise InputError(f"{complex.name}: no residue {where!r}; residues are named like "
                             f"{labels[0]}")  # fmt: skip
        own = complex.atoms_of(labels.index(where))
    else:
        own = {str(complex.atoms.name[k]): int(k) for k in complex.inhibitor_heavy}
    if atom not in own:
        raise InputError(
            f"{complex.name}: {where or 'the inhibitor'} has no heavy atom {atom!r}; it has "
            f"{', '.join(own)}"
        )
    return own[atom]


def _alike(one: Complex, other: Complex) -> bool:
    a, b = one.atoms, other.atoms
    keep = [np.isin(c.residues.role[c.atoms.residue], ("protein", "inhibitor"))
            for c in (one, other)]  # fmt: skip
    return np.array_equal(a.name[keep[0]], b.name[keep[1]])


def _measured(
    run: Trajectory | Complex, places: dict[str, tuple[int, int]], target: npt.NDArray[np.float32]
) -> pd.DataFrame:
    tables = []
    base = run.complex if isinstance(run, Trajectory) else run
    for part in chunks(run):
        complex, xyz = part.complex, part.complex.xyz
        fit = _pocket_backbone(complex, target)
        drug = complex.inhibitor_heavy
        ways = base.topology.derived("symmetries", lambda: symmetric_orders(base.inhibitor))
        pocket, moved = superposed(xyz[:, fit], target[fit], xyz[:, drug])
        deviation = ((moved[:, ways] - target[drug]) ** 2).sum(axis=3).mean(axis=2)
        near = nearest(complex)
        state = kinase_states(complex, types=False)
        table = pd.DataFrame(
            {
                "structure": complex.name,
                "frame": part.frame,
                "time": part.time,
                "pocket_rmsd": pocket,
                "inhibitor_rmsd": np.sqrt(deviation.min(axis=1)),
                "min_distance": near,
                "in_pocket": near <= CUTOFF,
                **{name: state[name].to_numpy() for name in ("dfg", "alpha_c", "lys_glu")},
            }
        )
        for name, (a, b) in places.items():
            gap = xyz[:, a].astype(np.float64) - xyz[:, b]
            table[name] = np.linalg.norm(gap, axis=1)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _pocket_backbone(complex: Complex, target: npt.NDArray[np.float32]) -> Ints:
    a, r = complex.atoms, complex.residues
    pocket = r.klifs > 0
    if not pocket.any():
        drug = target[complex.inhibitor_heavy]
        heavy = complex.protein_heavy
        gap = np.linalg.norm(target[heavy][:, None] - drug, axis=2).min(axis=1)
        pocket = np.zeros(len(r), dtype=bool)
        pocket[a.residue[heavy[gap <= AROUND]]] = True
    chosen = pocket[a.residue] & np.isin(a.name, BACKBONE) & (r.role[a.residue] == "protein")
    return np.flatnonzero(chosen)


def superposed(
    mobile: npt.NDArray[Any], target: npt.NDArray[Any], carried: npt.NDArray[Any]
) -> tuple[Floats, Floats]:
    """Superpose every frame on a target, and carry other points along.

    Parameters
    ----------
    mobile : ndarray, shape (frames, n, 3)
    target : ndarray, shape (n, 3)
    carried : ndarray, shape (frames, m, 3)

    Returns
    -------
    rmsd : ndarray, shape (frames,)
    carried : ndarray, shape (frames, m, 3)

    Notes
    -----
    Rotation by singular value decomposition (Kabsch W. Acta Cryst A 1976, 32:922-923).
    """
    x = mobile.astype(np.float64)
    y = target.astype(np.float64)
    middle, goal = x.mean(axis=1, keepdims=True), y.mean(axis=0)
    x = x - middle
    y = y - goal
    u, _, vt = np.linalg.svd(np.matmul(x.transpose(0, 2, 1), y))
    sign = np.sign(np.linalg.det(u) * np.linalg.det(vt))
    u[:, :, 2] *= sign[:, None]
    rotation = u @ vt
    rest = ((x @ rotation - y) ** 2).sum(axis=2).mean(axis=1)
    return np.sqrt(rest), (carried - middle) @ rotation + goal


def nearest(complex: Complex) -> Floats:
    """Distance in Å of the nearest pair of heavy atoms in every frame; NaN beyond 8."""
    protein, drug = complex.protein_heavy, complex.inhibitor_heavy
    far = np.full(len(complex.atoms), -1.0, dtype=np.float32)
    far[protein] = NEARBY
    far[drug] = np.inf
    search = Search(complex.xyz, drug, drug, far)
    out = np.full(len(complex.xyz), np.inf)
    reach = CUTOFF
    f, _, _, d = search.pairs(protein[search.lower[protein] <= reach], drug, reach)
    np.minimum.at(out, f, d)
    lost = np.flatnonzero(~np.isfinite(out))
    if len(lost):
        again = Search(np.ascontiguousarray(complex.xyz[lost]), drug, drug, far)
        f, _, _, d = again.pairs(protein[again.lower[protein] <= NEARBY], drug, NEARBY)
        np.minimum.at(out, lost[f], d)
    return np.where(np.isfinite(out), out, np.nan)
