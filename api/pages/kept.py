"""What pages say of the whole graph, computed once and kept while what it stands on stays the same."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import chain
from typing import Annotated, Final, TypeVar

from anyio import from_thread
from fastapi import Depends, Request

from api.keeper import Keeper
from graph.errors import NotFoundError
from graph.store import Row, Store
from queries import answers, cascade, grid, run
from queries.answers import Cell, Coverage, Matrix
from queries.cascade import Chain
from queries.review import Filter, Item, Order, place, queue
from queries.state import Stamp, State
from review import View

T = TypeVar("T")
FEW: Final = 20
"""Plans that are asked about one by one; where more have changed, all are asked about at once."""


class Kept:
    """The answers of one request. Its state of the graph is read once, before the first answer, so an answer that is
    newer than its state is never given for an older one.

    Args:
        state: reads the state of the graph.
    """

    def __init__(self, store: Store, keeper: Keeper, state: Callable[[], State]) -> None:
        self.store = store
        self._keeper = keeper
        self._read = state

    @cached_property
    def state(self) -> State:
        """What the graph was made of when the first answer was asked for."""
        return self._read()

    def anew(self) -> "Kept":
        """The answers after a write of this request."""
        return Kept(self.store, self._keeper, self._read)

    def get(self, key: Hashable, compute: Callable[[], T], stamp: Stamp = None) -> T:
        """What ``compute`` gives, computed once for each ``key`` and ``stamp``; without one, for each state of the graph."""
        return self._keeper.get(key, self.state.token if stamp is None else stamp, lambda _: compute())

    def plans(self) -> list[Row]:
        """:func:`queries.answers.plans`."""
        return self.get("plans", lambda: answers.plans(self.store), self.state.contents)

    def plan(self, id_: str) -> Row:
        """One of them. Raises NotFoundError as :func:`queries.answers.plan` does."""
        found = next((p for p in self.plans() if p["id"] == id_), None)
        return answers.plan(self.store, id_) if found is None else found

    def regions(self) -> grid.Regions:
        """:func:`queries.grid.regions`."""
        return self.get("regions", lambda: grid.regions(self.store), self.state.contents)

    def matrix(self, upper: str, view: View) -> Matrix:
        """:func:`queries.answers.matrix`. Raises NotFoundError where there is no such plan."""
        self.plan(upper)

        def compute() -> Matrix:
            columns = self._columns(upper, view)
            tasks = self.get(
                ("priorities", upper),
                lambda: run(self.store, "priorities", plan=upper),
                self.state.plan(upper),
            )
            plans = [p for p in self.plans() if p["id"] in columns]
            cells = tuple(tuple(columns[p["id"]][at] for p in plans) for at in range(len(tasks)))
            return Matrix(upper, view.mode, view.least, tuple(tasks), tuple(plans), cells)

        return self.get(("matrix", upper, view), compute)

    def _columns(self, upper: str, view: View) -> dict[str, tuple[Cell, ...]]:
        """The matrix by plan."""

        def every() -> dict[str, tuple[Cell, ...]]:
            found = answers.matrix(self.store, upper, view)
            return {
                p["id"]: tuple(line[at] for line in found.cells) for at, p in enumerate(found.plans)
            }  # fmt: skip

        def one(plan: str) -> tuple[Cell, ...]:
            return answers.column(self.coverage(plan, upper, view))

        return self._by_plan(("columns", upper, view), self._pairs(upper), every, one)

    def coverage(self, plan: str, upper: str, view: View) -> Coverage:
        """:func:`queries.answers.coverage`."""
        return self.get(
            ("coverage", plan, upper, view),
            lambda: answers.coverage(self.store, plan, upper, view),
            self.state.pair(plan, upper),
        )

    def chains(self, priority: str, region: str, view: View) -> list[Chain]:
        """The chains of :func:`queries.cascade.cascade`; none where no plan of the region answers to the priority."""

        def compute() -> list[Chain]:
            grid = self.matrix(answers.task(self.store, priority)["plan"], view)
            try:
                return list(
                    cascade.cascade(self.store, priority, region=region or None, view=view, grid=grid).chains
                )
            except NotFoundError:
                return []

        return self.get(("chains", priority, region, view), compute)

    def free_work(self, upper: str, view: View) -> dict[str, int]:
        """How much work of each plan answers to nothing in ``upper``, by plan."""

        def every() -> dict[str, int]:
            rows = run(self.store, "free_work_counts", upper=upper, mode=view.mode, least=view.least)
            return dict.fromkeys(self.state.below(upper), 0) | {r["plan"]: r["count"] for r in rows}

        def one(plan: str) -> int:
            return len(answers.unaligned(self.store, plan, upper, view=view))

        return self._by_plan(("free", upper, view), self._pairs(upper), every, one)

    def review_counts(self, upper: str) -> dict[str, Row]:
        """How far people looked at the matches of each plan, by plan: a row of the query ``review_counts``."""

        def every() -> dict[str, Row]:
            rows = run(self.store, "review_counts", upper=upper)
            return {r["plan"]: r for r in rows if r["kind"] == "matches"}

        def one(plan: str) -> Row:
            return answers.reviewed(self.store, plan, upper)

        found = self._by_plan(("review", upper), self._pairs(upper), every, one)
        return {plan: row for plan, row in found.items() if row["links"]}

    def queue(self, wanted: Filter, order: Order) -> list[Item]:
        """:func:`queries.review.queue`. Raises NotFoundError where there is no such plan."""
        for plan in filter(None, (wanted.plan, wanted.upper)):
            self.plan(plan)

        def every() -> dict[str, list[Item]]:
            found: dict[str, list[Item]] = {plan: [] for plan in stamps}
            for item in queue(self.store, wanted, order):
                found.setdefault(item.plan, []).append(item)
            return found

        def one(plan: str) -> list[Item]:
            return queue(self.store, replace(wanted, plan=plan), order)

        def compute() -> list[Item]:
            parts = self._by_plan(("parts", wanted, order), stamps, every, one)
            return sorted(chain.from_iterable(parts.values()), key=lambda item: place(item, order))

        stamps = {p: stamp for p, stamp in self.state.works().items() if wanted.plan in ("", p)}
        return self.get(("queue", wanted, order), compute)

    def _pairs(self, upper: str) -> dict[str, Stamp]:
        """Of each plan linked to ``upper`` a stamp of how it carries that."""
        return {plan: self.state.pair(plan, upper) for plan in self.state.below(upper)}

    def _by_plan(
        self,
        key: Hashable,
        stamps: Mapping[str, Stamp],
        every: Callable[[], Mapping[str, T]],
        one: Callable[[str], T],
    ) -> dict[str, T]:
        """Something of each plan; of a plan whose stamp is the same it is what it was.

        Args:
            every: asks about all of them.
            one: asks about one.
        """

        def compute(before: dict[str, tuple[Stamp, T]] | None) -> dict[str, tuple[Stamp, T]]:
            held = before or {}
            same = {
                plan: held[plan] for plan, stamp in stamps.items() if plan in held and held[plan][0] == stamp
            }
            changed = [plan for plan in stamps if plan not in same]
            found = every() if len(changed) > FEW else {plan: one(plan) for plan in changed}
            return same | {plan: (stamps[plan], found[plan]) for plan in changed if plan in found}

        kept = self._keeper.get(key, self.state.token, compute)
        return {plan: value for plan, (_, value) in kept.items()}


def _kept(request: Request) -> Kept:
    app = request.app.state
    return Kept(app.store, app.keeper, lambda: from_thread.run(app.now.current))


KeptDep = Annotated[Kept, Depends(_kept)]
