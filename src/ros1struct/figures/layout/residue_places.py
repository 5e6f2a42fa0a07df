"""What a sketch of contacts shows, and where: from tables to labels, lines and their places.

Lengths are mm from the middle of the formula.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from ros1struct.errors import InputError
from ros1struct.figures.layout.contact_lines import CLASH, HYDROPHOBIC, SPOKE, STROKES
from ros1struct.figures.layout.formula import Depiction, depict
from ros1struct.figures.layout.labels import Scene, Tie, box_around, place
from ros1struct.figures.style import MARGIN, print_width
from ros1struct.kinome import literature
from ros1struct.kinome.kinases import ALIGNED
from ros1struct.structure.complex import Complex

Floats = npt.NDArray[np.float64]

# KLIFS positions that come above, and to the left: hinge; gatekeeper, lysine, DFG.
HINGE = (46, 47, 48)
BACK = (17, 45, 81)
# mm: free beside the formula, a line of a label, around its text, an arc, around a ring's centre.
BESIDE = 14.0
ROW = 2.8
RIM = 0.6
ARC = SPOKE + 0.6
CENTRE = 0.7


@dataclass(frozen=True)
class Line:
    """The contacts that share a line.

    Attributes
    ----------
    label : str
        A residue, or a water.
    end : str
        Names of the inhibitor's atoms, or a water.
    kinds : tuple of str
    value : float
        Å, the shortest.
    wet : bool
        The end is a water.
    """

    label: str
    end: str
    kinds: tuple[str, ...]
    value: float
    wet: bool = False

    @property
    def note(self) -> str:
        """The distance, where one of the kinds says it."""
        return f"{self.value:.2f}" if any(STROKES[kind].measured for kind in self.kinds) else ""


@dataclass(frozen=True, eq=False)
class Plan:
    """Labels, lines and discs with their places.

    Attributes
    ----------
    formula : Depiction
    klifs : dict of str to str
        Of every residue.
    waters : list of str
    lines : list of Line
    ties : list of Tie
        One per line.
    sizes, centres, sides : ndarray of float64, shape (labels, 2)
        Of the residues, then of the waters; a side is what the label looks at.
    greasy, reported : set of str
        Residues with hydrophobic contacts; with resistance mutations.
    depth : dict of int to float
        Deepest overlap (Å) of inhibitor atoms that clash.
    """

    formula: Depiction
    klifs: dict[str, str]
    waters: list[str]
    lines: list[Line]
    ties: list[Tie]
    sizes: Floats
    centres: Floats
    sides: Floats
    greasy: set[str]
    reported: set[str]
    depth: dict[int, float]

    @property
    def bare(self) -> set[str]:
        """Residues with neither a line nor an arc."""
        return {*self.klifs} - self.greasy - {line.label for line in self.lines}

    def extent(self) -> tuple[float, float]:
        """Lowest and highest point."""
        boxes = np.concatenate([box_around(self.centres, self.sizes), self.formula.boxes()])
        y = self.formula.xy[:, 1]
        return float(min(boxes[:, 1].min(), *y)), float(max(boxes[:, 3].max(), *y))


def make_plan(
    complex: Complex, interactions: pd.DataFrame, clashes: pd.DataFrame, width: float
) -> Plan:
    """Choose what is drawn, and where.

    Parameters
    ----------
    complex : Complex
    interactions, clashes : DataFrame
    width : float
        mm of the sheet.

    Returns
    -------
    Plan

    Raises
    ------
    InputError
        If a table names an atom or a kind of contact that there is not.
    """
    index = {str(name): i for i, name in enumerate(complex.atoms.name[complex.inhibitor_heavy])}
    rows = pd.concat([table for table in (interactions, clashes) if len(table)])
    unknown = {*" ".join(rows["inhibitor_atom"]).split()} - {*index}
    if unknown:
        raise InputError(
            f"cannot draw {complex.name}: a table names the atom {min(unknown)!r}, "
            f"the inhibitor has {', '.join(index)}"
        )
    pose = complex.xyz[0, complex.inhibitor_heavy].astype(np.float64)
    views = (_middle(complex, HINGE), _middle(complex, BACK))
    formula = depict(complex.inhibitor, pose, *views, width=width - 2 * BESIDE)
    klifs = dict(zip(rows["residue"], rows["klifs"], strict=True))
    lines = lines_of(interactions, clashes)
    waters = list(dict.fromkeys(line.end for line in lines if line.wet))
    greasy: set[str] = set()
    if len(interactions):
        greasy |= {*interactions.loc[interactions["kind"] == HYDROPHOBIC, "residue"]}
    sizes = [_size((name, klifs[name]), name in greasy) for name in klifs]
    sizes += [_size((water,), False) for water in waters]
    place_of = {name: k for k, name in enumerate([*klifs, *waters])}
    ties = [_tie(line, place_of, formula, index) for line in lines]
    ties = [replace(tie, at=_stagger(k, ties)) for k, tie in enumerate(ties)]
    sides, wishes = _wishes(complex, rows, formula, pose, index)
    for water in waters:
        tie = next(t for line, t in zip(lines, ties, strict=True) if line.label == water)
        sides = np.concatenate([sides, [tie.end]])
        wishes = np.concatenate([wishes, [tie.end]])
    half = width / 2 - MARGIN
    scene = Scene(formula.lines(), formula.boxes(), formula.rings(), -half, half)
    depth: dict[int, float] = {}
    for _, row in clashes.iterrows():
        atom = index[row["inhibitor_atom"]]
        depth[atom] = max(depth.get(atom, 0.0), float(row["overlap"]))
    all_sizes = np.array(sizes)
    return Plan(
        formula, klifs, waters, lines, ties, all_sizes, place(all_sizes, wishes, ties, scene),
        sides, greasy, _reported(complex, klifs), depth,
    )  # fmt: skip


def lines_of(interactions: pd.DataFrame, clashes: pd.DataFrame) -> list[Line]:
    """List the lines of a sketch.

    Parameters
    ----------
    interactions, clashes : DataFrame

    Returns
    -------
    list of Line
        One per residue or water and end: hydrophobic and van der Waals contacts have none, a
        residue that clashes has one to the atom it enters deepest.

    Raises
    ------
    InputError
        If a kind of contact is not known.

    Examples
    --------
    >>> import ros1struct as rs
    >>> complex = rs.load("2WGJ")
    >>> for line in lines_of(rs.interactions(complex), rs.clashes(complex))[:2]:
    ...     print(line.label, line.end, *line.kinds, line.note)
    M1160 N23 hydrogen bond 2.91
    P1158 N22 hydrogen bond 3.05
    """
    found: dict[tuple[str, str, bool], dict[str, float]] = {}

    def add(label: str, end: str, kind: str, value: float, wet: bool = False) -> None:
        kinds = found.setdefault((label, end, wet), {})
        kinds[kind] = min(value, kinds.get(kind, np.inf))

    ringed: set[tuple[str, str]] = set()
    if len(interactions):
        interactions = interactions.sort_values("distance", kind="stable")
    for _, row in interactions.iterrows():
        kind, residue, end = str(row["kind"]), str(row["residue"]), str(row["inhibitor_atom"])
        if kind in (HYDROPHOBIC, "van der Waals"):
            continue
        if kind not in STROKES:
            raise InputError(f"cannot draw a contact of the kind {kind!r}")
        if STROKES[kind].ring:
            if (residue, kind) in ringed:
                continue
            ringed.add((residue, kind))
        if row["water"]:
            add(str(row["water"]), end, kind, float(row["distance"]))
            add(residue, str(row["water"]), kind, float(row["water_distance"]), True)
        else:
            add(residue, end, kind, float(row["distance"]))
    if len(clashes):
        deepest = clashes.sort_values("overlap", ascending=False, kind="stable")
        for _, row in deepest.drop_duplicates("residue").iterrows():
            # A clash is the nearest contact; its number is the disc's colour.
            add(str(row["residue"]), str(row["inhibitor_atom"]), CLASH, np.inf)
    order = list(STROKES)
    return [
        Line(label, end, tuple(sorted(kinds, key=order.index)), min(kinds.values()), wet)
        for (label, end, wet), kinds in found.items()
    ]


def _tie(line: Line, place_of: dict[str, int], formula: Depiction, index: dict[str, int]) -> Tie:
    note = (print_width(line.note) + 0.9, ROW + 0.3) if line.note else (0.0, 0.0)
    if line.wet:
        return Tie(place_of[line.label], place_of[line.end], note)
    atoms = [index[name] for name in line.end.split()]
    x, y = (float(v) for v in formula.xy[atoms].mean(axis=0))
    around = (x - CENTRE, y - CENTRE, x + CENTRE, y + CENTRE)
    if len(atoms) == 1:
        around = formula.around(atoms[0])
    return Tie(place_of[line.label], (x, y), note, around=around)


def _stagger(k: int, ties: list[Tie]) -> float:
    """Where a number stands in its line: in a fork nearer the atom, the next nearer the label."""
    fork = [j for j, tie in enumerate(ties) if tie.label == ties[k].label]
    measured = [j for j in fork if ties[j].note[0]]
    if len(fork) < 2 or k not in measured:
        return 0.5
    return 0.36 if measured.index(k) % 2 else 0.64


def _size(texts: tuple[str, ...], greasy: bool) -> tuple[float, float]:
    texts = tuple(text for text in texts if text)
    rim = 2 * (RIM + (ARC if greasy else 0.0))
    return max(print_width(text) for text in texts) + rim, ROW * len(texts) + rim


def _residues(complex: Complex) -> dict[str, npt.NDArray[np.intp]]:
    """Heavy atoms of the residues by label."""
    heavy = np.flatnonzero(complex.heavy)
    owner = complex.atoms.residue[heavy]
    return {complex.residue_label(int(r)): heavy[owner == r] for r in np.unique(owner)}


def _middle(complex: Complex, klifs: tuple[int, ...]) -> Floats:
    """Middle of residues at KLIFS positions; of the protein where there are none."""
    here = complex.protein_heavy
    chosen = here[np.isin(complex.residues.klifs[complex.atoms.residue[here]], klifs)]
    atoms = chosen if len(chosen) else here
    return np.asarray(complex.xyz[0, atoms].mean(axis=0), dtype=np.float64)


def _wishes(
    complex: Complex, rows: pd.DataFrame, formula: Depiction, pose: Floats, index: dict[str, int]
) -> tuple[Floats, Floats]:
    """Where each residue touches the formula, and where the pocket has the residue."""
    atoms = _residues(complex)
    sides, wishes = [], []
    for name, group in rows.groupby("residue", sort=False):
        touched = [index[atom] for text in group["inhibitor_atom"] for atom in text.split()]
        here = formula.xy[touched].mean(axis=0)
        sides.append(here)
        wishes.append(here)
        if name in atoms:
            step = complex.xyz[0, atoms[str(name)]].mean(axis=0) - pose[touched].mean(axis=0)
            wishes[-1] = here + step @ formula.projection
    return np.array(sides).reshape(-1, 2), np.array(wishes).reshape(-1, 2)


def _reported(complex: Complex, klifs: dict[str, str]) -> set[str]:
    """Residues that are, or align with, those of reported ROS1 resistance mutations."""
    table = literature.mutations()
    single = table[table["reported"]].dropna(subset=["position"])
    positions = {f"{row.wild_type}{row.position}" for row in single.itertuples()}
    labels = {*single["klifs_label"]} - {""}
    numbers: set[str] = set()
    if complex.kinase.numbering == "uniprot" and complex.kinase.name in ALIGNED:
        table = literature.kinase_alignment()
        cells = table.loc[table["ROS1"].isin(positions), complex.kinase.name]
        numbers = {cell[1:] for cell in cells if cell}
    return {name for name, label in klifs.items() if label in labels or name[1:] in numbers}
