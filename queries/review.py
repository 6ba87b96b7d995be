"""Links as people review them: what waits, what is suspect, what was decided, and by whom."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

from graph.errors import InputError, NotFoundError
from graph.store import Row, Store
from queries.answers import latest_runs, plan
from queries.excuses import Excuse, Excuses
from queries.registry import run
from review import ALL
from review.rules import Standing, effective, is_evidence, is_measure, standing, subject, token

LinkKind = Literal["matches", "tasks", "measures"]
Order = Literal["uncertain", "consequential", "plan"]
Finding = Literal["proposed", "accepted", "rejected", "suspect"]

_QUERIES: Final[dict[LinkKind, str]] = {
    "matches": "review_matches", "tasks": "review_tasks", "measures": "review_measures",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """A link with what people decided on it.

    Attributes:
        type: ``MATCHES`` (measure to measure) or ``IMPLEMENTS`` (measure or task to task).
        task: the upper task that the target is, or stands under.
        decides: whether the status of the upper measure would be another one without this link.
        source_seen, target_seen: the words that the reviewer saw, None where nobody decided.
        token: what whoever decides on it has seen; see :func:`review.rules.token`.
    """

    type: Literal["MATCHES", "IMPLEMENTS"]
    source: str
    source_task: str
    source_text: str
    plan: str
    target: str
    target_text: str
    upper: str
    task: str
    score: float
    confidence: float
    rank: int
    relation: str
    method: str
    state: str
    suspect: bool
    covers: str
    decision: str
    reviewer: str
    note: str
    source_seen: str | None
    target_seen: str | None
    token: str
    decides: bool = False

    @property
    def subject(self) -> str:
        """What a decision on it is about."""
        return subject(self.source, self.target)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which links are asked for; what is empty or None is not asked about.

    Attributes:
        kinds: ``matches``: evidence between measures; ``tasks``, ``measures``: what those implement.
        finding: a state, or ``suspect``, which is a finding of its own.
        priority: an upper task.
        source: a local measure, or a task with all of its measures.
        least, most: confidence, from 0 to 1, both ends included.
        text: words that stand in either end.
        deciding: only links that decide a status.
    """

    plan: str = ""
    upper: str = ""
    kinds: tuple[LinkKind, ...] = ("matches", "tasks")
    finding: Finding | None = None
    priority: str = ""
    source: str = ""
    relation: str = ""
    reviewer: str = ""
    least: float = 0.0
    most: float = 1.0
    text: str = ""
    deciding: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.least <= self.most <= 1:
            raise InputError(
                f"{self.least:g} to {self.most:g} is no range of confidence",
                remedy="Give two numbers from 0 to 1, the lower one first.",
            )
        for kind in self.kinds:
            if kind not in get_args(LinkKind):
                raise InputError(
                    f"there are no links of kind {kind!r}", remedy=f"Write: {', '.join(get_args(LinkKind))}."
                )


@dataclass(frozen=True, slots=True)
class Entry:
    """A decision of the log, with the words of its ends now; the other fields are :class:`graph.model.Decision`'s.

    ``stands``: ``valid``, ``suspect`` (other words now), ``closed`` (an end is gone).
    """

    id: str
    subject: str
    previous: str
    verdict: str
    plan: str
    upper: str
    source: str
    source_text: str
    target: str
    target_text: str
    relation: str
    covers: str
    to: str
    expires: str
    note: str
    reviewer: str
    at: str
    batch: str
    current: bool
    source_now: str | None
    target_now: str | None
    stands: Standing


@dataclass(frozen=True, slots=True)
class Looked:
    """One link as it stands, or could stand: both ends, the link where there is one, the log, the token."""

    source: str
    source_text: str
    target: str
    target_text: str
    link: Item | None
    history: tuple[Entry, ...]
    token: str


@dataclass(frozen=True, slots=True)
class LookedExcuse:
    """Whether a plan (empty: every plan) has to carry a measure: the decision where there is one, the log, the token."""

    measure: str
    text: str
    plan: str
    excuse: Excuse | None
    history: tuple[Entry, ...]
    token: str


def queue(store: Store, wanted: Filter, order: Order = "uncertain") -> list[Item]:
    """The links that ``wanted`` asks for.

    Args:
        order: ``uncertain``: confidence nearest to one half first; ``consequential``: those that decide a status first,
            then the most uncertain; ``plan``: by plan, in reading order of ids.

    Raises:
        NotFoundError: a plan that the filter names is not there.
    """
    for named in filter(None, (wanted.plan, wanted.upper)):
        plan(store, named)
    items: list[Item] = []
    for kind in wanted.kinds:
        rows = run(store, _QUERIES[kind], plan=wanted.plan, upper=wanted.upper)
        items += _items(store, rows) if kind == "matches" else [_item(r) for r in rows]
    return sorted((i for i in items if _asked(i, wanted)), key=_ORDERS[order])


def place(item: Item, order: Order) -> tuple[str | int | float, ...]:
    """Where ``item`` stands in a queue of that order: a key that no other item has, of text and numbers only."""
    return _ORDERS[order](item)


def place_of(id_: str) -> str:
    """Text that sorts ids as :func:`queries.order.natural` does: ``2023.9#10`` behind ``2023.9#9``."""
    return re.sub(r"\d+", lambda found: found[0].zfill(_WIDTH), id_)


