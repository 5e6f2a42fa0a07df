"""Two folders of ``table_snapshot.py``, compared byte for byte.

Run: ``python tests/benchmarks/compare_snapshots.py BEFORE AFTER [--only PART]``. One line per kind
of table says how many files are equal, differ, or are on one side only; then come the first lines
that differ, and by how much the numbers do where all else is the same. The exit status is 1 where
anything differs.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter, defaultdict
from itertools import zip_longest
from pathlib import Path

# A number that is no part of a name: not the 2026 of L2026M, nor the 1 of C1.
NUMBER = re.compile(r"(?<![\w.#])[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?![\w])")
STATES = ("equal", "differ", "only before", "only after")
WIDTH = 160


def kind(path: Path) -> str:
    """Name what a file holds, whatever the structure, the definition or the mutation.

    Examples
    --------
    >>> kind(Path("trk/x/interactions_plip.csv")), kind(Path("trk/x/interactions_plip.error"))
    ('interactions', 'interactions')
    """
    return path.name.split(".")[0].split("_")[0]


def relative_difference(before: str, after: str) -> float | None:
    """Return the largest relative difference of the numbers of two texts.

    Parameters
    ----------
    before, after : str

    Returns
    -------
    float or None
        ``|a - b| / max(|a|, |b|)``; None where the texts differ in more than their numbers.

    Examples
    --------
    >>> relative_difference("L2026M,1.0,-4e-3", "L2026M,1.0,-5e-3")
    0.2
    >>> relative_difference("1.0,kept", "1.0,lost") is None
    True
    """
    if NUMBER.split(before) != NUMBER.split(after):
        return None
    pairs = zip(NUMBER.findall(before), NUMBER.findall(after), strict=True)
    values = ((float(x), float(y)) for x, y in pairs if x != y)
    return max((abs(x - y) / (max(abs(x), abs(y)) or 1.0) for x, y in values), default=0.0)


def nature(before: str, after: str) -> str:
    """Say in what two different texts differ.

    Examples
    --------
    >>> nature("a,1.0", "a,1.5"), nature("a,1", "b,1")
    ('numbers only, by at most 3.3e-01 of their size', 'text')
    """
    if sorted(before.splitlines()) == sorted(after.splitlines()):
        return "the order of the lines, or their ends"
    most = relative_difference(before, after)
    return "text" if most is None else f"numbers only, by at most {most:.1e} of their size"


def lines_that_differ(before: str, after: str, most: int) -> list[str]:
    """Return the first lines that differ, as a diff has them."""
    shown = []
    pairs = zip_longest(before.splitlines(), after.splitlines())
    for number, (x, y) in enumerate(pairs, start=1):
        if x != y and len(shown) < 2 * most:
            for mark, line in (("-", x), ("+", y)):
                shown.append(
                    f"    {number} {mark} {'no such line' if line is None else line[:WIDTH]}"
                )
    return shown


def main() -> int:
    """Print the comparison; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--only", default="", metavar="PART", help="of GROUP/STRUCTURE/TABLE")
    parser.add_argument("--lines", type=int, default=2, help="lines to show of a file")
    parser.add_argument("--files", type=int, default=5, help="files to show of a kind")
    given = parser.parse_args()
    sides = []
    for folder in (given.before, given.after):
        files = {p.relative_to(folder) for p in folder.rglob("*") if p.is_file()}
        files = {p for p in files if given.only in p.as_posix()}
        if not files:
            parser.error(f"{folder}: expected files of table_snapshot.py, found none")
        sides.append(files)
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    reports: defaultdict[str, list[list[str]]] = defaultdict(list)
    for path in sorted(sides[0] | sides[1]):
        if path not in sides[0] or path not in sides[1]:
            state = "only after" if path in sides[1] else "only before"
            report = [f"  {path.as_posix()}: {state}"]
        else:
            raw = [(folder / path).read_bytes() for folder in (given.before, given.after)]
            state = "equal" if raw[0] == raw[1] else "differ"
            before, after = (x.decode("utf-8", errors="replace") for x in raw)
            report = [f"  {path.as_posix()}: {nature(before, after)}"] if state != "equal" else []
            report += lines_that_differ(before, after, given.lines) if report else []
        counts[kind(path)][state] += 1
        if report:
            reports[kind(path)].append(report)
    total: Counter[str] = Counter()
    print(f"{'kind':<14}" + "".join(f"{state:>13}" for state in STATES))
    for name, row in sorted(counts.items()):
        total += row
        print(f"{name:<14}" + "".join(f"{row[state]:>13}" for state in STATES))
    print(f"{'all':<14}" + "".join(f"{total[state]:>13}" for state in STATES))
    for name, found in sorted(reports.items()):
        print(f"\n{name}: {len(found)} files")
        for report in found[: given.files]:
            print("\n".join(report))
        if len(found) > given.files:
            print(f"  and {len(found) - given.files} more")
    return int(total["equal"] < total.total())


if __name__ == "__main__":
    sys.exit(main())
