"""The inhibitor as a structural formula: RDKit's coordinates, drawn as vector lines and text.

The formula is turned so that its long side lies along the column, the hinge above and the back of
the pocket to the left, the same way for every complex; :attr:`Depiction.projection` takes the
pocket with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection

from ros1struct.figures.layout.labels import leave
from ros1struct.figures.style import INK, POINT, TYPE, print_width

if TYPE_CHECKING:
    from rdkit.Chem import Bond, Mol

Floats = npt.NDArray[np.float64]

# mm of a bond, where the sheet is wide enough, and of a letter's height.
BOND = 6.2
LETTER = 0.73 * TYPE * POINT
# mm around a bare corner that lines to it leave free.
FREE = 0.7
ELEMENTS = {
    "N": "#1f4e9c", "O": "#b3261e", "S": "#7a6200", "P": "#a04a00", "F": "#2c6e2f",
    "Cl": "#2c6e2f", "Br": "#7d3c1e", "I": "#5e2a84",
}  # fmt: skip
_RAISED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True)
class Letters:
    """A piece of text of an atom.

    Attributes
    ----------
    atom : int
    text : str
    at : tuple of float
        mm; the middle of the line of text.
    align : {"left", "center", "right"}
    box : tuple of float
        Left, bottom, right, top.
    """

    atom: int
    text: str
    at: tuple[float, float]
    align: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Depiction:
    """A structural formula on a sheet.

    Attributes
    ----------
    mol : rdkit.Chem.Mol
        Kekulised, with wedges.
    xy : ndarray of float64, shape (atoms, 2)
        mm.
    bond : float
        mm of a bond.
    projection : ndarray of float64, shape (3, 2)
        Takes a step of the pose (Å) to a step on the sheet (mm), as well as a plane can.
    letters : tuple of Letters
    """

    mol: Mol
    xy: Floats
    bond: float
    projection: Floats
    letters: tuple[Letters, ...]

    def lines(self) -> Floats:
        """Bonds as lines, shape (bonds, 4)."""
        pairs = [(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in self.mol.GetBonds()]
        return np.array([[*self.xy[i], *self.xy[j]] for i, j in pairs]).reshape(-1, 4)

    def boxes(self) -> Floats:
        """Boxes of the letters, shape (n, 4)."""
        return np.array([piece.box for piece in self.letters]).reshape(-1, 4)

    def around(self, atom: int) -> tuple[float, float, float, float]:
        """Box that lines to an atom leave free."""
        own = self.boxes()[[piece.atom == atom for piece in self.letters]]
        if len(own) == 0:
            x, y = self.xy[atom]
            return (x - FREE, y - FREE, x + FREE, y + FREE)
        return (*own[:, :2].min(axis=0), *own[:, 2:].max(axis=0))

    def rings(self) -> tuple[Floats, ...]:
        """Polygons of the rings."""
        return tuple(self.xy[list(ring)] for ring in self.mol.GetRingInfo().AtomRings())


def depict(mol: Mol, pose: Floats, up: Floats, left: Floats, *, width: float) -> Depiction:
    """Lay out an inhibitor in two dimensions.

    Parameters
    ----------
    mol : rdkit.Chem.Mol
        Heavy atoms.
    pose : ndarray of float64, shape (atoms, 3)
        Å.
    up, left : ndarray of float64, shape (3,)
        Å; these sides of the pose come up and to the left, as far as its long side allows.
    width : float
        mm that the formula may take.

    Returns
    -------
    Depiction
        Centred on zero.

    Examples
    --------
    >>> import ros1struct as rs
    >>> complex = rs.load("2WGJ")
    >>> pose = complex.xyz[0, complex.inhibitor_heavy].astype(float)
    >>> formula = depict(complex.inhibitor, pose, pose[0], pose[1], width=50.0)
    >>> [piece.text for piece in formula.letters if "H" in piece.text]
    ['H₂N', 'NH₂⁺']
    """
    from rdkit import Chem
    from rdkit.Chem import rdDepictor

    flat = Chem.Mol(mol)
    flat.RemoveAllConformers()
    rdDepictor.Compute2DCoords(flat, forceRDKit=True, useRingTemplates=True)
    raw = flat.GetConformer().GetPositions()[:, :2]
    unit = 1.5
    pairs = [(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in flat.GetBonds()]
    bonds = np.array([[*raw[i], *raw[j]] for i, j in pairs]).reshape(-1, 4)
    xy, projection = _turned(raw / unit, bonds, pose, up, left)
    bond = min(BOND, width / max(float(np.ptp(xy[:, 0])), 1.0))
    xy = (xy - (xy.min(axis=0) + xy.max(axis=0)) / 2) * bond
    conformer = flat.GetConformer()
    for i, (x, y) in enumerate(xy):
        conformer.SetAtomPosition(i, (float(x), float(y), 0.0))
    Chem.Kekulize(flat, clearAromaticFlags=True)
    Chem.WedgeMolBonds(flat, conformer)
    return Depiction(flat, xy, bond, projection * bond, tuple(_letters(flat, xy)))


def _turned(
    xy: Floats, bonds: Floats, pose: Floats, up: Floats, left: Floats
) -> tuple[Floats, Floats]:
    """Turn by steps of 30 degrees, or mirror: long side across, hinge up, back pocket left."""
    centre = pose.mean(axis=0)
    # Most bonds run along multiples of 30 degrees.
    way = bonds[:, 2:] - bonds[:, :2]
    angle = np.arctan2(way[:, 1], way[:, 0])
    alike = (np.cos(12 * (angle[:, None] - angle)) > 0.95).sum(axis=1)
    tilt = angle[np.argmax(alike)] if len(angle) else 0.0
    best, least = (xy, np.zeros((3, 2))), np.inf
    for mirror in (1.0, -1.0):
        for turn in np.arange(12) * np.pi / 6 - tilt:
            c, s = np.cos(turn), np.sin(turn)
            made = (xy - xy.mean(axis=0)) @ np.array([[c, s], [-s, c]]) * [1.0, mirror]
            projection = _projection(pose - centre, made)
            ways = (np.array([up, left]) - centre) @ projection
            ways /= np.maximum(np.linalg.norm(ways, axis=1, keepdims=True), 1e-9)
            across = np.ptp(made[:, 0]) - np.ptp(made[:, 1])
            score = -across - 2.5 * (ways[0, 1] - ways[1, 0])
            if score < least - 1e-9:
                best, least = (made, projection), score
    return best


def _projection(pose: Floats, xy: Floats) -> Floats:
    """Least-squares map from the pose to the sheet; a flat pose leaves its normal out."""
    scatter = pose.T @ pose
    ridge = 0.05 * np.trace(scatter) * np.eye(3)
    return np.asarray(np.linalg.solve(scatter + ridge, pose.T @ xy))


def _letters(mol: Mol, xy: Floats) -> list[Letters]:
    """Text of every atom that has some: hydrogens on the side away from the bonds."""
    made = []
    for atom in mol.GetAtoms():
        symbol, i = atom.GetSymbol(), atom.GetIdx()
        charge, isotope = atom.GetFormalCharge(), atom.GetIsotope()
        if symbol == "C" and atom.GetDegree() and not charge and not isotope:
            continue
        n = atom.GetTotalNumHs()
        count = str(n).translate(_LOWERED) if n > 1 else ""
        sign = "" if not charge else f"{abs(charge) if abs(charge) > 1 else ''}{'+-'[charge < 0]}"
        sign = sign.translate(_RAISED)
        core = f"{isotope or ''}".translate(_RAISED) + symbol
        side = _side(xy, i, [a.GetIdx() for a in atom.GetNeighbors()])
        hydrogens = f"H{count}" if n else ""
        x, y = float(xy[i, 0]), float(xy[i, 1])
        wide = print_width(core)
        if side in "ud" and n and not charge:
            made.append(_piece(i, core, x, y, "center"))
            away = LETTER + 0.5 if side == "u" else -LETTER - 0.5
            made.append(_piece(i, hydrogens, x, y + away, "center"))
        elif side == "l" and n:
            made.append(_piece(i, f"{sign}{hydrogens}{core}", x + wide / 2, y, "right"))
        else:
            text = f"{core}{hydrogens}{sign}"
            made.append(_piece(i, text, x - wide / 2, y, "left"))
    return made


def _side(xy: Floats, i: int, neighbours: list[int]) -> str:
    """Side of an atom with the most room: right, left, up or down."""
    ways = {"r": (1.0, 0.0), "l": (-1.0, 0.0), "u": (0.0, 1.0), "d": (0.0, -1.0)}
    if not neighbours:
        return "r"
    steps = xy[neighbours] - xy[i]
    steps = steps / np.linalg.norm(steps, axis=1, keepdims=True)
    closest = {side: float((steps @ np.array(way)).max()) for side, way in ways.items()}
    # Beside rather than above: text runs that way.
    for side in "ud":
        closest[side] += 0.3 if len(neighbours) > 1 else 2.0
    return min(closest, key=lambda side: round(closest[side], 6))


def _piece(atom: int, text: str, x: float, y: float, align: str) -> Letters:
    wide = print_width(text)
    left = {"left": x, "center": x - wide / 2, "right": x - wide}[align]
    half = LETTER / 2 + 0.25
    return Letters(atom, text, (x, y), align, (left - 0.45, y - half, left + wide + 0.45, y + half))


def draw_formula(ax: Axes, formula: Depiction, size: float = TYPE) -> None:
    """Draw bonds and letters on an Axes whose unit is mm.

    Parameters
    ----------
    ax : Axes
    formula : Depiction
    size : float
        Points of the letters.
    """
    from rdkit.Chem import BondDir

    lines: list[Floats] = []
    wedges: list[Floats] = []
    for bond in formula.mol.GetBonds():
        i, j = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        a, b = _trimmed(formula, i, j), _trimmed(formula, j, i)
        along = (b - a) / max(float(np.linalg.norm(b - a)), 1e-9)
        normal = np.array([-along[1], along[0]])
        direction = bond.GetBondDir()
        if direction == BondDir.BEGINWEDGE:
            half = 0.13 * formula.bond * normal
            wedges.append(np.array([a, b + half, b - half]))
        elif direction == BondDir.BEGINDASH:
            for part in np.linspace(0.12, 1.0, 6):
                half = 0.13 * formula.bond * part * normal
                middle = a + part * (b - a)
                lines.append(np.array([middle - half, middle + half]))
        else:
            lines += _strokes(formula, bond, a, b, normal)
    ax.add_collection(LineCollection(lines, colors=INK, linewidths=0.9, capstyle="round", zorder=4))
    ax.add_collection(PolyCollection(wedges, facecolors=INK, edgecolors="none", zorder=4))
    for piece in formula.letters:
        symbol = formula.mol.GetAtomWithIdx(piece.atom).GetSymbol()
        ax.text(
            *piece.at, piece.text, ha=piece.align, va="center_baseline", fontsize=size, zorder=5,
            color=ELEMENTS.get(symbol, INK),
        )  # fmt: skip


def _trimmed(formula: Depiction, i: int, j: int) -> Floats:
    """Where the bond from atom i to atom j starts: outside the letters of i."""
    start, end = formula.xy[i], formula.xy[j]
    for piece in formula.letters:
        if piece.atom == i:
            return leave(start, np.array(piece.box), end)
    return np.asarray(start)


def _strokes(formula: Depiction, bond: Bond, a: Floats, b: Floats, normal: Floats) -> list[Floats]:
    """Lines of a single, double or triple bond."""
    order = int(bond.GetBondTypeAsDouble())
    gap = 0.17 * formula.bond * normal
    if order == 3:
        return [np.array([a + k * gap, b + k * gap]) for k in (-1, 0, 1)]
    if order != 2:
        return [np.array([a, b])]
    i, j = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
    ends = bond.GetBeginAtom(), bond.GetEndAtom()
    if not bond.IsInRing() and 1 in (end.GetDegree() for end in ends):
        return [np.array([a + k * gap, b + k * gap]) for k in (-0.5, 0.5)]
    middle = (formula.xy[i] + formula.xy[j]) / 2
    rings = [[*r] for r in formula.mol.GetRingInfo().AtomRings() if i in r and j in r]
    if rings:
        inward = formula.xy[min(rings, key=len)].mean(axis=0) - middle
    else:
        beside = {n.GetIdx() for end in ends for n in end.GetNeighbors()}
        inward = formula.xy[sorted(beside)].mean(axis=0) - middle
    gap = gap if inward @ normal >= 0 else -gap
    short = 0.12 * (b - a)
    return [np.array([a, b]), np.array([a + gap + short, b + gap - short])]
