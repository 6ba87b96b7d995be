"""Two contents side by side: two versions of a plan, or two plans; what differs, and what that does to coverage.

Items of one plan are the same where their ids are; of two plans, where :mod:`ingest.carry` pairs them. Coverage of a
version that is kept is worked out from the links that were kept with it, by the thresholds of their run and today's
excuses.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Final

from graph.errors import InputError, NotFoundError
from graph.store import Row, Store
from ingest.carry import Fate, Item, Kind, Matching, Pairs, Reading, What, fates, match
from ingest.versions import Content, content
from queries import answers, run
from queries.excuses import Excuses
from queries.marks import Span
from queries.statuses import measure_status, reached
from review import ALL
from review.rules import effective

_FIGURE: Final = (
    "comparator",
    "value",
    "value_to",
    "unit",
    "base",
    "due",
    "commitment",
    "masked",
    "indicator",
)
_UNIT: Final = re.compile(r"\d+(?:\.\d+)?|[A-Za-z]+|.", re.DOTALL)
_VERSION: Final = (
    "MATCH (v:Version {id: $id}) RETURN v.archived AS archived, v.content AS content, v.links AS links"
)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two contents; ``archived`` is when it was kept, None where it stands in the graph."""

    id: str
    plan: str
    version: int
    year: int
    title: str
    archived: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """A task or a measure that differs.

    ``what`` is added, removed, changed or moved; ``moved`` says of a changed one whether it moved as well. Ids, texts,
    and the heading that it stands under are empty on the side where it does not stand. Marks are the words that differ.
    """

    kind: Kind
    what: What
    moved: bool
    before: str
    after: str
    before_text: str
    after_text: str
    before_marks: tuple[Span, ...]
    after_marks: tuple[Span, ...]
    before_task: str
    after_task: str


@dataclass(frozen=True, slots=True)
class Promise:
    """A figure as it stands on one side; the fields are those of :class:`graph.model.Target`."""

    id: str
    measure: str
    indicator: str
    comparator: str
    value: float | None
    value_to: float | None
    unit: str
    base: str
    due: str
    commitment: str
    masked: bool
    text: str


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure that differs; None on the side where there is none."""

    what: What
    before: Promise | None
    after: Promise | None


@dataclass(frozen=True, slots=True)
class StatusChange:
    """An upper measure whose status differs; a status is empty on the side where the upper plan does not ask it."""

    target: str
    text: str
    task: str
    before: str
    after: str
    before_score: float
    after_score: float


@dataclass(frozen=True, slots=True)
class CoverageChange:
    """Coverage of an upper plan on both sides.

    ``before`` and ``after`` name the upper plan of each side, by its version where that is another one than today's;
    they are None where the side was not linked. Counts are of upper measures by status. ``comparable`` is False where
    the two sides answer to different plans: then there are counts only.
    """

    before: str | None
    after: str | None
    comparable: bool
    before_counts: dict[str, int]
    after_counts: dict[str, int]
    changes: tuple[StatusChange, ...]


@dataclass(frozen=True, slots=True)
class Diff:
    """What differs between two contents; ``tasks``, ``measures`` and ``figures`` count all items by what happened."""

    before: Side
    after: Side
    tasks: dict[What, int]
    measures: dict[What, int]
    figures: dict[What, int]
    changes: tuple[Change, ...]
    figure_changes: tuple[FigureChange, ...]
    coverage: tuple[CoverageChange, ...]


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of a plan; ``archived`` is None for the one that stands in the graph."""

    id: str
    plan: str
    number: int
    title: str
    sha256: str
    reader: str
    source: str
    archived: str | None


@dataclass(frozen=True, slots=True)
class _Status:
    text: str
    task: str
    start: int
    status: str
    score: float


@dataclass(frozen=True, slots=True)
class _Carried:
    """How one side carries one upper plan: the status of each upper measure that is asked."""

    upper: str
    version: int
    statuses: dict[str, _Status]


@dataclass(frozen=True, slots=True)
class _End:
    """One side, read whole; ``links`` are None where it stands in the graph."""

    side: Side
    held: Content
    links: list[Row] | None


