"""CSV tables that open right in Excel, and in pandas: UTF-8 with a byte order mark, CRLF, every text quoted.

No field is computed: see :func:`policygraph.export.cells.csv_text`.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from graph import pages
from graph.schema import RELATIONSHIPS, node_type
from graph.store import Row, Store
from policygraph.export import cells
from policygraph.export.files import Files
from policygraph.export.report import Report, gather
from queries.answers import EVIDENCE
from review import View

_LABELS: Final = {"plans": "Plan", "tasks": "Task", "measures": "Measure", "targets": "Target"}
_LINK: Final = (
    "kind", "source", "source_text", "target", "target_text", "score", "confidence", "rank", "relation", "method", "state",
    "suspect", "covers", "decision", "reviewer", "note", "encoder", "run",
)  # fmt: skip
_COVERAGE: Final = (
    "plan", "upper", "task", "task_title", "target", "target_text", "status", "score", "confidence", "reason",
    *(f"evidence_{n}_{name}" for n in range(1, EVIDENCE + 1)
      for name in ("id", "text", "score", "relation", "state", "suspect", "reviewer")),
)  # fmt: skip
_MATRIX: Final = (
    "task",
    "number",
    "title",
    "plan",
    "region",
    "year",
    "status",
    "score",
    "covered",
    "partial",
    "measures",
)
_DECISION: Final = (
    "id", "at", "reviewer", "verdict", "plan", "upper", "source", "source_text", "target", "target_text", "relation",
    "covers", "to", "expires", "note", "batch", "current", "stands", "source_now", "target_now",
)  # fmt: skip


def write(store: Store, files: Files, plans: Sequence[str], upper: str | None, view: View) -> dict[str, int]:
    """One file a table. Returns rows by name, titles not counted.

    Plans, tasks, measures, figures and links are those of the plans compared and of the upper one; all of the graph's where
    neither is named.
    """
    report = gather(store, plans, upper, view)
    scope = (
        None if not plans and upper is None else {report.upper["id"], *(p.plan["id"] for p in report.plans)}
    )
    counts: dict[str, int] = {}
    texts: dict[str, str] = {}
    for table, label in _LABELS.items():
        columns = [n for n in node_type(label).properties if (label, n) != ("Plan", "text")]
        rows = pages.nodes(store, label, scope, without=("text",) if label == "Plan" else ())
        counts[f"{table}.csv"] = _write(files, table, columns, _heard(rows, texts))
    for table, names, rows in (
        ("links", _LINK, _links(store, scope, texts)),
        ("coverage", _COVERAGE, _coverage(report)),
        ("matrix", _MATRIX, _matrix(report)),
        ("decisions", _DECISION, ({n: getattr(d, n) for n in _DECISION} for d in report.decisions)),
    ):
        counts[f"{table}.csv"] = _write(files, table, names, rows)
    return counts


def _heard(rows: Iterable[Row], texts: dict[str, str]) -> Iterator[Row]:
    """``rows``, remembering the words by which links name their ends."""
    for row in rows:
        texts[row["id"]] = row.get("text") or row["title"]
        yield row


def _links(store: Store, scope: set[str] | None, texts: dict[str, str]) -> Iterator[Row]:
    for kind in RELATIONSHIPS:
        if "score" not in kind.properties:
            continue
        for ends in kind.ends:
            for row in pages.relationships(store, kind, ends, scope):
                source, target = row[pages.FROM], row[pages.TO]
                if target in texts:
                    yield {"confidence": row["score"], **row, "kind": kind.type, "source": source, "target": target,
                           "source_text": texts[source], "target_text": texts[target]}  # fmt: skip


def _coverage(report: Report) -> Iterator[Row]:
    for plan in report.plans:
        for task, m in plan.statuses:
            row = {
                "plan": plan.plan["id"], "upper": report.upper["id"], "task": task.target, "task_title": task.title,
                "target": m.target, "target_text": m.text, "status": m.status, "score": m.score,
                "confidence": m.confidence, "reason": m.reason,
            }  # fmt: skip
            for number, e in enumerate(m.evidence, start=1):
                values = {"id": e.source, "text": e.text, "score": e.score, "relation": e.relation, "state": e.state,
                          "suspect": e.suspect, "reviewer": e.reviewer}  # fmt: skip
                row |= {f"evidence_{number}_{name}": value for name, value in values.items()}
            yield row


def _matrix(report: Report) -> Iterator[Row]:
    for task, line in zip(report.matrix.tasks, report.matrix.cells, strict=True):
        for plan, cell in zip(report.matrix.plans, line, strict=True):
            yield {
                "task": task["id"], "number": task["number"], "title": task["title"], "plan": plan["id"],
                "region": plan["name"], "year": plan["year"], "status": cell.status, "score": cell.score,
                "covered": cell.covered, "partial": cell.partial, "measures": cell.measures,
            }  # fmt: skip


def _write(files: Files, table: str, columns: Sequence[str], rows: Iterable[Row]) -> int:
    count = 0
    with files.path(f"{table}.csv").open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
        out.writerow(columns)
        for row in rows:
            out.writerow([cells.csv_field(row.get(name)) for name in columns])
            count += 1
    return count
