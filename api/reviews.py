"""The JSON routes of reviewing: the queue, one link, excuses, the log; and decisions on them.

Reads of lists carry the graph's weak ``ETag``. A link and an excuse carry a strong one of their own: a token, which
changes when someone decides or an end's words change, and a hash of the answer. ``If-None-Match`` asks about all of it;
``If-Match`` about the token alone, since a decision is not stale because the machine scored the link anew.
"""

import hashlib
from collections.abc import Callable
from itertools import chain
from typing import Annotated, Literal, TypeVar

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from api import models, review_models
from api.actor import ActorDep
from api.dependencies import NotModified, PagerDep, StoreDep, conditional
from api.identity import requires
from api.problems import DECIDED, PROBLEMS, RESPONSES, SEEN, TAKEN
from api.writes import NDJSON, Lines, PreconditionDep, WriterDep, described, of_type, tagged, unchanged
from graph.model import Decision
from graph.store import Store
from policygraph import reviews as act
from queries.excuses import Excuse
from queries.review import Order, history, look, look_excuse, place, place_of, queue
from review import travel
from review.rules import subject, token

S = TypeVar("S", review_models.Link, review_models.Exemption)

router = APIRouter(prefix="/api/v1")
WRITE = [Depends(requires("review")), Depends(of_type("application/json"))]
TAKE = [Depends(requires("admin")), Depends(of_type(NDJSON))]
READ = [Depends(conditional)]

Source = Annotated[
    str,
    Query(
        description="Id of the local measure or task; write `#` as `%23`", examples=["x-qinglan-2025.3.2#3"]
    ),
]
Target = Annotated[
    str,
    Query(description="Id of the upper measure or task; write `#` as `%23`", examples=["000000-2025.3#2"]),
]
MeasureId = Annotated[
    str, Query(description="Id of the upper measure; write `#` as `%23`", examples=["000000-2025.3#2"])
]
ExcusedPlan = Annotated[
    str, Query(description="Id of the plan below; every plan by default", examples=["x-qinglan-2025"])
]


@router.get(
    "/reviews",
    operation_id="list_reviews",
    tags=["reviews"],
    summary="Links to review",
    dependencies=READ,
    responses=RESPONSES,
)
def links(
    store: StoreDep,
    pager: PagerDep,
    wanted: Annotated[review_models.Wanted, Query()],
    order: Annotated[
        Order,
        Query(
            description="uncertain: confidence nearest to one half first; consequential: those that decide a status first; plan: as they stand in the plan",
            examples=["uncertain"],
        ),
    ] = "uncertain",
) -> models.Page[review_models.Item]:
    """In the order that is asked for. Deciding moves nothing in `uncertain` and `plan`; `consequential` may change with it."""
    found = queue(store, wanted.filter(), order)
    return models.Page[review_models.Item].model_validate(pager.by(found, lambda item: place(item, order)))


@router.get(
    "/reviews/link",
    operation_id="get_link",
    tags=["reviews"],
    summary="One link with all that was decided on it",
    responses=RESPONSES,
)
def link(
    request: Request, response: Response, store: StoreDep, source: Source, target: Target
) -> review_models.Link:
    """Also where the two are not linked: `ETag` is what a decision on them needs."""
    return _answer(request, response, _link(store, source, target))


@router.put(
    "/reviews/link",
    operation_id="decide_link",
    tags=["reviews"],
    summary="Accept, reject, make or take back a link",
    dependencies=WRITE,
    responses=SEEN,
)
def decide(
    response: Response,
    writer: WriterDep,
    actor: ActorDep,
    seen: PreconditionDep,
    source: Source,
    target: Target,
    body: review_models.LinkAct,
) -> review_models.Link:
    """One entry is added to the log; 412 where someone decided, or an end's words changed, since what `If-Match` names."""

    def work(store: Store, token: str | None) -> Decision:
        if body.verdict == "accepted":
            make = act.add if body.create else act.accept
            return make(
                store, source, target, relation=body.relation, covers=body.covers, reviewer=actor.decides_as(body.reviewer),
                note=body.note, seen=token,
            )  # fmt: skip
        refuse = act.reject if body.verdict == "rejected" else act.withdraw
        return refuse(
            store, source, target, reviewer=actor.decides_as(body.reviewer), note=body.note, seen=token
        )

    return _decide_link(response, writer, actor, seen, source, target, work)


