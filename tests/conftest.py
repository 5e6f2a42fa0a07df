"""Fixtures that several test modules share."""

import io
import os
import shutil
import warnings
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
    return complex.with_changes(residues=replace(complex.residues, klifs=kept))


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium with an empty profile, the one that is installed."""
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no chromium to open pages with")
    flags = [
        "--headless",
        "--no-sandbox",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--use-gl=angle",
        "--use-angle=swiftshader",
        "--enable-unsafe-swiftshader",
    ]
    with driver.sync_playwright() as started:
        made = started.chromium.launch(executable_path=path, args=flags)
        yield made
        made.close()


@pytest.fixture(scope="session")
def pixels():
    """Reader of a PNG: array of shape (height, width, 3), 0 to 1."""

    def read(png):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from matplotlib.image import imread
        return imread(io.BytesIO(png))[..., :3]

    return read
