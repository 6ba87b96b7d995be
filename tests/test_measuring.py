"""Measures of the network, on graphs small enough to count by hand, and on the sample."""

import math
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from graph import Store, network, open_store
from graph.errors import InputError, NotFoundError
from graph.schema import NODES, RELATIONSHIPS
from policygraph import measuring, reviews
from policygraph.measuring import bridges, broken_chains, carriers, gap_clusters, missed_together
from queries import answers, run
from queries.profiles import profiles
from review import View
from tests.conftest import ROOT

NATION, PROVINCE, CITY = "000000-2025", "x-qinglan-2025", "x-songling-2025"
PYTHON = {"string": str, "integer": int, "float": float, "boolean": bool}


@pytest.fixture(scope="module")
def sample_store(sample_file: Path) -> Iterator[Store]:
    with open_store(str(sample_file), read_only=True) as store:
        yield store


class Tiny:
    """A graph made by hand: a nation with two priorities, two provinces, a city under the first."""

    def __init__(self, store: Store) -> None:
        self.store = store
        for plan, level in (("n", "national"), ("a", "province"), ("b", "province"), ("c", "city")):
            self.run(
                "CREATE (r:Region {id: $r}) SET r.name = $r, r.level = $l CREATE (p:Plan {id: $p}) SET p.region = $r, p.level = $l, "
                "p.year = 2030, p.title = $p, p.document = '', p.issuer = '', p.published = '', p.source = '', p.encoding = '', "
                "p.sha256 = '', p.reader = '', p.text = '', p.version = 1, p.current = true CREATE (p)-[:ISSUED_BY]->(r)",
                p=plan, r=f"r{plan}", l=level,
            )  # fmt: skip
        for low, high in (("a", "n"), ("b", "n"), ("c", "n"), ("c", "a")):
            self.run(
                "CREATE (l:LinkRun {id: $id}) SET l.plan = $low, l.upper = $high, l.current = true, l.encoder = '', "
                "l.fingerprint = '', l.scoring = '', l.thresholds = '{}', l.adviser = '', l.asked = 0, l.code = '', l.inputs = '', "
                "l.matches = 0, l.implements = 0, l.started = '', l.finished = ''",
                id=f"{low}{high}", low=low, high=high,
            )  # fmt: skip
        for task in ("n.1", "n.2", "a.1", "a.2", "b.1", "c.1", "c.2", "c.3"):
            self.run(
                "CREATE (t:Task {id: $id}) SET t.plan = $p, t.title = $id, t.number = '', t.kind = 'task', t.asks = true, "
                "t.position = 0, t.ordinal = 0, t.depth = 1, t.start = 0, t.`end` = 0, t.stamp = ''",
                id=task, p=task[0],
            )  # fmt: skip
            self.run(
                "CREATE (m:Measure {id: $id}) SET m.plan = $p, m.task = $t, m.text = $id, m.ordinal = 1, m.statement = 1, "
                "m.start = 0, m.`end` = 0, m.kind = 'planned', m.heading = false, m.reserved = '', m.stamp = ''",
                id=f"{task}#1", p=task[0], t=task,
            )  # fmt: skip

    def run(self, query: str, **parameters: Any) -> None:
        self.store.write(lambda t: t.run(query, parameters))

    def link(
        self, source: str, target: str, confidence: float, state: str = "proposed", *, suspect: bool = False
    ) -> None:
        label = "Measure" if "#" in source else "Task"
        self.run(
            f"MATCH (a:{label} {{id: $a}}) MATCH (b:Task {{id: $b}}) CREATE (a)-[r:IMPLEMENTS]->(b) SET r.score = $c, "
            "r.confidence = $c, r.state = $s, r.suspect = $x, r.rank = 1, r.relation = 'overlaps', r.method = 'machine'",
            a=source, b=target, c=confidence, s=state, x=suspect,
        )  # fmt: skip


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Tiny]:
    with open_store(str(tmp_path / "tiny.kgl")) as store:
        yield Tiny(store)


# The view


def test_the_view_has_typed_attributes(sample_store: Store) -> None:
    graph = network.load(sample_store)
    declared = {node.label: node for node in NODES}
    for _, data in graph.nodes(data=True):
        kind = declared[data["label"]]
        assert {"id", "label", *data} >= set(kind.properties) - kind.optional - set(
            network.LEFT_OUT.get(kind.label, ())
        )
        for name, value in data.items():
            if name != "label":
                assert type(value) is PYTHON[kind.properties[name]], name
    types = {kind.type: kind.properties for kind in RELATIONSHIPS}
    for _, _, type_, data in graph.edges(keys=True, data=True):
        assert {n: type(v) for n, v in data.items()} == {n: PYTHON[types[type_][n]] for n in data}