def look(store: Store, source: str, target: str) -> Looked:
    """One link, whether it is proposed or not. Raises NotFoundError where an end is not there."""
    ends = {id_: _end(store, id_) for id_ in (source, target)}
    kind: LinkKind = "matches" if is_evidence(target) else "measures" if is_measure(source) else "tasks"
    rows = run(store, _QUERIES[kind], plan=ends[source]["plan"], upper=ends[target]["plan"])
    items = _items(store, rows) if kind == "matches" else [_item(r) for r in rows]
    link = next((i for i in items if (i.source, i.target) == (source, target)), None)
    log = history(store, subject(source, target))
    last = log[-1].id if log else ""
    seen = token(last, ends[source]["stamp"], ends[target]["stamp"])
    return Looked(
        source, ends[source]["text"], target, ends[target]["text"], link, tuple(log), seen,
    )  # fmt: skip


def history(store: Store, about: str = "", *, plan_id: str = "", upper: str = "") -> list[Entry]:
    """Decisions of the log, the first one first: on one subject, or on a pair of plans, or all."""
    rows = run(store, "decisions", subject=about, plan=plan_id, upper=upper)
    return [_entry(r) for r in rows]


def look_excuse(store: Store, measure: str, plan_id: str = "") -> LookedExcuse:
    """What stands for this plan and measure alone. Raises NotFoundError where either is not there."""
    if not is_measure(measure):
        raise NotFoundError(f"there is no measure {measure!r}", remedy="policygraph gaps prints the ids.")
    end = _end(store, measure)
    years = {plan_id: int(plan(store, plan_id)["year"])} if plan_id else {}
    found = [e for e in Excuses(store, end["plan"]).all(years) if (e.measure, e.plan) == (measure, plan_id)]
    log = history(store, subject(plan_id, measure))
    stands = found[0] if found and found[0].verdict != "none" else None
    seen = token(log[-1].id if log else "", end["stamp"])
    return LookedExcuse(measure, end["text"], plan_id, stands, tuple(log), seen)


def excuse_token(store: Store, measure: str, plan_id: str = "") -> str:
    """The token of what a plan (every plan by default) is excused from. Raises NotFoundError."""
    log = history(store, subject(plan_id, measure))
    return token(log[-1].id if log else "", _end(store, measure)["stamp"])


def _entry(row: Row) -> Entry:
    source_stamp = row["source_stamp_now"] if row["source"] else row["source_stamp"]
    names = [name for name in Entry.__slots__ if name != "stands"]
    return Entry(**{n: row[n] for n in names}, stands=standing(row, source_stamp, row["target_stamp_now"]))


def _item(row: Row) -> Item:
    seen = token(row["decision"], row["source_stamp"], row["target_stamp"])
    names = [name for name in Item.__slots__ if name not in ("token", "decides")]
    return Item(**{n: row[n] for n in names}, token=seen)


def _items(store: Store, rows: Sequence[Row]) -> list[Item]:
    """Matches, with those marked that decide the status of their upper measure."""
    limits = {pair: json.loads(r["thresholds"]) for pair, r in latest_runs(store).items()}
    grouped: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row["plan"], row["target"]].append(row)
    deciding = {
        (r["source"], r["target"])
        for some in grouped.values()
        if (pair := (some[0]["plan"], some[0]["upper"])) in limits
        for r in _deciding(some, limits[pair])
    }
    return [replace(_item(r), decides=(r["source"], r["target"]) in deciding) for r in rows]


def _deciding(rows: Sequence[Row], limits: Mapping[str, float]) -> list[Row]:
    ranked = sorted(((effective(r, ALL, limits), r) for r in rows), key=lambda pair: -pair[0])
    best = ranked[0][0]
    second = ranked[1][0] if len(ranked) > 1 else 0.0
    if any(second < limits[name] <= best for name in ("covered", "partial")):
        return [ranked[0][1]]
    return []


def _asked(item: Item, wanted: Filter) -> bool:
    return (
        wanted.least <= item.confidence <= wanted.most
        and (wanted.finding is None or wanted.finding == ("suspect" if item.suspect else item.state))
        and wanted.priority in ("", item.task)
        and (not wanted.source or wanted.source in (item.source, item.source_task))
        and wanted.relation in ("", item.relation)
        and wanted.reviewer in ("", item.reviewer)
        and (wanted.text in item.source_text or wanted.text in item.target_text)
        and (item.decides or not wanted.deciding)
    )


_WIDTH: Final = 12
_ORDERS: Final[dict[Order, Callable[[Item], tuple[str | int | float, ...]]]] = {
    "uncertain": lambda i: (abs(i.confidence - 0.5), place_of(i.source), place_of(i.target)),
    "consequential": lambda i: (
        not i.decides, abs(i.confidence - 0.5), place_of(i.source), place_of(i.target),
    ),
    "plan": lambda i: (i.plan, i.upper, place_of(i.source), i.rank, place_of(i.target)),
}  # fmt: skip


def _end(store: Store, id_: str) -> Row:
    name = "explain_measure" if is_measure(id_) else "task"
    rows = run(store, name, **({"measure": id_} if is_measure(id_) else {"task": id_}))
    if not rows:
        kind = "measure" if is_measure(id_) else "task"
        raise NotFoundError(
            f"there is no {kind} {id_!r}", remedy="policygraph show, coverage and gaps print the ids."
        )
    return {
        "plan": rows[0]["plan"],
        "text": rows[0].get("text") or rows[0].get("title"),
        "stamp": rows[0]["stamp"],
    }
