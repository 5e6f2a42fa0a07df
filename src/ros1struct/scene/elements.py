"""What a scene is made of: points in Å, words, and the texts that viewers read.

:mod:`ros1struct.scene.scene` lays it out; :mod:`ros1struct.scene.browser` draws it in a browser,
:mod:`ros1struct.scene.scripts` writes it for PyMOL and ChimeraX.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ros1struct.colours import CONTACT_COLOURS
from ros1struct.contacts.definitions import KINDS
from ros1struct.kinome.kinases import klifs_label
from ros1struct.structure.complex import Complex
from ros1struct.structure.residues import residue_type

Floats = npt.NDArray[np.float64]
Point = tuple[float, float, float]

# What becomes of a rotamer, and its colour.
FATES = {
    "fits": "#35b5c9",
    "meets the inhibitor": "#b85a00",
    "meets the protein": "#9a9a9a",
}

WATER, METAL = "#d03030", "#6a4a9a"


@dataclass(frozen=True)
class Line:
    """A contact, from the inhibitor to the protein or over a water.

    `occupancy` is the share of frames that have it; None where there is one frame.
    """

    kind: str
    points: tuple[Point, ...]
    text: str
    occupancy: float | None = None

    @property
    def radius(self) -> float:
        """Å; of a contact of many frames the thicker the more frequent."""
        return 0.07 if self.occupancy is None else round(0.02 + 0.13 * self.occupancy, 3)

    @property
    def colour(self) -> str:
        """Of its kind."""
        return CONTACT_COLOURS[self.kind]


@dataclass(frozen=True)
class Disc:
    """A clash: a flat cylinder in the middle of the overlap, across the line of the two atoms."""

    start: Point
    end: Point
    radius: float
    overlap: float
    text: str


@dataclass(frozen=True)
class Rotamer:
    """A side chain that a mutant residue can have; `chosen` is the one whose clashes are drawn."""

    residue: str
    kind: str
    probability: float
    fate: str
    chosen: bool
    radius: float
    opacity: float
    names: tuple[str, ...]
    xyz: tuple[Point, ...]

    @property
    def colour(self) -> str:
        """Of its fate."""
        return FATES[self.fate]

    @property
    def text(self) -> str:
        """What it says when pointed at."""
        return f"{self.residue}: {100 * self.probability:.0f} %, {self.fate}"


@dataclass(frozen=True)
class Shown:
    """A residue that is drawn as sticks; `whole` with its backbone, where that makes a contact."""

    index: int
    label: str
    klifs: str
    whole: bool
    place: Point


@dataclass(frozen=True, eq=False)
class Scene:
    """A picture in points and words.

    Attributes
    ----------
    complex : Complex
        Of one frame.
    caption : str
        What is shown, with the provenance of the structure.
    residues : tuple of Shown
    spheres : tuple of int
        Residue indices of the waters that bridge and of the metals.
    contacts : tuple of Line
    clashes : tuple of Disc
    rotamers : tuple of Rotamer
        Likeliest first.
    axes : ndarray, shape (3, 3)
        Rows: right, up, and towards the viewer.
    """

    complex: Complex
    caption: str
    residues: tuple[Shown, ...]
    spheres: tuple[int, ...]
    contacts: tuple[Line, ...]
    clashes: tuple[Disc, ...]
    rotamers: tuple[Rotamer, ...]
    axes: Floats

    def __repr__(self) -> str:
        parts = (
            f"{len(self.contacts)} contacts",
            f"{len(self.clashes)} clashes",
            f"{len(self.rotamers)} rotamers",
        )
        return f"<Scene {self.complex.name}: {', '.join(parts)}>"

    @property
    def centre(self) -> Point:
        """Middle of the inhibitor."""
        return point(self.complex.xyz[0, self.complex.inhibitor_heavy].mean(axis=0))

    @property
    def legend(self) -> tuple[tuple[str, str], ...]:
        """Words and colours of what is there: kinds of contact, then fates of rotamers."""
        kinds = {line.kind for line in self.contacts}
        fates = {rotamer.fate for rotamer in self.rotamers}
        return (
            *((kind, CONTACT_COLOURS[kind]) for kind in KINDS if kind in kinds),
            *((f"rotamer {fate}", FATES[fate]) for fate in FATES if fate in fates),
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the scene as plain values that JSON can hold, structures as PDB and MOL text."""
        from rdkit import Chem

        c = self.complex
        return {
            "name": c.name,
            "caption": self.caption,
            "legend": [list(entry) for entry in self.legend],
            "centre": list(self.centre),
            "axes": self.axes.round(6).tolist(),
            "protein": pdb_text(c, self.spheres),
            "inhibitor": Chem.MolToMolBlock(c.to_rdkit()),
            "inhibitor_name": c.inhibitor_name,
            "residues": [
                {
                    "index": s.index + 1,
                    "label": s.label,
                    "klifs": s.klifs,
                    "whole": s.whole,
                    "place": list(s.place),
                }
                for s in self.residues
            ],
            "names": {str(k + 1): self.name_of(k) for k in range(len(c.residues))},
            "spheres": [{"index": k + 1, "colour": self.sphere_colour(k)} for k in self.spheres],
            "contacts": [
                {
                    "colour": x.colour,
                    "radius": x.radius,
                    "points": [list(p) for p in x.points],
                    "text": x.text,
                }
                for x in self.contacts
            ],
            "clashes": [
                {"start": list(x.start), "end": list(x.end), "radius": x.radius, "text": x.text}
                for x in self.clashes
            ],
            "rotamers": [
                {
                    "colour": x.colour,
                    "radius": x.radius,
                    "opacity": x.opacity,
                    "text": x.text,
                    "pdb": rotamer_pdb([x]),
                }
                for x in self.rotamers
            ],
        }

    def sphere_colour(self, residue: int) -> str:
        """Colour of a water or a metal."""
        return WATER if self.complex.residues.role[residue] == "water" else METAL

    def name_of(self, residue: int) -> str:
        """Label of a residue with its KLIFS position where it has one."""
        klifs = klifs_label(int(self.complex.residues.klifs[residue]))
        label = self.complex.residue_label(residue)
        return f"{label} ({klifs})" if klifs else label


