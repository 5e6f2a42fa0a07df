"""Small faults put into the code, one at a time: how many do the tests see?

    python tests/benchmarks/mutants.py --count 40 --seed 1 clashes contacts

Each fault is one operator, comparison, number or condition of a function, chosen by a seed in a
copy of the repository; the tests of its room run against it until one fails. What survives is
printed with its line: a test is missing there, or the fault changes nothing that can be seen.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("clashes", "contacts", "energy", "structure", "sidechains", "resistance")
PATIENCE = 300

_OPERATORS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.And: ast.Or, ast.Or: ast.And, ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}  # fmt: skip


def places(tree: ast.Module) -> Iterator[ast.AST]:
    """Nodes inside functions that can be changed; texts, defaults and annotations are left."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for statement in function.body:
                if isinstance(statement, ast.Raise | ast.Import | ast.ImportFrom):
                    continue
                yield from filter(_changeable, ast.walk(statement))


def _changeable(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign):
        return type(node.op) in _OPERATORS
    if isinstance(node, ast.Compare):
        return type(node.ops[0]) in _OPERATORS
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def change(node: ast.AST, rng: random.Random) -> None:
    """Put a fault into a node."""
    if isinstance(node, ast.Constant):
        node.value = node.value + 1 if rng.random() < 0.5 or not node.value else -node.value
    elif isinstance(node, ast.Compare):
        node.ops[0] = _OPERATORS[type(node.ops[0])]()
    else:
        node.op = _OPERATORS[type(node.op)]()


def mutant(text: str, rng: random.Random) -> tuple[str, int, str] | None:
    """Return the text with a fault, its line, and the line as it is then."""
    tree = ast.parse(text)
    found = list(places(tree))
    if not found:
        return None
    node = rng.choice(found)
    before = ast.unparse(node)
    change(node, rng)
    ast.fix_missing_locations(tree)
    return ast.unparse(tree), node.lineno, f"{before}  ->  {ast.unparse(node)}"


def killed(copy: Path, room: str) -> bool:
    """Whether a test of a room fails in a copy of the repository."""
    folders = [f"tests/{room}", *(["tests/test_oracles.py"] if room in ROOMS[:3] else [])]
    command = [
        sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-n", "0", *folders
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(copy / "src")}
    try:
        done = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rooms", nargs="+", choices=ROOMS)
    parser.add_argument("--count", type=int, default=20, help="faults in each room")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        skip = shutil.ignore_patterns(".git", ".venv*", "__pycache__", "fuzz-findings")
        shutil.copytree(ROOT, copy, ignore=skip)
        for room in options.rooms:
            if killed(copy, room):
                raise SystemExit(f"the tests of {room} fail without a fault")
            rng = random.Random(f"{options.seed} {room}")
            files = sorted((copy / "src" / "ros1struct" / room).rglob("*.py"))
            weights = [len(list(places(ast.parse(f.read_text("utf-8"))))) for f in files]
            seen = 0
            for number in range(1, options.count + 1):
                path = rng.choices(files, weights)[0]
                text = path.read_text("utf-8")
                made = mutant(text, rng)
                assert made is not None
                path.write_text(made[0], "utf-8")
                dead = killed(copy, room)
                path.write_text(text, "utf-8")
                seen += dead
                name = path.relative_to(copy / "src" / "ros1struct")
                word = "killed  " if dead else "SURVIVES"
                print(f"{word} {name}:{made[1]}  {made[2][:110]}", flush=True)
                print(f"{room}: {seen} of {number} killed", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
