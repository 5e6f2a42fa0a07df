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
from ros1struct.clashes import clash_definition
from ros1struct.errors import InputError
from ros1struct.folder import MARKER, replacing, writable
from ros1struct.page import document, references, table
from ros1struct.report import _Steps, report, results

NASTY = "<img src=x>&$a$"


class Page(html.parser.HTMLParser):
    """Collect what a page asks for, and check that its tags nest."""

    VOID = ("meta", "img")

    def __init__(self, text):
        super().__init__()
        self.open, self.links, self.sources, self.words, self.tags = [], [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        self.links += [v for k, v in attributes if k == "href"]
        self.sources += [v for k, v in attributes if k == "src"]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture(scope="module")
def nasty(tmp_path_factory):
    """2WGJ under a name that would be markup, mathematics and an entity if it were not escaped."""
    from ros1struct.catalog import find

    path = tmp_path_factory.mktemp("files") / f"{NASTY}.cif"
    shutil.copy(find("2WGJ").path, path)
    return rs.load(path)


@pytest.fixture(scope="module")
def made(nasty, tmp_path_factory):
    """The folder of a report on one complex and two mutations, and its progress."""
    folder = tmp_path_factory.mktemp("out") / "report"
    seen = []
    index = report(
        folder,
        complexes=["2WGJ"],
        mutations=["ROS1 G2032R", "ROS1 D2033N"],
        comparisons=[nasty],
        progress=lambda done, total: seen.append((done, total)),
    )
    assert index == folder / "index.html"
    return folder, seen


@pytest.fixture(scope="module")
def page(made):
    return Page((made[0] / "index.html").read_text(encoding="utf-8"))


def test_files_are_there(made):
    folder, _ = made
    names = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    stems = ["matrix", "contacts", "rotamers_G2032R_2WGJ", "rotamers_G2032R_img_src_x_a"]
    kept = (
        "scan summary agreement contacts interactions clashes pocket focus_G2032R structures "
        "quality columns"
    )
    assert names == {
        "index.html",
        "methods.txt",
        MARKER,
        *(f"figures/{stem}.{kind}" for stem in stems for kind in ("svg", "pdf", "png")),
        *(f"tables/{name}.csv" for name in [*kept.split(), *stems[2:]]),
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
    assert scan["mutation"].tolist() == ["G1163R", "D1164N"]
    structures = pd.read_csv(folder / "tables" / "structures.csv")
    assert structures["structure"].tolist() == ["2WGJ", NASTY]
    assert structures["clashes"].tolist() == [0, 0]


def test_a_fan_is_titled_in_the_type_of_its_figure(made):
    svg = (made[0] / "figures" / "rotamers_G2032R_2WGJ.svg").read_text(encoding="utf-8")
    assert re.findall(r"font(?:-size)?: ([\d.]+)px[^>]*>G1163R<", svg) == ["8"]


def test_page_is_self_contained(page):
    assert page.sources
    assert all(s.startswith("data:image/svg+xml;base64,") for s in page.sources)
    assert page.links
    assert all(link.startswith("https://doi.org/10.") for link in page.links)
    assert not {"script", "link", "iframe", "object", "base", "form"} & set(page.tags)


def test_page_says_what_the_tables_say(page, made):
    text = " ".join(" ".join(page.words).split())
    scan = pd.read_csv(made[0] / "tables" / "scan.csv")
    counts = scan["verdict"].value_counts()
    said = text.split("Verdicts: ")[1].split(".")[0].split(", ")
    assert sorted(said) == sorted(f"{verdict} {count}" for verdict, count in counts.items())
    assert "2 mutations against 1 inhibitor: 2 pairs, from 1 structure." in text
    assert "no call 2" in text
    for heading in ("What this answers", "Resistance matrix", "Beside the literature", "Methods"):
        assert heading in text
    assert "What it does not answer" in text


def test_names_from_files_are_escaped(page):
    assert any(NASTY in words for words in page.words)
    assert "x" not in page.sources


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
    rule, step = clash_definition("chimerax"), _Steps(None, 9)
    complexes, mutations = [rs.load("crizotinib")], ["ROS1 G2032R"]
    found = results(complexes, [], mutations, rule, "G2032R", step, ["entrectinib"])
    rows = found.tables["summary"].set_index("structure")
    assert rows.loc["entrectinib", ["mutation", "verdict", "outcome"]].tolist() == [
        "G2032R", "no model", "no verdict",
    ]  # fmt: skip
    assert rows.loc["entrectinib", "literature_call"] == "R"
    assert found.rotamers.keys() == {"crizotinib"}


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


def test_an_inhibitor_whose_chemistry_is_not_understood_leaves_typed_contacts_out(monkeypatch):
    module = sys.modules["ros1struct.report"]
    complex_ = rs.load("2WGJ")
    assert set(module._typed([complex_])["interactions"]["structure"]) == {"2WGJ"}

    def refuse(*_, **__):
        raise InputError("a peptide")

    monkeypatch.setattr(module, "interactions", refuse)
    assert module._typed([complex_]) == {}
