"""Where the graph is kept: one small protocol, two stores behind it.

``open_store("policygraph.kgl")`` (or ``file:…``) opens the embedded store; ``neo4j://``, ``neo4j+s://``,
``bolt://`` and ``bolt+s://`` a Neo4j server. Both take the same Cypher; :mod:`queries` says which subset.
"""

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Final, Protocol, Self, TypeVar
from urllib.parse import urlsplit

from graph.asked import Answer, Limits
from graph.errors import SettingsError, StoreError

Row = dict[str, Any]
Params = Mapping[str, Any]
T = TypeVar("T")

BATCH: Final = 1000
"""Rows that one statement takes at most."""

READ_TIMEOUT_S: Final = 60.0
NEO4J_SCHEMES = frozenset({"neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc"})


def batches(rows: Sequence[T], size: int = BATCH) -> Iterator[list[T]]:
    """``rows`` in order, at most ``size`` at a time; nothing without rows: no statement takes an empty batch."""
    for start in range(0, len(rows), size):
        yield list(rows[start : start + size])


class Transaction(Protocol):
    """Statements that take effect together or not at all."""

    def run(self, query: str, params: Params | None = None) -> list[Row]:
        """Run one statement and return its rows."""
        ...


class Store(Protocol):
    """A graph that can be read and written with Cypher."""

    @property
    def url(self) -> str:
        """The address that this store was opened with, without credentials."""
        ...

    def read(self, query: str, params: Params | None = None, *, timeout: float | None = None) -> list[Row]:
        """Run one reading statement.

        Args:
            query: Cypher without writing clauses.
            params: values for its ``$names``.
            timeout: seconds after which :class:`graph.errors.QueryTimeoutError` is raised; the store's own by default.
        """
        ...

    def ask(self, query: str, params: Params, limits: Limits) -> Answer:
        """Run a reading statement that a stranger wrote, within ``limits``.

        The statement must have passed :mod:`queries.cypher_gate`: an engine's own read-only mode opens files.

        Args:
            query: a statement that only reads.
            params: JSON values for its ``$names``.
            limits: the most that it may cost.

        Raises:
            StoreError: the store was not opened for reading only, or is down.
            QueryTimeoutError, QueryTooLargeError: it needs more than ``limits`` allow.
            QueryError: the engine cannot run it.
        """
        ...

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run ``work`` in one transaction and return what it returns; an exception undoes all of it.

        ``work`` may be called again after a passing fault, so it must have no other effects.
        """
        ...

    def stamp(self) -> Hashable | None:
        """What changes with each write by any process of ours, read at little cost; None where that is not known."""
        ...

    def follow(self, writer: "Store", *, save: bool = False) -> None:
        """Read from now on what ``writer``, a store of this process that is open, has written.

        Args:
            save: let it write out first what is pending, so that other processes read it, too.
        """
        ...

    def offer(self) -> None:
        """Tell other processes that they may ask for the store; nothing is written until :meth:`take_back`."""
        ...

    def is_wanted(self) -> bool:
        """Whether one has asked since it was offered. It waits until this store is closed."""
        ...

    def take_back(self) -> None:
        """Offer it no longer."""
        ...

    def close(self) -> None:
        """Write out what is pending and let go of files and connections."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...


def redacted(url: str) -> str:
    """``url`` with user name and password, if it carries any, replaced by ``…``."""
    return re.sub(r"(?<=://)[^/]*@", "…@", url)


def open_store(
    url: str,
    *,
    user: str = "neo4j",
    password: str = "",
    database: str = "neo4j",
    read_only: bool = False,
    timeout: float = READ_TIMEOUT_S,
) -> Store:
    """Open the store at ``url`` and make sure that its schema is there.

    Args:
        url: a path or ``file:`` URL (embedded), or a Neo4j address.
        user, password, database: for a server only.
        read_only: refuse writes. On the embedded store this takes no lock, so it works beside a writer.
        timeout: seconds that one reading statement may take.

    Raises:
        StoreError: the store is down, damaged or locked, or refuses the password.
        SettingsError: the URL has a scheme that no store serves.
    """
    try:
        scheme = urlsplit(url).scheme
    except ValueError as error:
        raise SettingsError(f"this is no address ({error})", where=redacted(url)) from error
    if scheme in NEO4J_SCHEMES:
        if redacted(url) != url:
            raise SettingsError(
                "the address carries a password",
                where=redacted(url),
                remedy="Leave it out, and set POLICYGRAPH_STORE_USER and POLICYGRAPH_STORE_PASSWORD.",
            )
        from graph.neo4j_store import Neo4jStore

        return Neo4jStore(
            url, user=user, password=password, database=database, read_only=read_only, timeout=timeout
        )
    if scheme in ("", "file") or len(scheme) == 1:
        try:
            from graph.embedded_store import EmbeddedStore
        except ImportError as error:
            raise StoreError(
                f"the embedded engine cannot be loaded ({error})",
                where=url,
                remedy="In a program that also loads torch, import graph before torch.",
            ) from error

        return EmbeddedStore(url, read_only=read_only, timeout=timeout)
    raise SettingsError(
        f"no store serves the scheme {scheme!r}",
        where=redacted(url),
        remedy="Use a path such as policygraph.kgl, or neo4j://HOST:7687.",
    )
