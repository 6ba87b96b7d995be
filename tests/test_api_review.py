"""Reviewing over HTTP: who may write, what is refused and why, and that nothing is lost between two reviewers."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from embeddings import open_encoder
from graph import open_store
from policygraph import jobs, reviews
from policygraph.settings import Settings
from queries.review import history
from tests.conftest import WIPE, Server
from tests.plans import PROVINCE as PROVINCE_TEXT
from tests.plans import write_plans

NATION, PROVINCE = "000000-2030", "x-jing-2030"
WETLAND, FORUM = f"{NATION}.2#2", f"{NATION}.3#1"
V1 = "/api/v1"
LINK, EXCUSE = f"{V1}/reviews/link", f"{V1}/excuses/measure"
PROBLEM, NDJSON = "application/problem+json", "application/x-ndjson"
HERE = "http://127.0.0.1:8000"
ANY = {"If-Match": "*"}
Pair = dict[str, str]
Response = Any
"""The test client's own: which package it is from depends on the client's version."""


@pytest.fixture(scope="session")
def built_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reviewed")
    with open_store(str(folder / "graph.kgl")) as store:
        jobs.build(store, jobs.read(write_plans(folder / "plans")), open_encoder("policy-zh"))
    return folder / "graph.kgl"


@pytest.fixture
def file(built_file: Path, tmp_path: Path) -> Path:
    """A graph of the small plans that nobody decided on."""
    return Path(shutil.copy(built_file, tmp_path / "graph.kgl"))


@pytest.fixture
def client(file: Path) -> Iterator[TestClient]:
    with serve(file) as opened:
        yield opened


def serve(store: Path | str, base: str = HERE, **more: Any) -> TestClient:
    app = create_app(Settings(store=str(store), **more))
    return TestClient(app, base_url=base, raise_server_exceptions=False)


def items(client: TestClient, path: str, **params: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        answer = client.get(path, params=params)
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        if answer.json()["next"] is None:
            return found
        params["cursor"] = answer.json()["next"]


def best(client: TestClient) -> dict[str, Any]:
    """The match of the province that covers a measure of the nation best."""
    found = items(client, f"{V1}/reviews", plan=PROVINCE, upper=NATION, kinds="matches", deciding=True)
    return max(found, key=lambda i: float(i["score"]))


def ends(item: dict[str, Any]) -> Pair:
    return {"source": item["source"], "target": item["target"]}


def seen(item: dict[str, Any]) -> dict[str, str]:
    return {"If-Match": f'"{item["token"]}"'}


def unlinked(client: TestClient) -> Pair:
    pairs = {
        (i["source"], i["target"])
        for i in items(client, f"{V1}/reviews", plan=PROVINCE, upper=NATION, kinds="matches")
    }
    source = min(s for s, _ in pairs)
    tasks = client.get(f"{V1}/plans/{PROVINCE}/coverage", params={"upper": NATION}).json()["tasks"]
    targets = [m["target"] for t in tasks for m in t["measures"]]
    return {"source": source, "target": next(t for t in targets if (source, t) not in pairs)}


def put(client: TestClient, pair: Pair, headers: dict[str, str], **body: Any) -> Response:
    return client.put(LINK, params=pair, headers=headers, json={"reviewer": "周"} | body)


def status(client: TestClient, measure: str, **view: Any) -> str:
    answer = client.get(f"{V1}/plans/{PROVINCE}/coverage", params={"upper": NATION} | view).json()
    return str(next(m["status"] for t in answer["tasks"] for m in t["measures"] if m["target"] == measure))


def check_problem(answer: Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    problem: dict[str, Any] = answer.json()
    assert problem["type"] == f"urn:policygraph:problem:{code}"
    assert problem["remedy"]
    return problem


def test_a_link_is_accepted_rejected_and_taken_back(client: TestClient) -> None:
    item = best(client)
    assert status(client, item["target"], mode="accepted") == "gap"
    first = client.get(LINK, params=ends(item))
    assert first.json()["link"]["token"] == first.json()["token"] == item["token"]
    done = put(client, ends(item), {"If-Match": first.headers["etag"]}, verdict="accepted", note="一致")
    assert done.status_code == 200, done.text
    assert (done.json()["link"]["state"], done.json()["link"]["method"]) == ("accepted", "both")
    again = client.get(LINK, params=ends(item))
    assert again.json() == done.json()
    assert again.headers["etag"] == done.headers["etag"] != first.headers["etag"]
    assert status(client, item["target"], mode="accepted") == "covered"
    partly = put(client, ends(item), {"If-Match": done.headers["etag"]}, verdict="accepted", covers="partly")
    assert status(client, item["target"], mode="accepted") == "partial"
    rejected = put(client, ends(item), {"If-Match": partly.headers["etag"]}, verdict="rejected")
    assert rejected.json()["link"]["state"] == "rejected"
    undone = client.post(
        f"{LINK}/undo", params=ends(item), headers=seen(rejected.json()), json={"reviewer": "吴"}
    )
    assert undone.json()["link"]["covers"] == "partly"
    back = put(client, ends(item), seen(undone.json()), verdict="proposed")
    assert back.json()["link"]["state"] == "proposed"
    assert [d["verdict"] for d in back.json()["history"]] == [
        "accepted", "accepted", "rejected", "accepted", "proposed",
    ]  # fmt: skip
    logged = items(client, f"{V1}/decisions", limit=2)
    assert logged == back.json()["history"]
    assert items(client, f"{V1}/decisions", reviewer="吴") == [logged[3]]
    assert items(client, f"{V1}/decisions", current=True, kind="link", plan=PROVINCE) == [logged[-1]]
    assert items(client, f"{V1}/decisions", kind="excuse") == []


def test_a_link_is_made_by_hand_only_where_that_is_said(client: TestClient) -> None:
    pair, item = unlinked(client), best(client)
    nothing = client.get(LINK, params=pair)
    assert (nothing.status_code, nothing.json()["link"]) == (200, None)
    check_problem(put(client, pair, seen(nothing.json()), verdict="accepted"), 404, "not-found")
    made = put(client, pair, seen(nothing.json()), verdict="accepted", create=True, relation="equal")
    assert (made.json()["link"]["method"], made.json()["link"]["relation"]) == ("human", "equal")
    assert status(client, pair["target"], mode="accepted") == "covered"
    gone = put(client, pair, seen(made.json()), verdict="proposed")
    assert gone.json()["link"] is None
    check_problem(put(client, ends(item), ANY, verdict="accepted", create=True), 422, "bad-input")
    for body in ({"create": True}, {"relation": "equal"}, {"covers": "fully"}):
        check_problem(put(client, ends(item), ANY, verdict="rejected", **body), 422, "bad-request")


def test_a_link_is_corrected(client: TestClient) -> None:
    item, other = best(client), unlinked(client)["target"]
    answer = client.post(
        f"{LINK}/correct",
        params=ends(item),
        headers=seen(item),
        json={"reviewer": "周", "relation": "broader"},
    )
    assert (answer.json()["link"]["link"]["relation"], answer.json()["to"]) == ("broader", None)
    moved = client.post(
        f"{LINK}/correct",
        params=ends(item),
        headers={"If-Match": answer.headers["etag"]},
        json={"reviewer": "周", "to": other, "covers": "partly"},
    ).json()
    assert moved["link"]["link"]["state"] == "rejected"
    assert (moved["to"]["target"], moved["to"]["link"]["covers"]) == (other, "partly")
    assert moved["to"]["history"][-1]["batch"] == moved["link"]["history"][-1]["batch"]
    stale = client.post(
        f"{LINK}/correct", params=ends(item), headers=seen(item), json={"reviewer": "周", "relation": "equal"}
    )
    check_problem(stale, 412, "stale")
    nothing = client.post(f"{LINK}/correct", params=ends(item), headers=ANY, json={"reviewer": "周"})
    check_problem(nothing, 422, "bad-input")


def test_a_link_is_not_moved_onto_what_someone_decided_meanwhile(client: TestClient) -> None:
    item = best(client)
    right = {"source": item["source"], "target": unlinked(client)["target"]}
    saw = client.get(LINK, params=right).json()["token"]
    refused = put(client, right, ANY, verdict="rejected", reviewer="王", note="不是同一项目")
    assert refused.status_code == 200
    moved = {"reviewer": "周", "to": right["target"], "to_token": saw}
    stale = client.post(f"{LINK}/correct", params=ends(item), headers=seen(item), json=moved)
    assert right["target"] in check_problem(stale, 412, "stale")["detail"]
    assert client.get(LINK, params=ends(item)).json()["history"] == []
    moved["to_token"] = client.get(LINK, params=right).json()["token"]
    done = client.post(f"{LINK}/correct", params=ends(item), headers=seen(item), json=moved)
    assert done.json()["to"]["link"]["state"] == "accepted", done.text


def test_a_suspect_decision_counts_for_nothing_until_it_is_cleared(
    client: TestClient, file: Path, tmp_path: Path
) -> None:
    item = best(client)
    done = put(client, ends(item), seen(item), verdict="accepted")
    check_problem(
        client.post(f"{LINK}/clear", params=ends(item), headers=ANY, json={"reviewer": "吴"}),
        422,
        "bad-input",
    )
    changed = PROVINCE_TEXT.replace(item["source_text"], item["source_text"] + "并加强宣传")
    with open_store(str(file)) as store:
        plans = write_plans(tmp_path / "changed", province=changed)
        jobs.build(store, jobs.read(plans), open_encoder("policy-zh"))
    (suspect,) = items(client, f"{V1}/reviews", finding="suspect")
    assert suspect["source_seen"] == item["source_text"]
    tasks = client.get(f"{V1}/plans/{PROVINCE}/coverage", params={"upper": NATION}).json()["tasks"]
    (marked,) = [e for t in tasks for m in t["measures"] for e in m["evidence"] if e["suspect"]]
    assert (marked["source"], marked["state"], marked["reviewer"]) == (item["source"], "accepted", "周")
    old = {"If-Match": done.headers["etag"]}
    check_problem(
        client.post(f"{LINK}/clear", params=ends(item), headers=old, json={"reviewer": "吴"}), 412, "stale"
    )
    cleared = client.post(f"{LINK}/clear", params=ends(item), headers=seen(suspect), json={"reviewer": "吴"})
    assert cleared.json()["link"]["suspect"] is False


def test_what_was_seen_must_be_said(client: TestClient) -> None:
    item = best(client)
    missing = put(client, ends(item), {}, verdict="accepted")
    assert "If-Match" in check_problem(missing, 428, "precondition-required")["where"]
    for path in (f"{LINK}/correct", f"{LINK}/clear", f"{LINK}/undo"):
        answer = client.post(path, params=ends(item), json={"reviewer": "周"})
        check_problem(answer, 428, "precondition-required")
    check_problem(put(client, ends(item), {"If-Match": item["token"]}, verdict="accepted"), 422, "bad-input")
    weak = {"If-Match": f'W/"{item["token"]}"'}
    check_problem(put(client, ends(item), weak, verdict="accepted"), 412, "stale")
    check_problem(put(client, ends(item), {"If-Match": '"0123"'}, verdict="accepted"), 412, "stale")
    assert items(client, f"{V1}/decisions") == []
    several = {"If-Match": f'"0123", "{item["token"]}"'}
    assert put(client, ends(item), several, verdict="accepted").status_code == 200
    stale = check_problem(put(client, ends(item), several, verdict="rejected"), 412, "stale")
    assert "no longer what you saw" in stale["detail"]
    assert put(client, ends(item), ANY, verdict="rejected").status_code == 200


def test_ends_that_are_not_there_are_not_found(client: TestClient) -> None:
    nowhere = {"source": f"{PROVINCE}.9#9", "target": WETLAND}
    check_problem(client.get(LINK, params=nowhere), 404, "not-found")
    check_problem(put(client, nowhere, ANY, verdict="accepted"), 404, "not-found")
    check_problem(client.get(LINK), 422, "bad-request")
    check_problem(client.get(EXCUSE, params={"measure": f"{NATION}.2"}), 404, "not-found")
    check_problem(client.get(EXCUSE, params={"measure": WETLAND, "plan": "x-nowhere-2030"}), 404, "not-found")
    check_problem(client.get(f"{V1}/reviews", params={"plan": "x-nowhere-2030"}), 404, "not-found")
    check_problem(client.get(f"{V1}/excuses", params={"upper": "x-nowhere-2030"}), 404, "not-found")
    check_problem(client.get(f"{V1}/reviews", params={"least": 0.9, "most": 0.1}), 422, "bad-input")
    check_problem(client.get(f"{V1}/reviews", params={"kinds": "all"}), 422, "bad-request")
    item = best(client)
    check_problem(put(client, ends(item), ANY, verdict="accepted", reviewer=" "), 422, "bad-request")
    check_problem(put(client, ends(item), ANY, verdict="proposed"), 404, "not-found")


def test_the_tag_of_a_link_is_that_of_its_answer(client: TestClient) -> None:
    item = best(client)
    first = client.get(LINK, params=ends(item))
    tag = first.headers["etag"]
    assert tag.startswith(f'"{item["token"]}-')
    assert "content-encoding" not in first.headers
    for header in (tag, f'"other", {tag}', f"W/{tag}"):
        same = client.get(LINK, params=ends(item), headers={"If-None-Match": header})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    token_only = client.get(LINK, params=ends(item), headers={"If-None-Match": f'"{item["token"]}"'})
    assert token_only.status_code == 200
    put(client, ends(item), {"If-Match": tag}, verdict="accepted")
    assert client.get(LINK, params=ends(item), headers={"If-None-Match": tag}).status_code == 200
    listed = client.get(f"{V1}/reviews")
    assert listed.headers["etag"].startswith("W/")
    again = client.get(f"{V1}/reviews", headers={"If-None-Match": listed.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("order", ["uncertain", "consequential", "plan"])
def test_the_queue_comes_in_pages(client: TestClient, order: str) -> None:
    asked = {"order": order, "kinds": ["matches", "tasks", "measures"]}
    whole = items(client, f"{V1}/reviews", limit=1000, **asked)
    assert len(whole) > 20
    assert items(client, f"{V1}/reviews", limit=3, **asked) == whole
    if order == "uncertain":
        assert [abs(i["confidence"] - 0.5) for i in whole] == sorted(
            abs(i["confidence"] - 0.5) for i in whole
        )
    first = client.get(f"{V1}/reviews", params={"limit": 3, **asked}).json()
    other = "plan" if order == "uncertain" else "uncertain"
    foreign = client.get(f"{V1}/reviews", params={"order": other, "cursor": first["next"]})
    check_problem(foreign, 422, "bad-input")
    # What others decide on meanwhile neither repeats nor skips anything that follows.
    if order != "consequential":
        put(client, ends(first["items"][1]), ANY, verdict="rejected")
        rest = items(client, f"{V1}/reviews", limit=3, cursor=first["next"], **asked)
        assert [ends(i) for i in rest] == [ends(i) for i in whole[3:]]


def test_the_queue_takes_filters(client: TestClient) -> None:
    whole = items(client, f"{V1}/reviews", kinds=["matches", "tasks", "measures"])
    some = whole[len(whole) // 2]
    put(client, ends(some), ANY, verdict="rejected", reviewer="吴")
    kinds = ["matches", "tasks", "measures"]
    cases: list[tuple[str, Any, Callable[[dict[str, Any]], bool]]] = [
        ("plan", PROVINCE, lambda i: i["plan"] == PROVINCE),
        ("upper", NATION, lambda i: i["upper"] == NATION),
        ("priority", some["task"], lambda i: i["task"] == some["task"]),
        ("source", some["source"], lambda i: some["source"] in (i["source"], i["source_task"])),
        ("relation", some["relation"], lambda i: i["relation"] == some["relation"]),
        ("least", 0.5, lambda i: i["confidence"] >= 0.5),
        ("most", 0.5, lambda i: i["confidence"] <= 0.5),
        ("text", "湿地", lambda i: "湿地" in i["source_text"] + i["target_text"]),
        ("deciding", True, lambda i: i["decides"]),
    ]
    for name, value, fits in cases:
        got = items(client, f"{V1}/reviews", kinds=kinds, **{name: value})
        assert 0 < len(got) < len(whole) + (name == "upper"), name
        assert {(i["source"], i["target"]) for i in got} == {
            (i["source"], i["target"]) for i in items(client, f"{V1}/reviews", kinds=kinds) if fits(i)
        }, name  # fmt: skip
    for params in ({"reviewer": "吴"}, {"finding": "rejected"}):
        assert [ends(i) for i in items(client, f"{V1}/reviews", kinds=kinds, **params)] == [ends(some)]


def test_many_are_decided_at_once_after_a_preview(client: TestClient) -> None:
    wanted = {"plan": PROVINCE, "upper": NATION, "kinds": ["matches"], "finding": "proposed", "least": 0.5}
    asked = {"verdict": "accepted", "filter": wanted}
    shown = client.post(f"{V1}/reviews/preview", params={"limit": 1}, json=asked).json()
    assert shown["count"] > len(shown["items"]) == 1
    second = client.post(
        f"{V1}/reviews/preview", params={"limit": 1, "cursor": shown["next"]}, json=asked
    ).json()
    assert (second["token"], second["count"]) == (shown["token"], shown["count"])
    assert items(client, f"{V1}/decisions") == []
    first = shown["items"][0]
    put(client, ends(first), ANY, verdict="rejected", reviewer="吴")
    act = asked | {"token": shown["token"], "reviewer": "周", "note": "成批确认"}
    check_problem(client.post(f"{V1}/reviews/bulk", json=act), 412, "stale")
    assert len(items(client, f"{V1}/decisions")) == 1
    act["token"] = client.post(f"{V1}/reviews/preview", json=asked).json()["token"]
    done = client.post(f"{V1}/reviews/bulk", json=act).json()
    assert done["count"] == shown["count"] - 1
    logged = items(client, f"{V1}/decisions", reviewer="周")
    assert {d["batch"] for d in logged} == {done["batch"]}
    assert {(d["verdict"], d["note"]) for d in logged} == {("accepted", "成批确认")}
    assert client.get(LINK, params=ends(first)).json()["link"]["state"] == "rejected"
    empty = client.post(f"{V1}/reviews/preview", json=asked).json()
    assert (empty["count"], empty["items"]) == (0, [])
    nothing = client.post(f"{V1}/reviews/bulk", json=act | {"token": empty["token"]}).json()
    assert (nothing["count"], nothing["batch"]) == (0, "")


def test_excused_gaps_stand_apart_and_are_never_hidden(client: TestClient) -> None:
    gaps = f"{V1}/plans/{PROVINCE}/gaps"
    pair = {"measure": WETLAND, "plan": PROVINCE}
    before = client.get(EXCUSE, params=pair)
    assert (before.json()["excuse"], before.json()["history"]) == (None, [])
    body = {
        "verdict": "deferred",
        "to": "2031",
        "reviewer": "周",
        "note": "明年启动",
        "expires": "2099-12-31",
    }
    check_problem(client.put(EXCUSE, params=pair, json=body), 428, "precondition-required")
    done = client.put(EXCUSE, params=pair, json=body, headers={"If-Match": before.headers["etag"]})
    assert done.status_code == 200, done.text
    assert {k: done.json()["excuse"][k] for k in body} == body
    assert client.get(EXCUSE, params=pair).headers["etag"] == done.headers["etag"]
    stale = client.put(EXCUSE, params=pair, json=body, headers={"If-Match": before.headers["etag"]})
    check_problem(stale, 412, "stale")
    answer = client.get(gaps, params={"upper": NATION, "limit": 1}).json()
    assert [(e["measure"], e["verdict"], e["stands"]) for e in answer["excused"]] == [
        (WETLAND, "deferred", "valid")
    ]
    assert (answer["mode"], answer["least"], answer["plan"], answer["upper"]) == ("all", 0, PROVINCE, NATION)
    assert WETLAND not in {g["target"] for g in items(client, gaps, upper=NATION)}
    assert status(client, WETLAND) == "not_applicable"
    expired = client.put(EXCUSE, params=pair, json=body | {"expires": "2020-12-31"}, headers=ANY)
    assert expired.json()["excuse"]["stands"] == "expired"
    answer = client.get(gaps, params={"upper": NATION}).json()
    assert [e["stands"] for e in answer["excused"]] == ["expired"]
    every = client.put(
        EXCUSE, params={"measure": FORUM}, json={"verdict": "applies", "reviewer": "周", "note": "有分论坛"},
        headers=ANY,
    )  # fmt: skip
    assert every.json()["plan"] == ""
    listed = items(client, f"{V1}/excuses", limit=1)
    assert [(e["measure"], e["plan"]) for e in listed] == [(WETLAND, PROVINCE), (FORUM, "")]
    assert items(client, f"{V1}/excuses", upper=NATION, plan="x-lan-2030") == [listed[1]]
    undone = client.post(f"{EXCUSE}/undo", params=pair, headers=ANY, json={"reviewer": "吴"})
    assert undone.json()["excuse"]["stands"] == "valid"
    check_problem(
        client.post(f"{EXCUSE}/clear", params=pair, headers=ANY, json={"reviewer": "吴"}), 422, "bad-input"
    )
    gone = client.put(
        EXCUSE, params=pair, headers=seen(undone.json()), json={"verdict": "none", "reviewer": "吴"}
    )
    assert gone.json()["excuse"] is None
    assert len(gone.json()["history"]) == 4
    assert items(client, f"{V1}/excuses") == [listed[1]]
    no_reason = client.put(
        EXCUSE, params=pair, json={"verdict": "not_applicable", "reviewer": "周"}, headers=ANY
    )
    check_problem(no_reason, 422, "bad-input")


def test_answers_say_what_they_counted(client: TestClient) -> None:
    item = best(client)
    put(client, ends(item), ANY, verdict="accepted")
    view: dict[str, Any] = {"mode": "accepted", "least": 0.6}
    for path in (
        f"plans/{PROVINCE}/coverage",
        f"plans/{PROVINCE}/gaps",
        f"plans/{PROVINCE}/unaligned",
        "matrix",
    ):
        answer = client.get(f"{V1}/{path}", params={"upper": NATION} | view).json()
        assert (answer["mode"], answer["least"]) == ("accepted", 0.6), path
        answer = client.get(f"{V1}/{path}", params={"upper": NATION}).json()
        assert (answer["mode"], answer["least"]) == ("all", 0.0), path
        check_problem(client.get(f"{V1}/{path}", params={"mode": "some"}), 422, "bad-request")
        check_problem(client.get(f"{V1}/{path}", params={"least": "nan"}), 422, "bad-request")
    tasks = client.get(f"{V1}/plans/{PROVINCE}/coverage", params={"upper": NATION} | view).json()["tasks"]
    covered = [m["target"] for t in tasks for m in t["measures"] if m["status"] == "covered"]
    assert covered == [item["target"]]
    all_ = items(client, f"{V1}/plans/{PROVINCE}/unaligned", upper=NATION)
    assert len(items(client, f"{V1}/plans/{PROVINCE}/unaligned", upper=NATION, mode="accepted")) > len(all_)


def test_twenty_at_once_exactly_one_decides(client: TestClient) -> None:
    item = best(client)

    def decide(number: int) -> int:
        verdict = "accepted" if number % 2 else "rejected"
        return int(put(client, ends(item), seen(item), verdict=verdict, reviewer=f"r{number}").status_code)

    with ThreadPoolExecutor(20) as pool:
        codes = list(pool.map(decide, range(20)))
    assert sorted(codes) == [200] + [412] * 19
    assert len(client.get(LINK, params=ends(item)).json()["history"]) == 1


def test_all_of_many_decisions_on_different_links_are_kept(client: TestClient) -> None:
    queue = items(client, f"{V1}/reviews")[:12]

    def decide(item: dict[str, Any]) -> str:
        done = put(client, ends(item), seen(item), verdict="rejected")
        assert done.status_code == 200, done.text
        # Whoever has decided finds it so at once, while others are writing.
        return str(client.get(LINK, params=ends(item)).json()["link"]["state"])

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(decide, queue)) == {"rejected"}
    assert len(items(client, f"{V1}/decisions")) == 12


def test_a_write_is_seen_though_the_clock_stood_still(client: TestClient, file: Path) -> None:
    """Two checkpoints of one size within one tick of the file's clock are told apart."""

    def name(document: str) -> os.stat_result:
        with open_store(str(file)) as store:
            given = {"id": PROVINCE, "document": document}
            store.write(lambda t: t.run("MATCH (p:Plan {id: $id}) SET p.document = $document", given))
        return file.stat()

    before = name("first")
    assert client.get(f"{V1}/plans/{PROVINCE}").json()["document"] == "first"
    # Compressed sizes differ by a few bytes; of many texts some have the same.
    again = next(text for text in map(str, range(10_000, 10_500)) if name(text).st_size == before.st_size)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (file.stat().st_mtime_ns, file.stat().st_size) == (before.st_mtime_ns, before.st_size)
    assert client.get(f"{V1}/plans/{PROVINCE}").json()["document"] == again


