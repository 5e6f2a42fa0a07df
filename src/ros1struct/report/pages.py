"""Write the folder of a report: pages from templates, tables, figures, and what pages need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd

from ros1struct.report.citations import cite, split_doi
from ros1struct.report.figures import Figures
from ros1struct.report.html_tables import heading, page_table
from ros1struct.report.methods import methods, methods_text, reference_list, versions
from ros1struct.report.mutation_page import mutation_page
from ros1struct.report.overview import overview
from ros1struct.report.results import Results
from ros1struct.report.scenes import Scenes
from ros1struct.scene.browser import FILES as SCENE_FILES
from ros1struct.scene.html import environment
from ros1struct.tables import check, describe, inert

# Rows of a table on its page; a browser would be slow with more. The CSV has all.
MOST_ROWS = 2000
_OWN_FILES = (
    "assets/report.css",
    "assets/report.js",
    "vendor/tablesort.min.js",
    "vendor/tablesort-LICENSE.txt",
)


def write_pages(
    found: Results, folder: Path, step: Callable[[], None], formats: Sequence[str]
) -> None:
    """Write pages, tables and figures into a folder.

    Parameters
    ----------
    found : Results
    folder : Path
        Empty.
    step : callable
        Called after every figure and page.
    formats : sequence of {"svg", "pdf", "png"}
        Files of each figure; SVG is always among them.
    """
    for name in ("tables", "figures", "mutations", "assets"):
        (folder / name).mkdir()
    _copy_assets(folder / "assets")
    paragraphs = methods(found.every, found.rule)
    _text(folder / "methods.txt", methods_text(paragraphs) + "\n")
    _text(folder / "citations.txt", cite())
    _text(folder / "citations.bib", cite("bibtex"))
    figures = Figures(found, folder / "figures", step, formats)
    scenes = Scenes(found, folder / "assets")
    pages = environment("report")
    pages.globals.update(
        report_title="Resistance report",
        rule=found.rule.name,
        structures_line=_structures_line(found.tables["structures"]),
        versions=versions(),
    )

    def write(template: str, path: str, **values: Any) -> None:
        root = "../" * path.count("/")
        text = pages.get_template(template).render(root=root, **values)
        _text(folder / path, text)

    write(
        "index.html",
        "index.html",
        **overview(found, figures, scenes),
        focus_name=found.focus,
        methods=paragraphs,
        references=[split_doi(line) for line in reference_list(found.every)],
    )
    for subject in found.subjects:
        write(
            "mutation.html",
            f"mutations/{subject.stem}.html",
            **mutation_page(found, subject, figures, scenes),
        )
        step()
    _write_tables(found, folder / "tables", write)


def _write_tables(found: Results, folder: Path, write: Callable[..., None]) -> None:
    """Write every table as CSV, and as a page whose rows have addresses."""
    glossary = pd.concat(
        [
            describe(table).assign(table=name)[["table", "column", "meaning", "unit"]]
            for name, table in found.tables.items()
        ],
        ignore_index=True,
    )
    for name, table in {**found.tables, "columns": glossary}.items():
        inert(check(table)).to_csv(
            folder / f"{name}.csv",
            index=False,
            float_format="%.6g",
            lineterminator="\n",
            encoding="utf-8",
        )
        write(
            "table.html",
            f"tables/{name}.html",
            name=name,
            table=page_table(
                table.head(MOST_ROWS), caption=f"{name}.csv", source=name, links=found.links
            ),
            total=len(table),
            meanings=[heading(str(column)) for column in table.columns],
        )


def _copy_assets(folder: Path) -> None:
    for room, paths in (("report", _OWN_FILES), ("scene", SCENE_FILES)):
        for path in paths:
            data = (files(f"ros1struct.{room}") / path).read_bytes()
            (folder / path.rsplit("/", 1)[-1]).write_bytes(data)


def _structures_line(structures: pd.DataFrame) -> str:
    return "; ".join(
        f"{row.structure} ({row.kinase} {row.variant} with {row.inhibitor}, {row.provenance}"
        f"{f', PDB {row.entry!s}' if row.entry else ''})"
        for row in structures.itertuples()
    )


def _text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
