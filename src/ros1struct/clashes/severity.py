"""How bad the clashes between protein and inhibitor are, where they sit, and how unusual.

Numbers only: what is too much is for the reader to say, with the native percentiles beside them.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ros1struct.clashes.definitions import ClashDefinition, clash_definition
from ros1struct.clashes.overlaps import overlap_pairs, overlaps
from ros1struct.clashes.strain import internal_clashes
from ros1struct.energy.lennard_jones import mixed, pair_energy, parameters
from ros1struct.io.border import takes_complex
from ros1struct.structure.complex import Complex
from ros1struct.structure.geometry import close_pairs

if TYPE_CHECKING:
    import pandas as pd
    from rdkit.Chem import Mol

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

# Spacing in Å of the grid whose cubes are counted; half of it changes a volume by about 1 %.
SPACING = 0.1
# Pairs farther apart than this have no repulsion: the largest σ times 2 to the sixth, in Å.
REPULSION_REACH = 4.6
# PoseBusters' volumes: spheres of 0.8 of RDKit's radii, protein atoms within 6 · 0.8 Å.
POSEBUSTERS_SCALE = 0.8
POSEBUSTERS_REACH = 4.8


@takes_complex("each")
def severity(
    complex: Complex,
    definition: str | ClashDefinition = "chimerax",
    *,
    frame: int | None = None,
) -> pd.DataFrame:
    """Sum up the clashes between protein and inhibitor.

    Parameters
    ----------
    complex : Complex or str
        A text is loaded by :func:`ros1struct.load`.
    definition : str or ClashDefinition
    frame : int, optional
        One frame, from 0; by default every one, and a complex of several has a column ``frame``.

    Returns
    -------
    DataFrame
        One row: structure, clashes (number), worst_overlap and summed_overlap of the clashes (Å;
        the worst is that of the closest pair even where none clashes), per_1000_atoms (clashes per
        1,000 protein and inhibitor atoms of the definition), overlap_volume (Å³),
        soft_repulsion (kcal/mol), internal_clashes (number, inside the inhibitor), percentile
        (share of the deposited complexes whose worst overlap is smaller; missing where the
        table has none for the definition), definition.

    Notes
    -----
    Overlap volume: that of the union, over all pairs, of the lens in which their two spheres
    meet, each sphere less half of the pair's allowance; cubes of 0.1 Å whose centre lies inside
    are counted.

    Soft repulsion: the repulsive branch of the Lennard-Jones energy (Weeks, Chandler, Andersen
    1971) with OPLS united-atom parameters (:mod:`ros1struct.energy.lennard_jones`), at most 10
    per pair.
    A donor and an acceptor are moved apart by the 0.4 Å they are allowed.

    Examples
    --------
    >>> import ros1struct as rs
    >>> table = severity(rs.load("2WGJ"))
    >>> int(table["clashes"].iloc[0]), float(table["worst_overlap"].round(2).iloc[0])
    (0, 0.25)
    """
    import pandas as pd

    rule = clash_definition(definition)
    p, q, distance, overlap, _ = overlap_pairs(complex, rule, at_least=-2.0)
    bad = overlap >= rule.threshold
    heavy = complex.heavy if not rule.hydrogens else np.ones(len(complex.atoms), dtype=bool)
    role = complex.residues.role[complex.atoms.residue]
    atoms = int((heavy & ((role == "protein") | (role == "inhibitor"))).sum())
    worst = float(overlap.max()) if len(overlap) else np.nan
    meets = overlap > 0
    volume = _lens_volume(
        complex.xyz[0, p[meets]], complex.xyz[0, q[meets]],
        *_pair_radii(complex, rule, p[meets], q[meets], distance[meets], overlap[meets]),
    )  # fmt: skip
    return pd.DataFrame(
        {
            "structure": [complex.name],
            "clashes": [int(bad.sum())],
            "worst_overlap": [worst],
            "summed_overlap": [float(overlap[bad].sum())],
            "per_1000_atoms": [1000.0 * int(bad.sum()) / atoms],
            "overlap_volume": [volume],
            "soft_repulsion": [soft_repulsion(complex)],
            "internal_clashes": [len(internal_clashes(complex, rule))],
            "percentile": [native_percentile(worst, rule.name)],
            "definition": [rule.name],
        }
    )


def _pair_radii(
    complex: Complex, rule: ClashDefinition, p: Ints, q: Ints, distance: Floats, overlap: Floats
) -> tuple[Floats, Floats]:
    """Radii of both atoms of each pair, less half of the pair's allowance."""
    total = distance + overlap
    if rule.hydrogens:
        # Classes of explicit hydrogens are the pairs' own; their sum is known, share it evenly.
        return total / 2, total / 2
    united = complex.atoms.united
    one, other = rule.radii_of(united[p]), rule.radii_of(united[q])
    less = (one + other - total) / 2
    return one - less, other - less


