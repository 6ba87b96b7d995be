"""The whole graph, or some plans of it, row by row: what views and exports are made of.

A page is what belongs to one plan, so memory follows the largest plan and not the graph.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from graph.schema import NODES, RELATIONSHIPS, NodeType, RelationshipType, node_type
from graph.store import Row, Store

FROM: Final = "from_id"
TO: Final = "to_id"
"""The columns of a relationship's row that name its ends."""


def nodes(
    store: Store,
    label: str,
    plans: Collection[str] | None = None,
    *,
    without: Collection[str] = (),
    whole: bool = False,
) -> Iterator[Row]:
    """The nodes of a label, all properties, by id within a page.

    Args:
        plans: only what belongs to these; of regions, those that issue them and the regions above. All by default.
        without: properties to leave out.
        whole: all in one page: fewer questions, more memory.
    """
    kind = node_type(label)
    columns = ", ".join(f"n.`{name}` AS `{name}`" for name in kind.properties if name not in without)
    for where, value in _pages(store, kind, plans, whole=whole):
        yield from store.read(
            f"MATCH (n:{label}{where}) RETURN {columns} ORDER BY id",
            None if value is None else {"value": value},
        )


def relationships(
    store: Store,
    kind: RelationshipType,
    ends: tuple[str, str],
    plans: Collection[str] | None = None,
    *,
    whole: bool = False,
) -> Iterator[Row]:
    """The relationships of a type between two labels: :data:`FROM`, :data:`TO`, all properties; by ends within a page.

    Args:
        plans: only those that start in these. All by default.
        whole: all in one page.
    """
    source, target = ends
    columns = "".join(f", r.`{name}` AS `{name}`" for name in kind.properties)
    for where, value in _pages(store, node_type(source), plans, whole=whole):
        yield from store.read(
            f"MATCH (a:{source}{where})-[r:{kind.type}]->(b:{target}) "
            f"RETURN a.id AS {FROM}, b.id AS {TO}{columns} ORDER BY {FROM}, {TO}",
            None if value is None else {"value": value},
        )


def counts(store: Store) -> dict[str, int]:
    """How many nodes of each label, and relationships of each type, the graph has."""
    found = {
        node.label: int(store.read(f"MATCH (n:{node.label}) RETURN count(n) AS n")[0]["n"]) for node in NODES
    }
    for kind in RELATIONSHIPS:
        found[kind.type] = int(store.read(f"MATCH ()-[r:{kind.type}]->() RETURN count(r) AS n")[0]["n"])
    return found


def _pages(
    store: Store, kind: NodeType, plans: Collection[str] | None, *, whole: bool
) -> Sequence[tuple[str, str | None]]:
    """What to match, a page each, and the value that it is matched with."""
    if plans is None and (whole or kind.label == "Region"):
        return [("", None)]
    if kind.label == "Region":
        return [(" {id: $value}", region) for region in _regions(store, plans or ())]
    if kind.label == "Plan":
        return [(" {id: $value}", plan) for plan in _sorted(store, "Plan", "id", plans)]
    # The log outlives plans, and names none where it speaks for every plan.
    own = "Plan" if kind.label in ("Task", "Measure", "Target") else kind.label
    return [
        (" {plan: $value}", plan) for plan in _sorted(store, own, "id" if own == "Plan" else "plan", plans)
    ]


def _sorted(store: Store, label: str, name: str, plans: Collection[str] | None) -> list[str]:
    found = store.read(f"MATCH (n:{label}) RETURN DISTINCT n.{name} AS value ORDER BY value")
    return [r["value"] for r in found if plans is None or r["value"] in plans]


def _regions(store: Store, plans: Collection[str]) -> list[str]:
    above = {
        r["id"]: r["above"]
        for r in store.read(
            "MATCH (n:Region) OPTIONAL MATCH (n)-[:PART_OF]->(a:Region) RETURN n.id AS id, a.id AS above ORDER BY id"
        )
    }
    found: set[str] = set()
    for row in store.read("MATCH (p:Plan) RETURN p.id AS id, p.region AS region ORDER BY id"):
        region = row["region"] if row["id"] in plans else None
        while region is not None and region not in found:
            found.add(region)
            region = above.get(region)
    return sorted(found)
