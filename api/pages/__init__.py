"""The HTML pages, one module a page; :mod:`api.pages.page` is what they stand on, docs/dashboard.md how one is made.

What stands here is shown by the rest of the service too; the pages themselves are put together in :mod:`api.pages.routes`.
"""

from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response

from api.pages.page import Page, chosen_language


def error_page(request: Request, problem: Mapping[str, Any], *, scope: str) -> Response:
    """A problem as a page, in the language that was asked for.

    Args:
        request: whose ``lang`` says the language.
        problem: a problem document in that language.
        scope: the one that is missing; empty where none is.
    """
    page = Page(request, chosen_language(request))
    return page.render("error.html", status_code=problem["status"], problem=problem, scope=scope)


def sign_in_needless(request: Request) -> Response:
    """The page that says that nobody has to sign in here."""
    return Page(request, chosen_language(request)).render("sign_in_needless.html")


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
