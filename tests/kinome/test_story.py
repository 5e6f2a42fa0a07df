"""The tables of ROS1's story: sources, figures that papers print, conflicts that stay in sight."""

import make_story
import pandas as pd
import pytest

from ros1struct.cli.main import main
from ros1struct.kinome import literature

STORY = ("incidence", "mechanisms", "approvals", "trials", "options")


@pytest.mark.parametrize("name", STORY)
def test_every_row_says_how_it_was_read_and_how_sure_it_is(name):
    table = getattr(literature, name)()
    assert set(table["reading"]) == {"primary source read", "first reading"}
    assert set(table["confidence"]) <= {"high", "medium", "low"}
    # What only a digest or a compilation says is never sure.
    access = literature.sources().set_index("citation")["access"]
    for row in table.itertuples():
        if all("alone" in access[part] for part in row.source.split(" | ")):
            assert (row.reading, row.confidence) == ("first reading", "low"), row


def test_no_fact_was_read_in_a_source_whose_access_is_second_hand_alone():
    access = literature.sources().set_index("citation")["access"]
    for name in STORY:
        for row in getattr(literature, name)().itertuples():
            if row.reading == "primary source read":
                ways = [access[part] for part in row.source.split(" | ")]
                assert any(not way.startswith("second-hand") for way in ways), (name, row)


def test_shares_after_crizotinib_and_lorlatinib_are_those_of_the_paper():
    table = literature.mechanisms().set_index(["inhibitor", "mechanism"])["percent"]
    assert table["crizotinib", "any ROS1 mutation"] == 38
    assert table["lorlatinib", "any ROS1 mutation"] == 46
    for bypass in ("MET amplification", "KRAS G12C", "KRAS amplification", "NRAS mutation"):
        assert table["lorlatinib", bypass] == 4
    assert table["lorlatinib", "MAP2K1 mutation"] == 4
    assert table["crizotinib", "ROS1 D2033N"] == 2.4


def test_every_category_of_mechanism_has_a_row():
    assert set(literature.mechanisms()["category"]) == {*make_story.CATEGORIES}


def test_rates_follow_from_their_counts():
    table = literature.trials()
    for n, responders, rate in (
        ("n", "responders", "orr_percent"),
        ("intracranial_n", "intracranial_responders", "intracranial_orr_percent"),
    ):
        known = table.dropna(subset=[n, responders, rate])
        assert len(known) >= 3
        computed = 100 * known[responders].astype(float) / known[n].astype(float)
        assert (computed - known[rate]).abs().max() <= 0.7
    intervals = table.dropna(subset=["orr_low"])
    assert (intervals["orr_low"] < intervals["orr_percent"]).all()
    assert (intervals["orr_percent"] < intervals["orr_high"]).all()
    incidence = literature.incidence().dropna(subset=["positive", "percent"])
    computed = 100 * incidence["positive"].astype(float) / incidence["n"].astype(float)
    assert (computed - incidence["percent"]).abs().max() < 0.05


def test_response_rates_of_g2032r_agree_with_the_older_table():
    new = literature.trials().query("mutation == 'G2032R'")
    old = literature.clinical_rates()
    assert sorted(zip(new.inhibitor, new.orr_percent, strict=True)) == sorted(
        zip(old.inhibitor, old.orr_percent, strict=True)
    )


@pytest.mark.parametrize(
    ("table", "query", "least"),
    [
        ("trials", "inhibitor == 'crizotinib' and trial == 'PROFILE 1001'", 2),
        ("trials", "inhibitor == 'unecritinib'", 2),
        ("approvals", "inhibitor == 'repotrectinib' and agency == 'EMA'", 1),
        ("approvals", "status == 'label update'", 1),
        ("incidence", "population == 'non-small-cell lung cancer, unselected sequencing'", 1),
    ],
)
def test_conflicts_stand_beside_each_other(table, query, least):
    rows = getattr(literature, table)().query(query)
    assert len(rows) >= least
    assert rows["note"].str.contains("CONFLICT").all()


def test_dates_are_dates_and_approved_inhibitors_have_an_agency():
    table = literature.approvals()
    assert table["date"].str.fullmatch(r"(\d{4}(-\d\d){0,2})?").all()
    approved = table[table["status"] == "approved"]
    assert not approved["agency"].str.startswith("none").any()
    dated = approved[approved["agency"] == "FDA"].set_index("inhibitor")["date"]
    assert dated.to_dict() == {
        "zidesamtinib": "2026-07-22",
        "taletrectinib": "2025-06-11",
        "repotrectinib": "2023-11-15",
        "entrectinib": "2019-08-15",
        "crizotinib": "2016-03-11",
    }


def test_a_fusion_whose_domains_no_source_gives_is_not_said_to_keep_the_kinase():
    table = literature.fusions().set_index("partner")
    assert table.loc["CD74", "kinase_domain_kept"]
    assert pd.isna(table.loc["FRK", "kinase_domain_kept"])
    assert "49.1%" in table.loc["CD74", "frequency"]
    assert "44-64%" in table.loc["CD74", "frequency"]
    assert table.loc["TPM3", "frequency"] == "4.7% of 106 (He 2019)"


def test_a_table_is_printed_by_its_name(capsys):
    assert main(["literature", "approvals", "--format", "csv"]) == 0
    first, *rows = capsys.readouterr().out.splitlines()
    assert first.startswith("inhibitor,agency,date,status")
    assert len(rows) == len(literature.approvals())
    assert main(["literature", "mechanisms"]) == 0
    assert "KRAS G12C" in capsys.readouterr().out


def test_a_table_that_is_not_there_is_refused(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["literature", "patients"])
    assert stopped.value.code == 2
    assert "patients" in capsys.readouterr().err


def test_every_mutation_that_a_table_names_is_in_the_catalogue():
    known = set(literature.mutations()["mutation"])
    single = r"[A-Z](?:19[3-9]\d|2[01]\d\d|22[0-2]\d)[A-Z]"
    found = set()
    for name in ("mechanisms", "options", "trials"):
        table = getattr(literature, name)()
        for column in {"mutation", "mechanism"} & {*table.columns}:
            found |= set(
                table[column].str.findall(rf"\b{single}(?:/{single})*\b").explode().dropna()
            )
    assert {"G2032R", "L2086F", "S1986F/G2032R/L2086F", "S1986F/L2000V"} <= found
    assert found <= known


def test_no_table_of_the_literature_has_a_row_without_a_source():
    for name in (*STORY, "fusions", "mutations", "calls", "sensitivity", "clinical_rates"):
        assert getattr(literature, name)()["source"].str.strip().astype(bool).all(), name
