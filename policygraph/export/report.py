"""What the reports for people say, gathered once: statuses, words, decisions, and how far all that was looked at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graph.errors import NotFoundError
from graph.store import Row, Store
from queries import answers
from queries.answers import Coverage, Matrix, MeasureCoverage, TaskCoverage
from queries.excuses import Excuse
from queries.review import Entry, Filter, history, queue
from review import View
from review.rules import today


@dataclass(frozen=True, slots=True)
class Looked:
    """How many links between measures, and between tasks, people looked at.

    ``deciding`` counts those that nobody looked at and that decide the status of an upper measure.
    """

    links: int
    accepted: int
    rejected: int
    suspect: int
    open: int
    deciding: int


@dataclass(frozen=True, slots=True)
class PlanReport:
    """One plan against the upper one: every status with its evidence, and its own work that answers to nothing above."""

    plan: Row
    run: Row
    coverage: Coverage
    free: tuple[Row, ...]
    measures: int
    looked: Looked

    @property
    def statuses(self) -> Iterator[tuple[TaskCoverage, MeasureCoverage]]:
        """Each upper measure with the task it stands under."""
        return ((t, m) for t in self.coverage.tasks for m in t.measures)

    def count(self, status: str) -> int:
        """How many upper measures have the status."""
        return sum(m.status == status for _, m in self.statuses)

    @property
    def excused(self) -> tuple[Excuse, ...]:
        """What people decided on whether the plan has to carry upper measures, where they did."""
        return tuple(m.excuse for _, m in self.statuses if m.excuse is not None)


@dataclass(frozen=True, slots=True)
class Report:
    """Plans against one upper plan, on one day."""

    upper: Row
    plans: tuple[PlanReport, ...]
    matrix: Matrix
    decisions: tuple[Entry, ...]
    view: View
    day: str

    @property
    def name(self) -> str:
        """For file names: the plan where there is one, and the upper one."""
        return "_".join([p.plan["id"] for p in self.plans if len(self.plans) == 1] + [self.upper["id"]])


def gather(store: Store, plans: Sequence[str], upper: str | None, view: View) -> Report:
    """All that the reports say.

    Args:
        plans: all that are linked to ``upper`` by default.
        upper: by default the latest national plan, or the one that a single plan answers to.

    Raises:
        NotFoundError: a plan is not there, is not linked to ``upper``, or no plan is.
    """
    if upper is None and len(plans) == 1:
        upper = answers.upper_of(store, plans[0])
    whole = answers.matrix(store, upper, view)
    for plan in plans:
        answers.upper_of(store, plan, whole.upper)
    kept = [n for n, p in enumerate(whole.plans) if not plans or p["id"] in plans]
    if not kept:
        raise NotFoundError(
            f"no plan is linked to {whole.upper} yet", remedy="Link plans with: policygraph link"
        )
    matrix = Matrix(
        whole.upper, whole.mode, whole.least, whole.tasks, tuple(whole.plans[n] for n in kept),
        tuple(tuple(line[n] for n in kept) for line in whole.cells),
    )  # fmt: skip
    runs = answers.latest_runs(store)
    decisions = [
        entry
        for entry in history(store, upper=whole.upper)
        if not plans or entry.plan in plans or (not entry.source and not entry.plan)
    ]
    return Report(
        answers.plan(store, whole.upper),
        tuple(_plan(store, plan, whole.upper, runs[plan["id"], whole.upper], view) for plan in matrix.plans),
        matrix, tuple(decisions), view, today().isoformat(),
    )  # fmt: skip


def _plan(store: Store, plan: Row, upper: str, run: Row, view: View) -> PlanReport:
    items = queue(store, Filter(plan=plan["id"], upper=upper))
    untouched = [i for i in items if i.state == "proposed" and not i.suspect]
    looked = Looked(
        len(items), sum(i.state == "accepted" and not i.suspect for i in items),
        sum(i.state == "rejected" and not i.suspect for i in items), sum(i.suspect for i in items), len(untouched),
        sum(i.decides for i in untouched),
    )  # fmt: skip
    return PlanReport(
        plan, run, answers.coverage(store, plan["id"], upper, view),
        tuple(answers.unaligned(store, plan["id"], upper, view=view)), int(plan["measures"]), looked,
    )  # fmt: skip
