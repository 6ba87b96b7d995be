"""The service, asked over HTTP as its users do; the same cases on both stores where the answer is the store's."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel

from api import models, review_models
from api.app import create_app
from embeddings import open_encoder
from graph import Store, open_store
from policygraph import jobs
from policygraph.intake import models as intake_models
from policygraph.settings import Settings
from queries import all_queries, answers, cascade, get, grid, run
from review import View
from tests.conftest import Server, build_sample
from tests.plans import NATION, write_plans

PROBLEM = "application/problem+json"
PLAN = "x-qinglan-2025"
V1 = "/api/v1"
WRITING = {
    f"{V1}/{path}"
    for path in (
        "reviews/link", "reviews/link/correct", "reviews/link/clear", "reviews/link/undo", "reviews/preview",
        "reviews/bulk", "excuses/measure", "excuses/measure/clear", "excuses/measure/undo", "decisions/import",
        "uploads", "uploads/{upload}", "uploads/{upload}/confirm", "jobs/{job}",
    )
}  # fmt: skip


def _has_only_examples(model: Any) -> bool:
    fields = getattr(model, "model_fields", {}) if isinstance(model, type) else {}
    return bool(fields) and all(field.examples for field in fields.values())


def _encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _cursor(key: object) -> str:
    return _encoded(json.dumps([key]))


def _settings(store: str, **more: Any) -> Settings:
    return Settings(store=store, **more)


@pytest.fixture(scope="module", params=["embedded", "neo4j"])
def client(request: pytest.FixtureRequest, sample_file: Path) -> Iterator[TestClient]:
    """The service over the sample plans."""
    if request.param == "embedded":
        settings = _settings(str(sample_file))
    else:
        server: Server = request.getfixturevalue("running_server")
        with server.open() as store:
            store.write(lambda t: t.run("MATCH (n) DETACH DELETE n"))
            build_sample(store)
        settings = _settings(server.uri, store_user=server.user, store_password=server.password)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def small(sample_file: Path) -> Iterator[TestClient]:
    """The same on the embedded store only."""
    with TestClient(create_app(_settings(str(sample_file))), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def truth(sample_file: Path) -> Iterator[Store]:
    """The store that the service answers from."""
    with open_store(str(sample_file), read_only=True) as store:
        yield store


def _items(client: TestClient, path: str, **params: Any) -> list[dict[str, Any]]:
    """All items of a list, page by page."""
    items: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        asked = params | ({} if cursor is None else {"cursor": cursor})
        answer = client.get(path, params=asked)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        items += page["items"]
        assert ("next" in answer.links) == (page["next"] is not None)
        if page["next"] is None:
            return items
        assert len(page["items"]) == params["limit"]
        cursor = page["next"]


def test_every_answer_equals_what_the_query_says(client: TestClient, truth: Store) -> None:
    coverage = answers.coverage(truth, PLAN)
    upper = coverage.upper
    got = client.get(f"{V1}/plans/{PLAN}/coverage").json()
    assert got["upper"] == upper
    assert [(t["target"], t["status"], t["score"]) for t in got["tasks"]] == [
        (t.target, t.status, t.score) for t in coverage.tasks
    ]
    quoted = [e["text"] for t in got["tasks"] for m in t["measures"] for e in m["evidence"]]
    assert quoted == [e.text for t in coverage.tasks for m in t.measures for e in m.evidence]
    gaps = _items(client, f"{V1}/plans/{PLAN}/gaps", limit=7)
    assert [g["target"] for g in gaps] == [g.target for g in answers.gaps(truth, PLAN).gaps]
    unaligned = _items(client, f"{V1}/plans/{PLAN}/unaligned", limit=3)
    assert [m["id"] for m in unaligned] == [m["id"] for m in answers.unaligned(truth, PLAN)]
    targets = _items(client, f"{V1}/plans/{PLAN}/targets", limit=9)
    assert [t["id"] for t in targets] == [t["id"] for t in answers.targets(truth, PLAN)]
    sums = _items(client, f"{V1}/plans/{PLAN}/targets/below", limit=4)
    assert [s["target"] for s in sums] == [s.target for s in answers.rollup(truth, PLAN)]
    matrix = client.get(f"{V1}/matrix").json()
    expected = answers.matrix(truth)
    assert [[c["status"] for c in row] for row in matrix["cells"]] == [
        [c.status for c in row] for row in expected.cells
    ]
    tasks = _items(client, f"{V1}/plans/{PLAN}/tasks", limit=5)
    assert [t["id"] for t in tasks] == [t["id"] for t in answers.tree(truth, PLAN)]
    assert len(_items(client, f"{V1}/plans", limit=3)) == len(answers.plans(truth)) == 8
    assert client.get("/ready").json() == {"status": "ready", "plans": 8}


def test_from_a_priority_to_the_words_that_carry_it(client: TestClient) -> None:
    priorities = _items(client, f"{V1}/priorities", limit=4)
    assert len(priorities) == 10
    priority = priorities[2]["id"]
    implementers = _items(client, f"{V1}/priorities/{priority}/implementers", limit=2)
    assert len(implementers) > 2
    assert [i["score"] for i in implementers] == sorted((i["score"] for i in implementers), reverse=True)
    task = implementers[0]["task"]
    link = next(
        found for found in _items(client, f"{V1}/tasks/{task}/links", limit=1) if found["target"] == priority
    )
    best = link["evidence"][0]
    assert best["source"].startswith(f"{task}#")
    measures = {m["id"]: m["text"] for m in client.get(f"{V1}/tasks/{task}").json()["measures"]}
    assert measures[best["source"]] == best["source_text"]
    assert (link["method"], link["state"]) == ("machine", "proposed")


def test_the_cascade_goes_down_two_levels(client: TestClient) -> None:
    found = client.get(f"{V1}/priorities/000000-2025.3/cascade").json()
    assert found["title"]
    chains = [(hop, below) for hop in found["hops"] for below in hop["below"]]
    assert chains
    assert all(hop["weakest"] <= hop["score"] for hop in found["hops"])
    assert {"x-songling-2025", "x-hewan-2025"} >= {below["plan"] for _, below in chains}
    songling = next(c for c in found["chains"] if c["plan"] == "x-songling-2025")
    assert songling["standing"] == "carried"
    assert [s["plan"] for s in songling["steps"]] == ["x-qinglan-2025", "x-songling-2025"]
    assert [h["source_plan"] for h in songling["path"]] == [s["plan"] for s in songling["steps"]]
    assert songling["weakest"] in songling["path"]
    only = client.get(f"{V1}/priorities/000000-2025.3/cascade", params={"region": "澜港市"}).json()
    assert [c["plan"] for c in only["chains"]] == ["x-langang-2025"]


def test_all_cascades_page_by_page(client: TestClient, truth: Store) -> None:
    whole = sorted((c.position, c.plan, c.standing) for c in cascade.chains(truth))
    items = _items(client, f"{V1}/cascade", limit=7)
    assert [(c["position"], c["plan"], c["standing"]) for c in items] == whole
    stops = _items(client, f"{V1}/cascade", limit=2, status="stops", region="x-qinglan")
    assert {c["standing"] for c in stops} == {"stops"}
    assert len(stops) == sum(standing == "stops" for _, _, standing in whole) > 2
    assert all(c["breaks"] == c["plan"] for c in stops)
    city = _items(client, f"{V1}/cascade", limit=50, upper="x-qinglan-2025")
    assert {c["plan"] for c in city} == {"x-songling-2025", "x-hewan-2025"}


def test_a_cascade_says_what_it_counts(client: TestClient, truth: Store) -> None:
    path = f"{V1}/priorities/000000-2025.3/cascade"
    assert client.get(path).json()["mode"] == "all"
    one = client.get(path, params={"mode": "accepted"}).json()
    assert (one["mode"], one["least"], one["hops"]) == ("accepted", 0.0, [])
    assert {c["standing"] for c in one["chains"]} == {"absent"}
    page = client.get(f"{V1}/cascade", params={"least": 0.7, "limit": 100}).json()
    assert (page["mode"], page["least"]) == ("all", 0.7)
    strict = sorted((c.position, c.plan, c.standing) for c in cascade.chains(truth, view=View(least=0.7)))
    assert [(c["position"], c["plan"], c["standing"]) for c in page["items"]] == strict
    assert strict != sorted((c.position, c.plan, c.standing) for c in cascade.chains(truth))
    assert client.get(f"{V1}/cascade", params={"mode": "some"}).status_code == 422


def test_a_named_answer_is_asked_for_as_a_query_is(client: TestClient, truth: Store) -> None:
    listed = {q["name"]: q for q in _items(client, f"{V1}/queries", limit=100)}
    assert listed["coverage_by_level"]["group"] == "coverage"
    assert listed["coverage_by_level"]["stands_on"][0] == "plan_facts"
    assert "// best_proposals\nMATCH" in listed["coverage_by_level"]["cypher"]
    assert listed["plans"]["stands_on"] == []
    answer = client.get(f"{V1}/queries/coverage_by_level", params={"mode": "all", "least": "0.7"}).json()
    assert answer["rows"] == run(truth, "coverage_by_level", least=0.7) != run(truth, "coverage_by_level")
    assert client.get(f"{V1}/queries/coverage_by_level", params={"store": "x"}).status_code == 422
    assert client.get(f"{V1}/queries/nearest_plans", params={"plan": "x-nowhere-2025"}).status_code == 404


def test_a_link_is_explained(client: TestClient, truth: Store) -> None:
    pair = answers.links(truth, f"{PLAN}.3.4.1")[0].evidence[0]
    params = {"source": pair.source, "target": pair.upper}
    answer = client.get(f"{V1}/explain", params=params)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["type"], found["score"], found["relation"]) == ("MATCHES", pair.score, pair.relation)
    (start, end), *_ = found["source"]["marks"]
    assert found["source"]["text"][start:end] in found["target"]["text"]
    assert found["figures"]
    again = client.get(f"{V1}/explain", params=params, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    task = client.get(
        f"{V1}/explain", params={"source": f"{PLAN}.3.4.1", "target": pair.upper.partition("#")[0]}
    )
    assert task.json()["strongest"] in {c["source"] for c in task.json()["carriers"]}


def test_search_finds_words_in_one_plan_or_all(client: TestClient) -> None:
    everywhere = _items(client, f"{V1}/search", q="城中村", limit=2)
    assert all("城中村" in m["text"] for m in everywhere)
    assert len({m["plan"] for m in everywhere}) > 1
    here = _items(client, f"{V1}/search", q="城中村", plan=PLAN, limit=2)
    assert here == [m for m in everywhere if m["plan"] == PLAN]
    planned = _items(client, f"{V1}/search", q="城中村", kind="planned", limit=100)
    assert planned == [m for m in everywhere if m["kind"] == "planned"]


def test_lists_take_filters(small: TestClient) -> None:
    cities = _items(small, f"{V1}/plans", level="city", limit=10)
    assert {p["id"] for p in cities} == {"x-songling-2025", "x-hewan-2025"}
    assert {p["id"] for p in _items(small, f"{V1}/plans", region="x-qinglan", year=2024, limit=10)} == {
        "x-qinglan-2024"
    }
    partial = _items(small, f"{V1}/plans/{PLAN}/gaps", status="partial", limit=50)
    assert {g["status"] for g in partial} == {"partial"}
    assert {t["kind"] for t in _items(small, f"{V1}/plans/{PLAN}/tasks", kind="review", limit=50)} == {
        "review"
    }


def test_a_filter_that_leaves_nothing_is_answered_and_one_that_names_nothing_is_not(
    small: TestClient,
) -> None:
    assert small.get(f"{V1}/plans", params={"region": "x-hewan", "year": 2020}).json()["items"] == []
    assert small.get(f"{V1}/matrix", params={"region": "x-hewan", "year": 2020}).json()["plans"] == []
    by_name = small.get(f"{V1}/matrix", params={"region": "青岚省"}).json()
    assert by_name == small.get(f"{V1}/matrix", params={"region": "x-qinglan"}).json()
    assert by_name["plans"]
    assert _items(small, f"{V1}/plans", region="青岚省", limit=10) == _items(
        small, f"{V1}/plans", region="x-qinglan", limit=10
    )
    wrong = small.get(f"{V1}/matrix", params={"region": "x-qinlan"}).json()
    assert "Did you mean x-qinglan (青岚省)" in wrong["remedy"]


def test_a_province_is_an_upper_plan_too(small: TestClient) -> None:
    answer = small.get(f"{V1}/plans/x-songling-2025/coverage", params={"upper": PLAN}).json()
    assert answer["upper"] == PLAN
    assert small.get(f"{V1}/matrix", params={"upper": PLAN}).json()["upper"] == PLAN


def test_named_queries_run_with_their_parameters(small: TestClient) -> None:
    listed = _items(small, f"{V1}/queries", limit=6)
    assert [q["name"] for q in listed] == list(all_queries())
    answer = small.get(f"{V1}/queries/plan_tasks", params={"plan": PLAN, "limit": "2"}).json()
    assert len(answer["rows"]) == 2
    assert list(answer["rows"][0]) == [c["name"] for c in answer["columns"]]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/nothing", 404, "not-found"),
        ("/plans/x-nowhere-2025", 404, "not-found"),
        ("/plans/x-nowhere-2025/tasks", 404, "not-found"),
        ("/plans/x-nowhere-2025/coverage", 404, "not-found"),
        ("/plans/x-qinglan-2025/gaps?upper=x-yunxi-2025", 404, "not-found"),
        ("/plans/000000-2025/coverage", 422, "bad-input"),
        ("/tasks/x-qinglan-2025.99", 404, "not-found"),
        ("/tasks/x-qinglan-2025.99/links", 404, "not-found"),
        ("/priorities/nonsense/cascade", 404, "not-found"),
        ("/priorities/x-songling-2025.2/cascade", 422, "bad-input"),
        ("/cascade?region=nowhere", 404, "not-found"),
        ("/cascade?upper=nowhere-2025", 404, "not-found"),
        ("/cascade?status=broken", 422, "bad-request"),
        ("/cascade?cursor=WyJhIl0", 422, "bad-input"),
        ("/priorities/nonsense/implementers", 404, "not-found"),
        ("/plans?limit=0", 422, "bad-request"),
        ("/plans?limit=1001", 422, "bad-request"),
        ("/plans?level=galaxy", 422, "bad-request"),
        ("/plans?region=nowhere", 404, "not-found"),
        ("/plans?year=20255", 422, "bad-request"),
        ("/matrix?region=nowhere", 404, "not-found"),
        ("/matrix?level=galaxy", 422, "bad-request"),
        ("/matrix?year=25", 422, "bad-request"),
        ("/plans?cursor=%7Bnot-a-cursor", 422, "bad-input"),
        ("/plans?cursor=MTI", 422, "bad-input"),
        ("/plans?cursor=WzEyXQ", 422, "bad-input"),
        ("/plans/x-qinglan-2025/tasks?cursor=WyJhIl0", 422, "bad-input"),
        ("/plans?cursor=" + _cursor("\ud800"), 422, "bad-input"),
        ("/search?q=a&cursor=" + _cursor("\ud800"), 422, "bad-input"),
        ("/plans/x-qinglan-2025/tasks?cursor=" + _cursor(10**20), 422, "bad-input"),
        ("/plans?cursor=" + _encoded("[" * 40_000), 422, "bad-input"),
        ("/queries/search?text=x&limit=99999999999999999999", 422, "bad-input"),
        ("/explain", 422, "bad-request"),
        ("/explain?source=x-qinglan-2025.3.4.1&target=000000-2025.99", 404, "not-found"),
        ("/explain?source=x-qinglan-2025.3.4.1%2399&target=000000-2025.3", 404, "not-found"),
        ("/explain?source=000000-2025.3&target=x-qinglan-2025.3.4.1", 404, "not-found"),
        ("/search", 422, "bad-request"),
        ("/search?q=", 422, "bad-request"),
        ("/queries/nonsense", 404, "not-found"),
        ("/queries/plan_tasks", 422, "bad-input"),
        ("/queries/plan_tasks?plan=x-nowhere-2025", 404, "not-found"),
        ("/queries/search?text=改造&plan=x-nowhere-2025", 404, "not-found"),
        ("/queries/coverage_trend?region=nowhere", 404, "not-found"),
        ("/search?q=改造&plan=x-nowhere-2025", 404, "not-found"),
        ("/queries/plan_tasks?plan=a&limit=many", 422, "bad-input"),
        ("/queries/plan_tasks?plan=a&colour=red", 422, "bad-input"),
    ],
)
def test_errors_are_problems_with_a_remedy(small: TestClient, path: str, status: int, code: str) -> None:
    answer = small.get(V1 + path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    problem = answer.json()
    assert problem["type"] == f"urn:policygraph:problem:{code}"
    assert problem["status"] == status
    assert problem["detail"]
    assert problem["remedy"]
    assert problem["instance"] == (V1 + path).partition("?")[0]


def test_other_methods_are_problems(small: TestClient) -> None:
    answer = small.post(f"{V1}/plans")
    assert answer.status_code == 405
    assert answer.headers["content-type"] == PROBLEM
    assert answer.headers["allow"] == "GET"


def test_an_unexpected_error_says_nothing_of_the_inside(
    small: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(grid, "narrow", broken)
    answer = small.get(f"{V1}/matrix")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == PROBLEM
    assert "secret" not in answer.text
    assert "secret detail" in caplog.text


def test_an_unchanged_answer_is_not_sent_twice(tmp_path: Path) -> None:
    plans = write_plans(tmp_path / "plans")
    path = str(tmp_path / "graph.kgl")
    encoder = open_encoder("policy-zh")
    with open_store(path) as store:
        jobs.build(store, jobs.read(plans), encoder)
    with TestClient(create_app(_settings(path))) as client:
        first = client.get(f"{V1}/matrix")
        etag = first.headers["etag"]
        again = client.get(f"{V1}/matrix", headers={"If-None-Match": etag})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
        assert client.get(f"{V1}/plans", headers={"If-None-Match": etag}).status_code == 200
        with open_store(path) as store:
            jobs.build(store, jobs.read(plans), encoder)
        assert client.get(f"{V1}/matrix", headers={"If-None-Match": etag}).status_code == 304
        write_plans(plans, nation=NATION.replace("河湖健康档案", "湖泊保护名录"))
        with open_store(path) as store:
            jobs.build(store, jobs.read(plans), encoder)
        changed = client.get(f"{V1}/matrix", headers={"If-None-Match": etag})
        assert changed.status_code == 200
        assert changed.headers["etag"] != etag


@pytest.mark.parametrize(
    ("path", "status"), [("/plans/nowhere", 404), ("/plans?limit=0", 422), ("/plans", 200)]
)
def test_any_tag_hides_no_error(small: TestClient, path: str, status: int) -> None:
    assert small.get(V1 + path, headers={"If-None-Match": "*"}).status_code == status


def test_an_error_page_links_to_no_other_host(small: TestClient) -> None:
    page = small.get("//evil.example/x", headers={"accept": "text/html"})
    assert page.status_code == 404
    assert 'href="//' not in page.text


def test_a_store_that_fails_makes_the_service_unready_but_alive(neo4j_server: Server, tmp_path: Path) -> None:
    del tmp_path
    settings = _settings(
        neo4j_server.uri, store_user=neo4j_server.user, store_password=neo4j_server.password, look_every=0
    )
    app = create_app(settings)
    with TestClient(app) as client:
        assert client.get("/ready").status_code == 200
        app.state.store.close()
        app.state.store = _Down()
        answer = client.get("/ready")
        assert (answer.status_code, answer.headers["content-type"]) == (503, PROBLEM)
        assert client.get(f"{V1}/plans").status_code == 503
        assert client.get("/health").json()["status"] == "ok"
        app.state.store = neo4j_server.open(read_only=True)


class _Down:
    """A server that has gone away."""

    def read(self, *_: object, **__: object) -> None:
        from graph.errors import StoreError

        raise StoreError("the Neo4j server does not answer", where="neo4j://localhost")


def test_the_description_is_complete(small: TestClient) -> None:
    schema = small.get("/openapi.json").json()
    assert "HTTPValidationError" not in schema["components"]["schemas"]
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            assert method == "get" or path in {*WRITING, "/api/v1/cypher"}, path
            assert operation["summary"], path
            if path != "/health":
                assert PROBLEM in operation["responses"]["default"]["content"], path
            for parameter in operation.get("parameters", []):
                assert parameter.get("description"), (path, parameter["name"])
    for name, model in schema["components"]["schemas"].items():
        assert model.get("description"), name
        for field, value in model["properties"].items():
            assert value.get("description"), (name, field)


def test_rows_have_the_columns_of_their_query() -> None:
    pairs: dict[str, type[BaseModel]] = {
        "plans": models.Plan, "plan_tasks": models.TaskRow, "priorities": models.Priority,
        "priority_implementers": models.Implementer, "plan_unaligned": models.Unaligned,
        "plan_targets": models.Target, "search": models.Found,
    }  # fmt: skip
    for query, model in pairs.items():
        assert {c.name for c in get(query).columns} == set(model.model_fields), query


def test_the_reference_page_needs_no_other_host(small: TestClient) -> None:
    page = small.get("/docs").text
    for address in re.findall(r'(?:src|href)="([^"]+)"', page):
        assert address.startswith("/"), address
        assert small.get(address).status_code == 200


@pytest.mark.parametrize(
    "model",
    dict.fromkeys(
        m
        for module in (models, review_models, intake_models)
        for m in vars(module).values()
        if _has_only_examples(m)
    ),
)
def test_examples_are_valid(model: type[BaseModel]) -> None:
    example = {name: field.examples[0] for name, field in model.model_fields.items() if field.examples}
    assert model.model_validate(example).model_dump(exclude_unset=True) == example


def test_versions_and_what_differs_between_them(small: TestClient) -> None:
    kept = _items(small, f"{V1}/plans/x-langang-2025/versions", limit=1)
    assert [(v["id"], v["archived"] is None) for v in kept] == [
        ("x-langang-2025@1", False), ("x-langang-2025@2", True),
    ]  # fmt: skip
    found = small.get(f"{V1}/diff", params={"after": "x-langang-2025"}).json()
    assert found["before"]["id"] == "x-langang-2025@1"
    assert [c["what"] for c in found["changes"]] == ["added"]
    two = small.get(f"{V1}/diff", params={"before": PLAN, "after": "x-langang-2025"}).json()
    for change in two["changes"]:
        if change["what"] != "changed":
            assert not change["before_marks"]
    assert small.get(f"{V1}/diff", params={"after": "nowhere@1"}).status_code == 404
    assert small.get(f"{V1}/plans/nowhere/versions").status_code == 404
