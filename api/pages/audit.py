"""Who did what: the record of the service, and the log of decisions; filtered, as a page and as files."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, get_args

from fastapi import APIRouter, Depends, Query, Response

from api.audit import MOST
from api.dependencies import SettingsDep, StoreDep
from api.identity import requires
from api.pages.listing import Number, page_of
from api.pages.page import Figure, Page, PageDep
from graph.model import Verdict
from graph.store import Store
from policygraph.audit import Audit, Event
from policygraph.export.pages import Table
from policygraph.settings import Settings
from queries.review import Entry, history

router = APIRouter(dependencies=[Depends(requires("admin"))])

Log = Literal["record", "decisions"]
EVENTS: Final = get_args(Event)
VERDICTS: Final = get_args(Verdict)
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
    number: Number = 1,
) -> Response:
    """Entries of one of the two logs, the newest first."""
    if log == "record":
        rows, names = _record(page, settings, what), EVENTS
    else:
        rows, names = _decisions(page, store, what), VERDICTS
    people = sorted({r["who"] for r in rows if r["who"]})
    found = [
        r for r in rows if who in ("", r["who"]) and since <= r["day"] and (not until or r["day"] <= until)
    ]
    title = page.word(f"audit_{log}")
    columns = _columns(page, log)
    if page.format:
        facts = [
            (page.word(k), v)
            for k, v in (("audit_who", who), ("audit_since", since), ("audit_until", until))
            if v
        ]
        return page.taken(title, facts, [Table(log, title, columns, found)])
    prefix = "event_" if log == "record" else "verdict_"
    return page.render(
        "audit.html", log=log, logs=page.named("audit_", get_args(Log)), who=who, what=what, since=since, until=until,
        people=page.plain(people), names=page.named(prefix, names), columns=columns, listing=page_of(found, number),
        total=_total(log, who, what, len(found)) if not since and not until else None, title=title,
        off=log == "record" and not settings.audit_log, most=MOST if log == "record" else None,
    )  # fmt: skip


def _total(log: Log, who: str, what: str, count: int) -> Figure:
    if log == "record":
        return Figure(
            count, "/api/v1/audit", {k: v for k, v in {"who": who, "event": what}.items() if v}, "items/#"
        )
    pick = f"items/*/verdict={what}/#" if what else "items/#"
    return Figure(count, "/api/v1/decisions", {"reviewer": who} if who else {}, pick)


def _record(page: Page, settings: Settings, what: str) -> list[dict[str, Any]]:
    return [
        {
            "at": page.time(e["at"]), "day": _day(e["at"]), "who": str(e.get("who", "")),
            "what": page.word(f"event_{e.get('event')}"), "way": page.word(f"way_{e.get('way')}"),
            "detail": _detail(e), "address": str(e.get("address", "")), "request": str(e.get("request", "")),
        }
        for e in Audit(settings.audit_log).last(MOST)
        if what in ("", e.get("event"))
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
