"""Reviews as tables for a terminal: links, decisions, excuses, previews."""

from collections.abc import Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from policygraph.reviews import Change, Preview
from policygraph.words import SYMBOLS, Language, word
from queries.excuses import Excuse
from queries.review import Entry, Item, Looked
from queries.wording import changes
from review import View

_STATES: Final = {"accepted": "green", "rejected": "red", "proposed": ""}
_SUSPECT: Final = "bold yellow"
_STANDS: Final = {
    "valid": "green",
    "suspect": _SUSPECT,
    "expired": "yellow",
    "due": "yellow",
    "closed": "dim",
}


def table_of(title: str, *columns: str, caption: str = "") -> Table:
    """An empty table whose cells fold."""
    table = Table(
        title=title, title_justify="left", caption=caption or None, caption_justify="left", header_style="bold"
    )  # fmt: skip
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def counted(view: View, language: Language) -> str:
    """What an answer counts, as a caption."""
    return word(f"view_{view.mode}", language, least=view.least)


def links(found: Sequence[Item], total: int, language: Language, title: str = "") -> RenderableType:
    """Links with what people decided on them; as many as are shown of ``total``."""
    if not found:
        return Text(word("review_no_links", language))
    names = ("review_local", "review_upper", "relation", "confidence", "state", "review_decides")
    table = table_of(
        title or word("review_links", language), *(word(n, language) for n in names),
        caption=word("review_shown", language, shown=len(found), total=total),
    )  # fmt: skip
    table.columns[3].justify = "right"
    for item in found:
        table.add_row(
            _with_id(item.source_text, item.source), _with_id(item.target_text, item.target), word(item.relation, language),
            f"{item.confidence:.2f}", state(item, language), word("review_yes", language) if item.decides else "",
        )  # fmt: skip
    return table


def looked(found: Looked, language: Language) -> RenderableType:
    """Both ends of a link, what the reviewer saw where that has changed, its state and its history."""
    title = word("review_link", language, source=found.source, target=found.target)
    table = table_of(title, "", word("review_local", language), word("review_upper", language))
    table.add_row(word("review_now", language), found.source_text, found.target_text)
    last = found.history[-1] if found.history else None
    if last is not None and last.stands == "suspect":
        seen = (
            difference(last.source_text, found.source_text), difference(last.target_text, found.target_text)
        )  # fmt: skip
        table.add_row(word("review_changes", language), *seen)
        table.caption, table.caption_justify = word("review_key", language), "left"
    about = Table(show_header=False, box=None, pad_edge=False)
    link = found.link
    about.add_row(
        word("state", language), state(link, language) if link else word("review_not_linked", language)
    )
    if link is not None:
        about.add_row(word("relation", language), word(link.relation, language))
        about.add_row(word("confidence", language), f"{link.confidence:.2f}")
        if link.note:
            about.add_row(word("note", language), link.note)
    about.add_row(word("review_token", language), found.token)
    return Group(table, about, history(found.history, len(found.history), language))


def state(link: Item, language: Language) -> Text:
    """The state of a link, who decided, to what extent, and whether it has to be looked at again."""
    return said(
        link.state, link.method, link.reviewer, link.covers, suspect=link.suspect, language=language
    )  # fmt: skip


def said(
    state: str, method: str, reviewer: str, covers: str | None, *, suspect: bool, language: Language
) -> Text:  # fmt: skip
    """What a person decided on a link, in words."""
    words = [word(state, language)]
    if covers == "partly":
        words.append(word(covers, language))
    if method == "human":
        words.append(word("by_hand", language))
    if reviewer:
        words.append(reviewer)
    text = Text(" · ".join(words), style=_STATES.get(state, ""))
    if suspect:
        text.append(f"\n⚠ {word('suspect', language)}", style=_SUSPECT)
    return text


def history(entries: Sequence[Entry], total: int, language: Language) -> RenderableType:
    """Decisions, the first one first."""
    if not entries:
        return Text(word("review_no_history", language))
    names = ("review_at", "reviewer", "verdict", "review_about", "note", "review_stands")
    table = table_of(
        word("review_history", language), *(word(n, language) for n in names),
        caption=word("review_shown", language, shown=len(entries), total=total),
    )  # fmt: skip
    table.columns[0].no_wrap = True
    for e in entries:
        extent = word(e.covers, language) if e.covers == "partly" else ""
        relation = word(e.relation, language) if e.relation else ""
        verdict = " · ".join(filter(None, (_verdict(e.verdict, e.to, language), relation, extent, e.expires)))
        about = f"{e.source or e.plan or word('review_every_plan', language)}\n{e.target}"
        stands = (
            Text(word(f"excuse_{e.stands}", language), style=_STANDS[e.stands]) if e.current else Text("")
        )
        table.add_row(e.at[:19].replace("T", " "), e.reviewer, verdict, about, e.note, stands)
    return table


