"""Jobs: what they load and link, beside decisions and readers, stopped, failed, and after the end of their process."""

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api import jobs as routes
from api.intake import Intake
from embeddings import open_encoder
from graph import Store, open_store
from ingest.load import LoadResult, load_plan
from policygraph import jobs
from policygraph.export import export, jsonl
from policygraph.intake import queue as queues
from policygraph.intake import work
from tests.conftest import ROOT, WIPE, Server
from tests.plans import CITY, NATION, PROVINCE, write_plans
from tests.test_uploads import V1, serve, settings, upload

FILES = (("nation.txt", NATION), ("province.txt", PROVINCE), ("city.txt", CITY))
SAID = {
    "files": [
        {"file": "province.txt", "region": "x-jing", "name": "靖省", "level": "province"},
        {"file": "city.txt", "region": "x-lan", "parent": "x-jing"},
    ]
}
PLANS = ["000000-2030", "x-jing-2030", "x-lan-2030"]
WAIT_S = 60


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """The service over an empty graph."""
    with serve(settings(tmp_path)) as client:
        yield client


def confirm(client: TestClient, said: Any = None, *files: tuple[str, str]) -> dict[str, Any]:
    """The job that an upload of ``files``, the three plans by default, makes."""
    made = upload(client, *(files or FILES))
    answer = client.post(f"{V1}/uploads/{made['id']}/confirm", json=SAID if said is None else said)
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"{V1}/jobs/{found['id']}"
    return found


