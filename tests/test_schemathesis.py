"""The whole description against the service: no fault, no answer that it does not describe.

Requests are made from the description, good ones and bad ones, the same in every run. Where they name a plan, a task, an
upload or a job, every second one names a real one, so that they get behind the check of ids.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.python import asgi
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import create_app
from docs.client_types import description
from policygraph.settings import Settings
from tests.plans import CITY

HERE: Final = "http://127.0.0.1"
WAIT_S: Final = 300
"""On a machine that does much else, an answer may take long; that is no fault."""
CHECKS: Final = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    response_headers_conformance,
]  # fmt: skip
OPERATIONS: Final = {
    operation["operationId"]: operation
    for methods in description()["paths"].values()
    for operation in methods.values()
}
MOST: Final = 6
EXAMPLES: Final = {
    "download_workbook": 1,
    "download_report": 2,
    "list_tables": 1,
    "preview_bulk": 3,
    "decide_bulk": 3,
}
"""Requests of each kind where the answer takes long; :data:`MOST` of the others."""
# What takes nothing can be asked in no bad way.
CASES: Final = [
    (name, mode)
    for name, operation in sorted(OPERATIONS.items())
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    if mode is GenerationMode.POSITIVE or {"parameters", "requestBody", "security"} & operation.keys()
]
PLAN, NATION = "x-qinglan-2025", "000000-2025"
LOCAL, UPPER = "x-qinglan-2025.3.2#3", "000000-2025.3#2"


@schemathesis.serializer("application/x-ndjson")
def _lines(_: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


@pytest.fixture(scope="module")
def real(
    tmp_path_factory: pytest.TempPathFactory, sample_file: Path
) -> Iterator[tuple[FastAPI, dict[str, str]]]:
    """The service over a copy of the sample plans, and ids that are there."""
    folder = tmp_path_factory.mktemp("schemathesis")
    chosen: dict[str, Any] = {
        "store": str(shutil.copy(sample_file, folder / "graph.kgl")), "upload_folder": str(folder / "uploads"), "encoder": "char",
    }  # fmt: skip
    app = create_app(Settings(**chosen))
    with TestClient(app, base_url=HERE) as client:
        waiting, loaded = (
            client.post("/api/v1/uploads", files={"files": ("a.txt", CITY.encode())}).json()["id"]
            for _ in range(2)
        )
        said = {"files": [{"file": "a.txt", "region": "x-lan"}]}
        job = client.post(f"/api/v1/uploads/{loaded}/confirm", json=said).json()["id"]
        client.get(f"/api/v1/jobs/{job}/events")
    yield app, {
        "plan": PLAN, "upper": NATION, "after": PLAN, "before": "x-qinglan-2024", "task": "000000-2025.3", "source": LOCAL,
        "target": UPPER, "measure": UPPER, "upload": waiting, "job": job, "name": "plans", "q": "改造",
    }  # fmt: skip
    asgi.shutdown_lifespans()


@pytest.fixture(scope="module")
def schema(real: tuple[FastAPI, dict[str, str]]) -> BaseSchema:
    """The description, and the service that it is of."""
    return schemathesis.openapi.from_asgi("/openapi.json", real[0])


@pytest.mark.parametrize(("name", "mode"), CASES, ids=[f"{name}-{mode.value}" for name, mode in CASES])
def test_the_service_answers_as_it_is_described(
    name: str, mode: GenerationMode, schema: BaseSchema, real: tuple[FastAPI, dict[str, str]]
) -> None:
    operation = schema.find_operation_by_id(name)  # type: ignore[attr-defined]

    @settings(
        max_examples=EXAMPLES.get(name, MOST), derandomize=True, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode), there=st.booleans())
    def check(case: Any, there: bool) -> None:
        if there:
            for held in (case.path_parameters, case.query):
                for key in held if isinstance(held, dict) else ():
                    if key in real[1] and not (name == "download_list" and key == "name"):
                        held[key] = real[1][key]
        case.call_and_validate(base_url=HERE, checks=CHECKS, timeout=WAIT_S)

    check()
