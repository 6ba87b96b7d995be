"""How links are decided: no store, no files. Features come from :mod:`embeddings.features`, weights from
:mod:`embeddings.scoring`.

- *Decision* (IMPLEMENTS, measure → upper task): each local measure chooses among the upper tasks and "none"; what
  reaches the threshold ``implements`` is kept, ``most`` of them at most.
- *Evidence* (MATCHES): each upper measure chooses among the local measures and "none"; kept are the nearest upper
  measures of each local one, and the best local measures of each upper one. The score is the probability that this
  one measure covers the upper one.
- *Roll-up* (IMPLEMENTS, task → upper task): an upper task that the local task's heading, or at least a quarter of
  its own measures, implement.
- *Relation*: of two measures, by which of them holds the other's words; of two tasks, by whether nearly all of the
  local one's measures serve the upper task, and nearly all of the upper one's measures are served.

An adviser (:mod:`embeddings.opinion`), where one is set, is asked about decisions that are neither likely nor unlikely.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from embeddings.counsel import ADVISER, Counsel, advised, weight
from embeddings.encoder import Encoder, Progress
from embeddings.features import Comparison, MeasureText, Pairs
from embeddings.opinion import Opinion
from embeddings.scoring import Scoring, choose, log_odds
from embeddings.search import Dense
from graph.model import Relation

LINKER: Final = "3"
"""Version of the rules above; plans that an older version linked are linked again by the next build."""

EVIDENCE_PER_MEASURE: Final = 5
EVIDENCE_PER_UPPER: Final = 3
ROLL_UP_SHARE: Final = 0.25
HELD: Final = 0.75
"""The share of a measure's words from which the other measure holds it."""

NEARLY_ALL: Final = 0.65
_FLOOR: Final = 0.02


@dataclass(frozen=True, slots=True)
class Evidence:
    """One MATCHES link by ids of measures. ``shares``: what each feature adds to its log-odds."""

    source: str
    target: str
    score: float
    rank: int
    relation: Relation
    shares: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """One IMPLEMENTS link by ids; ``support`` counts the measures that carry it."""

    source: str
    target: str
    score: float
    confidence: float
    rank: int
    support: int
    relation: Relation = "narrower"
    shares: Mapping[str, float] = field(default_factory=dict)
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """All that was decided for one pair of plans; ``asked`` counts the questions to an adviser."""

    evidence: tuple[Evidence, ...]
    measures: tuple[Decision, ...]
    tasks: tuple[Decision, ...]
    asked: int = 0


def decide(
    local: Sequence[MeasureText],
    upper: Sequence[MeasureText],
    encoder: Encoder,
    scoring: Scoring,
    *,
    counsel: Counsel | None = None,
    progress: Progress | None = None,
) -> Links:
    """Link the measures of a local plan to those of an upper plan, and roll the links up to tasks.

    Args:
        local: the planned measures of the local plan, in reading order.
        upper: the planned measures, headings included, of the upper tasks that plans below answer to.
    """
    if not local or not upper:
        return Links((), (), ())
    comparison = Comparison(local, upper, encoder, progress=progress)
    implements = choose(scoring.tasks.logits(comparison.tasks))
    pairs = comparison.pairs(implements)
    evidence = _evidence(comparison, pairs, scoring)
    opinions: Mapping[tuple[int, int], Opinion] = {}
    if counsel is not None:
        sure = scoring.confidence(log_odds(implements))
        implements, opinions = advised(comparison, implements, sure, pairs, counsel, progress)
    decisions = _choose(comparison, implements, scoring, opinions)
    tasks = _roll_up(local, decisions)
    covers = _covered(evidence, local, upper, scoring.thresholds.covered)
    asked = Counter(m.task for m in upper if not m.heading)
    return Links(
        evidence,
        tuple(_related(d, covers, asked, serves=1.0) for d in decisions),
        tuple(_related(d, covers, asked, serves=share) for d, share in tasks),
        len(opinions),
    )


