"""Files of many models: cut between them, read for their coordinates."""

import numpy as np
import pytest

import ros1struct as rs
from ros1struct.errors import StructureError
from ros1struct.io.parse import _parse_whole
from ros1struct.io.reading.models import cut_models, frames_in, frames_of_cut


@pytest.fixture(scope="module")
def run():
    met = rs.load("2WGJ")
    shifts = np.random.default_rng(0).normal(0, 0.05, (12, *met.xyz.shape[1:]))
    return met.with_coordinates(met.xyz + shifts)


@pytest.fixture
def path(run, tmp_path):
    return rs.write(run, tmp_path / "run.cif")


def changed(path, model, change):
    """The file with the first row of a model changed."""
    lines = path.read_text().splitlines()
    rows = [k for k, x in enumerate(lines) if x.startswith("ATOM") and x.split()[-1] == str(model)]
    lines[rows[0]] = change(lines[rows[0]])
    path.write_text("\n".join(x for x in lines if x is not None) + "\n")
    return path


def test_frames_are_those_that_were_written(run, path):
    found = rs.load(path)
    assert found.xyz.shape == run.xyz.shape
    assert np.abs(found.xyz - run.xyz).max() < 1e-3
    assert np.array_equal(found.atoms.name, run.atoms.name)


def test_columns_give_what_a_whole_parse_gives(path):
    text = path.read_text()
    cut = cut_models(text)
    assert len(cut.spans) == 11
    whole = frames_in(_parse_whole(text, path).structure)
    frames = frames_of_cut(text, cut, _parse_whole(cut.first, path).structure)
    assert frames.keys == whole.keys
    assert np.array_equal(frames.xyz, whole.xyz)


def test_of_other_programs_the_first_model_is_read(path):
    one = rs.load(path).frame(0)
    text = path.read_text()
    path.write_text(text[: text.index("_ros1struct_written.")])
    found = rs.load(path, provenance="processed")
    assert "first of 12 models" in found.notes
    assert np.array_equal(found.xyz, one.xyz)


def test_blank_lines_and_comments_behind_the_table(path):
    text = path.read_text()
    end = text.index("_ros1struct_written.")
    for more in ("\n\n\n", "#\n", ""):
        assert len(cut_models(text[:end].rstrip() + "\n" + more + text[end:]).spans) == 11
        assert len(cut_models(text[:end].rstrip() + "\n" + more).spans) == 11


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("_atom_site.pdbx_PDB_model_num", "_atom_site.other"),
        lambda text: "\n".join(x[:-2] + " 14" if x.endswith(" 5") else x for x in text.split("\n")),
        lambda text: text[: text.index("_atom_site.")],
    ],
)
def test_other_shapes_are_not_cut(path, change):
    assert cut_models(change(path.read_text())) is None


def test_a_model_of_other_atoms_is_refused(path):
    changed(path, 7, lambda row: None)
    with pytest.raises(StructureError, match="model 7 lacks atom N of A/1082 of model 1"):
        rs.load(path)


def test_a_damaged_coordinate_of_a_later_model_is_refused_with_its_line(path):
    def damage(row):
        parts = row.split()
        return " ".join([*parts[:10], parts[10] + ".5", *parts[11:]])

    changed(path, 7, damage)
    with pytest.raises(StructureError, match=r"line \d+, atom \d+: _atom_site.Cartn_x"):
        rs.load(path)
