"""Bootstrap intervals: what is drawn, what is left out, and the intervals of scores."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from policygraph.intervals import LEVEL, RESAMPLES, Interval, draws, interval, ratio

shares = st.floats(0, 1)


@given(st.integers(0, 40), st.lists(st.integers(0, 2**32), max_size=2))
def test_each_resample_draws_as_many_units_as_there_are(units: int, key: list[int]) -> None:
    drawn = draws(units, *key, resamples=20)
    assert drawn.shape == (20, units)
    assert (drawn.sum(axis=1) == units).all()
    assert (drawn >= 0).all()
    assert (drawn == draws(units, *key, resamples=20)).all()


def test_each_unit_is_drawn_once_on_average_and_each_key_draws_its_own() -> None:
    drawn = draws(50)
    assert drawn.shape == (RESAMPLES, 50)
    assert drawn.mean(axis=0) == pytest.approx(np.ones(50), abs=0.15)
    assert (drawn > 1).any()
    assert not (drawn == draws(50, 1)).all()
    assert not (draws(50, 1) == draws(50, 2)).all()


@given(arrays(np.float64, st.integers(1, 60), elements=shares))
def test_an_interval_lies_within_what_it_is_made_of(values: NDArray[np.float64]) -> None:
    found = interval(values)
    assert found is not None
    assert 0 <= values.min() <= found.low <= found.high <= values.max() <= 1


def test_an_interval_holds_the_middle_of_the_resamples() -> None:
    values = np.random.default_rng(1).permutation(np.linspace(0, 1, 1001))
    found = interval(values)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((0.025, 0.975))
    assert np.mean((values >= found.low) & (values <= found.high)) == pytest.approx(LEVEL, abs=0.002)


def test_resamples_without_a_value_are_left_out() -> None:
    assert interval(np.array([np.nan, 0.5, np.nan, 0.5])) == Interval(0.5, 0.5)
    assert interval(np.array([np.nan, np.nan])) is None
    assert interval(np.array([])) is None


def test_a_ratio_of_nothing_has_no_value() -> None:
    found = ratio(np.array([1.0, 0.0, 0.0]), np.array([2.0, 4.0, 0.0]))
    assert found[:2].tolist() == [0.5, 0.0]
    assert np.isnan(found[2])
    assert ratio(np.ones((3, 1)), np.array([1.0, 2.0])).tolist() == [[1.0, 0.5]] * 3


@given(st.integers(1, 60), st.integers(0, 60))
def test_a_share_has_an_interval_around_it(units: int, right: int) -> None:
    """A share of units: its interval holds it, is 1 to 1 where all are right, and 0 to 0 where none is."""
    hits = (np.arange(units) < right).astype(np.float64)
    drawn = draws(units)
    found = interval(ratio(drawn @ hits, drawn @ np.ones(units)))
    assert found is not None
    assert 0 <= found.low <= hits.mean() <= found.high <= 1
    if hits.all():
        assert found == Interval(1.0, 1.0)
    if not hits.any():
        assert found == Interval(0.0, 0.0)


def test_more_units_make_a_narrower_interval() -> None:
    def width(units: int) -> float:
        hits = (np.arange(units) % 4 > 0).astype(np.float64)
        found = interval(draws(units) @ hits / units)
        assert found is not None
        return found.high - found.low

    assert width(400) < width(40) / 2
