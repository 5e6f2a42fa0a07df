"""An inhibitor carried into another kinase, with ranked poses and what speaks against each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ros1struct.clashes.definitions import clash_definition
from ros1struct.clashes.overlaps import overlaps
from ros1struct.clashes.strain import strain, usual_strain
from ros1struct.contacts.compare import buried_area
from ros1struct.contacts.interactions import interactions
from ros1struct.errors import InputError, StructureError
from ros1struct.io.border import takes_complex
from ros1struct.kinome.kinases import POSITIONS
from ros1struct.sidechains.repack import movable, pack
from ros1struct.structure.complex import Complex, assemble
from ros1struct.structure.drug_atoms import symmetric_orders
from ros1struct.structure.geometry import close_pairs
from ros1struct.structure.substitute import model_provenance
from ros1struct.structure.topology import Atoms, Residues
from ros1struct.transplants.prior import TURNED, Prior
from ros1struct.transplants.search import Bond, rmsd, rotatable_bonds, search
from ros1struct.transplants.superposition import Superposition, superpose_pockets

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]

# Hinge positions of KLIFS (GK+1 to GK+3), whose backbone gives and takes the bonds of inhibitors.
HINGE = 46, 47, 48
# Å around the poses within which side chains move.
RADIUS = 5.0
# kcal/mol within which the energy does not tell poses apart: energies that leave out water and
# entropy do not rank them closer. A choice, not a fit.
LIKE = 3.0
# Å between poses of like energy from which a transplant says that it does not know.
UNSURE = 1.5
# Atoms of the smallest part of an inhibitor that is looked at by itself.
FEWEST_LOOSE = 3
# Share of the positions compared that may have moved before the frame itself is in doubt: 12 of 85.
MOST_MOVED = 0.15


@dataclass(frozen=True, eq=False)
class Transplant:
    """Poses of an inhibitor carried into another kinase.

    Attributes
    ----------
    poses : tuple of Complex
        Best first; provenance ``model``, with where protein and inhibitor are from.
    superposition : Superposition
    flags : tuple of str
        What speaks against the best pose; empty where nothing does.
    table : DataFrame
        One row per pose: structure, pose, energy (kcal/mol above the best: of
        packing, strain, the prior, and 3 for each torsion turned), clashes,
        worst_overlap (Å), hinge_bonds, hinge_bonds_source, buried (share of the inhibitor's
        surface), inhibitor_strain (kcal/mol), moved_inhibitor (Å from the carried-over
        place), torsions_turned (by 60° or more), from_best (Å).
    spread : float
        Å: largest deviation from the best pose among those within 3 kcal/mol of it.
    """

    poses: tuple[Complex, ...]
    superposition: Superposition
    flags: tuple[str, ...]
    table: pd.DataFrame
    spread: float

    @property
    def best(self) -> Complex:
        """The pose of least energy."""
        return self.poses[0]

    def __repr__(self) -> str:
        doubt = f"flags: {'; '.join(self.flags)}" if self.flags else "no flag"
        return f"<Transplant {self.best.name}: {len(self.poses)} poses, {doubt}>"


@takes_complex("one", "into")
def transplant(
    inhibitor: Complex,
    into: Complex,
    *,
    count: int = 5,
    seed: int = 0,
    frame: int | None = None,
) -> Transplant:
    """Carry an inhibitor from its complex into another kinase.

    The pockets are laid on each other by the backbone of their KLIFS positions, the torsions are
    searched from the hinge outwards, and around the poses of least energy the side chains of the
    new pocket are repacked and the pose relaxed, with the package's own energy. The backbone
    stands: a loop that another inhibitor holds in another place stays there.

    Parameters
    ----------
    inhibitor : Complex or str
        The complex with the inhibitor.
    into : Complex or str
        The complex with the protein; its own inhibitor and its waters are left out.
    count : int
        Poses that are repacked and returned at most.
    seed : int
        Of the random steps.
    frame : int, optional
        Of both complexes, where they have several.

    Returns
    -------
    Transplant

    Raises
    ------
    InputError
        If `count` is below 1, or the inhibitor is bonded to its protein.
    StructureError
        If the pockets cannot be laid on each other, or a hinge position is missing.

    Notes
    -----
    A pose is a hypothesis. How often the best one is right where the answer is known is in the
    docs; read the flags first.

    Examples
    --------
    >>> import ros1struct as rs
    >>> found = transplant("2WGJ", into="crizotinib", count=1)
    >>> found.best.kinase.name, found.best.inhibitor_name, found.best.provenance.kind
    ('ROS1', 'crizotinib', 'model')
    """
    if count < 1:
        raise InputError(f"count must be 1 or more, found {count}")
    if inhibitor.bonded_to_protein():
        raise InputError(
            f"{inhibitor.name}: {inhibitor.inhibitor_name} is bonded to its protein; only "
            "inhibitors that come off can be carried over"
        )
    fit = superpose_pockets(inhibitor, into)
    carried = _carried(inhibitor, into, fit)
    anchor = _anchor(inhibitor)
    start = carried.xyz[0, carried.inhibitor_heavy].astype(np.float64)
    bonds = rotatable_bonds(carried.inhibitor, anchor)
    prior = Prior.of(carried.inhibitor, bonds, start)
    found = search(carried, anchor, count, seed=seed, prior=prior)
    place = np.concatenate([pose for _, pose in found])
    loose = movable(carried, place, RADIUS)
    packed = []
    for _, pose in found:
        xyz = carried.xyz[0].astype(np.float64)
        xyz[carried.inhibitor_heavy] = pose
        packed.append(pack(carried.with_coordinates(xyz), loose, seed=seed))
    where = np.array([pose.xyz[0, pose.inhibitor_heavy] for pose, _ in packed], dtype=np.float64)
    turns = (prior.turns(where) >= TURNED).sum(axis=1)
    plain = prior.energies(where) + [
        energy + float(strain(pose)["strain"].iloc[0]) for pose, energy in packed
    ]
    # What a turned torsion gains has to exceed what the energy errs by.
    score = plain + LIKE * turns
    order = np.argsort(score, kind="stable")
    poses = [
        replace(packed[k][0], name=carried.name if n == 0 else f"{carried.name}#{n + 1}")
        for n, k in enumerate(order)
    ]
    table = _table(poses, score[order] - score[order[0]], carried, _hinge_bonds(inhibitor))
    # Poses that lose by their torsions alone still speak against the first.
    like = plain[order] <= plain[order[0]] + LIKE
    spread = float(table.loc[like, "from_best"].max())
    table.insert(len(table.columns) - 1, "torsions_turned", turns[order])
    flags = raised(table.iloc[0], fit, spread, loose_part(poses[0], bonds))
    noted = tuple(
        p.with_changes(notes=(*p.notes, *(f"transplant: {f}" for f in flags))) for p in poses
    )
    return Transplant(noted, fit, flags, table, spread)


def _carried(source: Complex, target: Complex, fit: Superposition) -> Complex:
    """Put the inhibitor where the superposition has it, in the target without its own."""
    role = target.residues.role[target.atoms.residue]
    kept = np.flatnonzero(target.heavy & np.isin(role, ("protein", "metal")))
    residues = np.unique(target.atoms.residue[kept])
    mine = source.inhibitor_heavy
    drug = int(source.atoms.residue[mine[0]])
    old = target.atoms
    atoms = _joined(Atoms, old[kept], source.atoms[mine])
    index = np.concatenate(
        [np.searchsorted(residues, old.residue[kept]), np.full(len(mine), len(residues))]
    )
    atoms = replace(atoms, residue=index.astype(np.intp))
    rows = _joined(Residues, target.residues[residues], source.residues[[drug]])
    xyz = np.concatenate([target.xyz[0, kept].astype(np.float64), fit.apply(source.xyz[0, mine])])[
        None
    ]
    details = {
        "inhibitor_from": f"{source.name} ({source.provenance.label})",
        "superposition": f"{fit.used} KLIFS positions, {fit.rmsd:.2f} Å",
    }
    return assemble(
        f"{source.inhibitor_name} in {target.name}", atoms, rows, xyz, source.inhibitor,
        inhibitor_name=source.inhibitor_name, component=source.component,
        protonation=source.protonation, kinase=target.kinase,
        provenance=model_provenance(target, details), notes=target.notes,
    )  # fmt: skip


def _joined(kind: Any, one: Any, other: Any) -> Any:
    return kind(
        *(np.concatenate([getattr(one, f.name), getattr(other, f.name)]) for f in fields(kind))
    )


def _anchor(source: Complex) -> int:
    """Atom of the inhibitor that lies nearest to the backbone of the hinge."""
    hinge = [
        own[name]
        for residue in np.flatnonzero(np.isin(source.residues.klifs, HINGE))
        for own in (source.atoms_of(int(residue)),)
        for name in ("N", "O")
        if name in own
    ]
    if not hinge:
        raise StructureError(f"{source.name}: no residue of the hinge (KLIFS 46 to 48) is there")
    drug = source.xyz[0, source.inhibitor_heavy].astype(np.float64)
    gap = np.linalg.norm(drug[:, None] - source.xyz[0, hinge], axis=2).min(axis=1)
    return int(gap.argmin())


def _hinge_bonds(complex: Complex) -> int:
    table = interactions(complex)
    hinge = table["klifs"].isin([f"hinge:{k}" for k in HINGE])
    return int((hinge & (table["kind"] == "hydrogen bond")).sum())


def _buried(complex: Complex) -> float:
    """Share of the inhibitor's surface that the protein covers."""
    drug = int(complex.atoms.residue[complex.inhibitor_heavy[0]])
    return float(buried_area(complex)[drug] / _surfaces(complex)[0].sum())


