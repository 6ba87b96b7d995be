"""What pages compute from the whole graph, kept in memory while the graph stays the same."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Final, TypeVar
from weakref import WeakKeyDictionary

from graph.store import Store
from queries import answers, grid, run
from queries.answers import Coverage, Matrix
from review import View

T = TypeVar("T")
MOST: Final = 128
"""Answers that are kept for one store; the one unused for longest goes first."""

_lock: Final = Lock()
_answers: Final[WeakKeyDictionary[Store, OrderedDict[Hashable, object]]] = WeakKeyDictionary()


def kept(store: Store, key: Hashable, compute: Callable[[], T]) -> T:
    """What ``compute`` gives, computed once for each ``key`` and state of the graph.

    The state is read before the answer, so an answer that is newer than its state is never given for an older one.
    """
    whole = (answers.graph_version(store), key)
    with _lock:
        held = _answers.setdefault(store, OrderedDict())
        if whole in held:
            held.move_to_end(whole)
            return held[whole]  # type: ignore[return-value]
    found = compute()
    with _lock:
        held[whole] = found
        while len(held) > MOST:
            held.popitem(last=False)
    return found


def matrix(store: Store, upper: str, view: View) -> Matrix:
    """:func:`queries.answers.matrix`, kept."""
    return kept(store, ("matrix", upper, view), lambda: answers.matrix(store, upper, view))


def coverage(store: Store, plan: str, upper: str, view: View) -> Coverage:
    """:func:`queries.answers.coverage`, kept."""
    return kept(store, ("coverage", plan, upper, view), lambda: answers.coverage(store, plan, upper, view))


def free_work(store: Store, upper: str, view: View) -> dict[str, int]:
    """How much work of each plan answers to nothing in ``upper``, by plan."""

    def count() -> dict[str, int]:
        rows = run(store, "free_work_counts", upper=upper, mode=view.mode, least=view.least)
        return {r["plan"]: r["count"] for r in rows}

    return kept(store, ("free", upper, view), count)


def review_counts(store: Store, upper: str) -> dict[str, dict[str, int]]:
    """How far people looked at the matches of each plan, by plan: a row of the query ``review_counts``."""

    def count() -> dict[str, dict[str, int]]:
        rows = run(store, "review_counts", upper=upper)
        return {r["plan"]: r for r in rows if r["kind"] == "matches"}

    return kept(store, ("review", upper), count)


def regions(store: Store) -> grid.Regions:
    """:func:`queries.grid.regions`, kept."""
    return kept(store, "regions", lambda: grid.regions(store))
