"""Markdown to plain lines: the marks go, the words stay; what they mean is told from the words, as in any text."""

import re
from typing import Final

from ingest.decode import decode
from ingest.source import Bytes, Printed, SourceText, bytes_of, of_lines
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
_CELL: Final = "；"


def read(data: bytes, where: str) -> SourceText:
    """The text without marks, line by line. Raises InputError where the bytes are no text."""
    text, encoding = decode(data, where)
    lines = of_lines(text)
    raw_bytes = bytes_of(text, encoding)
    shown: list[str] = []
    bytes_: list[Bytes | None] = []
    printed = []
    for line, following in zip(lines, [*(p.offset for p in lines[1:]), len(text)], strict=True):
        raw = text[line.offset : following].rstrip("\r\n")
        printed.append(Printed(len(shown), None, line.line))
        for character, at in _plain(raw):
            shown.append(character)
            bytes_.append(raw_bytes[line.offset + at])
        shown.append("\n")
        bytes_.append(None)
    return SourceText("".join(shown), encoding, printed, bytes_)


def plain(line: str) -> str:
    """One line without marks; a table's row becomes its cells, parted by ``；``."""
    return "".join(character for character, _ in _plain(line))


def _plain(line: str) -> list[tuple[str, int]]:
    """The characters that stay, each with its place in ``line``."""
    if _RULE.match(line):
        return []
    kept = list(enumerate(line))
    if row := _ROW.match(line):
        kept = _cells(line, *row.span(1))
    while found := _HEAD.match("".join(c for _, c in kept)):
        kept = kept[found.end() :]
    for pattern, group in ((_TAIL, None), (_INLINE, 2), (_LINK, 1)):
        kept = _only(pattern, group, kept)
    return [(character, at) for at, character in kept]


def _cells(line: str, start: int, end: int) -> list[tuple[int, str]]:
    kept: list[tuple[int, str]] = []
    for cell in re.finditer(r"[^|]+", line[:end]):
        words = cell[0].strip()
        if cell.start() < start or not words:
            continue
        at = cell.start() + cell[0].index(words)
        if kept:
            kept.append((at - 1, _CELL))
        kept += list(enumerate(words, start=at))
    return kept


def _only(pattern: re.Pattern[str], group: int | None, kept: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Of each match only what ``group`` holds, nothing where there is none."""
    result: list[tuple[int, str]] = []
    done = 0
    for found in pattern.finditer("".join(c for _, c in kept)):
        result += kept[done : found.start()]
        if group is not None:
            result += kept[slice(*found.span(group))]
        done = found.end()
    return result + kept[done:]
