"""What happens over many frames: how often, for how long, and how sure that is.

In comes a Trajectory, or a Complex of many frames such as a library of docked poses; out come
occupancies with errors that know the frames are correlated, lifetimes, distances, clusters, a table
of poses, and one of what is wrong with a pose. Work is spread over processes or a dask cluster
here, and its parts are kept as Parquet files so that it goes on where it was stopped.
"""

from ros1struct.trajectories.check import check
from ros1struct.trajectories.clusters import clusters
from ros1struct.trajectories.mean_contacts import mean_contacts
from ros1struct.trajectories.measures import measures
from ros1struct.trajectories.occupancy import convergence, occupancy
from ros1struct.trajectories.parallel import map_frames
from ros1struct.trajectories.poses import poses
from ros1struct.trajectories.presence import presence
from ros1struct.trajectories.statistics import block_error, lifetimes

__all__ = [
    "block_error",
    "check",
    "clusters",
    "convergence",
    "lifetimes",
    "map_frames",
    "mean_contacts",
    "measures",
    "occupancy",
    "poses",
    "presence",
]
