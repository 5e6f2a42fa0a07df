"""The public border: names and paths become Complexes, and frames are never chosen in silence."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, Literal, ParamSpec, TypeAlias, TypeVar

import numpy as np

from ros1struct.arguments import refuse
from ros1struct.errors import InputError
from ros1struct.io.load import load
from ros1struct.io.trajectory import Trajectory
from ros1struct.structure.complex import Complex

if TYPE_CHECKING:
    import pandas as pd

_P = ParamSpec("_P")
_R = TypeVar("_R")

#: A Complex, the name, entry or path of one, or a trajectory of frames.
AnyComplex: TypeAlias = "Complex | Trajectory | str | os.PathLike[str]"
Frames: TypeAlias = Literal["all", "each", "one"]


def takes_complex(
    frames: Frames, *others: str
) -> Callable[[Callable[Concatenate[Complex, _P], _R]], Callable[Concatenate[AnyComplex, _P], _R]]:
    """Make a public function of one whose first argument is a Complex.

    Parameters
    ----------
    frames : {"all", "each", "one"}
        What becomes of a complex of many frames. ``all``: the function takes them all. ``each``:
        it is called frame by frame, or for the one of its argument ``frame``, and its tables are
        joined with a column ``frame``. ``one``: it answers for one frame, its argument ``frame``,
        and a complex of many without it is an error. A trajectory is taken chunk by chunk by
        functions of ``all`` and ``each``; their tables have a column ``time`` too.
    *others : str
        Other parameters that take a Complex.

    Returns
    -------
    callable
        Decorator: the public function takes a name, entry or path where a Complex goes, which is
        then loaded.
    """

    def decorate(
        function: Callable[Concatenate[Complex, _P], _R],
    ) -> Callable[Concatenate[AnyComplex, _P], _R]:
        signature = inspect.signature(function)
        first = next(iter(signature.parameters))
        elsewhere = first, *others

        @wraps(function)
        def public(*args: Any, **kwargs: Any) -> Any:
            given = signature.bind(*args, **kwargs)
            refuse(function, given.arguments, elsewhere)
            frame = given.arguments.get("frame")
            run = given.arguments[first]
            if isinstance(run, Trajectory) and frames != "one" and frame is None:
                return over_chunks(public, run, *given.args[1:], **given.kwargs)
            for name in (first, *others):
                value = given.arguments[name]
                if isinstance(value, Trajectory):
                    given.arguments[name] = _frame_of(value, frame, function.__name__)
                    continue
                complex = _loaded(value)
                if frames == "one" or frame is not None:
                    complex = _one(complex, frame, function.__name__, several=bool(others))
                given.arguments[name] = complex
            complex = given.arguments[first]
            if frames != "each" or len(complex.xyz) == 1:
                made = function(*given.args, **given.kwargs)
                return _typed(with_author(made, [complex]))
            import pandas as pd

            tables = []
            for index in range(len(complex.xyz)):
                given.arguments[first] = complex.frame(index)
                table: Any = function(*given.args, **given.kwargs)
                table.insert(1, "frame", index)
                tables.append(table)
            filled = [table for table in tables if len(table)]
            joined = pd.concat(filled or tables[:1], ignore_index=True)
            return _typed(with_author(joined, [complex]))

        for name in (first, *others):
            public.__annotations__[name] = AnyComplex
        return public

    return decorate


def over_chunks(
    function: Callable[..., pd.DataFrame], run: Trajectory, *args: Any, **kwargs: Any
) -> pd.DataFrame:
    """Call a function of a Complex for every chunk of a trajectory and join its tables.

    Parameters
    ----------
    function : callable
        Takes a Complex and returns a table, with a column ``frame`` where there are several.
    run : Trajectory
    *args, **kwargs
        Of the function.

    Returns
    -------
    DataFrame
        With columns ``frame``, as the trajectory counts, and ``time`` in ps.
    """
    import pandas as pd

    tables = []
    for part in run:
        table = function(part.complex, *args, **kwargs)
        index = table.pop("frame").to_numpy() if "frame" in table else np.zeros(len(table), int)
        table.insert(1, "frame", part.frame[index])
        table.insert(2, "time", part.time[index])
        tables.append(table)
    if not tables:
        raise InputError(f"{run.name}: no frame between start and stop in {run.source_name}")
    return pd.concat([t for t in tables if len(t)] or tables[:1], ignore_index=True)


def takes_complexes(
    function: Callable[Concatenate[list[Complex], _P], _R],
) -> Callable[Concatenate[AnyComplex | Iterable[AnyComplex], _P], _R]:
    """Make a public function of one whose first argument is a list of Complexes of one frame.

    Parameters
    ----------
    function : callable
        With a keyword ``frame``.

    Returns
    -------
    callable
        Takes one Complex, name, entry or path, or a sequence of them.
    """
    signature = inspect.signature(function)
    first = next(iter(signature.parameters))

    @wraps(function)
    def public(*args: Any, **kwargs: Any) -> Any:
        given = signature.bind(*args, **kwargs)
        refuse(function, given.arguments, (first,))
        value, frame = given.arguments[first], given.arguments.get("frame")
        if not isinstance(value, Iterable) or isinstance(value, str | os.PathLike):
            value = [value]
        complexes = [_one(_loaded(c), frame, function.__name__, several=True) for c in value]
        given.arguments[first] = complexes
        return _typed(with_author(function(*given.args, **given.kwargs), complexes))

    public.__annotations__[first] = f"{AnyComplex} | Iterable[{AnyComplex}]"
    return public


def ensembles(
    value: AnyComplex | Iterable[AnyComplex],
    function: str,
    *,
    frame: int | None = None,
    frames: Literal["all"] | slice | Iterable[int] | None = None,
) -> list[list[Complex]]:
    """Return what a function of ensembles was given, each as complexes of one frame.

    Parameters
    ----------
    value : Complex, Trajectory, str, or iterable of them
    function : str
        Its name, for messages.
    frame : int, optional
        Which frame answers for a complex of several.
    frames : "all", slice or iterable of int, optional
        Which frames are an ensemble; a complex of one frame is one of one.

    Returns
    -------
    list of list of Complex
        One list per complex or trajectory.

    Raises
    ------
    InputError
        If there are several frames and none was chosen, or a chosen one is not there.
    """
    if frame is not None and frames is not None:
        raise InputError(f"{function}() takes frame= or frames=, found both")
    if not isinstance(value, Iterable) or isinstance(value, str | os.PathLike | Trajectory):
        value = [value]
    picked = frames if isinstance(frames, str | slice) or frames is None else list(frames)
    made = []
    for item in value:
        if isinstance(item, Trajectory):
            if picked is None:
                made.append([_frame_of(item, frame, function)])
                continue
            wanted = _picked(item.name, picked, item.n_frames)
            every = (part.complex.frame(k) for part in item for k in range(len(part.frame)))
            kept = {i: c for i, c in enumerate(every) if i in set(wanted)}
            made.append([kept[i] for i in wanted])
            continue
        complex = _loaded(item)
        if picked is None or len(complex.xyz) == 1:
            made.append([_one(complex, frame, function, several=True)])
        else:
            made.append([complex.frame(i) for i in _picked(complex.name, picked, len(complex.xyz))])
    return made


def _picked(name: str, frames: str | slice | list[int], count: int) -> list[int]:
    """Numbers of the chosen frames of so many."""
    if isinstance(frames, str) and frames != "all":
        raise InputError(f'frames must be "all", a slice or numbers, found {frames!r}')
    if isinstance(frames, str | slice):
        found = list(range(count)[frames if isinstance(frames, slice) else slice(None)])
    else:
        if wrong := [i for i in frames if not 0 <= i < count]:
            raise InputError(f"{name} has {count} frames, numbered from 0; found frame {wrong[0]}")
        found = [int(i) for i in frames]
    if not found:
        raise InputError(f"{name}: frames={frames!r} chooses none of {count} frames")
    return found


def _typed(result: Any) -> Any:
    """Columns of a table without rows keep their types, so that ``.str`` works on good news."""
    from ros1struct.tables import typed

    # No other result has columns, and pandas need not be loaded to know.
    return typed(result) if hasattr(result, "columns") and hasattr(result, "astype") else result


def with_author(table: Any, complexes: Iterable[Complex]) -> Any:
    """Add the author's names of residues to a table of UniProt's, where any differs.

    Parameters
    ----------
    table : DataFrame
        Other results are returned as they are.
    complexes : iterable of Complex
        Those that the table is about.

    Returns
    -------
    DataFrame
        With a column ``author_residue`` where needed.
    """
    if not hasattr(table, "columns") or not {"structure", "residue"} <= {*table.columns}:
        return table
    differing = {c.name: c.topology.author_labels for c in complexes}
    if {"author_residue", "author_number"} & {*table.columns} or not any(differing.values()):
        return table
    names = [
        "/".join(differing.get(structure, {}).get(part, part) for part in str(residue).split("/"))
        for structure, residue in zip(table["structure"], table["residue"], strict=True)
    ]
    shown = [
        name if name != residue else ""
        for name, residue in zip(names, table["residue"], strict=True)
    ]
    if any(shown):
        table.insert(table.columns.get_loc("residue") + 1, "author_residue", shown)
    return table


def _frame_of(run: Trajectory, frame: int | None, function: str) -> Complex:
    if frame is None:
        raise InputError(
            f"{run.name} is a trajectory and {function}() answers for one frame: say which with "
            "frame=, or give run.frame(0)"
        )
    return run.frame(frame)


def _loaded(value: Any) -> Complex:
    if isinstance(value, Complex):
        return value
    if isinstance(value, str | os.PathLike):
        return load(value)
    raise InputError(
        "expected a Complex, or the name, entry or path of a structure, found "
        f"{type(value).__name__}"
    )


def _one(complex: Complex, frame: int | None, function: str, *, several: bool) -> Complex:
    """Return one frame; of several complexes, those of one frame stay as they are."""
    count = len(complex.xyz)
    if several and count == 1:
        return complex
    if frame is None and count > 1:
        raise InputError(
            f"{complex.name} has {count} frames and {function}() answers for one: say frame=0 to "
            f"frame={count - 1}"
        )
    return complex if frame is None else complex.frame(frame)
