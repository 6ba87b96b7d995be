"""A saved web page: the body of the article, without navigation, by trafilatura."""

import re
from typing import Final

import trafilatura

from graph.errors import InputError
from ingest.decode import decode

_CHARSET: Final = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_GB: Final = frozenset({"gb2312", "gbk", "gb18030", "x-gbk"})


def read(data: bytes, where: str) -> str:
    """The text of the article, a paragraph a line.

    Raises:
        InputError: the page is in no encoding that is read here, or holds no article.
    """
    declared = _CHARSET.search(data[:4096])
    if declared and declared[1].decode().lower() in _GB:
        text = data.decode("gb18030", errors="replace")
    else:
        text, _ = decode(data, where)
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
    return found if not name or name in first or first in name else f"{name}\n{found}"


def _empty(where: str, why: str) -> InputError:
    return InputError(
        f"this page cannot be read: {why}", where=where, remedy="Copy the plan's text into a .txt file."
    )
