"""The named queries: read from their files once, checked, and run with checked parameters.

A ``*.cypher`` file starts with TOML between ``/*---`` and ``---*/``::

    /*---
    group = "plans"
    purpose = "what it answers, in one line"
    purpose_zh = "同上"
    [parameters]
    plan = { type = "string", of = "plan", purpose = "id of the local plan", example = "x-qinglan-2025" }
    limit = { type = "integer", purpose = "most rows", default = 100 }
    [columns]
    id = "id of the task"
    ---*/
    MATCH …

A *named answer* is a question whose rows have to be decided in Python: a ``*.toml`` file with the same front matter,
``answer`` (the function, ``module:name``, that takes the store and the parameters and returns the rows) and ``stands_on``
(the queries whose rows it reads). It is asked for in the same way. The name is the file's name.

``of`` says what a parameter's value names: something in the graph, or a word of those that :mod:`queries.asking` knows.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Any, Final

from graph.errors import InputError, NotFoundError
from graph.store import Row, Store

_OPEN: Final = "/*---"
_CLOSE: Final = "---*/"
_TYPES: Final[dict[str, type | tuple[type, ...]]] = {
    "string": str, "integer": int, "float": (int, float), "boolean": bool, "list": list,
}  # fmt: skip
GROUPS: Final = {
    "coverage": ("Coverage", "覆盖情况"),
    "gaps": ("Gaps, and what answers to nothing", "缺口与无对应项"),
    "priorities": ("Priorities and how they come down", "重点任务与逐级传导"),
    "targets": ("Figures", "量化指标"),
    "plans": ("Plans and what stands in them", "计划及其内容"),
    "links": ("Links and their evidence", "关联与依据"),
    "review": ("Review and decisions", "复核与裁定"),
    "export": ("For export", "供导出"),
}
"""What queries are for, in the order of the docs: the name of the group in English and in Chinese."""
_FORMS: Final = {
    "integer": "a whole number, such as 12",
    "float": "a number, such as 0.5",
    "boolean": "true or false",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A ``$name`` of a query. Without a default it must be given; ``example`` is a value in the sample plans.

    ``of`` is what its value names, such as ``plan`` or ``level``; empty where any value will do.
    """

    name: str
    type: str
    purpose: str
    required: bool
    default: Any = None
    example: Any = None
    of: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the answer."""

    name: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Query:
    """A named query with what its file says of it.

    Attributes:
        group: what it is for; see :data:`GROUPS`.
        cypher: the statement; of a named answer those that it stands on, each under its name.
        answer: of a named answer the function that decides its rows; else empty.
        stands_on: the queries that a named answer reads; else empty.
    """

    name: str
    group: str
    purpose: str
    purpose_zh: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    cypher: str
    answer: str = ""
    stands_on: tuple[str, ...] = ()

    @property
    def example(self) -> dict[str, Any]:
        """Parameters with which it answers on the sample plans; what is left out has its default."""
        return {p.name: p.example for p in self.parameters if p.example is not None}

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
    """Every named query and named answer, by name in alphabetical order."""
    entries = {
        e.name: e.read_text("utf-8")
        for e in files("queries").iterdir()
        if e.name.endswith((".cypher", ".toml"))
    }
    found = {
        name.removesuffix(".cypher"): _statement(name, text)
        for name, text in entries.items()
        if name.endswith(".cypher")
    }
    for name, text in entries.items():
        if name.endswith(".toml"):
            answer = _answer(name, text, found)
            found[answer.name] = answer
    return dict(sorted(found.items()))


def get(name: str) -> Query:
    """The query called ``name``. Raises NotFoundError."""
    if name not in all_queries():
        raise NotFoundError(f"there is no query {name!r}", remedy=f"There are: {', '.join(all_queries())}.")
    return all_queries()[name]


def run(store: Store, name: str, /, **given: Any) -> list[Row]:
    """Run the query or named answer called ``name`` with ``given`` parameters and return its rows.

    What the values name is not looked up; :func:`queries.asking.ask` does that for values that people write.

    Raises:
        NotFoundError: there is no such query, or a plan that it is asked about.
        InputError: a parameter is missing, unknown or wrong.
    """
    query = get(name)
    bound = query.bind(given)
    if not query.answer:
        return store.read(query.cypher, bound)
    module, _, function = query.answer.partition(":")
    # By name: the functions stand on this module.
    decide: Callable[..., list[Row]] = getattr(import_module(module), function)
    return decide(store, **bound)


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


def _statement(file: str, text: str) -> Query:
    head, mark, cypher = text.partition(_CLOSE)
    if not head.startswith(_OPEN) or not mark:
        raise ValueError(f"{file}: the front matter between {_OPEN} and {_CLOSE} is missing")
    front = tomllib.loads(head.removeprefix(_OPEN))
    return _query(file.removesuffix(".cypher"), front, cypher.strip())


def _answer(file: str, text: str, statements: Mapping[str, Query]) -> Query:
    front = tomllib.loads(text)
    name, stands_on = file.removesuffix(".toml"), tuple(front["stands_on"])
    if name in statements:
        raise ValueError(f"{file}: there is a query of this name")
    cypher = "\n\n".join(f"// {other}\n{statements[other].cypher};" for other in stands_on)
    return _query(name, front, cypher, front["answer"], stands_on)


def _query(
    name: str, front: Mapping[str, Any], cypher: str, answer: str = "", stands_on: tuple[str, ...] = ()
) -> Query:
    parameters = tuple(
        Parameter(
            key,
            p["type"],
            p["purpose"],
            "default" not in p,
            p.get("default"),
            p.get("example"),
            p.get("of", ""),
        )
        for key, p in front.get("parameters", {}).items()
    )
    columns = tuple(Column(key, purpose) for key, purpose in front["columns"].items())
    if front["group"] not in GROUPS:
        raise ValueError(f"{name}: there is no group {front['group']!r}")
    return Query(
        name, front["group"], front["purpose"], front["purpose_zh"], parameters, columns, cypher, answer, stands_on
    )  # fmt: skip
