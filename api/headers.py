"""Response headers that every answer carries: the request's id, and what browsers may do with a page."""

import re
import uuid
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUEST_ID: Final = "X-Request-ID"
_WELL_FORMED: Final = re.compile(r"[A-Za-z0-9._:-]{1,100}")
_STRICT: Final = (
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; object-src 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_DOCS: Final = (
    # The reference starts by a script within the page, and its style sheet is partly written there.
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)


class ResponseHeaders:
    """Gives each request an id, its client's own where that is well formed, and each answer its headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID, "")
        id_ = given if _WELL_FORMED.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = id_

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(fixed(scope["path"], id_))
            await send(message)

        await self._app(scope, receive, answer)


def fixed(path: str, request_id: str) -> dict[str, str]:
    """The headers of any answer to a request for ``path``."""
    return {
        REQUEST_ID: request_id,
        "Content-Security-Policy": _DOCS if path == "/docs" else _STRICT,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
    }
