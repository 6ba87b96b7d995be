"""What a cascade is called, which path is best, and which plans make a chain; without a store."""

from typing import Any

import pytest

from queries.cascade import Chain, PathHop, Step, best_path, judge, plan_lines, tally

TOP = "000000-2030.1"
PRIORITY: dict[str, Any] = {"id": TOP, "number": "一、", "title": "供水", "position": 0}
NAMES = {"c": "covered", "p": "partial", "g": "gap", "n": "not_applicable"}
PLANS = ("prov", "city", "county")


def steps(statuses: str) -> list[Step]:
    return [
        Step(plan, plan, plan, "city", 2030, NAMES[s], 0.5)  # type: ignore[arg-type]
        for plan, s in zip(PLANS, statuses, strict=False)
    ]


def hop(source: str, target: str, score: float, state: str = "proposed") -> PathHop:
    plans = [id_.rpartition(".")[0] for id_ in (source, target)]
    return PathHop(source, plans[0], source, target, plans[1], target, score, score, state)


def links(*hops: PathHop) -> dict[tuple[str, str], list[PathHop]]:
    found: dict[tuple[str, str], list[PathHop]] = {}
    for h in hops:
        found.setdefault((h.source_plan, h.target), []).append(h)
    return found


JOINED = links(
    hop("prov.1", TOP, 0.9), hop("city.1", "prov.1", 0.6), hop("county.1", "city.1", 0.8),
    hop("city.2", TOP, 0.7), hop("county.3", "city.2", 0.8), hop("county.2", TOP, 0.5),
)  # fmt: skip


def short(chain: Chain) -> tuple[str, str | None, list[str]]:
    return chain.standing, chain.breaks, [h.source for h in chain.path]


@pytest.mark.parametrize(
    ("statuses", "standing", "breaks", "path"),
    [
        ("c", "carried", None, ["prov.1"]),
        ("g", "absent", "prov", []),
        ("n", "not_applicable", None, []),
        ("cc", "carried", None, ["prov.1", "city.1"]),
        ("pc", "carried", None, ["prov.1", "city.1"]),
        ("cg", "stops", "city", ["prov.1"]),
        ("gc", "skips", "prov", ["city.2"]),
        ("gg", "absent", "prov", []),
        ("ng", "absent", "city", []),
        ("nc", "carried", None, ["city.2"]),
        ("cn", "not_applicable", None, ["prov.1"]),
        ("nn", "not_applicable", None, []),
        ("gn", "not_applicable", None, []),
        ("ccc", "carried", None, ["prov.1", "city.1", "county.1"]),
        ("ccg", "stops", "county", ["prov.1", "city.1"]),
        ("cgg", "stops", "city", ["prov.1"]),
        ("cgc", "skips", "city", ["county.2"]),
        ("gcc", "skips", "prov", ["city.2", "county.3"]),
        ("gcg", "stops", "county", ["city.2"]),
        ("cnc", "carried", None, ["county.2"]),
        ("cng", "stops", "county", ["prov.1"]),
    ],
)  # fmt: skip
def test_the_standing_of_a_chain(statuses: str, standing: str, breaks: str | None, path: list[str]) -> None:
    chain = judge(PRIORITY, steps(statuses), JOINED)
    assert short(chain) == (standing, breaks, path)
    assert chain.partly == ("p" in statuses)
    assert chain.plan == PLANS[len(statuses) - 1]


def test_covered_without_links_is_not_carried() -> None:
    assert short(judge(PRIORITY, steps("c"), {})) == ("unlinked", "prov", [])
    only_top = links(hop("prov.1", TOP, 0.9), hop("city.2", TOP, 0.7))
    assert short(judge(PRIORITY, steps("cc"), only_top)) == ("unlinked", "city", ["prov.1"])
    elsewhere = links(hop("prov.1", TOP, 0.9), hop("city.1", "prov.2", 0.9))
    assert short(judge(PRIORITY, steps("cc"), elsewhere)) == ("unlinked", "city", ["prov.1"])


