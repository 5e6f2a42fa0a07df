"""What a trajectory costs, as ratios to reading it: run alone on a quiet machine.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python tests/benchmarks/bench_trajectory.py

Frames are those of the trajectory in ``tests/data/trajectories``, over and over. Times are medians
of interleaved repeats: wall times; processor times of all that is done, the processes that decode
XTC too; and of the main thread. Free cores bring the wall time down; where other programs run, only
processor times mean anything. Times of workers are wall times, beside the machine's own ceiling:
the same work in two independent processes.
"""

import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import mdtraj
import numpy as np

import ros1struct as rs
from ros1struct.clashes.definitions import clash_definition
from ros1struct.clashes.overlaps import overlaps_of_frames
from ros1struct.contacts.interactions import measured
from ros1struct.trajectories import map_frames, presence

HERE = Path(__file__).resolve().parents[1] / "data" / "trajectories"
TOP, RUN = HERE / "ros1_repotrectinib_obc2.pdb.gz", HERE / "ros1_repotrectinib_obc2.xtc"
REPEATS, FRAMES, BOX_FRAMES, BOX_ATOMS, MANY, TIMES = 7, 2000, 200, 50_000, 20_000, 3
SIZES = (6_000, 12_000, 25_000, 50_000)


def tiled(frames, count, path):
    """Write frames over and over."""
    index = np.arange(count) % len(frames)
    many = frames[index]
    many.time = np.arange(count, dtype=np.float32)
    many.save(str(path))
    return path


def boxed(frames, folder, atoms=BOX_ATOMS, many=BOX_FRAMES):
    """Put frames into a box of waters that shake."""
    from mdtraj.core import element
    from scipy.spatial import cKDTree

    rng = np.random.default_rng(0)
    count = (atoms - frames.n_atoms) // 3
    centre = frames.xyz[0].mean(axis=0)
    grid = np.stack(np.meshgrid(*[np.arange(0, 9.2, 0.31)] * 3, indexing="ij"), -1).reshape(-1, 3)
    grid += centre - 4.6
    grid = grid[cKDTree(frames.xyz[0]).query(grid)[0] > 0.26]
    grid = grid[np.argsort(np.linalg.norm(grid - centre, axis=1), kind="stable")][:count]
    top = frames.topology.copy()
    chain = top.add_chain()
    for k in range(len(grid)):
        water = top.add_residue("HOH", chain, resSeq=k + 1)
        for name, kind in (
            ("O", element.oxygen),
            ("H1", element.hydrogen),
            ("H2", element.hydrogen),
        ):
            top.add_atom(name, kind, water)
    xyz = []
    for one in frames.xyz:
        oxygen = grid + rng.normal(0, 0.03, grid.shape)
        three = oxygen[:, None] + np.array([[0, 0, 0], [0.096, 0, 0], [-0.024, 0.093, 0]])
        xyz.append(np.concatenate([one, three.reshape(-1, 3)]))
    box = mdtraj.Trajectory(
        np.array(xyz, dtype=np.float32), top, unitcell_lengths=np.full((len(frames), 3), 9.3),
        unitcell_angles=np.full((len(frames), 3), 90.0),
    )  # fmt: skip
    box[0].save_pdb(str(folder / "box.pdb"))
    return folder / "box.pdb", tiled(box, many, folder / "box.xtc")


def spent(work):
    """Seconds of a call: on the clock, of processors (decoders too), of the main thread's."""

    def processors():
        return time.process_time() + sum(os.times()[2:4])

    clocks = (time.perf_counter, processors, time.thread_time)
    start = [clock() for clock in clocks]
    work()
    return [clock() - before for clock, before in zip(clocks, start, strict=True)]


def reading(path, top):
    """Read a file with mdtraj and do nothing."""
    for part in mdtraj.iterload(str(path), top=top):
        del part


def contacts(run):
    """All typed contacts of every frame, as arrays."""
    for part in run:
        measured(part.complex, "ros1struct")


def clashes(run):
    """All clashes of every frame, as arrays."""
    rule = clash_definition("chimerax")
    for part in run:
        overlaps_of_frames(part.complex, rule, at_least=rule.threshold)


