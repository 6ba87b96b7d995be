"""What every store promises: the same on the embedded store and on a real Neo4j server."""

import pytest

from graph import Store
from graph.errors import QueryError, QueryTimeoutError
from graph.store import Transaction

CREATE = "UNWIND $rows AS r CREATE (n:Task {id: r.id}) SET n.title = r.title, n.depth = r.depth, n.parent = r.parent"
ROWS = [
    {"id": "甲.1", "title": "“引号”与、顿号", "depth": 1, "parent": None},
    {"id": "甲.2", "title": "100% 'quoted' \\ \n行", "depth": 2, "parent": "甲.1"},
]


def test_values_come_back_as_they_went_in(store: Store) -> None:
    store.write(lambda t: t.run(CREATE, {"rows": ROWS}))
    found = store.read(
        "MATCH (n:Task) RETURN n.id AS id, n.title AS title, n.depth AS depth, n.parent AS parent ORDER BY id"
    )
    assert found == ROWS


def test_numbers_keep_their_precision(store: Store) -> None:
    store.write(
        lambda t: t.run(
            "CREATE (n:Target {id: 'x'}) SET n.value = $v, n.masked = $m", {"v": 0.1234567, "m": True}
        )
    )
    assert store.read("MATCH (n:Target) RETURN n.value AS v, n.masked AS m") == [{"v": 0.1234567, "m": True}]


def test_an_id_is_unique(store: Store) -> None:
    store.write(lambda t: t.run("CREATE (n:Plan {id: 'p'})"))
    with pytest.raises(QueryError):
        store.write(lambda t: t.run("CREATE (n:Plan {id: 'p'})"))
    assert store.read("MATCH (n:Plan) RETURN count(n) AS n") == [{"n": 1}]


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    def work(transaction: Transaction) -> None:
        transaction.run("CREATE (n:Plan {id: 'p'})")
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        store.write(work)
    assert store.read("MATCH (n:Plan) RETURN n.id AS id") == []


def test_a_transaction_sees_its_own_writes_and_others_do_not(store: Store) -> None:
    def work(transaction: Transaction) -> int:
        transaction.run("CREATE (n:Plan {id: 'p'})")
        assert store.read("MATCH (n:Plan) RETURN count(n) AS n") == [{"n": 0}]
        return int(transaction.run("MATCH (n:Plan) RETURN count(n) AS n")[0]["n"])

    assert store.write(work) == 1
    assert store.read("MATCH (n:Plan) RETURN count(n) AS n") == [{"n": 1}]


def test_reading_refuses_to_write(store: Store) -> None:
    with pytest.raises(QueryError):
        store.read("CREATE (n:Plan {id: 'p'})")
    assert store.read("MATCH (n:Plan) RETURN n.id AS id") == []


def test_a_broken_statement_says_so(store: Store) -> None:
    with pytest.raises(QueryError, match=r"(?i)syntax|invalid|expected"):
        store.read("MATCH (n RETURN n")


def test_a_long_statement_ends_at_its_limit(store: Store) -> None:
    store.write(lambda t: t.run("UNWIND range(1, 400) AS i CREATE (n:Task {id: 't' + toString(i)})"))
    slow = (
        "MATCH (a:Task) MATCH (b:Task) MATCH (c:Task) MATCH (d:Task) WHERE a.id + d.id < c.id + b.id "
        "RETURN count(*) AS n"
    )
    with pytest.raises(QueryTimeoutError):
        store.read(slow, timeout=0.3)


def test_unknown_labels_and_properties_are_empty_not_errors(store: Store) -> None:
    assert store.read("MATCH (n:Nothing) RETURN n.id AS id") == []
    store.write(lambda t: t.run("CREATE (n:Plan {id: 'p'})"))
    assert store.read(
        "MATCH (n:Plan) OPTIONAL MATCH (n)-[r:NONE]->(m:Nothing) RETURN n.x AS x, m.id AS m"
    ) == [{"x": None, "m": None}]
