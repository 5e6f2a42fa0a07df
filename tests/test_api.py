"""Wherever a complex is asked for, the name of one will do."""

import inspect

import numpy as np
import pandas as pd
import pytest

import ros1struct as rs
from ros1struct import figures
from ros1struct.errors import InputError

NAME, MUTATION = "2WGJ", "L1157M"
# What a function needs besides the complex.
MORE = {
    "check": {"energy": False},
    "compare": {"b": "3LQ8"},
    "ensemble": {"mutation": MUTATION},
    "export": {"path": "scene.pml"},
    "mutants": {"mutation": MUTATION, "count": 1},
    "repack": {"mutation": MUTATION, "radius": 0.0},
    "respond": {"mutation": MUTATION, "radius": 0.0},
    "saturation": {"residues": ["L1157"]},
    "scan": {"mutations": MUTATION, "energies": False},
    "transplant": {"into": NAME, "count": 1},
    "write": {"path": "copy.cif"},
}
LISTS = {"similarity"}
# Seconds each: refusing many frames is tried, answering for one of them is tried elsewhere.
SLOW = {"transplant"}
# Cheap enough to answer for every frame.
EACH = {"check", "clashes", "contacts", "overlaps", "pocket", "severity"}


def takers():
    """Find the public functions with a parameter that is a Complex, or several of them."""
    named = [(m, n) for m in (rs, figures) for n in m.__all__]
    functions = {n: getattr(m, n) for m, n in named if inspect.isfunction(getattr(m, n))}
    return {
        name: function
        for name, function in functions.items()
        if any(
            "Complex" in str(p.annotation) for p in inspect.signature(function).parameters.values()
        )
    }


def same(a, b):
    if isinstance(a, pd.DataFrame):
        pd.testing.assert_frame_equal(a, b)
    elif isinstance(a, rs.Complex):
        assert np.array_equal(a.xyz, b.xyz)
    elif isinstance(a, list):
        assert len(a) == len(b)
        for one, other in zip(a, b, strict=True):
            same(one, other)
    else:
        assert type(a) is type(b)


def test_every_taker_is_tried():
    assert {*MORE, *LISTS} < {*takers()}
    assert len(takers()) >= 19


@pytest.mark.parametrize("name", sorted(takers()))
def test_a_name_gives_what_the_complex_gives(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    function, more = takers()[name], MORE.get(name, {})
    loaded = rs.load(NAME)
    given = ([loaded], [NAME]) if name in LISTS else (loaded, NAME)
    same(*(function(source, **more) for source in given))


@pytest.mark.parametrize("name", sorted(takers()))
def test_an_unknown_name_is_refused_with_a_hint(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    source = ["crizotinb"] if name in LISTS else "crizotinb"
    with pytest.raises(InputError, match="Did you mean crizotinib"):
        takers()[name](source, **MORE.get(name, {}))


def test_a_path_is_taken_as_it_is(tmp_path):
    path = rs.write(NAME, tmp_path / "copy.cif")
    assert rs.scan(path, MUTATION, energies=False)["structure"].tolist() == ["copy"]


def test_anything_else_is_refused():
    with pytest.raises(InputError, match=r"expected a Complex, or the name.*found NoneType"):
        rs.contacts(None)


def frames(complex):
    """Three frames that differ: the inhibitor stands still, and moves by 1 and by 2 Å."""
    xyz = np.repeat(complex.xyz, 3, axis=0)
    for step in (1, 2):
        xyz[step, complex.inhibitor_heavy, 0] += step
    return complex.with_coordinates(xyz)


@pytest.mark.parametrize("name", sorted({*takers()} - {"write"}))
def test_no_function_answers_for_one_frame_of_many_in_silence(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    many, more = frames(rs.load(NAME)), MORE.get(name, {})
    function = takers()[name]
    given = (lambda c: [c]) if name in LISTS else (lambda c: c)
    if "frame" in inspect.signature(function).parameters and name not in EACH:
        with pytest.raises(InputError, match="frame=0 to frame=2"):
            function(given(many), **more)
        for index in () if name in SLOW else (0, 2):
            one = function(given(many.frame(index)), **more)
            same(function(given(many), **more, frame=index), one)
    else:
        table = function(given(many), **more)
        parts = [table[table["frame"] == index].drop(columns="frame") for index in range(3)]
        assert len({part.to_csv(index=False) for part in parts}) == 3
        for index, part in enumerate(parts):
            one = function(many.frame(index), **more).drop(columns="frame", errors="ignore")
            assert part.to_csv(index=False) == one.to_csv(index=False)


def test_a_frame_that_is_not_there_is_refused():
    with pytest.raises(InputError, match="has 3 frames, numbered from 0; found frame 3"):
        rs.ensemble(frames(rs.load(NAME)), MUTATION, frame=3)
    with pytest.raises(InputError, match="has 1 frame, numbered from 0; found frame 1"):
        rs.contacts(NAME, frame=1)


def test_writing_keeps_all_frames(tmp_path):
    many = frames(rs.load(NAME))
    assert np.abs(rs.load(rs.write(many, tmp_path / "copy.cif")).xyz - many.xyz).max() < 1e-3