def test_the_weakest_hop_decides_which_path_is_best() -> None:
    found = links(
        hop("prov.1", TOP, 0.99), hop("city.1", "prov.1", 0.4),
        hop("prov.2", TOP, 0.7), hop("city.1", "prov.2", 0.6), hop("city.2", "prov.2", 0.55),
    )  # fmt: skip
    path, broken = best_path(TOP, ["prov", "city"], found)
    assert [h.source for h in path] == ["prov.2", "city.1"]
    assert broken is None
    weakest = judge(PRIORITY, steps("cc"), found).weakest
    assert weakest is not None
    assert (weakest.source, weakest.target, weakest.score) == ("city.1", "prov.2", 0.6)


def test_a_link_that_a_person_accepted_is_never_the_weakest() -> None:
    found = links(hop("prov.1", TOP, 0.3, "accepted"), hop("city.1", "prov.1", 0.6), hop("prov.2", TOP, 0.5))
    chain = judge(PRIORITY, steps("cc"), found)
    assert [h.source for h in chain.path] == ["prov.1", "city.1"]
    assert chain.weakest is not None
    assert chain.weakest.source == "city.1"


def test_equal_paths_are_told_apart_by_their_sum_then_by_id() -> None:
    found = links(hop("prov.3", TOP, 0.5), hop("prov.2", TOP, 0.5), hop("prov.1", TOP, 0.4))
    assert [h.source for h in best_path(TOP, ["prov"], found)[0]] == ["prov.2"]
    found = links(
        hop("prov.1", TOP, 0.6), hop("prov.2", TOP, 0.9), hop("city.1", "prov.1", 0.5), hop("city.2", "prov.2", 0.5)
    )  # fmt: skip
    assert [h.source for h in best_path(TOP, ["prov", "city"], found)[0]] == ["prov.2", "city.2"]


def plan(region: str, year: int = 2030) -> dict[str, Any]:
    return {"id": f"{region}-{year}", "region": region, "year": year}


def ids(lines: Any) -> list[list[str]]:
    return [[p["id"] for p in line] for line in lines]


def test_chains_follow_the_runs_of_linking() -> None:
    nation = "000000-2030"
    plans = [plan(r) for r in ("prov", "poor", "mun", "city", "lone", "county")]
    pairs = [(p["id"], nation) for p in plans]
    pairs += [("city-2030", "prov-2030"), ("county-2030", "city-2030"), ("lone-2030", "gone-2030")]
    assert ids(plan_lines(plans, pairs, nation, 2030)) == [
        ["prov-2030", "city-2030", "county-2030"], ["poor-2030"], ["mun-2030"], ["lone-2030"],
    ]  # fmt: skip


def test_of_several_years_the_nearest_counts_and_linking_says_which_is_above() -> None:
    nation = "000000-2030"
    plans = [
        plan("prov", 2028),
        plan("prov", 2029),
        plan("prov", 2031),
        plan("city", 2029),
        plan("lone", 2030),
    ]
    pairs = [(p["id"], nation) for p in plans] + [("city-2029", "prov-2029")]
    assert ids(plan_lines(plans, pairs, nation, 2030)) == [
        ["prov-2029", "city-2029"], ["prov-2031"], ["lone-2030"],
    ]  # fmt: skip


def test_a_priority_is_counted_over_its_chains() -> None:
    found = [judge(PRIORITY, steps(s), JOINED) for s in ("cc", "cp", "cg", "gc", "gg", "cn")]
    (counted,) = tally([*found, judge(PRIORITY, steps("c"), {})])
    assert (counted.carried, counted.partly, counted.unlinked, counted.stops) == (2, 1, 1, 1)
    assert (counted.skips, counted.absent, counted.not_applicable) == (1, 1, 1)
    assert [s.plan for s in counted.stopping] == ["city"]
    assert [s.plan for s in counted.skipping] == ["city"]
