"""Free Cypher over HTTP, read only: the request is bounded before it is read, the statement before it runs."""

from http import HTTPStatus
from threading import BoundedSemaphore
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from api import models
from api.dependencies import SettingsDep, StoreDep
from api.guard import asker_of
from api.metrics import metrics_of
from api.problems import PROBLEMS
from graph.errors import BusyError, DisabledError, PolicyGraphError
from policygraph.cypher import ask

JSON: Final = "application/json"

router = APIRouter(prefix="/api/v1", responses=PROBLEMS)


def _turn(request: Request) -> BoundedSemaphore:
    turn: BoundedSemaphore = request.app.state.cypher_turn
    return turn


async def _question(request: Request) -> models.Question:
    """The body, which no model of a route reads: it is judged after its type."""
    # A page of another site cannot send this type without asking first.
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    try:
        return models.Question.model_validate_json(await request.body())
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_context=False, include_input=False)) from error


_BODY: Final[dict[str, Any]] = {
    "requestBody": {"required": True, "content": {JSON: {"schema": models.Question.model_json_schema()}}}
}


@router.post(
    "/cypher",
    operation_id="run_cypher",
    tags=["queries"],
    summary="Run Cypher of your own that only reads",
    openapi_extra=_BODY,
)
async def cypher(
    request: Request,
    response: Response,
    store: StoreDep,
    settings: SettingsDep,
    question: Annotated[models.Question, Depends(_question)],
    turn: Annotated[BoundedSemaphore, Depends(_turn)],
) -> models.Answer:
    """MATCH, WHERE, WITH, UNWIND, RETURN, UNION and subqueries; writes, files and procedures are refused with the reason."""
    if not settings.cypher:
        raise DisabledError(
            "free Cypher is switched off here",
            remedy="The setting is cypher; /api/v1/queries has the named ones.",
        )
    if not turn.acquire(blocking=False):
        raise BusyError(
            f"{settings.cypher_concurrency} statements run already",
            remedy="Try again after the seconds in Retry-After.",
        )
    outcome = "internal"
    try:
        found = await run_in_threadpool(
            ask, store, settings, asker_of(request), question.query, question.parameters,
            rows=question.limit, seconds=question.timeout,
        )  # fmt: skip
        outcome = "truncated" if found.truncated else "ok"
    except PolicyGraphError as error:
        outcome = error.code
        raise
    finally:
        turn.release()
        metrics_of(request.app).statements.labels(outcome).inc()
    response.headers["Cache-Control"] = "no-store"
    return models.Answer.model_validate(found)
