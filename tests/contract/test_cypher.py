"""Free Cypher on both stores, by the ways in that users have: what is hostile gets nowhere, what only reads is answered."""

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from graph import Store, open_store
from graph.asked import Answer, Limits
from graph.errors import (
    PolicyGraphError,
    QueryError,
    QueryRefusedError,
    QueryTimeoutError,
    QueryTooLargeError,
    StoreError,
)
from policygraph.cli import main
from policygraph.settings import Settings, load_settings
from queries import all_queries
from queries.cypher_gate import check
from tests.conftest import WIPE, Server, build_sample
from tests.statements import BENIGN, PARAMETERS, SERVER_ONLY, hostile

SECRET: Final = "ALPHA-7731-OMEGA"
URL: Final = "/api/v1/cypher"
STATE: Final = (
    "MATCH (n) RETURN labels(n) AS labels, n.id AS id, count(*) AS n ORDER BY id",
    "MATCH (n) RETURN n ORDER BY n.id",
    "MATCH ()-[r]->() RETURN type(r) AS type, count(*) AS n ORDER BY type",
)
LIMITS: Final = Limits(rows=100, seconds=20)


@pytest.fixture(scope="module", params=["embedded", "neo4j"])
def place(request: pytest.FixtureRequest) -> Settings:
    """The sample plans in a store of each kind, as settings that name it."""
    if request.param == "embedded":
        return load_settings(store=str(request.getfixturevalue("sample_file")))
    server: Server = request.getfixturevalue("running_server")
    with server.open() as store:
        store.write(lambda t: t.run(WIPE))
        build_sample(store)
    return load_settings(store=server.uri, store_user=server.user, store_password=server.password)


@pytest.fixture(scope="module")
def reading(place: Settings) -> Iterator[Store]:
    """It, opened for reading only."""
    with place.open_store(read_only=True) as store:
        yield store


