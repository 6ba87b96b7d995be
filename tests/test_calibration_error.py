"""Expected calibration error, Brier score and bins, on cases counted by hand and on drawn ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygraph.calibration_error import BINS, calibration

judged = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=50)


def test_two_bins_counted_by_hand() -> None:
    found = calibration([0.62, 0.66, 0.91, 0.95], [True, False, True, True])
    assert found.count == 4
    low, high = found.bins[6], found.bins[9]
    assert (low.count, low.accuracy, high.count, high.accuracy) == (2, 0.5, 2, 1.0)
    assert low.confidence == pytest.approx(0.64)
    assert high.confidence == pytest.approx(0.93)
    assert found.ece == pytest.approx((2 * 0.14 + 2 * 0.07) / 4)
    assert found.brier == pytest.approx((0.38**2 + 0.66**2 + 0.09**2 + 0.05**2) / 4)


def test_bins_hold_their_lower_bound_and_the_last_one_both() -> None:
    found = calibration([0.0, 0.5, 0.7, 1.0], [False, True, True, True])
    assert [i for i, b in enumerate(found.bins) if b.count] == [0, 5, 7, 9]
    assert [(b.low, b.high) for b in found.bins] == [(i / 10, (i + 1) / 10) for i in range(10)]


def test_nothing_to_judge_has_no_error() -> None:
    found = calibration([], [])
    assert (found.count, found.ece, found.brier) == (0, None, None)
    assert len(found.bins) == BINS
    assert all((b.count, b.confidence, b.accuracy) == (0, None, None) for b in found.bins)


def test_certainty_that_is_right_costs_nothing_and_that_is_wrong_costs_all() -> None:
    right, wrong = calibration([1, 0], [True, False]), calibration([1, 0], [False, True])
    assert (right.ece, right.brier) == (0, 0)
    assert (wrong.ece, wrong.brier) == (1, 1)


@given(judged)
def test_errors_are_from_0_to_1_and_bins_hold_everything_once(pairs: list[tuple[float, bool]]) -> None:
    found = calibration([c for c, _ in pairs], [right for _, right in pairs])
    assert sum(b.count for b in found.bins) == found.count == len(pairs)
    for b in found.bins:
        if b.confidence is not None and b.accuracy is not None:
            assert b.low - 1e-9 <= b.confidence <= b.high + 1e-9
            assert 0 <= b.accuracy <= 1
    if found.ece is not None and found.brier is not None:
        assert 0 <= found.ece <= 1
        assert 0 <= found.brier <= 1
        # The mean of confidences less the share that is right, with its sign, is a mean of the bins'.
        assert found.ece >= abs(np.mean([c - right for c, right in pairs])) - 1e-9


def test_confidence_that_is_meant_as_it_is_said_has_a_small_error() -> None:
    generator = np.random.default_rng(7)
    confidence = generator.uniform(0, 1, 20_000)
    honest = calibration(confidence, generator.uniform(0, 1, 20_000) < confidence)
    boasting = calibration(confidence, generator.uniform(0, 1, 20_000) < confidence**2)
    assert honest.ece is not None
    assert boasting.ece is not None
    assert honest.ece < 0.02
    assert boasting.ece == pytest.approx(1 / 6, abs=0.02)
    assert honest.brier == pytest.approx(1 / 6, abs=0.01)
