"""OFD, the national format for fixed documents (GB/T 33190-2016): a zip of XML pages with text at places."""

import posixpath
from typing import Final

from lxml import etree

from graph.errors import InputError
from ingest.readers.archive import Archive
from ingest.readers.layout import MAX_PAGES, Line, paragraphs
from ingest.source import SourceText, of_pieces

_NAME: Final = "{http://www.ofdspec.org/2016}"


def read(data: bytes, where: str) -> SourceText:
    """The text of an OFD file, a paragraph a line. Raises InputError where it is damaged or holds no text."""
    archive = Archive(data, where, "OFD")
    pages: list[list[Line]] = []
    for root in archive.xml("OFD.xml").iter(f"{_NAME}DocRoot"):
        start = (root.text or "").strip().lstrip("/")
        document = archive.xml(start)
        for page in document.iter(f"{_NAME}Page"):
            if len(pages) >= MAX_PAGES:
                raise archive.damaged(f"it has more than {MAX_PAGES} pages")
            pages.append(_lines(archive.xml(_beside(start, page.get("BaseLoc", "")))))
    if not any(pages):
        raise InputError(
            "this OFD file holds no text",
            where=where,
            remedy="It may be a scan; get the plan as Word or text.",
        )
    return of_pieces(paragraphs(pages), "ofd")


def _beside(start: str, location: str) -> str:
    if location.startswith("/"):
        return location.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(start), location))


def _lines(page: etree._Element) -> list[Line]:
    pieces = []
    for text in page.iter(f"{_NAME}TextObject"):
        boundary = map(_number, (text.get("Boundary") or "").split()[:3])
        left, top, width = (*boundary, 0.0, 0.0, 0.0)[:3]
        words = "".join(code.text or "" for code in text.iter(f"{_NAME}TextCode"))
        if words.strip():
            pieces.append(Line.at(words, left, left + width, top, _number(text.get("Size") or "")))
    pieces.sort(key=lambda piece: (round(piece.top, 1), piece.left))
    rows: list[Line] = []
    for piece in pieces:
        last = rows[-1] if rows else None
        if last is not None and abs(piece.top - last.top) < 0.5 * max(piece.size, last.size):
            rows[-1] = Line(
                last.text + piece.text, last.left, max(last.right, piece.right), last.top, last.size
            )
        else:
            rows.append(piece)
    return rows


def _number(printed: str) -> float:
    try:
        return float(printed)
    except ValueError:
        return 0.0
