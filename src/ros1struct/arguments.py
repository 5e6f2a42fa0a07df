"""Arguments of public functions are what their annotations say, or they are refused by name."""

from __future__ import annotations

import ast
import inspect
import math
import numbers
import os
from collections.abc import Callable, Iterable, Mapping
from functools import cache, wraps
from typing import Any, NamedTuple, TypeVar, cast

from ros1struct.errors import InputError

F = TypeVar("F", bound=Callable[..., Any])
Test = Callable[[Any], bool]


class Kind(NamedTuple):
    """What an argument may be, in words, and whether a value is it."""

    words: str
    fits: Test


def _anything(value: object) -> bool:
    return True


def _whole(value: object) -> bool:
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)


def _number(value: object) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool) and not math.isnan(value)


def _several(of: Kind) -> Test:
    def fits(value: object) -> bool:
        if isinstance(value, str | bytes) or not isinstance(value, Iterable):
            return False
        # What can be looked at without using it up.
        return not isinstance(value, list | tuple | set | frozenset) or all(map(of.fits, value))

    return fits


ANYTHING = Kind("anything", _anything)
_KNOWN = {
    "Any": ANYTHING,
    "object": ANYTHING,
    "None": Kind("None", lambda value: value is None),
    "str": Kind("text", lambda value: isinstance(value, str)),
    "int": Kind("an integer", _whole),
    "float": Kind("a number", _number),
    "bool": Kind("True or False", lambda value: type(value).__name__ in ("bool", "bool_")),
    "slice": Kind("a slice", lambda value: isinstance(value, slice)),
    "Path": Kind("a path", lambda value: isinstance(value, os.PathLike)),
    "os.PathLike": Kind("a path", lambda value: isinstance(value, os.PathLike)),
    "Mapping": Kind("a mapping", lambda value: isinstance(value, Mapping)),
    "Callable": Kind("a function", callable),
    "Progress": Kind(
        "True, False or a function",
        lambda value: value is None or isinstance(value, bool) or callable(value),
    ),
}
_SEVERAL = "Iterable", "Sequence", "list", "tuple"


def kind(annotation: str, names: Mapping[str, Any]) -> Kind:
    """Read an annotation.

    Parameters
    ----------
    annotation : str
    names : mapping
        Globals of the function; a class that is not there is known by its name.

    Examples
    --------
    >>> kind("int | None", {}).words, kind("int | None", {}).fits("two")
    ('an integer or None', False)
    """
    return _read(ast.parse(annotation, mode="eval").body, names)


def _read(node: ast.expr, names: Mapping[str, Any]) -> Kind:
    if isinstance(node, ast.BinOp):
        return _either(_read(node.left, names), _read(node.right, names))
    if isinstance(node, ast.Subscript):
        base = ast.unparse(node.value)
        if base == "Literal":
            options = ast.literal_eval(node.slice)
            types = {type(one) for one in (options if isinstance(options, tuple) else [options])}
            return Kind(ast.unparse(node.slice), lambda value: type(value) in types)
        if base in _SEVERAL:
            each = _read(node.slice, names) if base in _SEVERAL[:3] else ANYTHING
            return Kind("several of them" if each is ANYTHING else f"several: {each.words}",
                        _several(each))  # fmt: skip
        return _named(base, names)
    return _named(ast.unparse(node), names)


def _either(a: Kind, b: Kind) -> Kind:
    words = a.words if b.words in a.words else f"{a.words} or {b.words}"
    return Kind(words, lambda value: a.fits(value) or b.fits(value))


def _named(name: str, names: Mapping[str, Any]) -> Kind:
    if name in _KNOWN:
        return _KNOWN[name]
    found = names.get(name)
    if isinstance(found, str):  # an alias that is written out
        return kind(found, names)
    last = name.split(".")[-1]
    if last in ("ArrayLike", "NDArray") or not (found is None or isinstance(found, type)):
        return ANYTHING
    # A subclass is one, and so is a class of the same name where the module is not loaded here.
    return Kind(last, lambda value: any(last == base.__name__ for base in type(value).__mro__))


@cache
def kinds(function: Callable[..., Any], without: tuple[str, ...] = ()) -> dict[str, Kind]:
    """Read what each parameter of a function may be, leaving out those that take anything.

    Parameters
    ----------
    function : callable
        Its annotations are text (``from __future__ import annotations``).
    without : tuple of str
        Parameters that are looked at elsewhere.
    """
    every = {
        name: kind(str(parameter.annotation), function.__globals__)
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.annotation is not parameter.empty
        and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        and name not in without
    }
    return {name: one for name, one in every.items() if one is not ANYTHING}


def refuse(
    function: Callable[..., Any], given: Mapping[str, Any], without: tuple[str, ...] = ()
) -> None:
    """Refuse the first argument that is not what it may be.

    Parameters
    ----------
    function : callable
    given : mapping
        Values of parameters.
    without : tuple of str
        Parameters that are looked at elsewhere.

    Raises
    ------
    InputError
        That names it.
    """
    for name, one in kinds(function, without).items():
        if name in given and not one.fits(given[name]):
            shown = repr(given[name])
            shown = shown if len(shown) < 60 else f"{shown[:57]}..."
            raise InputError(
                f"{function.__name__}(): {name} must be {one.words}, found {shown} "
                f"({type(given[name]).__name__})"
            )


def checked(function: F) -> F:
    """Make a function refuse arguments of other types than its annotations name.

    Raises
    ------
    InputError
        When the function is called with one; the message names it.

    Examples
    --------
    >>> def half(of: float) -> float:
    ...     return of / 2
    >>> half.__annotations__ = {"of": "float"}
    >>> checked(half)("4")
    Traceback (most recent call last):
        ...
    ros1struct.errors.InputError: half(): of must be a number, found '4' (str)
    """
    signature = inspect.signature(function)

    @wraps(function)
    def public(*args: Any, **kwargs: Any) -> Any:
        refuse(function, signature.bind(*args, **kwargs).arguments)
        return function(*args, **kwargs)

    return cast(F, public)
