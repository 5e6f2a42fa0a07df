"""A function whose first worker dies in the middle, for the test that the work survives it."""

import os
import signal
from pathlib import Path

import ros1struct as rs


def overlaps_with_a_death(run, mark):
    """Overlaps of a trajectory; the first process to come here kills itself."""
    if not Path(mark).exists():
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return rs.overlaps(run)
