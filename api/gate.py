"""The one way in: finds out who asks before anything else of the service sees the request."""

from typing import Final
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from api import problems, sessions
from api.errors import UnauthorizedError
from api.guard import Guard, asker_of
from api.identity import NOBODY, check_scope
from graph.errors import PolicyGraphError
from policygraph.audit import Audit

SIGN_IN: Final = "/sign-in"
OPEN: Final = ("/health", "/ready", SIGN_IN)
OPEN_BELOW: Final = ("/static/", "/static-offline-docs/")


class Gate:
    """Lets through who is known and may read; everyone to probes, the sign-in page and static files."""

    def __init__(self, app: ASGIApp, guard: Guard, audit: Audit) -> None:
        self._app = app
        self._guard = guard
        self._audit = audit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        is_open = scope["path"] in OPEN or scope["path"].startswith(OPEN_BELOW)
        try:
            request.state.identity = self._guard.identify(request)
            if not is_open:
                check_scope(request.state.identity, "read")
        except PolicyGraphError as error:
            request.state.identity = NOBODY
            if not is_open:
                self._note(request, error)
                answer = (
                    _to_sign_in(request)
                    if self._signs_in(request, error)
                    else problems.expected(request, error)
                )
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)

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


def _to_sign_in(request: Request) -> RedirectResponse:
    asked = request.scope["path"] + (f"?{request.url.query}" if request.url.query else "")
    following = f"?next={quote(asked, safe='')}" if request.method == "GET" and asked != "/" else ""
    answer = RedirectResponse(f"{request.scope.get('root_path', '')}{SIGN_IN}{following}", status_code=303)
    if sessions.COOKIE in request.cookies:
        answer.delete_cookie(sessions.COOKIE)
    return answer
