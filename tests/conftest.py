"""Fixtures: both stores, a real Neo4j server, and the sample plans built once on each."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from docs.sample import SAMPLE as SAMPLE
from docs.sample import build_sample as build_sample
from graph import Store, open_store
from tests.neo4j_server.server import Neo4jServer, missing

ROOT = Path(__file__).parent.parent
WIPE = "MATCH (n) DETACH DELETE n"


class Groups(LoadScopeScheduling):  # type: ignore[misc]  # xdist says no types
    """What several processes of tests share out among them: all that needs a Neo4j server, and each other file.

    A server that has just started is several times as slow as one that has run for a minute, so there is only one.
    """

    def _split_scope(self, nodeid: str) -> str:
        return "neo4j" if on_a_server(nodeid) else nodeid.partition("::")[0]


def on_a_server(nodeid: str) -> bool:
    """Whether a test is one of those on a Neo4j server: each has ``neo4j`` among its parameters."""
    return re.search(r"[\[-]neo4j[-\]]", nodeid) is not None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Groups | None:
    """``--dist loadfile`` with those groups."""
    return Groups(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The group on a server comes first: it is the longest, and nothing may wait for it at the end."""
    items.sort(key=lambda item: not on_a_server(item.nodeid))


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
def running_server() -> Iterator[Server]:
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


@pytest.fixture(scope="session", params=["neo4j"])
def neo4j_server(running_server: Server) -> Server:
    """It, for tests on a server only; the parameter says so in their names, see :class:`Groups`."""
    return running_server


@pytest.fixture(params=["embedded", "neo4j"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of each kind."""
    if request.param == "embedded":
        with open_store(str(tmp_path / "graph.kgl")) as opened:
            yield opened
        return
    server: Server = request.getfixturevalue("running_server")
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
    server: Server = request.getfixturevalue("running_server")
    with server.open() as opened:
        opened.write(lambda t: t.run(WIPE))
        build_sample(opened)
        yield opened
