"""Two complexes side by side: which contacts are kept, lost and gained, and what is buried.

Residues are matched by KLIFS position where both have one, else by number, so that wild type and
mutant, two inhibitors, or two kinases can be compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ros1struct.contacts.definitions import KINDS, ContactDefinition, contact_definition
from ros1struct.contacts.interactions import interactions
from ros1struct.errors import InputError
from ros1struct.io.border import takes_complex
from ros1struct.kinome.kinases import klifs_label
from ros1struct.structure.complex import Complex

if TYPE_CHECKING:
    import pandas as pd

# Radius of the probe in nm and points per atom, as mdtraj's defaults have them.
PROBE, POINTS = 0.14, 960


@takes_complex("one", "b")
def compare(
    a: Complex,
    b: Any,
    definition: str | ContactDefinition = "ros1struct",
    *,
    frame: int | None = None,
) -> pd.DataFrame:
    """List the contacts of two complexes as kept, lost or gained from the first to the second.

    Parameters
    ----------
    a, b : Complex or str
        A text is loaded by :func:`ros1struct.load`.
    definition : str or ContactDefinition
    frame : int, optional
        Which frame, from 0; needed where the complex has several.

    Returns
    -------
    DataFrame
        One row per position, kind and role, in the order of the pocket: klifs, residue_a,
        residue_b (empty where the structure lacks the residue), kind, role, change (``kept``,
        ``lost``, ``gained``, or ``not in both`` where one structure lacks the residue), count_a,
        count_b, distance_a, distance_b (Å, the shortest), buried_a, buried_b, buried_change (Å²
        of the residue's surface that the inhibitor covers), structure_a, structure_b, provenance_a,
        provenance_b, definition.

    Examples
    --------
    >>> import ros1struct as rs
    >>> table = compare(rs.load("2WGJ"), rs.load("3LQ8"))
    >>> hinge = table[(table["kind"] == "hydrogen bond") & (table["residue_a"] == "M1160")]
    >>> hinge[["klifs", "role", "change"]].values.tolist()
    [['hinge:48', 'acceptor', 'kept']]
    """
    import pandas as pd

    rule = contact_definition(definition)
    tables = []
    for complex in (a, b):
        found = interactions(complex, rule, frames=[0])
        keys = position_keys(complex)
        names = {complex.residue_label(r): k for r, k in keys.items()}
        found["position"] = found["residue"].map(names)
        # Metals and the like have no position of the chain.
        found = found[found["position"].notna()]
        grouped = found.groupby(["position", "kind", "role"], sort=False)["distance"]
        merged: dict[Any, Any] = grouped.agg(["size", "min"]).to_dict("index")
        tables.append((merged, keys, buried_area(complex)))
    (one, keys_a, area_a), (other, keys_b, area_b) = tables
    place_a = {k: r for r, k in keys_a.items()}
    place_b = {k: r for r, k in keys_b.items()}

    def order(key: tuple[Any, ...]) -> tuple[Any, ...]:
        position, kind, role = key
        return (*position, KINDS.index(kind), role)

    rows = []
    for key in sorted({*one, *other}, key=order):
        position, kind, role = key
        i, j = place_a.get(position), place_b.get(position)
        had, has = one.get(key), other.get(key)
        change = "kept" if had and has else ("lost" if had else "gained")
        if i is None or j is None:
            change = "not in both"
        sides = ((a, i, had, area_a), (b, j, has, area_b))
        buried = [float(area[r]) if r is not None else np.nan for _, r, _, area in sides]
        rows.append(
            {
                "klifs": klifs_label(position[1]) if position[0] == 0 else "",
                "residue_a": a.residue_label(i) if i is not None else "",
                "residue_b": b.residue_label(j) if j is not None else "",
                "kind": kind,
                "role": role,
                "change": change,
                "count_a": had["size"] if had else 0,
                "count_b": has["size"] if has else 0,
                "distance_a": had["min"] if had else np.nan,
                "distance_b": has["min"] if has else np.nan,
                "buried_a": buried[0],
                "buried_b": buried[1],
                "buried_change": buried[1] - buried[0],
                "structure_a": a.name,
                "structure_b": b.name,
                "provenance_a": a.provenance.label,
                "provenance_b": b.provenance.label,
                "definition": rule.name,
            }
        )
    columns = (
        "klifs residue_a residue_b kind role change count_a count_b distance_a distance_b "
        "buried_a buried_b buried_change structure_a structure_b provenance_a provenance_b "
        "definition"
    )
    return pd.DataFrame(rows, columns=columns.split())


def position_keys(complex: Complex) -> dict[int, tuple[int, int, str]]:
    """Positions by which residues of two structures are matched.

    Parameters
    ----------
    complex : Complex

    Returns
    -------
    dict of int to tuple
        By protein residue: ``(0, KLIFS position, "")``, or ``(1, number, insertion)`` outside the
        pocket.
    """
    r = complex.residues
    keys = {}
    for residue in np.flatnonzero(r.role == "protein").tolist():
        klifs = int(r.klifs[residue])
        number = int(complex.numbers[residue]) or int(r.number[residue])
        keys[residue] = (0, klifs, "") if klifs else (1, number, str(r.insertion[residue]))
    return keys


def buried_area(complex: Complex) -> Any:
    """Surface of each residue that the inhibitor covers.

    Parameters
    ----------
    complex : Complex
        Its first frame; heavy atoms of protein and inhibitor.

    Returns
    -------
    ndarray of float64, shape (residues,)
        Å²: the accessible surface (Shrake and Rupley 1973, mdtraj) of the residue in the protein
        alone, less that in the complex; of the inhibitor likewise.

    Raises
    ------
    InputError
        If mdtraj has no radius for an element.

    Examples
    --------
    >>> import ros1struct as rs
    >>> complex = rs.load("2WGJ")
    >>> bool(buried_area(complex)[complex.find_residue(1160)] > 10)
    True
    """
    import mdtraj

    a = complex.atoms
    role = complex.residues.role[a.residue]
    protein = np.flatnonzero(complex.heavy & (role == "protein"))
    ligand = np.flatnonzero(complex.heavy & (role == "inhibitor"))
    # Only what the inhibitor can reach changes: two radii and two probes are less than 8 Å.
    from ros1struct.structure.geometry import close_pairs

    near = np.unique(close_pairs(complex.xyz[0, protein], complex.xyz[0, ligand], 8.0)[0])
    # Neighbours that shade those atoms are needed as well.
    around = np.unique(close_pairs(complex.xyz[0, protein], complex.xyz[0, protein[near]], 8.0)[0])
    protein = protein[around]
    both = np.concatenate([protein, ligand])
    area = np.zeros(len(complex.residues))
    for atoms, sign in ((protein, 1.0), (ligand, 1.0), (both, -1.0)):
        topology = mdtraj.Topology()
        residue = topology.add_residue("X", topology.add_chain())
        for atom in atoms:
            element = mdtraj.element.get_by_symbol(str(a.element[atom]).capitalize())
            topology.add_atom(str(a.name[atom]), element, residue)
        part = mdtraj.Trajectory(complex.xyz[:1, atoms] / 10.0, topology)
        try:
            per_atom = mdtraj.shrake_rupley(part, PROBE, POINTS, mode="atom")[0]
        except KeyError as error:
            raise InputError(
                f"{complex.name}: mdtraj has no radius for element {error}; the buried area "
                "cannot be given"
            ) from error
        np.add.at(area, a.residue[atoms], sign * 100.0 * per_atom.astype(np.float64))
    return np.maximum(area, 0.0)
