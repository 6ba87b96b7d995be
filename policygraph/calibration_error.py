"""Whether a confidence of .8 is right eight times in ten: expected calibration error, Brier score, reliability bins.

Naeini, Cooper, Hauskrecht (2015), "Obtaining Well Calibrated Probabilities Using Bayesian Binning", with bins of equal
width. The error of few judgements is biased upwards: each bin's accuracy is then a rough figure itself.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

BINS: Final = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Judgements whose confidence is from ``low`` to below ``high`` (1 is in the last bin); None where there are none."""

    low: float
    high: float
    count: int
    confidence: float | None
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """Expected calibration error and Brier score, 0 (best) to 1, None without any judgement; and the bins, low to high."""

    count: int
    ece: float | None
    brier: float | None
    bins: tuple[Bin, ...]


def calibration(confidence: ArrayLike, right: ArrayLike) -> Calibration:
    """Compare confidences, 0 to 1, with what turned out right, both of shape ``(judgements,)``."""
    stated = np.asarray(confidence, np.float64)
    truth = np.asarray(right, np.float64)
    place = np.clip((stated * BINS).astype(int), 0, BINS - 1)
    bins = []
    error = 0.0
    for index in range(BINS):
        inside = place == index
        count = int(inside.sum())
        low, high = index / BINS, (index + 1) / BINS
        if not count:
            bins.append(Bin(low, high, 0, None, None))
            continue
        mean, accuracy = float(stated[inside].mean()), float(truth[inside].mean())
        error += count * abs(accuracy - mean)
        bins.append(Bin(low, high, count, mean, accuracy))
    if not stated.size:
        return Calibration(0, None, None, tuple(bins))
    brier = float(np.mean((stated - truth) ** 2))
    return Calibration(stated.size, error / stated.size, brier, tuple(bins))