def versions(store: Store, plan: str) -> list[VersionRow]:
    """All versions of a plan, the oldest first; a plan that was removed has those that were kept.

    Raises:
        NotFoundError: there is neither.
    """
    rows = [VersionRow(**row) for row in run(store, "versions", plan=plan)]
    if held := content(store.read, plan):
        own = held.plan
        rows.append(
            VersionRow(
                f"{plan}@{own['version']}", plan, own["version"], own["title"], own["sha256"], own["reader"],
                own["source"], None,
            )
        )  # fmt: skip
    if not rows:
        answers.plan(store, plan)
    return rows


def diff(store: Store, before: str | None, after: str) -> Diff:
    """What differs between two plans or versions.

    Args:
        before: id of a plan or of a version (``210000-2023@1``); None: the latest version that was kept of ``after``.

    Raises:
        NotFoundError: there is no such plan or version.
        InputError: ``before`` is None and ``after`` has never been changed.
    """
    new = _end(store, after)
    old = _end(store, _latest(store, new.side) if before is None else before)
    one_plan = old.side.plan == new.side.plan
    readings = old.held.reading(), new.held.reading()
    pairs = _by_id(*readings) if one_plan else match(*readings)
    found = _without_headings(fates(*readings, pairs), old.held, new.held)
    changes = _changes(found, old.held, new.held, pairs)
    figures = _figures(old.held, new.held, pairs.measures, {f.id for f in found if f.moved})
    return Diff(
        old.side,
        new.side,
        _counts(f.what for f in found if f.kind == "task"),
        _counts(f.what for f in found if f.kind == "measure"),
        _counts(f.what for f in figures),
        tuple(changes),
        tuple(f for f in figures if f.what != "unchanged"),
        tuple(_coverage(store, old, new)),
    )


def _counts(whats: Iterable[What]) -> dict[What, int]:
    found = Counter(whats)
    order: tuple[What, ...] = ("unchanged", "moved", "changed", "added", "removed")
    return {what: found[what] for what in order}


def _latest(store: Store, side: Side) -> str:
    rows = [r for r in versions(store, side.plan) if r.number < side.version]
    if not rows:
        raise InputError(
            f"{side.id} has no earlier version",
            remedy="Name two plans or versions: policygraph diff A B. policygraph show PLAN lists versions.",
        )
    return rows[-1].id


def _end(store: Store, id_: str) -> _End:
    plan, sign, number = id_.partition("@")
    held = content(store.read, plan)
    if held and (not sign or number == str(held.plan["version"])):
        return _End(_side(held, None), held, None)
    rows = store.read(_VERSION, {"id": id_}) if sign else []
    if not rows:
        known = ", ".join(r.id for r in versions(store, plan))
        raise NotFoundError(f"there is no plan or version {id_!r}", remedy=f"Versions of {plan}: {known}.")
    kept = Content.loads(rows[0]["content"])
    return _End(_side(kept, rows[0]["archived"]), kept, json.loads(rows[0]["links"]))


def _side(held: Content, archived: str | None) -> Side:
    plan: Mapping[str, object] = held.plan
    id_, version = str(plan["id"]), int(str(plan["version"]))
    return Side(f"{id_}@{version}", id_, version, int(str(plan["year"])), str(plan["title"]), archived)


def _by_id(before: Reading, after: Reading) -> Matching:
    def pairs(old: Sequence[Item], new: Sequence[Item]) -> Pairs:
        place = {item.id: i for i, item in enumerate(old)}
        return {i: place[item.id] for i, item in enumerate(new) if item.id in place}

    return Matching(pairs(before.tasks, after.tasks), pairs(before.measures, after.measures))


def _without_headings(found: Iterable[Fate], old: Content, new: Content) -> list[Fate]:
    """A measure that is its task's heading says no more than the task."""
    gone = {m["id"] for m in old.measures if m["heading"]}
    now = {m["id"] for m in new.measures if m["heading"]}
    return [f for f in found if f.id not in (gone if f.what == "removed" else now)]


