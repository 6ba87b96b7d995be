"""A NetworkX view of a stored graph, for measures that a graph library knows and a database does not.

Nodes are keyed by id, edges by relationship type. Attributes have the types that :mod:`graph.schema` declares (string:
str, integer: int, float: float, boolean: bool), each the same for all nodes of a label and all edges of a type; one that
may be absent (``optional`` there) is absent, never None.

========================  ==========================================================================================
attribute                 of
========================  ==========================================================================================
``label`` (str)           every node: Region, Plan, Task, Measure, Target, LinkRun, Decision or Version
the schema's properties   every node; without ``id``, which is the key, and without a plan's ``text`` and what a
                           version held
the schema's properties   every edge; those of MATCHES and IMPLEMENTS: ``score`` (float), ``state`` (str), ``suspect``
                          (bool) and so on; ``confidence`` (float), ``support`` (int) of IMPLEMENTS only
========================  ==========================================================================================
"""

from collections.abc import Callable, Collection
from typing import Any, Final

import networkx as nx

from graph import pages
from graph.errors import InputError, NotFoundError
from graph.model import LinkState
from graph.schema import NODES, RELATIONSHIPS, PropertyType, node_type
from graph.store import Row, Store

LINKS: Final = frozenset({"MATCHES", "IMPLEMENTS"})
STATES: Final[tuple[LinkState, ...]] = ("proposed", "accepted")
_TYPES: Final[dict[PropertyType, Callable[[Any], Any]]] = {
    "string": str, "integer": int, "float": float, "boolean": bool,
}  # fmt: skip

LEFT_OUT: Final = {"Plan": ("text",), "Version": ("content", "links")}
"""Long texts that nodes of the view do not carry, by label."""


def load(
    store: Store,
    *,
    plans: Collection[str] | None = None,
    labels: Collection[str] | None = None,
    types: Collection[str] | None = None,
    states: Collection[LinkState] = STATES,
    suspect: bool = False,
    least: float = 0.0,
) -> "nx.MultiDiGraph[str]":
    """The graph as a directed multigraph; an edge is there where both of its ends are.

    Args:
        plans: only these, with their regions and the regions above; all by default.
        labels: only nodes of these; all by default.
        types: only relationships of these types; all by default.
        states: of MATCHES and IMPLEMENTS, only links in these states; what a person rejected is left out by default.
        suspect: also links whose decision was taken on other words.
        least: only proposals with this confidence (of MATCHES: score) or more; accepted links stay.

    Raises:
        InputError: there is no such label, type or state, or ``least`` is no confidence.
        NotFoundError: there is no such plan.

    Example:
        >>> carried = [n for n, d in load(store, types={"IMPLEMENTS"}).in_degree() if d]  # doctest: +SKIP
    """
    _known("label", labels, [node.label for node in NODES])
    _known("relationship type", types, [kind.type for kind in RELATIONSHIPS])
    _known("state", states, ["proposed", "accepted", "rejected"])
    if not 0 <= least <= 1:
        raise InputError(f"{least:g} is no confidence", remedy="Give a number from 0 to 1.")
    if plans is not None:
        there = {r["id"] for r in store.read("MATCH (p:Plan) RETURN p.id AS id ORDER BY id")}
        for plan in sorted(set(plans) - there):
            raise NotFoundError(f"there is no plan {plan!r}", remedy="policygraph show lists the plans.")

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node in NODES:
        if labels is not None and node.label not in labels:
            continue
        without = LEFT_OUT.get(node.label, ())
        for row in pages.nodes(store, node.label, plans, without=without, whole=True):
            graph.add_node(row.pop("id"), label=node.label, **_typed(row, node.properties))
    for kind in RELATIONSHIPS:
        if types is not None and kind.type not in types:
            continue
        for ends in kind.ends:
            if labels is not None and not set(ends) <= set(labels):
                continue
            for row in pages.relationships(store, kind, ends, plans, whole=True):
                source, target = row.pop(pages.FROM), row.pop(pages.TO)
                if (
                    kind.type not in LINKS or _wanted(row, states, suspect=suspect, least=least)
                ) and graph.has_node(target):
                    graph.add_edge(source, target, key=kind.type, **_typed(row, kind.properties))
    return graph


def caption(label: str, attributes: Row) -> str:
    """The words by which people know a node: a region's name, a heading with its number, a measure's text."""
    names = {"Region": ("name",), "Plan": ("title",), "Task": ("number", "title"), "LinkRun": ("plan", "upper"),
             "Decision": ("verdict", "subject"), "Version": ("title",)}.get(label, ("text",))  # fmt: skip
    assert all(name in node_type(label).properties for name in names)
    sign = " " if label in ("LinkRun", "Decision") else ""
    return sign.join(str(attributes.get(name, "")) for name in names)


def _wanted(link: Row, states: Collection[LinkState], *, suspect: bool, least: float) -> bool:
    certain = float(link["confidence"] if "confidence" in link else link["score"])
    return (
        link["state"] in states
        and (suspect or not link["suspect"])
        and (link["state"] == "accepted" or certain >= least)
    )


def _typed(row: Row, types: dict[str, PropertyType]) -> Row:
    return {name: _TYPES[types[name]](value) for name, value in row.items() if value is not None}


def _known(what: str, given: Collection[str] | None, known: Collection[str]) -> None:
    for name in sorted(set(given or ()) - set(known)):
        raise InputError(f"there is no {what} {name!r}", remedy=f"There are: {', '.join(known)}.")
