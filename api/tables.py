"""A table of a page as a file for an office: XLSX, or CSV that spreadsheets open as UTF-8."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal
from urllib.parse import quote

from fastapi import Response
from openpyxl import Workbook

from policygraph.export import cells
from policygraph.sheets import HEAD, WHITE, columns_wide, landscape, put, style

Format = Literal["csv", "xlsx"]
TYPES: Final[dict[str, str]] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_WIDEST: Final = 60
_SHEET: Final = 31


def table_response(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[tuple[str, str]], name: str, format_: Format
) -> Response:
    """``rows`` as a file that the browser saves.

    Args:
        columns: which fields of the rows, and the title of each.
        name: of the file, without ending.
    """
    found = list(rows)
    content = _csv(found, columns) if format_ == "csv" else _xlsx(found, columns, name)
    return file_response(content, name, format_)


def file_response(content: bytes, name: str, ending: str) -> Response:
    """``content`` as a file that the browser saves under ``name``, which may be Chinese."""
    disposition = f"attachment; filename=\"table.{ending}\"; filename*=UTF-8''{quote(f'{name}.{ending}')}"
    return Response(content, media_type=TYPES[ending], headers={"Content-Disposition": disposition})


def _csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[tuple[str, str]]) -> bytes:
    file = io.StringIO(newline="")
    out = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    out.writerow([title for _, title in columns])
    for row in rows:
        out.writerow([_field(row.get(key)) for key, _ in columns])
    # With the mark, spreadsheets take it for UTF-8.
    return file.getvalue().encode("utf-8-sig")


def _field(value: Any) -> Any:
    return cells.csv_text(value) if isinstance(value, str) else "" if value is None else value


def _xlsx(rows: Sequence[Mapping[str, Any]], columns: Sequence[tuple[str, str]], name: str) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = "".join("_" if c in "[]:*?/\\" else c for c in name)[:_SHEET]
    landscape(sheet)
    for number, (key, title) in enumerate(columns, start=1):
        style(put(sheet, 1, number, title), bold=True, fill=HEAD, color=WHITE, middle=True)
        widest = max((columns_wide(str(row.get(key) or "")) for row in rows), default=0)
        letter = sheet.cell(1, number).column_letter
        sheet.column_dimensions[letter].width = min(max(widest, columns_wide(title)) + 3, _WIDEST)
        for at, row in enumerate(rows, start=2):
            value = row.get(key)
            style(put(sheet, at, number, cells.cell(value) if isinstance(value, str) else value))
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
