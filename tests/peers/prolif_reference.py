"""Write what ProLIF finds in the protonated files: one row per (residue, kind).

python tests/peers/prolif_reference.py NAME.pdb ... --to tests/data/parity_prolif.csv
"""

from __future__ import annotations

import argparse
import csv
import warnings
from pathlib import Path

import numpy as np

NAMES = {
    "Hydrophobic": ("hydrophobic", ""),
    "HBDonor": ("hydrogen bond", "donor"),
    "HBAcceptor": ("hydrogen bond", "acceptor"),
    "Cationic": ("salt bridge", "cation"),
    "Anionic": ("salt bridge", "anion"),
    "CationPi": ("cation-pi", ""),
    "PiCation": ("pi-cation", ""),
    "FaceToFace": ("pi stacking face", ""),
    "EdgeToFace": ("pi stacking edge", ""),
    "XBDonor": ("halogen bond", "donor"),
    "XBAcceptor": ("halogen bond", "acceptor"),
    "VdWContact": ("van der Waals", ""),
}


def prolif_pairs(pdb: Path) -> set[tuple[int, str, str]]:
    """(residue number, kind, role) of every contact that ProLIF reports with its defaults."""
    warnings.simplefilter("ignore")
    import MDAnalysis as mda
    import prolif

    universe = mda.Universe(str(pdb))
    # Bonds as the protonation knows them: guessed ones join atoms that merely touch.
    bonds = np.loadtxt(pdb.with_suffix(".bonds"), dtype=int)
    universe.add_TopologyAttr("bonds", [tuple(pair) for pair in bonds])
    protein = prolif.Molecule.from_mda(universe.select_atoms("protein"))
    ligand = prolif.sdf_supplier(str(pdb.with_suffix(".sdf")))[0]
    names = [*NAMES]
    waters = universe.select_atoms("resname HOH")
    parameters = {}
    if len(waters):
        names.append("WaterBridge")
        # As in ProLIF's own manual: the waters are a molecule of their own.
        parameters["WaterBridge"] = {"water": prolif.Molecule.from_mda(waters), "order": 1}
    found = prolif.Fingerprint(names, parameters=parameters, count=False)
    found.run_from_iterable([ligand], protein, progress=False, n_jobs=1)
    pairs = set()
    for (_, residue), kinds in found.ifp[0].items():
        for kind, data in kinds.items():
            if kind == "WaterBridge":
                roles = {"HBDonor": "donor", "HBAcceptor": "acceptor"}
                for one in data:
                    pairs.add((residue.number, "water bridge", roles[one["ligand_role"]]))
            else:
                pairs.add((residue.number, *NAMES[kind]))
    return pairs


def write(rows: list[tuple[str, int, str, str]], path: Path) -> None:
    """Write sorted (structure, residue, kind, role)."""
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(("structure", "residue", "kind", "role"))
        writer.writerows(sorted(set(rows)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--to", type=Path, required=True)
    arguments = parser.parse_args()
    write([(f.stem, *pair) for f in arguments.files for pair in prolif_pairs(f)], arguments.to)
