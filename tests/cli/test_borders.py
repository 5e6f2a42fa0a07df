"""Standard input, what a terminal sees, and what the command line says of itself."""

import argparse
import gzip
import io
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import ros1struct as rs
from ros1struct import cli
from ros1struct.cli.completion import SHELLS, completion
from ros1struct.cli.main import parser
from ros1struct.cli.output import fitted
from ros1struct.tables import as_text


def run(capsys, *arguments):
    code = cli.main(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


def piped(monkeypatch, data):
    class Piped(io.StringIO):
        buffer = io.BytesIO(data)

    monkeypatch.setattr(sys, "stdin", Piped())


def commands():
    for action in parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


COMMANDS = dict(commands())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_argument_has_help_and_every_command_says_its_exit_codes(name):
    command = COMMANDS[name]
    for action in command._actions:
        assert action.help, (name, action.dest)
    assert "Exit codes: 0 done, 2 bad input, 1" in command.format_help()
    assert "--quiet" in command.format_help()


def test_mutations_are_spelled_alike_everywhere():
    spelled = {
        flag
        for command in COMMANDS.values()
        for action in command._actions
        for flag in action.option_strings
        if "mutation" in flag and action.help != argparse.SUPPRESS
    }
    assert spelled == {"--mutations"}


@pytest.mark.parametrize("ending", ["pdb", "cif"])
def test_a_structure_comes_from_standard_input(capsys, monkeypatch, tmp_path, ending):
    data = rs.write("2WGJ", tmp_path / f"mine.{ending}").read_bytes()
    piped(monkeypatch, data)
    code, out, _ = run(capsys, "contacts", "-", "--format", "csv")
    table = pd.read_csv(io.StringIO(out), keep_default_na=False)
    assert code == 0
    assert set(table["structure"]) == {"stdin"}
    assert table["residue"].tolist() == rs.contacts("2WGJ")["residue"].tolist()


def test_mutations_come_from_standard_input(capsys, monkeypatch):
    piped(monkeypatch, b"# mine\nL1157M\n\nG1163A\n")
    code, out, _ = run(capsys, "scan", "2WGJ", "--mutations", "-", "--format", "csv")
    assert code == 0
    assert pd.read_csv(io.StringIO(out))["mutation"].tolist() == ["L1157M", "G1163A"]
    piped(monkeypatch, b"L1157M\nwrong\n")
    code, _, err = run(capsys, "scan", "2WGJ", "--mutations", "-")
    assert code == 2
    assert "standard input, line 2" in err


def test_measurements_come_from_standard_input(capsys, monkeypatch):
    piped(monkeypatch, b"structure,mutation,resistant\n2WGJ,G1163R,1\n2WGJ,L1157M,0\n")
    code, out, _ = run(capsys, "evaluate", "-", "--format", "csv")
    assert code == 0
    assert pd.read_csv(io.StringIO(out))["pairs"].iloc[0] == 2


@pytest.mark.parametrize("arguments", [["contacts", "-"], ["scan", "2WGJ", "--mutations", "-"]])
def test_empty_standard_input_is_refused_in_one_line(capsys, monkeypatch, arguments):
    piped(monkeypatch, b"\n")
    code, out, err = run(capsys, *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "standard input (-), which is empty" in err


def test_several_mutants_are_written_by_a_name_with_braces(capsys, tmp_path):
    out = tmp_path / "met_{}.cif"
    code, said, _ = run(capsys, "mutate", "2WGJ", "--mutations", "L1157M,G1163A", "--out", str(out))
    assert code == 0
    assert [Path(p).name for p in said.split()] == ["met_L1157M.cif", "met_G1163A.cif"]
    assert rs.load(tmp_path / "met_G1163A.cif").kinase.variant == "G1163A"


WIDE = pd.DataFrame(
    {"residue": ["G2032", "M2029"], "reason": ["word " * 30, "short"], "distance": [3.25, 2.8]}
)


def test_a_table_is_shortened_to_the_terminal_and_says_so_by_an_ellipsis():
    shown, dropped = fitted(WIDE, 40)
    lines = as_text(shown).splitlines()
    assert dropped == []
    assert max(map(len, lines)) <= 40
    assert "…" in lines[1]
    assert "short" in lines[2]
    assert "…" not in as_text(fitted(WIDE, 400)[0])
    assert WIDE["reason"][0].count("word") == 30  # the table itself is as it was


def test_what_does_not_fit_at_all_is_left_out_and_named():
    shown, dropped = fitted(WIDE, 20)
    assert max(map(len, as_text(shown).splitlines())) <= 20
    assert dropped == ["distance"]
    assert shown.columns.tolist() == ["residue", "reason"]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_gets_a_fitting_table_and_a_pipe_all_of_it(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    _, piped_out, _ = run(capsys, "scan", "2WGJ", "--mutations", "L1157M")
    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    assert cli.main(["scan", "2WGJ", "--mutations", "L1157M"]) == 0
    assert max(map(len, piped_out.splitlines())) > 60
    assert max(map(len, screen.getvalue().splitlines())) <= 60


@pytest.fixture
def noted(tmp_path):
    """A file with something to say: one atom in two places."""
    lines = rs.write("2WGJ", tmp_path / "clean.pdb").read_text().splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("ATOM") and " CB " in line)
    one, other = (lines[at][:16] + x + lines[at][17:54] + "  0.50" + lines[at][60:] for x in "AB")
    path = tmp_path / "noted.pdb"
    path.write_text("\n".join([*lines[:at], one, other, *lines[at + 1 :]]) + "\n")
    return path


def test_notes_are_lines_on_stderr_each_once_and_quiet_is_quiet(capsys, noted):
    call = ["compare", str(noted), str(noted), "--format", "csv"]
    code, out, err = run(capsys, *call)
    assert code == 0
    lines = err.splitlines()
    assert lines
    assert all(line.startswith("ros1struct: noted: ") for line in lines)
    assert len(lines) == len(set(lines))
    assert run(capsys, *call, "--quiet") == (0, out, "")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_completion_script_names_every_command(capsys, shell):
    code, out, _ = run(capsys, "completion", shell)
    assert (code, out) == (0, completion(parser(), shell))
    assert all(name in out for name in COMMANDS)
    assert "--mutations" in out or "-l mutations" in out
    assert "--mutation " not in out  # the old name is hidden


def test_bash_completes_commands_options_choices_and_names(tmp_path):
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash")
    script = tmp_path / "complete.sh"
    script.write_text(completion(parser(), "bash"))

    def tab(*words):
        line = " ".join(f"'{w}'" for w in words)
        code = f"source {script}; COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _ros1struct; "
        done = subprocess.run(
            [bash, "-c", f'{code} echo "${{COMPREPLY[@]}}"'], capture_output=True, text=True
        )
        assert done.stderr == ""
        return done.stdout.split()

    assert tab("ros1struct", "sat") == ["saturation"]
    assert tab("ros1struct", "scan", "--mut") == ["--mutations"]
    assert tab("ros1struct", "contacts", "2WGJ", "--format", "") == ["table", "csv", "json"]
    assert tab("ros1struct", "contacts", "lorl") == ["lorlatinib"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            gzip.compress(b"A" * 3_000_000, mtime=0),
            "standard input: too large when unpacked; expected at",
        ),
        (b"A" * 3_000_000, "standard input: too large; expected at most 1 MB"),
        (
            gzip.compress(b"ATOM", mtime=0)[:-9],
            "standard input: the gzip file is damaged or truncated",
        ),
        (b"\x1f\x8b\xff\xff", "standard input: the gzip file is damaged or truncated"),
    ],
    ids=["a bomb", "large", "cut", "damaged"],
)
def test_standard_input_has_the_limits_of_a_file(capsys, monkeypatch, data, said):
    monkeypatch.setenv("ROS1STRUCT_MOST_MEGABYTES", "1")
    piped(monkeypatch, data)
    code, out, err = run(capsys, "contacts", "-")
    assert (code, out) == (2, "")
    assert err.startswith(f"ros1struct: {said}")
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("packed", [False, True])
def test_lists_and_tables_have_limits_too(capsys, monkeypatch, tmp_path, packed):
    monkeypatch.setenv("ROS1STRUCT_MOST_TABLE_MEGABYTES", "1")
    data = b"structure,mutation,fold\n" + b"2WGJ,L1195V,1\n" * 500_000
    path = tmp_path / f"a.csv{'.gz' * packed}"
    path.write_bytes(gzip.compress(data, 1) if packed else data)
    code, out, err = run(capsys, "evaluate", str(path))
    assert (code, out) == (2, "")
    assert "too large" in err
    assert "ROS1STRUCT_MOST_TABLE_MEGABYTES" in err
    monkeypatch.setattr("ros1struct.structure.mutation.MOST_BYTES", 1_000_000)
    code, out, err = run(capsys, "scan", "2WGJ", "--mutations", str(path))
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert packed or "more than 1,000,000 bytes; expected a list of mutations" in err


def test_a_table_of_standard_input_that_is_none_is_one_line(capsys, monkeypatch):
    piped(monkeypatch, b'a,b\n1,2,3\n"')
    code, out, err = run(capsys, "evaluate", "-")
    assert (code, out) == (2, "")
    assert err.startswith("ros1struct: standard input: cannot be read as a CSV table")
