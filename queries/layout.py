"""Named answers that lay out as rows what :mod:`queries.answers`, the cascade and the profiles know."""

from dataclasses import asdict

from graph.store import Row, Store
from queries import answers, cascade
from queries.profiles import profiles
from queries.registry import run
from review import View
from review.rules import Mode


def plan_statuses(store: Store, plan: str, upper: str, status: str, mode: Mode, least: float) -> list[Row]:
    """Each upper measure with its status in a plan; columns of ``plan_statuses.toml``."""
    found = answers.coverage(store, plan, upper or None, View(mode, least))
    return [
        {
            "target": m.target,
            "text": m.text,
            "task": m.task,
            "title": t.title,
            "start": m.start,
            "status": m.status,
        }
        | {"score": m.score, "confidence": m.confidence, "reason": m.reason}
        | {"nearest": m.evidence[0].source if m.evidence else None}
        | {"nearest_text": m.evidence[0].text if m.evidence else None}
        for t in found.tasks
        for m in t.measures
        if status in ("", m.status)
    ]


def nearest_plans(store: Store, plan: str, upper: str, limit: int, mode: Mode, least: float) -> list[Row]:
    """The plans whose work is shared out most like that of ``plan``; columns of ``nearest_plans.toml``."""
    against = answers.upper_of(store, plan, upper or None)
    found = profiles(store, against, plan, View(mode, least))
    titles = {t["id"]: t["title"] for t in run(store, "priorities", plan=against)}
    return [
        {
            "plan": like.other,
            "region": like.other_region,
            "similarity": like.similarity,
            "differs": like.differs,
        }
        | {"title": titles[like.differs], "share": like.share, "other_share": like.other_share}
        for like in found[: max(limit, 0)]
    ]


def target_totals(store: Store, plan: str) -> list[Row]:
    """The figures of a plan with the sums of those below; columns of ``target_totals.toml``."""
    return [
        {
            "target": r.target, "indicator": r.indicator, "comparator": r.comparator, "value": r.value, "unit": r.unit,
            "total": r.total, "share": r.share, "comparable": sum(p.comparable for p in r.parts),
            "other": sum(not p.comparable for p in r.parts),
            "plans": [p.plan for p in r.parts if p.comparable],
        }
        for r in answers.rollup(store, plan)
    ]  # fmt: skip


def chains(store: Store, upper: str, region: str, status: str, mode: Mode, least: float) -> list[Row]:
    """Every priority in every chain of plans; columns of ``cascade_chains.toml``."""
    return [
        {
            "priority": c.priority, "number": c.number, "title": c.title, "plan": c.plan, "standing": c.standing,
            "partly": c.partly, "breaks": c.breaks, "plans": [s.plan for s in c.steps],
            "statuses": [s.status for s in c.steps], "path": [h.source for h in c.path],
            "weakest": c.weakest.source if c.weakest else None, "score": c.weakest.score if c.weakest else None,
        }
        for c in cascade.chains(store, upper or None, region=region or None, view=View(mode, least))
        if status in ("", c.standing)
    ]  # fmt: skip


def cascade_counts(store: Store, upper: str, mode: Mode, least: float) -> list[Row]:
    """Each priority over all chains of plans; columns of ``cascade_counts.toml``."""
    rows = []
    for found in cascade.tally(cascade.chains(store, upper or None, view=View(mode, least))):
        row = asdict(found)
        for name in ("stopping", "skipping"):
            row[name] = [step["name"] for step in row[name]]
        rows.append(row)
    return rows
