"""What surrounds every answer: its id, headers of the page, limits, other sites, figures for Prometheus."""

import asyncio
import json
import logging
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from anyio.to_thread import current_default_thread_limiter
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from api import limits
from api.app import create_app
from api.limits import RateError, RateLimit
from graph.errors import SettingsError
from policygraph.audit import Audit
from policygraph.keys import KeyFile
from policygraph.settings import Settings, load_settings
from queries import grid

V1 = "/api/v1"
PLAN = "x-qinglan-2025"
HERE = "http://127.0.0.1:8000"
EXCUSE = {"measure": "000000-2025.3#1", "plan": PLAN}
Serve = Callable[..., TestClient]


@pytest.fixture
def serve(sample_file: Path, tmp_path: Path) -> Iterator[Serve]:
    file = shutil.copy(sample_file, tmp_path / "graph.kgl")
    opened: list[TestClient] = []

    def start(peer: str = "127.0.0.1", **settings: Any) -> TestClient:
        app = create_app(Settings(store=str(file), audit_log=str(tmp_path / "audit.jsonl"), **settings))
        client = TestClient(app, base_url=HERE, client=(peer, 50_000), raise_server_exceptions=False)
        opened.append(client.__enter__())
        return opened[-1]

    yield start
    for client in opened:
        client.__exit__(None, None, None)


