"""What Lighthouse asks of a page that needs no stopwatch: weight, shifts, targets, words."""

from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest

# Of a page with all that it loads; the viewer of three dimensions is half a megabyte.
HEAVIEST = {
    "index.html": 3.0e6,
    "mutations/MET_G1163R.html": 1.5e6,
    "mutations/S1986F_L2000V.html": 0.3e6,
    "tables/scan.html": 0.5e6,
}
WATCH = """
window.shifts = 0;
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
}).observe({type: 'layout-shift', buffered: true});
"""
# Links in a sentence may be small (WCAG 2.5.8); others, and what is pressed, may not.
SMALL = """
[...document.querySelectorAll('button, input, summary, nav a, .back a, th[aria-sort], .files a')]
  .filter(e => e.checkVisibility())
  .map(e => [e.innerText || e.placeholder || e.tagName, e.getBoundingClientRect()])
  .filter(([, box]) => box.height > 0 && (box.height < 24 || box.width < 24))
  .map(([words, box]) => `${words.slice(0, 40)}: ${box.width} by ${box.height}`)
"""


@pytest.fixture(scope="module", params=HEAVIEST)
def phone(request, browser, made):
    """A page on a phone, and the files that it asked for."""
    page = browser.new_page(viewport={"width": 360, "height": 780}, device_scale_factor=2)
    page.add_init_script(WATCH)
    asked = []
    page.on("request", lambda r: asked.append(r.url))
    page.goto((made.folder / request.param).as_uri(), timeout=120_000)
    yield page, request.param, asked
    page.close()


def test_a_page_is_light(phone):
    _, name, asked = phone
    files = {Path(unquote(urlparse(url).path)) for url in asked if url.startswith("file:")}
    assert sum(file.stat().st_size for file in files) < HEAVIEST[name]


def test_nothing_moves_while_a_page_loads(phone):
    page, *_ = phone
    if page.locator(".ros1struct-scene").count():
        page.wait_for_function("document.querySelector('.ros1struct-scene').viewer")
    assert page.evaluate("window.shifts") < 0.1


def test_what_is_pressed_is_large_enough(phone):
    page, *_ = phone
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate(SMALL) == []


def test_a_page_says_what_it_is(phone):
    page, *_ = phone
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.evaluate("document.doctype.name") == "html"
    assert page.evaluate("document.characterSet") == "UTF-8"
    assert 5 < len(page.title()) < 80
    viewport = page.locator("meta[name=viewport]").get_attribute("content")
    assert viewport == "width=device-width, initial-scale=1"
    assert page.locator("h1").count() == 1
    assert page.evaluate("[...document.images].every(i => i.alt && i.width && i.height)")
    # Levels of headings are not skipped.
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3')].map(h => +h.tagName[1])")
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_small_type_is_not_too_small(phone):
    page, *_ = phone
    sizes = page.evaluate(
        "[...document.querySelectorAll('p, li, td, th, figcaption, small, a')]"
        ".filter(e => e.checkVisibility() && e.innerText.trim())"
        ".map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 10
    assert sum(size < 12 for size in sizes) < 0.4 * len(sizes)
