"""Two contents side by side as tables for a terminal. Words that differ are styled; in plain text they stand in 【】."""

from collections.abc import Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from policygraph.diff import Change, CoverageChange, Diff, FigureChange, Promise, VersionRow
from policygraph.words import SYMBOLS, Language, word
from queries.marks import Span, pieces

_STYLES: Final = {
    "added": "green",
    "removed": "red",
    "changed": "yellow",
    "moved": "cyan",
    "unchanged": "dim",
}
_STATUSES: Final = ("covered", "partial", "gap", "not_applicable")


def diff(answer: Diff, language: Language, *, plain: bool) -> RenderableType:
    """Counts, then what differs: tasks and measures, figures, coverage.

    Args:
        plain: whether styles would be lost, as in a file.
    """
    parts: list[RenderableType] = [_summary(answer, language)]
    if answer.changes:
        parts.append(_items(answer.changes, language, plain=plain))
    if answer.figure_changes:
        parts.append(_figures(answer.figure_changes, language))
    if not answer.changes and not answer.figure_changes:
        parts.append(Text(word("diff_same", language)))
    parts += [_coverage(one, language) for one in answer.coverage]
    return Group(*parts)


def versions(rows: Sequence[VersionRow], language: Language) -> RenderableType:
    """The versions of a plan, the oldest first."""
    names = ("version", "title", "source", "archived", "sha256")
    table = _table(word("versions", language), *(word(n, language) for n in names))
    for r in rows:
        table.add_row(r.id, r.title, r.source, r.archived or word("version_current", language), r.sha256[:12])
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _what(what: str, language: Language, *, moved: bool = False) -> Text:
    key = "diff_changed_moved" if what == "changed" and moved else f"diff_{what}"
    return Text(word(key, language), style=_STYLES[what])


def _summary(answer: Diff, language: Language) -> Table:
    title = word("diff_of", language, before=answer.before.id, after=answer.after.id)
    whats = list(answer.tasks)
    table = _table(title, "", *(word(f"diff_{what}", language) for what in whats))
    rows = (("diff_task", answer.tasks), ("diff_measure", answer.measures), ("diff_figure", answer.figures))
    for name, counts in rows:
        table.add_row(word(name, language), *(str(counts[what]) for what in whats))
    for column in table.columns[1:]:
        column.justify = "right"
    return table


def _items(changes: Sequence[Change], language: Language, *, plain: bool) -> Table:
    names = ("diff_what", "kind", "diff_before", "diff_after")
    table = _table(word("diff_items", language), *(word(n, language) for n in names))
    for c in changes:
        before = _side(c.before_text, c.before_marks, c.before, c.before_task, plain=plain)
        after = _side(c.after_text, c.after_marks, c.after, c.after_task, plain=plain)
        table.add_row(_what(c.what, language, moved=c.moved), word(f"diff_{c.kind}", language), before, after)
    return table


def _side(text: str, marks: Sequence[Span], id_: str, above: str, *, plain: bool) -> Text:
    result = Text()
    for piece, mark in pieces(text, marks):
        result.append(
            f"【{piece}】" if mark and plain else piece, style="bold underline yellow" if mark else ""
        )
    if id_:
        result.append(f"\n{id_}" + (f"  {above}" if above else ""), style="dim")
    return result


def _figures(changes: Sequence[FigureChange], language: Language) -> Table:
    names = ("diff_what", "indicator", "diff_before", "diff_after")
    table = _table(word("diff_figures", language), *(word(n, language) for n in names))
    for c in changes:
        shown = c.after or c.before
        indicator = shown.indicator if shown else ""
        table.add_row(
            _what(c.what, language), indicator, _promise(c.before, language), _promise(c.after, language)
        )
    return table


def _promise(promise: Promise | None, language: Language) -> Text:
    if promise is None:
        return Text()
    words = (word(promise.comparator, language), promise.base, promise.text, promise.due, promise.commitment)
    return Text(" ".join(filter(None, words))).append(f"\n{promise.id}", style="dim")


def _coverage(change: CoverageChange, language: Language) -> RenderableType:
    absent = word("diff_not_linked", language)
    if change.comparable:
        title = word("diff_coverage", language, upper=change.after)
    else:
        title = word(
            "diff_coverage_years", language, before=change.before or absent, after=change.after or absent
        )
    counts = _table(title, "", *(word(s, language) for s in _STATUSES))
    sides = (
        ("diff_before", change.before, change.before_counts),
        ("diff_after", change.after, change.after_counts),
    )
    for name, upper, found in sides:
        cells = (str(found.get(s, 0)) for s in _STATUSES)
        counts.add_row(word(name, language), *(cells if upper else (absent, "", "", "")))
    if not change.changes:
        return counts
    names = ("diff_before", "diff_after", "upper_measure")
    table = _table("", *(word(n, language) for n in names))
    for c in change.changes:
        text = Text(c.text).append(f"\n{c.target}", style="dim")
        table.add_row(
            _status(c.before, c.before_score, language), _status(c.after, c.after_score, language), text
        )
    return Group(counts, table)


def _status(status: str, score: float, language: Language) -> Text:
    if not status:
        return Text(word("diff_not_asked", language), style="dim")
    return Text(f"{SYMBOLS[status]} {word(status, language)} {score:.2f}")