@pytest.fixture(scope="module")
def client(place: Settings) -> Iterator[TestClient]:
    """The service over it."""
    with TestClient(create_app(place), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that no statement may read."""
    path = tmp_path_factory.mktemp("secret") / "secret.csv"
    path.write_text(f"{SECRET},1\n", "utf-8")
    return path


@pytest.fixture
def call(
    place: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """The command line over it: exit code, and all that it printed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POLICYGRAPH_STORE", place.store)
    monkeypatch.setenv("POLICYGRAPH_STORE_USER", place.store_user)
    monkeypatch.setenv("POLICYGRAPH_STORE_PASSWORD", place.store_password.get_secret_value())

    def run(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(("cypher", *arguments))
        printed = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, printed.out + printed.err

    return run


def _state(store: Store) -> list[Any]:
    return [store.read(text) for text in STATE]


def _is_embedded(place: Settings) -> bool:
    return "://" not in place.store


def _parameters(text: str) -> dict[str, Any]:
    return {name: PARAMETERS[name] for name in check(text).parameters}


def test_hostile_statements_get_nowhere_over_http(client: TestClient, reading: Store, secret: Path) -> None:
    before = _state(reading)
    for path in (str(secret), secret.as_uri()):
        for text in hostile(path):
            answer = client.post(URL, json={"query": text, "parameters": {}})
            assert answer.status_code in (400, 422), (text, answer.text)
            assert answer.json()["type"] == "urn:policygraph:problem:query-refused", text
            assert SECRET not in answer.text
    assert _state(reading) == before


def test_hostile_statements_get_nowhere_on_the_command_line(
    call: Callable[..., tuple[int, str]], reading: Store, secret: Path
) -> None:
    before = _state(reading)
    for text in hostile(str(secret)):
        if "\0" in text:  # no argument can hold it
            continue
        code, printed = call("--json", "--", text)
        assert code == 6, (text, printed)
        assert json.loads(printed)["error"]["code"] == "query-refused"
        assert SECRET not in printed
    assert _state(reading) == before


def test_the_read_session_alone_lets_no_statement_write(reading: Store, secret: Path) -> None:
    """The gate apart: each store is asked as if everything had passed it."""
    before = _state(reading)
    for text in hostile(str(secret)):
        if len(text) > 400:  # nested hundreds deep: a server's parser may take minutes over it
            continue
        with contextlib.suppress(PolicyGraphError):
            reading.ask(text, {}, Limits(rows=10, seconds=5))
    assert _state(reading) == before


def test_the_gate_is_needed_against_files(place: Settings, reading: Store, secret: Path) -> None:
    """Both engines open files in their read-only mode: only the reader's process on the embedded store does not."""
    text = f"LOAD CSV FROM '{secret.as_uri()}' AS row RETURN row"
    assert SECRET in str(reading.read(text))
    if _is_embedded(place):
        with pytest.raises(QueryError, match="Too many open files"):
            reading.ask(text, {}, LIMITS)
    else:
        assert SECRET in str(reading.ask(text, {}, LIMITS))
    with pytest.raises(QueryRefusedError):
        check(text)


@pytest.mark.parametrize(
    "text",
    [
        "CREATE (:Evil)",
        "MATCH (n) SET n.evil = 1",
        "MATCH (n) DETACH DELETE n",
        "CREATE INDEX evil FOR (n:Evil) ON (n.id)",
    ],
)
def test_each_engine_refuses_writes_in_a_read_session(reading: Store, text: str) -> None:
    with pytest.raises(QueryError):
        reading.ask(text, {}, LIMITS)


@pytest.mark.parametrize(
    "hidden", ["\\u0052ETURN 1 AS one", "MATCH (n) \\u0044ELETE n", "RETURN 1 AS `\\u006fne`"]
)
def test_unicode_escapes_are_refused_whatever_the_engines_make_of_them(hidden: str) -> None:
    with pytest.raises(QueryRefusedError):
        check(hidden)


@pytest.mark.parametrize("text", BENIGN, ids=range(len(BENIGN)))
def test_what_analysts_write_is_answered(reading: Store, text: str) -> None:
    allowed = check(text)
    found = reading.ask(allowed.text, _parameters(text), LIMITS)
    assert found.columns
    assert all(tuple(row) == found.columns for row in found.rows)
    json.dumps(found.rows, allow_nan=False)


@pytest.mark.parametrize("text", SERVER_ONLY, ids=range(len(SERVER_ONLY)))
def test_forms_that_only_the_server_knows(place: Settings, reading: Store, text: str) -> None:
    allowed = check(text)
    if _is_embedded(place):
        with contextlib.suppress(QueryError):
            reading.ask(allowed.text, {}, LIMITS)
    else:
        assert reading.ask(allowed.text, {}, LIMITS).rows


def test_both_stores_answer_alike(request: pytest.FixtureRequest, place: Settings, reading: Store) -> None:
    if _is_embedded(place):
        pytest.skip("compared from the other side")
    with open_store(str(request.getfixturevalue("sample_file")), read_only=True) as embedded:
        for text in BENIGN:
            runs, parameters = check(text).text, _parameters(text)
            here, there = (_neutral(store.ask(runs, parameters, LIMITS)) for store in (reading, embedded))
            if "ORDER BY" not in text.upper():  # no order is promised
                here, there = (sorted(map(repr, answer)) for answer in (here[1], there[1]))
            assert here == there, text


def _neutral(answer: Answer) -> Any:
    """Without the engines' own ids; numbers that sums in another order make a little different are rounded."""

    def neutral(value: Any) -> Any:
        match value:
            case float():
                return round(value, 9)
            case list() | tuple():
                return [neutral(item) for item in value]
            case {"properties": _, "id": _}:
                found = {k: neutral(v) for k, v in value.items() if k not in ("id", "start", "end")}
                # kglite shows what it takes for a node's title among its properties.
                found["properties"] = {k: v for k, v in found["properties"].items() if k != "title"}
                return found
            case dict():
                return {k: neutral(v) for k, v in sorted(value.items()) if k != "made"}
            case _:
                return value

    return neutral([list(answer.columns), answer.rows, answer.truncated])


@pytest.mark.parametrize("name", [name for name, query in all_queries().items() if not query.answer])
def test_named_queries_give_the_same_by_this_way(reading: Store, name: str) -> None:
    query = all_queries()[name]
    given = query.bind(query.example)
    rows = reading.read(query.cypher, given)
    found = reading.ask(check(query.cypher).text, given, Limits(rows=100_000, size=100_000_000, seconds=30))
    assert not found.truncated
    assert list(found.rows) == json.loads(json.dumps(rows))


def test_values_become_plain_json(reading: Store) -> None:
    text = (
        "RETURN date('2025-02-10') AS day, datetime('2025-02-10T08:00:00+08:00') AS at, duration('P1M2DT3S') AS gap, "
        "localtime('10:30') AS time, 1.0e308 * 10 AS huge, 0.0 / 0.0 AS none, "
        "point({latitude: 41.8, longitude: 123.4}) AS place, [date('2025-01-01')] AS days, {a: date('2025-01-01')} AS map"
    )
    row = reading.ask(check(text).text, {}, LIMITS).rows[0]
    assert row == {
        "day": "2025-02-10", "at": "2025-02-10T08:00:00+08:00", "gap": "P1M2DT3S", "time": "10:30:00", "huge": None,
        "none": None, "place": {"latitude": 41.8, "longitude": 123.4}, "days": ["2025-01-01"], "map": {"a": "2025-01-01"},
    }  # fmt: skip


def test_nodes_relationships_and_paths_become_objects(reading: Store) -> None:
    text = "MATCH p = (a:Plan {id: 'x-qinglan-2025'})-[r:ISSUED_BY]->(b:Region) RETURN a, r, b, p"
    row = reading.ask(text, {}, LIMITS).rows[0]
    assert row["a"]["labels"] == ["Plan"]
    assert row["a"]["properties"]["year"] == 2025
    assert "type" not in row["a"]["properties"]
    assert row["r"] == {
        "id": row["r"]["id"], "type": "ISSUED_BY", "start": row["a"]["id"], "end": row["b"]["id"], "properties": {},
    }  # fmt: skip
    assert row["p"] == {"nodes": [row["a"], row["b"]], "relationships": [row["r"]]}


def test_rows_and_bytes_are_cut_off(reading: Store) -> None:
    text = "UNWIND range(1, 5000) AS x RETURN x, 'abcdefghij' AS y"
    some = reading.ask(text, {}, Limits(rows=7))
    assert [row["x"] for row in some.rows] == [1, 2, 3, 4, 5, 6, 7]
    assert some.truncated
    assert not reading.ask("UNWIND range(1, 7) AS x RETURN x", {}, Limits(rows=7)).truncated
    few = reading.ask(text, {}, Limits(rows=5000, size=1000))
    assert few.truncated
    assert 0 < len(json.dumps(few.rows)) < 1200
    with pytest.raises(QueryTooLargeError, match="one row"):
        reading.ask("RETURN range(1, 10000) AS xs", {}, Limits(size=1000))
    assert reading.ask("MATCH (n:Nothing) RETURN n.id AS id, n.x", {}, LIMITS) == Answer(
        ("id", "n.x"), (), False
    )


def test_a_statement_that_runs_too_long_is_ended(reading: Store) -> None:
    # Few columns, no memory: only time.
    text = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b WITH a, b WHERE a + b < 0 RETURN count(*) AS n"
    start = time.monotonic()
    with pytest.raises((QueryTimeoutError, QueryTooLargeError)):
        reading.ask(text, {}, Limits(seconds=1))
    assert time.monotonic() - start < 15
    assert reading.ask("RETURN 1 AS one", {}, LIMITS).rows == ({"one": 1},)


def test_a_statement_that_takes_all_memory_harms_nobody(place: Settings, reading: Store) -> None:
    if not _is_embedded(place):
        pytest.skip("a server has its own limit")
    text = "RETURN size(reduce(s = 'aaaaaaaaaa', i IN range(1, 40) | s + s)) AS x"
    with pytest.raises(QueryTooLargeError, match="64 MB"):
        reading.ask(check(text).text, {}, Limits(memory_mb=64))
    assert reading.ask("RETURN 1 AS one", {}, LIMITS).rows == ({"one": 1},)


def test_a_store_for_writing_takes_no_strangers(store: Store) -> None:
    with pytest.raises(StoreError, match="reading only"):
        store.ask("RETURN 1 AS one", {}, LIMITS)


def test_the_service_answers_with_columns_and_rows(client: TestClient) -> None:
    question = {
        "query": "MATCH (p:Plan) WHERE p.year = $year RETURN p.id AS id ORDER BY id",
        "parameters": {"year": 2025},
        "limit": 2,
    }
    answer = client.post(URL, json=question)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["columns"] == ["id"]
    assert found["rows"][0] == {"id": "000000-2025"}
    assert len(found["rows"]) == 2
    assert found["truncated"] is True
    assert found["took_ms"] >= 0
    assert answer.headers["cache-control"] == "no-store"


def test_what_the_engine_refuses_is_a_problem(client: TestClient) -> None:
    answer = client.post(URL, json={"query": "MATCH (n) RETURN m.id AS id"})
    assert answer.status_code == 400, answer.text
    assert answer.json()["type"] == "urn:policygraph:problem:bad-query"
