"""What every atom of a complex can do in a contact: typed once per topology, for one definition.

The protein's chemistry comes from residue templates (SMILES with atom names, capped as in a chain),
the inhibitor's from its RDKit molecule in the stated protonation state; the same SMARTS of the
definition type both. Where a hydrogen can stand follows from the heavy atoms around its donor.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ros1struct.clashes.definitions import clash_definition
from ros1struct.contacts.definitions import ContactDefinition
from ros1struct.contacts.residue_forms import add_charged_group, residue_form, write_turned_group
from ros1struct.contacts.templates import (
    AWAY,
    BIT,
    BOND,
    CONE,
    CONE_ANGLE,
    FREE,
    NONE,
    PLANAR,
    TETRAHEDRAL,
    TETRAHEDRAL_ANGLE,
    residue_template,
    smarts,
    type_molecule,
    water_template,
)
from ros1struct.errors import InputError
from ros1struct.structure.complex import Complex
from ros1struct.structure.residues import PARENT
from ros1struct.structure.topology import DRY, Topology

if TYPE_CHECKING:
    from rdkit.Chem import Mol

Ints = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]

LARGEST_INHIBITOR = 100


@dataclass(frozen=True, eq=False)
class Prepared:
    """A complex typed for one contact definition; arrays over its atoms unless said otherwise.

    Attributes
    ----------
    definition : ContactDefinition
    bits : ndarray of uint16
        Features (:data:`BIT`).
    mode : ndarray of int8
        How hydrogens stand: none; away from all neighbours; two in the plane of the neighbour;
        tetrahedral; anywhere on a cone; anywhere.
    antecedents : ndarray of int, shape (atoms, 3)
        What places them; -1 for none.
    hydrogens : ndarray of int, shape (atoms, 4)
        Hydrogens of the file on a heavy atom; -1 for none.
    neighbours : ndarray of int, shape (atoms, 4)
        Bonded heavy atoms; -1 for none.
    bond, cone : ndarray of float
        Bond length in Å to the hydrogen, angle at the donor in degrees.
    alternate_bits, alternate_mode, alternate_antecedents : ndarray
        The same where Asn, Gln or His is turned round.
    tautomer : ndarray of bool
        Nitrogens of a histidine whose form the file does not tell.
    inhibitor, protein, water, metal : ndarray of int
        Heavy atoms; `protein` includes metals and other molecules.
    contact_inhibitor, contact_protein : ndarray of int
        Atoms that count for van der Waals contact.
    radius : ndarray of float
        Å; NaN where the atom does not count.
    rings : ndarray of int, shape (rings, 6)
        Aromatic rings; -1 fills those of five.
    ring_inhibitor : ndarray of bool, shape (rings,)
    groups : ndarray of int, shape (groups, 4)
        Charged groups; -1 fills.
    group_charge : ndarray of int, shape (groups,)
    group_inhibitor : ndarray of bool, shape (groups,)
    residue : ndarray of int
    """

    definition: ContactDefinition
    bits: npt.NDArray[np.uint16]
    mode: npt.NDArray[np.int8]
    antecedents: Ints
    hydrogens: Ints
    neighbours: Ints
    bond: Floats
    cone: Floats
    alternate_bits: npt.NDArray[np.uint16]
    alternate_mode: npt.NDArray[np.int8]
    alternate_antecedents: Ints
    tautomer: npt.NDArray[np.bool_]
    inhibitor: Ints
    protein: Ints
    water: Ints
    metal: Ints
    contact_inhibitor: Ints
    contact_protein: Ints
    radius: Floats
    rings: Ints
    ring_inhibitor: npt.NDArray[np.bool_]
    groups: Ints
    group_charge: Ints
    group_inhibitor: npt.NDArray[np.bool_]
    residue: Ints


def prepare(complex: Complex, definition: ContactDefinition) -> Prepared:
    """Type the atoms of a complex for a definition; the result is kept with its topology.

    Parameters
    ----------
    complex : Complex
    definition : ContactDefinition

    Returns
    -------
    Prepared

    Raises
    ------
    InputError
        If the inhibitor's molecule has a broken valence, is larger than 100 heavy atoms or a
        peptide, or the definition has no radius for an element.

    Examples
    --------
    >>> import ros1struct as rs
    >>> from ros1struct.contacts.definitions import CONTACT_DEFINITIONS
    >>> typed = prepare(rs.load("2WGJ"), CONTACT_DEFINITIONS["ros1struct"])
    >>> int((typed.bits[typed.inhibitor] & BIT["donor"] > 0).sum())
    2
    """
    topology, name = complex.topology, complex.name
    key = ("contact types", definition)
    dry: Topology | None = topology.derived(DRY, lambda: None)
    if dry is None:
        return topology.derived(key, lambda: _prepare(topology, name, definition))
    known = dry.derived(key, lambda: _prepare(dry, name, definition))
    return topology.derived(key, lambda: _with_solvent(known, topology))


def _with_solvent(known: Prepared, topology: Topology) -> Prepared:
    """Add the waters and ions that stand after the atoms that are typed already."""
    n, definition = len(topology.atoms), known.definition
    more = n - len(known.bits)
    role = topology.residues.role[topology.atoms.residue]
    heavy = topology.heavy
    metal = np.flatnonzero(heavy & (role == "metal"))
    oxygen = np.flatnonzero(heavy & (role == "water"))
    fill = {
        "bits": 0, "mode": 0, "antecedents": -1, "hydrogens": -1, "neighbours": -1, "bond": 1.01,
        "cone": TETRAHEDRAL_ANGLE, "alternate_bits": 0, "alternate_mode": 0,
        "alternate_antecedents": -1, "tautomer": False, "radius": np.nan,
    }  # fmt: skip
    own: dict[str, Any] = {}
    for name, value in fill.items():
        old = getattr(known, name)
        new = np.full((more, *old.shape[1:]), value, dtype=old.dtype)
        own[name] = np.concatenate([old, new])
    own["hydrogens"] = topology.hydrogens
    own["bits"][metal] |= BIT["metal"]
    own["bits"][oxygen] = water_template(definition).bits[0]
    own["mode"][oxygen] = FREE
    for name, table, default in (("bond", BOND, 1.01), ("cone", CONE_ANGLE, TETRAHEDRAL_ANGLE)):
        own[name] = _lookup(topology.atoms.element, table, default)
    own["radius"], _ = _radii(topology, definition)
    return replace(
        known, **own, protein=np.concatenate([known.protein, metal]), water=oxygen, metal=metal,
        residue=topology.atoms.residue,
    )  # fmt: skip


def _prepare(topology: Topology, name: str, definition: ContactDefinition) -> Prepared:
    a, r = topology.atoms, topology.residues
    n = len(a)
    hydrogens = topology.hydrogens
    blank: dict[str, npt.NDArray[Any]] = {
        "bits": np.zeros(n, dtype=np.uint16),
        "mode": np.zeros(n, dtype=np.int8),
        "antecedents": np.full((n, 3), -1, dtype=np.intp),
        "neighbours": np.full((n, 4), -1, dtype=np.intp),
    }
    turned = {k: v.copy() for k, v in blank.items()}
    tautomer = np.zeros(n, dtype=bool)
    rings: list[tuple[int, ...]] = []
    groups: list[tuple[tuple[int, ...], int]] = []
    _type_protein(topology, definition, hydrogens, blank, turned, tautomer, rings, groups)
    for residue, mol in zip(np.flatnonzero(r.role == "hetero"), topology.hetero, strict=True):
        own = np.flatnonzero(topology.heavy & (a.residue == residue))
        if mol is not None:
            _type_molecule(mol, own, definition, blank, rings, groups)
    n_rings, n_groups = len(rings), len(groups)
    _type_inhibitor(topology, name, definition, blank, rings, groups)

    role, heavy = r.role[a.residue], topology.heavy
    metal = np.flatnonzero(heavy & (role == "metal"))
    blank["bits"][metal] |= BIT["metal"]
    oxygen = np.flatnonzero(heavy & (role == "water"))
    water = water_template(definition)
    blank["bits"][oxygen] = water.bits[0]
    blank["mode"][oxygen] = FREE
    radius, all_atoms = _radii(topology, definition)
    counts = np.isfinite(radius) & (np.ones(n, dtype=bool) if all_atoms else heavy)
    elements = a.element
    return Prepared(
        definition=definition,
        bits=blank["bits"],
        mode=blank["mode"],
        antecedents=blank["antecedents"],
        hydrogens=hydrogens,
        neighbours=blank["neighbours"],
        bond=_lookup(elements, BOND, 1.01),
        cone=_lookup(elements, CONE_ANGLE, TETRAHEDRAL_ANGLE),
        alternate_bits=turned["bits"],
        alternate_mode=turned["mode"],
        alternate_antecedents=turned["antecedents"],
        tautomer=tautomer,
        inhibitor=topology.inhibitor_heavy,
        protein=np.flatnonzero(heavy & np.isin(role, ("protein", "hetero", "metal"))),
        water=oxygen,
        metal=metal,
        contact_inhibitor=np.flatnonzero(counts & (role == "inhibitor")),
        contact_protein=np.flatnonzero(counts & np.isin(role, ("protein", "hetero"))),
        radius=radius,
        rings=_filled([_from_first(ring) for ring in rings], 6),
        ring_inhibitor=np.arange(len(rings)) >= n_rings,
        groups=_filled([g for g, _ in groups], 4),
        group_charge=np.array([c for _, c in groups], dtype=np.intp),
        group_inhibitor=np.arange(len(groups)) >= n_groups,
        residue=a.residue,
    )


def _from_first(ring: tuple[int, ...]) -> tuple[int, ...]:
    """Turn a ring so that it begins with its first atom and goes to that one's first neighbour."""
    at = ring.index(min(ring))
    turned = ring[at:] + ring[:at]
    return turned if turned[1] < turned[-1] else (turned[0], *turned[:0:-1])


