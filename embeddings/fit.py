"""Fitting the scoring model to labelled plans.

Few labels exist, so the model is small and its weights are never negative. The scoring that ships draws them a little
towards 0. An office's own labels change that one as far as they outnumber the labels that it was fitted to: a prior
counts like the statements behind it. Whatever is calibrated (confidence,
coverage, thresholds) is fitted to predictions for plans that the weights have not seen.

A local measure that is only related answers no upper measure: the choice learns what covers, not what resembles.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder, Progress
from embeddings.features import PAIR_FEATURES, TASK_FEATURES, Comparison, MeasureText, Pairs
from embeddings.scoring import Choice, Line, Scoring, Thresholds, choose, log_odds
from embeddings.search import Dense

Flags = NDArray[np.bool_]
TASK_PENALTY: Final = 0.005
PAIR_PENALTY: Final = 0.01
_LINE_PENALTY: Final = 1e-3
_LEAST_SPREAD: Final = 1e-4
_LEAST_PARTIAL: Final = 0.02
"""Weaker evidence is not kept: with a lower threshold, what has none would be partly covered."""

_PRIOR: Final = 0.05
"""How strongly one statement behind a prior holds a weight against one new statement."""

_CANDIDATES: Final = np.arange(0.1, 0.6, 0.01)
_PARTIAL: Final = np.arange(_LEAST_PARTIAL, 0.5, 0.01)
_COVERS: Final = 2
MOST: Final = 2


@dataclass(frozen=True, slots=True)
class Answer:
    """One annotator's judgement of one labelled upper measure.

    ``columns`` are the positions of our upper measures that it is about, ``rows`` those of the local measures quoted as
    its best evidence; ``level`` is 0 (not addressed), 1 (partly) or 2 (covered).
    """

    columns: tuple[int, ...]
    rows: tuple[int, ...]
    level: int


@dataclass(frozen=True, slots=True)
class Labels:
    """One annotator's labels of one plan.

    Attributes:
        statements: positions of the local measures within each labelled statement; empty where none was read.
        implements: upper tasks that each statement implements, shape ``(statements, tasks)``.
    """

    statements: tuple[tuple[int, ...], ...]
    implements: Flags
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled plan beside the upper plan; ``labels`` has one entry an annotator."""

    name: str
    local: Sequence[MeasureText]
    upper: Sequence[MeasureText]
    labels: tuple[Labels, ...]


@dataclass(slots=True)
class _Seen:
    """An example with its features; those of pairs depend on the weights of tasks, so they are made anew for each."""

    example: Example
    comparison: Comparison

    def implements(self, tasks: Choice) -> Dense:
        return choose(tasks.logits(self.comparison.tasks))


@dataclass(slots=True)
class _Predicted:
    """What weights that have not seen an example say about it."""

    example: Example
    implements: Dense
    pairs: Pairs
    logits: Dense


def fit(
    examples: Sequence[Example],
    encoder: Encoder,
    *,
    prior: Scoring | None = None,
    links: Scoring | None = None,
    without: Collection[str] = (),
    progress: Progress | None = None,
) -> tuple[Scoring, list[Scoring]]:
    """The scoring fitted to all ``examples``, and for each of them the scoring fitted to the others.

    With one example, "the others" are none: its second scoring is the prior, or, without one, the first.

    Args:
        prior: where the weights are drawn to, and whose standardisation is kept.
        links: whose links the first scoring keeps as they are, so that only coverage is fitted; the others never do.
        without: features of tasks (``task.clause``) or of pairs (``pair.words``) that get no weight.
        progress: counts the fits.
    """
    seen = [_Seen(e, Comparison(e.local, e.upper, encoder)) for e in examples]
    total = len(seen) + 1
    others: list[Scoring] = []
    for left_out in range(len(seen)):
        if progress is not None:
            progress(left_out, total)
        rest = [s for i, s in enumerate(seen) if i != left_out]
        if rest:
            others.append(_fit(rest, encoder.name, prior, without))
        elif prior is not None:
            others.append(prior)
    if progress is not None:
        progress(len(seen), total)
    whole = _fit(seen, encoder.name, prior, without, links)
    if progress is not None:
        progress(total, total)
    return whole, others or [whole]


