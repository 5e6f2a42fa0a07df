"""Functions of frames over processes or a dask cluster, with parts that outlive a stop.

A part is a range of frames. Parts are done in any order and joined in theirs, so that the table is
the same however many work on it. With a folder every part is a Parquet file; what is there is not
done again. A worker that dies costs its parts, which are given to another.
"""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ros1struct.arguments import checked
from ros1struct.errors import InputError, Ros1structError
from ros1struct.io.trajectory import Chunk, Trajectory
from ros1struct.structure.complex import Complex

# Times that lost parts are given to new workers before it is the parts that are to blame.
RETRIES = 3

Table = Callable[..., pd.DataFrame]


def chunks(run: Trajectory | Complex) -> Iterator[Chunk]:
    """Yield the chunks of a trajectory, or a Complex as one; a frame's number is its time then."""
    if isinstance(run, Trajectory):
        yield from run
    elif isinstance(run, Complex):
        index = np.arange(len(run.xyz))
        yield Chunk(run, index, index.astype(np.float64))
    else:
        raise InputError(f"expected a Trajectory or a Complex, found {type(run).__name__}")


@checked
def map_frames(
    function: Table,
    run: Trajectory | Complex,
    *args: Any,
    workers: int = 1,
    client: Any = None,
    folder: str | os.PathLike[str] | None = None,
    part: int | None = None,
    progress: bool = False,
    **kwargs: Any,
) -> pd.DataFrame:
    """Call a function of a trajectory part by part and join its tables.

    Parameters
    ----------
    function : callable
        A public function of all frames such as :func:`ros1struct.clashes`, or one of your own in
        a module: takes a Trajectory and returns a table.
    run : Trajectory or Complex
    *args, **kwargs
        Of the function.
    workers : int
        Processes on this machine.
    client : dask.distributed.Client, optional
        Workers anywhere; they need the package and the files under the same path.
    folder : path, optional
        Where parts are kept as Parquet files (pyarrow); a second call goes on from them.
    part : int, optional
        Frames of a part; by default some chunks, so that there are several for every worker.
    progress : bool
        Show frames per second and the time left; of frames that come from an iterator or are a
        Complex, nothing.

    Returns
    -------
    DataFrame
        By frame, the same for any number of workers.

    Raises
    ------
    InputError
        If the frames come from an iterator and are to be shared among workers, or the folder
        holds the parts of other work.
    Ros1structError
        If the disk is full, or workers die again and again; the parts that are done are kept.

    Examples
    --------
    >>> import ros1struct as rs
    >>> run = rs.trajectory("run.pdb", "run.xtc")  # doctest: +SKIP
    >>> table = map_frames(rs.clashes, run, "bondi", workers=8)  # doctest: +SKIP
    """
    if not isinstance(workers, int) or workers < 1:
        raise InputError(f"workers must be 1 or more, found {workers!r}")
    if not isinstance(run, Trajectory | Complex):
        raise InputError(f"expected a Trajectory or a Complex, found {type(run).__name__}")
    alone = workers == 1 and client is None and folder is None
    if isinstance(run, Complex) or (alone and not progress):
        return function(run, *args, **kwargs)
    if isinstance(run.source, str | os.PathLike):
        run = replace(run, source=Path(run.source).expanduser().resolve())
    elif not alone:
        raise InputError(
            "frames in memory or from an iterator cannot be shared among workers or resumed; "
            "save them as XTC and give the file"
        )
    elif isinstance(run.source, Iterator):  # which gives its frames once, and cannot be counted
        return function(run, *args, **kwargs)
    count = run.n_frames
    if count == 0:
        raise InputError(f"{run.name}: no frame between start and stop in {run.source_name}")
    size = part or _part_size(count, run.chunk, workers if client is None else 8)
    ranges = [(a, min(count, a + size)) for a in range(0, count, size)]
    store = None if folder is None else _Store(Path(folder), function, run, args, kwargs, ranges)
    tables: dict[int, pd.DataFrame] = {}
    left = [k for k in range(len(ranges)) if store is None or not store.has(k)]
    bar = _bar(count, progress)
    bar.update(count - sum(ranges[k][1] - ranges[k][0] for k in left))

    def done(k: int, table: pd.DataFrame) -> None:
        if store is None:
            tables[k] = table
        else:
            store.write(k, table)
        bar.update(ranges[k][1] - ranges[k][0])

    tasks = {k: (function, run, ranges[k], args, kwargs) for k in left}
    try:
        if client is not None:
            _by_dask(client, tasks, done)
        elif workers > 1:
            _by_processes(workers, tasks, done)
        else:
            for k, task in tasks.items():
                done(k, _work(task))
    finally:
        bar.close()
    parts = [tables[k] if store is None else store.read(k) for k in range(len(ranges))]
    return pd.concat([t for t in parts if len(t)] or parts[:1], ignore_index=True)


