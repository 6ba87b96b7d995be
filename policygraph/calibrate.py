"""Fitting the scoring to people's labels, and how well that does on plans that it has not seen."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder
from embeddings.fit import Answer, Example, Flags, Labels, fit
from embeddings.link import both_sides, upper_plans
from embeddings.linker import decide
from embeddings.scoring import Scoring
from graph.errors import InputError
from graph.store import Store
from policygraph.alignment import align, same_measures
from policygraph.calibration_error import calibration
from policygraph.jobs import Reporter, Silent
from policygraph.labels import Score, coverage_labels, labelled_plans, national_measures, plain, statements
from queries import run

_Values: TypeAlias = NDArray[np.float64]
_LEAST: Final = 4


@dataclass(frozen=True, slots=True)
class Fitness:
    """How one scoring does on one labelled plan, means over its annotators; all from 0 to 1.

    ``calibration_error`` is the expected calibration error of the confidence of links.
    """

    plan: str
    top1: float
    link: Score
    coverage: Score
    addressed: Score
    gap_f1: float
    calibration_error: float


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A fitted scoring; ``before`` is how the earlier scoring does, ``unseen`` how the new one does on plans left out.

    ``unseen`` is empty where only one plan is labelled.
    """

    scoring: Scoring
    before: tuple[Fitness, ...]
    unseen: tuple[Fitness, ...]


def calibrate(
    store: Store,
    folders: Sequence[Path],
    encoder: Encoder,
    earlier: Scoring,
    *,
    from_zero: bool = False,
    reporter: Reporter | None = None,
) -> Calibrated:
    """Fit weights, thresholds and confidence to the labels of ``folders`` for the plans of ``store``.

    Args:
        earlier: what is used now; weights are drawn towards it, unless ``from_zero``.

    Raises:
        InputError: labels are missing or broken, or too few to learn from.
        NotFoundError: the store holds none of the labelled plans.
    """
    reporter = reporter or Silent()
    examples = [example for folder in folders for example in labelled_examples(store, folder)]
    if not any(labels.implements.any() and labels.answers for e in examples for labels in e.labels):
        raise InputError(
            "the labels name no priority that a statement implements, or no upper measure",
            where=", ".join(str(folder) for folder in folders),
            remedy="Label statements and coverage: policygraph label make PLAN --out FILE.xlsx",
        )
    prior = None if from_zero else earlier
    scoring, others = fit(
        examples, encoder, prior=prior, progress=lambda done, total: reporter.step("fit", "", done, total)
    )
    before = tuple(fitness(e, earlier, encoder) for e in examples)
    left_out = zip(examples, others, strict=True) if len(examples) > 1 else ()
    return Calibrated(scoring, before, tuple(fitness(e, s, encoder) for e, s in left_out))


def labelled_examples(store: Store, folder: Path) -> list[Example]:
    """The labelled plans of a folder as examples to learn from."""
    by_plan: dict[str, list[Path]] = defaultdict(list)
    for plan, _, path in labelled_plans(store, folder):
        by_plan[plan].append(path)
    national = national_measures(folder)
    return [_example(store, plan, paths, national) for plan, paths in by_plan.items()]


def _example(store: Store, plan: str, paths: Sequence[Path], national: dict[str, tuple[str, str]]) -> Example:
    uppers = upper_plans(store, plan)
    if not uppers:
        raise InputError(
            f"there is no plan above {plan} in this graph",
            remedy="Build it together with the plan that it is labelled against.",
        )
    local, upper = both_sides(store, plan, uppers[0])
    column = {row["id"]: i for i, row in enumerate(run(store, "priorities", plan=uppers[0]))}
    place = {task: column[task] for task in dict.fromkeys(m.task for m in upper)}
    commitments = [i for i, m in enumerate(upper) if not m.heading]
    parts = same_measures(national, [(f"{place[upper[i].task] + 1:02d}", upper[i].text) for i in commitments])
    cut = {id_: tuple(commitments[i] for i in positions) for id_, positions in parts.items() if positions}
    rows = [{"text": m.text} for m in local]
    words = [plain(m.text) for m in local]
    labels = []
    for path in paths:
        gold = statements(path)
        implements = np.zeros((len(gold), len(place)), bool)
        order = {f"{number + 1:02d}": i for i, number in enumerate(place.values())}
        for index, statement in enumerate(gold):
            for priority in statement.priorities:
                if priority in order:
                    implements[index, order[priority]] = True
        covered = coverage_labels(path.with_name(path.name.replace("statements_", "coverage_", 1)), national)
        answers = tuple(
            Answer(cut[id_], _quoted(plain(label.quote), words), label.level)
            for id_, label in covered.items()
            if id_ in cut
        )
        labels.append(Labels(tuple(tuple(held) for held in align(gold, rows)), implements, answers))
    return Example(plan, local, upper, tuple(labels))


