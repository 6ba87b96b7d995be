"""The lists behind the figures: upper measures by status, free local work, links by what people decided."""

from typing import Annotated, Any, Final, Literal, get_args

from fastapi import APIRouter, Query, Response

from api.pages.kept import Kept, KeptDep
from api.pages.listing import MOST, Listing, Number, by_plan
from api.pages.page import Figure, Page, PageDep, plan_names
from api.pages.scope import Scope, ScopeDep
from graph.model import CoverageStatus
from policygraph.export.pages import Table
from policygraph.words import SYMBOLS
from queries import answers
from queries.answers import MeasureCoverage, TaskCoverage
from queries.review import Filter, Finding, Item, queue

router = APIRouter()

_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "covered": ("covered",), "partial": ("partial",), "gap": ("gaps",), "not_applicable": ("not_applicable",),
    "": ("measures", "not_applicable"),
}  # fmt: skip
"""The fields of a matrix cell that count the measures of a status; of all statuses where it is empty."""
_FOUND: Final = {
    "proposed": "unreviewed",
    "accepted": "accepted",
    "rejected": "rejected",
    "suspect": "suspect",
}
"""The columns of ``review_counts`` by the finding that they count."""


@router.get("/measures")
def measures(
    page: PageDep,
    kept: KeptDep,
    scope: ScopeDep,
    plan: Annotated[str, Query()] = "",
    status: Annotated[CoverageStatus | Literal[""], Query()] = "gap",
    task: Annotated[str, Query()] = "",
    number: Number = 1,
) -> Response:
    """Upper measures in plans, by status: for each the local words that come nearest."""
    if scope.upper is None:
        return page.render("empty.html", plans=kept.plans())
    upper = scope.upper["id"]
    _check(kept, plan, task)
    matrix = scope.matrix(kept)
    counted: dict[str, int] = {}
    for line in matrix.cells:
        for cell in line:
            if plan in ("", cell.plan) and task in ("", cell.task):
                counted[cell.plan] = counted.get(cell.plan, 0) + sum(
                    getattr(cell, n) for n in _FIELDS[status]
                )
    names = plan_names(matrix.plans)

    def rows(plan_id: str) -> list[tuple[str, TaskCoverage, MeasureCoverage]]:
        return [
            (plan_id, t, m)
            for t in kept.coverage(plan_id, upper, scope.view).tasks
            for m in t.measures
            if status in ("", m.status) and task in ("", t.target)
        ]

    if page.format:
        found = by_plan(list(counted.items()), rows, 1, MOST).rows
        return _measures_taken(page, scope, names, found)
    steps = "".join(f"/{key}={value}" for key, value in (("task", task), ("plan", plan)) if value)
    listing = by_plan(list(counted.items()), rows, number)
    total = None
    if status:
        pick = f"cells/*/*{steps}/{_FIELDS[status][0]}/+"
        total = Figure(listing.total, "/api/v1/matrix", scope.query, pick)
    return page.render(
        "measures.html", listing=listing, total=total, status=status, statuses=get_args(CoverageStatus), task=task,
        tasks=[(t["id"], f"{t['number']}{t['title']}") for t in matrix.tasks], **_common(kept, scope, plan, names),
    )  # fmt: skip


@router.get("/unaligned")
def unaligned(
    page: PageDep, kept: KeptDep, scope: ScopeDep, plan: Annotated[str, Query()] = "", number: Number = 1
) -> Response:
    """Local work that answers to nothing above, plan by plan."""
    if scope.upper is None:
        return page.render("empty.html", plans=kept.plans())
    upper = scope.upper["id"]
    _check(kept, plan)
    free = kept.free_work(upper, scope.view)
    chosen = scope.matrix(kept).plans
    names = plan_names(chosen)
    counts = [(p["id"], free.get(p["id"], 0)) for p in chosen if plan in ("", p["id"])]

    def rows(plan_id: str) -> list[dict[str, Any]]:
        return [r | {"plan": plan_id} for r in answers.unaligned(kept.store, plan_id, upper, view=scope.view)]

    if page.format:
        found = [r | {"name": names[r["plan"]]} for r in by_plan(counts, rows, 1, MOST).rows]
        columns = _titled(page, ("plan", 3), ("name", 3), ("id", 3), ("title", 4), ("text", 8))
        return page.taken(
            page.word("unaligned"),
            _facts(page, scope),
            [Table("unaligned", page.word("unaligned"), columns, found)],
        )
    listing = by_plan(counts, rows, number)
    path, query = "/api/v1/queries/free_work_counts", scope.counted
    total = Figure(listing.total, path, query, f"rows/*/{_one_of(counts)}/count/+")
    return page.render(
        "unaligned.html", listing=listing, total=total, **_common(kept, scope, plan, names)
    )  # fmt: skip


