"""Every column of every public table is declared, once, with a meaning."""

import csv
import dataclasses
import inspect
import io
import json

import pandas as pd
import pytest

import ros1struct as rs
from ros1struct import tables
from ros1struct.errors import InputError
from ros1struct.kinome import literature
from ros1struct.resistance.summary import agreement, summarise
from ros1struct.sidechains.ensembles import ensemble

KNOWLEDGE = (
    "mutations", "sensitivity", "calls", "inhibitors", "components", "fusions", "incidence",
    "mechanisms", "approvals", "trials", "options", "clinical_rates", "affinities", "sources",
    "klifs_pocket", "kinase_alignment",
)  # fmt: skip


@pytest.fixture(scope="module")
def complex_():
    return rs.load("2WGJ")


@pytest.fixture(scope="module")
def made(complex_):
    scanned = rs.scan(complex_, ["G1163R", "D1164N"])
    return {
        "scan": scanned,
        "contacts": rs.contacts(complex_),
        "clashes": rs.clashes(complex_, threshold=0.0),
        "overlaps": rs.overlaps(complex_),
        "pocket": rs.pocket(complex_),
        "residue_table": complex_.residue_table(),
        "ensemble": ensemble(complex_, "G1163R").table(),
        "catalog": rs.catalog(),
        "summary": summarise(scanned),
        "agreement": agreement(summarise(scanned)),
        "describe": tables.describe(scanned),
    }


def test_tables_of_a_complex_have_rows_and_only_declared_columns(made):
    for name, table in made.items():
        assert len(table), name
        tables.check(table)


@pytest.mark.parametrize("name", KNOWLEDGE)
def test_knowledge_tables_have_only_declared_columns(name):
    tables.check(getattr(literature, name)())


def test_every_knowledge_function_that_gives_a_table_is_tested():
    gives = [
        name
        for name, f in inspect.getmembers(literature, inspect.isfunction)
        if f.__module__ == literature.__name__
        and not name.startswith("_")
        and not inspect.signature(f).parameters
        and isinstance(f(), pd.DataFrame)
    ]
    assert sorted(gives) == sorted(KNOWLEDGE) == sorted(literature.TABLES)


def test_describe_gives_meaning_and_unit(made):
    found = tables.describe(made["scan"]).set_index("column")
    assert list(found.index) == list(made["scan"].columns)
    assert found.loc["min_distance", "unit"] == "Å"
    assert found.loc["p_resistant", "unit"] == "1"
    assert found.loc["verdict", "unit"] == ""
    assert found["meaning"].str.len().gt(3).all()


def test_an_undeclared_column_is_named_with_a_suggestion():
    with pytest.raises(InputError, match=r"'overlaps' is not declared.*Did you mean overlap"):
        tables.check(pd.DataFrame({"structure": ["a"], "overlaps": [1.0]}))
    with pytest.raises(InputError, match="'zzz' is not declared"):
        tables.describe(pd.DataFrame({"zzz": [1]}))


def test_a_doubled_column_is_refused():
    with pytest.raises(InputError, match="klifs stands more than once"):
        tables.check(pd.DataFrame([[1, 2]], columns=["klifs", "klifs"]))


def test_declarations_cannot_be_changed():
    with pytest.raises(TypeError, match="does not support item assignment"):
        tables.COLUMNS["new"] = tables.Column("x")
    with pytest.raises(dataclasses.FrozenInstanceError):
        tables.COLUMNS["klifs"].unit = "Å"


def test_units_are_of_a_known_kind():
    known = {"", "1", "Å", "°", "nM", "e", "%", "kcal/mol", "Å²", "Å³", "ps", "months"}
    assert {c.unit for c in tables.COLUMNS.values()} <= known


def test_a_styled_table_has_units_in_its_head_and_two_decimals():
    table = rs.contacts("2WGJ")[["residue", "min_distance"]].assign(mine=1.23456)
    html = rs.style(table).to_html()
    assert "min_distance (Å)</th>" in html
    assert ">residue</th>" in html
    assert ">mine</th>" in html
    assert f">{table['min_distance'][0]:.2f}</td>" in html
    assert "1.235" in rs.style(table, precision=3).to_html()
    assert list(table.columns) == ["residue", "min_distance", "mine"]


def test_a_styled_table_shows_nothing_where_nothing_is_known():
    scanned = rs.scan("2WGJ", "G9999R")
    html = rs.style(scanned[["mutation", "score"]]).to_html()
    assert "nan" not in html.lower()


def test_tables_without_rows_and_any_result_can_be_styled():
    assert "overlap (Å)" in rs.style(rs.clashes("2WGJ")).to_html()
    assert "name" in rs.style(rs.catalog()).to_html()


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+A1", "'=1+A1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+SUM(A1)", "'-2+SUM(A1)"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\t=SUM(1)", "'\t=SUM(1)"),
        ("=1+1", "'=1+1"),
        ("-2+3", "'-2+3"),
        ("+1-1", "'+1-1"),
        ("@1", "'@1"),
        ("=", "="),
        ("+3", "+3"),
        ("-1e-05", "-1e-05"),
        ("-.5", "-.5"),
        ("<=", "<="),
        ("-", "-"),
        ("-0.5", "-0.5"),
        ("G2032R", "G2032R"),
    ],
)
def test_only_formulas_get_an_apostrophe(text, written):
    assert tables.inert(pd.DataFrame({"note": [text]}))["note"].tolist() == [written]


def test_a_hostile_text_of_a_file_is_data_in_every_form():
    table = pd.DataFrame(
        {"structure": ["=cmd|' /C calc'!A0", "a\x1b[2Jb\nc"], "overlap": [0.5, -1.0]}
    )
    rows = list(csv.reader(io.StringIO(tables.as_text(table, "csv"))))
    assert rows[1:] == [["'=cmd|' /C calc'!A0", "0.5"], ["a\x1b[2Jb\nc", "-1"]]
    assert json.loads(tables.as_text(table, "json"))[1]["structure"] == "a\x1b[2Jb\nc"
    shown = tables.as_text(table)
    assert shown.count("\n") == 3
    assert shown.replace("\n", "").isprintable()
