import io
import json
import os
import subprocess
import sys
from pathlib import Path

import gemmi
import pandas as pd
import pytest

import ros1struct as rs
from ros1struct import cli
from ros1struct.io.find import find
from ros1struct.kinome import literature

COMMANDS = {
    "structures": ["structures"],
    "pocket": ["pocket", "2WGJ"],
    "contacts": ["contacts", "2WGJ"],
    "clashes": ["clashes", "2WGJ", "--threshold", "0.1"],
    "scan": ["scan", "2WGJ", "--mutations", "L1157M,G1163A"],
}


def run(capsys, *arguments):
    """Exit code, output and errors of one call."""
    try:
        code = cli.main(list(arguments))
    except SystemExit as stop:
        code = stop.code
    out, err = capsys.readouterr()
    return code, out, err


def refused(capsys, *arguments):
    """The one line that a refusal prints."""
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert err.startswith("ros1struct")
    assert err.count("\n") == 1, err
    assert "Traceback" not in err
    return err


@pytest.mark.parametrize("command", COMMANDS)
def test_a_table_has_a_head_and_rows(capsys, command):
    code, out, _ = run(capsys, *COMMANDS[command])
    assert code == 0
    lines = out.splitlines()
    assert len(lines) > 1
    assert len({len(line) for line in lines}) == 1  # aligned
    assert "nan" not in out.lower().split()


@pytest.mark.parametrize("command", COMMANDS)
def test_csv_and_json_hold_the_same_rows(capsys, command):
    code, out, _ = run(capsys, *COMMANDS[command], "--format", "csv")
    assert code == 0
    table = pd.read_csv(io.StringIO(out))
    assert len(table) > 0
    assert "\r" not in out
    code, out, _ = run(capsys, *COMMANDS[command], "--format", "json")
    assert code == 0
    rows = json.loads(out)
    assert len(rows) == len(table)
    assert list(rows[0]) == list(table.columns)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("form", "name"), [("table", "out.txt"), ("csv", "out.csv"), ("json", "out.JSON")]
)
def test_a_file_gets_what_the_screen_would(capsys, tmp_path, command, form, name):
    target = tmp_path / name
    _, shown, _ = run(capsys, *COMMANDS[command], "--format", form)
    code, out, _ = run(capsys, *COMMANDS[command], "--out", str(target))
    assert (code, out) == (0, "")
    assert target.read_text(encoding="utf-8") == shown
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_csv_reads_back_to_the_numbers_of_the_library(capsys):
    _, out, _ = run(capsys, *COMMANDS["contacts"], "--format", "csv")
    table = pd.read_csv(io.StringIO(out), keep_default_na=False)
    expected = rs.contacts(rs.load("2WGJ"))
    assert table["residue"].tolist() == expected["residue"].tolist()
    assert table["kinds"].tolist() == expected["kinds"].tolist()
    assert table["min_distance"].to_numpy() == pytest.approx(
        expected["min_distance"].to_numpy(), rel=5e-4
    )  # four digits


def test_the_columns_that_scan_promises(capsys):
    _, out, _ = run(capsys, *COMMANDS["scan"], "--format", "csv")
    promised = {
        "structure",
        "inhibitor",
        "provenance",
        "mutation",
        "klifs",
        "state",
        "min_distance",
        "score",
        "score_low",
        "score_high",
        "p_resistant",
        "verdict",
        "firm",
        "literature_call",
    }
    head = out.splitlines()[0].split(",")
    assert promised <= set(head)


def test_saturation_prints_every_substitution(capsys, few, monkeypatch):
    monkeypatch.setattr(sys.modules["ros1struct.io.load"], "load", lambda *_, **__: few)
    code, out, _ = run(capsys, "saturation", "2WGJ", "--format", "csv")
    assert code == 0
    table = pd.read_csv(io.StringIO(out))
    assert table["klifs"].tolist() == ["GK:45"] * 19 + ["linker:51"] * 19
    assert {"wild_type", "mutant", "one_nucleotide", "score"} <= set(table.columns)
    code, out, _ = run(capsys, "saturation", "2WGJ")
    assert code == 0
    assert len({len(line) for line in out.splitlines()}) == 1  # aligned
    assert len(out.splitlines()) == 1 + len(table)


def test_saturation_shows_its_progress_where_somebody_looks(capsys, few, monkeypatch):
    monkeypatch.setattr(sys.modules["ros1struct.io.load"], "load", lambda *_, **__: few)
    assert "saturation" not in run(capsys, "saturation", "2WGJ")[2]
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert "saturation: 100%" in run(capsys, "saturation", "2WGJ")[2]


