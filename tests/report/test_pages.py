"""The report in a browser: it asks for nothing, draws, links, fits the window, and prints."""

import re
import unicodedata

import pypdf
import pytest

from ros1struct.report.build import report

LOCAL = ("file:", "data:", "blob:")
INSIDE = "mutations/G2032R.html"
OUTSIDE = "mutations/S1986F_L2000V.html"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    pytest.importorskip("chemiscope", reason="chemiscope, which ships the viewer, is missing")
    place = tmp_path_factory.mktemp("browser") / "report"
    mutations = ["ROS1 G2032R", "ROS1 L2026M", "ROS1 S1986F/L2000V"]
    report(place, complexes=["crizotinib", "repotrectinib"], mutations=mutations)
    return place


@pytest.fixture(scope="module", params=["index.html", INSIDE, OUTSIDE])
def opened(request, browser, folder):
    """A page of the report, what it complained of and what it asked for."""
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    errors, asked = [], []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.on("request", lambda r: asked.append(r.url))
    # Drawing without a graphics card takes seconds.
    page.goto((folder / request.param).as_uri(), timeout=120_000)
    yield page, request.param, errors, asked
    page.close()


def drawn(page):
    """Wait until the 3D view is there, and return its place."""
    page.wait_for_function("document.querySelector('.ros1struct-scene').viewer", timeout=120_000)
    return page.locator(".ros1struct-canvas")


def test_a_page_draws_without_complaint_or_request(opened, pixels):
    page, name, errors, asked = opened
    if name == OUTSIDE:
        assert page.locator("canvas").count() == 0
    else:
        image = pixels(drawn(page).screenshot())
        inked = (image < 0.9).any(axis=2).mean()
        assert 0.05 < inked < 0.95
        # The inhibitor's orange is in the middle.
        high, wide, _ = image.shape
        middle = image[high // 5 : -high // 5, wide // 5 : -wide // 5]
        red, green, blue = (middle[..., k] for k in range(3))
        assert ((red > green + 0.1) & (green > blue + 0.1)).sum() > 100
    assert page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
    assert errors == []
    assert [url for url in asked if not url.startswith(LOCAL)] == []


@pytest.mark.parametrize("width", [1200, 400])
def test_nothing_sticks_out_of_the_window(opened, width):
    page, *_ = opened
    page.set_viewport_size({"width": width, "height": 900})
    # With everything unfolded.
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width
    if width == 1200:
        over = page.evaluate(
            "[...document.querySelectorAll('.scroll')]"
            ".filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.innerText.slice(0, 80))"
        )
        assert over == []


def test_links_lead_from_page_to_page(browser, folder):
    # Reading needs no scripts, and goes faster without the 3D views.
    page = browser.new_page(java_script_enabled=False)
    page.goto((folder / "index.html").as_uri())
    page.locator("#mutations a", has_text="S1986F/L2000V").click()
    page.wait_for_url(f"**/{OUTSIDE}")
    assert page.locator("h1").inner_text() == "ROS1 S1986F/L2000V"
    page.locator(".back a").click()
    page.wait_for_url("**/index.html")
    page.locator("nav a", has_text="Methods").click()
    page.wait_for_url("**/index.html#methods")
    # The heading is not hidden below the contents.
    top = page.locator("#methods h2").bounding_box()["y"]
    assert top >= page.locator("nav").bounding_box()["height"] - 1
    page.close()


def test_a_page_prints(opened, tmp_path):
    page, name, *_ = opened
    if name != OUTSIDE:
        drawn(page)
    path = tmp_path / "page.pdf"
    page.pdf(path=path, format="A4")
    data = path.read_bytes()
    assert data.startswith(b"%PDF")
    count = len(re.findall(rb"/Type\s*/Page\b", data))
    assert 1 <= count <= {"index.html": 14, INSIDE: 6, OUTSIDE: 3}[name]
    page.emulate_media(media="print")
    # Details are open on paper, and the contents are not on it.
    shown = "e => e.checkVisibility({contentVisibilityAuto: true})"
    assert all(page.locator("details > *").evaluate_all(f"all => all.map({shown})"))
    assert not page.locator("nav").is_visible()
    headings = page.locator("h2").all_inner_texts()
    assert headings
    pages = pypdf.PdfReader(path).pages
    # Type may have drawn "fi" as one letter.
    text = unicodedata.normalize("NFKC", " ".join(p.extract_text() for p in pages))
    text = " ".join(text.split())
    assert [h for h in headings if h not in text] == []
