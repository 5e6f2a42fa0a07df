"""Errors of correlated means and lifetimes, against processes whose answers are known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ros1struct.errors import InputError
from ros1struct.trajectories import block_error, lifetimes


def autoregressive(n, phi, seed):
    """A series whose mean has the variance (1 + phi) / (1 - phi) / n of its own."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=n) * np.sqrt(1 - phi**2)
    x = np.empty(n)
    x[0] = rng.normal()
    for k in range(1, n):
        x[k] = phi * x[k - 1] + noise[k]
    return x


@pytest.mark.parametrize("phi", [0.0, 0.5, 0.9])
def test_the_error_is_that_of_a_correlated_mean(phi):
    n = 2**14
    series = np.array([autoregressive(n, phi, seed) for seed in range(30)]).T
    found = block_error(series)
    exact = np.sqrt((1 + phi) / (1 - phi) / n)
    assert abs(np.median(found.error) / exact - 1) < 0.15
    assert found.converged.mean() > 0.7


def test_a_series_shorter_than_its_correlation_is_not_called_converged():
    slow = np.repeat([0.0, 1.0], 500)
    assert not block_error(slow).converged[0]


def test_a_constant_series_has_no_error():
    found = block_error(np.ones((100, 2)))
    assert found.error.tolist() == [0.0, 0.0]
    assert found.converged.all()


def test_no_frames_are_refused_and_one_has_no_error():
    with pytest.raises(InputError, match="at least one"):
        block_error(np.empty((0, 2)))
    assert np.isnan(block_error([1.0]).error[0])


@given(st.lists(st.booleans(), min_size=1, max_size=60), st.floats(0.1, 10))
@settings(max_examples=60, deadline=None)
def test_lifetimes_count_as_a_reader_would(bits, step):
    runs = [len(r) for r in "".join("#" if b else " " for b in bits).split()]
    found = lifetimes(bits, step)
    assert found.events[0] == len(runs)
    if not runs:
        assert np.isnan(found.interval[0])
        assert np.isnan(found.survival[0])
        return
    assert np.isclose(found.interval[0], np.mean(runs) * step)
    assert np.isclose(found.longest[0], max(runs) * step)
    # By its definition: for every frame that has the state, the frames until it ends.
    left = [n - k for n in runs for k in range(n)]
    assert np.isclose(found.survival[0], np.mean(left) * step)


def test_lifetimes_of_a_memoryless_process():
    rng = np.random.default_rng(5)
    stay = 0.95
    state, bits = True, []
    for _ in range(40000):
        bits.append(state)
        state = rng.random() < (stay if state else 0.1)
    found = lifetimes(bits)
    assert abs(found.interval[0] - 1 / (1 - stay)) < 1.5
    assert abs(found.survival[0] / found.interval[0] - 1) < 0.1  # no memory: what is left is a life
