"""Dead-end elimination and search find what trying everything finds."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ros1struct.sidechains.search import assign, eliminate, total


@st.composite
def problems(draw):
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=5))
    # Few distinct values, so that ties are common.
    values = st.sampled_from([-3.0, -1.0, -0.5, 0.0, 0.25, 1.0, 10.0])

    def table(*shape):
        count = int(np.prod(shape))
        return np.array(draw(st.lists(values, min_size=count, max_size=count))).reshape(shape)

    single = [table(n) for n in sizes]
    pairs = {
        (i, j): table(sizes[i], sizes[j])
        for j in range(len(sizes))
        for i in range(j)
        if draw(st.booleans())
    }
    return single, pairs


def everything(single, pairs):
    return min(total(single, pairs, c) for c in product(*(range(len(e)) for e in single)))


@settings(deadline=None)
@given(problems())
def test_the_answer_is_that_of_trying_everything(problem):
    single, pairs = problem
    found = assign(single, pairs)
    assert found.exact
    assert found.energy == pytest.approx(everything(single, pairs), abs=1e-9)
    assert total(single, pairs, found.choice) == pytest.approx(found.energy, abs=1e-12)


@settings(deadline=None)
@given(problems())
def test_elimination_keeps_a_best_choice(problem):
    single, pairs = problem
    left = eliminate(single, pairs)
    small = [e[k] for e, k in zip(single, left, strict=True)]
    linked = {(i, j): e[np.ix_(left[i], left[j])] for (i, j), e in pairs.items()}
    assert everything(small, linked) == pytest.approx(everything(single, pairs), abs=1e-9)


@settings(deadline=None)
@given(problems())
def test_the_seed_changes_nothing_where_the_search_is_exact(problem):
    energies = {round(assign(*problem, seed=seed).energy, 9) for seed in (0, 1, 2)}
    assert len(energies) == 1


def frustrated(positions=8, choices=6):
    rng = np.random.default_rng(5)
    single = [rng.normal(size=choices) for _ in range(positions)]
    pairs = {
        (i, j): rng.normal(size=(choices, choices)) for j in range(positions) for i in range(j)
    }
    return single, pairs


def test_a_search_cut_short_says_so_and_is_repeatable():
    single, pairs = frustrated()
    short = assign(single, pairs, nodes=3, seed=7)
    assert not short.exact
    assert short.choice == assign(single, pairs, nodes=3, seed=7).choice
    whole = assign(single, pairs)
    assert whole.exact
    assert whole.energy <= short.energy + 1e-9


@pytest.mark.parametrize(
    ("positions", "choices", "most"), [(8, 6, 300), (10, 5, 2000), (12, 4, 1000)]
)
def test_the_bound_spares_most_of_what_could_be_tried(positions, choices, most):
    """Of a million combinations and more, those that cannot be best are never tried."""
    single, pairs = frustrated(positions, choices)
    assert choices**positions > 1e6
    assert assign(single, pairs, nodes=most).exact


def test_what_always_loses_is_eliminated():
    single = [np.array([0.0, 5.0]), np.array([0.0, 0.0])]
    pairs = {(0, 1): np.array([[0.0, 1.0], [-1.0, 0.0]])}
    assert [k.tolist() for k in eliminate(single, pairs)] == [[0], [0]]


def test_nothing_to_assign_is_an_empty_choice():
    found = assign([], {})
    assert (found.choice, found.energy, found.exact) == ((), 0, True)
