"""What a statement of a stranger may cost, its answer, and values as plain JSON."""

import datetime
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from graph.errors import QueryTooLargeError

Row = dict[str, Any]

MOST_ROWS: Final = 1_000
MOST_BYTES: Final = 8_000_000
MOST_SECONDS: Final = 30.0
MOST_MEMORY_MB: Final = 512


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one statement may cost.

    Attributes:
        rows: rows of the answer.
        seconds: time that the engine may take.
        size: bytes of the answer as JSON.
        memory_mb: memory of the embedded engine beside the graph; a server has a limit of its own.
    """

    rows: int = MOST_ROWS
    seconds: float = MOST_SECONDS
    size: int = MOST_BYTES
    memory_mb: int = MOST_MEMORY_MB


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows of plain JSON values.

    Attributes:
        columns: names in the order of RETURN, also where there is no row.
        rows: one object a row.
        truncated: whether there were more rows than the limits let through.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    truncated: bool


class Collector:
    """Takes rows until a limit is reached.

    Args:
        limits: what is let through.
        plain: turns a value of the engine into JSON.
    """

    def __init__(self, limits: Limits, plain: Callable[[Any], Any]) -> None:
        self._limits = limits
        self._plain = plain
        self._size = 0
        self.rows: list[Row] = []
        self.truncated = False

    def take(self, row: Mapping[str, Any]) -> bool:
        """Keep ``row``; False where it is one too many.

        Raises:
            QueryTooLargeError: this row alone is larger than an answer may be.
        """
        if len(self.rows) >= self._limits.rows:
            self.truncated = True
            return False
        made = {name: self._plain(value) for name, value in row.items()}
        size = len(json.dumps(made, ensure_ascii=False).encode())
        if size > self._limits.size:
            raise QueryTooLargeError(
                f"one row of the answer has {size} bytes; an answer may have {self._limits.size}",
                remedy="Return less in a row: single properties, or a part of the list.",
            )
        self._size += size
        if self._size > self._limits.size:
            self.truncated = True
            return False
        self.rows.append(made)
        return True


def plain(value: Any) -> Any:
    """``value`` as JSON: dates and times in ISO form, NaN and infinity as null, what is unknown as its text."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case list() | tuple():
            return [plain(item) for item in value]
        case dict():
            return {str(key): plain(item) for key, item in value.items()}
        case datetime.date() | datetime.time():
            return value.isoformat()
        case bytes() | bytearray():
            return bytes(value).hex()
        case _:
            return str(value)


def duration(months: int, days: int, seconds: float) -> str:
    """A duration in ISO form, such as ``P1M2DT3S``."""
    parts = [f"{amount}{unit}" for amount, unit in ((months, "M"), (days, "D")) if amount]
    time = f"T{seconds:g}S" if seconds else ""
    return f"P{''.join(parts)}{time}" if parts or time else "PT0S"
