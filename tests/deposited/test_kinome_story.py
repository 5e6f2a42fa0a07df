"""The tables of ROS1's story: on deposited files."""

import make_story
import make_tables
import pytest

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
