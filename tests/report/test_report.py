"""The report runs end to end on a small job, is self-contained, and never harms a folder."""

import html.parser
import os
import re
import shutil
import sys

import pandas as pd
import pytest

import ros1struct as rs
from ros1struct import tables
from ros1struct.clashes.definitions import clash_definition
from ros1struct.errors import InputError
from ros1struct.io.files import MARKER, replacing, writable
from ros1struct.report.build import report
from ros1struct.report.figures import Plates
from ros1struct.report.mutation_page import dossier
from ros1struct.report.page import document, facts, figure, references, section, table, upright
from ros1struct.report.results import Subject, results

NASTY = "<img src=x>&$a$"


class Page(html.parser.HTMLParser):
    """Collect what a page asks for, and check that its tags nest."""

    VOID = ("meta", "img")

    def __init__(self, text):
        super().__init__()
        self.open, self.links, self.sources, self.words, self.tags = [], [], [], [], []
        self.ids, self.alts = [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        self.links += [v for k, v in attributes if k == "href"]
        self.ids += [v for k, v in attributes if k == "id"]
        self.alts += [v for k, v in attributes if k == "alt"]
        self.sources += [v for k, v in attributes if k == "src"]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture(scope="module")
def nasty(tmp_path_factory):
    """2WGJ under a name that would be markup, mathematics and an entity if it were not escaped."""
    from ros1struct.io.catalog import find

    path = tmp_path_factory.mktemp("files") / f"{NASTY}.cif"
    shutil.copy(find("2WGJ").path, path)
    return rs.load(path)


@pytest.fixture(scope="module")
def made(nasty, tmp_path_factory):
    """The folder of a report on one complex and two mutations, and its progress."""
    folder = tmp_path_factory.mktemp("out") / "report"
    return folder, write(folder, nasty)


def write(folder, nasty):
    seen = []
    index = report(
        folder,
        complexes=["2WGJ"],
        # At the solvent front, and one whose residue this file does not have.
        mutations=["ROS1 G2032R", "ROS1 D2113N"],
        comparisons=[nasty],
        progress=lambda done, total: seen.append((done, total)),
    )
    assert index == folder / "index.html"
    return seen


def pages(folder):
    """Every page of a report, by its path within it."""
    return {
        path.relative_to(folder).as_posix(): Page(path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*.html"))
    }


@pytest.fixture(scope="module")
def page(made):
    return Page((made[0] / "index.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def near(made):
    """The page of the mutation in scope."""
    return Page((made[0] / "mutations" / "MET_G1163R.html").read_text(encoding="utf-8"))


def test_files_are_there(made):
    folder, _ = made
    names = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    drawn = ["matrix", "contacts", "interactions_2WGJ", "sensitivity_G2032R", "sequence", "fusions"]
    plain = ["rotamers_G1163R_2WGJ", "rotamers_G1163R_img_src_x_a", "model_MET_G1163R_2WGJ"]
    kept = (
        "scan summary agreement contacts interactions clashes pocket focus_G2032R structures "
        "quality rotamers columns"
    )
    assert names == {
        "index.html",
        "methods.txt",
        MARKER,
        "mutations/MET_G1163R.html",
        "mutations/MET_E1233N.html",
        *(f"figures/{stem}.{kind}" for stem in drawn for kind in ("svg", "pdf", "png")),
        *(f"figures/{stem}.svg" for stem in plain),
        *(f"tables/{name}.csv" for name in kept.split()),
    }
    # Nothing is left of the work beside it.
    assert [p.name for p in folder.parent.iterdir()] == ["report"]


def test_tables_read_back_with_declared_columns(made):
    folder, _ = made
    glossary = pd.read_csv(folder / "tables" / "columns.csv", keep_default_na=False)
    for path in (folder / "tables").glob("*.csv"):
        found = tables.check(pd.read_csv(path))
        if path.stem != "columns":
            told = glossary.loc[glossary["table"] == path.stem, "column"]
            assert list(told) == list(found.columns), path.stem
    scan = pd.read_csv(folder / "tables" / "scan.csv")
    assert scan["mutation"].tolist() == ["G1163R", "E1233N"]
    structures = pd.read_csv(folder / "tables" / "structures.csv")
    assert structures["structure"].tolist() == ["2WGJ", NASTY]
    assert structures["clashes"].tolist() == [0, 0]


def test_a_fan_is_titled_in_the_type_of_its_figure(made):
    svg = (made[0] / "figures" / "rotamers_G1163R_2WGJ.svg").read_text(encoding="utf-8")
    assert re.findall(r"font(?:-size)?: ([\d.]+)px[^>]*>G1163R<", svg) == ["8"]


def test_pages_are_self_contained(made):
    found = pages(made[0])
    for page in found.values():
        assert all(s.startswith("data:image/svg+xml;base64,") for s in page.sources)
        assert not {"link", "iframe", "object", "base", "form"} & set(page.tags)
        assert len(page.alts) == page.tags.count("img")
        assert all(page.alts)
        outside = [x for x in page.links if ":" in x]
        assert all(link.startswith("https://doi.org/10.") for link in outside)
    assert found["index.html"].sources
    assert found["mutations/MET_G1163R.html"].sources


def test_every_link_within_the_report_leads_somewhere(made):
    found = pages(made[0])
    for name, page in found.items():
        assert len(page.ids) == len(set(page.ids)), name
        for link in page.links:
            if ":" in link:
                continue
            address, _, anchor = link.partition("#")
            target = ((made[0] / name).parent / address).resolve() if address else made[0] / name
            assert target.is_file(), (name, link)
            if anchor:
                inside = target.relative_to(made[0].resolve()).as_posix() if address else name
                assert anchor in found[inside].ids, (name, link)
    index = found["index.html"].links
    assert {f for f in found if f.startswith("mutations/")} <= set(index)
    assert all("../index.html" in found[f].links for f in found if f != "index.html")


def test_a_mutation_has_its_page(near):
    text = " ".join(" ".join(near.words).split())
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
        assert words in text, words
    # Of the mutation and of the structure: fan, model and measured folds.
    assert len(near.sources) == 3


def test_rows_are_told_in_full(near, made):
    scan = pd.read_csv(made[0] / "tables" / "scan.csv").set_index("mutation")
    row = scan.loc["G1163R"]
    words = [w.strip() for w in near.words]
    assert row["reason"] in words
    assert row["verdict"] in words
    spread = f"({row['steric_tolerance_low']:.2f} to {row['steric_tolerance_high']:.2f})"
    assert f"{spread} ± {row['steric_tolerance_sampling']:.2f}" in words
    assert f"± {row['steric_penalty_sampling']:.2f}" in words


def test_a_mutation_with_nothing_to_see_has_a_short_page(made):
    scan = pd.read_csv(made[0] / "tables" / "scan.csv").set_index("mutation")
    assert scan.loc["E1233N", "verdict"] == "not in model"
    path = made[0] / "mutations" / "MET_E1233N.html"
    page = Page(path.read_text(encoding="utf-8"))
    assert page.sources == []
    assert "script" not in page.tags
    text = " ".join(" ".join(page.words).split())
    assert "Not in model. Residue 1233 is not in the structure." in text
    assert "no side chain beside an inhibitor to show" in text


def test_the_same_inputs_give_the_same_bytes(nasty, tmp_path):
    pytest.importorskip("chemiscope", reason="chemiscope, which ships the viewer, is missing")
    for name in ("one", "two"):
        write(tmp_path / name, nasty)
    files = [p.relative_to(tmp_path / "one") for p in (tmp_path / "one").rglob("*") if p.is_file()]
    assert len(files) > 20
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes(), (
            file
        )


def test_without_the_viewer_the_pages_say_so(made, nasty, monkeypatch, tmp_path):
    monkeypatch.setattr(sys.modules["ros1struct.scene.browser"], "find_spec", lambda name: None)
    report(tmp_path / "report", complexes=["2WGJ"], mutations=["ROS1 G2032R"])
    for name, page in pages(tmp_path / "report").items():
        assert "script" not in page.tags, name
        assert any("ros1struct[view]" in words for words in page.words), name


def test_what_cannot_be_drawn_is_told(made, monkeypatch, tmp_path):
    module = sys.modules["ros1struct.report.figures"]

    def refuse(*_, **__):
        raise InputError("cannot draw: <b>")

    monkeypatch.setattr(module, "plot_interactions", refuse)
    index = report(tmp_path / "report", complexes=["2WGJ"], mutations=["ROS1 G2032R"])
    page = Page(index.read_text(encoding="utf-8"))
    assert "Not drawn: cannot draw: <b>" in page.words
    assert not (tmp_path / "report" / "figures" / "interactions_2WGJ.svg").exists()


def test_a_failure_while_drawing_leaves_nothing_behind(monkeypatch, tmp_path):
    module = sys.modules["ros1struct.report.figures"]

    def fail(*_, **__):
        raise RuntimeError("on the way")

    monkeypatch.setattr(module, "plot_rotamers", fail)
    with pytest.raises(RuntimeError, match="on the way"):
        report(tmp_path / "report", complexes=["2WGJ"], mutations=["ROS1 G2032R"])
    assert list(tmp_path.iterdir()) == []


def test_page_says_what_the_tables_say(page, made):
    text = " ".join(" ".join(page.words).split())
    scan = pd.read_csv(made[0] / "tables" / "scan.csv")
    counts = scan["verdict"].value_counts()
    said = text.split("Verdicts: ")[1].split(".")[0].split(", ")
    assert sorted(said) == sorted(f"{verdict} {count}" for verdict, count in counts.items())
    assert "2 mutations against 1 inhibitor: 2 pairs, from 1 structure." in text
    assert "no call 2" in text
    for heading in (
        "What this answers",
        "Resistance matrix",
        "Mutations",
        "Beside the literature",
        "Methods",
    ):
        assert heading in text
    assert "What it does not answer" in text


def test_names_from_files_are_escaped_on_every_page(made):
    for name, page in pages(made[0]).items():
        assert any(NASTY in words for words in page.words), name
        assert "x" not in page.sources, name


def test_methods_name_structures_definition_and_versions(made):
    text = (made[0] / "methods.txt").read_text(encoding="utf-8")
    assert "2WGJ (MET WT with crizotinib, deposited, PDB 2WGJ, 2.00 Å" in text
    assert "definition 'chimerax'" in text
    assert "C3H0 1.61" in text
    for package in ("ros1struct", "numpy", "rdkit", "gemmi", "scipy"):
        assert f"{package} " in text.split("Software.")[1]


def test_progress_goes_up_to_the_end(made):
    _, seen = made
    done = [d for d, _ in seen]
    assert done == sorted(done)
    assert len({total for _, total in seen}) == 1
    assert seen[-1][0] == seen[-1][1]
    assert seen[-2][0] < seen[-2][1]


def test_an_inhibitor_without_a_model_is_shown_as_such():
    rule = clash_definition("chimerax")
    complexes, mutations = [rs.load("crizotinib")], ["ROS1 G2032R"]
    found = results(complexes, [], mutations, rule, missing=["entrectinib"])
    rows = found.tables["summary"].set_index("structure")
    assert rows.loc["entrectinib", ["mutation", "verdict", "outcome"]].tolist() == [
        "G2032R", "no model", "no verdict",
    ]  # fmt: skip
    assert rows.loc["entrectinib", "literature_call"] == "R"
    assert found.fans.keys() == {("crizotinib", "G2032R")}
    assert set(found.tables["rotamers"]["structure"]) == {"crizotinib"}


def test_folders_that_are_no_report_are_left_alone(tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work")
    with pytest.raises(InputError, match="not a report of ros1struct; it is left as it is"):
        report(mine, complexes=["2WGJ"])
    assert (mine / "thesis.txt").read_text() == "years of work"
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(InputError, match="expected a folder, found a file"):
        report(file, complexes=["2WGJ"])
    with pytest.raises(InputError, match="does not exist; make it first"):
        report(tmp_path / "a" / "b", complexes=["2WGJ"])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "mine"]


def test_an_earlier_report_is_replaced_but_not_what_was_added_to_it(tmp_path):
    place = writable(tmp_path / "report")
    for text in ("one", "two"):
        with replacing(place) as made:
            (made / "index.html").write_text(text)
        assert (place / "index.html").read_text() == text
    assert [p.name for p in tmp_path.iterdir()] == ["report"]
    (place / ".DS_Store").write_text("")
    assert writable(place) == place
    (place / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match=r"files that ros1struct did not write \(notes.txt\)"):
        writable(place)


def test_an_empty_folder_may_be_taken(tmp_path):
    with replacing(writable(tmp_path)) as made:
        (made / "index.html").write_text("x")
    assert (tmp_path / "index.html").is_file()


def test_a_failure_leaves_the_old_report_and_nothing_else(tmp_path):
    place = writable(tmp_path / "report")
    with replacing(place) as made:
        (made / "index.html").write_text("old")

    def fail():
        with replacing(place) as half:
            (half / "index.html").write_text("new")
            raise RuntimeError("on the way")

    with pytest.raises(RuntimeError, match="on the way"):
        fail()
    assert (place / "index.html").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["report"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_place_without_permission_is_bad_input(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="cannot be written"), replacing(tmp_path / "x"):
        pass


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"complexes": []}, "no complexes to report on"),
        ({"complexes": ["2WGJ", "2WGJ"]}, "structure 2WGJ is given more than once"),
        ({"complexes": ["2WGJ"], "definition": "chimera"}, "no clash definition 'chimera'"),
        ({"complexes": ["2WGJ"], "mutations": ["G1163"]}, "G1163"),
        ({"complexes": ["2WGJ"], "mutations": []}, "no mutations"),
        ({"complexes": ["crizotnib"]}, "Did you mean crizotinib"),
    ],
)
def test_bad_arguments_write_nothing(arguments, message, tmp_path):
    with pytest.raises(rs.Ros1structError, match=message):
        report(tmp_path / "report", **arguments)
    assert list(tmp_path.iterdir()) == []


def test_pieces_of_a_page():
    assert "None." in table(pd.DataFrame(columns=["structure"]))
    shown = table(pd.DataFrame({"low_count": [True, False], "library_count": [pd.NA, 3]}))
    assert "<td>yes</td><td></td>" in shown
    assert '<td></td><td class="number">3</td>' in shown
    assert "<h1>a &amp; b</h1>" in document("a & b", [])
    assert "javascript" not in references(["x doi:javascript:alert(1)"]).split("<li>x")[0]
    assert "href" not in references(['x doi:10.1000/"onclick="alert(1)'])


def test_a_table_side_by_side_keeps_range_and_error_beside_the_value():
    data = pd.DataFrame(
        {
            "structure": ["a", "<b>"],
            "steric_tolerance": [0.5, float("nan")],
            "steric_tolerance_low": [0.25, float("nan")],
            "steric_tolerance_high": [0.75, float("nan")],
            "steric_tolerance_sampling": [0.01, float("nan")],
            "contacts_lost": ["", ""],
            "low_count": [False, True],
        }
    )
    shown = upright(data, "structure", ["steric_tolerance", "contacts_lost", "low_count"])
    assert "0.50<small> (0.25 to 0.75) ± 0.01</small></td><td></td>" in shown
    assert "&lt;b&gt;" in shown
    assert "contacts lost" not in shown
    assert "<td></td><td>yes</td>" in shown
    with pytest.raises(InputError, match="not declared"):
        upright(data.assign(unknown=1), "structure", ["low_count"])


def test_notes_stand_below_their_rows_and_mutations_are_linked():
    data = pd.DataFrame({"mutation": ["A1G", "A2G"], "reason": ["be<cause", ""]})
    shown = table(data, ["mutation"], note="reason", links={"A1G": 'x.html?"'})
    assert '<tr class="noted"><td><a href="x.html?&quot;">A1G</a></td></tr>' in shown
    assert '<tr class="note"><td colspan="1">be&lt;cause</td></tr>' in shown
    assert "<tr><td>A2G</td></tr>" in shown


def test_sections_make_the_contents_and_only_a_page_with_scripts_may_run_them():
    parts = [section("One & all", "<p>x</p>"), section("A long heading", short="Two")]
    page = document("t", parts)
    assert '<a href="#one-all">One &amp; all</a> <a href="#two">Two</a>' in page
    assert '<section id="two">' in page
    assert "script-src" not in page
    assert "script-src 'unsafe-inline'" in document("t", parts, script="<script></script>")
    assert facts([("a", "<"), ("b", "")]) == "<dl>\n<dt>a</dt><dd>&lt;</dd>\n</dl>"


def test_wide_figures_are_marked(tmp_path):
    path = tmp_path / "x.svg"
    for points, wide in ((244, False), (505, True)):
        path.write_text(f'<svg height="9pt" width="{points}pt" viewBox="0 0 9 9"></svg>')
        assert ('class="wide"' in figure(path, "said")) == wide
    assert 'alt="other"' in figure(path, "said", alt="other")


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
    found = results([rs.load("crizotinib")], [], mutations, rule)
    plates = Plates(found, tmp_path, lambda: None)
    html = dossier(found, found.subjects[0], plates, "")
    assert '<a href="L2000V.html">L2000V</a>' in html
    assert "ALK C1156F/I1170V" in html
    assert "several substitutions: judged as a whole" in html
    assert "Out of scope. No atom of the wild type" in html
    assert list(tmp_path.iterdir()) == []


def test_an_inhibitor_whose_chemistry_is_not_understood_leaves_typed_contacts_out(monkeypatch):
    module = sys.modules["ros1struct.report.results"]
    complex_ = rs.load("2WGJ")
    assert set(module._typed([complex_])["interactions"]["structure"]) == {"2WGJ"}

    def refuse(*_, **__):
        raise InputError("a peptide")

    monkeypatch.setattr(module, "interactions", refuse)
    assert module._typed([complex_]) == {}
