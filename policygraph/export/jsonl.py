"""The graph as JSON Lines: one object a line, in a stable order, the same on every store."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Final

from graph.store import Row, Store
from policygraph.export.files import Files
from queries import answers, run
from queries.order import natural

_PLAN: Final = ("id", "region", "level", "year", "title", "sha256", "version")
_TASK: Final = ("id", "plan", "parent", "number", "title", "kind")
_MEASURE: Final = ("id", "plan", "task", "text", "start", "end", "kind")
_TARGET: Final = ("id", "measure", "plan", "indicator", "comparator", "value", "unit", "masked", "text")
_LINK: Final = (
    "source", "source_text", "target", "target_text", "kind", "score", "confidence", "rank", "state", "encoder",
)  # fmt: skip


def write(store: Store, files: Files) -> dict[str, int]:
    """Six files: plans, tasks, measures, targets, links, coverage. Returns lines by name."""
    parts: dict[str, Iterable[Row]] = {
        "plans": _pick(sorted(run(store, "plans"), key=lambda r: r["id"]), _PLAN),
        "tasks": _pick(_in_order(run(store, "export_tasks"), "plan", "position"), _TASK),
        "measures": _pick(_in_order(run(store, "export_measures"), "plan", "start", "id"), _MEASURE),
        "targets": _pick(_in_order(run(store, "export_targets"), "plan", "start", "ordinal"), _TARGET),
        "links": _links(store),
        "coverage": _coverage(store),
    }
    counts: dict[str, int] = {}
    for part, rows in parts.items():
        name = f"{part}.jsonl"
        counts[name] = 0
        with files.path(name).open("w", encoding="utf-8", newline="\n") as file:
            for row in rows:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                counts[name] += 1
    return counts


def _links(store: Store) -> Iterator[Row]:
    rows = [row | {"kind": "MATCHES", "confidence": row["score"]} for row in run(store, "export_matches")]
    for name in ("export_task_links", "export_measure_links"):
        rows += [row | {"kind": "IMPLEMENTS"} for row in run(store, name)]
    rows.sort(key=lambda r: (r["kind"], natural(r["source"]), r["rank"], natural(r["target"])))
    return _pick(rows, _LINK)


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


def _pick(rows: Iterable[Row], names: tuple[str, ...]) -> Iterator[Row]:
    return ({name: row[name] for name in names} for row in rows)


def _in_order(rows: list[Row], *names: str) -> list[Row]:
    return sorted(rows, key=lambda row: tuple(row[name] for name in names))