def _quoted(quote: str, words: Sequence[str]) -> tuple[int, ...]:
    """The local measures that a quotation is taken from."""
    return tuple(
        i
        for i, text in enumerate(words)
        if len(text) >= _LEAST and quote and (text in quote or quote in text)
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """What is decided for a plan: of each local measure and upper task, and the best score of each upper measure.

    ``evidence`` is the best score of a pair under that task; all are 0 where there is none.
    """

    linked: Flags
    probability: _Values
    confidence: _Values
    evidence: _Values
    best: _Values


def judgements(example: Example, scoring: Scoring, encoder: Encoder) -> tuple[_Values, Flags]:
    """The confidence of every link that ``scoring`` makes in labelled statements, and whether it is labelled."""
    decided = _decided(example, scoring, encoder)
    made = [_statements(labels, decided) for labels in example.labels]
    right = [labels.implements[found.linked] for labels, found in zip(example.labels, made, strict=True)]
    return np.concatenate([found.confidence[found.linked] for found in made]), np.concatenate(right)


def fitness(example: Example, scoring: Scoring, encoder: Encoder) -> Fitness:
    """How ``scoring`` does on one example: what ``evaluate`` says once the plan is linked with it.

    People's rulings and advisers have no part in it.
    """
    decided = _decided(example, scoring, encoder)
    return _mean([_fitness(example.name, labels, decided, scoring) for labels in example.labels])


def _decided(example: Example, scoring: Scoring, encoder: Encoder) -> _Found:
    links = decide(example.local, example.upper, encoder, scoring)
    rows = {m.id: i for i, m in enumerate(example.local)}
    columns = {m.id: i for i, m in enumerate(example.upper)}
    tasks = {task: i for i, task in enumerate(dict.fromkeys(m.task for m in example.upper))}
    shape = (len(rows), len(tasks))
    probability, confidence, evidence = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    linked, best = np.zeros(shape, bool), np.zeros(len(columns))
    for link in links.measures:
        place = rows[link.source], tasks[link.target]
        linked[place], probability[place], confidence[place] = True, link.score, link.confidence
    for pair in links.evidence:
        column = columns[pair.target]
        place = rows[pair.source], tasks[example.upper[column].task]
        evidence[place] = max(evidence[place], pair.score)
        best[column] = max(best[column], pair.score)
    return _Found(linked, probability, confidence, evidence, best)


def _fitness(plan: str, labels: Labels, decided: _Found, scoring: Scoring) -> Fitness:
    limits = scoring.thresholds
    found = _statements(labels, decided)
    labelled = np.flatnonzero(labels.implements.any(axis=1))
    status = [float(decided.best[list(answer.columns)].max()) for answer in labels.answers]

    def at_least(level: int, threshold: float) -> Score:
        return Score.of(
            {i for i, score in enumerate(status) if score >= threshold},
            {i for i, answer in enumerate(labels.answers) if answer.level >= level},
        )

    gaps = Score.of(
        {i for i, score in enumerate(status) if score < limits.partial},
        {i for i, answer in enumerate(labels.answers) if answer.level == 0},
    )
    # As in evaluate: a statement without a link is judged by its best evidence, one without evidence is wrong.
    strength = np.where(found.linked.any(axis=1, keepdims=True), found.probability, found.evidence)
    right = [strength[i].any() and labels.implements[i, strength[i].argmax()] for i in labelled]
    return Fitness(
        plan, fmean(map(float, right)) if right else 0.0, Score.of(_pairs(found.linked), _pairs(labels.implements)),
        at_least(2, limits.covered), at_least(1, limits.partial), gaps.f1,
        calibration(found.confidence[found.linked], labels.implements[found.linked]).ece or 0.0,
    )  # fmt: skip


def _statements(labels: Labels, decided: _Found) -> _Found:
    """The same of each labelled statement: the best of its measures; nothing where none was read."""
    held = [list(rows) for rows in labels.statements]

    def most(values: _Values) -> _Values:
        return np.array([values[rows].max(axis=0, initial=0) for rows in held])

    return _Found(
        np.array([decided.linked[rows].any(axis=0) for rows in held]), most(decided.probability),
        most(decided.confidence), most(decided.evidence), decided.best,
    )  # fmt: skip


def _pairs(flags: Flags) -> set[tuple[int, int]]:
    rows, columns = np.nonzero(flags)
    return set(zip(rows.tolist(), columns.tolist(), strict=True))


def _mean(rows: Sequence[Fitness]) -> Fitness:
    def score(name: str) -> Score:
        values = [getattr(row, name) for row in rows]
        precision, recall = fmean(v.precision for v in values), fmean(v.recall for v in values)
        return Score(precision, recall, fmean(v.f1 for v in values))

    return replace(
        rows[0], top1=fmean(r.top1 for r in rows), link=score("link"), coverage=score("coverage"),
        addressed=score("addressed"), gap_f1=fmean(r.gap_f1 for r in rows),
        calibration_error=fmean(r.calibration_error for r in rows),
    )  # fmt: skip
