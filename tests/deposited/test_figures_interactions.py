"""The sketch of contacts is held to its tables: on deposited files."""

import pytest

import ros1struct as rs
from figures.test_interactions import check_reads_well, texts
from ros1struct.figures import plot_interactions

XRAY = ("1M17", "2HYY", "2XP2", "2YFX", "3UE4", "3WZD", "5AAA", "5J7H", "5L2T", "5P9I")


LABEL = r"[A-Z]\d+|HOH\d+"


@pytest.mark.parametrize("name", XRAY)
def test_deposited_structures_read_well(name, shared):
    complex = rs.load(shared / "structures" / "test_only" / "xray" / f"{name}.pdb")
    ax = plot_interactions(complex)
    check_reads_well(ax)
    assert {*rs.interactions(complex)["residue"]} <= {t.get_text() for t, _ in texts(ax)}
