"""The order of the rooms, proved from one table, and what importing the package may cost."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import ros1struct

PACKAGE = Path(ros1struct.__file__).parent

# A room imports only the rooms named beside it, at the top of a file or inside a function; the
# single files `errors`, `arguments`, `tables` and `colours` may be imported by every room.
ROOMS = {
    "structure": "",
    "kinome": "structure",
    "io": "structure kinome",
    "energy": "structure",
    "clashes": "structure kinome io energy",
    "contacts": "structure kinome io clashes",
    "trajectories": "structure kinome io energy clashes contacts",
    "sidechains": "structure kinome io energy clashes contacts",
    "transplants": "structure kinome io energy clashes contacts sidechains",
    "resistance": "structure kinome io energy clashes contacts trajectories sidechains",
    "scene": "structure kinome io energy clashes contacts sidechains",
    "figures": "structure kinome io energy clashes contacts trajectories sidechains resistance",
    "report": (
        "structure kinome io energy clashes contacts trajectories sidechains resistance scene "
        "figures"
    ),
    "cli": (
        "structure kinome io energy clashes contacts trajectories sidechains transplants "
        "resistance scene figures report"
    ),
}
FILES = "errors", "arguments", "columns", "tables", "colours"
TOP = "__init__", "__main__"
LIGHT = ("numpy",)
HEAVY = "pandas", "rdkit", "mdtraj", "scipy", "matplotlib", "gemmi", "Bio", "urllib.request", "ssl"
LONGEST_FILE = 400
FULLEST_FOLDER = 16


def python_files():
    return sorted(p for p in PACKAGE.rglob("*.py") if "data" not in p.relative_to(PACKAGE).parts)


def room_of(file):
    parts = file.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else file.stem


def imported(file):
    """Dotted names inside the package that a file imports when it runs, wherever in the file."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []  # annotations only; never run
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file.name}: imports are written out, not relative"
            found |= {node.module, *(f"{node.module}.{a.name}" for a in node.names)}
    return {n.removeprefix("ros1struct.") for n in found if n.startswith("ros1struct.")}


def test_the_table_names_every_room():
    folders = {p.parent.name for p in PACKAGE.glob("*/__init__.py")}
    assert folders == {*ROOMS}
    assert {p.stem for p in PACKAGE.glob("*.py")} == {*FILES, *TOP}


def test_the_table_has_no_circle():
    seen = set()
    for room, below in ROOMS.items():
        assert {*below.split()} <= seen, f"{room} comes after what it imports"
        seen.add(room)


@pytest.mark.parametrize("file", python_files(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_import_points_up(file):
    room = room_of(file)
    if room in TOP:
        return
    allowed = {room, *FILES, "__version__", *ROOMS.get(room, "").split()}
    assert {name.split(".")[0] for name in imported(file)} - allowed == set()


@pytest.mark.parametrize("file", python_files(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_private_files_and_names_stay_in_their_room(file):
    foreign = {
        name
        for name in imported(file)
        if name.split(".")[0] != room_of(file)
        and any(part.startswith("_") and part != "__version__" for part in name.split("."))
    }
    assert foreign == set()


def test_few_arrows_between_rooms():
    pairs = {
        (room_of(file), name.split(".")[0])
        for file in python_files()
        for name in imported(file)
        if name.split(".")[0] != room_of(file)
    }
    assert len({(a, b) for a, b in pairs if a in ROOMS and b in ROOMS}) <= 90


@pytest.mark.parametrize("file", python_files(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_files_are_short(file):
    assert len(file.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


def test_folders_are_small():
    for folder in {p.parent for p in python_files()}:
        assert len(list(folder.glob("*.py"))) <= FULLEST_FOLDER, folder.name


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_what_it_is_for(room):
    text = ast.get_docstring(ast.parse((PACKAGE / room / "__init__.py").read_text("utf-8")))
    assert text is not None
    assert len(text.split()) >= 30, "what the room is for, what comes in, what goes out"


def test_the_reader_of_imports_sees_every_form(tmp_path):
    file = tmp_path / "sample.py"
    file.write_text(
        "import numpy\nimport ros1struct.resistance.scan\n"
        "from ros1struct.kinome import literature\n"
        "from ros1struct.errors import InputError\n"
        "def f():\n    from ros1struct.cli import main\n"
        "if TYPE_CHECKING:\n    from ros1struct.contacts.pocket import KinaseState\n"
    )
    assert imported(file) == {
        "resistance.scan", "kinome", "kinome.literature", "errors", "errors.InputError", "cli",
        "cli.main",
    }  # fmt: skip


def run(code):
    environment = {"PYTHONPATH": str(PACKAGE.parent), "PATH": ""}
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    return result.stdout.split()


def test_importing_the_package_loads_nothing_heavy():
    # Names are imported when they are asked for; two are of rooms that need more.
    every = "[getattr(ros1struct, n) for n in ros1struct.__all__ if n not in ('cite', 'check')]"
    loaded = run(f"import sys, ros1struct; {every}; print(*sys.modules)")
    before = run(f"import sys, {', '.join(LIGHT)}; print(*sys.modules)")
    assert {*HEAVY} & ({*loaded} - {*before}) == set()
    assert "ros1struct.io.load" in loaded
    alone = run("import sys, ros1struct; print(*sys.modules)")
    assert "numpy" not in alone


def test_a_room_never_hides_the_function_of_its_name():
    code = (
        "import ros1struct, ros1struct.clashes.definitions, ros1struct.contacts.engine\n"
        "print(ros1struct.clashes.__name__, ros1struct.contacts.__name__, ros1struct.io.__name__)"
    )
    assert run(code) == ["clashes", "contacts", "ros1struct.io"]


def test_importing_touches_no_network_and_writes_nothing(tmp_path):
    code = (
        "import os, socket\n"
        "def no(*a, **k): raise AssertionError('network')\n"
        "socket.socket.connect = no\n"
        f"os.chdir({str(tmp_path)!r})\n"
        "import ros1struct"
    )
    run(code)
    assert list(tmp_path.iterdir()) == []
