"""What named answers count, against numbers worked out by hand, on both stores.

A nation's plan asks five things for 2025, of which one (``n-2025.2#1``) only it can do, and two for 2024. Provinces A and B
and the city C under A answer; A has a plan for 2024, too. B's run has a higher threshold, and B is excused from
``n-2025.2#2``. What each makes of the five::

              1#1       1#2       1#3    2#1        2#2
    a-2025    covered   partial   gap    (reserved) gap
    b-2025    partial   covered   gap    covered    (excused)
    c-2025    gap       partial   covered (reserved) gap
"""

from collections.abc import Iterator
from typing import Any

import pytest

from graph import Store, open_store
from graph.errors import InputError, NotFoundError
from queries import run
from tests.conftest import WIPE, Server
from tests.graphs import Hand

USUAL = (
    '{"covered": 0.5, "partial": 0.2, "implements": 0.2, "addressed_slope": 1.0, "addressed_intercept": 0.0}'
)
HIGH = USUAL.replace("0.5", "0.7")
N, A, B, C = "n-2025", "a-2025", "b-2025", "c-2025"


@pytest.fixture(scope="module", params=["embedded", "neo4j"])
def small(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The graph above."""
    if request.param == "embedded":
        with open_store(str(tmp_path_factory.mktemp("counts") / "graph.kgl")) as store:
            _write(Hand(store))
            yield store
        return
    server: Server = request.getfixturevalue("running_server")
    with server.open() as store:
        store.write(lambda t: t.run(WIPE))
        _write(Hand(store))
        yield store


def _write(hand: Hand) -> None:
    for region, level, year, above, name in (
        ("n", "national", 2024, "", "N"), ("n", "national", 2025, "", "N"), ("a", "province", 2024, "n", "A"),
        ("a", "province", 2025, "n", "A"), ("b", "province", 2025, "n", "B"), ("c", "city", 2025, "a", "C"),
    ):  # fmt: skip
        hand.plan(region, level, year, above, name)
    hand.task("n-2025.1", 3)
    hand.task("n-2025.2", 2, reserved=(1,))
    hand.task("n-2024.1", 2)
    for task in ("a-2024.1", "a-2025.1", "a-2025.2", "a-2025.3", "b-2025.1", "b-2025.2", "c-2025.1"):
        hand.task(task, 1)
    # A heading without work of its own is no orphan.
    hand.task("a-2025.4", 0)
    hand.measure("a-2025.4", 0, heading=True)
    for plan, upper in (("a-2024", "n-2024"), (A, N), (C, N), (C, A)):
        hand.run(plan, upper, USUAL)
    hand.run(B, N, HIGH)
    hand.link("a-2024.1#1", "n-2024.1#1", 0.9)
    hand.link("a-2025.1#1", "n-2025.1#1", 0.9)
    hand.link("a-2025.1#1", "n-2025.1#2", 0.3)
    hand.link("a-2025.1#1", "n-2025.2#2", 0.1)
    hand.link("b-2025.1#1", "n-2025.1#1", 0.6)
    hand.link("b-2025.1#1", "n-2025.1#2", 0.75)
    hand.link("b-2025.1#1", "n-2025.2#1", 0.8)
    hand.link("c-2025.1#1", "n-2025.1#1", 0.9, "rejected", method="both")
    hand.link("c-2025.1#1", "n-2025.1#2", 0.1, "accepted", method="both", covers="partly")
    hand.link(
        "c-2025.1#1",
        "n-2025.1#3",
        0.55,
        "accepted",
        method="both",
        suspect=True,
        decision="d1",
        reviewer="周",
    )
    hand.node(
        "Decision", "d1", source="c-2025.1#1", target="n-2025.1#3", verdict="accepted", current=True, plan=C, upper=N,
        source_text="earlier words", target_text="words above",
    )  # fmt: skip
    hand.node(
        "Decision", "d2", target="n-2025.2#2", target_stamp="sn-2025.2#2", verdict="not_applicable", current=True,
        plan=B, upper=N,
    )  # fmt: skip
    hand.link("a-2025.1", "n-2025.1", 0.9)
    hand.link("a-2025.2", "n-2025.1", 0.6)
    hand.link("b-2025.1", "n-2025.1", 0.7)
    hand.link("b-2025.1", "n-2025.2", 0.4, "accepted", method="both", suspect=True, decision="d3")
    hand.link("c-2025.1", "n-2025.1", 0.99, "rejected", method="both")
    hand.link("c-2025.1", "a-2025.1", 0.8)
    hand.link("a-2025.1#1", "n-2025.1", 0.9)
    hand.link("b-2025.1#1", "n-2025.1", 0.3)
    hand.link("b-2025.2#1", "n-2025.2", 0.4)
    hand.link("c-2025.1#1", "n-2025.2", 0.5)


def rows(store: Store, name: str, *columns: str, **given: Any) -> list[tuple[Any, ...]]:
    return [tuple(row[c] for c in columns) for row in run(store, name, **given)]


COUNTS = ("asked", "covered", "partial", "gap", "not_applicable", "share")


def test_by_level(small: Store) -> None:
    assert rows(small, "coverage_by_level", "level", "regions", *COUNTS) == [
        ("province", 2, 8, 3, 2, 3, 2, 0.5),
        ("city", 1, 4, 1, 1, 2, 1, 0.375),
    ]
    assert rows(small, "coverage_by_level", "level", *COUNTS, mode="accepted") == [
        ("province", 7, 0, 0, 7, 3, 0.0),
        ("city", 4, 0, 1, 3, 1, 0.125),
    ]
    # From .65 on: A keeps 1#1, B 1#2 and 2#1, C what a person accepted, whatever the machine thought.
    assert rows(small, "coverage_by_level", "level", *COUNTS, least=0.65) == [
        ("province", 8, 3, 0, 5, 2, 0.375),
        ("city", 4, 0, 1, 3, 1, 0.125),
    ]


def test_by_region(small: Store) -> None:
    assert rows(small, "coverage_by_region", "region", "name", "level", "parent", "plan", *COUNTS) == [
        ("a", "A", "province", "n", A, 4, 1, 1, 2, 1, 0.375),
        ("b", "B", "province", "n", B, 4, 2, 1, 1, 1, 0.625),
        ("c", "C", "city", "a", C, 4, 1, 1, 2, 1, 0.375),
    ]
    assert rows(small, "coverage_by_region", "region", level="city") == [("c",)]
    assert rows(small, "coverage_by_region", "region", "year", upper="n-2024") == [("a", 2024)]


def test_by_year_and_from_year_to_year(small: Store) -> None:
    assert rows(small, "coverage_by_year", "year", "upper", "plans", *COUNTS) == [
        (2024, "n-2024", 1, 2, 1, 0, 1, 0, 0.5),
        (2025, N, 3, 12, 4, 3, 5, 3, 0.4583),
    ]
    assert rows(small, "coverage_by_year", "year", "plans", region="B") == [(2025, 1)]
    assert rows(small, "coverage_trend", "region", "plan", "year", "upper", "share", "change") == [
        ("a", "a-2024", 2024, "n-2024", 0.5, None),
        ("a", A, 2025, N, 0.375, -0.125),
    ]
    assert rows(small, "coverage_trend", "region", region="b") == []


def test_shared_gaps(small: Store) -> None:
    expected = [
        ("n-2025.1#3", 2, 3, 0.6667, ["A", "B"], [A, B]),
        ("n-2025.2#2", 2, 2, 1.0, ["A", "C"], [A, C]),
        ("n-2025.1#1", 1, 3, 0.3333, ["C"], [C]),
    ]
    columns = ("target", "regions", "asked", "share", "names", "plans")
    assert rows(small, "shared_gaps", *columns) == expected
    assert rows(small, "shared_gaps", *columns, shared_by=2) == expected[:2]
    assert rows(small, "shared_gaps", *columns, limit=1) == expected[:1]
    assert rows(small, "shared_gaps", "target", "asked", level="city") == [
        ("n-2025.1#1", 1),
        ("n-2025.2#2", 1),
    ]


def test_what_nobody_carries(small: Store) -> None:
    assert rows(small, "orphan_measures", "target", "title", "asked") == [("n-2025.2#2", "task 2", 2)]
    assert rows(small, "orphan_measures", "target", "asked", least=0.65) == [
        ("n-2025.1#3", 3),
        ("n-2025.2#2", 2),
    ]
    assert rows(small, "orphan_priorities", "task") == []
    assert rows(small, "orphan_priorities", "task", "measures", "asked", "best", mode="accepted") == [
        ("n-2025.1", 3, 3, 0.1667),
        ("n-2025.2", 2, 2, 0.0),
    ]


def test_local_tasks_that_implement_nothing(small: Store) -> None:
    # C's link to the nation was rejected; a measure of it implements another task, so it is no orphan.
    assert rows(small, "orphan_tasks", "task", "plan", "region", "measures") == [
        ("a-2024.1", "a-2024", "A", 1),
        ("a-2025.3", A, "A", 1),
    ]
    assert rows(small, "orphan_tasks", "task", upper=N) == [("a-2025.3",)]
    assert rows(small, "orphan_tasks", "task", upper=N, plan=C, least=0.6) == [("c-2025.1",)]
    assert rows(small, "orphan_tasks", "task", plan=B, mode="accepted") == [("b-2025.1",), ("b-2025.2",)]


def test_priorities_by_strength(small: Store) -> None:
    columns = (
        "task",
        "asked",
        "carried",
        "covered",
        "partial",
        "gap",
        "not_applicable",
        "share",
        "tasks",
        "confidence",
    )
    assert rows(small, "priority_strength", *columns) == [
        ("n-2025.1", 3, 3, 0, 3, 0, 0, 0.5, 3, 0.8),
        ("n-2025.2", 3, 1, 1, 0, 2, 0, 0.3333, 1, 0.4),
    ]
    assert rows(
        small, "priority_strength", "task", "share", "confidence", mode="accepted", level="province"
    ) == [("n-2025.1", 0.0, None), ("n-2025.2", 0.0, None)]


def test_who_leads_and_who_lags(small: Store) -> None:
    columns = ("rank", "of", "region", "share", "difference")
    assert rows(small, "coverage_leaders", *columns) == [
        (1, 3, "b", 0.625, 0.1667),
        (2, 3, "a", 0.375, -0.0833),
        (2, 3, "c", 0.375, -0.0833),
    ]
    assert rows(small, "coverage_leaders", "rank", "region", "asked", "share", priority="n-2025.2") == [
        (1, "b", 1, 1.0),
        (2, "a", 1, 0.0),
        (2, "c", 1, 0.0),
    ]
    assert rows(
        small, "priority_leaders", "task", "asked", "mean", "best", "worst", "leading", "lagging"
    ) == [("n-2025.1", 3, 0.5, 0.5, 0.5, [], []), ("n-2025.2", 3, 0.3333, 1.0, 0.0, ["B"], ["A", "C"])]


def test_the_matrix_and_a_plan_in_it(small: Store) -> None:
    assert rows(small, "coverage_matrix", "task", "plan", "status", "share", "asked") == [
        ("n-2025.1", A, "partial", 0.5, 3), ("n-2025.1", B, "partial", 0.5, 3), ("n-2025.1", C, "partial", 0.5, 3),
        ("n-2025.2", A, "gap", 0.0, 1), ("n-2025.2", B, "covered", 1.0, 1), ("n-2025.2", C, "gap", 0.0, 1),
    ]  # fmt: skip
    columns = ("target", "status", "reason", "nearest")
    assert rows(small, "plan_statuses", *columns, plan=B, upper=N) == [
        ("n-2025.1#1", "partial", "", "b-2025.1#1"),
        ("n-2025.1#2", "covered", "", "b-2025.1#1"),
        ("n-2025.1#3", "gap", "", None),
        ("n-2025.2#1", "covered", "", "b-2025.1#1"),
        ("n-2025.2#2", "not_applicable", "ruled", None),
    ]
    assert rows(small, "plan_statuses", "target", plan=C, status="covered") == [("n-2025.1#3",)]


def test_plans_alike(small: Store) -> None:
    # A puts all into 1; B .3 and .4 of .7 into 1 and 2; C all into 2.
    assert rows(small, "nearest_plans", "plan", "similarity", "differs", "share", "other_share", plan=A) == [
        (B, 0.6, "n-2025.1", 1.0, 0.4286),
        (C, 0.0, "n-2025.1", 1.0, 0.0),
    ]
    assert rows(small, "nearest_plans", "plan", plan=A, limit=1) == [(B,)]


def test_the_cascade(small: Store) -> None:
    columns = ("priority", "plan", "standing", "breaks", "plans", "path", "weakest", "score")
    assert rows(small, "cascade_chains", *columns) == [
        ("n-2025.1", C, "carried", None, [A, C], ["a-2025.1", "c-2025.1"], "c-2025.1", 0.8),
        ("n-2025.1", B, "carried", None, [B], ["b-2025.1"], "b-2025.1", 0.7),
        ("n-2025.2", C, "absent", A, [A, C], [], None, None),
        ("n-2025.2", B, "carried", None, [B], ["b-2025.1"], "b-2025.1", 0.4),
    ]
    counts = ("priority", "carried", "partly", "unlinked", "stops", "skips", "absent", "stopping")
    assert rows(small, "cascade_counts", *counts) == [
        ("n-2025.1", 2, 2, 0, 0, 0, 0, []),
        ("n-2025.2", 1, 0, 0, 0, 0, 1, []),
    ]
    # Accepted links alone: only C holds 1#2 by a person's word, in part, which is no more than a gap of the task.
    assert rows(small, "cascade_chains", "priority", "standing", region="C", mode="accepted") == [
        ("n-2025.1", "absent"),
        ("n-2025.2", "absent"),
    ]


def test_how_far_links_are_reviewed(small: Store) -> None:
    columns = ("upper", "kind", "links", "unreviewed", "accepted", "rejected", "suspect")
    assert rows(small, "review_counts", *columns, plan=C) == [
        (A, "tasks", 1, 1, 0, 0, 0),
        (N, "matches", 3, 0, 1, 1, 1),
        (N, "measures", 1, 1, 0, 0, 0),
        (N, "tasks", 1, 0, 0, 1, 0),
    ]
    seen = ("kind", "source", "target", "state", "source_seen", "target_seen")
    assert rows(small, "suspect_links", *seen) == [
        ("tasks", "b-2025.1", "n-2025.2", "accepted", None, None),
        ("matches", "c-2025.1#1", "n-2025.1#3", "accepted", "earlier words", "words above"),
    ]
    assert rows(small, "suspect_links", "source", upper=N, plan=C) == [("c-2025.1#1",)]
    assert rows(small, "unreviewed_links", "kind", "source", "target", "confidence", plan=B) == [
        ("matches", "b-2025.1#1", "n-2025.1#1", 0.6), ("measures", "b-2025.2#1", "n-2025.2", 0.4),
        ("tasks", "b-2025.1", "n-2025.1", 0.7), ("measures", "b-2025.1#1", "n-2025.1", 0.3),
        ("matches", "b-2025.1#1", "n-2025.1#2", 0.75), ("matches", "b-2025.1#1", "n-2025.2#1", 0.8),
    ]  # fmt: skip
    assert rows(small, "unreviewed_links", "confidence", plan=B, least=0.75, limit=1) == [(0.75,)]


def test_what_cannot_be_asked_is_said(small: Store) -> None:
    with pytest.raises(InputError, match="no mode 'some'"):
        run(small, "coverage_by_level", mode="some")
    with pytest.raises(InputError, match="no level 'village'"):
        run(small, "coverage_by_region", level="village")
    with pytest.raises(InputError, match="no confidence"):
        run(small, "shared_gaps", least=1.5)
    with pytest.raises(InputError, match="asks nothing"):
        run(small, "coverage_leaders", priority="a-2025.4")
    with pytest.raises(NotFoundError, match="no plan 'x-2025'"):
        run(small, "orphan_measures", upper="x-2025")
    with pytest.raises(InputError, match="no parameter 'store'"):
        run(small, "plans", store="x")
