"""From files and names to Complexes, and back to files.

In comes a path, an entry, or the name of a bundled structure; out comes a Complex with the
inhibitor's chemistry and numbers on it, and notes on every choice that was made on the way.
A trajectory is opened by its topology file and read chunk by chunk. Downloads, the catalogue of
known structures and the border of all public functions
(:func:`takes_complex`) are here too.
"""

from ros1struct.io.archive.fetch import fetch
from ros1struct.io.border import takes_complex, takes_complexes
from ros1struct.io.catalog import catalog
from ros1struct.io.load import load, load_all
from ros1struct.io.poses import Poses, load_poses
from ros1struct.io.trajectory import Chunk, Trajectory, trajectory
from ros1struct.io.write import write

__all__ = [
    "Chunk",
    "Poses",
    "Trajectory",
    "catalog",
    "fetch",
    "load",
    "load_all",
    "load_poses",
    "takes_complex",
    "takes_complexes",
    "trajectory",
    "write",
]
