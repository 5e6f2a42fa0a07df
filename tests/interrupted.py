"""A program that is interrupted (Ctrl-C) in its third part of six, for the test that parts stay."""

import os
import signal
import sys
from pathlib import Path

import ros1struct as rs
from ros1struct.trajectories import map_frames


def overlaps_until_told(run, mark):
    """Overlaps of a trajectory; the process interrupts itself at frame 4 where a mark lies."""
    if run.start == 4 and (Path(mark) / "interrupt").exists():
        os.kill(os.getpid(), signal.SIGINT)
    return rs.overlaps(run)


if __name__ == "__main__":
    from interrupted import overlaps_until_told as function

    top, run, folder = sys.argv[1:]
    (Path(top).parent / "interrupt").touch()
    opened = rs.trajectory(top, run, chunk=2)
    try:
        map_frames(function, opened, str(Path(top).parent), folder=folder, part=2)
    finally:
        (Path(top).parent / "interrupt").unlink()
