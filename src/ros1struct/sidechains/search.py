"""One choice per position with the least sum of single and pair energies.

Goldstein's dead-end elimination takes out what cannot be part of the best choice; what is left is
searched exactly by branch and bound, part by part where parts do not touch. Only where that would
take too long is the answer that of annealing from a fixed seed, and says so.

References
----------
Desmet J et al. Nature 1992, 356:539-542; Goldstein RF. Biophys J 1994, 66:1335-1340.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

# Nodes of the tree before the search gives up its claim to be exact.
MOST_NODES = 100_000
_LEVELLING = 50
_TIE = 1e-9


@dataclass(frozen=True, eq=False)
class Assignment:
    """The best choice found.

    Attributes
    ----------
    choice : tuple of int
        Index of what was chosen at each position.
    energy : float
    exact : bool
        Whether it is proven that no choice is better.
    """

    choice: tuple[int, ...]
    energy: float
    exact: bool


def total(
    single: Sequence[Floats], pairs: Mapping[tuple[int, int], Floats], choice: Sequence[int]
) -> float:
    """Sum of the energies of a choice.

    Examples
    --------
    >>> total([np.array([1.0]), np.array([2.0])], {(0, 1): np.array([[-0.5]])}, [0, 0])
    2.5
    """
    own = sum(float(e[c]) for e, c in zip(single, choice, strict=True))
    return own + sum(float(e[choice[i], choice[j]]) for (i, j), e in pairs.items())


def assign(
    single: Sequence[Floats],
    pairs: Mapping[tuple[int, int], Floats],
    *,
    seed: int = 0,
    nodes: int = MOST_NODES,
) -> Assignment:
    """Find the choice of least energy.

    Parameters
    ----------
    single : sequence of ndarray, shape (n_i,)
        Energies of the choices at each position, finite.
    pairs : mapping of (i, j) with i < j to ndarray, shape (n_i, n_j)
        Energies between positions; a pair that is not there has none.
    seed : int
        Of the annealing that gives the first bound.
    nodes : int
        Most nodes of each search tree.

    Returns
    -------
    Assignment

    Examples
    --------
    >>> found = assign([np.zeros(2), np.zeros(2)], {(0, 1): np.array([[1.0, 0], [0, -1]])})
    >>> found.choice, found.energy, found.exact
    ((1, 1), -1.0, True)
    """
    left = eliminate(single, pairs)
    small = [np.asarray(e, dtype=np.float64)[k] for e, k in zip(single, left, strict=True)]
    linked = {
        (i, j): np.asarray(e, dtype=np.float64)[np.ix_(left[i], left[j])]
        for (i, j), e in pairs.items()
    }
    choice, exact = [0] * len(single), True
    for part in _parts(len(single), linked, [len(k) for k in left]):
        place = {position: k for k, position in enumerate(part)}
        inside = {(place[i], place[j]): e for (i, j), e in linked.items() if {i, j} <= set(part)}
        for (i, j), e in linked.items():  # what is decided acts like a single energy
            for mine, other, energy in ((i, j, e), (j, i, e.T)):
                if mine in place and other not in place:
                    small[mine] = small[mine] + energy[:, choice[other]]
        found, proven = _search([small[i] for i in part], inside, seed, nodes)
        exact &= proven
        for position, k in zip(part, found, strict=True):
            choice[position] = k
    picked = tuple(int(k[c]) for k, c in zip(left, choice, strict=True))
    return Assignment(picked, total(single, pairs, picked), exact)


def eliminate(single: Sequence[Floats], pairs: Mapping[tuple[int, int], Floats]) -> list[Ints]:
    """Take out choices that another choice at the same position always beats.

    Returns
    -------
    list of ndarray of int
        Indices left at each position, at least one.
    """
    left = [np.arange(len(e)) for e in single]
    near: list[list[tuple[int, Floats]]] = [[] for _ in single]
    for (i, j), e in pairs.items():
        near[i].append((j, np.asarray(e)))
        near[j].append((i, np.asarray(e).T))
    moved = True
    while moved:
        moved = False
        for i, own in enumerate(single):
            rows = left[i]
            if len(rows) == 1:
                continue
            # gain[r, t]: by how much r is worse than t at the very least.
            gain = own[rows][:, None] - own[rows][None, :]
            for j, e in near[i]:
                block = e[np.ix_(rows, left[j])]
                for r in range(len(rows)):
                    gain[r] += (block[r] - block).min(1)
            dead = (gain > _TIE).any(1)
            if dead.any():
                left[i], moved = rows[~dead], True
    return left


def _parts(
    count: int, pairs: Mapping[tuple[int, int], Floats], sizes: Sequence[int]
) -> list[list[int]]:
    """Group positions that still touch; those with one choice come first, each alone."""
    groups = [[i] for i in range(count) if sizes[i] == 1]
    todo = {i for i in range(count) if sizes[i] > 1}
    while todo:
        part, edge = [], [min(todo)]
        while edge:
            i = edge.pop()
            if i not in todo:
                continue
            todo.remove(i)
            part.append(i)
            edge += [b if a == i else a for a, b in pairs if i in (a, b)]
        groups.append(sorted(part))
    return groups


def _search(
    single: list[Floats], pairs: dict[tuple[int, int], Floats], seed: int, nodes: int
) -> tuple[list[int], bool]:
    if len(single) == 1:
        return [int(np.argmin(single[0]))], True
    best = _anneal(single, pairs, seed)
    bound = total(single, pairs, best)
    levelled, table = _level(single, pairs)
    # Few choices and many neighbours first: the bound grows early.
    degree = [sum(i in key for key in pairs) for i in range(len(single))]
    order = sorted(range(len(single)), key=lambda i: (len(single[i]) / (1 + degree[i]), i))
    visited = 0

    def descend(k: int, spent: float, own: dict[int, Floats], chosen: dict[int, int]) -> None:
        nonlocal bound, best, visited
        if k == len(order):
            found = [chosen[i] for i in range(len(order))]
            energy = total(single, pairs, found)
            if energy < bound - _TIE:
                bound, best = energy, found
            return
        i = order[k]
        # The least that the positions to come can have, each for itself, after each choice here.
        hope = spent + own[i]
        for j in order[k + 1 :]:
            e = table.get((i, j))
            hope = hope + (own[j].min() if e is None else (own[j] + e).min(1))
        for c in np.argsort(hope, kind="stable"):
            if hope[c] >= bound - _TIE or visited >= nodes:
                return
            visited += 1
            after = {
                j: own[j] + table[i, j][c] if (i, j) in table else own[j] for j in order[k + 1 :]
            }
            descend(k + 1, spent + float(own[i][c]), after, chosen | {i: int(c)})

    descend(0, 0.0, dict(enumerate(levelled)), {})
    return best, visited < nodes


def _level(
    single: list[Floats], pairs: dict[tuple[int, int], Floats]
) -> tuple[list[Floats], dict[tuple[int, int], Floats]]:
    """Shift energy between pairs and single choices until the single ones bound the sum well.

    Every sum stays as it was; no pair energy left is below zero (min-sum diffusion; Werner T.
    IEEE Trans Pattern Anal Mach Intell 2007, 29:1165-1179).
    """
    own = [e.copy() for e in single]
    table = {}
    for (i, j), e in pairs.items():
        table[i, j] = e.copy()
        table[j, i] = table[i, j].T  # a view: both stay the same
    near = [[j for a, j in table if a == i] for i in range(len(single))]
    for turn in range(_LEVELLING):
        for i, others in enumerate(near):
            for j in others:
                least = table[i, j].min(1)
                own[i] += least
                table[i, j] -= least[:, None]
            if turn < _LEVELLING - 1:
                own[i] /= 1 + len(others)
                for j in others:
                    table[i, j] += own[i][:, None]
    return own, table


def _anneal(single: list[Floats], pairs: dict[tuple[int, int], Floats], seed: int) -> list[int]:
    """Return a good choice: heat-bath annealing, then descent; the same for the same seed."""
    rng = np.random.default_rng(seed)
    near: list[list[tuple[int, Floats]]] = [[] for _ in single]
    for (i, j), e in pairs.items():
        near[i].append((j, e))
        near[j].append((i, e.T))
    state = [int(np.argmin(e)) for e in single]
    best, least = list(state), total(single, pairs, state)
    for temperature in [*np.geomspace(10.0, 0.1, 40), *[0.0] * 5]:
        for i in rng.permutation(len(single)):
            energy = single[i] + sum((e[:, state[j]] for j, e in near[i]), np.zeros(len(single[i])))
            if temperature:
                weight = np.exp(-(energy - energy.min()) / temperature)
                state[i] = int(rng.choice(len(weight), p=weight / weight.sum()))
            else:
                state[i] = int(np.argmin(energy))
        now = total(single, pairs, state)
        if now < least:
            best, least = list(state), now
    return best
