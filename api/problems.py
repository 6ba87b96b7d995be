"""Errors as RFC 9457 problem documents for programs, and as a page for people."""

import logging
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from api import invalid, pages
from api.dependencies import NotModified, not_modified
from api.errors import ScopeError, UnauthorizedError
from api.headers import fixed
from api.limits import RateError
from api.pages.page import chosen_language
from graph.errors import BusyError, PolicyGraphError, StoreLockedError
from policygraph.error_words import told
from policygraph.words import Language

RETRY_S: Final = 5
MEDIA_TYPE: Final = "application/problem+json"
_log = logging.getLogger("policygraph.api")


class FieldProblem(BaseModel):
    """One part of a request that is not valid."""

    field: str = Field(description="Which parameter", examples=["query.limit"])
    message: str = Field(
        description="What is wrong with it", examples=["Input should be less than or equal to 1000"]
    )


class Problem(BaseModel):
    """What is wrong, where, and how to mend it (RFC 9457)."""

    type: str = Field(
        description="URN of the kind of problem", examples=["urn:policygraph:problem:not-found"]
    )
    title: str = Field(description="The kind of problem in words", examples=["Not found"])
    status: int = Field(description="HTTP status", examples=[404])
    detail: str = Field(description="This problem in words", examples=["there is no plan 'x-nowhere-2025'"])
    instance: str = Field(description="Path of the request", examples=["/api/v1/plans/x-nowhere-2025"])
    where: str | None = Field(None, description="File, store or parameter that it is about", examples=[None])
    remedy: str | None = Field(
        None,
        description="What to do",
        examples=["Did you mean x-hewan-2025? policygraph show lists the plans."],
    )
    request_id: str | None = Field(
        None,
        description="`X-Request-ID` of the request, by which logs name it",
        examples=["4f1b2b0b822cd15d"],
    )
    errors: list[FieldProblem] | None = Field(
        None, description="Each part of the request that is not valid", examples=[None]
    )


ANY_PROBLEM: Final[dict[int | str, dict[str, Any]]] = {
    "default": {"description": "A problem: what is wrong, and how to mend it", "model": Problem}
}
PROBLEMS: Final = ANY_PROBLEM | {
    401: {"description": "The key is missing, unknown, expired or revoked", "model": Problem},
    403: {"description": "The scope is missing, or it is switched off here", "model": Problem},
    429: {
        "description": "Too many requests a minute; `Retry-After` says when to ask again",
        "model": Problem,
    },
}
_HEADERS: Final = {
    "ETag": {"description": "Tag of this answer; changes with the graph", "schema": {"type": "string"}},
    "Link": {"description": '`rel="next"` where a list goes on', "schema": {"type": "string"}},
}
RESPONSES: Final[dict[int | str, dict[str, Any]]] = PROBLEMS | {
    200: {"headers": _HEADERS},
    304: {"description": "`If-None-Match` names the current answer"},
}
_REFUSED: Final[dict[int | str, dict[str, Any]]] = {
    403: {
        "description": "Writing is off here, the scope is missing, another reviewer is named, or a page of another site asks"
    },
    415: {"description": "The body has another media type"},
    503: {"description": "Others are writing, or the store is down; `Retry-After` says when to ask again"},
}
_STALE: Final[dict[int | str, dict[str, Any]]] = {
    412: {"description": "Someone decided, or words changed, since what was seen; nothing is written"}
}
_UNSEEN: Final[dict[int | str, dict[str, Any]]] = {428: {"description": "`If-Match` is missing"}}


def _told(responses: dict[int | str, dict[str, Any]]) -> dict[int | str, dict[str, Any]]:
    return PROBLEMS | {status: response | {"model": Problem} for status, response in responses.items()}


TAKEN: Final = _told(_REFUSED)
DECIDED: Final = _told(_REFUSED | _STALE)
SEEN: Final = _told(_REFUSED | _STALE | _UNSEEN) | {200: {"headers": {"ETag": {
    "description": "Tag of the new state, for the next `If-Match`", "schema": {"type": "string"},
}}}}  # fmt: skip


def install(app: FastAPI) -> None:
    """Let every error of ``app`` end as a problem."""
    app.add_exception_handler(PolicyGraphError, expected)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)
    app.add_exception_handler(NotModified, not_modified)


