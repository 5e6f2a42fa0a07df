"""Rows of an evaluation come as they were given, and its disagreements are numbered from 0."""

import pandas as pd
import pytest

from ros1struct.kinome import literature
from ros1struct.resistance import disagreements, scored
from ros1struct.resistance.measures import measures
from ros1struct.resistance.rank import _cns


@pytest.fixture(scope="module")
def table():
    given = pd.DataFrame(
        {
            "structure": ["3LQ8", "2WGJ", "3LQ8", "2WGJ"],
            "mutation": ["L1157M", "L1157M", "Y1230H", "Y1230C"],
            "resistant": [1, 0, 1, 1],
        }
    )
    return scored(given)


def test_structures_come_in_the_order_of_the_measurements(table):
    assert table["structure"].drop_duplicates().tolist() == ["3LQ8", "2WGJ"]
    assert table.loc[table["structure"] == "2WGJ", "mutation"].tolist() == ["L1157M", "Y1230C"]


def test_disagreements_are_numbered_anew_and_the_surest_comes_first(table):
    found = disagreements(table)
    assert [*found.columns] == ["missed", *table.columns]
    assert found.index.tolist() == list(range(len(found)))
    wrong = (found["p_resistant"] - found["resistant"].astype(float)).abs()
    assert wrong.is_monotonic_decreasing


def test_brain_metastases_of_a_drug_are_its_own():
    trials = literature.trials()
    rates = trials[trials["intracranial_orr_percent"].notna()]
    without = sorted({*trials["inhibitor"]} - {*rates["inhibitor"]})
    for inhibitor in {*rates["inhibitor"]}:
        own = rates[rates["inhibitor"] == inhibitor]
        assert _cns(inhibitor).count(" % ") == len(own)
    assert all(" % " not in _cns(inhibitor) for inhibitor in without)


def test_five_known_folds_are_enough_for_a_correlation_and_four_are_not():
    rows = pd.DataFrame(
        {
            "kinase": "K",
            "mutation": list("abcde"),
            "resistant": [0, 0, 1, 1, 1],
            "score": [1.0, 2.0, 3.0, 4.0, 5.0],
            "ddg": [0.1, 0.2, 0.3, 0.4, 0.5],
        }
    )
    whole = measures(rows, ["score"], draws=5).set_index("group").loc["all"]
    assert whole["spearman"] == 1.0
    rows.loc[0, "ddg"] = float("nan")
    fewer = measures(rows, ["score"], draws=5).set_index("group").loc["all"]
    assert pd.isna(fewer["spearman"])