def _lookup(elements: npt.NDArray[np.str_], table: dict[str, float], default: float) -> Floats:
    values = np.full(len(elements), default)
    for element, value in table.items():
        values[elements == element] = value
    return values


def _filled(rows: list[tuple[int, ...]], width: int) -> Ints:
    return np.array([(*row, *[-1] * (width - len(row))) for row in rows], dtype=np.intp).reshape(
        len(rows), width
    )


def _type_protein(
    topology: Topology,
    definition: ContactDefinition,
    hydrogens: Ints,
    into: dict[str, npt.NDArray[Any]],
    turned: dict[str, npt.NDArray[Any]],
    tautomer: npt.NDArray[np.bool_],
    rings: list[tuple[int, ...]],
    groups: list[tuple[tuple[int, ...], int]],
) -> None:
    a, r = topology.atoms, topology.residues
    members = [topology.atoms_of(residue) for residue in range(len(r))]
    bonded = [*topology.joined.tolist(), False]
    roles, kinds = r.role.tolist(), r.name.tolist()
    with_hydrogen = hydrogens[:, 0] >= 0
    linked = {atom for _, atom in topology.links}
    for residue, own in enumerate(members):
        if roles[residue] != "protein":
            continue
        form, start, end = residue_form(kinds[residue], own, hydrogens, with_hydrogen)
        if form == "CYS" and own.get("SG") in linked:
            form = "CYX"  # no hydrogen on a sulphur that is bonded to the inhibitor
        template = residue_template(form, definition, start=start, end=end)
        if template is None:
            # An amino acid with a name of its own still has a backbone.
            template = residue_template("GLY", definition, start=start, end=end)
        assert template is not None
        size = len(template.names)
        place = np.full(size + 3, -1, dtype=np.intp)
        for k, name in enumerate(template.names):
            place[k] = own.get(name, -1)
        place[size] = members[residue + 1]["N"] if bonded[residue + 1] else -1
        place[size + 1] = members[residue - 1]["C"] if bonded[residue] else -1
        present = np.flatnonzero(place[:size] >= 0)
        atoms = place[present]
        into["bits"][atoms] = template.bits[present]
        into["mode"][atoms] = template.mode[present]
        into["antecedents"][atoms] = place[template.antecedents[present]]
        into["neighbours"][atoms] = place[template.neighbours[present]]
        for ring in template.rings:
            if (place[list(ring)] >= 0).all():
                rings.append(tuple(place[list(ring)].tolist()))
        parent = "HIS" if form in ("HID", "HIE", "HIP", "HIS") else PARENT.get(form, form)
        tautomer[[own[x] for x in ("ND1", "NE2") if form == "HIS" and x in own]] = True
        add_charged_group(definition, form, parent, own, groups)
        if definition.flips:
            write_turned_group(parent, own, into, turned)
    # A donor whose neighbours the file lacks can still point somewhere.
    for one in (into, turned):
        mode, before = one["mode"], one["antecedents"]
        mode[(mode != NONE) & (mode != FREE) & (before[:, 0] < 0)] = FREE
        mode[np.isin(mode, (PLANAR, TETRAHEDRAL)) & (before[:, 1] < 0)] = CONE
    alone = (a.name == "N") & (into["mode"] == AWAY) & (into["antecedents"][:, 1] < 0)
    into["mode"][alone] = CONE


