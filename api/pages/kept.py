"""What pages compute from the whole graph, kept in memory while the graph stays the same."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import cached_property
from threading import Lock
from typing import Annotated, Final, TypeVar
from weakref import WeakKeyDictionary

from fastapi import Depends

from api.dependencies import StoreDep
from graph.errors import NotFoundError
from graph.store import Row, Store
from queries import answers, cascade, grid, run
from queries.answers import Coverage, Matrix
from queries.cascade import Chain
from review import View

T = TypeVar("T")
MOST: Final = 128
"""Answers that are kept for one store; the one unused for longest goes first."""

_lock: Final = Lock()
_answers: Final[WeakKeyDictionary[Store, OrderedDict[Hashable, object]]] = WeakKeyDictionary()


class Kept:
    """The answers of one request. Its state of the graph is read once, before the first answer, so an answer that is
    newer than its state is never given for an older one.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    @cached_property
    def _state(self) -> str:
        return answers.graph_version(self.store)

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """What ``compute`` gives, computed once for each ``key`` and state of the graph."""
        whole = (self._state, key)
        with _lock:
            held = _answers.setdefault(self.store, OrderedDict())
            if whole in held:
                held.move_to_end(whole)
                return held[whole]  # type: ignore[return-value]
        found = compute()
        with _lock:
            held[whole] = found
            while len(held) > MOST:
                held.popitem(last=False)
        return found

    def plans(self) -> list[Row]:
        """:func:`queries.answers.plans`."""
        return self.get("plans", lambda: answers.plans(self.store))

    def plan(self, id_: str) -> Row:
        """One of them. Raises NotFoundError as :func:`queries.answers.plan` does."""
        found = next((p for p in self.plans() if p["id"] == id_), None)
        return answers.plan(self.store, id_) if found is None else found

    def runs(self) -> dict[tuple[str, str], Row]:
        """:func:`queries.answers.latest_runs`."""
        return self.get("runs", lambda: answers.latest_runs(self.store))

    def regions(self) -> grid.Regions:
        """:func:`queries.grid.regions`."""
        return self.get("regions", lambda: grid.regions(self.store))

    def matrix(self, upper: str, view: View) -> Matrix:
        """:func:`queries.answers.matrix`."""
        return self.get(("matrix", upper, view), lambda: answers.matrix(self.store, upper, view))

    def coverage(self, plan: str, upper: str, view: View) -> Coverage:
        """:func:`queries.answers.coverage`."""
        return self.get(
            ("coverage", plan, upper, view), lambda: answers.coverage(self.store, plan, upper, view)
        )

    def chains(self, priority: str, region: str, view: View) -> list[Chain]:
        """The chains of :func:`queries.cascade.cascade`; none where no plan of the region answers to the priority."""

        def compute() -> list[Chain]:
            try:
                return list(cascade.cascade(self.store, priority, region=region or None, view=view).chains)
            except NotFoundError:
                return []

        return self.get(("chains", priority, region, view), compute)

    def free_work(self, upper: str, view: View) -> dict[str, int]:
        """How much work of each plan answers to nothing in ``upper``, by plan."""

        def count() -> dict[str, int]:
            rows = run(self.store, "free_work_counts", upper=upper, mode=view.mode, least=view.least)
            return {r["plan"]: r["count"] for r in rows}

        return self.get(("free", upper, view), count)

    def review_counts(self, upper: str) -> dict[str, Row]:
        """How far people looked at the matches of each plan, by plan: a row of the query ``review_counts``."""

        def count() -> dict[str, Row]:
            rows = run(self.store, "review_counts", upper=upper)
            return {r["plan"]: r for r in rows if r["kind"] == "matches"}

        return self.get(("review", upper), count)


def _kept(store: StoreDep) -> Kept:
    return Kept(store)


KeptDep = Annotated[Kept, Depends(_kept)]
