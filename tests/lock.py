"""Write the versions that are installed here, of everything the tests need, as constraints.

python tests/lock.py > requirements.lock   (`make lock`, in a fresh environment of newest versions)
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, distribution

EXTRAS = ("test", "docs")


def name_of(text: str) -> str:
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", text)[0]).lower()


def closure(root: str, extras: tuple[str, ...]) -> dict[str, str]:
    """Installed distributions that a package needs, and their versions."""
    from packaging.requirements import Requirement

    found: dict[str, str] = {}
    waiting = [(root, extras)]
    seen = set()
    while waiting:
        name, wanted = waiting.pop()
        if (name, wanted) in seen:
            continue
        seen.add((name, wanted))
        try:
            there = distribution(name)
        except PackageNotFoundError:
            continue
        if name != root:
            found[name] = there.version
        for line in there.requires or ():
            need = Requirement(line)
            if need.marker is None or any(
                need.marker.evaluate({"extra": extra}) for extra in ("", *wanted)
            ):
                waiting.append((name_of(need.name), tuple(sorted(need.extras))))
    return found


def main() -> int:
    """Print the lock."""
    version = ".".join(map(str, sys.version_info[:2]))
    print(f"# The newest versions that the tests ran with (Python {version}, {sys.platform});")
    print(
        "# `make lock` writes them anew, `make test` with PIP_CONSTRAINT=requirements.lock installs"
    )
    print("# them.")
    for name, number in sorted(closure("ros1struct", EXTRAS).items()):
        print(f"{name}=={number}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
