"""How sure a figure is: percentile intervals of the bootstrap.

A resample draws as many units (statements, measures) as there are, with replacement; it is kept as the number of times
that each unit was drawn. A figure made of sums over the units is then that figure of the weighted sums, so one matrix
product gives every figure of every resample, and figures that share their units stay paired.

The interval says how far a figure depends on which units were labelled. It does not know of errors that no labelled
unit shows (a figure of 1 has the interval 1 to 1), nor of plans of another kind.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

RESAMPLES: Final = 1000
LEVEL: Final = 0.95
_SEED: Final = 20230117


@dataclass(frozen=True, slots=True)
class Interval:
    """The bounds that hold the middle :data:`LEVEL` of the resamples."""

    low: float
    high: float


def draws(units: int, *key: int, resamples: int = RESAMPLES) -> NDArray[np.float64]:
    """How often each unit is drawn in each resample, shape ``(resamples, units)``; each row adds up to ``units``.

    The same ``units`` and ``key`` give the same draws, on every run; another key gives independent ones.
    """
    generator = np.random.default_rng((_SEED, *key))
    if not units:
        return np.zeros((resamples, 0))
    return generator.multinomial(units, np.full(units, 1 / units), size=resamples).astype(np.float64)


def interval(resampled: NDArray[np.float64]) -> Interval | None:
    """The percentile interval of one figure, shape ``(resamples,)``.

    Resamples in which the figure has no value (NaN: nothing to divide by) are left out; None where it never has one.
    """
    values = resampled[~np.isnan(resampled)]
    if not values.size:
        return None
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(low), float(high))


def ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """``part / whole`` in each place, NaN where ``whole`` is 0."""
    result = np.full(np.broadcast_shapes(part.shape, whole.shape), np.nan)
    np.divide(part, whole, out=result, where=whole != 0)
    return result
