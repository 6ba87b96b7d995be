"""A NetworkX view of a stored graph, for measures that a graph library knows and a database does not."""

from typing import Final

import networkx as nx

from graph.schema import NODES, RELATIONSHIPS
from graph.store import Store

_LEFT_OUT: Final = {"Plan": ("text",), "Version": ("content", "links")}


def load(store: Store) -> "nx.MultiDiGraph[str]":
    """The whole graph as a directed multigraph.

    Nodes are keyed by id and carry ``label`` and their properties (a plan's full text and what a version held are left
    out); edges are keyed by relationship type and carry theirs.

    Example:
        >>> carried = [n for n, d in load(store).in_degree() if d]  # doctest: +SKIP
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node in NODES:
        names = [name for name in node.properties if name not in _LEFT_OUT.get(node.label, ())]
        columns = ", ".join(f"n.`{name}` AS `{name}`" for name in names)
        for row in store.read(f"MATCH (n:{node.label}) RETURN {columns} ORDER BY id"):
            graph.add_node(row["id"], label=node.label, **{k: v for k, v in row.items() if k != "id"})
    for relationship in RELATIONSHIPS:
        for source, target in relationship.ends:
            columns = "".join(f", r.`{name}` AS `{name}`" for name in relationship.properties)
            rows = store.read(
                f"MATCH (a:{source})-[r:{relationship.type}]->(b:{target}) "
                f"RETURN a.id AS from_id, b.id AS to_id{columns} ORDER BY from_id, to_id"
            )
            for row in rows:
                data = {k: v for k, v in row.items() if k not in ("from_id", "to_id")}
                graph.add_edge(row["from_id"], row["to_id"], key=relationship.type, **data)
    return graph
