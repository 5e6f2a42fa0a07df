"""Fingerprints over the KLIFS pocket."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays

import ros1struct as rs
from ros1struct.contacts.fingerprints import (
    KINDS,
    PROLIF_NAMES,
    fingerprint,
    similarity,
    tanimoto,
    wide,
)
from ros1struct.contacts.interactions import interactions
from ros1struct.errors import InputError

BITS = arrays(np.bool_, 40)


def test_the_matrix_is_the_table():
    complex = rs.load("2WGJ")
    counts = fingerprint(complex, count=True)
    bits = fingerprint(complex)
    assert counts.shape == bits.shape == (85, len(KINDS))
    assert (bits == (counts > 0)).all().all()
    table = interactions(complex)
    table = table[table["klifs"] != ""]
    assert counts.to_numpy().sum() == len(table)
    column = (table["kind"] + " " + table["role"]).str.strip()
    for (klifs, name), number in pd.Series(1, index=[table["klifs"], column]).groupby(
        level=[0, 1]
    ).sum().items():  # fmt: skip
        assert counts.loc[klifs, name] == number


def test_hinge_bits():
    for name in ("2WGJ", "crizotinib", "lorlatinib"):
        bits = fingerprint(rs.load(name))
        assert bits.loc["hinge:48", "hydrogen bond acceptor"]
        assert bits.loc["hinge:46", "hydrogen bond donor"]
        assert not bits.loc["hinge:48", "salt bridge cation"]


@given(BITS, BITS)
def test_tanimoto_is_symmetric_and_bounded(a, b):
    assert tanimoto(a, b) == tanimoto(b, a)
    assert 0.0 <= tanimoto(a, b) <= 1.0
    assert tanimoto(a, a) == 1.0


def test_tanimoto_of_counts_and_of_nothing():
    assert tanimoto(np.array([2, 1]), np.array([1, 1])) == pytest.approx(2 / 3)
    assert tanimoto(np.zeros(3), np.zeros(3)) == 1.0
    with pytest.raises(InputError, match=r"one shape, found \(3,\) and \(4,\)"):
        tanimoto(np.zeros(3), np.zeros(4))


def test_like_inhibitors_are_more_similar_than_unlike_ones():
    table = similarity([rs.load(n) for n in ("crizotinib", "lorlatinib", "3LQ8")])
    assert np.allclose(np.diag(table), 1.0)
    assert table.loc["crizotinib", "lorlatinib"] > table.loc["crizotinib", "3LQ8"]


def test_the_wide_frame_reads_as_prolifs():
    complex = rs.load("2WGJ")
    many = complex.with_coordinates(np.repeat(complex.xyz, 3, axis=0))
    frame = wide(many, "prolif")
    assert frame.columns.names == ["ligand", "protein", "interaction"]
    assert frame.index.name == "Frame"
    assert frame.shape[0] == 3
    assert frame[("VGH2346.A", "MET1160.A", "HBAcceptor")].tolist() == [True] * 3
    assert set(frame.columns.get_level_values("interaction")) <= set(PROLIF_NAMES.values())
    assert wide(many, "prolif", frames=[2]).index.tolist() == [2]
    assert wide(many, "prolif", count=True).to_numpy().min() >= 1
