"""What an upper plan asks, and how many plans carry each of it."""

from fastapi import APIRouter, Response

from api.pages.kept import KeptDep
from api.pages.page import Figure, PageDep
from api.pages.scope import ScopeDep
from policygraph.export.pages import Table

router = APIRouter()

STATUSES = ("covered", "partial", "gap", "not_applicable")


@router.get("/priorities")
def priorities(page: PageDep, kept: KeptDep, scope: ScopeDep) -> Response:
    """Each priority with the number of plans by status."""
    if scope.upper is None:
        return page.render("empty.html", plans=kept.plans())
    matrix = scope.matrix(kept)
    counts = [
        {status: sum(cell.status == status for cell in line) for status in STATUSES} for line in matrix.cells
    ]
    if page.format:
        title = page.word("priorities_title")
        columns = [("title", page.word("priority"), 6), ("measures", page.word("measures"), 1)]
        columns += [(status, page.word(status), 1) for status in STATUSES]
        rows = [
            {"title": f"{t['number']}{t['title']}", "measures": t["measures"], **count}
            for t, count in zip(matrix.tasks, counts, strict=True)
        ]
        facts = [(page.word("upper"), scope.upper["title"])]
        return page.taken(title, facts, [Table("priorities", title, columns, rows)])
    figures = [
        {
            status: Figure(
                value, "/api/v1/matrix", scope.query, f"cells/*/*/task={task['id']}/status={status}/#"
            )
            for status, value in count.items()
        }
        for task, count in zip(matrix.tasks, counts, strict=True)
    ]
    return page.render(
        "priorities.html", scope=scope, regions=scope.region_choices(kept.regions()),
        rows=list(zip(matrix.tasks, figures, strict=True)),
    )  # fmt: skip
