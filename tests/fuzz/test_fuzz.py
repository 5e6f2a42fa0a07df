"""A fixed budget of damaged inputs; `make fuzz` goes on for as long as asked."""

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.append(str(Path(__file__).parent))

from mutators import POCKETS, case
from run import judged

from ros1struct.errors import Ros1structError
from ros1struct.io.checks.limits import unpacked
from ros1struct.structure.mutation import parse_mutations

# HDF5 files, each read by a process of its own, are tests/io/test_hdf5.py's.
KINDS = [kind for kind in POCKETS if kind not in ("csv", "h5")]


@pytest.mark.parametrize("kind", KINDS)
@settings(
    max_examples=25, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(number=st.integers(0, 10**9))
def test_a_damaged_input_is_answered_rightly_or_refused(kind, number, tmp_path):
    data = case(kind, number)
    status, what = judged(kind, data, tmp_path, deep=number % 5 == 0)
    assert status in ("answer", "refused"), what


def test_the_same_number_gives_the_same_input():
    assert [case(k, 7) for k in KINDS] == [case(k, 7) for k in KINDS]
    assert case("pdb", 7) != case("pdb", 8)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_after_the_mark_of_gzip(data):
    said = "damaged or truncated"
    try:
        unpacked(b"\x1f\x8b" + data, Path("a.gz"))
    except Ros1structError as error:
        said = str(error)
    assert "damaged or truncated" in said


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_any_text_for_mutations(text):
    try:
        said = " ".join(map(str, parse_mutations(text)))
    except Ros1structError as error:
        said = str(error)
    assert said.isprintable()
    assert said
