"""Measures of the network that mean something here; networkx does the work.

- :func:`carriers`: which local tasks carry most of the upper plan's tasks
- :func:`gap_clusters`: upper measures that the same plans miss together
- :func:`queries.profiles.profiles`: which regions put their work into the same priorities
- :func:`bridges`: tasks without which chains of the cascade break

What a person rejected, and what is suspect, counts for nothing in any of them.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import networkx as nx
from networkx.algorithms import bipartite

from graph import network
from graph.model import LinkState
from graph.store import Row, Store
from queries import answers, run
from queries.order import natural
from queries.profiles import profiles
from review import ALL, View

SEED: Final = 0
TOGETHER: Final = 0.5
"""The least likeness (Jaccard) of the sets of plans that miss two measures, for the two to be missed together."""
_STATES: Final[dict[str, tuple[LinkState, ...]]] = {"all": network.STATES, "accepted": ("accepted",)}


@dataclass(frozen=True, slots=True)
class Carrier:
    """A local task and the upper tasks that it implements.

    ``weight`` is the sum of the confidences: how many of them it may be expected to implement indeed.
    """

    task: str
    title: str
    plan: str
    region: str
    priorities: int
    weight: float
    carried: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missed:
    """An upper measure and the plans that miss it."""

    measure: str
    text: str
    task: str
    title: str
    plans: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GapCluster:
    """Upper measures that are missed together.

    ``plans`` miss more than half of them; ``together`` is the mean likeness of the sets of plans, over those pairs that are
    alike, 1 where each is missed by the same plans.
    """

    measures: tuple[Missed, ...]
    plans: tuple[str, ...]
    together: float


@dataclass(frozen=True, slots=True)
class Bridge:
    """A task between two levels, and how many chains (a task further down, an upper task) run through it alone."""

    task: str
    title: str
    plan: str
    region: str
    breaks: int
    chains: int
    priorities: int


def carriers(
    store: Store, upper: str | None = None, plan: str | None = None, view: View = ALL
) -> list[Carrier]:
    """Local tasks by how much of ``upper`` they carry, most first.

    The measure is the weighted degree in the bipartite graph of local and upper tasks. PageRank would ask who is pointed
    at by the important; nothing points at a local task here, so it would only tell popular priorities, and its numbers
    mean nothing by themselves. The sum of confidences is a number of priorities.

    Args:
        plan: only its tasks.
    """
    upper = upper_of(store, "", plan, upper)
    plans = _linked(store, upper)
    chosen = {plan} if plan else set(plans)
    links = _links(store, [upper, *chosen], view, {"Task"})
    graph: nx.Graph[str] = nx.Graph()
    for source, target, data in links.edges(data=True):
        if links.nodes[source]["plan"] in chosen and links.nodes[target]["plan"] == upper:
            graph.add_edge(source, target, confidence=data["confidence"])
    weights = dict(graph.degree(weight="confidence"))
    found = [
        Carrier(
            task, _title(links.nodes[task]), own := links.nodes[task]["plan"], plans[own]["name"], graph.degree(task),
            round(weights[task], 4), tuple(sorted(graph[task], key=lambda t: (-graph[task][t]["confidence"], natural(t)))),
        )
        for task in graph
        if links.nodes[task]["plan"] in chosen
    ]  # fmt: skip
    return sorted(found, key=lambda c: (-c.weight, -c.priorities, natural(c.task)))


def gap_clusters(
    store: Store, upper: str | None = None, plan: str | None = None, view: View = ALL
) -> list[GapCluster]:
    """Measures of ``upper`` that the same plans miss, in clusters of two and more, those that most plans miss first.

    Plans and the measures that are gaps in them make a bipartite graph; projected on the measures, two are as near as
    their sets of plans are alike (Jaccard). What only one plan misses says nothing of others and is left out, so are
    pairs less alike than :data:`TOGETHER`; Louvain's method, with a seed, finds the communities.

    Args:
        plan: only clusters of which it misses more than half.
    """
    upper = upper_of(store, "", plan, upper)
    found = answers.statuses(store, upper, view)
    plans = [p["id"] for p in found.plans]
    tasks = {t["id"]: _title(t) for t in found.tasks}
    missed: dict[str, list[str]] = {}
    words: dict[str, tuple[str, str, str]] = {}
    for number, m in enumerate(found.measures):
        missed[m["target"]] = [p for p in plans if found.of[p][number] == "gap"]
        words[m["target"]] = m["text"], m["task"], tasks[m["task"]]
    clusters = [
        GapCluster(
            tuple(Missed(m, *words[m], tuple(missed[m])) for m in members),
            tuple(p for p in plans if 2 * sum(p in missed[m] for m in members) > len(members)),
            together,
        )
        for members, together in missed_together(missed)
    ]
    return sorted(
        (c for c in clusters if plan is None or plan in c.plans),
        key=lambda c: (-len(c.plans), -len(c.measures), natural(c.measures[0].measure)),
    )


def missed_together(missed: Mapping[str, Collection[str]]) -> list[tuple[list[str], float]]:
    """Clusters of keys whose sets are alike, each with the mean likeness of its pairs; see :func:`gap_clusters`."""
    # Numbers stand for keys, and texts for plans: sets of texts differ in order from run to run, and Louvain with them.
    keys = sorted((key for key, of in missed.items() if len(set(of)) > 1), key=natural)
    graph: nx.Graph[Any] = nx.Graph()
    graph.add_nodes_from(range(len(keys)))
    graph.add_edges_from((number, of) for number, key in enumerate(keys) for of in sorted(set(missed[key])))
    near = bipartite.overlap_weighted_projected_graph(graph, range(len(keys)), jaccard=True)
    near.remove_edges_from([(a, b) for a, b, w in near.edges(data="weight") if w < TOGETHER])
    ordered: nx.Graph[Any] = nx.Graph()
    ordered.add_nodes_from(range(len(keys)))
    ordered.add_weighted_edges_from(
        sorted((min(a, b), max(a, b), w) for a, b, w in near.edges(data="weight"))
    )
    found = []
    for community in nx.community.louvain_communities(ordered, weight="weight", seed=SEED):
        if len(community) > 1:
            weights = [w for _, _, w in ordered.subgraph(community).edges(data="weight")]
            found.append(([keys[n] for n in sorted(community)], round(sum(weights) / len(weights), 4)))
    return sorted(found, key=lambda f: natural(f[0][0]))


def bridges(
    store: Store, upper: str | None = None, plan: str | None = None, view: View = ALL
) -> list[Bridge]:
    """Tasks between ``upper`` and the lowest level by how many chains break without them, most first.

    A chain joins a task further down to a task of ``upper``, step by step; a link that jumps over a plan that stands
    between is no step. Seen from the upper task, the chains that break without a task are those to the tasks that it
    dominates: each way to them runs through it.

    Args:
        plan: only its tasks.
    """
    upper = upper_of(store, "bridges", plan, upper)
    pairs = set(answers.latest_runs(store))
    above: dict[str, set[str]] = defaultdict(set)
    for low, high in pairs:
        above[low].add(high)
    plans = {p["id"]: p for p in answers.plans(store)}
    if plan is not None:
        answers.plan(store, plan)
    steps = {
        (low, high) for low, high in pairs if not any((between, high) in pairs for between in above[low])
    }
    below = {upper, *nx.ancestors(nx.DiGraph([*steps, (upper, upper)]), upper)}
    links = _links(store, below, view, {"Task"})
    down: nx.DiGraph[str] = nx.DiGraph()
    for source, target in links.edges():
        if (links.nodes[source]["plan"], links.nodes[target]["plan"]) in steps:
            down.add_edge(target, source)
    tops = sorted((t for t in down if links.nodes[t]["plan"] == upper), key=natural)
    broken, chains, served = broken_chains(down, tops)
    found = [
        Bridge(
            task, _title(links.nodes[task]), own := links.nodes[task]["plan"], plans[own]["name"], broken[task], chains[task],
            served[task],
        )
        for task in chains
        if plan in (None, links.nodes[task]["plan"])
    ]  # fmt: skip
    return sorted(found, key=lambda b: (-b.breaks, -b.chains, natural(b.task)))


def broken_chains(
    down: "nx.DiGraph[str]", tops: Iterable[str]
) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
    """Of each node between, over all ``tops``: chains that break without it, chains it is on, and tops it serves."""
    broken: dict[str, int] = defaultdict(int)
    chains: dict[str, int] = defaultdict(int)
    served: dict[str, int] = defaultdict(int)
    for top in tops:
        dominators = nx.immediate_dominators(down, top)
        ways: dict[str, list[str]] = {}
        for node in dominators:
            ways[node] = [node]
            while ways[node][-1] != top:
                ways[node].append(dominators[ways[node][-1]] or top)
        for node in dominators:
            if node == top:
                continue
            for _, over in pairwise(ways[node]):
                if over != top:
                    broken[over] += 1
            reached = len(nx.descendants(down, node))
            if reached:
                chains[node] += reached
                served[node] += 1
    return broken, chains, served


def upper_of(store: Store, name: str, plan: str | None = None, upper: str | None = None) -> str:
    """The plan that a measure is about: ``upper``, else what ``plan`` answers to, else the latest national plan.

    Raises NotFoundError, or InputError for a plan that answers to nothing.
    """
    if plan is not None and name != "bridges":
        return answers.upper_of(store, plan, upper)
    return answers.national_plan(store) if upper is None else str(answers.plan(store, upper)["id"])


def titles(store: Store, upper: str) -> dict[str, str]:
    """The headings of the upper plan's tasks, for tables that name them by id."""
    return {r["id"]: f"{r['number']}{r['title']}" for r in run(store, "priorities", plan=upper)}


def _linked(store: Store, upper: str) -> dict[str, Row]:
    """The plans linked to ``upper``, by id."""
    linked = {p for p, u in answers.latest_runs(store) if u == upper}
    return {p["id"]: p for p in answers.plans(store) if p["id"] in linked}


def _links(store: Store, plans: Collection[str], view: View, labels: set[str]) -> "nx.MultiDiGraph[str]":
    return network.load(
        store, plans=plans, labels=labels, types={"IMPLEMENTS"}, states=_STATES[view.mode], least=view.least
    )


def _title(task: Row) -> str:
    return f"{task['number']}{task['title']}"


MEASURES: Final[dict[str, Callable[[Store, str | None, str | None, View], Sequence[Any]]]] = {
    "carriers": carriers, "clusters": gap_clusters, "profiles": profiles, "bridges": bridges,
}  # fmt: skip
"""Each by the name that the command line knows it by."""
