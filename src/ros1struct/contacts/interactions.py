"""Typed contacts between inhibitor and protein, by a named definition.

Geometry only: a contact is a pair of atoms, rings or charges of the right kinds at the right
distance and angle. Nothing is said about its energy.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ros1struct.contacts.definitions import KINDS, ContactDefinition, contact_definition
from ros1struct.errors import InputError
from ros1struct.io.border import takes_complex
from ros1struct.kinome.kinases import klifs_label
from ros1struct.structure.complex import Complex

if TYPE_CHECKING:
    import pandas as pd

    from ros1struct.contacts.arrays import Contacts
    from ros1struct.contacts.atom_types import Prepared

COLUMNS = (
    "structure", "frame", "residue", "klifs", "kind", "role", "atom", "inhibitor_atom",
    "distance", "angle", "angle2", "water", "water_distance", "ambiguous", "definition",
)  # fmt: skip


@takes_complex("all")
def interactions(
    complex: Complex,
    definition: str | ContactDefinition = "ros1struct",
    *,
    frames: Sequence[int] | npt.NDArray[np.intp] | slice | None = None,
) -> pd.DataFrame:
    """List the contacts between inhibitor and protein with their kinds and geometry.

    Those with metals and with other molecules that the structure has near the inhibitor (see
    :func:`contacts`) are among them.

    Parameters
    ----------
    complex : Complex or str
        A text is loaded by :func:`ros1struct.load`.
    definition : str or ContactDefinition
        A name (of :data:`ros1struct.contacts.definitions.CONTACT_DEFINITIONS`) or a definition of
        one's own.
    frames : sequence of int or slice, optional
        By default all.

    Returns
    -------
    DataFrame
        One row per contact, by frame, then kind, then distance:

        - structure, frame, residue, klifs
        - kind : one of :data:`ros1struct.contacts.definitions.KINDS`
        - role : what the inhibitor does: ``donor``, ``acceptor``, ``cation``, ``anion`` or empty
        - atom, inhibitor_atom : names; of a ring or a charged group all of its atoms
        - distance : Å, between heavy atoms, centroids or centres; of a bridge from the inhibitor
          to the water
        - angle : degrees. Hydrogen bond: D-H-A; water bridge: at the hydrogen on the inhibitor's
          side; stacking: between the planes; charge or sulphur and ring: from the normal; halogen:
          C-X-A
        - angle2 : degrees. Water bridge: at the hydrogen on the protein's side (``plip``: omega);
          stacking: smaller angle from a normal to the line of centroids; halogen: X-A-R
        - water, water_distance : the water and its distance in Å from the protein's atom
        - ambiguous : ``flip`` where Asn, Gln or His bonds better turned by 180 degrees, for the
          bonds of either way round; ``tautomer`` where it depends on the form of a histidine
        - definition

    Raises
    ------
    InputError
        If the definition is unknown or lacks a radius, a frame does not exist, or the inhibitor
        is a peptide or has a broken valence.

    Notes
    -----
    Where a file has hydrogens, those that cannot turn are used as they stand; those of hydroxyls,
    thiols, ammonium groups and waters may point at the acceptor (definition ``ros1struct``).

    Examples
    --------
    >>> import ros1struct as rs
    >>> table = interactions(rs.load("2WGJ"))
    >>> bonds = table[table["kind"] == "hydrogen bond"]
    >>> bonds[["residue", "klifs", "role", "atom", "inhibitor_atom"]].values.tolist()
    [['M1160', 'hinge:48', 'acceptor', 'N', 'N23'], ['P1158', 'hinge:46', 'donor', 'O', 'N22']]
    """
    prepared, found, chosen = measured(complex, definition, frames)
    return to_table(complex, prepared, found, frames=chosen)


def doubtful_bonds(table: pd.DataFrame) -> tuple[str, ...]:
    """Say which bonds a flip of Asn, Gln or His, or the form of a histidine decides.

    Parameters
    ----------
    table : DataFrame
        As :func:`interactions` returns it.

    Returns
    -------
    tuple of str
        A sentence for each residue, in the order of the table.

    Examples
    --------
    >>> import ros1struct as rs
    >>> doubtful_bonds(rs.interactions("2WGJ"))
    ()
    """
    rows = table[table["ambiguous"] != ""]
    told = dict.fromkeys(zip(rows["residue"], rows["atom"], rows["ambiguous"], strict=True))
    why = {
        "flip": "holds or not as the group is turned by 180°, which a structure hardly shows",
        "tautomer": "depends on which nitrogen of the histidine has the hydrogen",
    }
    return tuple(f"bond of {residue} {atom} {why[doubt]}" for residue, atom, doubt in told)


def measured(
    complex: Complex,
    definition: str | ContactDefinition,
    frames: Sequence[int] | npt.NDArray[np.intp] | slice | None = None,
) -> tuple[Prepared, Contacts, npt.NDArray[np.intp]]:
    """Find the contacts of :func:`interactions`, in the order of its rows.

    Returns
    -------
    prepared : Prepared
    found : Contacts
    frames : ndarray of int
        What the frames are called.
    """
    rule = contact_definition(definition)
    # The engine is loaded where it is used: `import ros1struct` stays light.
    from ros1struct.contacts.atom_types import prepare
    from ros1struct.contacts.engine import in_order, measure
    from ros1struct.contacts.plip_rules import reduce_contacts

    prepared = prepare(complex, rule)
    chosen = np.arange(len(complex.xyz))
    if frames is not None:
        try:
            chosen = np.atleast_1d(chosen[frames])
        except IndexError as error:
            raise InputError(
                f"{complex.name} has {len(complex.xyz)} frame(s); cannot take {frames!r}"
            ) from error
    found = measure(prepared, complex.xyz if frames is None else complex.xyz[chosen])
    if complex.topology.links:
        found = _without_own_bond(complex, found)
    if rule.reduce:
        found = reduce_contacts(prepared, found)
        found = found.take(in_order(found))
    return prepared, found, chosen


def _without_own_bond(complex: Complex, found: Contacts) -> Contacts:
    """Leave out what a covalent inhibitor's bond makes: pairs of atoms with few bonds between."""
    from ros1struct.contacts.arrays import ATOM

    atoms = (found.protein_form == ATOM) & (found.inhibitor_form == ATOM) & (found.water < 0)
    own = np.zeros(len(found), dtype=bool)
    own[atoms] = complex.topology.across_link(found.protein[atoms], found.inhibitor[atoms])
    return found.take(~own)


