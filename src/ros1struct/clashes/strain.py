"""Strain of the inhibitor: clashes inside it, energy of its pose above relaxed conformers."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from ros1struct.clashes.definitions import ClashDefinition, clash_definition
from ros1struct.errors import InputError
from ros1struct.structure.complex import Complex

if TYPE_CHECKING:
    import pandas as pd
    from rdkit.Chem import Mol


def internal_clashes(
    complex: Complex, definition: str | ClashDefinition = "chimerax"
) -> pd.DataFrame:
    """List the clashes inside the inhibitor.

    Parameters
    ----------
    complex : Complex
        Its first frame; heavy atoms more than the definition's number of bonds apart.
    definition : str or ClashDefinition
        Definitions that need hydrogens are applied to heavy atoms only.

    Returns
    -------
    DataFrame
        structure, inhibitor_atom, other_atom, distance, overlap (Å), definition.

    Examples
    --------
    >>> import ros1struct as rs
    >>> len(internal_clashes(rs.load("2WGJ")))
    0
    """
    import pandas as pd
    from rdkit import Chem

    rule = clash_definition(definition)
    a, own = complex.atoms, complex.inhibitor_heavy
    apart = Chem.GetDistanceMatrix(complex.inhibitor)
    xyz = complex.xyz[0, own].astype(np.float64)
    i, j = np.nonzero(np.triu(apart > max(rule.bonds, 4), 1))
    distance = np.linalg.norm(xyz[i] - xyz[j], axis=1)
    united = a.united[own]
    radii = np.array([rule.scale * rule.radius(str(u)) for u in united])
    bond = (a.donor[own[i]] & a.acceptor[own[j]]) | (a.acceptor[own[i]] & a.donor[own[j]])
    overlap = radii[i] + radii[j] - rule.allowance * bond - distance
    bad = np.flatnonzero(overlap >= rule.threshold)
    return pd.DataFrame(
        {
            "structure": np.full(len(bad), complex.name, dtype=object),
            "inhibitor_atom": a.name[own[i[bad]]],
            "other_atom": a.name[own[j[bad]]],
            "distance": distance[bad],
            "overlap": overlap[bad],
            "definition": np.full(len(bad), rule.name, dtype=object),
        }
    ).sort_values("overlap", ascending=False, kind="stable", ignore_index=True)


def strain(complex: Complex, *, conformers: int = 50, seed: int = 61453) -> pd.DataFrame:
    """Estimate how much energy the inhibitor's conformation costs.

    Parameters
    ----------
    complex : Complex
        Its first frame.
    conformers : int
        Conformers sought for the lowest energy.
    seed : int

    Returns
    -------
    DataFrame
        One row: structure, pose_energy, lowest_energy, strain (kcal/mol), conformers.

    Raises
    ------
    InputError
        If MMFF94s has no parameters for the molecule.

    Notes
    -----
    MMFF94s with a dielectric constant of 80, so that charged groups do not fold on themselves.
    Hydrogens are added; the pose is relaxed with its heavy atoms free within 0.3 Å and held by
    100 kcal/mol/Å² beyond, since bond lengths of a crystal structure alone cost tens of kcal/mol.
    The reference is the lowest of ETKDG conformers and the pose, all relaxed without restraint.

    References
    ----------
    Halgren TA. J Comput Chem 1999, 20:720-729 (MMFF94s). Wang S et al. J Chem Inf Model 2020,
    60:2044-2058 (ETKDG version 3).
    """
    import pandas as pd
    from rdkit import Chem
    from rdkit.Chem import rdDistGeom, rdForceFieldHelpers

    mol = Chem.AddHs(Chem.Mol(complex.to_rdkit(), confId=0), addCoords=True)
    make_field = rdForceFieldHelpers.MMFFGetMoleculeForceField
    properties = rdForceFieldHelpers.MMFFGetMoleculeProperties(mol, mmffVariant="MMFF94s")
    if properties is None:
        raise InputError(
            f"{complex.name}: MMFF94s has no parameters for an atom of the inhibitor; its strain "
            "cannot be given"
        )
    properties.SetMMFFDielectricConstant(80.0)

    def relaxed(molecule: Mol, conformer: int, held: bool) -> float:
        field = make_field(molecule, properties, confId=conformer)
        if held:
            for atom in range(complex.inhibitor.GetNumAtoms()):
                field.MMFFAddPositionConstraint(atom, 0.3, 100.0)
        field.Initialize()
        field.Minimize(maxIts=2000)
        free = make_field(molecule, properties, confId=conformer)
        return float(free.CalcEnergy())

    pose = Chem.Mol(mol)
    pose_energy = relaxed(pose, pose.GetConformer().GetId(), held=True)
    lowest = relaxed(pose, pose.GetConformer().GetId(), held=False)

    def searched() -> tuple[float, int]:
        search = Chem.Mol(mol)
        options: Any = rdDistGeom.ETKDGv3()
        options.randomSeed = seed
        made = list(rdDistGeom.EmbedMultipleConfs(search, conformers, options))
        return min((relaxed(search, c, held=False) for c in made), default=np.inf), len(made)

    # Of the molecule alone: one search serves every pose of it.
    found, count = complex.topology.derived(("conformers", conformers, seed), searched)
    lowest = min(lowest, found)
    return pd.DataFrame(
        {
            "structure": [complex.name],
            "pose_energy": [pose_energy],
            "lowest_energy": [lowest],
            "strain": [pose_energy - lowest],
            "conformers": [count],
        }
    )


@lru_cache(maxsize=1)
def usual_strain() -> float:
    """Strain that 95 of 100 inhibitors of deposited kinase complexes do not exceed.

    Returns
    -------
    float
        kcal/mol, as :func:`strain` measures it.
    """
    source = files("ros1struct") / "data" / "native_strain.csv"
    lines = source.read_text(encoding="utf-8").splitlines()[1:]
    return float(np.percentile([float(line.rsplit(",", 1)[1]) for line in lines], 95.0))
