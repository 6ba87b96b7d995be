"""The cascade on both stores: every word of its vocabulary, what rejected links and rulings do to it, and its cost."""

from pathlib import Path
from typing import Any

import pytest

from embeddings import open_encoder
from graph import Store
from graph.errors import InputError, NotFoundError
from policygraph import jobs
from policygraph.reviews import excuse
from queries.cascade import STANDINGS, cascade, chains, tally
from review import View
from tests.plans import CITY, MANIFEST, PROVINCE, write_plans

NATION = "000000-2030"
MORE = """
[[plan]]
file = "dry.txt"
region = "x-gan"
name = "干市"
level = "city"
parent = "x-jing"
year = 2030

[[plan]]
file = "wet.txt"
region = "x-ze"
name = "泽市"
level = "city"
parent = "x-dai"
year = 2030

[[plan]]
file = "bare.txt"
region = "x-dai"
name = "岱省"
level = "province"
parent = "000000"
year = 2030

[[plan]]
file = "port.txt"
region = "x-bo"
name = "泊市"
level = "municipality"
parent = "000000"
year = 2030

[[plan]]
file = "old.txt"
region = "x-jing"
name = "靖省"
level = "province"
parent = "000000"
year = 2029
"""
TEXTS = {
    "dry": "干市2030年工作要点\n一、戏曲进社区\n（1）组织惠民演出120场。\n（2）培训乡村文艺骨干300人。\n",
    "wet": CITY.replace("岚市", "泽市"),
    "bare": "岱省2030年工作要点\n一、发展渔业旅游\n1.举办开渔节，培育休闲渔庄30家。\n",
    "port": PROVINCE.replace("靖省", "泊市"),
    "old": PROVINCE.replace("2030", "2029"),
}


@pytest.fixture
def built(store: Store, tmp_path: Path) -> Store:
    folder = write_plans(tmp_path / "plans", manifest=MANIFEST + MORE, **TEXTS)
    jobs.build(store, jobs.read(folder), open_encoder("policy-zh"))
    return store


def standings(store: Store, priority: str, **view: Any) -> dict[str, str]:
    return {c.plan: c.standing for c in cascade(store, priority, **view).chains}


def test_every_word_occurs(built: Store) -> None:
    # The municipality covers the lakes, but by single measures: no task of it is linked any more.
    cut = "MATCH (a:Task {plan: 'x-bo-2030'})-[e:IMPLEMENTS]->(b:Task {id: '000000-2030.2'}) DELETE e"
    built.write(lambda t: t.run(cut))
    assert standings(built, f"{NATION}.2") == {
        "x-lan-2030": "carried", "x-gan-2030": "stops", "x-ze-2030": "skips", "x-bo-2030": "unlinked",
    }  # fmt: skip
    assert set(standings(built, f"{NATION}.3").values()) == {"absent"}
    for measure in ("1", "2"):
        excuse(
            built, f"{NATION}.3#{measure}", "not_applicable", plan="x-gan-2030", note="不涉及", reviewer="周"
        )
    found = chains(built)
    assert {c.standing for c in found} == set(STANDINGS)
    assert standings(built, f"{NATION}.3")["x-gan-2030"] == "not_applicable"
    assert {c.plan: c.breaks for c in found if c.priority == f"{NATION}.2"} == {
        "x-lan-2030": None, "x-gan-2030": "x-gan-2030", "x-ze-2030": "x-dai-2030", "x-bo-2030": "x-bo-2030",
    }  # fmt: skip
    # Last year's plan of the province is linked to this nation's plan, too, but it is not the nearest.
    assert {s.plan for c in found for s in c.steps} == {
        "x-jing-2030", "x-dai-2030", "x-lan-2030", "x-gan-2030", "x-ze-2030", "x-bo-2030",
    }  # fmt: skip
    sums = {t.priority: t for t in tally(found)}
    assert [s.name for s in sums[f"{NATION}.2"].stopping] == ["干市"]
    assert [s.name for s in sums[f"{NATION}.2"].skipping] == ["泽市"]


def test_a_path_is_made_of_links_and_its_weakest_hop_is_one_of_them(built: Store) -> None:
    chain = next(c for c in cascade(built, f"{NATION}.1").chains if c.plan == "x-lan-2030")
    assert [s.plan for s in chain.steps] == ["x-jing-2030", "x-lan-2030"]
    assert chain.path[0].target == f"{NATION}.1"
    assert chain.path[1].target == chain.path[0].source
    assert chain.weakest == min(chain.path, key=lambda h: h.score)
    for hop in chain.path:
        (row,) = built.read(
            "MATCH (a:Task {id: $a})-[i:IMPLEMENTS]->(b:Task {id: $b}) RETURN i.score AS s, i.confidence AS c, a.title AS t",
            {"a": hop.source, "b": hop.target},
        )
        assert (row["s"], row["c"], row["t"]) == (hop.score, hop.confidence, hop.source_title)


