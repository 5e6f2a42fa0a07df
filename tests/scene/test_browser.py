import json
import re
from html import unescape

import pytest
from vendor_javascript import PACKAGES, differences, unpack

import ros1struct as rs
from ros1struct.scene.browser import FILES, View, asset, scene_data, view
from ros1struct.scene.html import environment
from ros1struct.scene.scene import scene

HOSTILE = "x\"</script><script>alert(1)</script><img src=http://e.x/a onerror=alert(1)><!-- '"


def data_of(page):
    """What the page hands to the viewer."""
    found = re.search(
        r'<script type="application/json" class="ros1struct-data">(.*?)</script>', page
    )
    return json.loads(found[1])


@pytest.mark.parametrize("package", PACKAGES, ids=lambda p: p.name)
def test_vendored_javascript_is_what_the_script_brings(package):
    assert differences(package) == []


def test_an_archive_that_is_not_the_published_one_is_refused():
    with pytest.raises(SystemExit, match="3dmol: expected sha512-"):
        unpack(PACKAGES[0], b"something else")


def test_the_vendored_file_is_the_viewer():
    assert "createViewer" in asset("vendor/3Dmol-min.js")
    assert "| 2.5.5 |" in asset("vendor/README.md")
    assert all(asset(name) for name in FILES)


@pytest.mark.parametrize("mutation", [None, "G2032R"])
def test_the_page_gets_the_whole_scene(mutation):
    found = scene(rs.load("crizotinib"), mutation)
    page = View(found).page()
    assert data_of(page) == scene_data(found)
    assert ("</svg>clash<" in page) == bool(found.clashes)
    for words, colour in found.legend:
        assert f'fill="{colour}"></rect></svg>{words}</li>' in page


def test_a_sentence_stands_where_no_script_runs():
    page = view(rs.load("2WGJ")).page()
    canvas = re.search(r'class="ros1struct-canvas"[^>]*>([^<]*)</div>', page)
    assert canvas[1] == "The 3D view is drawn by a script, which did not run here."


def test_hostile_names_stay_text():
    bad = rs.load("2WGJ").with_changes(name=HOSTILE, inhibitor_name=HOSTILE)
    plain, page = view(rs.load("2WGJ")).page(), View(scene(bad)).page()
    for sign in ("<script", "</script>", "<!--", "<img"):
        assert page.count(sign) == plain.count(sign), sign
    assert data_of(page)["name"] == HOSTILE
    said = unescape(re.search(r'aria-label="([^"]*)"', page)[1])
    assert HOSTILE in said


def test_a_name_that_nobody_gave_is_an_error():
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError, match="'nothing' is undefined"):
        environment().from_string("{{ nothing }}").render()


def test_the_page_asks_for_nothing_and_holds_the_viewer_once():
    page = view(rs.load("2WGJ")).page()
    policy = unescape(re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1])
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert policy.count("sha256-") == 3
    assert not re.search(r"(src|href)\s*=", page.split("<body>")[0])
    assert page.count('id="ros1struct-3dmol"') == 1
    assert len(page) < 0.6e6
    for outside in ("<script src", "<link", "@import", "fetch(", "XMLHttpRequest", ' style="'):
        assert outside not in page


def test_the_same_scene_gives_the_same_page():
    assert view("2WGJ").page() == view("2WGJ").page()


def test_a_notebook_gets_a_frame_of_its_own(tmp_path):
    shown = view(rs.load("2WGJ"), height=300)
    html = shown._repr_html_()
    assert repr(shown) == "<View of <Scene 2WGJ: 8 contacts, 0 clashes, 0 rotamers>>"
    assert html.startswith('<iframe title="2WGJ: MET WT with crizotinib')
    assert 'sandbox="allow-scripts"' in html
    assert html.count("<") == 2  # the page is an attribute, escaped
    inner = unescape(re.search(r'srcdoc="([^"]*)"', html)[1])
    assert "height: 300px" in inner
    path = shown.save(tmp_path / "page.html")
    assert path.read_text(encoding="utf-8").lstrip().startswith("<!DOCTYPE html>")
    with pytest.raises(rs.InputError, match="cannot be written"):
        shown.save(tmp_path / "missing" / "page.html")


@pytest.fixture(scope="module")
def opened(browser, tmp_path_factory):
    """A page in a browser, what it complained of and what it asked for."""
    path = tmp_path_factory.mktemp("view") / "page.html"
    view(rs.load("2WGJ"), "G1163R", height=300).save(path)
    page = browser.new_page(viewport={"width": 500, "height": 560})
    errors, asked = [], []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.on("request", lambda r: asked.append(r.url))
    page.goto(path.as_uri())
    page.wait_for_function("document.querySelector('.ros1struct-scene').viewer", timeout=60_000)
    yield page, errors, asked
    page.close()


def test_a_browser_draws_it_without_complaint_or_request(opened, pixels):
    page, errors, asked = opened
    image = pixels(page.screenshot())[:300]
    assert page.inner_text(".ros1struct-canvas") == ""
    assert errors == []
    assert len(asked) == 1
    inked = (image < 0.9).any(axis=2).mean()
    assert 0.05 < inked < 0.95
    # The inhibitor's orange is in the middle.
    red, green, blue = (image[60:240, 100:400, k] for k in range(3))
    assert ((red > green + 0.1) & (green > blue + 0.1)).sum() > 100


def test_it_turns_by_the_keyboard(opened):
    page, errors, _ = opened
    view_of = "document.querySelector('.ros1struct-scene').viewer.getView()"
    before = page.evaluate(view_of)
    page.focus("button[value=left]")
    page.keyboard.press("Enter")
    turned = page.evaluate(view_of)
    assert max(abs(a - b) for a, b in zip(before[4:], turned[4:], strict=True)) > 0.05
    page.click("button[value=reset]")
    assert page.evaluate(view_of) == pytest.approx(before, abs=1e-6)
    assert errors == []
