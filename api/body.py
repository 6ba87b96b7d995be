"""How large the body of a request may be: kept to before anything reads it.

FastAPI reads a whole body before it asks who may send it, and the sign-in page takes forms from anyone, so a limit within
a route would come too late.
"""

from typing import Final, NamedTuple

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import TooLargeError
from policygraph.settings import Settings

MOST: Final = 512 * 1024
"""Bytes of any body that no other limit is named for."""
LOG: Final = "/api/v1/decisions/import"
MOST_OF_LOG: Final = 64 * 2**20
UPLOADS: Final = ("/api/v1/uploads", "/bring-in")
# What the parts' own headers may take beside the files.
_OVERHEAD: Final = 64 * 1024


class _Limit(NamedTuple):
    most: int
    told: str
    where: str | None
    remedy: str


class BodyLimit:
    """Reads no more of a body than its path may take, whoever parses it."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._of(scope["path"])
        length = Headers(scope=scope).get("content-length", "")
        told = int(length) if length.isdecimal() and len(length) < 20 else 0
        size = 0

        async def limited() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if max(size, told) > limit.most:
                raise TooLargeError(
                    f"the body is larger than {limit.told}", where=limit.where, remedy=limit.remedy
                )
            return message

        await self._app(scope, limited, send)

    def _of(self, path: str) -> _Limit:
        if path == LOG:
            return _Limit(MOST_OF_LOG, f"{MOST_OF_LOG // 2**20} MiB", None, "Split the file at line ends.")
        if path.startswith(UPLOADS):
            most = self._settings.upload_mb
            remedy = "Upload fewer files at a time, or save them without pictures."
            return _Limit(most * 2**20 + _OVERHEAD, f"{most} MiB", "setting upload_mb", remedy)
        return _Limit(MOST, f"{MOST // 1024} KiB", None, "Ask for less at a time.")
