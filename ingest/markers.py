"""The numbering styles of Chinese official documents, and how one is told at the start of a line or sentence."""

import re
from dataclasses import dataclass
from typing import Final

CHINESE_DIGITS: Final = "一二三四五六七八九十百零〇两"
_CN = r"[一二三四五六七八九十百]{1,4}"


@dataclass(frozen=True, slots=True)
class Style:
    """One numbering style. ``inline`` styles may also open an item in the middle of a paragraph."""

    name: str
    pattern: re.Pattern[str]
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Marker:
    """A number found in a text: its style, the printed characters, their count, and its value."""

    style: str
    printed: str
    value: int
    inline: bool


STYLES: Final[tuple[Style, ...]] = (
    Style("chapter", re.compile(rf"第({_CN})(?:部分|章|篇|节)[\s、：:]*")),
    Style("dun", re.compile(rf"({_CN})、\s*")),
    Style("paren", re.compile(rf"[（(]({_CN})[）)]\s*[、.]?\s*")),
    Style("padded", re.compile(r"(0[1-9]|1\d)(?=[\u4e00-\u9fff“])(?![年月日个项条])")),
    Style("dot", re.compile(r"(\d{1,3})(?:[.．、](?!\d)|\s+(?=[\u4e00-\u9fff]))\s*")),
    Style("paren_digit", re.compile(r"[（(](\d{1,3})[）)]\s*[、.]?\s*")),
    Style("circled", re.compile(r"([①-⑳])\s*")),
    Style("ordinal", re.compile(rf"第({_CN})[，、,]\s*"), inline=True),
    Style("is", re.compile(rf"({_CN})(?:是要|是)(?=[\u4e00-\u9fff“《])"), inline=True),
    Style("must", re.compile(rf"({_CN})要(?=[\u4e00-\u9fff“《])"), inline=True),
)


def line_marker(text: str) -> Marker | None:
    """The number that ``text`` starts with, or None."""
    for style in STYLES:
        found = style.pattern.match(text)
        if found and (value := _value(found[1])):
            return Marker(style.name, found[0].rstrip(), value, style.inline)
    return None


def inline_marker(text: str) -> Marker | None:
    """As :func:`line_marker`, for the start of a sentence inside a paragraph."""
    marker = line_marker(text)
    return marker if marker and marker.inline else None


def _value(printed: str) -> int:
    if printed.isdecimal():
        return int(printed)
    if "①" <= printed <= "⑳":
        return ord(printed) - ord("①") + 1
    return chinese_number(printed) or 0


def chinese_number(text: str) -> int | None:
    """The value of a Chinese numeral below ten thousand, or None where it is none.

    >>> chinese_number("二十三"), chinese_number("十"), chinese_number("一百零五"), chinese_number("房")
    (23, 10, 105, None)
    """
    digits = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
    units = {"十": 10, "百": 100, "千": 1000}
    total = current = 0
    if not text:
        return None
    if all(character in digits for character in text):
        return int("".join(str(digits[character]) for character in text))
    for character in text:
        if character in digits:
            current = digits[character]
        elif character in units:
            total += (current or 1) * units[character]
            current = 0
        else:
            return None
    return total + current
