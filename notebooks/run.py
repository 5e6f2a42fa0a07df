"""Execute every notebook from a clean kernel; none may fail, store outputs or last over 2 min."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

LIMIT = 120


def run(path: Path) -> float:
    """Execute one notebook without changing it; return the seconds it took."""
    notebook = nbformat.read(path, as_version=4)
    cells = enumerate(notebook.cells)
    stored = [i for i, cell in cells if cell.get("outputs") or cell.get("execution_count")]
    if stored:
        sys.exit(f"{path.name}: cells {stored} have stored outputs; strip them before committing")
    start = time.perf_counter()
    client = NotebookClient(notebook, timeout=LIMIT, resources={"metadata": {"path": path.parent}})
    client.execute()
    return time.perf_counter() - start


def main() -> None:
    """Run them all."""
    for path in sorted(Path(__file__).parent.glob("*.ipynb")):
        seconds = run(path)
        print(f"{path.name}: {seconds:.0f} s", flush=True)
        if seconds > LIMIT:
            sys.exit(f"{path.name}: longer than {LIMIT} s")


if __name__ == "__main__":
    main()
