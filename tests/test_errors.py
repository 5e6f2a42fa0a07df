"""Errors are one line, whatever the texts that they quote."""

import pickle

import pytest

from ros1struct.errors import LONGEST, FetchError, InputError, Ros1structError, StructureError


@pytest.mark.parametrize("kind", [Ros1structError, InputError, StructureError, FetchError])
@pytest.mark.parametrize(
    "text", ["a\nb", "a\r\n  b", "a\x1b[31mb", "a\x00b", "a\u2028b", "a\x85b", "a\tb", "\na b\n"]
)
def test_a_message_is_one_line(kind, text):
    error = kind(text)
    assert str(error).isprintable()
    assert str(error).replace("[31m", "") == "a b"
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_a_message_that_quotes_a_book_is_cut_in_the_middle():
    said = str(InputError("name: " + "x" * 10_000_000 + "; do this"))
    assert len(said) < LONGEST
    assert said.startswith("name: x")
    assert said.endswith("x; do this")
