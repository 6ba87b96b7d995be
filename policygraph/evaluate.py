"""Scores of what a store holds against labels made by people.

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
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from graph.errors import InputError
from graph.store import Row, Store
from policygraph.labels import (
    Score,
    Statement,
    f1,
    labelled_plans,
    national_measures,
    plain,
    statements,
    table,
)
from queries import answers, run

_FOUND: Final = 0.8
_LABELS: Final = ("0", "1", "2")
_SAME: Final = 0.6


@dataclass(frozen=True, slots=True)
class PlanScores:
    """The scores of one plan against one annotator, or the means over several."""

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

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


def evaluate(store: Store, gold: Path) -> list[PlanScores]:
    """Score every labelled plan that the store holds; a mean row follows the rows of a plan's annotators.

    Raises:
        InputError: the folder or a file of it is missing or broken.
        NotFoundError: the store holds none of the labelled plans.
    """
    labelled = labelled_plans(store, gold)
    national = national_measures(gold)
    by_plan: dict[str, list[PlanScores]] = defaultdict(list)
    for plan, annotator, path in labelled:
        labels = path.with_name(path.name.replace("statements_", "coverage_", 1))
        by_plan[plan].append(_score(store, plan, annotator, path, labels, national))
    return [row for rows in by_plan.values() for row in (*rows, _mean(rows))]


def _score(
    store: Store, plan: str, annotator: str, path: Path, labels: Path, national: dict[str, tuple[str, str]]
) -> PlanScores:
    upper = answers.upper_of(store, plan)
    number = _numbers(store, upper)
    gold = statements(path)
    measures = [m for m in run(store, "export_measures") if m["plan"] == plan and m["kind"] == "planned"]
    holds = _align(gold, measures)
    parse = _parse_score(gold, measures, holds)
    links = _implemented(store, plan, number)
    nearest = _nearest(store, plan, number)
    predicted: list[list[str]] = []
    best: list[str | None] = []
    for members in holds:
        scores: dict[str, float] = {}
        for measure in members:
            for priority, score in links.get(measures[measure]["id"], {}).items():
                scores[priority] = max(score, scores.get(priority, 0.0))
        ranked = sorted(scores, key=lambda p: (-scores[p], p))
        predicted.append(ranked)
        fallback = max(
            (nearest[measures[m]["id"]] for m in members if measures[m]["id"] in nearest), default=(0.0, None)
        )
        best.append(ranked[0] if ranked else fallback[1])
    labelled = [i for i, s in enumerate(gold) if s.priorities]
    pairs = {(i, p) for i, s in enumerate(gold) for p in s.priorities}
    covered, addressed, gap = _coverage_scores(store, plan, upper, number, labels, national)
    return PlanScores(
        plan,
        annotator,
        parse,
        _share(best[i] in gold[i].priorities for i in labelled),
        _share(best[i] == gold[i].priorities[0] for i in labelled),
        Score.of({(i, p) for i, found in enumerate(predicted) for p in found}, pairs),
        covered,
        addressed,
        gap,
        len(gold),
    )


def _numbers(store: Store, upper: str) -> dict[str, str]:
    """``01``, ``02`` … of each priority of the national plan, by task id."""
    return {row["id"]: f"{i:02d}" for i, row in enumerate(run(store, "priorities", plan=upper), start=1)}


def _implemented(store: Store, plan: str, number: dict[str, str]) -> dict[str, dict[str, float]]:
    links: dict[str, dict[str, float]] = defaultdict(dict)
    for row in run(store, "export_measure_links"):
        if row["source"].startswith(f"{plan}.") and row["target"] in number and row["state"] != "rejected":
            links[row["source"]][number[row["target"]]] = float(row["score"])
    return links


def _nearest(store: Store, plan: str, number: dict[str, str]) -> dict[str, tuple[float, str]]:
    """The priority of each local measure's best evidence, for statements that no link passes the threshold."""
    nearest: dict[str, tuple[float, str]] = {}
    for row in run(store, "export_matches"):
        task = row["target"].rpartition("#")[0]
        if row["source"].startswith(f"{plan}.") and task in number:
            found = (float(row["score"]), number[task])
            nearest[row["source"]] = max(found, nearest.get(row["source"], found))
    return nearest


