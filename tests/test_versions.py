"""The versions that `make oldest` tests are the bounds that pyproject.toml states."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def normal(version):
    """A version without the zeros at its end, as far as it says something."""
    return re.sub(r"(\.0)+$", "", version)


def test_the_oldest_versions_are_the_lower_bounds():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    stated = dict(re.fullmatch(r"([\w-]+)>=([\d.]+)", x).groups() for x in project["dependencies"])
    lines = (ROOT / "tests" / "oldest.txt").read_text("utf-8").splitlines()
    tested = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    assert {name: normal(tested[name]) for name in stated} == {
        name: normal(version) for name, version in stated.items()
    }
    tools = dict(
        re.fullmatch(r"([\w-]+)>=([\d.]+)", x).groups()
        for x in project["optional-dependencies"]["test"]
        if re.fullmatch(r"(hypothesis|pytest)>=[\d.]+", x)
    )
    assert {name: normal(tested[name]) for name in tools} == {
        name: normal(version) for name, version in tools.items()
    }


def test_the_lock_has_a_version_of_everything_that_is_needed():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    text = (ROOT / "requirements.lock").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9-]+==[\w.!+]+", line) for line in lines)
    locked = dict(line.split("==") for line in lines)
    for line in (*project["dependencies"], *project["optional-dependencies"]["test"]):
        name, least = re.match(r"([\w-]+)(?:>=([\d.]+))?", line).groups()
        found = locked[name.lower().replace("_", "-")]
        numbers = [[int(x) for x in re.findall(r"\d+", v)[:3]] for v in (found, least or "0")]
        assert numbers[0] >= numbers[1], line
