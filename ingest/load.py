"""A plan document to the store: one plan replaces its own part of the graph, whole, in one transaction."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Final, Literal

from graph.errors import NotFoundError
from graph.model import PlanDocument, row
from graph.schema import node_type
from graph.store import Row, Store, Transaction, batches
from ingest import regions, versions
from ingest.carry import Reading, What, carry

Outcome = Literal["added", "replaced", "unchanged"]

_STORED: Final = "MATCH (p:Plan {id: $plan}) RETURN p.sha256 AS sha256, p.reader AS reader, p.version AS version, p.title AS title, p.issuer AS issuer, p.published AS published, p.level AS level, p.source AS source"
_REGION: Final = "MERGE (r:Region {id: $id}) SET r.name = $name, r.level = $level"
_PARENT: Final = "MERGE (r:Region {id: $id}) ON CREATE SET r.name = $name, r.level = $level"
_CUT_PARENT: Final = "MATCH (r:Region {id: $id})-[e:PART_OF]->(:Region) DELETE e"
_SET_PARENT: Final = "MATCH (r:Region {id: $id}) MATCH (u:Region {id: $parent}) CREATE (r)-[:PART_OF]->(u)"
_ISSUE: Final = "MATCH (p:Plan {id: $plan}) MATCH (r:Region {id: $region}) CREATE (p)-[:ISSUED_BY]->(r)"
_YEARS: Final = "MATCH (p:Plan {region: $region}) RETURN p.id AS id, p.year AS year ORDER BY year, id"
_CUT_YEARS: Final = "MATCH (a:Plan {region: $region})-[e:SUPERSEDES]->(:Plan) DELETE e"
_FOLLOW: Final = "MATCH (a:Plan {id: $later}) MATCH (b:Plan {id: $earlier}) CREATE (a)-[:SUPERSEDES]->(b)"
_CURRENT: Final = "MATCH (p:Plan {id: $plan}) SET p.current = $current"
_END_RUNS: Final = (
    "MATCH (r:LinkRun {plan: $plan}) SET r.current = false",
    "MATCH (r:LinkRun) WHERE r.upper = $plan SET r.current = false",
)
_TASKS: Final = (
    "UNWIND $rows AS r MATCH (p:Plan {id: r.plan}) MATCH (t:Task {id: r.id}) "
    "CREATE (p)-[:HAS_TASK {ordinal: r.ordinal}]->(t)"
)
_SUBTASKS: Final = (
    "UNWIND $rows AS r MATCH (t:Task {id: r.id}) MATCH (u:Task {id: r.parent}) "
    "CREATE (t)-[:SUBTASK_OF {ordinal: r.ordinal}]->(u)"
)
_MEASURES: Final = (
    "UNWIND $rows AS r MATCH (t:Task {id: r.task}) MATCH (m:Measure {id: r.id}) "
    "CREATE (t)-[:HAS_MEASURE {ordinal: r.ordinal}]->(m)"
)
_TARGETS: Final = (
    "UNWIND $rows AS r MATCH (m:Measure {id: r.measure}) MATCH (t:Target {id: r.id}) "
    "CREATE (m)-[:HAS_TARGET {ordinal: r.ordinal}]->(t)"
)


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What loading did to the graph, and how much the plan holds.

    ``version`` is the plan's; ``changes`` counts what happened to the tasks and measures of a plan that was replaced.
    """

    plan: str
    outcome: Outcome
    tasks: int
    measures: int
    planned: int
    targets: int
    version: int = 1
    changes: dict[What, int] = field(default_factory=dict)


def load_plan(store: Store, document: PlanDocument) -> LoadResult:
    """Write ``document`` into ``store``.

    A plan that stands there already with the same bytes, reading rules and facts is left alone. Otherwise its
    tasks, measures, targets and links are removed and written again in one transaction; nothing else is touched.
    What stands in both readings keeps its id (:mod:`ingest.carry`), and where the content is another one, the old is
    kept as a version (:mod:`ingest.versions`).
    """

    def work(transaction: Transaction) -> LoadResult:
        stored = transaction.run(_STORED, {"plan": document.plan.id})
        if stored and _same(document, stored[0]):
            result = _result(document, "unchanged", int(stored[0]["version"]))
        else:
            result = _load(transaction, document)
        _place_region(transaction, document)
        return result

    return store.write(work)


def _load(transaction: Transaction, document: PlanDocument) -> LoadResult:
    plan = document.plan.id
    held = versions.content(transaction.run, plan)
    contents = versions.past(transaction.run, plan)
    # A plan that was removed goes on from what it held last.
    before = held or (contents[0][1] if contents else None)
    carried = carry(
        document,
        before.reading() if before else Reading(),
        remembered=versions.remembered(transaction.run, plan, contents),
    )
    version = contents[0][0] + 1 if contents else 1
    if held:
        version = int(held.plan["version"])
        new = versions.Content.of(carried.document)
        if held.plan["sha256"] != document.plan.sha256 or held.substance() != new.substance():
            versions.archive(transaction, held)
            version += 1
    _replace(transaction, replace(carried.document, plan=replace(document.plan, version=version)))
    changes: dict[What, int] = dict(Counter(fate.what for fate in carried.fates)) if held else {}
    return _result(carried.document, "replaced" if held else "added", version, changes)