def _type_inhibitor(
    topology: Topology,
    name: str,
    definition: ContactDefinition,
    into: dict[str, npt.NDArray[Any]],
    rings: list[tuple[int, ...]],
    groups: list[tuple[tuple[int, ...], int]],
) -> None:
    from rdkit import Chem, rdBase

    mol = Chem.Mol(topology.inhibitor)
    what = f"{name}: inhibitor {topology.inhibitor_name or topology.component}"
    atoms = topology.inhibitor_heavy
    if len(atoms) > LARGEST_INHIBITOR or len(atoms) != mol.GetNumAtoms():
        raise InputError(
            f"{what}: expected a molecule of at most {LARGEST_INHIBITOR} heavy atoms, one per atom "
            f"of the file, found {len(atoms)} in the file and {mol.GetNumAtoms()} in its "
            "chemistry; peptides and proteins are not handled as inhibitors"
        )
    if len(mol.GetSubstructMatches(smarts("[NX3][CX4]C(=O)[NX3][CX4]C=O", "a peptide"))) > 3:
        raise InputError(f"{what} is a peptide; peptides are not handled as inhibitors")
    try:
        with rdBase.BlockLogs():
            Chem.SanitizeMol(mol)
    except (Chem.AtomValenceException, Chem.KekulizeException) as error:
        raise InputError(
            f"{what}: its molecule has a broken valence ({error}); give its SMILES with smiles=, "
            "charges included"
        ) from error
    _type_molecule(mol, atoms, definition, into, rings, groups)


