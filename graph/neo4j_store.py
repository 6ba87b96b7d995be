"""The server store: Neo4j 5.26 LTS (or later) through the official driver."""

import logging
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final, Self

import neo4j
import neo4j.graph
import neo4j.spatial
import neo4j.time
from neo4j.exceptions import (
    AuthError,
    ClientError,
    DriverError,
    IncompleteCommit,
    Neo4jError,
    ServiceUnavailable,
)

from graph.asked import Answer, Collector, Limits, duration, plain
from graph.errors import (
    PolicyGraphError,
    QueryError,
    QueryTimeoutError,
    QueryTooLargeError,
    StoreAuthError,
    StoreError,
)
from graph.schema import constraint_statements, index_statements
from graph.store import READ_TIMEOUT_S, Params, Row, Store, T, Transaction

CONNECT_TIMEOUT_S: Final = 5.0
RETRY_TIME_S: Final = 5.0
# The store's errors say what the driver would log, once and in our words.
logging.getLogger("neo4j").addHandler(logging.NullHandler())

_LOCK_CONSTRAINT: Final = (
    "CREATE CONSTRAINT write_lock_id IF NOT EXISTS FOR (l:WriteLock) REQUIRE l.id IS UNIQUE"
)
_LOCK: Final = "MERGE (l:WriteLock {id: 'policygraph'}) SET l.taken = timestamp()"
_UNLOCK: Final = "MATCH (l:WriteLock {id: 'policygraph'}) DELETE l"
_TIMEOUT_CODES: Final = ("TransactionTimedOut", "TransactionTimedOutClientConfiguration")
_MEMORY_CODES: Final = ("TransactionOutOfMemoryError", "MemoryPoolOutOfMemoryError")
_FETCHED: Final = 200
_SCALARS: Final = frozenset({str, int, float, bool, type(None)})
_WGS_84: Final = 4326


class _Transaction:
    def __init__(self, transaction: neo4j.ManagedTransaction) -> None:
        self._transaction = transaction

    def run(self, query: str, params: Params | None = None) -> list[Row]:
        return self._transaction.run(query, dict(params or {})).data()


def _alone(work: Callable[[Transaction], T], transaction: _Transaction) -> T:
    """Run ``work`` while no other process writes: the lock is a node that lives only within the transaction."""
    transaction.run(_LOCK)
    result = work(transaction)
    transaction.run(_UNLOCK)
    return result


