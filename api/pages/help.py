"""What the words on the pages mean."""

from typing import Final

from fastapi import APIRouter, Response

from api.pages.page import PageDep

router = APIRouter()

TERMS: Final = (
    "upper", "priority", "measure", "covered", "partial", "gap", "not_applicable", "unaligned", "match", "suspect",
    "score", "counting", "cascade", "source",
)  # fmt: skip


@router.get("/help")
def help_(page: PageDep) -> Response:
    """Terms, and how a page is read."""
    return page.render("help.html", terms=TERMS)
