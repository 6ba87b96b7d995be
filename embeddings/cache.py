"""Vectors kept in a file, so that a model reads each text once: by the text's hash and the encoder's fingerprint.

The file is an SQLite database that threads and processes share. It only saves time: a file that is damaged, foreign,
read-only or on a full disk is warned of once, and the work goes on without it. Texts are kept as SHA-256 alone.
"""

import hashlib
import logging
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Final, TypeVar, cast

import numpy as np

from embeddings.encoder import Encoder, Progress
from embeddings.search import Dense

LIMIT: Final = 2 * 1024**3
"""Size in bytes that a file is cut back to, the longest unused vectors first, when it is next opened."""

BATCH: Final = 256
"""Texts encoded and stored at a time: what an interrupted run can lose."""

_APPLICATION: Final = 0x50475643  # "PGVC"
_FORMAT: Final = 1
_SCHEMA: Final = (
    """CREATE TABLE encoders (
        id INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL UNIQUE, dimensions INTEGER NOT NULL
    )""",
    """CREATE TABLE vectors (
        encoder INTEGER NOT NULL, text BLOB NOT NULL, used INTEGER NOT NULL,
        checksum INTEGER NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (encoder, text)
    )""",
    "CREATE INDEX vectors_used ON vectors (used)",
    f"PRAGMA application_id = {_APPLICATION}",
    f"PRAGMA user_version = {_FORMAT}",
)
_ENCODER: Final = "SELECT id, dimensions FROM encoders WHERE fingerprint = ?"
_NEW_ENCODER: Final = (
    "INSERT INTO encoders (fingerprint, dimensions) VALUES (?, ?) "
    "ON CONFLICT (fingerprint) DO UPDATE SET dimensions = excluded.dimensions"
)
_FIND: Final = "SELECT text, used, checksum, vector FROM vectors WHERE encoder = ? AND text IN ({marks})"
_ADD: Final = "INSERT OR IGNORE INTO vectors (encoder, text, used, checksum, vector) VALUES (?, ?, ?, ?, ?)"
_USE: Final = "UPDATE vectors SET used = ? WHERE encoder = ? AND text = ?"
_DROP: Final = "DELETE FROM vectors WHERE encoder = ? AND text = ?"
_EVICT: Final = "DELETE FROM vectors WHERE rowid IN (SELECT rowid FROM vectors ORDER BY used, rowid LIMIT ?)"
_PAGE: Final = 16384  # four times the usual, into which a single vector of 512 numbers would fit
_CHUNK: Final = 500  # below the least number of variables that SQLite is built with, 999
_EVICT_AT_ONCE: Final = 5000
_ROOM: Final = 0.9
_PATIENCE_S: Final = 30.0
# The last two also where a damaged file gives no row, or one of other types.
_FAILURES: Final = (sqlite3.Error, OSError, RuntimeError, ValueError, TypeError)
_log = logging.getLogger("policygraph.embeddings")
T = TypeVar("T")


class VectorCache:
    """One file of vectors, of any number of encoders.

    Args:
        path: the file; it and its folder are made where missing. On a local disk: SQLite cannot share a file between
            machines.
        limit: bytes. A larger file is cut to nine tenths of this, once, at the first use of each object; until
            then it may grow beyond. What was not used for the most days goes first.

    Nothing here raises for the file's sake: the first failure is logged as a warning, and from then on nothing is
    found and nothing kept.
    """

    def __init__(self, path: Path, *, limit: int = LIMIT) -> None:
        self.path = path
        self._limit = limit
        self._lock = Lock()
        self._checked = False
        self._off = False

    @contextmanager
    def session(self, fingerprint: str) -> Iterator["Session"]:
        """The vectors of one encoder, over a connection of this session alone: none crosses a thread or a fork."""
        connection = self.attempt(self._open, None)
        try:
            yield Session(self, connection, fingerprint)
        finally:
            if connection is not None:
                connection.close()

    def attempt(self, work: Callable[[], T], otherwise: T) -> T:
        """What ``work`` gives, or ``otherwise`` where the file fails or has failed before."""
        if self._off:
            return otherwise
        try:
            return work()
        except _FAILURES as error:
            self.give_up(str(error))
            return otherwise

    def give_up(self, reason: str) -> None:
        """Use the file no more, and warn if this is the first time."""
        with self._lock:
            first, self._off = not self._off, True
        if first:
            _log.warning(
                "%s: vectors are not cached (%s)\nDelete the file if it is damaged or old, name another with the "
                "setting vector_cache, or set that to nothing.",
                self.path,
                reason,
            )

    def _open(self) -> sqlite3.Connection:
        path = self.path.expanduser()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=_PATIENCE_S, isolation_level=None)
        try:
            connection.text_factory = bytes  # a damaged row may hold text that is none
            _prepare(connection)
            with self._lock:
                first, self._checked = not self._checked, True
            if first:
                _cut_back(connection, self._limit)
        except BaseException:
            connection.close()
            raise
        return connection