def _fit(
    seen: Sequence[_Seen],
    encoder: str,
    prior: Scoring | None,
    without: Collection[str],
    links: Scoring | None = None,
) -> Scoring:
    tasks, measures = _choices(seen, prior, without, links)
    predicted = []
    for i, one in enumerate(seen):
        rest = [s for j, s in enumerate(seen) if j != i]
        unseen = _choices(rest, prior, without, links) if rest else (tasks, measures)
        implements = one.implements(unseen[0])
        pairs = one.comparison.pairs(implements)
        predicted.append(_Predicted(one.example, implements, pairs, unseen[1].logits(pairs.values)))
    strength = _strength(seen, prior)
    held = strength / (strength + _PRIOR)
    threshold = _best_threshold(predicted)
    if prior is not None:
        threshold = round(held * prior.thresholds.implements + (1 - held) * threshold, 3)
    covered = _line(*_levels(predicted, 2), prior.covered if prior else None, strength)
    addressed = _line(*_levels(predicted, 1), prior.addressed if prior else None, strength)
    confidence = _line(*_right(predicted, threshold), prior.confidence if prior else None, strength)
    partial = _best_partial(predicted, covered)
    if prior is not None:
        known = prior.thresholds.partial
        partial = known if partial is None else round(held * known + (1 - held) * partial, 4)
    fitted = {
        "plans": len(seen),
        "statements": _statements(seen),
        "upper_measures": sum(len(s.example.labels[0].answers) for s in seen),
        "annotators": sum(len(s.example.labels) for s in seen),
    }
    if links is not None:
        threshold, confidence = links.thresholds.implements, links.confidence
        fitted["statements"] = links.fitted["statements"]
    return Scoring(
        encoder, tasks, measures, confidence, covered, addressed,
        Thresholds(threshold, 0.5, _LEAST_PARTIAL if partial is None else partial, MOST), fitted,
    )  # fmt: skip


def _choices(
    seen: Sequence[_Seen], prior: Scoring | None, without: Collection[str], links: Scoring | None = None
) -> tuple[Choice, Choice]:
    strength = _strength(seen, prior)
    tasks = (
        links.tasks
        if links
        else _fit_tasks(
            seen, prior.tasks if prior else None, strength or TASK_PENALTY, _named(without, "task.")
        )
    )
    measures = _fit_measures(
        seen, tasks, prior.measures if prior else None, strength or PAIR_PENALTY, _named(without, "pair.")
    )
    return tasks, measures


def _strength(seen: Sequence[_Seen], prior: Scoring | None) -> float:
    """How much the prior weighs against the labels; 0 without one."""
    return _PRIOR * prior.fitted.get("statements", 0) / max(_statements(seen), 1) if prior else 0.0


def _statements(seen: Sequence[_Seen]) -> int:
    return sum(len(s.example.labels[0].statements) for s in seen)


def _named(without: Collection[str], prefix: str) -> set[str]:
    return {name.removeprefix(prefix) for name in without if name.startswith(prefix)}


def _fit_tasks(
    seen: Sequence[_Seen], prior: Choice | None, penalty: float, without: Collection[str]
) -> Choice:
    values, wanted = [], []
    for one in seen:
        for labels in one.example.labels:
            for rows, implements in zip(labels.statements, labels.implements, strict=True):
                for row in rows:
                    values.append(one.comparison.tasks[row])
                    wanted.append(np.append(implements, not implements.any()))
    problems = Problems(values, wanted, shared=True)
    return problems.fitted(TASK_FEATURES, prior, penalty, without)


def _fit_measures(
    seen: Sequence[_Seen], tasks: Choice, prior: Choice | None, penalty: float, without: Collection[str]
) -> Choice:
    values, wanted = [], []
    for one in seen:
        pairs = one.comparison.pairs(one.implements(tasks))
        for labels in one.example.labels:
            for answer in labels.answers:
                rows, alternatives = _alternatives(pairs, answer.columns)
                covers = answer.level == _COVERS
                right = np.isin(rows, answer.rows) & covers
                if len(rows) and (right.any() or not covers):
                    values.append(alternatives)
                    wanted.append(np.append(right, not covers))
    problems = Problems(values, wanted, shared=False)
    return problems.fitted(PAIR_FEATURES, prior, penalty, without)


def _alternatives(pairs: Pairs, columns: Sequence[int]) -> tuple[NDArray[np.int64], Dense]:
    """Local measures that are candidates for any of ``columns``, and the best of each feature over these."""
    among = np.flatnonzero(np.isin(pairs.columns, columns))
    rows, place = np.unique(pairs.rows[among], return_inverse=True)
    values = np.full((len(rows), pairs.values.shape[1]), -np.inf, np.float32)
    np.maximum.at(values, place, pairs.values[among])
    return rows, values