def _surfaces(complex: Complex) -> tuple[Floats, Floats]:
    """Surface of each atom of the inhibitor alone and in the complex (mdtraj, Å²)."""
    import mdtraj

    whole, drug = complex.to_mdtraj(), complex.inhibitor_heavy
    protein = complex.protein_heavy
    near = np.unique(close_pairs(complex.xyz[0, protein], complex.xyz[0, drug], 8.0)[0])
    both = whole.atom_slice(np.concatenate([protein[near], drug]))
    bound = mdtraj.shrake_rupley(both, mode="atom")[0, -len(drug) :]
    alone = mdtraj.shrake_rupley(whole.atom_slice(drug), mode="atom")[0]
    return 100.0 * alone.astype(np.float64), 100.0 * bound.astype(np.float64)


def loose_part(complex: Complex, bonds: Sequence[Bond]) -> tuple[str, ...]:
    """Find the largest part of the inhibitor that a bond turns and that lies in solvent.

    Parameters
    ----------
    complex : Complex
        Its first frame.
    bonds : sequence of Bond
        Those that can turn.

    Returns
    -------
    tuple of str
        Names of its atoms; empty where every part of three atoms or more has half of its surface
        or more on the protein.
    """
    alone, bound = _surfaces(complex)
    parts = [
        bond.turning
        for bond in bonds
        if len(bond.turning) >= FEWEST_LOOSE
        and bound[bond.turning].sum() > 0.5 * alone[bond.turning].sum()
    ]
    names = complex.atoms.name[complex.inhibitor_heavy]
    return tuple(str(name) for name in names[max(parts, key=len)]) if parts else ()