class Session:
    """Vectors of one encoder in an open file; made by :meth:`VectorCache.session`."""

    def __init__(self, cache: VectorCache, connection: sqlite3.Connection | None, fingerprint: str) -> None:
        self._cache = cache
        self._connection = connection
        self._fingerprint = fingerprint

    def dimensions(self) -> int | None:
        """Length of the encoder's vectors, or None where it has none here."""
        known = self._try(self._encoder, None)
        return known[1] if known else None

    def get(self, keys: Sequence[bytes]) -> dict[bytes, Dense]:
        """The vectors that are here, each of shape ``(dimensions,)``; what is not whole is not here."""
        found: dict[bytes, Dense] = {}
        self._try(lambda c: self._get(c, keys, found), None)
        return found

    def put(self, keys: Sequence[bytes], vectors: Dense) -> None:
        """Keep ``vectors``, shape ``(len(keys), dimensions)``, in one transaction; those that are here stay."""
        self._try(lambda c: self._put(c, keys, vectors), None)

    def _try(self, work: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        connection = self._connection
        return otherwise if connection is None else self._cache.attempt(lambda: work(connection), otherwise)

    def _encoder(self, connection: sqlite3.Connection) -> tuple[int, int] | None:
        known = connection.execute(_ENCODER, (self._fingerprint,)).fetchone()
        return known if known and isinstance(known[1], int) and known[1] > 0 else None

    def _get(self, connection: sqlite3.Connection, keys: Sequence[bytes], found: dict[bytes, Dense]) -> None:
        known = self._encoder(connection)
        if known is None:
            return
        encoder, dimensions = known
        today = _today()
        for start in range(0, len(keys), _CHUNK):
            chunk = keys[start : start + _CHUNK]
            query = _FIND.format(marks=", ".join("?" * len(chunk)))
            broken, idle = [], []
            for key, used, checksum, vector in connection.execute(query, (encoder, *chunk)).fetchall():
                if not self._whole(key, checksum, vector, dimensions):
                    broken.append((encoder, key))
                    continue
                found[key] = np.frombuffer(vector, "<f4")
                if used != today:
                    idle.append((today, encoder, key))
            if broken or idle:
                with _transaction(connection):
                    connection.executemany(_DROP, broken)
                    connection.executemany(_USE, idle)

    def _put(self, connection: sqlite3.Connection, keys: Sequence[bytes], vectors: Dense) -> None:
        # A device that failed for a moment must not do so for ever.
        rows = [(k, v.tobytes()) for k, v in zip(keys, vectors, strict=True) if np.isfinite(v).all()]
        with _transaction(connection):
            known = self._encoder(connection)
            if known is None or known[1] != vectors.shape[1]:
                connection.execute(_NEW_ENCODER, (self._fingerprint, vectors.shape[1]))
            (encoder, _) = connection.execute(_ENCODER, (self._fingerprint,)).fetchone()
            today = _today()
            connection.executemany(
                _ADD, [(encoder, key, today, self._checksum(key, blob), blob) for key, blob in rows]
            )

    def _whole(self, key: object, checksum: object, vector: object, dimensions: int) -> bool:
        return (
            isinstance(key, bytes)
            and isinstance(vector, bytes)
            and len(vector) == 4 * dimensions
            and checksum == self._checksum(key, vector)
        )

    def _checksum(self, key: bytes, vector: bytes) -> int:
        """SQLite checks no pages; this also tells vectors whose row was moved to another text or encoder."""
        return zlib.crc32(vector, zlib.crc32(key, zlib.crc32(self._fingerprint.encode())))


class CachedEncoder:
    """An encoder of dense vectors whose vectors are kept in a :class:`VectorCache`.

    Args:
        encoder: computes what is missing; its name and fingerprint are this one's.
        path: the file of vectors.
        batch: texts encoded and stored at a time.
        limit: bytes, see :class:`VectorCache`.
    """

    def __init__(self, encoder: Encoder, path: Path, *, batch: int = BATCH, limit: int = LIMIT) -> None:
        self._inner = encoder
        self._cache = VectorCache(path, limit=limit)
        self._batch = batch

    @property
    def name(self) -> str:
        """The inner encoder's."""
        return self._inner.name

    @property
    def fingerprint(self) -> str:
        """The inner encoder's."""
        return self._inner.fingerprint

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Dense:
        """Vectors of ``texts``, float32 of shape ``(len(texts), dimensions)``; see :class:`Encoder`.

        Equal texts are encoded once. ``progress`` counts all texts; those that are cached are done at once.

        Raises:
            PolicyGraphError: whatever the inner encoder raises; what was encoded before that is kept.
        """
        order = {text: i for i, text in enumerate(dict.fromkeys(texts))}
        rows = np.fromiter((order[text] for text in texts), np.int64, len(texts))
        unique = list(order)
        keys = [_key(text) for text in unique]
        told = _Once(progress, len(texts))
        with self._cache.session(self.fingerprint) as kept:
            if not unique:
                return np.zeros((0, kept.dimensions() or self._inner.encode([]).shape[1]), np.float32)
            found = kept.get(keys)
            missing = [i for i, key in enumerate(keys) if key not in found]
            counts = np.bincount(rows)[missing]
            done = len(texts) - int(counts.sum()) + np.concatenate([[0], np.cumsum(counts)])
            told(int(done[0]))
            parts: list[Dense] = []
            for start in range(0, len(missing), self._batch):
                part = missing[start : start + self._batch]
                vectors = _dense(
                    self._inner,
                    [unique[i] for i in part],
                    lambda n, _, start=start: told(int(done[start + n])),  # type: ignore[misc]
                )
                if found and vectors.shape[1] != len(next(iter(found.values()))):
                    self._cache.give_up(f"its vectors are not of {vectors.shape[1]} numbers as the model's")
                    return self.encode(texts, progress=progress)
                kept.put([keys[i] for i in part], vectors)
                parts.append(vectors)
                told(int(done[start + len(part)]))
        return _joined(keys, found, missing, parts)[rows]

    def close(self) -> None:
        """Close the inner encoder, if it has anything to close. The file is only open within :meth:`encode`."""
        close = getattr(self._inner, "close", None)
        if close is not None:
            close()


class _Once:
    """Passes on each new number of texts done, never an earlier one again."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress = progress
        self._total = total
        self._last = 0

    def __call__(self, done: int) -> None:
        if self._progress is not None and done > self._last:
            self._last = done
            self._progress(done, self._total)


def _dense(encoder: Encoder, texts: list[str], progress: Progress) -> Dense:
    vectors = np.ascontiguousarray(cast(Dense, encoder.encode(texts, progress=progress)), dtype="<f4")
    if vectors.ndim != 2 or vectors.shape[0] != len(texts):
        raise RuntimeError(f"{encoder.name} gave vectors of shape {vectors.shape} for {len(texts)} texts")
    return vectors


def _joined(
    keys: Sequence[bytes], found: dict[bytes, Dense], missing: Sequence[int], parts: Sequence[Dense]
) -> Dense:
    """One row a key: those that were found, and in the rows ``missing`` the ``parts`` one after the other."""
    width = parts[0].shape[1] if parts else len(found[keys[0]])
    table = np.empty((len(keys), width), np.float32)
    for i, key in enumerate(keys):
        if key in found:
            table[i] = found[key]
    if parts:
        table[missing] = np.vstack(parts)
    return table


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _today() -> int:
    return int(time.time() // 86400)


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


def _prepare(connection: sqlite3.Connection) -> None:
    """Make the tables of a new file; raise where they are not of this format."""
    connection.execute("PRAGMA synchronous = NORMAL")
    if _tables(connection) == 0:
        connection.execute(f"PRAGMA page_size = {_PAGE}")
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        with _transaction(connection):
            if _tables(connection) == 0:
                for statement in _SCHEMA:
                    connection.execute(statement)
    if _pragma(connection, "application_id") != _APPLICATION:
        raise ValueError("it is a database of something else")
    if _pragma(connection, "user_version") != _FORMAT:
        raise ValueError(f"it is of format {_pragma(connection, 'user_version')}, not {_FORMAT}")
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        # Where others are at work already SQLite refuses this without waiting; the next to open it will do it.
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise


def _cut_back(connection: sqlite3.Connection, limit: int) -> None:
    if (size := _size(connection)) <= limit:
        return
    while size > _ROOM * limit:
        with _transaction(connection):
            (rows,) = connection.execute("SELECT count(*) FROM vectors").fetchone()
            share = int(rows * (1 - _ROOM * limit / size)) + 1
            evicted = connection.execute(_EVICT, (min(share, _EVICT_AT_ONCE),)).rowcount
        if evicted == 0:  # all are gone, or the file is damaged
            break
        size = _size(connection)
    connection.executescript("PRAGMA incremental_vacuum")  # execute would free a single page


def _size(connection: sqlite3.Connection) -> int:
    """Bytes in use; what was freed lies within the file until it is vacuumed."""
    pages = _pragma(connection, "page_count") - _pragma(connection, "freelist_count")
    return pages * _pragma(connection, "page_size")


def _tables(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
