"""The sheet that people fill in, as a workbook: made for officials, and read back from whatever program saved it.

Columns are known by their titles and rows by hidden stamps, so both may be moved. No formulas are written: words that
begin like one are marked as text.
"""

import io
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook, load_workbook
from openpyxl.styles import PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.datavalidation import DataValidation

from graph.errors import InputError
from graph.model import stamp
from graph.store import Store
from ingest.decode import read_bytes
from ingest.readers.archive import Archive
from policygraph.label_answers import (
    MOST,
    UNCOMPUTED,
    Cell,
    Filled,
    Row,
    annotator_name,
    problem,
    replace_files,
    said,
    shown,
)
from policygraph.labelling import Form
from policygraph.labelling import form as ask
from policygraph.sheets import GREY, HEAD, POINTS, WHITE, height, landscape, put, style
from policygraph.words import Language, word

ENDING: Final = ".xlsx"
_FACTS: Final = "policygraph"
_FORMAT: Final = "1"
_STATEMENT_COLUMNS: Final = (
    "idx", "text", "headings", "priority_1", "priority_2", "priority_3", "proposal", "note", "stamp",
)  # fmt: skip
_COVERAGE_COLUMNS: Final = ("id", "priority", "measure", "label", "quote", "proposal", "nearest", "stamp")
_INPUTS: Final = frozenset({"priority_1", "priority_2", "priority_3", "note", "label", "quote"})
_CENTRED: Final = frozenset({"id", "label"})
_MACHINE: Final = frozenset({"proposal", "nearest"})
_WIDTHS: Final = {"idx": 7, "text": 58, "headings": 26, "priority_1": 19, "priority_2": 19, "priority_3": 19,
                  "proposal": 24, "note": 20, "id": 8, "priority": 24, "measure": 42, "label": 12, "quote": 46,
                  "nearest": 42, "stamp": 20, "option": 34, "measures": 90}  # fmt: skip
_COVERAGE_WIDTHS: Final = {"proposal": 12}
_GUIDE_WIDTHS: Final = (26, 52, 26, 34)
_FACT_ROWS: Final = ("format", "plan", "upper", "annotator", "priorities")
_HEADER_ROWS: Final = 10
_INPUT: Final = PatternFill("solid", start_color="FFFFF9DB")


def make(form: Form, path: Path, annotator: str, language: Language, *, force: bool = False) -> None:
    """Write the sheet of ``form`` to ``path``.

    Raises:
        InputError: the file is there already (unless ``force``), or cannot be written.
    """
    if path.exists() and not force:
        raise InputError(
            "this file is there already; it may hold labels",
            where=str(path),
            remedy="Name another file, or replace it with --force.",
        )
    book = Workbook()
    del book[book.active.title]
    _guide(book, form, annotator, language)
    sheets = _statements(book, form, language), _coverage(book, form, language)
    options = _priorities(book, form, language)
    last = sheets[0].max_row
    choice = DataValidation(type="list", formula1=options, allow_blank=True, showErrorMessage=False)
    choice.add(f"D2:F{last}")
    sheets[0].add_data_validation(choice)
    label = DataValidation(type="list", formula1='"2,1,0"', allow_blank=True, showErrorMessage=True)
    label.error = f"{word('label_label', language)}: 2, 1, 0"
    label.add(f"D2:D{sheets[1].max_row}")
    sheets[1].add_data_validation(label)
    facts = book.create_sheet(_FACTS)
    for row in zip(
        _FACT_ROWS, (_FORMAT, form.plan, form.upper, annotator, form.priorities_stamp), strict=True
    ):
        facts.append(row)
    facts.sheet_state = "hidden"
    facts.protection.sheet = True
    content = io.BytesIO()
    book.save(content)
    replace_files({path: content.getvalue()})


def read(path: Path, store: Store, language: Language, annotator: str | None = None) -> tuple[Filled, Form]:
    """What a filled sheet holds, and what it asked.

    Raises:
        InputError: the file is missing, is no sheet of :func:`make`, or the upper plan's priorities have changed.
        NotFoundError: the store does not hold its plans.
    """
    filled, facts = rows_of(path, language, annotator)
    asked = ask(store, facts["plan"], facts["upper"], proposals=False)
    if asked.priorities_stamp != facts["priorities"]:
        raise InputError(
            f"the priorities of {asked.upper} have changed since this sheet was made, so its numbers mean others",
            where=str(path),
            remedy="Make a new sheet with policygraph label make, and copy the labels.",
        )
    return filled, asked


