"""What the site's builder does beyond Markdown: runs pages, writes the reference, places outputs.

Pages whose head says ``execute: true`` and the notebooks run at build, each in a kernel of its own;
nothing executed is stored. The reference has a page per room of the package, made from what the
rooms offer, so that no public name can be left out.
"""

from __future__ import annotations

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from execute import PLACE, Executed, environment, execute, head  # noqa: E402
from reference import reference  # noqa: E402

NOTEBOOKS = HERE.parent / "notebooks"
KERNELS = 2
FILES = "executed"

_executed: dict[str, Executed] = {}


def on_config(config: Any) -> Any:
    """Add notebooks and pages on the science that the navigation does not name."""
    named = set(re.findall(r"[\w/#.-]+\.md", str(config.nav)))
    pages = [p.name for p in HERE.glob("*.md")]
    notebooks = [f"notebooks/{p.stem}.md" for p in NOTEBOOKS.glob("*.ipynb")]
    for title, there in (("The science", pages), ("Notebooks", notebooks)):
        part = next(part[title] for part in config.nav if title in part)
        part += sorted(page for page in there if page not in named)
    return config


def on_files(files: Files, config: Any) -> Files:
    """Run pages and notebooks; add them and the reference to the site."""
    environment()
    sources = {
        f.src_uri: HERE / f.src_uri
        for f in files.documentation_pages()
        if f.src_uri.endswith(".md") and head(HERE / f.src_uri).get("execute")
    }
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        sources[f"notebooks/{path.stem}.md"] = path
    with ThreadPoolExecutor(KERNELS) as pool:
        names = [Path(uri).stem for uri in sources]
        _executed.update(zip(sources, pool.map(execute, sources.values(), names), strict=True))
    for uri, page in _executed.items():
        if uri.startswith("notebooks/"):
            files.append(File.generated(config, uri, content=page.markdown))
        for name, content in page.files.items():
            files.append(File.generated(config, f"{FILES}/{name}", content=content))
    for uri, text in reference().items():
        files.append(File.generated(config, uri, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Take the executed text of a page for its own."""
    done = _executed.get(page.file.src_uri)
    return done.markdown if done else markdown


def on_page_content(html: str, page: Any, **_: Any) -> str:
    """Put the outputs in their places."""
    done = _executed.get(page.file.src_uri)
    for number, output in enumerate(done.outputs if done else ()):
        up = "../" * page.file.dest_uri.count("/")
        placed = output.replace("{files}", f"{up}{FILES}/")
        html = html.replace(
            PLACE.format(number), f'<div class="output" data-search-exclude>{placed}</div>'
        )
    # Tables wider than a telephone scroll by themselves.
    html = html.replace('<table class="dataframe"', '<table tabindex="0" class="dataframe"')
    return html


def on_post_build(config: Any) -> None:
    """Give the search index as a script too: a page opened from a disk may not fetch a file."""
    index = Path(config.site_dir, "search", "search_index.json")
    script = f"var __index = {index.read_text(encoding='utf-8')}"
    index.with_suffix(".js").write_text(script, encoding="utf-8")
