"""A py2neo view of a graph on a Neo4j server, for analysts who explore it in notebooks and sandboxes.

It needs the extra ``analysts``; the product's own stores do not use it. Results turn into pandas by
``graph.run("MATCH …").to_data_frame()`` where pandas is installed.
"""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from graph.errors import MissingExtraError, NotFoundError, SettingsError
from graph.schema import RELATIONSHIPS, constraint_statements
from graph.store import NEO4J_SCHEMES, open_store

if TYPE_CHECKING:
    from py2neo import Graph, Subgraph


def connect(url: str, *, user: str = "neo4j", password: str = "", database: str = "neo4j") -> "Graph":
    """The graph on a Neo4j server as a :class:`py2neo.Graph`.

    Args:
        url: ``neo4j://HOST:7687`` or ``bolt://HOST:7687``; py2neo always speaks to that one server.
        user, password, database: as for :func:`graph.store.open_store`.

    Raises:
        MissingExtraError: py2neo is not installed.
        SettingsError: the URL names no Neo4j server.
        StoreError: the server does not answer, or refuses the password.
    """
    try:
        from py2neo import Graph
    except ImportError as error:
        raise MissingExtraError(
            "py2neo is not installed", remedy="Install it with: pip install 'policygraph[analysts]'"
        ) from error
    parts = urlsplit(url)
    if parts.scheme not in NEO4J_SCHEMES:
        raise SettingsError(
            "this is not a Neo4j address", where=url, remedy="Give one such as bolt://HOST:7687."
        )
    # The official driver tells a wrong password from a server that is down; py2neo does not.
    open_store(url, user=user, password=password, database=database, read_only=True).close()
    direct = parts._replace(scheme=parts.scheme.replace("neo4j", "bolt")).geturl()
    return Graph(direct, auth=(user, password), name=database)


def plan_subgraph(graph: "Graph", plan: str) -> "Subgraph":
    """One plan with its region, tasks, measures, figures and links, and the nodes that the links lead to.

    Raises:
        NotFoundError: the graph has no such plan.
    """
    from py2neo import Node, Relationship, Subgraph

    nodes: dict[str, Node] = {}

    def node(label: str, properties: dict[str, Any]) -> Node:
        if properties["id"] not in nodes:
            made = Node(label, **properties)
            # By these py2neo merges.
            made.__primarylabel__, made.__primarykey__ = label, "id"
            nodes[properties["id"]] = made
        return nodes[properties["id"]]

    relationships = [
        Relationship(node(source, row["a"]), relationship.type, node(target, row["b"]), **row["r"])
        for relationship in RELATIONSHIPS
        for source, target in relationship.ends
        for row in graph.run(
            f"MATCH (a:{source})-[r:{relationship.type}]->(b:{target}) WHERE a.id = $plan OR a.plan = $plan "
            "RETURN properties(a) AS a, properties(r) AS r, properties(b) AS b",
            plan=plan,
        )
    ]
    if not relationships:
        raise NotFoundError(f"there is no plan {plan!r}")
    return Subgraph(nodes.values(), relationships)


def copy(subgraph: "Subgraph", into: "Graph") -> None:
    """Merge ``subgraph`` into another server's graph by id, for instance a sandbox where nothing can be harmed."""
    for statement in constraint_statements():
        into.run(statement)
    into.merge(subgraph)