# Lenses whose cubes are kept before those that are there twice are left out.
_TOGETHER = 64


def _lens_volume(
    a: npt.NDArray[Any], b: npt.NDArray[Any], radius_a: Floats, radius_b: Floats
) -> float:
    """Volume in Å³ of the union of the lenses of pairs of spheres, by counting cubes."""
    if len(a) == 0:
        return 0.0
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    # Atoms on one place have one lens; frames of a failed simulation are nothing else.
    lenses = np.unique(np.column_stack([a, b, radius_a, radius_b]), axis=0)
    cells: list[npt.NDArray[np.int64]] = []
    for lens in lenses:
        x, y, (r, s) = lens[:3], lens[3:6], lens[6:]
        low = np.maximum(x - r, y - s)
        high = np.minimum(x + r, y + s)
        axes = [
            np.arange(np.floor(lo / SPACING), np.ceil(hi / SPACING) + 1)
            for lo, hi in zip(low, high, strict=True)
        ]
        grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
        centre = (grid + 0.5) * SPACING
        inside = ((centre - x) ** 2).sum(axis=1) < r * r
        inside &= ((centre - y) ** 2).sum(axis=1) < s * s
        cells.append(grid[inside].astype(np.int64))
        if len(cells) > _TOGETHER:
            cells = [np.unique(np.concatenate(cells), axis=0)]
    unique = np.unique(np.concatenate(cells), axis=0)
    return float(len(unique) * SPACING**3)


def soft_repulsion(complex: Complex, *, allowance: float = 0.4) -> float:
    """Repulsive Lennard-Jones energy between protein and inhibitor.

    Parameters
    ----------
    complex : Complex
        Its first frame; heavy atoms.
    allowance : float
        Å that a donor and an acceptor are moved apart.

    Returns
    -------
    float
        kcal/mol, see :func:`severity`.
    """
    a = complex.atoms
    sigma, epsilon = parameters(complex)
    protein, ligand = complex.protein_heavy, complex.inhibitor_heavy
    i, j, near = close_pairs(complex.xyz[0, protein], complex.xyz[0, ligand], REPULSION_REACH)
    p, q, d = protein[i], ligand[j], near.astype(np.float64)
    bonded = dict.fromkeys(atom for pair in complex.bonded_to_protein() for atom in pair)
    free = ~(np.isin(p, list(bonded)) | np.isin(q, list(bonded)))
    p, q, d = p[free], q[free], d[free]
    s, e = mixed(sigma[p], epsilon[p], sigma[q], epsilon[q])
    bond = (a.donor[p] & a.acceptor[q]) | (a.acceptor[p] & a.donor[q])
    d = d + allowance * bond
    repulsive = d < s * 2 ** (1 / 6)
    return float(np.minimum(pair_energy(s, e, d) + e, 10.0)[repulsive].sum())


def locations(complex: Complex, definition: str | ClashDefinition = "chimerax", *,
              at_least: float | None = None) -> pd.DataFrame:  # fmt: skip
    """Say where the clashes sit.

    Parameters
    ----------
    complex : Complex
        Its first frame.
    definition : str or ClashDefinition
    at_least : float, optional
        Overlap in Å; by default the definition's threshold.

    Returns
    -------
    DataFrame
        One row per part of the protein (backbone or sidechain), KLIFS region (empty outside the
        pocket) and fragment of the inhibitor: structure, part, region, fragment (SMILES),
        clashes, worst_overlap, summed_overlap (Å), definition; the worst first.

    Examples
    --------
    >>> import ros1struct as rs
    >>> locations(rs.load("2WGJ"), at_least=0.2)[["part", "region", "clashes"]].values.tolist()
    [['sidechain', 'III', 2], ['sidechain', 'VII', 1]]
    """
    rule = clash_definition(definition)
    table = overlaps(complex, rule, at_least=rule.threshold if at_least is None else at_least)
    fragment = inhibitor_fragments(complex)
    table["region"] = [str(k).split(":")[0] for k in table["klifs"]]
    table["fragment"] = [fragment.get(str(name), "") for name in table["inhibitor_atom"]]
    grouped = table.groupby(["part", "region", "fragment"], sort=True)["overlap"]
    result = grouped.agg(clashes="size", worst_overlap="max", summed_overlap="sum").reset_index()
    result.insert(0, "structure", complex.name)
    result["definition"] = rule.name
    return result.sort_values("worst_overlap", ascending=False, kind="stable", ignore_index=True)


