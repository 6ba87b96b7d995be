"""GraphML and GEXF, as network programs open them.

Both hold what :func:`graph.network.load` gives. Besides, each node has ``caption``, the words to show, and each edge
``relationship`` and ``weight``: confidence of IMPLEMENTS, score of MATCHES, 1 of all others.
"""

from collections.abc import Collection
from typing import Final, Literal

import networkx as nx

from graph import network
from graph.model import LinkState
from graph.store import Store
from policygraph.export import cells
from policygraph.export.files import Files
from review import View

STATES: Final[dict[str, tuple[LinkState, ...]]] = {"all": network.STATES, "accepted": ("accepted",)}
_LONGEST: Final = 40
# GEXF means moments of time by these.
_TIMES: Final = ("start", "end")


def write(
    store: Store, files: Files, format_: Literal["graphml", "gexf"], plans: Collection[str], view: View
) -> dict[str, int]:
    """One file. Returns its nodes."""
    graph = network.load(store, plans=plans or None, states=STATES[view.mode], least=view.least)
    for _, data in graph.nodes(data=True):
        data["caption"] = _short(network.caption(data["label"], data))
    for source, target, kind, data in graph.edges(keys=True, data=True):
        data["id"] = f"{source} {kind} {target}"
        data["relationship"] = kind
        data["weight"] = data.get("confidence", data.get("score", 1.0))
    for _, data in [*graph.nodes(data=True), *((u, d) for u, _, d in graph.edges(data=True))]:
        for name, value in data.items():
            if isinstance(value, str):
                data[name] = cells.xml(value)
    name = f"policygraph.{format_}"
    if format_ == "graphml":
        nx.write_graphml(graph, files.path(name), encoding="utf-8", named_key_ids=True)
    else:
        _for_gephi(graph)
        nx.write_gexf(graph, files.path(name), encoding="utf-8", version="1.2draft")
    return {name: graph.number_of_nodes()}


def _for_gephi(graph: "nx.MultiDiGraph[str]") -> None:
    """What Gephi shows is called ``label`` there; the graph's own labels become ``node_type``."""
    for _, data in graph.nodes(data=True):
        data["node_type"], data["label"] = data["label"], data.pop("caption")
        for name in _TIMES:
            if name in data:
                data[f"{name}_offset"] = data.pop(name)
    for _, _, data in graph.edges(data=True):
        data["label"] = data["relationship"]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