def rows_of(path: Path, language: Language, annotator: str | None = None) -> tuple[Filled, dict[str, str]]:
    """What a filled sheet holds, and the facts that it was made with: plan, upper, annotator, priorities (a stamp).

    Raises:
        InputError: the file is missing, or is no sheet of :func:`make`.
    """
    tables = _tables(read_bytes(path), str(path))
    facts = {said(row[0]): said(row[1]) for row in tables.get(_FACTS, []) if len(row) > 1}
    if facts.get("format") != _FORMAT or not all(facts.get(name) for name in _FACT_ROWS):
        raise InputError(
            "this is no sheet of labels (the hidden sheet that names its plan is missing)",
            where=str(path),
            remedy="Make one with: policygraph label make PLAN --out FILE.xlsx",
        )
    problems: list[str] = []
    statements, coverage = (
        _Table.find(tables, key, needed, problems, language)
        for key, needed in (("label_statements", "priority_1"), ("label_coverage", "label"))
    )
    filled = Filled(
        path,
        (path,),
        annotator_name(annotator or facts["annotator"]),
        (statements.name, coverage.name),
        tuple(statements.rows("idx", "text", [f"priority_{i + 1}" for i in range(MOST)])),
        tuple(coverage.rows("id", "measure", ["label"])),
        tuple(problems),
    )
    return filled, facts


