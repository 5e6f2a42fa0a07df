"""The matrix of similarity."""

import pandas as pd
import pytest

import ros1struct as rs
from ros1struct.errors import InputError
from ros1struct.figures import plot_similarity


@pytest.fixture(scope="module")
def table():
    return rs.similarity(["2WGJ", "3LQ8", "crizotinib"])


def test_every_pair_has_its_value(table):
    ax = plot_similarity(table)
    values = [int(t.get_text()) for t in ax.texts if t.get_gid() == "value"]
    assert values == [round(100 * v) for v in table.to_numpy().ravel()]
    assert values[0] == values[4] == values[8] == 100
    assert values[1] == values[3] < 100
    for ticks in (ax.get_xticklabels(), ax.get_yticklabels()):
        assert [t.get_text() for t in ticks] == ["2WGJ", "3LQ8", "crizotinib"]


def test_darker_is_more_similar(table):
    faces = [sum(p.get_facecolor()[:3]) for p in plot_similarity(table).patches]
    assert faces[0] == min(faces)


def test_what_is_no_similarity_is_refused(table):
    with pytest.raises(InputError, match="expected a square table"):
        plot_similarity(table.iloc[:2])
    with pytest.raises(InputError, match="expected similarities from 0 to 1"):
        plot_similarity(table * 100)
    with pytest.raises(InputError, match="the table has no rows"):
        plot_similarity(pd.DataFrame())
