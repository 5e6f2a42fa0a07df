"""Write PoseBusters' smallest relative distance and volume overlap (configuration dock_fast)."""

from __future__ import annotations

import warnings
from pathlib import Path


def posebusters_values(pdb: Path) -> tuple[float, float, float]:
    """Smallest distance (Å), smallest distance over the sum of radii, share of volume."""
    warnings.simplefilter("ignore")
    from posebusters.modules.intermolecular_distance import check_intermolecular_distance
    from posebusters.modules.volume_overlap import check_volume_overlap
    from rdkit import Chem

    ligand = Chem.MolFromMolFile(str(pdb.with_suffix(".sdf")), removeHs=False)
    # As its configuration loads the protein: neither sanitised nor bonded by distance.
    lines = [row for row in pdb.read_text().splitlines() if "UNL" not in row[17:20]]
    protein = Chem.MolFromPDBBlock(
        "\n".join(lines), sanitize=False, removeHs=False, proximityBonding=False
    )
    ignored = {"hydrogens", "organic_cofactors", "inorganic_cofactors", "waters"}
    found = check_intermolecular_distance(
        ligand, protein, radius_type="vdw", radius_scale=1.0, clash_cutoff=0.75,
        ignore_types=ignored, max_distance=5.0,
    )["results"]  # fmt: skip
    volume = check_volume_overlap(
        ligand, protein, clash_cutoff=0.075, vdw_scale=0.8, ignore_types=ignored
    )["results"]
    return (
        float(found["smallest_distance"]),
        float(found["most_extreme_relative_distance"]),
        float(volume["volume_overlap"]),
    )
