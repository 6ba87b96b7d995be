"""The record of who did what, for who has the scope admin."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from api.dependencies import SettingsDep
from api.identity import requires
from api.problems import PROBLEMS
from policygraph.audit import Audit, Event

MOST: Final = 5000
"""Entries, from the record's end, that are looked through."""

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


@router.get(
    "/audit", operation_id="list_audit", summary="Who did what, the newest first", dependencies=[Depends(requires("admin"))],
    responses=PROBLEMS,
)  # fmt: skip
def audit(
    settings: SettingsDep,
    who: Annotated[str, Query(max_length=200, description="Name of who did it", examples=["周敏"])] = "",
    event: Annotated[Event | None, Query(description="Only of this kind", examples=["sign-in"])] = None,
) -> Record:
    """Of the last 5000 entries those that pass; nothing where the setting `audit_log` names no file."""
    found = Audit(settings.audit_log).last(MOST)
    return Record(items=[e for e in found if who in ("", e.get("who")) and event in (None, e.get("event"))])
