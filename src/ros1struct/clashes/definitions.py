"""Clash definitions: named, versioned rules of what counts as a clash.

The overlap of two atoms is the sum of their radii, less their distance, less an allowance where one
is a hydrogen-bond donor and the other an acceptor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from immutabledict import immutabledict

from ros1struct.errors import InputError, look_up

# Atom classes that are not elements: united atoms, and those of a file with hydrogens.
ELEMENT_OF_CLASS = {
    "C3H0": "C", "C3H1": "C", "C4": "C", "OH": "O", "C carbonyl": "C", "C aromatic": "C",
    "H polar": "H", "H aromatic": "H",
}  # fmt: skip


@dataclass(frozen=True)
class ClashDefinition:
    """What counts as a clash.

    Attributes
    ----------
    name : str
    radii : mapping of str to float
        Å, by united-atom class (:mod:`ros1struct.structure.residues`) or by element; the class
        counts first.
    allowance : float
        Å taken off the overlap of a donor and an acceptor.
    threshold : float
        Overlap in Å from which a pair is a clash.
    bonds : int
        Pairs with at most this many bonds between them are left out.
    source, version : str
    scale : float
        Factor on the radii.
    hydrogens : bool
        The definition needs the hydrogens in the file.
    charged_allowance : float
        As `allowance`, where the two also carry opposite charge.

    Examples
    --------
    A stricter definition of one's own:

    >>> from dataclasses import replace
    >>> strict = replace(CLASH_DEFINITIONS["chimerax"], name="strict", threshold=0.4)
    >>> strict.threshold
    0.4
    """

    name: str
    radii: Mapping[str, float]
    allowance: float
    threshold: float
    bonds: int
    source: str
    version: str
    scale: float = 1.0
    hydrogens: bool = False
    charged_allowance: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "radii", immutabledict(self.radii))

    def _repr_html_(self) -> str:
        from ros1struct.structure.card import definition_card

        return definition_card(self)

    def radius(self, united: str) -> float:
        """Radius of an atom class in Å.

        Raises
        ------
        InputError
            If the definition has none; the message names the element.
        """
        element = ELEMENT_OF_CLASS.get(united, united)
        found = self.radii.get(united, self.radii.get(element))
        if found is None:
            raise InputError(
                f"clash definition {self.name!r} has no radius for element {element}; add one to "
                f"its radii (it has {', '.join(sorted(self.radii))})"
            )
        return found

    def radii_of(self, united: npt.NDArray[np.str_]) -> npt.NDArray[np.float64]:
        """Radii in Å of an array of atom classes, scaled."""
        classes, which = np.unique(united, return_inverse=True)
        return np.array([self.scale * self.radius(str(c)) for c in classes])[which]


_CHIMERAX = ClashDefinition(
    name="chimerax",
    radii=immutabledict(
        {
            "C3H0": 1.61, "C3H1": 1.76, "C4": 1.88, "N": 1.64, "O": 1.42, "OH": 1.46, "S": 1.77,
            "F": 1.56, "Cl": 1.735, "Br": 1.978, "I": 2.094, "P": 1.871, "Se": 1.90, "B": 1.92,
            "Si": 2.10, "As": 1.85,
        }
    ),
    allowance=0.4,
    threshold=0.6,
    bonds=4,
    source=(
        "UCSF ChimeraX `clashes` (Meng EC et al. Protein Sci 2023, 32:e4792): united-atom radii of "
        "Tsai J et al. J Mol Biol 1999, 290:253-266; Se, Si and As from Bondi 1964, B from "
        "Mantina M et al. J Phys Chem A 2009, 113:5806-5812"
    ),
    version="ChimeraX 1.9 defaults",
)  # fmt: skip
_BONDI = ClashDefinition(
    name="bondi",
    radii=immutabledict(
        {
            "C": 1.70, "N": 1.55, "O": 1.52, "S": 1.80, "F": 1.47, "Cl": 1.75, "Br": 1.85,
            "I": 1.98, "P": 1.80, "Se": 1.90, "Si": 2.10, "As": 1.85, "B": 1.92,
        }
    ),
    allowance=0.4,
    threshold=0.6,
    bonds=4,
    source=(
        "Bondi A. J Phys Chem 1964, 68:441-451; B from Mantina M et al. J Phys Chem A 2009, "
        "113:5806-5812; allowance and threshold as in `chimerax`"
    ),
    version="1964",
)  # fmt: skip
_MOLPROBITY = ClashDefinition(
    name="molprobity",
    radii=immutabledict(
        {
            "H": 1.22, "H polar": 1.05, "H aromatic": 1.05, "C": 1.70, "C carbonyl": 1.65,
            "C aromatic": 1.75, "N": 1.55, "O": 1.40, "S": 1.80, "P": 1.80, "F": 1.30, "Cl": 1.77,
            "Br": 1.95, "I": 2.10, "Se": 1.90, "B": 1.92, "Si": 2.10, "As": 1.85,
        }
    ),
    allowance=0.6,
    charged_allowance=0.8,
    threshold=0.4,
    bonds=4,
    hydrogens=True,
    source=(
        "all-atom contacts of MolProbity's probe (Word JM et al. J Mol Biol 1999, 285:1711-1733; "
        "Williams CJ et al. Protein Sci 2018, 27:293-315), radii for nuclear hydrogen positions"
    ),
    version="probe 2.18 defaults",
)  # fmt: skip
_POSEBUSTERS = ClashDefinition(
    name="posebusters",
    radii=immutabledict(
        {
            "C": 1.70, "N": 1.60, "O": 1.55, "S": 1.80, "F": 1.50, "Cl": 1.80, "Br": 1.90,
            "I": 2.10, "P": 1.95, "Se": 1.90, "Si": 2.10, "B": 1.80, "As": 2.05,
        }
    ),
    allowance=0.0,
    threshold=0.0,
    bonds=0,
    scale=0.75,
    source=(
        "PoseBusters (Buttenschoen M et al. Chem Sci 2024, 15:3130-3139): a clash where the "
        "distance is below 0.75 of the sum of RDKit's van der Waals radii"
    ),
    version="0.6.5 (configuration dock_fast)",
)  # fmt: skip

CLASH_DEFINITIONS: Mapping[str, ClashDefinition] = MappingProxyType(
    {d.name: d for d in (_CHIMERAX, _MOLPROBITY, _POSEBUSTERS, _BONDI)}
)


def clash_definition(definition: str | ClashDefinition) -> ClashDefinition:
    """Return a definition by name, or the one given.

    Raises
    ------
    InputError
        If the name is unknown; the known ones are listed.

    Examples
    --------
    >>> clash_definition("chimerax").threshold
    0.6
    """
    if isinstance(definition, ClashDefinition):
        return definition
    return look_up(definition, CLASH_DEFINITIONS, "clash definition")