@router.post(
    "/reviews/link/correct",
    operation_id="correct_link",
    tags=["reviews"],
    summary="Correct a link",
    dependencies=WRITE,
    responses=SEEN,
)
def correct(
    response: Response,
    writer: WriterDep,
    actor: ActorDep,
    seen: PreconditionDep,
    source: Source,
    target: Target,
    body: review_models.Correction,
) -> review_models.Corrected:
    """Accepted with another relation or extent; or, with `to`, rejected, and the link to that end accepted."""
    with writer.open() as store:
        made = act.correct(
            store, source, target, to=body.to, relation=body.relation, covers=body.covers, reviewer=actor.decides_as(body.reviewer),
            note=body.note, seen=seen.seen(lambda: look(store, source, target).token), to_seen=body.to_token,
        )  # fmt: skip
        actor.decided(made)
        states = [_after(_link(store, d.source, d.target), d) for d in made]
    tagged(response, _tag(states[0]))
    return review_models.Corrected(link=states[0], to=states[1] if len(states) > 1 else None)


@router.post(
    "/reviews/link/clear",
    operation_id="clear_link",
    tags=["reviews"],
    summary="Confirm a suspect decision",
    dependencies=WRITE,
    responses=SEEN,
)
def clear(
    response: Response,
    writer: WriterDep,
    actor: ActorDep,
    seen: PreconditionDep,
    source: Source,
    target: Target,
    body: review_models.Act,
) -> review_models.Link:
    """The same is decided again, for the words of today; 422 where the decision is not suspect."""

    def work(store: Store, token: str | None) -> Decision:
        return act.clear(
            store, source, target, reviewer=actor.decides_as(body.reviewer), note=body.note, seen=token
        )

    return _decide_link(response, writer, actor, seen, source, target, work)


@router.post(
    "/reviews/link/undo",
    operation_id="undo_link",
    tags=["reviews"],
    summary="Go back one decision",
    dependencies=WRITE,
    responses=SEEN,
)
def undo(
    response: Response,
    writer: WriterDep,
    actor: ActorDep,
    seen: PreconditionDep,
    source: Source,
    target: Target,
    body: review_models.Act,
) -> review_models.Link:
    """What was decided before the last decision is decided again, as a new entry; the only one is taken back."""

    def work(store: Store, token: str | None) -> Decision:
        about = subject(source, target)
        return act.undo(store, about, reviewer=actor.decides_as(body.reviewer), note=body.note, seen=token)

    return _decide_link(response, writer, actor, seen, source, target, work)


@router.post(
    "/reviews/preview",
    operation_id="preview_bulk",
    tags=["reviews"],
    summary="What a decision on many links would change",
    dependencies=[Depends(of_type("application/json"))],
    responses=PROBLEMS,
)
def preview(store: StoreDep, pager: PagerDep, body: review_models.PreviewAct) -> review_models.Preview:
    """Links that a person would see changed, each as it is now; nothing is written."""
    found = act.preview(store, body.verdict, body.filter.filter())
    shown = pager.by(found.items, lambda item: place(item, "plan"))
    return review_models.Preview.model_validate(
        shown | {"verdict": found.verdict, "count": len(found.items), "token": found.token}
    )


@router.post(
    "/reviews/bulk",
    operation_id="decide_bulk",
    tags=["reviews"],
    summary="Decide on many links at once",
    dependencies=WRITE,
    responses=DECIDED,
)
def bulk(writer: WriterDep, actor: ActorDep, body: review_models.BulkAct) -> review_models.Bulk:
    """All links of a preview, or none: 412 where the filter finds others by now, or one of them has changed."""
    with writer.open() as store:
        made = act.bulk(
            store,
            body.verdict,
            body.filter.filter(),
            reviewer=actor.decides_as(body.reviewer),
            token=body.token,
            note=body.note,
        )
        actor.decided(made)
    return review_models.Bulk(verdict=body.verdict, count=len(made), batch=made[0].batch if made else "")


