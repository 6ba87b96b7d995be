"""The work that takes a while: build, ingest and link, with progress, and without knowing who asked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from embeddings.counsel import Counsel
from embeddings.encoder import Encoder
from embeddings.link import LinkResult, link_plan
from embeddings.scoring import Scoring
from graph.errors import InputError
from graph.model import LEVELS, NATION, PlanDocument, Region
from graph.store import Store, redacted
from graph.transfer import Copied, same_store, store_file
from graph.transfer import copy as transfer
from ingest.load import LoadResult, load_plan, remove_plan
from ingest.manifest import read_directory
from ingest.reader import read_plan
from policygraph import __version__
from policygraph.settings import Settings
from policygraph.spool import Spool
from queries import answers


class Reporter(Protocol):
    """Hears how far a job has come."""

    def step(self, stage: str, item: str, done: int, total: int) -> None:
        """``item`` of ``stage`` (read, load, link) is under way; ``done`` of ``total`` are finished."""
        ...


class Silent:
    """A reporter for those who do not listen."""

    def step(self, stage: str, item: str, done: int, total: int) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build did."""

    loaded: tuple[LoadResult, ...]
    linked: tuple[LinkResult, ...]
    warnings: tuple[str, ...]


def read(directory: Path, reporter: Reporter | None = None) -> Collection[PlanDocument]:
    """Read all plans of ``directory``. Nothing is written, so bad input leaves the graph as it was.

    Raises:
        InputError: names every file that cannot be read, not only the first.
    """
    documents, bad = read_what_can_be(directory, reporter)
    if len(bad) == 1:
        raise bad[0]
    if bad:
        raise InputError(
            f"{len(bad)} of {len(bad) + len(documents)} plans cannot be read",
            where=str(directory),
            remedy="\n".join(str(error) for error in bad),
        )
    return documents


def read_what_can_be(
    directory: Path, reporter: Reporter | None = None
) -> tuple[Collection[PlanDocument], list[InputError]]:
    """The plans of ``directory`` that can be read, and an error for each that cannot.

    The plans wait on disk, so that a large folder needs no more memory than its largest file.
    """
    reporter = reporter or Silent()
    bad: list[InputError] = []
    sources = read_directory(directory, bad)
    documents: Spool[PlanDocument] = Spool()
    for number, source in enumerate(sources):
        reporter.step("read", source.path.name, number, len(sources))
        try:
            documents.add(read_plan(source))
        except InputError as error:
            bad.append(error)
    reporter.step("read", "", len(sources), len(sources))
    return documents, bad


def load(
    store: Store, documents: Collection[PlanDocument], reporter: Reporter | None = None
) -> list[LoadResult]:
    """Write ``documents``, each in its own transaction."""
    reporter = reporter or Silent()
    results = []
    for number, document in enumerate(documents):
        reporter.step("load", document.plan.id, number, len(documents))
        results.append(load_plan(store, document))
    reporter.step("load", "", len(documents), len(documents))
    return results


def link(
    store: Store,
    encoder: Encoder,
    *,
    plans: Sequence[str] = (),
    scoring: Scoring | None = None,
    counsel: Counsel | None = None,
    force: bool = False,
    reporter: Reporter | None = None,
) -> list[LinkResult]:
    """Link ``plans`` (all by default) to the plans above them, upper levels first."""
    reporter = reporter or Silent()
    rows = sorted(answers.plans(store), key=lambda p: LEVELS.index(p["level"]))
    chosen = [answers.plan(store, p)["id"] for p in plans] or [
        p["id"] for p in rows if p["level"] != "national"
    ]
    results: list[LinkResult] = []
    for number, plan in enumerate(chosen):
        reporter.step("link", plan, number, len(chosen))
        results += link_plan(
            store, plan, encoder, scoring=scoring, counsel=counsel, code=__version__, force=force
        )
    reporter.step("link", "", len(chosen), len(chosen))
    return results


def build(
    store: Store,
    documents: Collection[PlanDocument],
    encoder: Encoder,
    *,
    scoring: Scoring | None = None,
    counsel: Counsel | None = None,
    reporter: Reporter | None = None,
) -> BuildResult:
    """Load ``documents`` and link all plans of the graph. Running it again changes only what changed."""
    loaded = load(store, documents, reporter)
    linked = link(store, encoder, scoring=scoring, counsel=counsel, reporter=reporter)
    return BuildResult(tuple(loaded), tuple(linked), warnings(store, documents))


def remove(store: Store, plan: str, *, history: bool = False) -> None:
    """Take ``plan`` out of the graph, with its links, and with ``history`` its versions. Raises NotFoundError."""
    remove_plan(store, plan, history=history)


def copy(
    source: Settings, target: Settings, *, replace: bool = False, reporter: Reporter | None = None
) -> list[Copied]:
    """Copy the graph that ``source`` names into the store that ``target`` names, whole or not at all.

    Raises:
        InputError: both name one store, the source is empty, or the target is not and ``replace`` is off.
        StoreError: either cannot be used.
    """
    reporter = reporter or Silent()
    if same_store(source.store, target.store):
        raise InputError(
            "source and target are the same store", where=redacted(target.store), remedy="Name two stores."
        )
    # A file that a failed copy made must not stay behind, empty.
    file = store_file(target.store)
    made = file if file is not None and not file.exists() else None
    try:
        with source.open_store(read_only=True) as old, target.open_store() as new:
            return transfer(
                old,
                new,
                replace=replace,
                progress=lambda item, done, total: reporter.step("copy", item, done, total),
            )
    except BaseException:
        if made is not None:
            for path in (made, made.with_name(made.name + "-wal")):
                path.unlink(missing_ok=True)
        raise


def is_nation_only(region: Region) -> bool:
    """Whether a city or county stands right under the nation, so that its plan is linked to no other."""
    return region.level in ("city", "county") and region.parent in (None, NATION)


def warnings(store: Store, documents: Collection[PlanDocument]) -> tuple[str, ...]:
    """What the user should know: facts that were guessed, cities under no province, plans of the graph that were not read now."""
    found: list[str] = []
    given: set[str] = set()
    for document in documents:
        found += document.warnings
        if is_nation_only(document.region):
            found.append(
                f"{document.plan.id}: no region above is named, so it is linked to the nation only; set parent in plans.toml"
            )
        given.add(document.plan.id)
    if left := [p["id"] for p in answers.plans(store) if p["id"] not in given]:
        found.append(
            f"in the graph, but not in this folder: {', '.join(left)}; take out with: policygraph remove PLAN"
        )
    return tuple(found)