def inhibitor_fragments(complex: Complex) -> dict[str, str]:
    """Name the fragment of every heavy atom of the inhibitor.

    Parameters
    ----------
    complex : Complex

    Returns
    -------
    dict of str to str
        By atom name, the SMILES of what is left around it when the single bonds between rings and
        chains are cut.

    Examples
    --------
    >>> import ros1struct as rs
    >>> inhibitor_fragments(rs.load("2WGJ"))["N25"]
    'C1CC[NH2+]CC1'
    """
    from rdkit import Chem

    mol = complex.inhibitor
    cut = [
        bond.GetIdx()
        for bond in mol.GetBonds()
        if bond.GetBondType() == Chem.BondType.SINGLE
        and not bond.IsInRing()
        and (bond.GetBeginAtom().IsInRing() or bond.GetEndAtom().IsInRing())
        and min(bond.GetBeginAtom().GetDegree(), bond.GetEndAtom().GetDegree()) > 1
    ]
    parts: tuple[tuple[int, ...], ...] = (tuple(range(mol.GetNumAtoms())),)
    if cut:
        broken = Chem.FragmentOnBonds(mol, cut, addDummies=False)
        parts = Chem.GetMolFrags(broken)
    names = complex.atoms.name[complex.inhibitor_heavy]
    return {
        str(names[i]): Chem.MolFragmentToSmiles(mol, atomsToUse=list(part), isomericSmiles=False)
        for part in parts
        for i in part
    }


def volume_share(complex: Complex, *, hydrogens: bool = False) -> float:
    """Share of the inhibitor's volume inside the protein, as PoseBusters has it.

    Parameters
    ----------
    complex : Complex
        Its first frame; heavy atoms of inhibitor and protein.
    hydrogens : bool
        Let the inhibitor's hydrogens take part as in PoseBusters: they have no volume, but shift
        the grid of 0.5 Å, which changes small shares by some percent.

    Returns
    -------
    float
        0 to 1; PoseBusters allows 0.075. RDKit's shape grids at 0.8 of its radii.

    References
    ----------
    Buttenschoen M et al. Chem Sci 2024, 15:3130-3139.

    Examples
    --------
    >>> import ros1struct as rs
    >>> volume_share(rs.load("2WGJ")) < 0.075
    True
    """
    from rdkit.Chem.rdShapeHelpers import ShapeTverskyIndex

    role = complex.residues.role[complex.atoms.residue]
    own = np.flatnonzero(role == "inhibitor") if hydrogens else complex.inhibitor_heavy
    ligand = _bare_molecule(complex, own)
    protein = complex.protein_heavy
    mine, theirs = complex.xyz[0, own], complex.xyz[0, protein]
    near = protein[np.unique(close_pairs(theirs, mine, POSEBUSTERS_REACH)[0])]
    if len(near) == 0:
        return 0.0
    pocket = _bare_molecule(complex, near)
    share = ShapeTverskyIndex(ligand, pocket, 1.0, 0.0, vdwScale=POSEBUSTERS_SCALE)
    return float(share)


def _bare_molecule(complex: Complex, atoms: Ints) -> Mol:
    from rdkit import Chem

    mol = Chem.RWMol()
    for element in complex.atoms.element[atoms]:
        mol.AddAtom(Chem.Atom(str(element)))
    conformer = Chem.Conformer(len(atoms))
    conformer.SetPositions(complex.xyz[0, atoms].astype(np.float64))
    mol.AddConformer(conformer)
    return mol.GetMol()


@lru_cache(maxsize=1)
def _native() -> pd.DataFrame:
    import pandas as pd

    source = files("ros1struct") / "data" / "native_overlaps.csv"
    with source.open(encoding="utf-8") as handle:
        return pd.read_csv(handle)


def native_percentile(overlap: float, definition: str = "chimerax") -> float:
    """Share of deposited complexes whose worst overlap is smaller than a given one.

    Parameters
    ----------
    overlap : float
        Å.
    definition : str
        Name of a clash definition.

    Returns
    -------
    float
        Percent; NaN where the table has no natives for the definition.

    Examples
    --------
    >>> native_percentile(0.7), native_percentile(-1.0)
    (100.0, 0.0)
    """
    rows = _native()
    worst = rows.loc[rows["definition"] == definition, "worst_overlap"].to_numpy()
    if len(worst) == 0 or not np.isfinite(overlap):
        return float("nan")
    return float(100.0 * (worst < overlap).mean())
