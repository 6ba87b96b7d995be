"""Readers notice that something was written, and follow a writer of their process without loading the graph again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import kglite
import pytest

from graph import Store, open_store
from graph.store import Transaction
from queries.state import Reader
from tests.conftest import Server

Open = Callable[..., Store]


@pytest.fixture(params=["embedded", "neo4j"])
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    if request.param == "embedded":
        path = str(tmp_path / "graph.kgl")
        open_store(path).close()
        return lambda **how: open_store(path, **how)
    server: Server = request.getfixturevalue("running_server")
    return server.open


def plan(id_: str) -> Callable[[Transaction], object]:
    return lambda t: t.run("MERGE (n:Plan {id: $id})", {"id": id_})


def ids(store: Store) -> list[str]:
    return [
        r["id"]
        for r in store.read("MATCH (n:Plan) WHERE n.id STARTS WITH 'stamp-' RETURN n.id AS id ORDER BY id")
    ]


def test_the_state_is_read_again_where_something_was_written(opening: Open) -> None:
    with opening(read_only=True) as reader:
        read = Reader(reader)
        before = read()
        # A server does not tell; a file does.
        assert (read() is before) == (reader.stamp() is not None)
        assert read() == before
        with opening() as writer:
            writer.write(
                lambda t: t.run("CREATE (r:LinkRun {id: 'r', plan: 'p', upper: 'u', current: true})")
            )
        after = read()
        assert after.runs["p", "u"] == "r"
        assert after.token != before.token
        with opening() as writer:
            writer.write(lambda t: t.run("MATCH (r:LinkRun {id: 'r'}) DELETE r"))
        assert read() == before


def test_a_reader_follows_a_writer_and_goes_back_to_none(
    opening: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[Any] = []
    load = kglite.open_session

    def counted(*args: Any, **how: Any) -> Any:
        if "durable" not in how:
            loaded.append(args)
        return load(*args, **how)

    with opening(read_only=True) as reader:
        ids(reader)
        monkeypatch.setattr(kglite, "open_session", counted)
        stamps: set[Any] = set()
        with opening() as first:
            for name in ("stamp-4", "stamp-5"):
                first.write(plan(name))
                reader.follow(first)
                assert name in ids(reader)
                stamps.add(reader.stamp())
            reader.follow(first, save=True)
        assert len(stamps) == (1 if stamps == {None} else 2)
        assert "stamp-5" in ids(reader)
        assert loaded == []
        with opening() as second:
            second.write(plan("stamp-6"))
        reader.follow(first)
        assert {"stamp-4", "stamp-5", "stamp-6"} <= set(ids(reader))
