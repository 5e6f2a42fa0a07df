"""The catalogue: complete rows, files that exist, names that are found."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from ros1struct.errors import InputError
from ros1struct.io.catalog import (
    CatalogEntry,
    bundled_folder,
    cache_folder,
    catalog,
    deposited,
    entries,
    find,
    user_folder,
)

# The package offers the function of the same name, which hides the module.
module = importlib.import_module("ros1struct.io.catalog")

ROWS = [pytest.param(entry, id=entry.name) for entry in entries()]

EXPECTED = {
    "ROS1": "3ZBF 4UXL 7Z5W 7Z5X 9QEK",
    "ALK": "2XP2 2YFX 4ANQ 4ANS 5AAA 5AAB 5AAC 4CLI 4CLJ 5A9U 5AA8 5AA9 5FTO 3AOX 4MKC 5J7H",
    "TRKA": "5KVT 7VKN 7VKO",
    "MET": "2WGJ 3LQ8",
}


@pytest.mark.parametrize("kinase", EXPECTED)
def test_every_entry_of_the_plan_is_there(kinase):
    found = [e.entry for e in entries() if e.kinase == kinase and e.provenance != "model"]
    assert found == EXPECTED[kinase].split()


def test_names_are_unique_whatever_their_case():
    names = [entry.name.lower() for entry in entries()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("row", ROWS)
def test_row_is_complete(row: CatalogEntry):
    assert row.provenance in {"deposited", "processed", "model"}
    assert row.kinase in {"ROS1", "ALK", "TRKA", "MET"}
    assert re.fullmatch(r"WT|[A-Z]\d+[A-Z](/[A-Z]\d+[A-Z])*", row.variant) or not row.variant
    assert row.binding_type in {"I", "I½", "II", ""}
    assert row.inhibitor
    assert row.component
    assert row.method
    if row.provenance == "model":
        assert row.method == "model"
        assert row.file.startswith("models/")
        assert row.entry == ""
        assert row.resolution is None
    else:
        assert row.name == row.entry
        assert re.fullmatch(r"[1-9][0-9A-Z]{3}", row.entry)
        assert row.method == "X-RAY DIFFRACTION"
        assert row.resolution is None or 1.0 < row.resolution < 3.5
    if row.provenance == "processed":
        assert row.file


@pytest.mark.parametrize("row", ROWS)
def test_what_is_empty_is_said_to_be_not_verified(row: CatalogEntry):
    needed = ["variant", "chain", "citation"]
    if row.provenance == "deposited":
        needed.append("resolution")
    missing = [name for name in needed if not getattr(row, name)]
    for name in missing:
        assert re.search(rf"not verified:[^.]*\b{name}\b", row.note), (row.name, name)
    assert bool(row.citation) >= bool(row.citation_id)


@pytest.mark.parametrize("row", [p for p in ROWS if p.values[0].file])
def test_bundled_file_exists(row: CatalogEntry):
    models = bundled_folder() / "models"
    if row.provenance == "model" and not any(models.glob("*.cif")):
        pytest.skip("no model has been built yet")
    assert row.path is not None, row.file
    assert Path(row.file).suffix == ".cif"
    assert row.path.is_relative_to(bundled_folder())


def test_every_bundled_structure_is_in_the_catalogue():
    folder = bundled_folder()
    there = {p.relative_to(folder).as_posix() for p in folder.glob("*/*.cif")}
    assert there <= {entry.file for entry in entries()}


@pytest.mark.parametrize("row", [p for p in ROWS if p.values[0].path])
def test_bundled_file_says_what_the_catalogue_says(row: CatalogEntry):
    import gemmi

    block = gemmi.cif.read(str(row.path)).sole_block()
    for item in ("provenance", "kinase", "variant", "inhibitor", "component"):
        assert gemmi.cif.as_string(block.find_value(f"_ros1struct.{item}")) == getattr(row, item)
    chain = gemmi.make_structure_from_block(block)[0][row.chain]
    assert row.component in {residue.name for residue in chain}


def test_table_is_a_fresh_copy():
    table = catalog()
    table.loc[0, "name"] = "changed"
    assert catalog().loc[0, "name"] != "changed"
    assert table["resolution"].dtype == "float64"
    assert list(table.columns) == list(CatalogEntry.__dataclass_fields__)


@pytest.mark.parametrize("name", ["2wgj", "2WGJ", " 2WgJ "])
def test_find_ignores_case_and_blanks(name):
    assert find(name).entry == "2WGJ"


def test_find_suggests_near_names():
    with pytest.raises(InputError, match=r"called 'lorlatnib'.*Did you mean lorlatinib\?"):
        find("lorlatnib")


def test_find_says_where_the_names_are():
    with pytest.raises(InputError, match="`ros1struct structures` lists all names"):
        find("qqqqqqqq")


@pytest.mark.parametrize(
    ("model", "entry"),
    [
        ("crizotinib", "3ZBF"),
        ("lorlatinib", "4UXL"),
        ("zidesamtinib-g2032r", "9QEK"),
        ("zidesamtinib", None),
        ("repotrectinib", None),
    ],
)
def test_deposited_counterpart_has_the_same_kinase_variant_and_inhibitor(model, entry):
    found = deposited(find(model))
    assert (found.entry if found else None) == entry


def test_cache_folder_can_be_told(monkeypatch, tmp_path):
    monkeypatch.setenv("ROS1STRUCT_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path


def test_cache_folder_is_the_users_otherwise(monkeypatch):
    monkeypatch.delenv("ROS1STRUCT_CACHE", raising=False)
    assert cache_folder().is_absolute()
    assert cache_folder().name == "ros1struct"


def test_user_folder(monkeypatch, tmp_path):
    monkeypatch.delenv("ROS1STRUCT_STRUCTURES", raising=False)
    assert user_folder() is None
    monkeypatch.setenv("ROS1STRUCT_STRUCTURES", str(tmp_path))
    assert user_folder() == tmp_path
    monkeypatch.setenv("ROS1STRUCT_STRUCTURES", str(tmp_path / "absent"))
    with pytest.raises(InputError, match="ROS1STRUCT_STRUCTURES: expected a folder"):
        user_folder()


def test_installed_package_has_its_own_folder(monkeypatch, tmp_path):
    installed = tmp_path / "ros1struct" / "data" / "structures"
    installed.mkdir(parents=True)
    monkeypatch.setattr(module.resources, "files", lambda _: tmp_path / "ros1struct")
    assert bundled_folder() == installed


def test_strange_columns_are_refused(monkeypatch, tmp_path):
    (tmp_path / "catalog.csv").write_text("name,entry\n", encoding="utf-8")
    monkeypatch.setattr(module, "bundled_folder", lambda: tmp_path)
    with pytest.raises(InputError, match=r"catalog\.csv: expected columns"):
        entries.__wrapped__()
