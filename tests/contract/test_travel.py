"""Decisions as JSON Lines, and into another graph, on both stores."""

import json
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from embeddings import open_encoder
from graph import Store, open_store
from graph.errors import InputError
from policygraph import jobs, reviews
from queries.review import Filter, Item, history, look, queue
from review import travel
from tests.plans import PROVINCE as PROVINCE_TEXT
from tests.plans import write_plans

NATION, PROVINCE = "000000-2030", "x-jing-2030"
WETLAND = f"{NATION}.2#2"
LONGER = PROVINCE_TEXT.replace("一、夯实", "一、完善水务规划\n编制水务规划。\n一、夯实", 1)
"""Another heading above all others: the same words have other ids."""


def build(store: Store, folder: Path, **texts: str) -> Store:
    jobs.build(store, jobs.read(write_plans(folder, **texts)), open_encoder("policy-zh"))
    return store


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Store]:
    """Where the decisions are taken."""
    with open_store(str(tmp_path / "here.kgl")) as opened:
        yield build(opened, tmp_path / "here")


@pytest.fixture
def third(tmp_path: Path) -> Iterator[Store]:
    """A graph of a third reviewer."""
    with open_store(str(tmp_path / "third.kgl")) as opened:
        yield build(opened, tmp_path / "third")


def evidence(store: Store) -> Item:
    found = queue(store, Filter(plan=PROVINCE, upper=NATION, kinds=("matches",), deciding=True), "plan")
    return max(found, key=lambda i: i.score)


def log(store: Store) -> list[dict[str, Any]]:
    return travel.read(travel.export(store), "log")


def words(store: Store) -> list[tuple[Any, ...]]:
    """What the log says, without ids of ends."""
    return [
        (r["id"], r["verdict"], r["source_text"], r["target_text"], r["at"], r["current"]) for r in log(store)
    ]


def decide(store: Store) -> Item:
    """Three decisions on a link, one on an excuse."""
    item = evidence(store)
    reviews.accept(store, item.source, item.target, covers="partly", note="仅一半", reviewer="周")
    reviews.reject(store, item.source, item.target, reviewer="吴")
    reviews.accept(store, item.source, item.target, relation="broader", covers="partly", reviewer="周")
    reviews.excuse(store, WETLAND, "not_applicable", plan=PROVINCE, reviewer="周", note="本省没有湿地")
    return item


def test_decisions_find_the_same_words_under_other_ids(here: Store, store: Store, tmp_path: Path) -> None:
    item = decide(here)
    build(store, tmp_path / "there", province=LONGER)
    done = travel.take(store, log(here))
    assert (done.added, done.known, done.moved) == (4, 0, 3)
    (found,) = queue(store, Filter(finding="accepted"))
    assert found.source != item.source
    assert (found.source_text, found.target_text) == (item.source_text, item.target_text)
    assert (found.suspect, found.covers, found.relation, found.reviewer) == (False, "partly", "broader", "周")
    entries = history(store, found.subject)
    assert [e.verdict for e in entries] == ["accepted", "rejected", "accepted"]
    assert [e.current for e in entries] == [False, False, True]
    assert [b.previous for b in entries] == ["", *(a.id for a in entries[:-1])]
    assert words(store) == words(here)
    assert [(e.measure, e.stands) for e in reviews.excuses(store)] == [(WETLAND, "valid")]
    again = travel.take(store, log(here))
    assert (again.added, again.known, again.moved) == (0, 4, 0)
    back = travel.take(here, log(store))
    assert (back.added, back.known) == (0, 4)
    assert words(store) == words(here)


def test_other_words_are_suspect_and_what_is_gone_is_closed_until_it_comes(
    here: Store, store: Store, tmp_path: Path
) -> None:
    item = decide(here)
    build(
        store,
        tmp_path / "there",
        province=PROVINCE_TEXT.replace(item.source_text, item.source_text + "并宣传"),
    )
    travel.take(store, log(here))
    (found,) = queue(store, Filter(finding="suspect"))
    assert (found.source, found.source_seen) == (item.source, item.source_text)
    short = "".join(
        line for line in PROVINCE_TEXT.splitlines(keepends=True) if item.source_text[:6] not in line
    )
    build(store, tmp_path / "short", province=short)
    stands = {e.stands for e in history(store, item.subject)}
    assert stands <= {"closed", "suspect"}
    assert "valid" not in stands
    build(store, tmp_path / "back")
    now = look(store, item.source, item.target).link
    assert now is not None
    assert (now.state, now.suspect) == ("accepted", False)


