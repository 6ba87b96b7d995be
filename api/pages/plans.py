"""All plans, and how far each carries the upper one."""

from typing import Any

from fastapi import APIRouter, Response

from api.pages.kept import Kept, KeptDep
from api.pages.listing import Number, page_of
from api.pages.page import Figure, PageDep
from api.pages.scope import Scope, ScopeDep
from policygraph.export.pages import Table

router = APIRouter()

COUNTS = ("covered", "partial", "gaps", "not_applicable")


@router.get("/plans")
def plans(page: PageDep, kept: KeptDep, scope: ScopeDep, number: Number = 1) -> Response:
    """Every plan that the filters let through, those above it among them."""
    known = kept.regions()
    chosen = [p for p in kept.plans() if scope.passes(p, known)]
    if page.format:
        names = ("id", "name", "level", "year", "title", "issuer", "measures")
        words = [page.word({"id": "export_plan_id", "name": "region"}.get(n, n)) for n in names]
        columns = [
            (n, title, 6 if n == "title" else 3) for n, title in zip(names, words, strict=True)
        ]  # fmt: skip
        rows = [p | {"level": page.word(p["level"])} for p in chosen]
        return page.taken(
            page.word("plans_read"), [], [Table("plans", page.word("plans_read"), columns, rows)]
        )
    listing = page_of(chosen, number)
    return page.render(
        "plans.html",
        scope=scope,
        regions=scope.region_choices(known),
        listing=listing,
        figures=_figures(kept, scope, {p["id"] for p in listing.rows}),
    )


def _figures(kept: Kept, scope: Scope, shown: set[str]) -> dict[str, dict[str, Figure]]:
    """How each plan carries the upper one, by plan and status; those that are not linked to it are left out."""
    if scope.upper is None:
        return {}
    upper = scope.upper["id"]
    matrix = scope.matrix(kept)
    sums: dict[str, dict[str, int]] = {}
    for line in matrix.cells:
        for cell in line:
            if cell.plan in shown:
                row = sums.setdefault(cell.plan, dict.fromkeys(COUNTS, 0))
                for name in COUNTS:
                    row[name] += getattr(cell, name)
    free = kept.free_work(upper, scope.view)
    query: dict[str, Any] = scope.counted
    return {
        plan: {
            name: Figure(value, f"/api/v1/plans/{plan}/coverage", query, f"tasks/*/{name}/+")
            for name, value in row.items()
        }
        | {"free": Figure(free.get(plan, 0), f"/api/v1/plans/{plan}/unaligned", query, "items/#")}
        for plan, row in sums.items()
    }
