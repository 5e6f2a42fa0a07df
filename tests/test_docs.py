"""Every public function says what it takes, gives, and how it is used."""

import doctest
import inspect

import pytest

import ros1struct as rs
from ros1struct import figures
from ros1struct.kinome import literature
from ros1struct.report import methods
from ros1struct.resistance import summary

MODULES = rs, figures, literature, summary, methods
# Context managers, whose value nobody uses.
NO_VALUE = {"style"}
# Their shortest call needs a package of an extra, or a minute.
NOT_RUN = {"saturation", "view"}


def public(module):
    """Names, in order, of what a module offers and defines, or says that it offers."""
    if hasattr(module, "__all__"):
        return module.__all__
    own = inspect.getmembers(module, inspect.isfunction)
    return [n for n, f in own if not n.startswith("_") and f.__module__ == module.__name__]


THINGS = {
    f"{module.__name__}.{name}": getattr(module, name)
    for module in MODULES
    for name in public(module)
    if callable(getattr(module, name))
}
FUNCTIONS = {name: thing for name, thing in THINGS.items() if inspect.isfunction(thing)}
MAIN = {n: f for n, f in FUNCTIONS.items() if n.split(".")[-2] not in ("summary", "methods")}


def sections(thing):
    """Text of each numpydoc section of a docstring, the summary under the empty title."""
    lines = inspect.getdoc(thing).splitlines()
    found, title = {"": []}, ""
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if line and below == "-" * len(line):
            title = line
            found[title] = []
        elif set(line) != {"-"}:
            found[title].append(line)
    return found


def described(lines):
    """Names that a section of parameters describes."""
    heads = [line.split(" : ")[0] for line in lines if line and not line.startswith(" ")]
    return [name.strip(" *") for head in heads for name in head.split(",")]


@pytest.mark.parametrize("name", THINGS)
def test_a_summary_of_one_sentence_comes_first(name):
    first, second = (*inspect.getdoc(THINGS[name]).splitlines(), "")[:2]
    assert first.endswith(".")
    assert second == ""


@pytest.mark.parametrize("name", MAIN)
def test_every_parameter_is_described_and_no_other(name):
    takes = [*inspect.signature(MAIN[name]).parameters]
    assert described(sections(MAIN[name]).get("Parameters", [])) == takes


@pytest.mark.parametrize("name", [n for n in MAIN if n.split(".")[-1] not in NO_VALUE])
def test_what_is_returned_is_described(name):
    assert any(line.strip() for line in sections(MAIN[name])["Returns"])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_example_shows_the_use(name):
    examples = doctest.DocTestParser().get_examples(inspect.getdoc(FUNCTIONS[name]))
    short = name.split(".")[-1]
    assert any(short in example.source for example in examples)
    run = [e for e in examples if not e.options.get(doctest.SKIP) and short in e.source]
    assert run or short in NOT_RUN


def test_the_reader_of_sections_sees_what_is_missing():
    def sample(a, b):
        """Do.

        Parameters
        ----------
        a : int
            Says: more.
        """

    assert described(sections(sample)["Parameters"]) == ["a"]
    assert set(sections(sample)) == {"", "Parameters"}
