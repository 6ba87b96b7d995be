"""Compresses answers, save those whose strong tag stands for their very bytes."""

from typing import Final

from fastapi.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

UNCOMPRESSED: Final = ("/api/v1/reviews/link", "/api/v1/excuses/measure")


class Compression:
    """Gzip where it is asked for and worth it."""

    def __init__(self, app: ASGIApp) -> None:
        self._plain = app
        self._compressed = GZipMiddleware(app, minimum_size=1024)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        app = self._plain if path.startswith(UNCOMPRESSED) else self._compressed
        await app(scope, receive, send)
