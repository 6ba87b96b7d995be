"""The graph as files: JSON Lines for programs, GraphML for network tools.

All files are written beside their names first and renamed at the end, so a failed export leaves the old ones.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Final, Literal

import networkx as nx

from graph import network
from graph.errors import InputError
from graph.store import Row, Store
from queries import answers, run

Format = Literal["jsonl", "graphml"]

_PLAN: Final = ("id", "region", "level", "year", "title", "sha256", "version")
_TASK: Final = ("id", "plan", "parent", "number", "title", "kind")
_MEASURE: Final = ("id", "plan", "task", "text", "start", "end", "kind")
_TARGET: Final = ("id", "measure", "plan", "indicator", "comparator", "value", "unit", "masked", "text")
_LINK: Final = (
    "source", "source_text", "target", "target_text", "kind", "score", "confidence", "rank", "state", "encoder",
)  # fmt: skip


def export(store: Store, directory: Path, format_: Format = "jsonl") -> dict[Path, int]:
    """Write the whole graph into ``directory`` (made where missing).

    Returns:
        Lines (or, for GraphML, nodes) written, by path.

    Raises:
        InputError: the folder cannot be written to.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        return _jsonl(store, directory) if format_ == "jsonl" else _graphml(store, directory)
    except OSError as error:
        raise InputError(f"cannot write here ({error.strerror})", where=str(directory)) from error


def _jsonl(store: Store, directory: Path) -> dict[Path, int]:
    parts: dict[str, Iterable[Row]] = {
        "plans": _pick(sorted(run(store, "plans"), key=lambda r: r["id"]), _PLAN),
        "tasks": _pick(_in_order(run(store, "export_tasks"), "plan", "position"), _TASK),
        "measures": _pick(_in_order(run(store, "export_measures"), "plan", "start", "id"), _MEASURE),
        "targets": _pick(_in_order(run(store, "export_targets"), "plan", "start", "ordinal"), _TARGET),
        "links": _links(store),
        "coverage": _coverage(store),
    }
    counts: dict[Path, int] = {}
    for name, rows in parts.items():
        path = directory / f"{name}.jsonl"
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
        _partial(path).write_text("".join(lines), encoding="utf-8", newline="\n")
        counts[path] = len(lines)
    for path in counts:
        _partial(path).replace(path)
    return counts


def _graphml(store: Store, directory: Path) -> dict[Path, int]:
    graph = network.load(store)
    for _, data in [*graph.nodes(data=True), *((u, d) for u, _, d in graph.edges(data=True))]:
        for name in [name for name, value in data.items() if value is None]:
            del data[name]
    path = directory / "policygraph.graphml"
    nx.write_graphml(graph, _partial(path), encoding="utf-8", named_key_ids=True)
    _partial(path).replace(path)
    return {path: graph.number_of_nodes()}


def _partial(path: Path) -> Path:
    return path.with_name(path.name + ".partial")


def _links(store: Store) -> Iterator[Row]:
    rows = [row | {"kind": "MATCHES", "confidence": row["score"]} for row in run(store, "export_matches")]
    for name in ("export_task_links", "export_measure_links"):
        rows += [row | {"kind": "IMPLEMENTS"} for row in run(store, name)]
    rows.sort(
        key=lambda r: (r["kind"], answers.natural(r["source"]), r["rank"], answers.natural(r["target"]))
    )
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