class Problems:
    """Choices to learn from: in each, alternatives with features, and which of them, or "none" (last), are right.

    ``shared``: whether several right ones share the probability, each wanted alike; else any of them will do.
    """

    def __init__(self, values: Sequence[Dense], wanted: Sequence[Flags], *, shared: bool) -> None:
        self._shared = shared
        self._none = np.array([bool(w[-1]) for w in wanted], bool)
        if not values:
            return
        sizes = np.array([len(v) for v in values])
        self._values = np.concatenate(values).astype(np.float64)
        self._wanted = np.concatenate([w[:-1] for w in wanted])
        self._starts = np.cumsum(sizes) - sizes
        self._group = np.repeat(np.arange(len(sizes)), sizes)
        right = np.add.reduceat(self._wanted.astype(np.float64), self._starts)
        self._share = self._wanted / np.where(right > 0, right, 1)[self._group]

    def fitted(
        self, features: tuple[str, ...], prior: Choice | None, penalty: float, without: Collection[str]
    ) -> Choice:
        """The choice whose weights make the right alternatives most likely; without any choice, the prior or no weight."""
        if not len(self._none):
            size = len(features)
            return prior or Choice(features, (0.0,) * size, (0.0,) * size, (1.0,) * size, 0.0)
        from scipy.optimize import minimize

        if prior is None:
            means, spread = self._values.mean(axis=0), self._values.std(axis=0)
            # A feature that hardly varies says nothing; its weight keeps a finite factor.
            scales = np.where(spread > _LEAST_SPREAD, spread, 1)
            centre = np.zeros(len(features))
            start = np.append(np.full(len(features), 0.1), 3.0)
        else:
            means, scales = np.array(prior.means), np.array(prior.scales)
            centre = np.array(prior.weights)
            start = np.append(centre, prior.none)
        standard = (self._values - means) / scales

        def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            likelihood, gradient = self.likelihood(standard, parameters)
            away = parameters[:-1] - centre
            gradient[:-1] += 2 * penalty * away
            return likelihood + penalty * float(away @ away), gradient

        bounds = [(0.0, 0.0 if name in without else None) for name in features] + [(None, None)]
        found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
        none = round(float(found[-1]), 5)
        return Choice(features, _rounded(found[:-1]), _rounded(means), _rounded(scales), none)

    def likelihood(
        self, standard: NDArray[np.float64], parameters: NDArray[np.float64]
    ) -> tuple[float, NDArray[np.float64]]:
        """Mean negative log-likelihood and its gradient."""
        logits = standard @ parameters[:-1] - parameters[-1]
        whole = self._log_sum(logits, np.zeros(len(self._none)))
        if self._shared:
            wanted, no_wanted = self._share, self._none.astype(np.float64)
            lost = no_wanted @ whole - wanted @ (logits - whole[self._group])
        else:
            chosen = np.where(self._wanted, logits, -np.inf)
            no_chosen = np.where(self._none, 0.0, -np.inf)
            right = self._log_sum(chosen, no_chosen)
            wanted, no_wanted = np.exp(chosen - right[self._group]), np.exp(no_chosen - right)
            lost = (whole - right).sum()
        slope = standard.T @ (np.exp(logits - whole[self._group]) - wanted)
        count = len(self._none)
        return float(lost) / count, np.append(slope, (np.exp(-whole) - no_wanted).sum()) / count

    def _log_sum(self, logits: NDArray[np.float64], none: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of each choice the logarithm of the sum of exponentials, that of "none" among them."""
        peak = np.maximum(np.maximum.reduceat(logits, self._starts), none)
        return np.asarray(
            peak
            + np.log(np.add.reduceat(np.exp(logits - peak[self._group]), self._starts) + np.exp(none - peak))
        )


def _best_threshold(predicted: Sequence[_Predicted]) -> float:
    """The probability from which links have the best F1, mean over plans and annotators."""
    scores = [
        np.mean([_link_f1(one, labels, at) for one in predicted for labels in one.example.labels])
        for at in _CANDIDATES
    ]
    return _peak(_CANDIDATES, scores)


def _peak(candidates: NDArray[np.float64], scores: Sequence[Any]) -> float:
    """The candidate around which the scores are best."""
    smooth = np.convolve(scores, np.ones(5) / 5, mode="same")[2:-2]
    return round(float(candidates[2:-2][int(np.argmax(smooth))]), 2)


def _best_partial(predicted: Sequence[_Predicted], covered: Line) -> float | None:
    """The score of evidence from which what is addressed and what is a gap are both told best, or None without labels.

    By the mean of both F1s over plans and annotators: there are few gaps, and they are what people ask for.
    """
    scores = []
    for one in predicted:
        for logits, levels in _answers(one):
            if len(levels):
                found, addressed = covered(logits)[:, None] >= _PARTIAL, (levels > 0)[:, None]
                told = [_f1(found, addressed)]
                if not addressed.all():
                    told.append(_f1(~found, ~addressed))
                scores.append(np.mean(told, axis=0))
    return _peak(_PARTIAL, np.mean(scores, axis=0).tolist()) if scores else None


def _f1(found: Flags, wanted: Flags) -> NDArray[np.float64]:
    """Of each column."""
    return np.asarray(
        2 * (found & wanted).sum(axis=0) / np.maximum(found.sum(axis=0) + wanted.sum(axis=0), 1)
    )


def _linked(implements: Dense, threshold: float) -> Flags:
    """The tasks that each local measure is linked to."""
    least = np.sort(implements, axis=1)[:, -min(MOST, implements.shape[1])][:, None]
    return np.asarray((implements >= threshold) & (implements >= least))


def _link_f1(one: _Predicted, labels: Labels, threshold: float) -> float:
    linked = _linked(one.implements, threshold)
    found = np.stack([_any(linked, rows) for rows in labels.statements])
    both = int((found & labels.implements).sum())
    return 2 * both / max(int(found.sum() + labels.implements.sum()), 1)


def _any(linked: Flags, rows: Sequence[int]) -> Flags:
    return np.asarray(linked[list(rows)].any(axis=0)) if rows else np.zeros(linked.shape[1], bool)


def _right(predicted: Sequence[_Predicted], threshold: float) -> tuple[Dense, Flags]:
    """Log-odds of every link made, and whether it is labelled."""
    logits, right = [], []
    for one in predicted:
        linked = _linked(one.implements, threshold)
        for labels in one.example.labels:
            for rows, wanted in zip(labels.statements, labels.implements, strict=True):
                for task in np.flatnonzero(_any(linked, rows)):
                    logits.append(float(log_odds(one.implements[list(rows), task].max())))
                    right.append(bool(wanted[task]))
    return np.asarray(logits, np.float32), np.asarray(right)


def _levels(predicted: Sequence[_Predicted], level: int) -> tuple[Dense, Flags]:
    """The best log-odds of each labelled upper measure, and whether it is labelled at least ``level``."""
    found = [answers for one in predicted for answers in _answers(one)]
    if not found:
        return np.zeros(0, np.float32), np.zeros(0, bool)
    return np.concatenate([logits for logits, _ in found]), np.concatenate([at for _, at in found]) >= level


def _answers(one: _Predicted) -> Iterator[tuple[Dense, NDArray[np.int64]]]:
    """For each annotator the best log-odds of the labelled upper measures that have evidence, and their levels."""
    best = np.full(len(one.example.upper), -np.inf, np.float32)
    np.maximum.at(best, one.pairs.columns, one.logits)
    for labels in one.example.labels:
        top = np.array([best[list(answer.columns)].max() for answer in labels.answers], np.float32)
        levels = np.array([answer.level for answer in labels.answers], np.int64)
        yield top[np.isfinite(top)], levels[np.isfinite(top)]


def _line(logits: Dense, right: Flags, prior: Line | None, strength: float) -> Line:
    """Logistic regression on one value, drawn towards the prior; the slope is kept positive."""
    centre = np.array([prior.slope, prior.intercept] if prior else [1.0, 0.0])
    penalty = np.array([strength, strength] if prior else [_LINE_PENALTY, 0.0])
    if not len(logits):
        return Line(*centre.tolist())
    from scipy.optimize import minimize

    x, y = logits.astype(np.float64), right.astype(np.float64)

    def loss(parameters: NDArray[Any]) -> tuple[float, NDArray[Any]]:
        z = parameters[0] * x + parameters[1]
        chance = 1 / (1 + np.exp(-z))
        away = parameters - centre
        lost = float(np.logaddexp(0, z).sum() - y @ z) / len(x) + float(penalty @ away**2)
        slope = np.array([(chance - y) @ x, (chance - y).sum()]) / len(x)
        return lost, slope + 2 * penalty * away

    found = minimize(loss, centre, jac=True, method="L-BFGS-B", bounds=[(0.05, None), (None, None)]).x
    return Line(round(float(found[0]), 5), round(float(found[1]), 5))


def _rounded(values: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(round(float(v), 5) for v in values)
