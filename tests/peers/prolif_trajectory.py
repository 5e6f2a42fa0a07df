"""Compare contacts over the trajectory that the prolif package ships, frame by frame.

    python tests/peers/prolif_trajectory.py

The protein (5HT1B) is no kinase. Speed: processor time of ``prolif.Fingerprint.run`` over that of
reading the file and finding all contacts of the definition ``prolif``. Needs prolif 2.2.
"""

import time

import numpy as np
from rdkit import Chem

import ros1struct as rs
from ros1struct.contacts.fingerprints import PROLIF_NAMES
from ros1struct.trajectories import presence

REPEATS = 3


def of_prolif():
    """Return {(residue number, kind): occupancy} and the seconds it took."""
    import MDAnalysis
    import prolif

    universe = MDAnalysis.Universe(prolif.datafiles.TOP, prolif.datafiles.TRAJ)
    ligand = universe.select_atoms("resname LIG")
    protein = universe.select_atoms("protein")
    smiles = Chem.MolToSmiles(Chem.RemoveHs(prolif.Molecule.from_mda(ligand)))
    fingerprint = prolif.Fingerprint(
        [
            "Hydrophobic", "HBAcceptor", "HBDonor", "Cationic", "Anionic", "CationPi", "PiCation",
            "FaceToFace", "EdgeToFace", "XBAcceptor", "XBDonor", "MetalDonor", "MetalAcceptor",
            "VdWContact",
        ]
    )  # fmt: skip
    start = time.process_time()
    fingerprint.run(universe.trajectory, ligand, protein, n_jobs=1, progress=False)
    seconds = time.process_time() - start
    table = fingerprint.to_dataframe()
    found = {}
    for _, residue, kind in table.columns:
        number = int("".join(c for c in residue.split(".")[0] if c.isdigit()))
        share = float(table.xs((residue, kind), axis=1, level=(1, 2)).mean().iloc[0])
        found[number, kind] = share
    return found, seconds, smiles, len(table)


def of_this(smiles):
    """Return the same of this package."""
    import prolif

    run = rs.trajectory(
        prolif.datafiles.TOP, prolif.datafiles.TRAJ, kinase=False, ligand="LIG", smiles=smiles
    )
    presence(run, "prolif")
    spent = []
    for _ in range(REPEATS):
        start = time.process_time()
        table = presence(run, "prolif")
        spent.append(time.process_time() - start)
    words = {f"{k} {r}".strip(): word for (k, r), word in PROLIF_NAMES.items()}
    found = {}
    for residue, _, kind in table.columns:
        found[int(residue[1:]), words[kind]] = float(table[residue, "", kind].mean())
    return found, float(np.median(spent))


def main():
    """Print the comparison."""
    import prolif

    theirs, slow, smiles, frames = of_prolif()
    mine, fast = of_this(smiles)
    pairs = sorted({*theirs, *mine})
    equal = [p for p in pairs if abs(theirs.get(p, 0) - mine.get(p, 0)) < 0.5 / frames]
    print(f"{frames} frames; ProLIF {prolif.__version__} {slow:.1f} s, this package {fast:.3f} s: "
          f"{slow / fast:.0f} times")  # fmt: skip
    print(f"{len(equal)} of {len(pairs)} (residue, kind) pairs have the same occupancy")
    for p in pairs:
        if p not in equal:
            print(f"  {p[0]} {p[1]}: ProLIF {theirs.get(p, 0):.3f}, here {mine.get(p, 0):.3f}")


if __name__ == "__main__":
    main()