def test_a_store_that_others_write_to_is_said(client: TestClient, file: Path) -> None:
    item = best(client)
    with open_store(str(file)):
        answer = put(client, ends(item), seen(item), verdict="accepted")
    check_problem(answer, 503, "store-locked")
    assert int(answer.headers["retry-after"]) > 0
    assert put(client, ends(item), seen(item), verdict="accepted").status_code == 200


@pytest.mark.parametrize(
    ("settings", "base", "headers", "code"),
    [
        ({}, HERE, {}, None),
        ({}, "http://localhost:8000", {"Origin": "http://localhost:8000"}, None),
        ({}, "http://[::1]:8000", {}, None),
        ({}, HERE, {"Sec-Fetch-Site": "same-origin", "Origin": "http://other"}, None),
        ({}, HERE, {"Sec-Fetch-Site": "none"}, None),
        ({"writes": "off"}, HERE, {}, "writes-off"),
        ({}, "http://evil.example:8000", {"Origin": "http://evil.example:8000"}, "forbidden"),
        ({}, HERE, {"X-Forwarded-For": "203.0.113.9"}, "forbidden"),
        ({}, HERE, {"X-Forwarded-Proto": "https"}, "forbidden"),
        ({}, HERE, {"X-Real-IP": "203.0.113.9"}, "forbidden"),
        ({}, HERE, {"Via": "1.1 proxy"}, "forbidden"),
        ({}, HERE, {"Origin": "http://evil.example"}, "cross-site"),
        ({}, HERE, {"Origin": "null"}, "cross-site"),
        ({}, HERE, {"Origin": "http://127.0.0.1:3000"}, "cross-site"),
        ({}, HERE, {"Sec-Fetch-Site": "cross-site"}, "cross-site"),
        ({}, HERE, {"Sec-Fetch-Site": "same-site", "Origin": HERE}, "cross-site"),
    ],
)
def test_who_may_write(
    file: Path, settings: dict[str, Any], base: str, headers: dict[str, str], code: str | None
) -> None:
    with serve(file, base, **settings) as client:
        item = best(client)
        answer = put(client, ends(item), seen(item) | headers, verdict="accepted")
        taken = client.post(f"{V1}/decisions/import", content=b"", headers={"Content-Type": NDJSON} | headers)
        if code is None:
            assert (answer.status_code, taken.status_code) == (200, 200), answer.text
            return
        check_problem(answer, 403, code)
        check_problem(taken, 403, code)
        assert items(client, f"{V1}/decisions") == []


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "", "multipart/form-data"]
)
def test_other_bodies_are_refused(client: TestClient, media_type: str) -> None:
    body = json.dumps({"reviewer": "周", "verdict": "accepted"}).encode()
    headers = ANY | {"Content-Type": media_type}
    item = best(client)
    check_problem(
        client.put(LINK, params=ends(item), content=body, headers=headers), 415, "unsupported-media-type"
    )
    check_problem(
        client.post(f"{V1}/reviews/bulk", content=body, headers=headers), 415, "unsupported-media-type"
    )
    check_problem(
        client.post(f"{V1}/decisions/import", content=body, headers=headers), 415, "unsupported-media-type"
    )
    json_type = {"Content-Type": "application/json"}
    check_problem(
        client.post(f"{V1}/decisions/import", content=body, headers=json_type), 415, "unsupported-media-type"
    )
    assert items(client, f"{V1}/decisions") == []


