"""Which pages of other sites may ask the service from a browser: those that the setting ``cors_origins`` lists."""

from collections.abc import Sequence
from typing import Final

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
_SENT: Final = ("Authorization", "Content-Type", "If-Match", "If-None-Match", "X-Request-ID")
_SHOWN: Final = (
    "ETag", "Link", "Location", "Retry-After", "RateLimit", "RateLimit-Policy", "WWW-Authenticate", "X-Request-ID",
)  # fmt: skip


def add_cors(app: FastAPI, origins: Sequence[str]) -> None:
    """Let pages of ``origins`` ask with a key of theirs; cookies are never taken from them."""
    if origins:
        app.add_middleware(
            CORSMiddleware, allow_origins=origins, allow_methods=METHODS, allow_headers=_SENT,
            expose_headers=_SHOWN, allow_credentials=False,
        )  # fmt: skip
