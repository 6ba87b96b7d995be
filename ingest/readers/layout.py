"""Lines on pages to paragraphs: what repeats on every page goes, broken lines come together again."""

import re
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Final

from ingest.markers import line_marker
from ingest.normalise import glue
from ingest.source import Piece

MAX_PAGES: Final = 2000
_EDGE: Final = 2
_REPEATED_SHARE: Final = 0.5
_PAGE_NUMBER: Final = re.compile(
    r"[-—–\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／共]\s*(?:共\s*)?\d{1,4}\s*页?)?[-—–\s]*"
)
_FAR: Final = 1e6
_INDENT: Final = 1.2
_SHORT: Final = 1.5
_INDENTED_SHARE: Final = 0.1


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line; ``left``, ``right``, ``size`` (of its characters) in one unit, ``top`` growing downwards."""

    text: str
    left: float
    right: float
    top: float
    size: float

    @classmethod
    def at(cls, text: str, left: float, right: float, top: float, size: float) -> "Line":
        """A line whose numbers come from a file: those that cannot be are replaced, so that no text is lost."""
        left, right, top = (min(max(n, -_FAR), _FAR) if isfinite(n) else 0.0 for n in (left, right, top))
        return cls(text, left, right, top, size if 1 / _FAR < size < _FAR else 1.0)


def paragraphs(pages: Sequence[Sequence[Line]]) -> Iterator[Piece]:
    """The lines of all pages, top to bottom, with a line end before each that starts a paragraph.

    A line starts a paragraph where it is indented or carries a number; in a document without indents, also where
    the line before ends early (with indents, a line may end early because a figure was not broken).
    """
    placed = list(_without_margins(pages))
    lines = [line for _, _, line in placed]
    if not lines:
        return
    size = statistics.median(line.size for line in lines)
    left = _margin(sorted(line.left for line in lines), size)
    right = -_margin(sorted(-line.right for line in lines), size)
    indents = sum(line.left > left + _INDENT * size for line in lines) >= _INDENTED_SHARE * len(lines)
    before = ""
    ended = False
    for page, number, line in placed:
        text = line.text.strip()
        starts = line.left > left + _INDENT * size or _numbered(text) or (ended and not indents)
        yield page, number, ("\n" if starts and before else glue(before, text)) + text
        before = text
        ended = line.right < right - _SHORT * size


def _numbered(text: str) -> bool:
    """Whether a line opens with a number that only a paragraph opens with: a broken line may start 12公里 or 一是."""
    marker = line_marker(text)
    return marker is not None and not marker.inline and marker.style != "padded"


def _margin(values: Sequence[float], size: float) -> float:
    """The outermost of ascending ``values`` that another one stands close to, so that no stray line sets a margin."""
    for value, following in pairwise(values):
        if following - value < size / 2:
            return value
    return values[0]


def _without_margins(pages: Sequence[Sequence[Line]]) -> Iterator[tuple[int, int, Line]]:
    """Page, number and line, without page numbers, and without what stands at the edge of most pages."""
    edges: Counter[tuple[str, int]] = Counter()
    for page in pages:
        edges.update({_shape(line) for line in (*page[:_EDGE], *page[-_EDGE:])})
    often = max(2.0, _REPEATED_SHARE * len(pages))
    repeated = {shape for shape, n in edges.items() if n >= often}
    for number, page in enumerate(pages, start=1):
        for index, line in enumerate(page):
            edge = index < _EDGE or index >= len(page) - _EDGE
            if not edge or not (_shape(line) in repeated or _PAGE_NUMBER.fullmatch(line.text.strip())):
                yield number, index + 1, line


def _shape(line: Line) -> tuple[str, int]:
    """What a running head has in common on all pages: its words but for figures, and its height."""
    return re.sub(r"\d+", "0", line.text.strip()), round(line.top / line.size)
