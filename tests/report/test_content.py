"""The pages say what the tables say, lead to their rows, and escape what comes from files."""

import re
from html import unescape
from itertools import pairwise

import pandas as pd
import pytest

import ros1struct as rs
from ros1struct.clashes.definitions import clash_definition
from ros1struct.errors import InputError
from ros1struct.report import columns, figures, results
from ros1struct.report.figures import Figures
from ros1struct.report.mutation_page import mutation_page
from ros1struct.report.results import Subject
from ros1struct.scene.html import environment

NEAR = "mutations/MET_G1163R.html"


def read(made, name):
    return pd.read_csv(made.folder / "tables" / f"{name}.csv")


def test_pages_ask_only_for_files_of_the_report(made):
    for name, page in made.pages.items():
        place = (made.folder / name).parent
        files = [*page.found["src"], *(x for x in page.found["href"] if x.endswith(".css"))]
        assert all((place / file).resolve().is_file() for file in files), name
        assert not {"iframe", "object", "base", "form", "style"} & set(page.tags)
        assert page.found["style"] == page.handlers == []
        assert len(page.found["alt"]) == page.tags.count("img")
        assert all(page.found["alt"])
        outside = [x for x in page.found["href"] if ":" in x]
        assert all(link.startswith("https://doi.org/10.") for link in outside)
        # Scripts are files; what stands in a page is data.
        inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", page.text)
        assert all('type="application/json"' in tag for tag in inline)
        policy = re.search(r'Security-Policy" content="([^"]*)"', page.text)[1]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
    assert made.pages["index.html"].images
    assert made.pages[NEAR].images


def test_every_link_leads_somewhere(made):
    root = made.folder.resolve()
    for name, page in made.pages.items():
        ids = page.found["id"]
        assert len(ids) == len(set(ids)), name
        for link in page.found["href"]:
            if ":" in link:
                continue
            address, _, anchor = link.partition("#")
            target = ((root / name).parent / address).resolve() if address else root / name
            assert target.is_file(), (name, link)
            if anchor:
                inside = target.relative_to(root).as_posix()
                assert anchor in made.pages[inside].found["id"], (name, link)
    index = made.pages["index.html"].found["href"]
    assert {p for p in made.pages if p.startswith("mutations/")} <= set(index)
    assert all("../index.html" in p.found["href"] for n, p in made.pages.items() if "/" in n)


def test_pages_have_landmarks_captions_and_scopes(made):
    for name, page in made.pages.items():
        for tag in ("header", "main", "footer", "h1", "title"):
            assert page.tags.count(tag) == 1, (name, tag)
        assert page.tags.count("table") == page.tags.count("caption")
        assert len(page.found["scope"]) == page.tags.count("th")
        assert '<a class="skip" href="#main">' in page.text
        levels = [int(tag[1]) for tag in page.tags if re.fullmatch("h[1-6]", tag)]
        assert all(b - a <= 1 for a, b in pairwise(levels)), name


def test_a_number_leads_to_its_line_in_the_file(made):
    checked = 0
    for page in made.pages.values():
        for row in re.findall(r'<tr><th scope="row">(.*?)</tr>', page.text, flags=re.DOTALL):
            link = re.search(r'href="(?:\.\./)?tables/(\w+)\.html#row-(\d+)"', row)
            head = unescape(re.sub(r"<[^>]*>", "", row.split("</th>")[0]))
            if link and not head.startswith(("=", "line of")):
                lines = (made.folder / "tables" / f"{link[1]}.csv").read_text("utf-8").split("\n")
                # The line holds what heads the row: a mutation, a structure, a predictor.
                assert head in lines[int(link[2]) - 1], (head, link[0])
                checked += 1
    assert checked > 20


def test_a_mutation_leads_to_its_rows_of_the_scan(made):
    scan = read(made, "scan")
    for subject in made.found.subjects:
        text = made.pages[f"mutations/{subject.stem}.html"].text
        lines = sorted({int(n) for n in re.findall(r"tables/scan\.html#row-(\d+)", text)})
        mine = (scan["mutation"] == subject.mutation) & (scan["kinase"] == subject.kinase)
        assert lines == [i + 2 for i in scan.index[mine]] != [], subject.title


