"""Answers kept in memory, each with a stamp of what it stands on."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final, TypeVar

from queries.state import Stamp

T = TypeVar("T")
MOST: Final = 256
"""Answers that are kept; the one unused for longest goes first."""


@dataclass(frozen=True, slots=True)
class _Entry:
    stamp: Stamp
    answer: "Future[Any]"


class Keeper:
    """One answer for each key. Of many threads that need the same at once one computes, and the others wait for it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._entries: OrderedDict[Hashable, _Entry] = OrderedDict()

    def get(self, key: Hashable, stamp: Stamp, compute: Callable[[T | None], T]) -> T:
        """The answer to ``key`` that stands on ``stamp``.

        Args:
            compute: makes it, given the answer that stood on another stamp before, None where there is none.

        Raises:
            Exception: what ``compute`` raises; nothing is kept then.
        """
        with self._lock:
            before = self._entries.get(key)
            entry = before if before is not None and before.stamp == stamp else _Entry(stamp, Future())
            self._entries[key] = entry
            self._entries.move_to_end(key)
            while len(self._entries) > MOST:
                self._entries.popitem(last=False)
        if entry is not before:
            try:
                entry.answer.set_result(compute(_answer(before)))
            except BaseException as error:
                with self._lock:
                    if self._entries.get(key) is entry:
                        del self._entries[key]
                entry.answer.set_exception(error)
        found: T = entry.answer.result()
        return found


def _answer(entry: _Entry | None) -> Any:
    done = entry is not None and entry.answer.done() and entry.answer.exception() is None
    return entry.answer.result() if entry is not None and done else None
