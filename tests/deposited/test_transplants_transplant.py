"""Inhibitors carried into another kinase: on deposited files."""

import pytest

import ros1struct as rs
from ros1struct.transplants import transplant


@pytest.fixture(scope="module")
def met():
    return rs.load("2WGJ")


@pytest.mark.shared
def test_a_bonded_inhibitor_stays_where_it_is(shared, met):
    path = shared / "structures" / "test_only" / "xray" / "4G5J.pdb"
    with pytest.raises(rs.InputError, match="bonded to its protein"):
        transplant(path, into=met)