def _part_size(count: int, chunk: int, workers: int) -> int:
    """Take some chunks: at least four parts for every worker where there are enough frames."""
    chunks_each = max(1, count // (4 * workers * chunk))
    return min(chunk * min(chunks_each, 20), max(1, -(-count // (2 * workers))))


def _work(task: tuple[Any, ...]) -> pd.DataFrame:
    function, run, (first, last), args, kwargs = task
    table: pd.DataFrame = function(run.part(first, last), *args, **kwargs)
    return table


def _by_processes(
    workers: int, tasks: dict[int, Any], done: Callable[[int, pd.DataFrame], None]
) -> None:
    left = dict(tasks)
    # A server that has the package loaded makes every process from then on, where there is one.
    served = "forkserver" in get_all_start_methods()
    context = get_context("forkserver" if served else "spawn")
    if served:
        context.set_forkserver_preload(["ros1struct.trajectories"])
    failures = 0
    while left:
        before = len(left)
        pool = ProcessPoolExecutor(min(workers, len(left)), mp_context=context)
        try:
            running: dict[Future[pd.DataFrame], int] = {}
            waiting = iter(list(left.items()))
            while True:
                # Few are handed out ahead, so that results do not pile up.
                while len(running) < 2 * workers and (item := next(waiting, None)) is not None:
                    running[pool.submit(_work, item[1])] = item[0]
                if not running:
                    break
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    k = running.pop(future)
                    done(k, future.result())
                    del left[k]
        except BrokenProcessPool as error:
            failures = failures + 1 if len(left) == before else 0
            if failures > RETRIES:
                raise Ros1structError(
                    f"worker processes died {failures} times without finishing a part; "
                    f"{len(left)} are left. The system may be out of memory: use fewer workers or "
                    "a smaller chunk="
                ) from error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _by_dask(client: Any, tasks: dict[int, Any], done: Callable[[int, pd.DataFrame], None]) -> None:
    try:
        from dask.distributed import as_completed
    except ImportError as error:
        raise InputError("a client needs dask: pip install 'ros1struct[dask]'") from error
    futures = {client.submit(_work, task, pure=False, retries=RETRIES): k
               for k, task in tasks.items()}  # fmt: skip
    for future in as_completed(list(futures)):
        done(futures[future], future.result())
        future.release()


class _Store:
    """Parts of one piece of work in a folder."""

    def __init__(
        self, folder: Path, function: Table, run: Trajectory, args: Any, kwargs: Any, ranges: Any
    ) -> None:
        try:
            import pyarrow  # noqa: F401
        except ImportError as error:
            raise InputError("parts are Parquet files: pip install pyarrow") from error
        self.folder = folder.expanduser()
        source = Path(run.source)
        stat = source.stat()
        what = (
            f"{function.__module__}.{function.__qualname__}", run.complex.topology.digest,
            source.name, stat.st_size, run.start, run.stop, run.step,
            pickle.dumps((args, sorted(kwargs.items()))), ranges,
        )  # fmt: skip
        self.key = hashlib.sha256(repr(what).encode()).hexdigest()
        note = self.folder / "work.txt"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if note.exists() and note.read_text(encoding="utf-8").strip() != self.key:
                raise InputError(
                    f"{self.folder}: holds the parts of other work (another function, trajectory, "
                    "range or size of parts); give another folder, or empty it"
                )
            note.write_text(self.key + "\n", encoding="utf-8")
        except OSError as error:
            raise Ros1structError(f"{self.folder}: cannot be written ({error.strerror})") from error

    def _path(self, k: int) -> Path:
        return self.folder / f"part-{k:06d}.parquet"

    def has(self, k: int) -> bool:
        return self._path(k).is_file()

    def write(self, k: int, table: pd.DataFrame) -> None:
        new = self.folder / f".part-{k:06d}.{os.getpid()}"
        try:
            table.to_parquet(new, index=False)
            os.replace(new, self._path(k))
        except OSError as error:
            new.unlink(missing_ok=True)
            raise Ros1structError(
                f"{self._path(k)}: cannot be written ({error.strerror or error}); the parts before "
                "it are kept, and the same call goes on from them"
            ) from error

    def read(self, k: int) -> pd.DataFrame:
        return pd.read_parquet(self._path(k))


def _bar(total: int, show: bool) -> Any:
    from tqdm.auto import tqdm

    return tqdm(total=total, unit="frame", disable=not show)
