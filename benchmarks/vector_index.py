"""Nearest measures by Neo4j's vector index: vectors as properties of nodes, written and asked for in batches."""

import resource
import time
from typing import Any, Final

import neo4j
import numpy as np
from numpy.typing import NDArray

from embeddings.search import Dense, blocks, top_k
from tests.neo4j_server.server import Neo4jServer

SERVER: Final = ("-Xms1g", "-Xmx2g", f"-Dpagecache={1 << 30}")
"""Room for all vectors, in the heap and in the page cache; Java's own choice of compiler and collector."""

ROUNDS: Final = 3
SAMPLED: Final = 2000
"""Queries of a round; where there are more to ask, what all would take is extrapolated."""
WIDER: Final = 10
"""How many times as many neighbours are asked for where the index is to miss less."""

_WRITTEN: Final = 1000
_ASKED: Final = 100
_AWAIT_S: Final = 600
_WRITE: Final = (
    "UNWIND $rows AS row CREATE (m:{label} {{number: row.number}}) "
    "WITH m, row CALL db.create.setNodeVectorProperty(m, 'vector', row.vector)"
)
_ASK: Final = (
    "UNWIND $numbers AS number MATCH (m:{label} {{number: number}}) "
    "CALL db.index.vector.queryNodes($index, $wide, m.vector) YIELD node "
    "RETURN number, collect(node.number)[..$nearest] AS found"
)
_TIE: Final = 1e-6


def measure(local: Dense, upper: Dense, nearest: int) -> dict[str, Any]:
    """Write both sides and index both, once; then ask in both directions, in turns with the exact answer.

    Returns:
        Seconds of writing and indexing, the server's peak memory, and under ``asked`` one row a round, direction
        and width: ``seconds`` for ``queries`` of ``all``, ``exact_s`` for all, ``recall`` of the queries.
    """
    with Neo4jServer(options=SERVER) as server:
        auth = (server.user, server.password)
        with neo4j.GraphDatabase.driver(server.uri, auth=auth, notifications_min_severity="OFF") as driver:
            figures = _sides(driver, {"Upper": upper, "Local": local})
            up = _Direction(driver, "up", ("Local", local), ("Upper", upper), nearest)
            down = _Direction(driver, "down", ("Upper", upper), ("Local", local), nearest)
            figures["asked"] = [
                direction.round(wide)
                for _ in range(ROUNDS)
                for direction in (up, down)
                for wide in (nearest, WIDER * nearest)
            ]
    # The server has ended, so that it counts among the children.
    return figures | {"server_peak_mib": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**10}


def _sides(driver: neo4j.Driver, sides: dict[str, Dense]) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for label, vectors in sides.items():
        driver.execute_query(f"CREATE CONSTRAINT FOR (m:{label}) REQUIRE m.number IS UNIQUE")
        start = time.perf_counter()
        for rows in blocks(len(vectors), _WRITTEN):
            batch = [
                {"number": rows.start + place, "vector": vector}
                for place, vector in enumerate(vectors[rows].tolist())
            ]
            driver.execute_query(_WRITE.format(label=label), rows=batch)
        figures[f"write_{label.lower()}_s"] = time.perf_counter() - start
        start = time.perf_counter()
        driver.execute_query(
            f"CREATE VECTOR INDEX {label.lower()} FOR (m:{label}) ON (m.vector) OPTIONS {{indexConfig: "
            f"{{`vector.dimensions`: {vectors.shape[1]}, `vector.similarity_function`: 'cosine'}}}}"
        )
        driver.execute_query(f"CALL db.awaitIndexes({_AWAIT_S})")
        figures[f"index_{label.lower()}_s"] = time.perf_counter() - start
    states = driver.execute_query("SHOW VECTOR INDEXES YIELD name, state RETURN name, state").records
    if {r["name"]: r["state"] for r in states} != dict.fromkeys(map(str.lower, sides), "ONLINE"):
        raise RuntimeError(f"the vector indexes are not online: {states}")
    return figures


class _Direction:
    """Nodes of one label that ask for the nearest of another; nothing that is timed runs for the first time."""

    def __init__(
        self,
        driver: neo4j.Driver,
        name: str,
        asking: tuple[str, Dense],
        asked: tuple[str, Dense],
        nearest: int,
    ) -> None:
        self._driver = driver
        self._name = name
        self._label, self._queries = asking
        self._index, self._targets = asked[0].lower(), asked[1]
        self._nearest = nearest
        order = np.random.default_rng(0).permutation(len(self._queries))
        self._sample = order[:SAMPLED]
        self._answers(order[-SAMPLED:], nearest)
        _, scores = top_k(self._queries, self._targets, nearest)
        self._least = scores[self._sample, -1]

    def round(self, wide: int) -> dict[str, Any]:
        """The exact answer for all, then the index's for the sample."""
        start = time.perf_counter()
        top_k(self._queries, self._targets, self._nearest)
        middle = time.perf_counter()
        found = self._answers(self._sample, wide)
        end = time.perf_counter()
        return {
            "direction": self._name,
            "wide": wide,
            "exact_s": middle - start,
            "seconds": end - middle,
            "queries": len(self._sample),
            "all": len(self._queries),
            "recall": self._recall(found),
        }

    def _answers(self, numbers: NDArray[np.int64], wide: int) -> dict[int, list[int]]:
        """Numbers of the nearest to each of ``numbers``, of ``wide`` that the index is asked for."""
        return {
            number: found
            for rows in blocks(len(numbers), _ASKED)
            for number, found in self._driver.execute_query(
                _ASK.format(label=self._label),
                numbers=numbers[rows].tolist(),
                index=self._index,
                wide=wide,
                nearest=self._nearest,
            ).records
        }

    def _recall(self, found: dict[int, list[int]]) -> float:
        """The share of the exact answers that were found; equal vectors may stand for each other."""
        right = sum(
            int((self._targets[found[number]] @ self._queries[number] >= least - _TIE).sum())
            for number, least in zip(self._sample.tolist(), self._least, strict=True)
        )
        return right / (len(self._sample) * self._nearest)