def _align(gold: Sequence[Statement], measures: Sequence[Row]) -> list[list[int]]:
    """Positions of the planned measures within each labelled statement. Both are in reading order."""
    holds: list[list[int]] = [[] for _ in gold]
    texts = [plain(m["text"]) for m in measures]
    at = 0
    for index, statement in enumerate(gold):
        body = statement.text
        cursor = at
        skipped = 0
        while cursor < len(measures) and skipped < len(measures):
            if texts[cursor] and texts[cursor] in body:
                holds[index].append(cursor)
                body = body.replace(texts[cursor], "", 1)
                at = cursor + 1
            elif holds[index]:
                break
            else:
                skipped += 1
            cursor += 1
    return holds


def _parse_score(gold: Sequence[Statement], measures: Sequence[Row], holds: list[list[int]]) -> Score:
    sizes = [len(plain(m["text"])) for m in measures]
    found = sum(
        sum(sizes[i] for i in members) >= _FOUND * len(s.text) for s, members in zip(gold, holds, strict=True)
    )
    right = len({i for members in holds for i in members})
    precision = right / len(measures) if measures else 0.0
    recall = found / len(gold) if gold else 0.0
    return Score(precision, recall, f1(precision, recall))


def _coverage_scores(
    store: Store,
    plan: str,
    upper: str,
    number: dict[str, str],
    path: Path,
    national: dict[str, tuple[str, str]],
) -> tuple[Score, Score, float]:
    labels = {}
    for row in table(path, 2):
        if row[1] not in _LABELS:
            raise InputError(
                f"{row[1]!r} is no label of {row[0]}", where=str(path), remedy="Write 0, 1 or 2."
            )
        labels[row[0]] = int(row[1])
    ranks = {"gap": 0, "not_applicable": 0, "partial": 1, "covered": 2}
    ours: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for task in answers.coverage(store, plan, upper).tasks:
        for measure in task.measures:
            ours[number[task.target]].append((plain(measure.text), ranks[measure.status]))
    predicted: dict[str, int] = {}
    for id_ in labels:
        if id_ not in national:
            raise InputError(f"measure {id_!r} is not in national_measures.tsv", where=str(path))
        priority, text = national[id_]
        overlaps = [(_overlap(plain(text), other), status) for other, status in ours[priority]]
        same = [status for share, status in overlaps if share >= _SAME] or [
            max(overlaps, default=(0.0, 0))[1]
        ]
        predicted[id_] = max(same)

    def at_least(level: int) -> Score:
        return Score.of(
            {i for i, v in predicted.items() if v >= level}, {i for i, v in labels.items() if v >= level}
        )

    gap = Score.of({i for i, v in predicted.items() if v == 0}, {i for i, v in labels.items() if v == 0}).f1
    return at_least(2), at_least(1), gap


def _overlap(left: str, right: str) -> float:
    """Share of the shorter text's bigrams that the other one holds."""
    a, b = ({t[i : i + 2] for i in range(len(t) - 1)} for t in (left, right))
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def _share(hits: Iterable[bool]) -> float:
    values = list(hits)
    return sum(values) / len(values) if values else 0.0


def _mean(rows: Sequence[PlanScores]) -> PlanScores:
    def mean(name: str) -> float:
        return float(sum(getattr(r, name) for r in rows) / len(rows))

    def mean_score(name: str) -> Score:
        return Score(*(sum(getattr(getattr(r, name), f) for r in rows) / len(rows) for f in Score.__slots__))

    return PlanScores(
        rows[0].plan, "mean", mean_score("parse"), mean("top1"), mean("top1_first"), mean_score("link"),
        mean_score("coverage"), mean_score("addressed"), mean("gap_f1"), rows[0].statements,
    )  # fmt: skip
