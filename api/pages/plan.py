"""One plan."""

from fastapi import APIRouter, Response

from api.dependencies import StoreDep
from api.pages.page import PageDep
from queries import answers

router = APIRouter()


@router.get("/plans/{plan}")
def plan(page: PageDep, store: StoreDep, plan: str) -> Response:
    """Its headings."""
    return page.render("plan.html", plan=answers.plan(store, plan), tasks=answers.tree(store, plan))
