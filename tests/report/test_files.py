"""The report's folder: what is in it, that it harms no other, and that it can be made again."""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import ros1struct as rs
from ros1struct import tables
from ros1struct.cli.main import main
from ros1struct.errors import InputError
from ros1struct.io.files import MARKER, replacing, writable
from ros1struct.report import build, pages
from ros1struct.report.build import report

KEPT = (
    "scan summary agreement contacts interactions clashes pocket focus_G2032R structures quality "
    "calls sensitivity clinical_rates mutations klifs_pocket fusions rotamers mutant_interactions "
    "mutant_clashes columns"
)


def test_files_are_there(made):
    names = {p.relative_to(made.folder).as_posix() for p in made.folder.rglob("*") if p.is_file()}
    odd = "HYPERLINK_x_img_src_x_onerror_alert_1_amp_a"
    drawn = (
        "matrix contacts interactions_2WGJ interactions_crizotinib sensitivity_G2032R sequence "
        f"fusions rotamers_G1163R_2WGJ rotamers_G2032R_crizotinib rotamers_G1163R_{odd} "
        "mutant_MET_G1163R_2WGJ mutant_G2032R_crizotinib"
    )
    assets = (
        "report.css report.js scene.css scene.js 3Dmol-min.js 3Dmol-LICENSE.txt tablesort.min.js "
        "tablesort-LICENSE.txt"
    )
    shared = {name for name in names if name.startswith("assets/scene-")}
    assert len(shared) == 2  # the proteins of the two structures
    assert names - shared == {
        "index.html",
        "methods.txt",
        "citations.txt",
        "citations.bib",
        MARKER,
        *(f"mutations/{s.stem}.html" for s in made.found.subjects),
        *(f"assets/{name}" for name in assets.split()),
        *(f"figures/{stem}.svg" for stem in drawn.split()),
        *(f"tables/{name}.{kind}" for name in KEPT.split() for kind in ("csv", "html")),
    }
    # Nothing is left of the work beside it.
    assert [p.name for p in made.folder.parent.iterdir()] == ["report"]


def test_a_report_is_small(made):
    size = sum(p.stat().st_size for p in made.folder.rglob("*") if p.is_file())
    assert size < 2_500_000
    # What structures share is in no page.
    pages = [p.stat().st_size for p in made.folder.rglob("*.html") if p.parent.name != "tables"]
    assert max(pages) < 150_000


def test_tables_read_back_with_declared_columns(made):
    glossary = pd.read_csv(made.folder / "tables" / "columns.csv", keep_default_na=False)
    for path in (made.folder / "tables").glob("*.csv"):
        found = tables.check(pd.read_csv(path))
        if path.stem != "columns":
            told = glossary.loc[glossary["table"] == path.stem, "column"]
            assert list(told) == list(found.columns), path.stem
            assert len(found) == len(made.found.tables[path.stem])


def test_progress_goes_up_to_the_end(made):
    done = [d for d, _ in made.seen]
    assert done == sorted(done)
    assert len({total for _, total in made.seen}) == 1
    assert made.seen[-1][0] == made.seen[-1][1]
    assert made.seen[-2][0] < made.seen[-2][1]


def test_the_same_inputs_give_the_same_bytes(tmp_path):
    code = (
        "import sys; from ros1struct.report import report; report(sys.argv[1], "
        "complexes=['2WGJ'], mutations=['ROS1 D2113N'])"
    )
    path = os.pathsep.join(sys.path)
    running = []
    for name, seed in (("one", "1"), ("two", "2")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path}
        command = [sys.executable, "-c", code, str(tmp_path / name)]
        running.append(subprocess.Popen(command, env=environment))
    assert [process.wait() for process in running] == [0, 0]
    files = [p.relative_to(tmp_path / "one") for p in (tmp_path / "one").rglob("*") if p.is_file()]
    assert len(files) > 20
    for file in files:
        one, two = (tmp_path / name / file for name in ("one", "two"))
        assert one.read_bytes() == two.read_bytes(), file


def test_a_failure_on_the_way_leaves_nothing_behind(monkeypatch, tmp_path):
    def fail(*_):
        raise RuntimeError("on the way")

    monkeypatch.setattr(pages, "overview", fail)
    with pytest.raises(RuntimeError, match="on the way"):
        report(tmp_path / "report", complexes=["2WGJ"], mutations=["ROS1 D2113N"])
    assert list(tmp_path.iterdir()) == []


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
        ({"complexes": ["2WGJ"], "formats": ["jpg"]}, "saved as svg, pdf, png, found 'jpg'"),
        ({"complexes": ["crizotnib"]}, "Did you mean crizotinib"),
    ],
)
def test_bad_arguments_write_nothing(arguments, message, tmp_path):
    with pytest.raises(rs.Ros1structError, match=message):
        report(tmp_path / "report", **arguments)
    assert list(tmp_path.iterdir()) == []


def test_many_frames_to_compare_with_are_refused_in_a_line(tmp_path):
    complex = rs.load("2WGJ")
    many = complex.with_coordinates(complex.xyz.repeat(3, axis=0))
    with pytest.raises(InputError, match=r"2WGJ: a complex to compare with has one frame, found 3"):
        report(tmp_path / "report", complexes=["crizotinib"], comparisons=[many])


def test_the_command_takes_any_structures(tmp_path, monkeypatch, capsys):
    asked = {}

    def remember(folder, **arguments):
        asked.update(arguments)
        return Path(folder) / "index.html"

    monkeypatch.setattr(build, "report", remember)
    path = rs.write(rs.load("2WGJ"), tmp_path / "mine.cif")
    listed = tmp_path / "mutations.txt"
    listed.write_text("ROS1 G2032R\nROS1 L2026M\n")
    place = tmp_path / "out"
    arguments = ["report", "crizotinib", str(path), "--mutations", str(listed), "--out", str(place)]
    assert main([*arguments, "--formats", "svg,png", "--focus", "L2026M"]) == 0
    assert [c.name for c in asked["complexes"]] == ["crizotinib", "mine"]
    assert [str(m) for m in asked["mutations"]] == ["ROS1 G2032R", "ROS1 L2026M"]
    assert (asked["formats"], asked["focus"]) == (["svg", "png"], "L2026M")
    assert capsys.readouterr().out.strip() == str(place / "index.html")
    assert main(["report", "--out", str(place)]) == 0
    assert asked["complexes"] is None
