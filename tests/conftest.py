"""Fixtures that several test modules share."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of facts and real structures beside the repository, which it does not carry."""
    folder = Path(os.environ.get("ROS1STRUCT_SHARED", REPOSITORY.parent / "shared"))
    if not folder.is_dir():
        pytest.skip("no folder of shared facts and structures beside the repository")
    return folder


@pytest.fixture(scope="session")
def few():
    """MET with crizotinib whose KLIFS pocket is the gatekeeper and the solvent front, for speed."""
    import ros1struct as rs

    complex = rs.load("2WGJ")
    klifs = complex.residues.klifs
    kept = np.where(np.isin(klifs, (45, 51)), klifs, 0)
    return replace(complex, residues=replace(complex.residues, klifs=kept))
