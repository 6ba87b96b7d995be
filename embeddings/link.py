"""A plan in the store, linked to the plans above it: read both sides, decide, write, in one transaction."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal
from uuid import uuid4

from embeddings.counsel import Counsel
from embeddings.encoder import Encoder, Progress
from embeddings.features import MeasureText
from embeddings.linker import LINKER, Links, decide
from embeddings.scoring import Scoring, shipped_scoring
from graph.errors import NotFoundError, StoreLockedError
from graph.model import Implementation, LinkRun, Match, row
from graph.store import Row, Store, Transaction, batches
from review import links as decided

Outcome = Literal["linked", "unchanged"]

_PLANS: Final = (
    "MATCH (p:Plan)-[:ISSUED_BY]->(r:Region) RETURN p.id AS id, p.region AS region, p.level AS level, p.year AS year, "
    "p.sha256 AS sha256, p.reader AS reader, p.version AS version ORDER BY id"
)
_PARENTS: Final = (
    "MATCH (r:Region)-[:PART_OF]->(u:Region) RETURN r.id AS region, u.id AS parent ORDER BY region"
)
_TASKS: Final = (
    "MATCH (t:Task {plan: $plan}) RETURN t.id AS id, t.parent AS parent, t.title AS title, t.number AS number, "
    "t.asks AS asks, t.stamp AS stamp, t.`end` AS `end` ORDER BY id"
)
_MEASURES: Final = (
    "MATCH (m:Measure {plan: $plan}) RETURN m.id AS id, m.task AS task, m.text AS text, m.statement AS statement, "
    "m.start AS start, m.`end` AS `end`, m.kind AS kind, m.heading AS heading, m.stamp AS stamp ORDER BY start, id"
)
_TEXT: Final = "MATCH (p:Plan {id: $plan}) RETURN p.text AS text, p.version AS version, p.reader AS reader"
_LAST_RUN: Final = (
    "MATCH (r:LinkRun {plan: $plan}) WHERE r.upper = $upper AND r.current = true RETURN r.id AS id, r.inputs AS inputs "
    "ORDER BY id DESC LIMIT 1"
)
_CUT: Final = (
    "MATCH (a:Measure {plan: $plan})-[e:MATCHES]->(b:Measure {plan: $upper}) DELETE e",
    "MATCH (a:Measure {plan: $plan})-[e:IMPLEMENTS]->(b:Task {plan: $upper}) DELETE e",
    "MATCH (a:Task {plan: $plan})-[e:IMPLEMENTS]->(b:Task {plan: $upper}) DELETE e",
    "MATCH (r:LinkRun {plan: $plan}) WHERE r.upper = $upper SET r.current = false",
)
_LINKED: Final = (
    "MATCH (r:LinkRun {plan: $plan}) WHERE r.current = true RETURN DISTINCT r.upper AS upper ORDER BY upper"
)
_MATCH_FIELDS: Final = (
    "score", "rank", "relation", "shares", "encoder", "run", "source_stamp", "target_stamp", "machine_relation",
    "method", "state", "suspect", "covers", "decision", "reviewer", "note",
)  # fmt: skip
_IMPLEMENTS_FIELDS: Final = (*_MATCH_FIELDS, "confidence", "support", "advice")


@dataclass(frozen=True, slots=True)
class LinkResult:
    """What linking one pair of plans did."""

    plan: str
    upper: str
    outcome: Outcome
    run: str
    matches: int
    implements: int


def upper_plans(store: Store, plan: str) -> list[str]:
    """The plans that ``plan`` answers to: the nation's, and its parent region's where that has one.

    Of several years the plan's own is taken, else the nearest, the later of two.

    Raises:
        NotFoundError: the store has no such plan.
    """
    plans = {r["id"]: r for r in store.read(_PLANS)}
    if plan not in plans:
        raise NotFoundError(f"there is no plan {plan!r}", remedy="policygraph show lists the plans.")
    own = plans[plan]
    parents = {r["region"]: r["parent"] for r in store.read(_PARENTS)}
    nations = {p["region"] for p in plans.values() if p["level"] == "national"} - {own["region"]}
    regions = [*sorted(nations), parents.get(own["region"])] if own["level"] != "national" else []
    chosen: list[str] = []
    for region in regions:
        candidates = [p for p in plans.values() if p["region"] == region]
        if candidates:
            best = min(candidates, key=lambda p: (abs(p["year"] - own["year"]), -p["year"], p["id"]))
            if best["id"] not in chosen:
                chosen.append(best["id"])
    return chosen


def link_plan(
    store: Store,
    plan: str,
    encoder: Encoder,
    *,
    scoring: Scoring | None = None,
    counsel: Counsel | None = None,
    code: str = "",
    force: bool = False,
    progress: Progress | None = None,
) -> list[LinkResult]:
    """Link ``plan`` to each plan above it.

    A pair whose texts, encoder, scoring and rules are those of its last run is left alone, unless ``force``.

    Args:
        scoring: instead of the one that ships with the product.
        counsel: an adviser for links that the model is unsure of.
        code: version of the product, kept with the run.
    """
    uppers = upper_plans(store, plan)
    for stale in [r["upper"] for r in store.read(_LINKED, {"plan": plan}) if r["upper"] not in uppers]:
        store.write(lambda transaction, stale=stale: _cut(transaction, plan, stale))  # type: ignore[misc]
    return [
        _link_pair(store, plan, upper, encoder, scoring or shipped_scoring(), counsel, code, force, progress)
        for upper in uppers
    ]


def both_sides(store: Store, plan: str, upper: str) -> tuple[list[MeasureText], list[MeasureText]]:
    """The planned measures of ``plan`` in reading order, and those of ``upper`` that plans below answer to."""
    return _Side(store, plan).measures, _Side(store, upper).asked


def _link_pair(
    store: Store,
    plan: str,
    upper: str,
    encoder: Encoder,
    scoring: Scoring,
    counsel: Counsel | None,
    code: str,
    force: bool,
    progress: Progress | None,
) -> LinkResult:
    limits = json.dumps(scoring.parameters(), sort_keys=True)
    started = _now()
    local_side, upper_side = _Side(store, plan), _Side(store, upper)
    inputs = hashlib.sha256(
        "\n".join(
            [
                local_side.digest,
                upper_side.digest,
                encoder.name,
                encoder.fingerprint,
                scoring.fingerprint,
                LINKER,
                *(counsel.inputs() if counsel else ()),
            ]
        ).encode()
    ).hexdigest()[:16]
    last = store.read(_LAST_RUN, {"plan": plan, "upper": upper})
    if last and last[0]["inputs"] == inputs and not force:
        return LinkResult(plan, upper, "unchanged", last[0]["id"], 0, 0)
    links = decide(
        local_side.measures, upper_side.asked, encoder, scoring, counsel=counsel, progress=progress
    )
    run_id = f"{started.strftime('%Y%m%dT%H%M%S%f')}-{uuid4().hex[:8]}"
    matches = _matches(links, local_side, upper_side, encoder.name, run_id)
    implements = _implementations(links, local_side, upper_side, encoder.name, run_id)
    run = LinkRun(
        run_id, plan, upper, encoder.name, encoder.fingerprint, scoring.fingerprint, limits,
        counsel.adviser.name if counsel else "", links.asked, code, inputs, True, len(matches), len(implements),
        started.isoformat(timespec="milliseconds"), _now().isoformat(timespec="milliseconds"),
    )  # fmt: skip

    def work(transaction: Transaction) -> None:
        for side in (local_side, upper_side):
            side.check(transaction)
        _cut(transaction, plan, upper)
        _write(transaction, "Measure", "MATCHES", "Measure", [row(m) for m in matches], _MATCH_FIELDS)
        for label, tasks in (("Task", True), ("Measure", False)):
            rows = [row(i) for i in implements if ("#" not in i.source) == tasks]
            _write(transaction, label, "IMPLEMENTS", "Task", rows, _IMPLEMENTS_FIELDS)
        names = [name for name in row(run) if name != "id"]
        assignments = ", ".join(f"r.{name} = $run.{name}" for name in names)
        transaction.run(f"CREATE (r:LinkRun {{id: $id}}) SET {assignments}", {"id": run.id, "run": row(run)})
        decided.apply(transaction, plan, upper)

    store.write(work)
    return LinkResult(plan, upper, "linked", run_id, len(matches), len(implements))


def _now() -> datetime:
    return datetime.now(UTC)


def _cut(transaction: Transaction, plan: str, upper: str) -> None:
    for statement in _CUT:
        transaction.run(statement, {"plan": plan, "upper": upper})


def _write(
    transaction: Transaction,
    source: str,
    relationship: str,
    target: str,
    rows: Sequence[Row],
    names: Sequence[str],
) -> None:
    assignments = ", ".join(f"e.{name} = r.{name}" for name in names)
    query = (
        f"UNWIND $rows AS r MATCH (a:{source} {{id: r.source}}) MATCH (b:{target} {{id: r.target}}) "
        f"CREATE (a)-[e:{relationship}]->(b) SET {assignments}"
    )
    for part in batches(rows):
        transaction.run(query, {"rows": part})


class _Side:
    """One plan of a pair: its planned measures with their sentences and headings, and all stamps."""

    def __init__(self, store: Store, plan: str) -> None:
        self._plan = plan
        self._read = store.read(_TEXT, {"plan": plan})
        text = self._read[0]["text"]
        tasks = {r["id"]: r for r in store.read(_TASKS, {"plan": plan})}
        measures = [r for r in store.read(_MEASURES, {"plan": plan}) if r["kind"] == "planned"]
        spans: dict[int, tuple[int, int]] = {}
        for measure in measures:
            start, end = spans.get(measure["statement"], (measure["start"], measure["end"]))
            spans[measure["statement"]] = (min(start, measure["start"]), max(end, measure["end"]))
        self.measures = [
            MeasureText(
                m["id"],
                m["task"],
                m["text"],
                text[slice(*spans[m["statement"]])],
                _headings(tasks, m),
                m["heading"],
                _above(tasks, m["task"]),
            )
            for m in measures
        ]
        self.stamps = {m["id"]: m["stamp"] for m in measures} | {t["id"]: t["stamp"] for t in tasks.values()}
        self.asking = frozenset(t["id"] for t in tasks.values() if t["asks"])
        digest = hashlib.sha256()
        for text_of in self.measures:
            asks = str(text_of.task in self.asking)
            digest.update(
                "\x1f".join(
                    [
                        text_of.id,
                        text_of.task,
                        *text_of.above,
                        asks,
                        text_of.text,
                        text_of.statement,
                        *text_of.headings,
                    ]
                ).encode()
            )
        self.digest = digest.hexdigest()

    @property
    def asked(self) -> list[MeasureText]:
        """The measures of the tasks that plans below answer to."""
        return [m for m in self.measures if m.task in self.asking]

    def check(self, transaction: Transaction) -> None:
        """Raise StoreLockedError where another process has changed the plan since it was read."""
        if transaction.run(_TEXT, {"plan": self._plan}) != self._read:
            raise StoreLockedError(
                f"another process changed plan {self._plan} meanwhile", remedy="Run this again."
            )


def _above(tasks: dict[str, Row], task: str) -> tuple[str, ...]:
    """Ids of the tasks above ``task``, nearest first."""
    chain: list[str] = []
    parent: str | None = tasks[task]["parent"]
    while parent is not None:
        chain.append(parent)
        parent = tasks[parent]["parent"]
    return tuple(chain)


def _headings(tasks: dict[str, Row], measure: Row) -> tuple[str, ...]:
    """Printed titles above a measure, outermost first; a heading's own title is not above itself."""
    chain: list[str] = []
    task: str | None = tasks[measure["task"]]["parent"] if measure["heading"] else measure["task"]
    while task is not None:
        if tasks[task]["end"] > 0:
            chain.append(tasks[task]["title"])
        task = tasks[task]["parent"]
    return tuple(reversed(chain))


def _matches(links: Links, local: _Side, upper: _Side, encoder: str, run: str) -> list[Match]:
    return [
        Match(
            e.source, e.target, e.score, e.rank, e.relation, _json(e.shares), encoder, run, local.stamps[e.source],
            upper.stamps[e.target], e.relation,
        )
        for e in links.evidence
    ]  # fmt: skip


def _implementations(
    links: Links, local: _Side, upper: _Side, encoder: str, run: str
) -> list[Implementation]:
    return [
        Implementation(
            d.source, d.target, d.score, d.confidence, d.rank, d.support, d.relation, _json(d.shares), encoder, run,
            local.stamps[d.source], upper.stamps[d.target], d.relation, d.advice,
        )
        for d in (*links.tasks, *links.measures)
    ]  # fmt: skip


def _json(shares: Mapping[str, float]) -> str:
    return json.dumps(dict(shares), separators=(",", ":"))