def test_a_mutation_has_its_page(made):
    page = made.pages[NEAR]
    for words in (
        "MET G1163R",
        "Gly 1163 → Arg",
        "linker:51",
        "ROS1 G2032R, ALK G1202R, NTRK1 G595R",
        "steric: the literature proposes a clash: geometry may speak",
        "What the literature reports of ROS1 G2032R",
        "matplotlib",
        "Clashes by chimerax",
    ):
        assert words in page.said, words
    # Rotamers, contacts of the mutant, and measured folds.
    assert len(page.images) == 3


def test_rows_are_told_in_full(made):
    row, said = read(made, "scan").set_index("mutation").loc["G1163R"], made.pages[NEAR].said
    assert row["reason"] in said
    assert row["verdict"] in said
    for name in ("score", "steric_tolerance"):
        spread = f"({row[f'{name}_low']:.2f} to {row[f'{name}_high']:.2f})"
        assert f"{row[name]:.2f} {spread}" in " ".join(said.split())


def test_a_mutation_with_nothing_to_see_has_a_short_page(made):
    assert read(made, "scan").set_index("mutation").loc["E1233N", "verdict"] == "not in model"
    page = made.pages["mutations/MET_E1233N.html"]
    assert page.images == []
    assert "3Dmol" not in page.text
    assert "Not in model. Residue 1233 is not in the structure." in page.said
    assert "no side chain beside an inhibitor to show" in page.said


def test_the_first_page_says_what_the_tables_say(made):
    said = made.pages["index.html"].said
    summary = made.found.tables["summary"]
    counts = summary["verdict"].value_counts()
    told = said.split("Verdicts: ")[1].split(".")[0].split(", ")
    assert sorted(told) == sorted(f"{verdict} {count}" for verdict, count in counts.items())
    assert f"{len(summary)} pairs, from 2 structures." in said
    for words in (
        "What this answers",
        "Resistance matrix",
        "Mutations",
        "Beside the literature",
        "Methods",
        "What it does not answer",
        "It is no basis for treatment.",
    ):
        assert words in said


def test_methods_name_structures_definition_versions_and_what_to_cite(made):
    text = (made.folder / "methods.txt").read_text(encoding="utf-8")
    assert "2WGJ (MET WT with crizotinib, deposited, PDB 2WGJ, 2.00 Å" in text
    assert "definition 'chimerax'" in text
    assert "C3H0 1.61" in text
    for package in ("ros1struct", "numpy", "rdkit", "gemmi", "scipy"):
        assert f"{package} " in text.split("Software.")[1]
    said = made.pages["index.html"].said
    for paragraph in text.strip().split("\n\n"):
        assert " ".join(paragraph.split(". ", 1)[1].split()) in said
    assert "doi:10.1016/j.str.2011.03.019" in said
    assert "@article{shapovalov2011," in (made.folder / "citations.bib").read_text("utf-8")


def test_hostile_names_are_text_on_every_page(made, hostile_name):
    for name, page in made.pages.items():
        assert any(hostile_name in words for words in page.words), name
        assert "x" not in page.images, name
        assert page.handlers == []
        assert "<img src=x" not in page.text


def test_hostile_names_are_no_formula_in_a_spreadsheet(made, hostile_name):
    for path in (made.folder / "tables").glob("*.csv"):
        table = pd.read_csv(path, keep_default_na=False, dtype=str)
        cells = {text for name in table for text in table[name]}
        risky = [c for c in cells if re.match(r"[=+@\t\r].*[A-Za-z(|!]", c, re.DOTALL)]
        assert risky == [], path.stem
    assert f"'{hostile_name}" in set(read(made, "structures")["structure"])


def test_data_for_the_viewer_cannot_end_their_element(made):
    text = made.pages["index.html"].text
    (data,) = re.findall(
        r'<script type="application/json" class="ros1struct-data">(.*?)</script>', text
    )
    assert "<" not in data
    assert ">" not in data


def test_a_rotamer_figure_is_titled_in_its_type(made):
    svg = (made.folder / "figures" / "rotamers_G1163R_2WGJ.svg").read_text(encoding="utf-8")
    assert re.findall(r"font(?:-size)?: ([\d.]+)px[^>]*>G1163R<", svg) == ["8"]


