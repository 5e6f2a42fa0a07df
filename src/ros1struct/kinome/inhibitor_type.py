"""What type of inhibitor a pocket holds: I, I½, II, III or allosteric, by the regions it touches.

The rule is Kincore's: contacts of the inhibitor's heavy atoms with the hinge, the back pocket and
the residues that only an outward DFG uncovers. Its residues, given in Aurora A's numbers, are here
KLIFS positions and what lies between them:

- hinge: backbone N and O of 46 to 48;
- back pocket: from four residues after the β3 lysine (17) through αC to 35, β4 and β5 from 38 to
  42, the backbone of the x and D of xDFG (80, 81; one contact in all), the side chain of its F (82)
  unless DFG is out or between;
- type II pocket: 27, 31, 61 and 68.

References
----------
Modi V, Dunbrack RL. Nucleic Acids Res 2022, 50:D654-D664 (Kincore; its program classify_ligands).
Dar AC, Shokat KM. Annu Rev Biochem 2011, 80:769-795 (types I to III).
Zuccotto F et al. J Med Chem 2010, 53:2681-2694 (I½: DFG in, through the gatekeeper door).
Roskoski R. Pharmacol Res 2016, 103:26-48 (types by DFG and αC; VI for covalent ones).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ros1struct.structure.complex import Complex
from ros1struct.structure.residue_types import BACKBONE

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

CONTACT = 4.0  # Å
CONTACT_TYPE_II = 4.5
BACK_CONTACTS = 3  # residues
FAR_FROM_HINGE = 6.0
ALLOSTERIC = 6.5

LYS, GLU, GLU4 = 17, 24, 28
_HINGE = (46, 47, 48)
_BACK_END = 35
_SHEET = (38, 42)
_X, _ASP, _PHE = 80, 81, 82
_TYPE_II = (27, 31, 61, 68)


def inhibitor_types(complex: Complex, dfg: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Say of every frame what type of inhibitor the pocket holds.

    Parameters
    ----------
    complex : Complex
    dfg : ndarray of str, shape (frames,)
        State of the DFG motif in each frame.

    Returns
    -------
    ndarray of str, shape (frames,)
        ``I``: at the hinge, with fewer than three residues of the back pocket. ``I½``: three or
        more of them. ``II``: these and the type II pocket, DFG out. ``III``: three or more of the
        back pocket, 6 Å or more from the hinge. ``allosteric``: 6.5 Å or more from hinge and αC.
        ``unknown``: where lysine, αC glutamate or hinge have no place in the structure, DFG is
        unknown and would decide, or none of these fits.

    Notes
    -----
    Kincore's program calls an inhibitor that reaches the type II pocket of a kinase with DFG in
    type I; by the definition of I½ (DFG in, back pocket: Zuccotto 2010) it is I½ here. Roskoski's
    I½B and IIB do not touch the back pocket: they are I here, and αC or DFG says the rest.

    Examples
    --------
    >>> import ros1struct as rs
    >>> inhibitor_types(rs.load("3LQ8"), np.array(["out"], dtype=object)).tolist()
    ['II']
    """
    region = _region(complex)
    frames = len(complex.xyz)
    if region is None:
        return np.full(frames, "unknown", dtype=object)
    near = _nearest(complex, region.every)

    def least(atoms: list[int]) -> Floats:
        own = (
            near[:, np.searchsorted(region.every, atoms)] if atoms else np.full((frames, 1), np.inf)
        )
        return np.asarray(own.min(axis=1), dtype=np.float64)

    count = (least(region.x_and_d) <= CONTACT).astype(int)
    count += (least(region.phe) <= CONTACT) & ~np.isin(dfg, ("out", "inter"))
    for atoms in region.back:
        count += least(atoms) <= CONTACT
    deep = count >= BACK_CONTACTS
    uncovers = least(region.uncovered) <= CONTACT_TYPE_II
    to_hinge, to_helix = least(region.hinge), least(region.glu4)
    return np.select(
        [
            (to_hinge >= ALLOSTERIC) & (to_helix >= ALLOSTERIC),
            (to_hinge >= FAR_FROM_HINGE) & deep,
            to_hinge >= FAR_FROM_HINGE,
            deep & uncovers & (dfg == "out"),
            deep & uncovers & (dfg == "unknown"),
            deep,
        ],
        ["allosteric", "III", "unknown", "II", "unknown", "I½"],
        "I",
    ).astype(object)


@dataclass(frozen=True)
class _Region:
    """Atoms of the places that the rule asks for."""

    hinge: list[int]
    glu4: list[int]
    back: list[list[int]]
    x_and_d: list[int]
    phe: list[int]
    uncovered: list[int]

    @property
    def every(self) -> Ints:
        """All of them, ascending."""
        back = [i for atoms in self.back for i in atoms]
        return np.unique(
            [*self.hinge, *self.glu4, *back, *self.x_and_d, *self.phe, *self.uncovered]
        )


def _region(complex: Complex) -> _Region | None:
    klifs = complex.residues.klifs
    at = {int(klifs[k]): int(k) for k in np.flatnonzero(klifs > 0)}
    if not {LYS, GLU, GLU4} <= {*at} or not {*_HINGE} & {*at}:
        return None

    def atoms(
        position: int, only: tuple[str, ...] = (), without: tuple[str, ...] = ()
    ) -> list[int]:
        own = complex.atoms_of(at[position]) if position in at else {}
        return [i for n, i in own.items() if (n in only if only else n not in without)]

    # A stretch is told by residues, not by numbers: of its loops, what the structure has.
    end = max(place for position, place in at.items() if GLU4 <= position <= _BACK_END)
    stretch = [*range(at[LYS] + 4, end + 1)]
    sheet = [at[k] for k in at if _SHEET[0] <= k <= _SHEET[1]]
    stretch += [*range(min(sheet), max(sheet) + 1)] if sheet else []
    uncovered = [at[k] for k in _TYPE_II if k in at]
    return _Region(
        hinge=[i for k in _HINGE for i in atoms(k, ("N", "O"))],
        glu4=atoms(GLU4, without=BACKBONE),
        back=[[*complex.atoms_of(k).values()] for k in dict.fromkeys([*stretch, *uncovered])],
        x_and_d=[i for k in (_X, _ASP) for i in atoms(k, ("N", "O"))],
        phe=atoms(_PHE, without=BACKBONE),
        uncovered=[i for k in uncovered for i in complex.atoms_of(k).values()],
    )


def _nearest(complex: Complex, atoms: Ints) -> Floats:
    """Distance in Å of some atoms to the nearest heavy atom of the inhibitor, frame by frame."""
    found = np.empty((len(complex.xyz), len(atoms)))
    for frame, xyz in enumerate(complex.xyz):
        drug = xyz[complex.inhibitor_heavy].astype(np.float64)
        middle = drug.mean(axis=0)  # squares of small numbers keep their digits
        drug, own = drug - middle, xyz[atoms] - middle
        square = (own**2).sum(axis=1)[:, None] - 2 * own @ drug.T + (drug**2).sum(axis=1)
        found[frame] = np.sqrt(np.maximum(square.min(axis=1), 0))
    return found
