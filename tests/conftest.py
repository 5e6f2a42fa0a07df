"""Fixtures that several test modules share."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of facts and real structures beside the repository, which it does not carry."""
    folder = Path(os.environ.get("ROS1STRUCT_SHARED", REPOSITORY.parent / "shared"))
    if not folder.is_dir():
        pytest.skip("no folder of shared facts and structures beside the repository")
    return folder
