"""The routes of all pages."""

from fastapi import APIRouter

from api.pages import (
    audit,
    bring_in,
    compare,
    lists,
    overview,
    plan,
    plans,
    priorities,
    priority,
    review,
    review_acts,
    review_bulk,
)
from api.pages import help as help_page

router = APIRouter(include_in_schema=False)
for module in (
    overview, plans, plan, priorities, priority, compare, lists, review, review_acts, review_bulk, bring_in, audit, help_page,
):  # fmt: skip
    router.include_router(module.router)
