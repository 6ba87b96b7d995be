"""Asking an adviser about the links that the model is unsure of, and weighing its answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from embeddings.encoder import Progress
from embeddings.features import Comparison, Pairs
from embeddings.opinion import MEASURES_READ, Adviser, Opinion, Question
from embeddings.scoring import log_odds, logistic
from embeddings.search import Dense

ADVISER: Final = "adviser"
"""The share of an adviser's opinion in a decision."""

_MOST_WEIGHT: Final = 3.0
"""An opinion counts for or against with at most these log-odds, about 19 to 1: it advises, it does not overrule."""


@dataclass(frozen=True, slots=True)
class Counsel:
    """An adviser, the confidence from ``low`` to ``high`` within which it is asked, and how often at most."""

    adviser: Adviser
    low: float
    high: float
    most: int

    def inputs(self) -> list[str]:
        """All of it that decides links."""
        return [
            self.adviser.name,
            self.adviser.fingerprint,
            f"{self.low:g}",
            f"{self.high:g}",
            str(self.most),
        ]


def advised(
    comparison: Comparison,
    implements: Dense,
    confidence: Dense,
    pairs: Pairs,
    counsel: Counsel,
    progress: Progress | None = None,
) -> tuple[Dense, Mapping[tuple[int, int], Opinion]]:
    """Probabilities with the adviser's opinions weighed in, and the opinions by local measure and upper task.

    The most uncertain are asked first. Raises whatever the adviser raises; nothing is decided then.
    """
    unsure = np.argwhere((confidence >= counsel.low) & (confidence <= counsel.high))
    doubt = np.abs(confidence[unsure[:, 0], unsure[:, 1]] - 0.5)
    asked = unsure[np.argsort(doubt, kind="stable")][: counsel.most]
    places = [(int(row), int(column)) for row, column in asked]
    questions = [_question(comparison, row, column, pairs) for row, column in places]
    opinions = dict(zip(places, counsel.adviser.ask(questions, progress=progress), strict=True))
    result = implements.copy()
    for place, opinion in opinions.items():
        result[place] = logistic(log_odds(implements[place]) + np.float32(weight(opinion)))
    return result, opinions


def weight(opinion: Opinion) -> float:
    """What an opinion adds to the log-odds of a link."""
    odds = float(log_odds(np.asarray(opinion.probability, np.float32)))
    return round(min(max(odds, -_MOST_WEIGHT), _MOST_WEIGHT), 3)


def _question(comparison: Comparison, row: int, column: int, pairs: Pairs) -> Question:
    local, task = comparison.local[row], comparison.units[column]
    own = [i for i, m in enumerate(comparison.upper) if m.task == task]
    title = next((comparison.upper[i].text for i in own if comparison.upper[i].heading), "")
    candidates = pairs.columns[pairs.rows == row]
    near = [i for i in candidates.tolist() if comparison.upper[i].task == task]
    rest = [i for i in own if i not in near and not comparison.upper[i].heading]
    measures = tuple(comparison.upper[i].text for i in (*near, *rest)[:MEASURES_READ])
    headings = comparison.upper[own[0]].headings
    return Question(local.statement, local.headings, title or " ".join(headings[-1:]), measures)