def expected(request: Request, error: Exception) -> Response:
    """The answer to an error that a user can mend."""
    assert isinstance(error, PolicyGraphError)
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("%s %s (%s): %s", request.method, request.url.path, request_id(request), error)
    message, where, remedy = (
        _without_folder(error, text) for text in (error.message, error.where, error.remedy)
    )
    answer = _answer(
        request, error.code, error.title, error.status, message or "", where=where, remedy=remedy
    )
    if isinstance(error, StoreLockedError):
        answer.headers["Retry-After"] = str(RETRY_S)
    if isinstance(error, BusyError):
        answer.headers["Retry-After"] = "1"
    if isinstance(error, UnauthorizedError | ScopeError):
        answer.headers["WWW-Authenticate"] = error.challenge
    if isinstance(error, RateError):
        answer.headers["Retry-After"] = str(error.allowance.wait_s)
        answer.headers.update(error.allowance.headers())
    return answer


def _without_folder(error: PolicyGraphError, text: str | None) -> str | None:
    """``text`` with the mere name of the file that the error is about: where it lies is in the log alone."""
    file = Path(error.where or "")
    return text.replace(str(file), file.name) if text and file.is_absolute() and file.name else text


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    language, found = _language(request), error.errors()
    fields = [FieldProblem(field=invalid.field(e["loc"]), message=told(e["msg"], language)) for e in found]
    detail = ("；" if language == "zh" else "; ").join(
        invalid.told(e["loc"], e["msg"], language) for e in found
    )
    return _answer(
        request, "bad-request", "Request is not valid", HTTPStatus.UNPROCESSABLE_ENTITY, detail,
        remedy="/docs lists the parameters.", errors=fields,
    )  # fmt: skip


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    code = status.phrase.lower().replace(" ", "-")
    detail = f"{request.method} {request.url.path}: {status.phrase.lower()}"
    answer = _answer(request, code, status.phrase, status, detail, remedy="/docs lists what there is.")
    answer.headers.update(error.headers or {})
    return answer


def _unexpected(request: Request, error: Exception) -> Response:
    _log.error("%s %s (%s) failed", request.method, request.url.path, request_id(request), exc_info=error)
    answer = _answer(
        request, "internal", "Internal error", HTTPStatus.INTERNAL_SERVER_ERROR, "the service failed",
        remedy="The service's log has the cause, under the id of the request.",
    )  # fmt: skip
    # This answer is made outside of all that gives answers their headers.
    answer.headers.update(fixed(request.url.path, request_id(request)))
    return answer


def wants_page(request: Request) -> bool:
    """Whether a person looks at the answer."""
    # htmx, which asks for parts of pages, accepts anything.
    page = "text/html" in request.headers.get("accept", "") or "hx-request" in request.headers
    return page and not request.url.path.startswith("/api/")


def _language(request: Request) -> Language:
    """What the answer is written in: a page's language; for programs English, unless they ask for Chinese."""
    if wants_page(request):
        return chosen_language(request)
    asked = request.query_params.get("lang") or _preferred(request.headers.get("accept-language", ""))
    return "zh" if asked == "zh" else "en"


def _preferred(accepted: str) -> str:
    """Chinese or English, whichever a header ``Accept-Language`` puts first; empty where it names neither."""
    found: dict[str, float] = {}
    for entry in accepted.replace(" ", "").split(","):
        tag, _, weight = entry.partition(";q=")
        language = tag.partition("-")[0].lower()
        if language in ("zh", "en"):
            with suppress(ValueError):
                found.setdefault(language, float(weight or 1))
    return max(found, key=lambda language: found[language]) if any(found.values()) else ""


def request_id(request: Request) -> str:
    """The id of the request; empty where it has none yet."""
    return str(getattr(request.state, "request_id", ""))


def _answer(
    request: Request, code: str, title: str, status: int, detail: str, *, where: str | None = None,
    remedy: str | None = None, errors: list[FieldProblem] | None = None,
) -> Response:  # fmt: skip
    language = _language(request)
    problem = Problem(
        type=f"urn:policygraph:problem:{code}",
        title=told(title, language),
        status=status,
        detail=told(detail, language),
        instance=request.url.path,
        where=where and told(where, language),
        remedy=remedy and told(remedy, language),
        request_id=request_id(request),
        errors=errors,
    )
    if wants_page(request):
        prefix, _, scope = (where or "").partition(" ")
        return pages.error_page(request, problem.model_dump(), scope=scope if prefix == "scope" else "")
    answer = JSONResponse(problem.model_dump(exclude_none=True), status_code=status, media_type=MEDIA_TYPE)
    answer.headers["Content-Language"] = language
    answer.headers.add_vary_header("Accept-Language")
    return answer