def events(client: TestClient, job: dict[str, Any], **headers: str) -> list[tuple[str, int, dict[str, Any]]]:
    """Name, id and data of the events until the end."""
    answer = client.get(f"{V1}/jobs/{job['id']}/events", headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/event-stream")
    found = []
    for block in answer.text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if lines:
            found.append((lines["event"], int(lines["id"]), json.loads(lines["data"])))
    return found


def end(client: TestClient, job: dict[str, Any]) -> dict[str, Any]:
    """The job when it has ended."""
    events(client, job)
    found: dict[str, Any] = client.get(f"{V1}/jobs/{job['id']}").json()
    return found


def lines(store: Path | Store, folder: Path) -> dict[str, bytes]:
    """The graph as JSON Lines, by file."""
    if isinstance(store, Path):
        with open_store(str(store), read_only=True) as opened:
            return lines(opened, folder)
    return {path.name: path.read_bytes() for path in export(store, folder)}


def test_a_job_leaves_the_graph_that_a_build_leaves(client: TestClient, tmp_path: Path) -> None:
    done = end(client, confirm(client))
    assert (done["state"], done["problem"], done["plans"]) == ("done", None, PLANS)
    with open_store(str(tmp_path / "built.kgl")) as store:
        built = jobs.build(store, jobs.read(write_plans(tmp_path / "plans")), open_encoder("char"))
        expected = lines(store, tmp_path / "one")
    assert lines(tmp_path / "graph.kgl", tmp_path / "two") == expected
    result = done["result"]
    assert [one["plan"] for one in result["loaded"]] == PLANS
    assert [(one["plan"], one["upper"], one["matches"]) for one in result["linked"]] == [
        (one.plan, one.upper, one.matches) for one in built.linked
    ]
    assert result["unlinked"] == []
    coverage = client.get(f"{V1}/plans/x-lan-2030/coverage").json()["tasks"]
    told = next(c for c in result["coverage"] if (c["plan"], c["upper"]) == ("x-lan-2030", "000000-2030"))
    statuses = [m["status"] for t in coverage for m in t["measures"]]
    assert {s: told[s] for s in ("covered", "partial", "gap", "not_applicable")} == {
        s: statuses.count(s) for s in ("covered", "partial", "gap", "not_applicable")
    }
    assert client.get(f"{V1}/uploads/{done['upload']}").status_code == 404, "what is loaded does not wait"


def test_on_a_server_it_is_the_same_graph(neo4j_server: Server, client: TestClient, tmp_path: Path) -> None:
    end(client, confirm(client))
    with neo4j_server.open() as store:
        store.write(lambda t: t.run(WIPE))
    named: dict[str, Any] = {
        "store": neo4j_server.uri, "store_user": neo4j_server.user, "store_password": neo4j_server.password,
    }  # fmt: skip
    with serve(settings(tmp_path / "other", **named)) as other:
        assert end(other, confirm(other))["state"] == "done"
        for table in jsonl.TABLES:
            path = f"{V1}/export/{table}.jsonl"
            assert other.get(path).content == client.get(path).content
        assert other.get(f"{V1}/export").json() == client.get(f"{V1}/export").json()


def test_a_new_plan_above_links_those_below_again(client: TestClient) -> None:
    end(client, confirm(client))
    changed = NATION.replace("恢复湿地面积50万亩", "恢复湿地面积60万亩")
    made = upload(client, ("n.txt", changed), ("city.txt", CITY))
    replaced, same = made["files"]
    assert (replaced["plan"]["outcome"], same["plan"]["outcome"]) == ("replaces", "same")
    assert same["plan"]["region"] == "x-lan", "a region of the graph is known by its name"
    job = client.post(f"{V1}/uploads/{made['id']}/confirm", json={}).json()
    result = end(client, job)["result"]
    assert [(one["plan"], one["outcome"]) for one in result["loaded"]] == [
        ("000000-2030", "replaced"), ("x-lan-2030", "unchanged"),
    ]  # fmt: skip
    assert {one["plan"] for one in result["linked"]} == {"x-jing-2030", "x-lan-2030"}


def test_each_plan_that_comes_in_is_recorded(tmp_path: Path) -> None:
    with serve(settings(tmp_path, audit_log=str(tmp_path / "audit.jsonl"))) as client:
        end(client, confirm(client))
    noted = [json.loads(line) for line in (tmp_path / "audit.jsonl").read_text("utf-8").splitlines()]
    assert [line["plans"] for line in noted if line["event"] == "ingest"] == [
        {plan: "added"} for plan in PLANS
    ]
    assert all(line["way"] == "anonymous" and line["who"] for line in noted)


def test_events_tell_all_of_it_in_order_and_go_on_from_the_last_one_seen(client: TestClient) -> None:
    job = confirm(client)
    found = events(client, job)
    assert [name for name, _, _ in found] == ["progress"] * (len(found) - 1) + ["end"]
    ids = [id_ for _, id_, _ in found]
    assert ids == sorted(set(ids))
    assert all(data["revision"] == id_ for _, id_, data in found)
    assert found[-1][2] == client.get(f"{V1}/jobs/{job['id']}").json()
    again = events(client, job, **{"last-event-id": str(ids[0])})
    assert [(name, id_) for name, id_, _ in again] == [("end", ids[-1])]
    seen = client.get(f"{V1}/jobs/{job['id']}/events", headers={"last-event-id": str(ids[-1])})
    assert (seen.status_code, seen.content) == (204, b"")
    assert events(client, job, **{"last-event-id": "nonsense"})
    assert client.get(f"{V1}/jobs/{'0' * 32}/events").status_code == 404


def intake(client: TestClient) -> Intake:
    """The service's own."""
    found: Intake = getattr(client.app, "state").intake  # noqa: B009
    return found


@contextmanager
def held(client: TestClient) -> Iterator[None]:
    """Someone writes meanwhile."""
    with getattr(client.app, "state").writer.open():  # noqa: B009
        yield


def test_a_silent_stream_shows_that_it_lives(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "HEARTBEAT_S", 0.01)
    with held(client):
        job = confirm(client)
        wait_for(client, job, "load")

        async def first() -> list[bytes]:
            stream = routes.stream(intake(client).queue, job["id"], 0)
            return [await anext(stream), await anext(stream)]

        state, beat = asyncio.run(first())
    assert b"event: progress" in state
    assert beat == b": \n\n"
    assert end(client, job)["state"] == "done"


def wait_for(client: TestClient, job: dict[str, Any], stage: str) -> None:
    """Until the job is in ``stage``."""
    reached, queue = threading.Event(), intake(client).queue

    def heard() -> None:
        if queue.get(job["id"]).stage == stage:
            reached.set()

    with queue.listening(job["id"], heard):
        heard()
        assert reached.wait(WAIT_S)


def test_a_job_waits_for_who_writes_and_readers_go_on(client: TestClient) -> None:
    with held(client):
        job = confirm(client)
        wait_for(client, job, "load")
        assert client.get(f"{V1}/plans").json()["items"] == []
        assert client.get(f"{V1}/jobs/{job['id']}").json()["state"] == "running"
    assert end(client, job)["state"] == "done"


def test_who_writes_gets_in_between_the_plans_of_a_job(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    asked = threading.Event()

    def review() -> None:
        asked.set()
        with held(client):
            order.append("review")

    reviewer = threading.Thread(target=review)

    def loading(store: Store, document: Any) -> LoadResult:
        order.append(document.plan.id)
        if not asked.is_set():
            reviewer.start()
            asked.wait(WAIT_S)
        return load_plan(store, document)

    monkeypatch.setattr(work, "load_plan", loading)
    plans = [(f"{n}.txt", CITY) for n in range(8)]
    said = {
        "files": [{"file": name, "region": f"x-r{n}", "level": "city"} for n, (name, _) in enumerate(plans)]
    }
    assert end(client, confirm(client, said, *plans))["state"] == "done"
    reviewer.join(WAIT_S)
    assert order.index("review") < len(order) - 1


def test_jobs_run_one_after_another_and_one_that_waits_can_be_taken_out(client: TestClient) -> None:
    with held(client):
        first = confirm(client)
        wait_for(client, first, "load")
        second = confirm(client, {}, ("nation.txt", NATION.replace("1200", "1300")))
        third = confirm(client, {}, ("nation.txt", NATION.replace("1200", "1400")))
        assert [j["state"] for j in client.get(f"{V1}/jobs").json()["items"]] == [
            "queued", "queued", "running",
        ]  # fmt: skip
        upload_path = f"{V1}/uploads/{second['upload']}"
        assert client.delete(upload_path).status_code == 409
        assert client.post(f"{upload_path}/confirm", json={}).status_code == 409
        taken = client.delete(f"{V1}/jobs/{second['id']}").json()
        assert (taken["state"], taken["finished"] is not None) == ("cancelled", True)
        assert client.get(upload_path).status_code == 200, "it can be confirmed again"
    assert [end(client, job)["state"] for job in (first, second, third)] == ["done", "cancelled", "done"]
    assert client.get(f"{V1}/plans/000000-2030").json()["version"] == 2
    assert client.delete(f"{V1}/jobs/{first['id']}").json()["state"] == "done"


def test_a_running_job_stops_between_two_plans(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:

    def loading(store: Store, document: Any) -> LoadResult:
        if document.plan.id == PLANS[1]:
            stopping = client.delete(f"{V1}/jobs/{client.get(f'{V1}/jobs').json()['items'][0]['id']}").json()
            assert (stopping["state"], stopping["cancelling"]) == ("running", True)
        return load_plan(store, document)

    monkeypatch.setattr(work, "load_plan", loading)
    found = end(client, confirm(client))
    assert (found["state"], found["cancelling"], found["problem"]) == ("cancelled", False, None)
    assert [one["plan"] for one in found["result"]["loaded"]] == PLANS[:2]
    assert found["result"]["unlinked"] == [PLANS[1]]
    assert [p["id"] for p in client.get(f"{V1}/plans").json()["items"]] == PLANS[:2]


def test_a_job_that_fails_says_why_and_what_it_has_done(tmp_path: Path) -> None:
    with serve(settings(tmp_path, encoder="openai:none@http://127.0.0.1:9/v1", endpoint_timeout=1)) as client:
        job = confirm(client)
        found = end(client, job)
        assert (found["state"], found["problem"]["code"]) == ("failed", "encoder-unavailable")
        assert found["problem"]["remedy"]
        assert [one["plan"] for one in found["result"]["loaded"]] == PLANS
        assert found["result"]["unlinked"] == PLANS[1:]
        assert client.get(f"{V1}/uploads/{found['upload']}").status_code == 200
    with serve(settings(tmp_path)) as client:
        again = client.post(f"{V1}/uploads/{found['upload']}/confirm", json=SAID).json()
        assert end(client, again)["state"] == "done"
        assert {j["state"] for j in client.get(f"{V1}/jobs").json()["items"]} == {"done", "failed"}


def test_a_fault_of_ours_ends_the_job_and_not_the_queue(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(work, "load_plan", lambda *_: 1 / 0)
        found = end(client, confirm(client))
    assert (found["state"], found["problem"]["code"]) == ("failed", "internal")
    assert end(client, confirm(client))["state"] == "done"


def test_others_who_write_for_too_long_end_the_job(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "PATIENCE_S", 0.0)
    monkeypatch.setattr("graph.writer.PATIENCE_S", 0.05)
    with held(client):
        found = end(client, confirm(client))
    assert (found["state"], found["problem"]["code"]) == ("failed", "store-locked")


def test_a_service_that_ends_says_what_was_left(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    with serve(chosen) as client:
        with held(client):
            first = confirm(client)
            wait_for(client, first, "load")
            second = confirm(client, {}, ("nation.txt", NATION))
            closing = threading.Thread(target=intake(client).queue.close)
            closing.start()
        closing.join(WAIT_S)
        assert not closing.is_alive()
    with serve(chosen) as client:
        one, two = (client.get(f"{V1}/jobs/{job['id']}").json() for job in (first, second))
        assert [j["state"] for j in (one, two)] == ["failed", "failed"]
        assert [j["problem"]["code"] for j in (one, two)] == ["interrupted", "interrupted"]
        there = [p["id"] for p in client.get(f"{V1}/plans").json()["items"]]
        assert [p["plan"] for p in one["result"]["loaded"]] == there
        assert two["result"]["loaded"] == []
        assert "none of its plans" in two["problem"]["detail"]


KILLED = """
import os, sys
from pathlib import Path
from ingest.load import load_plan
from policygraph.intake import work
from tests.test_api_jobs import confirm, end
from tests.test_uploads import serve, settings

def loading(store, document):
    done = load_plan(store, document)
    if document.plan.id == "x-jing-2030":
        # The transaction is durable; the record of the job does not have it yet.
        os.kill(os.getpid(), 9)
    return done
work.load_plan = loading
with serve(settings(Path(sys.argv[1]))) as client:
    end(client, confirm(client))
"""


def test_a_job_whose_service_was_killed_is_found_with_what_is_in_the_graph(tmp_path: Path) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path)], cwd=ROOT, check=False, timeout=WAIT_S
    )
    assert killed.returncode == -9
    with serve(settings(tmp_path)) as client:
        (found,) = client.get(f"{V1}/jobs").json()["items"]
        assert (found["state"], found["problem"]["code"]) == ("failed", "interrupted")
        there = [p["id"] for p in client.get(f"{V1}/plans").json()["items"]]
        assert there == PLANS[:2]
        assert [one["plan"] for one in found["result"]["loaded"]] == there
        assert found["result"]["unlinked"] == [PLANS[1]]
        assert "not loaded: x-lan-2030" in found["problem"]["detail"]
        again = client.post(f"{V1}/uploads/{found['upload']}/confirm", json=SAID).json()
        done = end(client, again)
        assert [one["outcome"] for one in done["result"]["loaded"]] == ["unchanged", "unchanged", "added"]
        assert done["result"]["unlinked"] == []


def test_what_is_no_record_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "uploads" / "jobs"
    folder.mkdir(parents=True)
    (folder / "x.json").write_text("{}", encoding="utf-8")
    with serve(settings(tmp_path)) as client:
        assert client.get(f"{V1}/jobs").json() == {"items": []}


def test_only_the_last_jobs_are_remembered(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(queues, "KEPT", 2)
    made = [end(client, confirm(client, {}, ("nation.txt", NATION)))["id"] for _ in range(4)]
    assert [j["id"] for j in client.get(f"{V1}/jobs").json()["items"]] == made[:1:-1]
    assert len(list((tmp_path / "uploads" / "jobs").glob("*.json"))) == 2
