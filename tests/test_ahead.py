"""What is computed before anyone asks: after each change, by whichever process, and whatever goes wrong in between."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.ahead import Ahead
from api.app import create_app
from api.pages.kept import Kept
from api.pages.overview import prepare
from embeddings import open_encoder
from graph import open_store
from graph.errors import StoreError
from policygraph import jobs
from queries import answers, state
from queries.state import State
from tests.dashboard.conftest import settings
from tests.plans import NATION, write_plans


def _state(day: str) -> State:
    return State({}, {}, (), {}, (), day)


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.005)


def test_it_computes_once_for_each_state_and_outlives_faults(caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> None:
        computed: list[str] = []
        looks = 0
        now: State | Exception = _state("1")

        async def current() -> State:
            nonlocal looks
            looks += 1
            if isinstance(now, Exception):
                raise now
            return now

        def compute(found: State) -> None:
            computed.append(found.day)
            if found.day == "2":
                raise ValueError("broken")

        ahead = Ahead(current, compute, 0.005)
        await _until(lambda: looks > 3)
        assert computed == ["1"]
        now = StoreError("the server is down")
        seen = looks
        await _until(lambda: looks > seen + 1)
        now = _state("2")
        await _until(lambda: "2" in computed)
        now = _state("3")
        await _until(lambda: "3" in computed)
        await ahead.close()
        seen = looks
        await asyncio.sleep(0.03)
        assert looks == seen
        assert computed.count("3") == 1

    with caplog.at_level(logging.ERROR):
        asyncio.run(work())
    assert "computing ahead failed" in caplog.text
    assert "the server is down" not in caplog.text


def test_the_overview_is_there_before_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "graph.kgl"
    prepared: list[str] = []

    def recorded(kept: Kept) -> None:
        prepare(kept)
        prepared.append(kept.state.token)

    def build() -> str:
        with open_store(str(path)) as store:
            jobs.build(store, jobs.read(tmp_path / "plans"), open_encoder("policy-zh"))
            return state.read(store).token

    monkeypatch.setattr("api.app.prepare", recorded)
    write_plans(tmp_path / "plans")
    token = build()
    with TestClient(create_app(settings(path, look_every=0.02))) as client:
        assert client.portal is not None
        client.portal.call(_until, lambda: token in prepared)
        before = client.get("/").text
        write_plans(
            tmp_path / "plans",
            nation=NATION.replace("恢复湿地面积50万亩", "恢复湿地面积80万亩，治理黑臭水体"),
        )
        token = build()
        client.portal.call(_until, lambda: token in prepared)
        monkeypatch.setattr(answers, "coverage", None)
        monkeypatch.setattr(answers, "matrix", None)
        assert client.get("/").text != before
