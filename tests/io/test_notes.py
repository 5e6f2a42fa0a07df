"""Notes of a structure reach Python users as warnings of one class, at their own line."""

import warnings
from pathlib import Path

import pytest

import ros1struct as rs


@pytest.fixture
def noted(tmp_path):
    """A file with something to say: one atom in two places."""
    lines = rs.write("2WGJ", tmp_path / "clean.pdb").read_text().splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("ATOM") and " CB " in line)
    one, other = (lines[at][:16] + x + lines[at][17:54] + "  0.50" + lines[at][60:] for x in "AB")
    path = tmp_path / "noted.pdb"
    path.write_text("\n".join([*lines[:at], one, other, *lines[at + 1 :]]) + "\n")
    return path


@pytest.mark.parametrize("call", [rs.load, rs.contacts, lambda path: rs.compare(path, "2WGJ")])
def test_every_note_is_a_warning_where_the_user_called(noted, call):
    with pytest.warns(rs.Ros1structWarning, match="alternate locations") as caught:
        call(noted)
    assert {w.filename for w in caught} == {__file__}
    assert [str(w.message) for w in caught] == [f"noted: {n}" for n in rs.load(noted).notes]


def test_a_structure_without_notes_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert rs.load("2WGJ").notes == ()


def test_the_warnings_can_be_filtered_by_their_class(noted):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", category=rs.Ros1structWarning)
        assert rs.load(noted).notes
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(rs.Ros1structWarning, match="alternate locations"):
            rs.load(noted)


def test_a_trajectory_warns_of_its_own_notes_only():
    folder = Path(__file__).parents[1] / "data" / "trajectories"
    files = (folder / f"ros1_repotrectinib_obc2.{x}" for x in ("pdb.gz", "xtc"))
    with pytest.warns(rs.Ros1structWarning) as caught:
        run = rs.trajectory(*files)
    assert [str(w.message) for w in caught] == [f"{run.name}: {n}" for n in run.complex.notes]
    assert {w.filename for w in caught} == {__file__}
