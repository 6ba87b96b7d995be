"""Answers as tables for a terminal."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, get_args

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from graph.model import CoverageStatus
from graph.store import Row
from graph.transfer import Copied
from policygraph import render_review
from policygraph.words import SYMBOLS, Language, word
from queries.answers import EVIDENCE, Coverage, Evidence, Gaps, Matrix, MeasureCoverage, TaskLink, TaskMeasure
from queries.excuses import RULED
from queries.rollup import Rollup
from review import View

if TYPE_CHECKING:
    from embeddings.link import LinkResult
    from ingest.load import LoadResult

_STYLES: Final = {"covered": "green", "partial": "yellow", "gap": "red", "not_applicable": "dim"}
_COLUMNS: Final = 8


def new_table(title: str, *columns: str, caption: str = "") -> Table:
    """A table without rows."""
    table = Table(
        title=title,
        title_justify="left",
        caption=caption or None,
        caption_justify="left",
        header_style="bold",
    )
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _status(status: str, language: Language) -> Text:
    return Text(f"{SYMBOLS[status]} {word(status, language)}", style=_STYLES[status], no_wrap=True)


def as_figures(table: Table, *columns: int) -> Table:
    """``table`` with those columns set as figures are."""
    for column in columns:
        table.columns[column].justify = "right"
        table.columns[column].no_wrap = True
    return table


def plans(rows: Sequence[Row], language: Language) -> RenderableType:
    """All plans."""
    names = ("plan", "region", "level", "year", "title", "measures")
    table = new_table(word("plans_read", language), *(word(n, language) for n in names))
    for r in rows:
        table.add_row(
            r["id"], r["name"], word(r["level"], language), str(r["year"]), r["title"], str(r["measures"])
        )
    return as_figures(table, 3, 5)


def loaded(rows: "Sequence[LoadResult]", language: Language) -> RenderableType:
    """What was read and written."""
    names = ("plan", "outcome", "tasks", "measures", "planned", "targets")
    table = new_table(word("plans_read", language), *(word(n, language) for n in names))
    for r in rows:
        table.add_row(
            r.plan, word(r.outcome, language), str(r.tasks), str(r.measures), str(r.planned), str(r.targets)
        )
    return as_figures(table, 2, 3, 4, 5)


def copied(parts: Sequence[Copied], language: Language) -> RenderableType:
    """What was copied, by label and by type."""
    table = new_table(word("copied", language), word("what", language), word("count", language))
    for part in parts:
        table.add_row(
            f"{part.name}  {part.source} → {part.target}" if part.source else part.name, f"{part.count:,}"
        )
    return as_figures(table, 1)


def linked(rows: "Sequence[LinkResult]", language: Language) -> RenderableType:
    """What was linked."""
    names = ("plan", "upper", "outcome", "matches", "implements")
    table = new_table(word("link", language), *(word(n, language) for n in names))
    for r in rows:
        figures = ("", "") if r.outcome == "unchanged" else (str(r.matches), str(r.implements))
        table.add_row(r.plan, r.upper, word(r.outcome, language), *figures)
    return as_figures(table, 3, 4)


def matrix(answer: Matrix, language: Language) -> RenderableType:
    """The heat map, some columns a table."""
    tables: list[RenderableType] = []
    for start in range(0, max(len(answer.plans), 1), _COLUMNS):
        shown = range(start, min(start + _COLUMNS, len(answer.plans)))
        table = new_table(
            word("matrix_of", language, upper=answer.upper),
            word("priority", language),
            caption=f"{word('matrix_key', language)}\n{_counted(answer, language)}",
        )
        for column in shown:
            plan = answer.plans[column]
            table.add_column(f"{plan['name']}\n{plan['year']}", justify="center", no_wrap=True)
        for task, cells in zip(answer.tasks, answer.cells, strict=True):
            table.add_row(
                _under(task["above"], f"{task['number']}{task['title']}"),
                *(
                    Text(f"{SYMBOLS[c.status]} {c.covered}+{c.partial}/{c.measures}", style=_STYLES[c.status])
                    for c in (cells[i] for i in shown)
                ),
            )
        tables.append(table)
    return Group(*tables)


def _under(above: str | None, heading: str) -> Text:
    """A heading, after the one above it where there is one."""
    text = Text(f"{above} › ", style="dim") if above else Text()
    return text.append(heading, style="bold not dim")


def coverage(answer: Coverage, language: Language) -> RenderableType:
    """Each upper measure with its status and the words that carry it."""
    names = ("status", "upper_measure", "evidence", "score", "confidence")
    table = new_table(
        word("coverage_of", language, plan=answer.plan, upper=answer.upper),
        *(word(n, language) for n in names),
        caption=f"{_counts(answer, language)}\n{_counted(answer, language)}",
    )
    for task in answer.tasks:
        table.add_section()
        table.add_row(
            _status(task.status, language),
            _under(task.above, f"{task.number}{task.title}"),
            "",
            f"{task.score:.0%}",
            "",
        )
        for m in task.measures:
            table.add_row(
                _status(m.status, language), f"{m.text}\n{m.target}", _because(m, language), f"{m.score:.2f}",
                f"{m.confidence:.2f}",
            )  # fmt: skip
    return as_figures(table, 3, 4)


def _counts(answer: Coverage, language: Language) -> str:
    """How many upper measures have each status."""
    found = Counter(m.status for t in answer.tasks for m in t.measures)
    return "  ".join(f"{SYMBOLS[s]} {found[s]} {word(s, language)}" for s in get_args(CoverageStatus))


def _because(m: MeasureCoverage, language: Language) -> Text:
    """The words that carry an upper measure, or why it does not apply; and what waits for a person."""
    text = Text()
    if m.reason:
        text.append(word(m.reason, language))
        if m.excuse is not None and m.excuse.stands == "valid":
            text.append(f" {m.excuse.to}".rstrip() + f" · {m.excuse.reviewer}\n{m.excuse.note}")
    elif m.evidence and m.status != "gap":
        best = m.evidence[0]
        text.append(f"「{best.text}」\n{best.source} · {word(best.relation, language)}")
        if best.state != "proposed":
            text.append("\n").append_text(_said(best, language))
    first = 1 if text.plain and not m.reason else 0
    for evidence in m.evidence[first:]:
        if evidence.state != "proposed":
            text.append(f"\n{evidence.source} · " if text.plain else f"{evidence.source} · ")
            text.append_text(_said(evidence, language))
    if m.excuse is not None and m.excuse.stands != "valid" and m.excuse.verdict in RULED:
        stands = f"{word(RULED[m.excuse.verdict], language)} {m.excuse.to}".rstrip()
        note = f"⚠ {stands}（{word('excuse_' + m.excuse.stands, language)}）"
        text.append(f"\n{note}" if text.plain else note, style="yellow")
    return text


def _said(evidence: Evidence, language: Language) -> Text:
    """What a person decided on evidence."""
    return render_review.said(
        evidence.state, evidence.method, evidence.reviewer, evidence.covers, suspect=evidence.suspect, language=language
    )  # fmt: skip


def _counted(answer: Coverage | Gaps | Matrix, language: Language) -> str:
    return render_review.counted(View(answer.mode, answer.least), language)


def gaps(found: Gaps, language: Language) -> RenderableType:
    """What is missing or thin, with the nearest local words, and apart from that what the plan is excused from."""
    parts = [_missing(found, language)]
    if found.excused:
        title = word("excused_of", language, plan=found.plan, upper=found.upper)
        parts.append(render_review.excuses(found.excused, language, title))
    return Group(*parts)


def _missing(found: Gaps, language: Language) -> RenderableType:
    if not found.gaps:
        return Text(f"{word('no_gaps', language)} {_counted(found, language)}")
    names = ("status", "priority", "upper_measure", "nearest", "score")
    title = word("gaps_of", language, plan=found.plan, upper=found.upper)
    table = new_table(title, *(word(n, language) for n in names), caption=_counted(found, language))
    for gap in found.gaps:
        near = Text(word("none", language))
        if gap.nearest is not None:
            near = Text(f"「{gap.nearest.text}」\n{gap.nearest.source}")
            if gap.nearest.state != "proposed":
                near.append("\n").append_text(_said(gap.nearest, language))
        asked = Text(gap.text).append(f"\n{gap.target}", style="dim")
        table.add_row(_status(gap.status, language), gap.title, asked, near, f"{gap.score:.2f}")
    return as_figures(table, 4)


def unaligned(
    rows: Sequence[Row], plan: str, upper: str, view: View, language: Language
) -> RenderableType:  # fmt: skip
    """Local work that answers to nothing above."""
    caption = render_review.counted(view, language)
    if not rows:
        return Text(f"{word('nothing', language)} {caption}")
    title = word("unaligned_of", language, plan=plan, upper=upper)
    table = new_table(title, *(word(n, language) for n in ("task", "text")), caption=caption)
    for r in rows:
        table.add_row(r["title"], Text(r["text"], style="bold" if r["heading"] else ""))
    return table


def targets(rows: Sequence[Row], plan: str, language: Language) -> RenderableType:
    """The figures of a plan."""
    if not rows:
        return Text(word("nothing", language))
    names = ("indicator", "comparator", "value", "due", "text")
    table = new_table(word("targets_of", language, plan=plan), *(word(n, language) for n in names))
    for r in rows:
        value = f"{word('masked', language)} {r['text']}" if r["masked"] else r["text"]
        compared = " ".join(filter(None, (r["commitment"], word(r["comparator"], language), r["base"])))
        table.add_row(r["indicator"], compared, value, r["due"], r["measure_text"])
    return table


def rollup(rollups: Sequence[Rollup], plan: str, language: Language) -> RenderableType:
    """The figures of a plan with those of the plans below."""
    if not rollups:
        return Text(word("nothing", language))
    names = ("indicator", "value", "region", "value", "comparable")
    table = new_table(word("rollup_of", language, plan=plan), *(word(n, language) for n in names))
    for found in rollups:
        table.add_section()
        head = (found.indicator, found.text)
        for part in found.parts:
            reason = (
                "●"
                if part.comparable
                else f"{word('not_comparable', language)}{word(f'by_{part.reason}', language)}"
            )
            words = part.text if part.comparable else f"{part.indicator} {part.text}"
            table.add_row(*head, part.region, words, reason)
            head = ("", "")
        if found.total is not None:
            share = "" if found.share is None else f"（{found.share:.0%}）"
            total = Text(f"{found.total:g}{found.unit}{share}", style="bold")
            table.add_row("", "", Text(word("sum", language), style="bold"), total, "")
    return table


def task_tree(plan: Row, rows: Sequence[Row], language: Language) -> RenderableType:
    """The headings of a plan."""
    tree = Tree(Text(f"{plan['id']}  {plan['title']}", style="bold"))
    branches = {None: tree}
    for r in rows:
        own = r["id"].removeprefix(plan["id"] + ".")
        label = Text(f"{own}  {r['number']}{r['title']}")
        if r["kind"] != "task":
            label.append(f"  {word(r['kind'], language)}", style="cyan")
        if r["measures"]:
            label.append(f"  {r['measures']}", style="dim")
        branches[r["id"]] = branches[r["parent"]].add(label)
    return tree


def _place(measure: TaskMeasure, language: Language) -> str:
    """Where in its file a measure stands: page, where the file has pages, and line."""
    if measure.line is None:
        return ""
    name = "at_line" if measure.page is None else "at_page"
    return word(name, language, page=measure.page, line=measure.line)


def task(
    row: Row, measures: Sequence[TaskMeasure], links: Sequence[TaskLink], language: Language
) -> RenderableType:
    """One task: its measures, and what it implements with the pairs of words that say so."""
    parts: list[RenderableType] = []
    names = ("kind", "text", "targets", "place")
    table = new_table(f"{row['id']}  {row['number']}{row['title']}", *(word(n, language) for n in names))
    for m in measures:
        figures = "、".join(figure.text for figure in m.figures)
        own = Text(m.text).append(f"\n{m.id}", style="dim")
        table.add_row(word(m.kind, language), own, figures, _place(m, language))
    parts.append(table)
    if links:
        columns = ("upper", "score", "evidence", "upper_measure")
        table = new_table(word("links_of", language), *(word(n, language) for n in columns))
        for link in links:
            table.add_section()
            head = Text(f"{link.number}{link.title}\n{link.target}\n", style="bold")
            head.append_text(
                render_review.said(
                    link.state, link.method, link.reviewer, "", suspect=link.suspect, language=language
                )
            )
            for pair in link.evidence[:EVIDENCE] or (None,):
                cells = ("", "", "")
                if pair is not None:
                    quotes = (
                        f"「{pair.source_text}」\n{pair.source}",
                        f"「{pair.upper_text}」\n{pair.upper}",
                    )
                    cells = (f"{pair.score:.2f}", *quotes)
                table.add_row(head, *cells)
                head = Text("")
        parts.append(table)
    return Group(*parts)


def rows(title: str, found: Sequence[Row], language: Language) -> RenderableType:
    """Rows of any query."""
    if not found:
        return Text(word("nothing", language))
    table = new_table(title, *(word(name, language) for name in found[0]))
    for r in found:
        table.add_row(*(_shown(v) for v in r.values()))
    return table


def _shown(value: object) -> str:
    """A value of a query's row."""
    if isinstance(value, list):
        return "、".join(_shown(v) for v in value)
    return "" if value is None else f"{value:.4f}" if isinstance(value, float) else str(value)


def applicability(rows: Sequence[Row], language: Language) -> RenderableType:
    """Upper measures that plans below are not asked for, and what people decided."""
    names = ("upper_measure", "text", "reason", "verdict", "plan", "reviewer", "note")
    table = new_table("", *(word(name, language) for name in names))
    for r in rows:
        verdict = " ".join(filter(None, (word(r["verdict"], language) if r["verdict"] else "", r["to"])))
        if r["stands"] != "valid":
            verdict += f"（{word('excuse_' + r['stands'], language)}）"
        table.add_row(
            r["measure"], r["text"] or "", word(r["reason"], language) if r["reason"] else "", verdict, r["plan"],
            r["reviewer"], r["note"],
        )  # fmt: skip
    return table
