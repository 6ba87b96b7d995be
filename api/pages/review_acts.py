"""Decisions from the page of review: each is one form; what is refused comes back with the reason and the note."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Final, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from api.actor import Actor, ActorDep
from api.dependencies import StoreDep
from api.guard import guard_of
from api.identity import requires
from api.pages.page import Page, PageDep
from api.pages.review import REVIEWER, FormError, Refusal, reviewer_of, shown
from api.pages.review_scope import AskedDep
from api.review_models import NOTE_LENGTH, ExcuseVerdict
from api.writes import WriterDep
from graph.errors import InputError, NotFoundError, PolicyGraphError, StaleError
from graph.model import Covers, Decision
from graph.store import Store
from policygraph import reviews as act
from queries.review import history, look
from review.log import is_day, is_year
from review.rules import is_evidence, subject

router = APIRouter()
REVIEW: Final = [Depends(requires("review"))]
REMEMBERED_S: Final = 365 * 24 * 3600
_PLAIN: Final = {"reject": act.reject, "withdraw": act.withdraw, "clear": act.clear}

Verb = Literal["accept", "reject", "withdraw", "undo", "clear", "note", "correct"]


class Act(BaseModel):
    """A decision on a link.

    Attributes:
        token: of what the person saw.
        to: the other upper end, to correct to.
        following: the link to show next.
    """

    source: str
    target: str
    token: str
    act: Verb
    covers: Covers = ""
    to: str = ""
    note: str = ""
    reviewer: str = ""
    following: str = ""


class ExcuseForm(BaseModel):
    """A decision on whether plans have to carry an upper measure; ``whole``: every plan below."""

    source: str
    target: str
    plan: str
    token: str
    every_token: str
    verdict: ExcuseVerdict
    to_plan: str = ""
    to_year: str = ""
    expires: str = ""
    note: str = ""
    whole: bool = False
    reviewer: str = ""


class ClearForm(BaseModel):
    """The confirmation of an excuse of ``plan``; of every plan below where that is empty."""

    source: str
    target: str
    token: str
    plan: str = ""
    note: str = ""
    reviewer: str = ""


@router.post("/review/decide", dependencies=REVIEW)
def decide(
    request: Request, page: PageDep, store: StoreDep, writer: WriterDep, actor: ActorDep, asked: AskedDep,
    form: Annotated[Act, Form()],
) -> Response:  # fmt: skip
    """Decide on a link; then its successor in the list, with what was decided above it."""
    note = form.note.strip()[:NOTE_LENGTH]
    try:
        reviewer = named(page, actor, form.reviewer)
        with writer.open() as writing:
            made = _decided(writing, form, reviewer, note)
            actor.decided(made)
    except (StaleError, InputError, NotFoundError) as error:
        refusal = _refused(store, error, subject(form.source, form.target), form.act, note)
        return shown(page, store, asked, item=f"{form.source}~{form.target}", refusal=refusal)
    done = " ".join(f"{d.source}~{d.target}" for d in made)
    stays = form.act in ("undo", "note", "clear", "withdraw")
    following = f"{form.source}~{form.target}" if stays or not form.following else form.following
    return to(request, page.link("/review", **asked.query, item=following, done=done), reviewer)


@router.post("/review/excuse", dependencies=REVIEW)
def excuse(
    request: Request, page: PageDep, store: StoreDep, writer: WriterDep, actor: ActorDep, asked: AskedDep,
    form: Annotated[ExcuseForm, Form()],
) -> Response:  # fmt: skip
    """Excuse a plan, or every plan, from an upper measure, or take that back."""
    note = form.note.strip()[:NOTE_LENGTH]
    item = f"{form.source}~{form.target}"
    receiver = {"delegated": form.to_plan, "deferred": form.to_year.strip()}.get(form.verdict, "")
    about = "" if form.whole else form.plan
    try:
        reviewer = named(page, actor, form.reviewer)
        _check_excuse(form, receiver, note)
        with writer.open() as writing:
            made = act.excuse(
                writing, form.target, form.verdict, reviewer=reviewer, plan=about, to=receiver,
                expires=form.expires if form.verdict != "none" else "", note=note,
                seen=form.every_token if form.whole else form.token,
            )  # fmt: skip
            actor.decided([made])
    except (StaleError, InputError, NotFoundError) as error:
        refusal = _refused(store, error, subject(about, form.target), "excuse", note)
        return shown(page, store, asked, item=item, refusal=refusal)
    return to(request, page.link("/review", **asked.query, item=item, excused=form.verdict), reviewer)


@router.post("/review/excuse/clear", dependencies=REVIEW)
def clear_excuse(
    request: Request, page: PageDep, store: StoreDep, writer: WriterDep, actor: ActorDep, asked: AskedDep,
    form: Annotated[ClearForm, Form()],
) -> Response:  # fmt: skip
    """Confirm an excuse whose measure has other words now."""
    note, item = form.note.strip()[:NOTE_LENGTH], f"{form.source}~{form.target}"
    try:
        reviewer = named(page, actor, form.reviewer)
        with writer.open() as writing:
            made = act.clear_excuse(
                writing, form.target, plan=form.plan, reviewer=reviewer, note=note, seen=form.token
            )
            actor.decided([made])
    except (StaleError, InputError, NotFoundError) as error:
        refusal = _refused(store, error, subject(form.plan, form.target), "excuse", note)
        return shown(page, store, asked, item=item, refusal=refusal)
    return to(request, page.link("/review", **asked.query, item=item, excused="clear"), reviewer)


def _refused(store: Store, error: PolicyGraphError, about: str, verb: str, note: str) -> Refusal:
    """What was refused, with the decision of whoever was faster."""
    log = history(store, about)
    return Refusal(error, verb, note, log[-1] if log and isinstance(error, StaleError) else None)


def _check_excuse(form: ExcuseForm, to: str, note: str) -> None:
    wrong = {
        "refused_reason": form.verdict != "none" and not note,
        "refused_plan": form.verdict == "delegated" and not to,
        "refused_year": form.verdict == "deferred" and not is_year(to),
        "refused_day": bool(form.expires) and not is_day(form.expires),
    }
    for key, found in wrong.items():
        if found:
            raise FormError(key)


def _decided(store: Store, form: Act, reviewer: str, note: str) -> Sequence[Decision]:
    ends = (form.source, form.target)
    covers: Covers = form.covers if is_evidence(form.target) else ""
    if form.act == "correct":
        if not form.to:
            raise FormError("refused_to")
        return act.correct(store, *ends, to=form.to, reviewer=reviewer, note=note, seen=form.token)
    match form.act:
        case "accept":
            made = act.accept(store, *ends, reviewer=reviewer, covers=covers, note=note, seen=form.token)
        case "undo":
            made = act.undo(store, subject(*ends), reviewer=reviewer, note=note, seen=form.token)
        case "note":
            made = _noted(store, *ends, reviewer, note, form.token)
        case _:
            made = _PLAIN[form.act](store, *ends, reviewer=reviewer, note=note, seen=form.token)
    return [made]


def _noted(store: Store, source: str, target: str, reviewer: str, note: str, seen: str) -> Decision:
    """The same decision again, with a note."""
    if not note:
        raise FormError("refused_note")
    last = look(store, source, target).link
    if last is not None and last.state == "accepted" and not last.suspect:
        covers: Covers = "partly" if last.covers == "partly" else ""
        return act.accept(store, source, target, reviewer=reviewer, covers=covers, note=note, seen=seen)
    if last is not None and last.state == "rejected" and not last.suspect:
        return act.reject(store, source, target, reviewer=reviewer, note=note, seen=seen)
    raise FormError("refused_undecided")


def named(page: Page, actor: Actor, named: str) -> str:
    """Who decides: whoever signed in, else the name in the form or the one that is remembered."""
    if page.identity.signed_in:
        return actor.decides_as(None)
    return actor.decides_as(" ".join(named.split())[:200] or reviewer_of(page))


def to(request: Request, path: str, reviewer: str) -> Response:
    """Go to ``path``; where nobody signs in, the browser remembers who decided."""
    answer = RedirectResponse(path, status_code=HTTPStatus.SEE_OTHER)
    if not request.state.identity.signed_in:
        answer.set_cookie(
            REVIEWER, quote(reviewer), max_age=REMEMBERED_S, httponly=True, samesite="strict",
            secure=guard_of(request).is_secure(request),
        )  # fmt: skip
    return answer