def test_a_rejected_link_is_no_hop(built: Store) -> None:
    before = cascade(built, f"{NATION}.1")
    chain = next(c for c in before.chains if c.plan == "x-lan-2030")
    mark = "MATCH (a:Task {id: $a})-[i:IMPLEMENTS]->(b:Task {id: $b}) SET i.state = $state"
    ends = {"a": chain.path[1].source, "b": chain.path[1].target}
    built.write(lambda t: t.run(mark, {**ends, "state": "rejected"}))
    after = cascade(built, f"{NATION}.1")
    again = next(c for c in after.chains if c.plan == "x-lan-2030")
    assert again.path != chain.path
    assert ends["a"] not in {h.source for h in again.path if h.target == ends["b"]}

    def edges(target: str, hops: Any) -> set[tuple[str, str]]:
        return {(h.task, target) for h in hops} | {e for h in hops for e in edges(h.task, h.below)}

    gone = edges(f"{NATION}.1", before.hops) - edges(f"{NATION}.1", after.hops)
    assert (ends["a"], ends["b"]) in gone
    rejected_all = "MATCH (a:Task {plan: 'x-lan-2030'})-[i:IMPLEMENTS]->(b:Task {plan: 'x-jing-2030'}) SET i.state = 'rejected'"
    built.write(lambda t: t.run(rejected_all))
    assert standings(built, f"{NATION}.1")["x-lan-2030"] == "unlinked"


def test_only_accepted_or_only_sure_links_can_be_asked_for(built: Store) -> None:
    accepted = View(mode="accepted")
    assert set(standings(built, f"{NATION}.1", view=accepted).values()) == {"absent"}
    built.write(lambda t: t.run("MATCH (a:Measure)-[i:MATCHES]->(b:Measure) SET i.state = 'accepted'"))
    assert standings(built, f"{NATION}.1", view=accepted)["x-lan-2030"] == "unlinked"
    built.write(lambda t: t.run("MATCH (a:Task)-[i:IMPLEMENTS]->(b:Task) SET i.state = 'accepted'"))
    assert standings(built, f"{NATION}.1", view=accepted)["x-lan-2030"] == "carried"
    # What was accepted for other words counts for nothing.
    built.write(lambda t: t.run("MATCH (a:Task)-[i:IMPLEMENTS]->(b:Task) SET i.suspect = true"))
    assert standings(built, f"{NATION}.1", view=accepted)["x-lan-2030"] == "unlinked"
    assert standings(built, f"{NATION}.1")["x-lan-2030"] == "carried"
    built.write(lambda t: t.run("MATCH (a:Task)-[i:IMPLEMENTS]->(b:Task) SET i.confidence = 0.5"))
    assert standings(built, f"{NATION}.1", view=View(least=0.5))["x-lan-2030"] == "carried"
    assert standings(built, f"{NATION}.1", view=View(least=0.51))["x-lan-2030"] == "unlinked"


def test_a_region_is_part_of_its_own_chains_and_of_those_below(built: Store) -> None:
    assert {c.plan for c in chains(built, region="x-jing")} == {"x-lan-2030", "x-gan-2030"}
    assert {c.plan for c in chains(built, region="岚市")} == {"x-lan-2030"}
    assert {c.plan for c in chains(built, "x-jing-2030")} == {"x-lan-2030", "x-gan-2030"}
    assert {h.plan for h in cascade(built, f"{NATION}.1", region="泊市").hops} == {"x-bo-2030"}
    with pytest.raises(NotFoundError, match="x-nowhere"):
        chains(built, region="x-nowhere")


def test_a_task_that_asks_nothing_has_no_cascade(built: Store) -> None:
    with pytest.raises(InputError, match="asks nothing"):
        cascade(built, "x-lan-2030.1")
    with pytest.raises(NotFoundError, match="no task"):
        cascade(built, f"{NATION}.99")


def test_a_city_without_a_plan_above_it_is_a_chain_of_its_own(built: Store) -> None:
    jobs.remove(built, "x-dai-2030")
    jobs.link(built, open_encoder("policy-zh"))
    chain = next(c for c in cascade(built, f"{NATION}.2").chains if c.plan == "x-ze-2030")
    assert (chain.standing, [s.plan for s in chain.steps]) == ("carried", ["x-ze-2030"])


def test_the_number_of_queries_does_not_follow_the_plans(
    built: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    reading = built.read

    def counted(query: str, *given: Any, **more: Any) -> Any:
        asked.append(query)
        return reading(query, *given, **more)

    monkeypatch.setattr(built, "read", counted)
    chains(built)
    many = len(asked)
    asked.clear()
    chains(built, region="x-bo")
    assert many - len(asked) == 1  # one level less
    assert many < 15
