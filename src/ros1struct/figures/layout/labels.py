"""Labels around a drawing, placed so that none overlap and no two lines cross.

Every label tries the points of a grid around the drawing in turn and takes the cheapest, until
none moves: the same input always gives the same picture. Lengths are mm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.path import Path

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

# mm between points of the grid, between labels, between a label and the drawing; how far out.
STEP = 1.8
GAP = 0.9
CLEAR = 2.2
WIDER = np.array([-0.5, -0.5, 0.5, 0.5])
REACH = 30.0
# The part of a label, by width and height, that lines look at.
CORE = 0.6
# Free line on either side of a number that stands in it.
STUB = 1.9
# What costs as much as so many mm of line: an overlap, a line over a bond, one too short to see.
CONFLICT = 1000.0
OVER_BOND = 12.0
SHORT = 30.0
# What a mm above or below the drawing costs: low pictures are better.
TALL = 0.6
PORTION = 150
# Passes over all labels, how often some are taken up again, and how many.
SWEEPS = 8
ROUNDS = 60
TAKEN = 3


@dataclass(frozen=True)
class Tie:
    """A line from a label to a point of the drawing or to another label.

    Attributes
    ----------
    label : int
    end : tuple of float or int
        A point (mm), or the index of a label.
    note : tuple of float
        Width and height of the number in it; zeros for none.
    at : float
        Where the number is, from 0 at the label to 1.
    around : tuple of float
        Box (left, bottom, right, top) around the point that the line leaves free.
    """

    label: int
    end: tuple[float, float] | int
    note: tuple[float, float] = (0.0, 0.0)
    at: float = 0.5
    around: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, eq=False)
class Scene:
    """What is drawn already.

    Attributes
    ----------
    bonds : ndarray of float64, shape (n, 4)
        Lines x0, y0, x1, y1.
    boxes : ndarray of float64, shape (m, 4)
        Letters: left, bottom, right, top.
    rings : tuple of ndarray of float64, shape (k, 2)
        Polygons inside which no label stands.
    left, right : float
        Edges of the sheet.
    """

    bonds: Floats
    boxes: Floats
    rings: tuple[Floats, ...]
    left: float
    right: float


def box_around(centre: Floats, size: Floats) -> Floats:
    """Boxes (n, 4) of sizes (n, 2) or (2,) around centres (n, 2)."""
    half = np.asarray(size) / 2
    return np.concatenate([centre - half, centre + half], axis=-1)


def overlap(a: Floats, b: Floats) -> npt.NDArray[np.bool_]:
    """Tell which boxes overlap; shapes broadcast before the last axis.

    Examples
    --------
    >>> a = np.array([[0, 0, 2, 2.0]])
    >>> overlap(a, np.array([[1, 1, 3, 3.0], [2.5, 0, 3, 1]])).tolist()
    [True, False]
    """
    return np.asarray(
        (a[..., 0] < b[..., 2]) & (b[..., 0] < a[..., 2])
        & (a[..., 1] < b[..., 3]) & (b[..., 1] < a[..., 3])
    )  # fmt: skip


def cross(p: Floats, q: Floats) -> npt.NDArray[np.bool_]:
    """Tell which lines (..., 4) cross or run through one another; shapes broadcast.

    Examples
    --------
    >>> p = np.array([[0, 0, 2, 2.0]])
    >>> cross(p, np.array([[0, 2, 2, 0.0], [3, 0, 4, 0]])).tolist()
    [True, False]
    """

    def side(a: Floats, b: Floats, c: Floats) -> Floats:
        return np.asarray(
            (b[..., 0] - a[..., 0]) * (c[..., 1] - a[..., 1])
            - (b[..., 1] - a[..., 1]) * (c[..., 0] - a[..., 0])
        )

    a, b, c, d = p[..., :2], p[..., 2:], q[..., :2], q[..., 2:]
    apart = side(a, b, c) * side(a, b, d) > 1e-9
    return ~(apart | (side(c, d, a) * side(c, d, b) > 1e-9)) & overlap(_hull(p), _hull(q))


def _hull(line: Floats) -> Floats:
    low = np.minimum(line[..., :2], line[..., 2:]) - 1e-6
    return np.concatenate([low, np.maximum(line[..., :2], line[..., 2:]) + 1e-6], axis=-1)


def hit(line: Floats, box: Floats) -> npt.NDArray[np.bool_]:
    """Tell which lines (..., 4) touch which boxes (..., 4); shapes broadcast.

    Examples
    --------
    >>> hit(np.array([0, 0, 4, 4.0]), np.array([[1, 1, 2, 2.0], [3, 0, 4, 1]])).tolist()
    [True, False]
    """
    enter, away = np.zeros(1), np.ones(1)
    for k in (0, 1):
        step = line[..., 2 + k] - line[..., k]
        step = np.where(np.abs(step) < 1e-9, 1e-9, step)
        one = (box[..., k] - line[..., k]) / step
        two = (box[..., 2 + k] - line[..., k]) / step
        enter = np.maximum(enter, np.minimum(one, two))
        away = np.minimum(away, np.maximum(one, two))
    return np.asarray(enter <= away)


def leave(point: Floats, box: Floats, towards: Floats) -> Floats:
    """Points where lines from points (..., 2) inside boxes (..., 4) leave the boxes.

    Examples
    --------
    >>> leave(np.zeros(2), np.array([-2.0, -1, 2, 1]), np.array([9.0, 0])).tolist()
    [2.0, 0.0]
    """
    way = np.asarray(towards - point)
    bound = np.where(way > 0, box[..., 2:], box[..., :2])
    step = np.where(np.abs(way) < 1e-9, 1e-9, way)
    part = np.where(np.abs(way) < 1e-9, 1.0, (bound - point) / step)
    return np.asarray(
        point + way * np.minimum(np.minimum(part[..., 0], part[..., 1]), 1.0)[..., None]
    )


def strand(tie: Tie, sizes: Floats, label: Floats, end: Floats) -> Floats:
    """Visible lines (..., 4) of a tie from a label's centre to a point or another's centre."""
    # Lines look at the near part of a label, so that those of a fork keep apart.
    near = CORE / 2 * sizes[tie.label]
    aim = np.clip(end, label - near, label + near)
    start = leave(aim, box_around(label, sizes[tie.label]), end)
    box = np.array(tie.around)
    if isinstance(tie.end, int):
        box = box_around(end, sizes[tie.end])
    return np.concatenate(np.broadcast_arrays(start, leave(end, box, aim)), axis=-1)


def note_box(tie: Tie, line: Floats) -> Floats:
    """Boxes (..., 4) of the numbers in lines."""
    middle = (1 - tie.at) * line[..., :2] + tie.at * line[..., 2:]
    return box_around(middle, np.array(tie.note))


def place(sizes: Floats, wishes: Floats, ties: Sequence[Tie], scene: Scene) -> Floats:
    """Place labels.

    Parameters
    ----------
    sizes : ndarray of float64, shape (n, 2)
        mm.
    wishes : ndarray of float64, shape (n, 2)
        Where each would like to stand, in the drawing or around it.
    ties : sequence of Tie
    scene : Scene

    Returns
    -------
    ndarray of float64, shape (n, 2)
        Centres.

    Examples
    --------
    >>> scene = Scene(np.array([[0, 0, 5, 0.0]]), np.empty((0, 4)), (), -20, 25)
    >>> sizes, wishes = np.array([[8, 5.0], [8, 5.0]]), np.array([[2, 9.0], [2, 9.0]])
    >>> ties = [Tie(0, (0.0, 0.0)), Tie(1, (5.0, 0.0))]
    >>> boxes = box_around(place(sizes, wishes, ties, scene), sizes)
    >>> bool(overlap(boxes[0], boxes[1]))
    False
    """
    if len(sizes) == 0:
        return np.empty((0, 2))
    search = _Search(sizes, wishes, ties, scene)
    random = np.random.default_rng(0)
    bound = {t.label for t in ties} | {t.end for t in ties if isinstance(t.end, int)}
    search.settle(sorted(range(len(sizes)), key=lambda i: (i not in bound, i)))
    for k in range(ROUNDS):
        # Take up the worst label, or any, with its neighbours, and put them back in another order.
        costs = search.costs
        worst = int(np.argmax(costs)) if k % 2 else int(random.integers(len(sizes)))
        away = np.linalg.norm(search.centres - search.centres[worst], axis=1)
        near = np.argsort(away, kind="stable")[: TAKEN + k % 4]
        search.retry([int(i) for i in random.permutation(near)])
    search.settle(range(len(sizes)))
    return search.centres


class _Search:
    """The grid, and what standing at its points costs each label."""

    def __init__(self, sizes: Floats, wishes: Floats, ties: Sequence[Tie], scene: Scene) -> None:
        self.sizes, self.wishes, self.scene = sizes, wishes, scene
        self.ties = list(ties)
        self.of = [
            [k for k, t in enumerate(self.ties) if i in (t.label, t.end)] for i in range(len(sizes))
        ]
        self.points: list[Floats] = []
        self.alone: list[Floats] = []
        ends = np.concatenate([scene.bonds[:, :2], scene.bonds[:, 2:]])
        low, high = ends.min(axis=0), ends.max(axis=0)
        rows = np.arange(low[1] - REACH, high[1] + REACH, STEP)
        columns = np.arange(scene.left, scene.right, STEP)
        grid = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)
        for ring in scene.rings:
            grid = grid[~Path(ring).contains_points(grid)]
        for i, size in enumerate(sizes):
            boxes = box_around(grid, size)
            wide = boxes + np.array([-CLEAR, -CLEAR, CLEAR, CLEAR])
            free = (boxes[:, 0] >= scene.left) & (boxes[:, 2] <= scene.right)
            free &= ~hit(scene.bonds, wide[:, None]).any(axis=1)
            free &= ~overlap(scene.boxes, wide[:, None]).any(axis=1)
            points = grid[free]
            # A label with a line minds where its line ends, the others where they belong.
            cost = np.linalg.norm(points - wishes[i], axis=1)
            cost += TALL * np.maximum(points[:, 1] - high[1], low[1] - points[:, 1]).clip(0)
            for k in self.of[i]:
                if not isinstance(self.ties[k].end, int):
                    cost = 0.4 * cost + self._fixed(self.ties[k], points)
            keep = np.argsort(cost, kind="stable")
            self.points.append(points[keep])
            self.alone.append(cost[keep])
        # Where all stands; NaN for what is not placed, which overlaps nothing.
        self.centres = np.full((len(sizes), 2), np.nan)
        self.costs = np.zeros(len(sizes))
        self.lines = np.full((len(self.ties), 4), np.nan)
        self.notes = np.full((len(self.ties), 4), np.nan)

    def _line_cost(self, tie: Tie, line: Floats) -> Floats:
        """Length, what the line and its number cover of the drawing, and room for the number."""
        way = line[..., 2:] - line[..., :2]
        length = np.linalg.norm(way, axis=-1)
        cost = length + OVER_BOND * cross(line[:, None], self.scene.bonds).sum(axis=1)
        boxes = self.scene.boxes
        if not isinstance(tie.end, int):
            # Its own atom's letters are where the line ends.
            boxes = boxes[~overlap(boxes, np.array(tie.around))]
        cost += 6 * OVER_BOND * hit(line[:, None], boxes).sum(axis=1)
        if tie.note[0]:
            note = note_box(tie, line)
            cost += CONFLICT * hit(self.scene.bonds, note[:, None]).sum(axis=1)
            cost += CONFLICT * overlap(self.scene.boxes, note[:, None]).sum(axis=1)
            # How much of the line the number covers.
            part = np.array(tie.note) / np.maximum(np.abs(way), 1e-9)
            covered = length * part.min(axis=1)
            free = 2 * length * min(tie.at, 1 - tie.at) - covered
            cost += CONFLICT * (free < 2 * STUB)
        return np.asarray(cost + SHORT * (length < 2 * STUB))

    def _fixed(self, tie: Tie, points: Floats) -> Floats:
        return self._line_cost(tie, strand(tie, self.sizes, points, np.array(tie.end)))

    def settle(self, order: Sequence[int]) -> None:
        """Let each label in turn take its cheapest point until none moves."""
        for _ in range(SWEEPS):
            before = self.centres.copy()
            for i in order:
                self.move(i, *self.cheapest(i))
            if np.array_equal(before, self.centres):
                break

    def retry(self, taken: Sequence[int]) -> None:
        """Take labels up and put them back in an order; as they were if that is no better."""
        was = self.centres.copy(), self.costs.copy(), self.lines.copy(), self.notes.copy()
        for i in taken:
            self.move(i, np.array([np.nan, np.nan]), 0.0)
        for i in (*taken, *taken):
            self.move(i, *self.cheapest(i))
        now = [self.cheapest(i)[1] for i in taken]
        if sum(now) >= was[1][list(taken)].sum() - 1e-6:
            self.centres, self.costs, self.lines, self.notes = was

    def move(self, i: int, centre: Floats, cost: float) -> None:
        """Put a label somewhere, with its lines."""
        self.centres[i], self.costs[i] = centre, cost
        for k in self.of[i]:
            tie = self.ties[k]
            self.lines[k] = strand(tie, self.sizes, self.centres[tie.label], self.end(tie))
            if tie.note[0]:
                self.notes[k] = note_box(tie, self.lines[k])

    def end(self, tie: Tie) -> Floats:
        """Where a tie ends."""
        return self.centres[tie.end] if isinstance(tie.end, int) else np.array(tie.end)

    def cheapest(self, i: int) -> tuple[Floats, float]:
        """Best point of a label and its cost, the others standing where they do."""
        others = np.arange(len(self.sizes)) != i
        free = [k for k in range(len(self.ties)) if k not in self.of[i]]
        boxes = np.concatenate([box_around(self.centres, self.sizes)[others], self.notes[free]])
        owner = np.full(len(boxes), -1)
        owner[: others.sum()] = np.flatnonzero(others)
        best, least = self.wishes[i], np.inf
        for start in range(0, len(self.points[i]), PORTION):
            # Points come by what they cost alone: no later one can be better.
            if self.alone[i][start] >= least:
                break
            portion = slice(start, start + PORTION)
            cost = self.cost(i, portion, boxes, self.lines[free], owner)
            if cost.min() < least:
                best, least = self.points[i][portion][np.argmin(cost)], float(cost.min())
        return best, least

    def cost(self, i: int, portion: slice, boxes: Floats, lines: Floats, owner: Ints) -> Floats:
        """Tell what points of a label cost among boxes, whose owners are known, and lines."""
        points = self.points[i][portion]
        cost = self.alone[i][portion].copy()
        mine = box_around(points, self.sizes[i] + 2 * GAP)
        bad = overlap(mine[:, None], boxes).sum(axis=1) + hit(lines, mine[:, None]).sum(axis=1)
        own: list[tuple[Floats, Floats | None]] = []
        for k in self.of[i]:
            tie = self.ties[k]
            label, end, other = points, self.end(tie), i
            if isinstance(tie.end, int):
                other = tie.end if tie.label == i else tie.label
                if tie.end == i:
                    label, end = self.centres[other], points
                if np.isnan(self.centres[other, 0]):
                    continue
            line = strand(tie, self.sizes, label, end)
            if other != i:
                cost += self._line_cost(tie, line)
            note = note_box(tie, line) if tie.note[0] else None
            bad += cross(line[:, None], lines).sum(axis=1)
            # The label at the far end is where this line should go.
            bad += hit(line[:, None], boxes[owner != other] + WIDER).sum(axis=1)
            if note is not None:
                bad += overlap(note[:, None], boxes).sum(axis=1)
                bad += hit(lines, note[:, None]).sum(axis=1)
            for before, number in own:
                if number is not None:
                    bad += hit(line, number)
                if note is not None:
                    bad += hit(before, note)
                    bad += 0 if number is None else overlap(note, number)
            own.append((line, note))
        return np.asarray(cost + CONFLICT * bad)