def test_what_cannot_be_drawn_is_told(made, monkeypatch, tmp_path):
    def refuse(*_, **__):
        raise InputError("cannot draw: <b>")

    monkeypatch.setattr(figures, "plot_rotamers", refuse)
    drawn = Figures(made.found, tmp_path, lambda: None).rotamers("2WGJ", "G1163R")
    assert drawn.problem == "cannot draw: <b>"
    assert list(tmp_path.iterdir()) == []
    macros = environment("report").get_template("macros.html").module
    assert "Not drawn: cannot draw: &lt;b&gt;" in macros.figure(drawn, "")


def test_a_figure_is_drawn_once_in_the_formats_asked_for(made, monkeypatch, tmp_path):
    calls, real = [], figures.plot_rotamers
    monkeypatch.setattr(figures, "plot_rotamers", lambda t: calls.append(1) or real(t))
    drawer = Figures(made.found, tmp_path, lambda: None, ["png"])
    one, two = (drawer.rotamers("2WGJ", "G1163R") for _ in range(2))
    assert one is two
    assert len(calls) == 1
    assert one.formats == ("svg", "png")
    assert {p.suffix for p in tmp_path.iterdir()} == {".svg", ".png"}


def test_columns_that_are_chosen_are_there(made):
    for chosen, name in (
        (columns.ALL_PAIRS, "summary"),
        (columns.PAIRS, "summary"),
        (columns.FOCUS, "focus_G2032R"),
        (columns.STRUCTURES, "structures"),
        (columns.QUALITY, "quality"),
        (columns.CARRIED, "pocket"),
        (columns.EVIDENCE_OF_CALLS, "calls"),
        (columns.GEOMETRY, "scan"),
        (columns.UNSEEN, "scan"),
        (columns.CALLS, "calls"),
        (columns.EVIDENCE, "sensitivity"),
        (columns.RATES, "clinical_rates"),
    ):
        # Two are of frames and poses only (tests/report/test_frames.py).
        absent = set(chosen) - set(made.found.tables[name].columns)
        assert absent <= {"pooled", "score_spread"}, name


def test_an_inhibitor_without_a_model_is_shown_as_such():
    rule = clash_definition("chimerax")
    complexes, mutations = [rs.load("crizotinib")], ["ROS1 G2032R"]
    found = results.results(complexes, [], mutations, rule, missing=["entrectinib"])
    rows = found.tables["summary"].set_index("structure")
    assert rows.loc["entrectinib", ["mutation", "verdict", "outcome"]].tolist() == [
        "G2032R", "no model", "no verdict",
    ]  # fmt: skip
    assert rows.loc["entrectinib", "literature_call"] == "R"
    assert found.rotamers.keys() == {("crizotinib", "G2032R")}
    assert set(found.tables["rotamers"]["structure"]) == {"crizotinib"}


@pytest.mark.parametrize(
    ("kinase", "mutation", "stem"),
    [
        ("ROS1", "S1986F/L2000V", "S1986F_L2000V"),
        ("MET", "G1163R", "MET_G1163R"),
        ("../a", "A1G", "a_A1G"),
    ],
)
def test_pages_have_safe_names(kinase, mutation, stem):
    assert Subject(kinase, mutation, pd.DataFrame()).stem == stem


def test_a_compound_links_its_substitutions_and_says_where_it_has_no_equal(tmp_path):
    rule = clash_definition("chimerax")
    mutations = ["ROS1 S1986F/L2000V", "ROS1 L2000V"]
    found = results.results([rs.load("crizotinib")], [], mutations, rule)
    page = mutation_page(found, found.subjects[0], Figures(found, tmp_path, lambda: None), None)
    facts = dict(page["facts"])
    assert page["alone"] == [("L2000V", "mutations/L2000V.html")]
    assert "ALK C1156F/I1170V" in facts["Equivalents"]
    assert "several substitutions: judged as a whole" in facts["What geometry may claim"]
    assert page["alike"].startswith("Out of scope. 11.5 Å from the inhibitor")
    assert list(tmp_path.iterdir()) == []


def test_an_inhibitor_whose_chemistry_is_not_understood_leaves_typed_contacts_out(monkeypatch):
    complex_ = rs.load("2WGJ")
    assert set(results._typed([complex_])["interactions"]["structure"]) == {"2WGJ"}

    def refuse(*_, **__):
        raise InputError("a peptide")

    monkeypatch.setattr(results, "interactions", refuse)
    assert results._typed([complex_]) == {}
