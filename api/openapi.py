"""The description of the API: what FastAPI tells, with the media type of problems and an example of every body.

Examples are put together from those of the fields, so that they can neither be forgotten nor grow old.
"""

from typing import Any, Final

from fastapi import FastAPI

from api.problems import MEDIA_TYPE

Schema = dict[str, Any]
JSON: Final = "application/json"
_REF: Final = "#/components/schemas/"


def install(app: FastAPI) -> None:
    """Let ``app`` describe itself so."""
    describe = app.openapi

    def openapi() -> Schema:
        if app.openapi_schema is None:
            _complete(describe())
        return describe()

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(schema: Schema) -> None:
    models = schema["components"]["schemas"]
    for path in schema["paths"].values():
        for operation in path.values():
            bodies = [operation["requestBody"]] if "requestBody" in operation else []
            for status, response in operation["responses"].items():
                content = response.get("content", {})
                if status.startswith("2"):
                    bodies.append(response)
                elif JSON in content:
                    # FastAPI files every model under the route's own media type.
                    content[MEDIA_TYPE] = content.pop(JSON)
            for body in bodies:
                for media in body.get("content", {}).values():
                    if "example" not in media:
                        media["example"] = example(media["schema"], models)


def example(schema: Schema, models: Schema, above: tuple[str, ...] = ()) -> Any:
    """A value of ``schema``, by the examples of its fields.

    Args:
        schema: of the value.
        models: the schemas that ``$ref`` names.
        above: names of models that the value stands in; of those it holds none again.

    Raises:
        ValueError: a field has no example.
    """
    if schema.get("examples"):
        return schema["examples"][0]
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(_REF)
        return example(models[name], models, (*above, name))
    if "anyOf" in schema:
        return example(schema["anyOf"][0], models, above)
    if schema.get("type") == "array":
        inner = schema["items"]
        return [] if inner.get("$ref", "").removeprefix(_REF) in above else [example(inner, models, above)]
    if "properties" in schema:
        return {name: example(field, models, above) for name, field in schema["properties"].items()}
    raise ValueError(f"no example: {schema}")
