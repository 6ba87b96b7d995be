"""What a plan held before it was replaced or removed: one ``Version`` node for each content, written once.

``content`` and ``links`` are JSON texts, so that a version needs no place among the nodes that answers are made from:

- ``content``: ``plan`` (its properties, text included), ``tasks``, ``measures`` and ``targets`` (rows of properties,
  in reading order).
- ``links``: one object for each upper plan that the plan was linked to: ``upper``, ``upper_version``, ``run``,
  ``encoder``, ``thresholds``, ``matches`` and ``implements`` (rows with ``source`` and ``target``).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from graph.model import PlanDocument, Version, row
from graph.schema import node_type
from graph.store import Params, Row, Transaction
from ingest.carry import Item, Reading

Read = Callable[[str, Params], list[Row]]
"""``Transaction.run`` or ``Store.read``."""

_TASK: Final = ("id", "parent", "number", "title", "kind", "asks")
_MEASURE: Final = ("id", "task", "text", "kind", "heading", "reserved")
_TARGET: Final = (
    "id", "measure", "indicator", "comparator", "value", "value_to", "unit", "base", "due", "commitment", "masked", "text",
)  # fmt: skip
_RUNS: Final = (
    "MATCH (r:LinkRun {plan: $plan}) WHERE r.current = true MATCH (u:Plan {id: r.upper}) RETURN r.upper AS upper, "
    "u.version AS upper_version, r.id AS run, r.encoder AS encoder, r.thresholds AS thresholds ORDER BY upper"
)
_MATCHES: Final = (
    "MATCH (a:Measure {plan: $plan})-[r:MATCHES]->(b:Measure {plan: $upper}) RETURN a.id AS source, b.id AS target, "
    "r.score AS score, r.rank AS rank, r.relation AS relation, r.state AS state, r.method AS method, "
    "r.suspect AS suspect, r.covers AS covers, r.decision AS decision ORDER BY source, rank, target"
)
_IMPLEMENTS: Final = (
    "MATCH (a:{label} {{plan: $plan}})-[r:IMPLEMENTS]->(b:Task {{plan: $upper}}) RETURN a.id AS source, b.id AS target, "
    "r.score AS score, r.confidence AS confidence, r.rank AS rank, r.relation AS relation, r.state AS state, "
    "r.method AS method, r.suspect AS suspect, r.decision AS decision, r.reviewer AS reviewer, r.note AS note ORDER BY source, rank, target"
)
_PAST: Final = (
    "MATCH (v:Version {plan: $plan}) RETURN v.number AS number, v.content AS content ORDER BY number DESC"
)
_DECIDED: Final = (
    (
        "MATCH (d:Decision {plan: $plan}) "
        "RETURN d.source AS id, d.source_stamp AS stamp, d.source_text AS text ORDER BY id, stamp"
    ),
    (
        "MATCH (d:Decision {upper: $plan}) "
        "RETURN d.target AS id, d.target_stamp AS stamp, d.target_text AS text ORDER BY id, stamp"
    ),
)


@dataclass(frozen=True, slots=True)
class Content:
    """What a plan holds: its properties, and those of its tasks, measures and targets in reading order."""

    plan: Row
    tasks: tuple[Row, ...]
    measures: tuple[Row, ...]
    targets: tuple[Row, ...]

    def reading(self) -> Reading:
        """Its items."""
        return Reading(
            tuple(Item(t["id"], t["title"], t["stamp"], t["parent"]) for t in self.tasks),
            tuple(Item(m["id"], m["text"], m["stamp"], m["task"], m["heading"]) for m in self.measures),
        )

    def substance(self) -> list[list[tuple[Any, ...]]]:
        """What a change makes another content: all but places in the text and the file."""
        parts = ((self.tasks, _TASK), (self.measures, _MEASURE), (self.targets, _TARGET))
        return [[tuple(item[name] for name in names) for item in items] for items, names in parts]

    def dumps(self) -> str:
        """As JSON."""
        names = ("plan", "tasks", "measures", "targets")
        return json.dumps({name: getattr(self, name) for name in names}, ensure_ascii=False)

    @classmethod
    def loads(cls, text: str) -> "Content":
        """From :meth:`dumps`."""
        found = json.loads(text)
        return cls(
            found["plan"], tuple(found["tasks"]), tuple(found["measures"]), tuple(found["targets"])
        )  # fmt: skip

    @classmethod
    def of(cls, document: PlanDocument) -> "Content":
        """What a document holds, in the order of :func:`content`."""
        return cls(
            row(document.plan),
            tuple(row(t) for t in sorted(document.tasks, key=lambda t: t.position)),
            tuple(row(m) for m in sorted(document.measures, key=lambda m: (m.start, m.id))),
            tuple(row(t) for t in sorted(document.targets, key=lambda t: (t.start, t.ordinal, t.id))),
        )


def content(read: Read, plan: str) -> Content | None:
    """What the graph holds of ``plan`` now; None where there is no such plan."""
    plans = _rows(read, "Plan", "id", plan, "id")
    if not plans:
        return None
    return Content(
        plans[0],
        tuple(_rows(read, "Task", "plan", plan, "position")),
        tuple(_rows(read, "Measure", "plan", plan, "start, id")),
        tuple(_rows(read, "Target", "plan", plan, "start, ordinal, id")),
    )


def links(read: Read, plan: str) -> list[Row]:
    """The links of ``plan`` to the plans above it, as :mod:`ingest.versions` describes them."""
    found = []
    for run in read(_RUNS, {"plan": plan}):
        ends = {"plan": plan, "upper": run["upper"]}
        implements = [
            link for label in ("Task", "Measure") for link in read(_IMPLEMENTS.format(label=label), ends)
        ]
        found.append(
            run
            | {
                "thresholds": json.loads(run["thresholds"]),
                "matches": [_stated(link) for link in read(_MATCHES, ends)],
                "implements": [_stated(link) for link in implements],
            }
        )
    return found


def archive(transaction: Transaction, held: Content) -> None:
    """Keep ``held``, which the graph holds now, with its links, as a version."""
    plan: Mapping[str, Any] = held.plan
    version = Version(
        f"{plan['id']}@{plan['version']}", plan["id"], plan["version"], plan["title"], plan["sha256"], plan["reader"],
        plan["source"], datetime.now(UTC).isoformat(timespec="seconds"), held.dumps(),
        json.dumps(links(transaction.run, plan["id"]), ensure_ascii=False),
    )  # fmt: skip
    names = [name for name in row(version) if name != "id"]
    values = ", ".join(f"v.{name} = $version.{name}" for name in names)
    transaction.run(
        f"CREATE (v:Version {{id: $id}}) SET {values}", {"id": version.id, "version": row(version)}
    )


def past(read: Read, plan: str) -> list[tuple[int, Content]]:
    """Number and content of each archived version of ``plan``, latest first."""
    return [(int(r["number"]), Content.loads(r["content"])) for r in read(_PAST, {"plan": plan})]


def remembered(read: Read, plan: str, contents: list[tuple[int, Content]]) -> list[Item]:
    """Items of ``plan`` that people decided on, then those of its earlier ``contents``."""
    decided = [
        Item(r["id"], r["text"] or "", r["stamp"] or "", None)
        for query in _DECIDED
        for r in read(query, {"plan": plan})
        if r["id"]
    ]
    readings = [held.reading() for _, held in contents]
    return [*decided, *(item for r in readings for item in (*r.tasks, *r.measures))]


def _stated(link: Row) -> Row:
    return {name: value for name, value in link.items() if value is not None}


def _rows(read: Read, label: str, key: str, plan: str, order: str) -> list[Row]:
    columns = ", ".join(f"n.`{name}` AS `{name}`" for name in node_type(label).properties)
    return read(f"MATCH (n:{label} {{{key}: $plan}}) RETURN {columns} ORDER BY {order}", {"plan": plan})
