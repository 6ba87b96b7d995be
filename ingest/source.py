"""A file's text as its reader gives it, and the way from there back to the file: bytes, page, line."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Final

from ingest.normalise import WORDS

_MARKS: Final = {"utf-8-sig": ("utf-8", 3), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


@dataclass(frozen=True, slots=True)
class Printed:
    """Where a line of the file begins in the text: its offset, its page (None without pages), its number from 1.

    The number counts lines of the page, or of the file where there are no pages; in a Word document, paragraphs. It is
    None where the line cannot be told.
    """

    offset: int
    page: int | None
    line: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage stands in its file; what the format does not have is None.

    ``page`` and ``line`` are those of its first character, from 1; ``first_byte`` and ``end_byte`` are offsets in the
    file as it lies on the disk, the second one behind its last byte.
    """

    page: int | None = None
    line: int | None = None
    first_byte: int | None = None
    end_byte: int | None = None


Bytes = tuple[int, int]


@dataclass(frozen=True, slots=True)
class SourceText:
    """The text of a file, a paragraph or a printed line a line.

    ``encoding`` is the encoding or format; ``printed`` tells where the file's own lines begin, in order; ``bytes_``
    holds, where the file is text, the bytes of every character (first, and behind the last), None for one that the
    reader put in.
    """

    text: str
    encoding: str
    printed: Sequence[Printed] = ()
    bytes_: Sequence[Bytes | None] = ()


Piece = tuple[int | None, int | None, str]
"""Page, line and words of what stands on one line of a file; the words carry the line ends that part paragraphs."""


def of_pieces(pieces: Iterable[Piece], encoding: str) -> SourceText:
    """The text that ``pieces`` make one after the other."""
    words: list[str] = []
    printed = []
    offset = 0
    for page, line, text in pieces:
        printed.append(Printed(offset, page, line))
        words.append(text)
        offset += len(text)
    return SourceText("".join(words), encoding, printed)


def of_lines(text: str) -> list[Printed]:
    """The lines of a text that is the file itself, as an editor counts them."""
    starts = [0]
    for index, character in enumerate(text):
        if character == "\n" or (character == "\r" and text[index + 1 : index + 2] != "\n"):
            starts.append(index + 1)
    return [Printed(start, None, number) for number, start in enumerate(starts, start=1)]


def bytes_of(text: str, encoding: str) -> list[Bytes]:
    """The bytes of every character of a file that :mod:`ingest.decode` decoded."""
    codec, mark = _MARKS.get(encoding, (encoding, 0))
    return list(pairwise(accumulate((_width(character, codec) for character in text), initial=mark)))


@lru_cache(maxsize=2**16)
def _width(character: str, codec: str) -> int:
    return len(character.encode(codec))


class Locator:
    """Finds passages of a normalised text in the file that it was read from.

    Normalising changes nothing but blanks, so the n-th other character of the one is the n-th of the other.
    """

    def __init__(self, source: SourceText, normalised: str) -> None:
        self._source = source
        self._positions = [found.start() for found in WORDS.finditer(source.text)]
        kept = [False] * len(normalised)
        for found in WORDS.finditer(normalised):
            kept[found.start()] = True
        self._ordinals = list(accumulate(kept, initial=0))
        self._starts = [printed.offset for printed in source.printed]

    def place(self, start: int, end: int) -> Place:
        """Where ``normalised[start:end]`` stands; it must hold a character that is no blank."""
        first = self._positions[self._ordinals[start]]
        last = self._positions[self._ordinals[end] - 1]
        at = bisect_right(self._starts, first) - 1
        printed = self._source.printed[at] if at >= 0 else None
        opening, closing = (self._source.bytes_[i] if self._source.bytes_ else None for i in (first, last))
        return Place(
            printed.page if printed else None,
            printed.line if printed else None,
            opening[0] if opening and closing else None,
            closing[1] if opening and closing else None,
        )
