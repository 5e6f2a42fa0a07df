import ast
import subprocess
import sys
from pathlib import Path

import pytest

import ros1struct

PACKAGE = Path(ros1struct.__file__).parent

# A module imports only modules to its left, at the top of the file or inside a function.
_ORDER = (
    "errors colours folder residues geometry mutation alignment assignment catalog download fetch "
    "knowledge ligands complexes numbering reading choosing structures writing pocket clashes "
    "contacts definitions chemistry kernel rings engine reduction interactions "
    "fingerprints compare rotamers mutate hydrogen_bonds lennard_jones severity models "
    "ensembles stage scene view export compound verdicts tables summary drawing glyphs placement "
    "depiction strokes plan sketch matrix fan pocketmap difference maps strips fusions folds "
    "figures page methods sidechains packing relaxation repack mutants scores sampling response "
    "scan saturation results plates dossier chapters report cli"
)
ORDER = _ORDER.split()
LIGHT = "numpy", "pandas"
HEAVY = "rdkit", "mdtraj", "scipy", "matplotlib", "gemmi", "Bio", "urllib.request", "ssl"


def modules():
    names = {p.stem for p in PACKAGE.glob("*.py")} | {
        p.name for p in PACKAGE.iterdir() if (p / "__init__.py").is_file()
    }
    return sorted(names - {"__init__", "__main__", "data"})


def imported(path):
    """Modules of the package that a file imports when it runs, wherever in the file."""
    found = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []  # annotations only; never run
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = "ros1struct" if node.level else ""
            whole = ".".join(x for x in (base, node.module) if x)
            names = [f"{whole}.{a.name}" for a in node.names] if whole == "ros1struct" else [whole]
        else:
            continue
        found |= {n.split(".")[1] for n in names if n.startswith("ros1struct.")}
    return found & {*modules()}


def test_every_module_has_its_place_in_the_order():
    assert len(ORDER) == len(set(ORDER))
    new = [m for m in modules() if m not in ORDER]
    assert new == [], f"give {new} a place in ORDER, right of what they import"


@pytest.mark.parametrize("name", [m for m in modules() if m in ORDER])
def test_imports_point_one_way(name):
    file = PACKAGE / f"{name}.py"
    left = ORDER[: ORDER.index(name)]
    assert imported(file) - {*left} == set()


def test_the_reader_of_imports_sees_every_form(tmp_path):
    file = tmp_path / "sample.py"
    file.write_text(
        "import numpy\nimport ros1struct.scan\nfrom ros1struct import knowledge\n"
        "from .errors import InputError\nfrom . import catalog\n"
        "def f():\n    from ros1struct.cli import main\n"
        "if TYPE_CHECKING:\n    from ros1struct.pocket import KinaseState\n"
    )
    assert imported(file) == {"scan", "knowledge", "errors", "catalog", "cli"}


def run(code):
    environment = {"PYTHONPATH": str(PACKAGE.parent), "PATH": ""}
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    return result.stdout.split()


def test_importing_the_package_loads_nothing_heavy():
    loaded = run("import sys, ros1struct; print(*sys.modules)")
    before = run(f"import sys, {', '.join(LIGHT)}; print(*sys.modules)")
    assert {*HEAVY} & ({*loaded} - {*before}) == set()
    assert "ros1struct.structures" in loaded


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
