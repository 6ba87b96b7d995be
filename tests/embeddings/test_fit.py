"""Fitting, to choices and labels whose makers are known."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import check_grad

from embeddings.features import PAIR_FEATURES, TASK_FEATURES, Comparison
from embeddings.fit import Answer, Example, Flags, Labels, Problems, fit
from embeddings.overlap import reference
from embeddings.scoring import Choice, Line, Scoring, choose, shipped_scoring
from embeddings.search import Dense
from tests.embeddings.texts import planned

NAMES = ("one", "two", "three")
PENALTY = 1e-6


def drawn(
    weights: Sequence[float], none: float, *, count: int, shared: bool = True, seed: int = 0
) -> tuple[list[Dense], list[Flags]]:
    """Alternatives, and those that one who weighs them so would choose."""
    chance = np.random.default_rng(seed)
    values, wanted = [], []
    for _ in range(count):
        alternatives = chance.normal(size=(int(chance.integers(1, 6)), len(weights))).astype(np.float32)
        logits = np.append(alternatives @ np.asarray(weights) - none, 0)
        chosen = np.zeros(len(logits), bool)
        chosen[chance.choice(len(logits), p=np.exp(logits) / np.exp(logits).sum())] = True
        if shared and chosen[:-1].any() and chance.random() < 0.2:
            chosen[int(chance.integers(len(logits) - 1))] = True
        values.append(alternatives)
        wanted.append(chosen)
    return values, wanted


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("seed", range(5))
def test_the_gradient_is_that_of_the_likelihood(shared: bool, seed: int) -> None:
    values, wanted = drawn((1.0, -0.5, 2.0), 0.5, count=30, seed=seed)
    if not shared:
        # Several are right, and any of them will do.
        for right in wanted[::3]:
            right[:-1] = True
            right[-1] = False
    problems = Problems(values, wanted, shared=shared)
    standard = np.concatenate(values).astype(np.float64)
    chance = np.random.default_rng(seed)
    for scale in (0.1, 1, 5):
        parameters = scale * chance.normal(size=4)
        error = check_grad(
            lambda p: problems.likelihood(standard, p)[0],
            lambda p: problems.likelihood(standard, p)[1],
            parameters,
        )
        assert error < 1e-5 * max(1, scale)


def test_the_likelihood_is_that_worked_out_by_hand() -> None:
    values = [np.array([[0.0], [np.log(2)]], np.float32), np.array([[np.log(3)]], np.float32)]
    standard = np.concatenate(values).astype(np.float64)
    # With weight 1 and "none" 0: 1, 2 against 1; and 3 against 1.
    second, both, none = [[False, True, False]], [[True, True, False]], [[False, False, True]]
    for first, shared, lost in (
        (second, True, -np.log(2 / 4)),
        (none, True, -np.log(1 / 4)),
        (both, True, -(np.log(1 / 4) + np.log(2 / 4)) / 2),
        (both, False, -np.log(3 / 4)),
    ):
        wanted = [np.array(first[0]), np.array([True, False])]
        found, _ = Problems(values, wanted, shared=shared).likelihood(standard, np.array([1.0, 0.0]))
        assert found == pytest.approx((lost - np.log(3 / 4)) / 2, abs=1e-6)


def raw(choice: Choice) -> tuple[NDArray[np.float64], float]:
    """Weights and "none" for values that are not standardised."""
    factors = np.divide(choice.weights, choice.scales)
    return factors, choice.none + float(factors @ np.asarray(choice.means))


@pytest.mark.parametrize("shared", [True, False])
def test_known_weights_are_found_again(shared: bool) -> None:
    values, wanted = drawn((1.5, 0.6, 0.0), 1.0, count=6000, shared=False)
    moved = [v * np.array([2, 0.1, 1], np.float32) + np.array([3, -1, 0], np.float32) for v in values]
    for scale, offset, given in ((1, 0, values), (np.array([2, 0.1, 1]), np.array([3, -1, 0]), moved)):
        found = Problems(given, wanted, shared=shared).fitted(NAMES, None, PENALTY, ())
        factors, none = raw(found)
        np.testing.assert_allclose(factors * scale, (1.5, 0.6, 0.0), atol=0.1)
        assert none - float(factors @ np.broadcast_to(offset, 3)) == pytest.approx(1.0, abs=0.1)
        assert found.features == NAMES


def test_weights_are_never_negative_and_may_be_left_out() -> None:
    problems = Problems(*drawn((1.0, -1.0, 0.8), 0.5, count=2000), shared=True)
    found = problems.fitted(NAMES, None, PENALTY, ())
    assert found.weights[1] == 0
    assert min(found.weights[0], found.weights[2]) > 0.3
    without = problems.fitted(NAMES, None, PENALTY, {"three"})
    assert without.weights[2] == 0
    assert without.weights[0] > 0.3


def test_the_penalty_draws_to_zero_or_to_the_prior() -> None:
    problems = Problems(*drawn((1.5, 0.5, 0.2), 1.0, count=1500), shared=True)
    free = problems.fitted(NAMES, None, PENALTY, ())
    held = problems.fitted(NAMES, None, 0.1, ())
    assert sum(held.weights) < 0.9 * sum(free.weights)
    np.testing.assert_allclose(problems.fitted(NAMES, None, 1e4, ()).weights, 0, atol=1e-3)
    prior = Choice(NAMES, (0.2, 1.0, 3.0), (0.1, 0.0, -0.1), (0.9, 1.0, 1.1), 2.0)
    away = []
    for penalty in (PENALTY, 0.1, 1.0, 1e4):
        found = problems.fitted(NAMES, prior, penalty, ())
        assert (found.means, found.scales) == (prior.means, prior.scales)
        away.append(float(np.abs(np.subtract(found.weights, prior.weights)).sum()))
    assert away == sorted(away, reverse=True)
    assert away[0] > 1
    assert away[-1] < 1e-3
    np.testing.assert_allclose(raw(problems.fitted(NAMES, prior, PENALTY, ()))[0], raw(free)[0], atol=0.02)


def test_choices_that_say_nothing_leave_the_prior() -> None:
    prior = Choice(NAMES, (0.2, 1.0, 3.0), (0.1, 0.5, -0.1), (0.9, 1.0, 1.1), 2.0)
    alike = [np.tile(np.asarray(prior.means, np.float32), (3, 1)) for _ in range(20)]
    wanted = [np.array([True, False, False, False])] * 20
    found = Problems(alike, wanted, shared=True).fitted(NAMES, prior, 0.1, ())
    np.testing.assert_allclose(found.weights, prior.weights, atol=1e-3)
    assert found.none < -5
    assert Problems([], [], shared=True).fitted(NAMES, prior, 0.1, ()) == prior


def test_a_feature_that_never_varies_does_no_harm() -> None:
    values, wanted = drawn((1.0, 0.5, 0.0), 0.5, count=300)
    for one in values:
        one[:, 2] = 0.25
    found = Problems(values, wanted, shared=True).fitted(NAMES, None, PENALTY, ())
    assert min(found.scales) > 0
    assert np.isfinite(found.logits(np.concatenate(values))).all()
    assert found.weights[0] > 0.3


TEACHER = shipped_scoring().changed({"implements": 0.4})


def labelled(name: str, *, size: int = 45, answers: bool = True) -> Example:
    """A sample plan, labelled by the scoring that ships: a teacher whose ways can be learned."""
    local, upper = planned(name)[:size], [m for m in planned("national-2025") if m.task < "000000-2025.6"]
    comparison = Comparison(local, upper, reference())
    implements = choose(TEACHER.tasks.logits(comparison.tasks))
    pairs = comparison.pairs(implements)
    scores = TEACHER.covered(TEACHER.measures.logits(pairs.values))
    given = []
    for column in np.unique(pairs.columns).tolist():
        among = np.flatnonzero(pairs.columns == column)
        best = int(among[np.argmax(scores[among])])
        level = int(scores[best] >= 0.5) + int(scores[best] >= 0.15)
        given.append(Answer((column,), (int(pairs.rows[best]),) if level else (), level))
    found = Labels(tuple((i,) for i in range(len(local))), implements >= 0.4, tuple(given) if answers else ())
    assert found.implements.any()
    assert {a.level for a in given} == {0, 1, 2}
    return Example(name, local, upper, (found,))


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return [labelled(name) for name in ("songling-2025", "qinglan-2025", "yunxi-2025")]


@pytest.fixture(scope="module")
def fitted(examples: list[Example]) -> tuple[Scoring, list[Scoring]]:
    return fit(examples, reference())


def agreement(example: Example, scoring: Scoring) -> float:
    """F1 of the links of one example."""
    comparison = Comparison(example.local, example.upper, reference())
    found = choose(scoring.tasks.logits(comparison.tasks)) >= scoring.thresholds.implements
    wanted = example.labels[0].implements
    return float(2 * (found & wanted).sum() / (found.sum() + wanted.sum()))


def sensible(scoring: Scoring) -> None:
    assert (scoring.tasks.features, scoring.measures.features) == (TASK_FEATURES, PAIR_FEATURES)
    for choice in (scoring.tasks, scoring.measures):
        assert min(choice.weights) >= 0
        assert max(choice.weights) > 0
        assert min(choice.scales) > 0
    assert min(line.slope for line in (scoring.confidence, scoring.covered, scoring.addressed)) > 0
    assert 0.1 < scoring.thresholds.implements < 0.6
    assert 0 < scoring.thresholds.partial <= scoring.thresholds.covered == 0.5
    assert scoring.thresholds.most == 2


def test_what_a_teacher_labels_is_learned(
    examples: list[Example], fitted: tuple[Scoring, list[Scoring]]
) -> None:
    whole, others = fitted
    sensible(whole)
    assert len(others) == len(examples)
    for example, unseen in zip(examples, others, strict=True):
        sensible(unseen)
        assert agreement(example, whole) > 0.85
        assert agreement(example, unseen) > 0.75
    assert whole.encoder == "policy-zh"
    assert whole.fitted == {
        "plans": 3,
        "statements": sum(len(e.local) for e in examples),
        "upper_measures": sum(len(e.labels[0].answers) for e in examples),
        "annotators": 3,
    }
    # What is better evidence is more often covered, and addressed more often than covered.
    logits = np.linspace(-3, 3, 7, dtype=np.float32)
    assert np.all(np.diff(whole.covered(logits)) > 0)
    assert np.all(whole.addressed(logits) >= whole.covered(logits))


def test_the_scoring_for_a_plan_has_not_seen_it(
    examples: list[Example], fitted: tuple[Scoring, list[Scoring]]
) -> None:
    silent = Labels(
        examples[0].labels[0].statements,
        np.zeros_like(examples[0].labels[0].implements),
        examples[0].labels[0].answers,
    )
    _, others = fit([replace(examples[0], labels=(silent,)), *examples[1:]], reference())
    assert others[0] == fitted[1][0]
    assert others[1] != fitted[1][1]


def test_one_plan_alone_is_judged_by_what_there_was_before(examples: list[Example]) -> None:
    seen: list[tuple[int, int]] = []
    whole, others = fit(examples[:1], reference(), prior=TEACHER, progress=lambda *told: seen.append(told))
    assert others == [TEACHER]
    assert seen == [(0, 2), (1, 2), (2, 2)]
    sensible(whole)
    first, alone = fit(examples[:1], reference())
    assert alone == [first]
    sensible(first)


def test_own_labels_change_the_prior_as_far_as_they_outnumber_its_own(examples: list[Example]) -> None:
    def away(statements: int) -> float:
        prior = replace(TEACHER, fitted={"statements": statements}, confidence=Line(0.3, -1.0))
        start = replace(prior, tasks=replace(prior.tasks, weights=prior.tasks.weights[::-1]))
        found, _ = fit(examples[:1], reference(), prior=start)
        assert (found.tasks.means, found.tasks.scales) == (start.tasks.means, start.tasks.scales)
        return sum(
            float(np.abs(np.subtract(new, old)).sum())
            for new, old in (
                (found.tasks.weights, start.tasks.weights),
                (found.measures.weights, start.measures.weights),
                ((found.confidence.slope, found.confidence.intercept), (0.3, -1.0)),
                (found.thresholds.implements, start.thresholds.implements),
            )
        )

    distances = [away(statements) for statements in (10, 1000, 10**7)]
    assert distances == sorted(distances, reverse=True)
    assert distances[0] > 1
    assert distances[-1] < 0.01


def test_plans_without_labels_of_one_kind_are_no_error(examples: list[Example]) -> None:
    bare = replace(examples[1].labels[0], answers=())
    both = [examples[0], replace(examples[1], labels=(bare,))]
    whole, others = fit(both, reference(), prior=TEACHER)
    sensible(whole)
    # Without the first plan there is nothing about evidence to learn from.
    assert others[0].measures == TEACHER.measures
    assert (others[0].covered, others[0].addressed) == (TEACHER.covered, TEACHER.addressed)
    assert others[0].tasks != TEACHER.tasks
    none = replace(
        examples[0].labels[0], statements=tuple(() for _ in examples[0].labels[0].statements), answers=()
    )
    unread, _ = fit([replace(examples[0], labels=(none,))], reference(), prior=TEACHER)
    assert (unread.tasks, unread.measures) == (TEACHER.tasks, TEACHER.measures)


def test_what_is_only_related_answers_nothing(examples: list[Example]) -> None:
    """Level 1 teaches the choice the same as level 0; only what is addressed, and from where, differs."""
    labels = examples[0].labels[0]
    related = tuple(replace(a, level=min(a.level, 1)) if a.level else a for a in labels.answers)
    absent = tuple(replace(a, level=0, rows=()) if a.level < 2 else a for a in labels.answers)
    one, other = (
        fit([replace(examples[0], labels=(replace(labels, answers=answers),))], reference())[0]
        for answers in (labels.answers, absent)
    )
    assert (one.measures, one.covered) == (other.measures, other.covered)
    assert one.addressed != other.addressed
    nothing, _ = fit([replace(examples[0], labels=(replace(labels, answers=related),))], reference())
    assert nothing.measures.none > one.measures.none + 1


def test_partial_is_where_gaps_and_what_is_addressed_are_both_told(examples: list[Example]) -> None:
    whole, others = fit(examples, reference())
    for scoring in (whole, *others):
        assert 0.02 <= scoring.thresholds.partial < 0.5
    levels = [replace(a, level=2) if a.level else a for a in examples[0].labels[0].answers]
    everything = tuple(replace(a, level=2) for a in levels if a.level)
    full = [replace(e, labels=(replace(e.labels[0], answers=everything),)) for e in examples[:1]]
    assert fit(full, reference())[0].thresholds.partial <= whole.thresholds.partial


def test_links_can_be_kept_as_they_are(
    examples: list[Example], fitted: tuple[Scoring, list[Scoring]]
) -> None:
    kept, others = fit(examples, reference(), links=TEACHER)
    assert (kept.tasks, kept.confidence) == (TEACHER.tasks, TEACHER.confidence)
    assert kept.thresholds.implements == TEACHER.thresholds.implements
    assert kept.fitted["statements"] == TEACHER.fitted["statements"]
    assert kept.measures != TEACHER.measures
    sensible(kept)
    assert others == fitted[1]


def test_features_can_be_left_out(examples: list[Example]) -> None:
    found, _ = fit(examples[:1], reference(), without={"task.statement", "pair.words"})
    assert found.tasks.weights[TASK_FEATURES.index("statement")] == 0
    assert found.measures.weights[PAIR_FEATURES.index("words")] == 0
    assert found.measures.weights[PAIR_FEATURES.index("statement")] > 0 or max(found.measures.weights) > 0