def point(xyz: npt.ArrayLike) -> Point:
    """Three plain numbers to 0.001 Å."""
    x, y, z = (round(float(v), 3) for v in np.asarray(xyz))
    return x, y, z


def _record(serial: int, name: str, residue: str, number: int, xyz: Point, element: str) -> str:
    letters = re.sub(r"[^A-Za-z0-9'*]", "", name)[:4]
    shown = f"{letters:<4}" if len(letters) > 3 or len(element) > 1 else f" {letters:<3}"
    code = re.sub(r"[^A-Za-z0-9]", "", residue)[:3] or "UNK"
    x, y, z = xyz
    record = "ATOM  " if residue_type(code) else "HETATM"
    return (
        f"{record}{serial % 100000:>5} {shown} {code:>3} A{number % 10000:>4}    "
        f"{x:8.3f}{y:8.3f}{z:8.3f}  1.00  0.00          {element.upper():>2}\n"
    )


def pdb_text(complex: Complex, more: Iterable[int] = ()) -> str:
    """Return the protein and some other residues as PDB text for a viewer.

    Residues are numbered from 1 in the order of the complex, in one chain: a viewer finds them by
    these numbers, and no name of a file reaches it unless made of letters and digits.

    Parameters
    ----------
    complex : Complex
        Its first frame.
    more : iterable of int
        Residue indices of the waters and metals to keep.
    """
    r, a = complex.residues, complex.atoms
    keep = np.isin(r.role, ("protein", "hetero"))
    keep[list(more)] = True
    lines: list[str] = []
    for i in np.flatnonzero(keep[a.residue] & complex.heavy):
        k = int(a.residue[i])
        place = point(complex.xyz[0, i])
        lines.append(
            _record(len(lines) + 1, str(a.name[i]), str(r.name[k]), k + 1, place, str(a.element[i]))
        )
    return "".join(lines) + "END\n"


def rotamer_pdb(rotamers: Sequence[Rotamer]) -> str:
    """Return rotamers as PDB text, one model each."""
    text = ""
    for number, rotamer in enumerate(rotamers, start=1):
        atoms = zip(rotamer.names, rotamer.xyz, strict=True)
        body = "".join(
            _record(k, name, rotamer.kind, 1, xyz, name[0])
            for k, (name, xyz) in enumerate(atoms, start=1)
        )
        text += f"MODEL {number:>8}\n{body}ENDMDL\n"
    return text + "END\n"
