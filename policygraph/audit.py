"""The record of who asked what in free Cypher: one JSON object a line.

To the logger ``policygraph.audit``, and to the file that the setting ``audit_log`` names. Of parameters only the names
are kept: their values may be what a reader of the log must not see.
"""

import hashlib
import json
import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from graph.errors import SettingsError

MOST_TEXT: Final = 2_000
_log = logging.getLogger("policygraph.audit")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: by which way in, and the user of this machine or the address of the client."""

    way: str
    name: str


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

    def record(
        self,
        asker: Asker,
        statement: str,
        parameters: Iterable[str],
        outcome: str,
        *,
        rows: int | None,
        ms: int,
    ) -> None:
        """Write one line.

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
        line = json.dumps(
            {
                "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "way": asker.way,
                "who": asker.name,
                "sha256": hashlib.sha256(statement.encode(errors="surrogatepass")).hexdigest(),
                "statement": statement[:MOST_TEXT].encode(errors="replace").decode(),
                "characters": len(statement),
                "parameters": sorted(name[:64].encode(errors="replace").decode() for name in parameters)[:50],
                "outcome": outcome,
                "rows": rows,
                "ms": ms,
            },
            ensure_ascii=False,
        )
        _log.info("%s", line)
        self._append(line + "\n")

    def _append(self, text: str) -> None:
        if not self.path:
            return
        try:
            # One write to a file opened for appending: lines of several processes do not mix.
            file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(file, text.encode())
            finally:
                os.close(file)
        except OSError as error:
            raise SettingsError(
                f"the audit log cannot be written ({error.strerror})",
                where=self.path,
                remedy="Name another file in the setting audit_log, or mend this one; nothing runs unrecorded.",
            ) from error


def show_audit() -> None:
    """Send the record to standard error as well, for a service whose logs are collected there."""
    if not _log.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(name)s %(message)s"))
        _log.addHandler(handler)
    _log.setLevel(logging.INFO)
