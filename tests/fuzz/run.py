"""Damaged inputs until the time is over: python tests/fuzz/run.py --seconds 600 --out findings.

A second process does the work, so that what hangs or dies is a finding, too; it tells in a file of
eight bytes at which input it is, and how it went once a second. Each finding is kept once a place
in the code, with its input; `--minimise FILE KIND` makes an input smaller.
"""

from __future__ import annotations

import argparse
import json
import mmap
import os
import random
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent)]

PATIENCE = 10.0  # seconds an input may take
MEMORY = 1 << 30  # bytes that it may take
# Most of what a format costs is reading an input that is still good; each has its thousands.
WEIGHTS = {"pdb": 22, "cif": 28, "gz": 14, "sdf": 7, "mol2": 6, "xtc": 3, "trr": 2,
           "dcd": 2, "nc": 2, "h5": 0.5, "csv": 2, "mutations": 17,
           "whole-pdb": 1.5, "whole-cif": 2.5}  # fmt: skip
DEEP = 0.05
RECYCLED = 20_000  # inputs of one process


def judged(kind: str, data: bytes, folder: Path, deep: bool) -> tuple[str, str]:
    """Run an input: ("answer" or "refused" or "found", what)."""
    from targets import run

    from ros1struct.errors import Ros1structError

    def late(*_: object) -> None:
        raise TimeoutError("over the time of an input")

    timed = hasattr(signal, "SIGPROF")  # time of the processor, of which others take their share
    if timed:
        signal.signal(signal.SIGPROF, late)
        signal.setitimer(signal.ITIMER_PROF, 2 * PATIENCE)
    begun = time.process_time()
    try:
        run(kind, data, folder, deep=deep)
        result = ("answer", "")
    except Ros1structError as error:
        said = str(error)
        fine = said.isprintable() and said
        result = ("refused", "") if fine else ("found", f"not one line: {said[:80]!r}")
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        frames = traceback.extract_tb(error.__traceback__)
        own = [f for f in frames if "ros1struct" in f.filename and "fuzz" not in f.filename]
        where = f"{Path(own[-1].filename).name}:{own[-1].name}:{own[-1].lineno}" if own else ""
        result = ("found", f"{type(error).__name__} at {where}: {str(error)[:100]}")
    finally:
        if timed:
            signal.setitimer(signal.ITIMER_PROF, 0)
    took = time.process_time() - begun
    if took > PATIENCE:
        result = ("found", f"took more than {PATIENCE:g} s")
    return result


def worker(seed: int, first: int, place: Path) -> None:
    """Work from a number on; what was found, and once a second the counts, as lines of JSON."""
    from mutators import case

    import ros1struct as rs

    rs.scan("2WGJ", "L1157M")
    warnings.simplefilter("error")
    warnings.simplefilter("ignore", rs.Ros1structWarning)
    with Path("/proc/self/statm").open() as stream:
        size = int(stream.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, size + MEMORY))
    counts: Counter[str] = Counter()
    told = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, place.open("r+b") as stream:
        at = mmap.mmap(stream.fileno(), 8)
        for number in range(first, first + RECYCLED):
            kind, deep = chosen(seed, number)
            at[:] = number.to_bytes(8, "big")
            status, what = judged(kind, case(kind, number, seed), Path(folder), deep)
            counts[f"{kind} {status}"] += 1
            last = number == first + RECYCLED - 1
            if status == "found" or last or time.monotonic() > told + 1:
                line = {"next": number + 1, "counts": counts, "what": what, "kind": kind}
                print(json.dumps(line), flush=True)
                counts.clear()
                told = time.monotonic()


