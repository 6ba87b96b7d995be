"""Chains of plans as a graph to draw: the priority, a node for each plan with the task that carries it, the hops."""

from collections.abc import Sequence
from typing import Any, Final

from policygraph.words import SYMBOLS
from queries.cascade import Chain

_LONGEST: Final = 24
"""Characters of a heading that a node has room for."""


def graph(title: str, priority: str, chains: Sequence[Chain]) -> dict[str, list[dict[str, Any]]]:
    """Nodes with their level from the top and edges from above to below, as Cytoscape takes them.

    An edge has the ``score`` of its hop, None where no link leads down; ``weakest`` says that it is the weakest hop of a
    chain.
    """
    nodes: dict[str, dict[str, Any]] = {
        priority: {"id": priority, "label": _short(title), "level": 0, "status": "top"}
    }
    edges: dict[tuple[str, str], dict[str, Any]] = {}
    for chain in chains:
        hops = {hop.source_plan: hop for hop in chain.path}
        above = priority
        for level, step in enumerate(chain.steps, start=1):
            hop = hops.get(step.plan)
            id_ = hop.source if hop else f"plan {step.plan}"
            label = f"{step.name} {step.year} {SYMBOLS[step.status]}"
            if hop:
                label += f"\n{_short(hop.source_title)}"
            nodes.setdefault(id_, {"id": id_, "label": label, "level": level, "status": step.status})
            start = hop.target if hop else above
            edge = edges.setdefault(
                (start, id_),
                {"id": f"{start} {id_}", "source": start, "target": id_, "score": hop.score if hop else None,
                 "weakest": False},
            )  # fmt: skip
            if hop is not None and hop == chain.weakest and len(chain.path) > 1:
                edge["weakest"] = True
            above = id_
    return {"nodes": list(nodes.values()), "edges": list(edges.values())}


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST else f"{title[:_LONGEST]}…"