def ratios(label, top, path):
    """Print frames per second of each kind of work over those of bare reading."""
    run, bare = rs.trajectory(top, path), mdtraj.load_topology(str(top))
    works = {
        "mdtraj.iterload": lambda: reading(path, bare),
        "iterate": lambda: [None for _ in run],
        "contacts": lambda: contacts(run),
        "presence": lambda: presence(run),
        "clashes": lambda: clashes(run),
    }
    times = {name: [] for name in works}
    for _ in range(REPEATS):
        for name, work in works.items():
            times[name].append(spent(work))
    count = run.n_frames
    base = np.median(times["mdtraj.iterload"], axis=0)
    for name, values in times.items():
        wall, every, main = np.median(values, axis=0)
        print(
            f"{label:>10} {name:>16}: {1e3 * wall / count:.3f} ms/frame on the clock, "
            f"{1e3 * every / count:.3f} of processors ({1e3 * main / count:.3f} of the main one); "
            f"of iterload's speed {base[0] / wall:.2f} on the clock, {base[1] / every:.2f} by "
            "processors"
        )


def growth(frames, folder):
    """Print what all but the decoding costs as the box grows around the same pocket."""
    for atoms in SIZES:
        top, path = boxed(frames[:20], folder, atoms, 200)
        run, bare = rs.trajectory(top, path), mdtraj.load_topology(str(top))
        work = [spent(lambda run=run: contacts(run))[2] for _ in range(5)]
        read = [spent(lambda path=path, bare=bare: reading(path, bare))[1] for _ in range(5)]
        print(f"{run.total:>6} atoms: iterload {1e3 * min(read) / 200:.3f} ms/frame, all but the "
              f"decoding {1e3 * min(work) / 200:.3f}")  # fmt: skip


def memory(top, path):
    """Peak memory in MB of the occupancies of a trajectory, in a process of its own."""
    code = (
        "import sys, ros1struct as rs\n"
        "from ros1struct.trajectories import occupancy\n"
        "occupancy(rs.trajectory(sys.argv[1], sys.argv[2]))\n"
        # Of this program alone; what getrusage says may be that of the process that started it.
        "print(next(x.split()[1] for x in open('/proc/self/status') if x.startswith('VmHWM')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(top), str(path)],
        check=True,
        capture_output=True,
        text=True,
    )
    return float(done.stdout) / 1024


def wall(work):
    """Seconds on the clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def halves(top, path, count):
    """Seconds of two independent processes that take one half each: the machine's ceiling."""
    code = (
        "import sys, time, ros1struct as rs\n"
        "run = rs.trajectory(sys.argv[1], sys.argv[2])\n"
        "from ros1struct.trajectories import presence\n"
        "input(); presence(run.part(int(sys.argv[3]), int(sys.argv[4])))\n"
    )
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(top), str(path), str(a), str(b)],
            stdin=subprocess.PIPE, text=True,
        )
        for a, b in ((0, count // 2), (count // 2, count))
    ]  # fmt: skip
    time.sleep(6)
    start = time.perf_counter()
    for one in both:
        one.stdin.write("\n")
        one.stdin.close()
    for one in both:
        one.wait()
    return time.perf_counter() - start


def main():
    """Print all ratios."""
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, load "
          f"{os.getloadavg()[0]:.1f}")  # fmt: skip
    frames = mdtraj.load(str(RUN), top=str(TOP))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = tiled(frames, FRAMES, folder / "run.xtc")
        ratios("solute", TOP, path)
        ratios("box", *boxed(frames, folder))
        growth(frames, folder)
        many = tiled(frames, MANY, folder / "many.xtc")
        few_mb, many_mb = memory(TOP, path), memory(TOP, many)
        print(f"peak memory: {FRAMES} frames {few_mb:.0f} MB, {MANY} frames {many_mb:.0f} MB, "
              f"{many_mb / few_mb:.2f} times")  # fmt: skip
        # Frames of an XTC file stand alone: a file three times over is a trajectory.
        long = folder / "long.xtc"
        long.write_bytes(many.read_bytes() * TIMES)
        for label, path, count in (("", many, MANY), (" (long)", long, TIMES * MANY)):
            run = rs.trajectory(TOP, path)
            one = wall(lambda run=run: presence(run))
            two = wall(lambda run=run: presence(run, workers=2))
            ceiling = halves(TOP, path, count)
            print(
                f"two workers{label}: {one / two:.2f} times one ({one:.1f} s); two independent "
                f"processes {one / ceiling:.2f}"
            )
        try:
            from dask.distributed import Client, LocalCluster
        except ImportError:
            return
        with (
            LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
            Client(cluster) as client,
        ):
            map_frames(rs.overlaps, run.part(0, 100), client=client)  # workers have the package
            spread = wall(lambda: presence(run, client=client))
            print(f"dask, two workers: {one / spread:.2f} times one")


if __name__ == "__main__":
    main()
