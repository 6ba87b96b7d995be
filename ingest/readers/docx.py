"""Word documents: paragraphs with their automatic numbers, tables and text boxes; insertions in, deletions out.

Source of the names: ECMA-376 part 1 (WordprocessingML).
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from lxml import etree

from ingest.readers.archive import Archive
from ingest.source import SourceText, of_pieces

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT: Final = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_DROPPED: Final = {f"{_W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "rPr", "sectPr")} | {
    _FALLBACK
}
_LEVELS: Final = 9
_DIGITS: Final = "零一二三四五六七八九"
_CHINESE: Final = frozenset(
    {"chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographDigital", "taiwaneseCounting",
     "taiwaneseCountingThousand", "chineseLegalSimplified", "japaneseDigitalTenThousand"}
)  # fmt: skip


def read(data: bytes, where: str) -> SourceText:
    """The text of a .docx file, a paragraph a line; its paragraphs are counted as lines. Raises InputError where it is damaged or beyond the limits."""
    archive = Archive(data, where, "Word")
    root = _plain_names(archive, "word/document.xml")
    numbering = _Numbering(archive)
    body = root.find(f"{_W}body")
    if body is None:
        raise archive.damaged("word/document.xml has no body")
    return of_pieces(
        ((None, at, text + "\n") for at, text in enumerate(_paragraphs(body, numbering), start=1)), "docx"
    )


def _plain_names(archive: Archive, name: str) -> etree._Element:
    """A part as XML, its strict names turned into the usual ones."""
    root = archive.xml(name)
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag.startswith(_STRICT):
            element.tag = _W + element.tag.removeprefix(_STRICT)
    return root


def _paragraphs(body: etree._Element, numbering: "_Numbering") -> Iterator[str]:
    """All paragraphs in document order, those of a text box after the one that holds it."""
    waiting = [element for element in body.iter(f"{_W}p") if not _left_out(element)]
    for paragraph in waiting:
        text = "".join(_text(paragraph))
        if text.strip():
            yield numbering.number(paragraph) + text


def _left_out(element: etree._Element) -> bool:
    return any(above.tag in _DROPPED for above in element.iterancestors())


def _text(element: etree._Element) -> Iterator[str]:
    for child in element:
        tag = child.tag
        if tag in _DROPPED or not isinstance(tag, str):
            continue
        if tag == f"{_W}t":
            yield child.text or ""
        elif tag in (f"{_W}br", f"{_W}cr"):
            yield "\n"
        elif tag == f"{_W}tab":
            yield " "
        elif tag == f"{_W}noBreakHyphen":
            yield "-"
        elif tag != f"{_W}p":  # a paragraph within is a text box's, and comes by itself
            yield from _text(child)


class _Numbering:
    """The automatic numbers of a document: which list a paragraph is in, and how far that list has counted."""

    def __init__(self, archive: Archive) -> None:
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._counts: dict[str, list[int]] = defaultdict(lambda: [0] * _LEVELS)
        self._styles: dict[str, tuple[str | None, int | None, str | None]] = {}
        if "word/numbering.xml" in archive.names:
            self._read_numbering(_plain_names(archive, "word/numbering.xml"))
        if "word/styles.xml" in archive.names:
            for style in _plain_names(archive, "word/styles.xml").iter(f"{_W}style"):
                based = style.find(f"{_W}basedOn")
                number, level = _list_of(style)
                self._styles[style.get(f"{_W}styleId", "")] = (
                    number, level, None if based is None else based.get(f"{_W}val"),
                )  # fmt: skip

    def _read_numbering(self, root: etree._Element) -> None:
        abstract = {a.get(f"{_W}abstractNumId"): a for a in root.iter(f"{_W}abstractNum")}
        for number in root.iter(f"{_W}num"):
            link = number.find(f"{_W}abstractNumId")
            source = None if link is None else abstract.get(link.get(f"{_W}val"))
            if source is None:
                continue
            levels = {}
            for level in (*source.iter(f"{_W}lvl"), *number.iter(f"{_W}lvl")):
                levels[_int(level.get(f"{_W}ilvl"))] = (
                    _value(level, "numFmt") or "decimal",
                    _value(level, "lvlText") or "",
                    _int(_value(level, "start"), 1),
                )
            for override in number.iter(f"{_W}lvlOverride"):
                at, start = _int(override.get(f"{_W}ilvl")), _value(override, "startOverride")
                if start is not None and at in levels:
                    levels[at] = (*levels[at][:2], _int(start, 1))
            self._levels[number.get(f"{_W}numId", "")] = levels

    def number(self, paragraph: etree._Element) -> str:
        """The number that Word prints before ``paragraph``, empty where it prints none."""
        list_, level = self._where(paragraph)
        levels = self._levels.get(list_ or "")
        if not levels or level not in levels:
            return ""
        counts = self._counts[list_ or ""]
        format_, text, start = levels[level]
        counts[level] = max(counts[level] + 1, start)
        counts[level + 1 :] = [0] * (_LEVELS - level - 1)
        if format_ in ("bullet", "none"):
            return ""
        for at in range(_LEVELS):
            if f"%{at + 1}" in text:
                own = levels.get(at, (format_, "", 1))
                text = text.replace(f"%{at + 1}", _printed(max(counts[at], own[2]), own[0]))
        return text

    def _where(self, paragraph: etree._Element) -> tuple[str | None, int]:
        """The list and level of a paragraph: its own, else its style's, else that of the style which that is based on."""
        number, level = _list_of(paragraph)
        name = _value(paragraph.find(f"{_W}pPr"), "pStyle")
        for _ in range(20):
            if name is None or name not in self._styles or (number is not None and level is not None):
                break
            style_number, style_level, name = self._styles[name]
            number = style_number if number is None else number
            level = style_level if level is None else level
        return number, min(max(level or 0, 0), _LEVELS - 1)


def _list_of(element: etree._Element) -> tuple[str | None, int | None]:
    properties = element.find(f"{_W}pPr/{_W}numPr")
    if properties is None:
        return None, None
    level = _value(properties, "ilvl")
    return _value(properties, "numId"), None if level is None else _int(level)


def _value(element: etree._Element | None, name: str) -> str | None:
    found = None if element is None else element.find(f"{_W}{name}")
    return None if found is None else found.get(f"{_W}val")


def _int(text: str | None, otherwise: int = 0) -> int:
    return int(text) if text is not None and text.isdecimal() and len(text) < 6 else otherwise


def _printed(value: int, format_: str) -> str:
    if format_ in _CHINESE and value < 100:
        return _chinese(value)
    if format_ in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and 1 <= value <= 20:
        return chr(ord("①") + value - 1)
    return str(value)


def _chinese(value: int) -> str:
    tens, ones = divmod(value, 10)
    if tens == 0:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")