def _changes(found: Sequence[Fate], old: Content, new: Content, pairs: Matching) -> list[Change]:
    """What differs, in the order of the new content; what is gone stands at the end of its kind."""
    was = {
        new_rows[a]["id"]: old_rows[b]
        for new_rows, old_rows, places in (
            (new.tasks, old.tasks, pairs.tasks), (new.measures, old.measures, pairs.measures),
        )
        for a, b in places.items()
    }  # fmt: skip
    now = {r["id"]: r for r in (*new.tasks, *new.measures)}
    gone = {r["id"]: r for r in (*old.tasks, *old.measures)}
    titles = [{t["id"]: t["number"] + t["title"] for t in side.tasks} for side in (old, new)]
    result = []
    for fate in found:
        if fate.what == "unchanged":
            continue
        before = gone[fate.id] if fate.what == "removed" else was.get(fate.id)
        after = None if fate.what == "removed" else now[fate.id]
        marks = differing(fate.before, fate.after) if fate.what == "changed" else ((), ())
        result.append(
            Change(
                fate.kind, fate.what, fate.moved, before["id"] if before else "", after["id"] if after else "",
                fate.before, fate.after, *marks, _above(before, titles[0]), _above(after, titles[1]),
            )
        )  # fmt: skip
    return result


def _above(row: Row | None, titles: Mapping[str, str]) -> str:
    if row is None:
        return ""
    return titles.get(row["task"] if "task" in row else row["parent"], "")


def differing(before: str, after: str) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """The places of the words that only one of two texts has; numbers and Latin words are taken whole.

    >>> differing("清理点位18处", "清理点位20处")
    (((4, 6),), ((4, 6),))
    """
    units = [[found.span() for found in _UNIT.finditer(text)] for text in (before, after)]
    words = [
        [text[start:end] for start, end in spans] for text, spans in zip((before, after), units, strict=True)
    ]
    marks: tuple[list[Span], list[Span]] = ([], [])
    for tag, a, b, c, d in SequenceMatcher(None, words[0], words[1], autojunk=False).get_opcodes():
        if tag != "equal":
            for side, spans, first, last in ((0, units[0], a, b), (1, units[1], c, d)):
                if last > first:
                    marks[side].append((spans[first][0], spans[last - 1][1]))
    return tuple(marks[0]), tuple(marks[1])


def _figures(old: Content, new: Content, measures: Pairs, moved: set[str]) -> list[FigureChange]:
    """Every figure of both contents: paired within the same measure, then by its words and unit anywhere."""
    was = {new.measures[a]["id"]: old.measures[b]["id"] for a, b in measures.items()}
    left = list(old.targets)
    pairs: dict[str, Row] = {}
    # From what is surely the same to what may be; the last is for figures whose sentence was written anew.
    for names, within in (
        (("text", *_FIGURE), True), (("indicator", "unit"), True), (("unit",), True), (("indicator", "unit"), False),
    ):  # fmt: skip
        for target in new.targets:
            if target["id"] in pairs:
                continue
            for other in left:
                same = all(target[name] == other[name] for name in names) and (within or target["indicator"])
                if same and (not within or was.get(target["measure"]) == other["measure"]):
                    pairs[target["id"]] = other
                    left.remove(other)
                    break
    result = []
    for target in new.targets:
        before = pairs.get(target["id"])
        what: What = "added"
        if before is not None:
            same = all(before[name] == target[name] for name in _FIGURE)
            what = "changed" if not same else "moved" if target["measure"] in moved else "unchanged"
        result.append(FigureChange(what, _promise(before), _promise(target)))
    return [*result, *(FigureChange("removed", _promise(target), None) for target in left)]


def _promise(row: Row | None) -> Promise | None:
    if row is None:
        return None
    return Promise(**{name: row[name] for name in Promise.__dataclass_fields__})


