"""Small faults put into the code, one at a time: how many do the tests see?

    python tests/benchmarks/mutants.py --count 60 --seed 1 clashes contacts

Each fault is one comparison, operator, number, condition, slice or returned value of a function, on
a line that the tests of its room run; they are drawn by a seed, over files as their sizes are. A
process that has imported everything forks for each fault, puts it into the function and runs the
tests that come by its line, the fastest first, until one fails, then the examples of its file. What
survives is printed with its line: a test is missing there, or the fault changes nothing that can be
seen.
"""

from __future__ import annotations

import argparse
import ast
import doctest
import functools
import gc
import json
import os
import random
import sys
import tempfile
import time
import traceback
import types
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "ros1struct"
# In the order in which they build on each other.
ROOMS = ("structure", "kinome", "io", "energy", "clashes", "contacts", "trajectories", "sidechains",
         "transplants", "resistance")  # fmt: skip
PATIENCE = 240.0  # seconds on the clock of a fault; what then still runs is in a loop
BUDGET = 10.0  # seconds of tests of a fault, by the times they took without one

_OPERATORS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div, ast.Mod: ast.FloorDiv, ast.Pow: ast.Mult,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.And: ast.Or, ast.Or: ast.And, ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}  # fmt: skip
_LEFT_OUT = (ast.Raise, ast.Import, ast.ImportFrom, ast.Assert)


def places(tree: ast.Module) -> Iterator[tuple[ast.FunctionDef, ast.AST]]:
    """Outermost functions and the nodes inside them that can be changed.

    Texts, defaults, annotations and what is said of an error are left.
    """
    bodies: list[ast.AST] = [tree]
    while bodies:
        body = bodies.pop()
        for node in ast.iter_child_nodes(body):
            if isinstance(node, ast.ClassDef):
                bodies.append(node)
            elif isinstance(node, ast.FunctionDef) and node.name != "__repr__":
                for statement in node.body:
                    yield from ((node, found) for found in _inside(statement))


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, _LEFT_OUT):
        return
    if isinstance(node, ast.If) and all(isinstance(x, ast.Raise) for x in node.body):
        # Whether it is raised is for a test; where to, for another.
        yield from _inside(node.test)
        return
    if _changeable(node):
        yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.JoinedStr | ast.arguments | ast.arg):
            yield from _inside(child)


def _changeable(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign):
        return type(node.op) in _OPERATORS
    if isinstance(node, ast.Compare):
        return type(node.ops[0]) in _OPERATORS
    if isinstance(node, ast.Return):
        return node.value is not None and not isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Slice):
        return node.lower is not None or node.upper is not None
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.Not | ast.USub | ast.Invert)
    if isinstance(node, ast.If | ast.IfExp):
        return not isinstance(node.test, ast.Compare | ast.BoolOp)
    return isinstance(node, ast.Constant) and type(node.value) in (int, float, bool)