@pytest.fixture
def client(serve: Serve) -> TestClient:
    return serve()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time that limits go by, for tests to move."""
    now = [1000.0]
    monkeypatch.setattr("api.limits.time.monotonic", lambda: now[0])
    return now


def key(tmp_path: Path, name: str = "周") -> dict[str, str]:
    return {"Authorization": f"Bearer {KeyFile(tmp_path / 'keys.json').add(name, ['review'])[1]}"}


def test_a_bucket_fills_again_all_the_time(clock: list[float]) -> None:
    limit = RateLimit(60)
    lefts = [allowance.left for _ in range(60) if (allowance := limit.take("a"))]
    assert lefts == list(range(59, -1, -1))
    with pytest.raises(RateError) as refused:
        limit.take("a")
    assert refused.value.allowance.wait_s == 1
    other = limit.take("b")
    assert other is not None
    assert other.left == 59
    clock[0] += 2.5
    again = limit.take("a")
    assert again is not None
    assert (again.quota, again.left) == (60, 1)
    clock[0] += 10_000
    full = limit.take("a")
    assert full is not None
    assert full.left == 59


def test_the_wait_is_long_enough(clock: list[float]) -> None:
    limit = RateLimit(7)
    for _ in range(7):
        limit.take("a")
    with pytest.raises(RateError) as refused:
        limit.take("a")
    clock[0] += refused.value.allowance.wait_s
    assert limit.take("a") is not None
    with pytest.raises(RateError):
        limit.take("a")


def test_buckets_do_not_pile_up(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    del clock
    monkeypatch.setattr(limits, "MOST_BUCKETS", 3)
    limit = RateLimit(2)
    for who in ("a", "b", "a", "c", "d"):
        limit.take(who)
    with pytest.raises(RateError):
        limit.take("a")
    assert [allowance.left for who in ("b", "d") if (allowance := limit.take(who))] == [1, 0]


def test_each_key_has_its_own_limit_and_others_share_that_of_their_address(
    serve: Serve, tmp_path: Path, clock: list[float]
) -> None:
    first, second = key(tmp_path), key(tmp_path, "李")
    client = serve(keys_file=str(tmp_path / "keys.json"), rate_limit=3)
    left = [client.get(f"{V1}/plans", headers=first).headers["ratelimit"] for _ in range(3)]
    assert left == ['"default";r=2;t=20', '"default";r=1;t=20', '"default";r=0;t=20']
    over = client.get(f"{V1}/plans", headers=first)
    assert (over.status_code, over.headers["retry-after"]) == (429, "20")
    assert over.headers["ratelimit-policy"] == '"default";q=3;w=60'
    assert over.json()["type"] == "urn:policygraph:problem:too-many-requests"
    assert client.get(f"{V1}/plans", headers=second).status_code == 200
    tried = [client.get(f"{V1}/plans", headers={"Authorization": "Bearer x"}).status_code for _ in range(4)]
    assert tried == [401, 401, 401, 429]
    assert client.post("/sign-in", data={"key": "x"}).status_code == 429
    assert len(Audit(str(tmp_path / "audit.jsonl")).last(50)) == 3
    assert {client.get(path).status_code for path in ("/health", "/ready", "/static/style.css") * 3} == {200}
    clock[0] += 20
    assert client.get(f"{V1}/plans", headers=first).status_code == 200


def test_on_this_machine_alone_nobody_is_counted(serve: Serve) -> None:
    client = serve(rate_limit=1)
    found = [client.get(f"{V1}/plans") for _ in range(3)]
    assert {answer.status_code for answer in found} == {200}
    assert "ratelimit" not in found[0].headers


@pytest.mark.parametrize(
    "path", ["/", f"{V1}/plans", f"{V1}/nothing", "/static/style.css", "/health", "/metrics"]
)
def test_every_answer_has_an_id_and_says_what_browsers_may_do(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert re.fullmatch(r"[0-9a-f]{32}", headers["x-request-id"])
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy


def test_the_reference_page_may_run_its_own_script(client: TestClient) -> None:
    page = client.get("/docs")
    assert "script-src 'self' 'unsafe-inline'" in page.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    for address in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        assert address.startswith("/"), address


@pytest.mark.parametrize("path", ["/", f"/plans/{PLAN}", f"/plans/{PLAN}?view=gaps", "/plans/000000-2025"])
def test_pages_need_no_more_than_their_policy_lets_them(client: TestClient, path: str) -> None:
    page = client.get(path).text
    assert "<style" not in page
    assert not re.search(r"\son\w+=", page)
    assert all('src="/' in tag for tag in re.findall(r"<script[^>]*>", page))


@pytest.mark.parametrize("given", ["nightly-2027.01:7", "a" * 100])
def test_a_request_keeps_the_id_that_it_came_with(client: TestClient, tmp_path: Path, given: str) -> None:
    headers = {"X-Request-ID": given}
    missing = client.get(f"{V1}/plans/x-nowhere-2025", headers=headers)
    assert missing.headers["x-request-id"] == missing.json()["request_id"] == given
    client.post(f"{V1}/cypher", json={"query": "MATCH (p:Plan) RETURN p.id AS id"}, headers=headers)
    (entry,) = Audit(str(tmp_path / "audit.jsonl")).last(1)
    assert (entry["event"], entry["request"]) == ("cypher", given)


@pytest.mark.parametrize("given", ["", "a" * 101, "a b", "a\tb", "{}", "<x>"])
def test_an_id_that_is_not_well_formed_is_replaced(client: TestClient, given: str) -> None:
    answer = client.get("/health", headers={"X-Request-ID": given})
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["x-request-id"])


def test_a_fault_of_ours_has_an_id_in_the_answer_and_the_log(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(grid, "regions", broken)
    answer = client.get(f"{V1}/matrix", headers={"X-Request-ID": "night-7"})
    assert (answer.status_code, answer.headers["x-request-id"]) == (500, "night-7")
    assert answer.json()["request_id"] == "night-7"
    assert "default-src" in answer.headers["content-security-policy"]
    assert "night-7" in caplog.text


def test_each_request_is_one_line_of_the_log(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="policygraph.access"):
        client.get(f"{V1}/plans?q=secret", headers={"X-Request-ID": "night-7"})
        client.get("/a%0Ab")
    first, second = (r.getMessage() for r in caplog.records if r.name == "policygraph.access")
    assert re.fullmatch(r"GET '/api/v1/plans' 200 \d+ ms night-7", first)
    assert second.startswith(r"GET '/a\nb' 404 ")


ORIGIN = {"Origin": "https://plans.example"}


def test_other_sites_are_told_nothing_unless_they_are_named(serve: Serve) -> None:
    assert "access-control-allow-origin" not in serve().get(f"{V1}/plans", headers=ORIGIN).headers
    named = serve(cors_origins=["https://other.example"])
    assert "access-control-allow-origin" not in named.get(f"{V1}/plans", headers=ORIGIN).headers


@pytest.mark.parametrize("origins", [["https://plans.example"], ["*"]])
def test_a_named_site_asks_with_a_key_and_never_with_a_cookie(
    serve: Serve, tmp_path: Path, origins: list[str]
) -> None:
    headers = key(tmp_path)
    client = serve(keys_file=str(tmp_path / "keys.json"), cors_origins=origins)
    asks = ORIGIN | {
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization, if-match",
    }
    before = client.options(f"{V1}/excuses/measure", headers=asks)
    assert before.status_code == 200, before.text
    assert before.headers["access-control-allow-origin"] in ("*", ORIGIN["Origin"])
    answer = client.get(f"{V1}/plans", headers=ORIGIN | headers)
    assert answer.status_code == 200
    assert "ETag" in answer.headers["access-control-expose-headers"]
    assert "access-control-allow-credentials" not in answer.headers
    refused = client.get(f"{V1}/plans", headers=ORIGIN)
    assert refused.status_code == 401
    assert "access-control-allow-origin" in refused.headers
    body = {"verdict": "not_applicable", "note": "另有安排"}
    page = ORIGIN | {"Sec-Fetch-Site": "cross-site", "If-Match": "*"}
    assert (
        client.put(f"{V1}/excuses/measure", params=EXCUSE, json=body, headers=page | headers).status_code
        == 200
    )
    elsewhere = page | headers | {"Origin": "https://evil.example"}
    status = client.put(f"{V1}/excuses/measure", params=EXCUSE, json=body, headers=elsewhere).status_code
    assert status == (200 if origins == ["*"] else 403)


def test_a_named_site_does_not_write_without_a_key(serve: Serve) -> None:
    client = serve(cors_origins=["*"])
    body = {"verdict": "not_applicable", "note": "另有安排", "reviewer": "周"}
    headers = ORIGIN | {"If-Match": "*"}
    answer = client.put(f"{V1}/excuses/measure", params=EXCUSE, json=body, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:policygraph:problem:cross-site")


@pytest.mark.parametrize(
    "origin", ["plans.example", "https://plans.example/", "https://a b", "null", "ftp://x"]
)
def test_what_is_no_origin_is_said(origin: str) -> None:
    with pytest.raises(SettingsError, match="is no origin"):
        load_settings(cors_origins=[origin])


def _figures(client: TestClient) -> dict[str, dict[tuple[str, ...], float]]:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            labels = tuple(value for name, value in sample.labels.items() if name != "le")
            found.setdefault(sample.name, {})[labels] = sample.value
    return found


def test_figures_count_by_route_and_never_by_id(client: TestClient) -> None:
    for path in (f"/plans/{PLAN}", "/plans/x-nowhere-2025", f"/tasks/{PLAN}.3", "/nothing-1", "/nothing-2"):
        client.get(V1 + path)
    client.request("BREW", "/pot")
    client.put(
        f"{V1}/excuses/measure", params=EXCUSE, headers={"If-Match": "*"},
        json={"verdict": "not_applicable", "note": "另有安排", "reviewer": "周"},
    )  # fmt: skip
    for query in ("MATCH (p:Plan) RETURN p.id AS id", "CREATE (n)"):
        client.post(f"{V1}/cypher", json={"query": query})
    found = _figures(client)
    requests = found["policygraph_requests_total"]
    assert requests["GET", f"{V1}/plans/{{plan}}", "200"] == 1
    assert requests["GET", f"{V1}/plans/{{plan}}", "404"] == 1
    assert requests["GET", "none", "404"] == 2
    assert requests["other", "none", "404"] == 1
    assert requests["PUT", f"{V1}/excuses/measure", "200"] == 1
    assert found["policygraph_request_seconds_count"]["GET", f"{V1}/plans/{{plan}}"] == 2
    assert found["policygraph_decisions_total"] == {("not_applicable",): 1}
    assert found["policygraph_cypher_statements_total"] == {("ok",): 1, ("query-refused",): 1}
    assert not any(PLAN in json.dumps(list(labels)) for labels in requests)


def test_services_of_one_process_count_apart(serve: Serve) -> None:
    first, second = serve(), serve()
    first.get(f"{V1}/plans")
    assert ("GET", f"{V1}/plans", "200") in _figures(first)["policygraph_requests_total"]
    assert ("GET", f"{V1}/plans", "200") not in _figures(second).get("policygraph_requests_total", {})


def test_figures_need_a_key_where_keys_are_needed(serve: Serve, tmp_path: Path) -> None:
    headers = key(tmp_path)
    client = serve(keys_file=str(tmp_path / "keys.json"))
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers=headers).status_code == 200


def test_the_process_says_that_it_lives_while_all_its_threads_are_busy(sample_file: Path) -> None:
    async def work() -> int:
        threads = current_default_thread_limiter()
        for _ in range(int(threads.total_tokens)):
            threads.acquire_on_behalf_of_nowait(object())
        transport = httpx.ASGITransport(create_app(load_settings(store=str(sample_file))))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return (await asyncio.wait_for(client.get("/health"), 20)).status_code

    assert asyncio.run(work()) == 200
