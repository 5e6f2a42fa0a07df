"""The scores of deposited ALK complexes that the report shows without their coordinates."""

from __future__ import annotations

import pandas as pd

from ros1struct.data import make_alk_reference


def test_the_committed_scores_are_what_the_code_computes(shared):
    found = make_alk_reference.reference(shared / "structures" / "test_only")
    kept = pd.read_csv(make_alk_reference.FILE, keep_default_na=False)
    assert list(kept.columns) == list(found.columns)
    for column in kept.columns:
        if pd.api.types.is_float_dtype(found[column]):
            assert (kept[column].astype(float) - found[column]).abs().max() < 2e-4, column
        else:
            assert kept[column].astype(str).tolist() == found[column].astype(str).tolist(), column
