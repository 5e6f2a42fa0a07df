"""Frames made of a bundled model, for tests that need motion but no simulation."""

import mdtraj
import numpy as np

import ros1struct as rs


def moved(count, seed=0, size=0.3):
    """A bundled complex and an mdtraj trajectory of it with random displacements (Å)."""
    complex = rs.load("crizotinib")
    rng = np.random.default_rng(seed)
    shape = (count, *complex.xyz.shape[1:])
    xyz = complex.xyz + rng.normal(0, size, shape).astype(np.float32)
    return complex, complex.with_coordinates(xyz)


def write_run(folder, count, seed=0, suffix=".xtc"):
    """Topology and trajectory files of such frames, 2 ps apart."""
    complex, many = moved(count, seed)
    top, run = folder / "top.pdb", folder / f"run{suffix}"
    rs.write(complex, top)
    loaded = rs.load(top)
    assert np.abs(loaded.xyz - complex.xyz).max() < 0.01
    frames = many.to_mdtraj()
    frames.time = 2.0 * np.arange(count)
    frames.save(str(run))
    return top, run, many


def box_of(frames, edge):
    """The same frames in a cubic cell of an edge in nm, wrapped atom by atom."""
    cell = {
        "unitcell_lengths": np.full((len(frames), 3), edge, dtype=np.float32),
        "unitcell_angles": np.full((len(frames), 3), 90.0, dtype=np.float32),
    }
    return mdtraj.Trajectory(frames.xyz % edge, frames.topology, **cell)