def _coverage(store: Store, old: _End, new: _End) -> list[CoverageChange]:
    """The upper plans of both sides: the same ones first, then those of one region, then what has no counterpart."""
    before, after = ({c.upper: c for c in _carried(store, end)} for end in (old, new))
    current = {p["id"]: p for p in run(store, "plans")}
    result = [_compared(before.pop(u), after.pop(u), current) for u in sorted(before.keys() & after.keys())]
    for upper in sorted(before):
        other = next((u for u in sorted(after) if _region(u) == _region(upper)), None)
        result.append(_compared(before[upper], after.pop(other) if other else None, current))
    return [*result, *(_compared(None, after[upper], current) for upper in sorted(after))]


def _region(plan: str) -> str:
    return plan.rpartition("-")[0]


def _compared(
    before: _Carried | None, after: _Carried | None, current: Mapping[str, Row]
) -> CoverageChange:  # fmt: skip
    comparable = before is not None and after is not None and before.upper == after.upper
    changes: list[StatusChange] = []
    if comparable and before is not None and after is not None:
        known = before.statuses | after.statuses
        for target in sorted(known, key=lambda t: known[t].start):
            one, two = before.statuses.get(target), after.statuses.get(target)
            if one is None or two is None or one.status != two.status:
                shown = known[target]
                changes.append(
                    StatusChange(
                        target, shown.text, shown.task, one.status if one else "", two.status if two else "",
                        one.score if one else 0.0, two.score if two else 0.0,
                    )
                )  # fmt: skip
    return CoverageChange(
        _named(before, current), _named(after, current), comparable, _statuses(before), _statuses(after),
        tuple(changes),
    )  # fmt: skip


def _named(side: _Carried | None, current: Mapping[str, Row]) -> str | None:
    if side is None:
        return None
    today = side.upper in current and current[side.upper]["version"] == side.version
    return side.upper if today else f"{side.upper}@{side.version}"


def _statuses(side: _Carried | None) -> dict[str, int]:
    return dict(Counter(s.status for s in side.statuses.values())) if side else {}


def _carried(store: Store, end: _End) -> list[_Carried]:
    if end.links is not None:
        return [_as_it_was(store, end.side.plan, link) for link in end.links]
    found = []
    for plan, upper in sorted(answers.latest_runs(store)):
        if plan == end.side.plan:
            coverage = answers.coverage(store, plan, upper)
            statuses = {
                m.target: _Status(m.text, m.task, m.start, m.status, m.score)
                for task in coverage.tasks
                for m in task.measures
            }
            found.append(_Carried(upper, answers.plan(store, upper)["version"], statuses))
    return found


def _as_it_was(store: Store, plan: str, link: Row) -> _Carried:
    """Coverage by the links that a version was kept with, of what the upper plan asked then."""
    upper, version = link["upper"], link["upper_version"]
    held = _content_of(store, upper, version)
    best: dict[str, float] = {}
    for pair in link["matches"]:
        counted = effective(pair, ALL, link["thresholds"])
        best[pair["target"]] = max(best.get(pair["target"], 0.0), counted)
    excuses = sorted(Excuses(store, upper).all(), key=lambda e: bool(e.plan))
    statuses = {}
    asking = {t["id"] for t in held.tasks if t["asks"]} if held else set()
    for m in held.measures if held else ():
        if m["task"] not in asking or m["kind"] != "planned" or m["heading"]:
            continue
        excuse = None
        for e in excuses:
            if (
                e.measure == m["id"]
                and e.seen == m["text"]
                and e.plan in ("", plan)
                and e.stands != "expired"
            ):
                excuse = replace(e, stands="valid")
        score = best.get(m["id"], 0.0)
        status, _ = measure_status(reached(score, link["thresholds"]), m["reserved"], excuse)
        statuses[m["id"]] = _Status(m["text"], m["task"], m["start"], status, score)
    return _Carried(upper, version, statuses)


def _content_of(store: Store, plan: str, version: int) -> Content | None:
    """What a plan held at a version; None where that was deleted."""
    held = content(store.read, plan)
    if held and held.plan["version"] == version:
        return held
    rows = store.read(_VERSION, {"id": f"{plan}@{version}"})
    return Content.loads(rows[0]["content"]) if rows else None