def _result(
    document: PlanDocument, outcome: Outcome, version: int, changes: dict[What, int] | None = None
) -> LoadResult:
    return LoadResult(
        document.plan.id,
        outcome,
        len(document.tasks),
        len(document.measures),
        sum(m.kind == "planned" for m in document.measures),
        len(document.targets),
        version,
        changes or {},
    )


def remove_plan(store: Store, plan: str, *, history: bool = False) -> None:
    """Take ``plan`` out of ``store``, with its tasks, measures, figures and links, in one transaction.

    What it held stays as a version, so that it can be compared, and so that its items have their ids again where it is
    read once more; ``history`` deletes its versions, too.

    Raises:
        NotFoundError: there is no such plan; with ``history``, nor any version of it.
    """

    def work(transaction: Transaction) -> None:
        held = versions.content(transaction.run, plan)
        if held is None and not (history and versions.past(transaction.run, plan)):
            raise NotFoundError(f"there is no plan {plan!r}", remedy="policygraph show lists the plans.")
        if held is not None:
            if not history:
                versions.archive(transaction, held)
            _remove(transaction, plan)
            transaction.run("MATCH (r:LinkRun {plan: $plan}) DELETE r", {"plan": plan})
            transaction.run("MATCH (r:LinkRun) WHERE r.upper = $plan DELETE r", {"plan": plan})
            _chain_years(transaction, held.plan["region"])
        if history:
            transaction.run("MATCH (v:Version {plan: $plan}) DELETE v", {"plan": plan})

    store.write(work)


def _same(document: PlanDocument, stored: Row) -> bool:
    facts = row(document.plan)
    return all(stored[name] == facts[name] for name in stored if name != "version")


def _place_region(transaction: Transaction, document: PlanDocument) -> None:
    region = document.region
    transaction.run(_REGION, {"id": region.id, "name": region.name, "level": region.level})
    transaction.run(_CUT_PARENT, {"id": region.id})
    if region.parent is not None:
        name = regions.name_of(region.parent) or region.parent
        level = regions.level_of(region.parent) or "province"
        transaction.run(_PARENT, {"id": region.parent, "name": name, "level": level})
        transaction.run(_SET_PARENT, {"id": region.id, "parent": region.parent})


def _replace(transaction: Transaction, document: PlanDocument) -> None:
    plan = document.plan
    _remove(transaction, plan.id)
    _create(transaction, "Plan", [row(plan)])
    region = document.region
    transaction.run(_REGION, {"id": region.id, "name": region.name, "level": region.level})
    transaction.run(_ISSUE, {"plan": plan.id, "region": region.id})
    tasks = [row(t) for t in document.tasks]
    measures = [row(m) for m in document.measures]
    targets = [row(t) for t in document.targets]
    _create(transaction, "Task", tasks)
    _create(transaction, "Measure", measures)
    _create(transaction, "Target", targets)
    run_batches(transaction, _TASKS, tasks)
    run_batches(transaction, _SUBTASKS, [t for t in tasks if t["parent"] is not None])
    run_batches(transaction, _MEASURES, measures)
    run_batches(transaction, _TARGETS, targets)
    _chain_years(transaction, plan.region)


def _remove(transaction: Transaction, plan: str) -> None:
    """Take out a plan and all links to and from it; the runs that made those links no longer stand."""
    for label in ("Target", "Measure", "Task"):
        transaction.run(f"MATCH (n:{label} {{plan: $plan}}) DETACH DELETE n", {"plan": plan})
    transaction.run("MATCH (p:Plan {id: $plan}) DETACH DELETE p", {"plan": plan})
    for statement in _END_RUNS:
        transaction.run(statement, {"plan": plan})


def _create(transaction: Transaction, label: str, rows: Sequence[dict[str, Any]]) -> None:
    names = [name for name in node_type(label).properties if name != "id"]
    assignments = ", ".join(f"n.`{name}` = r.`{name}`" for name in names)
    run_batches(transaction, f"UNWIND $rows AS r CREATE (n:{label} {{id: r.id}}) SET {assignments}", rows)


def _chain_years(transaction: Transaction, region: str) -> None:
    """Each year's plan supersedes the year before; the last one is current."""
    plans = [r["id"] for r in transaction.run(_YEARS, {"region": region})]
    transaction.run(_CUT_YEARS, {"region": region})
    for earlier, later in pairwise(plans):
        transaction.run(_FOLLOW, {"later": later, "earlier": earlier})
    for plan in plans:
        transaction.run(_CURRENT, {"plan": plan, "current": plan == plans[-1]})


def run_batches(transaction: Transaction, query: str, rows: Sequence[dict[str, Any]]) -> None:
    """Run ``query`` with ``$rows`` set to at most :data:`graph.store.BATCH` rows at a time; not at all without rows."""
    for batch in batches(rows):
        transaction.run(query, {"rows": batch})
