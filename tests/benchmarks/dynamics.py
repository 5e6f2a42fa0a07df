"""G2032R by the dynamics of wild type and mutant: the table of docs/trajectories.md.

    python tests/benchmarks/dynamics.py FOLDER

The folder has the runs of ``structures/build_trajectories.py NAME [--mutation G2032R] --box``, each
under ``NAME_WT`` or ``NAME_G2032R`` (cif and xtc). All is asked of the last nanosecond of each.
"""

import argparse
import warnings
from pathlib import Path

import ros1struct as rs
from ros1struct import trajectories

NAMES = ("crizotinib", "lorlatinib", "repotrectinib", "zidesamtinib")
MUTATION = "G2032R"
LAST = 100  # frames, 10 ps apart


def opened(folder, name, variant):
    """Return the last frames of a run."""
    top = folder / f"{name}_{variant}.cif"
    run = rs.trajectory(top, top.with_suffix(".xtc"), provenance="model")
    return run.part(run.n_frames - LAST, run.n_frames)


def hinge(occupancies):
    """Occupancy of the inhibitor's bond to the backbone of M2029, with its error."""
    rows = occupancies[occupancies["klifs"] == "hinge:48"]
    row = rows[rows["kind"].str.startswith("hydrogen bond")].iloc[0]
    return f"{row['occupancy']:.2f} ± {row['error']:.2f}"


def row_of(folder, name):
    """Return the cells of an inhibitor's row."""
    wild, mutant = opened(folder, name, "WT"), opened(folder, name, MUTATION)
    model = rs.scan(name, MUTATION).iloc[0]
    pooled, first, second = (
        rs.scan(wild, MUTATION, frames=frames).iloc[0]
        for frames in ("all", slice(LAST // 2), slice(LAST // 2, LAST))
    )
    cells = [name]
    for row in (model, pooled):
        cells.append(f"{row['score']:.1f} ({row['score_low']:.1f} to {row['score_high']:.1f})")
    cells.append(f"{first['score']:.1f}, {second['score']:.1f}")
    cells += [pooled["verdict"] + ("" if pooled["firm"] else ", not firm")]
    for run in (wild, mutant):
        moved = trajectories.measures(run)["inhibitor_rmsd"]
        cells += [f"{moved.mean():.1f}", hinge(trajectories.occupancy(run))]
    clashes = rs.clashes(mutant)
    beside = clashes[clashes["residue"] == f"R{MUTATION[1:-1]}"]
    cells.append(f"{beside['frame'].nunique() / LAST:.2f}")
    return cells


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    warnings.simplefilter("ignore", rs.Ros1structWarning)
    for name in NAMES:
        print("| " + " | ".join(row_of(folder, name)) + " |")


if __name__ == "__main__":
    main()
