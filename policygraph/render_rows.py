"""Rows of any shape: as a table for a terminal, and as CSV."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from graph.store import Row
from policygraph.words import Language, word


def table(columns: Sequence[str], rows: Sequence[Row], language: Language) -> RenderableType:
    """A table; nodes, lists and maps as JSON."""
    if not rows:
        return Text(word("nothing", language))
    made = Table(header_style="bold")
    for name in columns:
        # Names come from the statement, and may hold what a terminal would obey.
        made.add_column(Text(_printable(name)), overflow="fold")
    for row in rows:
        made.add_row(*(Text(_printable(_cell(row[name]))) for name in columns))
    return made


def as_csv(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """CSV by RFC 4180: names first; nodes, lists and maps as JSON, null as nothing."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_cell(row[name]) for name in columns] for row in rows)
    return out.getvalue()


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case _:
            return json.dumps(value, ensure_ascii=False)


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text)
