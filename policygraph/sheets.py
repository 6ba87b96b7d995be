"""Sheets of a workbook as offices expect them: how cells look, how high rows are, how a sheet prints."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from policygraph.export.cells import FORMULA

FONT: Final = "Microsoft YaHei"
LINE: Final = Side(style="thin", color="FFBFC5CC")
BORDER: Final = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
HEAD: Final = PatternFill("solid", start_color="FF1F4E79")
GREY: Final = PatternFill("solid", start_color="FFF3F4F6")
INK: Final = "FF222222"
WHITE: Final = "FFFFFFFF"
POINTS: Final = 15.5
HIGHEST: Final = 409.0

# A workbook says _x0041_ for A; words that look like that are marked to mean themselves.
_ESCAPE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def put(sheet: Any, row: int, column: int, value: Any) -> Any:
    """A value in its cell; text stays text, whatever it begins with. An empty text leaves the cell empty."""
    cell = sheet.cell(row, column)
    if not isinstance(value, str):
        cell.value = value
    elif value:
        cell.value = _ESCAPE.sub("_x005F_", value)
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(FORMULA)
    return cell


def style(
    cell: Any,
    *,
    bold: bool = False,
    size: int = 11,
    fill: Any = None,
    color: str = INK,
    middle: bool = False,
    border: bool = True,
) -> None:
    """How a cell looks; ``middle`` centres it both ways."""
    cell.font = _font(size, bold, color)
    cell.alignment = _alignment(middle)
    if border:
        cell.border = BORDER
    if fill is not None:
        cell.fill = fill


@cache
def _font(size: int, bold: bool, color: str) -> Any:
    return Font(name=FONT, size=size, bold=bold, color=color)


@cache
def _alignment(middle: bool) -> Any:
    return Alignment(
        wrap_text=True, vertical="center" if middle else "top", horizontal="center" if middle else None
    )


def height(cells: Iterable[tuple[Any, float]]) -> float:
    """Points that a row needs for its wrapped texts; programs that draw the row seldom work it out themselves."""
    lines = 1
    for value, width in cells:
        parts = str(value if value is not None else "").split("\n")
        lines = max(lines, sum(max(1, int(-(-columns_wide(part) // max(width - 2, 1)))) for part in parts))
    return min(lines * POINTS + 6, HIGHEST)


def columns_wide(text: str) -> int:
    """How many narrow characters ``text`` takes the place of."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def landscape(sheet: Any) -> None:
    """Print on A4 across, as wide as the page, as many pages as it takes."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
