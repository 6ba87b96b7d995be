"""What a job does: read, load and link the plans, the store open for one plan at a time so that others get in between."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TypeVar

from embeddings.link import LinkResult, link_plan, upper_plans
from graph.errors import StoreLockedError
from graph.model import LEVELS, PlanDocument
from graph.store import Store
from ingest.load import LoadResult, load_plan
from ingest.manifest import PlanSource
from ingest.reader import read_plan
from policygraph import __version__
from policygraph.intake.apart import apart
from policygraph.intake.models import Covered, Linked, Loaded, Result
from policygraph.jobs import Reporter
from policygraph.settings import Settings
from policygraph.spool import Spool
from queries import answers

T = TypeVar("T")
Writing = Callable[[], AbstractContextManager[Store]]


def work(
    sources: Sequence[PlanSource],
    settings: Settings,
    reading: Store,
    writing: Writing,
    reporter: Reporter,
    done: Callable[[Result], None],
    wait: Callable[[], bool],
) -> None:
    """Load ``sources`` and link what that concerns.

    Args:
        reading: the store, for reading only.
        writing: opens the store to write, for one plan.
        reporter: hears how far it is, and may raise to stop between plans.
        done: hears what has been done so far, after each plan.
        wait: pauses while others write; False: no longer.

    Raises:
        InputError: a file cannot be read; nothing is written then.
        PolicyGraphError: the store or the encoder failed; what ``done`` heard is in the graph.
    """
    documents: Spool[PlanDocument] = Spool()
    for number, source in enumerate(sources):
        reporter.step("read", source.path.name, number, len(sources))
        documents.add(apart(read_plan, source, file=source.path))
    result = Result()
    ids = [source.plan_id for source in sources]
    for number, document in enumerate(documents):
        reporter.step("load", document.plan.id, number, len(documents))

        def load(store: Store, document: PlanDocument = document) -> LoadResult:
            return load_plan(store, document)

        loaded = attempt(writing, load, wait)
        entry = Loaded(
            plan=loaded.plan, outcome=loaded.outcome, version=loaded.version, tasks=loaded.tasks,
            measures=loaded.planned, targets=loaded.targets,
        )  # fmt: skip
        result = result.model_copy(update={"loaded": [*result.loaded, entry]})
        done(result)
    result = _link(result, ids, settings, reading, writing, reporter, done, wait)
    reporter.step("cover", "", 0, 1)
    done(result.model_copy(update={"coverage": coverage(reading, ids)}))


def _link(
    result: Result,
    ids: Sequence[str],
    settings: Settings,
    reading: Store,
    writing: Writing,
    reporter: Reporter,
    done: Callable[[Result], None],
    wait: Callable[[], bool],
) -> Result:
    encoder = settings.open_encoder()
    scoring = settings.open_scoring(encoder)
    chosen = unlinked(reading, ids)
    with settings.counsel() as counsel:
        for number, plan in enumerate(chosen):
            reporter.step("link", plan, number, len(chosen))

            def link(store: Store, plan: str = plan) -> list[LinkResult]:
                return link_plan(store, plan, encoder, scoring=scoring, counsel=counsel, code=__version__)

            entries = [
                Linked(
                    plan=one.plan, upper=one.upper, outcome=one.outcome, matches=one.matches,
                    implements=one.implements,
                )
                for one in attempt(writing, link, wait)
            ]  # fmt: skip
            result = result.model_copy(
                update={"linked": [*result.linked, *entries], "unlinked": chosen[number + 1 :]}
            )
            done(result)
    return result


def unlinked(store: Store, loaded: Sequence[str]) -> list[str]:
    """The plans to link after ``loaded``: these, and those whose links do not stand; upper levels first."""
    runs = answers.latest_runs(store)
    found = []
    for plan in sorted(answers.plans(store), key=lambda p: (LEVELS.index(p["level"]), p["id"])):
        if plan["level"] == "national":
            continue
        id_ = plan["id"]
        if id_ in loaded or set(upper_plans(store, id_)) != {u for p, u in runs if p == id_}:
            found.append(id_)
    return found


def coverage(store: Store, plans: Sequence[str]) -> list[Covered]:
    """How many measures of each plan above ``plans`` carry."""
    found = []
    for plan, upper in sorted(answers.latest_runs(store)):
        if plan not in plans:
            continue
        statuses = [m.status for t in answers.coverage(store, plan, upper).tasks for m in t.measures]
        counts = {s: statuses.count(s) for s in ("covered", "partial", "gap", "not_applicable")}
        found.append(Covered(plan=plan, upper=upper, **counts))
    return found


def found_loaded(store: Store, hashes: dict[str, str]) -> list[Loaded]:
    """Those of the plans with these hashes of their files that are in the graph."""
    return [
        Loaded(
            plan=row["id"], outcome="added" if row["version"] == 1 else "replaced", version=row["version"],
            tasks=len(answers.tree(store, row["id"])), measures=row["measures"],
            targets=len(answers.targets(store, row["id"])),
        )
        for row in answers.plans(store)
        if hashes.get(row["id"]) == row["sha256"]
    ]  # fmt: skip


def attempt(writing: Writing, task: Callable[[Store], T], wait: Callable[[], bool]) -> T:
    """What ``task`` makes of the store, open for writing; while others write, ``wait`` pauses, and is False at the end.

    Raises:
        StoreLockedError: others have been writing until ``wait`` gave up.
    """
    while True:
        try:
            with writing() as store:
                return task(store)
        except StoreLockedError:
            if not wait():
                raise
