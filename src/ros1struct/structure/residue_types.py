"""Records of the twenty amino acids and selenomethionine: atoms, chemistry, ideal side chains.

Atom classes follow the united-atom types of Tsai et al.; bond lengths (Å) and angles (degrees) of
the side chains are those of Engh and Huber.

References
----------
Tsai J, Taylor R, Chothia C, Gerstein M. J Mol Biol 1999, 290:253-266.
Engh RA, Huber R. Acta Crystallogr A 1991, 47:392-400; Int Tables Crystallogr F 2001, 382-392.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType

THREE_TO_ONE = MappingProxyType(
    {
        "ALA": "A", "ARG": "R", "ASN": "N", "ASP": "D", "CYS": "C", "GLN": "Q", "GLU": "E",
        "GLY": "G", "HIS": "H", "ILE": "I", "LEU": "L", "LYS": "K", "MET": "M", "PHE": "F",
        "PRO": "P", "SER": "S", "THR": "T", "TRP": "W", "TYR": "Y", "VAL": "V",
    }
)  # fmt: skip
ONE_TO_THREE = MappingProxyType({one: three for three, one in THREE_TO_ONE.items()})

BACKBONE = ("N", "CA", "C", "O")


@dataclass(frozen=True)
class Place:
    """How one side-chain atom is placed from three atoms that already stand.

    ``torsion`` is degrees; with ``chi`` (1-based) it is added to that side-chain torsion.
    """

    atom: str
    parents: tuple[str, str, str]
    bond: float
    angle: float
    torsion: float
    chi: int = 0


@dataclass(frozen=True, eq=False)
class ResidueType:
    """A standard amino acid.

    Attributes
    ----------
    name, letter : str
    classes : mapping of atom name to united-atom class (heavy atoms, backbone included)
    donors, acceptors : frozenset of str
        Heavy atoms that can give or take a hydrogen bond at neutral pH; both for the hydroxyls,
        for cysteine's sulphur and for the two nitrogens of histidine, whose form a crystal
        does not show.
    charges : mapping of atom name to formal charge, spread over equivalent atoms as the group's
    rings : tuple of tuples of str
        Aromatic rings.
    places : tuple of Place
        The side chain in building order, Cβ first.
    """

    name: str
    letter: str
    classes: dict[str, str]
    donors: frozenset[str]
    acceptors: frozenset[str]
    charges: dict[str, int] = field(default_factory=dict)
    rings: tuple[tuple[str, ...], ...] = ()
    places: tuple[Place, ...] = ()

    @property
    def sidechain(self) -> tuple[str, ...]:
        """Names of the side-chain heavy atoms, in building order."""
        return tuple(p.atom for p in self.places)

    @property
    def n_chi(self) -> int:
        """Number of side-chain torsions."""
        return max((p.chi for p in self.places), default=0)

    def bonds_to_backbone(self) -> dict[str, tuple[int, int]]:
        """Bonds from each side-chain atom to the residue's N and to its C, the shortest way.

        Examples
        --------
        >>> RESIDUE_TYPES["PRO"].bonds_to_backbone()
        {'CB': (2, 2), 'CG': (2, 3), 'CD': (1, 3)}
        """
        depth = {"CA": 0}
        for place in self.places:
            depth[place.atom] = depth[place.parents[2]] + 1
        del depth["CA"]
        bonds = {atom: (n + 1, n + 1) for atom, n in depth.items()}
        if self.letter == "P":  # the ring closes on N
            bonds |= {"CG": (2, 3), "CD": (1, 3)}
        return bonds


def _cb(bond: float = 1.530, n_ca_cb: float = 110.5) -> Place:
    # The torsion N-C-CA-CB of an L residue; 122.6 degrees follows from the three angles at CA.
    return Place("CB", ("C", "N", "CA"), bond, n_ca_cb, -122.6)


def _chi(n: int, atom: str, parents: str, bond: float, angle: float, shift: float = 0.0) -> Place:
    a, b, c = parents.split()
    return Place(atom, (a, b, c), bond, angle, shift, n)


def _fix(atom: str, parents: str, bond: float, angle: float, torsion: float) -> Place:
    a, b, c = parents.split()
    return Place(atom, (a, b, c), bond, angle, torsion)


_BACKBONE_CLASSES = {"N": "N", "CA": "C4", "C": "C3H0", "O": "O", "OXT": "O"}


def _type(
    letter: str,
    places: tuple[Place, ...],
    *,
    trigonal: str = "",
    aromatic_ch: str = "",
    hydroxyl: str = "",
    donors: str = "",
    acceptors: str = "",
    charges: dict[str, int] | None = None,
    rings: tuple[str, ...] = (),
) -> ResidueType:
    classes = dict(_BACKBONE_CLASSES)
    for place in places:
        element = place.atom[0]
        classes[place.atom] = "C4" if element == "C" else element
    classes |= dict.fromkeys(trigonal.split(), "C3H0")
    classes |= dict.fromkeys(aromatic_ch.split(), "C3H1")
    classes |= dict.fromkeys(hydroxyl.split(), "OH")
    return ResidueType(
        name=ONE_TO_THREE[letter],
        letter=letter,
        classes=classes,
        donors=frozenset(donors.split()) | (frozenset() if letter == "P" else {"N"}),
        acceptors=frozenset(acceptors.split()) | {"O", "OXT"},
        charges={"OXT": -1, **(charges or {})},
        rings=tuple(tuple(r.split()) for r in rings),
        places=places,
    )


def _long(angle: float = 114.1) -> tuple[Place, ...]:
    return (_cb(), _chi(1, "CG", "N CA CB", 1.520, angle))


_TYPES = (
    _type("G", ()),
    _type("A", (_cb(1.521, 110.4),)),
    _type(
        "V",
        (
            _cb(1.540, 111.5),
            _chi(1, "CG1", "N CA CB", 1.521, 110.5),
            _chi(1, "CG2", "N CA CB", 1.521, 110.5, 122.9),
        ),
    ),
    _type(
        "L",
        (
            _cb(),
            _chi(1, "CG", "N CA CB", 1.530, 116.3),
            _chi(2, "CD1", "CA CB CG", 1.521, 110.7),
            _chi(2, "CD2", "CA CB CG", 1.521, 110.7, 122.9),
        ),
    ),
    _type(
        "I",
        (
            _cb(1.540, 111.5),
            _chi(1, "CG1", "N CA CB", 1.530, 110.4),
            _chi(1, "CG2", "N CA CB", 1.521, 110.5, -122.6),
            _chi(2, "CD1", "CA CB CG1", 1.513, 113.8),
        ),
    ),
    _type(
        "M",
        (
            *_long(),
            _chi(2, "SD", "CA CB CG", 1.803, 112.7),
            _chi(3, "CE", "CB CG SD", 1.791, 100.9),
        ),
        acceptors="SD",
    ),
    _type(
        "C",
        (_cb(), _chi(1, "SG", "N CA CB", 1.808, 114.4)),
        donors="SG",
        acceptors="SG",
    ),
    _type(
        "S",
        (_cb(), _chi(1, "OG", "N CA CB", 1.417, 111.1)),
        hydroxyl="OG",
        donors="OG",
        acceptors="OG",
    ),
    _type(
        "T",
        (
            _cb(1.540, 111.5),
            _chi(1, "OG1", "N CA CB", 1.433, 109.6),
            _chi(1, "CG2", "N CA CB", 1.521, 110.5, -120.6),
        ),
        hydroxyl="OG1",
        donors="OG1",
        acceptors="OG1",
    ),
    _type(
        "P",
        (
            _cb(1.530, 103.0),
            _chi(1, "CG", "N CA CB", 1.492, 104.5),
            _chi(2, "CD", "CA CB CG", 1.503, 106.1),
        ),
    ),
    _type(
        "D",
        (
            _cb(),
            _chi(1, "CG", "N CA CB", 1.516, 112.6),
            _chi(2, "OD1", "CA CB CG", 1.249, 118.4),
            _chi(2, "OD2", "CA CB CG", 1.249, 118.4, 180.0),
        ),
        trigonal="CG",
        acceptors="OD1 OD2",
        charges={"OD1": -1, "OD2": -1},
    ),
    _type(
        "N",
        (
            _cb(),
            _chi(1, "CG", "N CA CB", 1.516, 112.6),
            _chi(2, "OD1", "CA CB CG", 1.231, 120.8),
            _chi(2, "ND2", "CA CB CG", 1.328, 116.4, 180.0),
        ),
        trigonal="CG",
        donors="ND2",
        acceptors="OD1",
    ),
    _type(
        "E",
        (
            *_long(),
            _chi(2, "CD", "CA CB CG", 1.516, 112.6),
            _chi(3, "OE1", "CB CG CD", 1.249, 118.4),
            _chi(3, "OE2", "CB CG CD", 1.249, 118.4, 180.0),
        ),
        trigonal="CD",
        acceptors="OE1 OE2",
        charges={"OE1": -1, "OE2": -1},
    ),
    _type(
        "Q",
        (
            *_long(),
            _chi(2, "CD", "CA CB CG", 1.516, 112.6),
            _chi(3, "OE1", "CB CG CD", 1.231, 120.8),
            _chi(3, "NE2", "CB CG CD", 1.328, 116.4, 180.0),
        ),
        trigonal="CD",
        donors="NE2",
        acceptors="OE1",
    ),
    _type(
        "K",
        (
            *_long(),
            _chi(2, "CD", "CA CB CG", 1.520, 111.3),
            _chi(3, "CE", "CB CG CD", 1.520, 111.3),
            _chi(4, "NZ", "CG CD CE", 1.489, 111.9),
        ),
        donors="NZ",
        charges={"NZ": 1},
    ),
    _type(
        "R",
        (
            *_long(),
            _chi(2, "CD", "CA CB CG", 1.520, 111.3),
            _chi(3, "NE", "CB CG CD", 1.460, 112.0),
            _chi(4, "CZ", "CG CD NE", 1.329, 124.2),
            _fix("NH1", "CD NE CZ", 1.326, 120.0, 0.0),
            _fix("NH2", "CD NE CZ", 1.326, 120.0, 180.0),
        ),
        trigonal="CZ",
        donors="NE NH1 NH2",
        charges={"NE": 1, "NH1": 1, "NH2": 1},
    ),
    _type(
        "H",
        (
            _cb(),
            _chi(1, "CG", "N CA CB", 1.497, 113.8),
            _chi(2, "ND1", "CA CB CG", 1.378, 122.7),
            _chi(2, "CD2", "CA CB CG", 1.356, 131.0, 180.0),
            _fix("CE1", "CB CG ND1", 1.321, 109.0, 180.0),
            _fix("NE2", "CB CG CD2", 1.374, 107.2, 180.0),
        ),
        trigonal="CG",
        aromatic_ch="CD2 CE1",
        donors="ND1 NE2",
        acceptors="ND1 NE2",
        rings=("CG ND1 CE1 NE2 CD2",),
    ),
    _type(
        "F",
        (
            _cb(),
            _chi(1, "CG", "N CA CB", 1.502, 113.8),
            _chi(2, "CD1", "CA CB CG", 1.384, 120.7),
            _chi(2, "CD2", "CA CB CG", 1.384, 120.7, 180.0),
            _fix("CE1", "CB CG CD1", 1.382, 120.7, 180.0),
            _fix("CE2", "CB CG CD2", 1.382, 120.7, 180.0),
            _fix("CZ", "CG CD1 CE1", 1.382, 120.0, 0.0),
        ),
        trigonal="CG",
        aromatic_ch="CD1 CD2 CE1 CE2 CZ",
        rings=("CG CD1 CE1 CZ CE2 CD2",),
    ),
    _type(
        "Y",
        (
            _cb(),
            _chi(1, "CG", "N CA CB", 1.512, 113.9),
            _chi(2, "CD1", "CA CB CG", 1.389, 120.8),
            _chi(2, "CD2", "CA CB CG", 1.389, 120.8, 180.0),
            _fix("CE1", "CB CG CD1", 1.382, 121.2, 180.0),
            _fix("CE2", "CB CG CD2", 1.382, 121.2, 180.0),
            _fix("CZ", "CG CD1 CE1", 1.378, 119.6, 0.0),
            _fix("OH", "CD1 CE1 CZ", 1.376, 119.9, 180.0),
        ),
        trigonal="CG CZ",
        aromatic_ch="CD1 CD2 CE1 CE2",
        hydroxyl="OH",
        donors="OH",
        acceptors="OH",
        rings=("CG CD1 CE1 CZ CE2 CD2",),
    ),
    _type(
        "W",
        (
            _cb(),
            _chi(1, "CG", "N CA CB", 1.498, 113.6),
            _chi(2, "CD1", "CA CB CG", 1.365, 126.9),
            _chi(2, "CD2", "CA CB CG", 1.433, 126.8, 180.0),
            _fix("NE1", "CB CG CD1", 1.374, 110.2, 180.0),
            _fix("CE2", "CB CG CD2", 1.409, 107.2, 180.0),
            _fix("CE3", "CB CG CD2", 1.398, 133.9, 0.0),
            _fix("CZ2", "CG CD2 CE2", 1.394, 122.4, 180.0),
            _fix("CZ3", "CG CD2 CE3", 1.382, 118.6, 180.0),
            _fix("CH2", "CD2 CE2 CZ2", 1.368, 117.5, 0.0),
        ),
        trigonal="CG CD2 CE2",
        aromatic_ch="CD1 CE3 CZ2 CZ3 CH2",
        donors="NE1",
        rings=("CG CD1 NE1 CE2 CD2", "CD2 CE2 CZ2 CH2 CZ3 CE3"),
    ),
)


RESIDUE_TYPES = MappingProxyType({t.name: t for t in _TYPES})
