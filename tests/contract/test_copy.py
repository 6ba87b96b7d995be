"""A graph that moves between stores: the same exports, the same version, whole or not at all."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from graph import Store, open_store, transfer
from graph.errors import InputError, StoreError, StoreLockedError
from graph.schema import NODES, RELATIONSHIPS
from graph.store import Params, Row, T, Transaction
from policygraph.export import export
from policygraph.reviews import excuse
from queries import state
from tests.conftest import WIPE, Server

PARALLEL = (
    "MATCH (a:Task {id: 'x-qinglan-2025.3.2'}) MATCH (b:Task {id: '000000-2025.3'}) "
    "CREATE (a)-[e:IMPLEMENTS]->(b) SET e.score = $score, e.state = 'rejected', e.note = $note"
)


@pytest.fixture
def original(sample_file: Path, tmp_path: Path) -> Iterator[Store]:
    """The sample, with a ruling of a person, in a file of its own."""
    path = tmp_path / "original.kgl"
    shutil.copy(sample_file, path)
    with open_store(str(path), read_only=True) as opened:
        yield opened


def written(store: Store, folder: Path) -> dict[str, bytes]:
    export(store, folder)
    export(store, folder, "graphml")
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def content(store: Store) -> dict[str, list[str]]:
    """All that the schema declares, in an order of its own."""
    found = {}
    for node in NODES:
        columns = ", ".join(f"n.`{name}` AS `{name}`" for name in node.properties)
        found[node.label] = sorted(map(repr, store.read(f"MATCH (n:{node.label}) RETURN {columns}")))
    for relationship in RELATIONSHIPS:
        for a, b in relationship.ends:
            columns = "".join(f", r.`{name}` AS `{name}`" for name in relationship.properties)
            query = f"MATCH (a:{a})-[r:{relationship.type}]->(b:{b}) RETURN a.id AS a_, b.id AS b_{columns}"
            found[f"{a} {relationship.type} {b}"] = sorted(map(repr, store.read(query)))
    return found


def test_there_and_back_is_the_same_graph(original: Store, store: Store, tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    held, files = content(original), written(original, tmp_path / "here")
    copied = transfer.copy(original, store, progress=lambda *step: steps.append(step))
    assert content(store) == held
    assert written(store, tmp_path / "there") == files
    assert state.read(store).token == state.read(original).token
    total = sum(part.count for part in copied)
    assert steps[-1] == ("", total, total)
    assert {name for name, _, _ in steps} >= {"Plan", "Measure", "Decision", "MATCHES", "IMPLEMENTS"}
    with open_store(str(tmp_path / "back.kgl")) as back:
        assert transfer.copy(store, back) == copied
        assert content(back) == held
    with open_store(str(tmp_path / "back.kgl"), read_only=True) as back:
        assert written(back, tmp_path / "back") == files


def test_parallel_relationships_come_over_one_by_one(original: Store, store: Store) -> None:
    with open_store(original.url) as opened:
        for score, note in ((0.5, None), (1.0, "甲"), (1.0, "甲")):
            values = {"score": score, "note": note}
            opened.write(lambda t, values=values: t.run(PARALLEL, values))  # type: ignore[misc]
    transfer.copy(original, store)
    rows = store.read(
        "MATCH (:Task {id: 'x-qinglan-2025.3.2'})-[e:IMPLEMENTS]->(:Task {id: '000000-2025.3'}) "
        "WHERE e.state = 'rejected' RETURN e.score AS score, e.note AS note ORDER BY score"
    )
    assert rows == [{"score": 0.5, "note": None}, {"score": 1.0, "note": "甲"}, {"score": 1.0, "note": "甲"}]
    assert content(store) == content(original)


def test_a_graph_is_replaced_only_when_told(original: Store, store: Store) -> None:
    store.write(lambda t: t.run("CREATE (n:Plan {id: 'old'}) SET n.year = 1999"))
    store.write(lambda t: t.run("CREATE (n:Diary {id: 'mine'})"))
    with pytest.raises(InputError, match="holds a graph already"):
        transfer.copy(original, store)
    assert store.read("MATCH (n:Plan) RETURN n.id AS id") == [{"id": "old"}]
    transfer.copy(original, store, replace=True)
    transfer.copy(original, store, replace=True)
    assert content(store) == content(original)
    assert store.read("MATCH (n:Diary) RETURN n.id AS id") == [{"id": "mine"}]


def test_what_is_decided_after_a_copy_stays_where_it_was_decided(original: Store, store: Store) -> None:
    transfer.copy(original, store)
    excuse(store, "000000-2025.3#1", "not_applicable", reviewer="周", note="另有安排")
    assert state.read(store).token != state.read(original).token


class _Faulty:
    """A store whose transaction fails at one statement."""

    def __init__(self, store: Store, at: int) -> None:
        self._store, self._at = store, at
        self.url, self.read = store.url, store.read

    def write(self, work: Callable[[Transaction], T]) -> T:
        def failing(transaction: Transaction) -> T:
            left = iter(range(self._at, -1, -1))

            class Failing:
                def run(self, query: str, params: Params | None = None) -> list[Row]:
                    if next(left) == 0:
                        raise RuntimeError("the power went")
                    return transaction.run(query, params)

            return work(Failing())

        return self._store.write(failing)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


@pytest.mark.parametrize("at", [3, 25, 40, 52])
def test_a_failure_leaves_the_target_as_it_was(original: Store, store: Store, at: int) -> None:
    store.write(lambda t: t.run("CREATE (n:Plan {id: 'old'}) SET n.year = 1999"))
    before = content(store)
    faulty: Any = _Faulty(store, at)
    with pytest.raises(RuntimeError, match="power"):
        transfer.copy(original, faulty, replace=True)
    assert content(store) == before
    transfer.copy(original, store, replace=True)
    assert content(store) == content(original)


def test_a_source_that_changes_meanwhile_is_noticed(original: Store, store: Store) -> None:
    other = open_store(original.url)

    def interrupt(_: str, done: int, total: int) -> None:
        if done == total:
            other.write(lambda t: t.run("MATCH (:Task)-[e:IMPLEMENTS]->(:Task) SET e.state = 'accepted'"))
            other.close()

    with pytest.raises(StoreLockedError, match="changed"):
        transfer.copy(original, store, progress=interrupt)
    assert not any(content(store).values())


def test_one_store_is_not_its_own_copy(original: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="same store"):
        transfer.copy(original, original)
    path = tmp_path / "original.kgl"
    assert transfer.same_store(str(path), f"file:{path}")
    assert transfer.same_store("neo4j://LOCALHOST", "bolt://127.0.0.1:7687")
    assert not transfer.same_store("neo4j://one:7687", "neo4j://one:7688")
    assert not transfer.same_store("neo4j://one:7687", "one")


def test_nothing_is_not_copied(store: Store, tmp_path: Path) -> None:
    with open_store(str(tmp_path / "empty.kgl")) as empty, pytest.raises(InputError, match="empty"):
        transfer.copy(empty, store)


def test_a_server_gives_its_graph_to_a_file(neo4j_server: Server, original: Store, tmp_path: Path) -> None:
    with neo4j_server.open() as server:
        server.write(lambda t: t.run(WIPE))
        transfer.copy(original, server)
    with neo4j_server.open(read_only=True) as server, open_store(str(tmp_path / "file.kgl")) as file:
        transfer.copy(server, file)
        assert content(file) == content(original)
    assert written(original, tmp_path / "a") == written(open_store(file.url, read_only=True), tmp_path / "b")


def test_a_server_without_the_memory_says_what_to_raise(neo4j_server: Server) -> None:
    greedy = "UNWIND range(1, 100000000) AS i WITH collect(toString(i)) AS held RETURN size(held) AS n"
    with neo4j_server.open() as server, pytest.raises(StoreError, match="too little memory") as caught:
        server.write(lambda t: t.run(greedy))
    assert "heap" in str(caught.value.remedy)
