"""The page of ROS1's story says what the tables say, and counts recall as it says."""

import importlib.util
from pathlib import Path

import pandas as pd
import pytest

PATH = Path(__file__).parents[1] / "docs" / "make_ros1_story.py"


@pytest.fixture(scope="module")
def story():
    spec = importlib.util.spec_from_file_location("make_ros1_story", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def page(story):
    return story.PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["contents", "frequencies", "g2032r"])
def test_the_page_has_the_tables_of_today(story, page, name):
    assert story.written(page, {name: story.QUICK[name]()}) == page


def test_every_block_of_the_page_is_made_and_filled(story, page):
    found = [m["name"] for m in story._BLOCK.finditer(page)]
    assert found == [*story.QUICK, *story.SLOW]
    for block in story._BLOCK.finditer(page):
        assert block[0].count("\n") > 4, block["name"]


def test_the_page_is_for_research(page):
    assert "no advice on the\ntreatment of a patient" in page


@pytest.fixture(scope="module")
def made():
    """Ten scored substitutions of one drug; the second and the last are known to resist."""
    calls = ["", "R", "", "", "S", "", "", "", "", "R (conflicting report)"]
    table = pd.DataFrame(
        {
            "inhibitor": "a", "mutation": [f"G{n}R" for n in range(1, 11)],
            "score": [10.0 - n for n in range(10)], "one_nucleotide": True,
            "nucleotides": "every", "literature_call": calls, "verdict": "clash", "mechanism": "",
        }
    )  # fmt: skip
    far = table.head(1).assign(score=float("nan"), literature_call="R")
    unreachable = table.head(1).assign(score=99.0, one_nucleotide=False, literature_call="R")
    return pd.concat([far, table.sample(frac=1, random_state=1), unreachable])


def test_recall_counts_what_one_nucleotide_makes_and_the_map_scores(story, made):
    ranked = story.reachable(made)
    assert ranked["rank"].tolist() == list(range(1, 11))
    assert ranked["mutation"].tolist()[0] == "G1R"
    assert (ranked["of"] == 10).all()
    found = story.recall(made).set_index("inhibitor").loc["all"]
    assert found["n"] == 2
    assert found["top 10 %"] == "0 of 2"
    assert found["top 20 %"] == "1 of 2"
    assert found["top 50 %"] == "1 of 2"
    assert set(story.known(ranked)["literature_call"]) == {"R", "S", "R (conflicting report)"}
