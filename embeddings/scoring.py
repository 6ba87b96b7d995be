"""The scoring model: features in, probabilities out, and each feature's share of the decision.

Two conditional logits (McFadden 1974) and three lines that calibrate them:

- *tasks*: a local measure chooses the upper task that it implements, or none.
- *measures*: an upper measure chooses the local measure that answers it, or none.

A choice weighs its features, each standardised, with weights that are never negative: what resembles more is
never less likely. The weights are data (``data/scoring.json``), fitted by :mod:`embeddings.fit` to labelled plans.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np

from embeddings.features import PAIR_FEATURES, TASK_FEATURES
from embeddings.search import Dense
from graph.errors import SettingsError

FORMAT: Final = 1
SHIPPED_SCORING: Final = "scoring.json"
NONE: Final = "none"
"""The share of "none of these" in a decision; always against it."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where probabilities become decisions.

    Attributes:
        implements: the least probability at which a measure implements an upper task.
        most: how many upper tasks one measure may implement.
        covered: the least score of evidence at which an upper measure is covered.
        partial: the least score at which it is partly covered; below, it is a gap.
    """

    implements: float
    covered: float
    partial: float
    most: int = 2

    def changed(self, values: Mapping[str, float]) -> "Thresholds":
        """A copy with some values replaced. Raises SettingsError for a name or a value that cannot be."""
        names = {f.name for f in fields(self)}
        if unknown := sorted(set(values) - names):
            raise SettingsError(
                f"there is no threshold {unknown[0]!r}", remedy=f"Known: {', '.join(sorted(names))}."
            )
        for name, value in values.items():
            if not (1 <= value <= 100 and value % 1 == 0 if name == "most" else 0 <= value <= 1):
                raise SettingsError(
                    f"the threshold {name} is {value:g}",
                    remedy="most is a whole number from 1 to 100, every other from 0 to 1.",
                )
        typed: dict[str, Any] = {k: int(v) if k == "most" else float(v) for k, v in values.items()}
        result = replace(self, **typed)
        if result.partial > result.covered:
            raise SettingsError(
                "the threshold partial is above covered", remedy="Lower partial or raise covered."
            )
        return result


@dataclass(frozen=True, slots=True)
class Line:
    """A probability as the logistic function of a line; ``slope`` is positive."""

    slope: float
    intercept: float

    def __call__(self, logits: Dense) -> Dense:
        return logistic(np.float32(self.slope) * logits + np.float32(self.intercept))


@dataclass(frozen=True, slots=True)
class Choice:
    """A conditional logit; ``weights``, ``means`` and ``scales`` are in the order of ``features``."""

    features: tuple[str, ...]
    weights: tuple[float, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    none: float

    @property
    def _factors(self) -> Dense:
        return np.divide(self.weights, self.scales).astype(np.float32)

    def shares(self, values: Dense) -> Dense:
        """What each feature adds to the log-odds against "none", shape as ``values``: ``(…, features)``."""
        return np.asarray((values - np.asarray(self.means, np.float32)) * self._factors, np.float32)

    def logits(self, values: Dense) -> Dense:
        """Log-odds of each alternative against "none", shape ``(…)``."""
        least = float(np.asarray(self.means, np.float32) @ self._factors) + self.none
        return np.asarray(values @ self._factors - np.float32(least), np.float32)

    def explained(self, values: Dense) -> list[dict[str, float]]:
        """The shares of some alternatives by name, values of shape ``(n, features)``; they add up to the log-odds."""
        none = {NONE: round(-self.none, 3)}
        rows = np.round(self.shares(values).astype(np.float64), 3).tolist()
        return [dict(zip(self.features, row, strict=True)) | none for row in rows]


@dataclass(frozen=True, slots=True)
class Scoring:
    """All that turns features into links.

    Attributes:
        encoder: name of the encoder whose similarities it was fitted to.
        confidence: a chosen task's log-odds of its probability → how often such a link is right.
        covered: log-odds of a pair of measures → how often that local measure covers the upper one.
        addressed: the same for covered or partly covered.
        fitted: what it was fitted to, in words and counts.
    """

    encoder: str
    tasks: Choice
    measures: Choice
    confidence: Line
    covered: Line
    addressed: Line
    thresholds: Thresholds
    fitted: Mapping[str, Any]

    @property
    def fingerprint(self) -> str:
        """Hash of all that decides."""
        content = {k: v for k, v in asdict(self).items() if k not in ("fitted", "encoder")}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]

    def changed(self, thresholds: Mapping[str, float]) -> "Scoring":
        """A copy with some thresholds replaced. Raises SettingsError."""
        return replace(self, thresholds=self.thresholds.changed(thresholds))

    def parameters(self) -> dict[str, float]:
        """What a run keeps of it: thresholds, the line from a pair's log-odds to its score, and the one from its score
        to the probability of being addressed."""
        slope = self.addressed.slope / self.covered.slope
        return asdict(self.thresholds) | {
            "covered_slope": self.covered.slope,
            "covered_intercept": self.covered.intercept,
            "addressed_slope": slope,
            "addressed_intercept": self.addressed.intercept - slope * self.covered.intercept,
        }


def logistic(values: Dense) -> Dense:
    """The logistic function."""
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -60, 60))), np.float32)


def log_odds(probabilities: Dense) -> Dense:
    """The inverse of :func:`logistic`, finite at 0 and 1."""
    clipped = np.clip(probabilities, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(clipped / (1 - clipped)), np.float32)


def choose(logits: Dense) -> Dense:
    """Probabilities over the last axis when "none", with log-odds 0, is one more alternative."""
    peak = np.maximum(logits.max(axis=-1, keepdims=True), 0)
    weights = np.exp(logits - peak)
    return np.asarray(weights / (weights.sum(axis=-1, keepdims=True) + np.exp(-peak)), np.float32)


def write_scoring(scoring: Scoring, path: Path) -> None:
    """Write ``scoring`` as JSON, whole or not at all. Raises SettingsError where nothing can be written."""
    partial = path.with_name(path.name + ".partial")
    text = json.dumps({"format": FORMAT, **asdict(scoring)}, ensure_ascii=False, indent=1, sort_keys=True)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text + "\n", encoding="utf-8", newline="\n")
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise SettingsError(
            f"cannot write here ({error.strerror})",
            where=str(path),
            remedy="Set scoring_folder to a folder that you may write to.",
        ) from error


def read_scoring(path: Path) -> Scoring:
    """The scoring of a file. Raises SettingsError where it is none."""
    try:
        return _parsed(path.read_text("utf-8"))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise SettingsError(
            f"this is no scoring of this version ({error})",
            where=str(path),
            remedy="Make it again with: policygraph calibrate, or remove it.",
        ) from error


@cache
def shipped_scoring() -> Scoring:
    """The scoring that ships with the product, fitted with policy-zh."""
    return _parsed(files("embeddings").joinpath("data", SHIPPED_SCORING).read_text("utf-8"))


def _parsed(text: str) -> Scoring:
    found = json.loads(text)
    if found.pop("format") != FORMAT:
        raise ValueError("another format")
    tasks, measures = (
        _choice(found.pop("tasks"), TASK_FEATURES),
        _choice(found.pop("measures"), PAIR_FEATURES),
    )
    confidence, covered, addressed = (
        _line(found.pop(name)) for name in ("confidence", "covered", "addressed")
    )
    limits = found.pop("thresholds")
    try:
        thresholds = Thresholds(**limits).changed(limits)
    except SettingsError as error:
        raise ValueError(error.message) from error
    encoder, fitted = found.pop("encoder"), found.pop("fitted")
    if not isinstance(encoder, str) or not isinstance(fitted, dict):
        raise ValueError("encoder or fitted is of another kind")
    if found:
        raise ValueError(f"{min(found)!r} has no meaning here")
    return Scoring(encoder, tasks, measures, confidence, covered, addressed, thresholds, fitted)


def _choice(values: dict[str, Any], features: tuple[str, ...]) -> Choice:
    lists = {name: tuple(map(_number, values.pop(name))) for name in ("weights", "means", "scales")}
    choice = Choice(tuple(values.pop("features")), **lists, none=_number(values.pop("none")))
    if choice.features != features or {len(found) for found in lists.values()} != {len(features)}:
        raise ValueError("it is for other features")
    if values or min(choice.weights) < 0 or min(choice.scales) <= 0:
        raise ValueError("a weight is negative, a scale is none, or a name has no meaning here")
    return choice


def _line(values: dict[str, Any]) -> Line:
    line = Line(**{name: _number(value) for name, value in values.items()})
    if line.slope <= 0:
        raise ValueError("a slope is not positive")
    return line


def _number(value: Any) -> float:
    if not isinstance(value, float | int) or not math.isfinite(value):
        raise ValueError(f"{value!r} is no number")
    return float(value)
