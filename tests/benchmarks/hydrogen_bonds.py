"""The angle of hydrogen bonds: what rules keep in deposited complexes (docs/validation.md).

``python tests/benchmarks/hydrogen_bonds.py FOLDER``, a folder of PDB files.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

import ros1struct as rs
from ros1struct.contacts.definitions import CONTACT_DEFINITIONS
from ros1struct.errors import Ros1structError
from ros1struct.structure.geometry import close_pairs

BOND = {"N": 1.01, "O": 0.98, "S": 1.34}
ANY = replace(CONTACT_DEFINITIONS["ros1struct"], name="any", hydrogen_bond_angle=0.0)


def deviation(table: pd.DataFrame) -> np.ndarray:
    """Angle between donor-hydrogen and donor-acceptor, which Mol* bounds by 45 degrees."""
    donor = np.where(table["role"] == "donor", table["inhibitor_atom"], table["atom"])
    length = np.array([BOND.get(name[0], 1.01) for name in donor])
    at_acceptor = np.degrees(
        np.arcsin(length * np.sin(np.radians(table["angle"])) / table["distance"])
    )
    return 180.0 - table["angle"].to_numpy() - at_acceptor


def backbone(complex: rs.Complex) -> np.ndarray:
    """Angle at the hydrogen and the energy of Kabsch and Sander of backbone pairs in 3.5 Å."""
    x, t = complex.xyz[0].astype(float), complex.topology
    own = [t.atoms_of(i) for i in range(int((t.residues.role == "protein").sum()))]
    gives = [
        i for i in range(1, len(own))
        if t.joined[i] and t.residues.name[i] != "PRO" and {"N", "CA"} <= own[i].keys()
        and {"C", "O"} <= own[i - 1].keys()
    ]  # fmt: skip
    takes = [i for i in range(len(own)) if {"C", "O"} <= own[i].keys()]
    n, ca = (x[[own[i][a] for i in gives]] for a in ("N", "CA"))
    before, carbonyl = (x[[own[i - 1][a] for i in gives]] for a in ("C", "O"))

    def unit(v: np.ndarray) -> np.ndarray:
        return v / np.linalg.norm(v, axis=-1, keepdims=True)

    hydrogen = n + BOND["N"] * unit(unit(n - before) + unit(n - ca))
    theirs = n + BOND["N"] * unit(before - carbonyl)
    o, c = (x[[own[i][a] for i in takes]] for a in ("O", "C"))
    i, j, d = close_pairs(n, o, 3.5)
    apart = np.abs(np.array(gives)[i] - np.array(takes)[j]) > 1
    i, j, d = i[apart], j[apart], d[apart]
    cosine = (unit(n[i] - hydrogen[i]) * unit(o[j] - hydrogen[i])).sum(axis=1)

    def gap(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.linalg.norm(a - b, axis=1)

    energy = 27.9 * (
        1 / d + 1 / gap(c[j], theirs[i]) - 1 / gap(o[j], theirs[i]) - 1 / gap(c[j], n[i])
    )
    return np.stack([np.degrees(np.arccos(cosine)), energy], axis=1)


def main(folder: Path) -> None:
    """Print what each rule keeps."""
    tables, pairs = [], []
    for path in sorted(folder.glob("*.pdb")):
        try:
            complex = rs.load(path)
        except Ros1structError as error:
            print(error)
            continue
        table = rs.interactions(complex, ANY)
        tables.append(table[table["kind"] == "hydrogen bond"])
        pairs.append(backbone(complex))
    bonds = pd.concat(tables, ignore_index=True)
    angle, energy = np.concatenate(pairs).T
    print(f"{bonds['structure'].nunique()} complexes, {len(bonds)} pairs, {len(angle)} of backbone")
    print("Mol*", int((deviation(bonds) <= 45.0).sum()))
    true = energy < -0.5
    for least in (130, 120, 110, 100, 0):
        kept = angle >= least
        found, right = kept[true].mean(), true[kept].mean()
        count = int((bonds["angle"] >= least).sum())
        print(f"{least}: {count} bonds; backbone: {found:.3f} found, {right:.3f} right")
    shown = bonds[bonds["angle"] < 130]
    print(shown[["structure", "residue", "atom", "inhibitor_atom", "distance", "angle"]])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