def to_table(
    complex: Complex,
    prepared: Prepared,
    found: Contacts,
    *,
    frames: npt.NDArray[np.intp] | None = None,
) -> pd.DataFrame:
    """Give contacts their names.

    Parameters
    ----------
    complex : Complex
    prepared : Prepared
    found : Contacts
        As :func:`measured` returns them.
    frames : ndarray of int, optional
        What the frames are called.

    Returns
    -------
    DataFrame
        See :func:`interactions`.
    """
    import pandas as pd

    from ros1struct.contacts.arrays import DOUBTS, ROLES

    atom, first = _labels(complex, prepared, found.protein, found.protein_form)
    inhibitor_atom, _ = _labels(complex, prepared, found.inhibitor, found.inhibitor_form)
    residue = complex.atoms.residue[first]
    unique, which = np.unique(residue, return_inverse=True)
    labels = np.array([complex.residue_label(int(r)) for r in unique], dtype=object)
    klifs = np.array([klifs_label(int(complex.residues.klifs[r])) for r in unique], dtype=object)
    waters, which_water = np.unique(found.water, return_inverse=True)
    names = np.array(
        ["" if w < 0 else complex.residue_label(int(complex.atoms.residue[w])) for w in waters],
        dtype=object,
    )
    n = len(found)
    columns: dict[str, Any] = {
        "structure": np.full(n, complex.name, dtype=object),
        "frame": found.frame if frames is None else frames[found.frame],
        "residue": labels[which] if n else [],
        "klifs": klifs[which] if n else [],
        "kind": np.array(KINDS, dtype=object)[found.kind],
        "role": np.array(ROLES, dtype=object)[found.role],
        "atom": atom,
        "inhibitor_atom": inhibitor_atom,
        "distance": found.distance,
        "angle": found.angle,
        "angle2": found.angle2,
        "water": names[which_water] if n else [],
        "water_distance": found.water_distance,
        "ambiguous": np.array(DOUBTS, dtype=object)[found.doubt],
        "definition": np.full(n, prepared.definition.name, dtype=object),
    }
    return pd.DataFrame(columns, columns=list(COLUMNS))


def _labels(
    complex: Complex, p: Prepared, index: npt.NDArray[np.intp], form: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[Any], npt.NDArray[np.intp]]:
    """Names of atoms, rings or groups, and the first atom of each."""
    from ros1struct.contacts.arrays import ATOM, RING

    names = complex.atoms.name
    out = names[np.where(form == ATOM, index, 0)].astype(object)
    first = np.where(form == ATOM, index, 0)
    for k in np.flatnonzero(form != ATOM):
        row = (p.rings if form[k] == RING else p.groups)[index[k]]
        row = row[row >= 0]
        out[k] = " ".join(str(name) for name in names[row])
        first[k] = row[0]
    return out, first
