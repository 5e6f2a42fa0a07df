"""Named definitions of contacts, as data.

A definition says which atoms can take part (SMARTS on the heavy-atom graph, for the inhibitor and
for the residue templates alike) and how near and at what angle. Three are built in; make another
with :func:`dataclasses.replace`. Distances are Å, angles degrees, bounds inclusive.

References
----------
ProLIF: Bouysset C, Fiorucci S. J Cheminform 2021, 13:72 (cut-offs of version 2.2.3).
PLIP: Schake P et al. Nucleic Acids Res 2025, 53:W463 (cut-offs of version 3.0.1).
Arpeggio: Jubb HC et al. J Mol Biol 2017, 429:365-371 (weak hydrogen bond, sulphur and ring).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from immutabledict import immutabledict

from ros1struct.contacts.geometry_rules import Bridge, Stacking
from ros1struct.errors import InputError, did_you_mean, look_up

KINDS = (
    "hydrogen bond",
    "water bridge",
    "salt bridge",
    "hydrophobic",
    "pi stacking face",
    "pi stacking edge",
    "cation-pi",
    "pi-cation",
    "halogen bond",
    "metal",
    "van der Waals",
    "sulphur-pi",
    "weak hydrogen bond",
)

FEATURES = (
    "donor",
    "acceptor",
    "hydrophobic",
    "cation",
    "anion",
    "halogen",
    "halogen_acceptor",
    "chelator",
    "weak_donor",
    "weak_acceptor",
    "sulphur",
)


@dataclass(frozen=True)
class ContactDefinition:
    """What counts as a contact.

    Attributes
    ----------
    name, source, version : str
    patterns : mapping of str to str
        SMARTS by feature (:data:`FEATURES`); the first atom has the feature. Hydrogens are
        implicit in the graph. A feature without pattern does not occur.
    hydrogen_bond, hydrogen_bond_sulphur : float
        Å between donor and acceptor; the second where either is sulphur.
    hydrogen_bond_angle : float
        Lowest angle D-H-A.
    rotatable : {"point", "file"}
        Hydrogens of hydroxyls, thiols, amines and waters: may point at the acceptor, or stand
        where the file has them (they may point where it has none).
    flips : bool
        Also try Asn, Gln and His turned by 180 degrees.
    water : Bridge or None
    salt_bridge : float
        Å between charged atoms, or between the centres of charged groups.
    charge_centres, charged_histidine : bool
    cation_groups, anion_groups : tuple of str
        SMARTS of the inhibitor's charged groups where centres count; the centre is the mean of
        the atoms with map number 1.
    hydrophobic : float
    face, edge : Stacking
    cation_pi : float
        Å between charge and centroid.
    cation_pi_angle, cation_pi_offset : float or None
        Highest angle to the normal; highest distance from the ring's axis.
    halogen : float
    halogen_angle, halogen_acceptor_angle : tuple of float
        C-X-A, and X-A-R for any neighbour R of A.
    metal : float
    radii : mapping of str to float, or str, or None
        Van der Waals contact where the distance is no more than the sum of the radii: radii by
        element, all atoms of the file; or the name of a clash definition, heavy atoms only.
    sulphur_pi : float or None
        Å between sulphur and centroid.
    weak_hydrogen_bond : float or None
        Å between carbon and acceptor.
    weak_hydrogen_bond_angle : float
    ring_normal : {"area", "two"}
        Normal of a ring: that of its area, in which all atoms weigh alike, or of the lines from
        its centroid to the first atom of the file and that one's first neighbour (ProLIF).
    reduce : bool
        Apply PLIP's rules that leave one contact of several
        (:mod:`ros1struct.contacts.plip_rules`).

    Examples
    --------
    Longer hydrogen bonds, in two lines:

    >>> from dataclasses import replace
    >>> loose = replace(CONTACT_DEFINITIONS["ros1struct"], name="loose", hydrogen_bond=3.9)
    >>> loose.hydrogen_bond
    3.9
    """

    name: str
    source: str
    version: str
    patterns: Mapping[str, str]
    hydrogen_bond: float
    hydrogen_bond_sulphur: float
    hydrogen_bond_angle: float
    rotatable: str
    flips: bool
    water: Bridge | None
    salt_bridge: float
    hydrophobic: float
    face: Stacking
    edge: Stacking
    cation_pi: float
    cation_pi_angle: float | None
    cation_pi_offset: float | None
    halogen: float
    halogen_angle: tuple[float, float]
    halogen_acceptor_angle: tuple[float, float]
    metal: float
    radii: Mapping[str, float] | str | None
    sulphur_pi: float | None = None
    weak_hydrogen_bond: float | None = None
    weak_hydrogen_bond_angle: float = 130.0
    charge_centres: bool = False
    charged_histidine: bool = False
    cation_groups: tuple[str, ...] = ()
    anion_groups: tuple[str, ...] = ()
    ring_normal: str = "area"
    reduce: bool = False

    def _repr_html_(self) -> str:
        from ros1struct.structure.card import definition_card

        return definition_card(self)

    def __post_init__(self) -> None:
        object.__setattr__(self, "patterns", immutabledict(self.patterns))
        if isinstance(self.radii, Mapping):
            object.__setattr__(self, "radii", immutabledict(self.radii))
        unknown = sorted(set(self.patterns) - set(FEATURES))
        if unknown:
            raise InputError(
                f"contact definition {self.name!r}: unknown feature {unknown[0]!r}; known are "
                f"{', '.join(FEATURES)}." + did_you_mean(unknown[0], FEATURES)
            )
        if self.rotatable not in ("point", "file"):
            raise InputError(
                f"contact definition {self.name!r}: rotatable must be 'point' or 'file', found "
                f"{self.rotatable!r}"
            )


# Delocalised positive charge: an amidinium or guanidinium nitrogen beside the one drawn charged.
_CATION = "[$([+;!$([+]~[-])]),$([NX3;!$(NO);$(NC=[NX3+])])]"
_ANION = "[$([-;!$([-]~[+])]),$(O=[C,S,P][O-])]"
_CHELATOR = "[$([O,S,Se;!+]),$([#7;!+;X1,X2]),$([NX3;!+;!$(N*=[!#6]);!$(N-[a])]),-]"

_ROS1STRUCT_PATTERNS = immutabledict(
    {
        "donor": "[N,n,O,S;!H0]",
        # As the acceptor of structure.drug_atoms: a lone pair that is not part of a pi system.
        "acceptor": (
            "[$([O;!$(O(~a)~a);!$([OX2;H0]C=[O,S,N])]),$([o]),$([n;X2;+0,-]),"
            "$([N;X1,X2;+0,-]),$([NX3;+0;!$(N-[a]);!$(N*=[O,N,S,P,C]);!$(NC#N)]),"
            "$([#16;X2;+0]),$([SX1-])]"
        ),
        "hydrophobic": "[$([#6;!$(*~[#7,#8,F])]),$([#16;X2;+0]),Se,Cl,Br,I]",
        # Both nitrogens of an imidazolium share its charge.
        "cation": _CATION[:-1] + ",$([nX3;H1;$(n:c:[nX3;+])])]",
        "anion": _ANION,
        "halogen": "[Cl,Br,I;$(*[#6])]",
        "halogen_acceptor": "[#7,#8,#16;!+]",
        "chelator": _CHELATOR,
        # Carbon whose hydrogen is acidic: trigonal, or beside nitrogen.
        "weak_donor": "[$([#6;X3;!H0]),$([CX4;!H0;$(C[#7])])]",
        "weak_acceptor": "[O;!$(O(~a)~a);!$([OX2;H0]C=[O,S,N])]",
        "sulphur": "[SX2]",
    }
)
_PROLIF_PATTERNS = immutabledict(
    {
        "donor": "[O,S,#7;!H0;!-;!$([n+;!$(*:c:[nH])])]",
        "acceptor": (
            "[$([N;X1,X2;!+;!$(N=C([C,N])N)]),$([NX3;!+;!$(N*=[#7,#8,P,S]);!$(N-[a])]),$([n;X2;+0]),"
            "$([O;!$([OX2](C)C=O);!$(O(~a)~a);!$(O=N*);!$([O-]N=O)]),$([o;+0]),"
            "$(F[#6;!$(*(F)[F,Cl,Br,I])])]"
        ),
        # Methyl groups and the CH2 and CH of aliphatic rings do not count there.
        "hydrophobic": (
            "[c,s,Br,I,$([SX2;H0]),$([C;!H3;!H4;!$([C;R;X3;H1]);!$([C;R;X4;H2]);!$([CX3;H2]);"
            "!$([CX2;H1])]);+0;!$([#6]~[#7,#8,#9])]"
        ),
        "cation": _CATION,
        "anion": _ANION,
        "halogen": "[Cl,Br,I;$(*[#6,#7,Si,F,Cl,Br,I])]",
        "halogen_acceptor": "[#7,#8,P,S,Se,a;!+]",
        "chelator": "[$([O;!+]),$([N;X1,X2;!+]),$([NX3;!+;!$(N*=[!#6]);!$(N-[a])]),$([n;X2;!+]),-]",
    }
)
_PLIP_PATTERNS = immutabledict(
    {
        "donor": "[#7,#8;!H0]",
        "acceptor": (
            "[$([O;!$(O(a)a);!$(O=[N+]);!$([O-][N+]);!$(O=S(=O)([#6])[#6]);!$([OX2;H0]C=O)]),"
            "$([#7;!X4;!$([#7;X3;^2])]),$([#16-])]"
        ),
        "hydrophobic": "[#6;!$(*~[!#6])]",
        "halogen": "[F,Cl,Br,I;$(*[#6])]",
        "halogen_acceptor": "[#7,#8,#16;D1]",
        "chelator": "[#8,#16,$([#7;X2])]",
    }
)
# MDAnalysis' table, which ProLIF takes (Bondi 1964; Rowland and Taylor 1996 for hydrogen).
_PROLIF_RADII = immutabledict(
    {
        "H": 1.10, "C": 1.70, "N": 1.55, "O": 1.52, "F": 1.47, "P": 1.80, "S": 1.80, "Cl": 1.75,
        "Br": 1.85, "I": 1.98, "Se": 1.90, "Si": 2.10, "B": 1.92, "As": 1.85, "Li": 1.82,
        "Na": 2.27, "Mg": 1.73, "K": 2.75, "Ca": 2.31, "Ni": 1.63, "Cu": 1.40, "Zn": 1.39,
        "Cd": 1.58,
    }
)  # fmt: skip

_PROLIF = ContactDefinition(
    name="prolif",
    source=(
        "ProLIF (Bouysset C, Fiorucci S. J Cheminform 2021, 13:72), default parameters; hydrogens "
        "of the file, implied where it has none"
    ),
    version="2.2.3",
    patterns=_PROLIF_PATTERNS,
    hydrogen_bond=3.5,
    hydrogen_bond_sulphur=3.5,
    hydrogen_bond_angle=130.0,
    rotatable="file",
    flips=False,
    water=Bridge(0.0, 3.5, 130.0),
    salt_bridge=4.5,
    hydrophobic=4.5,
    face=Stacking(5.5, (0.0, 35.0), tilt=33.0),
    edge=Stacking(6.5, (50.0, 90.0), tilt=30.0, intersect=1.5),
    cation_pi=4.5,
    cation_pi_angle=30.0,
    cation_pi_offset=None,
    halogen=3.5,
    halogen_angle=(130.0, 180.0),
    halogen_acceptor_angle=(80.0, 140.0),
    metal=2.8,
    radii=_PROLIF_RADII,
    ring_normal="two",
)
_ROS1STRUCT = ContactDefinition(
    name="ros1struct",
    source=(
        "this project: the cut-offs of ProLIF 2.2.3, but hydrogen bonds from 100° on as PLIP 3.0.1 "
        "has them; sulphur gives and takes to 4.0 Å; hydrogen positions implied by geometry, "
        "rotatable ones may point; van der Waals by united-atom "
        "radii (clash definition `chimerax`); weak hydrogen bond and sulphur-ring distance of "
        "Arpeggio 1.4.4 (Jubb HC et al. J Mol Biol 2017, 429:365-371)"
    ),
    version="2",
    patterns=_ROS1STRUCT_PATTERNS,
    hydrogen_bond=3.5,
    hydrogen_bond_sulphur=4.0,
    hydrogen_bond_angle=100.0,
    rotatable="point",
    flips=True,
    water=Bridge(0.0, 3.5, 130.0),
    salt_bridge=4.5,
    hydrophobic=4.5,
    face=_PROLIF.face,
    edge=_PROLIF.edge,
    cation_pi=4.5,
    cation_pi_angle=30.0,
    cation_pi_offset=None,
    halogen=3.5,
    halogen_angle=(130.0, 180.0),
    halogen_acceptor_angle=(80.0, 140.0),
    metal=2.8,
    radii="chimerax",
    sulphur_pi=6.0,
    weak_hydrogen_bond=3.6,
)
_PLIP = ContactDefinition(
    name="plip",
    source=(
        "PLIP (Schake P et al. Nucleic Acids Res 2025, 53:W463), default thresholds and reduction "
        "rules; hydrogens of the file, implied where it has none"
    ),
    version="3.0.1",
    patterns=_PLIP_PATTERNS,
    hydrogen_bond=4.1,
    hydrogen_bond_sulphur=4.1,
    hydrogen_bond_angle=100.0,
    rotatable="file",
    flips=False,
    water=Bridge(2.5, 4.1, 100.0, omega=(71.0, 140.0), one_of_each=True),
    salt_bridge=5.5,
    charge_centres=True,
    charged_histidine=True,
    # PLIP's ligand has no hydrogens when it looks for charges: any tetrahedral nitrogen with
    # three heavy neighbours counts, secondary and primary amines never; esters are carboxylates.
    cation_groups=("[N;^3;D3,D4:1]", "[SX3+:1]", "[#6X3:1](~[#7;D1])(~[#7])~[#7]"),
    anion_groups=(
        "[#6]-[#6;X3](~[#8:1])~[#8:1]",
        "[#16:1](~[#8])(~[#8])~[#8]",
        "[#15:1](~[#8])(~[#8])(~[#8])~[#8]",
    ),
    hydrophobic=4.0,
    face=Stacking(5.5, (0.0, 30.0), offset=2.0),
    edge=Stacking(5.5, (60.0, 90.0), offset=2.0),
    cation_pi=6.0,
    cation_pi_angle=None,
    cation_pi_offset=2.0,
    halogen=4.0,
    halogen_angle=(135.0, 195.0),
    halogen_acceptor_angle=(90.0, 150.0),
    metal=3.0,
    radii=None,
    reduce=True,
)

CONTACT_DEFINITIONS: Mapping[str, ContactDefinition] = MappingProxyType(
    {d.name: d for d in (_ROS1STRUCT, _PROLIF, _PLIP)}
)


def contact_definition(definition: str | ContactDefinition) -> ContactDefinition:
    """Return a definition by name, or the one given.

    Parameters
    ----------
    definition : str or ContactDefinition

    Returns
    -------
    ContactDefinition

    Raises
    ------
    InputError
        If the name is unknown; the known ones are listed.

    Examples
    --------
    >>> contact_definition("plip").hydrogen_bond
    4.1
    """
    if isinstance(definition, ContactDefinition):
        return definition
    return look_up(definition, CONTACT_DEFINITIONS, "contact definition")
