"""The reference: a page per room with all that it offers, the command line, and every column."""

from __future__ import annotations

import argparse
import importlib
import inspect
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import ros1struct as rs
from ros1struct.columns import COLUMNS

# Rooms whose pages come first are those that users call most.
ROOMS = {
    "io": "Structures in and out",
    "structure": "Complexes and mutations",
    "contacts": "Contacts",
    "clashes": "Clashes",
    "sidechains": "Mutant side chains",
    "resistance": "Resistance",
    "trajectories": "Trajectories and poses",
    "transplants": "Transplants",
    "kinome": "Kinases and literature",
    "figures": "Figures",
    "scene": "Three dimensions",
    "report": "Report",
    "energy": "Energies",
}
# Modules whose functions are called by the module's name.
MODULES = "ros1struct.kinome.literature", "ros1struct.report.methods"
FILES = "ros1struct.tables", "ros1struct.errors"


def home(name: str) -> str:
    """Room or file of the package in which a name at its root is made."""
    module = getattr(getattr(rs, name), "__module__", "")
    return module.split(".")[1] if module.startswith("ros1struct.") else ""


def offered(module: ModuleType) -> list[str]:
    """Public names of a module that are more than plain values."""
    names = getattr(module, "__all__", None)
    if names is None:
        own = inspect.getmembers(module, lambda x: inspect.isfunction(x) or inspect.isclass(x))
        names = [n for n, x in own if not n.startswith("_") and x.__module__ == module.__name__]
    return [n for n in names if not n.startswith("_") and hasattr(getattr(module, n), "__module__")]


def paths() -> dict[str, list[str]]:
    """Dotted paths on each page: names of the root first, then what only the room has."""
    found: dict[str, list[str]] = {}
    for room in ROOMS:
        module = importlib.import_module(f"ros1struct.{room}")
        root = [n for n in rs.__all__ if home(n) == room]
        rest = [n for n in offered(module) if n not in root]
        found[room] = [f"ros1struct.{n}" for n in root] + [f"{module.__name__}.{n}" for n in rest]
    for name in MODULES:
        module = importlib.import_module(name)
        found[name.split(".")[1]] += [f"{name}.{n}" for n in offered(module)]
    found["files"] = []
    for name in FILES:
        module = importlib.import_module(name)
        for n in offered(module):
            at_root = getattr(rs, n, None) is getattr(module, n)
            path = f"ros1struct.{n}" if at_root else f"{name}.{n}"
            if getattr(getattr(module, n), "__module__", "") == name:
                found["files"].append(path)
    return found


def reference() -> dict[str, str]:
    """Markdown of every page of the reference, by its place in the site."""
    on_page = paths()
    pages = {"reference/index.md": _overview(on_page)}
    for room, title in ROOMS.items():
        text = inspect.getdoc(importlib.import_module(f"ros1struct.{room}")) or ""
        pages[f"reference/{room}.md"] = _page(
            title, f"Room `{room}`. {_plain(text)}", on_page[room]
        )
    said = "What all rooms share: tables that say what their columns mean, and the errors."
    pages["reference/files.md"] = _page("Tables and errors", said, on_page["files"])
    pages["reference/columns.md"] = _columns()
    pages["reference/cli.md"] = _commands()
    return pages


def _overview(on_page: dict[str, list[str]]) -> str:
    lines = [
        "# Reference",
        "",
        "Every public name. Distances are Å, angles degrees, energies kcal/mol, coordinates "
        "`(frames, atoms, 3)`. Wherever a `Complex` is asked for, a name, an entry or a path will "
        "do.",
        "",
        f"`ros1struct.__version__` is {rs.__version__}; `import ros1struct as rs` below.",
        "",
        "| name | |",
        "|---|---|",
    ]
    for page, names in on_page.items():
        for path in sorted((p for p in names if p.count(".") == 1), key=str.lower):
            name = path.removeprefix("ros1struct.")
            summary = _plain((inspect.getdoc(getattr(rs, name)) or "").splitlines()[0])
            lines.append(f"| [`rs.{name}`]({page}.md#{path}) | {summary} |")
    for name in rs.__all__:
        if inspect.ismodule(module := getattr(rs, name)):
            summary = (inspect.getdoc(module) or "").splitlines()[0]
            page, first = module.__name__.split(".")[1], offered(module)[0]
            lines.append(f"| [`rs.{name}`]({page}.md#{module.__name__}.{first}) | {summary} |")
    return "\n".join(lines) + "\n"


def _page(title: str, text: str, names: list[str]) -> str:
    return "\n\n".join([f"# {title}", text, *(f"::: {n}" for n in names)]) + "\n"


def _plain(text: str) -> str:
    """Sphinx's roles, as code."""
    text = re.sub(r":(?:\w+:)?\w+:`~?([^`]+)`", lambda m: f"`{m[1].split('.')[-1]}`", text)
    return text.replace("``", "`")


def _columns() -> str:
    rows = "\n".join(
        f"| `{name}` | {column.meaning.replace('|', ' ')} | {column.unit} |"
        for name, column in sorted(COLUMNS.items())
    )
    return (
        "# Columns of tables\n\nEvery column of every public table; `ros1struct.tables.describe"
        "(table)` says the same of one. A unit of 1 is a fraction or a ratio; text and counts have "
        f"none.\n\n| column | meaning | unit |\n|---|---|---|\n{rows}\n"
    )


def _commands() -> str:
    from ros1struct.cli.main import parser

    made = parser()
    parts = ["# Command line", "", "```text", made.format_help().rstrip(), "```", ""]
    for name, command in _subcommands(made):
        parts += [f"## {name}", "", "```text", command.format_help().rstrip(), "```", ""]
    return "\n".join(parts)


def _subcommands(made: argparse.ArgumentParser) -> Iterator[tuple[str, Any]]:
    for action in made._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()
