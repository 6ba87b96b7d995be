"""The named queries: read from their files once, checked, and run with checked parameters.

A file starts with TOML between ``/*---`` and ``---*/``::

    /*---
    purpose = "what it answers, in one line"
    purpose_zh = "同上"
    [parameters]
    plan = { type = "string", purpose = "id of the local plan" }
    limit = { type = "integer", purpose = "most rows", default = 100 }
    [columns]
    id = "id of the task"
    ---*/
    MATCH …

The query's name is the file's name.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from graph.errors import InputError, NotFoundError
from graph.store import Row, Store

_OPEN: Final = "/*---"
_CLOSE: Final = "---*/"
_TYPES: Final[dict[str, type | tuple[type, ...]]] = {
    "string": str, "integer": int, "float": (int, float), "boolean": bool, "list": list,
}  # fmt: skip
_FORMS: Final = {
    "integer": "a whole number, such as 12",
    "float": "a number, such as 0.5",
    "boolean": "true or false",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A ``$name`` of a query. Without a default it must be given."""

    name: str
    type: str
    purpose: str
    required: bool
    default: Any = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the answer."""

    name: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Query:
    """A named query with what its file says of it."""

    name: str
    purpose: str
    purpose_zh: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    cypher: str

    def bind(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """All parameters with defaults filled in.

        Raises:
            InputError: one is missing, unknown or of the wrong type.
        """
        known = {p.name: p for p in self.parameters}
        if unknown := sorted(set(given) - set(known)):
            raise InputError(
                f"query {self.name} has no parameter {unknown[0]!r}",
                remedy=f"It takes: {', '.join(known) or 'none'}.",
            )
        bound = {}
        for name, parameter in known.items():
            if name not in given and parameter.required:
                raise InputError(f"query {self.name} needs the parameter {name!r}", remedy=parameter.purpose)
            value = given.get(name, parameter.default)
            wrong_bool = isinstance(value, bool) and parameter.type != "boolean"
            too_large = isinstance(value, int) and abs(value) >= 2**63
            if wrong_bool or too_large or not isinstance(value, _TYPES[parameter.type]):
                raise InputError(
                    f"parameter {name!r} of query {self.name} must be of type {parameter.type}",
                    remedy=parameter.purpose,
                )
            bound[name] = value
        return bound

    def convert(self, given: Mapping[str, str]) -> dict[str, Any]:
        """Parameters given as text (command line, query string) in their declared types.

        Raises:
            InputError: a text is no value of its parameter's type.
        """
        types = {p.name: p.type for p in self.parameters}
        return {name: _from_text(name, text, types.get(name, "string")) for name, text in given.items()}


@cache
def all_queries() -> dict[str, Query]:
    """Every named query, by name in alphabetical order."""
    found = sorted(
        (entry for entry in files("queries").iterdir() if entry.name.endswith(".cypher")),
        key=lambda e: e.name,
    )
    return {
        query.name: query
        for query in (_parse(e.name.removesuffix(".cypher"), e.read_text("utf-8")) for e in found)
    }


def get(name: str) -> Query:
    """The query called ``name``. Raises NotFoundError."""
    if name not in all_queries():
        raise NotFoundError(f"there is no query {name!r}", remedy=f"There are: {', '.join(all_queries())}.")
    return all_queries()[name]


def run(store: Store, name: str, **given: Any) -> list[Row]:
    """Run the query called ``name`` with ``given`` parameters and return its rows."""
    query = get(name)
    return store.read(query.cypher, query.bind(given))


def _from_text(name: str, text: str, type_: str) -> Any:
    try:
        match type_:
            case "integer":
                return int(text)
            case "float":
                return float(text)
            case "boolean":
                return {"true": True, "false": False}[text.lower()]
            case "list":
                return text.split(",")
            case _:
                return text
    except (ValueError, KeyError):
        raise InputError(
            f"{text!r} is no {type_}", where=f"parameter {name}", remedy=f"Give {name} as {_FORMS[type_]}."
        ) from None


def _parse(name: str, text: str) -> Query:
    head, mark, cypher = text.partition(_CLOSE)
    if not head.startswith(_OPEN) or not mark:
        raise ValueError(f"{name}.cypher: the front matter between {_OPEN} and {_CLOSE} is missing")
    front = tomllib.loads(head.removeprefix(_OPEN))
    parameters = tuple(
        Parameter(key, p["type"], p["purpose"], "default" not in p, p.get("default"))
        for key, p in front.get("parameters", {}).items()
    )
    columns = tuple(Column(key, purpose) for key, purpose in front["columns"].items())
    return Query(name, front["purpose"], front["purpose_zh"], parameters, columns, cypher.strip())
