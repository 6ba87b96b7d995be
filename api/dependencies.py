"""What routes ask for: the store, the settings, a page's size, and the check whether the client is up to date."""

import hashlib
from typing import Annotated, Any, Final

from fastapi import Depends, Query, Request, Response

from graph.store import Store
from policygraph import __version__
from policygraph.settings import Settings
from queries import answers

MAX_LIMIT: Final = 1000


class NotModified(Exception):  # noqa: N818 - not an error: the client's copy is current
    """The client has this answer already."""

    def __init__(self, etag: str) -> None:
        super().__init__(etag)
        self.etag = etag


def _store(request: Request) -> Store:
    store: Store = request.app.state.store
    return store


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


StoreDep = Annotated[Store, Depends(_store)]
SettingsDep = Annotated[Settings, Depends(_settings)]


def _limit(
    settings: SettingsDep,
    limit: Annotated[
        int | None, Query(ge=1, le=MAX_LIMIT, description="Most items of this page", examples=[100])
    ] = None,
) -> int:
    return settings.page_size if limit is None else limit


LimitDep = Annotated[int, Depends(_limit)]
Cursor = Annotated[
    str | None, Query(description="`next` of the page before; none for the first page", examples=["WzEyXQ"])
]


def conditional(request: Request, response: Response, store: StoreDep) -> None:
    """Set ``ETag``; answer 304 where ``If-None-Match`` names it.

    The tag is read before the answer, so an answer that is newer than its tag is asked for once more, never kept.
    It is weak: compression may change the bytes.
    """
    parts = (__version__, str(request.url.path), str(request.url.query), answers.graph_version(store))
    etag = f'W/"{hashlib.sha256("|".join(parts).encode()).hexdigest()[:20]}"'
    if _names(request.headers.get("if-none-match", ""), etag):
        raise NotModified(etag)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "no-cache"


def not_modified(_: Request, error: Exception) -> Response:
    """The answer to a client that is up to date."""
    headers: dict[str, Any] = {"Cache-Control": "no-cache"}
    if isinstance(error, NotModified):
        headers["ETag"] = error.etag
    return Response(status_code=304, headers=headers)


def _names(header: str, etag: str) -> bool:
    # "*" asks whether there is any answer, which only the answer itself can tell; it is answered in full.
    return etag.removeprefix("W/") in {tag.strip().removeprefix("W/") for tag in header.split(",")}
