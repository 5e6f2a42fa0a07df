"""Arguments of a wrong type are refused by name, in every public function."""

import inspect
from functools import partial

import numpy as np
import pandas as pd
import pytest

import ros1struct as rs
from ros1struct import figures, kinome, trajectories
from ros1struct.arguments import checked, kind
from ros1struct.errors import InputError

# For each annotation, values that are not it.
WRONG = {
    "int": ["2", 1.5, None, float("nan"), True],
    "int | None": ["2", 1.5, [1]],
    "float": ["4", None, float("nan"), [4.0], True],
    "float | None": ["4", float("nan")],
    "bool": ["no", 2, None],
    "str": [3, None, ["a"]],
    "str | None": [3, ["a"], b"a"],
    "str | ClashDefinition": [3, None, ["a"]],
    "str | ContactDefinition": [3, None, ["a"]],
    "str | os.PathLike[str]": [3, None, b"a"],
    "str | Mutation": [3, None],
    "str | Mutation | Substitution": [3, None, ["L1157M"]],
    "str | Mutation | Substitution | None": [3, ["L1157M"]],
    "str | Mutation | Iterable[str | Mutation]": [3, None, [3]],
    "str | Iterable[str] | None": [3, [3]],
    "Sequence[str]": ["text", 3, [3]],
    "Sequence[str] | None": ["text", 3, [3]],
    "Progress": ["yes", 3],
}


def functions():
    named = [(m, n) for m in (rs, trajectories, figures) for n in m.__all__]
    named += [(kinome, n) for n in ("find_kinase", "literature_call", "literature_evidence")]
    found = {f"{m.__name__}.{n}": getattr(m, n) for m, n in named}
    return {name: one for name, one in found.items() if inspect.isfunction(one)}


def cases():
    for name, function in functions().items():
        if name in (
            "ros1struct.figures.save",
            "ros1struct.figures.panel",
            "ros1struct.figures.style",
        ):
            continue
        for parameter in inspect.signature(function).parameters.values():
            for value in WRONG.get(str(parameter.annotation), ()):
                yield pytest.param(
                    name, parameter.name, value, id=f"{name}-{parameter.name}-{value}"
                )


@pytest.mark.parametrize(("name", "parameter", "value"), list(cases()))
def test_a_wrong_type_is_refused_by_name(name, parameter, value):
    function = functions()[name]
    # What the others are does not matter: nothing is looked at before.
    given = {
        other.name: "2WGJ"
        for other in inspect.signature(function).parameters.values()
        if other.default is other.empty and other.kind is not other.VAR_KEYWORD
    }
    for other in given:
        annotation = str(inspect.signature(function).parameters[other].annotation)
        if "str" not in annotation:
            like = {"DataFrame": pd.DataFrame(), "Complex": rs.load("2WGJ"), "Callable": print}
            given[other] = next((v for k, v in like.items() if k in annotation), given[other])
    with pytest.raises(InputError, match=rf"{parameter} must be .*, found ") as raised:
        function(**given | {parameter: value})
    assert type(value).__name__ in str(raised.value)


def test_enough_is_tried():
    assert len({(case.values[0], case.values[1]) for case in cases()}) > 150


@pytest.mark.parametrize(
    ("annotation", "fine", "wrong"),
    [
        ("int", [0, -3, np.int64(2)], [2.0, "2", None, False]),
        ("float", [0, 1.5, np.float32(2), np.int64(2)], [np.nan, "1", np.array([1.0])]),
        ("bool", [True, np.bool_(False)], [0, 1, "yes"]),
        ("Iterable[str]", [["a"], (), iter("ab"), np.array(["a"])], ["ab", b"ab", 3, ["a", 3]]),
        ("Literal['all', 'one'] | None", ["all", "else", None], [3, b"all"]),
        ("pd.DataFrame", [pd.DataFrame()], ["table", {}, None]),
        ("Callable[[int], None]", [print], [3, "print"]),
        ("Mapping[str, int]", [{}], [[], "a"]),
        ("npt.ArrayLike", [1, [1], "a"], []),
        ("Any | None", [object()], []),
    ],
)
def test_annotations_are_read(annotation, fine, wrong):
    known = kind(annotation, {})
    assert all(map(known.fits, fine))
    assert not any(map(known.fits, wrong))


def test_a_long_value_is_shown_short():
    def length(of: str) -> int:
        return len(of)

    length.__annotations__["of"] = "str"
    with pytest.raises(
        InputError, match=r"of must be text, found \[0, 1.*\.\.\. \(list\)"
    ) as raised:
        checked(length)(list(range(10**5)))
    assert len(str(raised.value)) < 150
    assert checked(length)("four") == 4


def test_functions_of_processes_are_still_found_by_name():
    import pickle

    for function in functions().values():
        assert pickle.loads(pickle.dumps(function)) is function
    assert partial(rs.contacts, cutoff=4.0)("2WGJ").equals(rs.contacts("2WGJ", cutoff=4.0))
