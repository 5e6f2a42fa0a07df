"""Scenes as MolViewSpec: valid by its own library, and the same picture as the other scripts."""

import json

import pytest

import ros1struct as rs
from ros1struct.scene.scene import scene


def nodes(node, kind):
    found = [node] if node["kind"] == kind else []
    return found + [n for child in node.get("children", ()) for n in nodes(child, kind)]


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mvs")
    return rs.export("2WGJ", folder / "pocket.mvsj", "G1163R")


@pytest.fixture(scope="module")
def root(written):
    return json.loads(written[0].read_text())["root"]


def test_its_library_finds_it_valid(written):
    library = pytest.importorskip("molviewspec.nodes", reason="molviewspec is not installed")
    library.validate_state_tree(written[0].read_text())


def test_it_opens_the_files_beside_it(written, root):
    urls = [n["params"]["url"] for n in nodes(root, "download")]
    assert [path.name for path in written] == ["pocket.mvsj", *urls]


def test_it_shows_what_the_scene_has(root):
    laid = scene(rs.load("2WGJ"), "G1163R")
    primitives = [n["params"] for n in nodes(root, "primitive")]
    labels = [p["text"] for p in primitives if p["kind"] == "label"]
    tubes = [p for p in primitives if p["kind"] == "tube"]
    assert labels == [shown.label for shown in laid.residues]
    assert sum("dash_length" not in p for p in tubes) == len(laid.clashes)
    assert sum("dash_length" in p for p in tubes) == sum(len(c.points) - 1 for c in laid.contacts)
    assert len(nodes(root, "structure")) == 1 + len(laid.rotamers)
    (camera,) = nodes(root, "camera")
    assert camera["params"]["target"] == pytest.approx(laid.centre)


def test_residues_are_named_as_the_written_file_names_them(written, root):
    import gemmi

    model = gemmi.read_structure(str(written[1]))[0]
    there = {(c.name, r.seqid.num) for c in model for r in c}
    picked = [n["params"]["selector"] for n in nodes(root, "component")]
    named = {(s["auth_asym_id"], s["auth_seq_id"]) for s in picked if isinstance(s, dict)}
    assert named <= there
    assert len(named) > 10


def test_the_same_scene_is_the_same_file(written, tmp_path):
    again = rs.export("2WGJ", tmp_path / "pocket.mvsj", "G1163R")
    assert again[0].read_bytes() == written[0].read_bytes()
