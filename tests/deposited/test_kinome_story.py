"""The tables of ROS1's story: on deposited files."""

import csv
import re

import make_story
import make_tables
import pytest

from ros1struct.kinome import literature

STORY = ("incidence", "mechanisms", "approvals", "trials", "options")


@pytest.mark.shared
def test_the_tables_are_what_the_script_writes(shared, tmp_path, monkeypatch):
    monkeypatch.setattr(make_tables, "SHARED", shared)
    make_story.main(tmp_path)
    for name in STORY:
        written = (tmp_path / f"{name}.csv").read_bytes()
        assert written == (make_tables.DATA / f"{name}.csv").read_bytes(), name


@pytest.mark.shared
@pytest.mark.parametrize("source", ["", "Somebody 1999"])
def test_a_row_without_a_source_is_refused(shared, monkeypatch, source):
    monkeypatch.setattr(make_tables, "SHARED", shared)
    rows = make_story.curated("options")
    rows.loc[3, "source"] = source
    with pytest.raises(ValueError, match=r"options.csv line 5: no source"):
        make_story.identified(rows, "options")


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "column", "of"),
    [
        ("mechanisms", "percent", ("mechanism", "KRAS G12C")),
        ("trials", "orr_percent", ("setting", "ARROS-1, >=2 prior ROS1 TKIs")),
        ("approvals", "date", ("brand", "Jideytro")),
    ],
)
def test_a_fact_that_was_changed_is_noticed(shared, monkeypatch, name, column, of):
    monkeypatch.setattr(make_tables, "SHARED", shared)
    read = make_story.curated

    def changed(asked):
        table = read(asked)
        if asked == name:
            table.loc[table[of[0]] == of[1], column] = "7"
        return table

    monkeypatch.setattr(make_story, "curated", changed)
    with pytest.raises(ValueError, match=f"{name}.csv lacks what the facts say"):
        getattr(make_story, name)()


@pytest.mark.shared
def test_the_catalogue_has_every_kinase_domain_mutation_of_the_facts_read(shared):
    sequence = literature.ros1_sequence()
    one = r"[A-Z](?:19[3-9]\d|2[01]\d\d|22[0-2]\d)[A-Z]"
    facts = shared / "facts"
    files = ("mutations.csv", "calls.csv", "sensitivity.csv", "clinical_g2032r.csv", "tkis.csv")
    found = set()
    for path in [*(facts / name for name in files), *sorted((facts / "new").glob("*.csv"))]:
        with path.open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                text = " ".join(str(cell) for cell in row.values())
                found |= set(re.findall(rf"\b{one}(?:/{one})*\b", text))

    def of_ros1(mutation):
        parts = mutation.split("/")
        return all(sequence[int(part[1:-1]) - 1] == part[0] for part in parts)

    def parts(mutation):
        return frozenset(mutation.split("/"))

    known = {parts(m) for m in literature.mutations()["mutation"]}
    asked = {m for m in found if of_ros1(m)}
    assert len(asked) >= 44
    assert {m for m in asked if parts(m) not in known} == set()
