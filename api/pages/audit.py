"""Who did what: the record of the service, and the log of decisions; filtered, as a page and as files."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, get_args

from fastapi import APIRouter, Depends, Query, Response

from api.audit import entries
from api.dependencies import SettingsDep, StoreDep
from api.identity import requires
from api.pages.listing import MOST, SIZE, Number, page_of
from api.pages.page import Figure, Page, PageDep
from graph.model import Verdict
from graph.store import Store
from policygraph.audit import Audit, Event
from policygraph.export.pages import Table
from queries.review import Entry, history

router = APIRouter(dependencies=[Depends(requires("admin"))])

Log = Literal["record", "decisions"]
EVENTS: Final = get_args(Event)
VERDICTS: Final = get_args(Verdict)
RECENT: Final = 5000
"""Entries of the record whose people the filter offers."""
_COMMON: Final = ("at", "event", "way", "who", "key", "address", "request")
Day = Annotated[str, Query(pattern=r"^(\d{4}-\d{2}-\d{2})?$")]


@router.get("/audit")
def audit(
    page: PageDep,
    store: StoreDep,
    settings: SettingsDep,
    log: Annotated[Log, Query()] = "record",
    who: Annotated[str, Query(max_length=200)] = "",
    what: Annotated[str, Query(max_length=40)] = "",
    since: Day = "",
    until: Day = "",
    before: Annotated[int | None, Query(ge=0, le=2**62)] = None,
    number: Number = 1,
) -> Response:
    """Entries of one of the two logs, the newest first.

    Args:
        before: of the record, only what is older than the entry at this place.
    """
    chosen = Chosen(who, what, since, until)
    title = page.word(f"audit_{log}")
    columns = _columns(page, log)
    prefix = "event_" if log == "record" else "verdict_"
    names = EVENTS if log == "record" else VERDICTS
    if log == "record":
        audit = Audit(settings.audit_log)
        found, older = entries(audit, chosen.passes, most=MOST if page.format else SIZE, before=before)
        rows = _record(page, found)
        people = {str(e.get("who", "")) for e in audit.last(RECENT)}
    else:
        every = _decisions(page, store, what)
        older, people = None, {r["who"] for r in every}
        rows = [r for r in every if chosen.takes(r["who"], r["day"])]
    if page.format:
        facts = [
            (page.word(k), v)
            for k, v in (("audit_who", who), ("audit_since", since), ("audit_until", until))
            if v
        ]
        return page.taken(title, facts, [Table(log, title, columns, rows)])
    return page.render(
        "audit.html", log=log, logs=page.named("audit_", get_args(Log)), who=who, what=what, since=since, until=until,
        people=page.plain(sorted(people - {""})), names=page.named(prefix, names), columns=columns,
        listing=page_of(rows, number), older=older, before=before,
        total=None if since or until or older or before else _total(log, chosen, len(rows)), title=title,
        off=log == "record" and not settings.audit_log,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chosen:
    """The filters; what is empty lets everything through."""

    who: str
    what: str
    since: str
    until: str

    def passes(self, entry: dict[str, Any]) -> bool:
        """Whether an entry of the record is shown."""
        return self.what in ("", entry.get("event")) and self.takes(
            str(entry.get("who", "")), _day(entry["at"])
        )

    def takes(self, who: str, day: str) -> bool:
        """Whether what this person did on this day is shown."""
        return self.who in ("", who) and self.since <= day and (not self.until or day <= self.until)


def _total(log: Log, chosen: Chosen, count: int) -> Figure:
    who, what = chosen.who, chosen.what
    if log == "record":
        return Figure(
            count, "/api/v1/audit", {k: v for k, v in {"who": who, "event": what}.items() if v}, "items/#"
        )
    pick = f"items/*/verdict={what}/#" if what else "items/#"
    return Figure(count, "/api/v1/decisions", {"reviewer": who} if who else {}, pick)


def _record(page: Page, found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "at": page.time(e["at"]), "day": _day(e["at"]), "who": str(e.get("who", "")),
            "what": page.word(f"event_{e.get('event')}"), "way": page.word(f"way_{e.get('way')}"),
            "detail": _detail(e), "address": str(e.get("address", "")), "request": str(e.get("request", "")),
        }
        for e in found
    ]  # fmt: skip


def _detail(entry: dict[str, Any]) -> str:
    """The event's own fields."""
    own = {k: v for k, v in entry.items() if k not in _COMMON and v not in (None, "", [])}
    return "；".join(
        f"{k}: {v if isinstance(v, str) else json.dumps(v, ensure_ascii=False)}" for k, v in own.items()
    )


def _decisions(page: Page, store: Store, what: str) -> list[dict[str, Any]]:
    found: Sequence[Entry] = [e for e in history(store) if what in ("", e.verdict)]
    return [
        {
            "at": page.time(e.at), "day": _day(e.at), "who": e.reviewer, "what": page.word(f"verdict_{e.verdict}"),
            "local": e.source_text or e.plan or page.word("review_every_plan"), "upper_words": e.target_text,
            "note": e.note, "stands": page.word(e.stands) if e.current else "", "id": e.id,
        }
        for e in reversed(found)
    ]  # fmt: skip


def _columns(page: Page, log: Log) -> list[tuple[str, str, float]]:
    word = page.word
    first: list[tuple[str, str, float]] = [
        ("at", word("audit_at"), 2), ("who", word("audit_who"), 2), ("what", word("audit_what"), 2),
    ]  # fmt: skip
    if log == "record":
        return [
            *first, ("way", word("audit_way"), 1), ("detail", word("audit_detail"), 7),
            ("address", word("audit_address"), 2),
        ]  # fmt: skip
    return [
        *first, ("local", word("review_local_words"), 5), ("upper_words", word("review_upper_words"), 5),
        ("note", word("note"), 3), ("stands", word("review_stands"), 1),
    ]  # fmt: skip


def _day(at: str) -> str:
    """The day here on which it was."""
    day: date = datetime.fromisoformat(at).astimezone().date()
    return day.isoformat()