def test_decisions_wait_for_plans_that_are_not_there(here: Store, store: Store, tmp_path: Path) -> None:
    item = decide(here)
    done = travel.take(store, log(here))
    assert (done.added, done.moved) == (4, 0)
    assert {e.stands for e in history(store)} == {"closed"}
    build(store, tmp_path / "there")
    found = look(store, item.source, item.target).link
    assert found is not None
    assert (found.state, found.covers, found.suspect) == ("accepted", "partly", False)


def test_of_two_logs_the_later_decision_stands_in_whatever_order_they_come(
    here: Store, third: Store, store: Store, tmp_path: Path
) -> None:
    item = evidence(here)
    reviews.accept(here, item.source, item.target, reviewer="周")
    travel.take(third, log(here))
    reviews.reject(third, item.source, item.target, reviewer="吴")
    reviews.reject(here, item.source, item.target, reviewer="周")
    reviews.accept(here, item.source, item.target, covers="partly", reviewer="周")
    build(store, tmp_path / "there")
    both = {r["id"]: r for r in (*log(here), *log(third))}.values()
    seen = []
    found = look(here, item.source, item.target)
    for order in permutations([log(here), log(third), list(both)[::-1]], 2):
        store.write(lambda t: t.run("MATCH (d:Decision) DELETE d"))
        jobs.link(store, open_encoder("policy-zh"), force=True)
        for part in order:
            travel.take(store, part)
        found = look(store, item.source, item.target)
        assert found.link is not None
        assert (found.link.state, found.link.reviewer, found.link.covers) == ("accepted", "周", "partly")
        assert [e.current for e in found.history] == [False] * 3 + [True]
        assert found.link.token == found.token
        seen.append(words(store))
    assert all(s == seen[0] for s in seen)
    travel.take(here, log(third))
    travel.take(third, log(here))
    assert words(here) == words(third) == seen[0]
    # What was decided while apart is decided on anew, and the log goes on from the one that stands.
    last = reviews.withdraw(third, item.source, item.target, reviewer="吴")
    assert last.previous == found.history[-1].id


def test_ends_with_the_same_words_twice_are_not_guessed(here: Store, store: Store, tmp_path: Path) -> None:
    item = decide(here)
    twice = LONGER + f"四、其他\n{item.source_text}。\n"
    build(store, tmp_path / "there", province=twice)
    done = travel.take(store, log(here))
    assert done.moved == 0
    assert {e.stands for e in history(store, item.subject)} <= {"suspect", "closed"}
    assert queue(store, Filter(finding="accepted")) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"verdict": "adored"}, "contradicts itself"),
        ({"subject": "a b"}, "contradicts itself"),
        ({"current": 1}, "current is not of type boolean"),
        ({"at": None}, "at is not of type string"),
        ({"more": ""}, "is no decision"),
        ({"at": "yesterday"}, "contradicts itself"),
        ({"at": "2030-01-01"}, "contradicts itself"),
        ({"relation": "alike"}, "contradicts itself"),
        ({"covers": "half"}, "contradicts itself"),
        ({"id": ""}, "contradicts itself"),
        ({"reviewer": " "}, "contradicts itself"),
        ({"to": "soon"}, "contradicts itself"),
        ({"expires": "2031-02-30"}, "contradicts itself"),
        ({"note": "\ud800"}, "is no text"),
    ],
)
def test_a_line_that_is_no_decision_is_named(change: dict[str, Any], said: str, here: Store) -> None:
    decide(here)
    rows = log(here)
    lines = [json.dumps(rows[0]), "", json.dumps(rows[1] | change)]
    with pytest.raises(InputError, match=said) as caught:
        travel.read(lines, "log.jsonl")
    assert caught.value.where == "log.jsonl, line 3"


@pytest.mark.parametrize(
    "change",
    [
        {"to": "soon", "verdict": "deferred"},
        {"expires": "2031-02-30"},
        {"to": "", "verdict": "delegated"},
        {"relation": "equal"},
        {"covers": "fully"},
    ],
)
def test_an_excuse_that_cannot_be_is_named(change: dict[str, Any], here: Store) -> None:
    decide(here)
    with pytest.raises(InputError, match="contradicts itself"):
        travel.read([json.dumps(log(here)[-1] | change)], "log.jsonl")


def test_words_may_hold_whatever_a_plan_holds(here: Store, store: Store, tmp_path: Path) -> None:
    item = evidence(here)
    reviews.accept(here, item.source, item.target, note="一\u2028二\n三\t“四”", reviewer="周")
    build(store, tmp_path / "there")
    path = tmp_path / "log.jsonl"
    from policygraph import review_files

    assert review_files.write(here, path) == 1
    assert review_files.take(store, review_files.read(path))["added"] == 1
    assert [e.note for e in history(store)] == ["一\u2028二\n三\t“四”"]