def change(node: ast.AST, rng: random.Random) -> None:
    """Put a fault into a node."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, bool):
            node.value = not node.value
        else:
            node.value = node.value + 1 if rng.random() < 0.5 or not node.value else -node.value
    elif isinstance(node, ast.Compare):
        node.ops[0] = _OPERATORS[type(node.ops[0])]()
    elif isinstance(node, ast.Return):
        node.value = ast.Constant(None)
    elif isinstance(node, ast.Slice):
        side = "lower" if node.lower is not None else "upper"
        setattr(node, side, ast.BinOp(getattr(node, side), ast.Add(), ast.Constant(1)))
    elif isinstance(node, ast.UnaryOp):
        node.op = ast.UAdd() if isinstance(node.op, ast.USub) else node.op
        if isinstance(node.op, ast.Not):
            node.operand = ast.UnaryOp(ast.Not(), node.operand)
        elif isinstance(node.op, ast.Invert):
            node.operand = ast.UnaryOp(ast.Invert(), node.operand)
    elif isinstance(node, ast.If | ast.IfExp):
        node.test = ast.UnaryOp(ast.Not(), node.test)
    else:
        node.op = _OPERATORS[type(node.op)]()


def mutant(text: str, index: int, rng: random.Random) -> tuple[ast.Module, int, int, str]:
    """Return the tree with a fault, the first line of its function, its own, and what it is."""
    tree = ast.parse(text)
    function, node = list(places(tree))[index]
    shown = node.test if isinstance(node, ast.If) else node
    before = ast.unparse(shown)
    change(node, rng)
    shown = node.test if isinstance(node, ast.If) else node
    ast.fix_missing_locations(tree)
    first = min([function.lineno, *(d.lineno for d in function.decorator_list)])
    return tree, first, node.lineno, f"{before[:90]}  ->  {ast.unparse(shown)[:90]}"


def put(tree: ast.Module, path: Path, first: int, room: str) -> int:
    """Put the code of a changed function into every function made of it; return how many."""
    module = compile(tree, str(path), "exec")
    new = next(c for c in _codes(module) if c.co_firstlineno == first and c.co_name != "<lambda>")
    above = ROOMS[ROOMS.index(room) :]
    count = 0
    for thing in gc.get_objects():
        if isinstance(thing, functools._lru_cache_wrapper):
            parts = str(thing.__module__).split(".")
            if parts[0] == "ros1struct" and (len(parts) < 3 or parts[1] in above):
                thing.cache_clear()
        if isinstance(thing, types.FunctionType):
            code = thing.__code__
            if code.co_filename == str(path) and code.co_firstlineno == first:
                thing.__code__ = new
                count += 1
    return count


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield constant
            yield from _codes(constant)


class Watch:
    """A plugin of pytest: which lines each test runs, and its seconds of the processor."""

    def __init__(self, cover: object) -> None:
        self.cover, self.seconds, self.begun = cover, defaultdict(float), 0.0

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.cover.switch_context(nodeid)
        self.begun = time.process_time()

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self.seconds[nodeid] += time.process_time() - self.begun


def _pytest(arguments: list[str], plugins: list[object]) -> int:
    import pytest

    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:pytest_cov", "-o",
               "addopts=", "--import-mode=importlib", "--no-header", "--tb=no"]  # fmt: skip
    return int(pytest.main([*options, *arguments], plugins=plugins))


def _forked(work) -> tuple[str, int]:
    """Do something in a child; what it wrote, and how it ended (-1: not at all)."""
    with tempfile.TemporaryFile("w+") as out:
        child = os.fork()
        if child == 0:
            quiet = os.open(os.devnull, os.O_RDWR)
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
            code = 99
            try:
                code = work(out)
            except BaseException:
                traceback.print_exc(file=out)
            finally:
                out.flush()
                os._exit(code)
        begun = time.monotonic()
        while True:
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                break
            if time.monotonic() - begun > work.patience:
                os.kill(child, 9)
                os.waitpid(child, 0)
                return "", -1
            time.sleep(0.02)
        out.seek(0)
        return out.read(), os.waitstatus_to_exitcode(status)


def tests_of(room: str) -> list[str]:
    """Files whose tests are asked about a room."""
    own = [ROOT / "tests" / room, ROOT / "tests" / "test_oracles.py"]
    deposited = sorted((ROOT / "tests" / "deposited").glob(f"test_{room}_*.py"))
    return [str(p) for p in (*own, *deposited) if p.exists()]


def covered(room: str, budget: float) -> dict[str, dict[int, list[str]]]:
    """For each file of a room and each line, the tests that run it, the fastest first."""

    def work(out) -> int:
        import coverage

        cover = coverage.Coverage(data_file=None, source=[str(PACKAGE / room)], config_file=False)
        watch = Watch(cover)
        cover.start()
        code = _pytest(tests_of(room), [watch])
        cover.stop()
        data = cover.get_data()
        found = {}
        for name in data.measured_files():
            lines = data.contexts_by_lineno(name)
            found[name] = {
                line: sorted(filter(None, tests), key=watch.seconds.__getitem__)
                for line, tests in lines.items()
            }
        json.dump([found, watch.seconds], out)
        return code

    work.patience = 3600
    told, code = _forked(work)
    if code not in (0, 1) or not told:
        raise SystemExit(f"the tests of {room} do not run ({code}): {told}")
    found, seconds = json.loads(told)
    if code == 1:
        print(f"{room}: some tests fail without a fault", flush=True)
    chosen: dict[str, dict[int, list[str]]] = {}
    for name, lines in found.items():
        chosen[name] = {}
        for line, tests in lines.items():
            kept, spent = [], 0.0
            for test in tests:
                spent += seconds[test]
                if kept and spent > budget:
                    break
                kept.append(test)
            chosen[name][int(line)] = kept
    return chosen


def tried(room: str, path: Path, index: int, seed: int, tests: dict[int, list[str]]):
    """Put one fault in and run the tests of its line."""
    text = path.read_text("utf-8")
    tree, first, line, what = mutant(text, index, random.Random(f"{seed} {path.name} {index}"))

    def work(out) -> int:
        if not put(tree, path, first, room):
            return 98
        failed = _pytest(["-x", *tests[line]], [])
        module = ".".join(path.relative_to(ROOT / "src").with_suffix("").parts)
        return failed or int(doctest.testmod(sys.modules[module]).failed > 0)

    work.patience = PATIENCE
    _, code = _forked(work)
    word = {0: "SURVIVES", -1: "endless ", 98: "unplaced"}.get(code, "killed  ")
    return word, line, what


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rooms", nargs="+", choices=ROOMS)
    parser.add_argument("--count", type=int, default=60, help="faults in each room")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--budget", type=float, default=BUDGET, help="seconds of tests of a fault")
    parser.add_argument("--again", help="only these, as printed: contacts/rings.py#12,…")
    options = parser.parse_args()
    os.chdir(ROOT)
    sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]
    import pkgutil

    import mdtraj  # noqa: F401
    import pandas  # noqa: F401
    import scipy.optimize  # noqa: F401

    import ros1struct as rs

    for found in pkgutil.walk_packages(rs.__path__, "ros1struct."):
        if found.name.split(".")[1] in ROOMS and not found.name.endswith("decoder"):
            __import__(found.name)
    rs.scan("2WGJ", "L1157M")
    gc.collect()
    for room in options.rooms:
        lines = covered(room, options.budget)
        rng = random.Random(f"{options.seed} {room}")
        pool, idle = [], 0
        for path in sorted((PACKAGE / room).rglob("*.py")):
            tests = lines.get(str(path), {})
            for index, (_, node) in enumerate(places(ast.parse(path.read_text("utf-8")))):
                if tests.get(node.lineno):
                    pool.append((path, index))
                else:
                    idle += 1
        # Every file in turn, as often as its share of the places is.
        rng.shuffle(pool)
        drawn = sorted(pool[: options.count], key=str)
        if options.again:
            wanted = options.again.split(",")
            pool = sorted(pool, key=str)
            drawn = [(p, i) for p, i in pool if f"{p.relative_to(PACKAGE)}#{i}" in wanted]
        print(f"{room}: {len(pool)} places on lines that tests run, {idle} on others", flush=True)
        seen = 0
        begun = time.monotonic()
        for number, (path, index) in enumerate(drawn, 1):
            word, line, what = tried(room, path, index, options.seed, lines[str(path)])
            seen += word in ("killed  ", "endless ")
            name = path.relative_to(PACKAGE)
            print(f"{word} {name}#{index}:{line}  {what}", flush=True)
            if number % 10 == 0 or number == len(drawn):
                print(f"{room}: {seen} of {number} killed, {time.monotonic() - begun:.0f} s",
                      flush=True)  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