def _type_molecule(
    mol: Mol,
    atoms: Ints,
    definition: ContactDefinition,
    into: dict[str, npt.NDArray[Any]],
    rings: list[tuple[int, ...]],
    groups: list[tuple[tuple[int, ...], int]],
) -> None:
    """Type a molecule whose heavy atoms these are, in its order."""
    typed = type_molecule(mol, definition)
    place = np.append(atoms, -1)
    into["bits"][atoms] = typed.bits
    into["mode"][atoms] = typed.mode
    into["antecedents"][atoms] = place[typed.antecedents]
    into["neighbours"][atoms] = place[typed.neighbours]
    rings.extend(tuple(int(atoms[i]) for i in ring) for ring in typed.rings)
    for charge, patterns in ((1, definition.cation_groups), (-1, definition.anion_groups)):
        for pattern in patterns:
            query = smarts(pattern, "a charged group")
            marked = [q.GetIdx() for q in query.GetAtoms() if q.GetAtomMapNum() == 1]
            for match in mol.GetSubstructMatches(query):
                groups.append((tuple(int(atoms[match[q]]) for q in marked), charge))


def _radii(topology: Topology, definition: ContactDefinition) -> tuple[Floats, bool]:
    """Van der Waals radii by the definition, and whether hydrogens count."""
    a = topology.atoms
    if definition.radii is None:
        return np.full(len(a), np.nan), False
    if isinstance(definition.radii, str):
        rule = clash_definition(definition.radii)
        radius = np.full(len(a), np.nan)
        role = topology.residues.role[a.residue]
        use = topology.heavy & ((role == "protein") | (role == "inhibitor"))
        # What the definition has no radius for is refused in these two only.
        use |= topology.heavy & (role == "hetero") & np.isin(a.united, [*rule.radii])
        radius[use] = rule.radii_of(a.united[use])
        return radius, False
    elements, which = np.unique(a.element, return_inverse=True)
    known = {**definition.radii, "D": definition.radii.get("H", np.nan)}
    needed = {*a.element[topology.residues.role[a.residue] != "hetero"].tolist()}
    missing = [str(e) for e in elements if str(e) not in known and str(e) in needed]
    if missing:
        raise InputError(
            f"contact definition {definition.name!r} has no radius for element {missing[0]}; add "
            f"one to its radii (it has {', '.join(sorted(definition.radii))})"
        )
    return np.array([known.get(str(e), np.nan) for e in elements])[which], True
