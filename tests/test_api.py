"""Wherever a complex is asked for, the name of one will do."""

import inspect

import numpy as np
import pandas as pd
import pytest

import ros1struct as rs
from ros1struct import figures
from ros1struct.errors import InputError
from ros1struct.io.load import as_complex

NAME, MUTATION = "2WGJ", "L1157M"
# What a function needs besides the complex.
MORE = {
    "compare": {"b": "3LQ8"},
    "ensemble": {"mutation": MUTATION},
    "export": {"path": "scene.pml"},
    "mutants": {"mutation": MUTATION, "count": 1},
    "repack": {"mutation": MUTATION, "radius": 0.0},
    "respond": {"mutation": MUTATION, "radius": 0.0},
    "saturation": {"residues": ["L1157"]},
    "scan": {"mutations": MUTATION, "energies": False},
    "write": {"path": "copy.cif"},
}
LISTS = {"similarity"}


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
    if name == "view":
        pytest.importorskip("chemiscope")
    same(*(function(source, **more) for source in given))


@pytest.mark.parametrize("name", sorted(takers()))
def test_an_unknown_name_is_refused_with_a_hint(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    source = ["crizotinb"] if name in LISTS else "crizotinb"
    if name == "view":
        pytest.importorskip("chemiscope")
    with pytest.raises(InputError, match="Did you mean crizotinib"):
        takers()[name](source, **MORE.get(name, {}))


def test_a_path_and_a_complex_are_taken_as_they_are(tmp_path):
    loaded = rs.load(NAME)
    assert as_complex(loaded) is loaded
    path = rs.write(NAME, tmp_path / "copy.cif")
    assert as_complex(path).name == "copy"
    assert rs.scan(path, MUTATION, energies=False)["structure"].tolist() == ["copy"]


def test_anything_else_is_refused():
    with pytest.raises(InputError, match=r"expected a Complex, or the name.*found NoneType"):
        rs.contacts(None)
