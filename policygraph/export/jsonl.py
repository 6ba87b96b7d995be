"""The graph as JSON Lines: one object a line, in a stable order, the same on every store.

Tables come plan by plan, so memory follows the largest plan and not the graph.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from functools import lru_cache
from typing import Final, Literal, get_args

from graph import pages
from graph.schema import RELATIONSHIPS, RelationshipType
from graph.store import Row, Store
from policygraph.export.files import Files
from queries import answers, run
from queries.order import natural

Table = Literal["plans", "tasks", "measures", "targets", "links", "coverage"]
TABLES: Final[tuple[Table, ...]] = get_args(Table)

_PLAN: Final = ("id", "region", "level", "year", "title", "sha256", "version")
_TASK: Final = ("id", "plan", "parent", "number", "title", "kind")
_MEASURE: Final = ("id", "plan", "task", "text", "start", "end", "kind")
_TARGET: Final = ("id", "measure", "plan", "indicator", "comparator", "value", "unit", "masked", "text")
_LINK: Final = (
    "source", "source_text", "target", "target_text", "kind", "score", "confidence", "rank", "state", "encoder",
)  # fmt: skip
_UPPER_PLANS: Final = 4
"""Plans above whose texts are kept at hand while the links of those below go by."""


def write(store: Store, files: Files) -> dict[str, int]:
    """Six files: plans, tasks, measures, targets, links, coverage. Returns lines by name."""
    counts: dict[str, int] = {}
    for table in TABLES:
        name = f"{table}.jsonl"
        counts[name] = 0
        with files.path(name).open("w", encoding="utf-8", newline="\n") as file:
            for line in lines(store, table):
                file.write(line)
                counts[name] += 1
    return counts


def lines(store: Store, table: Table) -> Iterator[str]:
    """The lines of one table, each with its line end."""
    return (json.dumps(row, ensure_ascii=False) + "\n" for row in _ROWS[table](store))


def count(store: Store, table: Table) -> int:
    """How many lines the table has, without making them."""
    if table == "coverage":
        return _count_coverage(store)
    held = pages.counts(store)
    match table:
        case "links":
            return held["MATCHES"] + held["IMPLEMENTS"]
        case _:
            return held[_LABELS[table]]


_LABELS: Final = {"plans": "Plan", "tasks": "Task", "measures": "Measure", "targets": "Target"}


def _plans(store: Store) -> Iterator[Row]:
    return _pick(sorted(run(store, "plans"), key=lambda row: row["id"]), _PLAN)


def _tasks(store: Store) -> Iterator[Row]:
    return _of_plans(store, "Task", _TASK, "position")


def _measures(store: Store) -> Iterator[Row]:
    return _of_plans(store, "Measure", _MEASURE, "start", "id")


def _targets(store: Store) -> Iterator[Row]:
    return _of_plans(store, "Target", _TARGET, "start", "ordinal")


def _of_plans(store: Store, label: str, names: tuple[str, ...], *order: str) -> Iterator[Row]:
    for plan in sorted(_ids(store)):
        yield from _pick(_in_order(pages.nodes(store, label, {plan}), *order), names)


def _links(store: Store) -> Iterator[Row]:
    @lru_cache(_UPPER_PLANS)
    def texts(plan: str) -> dict[str, str]:
        return {
            row["id"]: row["text"] if label == "Measure" else row["title"]
            for label in ("Task", "Measure")
            for row in pages.nodes(store, label, {plan})
        }

    plans = _ids(store)
    # As ids of tasks and measures sort: they go on from their plan's with a dot.
    for kind in ("IMPLEMENTS", "MATCHES"):
        for plan in sorted(plans, key=lambda p: natural(f"{p}.")):
            found = [
                row
                for ends in _type(kind).ends
                for row in pages.relationships(store, _type(kind), ends, {plan})
            ]
            rows = [
                {"confidence": row["score"], **row, "kind": kind, "source": row[pages.FROM], "target": row[pages.TO],
                 "source_text": texts(plan)[row[pages.FROM]],
                 "target_text": texts(row[pages.TO].partition(".")[0])[row[pages.TO]]}
                for row in found
            ]  # fmt: skip
            rows.sort(key=lambda r: (natural(r["source"]), r["rank"], natural(r["target"])))
            yield from _pick(rows, _LINK)


def _coverage(store: Store) -> Iterator[Row]:
    for plan, upper in sorted(answers.latest_runs(store)):
        for task in answers.coverage(store, plan, upper).tasks:
            evidence = sorted(
                (e for m in task.measures for e in m.evidence[:1]), key=lambda e: (-e.score, e.source)
            )
            yield _status_line(
                plan, task.target, task.title, "task", task.status, task.score, evidence[: answers.EVIDENCE]
            )
            for m in task.measures:
                yield _status_line(plan, m.target, m.text, "measure", m.status, m.score, m.evidence)


def _count_coverage(store: Store) -> int:
    """Every plan below has the same lines for one plan above."""
    below: dict[str, list[str]] = {}
    for plan, upper in answers.latest_runs(store):
        below.setdefault(upper, []).append(plan)
    return sum(
        len(plans) * sum(1 + len(task.measures) for task in answers.coverage(store, plans[0], upper).tasks)
        for upper, plans in below.items()
    )


def _status_line(
    plan: str,
    target: str,
    text: str,
    kind: str,
    status: str,
    score: float,
    evidence: Iterable[answers.Evidence],
) -> Row:
    quoted = [{k: v for k, v in asdict(e).items() if k != "task"} for e in evidence]
    return {
        "plan": plan, "target": target, "target_text": text, "target_kind": kind, "status": status, "score": score,
        "evidence": quoted,
    }  # fmt: skip


def _ids(store: Store) -> list[str]:
    return [row["id"] for row in run(store, "plans")]


def _type(name: str) -> RelationshipType:
    return next(kind for kind in RELATIONSHIPS if kind.type == name)


def _pick(rows: Iterable[Row], names: tuple[str, ...]) -> Iterator[Row]:
    return ({name: row[name] for name in names} for row in rows)


def _in_order(rows: Iterable[Row], *names: str) -> list[Row]:
    return sorted(rows, key=lambda row: tuple(row[name] for name in names))


_ROWS: Final[dict[Table, Callable[[Store], Iterator[Row]]]] = {
    "plans": _plans, "tasks": _tasks, "measures": _measures, "targets": _targets, "links": _links,
    "coverage": _coverage,
}  # fmt: skip
