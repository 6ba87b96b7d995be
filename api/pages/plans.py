"""All plans, as a table."""

from fastapi import APIRouter, Response

from api.dependencies import StoreDep
from api.pages.page import PageDep
from queries import answers

router = APIRouter()


@router.get("/plans")
def plans(page: PageDep, store: StoreDep) -> Response:
    """Every plan that was read."""
    return page.render("plans.html", plans=answers.plans(store))