class Neo4jStore:
    """A store on a Neo4j server. One driver for its life; safe to share between threads."""

    def __init__(
        self,
        url: str,
        *,
        user: str,
        password: str,
        database: str = "neo4j",
        read_only: bool = False,
        timeout: float = READ_TIMEOUT_S,
    ) -> None:
        self.url = url
        self.read_only = read_only
        self._database = database
        self._timeout = timeout
        try:
            self._driver = neo4j.GraphDatabase.driver(
                url,
                auth=(user, password),
                connection_timeout=CONNECT_TIMEOUT_S,
                connection_acquisition_timeout=2 * CONNECT_TIMEOUT_S,
                max_transaction_retry_time=RETRY_TIME_S,
                notifications_min_severity="OFF",
                user_agent="policygraph",
            )
        except (DriverError, ValueError) as error:
            raise StoreError(f"this is not a Neo4j address ({error})", where=url) from error
        try:
            self._driver.verify_connectivity()
            if not read_only:
                for statement in (_LOCK_CONSTRAINT, *constraint_statements(), *index_statements()):
                    self._driver.execute_query(statement, database_=database)
        except (DriverError, Neo4jError) as error:
            self._driver.close()
            raise self._explain(error) from error

    def read(self, query: str, params: Params | None = None, *, timeout: float | None = None) -> list[Row]:
        limit = self._timeout if timeout is None else timeout
        try:
            result = self._driver.execute_query(
                neo4j.Query(query, timeout=limit),
                dict(params or {}),
                database_=self._database,
                routing_=neo4j.RoutingControl.READ,
            )
        except (DriverError, Neo4jError) as error:
            raise self._explain(error, limit) from error
        return [_row(record) for record in result.records]

    def ask(self, query: str, params: Params, limits: Limits) -> Answer:
        if not self.read_only:
            raise StoreError("the store was not opened for reading only", where=self.url)
        deadline = time.monotonic() + limits.seconds
        collector = Collector(limits, _plain)
        try:
            # Rows come a few at a time and the rest is dropped, so a large answer fills no memory here.
            with (
                self._driver.session(
                    database=self._database,
                    default_access_mode=neo4j.READ_ACCESS,
                    fetch_size=min(limits.rows + 1, _FETCHED),
                ) as session,
                session.begin_transaction(timeout=limits.seconds) as transaction,
            ):
                result = transaction.run(query, dict(params))
                columns = tuple(result.keys())
                for record in result:
                    if time.monotonic() > deadline:
                        raise QueryTimeoutError(f"the statement ran past {limits.seconds:g} s")
                    if not collector.take(dict(zip(columns, record.values(), strict=True))):
                        break
        except (DriverError, Neo4jError) as error:
            raise self._explain(error, limits.seconds) from error
        return Answer(columns, tuple(collector.rows), collector.truncated)

    def write(self, work: Callable[[Transaction], T]) -> T:
        if self.read_only:
            raise StoreError("the store was opened for reading only", where=self.url)
        try:
            with self._driver.session(database=self._database) as session:
                return session.execute_write(lambda transaction: _alone(work, _Transaction(transaction)))
        except IncompleteCommit as error:
            # The driver does not try again after this one: the work could be done twice.
            raise StoreError(
                "the connection broke before the server answered: this may have been written, whole, or not at all",
                where=self.url,
                remedy="Look at what is there, then do it again if it is not.",
            ) from error
        except (DriverError, Neo4jError) as error:
            raise self._explain(error) from error

    def stamp(self) -> None:
        """Not known: a server does not tell whether anybody wrote."""

    # The server answers with what was written last, and lets all write in turn.

    def follow(self, writer: Store, *, save: bool = False) -> None:
        """Nothing to do."""

    def offer(self) -> None:
        """Nothing to do."""

    def is_wanted(self) -> bool:
        return False

    def take_back(self) -> None:
        """Nothing to do."""

    def close(self) -> None:
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _explain(self, error: Exception, limit: float = READ_TIMEOUT_S) -> PolicyGraphError:
        code = getattr(error, "code", None) or ""
        if isinstance(error, AuthError):
            return StoreAuthError(
                "the server refused this user name or password",
                where=self.url,
                remedy="Set POLICYGRAPH_STORE_USER and POLICYGRAPH_STORE_PASSWORD.",
            )
        if code.endswith(_TIMEOUT_CODES):
            return QueryTimeoutError(f"the statement ran past {limit:g} s")
        if code.endswith(_MEMORY_CODES):
            if not self.read_only:
                return StoreError(
                    "the server has too little memory for a transaction of this size; nothing was written",
                    where=self.url,
                    remedy="Raise server.memory.heap.max_size (and dbms.memory.transaction.total.max, where it is set).",
                )
            return QueryTooLargeError(
                "the statement needs more memory than the server allows",
                remedy="Match or collect less at a time.",
            )
        if code.endswith("DatabaseNotFound"):
            return StoreError(
                f"the server has no database {self._database!r}",
                where=self.url,
                remedy="Set POLICYGRAPH_STORE_DATABASE.",
            )
        if isinstance(error, ClientError):
            return QueryError(getattr(error, "message", None) or str(error))
        if isinstance(error, ServiceUnavailable | DriverError):
            return StoreError(
                "the Neo4j server does not answer",
                where=self.url,
                remedy=f"Start it, or check host and port. ({error})",
            )
        return StoreError(f"the Neo4j server failed ({error})", where=self.url)


def _row(record: neo4j.Record) -> Row:
    """What the driver's ``data()`` gives, which looks for nodes in every value; most rows have numbers and texts only."""
    values = record.values()
    if all(type(value) in _SCALARS for value in values):
        return dict(zip(record.keys(), values, strict=True))
    return record.data()


def _plain(value: Any) -> Any:
    """A value of the driver as JSON, in the shapes that the embedded store gives too."""
    match value:
        case list() | tuple() if not isinstance(value, neo4j.time.Duration | neo4j.spatial.Point):
            return [_plain(item) for item in value]
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case neo4j.graph.Node():
            return {"id": value.element_id, "labels": sorted(value.labels), "properties": _properties(value)}
        case neo4j.graph.Relationship():
            start, end = value.nodes
            return {
                "id": value.element_id,
                "type": value.type,
                "start": start.element_id if start else None,
                "end": end.element_id if end else None,
                "properties": _properties(value),
            }
        case neo4j.graph.Path():
            return {
                "nodes": [_plain(node) for node in value.nodes],
                "relationships": [_plain(relationship) for relationship in value.relationships],
            }
        case neo4j.time.Duration():
            return duration(value.months, value.days, value.seconds + value.nanoseconds / 1e9)
        case neo4j.time.DateTime() | neo4j.time.Time():
            return value.iso_format() if value.nanosecond % 1000 else value.to_native().isoformat()
        case neo4j.time.Date():
            return value.iso_format()
        case neo4j.spatial.Point():
            names = ("longitude", "latitude", "height") if value.srid == _WGS_84 else ("x", "y", "z")
            return dict(zip(names, (plain(part) for part in value), strict=False))
        case _:
            return plain(value)


def _properties(entity: neo4j.graph.Entity) -> dict[str, Any]:
    return {name: _plain(item) for name, item in sorted(dict(entity).items())}
