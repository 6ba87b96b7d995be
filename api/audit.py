"""The record of who did what, for who has the scope admin."""

from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from api.dependencies import SettingsDep
from api.identity import requires
from api.problems import PROBLEMS
from policygraph.audit import Audit, Event

MOST: Final = 5000
"""Entries of one answer."""
LOOKED: Final = 100_000
"""Entries that are looked through for one answer: where few pass, it may hold fewer than were asked for, or none."""

router = APIRouter(prefix="/api/v1", tags=["audit"])

_ENTRY: Final = {
    "at": "2026-11-28T08:00:00.000+00:00", "event": "sign-in", "way": "cookie", "who": "周敏", "key": "1f2e3d4c",
    "address": "10.2.0.7", "request": "0f9d3c1e5a7b4c2d8e6f1a2b3c4d5e6f",
}  # fmt: skip


class Record(BaseModel):
    """Entries of the record."""

    items: list[dict[str, Any]] = Field(
        description="The newest first: `at`, `event`, `way`, `who`, `key`, `address`, `request`, and the event's own",
        examples=[[_ENTRY]],
    )
    next: str | None = Field(
        description="Cursor of older entries, null where there are none; there may be more although `items` is short or empty",
        examples=["5120"],
    )


def entries(
    audit: Audit, passes: Callable[[dict[str, Any]], bool], *, most: int, before: int | None
) -> tuple[list[dict[str, Any]], int | None]:
    """At most ``most`` entries that pass, newest first, and the place before which older ones stand; None: there are none.

    No more than :data:`LOOKED` are looked through.

    Args:
        before: such a place, to go on from.

    Raises:
        SettingsError: the file cannot be read.
    """
    found: list[dict[str, Any]] = []
    for number, (place, entry) in enumerate(audit.backwards(before), start=1):
        if passes(entry):
            found.append(entry)
        if len(found) == most or number == LOOKED:
            return found, place or None
    return found, None


@router.get(
    "/audit", operation_id="list_audit", summary="Who did what, the newest first", dependencies=[Depends(requires("admin"))],
    responses=PROBLEMS,
)  # fmt: skip
def audit(
    settings: SettingsDep,
    who: Annotated[str, Query(max_length=200, description="Name of who did it", examples=["周敏"])] = "",
    event: Annotated[Event | None, Query(description="Only of this kind", examples=["sign-in"])] = None,
    limit: Annotated[int, Query(ge=1, le=MOST, description="Most entries", examples=[100])] = MOST,
    cursor: Annotated[
        int | None,
        Query(ge=0, le=2**62, description="`next` of the answer before: only what is older", examples=[5120]),
    ] = None,
) -> Record:
    """Page by page through the whole record; nothing where the setting `audit_log` names no file."""
    found, older = entries(
        Audit(settings.audit_log), lambda e: who in ("", e.get("who")) and event in (None, e.get("event")),
        most=limit, before=cursor,
    )  # fmt: skip
    return Record(items=found, next=None if older is None else str(older))
