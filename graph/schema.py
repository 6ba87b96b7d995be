"""The graph's schema, declared once: labels, properties, keys, indexes and relationship ends.

The stores make their constraints and indexes from it, ``docs/schema.md`` is written from it, and the contract
tests hold what a build writes against it.
"""

from dataclasses import dataclass
from typing import Literal

PropertyType = Literal["string", "integer", "float", "boolean"]


@dataclass(frozen=True, slots=True)
class NodeType:
    """A label, the properties of its nodes, and which of them are indexed. ``id`` is always the unique key."""

    label: str
    purpose: str
    properties: dict[str, PropertyType]
    indexes: tuple[str, ...] = ()
    optional: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RelationshipType:
    """A relationship type, the label pairs that it may join, and its properties."""

    type: str
    purpose: str
    ends: tuple[tuple[str, str], ...]
    properties: dict[str, PropertyType]


NODES: tuple[NodeType, ...] = (
    NodeType(
        "Region", "a territory that issues plans", {"id": "string", "name": "string", "level": "string"}
    ),
    NodeType(
        "Plan",
        "one work plan, as read from one file",
        {
            "id": "string",
            "region": "string",
            "level": "string",
            "year": "integer",
            "title": "string",
            "document": "string",
            "issuer": "string",
            "published": "string",
            "source": "string",
            "encoding": "string",
            "sha256": "string",
            "reader": "string",
            "text": "string",
            "version": "integer",
            "current": "boolean",
        },
        indexes=("region", "year"),
    ),
    NodeType(
        "Task",
        "a heading of a plan and what stands under it",
        {
            "id": "string",
            "plan": "string",
            "parent": "string",
            "position": "integer",
            "ordinal": "integer",
            "depth": "integer",
            "number": "string",
            "title": "string",
            "kind": "string",
            "start": "integer",
            "end": "integer",
            "asks": "boolean",
            "stamp": "string",
        },
        indexes=("plan", "kind"),
        optional=frozenset({"parent"}),
    ),
    NodeType(
        "Measure",
        "one clause or sentence that commits to one piece of work",
        {
            "id": "string",
            "plan": "string",
            "task": "string",
            "ordinal": "integer",
            "statement": "integer",
            "text": "string",
            "start": "integer",
            "end": "integer",
            "kind": "string",
            "heading": "boolean",
            "reserved": "string",
            "stamp": "string",
            "page": "integer",
            "line": "integer",
            "first_byte": "integer",
            "end_byte": "integer",
        },
        indexes=("plan", "kind"),
        optional=frozenset({"page", "line", "first_byte", "end_byte"}),
    ),
    NodeType(
        "Target",
        "a figure that a measure promises",
        {
            "id": "string",
            "plan": "string",
            "measure": "string",
            "ordinal": "integer",
            "indicator": "string",
            "comparator": "string",
            "value": "float",
            "value_to": "float",
            "unit": "string",
            "base": "string",
            "due": "string",
            "commitment": "string",
            "masked": "boolean",
            "text": "string",
            "start": "integer",
            "end": "integer",
        },
        indexes=("plan",),
        optional=frozenset({"value", "value_to"}),
    ),
    NodeType(
        "LinkRun",
        "one run that linked a plan to the plan above it",
        {
            "id": "string",
            "plan": "string",
            "upper": "string",
            "encoder": "string",
            "fingerprint": "string",
            "scoring": "string",
            "thresholds": "string",
            "adviser": "string",
            "asked": "integer",
            "code": "string",
            "inputs": "string",
            "current": "boolean",
            "matches": "integer",
            "implements": "integer",
            "started": "string",
            "finished": "string",
        },
        indexes=("plan",),
    ),
    NodeType(
        "Decision",
        "one entry of the log of what people decided on a link, or on what a plan is excused from",
        {
            "id": "string",
            "subject": "string",
            "previous": "string",
            "verdict": "string",
            "plan": "string",
            "upper": "string",
            "source": "string",
            "source_stamp": "string",
            "source_text": "string",
            "target": "string",
            "target_stamp": "string",
            "target_text": "string",
            "relation": "string",
            "covers": "string",
            "to": "string",
            "expires": "string",
            "note": "string",
            "reviewer": "string",
            "at": "string",
            "batch": "string",
            "current": "boolean",
        },
        indexes=("subject", "plan", "upper"),
    ),
    NodeType(
        "Version",
        "what a plan held, and how it was linked, until it was replaced or removed",
        {
            "id": "string",
            "plan": "string",
            "number": "integer",
            "title": "string",
            "sha256": "string",
            "reader": "string",
            "source": "string",
            "archived": "string",
            "content": "string",
            "links": "string",
        },
        indexes=("plan",),
    ),
)

_LINK: dict[str, PropertyType] = {
    "score": "float",
    "rank": "integer",
    "relation": "string",
    "shares": "string",
    "encoder": "string",
    "run": "string",
    "source_stamp": "string",
    "target_stamp": "string",
    "machine_relation": "string",
    "method": "string",
    "state": "string",
    "suspect": "boolean",
    "covers": "string",
    "decision": "string",
    "reviewer": "string",
    "note": "string",
}

RELATIONSHIPS: tuple[RelationshipType, ...] = (
    RelationshipType("PART_OF", "a region lies in the region above it", (("Region", "Region"),), {}),
    RelationshipType("ISSUED_BY", "a plan was issued by a region", (("Plan", "Region"),), {}),
    RelationshipType("SUPERSEDES", "a plan follows the same region's earlier plan", (("Plan", "Plan"),), {}),
    RelationshipType("HAS_TASK", "a plan holds a task", (("Plan", "Task"),), {"ordinal": "integer"}),
    RelationshipType(
        "SUBTASK_OF", "a task stands under another task", (("Task", "Task"),), {"ordinal": "integer"}
    ),
    RelationshipType("HAS_MEASURE", "a task holds a measure", (("Task", "Measure"),), {"ordinal": "integer"}),
    RelationshipType(
        "HAS_TARGET", "a measure promises a figure", (("Measure", "Target"),), {"ordinal": "integer"}
    ),
    RelationshipType("MATCHES", "a local measure answers an upper measure", (("Measure", "Measure"),), _LINK),
    RelationshipType(
        "IMPLEMENTS",
        "a local task, or one of its measures, implements an upper task",
        (("Task", "Task"), ("Measure", "Task")),
        _LINK | {"confidence": "float", "support": "integer", "advice": "string"},
    ),
)


def constraint_statements() -> list[str]:
    """Cypher that makes every ``id`` unique; safe to repeat."""
    return [
        f"CREATE CONSTRAINT {n.label.lower()}_id IF NOT EXISTS FOR (n:{n.label}) REQUIRE n.id IS UNIQUE"
        for n in NODES
    ]


def index_statements() -> list[str]:
    """Cypher that makes the declared indexes; safe to repeat."""
    return [
        f"CREATE INDEX {n.label.lower()}_{name} IF NOT EXISTS FOR (n:{n.label}) ON (n.{name})"
        for n in NODES
        for name in n.indexes
    ]


def node_type(label: str) -> NodeType:
    """The declaration of ``label``. Raises KeyError for a label that the schema does not have."""
    return {n.label: n for n in NODES}[label]
