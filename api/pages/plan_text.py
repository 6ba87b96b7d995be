"""A plan's own text in lines, with the words marked that carry something of the upper plan."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from queries.answers import Coverage, Evidence, MeasureCoverage


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line; ``measure`` and the upper measures that it speaks for are empty where it is not marked."""

    text: str
    measure: str = ""
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the text; ``heading`` says that a task begins here, ``depth`` how deep."""

    pieces: tuple[Piece, ...]
    task: str = ""
    depth: int = 0


def shown(measure: MeasureCoverage, least: float) -> list[Evidence]:
    """The evidence that carries an upper measure: what reaches ``least``, or what a person accepted."""
    if measure.status not in ("covered", "partial"):
        return []
    return [
        e for e in measure.evidence if e.score >= least or (e.state == "accepted" and not e.suspect)
    ]  # fmt: skip


def speaking(coverage: Coverage) -> dict[str, tuple[str, ...]]:
    """The upper measures that each local measure carries, by its id."""
    found: dict[str, list[str]] = {}
    for task in coverage.tasks:
        for measure in task.measures:
            for evidence in shown(measure, coverage.thresholds["partial"]):
                found.setdefault(evidence.source, []).append(measure.target)
    return {source: tuple(targets) for source, targets in found.items()}


def lines(
    text: str,
    measures: Sequence[Mapping[str, Any]],
    tasks: Iterable[Mapping[str, Any]],
    speaks: Mapping[str, tuple[str, ...]],
) -> list[Line]:
    """``text`` line by line.

    Args:
        measures: rows of the query ``plan_measures``.
        tasks: rows of the query ``plan_tasks``.
        speaks: see :func:`speaking`.
    """
    marks = sorted((m["start"], m["end"], m["id"]) for m in measures if m["id"] in speaks)
    depth = {t["id"]: t["depth"] for t in tasks}
    first: dict[str, int] = {}
    for m in measures:
        first.setdefault(m["task"], m["start"])
    begins = {start: task for task, start in first.items()}
    result = []
    at = 0
    for line in text.split("\n"):
        end = at + len(line)
        if line.strip():
            task = next((begins[n] for n in range(at, end) if n in begins), "")
            result.append(Line(tuple(_pieces(text, at, end, marks, speaks)), task, depth.get(task, 0)))
        at = end + 1
    return result


def _pieces(
    text: str, at: int, end: int, marks: Iterable[tuple[int, int, str]], speaks: Mapping[str, tuple[str, ...]]
) -> Iterator[Piece]:
    for start, stop, id_ in marks:
        if start < at or start >= end:
            continue
        if start > at:
            yield Piece(text[at:start])
        yield Piece(text[start : min(stop, end)], id_, speaks[id_])
        at = min(stop, end)
    if at < end:
        yield Piece(text[at:end])
