"""Answers that are kept while the graph is the same."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.kept import Answer, Answers
from graph import open_store
from policygraph.reviews import excuse
from policygraph.settings import load_settings
from queries import grid
from queries.answers import Matrix

MATRIX = "/api/v1/matrix"


@pytest.fixture
def file(sample_file: Path, tmp_path: Path) -> Path:
    return Path(copy(sample_file, tmp_path / "graph.kgl"))


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One entry for each answer that is made of a matrix."""
    calls: list[str] = []
    compute = grid.narrow

    def narrow(matrix: Matrix, known: grid.Regions, **chosen: Any) -> Matrix:
        calls.append("matrix")
        return compute(matrix, known, **chosen)

    monkeypatch.setattr(grid, "narrow", narrow)
    return calls


@pytest.fixture
def client(file: Path) -> Iterator[TestClient]:
    with TestClient(create_app(load_settings(store=str(file)))) as client:
        yield client


def test_the_same_question_is_computed_once_until_the_graph_changes(
    client: TestClient, file: Path, counted: list[str]
) -> None:
    first, again = client.get(MATRIX), client.get(MATRIX)
    assert (again.status_code, again.content) == (200, first.content)
    own = {"x-request-id"}
    assert {k: v for k, v in again.headers.items() if k not in own} == {
        k: v for k, v in first.headers.items() if k not in own
    }
    plain = client.get(MATRIX, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == first.content
    assert len(counted) == 1
    with open_store(str(file)) as store:
        excuse(store, "000000-2025.3#2", "not_applicable", reviewer="周", note="无此类项目")
    changed = client.get(MATRIX)
    assert len(counted) == 2
    assert changed.headers["etag"] != first.headers["etag"]
    assert changed.json() != first.json()


def test_another_question_has_another_answer(client: TestClient, counted: list[str]) -> None:
    client.get(MATRIX)
    assert client.get(MATRIX, params={"mode": "accepted"}).json()["mode"] == "accepted"
    assert len(counted) == 2


def test_an_error_is_not_kept(client: TestClient) -> None:
    for _ in range(2):
        assert client.get(MATRIX, params={"upper": "nowhere"}).status_code == 404
        assert client.get(MATRIX, params={"mode": "none"}).status_code == 422


def test_many_at_once_wait_for_one(client: TestClient, counted: list[str]) -> None:
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(client.get(MATRIX).content)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert len(counted) == 1


def _answer(size: int) -> Answer:
    return Answer(b"x" * size, ())


def test_the_longest_unasked_goes_first() -> None:
    async def work() -> list[bool]:
        kept = Answers(200)
        for tag in "ab":
            assert await kept.take(tag) is None
            kept.done(tag, _answer(40))
        assert await kept.take("a") is not None
        assert await kept.take("c") is None
        kept.done("c", _answer(40))
        assert await kept.take("large") is None
        kept.done("large", _answer(101))
        found = []
        for tag in ("a", "b", "c", "large"):
            found.append(await kept.take(tag) is not None)
            if not found[-1]:
                kept.done(tag, None)
        return found

    assert asyncio.run(work()) == [True, False, True, False]


def test_who_waits_computes_where_the_first_failed() -> None:
    async def work() -> None:
        kept = Answers(200)
        assert await kept.take("a") is None
        waiting = [asyncio.create_task(kept.take("a")) for _ in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        kept.done("a", None)
        assert await waiting[1] is None
        assert not waiting[2].done()
        kept.done("a", _answer(1))
        assert await waiting[2] == _answer(1)

    asyncio.run(work())


@pytest.mark.parametrize(
    ("path", "other"),
    [("/api/v1/plans", {"page_size": 1}), ("/api/v1/export/lists/plans.csv", {"lang": "en"})],
)
def test_a_tag_does_not_outlast_the_settings_that_the_answer_follows(
    file: Path, path: str, other: dict[str, Any]
) -> None:
    with TestClient(create_app(load_settings(store=str(file)))) as client:
        tag = {"If-None-Match": client.get(path).headers["etag"]}
        assert client.get(path, headers=tag).status_code == 304
    with TestClient(create_app(load_settings(store=str(file), **other))) as client:
        assert client.get(path, headers=tag).status_code == 200
