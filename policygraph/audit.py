"""The record of who did what: sign-ins, refused keys, decisions, plans brought in, keys, and free Cypher.

One JSON object a line, to the logger ``policygraph.audit`` and to the file that the setting ``audit_log`` names. Every
line has ``at``, ``event``, ``way``, ``who``, ``key``, ``address`` and ``request``; the rest is the event's own. Of a
statement's parameters only the names are kept: their values may be what a reader of the log must not see.
"""

import errno
import hashlib
import json
import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final, Literal

from graph.errors import SettingsError

Event = Literal[
    "cypher", "sign-in", "sign-out", "refused", "decision", "import", "ingest", "key-added", "key-revoked"
]
MOST_TEXT: Final = 2_000
_BLOCK: Final = 64 * 1024
_log = logging.getLogger("policygraph.audit")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks.

    Attributes:
        way: by which way in: cli, or of the service anonymous, key, cookie or proxy.
        name: of the person or tool; of the command line, the user of this machine; empty where nobody knows.
        key: id of the key that was shown; empty: none.
        address: of the client; empty on the command line.
        request: id of the request; empty on the command line.
    """

    way: str
    name: str
    key: str = ""
    address: str = ""
    request: str = ""


@dataclass(frozen=True, slots=True)
class Audit:
    """Writes the record.

    Args:
        path: a file to append to; empty for the logger alone.
    """

    path: str = ""

    def check(self) -> None:
        """See that the file can be written. Raises SettingsError."""
        self._append("")

    def event(self, asker: Asker, event: Event, **what: Any) -> None:
        """Write one line.

        Args:
            asker: who did it.
            event: the kind.
            what: JSON values of this event's own.

        Raises:
            SettingsError: the file cannot be written.
        """
        line = json.dumps(
            {
                "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "event": event,
                "way": asker.way,
                "who": asker.name,
                "key": asker.key,
                "address": asker.address,
                "request": asker.request,
                **what,
            },
            ensure_ascii=False,
        )
        _log.info("%s", line)
        self._append(line + "\n")

    def statement(
        self,
        asker: Asker,
        statement: str,
        parameters: Iterable[str],
        outcome: str,
        *,
        rows: int | None,
        ms: int,
    ) -> None:
        """Write one line on a statement of free Cypher.

        Args:
            asker: who asked.
            statement: as it was given; kept up to its first MOST_TEXT characters, with the hash of all.
            parameters: their names.
            outcome: ``ok``, ``truncated``, or the code of the error.
            rows: of the answer; None where there is none.
            ms: how long it took.

        Raises:
            SettingsError: the file cannot be written.
        """
        self.event(
            asker,
            "cypher",
            sha256=hashlib.sha256(statement.encode(errors="surrogatepass")).hexdigest(),
            statement=statement[:MOST_TEXT].encode(errors="replace").decode(),
            characters=len(statement),
            parameters=sorted(name[:64].encode(errors="replace").decode() for name in parameters)[:50],
            outcome=outcome,
            rows=rows,
            ms=ms,
        )

    def last(self, most: int) -> list[dict[str, Any]]:
        """The last ``most`` entries of the file, newest first; none where there is no file.

        Raises:
            SettingsError: the file cannot be read.
        """
        return [entry for _, entry in islice(self.backwards(), max(most, 0))]

    def backwards(self, before: int | None = None) -> Iterator[tuple[int, dict[str, Any]]]:
        """The entries of the file, newest first, each with the place where its line begins; none where there is no file.

        Args:
            before: the place of an entry: only those older than that; the newest first by default.

        Raises:
            SettingsError: the file cannot be read.
        """
        if not self.path:
            return
        try:
            for place, line in _backwards(Path(self.path), before):
                entry = _entry(line)
                if entry is not None:
                    yield place, entry
        except FileNotFoundError:
            return
        except OSError as error:
            raise SettingsError(
                f"the audit log cannot be read ({error.strerror})",
                where=self.path,
                remedy="Let the user that runs the service read it.",
            ) from error

    def _append(self, text: str) -> None:
        if not self.path:
            return
        try:
            # One write to a file opened for appending: lines of several processes do not mix.
            file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            data = text.encode()
            try:
                if os.write(file, data) < len(data):
                    os.write(file, b"\n")  # the next line begins anew
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            finally:
                os.close(file)
        except OSError as error:
            raise SettingsError(
                f"the audit log cannot be written ({error.strerror})",
                where=self.path,
                remedy="Name another file in the setting audit_log, or mend this one; nothing runs unrecorded.",
            ) from error


def _backwards(path: Path, end: int | None) -> Iterator[tuple[int, bytes]]:
    """Lines of a file and where they begin, from ``end`` back; no more of it is held than a block and a line."""
    with path.open("rb") as file:
        at = file.seek(0, os.SEEK_END)
        at = at if end is None else min(at, end)
        rest = b""
        while at:
            size = min(_BLOCK, at)
            at -= size
            file.seek(at)
            rest, *lines = (file.read(size) + rest).split(b"\n")
            begins = [at + len(rest) + 1]
            for line in lines:
                begins.append(begins[-1] + len(line) + 1)
            yield from zip(reversed(begins[:-1]), reversed(lines), strict=True)
        yield 0, rest


def _entry(line: bytes) -> dict[str, Any] | None:
    """None where a line is no entry: empty, or cut short when the disk was full."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def show_log() -> None:
    """Send the record, requests and errors to standard error, for a service whose logs are collected there."""
    log = logging.getLogger("policygraph")
    if not log.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(name)s %(message)s"))
        log.addHandler(handler)
    log.setLevel(logging.INFO)
