"""The description of the API: names that clients are made from stay, nothing lacks an example, keys are described."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel, TypeAdapter

from api import audit, export, jobs, models, review_models
from api.app import create_app
from api.openapi import example
from policygraph.intake import models as intake_models
from policygraph.settings import Settings
from review import travel

Schema = dict[str, Any]
PROBLEM, NDJSON = "application/problem+json", "application/x-ndjson"
OPEN = {"get_health", "get_ready"}
OPERATIONS = {
    "clear_excuse", "clear_link", "correct_link", "decide_bulk", "decide_excuse", "decide_link", "diff_plans",
    "explain_link", "export_decisions", "get_cascade", "get_coverage", "get_excuse", "get_health", "get_link",
    "get_matrix", "get_metrics", "get_plan", "get_ready", "get_task", "import_decisions", "list_cascades",
    "list_decisions", "list_excuses", "list_gaps", "list_implementers", "list_plan_tasks", "list_plan_versions",
    "list_plans", "list_priorities", "list_queries", "list_reviews", "list_targets", "list_targets_below",
    "list_task_links", "list_unaligned", "preview_bulk", "run_cypher", "run_query", "search_measures", "undo_excuse",
    "undo_link", "cancel_job", "confirm_upload", "create_upload", "delete_upload", "download_list", "download_report",
    "download_table", "download_workbook", "get_job", "get_upload", "list_audit", "list_jobs", "list_tables", "stream_job",
}  # fmt: skip
SCOPES = {
    "review": {"clear_excuse", "clear_link", "correct_link", "decide_bulk", "decide_excuse", "decide_link",
               "undo_excuse", "undo_link"},
    "ingest": {"cancel_job", "confirm_upload", "create_upload", "delete_upload", "get_upload"},
    "admin": {"import_decisions", "list_audit"},
}  # fmt: skip
MODELS = {
    name: model
    for module in (models, review_models, intake_models, export, jobs, audit)
    for name, model in vars(module).items()
    if isinstance(model, type) and issubclass(model, BaseModel)
}


def _service(**settings: Any) -> FastAPI:
    return create_app(Settings(**settings))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return _service(store=str(tmp_path_factory.mktemp("none") / "graph.kgl"))


@pytest.fixture(scope="module")
def schema(app: FastAPI) -> Schema:
    found: Schema = json.loads(json.dumps(app.openapi()))
    return found


@pytest.fixture(scope="module")
def operations(schema: Schema) -> dict[str, Schema]:
    return {o["operationId"]: o for path in schema["paths"].values() for o in path.values()}


def test_operations_keep_their_names(operations: dict[str, Schema]) -> None:
    """Clients are made from these names: one that changes or goes breaks them, so it needs a new version of the API."""
    assert set(operations) == OPERATIONS


def test_each_operation_has_a_tag_and_words(operations: dict[str, Schema]) -> None:
    for name, operation in operations.items():
        assert len(operation["tags"]) == 1, name
        assert operation["summary"], name
        assert operation["description"], name


def test_each_parameter_has_an_example(operations: dict[str, Schema]) -> None:
    for name, operation in operations.items():
        for parameter in operation.get("parameters", []):
            assert parameter["schema"].get("examples"), (name, parameter["name"])


def test_each_body_and_each_good_answer_has_an_example(operations: dict[str, Schema]) -> None:
    for name, operation in operations.items():
        bodies = [operation["requestBody"]] if "requestBody" in operation else []
        bodies += [
            r for status, r in operation["responses"].items() if status.startswith("2") and status != "204"
        ]
        for body in bodies:
            assert body["content"], name
            for kind, media in body["content"].items():
                assert media["example"], (name, kind)


def test_examples_of_bodies_and_answers_are_valid(app: FastAPI, schema: Schema) -> None:
    checked = 0
    for route in _routes(app):
        operation = schema["paths"][route.path][min(route.methods).lower()]
        good = min(status for status in operation["responses"] if status.startswith("2"))
        media = operation["responses"][good].get("content", {}).get("application/json")
        if media is not None and route.response_model is not None:
            TypeAdapter(route.response_model).validate_python(media["example"])
            checked += 1
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if body is not None:
            name = body["schema"].get("$ref", "/Question").rpartition("/")[2]
            MODELS[name].model_validate(body["example"])
            checked += 1
    assert checked > 45


def _routes(app: FastAPI) -> list[Any]:
    from fastapi.routing import iter_route_contexts

    return [c for c in iter_route_contexts(app.routes) if getattr(c, "include_in_schema", False)]


def test_the_example_of_a_log_can_be_read(operations: dict[str, Schema]) -> None:
    sent = operations["export_decisions"]["responses"]["200"]["content"][NDJSON]["example"]
    taken = operations["import_decisions"]["requestBody"]["content"][NDJSON]["example"]
    assert sent == taken
    assert len(travel.read(sent.splitlines(), "example")) == 1


def test_a_field_without_an_example_is_found() -> None:
    with pytest.raises(ValueError, match="no example"):
        example({"properties": {"a": {"type": "string"}}}, {})


def test_each_operation_says_which_key_it_needs(schema: Schema, operations: dict[str, Schema]) -> None:
    assert schema["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    for name, operation in operations.items():
        if name in OPEN:
            assert "security" not in operation, name
            continue
        needed = {scope for scope, names in SCOPES.items() if name in names}
        assert set(operation["security"][0]["key"]) == {"read"} | needed, name


def test_each_operation_with_a_key_tells_how_it_is_refused(operations: dict[str, Schema]) -> None:
    for name in set(operations) - OPEN:
        for status in ("401", "403", "429", "default"):
            assert PROBLEM in operations[name]["responses"][status]["content"], (name, status)


def test_what_is_described_as_open_is_open_and_nothing_else(
    schema: Schema, sample_file: Path, tmp_path: Path
) -> None:
    from policygraph.keys import KeyFile

    keys = KeyFile(tmp_path / "keys.json")
    keys.add("周", ["admin"])
    with TestClient(_service(store=str(sample_file), keys_file=str(keys.path))) as client:
        for path, methods in schema["paths"].items():
            for method, operation in methods.items():
                status = client.request(method, path).status_code
                assert (status == 401) == (operation["operationId"] not in OPEN), path
