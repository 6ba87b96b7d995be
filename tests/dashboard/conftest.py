"""The service over the sample plans, on the embedded store."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from graph import open_store
from policygraph.settings import Settings


def settings(store: Path, **more: Any) -> Settings:
    """Settings over a store."""
    return Settings(store=str(store), **more)


@pytest.fixture(scope="module")
def pages(sample_file: Path) -> Iterator[TestClient]:
    """The service as a browser asks it."""
    with TestClient(
        create_app(settings(sample_file)), raise_server_exceptions=False, headers={"accept": "text/html"}
    ) as client:
        yield client


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[TestClient]:
    """The same over a graph without plans."""
    path = tmp_path / "graph.kgl"
    open_store(str(path)).close()
    with TestClient(create_app(settings(path)), headers={"accept": "text/html"}) as client:
        yield client