def _choose(
    comparison: Comparison, implements: Dense, scoring: Scoring, opinions: Mapping[tuple[int, int], Opinion]
) -> list[Decision]:
    limits = scoring.thresholds
    confidence = scoring.confidence(log_odds(implements))
    order = np.argsort(-implements, axis=1, kind="stable")[:, : limits.most]
    rows, ranks = np.nonzero(np.take_along_axis(implements, order, axis=1) >= limits.implements)
    columns = order[rows, ranks]
    shares = scoring.tasks.explained(comparison.tasks[rows, columns])
    decisions = []
    for row, column, rank, share in zip(rows.tolist(), columns.tolist(), ranks.tolist(), shares, strict=True):
        opinion = opinions.get((row, column))
        if opinion is not None:
            share[ADVISER] = weight(opinion)
        decisions.append(
            Decision(
                comparison.local[row].id, comparison.units[column], round(float(implements[row, column]), 6),
                round(float(confidence[row, column]), 4), rank + 1, 1, shares=share,
                advice=opinion.reason if opinion else "",
            )
        )  # fmt: skip
    return decisions


def _evidence(comparison: Comparison, pairs: Pairs, scoring: Scoring) -> tuple[Evidence, ...]:
    if not len(pairs.rows):
        return ()
    scores = scoring.covered(scoring.measures.logits(pairs.values))
    order = np.lexsort((pairs.columns, -scores, pairs.rows))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order)) - np.searchsorted(pairs.rows[order], pairs.rows[order])
    by_upper = np.lexsort((pairs.rows, -scores, pairs.columns))
    place = np.empty(len(order), np.int64)
    place[by_upper] = np.arange(len(order)) - np.searchsorted(
        pairs.columns[by_upper], pairs.columns[by_upper]
    )
    kept = (scores >= _FLOOR) & ((rank < EVIDENCE_PER_MEASURE) | (place < EVIDENCE_PER_UPPER))
    chosen = order[kept[order]]
    meaning = scoring.measures.features.index("meaning")
    shares = scoring.measures.explained(pairs.values[chosen])
    return tuple(
        Evidence(
            comparison.local[pairs.rows[i]].id,
            comparison.upper[pairs.columns[i]].id,
            round(float(scores[i]), 6),
            int(rank[i]) + 1,
            _relation(float(pairs.values[i, meaning]), float(pairs.reverse[i]), HELD),
            share,
        )
        for i, share in zip(chosen.tolist(), shares, strict=True)
    )


def _relation(upper_held: float, local_held: float, limit: float) -> Relation:
    """How the local side stands to the upper one, by how much of each the other holds."""
    if upper_held >= limit:
        return "equal" if local_held >= limit else "broader"
    return "narrower" if local_held >= limit else "overlaps"


def _roll_up(local: Sequence[MeasureText], decisions: Sequence[Decision]) -> list[tuple[Decision, float]]:
    """Links of tasks, and the share of each task's own measures that serve the upper task."""
    task_of = {m.id: m.task for m in local}
    headings = {m.id for m in local if m.heading}
    size = Counter(m.task for m in local)
    carried: dict[tuple[str, str], list[Decision]] = defaultdict(list)
    for decision in decisions:
        carried[task_of[decision.source], decision.target].append(decision)
    by_task: dict[str, list[Decision]] = defaultdict(list)
    for (task, target), links in carried.items():
        if len(links) >= ROLL_UP_SHARE * size[task] or any(d.source in headings for d in links):
            strongest = max(links, key=lambda d: d.score)
            by_task[task].append(replace(strongest, source=task, target=target, rank=0, support=len(links)))
    result = []
    for task in (task for task in dict.fromkeys(m.task for m in local) if task in by_task):
        ranked = sorted(by_task[task], key=lambda d: (-d.support, -d.score, d.target))
        result += [(replace(d, rank=rank), d.support / size[task]) for rank, d in enumerate(ranked, start=1)]
    return result


def _covered(
    evidence: Sequence[Evidence], local: Sequence[MeasureText], upper: Sequence[MeasureText], limit: float
) -> dict[tuple[str, str], set[str]]:
    """The upper measures that each local measure, and each local task, covers, by upper task."""
    source_task, target_task = {m.id: m.task for m in local}, {m.id: m.task for m in upper}
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in evidence:
        if one.score >= limit:
            target = target_task[one.target]
            found[one.source, target].add(one.target)
            found[source_task[one.source], target].add(one.target)
    return found


def _related(
    decision: Decision, covers: Mapping[tuple[str, str], set[str]], asked: Mapping[str, int], *, serves: float
) -> Decision:
    covered = len(covers.get((decision.source, decision.target), ())) / max(asked.get(decision.target, 0), 1)
    return replace(decision, relation=_relation(covered, serves, NEARLY_ALL))
