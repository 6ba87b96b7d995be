"""What routes ask for: the store, the settings, a page's size, and the check whether the client is up to date."""

import hashlib
import json
from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import Depends, Query, Request, Response

from api.kept import Kept, KeptRoute
from api.paging import Key, after, foreign, page
from graph.store import Store
from policygraph import __version__
from policygraph.settings import Settings

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


class Pager:
    """The paging parameters of a request."""

    def __init__(
        self, request: Request, response: Response, limit: LimitDep, cursor: Cursor = None
    ) -> None:  # fmt: skip
        self._limit = limit
        self._cursor = cursor
        self._request = request
        self._response = response

    def window(self, first: Any) -> dict[str, Any]:
        """Parameters of a query that pages by itself; ``first`` stands before its first row."""
        key = after(self._cursor)
        if key is not None and type(key[0]) is not type(first):
            raise foreign(self._cursor)
        return {"after": first if key is None else key[0], "limit": self._limit + 1}

    def page(self, items: Sequence[Any], *keys: str) -> dict[str, Any]:
        """The page of ``items``, which are ascending by ``keys``."""

        def key(item: Any) -> Key:
            return tuple(item[k] if isinstance(item, dict) else getattr(item, k) for k in keys)

        return self.by(items, key)

    def by(self, items: Sequence[Any], key: Any) -> dict[str, Any]:
        """The page of ``items``, which are ascending by ``key``."""
        shown, following = page(
            items, key, limit=self._limit, cursor=self._cursor, request=self._request, response=self._response
        )
        return {"items": shown, "next": following}


PagerDep = Annotated[Pager, Depends()]


async def conditional(request: Request, response: Response, settings: SettingsDep) -> None:
    """Set ``ETag``; answer 304 where ``If-None-Match`` names it, and with the kept answer where there is one.

    The tag is read before the answer, so an answer that is newer than its tag is asked for once more.
    It is weak: compression may change the bytes.
    """
    version = (await request.app.state.now.current()).token
    # These settings say what a request means that does not say it itself.
    meant = (settings.page_size, settings.lang)
    parts = (__version__, request.url.path, request.url.query, *meant, version)
    etag = f'W/"{hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:20]}"'
    if _names(request.headers.get("if-none-match", ""), etag):
        raise NotModified(etag)
    if isinstance(request.scope.get("route"), KeptRoute):
        answer = await request.app.state.answers.take(etag)
        if answer is not None:
            raise Kept(answer)
        request.state.computes = etag
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
