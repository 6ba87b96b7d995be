"""PDF with a text layer, by pdfium."""

import statistics
import threading
from typing import Any, Final

import pypdfium2

from graph.errors import InputError
from ingest.readers.layout import MAX_PAGES, Line, paragraphs
from ingest.source import SourceText, of_pieces

_TEXT_PER_PAGE: Final = 10
# pdfium is not safe between threads: two that read at a time end the process.
_TURN: Final = threading.Lock()


def read(data: bytes, where: str) -> SourceText:
    """The text of a PDF, a paragraph a line.

    Raises:
        InputError: it is damaged, locked by a password, too long, or a scan without text.
    """
    with _TURN:
        pages = _pages(data, where)
    if sum(len(line.text) for page in pages for line in page) < _TEXT_PER_PAGE * max(len(pages), 1):
        raise InputError(
            "this PDF holds no text: it is a scan",
            where=where,
            remedy="Run it through character recognition (OCR) first, or get the plan as Word or text.",
        )
    return of_pieces(paragraphs(pages), "pdf")


def _pages(data: bytes, where: str) -> list[list[Line]]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise InputError(
            "this PDF is locked by a password" if locked else f"this is no PDF that can be read ({error})",
            where=where,
            remedy="Save a copy without a password." if locked else "Save it again, or save it as text.",
        ) from error
    try:
        if len(document) > MAX_PAGES:
            raise InputError(
                f"this PDF has {len(document)} pages, more than {MAX_PAGES}",
                where=where,
                remedy="Save the part that is the plan.",
            )
        return [_lines(document[index]) for index in range(len(document))]
    except pypdfium2.PdfiumError as error:
        raise InputError(
            f"a page of this PDF cannot be read ({error})",
            where=where,
            remedy="Save it again, or save it as text.",
        ) from error
    finally:
        document.close()


def _lines(page: Any) -> list[Line]:
    """The lines of a page, top to bottom: pieces of text that stand at one height, left to right."""
    text = page.get_textpage()
    height = page.get_height()
    pieces = []
    for index in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(index)
        words = text.get_text_bounded(left, bottom, right, top).replace("\r", "").replace("\n", "")
        words = words.replace("\ufffe", "").replace("\x02", "")
        if words.strip():
            pieces.append(Line.at(words, left, right, height - top, top - bottom))
    text.close()
    page.close()
    return _joined(sorted(pieces, key=lambda piece: (piece.top, piece.left)))


def _joined(pieces: list[Line]) -> list[Line]:
    rows: list[list[Line]] = []
    for piece in pieces:
        row = rows[-1] if rows else []
        if row and abs(_middle(piece) - statistics.mean(map(_middle, row))) < 0.5 * max(
            piece.size, row[0].size
        ):
            row.append(piece)
        else:
            rows.append([piece])
    lines = []
    for row in rows:
        row.sort(key=lambda piece: piece.left)
        lines.append(
            Line(
                "".join(piece.text for piece in row),
                row[0].left,
                max(piece.right for piece in row),
                min(piece.top for piece in row),
                statistics.median(piece.size for piece in row),
            )
        )
    return lines


def _middle(line: Line) -> float:
    return line.top + line.size / 2
