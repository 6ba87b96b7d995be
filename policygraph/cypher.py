"""Free Cypher, read only: the gate, the limits, the run, and the record of it."""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from graph.asked import Limits, Row
from graph.errors import InputError, PolicyGraphError
from graph.store import Store
from policygraph.audit import Asker, Audit
from policygraph.settings import Settings
from queries.cypher_gate import check

N = TypeVar("N", int, float)
MOST_PARAMETERS: Final = 50
_DEEPEST: Final = 16
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")


@dataclass(frozen=True, slots=True)
class Asked:
    """The answer to a statement.

    Attributes:
        columns: names in the order of RETURN.
        rows: one object a row, of plain JSON values.
        truncated: whether there were more rows than the limits let through.
        took_ms: from the question to the answer.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    truncated: bool
    took_ms: int


def ask(
    store: Store,
    settings: Settings,
    asker: Asker,
    statement: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    rows: int | None = None,
    seconds: float | None = None,
) -> Asked:
    """Run ``statement`` where it only reads, and record that it was asked.

    Args:
        store: opened for reading only.
        settings: the limits, and where the record is kept.
        asker: who asks.
        statement: one statement, see :mod:`queries.cypher_gate`.
        parameters: JSON values for its ``$names``.
        rows, seconds: less than the settings allow; theirs by default.

    Raises:
        QueryRefusedError: the statement does more than read, or is not understood.
        InputError: a parameter is missing or no JSON, or a limit is out of range.
        QueryTimeoutError, QueryTooLargeError, QueryError, StoreError: see :meth:`graph.store.Store.ask`.
        SettingsError: the record cannot be written.
    """
    audit = Audit(settings.audit_log)
    audit.check()
    given = dict(parameters or {})
    start = time.monotonic()
    outcome, found = "internal", None
    try:
        allowed = check(statement)
        limits = Limits(
            rows=_within("limit", rows, settings.cypher_rows),
            seconds=_within("timeout", seconds, settings.cypher_timeout),
            size=settings.cypher_answer_kb * 1000,
            memory_mb=settings.cypher_memory_mb,
        )
        _check_parameters(given, allowed.parameters)
        found = store.ask(allowed.text, given, limits)
        outcome = "truncated" if found.truncated else "ok"
    except PolicyGraphError as error:
        outcome = error.code
        raise
    finally:
        took = round((time.monotonic() - start) * 1000)
        count = None if found is None else len(found.rows)
        audit.statement(asker, statement, given, outcome, rows=count, ms=took)
    return Asked(found.columns, found.rows, found.truncated, took)


def parameter(text: str) -> Any:
    """A parameter's value as the command line gives it: JSON where it is JSON, else the text itself."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _within(name: str, given: N | None, most: N) -> N:
    if given is None:
        return most
    if not 0 < given <= most:
        raise InputError(
            f"{name} is {given:g}; it must be above 0 and at most {most:g}",
            remedy="The settings cypher_rows and cypher_timeout say how much is allowed.",
        )
    return given


def _check_parameters(given: Mapping[str, Any], needed: frozenset[str]) -> None:
    if missing := sorted(needed - set(given)):
        raise InputError(
            f"the statement needs the parameter {missing[0]!r}", remedy="Give a value for each $name."
        )
    if unknown := sorted(set(given) - needed):
        raise InputError(
            f"the statement has no parameter ${unknown[0][:64]}", remedy="Write it as $name, or leave it out."
        )
    if len(given) > MOST_PARAMETERS:
        raise InputError(f"more than {MOST_PARAMETERS} parameters", remedy="Put them into one list or map.")
    for name, value in given.items():
        _check_value(name, value, 0)


def _check_value(name: str, value: Any, depth: int) -> None:
    match value:
        case None | bool():
            fine = True
        case str():
            fine = not any("\ud800" <= c <= "\udfff" or c == "\0" for c in value)
        case int():
            fine = -(2**63) <= value < 2**63
        case float():
            fine = value == value and abs(value) != float("inf")
        case list() | dict() if depth < _DEEPEST:
            fine = isinstance(value, list) or all(_NAME.fullmatch(str(key)) for key in value)
            for item in value.values() if isinstance(value, dict) else value:
                _check_value(name, item, depth + 1)
        case _:
            fine = False
    if not fine:
        raise InputError(
            f"parameter {name!r} holds a value that a statement cannot take",
            remedy="Take null, true, false, numbers of 64 bits, texts, lists, and maps with plain names.",
        )
