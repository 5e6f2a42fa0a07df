"""Which protonation form a protein residue has, and which of its groups are charged or can flip."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ros1struct.contacts.definitions import ContactDefinition
from ros1struct.contacts.templates import (
    BIT,
    SIDE_CHAINS,
)
from ros1struct.structure.residues import PARENT

Ints = npt.NDArray[np.intp]


_ALIASES = {"HSD": "HID", "HSE": "HIE", "HSP": "HIP"}


# Atoms that a turn by 180 degrees exchanges.
_FLIPS = {
    "ASN": (("OD1", "ND2"),),
    "GLN": (("OE1", "NE2"),),
    "HIS": (("ND1", "CD2"), ("NE2", "CE1")),
}


_CHARGED = {
    "ASP": (("OD1", "OD2"), -1),
    "GLU": (("OE1", "OE2"), -1),
    "LYS": (("NZ",), 1),
    "ARG": (("NE", "NH1", "NH2"), 1),
    "HIP": (("ND1", "NE2"), 1),
}


def residue_form(
    name: str, own: dict[str, int], hydrogens: Ints, with_hydrogen: npt.NDArray[np.bool_]
) -> tuple[str, bool, bool]:
    """Which template a residue has, and whether it starts or ends a chain."""
    name = _ALIASES.get(name, name)
    name = name if name in SIDE_CHAINS else PARENT.get(name, name)
    has = {atom for atom, index in own.items() if with_hydrogen[index]}
    n = own.get("N")
    start = n is not None and int((hydrogens[n] >= 0).sum()) > (1 if name != "PRO" else 0)
    if name == "HIS" and has & {"ND1", "NE2"}:
        name = "HIP" if {"ND1", "NE2"} <= has else ("HID" if "ND1" in has else "HIE")
    elif name == "ASP" and has & {"OD1", "OD2"}:
        name = "ASH"
    elif name == "GLU" and has & {"OE1", "OE2"}:
        name = "GLH"
    elif name == "LYS" and "NZ" in own and int((hydrogens[own["NZ"]] >= 0).sum()) == 2:
        name = "LYN"
    return name, start, "OXT" in own


def add_charged_group(
    definition: ContactDefinition,
    form: str,
    parent: str,
    own: dict[str, int],
    groups: list[tuple[tuple[int, ...], int]],
) -> None:
    """Add the charged group of a residue, as atoms and charge, to a list of groups."""
    if parent == "HIS":
        form = "HIP" if definition.charged_histidine else form
    names, charge = _CHARGED.get(form, ((), 0))
    atoms = tuple(own[x] for x in names if x in own)
    if atoms:
        groups.append((atoms, charge))


def write_turned_group(
    parent: str,
    own: dict[str, int],
    into: dict[str, npt.NDArray[Any]],
    turned: dict[str, npt.NDArray[Any]],
) -> None:
    """Write the chemistry of the turned group: each atom does what its counterpart does."""
    polar = BIT["donor"] | BIT["acceptor"]
    for one, other in _FLIPS.get(parent, ()):
        if one not in own or other not in own:
            continue
        i, j = own[one], own[other]
        for here, there in ((i, j), (j, i)):
            turned["bits"][here] = into["bits"][there] & polar
            turned["mode"][here] = into["mode"][there]
            # The group keeps its shape: the turned atom's own neighbours place its hydrogens.
            near = into["neighbours"][here]
            if parent == "HIS":
                turned["antecedents"][here] = near[:3]
            else:
                turned["antecedents"][here] = [near[0], own.get("CB", -1), -1]
                if parent == "GLN":
                    turned["antecedents"][here][1] = own.get("CG", -1)