def _take(client: TestClient, body: bytes) -> Response:
    return client.post(f"{V1}/decisions/import", content=body, headers={"Content-Type": NDJSON})


def test_decisions_travel_as_often_as_one_likes(client: TestClient, built_file: Path, tmp_path: Path) -> None:
    assert client.get(f"{V1}/decisions/export").content == b""
    item = best(client)
    put(client, ends(item), ANY, verdict="accepted", note="第一行\u2028还是第一行")
    put(client, ends(item), ANY, verdict="rejected")
    client.put(
        EXCUSE, params={"measure": WETLAND}, headers=ANY,
        json={"verdict": "not_applicable", "reviewer": "周", "note": "各省另有安排"},
    )  # fmt: skip
    sent = client.get(f"{V1}/decisions/export")
    assert sent.headers["content-type"].startswith(NDJSON)
    assert len(sent.content.strip().split(b"\n")) == 3
    assert _take(client, sent.content).json() == {"added": 0, "known": 3, "moved": 0}
    with serve(shutil.copy(built_file, tmp_path / "other.kgl")) as other:
        tag = other.get(f"{V1}/decisions").headers["etag"]
        assert _take(other, sent.content).json() == {"added": 3, "known": 0, "moved": 0}
        assert other.get(f"{V1}/decisions", headers={"If-None-Match": tag}).status_code == 200
        assert _take(other, sent.content).json() == {"added": 0, "known": 3, "moved": 0}
        assert other.get(f"{V1}/decisions/export").content == sent.content
        assert other.get(LINK, params=ends(item)).json() == client.get(LINK, params=ends(item)).json()
        assert items(other, f"{V1}/excuses") == items(client, f"{V1}/excuses")


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (b"{", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[]", "no decision"),
        (b"\xff", "UTF-8"),
        ({"verdict": "none"}, "contradicts"),
        ({"note": 1}, "note"),
        ({"note": "\ud800"}, "no text"),
        ({"at": "yesterday"}, "contradicts"),
        ({"at": "9999-12-31T23:59:59.999999Z"}, "contradicts"),
        ({"relation": "cousin"}, "contradicts"),
        ({"covers": "mostly"}, "contradicts"),
        ({"expires": "2030-02-31"}, "contradicts"),
        ({"reviewer": ""}, "contradicts"),
        ({"plan": "x-langang-2025"}, "contradicts"),
        ({"plan": "x-qinglan-202"}, "contradicts"),
        ({"upper": "x-langang-2025"}, "contradicts"),
        ({"source": "", "plan": "", "subject": f"* {WETLAND}", "target": WETLAND, "verdict": "applies", "covers": "", "upper": "000000-2024"}, "contradicts"),
        ({"source": "", "plan": "", "subject": f"* {WETLAND}", "target": WETLAND, "verdict": "deferred", "to": "soon"}, "contradicts"),
    ],
)  # fmt: skip
def test_a_line_that_is_no_decision_is_named_and_nothing_is_taken(
    client: TestClient, broken: bytes | dict[str, Any], says: str
) -> None:
    item = best(client)
    put(client, ends(item), ANY, verdict="accepted")
    line = client.get(f"{V1}/decisions/export").content
    good = json.loads(line)
    second = broken if isinstance(broken, bytes) else json.dumps(good | {"id": "new"} | broken).encode()
    other = json.dumps(good | {"id": "another"}).encode()
    problem = check_problem(_take(client, other + b"\n" + second + b"\n"), 422, "bad-input")
    assert problem["where"] == "body, line 2"
    assert says in problem["detail"]
    assert client.get(f"{V1}/decisions/export").content == line