def chosen(seed: int, number: int) -> tuple[str, bool]:
    """Kind of an input, and whether much is computed from it."""
    rng = random.Random(f"kind {seed} {number}")
    return rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0], rng.random() < DEEP


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("fuzz-findings"))
    parser.add_argument("--worker", action="store_true")
    parser.add_argument("--minimise", nargs=2, metavar=("FILE", "KIND"))
    options = parser.parse_args()
    if options.worker:
        worker(options.seed, options.first, options.out)
        return 0
    if options.minimise:
        return minimise(Path(options.minimise[0]), options.minimise[1])
    options.out.mkdir(parents=True, exist_ok=True)
    found = campaign(options.seconds, options.seed, options.first, options.out)
    print(json.dumps(found["counts"], indent=1))
    for what, number in found["findings"].items():
        print(f"{number}: {what}")
    return bool(found["findings"])


def campaign(seconds: float, seed: int, first: int, out: Path) -> dict:
    """Run inputs until the time is over; write the summary beside the findings."""
    end = time.monotonic() + seconds
    counts: Counter[str] = Counter()
    findings: dict[str, int] = {}
    number = first
    place = out / f"at-{seed}"
    while time.monotonic() < end:
        place.write_bytes(b"\xff" * 8)
        command = [sys.executable, __file__, "--worker", "--seed", str(seed)]
        child = subprocess.Popen(
            [*command, "--first", str(number), "--out", str(place)],
            # The limit is on addresses, of which malloc takes 64 MB a thread and by the cores.
            env={**os.environ, "MALLOC_ARENA_MAX": "2"},
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        died = ""
        buffer = b""
        while time.monotonic() < end:
            ready, _, _ = select.select([child.stdout], [], [], 60 * PATIENCE)
            data = os.read(child.stdout.fileno(), 1 << 16) if ready else b""
            if not data:
                code = child.wait() if ready else None
                died = f"the process died ({code})" if ready and code else "" if ready else "hung"
                break
            buffer += data
            *lines, buffer = buffer.split(b"\n")
            for line in lines:
                told = json.loads(line)
                counts.update(told["counts"])
                number = told["next"]
                if told["what"]:
                    keep(told["what"], told["kind"], number - 1, seed, findings, out)
            summary(counts, findings, seed, number, out)
        child.kill()
        child.wait()
        if died:
            at = int.from_bytes(place.read_bytes(), "big")
            if at >= 1 << 63:
                raise SystemExit(f"the worker does not start: {died}")
            kind, _ = chosen(seed, at)
            counts[f"{kind} found"] += 1
            # Those between the last line and this one were judged, and not told how.
            counts["untold"] += at - number
            keep(died, kind, at, seed, findings, out)
            number = at + 1
    return summary(counts, findings, seed, number, out)


def keep(what: str, kind: str, number: int, seed: int, findings: dict, out: Path) -> None:
    """Keep an input of each finding."""
    from mutators import case

    if what not in findings:
        findings[what] = number
        (out / f"{seed}-{number}.{kind}").write_bytes(case(kind, number, seed))


def summary(counts: Counter, findings: dict, seed: int, number: int, out: Path) -> dict:
    """Write what was found so far."""
    told = {"seed": seed, "next": number, "inputs": sum(counts.values()),
            "counts": dict(sorted(counts.items())), "findings": findings}  # fmt: skip
    (out / f"summary-{seed}.json").write_text(json.dumps(told, indent=1))
    return told


def minimise(path: Path, kind: str) -> int:
    """Take lines away as long as the finding stays the same."""
    from ros1struct import Ros1structWarning

    warnings.simplefilter("error")
    warnings.simplefilter("ignore", Ros1structWarning)
    data = path.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        status, what = judged(kind, data, Path(folder), True)
        print(status, what)
        parts = data.splitlines(keepends=True)
        size = len(parts) // 2
        while size and status == "found":
            k = 0
            while k < len(parts):
                fewer = parts[:k] + parts[k + size :]
                if judged(kind, b"".join(fewer), Path(folder), True) == (status, what):
                    parts = fewer
                else:
                    k += size
            size //= 2
    path.with_suffix(".small" + path.suffix).write_bytes(b"".join(parts))
    print(f"{len(parts)} lines left")
    return 0


if __name__ == "__main__":
    sys.exit(main())
