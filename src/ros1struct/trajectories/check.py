"""Whether a pose or a model is sound: a table of checks, each with what was found and its limit.

Limits are those of PoseBusters 0.6 (Buttenschoen M et al. Chem Sci 2024, 15:3130-3139) where it has
the check, zero where there is nothing to weigh, and the 95th of 100 deposited kinase complexes for
what is unusual rather than wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ros1struct.clashes.definitions import ClashDefinition, clash_definition
from ros1struct.clashes.overlaps import overlaps
from ros1struct.clashes.severity import severity
from ros1struct.clashes.strain import internal_clashes, strain, usual_strain
from ros1struct.contacts.definitions import ContactDefinition
from ros1struct.contacts.interactions import interactions
from ros1struct.errors import InputError
from ros1struct.io.border import takes_complex
from ros1struct.io.chemistry.bond_orders import centres_of
from ros1struct.structure.complex import Complex

if TYPE_CHECKING:
    import pandas as pd
    from rdkit.Chem import Mol

Floats = npt.NDArray[np.float64]

USUAL = 95.0  # of 100 deposited complexes
FARTHEST = 5.0  # Å; PoseBusters: protein-ligand maximum distance
STRETCH = 25.0  # % beyond the bounds of distance geometry; PoseBusters: bond lengths and angles
FLATNESS = 0.25  # Å from the plane; PoseBusters: aromatic rings and double bonds
# Degrees from planarity at which MolProbity calls a peptide bond twisted (Williams 2018).
TWIST = 30.0
# Share of its barrier above which a torsion is named: at its top, for the reader to look at.
TOP = 0.75


class _Found(NamedTuple):
    check: str
    passes: bool
    found: float
    limit: float
    unit: str
    detail: str = ""


@takes_complex("each")
def check(
    complex: Complex,
    *,
    definition: str | ClashDefinition = "chimerax",
    contacts: str | ContactDefinition = "ros1struct",
    energy: bool = True,
    frame: int | None = None,
) -> pd.DataFrame:
    """Check a pose or a model: what is wrong, what is unusual, and where.

    Parameters
    ----------
    complex : Complex or str
        A text is loaded by :func:`ros1struct.load`.
    definition : str or ClashDefinition
        What counts as a clash.
    contacts : str or ContactDefinition
        What counts as a hydrogen bond to the hinge.
    energy : bool
        Whether to estimate the inhibitor's strain; a second or more.
    frame : int, optional
        Which frame, from 0; by default all.

    Returns
    -------
    DataFrame
        One row per check: structure, check, passes, found, limit, unit, detail (the worst places).
        Of the inhibitor: in pocket, clashes, usual overlap, hinge bonds, internal clashes, bond
        lengths, bond angles, flat rings, flat double bonds, chirality, strain. Of the protein:
        L residues, flat peptide bonds. A check that does not apply has no row.

    Notes
    -----
    *Usual overlap* and *strain* fail beyond the 95th of 100 deposited kinase complexes: unusual,
    not wrong; so does *hinge bonds* for the few inhibitors that make none. The torsions named
    beside the strain are those in the upper quarter of the barrier that small-molecule crystals
    suggest (ETKDG version 3; Wang S et al. J Chem Inf Model 2020, 60:2044-2058).

    Examples
    --------
    >>> table = check("2WGJ", energy=False)
    >>> bool(table["passes"].all()), int(table.set_index("check").loc["hinge bonds", "found"])
    (True, 2)
    """
    import pandas as pd

    rows = [
        *_pocket(complex, clash_definition(definition), contacts),
        *_geometry(complex, clash_definition(definition)),
        *(_strained(complex) if energy else ()),
        *_protein(complex),
    ]
    table = pd.DataFrame(rows, columns=list(_Found._fields))
    table.insert(0, "structure", complex.name)
    return table


def _pocket(
    complex: Complex, rule: ClashDefinition, contacts: str | ContactDefinition
) -> Iterator[_Found]:
    near = overlaps(complex, rule, at_least=-4.0)
    nearest = float(near["distance"].min()) if len(near) else float("inf")
    yield _Found("in pocket", nearest <= FARTHEST, nearest, FARTHEST, "Å")
    bad = near[near["overlap"] >= rule.threshold].sort_values("overlap", ascending=False)
    worst = [
        f"{r.residue} {r.atom}–{r.inhibitor_atom} {r.overlap:.2f} Å"
        for r in bad.head(3).itertuples()
    ]
    yield _Found("clashes", bad.empty, len(bad), 0, "", ", ".join(worst))
    percentile = float(severity(complex, rule)["percentile"].iloc[0])
    if np.isfinite(percentile):
        yield _Found("usual overlap", percentile <= USUAL, percentile, USUAL, "%")
    if {46, 48} & set(complex.residues.klifs.tolist()):
        table = interactions(complex, contacts)
        bonds = table[
            (table["kind"] == "hydrogen bond") & table["klifs"].isin(["hinge:46", "hinge:48"])
        ]
        told = ", ".join(dict.fromkeys(f"{r.residue} {r.atom}" for r in bonds.itertuples()))
        yield _Found("hinge bonds", len(bonds) > 0, len(bonds), 1, "", told)


def _geometry(complex: Complex, rule: ClashDefinition) -> Iterator[_Found]:
    from rdkit import Chem
    from rdkit.Chem import rdDistGeom

    mol = Chem.Mol(complex.to_rdkit(), confId=0)
    xyz = np.asarray(mol.GetConformer().GetPositions())
    names = complex.atoms.name[complex.inhibitor_heavy]
    inside = internal_clashes(complex, rule)
    told = [f"{r.inhibitor_atom}–{r.other_atom}" for r in inside.head(3).itertuples()]
    yield _Found("internal clashes", inside.empty, len(inside), 0, "", ", ".join(told))
    bounds = rdDistGeom.GetMoleculeBoundsMatrix(mol)
    apart = Chem.GetDistanceMatrix(mol)
    for title, bonds in (("bond lengths", 1), ("bond angles", 2)):
        i, j = np.nonzero(np.triu(apart == bonds))
        if not len(i):
            continue
        distance = np.linalg.norm(xyz[i] - xyz[j], axis=1)
        # The upper triangle holds the upper bounds.
        over = np.maximum(distance / bounds[i, j], bounds[j, i] / distance) - 1
        k = int(over.argmax())
        worst = max(0.0, 100 * float(over[k]))
        told = [f"{names[i[k]]}–{names[j[k]]}"] if worst > STRETCH else []
        yield _Found(title, worst <= STRETCH, worst, STRETCH, "%", "".join(told))
    rings = [r for r in mol.GetRingInfo().AtomRings() if _aromatic(mol, r)]
    yield from _flat("flat rings", rings, xyz, names)
    doubles = [
        (b.GetBeginAtomIdx(), b.GetEndAtomIdx())
        for b in mol.GetBonds()
        if b.GetBondType() == Chem.BondType.DOUBLE and not b.IsInRing()
    ]
    planes = [
        tuple({*pair, *(n.GetIdx() for a in pair for n in mol.GetAtomWithIdx(a).GetNeighbors())})
        for pair in doubles
    ]
    yield from _flat("flat double bonds", [p for p in planes if len(p) > 3], xyz, names)
    yield from _chirality(complex, mol)


def _aromatic(mol: Mol, ring: tuple[int, ...]) -> bool:
    return len(ring) in (5, 6) and all(mol.GetAtomWithIdx(a).GetIsAromatic() for a in ring)


def _flat(
    title: str, planes: list[tuple[int, ...]], xyz: Floats, names: npt.NDArray[Any]
) -> Iterator[_Found]:
    if not planes:
        return
    off = []
    for plane in planes:
        centred = xyz[list(plane)] - xyz[list(plane)].mean(axis=0)
        off.append(float(np.abs(centred @ np.linalg.svd(centred)[2][2]).max()))
    k = int(np.argmax(off))
    told = ", ".join(str(names[a]) for a in planes[k]) if off[k] > FLATNESS else ""
    yield _Found(title, off[k] <= FLATNESS, off[k], FLATNESS, "Å", told)


def _chirality(complex: Complex, mol: Mol) -> Iterator[_Found]:
    from rdkit import Chem

    pose = Chem.Mol(mol)
    Chem.AssignStereochemistryFrom3D(pose)
    wanted, made = centres_of(complex.inhibitor, pose)
    wrong = [a for a, label in wanted.items() if made.get(a) != label]
    noted = [note for note in complex.notes if note.startswith("stereo of")]
    if wanted or noted:
        names = complex.atoms.name[complex.inhibitor_heavy]
        told = ", ".join([*(str(names[a]) for a in wrong), *noted])
        count = max(len(wrong), len(noted))
        yield _Found("chirality", count == 0, count, 0, "", told)


def _strained(complex: Complex) -> Iterator[_Found]:
    try:
        energy = float(strain(complex)["strain"].iloc[0])
    except InputError:  # no parameters for the molecule
        return
    told = ", ".join(_torsions(complex))
    limit = usual_strain()
    yield _Found("strain", energy <= limit, energy, limit, "kcal/mol", told)


def _torsions(complex: Complex) -> Iterator[str]:
    """Torsions near the top of their barrier, as atoms and degrees."""
    from rdkit import Chem
    from rdkit.Chem import rdDistGeom, rdMolTransforms

    mol = Chem.AddHs(Chem.Mol(complex.to_rdkit(), confId=0), addCoords=True)
    names = complex.atoms.name[complex.inhibitor_heavy]
    waves = np.arange(1, 7)
    angles = np.radians(np.arange(0, 360, 2))
    for torsion in rdDistGeom.GetExperimentalTorsions(mol, rdDistGeom.ETKDGv3()):
        atoms = list(torsion["atomIndices"])
        degrees = rdMolTransforms.GetDihedralDeg(mol.GetConformer(), *atoms)
        height, sign = np.array(torsion["V"]), np.array(torsion["signs"])
        here, *around = [
            float((height * (1 + sign * np.cos(waves * x))).sum())
            for x in (np.radians(degrees), *angles)
        ]
        low, high = min(around), max(around)
        if max(atoms) < len(names) and high > low and (here - low) / (high - low) > TOP:
            yield f"{'–'.join(str(names[a]) for a in atoms)} {degrees:.0f}°"


def _protein(complex: Complex) -> Iterator[_Found]:
    xyz = complex.xyz[0].astype(np.float64)
    r = complex.residues
    chain = np.flatnonzero(r.role == "protein")
    atoms = {int(i): complex.atoms_of(int(i)) for i in chain}

    def at(residue: int, name: str) -> Floats | None:
        index = atoms[residue].get(name)
        return None if index is None else xyz[index]

    handed, twisted = [], []
    for i in map(int, chain):
        four = [at(i, name) for name in ("N", "C", "CB", "CA")]
        if all(p is not None for p in four):
            n, c, cb, ca = (np.asarray(p) for p in four)
            if float(np.dot(np.cross(n - ca, c - ca), cb - ca)) < 0:
                handed.append(complex.residue_label(i))
        if i + 1 not in atoms:
            continue
        ends = [at(i, "CA"), at(i, "C"), at(i + 1, "N"), at(i + 1, "CA")]
        if all(p is not None for p in ends):
            a, b, c, d = (np.asarray(p) for p in ends)
            if np.linalg.norm(c - b) < 2.0 and _bent(a, b, c, d) > TWIST:
                twisted.append(complex.residue_label(i + 1))
    yield _Found("L residues", not handed, len(handed), 0, "", ", ".join(handed[:5]))
    yield _Found("flat peptide bonds", not twisted, len(twisted), 0, "", ", ".join(twisted[:5]))


def _bent(a: Floats, b: Floats, c: Floats, d: Floats) -> float:
    """Degrees by which a torsion differs from 0 or 180, whichever is nearer."""
    axis = (c - b) / np.linalg.norm(c - b)
    one, other = a - b, d - c
    one, other = one - (one @ axis) * axis, other - (other @ axis) * axis
    angle = np.degrees(
        np.arccos(np.clip(one @ other / np.linalg.norm(one) / np.linalg.norm(other), -1, 1))
    )
    return float(min(angle, 180 - angle))