def test_missing_numbers_are_null_in_json_and_empty_in_csv(capsys):
    call = ["scan", "2WGJ", "--mutations", "G9999R", "--details"]
    _, out, _ = run(capsys, *call, "--format", "json")
    (row,) = json.loads(out)
    assert row["score"] is None
    assert row["free_apo"] is None
    assert row["library_count"] is None
    _, out, _ = run(capsys, *call, "--format", "csv")
    assert ",nan," not in out.lower()
    assert "<NA>" not in out


def test_evaluate_reads_a_table_of_ones_own(capsys, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("structure,mutation,resistant\n2WGJ,G1163R,1\n2WGJ,L1157M,0\n")
    code, out, said = run(capsys, "evaluate", str(path), "--format", "csv")
    assert code == 0
    assert "5 resistant and 5 other pairs" in said
    table = pd.read_csv(io.StringIO(out))
    assert table["predictor"].iloc[0] == "score"
    assert table["pairs"].iloc[0] == 2
    assert "no such file" in refused(capsys, "evaluate", "nothing.csv").lower()
    _, out, _ = run(capsys, "evaluate", str(path), "--pairs", "--format", "csv")
    assert pd.read_csv(io.StringIO(out))["resistant"].tolist() == [1, 0]
    path.write_text("structure,mutation,resistant\n2WGJ,G1163R,0\n2WGJ,L1157M,0\n")
    _, out, _ = run(capsys, "evaluate", str(path), "--disagreements")
    assert "G1163R" in out
    assert "L1157M" not in out


def test_scan_pools_poses_and_frames(capsys):
    call = "scan", "repotrectinib", "repotrectinib#2", "--mutations", "G2032R", "--format", "csv"
    _, out, _ = run(capsys, *call, "--pool")
    assert pd.read_csv(io.StringIO(out))["pooled"].tolist() == [2]
    folder = Path(__file__).parent / "data" / "trajectories"
    frames = (str(folder / "ros1_repotrectinib_obc2.pdb.gz"), "--trajectory")
    frames += (str(folder / "ros1_repotrectinib_obc2.xtc"), "--frames", "0:20:10")
    _, out, _ = run(capsys, "scan", *frames, "--mutations", "G2032R", "--format", "csv")
    assert pd.read_csv(io.StringIO(out))["pooled"].tolist() == [2]
    assert "FIRST:LAST:STEP" in refused(capsys, "scan", *frames[:-1], "ten")
    assert "one COMPLEX" in refused(capsys, "scan", "2WGJ", *frames)


def test_nothing_found_is_said(capsys):
    code, out, _ = run(capsys, "clashes", "2WGJ")
    assert (code, out) == (0, "nothing found\n")
    code, out, _ = run(capsys, "clashes", "2WGJ", "--format", "csv")
    assert out.splitlines()[0].startswith("structure,residue,klifs")
    assert json.loads(run(capsys, "clashes", "2WGJ", "--format", "json")[1]) == []


# What is asked, and words of the one line on stderr.
REFUSED = [
    (["pocket", "crizotnib"], "Did you mean crizotinib"),
    (["pocket", "no/such/file.pdb"], "no such file"),
    (["pocket", "2WGJ", "--ligand", "XYZ"], "XYZ"),
    (["pocket", "2WGJ", "--chain", "Q"], "no protein chain 'Q'"),
    (["pocket", "2WGJ", "--smiles", "C1CC"], "C1CC"),
    (["contacts", "2WGJ", "--cutoff", "0"], "cutoff must be a positive distance"),
    (["contacts", "2WGJ", "--cutoff", "nan"], "cutoff must be a number"),
    (["contacts", "2WGJ", "--cutoff", "wide"], "invalid float value: 'wide'"),
    (["clashes", "2WGJ", "--definition", "probe2"], "known are chimerax"),
    (["clashes", "2WGJ", "--threshold", "nan"], "threshold must be a number"),
    (["scan", "2WGJ", "--mutations", "L1163R"], "residue 1163 of 2WGJ is Gly, not L"),
    (["scan", "2WGJ", "--mutations", "G1163R,G1163R"], "item 2"),
    (["scan", "2WGJ", "--mutations", ""], "mutation"),
    (["scan"], "required: COMPLEX"),
    (["saturation"], "required: COMPLEX"),
    (["saturation", "crizotnib"], "Did you mean crizotinib"),
    (["saturation", "2WGJ", "--definition", "probe2"], "known are chimerax"),
    (["bogus"], "invalid choice: 'bogus'"),
    ([], "required: COMMAND"),
    (["pocket", "2WGJ", "--format", "xml"], "invalid choice: 'xml'"),
    (["pocket", "2WGJ", "--frobnicate"], "unrecognized arguments: --frobnicate"),
    (["pocket", "2WGJ", "--numbering", "pdb"], "invalid choice: 'pdb'"),
    (["contacts", "2WGJ", "--out", "no/such/folder/x.csv"], "cannot be written"),
    (["contacts", "2WGJ", "--out", "x.xlsx"], "written as .csv, .json, .txt; found '.xlsx'"),
    (["contacts", "2WGJ", "--out", "x.csv", "--format", "json"], "--format says json"),
    (["mutate", "2WGJ", "--out", "x.cif"], "MUTATION or --mutations"),
    (["mutate", "2WGJ", "--mutations", "L1157M,G1163A", "--out", "x.cif"], "need a name with {}"),
    (["export", "2WGJ", "--out", "x.pml", "--mutations", "L1157M,G1163A"], "found 2 mutations"),
    (["export", "2WGJ", "--out", "x.pml", "--mutations", "catalog"], "found the catalogue"),
]


@pytest.mark.parametrize(("arguments", "words"), REFUSED, ids=[" ".join(a) for a, _ in REFUSED])
def test_bad_input_is_one_clear_line(capsys, arguments, words):
    assert words in refused(capsys, *arguments)


@pytest.mark.parametrize("name", ["empty.pdb", "text.pdb", "cut.cif.gz"])
def test_files_that_are_no_structure_are_refused(capsys, tmp_path, name):
    content = {"empty.pdb": b"", "text.pdb": b"hello\n", "cut.cif.gz": b"\x1f\x8b\x08\x00oops"}
    (tmp_path / name).write_bytes(content[name])
    assert name in refused(capsys, "contacts", str(tmp_path / name))


def test_a_bad_line_of_a_mutation_file_is_named_by_its_number(capsys, tmp_path):
    file = tmp_path / "mutations.txt"
    file.write_text("# MET\nL1157M\n\nG1163?\n")
    code, out, err = run(capsys, "scan", "2WGJ", "--mutations", str(file), "--format", "csv")
    assert (code, err.count("\n")) == (2, 1)
    assert pd.read_csv(io.StringIO(out))["verdict"].tolist()[1] == "not read"
    assert "1 of 2 rows could not be read, the first, mutations.txt, line 4: " in err
    file.write_text("# MET\nL1157M  # gatekeeper\n\nG1163A\n")
    code, out, _ = run(capsys, "scan", "2WGJ", "--mutations", str(file), "--format", "csv")
    assert code == 0
    assert pd.read_csv(io.StringIO(out))["mutation"].tolist() == ["L1157M", "G1163A"]


def test_a_bad_item_of_a_list_is_named_by_its_number(capsys):
    code, _, err = run(capsys, "scan", "2WGJ", "--mutations", "G1163R,bad")
    assert (code, err.count("\n")) == (2, 1)
    assert "the first, item 2: " in err


def test_a_residue_that_no_structure_has_is_an_error_after_the_table(capsys):
    both, word = ["scan", "2WGJ", "3LQ8", "--format", "csv", "--mutations"], "not in model"
    code, out, err = run(capsys, *both, "L1157M,G9999A")
    assert (code, err.count("\n")) == (2, 1)
    assert "1 of 2 mutations could be measured in no structure, the first, item 2: residue 9" in err
    assert (pd.read_csv(io.StringIO(out))["verdict"] == word).tolist() == [False] * 2 + [True] * 2
    code, out, err = run(capsys, *both[:2], "--format", "csv", "--mutations", "G9999A")
    assert (code, pd.read_csv(io.StringIO(out))["verdict"].tolist()) == (2, [word])
    assert "1 of 1 mutations could be measured in no structure, the first" in err


def test_a_residue_that_one_of_two_structures_lacks_is_a_row(capsys, tmp_path):
    text = Path(find("2WGJ")[0]).read_text()
    short = tmp_path / "short.cif"
    lines = text.splitlines(keepends=True)
    short.write_text("".join(x for x in lines if not (x.startswith("ATOM") and " 1163 " in x)))
    code, out, err = run(capsys, "scan", "2WGJ", str(short), "--mutations", "G1163A",
                         "--format", "csv")  # fmt: skip
    found = pd.read_csv(io.StringIO(out))["verdict"].tolist()
    assert (code, found[0] != "not in model", found[1]) == (0, True, "not in model"), err


def test_a_list_longer_than_a_file_name_can_be_is_read_as_a_list(capsys):
    letters = "ACDEFHIKLMNPQRSTVWY"
    many = ",".join(f"G{9000 + n}{x}" for n in range(3) for x in letters)
    assert len(many) > 255
    code, out, _ = run(capsys, "scan", "2WGJ", "--mutations", many, "--format", "csv")
    assert code == 2  # no structure has these residues
    assert len(pd.read_csv(io.StringIO(out))) == 3 * len(letters)


def test_the_default_is_the_catalogue_of_ros1_mutations(capsys):
    code, out, _ = run(capsys, "scan", "2WGJ", "--format", "csv")
    assert code == 0
    assert len(pd.read_csv(io.StringIO(out))) == literature.mutations()["reported"].sum()


def test_numbering_by_author(capsys, tmp_path):
    structure = gemmi.read_structure(str(find("2WGJ")[0]))
    for chain in structure[0]:
        for residue in chain:
            residue.seqid.num += 1000
    path = tmp_path / "shifted.pdb"
    structure.write_pdb(str(path))

    def numbers(*more):
        _, out, _ = run(capsys, "pocket", str(path), "--format", "csv", *more)
        table = pd.read_csv(io.StringIO(out))
        return table["residue"].str.extract(r"(\d+)")[0].astype(int), table["author_number"]

    shown, author = numbers()
    assert (shown == author - 1000).all()
    shown, author = numbers("--numbering", "author")
    assert (shown == author).all()
    call = ["scan", str(path), "--numbering", "author", "--mutations", "G2163A", "--format", "json"]
    (row,) = json.loads(run(capsys, *call)[1])
    assert (row["residue"], row["klifs"]) == ("G2163", "linker:51")


def test_a_failed_write_leaves_the_old_file_and_no_other(capsys, tmp_path, monkeypatch):
    target = tmp_path / "table.csv"
    target.write_text("old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    line = refused(capsys, "contacts", "2WGJ", "--out", str(target))
    assert "No space left on device" in line
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["table.csv"]


def test_bad_input_leaves_the_old_file(capsys, tmp_path):
    target = tmp_path / "table.csv"
    target.write_text("old")
    refused(capsys, "scan", "2WGJ", "--mutations", "L1163R", "--out", str(target))
    assert target.read_text() == "old"


def test_a_folder_is_no_file_to_write(capsys, tmp_path):
    assert "found a folder" in refused(capsys, "contacts", "2WGJ", "--out", str(tmp_path))
    assert list(tmp_path.iterdir()) == []
    assert list(tmp_path.parent.glob(f".{tmp_path.name}.*")) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_written_to_and_stays_a_pipe(capsys, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        code, _, _ = run(capsys, "contacts", "2WGJ", "--format", "csv", "--out", str(pipe))
        assert code == 0
        assert os.read(reader, 100).startswith(b"structure,")
        assert pipe.is_fifo()
    finally:
        os.close(reader)


def test_a_fault_of_the_program_is_exit_1_and_one_line(capsys, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("boom")

    monkeypatch.setattr(sys.modules["ros1struct.io.load"], "load", broken)
    code, out, err = run(capsys, "pocket", "2WGJ")
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert "RuntimeError: boom" in err
    with pytest.raises(RuntimeError, match="boom"):
        cli.main(["--traceback", "pocket", "2WGJ"])


def test_an_interruption_is_exit_1(capsys, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["ros1struct.io.load"], "load", stop)
    assert run(capsys, "pocket", "2WGJ")[::2] == (1, "ros1struct: interrupted\n")


def test_version_and_help(capsys):
    assert run(capsys, "--version")[:2] == (0, f"ros1struct {rs.__version__}\n")
    for command in ("report", "fetch", "saturation", *COMMANDS):
        code, out, _ = run(capsys, command, "--help")
        assert code == 0
        assert out.startswith(f"usage: ros1struct {command}")


def test_fetch_offline_refuses_what_is_not_in_the_cache(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("ROS1STRUCT_CACHE", str(tmp_path))
    assert "9ZZZ" in refused(capsys, "fetch", "9ZZZ", "--offline").upper()


def program(*arguments, **more):
    folder = Path(rs.__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": str(folder), **more.pop("env", {})}
    return subprocess.Popen(
        [sys.executable, "-m", "ros1struct", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, **more,
    )  # fmt: skip


def test_the_program_itself(tmp_path):
    process = program("contacts", "2WGJ", "--format", "json", cwd=tmp_path)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")
    assert json.loads(out)[0]["structure"] == "2WGJ"


def test_a_reader_that_stops_early_is_no_error(tmp_path):
    process = program("scan", "2WGJ", "--mutations", "L1157M", cwd=tmp_path)
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == 0
    assert err == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize("command", [("contacts", "2WGJ"), ("structures",), ("completion", "bash")])
def test_a_full_disk_behind_standard_output_is_one_line(tmp_path, command):
    with open("/dev/full", "w") as full:
        process = subprocess.run(
            [sys.executable, "-m", "ros1struct", *command], stdout=full, stderr=subprocess.PIPE,
            cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(Path(rs.__file__).parents[1])},
        )  # fmt: skip
    said = b"ros1struct: standard output cannot be written (No space left on device)\n"
    assert (process.returncode, process.stderr) == (2, said)


@pytest.mark.skipif(os.name == "nt", reason="a shell that closes streams")
@pytest.mark.parametrize(
    ("arguments", "closed", "code", "said"),
    [
        ("contacts 2WGJ", ">&-", 0, ""),
        ("contacts 2WGJ", ">&- 2>&-", 0, ""),
        ("contacts none.pdb", "2>&-", 2, ""),
        ("contacts none.pdb --format nonsense", "2>&-", 2, ""),
        ("contacts -", "<&-", 2, "ros1struct: a structure was to come from standard input"),
    ],
)
def test_streams_that_are_closed_are_no_fault(tmp_path, arguments, closed, code, said):
    process = subprocess.run(
        ["sh", "-c", f'"{sys.executable}" -m ros1struct {arguments} {closed}'],
        capture_output=True, text=True, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(rs.__file__).parents[1])},
    )  # fmt: skip
    assert process.returncode == code
    assert process.stdout == ""
    assert process.stderr.startswith(said)
    assert len(process.stderr.splitlines()) == bool(said)


@pytest.mark.parametrize("suffix", [".pml", ".cxc"])
def test_export_writes_a_script_and_what_it_opens(capsys, tmp_path, suffix):
    target = tmp_path / f"scene{suffix}"
    code, out, err = run(capsys, "export", "2WGJ", "--out", str(target), "--mutation", "G1163R")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        str(target),
        str(tmp_path / "scene_structure.cif"),
        str(tmp_path / "scene_rotamers.pdb"),
    ]
    assert all(Path(line).is_file() for line in out.splitlines())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--out", "x.pse"], "a scene is written as .pml"),
        (["--out", "x.pml", "--mutation", "G1163Z"], "G1163Z"),
        (["--out", "x.pml", "--mutation", "G9999R"], "residue 9999 is not in the structure"),
        (["--out", "x.pml", "--definition", "nonsense"], "nonsense"),
        (["--out", "missing/x.pml"], "cannot be written"),
        ([], "--out"),
    ],
)
def test_export_refuses_in_one_line(capsys, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    assert said in refused(capsys, "export", "2WGJ", *arguments)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("mutation", "options", "said"),
    [
        ("L1157M", [], "M1157 "),
        ("L1157M", ["--repack"], "kcal/mol; moved:"),
        ("L1157M/G1163A", [], ""),
    ],
)
def test_mutate_writes_a_model(capsys, tmp_path, mutation, options, said):
    target = tmp_path / "model.cif"
    code, out, err = run(capsys, "mutate", "2WGJ", mutation, "--out", str(target), *options)
    assert (code, out.strip()) == (0, str(target))
    assert said in err
    model = rs.load(target)
    assert model.kinase.variant == mutation
    assert model.provenance.kind == "model"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["G1163Z", "--out", "x.cif"], "G1163Z"),
        (["G9999R", "--out", "x.cif"], "residue 9999 is not in the structure"),
        (["L1163R", "--out", "x.cif"], "is Gly, not L"),
        (["L1157M", "--out", "x.mol"], "x.mol"),
        (["L1157M"], "--out"),
    ],
)
def test_mutate_refuses_in_one_line(capsys, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    assert said in refused(capsys, "mutate", "2WGJ", *arguments)
    assert list(tmp_path.iterdir()) == []