@router.get("/links")
def links(
    page: PageDep,
    kept: KeptDep,
    scope: ScopeDep,
    plan: Annotated[str, Query()] = "",
    finding: Annotated[Finding, Query()] = "proposed",
    number: Number = 1,
) -> Response:
    """Matches of local and upper measures by what people decided on them, plan by plan."""
    if scope.upper is None:
        return page.render("empty.html", plans=kept.plans())
    upper = scope.upper["id"]
    _check(kept, plan)
    chosen = scope.matrix(kept).plans
    names = plan_names(chosen)
    looked = kept.review_counts(upper)
    column = _FOUND[finding]
    counts = [
        (p["id"], looked[p["id"]][column]) for p in chosen if plan in ("", p["id"]) and p["id"] in looked
    ]

    def rows(plan_id: str) -> list[Item]:
        return queue(
            kept.store, Filter(plan=plan_id, upper=upper, kinds=("matches",), finding=finding), "plan"
        )

    if page.format:
        names_of = ("plan", "source", "source_text", "target", "target_text", "score", "state", "reviewer")
        found = [{n: getattr(item, n) for n in names_of} for item in by_plan(counts, rows, 1, MOST).rows]
        columns = _titled(
            page, ("plan", 3), ("source", 3), ("source_text", 6), ("target", 3), ("target_text", 6), ("score", 1),
            ("state", 2), ("reviewer", 2),
        )  # fmt: skip
        title = page.word(f"links_{finding}")
        return page.taken(title, _facts(page, scope), [Table("links", title, columns, found)])
    listing: Listing[Item] = by_plan(counts, rows, number)
    path = "/api/v1/queries/review_counts"
    total = Figure(listing.total, path, {"upper": upper}, f"rows/*/kind=matches/{_one_of(counts)}/{column}/+")
    return page.render(
        "links.html", listing=listing, total=total, finding=finding, findings=tuple(_FOUND),
        **_common(kept, scope, plan, names),
    )  # fmt: skip


def _check(kept: Kept, plan: str, task: str = "") -> None:
    """Raises NotFoundError where the address names a plan or a task that is not there."""
    if plan:
        kept.plan(plan)
    if task:
        answers.task(kept.store, task)


def _common(kept: Kept, scope: Scope, plan: str, names: dict[str, str]) -> dict[str, Any]:
    return {
        "scope": scope, "regions": scope.region_choices(kept.regions()), "plan": plan, "names": names,
        "choices": sorted(names.items(), key=lambda item: item[1]),
    }  # fmt: skip


def _one_of(counts: list[tuple[str, int]]) -> str:
    return f"plan={'|'.join(sorted(plan for plan, _ in counts))}"


def _titled(page: Page, *columns: tuple[str, float]) -> list[tuple[str, str, float]]:
    words = {"plan": "export_plan_id", "name": "region", "title": "task", "id": "export_source", "source": "export_source",
             "target": "export_target", "source_text": "evidence", "target_text": "upper_measure",
             "state": "status"}  # fmt: skip
    return [(key, page.word(words.get(key, key)), width) for key, width in columns]


def _facts(page: Page, scope: Scope) -> list[tuple[str, str]]:
    assert scope.upper is not None
    chosen = [(page.word(key), value) for key, value in scope.narrowed.items()]
    counted = page.word(f"counting_{scope.view.mode}")
    return [(page.word("upper"), scope.upper["title"]), *chosen, (page.word("counting"), counted)]


def _measures_taken(
    page: Page, scope: Scope, names: dict[str, str], found: list[tuple[str, TaskCoverage, MeasureCoverage]]
) -> Response:
    word = page.word
    rows = [
        {
            "plan": names[plan], "priority": f"{t.number}{t.title}", "target": m.target, "text": m.text,
            "status": f"{SYMBOLS[m.status]} {word(m.status)}", "words": m.evidence[0].text if m.evidence else "",
            "score": round(m.evidence[0].score, 4) if m.evidence else None,
        }
        for plan, t, m in found
    ]  # fmt: skip
    columns = [
        ("plan", word("plan"), 3), ("priority", word("priority"), 4), ("target", word("export_target"), 3),
        ("text", word("upper_measure"), 6), ("status", word("status"), 2), ("words", word("nearest"), 6),
        ("score", word("score"), 1),
    ]  # fmt: skip
    title = word("measures_title")
    return page.taken(title, _facts(page, scope), [Table("measures", title, columns, rows)])
