"""Answers with their tags: what was answered before and is still so need not be sent again."""

import hashlib
import json
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

KEPT: Final = 256


class Kept(NamedTuple):
    """An answer and its tag."""

    tag: str
    body: Any


class Cache:
    """Answers in memory, the last :data:`KEPT`; with ``folder`` also there, for the next run.

    A folder holds what the key may read: it is made for this user alone.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._held: OrderedDict[str, Kept] = OrderedDict()

    def get(self, url: str) -> Kept | None:
        """What was answered to ``url`` last."""
        if url in self._held:
            self._held.move_to_end(url)
            return self._held[url]
        if self._folder is None:
            return None
        try:
            found = json.loads(self._path(url).read_bytes())
            return Kept(str(found["tag"]), found["body"]) if found["url"] == url else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, url: str, kept: Kept) -> None:
        """Keep an answer. A folder that cannot be written to costs time only."""
        self._held[url] = kept
        self._held.move_to_end(url)
        if len(self._held) > KEPT:
            self._held.popitem(last=False)
        if self._folder is not None:
            with suppress(OSError):
                self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                path = self._path(url)
                partial = path.with_suffix(".partial")
                partial.write_text(
                    json.dumps({"url": url, "tag": kept.tag, "body": kept.body}, ensure_ascii=False),
                    encoding="utf-8",
                )
                partial.replace(path)

    def _path(self, url: str) -> Path:
        assert self._folder is not None
        return self._folder / f"{hashlib.sha256(url.encode()).hexdigest()[:32]}.json"
