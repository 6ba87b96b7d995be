"""The types of the client, from the description of the API: one TypedDict a model. ``make docs``; a test holds them current."""

import keyword
import re
from collections.abc import Iterable
from pathlib import Path
from textwrap import fill
from typing import Any, Final

from api.app import create_app
from policygraph.settings import Settings

FILE: Final = Path(__file__).parent.parent / "policygraph" / "client" / "types.py"
_REF: Final = "#/components/schemas/"
_PLAIN: Final = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_HEAD: Final = '''"""What the service answers and takes, as its description says. Written by `make docs`; edit :mod:`docs.client_types`."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

'''
_SENT_ALSO: Final = ("Problem",)

Schema = dict[str, Any]


def description() -> Schema:
    """The description of the API."""
    given: dict[str, Any] = {"store": "policygraph.kgl"}
    found: Schema = create_app(Settings(**given)).openapi()
    return found


def types() -> str:
    """The module of types."""
    schema = description()
    models: dict[str, Schema] = schema["components"]["schemas"]
    # What is sent may leave fields out; what is answered has all of them.
    loose = _below(_bodies(schema), models) | set(_SENT_ALSO)
    parts = [_model(_name(name), models[name], loose=name in loose) for name in sorted(models, key=_name)]
    return "\n".join([_HEAD, *parts]).rstrip() + "\n"


def _model(name: str, model: Schema, *, loose: bool) -> str:
    told = fill(model.get("description", name), 100, initial_indent="    ", subsequent_indent="    ").strip()
    required = model.get("required", [])
    lines = [f"class {name}(TypedDict):", f'    """{told}"""', ""]
    for field, value in model["properties"].items():
        assert not keyword.iskeyword(field), field
        type_ = _type(value)
        lines.append(f"    {field}: {type_ if not loose or field in required else f'NotRequired[{type_}]'}")
    return "\n".join([*lines, "", ""])


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        return _name(schema["$ref"].removeprefix(_REF))
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(one) for one in schema["anyOf"]))
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        return f"Literal[{', '.join(_literal(v) for v in values)}]"
    kind = schema.get("type")
    if kind == "array":
        return f"list[{_type(schema['items']) if schema.get('items') else 'Any'}]"
    if kind == "object":
        inner = schema.get("additionalProperties")
        return f"dict[str, {_type(inner) if isinstance(inner, dict) and inner else 'Any'}]"
    return _PLAIN.get(str(kind), "Any")


def _literal(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _name(name: str) -> str:
    """Names of models that two modules share carry the module; pages the name of what they hold."""
    short = re.sub(r"^.*__(\w+)__(\w+)$", lambda m: m[2] if m[1] == "models" else f"Review{m[2]}", name)
    return re.sub(r"^(\w+?)_(\w+?)_$", r"\1Of\2", short)


def _refs(schema: Any) -> Iterable[str]:
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"].removeprefix(_REF)
        for value in schema.values():
            yield from _refs(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _refs(value)


def _bodies(schema: Schema) -> set[str]:
    operations = (operation for path in schema["paths"].values() for operation in path.values())
    return {name for operation in operations for name in _refs(operation.get("requestBody", {}))}


def _below(names: set[str], models: dict[str, Schema]) -> set[str]:
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _refs(models[name])
    return found