def test_the_view_is_narrowed_by_plan_label_and_type(sample_store: Store) -> None:
    graph = network.load(sample_store, plans=[CITY, PROVINCE], types={"IMPLEMENTS", "PART_OF"})
    plans = {n for n, d in graph.nodes(data=True) if d["label"] == "Plan"}
    assert plans == {CITY, PROVINCE}
    regions = {n for n, d in graph.nodes(data=True) if d["label"] == "Region"}
    assert regions == {"x-songling", "x-qinglan", "000000"}
    assert {k for _, _, k in graph.edges(keys=True)} == {"IMPLEMENTS", "PART_OF"}
    ends = {
        (graph.nodes[a]["plan"], graph.nodes[b]["plan"])
        for a, b, k in graph.edges(keys=True)
        if k == "IMPLEMENTS"
    }
    assert ends == {(CITY, PROVINCE)}
    tasks = network.load(sample_store, labels={"Task"})
    assert {d["label"] for _, d in tasks.nodes(data=True)} == {"Task"}
    assert {k for _, _, k in tasks.edges(keys=True)} == {"SUBTASK_OF", "IMPLEMENTS"}


def test_the_view_leaves_out_what_was_rejected_or_is_suspect_or_unlikely(tiny: Tiny) -> None:
    tiny.link("a.1", "n.1", 0.9)
    tiny.link("a.2", "n.1", 0.9, "rejected")
    tiny.link("b.1", "n.1", 0.9, "accepted", suspect=True)
    tiny.link("c.1", "n.1", 0.2)
    tiny.link("c.2", "n.1", 0.2, "accepted")

    def sources(**given: Any) -> set[str]:
        return {a for a, _ in network.load(tiny.store, types={"IMPLEMENTS"}, **given).edges()}

    assert sources() == {"a.1", "c.1", "c.2"}
    assert sources(least=0.5) == {"a.1", "c.2"}
    assert sources(states=("accepted",)) == {"c.2"}
    assert sources(states=("rejected",)) == {"a.2"}
    assert sources(suspect=True) == {"a.1", "b.1", "c.1", "c.2"}
    assert sources(plans=["n", "c"]) == {"c.1", "c.2"}