@router.get(
    "/excuses",
    operation_id="list_excuses",
    tags=["excuses"],
    summary="What plans are excused from",
    dependencies=READ,
    responses=RESPONSES,
)
def excuses(
    store: StoreDep,
    pager: PagerDep,
    upper: Annotated[
        str, Query(description="Id of the upper plan; all by default", examples=["000000-2025"])
    ] = "",
    plan: Annotated[
        str,
        Query(
            description="Id of a plan below: what stands for it, also where that is said of every plan; all by default",
            examples=["x-qinglan-2025"],
        ),
    ] = "",
) -> models.Page[models.Excuse]:
    """By upper measure and plan; those that no longer stand too. What was taken back is in the log."""
    found = act.excuses(store, upper, plan)
    shown = sorted((e for e in found if e.verdict != "none"), key=_excuse_place)
    return models.Page[models.Excuse].model_validate(pager.by(shown, _excuse_place))


@router.get(
    "/excuses/measure",
    operation_id="get_excuse",
    tags=["excuses"],
    summary="Whether one measure applies, and all that was decided on it",
    responses=RESPONSES,
)
def excuse(
    request: Request, response: Response, store: StoreDep, measure: MeasureId, plan: ExcusedPlan = ""
) -> review_models.Exemption:
    """What is decided for this plan alone, or for every plan: `ETag` is what a decision on it needs."""
    return _answer(request, response, _exemption(store, measure, plan))


@router.put(
    "/excuses/measure",
    operation_id="decide_excuse",
    tags=["excuses"],
    summary="Excuse a plan from a measure",
    dependencies=WRITE,
    responses=SEEN,
)
def decide_excuse(
    response: Response,
    writer: WriterDep,
    actor: ActorDep,
    seen: PreconditionDep,
    measure: MeasureId,
    body: review_models.ExcuseAct,
    plan: ExcusedPlan = "",
) -> review_models.Exemption:
    """Not applicable, delegated to a plan, deferred to a year: with a reason, and until a day where one is given."""

    def work(store: Store, token: str | None) -> Decision:
        return act.excuse(
            store, measure, body.verdict, reviewer=actor.decides_as(body.reviewer), plan=plan, to=body.to, expires=body.expires,
            note=body.note, seen=token,
        )  # fmt: skip

    return _decide_excuse(response, writer, actor, seen, measure, plan, work)


@router.post(
    "/excuses/measure/clear",
    operation_id="clear_excuse",
    tags=["excuses"],
    summary="Confirm a suspect excuse",
    dependencies=WRITE,
    responses=SEEN,
)
def clear_excuse(
    response: Response,
    writer: WriterDep,
    actor: ActorDep,
    seen: PreconditionDep,
    measure: MeasureId,
    body: review_models.Act,
    plan: ExcusedPlan = "",
) -> review_models.Exemption:
    """The same is decided again, for the words of today; 422 where the excuse is not suspect."""

    def work(store: Store, token: str | None) -> Decision:
        return act.clear_excuse(
            store, measure, plan=plan, reviewer=actor.decides_as(body.reviewer), note=body.note, seen=token
        )

    return _decide_excuse(response, writer, actor, seen, measure, plan, work)


@router.post(
    "/excuses/measure/undo",
    operation_id="undo_excuse",
    tags=["excuses"],
    summary="Go back one decision on an excuse",
    dependencies=WRITE,
    responses=SEEN,
)
def undo_excuse(
    response: Response,
    writer: WriterDep,
    actor: ActorDep,
    seen: PreconditionDep,
    measure: MeasureId,
    body: review_models.Act,
    plan: ExcusedPlan = "",
) -> review_models.Exemption:
    """What was decided before the last decision is decided again, as a new entry; the only one is taken back."""

    def work(store: Store, token: str | None) -> Decision:
        return act.undo(
            store,
            subject(plan, measure),
            reviewer=actor.decides_as(body.reviewer),
            note=body.note,
            seen=token,
        )

    return _decide_excuse(response, writer, actor, seen, measure, plan, work)


