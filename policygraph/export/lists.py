"""One list as one file: CSV that opens right in Excel, or a workbook with one sheet."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO, StringIO
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from policygraph.export import cells
from policygraph.sheets import HEAD, WHITE, columns_wide, height, landscape, put, style

BOM: Final = "\ufeff"
"""Tells Excel that a CSV file is UTF-8."""
_BLOCK: Final = 64 * 1024
_WIDTHS: Final = (8, 60)
_NO_TITLE: Final = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def csv_parts(captions: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The file in parts, so that memory does not follow its length; every text is quoted, and none is a formula."""
    buffer = StringIO()
    out = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    buffer.write(BOM)
    out.writerow(captions)
    for row in rows:
        out.writerow([cells.csv_field(value) for value in row])
        if buffer.tell() > _BLOCK:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def workbook(title: str, captions: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """The file as XLSX: titles that stay in sight, a filter, columns as wide as their words, no formula."""
    book = Workbook()
    sheet = book.active
    sheet.title = cells.xml(title).translate(_NO_TITLE).strip()[:31] or "1"
    held = [[cells.cell(v) if isinstance(v, str) else v for v in row] for row in rows]
    widths = [_width(name, [row[n] for row in held]) for n, name in enumerate(captions)]
    for at, row in enumerate([list(captions), *held], start=1):
        for column, value in enumerate(row, start=1):
            cell = put(sheet, at, column, value)
            if at == 1:
                style(cell, bold=True, fill=HEAD, color=WHITE)
            else:
                style(cell)
            if isinstance(value, float):
                cell.number_format = "0.00"
        sheet.row_dimensions[at].height = height(zip(row, widths, strict=True))
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(captions))}{len(held) + 1}"
    landscape(sheet)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _width(caption: str, values: Iterable[Any]) -> float:
    longest = max(
        [columns_wide(caption)]
        + [columns_wide(f"{v:.2f}" if isinstance(v, float) else str(v)) for v in values if v is not None]
    )
    return float(min(max(longest + 3, _WIDTHS[0]), _WIDTHS[1]))
