"""Markdown to plain lines: the marks go, the words stay; what they mean is told from the words, as in any text."""

import re
from typing import Final

from ingest.targets import UNITS

_RULE: Final = re.compile(
    r"^\s*(?:[-*_=]\s*){3,}$|^\s*\|?(?:\s*:?-{2,}:?\s*\|)+(?:\s*:?-{2,}:?)?\s*$|^\s*```.*$"
)
_HEAD: Final = re.compile(r"^\s{0,3}(?:#{1,6}\s+|>\s?|[-*+]\s+)")
_TAIL: Final = re.compile(r"\s+#+\s*$")
# Two stars before a unit stand for a figure that was masked, not for bold type.
_INLINE: Final = re.compile(rf"(?<!\*)(\*\*|__|`)(?=\S)(?!\*|{UNITS})(.+?)(?<=[^\s*])\1(?!\*)")
_LINK: Final = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_ROW: Final = re.compile(r"^\s*\|(.*)\|\s*$")


def plain(text: str) -> str:
    """``text`` without Markdown's marks, line by line; a table's row becomes its cells, parted by ``；``."""
    return "\n".join(_line(line) for line in text.splitlines())


def _line(line: str) -> str:
    if _RULE.match(line):
        return ""
    if row := _ROW.match(line):
        cells = (cell.strip() for cell in row[1].split("|"))
        line = "；".join(cell for cell in cells if cell)
    while (bare := _HEAD.sub("", line)) != line:
        line = bare
    return _LINK.sub(r"\1", _INLINE.sub(r"\2", _TAIL.sub("", line)))
