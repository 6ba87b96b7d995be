"""The embedded store: a kglite graph in one file, with a write-ahead log beside it.

One process writes at a time and holds the file's lock while it does. Readers take no lock: they see the last
checkpoint and notice a newer one by themselves.

A process that keeps the lock without writing says so by a file beside the graph, which ends with ``-idle``. Who wants the
lock, or finds a log that is ahead of the checkpoint, takes that file away, and waits for the lock.
"""

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Hashable
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import unquote, urlsplit
from weakref import ref

import kglite

from graph.asked import Answer, Limits
from graph.errors import QueryError, QueryTimeoutError, QueryTooLargeError, StoreError, StoreLockedError
from graph.schema import constraint_statements, index_statements
from graph.store import READ_TIMEOUT_S, Params, Row, Store, T, Transaction

LOCK_PATIENCE_S: Final = 3.0
# The same for a reader that finds a log ahead of the file: a decision takes milliseconds, a build it does not wait for.
READER_PATIENCE_S: Final = 0.25
# What a process may take to let go of a graph that it was asked for: it writes it out first.
HANDING_ON_S: Final = 60.0
# What the reader's process may take to start and to read the graph, beside the statement's own time.
READER_START_S: Final = 30.0
_HANDED_ON: Final = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR")

kglite.set_query_warning_policy("silent")


def store_path(url: str) -> Path:
    """The file that a path or ``file:`` URL names."""
    return Path(unquote(urlsplit(url).path)) if url.startswith("file:") else Path(url)


_Signature = tuple[int, int, int, int]


class _Transaction:
    def __init__(self, transaction: Any) -> None:
        self._transaction = transaction

    def run(self, query: str, params: Params | None = None) -> list[Row]:
        return _rows(self._transaction.cypher, query, params, READ_TIMEOUT_S)