def excuses(found: Sequence[Excuse], language: Language, title: str = "") -> RenderableType:
    """What plans are excused from, why, by whom, until when, and whether that still stands."""
    if not found:
        return Text(word("no_excuses", language))
    names = ("upper_measure", "plan", "verdict", "expires", "reason", "reviewer", "review_stands")
    table = table_of(title or word("excuses", language), *(word(n, language) for n in names))
    table.columns[3].no_wrap = True
    for e in found:
        own = difference(e.seen, e.text) if e.stands == "suspect" and e.text else Text(e.text or e.seen)
        table.add_row(
            own.append(f"\n{e.measure}", style="dim"), e.plan or word("review_every_plan", language),
            _verdict(e.verdict, e.to, language), e.expires, e.note, e.reviewer,
            Text(_mark(e.stands) + word(f"excuse_{e.stands}", language), style=_STANDS[e.stands]),
        )  # fmt: skip
    if any(e.stands == "suspect" for e in found):
        table.caption, table.caption_justify = word("review_key", language), "left"
    return table


def excuse_decided(
    stood: Sequence[tuple[str, Excuse | None]], token: str, language: Language
) -> RenderableType:  # fmt: skip
    """An upper measure, and what was and is decided on whether a plan has to carry it; ``stood`` with when."""
    last = stood[-1][1]
    text = Text((last.text or last.seen) if last else "").append(
        f"\n{last.measure if last else ''}", style="dim"
    )
    about = Table(show_header=False, box=None, pad_edge=False)
    for when, found in stood:
        if found is None:
            about.add_row(when, word("none", language))
            continue
        until = f"{word('expires', language)} {found.expires}" if found.expires else ""
        plan = found.plan or word("review_every_plan", language)
        parts = (plan, _verdict(found.verdict, found.to, language), until, found.note, found.reviewer)
        what = Text(" · ".join(filter(None, parts)))
        if found.stands != "valid":
            what.append(f"  ⚠ {word('excuse_' + found.stands, language)}", style=_STANDS[found.stands])
        about.add_row(when, what)
    about.add_row(word("review_token", language), token)
    return Group(text, about)


def decided(before: Looked, after: Looked, language: Language) -> RenderableType:
    """Both texts of a link, and what it said before and says now."""
    title = word("review_link", language, source=after.source, target=after.target)
    table = table_of(title, word("review_local", language), word("review_upper", language))
    table.add_row(after.source_text, after.target_text)
    about = Table(show_header=False, box=None, pad_edge=False)
    for name, found in (("review_before", before), ("review_after", after)):
        link = found.link
        what = Text(word("review_not_linked", language))
        if link is not None:
            what = Text(f"{word(link.relation, language)} · ").append_text(state(link, language))
        about.add_row(word(name, language), what)
    about.add_row(word("review_token", language), after.token)
    return Group(table, about)


def preview(
    shown: Preview, changes: Sequence[Change], language: Language, limit: int
) -> RenderableType:  # fmt: skip
    """The links that a bulk decision would change, and the statuses that would change with them."""
    if not shown.items:
        return Text(word("bulk_nothing", language))
    title = word(f"bulk_{shown.verdict}", language)
    parts = [links(shown.items[:limit], len(shown.items), language, title)]
    if not changes:
        return Group(*parts, Text(word("bulk_no_statuses", language)))
    names = ("bulk_mode", "review_before", "review_after", "measures")
    table = table_of(word("bulk_statuses", language), *(word(n, language) for n in names))
    for c in changes:
        ends = (f"{SYMBOLS[s]} {word(s, language)}" for s in (c.before, c.after))
        table.add_row(word(f"bulk_mode_{c.mode}", language), *ends, str(c.measures))
    return Group(*parts, table)


def difference(seen: str, now: str) -> Text:
    """``now`` with what is new since ``seen`` in {+…+} and what is gone in [-…-]; words and figures are taken whole."""
    text = Text()
    signs = {"same": ("", "", ""), "gone": ("[-", "-]", "red"), "new": ("{+", "+}", "green")}
    for fate, piece in changes(seen, now):
        before, after, style = signs[fate]
        text.append(f"{before}{piece}{after}", style=style)
    return text


def _verdict(verdict: str, to: str, language: Language) -> str:
    return " ".join(
        filter(None, (word("withdrawn" if verdict in ("none", "proposed") else verdict, language), to))
    )


def _mark(stands: str) -> str:
    return "" if stands == "valid" else "⚠ "


def _with_id(text: str, id_: str) -> Text:
    return Text(text).append(f"\n{id_}", style="dim")
