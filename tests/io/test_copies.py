"""Molecules that share a number: pairs one by one are those that a tree of all points finds."""

import numpy as np
import pytest

from ros1struct.io.reading import model


@pytest.mark.parametrize("seed", range(5))
def test_pairs_of_an_owner_do_not_depend_on_the_way_they_are_found(seed, monkeypatch):
    rng = np.random.default_rng(seed)
    owner = rng.integers(0, 60, size=400)
    xyz = rng.uniform(0, 4, size=(400, 3))
    own = [set(zip(*map(np.ndarray.tolist, model._same_place(owner, xyz)), strict=True))]
    monkeypatch.setattr(model, "_FEW", 0)
    i, j = model._same_place(owner, xyz)
    tree = {(a, b) for a, b in zip(i.tolist(), j.tolist(), strict=True) if a != b}
    assert own[0] == tree
    assert len(tree) > 50
