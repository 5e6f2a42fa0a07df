"""The report in a browser: it draws, asks for nothing, fits every window, prints, and is usable."""

import re
import unicodedata

import pypdf
import pytest

LOCAL = ("file:", "data:", "blob:")
INSIDE = "mutations/MET_G1163R.html"
OUTSIDE = "mutations/S1986F_L2000V.html"
TABLE = "tables/scan.html"
PAGES = ["index.html", INSIDE, OUTSIDE, TABLE]
WIDTHS = [360, 768, 1200, 1920]
UNFOLD = "document.querySelectorAll('details').forEach(d => d.open = true)"
ROWS = "[...document.querySelectorAll('tbody tr')].filter(r => !r.hidden)"
SCREEN = {"width": 1200, "height": 900}


@pytest.fixture(scope="module", params=PAGES)
def opened(request, browser, made):
    """A page of the report, what it complained of and what it asked for."""
    page = browser.new_page(viewport=SCREEN)
    errors, asked = [], []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.on("request", lambda r: asked.append(r.url))
    # Drawing without a graphics card takes seconds.
    page.goto((made.folder / request.param).as_uri(), timeout=120_000)
    yield page, request.param, errors, asked
    page.close()


@pytest.fixture
def visit(browser, made):
    """Open a page by its path in the report, or the address of a part of it."""
    pages = []

    def go(address, **options):
        pages.append(browser.new_page(viewport=SCREEN, **options))
        pages[-1].goto(f"{made.folder.as_uri()}/{address}")
        return pages[-1]

    yield go
    for page in pages:
        page.close()


def drawn(page):
    """Wait until the 3D view is there, and return its place."""
    page.wait_for_function("document.querySelector('.ros1struct-scene').viewer", timeout=120_000)
    return page.locator(".ros1struct-canvas")


def test_a_page_draws_without_complaint_or_request(opened, pixels):
    page, name, errors, asked = opened
    if name in (OUTSIDE, TABLE):
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_sticks_out_of_the_window(opened, width, scheme):
    page, *_ = opened
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(UNFOLD)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (max(map(int, re.findall(r"\d+", ground)[:3])) < 60) == (scheme == "dark")


def test_tables_fit_a_laptop(opened):
    page, name, *_ = opened
    page.set_viewport_size(SCREEN)
    page.evaluate(UNFOLD)
    over = page.evaluate(
        "[...document.querySelectorAll('.scroll:not(.tall)')]"
        ".filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.innerText.slice(0, 80))"
    )
    assert over == [], name


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(opened, axe, scheme):
    page, name, *_ = opened
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(SCREEN)
    page.evaluate(UNFOLD)
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {preload: false})")
    faults = {
        v["id"]: [n["html"][:120] for n in v["nodes"][:3]]
        for v in found["violations"]
        if v["impact"] in ("serious", "critical")
    }
    assert faults == {}, name
    assert len(found["passes"]) > 15


def test_a_table_is_sorted_by_the_keyboard(visit):
    page = visit(TABLE)
    head = page.locator("thead th", has_text="min distance")
    place = head.evaluate("th => th.cellIndex")

    def values():
        cells = page.evaluate(f"{ROWS}.map(r => r.cells[{place}].textContent)")
        return [float(text or "-inf") for text in cells]

    before = values()
    assert len(before) > 4
    head.focus()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    assert values() == sorted(before)
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert values() == sorted(before, reverse=True)


def test_a_table_is_filtered_by_words(visit):
    page = visit("tables/rotamers.html")
    total = page.evaluate(f"{ROWS}.length")
    page.get_by_role("searchbox").fill("crizotinib g2032r")
    left = page.evaluate(f"{ROWS}.map(r => r.textContent)")
    assert 0 < len(left) < total
    assert all("crizotinib" in text and "G2032R" in text for text in left)
    assert page.get_by_role("status").inner_text() == f"{len(left)} of {total} rows"


def test_a_linked_row_is_shown_and_marked(visit):
    page = visit("tables/rotamers.html#row-60")
    row, other = page.locator("#row-60"), page.locator("#row-59")
    assert 0 <= row.bounding_box()["y"] <= SCREEN["height"]
    paint = "e => getComputedStyle(e).backgroundColor"
    assert row.evaluate(paint) != other.evaluate(paint)


def test_the_first_stop_of_the_keyboard_skips_to_the_content(visit):
    page = visit(OUTSIDE)
    page.keyboard.press("Tab")
    link = page.locator(".skip")
    assert link.evaluate("e => e === document.activeElement")
    assert link.bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_links_lead_from_page_to_page(visit):
    # Reading needs no scripts.
    page = visit("index.html", java_script_enabled=False)
    page.locator("#mutations a", has_text="S1986F/L2000V").click()
    page.wait_for_url(f"**/{OUTSIDE}")
    assert page.locator("h1").inner_text() == "ROS1 S1986F/L2000V"
    page.locator(".back a").first.click()
    page.wait_for_url("**/index.html")
    page.locator("nav a", has_text="Methods").click()
    page.wait_for_url("**/index.html#methods")
    # The heading is not hidden below the contents.
    top = page.locator("#methods h2").bounding_box()["y"]
    assert top >= page.locator("nav").bounding_box()["height"] - 1


def test_a_page_prints(opened, tmp_path):
    page, name, *_ = opened
    if name not in (OUTSIDE, TABLE):
        drawn(page)
    # Dark on the screen, light on paper.
    page.emulate_media(color_scheme="dark")
    path = tmp_path / "page.pdf"
    page.pdf(path=path, format="A4")
    data = path.read_bytes()
    assert data.startswith(b"%PDF")
    count = len(re.findall(rb"/Type\s*/Page\b", data))
    assert 1 <= count <= {"index.html": 14, INSIDE: 7, OUTSIDE: 3, TABLE: 6}[name]
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    # Details are open on paper, and the contents are not on it.
    shown = "e => e.checkVisibility({contentVisibilityAuto: true})"
    assert all(page.locator("details > :not(.tools)").evaluate_all(f"all => all.map({shown})"))
    assert not page.locator("nav").is_visible()
    headings = page.locator("h2").all_inner_texts()
    assert headings
    # Type may have drawn "fi" as one letter.
    pages = pypdf.PdfReader(path).pages
    text = unicodedata.normalize("NFKC", " ".join(p.extract_text() for p in pages))
    text = " ".join(text.split())
    assert [h for h in headings if h not in text] == []
    page.emulate_media(media="screen", color_scheme="light")