def test_a_body_that_is_too_large_is_refused(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.body.MOST_OF_LOG", 1000)
    check_problem(_take(client, b" " * 1001), 413, "content-too-large")


def test_what_was_partly_covered_stays_so_when_many_are_confirmed(file: Path, tmp_path: Path) -> None:
    with serve(file) as client:
        item = best(client)
        put(client, ends(item), ANY, verdict="accepted", covers="partly", relation="broader")
        changed = PROVINCE_TEXT.replace(item["source_text"], item["source_text"] + "并加强宣传")
        with open_store(str(file)) as store:
            plans = write_plans(tmp_path / "changed", province=changed)
            jobs.build(store, jobs.read(plans), open_encoder("policy-zh"))
        asked: dict[str, Any] = {"verdict": "accepted", "filter": {"finding": "suspect"}}
        token = client.post(f"{V1}/reviews/preview", json=asked).json()["token"]
        client.post(f"{V1}/reviews/bulk", json=asked | {"token": token, "reviewer": "吴"})
        link = client.get(LINK, params=ends(item)).json()["link"]
        assert (link["suspect"], link["covers"], link["relation"]) == (False, "partly", "broader")


def test_the_page_of_gaps_shows_what_is_excused(client: TestClient) -> None:
    page = f"/plans/{PROVINCE}?upper={NATION}&view=gaps&lang=en"
    assert "Excused" not in client.get(page).text
    note = "由市里承担<script>"
    client.put(
        EXCUSE, params={"measure": WETLAND, "plan": PROVINCE}, headers=ANY,
        json={"verdict": "delegated", "to": "x-lan-2030", "reviewer": "周", "note": note},
    )  # fmt: skip
    shown = client.get(page).text
    assert "Excused" in shown
    assert "由市里承担&lt;script&gt;" in shown
    targets = [g["target"] for g in items(client, f"{V1}/plans/{PROVINCE}/gaps", upper=NATION)]
    for target in targets:
        client.put(
            EXCUSE, params={"measure": target, "plan": PROVINCE}, headers=ANY,
            json={"verdict": "not_applicable", "reviewer": "周", "note": "无"},
        )  # fmt: skip
    empty = client.get(page).text
    assert "No gaps." in empty
    head = 1
    assert empty.partition("<h2>Excused</h2>")[2].count("<tr>") == head + len(targets) + 1
    item = best(client)
    put(client, ends(item), ANY, verdict="accepted")
    coverage = client.get(f"/plans/{PROVINCE}?upper={NATION}&lang=en").text
    assert 'class="decided"' in coverage


def test_the_write_path_on_a_server(neo4j_server: Server, tmp_path: Path) -> None:
    with neo4j_server.open() as store:
        store.write(lambda t: t.run(WIPE))
        jobs.build(store, jobs.read(write_plans(tmp_path / "plans")), open_encoder("policy-zh"))
    more = {"store_user": neo4j_server.user, "store_password": neo4j_server.password}
    with serve(neo4j_server.uri, **more) as client:
        item = best(client)
        done = put(client, ends(item), seen(item), verdict="accepted", reviewer="周")
        assert client.get(LINK, params=ends(item)).headers["etag"] == done.headers["etag"]
        with neo4j_server.open() as other:
            reviews.reject(other, item["source"], item["target"], reviewer="吴")
        late = put(client, ends(item), {"If-Match": done.headers["etag"]}, verdict="proposed")
        check_problem(late, 412, "stale")
        now = client.get(LINK, params=ends(item)).json()

        def decide(number: int) -> int:
            return int(
                put(client, ends(item), seen(now), verdict="accepted", reviewer=f"r{number}").status_code
            )

        with ThreadPoolExecutor(8) as pool:
            assert sorted(pool.map(decide, range(8))) == [200] + [412] * 7
        excused = client.put(
            EXCUSE, params={"measure": WETLAND}, headers=ANY,
            json={"verdict": "not_applicable", "reviewer": "周", "note": "各省另有安排"},
        )  # fmt: skip
        assert excused.json()["excuse"]["stands"] == "valid"
        sent = client.get(f"{V1}/decisions/export").content
        assert _take(client, sent).json() == {"added": 0, "known": 4, "moved": 0}
        with neo4j_server.open() as other:
            assert len(history(other)) == 4


@pytest.mark.parametrize(
    "path",
    [
        "excuses/measure?measure=",
        "reviews/link?source=&target=",
        "reviews/link?source=x-jing-2030.1.1%231&target=",
    ],
)
def test_nothing_is_not_found(client: TestClient, path: str) -> None:
    verdict = "applies" if path.startswith("excuses") else "accepted"
    answer = client.put(
        f"{V1}/{path}", json={"verdict": verdict, "reviewer": "周"}, headers={"If-Match": "*"}
    )
    assert answer.status_code == 404, answer.text
