"""Answers where rows are not enough: statuses decided, evidence gathered, plans found.

How a status is decided: :mod:`queries.statuses`. What counts is a :class:`review.View`: all proposals, or accepted links only,
from which confidence on.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from graph.errors import InputError, NotFoundError
from graph.model import CoverageStatus
from graph.store import Row, Store
from queries import near
from queries.excuses import RULED, Excuse, Excuses
from queries.order import natural
from queries.registry import run
from queries.rollup import Rollup, rollups
from queries.statuses import Statuses, cell, decided, measure_confidence, measure_status, reached
from review import ALL, View
from review.rules import Mode, effective

EVIDENCE: Final = 3

_FIGURE: Final = (
    "indicator", "comparator", "value", "value_to", "unit", "base", "due", "commitment", "masked",
)  # fmt: skip
_MEASURE: Final = (
    "id", "text", "start", "end", "kind", "heading", "page", "line", "first_byte", "end_byte",
)  # fmt: skip
_LINK: Final = (
    "target", "target_plan", "number", "title", "score", "confidence", "rank", "support", "relation", "method",
    "state", "suspect", "decision", "reviewer", "note", "advice", "encoder", "run",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evidence:
    """A local measure that speaks for an upper one, and what people decided on that (see :mod:`review.links`)."""

    source: str
    text: str
    task: str
    score: float
    relation: str
    method: str = "machine"
    state: str = "proposed"
    suspect: bool = False
    covers: str = ""
    decision: str = ""
    reviewer: str = ""


@dataclass(frozen=True, slots=True)
class MeasureCoverage:
    """Whether one upper measure is carried, and by which words.

    ``evidence`` is best first: the first three, and after those all that people decided on but did not reject.

    ``confidence`` is the probability of the status, 1 where a person decided it. ``reason`` says why a measure is not
    applicable: a reason of :class:`graph.model.Measure.reserved`, or ``ruled``, ``delegated`` or ``deferred``; then
    ``excuse`` is the decision. It is given where it no longer stands, too.
    """

    target: str
    text: str
    task: str
    start: int
    status: CoverageStatus
    score: float
    confidence: float
    reason: str
    evidence: tuple[Evidence, ...]
    excuse: Excuse | None = None


@dataclass(frozen=True, slots=True)
class TaskCoverage:
    """Whether one upper task is carried. ``score`` is the share of its measures that apply, a partial one counted half."""

    target: str
    number: str
    title: str
    above: str | None
    status: CoverageStatus
    score: float
    covered: int
    partial: int
    gaps: int
    not_applicable: int
    measures: tuple[MeasureCoverage, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How a plan carries an upper plan, with the run and the thresholds that say so, and what was counted."""

    plan: str
    upper: str
    run: str
    encoder: str
    thresholds: dict[str, float]
    mode: Mode
    least: float
    tasks: tuple[TaskCoverage, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """An upper measure that a plan does not cover, or covers in part; ``nearest`` is the best evidence there is."""

    target: str
    text: str
    start: int
    task: str
    title: str
    status: CoverageStatus
    score: float
    nearest: Evidence | None


@dataclass(frozen=True, slots=True)
class Gaps:
    """What a plan misses, gaps first, then what is partly covered; and apart from those what it is excused from."""

    plan: str
    upper: str
    mode: Mode
    least: float
    gaps: tuple[Gap, ...]
    excused: tuple[Excuse, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that a measure promises; the fields are those of :class:`graph.model.Target`."""

    text: str
    indicator: str
    comparator: str
    value: float | None
    value_to: float | None
    unit: str
    base: str
    due: str
    commitment: str
    masked: bool


@dataclass(frozen=True, slots=True)
class TaskMeasure:
    """One measure of a task with its figures; the fields are those of :class:`graph.model.Measure`."""

    id: str
    text: str
    start: int
    end: int
    kind: str
    heading: bool
    page: int | None
    line: int | None
    first_byte: int | None
    end_byte: int | None
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A local and an upper measure that resemble each other."""

    source: str
    source_text: str
    upper: str
    upper_text: str
    score: float
    relation: str


@dataclass(frozen=True, slots=True)
class TaskLink:
    """An upper task that a local task implements, who decided so, and the pairs of measures that carry it."""

    target: str
    target_plan: str
    number: str
    title: str
    score: float
    confidence: float
    rank: int
    support: int
    relation: str
    method: str
    state: str
    suspect: bool
    decision: str
    reviewer: str
    note: str
    advice: str
    encoder: str
    run: str
    evidence: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the matrix: an upper task in one plan. ``measures`` are those that apply."""

    task: str
    plan: str
    status: CoverageStatus
    score: float
    covered: int
    partial: int
    measures: int
    not_applicable: int

    @property
    def gaps(self) -> int:
        """How many of its measures that apply are neither covered nor partly covered."""
        return self.measures - self.covered - self.partial


@dataclass(frozen=True, slots=True)
class Matrix:
    """Coverage of every upper task by every linked plan. ``cells`` has one row an upper task, in order of both."""

    upper: str
    mode: Mode
    least: float
    tasks: tuple[Row, ...]
    plans: tuple[Row, ...]
    cells: tuple[tuple[Cell, ...], ...]


def plans(store: Store) -> list[Row]:
    """All plans, the nation's first, then by level, region and year."""
    order = ("national", "province", "autonomous_region", "municipality", "city", "county")
    return sorted(run(store, "plans"), key=lambda p: (order.index(p["level"]), p["region"], p["year"]))


def nearest(plans: Sequence[Row], year: int) -> list[Row]:
    """One plan for each region, in the order of ``plans``: of several years the nearest to ``year``, the later of two."""
    chosen: dict[str, str] = {}
    for p in sorted(plans, key=lambda p: (abs(p["year"] - year), -p["year"], p["id"])):
        chosen.setdefault(p["region"], p["id"])
    return [p for p in plans if chosen[p["region"]] == p["id"]]


def plan(store: Store, id_: str) -> Row:
    """One plan's row. Raises NotFoundError with the ids nearest to it."""
    found = run(store, "plans", plan=id_)
    if not found:
        raise near.no_plan(store, id_)
    return found[0]


def task(store: Store, id_: str) -> Row:
    """One task's row. Raises NotFoundError with the ids nearest to it."""
    rows = run(store, "task", task=id_)
    if not rows:
        raise near.no_task(store, id_)
    return rows[0]


def measure(store: Store, id_: str) -> Row:
    """One measure's row, columns of ``explain_measure``. Raises NotFoundError with the ids nearest to it."""
    rows = run(store, "explain_measure", measure=id_)
    if not rows:
        raise near.no_measure(store, id_)
    return rows[0]


def task_of(store: Store, id_: str) -> str:
    """The id of the task that ``id_``, a task or a measure, names or stands under. Raises NotFoundError."""
    return str(measure(store, id_)["task"]) if "#" in id_ else id_


def tree(store: Store, plan_id: str) -> list[Row]:
    """The headings of a plan in reading order. Raises NotFoundError."""
    plan(store, plan_id)
    return run(store, "plan_tasks", plan=plan_id)


def measures(store: Store, task_id: str) -> list[TaskMeasure]:
    """The measures directly under a task, in reading order."""
    grouped: dict[str, list[Row]] = {}
    for row in run(store, "task_measures", task=task_id):
        grouped.setdefault(row["id"], []).append(row)
    return [
        TaskMeasure(
            **{name: rows[0][name] for name in _MEASURE},
            figures=tuple(
                Figure(text=r["target"], **{name: r[name] for name in _FIGURE})
                for r in rows
                if r["target"] is not None
            ),
        )
        for rows in grouped.values()
    ]


def links(store: Store, task_id: str) -> list[TaskLink]:
    """The upper tasks that a local task implements, by plan and rank; evidence is best first."""
    grouped: dict[str, list[Row]] = {}
    for row in run(store, "task_links", task=task_id):
        grouped.setdefault(row["target"], []).append(row)
    return [
        TaskLink(
            **{name: rows[0][name] for name in _LINK},
            evidence=tuple(
                Pair(
                    r["source"],
                    r["source_text"],
                    r["upper_measure"],
                    r["upper_text"],
                    float(r["evidence"]),
                    r["evidence_relation"],
                )
                for r in rows
                if r["source"] is not None
            ),
        )
        for rows in grouped.values()
    ]


def latest_runs(store: Store, plan: str = "") -> dict[tuple[str, str], Row]:
    """For each pair of plan and upper plan the run whose links stand; of all plans, or of ``plan``."""
    return {(row["plan"], row["upper"]): row for row in run(store, "link_runs", plan=plan) if row["current"]}


def upper_of(store: Store, plan_id: str, upper: str | None = None) -> str:
    """The plan that ``plan_id`` is compared with: ``upper`` where given, else the nation's.

    Raises:
        NotFoundError: no such plan, or the two were never linked.
        InputError: ``plan_id`` is the nation's own plan.
    """
    return str(_compared(store, plan_id, upper)[1]["upper"])


def _compared(store: Store, plan_id: str, upper: str | None) -> tuple[Row, Row]:
    """The row of the plan, and the run that linked it to what it is compared with; raises as :func:`upper_of`."""
    own = plan(store, plan_id)
    linked = {u: run_ for (_, u), run_ in latest_runs(store, plan_id).items()}
    if upper is not None:
        plan(store, upper)
        if upper not in linked:
            raise NotFoundError(
                f"plan {plan_id} is not linked to {upper}",
                remedy=f"It is linked to: {', '.join(sorted(linked)) or 'none'}. Link with: policygraph link {plan_id}",
            )
        return own, linked[upper]
    if own["level"] == "national":
        raise InputError(
            f"{plan_id} is the nation's plan: nothing stands above it", remedy="Name a local plan."
        )
    if not linked:
        raise NotFoundError(
            f"plan {plan_id} is not linked to any plan yet",
            remedy=f"Link it with: policygraph link {plan_id}",
        )
    nearest_above = min(linked, key=lambda u: (plan(store, u)["level"] != "national", u))
    return own, linked[nearest_above]


def national_plan(store: Store) -> str:
    """The nation's latest plan. Raises NotFoundError."""
    found = [p for p in run(store, "plan_facts") if p["level"] == "national"]
    if not found:
        raise NotFoundError(
            "there is no national plan in this graph", remedy="Build it from plans that include one."
        )
    return str(max(found, key=lambda p: (p["region"], p["year"]))["id"])


def coverage(
    store: Store, plan_id: str, upper: str | None = None, view: View = ALL, supposed: Mapping[tuple[str, str], Row] | None = None,
) -> Coverage:  # fmt: skip
    """How ``plan_id`` carries ``upper`` (the nation's plan by default).

    Args:
        supposed: what links between measures would say instead of what they say, by their two ends.
    """
    own, last = _compared(store, plan_id, upper)
    upper = str(last["upper"])
    limits: dict[str, float] = json.loads(last["thresholds"])
    excuses = Excuses(store, upper).of(plan_id, int(own["year"]))
    evidence: dict[str, list[Row]] = defaultdict(list)
    for link in run(store, "plan_evidence", plan=plan_id, upper=upper):
        ends = link["source"], link["target"]
        evidence[link["target"]].append(link | (supposed or {}).get(ends, {}))
    by_task: dict[str, list[MeasureCoverage]] = defaultdict(list)
    for asked in run(store, "asked_measures", upper=upper):
        target = asked["target"]
        by_task[asked["task"]].append(
            _measure_coverage(asked, evidence[target], limits, excuses.get(target), view)
        )
    tasks = [_task_coverage(row, tuple(by_task[row["id"]])) for row in run(store, "priorities", plan=upper)]
    return Coverage(plan_id, upper, last["id"], last["encoder"], limits, view.mode, view.least, tuple(tasks))


def _measure_coverage(
    asked: Row, links: list[Row], limits: dict[str, float], excuse: Excuse | None, view: View
) -> MeasureCoverage:
    backed = sorted(
        ((effective(r, view, limits), r) for r in links),
        # What a person accepted stands before proposals that say the same.
        key=lambda pair: (
            -sum(pair[0] >= limits[name] for name in ("covered", "partial")), not _accepted(pair[1]), -pair[0],
            -pair[1]["score"], natural(pair[1]["source"]),
        ),
    )  # fmt: skip
    score = max((counted for counted, _ in backed), default=0.0)
    shown = [r for _, r in backed if r["state"] != "rejected" or r["suspect"]]
    evidence = tuple(
        Evidence(
            r["source"], r["source_text"], r["source_task"], float(r["score"]), r["relation"], r["method"], r["state"],
            r["suspect"], r["covers"], r["decision"], r["reviewer"],
        )
        for i, r in enumerate(shown)
        if i < EVIDENCE or r["state"] != "proposed"
    )  # fmt: skip
    status, reason = measure_status(reached(score, limits), asked["reserved"], excuse)
    decided = reason in RULED.values() or (
        bool(backed) and status in ("covered", "partial") and _accepted(backed[0][1])
    )
    certain = 1.0 if decided else measure_confidence(status, score, limits)
    return MeasureCoverage(
        asked["target"], asked["text"], asked["task"], asked["start"], status, score, certain, reason, evidence,
        excuse,
    )  # fmt: skip


def _accepted(link: Row) -> bool:
    """Whether a person accepted it on the words of today."""
    return bool(link["state"] == "accepted" and not link["suspect"])


def _task_coverage(row: Row, measures: tuple[MeasureCoverage, ...]) -> TaskCoverage:
    counted = cell(m.status for m in measures)
    return TaskCoverage(
        row["id"], row["number"], row["title"], row["above"], counted["status"], counted["share"] or 0.0,
        counted["covered"], counted["partial"], counted["gap"], counted["not_applicable"], measures,
    )  # fmt: skip


def gaps(
    store: Store, plan_id: str, upper: str | None = None, *, partial: bool = True, view: View = ALL
) -> Gaps:
    """What ``plan_id`` misses of ``upper``: gaps first, then (unless ``partial`` is False) what is partly covered."""
    answer = coverage(store, plan_id, upper, view)
    found = [
        Gap(
            m.target,
            m.text,
            m.start,
            t.target,
            t.title,
            m.status,
            m.score,
            m.evidence[0] if m.evidence else None,
        )
        for t in answer.tasks
        for m in t.measures
        if m.status == "gap" or (partial and m.status == "partial")
    ]
    return Gaps(
        plan_id, answer.upper, view.mode, view.least, tuple(sorted(found, key=lambda gap: gap.status != "gap")),
        tuple(m.excuse for t in answer.tasks for m in t.measures if m.excuse and m.excuse.verdict in RULED),
    )  # fmt: skip


def statuses(store: Store, upper: str | None = None, view: View = ALL) -> Statuses:
    """The status of each measure of ``upper`` (the latest national plan by default) in each plan linked to it.

    Raises:
        NotFoundError: there is no such plan, or no national one.
    """
    upper = upper or national_plan(store)
    rows = plans(store)
    if upper not in {p["id"] for p in rows}:
        raise near.no_plan(store, upper)
    return _statuses(store, upper, rows, latest_runs(store), view)


def national_statuses(store: Store, view: View = ALL) -> list[Statuses]:
    """The same for each national plan that plans are linked to, by its year; every local plan is in one of them."""
    rows, runs = plans(store), latest_runs(store)
    asked = {upper for _, upper in runs}
    nations = sorted(
        (p for p in rows if p["level"] == "national" and p["id"] in asked), key=lambda p: p["year"]
    )
    return [_statuses(store, p["id"], rows, runs, view) for p in nations]


def _statuses(
    store: Store, upper: str, rows: list[Row], runs: Mapping[tuple[str, str], Row], view: View
) -> Statuses:
    thresholds = {p: str(row["thresholds"]) for (p, u), row in runs.items() if u == upper}
    return decided(store, upper, [p for p in rows if p["id"] in thresholds], thresholds, view)


def matrix(store: Store, upper: str | None = None, view: View = ALL) -> Matrix:
    """Coverage of each task of ``upper`` (the latest national plan by default) by each plan linked to it."""
    found = statuses(store, upper, view)
    places = found.places()
    cells = tuple(
        tuple(_cell(found, t["id"], places[t["id"]], p["id"]) for p in found.plans) for t in found.tasks
    )
    return Matrix(found.upper, view.mode, view.least, found.tasks, found.plans, cells)


def _cell(found: Statuses, task_id: str, places: list[int], plan_id: str) -> Cell:
    counted = cell(found.of[plan_id][place] for place in places)
    return Cell(
        task_id, plan_id, counted["status"], counted["share"] or 0.0, counted["covered"], counted["partial"],
        counted["asked"], counted["not_applicable"],
    )  # fmt: skip


def column(coverage: Coverage) -> tuple[Cell, ...]:
    """What the matrix says of one plan."""
    return tuple(
        Cell(
            t.target, coverage.plan, t.status, t.score, t.covered, t.partial, t.covered + t.partial + t.gaps,
            t.not_applicable,
        )
        for t in coverage.tasks
    )  # fmt: skip


def reviewed(store: Store, plan_id: str, upper: str) -> Row:
    """How far people looked at the matches of one plan: the row of the query ``review_counts``, which reads all plans."""
    links = run(store, "plan_evidence", plan=plan_id, upper=upper)
    by_state = Counter("suspect" if link["suspect"] else link["state"] for link in links)
    return {
        "plan": plan_id, "upper": upper, "kind": "matches", "links": len(links), "unreviewed": by_state["proposed"],
        "accepted": by_state["accepted"], "rejected": by_state["rejected"], "suspect": by_state["suspect"],
    }  # fmt: skip


def unaligned(
    store: Store,
    plan_id: str,
    upper: str | None = None,
    *,
    after: int = -1,
    limit: int = 10_000,
    view: View = ALL,
) -> list[Row]:
    """Planned measures of ``plan_id`` that implement nothing in ``upper``."""
    upper = upper_of(store, plan_id, upper)
    return run(
        store, "plan_unaligned", plan=plan_id, upper=upper, after=after, limit=limit, mode=view.mode, least=view.least
    )  # fmt: skip


def targets(store: Store, plan_id: str) -> list[Row]:
    """The figures that a plan promises, in reading order. Raises NotFoundError."""
    plan(store, plan_id)
    return run(store, "plan_targets", plan=plan_id)


def rollup(store: Store, plan_id: str) -> list[Rollup]:
    """The figures of a plan, each with those that the plans right below it promise of the same. Raises NotFoundError."""
    return rollups(targets(store, plan_id), run(store, "targets_below", upper=plan_id))