@router.get(
    "/decisions",
    operation_id="list_decisions",
    tags=["decisions"],
    summary="The log of decisions",
    dependencies=READ,
    responses=RESPONSES,
)
def decisions(
    store: StoreDep,
    pager: PagerDep,
    plan: Annotated[str, Query(description="Id of the local plan", examples=["x-qinglan-2025"])] = "",
    upper: Annotated[str, Query(description="Id of the upper plan", examples=["000000-2025"])] = "",
    about: Annotated[
        str,
        Query(
            description="What it is about, as `subject` says: source, or plan, or `*`, a space, and target",
            examples=["* 000000-2025.3#2"],
        ),
    ] = "",
    reviewer: Annotated[str, Query(description="Who decided", examples=["周"])] = "",
    kind: Annotated[
        Literal["link", "excuse"] | None,
        Query(description="Only decisions on links, or on excuses", examples=["link"]),
    ] = None,
    current: Annotated[
        bool | None, Query(description="Only what stands, or only what does not", examples=[True])
    ] = None,
) -> models.Page[review_models.Decision]:
    """The first decision first; new ones come last, so `next` of the last page's predecessor finds them."""
    found = [
        e
        for e in history(store, about, plan_id=plan, upper=upper)
        if reviewer in ("", e.reviewer)
        and kind in (None, "link" if e.source else "excuse")
        and current in (None, e.current)
    ]
    return models.Page[review_models.Decision].model_validate(pager.page(found, "at", "id"))


@router.get(
    "/decisions/export",
    operation_id="export_decisions",
    tags=["decisions"],
    summary="The whole log as JSON Lines",
    response_class=StreamingResponse,
    responses=PROBLEMS
    | {200: {"description": "One decision a line", "content": {NDJSON: {"example": review_models.LINE}}}},
)
def export(store: StoreDep) -> StreamingResponse:
    """For another graph, which takes it in by `/api/v1/decisions/import` or `policygraph review import`."""
    found = travel.export(store)
    first = next(found, "")  # before the answer begins, so that a store that fails is a problem
    return StreamingResponse(
        chain([first], found),
        media_type=NDJSON,
        headers={
            "Content-Disposition": 'attachment; filename="decisions.jsonl"',
            "Cache-Control": "no-cache",
        },
    )


@router.post(
    "/decisions/import",
    operation_id="import_decisions",
    tags=["decisions"],
    summary="Take in a log",
    dependencies=TAKE,
    openapi_extra=described(
        NDJSON, "What `/api/v1/decisions/export` gave, 64 MiB at most", review_models.LINE
    ),
    responses=TAKEN,
)
def take(writer: WriterDep, actor: ActorDep, body: Lines) -> review_models.Imported:
    """All of it or nothing, as often as one likes; matched by the stamps of the words. Of one subject the latest stands.

    It holds decisions of other people, so it needs the scope admin.
    """
    rows = travel.read(body, "body")
    with writer.open() as store:
        done = travel.take(store, rows)
        actor.record("import", added=done.added, known=done.known)
    return review_models.Imported.model_validate(done)


def _excuse_place(excuse: Excuse) -> tuple[str, str]:
    return place_of(excuse.measure), excuse.plan


def _link(store: Store, source: str, target: str) -> review_models.Link:
    return review_models.Link.model_validate(look(store, source, target))


def _exemption(store: Store, measure: str, plan: str) -> review_models.Exemption:
    return review_models.Exemption.model_validate(look_excuse(store, measure, plan))


def _answer(request: Request, response: Response, state: S) -> S:
    tag = _tag(state)
    if unchanged(request, tag):
        raise NotModified(tag)
    tagged(response, tag)
    return state


def _decide_link(
    response: Response,
    writer: WriterDep,
    actor: ActorDep,
    seen: PreconditionDep,
    source: str,
    target: str,
    work: Callable[[Store, str | None], Decision],
) -> review_models.Link:
    with writer.open() as store:
        made = work(store, seen.seen(lambda: look(store, source, target).token))
        actor.decided([made])
        state = _after(_link(store, source, target), made)
    tagged(response, _tag(state))
    return state


def _decide_excuse(
    response: Response,
    writer: WriterDep,
    actor: ActorDep,
    seen: PreconditionDep,
    measure: str,
    plan: str,
    work: Callable[[Store, str | None], Decision],
) -> review_models.Exemption:
    with writer.open() as store:
        made = work(store, seen.seen(lambda: look_excuse(store, measure, plan).token))
        actor.decided([made])
        state = _after(_exemption(store, measure, plan), made)
    tagged(response, _tag(state))
    return state


def _after(state: S, made: Decision) -> S:
    """The state after a decision, with the decision's own token: on a server another may have followed already."""
    stamps = [made.source_stamp] if made.source else []
    return state.model_copy(update={"token": token(made.id, *stamps, made.target_stamp)})


def _tag(state: S) -> str:
    return f'"{state.token}-{hashlib.sha256(state.model_dump_json().encode()).hexdigest()[:12]}"'
