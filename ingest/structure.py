"""Paragraphs to a tree of headings with the sentences under each.

Numbering styles are ranked by the document itself: a style that first appears under another one is deeper. Items
inside a paragraph (一是…；二是…) are headings too; they end with their paragraph.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from ingest.markers import Marker, inline_marker, line_marker
from ingest.statements import Span, sentences

_TITLE_MAX: Final = 45
_LEAD_MAX: Final = 24
_SHORT_CLAUSE: Final = 7
_LEAD_STYLE: Final = "lead"
_BOLD_STYLE: Final = "bold"
_STOPS: Final = "。！？；：!?;:"
_LEAD_VETO: Final = re.compile(r"是|同志|今年|去年|一年|。{2}")
_SLOGAN: Final = re.compile(
    r"以[^，。；：]{2,30}为(?!指导|统领|遵循|根本遵循|指引)[^，。；：]{1,12}，[^。；：]{4,40}[。]?"
)
_INLINE_AFTER_COLON: Final = re.compile(r"[：:](?=(?:第?[一二三四五六七八九十]{1,2}(?:是|要|[，、])))")


@dataclass(slots=True)
class Sentence:
    """A span of the normalised text, and the paragraph that it stands in (counted from 0)."""

    start: int
    end: int
    paragraph: int


@dataclass(slots=True)
class Heading:
    """A node of the heading tree. ``title``, from ``start`` to ``end``, excludes the printed number.

    ``own_sentence`` is False where the title is only the first words of a longer sentence, which then stands
    under the heading in full.
    """

    style: str
    value: int
    number: str
    title: str
    start: int
    end: int
    paragraph: int
    own_sentence: bool = True
    block: bool = True
    sentences: list[Sentence] = field(default_factory=list)
    children: list["Heading"] = field(default_factory=list)


def parse(paragraphs: list[str], skip: int = 0) -> Heading:
    """The tree of a plan: a root without title that holds what precedes the first heading, and the headings.

    Spans are offsets into ``"\\n".join(paragraphs)``; the first ``skip`` paragraphs, the document's header, are no part.
    """
    return _Parser(paragraphs).run(skip)


class _Parser:
    def __init__(self, paragraphs: list[str]) -> None:
        self.paragraphs = paragraphs
        self.text = "\n".join(paragraphs)
        self.root = Heading("root", 0, "", "", 0, 0, 0)
        self.stack: list[Heading] = [self.root]
        self.styles = {
            marker.style
            for paragraph in paragraphs
            if (marker := line_marker(paragraph)) and marker.value == 1
        }
        self.later = self._inline_values()
        self.leads = sum(map(self._lead, paragraphs)) >= 2
        self.slogans = sum(map(self._slogan, paragraphs)) >= 2

    def run(self, skip: int) -> Heading:
        offset = 0
        for index, paragraph in enumerate(self.paragraphs):
            if index >= skip and not self._repeats(paragraph):
                self._paragraph(index, offset, paragraph)
            offset += len(paragraph) + 1
        return self.root

    def _inline_values(self) -> dict[str, set[int]]:
        """Which values each inline style takes anywhere: 一是 opens a list only where 二是 follows."""
        values: dict[str, set[int]] = {}
        for paragraph in self.paragraphs:
            for start, _ in _units(paragraph):
                if marker := inline_marker(paragraph[start:]):
                    values.setdefault(marker.style, set()).add(marker.value)
        return values

    def _repeats(self, paragraph: str) -> bool:
        """Whether this line only prints the current heading again."""
        current = self.stack[-1]
        if current is self.root or current.sentences or current.children:
            return False
        marker = line_marker(paragraph)
        body = paragraph[len(marker.printed) :] if marker else paragraph
        return body.strip(_STOPS + " ") == current.title.strip(_STOPS + " ")

    def _paragraph(self, index: int, offset: int, paragraph: str) -> None:
        for number, (start, end) in enumerate(_units(paragraph)):
            piece = paragraph[start:end]
            more = end < len(paragraph)
            marker = self._marker(piece, first=number == 0)
            if marker:
                self._open(marker, index, offset + start, piece, block=number == 0)
            elif number == 0 and (
                (self.leads and self._lead(paragraph)) or (self.slogans and self._slogan(paragraph))
            ):
                self._open(Marker(_LEAD_STYLE, "", 0, False), index, offset + start, piece, block=True)
            elif number == 0 and not more and self._bold(piece, index):
                self._open(Marker(_BOLD_STYLE, "", 0, False), index, offset + start, piece, block=True)
            else:
                self.stack[-1].sentences.append(Sentence(offset + start, offset + end, index))
        while not self.stack[-1].block:
            self.stack.pop()

    def _marker(self, piece: str, *, first: bool) -> Marker | None:
        marker = line_marker(piece) if first else inline_marker(piece)
        if marker is None:
            return None
        if marker.inline:
            return marker if {1, 2} <= self.later.get(marker.style, set()) else None
        return marker if marker.style in self.styles else None

    def _open(self, marker: Marker, index: int, start: int, piece: str, *, block: bool) -> None:
        self._close_for(marker, block)
        at = len(marker.printed) + _blank(piece, len(marker.printed), len(piece))
        sentence = piece[at:].rstrip(_STOPS + " ")
        whole = len(sentence) <= _TITLE_MAX
        title = sentence if whole else _first_words(sentence)
        heading = Heading(
            marker.style, marker.value, marker.printed, title, start + at, start + at + len(title), index,
            own_sentence=whole, block=block,
        )  # fmt: skip
        self.stack[-1].children.append(heading)
        self.stack.append(heading)
        if not whole:
            heading.sentences.append(Sentence(start + at, start + len(piece), index))

    def _close_for(self, marker: Marker, block: bool) -> None:
        """Pop to where a heading of this style belongs: beside its open sibling, else under what is open."""
        open_same = [i for i, h in enumerate(self.stack) if h.style == marker.style]
        if not open_same:
            return
        nested = marker.value == 1 and not block and self.stack[open_same[-1]].block
        if nested:
            return
        follows = [i for i in open_same if self.stack[i].value == marker.value - 1]
        del self.stack[(follows or open_same)[-1] :]

    def _lead(self, paragraph: str) -> bool:
        """A paragraph that opens with a short sentence naming its work: 管好城市供水。…"""
        if "。" not in paragraph[:_LEAD_MAX] or line_marker(paragraph):
            return False
        units = _units(paragraph)
        if len(units) < 2:
            return False
        first = paragraph[slice(*units[0])]
        return (
            first.endswith("。")
            and 5 <= len(first) <= _LEAD_MAX
            and "，" not in first
            and not _LEAD_VETO.search(first)
        )

    def _slogan(self, paragraph: str) -> bool:
        """A paragraph whose first sentence says what by what: 以保民生为重点，办好供水实事。"""
        if not paragraph.startswith("以"):
            return False
        first = paragraph[slice(*_units(paragraph)[0])]
        return len(first) <= _TITLE_MAX and _SLOGAN.fullmatch(first) is not None

    def _bold(self, piece: str, index: int) -> bool:
        """A short line of its own, without a stop, after the header: an unnumbered heading."""
        return (
            index > 0
            and 4 <= len(piece) <= _LEAD_MAX
            and piece[-1] not in _STOPS + "）)》”…，、"
            and (re.match(r"摘自|来源|作者|责任编辑|发布|附件|[\d（(]", piece) is None)
        )


def _units(paragraph: str) -> list[Span]:
    """Sentences, cut again where a colon introduces the first item of an inline list."""
    units: list[Span] = []
    for start, end in sentences(paragraph):
        at = start
        for found in _INLINE_AFTER_COLON.finditer(paragraph, start, end):
            units.append((at, found.end()))
            at = found.end()
        units.append((at, end))
    return [(left + _blank(paragraph, left, right), right) for left, right in units]


def _blank(text: str, start: int, end: int) -> int:
    return len(text[start:end]) - len(text[start:end].lstrip())


def _first_words(sentence: str) -> str:
    """The first clause of a long sentence as a title, with the next one where it is very short (年底前，…)."""
    parts = re.split(r"(?<=[，：:；])", sentence)
    head = parts[0] if len(parts[0]) > _SHORT_CLAUSE else "".join(parts[:2])
    return head.rstrip("，：:；")[:_TITLE_MAX]


def walk(heading: Heading) -> Iterator[Heading]:
    """``heading`` and all below it in reading order."""
    yield heading
    for child in heading.children:
        yield from walk(child)
