"""The one way in: finds out who asks, and how often, before anything else of the service sees the request."""

from typing import Final
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems, sessions
from api.errors import UnauthorizedError
from api.guard import Guard, asker_of
from api.identity import NOBODY, check_scope, identity_of
from api.limits import Allowance, RateLimit
from graph.errors import PolicyGraphError
from policygraph.audit import Audit

SIGN_IN: Final = "/sign-in"
OPEN: Final = ("/health", "/ready")
OPEN_BELOW: Final = ("/static/", "/static-offline-docs/")


class Gate:
    """Lets through who is known and may read; everyone to probes and static files, and, counted, to the sign-in page."""

    def __init__(self, app: ASGIApp, guard: Guard, audit: Audit, limit: RateLimit) -> None:
        self._app = app
        self._guard = guard
        self._audit = audit
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        request.state.identity = NOBODY
        refused: PolicyGraphError | None = None
        try:
            request.state.identity = self._guard.identify(request)
            check_scope(request.state.identity, "read")
        except PolicyGraphError as error:
            refused = error
        if scope["path"] in OPEN or scope["path"].startswith(OPEN_BELOW):
            await self._app(scope, receive, send)
            return
        try:
            counted = _counted(self._limit.take(self._bucket(request)), send)
            if refused is not None and scope["path"] != SIGN_IN:
                self._note(request, refused)
                raise refused
        except PolicyGraphError as error:
            answer = (
                _to_sign_in(request) if self._signs_in(request, error) else problems.expected(request, error)
            )
            await answer(scope, receive, send)
            return
        await self._app(scope, receive, counted)

    def _bucket(self, request: Request) -> str:
        identity = identity_of(request)
        # Keys are tried at the sign-in page, by whomever.
        if not identity.signed_in or request.scope["path"] == SIGN_IN:
            return self._guard.address(request)
        return f"key {identity.key}" if identity.key else f"proxy {identity.name}"

    def _note(self, request: Request, error: PolicyGraphError) -> None:
        if isinstance(error, UnauthorizedError) and error.reason != "missing":
            self._audit.event(asker_of(request), "refused", reason=error.reason, path=request.url.path)

    def _signs_in(self, request: Request, error: PolicyGraphError) -> bool:
        return (
            isinstance(error, UnauthorizedError)
            and error.reason == "missing"
            and self._guard.keys is not None
            and problems.wants_page(request)
        )


def _counted(allowance: Allowance | None, send: Send) -> Send:
    if allowance is None:
        return send

    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(allowance.headers())
        await send(message)

    return answer


def _to_sign_in(request: Request) -> RedirectResponse:
    asked = request.scope["path"] + (f"?{request.url.query}" if request.url.query else "")
    following = f"?next={quote(asked, safe='')}" if request.method == "GET" and asked != "/" else ""
    answer = RedirectResponse(f"{request.scope.get('root_path', '')}{SIGN_IN}{following}", status_code=303)
    if sessions.COOKIE in request.cookies:
        answer.delete_cookie(sessions.COOKIE)
    return answer
