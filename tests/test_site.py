"""The site of documentation: nothing public is missing from it, nothing on it is from elsewhere.

Building it runs every page (`make docs`); here is what can be asked without that.
"""

import inspect
import re
import sys
from pathlib import Path

import pytest

import ros1struct as rs
from ros1struct import figures
from ros1struct.cli.main import parser
from ros1struct.columns import COLUMNS

DOCS = Path(__file__).parents[1] / "docs"
SITE = DOCS.parent / "mkdocs.yml"
PAGES = sorted(p for p in DOCS.rglob("*.md"))


@pytest.fixture(scope="module")
def reference():
    sys.path.insert(0, str(DOCS))
    try:
        import reference

        yield reference
    finally:
        sys.path.remove(str(DOCS))


def test_every_public_name_has_its_place_in_the_reference(reference):
    pages = reference.reference()
    made = [name for text in pages.values() for name in re.findall(r"^::: (\S+)$", text, re.M)]
    assert len(made) == len(set(made))
    public = {n: getattr(rs, n) for n in rs.__all__ if n != "__version__"}
    wanted = {f"ros1struct.{n}" for n, thing in public.items() if not inspect.ismodule(thing)}
    modules = [thing for thing in public.values() if inspect.ismodule(thing)]
    wanted |= {f"{m.__name__}.{n}" for m in modules for n in reference.offered(m)}
    wanted |= {f"ros1struct.figures.{n}" for n in figures.__all__}
    assert wanted <= {*made}
    assert rs.__version__ in pages["reference/index.md"]
    assert all(f"[`rs.{n}`]" in pages["reference/index.md"] for n in public)


def test_every_room_but_the_command_line_has_a_page(reference):
    rooms = {p.parent.name for p in Path(rs.__file__).parent.glob("*/__init__.py")}
    assert {*reference.ROOMS} == rooms - {"cli"}


def test_the_reference_has_every_column_and_command(reference):
    pages = reference.reference()
    assert all(f"| `{name}` |" in pages["reference/columns.md"] for name in COLUMNS)
    for name, _ in reference._subcommands(parser()):
        assert f"## {name}\n" in pages["reference/cli.md"]


def test_the_navigation_has_every_page_of_the_reference(reference):
    named = set(re.findall(r"reference/\w+\.md", SITE.read_text(encoding="utf-8")))
    assert named == {*reference.reference()}


def test_the_reader_of_offers_sees_a_name_that_is_new(reference, monkeypatch):
    def fresh():
        """Stand for a function that somebody adds."""

    fresh.__module__ = "ros1struct.contacts.fresh"
    monkeypatch.setattr(rs, "fresh", fresh, raising=False)
    monkeypatch.setattr(rs, "__all__", [*rs.__all__, "fresh"])
    assert "ros1struct.fresh" in reference.paths()["contacts"]


def test_every_how_to_is_executed_and_in_the_navigation():
    told = SITE.read_text(encoding="utf-8")
    pages = [p for p in PAGES if p.parent.name == "howto"]
    assert len(pages) >= 11
    for page in pages:
        assert f"howto/{page.name}" in told
        text = page.read_text(encoding="utf-8")
        assert page.name == "index.md" or text.startswith("---\nexecute: true\n")
        assert page.name == "index.md" or "```python\n" in text or "```sh\n" in text


def test_the_site_requests_nothing_from_elsewhere():
    told = SITE.read_text(encoding="utf-8")
    assert "font: false" in told
    for file in (SITE, *DOCS.glob("assets/*.css"), *DOCS.glob("assets/vendor/*.js")):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"""(?:src|href|url|import)\s*[=(:]?\s*["']?https?://""", text), (
            file.name
        )
    for page in PAGES:
        assert "```mermaid" not in page.read_text(encoding="utf-8")
        assert not re.search(r"!\[[^\]]*\]\(https?:", page.read_text(encoding="utf-8"))
