"""Readers tell at little cost whether anything was written, and follow a writer without loading the graph again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import kglite
import pytest

from graph import Store, open_store
from graph.store import Transaction
from tests.conftest import Server

Open = Callable[..., Store]


@pytest.fixture(params=["embedded", "neo4j"])
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    if request.param == "embedded":
        path = str(tmp_path / "graph.kgl")
        open_store(path).close()
        return lambda **how: open_store(path, **how)
    server: Server = request.getfixturevalue("neo4j_server")
    return server.open


def plan(id_: str) -> Callable[[Transaction], object]:
    return lambda t: t.run("MERGE (n:Plan {id: $id})", {"id": id_})


def ids(store: Store) -> list[str]:
    return [
        r["id"]
        for r in store.read("MATCH (n:Plan) WHERE n.id STARTS WITH 'stamp-' RETURN n.id AS id ORDER BY id")
    ]


def test_a_stamp_changes_with_each_write_and_only_then(opening: Open) -> None:
    with opening(read_only=True) as reader:
        with opening() as writer:
            writer.write(plan("stamp-1"))
        stamps = [reader.stamp()]
        assert stamps[0] is not None
        assert reader.stamp() == stamps[0]
        for name in ("stamp-2", "stamp-3"):
            with opening() as writer:
                writer.write(plan(name))
            stamps.append(reader.stamp())
            assert name in ids(reader)
        assert len(set(stamps)) == 3


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
        stamps = set()
        with opening() as first:
            for name in ("stamp-4", "stamp-5"):
                first.write(plan(name))
                reader.follow(first)
                assert name in ids(reader)
                stamps.add(reader.stamp())
            reader.follow(first, save=True)
        assert len(stamps) == 2
        assert "stamp-5" in ids(reader)
        assert loaded == []
        with opening() as second:
            second.write(plan("stamp-6"))
        reader.follow(first)
        assert {"stamp-4", "stamp-5", "stamp-6"} <= set(ids(reader))
