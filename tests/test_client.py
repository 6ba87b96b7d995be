"""The client: an operation a method, typed as the service is described, against a service that listens."""

import inspect
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from api.app import create_app
from docs import client_types
from graph import open_store
from policygraph.client import (
    ANY,
    Client,
    ConflictError,
    FaultError,
    InvalidError,
    JobFailedError,
    MissingError,
    RefusedError,
    UnavailableError,
    UnreachableError,
)
from policygraph.client import intake as client_intake
from policygraph.client import transport as transports
from policygraph.export import export
from policygraph.keys import KeyFile
from policygraph.settings import Settings
from queries import answers
from tests.plans import CITY, NATION, PROVINCE
from tests.test_api_jobs import SAID
from tests.test_uploads import settings

PLAN = "x-qinglan-2025"
START_S = 30


@contextmanager
def listening(chosen: Settings) -> Iterator[str]:
    """A service on a loopback port: its address."""
    server = uvicorn.Server(
        uvicorn.Config(create_app(chosen), log_level="warning", timeout_graceful_shutdown=5)
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        started = threading.Event()
        startup = server.startup

        async def told(sockets: list[socket.socket] | None = None) -> None:
            await startup(sockets)
            started.set()

        server.startup = told  # type: ignore[method-assign]
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            assert started.wait(START_S)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(START_S)
            assert not thread.is_alive()


def given(**values: Any) -> Settings:
    """Settings with these values."""
    return Settings(**values)


@pytest.fixture(scope="module")
def address(sample_file: Path) -> Iterator[str]:
    """A service over the sample plans."""
    with listening(given(store=str(sample_file))) as found:
        yield found


@pytest.fixture
def client(address: str) -> Iterator[Client]:
    """A client of it."""
    with Client(address) as client:
        yield client


@pytest.fixture(scope="module")
def operations() -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Method, path and description by the name of the operation."""
    paths = client_types.description()["paths"]
    return {
        operation["operationId"]: (method.upper(), path, operation)
        for path, methods in paths.items()
        for method, operation in methods.items()
    }


def test_the_types_are_those_of_the_description() -> None:
    assert client_types.FILE.read_text("utf-8") == client_types.types(), "run: make docs"


def test_every_operation_is_a_method_of_its_name(operations: dict[str, Any]) -> None:
    methods = {name for name, _ in inspect.getmembers(Client, inspect.isfunction) if not name.startswith("_")}
    own = {"get", "ask", "send", "stream", "save", "close", "rows", "wait"}
    assert methods - own == set(operations)


def _arguments(method: Callable[..., Any], folder: Path) -> tuple[list[Any], dict[str, Any]]:
    """Something for each parameter of ``method``."""
    here = folder / "file"
    here.write_text("x", encoding="utf-8")
    values: dict[str, Any] = {
        "file": folder / "out", "files": here, "corrections": [{"file": "a"}], "wanted": {"plan": "p"}, "lines": "{}",
        "act": {"verdict": "accepted"}, "name": "gaps", "format": "csv", "table": "plans", "last": 3, "parameters": {"a": 1},
    }  # fmt: skip
    placed: list[Any] = []
    named: dict[str, Any] = {}
    for name, parameter in list(inspect.signature(method).parameters.items())[1:]:
        if parameter.kind is parameter.VAR_KEYWORD:
            named |= (
                {"plan": "p"} if name == "wanted" else {"note": "n"} if name == "act" else {"region": "r"}
            )
        elif parameter.kind is parameter.KEYWORD_ONLY:
            named[name] = values.get(name, "v")
        else:
            placed.append(values.get(name, "v"))
    return placed, named


def test_each_method_asks_what_its_operation_takes(operations: dict[str, Any], tmp_path: Path) -> None:
    """By the description: method, path, every parameter of the query, and the kind of the body."""
    heard: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        heard.append(request)
        return httpx.Response(200, json={"items": [], "next": None})

    with Client("http://s", transport=httpx.MockTransport(answer)) as client:
        for name, (verb, path, operation) in operations.items():
            placed, named = _arguments(getattr(Client, name), tmp_path)
            found = getattr(client, name)(*placed, **named)
            if isinstance(found, Iterator):
                list(found)
            request = heard[-1]
            assert request.method == verb, name
            assert re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), request.url.path), name
            told = {p["name"] for p in operation.get("parameters", []) if p["in"] == "query"}
            sent = set(request.url.params)
            if name == "run_query":
                assert sent == {"region"}
            elif name == "list_reviews":
                assert {"plan", "order", "limit"} == sent <= told
            else:
                assert sent - {"cursor"} == told - {"cursor"}, name
            bodies = operation.get("requestBody", {}).get("content", {})
            kind = request.headers.get("content-type", "").partition(";")[0]
            assert ({kind} if kind else set()) == set(bodies), name


def test_lists_go_on_through_all_pages(
    client: Client, sample_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("policygraph.client.reading._PAGE", 3)
    with open_store(str(sample_file), read_only=True) as store:
        assert [g["target"] for g in client.list_gaps(PLAN)] == [
            g.target for g in answers.gaps(store, PLAN).gaps
        ]
        assert [p["id"] for p in client.list_plans()] == sorted(p["id"] for p in answers.plans(store))
    assert client.run_query("plan_tasks", plan=PLAN)["rows"]
    assert client.run_cypher("MATCH (p:Plan) RETURN count(p) AS n")["rows"] == [{"n": 8}]


def test_ids_with_a_sharp_are_asked_for_whole(client: Client) -> None:
    pair = next(iter(client.list_reviews(plan=PLAN, kinds=["matches"])))
    assert "#" in pair["source"]
    assert client.get_link(pair["source"], pair["target"])["source"] == pair["source"]
    assert client.explain_link(pair["source"], pair["target"])["source"]


def test_what_was_answered_is_not_sent_again(address: str, tmp_path: Path) -> None:
    sent: list[int] = []

    class Counting(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = super().handle_request(request)
            sent.append(answer.status_code)
            return answer

    def matrix() -> Any:
        with Client(address, cache=tmp_path / "cache", transport=Counting()) as client:
            first, second = client.get_matrix(), client.get_matrix()
            assert first == second
            return first

    assert matrix() == matrix()
    assert sent == [200, 304, 304, 304]
    (kept,) = (tmp_path / "cache").glob("*.json")
    kept.write_text("broken", encoding="utf-8")
    matrix()
    assert sent[4:] == [200, 304]


def test_tables_are_downloaded_where_they_are_new(client: Client, sample_file: Path, tmp_path: Path) -> None:
    with open_store(str(sample_file), read_only=True) as store:
        export(store, tmp_path / "export")
    tables = client.list_tables()
    assert len(tables) == 7
    for one in tables:
        file = tmp_path / f"{one['table']}.jsonl"
        assert client.download_table(one["table"], file)
        assert not client.download_table(one["table"], file)
        assert file.read_text("utf-8").count("\n") == one["lines"]
        if one["table"] != "decisions":
            assert file.read_bytes() == (tmp_path / "export" / file.name).read_bytes()
    (tmp_path / "decisions.jsonl").unlink()
    assert client.download_table("decisions", tmp_path / "decisions.jsonl"), (
        "a file that is gone is downloaded again"
    )
    assert client.download_workbook(tmp_path / "a.xlsx", plan=PLAN)
    assert client.download_report(tmp_path / "a.docx", PLAN)
    assert client.download_list(tmp_path / "a.csv", "gaps", plan=PLAN)
    rows = list(client.rows("targets"))
    assert [json.loads(line) for line in (tmp_path / "targets.jsonl").read_text("utf-8").splitlines()] == rows
    assert not list(tmp_path.glob("*.partial"))


def test_a_download_that_breaks_off_leaves_the_old_file(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise httpx.ReadError("gone")

    file = tmp_path / "a.jsonl"
    file.write_text("old", encoding="utf-8")
    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=httpx.ByteStream(b"")))
    with Client("http://s", transport=transport) as client:

        def stream(*_: Any, **__: Any) -> httpx.Response:
            return httpx.Response(200, content=broken(), request=httpx.Request("GET", "http://s"))

        client._http.send = stream  # type: ignore[method-assign]  # noqa: SLF001
        with pytest.raises(UnreachableError):
            client.download_table("plans", file)
    assert file.read_text("utf-8") == "old"


def test_problems_are_errors_of_their_kind_with_the_remedy(client: Client) -> None:
    with pytest.raises(MissingError) as missing:
        client.get_plan("x-qinlan-2025")
    assert (missing.value.kind, missing.value.http_status) == ("not-found", 404)
    assert "x-qinglan-2025" in (missing.value.remedy or "")
    with pytest.raises(InvalidError, match="least"):
        client.get_matrix(least=2.0)
    with pytest.raises(InvalidError) as refused:
        client.run_cypher("MATCH (n) DETACH DELETE n")
    assert refused.value.kind == "query-refused"
    item = next(iter(client.list_reviews(plan=PLAN)))
    with pytest.raises(ConflictError) as stale:
        client.decide_link(item["source"], item["target"], "0" * 16, verdict="accepted")
    assert stale.value.kind == "stale"


def test_what_is_no_service_of_ours_is_said() -> None:
    def answering(status: int, **body: Any) -> Client:
        return Client("http://s", transport=httpx.MockTransport(lambda _: httpx.Response(status, **body)))

    with answering(200, text="<html>") as client, pytest.raises(FaultError, match="no JSON"):
        client.get_matrix()
    with answering(502, text="<html>") as client, pytest.raises(FaultError, match="502"):
        client.get_matrix()
    with answering(302, headers={"location": "/"}) as client, pytest.raises(FaultError, match="302"):
        client.get_matrix()
    with Client("http://127.0.0.1:9", timeout=1) as client, pytest.raises(UnreachableError) as gone:
        client.get_health()
    assert gone.value.remedy


def test_it_waits_as_long_as_the_service_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    told = iter([(503, "7"), (429, "2"), (503, "900"), (200, None)])

    def answer(_: httpx.Request) -> httpx.Response:
        status, wait = next(told)
        return httpx.Response(status, headers={"retry-after": wait} if wait else {}, json={"status": "ok"})

    with Client("http://s", transport=httpx.MockTransport(answer)) as client:
        assert client.get_health()["status"] == "ok"
    assert waited == [7, 2, transports.WAIT_S]
    busy = httpx.Response(503, headers={"retry-after": "1"}, json={"detail": "locked", "remedy": "wait"})
    with (
        Client("http://s", retries=2, transport=httpx.MockTransport(lambda _: busy)) as client,
        pytest.raises(UnavailableError, match="locked"),
    ):
        client.get_health()
    assert waited[3:] == [1, 1]
    down = httpx.Response(503, json={"detail": "down"})
    with (
        Client("http://s", transport=httpx.MockTransport(lambda _: down)) as client,
        pytest.raises(UnavailableError),
    ):
        client.get_health()
    assert len(waited) == 5


def test_a_key_opens_what_its_scope_allows(sample_file: Path, tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "keys.json")
    _, token = keys.add("月报", ["read"])
    with listening(
        given(store=str(sample_file), keys_file=str(keys.path), upload_folder=str(tmp_path / "up"))
    ) as address:
        with Client(address) as client, pytest.raises(RefusedError) as refused:
            client.get_matrix()
        assert refused.value.http_status == 401
        with Client(address, key=token) as client:
            assert client.get_matrix()["plans"]
            assert client.list_jobs() == []
            with pytest.raises(RefusedError) as refused:
                client.delete_upload("0" * 32)
            assert refused.value.http_status == 403


def test_plans_are_brought_in_and_decided_on(tmp_path: Path) -> None:
    files = {"nation.txt": NATION, "province.txt": PROVINCE, "city.txt": CITY}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with listening(settings(tmp_path)) as address, Client(address) as client:
        made = client.create_upload(*(tmp_path / name for name in files))
        assert [f["questions"] for f in made["files"]] == [[], ["region"], ["region", "parent"]]
        assert client.get_upload(made["id"]) == made
        heard: list[str] = []
        corrections: Any = SAID["files"]
        job = client.confirm_upload(made["id"], corrections)
        done = client.wait(job, lambda state: heard.append(state["stage"]))
        assert done["state"] == "done"
        assert heard[-1] == "cover"
        assert client.wait(done) == done
        assert client.list_jobs() == [done]
        assert client.cancel_job(done["id"]) == done
        link = client.get_link("x-lan-2030.1.1#1", "000000-2030.1#1")
        with_it = client.decide_link(
            link["source"], link["target"], link["token"], verdict="rejected", reviewer="周"
        )
        assert with_it["token"] != link["token"]
        client.undo_link(link["source"], link["target"], ANY, reviewer="周")
        assert [d["verdict"] for d in client.list_decisions()].count("rejected") == 1
        log = client.export_decisions()
        assert client.import_decisions(log)["added"] == 0
        again = client.create_upload(tmp_path / "nation.txt")
        client.delete_upload(again["id"])
        with pytest.raises(MissingError):
            client.get_upload(again["id"])


def _job(state: str, revision: int, **more: Any) -> dict[str, Any]:
    result = {"loaded": [{"plan": "x-a-2025"}], "linked": [], "coverage": [], "unlinked": []}
    return {"id": "j", "state": state, "revision": revision, "problem": None, "result": result} | more


def test_waiting_takes_a_broken_stream_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_intake, "PAUSE_S", 0)
    states = [_job("running", 1), _job("running", 2), _job("running", 2), _job("done", 5)]
    seen: list[str | None] = []

    def broken() -> Iterator[bytes]:
        yield f"event: progress\nid: 2\ndata: {json.dumps(_job('running', 2))}\n\n".encode()
        raise httpx.ReadError("gone")

    def whole() -> Iterator[bytes]:
        yield b": \n\n"
        yield f"event: end\nid: 5\ndata: {json.dumps(_job('done', 5))}\n\n".encode()

    streams: list[Callable[[], Iterator[bytes]]] = [broken, whole]
    looks = iter([states[0], states[1], states[3]])

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/events"):
            seen.append(request.headers.get("last-event-id"))
            return httpx.Response(200, content=streams.pop(0)())
        return httpx.Response(200, json=next(looks))

    heard: list[int] = []
    with Client("http://s", transport=httpx.MockTransport(answer)) as client:
        assert client.wait("j", lambda job: heard.append(job["revision"]))["revision"] == 5
    assert seen == ["1", "2"]
    assert heard == [2, 5]


def test_a_job_that_did_not_end_well_is_an_error() -> None:
    fault = {"code": "bad-input", "title": "", "detail": "no text", "where": None, "remedy": "mend it"}
    for found, told in ((_job("failed", 2, problem=fault), "no text"), (_job("cancelled", 2), "x-a-2025")):
        transport = httpx.MockTransport(lambda _, found=found: httpx.Response(200, json=found))
        with (
            Client("http://s", transport=transport) as client,
            pytest.raises(JobFailedError, match=told) as error,
        ):
            client.wait("j")
        assert error.value.remedy