def _guide(book: Any, form: Form, annotator: str, language: Language) -> None:
    sheet = book.create_sheet(word("label_guide", language))
    for column, width in enumerate(_GUIDE_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    lines = _Lines(sheet)
    lines.wide(word("label_heading", language, plan=form.title, upper=form.upper_title), size=15)
    sizes = word("label_sizes", language, statements=len(form.statements), measures=len(form.measures))
    for key, value in (
        ("local", f"{form.plan}　{form.title}"),
        ("upper", f"{form.upper}　{form.upper_title}"),
        ("annotator", annotator),
        ("size", sizes),
    ):
        lines.row((word(f"label_{key}", language), value), merge_last=True)
    lines.wide("")
    lines.wide(word("label_how", language), size=12)
    rules = [n for n in range(1, 10) if n != 8 or form.proposals]
    for number, rule in enumerate(rules, start=1):
        lines.wide(f"{number}. {word(f'label_rule_{rule}', language)}")
    lines.wide("")
    lines.wide(word("label_example", language), size=12)
    lines.wide(word("label_example_priorities", language))
    for table in _examples(language):
        lines.table(table)
        lines.wide("")
    _finish(sheet)


def _examples(language: Language) -> Iterator[list[tuple[str, ...]]]:
    def title(*keys: str) -> tuple[str, ...]:
        return tuple(word(f"label_{key}", language) for key in keys)

    none, unplanned = (
        word(f"label_{key}", language).partition("（")[0].partition(" (")[0] for key in ("none", "unplanned")
    )
    first, second = "01 保障农村饮水安全", "02 治理河湖生态"
    yield [
        title("priority_1", "text", "priority_2", "why"),
        (first, "新建农村供水工程60处，改造老旧水厂12座；", "", *title("why_one")),
        (second, "结合河道清淤，同步更换沿线村庄的供水管道。", first, *title("why_two")),
        (none, "举办开渔节，培育休闲渔庄30家。", "", *title("why_none")),
        (unplanned, "去年建成水厂8座，农村供水更有保障。", "", *title("why_unplanned")),
    ]
    yield [
        title("label", "measure", "quote", "why"),
        ("2", "新建农村供水工程1200处", "新建农村供水工程60处", *title("why_2")),
        ("1", "建立河湖健康档案，开展年度评价", "守护河湖健康", *title("why_1")),
        ("0", "举办国际水务论坛", "", *title("why_0")),
    ]


def _statements(book: Any, form: Form, language: Language) -> Any:
    options = {p.number: p.option for p in form.priorities}
    rows = (
        {
            "idx": s.idx,
            "text": s.text,
            "headings": "\n".join(s.headings),
            "proposal": "\n".join(options[n] for n in s.proposal),
            "stamp": stamp(s.text),
        }
        for s in form.statements
    )
    return _table(book, "label_statements", _columns(_STATEMENT_COLUMNS, form), rows, language, _WIDTHS)


def _coverage(book: Any, form: Form, language: Language) -> Any:
    rows = (
        {
            "id": m.id,
            "priority": p.option,
            "measure": m.text,
            "proposal": int(m.label) if m.label else None,
            "nearest": m.nearest,
            "stamp": stamp(m.text),
        }
        for p in form.priorities
        for m in p.measures
    )
    widths = _WIDTHS | _COVERAGE_WIDTHS
    return _table(book, "label_coverage", _columns(_COVERAGE_COLUMNS, form), rows, language, widths)


def _priorities(book: Any, form: Form, language: Language) -> str:
    """The sheet to look priorities up in; returns where the choices stand in it."""
    rows: list[dict[str, Any]] = [
        {"option": p.option, "measures": "\n".join(f"{m.id} {m.text}" for m in p.measures)}
        for p in form.priorities
    ]
    rows += [{"option": word(f"label_{key}", language)} for key in ("none", "unplanned")]
    sheet = _table(book, "label_priorities", ("option", "measures"), rows, language, _WIDTHS)
    return f"'{sheet.title}'!$A$2:$A${len(rows) + 1}"


def _columns(names: Sequence[str], form: Form) -> tuple[str, ...]:
    return tuple(n for n in names if form.proposals or n not in _MACHINE)


def _table(
    book: Any,
    key: str,
    columns: Sequence[str],
    rows: Iterable[dict[str, Any]],
    language: Language,
    widths: dict[str, int],
) -> Any:
    sheet = book.create_sheet(word(key, language))
    for number, name in enumerate(columns, start=1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = widths[name]
        sheet.column_dimensions[letter].hidden = name == "stamp"
        cell = _put(sheet, 1, number, word(f"label_{name}", language))
        style(cell, bold=True, fill=HEAD, color=WHITE, middle=True)
    sheet.row_dimensions[1].height = 2 * POINTS
    for at, row in enumerate(rows, start=2):
        for number, name in enumerate(columns, start=1):
            cell = _put(sheet, at, number, row.get(name))
            style(cell, fill=_INPUT if name in _INPUTS else GREY if name in _MACHINE else None,
                   middle=name in _CENTRED or isinstance(row.get(name), int))  # fmt: skip
            if name in _INPUTS:
                cell.protection = Protection(locked=False)
                cell.number_format = "General" if name == "label" else "@"
        sheet.row_dimensions[at].height = height((row.get(n), widths[n]) for n in columns if n != "stamp")
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{sheet.max_row}"
    sheet.print_title_rows = "1:1"
    _finish(sheet)
    return sheet


class _Lines:
    """Fills a sheet from the top, a line at a time."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self._at = 0

    def wide(self, text: str, *, size: int = 0) -> None:
        """A paragraph, or a heading of ``size`` points, across all columns."""
        self._at += 1
        cell = _put(self._sheet, self._at, 1, text)
        style(cell, bold=size > 0, size=size or 11, border=False)
        self._sheet.merge_cells(
            start_row=self._at, end_row=self._at, start_column=1, end_column=len(_GUIDE_WIDTHS)
        )
        needed = height([(text, sum(_GUIDE_WIDTHS))])
        self._sheet.row_dimensions[self._at].height = max(needed, 1.9 * size)

    def row(self, values: Sequence[str], *, merge_last: bool = False, head: bool = False) -> None:
        """Cells side by side; the last one over what is left of the line."""
        self._at += 1
        for column, value in enumerate(values, start=1):
            cell = _put(self._sheet, self._at, column, value)
            strong = head or (merge_last and column == 1)
            style(cell, bold=strong, fill=GREY if strong else None)
        width = sum(_GUIDE_WIDTHS[len(values) - 1 :]) if merge_last else _GUIDE_WIDTHS[len(values) - 1]
        widths = (*_GUIDE_WIDTHS[: len(values) - 1], width)
        self._sheet.row_dimensions[self._at].height = height(zip(values, widths, strict=True))
        if merge_last:
            self._sheet.merge_cells(
                start_row=self._at, end_row=self._at, start_column=len(values), end_column=len(_GUIDE_WIDTHS)
            )

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        """A table with a row of titles."""
        for number, values in enumerate(rows):
            self.row(values, head=number == 0)


def _put(sheet: Any, row: int, column: int, value: Any) -> Any:
    """A value in its cell, on one line for each of its own."""
    text = "\n".join(map(shown, value.split("\n"))) if isinstance(value, str) else value
    return put(sheet, row, column, text)


def _finish(sheet: Any) -> None:
    sheet.protection.sheet = True
    for allowed in ("formatColumns", "formatRows", "autoFilter"):
        setattr(sheet.protection, allowed, False)
    landscape(sheet)


def _tables(data: bytes, where: str) -> dict[str, list[list[Any]]]:
    """The values of each sheet by its title, row by row."""
    archive = Archive(data, where, "XLSX")
    try:
        return dict(zip(*_values(data), strict=True))
    except Exception as error:  # what openpyxl raises for a damaged workbook is not listed anywhere
        raise archive.damaged(str(error) or type(error).__name__) from error


def _values(data: bytes) -> tuple[list[str], list[list[list[Any]]]]:
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # of extensions that other programs write and that are not needed here
        books = [
            load_workbook(io.BytesIO(data), read_only=True, data_only=computed) for computed in (True, False)
        ]
        with closing(books[0]), closing(books[1]):
            pairs = [(a, b) for a, b in zip(books[0].worksheets, books[1].worksheets, strict=True)]
            for sheet in (s for pair in pairs for s in pair):
                sheet.reset_dimensions()
            rows = [
                [
                    [_value(v, f) for v, f in zip(values, formulas, strict=True)]
                    for values, formulas in zip(
                        a.iter_rows(values_only=True), b.iter_rows(values_only=True), strict=True
                    )
                ]
                for a, b in pairs
            ]
            return [a.title for a, _ in pairs], rows


def _value(value: Any, formula: Any) -> Any:
    if value is None and formula is not None:
        return UNCOMPUTED
    return unescape(value) if isinstance(value, str) else value


class _Table:
    """One sheet as read: where its header is, and which column holds what."""

    def __init__(self, name: str, rows: list[list[Any]], header: int, columns: dict[str, int]) -> None:
        self.name = name
        self._rows = rows
        self._header = header
        self._columns = columns

    @classmethod
    def find(
        cls,
        tables: dict[str, list[list[Any]]],
        key: str,
        needed: str,
        problems: list[str],
        language: Language,
    ) -> "_Table":
        """The sheet called ``key`` in either language, else the one with the columns needed."""
        titles = [word(key, "zh"), word(key, "en")]
        names = [n for n in tables if n in titles] or [
            n for n, rows in tables.items() if needed in _header(rows, key)[1]
        ]
        if not names:
            problems.append(problem(word(key, language), "label_no_sheet", language))
            return cls(word(key, language), [], 0, {})
        rows = tables[names[0]]
        header, columns, twice = _header(rows, key)
        problems += [
            problem(names[0], "label_two_columns", language, column=word(f"label_{name}", language))
            for name in twice
        ]
        identity = () if {"stamp", "text", "measure"} & set(columns) else ("stamp",)
        problems += [
            problem(names[0], "label_no_column", language, column=word(f"label_{name}", language))
            for name in (needed, *identity)
            if name not in columns
        ]
        if needed not in columns:
            return cls(names[0], [], 0, {})
        return cls(names[0], rows, header, columns)

    def rows(self, name: str, text: str, inputs: Sequence[str]) -> Iterator[Row]:
        """The rows under the header that hold anything."""
        for at, values in enumerate(self._rows[self._header + 1 :], start=self._header + 2):
            row = Row(
                self._place(at, None),
                said(self._value(values, "stamp")),
                said(self._value(values, name)),
                str(words) if (words := self._value(values, text)) is not None else "",
                tuple(
                    Cell(self._place(at, column), self._value(values, column))
                    for column in inputs
                    if column in self._columns
                ),
                Cell(self._place(at, "quote"), self._value(values, "quote"))
                if "quote" in self._columns
                else None,
                " ".join(said(self._value(values, "note")).split()),
            )
            if row.filled or row.stamp or row.text:
                yield row

    def _value(self, values: Sequence[Any], column: str) -> Any:
        at = self._columns.get(column, len(values))
        return values[at] if at < len(values) else None

    def _place(self, row: int, column: str | None) -> str:
        letter = get_column_letter(self._columns[column] + 1) if column else "A"
        return f"{self.name}!{letter}{row}"


def _header(rows: Sequence[Sequence[Any]], key: str) -> tuple[int, dict[str, int], list[str]]:
    """The row with the most known titles among the first ones, which column has which, and titles that stand twice."""
    names = _STATEMENT_COLUMNS if key == "label_statements" else _COVERAGE_COLUMNS
    titles = {_title(word(f"label_{n}", language)): n for n in names for language in ("zh", "en")}
    best: tuple[int, dict[str, int], list[str]] = (0, {}, [])
    for number, row in enumerate(rows[:_HEADER_ROWS]):
        columns: dict[str, int] = {}
        twice: list[str] = []
        for at, value in enumerate(row):
            name = titles.get(_title(value))
            if name is not None and name in columns:
                twice.append(name)
            elif name is not None:
                columns[name] = at
        if len(columns) > len(best[1]):
            best = (number, columns, twice)
    return best


def _title(value: Any) -> str:
    return "".join(said(value).split()).lower()
