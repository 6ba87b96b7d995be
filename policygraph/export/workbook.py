"""A workbook for an office: overview, matrix, gaps with quotations, evidence, decisions, method.

Nothing in it is a formula, and nothing that a plan says can become one.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, PatternFill
from openpyxl.utils import get_column_letter

from graph.store import Store
from policygraph.export import cells
from policygraph.export.files import Files
from policygraph.export.method import facts, paragraphs
from policygraph.export.report import PlanReport, Report, gather
from policygraph.sheets import GREY, HEAD, POINTS, WHITE, height, landscape, put, style
from policygraph.words import SYMBOLS, Language, word
from queries.answers import Evidence, MeasureCoverage, TaskCoverage
from review import View

ENDING: Final = ".xlsx"

FILLS: Final = {
    "covered": PatternFill("solid", start_color="FFC6E5CC"),
    "partial": PatternFill("solid", start_color="FFFBE7A8"),
    "gap": PatternFill("solid", start_color="FFF4C3BC"),
    "not_applicable": PatternFill("solid", start_color="FFE9EBEE"),
}
"""The colours of statuses; a symbol says the same to who sees no colours, and in black and white."""

_Column = tuple[str, float]
_OVERVIEW: Final[tuple[_Column, ...]] = (
    ("export_plan_id", 18), ("region", 12), ("year", 7), ("title", 46), ("export_applicable", 11), ("covered", 9),
    ("partial", 9), ("gap", 7), ("not_applicable", 8), ("export_share", 9), ("export_local", 10), ("export_free", 11),
    ("export_links", 9), ("export_accepted", 9), ("export_rejected", 9), ("export_suspect", 11), ("export_open", 9),
    ("export_deciding", 12),
)  # fmt: skip
_GAPS: Final[tuple[_Column, ...]] = (
    ("export_plan_id", 18), ("region", 12), ("status", 12), ("priority", 26), ("export_target", 17),
    ("export_target_text", 44), ("export_nearest", 44), ("export_source", 19), ("score", 8), ("confidence", 8),
)  # fmt: skip
_EXCUSED: Final = (
    "export_plan_id", "region", "export_reason", "priority", "export_target", "export_target_text", "note",
    "reviewer", "export_stands", "export_until",
)  # fmt: skip
_EVIDENCE: Final[tuple[_Column, ...]] = (
    ("export_plan_id", 18), ("region", 12), ("priority", 24), ("export_target", 17), ("export_target_text", 40),
    ("status", 12), ("export_rank", 5), ("export_source_text", 40), ("export_source", 19), ("relation", 10), ("score", 8),
    ("export_state", 10), ("export_suspect", 10), ("export_who", 10), ("export_decision", 24),
)  # fmt: skip
_DECISIONS: Final[tuple[_Column, ...]] = (
    ("export_at", 20), ("export_who", 10), ("verdict", 12), ("export_plan_id", 18), ("export_source", 19),
    ("export_from", 34), ("export_target", 17), ("export_to", 34), ("relation", 10), ("export_reason", 30),
    ("export_until", 12), ("export_now", 8), ("export_stands", 12), ("export_decision", 24),
)  # fmt: skip
SHEETS: Final = (
    *(tuple(key for key, _ in columns) for columns in (_OVERVIEW, _GAPS, _EVIDENCE, _DECISIONS)),
    _EXCUSED,
)
"""The words over the columns of the sheets that have the same columns whatever the plans."""
_METHOD: Final = (22, 100)
_PRIORITY: Final = 50
_PLAN: Final = 13
_HEAD_ROW: Final = 4


def write(
    store: Store, files: Files, plans: Sequence[str], upper: str | None, view: View, language: Language
) -> dict[str, int]:
    """One workbook. Returns upper measures times plans by its name."""
    report = gather(store, plans, upper, view)
    book = Workbook()
    del book[book.active.title]
    for make in (_overview, _matrix, _gaps, _evidence, _decisions, _method):
        make(book, report, language)
    name = f"policygraph_{report.name}{ENDING}"
    book.save(files.path(name))
    return {name: sum(1 for plan in report.plans for _ in plan.statuses)}


def _overview(book: Any, report: Report, language: Language) -> None:
    rows = []
    for plan in report.plans:
        count = {status: plan.count(status) for status in SYMBOLS}
        applicable = count["covered"] + count["partial"] + count["gap"]
        share = (count["covered"] + count["partial"] / 2) / applicable if applicable else None
        looked = plan.looked
        rows.append(
            [
                plan.plan["id"], plan.plan["name"], plan.plan["year"], plan.plan["title"], applicable, *count.values(), share,
                plan.measures, len(plan.free), looked.links, looked.accepted, looked.rejected, looked.suspect,
                looked.open, looked.deciding,
            ]
        )  # fmt: skip
    sheet = _table(book, "export_overview", report, _OVERVIEW, rows, language, note="export_share_note")
    share_column = next(n for n, (key, _) in enumerate(_OVERVIEW, start=1) if key == "export_share")
    for row in range(_HEAD_ROW + 1, _HEAD_ROW + 1 + len(rows)):
        sheet.cell(row, share_column).number_format = "0%"


def _matrix(book: Any, report: Report, language: Language) -> None:
    matrix = report.matrix
    columns = [("number", 7.0), ("priority", _PRIORITY), *((_heading(p), float(_PLAN)) for p in matrix.plans)]
    rows = []
    for task, line in zip(matrix.tasks, matrix.cells, strict=True):
        title = f"{task['above']} › {task['title']}" if task["above"] else task["title"]
        marks = [f"{SYMBOLS[c.status]} {c.covered}+{c.partial}/{c.measures}" for c in line]
        rows.append([task["number"], title, *marks])
    sheet = _table(book, "export_matrix", report, columns, rows, language, note="export_legend", freeze="C")
    for at, line in enumerate(matrix.cells, start=_HEAD_ROW + 1):
        for column, cell in enumerate(line, start=3):
            style(sheet.cell(at, column), fill=FILLS[cell.status], middle=True)


def _heading(plan: Any) -> str:
    return f"{plan['name']}\n{plan['year']}"


def _gaps(book: Any, report: Report, language: Language) -> None:
    rows, statuses = [], []
    for status in ("gap", "partial"):
        for plan in report.plans:
            for task, m in plan.statuses:
                if m.status == status:
                    statuses.append(status)
                    nearest = m.evidence[0] if m.evidence else None
                    rows.append([*_where(plan), _status(status, language), *_asked(task, m), *_nearest(nearest, language),
                                 m.score, m.confidence])  # fmt: skip
    sheet = _table(book, "export_gaps", report, _GAPS, rows, language)
    _coloured(sheet, 3, statuses)
    excused = [row for plan in report.plans for row in _excused(plan, language)]
    if excused:
        at = sheet.max_row + 2
        style(put(sheet, at, 1, word("export_excused", language)), bold=True, size=12, border=False)
        sheet.cell(at, 1).alignment = Alignment(wrap_text=False)
        _rows(sheet, at + 1, [word(key, language) for key in _EXCUSED], excused, [w for _, w in _GAPS])


def _where(plan: PlanReport) -> list[Any]:
    return [plan.plan["id"], plan.plan["name"]]


def _asked(task: TaskCoverage, m: MeasureCoverage) -> list[Any]:
    return [f"{task.number}{task.title}", m.target, m.text]


def _nearest(evidence: Evidence | None, language: Language) -> list[Any]:
    return ["「" + evidence.text + "」", evidence.source] if evidence else [word("export_none", language), ""]


def _excused(plan: PlanReport, language: Language) -> Iterable[list[Any]]:
    for task, m in plan.statuses:
        excuse = m.excuse
        if m.status != "not_applicable" and (excuse is None or excuse.verdict in ("applies", "none")):
            continue
        if excuse is not None and excuse.verdict not in ("applies", "none"):
            reason = " ".join(filter(None, (word(f"export_verdict_{excuse.verdict}", language), excuse.to)))
            who = [excuse.note, excuse.reviewer, word(f"excuse_{excuse.stands}", language), excuse.expires]
        else:
            reason, who = word(m.reason, language), ["", "", "", ""]
        yield [*_where(plan), reason, *_asked(task, m), *who]


def _evidence(book: Any, report: Report, language: Language) -> None:
    rows, statuses = [], []
    for plan in report.plans:
        for task, m in plan.statuses:
            head = [*_where(plan), *_asked(task, m), _status(m.status, language)]
            if not m.evidence:
                statuses.append(m.status)
                rows.append([*head, None, word("export_none", language)])
            for rank, e in enumerate(m.evidence, start=1):
                statuses.append(m.status)
                rows.append(
                    [*head, rank, e.text, e.source, word(e.relation, language), e.score,
                     word(f"export_state_{e.state}", language), word("export_yes", language) if e.suspect else "",
                     e.reviewer, e.decision]
                )  # fmt: skip
    sheet = _table(book, "export_evidence", report, _EVIDENCE, rows, language)
    _coloured(sheet, 6, statuses)


def _decisions(book: Any, report: Report, language: Language) -> None:
    rows = [
        [
            d.at.replace("T", " ")[:19], d.reviewer,
            " ".join(filter(None, (word(f"export_verdict_{d.verdict}", language), word(d.covers, language) if d.covers else "", d.to))),
            d.plan or "*", d.source, d.source_text, d.target, d.target_text, word(d.relation, language) if d.relation else "", d.note,
            d.expires, word("export_yes", language) if d.current else "", word(f"excuse_{d.stands}", language), d.id,
        ]
        for d in report.decisions
    ]  # fmt: skip
    _table(book, "export_decisions", report, _DECISIONS, rows, language)


def _method(book: Any, report: Report, language: Language) -> None:
    sheet = book.create_sheet(word("export_method", language))
    for column, width in enumerate(_METHOD, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    at = 0
    for key, values in facts(report, language):
        at += 1
        style(put(sheet, at, 1, key), bold=True, fill=GREY)
        style(put(sheet, at, 2, cells.cell(values)))
        sheet.row_dimensions[at].height = height([(key, _METHOD[0]), (values, _METHOD[1])])
    for title, texts in paragraphs(report, language):
        at += 2
        style(put(sheet, at, 1, title), bold=True, size=12, border=False)
        for text in texts:
            at += 1
            style(put(sheet, at, 1, text), border=False)
            sheet.merge_cells(start_row=at, end_row=at, start_column=1, end_column=2)
            sheet.row_dimensions[at].height = height([(text, sum(_METHOD))])
    _finish(sheet, report, language)


def _status(status: str, language: Language) -> str:
    return f"{SYMBOLS[status]} {word(status, language)}"


def _coloured(sheet: Any, column: int, statuses: Sequence[str]) -> None:
    for row, status in enumerate(statuses, start=_HEAD_ROW + 1):
        style(sheet.cell(row, column), fill=FILLS[status], middle=True)


def _table(
    book: Any, key: str, report: Report, columns: Sequence[_Column], rows: Sequence[Sequence[Any]], language: Language,
    *, note: str = "", freeze: str = "A",
) -> Any:  # fmt: skip
    """A sheet with a title, what counts, and a table with a filter; its titles stay in sight, and are printed on each page."""
    sheet = book.create_sheet(word(key, language))
    widths = [width for _, width in columns]
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    title = word("export_title", language, title=report.upper["title"])
    for row, (text, size) in enumerate(
        (
            (f"{title}　{word(key, language)}", 15),
            (counted(report, language), 10),
            (word(note, language) if note else "", 10),
        ),
        start=1,
    ):
        cell = put(sheet, row, 1, cells.cell(text))
        style(cell, bold=size > 11, size=size, border=False)
        cell.alignment = Alignment(wrap_text=False, vertical="center")
        sheet.row_dimensions[row].height = 1.7 * size
    last = _rows(sheet, _HEAD_ROW, [word(name, language) for name, _ in columns], rows, widths)
    sheet.freeze_panes = f"{freeze}{_HEAD_ROW + 1}"
    sheet.auto_filter.ref = f"A{_HEAD_ROW}:{get_column_letter(len(columns))}{last}"
    sheet.print_title_rows = f"{_HEAD_ROW}:{_HEAD_ROW}"
    _finish(sheet, report, language)
    return sheet


def counted(report: Report, language: Language) -> str:
    """What counts, and when, in one line."""
    least = f"{report.view.least:g}" if report.view.least else word("export_no_least", language)
    return "　".join(
        f"{word(key, language)}：{value}" if language == "zh" else f"{word(key, language)}: {value}"
        for key, value in (
            ("export_against", report.upper["id"]),
            ("export_counted", word(f"export_mode_{report.view.mode}", language)),
            ("export_least", least),
            ("export_day", report.day),
        )
    )


def _rows(
    sheet: Any, first: int, titles: Sequence[str], rows: Iterable[Sequence[Any]], widths: Sequence[float]
) -> int:
    """A table from row ``first`` on. Returns its last row."""
    for column, title in enumerate(titles, start=1):
        style(put(sheet, first, column, title), bold=True, fill=HEAD, color=WHITE, middle=True)
    sheet.row_dimensions[first].height = max(height(zip(titles, widths, strict=False)), 2 * POINTS)
    at = first
    for at, row in enumerate(rows, start=first + 1):
        for column in range(1, len(titles) + 1):
            value = row[column - 1] if column <= len(row) else None
            cell = put(sheet, at, column, cells.cell(value) if isinstance(value, str) else value)
            style(cell, middle=isinstance(value, int | float))
            if isinstance(value, float):
                cell.number_format = "0.00"
        # A number is shown in few digits, however many it has.
        shown = ("" if isinstance(value, float) else value for value in row)
        sheet.row_dimensions[at].height = height(zip(shown, widths, strict=False))
    return at


def _finish(sheet: Any, report: Report, language: Language) -> None:
    landscape(sheet)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = 0.6
    sheet.page_margins.bottom = 0.8
    sheet.page_margins.footer = 0.35
    sheet.oddFooter.center.text = word("export_page", language)
    sheet.oddFooter.left.text = report.upper["id"].replace("&", "&&")
    sheet.oddFooter.right.text = report.day
