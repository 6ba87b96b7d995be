"""One priority: who carries it and by which words, how it comes down, and how that changed over the years."""

from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Response

from api.pages.cascade_graph import graph
from api.pages.kept import Kept, KeptDep
from api.pages.listing import Number, page_of
from api.pages.page import Figure, Page, PageDep, asked
from api.pages.plan_text import shown
from api.pages.scope import Scope, ScopeDep
from graph.errors import InputError, NotFoundError
from graph.store import Row, Store
from policygraph.export.pages import Table
from policygraph.words import SYMBOLS
from queries import answers, run
from queries.answers import Cell, Coverage, Evidence, MeasureCoverage
from queries.cascade import Chain

router = APIRouter()

PLANS = 12
"""Plans whose words one page quotes."""
CHAINS = 60
"""Chains of plans that one page draws."""
STATUSES = ("covered", "partial", "gap", "not_applicable")


@dataclass(frozen=True, slots=True)
class Said:
    """What one plan says of one upper measure."""

    plan: Row
    measure: MeasureCoverage
    evidence: list[Evidence]


@dataclass(frozen=True, slots=True)
class Year:
    """What the plans for one year make of the priority, by :class:`Figure`."""

    year: int
    plans: Figure
    counts: dict[str, Figure]


@router.get("/priorities/{task}")
def priority(page: PageDep, kept: KeptDep, scope: ScopeDep, task: str, number: Number = 1) -> Response:
    """The plans that the filters choose, the strongest first, a few of them quoted side by side."""
    row = answers.task(kept.store, task)
    scope = _against(scope, row)
    if scope.upper is None:
        raise NotFoundError(f"no plan is linked to {row['plan']!r} yet", remedy="Link with: policygraph link")
    matrix = scope.matrix(kept)
    at = next((n for n, t in enumerate(matrix.tasks) if t["id"] == task), None)
    if at is None:
        raise InputError(
            f"{task} asks nothing of plans below",
            remedy=f"/priorities?upper={row['plan']} lists the tasks that do.",
        )
    found = sorted(
        zip(matrix.plans, matrix.cells[at], strict=True), key=lambda pair: (-pair[1].score, pair[0]["id"])
    )
    listing = page_of(found, number, PLANS)
    plans = [p for p, _ in listing.rows]
    said = _said(kept, scope, task, plans)
    chains = kept.chains(task, scope.region, scope.view)
    years = _years(scope, task, found)
    if page.format:
        every = _said(kept, scope, task, [p for p, _ in found])
        return _taken(page, scope, row, found, every, chains)
    return page.render(
        "priority.html",
        scope=scope,
        regions=scope.region_choices(kept.regions()),
        task=row,
        measures=matrix.tasks[at]["measures"],
        heads={s: _head(scope, task, s, sum(c.status == s for _, c in found)) for s in STATUSES},
        listing=listing,
        strongest=_strongest(kept.store, task, plans),
        said=said,
        chains=chains[:CHAINS],
        more_chains=len(chains) > CHAINS,
        chain_query=asked(scope.view) | ({"region": scope.region} if scope.region else {}),
        graph=graph(f"{row['number']}{row['title']}", task, chains[:CHAINS]),
        years=years,
    )


def _against(scope: Scope, task: Row) -> Scope:
    """``scope`` with the plan of the task above, whatever the address says."""
    if scope.upper is not None and scope.upper["id"] == task["plan"]:
        return scope
    return replace(scope, upper=next((p for p in scope.uppers if p["id"] == task["plan"]), None))


def _head(scope: Scope, task: str, status: str, value: int) -> Figure:
    return Figure(value, "/api/v1/matrix", scope.query, f"cells/*/*/task={task}/status={status}/#")


def _said(kept: Kept, scope: Scope, task: str, plans: list[Row]) -> list[list[Said]]:
    """For each measure of the priority what each of ``plans`` says of it."""
    assert scope.upper is not None
    rows: list[list[Said]] = []
    for p in plans:
        coverage: Coverage = kept.coverage(p["id"], scope.upper["id"], scope.view)
        measures = next(t.measures for t in coverage.tasks if t.target == task)
        rows.append([Said(p, m, shown(m, coverage.thresholds["partial"])) for m in measures])
    return [list(column) for column in zip(*rows, strict=True)]


def _strongest(store: Store, task: str, plans: list[Row]) -> dict[str, Row]:
    """The strongest link of each plan to the priority, where it has one that nobody rejected."""
    wanted = {p["id"] for p in plans}
    best: dict[str, Row] = {}
    for row in run(store, "priority_implementers", priority=task):
        if row["plan"] in wanted and (row["state"] != "rejected" or row["suspect"]):
            best.setdefault(row["plan"], row)
    return best


def _years(scope: Scope, task: str, found: list[tuple[Row, Cell]]) -> list[Year]:
    """The priority in the plans for each year, the first year first."""
    years = []
    for year in sorted({p["year"] for p, _ in found}):
        cells = [c for p, c in found if p["year"] == year]
        query = scope.query | {"year": str(year)}
        counts = {
            name: Figure(
                sum(getattr(c, name) for c in cells),
                "/api/v1/matrix",
                query,
                f"cells/*/*/task={task}/{name}/+",
            )
            for name in ("covered", "partial", "gaps", "not_applicable")
        }
        years.append(Year(year, Figure(len(cells), "/api/v1/matrix", query, "plans/#"), counts))
    return years


def _taken(
    page: Page,
    scope: Scope,
    task: Row,
    found: list[tuple[Row, Cell]],
    said: list[list[Said]],
    chains: list[Chain],
) -> Response:
    word = page.word
    assert scope.upper is not None

    def named(p: Row) -> str:
        return f"{p['name']} {p['year']}"

    def status(value: str) -> str:
        return f"{SYMBOLS[value]} {word(value)}"

    plans: list[dict[str, Any]] = [
        {"plan": named(p), "status": status(c.status), "share": c.score, "covered": c.covered,
         "partial": c.partial, "gap": c.gaps}
        for p, c in found
    ]  # fmt: skip
    quotes = [
        {"text": s.measure.text, "plan": named(s.plan), "status": status(s.measure.status),
         "words": "\n".join(e.text for e in s.evidence), "score": s.evidence[0].score if s.evidence else None}
        for column in said
        for s in column
    ]  # fmt: skip
    ways = [
        {"chain": " › ".join(f"{s.name} {s.year} {SYMBOLS[s.status]}" for s in c.steps),
         "standing": word(f"chain_{c.standing}"),
         "path": "\n".join(f"{h.source_title}（{h.score:.2f}）" for h in c.path),
         "weakest": c.weakest.score if c.weakest else None}
        for c in chains
    ]  # fmt: skip
    tables = [
        Table("plans", word("who_carries"), [(n, word(n), 4 if n == "plan" else 2) for n in (
            "plan", "status", "share", "covered", "partial", "gap")], plans),
        Table("quotations", word("quotations"), [("text", word("upper_measure"), 5), ("plan", word("plan"), 2),
              ("status", word("status"), 2), ("words", word("evidence"), 6), ("score", word("score"), 1)], quotes),
        Table("cascade", word("cascade"), [("chain", word("chain"), 5), ("standing", word("standing"), 2),
              ("path", word("path"), 5), ("weakest", word("weakest"), 1)], ways),
    ]  # fmt: skip
    facts = [(word("upper"), scope.upper["title"])]
    return page.taken(f"{task['number']}{task['title']}", facts, tables)
