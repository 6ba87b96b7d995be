"""Keyset pages: a cursor is the sort key of the last item seen, so items that come or go never shift a page."""

import base64
import json
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from fastapi import Request, Response

from graph.errors import InputError

T = TypeVar("T")
_LONGEST: Final = 1000
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
        if shown and len(key(shown[0])) != len(after):
            raise foreign(cursor)
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
        if isinstance(found, list) and found and all(map(_is_part, found)):
            return tuple(found)
    except (ValueError, RecursionError):
        pass
    raise foreign(cursor)


def _is_part(value: object) -> bool:
    """Whether ``value`` may be part of a sort key: text that has bytes, or a number that a store can hold."""
    if isinstance(value, str):
        return len(value.encode()) < _LONGEST
    return isinstance(value, bool | float) or (isinstance(value, int) and abs(value) < 2**63)


def foreign(cursor: str | None) -> InputError:
    """The error for a cursor that belongs to another list."""
    return InputError(
        f"{cursor!r} is no cursor of this list",
        where="parameter cursor",
        remedy="Pass `next` of the page before, unchanged; leave it out for the first page.",
    )