class EmbeddedStore:
    """A store in one file. Safe to share between threads; reads never wait for writes."""

    def __init__(self, url: str, *, read_only: bool = False, timeout: float = READ_TIMEOUT_S) -> None:
        self.url = url
        self.path = store_path(url)
        self.read_only = read_only
        self._timeout = timeout
        self._turn = threading.RLock()
        self._seen: _Signature | None = None
        self._followed = 0
        self._ahead: ref[EmbeddedStore] | None = None
        self._idle = self.path.with_name(self.path.name + "-idle")
        self.pending = not read_only
        """Whether the log is ahead of the file."""
        if read_only:
            self._renew()
        else:
            if not self.path.parent.is_dir():
                raise StoreError(
                    "the folder does not exist",
                    where=str(self.path.parent),
                    remedy="Create it, or name another.",
                )
            self._session = self._acquire(LOCK_PATIENCE_S)
            for statement in (*constraint_statements(), *index_statements()):
                self._session.execute(statement)

    def read(self, query: str, params: Params | None = None, *, timeout: float | None = None) -> list[Row]:
        if self.read_only and self._signature() != self._seen:
            with self._turn:
                if self._signature() != self._seen:
                    self._renew()
        return _rows(self._session.cypher, query, params, self._timeout if timeout is None else timeout)

    def ask(self, query: str, params: Params, limits: Limits) -> Answer:
        ahead = self._ahead() if self._ahead is not None else None
        if ahead is not None and ahead.pending:
            # The other process reads the file.
            self.follow(ahead, save=True)
        # In a process of its own: within this one, a statement that outgrows its memory would end everything.
        if not self.read_only:
            raise StoreError("the store was not opened for reading only", where=self.url)
        request = {
            "path": str(self.path.absolute()),
            "query": query,
            "params": dict(params),
            "limits": asdict(limits),
        }
        return _asked(self.path, request, limits)

    def write(self, work: Callable[[Transaction], T]) -> T:
        if self.read_only:
            raise StoreError("the store was opened for reading only", where=self.url)
        try:
            with self._turn:
                self.pending = True
                with self._session.begin() as transaction:
                    return work(_Transaction(transaction))
        except (kglite.KgError, OSError) as error:
            raise _failed(self.path, error) from error

    def stamp(self) -> Hashable | None:
        return (self._signature(), self._followed) if self.read_only else None

    def follow(self, writer: Store, *, save: bool = False) -> None:
        if not isinstance(writer, EmbeddedStore) or writer.path != self.path:
            return
        if save:
            writer.save()
        with self._turn:
            # In this order: where the writer lets go in between, the file is younger than what is known of it.
            seen, session = self._signature(), writer.snapshot()
            if session is not None:
                self._session, self._seen, self._ahead = session, seen, ref(writer)
                self._followed += 1

    def save(self) -> None:
        """Make a checkpoint of what was written since the last one."""
        try:
            with self._turn:
                if self.pending:
                    self._session.save()
                    self.pending = False
        except (kglite.KgError, OSError) as error:
            raise _failed(self.path, error) from error

    def snapshot(self) -> Any:
        """The graph as it is now, to be read without this store; None where this one is closed."""
        with self._turn:
            return None if self._session.closed else self._session.snapshot()

    def offer(self) -> None:
        with contextlib.suppress(OSError):
            self._idle.touch()

    def is_wanted(self) -> bool:
        return not self._idle.exists()

    def take_back(self) -> None:
        with contextlib.suppress(OSError):
            self._idle.unlink(missing_ok=True)

    def close(self) -> None:
        if not self.read_only and not self._session.closed:
            # In this order: a follower knows the checkpoint, and nobody is offered what another process holds already.
            self.save()
            self.take_back()
            try:
                with self._turn:
                    self._session.close()
            except (kglite.KgError, OSError) as error:
                raise _failed(self.path, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _log(self) -> Path:
        return self.path.with_name(self.path.name + "-wal")

    def _signature(self) -> _Signature | None:
        """What tells one checkpoint from another: each is a file of its own, moved into place. Times are too coarse alone."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_ctime_ns, found.st_mtime_ns, found.st_size

    def _acquire(self, patience: float) -> Any:
        """Open for writing; a writer that hands the store on is asked to, a lasting one is named after ``patience``, in s."""
        deadline = time.monotonic() + patience
        while True:
            try:
                session = kglite.open_session(str(self.path), durable="full")
            except kglite.WriterLeaseHeldError as error:
                if self._ask():
                    deadline = time.monotonic() + HANDING_ON_S
                elif time.monotonic() > deadline:
                    pid = (getattr(error, "holder", None) or {}).get("pid", "unknown")
                    raise StoreLockedError(
                        f"process {pid} is writing to this store",
                        where=str(self.path),
                        remedy="Wait until it ends, or stop it; reading commands work meanwhile.",
                    ) from error
                time.sleep(0.1)
            except kglite.KgError as error:
                raise _damaged(self.path, error) from error
            else:
                self.take_back()
                return session

    def _ask(self) -> bool:
        """Ask the process that holds the lock for it; False where it writes right now, or was asked before."""
        try:
            self._idle.unlink()
        except OSError:
            return False
        return True

    def _renew(self) -> None:
        """Take the last checkpoint. A log that a killed writer left behind is folded in first."""
        found = self._checkpoint(behind=False)
        if found is None:
            self._recover()
            # A live writer may hold commits that are not here yet; its next checkpoint brings them.
            found = self._checkpoint(behind=True)
        if found is None:
            raise StoreLockedError(
                "another process is making this graph right now",
                where=str(self.path),
                remedy="Try again when it has ended.",
            )
        # In this order: whoever finds the signature up to date must find the session so, too.
        self._session = found[0]
        self._seen = found[1]

    def _checkpoint(self, *, behind: bool) -> tuple[Any, _Signature] | None:
        """The checkpoint, opened; None where there is none yet, or unless ``behind`` where the log is ahead of it."""
        found = self._signature()
        if found is None:
            if self._log().exists():
                return None
            raise StoreError(
                "there is no graph here yet",
                where=str(self.path),
                remedy=f"Make one with: policygraph build DIR --store {self.url}",
            )
        try:
            # The engine tells only by a warning, and swallows one that is made an error.
            with warnings.catch_warnings(record=True) as told:
                warnings.simplefilter("always")
                session = kglite.open_session(str(self.path))
        except (kglite.KgError, OSError) as error:
            raise _damaged(self.path, error) from error
        if not behind and any("write-ahead log" in str(warning.message) for warning in told):
            return None
        return session, found

    def _recover(self) -> None:
        try:
            session = self._acquire(READER_PATIENCE_S)
            session.save()
            session.close()
        except StoreLockedError:
            return
        except kglite.KgError as error:
            raise _damaged(self.path, error) from error


def _failed(path: Path, error: Exception) -> StoreError:
    return StoreError(
        f"the graph could not be written ({error})",
        where=str(path),
        remedy="What was written before stands. Check free space and permissions, then run this again.",
    )


def _damaged(path: Path, error: Exception) -> StoreError:
    if isinstance(error, OSError | kglite.FileIoError):
        return StoreError(
            f"the file cannot be opened ({error})", where=str(path), remedy="Check its permissions."
        )
    return StoreError(
        f"this is not a graph that can be opened ({error})",
        where=str(path),
        remedy="Name another file, or move this one away and build again.",
    )


def _asked(path: Path, request: dict[str, Any], limits: Limits) -> Answer:
    environment = {name: os.environ[name] for name in _HANDED_ON if name in os.environ}
    environment["PYTHONPATH"] = os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)
    timed_out = QueryTimeoutError(f"the statement ran past {limits.seconds:g} s")
    try:
        ended = subprocess.run(
            [sys.executable, "-P", "-m", "graph.embedded_reader"],
            input=json.dumps(request, ensure_ascii=False).encode(),
            capture_output=True, env=environment, timeout=limits.seconds + READER_START_S, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise timed_out from None
    try:
        told = json.loads(ended.stdout) if ended.returncode == 0 else {}
    except ValueError:
        told = {}
    match told:
        case {"columns": columns, "rows": rows, "truncated": truncated}:
            return Answer(tuple(columns), tuple(rows), truncated)
        case {"error": "timeout"}:
            raise timed_out
        case {"error": "store", "message": message}:
            raise StoreError(f"the graph cannot be read ({message})", where=str(path))
        case {"error": "query", "message": message}:
            raise QueryError(message)
        case {"error": "size", "message": message} if message:
            raise QueryTooLargeError(message, remedy="Return less, or set a LIMIT.")
    # It was ended by the system: the engine cannot go on where it is refused memory.
    if told.get("error") == "size" or ended.returncode < 0:
        raise QueryTooLargeError(
            f"the statement needs more than {limits.memory_mb} MB of memory",
            remedy="Match less at a time, or collect less; the setting is cypher_memory_mb.",
        )
    lines = ended.stderr.decode(errors="replace").strip().splitlines()
    raise QueryError(f"the engine failed ({lines[-1] if lines else ended.returncode})")


def _rows(run: Any, query: str, params: Params | None, limit: float) -> list[Row]:
    try:
        result = run(query, params=dict(params or {}), timeout_ms=max(1, int(limit * 1000)))
    except kglite.CypherTimeoutError as error:
        raise QueryTimeoutError(f"the statement ran past {limit:g} s") from error
    except kglite.KgError as error:
        raise QueryError(str(error)) from error
    rows: list[Row] = result.to_list() if hasattr(result, "to_list") else []
    return rows
