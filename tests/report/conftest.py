"""One report a session, with hostile names, which all tests of its files and pages read."""

import html.parser
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import ros1struct as rs
from ros1struct.report import build

# Markup, an entity, mathematics and a formula, if they were not escaped.
HOSTILE = '=HYPERLINK("x")<img src=x onerror=alert(1)>&amp;$a$\''
REPOSITORY = Path(__file__).parents[2]


class Page(html.parser.HTMLParser):
    """Collect what a page asks for, and check that its tags nest."""

    VOID = ("meta", "img", "link")

    def __init__(self, path):
        super().__init__()
        self.text = path.read_text(encoding="utf-8")
        self.open, self.tags, self.words = [], [], []
        self.found = {name: [] for name in ("href", "id", "alt", "src", "scope", "style")}
        self.images, self.handlers = [], []
        self.feed(self.text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        for name, value in attributes:
            if name in self.found:
                self.found[name].append(value)
            if name.startswith("on"):
                self.handlers.append(name)
        if tag == "img":
            self.images.append(dict(attributes)["src"])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "script":
            self.words.append(data)

    @property
    def said(self):
        """Its words, one space between them."""
        return " ".join(" ".join(self.words).split())


@dataclass
class Made:
    """A report: its folder, its tables, its pages by their path, and how far it had come when."""

    folder: Path
    found: Any = None
    pages: dict = field(default_factory=dict)
    seen: list = field(default_factory=list)


@pytest.fixture(scope="session")
def hostile_name():
    return HOSTILE


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """A report on two complexes and three mutations: beside the inhibitor, absent, far away."""
    from ros1struct.io.catalog import find

    path = tmp_path_factory.mktemp("files") / f"{HOSTILE}.cif"
    shutil.copy(find("2WGJ").path, path)
    made = Made(tmp_path_factory.mktemp("out") / "report")
    write = build.write_pages

    def keep(found, *rest):
        made.found = found
        write(found, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "write_pages", keep)
        index = build.report(
            made.folder,
            complexes=["2WGJ", "crizotinib"],
            mutations=["ROS1 G2032R", "ROS1 D2113N", "ROS1 S1986F/L2000V"],
            comparisons=[rs.load(path)],
            progress=lambda done, total: made.seen.append((done, total)),
        )
    assert index == made.folder / "index.html"
    made.pages = {
        path.relative_to(made.folder).as_posix(): Page(path)
        for path in sorted(made.folder.rglob("*.html"))
    }
    return made


@pytest.fixture(scope="session")
def axe():
    """Source of axe-core, which ``make test`` fetches; AXE_CORE may name another axe.min.js."""
    path = Path(os.environ.get("AXE_CORE", REPOSITORY / "node_modules" / "axe-core" / "axe.min.js"))
    if not path.is_file():
        pytest.skip("no axe-core (make node_modules/axe-core, which needs npm)")
    return path.read_text(encoding="utf-8")
