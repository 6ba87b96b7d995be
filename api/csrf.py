"""No page of another site writes here: where a request comes from, and the token that goes with a session.

A browser sends the cookie, or comes through the proxy that it signed in to, whatever page asked it to. So such a request
carries the session's token too, in a header or a field of its form. A key in ``Authorization`` needs none: no browser
adds it by itself.
"""

import hmac
from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request

from api import sessions
from api.errors import CrossSiteError

HEADER: Final = "X-CSRF-Token"
FIELD: Final = "csrf"
_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


def token_of(request: Request) -> str:
    """The token for forms and scripts of a page that answers ``request``; empty for who is not signed in."""
    identity = getattr(request.state, "identity", None)
    return _token(request, identity.session) if identity is not None and identity.session else ""


def is_from_page(request: Request) -> bool:
    """Whether a browser sent this, as far as it says so; programs say nothing of the kind."""
    return "origin" in request.headers or "sec-fetch-site" in request.headers


def is_of(request: Request, origins: Collection[str]) -> bool:
    """Whether a page of one of ``origins`` asks."""
    return "*" in origins or request.headers.get("origin") in origins


def check_origin(request: Request) -> None:
    """Raises CrossSiteError where a page of another site asks."""
    headers = request.headers
    site = headers.get("sec-fetch-site")
    own = urlsplit(headers.get("origin", "")).netloc == headers.get("host")
    if site not in ("same-origin", "none") if site is not None else ("origin" in headers and not own):
        raise CrossSiteError(
            "a page of another site asked for this",
            remedy="Write from this service's own pages, or from a program.",
        )


async def check_token(request: Request, session: str) -> None:
    """Raises CrossSiteError where the token of ``session`` is missing or another."""
    given = request.headers.get(HEADER)
    if given is None and request.headers.get("content-type", "").partition(";")[0].strip().lower() in _FORMS:
        field = (await request.form()).get(FIELD)
        given = field if isinstance(field, str) else None
    if given is None or not hmac.compare_digest(given.encode(), _token(request, session).encode()):
        await request.close()  # what was uploaded with the form is of no use
        raise CrossSiteError(
            "the request does not carry the token of its session",
            where=f"header {HEADER} or field {FIELD}",
            remedy="Load the page again, then repeat this; programs use a key in Authorization.",
        )


def _token(request: Request, session: str) -> str:
    secret: bytes = request.app.state.guard.secret
    return sessions.token(session, secret)
