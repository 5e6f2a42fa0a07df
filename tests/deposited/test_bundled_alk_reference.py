"""The scores of deposited ALK complexes that the report shows without their coordinates."""

from __future__ import annotations

import make_alk_reference
import pandas as pd
import pytest


def test_the_committed_scores_are_what_the_code_computes(shared):
    found = make_alk_reference.reference(shared / "structures" / "test_only")
    kept = pd.read_csv(make_alk_reference.FILE, keep_default_na=False)
    assert list(kept.columns) == list(found.columns)
    for column in kept.columns:
        if pd.api.types.is_float_dtype(found[column]):
            stored = pd.to_numeric(kept[column], errors="coerce")
            assert stored.to_numpy() == pytest.approx(found[column], abs=2e-4, nan_ok=True), column
        else:
            assert kept[column].astype(str).tolist() == found[column].astype(str).tolist(), column
