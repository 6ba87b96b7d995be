"""The HTML pages, one module a page; :mod:`api.pages.page` is what they stand on, docs/dashboard.md how one is made."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from api.pages import (
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
)
from api.pages import help as help_page
from api.pages.page import Page, chosen_language

router = APIRouter(include_in_schema=False)
for module in (
    overview,
    plans,
    plan,
    priorities,
    priority,
    compare,
    lists,
    review,
    review_acts,
    bring_in,
    help_page,
):
    router.include_router(module.router)


def error_page(request: Request, problem: Mapping[str, Any]) -> Response:
    """A problem as a page, in the language that was asked for."""
    page = Page(request, chosen_language(request))
    return page.render("error.html", status_code=problem["status"], problem=problem)


def sign_in(request: Request, *, following: str, refused: str = "", status: int = 200) -> Response:
    """The form that takes a key.

    Args:
        request: whose ``lang`` says the language.
        following: the path to go to then.
        refused: why the key that was given does not open the service: unknown, expired or revoked; empty: none was.
        status: of the answer.
    """
    page = Page(request, chosen_language(request))
    return page.render("sign_in.html", status_code=status, following=following, refused=refused)
