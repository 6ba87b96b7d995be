"""Fixtures: both stores, a real Neo4j server, and the sample plans built once on each."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from docs.sample import SAMPLE as SAMPLE
from docs.sample import build_sample as build_sample
from graph import Store, open_store
from tests.neo4j_server.server import Neo4jServer, missing

ROOT = Path(__file__).parent.parent
WIPE = "MATCH (n) DETACH DELETE n"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Groups that several processes of tests share out among them (``--dist loadgroup``), in this order.

    All that needs a Neo4j server is one group, the longest, and comes first: a server that has just started is several
    times as slow as one that has run for a minute. Every other file is a group.
    """
    for item in items:
        group = "neo4j" if _on_a_server(item) else item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: not _on_a_server(item))


def _on_a_server(item: pytest.Item) -> bool:
    """Whether a test, or a fixture of its, asks for the Neo4j server."""
    if not isinstance(item, pytest.Function):
        return False
    parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return "neo4j_server" in item.fixturenames or "neo4j" in parameters


@dataclass(frozen=True)
class Server:
    """A Neo4j server that answers."""

    uri: str
    user: str
    password: str

    def open(self, *, read_only: bool = False) -> Store:
        """A store on it."""
        return open_store(self.uri, user=self.user, password=self.password, read_only=read_only)

    def environment(self) -> dict[str, str]:
        """The settings that name it."""
        return {
            "POLICYGRAPH_STORE": self.uri,
            "POLICYGRAPH_STORE_USER": self.user,
            "POLICYGRAPH_STORE_PASSWORD": self.password,
        }


@pytest.fixture(scope="session", autouse=True)
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Cache and data folders of the tests' own: nothing here may write into the user's, or read from there."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        yield folder


@pytest.fixture(scope="session")
def neo4j_server() -> Iterator[Server]:
    """The server at NEO4J_URI where that is set, else one started here. It must be empty: the tests wipe it."""
    uri = os.environ.get("NEO4J_URI")
    if uri:
        given = Server(uri, os.environ.get("NEO4J_USER", "neo4j"), os.environ.get("NEO4J_PASSWORD", ""))
        with given.open() as store:
            if store.read("MATCH (n) RETURN count(n) AS n")[0]["n"]:
                pytest.fail(f"{uri} holds data: the tests would delete it; name an empty server")
        yield given
        return
    reason = missing()
    if reason is not None:
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with Neo4jServer() as server:
        yield Server(server.uri, server.user, server.password)


@pytest.fixture(params=["embedded", "neo4j"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of each kind."""
    if request.param == "embedded":
        with open_store(str(tmp_path / "graph.kgl")) as opened:
            yield opened
        return
    server: Server = request.getfixturevalue("neo4j_server")
    with server.open() as opened:
        opened.write(lambda t: t.run(WIPE))
        yield opened


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample plans, built in an embedded store; the file is closed."""
    path = tmp_path_factory.mktemp("sample") / "graph.kgl"
    with open_store(str(path)) as opened:
        build_sample(opened)
    return path


@pytest.fixture(scope="module", params=["embedded", "neo4j"])
def sample(request: pytest.FixtureRequest) -> Iterator[Store]:
    """The sample plans in a store of each kind, for tests that only read."""
    if request.param == "embedded":
        with open_store(str(request.getfixturevalue("sample_file")), read_only=True) as opened:
            yield opened
        return
    server: Server = request.getfixturevalue("neo4j_server")
    with server.open() as opened:
        opened.write(lambda t: t.run(WIPE))
        build_sample(opened)
        yield opened
