"""A saved web page: the body of the article, without navigation, by trafilatura."""

import re
from bisect import bisect_right
from html import unescape
from typing import Final

import trafilatura

from graph.errors import InputError
from ingest.decode import decode
from ingest.normalise import WORDS
from ingest.source import Bytes, Printed, SourceText, bytes_of, of_lines

_CHARSET: Final = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_TOKEN: Final = re.compile(
    # What is not closed goes on to the end, so that no page takes longer than its length.
    r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)|<[!/?A-Za-z][^>]*(?:>|\Z)|(?P<entity>&#?\w{1,12};)|(?P<character>.)",
    re.DOTALL | re.IGNORECASE,
)
_GB: Final = frozenset({"gb2312", "gbk", "gb18030", "x-gbk"})


def read(data: bytes, where: str) -> SourceText:
    """The text of the article, a paragraph a line; lines and bytes are those of the page's source.

    Raises:
        InputError: the page is in no encoding that is read here, or holds no article.
    """
    declared = _CHARSET.search(data[:4096])
    if declared and declared[1].decode().lower() in _GB:
        text, encoding = data.decode("gb18030", errors="replace"), "gb18030"
    else:
        text, encoding = decode(data, where)
    try:
        found = trafilatura.extract(
            text,
            include_comments=False,
            include_tables=True,
            favor_recall=True,
            deduplicate=False,
            with_metadata=False,
        )
    except (ValueError, RecursionError) as error:
        raise _empty(where, f"it cannot be parsed ({error})") from error
    if not found:
        raise _empty(where, "no article was found in it")
    name = trafilatura.extract_metadata(text).title or ""
    first = found.split("\n", 1)[0]
    if name and name not in first and first not in name:
        found = f"{name}\n{found}"
    return SourceText(found, "html", *_places(found, text, encoding))


def _places(found: str, page: str, encoding: str) -> tuple[list[Printed], list[Bytes | None]]:
    """Where each line of the article stands in the page: looked up, in order, in what the page shows."""
    shown, spans = _shown(page)
    lines = [printed.offset for printed in of_lines(page)]
    # A page that lost a byte in decoding cannot be counted in bytes.
    raw = [] if "\ufffd" in page else bytes_of(page, encoding)
    printed: list[Printed] = []
    bytes_: list[Bytes | None] = []
    cursor = 0
    for text in found.splitlines(keepends=True):
        words = "".join(WORDS.findall(text))
        at = shown.find(words, cursor) if words else -1
        printed.append(Printed(len(bytes_), None, bisect_right(lines, spans[at][0]) if at >= 0 else None))
        here = iter(spans[at : at + len(words)] if at >= 0 and raw else ())
        for character in text:
            span = next(here, None) if WORDS.match(character) else None
            bytes_.append(span and (raw[span[0]][0], raw[span[1] - 1][1]))
        cursor = max(cursor, at + len(words))
    return printed, bytes_


def _shown(page: str) -> tuple[str, list[tuple[int, int]]]:
    """The characters of a page outside its tags and scripts, blanks left out, and where each one stands."""
    shown: list[str] = []
    spans: list[tuple[int, int]] = []
    for found in _TOKEN.finditer(page):
        if found.lastgroup is None:
            continue
        for character in WORDS.findall(unescape(found[0])):
            shown.append(character)
            spans.append(found.span())
    return "".join(shown), spans


def _empty(where: str, why: str) -> InputError:
    return InputError(
        f"this page cannot be read: {why}", where=where, remedy="Copy the plan's text into a .txt file."
    )