def _table(poses: list[Complex], energy: Floats, carried: Complex, bonds: int) -> pd.DataFrame:
    import pandas as pd

    ways = symmetric_orders(carried.inhibitor)
    where = [p.xyz[0, p.inhibitor_heavy].astype(np.float64) for p in poses]
    start = carried.xyz[0, carried.inhibitor_heavy].astype(np.float64)
    rows = []
    for k, pose in enumerate(poses):
        worst = overlaps(pose, at_least=0.0)["overlap"]
        rows.append(
            {
                "structure": pose.name,
                "pose": k + 1,
                "energy": float(energy[k]),
                "clashes": int((worst >= clash_definition("chimerax").threshold).sum()),
                "worst_overlap": float(worst.max()) if len(worst) else 0.0,
                "hinge_bonds": _hinge_bonds(pose),
                "hinge_bonds_source": bonds,
                "buried": _buried(pose),
                "inhibitor_strain": float(strain(pose)["strain"].iloc[0]),
                "moved_inhibitor": rmsd(where[k], start, ways),
                "from_best": rmsd(where[k], where[0], ways),
            }
        )
    return pd.DataFrame(rows)


def raised(
    best: pd.Series[Any], fit: Superposition, spread: float, loose: Sequence[str]
) -> tuple[str, ...]:
    """Say what speaks against a pose: of its row, the superposition, the spread, its loose part."""
    flags = []
    if best["clashes"]:
        flags.append(f"{best['clashes']} clashes, the worst of {best['worst_overlap']:.2f} Å")
    if best["hinge_bonds"] < best["hinge_bonds_source"]:
        flags.append(
            f"{best['hinge_bonds']} hydrogen bonds with the hinge, {best['hinge_bonds_source']} "
            "where the inhibitor is from"
        )
    if best["inhibitor_strain"] > usual_strain():
        flags.append(f"strain of {best['inhibitor_strain']:.0f} kcal/mol")
    if turned := int(best["torsions_turned"]):
        flags.append(f"{turned} torsion{'s' * (turned > 1)} not as where the inhibitor is from")
    if loose:
        flags.append(
            f"{len(loose)} atoms from {loose[0]} on lie in solvent, their place is not determined"
        )
    if spread > UNSURE:
        flags.append(f"poses of like energy lie up to {spread:.1f} Å apart")
    compared = fit.used + len(fit.moved)
    if len(fit.moved) > MOST_MOVED * compared:
        whole = "" if compared == POSITIONS else f" of {compared}"
        flags.append(f"{len(fit.moved)}{whole} positions of the pocket lie elsewhere")
    return tuple(flags)
