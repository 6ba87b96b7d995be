"""The server store: Neo4j 5.26 LTS (or later) through the official driver."""

import logging
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

import neo4j
from neo4j.exceptions import (
    AuthError,
    ClientError,
    DriverError,
    IncompleteCommit,
    Neo4jError,
    ServiceUnavailable,
)

from graph.errors import PolicyGraphError, QueryError, QueryTimeoutError, StoreAuthError, StoreError
from graph.schema import constraint_statements, index_statements
from graph.store import READ_TIMEOUT_S, Params, Row, T, Transaction

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
        return [record.data() for record in result.records]

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
