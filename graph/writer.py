"""The one writer of a process that also reads, such as the service.

It keeps the store open between writes, for opening a large file takes seconds. Where another process asks for the store
meanwhile, it is handed on; what was written is in the log at once, and in the file itself when nobody wrote for a while.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from graph.errors import StoreError, StoreLockedError
from graph.store import Store

PATIENCE_S: Final = 10.0
LOOK_S: Final = 0.1
SAVE_AFTER_S: Final = 5.0


class Writer:
    """Gives the store to one who writes at a time.

    Args:
        open_store: opens it for writing.
        reading: what this process reads; it sees each write when the write has ended.
    """

    def __init__(self, open_store: Callable[[], Store], reading: Store) -> None:
        self._open_store = open_store
        self._reading = reading
        self._turn = threading.Lock()
        self._store: Store | None = None
        self._unsaved_since: float | None = None
        self._ends = threading.Event()
        self._watch = threading.Thread(target=self._look, name="policygraph-writer", daemon=True)

    @contextmanager
    def open(self) -> Iterator[Store]:
        """The store, for writing.

        Raises:
            StoreLockedError: others have been writing for too long.
        """
        if not self._turn.acquire(timeout=PATIENCE_S):
            raise StoreLockedError(
                "other requests are writing to this store", remedy="Try again in a moment."
            )
        try:
            store = self._taken()
            try:
                yield store
            except StoreError:
                # What it holds may be broken; the file and its log are not.
                with contextlib.suppress(StoreError):
                    self._let_go()
                raise
            finally:
                if self._store is not None:
                    self._reading.follow(store)
                    self._unsaved_since = time.monotonic()
                    store.offer()
        finally:
            self._turn.release()

    def close(self) -> None:
        """Write out what is pending, and let others write."""
        self._ends.set()
        if self._watch.ident is not None:
            self._watch.join()
        with self._turn:
            self._let_go()

    def _taken(self) -> Store:
        if self._store is None:
            self._store = self._open_store()
            if self._watch.ident is None:
                self._watch.start()
        else:
            self._store.take_back()
        return self._store

    def _let_go(self) -> None:
        store, self._store = self._store, None
        self._unsaved_since = None
        if store is not None:
            with contextlib.suppress(StoreError):
                self._reading.follow(store, save=True)
            store.close()

    def _look(self) -> None:
        while not self._ends.wait(LOOK_S):
            # Who writes now offers the store again when they have ended.
            if not self._turn.acquire(blocking=False):
                continue
            try:
                if self._store is not None:
                    self._pass_on(self._store)
            finally:
                self._turn.release()

    def _pass_on(self, store: Store) -> None:
        since = self._unsaved_since
        with contextlib.suppress(StoreError):  # it stays in the log, and the next who writes is told
            if store.is_wanted():
                self._let_go()
            elif since is not None and time.monotonic() - since > SAVE_AFTER_S:
                self._unsaved_since = None
                self._reading.follow(store, save=True)
