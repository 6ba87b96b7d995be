"""Scores of what a store holds against labels made by people, with intervals.

Labels are tab-separated files in one folder::

    national_measures.tsv               id, priority, measure          with a header line
    statements_<plan>_<annotator>.tsv   idx, priorities, text          one planned statement a line
    coverage_<plan>_<annotator>.tsv     measure id, label 0-2, quote

``<plan>`` is the name of the plan's file without its ending. Priorities are numbered from 01 in the order of the
national plan. Each annotator is scored apart; a plan's figures are the means over its annotators.

- *parse*: a statement is found where planned measures hold at least 80 % of its characters; a planned measure is
  right where it stands within a labelled statement. F1 of the two shares.
- *top-1*: of the statements that implement something, the share whose strongest priority is among the labelled
  ones (``first``: is the first labelled one).
- *link*: precision, recall and F1 over pairs of statement and priority.
- *coverage*: an upper measure counts as covered where its label is 2, as addressed where it is at least 1;
  precision, recall and F1 of ``covered`` (the main figure) and of ``covered`` or ``partial`` (``addressed``), F1 of gaps.
- *calibration*: of the confidence of the linked pairs; a pair is right where it is labelled (:mod:`policygraph.calibration_error`).

Intervals (:mod:`policygraph.intervals`) resample the labelled statements for parse, top-1 and link, and the labelled
upper measures for coverage; the same ones for all annotators, and the same upper measures for all plans. A planned
measure in no labelled statement is drawn with its sentence.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from typing import Any, Final, TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from graph.store import Store
from policygraph.calibration_error import Calibration, calibration
from policygraph.comparison import ComparedMeasure, ComparedStatement, Comparison, compare
from policygraph.intervals import Interval, draws, interval, ratio
from policygraph.labels import Score

ALL: Final = "all"
"""In place of a plan: the row that sums up all of them."""
MEAN: Final = "mean"
"""In place of an annotator: the row that sums up all of them."""

Array: TypeAlias = NDArray[np.float64]
Figures: TypeAlias = dict[str, Array]


@dataclass(frozen=True, slots=True)
class PlanScores:
    """The scores of one plan against one annotator, or the means over several.

    ``intervals`` has one entry a figure, named by its place in this row (``top1``, ``link.f1``); None where no resample
    has a value. ``calibration`` has one entry a kind of confidence (``link``); over several annotators or plans it is
    that of all their judgements together.
    """

    plan: str
    annotator: str
    parse: Score
    top1: float
    top1_first: float
    link: Score
    coverage: Score
    addressed: Score
    gap_f1: float
    statements: int
    intervals: dict[str, Interval | None]
    calibration: dict[str, Calibration]

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


def evaluate(store: Store, gold: Path) -> list[PlanScores]:
    """Score every labelled plan that the store holds, as :func:`score` does.

    Raises:
        InputError: the folder or a file of it is missing or broken.
        NotFoundError: the store holds none of the labelled plans.
    """
    return score(compare(store, gold))


def score(comparisons: Sequence[Comparison]) -> list[PlanScores]:
    """Scores of each plan against each annotator.

    A mean row follows the rows of a plan's annotators; where there are several plans, the last row is the mean of
    their means. So the last row always sums up the whole.
    """
    rows: list[PlanScores] = []
    means: list[PlanScores] = []
    resampled: list[Figures] = []
    judged: list[tuple[float, bool]] = []
    for comparison in comparisons:
        own, spread = _score(comparison)
        judgements = [_judgements(comparison, place) for place in range(len(comparison.annotators))]
        pooled = [pair for pairs in judgements for pair in pairs]
        annotators = [
            _row(comparison.plan, annotator, own[place], spread[place], len(_labelled(comparison, place)), judgements[place])
            for place, annotator in enumerate(comparison.annotators)
        ]  # fmt: skip
        together = _mean(spread)
        mean = _row(comparison.plan, MEAN, _means(own), together, annotators[0].statements, pooled)
        rows += [*annotators, mean]
        means.append(mean)
        resampled.append(together)
        judged += pooled
    if len(means) > 1:
        points = _means([_flat(mean) for mean in means])
        count = sum(mean.statements for mean in means)
        rows.append(_row(ALL, MEAN, points, _mean(resampled), count, judged))
    return rows


def _score(comparison: Comparison) -> tuple[list[dict[str, float]], list[Figures]]:
    """The figures of each annotator, and those of all resamples, shape ``(resamples,)``."""
    statements, measures = _statement_counts(comparison), _coverage_counts(comparison.coverage)
    once = _figures(statements.sum(axis=1), measures.sum(axis=1))
    # The draws of statements are the plan's own; those of upper measures are the same for every plan.
    many = _figures(
        draws(statements.shape[1], crc32(comparison.plan.encode())) @ statements,
        draws(measures.shape[1]) @ measures,
    )
    places = range(len(comparison.annotators))
    return (
        [{name: float(np.nan_to_num(values[place])) for name, values in once.items()} for place in places],
        [{name: values[place] for name, values in many.items()} for place in places],
    )


_STATEMENT: Final = (
    "statements", "whole", "measures", "right_measures", "implementing", "top1", "top1_first", "right_links", "links",
    "labelled_links",
)  # fmt: skip
_LEVELS: Final[Mapping[str, Callable[[int], bool]]] = {
    "coverage": lambda level: level == 2,
    "addressed": lambda level: level >= 1,
    "gap": lambda level: level == 0,
}


def _statement_counts(comparison: Comparison) -> Array:
    """What each unit adds to the sums of :data:`_STATEMENT`, shape ``(annotators, units, sums)``."""
    places = range(len(comparison.annotators))
    homes: list[dict[int, int]] = [{} for _ in places]
    for unit, row in enumerate(comparison.rows):
        for home, compared in zip(homes, row, strict=True):
            home.update((measure, unit) for measure in (compared.measures if compared else ()))
    held = {measure: unit for home in homes for measure, unit in home.items()}
    stray: dict[int, int] = {}
    for place, measure in enumerate(comparison.measures):
        if place not in held:
            held[place] = stray.setdefault(measure["statement"], len(comparison.rows) + len(stray))
    counts = np.zeros((len(homes), len(comparison.rows) + len(stray), len(_STATEMENT)), np.float64)
    for place in places:
        for unit in (held | homes[place]).values():
            counts[place, unit, _STATEMENT.index("measures")] += 1
    for unit, row in enumerate(comparison.rows):
        for place, compared in enumerate(row):
            if compared is None:
                continue
            labelled = compared.statement.priorities
            found = [link.priority for link in compared.links]
            sums = {
                "statements": 1,
                "whole": compared.whole,
                "right_measures": len(compared.measures),
                "implementing": bool(labelled),
                "top1": compared.best in labelled,
                "top1_first": bool(labelled) and compared.best == labelled[0],
                "right_links": len(set(found) & set(labelled)),
                "links": len(found),
                "labelled_links": len(set(labelled)),
            }
            for name, value in sums.items():
                counts[place, unit, _STATEMENT.index(name)] = value
    return counts


def _coverage_counts(measures: Sequence[ComparedMeasure]) -> Array:
    """For each of :data:`_LEVELS` how many are right, found and labelled, shape ``(annotators, measures, 9)``."""
    counts = [
        [
            [0.0] * 3 * len(_LEVELS)
            if label is None
            else [
                float(value)
                for holds in _LEVELS.values()
                for value in (
                    holds(measure.rank) and holds(label.level),
                    holds(measure.rank),
                    holds(label.level),
                )
            ]
            for label in measure.labels
        ]
        for measure in measures
    ]
    return np.array(counts, np.float64).transpose(1, 0, 2)


def _figures(statements: Array, measures: Array) -> Figures:
    """Every figure of sums of shape ``(…, sums)``, each of shape ``(…)``; NaN where there is nothing to divide by."""
    sums = {name: statements[..., i] for i, name in enumerate(_STATEMENT)}
    precision = ratio(sums["right_measures"], sums["measures"])
    recall = ratio(sums["whole"], sums["statements"])
    both = precision + recall
    found = {
        "parse.precision": precision,
        "parse.recall": recall,
        "parse.f1": np.where(both == 0, 0.0, ratio(2 * precision * recall, both)),
        "top1": ratio(sums["top1"], sums["implementing"]),
        "top1_first": ratio(sums["top1_first"], sums["implementing"]),
    }
    triples = {"link": [sums["right_links"], sums["links"], sums["labelled_links"]]}
    triples |= {name: [measures[..., 3 * i + k] for k in range(3)] for i, name in enumerate(_LEVELS)}
    for name, (right, ours, theirs) in triples.items():
        found[f"{name}.precision"] = ratio(right, ours)
        found[f"{name}.recall"] = ratio(right, theirs)
        found[f"{name}.f1"] = ratio(2 * right, ours + theirs)
    found["gap_f1"] = found.pop("gap.f1")
    del found["gap.precision"], found["gap.recall"]
    return found


def _judgements(comparison: Comparison, place: int) -> list[tuple[float, bool]]:
    """Confidence of each pair that is linked, and whether the annotator has it."""
    return [
        (link.confidence, link.priority in compared.statement.priorities)
        for compared in _labelled(comparison, place)
        for link in compared.links
    ]


def _labelled(comparison: Comparison, place: int) -> list[ComparedStatement]:
    return [compared for row in comparison.rows if (compared := row[place]) is not None]


def _means(points: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: fmean(point[name] for point in points) for name in points[0]}


def _mean(resampled: Sequence[Figures]) -> Figures:
    """The mean of each figure in each resample; without a value where one of them has none."""
    return {name: np.mean([figures[name] for figures in resampled], axis=0) for name in resampled[0]}


def _flat(row: PlanScores) -> dict[str, float]:
    """The figures of a row by the names of its intervals."""
    found = {}
    for name in row.intervals:
        field, _, part = name.partition(".")
        value = getattr(row, field)
        found[name] = getattr(value, part) if part else value
    return found


def _row(
    plan: str,
    annotator: str,
    point: dict[str, float],
    spread: Figures,
    statements: int,
    judgements: Sequence[tuple[float, bool]],
) -> PlanScores:
    def three(name: str) -> Score:
        return Score(*(point[f"{name}.{part}"] for part in Score.__slots__))

    return PlanScores(
        plan, annotator, three("parse"), point["top1"], point["top1_first"], three("link"), three("coverage"),
        three("addressed"), point["gap_f1"], statements,
        {name: interval(values) for name, values in spread.items()},
        {"link": calibration([c for c, _ in judgements], [right for _, right in judgements])},
    )  # fmt: skip
