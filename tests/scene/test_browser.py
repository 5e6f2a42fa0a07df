import builtins
import json
import re
from html import unescape
from importlib import import_module

import pytest

import ros1struct as rs
from ros1struct.scene.browser import scene_html, view, viewer_script
from ros1struct.scene.scene import scene

# `ros1struct.view` is the function.
module = import_module("ros1struct.scene.browser")
HOSTILE = "x\"</script><script>alert(1)</script><img src=http://e.x/a onerror=alert(1)><!-- '"


@pytest.fixture(scope="module")
def _viewer():
    pytest.importorskip("chemiscope", reason="chemiscope, which ships the viewer, is not installed")


def data_of(html):
    """What the page hands to the viewer."""
    found = re.search(r"draw\(document\.getElementById\(\"[^\"]*\"\), (.*)\);</script>", html)
    return json.loads(found[1])


@pytest.mark.parametrize("mutation", [None, "G2032R"])
def test_the_page_gets_the_whole_scene(mutation):
    found = scene(rs.load("crizotinib"), mutation)
    html = scene_html(found)
    data = data_of(html)
    assert {k: data[k] for k in found.as_dict()} == found.as_dict()
    assert ("&#9632;</span> clash" in html) == bool(found.clashes)
    for words, colour in found.legend:
        assert f'<span style="color: {colour}">&#9632;</span> {words}' in html


def test_two_scenes_on_a_page_have_places_of_their_own():
    found = scene(rs.load("2WGJ"))
    ids = [re.search(r'id="([^"]+)"', scene_html(found))[1] for _ in range(2)]
    assert ids[0] != ids[1]


def test_a_sentence_stands_where_no_script_runs():
    html = scene_html(scene(rs.load("2WGJ")))
    canvas = re.search(r'class="ros1struct-canvas"[^>]*>([^<]*)</div>', html)
    assert canvas[1] == "The 3D view is drawn by a script, which did not run here."


def test_hostile_names_stay_text():
    complex = rs.load("2WGJ")
    bad = complex.with_changes(name=HOSTILE, inhibitor_name=HOSTILE)
    html = scene_html(scene(bad))
    assert html.count("<script>") == html.count("</script>") == 1
    assert "<img" not in html
    assert "<!--" not in html
    assert data_of(html)["name"] == HOSTILE
    said = unescape(re.search(r'aria-label="([^"]*)"', html)[1])
    assert HOSTILE in said


@pytest.mark.usefixtures("_viewer")
def test_the_page_asks_for_nothing_and_holds_the_viewer_once():
    page = view(rs.load("2WGJ")).page()
    assert "default-src 'none'" in page
    assert "unsafe-eval" not in page
    assert not re.search(r"(src|href)\s*=", page.split("<body>")[0])
    assert page.count("const packed") == 1
    assert len(page) < 2e6
    for outside in ("<script src", "<link", "@import", "fetch(", "XMLHttpRequest"):
        assert outside not in page


@pytest.mark.usefixtures("_viewer")
def test_the_installed_bundle_is_the_viewer():
    text = module._bundle().read_text(encoding="utf-8")
    assert "window.$3Dmol=" in text  # what the page relies on
    assert viewer_script() == viewer_script()


@pytest.mark.usefixtures("_viewer")
def test_a_notebook_gets_a_frame_of_its_own(tmp_path):
    shown = view(rs.load("2WGJ"), height=300)
    html = shown._repr_html_()
    assert repr(shown) == "<View of <Scene 2WGJ: 8 contacts, 0 clashes, 0 rotamers>>"
    assert html.startswith('<iframe srcdoc="')
    assert 'sandbox="allow-scripts"' in html
    assert html.count("<") == 2  # the page is an attribute, escaped
    inner = unescape(re.search(r'srcdoc="([^"]*)"', html)[1])
    assert "height: 300px" in inner
    path = shown.save(tmp_path / "page.html")
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    with pytest.raises(rs.InputError, match="cannot be written"):
        shown.save(tmp_path / "missing" / "page.html")


def test_without_the_viewer_the_extra_is_named(monkeypatch):
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    with pytest.raises(rs.InputError, match=r"is not installed.*pip install 'ros1struct\[view"):
        view(rs.load("2WGJ"))


@pytest.mark.usefixtures("_viewer")
def test_a_package_without_the_bundle_is_told_apart(monkeypatch, tmp_path):
    class Spec:
        submodule_search_locations = (str(tmp_path),)

    monkeypatch.setattr(module, "find_spec", lambda name: Spec)
    with pytest.raises(rs.InputError, match=r"has no chemiscope\.min\.js"):
        viewer_script()


@pytest.mark.usefixtures("_viewer")
def test_finding_the_viewer_does_not_import_its_package(monkeypatch):
    real = builtins.__import__

    def guarded(name, *rest):
        assert not name.startswith("chemiscope")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", guarded)
    assert viewer_script().startswith("<script>")


@pytest.mark.usefixtures("_viewer")
def test_a_browser_draws_it_without_complaint(browser, pixels, tmp_path):
    path = view(rs.load("2WGJ"), "G1163R", height=300).save(tmp_path / "page.html")
    page = browser.new_page(viewport={"width": 500, "height": 450})
    errors = []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.goto(path.as_uri())
    page.wait_for_function("document.querySelector('.ros1struct-scene').viewer", timeout=60_000)
    image = pixels(page.screenshot())[:300]
    left = page.inner_text(".ros1struct-canvas")
    page.close()
    assert left == ""
    assert errors == []
    inked = (image < 0.9).any(axis=2).mean()
    assert 0.05 < inked < 0.95
    # The inhibitor's orange is in the middle.
    red, green, blue = (image[60:240, 100:400, k] for k in range(3))
    assert ((red > green + 0.1) & (green > blue + 0.1)).sum() > 100
