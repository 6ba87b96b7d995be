"""Many links at once: a preview of what a decision on all that pass the filters would change, then the decision."""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import BaseModel

from api.actor import ActorDep
from api.dependencies import StoreDep
from api.pages.page import Page, PageDep
from api.pages.review import reviewer_of
from api.pages.review_acts import REVIEW, named, to
from api.pages.review_scope import Asked, AskedDep
from api.review_models import NOTE_LENGTH, LinkVerdict
from api.writes import WriterDep
from graph.errors import StaleError
from graph.store import Store
from policygraph import reviews as act

router = APIRouter()

SHOWN: Final = 50
"""Links of a preview that the page lists."""


class BulkForm(BaseModel):
    """A decision on all links of a preview."""

    verdict: LinkVerdict
    token: str
    note: str = ""
    reviewer: str = ""


@router.get("/review/bulk")
def preview(
    page: PageDep, store: StoreDep, asked: AskedDep, verdict: Annotated[LinkVerdict, Query()] = "accepted"
) -> Response:
    """What would change; nothing is written."""
    return _preview(page, store, asked, verdict)


@router.post("/review/bulk", dependencies=REVIEW)
def bulk(
    request: Request, page: PageDep, store: StoreDep, writer: WriterDep, actor: ActorDep, asked: AskedDep,
    form: Annotated[BulkForm, Form()],
) -> Response:  # fmt: skip
    """Decide on all links of a preview, or, where one of them has changed, on none: then a new preview."""
    note = form.note.strip()[:NOTE_LENGTH]
    reviewer = named(page, actor, form.reviewer)
    try:
        with writer.open() as writing:
            made = act.bulk(
                writing, form.verdict, asked.filter, reviewer=reviewer, token=form.token, note=note
            )
            actor.decided(made)
    except StaleError:
        return _preview(page, store, asked, form.verdict, note=note, stale=True)
    return to(request, page.link("/review", many=len(made), **asked.query), reviewer)


def _preview(
    page: Page, store: Store, asked: Asked, verdict: LinkVerdict, note: str = "", *, stale: bool = False
) -> Response:
    found = act.preview(store, verdict, asked.filter)
    return page.render(
        "review_bulk.html", status_code=HTTPStatus.PRECONDITION_FAILED if stale else HTTPStatus.OK,
        asked=asked, found=found, shown=found.items[:SHOWN], changes=act.changes(store, found), stale=stale, note=note,
        verdicts=("accepted", "rejected", "proposed"), reviewer=reviewer_of(page), why_not=page.refusal("review"),
    )  # fmt: skip
