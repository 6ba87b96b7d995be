"""What a text must not do in a file that another program opens: break it, or run as a formula."""

import re
from typing import Any, Final

LONGEST: Final = 32_767
"""Characters that a cell of a workbook can hold."""
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a text begins with that a spreadsheet may take for a formula."""

# What XML 1.0 cannot hold, escaped or not.
_CONTROL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CUT: Final = "……"
# Excel would turn these into numbers, dates, times or truth values: 000000, 1.10, (3), 3-4, 1E5, 12:30, TRUE.
_NUMBER: Final = r"[(+-]?[¥￥$]?\d[\d,]*(?:\.\d*)?(?:e[+-]?\d+)?%?\)?"
_DAY: Final = (
    r"\d{1,4}[-/.年]\d{1,2}(?:[-/.月]\d{0,4}日?)?|\d{1,2}[-/]\d{4}|\d{1,2}月(?:\d{1,2}日)?|\d+年|\d+ \d+/\d+"
)
_CONVERTED: Final = re.compile(
    rf"\s*(?:{_NUMBER}|\.\d+|{_DAY}|\d+:\d\d(?::\d\d)?|true|false)\s*", re.IGNORECASE
)


def xml(text: str) -> str:
    """``text`` without the control characters that no XML file can hold."""
    return _CONTROL.sub("", text)


def cell(text: str) -> str:
    """``text`` as a cell of a workbook can hold it; what is cut off is marked."""
    clean = xml(text).replace("\r\n", "\n").replace("\r", "\n")
    # Excel counts UTF-16 units.
    if len(clean.encode("utf-16-le")) // 2 <= LONGEST:
        return clean
    units = clean.encode("utf-16-le")[: 2 * (LONGEST - len(_CUT))]
    return units.decode("utf-16-le", errors="ignore") + _CUT


def csv_text(text: str) -> str:
    """``text`` as a field that spreadsheets show and do not compute.

    What would run as a formula gets an apostrophe before it; what would turn into a number or a date gets a tab, which
    is not seen. Both are one character at the beginning.
    """
    clean = text.replace("\x00", "")
    if clean.startswith(FORMULA):
        return "'" + clean
    return "\t" + clean if _CONVERTED.fullmatch(clean) else clean


def csv_field(value: Any) -> Any:
    """``value`` as a field of a CSV file: texts as :func:`csv_text`, truth values as words, none as nothing."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    return csv_text(value) if isinstance(value, str) else value
