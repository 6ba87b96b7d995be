"""Keyset pages: a cursor is the sort key of the last item seen, so items that come or go never shift a page."""

import base64
import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from fastapi import Request, Response

from graph.errors import InputError

T = TypeVar("T")
Key = tuple[str | int | float, ...]


def after(cursor: str | None) -> Key | None:
    """The sort key that ``cursor`` stands for. Raises InputError."""
    return None if cursor is None else _decode(cursor)


def page(
    items: Sequence[T],
    key: Callable[[T], Key],
    *,
    limit: int,
    cursor: str | None,
    request: Request,
    response: Response,
) -> tuple[list[T], str | None]:
    """At most ``limit`` of ``items`` (ascending by ``key``) after ``cursor``, and the cursor of the next page.

    Sets a ``Link: …; rel="next"`` header where there is one.

    Raises:
        InputError: the cursor is not one of this list's.
    """
    shown = list(items)
    if cursor is not None:
        after = _decode(cursor)
        try:
            shown = [item for item in shown if key(item) > after]
        except TypeError:
            raise foreign(cursor) from None
    following = None
    if len(shown) > limit:
        shown = shown[:limit]
        following = _encode(key(shown[-1]))
        url = request.url.include_query_params(cursor=following)
        response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
    return shown, following


def _encode(key: Key) -> str:
    text = json.dumps(key, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(cursor: str) -> Key:
    try:
        found: Any = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        raise foreign(cursor) from None
    if not isinstance(found, list) or not found:
        raise foreign(cursor)
    return tuple(found)


def foreign(cursor: str | None) -> InputError:
    """The error for a cursor that belongs to another list."""
    return InputError(
        f"{cursor!r} is no cursor of this list",
        where="parameter cursor",
        remedy="Pass `next` of the page before, unchanged; leave it out for the first page.",
    )
