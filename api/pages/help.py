"""What the words on the pages mean."""

from fastapi import APIRouter, Response

from api.pages.page import PageDep

router = APIRouter()


@router.get("/help")
def help_(page: PageDep) -> Response:
    """Terms, and how a page is read."""
    return page.render("help.html")
