"""The first page: how all plans stand against the priorities of one upper plan."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Query, Response

from api.pages.kept import Kept, KeptDep
from api.pages.page import Figure, Page, PageDep
from api.pages.scope import Scope, ScopeDep, first, linked_to
from graph.store import Row
from policygraph.export.pages import Table
from policygraph.words import SYMBOLS
from queries import grid
from queries.answers import Matrix
from queries.grid import Column
from review import ALL

router = APIRouter()

MOST_COLUMNS: Final = 40
"""Columns of one page; with more plans than that a column is a province."""


_TOTALS: Final = (
    ("plans", "plans"), ("priorities", "priorities"), ("covered", "covered"), ("partial", "partial"), ("gap", "gaps"),
    ("not_applicable", "not_applicable"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Headline:
    """One number at the top: what it counts, and the page that lists it."""

    figure: Figure
    word: str
    path: str
    query: dict[str, object]
    kind: str = ""


@router.get("/")
def overview(
    page: PageDep, kept: KeptDep, scope: ScopeDep, number: Annotated[int, Query(alias="page", ge=1)] = 1
) -> Response:
    """The matrix of the plans that the filters choose, added up by province where they are many, and its figures."""
    if scope.upper is None:
        return page.render("empty.html", plans=kept.plans())
    matrix = scope.matrix(kept)
    together = len(matrix.plans) > MOST_COLUMNS and not scope.region
    known = kept.regions()
    columns = grid.by_province(matrix, known) if together else grid.by_plan(matrix)
    if page.format:
        return _taken(page, scope, matrix, columns, rows={p["id"]: p for p in matrix.plans})
    pages = max(1, -(-len(columns) // MOST_COLUMNS))
    number = min(number, pages)
    shown = columns[(number - 1) * MOST_COLUMNS :][:MOST_COLUMNS]
    rows = {p["id"]: p for p in matrix.plans}
    return page.render(
        "overview.html",
        scope=scope,
        regions=scope.region_choices(known),
        matrix=matrix,
        together=together,
        columns=[(c, rows.get(c.id), _cells(scope, c, together=together)) for c in shown],
        headlines=_headlines(kept, scope, matrix),
        pages=pages,
        number=number,
    )


def prepare(kept: Kept) -> None:
    """Compute what the page needs where its address names nothing."""
    if uppers := linked_to(kept):
        upper = first(uppers)["id"]
        kept.regions()
        kept.matrix(upper, ALL)
        kept.free_work(upper, ALL)
        kept.review_counts(upper)


def _cells(scope: Scope, column: Column, *, together: bool) -> list[dict[str, Figure]]:
    """The figures of a column's cells, each with the answer that it equals."""
    params = scope.query | ({"region": column.id} if together else {})

    def figure(value: int, task: str, name: str) -> Figure:
        one = "" if together else f"/plan={column.id}"
        return Figure(value, "/api/v1/matrix", params, f"cells/*/*/task={task}{one}/{name}/+")

    return [
        {name: figure(getattr(cell, name), cell.task, name) for name in ("covered", "partial", "measures")}
        for cell in column.cells
    ]


def _headlines(kept: Kept, scope: Scope, matrix: Matrix) -> list[Headline]:
    assert scope.upper is not None
    found = grid.totals(matrix)
    chosen = {p["id"] for p in matrix.plans}
    upper = scope.upper["id"]
    whole = scope.query

    def of_matrix(value: int, pick: str) -> Figure:
        return Figure(value, "/api/v1/matrix", whole, pick)

    plans = _picked(chosen, scope)
    free = sum(n for p, n in kept.free_work(upper, scope.view).items() if p in chosen)
    looked = [row for p, row in kept.review_counts(upper).items() if p in chosen]
    reviewed = "/api/v1/queries/review_counts"
    return [
        Headline(of_matrix(found.plans, "plans/#"), "head_plans", "/plans", whole),
        Headline(of_matrix(found.priorities, "tasks/#"), "head_priorities", "/priorities", whole),
        *(
            Headline(
                of_matrix(getattr(found, name), f"cells/*/*/{name}/+"), f"head_{status}", "/measures",
                whole | {"status": status}, status,
            )
            for status, name in _TOTALS[2:]
        ),
        Headline(
            Figure(free, "/api/v1/queries/free_work_counts", scope.counted, f"rows/*/{plans}count/+"),
            "head_free", "/unaligned", whole,
        ),
        Headline(
            Figure(
                sum(r["unreviewed"] for r in looked), reviewed, {"upper": upper},
                f"rows/*/kind=matches/{plans}unreviewed/+",
            ),
            "head_open", "/links", whole | {"finding": "proposed"},
        ),
        Headline(
            Figure(
                sum(r["suspect"] for r in looked), reviewed, {"upper": upper},
                f"rows/*/kind=matches/{plans}suspect/+",
            ),
            "head_suspect", "/links", whole | {"finding": "suspect"},
        ),
    ]  # fmt: skip


def _picked(chosen: set[str], scope: Scope) -> str:
    """The step of a pick that takes the chosen plans; none where no filter leaves any out."""
    return f"plan={'|'.join(sorted(chosen))}/" if scope.narrowed else ""


def _taken(page: Page, scope: Scope, matrix: Matrix, columns: list[Column], rows: dict[str, Row]) -> Response:
    """The whole matrix as a file, and as a document with the main figures before it."""
    word = page.word
    assert scope.upper is not None
    title = word("overview_title")
    heads = [
        (c.id, f"{c.name} {rows[c.id]['year']}" if c.id in rows else f"{c.name}（{c.plans}）", 2.0) for c in columns
    ]  # fmt: skip
    lines = [
        {"priority": f"{t['number']}{t['title']}"}
        | {
            c.id: f"{SYMBOLS[c.cells[at].status]} {c.cells[at].covered}+{c.cells[at].partial}/{c.cells[at].measures}"
            for c in columns
        }
        for at, t in enumerate(matrix.tasks)
    ]  # fmt: skip
    found = grid.totals(matrix)
    facts = [
        (word("upper"), scope.upper["title"]),
        (word("counting"), word(f"counting_{scope.view.mode}")),
        *((word(f"head_{name}"), str(getattr(found, field))) for name, field in _TOTALS),
        (word("matrix"), word("matrix_key")),
    ]
    table = Table("matrix", word("matrix"), [("priority", word("priority"), 6.0), *heads], lines)
    return page.taken(title, facts, [table])
