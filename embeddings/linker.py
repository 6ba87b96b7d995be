"""How links are decided, on vectors alone: no store, no files.

A local measure is seen at three widths: its own words, the sentence it stands in, the headings above it. An upper
task is seen through its measures and through its profile, the mean of its heading and measures. Then:

- *Evidence* (MATCHES): each local measure and the upper measures nearest to it.
- *Decision* (IMPLEMENTS, measure → upper task): the mean of the best single measure and the profile, over the
  three widths; kept where it passes ``implements`` and is close to the best (``relative``).
- *Roll-up* (IMPLEMENTS, task → upper task): an upper task that the local task's heading, or at least a quarter of
  its own measures, implement.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder, Progress, Thresholds, Vectors
from embeddings.search import Dense, beside, blocks, is_sparse, similarities, top_k, unit, weighted

LINKER: Final = "1"
"""Version of the rules above; plans that an older version linked are linked again by the next build."""

EVIDENCE_PER_MEASURE: Final = 5
ROLL_UP_SHARE: Final = 0.25
_FLOOR: Final = 0.5


@dataclass(frozen=True, slots=True)
class MeasureText:
    """A planned measure as the linker sees it. ``headings`` are the titles above it, outermost first."""

    id: str
    task: str
    text: str
    statement: str
    headings: tuple[str, ...]
    heading: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """One MATCHES link by ids of measures."""

    source: str
    target: str
    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class Decision:
    """One IMPLEMENTS link by ids; ``support`` counts the measures that carry it."""

    source: str
    target: str
    score: float
    rank: int
    support: int


@dataclass(frozen=True, slots=True)
class Links:
    """All that was decided for one pair of plans."""

    evidence: tuple[Evidence, ...]
    measures: tuple[Decision, ...]
    tasks: tuple[Decision, ...]


def decide(
    local: Sequence[MeasureText],
    upper: Sequence[MeasureText],
    encoder: Encoder,
    thresholds: Thresholds,
    *,
    progress: Progress | None = None,
) -> Links:
    """Link the measures of a local plan to those of an upper plan, and roll the links up to tasks.

    Args:
        local: the planned measures of the local plan, in reading order.
        upper: the planned measures, headings included, of the upper tasks that plans below answer to.
    """
    units = list(dict.fromkeys(m.task for m in upper))
    if not local or not units:
        return Links((), (), ())
    position = {task: i for i, task in enumerate(units)}
    texts = [m.text for m in local] + [m.statement for m in local] + [" ".join(m.headings) for m in local]
    vectors = encoder.encode(texts + [m.text for m in upper], progress=progress)
    n = len(local)
    clause, statement, headings = vectors[:n], vectors[n : 2 * n], vectors[2 * n : 3 * n]
    targets = vectors[3 * n :]
    owner = np.array([position[m.task] for m in upper])
    profiles = _profiles(targets, owner, len(units))
    scores = _scores((clause, statement, headings), targets, owner, profiles, thresholds)
    decisions = _choose(local, units, scores, thresholds)
    return Links(
        _evidence(local, upper, (clause, statement, headings), targets, owner, profiles, thresholds),
        tuple(decisions),
        tuple(_roll_up(local, decisions)),
    )


def confidence(score: float, threshold: float) -> float:
    """How far a score is beyond its threshold, 0.5 at it; a monotone scale, not yet a calibrated probability."""
    return round(score / (score + threshold), 4) if score > 0 else 0.0


def _profiles(targets: Vectors, owner: NDArray[np.int64], units: int) -> Vectors:
    rows = [weighted([(1.0, targets[[i]]) for i in np.flatnonzero(owner == unit_)]) for unit_ in range(units)]
    if is_sparse(rows[0]):
        from scipy.sparse import csr_array, vstack

        return unit(csr_array(vstack(rows, format="csr")))
    return unit(np.vstack(cast(Sequence[Dense], rows)))


def _scores(
    widths: tuple[Vectors, Vectors, Vectors],
    targets: Vectors,
    owner: NDArray[np.int64],
    profiles: Vectors,
    thresholds: Thresholds,
) -> Dense:
    """Score of each local measure against each upper task, shape ``(measures, tasks)``."""
    members = [np.flatnonzero(owner == unit_) for unit_ in range(profiles.shape[0])]
    weights = (thresholds.clause, thresholds.statement, thresholds.headings)
    result = np.zeros((widths[0].shape[0], profiles.shape[0]), np.float32)
    for weight, vectors in zip(weights, widths, strict=True):
        for rows in blocks(vectors.shape[0]):
            single = similarities(vectors[rows], targets)
            best = np.stack([single[:, columns].max(axis=1) for columns in members], axis=1)
            result[rows] += weight * 0.5 * (best + similarities(vectors[rows], profiles))
    return result


def _choose(
    local: Sequence[MeasureText], units: Sequence[str], scores: Dense, thresholds: Thresholds
) -> list[Decision]:
    decisions = []
    order = np.argsort(-scores, axis=1, kind="stable")
    for index, measure in enumerate(local):
        best = float(scores[index, order[index, 0]])
        for rank, column in enumerate(order[index, : thresholds.most], start=1):
            score = float(scores[index, column])
            if score >= thresholds.implements and score >= thresholds.relative * best:
                decisions.append(Decision(measure.id, units[column], round(score, 6), rank, 1))
    return decisions


def _evidence(
    local: Sequence[MeasureText],
    upper: Sequence[MeasureText],
    widths: tuple[Vectors, Vectors, Vectors],
    targets: Vectors,
    owner: NDArray[np.int64],
    profiles: Vectors,
    thresholds: Thresholds,
) -> tuple[Evidence, ...]:
    """The nearest upper measures of each local one. Headings above are no commitments to match: left out."""
    kept = np.array([i for i, m in enumerate(upper) if not m.heading])
    clause, statement, headings = widths
    share = thresholds.clause / (thresholds.clause + thresholds.statement)
    rest = 1 - thresholds.evidence_headings
    own = weighted([(rest * share, clause), (rest * (1 - share), statement)])
    queries = beside([own, thresholds.evidence_headings * headings])
    found = beside([targets[kept], profiles[owner[kept]]])
    indices, scores = top_k(queries, found, EVIDENCE_PER_MEASURE)
    return tuple(
        Evidence(
            measure.id, upper[kept[indices[row, place]]].id, round(float(scores[row, place]), 6), place + 1
        )
        for row, measure in enumerate(local)
        for place in range(indices.shape[1])
        if scores[row, place] >= _FLOOR * thresholds.partial
    )


def _roll_up(local: Sequence[MeasureText], decisions: Sequence[Decision]) -> list[Decision]:
    task_of = {m.id: m.task for m in local}
    headings = {m.id for m in local if m.heading}
    size: dict[str, int] = defaultdict(int)
    for measure in local:
        size[measure.task] += 1
    carried: dict[tuple[str, str], list[Decision]] = defaultdict(list)
    for decision in decisions:
        carried[task_of[decision.source], decision.target].append(decision)
    by_task: dict[str, list[Decision]] = defaultdict(list)
    for (task, target), links in carried.items():
        if len(links) >= ROLL_UP_SHARE * size[task] or any(d.source in headings for d in links):
            by_task[task].append(Decision(task, target, max(d.score for d in links), 0, len(links)))
    result = []
    for task in sorted(by_task, key=[m.task for m in local].index):
        ranked = sorted(by_task[task], key=lambda d: (-d.support, -d.score, d.target))
        result += [
            Decision(d.source, d.target, d.score, rank, d.support) for rank, d in enumerate(ranked, start=1)
        ]
    return result