@pytest.mark.parametrize(
    "given", [{"labels": ["Plans"]}, {"types": ["LIKES"]}, {"states": ["open"]}, {"least": 2.0}]
)
def test_the_view_says_what_it_does_not_know(sample_store: Store, given: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        network.load(sample_store, **given)
    with pytest.raises(NotFoundError):
        network.load(sample_store, plans=["x-nowhere-2025"])


# Carriers


def test_a_carrier_is_worth_the_sum_of_its_confidences(tiny: Tiny) -> None:
    tiny.link("a.1", "n.1", 0.9)
    tiny.link("a.1", "n.2", 0.5)
    tiny.link("a.2", "n.1", 1.0)
    tiny.link("b.1", "n.2", 0.3)
    tiny.link("c.1", "a.1", 1.0)  # to another upper plan
    tiny.link("a.2#1", "n.2", 1.0)  # a measure is no task
    found = carriers(tiny.store, "n")
    assert [(c.task, c.priorities, c.weight, c.carried) for c in found] == [
        ("a.1", 2, 1.4, ("n.1", "n.2")), ("a.2", 1, 1.0, ("n.1",)), ("b.1", 1, 0.3, ("n.2",)),
    ]  # fmt: skip
    assert [c.task for c in carriers(tiny.store, "n", "b")] == ["b.1"]
    assert [c.task for c in carriers(tiny.store, "a")] == ["c.1"]
    assert [c.task for c in carriers(tiny.store, "n", view=View(least=0.6))] == ["a.2", "a.1"]


# Clusters


def test_what_the_same_plans_miss_is_one_cluster() -> None:
    missed = {
        "m1": ["a", "b", "c"], "m2": ["a", "b", "c"], "m3": ["a", "b"],
        "m4": ["d", "e"], "m5": ["d", "e"],
        "m6": ["f"], "m7": ["f"],  # missed by one plan only
        "m8": ["a", "d", "f", "g"],  # like none
    }  # fmt: skip
    # m1 and m2 are alike by 1, each of them and m3 by 2/3.
    assert missed_together(missed) == [
        (["m1", "m2", "m3"], round((1 + 2 / 3 + 2 / 3) / 3, 4)),
        (["m4", "m5"], 1.0),
    ]
    assert missed_together({}) == []


def test_a_plan_and_a_measure_of_one_name_are_not_mixed_up() -> None:
    assert missed_together({"a": ["a", "b"], "b": ["a", "b"]}) == [(["a", "b"], 1.0)]


def test_clusters_of_the_sample_are_gaps_indeed(sample_store: Store) -> None:
    found = gap_clusters(sample_store)
    assert found
    for cluster in found:
        assert len(cluster.measures) > 1
        for m in cluster.measures:
            for plan in m.plans:
                tasks = answers.coverage(sample_store, plan, NATION).tasks
                assert next(x.status for t in tasks for x in t.measures if x.target == m.measure) == "gap"
    assert all(PROVINCE in c.plans for c in gap_clusters(sample_store, plan=PROVINCE))


def test_a_seed_is_enough(sample_file: Path) -> None:
    """The order of sets of texts differs between processes; no answer may."""
    printed = {
        subprocess.run(
            [sys.executable, "-m", "policygraph", "measures", "clusters", "--json", "--store", str(sample_file)],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(printed) == 1


# Profiles


def test_a_profile_is_how_work_is_shared(tiny: Tiny) -> None:
    tiny.link("a.1#1", "n.1", 0.6)
    tiny.link("a.2#1", "n.2", 0.8)
    tiny.link("b.1#1", "n.1", 0.5)
    tiny.link("b.1", "n.2", 1.0)  # a task is no measure
    tiny.link("c.1#1", "n.1", 0.3)
    tiny.link("c.2#1", "n.2", 0.4)
    found = {(p.plan, p.other): p for p in profiles(tiny.store, "n")}
    assert set(found) == {("a", "b"), ("a", "c"), ("b", "c")}
    # a: (0.6, 0.8), already of length 1; b: (1, 0); c: half of a.
    assert found["a", "b"].similarity == 0.6
    assert found["a", "c"].similarity == 1.0
    differs = found["a", "b"]
    assert math.isclose(differs.share, 0.6 / 1.4, abs_tol=1e-4)
    assert (differs.differs, differs.other_share) == ("n.1", 1.0)
    assert [p.other for p in profiles(tiny.store, "n", "b")] == ["a", "c"]
    assert profiles(tiny.store, "a") == []


# Bridges


def test_chains_break_where_no_other_way_is_left() -> None:
    """n.1 is carried by a and b, which c carries both; only a carries d, and only d carries e."""
    down = nx.DiGraph([("n", "a"), ("n", "b"), ("a", "c"), ("b", "c"), ("a", "d"), ("d", "e")])
    broken, chains, served = broken_chains(down, ["n"])
    assert {k: v for k, v in broken.items() if v} == {"a": 2, "d": 1}
    assert chains == {"a": 3, "b": 1, "d": 1}
    assert served == {"a": 1, "b": 1, "d": 1}


def test_bridges_do_not_count_links_that_jump_over_a_plan(tiny: Tiny) -> None:
    tiny.link("a.1", "n.1", 0.9)
    tiny.link("a.2", "n.1", 0.9)
    tiny.link("a.1", "n.2", 0.9)
    tiny.link("c.1", "a.1", 0.9)
    tiny.link("c.2", "a.1", 0.9)
    tiny.link("c.2", "a.2", 0.9)
    tiny.link("c.1", "n.1", 0.9)  # past the province
    found = [(b.task, b.breaks, b.chains, b.priorities) for b in bridges(tiny.store, "n")]
    # To n.1: c.1 by a.1 alone, c.2 by either. To n.2: c.1 and c.2 by a.1 alone.
    assert found == [("a.1", 3, 4, 2), ("a.2", 0, 1, 1)]
    assert bridges(tiny.store, "n", "b") == []


def test_the_upper_plan_is_found(sample_store: Store) -> None:
    assert measuring.upper_of(sample_store, "carriers") == NATION
    assert measuring.upper_of(sample_store, "carriers", CITY) == NATION
    assert measuring.upper_of(sample_store, "profiles", None, PROVINCE) == PROVINCE
    assert {c.plan for c in carriers(sample_store, PROVINCE)} <= {p["id"] for p in run(sample_store, "plans")}
    with pytest.raises(NotFoundError):
        carriers(sample_store, "x-nowhere-2025")


def test_an_accepted_link_is_enough_for_a_carrier(tiny: Tiny) -> None:
    tiny.link("a.1", "n.1", 0.4)
    assert carriers(tiny.store, "n", view=View("accepted")) == []
    reviews.accept(tiny.store, "a.1", "n.1", reviewer="王")
    assert [c.task for c in carriers(tiny.store, "n", view=View("accepted"))] == ["a.1"]
